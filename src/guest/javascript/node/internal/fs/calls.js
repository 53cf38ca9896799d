'use strict';

// One system call each, or a few.

const {
  O_ACCESS, O_CREAT, O_EXCL, O_RDWR, O_WRONLY, absolute, asBytes, checkBuffer, checkDescriptor, checkEncoding, checkMode,
  checkViews, isOptions, isView, toBytes, toFlags, toPath, toPiece, toPosition,
} = require('internal/fs/arguments');
const { at, naming, namingFound } = require('internal/fs/effects');
const {
  contents, descriptor, descriptors, inFile, keepUnnamed, moveNames, onFile, openFile, openFiles, opening, probe, readAt, register,
  sizeOf, truncateOpen, writeAt,
} = require('internal/fs/open_files');
const { Failure, chain, check, failed } = require('internal/fs/operation');
const { FIND, NAME, NEXT_JOB, NOTHING, READ, WRITE } = require('internal/fs/requests');
const { statsOf } = require('internal/fs/results');
const { validateInteger } = require('internal/errors');

const { files, major } = binding;

const DEFAULT_READ = 16384;

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

const changingOwner = (operation) => (target, uid, gid) => {
  const request = operation(target);
  validateInteger(uid, 'uid', -1, 2 ** 32 - 1);
  validateInteger(gid, 'gid', -1, 2 ** 32 - 1);
  return request;
};

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

module.exports = {
  access,
  chmod,
  chown: changingOwner(onPath('chown', true)),
  close,
  copyFile,
  fchmod: onDescriptor('fchmod'),
  fchown: changingOwner(onDescriptor('fchown')),
  fdatasync: onDescriptor('fdatasync'),
  fstat,
  fsync: onDescriptor('fsync'),
  ftruncate,
  futimes: onDescriptor('futime'),
  lchown: changingOwner(onPath('lchown', false)),
  lstat: statWith('lstat', false),
  lutimes: onPath('lutime', false),
  open,
  read,
  readv: vectored('read', READ, readAt),
  rename,
  stat: statWith('stat', true),
  truncate,
  unlink,
  utimes: onPath('utime', true),
  write,
  writev: vectored('write', WRITE, writeAt),
};
