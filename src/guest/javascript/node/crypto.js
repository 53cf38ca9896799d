'use strict';

// What programs about order use of crypto: the work of the thread pool, random values, digests and ciphers. Keys in pairs are
// stand-ins: they have the shape of keys and hold no secret.

const { codes, notOffered, validateCallback, validateInteger, validateNumber, validateObject, validateOneOf, validateString } =
  require('internal/errors');
const { BYTES, VIEWS, bytesOf, checkBytes, digestName, encoded, hashOf, isBytes, isView, knowsDigest, toBuffer } =
  require('internal/crypto/bytes');
const { KeyObject, PrivateKeyObject, PublicKeyObject, SecretKeyObject, exported } = require('internal/crypto/keys');

const { major } = binding;

const INT32_MAX = 2 ** 31 - 1;

// These are streams, which many programs that use crypto do not need.
const ciphers = () => require('internal/crypto/ciphers');
const digests = () => require('internal/crypto/digests');

// One job of the pool; the work is done, and the callback called, when it completes.
function job(work, callback) {
  binding.request('job', 0, () => {
    let value;
    try {
      value = work();
    } catch (error) {
      callback(error);
      return;
    }
    callback(null, value);
  });
}

// Digests.

function checkDigest(name) {
  validateString(name, 'digest');
  if (!knowsDigest(name)) throw new codes.ERR_CRYPTO_INVALID_DIGEST(name);
}

function hash(algorithm, input, outputEncoding = 'hex') {
  validateString(algorithm, 'algorithm');
  if (typeof input !== 'string' && !isView(input)) throw new codes.ERR_INVALID_ARG_TYPE('input', ['string', ...VIEWS], input);
  const bytes = hashOf(algorithm, bytesOf(input));
  if (bytes === undefined) throw new Error(`Digest method ${algorithm} is not supported`);
  return encoded(bytes, outputEncoding);
}

const DIGESTS = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'];

// Derived keys.

function checkLength(value, name) {
  validateNumber(value, name);
  if (major >= 16) validateInteger(value, name, 0, INT32_MAX);
  else checkUint32(value, name, 0);
}

function checkUint32(value, name, least) {
  validateNumber(value, name);
  if (Number.isInteger(value) && value >= least && value < 2 ** 32) return;
  const range = Number.isInteger(value) ? `>= ${least} && < 4294967296` : 'an integer';
  throw new codes.ERR_OUT_OF_RANGE(name, range, value);
}

function pbkdf2Work(password, salt, iterations, keylen, digest) {
  if (major < 14) {
    if (digest !== null && typeof digest !== 'string') throw new codes.ERR_INVALID_ARG_TYPE('digest', ['string', 'null'], digest);
  } else {
    validateString(digest, 'digest');
  }
  checkBytes(password, 'password');
  checkBytes(salt, 'salt');
  if (major < 16) checkUint32(iterations, 'iterations', major < 14 ? 0 : 1);
  else validateInteger(iterations, 'iterations', 1, INT32_MAX);
  checkLength(keylen, 'keylen');
  const algorithm = digest === null ? 'sha1' : digest;
  if (!knowsDigest(algorithm)) throw new codes.ERR_CRYPTO_INVALID_DIGEST(algorithm);
  const secret = bytesOf(password);
  const grain = bytesOf(salt);
  return () => {
    if (keylen > 0) return toBuffer(binding.pbkdf2(digestName(algorithm), secret, grain, Math.max(iterations, 1), keylen));
    if (major >= 22) throw new Error(major < 26 ? 'Deriving bits failed' : 'PBKDF2 derivation failed');
    return Buffer.alloc(0);
  };
}

function pbkdf2(password, salt, iterations, keylen, digest, callback) {
  const short = typeof digest === 'function';
  const work = pbkdf2Work(password, salt, iterations, keylen, short ? undefined : digest);
  validateCallback(callback);
  job(work, callback);
}

function pbkdf2Sync(password, salt, iterations, keylen, digest) {
  return pbkdf2Work(password, salt, iterations, keylen, digest)();
}

const SCRYPT_NAMES = { N: 'cost', r: 'blockSize', p: 'parallelization' };

function scryptParameter(options, name, initial) {
  const long = SCRYPT_NAMES[name];
  const both = options[name] !== undefined && options[long] !== undefined;
  if (both) {
    if (major < 24) throw new codes.ERR_CRYPTO_SCRYPT_INVALID_PARAMETER();
    throw new codes.ERR_INCOMPATIBLE_OPTION_PAIR(name, long);
  }
  const used = options[name] === undefined ? long : name;
  const value = options[used];
  if (value === undefined) return initial;
  if (major < 16) checkUint32(value, used, 0);
  else validateInteger(value, used, 0, 2 ** 32 - 1);
  return value || initial;
}

function scryptError(memory) {
  if (major < 16) {
    if (!memory) return new codes.ERR_CRYPTO_SCRYPT_INVALID_PARAMETER();
    return new Error('error:060B50AC:digital envelope routines:EVP_PBE_scrypt:memory limit exceeded');
  }
  const error = new codes.ERR_CRYPTO_INVALID_SCRYPT_PARAMS('');
  const detail = memory && major >= 20 ? ': error:030000AC:digital envelope routines::memory limit exceeded' : '';
  error.message = `Invalid scrypt params${detail}`;
  return error;
}

function scryptWork(password, salt, keylen, options) {
  checkBytes(password, 'password');
  checkBytes(salt, 'salt');
  checkLength(keylen, 'keylen');
  const chosen = options ?? {};
  const N = scryptParameter(chosen, 'N', 16384);
  const r = scryptParameter(chosen, 'r', 8);
  const p = scryptParameter(chosen, 'p', 1);
  const { maxmem } = chosen;
  if (maxmem !== undefined) validateInteger(maxmem, 'maxmem', 0);
  if (N < 2 || (BigInt(N) & (BigInt(N) - 1n)) !== 0n) throw scryptError(false);
  if (128 * r * (N + p + 2) > (maxmem || 32 * 1024 * 1024)) throw scryptError(true);
  const secret = bytesOf(password);
  const grain = bytesOf(salt);
  return () => (keylen === 0 ? Buffer.alloc(0) : toBuffer(binding.scrypt(secret, grain, N, r, p, keylen)));
}

function scrypt(password, salt, keylen, options, callback) {
  const short = typeof options === 'function';
  const called = short ? options : callback;
  const work = scryptWork(password, salt, keylen, short ? undefined : options);
  validateCallback(called);
  job(work, called);
}

function scryptSync(password, salt, keylen, options) {
  return scryptWork(password, salt, keylen, options)();
}

function hkdfWork(digest, key, salt, info, length) {
  validateString(digest, 'digest');
  const secret = key instanceof SecretKeyObject ? key.export() : key;
  checkBytes(secret, 'ikm');
  checkBytes(salt, 'salt');
  checkBytes(info, 'info');
  validateInteger(length, 'length', 0, major < 22 ? 2 ** 32 : Number.MAX_SAFE_INTEGER);
  const extra = bytesOf(info).slice();
  if (extra.byteLength > 1024) {
    throw new codes.ERR_OUT_OF_RANGE('info', 'must not contain more than 1024 bytes', extra.byteLength);
  }
  checkDigest(digest);
  const name = digestName(digest);
  const size = binding.hash(name, new Uint8Array(0)).length;
  if (length > 255 * size) throw new codes.ERR_CRYPTO_INVALID_KEYLEN();
  const input = bytesOf(secret).slice();
  const grain = bytesOf(salt).slice();
  return () => {
    const extracted = binding.hmac(name, grain.length === 0 ? new Uint8Array(size) : grain, input);
    const result = new Uint8Array(length);
    let block = new Uint8Array(0);
    for (let at = 0, round = 1; at < length; at += size, round++) {
      block = binding.hmac(name, extracted, new Uint8Array([...block, ...extra, round]));
      result.set(block.subarray(0, length - at), at);
    }
    return result.buffer;
  };
}

function hkdf(digest, key, salt, info, length, callback) {
  const work = hkdfWork(digest, key, salt, info, length);
  validateCallback(callback);
  job(work, callback);
}

function hkdfSync(digest, key, salt, info, length) {
  return hkdfWork(digest, key, salt, info, length)();
}

// Random values.

function checkSize(size, name, elementSize, offset, length) {
  validateNumber(size, name);
  const bytes = size * elementSize;
  if (Number.isNaN(bytes) || bytes > INT32_MAX || bytes < 0) {
    throw new codes.ERR_OUT_OF_RANGE(name, `>= 0 && <= ${INT32_MAX}`, bytes);
  }
  if (bytes + offset > length) throw new codes.ERR_OUT_OF_RANGE('size + offset', `<= ${length}`, bytes + offset);
  return bytes >>> 0;
}

function fill(bytes) {
  if (bytes.length > 0) bytes.set(binding.random(bytes.length));
}

function randomBytes(size, callback) {
  const length = checkSize(size, 'size', 1, 0, Infinity);
  if (callback !== undefined) validateCallback(callback);
  const buffer = Buffer.alloc(length);
  if (callback === undefined) {
    fill(buffer);
    return buffer;
  }
  fillLater(buffer, buffer, callback);
  return undefined;
}

// From 16 on nothing to fill is answered before the call returns.
function fillLater(bytes, result, callback) {
  if (bytes.length === 0 && major >= 16) {
    callback(null, result);
    return;
  }
  job(() => {
    fill(bytes);
    return result;
  }, callback);
}

function fillTarget(buffer, offset, size) {
  if (!isBytes(buffer)) {
    const kinds = major < 16 ? 'ArrayBufferView' : ['ArrayBuffer', 'ArrayBufferView'];
    throw new codes.ERR_INVALID_ARG_TYPE('buf', kinds, buffer);
  }
  const elementSize = buffer.BYTES_PER_ELEMENT || 1;
  validateNumber(offset, 'offset');
  const begin = offset * elementSize;
  if (Number.isNaN(begin) || begin > Math.min(buffer.byteLength, INT32_MAX) || begin < 0) {
    throw new codes.ERR_OUT_OF_RANGE('offset', `>= 0 && <= ${Math.min(buffer.byteLength, INT32_MAX)}`, begin);
  }
  const length = size === undefined ? buffer.byteLength - begin : checkSize(size, 'size', elementSize, begin, buffer.byteLength);
  return bytesOf(buffer).subarray(begin, begin + length);
}

function randomFillSync(buffer, offset = 0, size = undefined) {
  fill(fillTarget(buffer, offset, size));
  return buffer;
}

function randomFill(buffer, ...rest) {
  if (!isBytes(buffer)) fillTarget(buffer, 0);
  const at = rest.slice(0, 2).findIndex((each) => typeof each === 'function');
  const callback = at < 0 ? rest[2] : rest[at];
  const [offset = 0, size] = rest.slice(0, at < 0 ? 2 : at);
  validateCallback(callback);
  fillLater(fillTarget(buffer, offset, size), buffer, callback);
}

// From 16 on an asynchronous randomInt takes its number from a store of numbers that one job fills.
const STORED = 1024;
let store = 0;
let filling = false;
let waiting = [];

function drawInteger(range) {
  const bytes = binding.random(6);
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  return value % range;
}

function safeInteger(value, name) {
  if (!Number.isSafeInteger(value)) throw new codes.ERR_INVALID_ARG_TYPE(name, 'a safe integer', value);
}

function deliverInteger(min, range, callback) {
  if (store > 0) {
    store--;
    const value = min + drawInteger(range);
    binding.tick(() => callback(undefined, value));
    return;
  }
  waiting.push(() => deliverInteger(min, range, callback));
  if (filling) return;
  filling = true;
  binding.request('job', 0, () => {
    filling = false;
    store = STORED;
    const tasks = waiting;
    waiting = [];
    for (const task of tasks) task();
  });
}

function randomInt(...args) {
  const alone = args.length < 2 || args[1] === undefined || typeof args[1] === 'function';
  const [min, max, callback] = alone ? [0, args[0], args[1]] : args;
  if (callback !== undefined) validateCallback(callback);
  safeInteger(min, 'min');
  safeInteger(max, 'max');
  if (max <= min) throw new codes.ERR_OUT_OF_RANGE('max', `greater than the value of "min" (${min})`, max);
  const range = max - min;
  if (range > 2 ** 48 - 1) throw new codes.ERR_OUT_OF_RANGE(alone ? 'max' : 'max - min', `<= ${2 ** 48 - 1}`, range);
  if (callback === undefined) {
    store = store === 0 ? STORED - 1 : store - 1;
    return min + drawInteger(range);
  }
  if (major >= 16) deliverInteger(min, range, callback);
  else job(() => min + drawInteger(range), callback);
  return undefined;
}

function randomUUID(options) {
  if (options !== undefined) validateObject(options, 'options');
  const bytes = toBuffer(binding.random(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function timingSafeEqual(left, right) {
  for (const [value, name] of [[left, 'buf1'], [right, 'buf2']]) {
    if (isBytes(value)) continue;
    const error = new codes.ERR_INVALID_ARG_TYPE(name, BYTES, value);
    error.message = error.message.replace(/ Received .*$/s, '');
    throw error;
  }
  const first = bytesOf(left);
  const second = bytesOf(right);
  if (first.length !== second.length) throw new codes.ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH();
  return first.every((byte, at) => byte === second[at]);
}

// Keys.

const CURVES = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' };
const KNOWN_CURVES = ['prime256v1', 'secp256k1', 'secp384r1', 'secp521r1'];
const PLAIN_KINDS = ['ed25519', 'ed448', 'x25519', 'x448'];

function required(options, name, check) {
  const value = options[name];
  if (major >= 18) {
    check(value, `options.${name}`);
  } else if (value === undefined || value === null) {
    if (major < 16) throw new codes.ERR_INVALID_OPT_VALUE(name, value);
    throw new codes.ERR_INVALID_ARG_VALUE(`options.${name}`, value);
  }
  return value;
}

const checkUnsigned = (value, name) => validateInteger(value, name, 0, 2 ** 32 - 1);

function keyDetails(type, options) {
  if (type === 'rsa' || type === 'rsa-pss') {
    const modulusLength = required(options, 'modulusLength', checkUnsigned);
    return { modulusLength, publicExponent: BigInt(options.publicExponent ?? 65537) };
  }
  if (type === 'dsa') {
    const modulusLength = required(options, 'modulusLength', checkUnsigned);
    return { modulusLength, divisorLength: options.divisorLength ?? 256 };
  }
  if (type === 'ec') {
    const name = required(options, 'namedCurve', validateString);
    const namedCurve = CURVES[name] ?? name;
    if (!KNOWN_CURVES.includes(namedCurve)) {
      const error = new TypeError(major < 16 ? 'Invalid ECDH curve name' : 'Invalid EC curve name');
      if (major >= 16) error.code = 'ERR_CRYPTO_INVALID_CURVE';
      throw error;
    }
    return { namedCurve };
  }
  if (PLAIN_KINDS.includes(type)) return {};
  if (type === 'dh') notOffered('keys of the kind dh', ['rsa', 'rsa-pss', 'dsa', 'ec', ...PLAIN_KINDS]);
  throw new codes.ERR_INVALID_ARG_VALUE('type', type, 'must be a supported key type');
}

function keyPairWork(type, options) {
  validateString(type, 'type');
  if (options !== undefined || !PLAIN_KINDS.includes(type)) validateObject(options, 'options');
  const chosen = options ?? {};
  const details = keyDetails(type, chosen);
  return () => {
    const publicKey = new PublicKeyObject('public', type, details);
    const privateKey = new PrivateKeyObject('private', type, details);
    const { publicKeyEncoding, privateKeyEncoding } = chosen;
    return {
      publicKey: publicKeyEncoding === undefined ? publicKey : exported(publicKey, publicKeyEncoding),
      privateKey: privateKeyEncoding === undefined ? privateKey : exported(privateKey, privateKeyEncoding),
    };
  };
}

function generateKeyPair(type, options, callback) {
  const short = typeof options === 'function';
  const called = short ? options : callback;
  if (major >= 16) validateCallback(called);
  const work = keyPairWork(type, short ? undefined : options);
  if (major < 16) validateCallback(called);
  job(work, (error, pair) => {
    if (error) called(error);
    else called(null, pair.publicKey, pair.privateKey);
  });
}

Object.defineProperty(generateKeyPair, Symbol.for('nodejs.util.promisify.custom'), {
  configurable: true,
  value: (type, options) => new Promise((resolve, reject) => {
    generateKeyPair(type, options, (error, publicKey, privateKey) => {
      if (error) reject(error);
      else resolve({ publicKey, privateKey });
    });
  }),
});

function secretWork(type, options) {
  validateString(type, 'type');
  validateObject(options, 'options');
  const { length } = options;
  if (type === 'aes') validateOneOf(length, 'options.length', [128, 192, 256]);
  else if (type === 'hmac') validateInteger(length, 'options.length', 8, INT32_MAX);
  else throw new codes.ERR_INVALID_ARG_VALUE('type', type, 'must be a supported key type');
  return () => new SecretKeyObject(binding.random(Math.floor(length / 8)));
}

function generateKey(type, options, callback) {
  const work = secretWork(type, options);
  validateCallback(callback);
  job(work, callback);
}

function createSecretKey(key, encoding) {
  if (typeof key !== 'string' && !isBytes(key)) {
    throw new codes.ERR_INVALID_ARG_TYPE('key', major < 16 ? VIEWS : ['string', ...BYTES], key);
  }
  return new SecretKeyObject(bytesOf(key, encoding).slice());
}

// The Web's interface.

const INTEGER_ARRAYS = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
  BigInt64Array, BigUint64Array];

function domException(message, name) {
  const DOMException = require('internal/dom_exception');
  return new DOMException(message, name);
}

function getRandomValues(array) {
  if (!INTEGER_ARRAYS.some((Kind) => array instanceof Kind)) {
    throw domException('The data argument must be an integer-type TypedArray', 'TypeMismatchError');
  }
  if (array.byteLength > 65536) {
    throw domException('The requested length exceeds 65,536 bytes', 'QuotaExceededError');
  }
  fill(bytesOf(array));
  return array;
}

const WEB_DIGESTS = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'];
const SUBTLE_HOPS = major < 24 ? 2 : 0;
const SUBTLE_REFUSAL_HOPS = major < 18 ? 2 : 0;

function afterHops(count, action) {
  if (count === 0) action();
  else binding.microtask(() => afterHops(count - 1, action));
}

function refused(error) {
  return new Promise((resolve, reject) => afterHops(SUBTLE_REFUSAL_HOPS, () => reject(error)));
}

function webDigest(algorithm, data, count) {
  if (major >= 18) {
    const prefix = "Failed to execute 'digest' on 'SubtleCrypto':";
    if (count < 2) {
      const error = new codes.ERR_MISSING_ARGS('algorithm', 'data');
      error.message = `${prefix} 2 arguments required, but only ${count} present.`;
      return refused(error);
    }
    if (!isBytes(data)) {
      const error = new codes.ERR_INVALID_ARG_TYPE('data', BYTES, data);
      error.message = `${prefix} 2nd argument is not instance of ArrayBuffer, Buffer, TypedArray, or DataView.`;
      return refused(error);
    }
  }
  const name = String(typeof algorithm === 'string' ? algorithm : algorithm?.name).toUpperCase();
  if (!WEB_DIGESTS.includes(name)) {
    return refused(domException(major < 18 ? 'Unrecognized name.' : 'Unrecognized algorithm name', 'NotSupportedError'));
  }
  const bytes = bytesOf(data).slice();
  return new Promise((resolve) => {
    binding.request('job', 0, () => {
      const { buffer, byteOffset, byteLength } = binding.hash(name.replace('-', '').toLowerCase(), bytes);
      afterHops(SUBTLE_HOPS, () => resolve(buffer.slice(byteOffset, byteOffset + byteLength)));
    });
  });
}

const SUBTLE_LEFT_OUT = ['encrypt', 'decrypt', 'sign', 'verify', 'generateKey', 'deriveKey', 'deriveBits', 'importKey',
  'exportKey', 'wrapKey', 'unwrapKey'];

function makeWebCrypto() {
  class SubtleCrypto {
    digest(algorithm, data) {
      return webDigest(algorithm, data, arguments.length);
    }
  }
  for (const name of SUBTLE_LEFT_OUT) {
    SubtleCrypto.prototype[name] = function() {
      notOffered(`crypto.subtle.${name}`, ['crypto.subtle.digest']);
    };
  }
  const subtle = new SubtleCrypto();
  class Crypto {
    get subtle() {
      return subtle;
    }
    getRandomValues(array) {
      return getRandomValues(array);
    }
    randomUUID(options) {
      return randomUUID(options);
    }
  }
  return new Crypto();
}

let webcrypto;
const web = () => (webcrypto ??= makeWebCrypto());

Object.assign(exports, {
  KeyObject,
  createHash: (algorithm, options) => new (digests().Hash)(algorithm, options),
  createHmac: (algorithm, key, options) => new (digests().Hmac)(algorithm, key, options),
  createCipheriv: (cipher, key, iv, options) => new (ciphers().Cipheriv)(cipher, key, iv, options),
  createDecipheriv: (cipher, key, iv, options) => new (ciphers().Decipheriv)(cipher, key, iv, options),
  createSecretKey,
  generateKeyPair,
  generateKeyPairSync: (type, options) => keyPairWork(type, options)(),
  getHashes: () => DIGESTS.filter(knowsDigest),
  pbkdf2,
  pbkdf2Sync,
  randomBytes,
  randomFill,
  randomFillSync,
  randomInt,
  scrypt,
  scryptSync,
  timingSafeEqual,
});

for (const [kinds, names] of [[digests, ['Hash', 'Hmac']], [ciphers, ['Cipheriv', 'Decipheriv']]]) {
  for (const name of names) {
    Object.defineProperty(exports, name, { configurable: true, enumerable: true, get: () => kinds()[name] });
  }
}

if (major >= 14) exports.randomUUID = randomUUID;
if (major >= 16) {
  Object.assign(exports, { generateKey, generateKeySync: (type, options) => secretWork(type, options)(), hkdf, hkdfSync });
  Object.defineProperty(exports, 'webcrypto', { get: web, enumerable: true, configurable: true });
}
if (major >= 18) {
  exports.getRandomValues = getRandomValues;
  Object.defineProperty(exports, 'subtle', { get: () => web().subtle, enumerable: true, configurable: true });
}
if (major >= 20) exports.hash = hash;

exports.constants = Object.assign(Object.create(null), {
  RSA_PKCS1_PADDING: 1,
  RSA_NO_PADDING: 3,
  RSA_PKCS1_OAEP_PADDING: 4,
  RSA_PKCS1_PSS_PADDING: 6,
  RSA_PSS_SALTLEN_DIGEST: -1,
  RSA_PSS_SALTLEN_MAX_SIGN: -2,
  RSA_PSS_SALTLEN_AUTO: -2,
});

const LEFT_OUT = {
  12: ['Certificate', 'DiffieHellman', 'DiffieHellmanGroup', 'ECDH', 'Sign', 'Verify', 'createDiffieHellman', 'createDiffieHellmanGroup', 'createECDH', 'createPrivateKey', 'createPublicKey',
    'createSign', 'createVerify', 'diffieHellman', 'getCiphers', 'getCurves', 'getDiffieHellman', 'getFips', 'privateDecrypt',
    'privateEncrypt', 'publicDecrypt', 'publicEncrypt', 'setEngine', 'setFips', 'sign', 'verify'],
  16: ['X509Certificate', 'checkPrime', 'checkPrimeSync', 'generatePrime', 'generatePrimeSync', 'getCipherInfo',
    'secureHeapUsed'],
  24: ['argon2', 'argon2Sync', 'decapsulate', 'encapsulate', 'randomUUIDv7'],
  26: ['createMac', 'getMacs', 'parsePKCS12'],
};

const OFFERED = 'digests, ciphers, random values, pbkdf2, scrypt, hkdf and the making of keys';

for (const [since, names] of Object.entries(LEFT_OUT)) {
  if (major < Number(since)) continue;
  for (const name of names) {
    exports[name] = function() {
      notOffered(`crypto.${name}`, OFFERED);
    };
  }
}
if (major < 24) {
  for (const name of ['Cipher', 'Decipher']) {
    exports[name] = major < 22
      ? function() {
        notOffered(`crypto.${name}`, OFFERED);
      }
      : undefined;
  }
}
if (major < 22) {
  for (const name of ['createCipher', 'createDecipher']) {
    Object.defineProperty(exports, name, {
      value() {
        notOffered(`crypto.${name}`, OFFERED);
      },
    });
  }
}
for (const name of ['prng', 'pseudoRandomBytes', 'rng']) {
  Object.defineProperty(exports, name, { value: exports.randomBytes, writable: true, configurable: true });
}
require('internal/left_out').fill('crypto', exports);
