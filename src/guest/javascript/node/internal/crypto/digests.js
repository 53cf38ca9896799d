'use strict';
// Hash and Hmac, as objects and as streams. What they were given is hashed when a digest is asked for.

const { codes, notOffered, validateString } = require('internal/errors');
const LazyTransform = require('internal/streams/lazy_transform');
const { bytesOf, checkData, digestName, encoded, hashOf, knowsDigest } = require('internal/crypto/bytes');
const { secretOf } = require('internal/crypto/keys');

const { major } = binding;

const kHandle = Symbol('kHandle');
const kState = Symbol('kState');
const kFinalized = Symbol('kFinalized');

class Handle {
  #pieces = [];
  #digest;
  #work;
  constructor(work) {
    this.#work = work;
  }
  // Whether the data is taken.
  update(data, encoding) {
    if (this.#digest !== undefined) return false;
    this.#pieces.push(new Uint8Array(bytesOf(data, encoding)));
    return true;
  }
  digest() {
    const pieces = this.#pieces;
    this.#digest ??= this.#work(pieces.length === 1 ? pieces[0] : new Uint8Array(Buffer.concat(pieces)));
    return this.#digest;
  }
  copy() {
    const twin = new this.constructor(this.#work);
    twin.#pieces = this.#pieces.slice();
    return twin;
  }
}

// An HMAC's is given once.
class SingleHandle extends Handle {
  #isOver = false;
  digest() {
    if (!this.#isOver) {
      this.#isOver = true;
      return super.digest();
    }
    // What comes then is left over memory.
    if (major === 24) notOffered('the second digest of an Hmac', 'its first');
    return new Uint8Array(0);
  }
}

// They are shown under these names.
function named(name, Kind) {
  const Named = class extends Kind {};
  Object.defineProperty(Named, 'name', { value: major < 16 ? 'BaseObject' : name });
  return Named;
}
const HashHandle = named('Hash', Handle);
const HmacHandle = named('Hmac', SingleHandle);

function begin(digest, handle, options) {
  digest[kHandle] = handle;
  digest[kState] = { [kFinalized]: false };
  LazyTransform.call(digest, options);
}

function checkOptions(options) {
  if (options?.outputLength !== undefined) notOffered('the option outputLength of createHash', 'digests of their usual length');
  if (major < 26) return;
  for (const name of ['functionName', 'customization']) {
    if (options?.[name] !== undefined) notOffered(`the option ${name} of createHash`, 'digests that have no such options');
  }
}

// Up to 18 it may be called without `new`, and on objects of classes that inherit from it.
function Hash(algorithm, options) {
  if (major < 20 ? !(this instanceof Hash) : !new.target) return new Hash(algorithm, options);
  checkOptions(options);
  if (algorithm instanceof HashHandle) {
    begin(this, algorithm.copy(), options);
    return;
  }
  validateString(algorithm, 'algorithm');
  if (!knowsDigest(algorithm)) throw new Error('Digest method not supported');
  begin(this, new HashHandle((bytes) => hashOf(algorithm, bytes)), options);
}
Object.setPrototypeOf(Hash.prototype, LazyTransform.prototype);
Object.setPrototypeOf(Hash, LazyTransform);

Hash.prototype.copy = function copy(options) {
  if (this[kState][kFinalized]) throw new codes.ERR_CRYPTO_HASH_FINALIZED();
  return new Hash(this[kHandle], options);
};

Hash.prototype._transform = function _transform(chunk, encoding, callback) {
  const isTaken = this[kHandle].update(chunk, encoding);
  callback(...(isTaken || major < 24 ? [] : [new codes.ERR_CRYPTO_HASH_UPDATE_FAILED()]));
};

Hash.prototype._flush = function _flush(callback) {
  this.push(encoded(this[kHandle].digest()));
  callback();
};

Hash.prototype.update = function update(data, encoding) {
  if (this[kState][kFinalized]) throw new codes.ERR_CRYPTO_HASH_FINALIZED();
  checkData(data, encoding);
  if (!this[kHandle].update(data, encoding)) throw new codes.ERR_CRYPTO_HASH_UPDATE_FAILED();
  return this;
};

Hash.prototype.digest = function digest(encoding) {
  const state = this[kState];
  if (state[kFinalized]) throw new codes.ERR_CRYPTO_HASH_FINALIZED();
  state[kFinalized] = true;
  return encoded(this[kHandle].digest(), encoding && `${encoding}`);
};

function Hmac(algorithm, key, options) {
  if (!(this instanceof Hmac)) return new Hmac(algorithm, key, options);
  validateString(algorithm, 'hmac');
  const secret = secretOf(key, major < 16 ? undefined : options?.encoding);
  if (!knowsDigest(algorithm)) {
    if (major < 16) throw new Error('Unknown message digest');
    throw new codes.ERR_CRYPTO_INVALID_DIGEST(algorithm);
  }
  begin(this, new HmacHandle((bytes) => binding.hmac(digestName(algorithm), secret, bytes)), options);
}
Object.setPrototypeOf(Hmac.prototype, LazyTransform.prototype);
Object.setPrototypeOf(Hmac, LazyTransform);

Hmac.prototype.update = Hash.prototype.update;

Hmac.prototype.digest = function digest(encoding) {
  const state = this[kState];
  const bytes = state[kFinalized] ? new Uint8Array(0) : this[kHandle].digest();
  state[kFinalized] = true;
  return encoded(bytes, encoding && `${encoding}`);
};

Hmac.prototype._flush = function _flush(callback) {
  this.push(encoded(this[kHandle].digest()));
  if (major >= 26) this[kState][kFinalized] = true;
  callback();
};
Hmac.prototype._transform = Hash.prototype._transform;

module.exports = { Hash, Hmac };
