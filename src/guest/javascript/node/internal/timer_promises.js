'use strict';
// Promise forms of the timers. Their settlement is a plain resolve in the timer's callback.

const { major } = binding;
const timers = require('timers');
const errors = require('internal/errors');
const { resist } = require('internal/event_symbols');

function checkOptions(options, what) {
  if (options === null || typeof options !== 'object') {
    return new errors.codes.ERR_INVALID_ARG_TYPE('options', 'Object', options);
  }
  const { signal, ref = true } = options;
  if (signal !== undefined && (signal === null || typeof signal !== 'object' || !('aborted' in signal))) {
    return new errors.codes.ERR_INVALID_ARG_TYPE('options.signal', 'AbortSignal', signal);
  }
  if (typeof ref !== 'boolean') return new errors.codes.ERR_INVALID_ARG_TYPE('options.ref', 'boolean', ref);
  return undefined;
}

function abortError(signal) {
  return major >= 16 ? new errors.AbortError(undefined, { cause: signal.reason }) : new errors.AbortError();
}

function promised(start, stop, value, options) {
  const problem = checkOptions(options);
  if (problem !== undefined) return Promise.reject(problem);
  const { signal, ref = true } = options;
  if (signal?.aborted) return Promise.reject(abortError(signal));
  let onAbort;
  const promise = new Promise((resolve, reject) => {
    const timer = start(() => resolve(value));
    if (!ref) timer.unref();
    if (signal !== undefined) {
      onAbort = () => {
        if (!timer._destroyed) {
          stop(timer);
          reject(abortError(signal));
        }
      };
      signal.addEventListener('abort', onAbort, { [resist]: true });
    }
  });
  if (onAbort === undefined) return promise;
  // Six promise jobs from the timer to the caller: a finally, and two promises around it.
  const cleared = new Promise((resolve, reject) => {
    promise.then(resolve, reject);
  }).finally(() => signal.removeEventListener('abort', onAbort));
  return new Promise((resolve, reject) => {
    cleared.then(resolve, reject);
  });
}

function setTimeout(delay, value, options = {}) {
  if (major >= 20 && delay !== undefined && typeof delay !== 'number') {
    return Promise.reject(new errors.codes.ERR_INVALID_ARG_TYPE('delay', 'number', delay));
  }
  return promised((callback) => timers.setTimeout(callback, delay), timers.clearTimeout, value, options);
}

function setImmediate(value, options = {}) {
  return promised((callback) => timers.setImmediate(callback), timers.clearImmediate, value, options);
}

async function* setInterval(delay, value, options = {}) {
  const problem = checkOptions(options);
  if (problem !== undefined) throw problem;
  const { signal, ref = true } = options;
  if (signal?.aborted) throw abortError(signal);
  let due = 0;
  let wake;
  const timer = timers.setInterval(() => {
    due += 1;
    if (wake !== undefined) {
      wake();
      wake = undefined;
    }
  }, delay);
  if (!ref) timer.unref();
  let onAbort;
  if (signal !== undefined) {
    onAbort = () => {
      timers.clearInterval(timer);
      if (wake !== undefined) {
        wake(Promise.reject(abortError(signal)));
        wake = undefined;
      }
    };
    signal.addEventListener('abort', onAbort, { once: true, [resist]: true });
  }
  try {
    while (!signal?.aborted) {
      if (due === 0) await new Promise((resolve) => { wake = resolve; });
      for (; due > 0; due--) yield value;
    }
    throw abortError(signal);
  } finally {
    timers.clearInterval(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

const kScheduler = Symbol('kScheduler');

function checkScheduler(value) {
  if (value === undefined || value === null) {
    throw new TypeError(`Cannot read properties of ${value} (reading 'Symbol(kScheduler)')`);
  }
  if (!value[kScheduler]) throw new errors.codes.ERR_INVALID_THIS('Scheduler');
}

class Scheduler {
  constructor() {
    throw new errors.codes.ERR_ILLEGAL_CONSTRUCTOR();
  }

  yield() {
    checkScheduler(this);
    return setImmediate();
  }

  wait(delay, options) {
    checkScheduler(this);
    return setTimeout(delay, undefined, options);
  }
}

module.exports = { setTimeout, setImmediate, setInterval };
if (major >= 16) {
  module.exports.scheduler = Object.create(Scheduler.prototype);
  module.exports.scheduler[kScheduler] = true;
}
