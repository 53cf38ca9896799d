'use strict';

const { codes } = require('internal/errors');

// The names with a number of their own, by that number; the gaps are names that are no longer used.
const names = [
  'IndexSize', 'DOMStringSize', 'HierarchyRequest', 'WrongDocument', 'InvalidCharacter', 'NoDataAllowed',
  'NoModificationAllowed', 'NotFound', 'NotSupported', 'InUseAttribute', 'InvalidState', 'Syntax', 'InvalidModification',
  'Namespace', 'InvalidAccess', 'Validation', 'TypeMismatch', 'Security', 'Network', 'Abort', 'URLMismatch', 'QuotaExceeded',
  'Timeout', 'InvalidNodeType', 'DataClone',
];
const unused = ['DOMStringSize', 'NoDataAllowed', 'Validation'];
const constants = [
  'INDEX_SIZE', 'DOMSTRING_SIZE', 'HIERARCHY_REQUEST', 'WRONG_DOCUMENT', 'INVALID_CHARACTER', 'NO_DATA_ALLOWED',
  'NO_MODIFICATION_ALLOWED', 'NOT_FOUND', 'NOT_SUPPORTED', 'INUSE_ATTRIBUTE', 'INVALID_STATE', 'SYNTAX', 'INVALID_MODIFICATION',
  'NAMESPACE', 'INVALID_ACCESS', 'VALIDATION', 'TYPE_MISMATCH', 'SECURITY', 'NETWORK', 'ABORT', 'URL_MISMATCH', 'QUOTA_EXCEEDED',
  'TIMEOUT', 'INVALID_NODE_TYPE', 'DATA_CLONE',
];

const details = new WeakMap();

// The engine asks for the name while it makes the error, before there is anything to know.
const unknown = { name: 'Error', message: '' };

function detailsOf(exception) {
  const found = details.get(exception);
  if (found !== undefined) return found;
  if (!(exception instanceof DOMException)) throw new codes.ERR_INVALID_THIS('DOMException');
  return unknown;
}

// A real error in all but its class, so that it has a stack and is shown as errors are.
class DOMException {
  constructor(message = '', options = 'Error') {
    const exception = Reflect.construct(Error, [], new.target);
    const given = options !== null && typeof options === 'object' ? options : { name: options };
    details.set(exception, { message: `${message}`, name: `${given.name}` });
    if ('cause' in given) {
      Object.defineProperty(exception, 'cause', { value: given.cause, configurable: true, writable: true });
    }
    Error.captureStackTrace(exception, new.target);
    return exception;
  }

  get name() {
    return detailsOf(this).name;
  }

  get message() {
    return detailsOf(this).message;
  }

  get code() {
    const { name } = detailsOf(this);
    const short = name.replace(/Error$/, '');
    return short === name || unused.includes(short) ? 0 : names.indexOf(short) + 1;
  }
}

Object.setPrototypeOf(DOMException.prototype, Error.prototype);
for (const name of ['name', 'message', 'code']) Object.defineProperty(DOMException.prototype, name, { enumerable: true });
Object.defineProperty(DOMException.prototype, Symbol.toStringTag, { value: 'DOMException', configurable: true });
constants.forEach((name, i) => {
  for (const holder of [DOMException, DOMException.prototype]) {
    Object.defineProperty(holder, `${name}_ERR`, { value: i + 1, enumerable: true });
  }
});

module.exports = DOMException;
