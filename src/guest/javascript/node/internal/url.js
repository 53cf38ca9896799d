'use strict';

const { codes, notOffered, validateFunction } = require('internal/errors');
const { encodeText } = require('internal/encoding');

const { major } = binding;
const inspectCustom = Symbol.for('nodejs.util.inspect.custom');

// The parser of the URL Standard, by parts instead of by characters: the fragment and the query are cut off first, because
// nothing before them can contain their marks.

const special = { __proto__: null, 'http': '80', 'https': '443', 'ws': '80', 'wss': '443', 'ftp': '21', 'file': '' };

const charsToEncode = (characters) =>
  new RegExp(`[\\0-\\x1f\\x7f-\\u{10ffff}${characters.replace(/[\\\]^]/g, '\\$&')}]`, 'gu');
const C0 = charsToEncode('');
const FRAGMENT = charsToEncode(' "<>`');
const QUERY = charsToEncode(' "#<>');
const SPECIAL_QUERY = charsToEncode(' "#<>\'');
const pathCharacters = major >= 24 ? ' "#<>?`{}^' : ' "#<>?`{}';
const PATH = charsToEncode(pathCharacters);
const USERINFO = charsToEncode(' "#<>?`{}/:;=@[\\]^|');
const FORM = /[^A-Za-z0-9*\-._ ]/gu;

const hexOf = (code) => `%${code < 16 ? '0' : ''}${code.toString(16).toUpperCase()}`;
const encodeCharacter = (character) => character < '\x80' ? hexOf(character.charCodeAt(0)) : encodeURIComponent(character);
// The older majors have no method for this.
const wellFormed = (text) => text.replace(/\p{Surrogate}/gu, '\ufffd');
const encode = (text, set) => wellFormed(text).replace(set, encodeCharacter);

function percentDecode(text) {
  if (!text.includes('%')) return wellFormed(text);
  const bytes = encodeText(text);
  const decoded = [];
  for (let i = 0; i < bytes.length; i++) {
    const hex = bytes[i] === 37 ? String.fromCharCode(...bytes.subarray(i + 1, i + 3)) : '';
    if (/^[0-9A-Fa-f]{2}$/.test(hex)) {
      decoded.push(parseInt(hex, 16));
      i += 2;
    } else {
      decoded.push(bytes[i]);
    }
  }
  return binding.decodeText(Uint8Array.from(decoded));
}

// The answer of every part that refuses its text.
class Failure extends Error {}

function fail() {
  throw new Failure();
}

// Hosts.

function parseNumber(text) {
  if (text === '') return NaN;
  if (/^0[xX][0-9A-Fa-f]*$/.test(text)) return text.length === 2 ? 0 : parseInt(text.slice(2), 16);
  if (/^0[0-7]+$/.test(text)) return parseInt(text, 8);
  return /^(0|[1-9][0-9]*)$/.test(text) ? Number(text) : NaN;
}

function isNumeric(host) {
  const parts = host.split('.');
  // The older standard only takes a host for an address when all of it is numbers.
  if (major < 16) return parts.length < 5 && /^(\d+|0[xX][0-9A-Fa-f]*)(\.(\d+|0[xX][0-9A-Fa-f]*))*\.?$/.test(host);
  if (parts[parts.length - 1] === '') {
    if (parts.length === 1) return false;
    parts.pop();
  }
  const last = parts[parts.length - 1];
  return /^[0-9]+$/.test(last) || /^0[xX][0-9A-Fa-f]*$/.test(last);
}

function parseIPv4(host) {
  const parts = host.split('.');
  if (parts[parts.length - 1] === '' && parts.length > 1) parts.pop();
  if (parts.length > 4) fail();
  const numbers = parts.map(parseNumber);
  const last = numbers.pop();
  if (!(last < 256 ** (4 - numbers.length)) || numbers.some((number) => !(number <= 255))) fail();
  const value = numbers.reduce((sum, number, i) => sum + number * 256 ** (3 - i), last);
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

function piecesOfIPv6(text) {
  if (text === '') return [];
  const parts = text.split(':');
  const last = parts[parts.length - 1];
  const pieces = [];
  if (last.includes('.')) {
    const bytes = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(last);
    if (bytes === null || bytes.slice(1).some((byte) => byte > 255 || (byte.length > 1 && byte[0] === '0'))) fail();
    pieces.push(bytes[1] * 256 + Number(bytes[2]), bytes[3] * 256 + Number(bytes[4]));
    parts.pop();
  }
  if (!parts.every((part) => /^[0-9A-Fa-f]{1,4}$/.test(part))) fail();
  return [...parts.map((part) => parseInt(part, 16)), ...pieces];
}

function parseIPv6(text) {
  const halves = text.split('::');
  if (halves.length > 2) fail();
  if (halves.length === 2 && halves[0].includes('.')) fail();
  const [before, after = []] = halves.map(piecesOfIPv6);
  const missing = 8 - before.length - after.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) fail();
  return serializeIPv6([...before, ...new Array(halves.length === 2 ? missing : 0).fill(0), ...after]);
}

function serializeIPv6(pieces) {
  let longest = { start: -1, length: 1 };
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (pieces[i + length] === 0) length++;
    if (length > longest.length) longest = { start: i, length };
  }
  const hex = (part) => part.map((piece) => piece.toString(16)).join(':');
  if (longest.start < 0) return `[${hex(pieces)}]`;
  return `[${hex(pieces.slice(0, longest.start))}::${hex(pieces.slice(longest.start + longest.length))}]`;
}

const forbidden = major >= 16 ? /[\0\t\n\r #/:<>?@[\\\]^|]/ : /[\0\t\n\r #/:?@[\\\]]/;

function parseHost(text, isSpecial) {
  if (text[0] === '[') return text.endsWith(']') ? parseIPv6(text.slice(1, -1)) : fail();
  if (!isSpecial) return forbidden.test(text) ? fail() : encode(text, C0);
  const host = percentDecode(text);
  if (/[^\0-\x7f]/.test(host)) {
    if (/[\u0000\ufffd]/.test(host)) fail();
    notOffered(`the URL host '${host}'`, 'hosts of ASCII characters');
  }
  if (host === '' || forbidden.test(host) || /[\0-\x20%\x7f]/.test(host)) fail();
  return isNumeric(host) ? parseIPv4(host) : host.toLowerCase();
}

// Paths.

const isDrive = (text) => /^[A-Za-z][:|]$/.test(text);
const startsWithDrive = (text) => /^[A-Za-z][:|]([/\\]|$)/.test(text);

function shorten(url) {
  const { path } = url;
  if (url.scheme === 'file' && path.length === 1 && /^[A-Za-z]:$/.test(path[0])) return;
  path.pop();
}

// Adds the segments of `text`, which begins after the first slash, to the path.
function parsePath(url, text) {
  const segments = text.split(url.scheme in special ? /[/\\]/ : '/');
  segments.forEach((segment, i) => {
    const last = i === segments.length - 1;
    const dots = segment.replace(/%2e/gi, '.');
    if (dots === '..') shorten(url);
    if (dots === '..' || dots === '.') {
      if (last) url.path.push('');
    } else if (url.scheme === 'file' && url.path.length === 0 && isDrive(segment)) {
      url.path.push(`${segment[0]}:`);
    } else {
      url.path.push(encode(segment, PATH));
    }
  });
}

function parsePathStart(url, text) {
  const isSpecial = url.scheme in special;
  const slash = text[0] === '/' || (isSpecial && text[0] === '\\');
  if (text !== '' || isSpecial) parsePath(url, slash ? text.slice(1) : text);
}

// Whole URLs. `text` is what follows the scheme, without query and fragment.

function parsePort(url, text) {
  if (!/^[0-9]*$/.test(text) || Number(text) > 65535) fail();
  const port = text === '' ? '' : String(Number(text));
  url.port = port === special[url.scheme] ? '' : port;
}

function parseHostAndPort(url, text) {
  const [, host, port] = /^((?:\[[^\]]*\]?|[^:[])*)(?::(.*))?$/s.exec(text) || fail();
  const isSpecial = url.scheme in special;
  if (host === '' && (isSpecial || port !== undefined)) fail();
  url.host = host === '' ? '' : parseHost(host, isSpecial);
  parsePort(url, port || '');
}

function parseAuthority(url, text) {
  const isSpecial = url.scheme in special;
  if (isSpecial) text = text.replace(/^[/\\]+/, '');
  const end = text.search(isSpecial ? /[/\\]/ : /\//);
  const authority = end < 0 ? text : text.slice(0, end);
  const at = authority.lastIndexOf('@');
  if (at >= 0) {
    if (at === authority.length - 1) fail();
    const [, name, password = ''] = /^([^:]*)(?::(.*))?$/s.exec(authority.slice(0, at));
    url.username = encode(name, USERINFO);
    url.password = encode(password, USERINFO);
  }
  parseHostAndPort(url, authority.slice(at + 1));
  parsePathStart(url, end < 0 ? '' : text.slice(end));
}

function copyAuthority(url, base) {
  for (const part of ['username', 'password', 'host', 'port']) url[part] = base[part];
}

function parseRelative(url, text, base, query) {
  const isSpecial = url.scheme in special;
  const isSlash = (character) => character === '/' || (isSpecial && character === '\\');
  if (isSlash(text[0]) && isSlash(text[1])) {
    parseAuthority(url, text.slice(2));
    return;
  }
  copyAuthority(url, base);
  if (isSlash(text[0])) {
    parsePathStart(url, text);
    return;
  }
  url.path = [...base.path];
  if (text !== '') {
    shorten(url);
    parsePath(url, text);
  } else if (query === null) {
    url.query = base.query;
  }
}

function parseFile(url, text, base, query) {
  const from = base !== null && base.scheme === 'file' ? base : null;
  url.host = '';
  if (/^[/\\]{2}/.test(text)) {
    const rest = text.slice(2);
    const end = rest.search(/[/\\]/);
    const host = end < 0 ? rest : rest.slice(0, end);
    if (isDrive(host)) {
      parsePath(url, rest);
      return;
    }
    const parsed = host === '' ? '' : parseHost(host, true);
    url.host = parsed === 'localhost' ? '' : parsed;
    parsePathStart(url, end < 0 ? '' : rest.slice(end));
  } else if (/^[/\\]/.test(text)) {
    if (from !== null) {
      url.host = from.host;
      if (!startsWithDrive(text.slice(1)) && /^[A-Za-z]:$/.test(from.path[0])) url.path.push(from.path[0]);
    }
    parsePath(url, text.slice(1));
  } else if (from !== null) {
    url.host = from.host;
    if (text === '') {
      url.path = [...from.path];
      if (query === null) url.query = from.query;
    } else {
      if (!startsWithDrive(text)) {
        url.path = [...from.path];
        shorten(url);
      }
      parsePath(url, text);
    }
  } else {
    parsePath(url, text);
  }
}

const newRecord = (scheme) => {
  return { scheme, username: '', password: '', host: null, port: '', path: [], query: null, fragment: null };
};

function cut(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

const encodeQuery = (url, query) => encode(query, url.scheme in special ? SPECIAL_QUERY : QUERY);

function parseOpaque(url, text) {
  url.path = encode(text, C0);
  if (url.query === null && url.fragment === null) return;
  if (major >= 24) url.path = url.path.replace(/ $/, '%20');
}

function parseRecord(input, base) {
  const trimmed = input.replace(/^[\0-\x20]+|[\0-\x20]+$/g, '').replace(/[\t\n\r]/g, '');
  const [beforeFragment, fragment] = cut(trimmed, '#');
  const [whole, query] = cut(beforeFragment, '?');
  const [start, name] = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(whole) || ['', null];
  const onlyFragment = whole === '' && query === null && fragment !== null;
  if (name === null && (base === null || (typeof base.path === 'string' && !onlyFragment))) fail();

  const url = newRecord(name === null ? base.scheme : name.toLowerCase());
  const text = whole.slice(start.length);
  if (query !== null) url.query = encodeQuery(url, query);
  if (fragment !== null) url.fragment = encode(fragment, FRAGMENT);
  if (name === null && typeof base.path === 'string') return { ...base, fragment: url.fragment };
  if (url.scheme === 'file') parseFile(url, text, base, query);
  else if (name === null) parseRelative(url, text, base, query);
  else if (!(url.scheme in special)) parseOther(url, text);
  else if (base !== null && base.scheme === url.scheme && !text.startsWith('//')) parseRelative(url, text, base, query);
  else parseAuthority(url, text);
  return url;
}

function parseOther(url, text) {
  if (text.startsWith('//')) parseAuthority(url, text.slice(2));
  else if (text[0] === '/') parsePathStart(url, text);
  else parseOpaque(url, text);
}

const hostOf = (url) => `${url.host ?? ''}${url.port === '' ? '' : `:${url.port}`}`;
const pathOf = (url) => typeof url.path === 'string' ? url.path : url.path.map((segment) => `/${segment}`).join('');

function serialize(url, { auth = true, fragment = true, search = true } = {}) {
  let text = `${url.scheme}:`;
  if (url.host !== null) {
    text += '//';
    if (auth && (url.username !== '' || url.password !== '')) {
      text += `${url.username}${url.password === '' ? '' : `:${url.password}`}@`;
    }
    text += hostOf(url);
  } else if (typeof url.path !== 'string' && url.path.length > 1 && url.path[0] === '') {
    text += '/.';
  }
  text += pathOf(url);
  if (search && url.query !== null) text += `?${url.query}`;
  if (fragment && url.fragment !== null) text += `#${url.fragment}`;
  return text;
}

// The classes.

function finish(Class, names) {
  for (const name of names) Object.defineProperty(Class.prototype, name, { enumerable: true });
  Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: Class.name, configurable: true });
}

const encodeForm = (text) => wellFormed(text).replace(FORM, encodeCharacter).replace(/ /g, '+');
const formOf = (list) => list.map(([name, value]) => `${encodeForm(name)}=${encodeForm(value)}`).join('&');

function parseForm(text) {
  return text.split('&').filter((piece) => piece !== '').map((piece) => {
    const [name, value] = cut(piece.replace(/\+/g, ' '), '=');
    return [percentDecode(name), percentDecode(value ?? '')];
  });
}

const toText = (value) => wellFormed(`${value}`);

function pairOf(pair) {
  const isList = pair !== null && (typeof pair === 'object' || typeof pair === 'function');
  if (!isList || typeof pair[Symbol.iterator] !== 'function') {
    throw new codes.ERR_INVALID_TUPLE('Each query pair', '[name, value]');
  }
  const list = [...pair];
  if (list.length !== 2) throw new codes.ERR_INVALID_TUPLE('Each query pair', '[name, value]');
  return [toText(list[0]), toText(list[1])];
}

function listOf(init) {
  if (init === undefined || (init === null && major < 24)) return [];
  if (init === null || (typeof init !== 'object' && typeof init !== 'function')) {
    const text = toText(init);
    return parseForm(text[0] === '?' ? text.slice(1) : text);
  }
  const iterate = init[Symbol.iterator];
  if (iterate != null) {
    if (typeof iterate !== 'function') throw new codes.ERR_ARG_NOT_ITERABLE('Query pairs');
    return Array.from(init, pairOf);
  }
  const fields = new Map();
  for (const key of Reflect.ownKeys(init)) {
    if (Object.prototype.propertyIsEnumerable.call(init, key)) fields.set(toText(key), toText(init[key]));
  }
  return [...fields];
}

const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
const ParamsIterator = Object.create(IteratorPrototype, {
  next: { value() { return this.step(); }, writable: true, enumerable: true, configurable: true },
  [Symbol.toStringTag]: { value: 'URLSearchParams Iterator', configurable: true },
});

let linkParams;
let refillParams;

class URLSearchParams {
  #list = [];
  #changed = () => {};

  constructor(init = undefined) {
    this.#list = listOf(init);
  }

  static {
    linkParams = (params, changed) => {
      params.#changed = changed;
    };
    refillParams = (params, query) => {
      params.#list = parseForm(query ?? '');
    };
  }

  static #check(params, given, names) {
    if (params === null || typeof params !== 'object' || !(#list in params)) throw new codes.ERR_INVALID_THIS('URLSearchParams');
    if (given < names.length) throw new codes.ERR_MISSING_ARGS(...names);
    return params.#list;
  }

  get size() {
    return URLSearchParams.#check(this, 0, []).length;
  }

  append(name, value) {
    URLSearchParams.#check(this, arguments.length, ['name', 'value']).push([toText(name), toText(value)]);
    this.#changed(formOf(this.#list));
  }

  delete(name, value = undefined) {
    const list = URLSearchParams.#check(this, arguments.length, ['name']);
    const matches = matcher(name, value);
    this.#list = list.filter((pair) => !matches(pair));
    this.#changed(formOf(this.#list));
  }

  get(name) {
    const pair = URLSearchParams.#check(this, arguments.length, ['name']).find(matcher(name));
    return pair === undefined ? null : pair[1];
  }

  getAll(name) {
    return URLSearchParams.#check(this, arguments.length, ['name']).filter(matcher(name)).map(([, value]) => value);
  }

  has(name, value = undefined) {
    return URLSearchParams.#check(this, arguments.length, ['name']).some(matcher(name, value));
  }

  set(name, value) {
    const list = URLSearchParams.#check(this, arguments.length, ['name', 'value']);
    const matches = matcher(name);
    const first = list.findIndex(matches);
    if (first < 0) {
      list.push([toText(name), toText(value)]);
    } else {
      list[first][1] = toText(value);
      this.#list = list.filter((pair, i) => i <= first || !matches(pair));
    }
    this.#changed(formOf(this.#list));
  }

  sort() {
    URLSearchParams.#check(this, 0, []).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
    this.#changed(formOf(this.#list));
  }

  entries() {
    return this.#iterate(URLSearchParams.#check(this, 0, []), ([name, value]) => [name, value]);
  }

  forEach(callback, thisArgument = undefined) {
    URLSearchParams.#check(this, 0, []);
    if (typeof callback !== 'function' && major < 18) throw new codes.ERR_INVALID_CALLBACK(callback);
    validateFunction(callback, 'callback');
    for (let i = 0; i < this.#list.length; i++) {
      const [name, value] = this.#list[i];
      Reflect.apply(callback, thisArgument, [value, name, this]);
    }
  }

  keys() {
    return this.#iterate(URLSearchParams.#check(this, 0, []), ([name]) => name);
  }

  values() {
    return this.#iterate(URLSearchParams.#check(this, 0, []), ([, value]) => value);
  }

  toString() {
    return formOf(URLSearchParams.#check(this, 0, []));
  }

  // Sees what is added and removed while it runs.
  #iterate(list, pick) {
    let at = 0;
    const step = () => {
      if (at < this.#list.length) return { value: pick(this.#list[at++]), done: false };
      return { value: undefined, done: true };
    };
    return Object.create(ParamsIterator, { step: { value: step } });
  }

  [inspectCustom](depth, options) {
    if (depth < 0) return '[Object]';
    const { inspect } = require('util');
    const shown = this.#list.map(([name, value]) => `${inspect(name, options)} => ${inspect(value, options)}`);
    if (shown.length === 0) return 'URLSearchParams {}';
    const line = shown.join(', ');
    return `URLSearchParams {${line.length > options.breakLength ? `\n  ${shown.join(',\n  ')}` : ` ${line}`} }`;
  }
}

function matcher(name, value) {
  name = toText(name);
  if (value === undefined || major < 18) return ([key]) => key === name;
  value = toText(value);
  return ([key, held]) => key === name && held === value;
}

if (major < 18) delete URLSearchParams.prototype.size;
URLSearchParams.prototype[Symbol.iterator] = URLSearchParams.prototype.entries;
Object.defineProperty(URLSearchParams.prototype, Symbol.iterator, { enumerable: false });
finish(URLSearchParams, [
  'append', 'delete', 'entries', 'forEach', 'get', 'getAll', 'has', 'keys', 'set', 'sort', 'toString', 'values',
  ...(major >= 18 ? ['size'] : []),
]);

function tryParse(input, base) {
  try {
    return parseRecord(input, base === undefined ? null : parseRecord(base, null));
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function parseOrThrow(input, base) {
  const record = tryParse(input, base);
  if (record !== undefined) return record;
  if (major < 16 && base !== undefined && tryParse(base) === undefined) input = base;
  throw new codes.ERR_INVALID_URL(input, base);
}

// Runs a setter: what it refuses leaves the URL as it was.
function attempt(change) {
  try {
    change();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}

let recordOf;

class URL {
  #url;
  #params;

  constructor(input, base = undefined) {
    if (arguments.length === 0 && major >= 18) throw new codes.ERR_MISSING_ARGS('url');
    this.#url = parseOrThrow(`${input}`, base === undefined ? undefined : `${base}`);
  }

  static {
    recordOf = (value) => value !== null && typeof value === 'object' && #url in value ? value.#url : undefined;
  }

  static canParse(input, base = undefined) {
    if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('url');
    return tryParse(`${input}`, base === undefined ? undefined : `${base}`) !== undefined;
  }

  static parse(input, base = undefined) {
    if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('url');
    return URL.canParse(input, base) ? new URL(input, base) : null;
  }

  static createObjectURL() {
    notOffered('URL.createObjectURL', 'URL, URL.canParse, URL.parse');
  }

  static revokeObjectURL() {
    notOffered('URL.revokeObjectURL', 'URL, URL.canParse, URL.parse');
  }

  // The setters' copy of the record, which replaces it once they are done.
  #change(work) {
    const copy = { ...this.#url, path: typeof this.#url.path === 'string' ? this.#url.path : [...this.#url.path] };
    attempt(() => {
      work(copy);
      this.#url = copy;
    });
  }

  #refill() {
    if (this.#params !== undefined) refillParams(this.#params, this.#url.query);
  }

  toString() {
    return this.href;
  }

  get href() {
    return serialize(this.#url);
  }

  set href(value) {
    this.#url = parseOrThrow(`${value}`);
    this.#refill();
  }

  get origin() {
    const { scheme } = this.#url;
    if (scheme === 'blob') {
      const inner = tryParse(pathOf(this.#url));
      return inner !== undefined && /^https?$/.test(inner.scheme) ? `${inner.scheme}://${hostOf(inner)}` : 'null';
    }
    return scheme in special && scheme !== 'file' ? `${scheme}://${hostOf(this.#url)}` : 'null';
  }

  get protocol() {
    return `${this.#url.scheme}:`;
  }

  set protocol(value) {
    const match = /^([A-Za-z][A-Za-z0-9+.-]*)(?::|$)/.exec(`${value}`.replace(/[\t\n\r]/g, ''));
    if (match === null) return;
    const scheme = match[1].toLowerCase();
    const { scheme: old, username, password, host, port } = this.#url;
    if ((scheme in special) !== (old in special)) return;
    if (scheme === 'file' && (username !== '' || password !== '' || port !== '')) return;
    if (old === 'file' && host === '') return;
    this.#change((url) => {
      url.scheme = scheme;
      if (url.port === special[scheme]) url.port = '';
    });
  }

  #takesNoUser() {
    const { host, scheme } = this.#url;
    return host === null || host === '' || scheme === 'file';
  }

  get username() {
    return this.#url.username;
  }

  set username(value) {
    if (!this.#takesNoUser()) this.#url.username = encode(`${value}`, USERINFO);
  }

  get password() {
    return this.#url.password;
  }

  set password(value) {
    if (!this.#takesNoUser()) this.#url.password = encode(`${value}`, USERINFO);
  }

  get host() {
    return hostOf(this.#url);
  }

  set host(value) {
    this.#setHost(`${value}`, true);
  }

  get hostname() {
    return this.#url.host ?? '';
  }

  set hostname(value) {
    this.#setHost(`${value}`, false);
  }

  #setHost(value, withPort) {
    if (typeof this.#url.path === 'string') return;
    this.#change((url) => {
      const isSpecial = url.scheme in special;
      const text = value.replace(/[\t\n\r]/g, '').replace(isSpecial ? /[/\\?#].*$/s : /[/?#].*$/s, '');
      const [, host, port] = /^((?:\[[^\]]*\]?|[^:[])*)(?::(.*))?$/s.exec(text) || fail();
      if (port !== undefined && (!withPort || url.scheme === 'file')) fail();
      if (host === '' && ((isSpecial && url.scheme !== 'file') || port !== undefined)) fail();
      if (host === '' && (url.username !== '' || url.password !== '' || url.port !== '')) fail();
      url.host = host === '' ? '' : parseHost(host, isSpecial);
      if (url.scheme === 'file' && url.host === 'localhost') url.host = '';
      if (port !== undefined && port !== '') setPort(url, port);
    });
  }

  get port() {
    return this.#url.port;
  }

  set port(value) {
    if (this.#takesNoUser()) return;
    const text = `${value}`.replace(/[\t\n\r]/g, '');
    this.#change((url) => {
      if (text === '') url.port = '';
      else setPort(url, text);
    });
  }

  get pathname() {
    return pathOf(this.#url);
  }

  set pathname(value) {
    if (typeof this.#url.path === 'string') return;
    this.#change((url) => {
      const text = `${value}`.replace(/[\t\n\r]/g, '').replace(/\?/g, '%3F').replace(/#/g, '%23');
      url.path = [];
      if (text === '' && url.host === null && !(url.scheme in special)) url.path.push('');
      else parsePathStart(url, text);
    });
  }

  get search() {
    const { query } = this.#url;
    return query === null || query === '' ? '' : `?${query}`;
  }

  set search(value) {
    const text = `${value}`;
    const query = text.replace(/[\t\n\r]/g, '').replace(/^\?/, '');
    this.#url.query = text === '' ? null : encodeQuery(this.#url, query);
    this.#refill();
  }

  get searchParams() {
    if (this.#params === undefined) {
      this.#params = new URLSearchParams();
      this.#refill();
      linkParams(this.#params, (query) => {
        this.#url.query = query === '' ? null : query;
      });
    }
    return this.#params;
  }

  get hash() {
    const { fragment } = this.#url;
    return fragment === null || fragment === '' ? '' : `#${fragment}`;
  }

  set hash(value) {
    const text = `${value}`;
    this.#url.fragment = text === '' ? null : encode(text.replace(/[\t\n\r]/g, '').replace(/^#/, ''), FRAGMENT);
  }

  toJSON() {
    return this.href;
  }

  [inspectCustom](depth, options) {
    if (typeof depth === 'number' && depth < 0) return major < 20 ? `[${this.constructor.name}]` : this;
    const shown = {};
    for (const name of shownParts) shown[name] = this[name];
    return `${this.constructor.name} ${require('util').inspect(shown, options)}`;
  }
}

// As much of a port as is digits.
function setPort(url, text) {
  const digits = /^[0-9]+/.exec(text);
  if (digits !== null) parsePort(url, digits[0]);
}

const shownParts = [
  'href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'searchParams',
  'hash',
];

if (major < 16) delete URL.createObjectURL;
if (major < 16) delete URL.revokeObjectURL;
if (major < 18) delete URL.canParse;
if (major < 20) delete URL.parse;
if (major >= 18) {
  for (const name of Object.getOwnPropertyNames(URL)) {
    if (typeof URL[name] === 'function') Object.defineProperty(URL, name, { enumerable: true });
  }
}
finish(URL, [...shownParts, 'toString', 'toJSON']);

module.exports = { URL, URLSearchParams, parseHost, recordOf, serialize, Failure };
