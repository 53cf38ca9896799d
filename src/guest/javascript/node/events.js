'use strict';
// Emitters. Who is called, and in which order, is decided by the model; here are the methods programs call and replace.

const { emitters, hooks, major } = binding;
const { begin, showCount } = require('internal/emitters');

const errorMonitor = Symbol('events.errorMonitor');
const rejection = Symbol.for('nodejs.rejection');
const captures = Symbol('kCapture');
// The model knows these names by number; the last two are those of events of streams.
Object.assign(binding, { symbols: [errorMonitor, Symbol('kConstruct'), Symbol('kDestroy')], rejection });

const errors = () => require('internal/errors');
const inspect = (value, options) => require('internal/util/inspect').inspect(value, options);

function EventEmitter(options) {
  EventEmitter.init.call(this, options);
}

// Rarely needed functions, loaded when first asked for.
function lazily(name, id, first, last) {
  if (major < first || major > last) return;
  const replace = (value) => {
    Object.defineProperty(EventEmitter, name, { configurable: true, enumerable: true, writable: true, value });
    return value;
  };
  Object.defineProperty(EventEmitter, name, {
    configurable: true, enumerable: true, get: () => replace(require(id)[name]), set: replace,
  });
}

lazily('addAbortListener', 'internal/abort_listener', 18, 26);
lazily('once', 'internal/event_waits', 12, 26);
lazily('on', 'internal/event_waits', 12, 26);
lazily('getEventListeners', 'internal/event_limits', 14, 26);
lazily('getMaxListeners', 'internal/event_limits', 18, 26);
lazily('listenerCount', 'internal/event_limits', 24, 26);
EventEmitter.EventEmitter = EventEmitter;
EventEmitter.usingDomains = false;
EventEmitter.captureRejectionSymbol = rejection;
Object.defineProperty(EventEmitter, 'captureRejections', {
  enumerable: true,
  get: () => EventEmitter.prototype[captures],
  set(value) {
    errors().validateBoolean(value, 'EventEmitter.captureRejections');
    EventEmitter.prototype[captures] = value;
  },
});
if (major >= 16) {
  Object.defineProperty(EventEmitter, 'EventEmitterAsyncResource', {
    configurable: true, enumerable: true, get: () => require('internal/async_emitter').EventEmitterAsyncResource,
  });
}
EventEmitter.errorMonitor = errorMonitor;

const methods = EventEmitter.prototype;
Object.defineProperty(methods, captures, { value: false, writable: true });
methods._events = undefined;
methods._eventsCount = 0;
methods._maxListeners = undefined;

let defaultLimit = 10;

function checkLimit(value, name, newName = name) {
  if (major >= 20) errors().validateNumber(value, newName, 0);
  else if (typeof value !== 'number' || !(value >= 0)) {
    const { codes } = errors();
    throw new codes.ERR_OUT_OF_RANGE(name, 'a non-negative number', value);
  }
}

Object.defineProperty(EventEmitter, 'defaultMaxListeners', {
  enumerable: true,
  get: () => defaultLimit,
  set(value) {
    checkLimit(value, 'defaultMaxListeners');
    defaultLimit = value;
  },
});

if (major >= 14) {
  const { limit, warned } = require('internal/event_symbols');
  Object.defineProperty(EventEmitter, 'kMaxEventTargetListeners', { value: limit });
  Object.defineProperty(EventEmitter, 'kMaxEventTargetListenersWarned', { value: warned });
  EventEmitter.setMaxListeners = function (n = defaultLimit, ...targets) {
    checkLimit(n, 'n', 'setMaxListeners');
    if (targets.length === 0) defaultLimit = n;
    else require('internal/event_limits').setLimits(n, targets);
  };
}

EventEmitter.init = function (options) {
  begin(this);
  this._maxListeners = this._maxListeners || undefined;
  if (options?.captureRejections) {
    errors().validateBoolean(options.captureRejections, 'options.captureRejections');
    this[captures] = Boolean(options.captureRejections);
  } else {
    this[captures] = EventEmitter.prototype[captures];
  }
};

if (major < 24) {
  EventEmitter.listenerCount = function (emitter, type) {
    if (typeof emitter.listenerCount === 'function') return emitter.listenerCount(type);
    return methods.listenerCount.call(emitter, type);
  };
}

hooks.captures = (emitter) => Boolean(emitter[captures]);

hooks.setCaptures = function setCaptures(emitter, value) {
  const before = Boolean(emitter[captures]);
  emitter[captures] = value;
  return before;
};

hooks.watch = function watch(emitter, returned, type, args) {
  const { then } = returned;
  if (typeof then !== 'function') return;
  Reflect.apply(then, returned, [undefined, function (reason) {
    process.nextTick(emitters.route, emitter, reason, type, args);
  }]);
};

hooks.propertyKey = (value) => Reflect.ownKeys({ [value]: 0 })[0];

hooks.listenerLimit = (emitter) =>
  emitter._maxListeners === undefined ? EventEmitter.defaultMaxListeners : emitter._maxListeners;

hooks.unhandledError = function unhandledError(value) {
  if (value instanceof Error) return value;
  let text;
  try {
    text = inspect(value);
  } catch {
    text = value;
  }
  const { codes } = errors();
  const error = new codes.ERR_UNHANDLED_ERROR(text);
  error.context = value;
  return error;
};

methods.setMaxListeners = function setMaxListeners(n) {
  checkLimit(n, 'n', 'setMaxListeners');
  this._maxListeners = n;
  return this;
};

methods.getMaxListeners = function getMaxListeners() {
  return hooks.listenerLimit(this);
};

methods.emit = function emit(type, ...args) {
  return emitters.emit(this, type, ...args);
};

const checkListener = (listener) => {
  if (typeof listener !== 'function') errors().validateFunction(listener, 'listener');
};

function warnOfLeak(emitter, type, count) {
  const limit = hooks.listenerLimit(emitter);
  const warning = new Error(
    `Possible EventEmitter memory leak detected. ${count} ${String(type)} listeners added to ` +
    `${inspect(emitter, { depth: -1 })}.${major >= 20 ? ` MaxListeners is ${limit}.` : ''} ` +
    'Use emitter.setMaxListeners() to increase limit');
  process.emitWarning(Object.assign(warning, { name: 'MaxListenersExceededWarning', emitter, type, count }));
}

function add(emitter, type, listener, first) {
  checkListener(listener);
  const count = emitters.add(emitter, type, listener, first);
  if (major >= 20) showCount(emitter);
  if (count > 0) warnOfLeak(emitter, type, count);
  return emitter;
}

methods.addListener = function addListener(type, listener) {
  return add(this, type, listener, false);
};

methods.on = methods.addListener;

methods.prependListener = function prependListener(type, listener) {
  return add(this, type, listener, true);
};

function onceOnly(emitter, type, listener) {
  checkListener(listener);
  const once = emitters.newOnce();
  function wrapper(...args) {
    return emitters.callOnce(once, emitter, type, wrapper, listener, ...args);
  }
  if (major < 24) Object.defineProperty(wrapper, 'name', { value: 'bound onceWrapper' });
  wrapper.listener = listener;
  return wrapper;
}

methods.once = function once(type, listener) {
  this.on(type, onceOnly(this, type, listener));
  return this;
};

methods.prependOnceListener = function prependOnceListener(type, listener) {
  this.prependListener(type, onceOnly(this, type, listener));
  return this;
};

methods.removeListener = function removeListener(type, listener) {
  checkListener(listener);
  emitters.remove(this, type, listener);
  return this;
};

methods.off = methods.removeListener;

methods.removeAllListeners = function removeAllListeners(type) {
  if (arguments.length === 0) emitters.removeAll(this);
  else emitters.removeAll(this, type);
  return this;
};

function unwrapped(listener, i, { length }) {
  const { listener: original } = listener;
  return length === 1 ? original || listener : typeof original === 'function' ? original : listener;
}

function listenersOf(emitter, type) {
  const found = emitters.listeners(emitter, type);
  if (binding.rules.listenersOfUndefinedThrow && type === undefined && found.length === 0 && emitter._events !== undefined) {
    throw new TypeError("Cannot read properties of undefined (reading 'length')");
  }
  return found;
}

methods.listeners = function listeners(type) {
  return listenersOf(this, type).map(unwrapped);
};

methods.rawListeners = function rawListeners(type) {
  return listenersOf(this, type);
};

methods.listenerCount = major < 18 ? function listenerCount(type) {
  return emitters.count(this, type);
} : function listenerCount(type, listener) {
  if (listener === undefined || listener === null) return emitters.count(this, type);
  return emitters.listeners(this, type).filter((each) => each === listener || each.listener === listener).length;
};

methods.eventNames = function eventNames() {
  return emitters.names(this);
};

module.exports = EventEmitter;
