'use strict';

// node:assert. Comparing and wording are loaded when an assertion needs them.

const { codes, notOffered, validateFunction } = require('internal/errors');

const { major } = binding;
const nothingThrown = {};

const failure = (options) => new (require('internal/assertion_error').AssertionError)(options);
const inspect = (value, options) => require('internal/util/inspect').inspect(value, options);
const isDeepStrictEqual = (a, b) => require('internal/comparisons').isDeepStrictEqual(a, b);
const isObject = (value) => typeof value === 'object' && value !== null;
const isError = (value) => value instanceof Error || (isObject(value) && binding.classOf(value) === 'Error');
const isRegExp = (value) => isObject(value) && binding.classOf(value) === 'RegExp';
const matches = (pattern, text) => RegExp.prototype.exec.call(pattern, text) !== null;

// What 26 makes of the message and what follows it: a text, a text with values, an error, or a function.
function messageOf(rest, actual, expected) {
  const [first] = rest;
  if (rest.length === 0) return undefined;
  if (typeof first === 'string') return rest.length === 1 ? first : require('internal/util/format').format(...rest);
  if (isError(first)) {
    if (rest.length === 1) throw first;
    throw new codes.ERR_AMBIGUOUS_ARGUMENT('message',
      `The error message was passed as error object "${Error.prototype.toString.call(first)}" ` +
      'has trailing arguments that would be ignored.');
  }
  if (typeof first === 'function') {
    if (rest.length > 1) {
      throw new codes.ERR_AMBIGUOUS_ARGUMENT('message', `The error message with function "${first.name || 'anonymous'}" ` +
        'has trailing arguments that would be ignored.');
    }
    try {
      const made = first(actual, expected);
      return typeof made === 'string' ? made : undefined;
    } catch {
      return undefined;
    }
  }
  throw new codes.ERR_INVALID_ARG_TYPE('message', ['string', 'function'], first);
}

function fail(stackStartFn, operator, actual, expected, rest) {
  let [message] = rest;
  if (major >= 26) message = messageOf(rest, actual, expected);
  else if (isError(message)) throw message;
  throw failure({ actual, expected, message, operator, stackStartFn });
}

function requireOk(stackStartFn, values) {
  const [value, message] = values;
  if (value) return;
  let text;
  let generated = true;
  if (values.length === 0) {
    text = 'No value argument passed to `assert.ok()`';
  } else if (message === undefined || message === null) {
    text = require('internal/assertion_error').falsyMessage(stackStartFn);
  } else {
    generated = false;
    text = message;
    if (major >= 26) text = messageOf(values.slice(1), value, true);
    else if (isError(message)) throw message;
  }
  const error = failure({ actual: value, expected: true, message: text, operator: '==', stackStartFn });
  error.generatedMessage = generated;
  throw error;
}

function assert(...values) {
  requireOk(assert, values);
}

// Comparisons: by name, the operator and whether the values hold.

const bothNaN = (a, b) => Number.isNaN(a) && Number.isNaN(b);

function equalLoosely(a, b) {
  // eslint-disable-next-line eqeqeq
  return a == b || (major >= 14 && bothNaN(a, b));
}

const isDeepEqual = (a, b) => require('internal/comparisons').isDeepEqual(a, b);

const COMPARISONS = {
  equal: ['==', equalLoosely],
  notEqual: ['!=', (a, b) => !equalLoosely(a, b)],
  deepEqual: ['deepEqual', isDeepEqual],
  notDeepEqual: ['notDeepEqual', (a, b) => !isDeepEqual(a, b)],
  deepStrictEqual: ['deepStrictEqual', isDeepStrictEqual],
  notDeepStrictEqual: ['notDeepStrictEqual', (a, b) => !isDeepStrictEqual(a, b)],
  strictEqual: ['strictEqual', Object.is],
  notStrictEqual: ['notStrictEqual', (a, b) => !Object.is(a, b)],
};
if (major >= 22) {
  COMPARISONS.partialDeepStrictEqual = ['partialDeepStrictEqual',
    (a, b) => require('internal/comparisons').isPartialStrictEqual(a, b)];
}

function comparison(name, [operator, holds]) {
  const compared = {
    [name](actual, expected, ...rest) {
      if (arguments.length < 2) throw new codes.ERR_MISSING_ARGS('actual', 'expected');
      if (!holds(actual, expected)) fail(compared, operator, actual, expected, rest);
    },
  }[name];
  if (major < 26) Object.defineProperty(compared, 'length', { value: 3 });
  return compared;
}

// Errors that are expected.

// The expected properties of an error, as far as it has them, to be printed beside those it was expected to have.
class Comparison {
  constructor(source, keys, actual) {
    for (const key of keys) {
      if (!(key in source)) continue;
      const fits = actual !== undefined && typeof actual[key] === 'string' && isRegExp(source[key]) &&
        matches(source[key], actual[key]);
      this[key] = fits ? actual[key] : source[key];
    }
  }
}

function checkProperties(actual, expected, message, stackStartFn) {
  const keys = Object.keys(expected);
  if (expected instanceof Error) keys.push('name', 'message');
  else if (keys.length === 0) throw new codes.ERR_INVALID_ARG_VALUE('error', expected, 'may not be an empty object');
  for (const key of keys) {
    if (typeof actual[key] === 'string' && isRegExp(expected[key]) && matches(expected[key], actual[key])) continue;
    if (key in actual && isDeepStrictEqual(actual[key], expected[key])) continue;
    if (message) fail(stackStartFn, stackStartFn.name, actual, expected, [message]);
    const error = failure({
      actual: new Comparison(actual, keys),
      expected: new Comparison(expected, keys, actual),
      operator: 'deepStrictEqual',
      stackStartFn,
    });
    error.actual = actual;
    error.expected = expected;
    error.operator = stackStartFn.name;
    throw error;
  }
}

function wrongClass(actual, expected) {
  const text = `The error is expected to be an instance of "${expected.name}". Received `;
  if (!isError(actual)) return `${text}"${inspect(actual, { depth: -1 })}"`;
  const name = actual.constructor?.name || actual.name;
  const which = expected.name === name ? 'an error with identical name but a different prototype.' : `"${name}"`;
  return text + which + (actual.message ? `\n\nError message:\n\n${actual.message}` : '');
}

function checkThrown(actual, expected, message, stackStartFn) {
  let reason;
  if (typeof expected !== 'function') {
    if (!isRegExp(expected)) {
      if (isObject(actual)) {
        checkProperties(actual, expected, message, stackStartFn);
        return;
      }
      const error = failure({ actual, expected, message, operator: 'deepStrictEqual', stackStartFn });
      error.operator = stackStartFn.name;
      throw error;
    }
    const text = String(actual);
    if (matches(expected, text)) return;
    reason = () => `The input did not match the regular expression ${inspect(expected)}. Input:\n\n${inspect(text)}\n`;
  } else if (expected.prototype !== undefined && actual instanceof expected) {
    return;
  } else if (Object.prototype.isPrototypeOf.call(Error, expected)) {
    if (major < 14) throw actual;
    reason = () => wrongClass(actual, expected);
  } else {
    const result = expected.call({}, actual);
    if (result === true) return;
    if (major < 14) throw actual;
    reason = () => `The ${expected.name ? `"${expected.name}" ` : ''}validation function is expected to return "true". ` +
      `Received ${inspect(result)}${isError(actual) ? `\n\nCaught error:\n\n${actual}` : ''}`;
  }
  const error = failure({ actual, expected, message: message || reason(), operator: stackStartFn.name, stackStartFn });
  error.generatedMessage = !message;
  throw error;
}

const EXPECTATIONS = ['Object', 'Error', 'Function', 'RegExp'];

function expectError(stackStartFn, kind, actual, ...rest) {
  let [expected, message] = rest;
  if (typeof expected === 'string') {
    if (rest.length === 2) throw new codes.ERR_INVALID_ARG_TYPE('error', EXPECTATIONS, expected);
    if (isObject(actual) ? actual.message === expected : actual === expected) {
      const what = isObject(actual) ? `The error message "${actual.message}"` : `The error "${actual}"`;
      throw new codes.ERR_AMBIGUOUS_ARGUMENT('error/message', `${what} is identical to the message.`);
    }
    message = expected;
    expected = undefined;
  } else if (expected !== undefined && expected !== null && typeof expected !== 'object' && typeof expected !== 'function') {
    throw new codes.ERR_INVALID_ARG_TYPE('error', EXPECTATIONS, expected);
  }
  if (actual === nothingThrown) {
    const details = (expected?.name ? ` (${expected.name})` : '') + (message ? `: ${message}` : '.');
    fail(stackStartFn, stackStartFn.name, undefined, expected, [`Missing expected ${kind}${details}`]);
  }
  if (expected) checkThrown(actual, expected, message, stackStartFn);
}

function isExpected(actual, expected) {
  if (typeof expected !== 'function') {
    if (isRegExp(expected)) return matches(expected, String(actual));
    throw new codes.ERR_INVALID_ARG_TYPE('expected', ['Function', 'RegExp'], expected);
  }
  if (expected.prototype !== undefined && actual instanceof expected) return true;
  return !Object.prototype.isPrototypeOf.call(Error, expected) && expected.call({}, actual) === true;
}

function expectNoError(stackStartFn, kind, actual, expected, message) {
  if (actual === nothingThrown) return;
  if (typeof expected === 'string') {
    message = expected;
    expected = undefined;
  }
  if (!expected || isExpected(actual, expected)) {
    const details = message ? `: ${message}` : '.';
    fail(stackStartFn, stackStartFn.name, actual, expected,
      [`Got unwanted ${kind}${details}\nActual message: "${actual?.message}"`]);
  }
  throw actual;
}

function thrownBy(fn) {
  validateFunction(fn, 'fn');
  try {
    fn();
  } catch (error) {
    return error;
  }
  return nothingThrown;
}

const isPromiseLike = (value) => isObject(value) &&
  (binding.classOf(value) === 'Promise' || (typeof value.then === 'function' && typeof value.catch === 'function'));

async function rejectionOf(promiseOrFunction) {
  let promise = promiseOrFunction;
  if (typeof promiseOrFunction === 'function') {
    promise = promiseOrFunction();
    if (!isPromiseLike(promise)) {
      throw new codes.ERR_INVALID_RETURN_VALUE('instance of Promise', 'promiseFn', promise);
    }
  } else if (!isPromiseLike(promise)) {
    throw new codes.ERR_INVALID_ARG_TYPE('promiseFn', ['Function', 'Promise'], promise);
  }
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return nothingThrown;
}

function requireMatch(stackStartFn, text, pattern, rest, wanted) {
  if (!isRegExp(pattern)) throw new codes.ERR_INVALID_ARG_TYPE('regexp', 'RegExp', pattern);
  if (typeof text === 'string' && matches(pattern, text) === wanted) return;
  let [message] = rest;
  const generated = !message;
  if (major >= 26 && !generated) message = messageOf(rest, text, pattern);
  else if (isError(message)) throw message;
  const verb = wanted ? 'did not match' : 'was expected to not match';
  message ||= typeof text === 'string' ?
    `The input ${verb} the regular expression ${inspect(pattern)}. Input:\n\n${inspect(text)}\n` :
    `The "string" argument must be of type string. Received type ${typeof text} (${inspect(text)})`;
  const error = failure({ actual: text, expected: pattern, message, operator: stackStartFn.name, stackStartFn });
  error.generatedMessage = generated;
  throw error;
}

const methods = {
  fail(...values) {
    let [actual, expected, message, operator, stackStartFn] = values;
    let generated = false;
    if (major >= 26) [actual, expected, message, operator, stackStartFn] = [undefined, undefined, actual];
    if (major >= 26 ? message === undefined : (actual === undefined || actual === null) && values.length <= 1) {
      generated = true;
      message = 'Failed';
    } else if (major < 26 && values.length === 1) {
      message = actual;
      actual = undefined;
    } else if (major < 26) {
      warnOfManyArguments();
      if (values.length === 2) operator = '!=';
    }
    if (isError(message)) throw message;
    const error = failure({
      ...(major < 26 && { actual, expected }),
      operator: operator ?? 'fail',
      stackStartFn: stackStartFn || methods.fail,
      message,
    });
    if (generated) error.generatedMessage = true;
    throw error;
  },
  get AssertionError() {
    return require('internal/assertion_error').AssertionError;
  },
  ok(...values) {
    requireOk(methods.ok, values);
  },
};

for (const [name, rule] of Object.entries(COMPARISONS)) methods[name] = comparison(name, rule);

Object.assign(methods, {
  throws(fn, ...rest) {
    expectError(methods.throws, 'exception', thrownBy(fn), ...rest);
  },
  async rejects(promise, ...rest) {
    expectError(methods.rejects, 'rejection', await rejectionOf(promise), ...rest);
  },
  doesNotThrow(fn, ...rest) {
    expectNoError(methods.doesNotThrow, 'exception', thrownBy(fn), ...rest);
  },
  async doesNotReject(promise, ...rest) {
    expectNoError(methods.doesNotReject, 'rejection', await rejectionOf(promise), ...rest);
  },
  ifError(value) {
    if (value !== null && value !== undefined) throw require('internal/assertion_error').unwanted(value, methods.ifError);
  },
  match(text, pattern, ...rest) {
    requireMatch(methods.match, text, pattern, rest, true);
  },
  doesNotMatch(text, pattern, ...rest) {
    requireMatch(methods.doesNotMatch, text, pattern, rest, false);
  },
});

let warned = false;

function warnOfManyArguments() {
  if (warned) return;
  warned = true;
  process.emitWarning(
    'assert.fail() with more than one argument is deprecated. Please use assert.strictEqual() instead or only pass a message.',
    'DeprecationWarning', 'DEP0094');
}

if (major < 26) methods.CallTracker = function CallTracker() { notOffered('assert.CallTracker'); };

function strict(...values) {
  requireOk(strict, values);
}

const described = Object.getOwnPropertyDescriptors(methods);
module.exports = Object.defineProperties(assert, described);
Object.defineProperties(strict, described);
strict.equal = methods.strictEqual;
strict.deepEqual = methods.deepStrictEqual;
strict.notEqual = methods.notStrictEqual;
strict.notDeepEqual = methods.notDeepStrictEqual;
if (major >= 22) {
  assert.Assert = function Assert() { notOffered('assert.Assert'); };
  strict.Assert = assert.Assert;
}
assert.strict = strict;
strict.strict = strict;
