'use strict';
// The operators of Readable (RS-45): map, filter and what is built on them.

const { major } = binding;
const rules = binding.rules.operators;
const { AbortController } = require('internal/abort_controller');
const errors = require('internal/errors');
const { promised: finishedPromise } = require('internal/streams/finished');

const { AbortError, codes } = errors;
const SKIPPED = Symbol('skipped');
const END = Symbol('end');

function checkFunction(value, name) {
  if (major >= 22) errors.validateFunction(value, name);
  else if (typeof value !== 'function') throw new codes.ERR_INVALID_ARG_TYPE(name, ['Function', 'AsyncFunction'], value);
}

function checkOptions(options) {
  if (options === null || options === undefined) return;
  errors.validateObject(options, 'options');
  if (options.signal !== null && options.signal !== undefined) errors.validateAbortSignal(options.signal, 'options.signal');
}

function integerOf(value, otherwise, name, least) {
  const chosen = value === null || value === undefined ? otherwise : Math.floor(value);
  errors.validateInteger(chosen, major >= 18 ? `options.${name}` : name, least);
  return chosen;
}

// A signal that follows the one that was given.
function follower(options) {
  if (!rules.leavingAborts) return { signal: AbortSignal.any([options?.signal].filter(Boolean)), stop() {}, abort() {} };
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (options?.signal?.aborted) abort();
  options?.signal?.addEventListener('abort', abort);
  return {
    signal: controller.signal,
    stop: () => options?.signal?.removeEventListener('abort', abort),
    abort,
  };
}

function map(mapper, options) {
  checkFunction(mapper, 'fn');
  checkOptions(options);
  const concurrency = integerOf(options?.concurrency, 1, 'concurrency', 1);
  const ahead = rules.callsAreLimited ? integerOf(options?.highWaterMark, concurrency - 1, 'highWaterMark', 0) + concurrency : concurrency;
  return async function* map() {
    const { signal, stop, abort } = follower(options);
    const stream = this;
    const queue = [];
    const passed = { signal };
    let next = null;
    let resume = null;
    let done = false;
    let running = 0;
    const wake = () => {
      if (next === null) return;
      const waiting = next;
      next = null;
      waiting();
    };
    const goOn = () => {
      if (resume === null) return;
      const waiting = resume;
      resume = null;
      waiting();
    };
    const goOnIfRoom = () => {
      if (resume !== null && !done && running < concurrency && queue.length < ahead) goOn();
    };
    const processed = () => {
      running -= 1;
      goOnIfRoom();
    };
    const failed = () => {
      done = true;
      if (rules.callsAreLimited) processed();
    };
    const watch = (value) => {
      if (rules.callsAreLimited) value.then(processed, failed);
      else value.then(undefined, failed);
    };
    async function pump() {
      try {
        for await (let value of stream) {
          if (done) return;
          if (signal.aborted) throw new AbortError();
          try {
            value = mapper(value, passed);
            if (rules.callsAreLimited) {
              if (value === SKIPPED) continue;
              value = Promise.resolve(value);
            }
          } catch (error) {
            value = Promise.reject(error);
          }
          if (rules.callsAreLimited) {
            running += 1;
            watch(value);
          } else {
            if (value === SKIPPED) continue;
            if (typeof value?.catch === 'function') value.catch(failed);
          }
          queue.push(value);
          wake();
          const isFull = queue.length >= ahead || (rules.callsAreLimited && running >= concurrency);
          if (!done && isFull) {
            await new Promise((resolve) => {
              resume = resolve;
            });
          }
        }
        queue.push(END);
      } catch (error) {
        const value = Promise.reject(error);
        watch(value);
        queue.push(value);
      } finally {
        done = true;
        wake();
        stop();
      }
    }
    pump();
    try {
      for (;;) {
        while (queue.length > 0) {
          const value = await queue[0];
          if (value === END) return;
          if (signal.aborted) throw new AbortError();
          if (value !== SKIPPED) yield value;
          queue.shift();
          if (rules.callsAreLimited) goOnIfRoom();
          else goOn();
        }
        await new Promise((resolve) => {
          next = resolve;
        });
      }
    } finally {
      abort();
      done = true;
      goOn();
    }
  }.call(this);
}

function filter(predicate, options) {
  checkFunction(predicate, 'fn');
  return map.call(this, async (value, passed) => ((await predicate(value, passed)) ? value : SKIPPED), options);
}

function flatMap(mapper, options) {
  const values = map.call(this, mapper, options);
  return async function* flatMap() {
    for await (const value of values) yield* value;
  }.call(this);
}

function asIndexedPairs(options = undefined) {
  checkOptions(options);
  return async function* asIndexedPairs() {
    let index = 0;
    for await (const value of this) {
      if (options?.signal?.aborted) throw new AbortError({ cause: options.signal.reason });
      yield [index++, value];
    }
  }.call(this);
}

function countOf(value) {
  const count = Number(value);
  if (Number.isNaN(count)) return 0;
  if (count < 0) throw new codes.ERR_OUT_OF_RANGE('number', '>= 0', count);
  return count;
}

function drop(number, options = undefined) {
  checkOptions(options);
  let left = countOf(number);
  return async function* drop() {
    if (options?.signal?.aborted) throw new AbortError();
    for await (const value of this) {
      if (options?.signal?.aborted) throw new AbortError();
      if (left-- <= 0) yield value;
    }
  }.call(this);
}

function take(number, options = undefined) {
  checkOptions(options);
  let left = countOf(number);
  return async function* take() {
    if (options?.signal?.aborted) throw new AbortError();
    for await (const value of this) {
      if (options?.signal?.aborted) throw new AbortError();
      const wanted = left-- > 0;
      if (wanted) yield value;
      if (rules.takeAsksForMore ? !wanted : left <= 0) return;
    }
  }.call(this);
}

async function some(predicate, options = undefined) {
  for await (const value of filter.call(this, predicate, options)) return true || value;
  return false;
}

async function every(predicate, options = undefined) {
  checkFunction(predicate, 'fn');
  return !(await some.call(this, async (...args) => !(await predicate(...args)), options));
}

async function find(predicate, options) {
  for await (const value of filter.call(this, predicate, options)) return value;
  return undefined;
}

async function forEach(action, options) {
  checkFunction(action, 'fn');
  async function act(value, passed) {
    await action(value, passed);
    return SKIPPED;
  }
  const rest = map.call(this, act, options);
  for await (const value of rest) void value;
}

async function reduce(reducer, initialValue, options) {
  checkFunction(reducer, 'reducer');
  checkOptions(options);
  let hasValue = arguments.length > 1;
  if (options?.signal?.aborted) {
    const error = new AbortError(undefined, { cause: options.signal.reason });
    this.once('error', () => {});
    await finishedPromise(this.destroy(error));
    throw error;
  }
  const controller = new AbortController();
  const { signal } = controller;
  options?.signal?.addEventListener('abort', () => controller.abort(), { once: true });
  let isEmpty = true;
  let value = initialValue;
  try {
    for await (const item of this) {
      isEmpty = false;
      if (options?.signal?.aborted) throw new AbortError();
      if (hasValue) {
        value = await reducer(value, item, { signal });
      } else {
        value = item;
        hasValue = true;
      }
    }
    if (isEmpty && !hasValue) {
      const error = new codes.ERR_MISSING_ARGS('reduce');
      error.message = 'Reduce of an empty stream requires an initial value';
      throw error;
    }
  } finally {
    controller.abort();
  }
  return value;
}

async function toArray(options) {
  checkOptions(options);
  const all = [];
  for await (const value of this) {
    if (options?.signal?.aborted) throw new AbortError(undefined, { cause: options.signal.reason });
    all.push(value);
  }
  return all;
}

function compose(stream, options) {
  checkOptions(options);
  const { isNodeStream, isWritable } = require('internal/streams/kinds');
  if (major < 24 && isNodeStream(stream) && !isWritable(stream)) {
    throw new codes.ERR_INVALID_ARG_VALUE('stream', stream, 'must be writable');
  }
  const composed = require('internal/streams/compose').compose(this, stream);
  if (options?.signal) require('internal/streams/abort').addAbortSignalUnchecked(options.signal, composed);
  return composed;
}

exports.install = function install(Readable) {
  const streamy = { drop, filter, flatMap, map, take };
  if (major < 22) streamy.asIndexedPairs = asIndexedPairs;
  const promising = { every, forEach, reduce, toArray, some, find };
  const define = (name, operator, wrap) => {
    const method = function (...args) {
      if (new.target) throw new codes.ERR_ILLEGAL_CONSTRUCTOR();
      return wrap(Reflect.apply(operator, this, args));
    };
    Object.defineProperty(method, 'name', { value: operator.name });
    Object.defineProperty(method, 'length', { value: operator.length });
    Object.defineProperty(Readable.prototype, name, { value: method, enumerable: false, configurable: true, writable: true });
  };
  for (const [name, operator] of Object.entries(streamy)) define(name, operator, (generator) => Readable.from(generator));
  for (const [name, operator] of Object.entries(promising)) define(name, operator, (promise) => promise);
  if (major < 18) return;
  if (rules.composedIsIterated) define('compose', compose, (duplex) => Readable.from(duplex));
  else Readable.prototype.compose = compose;
};
