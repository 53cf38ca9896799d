'use strict';

const { print } = binding;
const counts = { __proto__: null };
const times = { __proto__: null };
let indent = '';

function format(args) {
  return args.length === 1 && typeof args[0] === 'string' ? args[0] : require('internal/util/format').format(...args);
}

function write(descriptor, text) {
  binding.beforePrint?.(descriptor);
  if (indent !== '') text = indent + text.replace(/\n/g, `\n${indent}`);
  print(descriptor, `${text}\n`);
}

function log(...args) {
  write(1, format(args));
}

function error(...args) {
  write(2, format(args));
}

function group(...labels) {
  if (labels.length > 0) log(...labels);
  indent += '  ';
}

function elapsed(label) {
  if (!(label in times)) {
    process.emitWarning(`No such label '${label}' for console.time()`);
    return undefined;
  }
  return `${label}: ${binding.clock() - times[label]}ms`;
}

module.exports = {
  log,
  warn: error,
  dir(value, options) {
    write(1, require('util').inspect(value, { customInspect: false, ...options }));
  },
  time(label = 'default') {
    times[label] = binding.clock();
  },
  timeEnd(label = 'default') {
    const text = elapsed(label);
    if (text !== undefined) write(1, text);
    delete times[label];
  },
  timeLog(label = 'default', ...data) {
    const text = elapsed(label);
    if (text !== undefined) log(text, ...data);
  },
  trace(...args) {
    const trace = { name: 'Trace', message: format(args) };
    Error.captureStackTrace(trace, module.exports.trace);
    write(2, trace.stack);
  },
  assert(condition, ...args) {
    if (condition) return;
    if (typeof args[0] === 'string') args[0] = `Assertion failed: ${args[0]}`;
    else args.unshift('Assertion failed');
    error(...args);
  },
  clear() {},
  count(label = 'default') {
    label = `${label}`;
    counts[label] = (counts[label] ?? 0) + 1;
    write(1, `${label}: ${counts[label]}`);
  },
  countReset(label = 'default') {
    delete counts[`${label}`];
  },
  group,
  groupCollapsed: group,
  groupEnd() {
    indent = indent.slice(2);
  },
  table(data, properties) {
    const text = require('internal/console_table').table(data, properties);
    if (text === undefined) log(data);
    else write(1, text);
  },
  debug: log,
  info: log,
  dirxml: log,
  error,
};
