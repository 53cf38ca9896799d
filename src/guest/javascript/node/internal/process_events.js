'use strict';
// Hands an event of the model to the listeners of `process`; says whether anybody listened.

exports.deliver = function deliver(name, args) {
  const process = require('process');
  if (name === 'uncaughtException' && binding.captureCallback !== null) {
    binding.captureCallback(args[0]);
    return true;
  }
  return process.emit(name, ...args);
};
