'use strict';
// A Transform that becomes one when it is first used as such. Until then it is an object with options.

const { major, streams } = binding;
const { Transform } = require('stream');
const { Stream } = require('internal/streams/legacy');

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

// Methods that use a state the model keeps make it one first.
const USING = ['cork', 'destroy', 'end', 'pause', 'pipe', 'read', 'resume', 'uncork', 'unpipe',
  ...(major < 20 ? [] : ['removeListener', 'off'])];

for (const name of USING) {
  const method = Transform.prototype[name];
  methods[name] = function(...args) {
    if (!isOne(this)) become(this);
    return Reflect.apply(method, this, args);
  };
}

// A first listener is there before it is one, so before the listeners of a Transform.
methods.on = function on(event, listener) {
  if (isOne(this)) return Transform.prototype.on.call(this, event, listener);
  Stream.prototype.on.call(this, event, listener);
  become(this);
  if (event === 'data' || event === 'readable') streams.listened(this, event);
  return this;
};
methods.addListener = methods.on;
