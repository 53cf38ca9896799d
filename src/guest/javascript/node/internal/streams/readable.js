'use strict';
// Readable: the methods programs call and replace. What they do is decided by the model.

const { major, streams } = binding;
const rules = binding.rules.streams;
const { codes } = require('internal/errors');
const { Buffer } = require('buffer');
const { paused, setEnabled } = require('internal/streams/state_fields');
const { Stream, reserveNames } = require('internal/streams/legacy');
const { ReadableState, addDestroy, asBuffer, beginReadable, isBytes, setDecoder, takenTypes } = require('internal/streams/state');

// These come first among the names of its events.
const names = ['close', 'error', 'data', 'end', 'readable'];

function Readable(options) {
  if (!(this instanceof Readable)) return new Readable(options);
  const isDuplex = this instanceof require('internal/streams/duplex');
  reserveNames(this, names);
  beginReadable(this, options, isDuplex);
  if (major < 14) this.readable = true;
  if (options) {
    if (typeof options.read === 'function') this._read = options.read;
    if (typeof options.destroy === 'function') this._destroy = options.destroy;
    if (major >= 16) {
      if (typeof options.construct === 'function') this._construct = options.construct;
      if (options.signal && !isDuplex) require('internal/streams/abort').addAbortSignalUnchecked(options.signal, this);
    }
  }
  Stream.call(this, options);
  construct(this);
}
module.exports = Readable;
Readable.ReadableState = ReadableState;
Object.setPrototypeOf(Readable.prototype, Stream.prototype);
Object.setPrototypeOf(Readable, Stream);

function construct(stream) {
  if (major >= 16 && typeof stream._construct === 'function') streams.construct(stream);
}

const methods = Readable.prototype;

addDestroy(methods, false);
methods[Symbol.for('nodejs.rejection')] = function rejected(error) {
  if (rules.rejectionDestroysAgain || !this.destroyed) this.destroy(error);
};

if (major >= 18 && Symbol.asyncDispose !== undefined) {
  methods[Symbol.asyncDispose] = function dispose() {
    const { AbortError } = require('internal/errors');
    let own;
    if (!this.destroyed) {
      own = this.readableEnded ? null : new AbortError();
      this.destroy(own);
    }
    const { finished } = require('internal/streams/finished');
    const disposed = new Promise((resolve, reject) => {
      finished(this, (error) => {
        if (error && error !== own) reject(error);
        else resolve(null);
      });
    });
    return rules.disposalIsAwaited ? (async () => void await disposed)() : disposed;
  };
}

function add(stream, chunk, encoding, front) {
  if (chunk === null) return streams.pushEnd(stream, front);
  const state = stream._readableState;
  if (state.objectMode) {
    const size = typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk.length : 1;
    return streams.pushData(stream, chunk, size, !!encoding && !front, front);
  }
  let isDecoded = false;
  if (typeof chunk === 'string') {
    encoding = encoding || state.defaultEncoding;
    if (state.encoding === encoding) isDecoded = true;
    else if (front && state.encoding) chunk = Buffer.from(chunk, encoding).toString(state.encoding);
    else chunk = Buffer.from(chunk, encoding);
    if (front) isDecoded = true;
  } else if (isBytes(chunk)) {
    chunk = asBuffer(chunk);
  } else if (chunk !== undefined) {
    return streams.pushWrong(stream, new codes.ERR_INVALID_ARG_TYPE('chunk', takenTypes, chunk), front);
  }
  if (!chunk || chunk.length <= 0) return streams.pushNothing(stream, front);
  return streams.pushData(stream, chunk, chunk.length, isDecoded, front);
}

methods.push = function push(chunk, encoding) {
  return add(this, chunk, encoding, false);
};
methods.unshift = function unshift(chunk, encoding) {
  return add(this, chunk, encoding, true);
};

methods.isPaused = function isPaused() {
  const state = this._readableState;
  return state[major < 20 ? paused : 'paused'] === true || state.flowing === false;
};

methods.setEncoding = function setEncoding(encoding) {
  setDecoder(this, encoding);
  return this;
};

methods.read = function read(size) {
  if (size === undefined) size = NaN;
  else if (!Number.isInteger(size)) size = Number.parseInt(size, 10);
  return streams.read(this, size);
};

methods._read = function _read() {
  const error = new codes.ERR_METHOD_NOT_IMPLEMENTED('_read()');
  if (rules.missingMethodThrows) throw error;
  streams.errorOrDestroy(this, error, false);
};

const isStdio = (stream) => {
  const { stdout, stderr } = require('process');
  return stream === stdout || stream === stderr;
};

methods.pipe = function pipe(destination, options) {
  streams.pipe(this, destination, (!options || options.end !== false) && !isStdio(destination));
  return destination;
};
methods.unpipe = function unpipe(destination) {
  streams.unpipe(this, destination || undefined);
  return this;
};

methods.on = function on(event, listener) {
  const result = Stream.prototype.on.call(this, event, listener);
  if (event === 'data' || event === 'readable') streams.listened(this, event);
  return result;
};
methods.addListener = methods.on;

methods.removeListener = function removeListener(event, listener) {
  const result = Stream.prototype.removeListener.call(this, event, listener);
  if (event === 'data' || event === 'readable') streams.unlistened(this, event);
  return result;
};
methods.off = methods.removeListener;

methods.removeAllListeners = function removeAllListeners(event) {
  const result = Reflect.apply(Stream.prototype.removeAllListeners, this, arguments);
  if (event === 'readable' || event === undefined) streams.unlistenedAll(this);
  return result;
};

methods.resume = function resume() {
  streams.resume(this);
  return this;
};
methods.pause = function pause() {
  streams.pause(this);
  return this;
};

methods.wrap = function wrap(stream) {
  return require('internal/streams/wrap').wrap(this, stream);
};

methods[Symbol.asyncIterator] = function asyncIterator() {
  return require('internal/streams/iterate').iterate(this);
};
if (major >= 16) {
  methods.iterator = function iterator(options) {
    if (options !== undefined) require('internal/errors').validateObject(options, 'options');
    return require('internal/streams/iterate').iterate(this, options);
  };
}

function accessor(name, get, set, enumerable = false) {
  Object.defineProperty(methods, name, { enumerable, get, set });
}
const ofState = (field, otherwise) => function get() {
  const state = this._readableState;
  return state ? state[field] : otherwise;
};

if (major >= 14) {
  accessor('readable', function readable() {
    const state = this._readableState;
    return !!state && state.readable !== false && !state.destroyed && !state.errorEmitted && !state.endEmitted;
  }, function setReadable(value) {
    if (this._readableState) setEnabled(this._readableState, false, !!value);
  });
  accessor('readableDidRead', function readableDidRead() {
    const state = this._readableState;
    return state.dataEmitted || (!rules.onlyDataIsRead && (state.endEmitted || state.errorEmitted || state.closeEmitted));
  });
}
if (major >= 16) {
  accessor('readableAborted', function readableAborted() {
    const state = this._readableState;
    return !!(state.readable !== false && (state.destroyed || state.errored) && !state.endEmitted);
  });
}
accessor('readableHighWaterMark', function readableHighWaterMark() {
  return this._readableState.highWaterMark;
});
accessor('readableBuffer', function readableBuffer() {
  return this._readableState && this._readableState.buffer;
});
accessor('readableFlowing', function readableFlowing() {
  return this._readableState.flowing;
}, function setReadableFlowing(value) {
  if (this._readableState) this._readableState.flowing = value;
});
accessor('readableLength', function readableLength() {
  return this._readableState.length;
});
accessor('readableObjectMode', ofState('objectMode', false));
accessor('readableEncoding', ofState('encoding', null));
if (major >= 18) {
  accessor('errored', ofState('errored', null));
  accessor('closed', ofState('closed', false));
}
accessor('destroyed', major >= 18 ? ofState('destroyed', false) : function destroyed() {
  return this._readableState === undefined ? false : this._readableState.destroyed;
}, function setDestroyed(value) {
  if (this._readableState) this._readableState.destroyed = value;
});
accessor('readableEnded', ofState('endEmitted', false));
// In 12 this is about the stream, of which nobody says that it is paused.
if (major < 14) {
  accessor('paused', function isNotFlowing() {
    return this[paused] !== false;
  }, function setPaused(value) {
    this[paused] = !!value;
  });
}

Readable.from = function from(iterable, options) {
  return require('internal/streams/from').from(Readable, iterable, options);
};
if (major >= 16) {
  Readable.wrap = function wrap(source, options) {
    return require('internal/streams/wrap').readableFrom(source, options);
  };
}
