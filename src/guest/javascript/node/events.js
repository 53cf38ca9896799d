'use strict';
// Emitters. Who is called, and in which order, is decided by the model; here are the methods programs call and replace.

const { emitters, hooks, major } = binding;
const errorMonitor = Symbol('events.errorMonitor');
binding.errorMonitor = errorMonitor;

function EventEmitter(options) {
  EventEmitter.init.call(this, options);
}
module.exports = EventEmitter;
EventEmitter.EventEmitter = EventEmitter;
EventEmitter.errorMonitor = errorMonitor;
EventEmitter.defaultMaxListeners = 10;
EventEmitter.init = function init() {
  this._maxListeners = this._maxListeners || undefined;
};

const methods = EventEmitter.prototype;
methods._maxListeners = undefined;

const checkListener = (listener) => require('internal/errors').validateFunction(listener, 'listener');
const unwrap = (listener) => listener.listener || listener;

hooks.listenerLimit = (emitter) =>
  emitter._maxListeners === undefined ? EventEmitter.defaultMaxListeners : emitter._maxListeners;

hooks.propertyKey = (value) => Reflect.ownKeys({ [value]: 0 })[0];

hooks.unhandledError = function unhandledError(value) {
  if (value instanceof Error) return value;
  const { codes } = require('internal/errors');
  const error = new codes.ERR_UNHANDLED_ERROR(require('util').inspect(value));
  error.context = value;
  return error;
};

methods.setMaxListeners = function setMaxListeners(n) {
  const { codes, validateNumber } = require('internal/errors');
  if (major >= 20) validateNumber(n, 'setMaxListeners', 0);
  else if (typeof n !== 'number' || !(n >= 0)) throw new codes.ERR_OUT_OF_RANGE('n', 'a non-negative number', n);
  this._maxListeners = n;
  return this;
};

methods.getMaxListeners = function getMaxListeners() {
  return hooks.listenerLimit(this);
};

methods.emit = function emit(type, ...args) {
  return emitters.emit(this, type, ...args);
};

function warnOfLeak(emitter, type, count) {
  const owner = require('util').inspect(emitter, { depth: -1 });
  const limit = hooks.listenerLimit(emitter);
  const warning = new Error(
    `Possible EventEmitter memory leak detected. ${count} ${String(type)} listeners added to ${owner}.` +
    `${major >= 20 ? ` MaxListeners is ${limit}.` : ''} Use emitter.setMaxListeners() to increase limit`);
  warning.name = 'MaxListenersExceededWarning';
  warning.emitter = emitter;
  warning.type = type;
  warning.count = count;
  process.emitWarning(warning);
}

function add(emitter, type, listener, first) {
  checkListener(listener);
  const count = emitters.add(emitter, type, listener, first);
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
  return this.on(type, onceOnly(this, type, listener));
};

methods.prependOnceListener = function prependOnceListener(type, listener) {
  return this.prependListener(type, onceOnly(this, type, listener));
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

methods.listeners = function listeners(type) {
  return emitters.listeners(this, type).map(unwrap);
};

methods.rawListeners = function rawListeners(type) {
  return emitters.listeners(this, type);
};

methods.listenerCount = function listenerCount(type, listener) {
  if (listener == null || major < 18) return emitters.count(this, type);
  return emitters.listeners(this, type).filter((each) => each === listener || each.listener === listener).length;
};

methods.eventNames = function eventNames() {
  return emitters.names(this);
};
