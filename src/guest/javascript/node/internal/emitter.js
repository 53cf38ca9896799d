'use strict';

const { codes, validateFunction, validateNumber } = require('internal/errors');

const { major } = binding;

function EventEmitter() {
  if (this._events === undefined || this._events === Object.getPrototypeOf(this)._events) {
    this._events = Object.create(null);
    this._eventsCount = 0;
  }
  this._maxListeners = this._maxListeners || undefined;
}

EventEmitter.EventEmitter = EventEmitter;
EventEmitter.defaultMaxListeners = 10;

const methods = EventEmitter.prototype;
methods._events = undefined;
methods._eventsCount = 0;
methods._maxListeners = undefined;

const checkListener = (listener) => validateFunction(listener, 'listener');
const unwrap = (listener) => listener.listener || listener;

// One listener is kept as it is and several in an array, which programs can see through `_events`.
function held(emitter, type) {
  const listeners = emitter._events === undefined ? undefined : emitter._events[type];
  if (listeners === undefined) return [];
  return typeof listeners === 'function' ? [listeners] : listeners;
}

function forget(emitter, type) {
  delete emitter._events[type];
  emitter._eventsCount--;
}

methods.setMaxListeners = function setMaxListeners(n) {
  if (major >= 20) validateNumber(n, 'setMaxListeners', 0);
  else if (typeof n !== 'number' || !(n >= 0)) throw new codes.ERR_OUT_OF_RANGE('n', 'a non-negative number', n);
  this._maxListeners = n;
  return this;
};

methods.getMaxListeners = function getMaxListeners() {
  return this._maxListeners === undefined ? EventEmitter.defaultMaxListeners : this._maxListeners;
};

function unhandled(value) {
  if (value instanceof Error) return value;
  const error = new codes.ERR_UNHANDLED_ERROR(require('util').inspect(value));
  error.context = value;
  return error;
}

methods.emit = function emit(type, ...args) {
  const listeners = held(this, type);
  if (listeners.length === 0) {
    if (type === 'error') throw unhandled(args[0]);
    return false;
  }
  // A copy: what a listener adds or removes takes effect from the next emit on.
  for (const listener of [...listeners]) Reflect.apply(listener, this, args);
  return true;
};

function warnOfLeak(emitter, type, listeners) {
  const limit = emitter.getMaxListeners();
  if (!(limit > 0 && listeners.length > limit) || listeners.warned) return;
  listeners.warned = true;
  const owner = require('util').inspect(emitter, { depth: -1 });
  const warning = new Error(
    `Possible EventEmitter memory leak detected. ${listeners.length} ${String(type)} listeners added to ${owner}.` +
    `${major >= 20 ? ` MaxListeners is ${limit}.` : ''} Use emitter.setMaxListeners() to increase limit`);
  warning.name = 'MaxListenersExceededWarning';
  warning.emitter = emitter;
  warning.type = type;
  warning.count = listeners.length;
  process.emitWarning(warning);
}

function add(emitter, type, listener, first) {
  checkListener(listener);
  if (emitter._events === undefined) {
    emitter._events = Object.create(null);
    emitter._eventsCount = 0;
  } else if (emitter._events.newListener !== undefined) {
    emitter.emit('newListener', type, unwrap(listener));
  }
  const events = emitter._events;
  if (events[type] === undefined) {
    events[type] = listener;
    emitter._eventsCount++;
    return emitter;
  }
  const listeners = held(emitter, type);
  if (first) listeners.unshift(listener);
  else listeners.push(listener);
  events[type] = listeners;
  warnOfLeak(emitter, type, listeners);
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
  let fired = false;
  function wrapper(...args) {
    if (fired) return undefined;
    fired = major >= 24;
    emitter.removeListener(type, wrapper);
    fired = true;
    return Reflect.apply(listener, emitter, args);
  }
  if (major < 24) Object.defineProperty(wrapper, 'name', { value: 'bound onceWrapper' });
  wrapper.listener = listener;
  return wrapper;
}

methods.once = function once(type, listener) {
  return this.on(type, onceOnly(this, type, listener));
};

methods.prependOnceListener = function prependOnceListener(type, listener) {
  return this.prependListener(type, onceOnly(this, type, listener));
};

methods.removeListener = function removeListener(type, listener) {
  checkListener(listener);
  const listeners = held(this, type);
  let at = listeners.length - 1;
  while (at >= 0 && listeners[at] !== listener && listeners[at].listener !== listener) at--;
  if (at < 0) return this;
  const single = listeners.length === 1;
  listeners.splice(at, 1);
  if (single) forget(this, type);
  else if (listeners.length === 1) this._events[type] = listeners[0];
  if (this._events.removeListener !== undefined) {
    this.emit('removeListener', type, single ? unwrap(listener) : listener);
  }
  return this;
};
methods.off = methods.removeListener;

methods.removeAllListeners = function removeAllListeners(type) {
  if (this._events === undefined) return this;
  if (this._events.removeListener === undefined) {
    if (arguments.length === 0) {
      this._events = Object.create(null);
      this._eventsCount = 0;
    } else if (this._events[type] !== undefined) {
      forget(this, type);
    }
    return this;
  }
  if (arguments.length > 0) {
    for (const listener of [...held(this, type)].reverse()) this.removeListener(type, listener);
    return this;
  }
  for (const name of Reflect.ownKeys(this._events)) {
    if (name !== 'removeListener') this.removeAllListeners(name);
  }
  this.removeAllListeners('removeListener');
  this._events = Object.create(null);
  this._eventsCount = 0;
  return this;
};

methods.listeners = function listeners(type) {
  return held(this, type).map(unwrap);
};

methods.rawListeners = function rawListeners(type) {
  return [...held(this, type)];
};

methods.listenerCount = function listenerCount(type, listener) {
  const listeners = held(this, type);
  if (listener == null || major < 18) return listeners.length;
  return listeners.filter((each) => each === listener || each.listener === listener).length;
};

methods.eventNames = function eventNames() {
  return this._eventsCount > 0 ? Reflect.ownKeys(this._events) : [];
};

exports.EventEmitter = EventEmitter;
