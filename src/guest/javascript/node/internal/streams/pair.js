'use strict';
// duplexPair: what is written to one of two comes out of the other.

const { tick } = binding;
const Duplex = require('internal/streams/duplex');

class Side extends Duplex {
  #answer = null;

  other;

  _read() {
    const answer = this.#answer;
    if (answer === null) return;
    this.#answer = null;
    answer();
  }

  #receive(chunk, callback) {
    if (chunk.length === 0) {
      tick(callback);
      return;
    }
    this.push(chunk);
    this.#answer = callback;
  }

  _write(chunk, encoding, callback) {
    this.other.#receive(chunk, callback);
  }

  _final(callback) {
    this.other.on('end', callback);
    this.other.push(null);
  }
}

exports.duplexPair = function duplexPair(options) {
  const first = new Side(options);
  const second = new Side(options);
  first.other = second;
  second.other = first;
  return [first, second];
};
