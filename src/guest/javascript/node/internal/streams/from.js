'use strict';
// Readable.from (RS-39): how many promise jobs an item takes is what programs see of it.

const { tick } = binding;
const rules = binding.rules.iteration;
const { Buffer } = require('buffer');
const { codes } = require('internal/errors');
const { aggregateTwoErrors } = require('internal/streams/state');

const isThenable = (value) => value && typeof value.then === 'function';

function nullValue() {
  return new codes.ERR_STREAM_NULL_VALUES();
}

// Every item, of whatever kind, is awaited twice.
function awaitingAll(readable, iterator) {
  let open = false;
  async function close() {
    if (typeof iterator.return !== 'function') return;
    const { value } = await iterator.return();
    await value;
  }
  readable._destroy = function _destroy(error, callback) {
    if (!open) {
      callback(error);
      return;
    }
    open = false;
    close().then(() => tick(() => callback(error)), (failure) => tick(() => callback(error || failure)));
  };
  return async function next(stop) {
    try {
      open = false;
      const { value, done } = await iterator.next();
      open = !done;
      if (done) {
        readable.push(null);
      } else if (readable.destroyed) {
        await close();
      } else {
        const item = await value;
        if (item === null) {
          stop();
          throw nullValue();
        }
        if (readable.push(item)) next(stop);
        else stop();
      }
    } catch (error) {
      readable.destroy(error);
    }
  };
}

function closing(readable, iterator) {
  async function close(error) {
    if (error !== undefined && error !== null && typeof iterator.throw === 'function') {
      const { value, done } = await iterator.throw(error);
      await value;
      if (done) return;
    }
    if (typeof iterator.return === 'function') {
      const { value } = await iterator.return();
      await value;
    }
  }
  const { _destroy: original } = readable;
  readable._destroy = function _destroy(error, callback) {
    const finish = (failure) => {
      close(failure).then(
        () => tick(() => callback(failure)),
        (second) => tick(() => callback(rules.failuresAreJoined ? aggregateTwoErrors(failure, second) : second || failure)),
      );
    };
    if (rules.givenDestroyIsCalled) original.call(this, error, (failure) => finish(failure || error));
    else finish(error);
  };
}

// Gives whether to go on after an item.
function deliver(readable, item, stop) {
  if (item === null) {
    stop();
    throw nullValue();
  }
  if (readable.push(item)) return true;
  stop();
  return false;
}

// One async function for all.
function inOneFunction(readable, iterator, isAsync) {
  return async function next(stop) {
    try {
      for (;;) {
        const { value, done } = isAsync ? await iterator.next() : iterator.next();
        if (done) {
          readable.push(null);
          return;
        }
        const item = isThenable(value) ? await value : value;
        if (!deliver(readable, item, stop)) return;
      }
    } catch (error) {
      readable.destroy(error);
    }
  };
}

function fromAsync(readable, iterator) {
  return async function next(stop) {
    try {
      for (;;) {
        const { value, done } = await iterator.next();
        if (done) {
          readable.push(null);
          return;
        }
        if (!deliver(readable, value, stop)) return;
      }
    } catch (error) {
      readable.destroy(error);
    }
  };
}

// A plain loop, until the first thenable turns up.
function fromSync(readable, iterator) {
  const mixed = inOneFunction(readable, iterator, false);
  let hasPromises = false;
  async function change(value, stop) {
    try {
      if (deliver(readable, await value, stop)) mixed(stop);
    } catch (error) {
      readable.destroy(error);
    }
  }
  return function next(stop) {
    if (hasPromises) {
      mixed(stop);
      return;
    }
    try {
      for (;;) {
        const { value, done } = iterator.next();
        if (done) {
          readable.push(null);
          return;
        }
        if (isThenable(value)) {
          hasPromises = true;
          change(value, stop);
          return;
        }
        if (!deliver(readable, value, stop)) return;
      }
    } catch (error) {
      readable.destroy(error);
    }
  };
}

exports.from = function from(Readable, iterable, options) {
  if (typeof iterable === 'string' || iterable instanceof Buffer) {
    return new Readable({
      objectMode: true,
      ...options,
      read() {
        this.push(iterable);
        this.push(null);
      },
    });
  }
  const isAsync = !!(iterable && iterable[Symbol.asyncIterator]);
  if (!isAsync && !(iterable && iterable[Symbol.iterator])) {
    throw new codes.ERR_INVALID_ARG_TYPE('iterable', ['Iterable'], iterable);
  }
  const iterator = isAsync ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]();
  const readable = new Readable({ objectMode: true, highWaterMark: 1, ...options });
  let reading = false;
  const stop = () => {
    reading = false;
  };
  let next;
  if (rules.awaitsAllItems) next = awaitingAll(readable, iterator);
  else {
    closing(readable, iterator);
    if (rules.takesItemsInOneFunction) next = inOneFunction(readable, iterator, isAsync);
    else next = isAsync ? fromAsync(readable, iterator) : fromSync(readable, iterator);
  }
  readable._read = function _read() {
    if (reading) return;
    reading = true;
    next(stop);
  };
  return readable;
};
