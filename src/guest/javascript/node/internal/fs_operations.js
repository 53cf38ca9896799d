'use strict';

// What the callback, synchronous and promise forms of fs share. Most functions here check their arguments and return an
// operation:
//   run(form)   does the work on the files; what fails is thrown;
//   plan(form)  says what the thread pool is asked for: [api, size], or null for nothing; left out, it is one job;
//   signal      an AbortSignal;
//   ticked      whether the first job is queued from a tick and the result is delivered from one;
//   buffer      what callbacks get as third argument.
// The work of an asynchronous form is done when the last job completes: that is the moment a file's contents are taken.

const { codes, systemError, validateBoolean, validateInteger, validateCallback } = require('internal/errors');

const { files, major } = binding;

const O_ACCESS = 3;
const O_WRONLY = 1;
const O_RDWR = 2;
const O_CREAT = 64;
const O_EXCL = 128;
const O_TRUNC = 512;
const O_APPEND = 1024;
const O_DIRECTORY = 65536;
const O_SYNC = 1052672;
const DEFAULT_READ = 16384;
const LARGE_PIECE = 524288;
const SMALL_PIECE = 16384;

// A failed system call: it becomes an error once it is known which form was called.
class Failure {
  constructor(code, syscall, path, dest) {
    this.code = code;
    this.syscall = syscall;
    this.path = path;
    this.dest = dest;
  }
}

const failed = (result) => typeof result === 'string';

function check(result, syscall, path, dest) {
  if (failed(result)) throw new Failure(result, syscall, path, dest);
  return result;
}

function perform(operation, form) {
  try {
    return operation.run(form);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw systemError(error.code, error.syscall, error.path, error.dest, form === 'sync');
  }
}

function abortError(signal) {
  const { AbortError } = require('internal/errors');
  return signal.reason === undefined ? new AbortError() : new AbortError(undefined, { cause: signal.reason });
}

function submit(operation, form, done) {
  const plan = operation.plan === undefined ? ['job', 0] : operation.plan(form);
  const finish = () => {
    let value;
    try {
      if (operation.signal?.aborted) throw abortError(operation.signal);
      value = perform(operation, form);
    } catch (error) {
      done(error);
      return;
    }
    if (operation.ticked && plan !== null) binding.tick(() => done(null, value));
    else done(null, value);
  };
  if (plan === null) finish();
  else binding.request(plan[0], plan[1], finish);
}

// Starts an asynchronous form; `done(error, value)` is called once.
function start(operation, form, done) {
  if (operation.ticked) binding.tick(() => submit(operation, form, done));
  else submit(operation, form, done);
}

// So many jobs, one after the other.
const chain = (jobs) => (jobs === 1 ? ['job', 0] : ['jobs', jobs]);

const largePieces = (size) => Math.ceil(size / LARGE_PIECE);
const smallPieces = (size) => Math.ceil(size / SMALL_PIECE);

// Arguments.

const nodePath = () => require('path');

function fromUrl(url) {
  if (url.protocol !== 'file:') throw new codes.ERR_INVALID_URL_SCHEME('file');
  return decodeURIComponent(url.pathname);
}

function toPath(value, name = 'path') {
  let path = value;
  if (typeof value !== 'string') {
    if (value instanceof Uint8Array) path = Buffer.from(value).toString();
    else if (value !== null && typeof value === 'object' && value.href && value.protocol) path = fromUrl(value);
    else throw new codes.ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'URL'], value);
  }
  if (path.includes('\0')) {
    const accepted = major < 20 ? 'string or Uint8Array' : 'string, Uint8Array, or URL';
    throw new codes.ERR_INVALID_ARG_VALUE(name, value, `must be a ${accepted} without null bytes`);
  }
  return path;
}

const absolute = (path) => nodePath().resolve(process.cwd(), path);

const isView = (value) => ArrayBuffer.isView(value);

function checkEncoding(encoding) {
  if (!encoding || encoding === 'buffer' || Buffer.isEncoding(encoding)) return;
  if (major < 16) throw new codes.ERR_INVALID_OPT_VALUE_ENCODING(encoding);
  if (major < 20) throw new codes.ERR_INVALID_ARG_VALUE(encoding, 'encoding', 'is invalid encoding');
  throw new codes.ERR_INVALID_ARG_VALUE('encoding', encoding, 'is invalid encoding');
}

function toOptions(options, defaults = {}) {
  if (options === undefined || options === null || typeof options === 'function') return defaults;
  if (typeof options === 'string') {
    checkEncoding(options);
    return { ...defaults, encoding: options };
  }
  if (typeof options !== 'object') throw new codes.ERR_INVALID_ARG_TYPE('options', ['string', 'Object'], options);
  checkEncoding(options.encoding);
  if (options.signal !== undefined && major >= 16) require('internal/errors').validateAbortSignal(options.signal, 'signal');
  return { ...defaults, ...options };
}

const FLAGS = /^(?:r|rs|sr|r\+|rs\+|sr\+|[wa]|[wa]x|x[wa]|[wa]\+|[wa]x\+|x[wa]\+|as|sa|as\+|sa\+)$/;
const LETTERS = { r: 0, w: O_CREAT | O_TRUNC, a: O_CREAT | O_APPEND };

function toFlags(flags) {
  if (flags === undefined || flags === null) return 0;
  if (typeof flags === 'number') {
    validateInteger(flags, 'flags', -(2 ** 31), 2 ** 31 - 1);
    return flags;
  }
  if (typeof flags !== 'string' || !FLAGS.test(flags)) {
    if (major < 16) throw new codes.ERR_INVALID_OPT_VALUE('flags', flags);
    throw new codes.ERR_INVALID_ARG_VALUE('flags', flags);
  }
  const kind = flags.includes('r') ? 'r' : flags.includes('w') ? 'w' : 'a';
  const access = flags.includes('+') ? O_RDWR : kind === 'r' ? 0 : O_WRONLY;
  return access | LETTERS[kind] | (flags.includes('x') ? O_EXCL : 0) | (flags.includes('s') ? O_SYNC : 0);
}

// A mode has no effect here, but a wrong one is refused.
function checkMode(mode, name = 'mode') {
  if (mode === undefined || mode === null) return;
  if (typeof mode === 'string') {
    if (/^[0-7]+$/.test(mode)) return;
    throw new codes.ERR_INVALID_ARG_VALUE(name, mode, 'must be a 32-bit unsigned integer or an octal string');
  }
  validateInteger(mode, name, 0, 2 ** 32 - 1);
}

const checkDescriptor = (fd) => validateInteger(fd, 'fd', 0, 2 ** 31 - 1);

const dataTypes = ['string', 'Buffer', 'TypedArray', 'DataView'];

// The bytes of what is to be written. A view stays a view: its contents are taken when the work is done.
function toBytes(data, encoding, name = 'data') {
  if (isView(data)) return data;
  if (typeof data === 'string') return Buffer.from(data, encoding || 'utf8');
  const converted = major < 14 || (major < 20 && typeof data === 'object' && data !== null && Object.hasOwn(data, 'toString'));
  if (!converted) throw new codes.ERR_INVALID_ARG_TYPE(name, dataTypes, data);
  return Buffer.from(String(data), encoding || 'utf8');
}

const asBytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

function decoded(bytes, encoding) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return encoding && encoding !== 'buffer' ? buffer.toString(encoding) : buffer;
}

const encodedName = (name, encoding) =>
  (!encoding || encoding === 'utf8' || encoding === 'utf-8' ? name : decoded(Buffer.from(name), encoding));

// Open files. Each is {path, flags, position}, or {stream} for the three standard streams. A file that lost its name
// while it was open lives on in `bytes`.

const FIRST_DESCRIPTOR = 20;
const descriptors = new Map([[0, { stream: 0 }], [1, { stream: 1 }], [2, { stream: 2 }]]);

function descriptor(fd, syscall) {
  const found = descriptors.get(fd);
  if (found === undefined) throw new Failure('EBADF', syscall);
  return found;
}

function register(file) {
  let fd = FIRST_DESCRIPTOR;
  while (descriptors.has(fd)) fd++;
  descriptors.set(fd, file);
  return fd;
}

// What opening would meet: a result of stat, undefined if the file would be made, or the code of a failure.
function probe(path, flags) {
  if ((flags & O_CREAT) && (flags & O_EXCL) && !failed(files.stat(path, false))) return 'EEXIST';
  const found = files.stat(path, true);
  if (failed(found)) {
    if (found !== 'ENOENT' || !(flags & O_CREAT)) return found;
    const parent = files.stat(nodePath().dirname(path), true);
    if (failed(parent)) return parent;
    return parent.type === 'directory' ? undefined : 'ENOTDIR';
  }
  if (found.type === 'directory') return (flags & (O_ACCESS | O_CREAT)) ? 'EISDIR' : found;
  return (flags & O_DIRECTORY) ? 'ENOTDIR' : found;
}

function openFile(name, path, flags) {
  const found = check(probe(path, flags), 'open', name);
  if (found === undefined) check(files.write(path, new Uint8Array(0), false), 'open', name);
  else if ((flags & O_TRUNC) && found.type === 'file') check(files.truncate(path, 0), 'open', name);
  return { path, flags, position: 0, bytes: undefined };
}

function contents(file, syscall, name) {
  if (file.stream !== undefined) return new Uint8Array(0);
  return file.bytes ?? check(files.read(file.path), syscall, name);
}

function keepUnnamed(path) {
  for (const file of descriptors.values()) {
    if (file.path !== path || file.bytes !== undefined) continue;
    const bytes = files.read(path);
    if (!failed(bytes)) file.bytes = bytes.slice();
  }
}

function moveNames(from, to) {
  for (const file of descriptors.values()) {
    if (file.path === from || file.path?.startsWith(`${from}/`)) file.path = to + file.path.slice(from.length);
  }
}

function store(file, bytes, append) {
  if (file.bytes === undefined) {
    check(files.write(file.path, bytes, append), 'write');
  } else if (append) {
    const joined = new Uint8Array(file.bytes.length + bytes.length);
    joined.set(file.bytes);
    joined.set(bytes, file.bytes.length);
    file.bytes = joined;
  } else {
    file.bytes = bytes.slice();
  }
}

function writeAt(file, bytes, position) {
  if (file.stream !== undefined) {
    binding.print(file.stream, Buffer.from(bytes).toString());
    return bytes.length;
  }
  if (!(file.flags & O_ACCESS)) throw new Failure('EBADF', 'write');
  if (file.flags & O_APPEND) {
    store(file, bytes, true);
    if (position === undefined) file.position = contents(file, 'write').length;
    return bytes.length;
  }
  const at = position ?? file.position;
  const old = contents(file, 'write');
  if (at === 0 && bytes.length >= old.length) {
    store(file, bytes, false);
  } else if (at === old.length) {
    store(file, bytes, true);
  } else {
    const whole = new Uint8Array(Math.max(old.length, at + bytes.length));
    whole.set(old);
    whole.set(bytes, at);
    store(file, whole, false);
  }
  if (position === undefined) file.position = at + bytes.length;
  return bytes.length;
}

function readAt(file, target, position) {
  if (file.stream !== undefined) return 0;
  if ((file.flags & O_ACCESS) === O_WRONLY) throw new Failure('EBADF', 'read');
  const at = position ?? file.position;
  const piece = contents(file, 'read').subarray(at, at + target.length);
  target.set(piece);
  if (position === undefined) file.position = at + piece.length;
  return piece.length;
}

// Results.

const TYPE_BITS = { file: 0o100000, directory: 0o040000, link: 0o120000, pipe: 0o010000 };
const S_IFMT = 0o170000;

const TYPE_QUESTIONS = {
  isDirectory: 0o040000,
  isFile: 0o100000,
  isBlockDevice: 0o060000,
  isCharacterDevice: 0o020000,
  isSymbolicLink: 0o120000,
  isFIFO: 0o010000,
  isSocket: 0o140000,
};

function hidden(target, key, value) {
  Object.defineProperty(target, key, { value, writable: true, enumerable: false, configurable: true });
}

function StatsBase() {}
for (const question of Object.keys(TYPE_QUESTIONS)) {
  StatsBase.prototype[question] = function() {
    return (Number(this.mode) & S_IFMT) === TYPE_QUESTIONS[question];
  };
}

const STAT_KEYS = ['dev', 'mode', 'nlink', 'uid', 'gid', 'rdev', 'blksize', 'ino', 'size', 'blocks'];
const TIME_KEYS = ['atime', 'mtime', 'ctime', 'birthtime'];
const dateOf = (milliseconds) => new Date(Math.round(Number(milliseconds)));

// The times are own properties before 22 and made on demand from then on.
function giveDates(stats) {
  if (major < 22) {
    for (const key of TIME_KEYS) stats[key] = dateOf(stats[`${key}Ms`]);
  }
}

function Stats(...values) {
  STAT_KEYS.forEach((key, at) => { this[key] = values[at]; });
  TIME_KEYS.forEach((key, at) => { this[`${key}Ms`] = values[STAT_KEYS.length + at]; });
  giveDates(this);
}

function BigIntStats(...values) {
  STAT_KEYS.forEach((key, at) => { this[key] = BigInt(values[at]); });
  const times = TIME_KEYS.map((key, at) => BigInt(Math.floor(values[STAT_KEYS.length + at])));
  TIME_KEYS.forEach((key, at) => { this[`${key}Ms`] = times[at]; });
  TIME_KEYS.forEach((key, at) => { this[`${key}Ns`] = times[at] * 1000000n; });
  giveDates(this);
}

for (const Kind of [Stats, BigIntStats]) {
  Kind.prototype = Object.create(StatsBase.prototype);
  hidden(Kind.prototype, 'constructor', Kind);
  if (major < 22) continue;
  for (const key of TIME_KEYS) {
    Object.defineProperty(Kind.prototype, key, {
      enumerable: true,
      configurable: true,
      get() { return (this[key] = dateOf(this[`${key}Ms`])); },
      set(value) { Object.defineProperty(this, key, { value, writable: true, enumerable: true, configurable: true }); },
    });
  }
}

function statsOf(found, options) {
  const Kind = options.bigint ? BigIntStats : Stats;
  const mode = TYPE_BITS[found.type] | (found.mode & 0o7777);
  const links = found.type === 'directory' ? 2 : 1;
  const time = found.mtimeMs;
  const blocks = Math.ceil(found.size / 4096) * 8;
  return new Kind(1, mode, links, 0, 0, 0, 4096, found.ino, found.size, blocks, time, time, time, time);
}

const kType = Symbol('type');
const DIRENT_TYPES = { file: 1, directory: 2, link: 3 };

class Dirent {
  constructor(name, type, path) {
    this.name = name;
    if (major >= 18) this.parentPath = path;
    if (major >= 18 && major < 24) this.path = path;
    this[kType] = DIRENT_TYPES[type] ?? 0;
  }
  isDirectory() { return this[kType] === 2; }
  isFile() { return this[kType] === 1; }
  isBlockDevice() { return this[kType] === 7; }
  isCharacterDevice() { return this[kType] === 6; }
  isSymbolicLink() { return this[kType] === 3; }
  isFIFO() { return this[kType] === 4; }
  isSocket() { return this[kType] === 5; }
}

// Whole files.

function readFile(path, options) {
  const { encoding, flag, signal } = toOptions(options, { flag: 'r' });
  const name = toPath(path);
  const full = absolute(name);
  const flags = toFlags(flag);
  return {
    signal,
    run(form) {
      const file = openFile(name, full, flags);
      const whole = major >= 26 && form !== 'sync';
      const found = files.stat(full, true);
      if (found.type === 'directory') throw new Failure('EISDIR', 'read', whole ? name : undefined);
      if ((flags & O_ACCESS) === O_WRONLY) throw new Failure('EBADF', 'read');
      return decoded(contents(file, 'read'), encoding);
    },
    plan(form) {
      const found = probe(full, flags);
      if (failed(found)) return ['job', 0];
      return [form === 'promise' ? 'fs.promises.readFile' : 'fs.readFile', found?.type === 'file' ? found.size : 0];
    },
  };
}

function takeRest(file) {
  if (file.path !== undefined && files.stat(file.path, true).type === 'directory') throw new Failure('EISDIR', 'read');
  if ((file.flags & O_ACCESS) === O_WRONLY) throw new Failure('EBADF', 'read');
  const rest = contents(file, 'read').slice(file.position);
  file.position += rest.length;
  return rest;
}

function sizeOf(fd) {
  const file = descriptors.get(fd);
  if (file?.path === undefined) return 0;
  if (file.bytes !== undefined) return file.bytes.length;
  const found = files.stat(file.path, true);
  return failed(found) || found.type !== 'file' ? 0 : found.size;
}

function readDescriptor(fd, options) {
  const { encoding, signal } = toOptions(options);
  checkDescriptor(fd);
  return {
    signal,
    ticked: true,
    run: (form) => decoded(takeRest(descriptor(fd, form === 'sync' || major < 26 ? 'fstat' : 'read')), encoding),
    plan: () => (descriptors.has(fd) ? ['fs.readFile(fd)', sizeOf(fd)] : ['job', 0]),
  };
}

function readHandle(handle, options) {
  const { encoding, signal } = toOptions(options);
  return {
    signal,
    run: () => decoded(takeRest(descriptor(handle.fd, 'fstat')), encoding),
    plan: () => {
      const size = sizeOf(handle.fd);
      return chain(major < 14 ? 2 + smallPieces(size) : 1 + Math.max(1, largePieces(size)));
    },
  };
}

function flushes(options) {
  if (major < 20 || options.flush === undefined || options.flush === null) return false;
  validateBoolean(options.flush, 'options.flush');
  return options.flush;
}

function writeFile(path, data, options) {
  const chosen = toOptions(options, { encoding: 'utf8', mode: 0o666, flag: 'w' });
  const flush = flushes(chosen);
  const name = toPath(path);
  const full = absolute(name);
  const flags = toFlags(chosen.flag);
  const bytes = toBytes(data, chosen.encoding);
  checkMode(chosen.mode);
  return {
    signal: chosen.signal,
    run() {
      writeAt(openFile(name, full, flags), asBytes(bytes));
    },
    plan(form) {
      if (failed(probe(full, flags))) return ['job', 0];
      const size = bytes.byteLength;
      if (form !== 'promise') return flush ? chain(4) : ['fs.writeFile', size];
      return flush ? chain(3 + largePieces(size)) : ['fs.promises.writeFile', size];
    },
  };
}

function writeDescriptor(fd, data, options) {
  const chosen = toOptions(options, { encoding: 'utf8' });
  const flush = flushes(chosen);
  checkDescriptor(fd);
  const bytes = toBytes(data, chosen.encoding);
  return {
    signal: chosen.signal,
    run() {
      writeAt(descriptor(fd, 'write'), asBytes(bytes));
    },
    plan: () => chain(flush && descriptors.has(fd) ? 2 : 1),
  };
}

function writeHandle(handle, data, options) {
  const chosen = toOptions(options, { encoding: 'utf8' });
  const bytes = toBytes(data, chosen.encoding);
  const jobs = major < 14 ? smallPieces(bytes.byteLength) : largePieces(bytes.byteLength);
  return {
    signal: chosen.signal,
    run() {
      writeAt(descriptor(handle.fd, 'write'), asBytes(bytes));
    },
    plan: () => (jobs === 0 ? null : chain(jobs)),
  };
}

const appending = (options) => ({ ...toOptions(options, { encoding: 'utf8', mode: 0o666 }), flag: options?.flag ?? 'a' });

const isDescriptor = (path) => typeof path === 'number' && Number.isInteger(path);

const readWhole = (path, options) => (isDescriptor(path) ? readDescriptor(path, options) : readFile(path, options));

const writeWhole = (path, data, options) =>
  (isDescriptor(path) ? writeDescriptor(path, data, options) : writeFile(path, data, options));

const appendWhole = (path, data, options) => writeWhole(path, data, appending(options));

// One system call each.

function access(path, mode) {
  const name = toPath(path);
  const full = absolute(name);
  if (mode !== undefined && mode !== null) validateInteger(mode, 'mode', 0, 7);
  return {
    run() {
      check(files.stat(full, true), 'access', name);
    },
  };
}

function statWith(syscall, follow) {
  return (path, options = {}) => {
    const name = toPath(path);
    const full = absolute(name);
    const chosen = options ?? {};
    return {
      run(form) {
        const found = files.stat(full, follow);
        const quiet = form === 'sync' && major >= 14 && chosen.throwIfNoEntry === false;
        if (quiet && (found === 'ENOENT' || found === 'ENOTDIR')) return undefined;
        return statsOf(check(found, syscall, name), chosen);
      },
    };
  };
}

function fstat(fd, options = {}) {
  checkDescriptor(fd);
  return {
    run() {
      const file = descriptor(fd, 'fstat');
      const found = file.stream === undefined && file.bytes === undefined ? files.stat(file.path, true) : undefined;
      if (found !== undefined && !failed(found)) return statsOf(found, options ?? {});
      const type = file.stream === undefined ? 'file' : 'pipe';
      return statsOf({ type, mode: 0o644, size: file.bytes?.length ?? 0, ino: fd, mtimeMs: 0 }, options ?? {});
    },
  };
}

function open(path, flags, mode) {
  const name = toPath(path);
  const full = absolute(name);
  const chosen = toFlags(flags ?? 'r');
  checkMode(mode);
  return { run: () => register(openFile(name, full, chosen)) };
}

function close(fd) {
  checkDescriptor(fd);
  return {
    run() {
      descriptor(fd, 'close');
      descriptors.delete(fd);
    },
  };
}

function checkBuffer(buffer) {
  if (!isView(buffer)) throw new codes.ERR_INVALID_ARG_TYPE('buffer', ['Buffer', 'TypedArray', 'DataView'], buffer);
}

function toPosition(position) {
  if (position === undefined || position === null || position === -1 || position === -1n) return undefined;
  if (typeof position === 'bigint') return Number(position);
  validateInteger(position, 'position');
  return position < 0 ? undefined : position;
}

function toPiece(buffer, offset, length) {
  const begin = offset ?? 0;
  validateInteger(begin, 'offset', 0);
  const size = length ?? buffer.byteLength - begin;
  if (size === 0) return new Uint8Array(0);
  if (typeof size !== 'number') throw new codes.ERR_INVALID_ARG_TYPE('length', 'number', size);
  if (begin > buffer.byteLength) throw new codes.ERR_OUT_OF_RANGE('offset', `<= ${buffer.byteLength}`, begin);
  if (size < 0) throw new codes.ERR_OUT_OF_RANGE('length', '>= 0', size);
  if (size > buffer.byteLength - begin) throw new codes.ERR_OUT_OF_RANGE('length', `<= ${buffer.byteLength - begin}`, size);
  return new Uint8Array(buffer.buffer, buffer.byteOffset + begin, size);
}

const isOptions = (value) => value !== null && typeof value === 'object' && !isView(value);

// read(fd, buffer, offset, length, position), read(fd, buffer, options), read(fd, options)
function read(fd, ...rest) {
  checkDescriptor(fd);
  let [buffer, offset, length, position] = rest;
  if (rest.length === 0 || (rest.length === 1 && isOptions(buffer))) {
    ({ buffer = Buffer.alloc(DEFAULT_READ), offset, length, position } = buffer ?? {});
  } else if (offset !== null && typeof offset === 'object') {
    ({ offset, length, position } = offset);
  }
  checkBuffer(buffer);
  const piece = toPiece(buffer, offset, length);
  const at = toPosition(position);
  return {
    buffer,
    run: () => readAt(descriptor(fd, 'read'), piece, at),
    ticked: piece.length === 0,
    plan: piece.length === 0 ? () => null : undefined,
  };
}

// write(fd, buffer, offset, length, position), write(fd, buffer, options), write(fd, string, position, encoding)
function write(fd, data, ...rest) {
  checkDescriptor(fd);
  if (!isView(data)) {
    const [position, encoding] = rest;
    checkEncoding(encoding);
    const bytes = toBytes(data, encoding, 'buffer');
    const at = typeof position === 'number' ? toPosition(position) : undefined;
    return { buffer: data, run: () => writeAt(descriptor(fd, 'write'), asBytes(bytes), at) };
  }
  let [offset, length, position] = rest;
  if (offset !== null && typeof offset === 'object') ({ offset, length, position } = offset);
  const piece = toPiece(data, offset, length);
  const at = typeof position === 'number' ? toPosition(position) : undefined;
  return { buffer: data, run: () => writeAt(descriptor(fd, 'write'), piece, at) };
}

function checkViews(buffers) {
  if (Array.isArray(buffers) && buffers.every(isView)) return;
  throw new codes.ERR_INVALID_ARG_TYPE('buffers', 'ArrayBufferView[]', buffers);
}

function vectored(syscall, each) {
  return (fd, buffers, position) => {
    checkDescriptor(fd);
    checkViews(buffers);
    return {
      buffer: buffers,
      run() {
        const file = descriptor(fd, syscall);
        let total = 0;
        for (const view of buffers) {
          const done = each(file, asBytes(view), typeof position === 'number' ? position + total : undefined);
          total += done;
          if (done < view.byteLength) break;
        }
        return total;
      },
    };
  };
}

function onDescriptor(syscall) {
  return (fd) => {
    checkDescriptor(fd);
    return {
      run() {
        descriptor(fd, syscall);
      },
    };
  };
}

function ftruncate(fd, length = 0) {
  checkDescriptor(fd);
  validateInteger(length, 'len');
  return {
    run() {
      const file = descriptor(fd, 'ftruncate');
      if (file.stream !== undefined || !(file.flags & O_ACCESS)) throw new Failure('EINVAL', 'ftruncate');
      const size = Math.max(0, length);
      if (file.bytes === undefined) {
        check(files.truncate(file.path, size), 'ftruncate');
      } else {
        const bytes = new Uint8Array(size);
        bytes.set(file.bytes.subarray(0, size));
        file.bytes = bytes;
      }
    },
  };
}

function truncate(path, length = 0) {
  const name = toPath(path);
  const full = absolute(name);
  validateInteger(length, 'len');
  return {
    run() {
      openFile(name, full, O_RDWR);
      check(files.truncate(full, Math.max(0, length)), 'ftruncate');
    },
    plan: () => (failed(probe(full, O_RDWR)) ? ['job', 0] : chain(3)),
  };
}

// Owner, mode and times are checked for the file's presence only.
function onPath(syscall, follow, name = 'path') {
  return (path) => {
    const given = toPath(path, name);
    const full = absolute(given);
    return {
      run() {
        check(files.stat(full, follow), syscall, given);
      },
    };
  };
}

function chmod(path, mode) {
  const operation = onPath('chmod', true)(path);
  checkMode(mode === undefined ? NaN : mode);
  return operation;
}

function rename(from, to) {
  const name = toPath(from, 'oldPath');
  const dest = toPath(to, 'newPath');
  const source = absolute(name);
  const target = absolute(dest);
  return {
    run() {
      if (!failed(files.stat(source, false)) && source !== target) keepUnnamed(target);
      check(files.rename(source, target), 'rename', name, dest);
      moveNames(source, target);
    },
  };
}

function copyFile(from, to, mode = 0) {
  const name = toPath(from, 'src');
  const dest = toPath(to, 'dest');
  const source = absolute(name);
  const target = absolute(dest);
  validateInteger(mode, 'mode', 0, 7);
  return {
    run() {
      const bytes = check(files.read(source), 'copyfile', name, dest);
      if ((mode & 1) && !failed(files.stat(target, true))) throw new Failure('EEXIST', 'copyfile', name, dest);
      check(files.write(target, bytes, false), 'copyfile', name, dest);
    },
  };
}

function unlink(path) {
  const name = toPath(path);
  const full = absolute(name);
  return {
    run() {
      keepUnnamed(full);
      check(files.remove(full), 'unlink', name);
    },
  };
}

function symlink(target, path) {
  const link = toPath(target, 'target');
  const name = toPath(path);
  const full = absolute(name);
  return {
    run() {
      check(files.link(link, full), 'symlink', link, name);
    },
  };
}

// A link's target may look like the code of an error, so the kind of file is asked first.
function linkTarget(full, name) {
  const found = check(files.stat(full, false), 'readlink', name);
  if (found.type !== 'link') throw new Failure('EINVAL', 'readlink', name);
  return files.readLink(full);
}

function readlink(path, options) {
  const { encoding } = toOptions(options);
  const name = toPath(path, major < 20 ? 'oldPath' : 'path');
  const full = absolute(name);
  return { run: () => encodedName(linkTarget(full, name), encoding) };
}

// Follows every link of a path, counting the system calls.
function followed(full) {
  const steps = { path: full, jobs: 0, failure: undefined };
  const known = new Set();
  let parts = full.split('/').filter(Boolean);
  let reached = '';
  while (parts.length > 0) {
    const here = `${reached}/${parts.shift()}`;
    if (known.has(here)) {
      reached = here;
      continue;
    }
    steps.jobs++;
    const found = files.stat(here, false);
    if (failed(found)) {
      steps.failure = new Failure(found, 'lstat', here);
      return steps;
    }
    if (found.type !== 'link') {
      known.add(here);
      reached = here;
      continue;
    }
    steps.jobs++;
    const end = files.stat(here, true);
    if (failed(end)) {
      steps.failure = new Failure(end, 'stat', here);
      return steps;
    }
    steps.jobs++;
    const target = nodePath().resolve(reached || '/', files.readLink(here));
    parts = target.split('/').filter(Boolean).concat(parts);
    reached = '';
  }
  steps.path = reached || '/';
  return steps;
}

function realpath(path, options) {
  const { encoding } = toOptions(options);
  const full = absolute(toPath(path));
  return {
    ticked: true,
    run() {
      const { path: real, failure } = followed(full);
      if (failure !== undefined) throw failure;
      return encodedName(real, encoding);
    },
    plan() {
      const { jobs } = followed(full);
      return jobs === 0 ? null : ['jobs', jobs];
    },
  };
}

function realpathNative(path, options) {
  const { encoding } = toOptions(options);
  const name = toPath(path);
  const full = absolute(name);
  return {
    run() {
      const { path: real, failure } = followed(full);
      if (failure !== undefined) throw new Failure(failure.code, 'realpath', name);
      return encodedName(real, encoding);
    },
  };
}

// Directories.

function mkdir(path, options) {
  const given = typeof options === 'object' && options !== null ? options : { mode: options };
  const recursive = given.recursive ?? false;
  const name = toPath(path);
  const full = absolute(name);
  validateBoolean(recursive, major < 20 ? 'recursive' : 'options.recursive');
  checkMode(given.mode);
  const missing = () => {
    const { dirname } = nodePath();
    const names = [];
    for (let here = name; files.stat(absolute(here), true) === 'ENOENT'; here = dirname(here)) {
      names.unshift(here);
      if (here === '/' || here === '.') break;
    }
    return names;
  };
  if (!recursive) {
    return {
      run() {
        check(files.makeDirectory(full), 'mkdir', name);
      },
    };
  }
  return {
    run() {
      const found = files.stat(full, true);
      if (!failed(found)) {
        if (found.type !== 'directory') throw new Failure('EEXIST', 'mkdir', name);
        return undefined;
      }
      if (found !== 'ENOENT') throw new Failure(found, 'mkdir', name);
      const names = missing();
      for (const each of names) check(files.makeDirectory(absolute(each)), 'mkdir', name);
      return names[0];
    },
    plan() {
      const found = files.stat(full, true);
      if (!failed(found)) return chain(2);
      return chain(found === 'ENOENT' ? 2 * missing().length - 1 : 1);
    },
  };
}

const NAME_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function mkdtemp(prefix, options) {
  const { encoding } = toOptions(options);
  if (major < 18 && typeof prefix !== 'string') throw new codes.ERR_INVALID_ARG_TYPE('prefix', 'string', prefix);
  const start = toPath(prefix, 'prefix');
  return {
    run() {
      const letters = Array.from(binding.random(6), (byte) => NAME_LETTERS[byte % NAME_LETTERS.length]).join('');
      check(files.makeDirectory(absolute(start + letters)), 'mkdtemp', `${start}XXXXXX`);
      return encodedName(start + letters, encoding);
    },
  };
}

const childOf = (path, name) => (path === '/' ? `/${name}` : `${path}/${name}`);

const isDirectory = (path) => files.stat(path, false).type === 'directory';

// Every directory below a path and what it holds, by breadth, or as the promise form goes before 26: the last found first.
function* levels(full, given, lastFirst) {
  const queue = [[full, given]];
  while (queue.length > 0) {
    const [path, name] = lastFirst ? queue.pop() : queue.shift();
    const names = check(files.list(path), 'scandir', given);
    yield [path, name, names];
    for (const each of names) {
      const child = childOf(path, each);
      if (isDirectory(child)) queue.push([child, nodePath().join(name, each)]);
    }
  }
}

function readdir(path, options) {
  const { encoding, withFileTypes, recursive: asked } = toOptions(options);
  const recursive = major >= 18 && (asked ?? false);
  if (major >= 18 && asked !== undefined && asked !== null) validateBoolean(asked, 'options.recursive');
  const name = toPath(path);
  const full = absolute(name);
  const entry = (directory, given, each) => {
    const { type } = files.stat(childOf(directory, each), false);
    return new Dirent(encodedName(each, encoding), type, given);
  };
  if (!recursive) {
    return {
      run() {
        const names = check(files.list(full), 'scandir', name);
        return names.map((each) => (withFileTypes ? entry(full, name, each) : encodedName(each, encoding)));
      },
    };
  }
  return {
    run(form) {
      const results = [];
      for (const [directory, given, names] of levels(full, name, form === 'promise' && major < 26)) {
        for (const each of names) {
          if (withFileTypes) results.push(entry(directory, given, each));
          else results.push(encodedName(nodePath().relative(full, childOf(directory, each)), encoding));
        }
      }
      return results;
    },
    plan() {
      if (major >= 26 || failed(files.list(full))) return ['job', 0];
      return chain(Array.from(levels(full, name)).length);
    },
  };
}

// How many system calls follow each other when a tree is removed; children go at the same time.
function removalSteps(full) {
  const names = isDirectory(full) ? files.list(full) : [];
  return names.length === 0 ? 2 : 4 + Math.max(...names.map((each) => removalSteps(childOf(full, each))));
}

function removeTree(full, name) {
  if (!isDirectory(full)) {
    keepUnnamed(full);
    check(files.remove(full), 'unlink', name);
    return;
  }
  for (const each of files.list(full)) removeTree(childOf(full, each), name);
  check(files.removeDirectory(full), 'rmdir', name);
}

const removalStat = () => (major < 18 ? 'stat' : 'lstat');

function directoryError(name) {
  return new codes.ERR_FS_EISDIR({ code: 'EISDIR', message: 'is a directory', path: name, syscall: 'rm', errno: 21 });
}

function rm(path, options) {
  const { force = false, recursive = false, retryDelay = 100, maxRetries = 0 } = options ?? {};
  const name = toPath(path);
  const full = absolute(name);
  validateBoolean(force, 'options.force');
  validateBoolean(recursive, 'options.recursive');
  validateInteger(retryDelay, 'options.retryDelay', 0, 2 ** 31 - 1);
  validateInteger(maxRetries, 'options.maxRetries', 0, 2 ** 32 - 1);
  return {
    run() {
      const found = files.stat(full, false);
      if (found === 'ENOENT' && force) return;
      if (check(found, removalStat(), name).type === 'directory' && !recursive) throw directoryError(name);
      removeTree(full, name);
    },
    plan() {
      const found = files.stat(full, false);
      if (failed(found)) return chain(found === 'ENOENT' && force ? 2 : 1);
      if (found.type === 'directory' && !recursive) return ['job', 0];
      return found.type === 'file' ? ['jobs', 3] : chain(1 + removalSteps(full));
    },
  };
}

function removeDirectoryTree(name, full) {
  if (major >= 16) {
    process.emitWarning('In future versions of Node.js, fs.rmdir(path, { recursive: true }) will be removed. ' +
      'Use fs.rm(path, { recursive: true }) instead', 'DeprecationWarning', 'DEP0147');
  }
  return {
    run() {
      const found = files.stat(full, false);
      if (found === 'ENOENT' && major < 16) return;
      if (check(found, removalStat(), name).type !== 'directory' && major >= 16) throw new Failure('ENOTDIR', 'rmdir', name);
      removeTree(full, name);
    },
    plan() {
      if (failed(files.stat(full, false))) return ['job', 0];
      return chain((major < 16 ? 0 : 1) + removalSteps(full));
    },
  };
}

function rmdir(path, options) {
  const name = toPath(path);
  const full = absolute(name);
  const recursive = options?.recursive ?? false;
  if (major >= 26 && options?.recursive !== undefined) {
    throw new codes.ERR_INVALID_ARG_VALUE('options.recursive', options.recursive, 'is no longer supported');
  }
  validateBoolean(recursive, 'options.recursive');
  if (recursive) return removeDirectoryTree(name, full);
  return {
    run() {
      check(files.removeDirectory(full), 'rmdir', name);
    },
  };
}

const kEntries = Symbol('entries');
const kClosed = Symbol('closed');

// An open directory. Its entries are taken by the first read.
class Dir {
  constructor(path, full, recursive) {
    Object.defineProperty(this, 'path', { value: path, enumerable: false });
    hidden(this, kEntries, undefined);
    hidden(this, kClosed, false);
    hidden(this, 'take', () => {
      if (this[kEntries] === undefined) {
        const options = { withFileTypes: true, recursive };
        this[kEntries] = perform(readdir(full, options), 'sync').map((entry) => rebased(entry, full, path));
      }
      return this[kEntries].shift() ?? null;
    });
  }
  read(callback) {
    if (this[kClosed]) return refuse(new codes.ERR_DIR_CLOSED(), callback);
    const cached = this[kEntries] !== undefined && this[kEntries].length > 0;
    if (callback === undefined) {
      if (cached) return Promise.resolve(this.take());
      return new Promise((resolve, reject) => start({ run: this.take }, 'promise', settler(resolve, reject)));
    }
    validateCallback(callback);
    if (cached) {
      const entry = this.take();
      binding.tick(() => callback(null, entry));
    } else {
      start({ run: this.take }, 'callback', callback);
    }
    return undefined;
  }
  readSync() {
    if (this[kClosed]) throw new codes.ERR_DIR_CLOSED();
    return this.take();
  }
  close(callback) {
    if (this[kClosed]) return refuse(new codes.ERR_DIR_CLOSED(), callback);
    if (callback !== undefined) validateCallback(callback);
    this[kClosed] = true;
    const operation = { run() {} };
    if (callback === undefined) {
      return new Promise((resolve, reject) => start(operation, 'promise', settler(resolve, reject)));
    }
    start(operation, 'callback', (error) => callback(error));
    return undefined;
  }
  closeSync() {
    if (this[kClosed]) throw new codes.ERR_DIR_CLOSED();
    this[kClosed] = true;
  }
  async* entries() {
    try {
      for (let entry = await this.read(); entry !== null; entry = await this.read()) yield entry;
    } finally {
      await this.close();
    }
  }
  [Symbol.asyncIterator]() {
    return this.entries();
  }
}

const settler = (resolve, reject) => (error, value) => (error ? reject(error) : resolve(value));

function refuse(error, callback) {
  if (callback === undefined) return Promise.reject(error);
  if (major < 18) throw error;
  binding.tick(() => callback(error));
  return undefined;
}

function rebased(entry, full, given) {
  if (entry.parentPath === undefined) return entry;
  const parent = given + entry.parentPath.slice(full.length);
  entry.parentPath = parent;
  if (entry.path !== undefined) entry.path = parent;
  return entry;
}

function opendir(path, options) {
  const { recursive = false } = toOptions(options);
  const name = toPath(path);
  const full = absolute(name);
  return {
    run(form) {
      const found = files.stat(full, true);
      const code = failed(found) ? found : found.type === 'directory' ? undefined : 'ENOTDIR';
      if (code !== undefined) throw new Failure(code, 'opendir', form === 'sync' && major >= 20 ? undefined : name);
      return new Dir(name, full, major >= 18 && recursive);
    },
  };
}

const operations = {
  access,
  appendFile: appendWhole,
  chmod,
  chown: onPath('chown', true),
  close,
  copyFile,
  fchmod: onDescriptor('fchmod'),
  fchown: onDescriptor('fchown'),
  fdatasync: onDescriptor('fdatasync'),
  fstat,
  fsync: onDescriptor('fsync'),
  ftruncate,
  futimes: onDescriptor('futime'),
  lchown: onPath('lchown', false),
  lstat: statWith('lstat', false),
  lutimes: onPath('lutime', false),
  mkdir,
  mkdtemp,
  open,
  opendir,
  read,
  readFile: readWhole,
  readdir,
  readlink,
  readv: vectored('read', readAt),
  realpath,
  rename,
  rm,
  rmdir,
  stat: statWith('stat', true),
  symlink,
  truncate,
  unlink,
  utimes: onPath('utime', true),
  write,
  writeFile: writeWhole,
  writev: vectored('write', writeAt),
};

module.exports = {
  BigIntStats,
  Dir,
  Dirent,
  Stats,
  abortError,
  operations,
  perform,
  readFile,
  readHandle,
  realpathNative,
  start,
  toPath,
  writeFile,
  writeHandle,
  appending,
};
