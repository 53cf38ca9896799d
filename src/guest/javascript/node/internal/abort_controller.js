'use strict';

const { codes, validateInteger } = require('internal/errors');
const {
  Event, EventTarget, defineHandler, finish, inspectAs, listenerAdded, trusted,
} = require('internal/event_target');
const { limit } = require('internal/event_symbols');

const { major } = binding;
const rules = binding.rules.events.signals;
const inspectCustom = Symbol.for('nodejs.util.inspect.custom');
const fromWithin = Symbol('fromWithin');

function exception(message, name) {
  const DOMException = require('internal/dom_exception');
  return new DOMException(message, name);
}
const aborted = () => exception('This operation was aborted', 'AbortError');

let abortSignal;

class AbortSignal extends EventTarget {
  #aborted = false;
  #reason = undefined;
  // Of a signal made by `any`: what it follows. Of every other: what follows it.
  #sources = undefined;
  #dependents = new Set();

  constructor(key) {
    if (key !== fromWithin) throw new codes.ERR_ILLEGAL_CONSTRUCTOR();
    super();
    if (rules.listenersAreUnlimited) this[limit] = 0;
  }

  static #check(value) {
    if (value === null || typeof value !== 'object' || !(#aborted in value)) throw new codes.ERR_INVALID_THIS('AbortSignal');
    return value;
  }

  #mark(reason) {
    this.#aborted = true;
    this.#reason = reason;
  }

  #announce() {
    this.dispatchEvent(new Event('abort', { [trusted]: true }));
  }

  static {
    abortSignal = (signal, reason) => {
      if (signal.#aborted) return;
      signal.#mark(reason);
      const dependents = [...signal.#dependents];
      if (!rules.followersAbortFirst) {
        signal.#announce();
        for (const dependent of dependents) abortSignal(dependent, reason);
        return;
      }
      const late = dependents.filter((dependent) => !dependent.#aborted);
      for (const dependent of late) dependent.#mark(reason);
      signal.#announce();
      for (const dependent of late) dependent.#announce();
    };
  }

  get aborted() {
    return AbortSignal.#check(this).#refresh().#aborted;
  }

  get reason() {
    return AbortSignal.#check(this).#refresh().#reason;
  }

  throwIfAborted() {
    if (this.aborted) throw this.reason;
  }

  static abort(reason = aborted()) {
    const signal = new AbortSignal(fromWithin);
    signal.#mark(reason);
    return signal;
  }

  static timeout(delay) {
    validateInteger(delay, 'delay', major >= 18 ? 0 : 1, 2 ** 32 - 1);
    const signal = new AbortSignal(fromWithin);
    const expire = () => abortSignal(signal, exception('The operation was aborted due to timeout', 'TimeoutError'));
    require('timers').setTimeout(expire, delay).unref();
    return signal;
  }

  static any(signals) {
    const sources = signalsOf(signals);
    const result = new AbortSignal(fromWithin);
    result.#sources = new Set();
    for (const signal of sources) {
      if (signal.aborted) {
        abortSignal(result, signal.reason);
        return result;
      }
      for (const source of signal.#sources || [signal]) result.#sources.add(source);
    }
    if (!rules.followsWhenHeard) result.#follow();
    return result;
  }

  #follow() {
    for (const source of this.#sources) source.#dependents.add(this);
  }

  #refresh() {
    if (rules.followsWhenHeard && this.#sources !== undefined && !this.#aborted) {
      for (const source of this.#sources) {
        if (source.#aborted) abortSignal(this, source.#reason);
      }
    }
    return this;
  }

  [listenerAdded](type, size) {
    if (rules.followsWhenHeard && this.#sources !== undefined && type === 'abort' && size === 1 && !this.aborted) this.#follow();
  }

  [inspectCustom](depth, options) {
    if (depth < 0) return `[${this.constructor.name}]`;
    return inspectAs(this.constructor.name, { aborted: this.aborted }, depth, options);
  }
}

function invalid(message) {
  const error = new TypeError(message);
  error.code = 'ERR_INVALID_ARG_TYPE';
  return error;
}

function signalsOf(signals) {
  if (major < 22 && !Array.isArray(signals)) throw new codes.ERR_INVALID_ARG_TYPE('signals', 'Array', signals);
  if (typeof signals !== 'object' || signals === null || typeof signals[Symbol.iterator] !== 'function') {
    throw invalid(major >= 24 ? 'signals cannot be converted to sequence.' : 'Value can not be converted to sequence.');
  }
  const list = [...signals];
  list.forEach((signal, i) => {
    if (signal instanceof AbortSignal) return;
    const name = `signals[${i}]`;
    throw major >= 24 ? invalid(`${name} is not of type AbortSignal.`) :
      new codes.ERR_INVALID_ARG_TYPE(name, 'AbortSignal', signal);
  });
  return list;
}

finish(AbortSignal, ['aborted']);
defineHandler(AbortSignal, 'abort');
if (major < 18) delete AbortSignal.any;

class AbortController {
  #signal = new AbortSignal(fromWithin);

  get signal() {
    return AbortController.#check(this).#signal;
  }

  abort(reason = aborted()) {
    abortSignal(AbortController.#check(this).#signal, reason);
  }

  static #check(value) {
    if (major < 20 && !(#signal in Object(value))) throw new codes.ERR_INVALID_THIS('AbortController');
    return value;
  }

  [inspectCustom](depth, options) {
    if (depth < 0) return major < 20 ? `[${this.constructor.name}]` : this;
    return inspectAs(this.constructor.name, { signal: this.signal }, depth, options);
  }
}
finish(AbortController, ['signal', 'abort']);

module.exports = { AbortController, AbortSignal };
