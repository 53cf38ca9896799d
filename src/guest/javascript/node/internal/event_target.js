'use strict';

const { codes, validateAbortSignal, validateObject } = require('internal/errors');
const { limit, resist, warned } = require('internal/event_symbols');

const { major } = binding;
const rules = binding.rules.events.targets;
const inspectCustom = Symbol.for('nodejs.util.inspect.custom');

// Passed by the runtime itself to make an event that programs can trust.
const trusted = Symbol('trusted');

// What a kind of target may add: a method told of each new listener.
const listenerAdded = Symbol('listenerAdded');

const nameOf = (type) => major >= 18 ? `${type}` : String(type);

function inspectAs(name, shown, depth, options) {
  if (depth < 0) return name;
  const inner = Number.isInteger(options.depth) ? options.depth - 1 : options.depth;
  return `${name} ${require('util').inspect(shown, { ...options, depth: inner })}`;
}

function finish(Class, enumerable) {
  for (const name of enumerable) Object.defineProperty(Class.prototype, name, { enumerable: true });
  Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: Class.name, configurable: true });
}

// The target's own way into an event, which shows nowhere on the class.
let states;

class Event {
  #type;
  #options;
  #trusted;
  #prevented = false;
  #stopped = false;
  #time;

  // What only a dispatch changes.
  #target = null;
  #dispatching = false;
  #ended = false;
  #passive = false;

  constructor(type, options) {
    if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('type');
    if (options === undefined || (options === null && major >= 20)) options = {};
    validateObject(options, 'options');
    const { cancelable, bubbles, composed } = options;
    this.#type = `${type}`;
    this.#options = { bubbles: !!bubbles, cancelable: !!cancelable, composed: !!composed };
    this.#trusted = options[trusted] === true;
    if (major < 18) Object.defineProperty(this, 'isTrusted', { get: () => this.#trusted, enumerable: true });
  }

  static #check(event) {
    if (event === null || typeof event !== 'object' || !(#type in event)) throw new codes.ERR_INVALID_THIS('Event');
    return event;
  }

  static {
    states = {
      is: (value) => value !== null && typeof value === 'object' && #type in value,
      dispatching: (event) => event.#dispatching,
      ended: (event) => event.#ended,
      begin(event, target) {
        event.#target = target;
        event.#dispatching = true;
      },
      end(event) {
        event.#dispatching = false;
      },
      passive(event, passive) {
        event.#passive = passive;
      },
    };
  }

  initEvent(type, bubbles = false, cancelable = false) {
    if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('type');
    if (this.#dispatching) return;
    this.#type = `${type}`;
    this.#options.bubbles = !!bubbles;
    this.#options.cancelable = !!cancelable;
  }

  stopImmediatePropagation() {
    Event.#check(this).#ended = true;
    if (rules.immediateStopIsAStop) this.stopPropagation();
  }

  stopPropagation() {
    Event.#check(this).#stopped = true;
  }

  preventDefault() {
    Event.#check(this);
    if (rules.passiveCannotPrevent && (!this.#options.cancelable || this.#passive)) return;
    this.#prevented = true;
  }

  get target() {
    return Event.#check(this).#target;
  }

  get currentTarget() {
    Event.#check(this);
    return this.#dispatching || rules.currentTargetStays ? this.#target : null;
  }

  get srcElement() {
    return Event.#check(this).#target;
  }

  get type() {
    return Event.#check(this).#type;
  }

  get cancelable() {
    return Event.#check(this).#options.cancelable;
  }

  get defaultPrevented() {
    Event.#check(this);
    return this.#options.cancelable && this.#prevented;
  }

  // The clock is read when somebody asks, so that events alone do not make a program depend on it.
  get timeStamp() {
    Event.#check(this);
    if (this.#time === undefined) this.#time = binding.clock();
    return this.#time;
  }

  composedPath() {
    Event.#check(this);
    return this.#dispatching ? [this.#target] : [];
  }

  get returnValue() {
    return !this.defaultPrevented;
  }

  set returnValue(value) {
    if (!value) this.preventDefault();
  }

  get bubbles() {
    return Event.#check(this).#options.bubbles;
  }

  get composed() {
    return Event.#check(this).#options.composed;
  }

  get eventPhase() {
    Event.#check(this);
    return this.#dispatching ? Event.AT_TARGET : Event.NONE;
  }

  get cancelBubble() {
    return Event.#check(this).#stopped;
  }

  set cancelBubble(value) {
    Event.#check(this);
    if (value) this.#stopped = true;
  }

  get isTrusted() {
    return Event.#check(this).#trusted;
  }

  [inspectCustom](depth, options) {
    const { type, defaultPrevented, cancelable, timeStamp } = this;
    return inspectAs(this.constructor.name, { type, defaultPrevented, cancelable, timeStamp }, depth, options);
  }
}

if (major < 18) delete Event.prototype.isTrusted;
if (major < 20) delete Event.prototype.initEvent;
if (major < 22) {
  const { get } = Object.getOwnPropertyDescriptor(Event.prototype, 'returnValue');
  Object.defineProperty(Event.prototype, 'returnValue', { get, set: undefined });
}
finish(Event, Reflect.ownKeys(Event.prototype).filter((name) => typeof name === 'string' && name !== 'constructor'));
['NONE', 'CAPTURING_PHASE', 'AT_TARGET', 'BUBBLING_PHASE'].forEach((name, value) => {
  Object.defineProperty(Event, name, { value, enumerable: true, writable: major < 20, configurable: major < 20 });
});

class CustomEvent extends Event {
  #detail;

  constructor(type, options) {
    if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('type');
    super(type, options);
    this.#detail = options?.detail ?? null;
  }

  get detail() {
    if (!(#detail in this)) throw new codes.ERR_INVALID_THIS('CustomEvent');
    return this.#detail;
  }
}
finish(CustomEvent, ['detail']);

// What a listener throws is nobody's to catch, and does not stop the others.
function report(error) {
  process.nextTick(() => {
    throw error;
  });
}

function isListener(listener) {
  if (typeof listener === 'function' || (typeof listener === 'object' && listener !== null)) return true;
  if (listener == null) return false;
  throw new codes.ERR_INVALID_ARG_TYPE('listener', 'EventListener', listener);
}

function callbackOf(listener) {
  if (typeof listener === 'function') return listener;
  return async (...args) => {
    if (listener.handleEvent) await Reflect.apply(listener.handleEvent, listener, args);
  };
}

function readOptions(options) {
  if (typeof options === 'boolean') return { capture: options };
  if (options === null || options === undefined) return {};
  if (typeof options !== 'object' && typeof options !== 'function') validateObject(options, 'options');
  return {
    once: !!options.once,
    capture: !!options.capture,
    passive: !!options.passive,
    resists: options[resist] === true,
    signal: options.signal,
  };
}

let handlersOf;
let listenersOf;
let resize;

// Listeners are a linked list, and a dispatch looks up its next one before it calls: one added by the last listener comes too
// late, and one added by an earlier listener does not.
class EventTarget {
  #lists = new Map();
  #handlers = new Map();

  constructor() {
    this[limit] = require('events').defaultMaxListeners;
    this[warned] = false;
  }

  static [Symbol.for('nodejs.event_target')] = true;

  [listenerAdded]() {}

  static #check(target) {
    if (target === null || typeof target !== 'object' || !(#lists in target)) throw new codes.ERR_INVALID_THIS('EventTarget');
  }

  #warn(type, size) {
    const most = this[limit];
    if (!(most > 0 && size > most) || this[warned]) return;
    this[warned] = true;
    const warning = new Error(
      `Possible EventTarget memory leak detected. ${size} ${type} listeners added to ` +
      `${require('util').inspect(this, { depth: -1 })}.${major >= 20 ? ` MaxListeners is ${most}.` : ''} ` +
      'Use events.setMaxListeners() to increase limit');
    warning.name = 'MaxListenersExceededWarning';
    warning.target = this;
    warning.type = type;
    warning.count = size;
    process.emitWarning(warning);
  }

  addEventListener(type, listener, options) {
    EventTarget.#check(this);
    if (arguments.length < 2) throw new codes.ERR_MISSING_ARGS('type', 'listener');
    const { once, capture = false, passive, resists, signal } = readOptions(options);
    if (major >= 20) validateAbortSignal(signal, 'options.signal');
    if (major >= 20 && signal?.aborted) return;
    if (!isListener(listener)) {
      const warning = new Error(`addEventListener called with ${listener} which has no effect.`);
      warning.name = 'AddEventListenerArgumentTypeWarning';
      warning.target = this;
      warning.type = type;
      process.emitWarning(warning);
      return;
    }
    type = nameOf(type);
    if (signal) {
      if (signal.aborted) return;
      const forget = () => this.removeEventListener(type, listener, { capture });
      signal.addEventListener('abort', forget, { once: true, [resist]: true });
    }
    const list = this.#lists.get(type) || { size: 0, next: undefined };
    let last = list;
    while (last.next !== undefined) {
      last = last.next;
      if (last.listener === listener && last.capture === capture) return;
    }
    last.next = {
      listener,
      callback: callbackOf(listener),
      once,
      capture,
      passive,
      resists,
      previous: last,
      next: undefined,
      removed: false,
    };
    list.size++;
    this.#warn(type, list.size);
    this[listenerAdded](type, list.size);
    this.#lists.set(type, list);
  }

  removeEventListener(type, listener, options) {
    EventTarget.#check(this);
    if (major >= 18 && arguments.length < 2) throw new codes.ERR_MISSING_ARGS('type', 'listener');
    if (!isListener(listener)) return;
    const capture = typeof options === 'boolean' && rules.removalTakesBoolean ? options : options?.capture === true;
    const list = this.#lists.get(nameOf(type));
    for (let each = list?.next; each !== undefined; each = each.next) {
      if (each.listener === listener && each.capture === capture) {
        EventTarget.#remove(list, each);
        return;
      }
    }
  }

  static #remove(list, entry) {
    entry.previous.next = entry.next;
    if (entry.next !== undefined) entry.next.previous = entry.previous;
    entry.removed = true;
    list.size--;
  }

  dispatchEvent(event) {
    EventTarget.#check(this);
    if (major >= 18 && arguments.length < 1) throw new codes.ERR_MISSING_ARGS('event');
    if (!states.is(event)) throw new codes.ERR_INVALID_ARG_TYPE('event', 'Event', event);
    if (states.dispatching(event)) throw new codes.ERR_EVENT_RECURSION(event.type);
    states.begin(event, this);
    const list = this.#lists.get(event.type);
    for (let entry = list?.next, next; entry !== undefined; entry = next) {
      next = entry.next;
      if (rules.stopSparesPassive && states.ended(event) && !entry.passive) break;
      if (entry.removed || (!rules.stopSparesPassive && states.ended(event) && !entry.resists)) continue;
      if (entry.once) EventTarget.#remove(list, entry);
      this.#call(entry, event);
    }
    states.end(event);
    return !event.defaultPrevented;
  }

  #call(entry, event) {
    try {
      if (entry.passive) states.passive(event, true);
      const result = Reflect.apply(entry.callback, this, [event]);
      states.end(event);
      if (result === undefined || result === null) return;
      const { then } = result;
      if (typeof then === 'function') Reflect.apply(then, result, [undefined, report]);
    } catch (error) {
      report(error);
    } finally {
      states.passive(event, false);
    }
  }

  static {
    handlersOf = (target) => {
      if (target !== null && typeof target === 'object' && #handlers in target) return target.#handlers;
      if (major >= 20) throw new codes.ERR_INVALID_THIS('EventTarget');
      return new Map();
    };
    listenersOf = (target, type) => {
      const found = [];
      for (let each = target.#lists.get(type)?.next; each !== undefined; each = each.next) found.push(each.listener);
      return found;
    };
    // A handler counts as a listener while it is a function.
    resize = (target, type, by) => {
      const list = target.#lists.get(type);
      if (list === undefined) return;
      list.size += by;
      if (by > 0) target.#warn(type, list.size);
    };
  }

  [inspectCustom](depth, options) {
    return inspectAs(this.constructor.name, {}, depth, options);
  }
}

finish(EventTarget, ['addEventListener', 'removeEventListener', 'dispatchEvent']);

// An `on…` property: one place among the listeners, taken when it is first set and kept from then on.
function defineHandler(Class, type) {
  Object.defineProperty(Class.prototype, `on${type}`, {
    configurable: true,
    enumerable: true,
    get() {
      return handlersOf(this).get(type)?.handler ?? null;
    },
    set(value) {
      if (rules.handlerIsCallable && typeof value !== 'function' && typeof value !== 'object') value = null;
      const known = handlersOf(this).get(type);
      if (known !== undefined) {
        if (typeof known.handler === 'function') resize(this, type, -1);
        known.handler = value;
        if (typeof value === 'function') resize(this, type, 1);
        return;
      }
      const eventHandler = (...args) => typeof eventHandler.handler === 'function' ? Reflect.apply(eventHandler.handler, this, args) : undefined;
      eventHandler.handler = value;
      handlersOf(this).set(type, eventHandler);
      this.addEventListener(type, eventHandler);
    },
  });
}

module.exports = { Event, EventTarget, defineHandler, finish, inspectAs, listenerAdded, listenersOf, trusted };
if (major >= 20) module.exports.CustomEvent = CustomEvent;
