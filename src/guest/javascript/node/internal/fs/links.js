'use strict';

// Symbolic links.

const { absolute, encodedName, nodePath, toOptions, toPath } = require('internal/fs/arguments');
const { at, expectLinks } = require('internal/fs/effects');
const { Failure, check, jobsOf, walk } = require('internal/fs/operation');
const { FIND, LINK, NEXT_JOB } = require('internal/fs/requests');

const { files, major } = binding;

function symlink(target, path) {
  const link = toPath(target, 'target');
  const name = toPath(path);
  const full = absolute(name);
  expectLinks();
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

module.exports = { readlink, realpath, realpathNative, symlink };
