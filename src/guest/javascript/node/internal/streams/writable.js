'use strict';
// Writable: the methods programs call and replace. What they do is decided by the model.

const { major, streams } = binding;
const rules = binding.rules.streams;
const { codes } = require('internal/errors');
const { Buffer } = require('buffer');
const { Stream, reserveNames } = require('internal/streams/legacy');
const { WritableState, addDestroy, asBuffer, beginWritable, isBytes, takenTypes, unknownEncoding } = require('internal/streams/state');
const { setEnabled } = require('internal/streams/state_fields');

const hasInstance = Function.prototype[Symbol.hasInstance];

// These come first among the names of its events.
const names = ['close', 'error', 'prefinish', 'finish', 'drain'];

function Writable(options) {
  const isDuplex = this instanceof require('internal/streams/duplex');
  if (!isDuplex && !hasInstance.call(Writable, this)) return new Writable(options);
  reserveNames(this, names);
  beginWritable(this, options, isDuplex);
  if (major < 14) this.writable = true;
  if (options) {
    if (typeof options.write === 'function') this._write = options.write;
    if (typeof options.writev === 'function') this._writev = options.writev;
    if (typeof options.destroy === 'function') this._destroy = options.destroy;
    if (typeof options.final === 'function') this._final = options.final;
    if (major >= 16) {
      if (typeof options.construct === 'function') this._construct = options.construct;
      if (options.signal) require('internal/streams/abort').addAbortSignalUnchecked(options.signal, this);
    }
  }
  Stream.call(this, options);
  if (major >= 16 && typeof this._construct === 'function') streams.construct(this);
}
module.exports = Writable;
Writable.WritableState = WritableState;
Object.setPrototypeOf(Writable.prototype, Stream.prototype);
Object.setPrototypeOf(Writable, Stream);

Object.defineProperty(Writable, Symbol.hasInstance, {
  value: function instanceOf(object) {
    if (hasInstance.call(this, object)) return true;
    if (this !== Writable) return false;
    return object && object._writableState instanceof WritableState;
  },
});

const methods = Writable.prototype;

methods.pipe = function pipe() {
  streams.errorOrDestroy(this, new codes.ERR_STREAM_CANNOT_PIPE(), false);
};

const lengthOf = (chunk) => (typeof chunk === 'string' || ArrayBuffer.isView(chunk) ? chunk.length : 1);

// A wrong chunk is an error of the stream.
function writeLeniently(stream, chunk, encoding, callback) {
  const state = stream._writableState;
  const { objectMode } = state;
  const bytes = !objectMode && chunk instanceof Uint8Array;
  if (bytes) chunk = asBuffer(chunk);
  if (typeof encoding === 'function') {
    callback = encoding;
    encoding = null;
  }
  if (bytes) encoding = 'buffer';
  else if (!encoding) encoding = state.defaultEncoding;
  if (!bytes && !state.ending) {
    const error = chunk === null ? new codes.ERR_STREAM_NULL_VALUES()
      : typeof chunk !== 'string' && !objectMode ? new codes.ERR_INVALID_ARG_TYPE('chunk', ['string', 'Buffer'], chunk)
        : undefined;
    if (error !== undefined) {
      streams.refuseWrite(stream, error, callback);
      return false;
    }
    if (!objectMode && state.decodeStrings !== false && encoding !== 'buffer' && typeof chunk === 'string') {
      chunk = Buffer.from(chunk, encoding);
      encoding = 'buffer';
    }
  }
  return streams.write(stream, chunk, lengthOf(chunk), encoding, callback);
}

function writeStrictly(stream, chunk, encoding, callback) {
  const state = stream._writableState;
  const { objectMode } = state;
  if (typeof encoding === 'function') {
    callback = encoding;
    encoding = rules.objectKeepsEncoding ? null : state.defaultEncoding;
  }
  if (!rules.objectKeepsEncoding || !objectMode) {
    if (chunk === null && major >= 20) throw new codes.ERR_STREAM_NULL_VALUES();
    if (!encoding) encoding = state.defaultEncoding;
    else if (major >= 16 && encoding !== 'buffer' && !Buffer.isEncoding(encoding)) throw unknownEncoding(encoding);
  }
  if (chunk === null) throw new codes.ERR_STREAM_NULL_VALUES();
  if (!objectMode) {
    if (typeof chunk === 'string') {
      if (major >= 24 && encoding === 'buffer') throw unknownEncoding(encoding);
      if (state.decodeStrings !== false) {
        chunk = Buffer.from(chunk, encoding);
        encoding = 'buffer';
      }
    } else if (isBytes(chunk)) {
      chunk = asBuffer(chunk);
      encoding = 'buffer';
    } else {
      throw new codes.ERR_INVALID_ARG_TYPE('chunk', takenTypes, chunk);
    }
  }
  return streams.write(stream, chunk, lengthOf(chunk), encoding, callback);
}

// Whether there is room for more, or the error it was refused with.
const write = rules.wrongWriteThrows ? writeStrictly : writeLeniently;

methods.write = function (chunk, encoding, callback) {
  return write(this, chunk, encoding, callback) === true;
};
methods.cork = function cork() {
  streams.cork(this);
};
methods.uncork = function uncork() {
  streams.uncork(this);
};
methods.setDefaultEncoding = function setDefaultEncoding(encoding) {
  if (typeof encoding === 'string') encoding = encoding.toLowerCase();
  if (!Buffer.isEncoding(encoding)) throw unknownEncoding(encoding);
  this._writableState.defaultEncoding = encoding;
  return this;
};

methods._write = function _write(chunk, encoding, callback) {
  if (this._writev) {
    this._writev([{ chunk, encoding }], callback);
    return;
  }
  const error = new codes.ERR_METHOD_NOT_IMPLEMENTED('_write()');
  if (rules.missingMethodThrows) throw error;
  callback(error);
};
methods._writev = null;

methods.end = function end(chunk, encoding, callback) {
  if (typeof chunk === 'function') {
    callback = chunk;
    chunk = null;
    encoding = null;
  } else if (typeof encoding === 'function') {
    callback = encoding;
    encoding = null;
  }
  let refused;
  if (chunk !== null && chunk !== undefined) {
    if (rules.endSeesRefusal) {
      const written = write(this, chunk, encoding);
      if (written instanceof Error) refused = written;
    } else {
      this.write(chunk, encoding);
    }
  }
  streams.end(this, refused, callback);
  return this;
};

addDestroy(methods, true);
methods[Symbol.for('nodejs.rejection')] = function rejected(error) {
  this.destroy(error);
};

if (major >= 20 && Symbol.asyncDispose !== undefined) {
  methods[Symbol.asyncDispose] = function dispose() {
    const { AbortError } = require('internal/errors');
    if (!this.destroyed) this.destroy(this.writableFinished ? null : new AbortError());
    const { finished } = require('internal/streams/finished');
    const disposed = new Promise((resolve, reject) => {
      finished(this, (error) => {
        if (error && error.name !== 'AbortError') reject(error);
        else resolve(null);
      });
    });
    return rules.disposalIsAwaited ? (async () => void await disposed)() : disposed;
  };
}

const accessors = {};
function accessor(name, get, set) {
  accessors[name] = { enumerable: false, get, set };
}
const ofState = (field, otherwise) => function get() {
  const state = this._writableState;
  return state ? state[field] : otherwise;
};

if (major >= 14) {
  accessor('writable', function writable() {
    const state = this._writableState;
    return !!state && state.writable !== false && !state.destroyed && !state.errored && !state.ending && !state.ended;
  }, function setWritable(value) {
    if (this._writableState) setEnabled(this._writableState, true, !!value);
  });
  accessor('writableNeedDrain', function writableNeedDrain() {
    const state = this._writableState;
    return state ? !state.destroyed && !state.ending && state.needDrain : false;
  });
}
if (major >= 16) {
  accessor('writableAborted', function writableAborted() {
    const state = this._writableState;
    return !!(state.writable !== false && (state.destroyed || state.errored) && !state.finished);
  });
}
if (major >= 18) {
  accessor('closed', ofState('closed', false));
  accessor('errored', ofState('errored', null));
}
accessor('destroyed', ofState('destroyed', false), function setDestroyed(value) {
  if (this._writableState) this._writableState.destroyed = value;
});
accessor('writableFinished', ofState('finished', false));
accessor('writableObjectMode', ofState('objectMode', false));
accessor('writableBuffer', function writableBuffer() {
  return this._writableState && this._writableState.getBuffer();
});
accessor('writableEnded', ofState('ending', false));
accessor('writableHighWaterMark', ofState('highWaterMark', undefined));
accessor('writableCorked', ofState('corked', 0));
accessor('writableLength', ofState('length', undefined));
Object.defineProperties(methods, accessors);
