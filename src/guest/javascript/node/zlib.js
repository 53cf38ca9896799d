'use strict';

// Compression, in one call or as streams.

const { codes: errorCodes, notOffered, validateFunction } = require('internal/errors');

const { major } = binding;

const VIEWS = ['Buffer', 'TypedArray', 'DataView'];
const PIECE = 16384;
const MAX_OUTPUT = major < 14 ? 2 ** 31 - 1 : major < 16 ? 2 ** 32 - 1 : major < 22 ? 2 ** 32 : Number.MAX_SAFE_INTEGER;

const CODES = {
  Z_OK: 0,
  Z_STREAM_END: 1,
  Z_NEED_DICT: 2,
  Z_ERRNO: -1,
  Z_STREAM_ERROR: -2,
  Z_DATA_ERROR: -3,
  Z_MEM_ERROR: -4,
  Z_BUF_ERROR: -5,
  Z_VERSION_ERROR: -6,
};

const CONSTANTS = {
  Z_NO_FLUSH: 0,
  Z_PARTIAL_FLUSH: 1,
  Z_SYNC_FLUSH: 2,
  Z_FULL_FLUSH: 3,
  Z_FINISH: 4,
  Z_BLOCK: 5,
  ...CODES,
  Z_NO_COMPRESSION: 0,
  Z_BEST_SPEED: 1,
  Z_BEST_COMPRESSION: 9,
  Z_DEFAULT_COMPRESSION: -1,
  Z_FILTERED: 1,
  Z_HUFFMAN_ONLY: 2,
  Z_RLE: 3,
  Z_FIXED: 4,
  Z_DEFAULT_STRATEGY: 0,
  ZLIB_VERNUM: major < 18 ? 4784 : major < 20 ? 4865 : major < 24 ? 4880 : 4897,
  DEFLATE: 1,
  INFLATE: 2,
  GZIP: 3,
  GUNZIP: 4,
  DEFLATERAW: 5,
  INFLATERAW: 6,
  UNZIP: 7,
  Z_MIN_WINDOWBITS: 8,
  Z_MAX_WINDOWBITS: 15,
  Z_DEFAULT_WINDOWBITS: 15,
  Z_MIN_CHUNK: 64,
  Z_MAX_CHUNK: Infinity,
  Z_DEFAULT_CHUNK: PIECE,
  Z_MIN_MEMLEVEL: 1,
  Z_MAX_MEMLEVEL: 9,
  Z_DEFAULT_MEMLEVEL: 8,
  Z_MIN_LEVEL: -1,
  Z_MAX_LEVEL: 9,
  Z_DEFAULT_LEVEL: -1,
};

// Options.

function checkRange(options, name, low, high) {
  const value = options[name];
  if (value === undefined || Number.isNaN(value)) return;
  if (typeof value !== 'number') throw new errorCodes.ERR_INVALID_ARG_TYPE(`options.${name}`, 'number', value);
  if (value >= low && value <= high) return;
  const range = high === Infinity ? `>= ${low}` : `>= ${low} and <= ${high}`;
  throw new errorCodes.ERR_OUT_OF_RANGE(`options.${name}`, range, value);
}

const known = (value, initial) => (value === undefined || Number.isNaN(value) ? initial : value);

const LEFT_OUT_OPTIONS = ['dictionary', 'info', 'params'];

function checkOptions(options, unpacking) {
  const chosen = options ?? {};
  checkRange(chosen, 'chunkSize', 64, Infinity);
  checkRange(chosen, 'flush', 0, 5);
  checkRange(chosen, 'finishFlush', 0, 5);
  checkRange(chosen, 'maxOutputLength', 1, MAX_OUTPUT);
  if (!(unpacking && chosen.windowBits === 0)) checkRange(chosen, 'windowBits', 9, 15);
  checkRange(chosen, 'level', -1, 9);
  checkRange(chosen, 'memLevel', 1, 9);
  checkRange(chosen, 'strategy', 0, 4);
  for (const name of LEFT_OUT_OPTIONS) {
    if (chosen[name]) notOffered(`the option ${name} of zlib`, 'level, memLevel, strategy, chunkSize and maxOutputLength');
  }
  if (chosen.finishFlush !== undefined && chosen.finishFlush !== CONSTANTS.Z_FINISH) {
    notOffered('the option finishFlush of zlib', 'Z_FINISH');
  }
  return {
    chunkSize: chosen.chunkSize ?? PIECE,
    most: chosen.maxOutputLength ?? Infinity,
    level: known(chosen.level, -1),
    windowBits: known(chosen.windowBits, 15),
    memLevel: known(chosen.memLevel, 8),
    strategy: known(chosen.strategy, CONSTANTS.Z_DEFAULT_STRATEGY),
  };
}

const asBytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

// The bytes of what was given, or undefined.
function bytesOf(data) {
  if (typeof data === 'string') return Buffer.from(data);
  if (ArrayBuffer.isView(data)) return asBytes(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : undefined;
}

// Failures.

function failure(code, message) {
  const error = new Error(message);
  error.errno = CODES[code];
  error.code = code;
  return error;
}

const broken = (message) => failure('Z_DATA_ERROR', message);
const cutOff = () => failure('Z_BUF_ERROR', 'unexpected end of file');

const isGzip = (bytes) => bytes[0] === 0x1f && (bytes.length < 2 || bytes[1] === 0x8b);

const GZIP_HEADER = 10;
const GZIP_TRAILER = 8;
const NAME_OR_COMMENT = 0x18;

function bodyFailure(body) {
  const damaged = body.length > 0 && (body[0] & 6) === 6;
  return damaged ? broken('invalid block type') : cutOff();
}

// Why bytes could not be unpacked. The trailer is looked at if the body alone is sound.
function unpackFailure(format, bytes) {
  if (bytes.length === 0) return cutOff();
  if (format === 'raw') return bodyFailure(bytes);
  if (format === 'gzip') {
    if (!isGzip(bytes)) return broken('incorrect header check');
    if (bytes.length > 2 && bytes[2] !== 8) return broken('unknown compression method');
    if (bytes.length <= GZIP_HEADER || (bytes[3] & NAME_OR_COMMENT)) return cutOff();
    const body = binding.inflate('raw', bytes.subarray(GZIP_HEADER));
    if (body === undefined) return bodyFailure(bytes.subarray(GZIP_HEADER));
    const compressed = binding.inflate('raw', bytes.subarray(GZIP_HEADER, -GZIP_TRAILER));
    if (compressed === undefined || compressed.length !== body.length) return cutOff();
    const sum = checksum(body, 0);
    const wanted = new DataView(new ArrayBuffer(GZIP_TRAILER));
    wanted.setUint32(0, sum, true);
    wanted.setUint32(4, body.length, true);
    if (Buffer.from(bytes).includes(asBytes(wanted))) return broken('incorrect header check');
    const written = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - GZIP_TRAILER, GZIP_TRAILER);
    return broken(written.getUint32(0, true) === sum ? 'incorrect length check' : 'incorrect data check');
  }
  if (bytes.length < 2) return cutOff();
  if (((bytes[0] << 8) | bytes[1]) % 31 !== 0) return broken('incorrect header check');
  if ((bytes[0] & 15) !== 8) return broken('unknown compression method');
  const sound = binding.inflate('raw', bytes.subarray(2, -4)) !== undefined;
  return sound ? broken('incorrect data check') : bodyFailure(bytes.subarray(2));
}

// The kinds.

const PACK = { gzip: 'gzip', deflate: 'deflate', deflateRaw: 'raw' };
const UNPACK = { gunzip: 'gzip', inflate: 'deflate', inflateRaw: 'raw', unzip: undefined };

const formatOf = (name, bytes) => PACK[name] ?? UNPACK[name] ?? (isGzip(bytes) ? 'gzip' : 'deflate');

const packerOf = (format, chosen) => require('internal/deflate').packerOf(format, chosen, checksum);

// The result of a call: its bytes or its failure.
function processed(name, bytes, chosen) {
  const { most } = chosen;
  const format = formatOf(name, bytes);
  if (bytes.length === 0 && name in UNPACK) return { error: cutOff() };
  const output = name in PACK ? packerOf(format, chosen).write(bytes, true) : binding.inflate(format, bytes);
  if (output === undefined) return { error: unpackFailure(format, bytes), size: binding.inflatePart(format, bytes).length };
  if (output.length > most) return { error: new errorCodes.ERR_BUFFER_TOO_LARGE(most), size: most };
  return { value: Buffer.from(output.buffer, output.byteOffset, output.byteLength), size: output.length };
}

function synchronous(name) {
  return (data, options) => {
    const bytes = bytesOf(data);
    if (bytes === undefined) throw new errorCodes.ERR_INVALID_ARG_TYPE('buffer', ['string', ...VIEWS, 'ArrayBuffer'], data);
    const { error, value } = processed(name, bytes, checkOptions(options, name in UNPACK));
    if (error !== undefined) throw error;
    return value;
  };
}

function wrongChunk(data) {
  const kinds = major < 20 ? ['Buffer', 'Uint8Array'] : VIEWS;
  return new errorCodes.ERR_INVALID_ARG_TYPE('chunk', ['string', ...kinds], data);
}

// The input is taken when the call is made. A result comes from a tick after the last job; broken data ends after one job.
function asynchronous(name) {
  return (data, options, callback) => {
    const called = typeof options === 'function' ? options : callback;
    validateFunction(called, 'callback');
    const chosen = checkOptions(typeof options === 'function' ? undefined : options, name in UNPACK);
    const bytes = data === undefined ? new Uint8Array(0) : bytesOf(data);
    if (bytes === undefined) {
      if (major >= 14) throw wrongChunk(data);
      binding.tick(() => called(wrongChunk(data)));
      return;
    }
    const { error, value, size = 0 } = processed(name, bytes, chosen);
    const single = error?.code === 'Z_DATA_ERROR';
    const pieces = Math.floor(size / chosen.chunkSize);
    if (single && pieces > 0) notOffered('data that turns out to be broken in a later piece', 'sound data');
    binding.request(single ? 'job' : 'zlib', single ? 0 : pieces * PIECE, () => {
      if (error === undefined) binding.tick(() => called(null, value));
      else if (major < 14) called(error);
      else binding.tick(() => called(error));
    });
  };
}

for (const name of [...Object.keys(PACK), ...Object.keys(UNPACK)]) {
  exports[name] = asynchronous(name);
  exports[`${name}Sync`] = synchronous(name);
  Object.defineProperty(exports[name], 'name', { value: name });
  Object.defineProperty(exports[`${name}Sync`], 'name', { value: `${name}Sync` });
}

let table;

function checksum(bytes, start) {
  table ??= Uint32Array.from({ length: 256 }, (_, at) => {
    let value = at;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });
  let value = ~start;
  for (const byte of bytes) value = (value >>> 8) ^ table[(value ^ byte) & 255];
  return ~value >>> 0;
}

if (major >= 20) {
  exports.crc32 = function crc32(data, value = 0) {
    if (typeof data !== 'string' && !ArrayBuffer.isView(data)) {
      throw new errorCodes.ERR_INVALID_ARG_TYPE('data', ['string', ...VIEWS], data);
    }
    require('internal/errors').validateUint32(value, 'value');
    return checksum(bytesOf(data), value);
  };
}

// Streams.
for (const name of [...Object.keys(PACK), ...Object.keys(UNPACK)]) {
  const kind = name[0].toUpperCase() + name.slice(1);
  const whole = { most: Infinity };
  let made;
  const classOf = () => made ??= require('internal/zlib_streams').classOf(kind, {
    checkOptions,
    packerOf: name in PACK ? (chosen) => packerOf(PACK[name], chosen) : undefined,
    processed: (bytes) => processed(name, bytes, whole),
    unpackedPart: (bytes) => Buffer.from(binding.inflatePart(formatOf(name, bytes), bytes)),
  });
  Object.defineProperty(exports, kind, { configurable: true, enumerable: true, get: classOf });
  exports[`create${kind}`] = (options) => new (classOf())(options);
}

const BROTLI = ['BrotliCompress', 'BrotliDecompress'];
const leftOut = [...BROTLI, ...BROTLI.map((name) => `create${name}`), 'brotliCompress', 'brotliCompressSync',
  'brotliDecompress', 'brotliDecompressSync'];
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
    notOffered(`zlib.${name}`, [...Object.keys(PACK), ...Object.keys(UNPACK)]);
  };
}

const codesBothWays = { ...CODES };
for (const [name, number] of Object.entries(CODES)) codesBothWays[number] = name;
Object.defineProperty(exports, 'codes', { value: Object.freeze(codesBothWays), enumerable: true });
const constants = Object.create(null);
for (const [name, value] of Object.entries(CONSTANTS)) Object.defineProperty(constants, name, { value, enumerable: true });
Object.defineProperty(exports, 'constants', { value: constants, enumerable: true });

// The constants also stand on the module itself, where nothing lists them.
for (const [name, value] of Object.entries(CONSTANTS)) Object.defineProperty(exports, name, { value, enumerable: false });
