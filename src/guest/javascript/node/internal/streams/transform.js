'use strict';
// Transform and PassThrough: what was written comes out at the other side (DT-5 to DT-12).

const { major, streams } = binding;
const rules = binding.rules.streams;
const { codes } = require('internal/errors');
const Duplex = require('internal/streams/duplex');
const { getTransforming, noteTransform, showTransforming } = require('internal/streams/state_fields');

Object.setPrototypeOf(Transform.prototype, Duplex.prototype);
Object.setPrototypeOf(Transform, Duplex);

// DT-9.
function sided(options) {
  if (!rules.zeroMarkHoldsWrites || !options) return options;
  const mark = options.highWaterMark ?? options.readableHighWaterMark;
  if (mark !== 0) return options;
  return { ...options, highWaterMark: null, readableHighWaterMark: mark, writableHighWaterMark: options.writableHighWaterMark || 0 };
}

function Transform(options) {
  if (!(this instanceof Transform)) return new Transform(options);
  Duplex.call(this, sided(options));
  streams.transformBegin(this);
  showTransforming(this);
  if (options) {
    if (typeof options.transform === 'function') this._transform = options.transform;
    if (typeof options.flush === 'function') this._flush = options.flush;
  }
  this.on('prefinish', prefinish);
}

function prefinish() {
  streams.transformPrefinish(this, this._final !== final);
}

function final(callback) {
  streams.transformFinal(this, callback);
}

const methods = Transform.prototype;

// 14 shows it by its old name too, and warns of that.
if (major === 14) {
  let look;
  Object.defineProperty(methods, '_transformState', {
    get() {
      look ??= require('util').deprecate(getTransforming, 'Transform.prototype._transformState is deprecated', 'DEP0143');
      return look.call(this);
    },
    set: () => require('internal/errors').notOffered('setting _transformState'),
  });
}
if (!rules.transformHoldsChunk) methods._final = final;
else {
  methods.push = function push(chunk, encoding) {
    streams.transformPushed(this);
    return Duplex.prototype.push.call(this, chunk, encoding);
  };
  methods._destroy = function _destroy(error, callback) {
    Duplex.prototype._destroy.call(this, error, (again) => callback(again));
  };
}

methods._transform = function _transform(chunk, encoding, callback) {
  const error = new codes.ERR_METHOD_NOT_IMPLEMENTED('_transform()');
  if (rules.missingMethodThrows) throw error;
  callback(error);
};
methods._write = function _write(chunk, encoding, callback) {
  if (major < 16) noteTransform(this, encoding);
  streams.transformWrite(this, chunk, encoding, callback);
};
methods._read = function _read() {
  streams.transformRead(this);
};

Object.setPrototypeOf(PassThrough.prototype, Transform.prototype);
Object.setPrototypeOf(PassThrough, Transform);

function PassThrough(options) {
  if (!(this instanceof PassThrough)) return new PassThrough(options);
  Transform.call(this, options);
}
PassThrough.prototype._transform = function _transform(chunk, encoding, callback) {
  callback(null, chunk);
};

module.exports = { PassThrough, Transform };
