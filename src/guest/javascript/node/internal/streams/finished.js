'use strict';
// finished(): tells when a stream is over (FIN-1 to FIN-5).

const { major, tick } = binding;
const errors = require('internal/errors');
const kinds = require('internal/streams/kinds');

const { codes } = errors;
const premature = () => new codes.ERR_STREAM_PREMATURE_CLOSE();
const isRequest = (stream) => stream.setHeader && typeof stream.abort === 'function';
const noop = () => {};

// Up to 16 the sides of a stream are judged by these.
const hasReadable = (stream) =>
  typeof stream.readable === 'boolean' || typeof stream.readableEnded === 'boolean' || !!stream._readableState;
const hasWritable = (stream) =>
  typeof stream.writable === 'boolean' || typeof stream.writableEnded === 'boolean' || !!stream._writableState;

function isRead(stream) {
  if (major >= 18) return kinds.isReadableFinished(stream, false);
  if (stream.readableEnded) return true;
  const state = stream._readableState;
  return !!state && !state.errored && (state.endEmitted || (state.ended && state.length === 0));
}

function isWritten(stream) {
  if (major >= 18) return kinds.isWritableFinished(stream, false);
  if (stream.writableFinished) return true;
  const state = stream._writableState;
  return !!state && !state.errored && (state.finished || (state.ended && state.length === 0));
}

// Whether a side was over when the watch began.
function startsRead(stream) {
  return major >= 18 ? isRead(stream) : stream.readableEnded || (stream._readableState && stream._readableState.endEmitted);
}

function startsWritten(stream) {
  if (major >= 18) return isWritten(stream);
  return (major >= 14 && stream.writableFinished) || (stream._writableState && stream._writableState.finished);
}

// The sides that count (FIN-1).
function sidesOf(stream, options) {
  if (major >= 18) {
    const readable = kinds.isReadableNodeStream(stream);
    const writable = kinds.isWritableNodeStream(stream);
    return {
      readable: options.readable ?? readable,
      writable: options.writable ?? writable,
      areAll: (sides) => sides.readable === readable && sides.writable === writable,
    };
  }
  return {
    readable: options.readable || (options.readable !== false && hasReadable(stream)),
    writable: options.writable || (options.writable !== false && hasWritable(stream)),
    areAll: (sides) => hasReadable(stream) === sides.readable && hasWritable(stream) === sides.writable,
  };
}

// What is wrong with a stream that closed (FIN-2), or undefined.
function faultAtClose(stream, watch) {
  const error = major >= 18 ? kinds.reportedError(stream) : null;
  if (error) return error;
  const strict = major < 18 || kinds.isReadableNodeStream(stream, true);
  if (watch.readable && !watch.isRead && strict && !isRead(stream)) return premature();
  if (watch.writable && !watch.isWritten && !isWritten(stream)) return premature();
  return undefined;
}

const hasNoPending = (state) =>
  major < 20 || state === null || state === undefined || state.pendingcb === undefined || state.pendingcb === 0;

// FIN-3: for a stream that is over already, a function that gives what is reported of it.
function lateReport(stream, watch) {
  const { _writableState: writableState, _readableState: readableState } = stream;
  const errorEmitted = writableState?.errorEmitted || readableState?.errorEmitted;
  if (major < 18) {
    const closed = writableState?.closed || readableState?.closed || errorEmitted ||
      (major >= 16 && !writableState && !readableState && stream._closed === true) ||
      (readableState && stream.req && stream.aborted);
    const waits = (state) => major >= 16 && state && watch.willEmitClose && typeof state.closed === 'boolean';
    const done = !waits(writableState) && !waits(readableState) &&
      (!watch.writable || writableState?.finished) && (!watch.readable || readableState?.endEmitted);
    return closed || done ? () => undefined : undefined;
  }
  const reported = () => kinds.reportedError(stream) ?? undefined;
  if (kinds.isClosed(stream)) return () => faultAtClose(stream, watch);
  if (errorEmitted) return watch.willEmitClose ? undefined : reported;
  const open = !watch.willEmitClose;
  if (!watch.readable && (open || kinds.isReadable(stream)) && (watch.isWritten || kinds.isWritable(stream) === false) &&
    hasNoPending(writableState)) return reported;
  if (!watch.writable && (open || kinds.isWritable(stream)) && (watch.isRead || kinds.isReadable(stream) === false)) return reported;
  return readableState && stream.req && stream.aborted ? reported : undefined;
}

// The listeners that decide (FIN-2); `report` is given the error.
function listenersOf(stream, watch, report) {
  const over = () => report();
  if (major < 14) {
    return {
      finish() {
        watch.writable = false;
        watch.isWritten = true;
        if (!watch.readable) over();
      },
      end() {
        watch.readable = false;
        watch.isRead = true;
        if (!watch.writable) over();
      },
      error: report,
      close() {
        const side = watch.readable && !watch.isRead ? '_readableState' : watch.writable && !watch.isWritten ? '_writableState' : undefined;
        if (side === undefined) return;
        if (stream[side]?.ended) over();
        else report(premature());
      },
    };
  }
  return {
    finish() {
      watch.isWritten = true;
      if (stream.destroyed) watch.willEmitClose = false;
      if (watch.willEmitClose && (!stream.readable || watch.readable)) return;
      if (!watch.readable || watch.isRead) over();
    },
    end() {
      watch.isRead = true;
      if (stream.destroyed) watch.willEmitClose = false;
      if (watch.willEmitClose && (!stream.writable || watch.writable)) return;
      if (!watch.writable || watch.isWritten) over();
    },
    error: report,
    close() {
      const fault = faultAtClose(stream, watch);
      if (fault === undefined) over();
      else report(fault);
    },
  };
}

function checked(stream, options, callback) {
  if (options === null || options === undefined) options = {};
  else if (major >= 16) errors.validateObject(options, 'options');
  else if (typeof options !== 'object') throw new codes.ERR_INVALID_ARG_TYPE(major < 14 ? 'opts' : 'options', 'object', options);
  if (major >= 16) errors.validateFunction(callback, 'callback');
  else if (typeof callback !== 'function') throw new codes.ERR_INVALID_ARG_TYPE('callback', 'function', callback);
  if (major >= 16) errors.validateAbortSignal(options.signal, 'options.signal');
  if (major >= 18 && !kinds.isNodeStream(stream)) {
    throw new codes.ERR_INVALID_ARG_TYPE('stream', ['ReadableStream', 'WritableStream', 'Stream'], stream);
  }
  return options;
}

function finished(stream, options, callback) {
  if (arguments.length === 2) {
    callback = options;
    options = undefined;
  }
  options = checked(stream, options, callback);
  kinds.checkOn(stream);
  const { readable, writable, areAll } = sidesOf(stream, options);
  const watch = { readable, writable };
  watch.isRead = startsRead(stream);
  watch.isWritten = startsWritten(stream);
  watch.willEmitClose = major >= 14 && kinds.willEmitClose(stream) && areAll(watch);
  let called = false;
  let stopSignal = noop;
  const report = (...args) => {
    if (called) return;
    called = true;
    stopSignal();
    Reflect.apply(callback, stream, args);
  };
  const late = major >= 24 ? lateReport(stream, watch) : undefined;
  if (late !== undefined || (major >= 24 && options.signal?.aborted)) {
    const error = late === undefined ? abortError(options.signal) : late();
    const listens = late !== undefined && options.error !== false;
    if (listens) stream.on('error', noop);
    const send = () => report(...(error === undefined ? [] : [error]));
    if (options[finished.now]) send();
    else tick(send);
    return () => {
      called = true;
      if (listens) stream.removeListener('error', noop);
    };
  }
  const on = listenersOf(stream, watch, report);
  const legacyFinish = () => {
    if (!stream.writable) on.finish();
  };
  const request = () => stream.req.on('finish', on.finish);
  if (isRequest(stream)) {
    stream.on('complete', on.finish);
    if (!watch.willEmitClose) stream.on('abort', on.close);
    if (stream.req) request();
    else stream.on('request', request);
  } else if (writable && !stream._writableState) {
    stream.on('end', legacyFinish);
    stream.on('close', legacyFinish);
  }
  if (!watch.willEmitClose && typeof stream.aborted === 'boolean') stream.on('aborted', on.close);
  stream.on('end', on.end);
  stream.on('finish', on.finish);
  if (options.error !== false) stream.on('error', on.error);
  stream.on('close', on.close);
  const closedBefore = major >= 18 && major < 24 && kinds.isClosed(stream);
  const lateNow = major >= 14 && major < 24 ? lateReport(stream, watch) : undefined;
  if (lateNow !== undefined) {
    tick(() => {
      const error = lateNow();
      report(...(error === undefined ? [] : [error]));
    });
  }
  const cleanup = () => {
    if (major >= 14) called = true;
    stream.removeListener('aborted', on.close);
    stream.removeListener('complete', on.finish);
    stream.removeListener('abort', on.close);
    stream.removeListener('request', request);
    if (stream.req) stream.req.removeListener('finish', on.finish);
    stream.removeListener('end', legacyFinish);
    stream.removeListener('close', legacyFinish);
    stream.removeListener('finish', on.finish);
    stream.removeListener('end', on.end);
    stream.removeListener('error', on.error);
    stream.removeListener('close', on.close);
  };
  const { signal } = options;
  if (signal && !(major < 18 ? lateNow !== undefined : closedBefore)) {
    const abort = () => {
      const wasCalled = called;
      cleanup();
      if (wasCalled) return;
      stopSignal();
      Reflect.apply(callback, stream, [abortError(signal)]);
    };
    if (signal.aborted) tick(abort);
    else stopSignal = onAbort(signal, abort);
  }
  return cleanup;
}
finished.now = Symbol('now');

function abortError(signal) {
  return new errors.AbortError(undefined, { cause: signal.reason });
}

// Listens to a signal; gives what stops that.
function onAbort(signal, listener) {
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}

function promised(stream, options) {
  let cleansUp = false;
  if (major >= 18) {
    if (options === null) options = {};
    if (options?.cleanup) {
      errors.validateBoolean(options.cleanup, 'cleanup');
      cleansUp = options.cleanup;
    }
  }
  return new Promise((resolve, reject) => {
    const cleanup = finished(stream, options, (error) => {
      if (cleansUp) cleanup();
      if (error) reject(error);
      else resolve();
    });
  });
}

module.exports = { abortError, finished, onAbort, promised };
