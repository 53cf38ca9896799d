'use strict';
// Stands between a `for await` loop and its iterator, so that a loop whose body throws can close the iterator and wait for
// that, as AsyncIteratorClose does. Nothing else changes: promises are handed through.

class Guard {
  constructor(iterator, isAsync) {
    this.iterator = iterator;
    this.isAsync = isAsync;
    this.isClosed = false;
    this.result = undefined;
  }

  next(...args) {
    return this.iterator.next(...args);
  }

  get return() {
    const method = this.isClosed ? undefined : this.iterator.return;
    return method == null ? undefined : (...args) => method.apply(this.iterator, args);
  }

  // Closes the iterator; true if there is a `result` to wait for.
  close() {
    try {
      const method = this.return;
      this.isClosed = true;
      if (this.isAsync) {
        if (method === undefined) return false;
        this.result = method();
      } else {
        this.result = method === undefined ? undefined : Promise.resolve(method().value).then(() => {});
      }
      return true;
    } catch {
      return false;
    }
  }
}

class AsyncGuard extends Guard {
  [Symbol.asyncIterator]() {
    return this;
  }
}

class SyncGuard extends Guard {
  [Symbol.iterator]() {
    return this;
  }
}

exports.guard = function guard(iterable) {
  if (iterable === undefined || iterable === null) return iterable;
  const asyncMethod = iterable[Symbol.asyncIterator];
  if (asyncMethod !== undefined && asyncMethod !== null) return new AsyncGuard(asyncMethod.call(iterable), true);
  if (typeof iterable[Symbol.iterator] !== 'function') return iterable;
  return new SyncGuard(iterable[Symbol.iterator](), false);
};
