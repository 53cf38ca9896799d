'use strict';

// Directories that are open.

const { absolute, toOptions, toPath } = require('internal/fs/arguments');
const { at } = require('internal/fs/effects');
const { readdir } = require('internal/fs/directories');
const { Failure, failed, perform, start, walk } = require('internal/fs/operation');
const { FIND } = require('internal/fs/requests');
const { hidden } = require('internal/fs/results');
const { codes, validateCallback } = require('internal/errors');

const { files, major } = binding;
const rules = binding.rules.files;

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

if (major >= 22) {
  const { dispose, disposeAsync } = {
    dispose() {
      if (!this[kClosed]) this.closeSync();
    },
    async disposeAsync() {
      if (!this[kClosed]) await this.close();
    },
  };
  for (const [symbol, value] of [[Symbol.dispose, dispose], [Symbol.asyncDispose, disposeAsync]]) {
    Object.defineProperty(Dir.prototype, symbol, { value, writable: true, enumerable: false, configurable: true });
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
      return new Dir(name, full, rules.listsTrees && recursive);
    },
  };
}

module.exports = { Dir, opendir };
