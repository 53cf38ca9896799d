'use strict';
// Compression as streams: Transforms that hold their input ready and work on it when the model says so.

const { hooks, major, streams } = binding;
const { codes: errorCodes, notOffered } = require('internal/errors');
const { Buffer } = require('buffer');
const { Transform, finished } = require('stream');
const { CONSTANTS } = require('internal/zlib_constants');
const { chosenOf, strongestFlush } = require('internal/zlib_options');

const kEngine = Symbol('engine');
const kInput = Symbol('input');
const kFlush = Symbol('flush');

// Empty chunks which say that what was written before them is to be given, so that this waits for its turn.
const MARKERS = [0, 1, 2, 3, 4, 5].map((kind) => Object.assign(Buffer.alloc(0), { [kFlush]: kind }));

// The output is always bytes.
function withoutModes(options) {
  if (!options?.encoding && !options?.objectMode && !options?.writableObjectMode) return options;
  return { ...options, encoding: null, objectMode: false, writableObjectMode: false };
}

// What a job gets done: the output with its size, or why it failed.
hooks.piece = function piece(stream, room) {
  const input = stream[kInput];
  const { output, taken, error } = stream[kEngine].work(input.bytes, input.flush, room);
  if (error !== undefined) return { output: undefined, size: 0, leavesInput: false, failure: error };
  if (!stream.destroyed) stream.bytesWritten += taken;
  input.bytes = input.bytes.subarray(taken);
  return { output, size: output.length, leavesInput: input.bytes.length > 0, failure: undefined };
};

// The engine of a stream, which has one and does not use it now: what a thread finds otherwise is anybody's guess.
function idleEngine(stream, what) {
  const state = streams.piecesState(stream);
  if (state === 'closed') throw new errorCodes.ERR_INTERNAL_ASSERTION('zlib binding closed');
  if (state === 'working') notOffered(`${what} of a stream of zlib that is at work`, 'waiting for its writes');
  return stream[kEngine];
}

// What all streams of compression are.
function ZlibBase(options, engine) {
  const shown = withoutModes(options);
  Transform.call(this, major < 14 ? shown : { autoDestroy: true, ...shown });
  this.bytesWritten = 0;
  this._chunkSize = engine.options.chunkSize;
  this[kEngine] = engine;
  streams.beginPieces(this, engine.options.chunkSize);
}

function Zlib(options, engine) {
  ZlibBase.call(this, options, engine);
  this._level = engine.options.chosen.level;
  this._strategy = engine.options.chosen.strategy;
}

function Brotli(options, engine) {
  ZlibBase.call(this, options, engine);
}

function extend(one, parent) {
  Object.setPrototypeOf(one.prototype, parent.prototype);
  Object.setPrototypeOf(one, parent);
}

extend(ZlibBase, Transform);
extend(Zlib, ZlibBase);
extend(Brotli, Zlib);

const methods = ZlibBase.prototype;
methods._transform = function _transform(chunk, encoding, callback) {
  const { options } = this[kEngine];
  if (streams.piecesState(this) === 'working') notOffered('work for a stream of zlib that is at work, which aborts Node', 'writes');
  const asked = chunk[kFlush] ?? options.flush;
  const isLast = this.writableEnded && this.writableLength === chunk.byteLength;
  this[kInput] = { bytes: chunk, flush: isLast ? strongestFlush(asked, options.finishFlush) : asked };
  streams.workOnPieces(this, callback);
};
methods._flush = function _flush(callback) {
  this._transform(Buffer.alloc(0), '', callback);
};
// Where Transforms have one, this does nothing in its place: what is left comes out at 'prefinish'.
if (major >= 16) {
  methods._final = function _final(callback) {
    callback();
  };
}
methods._destroy = function _destroy(error, callback) {
  streams.closePieces(this);
  callback(error);
};
methods.close = function close(callback) {
  if (callback && !streams.answerClose(this, callback)) finished(this, callback);
  this.destroy();
};
methods.flush = function flush(kind, callback) {
  const { fullFlush, mostFlush, offersFlush } = this[kEngine].options;
  if (typeof kind === 'function' || (kind === undefined && !callback)) {
    callback = kind;
    kind = fullFlush;
  }
  if (major >= 24) kind = chosenOf(kind, 'kind', CONSTANTS.Z_NO_FLUSH, mostFlush, fullFlush);
  if (callback && typeof callback !== 'function' && this.writableEnded) {
    notOffered('flush() of an ended stream with a callback that is no function', 'functions');
  }
  if (streams.answerFlush(this, callback)) return;
  if (kind in MARKERS) offersFlush(kind);
  this.write(MARKERS[kind], '', callback);
};
methods.reset = function reset() {
  idleEngine(this, 'reset').reset();
};

Zlib.prototype.params = function params(level, strategy, callback) {
  chosenOf(level, 'level', CONSTANTS.Z_MIN_LEVEL, CONSTANTS.Z_MAX_LEVEL);
  chosenOf(strategy, 'strategy', CONSTANTS.Z_DEFAULT_STRATEGY, CONSTANTS.Z_FIXED);
  if (this._level === level && this._strategy === strategy) {
    process.nextTick(callback);
    return;
  }
  // Node itself is ended by this.
  if (this instanceof Brotli) notOffered('params of Brotli', ['flush', 'reset']);
  this.flush(CONSTANTS.Z_SYNC_FLUSH, () => {
    idleEngine(this, 'params').choose(level, strategy);
    if (this.destroyed) return;
    this._level = level;
    this._strategy = strategy;
    if (callback) callback();
  });
};

// Makes the class of one kind; `open` gives what does the work for options, and says how large its pieces are.
exports.classOf = function classOf(name, isBrotli, open) {
  const parent = isBrotli ? Brotli : Zlib;
  function Kind(options) {
    if (!(this instanceof Kind)) return new Kind(options);
    parent.call(this, options, open(options));
  }
  extend(Kind, parent);
  Object.defineProperty(Kind, 'name', { value: name });
  return Kind;
};
