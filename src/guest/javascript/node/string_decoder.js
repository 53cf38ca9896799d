'use strict';

const { codes } = require('internal/errors');
const { Buffer } = require('buffer');

const { disguised } = binding;

// What a decoder holds of a character that is not whole yet. It is put on the object itself, whoever made that.
class Held extends function itself(decoder) {
  return decoder;
} {
  #bytes = Buffer.alloc(0);
  #native;
  #wasUsed = false;

  static of(decoder) {
    return #bytes in decoder ? decoder.#bytes : undefined;
  }

  static set(decoder, bytes) {
    decoder.#bytes = bytes;
    if (bytes.length > 0) decoder.#wasUsed = true;
  }

  // Nobody keeps what is left over of a character that became whole.
  static native(decoder) {
    if (decoder.#wasUsed) require('internal/errors').notOffered('showing a decoder that has held part of a character');
    return decoder.#native ??= Buffer.from([0, 0, 0, 0, 0, 0, numbers.indexOf(decoder.encoding)]);
  }
}

const native = Symbol('kNativeDecoder');
const numbers = ['ascii', 'utf8', 'base64', 'utf16le', 'latin1', 'hex', 'buffer', 'base64url'];
function getNative() {
  return Held.native(this);
}
disguised.add(getNative);
const nativeProperty = {
  configurable: true, enumerable: true, get: getNative, set: () => require('internal/errors').notOffered('setting kNativeDecoder'),
};

const names = {
  __proto__: null, 'utf-8': 'utf8', ucs2: 'utf16le', 'ucs-2': 'utf16le', 'utf-16le': 'utf16le', binary: 'latin1',
};

function nameOf(encoding) {
  if (encoding === undefined || encoding === null || encoding === '') return 'utf8';
  const name = `${encoding}`.toLowerCase();
  if (!Buffer.isEncoding(name)) throw new codes.ERR_UNKNOWN_ENCODING(encoding);
  return names[name] || name;
}

// How many bytes at the end of a chunk have to wait for the next one. Only the first byte of a character is looked at.
const unfinished = {
  utf8(bytes) {
    for (let back = 1; back <= Math.min(3, bytes.length); back++) {
      const byte = bytes[bytes.length - back];
      if (byte < 0x80) return 0;
      if (byte < 0xc0) continue;
      const length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf8 ? 4 : 0;
      return length > back ? back : 0;
    }
    return 0;
  },
  utf16le(bytes, held) {
    const completed = held === 0 ? 0 : held === 1 ? 2 : 4;
    const rest = bytes.length - completed;
    if (rest < 0) return bytes.length;
    if (rest % 2 === 1) return 1;
    return rest > 0 && (bytes[bytes.length - 1] & 0xfc) === 0xd8 ? 2 : 0;
  },
  base64: (bytes) => bytes.length % 3,
  base64url: (bytes) => bytes.length % 3,
};

function needed(decoder) {
  const { encoding } = decoder;
  const kept = Held.of(decoder);
  if (kept.length === 0) return [0, 0];
  if (encoding === 'utf8') {
    const total = kept[0] < 0xe0 ? 2 : kept[0] < 0xf0 ? 3 : 4;
    return [total - kept.length, total];
  }
  if (encoding === 'utf16le') {
    const total = kept.length > 1 ? 4 : 2;
    return [total - kept.length, total];
  }
  return [3 - kept.length, 3];
}

function StringDecoder(encoding) {
  this.encoding = nameOf(encoding);
  new Held(this);
  Object.defineProperty(this, native, nativeProperty);
}

StringDecoder.prototype.write = function write(chunk) {
  if (typeof chunk === 'string') return chunk;
  if (!ArrayBuffer.isView(chunk)) throw new codes.ERR_INVALID_ARG_TYPE('buf', ['Buffer', 'TypedArray', 'DataView'], chunk);
  const kept = Held.of(this);
  if (kept === undefined) throw new codes.ERR_INVALID_THIS('StringDecoder');
  const bytes = Buffer.concat([kept, new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)]);
  const wait = unfinished[this.encoding];
  const whole = wait === undefined ? bytes.length : bytes.length - wait(bytes, kept.length);
  Held.set(this, bytes.subarray(whole));
  return bytes.toString(this.encoding, 0, whole);
};

StringDecoder.prototype.end = function end(chunk) {
  const text = chunk === undefined ? '' : this.write(chunk);
  const rest = Held.of(this).toString(this.encoding);
  Held.set(this, Buffer.alloc(0));
  return text + rest;
};

StringDecoder.prototype.text = function text(chunk, offset) {
  Held.set(this, Buffer.alloc(0));
  return this.write(chunk.slice(offset));
};

Object.defineProperties(StringDecoder.prototype, {
  lastChar: { configurable: true, enumerable: true, get() { return Buffer.concat([Held.of(this)], 4); } },
  lastNeed: { configurable: true, enumerable: true, get() { return needed(this)[0]; } },
  lastTotal: { configurable: true, enumerable: true, get() { return needed(this)[1]; } },
});

exports.StringDecoder = StringDecoder;
