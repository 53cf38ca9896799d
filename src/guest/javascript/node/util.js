'use strict';

// node:util. What few programs use is loaded when it is first asked for.

const { codes, notOffered, validateFunction, validateString } = require('internal/errors');
const { format, formatWithOptions } = require('internal/util/format');
const { promisify } = require('internal/util/promisify');

const { major } = binding;

// Hands a falsy reason on as an error, for a callback would take it for success.
function callbackRejected(reason, callback) {
  return callback(reason || new codes.ERR_FALSY_VALUE_REJECTION(reason));
}

function callbackify(original) {
  validateFunction(original, 'original');

  function callbackified(...args) {
    const last = args.pop();
    validateFunction(last, 'last argument');
    const callback = last.bind(this);
    Reflect.apply(original, this, args).then(
      (value) => process.nextTick(callback, null, value),
      (reason) => process.nextTick(callbackRejected, reason, callback),
    );
  }

  const descriptors = Object.getOwnPropertyDescriptors(original);
  if (typeof descriptors.length.value === 'number') descriptors.length.value++;
  if (typeof descriptors.name.value === 'string') descriptors.name.value += 'Callbackified';
  return Object.defineProperties(callbackified, descriptors);
}

function inherits(constructor, parent) {
  if (constructor === undefined || constructor === null) {
    throw new codes.ERR_INVALID_ARG_TYPE('ctor', 'Function', constructor);
  }
  if (parent === undefined || parent === null) throw new codes.ERR_INVALID_ARG_TYPE('superCtor', 'Function', parent);
  if (parent.prototype === undefined) {
    throw new codes.ERR_INVALID_ARG_TYPE('superCtor.prototype', 'Object', parent.prototype);
  }
  Object.defineProperty(constructor, 'super_', { value: parent, writable: true, configurable: true });
  Object.setPrototypeOf(constructor.prototype, parent.prototype);
}

const warnedCodes = new Set();

function deprecate(fn, message, code, { modifyPrototype = true } = {}) {
  if (major < 20 && process.noDeprecation === true) return fn;
  if (code !== undefined) validateString(code, 'code');
  let warned = false;

  function deprecated(...args) {
    if (!warned && !process.noDeprecation) {
      warned = true;
      if (code === undefined) {
        process.emitWarning(message, 'DeprecationWarning', deprecated);
      } else if (!warnedCodes.has(code)) {
        warnedCodes.add(code);
        process.emitWarning(message, 'DeprecationWarning', code, deprecated);
      }
    }
    return new.target ? Reflect.construct(fn, args, new.target) : Reflect.apply(fn, this, args);
  }

  if (modifyPrototype || major < 24) {
    Object.setPrototypeOf(deprecated, fn);
    if (fn.prototype) deprecated.prototype = fn.prototype;
    if (major >= 22) Object.defineProperty(deprecated, 'length', Object.getOwnPropertyDescriptor(fn, 'length'));
  }
  return deprecated;
}

let debugged;

// Whether NODE_DEBUG names the section; a star in it stands for anything.
function isDebugged(section) {
  if (debugged === undefined) {
    const names = (process.env.NODE_DEBUG || '').replace(/[|\\{}()[\]^$+?.]/g, '\\$&').replace(/\*/g, '.*');
    debugged = names === '' ? /^\b$/ : new RegExp(`^(?:${names.replace(/,/g, '|')})$`, 'i');
  }
  return debugged.test(section);
}

function debuglog(section, whenMade) {
  let name;
  let enabled;
  const prepare = () => {
    if (name !== undefined) return;
    name = section.toUpperCase();
    enabled = isDebugged(name);
  };
  const log = (...args) => {
    prepare();
    if (typeof whenMade === 'function') {
      const given = whenMade;
      whenMade = undefined;
      given(log);
    }
    if (enabled) binding.print(2, `${name} ${process.pid}: ${format(...args)}\n`);
  };
  if (major >= 14) {
    Object.defineProperty(log, 'enabled', {
      get() {
        prepare();
        return enabled;
      },
      enumerable: true,
      configurable: true,
    });
  }
  return log;
}

function getSystemErrorName(errno) {
  const { systemErrorMap, validateNumber } = require('internal/errors');
  validateNumber(errno, 'err');
  if (errno >= 0 || !Number.isSafeInteger(errno)) throw new codes.ERR_OUT_OF_RANGE('err', 'a negative integer', errno);
  return systemErrorMap().get(errno)?.[0] ?? `Unknown system error ${errno}`;
}

function getSystemErrorMessage(errno) {
  getSystemErrorName(errno);
  return require('internal/errors').systemErrorMap().get(errno)?.[1] ?? `Unknown system error ${errno}`;
}

function toUSVString(input) {
  return `${input}`.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}

async function aborted(signal, resource) {
  const { validateAbortSignal, validateObject } = require('internal/errors');
  if (signal === undefined) throw new codes.ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
  validateAbortSignal(signal, 'signal');
  validateObject(resource, 'resource', { allowFunction: true, allowArray: true });
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const { resist } = require('internal/event_symbols');
    signal.addEventListener('abort', resolve, { once: true, [resist]: true });
  });
}

module.exports = {
  callbackify,
  debuglog,
  deprecate,
  format,
  formatWithOptions,
  getSystemErrorName,
  inherits,
  isDeepStrictEqual: (a, b, skipPrototype) =>
    require('internal/comparisons').isDeepStrictEqual(a, b, major >= 24 && skipPrototype),
  promisify,
};

// Defines what is built when first asked for and is an ordinary property from then on.
function later(key, build) {
  const settle = (value) =>
    Object.defineProperty(module.exports, key, { value, writable: true, enumerable: true, configurable: true });
  Object.defineProperty(module.exports, key, {
    get() {
      const value = build();
      settle(value);
      return value;
    },
    set: settle,
    enumerable: true,
    configurable: true,
  });
}

const fromModule = (id, ...keys) => keys.forEach((key) => later(key, () => require(id)[key]));

fromModule('internal/util/inspect', 'inspect');
fromModule('internal/encoding', 'TextDecoder', 'TextEncoder');
later('types', () => require('internal/util/types'));
fromModule('internal/util/legacy', '_extend', 'isArray');
if (major < 24) {
  fromModule('internal/util/legacy', 'isBoolean', 'isBuffer', 'isNull', 'isNullOrUndefined', 'isNumber', 'isString', 'isSymbol',
    'isUndefined', 'isRegExp', 'isObject', 'isDate', 'isError', 'isFunction', 'isPrimitive', 'log');
}
if (major >= 14) {
  Object.assign(module.exports, {
    debug: debuglog,
    getSystemErrorMap: () => new Map(require('internal/errors').systemErrorMap()),
    toUSVString,
  });
}
if (major >= 16) {
  fromModule('internal/util/inspect', 'stripVTControlCharacters');
  fromModule('internal/util/parse_args', 'parseArgs');
}
if (major >= 18) module.exports.aborted = aborted;
if (major >= 20) fromModule('internal/util/style_text', 'styleText');
if (major >= 22) module.exports.getSystemErrorMessage = getSystemErrorMessage;

// By the major they came with.
const LEFT_OUT = {
  12: ['_errnoException', '_exceptionWithHostPort'],
  18: ['transferableAbortSignal', 'transferableAbortController', 'MIMEType', 'MIMEParams'],
  20: ['parseEnv'],
  22: ['getCallSites', 'diff', 'setTraceSigInt'],
  24: ['convertProcessSignalToExitCode'],
  26: ['markPromiseAsHandled', 'debounce', 'throttle'],
};
for (const [since, names] of Object.entries(LEFT_OUT)) {
  if (major < since) break;
  for (const name of names) {
    module.exports[name] = function () {
      notOffered(`util.${name}`);
    };
  }
}
require('internal/left_out').fill('util', module.exports);
