'use strict';
// Cipheriv and Decipheriv, as objects and as streams, for AES in the modes programs use.

const { codes, notOffered, validateString } = require('internal/errors');
const { StringDecoder } = require('string_decoder');
const LazyTransform = require('internal/streams/lazy_transform');
const { VIEWS, bytesOf, checkBytes, checkData, encoded } = require('internal/crypto/bytes');
const { secretOf } = require('internal/crypto/keys');

const { major } = binding;

const BLOCK = 16;
const kHandle = Symbol('kHandle');

// Failures.

// Up to 14 these are plain errors.
function failure(Kind, code, message, oldMessage = message) {
  if (major < 16) return new Error(oldMessage);
  const error = new Kind(message);
  error.code = code;
  return error;
}

const WRONG_LENGTH = { reason: 'wrong final block length', number: '1C80006B', oldNumber: '0606506D', from: 'EVP_DecryptFinal_ex' };
const BAD_DECRYPT = { reason: 'bad decrypt', number: '1C800064', oldNumber: '06065064', from: 'EVP_DecryptFinal_ex' };
const NOT_MULTIPLE = major >= 18 ? WRONG_LENGTH :
  { reason: 'data not multiple of block length', oldNumber: '0607F08A', from: 'EVP_EncryptFinal_ex' };

// A failure of the library under crypto, as it reports it.
function libraryFailure({ reason, number, oldNumber, from }) {
  const isOld = major < 18;
  const library = isOld ? 'digital envelope routines' : 'Provider routines';
  const error = new Error(isOld ? `error:${oldNumber}:${library}:${from}:${reason}` : `error:${number}:${library}::${reason}`);
  if (major >= 24) error.opensslErrorStack = [error.message];
  error.library = library;
  if (isOld) error.function = from;
  error.reason = reason;
  error.code = `ERR_OSSL_${isOld ? 'EVP_' : ''}${reason.toUpperCase().replace(/ /g, '_')}`;
  return error;
}

// What a name stands for: the length of its key, and its mode.
const NAMES = /^(?:aes-?(128|192|256)(?:-(cbc|ctr|ecb|gcm))?|id-aes(128|192|256)-(gcm))$/;
const LEFT_OUT = /^(?:id-)?(?:aes|aria|bf|blowfish|camellia|cast|chacha20|des|idea|rc2|rc4|seed|sm4)/;

function algorithm(name) {
  const lower = name.toLowerCase();
  const [matched, bits, mode, idBits, idMode] = NAMES.exec(lower) ?? [];
  if (matched === undefined || (mode !== undefined && !lower.startsWith('aes-'))) {
    if (LEFT_OUT.test(lower)) notOffered(`the cipher ${name}`, 'AES in the modes cbc, ctr, ecb and gcm');
    const error = new Error('Unknown cipher');
    error.code = 'ERR_CRYPTO_UNKNOWN_CIPHER';
    throw error;
  }
  return { keyLength: (bits ?? idBits) / 8, mode: mode ?? idMode ?? 'cbc' };
}

function checkIv(iv, mode, name) {
  const length = iv === null ? 0 : iv.length;
  if (mode === 'gcm' ? length > 0 : length === (mode === 'ecb' ? 0 : BLOCK)) return;
  const oldMessage = iv === null ? `Missing IV for cipher ${name}` : 'Invalid IV length';
  throw failure(TypeError, 'ERR_CRYPTO_INVALID_IV', 'Invalid initialization vector', oldMessage);
}

function checkTagLength(length, expected = length) {
  if (length === expected && (length === 4 || length === 8 || (length >= 12 && length <= 16))) return;
  throw failure(TypeError, 'ERR_CRYPTO_INVALID_AUTH_TAG', `Invalid authentication tag length: ${length}`);
}

const joined = (...parts) => new Uint8Array(Buffer.concat(parts));
const NOTHING = new Uint8Array(0);

// What the library under crypto keeps of a cipher.
class Handle {
  #encrypts;
  #mode;
  #key;
  #iv;
  #tagLength;
  // Bytes that wait for more, or for the end.
  #rest = NOTHING;
  // How many bytes went through.
  #position = 0;
  #padding = true;
  #isOver = false;
  // For the tag of gcm: what is authenticated besides the text, and the encrypted text.
  #extra = NOTHING;
  #text = [];
  #tag;

  constructor(encrypts, name, key, iv, tagLength) {
    const { keyLength, mode } = algorithm(name);
    checkIv(iv, mode, name);
    if (mode === 'gcm' && tagLength !== undefined) checkTagLength(tagLength);
    if (key.length !== keyLength) throw failure(RangeError, 'ERR_CRYPTO_INVALID_KEYLEN', 'Invalid key length');
    this.#encrypts = encrypts;
    this.#mode = mode;
    this.#key = key;
    this.#iv = iv === null ? NOTHING : iv;
    this.#tagLength = tagLength;
  }

  // Runs bytes through the cipher; those of block modes are whole blocks.
  #run(bytes) {
    if (bytes.length === 0) return NOTHING;
    const output = binding.crypt(this.#mode, this.#encrypts, this.#key, this.#iv, this.#position, bytes);
    this.#position += bytes.length;
    if (this.#mode === 'cbc') this.#iv = (this.#encrypts ? output : bytes).slice(-BLOCK);
    if (this.#mode === 'gcm') this.#text.push(this.#encrypts ? output : bytes.slice());
    return output;
  }

  update(data, encoding) {
    if (this.#isOver) throw new Error('Trying to add data in unsupported state');
    const bytes = new Uint8Array(bytesOf(data, encoding));
    if (this.#mode === 'ctr' || this.#mode === 'gcm') return this.#run(bytes);
    const all = joined(this.#rest, bytes);
    let whole = all.length - all.length % BLOCK;
    // The last block may hold the padding.
    if (!this.#encrypts && this.#padding && whole === all.length && whole > 0) whole -= BLOCK;
    this.#rest = all.slice(whole);
    return this.#run(all.slice(0, whole));
  }

  final() {
    if (this.#isOver) throw failure(Error, 'ERR_CRYPTO_INVALID_STATE', 'Invalid state', 'Unsupported state');
    this.#isOver = true;
    if (this.#mode === 'gcm') return this.#authenticate();
    if (this.#mode === 'ctr') return NOTHING;
    const rest = this.#rest;
    if (!this.#padding) {
      if (rest.length > 0) throw libraryFailure(this.#encrypts ? NOT_MULTIPLE : WRONG_LENGTH);
      return NOTHING;
    }
    if (this.#encrypts) {
      const size = BLOCK - rest.length;
      return this.#run(joined(rest, new Uint8Array(size).fill(size)));
    }
    if (rest.length !== BLOCK) throw libraryFailure(WRONG_LENGTH);
    const block = this.#run(rest);
    const size = block[BLOCK - 1];
    const isSound = size >= 1 && size <= BLOCK && block.subarray(BLOCK - size).every((byte) => byte === size);
    if (!isSound) throw libraryFailure(BAD_DECRYPT);
    return block.slice(0, BLOCK - size);
  }

  #authenticate() {
    const tag = binding.authenticate(this.#key, this.#iv, this.#extra, joined(...this.#text));
    if (this.#encrypts) {
      this.#tag = tag.slice(0, this.#tagLength ?? BLOCK);
    } else if (this.#tag === undefined || !this.#tag.every((byte, at) => byte === tag[at])) {
      throw new Error('Unsupported state or unable to authenticate data');
    }
    return NOTHING;
  }

  // These say whether the cipher is in a state for them.
  setAutoPadding(padding) {
    if (this.#isOver) return false;
    this.#padding = padding;
    return true;
  }
  setAAD(bytes) {
    if (this.#isOver || this.#mode !== 'gcm' || this.#position > 0) return false;
    this.#extra = joined(this.#extra, bytes);
    return true;
  }
  setAuthTag(tag) {
    if (this.#isOver || this.#mode !== 'gcm' || this.#tag !== undefined) return false;
    checkTagLength(tag.length, this.#tagLength);
    if (tag.length !== BLOCK && this.#tagLength === undefined && major >= 22) {
      notOffered('short tags without the option authTagLength', `tags of ${BLOCK} bytes`);
    }
    this.#tag = tag;
    return true;
  }
  getAuthTag() {
    return this.#isOver && this.#encrypts ? this.#tag : undefined;
  }
}
Object.defineProperty(Handle, 'name', { value: major < 16 ? 'BaseObject' : 'CipherBase' });

function tagLengthOf(options) {
  const value = options?.authTagLength;
  if (value === undefined || value === null) return undefined;
  if (value >>> 0 === value) return value;
  if (major < 16) throw new codes.ERR_INVALID_OPT_VALUE('authTagLength', value);
  throw new codes.ERR_INVALID_ARG_VALUE('options.authTagLength', value);
}

function encodingOf(options) {
  const value = major < 16 ? undefined : options?.encoding;
  if (value !== undefined && value !== null) validateString(value, 'options.encoding');
  return value ?? undefined;
}

// Bytes given as such or, mostly, as text.
function given(value, name, encoding) {
  checkBytes(value, name);
  return new Uint8Array(bytesOf(value, encoding));
}

function givenView(value, name) {
  if (!ArrayBuffer.isView(value)) throw new codes.ERR_INVALID_ARG_TYPE(name, VIEWS, value);
  return new Uint8Array(bytesOf(value));
}

function begin(cipher, encrypts, name, key, iv, options) {
  validateString(name, 'cipher');
  const secret = secretOf(key, encodingOf(options));
  const start = iv === null ? null : given(iv, 'iv');
  cipher[kHandle] = new Handle(encrypts, name, secret, start, tagLengthOf(options));
  cipher._decoder = null;
  LazyTransform.call(cipher, options);
}

function Cipheriv(cipher, key, iv, options) {
  if (!(this instanceof Cipheriv)) return new Cipheriv(cipher, key, iv, options);
  begin(this, true, cipher, key, iv, options);
}

function Decipheriv(cipher, key, iv, options) {
  if (!(this instanceof Decipheriv)) return new Decipheriv(cipher, key, iv, options);
  begin(this, false, cipher, key, iv, options);
}

// The decoder of a cipher's output; there is only one.
function decoderOf(cipher, encoding) {
  if (major < 18 && !Buffer.isEncoding(encoding)) notOffered(`the encoding ${encoding} of a cipher`, 'those of buffers');
  const decoder = cipher._decoder ?? new StringDecoder(encoding);
  if (!Buffer.isEncoding(encoding)) throw new codes.ERR_UNKNOWN_ENCODING(encoding);
  if (new StringDecoder(encoding).encoding !== decoder.encoding) {
    if (major < 24) notOffered('a cipher whose output changes its encoding', 'one encoding');
    throw new codes.ERR_INVALID_ARG_VALUE('outputEncoding', encoding, `cannot be changed from '${decoder.encoding}'`);
  }
  cipher._decoder = decoder;
  return decoder;
}

const isText = (encoding) => encoding && encoding !== 'buffer';

function inState(done, operation) {
  if (done === false || done === undefined) throw new codes.ERR_CRYPTO_INVALID_STATE(operation);
  return done;
}

for (const Kind of [Cipheriv, Decipheriv]) {
  Object.setPrototypeOf(Kind.prototype, LazyTransform.prototype);
  Object.setPrototypeOf(Kind, LazyTransform);
  const methods = Kind.prototype;
  methods._transform = function _transform(chunk, encoding, callback) {
    this.push(encoded(this[kHandle].update(chunk, encoding)));
    callback();
  };
  methods._flush = function _flush(callback) {
    try {
      this.push(encoded(this[kHandle].final()));
    } catch (error) {
      callback(error);
      return;
    }
    callback();
  };
  methods.update = function update(data, inputEncoding, outputEncoding) {
    checkData(data, inputEncoding);
    const output = encoded(this[kHandle].update(data, inputEncoding));
    return isText(outputEncoding) ? decoderOf(this, outputEncoding).write(output) : output;
  };
  methods.final = function final(outputEncoding) {
    const output = encoded(this[kHandle].final());
    return isText(outputEncoding) ? decoderOf(this, outputEncoding).end(output) : output;
  };
  methods.setAutoPadding = function setAutoPadding(padding) {
    inState(this[kHandle].setAutoPadding(!!padding), 'setAutoPadding');
    return this;
  };
  if (Kind === Cipheriv) {
    methods.getAuthTag = function getAuthTag() {
      return encoded(inState(this[kHandle].getAuthTag(), 'getAuthTag'));
    };
  } else {
    methods.setAuthTag = function setAuthTag(tag, encoding) {
      const bytes = major < 16 ? givenView(tag, 'buffer') : given(tag, 'buffer', encoding);
      inState(this[kHandle].setAuthTag(bytes), 'setAuthTag');
      return this;
    };
  }
  methods.setAAD = function setAAD(data, options) {
    const bytes = major < 16 ? givenView(data, 'buffer') : given(data, 'aadbuf', encodingOf(options));
    inState(this[kHandle].setAAD(bytes), 'setAAD');
    return this;
  };
}

module.exports = { Cipheriv, Decipheriv };
