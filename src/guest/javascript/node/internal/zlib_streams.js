'use strict';
// Compression as streams: a Transform each of whose writes is a job of the pool, or several if the output takes more than one
// piece. What comes out when is known for small inputs, which the compressor holds until the end but for its header.

const { major, tick } = binding;
const { notOffered } = require('internal/errors');
const { Buffer } = require('buffer');
const { Transform, finished } = require('stream');

// The compressor holds so many symbols before it writes a block.
const HELD_MOST = 16383;
const HEADERS = { gzip: 10, deflate: 2, raw: 0 };

const kOutput = Symbol('output');
const kInput = Symbol('input');
const kSize = Symbol('size');
const kOver = Symbol('over');
const kRoom = Symbol('room');
const kClosed = Symbol('closed');

// What is known to come out after a chunk; `processed` gives the result for a whole input.
function packed(stream, format, chunk, isLast, processed) {
  if (stream[kOver]) return Buffer.alloc(0);
  stream[kInput].push(chunk);
  const isFirst = stream[kSize] === 0 && !stream[kOutput];
  stream[kSize] += chunk.length;
  if (stream[kSize] > HELD_MOST) notOffered('streams of zlib with so much to compress', `those of up to ${HELD_MOST} bytes`);
  const header = HEADERS[format];
  if (isLast) {
    const { value } = processed(Buffer.concat(stream[kInput]));
    stream[kOver] = true;
    return isFirst ? value : value.subarray(header);
  }
  stream[kOutput] = true;
  return isFirst ? processed(Buffer.alloc(0)).value.subarray(0, header) : Buffer.alloc(0);
}

function unpacked(stream, chunk, isLast, processed) {
  if (stream[kOver]) return Buffer.alloc(0);
  stream[kInput].push(chunk);
  const input = Buffer.concat(stream[kInput]);
  if (input.length === 0 && !isLast) return input;
  const { error, value } = processed(input);
  if (error === undefined) {
    stream[kOver] = true;
    return value;
  }
  if (isLast || error.code === 'Z_DATA_ERROR') throw error;
  // What a part of the input unpacks to is not known.
  stream[kOutput] = true;
  return Buffer.alloc(0);
}

function work(stream, output, callback) {
  binding.request('job', 0, () => {
    if (stream.destroyed) {
      callback();
      return;
    }
    let bytes;
    try {
      bytes = output();
    } catch (error) {
      if (error.code === 'ERR_TICKPROOF_NOT_OFFERED') throw error;
      if (major < 14) notOffered('broken data in streams of zlib', 'sound data');
      stream.destroy(error);
      return;
    }
    deliver(stream, bytes, callback);
  });
}

// Hands the output on piece by piece; each further piece is a job of its own, and from 16 on waits for a reader.
function deliver(stream, bytes, callback) {
  const taken = bytes.subarray(0, stream[kRoom]);
  const isFull = taken.length === stream[kRoom];
  let hasRoom = true;
  if (taken.length > 0) hasRoom = stream.push(taken);
  stream[kRoom] = isFull ? stream._chunkSize : stream[kRoom] - taken.length;
  if (stream.destroyed || !isFull) {
    callback();
    return;
  }
  const again = () => work(stream, () => bytes.subarray(taken.length), callback);
  if (major < 16 || hasRoom) {
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
exports.classOf = function classOf(name, { format, packs, checkOptions, processed }) {
  function Zlib(options) {
    if (!(this instanceof Zlib)) return new Zlib(options);
    const { chunkSize, most } = checkOptions(options, !packs);
    if (options?.flush) notOffered('the option flush of streams of zlib', 'Z_NO_FLUSH');
    Transform.call(this, major < 14 ? options : { autoDestroy: true, ...options });
    this._chunkSize = chunkSize;
    this.bytesWritten = 0;
    this[kInput] = [];
    this[kSize] = 0;
    this[kOutput] = false;
    this[kOver] = false;
    this[kRoom] = chunkSize;
    this.most = most;
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
    const whole = (bytes) => processed(bytes, this.most);
    if (!packs && this[kOutput] && !this[kOver] && chunk.length > 0) {
      notOffered('compressed data in several chunks', 'streams of zlib that get it in one');
    }
    this.bytesWritten += chunk.length;
    work(this, () => (packs ? packed(this, format, chunk, isLast, whole) : unpacked(this, chunk, isLast, whole)), callback);
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
