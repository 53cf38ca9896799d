'use strict';
// File streams (RS-44): each read and write of theirs is a request to the pool.

const { major, streams, tick } = binding;
const { codes, notOffered, validateAbortSignal, validateBoolean, validateFunction, validateInteger } = require('internal/errors');
const { Buffer } = require('buffer');
const { Readable, Writable, finished } = require('stream');

const kFs = Symbol('kFs');
const kBusy = Symbol('kIsPerformingIO');
const kDone = Symbol('kIoDone');
const rules = binding.rules.files.streams;

function optionsOf(options) {
  if (options === undefined || options === null) return {};
  if (typeof options === 'string') options = { encoding: options };
  else if (typeof options !== 'object') throw new codes.ERR_INVALID_ARG_TYPE('options', ['string', 'Object'], options);
  require('internal/fs/arguments').checkEncoding(options.encoding);
  if (major >= 14 && options.signal !== undefined) validateAbortSignal(options.signal, 'options.signal');
  return { ...options };
}

function pathOf(path) {
  const { toPath } = require('internal/fs/arguments');
  if (path !== null && typeof path === 'object' && path.href && path.protocol) return toPath(path);
  if (!rules.openedByConstructor) toPath(path);
  return path;
}

function needs(fs, name) {
  if (major >= 16) validateFunction(fs[name], `options.fs.${name}`);
  else if (typeof fs[name] !== 'function') throw new codes.ERR_INVALID_ARG_TYPE(`options.fs.${name}`, 'function', fs[name]);
}

// Where the stream reads or writes.
function beginFile(stream, path, options, flags) {
  stream[kFs] = options.fs || require('fs');
  const given = options.fd ?? null;
  if (given !== null && typeof given === 'object') {
    notOffered('file streams over a FileHandle', 'those over a path or a descriptor');
  }
  stream.fd = given;
  if (given !== null && !rules.openedByConstructor) {
    if (typeof given !== 'number') throw new codes.ERR_INVALID_ARG_TYPE('options.fd', ['number', 'FileHandle'], given);
    validateInteger(given, 'fd', 0, 2 ** 31 - 1);
    return;
  }
  needs(stream[kFs], 'open');
  stream.path = pathOf(path);
  stream.flags = options.flags === undefined ? flags : options.flags;
  stream.mode = options.mode === undefined ? 0o666 : options.mode;
}

function beginPosition(stream, options, hasEnd) {
  stream.start = options.start;
  stream.pos = undefined;
  if (stream.start !== undefined) {
    validateInteger(stream.start, 'start', 0);
    stream.pos = stream.start;
  }
  if (!hasEnd) return;
  stream.end = options.end === undefined ? Infinity : options.end;
  if (stream.end === Infinity) return;
  validateInteger(stream.end, 'end', 0);
  if (stream.start !== undefined && stream.start > stream.end) {
    throw new codes.ERR_OUT_OF_RANGE('start', `<= "end" (here: ${stream.end})`, stream.start);
  }
}

// The constructor opens the file, and whoever comes before that waits for 'open'.
function openNow(stream, opened) {
  stream[kFs].open(stream.path, stream.flags, stream.mode, (error, fd) => {
    if (error) {
      if (stream.autoClose) stream.destroy();
      stream.emit('error', error);
      return;
    }
    stream.fd = fd;
    stream.emit('open', fd);
    stream.emit('ready');
    opened?.();
  });
}

function construct(callback) {
  if (typeof this.fd === 'number') {
    callback();
    return;
  }
  if (major >= 26 ? typeof this.open === 'function' : this.open !== noOpen) {
    constructByOpen(this, callback);
    return;
  }
  this[kFs].open(this.path, this.flags, this.mode, (error, fd) => {
    if (error) {
      callback(error);
      return;
    }
    this.fd = fd;
    callback();
    this.emit('open', this.fd);
    this.emit('ready');
  });
}

// The program has an `open` of its own: its events answer.
function constructByOpen(stream, callback) {
  const { emit } = stream;
  stream.emit = function (...args) {
    const [event, error] = args;
    if (event !== 'open' && event !== 'error') return Reflect.apply(emit, this, args);
    this.emit = emit;
    if (event === 'error') {
      callback(error);
      return undefined;
    }
    callback();
    return Reflect.apply(emit, this, args);
  };
  stream.open();
}

function noOpen() {}

function close(stream, error, callback) {
  if (!rules.openedByConstructor && !stream.fd) {
    callback(error);
    return;
  }
  const closeFile = (failure) => {
    stream[kFs].close(stream.fd, (again) => {
      const result = again || failure;
      if (major === 14 || major === 16) stream.closed = true;
      callback(result);
      if (rules.closesByHand) {
        stream.closed = true;
        const state = stream._writableState || stream._readableState;
        if (!result && !state.emitClose) stream.emit('close');
      }
    });
    stream.fd = null;
  };
  if (stream.flush) stream[kFs].fsync(stream.fd, (failure) => closeFile(error || failure));
  else closeFile(error);
}

function destroyFile(error, callback) {
  if (rules.openedByConstructor && typeof this.fd !== 'number') {
    this.once('open', () => close(this, error, callback));
    return;
  }
  if (this[kBusy]) this.once(kDone, (failure) => close(this, error || failure, callback));
  else close(this, error, callback);
}

// Reads into pieces of a common pool, which decides how much is read at once.
const POOL_LEAST = 128;
const aligned = (size) => (size + 7) & ~7;
let pool;
const fragments = [];

function readPooled(stream, size) {
  if (!pool || pool.length - pool.used < POOL_LEAST) {
    pool = fragments.length > 0 ? fragments.pop() : Buffer.allocUnsafe(stream.readableHighWaterMark);
    pool.used = 0;
  }
  const mine = pool;
  const start = pool.used;
  const left = stream.pos !== undefined ? stream.end - stream.pos + 1 : stream.end - stream.bytesRead + 1;
  const wanted = Math.min(left, pool.length - pool.used, size);
  if (wanted <= 0) {
    stream.push(null);
    return;
  }
  stream[kBusy] = true;
  stream[kFs].read(stream.fd, pool, start, wanted, stream.pos, (error, count) => {
    stream[kBusy] = false;
    if (stream.destroyed) {
      stream.emit(kDone, error);
      return;
    }
    if (error) {
      if (stream.autoClose) stream.destroy();
      stream.emit('error', error);
      return;
    }
    if (start + wanted === mine.used && mine === pool) {
      mine.used = aligned(mine.used + count - wanted);
    } else {
      const end = (start + wanted) & ~7;
      const begin = aligned(start + count);
      if (end - begin >= POOL_LEAST) fragments.push(mine.slice(begin, end));
    }
    stream.bytesRead += count;
    stream.push(count > 0 ? mine.slice(start, start + count) : null);
  });
  if (stream.pos !== undefined) stream.pos += wanted;
  pool.used = aligned(pool.used + wanted);
}

function readFile(stream, size) {
  const left = stream.pos !== undefined ? stream.end - stream.pos + 1 : stream.end - stream.bytesRead + 1;
  const wanted = Math.min(left, size);
  if (wanted <= 0) {
    stream.push(null);
    return;
  }
  stream[kBusy] = true;
  stream[kFs].read(stream.fd, Buffer.allocUnsafeSlow(wanted), 0, wanted, stream.pos, (error, count, buffer) => {
    stream[kBusy] = false;
    if (stream.destroyed) {
      stream.emit(kDone, error);
    } else if (error) {
      if (!rules.openedByConstructor) streams.errorOrDestroy(stream, error, false);
      else {
        if (stream.autoClose) stream.destroy();
        stream.emit('error', error);
      }
    } else if (count > 0) {
      if (stream.pos !== undefined) stream.pos += count;
      stream.bytesRead += count;
      stream.push(count === buffer.length ? buffer : Buffer.from(buffer.subarray(0, count)));
    } else {
      stream.push(null);
    }
  });
}

function ReadStream(path, options) {
  if (!(this instanceof ReadStream)) return new ReadStream(path, options);
  options = optionsOf(options);
  if (options.highWaterMark === undefined) options.highWaterMark = 64 * 1024;
  const autoClose = options.autoClose === undefined ? true : options.autoClose;
  if (rules.openedByConstructor) {
    if (rules.closesByHand && options.emitClose === undefined) options.emitClose = false;
    if (options.autoDestroy === undefined) options.autoDestroy = false;
    for (const name of ['open', 'read', 'close']) needs(options.fs || require('fs'), name);
    Readable.call(this, options);
    beginFile(this, path, options, 'r');
    this.autoClose = autoClose;
    this.closed = false;
  } else {
    beginFile(this, path, options, 'r');
    options.autoDestroy = autoClose;
    needs(this[kFs], 'read');
    if (autoClose) needs(this[kFs], 'close');
    if (major === 16) this.closed = false;
  }
  this.bytesRead = 0;
  this[kBusy] = false;
  beginPosition(this, options, true);
  if (!rules.openedByConstructor) {
    Readable.call(this, options);
    return;
  }
  if (typeof this.fd !== 'number') this.open();
  this.on('end', () => {
    if (this.autoClose) this.destroy();
  });
}
Object.setPrototypeOf(ReadStream.prototype, Readable.prototype);
Object.setPrototypeOf(ReadStream, Readable);

ReadStream.prototype._read = function _read(size) {
  if (rules.openedByConstructor && typeof this.fd !== 'number') {
    this.once('open', () => this._read(size));
    return;
  }
  if (rules.openedByConstructor && this.destroyed) return;
  if (rules.readsIntoPool) readPooled(this, size);
  else readFile(this, size);
};
ReadStream.prototype._destroy = destroyFile;
ReadStream.prototype.close = function (callback) {
  if (typeof callback === 'function') finished(this, callback);
  this.destroy();
};

function WriteStream(path, options) {
  if (!(this instanceof WriteStream)) return new WriteStream(path, options);
  options = optionsOf(options);
  options.decodeStrings = true;
  const autoClose = options.autoClose === undefined ? true : options.autoClose;
  const fs = options.fs || require('fs');
  if (rules.openedByConstructor) {
    if (rules.closesByHand && options.emitClose === undefined) options.emitClose = false;
    if (!rules.closesByHand && options.autoDestroy === undefined) options.autoDestroy = !!autoClose;
    needs(fs, 'open');
  } else {
    beginFile(this, path, options, 'w');
    options.autoDestroy = autoClose;
  }
  if (!fs.write && !fs.writev) throw new codes.ERR_INVALID_ARG_TYPE('options.fs.write', 'function', fs.write);
  if (fs.write) needs(fs, 'write');
  if (fs.writev) needs(fs, 'writev');
  if (rules.openedByConstructor || autoClose) needs(fs, 'close');
  if (!fs.write) this._write = null;
  if (!fs.writev) this._writev = null;
  if (major >= 20) {
    this.flush = options.flush ?? false;
    if (options.flush !== undefined && options.flush !== null) {
      validateBoolean(this.flush, 'options.flush');
      needs(fs, 'fsync');
    }
  }
  if (rules.openedByConstructor) {
    Writable.call(this, options);
    beginFile(this, path, options, 'w');
    this.autoClose = rules.closesByHand ? !!autoClose : options.autoDestroy;
    this.closed = false;
  } else if (major === 16) {
    this.closed = false;
  }
  this.bytesWritten = 0;
  this[kBusy] = false;
  beginPosition(this, options, false);
  if (!rules.openedByConstructor) Writable.call(this, options);
  if (options.encoding) this.setDefaultEncoding(options.encoding);
  if (rules.openedByConstructor && typeof this.fd !== 'number') this.open();
}
Object.setPrototypeOf(WriteStream.prototype, Writable.prototype);
Object.setPrototypeOf(WriteStream, Writable);

// A request that writes is over.
function written(stream, call, callback) {
  return (error, count) => {
    stream[kBusy] = false;
    if (stream.destroyed) {
      const failure = rules.lateWriteFails ? error || new codes.ERR_STREAM_DESTROYED(call) : error;
      callback(failure);
      stream.emit(kDone, failure);
      return;
    }
    if (error) {
      if (rules.closesByHand && stream.autoClose) stream.destroy();
      callback(error);
      return;
    }
    stream.bytesWritten += count;
    callback();
  };
}

// Whether a write has to wait for the file, or fails without it.
function defers(stream, again, callback) {
  if (!rules.openedByConstructor) return false;
  if (typeof stream.fd !== 'number') {
    stream.once('open', again);
    return true;
  }
  if (!stream.destroyed) return false;
  callback(new codes.ERR_STREAM_DESTROYED('write'));
  return true;
}

WriteStream.prototype._write = function _write(data, encoding, callback) {
  if (defers(this, () => this._write(data, encoding, callback), callback)) return;
  this[kBusy] = true;
  this[kFs].write(this.fd, data, 0, data.length, this.pos, written(this, 'write', callback));
  if (this.pos !== undefined) this.pos += data.length;
};
WriteStream.prototype._writev = function _writev(data, callback) {
  if (defers(this, () => this._writev(data, callback), callback)) return;
  const chunks = data.map(({ chunk }) => chunk);
  this[kBusy] = true;
  this[kFs].writev(this.fd, chunks, this.pos, written(this, 'writev', callback));
  if (this.pos !== undefined) this.pos += chunks.reduce((size, chunk) => size + chunk.length, 0);
};
if (rules.openedByConstructor) {
  WriteStream.prototype._final = function _final(callback) {
    if (typeof this.fd !== 'number') {
      this.once('open', () => this._final(callback));
      return;
    }
    if (rules.closesByHand && this.autoClose) this.destroy();
    callback();
  };
}
WriteStream.prototype._destroy = destroyFile;
WriteStream.prototype.close = function (callback) {
  if (callback) {
    if (this.closed) {
      tick(callback);
      return;
    }
    this.on('close', callback);
  }
  if (!this.autoClose) this.on('finish', this.destroy);
  this.end();
};
WriteStream.prototype.destroySoon = WriteStream.prototype.end;

for (const [Stream, state, opened] of [
  [ReadStream, '_readableState', (stream) => stream.read()], [WriteStream, '_writableState', undefined],
]) {
  const methods = Stream.prototype;
  if (rules.openedByConstructor) {
    methods.open = function open() {
      openNow(this, opened && (() => opened(this)));
    };
  } else {
    if (major < 26) methods.open = noOpen;
    methods._construct = construct;
    Object.defineProperty(methods, 'autoClose', {
      get() {
        return this[state].autoDestroy;
      },
      set(value) {
        this[state].autoDestroy = value;
      },
    });
  }
  Object.defineProperty(methods, 'pending', {
    configurable: true,
    get() {
      return this.fd === null;
    },
  });
}

module.exports = { ReadStream, WriteStream };
