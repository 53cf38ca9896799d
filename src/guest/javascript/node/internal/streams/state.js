'use strict';
// What the sides of a stream look like from outside: `_readableState` and `_writableState` read and write the model's state. Also
// the hooks the model asks for functions, errors and contents.

const { hooks, major, streams } = binding;
const { codes } = require('internal/errors');
const { Buffer } = require('buffer');
const { describe, dress, entriesOf, nop, noteSign } = require('internal/streams/state_fields');

function defaultEncodingOf(options) {
  const encoding = options && options.defaultEncoding;
  if (major < 20) return encoding || 'utf8';
  if (encoding !== null && encoding !== undefined && !Buffer.isEncoding(encoding)) throw new codes.ERR_UNKNOWN_ENCODING(encoding);
  return encoding || 'utf8';
}

function ReadableState(options, stream) {
  dress(this, false, { owner: stream, defaultEncoding: defaultEncodingOf(options), decoder: null, encoding: null });
}

function WritableState(options, stream) {
  dress(this, true, {
    owner: stream,
    defaultEncoding: defaultEncodingOf(options),
    decodeStrings: !(options && options.decodeStrings === false),
  });
}
describe(ReadableState, WritableState);

// By default of bytes and of objects: whether the mark is -0.
const negativeDefaults = [false, false];

function showSign(state, { objectMode, highWaterMark }) {
  noteSign(state, highWaterMark === undefined && negativeDefaults[objectMode ? 1 : 0] ? -0 : highWaterMark);
}

// A high water mark, if one was given.
function markOf(options, specific, isDuplex) {
  let mark = options.highWaterMark;
  let name = 'highWaterMark';
  if (mark === null || mark === undefined) {
    if (!isDuplex) return undefined;
    mark = options[specific];
    if (mark === null || mark === undefined) return undefined;
    name = specific;
  }
  if (!Number.isInteger(mark) || mark < 0) {
    const shown = isDuplex && (major < 16 || name === specific) ? specific : 'highWaterMark';
    if (major < 16) throw new codes.ERR_INVALID_OPT_VALUE(shown, mark);
    throw new codes.ERR_INVALID_ARG_VALUE(`options.${isDuplex ? specific : 'highWaterMark'}`, mark);
  }
  return Math.floor(mark);
}

// What a side begins with; what is left out is as the major has it.
function optionsOf(options, specific, isDuplex) {
  if (!options) return { objectMode: false, highWaterMark: undefined, emitClose: true, autoDestroy: undefined };
  const prefix = specific.slice(0, 8);
  const objectMode = !!options.objectMode || (isDuplex && !!options[`${prefix}ObjectMode`]);
  const highWaterMark = markOf(options, specific, isDuplex);
  const autoDestroy = major < 14 ? !!options.autoDestroy : options.autoDestroy !== false;
  return { objectMode, highWaterMark, emitClose: options.emitClose !== false, autoDestroy };
}

exports.beginReadable = function beginReadable(stream, options, isDuplex) {
  const given = optionsOf(options, 'readableHighWaterMark', isDuplex);
  streams.beginReadable(stream, given);
  const state = stream._readableState = new ReadableState(options, stream);
  showSign(state, given);
  if (options && options.encoding) exports.setDecoder(stream, options.encoding, options.encoding);
  return state;
};

exports.beginWritable = function beginWritable(stream, options, isDuplex) {
  const given = optionsOf(options, 'writableHighWaterMark', isDuplex);
  streams.beginWritable(stream, given);
  const state = stream._writableState = new WritableState(options, stream);
  showSign(state, given);
  return state;
};

exports.setDecoder = function setDecoder(stream, encoding, name) {
  const { StringDecoder } = require('string_decoder');
  const decoder = new StringDecoder(encoding);
  const state = stream._readableState;
  state.decoder = decoder;
  state.encoding = name ?? decoder.encoding;
  streams.setDecoder(stream, decoder);
};

exports.getDefaultHighWaterMark = function getDefaultHighWaterMark(objectMode) {
  const mark = streams.defaultMark(!!objectMode);
  return mark === 0 && negativeDefaults[objectMode ? 1 : 0] ? -0 : mark;
};

exports.setDefaultHighWaterMark = function setDefaultHighWaterMark(objectMode, value) {
  require('internal/errors').validateInteger(value, 'value', 0);
  streams.setDefaultMark(!!objectMode, value);
  negativeDefaults[objectMode ? 1 : 0] = Object.is(value, -0);
};

// How a side is destroyed; one that writes fails what it has buffered by it.
exports.addDestroy = function addDestroy(methods, writes) {
  methods.destroy = function destroy(error, callback) {
    streams.destroy(this, error, callback, writes);
    return this;
  };
  methods._undestroy = function undestroy() {
    streams.undestroy(this);
  };
  methods._destroy = function _destroy(error, callback) {
    callback(error);
  };
};

// Chunks that are bytes.
exports.isBytes = (value) => (major >= 20 ? ArrayBuffer.isView(value) : value instanceof Uint8Array);
exports.asBuffer = (value) => (value instanceof Buffer ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength));
exports.takenTypes = major >= 20 ? ['string', 'Buffer', 'TypedArray', 'DataView'] : ['string', 'Buffer', 'Uint8Array'];

// How functions that lead back into the model are called, where that is not what the model calls them.
const shownNames = {
  __proto__: null,
  onwrite: major < 24 ? 'bound onwrite' : '',
  afterTransform: major < 16 ? 'bound afterTransform' : '',
  afterFlush: '',
  ...(major < 16 || major >= 20 ? { onFinish: '' } : {}),
  ...(major < 16 ? { onDestroy: '' } : {}),
  ...(major >= 18 ? { onConstruct: '' } : {}),
};

// Functions that lead back into the model. The one a sink answers with is always the same.
const answers = new Map();
const transformAnswers = new Map();

hooks.door = function door(what, about, detail, name) {
  const always = name === 'onwrite' ? answers : name === 'afterTransform' && major < 16 ? transformAnswers : undefined;
  const kept = always?.get(about);
  if (kept !== undefined) return kept;
  const shown = shownNames[name] ?? name;
  const made = {
    [shown](...args) {
      if (major === 16) entered.add(made);
      streams.enter(what, about, detail, ...args);
    },
  }[shown];
  Object.defineProperty(made, 'length', { value: lengths[name] ?? 0, configurable: true });
  always?.set(about, made);
  return made;
};

// How many arguments they say they take.
const lengths = {
  __proto__: null, ondata: 1, onerror: 1, onFinish: 1, onDestroy: 1, onConstruct: 1, onwrite: 1, onunpipe: 2, afterTransform: 2, afterFlush: 2,
};

// Doors that were gone through: a promise that is settled after that does not count.
const entered = new WeakSet();

// What a promise does instead of the function that was passed: it answers in a tick.
hooks.follow = function follow(result, name, resolved, about, detail, door) {
  const then = result?.then;
  if (typeof then !== 'function') return;
  const answer = (value) => binding.tick(() => door(value));
  const counts = () => name === 'onDestroy' || !entered.has(door);
  if (name === 'onDestroy' || name === 'onFinish' || name === 'onConstruct') {
    then.call(result, () => counts() && answer(null), (error) => counts() && answer(error));
  } else if (resolved !== undefined) {
    then.call(result, (value) => counts() && streams.enter(resolved, about, detail, value), answer);
  }
};

const transformFaults = {
  __proto__: null,
  ERR_TRANSFORM_WITH_LENGTH_0: 'Calling transform done when writableState.length != 0',
  ERR_TRANSFORM_ALREADY_TRANSFORMING: 'Calling transform done when still transforming',
};

hooks.fault = function fault(kind, detail) {
  switch (kind) {
    case 'write':
    case 'end':
      return new codes.ERR_STREAM_DESTROYED(kind);
    case 'ERR_STREAM_ALREADY_FINISHED':
      return new codes.ERR_STREAM_ALREADY_FINISHED('end');
    case 'ERR_OUT_OF_RANGE':
      return new codes.ERR_OUT_OF_RANGE('size', '<= 1GiB', detail);
    default: {
      if (!(kind in transformFaults)) return new codes[kind]();
      const error = new Error(transformFaults[kind]);
      error.code = kind;
      return error;
    }
  }
};

const sized = (value) => [value, value === null || value === undefined ? 0 : value.length];

hooks.join = (parts) => (parts.length === 0 ? [undefined, 0] : sized(parts.some((part) => typeof part === 'string') ? parts.join('') : Buffer.concat(parts)));
hooks.noText = () => ['', 0];
hooks.head = (chunk, size) => sized(chunk.slice(0, size));
hooks.tail = (chunk, size) => sized(chunk.slice(size));
hooks.decode = (decoder, chunk) => sized(decoder.write(chunk));
hooks.decodeRest = (decoder) => sized(decoder.end());
hooks.batch = function batch(entries) {
  const list = entriesOf(entries);
  list.allBuffers = list.every(({ encoding }) => encoding === 'buffer');
  return sized(list);
};
hooks.note = () => [{ hasUnpiped: false }, 0];
hooks.claim = function claim(note) {
  if (note.hasUnpiped !== false) return [note, 0];
  note.hasUnpiped = true;
  return [note, 1];
};
hooks.aggregate = (inner, outer) => [exports.aggregateTwoErrors(inner, outer), 0];

exports.aggregateTwoErrors = function aggregateTwoErrors(inner, outer) {
  if (!inner || !outer || inner === outer) return inner || outer;
  if (Array.isArray(outer.errors)) {
    outer.errors.push(inner);
    return outer;
  }
  const error = new AggregateError([outer, inner], outer.message);
  error.code = outer.code;
  return error;
};

// How an encoding that is none is named.
exports.unknownEncoding = function unknownEncoding(encoding) {
  return new codes.ERR_UNKNOWN_ENCODING(require('internal/util/format').format('%s', encoding));
};

exports.door = hooks.door;
exports.ReadableState = ReadableState;
exports.WritableState = WritableState;
exports.noop = nop;
