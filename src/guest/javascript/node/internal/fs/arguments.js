'use strict';

// What functions of fs are given.

const { codes, notOffered, validateInteger } = require('internal/errors');

const { major } = binding;

const O_ACCESS = 3;
const O_WRONLY = 1;
const O_RDWR = 2;
const O_CREAT = 64;
const O_EXCL = 128;
const O_TRUNC = 512;
const O_APPEND = 1024;
const O_DIRECTORY = 65536;
const O_SYNC = 1052672;

const nodePath = () => require('path');

function fromUrl(url) {
  if (url.protocol !== 'file:') throw new codes.ERR_INVALID_URL_SCHEME('file');
  return decodeURIComponent(url.pathname);
}

function toPath(value, name = 'path') {
  let path = value;
  if (typeof value !== 'string') {
    if (value instanceof Uint8Array) path = Buffer.from(value).toString();
    else if (value !== null && typeof value === 'object' && value.href && value.protocol) path = fromUrl(value);
    else throw new codes.ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'URL'], value);
  }
  if (path.includes('\0')) {
    const accepted = major < 20 ? 'string or Uint8Array' : 'string, Uint8Array, or URL';
    throw new codes.ERR_INVALID_ARG_VALUE(name, value, `must be a ${accepted} without null bytes`);
  }
  return path;
}

function absolute(path) {
  const full = nodePath().resolve(process.cwd(), path);
  if (full === process.execPath) notOffered(`the file of Node itself (${full})`, 'files of the program');
  return full;
}

const isView = (value) => ArrayBuffer.isView(value);

function checkEncoding(encoding) {
  if (!encoding || encoding === 'buffer' || Buffer.isEncoding(encoding)) return;
  if (major < 16) throw new codes.ERR_INVALID_OPT_VALUE_ENCODING(encoding);
  if (major < 20) throw new codes.ERR_INVALID_ARG_VALUE(encoding, 'encoding', 'is invalid encoding');
  throw new codes.ERR_INVALID_ARG_VALUE('encoding', encoding, 'is invalid encoding');
}

function toOptions(options, defaults = {}) {
  if (options === undefined || options === null || typeof options === 'function') return defaults;
  if (typeof options === 'string') {
    checkEncoding(options);
    return { ...defaults, encoding: options };
  }
  if (typeof options !== 'object') throw new codes.ERR_INVALID_ARG_TYPE('options', ['string', 'Object'], options);
  checkEncoding(options.encoding);
  if (options.signal !== undefined && major >= 16) require('internal/errors').validateAbortSignal(options.signal, 'signal');
  return { ...defaults, ...options };
}

const FLAGS = /^(?:r|rs|sr|r\+|rs\+|sr\+|[wa]|[wa]x|x[wa]|[wa]\+|[wa]x\+|x[wa]\+|as|sa|as\+|sa\+)$/;
const LETTERS = { r: 0, w: O_CREAT | O_TRUNC, a: O_CREAT | O_APPEND };

function toFlags(flags) {
  if (flags === undefined || flags === null) return 0;
  if (typeof flags === 'number') {
    validateInteger(flags, 'flags', -(2 ** 31), 2 ** 31 - 1);
    return flags;
  }
  if (typeof flags !== 'string' || !FLAGS.test(flags)) {
    if (major < 16) throw new codes.ERR_INVALID_OPT_VALUE('flags', flags);
    throw new codes.ERR_INVALID_ARG_VALUE('flags', flags);
  }
  const kind = flags.includes('r') ? 'r' : flags.includes('w') ? 'w' : 'a';
  const access = flags.includes('+') ? O_RDWR : kind === 'r' ? 0 : O_WRONLY;
  return access | LETTERS[kind] | (flags.includes('x') ? O_EXCL : 0) | (flags.includes('s') ? O_SYNC : 0);
}

// A mode has no effect here, but a wrong one is refused.
function checkMode(mode, name = 'mode') {
  if (mode === undefined || mode === null) return;
  if (typeof mode === 'string') {
    if (/^[0-7]+$/.test(mode)) return;
    throw new codes.ERR_INVALID_ARG_VALUE(name, mode, 'must be a 32-bit unsigned integer or an octal string');
  }
  validateInteger(mode, name, 0, 2 ** 32 - 1);
}

const checkDescriptor = (fd) => validateInteger(fd, 'fd', 0, 2 ** 31 - 1);

const dataTypes = ['string', 'Buffer', 'TypedArray', 'DataView'];

// The bytes of what is to be written. A view stays a view: its contents are taken when the work is done.
function toBytes(data, encoding, name = 'data') {
  if (isView(data)) return data;
  if (typeof data === 'string') return Buffer.from(data, encoding || 'utf8');
  const converted = major < 14 || (major < 20 && typeof data === 'object' && data !== null && Object.hasOwn(data, 'toString'));
  if (!converted) throw new codes.ERR_INVALID_ARG_TYPE(name, dataTypes, data);
  return Buffer.from(String(data), encoding || 'utf8');
}

const asBytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

function decoded(bytes, encoding) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return encoding && encoding !== 'buffer' ? buffer.toString(encoding) : buffer;
}

const encodedName = (name, encoding) =>
  (!encoding || encoding === 'utf8' || encoding === 'utf-8' ? name : decoded(Buffer.from(name), encoding));

function checkBuffer(buffer) {
  if (!isView(buffer)) throw new codes.ERR_INVALID_ARG_TYPE('buffer', ['Buffer', 'TypedArray', 'DataView'], buffer);
}

function toPosition(position) {
  if (position === undefined || position === null || position === -1 || position === -1n) return undefined;
  if (typeof position === 'bigint') return Number(position);
  validateInteger(position, 'position');
  return position < 0 ? undefined : position;
}

function toPiece(buffer, offset, length) {
  const begin = offset ?? 0;
  validateInteger(begin, 'offset', 0);
  const size = length ?? buffer.byteLength - begin;
  if (size === 0) return new Uint8Array(0);
  if (typeof size !== 'number') throw new codes.ERR_INVALID_ARG_TYPE('length', 'number', size);
  if (begin > buffer.byteLength) throw new codes.ERR_OUT_OF_RANGE('offset', `<= ${buffer.byteLength}`, begin);
  if (size < 0) throw new codes.ERR_OUT_OF_RANGE('length', '>= 0', size);
  if (size > buffer.byteLength - begin) throw new codes.ERR_OUT_OF_RANGE('length', `<= ${buffer.byteLength - begin}`, size);
  return new Uint8Array(buffer.buffer, buffer.byteOffset + begin, size);
}

const isOptions = (value) => value !== null && typeof value === 'object' && !isView(value);

function checkViews(buffers) {
  if (Array.isArray(buffers) && buffers.every(isView)) return;
  throw new codes.ERR_INVALID_ARG_TYPE('buffers', 'ArrayBufferView[]', buffers);
}

module.exports = {
  O_ACCESS,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_APPEND,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  absolute,
  asBytes,
  checkBuffer,
  checkDescriptor,
  checkEncoding,
  checkMode,
  checkViews,
  decoded,
  encodedName,
  isOptions,
  isView,
  nodePath,
  toBytes,
  toFlags,
  toOptions,
  toPath,
  toPiece,
  toPosition,
};
