'use strict';

const { codes, validateAbortSignal, validateFunction } = require('internal/errors');
const { resist } = require('internal/event_symbols');

exports.addAbortListener = function addAbortListener(signal, listener) {
  if (signal === undefined) throw new codes.ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
  validateAbortSignal(signal, 'signal');
  validateFunction(listener, 'listener');
  let remove;
  if (signal.aborted) {
    require('internal/queue_microtask').queueMicrotask(() => listener());
  } else {
    signal.addEventListener('abort', listener, { once: true, [resist]: true });
    remove = () => signal.removeEventListener('abort', listener);
  }
  return {
    __proto__: null,
    [Symbol.dispose]() {
      remove?.();
    },
  };
};
