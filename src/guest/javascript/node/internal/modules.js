'use strict';
// ES modules: what a specifier names, the source that stands for what is no ES module, and how long loading takes.
// The engine links and evaluates; the number of promise jobs around it is Node's (measured, MOD-5).

const commonjs = require('internal/commonjs');
const { major, files, evaluateModule, isEngineModule, environment, fail, microtask, settleEntry } = binding;

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

// The name under which the engine knows a module: `node:` and a name, or an absolute path.
exports.resolve = function resolve(base, specifier) {
  if (specifier.startsWith('tickproof:')) return specifier;
  if (specifier.startsWith('data:')) require('internal/errors').notOffered('a data: import', ['relative paths', 'packages', 'built-ins']);
  if (commonjs.isBuiltin(specifier)) {
    commonjs.builtin(specifier);
    return specifier.startsWith('node:') ? specifier : `node:${specifier}`;
  }
  if (specifier.startsWith('node:')) commonjs.builtin(specifier);
  const folder = base.slice(0, base.lastIndexOf('/')) || '/';
  const isPath = specifier.startsWith('file:') || specifier.startsWith('/') || /^\.\.?(\/|$)/.test(specifier);
  if (isPath) {
    const path = require('path').resolve(folder, decodeURIComponent(pathOf(specifier).replace(/[?#].*$/, '')));
    const status = files.stat(path, true);
    if (typeof status === 'string') throw notFound('module', path, base);
    if (status.type === 'directory') {
      const error = new Error(`Directory import '${path}' is not supported resolving ES modules imported from ${base}`);
      error.code = 'ERR_UNSUPPORTED_DIR_IMPORT';
      throw error;
    }
    return path;
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

// The source that stands for a module which is no ES module, with the function its `import.meta.evaluate` is; undefined
// for a file that is one.
exports.load = function load(name) {
  if (name.startsWith('tickproof:')) return { source: 'await import.meta.evaluate();', evaluate: () => gates[name.slice(10)] };
  if (name.startsWith('node:')) {
    return { source: wrapper(exportNames(commonjs.builtin(name)), false), evaluate: () => commonjs.builtin(name) };
  }
  if (name.endsWith('.json')) return { source: wrapper([], false), evaluate: () => commonjs.load(name) };
  if (!commonjs.isModuleFile(name) && (name.endsWith('.cjs') || !isEngineModule(name))) {
    const names = commonJsNames(commonjs.readText(name));
    return { source: wrapper(names, major >= 23), evaluate: () => commonjs.load(name) };
  }
  return undefined;
};

const gates = [];

// A gate is what all modules wait for that one import() is the first to load; its number goes into their sources.
exports.openGate = function openGate() {
  let open;
  const gate = new Promise((resolve) => { open = resolve; });
  gate.open = open;
  return gates.push(gate) - 1;
};

// Everything is found, `depth` files deep: up to 20 each is read on the pool, one job after another; later majors take only
// promise jobs.
exports.closeGate = function closeGate(number, depth) {
  const { open } = gates[number];
  if (major <= 20) binding.request('module', depth, open);
  else afterJobs(major === 22 ? 5 + 8 * (depth - 1) : 2 + 2 * (depth - 1), open);
};

exports.meta = function meta(path) {
  const extra = major >= 20 ? { dirname: path.slice(0, path.lastIndexOf('/')) || '/', filename: path } : {};
  const resolver = { resolve: (specifier) => {
    const found = exports.resolve(path, `${specifier}`);
    return found.startsWith('node:') ? found : urlOf(found);
  } };
  return { __proto__: null, ...extra, ...(major >= 20 ? resolver : {}), url: urlOf(path) };
};

// Evaluates the entry in a promise job (LOOP-2, MT-6). A throw is reported some jobs later, as a rejection.
exports.runMain = function runMain() {
  const { entry, directory } = environment();
  microtask(() => {
    const { promise } = evaluateModule(`${directory}/${entry}`);
    promise.then(settleEntry, (error) => {
      settleEntry();
      afterJobs(HOPS_TO_REPORT[major] - 1, () => fail(error));
    });
  });
};

const required = { __proto__: null };

// MOD-6: a graph without top-level await is evaluated at once.
exports.requireModule = function requireModule(path) {
  const { promise, namespace } = required[path] ??= evaluateModule(path);
  const [state, value] = binding.promiseState(promise);
  if (state === 'rejected') {
    promise.catch(() => {});
    throw value;
  }
  if (state === 'pending') {
    const error = new Error('require() cannot be used on an ESM graph with top-level await. Use import() instead.');
    error.code = 'ERR_REQUIRE_ASYNC_MODULE';
    throw error;
  }
  return namespace;
};
