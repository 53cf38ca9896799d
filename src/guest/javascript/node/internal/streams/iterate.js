'use strict';
// Async iteration of a Readable (RS-38): each form takes its own number of promise jobs.

const { tick } = binding;
const rules = binding.rules.iteration;
const destroyer = require('internal/streams/destroyer');
const { finished } = require('internal/streams/finished');
const { aggregateTwoErrors } = require('internal/streams/state');

const noop = () => {};
const AsyncIteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype);
const result = (value, done) => ({ value, done });
const isPremature = (error) => error.code === 'ERR_STREAM_PREMATURE_CLOSE';

// Somebody to wake when the stream is readable or over.
function bell(stream) {
  let wake = noop;
  const ring = () => {
    const sleeping = wake;
    wake = noop;
    sleeping();
  };
  return {
    ring,
    // As a listener of the stream it rings; given a function, it keeps that to be woken.
    listener(resolve) {
      if (this === stream) ring();
      else wake = resolve;
    },
  };
}

// An object over finished(), each of whose steps waits for the one before.
class Chain {
  constructor(stream) {
    this.stream = stream;
    this.resolve = null;
    this.reject = null;
    this.error = null;
    this.last = null;
    this.ended = stream.readableEnded || stream._readableState.endEmitted;
    finished(stream, { writable: false }, (error) => {
      const failed = error && !isPremature(error);
      const settle = failed ? this.reject : this.resolve;
      if (settle !== null) {
        this.forget();
        settle(failed ? error : result(undefined, true));
      }
      if (failed) this.error = error;
      else this.ended = true;
    });
    stream.on('readable', () => tick(() => this.serve()));
  }

  forget() {
    this.last = null;
    this.resolve = null;
    this.reject = null;
  }

  serve() {
    const { resolve } = this;
    if (resolve === null) return;
    const chunk = this.stream.read();
    if (chunk === null) return;
    this.forget();
    resolve(result(chunk, false));
  }

  take(resolve, reject) {
    const chunk = this.stream.read();
    if (chunk) {
      this.forget();
      resolve(result(chunk, false));
    } else {
      this.resolve = resolve;
      this.reject = reject;
    }
  }

  next() {
    if (this.error !== null) return Promise.reject(this.error);
    if (this.ended) return Promise.resolve(result(undefined, true));
    if (this.stream.destroyed) {
      return new Promise((resolve, reject) => {
        tick(() => {
          if (this.error) reject(this.error);
          else resolve(result(undefined, true));
        });
      });
    }
    const { last } = this;
    let promise;
    if (last) {
      promise = new Promise((resolve, reject) => {
        last.then(() => {
          if (this.ended) resolve(result(undefined, true));
          else this.take(resolve, reject);
        }, reject);
      });
    } else {
      const chunk = this.stream.read();
      if (chunk !== null) return Promise.resolve(result(chunk, false));
      promise = new Promise((resolve, reject) => this.take(resolve, reject));
    }
    this.last = promise;
    return promise;
  }

  return() {
    return new Promise((resolve, reject) => {
      const { stream } = this;
      if (stream.destroyed || stream.readableEnded || stream._readableState?.endEmitted) {
        resolve(result(undefined, true));
        return;
      }
      finished(stream, (error) => {
        if (error && !isPremature(error)) reject(error);
        else resolve(result(undefined, true));
      });
      stream.destroy();
    });
  }
}
Object.setPrototypeOf(Chain.prototype, AsyncIteratorPrototype);

// A generator over the stream's events.
async function* overEvents(stream, options) {
  const { destroyOnReturn = true, destroyOnError = true } = options ?? {};
  const { listener, ring } = bell(stream);
  const state = stream._readableState;
  let error = state.errored;
  let { errorEmitted, endEmitted, closeEmitted } = state;
  let threw = false;
  stream.on('readable', listener).on('error', (failure) => {
    error = failure;
    errorEmitted = true;
    ring();
  }).on('end', () => {
    endEmitted = true;
    ring();
  }).on('close', () => {
    closeEmitted = true;
    ring();
  });
  try {
    for (;;) {
      const chunk = stream.destroyed ? null : stream.read();
      if (chunk !== null) yield chunk;
      else if (errorEmitted) throw error;
      else if (endEmitted || closeEmitted) break;
      else await new Promise(listener);
    }
  } catch (failure) {
    if (destroyOnError) destroyer(stream, failure);
    threw = rules.failureDestroysOnce;
    throw failure;
  } finally {
    if (!threw && destroyOnReturn && (state.autoDestroy || !endEmitted)) destroyer(stream, null);
  }
}

// Whether the iteration of a stream leaves it destroyed.
function isToBeDestroyed(stream, error, options) {
  const isOpen = () => stream.allowHalfOpen === true && stream.writable === true && stream.writableEnded !== true;
  if (rules.openSideSurvives && error === null && isOpen()) return false;
  return (error || options?.destroyOnReturn !== false) && (error === undefined || stream._readableState.autoDestroy);
}

// A generator over finished().
async function* overFinished(stream, options) {
  const { listener, ring } = bell(stream);
  stream.on('readable', listener);
  // Undefined while the stream goes on, null at its end.
  let error;
  const cleanup = finished(stream, { writable: false }, (failure) => {
    error = failure ? aggregateTwoErrors(error, failure) : null;
    ring();
  });
  try {
    for (;;) {
      const chunk = stream.destroyed ? null : stream.read();
      if (chunk !== null) yield chunk;
      else if (error) throw error;
      else if (error === null) return;
      else await new Promise(listener);
    }
  } catch (failure) {
    error = aggregateTwoErrors(error, failure);
    throw error;
  } finally {
    if (isToBeDestroyed(stream, error, options)) {
      destroyer(stream, null);
    } else {
      stream.off('readable', listener);
      cleanup();
    }
  }
}

// An object: a chunk that is there is given at once, and whoever comes while another waits queues up.
class Direct {
  #stream;
  #options;
  #bell;
  #error = undefined;
  #cleanup = undefined;
  #completed = false;
  #busy = false;
  #queue = [];
  #draining = false;

  constructor(stream, options) {
    this.#stream = stream;
    this.#options = options;
    this.#bell = bell(stream);
  }

  #start() {
    if (this.#cleanup !== undefined) return;
    this.#stream.on('readable', this.#bell.listener);
    this.#cleanup = noop;
    this.#cleanup = finished(this.#stream, { writable: false }, (failure) => {
      this.#error = failure ? aggregateTwoErrors(this.#error, failure) : null;
      this.#bell.ring();
    });
  }

  #finish() {
    this.#completed = true;
    if (isToBeDestroyed(this.#stream, this.#error, this.#options)) {
      destroyer(this.#stream, null);
    } else {
      this.#stream.off('readable', this.#bell.listener);
      this.#cleanup();
    }
  }

  #fail(failure, reject) {
    this.#error = aggregateTwoErrors(this.#error, failure);
    this.#finish();
    reject(this.#error);
  }

  #free() {
    this.#busy = false;
  }

  #drain() {
    if (this.#draining) return;
    this.#draining = true;
    try {
      while (!this.#busy && this.#queue.length > 0) this.#queue.shift()();
    } finally {
      this.#draining = false;
    }
  }

  #pump(resolve, reject) {
    const chunk = this.#stream.destroyed ? null : this.#stream.read();
    if (chunk !== null) {
      const then = chunk?.then;
      if (typeof then === 'function') {
        Reflect.apply(then, chunk, [(value) => {
          this.#free();
          resolve({ done: false, value });
          this.#drain();
        }, (failure) => {
          this.#free();
          this.#fail(failure, reject);
          this.#drain();
        }]);
        return;
      }
      this.#free();
      resolve({ done: false, value: chunk });
      this.#drain();
    } else if (this.#error) {
      this.#free();
      this.#fail(this.#error, reject);
      this.#drain();
    } else if (this.#error === null) {
      this.#free();
      this.#finish();
      resolve({ done: true, value: undefined });
      this.#drain();
    } else {
      this.#wait(resolve, reject);
    }
  }

  #wait(resolve, reject) {
    new Promise(this.#bell.listener).then(() => this.#pump(resolve, reject));
  }

  #later(work) {
    return new Promise((resolve, reject) => {
      if (this.#busy) this.#queue.push(() => work(resolve, reject));
      else work(resolve, reject);
    });
  }

  next() {
    if (this.#busy || this.#completed) {
      return this.#later((resolve, reject) => {
        if (this.#completed) {
          resolve({ done: true, value: undefined });
          return;
        }
        this.#start();
        this.#busy = true;
        this.#pump(resolve, reject);
      });
    }
    this.#start();
    const chunk = this.#stream.destroyed ? null : this.#stream.read();
    if (chunk !== null) {
      const then = chunk?.then;
      if (typeof then !== 'function') return Promise.resolve({ done: false, value: chunk });
      this.#busy = true;
      return Reflect.apply(then, chunk, [(value) => {
        this.#free();
        this.#drain();
        return { done: false, value };
      }, (failure) => {
        this.#free();
        this.#error = aggregateTwoErrors(this.#error, failure);
        this.#finish();
        this.#drain();
        throw this.#error;
      }]);
    }
    if (this.#error) {
      this.#finish();
      return Promise.reject(this.#error);
    }
    if (this.#error === null) {
      this.#finish();
      return Promise.resolve({ done: true, value: undefined });
    }
    this.#busy = true;
    return new Promise((resolve, reject) => this.#wait(resolve, reject));
  }

  return(value) {
    return this.#later((resolve) => {
      if (!this.#completed) {
        if (this.#cleanup === undefined) this.#completed = true;
        else this.#finish();
      }
      resolve({ done: true, value });
    });
  }

  throw(failure) {
    return this.#later((resolve, reject) => {
      if (this.#completed || this.#cleanup === undefined) {
        this.#completed = true;
        reject(failure);
        return;
      }
      this.#fail(failure, reject);
    });
  }
}
Object.setPrototypeOf(Direct.prototype, AsyncIteratorPrototype);

exports.iterate = function iterate(stream, options) {
  if (rules.isChain) return new Chain(stream);
  if (typeof stream.read !== 'function') stream = require('internal/streams/wrap').readableFrom(stream, { objectMode: true });
  const iterator = rules.isOverEvents ? overEvents(stream, options)
    : rules.isOverFinished ? overFinished(stream, options)
      : new Direct(stream, options);
  iterator.stream = stream;
  return iterator;
};
