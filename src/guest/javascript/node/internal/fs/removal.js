'use strict';

// Removal of directories, and of whole trees.

const { absolute, toPath } = require('internal/fs/arguments');
const { at, naming, namingFound } = require('internal/fs/effects');
const { childOf } = require('internal/fs/directories');
const { keepUnnamed } = require('internal/fs/open_files');
const { chain, check, failed, failingAt, jobsOf } = require('internal/fs/operation');
const { LIST, NEXT_JOB, READ } = require('internal/fs/requests');
const { codes, validateBoolean, validateInteger } = require('internal/errors');

const { files, major } = binding;
const rules = binding.rules.files;

// What removes the files and directories of a tree, and what only finds out how far that would get.
const reallyRemoving = {
  file(full) {
    keepUnnamed(full);
    return files.remove(full);
  },
  directory: files.removeDirectory,
  emptied: files.removeDirectory,
};
const onlyLooking = {
  file() {},
  directory(full) {
    const names = files.list(full);
    return failed(names) ? names : names.length > 0 ? 'ENOTEMPTY' : undefined;
  },
  emptied() {},
};

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
function* removingTree(full, name, remove) {
  const isGone = (result, syscall) => (result === 'ENOENT' ? true : check(result, syscall, name) === null);
  yield () => at(READ, full, false);
  const found = files.stat(full, false);
  if (isGone(found, 'lstat')) return;
  yield NEXT_JOB;
  if (found.type !== 'directory') {
    yield () => namingFound(full);
    isGone(remove.file(full), 'unlink');
    return;
  }
  yield () => removing(full);
  const removed = remove.directory(full);
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
    yield* together(names.map((each) => removingTree(childOf(full, each), name, remove)));
    yield NEXT_JOB;
  }
  yield () => removing(full);
  isGone(remove.emptied(full), 'rmdir');
}

// What is touched by the removal of a directory, which fails as long as there is something in it.
function removing(full) {
  const names = files.list(full);
  return failed(names) || names.length > 0 ? at(LIST, full, false) : naming(full);
}

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
  const follow = rules.removalLooksThroughLinks;
  function* removal(remove) {
    yield () => at(READ, full, follow);
    const found = files.stat(full, follow);
    if (found !== 'ENOENT' || !force) {
      if (check(found, lookName(follow), name).type === 'directory' && !recursive) throw directoryError(name);
    }
    yield NEXT_JOB;
    yield* removingTree(full, name, remove);
  }
  return {
    touches: () => namingFound(full),
    steps: () => removal(reallyRemoving),
    plan: () => chain(jobsOf(removal(onlyLooking))),
  };
}

function removeDirectoryTree(name, full) {
  if (major >= 16) {
    process.emitWarning('In future versions of Node.js, fs.rmdir(path, { recursive: true }) will be removed. ' +
      'Use fs.rm(path, { recursive: true }) instead', 'DeprecationWarning', 'DEP0147');
  }
  // Gives whether there is a tree to be removed.
  function* looking(form) {
    if (!rules.rmdirLooks || (form === 'promise' && !rules.rmdirWantsFolder)) return true;
    const follow = form === 'promise' || rules.removalLooksThroughLinks;
    yield () => at(READ, full, follow);
    const found = files.stat(full, follow);
    if (rules.rmdirWantsFolder || found !== 'ENOENT') check(found, lookName(follow), name);
    yield NEXT_JOB;
    return !rules.rmdirWantsFolder || found.type === 'directory';
  }
  function* removal(form, remove) {
    if (yield* failingAt('look', looking(form))) {
      yield* removingTree(full, name, remove);
    } else {
      yield () => removing(full);
      check(remove.directory(full), 'rmdir', name);
    }
  }
  return {
    touches: () => namingFound(full),
    steps: (form) => removal(form, reallyRemoving),
    plan: (form) => chain(jobsOf(removal(form, onlyLooking))),
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
