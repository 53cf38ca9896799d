'use strict';
// A Transform that becomes one when it is first used as such. Until then it is an object with options.

const { major } = binding;
const { Transform } = require('stream');

const { hasOwnProperty } = Object.prototype;

module.exports = LazyTransform;

function LazyTransform(options) {
  this._options = options;
}
Object.setPrototypeOf(LazyTransform.prototype, Transform.prototype);
Object.setPrototypeOf(LazyTransform, Transform);

const methods = LazyTransform.prototype;

function become(stream) {
  Transform.call(stream, stream._options);
  const { _options: options, _writableState: state } = stream;
  state.decodeStrings = false;
  if (major < 22 && !options?.defaultEncoding) state.defaultEncoding = 'buffer';
}

for (const name of ['_readableState', '_writableState']) {
  Object.defineProperty(methods, name, {
    configurable: true,
    enumerable: true,
    get() {
      become(this);
      return this[name];
    },
    set(value) {
      Object.defineProperty(this, name, { value, enumerable: true, configurable: true, writable: true });
    },
  });
}

const isOne = (stream) => hasOwnProperty.call(stream, '_writableState');

// Methods that use a state the model keeps make it one, those of listeners after the listener is there.
const LISTENING = ['on', 'addListener', ...(major < 20 ? [] : ['removeListener', 'off'])];
const USING = ['cork', 'destroy', 'end', 'pause', 'pipe', 'read', 'resume', 'uncork', 'unpipe'];

for (const name of LISTENING) {
  const method = Transform.prototype[name];
  methods[name] = function(...args) {
    const result = Reflect.apply(method, this, args);
    if (!isOne(this)) become(this);
    return result;
  };
}
for (const name of USING) {
  const method = Transform.prototype[name];
  methods[name] = function(...args) {
    if (!isOne(this)) become(this);
    return Reflect.apply(method, this, args);
  };
}
