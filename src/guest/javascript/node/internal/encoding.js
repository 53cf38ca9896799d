'use strict';

const { codes, notOffered, validateObject } = require('internal/errors');

const { major } = binding;
const inspectCustom = Symbol.for('nodejs.util.inspect.custom');

function inspectParts(object, names, depth, options) {
  if (typeof depth === 'number' && depth < 0) return object;
  const shown = {};
  for (const name of names) shown[name] = object[name];
  const text = require('util').inspect(shown, options);
  return object instanceof TextEncoder && major >= 14 ? text : `${object.constructor.name} ${text}`;
}

const labels = {
  __proto__: null,
  'utf-8': ['unicode-1-1-utf-8', 'utf8', ...(major >= 20 ? ['unicode11utf8', 'unicode20utf8', 'x-unicode20utf8'] : [])],
  'utf-16le': ['utf-16', ...(major >= 20 ? ['csunicode', 'iso-10646-ucs-2', 'ucs-2', 'unicode', 'unicodefeff'] : [])],
  'utf-16be': major >= 20 ? ['unicodefffe'] : [],
  'windows-1252': [
    'ansi_x3.4-1968', 'ascii', 'cp1252', 'cp819', 'csisolatin1', 'ibm819', 'iso-8859-1', 'iso-ir-100', 'iso8859-1',
    'iso88591', 'iso_8859-1', 'iso_8859-1:1987', 'l1', 'latin1', 'us-ascii', 'x-cp1252',
  ],
};

if (major === 12) delete labels['windows-1252'];

// Names of the encodings that Node reads and tickproof does not.
const others = /^(iso-?8859-|iso-2022-|windows-|koi8-|gb|big5|euc-|shift_jis|sjis|macintosh|x-mac-|ibm866|x-user-defined)/;

// What windows-1252 has where Latin-1 has control characters.
const upper = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

function encodingOf(label) {
  const wanted = label.replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, '').toLowerCase();
  for (const name in labels) {
    if (name === wanted || labels[name].includes(wanted)) return name;
  }
  if (others.test(wanted)) notOffered(`the encoding '${label}'`, Object.keys(labels).join(', '));
  throw new codes.ERR_ENCODING_NOT_SUPPORTED(label);
}

function bytesOf(input) {
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  if (input instanceof ArrayBuffer || input instanceof SharedArrayBuffer) return new Uint8Array(input);
  if (major < 18) throw new codes.ERR_INVALID_ARG_TYPE('input', ['ArrayBuffer', 'ArrayBufferView'], input);
  const error = new TypeError('The "list" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.');
  error.code = 'ERR_INVALID_ARG_TYPE';
  throw error;
}

function join(a, b) {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

// UTF-8, with the replacement character for half a surrogate pair.
function encodeText(text) {
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i);
    if (code < 0x80) {
      bytes[length++] = code;
    } else if (code < 0x800) {
      bytes[length++] = 0xc0 | code >> 6;
      bytes[length++] = 0x80 | code & 63;
    } else if (code < 0x10000) {
      const unit = code >= 0xd800 && code < 0xe000 ? 0xfffd : code;
      bytes[length++] = 0xe0 | unit >> 12;
      bytes[length++] = 0x80 | unit >> 6 & 63;
      bytes[length++] = 0x80 | unit & 63;
    } else {
      bytes[length++] = 0xf0 | code >> 18;
      bytes[length++] = 0x80 | code >> 12 & 63;
      bytes[length++] = 0x80 | code >> 6 & 63;
      bytes[length++] = 0x80 | code & 63;
      i++;
    }
  }
  return bytes.slice(0, length);
}

// How many bytes at the end begin a character whose rest is still to come.
function unfinished(bytes) {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const needed = byte >= 0xf5 || byte < 0xc2 ? 0 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    if (needed <= back) return 0;
    const second = back > 1 ? bytes[bytes.length - back + 1] : 0x90;
    const low = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
    const high = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
    return back > 1 && (second < low || second > high) ? 0 : back;
  }
  return 0;
}

const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

function readUtf8(bytes, last) {
  const kept = last ? 0 : unfinished(bytes);
  const whole = bytes.subarray(0, bytes.length - kept);
  const text = binding.decodeText(whole);
  return { text, kept, valid: () => same(encodeText(text), whole) };
}

function readWide(bytes, last, bigEndian) {
  let kept = bytes.length & 1;
  let text = '';
  let valid = !last || kept === 0;
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    text += String.fromCharCode(bigEndian ? bytes[i] << 8 | bytes[i + 1] : bytes[i] | bytes[i + 1] << 8);
  }
  if (!last && /[\ud800-\udbff]$/.test(text)) {
    text = text.slice(0, -1);
    kept += 2;
  }
  if (/\p{Surrogate}/u.test(text)) {
    valid = false;
    text = text.replace(/\p{Surrogate}/gu, '\ufffd');
  }
  if (last && kept > 0) text += '\ufffd';
  return { text, kept, valid: () => valid };
}

function readLatin(bytes, last) {
  // Node 20 forgets the difference, but not while more is to come.
  const windows = major !== 20 || !last;
  let text = '';
  for (const byte of bytes) text += byte >= 0x80 && byte < 0xa0 && windows ? upper[byte - 0x80] : String.fromCharCode(byte);
  return { text, kept: 0, valid: () => true };
}

class TextEncoder {
  #isEncoder = true;

  static #check(value) {
    if (!(#isEncoder in Object(value))) throw new codes.ERR_INVALID_THIS('TextEncoder');
  }

  get encoding() {
    TextEncoder.#check(this);
    return 'utf-8';
  }

  encode(input = '') {
    TextEncoder.#check(this);
    return encodeText(`${input}`);
  }

  encodeInto(source, target) {
    TextEncoder.#check(this);
    if (typeof source !== 'string') throw new codes.ERR_INVALID_ARG_TYPE('src', 'string', source);
    if (!(target instanceof Uint8Array)) throw new codes.ERR_INVALID_ARG_TYPE('dest', 'Uint8Array', target);
    let read = 0;
    let written = 0;
    for (const character of source) {
      const bytes = encodeText(character);
      if (written + bytes.length > target.length) break;
      target.set(bytes, written);
      written += bytes.length;
      read += character.length;
    }
    return { read, written };
  }

  [inspectCustom](depth, options) {
    return inspectParts(this, ['encoding'], depth, options);
  }
}

class TextDecoder {
  #encoding;
  #fatal;
  #ignoreBOM;
  #kept = new Uint8Array(0);
  #begun = false;

  constructor(label = 'utf-8', options = {}) {
    label = `${label}`;
    if (options === null || options === undefined) options = {};
    validateObject(options, 'options');
    this.#encoding = encodingOf(label);
    this.#fatal = !!options.fatal;
    this.#ignoreBOM = !!options.ignoreBOM;
  }

  static #check(value) {
    if (!(#encoding in Object(value))) throw new codes.ERR_INVALID_THIS('TextDecoder');
  }

  get encoding() {
    TextDecoder.#check(this);
    return this.#encoding;
  }

  get fatal() {
    TextDecoder.#check(this);
    return this.#fatal;
  }

  get ignoreBOM() {
    TextDecoder.#check(this);
    return this.#ignoreBOM;
  }

  decode(input = new Uint8Array(0), options = {}) {
    TextDecoder.#check(this);
    const bytes = join(this.#kept, bytesOf(input));
    if (options === null || (major >= 18 && major < 24 && typeof options !== 'object')) options = {};
    validateObject(options, 'options');
    const last = !options.stream;
    const { text, kept, valid } = this.#read(bytes, last);
    this.#kept = bytes.slice(last ? bytes.length : bytes.length - kept);
    const first = !this.#begun;
    this.#begun = !last && (this.#begun || text !== '');
    if (this.#fatal && !valid()) {
      this.#kept = new Uint8Array(0);
      this.#begun = false;
      throw new codes.ERR_ENCODING_INVALID_ENCODED_DATA(this.#encoding, undefined);
    }
    return first && !this.#ignoreBOM && text[0] === '\ufeff' ? text.slice(1) : text;
  }

  [inspectCustom](depth, options) {
    return inspectParts(this, ['encoding', 'fatal', 'ignoreBOM'], depth, options);
  }

  #read(bytes, last) {
    if (this.#encoding === 'utf-8') return readUtf8(bytes, last);
    if (this.#encoding === 'windows-1252') return readLatin(bytes, last);
    return readWide(bytes, last, this.#encoding === 'utf-16be');
  }
}

for (const [Class, names] of [
  [TextEncoder, ['encode', 'encodeInto', 'encoding']], [TextDecoder, ['decode', 'encoding', 'fatal', 'ignoreBOM']],
]) {
  for (const name of names) Object.defineProperty(Class.prototype, name, { enumerable: true });
  Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: Class.name, configurable: true });
}

module.exports = { TextDecoder, TextEncoder, encodeText };
