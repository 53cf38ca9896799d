'use strict';

const { notOffered, validateAbortSignal } = require('internal/errors');
const line = require('internal/line_reader');

class Interface extends line.Interface {
  question(query, options = {}) {
    return new Promise((resolve, reject) => {
      const signal = options?.signal;
      if (!signal) {
        line.ask(this, query, resolve);
        return;
      }
      validateAbortSignal(signal, 'options.signal');
      if (signal.aborted) {
        reject(line.abortError(signal));
        return;
      }
      const cancel = () => {
        line.cancelQuestion(this);
        reject(line.abortError(signal));
      };
      line.ask(this, query, line.onAbort(signal, cancel, resolve));
    });
  }
}

class Readline {
  constructor() {
    notOffered('readlinePromises.Readline', 'readlinePromises.createInterface');
  }
}

module.exports = {
  Interface,
  Readline,
  createInterface: (input, output, completer, terminal) => new Interface(input, output, completer, terminal),
};
