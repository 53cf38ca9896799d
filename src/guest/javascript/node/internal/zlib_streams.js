'use strict';
// Compression as streams: Transforms that hold their input ready and work on it when the model says so.

const { hooks, major, streams } = binding;
const { notOffered } = require('internal/errors');
const { Buffer } = require('buffer');
const { Transform, finished } = require('stream');

const kWork = Symbol('work');
const kInput = Symbol('input');

// The output is always bytes.
function withoutModes(options) {
  if (!options?.encoding && !options?.objectMode && !options?.writableObjectMode) return options;
  return { ...options, encoding: null, objectMode: false, writableObjectMode: false };
}

// What a job gets done: the output with its size, or why it failed.
hooks.piece = function piece(stream, room) {
  const input = stream[kInput];
  const { output, taken, error } = stream[kWork](input.bytes, input.isLast, room);
  if (error !== undefined) return { output: undefined, size: 0, leavesInput: false, failure: error };
  if (!stream.destroyed) stream.bytesWritten += taken;
  input.bytes = input.bytes.subarray(taken);
  return { output, size: output.length, leavesInput: input.bytes.length > 0, failure: undefined };
};

// Makes the class of one kind; `open` gives what does the work for options, and says how large its pieces are.
exports.classOf = function classOf(name, open) {
  function Zlib(options) {
    if (!(this instanceof Zlib)) return new Zlib(options);
    const { work, chunkSize } = open(options);
    if (options?.flush) notOffered('the option flush of streams of zlib', 'Z_NO_FLUSH');
    const shown = withoutModes(options);
    Transform.call(this, major < 14 ? shown : { autoDestroy: true, ...shown });
    this.bytesWritten = 0;
    this._chunkSize = chunkSize;
    this[kWork] = work;
    streams.beginPieces(this, chunkSize);
  }
  Object.setPrototypeOf(Zlib.prototype, Transform.prototype);
  Object.setPrototypeOf(Zlib, Transform);
  Object.defineProperty(Zlib, 'name', { value: name });
  const methods = Zlib.prototype;
  methods._transform = function _transform(chunk, encoding, callback) {
    const isLast = this.writableEnded && this.writableLength === chunk.byteLength;
    this[kInput] = { bytes: chunk, isLast };
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
  for (const left of ['flush', 'params', 'reset']) {
    methods[left] = () => notOffered(`${left} of streams of zlib`, ['write', 'end', 'pipe']);
  }
  return Zlib;
};
