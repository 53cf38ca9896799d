'use strict';
// Waiting for events: once() and on().

const errors = require('internal/errors');
const { firstOnly, resist } = require('internal/event_symbols');

const { major } = binding;
const rules = binding.rules.events.waits;
const { codes } = errors;
const asyncIterator = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype);

function abortError(signal) {
  if (major >= 16) return new errors.AbortError(undefined, { cause: signal.reason });
  const DOMException = require('internal/dom_exception');
  return new DOMException('The operation was aborted', 'AbortError');
}

const notEmitter = (value) => new codes.ERR_INVALID_ARG_TYPE('emitter', 'EventEmitter', value);

function listenOnce(emitter, name, listener) {
  if (typeof emitter.once !== 'function') throw new TypeError('emitter.once is not a function');
  emitter.once(name, listener);
}

// A target calls listeners with one event, and up to 14 with nothing more.
function listen(emitter, name, listener, options) {
  if (typeof emitter.on === 'function' || major < 14) {
    if (options?.once) listenOnce(emitter, name, listener);
    else emitter.on(name, listener);
  } else if (typeof emitter.addEventListener === 'function') {
    emitter.addEventListener(name, major >= 16 ? listener : (event) => { listener(event); }, options);
  } else {
    throw notEmitter(emitter);
  }
}

function unlisten(emitter, name, listener, options) {
  if (typeof emitter.removeListener === 'function') emitter.removeListener(name, listener);
  else if (typeof emitter.removeEventListener === 'function') emitter.removeEventListener(name, listener, options);
  else throw notEmitter(emitter);
}

// Listeners on signals are heard even if somebody stops the event.
const onceOnSignal = { __proto__: null, once: true, [resist]: true };

// EE-20: 'error' is listened to first.
function oncePlain(emitter, name) {
  return new Promise((resolve, reject) => {
    if (typeof emitter.addEventListener === 'function' && typeof emitter.on !== 'function') {
      emitter.addEventListener(name, (...args) => { resolve(args); }, { once: true });
      return;
    }
    let errorListener;
    const eventListener = (...args) => {
      if (errorListener !== undefined) emitter.removeListener('error', errorListener);
      resolve(args);
    };
    if (name !== 'error') {
      errorListener = (error) => {
        emitter.removeListener(name, eventListener);
        reject(error);
      };
      listenOnce(emitter, 'error', errorListener);
    }
    listenOnce(emitter, name, eventListener);
  });
}

function waitOnce(emitter, name, signal) {
  return new Promise((resolve, reject) => {
    const errorListener = (error) => {
      emitter.removeListener(name, resolver);
      if (signal != null) unlisten(signal, 'abort', abortListener);
      reject(error);
    };
    const resolver = (...args) => {
      if (typeof emitter.removeListener === 'function') emitter.removeListener('error', errorListener);
      if (signal != null) unlisten(signal, 'abort', abortListener);
      resolve(args);
    };
    const abortListener = () => {
      unlisten(emitter, name, resolver);
      unlisten(emitter, 'error', errorListener);
      reject(abortError(signal));
    };
    listen(emitter, name, resolver, onceOnSignal);
    if (name !== 'error' && typeof (major >= 16 ? emitter.once : emitter.on) === 'function') emitter.once('error', errorListener);
    if (signal != null) {
      if (major >= 16) listen(signal, 'abort', abortListener, onceOnSignal);
      else signal.addEventListener('abort', abortListener, { once: true });
    }
  });
}

async function onceAsync(emitter, name, options = {}) {
  if (major >= 22) errors.validateObject(options, 'options');
  const signal = options?.signal;
  errors.validateAbortSignal(signal, 'options.signal');
  if (signal?.aborted) throw abortError(signal);
  return waitOnce(emitter, name, signal);
}

exports.once = rules.onceIsAsync ? onceAsync : oncePlain;
Object.defineProperty(exports.once, 'name', { value: 'once' });

function callMethod(emitter, name) {
  if (typeof emitter[name] !== 'function') throw new TypeError(`emitter.${name} is not a function`);
  emitter[name]();
}

const result = (value, done) => rules.doneComesFirst ? { done, value } : { value, done };

// EE-22, EE-23.
function on(emitter, event, options = {}) {
  if (major >= 22) errors.validateObject(options, 'options');
  const signal = major >= 14 ? (major >= 20 ? options.signal : options?.signal) : undefined;
  errors.validateAbortSignal(signal, 'options.signal');
  if (signal?.aborted) throw abortError(signal);
  let high = Infinity;
  let low = 1;
  if (rules.marksPause) {
    high = options.highWaterMark ?? options.highWatermark ?? Number.MAX_SAFE_INTEGER;
    errors.validateInteger(high, 'options.highWaterMark', 1);
    low = options.lowWaterMark ?? options.lowWatermark ?? 1;
    errors.validateInteger(low, 'options.lowWaterMark', 1);
  }
  const unread = [];
  const pending = [];
  let size = 0;
  let paused = false;
  let failed = false;
  let failure;
  let finished = false;

  const iterator = Object.setPrototypeOf({
    next() {
      if (size > 0) {
        // Where pause() threw, the event itself was lost.
        const value = unread.length > 0 ? unread.shift() : null;
        size--;
        if (paused && size < low) {
          callMethod(emitter, 'resume');
          paused = false;
        }
        return Promise.resolve(result(value, false));
      }
      if (failed) {
        const rejected = Promise.reject(failure);
        failed = false;
        return rejected;
      }
      if (finished) return rules.closesItself ? closeHandler() : Promise.resolve(result(undefined, true));
      return new Promise((resolve, reject) => {
        pending.push({ resolve, reject });
      });
    },

    return() {
      return closeHandler();
    },

    throw(error) {
      if (!error || !(error instanceof Error)) {
        throw new codes.ERR_INVALID_ARG_TYPE('EventEmitter.AsyncIterator', 'Error', error);
      }
      if (rules.throwIsAnError) {
        errorHandler(error);
        return;
      }
      [failed, failure] = [true, error];
      forget();
    },

    [Symbol.asyncIterator]() {
      return this;
    },
  }, asyncIterator);
  if (rules.marksPause) {
    iterator[Symbol.for('nodejs.watermarkData')] = {
      get size() { return size; },
      get low() { return low; },
      get high() { return high; },
      get isPaused() { return paused; },
    };
  }

  // Programs can see what the listeners are called.
  const listener = major >= 20 ? function (...args) { eventHandler(...args); } : eventHandler;
  Object.defineProperty(listener, 'name', { value: major >= 20 ? '' : 'eventHandler' });
  const taken = [];
  const add = (name, listener) => {
    listen(emitter, name, listener);
    taken.push([emitter, name, listener]);
  };
  add(event, listener);
  const hearsError = !rules.awaitedErrorIsEvent || (event !== 'error' && typeof emitter.on === 'function');
  if (hearsError) add('error', errorHandler);
  if (rules.marksPause) for (const name of options.close ?? []) add(name, closeHandler);
  let unsubscribe;
  if (signal) {
    if (rules.closesItself) {
      const { addAbortListener } = require('internal/abort_listener');
      unsubscribe = addAbortListener(signal, abortListener);
    } else {
      listen(signal, 'abort', abortListener, onceOnSignal);
    }
  }
  return iterator;

  function forget() {
    if (rules.closesItself) {
      while (taken.length > 0) unlisten(...taken.pop());
      return;
    }
    unlisten(emitter, event, listener);
    unlisten(emitter, 'error', errorHandler);
  }

  function closeHandler() {
    unsubscribe?.[Symbol.dispose]();
    forget();
    if (signal && !rules.closesItself) unlisten(signal, 'abort', abortListener, { once: true });
    finished = true;
    if (rules.closingEndsPause) paused = false;
    const done = result(undefined, true);
    if (rules.closesItself) {
      while (pending.length > 0) pending.shift().resolve(done);
    } else {
      for (const each of pending) each.resolve(result(undefined, true));
    }
    return Promise.resolve(rules.closesItself ? done : result(undefined, true));
  }

  function abortListener() {
    errorHandler(abortError(signal));
  }

  function eventHandler(...args) {
    const value = options?.[firstOnly] ? args[0] : args;
    if (pending.length > 0) {
      pending.shift().resolve(result(value, false));
      return;
    }
    size++;
    if (!paused && size > high) {
      paused = true;
      callMethod(emitter, 'pause');
    }
    unread.push(value);
  }

  function errorHandler(error) {
    if (!rules.closesItself) finished = true;
    if (pending.length > 0) pending.shift().reject(error);
    else [failed, failure] = [Boolean(error), error];
    if (rules.closesItself) closeHandler();
    else iterator.return();
  }
}
exports.on = on;
