'use strict';
// Compression as streams: a Transform each of whose writes is a job of the pool, or several if the output takes more than one
// piece.

const { major, tick } = binding;
const { notOffered } = require('internal/errors');
const { Buffer } = require('buffer');
const { Transform, finished } = require('stream');

const kOutput = Symbol('output');
const kInput = Symbol('input');
const kOver = Symbol('over');
const kRoom = Symbol('room');
const kClosed = Symbol('closed');
const kPacker = Symbol('packer');

// What comes out after a chunk: bytes, and the failure that follows them if there is one. `processed` gives the result for a
// whole input, `unpackedPart` what comes out of a part.
function unpacked(stream, chunk, isLast, { processed, unpackedPart }) {
  const before = stream[kOutput];
  if (stream[kOver]) {
    if (chunk.length > 0) notOffered('data that follows what was compressed', 'streams of zlib that get nothing more');
    return { bytes: Buffer.alloc(0) };
  }
  stream[kInput].push(chunk);
  const input = Buffer.concat(stream[kInput]);
  if (input.length === 0 && !isLast) return { bytes: input };
  const { error, value } = processed(input);
  if (error === undefined) {
    stream[kOver] = true;
    return { bytes: value.subarray(before) };
  }
  const part = unpackedPart(input);
  stream[kOutput] = part.length;
  const bytes = part.subarray(before);
  if (error.code !== 'Z_DATA_ERROR') return { bytes, failure: isLast ? error : undefined };
  if (input.length > chunk.length || bytes.length >= stream[kRoom]) {
    notOffered('broken data that comes in several pieces', 'what comes, and comes out, in one');
  }
  return { bytes, failure: error };
}

// A job; `taken` bytes of input count as written with it.
function work(stream, taken, output, callback) {
  binding.request('job', 0, () => {
    if (stream.destroyed) {
      callback();
      return;
    }
    stream.bytesWritten += taken;
    deliver(stream, output(), callback);
  });
}

// Hands the output on piece by piece; each further piece is a job of its own (THR-7). A piece that is not full is not handed on if
// the data fails there.
function deliver(stream, { bytes, failure }, callback) {
  const taken = bytes.subarray(0, stream[kRoom]);
  const isFull = taken.length === stream[kRoom];
  if (failure !== undefined && !isFull) {
    if (major < 14) notOffered('broken data in streams of zlib', 'sound data');
    stream.destroy(failure);
    return;
  }
  let hasRoom = true;
  if (taken.length > 0) hasRoom = stream.push(taken);
  stream[kRoom] = isFull ? stream._chunkSize : stream[kRoom] - taken.length;
  if (stream.destroyed || !isFull) {
    callback();
    return;
  }
  const again = () => work(stream, 0, () => ({ bytes: bytes.subarray(taken.length), failure }), callback);
  if (hasRoom || !binding.rules.zlibWaitsForReader) {
    again();
    return;
  }
  const { _read: read } = stream;
  stream._read = function _read(size) {
    stream._read = read;
    again();
    stream._read(size);
  };
}

// Makes the class of one kind.
exports.classOf = function classOf(name, { checkOptions, packerOf, processed, unpackedPart }) {
  const packs = packerOf !== undefined;
  function Zlib(options) {
    if (!(this instanceof Zlib)) return new Zlib(options);
    const chosen = checkOptions(options, !packs);
    if (options?.flush) notOffered('the option flush of streams of zlib', 'Z_NO_FLUSH');
    Transform.call(this, major < 14 ? options : { autoDestroy: true, ...options });
    this._chunkSize = chosen.chunkSize;
    this.bytesWritten = 0;
    this[kInput] = [];
    this[kOutput] = 0;
    this[kOver] = false;
    this[kRoom] = chosen.chunkSize;
    this[kPacker] = packs ? packerOf(chosen) : undefined;
    // Its engine is closed then, and takes nothing any more.
    if (major < 14) this.once('end', () => { this[kClosed] = true; });
  }
  Object.setPrototypeOf(Zlib.prototype, Transform.prototype);
  Object.setPrototypeOf(Zlib, Transform);
  Object.defineProperty(Zlib, 'name', { value: name });
  const methods = Zlib.prototype;
  methods._transform = function _transform(chunk, encoding, callback) {
    if (this[kClosed]) {
      tick(callback);
      return;
    }
    const isLast = this.writableEnded && this.writableLength === chunk.byteLength;
    const output = packs ? () => ({ bytes: this[kPacker].write(chunk, isLast) }) :
      () => unpacked(this, chunk, isLast, { processed, unpackedPart });
    work(this, chunk.length, output, callback);
  };
  methods._flush = function _flush(callback) {
    this._transform(Buffer.alloc(0), '', callback);
  };
  if (major >= 16) {
    methods._final = function _final(callback) {
      callback();
    };
  }
  methods.close = function close(callback) {
    if (callback) finished(this, callback);
    this.destroy();
  };
  for (const left of ['flush', 'params', 'reset']) {
    methods[left] = () => notOffered(`${left} of streams of zlib`, ['write', 'end', 'pipe']);
  }
  return Zlib;
};
