'use strict';
// What goes to standard error by itself.

function textOf(error) {
  try {
    const { inspect } = require('internal/util/inspect');
    return typeof error === 'object' && error !== null && typeof error.stack === 'string' ? inspect(error) : inspect(error);
  } catch {
    return '<error that cannot be shown>';
  }
}

exports.report = function report(error) {
  const isError = typeof error === 'object' && error !== null && typeof error.stack === 'string';
  binding.print(2, `${isError ? '' : 'Uncaught:\n'}${textOf(error)}\n\nNode.js v${binding.environment().version.slice(1)}\n`);
};

exports.warn = function warn(warning) {
  const code = warning.code ? `[${warning.code}] ` : '';
  const detail = typeof warning.detail === 'string' ? `\n${warning.detail}` : '';
  binding.print(2, `(node:4242) ${code}${warning.name}: ${warning.message}${detail}\n`);
};
