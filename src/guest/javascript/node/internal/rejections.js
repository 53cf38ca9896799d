'use strict';
// The texts around rejections nobody handled. Which of them is due is decided by the model.

function describe(reason) {
  const { inspect } = require('internal/util/inspect');
  return reason instanceof Error && typeof reason.stack === 'string' ? reason.stack : inspect(reason);
}

exports.wrap = function wrap(reason) {
  const { codes } = require('internal/errors');
  return new codes.ERR_UNHANDLED_REJECTION(binding.major < 14 ? reason : require('internal/util/inspect').inspect(reason));
};

let deprecated = false;

exports.warn = function warn(late, reason, id) {
  const process = require('process');
  if (late !== 0) {
    process.emitWarning(`Promise rejection was handled asynchronously (rejection id: ${id + 1})`, 'PromiseRejectionHandledWarning');
    return;
  }
  process.emitWarning(describe(reason), 'UnhandledPromiseRejectionWarning');
  process.emitWarning(
    'Unhandled promise rejection. This error originated either by throwing inside of an async function without a catch '
      + `block, or by rejecting a promise which was not handled with .catch(). (rejection id: ${id + 1})`,
    'UnhandledPromiseRejectionWarning',
  );
  if (binding.major < 16 && !deprecated && binding.environment().rejections === null) {
    deprecated = true;
    process.emitWarning(
      'Unhandled promise rejections are deprecated. In the future, promise rejections that are not handled will terminate '
        + 'the Node.js process with a non-zero exit code.',
      'DeprecationWarning',
      'DEP0018',
    );
  }
};
