'use strict';
// The console, which writes to standard output and error, and those a program makes for other streams.

const { print } = binding;
const states = new WeakMap();
const MAX_INDENTATION = 1000;

function noop() {}

function format(state, args) {
  if (args.length === 1 && typeof args[0] === 'string') return args[0];
  const formatting = require('internal/util/format');
  const options = inspectOptions(state);
  return options === undefined ? formatting.format(...args) : formatting.formatWithOptions(options, ...args);
}

function inspectOptions({ colorMode, inspectOptions: given }) {
  if (given !== undefined) return { colors: colorMode === true, ...given };
  return colorMode === true ? { colors: true } : undefined;
}

// PRC-10: the console writes to the streams of the process, as a program may have left them. Where nobody can tell what is
// printed from what is written to them, it is printed.
function isPlain(descriptor, stream) {
  if (stream === undefined) return true;
  if (!binding.isStandard(descriptor, stream)) return false;
  const { corked, ending, length } = stream._writableState;
  return !corked && !ending && length === 0 && !stream.destroyed;
}

function write(state, descriptor, text) {
  const { indent } = state;
  if (indent !== '') text = indent + text.replace(/\n/g, `\n${indent}`);
  text += '\n';
  const stream = state.streams === undefined ? binding.standardStream(descriptor) : state.streams[descriptor - 1];
  if (state.streams === undefined && isPlain(descriptor, stream)) {
    binding.beforePrint?.(descriptor);
    print(descriptor, text);
    return;
  }
  if (!state.ignoreErrors) {
    stream.write(text);
    return;
  }
  try {
    if (stream.listenerCount('error') === 0) stream.once('error', noop);
    stream.write(text, state.handlers[descriptor - 1]);
  } catch (error) {
    if (error instanceof RangeError && error.message === 'Maximum call stack size exceeded') throw error;
  } finally {
    stream.removeListener('error', noop);
  }
}

// An error the stream has not emitted yet is nobody's business either.
function errorHandler(state, descriptor) {
  return (error) => {
    const stream = state.streams === undefined ? binding.standardStream(descriptor) : state.streams[descriptor - 1];
    if (error !== null && !stream._writableState.errorEmitted && stream.listenerCount('error') === 0) stream.once('error', noop);
  };
}

function elapsed(state, label) {
  if (!(label in state.times)) {
    process.emitWarning(`No such label '${label}' for console.time()`);
    return undefined;
  }
  return `${label}: ${binding.clock() - state.times[label]}ms`;
}

const stateOf = (self) => states.get(self);

const methods = {
  log(...args) {
    write(stateOf(this), 1, format(stateOf(this), args));
  },
  warn(...args) {
    write(stateOf(this), 2, format(stateOf(this), args));
  },
  dir(value, options) {
    const state = stateOf(this);
    write(state, 1, require('util').inspect(value, { customInspect: false, ...inspectOptions(state), ...options }));
  },
  time(label = 'default') {
    stateOf(this).times[label] = binding.clock();
  },
  timeEnd(label = 'default') {
    const state = stateOf(this);
    const text = elapsed(state, label);
    if (text !== undefined) write(state, 1, text);
    delete state.times[label];
  },
  timeLog(label = 'default', ...data) {
    const text = elapsed(stateOf(this), label);
    if (text !== undefined) this.log(text, ...data);
  },
  trace(...args) {
    const trace = { name: 'Trace', message: format(stateOf(this), args) };
    Error.captureStackTrace(trace, this.trace);
    this.error(trace.stack);
  },
  assert(condition, ...args) {
    if (condition) return;
    if (typeof args[0] === 'string') args[0] = `Assertion failed: ${args[0]}`;
    else args.unshift('Assertion failed');
    this.warn(...args);
  },
  clear() {},
  count(label = 'default') {
    label = `${label}`;
    const { counts } = stateOf(this);
    counts[label] = (counts[label] ?? 0) + 1;
    this.log(`${label}: ${counts[label]}`);
  },
  countReset(label = 'default') {
    delete stateOf(this).counts[`${label}`];
  },
  group(...labels) {
    if (labels.length > 0) this.log(...labels);
    const state = stateOf(this);
    state.indent += ' '.repeat(state.indentation);
  },
  groupEnd() {
    const state = stateOf(this);
    state.indent = state.indent.slice(0, state.indent.length - state.indentation);
  },
  table(data, properties) {
    const text = require('internal/console_table').table(data, properties);
    this.log(text === undefined ? data : text);
  },
};
const named = {
  ...methods,
  debug: methods.log,
  info: methods.log,
  dirxml: methods.log,
  error(...args) {
    write(stateOf(this), 2, format(stateOf(this), args));
  },
  groupCollapsed: methods.group,
};

function prepare(self, options) {
  const state = { counts: { __proto__: null }, times: { __proto__: null }, indent: '', ...options };
  state.handlers = [errorHandler(state, 1), errorHandler(state, 2)];
  states.set(self, state);
}

function bindMethods(self, source) {
  for (const name of Object.keys(source === self ? named : source)) {
    const method = source[name].bind(self);
    Object.defineProperty(method, 'name', { value: source === self ? name : source[name].name, configurable: true });
    self[name] = method;
  }
}

function Console(options, ...rest) {
  if (!new.target) return Reflect.construct(Console, [options, ...rest]);
  const { codes, validateInteger } = require('internal/errors');
  if (!options || typeof options.write === 'function') options = { stdout: options, stderr: rest[0], ignoreErrors: rest[1] };
  const { stdout, stderr = stdout, ignoreErrors = true, colorMode = 'auto', groupIndentation } = options;
  for (const [name, stream] of [['stdout', stdout], ['stderr', stderr]]) {
    if (!stream || typeof stream.write !== 'function') throw new codes.ERR_CONSOLE_WRITABLE_STREAM(name);
  }
  if (typeof colorMode !== 'boolean' && colorMode !== 'auto') throw new codes.ERR_INVALID_ARG_VALUE('colorMode', colorMode);
  if (groupIndentation !== undefined) validateInteger(groupIndentation, 'groupIndentation', 0, MAX_INDENTATION);
  const given = options.inspectOptions;
  if (given !== undefined && (typeof given !== 'object' || given === null)) {
    throw new codes.ERR_INVALID_ARG_TYPE('options.inspectOptions', 'object', given);
  }
  if (given?.colors !== undefined && options.colorMode !== undefined) {
    throw new codes.ERR_INCOMPATIBLE_OPTION_PAIR('options.inspectOptions.color', 'colorMode');
  }
  bindMethods(this, this);
  prepare(this, {
    streams: [stdout, stderr], ignoreErrors: Boolean(ignoreErrors), colorMode, inspectOptions: given, indentation: groupIndentation ?? 2,
  });
}
Object.assign(Console.prototype, named);
Object.defineProperty(Console, Symbol.hasInstance, { value: (instance) => states.has(instance) });

prepare(module.exports, { streams: undefined, ignoreErrors: true, colorMode: 'auto', inspectOptions: undefined, indentation: 2 });
// What only an inspector would see is offered by this one alone.
bindMethods(module.exports, { ...named, profile() {}, profileEnd() {}, timeStamp() {} });
module.exports.Console = Console;
require('internal/left_out').fill('console', module.exports);
