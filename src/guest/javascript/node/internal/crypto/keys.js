'use strict';
// Keys: those for both sides are their bytes, the others stand-ins.

const { codes, notOffered } = require('internal/errors');
const { VIEWS, bytesOf, isBytes } = require('internal/crypto/bytes');

const { major } = binding;

class KeyObject {
  constructor(type) {
    if (!['secret', 'public', 'private'].includes(type)) throw new codes.ERR_INVALID_ARG_VALUE('type', type);
    Object.defineProperty(this, 'type', { value: type, enumerable: false });
  }
}

class SecretKeyObject extends KeyObject {
  #bytes;
  constructor(bytes) {
    super('secret');
    this.#bytes = bytes;
  }
  get symmetricKeySize() {
    return this.#bytes.length;
  }
  export() {
    return Buffer.from(this.#bytes);
  }
}

const TAKEN = major < 16 ? ['string', ...VIEWS, 'KeyObject'] : ['string', 'ArrayBuffer', ...VIEWS, 'KeyObject', 'CryptoKey'];

// The bytes of a key for both sides.
function secretOf(key, encoding) {
  const secret = key instanceof SecretKeyObject ? key.export() : key;
  if (typeof secret !== 'string' && !isBytes(secret)) throw new codes.ERR_INVALID_ARG_TYPE('key', TAKEN, key);
  return bytesOf(secret, encoding).slice();
}

const PEM_LABELS = { spki: 'PUBLIC KEY', pkcs8: 'PRIVATE KEY', sec1: 'EC PRIVATE KEY' };

// The text or bytes of a stand-in for a key.
function exported(key, options) {
  if (options === undefined) throw new codes.ERR_INVALID_ARG_TYPE('options', 'Object', options);
  const { format, type } = options;
  const body = Buffer.from(`tickproof stand-in for a ${key.type} key of kind ${key.asymmetricKeyType}`);
  if (format === 'der') return body;
  if (format === 'jwk') notOffered('keys in the format jwk', ['pem', 'der']);
  if (format !== 'pem') {
    if (major < 16) throw new codes.ERR_INVALID_OPT_VALUE('format', format);
    throw new codes.ERR_INVALID_ARG_VALUE('options.format', format);
  }
  const label = type === 'pkcs1' ? `RSA ${key.type.toUpperCase()} KEY` : PEM_LABELS[type];
  if (label === undefined) throw new codes.ERR_INVALID_ARG_VALUE('options.type', type);
  const lines = body.toString('base64').match(/.{1,64}/g).join('\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

class AsymmetricKeyObject extends KeyObject {
  constructor(type, kind, details) {
    super(type);
    Object.defineProperty(this, 'asymmetricKeyType', { value: kind, enumerable: false });
    if (major >= 16) Object.defineProperty(this, 'asymmetricKeyDetails', { value: details, enumerable: false });
  }
  export(options) {
    return exported(this, options);
  }
}

class PublicKeyObject extends AsymmetricKeyObject {}
class PrivateKeyObject extends AsymmetricKeyObject {}

module.exports = { KeyObject, PrivateKeyObject, PublicKeyObject, SecretKeyObject, exported, secretOf };
