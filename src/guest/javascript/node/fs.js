'use strict';

// The callback and synchronous forms of fs, made from the operations both share with the promise forms.

const { realpathNative } = require('internal/fs/links');
const { Dir } = require('internal/fs/open_directories');
const { perform, start } = require('internal/fs/operation');
const operations = require('internal/fs/operations');
const { Dirent, Stats } = require('internal/fs/results');
const { notOffered, validateCallback } = require('internal/errors');

const { major } = binding;

// The callback is the first function after the first argument, wherever options were left out.
function split(args, most) {
  const last = Math.min(args.length - 1, most);
  for (let at = 1; at < last; at++) {
    if (typeof args[at] === 'function') return [args.slice(0, at), args[at]];
  }
  return [args.slice(0, Math.max(last, 1)), args[last > 0 ? last : 1]];
}

function deliver(operation, callback) {
  if ('buffer' in operation) {
    start(operation, 'callback', (error, value) => callback(error, value || 0, operation.buffer));
    return;
  }
  start(operation, 'callback', (error, value) => {
    if (value === undefined) callback(error);
    else callback(error, value);
  });
}

// At most `most` arguments stand before the callback.
function later(operation, most, args) {
  const [before, callback] = split(args, most);
  validateCallback(callback, 'cb');
  deliver(operation(...before), callback);
}

const now = (operation, args) => perform(operation(...args));

const fs = {
  access(...args) { later(operations.access, 2, args); },
  accessSync(...args) { return now(operations.access, args); },
  appendFile(...args) { later(operations.appendFile, 3, args); },
  appendFileSync(...args) { return now(operations.appendFile, args); },
  chmod(...args) { later(operations.chmod, 2, args); },
  chmodSync(...args) { return now(operations.chmod, args); },
  chown(...args) { later(operations.chown, 3, args); },
  chownSync(...args) { return now(operations.chown, args); },
  close(...args) { later(operations.close, 1, args); },
  closeSync(...args) { return now(operations.close, args); },
  copyFile(...args) { later(operations.copyFile, 3, args); },
  copyFileSync(...args) { return now(operations.copyFile, args); },
  fchmod(...args) { later(operations.fchmod, 2, args); },
  fchmodSync(...args) { return now(operations.fchmod, args); },
  fchown(...args) { later(operations.fchown, 3, args); },
  fchownSync(...args) { return now(operations.fchown, args); },
  fdatasync(...args) { later(operations.fdatasync, 1, args); },
  fdatasyncSync(...args) { return now(operations.fdatasync, args); },
  fstat(...args) { later(operations.fstat, 2, args); },
  fstatSync(...args) { return now(operations.fstat, args); },
  fsync(...args) { later(operations.fsync, 1, args); },
  fsyncSync(...args) { return now(operations.fsync, args); },
  ftruncate(...args) { later(operations.ftruncate, 2, args); },
  ftruncateSync(...args) { return now(operations.ftruncate, args); },
  futimes(...args) { later(operations.futimes, 3, args); },
  futimesSync(...args) { return now(operations.futimes, args); },
  lchown(...args) { later(operations.lchown, 3, args); },
  lchownSync(...args) { return now(operations.lchown, args); },
  lstat(...args) { later(operations.lstat, 2, args); },
  lstatSync(...args) { return now(operations.lstat, args); },
  lutimes(...args) { later(operations.lutimes, 3, args); },
  lutimesSync(...args) { return now(operations.lutimes, args); },
  mkdir(...args) { later(operations.mkdir, 2, args); },
  mkdirSync(...args) { return now(operations.mkdir, args); },
  mkdtemp(...args) { later(operations.mkdtemp, 2, args); },
  mkdtempSync(...args) { return now(operations.mkdtemp, args); },
  open(...args) { later(operations.open, 3, args); },
  openSync(...args) { return now(operations.open, args); },
  opendir(...args) { later(operations.opendir, 2, args); },
  opendirSync(...args) { return now(operations.opendir, args); },
  read(...args) { later(operations.read, 5, args); },
  readSync(...args) { return now(operations.read, args); },
  readFile(...args) { later(operations.readFile, 2, args); },
  readFileSync(...args) { return now(operations.readFile, args); },
  readdir(...args) { later(operations.readdir, 2, args); },
  readdirSync(...args) { return now(operations.readdir, args); },
  readlink(...args) { later(operations.readlink, 2, args); },
  readlinkSync(...args) { return now(operations.readlink, args); },
  readv(...args) { later(operations.readv, 3, args); },
  readvSync(...args) { return now(operations.readv, args); },
  realpath(...args) { later(operations.realpath, 2, args); },
  realpathSync(...args) { return now(operations.realpath, args); },
  rename(...args) { later(operations.rename, 2, args); },
  renameSync(...args) { return now(operations.rename, args); },
  rm(...args) { later(operations.rm, 2, args); },
  rmSync(...args) { return now(operations.rm, args); },
  rmdir(...args) { later(operations.rmdir, 2, args); },
  rmdirSync(...args) { return now(operations.rmdir, args); },
  stat(...args) { later(operations.stat, 2, args); },
  statSync(...args) { return now(operations.stat, args); },
  symlink(...args) { later(operations.symlink, 3, args); },
  symlinkSync(...args) { return now(operations.symlink, args); },
  truncate(...args) { later(operations.truncate, 2, args); },
  truncateSync(...args) { return now(operations.truncate, args); },
  unlink(...args) { later(operations.unlink, 1, args); },
  unlinkSync(...args) { return now(operations.unlink, args); },
  utimes(...args) { later(operations.utimes, 3, args); },
  utimesSync(...args) { return now(operations.utimes, args); },
  write(...args) { later(operations.write, 5, args); },
  writeSync(...args) { return now(operations.write, args); },
  writeFile(...args) { later(operations.writeFile, 3, args); },
  writeFileSync(...args) { return now(operations.writeFile, args); },
  writev(...args) { later(operations.writev, 3, args); },
  writevSync(...args) { return now(operations.writev, args); },
};

module.exports = fs;

if (major < 14) {
  delete fs.rm;
  delete fs.rmSync;
}

// From 14 on a file may be closed without a callback; what then fails is thrown.
if (major >= 14) {
  const raise = (error) => {
    if (error) throw error;
  };
  fs.close = function close(fd, callback = raise) {
    if (callback !== raise) validateCallback(callback, 'cb');
    deliver(operations.close(fd), callback);
  };
}

// Before 16 what stands alone between descriptor and callback is taken for options, a buffer too.
if (major < 16) {
  const shortForm = (fd, ...rest) => {
    const alone = rest.length === 1 && ArrayBuffer.isView(rest[0]);
    return alone ? operations.read(fd, rest[0].buffer, 0) : operations.read(fd, ...rest);
  };
  fs.read = function read(...args) {
    later(shortForm, 5, args);
  };
}

if (binding.rules.files.listsTreesOnTheSpot) {
  fs.readdir = function readdir(...args) {
    const [path, options, callback] = args;
    if (!options?.recursive) {
      later(operations.readdir, 2, args);
      return;
    }
    validateCallback(callback, 'callback');
    callback(null, perform(operations.readdir(path, options)));
  };
}

fs.exists = function exists(path, callback) {
  validateCallback(callback, 'cb');
  let operation;
  try {
    operation = operations.access(path);
  } catch {
    callback(false);
    return;
  }
  start(operation, 'callback', (error) => callback(error === null));
};

fs.existsSync = function existsSync(path) {
  try {
    perform(operations.access(path));
    return true;
  } catch {
    return false;
  }
};

fs.realpath.native = (...args) => later(realpathNative, 2, args);
fs.realpathSync.native = (...args) => now(realpathNative, args);

// What util.promisify makes of the functions whose callbacks get several values, or no error.
const custom = Symbol.for('nodejs.util.promisify.custom');

function promisifyTo(name, property, result) {
  const called = fs[name];
  const promised = (...args) => new Promise((resolve, reject) => {
    called(...args, (error, value, buffer) => (error ? reject(error) : resolve({ [property]: value, [result]: buffer })));
  });
  Object.defineProperty(called, custom, { value: promised, configurable: true });
}

promisifyTo('read', 'bytesRead', 'buffer');
promisifyTo('write', 'bytesWritten', 'buffer');
promisifyTo('readv', 'bytesRead', 'buffers');
promisifyTo('writev', 'bytesWritten', 'buffers');
Object.defineProperty(fs.exists, custom, {
  value: (path) => new Promise((resolve) => fs.exists(path, resolve)),
  configurable: true,
});

fs.createReadStream = function createReadStream(path, options) {
  return new fs.ReadStream(path, options);
};
fs.createWriteStream = function createWriteStream(path, options) {
  return new fs.WriteStream(path, options);
};
for (const [name, kind] of [
  ['ReadStream', 'ReadStream'], ['WriteStream', 'WriteStream'], ['FileReadStream', 'ReadStream'], ['FileWriteStream', 'WriteStream'],
]) {
  let replaced;
  Object.defineProperty(fs, name, {
    configurable: true,
    enumerable: true,
    get: () => replaced ?? require('internal/fs/streams')[kind],
    set(value) {
      replaced = value;
    },
  });
}

const LEFT_OUT = {
  link: 12,
  linkSync: 12,
  unwatchFile: 12,
  watch: 12,
  watchFile: 12,
  cp: 16,
  cpSync: 16,
  statfs: 18,
  statfsSync: 18,
  openAsBlob: 20,
  glob: 22,
  globSync: 22,
  Utf8Stream: 24,
  mkdtempDisposableSync: 24,
  openAsBlobSync: 26,
};

const OFFERED = 'reading and writing of whole files, open files, streams, symbolic links, and directories';

for (const [name, since] of Object.entries(LEFT_OUT)) {
  if (major < since) continue;
  fs[name] = function() {
    notOffered(`fs.${name}`, OFFERED);
  };
}

fs.lchmod = undefined;
fs.lchmodSync = undefined;
fs.Dir = Dir;
fs.Dirent = Dirent;
fs.Stats = Stats;

const CONSTANTS = {
  UV_FS_SYMLINK_DIR: 1,
  UV_FS_SYMLINK_JUNCTION: 2,
  O_RDONLY: 0,
  O_WRONLY: 1,
  O_RDWR: 2,
  UV_DIRENT_UNKNOWN: 0,
  UV_DIRENT_FILE: 1,
  UV_DIRENT_DIR: 2,
  UV_DIRENT_LINK: 3,
  UV_DIRENT_FIFO: 4,
  UV_DIRENT_SOCKET: 5,
  UV_DIRENT_CHAR: 6,
  UV_DIRENT_BLOCK: 7,
  S_IFMT: 0o170000,
  S_IFREG: 0o100000,
  S_IFDIR: 0o040000,
  S_IFCHR: 0o020000,
  S_IFBLK: 0o060000,
  S_IFIFO: 0o010000,
  S_IFLNK: 0o120000,
  S_IFSOCK: 0o140000,
  O_CREAT: 64,
  O_EXCL: 128,
  UV_FS_O_FILEMAP: 0,
  O_NOCTTY: 256,
  O_TRUNC: 512,
  O_APPEND: 1024,
  O_DIRECTORY: 65536,
  O_NOATIME: 262144,
  O_NOFOLLOW: 131072,
  O_SYNC: 1052672,
  O_DSYNC: 4096,
  O_DIRECT: 16384,
  O_NONBLOCK: 2048,
  S_IRWXU: 0o700,
  S_IRUSR: 0o400,
  S_IWUSR: 0o200,
  S_IXUSR: 0o100,
  S_IRWXG: 0o070,
  S_IRGRP: 0o040,
  S_IWGRP: 0o020,
  S_IXGRP: 0o010,
  S_IRWXO: 0o007,
  S_IROTH: 0o004,
  S_IWOTH: 0o002,
  S_IXOTH: 0o001,
  F_OK: 0,
  R_OK: 4,
  W_OK: 2,
  X_OK: 1,
  UV_FS_COPYFILE_EXCL: 1,
  COPYFILE_EXCL: 1,
  UV_FS_COPYFILE_FICLONE: 2,
  COPYFILE_FICLONE: 2,
  UV_FS_COPYFILE_FICLONE_FORCE: 4,
  COPYFILE_FICLONE_FORCE: 4,
};

if (major >= 24) {
  for (const name of ['TEMPORARY', 'SHORT_LIVED', 'SEQUENTIAL', 'RANDOM']) CONSTANTS[`UV_FS_O_${name}`] = 0;
}
fs.constants = Object.assign(Object.create(null), CONSTANTS);

if (major < 24) {
  for (const name of ['F_OK', 'R_OK', 'W_OK', 'X_OK']) {
    Object.defineProperty(fs, name, { value: CONSTANTS[name], enumerable: true });
  }
} else if (major < 26) {
  for (const name of ['F_OK', 'R_OK', 'W_OK', 'X_OK']) {
    let get = () => {
      get = require('util').deprecate(() => CONSTANTS[name], `fs.${name} is deprecated, use fs.constants.${name} instead`, 'DEP0176');
      return get();
    };
    Object.defineProperty(fs, name, { get: () => get() });
  }
}
require('internal/left_out').fill('fs', fs);

Object.defineProperty(fs, 'promises', {
  configurable: true,
  enumerable: true,
  get: () => require('internal/fs/promises'),
});
