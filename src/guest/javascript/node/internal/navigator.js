'use strict';
// What a program is told about the machine by the name browsers have for it.

const { major } = binding;
const { codes, notOffered } = require('internal/errors');
const os = require('os');

const fromWithin = Symbol('from within');

class Navigator {
  #languages = Object.freeze(['en-US']);
  constructor(key) {
    if (key !== fromWithin) throw new codes.ERR_ILLEGAL_CONSTRUCTOR();
  }

  get hardwareConcurrency() {
    return os.availableParallelism();
  }

  get language() {
    return 'en-US';
  }

  get languages() {
    return this.#languages;
  }

  get userAgent() {
    return `Node.js/${major}`;
  }

  get platform() {
    return 'Linux x86_64';
  }
}
const methods = Navigator.prototype;
if (major >= 24) {
  Object.defineProperty(methods, 'locks', { configurable: true, get: () => notOffered('navigator.locks') });
}
for (const key of Reflect.ownKeys(methods)) {
  if (key !== 'constructor') Object.defineProperty(methods, key, { enumerable: true });
}

exports.Navigator = Navigator;
exports.navigator = new Navigator(fromWithin);
