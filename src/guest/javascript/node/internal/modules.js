'use strict';
// ES modules: what a specifier names, the source that stands for what is no ES module, the entry, and require() of one.
// The engine links and evaluates.

const commonjs = require('internal/commonjs');
const {
  major, rules, files, outlineOf, isEngineModule, environment, fail, microtask, afterJobs, settleEntry,
} = binding;

function urlOf(path) {
  return require('url').pathToFileURL(path).href;
}

function pathOf(name) {
  return name.startsWith('file:') ? require('url').fileURLToPath(name) : name;
}

function notFound(what, name, base) {
  const error = new Error(`Cannot find ${what} '${name}' imported from ${base}`);
  error.code = 'ERR_MODULE_NOT_FOUND';
  return error;
}

// The file a name stands for: a query or fragment makes another module of the same file.
function fileOf(name) {
  return /^[^?#]*/.exec(name)[0];
}

// The name under which the engine knows a module: `node:` and a name, or an absolute path with what followed it.
exports.resolve = function resolve(base, specifier) {
  if (base.startsWith(STAND_IN)) return specifier;
  if (specifier.startsWith('data:')) require('internal/errors').notOffered('a data: import', ['relative paths', 'packages', 'built-ins']);
  if (commonjs.isBuiltin(specifier)) {
    commonjs.builtin(specifier);
    return specifier.startsWith('node:') ? specifier : `node:${specifier}`;
  }
  if (specifier.startsWith('node:')) commonjs.builtin(specifier);
  const folder = fileOf(base).slice(0, fileOf(base).lastIndexOf('/')) || '/';
  const isPath = specifier.startsWith('file:') || specifier.startsWith('/') || /^\.\.?(\/|$)/.test(specifier);
  if (isPath) {
    const suffix = /[?#].*$/.exec(specifier)?.[0] ?? '';
    const plain = fileOf(specifier);
    const path = require('path').resolve(folder, decodeURIComponent(pathOf(plain)));
    binding.beforeFind?.(path);
    const status = files.stat(path, true);
    if (typeof status === 'string') throw notFound('module', path, base);
    if (status.type === 'directory') {
      const error = new Error(`Directory import '${path}' is not supported resolving ES modules imported from ${base}`);
      error.code = 'ERR_UNSUPPORTED_DIR_IMPORT';
      throw error;
    }
    return path + suffix;
  }
  const found = commonjs.resolvePath(specifier, folder, ['node', 'import']);
  if (found === undefined) throw notFound('package', specifier, base);
  return found;
};

function exportNames(value) {
  return value !== null && (typeof value === 'object' || typeof value === 'function')
    ? Object.keys(value).filter((key) => key !== 'default' && /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key))
    : [];
}

// The names a CommonJS file exports as far as its text shows them.
function commonJsNames(text) {
  const names = new Set();
  for (const [, name] of text.matchAll(/(?:^|[^\w$.])(?:module\.)?exports\.([\w$]+)\s*=(?!=)/g)) names.add(name);
  for (const [, name] of text.matchAll(/Object\.defineProperty\(\s*(?:module\.)?exports\s*,\s*['"]([\w$]+)['"]/g)) names.add(name);
  for (const [, body] of text.matchAll(/module\.exports\s*=\s*\{([^}]*)\}/g)) {
    for (const part of body.split(',')) {
      const name = /^\s*['"]?([\w$]+)['"]?\s*(?:[:(]|$)/.exec(part)?.[1];
      if (name !== undefined) names.add(name);
    }
  }
  names.delete('default');
  names.delete('__esModule');
  return [...names];
}

function wrapper(names, hasOwnName) {
  const lines = ['const value = import.meta.evaluate();', 'export default value;'];
  names.forEach((name, at) => lines.push(`const _${at} = value?.[${JSON.stringify(name)}];`, `export { _${at} as ${name} };`));
  if (hasOwnName) lines.push("export { value as 'module.exports' };");
  return lines.join('\n');
}

// Every module the engine was given.
const known = new Set();

// Names the engine is given for what no file is.
const STAND_IN = 'tickproof:';
// What require() gives of an ES module that could be taken for a CommonJS one: the same, marked as what it is.
const FACADE = `${STAND_IN}facade:`;
// Imports a module and hands over its namespace.
const TAKER = `${STAND_IN}taker:`;

// A CommonJS file that threw, as later importers may see it.
const THROWN = `${STAND_IN}thrown:`;
// An ES module that ran once another had settled, for those that import it later: the engine would have them wait for ever,
// for it forgets that such a module is done unless it waits at its own top level, as this does.
const SETTLED = `${STAND_IN}settled:`;

// The modules that are no ES modules whose code runs now, each with the module whose evaluation it is part of.
const running = [];
let root;
// What the evaluation that is going on met: an error thrown by a CommonJS file.
let thrown;
// The same by the name of the file, and the stand-ins for such files.
const failures = { __proto__: null };
const standIns = { __proto__: null };
let standInsMade = 0;

// A new name for a stand-in, under which `parts` are found.
function standIn(kind, parts) {
  standInsMade += 1;
  const name = kind + standInsMade;
  standIns[name] = parts;
  return name;
}

// What the engine is told that a specifier in a module stands for.
exports.resolveImport = function resolveImport(base, specifier) {
  const name = exports.resolve(base, specifier);
  if (base.startsWith(STAND_IN)) return name;
  if (settled[name]?.hasRun) return settled[name].standIn;
  return rules.forgetsThrow && failures[name] !== undefined ? standIn(THROWN, { path: name }) : name;
};

// Evaluates what is no ES module.
function run(name, evaluate) {
  running.push({ root, name });
  try {
    return evaluate();
  } catch (error) {
    thrown = { error };
    failures[name] = thrown;
    throw error;
  } finally {
    running.pop();
  }
}

// The source that stands for a module which is no ES module, with the function its `import.meta.evaluate` is; undefined
// for a file that is one.
exports.load = function load(name, type) {
  if (name.startsWith(TAKER)) {
    const { path, take } = standIns[name];
    const source = `import * as namespace from ${JSON.stringify(path)}; export { namespace }; import.meta.evaluate(namespace);`;
    return { source, evaluate: take };
  }
  if (name.startsWith(SETTLED)) {
    const { names, run: evaluate } = standIns[name];
    const path = JSON.stringify(standIns[name].path);
    const parts = [`export * from ${path}; import.meta.evaluate(); if (false) await undefined;`];
    if (names.includes('default')) parts.push(`export { default } from ${path};`);
    return { source: parts.join(' '), evaluate };
  }
  if (name.startsWith(FACADE)) {
    const path = JSON.stringify(name.slice(FACADE.length));
    return {
      source: `export * from ${path}; export { default } from ${path}; export const __esModule = true;`,
      evaluate: undefined,
    };
  }
  if (name.startsWith(THROWN)) {
    const { path } = standIns[name];
    return {
      source: wrapper(commonJsNames(commonjs.readText(fileOf(path))), major >= 23),
      evaluate: () => { Promise.reject(failures[path].error); },
    };
  }
  known.add(name);
  if (name.startsWith('node:')) {
    return { source: wrapper(exportNames(commonjs.builtin(name)), false), evaluate: () => commonjs.builtin(name) };
  }
  const file = fileOf(name);
  if (file.endsWith('.json')) {
    const refusal = refusalOf(name, type);
    if (refusal !== undefined) throw refusal;
    return { source: wrapper([], false), evaluate: () => run(name, () => commonjs.load(file)) };
  }
  if (!isModule(name)) {
    exports.isEngineReady = true;
    const names = commonJsNames(commonjs.readText(file));
    return { source: wrapper(names, major >= 23), evaluate: () => run(name, () => commonjs.load(file)) };
  }
  return undefined;
};

// The first CommonJS file that is imported may have to wait for the engine; this is said once one did.
exports.isEngineReady = false;

// JSON files somebody imported with the attribute that takes.
const typed = new Set();

// Why a file is not taken as what it is.
function refusalOf(name, type) {
  if (!fileOf(name).endsWith('.json') || typed.has(name)) return undefined;
  if (type === 'json' && major >= 16) {
    typed.add(name);
    return undefined;
  }
  const error = major < 16
    ? new TypeError(`Unknown file extension ".json" for ${name}`)
    : new TypeError(`Module "${urlOf(name)}" needs an import ${major >= 22 ? 'attribute' : 'assertion'} of "type: json"`);
  error.code = major < 16 ? 'ERR_UNKNOWN_FILE_EXTENSION'
    : major >= 22 ? 'ERR_IMPORT_ATTRIBUTE_MISSING' : 'ERR_IMPORT_ASSERTION_TYPE_MISSING';
  return error;
}

function isModule(name) {
  if (name.startsWith('node:')) return false;
  const file = fileOf(name);
  if (file.endsWith('.json') || file.endsWith('.cjs')) return false;
  return commonjs.isModuleFile(file) || isEngineModule(file);
}

const outlines = { __proto__: null };

// What a module imports, and whether it waits at its top level. What the engine was given stays as it is.
function outline(name) {
  if (outlines[name] !== undefined) return outlines[name];
  const shown = isModule(name) ? outlineOf(name) : { imports: [], awaits: false };
  if (known.has(name)) outlines[name] = shown;
  return shown;
}

const specifiers = (name) => outline(name).imports;

// Every module of a graph, its root first.
function graphOf(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  for (const specifier of specifiers(name)) graphOf(exports.resolve(name, specifier), found);
  return found;
}

// The files whose text was read: whatever becomes of them, the engine is given that.
const kept = new Set();

function keep(name) {
  if (!kept.has(name) && binding.keepModule(name)) kept.add(name);
}

// Throws if a module cannot be loaded.
function check(name) {
  const refusal = refusalOf(name);
  if (refusal !== undefined) throw refusal;
  if (fileOf(name).endsWith('.json')) JSON.parse(commonjs.readText(fileOf(name)).replace(/^\ufeff/, ''));
  if (!isModule(name)) return;
  if (!kept.has(name)) {
    binding.beforeRead?.(fileOf(name));
    keep(name);
  }
  binding.checkModule(name);
}

// Gives the engine's error about a missing export Node's words, which name the module as its importer does.
function nameMissingExport(error, root) {
  const [, key, found] = /^Could not find export '(.*)' in module '(.*)'$/.exec(error.message) ?? [];
  const path = standIns[found]?.path ?? found;
  for (const name of path === undefined ? [] : graphOf(root)) {
    const specifier = specifiers(name).find((each) => exports.resolve(name, each) === path);
    if (specifier === undefined) continue;
    error.message = isModule(path) || path.startsWith('node:')
      ? `The requested module '${specifier}' does not provide an export named '${key}'`
      : `Named export '${key}' not found. The requested module '${specifier}' is a CommonJS module, `
        + 'which may not support all module.exports as named exports.';
    return;
  }
}

// The modules that wait for others with a top-level await, and ran or will run then: the name of what stands for each, its
// namespace, and whether it ran.
const settled = { __proto__: null };

// Makes what will stand for the modules of a graph that wait for others; it has to be there before they run.
function prepareWaiting(top) {
  for (const name of graphOf(top)) {
    if (settled[name] !== undefined || !isModule(name) || outline(name).awaits) continue;
    if (![...graphOf(name)].some((each) => outline(each).awaits)) continue;
    const taker = standIn(TAKER, { path: name, take: () => {} });
    const { promise, namespace: { namespace } } = binding.evaluateModule(taker);
    promise.catch(() => {});
    const entry = settled[name] = { standIn: undefined, namespace, hasRun: false };
    entry.standIn = standIn(SETTLED, { path: name, names: Reflect.ownKeys(namespace), run: () => { entry.hasRun = true; } });
    binding.evaluateModule(entry.standIn).promise.catch(() => {});
  }
}

// Has the engine link and evaluate `module` for the sake of the module called `name`.
function engineEvaluates(name, module) {
  const [outerRoot, outerThrown] = [root, thrown];
  root = name;
  thrown = undefined;
  try {
    const { promise, namespace } = binding.evaluateModule(module);
    const evaluation = { promise, namespace, thrown };
    if (binding.promiseState(promise)[0] === 'pending') prepareWaiting(name);
    return evaluation;
  } catch (error) {
    nameMissingExport(error, name);
    throw error;
  } finally {
    [root, thrown] = [outerRoot, outerThrown];
  }
}

// Links and evaluates a module with all it imports, as far as that was not done. What cannot be linked throws.
function evaluate(name) {
  const { hasRun, namespace } = settled[name] ?? {};
  if (hasRun) return { promise: Promise.resolve(), namespace, thrown: undefined };
  const evaluation = engineEvaluates(name, name);
  evaluation.promise.catch(() => {});
  return evaluation;
}

// The same where modules may be in the middle of their evaluation, from which the engine does not begin another.
function evaluateAmid(name) {
  let namespace;
  const taker = standIn(TAKER, { path: name, take: (value) => { namespace = value; } });
  const { promise } = engineEvaluates(name, taker);
  promise.catch(() => {});
  return { promise, namespace };
}

Object.assign(exports, { check, evaluate, fileOf, isModule, keep, known, refusalOf, specifiers });

// The attribute an import() gives, by the name it has on this major.
function typeIn(options) {
  const { with: attributes, assert: assertions } = options ?? {};
  if (major < 18) return assertions?.type;
  return attributes?.type ?? (major < 22 ? assertions?.type : undefined);
}

exports.dynamicImport = function dynamicImport(base, specifier, options) {
  return new Promise((resolve, reject) => {
    const load = () => {
      const name = exports.resolve(base, `${specifier}`);
      // An attribute that takes is remembered.
      refusalOf(name, typeIn(options));
      return name;
    };
    require('internal/import')(base, load, resolve, reject);
  });
};

exports.meta = function meta(name) {
  const path = fileOf(name);
  const extra = major >= 20 ? { dirname: path.slice(0, path.lastIndexOf('/')) || '/', filename: path } : {};
  const resolver = { resolve: (specifier) => {
    const found = exports.resolve(path, `${specifier}`);
    return found.startsWith('node:') ? found : urlOf(found);
  } };
  return { __proto__: null, ...extra, ...(major >= 20 ? resolver : {}), url: urlOf(path) + name.slice(path.length) };
};

// Evaluates the entry in a promise job (LOOP-2, MT-6). A throw is reported some jobs later, as a rejection.
exports.runMain = function runMain() {
  const { entry, directory } = environment();
  const name = `${directory}/${entry}`;
  known.add(name);
  microtask(() => {
    const { promise, thrown: first } = engineEvaluates(name, name);
    const isTwofold = first !== undefined && rules.throwRejectsTwice;
    if (isTwofold) Promise.reject(first.error);
    promise.then(settleEntry, (error) => {
      settleEntry();
      afterJobs(rules.entryReport - (isTwofold ? 2 : 1), () => fail(error));
    });
  });
};

// The modules the engine is in the middle of evaluating.
function unfinished() {
  const found = new Set();
  for (const { root: top, name } of running) {
    const path = [];
    const seen = new Set();
    const descend = (at) => {
      seen.add(at);
      path.push(at);
      if (at === name) return true;
      for (const specifier of specifiers(at)) {
        const next = exports.resolve(at, specifier);
        if (!seen.has(next) && descend(next)) return true;
      }
      path.pop();
      return false;
    };
    // What goes on after a top-level await is part of no evaluation.
    if (top === undefined || !descend(top)) continue;
    // What ran before, but is in a cycle with one of these, is not finished either.
    for (const each of seen) {
      if (path.includes(each) || path.some((above) => graphOf(each).has(above))) found.add(each);
    }
  }
  return found;
}

// What keeps require() from having a module that an import() is about to load, or could not.
exports.obstacle = () => undefined;

const required = new Set();
// Whether a module was evaluated by require().
exports.isRequired = (name) => required.has(name);
const facades = { __proto__: null };
// Modules require() could not link.
const unlinked = new Set();

function failure(message, code) {
  const error = new Error(message);
  error.code = code;
  return error;
}

function cycleError(what, parent) {
  return failure(`Cannot ${what} in a cycle.${parent ? ` (from ${parent})` : ''}`, 'ERR_REQUIRE_CYCLE_MODULE');
}
exports.cycleError = cycleError;

// Throws if what a required module imports cannot be linked. What was linked before stays so.
function checkLinks(name, open, seen = new Set([name])) {
  for (const specifier of specifiers(name)) {
    const found = exports.resolve(name, specifier);
    if (seen.has(found)) continue;
    seen.add(found);
    if (open.has(found)) throw cycleError(`import Module ${specifier}`, name);
    if (known.has(found)) continue;
    check(found);
    if (commonjs.isExecuting(found)) throw cycleError(`import CommonJS Module ${specifier}`, name);
    checkLinks(found, open, seen);
  }
}

function checkRequired(path, graph, parent) {
  const obstacle = unlinked.has(path) ? { isRace: true } : exports.obstacle(path, graph);
  if (obstacle !== undefined) {
    const code = rules.racesAreRefused ? 'ERR_REQUIRE_ESM_RACE_CONDITION' : 'ERR_INTERNAL_ASSERTION';
    const message = `Cannot require() ES Module ${path} because it is not yet fully loaded.`;
    throw obstacle.error ?? failure(message, obstacle.isRace ? code : obstacle.code);
  }
  const open = unfinished();
  if (open.has(path)) throw cycleError(`require() ES Module ${path}`, parent);
  if (!known.has(path)) {
    check(path);
    checkLinks(path, open);
  }
  if (graph.some((name) => outline(name).awaits)) {
    throw failure('require() cannot be used on an ESM graph with top-level await. Use import() instead. '
      + 'To see where the top-level await comes from, use --experimental-print-required-tla.', 'ERR_REQUIRE_ASYNC_MODULE');
  }
}

// MOD-6: a graph without top-level await is evaluated at once, any other not at all.
exports.requireModule = function requireModule(path, parent) {
  const graph = [...graphOf(path)];
  checkRequired(path, graph, parent);
  const added = graph.filter((name) => !known.has(name));
  // Known as such from the start: its own code may import() it.
  for (const name of added) required.add(name);
  let evaluation;
  try {
    evaluation = evaluateAmid(path);
  } catch (error) {
    for (const name of added) required.delete(name);
    unlinked.add(path);
    throw error;
  }
  const [state, value] = binding.promiseState(evaluation.promise);
  if (state === 'rejected') throw value;
  const { namespace } = evaluation;
  if (major >= 22 && 'module.exports' in namespace) return namespace['module.exports'];
  if (!('default' in namespace) || '__esModule' in namespace) return namespace;
  return (facades[path] ??= binding.evaluateModule(FACADE + path)).namespace;
};
