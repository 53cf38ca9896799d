'use strict';
// The process object. Exit codes, ticks and whether exiting has begun live in the model.

const {
  major, run, register, queueTick, exit, exitCode, setExitCode, isExiting, print, clock, environment,
} = binding;
const { EventEmitter } = require('events');

let workingDirectory;
let captureCallback = null;
let exitCodeAsSet;

function process() {}
Object.setPrototypeOf(process.prototype, EventEmitter.prototype);
const self = Object.create(process.prototype);
EventEmitter.call(self);

function nextTick(callback, ...args) {
  if (typeof callback !== 'function') require('internal/errors').validateCallback(callback, 'callback');
  queueTick(register(args.length === 0 ? callback : () => callback(...args)));
}

function checkExitCode(value) {
  if (value === undefined || value === null) return;
  const isNumber = typeof value === 'string' && value !== '' && Number.isInteger(Number(value));
  if (!isNumber) require('internal/errors').validateInteger(value, 'code');
}

function assignExitCode(value) {
  if (major >= 20) checkExitCode(value);
  exitCodeAsSet = value;
  setExitCode(value === undefined || value === null ? undefined : value | 0);
}

function leave(...args) {
  if (major >= 20 ? args.length > 0 : args[0] || args[0] === 0) assignExitCode(args[0]);
  exit();
}

function emitWarning(warning, type, code, constructor) {
  let detail;
  if (type !== null && typeof type === 'object' && !Array.isArray(type)) {
    constructor = type.ctor;
    code = type.code;
    if (typeof type.detail === 'string') detail = type.detail;
    type = type.type ?? 'Warning';
  } else if (typeof type === 'function') {
    constructor = type;
    code = '';
    type = 'Warning';
  }
  if (typeof code === 'function') {
    constructor = code;
    code = '';
  }
  type = type || 'Warning';
  if (typeof warning === 'string') {
    const message = warning;
    warning = new Error(message);
    warning.name = `${type}`;
    if (code !== undefined && code !== '') warning.code = code;
    if (detail !== undefined) warning.detail = detail;
    Error.captureStackTrace(warning, constructor ?? emitWarning);
  } else if (!(warning instanceof Error)) {
    const { codes } = require('internal/errors');
    throw new codes.ERR_INVALID_ARG_TYPE('warning', ['Error', 'string'], warning);
  }
  if (warning.name === 'DeprecationWarning' && self.noDeprecation) return;
  nextTick(() => {
    if (warning.name === 'DeprecationWarning' && self.throwDeprecation) throw warning;
    if (!self.noProcessWarnings) require('internal/fatal').warn(warning);
    self.emit('warning', warning);
  });
}

function hrtime(previous) {
  const ms = clock();
  const now = [Math.floor(ms / 1000) + 1000, (ms % 1000) * 1e6];
  if (previous === undefined) return now;
  if (!Array.isArray(previous)) {
    const { codes } = require('internal/errors');
    throw new codes.ERR_INVALID_ARG_TYPE('time', 'Array', previous);
  }
  const seconds = now[0] - previous[0];
  const nanoseconds = now[1] - previous[1];
  return nanoseconds < 0 ? [seconds - 1, nanoseconds + 1e9] : [seconds, nanoseconds];
}
hrtime.bigint = function bigint() {
  return BigInt(clock() + 1e6) * 1000000n;
};

// Variables are strings; the pool's width may still be set until the pool is used (THR-1).
function environmentOf(variables) {
  const assign = (target, name, value) => {
    if (typeof name === 'symbol' || typeof value === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string');
    target[name] = `${value}`;
    if (name === 'UV_THREADPOOL_SIZE') binding.resizePool(target[name]);
    return true;
  };
  return new Proxy({ ...variables }, {
    set: assign,
    defineProperty(target, name, descriptor) {
      if (major >= 18) checkVariable(descriptor);
      else if ('get' in descriptor || 'set' in descriptor) return Reflect.defineProperty(target, name, descriptor);
      return assign(target, name, descriptor.value);
    },
  });
}

// From 18 on what is defined as a variable has to be one.
function checkVariable(descriptor) {
  const { codes } = require('internal/errors');
  if ('get' in descriptor || 'set' in descriptor) {
    throw new codes.ERR_INVALID_OBJECT_DEFINE_PROPERTY("'process.env' does not accept an accessor(getter/setter) descriptor");
  }
  if (!('value' in descriptor) || !descriptor.configurable || !descriptor.writable || !descriptor.enumerable) {
    throw new codes.ERR_INVALID_OBJECT_DEFINE_PROPERTY(
      "'process.env' only accepts a configurable, writable, and enumerable data descriptor",
    );
  }
}

function notOffered(name) {
  return function unavailable() {
    const offered = Object.keys(self).filter((key) => !key.startsWith('_') && self[key]?.name !== 'unavailable');
    require('internal/errors').notOffered(`process.${name}`, offered.map((key) => `process.${key}`));
  };
}

// Standard input is a file with nothing in it. A pause would stop a reading handle, in a tick of its own (RL-10).
function standardInput() {
  const { ReadStream } = require('internal/fs/streams');
  const input = new ReadStream(null, { fd: 0, autoClose: false });
  input.fd = 0;
  input.on('pause', () => { nextTick(() => {}); });
  return input;
}

// Standard output and error, as pipes: what is written is printed at once. They are never ended by a pipe. From 16 on one that is
// destroyed can be written to all the same. One that is ended is shut down in a poll phase, which nobody may tell from a tick.
function stream(descriptor) {
  const Writable = require('internal/streams/writable');
  const known = standard[descriptor];
  let isEnded = false;
  const refuseEnd = () => require('internal/errors').notOffered(`waiting for the end of process.${known.name}`);
  const output = new Writable({
    decodeStrings: false,
    emitClose: false,
    write(chunk, encoding, callback) {
      if (isEnded) require('internal/errors').notOffered(`writing to process.${known.name} after its end`);
      binding.beforePrint?.(descriptor);
      print(descriptor, typeof chunk === 'string' ? textOf(chunk, encoding) : Buffer.from(chunk).toString());
      callback();
    },
    final(callback) {
      isEnded = true;
      known.into = undefined;
      const isAwaited = ['prefinish', 'finish', 'close'].some((event) => this.listenerCount(event) > 0);
      if (isAwaited || binding.streams.endCallbacks(this).length > 0) refuseEnd();
      callback();
    },
    destroy(error, callback) {
      callback(error);
      if (major >= 16) this._undestroy();
      nextTick(() => this.emit('close'));
    },
  });
  Object.defineProperty(output, 'emit', {
    value: function emit(event, ...given) {
      if (isEnded && (event === 'finish' || event === 'close') && this.listenerCount(event) > 0) refuseEnd();
      return Writable.prototype.emit.call(this, event, ...given);
    },
    writable: true,
    configurable: true,
  });
  output.fd = descriptor;
  output._type = 'pipe';
  output._isStdio = true;
  output.destroySoon = output.destroy;
  Object.assign(known, { made: output, write: output.write, into: output._write });
  return output;
}

const standard = { 1: { name: 'stdout' }, 2: { name: 'stderr' } };
// What the console writes to is settled when it first does: what the program has put in place of the stream by then, or the stream
// itself, which there is only once the program has asked for it.
binding.standardStream = (descriptor) => {
  const known = standard[descriptor];
  if (!known.isSettled) {
    known.isSettled = true;
    const { get } = binding.descriptorOf(self, known.name) ?? {};
    if (get === undefined || get !== known.get) known.own = self[known.name];
  }
  return known.own ?? known.made;
};
// Whether a stream is one of these, and writes as it does by itself.
binding.isStandard = (descriptor, output) => {
  const { made, write, into } = standard[descriptor];
  return output === made && output.write === write && output._write === into;
};

// What the bytes of a string in some encoding read as.
function textOf(text, encoding) {
  return encoding === undefined || /^utf-?8$/i.test(encoding) ? text : Buffer.from(text, encoding).toString();
}

function lazily(name, make) {
  Object.defineProperty(self, name, {
    configurable: true,
    enumerable: true,
    get() {
      const value = make();
      Object.defineProperty(self, name, { configurable: true, enumerable: true, writable: true, value });
      return value;
    },
    set(value) {
      Object.defineProperty(self, name, { configurable: true, enumerable: true, writable: true, value });
    },
  });
}

Object.assign(self, {
  arch: 'x64',
  platform: 'linux',
  release: { name: 'node' },
  argv0: 'node',
  execPath: '/usr/local/bin/node',
  title: 'node',
  pid: 4242,
  ppid: 4241,
  debugPort: 9229,
  domain: null,
  features: { inspector: false, debug: false },
  config: { target_defaults: {}, variables: {} },
  nextTick,
  exit: leave,
  reallyExit: leave,
  emitWarning,
  hrtime,
  cwd: () => (workingDirectory ??= environment().workingDirectory),
  chdir(path) {
    const target = require('path').resolve(self.cwd(), path);
    binding.beforeFind?.(target);
    const status = binding.files.stat(target, true);
    const { systemError } = require('internal/errors');
    if (typeof status === 'string') throw systemError(status, 'chdir', workingDirectory, path);
    workingDirectory = target;
  },
  umask(mask) {
    if (mask !== undefined && mask !== 0o22) notOffered('umask(mask)')();
    return 0o22;
  },
  uptime: () => clock() / 1000 + 0.03,
  memoryUsage: Object.assign(
    () => ({ rss: 45000000, heapTotal: 6500000, heapUsed: 5000000, external: 1500000, arrayBuffers: 10000 }),
    { rss: () => 45000000 },
  ),
  cpuUsage: () => ({ user: 30000, system: 10000 }),
  resourceUsage: () => ({
    userCPUTime: 30000, systemCPUTime: 10000, maxRSS: 45000, sharedMemorySize: 0, unsharedDataSize: 0, unsharedStackSize: 0,
    minorPageFault: 0, majorPageFault: 0, swappedOut: 0, fsRead: 0, fsWrite: 0, ipcSent: 0, ipcReceived: 0,
    signalsCount: 0, voluntaryContextSwitches: 0, involuntaryContextSwitches: 0,
  }),
  getuid: () => 1000,
  geteuid: () => 1000,
  getgid: () => 1000,
  getegid: () => 1000,
  getgroups: () => [1000],
  _rawDebug(...args) {
    print(2, `${require('internal/util/format').format(...args)}\n`);
  },
  abort: notOffered('abort'),
  kill: notOffered('kill'),
  dlopen: notOffered('dlopen'),
  binding: notOffered('binding'),
  hasUncaughtExceptionCaptureCallback: () => captureCallback !== null,
  setUncaughtExceptionCaptureCallback(callback) {
    const { codes } = require('internal/errors');
    if (callback === null) {
      captureCallback = null;
      return;
    }
    if (typeof callback !== 'function') throw new codes.ERR_INVALID_ARG_TYPE('fn', ['Function', 'null'], callback);
    if (captureCallback !== null) throw new codes.ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET();
    captureCallback = callback;
  },
});

if (major >= 16) self.emitWarning = emitWarning;
if (major >= 18) {
  self.constrainedMemory = () => 0;
}
if (major >= 20) {
  self.getBuiltinModule = (id) => require('internal/commonjs').builtin(id);
  self.availableMemory = () => 8e9;
}
require('internal/left_out').fill('process', self);
for (const name of ['version', 'versions', 'argv', 'execArgv']) lazily(name, () => environment()[name]);
lazily('env', () => environmentOf(environment().env));
lazily('stdout', () => stream(1));
lazily('stderr', () => stream(2));
for (const known of Object.values(standard)) known.get = binding.descriptorOf(self, known.name).get;
lazily('stdin', standardInput);
lazily('mainModule', () => require('internal/commonjs').main());

Object.defineProperties(self, {
  exitCode: {
    configurable: false,
    enumerable: true,
    get() {
      const code = exitCode();
      return code !== undefined && (exitCodeAsSet | 0) === code ? exitCodeAsSet ?? code : code;
    },
    set: assignExitCode,
  },
  _exiting: { configurable: true, enumerable: major < 20, get: isExiting, set() {} },
  [Symbol.toStringTag]: { configurable: true, enumerable: false, writable: false, value: 'process' },
});

if (major < 26) {
  // Promises that settle twice are reported up to Node 24; the engine does not tell.
  for (const name of ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener']) {
    const add = self[name];
    Object.defineProperty(process.prototype, name, {
      configurable: true,
      writable: true,
      enumerable: false,
      value(event, listener) {
        if (event === 'multipleResolves') notOffered("on('multipleResolves')")();
        return add.call(this, event, listener);
      },
    });
  }
}

module.exports = self;
binding.process = self;

Object.defineProperty(binding, 'captureCallback', { configurable: true, get: () => captureCallback });
