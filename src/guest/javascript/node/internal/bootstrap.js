'use strict';
// The first built-in of every context: the tables of what the model knows by number, the door through which the model
// calls in, and the globals. It is run as the body of a function (binding, globalThis) and returns `dispatch`.

// Nothing here uses what a program could have replaced.
const table = () => Object.setPrototypeOf([], null);
const callbacks = table();
const promises = table();
const reasons = table();
const promiseIds = new WeakMap();
const idOf = Function.prototype.call.bind(WeakMap.prototype.get, promiseIds);
const setId = Function.prototype.call.bind(WeakMap.prototype.set, promiseIds);
const loaded = { __proto__: null };
const run = Symbol('run');

function requireBuiltin(id) {
  const found = loaded[id];
  if (found !== undefined) return found.exports;
  const module = loaded[id] = { exports: {} };
  binding.load(id)(module.exports, requireBuiltin, module, binding);
  return module.exports;
}

function put(list, value) {
  const id = list.length;
  list[id] = value;
  return id;
}

// A callback is a function, or an object with a method named by the symbol `run`.
binding.register = function register(callback) {
  return put(callbacks, callback);
};
binding.run = run;
const { queueTick, startRequest, queueEngineTask, microtask, uncaught, keep, kept, streams } = binding;
// A callback that leads back into the model.
binding.hooks.callback = (what, about, detail) => put(callbacks, () => streams.enter(what, about, detail));
binding.tick = function tick(callback) {
  queueTick(put(callbacks, callback));
};
// An operation on files says what it touches; it is known to its system calls by the number this gives.
binding.request = function request(api, size, callback, touches) {
  const id = put(callbacks, callback);
  if (touches === undefined) startRequest(api, size, id);
  else startRequest(api, size, id, touches);
  return id;
};
binding.awaitEngine = function awaitEngine(callback) {
  queueEngineTask(put(callbacks, callback));
};
binding.afterJobs = function afterJobs(count, callback) {
  if (count <= 0) callback();
  else microtask(() => afterJobs(count - 1, callback));
};
binding.fail = function fail(error) {
  uncaught(keep(error));
};
binding.requireBuiltin = requireBuiltin;
// What programs are shown as if it were plain data: getters of properties, and proxies.
binding.disguised = new Set();

// A property with such a getter is described as the data it looks like.
const { getOwnPropertyDescriptor: descriptorOf, getOwnPropertyDescriptors: descriptorsOf, defineProperty } = Object;
binding.descriptorOf = descriptorOf;

function asData(object, descriptor) {
  if (descriptor?.get === undefined || !isDisguised(descriptor.get)) return descriptor;
  const { get, enumerable, configurable } = descriptor;
  return { value: apply(get, object, []), writable: true, enumerable, configurable };
}

const { apply, ownKeys } = Reflect;
const isDisguised = Function.prototype.call.bind(Set.prototype.has, binding.disguised);
const describing = {
  getOwnPropertyDescriptor(object, key) {
    return asData(object, descriptorOf(object, key));
  },
  getOwnPropertyDescriptors(object) {
    const all = descriptorsOf(object);
    for (const key of ownKeys(all)) all[key] = asData(object, all[key]);
    return all;
  },
};
for (const [holder, name] of [
  [Object, 'getOwnPropertyDescriptor'], [Object, 'getOwnPropertyDescriptors'], [Reflect, 'getOwnPropertyDescriptor'],
]) {
  defineProperty(holder, name, { value: describing[name], writable: true, enumerable: false, configurable: true });
}

function isError(value) {
  if (binding.major < 16) return value instanceof Error;
  if (typeof value !== 'object' || value === null) return false;
  return binding.classOf(value) === 'Error' || Object.prototype.hasOwnProperty.call(value, 'stack');
}

const eventNames = [
  'beforeExit', 'exit', 'uncaughtExceptionMonitor', 'uncaughtException', 'unhandledRejection', 'rejectionHandled',
];

function emit(event, a, b) {
  const { deliver } = requireBuiltin('internal/process_events');
  switch (event) {
    case 0:
    case 1:
      return deliver(eventNames[event], [a]);
    case 2:
    case 3:
      return deliver(eventNames[event], [kept(a), b === 0 ? 'uncaughtException' : 'unhandledRejection']);
    case 4:
      return deliver(eventNames[event], [reasons[a], promises[a]]);
    default:
      return deliver(eventNames[event], [promises[a]]);
  }
}

// What import() calls in one file, with what stands in for its `for await` loops and async generators.
function importerOf(file) {
  const importer = (specifier, options) => requireBuiltin('internal/modules').dynamicImport(file, specifier, options);
  return Object.assign(importer, requireBuiltin('internal/async_iteration'));
}

// The numbers of these cases are those of `Request` in the guest.
function dispatch(kind, a, b, c) {
  try {
    switch (kind) {
      case 0: {
        const callback = callbacks[a];
        if (typeof callback === 'function') {
          callbacks[a] = undefined;
          callback();
        } else {
          callback[run]();
        }
        return 0;
      }
      case 1:
        return emit(a, b, c) ? 1 : 0;
      case 2:
        requireBuiltin('internal/rejections').warn(a, reasons[b], b);
        return 0;
      case 3: {
        const reason = reasons[a];
        return keep(isError(reason) ? reason : requireBuiltin('internal/rejections').wrap(reason));
      }
      case 4:
        requireBuiltin('internal/fatal').report(kept(a));
        return 0;
      case 5:
        requireBuiltin('internal/commonjs').runMain(a);
        return 0;
      case 6:
        requireBuiltin('internal/modules').runMain(a);
        return 0;
      case 7: {
        let id = idOf(a);
        if (id === undefined) {
          id = put(promises, a);
          setId(a, id);
        }
        reasons[id] = b;
        return id;
      }
      case 8:
        return requireBuiltin('internal/modules').resolveImport(a, b);
      case 9:
        return requireBuiltin('internal/modules').load(a, b);
      case 10:
        return requireBuiltin('internal/modules').meta(a);
      case 12:
        return requireBuiltin('internal/fs/requests').touches(a, b);
      case 13:
        return requireBuiltin('internal/fs/requests').makeCall(a);
      default:
        return importerOf(a);
    }
  } catch (error) {
    if (kind >= 8) throw error;
    return -1 - keep(error);
  }
}

function lazy(name, id, key, enumerable = true) {
  Object.defineProperty(globalThis, name, {
    configurable: true,
    enumerable,
    get() {
      const exported = requireBuiltin(id);
      const value = key === undefined ? exported : exported[key];
      Object.defineProperty(globalThis, name, { configurable: true, writable: true, enumerable, value });
      return value;
    },
    set(value) {
      Object.defineProperty(globalThis, name, { configurable: true, writable: true, enumerable: true, value });
    },
  });
}

const { major } = binding;
Object.defineProperty(globalThis, 'global', {
  configurable: true, writable: true, enumerable: false, value: globalThis,
});
for (const name of ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate']) {
  lazy(name, 'timers', name);
}
lazy('queueMicrotask', 'internal/queue_microtask', 'queueMicrotask');
lazy('process', 'process', undefined, false);
lazy('console', 'console', undefined, false);
lazy('Buffer', 'buffer', 'Buffer', false);
lazy('URL', 'url', 'URL', false);
lazy('URLSearchParams', 'url', 'URLSearchParams', false);
lazy('TextEncoder', 'internal/encoding', 'TextEncoder', false);
lazy('TextDecoder', 'internal/encoding', 'TextDecoder', false);
if (major >= 16) {
  lazy('performance', 'perf_hooks', 'performance');
  lazy('atob', 'buffer', 'atob', major >= 18);
  lazy('btoa', 'buffer', 'btoa', major >= 18);
} else {
  delete globalThis.performance;
  delete globalThis.atob;
  delete globalThis.btoa;
}
if (major >= 16) {
  lazy('AbortController', 'internal/abort_controller', 'AbortController', false);
  lazy('AbortSignal', 'internal/abort_controller', 'AbortSignal', false);
  lazy('Event', 'internal/event_target', 'Event', false);
  lazy('EventTarget', 'internal/event_target', 'EventTarget', false);
}
if (major >= 18) {
  lazy('structuredClone', 'internal/structured_clone', 'structuredClone');
  lazy('DOMException', 'internal/dom_exception', undefined, false);
} else {
  delete globalThis.DOMException;
}
if (major >= 20) {
  lazy('crypto', 'crypto', 'webcrypto');
  lazy('CustomEvent', 'internal/event_target', 'CustomEvent', false);
}

// What the engine has and this major has not (see the versions sheet of the rules).
requireBuiltin('internal/hide').hide(globalThis);

// V8 has the stack on the error itself, and writes its first line when it is first looked at.
const readFrames = Object.getOwnPropertyDescriptor(Error.prototype, 'stack').get;
const capture = Error.captureStackTrace;
const ownStack = (error, value) => Object.defineProperty(error, 'stack', {
  value, writable: true, enumerable: false, configurable: true,
});
Object.defineProperty(Error.prototype, 'stack', {
  get() {
    const frames = readFrames.call(this);
    if (Error.prepareStackTrace !== prepareStackTrace) return frames;
    if (typeof frames !== 'string' || this === Error.prototype) return undefined;
    return ownStack(this, requireBuiltin('internal/stack').header(this) + frames).stack;
  },
  set(value) {
    ownStack(this, value);
  },
  enumerable: false,
  configurable: true,
});
Error.captureStackTrace = function captureStackTrace(object, from) {
  isCapturing = true;
  try {
    capture.call(Error, object, from ?? captureStackTrace);
  } finally {
    isCapturing = false;
  }
  const frames = object.stack;
  if (Error.prepareStackTrace !== prepareStackTrace) return;
  Object.defineProperty(object, 'stack', {
    get() {
      return ownStack(this, requireBuiltin('internal/stack').header(this) + frames).stack;
    },
    set(value) {
      ownStack(this, value);
    },
    enumerable: false,
    configurable: true,
  });
};
let isCapturing = false;
// The engine calls this when an error is made: the place to reword its own messages, and to forget causes before 16.
function prepareStackTrace(error, frames) {
  if (binding.major < 16 && !isCapturing) delete error.cause;
  return requireBuiltin('internal/stack').prepare(error, frames);
}
Error.prepareStackTrace = prepareStackTrace;
// What Promise.any rejects with has no message of its own here; programs may make such errors, too.
if (major >= 16) {
  const Aggregate = AggregateError;
  const made = new WeakSet();
  Object.defineProperty(Aggregate.prototype, 'message', {
    get() {
      return Object.prototype.hasOwnProperty.call(this, 'errors') && !made.has(this) ? 'All promises were rejected' : '';
    },
    set(value) {
      Object.defineProperty(this, 'message', { value, writable: true, enumerable: true, configurable: true });
    },
    enumerable: false,
    configurable: true,
  });
  const AggregateErrorOfPrograms = function (errors, message) {
    const error = Reflect.construct(Aggregate, arguments, new.target ?? AggregateErrorOfPrograms);
    made.add(error);
    return error;
  };
  Object.setPrototypeOf(AggregateErrorOfPrograms, Error);
  Object.defineProperties(AggregateErrorOfPrograms, {
    name: { value: 'AggregateError' },
    prototype: { value: Aggregate.prototype, writable: false },
  });
  Object.defineProperty(Aggregate.prototype, 'constructor', { value: AggregateErrorOfPrograms });
  Object.defineProperty(globalThis, 'AggregateError', { value: AggregateErrorOfPrograms });
}

// The same numbers in every run: a program that draws them stays a function of its schedule.
let seed = 0x2545f491;
Math.random = function random() {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return (seed >>> 0) / 4294967296;
};
binding.EngineDate = Date;
lazy('Date', 'internal/date', 'Date', false);
lazy('Intl', 'internal/util/locale', 'Intl', false);
for (const [prototype, valueOf] of [[Number.prototype, Number.prototype.valueOf], [BigInt.prototype, BigInt.prototype.valueOf]]) {
  const { toLocaleString } = {
    toLocaleString(...args) {
      return requireBuiltin('internal/util/locale').number(valueOf.call(this), ...args);
    },
  };
  Object.defineProperty(prototype, 'toLocaleString', {
    value: toLocaleString, writable: true, enumerable: false, configurable: true,
  });
}
requireBuiltin('internal/json').install();

if (major >= 22) {
  lazy('Navigator', 'internal/navigator', 'Navigator', false);
  lazy('navigator', 'internal/navigator', 'navigator');
}
// What Node has and this has not says so when it is used.
const namespaces = ['WebAssembly', 'Temporal', 'sessionStorage'];
const missing = [
  [12, ['WebAssembly']],
  [16, ['MessageChannel', 'MessagePort', 'MessageEvent']],
  [18, [
    'Blob', 'BroadcastChannel', 'fetch', 'Headers', 'Request', 'Response', 'FormData', 'ReadableStream', 'WritableStream', 'TransformStream',
    'CompressionStream', 'DecompressionStream', 'TextDecoderStream', 'TextEncoderStream', 'ByteLengthQueuingStrategy',
    'CountQueuingStrategy', 'ReadableByteStreamController', 'ReadableStreamBYOBReader', 'ReadableStreamBYOBRequest',
    'ReadableStreamDefaultController', 'ReadableStreamDefaultReader', 'TransformStreamDefaultController',
    'WritableStreamDefaultController', 'WritableStreamDefaultWriter',
  ]],
  [20, ['File', 'PerformanceObserver', 'PerformanceObserverEntryList', 'PerformanceResourceTiming']],
  [22, ['WebSocket']],
  [24, ['CloseEvent', 'URLPattern']],
  [26, ['ErrorEvent', 'Temporal', 'QuotaExceededError', 'Storage', 'sessionStorage']],
];
for (const [first, names] of missing) {
  for (const name of names) {
    if (major < first || name in globalThis) continue;
    const value = requireBuiltin('internal/stand_in').standIn(name, `the global '${name}'`, !namespaces.includes(name));
    const enumerable = name === 'fetch' || name === 'sessionStorage';
    Object.defineProperty(globalThis, name, { configurable: true, writable: true, enumerable, value });
  }
}
if (major >= 16) {
  const { waitAsync } = {
    waitAsync() {
      return requireBuiltin('internal/errors').notOffered('Atomics.waitAsync');
    },
  };
  Object.defineProperty(Atomics, 'waitAsync', { configurable: true, writable: true, enumerable: false, value: waitAsync });
}
// Old names of the global object, of which whoever uses one is told.
for (const name of major < 14 ? ['GLOBAL', 'root'] : []) {
  const use = (access) => requireBuiltin('util').deprecate(access, `'${name}' is deprecated, use 'global'`, 'DEP0016')();
  const set = (value) => Object.defineProperty(globalThis, name, { configurable: true, writable: true, enumerable: true, value });
  Object.defineProperty(globalThis, name, {
    configurable: true, enumerable: false, get: () => use(() => globalThis), set: (value) => { use(() => set(value)); },
  });
}
// Classes of which there are instances that do not know them, and what depends on how Node was started.
const hidden = [
  [18, ['Performance']],
  [20, ['PerformanceEntry', 'PerformanceMark', 'PerformanceMeasure', 'Crypto', 'CryptoKey', 'SubtleCrypto']],
  [26, ['localStorage']],
];
for (const [first, names] of hidden) {
  for (const name of major < first ? [] : names) {
    Object.defineProperty(globalThis, name, {
      configurable: true,
      enumerable: false,
      get() {
        return requireBuiltin('internal/errors').notOffered(`the global '${name}'`);
      },
      set(value) {
        Object.defineProperty(globalThis, name, { configurable: true, writable: true, enumerable: true, value });
      },
    });
  }
}
delete globalThis.InternalError;
// Those that are listed, in the order of a major.
const listed = [
  [26, 'global clearImmediate setImmediate clearInterval clearTimeout setInterval setTimeout queueMicrotask structuredClone atob btoa performance fetch crypto navigator sessionStorage'],
  [24, 'global clearImmediate setImmediate clearInterval clearTimeout setInterval setTimeout queueMicrotask structuredClone atob btoa performance fetch crypto navigator'],
  [20, 'global clearImmediate setImmediate clearInterval clearTimeout setInterval setTimeout queueMicrotask structuredClone atob btoa performance fetch navigator crypto'],
  [18, 'global queueMicrotask clearImmediate setImmediate structuredClone clearInterval clearTimeout setInterval setTimeout atob btoa performance fetch'],
  [12, 'global clearInterval clearTimeout setInterval setTimeout queueMicrotask performance clearImmediate setImmediate'],
];
for (const name of listed.find(([first]) => major >= first)[1].split(' ')) {
  const property = Object.getOwnPropertyDescriptor(globalThis, name);
  if (property === undefined) continue;
  delete globalThis[name];
  Object.defineProperty(globalThis, name, { ...property, enumerable: true });
}

// The engine frees at once what nothing refers to; V8 does not within the life of a small program.
const targets = table();
const EngineWeakRef = globalThis.WeakRef;
if (EngineWeakRef !== undefined) {
  globalThis.WeakRef = class WeakRef extends EngineWeakRef {
    constructor(target) {
      super(target);
      put(targets, target);
    }
  };
  Object.defineProperty(globalThis, 'WeakRef', { enumerable: false });
  const { register } = FinalizationRegistry.prototype;
  FinalizationRegistry.prototype.register = function (target, ...rest) {
    put(targets, target);
    return register.call(this, target, ...rest);
  };
}

// What nearly every program needs is ready before any runs.
for (const id of [
  'internal/commonjs', 'timers', 'console', 'process', 'internal/process_events', 'internal/queue_microtask', 'path', 'fs',
  'internal/async_iteration',
]) {
  requireBuiltin(id);
}

return dispatch;
