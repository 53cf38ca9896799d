'use strict';

const { microtask } = binding;

exports.queueMicrotask = function queueMicrotask(callback) {
  if (typeof callback !== 'function') require('internal/errors').validateFunction(callback, 'callback');
  microtask(callback);
};
