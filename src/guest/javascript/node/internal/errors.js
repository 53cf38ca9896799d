'use strict';

// Errors as Node words them on the modelled major. Programs rarely fail, so everything here is built on first use.

const { major } = binding;

const inspect = (value, options) => require('internal/util/inspect').inspect(value, options);

// Adds the parts of a list as English does: "a", "a and b", "a, b, and c".
function listed(words, conjunction) {
  if (words.length < 3) return words.join(` ${conjunction} `);
  return `${words.slice(0, -1).join(', ')}, ${conjunction} ${words[words.length - 1]}`;
}

function described(value) {
  if (value === null || value === undefined) return `${value}`;
  if (typeof value === 'function' && (value.name || major >= 20)) return `function ${value.name}`;
  if (typeof value === 'object') {
    const name = value.constructor?.name;
    const named = major >= 26 ? typeof name === 'string' && name !== '' : name !== undefined && (major >= 20 || name !== '');
    return named ? `an instance of ${name}` : inspect(value, { depth: -1 });
  }
  if (typeof value === 'string' && major >= 20) {
    const text = value.length > 28 ? `${value.slice(0, 25)}...` : value;
    return `type string (${text.includes("'") ? JSON.stringify(text) : `'${text}'`})`;
  }
  const shown = inspect(value);
  const most = major >= 20 ? Infinity : major >= 16 ? 28 : 25;
  return `type ${typeof value} (${shown.length > most ? `${shown.slice(0, 25)}...` : shown})`;
}

const PRIMITIVES = ['string', 'function', 'number', 'object', 'Function', 'Object', 'boolean', 'bigint', 'symbol'];

function argumentType(name, expected, actual) {
  const types = [];
  const instances = [];
  const others = [];
  for (const kind of Array.isArray(expected) ? expected : [expected]) {
    if (PRIMITIVES.includes(kind)) types.push(kind.toLowerCase());
    else if (/^([A-Z][a-z0-9]*)+$/.test(kind)) instances.push(kind);
    else others.push(kind);
  }
  if (instances.length > 0 && types.includes('object')) {
    types.splice(types.indexOf('object'), 1);
    instances.push('Object');
  }
  const wanted = [];
  if (types.length > 0) wanted.push(`${types.length > 1 ? 'one of type' : 'of type'} ${listed(types, 'or')}`);
  if (instances.length > 0) wanted.push(`an instance of ${listed(instances, 'or')}`);
  if (others.length > 1) wanted.push(`one of ${listed(others, 'or')}`);
  else if (others.length === 1) wanted.push(others[0].toLowerCase() === others[0] ? others[0] : `an ${others[0]}`);
  const subject = name.endsWith(' argument') ? name : `"${name}" ${name.includes('.') ? 'property' : 'argument'}`;
  return `The ${subject} must be ${wanted.join(' or ')}. Received ${described(actual)}`;
}

function argumentValue(name, value, reason = 'is invalid') {
  const shown = inspect(value);
  const subject = major >= 16 && name.includes('.') ? 'property' : 'argument';
  return `The ${subject} '${name}' ${reason}. Received ${shown.length > 128 ? `${shown.slice(0, 128)}...` : shown}`;
}

const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, '_');

function outOfRange(name, range, value, whole = false) {
  let shown;
  if (typeof value === 'bigint') {
    const large = value > 2n ** 32n || value < -(2n ** 32n);
    shown = `${large ? grouped(String(value)) : value}n`;
  } else if (Number.isInteger(value) && Math.abs(value) > 2 ** 32) {
    shown = grouped(String(value));
  } else {
    shown = inspect(value);
  }
  return `${whole ? name : `The value of "${name}" is out of range.`} It must be ${range}. Received ${shown}`;
}

function missingArguments(...names) {
  const quoted = names.map((name) =>
    Array.isArray(name) && major >= 14 ? name.map((each) => `"${each}"`).join(' or ') : `"${name}"`);
  return `The ${listed(quoted, 'and')} argument${names.length > 1 ? 's' : ''} must be specified`;
}

function returnValue(expected, name, value) {
  let got = described(value);
  if (major < 16) {
    const owner = value && value.constructor?.name;
    got = owner ? `instance of ${owner}` : `type ${typeof value}`;
  }
  return `Expected ${expected} to be returned from the "${name}" function but got ${got}.`;
}

function badPort(name, port, allowZero = true) {
  const shown = major >= 18 ? described(port) : port;
  return `${name} should be ${allowZero ? '>=' : '>'} 0 and < 65536. Received ${shown}.`;
}

const SINCE_14 = major >= 14;
const SINCE_16 = major >= 16;

// By code: the class of the error (more than one: the others are properties of the constructor) and its message, where
// %1 and %2 stand for arguments. A message function may put further properties of the error on `this`.
const buildMessages = () => ({
  ERR_AMBIGUOUS_ARGUMENT: ['T', 'The "%1" argument is ambiguous. %2'],
  ERR_ARG_NOT_ITERABLE: ['T', '%1 must be iterable'],
  ERR_ASYNC_CALLBACK: ['T', '%1 must be a function'],
  ERR_ASYNC_TYPE: ['T', 'Invalid name for async "type": %1'],
  ERR_BROTLI_INVALID_PARAM: ['R', '%1 is not a valid Brotli parameter'],
  ERR_BUFFER_OUT_OF_BOUNDS: ['R', (name) =>
    name ? `"${name}" is outside of buffer bounds` : 'Attempt to access memory outside buffer bounds'],
  ERR_BUFFER_TOO_LARGE: ['R', 'Cannot create a Buffer larger than %1 bytes'],
  ERR_CONSOLE_WRITABLE_STREAM: ['T', 'Console expects a writable stream instance for %1'],
  ERR_CONTEXT_NOT_INITIALIZED: ['E', 'context used is not initialized'],
  ERR_CRYPTO_HASH_FINALIZED: ['E', 'Digest already called'],
  ERR_CRYPTO_HASH_UPDATE_FAILED: ['E', 'Hash update failed'],
  ERR_CRYPTO_INVALID_DIGEST: ['T', 'Invalid digest: %1'],
  ERR_CRYPTO_INVALID_KEYLEN: ['R', 'Invalid key length'],
  ERR_CRYPTO_INVALID_STATE: ['E', 'Invalid state for operation %1'],
  ERR_CRYPTO_PBKDF2_ERROR: ['E', 'PBKDF2 error'],
  ERR_CRYPTO_SCRYPT_INVALID_PARAMETER: ['E', 'Invalid scrypt parameter'],
  ERR_CRYPTO_INVALID_SCRYPT_PARAMS: ['R', 'Invalid scrypt params: %1'],
  ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH: ['R', 'Input buffers must have the same byte length'],
  ERR_DIR_CLOSED: ['E', 'Directory handle was closed'],
  ERR_DIR_CONCURRENT_OPERATION: ['E',
    'Cannot do synchronous work on directory handle with concurrent asynchronous operations'],
  ERR_ENCODING_INVALID_ENCODED_DATA: ['T', function(encoding, errno) {
    this.errno = errno;
    return `The encoded data was not valid for encoding ${encoding}`;
  }],
  ERR_ENCODING_NOT_SUPPORTED: ['R', 'The "%1" encoding is not supported'],
  ERR_EVENT_RECURSION: ['E', 'The event "%1" is already being dispatched'],
  ERR_FALSY_VALUE_REJECTION: ['E', function(reason) {
    this.reason = reason;
    return 'Promise was rejected with falsy value';
  }],
  ERR_FEATURE_UNAVAILABLE_ON_PLATFORM: ['T',
    'The feature %1 is unavailable on the current platform, which is being used to run Node.js'],
  ERR_FS_CP_DIR_TO_NON_DIR: ['system', 'Cannot overwrite non-directory with directory'],
  ERR_FS_CP_EEXIST: ['system', 'Target already exists'],
  ERR_FS_CP_EINVAL: ['system', 'Invalid src or dest'],
  ERR_FS_CP_NON_DIR_TO_DIR: ['system', 'Cannot overwrite directory with non-directory'],
  ERR_FS_EISDIR: ['system', 'Path is a directory'],
  ERR_FS_FILE_TOO_LARGE: ['R', (size) =>
    `File size (${size}) is greater than ${
      SINCE_16 ? '2 GiB' : SINCE_14 ? '2 GB' : 'possible Buffer: 2147483647 bytes'}`],
  ERR_FS_INVALID_SYMLINK_TYPE: ['E', 'Symlink type must be one of "dir", "file", or "junction". Received "%1"'],
  ERR_ILLEGAL_CONSTRUCTOR: ['T', 'Illegal constructor'],
  ERR_INCOMPATIBLE_OPTION_PAIR: ['T', 'Option "%1" cannot be used in combination with option "%2"'],
  ERR_INTERNAL_ASSERTION: ['E', (message) => {
    const suffix = 'This is caused by either a bug in Node.js or incorrect usage of Node.js internals.\n' +
      'Please open an issue with this stack trace at https://github.com/nodejs/node/issues\n';
    return message === undefined ? suffix : `${message}\n${suffix}`;
  }],
  ERR_INVALID_ADDRESS_FAMILY: ['R', function(family, host, port) {
    this.host = host;
    this.port = port;
    return `Invalid address family: ${family} ${host}:${port}`;
  }],
  ERR_INVALID_ARG_TYPE: ['T', argumentType],
  ERR_INVALID_ARG_VALUE: ['TR', argumentValue],
  ERR_INVALID_ASYNC_ID: ['R', 'Invalid %1 value: %2'],
  ERR_INVALID_BUFFER_SIZE: ['R', 'Buffer size must be a multiple of %1'],
  ERR_INVALID_CALLBACK: ['T', (value) => `Callback must be a function. Received ${inspect(value)}`],
  ERR_INVALID_CHAR: ['T', (name, field) => `Invalid character in ${name}${field === undefined ? '' : ` ["${field}"]`}`],
  ERR_INVALID_CURSOR_POS: ['T', 'Cannot set cursor row without setting its column'],
  ERR_INVALID_FD: ['R', '"fd" must be a positive integer: %1'],
  ERR_INVALID_FD_TYPE: ['T', 'Unsupported fd type: %1'],
  ERR_INVALID_FILE_URL_HOST: ['T', 'File URL host must be "localhost" or empty on %1'],
  ERR_INVALID_FILE_URL_PATH: ['T', function(reason, input) {
    if (major >= 22) this.input = input;
    return `File URL path ${reason}`;
  }],
  ERR_INVALID_HANDLE_TYPE: ['T', 'This handle type cannot be sent'],
  ERR_INVALID_MIME_SYNTAX: ['T', 'Invalid %1'],
  ERR_INVALID_MODULE: ['E', 'No such built-in module: %1'],
  ERR_INVALID_OBJECT_DEFINE_PROPERTY: ['T', '%1'],
  ERR_INVALID_OPT_VALUE: ['TR', (name, value, reason) =>
    `The value "${String(value)}" is invalid for option "${name}"${reason ? `. ${reason}` : ''}`],
  ERR_INVALID_OPT_VALUE_ENCODING: ['T', 'The value "%1" is invalid for option "encoding"'],
  ERR_INVALID_PROTOCOL: ['T', 'Protocol "%1" not supported. Expected "%2"'],
  ERR_INVALID_RETURN_PROPERTY: ['T', (wanted, name, property, value) =>
    `Expected a valid ${wanted} to be returned for the "${property}" from the "${name}" function but got ${value}.`],
  ERR_INVALID_RETURN_PROPERTY_VALUE: ['TR', (wanted, name, property, value) => {
    const got = value?.constructor?.name ? `instance of ${value.constructor.name}` : `type ${typeof value}`;
    const shown = SINCE_16 ? described(value) : got;
    return `Expected ${wanted} to be returned for the "${property}" from the "${name}" function but got ${shown}.`;
  }],
  ERR_INVALID_RETURN_VALUE: ['TR', returnValue],
  ERR_INVALID_STATE: ['ETR', 'Invalid state: %1'],
  ERR_INVALID_SYNC_FORK_INPUT: ['T',
    'Asynchronous forks do not support Buffer, TypedArray, DataView or string input: %1'],
  ERR_INVALID_THIS: ['T', 'Value of "this" must be of type %1'],
  ERR_INVALID_TUPLE: ['T', '%1 must be an iterable %2 tuple'],
  ERR_INVALID_URI: ['U', 'URI malformed'],
  ERR_INVALID_URL: ['T', function(input, base) {
    this.input = input;
    if (base !== undefined && major >= 20) this.base = base;
    return SINCE_16 ? 'Invalid URL' : `Invalid URL: ${input}`;
  }],
  ERR_INVALID_URL_SCHEME: ['T', (expected) =>
    `The URL must be ${Array.isArray(expected) ? `one of scheme ${listed(expected, 'or')}` : `of scheme ${expected}`}`],
  ERR_IPC_CHANNEL_CLOSED: ['E', 'Channel closed'],
  ERR_METHOD_NOT_IMPLEMENTED: ['E', 'The %1 method is not implemented'],
  ERR_MISSING_ARGS: ['T', missingArguments],
  ERR_MISSING_OPTION: ['T', '%1 is required'],
  ERR_MODULE_NOT_FOUND: ['E', (path, base, type = 'package') => `Cannot find ${type} '${path}' imported from ${base}`],
  ERR_MULTIPLE_CALLBACK: ['E', 'Callback called multiple times'],
  ERR_NO_CRYPTO: ['E', 'Node.js is not compiled with OpenSSL crypto support'],
  ERR_OPERATION_FAILED: ['ET', 'Operation failed: %1'],
  ERR_OUT_OF_RANGE: ['R', outOfRange],
  ERR_PACKAGE_PATH_NOT_EXPORTED: ['E', '%1'],
  ERR_PARSE_ARGS_INVALID_OPTION_VALUE: ['T', '%1'],
  ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL: ['T', (text) =>
    `Unexpected argument '${text}'. This command does not take positional arguments`],
  ERR_PARSE_ARGS_UNKNOWN_OPTION: ['T', (option, allowPositionals) => {
    const hint = allowPositionals ?
      `. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- ${
        JSON.stringify(option)}` :
      '';
    return `Unknown option '${option}'${hint}`;
  }],
  ERR_PERFORMANCE_INVALID_TIMESTAMP: ['T', '%1 is not a valid timestamp'],
  ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS: ['T', '%1'],
  ERR_REQUIRE_ASYNC_MODULE: ['E', '%1'],
  ERR_SCRIPT_EXECUTION_INTERRUPTED: ['E', 'Script execution was interrupted by `SIGINT`'],
  ERR_SERVER_ALREADY_LISTEN: ['E', 'Listen method has been called more than once without closing.'],
  ERR_SERVER_NOT_RUNNING: ['E', 'Server is not running.'],
  ERR_SOCKET_BAD_PORT: ['R', badPort],
  ERR_SOCKET_CLOSED: ['E', 'Socket is closed'],
  ERR_STREAM_ALREADY_FINISHED: ['E', 'Cannot call %1 after a stream was finished'],
  ERR_STREAM_CANNOT_PIPE: ['E', 'Cannot pipe, not readable'],
  ERR_STREAM_DESTROYED: ['E', 'Cannot call %1 after a stream was destroyed'],
  ERR_STREAM_NULL_VALUES: ['T', 'May not write null values to stream'],
  ERR_STREAM_PREMATURE_CLOSE: ['E', 'Premature close'],
  ERR_STREAM_PUSH_AFTER_EOF: ['E', 'stream.push() after EOF'],
  ERR_STREAM_UNABLE_TO_PIPE: ['E', 'Cannot pipe to a closed or destroyed stream'],
  ERR_STREAM_UNSHIFT_AFTER_END_EVENT: ['E', 'stream.unshift() after end event'],
  ERR_STREAM_WRAP: ['E', 'Stream has StringDecoder set or is in objectMode'],
  ERR_STREAM_WRITE_AFTER_END: ['E', 'write after end'],
  ERR_STRING_TOO_LONG: ['E', 'Cannot create a string longer than 0x%1 characters'],
  ERR_SYSTEM_ERROR: ['system', 'A system error occurred'],
  ERR_TRAILING_JUNK_AFTER_STREAM_END: ['T', 'Trailing junk found after the end of the compressed stream'],
  ERR_UNAVAILABLE_DURING_EXIT: ['E', 'Cannot call function in process exit handler'],
  ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET: ['E',
    '`process.setupUncaughtExceptionCapture()` was called while a capture callback was already active'],
  ERR_UNESCAPED_CHARACTERS: ['T', '%1 contains unescaped characters'],
  ERR_UNHANDLED_ERROR: ['E', (shown) => `Unhandled error.${shown === undefined ? '' : ` (${shown})`}`],
  ERR_UNKNOWN_BUILTIN_MODULE: ['E', 'No such built-in module: %1'],
  ERR_UNKNOWN_CREDENTIAL: ['E', '%1 identifier does not exist: %2'],
  ERR_UNKNOWN_ENCODING: ['T', 'Unknown encoding: %1'],
  ERR_UNKNOWN_FILE_EXTENSION: ['T', 'Unknown file extension "%1" for %2'],
  ERR_UNKNOWN_SIGNAL: ['T', 'Unknown signal: %1'],
  ERR_UNSUPPORTED_DIR_IMPORT: ['E', 'Directory import \'%1\' is not supported resolving ES modules imported from %2'],
  ERR_USE_AFTER_CLOSE: ['E', '%1 was closed'],
  ERR_VALID_PERFORMANCE_ENTRY_TYPE: ['E', 'At least one valid performance entry type is required'],
  ERR_WORKER_NOT_RUNNING: ['E', 'Worker instance not running'],
  ERR_WORKER_PATH: ['T', (path) =>
    "The worker script or module filename must be an absolute path or a relative path starting with './' or '../'." +
    ` Received "${path}"`],
  ERR_WORKER_UNSERIALIZABLE_ERROR: ['E', 'Serializing an uncaught exception failed'],
  ERR_WORKER_UNSUPPORTED_OPERATION: ['T', '%1 is not supported in workers'],
  ERR_ZLIB_INITIALIZATION_FAILED: ['E', 'Initialization failed'],
});

const CLASSES = { E: Error, T: TypeError, R: RangeError, S: SyntaxError, U: URIError };

function hide(error, key, value) {
  Object.defineProperty(error, key, { value, writable: true, enumerable: false, configurable: true });
}

// Gives the stack another first line; what the engine wrote there is `header`.
function headStack(error, header, wanted) {
  const { stack } = error;
  if (typeof stack !== 'string') return;
  const frames = stack.startsWith(header) ? stack.slice(header.length) : stack === '' ? '' : `\n${stack}`;
  hide(error, 'stack', wanted + frames);
}

function codedToString() {
  return `${this.name} [${this.code}]: ${this.message}`;
}

const prototypes = new Map();

// Coded errors print their code in toString, which stands on a prototype of their own.
function prototypeOf(Base) {
  let prototype = prototypes.get(Base);
  if (prototype === undefined) {
    prototype = Object.create(Base.prototype);
    hide(prototype, 'constructor', major >= 16 ? Base : class NodeError extends Base {});
    hide(prototype, 'toString', codedToString);
    prototypes.set(Base, prototype);
  }
  return prototype;
}

const filled = (text, parts) => text.replace(/%(\d)/g, (_, at) => String(parts[at - 1]));

function codedConstructor(code, Base, message) {
  return function NodeError(...parts) {
    const extra = {};
    const text = typeof message === 'string' ? filled(message, parts) : message.apply(extra, parts);
    const error = new Base(text);
    Error.captureStackTrace?.(error, new.target ?? NodeError);
    const { name } = Base.prototype;
    const header = text === '' ? name : `${name}: ${text}`;
    Object.setPrototypeOf(error, prototypeOf(Base));
    if (major < 20) Object.assign(error, extra);
    error.code = code;
    if (major >= 20) Object.assign(error, extra);
    headStack(error, header, `${name} [${code}]: ${text}`);
    return error;
  };
}

// The errors whose reason came from the operating system: `context` says what was called and how it failed.
function systemConstructor(code, text) {
  return function NodeError(context) {
    let message = `${text}: ${context.syscall} returned ${context.code} (${context.message})`;
    if (context.path !== undefined) message += ` ${context.path}`;
    if (context.dest !== undefined) message += ` => ${context.dest}`;
    const error = new Error(message);
    Error.captureStackTrace?.(error, new.target ?? NodeError);
    hide(error, 'name', 'SystemError');
    error.code = code;
    Object.defineProperty(error, 'info', { value: context, enumerable: true, configurable: true, writable: false });
    for (const key of ['errno', 'syscall', 'path', 'dest']) {
      if (context[key] === undefined) continue;
      Object.defineProperty(error, key, {
        get: () => context[key],
        set: (value) => { context[key] = value; },
        enumerable: true,
        configurable: true,
      });
    }
    hide(error, 'toString', codedToString);
    headStack(error, `Error: ${message}`, `SystemError [${code}]: ${message}`);
    return error;
  };
}

let messages;

function constructorFor(code) {
  if (code === 'ERR_UNHANDLED_REJECTION') return UnhandledPromiseRejection;
  messages ??= buildMessages();
  const entry = messages[code];
  if (entry === undefined) throw new Error(`tickproof has no message for ${String(code)}`);
  const [kinds, message] = entry;
  if (kinds === 'system') return systemConstructor(code, message);
  const made = codedConstructor(code, CLASSES[kinds[0]], message);
  for (const kind of kinds.slice(1)) made[CLASSES[kind].name] = codedConstructor(code, CLASSES[kind], message);
  return made;
}

const codes = new Proxy({}, {
  get(made, code) {
    if (typeof code !== 'string') return undefined;
    return made[code] ??= constructorFor(code);
  },
});

// What the engine of Node says of a value without running any of its code.
function plainly(value) {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return String(value);
  if (typeof value === 'function') return Function.prototype.toString.call(value);
  const { constructor, toString } = value;
  if (toString === Object.prototype.toString && constructor?.name) return `#<${constructor.name}>`;
  return Object.prototype.toString.call(value);
}

// The error that stands for a rejection whose reason is no error.
function UnhandledPromiseRejection(reason) {
  const message = 'This error originated either by throwing inside of an async function without a catch block, or by ' +
    `rejecting a promise which was not handled with .catch(). The promise rejected with the reason "${plainly(reason)}".`;
  const error = new Error(message);
  hide(error, 'name', 'UnhandledPromiseRejection');
  hide(error, 'stack', `UnhandledPromiseRejection: ${message}`);
  error.code = 'ERR_UNHANDLED_REJECTION';
  return error;
}

class AbortError extends Error {
  constructor(message = 'The operation was aborted', options = undefined) {
    if (options !== undefined && typeof options !== 'object') {
      throw new codes.ERR_INVALID_ARG_TYPE('options', 'Object', options);
    }
    super(message, options);
    this.code = 'ABORT_ERR';
    this.name = 'AbortError';
  }
}

// Linux's numbers and libuv's words.
const SYSTEM_ERRORS = `E2BIG 7 argument list too long
EACCES 13 permission denied
EADDRINUSE 98 address already in use
EADDRNOTAVAIL 99 address not available
EAFNOSUPPORT 97 address family not supported
EAGAIN 11 resource temporarily unavailable
EAI_ADDRFAMILY 3000 address family not supported
EAI_AGAIN 3001 temporary failure
EAI_BADFLAGS 3002 bad ai_flags value
EAI_BADHINTS 3013 invalid value for hints
EAI_CANCELED 3003 request canceled
EAI_FAIL 3004 permanent failure
EAI_FAMILY 3005 ai_family not supported
EAI_MEMORY 3006 out of memory
EAI_NODATA 3007 no address
EAI_NONAME 3008 unknown node or service
EAI_OVERFLOW 3009 argument buffer overflow
EAI_PROTOCOL 3014 resolved protocol is unknown
EAI_SERVICE 3010 service not available for socket type
EAI_SOCKTYPE 3011 socket type not supported
EALREADY 114 connection already in progress
EBADF 9 bad file descriptor
EBUSY 16 resource busy or locked
ECANCELED 125 operation canceled
ECHARSET 4080 invalid Unicode character
ECONNABORTED 103 software caused connection abort
ECONNREFUSED 111 connection refused
ECONNRESET 104 connection reset by peer
EDESTADDRREQ 89 destination address required
EEXIST 17 file already exists
EFAULT 14 bad address in system call argument
EFBIG 27 file too large
EHOSTUNREACH 113 host is unreachable
EINTR 4 interrupted system call
EINVAL 22 invalid argument
EIO 5 i/o error
EISCONN 106 socket is already connected
EISDIR 21 illegal operation on a directory
ELOOP 40 too many symbolic links encountered
EMFILE 24 too many open files
EMSGSIZE 90 message too long
ENAMETOOLONG 36 name too long
ENETDOWN 100 network is down
ENETUNREACH 101 network is unreachable
ENFILE 23 file table overflow
ENOBUFS 105 no buffer space available
ENODEV 19 no such device
ENOENT 2 no such file or directory
ENOMEM 12 not enough memory
ENONET 64 machine is not on the network
ENOPROTOOPT 92 protocol not available
ENOSPC 28 no space left on device
ENOSYS 38 function not implemented
ENOTCONN 107 socket is not connected
ENOTDIR 20 not a directory
ENOTEMPTY 39 directory not empty
ENOTSOCK 88 socket operation on non-socket
ENOTSUP 95 operation not supported on socket
EOVERFLOW 75 value too large for defined data type
EPERM 1 operation not permitted
EPIPE 32 broken pipe
EPROTO 71 protocol error
EPROTONOSUPPORT 93 protocol not supported
EPROTOTYPE 91 protocol wrong type for socket
ERANGE 34 result too large
EROFS 30 read-only file system
ESHUTDOWN 108 cannot send after transport endpoint shutdown
ESPIPE 29 invalid seek
ESRCH 3 no such process
ETIMEDOUT 110 connection timed out
ETXTBSY 26 text file is busy
EXDEV 18 cross-device link not permitted
UNKNOWN 4094 unknown error
EOF 4095 end of file
ENXIO 6 no such device or address
EMLINK 31 too many links
EHOSTDOWN 112 host is down
EREMOTEIO 121 remote I/O error
ENOTTY 25 inappropriate ioctl for device
EFTYPE 4028 inappropriate file type or format
EILSEQ 84 illegal byte sequence
ESOCKTNOSUPPORT 94 socket type not supported
ENODATA 61 no data available
EUNATCH 49 protocol driver not attached`;

let systemErrors;

// By number (negative, as libuv has it): [code, text].
function systemErrorMap() {
  if (systemErrors === undefined) {
    systemErrors = new Map();
    for (const line of SYSTEM_ERRORS.split('\n')) {
      const [, code, number, text] = /^(\S+) (\d+) (.*)$/.exec(line);
      systemErrors.set(-number, [code, text]);
    }
  }
  return systemErrors;
}

function systemNumber(code) {
  for (const [number, [name, text]] of systemErrorMap()) {
    if (name === code) return [number, text];
  }
  throw new Error(`tickproof knows no system error ${code}`);
}

// The error of a failed system call. One thrown by a synchronous function has the frames of its caller; one handed to a
// callback has none.
function systemError(code, syscall, path, dest, synchronous = false) {
  const [errno, text] = systemNumber(code);
  let message = `${code}: ${text}, ${syscall}`;
  if (path !== undefined) message += ` '${path}'`;
  if (dest !== undefined) message += ` -> '${dest}'`;
  const error = new Error(message);
  if (synchronous) Error.captureStackTrace?.(error, systemError);
  else hide(error, 'stack', `Error: ${message}`);
  error.errno = errno;
  if (synchronous && major < 20) {
    error.syscall = syscall;
    error.code = code;
  } else {
    error.code = code;
    error.syscall = syscall;
  }
  if (path !== undefined) error.path = path;
  if (dest !== undefined) error.dest = dest;
  return error;
}

// The error of a failed name look-up.
function lookupError(code, syscall, hostname) {
  const error = new Error(`${syscall} ${code}${hostname === undefined ? '' : ` ${hostname}`}`);
  Error.captureStackTrace?.(error, lookupError);
  error.errno = major < 14 ? code : code === 'ENOTFOUND' ? -3008 : systemNumber(code)[0];
  error.code = code;
  error.syscall = syscall;
  if (hostname !== undefined) error.hostname = hostname;
  return error;
}

// Says that a program asks for something this model leaves out: never an answer that might be wrong.
function notOffered(what, offered) {
  const rest = offered === undefined ? '' : `; it offers ${Array.isArray(offered) ? offered.join(', ') : offered}`;
  const error = new Error(`tickproof does not offer ${what}${rest}`);
  Error.captureStackTrace?.(error, notOffered);
  error.code = 'ERR_TICKPROOF_NOT_OFFERED';
  // Whatever the program makes of the error, what it does from here on is not what it does under Node.
  binding.refuse(error.message);
  throw error;
}

function validateFunction(value, name) {
  if (typeof value !== 'function') throw new codes.ERR_INVALID_ARG_TYPE(name, 'Function', value);
}

function validateCallback(value, name = 'callback') {
  if (typeof value === 'function') return;
  if (major < 18) throw new codes.ERR_INVALID_CALLBACK(value);
  throw new codes.ERR_INVALID_ARG_TYPE(name, 'Function', value);
}

function validateString(value, name) {
  if (typeof value !== 'string') throw new codes.ERR_INVALID_ARG_TYPE(name, 'string', value);
}

function validateBoolean(value, name) {
  if (typeof value !== 'boolean') throw new codes.ERR_INVALID_ARG_TYPE(name, 'boolean', value);
}

function validateNumber(value, name, min, max) {
  if (typeof value !== 'number') throw new codes.ERR_INVALID_ARG_TYPE(name, 'number', value);
  const low = min ?? -Infinity;
  const high = max ?? Infinity;
  if (value >= low && value <= high) return;
  const bounds = [];
  if (min !== undefined && min !== null) bounds.push(`>= ${min}`);
  if (max !== undefined && max !== null) bounds.push(`<= ${max}`);
  if (bounds.length > 0) throw new codes.ERR_OUT_OF_RANGE(name, bounds.join(' && '), value);
}

function validateInteger(value, name, min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER) {
  if (typeof value !== 'number') throw new codes.ERR_INVALID_ARG_TYPE(name, 'number', value);
  if (!Number.isInteger(value)) throw new codes.ERR_OUT_OF_RANGE(name, 'an integer', value);
  if (value < min || value > max) throw new codes.ERR_OUT_OF_RANGE(name, `>= ${min} && <= ${max}`, value);
}

const validateInt32 = (value, name, min = -(2 ** 31), max = 2 ** 31 - 1) => validateInteger(value, name, min, max);

function validateUint32(value, name, positive = false) {
  const least = positive ? 1 : 0;
  if (major < 16 && Number.isInteger(value) && (value < least || value >= 2 ** 32)) {
    throw new codes.ERR_OUT_OF_RANGE(name, `>= ${least} && < 4294967296`, value);
  }
  validateInteger(value, name, least, 2 ** 32 - 1);
}

function validateObject(value, name, { nullable = false, allowArray = false, allowFunction = false } = {}) {
  if (value === null ? nullable : Array.isArray(value) ? allowArray : typeof value === 'object') return;
  if (typeof value === 'function' && allowFunction) return;
  throw new codes.ERR_INVALID_ARG_TYPE(name, 'Object', value);
}

function validateArray(value, name, least = 0) {
  if (!Array.isArray(value)) throw new codes.ERR_INVALID_ARG_TYPE(name, 'Array', value);
  if (value.length >= least) return;
  const reason = major >= 16 ? `must have a length of at least ${least}` : `must be longer than ${least}`;
  throw new codes.ERR_INVALID_ARG_VALUE(name, value, reason);
}

function validateOneOf(value, name, allowed) {
  if (allowed.includes(value)) return;
  const shown = allowed.map((each) => (typeof each === 'string' ? `'${each}'` : String(each))).join(', ');
  throw new codes.ERR_INVALID_ARG_VALUE(name, value, `must be one of: ${shown}`);
}

function validateAbortSignal(value, name) {
  if (value !== undefined && (value === null || typeof value !== 'object' || !('aborted' in value))) {
    throw new codes.ERR_INVALID_ARG_TYPE(name, 'AbortSignal', value);
  }
}

module.exports = {
  codes,
  AbortError,
  described,
  lookupError,
  notOffered,
  plainly,
  systemError,
  systemErrorMap,
  validateAbortSignal,
  validateArray,
  validateBoolean,
  validateCallback,
  validateFunction,
  validateInt32,
  validateInteger,
  validateNumber,
  validateObject,
  validateOneOf,
  validateString,
  validateUint32,
};
