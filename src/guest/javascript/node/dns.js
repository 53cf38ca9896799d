'use strict';

// Names: look-ups through the operating system only. There is no network to ask: `localhost` is the loopback address, a name
// in the domain `invalid` is unknown, every other name has one address of those kept for documentation.

const { codes, lookupError, notOffered, validateBoolean, validateCallback, validateNumber, validateOneOf, validateString } =
  require('internal/errors');

const { major } = binding;

const ADDRCONFIG = 32;
const ALL = 16;
const V4MAPPED = 8;
const DOCUMENTATION = { 4: '192.0.2.1', 6: '2001:db8::1' };
const LOOPBACK = { 4: '127.0.0.1', 6: '::1' };
const ORDERS = major < 20 ? ['verbatim', 'ipv4first'] : ['verbatim', 'ipv4first', 'ipv6first'];
const SERVICES = { 20: 'ftp', 21: 'ftp', 22: 'ssh', 23: 'telnet', 25: 'smtp', 53: 'domain', 80: 'http', 443: 'https' };

let defaultOrder = major < 18 ? 'ipv4first' : 'verbatim';
let warned = false;

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const V4 = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`);

// Eight groups, of which one run may be left out, the last two perhaps as a dotted quad.
function isV6(text) {
  const [address, zone] = text.split('%');
  if (zone === '' || address.split('::').length > 2) return false;
  const short = address.includes('::');
  const halves = address.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const groups = halves.flat();
  const quad = groups.length > 0 && V4.test(groups[groups.length - 1]) ? groups.pop() : undefined;
  const count = groups.length + (quad === undefined ? 0 : 2);
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) && (short ? count < 8 : count === 8);
}

function ipFamily(text) {
  if (V4.test(text)) return 4;
  return text.includes(':') && isV6(text) ? 6 : 0;
}

function checkFamily(family, name) {
  if (family === 0 || family === 4 || family === 6) return;
  if (major >= 16) validateOneOf(family, name, [0, 4, 6]);
  throw new codes.ERR_INVALID_OPT_VALUE('family', family, major < 14 ? undefined : 'Must be one of: 0, 4, 6');
}

function checkHints(hints) {
  if ((hints & ~(ADDRCONFIG | ALL | V4MAPPED)) === 0) return;
  if (major < 16) throw new codes.ERR_INVALID_OPT_VALUE('hints', hints);
  throw new codes.ERR_INVALID_ARG_VALUE('hints', hints);
}

// Before 18 options were taken as they came.
function looseOptions(options) {
  const order = typeof options.verbatim === 'boolean' ? (options.verbatim ? 'verbatim' : 'ipv4first') : defaultOrder;
  if (options.hints) checkHints(options.hints >>> 0);
  const family = { IPv4: 4, IPv6: 6 }[options.family] ?? options.family >>> 0;
  checkFamily(family, 'family');
  return { family, all: options.all === true, order };
}

function strictOptions(options) {
  const chosen = { family: 0, all: false, order: defaultOrder };
  const { hints, family, all, verbatim, order } = options;
  if (hints !== undefined && hints !== null) {
    validateNumber(hints, 'options.hints');
    checkHints(hints >>> 0);
  }
  if (family !== undefined && family !== null) {
    chosen.family = { IPv4: 4, IPv6: 6 }[family] ?? family;
    checkFamily(chosen.family, 'options.family');
  }
  if (all !== undefined && all !== null) {
    validateBoolean(all, 'options.all');
    chosen.all = all;
  }
  if (verbatim !== undefined && verbatim !== null) {
    validateBoolean(verbatim, 'options.verbatim');
    chosen.order = verbatim ? 'verbatim' : 'ipv4first';
  }
  if (major >= 20 && order !== undefined && order !== null) {
    validateOneOf(order, 'options.order', ORDERS);
    chosen.order = order;
  }
  return chosen;
}

function lookupOptions(options) {
  if (typeof options === 'number') {
    checkFamily(options, 'family');
    return { family: options, all: false, order: defaultOrder };
  }
  if (options === undefined || options === null || typeof options === 'function') {
    return { family: 0, all: false, order: defaultOrder };
  }
  if (major >= 18 && typeof options !== 'object') {
    throw new codes.ERR_INVALID_ARG_TYPE('options', ['integer', 'object'], options);
  }
  return (major < 18 ? looseOptions : strictOptions)(options);
}

function checkName(hostname) {
  if (hostname) validateString(hostname, 'hostname');
}

// What every major before 26 made of no name at all.
function refuseNoName(hostname) {
  if (hostname) return;
  if (major >= 26) throw new codes.ERR_INVALID_ARG_VALUE('hostname', hostname, 'must be a non-empty string');
  if (warned) return;
  warned = true;
  process.emitWarning(`The provided hostname "${hostname}" is not a valid hostname, and is supported in the dns module ` +
    'solely for compatibility.', 'DeprecationWarning', 'DEP0118');
}

// Addresses of a name that needs no look-up, or undefined.
function atOnce(hostname, { family }) {
  if (!hostname) return { none: true, addresses: [{ address: null, family: family === 6 ? 6 : 4 }] };
  const literal = ipFamily(hostname);
  return literal === 0 ? undefined : { none: false, addresses: [{ address: hostname, family: literal }] };
}

function addressesOf(hostname, { family, order }) {
  const name = hostname.toLowerCase().replace(/\.$/, '');
  if (name === 'invalid' || name.endsWith('.invalid')) return undefined;
  const local = name === 'localhost' || name.endsWith('.localhost');
  const known = local ? LOOPBACK : DOCUMENTATION;
  // An operating system lists the loopback address of IPv6 first; other names have but one address unless another is asked.
  const families = family !== 0 ? [family] : local ? [6, 4] : [4];
  if (order === 'ipv4first') families.sort((left, right) => left - right);
  return families.map((each) => ({ address: known[each], family: each }));
}

function lookup(hostname, options, callback) {
  const called = typeof options === 'function' ? options : callback;
  checkName(hostname);
  if (typeof options !== 'function') validateCallback(callback);
  const chosen = lookupOptions(options);
  refuseNoName(hostname);
  const known = atOnce(hostname, chosen);
  const answer = (addresses) => {
    if (chosen.all) called(null, addresses);
    else called(null, addresses[0].address, addresses[0].family);
  };
  if (known !== undefined) {
    binding.tick(() => answer(known.none && chosen.all ? [] : known.addresses));
    return {};
  }
  binding.request('lookup', 0, () => {
    const addresses = addressesOf(hostname, chosen);
    if (addresses === undefined) called(lookupError('ENOTFOUND', 'getaddrinfo', hostname));
    else answer(addresses);
  });
  return { hostname, family: chosen.family };
}

function checkService(address, port) {
  if (ipFamily(String(address)) === 0) {
    if (major >= 18) validateString(address, 'address');
    if (major < 16) throw new codes.ERR_INVALID_OPT_VALUE('address', address);
    throw new codes.ERR_INVALID_ARG_VALUE('address', address);
  }
  const number = typeof port === 'number' || (typeof port === 'string' && port.trim() !== '') ? Number(port) : NaN;
  if (!Number.isInteger(number) || number < 0 || number > 65535) throw new codes.ERR_SOCKET_BAD_PORT('Port', port, true);
}

function serviceOf(address, port) {
  const local = address.startsWith('127.') || address === '::1';
  return { hostname: local ? 'localhost' : 'host.example', service: SERVICES[Number(port)] ?? String(Number(port)) };
}

function lookupService(address, port, callback) {
  if (arguments.length !== 3) throw new codes.ERR_MISSING_ARGS('address', 'port', 'callback');
  checkService(address, port);
  validateCallback(callback);
  binding.request('lookup', 0, () => {
    const { hostname, service } = serviceOf(address, port);
    callback(null, hostname, service);
  });
  return { hostname: address, port: Number(port) };
}

function setDefaultResultOrder(order) {
  validateOneOf(order, 'dnsOrder', ORDERS);
  defaultOrder = order;
}

const CODES = {
  NODATA: 'ENODATA',
  FORMERR: 'EFORMERR',
  SERVFAIL: 'ESERVFAIL',
  NOTFOUND: 'ENOTFOUND',
  NOTIMP: 'ENOTIMP',
  REFUSED: 'EREFUSED',
  BADQUERY: 'EBADQUERY',
  BADNAME: 'EBADNAME',
  BADFAMILY: 'EBADFAMILY',
  BADRESP: 'EBADRESP',
  CONNREFUSED: 'ECONNREFUSED',
  TIMEOUT: 'ETIMEOUT',
  EOF: 'EOF',
  FILE: 'EFILE',
  NOMEM: 'ENOMEM',
  DESTRUCTION: 'EDESTRUCTION',
  BADSTR: 'EBADSTR',
  BADFLAGS: 'EBADFLAGS',
  NONAME: 'ENONAME',
  BADHINTS: 'EBADHINTS',
  NOTINITIALIZED: 'ENOTINITIALIZED',
  LOADIPHLPAPI: 'ELOADIPHLPAPI',
  ADDRGETNETWORKPARAMS: 'EADDRGETNETWORKPARAMS',
  CANCELLED: 'ECANCELLED',
};

const QUERIES = ['Resolver', 'getServers', 'setServers', 'resolve', 'resolve4', 'resolve6', 'resolveAny', 'resolveCname',
  'resolveMx', 'resolveNaptr', 'resolveNs', 'resolvePtr', 'resolveSoa', 'resolveSrv', 'resolveTxt', 'reverse'];
if (major >= 14) QUERIES.push('resolveCaa');
if (major >= 22) QUERIES.push('resolveTlsa');

function leaveOutQueries(target, prefix) {
  for (const name of QUERIES) {
    target[name] = function() {
      notOffered(`${prefix}.${name}`, [`${prefix}.lookup`, `${prefix}.lookupService`]);
    };
  }
}

Object.assign(exports, { lookup, lookupService }, CODES, { ADDRCONFIG, ALL, V4MAPPED });
leaveOutQueries(exports, 'dns');
if (major >= 14) exports.setDefaultResultOrder = setDefaultResultOrder;
if (major >= 18) exports.getDefaultResultOrder = () => defaultOrder;

const custom = Symbol.for('nodejs.util.promisify.custom');

function promisifyTo(called, names) {
  Object.defineProperty(called, custom, {
    configurable: true,
    value: (...args) => new Promise((resolve, reject) => {
      called(...args, (error, first, second) => {
        if (error) reject(error);
        else resolve(second === undefined ? first : { [names[0]]: first, [names[1]]: second });
      });
    }),
  });
}

promisifyTo(lookup, ['address', 'family']);
promisifyTo(lookupService, ['hostname', 'service']);

// The promise forms throw at once when an argument is wrong.
function promiseForms() {
  const forms = {
    lookup(hostname, options) {
      checkName(hostname);
      const chosen = lookupOptions(options);
      refuseNoName(hostname);
      const known = atOnce(hostname, chosen);
      if (known !== undefined) {
        return Promise.resolve(chosen.all ? (known.none ? [] : known.addresses) : known.addresses[0]);
      }
      return new Promise((resolve, reject) => {
        binding.request('lookup', 0, () => {
          const addresses = addressesOf(hostname, chosen);
          if (addresses === undefined) reject(lookupError('ENOTFOUND', 'getaddrinfo', hostname));
          else resolve(chosen.all ? addresses : addresses[0]);
        });
      });
    },
    lookupService(address, port) {
      if (arguments.length !== 2) throw new codes.ERR_MISSING_ARGS('address', 'port');
      checkService(address, port);
      return new Promise((resolve) => binding.request('lookup', 0, () => resolve(serviceOf(address, port))));
    },
  };
  leaveOutQueries(forms, 'dns.promises');
  if (major >= 14) forms.setDefaultResultOrder = setDefaultResultOrder;
  if (major >= 16) Object.assign(forms, CODES);
  if (major >= 18) forms.getDefaultResultOrder = exports.getDefaultResultOrder;
  return forms;
}

let promises;

Object.defineProperty(exports, 'promises', {
  configurable: true,
  enumerable: true,
  get: () => (promises ??= promiseForms()),
});
