'use strict';

// Directories: made, and listed.

const { absolute, checkMode, encodedName, nodePath, toOptions, toPath } = require('internal/fs/arguments');
const { at, naming, namingNew } = require('internal/fs/effects');
const { Failure, chain, check, failed, jobsOf, walk } = require('internal/fs/operation');
const { FIND, LIST, NEXT_JOB, WALK } = require('internal/fs/requests');
const { Dirent } = require('internal/fs/results');
const { codes, validateBoolean } = require('internal/errors');

const { files, major } = binding;
const rules = binding.rules.files;

function mkdir(path, options) {
  const given = typeof options === 'object' && options !== null ? options : { mode: options };
  const recursive = given.recursive ?? false;
  const name = toPath(path);
  const full = absolute(name);
  validateBoolean(recursive, major < 20 ? 'recursive' : 'options.recursive');
  checkMode(given.mode);
  if (!recursive) {
    return {
      touches: () => namingNew(full),
      run() {
        check(files.makeDirectory(full), 'mkdir', name);
      },
    };
  }
  // What is missing, from the outermost on.
  const missing = () => {
    const { dirname } = nodePath();
    const names = [];
    for (let here = name; files.stat(absolute(here), true) === 'ENOENT'; here = dirname(here)) {
      names.unshift(here);
      if (here === '/' || here === '.') break;
    }
    return names;
  };
  return {
    touches() {
      const names = missing();
      return names.length === 0 ? at(FIND, full) : naming(absolute(names[0]));
    },
    steps: () => makingTree(name),
    plan() {
      const found = files.stat(full, true);
      if (!failed(found)) return chain(2);
      return chain(found === 'ENOENT' ? 2 * missing().length - 1 : 1);
    },
  };
}

// Makes a directory, and those above it once it turns out that they are missing. Gives the first that was made.
function* makingTree(name) {
  const waiting = [name];
  let first;
  for (;;) {
    const here = waiting.pop();
    const full = absolute(here);
    yield () => namingNew(full);
    const made = files.makeDirectory(full);
    if (!failed(made)) {
      first ??= here;
    } else if (made === 'ENOENT') {
      const above = nodePath().dirname(here);
      if (above === here) throw new Failure(made, 'mkdir', name);
      waiting.push(here, above);
    } else if (made === 'EEXIST') {
      yield NEXT_JOB;
      yield () => at(FIND, full);
      const found = files.stat(full, true);
      if (found.type !== 'directory') {
        throw new Failure(waiting.length > 0 ? 'ENOTDIR' : failed(found) ? found : made, 'mkdir', name);
      }
    } else {
      throw new Failure(made, 'mkdir', name);
    }
    if (waiting.length === 0) return first;
    yield NEXT_JOB;
  }
}

const NAME_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function mkdtemp(prefix, options) {
  const { encoding } = toOptions(options);
  if (major < 18 && typeof prefix !== 'string') throw new codes.ERR_INVALID_ARG_TYPE('prefix', 'string', prefix);
  const start = toPath(prefix, 'prefix');
  return {
    touches: () => naming(absolute(`${start}XXXXXX`)),
    run() {
      const letters = Array.from(binding.random(6), (byte) => NAME_LETTERS[byte % NAME_LETTERS.length]).join('');
      check(files.makeDirectory(absolute(start + letters)), 'mkdtemp', `${start}XXXXXX`);
      return encodedName(start + letters, encoding);
    },
  };
}

const childOf = (path, name) => (path === '/' ? `/${name}` : `${path}/${name}`);

const isDirectory = (path) => files.stat(path, false).type === 'directory';

// Reads every directory below a path, by breadth, or as the promise form goes before 26: the last found first. Gives each
// with what it holds.
function* readingTree(full, given, lastFirst) {
  const queue = [[full, given]];
  const levels = [];
  while (queue.length > 0) {
    const [path, name] = lastFirst ? queue.pop() : queue.shift();
    if (levels.length > 0) yield NEXT_JOB;
    yield () => at(LIST, path);
    const names = check(files.list(path), 'scandir', given);
    levels.push([path, name, names.map((each) => [each, files.stat(childOf(path, each), false).type])]);
    for (const each of names) {
      const child = childOf(path, each);
      if (isDirectory(child)) queue.push([child, nodePath().join(name, each)]);
    }
  }
  return levels;
}

function readdir(path, options) {
  const { encoding, withFileTypes, recursive: asked } = toOptions(options);
  const recursive = rules.listsTrees && (asked ?? false);
  if (rules.listsTrees && asked !== undefined && asked !== null) validateBoolean(asked, 'options.recursive');
  const name = toPath(path);
  const full = absolute(name);
  if (!recursive) {
    return {
      touches: () => at(LIST, full),
      run() {
        const names = check(files.list(full), 'scandir', name);
        const typeOf = (each) => files.stat(childOf(full, each), false).type;
        return names.map((each) => {
          const shown = encodedName(each, encoding);
          return withFileTypes ? new Dirent(shown, typeOf(each), name) : shown;
        });
      },
    };
  }
  const shown = (levels) => levels.flatMap(([directory, given, entries]) => entries.map(([each, type]) => {
    if (withFileTypes) return new Dirent(encodedName(each, encoding), type, given);
    return encodedName(nodePath().relative(full, childOf(directory, each)), encoding);
  }));
  const touches = () => at(WALK, full);
  return {
    touches,
    * steps(form) {
      if (form !== 'sync' && rules.listsTreesInOneJob) {
        yield touches;
        return shown(walk(readingTree(full, name, false)));
      }
      return shown(yield* readingTree(full, name, form === 'promise'));
    },
    plan() {
      if (rules.listsTreesInOneJob || failed(files.list(full))) return ['job', 0];
      return chain(jobsOf(readingTree(full, name)));
    },
  };
}

module.exports = { childOf, isDirectory, mkdir, mkdtemp, readdir };
