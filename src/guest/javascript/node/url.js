'use strict';

const { codes, notOffered, validateObject, validateString } = require('internal/errors');
const { URL, URLSearchParams, Failure, parseHost, recordOf, serialize } = require('internal/url');

const { major } = binding;

// Files and URLs.

function fileURLToPath(url, options = undefined) {
  if (options?.windows) notOffered('url.fileURLToPath with windows: true', 'paths of Linux');
  if (typeof url === 'string') url = new URL(url);
  else if (recordOf(url) === undefined) throw new codes.ERR_INVALID_ARG_TYPE('path', ['string', 'URL'], url);
  if (url.protocol !== 'file:') throw new codes.ERR_INVALID_URL_SCHEME('file');
  if (url.hostname !== '') throw new codes.ERR_INVALID_FILE_URL_HOST('linux');
  const { pathname } = url;
  if (/%2f/i.test(pathname)) throw new codes.ERR_INVALID_FILE_URL_PATH('must not include encoded / characters', url);
  return decodeURIComponent(pathname);
}

const escaped = major >= 20 ? /[%\\\n\r\t?#[\]^|~]/g : /[%\\\n\r\t?#]/g;
const hexOf = (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

function pathToFileURL(path, options = undefined) {
  if (options?.windows) notOffered('url.pathToFileURL with windows: true', 'paths of Linux');
  if (major >= 18) validateString(path, 'path');
  let resolved = require('path').resolve(path);
  // The end of the path tells a folder from a file, and resolving drops it.
  if (path.endsWith('/') && !resolved.endsWith('/')) resolved += '/';
  return new URL(`file://${resolved.replace(escaped, hexOf)}`);
}

function domainToASCII(domain) {
  try {
    return parseHost(`${domain}`, true);
  } catch (error) {
    if (error instanceof Failure) return '';
    throw error;
  }
}

function domainToUnicode(domain) {
  const host = domainToASCII(domain);
  if (/(^|\.)xn--/.test(host)) notOffered(`the URL host '${host}'`, 'hosts of ASCII characters');
  return host;
}

function urlToHttpOptions(url) {
  const { protocol, hostname, hash, search, pathname, href, port, username, password } = url;
  const options = {
    ...(major >= 18 ? { __proto__: null, ...url } : {}),
    protocol, hostname: hostname && hostname.replace(/^\[|\]$/g, ''), hash, search, pathname,
    path: `${pathname || ''}${search || ''}`, href,
  };
  if (port !== '') options.port = Number(port);
  if (username || password) options.auth = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return options;
}

// The older interface.

const parts = [
  'protocol', 'slashes', 'auth', 'host', 'port', 'hostname', 'hash', 'search', 'query', 'pathname', 'path', 'href',
];
const withSlashes = ['http', 'https', 'ftp', 'gopher', 'file', 'ws', 'wss'];
const hasSlashes = (protocol) => withSlashes.includes((protocol || '').replace(/:$/, ''));

function Url() {
  for (const part of parts) this[part] = null;
}

const escapeRest = (text) => text.replace(/[\t\n\r "'<>\\^`{|}]/g, hexOf);

function cutAt(text, at) {
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
}

Url.prototype.parse = function parse(url, parseQueryString, slashesDenoteHost) {
  validateString(url, 'url');
  const [before, after] = cutAt(url.trim(), url.trim().search(/[?#]/));
  let rest = before.replace(/\\/g, '/') + after;

  const protocol = /^[a-z0-9.+-]+:/i.exec(rest);
  if (protocol !== null) {
    this.protocol = protocol[0].toLowerCase();
    rest = rest.slice(protocol[0].length);
  }
  const script = this.protocol === 'javascript:';
  if ((slashesDenoteHost || protocol !== null || /^\/\/[^@/]+@[^@/]+/.test(rest)) && rest.startsWith('//') && !script) {
    this.slashes = true;
    rest = rest.slice(2);
  }
  if (!script && (this.slashes || (protocol !== null && !hasSlashes(this.protocol)))) rest = this.takeHost(rest, url);

  if (!script) rest = escapeRest(rest);
  const [beforeHash, hash] = cutAt(rest, rest.indexOf('#'));
  const [pathname, search] = cutAt(beforeHash, beforeHash.indexOf('?'));
  if (hash !== '') this.hash = hash;
  if (search !== '') {
    this.search = search;
    this.query = parseQueryString ? require('querystring').parse(search.slice(1)) : search.slice(1);
  } else if (parseQueryString) {
    this.search = null;
    this.query = Object.create(null);
  }
  if (pathname !== '') this.pathname = pathname;
  else if (hasSlashes(this.protocol) && this.hostname) this.pathname = '/';
  if (this.pathname || this.search) this.path = `${this.pathname || ''}${this.search || ''}`;
  this.href = this.format();
  return this;
};

// Takes user, host and port off the front of `text`, and gives back what follows them.
Object.defineProperty(Url.prototype, 'takeHost', {
  value: function takeHost(text, url) {
    const slash = text.search(/[/?#]/);
    const at = (slash < 0 ? text : text.slice(0, slash)).lastIndexOf('@');
    if (at >= 0) this.auth = decodeURIComponent(text.slice(0, at));
    const from = at + 1;
    const length = text.slice(from).search(/[\t\n\r "#%'/;<>?\\^`{|}]/);
    const host = length < 0 ? text.slice(from) : text.slice(from, from + length);
    const [, name, port] = /^(.*?)(?::([0-9]*))?$/s.exec(host);
    if (port) this.port = port;
    const ipv6 = /^\[(.*)\]$/.exec(name);
    if (/[^\0-\x7f]/.test(name)) notOffered(`the URL host '${name}'`, 'hosts of ASCII characters');
    if (major >= 18 && ipv6 === null && /[:[\]@*]/.test(name.replace(/\*/g, ''))) throw new codes.ERR_INVALID_URL(url);
    this.hostname = ipv6 === null ? name.toLowerCase() : ipv6[1].toLowerCase();
    this.host = `${name.toLowerCase()}${port ? `:${port}` : ''}`;
    return text.slice(from + host.length);
  },
});

Url.prototype.format = function format() {
  const auth = this.auth ? `${encodeURIComponent(this.auth).replace(/%3A/i, ':')}@` : '';
  let protocol = this.protocol || '';
  if (protocol !== '' && !protocol.endsWith(':')) protocol += ':';
  let host = '';
  if (this.host) {
    host = auth + this.host;
  } else if (this.hostname) {
    const name = this.hostname.includes(':') && !/^\[.*\]$/.test(this.hostname) ? `[${this.hostname}]` : this.hostname;
    host = `${auth}${name}${this.port ? `:${this.port}` : ''}`;
  }
  let query = '';
  if (this.query !== null && typeof this.query === 'object') query = require('querystring').stringify(this.query);
  let search = this.search || (query && `?${query}`) || '';
  let pathname = (this.pathname || '').replace(/[?#]/g, encodeURIComponent);
  if (this.slashes || hasSlashes(protocol)) {
    if (this.slashes || host !== '') {
      if (pathname !== '' && pathname[0] !== '/') pathname = `/${pathname}`;
      host = `//${host}`;
    } else if (protocol.startsWith('file')) {
      host = '//';
    }
  }
  search = search.replace(/#/g, '%23');
  const hash = this.hash || '';
  if (hash !== '' && hash[0] !== '#') return `${protocol}${host}${pathname}${markSearch(search)}#${hash}`;
  return `${protocol}${host}${pathname}${markSearch(search)}${hash}`;
};

const markSearch = (search) => search !== '' && search[0] !== '?' ? `?${search}` : search;

function parse(url, parseQueryString, slashesDenoteHost) {
  return url instanceof Url ? url : new Url().parse(url, parseQueryString, slashesDenoteHost);
}

function format(url, options = undefined) {
  if (typeof url === 'string') return parse(url).format();
  if (typeof url !== 'object' || url === null) throw new codes.ERR_INVALID_ARG_TYPE('urlObject', ['Object', 'string'], url);
  const record = recordOf(url);
  if (record === undefined) return Url.prototype.format.call(url);
  if (options !== undefined) validateObject(options, 'options');
  const chosen = {};
  for (const part of ['auth', 'fragment', 'search']) chosen[part] = options?.[part] == null || !!options[part];
  return serialize(record, chosen);
}

// Resolving by the rules of the newer interface; a relative `from` gets a base of its own, which is taken off again.
function resolve(from, to) {
  const url = new URL(to, new URL(from, 'resolve://'));
  if (url.protocol !== 'resolve:') return url.href;
  const path = `${url.pathname}${url.search}${url.hash}`;
  return /^[/\\]/.test(from) || /^[/\\]/.test(to) ? path : path.replace(/^\//, '');
}

Url.prototype.resolve = function resolveFrom(to) {
  return resolve(this.href, to);
};

Url.prototype.resolveObject = function resolveObject(to) {
  return parse(resolve(this.href, typeof to === 'string' ? to : to.href), false, true);
};

module.exports = {
  Url,
  parse,
  resolve,
  resolveObject: (from, to) => parse(from, false, true).resolveObject(to),
  format,
  URL,
  URLSearchParams,
  domainToASCII,
  domainToUnicode,
  pathToFileURL,
  fileURLToPath,
};
if (major >= 14) module.exports.urlToHttpOptions = urlToHttpOptions;
require('internal/left_out').fill('url', module.exports);
