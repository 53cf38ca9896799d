'use strict';

const { validateFunction } = require('internal/errors');

const { major } = binding;
const customKey = Symbol.for('nodejs.util.promisify.custom');

// On a function whose callback gets several values: the names they have in the object that the promise is resolved with.
const argumentNames = Symbol('argumentNames');

function asCustom(fn) {
  return Object.defineProperty(fn, customKey, { value: fn, enumerable: false, writable: false, configurable: true });
}

function promisify(original) {
  validateFunction(original, 'original');
  const custom = original[customKey];
  if (custom) {
    validateFunction(custom, 'util.promisify.custom');
    return asCustom(custom);
  }
  const names = original[argumentNames];

  function promisified(...args) {
    return new Promise((resolve, reject) => {
      args.push((error, ...values) => {
        if (error) {
          reject(error);
        } else if (names !== undefined && values.length > 1) {
          resolve(Object.fromEntries(names.map((name, i) => [name, values[i]])));
        } else {
          resolve(values[0]);
        }
      });
      const returned = Reflect.apply(original, this, args);
      if (major >= 22 && typeof returned === 'object' && returned !== null && binding.classOf(returned) === 'Promise') {
        process.emitWarning(
          'Calling promisify on a function that returns a Promise is likely a mistake.', 'DeprecationWarning', 'DEP0174');
      }
    });
  }

  Object.setPrototypeOf(promisified, Object.getPrototypeOf(original));
  asCustom(promisified);
  return Object.defineProperties(promisified, Object.getOwnPropertyDescriptors(original));
}

promisify.custom = customKey;

module.exports = { argumentNames, promisify };
