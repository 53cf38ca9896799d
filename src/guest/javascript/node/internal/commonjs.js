'use strict';
// require(): resolution, cache, cycles (MOD-1), and the built-ins a program may ask for.

const { major, files, compile, environment, requireBuiltin } = binding;

// What programs may require, with the first modelled major that has it.
const builtins = {
  __proto__: null,
  assert: 12, 'assert/strict': 16, async_hooks: 12, buffer: 12, console: 12, constants: 12, crypto: 12, dns: 12, 'dns/promises': 16,
  events: 12, fs: 12, 'fs/promises': 14, module: 12, os: 12, path: 12, 'path/posix': 16, 'path/win32': 16, perf_hooks: 12, process: 12,
  querystring: 12, readline: 12, 'readline/promises': 18, stream: 12, 'stream/promises': 16, string_decoder: 12, timers: 12, 'timers/promises': 16, url: 12, util: 12,
  'util/types': 16, zlib: 12,
};
// What Node has and tickproof does not offer, in the same way.
const unavailable = {
  __proto__: null,
  _http_agent: 12, _http_client: 12, _http_common: 12, _http_incoming: 12, _http_outgoing: 12, _http_server: 12, _tls_common: 12,
  _tls_wrap: 12, child_process: 12, cluster: 12, dgram: 12, diagnostics_channel: 14, domain: 12, http: 12,
  http2: 12, https: 12, inspector: 12, 'inspector/promises': 20, net: 12, punycode: 12, repl: 12, 'stream/consumers': 16,
  'stream/web': 16, sys: 12, tls: 12, trace_events: 12, tty: 12, v8: 12, vm: 12, wasi: 18, worker_threads: 12,
};
// Of these, those that may be loaded as long as they are not used: loading them shows in nothing else.
const loadedInSilence = [
  'child_process', 'cluster', 'dgram', 'diagnostics_channel', 'http', 'http2', 'https', 'net', 'tls', 'tty', 'v8', 'vm',
  'worker_threads',
];
const stands = { __proto__: null };
// Of these, what has no name without its scheme.
const schemed = { __proto__: null, ffi: 26, sea: 20, sqlite: 22, test: 16, 'test/reporters': 18 };
// The classes of stream have modules of their own up to 24.
const streamClasses = major < 26 ? ['readable', 'writable', 'duplex', 'transform', 'passthrough'].map((name) => `_stream_${name}`) : [];
for (const name of streamClasses) builtins[name] = 12;
if (major < 26) unavailable._stream_wrap = 12;
const cache = { __proto__: null };
const extensions = { __proto__: null, '.js': loadScript, '.json': loadJson, '.node': refuseNative };

const namesIn = (table) => Object.keys(table).filter((id) => major >= table[id]);

function offered() {
  return namesIn(builtins);
}

// The exports of a built-in, or undefined if no built-in has this name.
function builtin(id) {
  const hasScheme = id.startsWith('node:');
  const name = hasScheme ? id.slice(5) : id;
  if (name in builtins && major >= builtins[name]) {
    if (name === 'module') return Module;
    if (streamClasses.includes(name)) {
      const { Stream } = requireBuiltin('stream');
      return Object.values(Stream).find((value) => typeof value === 'function' && `_stream_${value.name.toLowerCase()}` === name);
    }
    return requireBuiltin(name);
  }
  if (major >= unavailable[name] || (hasScheme && major >= schemed[name])) {
    const called = `the module '${name}'`;
    if (!loadedInSilence.includes(name)) requireBuiltin('internal/errors').notOffered(called, offered());
    return stands[name] ??= requireBuiltin('internal/stand_in').standIn(name, called, false, offered());
  }
  if (hasScheme) {
    const error = new Error(`No such built-in module: ${id}`);
    error.code = 'ERR_UNKNOWN_BUILTIN_MODULE';
    throw error;
  }
  return undefined;
}

function isBuiltin(id) {
  const name = id.startsWith('node:') ? id.slice(5) : id;
  return major >= builtins[name] || major >= unavailable[name] || (name !== id && major >= schemed[name]);
}

function kindOf(path) {
  binding.beforeFind?.(path);
  const status = files.stat(path, true);
  return typeof status === 'string' ? undefined : status.type;
}

function readText(path) {
  binding.beforeRead?.(path);
  const bytes = files.read(path);
  if (typeof bytes === 'string') throw requireBuiltin('internal/errors').systemError(bytes, 'open', path);
  return binding.decodeText(bytes);
}

function packageOf(folder) {
  return kindOf(`${folder}/package.json`) === 'file' ? JSON.parse(readText(`${folder}/package.json`)) : undefined;
}

function asFile(path) {
  if (kindOf(path) === 'file') return path;
  for (const extension of Object.keys(extensions)) {
    if (kindOf(path + extension) === 'file') return path + extension;
  }
  return undefined;
}

function asFolder(path) {
  if (kindOf(path) !== 'directory') return undefined;
  const main = packageOf(path)?.main;
  if (typeof main === 'string') {
    const target = requireBuiltin('path').resolve(path, main);
    const found = asFile(target) ?? asFile(`${target}/index`);
    if (found !== undefined) return found;
  }
  return asFile(`${path}/index`);
}

function targetOf(exported, conditions) {
  if (typeof exported === 'string') return exported;
  if (exported === null || typeof exported !== 'object') return undefined;
  for (const [condition, target] of Object.entries(exported)) {
    if (condition === 'default' || conditions.includes(condition)) {
      const found = targetOf(target, conditions);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function fromPackage(root, subpath, conditions) {
  const { exports: exported } = packageOf(root) ?? {};
  if (exported === undefined || exported === null) return undefined;
  const isMap = typeof exported === 'object' && Object.keys(exported).some((key) => key.startsWith('.'));
  const target = targetOf(isMap ? exported[subpath] : subpath === '.' ? exported : undefined, conditions);
  if (target !== undefined) return requireBuiltin('path').resolve(root, target);
  const error = new Error(subpath === '.'
    ? `No "exports" main defined in ${root}/package.json`
    : `Package subpath '${subpath}' is not defined by "exports" in ${root}/package.json`);
  error.code = 'ERR_PACKAGE_PATH_NOT_EXPORTED';
  throw error;
}

// The nearest package.json around a folder, with its folder.
function scopeOf(from) {
  for (const folder of lookupFolders(from)) {
    const root = folder.slice(0, -'/node_modules'.length);
    const found = packageOf(root);
    if (found !== undefined) return { root, found };
  }
  return undefined;
}

// A name beginning with `#`, which only the package around a file defines.
function fromImports(request, from, conditions) {
  const scope = scopeOf(from);
  const target = targetOf(scope?.found.imports?.[request], conditions);
  if (target === undefined) {
    const error = new TypeError(
      `Package import specifier "${request}" is not defined${scope === undefined ? '' : ` in package ${scope.root}/package.json`}`,
    );
    error.code = 'ERR_PACKAGE_IMPORT_NOT_DEFINED';
    throw error;
  }
  return target.startsWith('.') ? requireBuiltin('path').resolve(scope.root, target) : resolvePath(target, scope.root, conditions);
}

function lookupFolders(from) {
  const { dirname, basename } = requireBuiltin('path');
  const folders = [];
  for (let at = from; ; at = dirname(at)) {
    if (basename(at) !== 'node_modules') folders.push(at === '/' ? '/node_modules' : `${at}/node_modules`);
    if (at === '/') return folders;
  }
}

function resolvePath(request, from, conditions = ['node', 'require']) {
  const { resolve } = requireBuiltin('path');
  if (request.startsWith('/') || /^\.\.?(\/|$)/.test(request)) {
    const path = resolve(from, request);
    return (request.endsWith('/') ? undefined : asFile(path)) ?? asFolder(path);
  }
  if (request.startsWith('#')) return fromImports(request, from, conditions);
  const parts = request.split('/');
  const name = parts.slice(0, request.startsWith('@') ? 2 : 1).join('/');
  const subpath = `.${request.slice(name.length)}`;
  const scope = scopeOf(from);
  if (scope?.found.name === name && scope.found.exports !== undefined) return fromPackage(scope.root, subpath, conditions);
  for (const folder of lookupFolders(from)) {
    const root = `${folder}/${name}`;
    if (kindOf(root) === undefined && kindOf(`${root}.js`) === undefined) continue;
    const path = `${folder}/${request}`;
    const found = fromPackage(root, subpath, conditions) ?? asFile(path) ?? asFolder(path);
    if (found !== undefined) return found;
  }
  return undefined;
}

function resolve(request, parent) {
  const found = resolvePath(request, parent.path);
  if (found !== undefined) return found;
  const stack = [];
  for (let at = parent; at != null; at = at.parent) stack.push(at.filename ?? at.id);
  const listed = stack.length > 0 ? `\nRequire stack:\n- ${stack.join('\n- ')}` : '';
  const error = new Error(`Cannot find module '${request}'${listed}`);
  error.code = 'MODULE_NOT_FOUND';
  error.requireStack = stack;
  throw error;
}

function checkRequest(id) {
  const errors = requireBuiltin('internal/errors');
  if (typeof id !== 'string') throw new errors.codes.ERR_INVALID_ARG_TYPE('id', 'string', id);
  if (id === '') throw new errors.codes.ERR_INVALID_ARG_VALUE('id', id, 'must be a non-empty string');
}

function Module(id = '', parent = undefined) {
  this.id = id;
  this.path = id.slice(0, id.lastIndexOf('/')) || '/';
  this.exports = {};
  Object.defineProperty(this, 'parent', { value: parent, enumerable: major < 16, writable: true, configurable: true });
  if (parent?.children) parent.children.push(this);
  this.filename = null;
  this.loaded = false;
  this.children = [];
}

// Before 14.18 only import knows the scheme.
const isForImport = (id) => major < 14 && id.startsWith('node:');

Module.prototype.require = function require(id) {
  checkRequest(id);
  const found = isForImport(id) ? undefined : builtin(id);
  if (found !== undefined) return found;
  return load(resolve(id, this), this);
};

Module.prototype.load = function load(filename) {
  this.filename = filename;
  this.paths = lookupFolders(this.path);
  const extension = /\.[^./]+$/.exec(filename)?.[0];
  if (extension === '.mjs') requireModule(this, filename);
  else (extensions[extension] ?? extensions['.js'])(this, filename);
  this.loaded = true;
};

// What a cycle sees of a module that is still loading warns about names it has not yet (Node 14 on).
const unfinished = new Proxy({}, {
  get(target, name) {
    if (!(name in target) && name !== '__esModule' && typeof name === 'string') {
      process.emitWarning(
        `Accessing non-existent property '${name}' of module exports inside circular dependency`,
      );
    }
    return target[name];
  },
});

function isPlain(value) {
  return value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype
    && !value.__esModule;
}

function load(filename, parent) {
  const cached = cache[filename];
  if (cached !== undefined) {
    if (cached[asModule] && !cached.loaded) {
      throw requireBuiltin('internal/modules').cycleError(`require() ES Module ${filename}`, cached.parent?.filename);
    }
    if (major >= 14 && !cached.loaded && isPlain(cached.exports)) Object.setPrototypeOf(cached.exports, unfinished);
    if (parent?.children && !parent.children.includes(cached)) parent.children.push(cached);
    return cached.exports;
  }
  const module = new Module(filename, parent);
  cache[filename] = module;
  let whole = false;
  try {
    module.load(filename);
    whole = true;
  } finally {
    if (module.exports !== null && typeof module.exports === 'object' && Object.getPrototypeOf(module.exports) === unfinished) {
      Object.setPrototypeOf(module.exports, Object.prototype);
    }
    if (!whole) {
      delete cache[filename];
      const at = parent?.children ? parent.children.indexOf(module) : -1;
      if (at >= 0) parent.children.splice(at, 1);
    }
  }
  return module.exports;
}

function makeRequire(module) {
  function require(id) {
    return module.require(id);
  }
  require.resolve = (id) => {
    checkRequest(id);
    return isBuiltin(id) && !isForImport(id) ? id : resolve(id, module);
  };
  require.resolve.paths = (id) => (isBuiltin(id) && !isForImport(id) ? null : lookupFolders(module.path));
  require.main = mainModule;
  require.extensions = extensions;
  require.cache = cache;
  return require;
}

function isModuleFile(filename) {
  if (filename.endsWith('.mjs')) return true;
  if (!filename.endsWith('.js')) return false;
  for (const folder of lookupFolders(filename.slice(0, filename.lastIndexOf('/')) || '/')) {
    const found = packageOf(folder.slice(0, -'/node_modules'.length));
    if (found !== undefined) return found.type === 'module';
  }
  return false;
}

// Marks what turned out to be an ES module.
const asModule = Symbol('asModule');

// The CommonJS files whose bodies run.
const executing = new Set();

// MOD-6.
function requireModule(module, filename) {
  if (major < 20) {
    const error = new Error(`require() of ES Module ${filename} not supported.`);
    error.code = 'ERR_REQUIRE_ESM';
    throw error;
  }
  Object.defineProperty(module, asModule, { value: true });
  module.exports = requireBuiltin('internal/modules').requireModule(filename, module.parent?.filename);
}

function loadScript(module, filename) {
  if (isModuleFile(filename)) {
    requireModule(module, filename);
    return;
  }
  binding.beforeRead?.(filename);
  const body = compile(filename);
  if (body === undefined) {
    requireModule(module, filename);
    return;
  }
  executing.add(module);
  body.call(module.exports, module.exports, makeRequire(module), module, filename, module.path);
  executing.delete(module);
}

function loadJson(module, filename) {
  try {
    module.exports = JSON.parse(readText(filename).replace(/^\ufeff/, ''));
  } catch (error) {
    error.message = `${filename}: ${error.message}`;
    throw error;
  }
}

function refuseNative() {
  requireBuiltin('internal/errors').notOffered('a native add-on (.node)', offered());
}

let mainModule;

// Runs the entry; its exceptions are the caller's.
exports.runMain = function runMain() {
  const { entry, directory } = environment();
  const filename = `${directory}/${entry}`;
  mainModule = new Module(filename, null);
  mainModule.id = '.';
  cache[filename] = mainModule;
  let whole = false;
  try {
    mainModule.load(filename);
    whole = true;
  } finally {
    if (!whole) delete cache[filename];
  }
};

exports.main = () => mainModule;
exports.builtin = builtin;
exports.isBuiltin = isBuiltin;
exports.offered = offered;
exports.resolvePath = resolvePath;
exports.isModuleFile = isModuleFile;
exports.isExecuting = (filename) => executing.has(cache[filename]);
exports.readText = readText;
exports.load = (filename) => load(filename, undefined);

Object.assign(Module, {
  Module,
  _cache: cache,
  _extensions: extensions,
  builtinModules: [
    ...[...offered(), ...namesIn(unavailable)].sort(),
    ...(major >= 24 ? namesIn(schemed).map((name) => `node:${name}`) : []),
  ],
  wrap: (script) => `(function (exports, require, module, __filename, __dirname) { ${script}\n});`,
  createRequire(from) {
    const filename = from instanceof URL || `${from}`.startsWith('file:') ? requireBuiltin('url').fileURLToPath(from) : `${from}`;
    const module = new Module(filename);
    module.filename = filename;
    return makeRequire(module);
  },
});
if (major >= 16) Module.isBuiltin = (id) => isBuiltin(`${id}`);
requireBuiltin('internal/left_out').fill('module', Module);
requireBuiltin('internal/left_out').fill('module.prototype', Module.prototype);
