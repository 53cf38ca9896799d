'use strict';

// What calls of fs give: what a file is, and what a directory holds.

const { major } = binding;

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

module.exports = { BigIntStats, Dirent, Stats, hidden, statsOf };
