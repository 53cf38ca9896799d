'use strict';
// addAbortSignal (PL-8).

const { major } = binding;
const { codes } = require('internal/errors');
const { abortError, finished, onAbort } = require('internal/streams/finished');
const { isNodeStream } = require('internal/streams/kinds');

exports.addAbortSignal = function addAbortSignal(signal, stream) {
  if (typeof signal !== 'object' || !('aborted' in signal)) throw new codes.ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
  if (major >= 18 ? !isNodeStream(stream) : !(stream && typeof stream.pipe === 'function')) {
    const expected = major >= 18 ? ['ReadableStream', 'WritableStream', 'Stream'] : 'stream.Stream';
    throw new codes.ERR_INVALID_ARG_TYPE('stream', expected, stream);
  }
  return exports.addAbortSignalUnchecked(signal, stream);
};

exports.addAbortSignalUnchecked = function addAbortSignalUnchecked(signal, stream) {
  if (typeof signal !== 'object' || !('aborted' in signal)) {
    if (major >= 18) throw new codes.ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
    return stream;
  }
  const abort = () => stream.destroy(abortError(signal));
  if (signal.aborted) abort();
  else finished(stream, onAbort(signal, abort));
  return stream;
};
