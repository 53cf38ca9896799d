'use strict';
// Destroys a stream of any make.

const { major, tick } = binding;
const { teardownLooks } = binding.rules.pipeline;
const { AbortError } = require('internal/errors');
const { isDestroyed, isFinished, isRequest, kIsDestroyed } = require('internal/streams/kinds');

module.exports = function destroyer(stream, error) {
  if (major >= 16 && !stream) return undefined;
  if (teardownLooks) {
    if (isDestroyed(stream)) return undefined;
    if (!error && !isFinished(stream)) error = new AbortError();
  }
  if (isRequest(stream)) stream.abort();
  else if (isRequest(stream.req)) stream.req.abort();
  else if (typeof stream.destroy === 'function') stream.destroy(error);
  else if (typeof stream.close === 'function') stream.close();
  else if (teardownLooks) {
    const emit = (...args) => {
      if (typeof stream.emit !== 'function') throw new TypeError('stream.emit is not a function');
      stream.emit(...args);
    };
    tick(() => {
      if (!error) {
        emit('close');
        return;
      }
      emit('error', error);
      tick(() => emit('close'));
    });
  }
  if (teardownLooks && !stream.destroyed) stream[kIsDestroyed] = true;
  return undefined;
};
