'use strict';

const { codes, notOffered, validateInteger, validateNumber, validateString } = require('internal/errors');
const { encodeText } = require('internal/encoding');
const { standIn } = require('internal/stand_in');

const { major } = binding;
const ArrayView = Object.getPrototypeOf(Uint8Array);
const typeOf = Object.getOwnPropertyDescriptor(ArrayView.prototype, Symbol.toStringTag).get;
const setBytes = ArrayView.prototype.set;
const fillBytes = ArrayView.prototype.fill;
const inspectCustom = Symbol.for('nodejs.util.inspect.custom');

const kMaxLength = major >= 22 ? Number.MAX_SAFE_INTEGER : major >= 16 ? 2 ** 32 : major >= 14 ? 2 ** 32 - 1 : 2 ** 31 - 1;
const kStringMaxLength = major >= 14 ? 2 ** 29 - 24 : 2 ** 30 - 25;

class FastBuffer extends Uint8Array {}

const isBytes = (value) => typeOf.call(value) === 'Uint8Array';
const tagOf = (value) => Object.prototype.toString.call(value);
const isArrayBuffer = (value) =>
  value instanceof ArrayBuffer || value instanceof SharedArrayBuffer ||
  (typeof value === 'object' && value !== null && /^\[object (Shared)?ArrayBuffer\]$/.test(tagOf(value)));
const wrap = (bytes) => new FastBuffer(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function requireBytes(value, name) {
  if (!isBytes(value)) throw new codes.ERR_INVALID_ARG_TYPE(name, ['Buffer', 'Uint8Array'], value);
}

const validateOffset = (value, name, min = 0, max = kMaxLength) => validateInteger(value, name, min, max);

// Text of bytes and bytes of text, by encoding.

// Few enough arguments at a time for the engine's stack.
const CHUNK = 1024;

function textOfUnits(units) {
  if (units.length <= CHUNK) return String.fromCharCode.apply(null, units);
  let text = '';
  for (let at = 0; at < units.length; at += CHUNK) text += String.fromCharCode.apply(null, units.subarray(at, at + CHUNK));
  return text;
}

const plainView = (buffer, start, end) => new Uint8Array(buffer.buffer, buffer.byteOffset + start, end - start);

function bytesOfUnits(text) {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

const hexDigit = (code) =>
  code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : code >= 65 && code <= 70 ? code - 55 : -1;

function bytesOfHex(text) {
  const bytes = new Uint8Array(text.length >>> 1);
  for (let i = 0; i < bytes.length; i++) {
    const high = hexDigit(text.charCodeAt(2 * i));
    const low = hexDigit(text.charCodeAt(2 * i + 1));
    if (high < 0 || low < 0) return bytes.subarray(0, i);
    bytes[i] = high * 16 + low;
  }
  return bytes;
}

function hexOfBytes(bytes) {
  const digits = '0123456789abcdef';
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += digits[bytes[i] >> 4] + digits[bytes[i] & 15];
  return text;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64URL = `${BASE64.slice(0, 62)}-_`;

function sextet(code) {
  if (code >= 97 && code <= 122) return code - 71;
  if (code >= 65 && code <= 90) return code - 65;
  if (code >= 48 && code <= 57) return code + 4;
  return code === 43 || code === 45 ? 62 : code === 47 || code === 95 ? 63 : -1;
}

// Both alphabets are accepted, anything else is skipped, and padding ends the text. Of a wide character only the low byte counts.
function bytesOfBase64(text) {
  const bytes = new Uint8Array((text.length * 3 + 3) >>> 2);
  let length = 0;
  let bits = 0;
  let held = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i) & 0xff;
    if (code === 61) break;
    const value = sextet(code);
    if (value < 0) continue;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[length++] = bits >> held;
    }
  }
  return bytes.subarray(0, length);
}

function base64OfBytes(bytes, alphabet, padded) {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const bits = (bytes[i] << 16) | ((left > 1 ? bytes[i + 1] : 0) << 8) | (left > 2 ? bytes[i + 2] : 0);
    text += alphabet[bits >> 18] + alphabet[(bits >> 12) & 63];
    if (left > 1) text += alphabet[(bits >> 6) & 63];
    if (left > 2) text += alphabet[bits & 63];
    else if (padded) text += left > 1 ? '=' : '==';
  }
  return text;
}

function base64Length(text) {
  let length = text.length;
  if (text.charCodeAt(length - 1) === 61) length--;
  if (length > 1 && text.charCodeAt(length - 1) === 61) length--;
  return (length * 3) >>> 2;
}

function bytesOfWide(text) {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    bytes[2 * i] = code;
    bytes[2 * i + 1] = code >> 8;
  }
  return bytes;
}

function textOfWide(bytes) {
  const units = new Uint16Array(bytes.length >> 1);
  for (let i = 0; i < units.length; i++) units[i] = bytes[2 * i] | (bytes[2 * i + 1] << 8);
  return textOfUnits(units);
}

// How many bytes of `bytes` fit into `room` without cutting a character.
function wholeCharacters(bytes, room) {
  if (room >= bytes.length) return bytes.length;
  while (room > 0 && (bytes[room] & 0xc0) === 0x80) room--;
  return room;
}

const utf8 = {
  name: 'utf8',
  bytes: encodeText,
  text: (bytes) => binding.decodeText(bytes),
  length: (text) => encodeText(text).length,
  fit: wholeCharacters,
};
const wide = {
  name: 'utf16le', bytes: bytesOfWide, text: textOfWide, length: (text) => text.length * 2,
  fit: (bytes, room) => Math.min(bytes.length, room & ~1),
};
const latin1 = { name: 'latin1', bytes: bytesOfUnits, text: textOfUnits, length: (text) => text.length };
const ascii = { ...latin1, name: 'ascii', text: (bytes) => textOfUnits(bytes.map((byte) => byte & 0x7f)) };
const base64 = {
  name: 'base64', bytes: bytesOfBase64, text: (bytes) => base64OfBytes(bytes, BASE64, true), length: base64Length,
};
const base64url = { ...base64, name: 'base64url', text: (bytes) => base64OfBytes(bytes, BASE64URL, false) };
const hex = { name: 'hex', bytes: bytesOfHex, text: hexOfBytes, length: (text) => text.length >>> 1 };

const encodings = {
  __proto__: null, utf8, 'utf-8': utf8, ucs2: wide, 'ucs-2': wide, utf16le: wide, 'utf-16le': wide,
  latin1, binary: latin1, ascii, base64, hex,
};
if (major >= 14) encodings.base64url = base64url;

function findEncoding(name) {
  name = `${name}`;
  return encodings[name] || encodings[name.toLowerCase()];
}

function encodingOf(name) {
  const found = findEncoding(name);
  if (found === undefined) throw new codes.ERR_UNKNOWN_ENCODING(name);
  return found;
}

const slice = (buffer, encoding, start, end) => start < end ? encoding.text(plainView(buffer, start, end)) : '';

function writeText(buffer, text, offset, length, encoding) {
  if (typeof text !== 'string') throw new codes.ERR_INVALID_ARG_TYPE('argument', 'string', text);
  const bytes = encoding.bytes(text);
  const fits = encoding.fit ? encoding.fit(bytes, length) : Math.min(bytes.length, length);
  setBytes.call(buffer, fits < bytes.length ? bytes.subarray(0, fits) : bytes, offset);
  return fits;
}

// The constructor and what makes buffers.

let warned = false;

function Buffer(value, encodingOrOffset, length) {
  if (!warned) {
    warned = true;
    process.emitWarning(
      'Buffer() is deprecated due to security and usability issues. ' +
      'Please use the Buffer.alloc(), Buffer.allocUnsafe(), or Buffer.from() methods instead.',
      'DeprecationWarning', 'DEP0005');
  }
  if (typeof value !== 'number') return Buffer.from(value, encodingOrOffset, length);
  if (typeof encodingOrOffset === 'string') throw new codes.ERR_INVALID_ARG_TYPE('string', 'string', value);
  return Buffer.alloc(value);
}

Object.setPrototypeOf(Buffer, Uint8Array);
Buffer.prototype = FastBuffer.prototype;
Object.defineProperty(Buffer.prototype, 'constructor', { value: Buffer, writable: true, configurable: true });
Object.defineProperty(Buffer, Symbol.species, { configurable: true, enumerable: false, get: () => FastBuffer });

function fromString(text, name) {
  const encoding = name && typeof name === 'string' ? encodingOf(name) : utf8;
  return wrap(encoding.bytes(text));
}

function fromArrayBuffer(value, byteOffset, length) {
  byteOffset = +byteOffset || 0;
  const available = value.byteLength - byteOffset;
  if (available < 0) throw new codes.ERR_BUFFER_OUT_OF_BOUNDS('offset');
  if (length === undefined) return new FastBuffer(value, byteOffset, Math.trunc(available));
  length = +length > 0 ? +length : 0;
  if (length > available) throw new codes.ERR_BUFFER_OUT_OF_BOUNDS('length');
  return new FastBuffer(value, byteOffset, length);
}

function fromArrayLike(value) {
  if (!(value.length > 0)) return new FastBuffer();
  const buffer = new FastBuffer(value.length);
  setBytes.call(buffer, value);
  return buffer;
}

function fromObject(value) {
  if (value.length !== undefined || isArrayBuffer(value.buffer)) {
    return typeof value.length === 'number' ? fromArrayLike(value) : new FastBuffer();
  }
  return value.type === 'Buffer' && Array.isArray(value.data) ? fromArrayLike(value.data) : undefined;
}

Buffer.poolSize = major >= 24 ? 65536 : 8192;

Buffer.from = function from(value, encodingOrOffset, length) {
  if (typeof value === 'string') return fromString(value, encodingOrOffset);
  if (typeof value === 'object' && value !== null) {
    if (isArrayBuffer(value)) return fromArrayBuffer(value, encodingOrOffset, length);
    const primitive = value.valueOf && value.valueOf();
    if (primitive != null && primitive !== value && (typeof primitive === 'string' || typeof primitive === 'object')) {
      return from(primitive, encodingOrOffset, length);
    }
    const buffer = fromObject(value);
    if (buffer) return buffer;
    if (typeof value[Symbol.toPrimitive] === 'function') {
      const text = value[Symbol.toPrimitive]('string');
      if (typeof text === 'string') return fromString(text, encodingOrOffset);
    }
  }
  throw new codes.ERR_INVALID_ARG_TYPE(
    'first argument', ['string', 'Buffer', 'ArrayBuffer', 'Array', 'Array-like Object'], value);
};

if (major >= 18) {
  Buffer.copyBytesFrom = function copyBytesFrom(view, offset, length) {
    if (typeOf.call(view) === undefined) throw new codes.ERR_INVALID_ARG_TYPE('view', ['TypedArray'], view);
    if (offset !== undefined) validateInteger(offset, 'offset', 0);
    if (length !== undefined) validateInteger(length, 'length', 0);
    const start = Math.min(offset || 0, view.length);
    const end = length === undefined ? view.length : Math.min(start + length, view.length);
    const width = view.BYTES_PER_ELEMENT;
    return fromArrayLike(new Uint8Array(view.buffer, view.byteOffset + start * width, (end - start) * width));
  };
}

Buffer.of = (...items) => fromArrayLike(items);

function validateSize(size) {
  if (major >= 20) {
    validateNumber(size, 'size', 0, kMaxLength);
    return;
  }
  validateNumber(size, 'size');
  if (size >= 0 && size <= kMaxLength) return;
  throw major >= 16 ? new codes.ERR_INVALID_ARG_VALUE.RangeError('size', size) :
    new codes.ERR_INVALID_OPT_VALUE.RangeError('size', size);
}

Buffer.alloc = function alloc(size, fill, encoding) {
  validateSize(size);
  const buffer = new FastBuffer(size);
  return fill !== undefined && fill !== 0 && size > 0 ? fillWith(buffer, fill, 0, buffer.length, encoding) : buffer;
};

Buffer.allocUnsafe = function allocUnsafe(size) {
  validateSize(size);
  return new FastBuffer(size);
};

Buffer.allocUnsafeSlow = function allocUnsafeSlow(size) {
  validateSize(size);
  return new FastBuffer(size);
};

Buffer.isBuffer = function isBuffer(value) {
  return value instanceof Buffer;
};

function compareBytes(a, b) {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return Math.sign(a.length - b.length);
}

Buffer.compare = function compare(a, b) {
  requireBytes(a, 'buf1');
  requireBytes(b, 'buf2');
  return a === b ? 0 : compareBytes(a, b);
};

Buffer.isEncoding = function isEncoding(encoding) {
  return typeof encoding === 'string' && findEncoding(encoding) !== undefined;
};

Buffer.concat = function concat(list, length) {
  if (!Array.isArray(list)) throw new codes.ERR_INVALID_ARG_TYPE('list', 'Array', list);
  if (list.length === 0) return new FastBuffer();
  if (length !== undefined) validateOffset(length, 'length');
  list.forEach((item, i) => requireBytes(item, `list[${i}]`));
  if (length === undefined) length = list.reduce((sum, item) => sum + item.byteLength, 0);
  const buffer = new FastBuffer(length);
  let at = 0;
  for (const item of list) {
    setBytes.call(buffer, at + item.byteLength > length ? plainView(item, 0, length - at) : item, at);
    at += Math.min(item.byteLength, length - at);
  }
  return buffer;
};

Buffer.byteLength = function byteLength(text, encoding) {
  if (typeof text === 'string') {
    if (text.length === 0) return 0;
    return ((encoding && findEncoding(encoding)) || utf8).length(text);
  }
  if (ArrayBuffer.isView(text) || isArrayBuffer(text)) return text.byteLength;
  throw new codes.ERR_INVALID_ARG_TYPE('string', ['string', 'Buffer', 'ArrayBuffer'], text);
};

// Methods.

const methods = Buffer.prototype;

function define(name, get) {
  Object.defineProperty(methods, name, {
    enumerable: true,
    get() {
      return this instanceof Buffer ? get(this) : undefined;
    },
  });
}
define('parent', (buffer) => buffer.buffer);
define('offset', (buffer) => buffer.byteOffset);

function toInteger(value) {
  value = +value;
  return Number.isSafeInteger(Math.floor(value)) ? Math.floor(value) : 0;
}

methods.copy = function copy(target, targetStart, sourceStart, sourceEnd) {
  requireBytes(this, 'source');
  requireBytes(target, 'target');
  targetStart = targetStart === undefined ? 0 : toInteger(targetStart);
  if (targetStart < 0) throw new codes.ERR_OUT_OF_RANGE('targetStart', '>= 0', targetStart);
  sourceStart = sourceStart === undefined ? 0 : toInteger(sourceStart);
  if (sourceStart < 0 || (major >= 18 && sourceStart > this.length)) {
    const range = major >= 18 ? `>= 0 && <= ${this.length}` : '>= 0';
    throw new codes.ERR_OUT_OF_RANGE('sourceStart', range, sourceStart);
  }
  sourceEnd = sourceEnd === undefined ? this.length : toInteger(sourceEnd);
  if (sourceEnd < 0) throw new codes.ERR_OUT_OF_RANGE('sourceEnd', '>= 0', sourceEnd);
  if (targetStart >= target.length || sourceStart >= sourceEnd) return 0;
  const count = Math.min(sourceEnd - sourceStart, target.length - targetStart, this.length - sourceStart);
  if (count <= 0) return 0;
  setBytes.call(target, plainView(this, sourceStart, sourceStart + count), targetStart);
  return count;
};

methods.toString = function toString(encoding, start, end) {
  const { length } = this;
  if (arguments.length === 0) return slice(this, utf8, 0, length);
  if (start <= 0) start = 0;
  else if (start >= length) return '';
  else start = Math.trunc(start) || 0;
  end = end === undefined || end > length ? length : Math.trunc(end) || 0;
  if (end <= start) return '';
  return slice(this, encoding === undefined ? utf8 : encodingOf(encoding), start, end);
};
methods.toLocaleString = methods.toString;

methods.equals = function equals(other) {
  requireBytes(other, 'otherBuffer');
  return this === other || (this.byteLength === other.byteLength && compareBytes(this, other) === 0);
};

let inspectMaxBytes = 50;

methods[inspectCustom] = function inspect(depth, options, inspectValue) {
  const shown = [];
  for (let i = 0; i < Math.min(inspectMaxBytes, this.length); i++) shown.push((this[i] + 256).toString(16).slice(1));
  let text = shown.join(' ');
  const hidden = this.length - inspectMaxBytes;
  if (hidden > 0) text += ` ... ${hidden} more byte${hidden > 1 ? 's' : ''}`;
  if (options) {
    const keys = (options.showHidden ? Reflect.ownKeys(this) : Object.keys(this)).filter((key) => !/^\d+$/.test(String(key)));
    if (keys.length > 0) {
      const extras = Object.create(null);
      for (const key of keys) extras[key] = this[key];
      const show = inspectValue || require('util').inspect;
      const listed = show(extras, { ...options, breakLength: Infinity, compact: true });
      text += (this.length === 0 ? '' : ', ') + listed.slice('[Object: null prototype] { '.length, -2);
    }
  }
  return `<${this.constructor.name} ${text}>`;
};
methods.inspect = methods[inspectCustom];

methods.compare = function compare(target, targetStart, targetEnd, sourceStart, sourceEnd) {
  requireBytes(target, 'target');
  if (arguments.length === 1) return compareBytes(this, target);
  if (targetStart !== undefined) validateOffset(targetStart, 'targetStart');
  if (targetEnd !== undefined) validateOffset(targetEnd, 'targetEnd', 0, target.length);
  if (sourceStart !== undefined) validateOffset(sourceStart, 'sourceStart');
  if (sourceEnd !== undefined) validateOffset(sourceEnd, 'sourceEnd', 0, this.length);
  const [from, to] = [sourceStart ?? 0, sourceEnd ?? this.length];
  const [otherFrom, otherTo] = [targetStart ?? 0, targetEnd ?? target.length];
  if (from >= to) return otherFrom >= otherTo ? 0 : -1;
  return otherFrom >= otherTo ? 1 : compareBytes(plainView(this, from, to), plainView(target, otherFrom, otherTo));
};

// Where a search begins; -1 when nothing can be found.
function searchStart(length, offset, needed, forward) {
  if (offset < 0) return forward || needed === 0 ? 0 : -1;
  if (offset + needed <= length) return offset;
  if (needed === 0) return length;
  return forward ? -1 : length - 1;
}

function find(hay, needle, offset, forward, unit) {
  const start = searchStart(hay.length, offset, needle.length, forward);
  if (needle.length === 0) return start;
  if (start < 0 || hay.length < needle.length || (forward && start + needle.length > hay.length)) return -1;
  const last = hay.length - needle.length;
  if (unit === 2 && needle.length < 2) return -1;
  const matches = (at) => {
    for (let i = 0; i < needle.length; i++) {
      if (hay[at + i] !== needle[i]) return false;
    }
    return true;
  };
  let at = Math.min(start, last);
  at -= at % unit;
  if (forward) {
    for (; at <= last; at += unit) if (matches(at)) return at;
  } else {
    for (; at >= 0; at -= unit) if (matches(at)) return at;
  }
  return -1;
}

function search(buffer, value, offset, end, encoding, forward) {
  if (!ArrayBuffer.isView(buffer)) {
    throw new codes.ERR_INVALID_ARG_TYPE('buffer', ['Buffer', 'TypedArray', 'DataView'], buffer);
  }
  if (typeof offset === 'string') {
    encoding = offset;
    offset = undefined;
  }
  offset = Math.max(Math.min(+offset, 0x7fffffff), -0x80000000);
  offset = Number.isNaN(offset) ? (forward ? 0 : buffer.length) : Math.trunc(offset);
  // Negative offsets count from the end of the buffer, wherever the search itself is to end.
  if (offset < 0) offset += buffer.length;
  const hay = end < buffer.length ? plainView(buffer, 0, Math.max(Math.trunc(end) || 0, 0)) : buffer;
  if (typeof value === 'number') return find(hay, [value & 255], offset, forward, 1);
  const found = encoding === undefined ? utf8 : findEncoding(encoding);
  if (typeof value === 'string') {
    if (found === undefined) throw new codes.ERR_UNKNOWN_ENCODING(encoding);
    return find(hay, found.bytes(value), offset, forward, found === wide ? 2 : 1);
  }
  if (isBytes(value)) return find(hay, value, offset, forward, found === wide ? 2 : 1);
  throw new codes.ERR_INVALID_ARG_TYPE('value', ['number', 'string', 'Buffer', 'Uint8Array'], value);
}

// Only newer majors know an end before the encoding.
function searchWithEnd(buffer, value, offset, end, encoding, forward) {
  if (major < 24 || typeof end === 'string') return search(buffer, value, offset, buffer.length, end, forward);
  return search(buffer, value, offset, end === undefined ? buffer.length : end, encoding, forward);
}

methods.indexOf = function indexOf(value, offset, end, encoding) {
  return searchWithEnd(this, value, offset, end, encoding, true);
};

methods.lastIndexOf = function lastIndexOf(value, offset, end, encoding) {
  return searchWithEnd(this, value, offset, end, encoding, false);
};

methods.includes = function includes(value, offset, end, encoding) {
  return searchWithEnd(this, value, offset, end, encoding, true) !== -1;
};

methods.fill = function fill(value, offset, end, encoding) {
  return fillWith(this, value, offset, end, encoding);
};

function fillWith(buffer, value, offset, end, encoding) {
  let pattern;
  if (typeof value === 'string') {
    if (offset === undefined || typeof offset === 'string') {
      encoding = offset;
      offset = undefined;
    } else if (typeof end === 'string') {
      encoding = end;
      end = undefined;
    }
    const known = !encoding && encoding !== 0 && encoding !== false ? utf8 : findEncoding(encoding);
    if (known === undefined) {
      validateString(encoding, 'encoding');
      throw new codes.ERR_UNKNOWN_ENCODING(encoding);
    }
    pattern = value === '' ? [0] : known.bytes(value);
  } else if (isBytes(value)) {
    pattern = value;
  }
  if (offset === undefined) {
    offset = 0;
    end = buffer.length;
  } else {
    validateOffset(offset, 'offset');
    if (end === undefined) end = buffer.length;
    else validateOffset(end, 'end', 0, buffer.length);
    if (offset >= end) return buffer;
  }
  if (pattern === undefined) return fillBytes.call(buffer, value & 255, offset, end);
  if (pattern.length === 0) throw new codes.ERR_INVALID_ARG_VALUE('value', value);
  if (pattern.length === 1) return fillBytes.call(buffer, pattern[0], offset, end);
  for (let i = offset; i < end; i++) buffer[i] = pattern[(i - offset) % pattern.length];
  return buffer;
}

methods.write = function write(text, offset, length, encoding) {
  if (offset === undefined) return writeText(this, text, 0, this.length, utf8);
  if (length === undefined && typeof offset === 'string') {
    [encoding, length, offset] = [offset, this.length, 0];
  } else {
    validateOffset(offset, 'offset', 0, this.length);
    const room = this.length - offset;
    if (length === undefined) {
      length = room;
    } else if (typeof length === 'string') {
      [encoding, length] = [length, room];
    } else {
      validateOffset(length, 'length', 0, this.length);
      length = Math.min(length, room);
    }
  }
  return writeText(this, text, offset, length, encoding ? encodingOf(encoding) : utf8);
};

methods.toJSON = function toJSON() {
  return { type: 'Buffer', data: Array.from(this) };
};

function clampIndex(value, length) {
  value = Math.trunc(value) || 0;
  return value < 0 ? Math.max(value + length, 0) : Math.min(value, length);
}

methods.subarray = function subarray(start, end) {
  const from = clampIndex(start, this.length);
  const to = end === undefined ? this.length : clampIndex(end, this.length);
  return new FastBuffer(this.buffer, this.byteOffset + from, Math.max(to - from, 0));
};

methods.slice = function slice(start, end) {
  return this.subarray(start, end);
};

for (const width of [2, 4, 8]) {
  methods[`swap${width * 8}`] = function swap() {
    if (this.length % width !== 0) throw new codes.ERR_INVALID_BUFFER_SIZE(`${width * 8}-bits`);
    for (let i = 0; i < this.length; i += width) plainView(this, i, i + width).reverse();
    return this;
  };
}

// The methods by encoding that the general ones stand on in Node.
for (const [name, encoding] of [['ascii', ascii], ['base64', base64], ['base64url', base64url], ['latin1', latin1], ['hex', hex],
  ['ucs2', wide], ['utf8', utf8]]) {
  methods[`${name}Slice`] = function sliceText(start = 0, end = this.length) {
    return slice(this, encoding, start, end);
  };
  methods[`${name}Write`] = function write(text, offset = 0, length = this.length - offset) {
    return writeText(this, text, offset, Math.min(length, this.length - offset), encoding);
  };
}

// Numbers in bytes.

function boundsError(value, last, type = 'offset') {
  if (Math.floor(value) !== value) {
    validateNumber(value, type);
    throw new codes.ERR_OUT_OF_RANGE(type, 'an integer', value);
  }
  if (last < 0) throw new codes.ERR_BUFFER_OUT_OF_BOUNDS();
  throw new codes.ERR_OUT_OF_RANGE(type, `>= ${type === 'offset' ? 0 : 1} and <= ${last}`, value);
}

function checkBounds(buffer, offset, width) {
  validateNumber(offset, 'offset');
  if (buffer[offset] === undefined || buffer[offset + width - 1] === undefined) boundsError(offset, buffer.length - width);
}

function checkWidth(width) {
  if (width === undefined) throw new codes.ERR_INVALID_ARG_TYPE('byteLength', 'number', width);
  if (!Number.isInteger(width) || width < 1 || width > 6) boundsError(width, 6, 'byteLength');
}

function readUnsigned(buffer, offset, width, little) {
  checkBounds(buffer, offset, width);
  let value = 0;
  for (let i = 0; i < width; i++) value = value * 256 + buffer[little ? offset + width - 1 - i : offset + i];
  return value;
}

function readSigned(buffer, offset, width, little) {
  const value = readUnsigned(buffer, offset, width, little);
  return value >= 2 ** (width * 8 - 1) ? value - 2 ** (width * 8) : value;
}

function checkValue(value, signed, width, big) {
  const bits = width * 8;
  const two = big ? 2n : 2;
  const size = (n) => big ? BigInt(n) : n;
  const min = signed ? -(two ** size(bits - 1)) : size(0);
  const max = two ** size(signed ? bits - 1 : bits) - size(1);
  if (!(value > max || value < min)) return;
  const n = big ? 'n' : '';
  // Node 12 forgot the suffix of the last base.
  const last = major >= 14 ? n : '';
  let range = `>= ${min} and <= ${max}`;
  if (width > 4) {
    range = signed ? `>= -(2${n} ** ${bits - 1}${n}) and < 2${last} ** ${bits - 1}${n}` : `>= 0${n} and < 2${n} ** ${bits}${n}`;
  }
  throw new codes.ERR_OUT_OF_RANGE('value', range, value);
}

function writeInteger(buffer, value, offset, width, little, signed) {
  value = +value;
  if (width === 1) validateNumber(offset, 'offset');
  checkValue(value, signed, width, false);
  checkBounds(buffer, offset, width);
  let low = value >>> 0;
  let high = width > 4 ? Math.floor(value * 2 ** -32) >>> 0 : 0;
  for (let i = 0; i < width; i++) {
    buffer[little ? offset + i : offset + width - 1 - i] = low;
    if (i === 3) [low, high] = [high, 0];
    else low >>>= 8;
  }
  return offset + width;
}

function readBig(buffer, offset, little, signed) {
  checkBounds(buffer, offset, 8);
  const view = new DataView(buffer.buffer, buffer.byteOffset + offset, 8);
  return signed ? view.getBigInt64(0, little) : view.getBigUint64(0, little);
}

function writeBig(buffer, value, offset, little, signed) {
  checkValue(value, signed, 8, true);
  checkBounds(buffer, offset, 8);
  new DataView(buffer.buffer, buffer.byteOffset + offset, 8).setBigUint64(0, BigInt.asUintN(64, value), little);
  return offset + 8;
}

for (const little of [true, false]) {
  const end = little ? 'LE' : 'BE';
  for (const signed of [true, false]) {
    const read = signed ? readSigned : readUnsigned;
    const names = signed ? ['Int'] : ['UInt', 'Uint'];
    const put = (prefix, suffix, method) => {
      for (const name of names) methods[`${prefix}${name}${suffix}`] = method;
    };
    put('read', end, function readInteger(offset, byteLength) {
      if (offset === undefined) throw new codes.ERR_INVALID_ARG_TYPE('offset', 'number', offset);
      checkWidth(byteLength);
      return read(this, offset, byteLength, little);
    });
    put('write', end, function write(value, offset, byteLength) {
      checkWidth(byteLength);
      return writeInteger(this, value, offset, byteLength, little, signed);
    });
    for (const width of [1, 2, 4]) {
      if (width === 1 && !little) continue;
      const suffix = width === 1 ? '8' : `${width * 8}${end}`;
      put('read', suffix, function readInteger(offset = 0) {
        return read(this, offset, width, little);
      });
      put('write', suffix, function write(value, offset = 0) {
        return writeInteger(this, value, offset, width, little, signed);
      });
    }
    put('readBig', `64${end}`, function readInteger(offset = 0) {
      return readBig(this, offset, little, signed);
    });
    put('writeBig', `64${end}`, function write(value, offset = 0) {
      return writeBig(this, value, offset, little, signed);
    });
  }
  for (const [name, width] of [['Float', 4], ['Double', 8]]) {
    methods[`read${name}${end}`] = function readFloat(offset = 0) {
      checkBounds(this, offset, width);
      return new DataView(this.buffer, this.byteOffset + offset, width)[`getFloat${width * 8}`](0, little);
    };
    methods[`write${name}${end}`] = function writeFloat(value, offset = 0) {
      value = +value;
      checkBounds(this, offset, width);
      new DataView(this.buffer, this.byteOffset + offset, width)[`setFloat${width * 8}`](0, value, little);
      return offset + width;
    };
  }
}

// What the module offers beside Buffer.

function invalidCharacter(message = 'Invalid character') {
  const DOMException = require('internal/dom_exception');
  return new DOMException(message, 'InvalidCharacterError');
}

function btoa(input) {
  if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('input');
  const text = `${input}`;
  if (/[^\0-\xff]/.test(text)) throw invalidCharacter();
  return base64.text(bytesOfUnits(text));
}

function atob(input) {
  if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('input');
  const text = `${input}`.replace(/[\t\n\f\r ]/g, '');
  if (!/^[A-Za-z0-9+/=]*$/.test(text)) throw invalidCharacter();
  const data = text.replace(/=+$/, '');
  if (major >= 18) {
    const padding = text.length - data.length;
    if (data.includes('=') || (padding > 0 && (padding > 2 || text.length % 4 !== 0))) throw invalidCharacter();
  }
  if (major >= 16 && data.length % 4 === 1) throw invalidCharacter('The string to be decoded is not correctly encoded.');
  return textOfUnits(bytesOfBase64(data));
}

function inputBytes(input) {
  if (typeOf.call(input) !== undefined) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  if (isArrayBuffer(input)) return new Uint8Array(input);
  throw new codes.ERR_INVALID_ARG_TYPE(
    'input', major >= 20 ? ['ArrayBuffer', 'Buffer', 'TypedArray'] : ['TypedArray', 'Buffer'], input);
}

// Decoding replaces what is not UTF-8, so only valid bytes survive the way there and back.
function isUtf8(input) {
  const bytes = inputBytes(input);
  const again = encodeText(binding.decodeText(bytes));
  return again.length === bytes.length && compareBytes(again, bytes) === 0;
}

function isAscii(input) {
  return inputBytes(input).every((byte) => byte < 128);
}

function SlowBuffer(length) {
  validateSize(length);
  return new FastBuffer(length);
}
Object.setPrototypeOf(SlowBuffer.prototype, Uint8Array.prototype);
Object.setPrototypeOf(SlowBuffer, Uint8Array);

const offered = 'Buffer, SlowBuffer, atob, btoa, isUtf8, isAscii, constants, kMaxLength, kStringMaxLength, INSPECT_MAX_BYTES';
const refuse = (what) => () => notOffered(`buffer.${what}`, offered);

exports.Buffer = Buffer;
if (major < 26) exports.SlowBuffer = SlowBuffer;
exports.transcode = refuse('transcode');
exports.kMaxLength = kMaxLength;
exports.kStringMaxLength = kStringMaxLength;
if (major >= 14) {
  exports.btoa = btoa;
  exports.atob = atob;
}
if (major >= 18) {
  exports.isUtf8 = isUtf8;
  exports.isAscii = isAscii;
}
exports.constants = Object.defineProperties({}, {
  MAX_LENGTH: { value: kMaxLength, enumerable: true },
  MAX_STRING_LENGTH: { value: kStringMaxLength, enumerable: true },
});
Object.defineProperty(exports, 'INSPECT_MAX_BYTES', {
  configurable: true,
  enumerable: true,
  get: () => inspectMaxBytes,
  set: (value) => {
    inspectMaxBytes = value;
  },
});
for (const [name, since] of [['Blob', 14], ['resolveObjectURL', 16], ['File', 18]]) {
  if (major < since) continue;
  const value = globalThis[name] ?? standIn(name, `buffer.${name}`, true);
  Object.defineProperty(exports, name, { configurable: true, enumerable: false, writable: true, value });
}
