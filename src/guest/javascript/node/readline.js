'use strict';

const { major, tick } = binding;
const { codes, notOffered, validateCallback } = require('internal/errors');
const { Interface, promiseAnswer } = require('internal/line_reader');

if (major >= 14) {
  Interface.prototype.question[Symbol.for('nodejs.util.promisify.custom')] = function question(query, options) {
    return promiseAnswer(this, query, options);
  };
}

function createInterface(input, output, completer, terminal) {
  return new Interface(input, output, completer, terminal);
}

// Writes a control sequence, of which there may be none.
function control(stream, sequence, callback) {
  if (callback !== undefined) validateCallback(callback);
  if (stream === null || stream === undefined || sequence === '') {
    if (typeof callback === 'function') tick(() => { callback(null); });
    return true;
  }
  return stream.write(`\x1b[${sequence}`, callback);
}

function cursorTo(stream, x, y, callback) {
  if (typeof y === 'function') [y, callback] = [undefined, y];
  if (Number.isNaN(x)) throw new codes.ERR_INVALID_ARG_VALUE('x', x);
  if (Number.isNaN(y)) throw new codes.ERR_INVALID_ARG_VALUE('y', y);
  if (typeof x !== 'number' && typeof y === 'number' && stream) throw new codes.ERR_INVALID_CURSOR_POS();
  if (typeof x !== 'number') return control(stream, '', callback);
  return control(stream, typeof y === 'number' ? `${y + 1};${x + 1}H` : `${x + 1}G`, callback);
}

function moveCursor(stream, dx, dy, callback) {
  const across = dx < 0 ? `${-dx}D` : dx > 0 ? `${dx}C` : '';
  const down = dy < 0 ? `${-dy}A` : dy > 0 ? `${dy}B` : '';
  return control(stream, [across, down].filter(Boolean).join('\x1b['), callback);
}

module.exports = {
  Interface,
  clearLine: (stream, side, callback) => control(stream, side < 0 ? '1K' : side > 0 ? '0K' : '2K', callback),
  clearScreenDown: (stream, callback) => control(stream, '0J', callback),
  createInterface,
  cursorTo,
  emitKeypressEvents() { notOffered('readline.emitKeypressEvents', 'readline on streams that are no terminals'); },
  moveCursor,
};
if (major >= 18) {
  Object.defineProperty(module.exports, 'promises', { configurable: true, enumerable: true, get: () => require('readline/promises') });
}
