'use strict';

// What console.log does with its arguments. Apart from the printing of values because most programs print strings only.

const { major } = binding;

const inspect = (value, options) => require('internal/util/inspect').inspect(value, options);

function separated(options) {
  return major >= 16 && (options?.numericSeparator ?? require('internal/util/inspect').defaults.numericSeparator);
}

// A number as inspect shows it, without loading inspect for the common case.
function showNumber(value, options) {
  if (options === undefined || options === null) return Object.is(value, -0) ? '-0' : `${value}`;
  return require('internal/util/inspect').showNumber(value, separated(options));
}

function showBigInt(value, options) {
  return separated(options) ? require('internal/util/inspect').showBigInt(value, true) : `${value}n`;
}

const hasOwn = (value, key) => Object.prototype.hasOwnProperty.call(value, key);

// Whether turning the object into a string would run nothing the program wrote.
function stringifiesAsBuiltIn(value) {
  const parts = binding.proxyParts?.(value);
  if (parts !== undefined) return parts[0] === null || stringifiesAsBuiltIn(parts[0]);
  const keys = [];
  if (typeof value.toString === 'function') keys.push('toString');
  if (major >= 20 && typeof value[Symbol.toPrimitive] === 'function') keys.push(Symbol.toPrimitive);
  if (keys.length === 0) return true;
  if (keys.some((key) => hasOwn(value, key))) return false;
  let owner = value;
  do owner = Object.getPrototypeOf(owner);
  while (!keys.some((key) => hasOwn(owner, key)));
  const constructor = Object.getOwnPropertyDescriptor(owner, 'constructor')?.value;
  return typeof constructor === 'function' && require('internal/util/inspect').isBuiltInName(constructor.name);
}

function shownAsString(value, options) {
  if (typeof value === 'number') return showNumber(value, options);
  if (typeof value === 'bigint') return showBigInt(value, options);
  if (typeof value !== 'object' || value === null || !stringifiesAsBuiltIn(value)) return String(value);
  return inspect(value, { ...options, depth: 0, colors: false, compact: 3 });
}

let circularMessage;

function shownAsJson(value) {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (circularMessage === undefined) {
      const ring = {};
      ring.ring = ring;
      try {
        JSON.stringify(ring);
      } catch (refusal) {
        [circularMessage] = refusal.message.split('\n', 1);
      }
    }
    if (error.name === 'TypeError' && error.message.split('\n', 1)[0] === circularMessage) return '[Circular]';
    throw error;
  }
}

function converted(letter, value, options) {
  switch (letter) {
    case 's': return shownAsString(value, options);
    case 'j': return shownAsJson(value);
    case 'd':
      if (typeof value === 'bigint') return showBigInt(value, options);
      return typeof value === 'symbol' ? 'NaN' : showNumber(Number(value), options);
    case 'i':
      if (typeof value === 'bigint') return showBigInt(value, options);
      return typeof value === 'symbol' ? 'NaN' : showNumber(Number.parseInt(value), options);
    case 'f': return typeof value === 'symbol' ? 'NaN' : showNumber(Number.parseFloat(value), options);
    case 'o': return inspect(value, { ...options, showHidden: true, showProxy: true, depth: 4 });
    case 'O': return inspect(value, options);
    default: return '';
  }
}

function formatted(options, values) {
  const [first] = values;
  if (typeof first !== 'string') return joined(options, values, 0, '');
  if (values.length === 1) return first;
  if (!first.includes('%')) return joined(options, values, 1, first);

  let used = 1;
  let text = '';
  let copied = 0;
  for (let at = first.indexOf('%'); at !== -1 && at < first.length - 1; at = first.indexOf('%', at)) {
    const letter = first[at + 1];
    if (letter === '%') {
      text += first.slice(copied, at + 1);
      copied = at + 2;
    } else if (used < values.length && 'sjdifoOc'.includes(letter)) {
      text += first.slice(copied, at) + converted(letter, values[used++], options);
      copied = at + 2;
    }
    at += 2;
  }
  return joined(options, values, used, text + first.slice(copied));
}

function joined(options, values, from, text) {
  for (let i = from; i < values.length; i++) {
    const value = values[i];
    if (i > 0) text += ' ';
    text += typeof value === 'string' ? value : shownPlainly(value, options);
  }
  return text;
}

function shownPlainly(value, options) {
  if (options === undefined) {
    if (typeof value === 'number') return showNumber(value);
    if (typeof value === 'boolean' || value === undefined || value === null) return `${value}`;
  }
  return inspect(value, options);
}

function format(...values) {
  return formatted(undefined, values);
}

function formatWithOptions(inspectOptions, ...values) {
  if (major >= 14 && (typeof inspectOptions !== 'object' || inspectOptions === null)) {
    const { codes } = require('internal/errors');
    throw new codes.ERR_INVALID_ARG_TYPE('inspectOptions', 'object', inspectOptions);
  }
  return formatted(inspectOptions, values);
}

module.exports = { format, formatWithOptions, formatted };
