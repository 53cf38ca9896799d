'use strict';

const { notOffered, validateObject, validateString } = require('internal/errors');

const { major } = binding;

const isLetter = (char) => /^[A-Za-z]$/.test(char);

// Takes '.' and '..' out of the names of a path; without `above`, nothing is left to go above.
function resolveDots(names, above) {
  const kept = [];
  for (const name of names) {
    if (name === '' || name === '.') continue;
    if (name !== '..') kept.push(name);
    else if (kept.length > 0 && kept[kept.length - 1] !== '..') kept.pop();
    else if (above) kept.push('..');
  }
  return kept;
}

// The last name of a path, and where it begins; `start` is where names may begin, after the root or the drive.
function lastName(path, start, isSeparator) {
  let end = path.length;
  while (end > start && isSeparator(path[end - 1])) end--;
  let from = end;
  while (from > start && !isSeparator(path[from - 1])) from--;
  return { name: path.slice(from, end), from };
}

function extensionOf(name) {
  const dot = name.lastIndexOf('.');
  return dot > 0 && name !== '..' ? name.slice(dot) : '';
}

const argumentName = (i) => major >= 18 ? `paths[${i}]` : 'path';

function format(separator, parts) {
  validateObject(parts, 'pathObject');
  const directory = parts.dir || parts.root;
  let extension = parts.ext || '';
  if (major >= 20 && extension !== '' && extension[0] !== '.') extension = `.${extension}`;
  const base = parts.base || `${parts.name || ''}${extension}`;
  if (!directory) return base;
  return directory === parts.root ? `${directory}${base}` : `${directory}${separator}${base}`;
}

// What both kinds do alike, given how each of them reads a path.
function common(separator, isSeparator, nameStart) {
  const methods = {
    basename(path, suffix) {
      if (suffix !== undefined) validateString(suffix, major >= 20 ? 'suffix' : 'ext');
      validateString(path, 'path');
      if (suffix && suffix === path) return '';
      const start = nameStart(path);
      const { name } = lastName(path, start, isSeparator);
      // Nothing but separators is left as it is, though only when a suffix is asked about.
      if (suffix && name === '' && suffix.length <= path.length) return path.slice(start);
      return suffix && name.endsWith(suffix) && name !== suffix ? name.slice(0, name.length - suffix.length) : name;
    },

    extname(path) {
      validateString(path, 'path');
      return extensionOf(lastName(path, nameStart(path), isSeparator).name);
    },

    format: (parts) => format(separator, parts),
  };
  Object.defineProperty(methods.format, 'name', { value: 'bound _format' });
  return methods;
}

const posixNames = (path, above) => resolveDots(path.split('/'), above).join('/');

function partsOf(path, root, start, isSeparator) {
  const { name: base, from } = lastName(path, start, isSeparator);
  const ext = base === '..' && from === 1 && root === '/' ? '.' : extensionOf(base);
  const dir = base !== '' && from > start ? path.slice(0, from - 1) : root;
  return { root, dir, base, ext, name: base.slice(0, base.length - ext.length) };
}

const onSlash = common('/', (char) => char === '/', () => 0);

const posix = {
  resolve(...paths) {
    let resolved = '';
    for (let i = paths.length - 1; i >= 0 && resolved[0] !== '/'; i--) {
      validateString(paths[i], argumentName(i));
      if (paths[i] !== '') resolved = `${paths[i]}/${resolved}`;
    }
    if (resolved[0] !== '/') resolved = `${process.cwd()}/${resolved}`;
    return `/${posixNames(resolved, false)}`;
  },

  normalize(path) {
    validateString(path, 'path');
    if (path === '') return '.';
    const absolute = path[0] === '/';
    const names = posixNames(path, !absolute);
    const end = path.endsWith('/') ? '/' : '';
    if (names === '') return absolute ? '/' : `.${end}`;
    return `${absolute ? '/' : ''}${names}${end}`;
  },

  isAbsolute(path) {
    validateString(path, 'path');
    return path[0] === '/';
  },

  join(...paths) {
    paths.forEach((path) => validateString(path, 'path'));
    const joined = paths.filter((path) => path !== '').join('/');
    return joined === '' ? '.' : posix.normalize(joined);
  },

  relative(from, to) {
    validateString(from, 'from');
    validateString(to, 'to');
    if (from === to) return '';
    const source = posix.resolve(from).split('/').filter(Boolean);
    const target = posix.resolve(to).split('/').filter(Boolean);
    let shared = 0;
    while (shared < source.length && source[shared] === target[shared]) shared++;
    return [...source.slice(shared).fill('..'), ...target.slice(shared)].join('/');
  },

  toNamespacedPath(path) {
    return path;
  },

  dirname(path) {
    validateString(path, 'path');
    let end = path.length;
    while (end > 1 && path[end - 1] === '/') end--;
    const at = path.lastIndexOf('/', end - 1);
    if (end === 0 || at < 0) return '.';
    if (at === 0) return '/';
    return path[0] === '/' && at === 1 ? '//' : path.slice(0, at);
  },

  basename: onSlash.basename,
  extname: onSlash.extname,
  format: onSlash.format,

  parse(path) {
    validateString(path, 'path');
    const root = path[0] === '/' ? '/' : '';
    return partsOf(path, root, root.length, (char) => char === '/');
  },

  sep: '/',
  delimiter: ':',
  win32: null,
  posix: null,
};

// Windows: either slash separates, and a root is a drive (`c:`), a share (`\\server\share`) or nothing.

const isSlash = (char) => char === '\\' || char === '/';
const driveLength = (path) => path[1] === ':' && isLetter(path[0]) ? 2 : 0;

function windowsRoot(path) {
  const drive = driveLength(path);
  if (drive > 0) {
    const absolute = isSlash(path[2]);
    return { device: path.slice(0, 2), absolute, end: absolute ? 3 : 2 };
  }
  if (!isSlash(path[0])) return { device: '', absolute: false, end: 0 };
  const share = /^[\\/]{2}([^\\/]+)[\\/]+([^\\/]+)/.exec(path);
  if (share === null) return { device: '', absolute: true, end: isSlash(path[1]) ? 0 : 1 };
  const [all, server, name] = share;
  if (major >= 20 && (server === '.' || server === '?')) return { device: `\\\\${server}`, absolute: true, end: 4 };
  return { device: `\\\\${server}\\${name}`, absolute: true, end: all.length, share: true };
}

const windowsNames = (path, above) => resolveDots(path.split(/[\\/]/), above).join('\\');
const onBackslash = common('\\', isSlash, driveLength);

// A name with a colon in it must not come to look like a drive.
function looksLikeDrive(path, names) {
  return driveLength(names) > 0 || /:([\\/]|$)/.test(path);
}

const win32 = {
  resolve(...paths) {
    let device = '';
    let tail = '';
    let absolute = false;
    for (let i = paths.length - 1; i >= -1 && !(absolute && device !== ''); i--) {
      let path;
      if (i >= 0) {
        path = paths[i];
        validateString(path, argumentName(i));
        if (path === '') continue;
      } else {
        path = process.cwd();
        if (device !== '' && path.slice(0, 2).toLowerCase() !== device.toLowerCase() && path[2] === '\\') path = `${device}\\`;
      }
      const root = windowsRoot(path);
      if (root.device !== '') {
        if (device !== '' && root.device.toLowerCase() !== device.toLowerCase()) continue;
        if (device === '') device = root.device;
      }
      if (absolute) continue;
      tail = `${path.slice(root.end)}\\${tail}`;
      absolute = root.absolute;
    }
    const names = windowsNames(tail, !absolute);
    return `${device}${absolute ? '\\' : ''}${names}` || '.';
  },

  normalize(path) {
    validateString(path, 'path');
    if (path === '') return '.';
    if (path.length === 1) return path === '/' ? '\\' : path;
    const { device, absolute, end, share } = windowsRoot(path);
    if (share && end === path.length) return `${device}\\`;
    let names = windowsNames(path.slice(end), !absolute);
    if (names === '' && !absolute) names = '.';
    if (names !== '' && isSlash(path[path.length - 1])) names += '\\';
    if (major >= 18 && !absolute && device === '' && path.includes(':') && looksLikeDrive(path, names)) return `.\\${names}`;
    return `${device}${absolute ? '\\' : ''}${names}`;
  },

  isAbsolute(path) {
    validateString(path, 'path');
    return isSlash(path[0]) || (driveLength(path) > 0 && isSlash(path[2]));
  },

  join(...paths) {
    paths.forEach((path) => validateString(path, 'path'));
    const used = paths.filter((path) => path !== '');
    if (used.length === 0) return '.';
    const joined = used.join('\\');
    // Only a first path that itself begins with exactly two slashes and a name may name a share.
    const share = /^[\\/]{2}[^\\/]/.test(used[0]);
    return win32.normalize(share ? joined : joined.replace(/^[\\/]{2,}/, '\\'));
  },

  relative(from, to) {
    validateString(from, 'from');
    validateString(to, 'to');
    if (from === to) return '';
    const target = win32.resolve(to);
    const lower = (path) => path.toLowerCase();
    const source = win32.resolve(from).split('\\').filter(Boolean);
    const names = target.split('\\').filter(Boolean);
    let shared = 0;
    while (shared < source.length && shared < names.length && lower(source[shared]) === lower(names[shared])) shared++;
    if (shared === 0 && source.length > 0 && names.length > 0) return target;
    return [...source.slice(shared).fill('..'), ...names.slice(shared)].join('\\');
  },

  toNamespacedPath(path) {
    if (typeof path !== 'string' || path === '') return path;
    const resolved = win32.resolve(path);
    if (resolved.length <= 2) return path;
    if (/^\\\\[^?.]/.test(resolved)) return `\\\\?\\UNC\\${resolved.slice(2)}`;
    if (driveLength(resolved) > 0 && resolved[2] === '\\') return `\\\\?\\${resolved}`;
    return major >= 20 ? resolved : path;
  },

  dirname(path) {
    validateString(path, 'path');
    if (path === '') return '.';
    if (path.length === 1) return isSlash(path) ? path : '.';
    const start = namesStart(path);
    let end = path.length;
    while (end > start && isSlash(path[end - 1])) end--;
    while (end > start && !isSlash(path[end - 1])) end--;
    if (end > start) return path.slice(0, end - 1);
    return start > 0 ? path.slice(0, start) : '.';
  },

  basename: onBackslash.basename,
  extname: onBackslash.extname,
  format: onBackslash.format,

  parse(path) {
    validateString(path, 'path');
    const start = namesStart(path);
    return partsOf(path, path.slice(0, start), start, isSlash);
  },

  sep: '\\',
  delimiter: ';',
  win32: null,
  posix: null,
};

// Where the names of a Windows path begin: after a drive and its slash, after a share, or after the first slash.
function namesStart(path) {
  const drive = driveLength(path);
  if (drive > 0) return isSlash(path[2]) ? 3 : 2;
  if (!isSlash(path[0])) return 0;
  const share = /^[\\/]{2}[^\\/]+[\\/]+[^\\/]+/.exec(path);
  return share === null ? 1 : Math.min(share[0].length + 1, path.length);
}

for (const kind of [posix, win32]) {
  if (major >= 20) kind.matchesGlob = () => notOffered('path.matchesGlob', Object.keys(kind).join(', '));
  kind.win32 = win32;
  kind.posix = posix;
  kind._makeLong = kind.toNamespacedPath;
}

module.exports = posix;
