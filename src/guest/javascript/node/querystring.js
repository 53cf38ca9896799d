'use strict';

const { codes } = require('internal/errors');

function escape(value) {
  const text = typeof value === 'object' ? String(value) : `${value}`;
  if (/\p{Surrogate}/u.test(text)) throw new codes.ERR_INVALID_URI();
  return encodeURIComponent(text);
}

// Takes apart what can be, and leaves the rest as it is.
function unescapeBuffer(text) {
  const bytes = [];
  for (let i = 0; i < text.length; i++) {
    const hex = text.slice(i + 1, i + 3);
    if (text[i] === '%' && /^[0-9A-Fa-f]{2}$/.test(hex)) {
      bytes.push(parseInt(hex, 16));
      i += 2;
    } else {
      bytes.push(text.charCodeAt(i) & 0xff);
    }
  }
  return require('buffer').Buffer.from(bytes);
}

function unescape(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return unescapeBuffer(text).toString();
  }
}

function primitive(value) {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return `${value}`;
  return (typeof value === 'bigint' && binding.major >= 14) || typeof value === 'boolean' ? `${value}` : '';
}

function stringify(fields, separator, equals, options) {
  separator = separator || '&';
  equals = equals || '=';
  if (fields === null || typeof fields !== 'object') return '';
  let encode = exports.escape;
  if (typeof options?.encodeURIComponent === 'function') encode = options.encodeURIComponent;
  const parts = [];
  for (const key of Object.keys(fields)) {
    const values = Array.isArray(fields[key]) ? fields[key] : [fields[key]];
    const name = encode(primitive(key));
    for (const value of values) parts.push(`${name}${equals}${encode(primitive(value))}`);
  }
  return parts.join(separator);
}

// The usual decoder is only asked about text that has something to decode; one of the program's own, about all but ''.
function decodePart(part, decode) {
  if (part === '') return '';
  if (decode === unescape) {
    const spaced = part.replace(/\+/g, ' ');
    return /%[0-9A-Fa-f]{2}/.test(part) ? unescape(spaced) : spaced;
  }
  const spaced = part.replace(/\+/g, '%20');
  try {
    return decode(spaced);
  } catch {
    return exports.unescape(spaced);
  }
}

function parse(text, separator, equals, options) {
  const fields = Object.create(null);
  if (typeof text !== 'string' || text === '') return fields;
  separator = separator ? `${separator}` : '&';
  equals = equals ? `${equals}` : '=';
  const limit = typeof options?.maxKeys === 'number' ? options.maxKeys : 1000;
  let decode = exports.unescape;
  if (typeof options?.decodeURIComponent === 'function') decode = options.decodeURIComponent;

  const pieces = text.split(separator);
  for (const piece of limit > 0 ? pieces.slice(0, limit) : pieces) {
    if (piece === '') continue;
    const at = piece.indexOf(equals);
    const key = decodePart(at < 0 ? piece : piece.slice(0, at), decode);
    const value = at < 0 ? '' : decodePart(piece.slice(at + equals.length), decode);
    if (fields[key] === undefined) fields[key] = value;
    else if (Array.isArray(fields[key])) fields[key].push(value);
    else fields[key] = [fields[key], value];
  }
  return fields;
}

Object.assign(exports, { unescapeBuffer, unescape, escape, stringify, encode: stringify, parse, decode: parse });
