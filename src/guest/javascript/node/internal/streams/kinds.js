'use strict';
// What kind of stream something is, and how far it has come, judged by what can be seen of it.

const { hooks, major } = binding;
const { judgesKind } = binding.rules.finished;
const hiding = major >= 18 ? (name) => Symbol.for(`nodejs.stream.${name}`) : (name) => Symbol(name);
const kIsErrored = hiding('errored');
const kIsReadable = hiding('readable');
const kIsWritable = hiding('writable');
const kIsDisturbed = hiding('disturbed');
const kIsDestroyed = hiding('destroyed');

const listens = (value) => typeof value.on === 'function';

function isReadableNodeStream(value, strict = false) {
  if (!value || typeof value.pipe !== 'function' || !listens(value)) return false;
  if (major < 16) return true;
  if (strict && (typeof value.pause !== 'function' || typeof value.resume !== 'function')) return false;
  if (!value._writableState) return true;
  return value._readableState ? value._readableState.readable !== false : false;
}

function isWritableNodeStream(value) {
  if (!value || typeof value.write !== 'function' || !listens(value)) return false;
  return major < 16 || !value._readableState || value._writableState?.writable !== false;
}

function isDuplexNodeStream(value) {
  return !!(value && typeof value.pipe === 'function' && value._readableState && listens(value) && typeof value.write === 'function');
}

function isNodeStream(value) {
  if (!value) return value;
  if (major >= 16 && (value._readableState || value._writableState)) return true;
  return (typeof value.write === 'function' || typeof value.pipe === 'function') && listens(value);
}

function isIterable(value, isAsync) {
  if (major < 16 ? !value : value === null || value === undefined) return false;
  const async = typeof value[Symbol.asyncIterator] === 'function';
  const sync = typeof value[Symbol.iterator] === 'function';
  return isAsync === true ? async : isAsync === false ? sync : async || sync;
}

function isDestroyed(stream) {
  if (!isNodeStream(stream)) return null;
  const state = stream._writableState || stream._readableState;
  return !!(stream.destroyed || (major >= 18 && stream[kIsDestroyed]) || state?.destroyed);
}

function isWritableEnded(stream) {
  if (!isWritableNodeStream(stream)) return null;
  if (stream.writableEnded === true) return true;
  const state = stream._writableState;
  if (state?.errored) return false;
  return typeof state?.ended === 'boolean' ? state.ended : null;
}

function isWritableFinished(stream, strict) {
  if (!isWritableNodeStream(stream)) return null;
  if (stream.writableFinished === true) return true;
  const state = stream._writableState;
  if (state?.errored) return false;
  if (typeof state?.finished !== 'boolean') return null;
  return state.finished || (strict === false && state.ended === true && state.length === 0);
}

function isReadableFinished(stream, strict) {
  if (!isReadableNodeStream(stream)) return null;
  const state = stream._readableState;
  if (state?.errored) return false;
  if (typeof state?.endEmitted !== 'boolean') return null;
  return state.endEmitted || (strict === false && state.ended === true && state.length === 0);
}

function isReadable(stream) {
  if (stream && stream[kIsReadable] !== undefined && stream[kIsReadable] !== null) return stream[kIsReadable];
  if (typeof stream?.readable !== 'boolean') return null;
  if (isDestroyed(stream)) return false;
  return isReadableNodeStream(stream) && stream.readable && !isReadableFinished(stream);
}

function isWritable(stream) {
  if (stream && stream[kIsWritable] !== undefined && stream[kIsWritable] !== null) return stream[kIsWritable];
  if (typeof stream?.writable !== 'boolean') return null;
  if (isDestroyed(stream)) return false;
  return isWritableNodeStream(stream) && stream.writable && !isWritableEnded(stream);
}

function isFinished(stream) {
  if (!isNodeStream(stream)) return null;
  return isDestroyed(stream) || !(isReadable(stream) || isWritable(stream));
}

const erroredOf = (stream, own, state) => (isNodeStream(stream) ? stream[own] || (stream[state]?.errored ?? null) : null);

// The error either side reports.
function reportedError(stream) {
  const error = erroredOf(stream, 'writableErrored', '_writableState') || erroredOf(stream, 'readableErrored', '_readableState');
  return error && typeof error !== 'boolean' ? error : null;
}

function isClosed(stream) {
  if (!isNodeStream(stream)) return null;
  if (typeof stream.closed === 'boolean') return stream.closed;
  const { _writableState: writable, _readableState: readable } = stream;
  if (typeof writable?.closed === 'boolean' || typeof readable?.closed === 'boolean') return writable?.closed || readable?.closed;
  return null;
}

function willEmitClose(stream) {
  const state = stream._writableState || stream._readableState;
  return !!(state && state.autoDestroy && state.emitClose && state.closed === false);
}

function isDisturbed(stream) {
  return !!(stream && (stream[kIsDisturbed] ?? (stream.readableDidRead || stream.readableAborted)));
}

function isErrored(stream) {
  return !!(stream && (
    stream[kIsErrored] ?? stream.readableErrored ?? stream.writableErrored ??
    stream._readableState?.errorEmitted ?? stream._writableState?.errorEmitted ??
    stream._readableState?.errored ?? stream._writableState?.errored
  ));
}

const isRequestAborted = (stream) => stream._readableState && stream.req && stream.aborted;
const errorEmitted = (stream) => stream._writableState?.errorEmitted || stream._readableState?.errorEmitted;

const isReadToItsEnd = (stream) => isReadableFinished(stream, false);
const isWrittenToItsEnd = (stream) => isWritableFinished(stream, false);

// What `finished` goes by. What it asks by major is there on streams of that major, or means something else.
const byKind = {
  hasReadable: (stream) => isReadableNodeStream(stream),
  hasWritable: isWritableNodeStream,
  wasRead: isReadToItsEnd,
  wasWritten: isWrittenToItsEnd,
  isRead: isReadToItsEnd,
  isWritten: isWrittenToItsEnd,
  closed: isClosed,
};

const byMarks = {
  hasReadable: (stream) => typeof stream.readable === 'boolean' || typeof stream.readableEnded === 'boolean' || stream._readableState,
  hasWritable: (stream) => typeof stream.writable === 'boolean' || typeof stream.writableEnded === 'boolean' || stream._writableState,
  wasRead: (stream) => stream.readableEnded || stream._readableState?.endEmitted,
  wasWritten: (stream) => (major >= 14 && stream.writableFinished) || stream._writableState?.finished,
  isRead(stream) {
    if (stream.readableEnded) return true;
    const state = stream._readableState;
    return state && !state.errored && (state.endEmitted || (state.ended && state.length === 0));
  },
  isWritten(stream) {
    if (stream.writableFinished) return true;
    const state = stream._writableState;
    return state && !state.errored && (state.finished || (state.ended && state.length === 0));
  },
  closed: (stream) => stream._writableState?.closed || stream._readableState?.closed || errorEmitted(stream) ||
    (major >= 16 && !stream._writableState && !stream._readableState && stream._closed === true) || isRequestAborted(stream),
};

const signs = {
  ...(judgesKind ? byKind : byMarks),
  readsForSure: (stream) => isReadableNodeStream(stream, true),
  isReadable,
  isWritable,
  willEmitClose,
  errorEmitted,
  recorded: (stream) => reportedError(stream) ?? undefined,
  tellsClosed: (stream) => typeof stream._writableState?.closed === 'boolean' || typeof stream._readableState?.closed === 'boolean',
  pendingWrites: (stream) => stream._writableState?.pendingcb,
  finished: (stream) => stream._writableState?.finished,
  endEmitted: (stream) => stream._readableState?.endEmitted,
  readableEnded: (stream) => stream._readableState?.ended,
  writableEnded: (stream) => stream._writableState?.ended,
  requestAborted: isRequestAborted,
};

hooks.sign = (sign, stream) => {
  const seen = signs[sign](stream);
  return sign === 'recorded' || seen === null || seen === undefined ? seen : !!seen;
};

// What is aborted rather than destroyed.
const isRequest = (value) => value && value.setHeader && typeof value.abort === 'function';

// Node calls the method without a look: what is thrown names its own variable.
function checkOn(stream) {
  if (typeof stream.on !== 'function') throw new TypeError('stream.on is not a function');
}

module.exports = {
  checkOn, isClosed, isDestroyed, isDisturbed, isDuplexNodeStream, isErrored, isFinished, isIterable, isNodeStream, isReadable,
  isReadableFinished, isReadableNodeStream, isRequest, isWritable, isWritableFinished, isWritableNodeStream, kIsDestroyed, reportedError,
  willEmitClose,
};
