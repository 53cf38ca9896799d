'use strict';
// finished(): tells when a stream is over (FIN-1 to FIN-5).

const { major, streams, tick } = binding;
const { abortIsAlwaysHeard, judgesKind } = binding.rules.finished;
const errors = require('internal/errors');
const kinds = require('internal/streams/kinds');
const { door } = require('internal/streams/state');

const { codes } = errors;
const { isRequest } = kinds;
const noop = () => {};

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

// Whether a side is asked for (FIN-1).
function asked(side) {
  if (judgesKind) return side === null || side === undefined ? undefined : !!side;
  return side === false ? false : !!side || undefined;
}

// What is no boolean asks, too, but is not what a stream has.
const isPlain = (side) => typeof side === 'boolean' || (judgesKind ? side === null || side === undefined : !side);

function finished(stream, options, callback) {
  if (arguments.length === 2) {
    callback = options;
    options = undefined;
  }
  options = checked(stream, options, callback);
  kinds.checkOn(stream);
  const signal = major >= 16 ? options.signal : undefined;
  let stopSignal = noop;
  const report = signal ? function report(...args) {
    stopSignal();
    Reflect.apply(callback, this, args);
  } : callback;
  const { watch, isLate, isAborted, awaitsClose, writable } = streams.watchEnd(
    stream, asked(options.readable), asked(options.writable), isPlain(options.readable) && isPlain(options.writable),
    signal?.aborted ? abortError(signal) : undefined, report);
  const hears = options.error !== false;
  if (isLate || isAborted) {
    const hides = isLate && hears;
    if (hides) stream.on('error', noop);
    streams.tellIfLate(watch);
    return () => {
      streams.stopWatch(watch);
      if (hides) stream.removeListener('error', noop);
    };
  }
  const part = (name) => door(streams.watchParts[name], watch, 0, name);
  const onend = part('onend');
  const onfinish = part('onfinish');
  const onerror = part('onerror');
  const onclose = part('onclose');
  const onlegacyfinish = () => {
    if (!stream.writable) onfinish();
  };
  const onrequest = () => stream.req.on('finish', onfinish);
  if (isRequest(stream)) {
    stream.on('complete', onfinish);
    if (!awaitsClose) stream.on('abort', onclose);
    if (stream.req) onrequest();
    else stream.on('request', onrequest);
  } else if (writable && !stream._writableState) {
    stream.on('end', onlegacyfinish);
    stream.on('close', onlegacyfinish);
  }
  if (!awaitsClose && typeof stream.aborted === 'boolean') stream.on('aborted', onclose);
  stream.on('end', onend);
  stream.on('finish', onfinish);
  if (hears) stream.on('error', onerror);
  stream.on('close', onclose);
  const heedsAbort = streams.tellIfLate(watch);
  const cleanup = () => {
    streams.stopWatch(watch);
    stream.removeListener('aborted', onclose);
    stream.removeListener('complete', onfinish);
    stream.removeListener('abort', onclose);
    stream.removeListener('request', onrequest);
    if (stream.req) stream.req.removeListener('finish', onfinish);
    stream.removeListener('end', onlegacyfinish);
    stream.removeListener('close', onlegacyfinish);
    stream.removeListener('finish', onfinish);
    stream.removeListener('end', onend);
    stream.removeListener('error', onerror);
    stream.removeListener('close', onclose);
  };
  if (signal && heedsAbort) {
    const abort = () => {
      const wasTold = streams.stopWatch(watch);
      cleanup();
      if (wasTold) return;
      stopSignal();
      Reflect.apply(callback, stream, [abortError(signal)]);
    };
    if (signal.aborted) tick(abort);
    else stopSignal = onAbort(signal, abort);
  }
  return cleanup;
}

function abortError(signal) {
  return new errors.AbortError(undefined, { cause: signal.reason });
}

// Listens to a signal; gives what stops that (FIN-5).
function onAbort(signal, listener) {
  if (abortIsAlwaysHeard) {
    const subscription = require('internal/abort_listener').addAbortListener(signal, listener);
    return () => subscription[Symbol.dispose]();
  }
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
