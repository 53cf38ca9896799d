'use strict';

// The promise forms of fs. How many promise jobs lie between the completion and the settlement of a promise differs by
// function and major (FP-1 to FP-7; see `HOPS`).

const EventEmitter = require('events');
const { realpathNative } = require('internal/fs/links');
const { abortError, delivered, start } = require('internal/fs/operation');
const operations = require('internal/fs/operations');
const { appending, readFile, readHandle, writeFile, writeHandle } = require('internal/fs/whole_files');
const { codes, notOffered, systemError } = require('internal/errors');

const { major } = binding;
const rules = binding.rules.files;
const {
  single, stat, nested, closed, unreadable, onHandle: handleJobs, wholeOnHandle, handleClosed, ofCallbacks, withTypes,
} = rules.promises;

const later = ([ok, failed], more) => [ok + more, failed + more];

// By kind of function: promise jobs before it is fulfilled, before it is rejected, and before that where a step failed for
// which it is another number.
const HOPS = {
  single,
  stat,
  entries: [single[0] + withTypes, single[1]],
  tree: later(single, nested),
  removal: [ofCallbacks, single[1], { look: stat[1] + nested }],
  whole: [closed, single[1] + nested, { read: unreadable }],
  oneJob: [ofCallbacks, ofCallbacks],
  plain: [0, 0],
  handle: later(single, handleJobs),
  handleStat: later(stat, handleJobs),
  handleRead: later(single, wholeOnHandle),
  handleWrite: later(single, wholeOnHandle + handleJobs),
  handleWriteNothing: [wholeOnHandle + handleJobs, 0],
  handleClose: [handleClosed, 0],
};

const ONE_JOB_SIZE = 524288;
const kRelease = Symbol('release');

function afterHops(count, action) {
  if (count === 0) action();
  else binding.microtask(() => afterHops(count - 1, action));
}

// From 20 on a failed system call shows which function awaited it, unless that was made of callbacks.
function showFrame(error, owner, kind) {
  if (major < 20 || error.errno === undefined || kind === 'oneJob' || kind === 'plain') return;
  error.stack += `\n    at async ${owner} (node:internal/fs/promises)`;
}

// Runs an operation as a promise; `make` checks the arguments, and what it throws rejects at once. `owner` is the function's
// name in a stack.
function promised(owner, make, kindOf, more = 0) {
  let operation;
  try {
    operation = make();
    if (operation.signal?.aborted) throw abortError(operation.signal);
  } catch (error) {
    return Promise.reject(error);
  }
  const kind = typeof kindOf === 'function' ? kindOf(operation) : kindOf;
  const [ok, failed, failedAt = {}] = HOPS[kind];
  return new Promise((resolve, reject) => {
    start(operation, 'promise', (error, value, step) => {
      operation.handle?.[kRelease]();
      if (error) {
        showFrame(error, owner, kind);
        afterHops((failedAt[step] ?? failed) + more, () => reject(error));
      } else {
        afterHops(ok + more, () => resolve(value));
      }
    });
  });
}

// From 26 on a whole file that is not too large takes one job, and fewer hops.
const wholeKind = (operation) => {
  if (!rules.oneJobFiles) return 'whole';
  const [api, size] = operation.plan('promise');
  return api !== 'jobs' && size <= ONE_JOB_SIZE ? 'oneJob' : 'whole';
};

const mapped = (operation, change) => ({ ...operation, deliver: (value) => change(delivered(operation, value)) });

const kHandle = Symbol('handle');
const kClosing = Symbol('closing');
const kBusy = Symbol('busy');
const kFree = Symbol('free');

function checkOpen(handle, syscall) {
  if (handle.fd !== -1 || !rules.handlesKeepTrack) return;
  const error = systemError('EBADF', syscall);
  error.message = 'file closed';
  error.stack = error.stack.replace(/^.*$/m, 'Error: file closed');
  throw error;
}

// From 14 on a handle is not closed before what was begun on it has ended.
function held(handle, operation) {
  handle[kBusy]++;
  return { ...operation, handle };
}

const onClosed = (syscall) => ({ run: () => { throw systemError('EBADF', syscall); } });

// Methods of a handle on the operation of the same name on its descriptor.
function onHandle(handle, syscall, name, args, kind = 'handle') {
  return promised(`FileHandle.${name}`, () => {
    checkOpen(handle, syscall);
    return handle.fd === -1 ? onClosed(syscall) : held(handle, operations[name](handle.fd, ...args));
  }, kind);
}

function results(handle, syscall, name, args, property) {
  return promised(`FileHandle.${name}`, () => {
    checkOpen(handle, syscall);
    if (handle.fd === -1) return onClosed(syscall);
    const { buffer, ...operation } = operations[name](handle.fd, ...args);
    const key = Array.isArray(buffer) ? 'buffers' : 'buffer';
    return held(handle, mapped(operation, (value) => ({ [property]: value, [key]: buffer })));
  }, 'handle');
}

class FileHandle extends EventEmitter {
  constructor(fd) {
    super();
    Object.defineProperty(this, kHandle, { value: fd, writable: true, enumerable: false });
    Object.defineProperty(this, kClosing, { value: undefined, writable: true, enumerable: false });
    Object.defineProperty(this, kBusy, { value: 0, writable: true, enumerable: false });
    Object.defineProperty(this, kFree, { value: undefined, writable: true, enumerable: false });
  }
  [kRelease]() {
    this[kBusy]--;
    if (this[kBusy] === 0) this[kFree]?.();
  }
  get fd() {
    return this[kHandle];
  }
  getAsyncId() {
    return notOffered('FileHandle.getAsyncId', 'FileHandle.fd');
  }
  appendFile(data, options) {
    return this.writeFile(data, options);
  }
  chmod(mode) {
    return onHandle(this, 'fchmod', 'fchmod', [mode]);
  }
  chown(uid, gid) {
    return onHandle(this, 'fchown', 'fchown', [uid, gid]);
  }
  datasync() {
    return onHandle(this, 'fdatasync', 'fdatasync', []);
  }
  sync() {
    return onHandle(this, 'fsync', 'fsync', []);
  }
  read(...args) {
    // 12 makes no buffer of its own.
    if (major < 14 && args.length === 0) args.push(undefined, 0);
    return results(this, 'read', 'read', args, 'bytesRead');
  }
  readv(buffers, position) {
    return results(this, 'read', 'readv', [buffers, position], 'bytesRead');
  }
  readFile(options) {
    return promised('readFileHandle', () => {
      checkOpen(this, 'fstat');
      return held(this, readHandle(this, options));
    }, 'handleRead');
  }
  stat(options) {
    return onHandle(this, 'fstat', 'fstat', [options], 'handleStat');
  }
  truncate(length = 0) {
    return onHandle(this, 'ftruncate', 'ftruncate', [length]);
  }
  utimes(atime, mtime) {
    return onHandle(this, 'futime', 'futimes', [atime, mtime]);
  }
  write(...args) {
    return results(this, 'write', 'write', args, 'bytesWritten');
  }
  writev(buffers, position) {
    return results(this, 'write', 'writev', [buffers, position], 'bytesWritten');
  }
  writeFile(data, options) {
    return promised('writeFileHandle', () => {
      checkOpen(this, 'write');
      return held(this, writeHandle(this, gathered(data), options));
    }, (operation) => (operation.plan() === null ? 'handleWriteNothing' : 'handleWrite'));
  }
  // A second close waits for the first; before 14 it fails.
  close() {
    const again = this[kHandle] === -1 || this[kClosing] !== undefined;
    if (again && !rules.handlesKeepTrack) return Promise.reject(systemError('EBADF', 'close'));
    if (again) return this[kClosing] ?? Promise.resolve();
    const operation = operations.close(this[kHandle]);
    const ended = mapped(operation, () => {
      this[kHandle] = -1;
      this[kClosing] = undefined;
      if (major >= 16) this.emit('close');
    });
    const end = () => promised('FileHandle.close', () => ended, 'handleClose');
    if (this[kBusy] === 0 || !rules.handlesKeepTrack) return (this[kClosing] = end());
    return (this[kClosing] = new Promise((resolve, reject) => {
      this[kFree] = () => {
        this[kFree] = undefined;
        end().then(resolve, reject);
      };
    }));
  }
}

const LEFT_OUT_OF_HANDLES = { createReadStream: 16, createWriteStream: 16, readLines: 18, readableWebStream: 18 };
for (const [name, since] of Object.entries(LEFT_OUT_OF_HANDLES)) {
  if (major < since) continue;
  Object.defineProperty(FileHandle.prototype, name, {
    value() { notOffered(`FileHandle.${name}`, 'FileHandle.read and FileHandle.readFile'); },
    writable: true,
    configurable: true,
  });
}
if (major >= 20 && Symbol.asyncDispose !== undefined) {
  Object.defineProperty(FileHandle.prototype, Symbol.asyncDispose, {
    value() { return this.close(); },
    writable: true,
    configurable: true,
  });
}

// Text or bytes given piece by piece; only what can be walked at once.
function gathered(data) {
  if (major < 14 || data === null || typeof data !== 'object' || ArrayBuffer.isView(data)) return data;
  if (data[Symbol.asyncIterator] !== undefined) notOffered('writing of an async iterable', 'strings, buffers and iterables');
  if (data[Symbol.iterator] === undefined) return data;
  return Buffer.concat(Array.from(data, (piece) => Buffer.from(piece)));
}

const simple = (name) => (...args) => promised(`Object.${name}`, () => operations[name](...args), 'single');

const SIMPLE = ['access', 'chmod', 'chown', 'copyFile', 'lchown', 'lutimes', 'mkdir', 'mkdtemp', 'readlink', 'rename',
  'symlink', 'unlink', 'utimes'];

for (const name of SIMPLE) {
  exports[name] = simple(name);
  Object.defineProperty(exports[name], 'name', { value: name });
}

function whole(name, path, viaHandle, viaPath, more) {
  if (path instanceof FileHandle) return viaHandle();
  return promised(`Object.${name}`, viaPath, wholeKind, more);
}

Object.assign(exports, {
  appendFile(path, data, options) {
    const make = () => writeFile(path, gathered(data), appending(options));
    return whole('appendFile', path, () => path.appendFile(data, options), make, nested);
  },
  lstat(path, options) {
    return promised('Object.lstat', () => operations.lstat(path, options), 'stat');
  },
  open(path, flags, mode) {
    return promised('Object.open', () => mapped(operations.open(path, flags, mode), (fd) => new FileHandle(fd)), 'single');
  },
  opendir(path, options) {
    return promised('Object.opendir', () => operations.opendir(path, options), 'plain');
  },
  readFile(path, options) {
    return whole('readFile', path, () => path.readFile(options), () => readFile(path, options));
  },
  readdir(path, options) {
    const kind = rules.listsTrees && options?.recursive ? 'tree' : options?.withFileTypes ? 'entries' : 'single';
    return promised('Object.readdir', () => operations.readdir(path, options), kind);
  },
  realpath(path, options) {
    return promised('Object.realpath', () => realpathNative(path, options), 'single');
  },
  rmdir(path, options) {
    return promised('Object.rmdir', () => operations.rmdir(path, options), options?.recursive ? 'removal' : 'single');
  },
  stat(path, options) {
    return promised('Object.stat', () => operations.stat(path, options), 'stat');
  },
  truncate(path, length) {
    return promised('Object.truncate', () => operations.truncate(path, length), 'whole');
  },
  writeFile(path, data, options) {
    const make = () => writeFile(path, gathered(data), options);
    return whole('writeFile', path, () => path.writeFile(data, options), make);
  },
});

if (major >= 14) {
  exports.rm = function rm(path, options) {
    return promised('Object.rm', () => operations.rm(path, options), 'oneJob');
  };
}

const LEFT_OUT = { link: 12, watch: 14, cp: 16, statfs: 18, glob: 22, mkdtempDisposable: 24 };
for (const [name, since] of Object.entries(LEFT_OUT)) {
  if (major < since) continue;
  exports[name] = function() {
    notOffered(`fs.promises.${name}`, Object.keys(exports).filter((each) => !(each in LEFT_OUT)));
  };
}

exports.lchmod = function lchmod() {
  return Promise.reject(new codes.ERR_METHOD_NOT_IMPLEMENTED('lchmod()'));
};

if (major >= 16) {
  Object.defineProperty(exports, 'constants', {
    configurable: true,
    enumerable: true,
    get: () => require('fs').constants,
  });
}
