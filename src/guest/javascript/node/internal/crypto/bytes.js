'use strict';
// Bytes as crypto takes and gives them, and the names of digests.

const { codes } = require('internal/errors');

const { major } = binding;

const VIEWS = ['Buffer', 'TypedArray', 'DataView'];
const BYTES = major < 16 ? VIEWS : ['ArrayBuffer', ...VIEWS];

const isView = (value) => ArrayBuffer.isView(value);
const isBytes = (value) => isView(value) || (major >= 16 && value instanceof ArrayBuffer);

function bytesOf(value, encoding) {
  if (typeof value === 'string') return Buffer.from(value, encoding === 'buffer' ? 'utf8' : encoding);
  return isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : new Uint8Array(value);
}

const toBuffer = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function encoded(bytes, encoding) {
  const buffer = toBuffer(bytes);
  return encoding && encoding !== 'buffer' ? buffer.toString(encoding) : buffer;
}

// What a call of update was given.
function checkData(data, encoding) {
  if (typeof data !== 'string') {
    if (!isView(data)) throw new codes.ERR_INVALID_ARG_TYPE('data', ['string', ...VIEWS], data);
  } else if (major >= 14 && data.length % 2 !== 0 && String(encoding).toLowerCase() === 'hex') {
    throw new codes.ERR_INVALID_ARG_VALUE('encoding', encoding, `is invalid for data of length ${data.length}`);
  }
}

function checkBytes(value, name) {
  if (typeof value !== 'string' && !isBytes(value)) throw new codes.ERR_INVALID_ARG_TYPE(name, ['string', ...BYTES], value);
}

function digestName(name) {
  const lower = name.toLowerCase().replace(/^rsa-/, '');
  if (major < 18) return lower.includes('-') ? '' : lower;
  return lower.replace(/^sha2?-(?=\d{3}$)/, 'sha').replace(/^sha-1$/, 'sha1');
}

const hashOf = (name, bytes) => binding.hash(digestName(name), bytes);
const knowsDigest = (name) => hashOf(name, new Uint8Array(0)) !== undefined;

module.exports = {
  BYTES, VIEWS, bytesOf, checkBytes, checkData, digestName, encoded, hashOf, isBytes, isView, knowsDigest, toBuffer,
};
