'use strict';

const { codes } = require('internal/errors');

const { major } = binding;

const ArrayView = Object.getPrototypeOf(Uint8Array);
const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);

const errors = { __proto__: null, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
const never = [Promise, WeakMap, WeakSet, WeakRef, FinalizationRegistry];

function refuse(message) {
  const DOMException = require('internal/dom_exception');
  throw new DOMException(message, 'DataCloneError');
}

function coded(code, message) {
  const error = new TypeError(message);
  error.code = code;
  throw error;
}

const refuseObject = (value, shown = `#<${value.constructor?.name || 'Object'}>`) => refuse(`${shown} could not be cloned.`);

function cloneBuffer(buffer) {
  if (buffer.detached) refuse('An ArrayBuffer is detached and could not be cloned.');
  if (!buffer.resizable || major < 20) return buffer.slice(0);
  const copy = new ArrayBuffer(buffer.byteLength, { maxByteLength: buffer.maxByteLength });
  new Uint8Array(copy).set(new Uint8Array(buffer));
  return copy;
}

function cloneView(view, seen) {
  const buffer = clone(view.buffer, seen);
  if (view instanceof DataView) return new DataView(buffer, view.byteOffset, view.byteLength);
  // A subclass, such as Buffer, comes out as the kind of array it is.
  const kind = Object.getOwnPropertyDescriptor(ArrayView.prototype, Symbol.toStringTag).get.call(view);
  return new globalThis[kind](buffer, view.byteOffset, view.length);
}

function hide(object, name, value) {
  Object.defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });
}

function cloneError(error, seen) {
  const Kind = errors[error.name] || Error;
  const copy = Object.hasOwn(error, 'message') ? new Kind(`${error.message}`) : new Kind();
  seen.set(error, copy);
  if (typeof error.stack === 'string') hide(copy, 'stack', error.stack);
  if (Object.hasOwn(error, 'cause')) hide(copy, 'cause', clone(error.cause, seen));
  return copy;
}

function copyProperties(from, to, seen) {
  for (const key of Object.keys(from)) {
    if (!Object.hasOwn(from, key)) continue;
    Object.defineProperty(to, key, { value: clone(from[key], seen), writable: true, enumerable: true, configurable: true });
  }
  return to;
}

function cloneMap(map, seen) {
  const copy = new Map();
  seen.set(map, copy);
  for (const [key, value] of [...map]) copy.set(clone(key, seen), clone(value, seen));
  return copy;
}

function cloneSet(set, seen) {
  const copy = new Set();
  seen.set(set, copy);
  for (const value of [...set]) copy.add(clone(value, seen));
  return copy;
}

function cloneArray(array, seen) {
  const copy = new Array(array.length);
  seen.set(array, copy);
  return copyProperties(array, copy, seen);
}

function clonePlain(object, seen) {
  const copy = {};
  seen.set(object, copy);
  return copyProperties(object, copy, seen);
}

function cloneObject(value, seen) {
  const tag = tagOf(value);
  if (Array.isArray(value)) return cloneArray(value, seen);
  if (value instanceof Map) return cloneMap(value, seen);
  if (value instanceof Set) return cloneSet(value, seen);
  if (value instanceof ArrayBuffer) return cloneBuffer(value);
  if (value instanceof SharedArrayBuffer) return value;
  if (ArrayBuffer.isView(value)) return cloneView(value, seen);
  if (never.some((Class) => value instanceof Class) || tag === 'Arguments') refuseObject(value);
  if (/(Generator|Iterator)$/.test(tag)) {
    refuseObject(value, major >= 22 || tag.endsWith('Generator') ? `[object ${tag}]` : '#<Object>');
  }
  if (value === globalThis) refuseObject(value, '#<Object>');
  switch (tag) {
    case 'Date': return new Date(value.getTime());
    case 'RegExp': return new RegExp(value.source, value.flags);
    case 'Error': return cloneError(value, seen);
    case 'Boolean': case 'Number': case 'String': case 'BigInt': return Object(value.valueOf());
    case 'Symbol': return refuseObject(value, '[object Symbol]');
    case 'DOMException': return major < 22 ? {} : cloneException(value);
    case 'URL': return major < 22 ? {} : refuse('Cannot clone object of unsupported type.');
    default: return clonePlain(value, seen);
  }
}

function cloneException(exception) {
  const DOMException = require('internal/dom_exception');
  const copy = new DOMException(exception.message, exception.name);
  hide(copy, 'stack', exception.stack);
  return copy;
}

function clone(value, seen) {
  if (typeof value === 'function' || typeof value === 'symbol') refuse(`${String(value)} could not be cloned.`);
  if (typeof value !== 'object' || value === null) return value;
  if (seen.has(value)) return seen.get(value);
  const copy = cloneObject(value, seen);
  seen.set(value, copy);
  return copy;
}

function transferList(options) {
  const list = options?.transfer;
  if (list === undefined || (list === null && major < 22)) return [];
  if (typeof list !== 'object' || list === null || typeof list[Symbol.iterator] !== 'function') {
    if (major < 22) coded('ERR_INVALID_ARG_TYPE', 'Optional transferList argument must be an iterable');
    coded('ERR_INVALID_ARG_TYPE', "Failed to execute 'structuredClone': transfer in Options can" +
      `${major >= 24 ? '' : ' '}not be converted to sequence.`);
  }
  const buffers = [...list];
  buffers.forEach((buffer, i) => {
    if (!(buffer instanceof ArrayBuffer)) {
      if (major >= 22) refuse('Found invalid value in transferList.');
      coded('ERR_INVALID_TRANSFER_OBJECT', 'Found invalid object in transferList');
    }
    if (buffers.indexOf(buffer) !== i) refuse('Transfer list contains duplicate ArrayBuffer');
  });
  return buffers;
}

function checkArguments(count, options) {
  if (count === 0) {
    if (major < 20) throw new codes.ERR_MISSING_ARGS('value');
    const missing = 'The value argument must be specified';
    coded('ERR_MISSING_ARGS', major < 22 ? missing : `The "${missing}" argument must be specified`);
  }
  if (major < 20 || options == null || typeof options === 'object' || typeof options === 'function') return;
  coded('ERR_INVALID_ARG_TYPE', major < 22 ? 'The options argument must be either an object or undefined' :
    "Failed to execute 'structuredClone': Options cannot be converted to a dictionary");
}

function structuredClone(value, options) {
  checkArguments(arguments.length, options);
  const buffers = transferList(options);
  const copy = clone(value, new Map());
  // Only what could be cloned as a whole takes its buffers away from their owner.
  for (const buffer of buffers) buffer.transfer();
  return copy;
}

module.exports = { structuredClone };
