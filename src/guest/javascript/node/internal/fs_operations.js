'use strict';

// What the callback, synchronous and promise forms of fs share. Most functions here check their arguments and return an
// operation:
//   run(form), steps(form), touches()
//                  its work, as internal/file_requests has it; what fails is thrown;
//   plan(form)     says what the thread pool is asked for: [api, size], or null for nothing; left out, it is one job. It
//                  holds as long as nothing else touches the same files;
//   deliver(value) makes the result of what came of the work;
//   signal         an AbortSignal;
//   ticked         whether the first job is queued from a tick and the result is delivered from one;
//   buffer         what callbacks get as third argument.

const {
  FIND, LINK, LIST, NAME, NEXT_JOB, NOTHING, READ, WALK, WRITE, Work, request, runNow,
} = require('internal/file_requests');
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
const UNKNOWN_PIECE = 65536;
const TEXT_PIECE = 8192;

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

function raised(work, form) {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw systemError(error.code, error.syscall, error.path, error.dest, form === 'sync');
  }
}

const delivered = (operation, value) => (operation.deliver === undefined ? value : operation.deliver(value));

const perform = (operation) => raised(() => delivered(operation, runNow(operation)), 'sync');

function abortError(signal) {
  const { AbortError } = require('internal/errors');
  return signal.reason === undefined ? new AbortError() : new AbortError(undefined, { cause: signal.reason });
}

function submit(operation, form, done) {
  const plan = operation.plan === undefined ? ['job', 0] : operation.plan(form);
  const finish = (work) => {
    let value;
    try {
      if (operation.signal?.aborted) throw abortError(operation.signal);
      value = delivered(operation, raised(() => work.result(), form));
    } catch (error) {
      done(error);
      return;
    }
    if (operation.ticked && plan !== null) binding.tick(() => done(null, value));
    else done(null, value);
  };
  if (plan === null) finish(new Work(operation, form));
  else request(plan, operation, form, finish);
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

// Open files. Each is {path, flags, position}, or {stream} for the three standard streams. `kept` is what files share
// that lost their common name while they were open: {name, bytes}.

const FIRST_DESCRIPTOR = 20;
const descriptors = new Map([[0, { stream: 0 }], [1, { stream: 1 }], [2, { stream: 2 }]]);
const openFiles = new Set();
let keptCount = 0;

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

// Whether there may be links.
let linked = false;

// Where a path leads, and the links on the way; a link at its end is followed if wanted.
function walked(full, follow) {
  const links = [];
  let parts = full.split('/').filter(Boolean);
  let reached = '';
  while (parts.length > 0 && links.length < 40) {
    const here = `${reached}/${parts.shift()}`;
    const found = files.stat(here, false);
    if (found.type !== 'link' || (parts.length === 0 && !follow)) {
      reached = here;
      continue;
    }
    links.push(here);
    const target = nodePath().resolve(reached || '/', files.readLink(here));
    parts = target.split('/').filter(Boolean).concat(parts);
    reached = '';
  }
  return { path: [reached, ...parts].join('/') || '/', links };
}

// What is touched by a call that has this effect on a path.
function at(effect, full, follow = true) {
  if (!linked) return [effect, full];
  const { path, links } = walked(full, follow);
  return [...links.flatMap((link) => [FIND, link]), effect, path];
}

// What is touched by a call that makes a path name something else.
function naming(full) {
  const touches = at(NAME, full, false);
  return linked && files.stat(full, false).type === 'link' ? [LINK, full, ...touches] : touches;
}

const namingFound = (full) => (failed(files.stat(full, false)) ? at(FIND, full, false) : naming(full));
const namingNew = (full) => (failed(files.stat(full, false)) ? naming(full) : at(FIND, full, false));

const inFile = (effect, file) => (file.kept === undefined ? at(effect, file.path) : [effect, file.kept.name]);

// The same for an open file by its descriptor, whose position counts as something that is read, or changed.
function onFile(effect, fd, moves) {
  const file = descriptors.get(fd);
  const isStream = file?.stream !== undefined;
  const position = [moves || isStream ? WRITE : READ, `#${fd}`];
  return file === undefined || isStream ? position : [...position, ...inFile(effect, file)];
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

// What is touched by opening.
function opening(full, flags) {
  const found = probe(full, flags);
  if (found === undefined) return at(NAME, full);
  return at((flags & O_TRUNC) && !failed(found) ? WRITE : FIND, full);
}

function openFile(name, full, flags) {
  const found = check(probe(full, flags), 'open', name);
  if (found === undefined) check(files.write(full, new Uint8Array(0), false), 'open', name);
  else if ((flags & O_TRUNC) && found.type === 'file') check(files.truncate(full, 0), 'open', name);
  const file = { path: linked ? walked(full, true).path : full, flags, position: 0, kept: undefined };
  openFiles.add(file);
  return file;
}

function contents(file, syscall, name) {
  if (file.stream !== undefined) return new Uint8Array(0);
  return file.kept?.bytes ?? check(files.read(file.path), syscall, name);
}

// How much there is in an open file, as far as that is known before it is read.
function sizeOf(file) {
  if (file.stream !== undefined) return 0;
  if (file.kept !== undefined) return file.kept.bytes.length;
  const found = files.stat(file.path, true);
  return failed(found) || found.type !== 'file' ? 0 : found.size;
}

function keepUnnamed(path) {
  const unnamed = Array.from(openFiles).filter((file) => file.path === path && file.kept === undefined);
  const bytes = unnamed.length === 0 ? 'ENOENT' : files.read(path);
  if (failed(bytes)) return;
  const kept = { name: `~${keptCount++}`, bytes: bytes.slice() };
  for (const file of unnamed) file.kept = kept;
}

function moveNames(from, to) {
  for (const file of openFiles) {
    if (file.kept !== undefined) continue;
    if (file.path === from || file.path.startsWith(`${from}/`)) file.path = to + file.path.slice(from.length);
  }
}

function store(file, bytes, append) {
  if (file.kept === undefined) {
    check(files.write(file.path, bytes, append), 'write');
  } else if (append) {
    const old = file.kept.bytes;
    const joined = new Uint8Array(old.length + bytes.length);
    joined.set(old);
    joined.set(bytes, old.length);
    file.kept.bytes = joined;
  } else {
    file.kept.bytes = bytes.slice();
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

const TYPE_BITS = { file: 0o100000, directory: 0o040000, link: 0o120000, pipe: 0o010000, device: 0o020000 };
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
const DIRENT_TYPES = { file: 1, directory: 2, link: 3, device: 6 };

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

// How a file of this size is read, where a size that is not known counts as 0: how much is asked for at once, and whether
// that was the last.
function reading(form, size, encoding) {
  if (form === 'promise' && major < 14) {
    const length = Math.min(size || SMALL_PIECE, SMALL_PIECE);
    return { length: () => length, isLast: (got) => got === 0 };
  }
  if (form === 'promise' && major >= 18) {
    const length = (encoding ? Math.min(size, LARGE_PIECE) : size) || UNKNOWN_PIECE;
    const isLarge = length > LARGE_PIECE;
    const goesOn = isLarge || (size === 0 && major >= 20);
    return {
      length: (total) => (isLarge ? Math.min(size - total, LARGE_PIECE) : length),
      isLast: (got, total) => got === 0 || total === size || (got !== length && !goesOn),
    };
  }
  return {
    length: (total) => (size === 0 ? UNKNOWN_PIECE : Math.min(size - total, LARGE_PIECE)),
    isLast: (got, total) => got === 0 || total === size,
  };
}

// So much text is read from a file whose size nobody asked for.
const readingText = { length: () => TEXT_PIECE, isLast: (got) => got === 0 };

// How many reads that takes if there is so much left.
function readsOf(rule, left) {
  let total = 0;
  for (let reads = 1; ; reads++) {
    const got = Math.min(rule.length(total), left - total);
    total += got;
    if (rule.isLast(got, total)) return reads;
  }
}

function joined(pieces) {
  if (pieces.length === 1) return pieces[0];
  const whole = new Uint8Array(pieces.reduce((total, piece) => total + piece.length, 0));
  let end = 0;
  for (const piece of pieces) {
    whole.set(piece, end);
    end += piece.length;
  }
  return whole;
}

// Reads an open file to its end; `name` is what a failure shows.
function* readingPieces(file, rule, touches, hasJobs, name) {
  const pieces = [];
  for (let total = 0; ;) {
    if (hasJobs) yield NEXT_JOB;
    yield touches;
    if (file.path !== undefined && file.kept === undefined && files.stat(file.path, true).type === 'directory') {
      throw new Failure('EISDIR', 'read', name);
    }
    if ((file.flags & O_ACCESS) === O_WRONLY) throw new Failure('EBADF', 'read');
    const piece = contents(file, 'read').slice(file.position, file.position + rule.length(total));
    file.position += piece.length;
    total += piece.length;
    pieces.push(piece);
    if (rule.isLast(piece.length, total)) return joined(pieces);
  }
}

const isText = (encoding) => encoding === 'utf8' || encoding === 'utf-8';

function readFile(path, options) {
  const { encoding, flag, signal } = toOptions(options, { flag: 'r' });
  const name = toPath(path);
  const full = absolute(name);
  const flags = toFlags(flag);
  const touches = () => [...opening(full, flags), ...at(READ, full)];
  return {
    signal,
    touches,
    * steps(form) {
      const isOneJob = major >= 26 && form !== 'sync';
      yield isOneJob ? touches : () => opening(full, flags);
      const file = openFile(name, full, flags);
      const content = () => inFile(READ, file);
      let hasJobs = !isOneJob;
      try {
        let rule = readingText;
        if (form !== 'sync' || major < 20 || !isText(encoding)) {
          if (hasJobs) yield NEXT_JOB;
          yield content;
          const size = sizeOf(file);
          hasJobs ||= size > LARGE_PIECE;
          rule = reading(hasJobs ? form : 'callback', size, encoding);
        }
        return decoded(yield* readingPieces(file, rule, content, hasJobs, isOneJob ? name : undefined), encoding);
      } finally {
        openFiles.delete(file);
        if (hasJobs) {
          yield NEXT_JOB;
          yield NOTHING;
        }
      }
    },
    plan(form) {
      const found = probe(full, flags);
      if (failed(found)) return ['job', 0];
      return [form === 'promise' ? 'fs.promises.readFile' : 'fs.readFile', found?.type === 'file' ? found.size : 0];
    },
  };
}

// Reads what is left of an open file.
function* readingRest(fd, form, encoding, syscall) {
  yield () => onFile(READ, fd, true);
  const file = descriptor(fd, syscall);
  const rule = reading(form, sizeOf(file), encoding);
  return decoded(yield* readingPieces(file, rule, () => onFile(READ, fd, true), true), encoding);
}

// How many jobs that takes.
function restJobs(fd, form, encoding) {
  const file = descriptors.get(fd);
  if (file === undefined) return 1;
  const size = sizeOf(file);
  return 1 + readsOf(reading(form, size, encoding), Math.max(0, size - file.position));
}

function readDescriptor(fd, options) {
  const { encoding, signal } = toOptions(options);
  checkDescriptor(fd);
  return {
    signal,
    ticked: true,
    touches: () => onFile(READ, fd, true),
    steps: (form) => readingRest(fd, form, encoding, form === 'sync' || major < 26 ? 'fstat' : 'read'),
    plan(form) {
      const file = descriptors.get(fd);
      return file?.position === 0 ? ['fs.readFile(fd)', sizeOf(file)] : chain(restJobs(fd, form, encoding));
    },
  };
}

function readHandle(handle, options) {
  const { encoding, signal } = toOptions(options);
  return {
    signal,
    touches: () => onFile(READ, handle.fd, true),
    steps: (form) => readingRest(handle.fd, form, encoding, 'fstat'),
    plan: (form) => chain(restJobs(handle.fd, form, encoding)),
  };
}

function flushes(options) {
  if (major < 20 || options.flush === undefined || options.flush === null) return false;
  validateBoolean(options.flush, 'options.flush');
  return options.flush;
}

// Writes bytes to an open file in pieces of at most so many.
function* writingPieces(find, bytes, most, touches, hasJobs) {
  for (let from = 0; from === 0 || from < bytes.byteLength; from += most) {
    if (hasJobs && from > 0) yield NEXT_JOB;
    yield touches;
    writeAt(find(), asBytes(bytes).subarray(from, from + most));
  }
}

function writeFile(path, data, options) {
  const chosen = toOptions(options, { encoding: 'utf8', mode: 0o666, flag: 'w' });
  const flush = flushes(chosen);
  const name = toPath(path);
  const full = absolute(name);
  const flags = toFlags(chosen.flag);
  const bytes = toBytes(data, chosen.encoding);
  checkMode(chosen.mode);
  const touches = () => [...opening(full, flags), ...at(WRITE, full)];
  return {
    signal: chosen.signal,
    touches,
    * steps(form) {
      const size = bytes.byteLength;
      const isOneJob = major >= 26 && form !== 'sync' && !flush && (form === 'callback' || size <= LARGE_PIECE);
      yield isOneJob ? touches : () => opening(full, flags);
      const file = openFile(name, full, flags);
      try {
        if (size > 0 || form !== 'promise') {
          if (!isOneJob) yield NEXT_JOB;
          const most = form !== 'promise' ? Infinity : major < 14 ? SMALL_PIECE : LARGE_PIECE;
          yield* writingPieces(() => file, bytes, most, () => inFile(WRITE, file), !isOneJob);
        }
        if (flush) {
          yield NEXT_JOB;
          yield NOTHING;
        }
      } finally {
        openFiles.delete(file);
        if (!isOneJob) {
          yield NEXT_JOB;
          yield NOTHING;
        }
      }
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
  const touches = () => onFile(WRITE, fd, true);
  return {
    signal: chosen.signal,
    touches,
    * steps() {
      yield touches;
      writeAt(descriptor(fd, 'write'), asBytes(bytes));
      if (flush) {
        yield NEXT_JOB;
        yield NOTHING;
      }
    },
    plan: () => chain(flush && descriptors.has(fd) ? 2 : 1),
  };
}

function writeHandle(handle, data, options) {
  const chosen = toOptions(options, { encoding: 'utf8' });
  const bytes = toBytes(data, chosen.encoding);
  const jobs = major < 14 ? smallPieces(bytes.byteLength) : largePieces(bytes.byteLength);
  const most = major < 14 ? SMALL_PIECE : LARGE_PIECE;
  const touches = () => onFile(WRITE, handle.fd, true);
  return {
    signal: chosen.signal,
    touches,
    steps: () => writingPieces(() => descriptor(handle.fd, 'write'), bytes, most, touches, true),
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
    touches: () => at(FIND, full),
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
      touches: () => at(READ, full, follow),
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
    touches: () => onFile(READ, fd, false),
    run() {
      const file = descriptor(fd, 'fstat');
      const found = file.stream === undefined && file.kept === undefined ? files.stat(file.path, true) : undefined;
      if (found !== undefined && !failed(found)) return statsOf(found, options ?? {});
      const type = file.stream === undefined ? 'file' : 'pipe';
      return statsOf({ type, mode: 0o644, size: sizeOf(file), ino: fd, mtimeMs: 0 }, options ?? {});
    },
  };
}

function open(path, flags, mode) {
  const name = toPath(path);
  const full = absolute(name);
  const chosen = toFlags(flags ?? 'r');
  checkMode(mode);
  return {
    touches: () => opening(full, chosen),
    run: () => openFile(name, full, chosen),
    deliver: register,
  };
}

function close(fd) {
  checkDescriptor(fd);
  return {
    touches: () => [WRITE, `#${fd}`],
    run() {
      openFiles.delete(descriptor(fd, 'close'));
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
  const from = toPosition(position);
  return {
    buffer,
    touches: () => onFile(READ, fd, from === undefined),
    run: () => readAt(descriptor(fd, 'read'), piece, from),
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
    const from = typeof position === 'number' ? toPosition(position) : undefined;
    return {
      buffer: data,
      touches: () => onFile(WRITE, fd, from === undefined),
      run: () => writeAt(descriptor(fd, 'write'), asBytes(bytes), from),
    };
  }
  let [offset, length, position] = rest;
  if (offset !== null && typeof offset === 'object') ({ offset, length, position } = offset);
  const piece = toPiece(data, offset, length);
  const from = typeof position === 'number' ? toPosition(position) : undefined;
  return {
    buffer: data,
    touches: () => onFile(WRITE, fd, from === undefined),
    run: () => writeAt(descriptor(fd, 'write'), piece, from),
  };
}

function checkViews(buffers) {
  if (Array.isArray(buffers) && buffers.every(isView)) return;
  throw new codes.ERR_INVALID_ARG_TYPE('buffers', 'ArrayBufferView[]', buffers);
}

function vectored(syscall, effect, each) {
  return (fd, buffers, position) => {
    checkDescriptor(fd);
    checkViews(buffers);
    return {
      buffer: buffers,
      touches: () => onFile(effect, fd, typeof position !== 'number'),
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
      touches: () => [READ, `#${fd}`],
      run() {
        descriptor(fd, syscall);
      },
    };
  };
}

function truncateOpen(file, length) {
  const size = Math.max(0, length);
  if (file.kept === undefined) {
    check(files.truncate(file.path, size), 'ftruncate');
  } else {
    const bytes = new Uint8Array(size);
    bytes.set(file.kept.bytes.subarray(0, size));
    file.kept.bytes = bytes;
  }
}

function ftruncate(fd, length = 0) {
  checkDescriptor(fd);
  validateInteger(length, 'len');
  return {
    touches: () => onFile(WRITE, fd, false),
    run() {
      const file = descriptor(fd, 'ftruncate');
      if (file.stream !== undefined || !(file.flags & O_ACCESS)) throw new Failure('EINVAL', 'ftruncate');
      truncateOpen(file, length);
    },
  };
}

function truncate(path, length = 0) {
  const name = toPath(path);
  const full = absolute(name);
  validateInteger(length, 'len');
  return {
    touches: () => [...opening(full, O_RDWR), ...at(WRITE, full)],
    * steps() {
      yield () => opening(full, O_RDWR);
      const file = openFile(name, full, O_RDWR);
      yield NEXT_JOB;
      try {
        yield () => inFile(WRITE, file);
        truncateOpen(file, length);
      } finally {
        openFiles.delete(file);
        yield NEXT_JOB;
        yield NOTHING;
      }
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
      touches: () => at(FIND, full, follow),
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
    touches: () => [...naming(source), ...naming(target)],
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
  const flags = O_WRONLY | O_CREAT | ((mode & 1) ? O_EXCL : 0);
  const touches = () => [...at(READ, source), ...at(NAME, target)];
  const tried = (call) => {
    try {
      return call();
    } catch (error) {
      throw error instanceof Failure ? new Failure(error.code, 'copyfile', name, dest) : error;
    }
  };
  return {
    touches,
    * steps() {
      yield touches;
      const from = tried(() => openFile(name, source, 0));
      const size = sizeOf(from);
      let to;
      try {
        tried(() => contents(from, 'copyfile'));
        yield touches;
        to = tried(() => openFile(dest, target, flags));
        if (from.path === to.path && from.kept === to.kept) return;
        yield touches;
        tried(() => truncateOpen(to, 0));
        yield touches;
        tried(() => writeAt(to, contents(from, 'copyfile').subarray(0, size)));
      } finally {
        openFiles.delete(from);
        openFiles.delete(to);
      }
    },
  };
}

function unlink(path) {
  const name = toPath(path);
  const full = absolute(name);
  return {
    touches: () => namingFound(full),
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
  linked = true;
  return {
    touches: () => [LINK, full],
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
  return {
    touches: () => at(FIND, full, false),
    run: () => encodedName(linkTarget(full, name), encoding),
  };
}

// Follows every link of a path, one system call at a time.
function* following(full) {
  const known = new Set();
  let parts = full.split('/').filter(Boolean);
  let reached = '';
  let isFirst = true;
  while (parts.length > 0) {
    const here = `${reached}/${parts.shift()}`;
    if (known.has(here)) {
      reached = here;
      continue;
    }
    if (!isFirst) yield NEXT_JOB;
    isFirst = false;
    yield () => at(FIND, here, false);
    const found = check(files.stat(here, false), 'lstat', here);
    if (found.type !== 'link') {
      known.add(here);
      reached = here;
      continue;
    }
    yield NEXT_JOB;
    yield () => at(FIND, here);
    check(files.stat(here, true), 'stat', here);
    yield NEXT_JOB;
    yield () => at(FIND, here, false);
    const target = nodePath().resolve(reached || '/', linkTarget(here, here));
    parts = target.split('/').filter(Boolean).concat(parts);
    reached = '';
  }
  return reached || '/';
}

// Runs steps in one go, for what they come to.
function walk(steps) {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

// How many jobs steps take that change nothing.
function jobsOf(steps) {
  let jobs = 0;
  try {
    for (const step of steps) {
      if (step !== NEXT_JOB) jobs++;
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  return jobs;
}

function realpath(path, options) {
  const { encoding } = toOptions(options);
  const full = absolute(toPath(path));
  return {
    ticked: true,
    touches: () => at(FIND, full),
    * steps() {
      return encodedName(yield* following(full), encoding);
    },
    plan() {
      const jobs = jobsOf(following(full));
      return jobs === 0 ? null : ['jobs', jobs];
    },
  };
}

function realpathNative(path, options) {
  const { encoding } = toOptions(options);
  const name = toPath(path);
  const full = absolute(name);
  return {
    touches: () => at(FIND, full),
    run() {
      try {
        return encodedName(walk(following(full)), encoding);
      } catch (error) {
        throw error instanceof Failure ? new Failure(error.code, 'realpath', name) : error;
      }
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
  if (!recursive) {
    return {
      touches: () => namingNew(full),
      run() {
        check(files.makeDirectory(full), 'mkdir', name);
      },
    };
  }
  // What is missing, from the outermost on.
  const missing = () => {
    const { dirname } = nodePath();
    const names = [];
    for (let here = name; files.stat(absolute(here), true) === 'ENOENT'; here = dirname(here)) {
      names.unshift(here);
      if (here === '/' || here === '.') break;
    }
    return names;
  };
  return {
    touches() {
      const names = missing();
      return names.length === 0 ? at(FIND, full) : naming(absolute(names[0]));
    },
    steps: () => makingTree(name),
    plan() {
      const found = files.stat(full, true);
      if (!failed(found)) return chain(2);
      return chain(found === 'ENOENT' ? 2 * missing().length - 1 : 1);
    },
  };
}

// Makes a directory, and those above it once it turns out that they are missing. Gives the first that was made.
function* makingTree(name) {
  const waiting = [name];
  let first;
  for (;;) {
    const here = waiting.pop();
    const full = absolute(here);
    yield () => namingNew(full);
    const made = files.makeDirectory(full);
    if (!failed(made)) {
      first ??= here;
    } else if (made === 'ENOENT') {
      const above = nodePath().dirname(here);
      if (above === here) throw new Failure(made, 'mkdir', name);
      waiting.push(here, above);
    } else if (made === 'EEXIST') {
      yield NEXT_JOB;
      yield () => at(FIND, full);
      const found = files.stat(full, true);
      if (found.type !== 'directory') {
        throw new Failure(waiting.length > 0 ? 'ENOTDIR' : failed(found) ? found : made, 'mkdir', name);
      }
    } else {
      throw new Failure(made, 'mkdir', name);
    }
    if (waiting.length === 0) return first;
    yield NEXT_JOB;
  }
}

const NAME_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function mkdtemp(prefix, options) {
  const { encoding } = toOptions(options);
  if (major < 18 && typeof prefix !== 'string') throw new codes.ERR_INVALID_ARG_TYPE('prefix', 'string', prefix);
  const start = toPath(prefix, 'prefix');
  return {
    touches: () => naming(absolute(`${start}XXXXXX`)),
    run() {
      const letters = Array.from(binding.random(6), (byte) => NAME_LETTERS[byte % NAME_LETTERS.length]).join('');
      check(files.makeDirectory(absolute(start + letters)), 'mkdtemp', `${start}XXXXXX`);
      return encodedName(start + letters, encoding);
    },
  };
}

const childOf = (path, name) => (path === '/' ? `/${name}` : `${path}/${name}`);

const isDirectory = (path) => files.stat(path, false).type === 'directory';

// Reads every directory below a path, by breadth, or as the promise form goes before 26: the last found first. Gives each
// with what it holds.
function* readingTree(full, given, lastFirst) {
  const queue = [[full, given]];
  const levels = [];
  while (queue.length > 0) {
    const [path, name] = lastFirst ? queue.pop() : queue.shift();
    if (levels.length > 0) yield NEXT_JOB;
    yield () => at(LIST, path);
    const names = check(files.list(path), 'scandir', given);
    levels.push([path, name, names.map((each) => [each, files.stat(childOf(path, each), false).type])]);
    for (const each of names) {
      const child = childOf(path, each);
      if (isDirectory(child)) queue.push([child, nodePath().join(name, each)]);
    }
  }
  return levels;
}

function readdir(path, options) {
  const { encoding, withFileTypes, recursive: asked } = toOptions(options);
  const recursive = major >= 18 && (asked ?? false);
  if (major >= 18 && asked !== undefined && asked !== null) validateBoolean(asked, 'options.recursive');
  const name = toPath(path);
  const full = absolute(name);
  if (!recursive) {
    return {
      touches: () => at(LIST, full),
      run() {
        const names = check(files.list(full), 'scandir', name);
        const typeOf = (each) => files.stat(childOf(full, each), false).type;
        return names.map((each) => {
          const shown = encodedName(each, encoding);
          return withFileTypes ? new Dirent(shown, typeOf(each), name) : shown;
        });
      },
    };
  }
  const shown = (levels) => levels.flatMap(([directory, given, entries]) => entries.map(([each, type]) => {
    if (withFileTypes) return new Dirent(encodedName(each, encoding), type, given);
    return encodedName(nodePath().relative(full, childOf(directory, each)), encoding);
  }));
  const touches = () => at(WALK, full);
  return {
    touches,
    * steps(form) {
      if (form !== 'sync' && major >= 26) {
        yield touches;
        return shown(walk(readingTree(full, name, false)));
      }
      return shown(yield* readingTree(full, name, form === 'promise' && major < 26));
    },
    plan() {
      if (major >= 26 || failed(files.list(full))) return ['job', 0];
      return chain(jobsOf(readingTree(full, name)));
    },
  };
}

// How many system calls follow each other when a tree is removed; children go at the same time.
function removalSteps(full) {
  const names = isDirectory(full) ? files.list(full) : [];
  return names.length === 0 ? 2 : 4 + Math.max(...names.map((each) => removalSteps(childOf(full, each))));
}

// Steps that are taken at the same time, a system call of each after the other.
function* together(works) {
  let going = works.map((work) => [work, work.next()]);
  while (going.length > 0) {
    const left = [];
    for (const [work, { value }] of going) {
      yield value;
      let step = work.next();
      if (step.value === NEXT_JOB) step = work.next();
      if (!step.done) left.push([work, step]);
    }
    going = left;
    if (going.length > 0) yield NEXT_JOB;
  }
}

// Removes whatever a path names; what is gone already is no failure.
function* removingTree(full, name) {
  const isGone = (result, syscall) => (result === 'ENOENT' ? true : check(result, syscall, name) === null);
  yield () => at(READ, full, false);
  const found = files.stat(full, false);
  if (isGone(found, 'lstat')) return;
  yield NEXT_JOB;
  if (found.type !== 'directory') {
    yield () => namingFound(full);
    keepUnnamed(full);
    isGone(files.remove(full), 'unlink');
    return;
  }
  yield () => removing(full);
  const removed = files.removeDirectory(full);
  if (removed !== 'ENOTEMPTY') {
    isGone(removed, 'rmdir');
    return;
  }
  yield NEXT_JOB;
  yield () => at(LIST, full);
  const names = files.list(full);
  if (isGone(names, 'scandir')) return;
  yield NEXT_JOB;
  if (names.length > 0) {
    yield* together(names.map((each) => removingTree(childOf(full, each), name)));
    yield NEXT_JOB;
  }
  yield () => removing(full);
  isGone(files.removeDirectory(full), 'rmdir');
}

// What is touched by the removal of a directory, which fails as long as there is something in it.
function removing(full) {
  const names = files.list(full);
  return failed(names) || names.length > 0 ? at(LIST, full, false) : naming(full);
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
    touches: () => namingFound(full),
    * steps() {
      yield () => at(READ, full, false);
      const found = files.stat(full, false);
      if (found !== 'ENOENT' || !force) {
        if (check(found, removalStat(), name).type === 'directory' && !recursive) throw directoryError(name);
      }
      yield NEXT_JOB;
      yield* removingTree(full, name);
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
    touches: () => namingFound(full),
    * steps() {
      if (major >= 16) {
        yield () => at(READ, full, false);
        if (check(files.stat(full, false), removalStat(), name).type !== 'directory') throw new Failure('ENOTDIR', 'rmdir', name);
        yield NEXT_JOB;
      }
      yield* removingTree(full, name);
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
    touches: () => removing(full),
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
    const reading = readdir(full, { withFileTypes: true, recursive });
    hidden(this, 'take', {
      touches: reading.touches,
      run: (form) => {
        this[kEntries] ??= (reading.steps === undefined ? reading.run(form) : walk(reading.steps(form)))
          .map((entry) => rebased(entry, full, path));
        return this[kEntries].shift() ?? null;
      },
    });
  }
  read(callback) {
    if (this[kClosed]) return refuse(new codes.ERR_DIR_CLOSED(), callback);
    const cached = this[kEntries] !== undefined && this[kEntries].length > 0;
    if (callback === undefined) {
      if (cached) return Promise.resolve(this[kEntries].shift());
      return new Promise((resolve, reject) => start(this.take, 'promise', settler(resolve, reject)));
    }
    validateCallback(callback);
    if (cached) {
      const entry = this[kEntries].shift();
      binding.tick(() => callback(null, entry));
    } else {
      start(this.take, 'callback', callback);
    }
    return undefined;
  }
  readSync() {
    if (this[kClosed]) throw new codes.ERR_DIR_CLOSED();
    return this[kEntries] === undefined ? perform(this.take) : this[kEntries].shift() ?? null;
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
    touches: () => at(FIND, full),
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
  readv: vectored('read', READ, readAt),
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
  writev: vectored('write', WRITE, writeAt),
};

module.exports = {
  BigIntStats,
  Dir,
  Dirent,
  Stats,
  abortError,
  checkEncoding,
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
  delivered,
};
