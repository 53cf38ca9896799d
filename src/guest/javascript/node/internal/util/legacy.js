'use strict';

// The functions of node:util that Node has long called outdated. On 22 each warns when first called, after that they go.

const { major } = binding;
const { isDate, isRegExp } = require('internal/util/types');

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function _extend(target, source) {
  if (source === null || typeof source !== 'object') return target;
  for (const key of Object.keys(source).reverse()) target[key] = source[key];
  return target;
}

function log(...args) {
  const now = new Date();
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map((part) => `${part}`.padStart(2, '0')).join(':');
  console.log('%s - %s', `${now.getDate()} ${MONTHS[now.getMonth()]} ${time}`, require('internal/util/format').format(...args));
}

// Name, function, code of the deprecation, and what to use instead (after a space where Node's text has one more).
const OUTDATED = [
  ['_extend', _extend, 'DEP0060', 'Object.assign()'],
  ['isArray', Array.isArray, 'DEP0044', '`Array.isArray()`'],
  ['isBoolean', function isBoolean(arg) { return typeof arg === 'boolean'; }, 'DEP0045', ' `typeof arg === "boolean"`'],
  ['isBuffer', function isBuffer(arg) { return Buffer.isBuffer(arg); }, 'DEP0046', '`Buffer.isBuffer()`'],
  ['isNull', function isNull(arg) { return arg === null; }, 'DEP0050', '`arg === null`'],
  ['isNullOrUndefined', function isNullOrUndefined(arg) { return arg === null || arg === undefined; }, 'DEP0051',
    '`arg === null || arg === undefined`'],
  ['isNumber', function isNumber(arg) { return typeof arg === 'number'; }, 'DEP0052', '`typeof arg === "number"`'],
  ['isString', function isString(arg) { return typeof arg === 'string'; }, 'DEP0056', ' `typeof arg === "string"`'],
  ['isSymbol', function isSymbol(arg) { return typeof arg === 'symbol'; }, 'DEP0057', ' `arg === "symbol"`'],
  ['isUndefined', function isUndefined(arg) { return arg === undefined; }, 'DEP0058', '`arg === undefined`'],
  ['isRegExp', isRegExp, 'DEP0055', '`arg instanceof RegExp`'],
  ['isObject', function isObject(arg) { return arg !== null && typeof arg === 'object'; }, 'DEP0053',
    '`arg !== null && typeof arg === "object"`'],
  ['isDate', isDate, 'DEP0047', ' `arg instanceof Date`'],
  ['isError', function isError(arg) {
    return Object.prototype.toString.call(arg) === '[object Error]' || arg instanceof Error;
  }, 'DEP0048', '`ObjectPrototypeToString(e) === "[object Error]" || e instanceof Error`'],
  ['isFunction', function isFunction(arg) { return typeof arg === 'function'; }, 'DEP0049',
    ' `typeof arg === "function"`'],
  ['isPrimitive', function isPrimitive(arg) {
    return arg === null || (typeof arg !== 'object' && typeof arg !== 'function');
  }, 'DEP0054', '`arg === null || (typeof arg !== "object" && typeof arg !== "function")`'],
  ['log', log, 'DEP0059', 'console.log() with a custom formatter or a third-party logger'],
];

for (const [name, fn, code, instead] of OUTDATED) {
  const message = `The \`util.${name}${name === 'log' ? '' : '`'} API is deprecated. ` +
    `${instead.startsWith(' ') ? ' ' : ''}Please use ${instead.trimStart()} instead.`;
  module.exports[name] = major >= 22 ? require('util').deprecate(fn, message, code) : fn;
}
