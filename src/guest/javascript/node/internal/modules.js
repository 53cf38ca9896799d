'use strict';
// ES modules: what a specifier names, the source that stands for what is no ES module, and how long loading takes.
// The engine links and evaluates; the number of promise jobs around it is Node's (measured, MOD-5).

const commonjs = require('internal/commonjs');
const {
  major, files, evaluateModule, importModule, outlineOf, isEngineModule, environment, fail, microtask, settleEntry,
} = binding;

// Promise jobs between a throw at the top level of the entry and its report.
const HOPS_TO_REPORT = { 12: 2, 14: 3, 16: 8, 18: 3, 20: 3, 22: 4, 24: 4, 26: 4 };

function afterJobs(count, callback) {
  if (count <= 0) callback();
  else microtask(() => afterJobs(count - 1, callback));
}

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
  if (specifier.startsWith('data:')) require('internal/errors').notOffered('a data: import', ['relative paths', 'packages', 'built-ins']);
  if (specifier.startsWith(FACADE)) return specifier;
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

// The CommonJS files whose bodies run because an ES module imports them.
const running = [];

// What require() gives of an ES module that could be taken for a CommonJS one: the same, marked as what it is.
const FACADE = 'tickproof:facade:';

// The source that stands for a module which is no ES module, with the function its `import.meta.evaluate` is; undefined
// for a file that is one.
exports.load = function load(name, type) {
  known.add(name);
  if (name.startsWith('node:')) {
    return { source: wrapper(exportNames(commonjs.builtin(name)), false), evaluate: () => commonjs.builtin(name) };
  }
  if (name.startsWith(FACADE)) {
    const path = JSON.stringify(name.slice(FACADE.length));
    return {
      source: `export * from ${path}; export { default } from ${path}; export const __esModule = true;`,
      evaluate: undefined,
    };
  }
  const file = fileOf(name);
  if (file.endsWith('.json')) {
    if (!typed.has(name)) checkJson(name, type);
    return { source: wrapper([], false), evaluate: () => commonjs.load(file) };
  }
  binding.beforeRead?.(file);
  if (!commonjs.isModuleFile(file) && (file.endsWith('.cjs') || !isEngineModule(file))) {
    const names = commonJsNames(commonjs.readText(file));
    return {
      source: wrapper(names, major >= 23),
      evaluate: () => {
        running.push(name);
        try {
          return commonjs.load(file);
        } finally {
          running.pop();
        }
      },
    };
  }
  return undefined;
};

// JSON files somebody imported with the attribute that takes.
const typed = new Set();

function checkJson(name, type) {
  if (type === 'json' && major >= 18) {
    typed.add(name);
    return;
  }
  const error = major <= 16
    ? new TypeError(`Unknown file extension ".json" for ${name}`)
    : new TypeError(`Module "${urlOf(name)}" needs an import ${major >= 22 ? 'attribute' : 'assertion'} of "type: json"`);
  error.code = major <= 16 ? 'ERR_UNKNOWN_FILE_EXTENSION'
    : major >= 22 ? 'ERR_IMPORT_ATTRIBUTE_MISSING' : 'ERR_IMPORT_ASSERTION_TYPE_MISSING';
  throw error;
}

// Promise jobs from a call of import() to what waits for it, by major: of a module evaluated before, of a built-in, of
// something that is not found, and from the end of a module's body (MOD-5, measured).
const JOBS_CACHED = { 12: 13, 14: 11, 16: 15, 18: 9, 20: 8, 22: 9, 24: 8, 26: 8 };
const JOBS_BUILTIN = { 12: 20, 14: 18, 16: 28, 18: 20, 20: 16, 22: 14, 24: 11, 26: 11 };
const JOBS_NOT_FOUND = { 12: 5, 14: 5, 16: 12, 18: 5, 20: 4, 22: 5, 24: 5, 26: 5 };
const JOBS_FROM_BODY = { 12: 4, 14: 5, 16: 10, 18: 6, 20: 5, 22: 6, 24: 6, 26: 6 };
// The engine's own promise of a namespace comes so many jobs after the body.
const JOBS_OF_ENGINE = 2;

const loading = { __proto__: null };
let commonJsWasImported = false;

function isModule(name) {
  const file = fileOf(name);
  return !name.startsWith('node:') && !file.endsWith('.json') && !file.endsWith('.cjs')
    && (commonjs.isModuleFile(file) || isEngineModule(file));
}

// How many files deep the part of a graph is that was not loaded yet.
function depthOf(name, seen = new Set()) {
  if (known.has(name) || seen.has(name)) return 0;
  seen.add(name);
  if (!isModule(name)) return 1;
  return 1 + Math.max(0, ...outlineOf(name).imports.map((specifier) => depthOf(exports.resolve(name, specifier), seen)));
}

// Calls back when the body of a module may run: up to Node 20 its files are read on the pool first, one after another.
function beforeBody(name, depth, callback) {
  if (isModule(name)) {
    if (major <= 20) binding.request('import', depth, () => microtask(callback));
    else if (major === 22) afterJobs(depth === 1 ? 8 : 12 + 4 * (depth - 1), callback);
    else afterJobs(3 + 2 * depth, callback);
  } else if (major === 20 && fileOf(name).endsWith('.js')) {
    // The text decides whether it is CommonJS.
    binding.request('import', depth, () => microtask(callback));
  } else if (name.startsWith('node:') || commonJsWasImported || major >= 20) {
    afterJobs(JOBS_BUILTIN[major] - JOBS_FROM_BODY[major], callback);
  } else {
    // The lexer of CommonJS exports is compiled first.
    commonJsWasImported = true;
    binding.awaitEngine(() => afterJobs(JOBS_BUILTIN[major] - JOBS_FROM_BODY[major], callback));
  }
}

exports.dynamicImport = function dynamicImport(base, specifier, options) {
  // Node 18 alone needs one job less where an ES module asks.
  const saved = major === 18 && isModule(base) ? 1 : 0;
  return new Promise((resolve, reject) => {
    let name;
    let depth;
    try {
      name = exports.resolve(base, `${specifier}`);
      if (fileOf(name).endsWith('.json')) checkJson(name, (options?.with ?? options?.assert)?.type);
      depth = depthOf(name);
    } catch (error) {
      afterJobs(JOBS_NOT_FOUND[major] - 1 - saved, () => reject(error));
      return;
    }
    const load = loading[name];
    if (load !== undefined) {
      // It settles with the import() that loads, but not before it would if that had been long ago.
      const isEarly = load.isNew;
      afterJobs(JOBS_CACHED[major] - 1 - saved, () => {
        if (load.settle !== undefined) load.settle(resolve, reject);
        else if (isEarly) load.early.push([resolve, reject]);
        else load.waiting.push([resolve, reject]);
      });
      return;
    }
    if (depth === 0) {
      let evaluated;
      // Not at once: the module may be the one whose body runs.
      microtask(() => {
        evaluated = importModule(name);
        evaluated.catch(() => {});
      });
      afterJobs(JOBS_CACHED[major] - JOBS_OF_ENGINE - saved, () => evaluated.then(resolve, reject));
      return;
    }
    const own = loading[name] = { settle: undefined, isNew: true, early: [], waiting: [] };
    microtask(() => { own.isNew = false; });
    const finish = (settle, fewer) => afterJobs(JOBS_FROM_BODY[major] - 1 - JOBS_OF_ENGINE - saved - fewer, () => {
      own.settle = settle;
      // Node 12 serves those that asked in the same job before the one that loads.
      const first = major === 12 ? [...own.early, [resolve, reject]] : [[resolve, reject], ...own.early];
      const inOrder = [...first, ...own.waiting];
      for (const each of inOrder) settle(...each);
    });
    beforeBody(name, depth, () => {
      importModule(name).then(
        (namespace) => finish((done) => done(namespace), 0),
        // A CommonJS file that throws is done a job earlier, but on Node 12.
        (error) => finish((_, failed) => failed(error), isModule(name) || major === 12 ? 0 : 1),
      );
    });
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
    const { promise } = evaluateModule(name);
    promise.then(settleEntry, (error) => {
      settleEntry();
      afterJobs(HOPS_TO_REPORT[major] - 1, () => fail(error));
    });
  });
};

const required = { __proto__: null };

function waits(name, seen = new Set()) {
  if (seen.has(name) || !isModule(name)) return false;
  seen.add(name);
  const { imports, awaits } = outlineOf(name);
  return awaits || imports.some((specifier) => waits(exports.resolve(name, specifier), seen));
}

// Whether a graph has one of the running CommonJS files in it, and so a module whose evaluation has begun.
function isInCycle(name, seen = new Set()) {
  if (running.includes(name)) return true;
  if (seen.has(name) || !isModule(name)) return false;
  seen.add(name);
  return outlineOf(name).imports.some((specifier) => isInCycle(exports.resolve(name, specifier), seen));
}

// MOD-6: a graph without top-level await is evaluated at once, any other not at all, and none from inside of itself.
exports.requireModule = function requireModule(path) {
  if (running.length > 0 && isInCycle(path)) {
    const error = new Error(`Cannot require() ES Module ${path} in a cycle. (from ${running[running.length - 1]}) `
      + 'A cycle involving require(esm) is not allowed to maintain invariants mandated by the ECMAScript specification. '
      + 'Try making at least part of the dependency in the graph lazily loaded.');
    error.code = 'ERR_REQUIRE_CYCLE_MODULE';
    throw error;
  }
  if (waits(path)) {
    const error = new Error('require() cannot be used on an ESM graph with top-level await. Use import() instead. '
      + 'To see where the top-level await comes from, use --experimental-print-required-tla.');
    error.code = 'ERR_REQUIRE_ASYNC_MODULE';
    throw error;
  }
  known.add(path);
  const { promise, namespace } = required[path] ??= evaluateModule(path);
  const [state, value] = binding.promiseState(promise);
  if (state === 'rejected') {
    promise.catch(() => {});
    throw value;
  }
  if (major >= 22 && 'module.exports' in namespace) return namespace['module.exports'];
  if (!('default' in namespace) || '__esModule' in namespace) return namespace;
  return (required[FACADE + path] ??= evaluateModule(FACADE + path)).namespace;
};
