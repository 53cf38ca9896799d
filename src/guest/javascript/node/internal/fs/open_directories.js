'use strict';

// Directories that are open.

const { absolute, toOptions, toPath } = require('internal/fs/arguments');
const { at } = require('internal/fs/effects');
const { readdir } = require('internal/fs/directories');
const { Failure, failed, perform, start, walk } = require('internal/fs/operation');
const { FIND } = require('internal/fs/requests');
const { codes, notOffered, validateCallback } = require('internal/errors');

const { files, major } = binding;
const rules = binding.rules.files;

// So many entries are asked for at once.
const ENTRIES = 32;

const settler = (resolve, reject) => (error, value) => (error ? reject(error) : resolve(value));

// FP-9: who throws when given the first of the entries that were read.
function answer(callback, error, entry) {
  if (error || entry === null || !rules.throwingReaderIsCalledAgain) {
    callback(error, entry);
    return;
  }
  try {
    callback(null, entry);
  } catch (thrown) {
    callback(thrown);
  }
}

// From 24 on nobody learns what is thrown once a read completed.
function orLost(work) {
  try {
    work();
  } catch (thrown) {
    if (major >= 24) notOffered('an exception after a read of a directory', 'callbacks of Dir.read that throw nothing');
    throw thrown;
  }
}

// An open directory. What it holds is found out by the first read.
class Dir {
  #path;
  #take;
  #entries = [];
  #isClosed = false;
  // What was asked for while an entry is read, which it waits for; null if none is.
  #waiting = null;

  constructor(path, full, { recursive, bufferSize }) {
    this.#path = path;
    const reading = readdir(full, { withFileTypes: true, recursive });
    let left;
    this.#take = {
      touches: reading.touches,
      run: (form) => {
        left ??= (reading.steps === undefined ? reading.run(form) : walk(reading.steps(form)))
          .map((entry) => rebased(entry, full, path));
        this.#entries = left.splice(0, bufferSize);
        return this.#entries.shift() ?? null;
      },
    };
  }
  get path() {
    return this.#path;
  }
  // FP-8: whether a closed directory throws.
  read(callback) {
    if (!rules.closedFolderThrowsForEntry && arguments.length === 0) return this.#promisedEntry();
    this.#checkOpen();
    if (callback === undefined) return this.#promisedEntry();
    validateCallback(callback);
    this.#next(callback, true);
    return undefined;
  }
  readSync() {
    this.#checkOpen();
    this.#checkIdle();
    return this.#entries.length > 0 ? this.#entries.shift() : perform(this.#take);
  }
  close(callback) {
    if (rules.closedFolderThrowsForClose) this.#checkOpen();
    if (callback === undefined) {
      return this.#isClosed ? Promise.reject(new codes.ERR_DIR_CLOSED()) : this.#promisedClose();
    }
    validateCallback(callback);
    this.#shut(callback);
    return undefined;
  }
  closeSync() {
    this.#checkOpen();
    this.#checkIdle();
    this.#isClosed = true;
  }
  async* entries() {
    try {
      for (let entry = await this.#promisedEntry(); entry !== null; entry = await this.#promisedEntry()) yield entry;
    } finally {
      await this.#promisedClose();
    }
  }
  #checkOpen() {
    if (this.#isClosed) throw new codes.ERR_DIR_CLOSED();
  }
  #checkIdle() {
    if (this.#waiting !== null) throw new codes.ERR_DIR_CONCURRENT_OPERATION();
  }
  #promisedEntry() {
    return new Promise((resolve, reject) => this.#next(settler(resolve, reject), false));
  }
  #promisedClose() {
    return new Promise((resolve, reject) => this.#shut(settler(resolve, reject)));
  }
  // What is known already is given by a tick if that is wanted, or on the spot.
  #next(callback, byTick) {
    this.#checkOpen();
    if (this.#waiting !== null) {
      this.#waiting.push(() => this.#next(callback, byTick));
    } else if (this.#entries.length > 0) {
      const entry = this.#entries.shift();
      if (byTick) binding.tick(() => callback(null, entry));
      else callback(null, entry);
    } else {
      this.#waiting = [];
      start(this.#take, 'callback', (error, entry) => {
        binding.tick(() => orLost(() => this.#goOn()));
        orLost(() => answer(callback, error, entry));
      });
    }
  }
  #goOn() {
    const waiting = this.#waiting;
    this.#waiting = null;
    for (const operation of waiting) operation();
  }
  #shut(callback) {
    if (this.#isClosed) {
      if (rules.closedFolderThrowsForClose) throw new codes.ERR_DIR_CLOSED();
      binding.tick(() => callback(new codes.ERR_DIR_CLOSED()));
    } else if (this.#waiting !== null) {
      this.#waiting.push(() => this.#shut(callback));
    } else {
      this.#isClosed = true;
      start({ run() {} }, 'callback', (error) => callback(error));
    }
  }
  static {
    const methods = [[Symbol.asyncIterator, this.prototype.entries]];
    if (major >= 22) {
      // Leaving a block that uses it closes what is still open.
      const { dispose, disposeAsync } = {
        dispose() {
          if (!this.#isClosed) this.closeSync();
        },
        async disposeAsync() {
          if (!this.#isClosed) await this.#promisedClose();
        },
      };
      methods.push([Symbol.dispose, dispose], [Symbol.asyncDispose, disposeAsync]);
    }
    for (const [symbol, value] of methods) {
      Object.defineProperty(this.prototype, symbol, { value, writable: true, enumerable: false, configurable: true });
    }
  }
}

function rebased(entry, full, given) {
  if (entry.parentPath === undefined) return entry;
  const parent = given + entry.parentPath.slice(full.length);
  entry.parentPath = parent;
  if (entry.path !== undefined) entry.path = parent;
  return entry;
}

function opendir(path, options) {
  const { recursive = false, bufferSize = ENTRIES } = toOptions(options);
  if (!Number.isInteger(bufferSize) || bufferSize < 1 || bufferSize >= 2 ** 32) {
    notOffered('a bufferSize of opendir that is refused once the directory is open', 'one that is not');
  }
  const name = toPath(path);
  const full = absolute(name);
  return {
    touches: () => at(FIND, full),
    run(form) {
      const found = files.stat(full, true);
      const code = failed(found) ? found : found.type === 'directory' ? undefined : 'ENOTDIR';
      if (code !== undefined) throw new Failure(code, 'opendir', form === 'sync' && major >= 20 ? undefined : name);
      return new Dir(name, full, { recursive: rules.listsTrees && recursive, bufferSize });
    },
  };
}

module.exports = { Dir, opendir };
