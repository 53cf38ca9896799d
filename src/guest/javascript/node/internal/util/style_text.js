'use strict';

const { codes, validateBoolean, validateOneOf, validateString } = require('internal/errors');
const { inspect } = require('internal/util/inspect');

const { major } = binding;
const escape = (code) => `\u001b[${code}m`;

function codesOf(format) {
  const found = inspect.colors[format];
  const names = major >= 24 ? Object.getOwnPropertyNames : Object.keys;
  if (found === undefined || found === null) validateOneOf(format, 'format', names(inspect.colors));
  return found;
}

// A style that ends inside the text is taken up again after it.
function resumed(text, [on, off]) {
  const end = escape(off);
  const both = on === inspect.colors.dim[0] || on === inspect.colors.bold[0];
  return text.replaceAll(end, (match, at) => {
    if (at + match.length >= text.length) return match;
    return both ? match + escape(on) : escape(on);
  });
}

function styleText(format, text, { validateStream = true, stream = process.stdout } = {}) {
  validateString(text, 'text');
  validateBoolean(validateStream, 'options.validateStream');
  if (validateStream && (stream === null || typeof stream !== 'object')) {
    throw new codes.ERR_INVALID_ARG_TYPE('stream', ['ReadableStream', 'WritableStream', 'Stream'], stream);
  }
  const plain = validateStream && !stream.isTTY;
  const styles = [];
  for (const each of Array.isArray(format) ? format : [format]) {
    if (major < 22 || each !== 'none') styles.push(codesOf(each));
  }
  if (plain && (major >= 22 || !Array.isArray(format))) return text;
  const inner = major >= 22 ? styles.reduce(resumed, text) : text;
  return styles.map(([on]) => escape(on)).join('') + inner + styles.map(([, off]) => escape(off)).reverse().join('');
}

module.exports = { styleText };
