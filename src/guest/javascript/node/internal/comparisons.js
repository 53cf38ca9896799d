'use strict';

// Deep equality as node:assert and util.isDeepStrictEqual have it on the modelled major.

const types = require('internal/util/types');

const { major } = binding;
const { hasOwnProperty, propertyIsEnumerable, toString } = Object.prototype;
const hasOwn = (value, key) => hasOwnProperty.call(value, key);
const isEnumerable = (value, key) => propertyIsEnumerable.call(value, key);
const isObject = (value) => typeof value === 'object' && value !== null;
const isError = (value) => types.isNativeError(value) || value instanceof Error;
const isIndex = (key) => /^(0|[1-9]\d*)$/.test(key) && Number(key) < 2 ** 32 - 1;

const LOOSE = 'loose';
const STRICT = 'strict';
const STRICT_WITHOUT_PROTOTYPES = 'strict without prototypes';
const PARTIAL = 'partial';

// Pairs being compared further out are taken for equal, for only then can the whole be.
class Comparison {
  #within = new Map();

  constructor(mode) {
    this.mode = mode;
    this.loose = mode === LOOSE;
    this.partial = mode === PARTIAL;
  }

  equal(a, b) {
    if (a === b) return this.loose || a !== 0 || Object.is(a, b);
    if (!isObject(a) || !isObject(b)) return this.#primitives(a, b);
    return this.#objects(a, b);
  }

  #primitives(a, b) {
    const bothNaN = Number.isNaN(a) && Number.isNaN(b);
    if (!this.loose) return bothNaN;
    // eslint-disable-next-line eqeqeq
    return !isObject(a) && !isObject(b) && (a == b || (major >= 14 && bothNaN));
  }

  #objects(a, b) {
    if (this.mode === STRICT && !this.#samePrototype(a, b)) return false;
    const tag = toString.call(a);
    if (tag !== toString.call(b)) return false;
    return (tag === '[object Object]' || this.#sameContents(a, b)) && this.#inside(a, b);
  }

  #samePrototype(a, b) {
    if (major < 22) return Object.getPrototypeOf(a) === Object.getPrototypeOf(b);
    if (a.constructor !== undefined && !hasOwn(a, 'constructor')) return a.constructor === b.constructor;
    return Object.getPrototypeOf(a) === Object.getPrototypeOf(b);
  }

  #length(a, b) {
    return this.partial ? a >= b : a === b;
  }

  // What the class of the objects holds besides properties and elements.
  #sameContents(a, b) {
    if (Array.isArray(a)) return Array.isArray(b) && this.#length(a.length, b.length);
    for (const is of [types.isSet, types.isMap]) {
      if (is(a)) return is(b) && this.#length(a.size, b.size);
    }
    if (ArrayBuffer.isView(a)) return this.#views(a, b);
    if (types.isDate(a)) {
      const [first, second] = [a, b].map((date) => (types.isDate(date) ? Date.prototype.getTime.call(date) : undefined));
      return first === second || (major >= 24 && Number.isNaN(first) && Number.isNaN(second));
    }
    if (types.isRegExp(a)) {
      return types.isRegExp(b) && a.source === b.source && a.flags === b.flags && (major < 18 || a.lastIndex === b.lastIndex);
    }
    if (types.isAnyArrayBuffer(a)) return types.isAnyArrayBuffer(b) && this.#bytes(new Uint8Array(a), new Uint8Array(b));
    if (isError(a)) return isError(b) && this.#errors(a, b);
    if (types.isBoxedPrimitive(a)) {
      return types.isBoxedPrimitive(b) && Object.is(a.valueOf(), b.valueOf()) && typeof a.valueOf() === typeof b.valueOf();
    }
    if (major >= 20 && typeof URL === 'function' && a instanceof URL) return b instanceof URL && a.href === b.href;
    if (major >= 22 && (types.isWeakMap(a) || types.isWeakSet(a))) return false;
    if (major >= 24 && types.isPromise(a)) return false;
    return !(Array.isArray(b) || ArrayBuffer.isView(b) || types.isBoxedPrimitive(b) || isError(b) ||
      [types.isSet, types.isMap, types.isDate, types.isRegExp, types.isAnyArrayBuffer].some((is) => is(b)));
  }

  #views(a, b) {
    if (!ArrayBuffer.isView(b) || a[Symbol.toStringTag] !== b[Symbol.toStringTag]) return false;
    if (this.loose && (types.isFloat32Array(a) || types.isFloat64Array(a))) {
      return a.length === b.length && a.every((each, i) => each === b[i]);
    }
    const bytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    return this.#bytes(bytes(a), bytes(b));
  }

  #bytes(a, b) {
    if (this.partial && a.length !== b.length) {
      let found = 0;
      for (const byte of a) {
        if (byte === b[found]) found++;
      }
      return found === b.length;
    }
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
  }

  #errors(a, b) {
    if (major < 20) return a.message === b.message && a.name === b.name;
    for (const key of ['message', 'name', 'cause', 'errors']) {
      // Enumerable ones are compared with the other properties.
      if (isEnumerable(b, key)) {
        if (!isEnumerable(a, key)) return false;
      } else if (!(this.partial && (b[key] === undefined || (key === 'message' && b[key] === ''))) &&
        !this.equal(a[key], b[key])) {
        return false;
      }
    }
    if (major < 22) return true;
    return hasOwn(a, 'cause') === hasOwn(b, 'cause') || (this.partial && !hasOwn(b, 'cause'));
  }

  #keys(value) {
    let keys = Object.keys(value);
    if (Array.isArray(value) || types.isTypedArray(value)) keys = keys.filter((key) => !isIndex(key));
    if (this.loose) return keys;
    return keys.concat(Object.getOwnPropertySymbols(value).filter((key) => isEnumerable(value, key)));
  }

  #inside(a, b) {
    const keys = this.#keys(b);
    if (!this.partial && keys.length !== this.#keys(a).length) return false;
    const owns = major < 14 && !this.loose ? hasOwn : isEnumerable;
    if (!keys.every((key) => owns(a, key))) return false;

    if (this.#within.has(a)) return this.#within.get(a) === b;
    this.#within.set(a, b);
    const same = keys.every((key) => this.equal(a[key], b[key])) && this.#elements(a, b);
    this.#within.delete(a);
    return same;
  }

  #elements(a, b) {
    if (Array.isArray(a)) return this.partial ? this.#partialArray(a, b) : this.#array(a, b);
    if (types.isSet(a)) return this.#set(a, b);
    if (types.isMap(a)) return this.#map(a, b);
    return true;
  }

  #array(a, b) {
    for (let i = 0; i < a.length; i++) {
      // From 24 on, an element that should be null is loosely equal to anything.
      if (this.loose && major >= 24 && (b[i] === null || (b[i] === undefined && hasOwn(b, i) && a[i] === null))) continue;
      if (hasOwn(a, i) !== hasOwn(b, i)) return false;
      if (major >= 22 && (a[i] === undefined) !== (b[i] === undefined)) return false;
      if (!this.equal(a[i], b[i])) return false;
    }
    return true;
  }

  // Whether the elements of `b` are found in `a` in the same order.
  #partialArray(a, b) {
    let at = 0;
    for (const key of Object.keys(b).filter(isIndex)) {
      while (at < a.length && !(hasOwn(a, at) && this.equal(a[at], b[key]))) at++;
      if (at === a.length) return false;
      at++;
    }
    return true;
  }

  #set(a, b) {
    const rest = [];
    for (const each of b) {
      if (a.has(each)) continue;
      if (!isObject(each) && !this.loose) return false;
      rest.push(each);
    }
    if (rest.length === 0) return true;
    const unmatched = [...a].filter((each) => !b.has(each));
    return rest.every((each) => this.#take(unmatched, (other) => this.equal(other, each)));
  }

  #map(a, b) {
    const rest = [];
    const taken = new Set();
    for (const [key, value] of b) {
      if (!isObject(key) && a.has(key) && this.equal(a.get(key), value)) taken.add(key);
      else if (!isObject(key) && !this.loose) return false;
      else rest.push([key, value]);
    }
    const unmatched = [...a].filter(([key]) => !taken.has(key));
    return rest.every(([key, value]) =>
      this.#take(unmatched, ([other, own]) => this.equal(other, key) && this.equal(own, value)));
  }

  #take(list, matches) {
    const at = list.findIndex(matches);
    if (at !== -1) list.splice(at, 1);
    return at !== -1;
  }
}

const compare = (a, b, mode) => new Comparison(mode).equal(a, b);

module.exports = {
  isDeepEqual: (a, b) => compare(a, b, LOOSE),
  isDeepStrictEqual: (a, b, skipPrototype = false) => compare(a, b, skipPrototype ? STRICT_WITHOUT_PROTOTYPES : STRICT),
  isPartialStrictEqual: (a, b) => compare(a, b, PARTIAL),
};
