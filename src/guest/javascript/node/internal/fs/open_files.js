'use strict';

// Open files. Each is {path, flags, position}, or {stream} for the three standard streams. `kept` is what files share
// that lost their common name while they were open: {name, bytes}.

const {
  O_ACCESS, O_APPEND, O_CREAT, O_DIRECTORY, O_EXCL, O_TRUNC, O_WRONLY, nodePath,
} = require('internal/fs/arguments');
const { at, resting } = require('internal/fs/effects');
const { Failure, check, failed } = require('internal/fs/operation');
const { FIND, NAME, READ, WRITE } = require('internal/fs/requests');

const { files } = binding;

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
  const file = { path: resting(full), flags, position: 0, kept: undefined };
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

module.exports = {
  contents,
  descriptor,
  descriptors,
  inFile,
  keepUnnamed,
  moveNames,
  onFile,
  openFile,
  openFiles,
  opening,
  probe,
  readAt,
  register,
  sizeOf,
  truncateOpen,
  writeAt,
};
