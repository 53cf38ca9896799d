'use strict';

// Removal of directories, and of whole trees.

const { absolute, toPath } = require('internal/fs/arguments');
const { at, naming, namingFound } = require('internal/fs/effects');
const { childOf, isDirectory } = require('internal/fs/directories');
const { keepUnnamed } = require('internal/fs/open_files');
const { Failure, chain, check, failed } = require('internal/fs/operation');
const { LIST, NEXT_JOB, READ } = require('internal/fs/requests');
const { codes, validateBoolean, validateInteger } = require('internal/errors');

const { files, major } = binding;
const rules = binding.rules.files;

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

// Whether a look before a removal goes through a link.
const looksThrough = major < 18;
const lookName = (follow) => (follow ? 'stat' : 'lstat');

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
      yield () => at(READ, full, looksThrough);
      const found = files.stat(full, looksThrough);
      if (found !== 'ENOENT' || !force) {
        if (check(found, lookName(looksThrough), name).type === 'directory' && !recursive) throw directoryError(name);
      }
      yield NEXT_JOB;
      yield* removingTree(full, name);
    },
    plan() {
      const found = files.stat(full, looksThrough);
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
  const looks = (form) => rules.rmdirLooks && (rules.rmdirWantsFolder || form !== 'promise');
  const follows = (form) => looksThrough || form === 'promise';
  return {
    touches: () => namingFound(full),
    * steps(form) {
      if (looks(form)) {
        const follow = follows(form);
        yield () => at(READ, full, follow);
        const found = files.stat(full, follow);
        if (rules.rmdirWantsFolder || found !== 'ENOENT') check(found, lookName(follow), name);
        yield NEXT_JOB;
        if (rules.rmdirWantsFolder && found.type !== 'directory') {
          yield () => removing(full);
          check(files.removeDirectory(full), 'rmdir', name);
          return;
        }
      }
      yield* removingTree(full, name);
    },
    plan(form) {
      const found = files.stat(full, looks(form) && follows(form));
      const missed = found === 'ENOENT' && !rules.rmdirWantsFolder;
      if (failed(found)) return chain(missed && looks(form) ? 2 : 1);
      if (rules.rmdirWantsFolder && found.type !== 'directory') return chain(2);
      return chain((looks(form) ? 1 : 0) + removalSteps(full));
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

module.exports = { rm, rmdir };
