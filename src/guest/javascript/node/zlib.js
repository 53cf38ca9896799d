'use strict';

// Compression, in one call or as streams.

const { codes: errorCodes, notOffered, validateFunction } = require('internal/errors');

const { CODES, CONSTANTS } = require('internal/zlib_constants');
const { chosenOf, strongestFlush } = require('internal/zlib_options');

const { major, register, zlib } = binding;

const VIEWS = ['Buffer', 'TypedArray', 'DataView'];
const MAX_OUTPUT = major < 14 ? 2 ** 31 - 1 : major < 16 ? 2 ** 32 - 1 : major < 22 ? 2 ** 32 : Number.MAX_SAFE_INTEGER;

// Options.

const LEFT_OUT_OPTIONS = ['dictionary', 'info', 'params'];
if (major >= 22) LEFT_OUT_OPTIONS.push('rejectGarbageAfterEnd');

// Raw data cannot be packed with the least window, which the caller gets to see.
function widened(name, options) {
  if (name === 'deflateRaw' && options?.windowBits === 8) options.windowBits = 9;
  return options ?? {};
}

function windowOf(name, options) {
  const isSaid = name in UNPACK && name !== 'inflateRaw' && (options.windowBits ?? 0) === 0;
  return isSaid ? 0 : chosenOf(options.windowBits, 'options.windowBits', name === 'gzip' ? 9 : 8, 15, 15);
}

// What an engine makes of a level. Fractions are taken, and cut off.
const levelOf = (level) => ((level | 0) === CONSTANTS.Z_DEFAULT_LEVEL ? 6 : level | 0);

// How Brotli packs. Of the qualities between, what comes out is another thing from 18 on than before.
function brotliParams(name, params) {
  const chosen = { quality: CONSTANTS.BROTLI_DEFAULT_QUALITY, windowBits: CONSTANTS.BROTLI_DEFAULT_WINDOW, mode: 0, sizeHint: 0 };
  const offered = {
    __proto__: null,
    [CONSTANTS.BROTLI_PARAM_QUALITY]: ['quality', 0, 11],
    [CONSTANTS.BROTLI_PARAM_LGWIN]: ['windowBits', 10, 24],
    [CONSTANTS.BROTLI_PARAM_MODE]: ['mode', 0, 2],
    [CONSTANTS.BROTLI_PARAM_SIZE_HINT]: ['sizeHint', 0, 2 ** 32 - 2],
  };
  for (const key of Object.keys(params ?? {})) {
    const [what, low, high] = (name in PACK_BROTLI && offered[key]) || [];
    const value = params[key];
    if (!(Number.isInteger(value) && value >= low && value <= high)) {
      notOffered(`the parameter ${key}: ${String(value)} of ${name}`, ['quality, window, mode and size hint of what packs']);
    }
    chosen[what] = value;
  }
  if (major >= 18 && name in PACK_BROTLI && chosen.quality >= 2 && chosen.quality <= 4) {
    notOffered(`Brotli of quality ${chosen.quality}`, ['0', '1', '5 to 11']);
  }
  return chosen;
}

function offersBrotliFlush(kind) {
  if (kind !== CONSTANTS.BROTLI_OPERATION_PROCESS && kind !== CONSTANTS.BROTLI_OPERATION_FLUSH && kind !== CONSTANTS.BROTLI_OPERATION_FINISH) {
    notOffered(`flush ${String(kind)} of Brotli`, ['BROTLI_OPERATION_PROCESS', 'BROTLI_OPERATION_FLUSH', 'BROTLI_OPERATION_FINISH']);
  }
}

function checkBrotliOptions(name, options) {
  const given = options ?? {};
  const params = brotliParams(name, given.params);
  for (const left of LEFT_OUT_OPTIONS) {
    if (left !== 'params' && given[left]) notOffered(`the option ${left} of Brotli`, ['params', 'chunkSize', 'maxOutputLength']);
  }
  const mostFlush = major < 14 ? CONSTANTS.Z_BLOCK : CONSTANTS.BROTLI_OPERATION_EMIT_METADATA;
  const chunkSize = chosenOf(given.chunkSize, 'options.chunkSize', CONSTANTS.Z_MIN_CHUNK, Infinity, CONSTANTS.Z_DEFAULT_CHUNK);
  const flush = chosenOf(given.flush, 'options.flush', 0, mostFlush, CONSTANTS.BROTLI_OPERATION_PROCESS);
  const finishFlush = chosenOf(given.finishFlush, 'options.finishFlush', 0, mostFlush, CONSTANTS.BROTLI_OPERATION_FINISH);
  const maxOutputLength = chosenOf(given.maxOutputLength, 'options.maxOutputLength', 1, MAX_OUTPUT, Infinity);
  offersBrotliFlush(flush);
  offersBrotliFlush(finishFlush);
  return {
    ...params,
    flush,
    finishFlush,
    fullFlush: CONSTANTS.BROTLI_OPERATION_FLUSH,
    mostFlush,
    offersFlush: offersBrotliFlush,
    chunkSize,
    maxOutputLength,
  };
}

// The options an engine is made with, all of them given.
function checkOptions(name, options) {
  if (isBrotli(name)) return checkBrotliOptions(name, options);
  const given = widened(name, options);
  const windowBits = Math.trunc(windowOf(name, given));
  const level = chosenOf(given.level, 'options.level', -1, 9, CONSTANTS.Z_DEFAULT_LEVEL);
  const memLevel = Math.trunc(chosenOf(given.memLevel, 'options.memLevel', 1, 9, CONSTANTS.Z_DEFAULT_MEMLEVEL));
  const strategy = chosenOf(given.strategy, 'options.strategy', 0, 4, CONSTANTS.Z_DEFAULT_STRATEGY);
  const chunkSize = chosenOf(given.chunkSize, 'options.chunkSize', CONSTANTS.Z_MIN_CHUNK, Infinity, CONSTANTS.Z_DEFAULT_CHUNK);
  const flush = Math.trunc(chosenOf(given.flush, 'options.flush', 0, 5, CONSTANTS.Z_NO_FLUSH));
  const finishFlush = Math.trunc(chosenOf(given.finishFlush, 'options.finishFlush', 0, 5, CONSTANTS.Z_FINISH));
  const maxOutputLength = chosenOf(given.maxOutputLength, 'options.maxOutputLength', 1, MAX_OUTPUT, Infinity);
  for (const left of LEFT_OUT_OPTIONS) {
    if (given[left]) notOffered(`the option ${left} of zlib`, 'level, memLevel, strategy, chunkSize and maxOutputLength');
  }
  if (name in UNPACK && (flush === CONSTANTS.Z_BLOCK || finishFlush === CONSTANTS.Z_BLOCK)) {
    notOffered('unpacking block by block (Z_BLOCK)', ['Z_NO_FLUSH', 'Z_SYNC_FLUSH', 'Z_FINISH']);
  }
  return {
    chosen: { level, strategy },
    level: levelOf(level),
    windowBits: name in PACK && windowBits === 8 ? 9 : windowBits,
    memLevel,
    strategy: strategy | 0,
    flush,
    finishFlush,
    fullFlush: CONSTANTS.Z_FULL_FLUSH,
    mostFlush: CONSTANTS.Z_BLOCK,
    offersFlush: () => {},
    chunkSize,
    maxOutputLength,
  };
}

const asBytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

// The bytes of what was given, or undefined.
function bytesOf(data) {
  if (typeof data === 'string') return Buffer.from(data);
  if (ArrayBuffer.isView(data)) return asBytes(data);
  return data instanceof ArrayBuffer || data instanceof SharedArrayBuffer ? new Uint8Array(data) : undefined;
}

// What Node puts before what is wrong with the data of Brotli.
const BROTLI_ERROR = major < 18 ? 'ERR_' : 'ERR__ERROR_FORMAT_';

function failure(code, message, errno) {
  const error = new Error(message);
  error.errno = errno ?? CODES[code];
  error.code = /^(Z|ERR)_/.test(code) ? code : `${BROTLI_ERROR}${code}`;
  return error;
}

// The kinds.

const PACK = { __proto__: null, gzip: true, deflate: true, deflateRaw: true };
const UNPACK = { __proto__: null, gunzip: true, inflate: true, inflateRaw: true, unzip: true };
const PACK_BROTLI = { __proto__: null, brotliCompress: true };
const UNPACK_BROTLI = { __proto__: null, brotliDecompress: true };
const isBrotli = (name) => name in PACK_BROTLI || name in UNPACK_BROTLI;
const NAMES = [PACK, UNPACK, PACK_BROTLI, UNPACK_BROTLI].flatMap(Object.keys);

// What an engine gave, as programs see it.
function resultOf({ output, code, message, errno, ...rest }) {
  if (code !== undefined) return { error: failure(code, message, errno), ...rest };
  return { output: Buffer.from(output.buffer), ...rest };
}

// The result of a call: its bytes or its failure, and how it ended after how many jobs; `apart` if data and end are jobs of
// their own.
function processed(name, bytes, options, apart) {
  const finishFlush = apart ? strongestFlush(options.flush, options.finishFlush) : options.finishFlush;
  const result = resultOf(zlib.whole(name, { ...options, finishFlush }, bytes, apart));
  if (result.end !== 'too much') return result;
  return { ...result, error: new errorCodes.ERR_BUFFER_TOO_LARGE(options.maxOutputLength) };
}

function synchronous(name) {
  return (data, options) => {
    const bytes = bytesOf(data);
    if (bytes === undefined) throw new errorCodes.ERR_INVALID_ARG_TYPE('buffer', ['string', ...VIEWS, 'ArrayBuffer'], data);
    const { error, output } = processed(name, bytes, checkOptions(name, options), false);
    if (error !== undefined) throw error;
    return output;
  };
}

function wrongChunk(data) {
  const kinds = major < 20 ? ['Buffer', 'Uint8Array'] : VIEWS;
  return new errorCodes.ERR_INVALID_ARG_TYPE('chunk', ['string', ...kinds], data);
}

// The bytes a call is given, if any: what it does not take, it is not given.
function givenTo(called, data) {
  if (data === undefined || data === null) return undefined;
  if (typeof data === 'function') notOffered('a function as data of zlib', ['string', 'Buffer']);
  const bytes = bytesOf(data);
  if (bytes !== undefined) return bytes;
  const error = wrongChunk(data);
  if (!zlib.answerWrongData(called, error)) throw error;
  return undefined;
}

// The input is taken when the call is made; when it is told what came of it, the model decides.
function asynchronous(name) {
  return (data, options, callback) => {
    const called = typeof options === 'function' ? options : callback;
    validateFunction(called, 'callback');
    const chosen = checkOptions(name, typeof options === 'function' ? undefined : options);
    const bytes = givenTo(called, data);
    const { error, output, end, jobs } = processed(name, bytes ?? new Uint8Array(0), chosen, bytes !== undefined);
    zlib.answerWhole(end, jobs, register(() => (error === undefined ? called(null, output) : called(error))));
  };
}

for (const name of NAMES) {
  exports[name] = asynchronous(name);
  exports[`${name}Sync`] = synchronous(name);
  Object.defineProperty(exports[name], 'name', { value: name });
  Object.defineProperty(exports[`${name}Sync`], 'name', { value: `${name}Sync` });
}

if (major >= 20) {
  exports.crc32 = function crc32(data, value = 0) {
    if (typeof data !== 'string' && !ArrayBuffer.isView(data)) {
      throw new errorCodes.ERR_INVALID_ARG_TYPE('data', ['string', ...VIEWS], data);
    }
    require('internal/errors').validateUint32(value, 'value');
    return zlib.crc32(bytesOf(data), value);
  };
}

// Streams.
for (const name of NAMES) {
  const kind = name[0].toUpperCase() + name.slice(1);
  const open = (options) => {
    const checked = checkOptions(name, options);
    const engine = zlib.open(name, checked);
    return {
      options: checked,
      work: (bytes, flush, room) => resultOf(zlib.write(engine, bytes, flush, room)),
      choose: (level, strategy) => zlib.choose(engine, levelOf(level), strategy | 0),
      reset: () => zlib.reset(engine),
    };
  };
  let made;
  const classOf = () => made ??= require('internal/zlib_streams').classOf(kind, isBrotli(name), open);
  Object.defineProperty(exports, kind, { configurable: true, enumerable: true, get: classOf });
  exports[`create${kind}`] = (options) => new (classOf())(options);
}

const leftOut = [];
if (major >= 22) {
  leftOut.push('ZstdCompress', 'ZstdDecompress', 'createZstdCompress', 'createZstdDecompress', 'zstdCompress', 'zstdCompressSync',
    'zstdDecompress', 'zstdDecompressSync');
}
if (major >= 26) {
  leftOut.push('ZipBuffer', 'ZipEntry', 'ZipFile', 'createZipArchive', 'createZipArchiveSync', 'getMaxZipContentSize',
    'setMaxZipContentSize', 'zipFiles');
}

for (const name of leftOut) {
  exports[name] = function() {
    notOffered(`zlib.${name}`, NAMES);
  };
}

const codesBothWays = { ...CODES };
for (const [name, number] of Object.entries(CODES)) codesBothWays[number] = name;
Object.defineProperty(exports, 'codes', { value: Object.freeze(codesBothWays), enumerable: true });
const constants = Object.create(null);
for (const [name, value] of Object.entries(CONSTANTS)) Object.defineProperty(constants, name, { value, enumerable: true });
Object.defineProperty(exports, 'constants', { value: constants, enumerable: true });

// The constants also stand on the module itself, where nothing lists them.
for (const [name, value] of Object.entries(CONSTANTS)) {
  if (!name.startsWith('BROTLI')) Object.defineProperty(exports, name, { value, enumerable: false });
}
