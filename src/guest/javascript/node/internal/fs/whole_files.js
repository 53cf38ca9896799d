'use strict';

// Files read and written whole.

const {
  O_ACCESS, O_WRONLY, absolute, asBytes, checkDescriptor, checkMode, decoded, toBytes, toFlags, toOptions, toPath,
} = require('internal/fs/arguments');
const { at } = require('internal/fs/effects');
const {
  contents, descriptor, descriptors, inFile, onFile, openFile, openFiles, opening, probe, sizeOf, writeAt,
} = require('internal/fs/open_files');
const { Failure, chain, failed, failingAt } = require('internal/fs/operation');
const { NEXT_JOB, NOTHING, READ, WRITE } = require('internal/fs/requests');
const { validateBoolean } = require('internal/errors');

const { files, major } = binding;
const rules = binding.rules.files;

const LARGE_PIECE = 524288;
const SMALL_PIECE = 16384;
const UNKNOWN_PIECE = 65536;
const TEXT_PIECE = 8192;
// So much at most is written by one job of a promise form.
const PROMISE_PIECE = rules.smallPromisePieces ? SMALL_PIECE : LARGE_PIECE;


// How a file of this size is read, where a size that is not known counts as 0: how much is asked for at once, and whether
// that was the last.
function reading(form, size, encoding) {
  if (form === 'promise' && rules.smallPromisePieces) {
    const length = Math.min(size || SMALL_PIECE, SMALL_PIECE);
    return { length: () => length, isLast: (got) => got === 0 };
  }
  if (form === 'promise' && rules.promisesAskForAll) {
    const length = (encoding ? Math.min(size, LARGE_PIECE) : size) || UNKNOWN_PIECE;
    const isLarge = length > LARGE_PIECE;
    const goesOn = isLarge || (size === 0 && rules.unknownSizeIsReadToItsEnd);
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
      const isOneJob = rules.oneJobFiles && form !== 'sync';
      yield isOneJob ? touches : () => opening(full, flags);
      const file = openFile(name, full, flags);
      const content = () => inFile(READ, file);
      let hasJobs = !isOneJob;
      try {
        let rule = readingText;
        if (form !== 'sync' || !rules.textSizeIsNotAsked || !isText(encoding)) {
          if (hasJobs) yield NEXT_JOB;
          yield content;
          const size = sizeOf(file);
          hasJobs ||= size > LARGE_PIECE;
          rule = reading(hasJobs ? form : 'callback', size, encoding);
        }
        const pieces = readingPieces(file, rule, content, hasJobs, isOneJob ? name : undefined);
        return decoded(yield* failingAt('read', pieces), encoding);
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
    steps: (form) => readingRest(fd, form, encoding, form === 'sync' || !rules.oneJobFiles ? 'fstat' : 'read'),
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
      const isOneJob = rules.oneJobFiles && form !== 'sync' && !flush && (form === 'callback' || size <= LARGE_PIECE);
      yield isOneJob ? touches : () => opening(full, flags);
      const file = openFile(name, full, flags);
      try {
        if (size > 0 || form !== 'promise') {
          if (!isOneJob) yield NEXT_JOB;
          const most = form === 'promise' ? PROMISE_PIECE : Infinity;
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
      return flush ? chain(3 + Math.ceil(size / LARGE_PIECE)) : ['fs.promises.writeFile', size];
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
  const jobs = Math.ceil(bytes.byteLength / PROMISE_PIECE);
  const touches = () => onFile(WRITE, handle.fd, true);
  return {
    signal: chosen.signal,
    touches,
    steps: () => writingPieces(() => descriptor(handle.fd, 'write'), bytes, PROMISE_PIECE, touches, true),
    plan: () => (jobs === 0 ? null : chain(jobs)),
  };
}

const appending = (options) => ({ ...toOptions(options, { encoding: 'utf8', mode: 0o666 }), flag: options?.flag ?? 'a' });

const isDescriptor = (path) => typeof path === 'number' && Number.isInteger(path);

const readWhole = (path, options) => (isDescriptor(path) ? readDescriptor(path, options) : readFile(path, options));

const writeWhole = (path, data, options) =>
  (isDescriptor(path) ? writeDescriptor(path, data, options) : writeFile(path, data, options));

const appendWhole = (path, data, options) => writeWhole(path, data, appending(options));

module.exports = { appendWhole, appending, readFile, readHandle, readWhole, writeFile, writeHandle, writeWhole };
