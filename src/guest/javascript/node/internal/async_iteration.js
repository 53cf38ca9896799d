'use strict';
// Async generators and `for await` with the promise jobs V8 gives them (MT-9). The text of a program is rewritten to call
// what is here: an async generator hands over its body as a plain generator, in which `await` and `yield` are both `yield`.

const { rules, classOf } = binding;
const { apply } = Reflect;
const EnginePromise = Promise;
const { resolve: promiseResolve, reject: promiseReject } = Promise;
const { then: promiseThen } = Promise.prototype;
const { get: mapGet, set: mapSet } = WeakMap.prototype;
const asyncGenerator = Object.getPrototypeOf(async function* () {}).prototype;
const {
  next: generatorNext, return: generatorReturn, throw: generatorThrow,
} = Object.getPrototypeOf(function* () {}).prototype;

const NEXT = 0;
const RETURN = 1;
const THROW = 2;

function isObject(value) {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function shown(value) {
  if (isObject(value)) return typeof value === 'function' ? 'function' : '#<Object>';
  return typeof value === 'string' || value === undefined ? `${value}` : `${typeof value} ${String(value)}`;
}

function call(method, iterator, args) {
  if (typeof method !== 'function') throw new TypeError(`${shown(method)} is not a function`);
  return apply(method, iterator, args);
}

function checked(result) {
  if (!isObject(result)) throw new TypeError(`Iterator result ${String(result)} is not an object`);
  return result;
}

// What `await` does: the callbacks come as promise jobs. Throws what looking at the value throws.
function settled(value, fulfilled, rejected) {
  apply(promiseThen, apply(promiseResolve, EnginePromise, [value]), [fulfilled, rejected]);
}

// The async iterator made of a plain one.
class FromSync {
  constructor(iterator) {
    this.iterator = iterator;
    this.method = iterator.next;
  }

  get return() {
    return this.finish;
  }

  get throw() {
    return this.raise;
  }

  next(...args) {
    return this.settle(() => call(this.method, this.iterator, args), true);
  }

  finish(...args) {
    const method = this.iterator.return;
    if (method == null) return new EnginePromise((resolve) => resolve({ value: args[0], done: true }));
    return this.settle(() => call(method, this.iterator, args), false);
  }

  raise(error) {
    return new EnginePromise((resolve, reject) => {
      const method = this.iterator.throw;
      if (method != null) {
        this.proceed(() => call(method, this.iterator, [error]), true, resolve, reject);
        return;
      }
      if (!rules.missingThrowCloses) throw error;
      this.close();
      throw new TypeError("The iterator does not provide a 'throw' method.");
    });
  }

  close() {
    const method = this.iterator.return;
    if (method != null) call(method, this.iterator, []);
  }

  // Ends the iterator on the way out with an error, which goes before what that throws.
  abandon() {
    try {
      this.close();
    } catch {
      // The first error counts.
    }
  }

  settle(step, closes) {
    return new EnginePromise((resolve, reject) => {
      this.proceed(step, closes, resolve, reject);
    });
  }

  // A step that fails before it can be told that it was the last one abandons the iterator, too.
  proceed(step, closes, resolve, reject) {
    let abandons = closes && rules.rejectedItemCloses;
    try {
      const result = checked(step());
      const done = Boolean(result.done);
      const { value } = result;
      abandons &&= !done;
      settled(value, (item) => resolve({ value: item, done }), (error) => {
        if (abandons) this.abandon();
        reject(error);
      });
    } catch (error) {
      if (abandons) this.abandon();
      throw error;
    }
  }
}

function asyncIteratorOf(iterable, complaint) {
  const method = iterable[Symbol.asyncIterator];
  if (method != null) {
    const iterator = call(method, iterable, []);
    if (!isObject(iterator)) throw new TypeError('Result of the Symbol.asyncIterator method is not an object');
    return iterator;
  }
  const plainMethod = iterable[Symbol.iterator];
  if (plainMethod == null) throw new TypeError(complaint);
  const iterator = call(plainMethod, iterable, []);
  if (!isObject(iterator)) throw new TypeError('Result of the Symbol.iterator method is not an object');
  return new FromSync(iterator);
}

// What a `for await` asks for its items, and at its end.
class Loop {
  constructor(iterable) {
    this.iterator = asyncIteratorOf(iterable, 'not async iterable');
    this.method = this.iterator.next;
    // Whether control is in the loop's head or body, so that leaving the loop closes the iterator.
    this.isInside = false;
    this.value = undefined;
    this.result = undefined;
  }

  next() {
    this.isInside = false;
    return call(this.method, this.iterator, []);
  }

  accept(result) {
    if (checked(result).done) return false;
    this.value = result.value;
    this.isInside = true;
    return true;
  }

  take() {
    return this.value;
  }

  // Whether there is a `result` to wait for: the iterator was closed just now.
  leaves() {
    if (!this.isInside) return false;
    this.isInside = false;
    const method = this.iterator.return;
    if (method == null) return false;
    this.result = call(method, this.iterator, []);
    return true;
  }

  // The same after a throw, which goes before what closing throws.
  fails() {
    try {
      return this.leaves();
    } catch {
      return false;
    }
  }

  check(result) {
    checked(result);
  }
}

// What a body yields is awaited, but these, which come with a value of their own.
const ITEM = { __proto__: null };
const DELEGATED = { __proto__: null };
const FINISH = { __proto__: null };
// What a body returns that runs to its end.
const END = { __proto__: null };
let operand;

function operate(operation, value) {
  operand = value;
  return operation;
}

function* delegate(iterable) {
  const iterator = asyncIteratorOf(iterable, 'undefined is not a function');
  const { next } = iterator;
  let received = { kind: NEXT, value: undefined };
  for (;;) {
    const { kind, value } = received;
    let result;
    if (kind === NEXT) {
      result = yield call(next, iterator, [value]);
    } else if (kind === THROW) {
      const method = iterator.throw;
      if (method == null) {
        const close = iterator.return;
        if (close != null) checked(yield call(close, iterator, []));
        throw new TypeError("The iterator does not provide a 'throw' method.");
      }
      result = yield call(method, iterator, [value]);
    } else {
      const method = iterator.return;
      if (method == null) yield operate(FINISH, yield value);
      result = yield call(method, iterator, [value]);
    }
    const { done } = checked(result);
    if (done) {
      if (kind === RETURN) yield operate(FINISH, result.value);
      return result.value;
    }
    received = yield* deliver(result.value);
  }
}

// Hands an item on; gives what is asked for next.
function* deliver(value) {
  let item = value;
  if (rules.delegatedItemsAwaited) {
    try {
      item = yield value;
    } catch (error) {
      return { kind: THROW, value: error };
    }
  }
  const received = yield operate(DELEGATED, item);
  if (received.kind !== RETURN) return received;
  try {
    return { kind: RETURN, value: yield received.value };
  } catch (error) {
    return { kind: rules.rejectedReturnGoesOn ? NEXT : THROW, value: error };
  }
}

const START = 0;
const YIELDED = 1;
const DELEGATING = 2;
const EXECUTING = 3;
const RETURNING = 4;
const COMPLETED = 5;

// An async generator: its body, its state, and the requests it has not answered.
class Driver {
  constructor(body) {
    this.body = body;
    this.state = START;
    this.first = undefined;
    this.last = undefined;
  }

  request(kind, value) {
    const request = { kind, value, resolve: undefined, reject: undefined, later: undefined };
    const promise = new EnginePromise((resolve, reject) => {
      request.resolve = resolve;
      request.reject = reject;
    });
    if (this.first === undefined) this.first = request;
    else this.last.later = request;
    this.last = request;
    this.serve();
    return promise;
  }

  answered() {
    const request = this.first;
    this.first = request.later;
    return request;
  }

  resolve(value, done) {
    this.answered().resolve({ value, done });
  }

  reject(error) {
    this.answered().reject(error);
  }

  serve() {
    while (this.first !== undefined && this.state !== EXECUTING && this.state !== RETURNING) {
      const { kind, value } = this.first;
      if (this.state === START && kind !== NEXT) this.state = COMPLETED;
      if (this.state === COMPLETED) this.answerLate(kind, value);
      else this.resume(kind, value);
    }
  }

  answerLate(kind, value) {
    if (kind === NEXT) {
      this.resolve(undefined, true);
    } else if (kind === THROW) {
      this.reject(value);
    } else {
      this.state = RETURNING;
      this.wait(value, (result) => {
        this.state = COMPLETED;
        this.resolve(result, true);
      }, (error) => {
        this.state = COMPLETED;
        this.reject(error);
      });
    }
  }

  resume(kind, value) {
    const { state } = this;
    this.state = EXECUTING;
    if (state === DELEGATING) this.step(NEXT, { kind, value });
    else if (kind === RETURN) this.wait(value, (result) => this.step(RETURN, result), (error) => this.step(THROW, error));
    else this.step(kind, value);
  }

  wait(value, fulfilled, rejected) {
    try {
      settled(value, (result) => {
        fulfilled(result);
        this.serve();
      }, (error) => {
        rejected(error);
        this.serve();
      });
    } catch (error) {
      rejected(error);
    }
  }

  // Runs the body to where it waits, yields or ends.
  step(kind, value) {
    let result;
    try {
      result = apply(kind === NEXT ? generatorNext : kind === RETURN ? generatorReturn : generatorThrow, this.body, [value]);
    } catch (error) {
      this.state = COMPLETED;
      this.reject(error);
      return;
    }
    if (result.done) {
      this.state = COMPLETED;
      if (result.value !== END) this.resolve(result.value, true);
      else if (!rules.endAnswersLate) this.resolve(undefined, true);
      return;
    }
    const given = operand;
    operand = undefined;
    switch (result.value) {
      case ITEM:
        this.wait(given, (item) => {
          this.state = YIELDED;
          this.resolve(item, false);
        }, (error) => this.step(THROW, error));
        break;
      case DELEGATED:
        this.state = DELEGATING;
        this.resolve(given, false);
        break;
      case FINISH:
        this.step(RETURN, given);
        break;
      default:
        this.wait(result.value, (settledValue) => this.step(NEXT, settledValue), (error) => this.step(THROW, error));
    }
  }
}

const drivers = new WeakMap();
// Stands for the driver of what the engine runs by itself: an async generator whose text was not rewritten.
const left = { __proto__: null };
let started;

function request(generator, kind, value, engineMethod) {
  let driver = isObject(generator) ? apply(mapGet, drivers, [generator]) : undefined;
  if (driver === undefined) {
    if (!isObject(generator) || classOf(generator) !== 'AsyncGenerator') {
      const receiver = isObject(generator) ? shown(generator) : String(generator);
      const text = `Method [AsyncGenerator].prototype.${engineMethod.name} called on incompatible receiver ${receiver}`;
      return apply(promiseReject, EnginePromise, [new TypeError(text)]);
    }
    // It was not started.
    driver = new Driver(undefined);
    if (kind === NEXT) {
      // The engine runs it up to where it hands over its body.
      const outer = started;
      started = undefined;
      const promise = apply(engineMethod, generator, [value]);
      driver.body = started;
      started = outer;
      if (driver.body === undefined) {
        apply(mapSet, drivers, [generator, left]);
        return promise;
      }
    }
    apply(mapSet, drivers, [generator, driver]);
  }
  return driver === left ? apply(engineMethod, generator, [value]) : driver.request(kind, value);
}

for (const [kind, name] of [[NEXT, 'next'], [RETURN, 'return'], [THROW, 'throw']]) {
  const engineMethod = asyncGenerator[name];
  // A method, so that it is no constructor.
  const { [name]: replaced } = { [name](value) { return request(this, kind, value, engineMethod); } };
  Object.defineProperty(asyncGenerator, name, { value: replaced, writable: true, enumerable: false, configurable: true });
}

exports.loop = function loop(iterable) {
  return new Loop(iterable);
};

// Takes the body of the async generator that is started, with what it has in scope.
exports.body = function body(holder, receiver, args, name, superGet, superSet) {
  let make = holder;
  if (typeof holder !== 'function') {
    make = holder.body;
    Object.setPrototypeOf(holder, new Proxy({}, {
      get: (_, key) => superGet(key),
      set: (_, key, value) => {
        superSet(key, value);
        return true;
      },
    }));
  }
  Object.defineProperty(make, 'name', { value: name });
  started = apply(make, receiver, args);
};

exports.end = END;
exports.item = (value) => operate(ITEM, value);
exports.delegate = delegate;
