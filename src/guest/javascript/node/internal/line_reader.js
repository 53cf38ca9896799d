'use strict';
// Reading a stream line by line, as long as it is no terminal (RL-1 to RL-9).

const { major, tick } = binding;
const rules = binding.rules.lines;
const EventEmitter = require('events');
const {
  AbortError, codes, notOffered, validateAbortSignal, validateArray, validateNumber, validateString, validateUint32,
} = require('internal/errors');
const { firstOnly } = require('internal/event_symbols');
const { StringDecoder } = require('string_decoder');

const kAnswer = Symbol('_questionCallback');
const kBuffer = Symbol('_line_buffer');
const kDecoder = Symbol('_decoder');
const kLines = Symbol('line object stream');
const kOldPrompt = Symbol('_oldPrompt');
const kPrompt = Symbol('_prompt');
const kReturnAt = Symbol('_sawReturnAt');
const ending = rules.unicodeEnds ? /\r?\n|\r(?!\n)|\u2028|\u2029/ : /\r?\n|\r(?!\n)/;

// The options, given in one object or one by one.
function optionsOf(input, output, completer, terminal) {
  if (!input?.input) return { input, output, completer, terminal };
  const options = { ...input };
  if (options.prompt === undefined) delete options.prompt;
  return options;
}

function checkTimes({ escapeCodeTimeout, tabSize }) {
  if (major >= 14 && tabSize !== undefined) validateUint32(tabSize, 'tabSize', true);
  if (escapeCodeTimeout === undefined || Number.isFinite(escapeCodeTimeout)) return;
  // What is shown is the default.
  if (major < 16) throw new codes.ERR_INVALID_OPT_VALUE('escapeCodeTimeout', 500);
  throw new codes.ERR_INVALID_ARG_VALUE('input.escapeCodeTimeout', 500);
}

function checkHistory({ history, historySize = 30 }) {
  if (major >= 14 && history !== undefined) validateArray(history, 'history');
  if (major >= 20) {
    validateNumber(historySize, major >= 24 ? 'size' : 'historySize', 0);
  } else if (typeof historySize !== 'number' || !(historySize >= 0)) {
    const { ERR_INVALID_ARG_VALUE, ERR_INVALID_OPT_VALUE } = codes;
    const { RangeError: Invalid } = major >= 16 ? ERR_INVALID_ARG_VALUE : ERR_INVALID_OPT_VALUE;
    throw new Invalid('historySize', historySize);
  }
}

// Node calls the method without a look.
function checkInput(input) {
  if (major >= 24 && (input === undefined || input === null)) {
    throw new TypeError(`Cannot read properties of ${input} (reading 'history')`);
  }
  if (typeof input.on !== 'function') throw new TypeError('input.on is not a function');
}

function closeOnAbort(reader, signal) {
  validateAbortSignal(signal, 'options.signal');
  const close = () => { reader.close(); };
  if (signal.aborted) {
    tick(close);
  } else if (rules.answerEndsListening) {
    const subscription = require('internal/abort_listener').addAbortListener(signal, close);
    reader.once('close', subscription[Symbol.dispose]);
  } else {
    signal.addEventListener('abort', close, { once: true });
    reader.once('close', () => { signal.removeEventListener('abort', close); });
  }
}

function Interface(input, output, completer, terminal) {
  if (!(this instanceof Interface)) return new Interface(input, output, completer, terminal);
  const options = optionsOf(input, output, completer, terminal);
  input = options.input;
  EventEmitter.call(this);
  checkTimes(options);
  if (options.completer !== undefined && typeof options.completer !== 'function') {
    throw major >= 16
      ? new codes.ERR_INVALID_ARG_VALUE('completer', options.completer)
      : new codes.ERR_INVALID_OPT_VALUE('completer', options.completer);
  }
  checkHistory(options);
  if (options.terminal || options.output?.isTTY) notOffered('readline on a terminal', 'readline on other streams');
  this.line = '';
  this.output = options.output;
  this.input = input;
  this.crlfDelay = options.crlfDelay ? Math.max(100, options.crlfDelay) : 100;
  this.terminal = false;
  this[kReturnAt] = 0;
  this.setPrompt(options.prompt ?? '> ');

  const onError = (error) => { this.emit('error', error); };
  const onData = (data) => { this._normalWrite(data); };
  const onEnd = () => {
    if (typeof this[kBuffer] === 'string' && this[kBuffer].length > 0) this.emit('line', this[kBuffer]);
    this.close();
  };
  checkInput(input);
  if (rules.tellsErrors) input.on('error', onError);
  input.on('data', onData);
  input.on('end', onEnd);
  this.once('close', () => {
    input.removeListener('data', onData);
    if (rules.tellsErrors) input.removeListener('error', onError);
    input.removeListener('end', onEnd);
  });
  this[kDecoder] = new StringDecoder('utf8');
  if (options.signal && rules.takesSignals) closeOnAbort(this, options.signal);
  input.resume();
}

Object.setPrototypeOf(Interface.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Interface, EventEmitter);

function refuseIfClosed(reader, refuses = rules.closedRefusesAll) {
  if (refuses && reader.closed) throw new codes.ERR_USE_AFTER_CLOSE('readline');
}

function writeOut(reader, text) {
  validateString(text, 'stringToWrite');
  if (reader.output !== null && reader.output !== undefined) reader.output.write(text);
}

// Asks unless a question is open already; then that is shown again.
function ask(reader, query, answer) {
  refuseIfClosed(reader, rules.closedRefusesQuestions);
  if (reader[kAnswer]) {
    reader.prompt();
    return;
  }
  reader[kOldPrompt] = reader[kPrompt];
  reader.setPrompt(query);
  reader[kAnswer] = answer;
  reader.prompt();
}

function cancelQuestion(reader) {
  if (!reader[kAnswer]) return;
  reader[kAnswer] = null;
  reader.setPrompt(reader[kOldPrompt]);
  reader.clearLine();
}

// Calls `cancel` on abort.
function onAbort(signal, cancel, answer) {
  if (!rules.answerEndsListening) {
    signal.addEventListener('abort', cancel, { once: true });
    return answer;
  }
  const subscription = require('internal/abort_listener').addAbortListener(signal, cancel);
  return (text) => {
    subscription[Symbol.dispose]();
    return answer?.(text);
  };
}

const abortError = (signal) => (rules.answerEndsListening ? new AbortError(undefined, { cause: signal.reason }) : new AbortError());

// As soon as a line is not wanted at once, the input is paused.
function streamOfLines(reader) {
  const { Readable } = require('stream');
  const lines = new Readable({
    objectMode: true,
    read: () => { reader.resume(); },
    destroy: (error, callback) => {
      reader.off('line', onLine);
      reader.off('close', onClose);
      reader.close();
      callback(error);
    },
  });
  const onLine = (line) => {
    if (!lines.push(line)) reader.pause();
  };
  const onClose = () => { lines.push(null); };
  if (rules.tellsErrors) reader.on('error', (error) => { lines.destroy(error); });
  reader.on('line', onLine);
  reader.on('close', onClose);
  return lines;
}

Object.assign(Interface.prototype, {
  setPrompt(prompt) {
    this[kPrompt] = prompt;
  },

  prompt() {
    if (this.paused) this.resume();
    writeOut(this, this[kPrompt]);
  },

  question(query, options, answer) {
    if (typeof options === 'function' || !rules.takesSignals) [options, answer] = [{}, options];
    const signal = options?.signal;
    if (signal) {
      if (rules.answerEndsListening) validateAbortSignal(signal, 'options.signal');
      if (rules.abortedIsNotAsked && signal.aborted) return;
      answer = onAbort(signal, () => { cancelQuestion(this); }, answer);
    }
    if (typeof answer === 'function') ask(this, query, answer);
  },

  _onLine(line) {
    const answer = this[kAnswer];
    if (!answer) {
      this.emit('line', line);
      return;
    }
    this[kAnswer] = null;
    this.setPrompt(this[kOldPrompt]);
    answer(line);
  },

  _normalWrite(data) {
    if (data === undefined) return;
    let text = this[kDecoder].write(data);
    // A line may end in two characters that come in two chunks.
    if (this[kReturnAt] && Date.now() - this[kReturnAt] <= this.crlfDelay) {
      text = text.replace(/^\n/, '');
      this[kReturnAt] = 0;
    }
    const lines = text.split(ending);
    if (lines.length > 1) this[kReturnAt] = text.endsWith('\r') ? Date.now() : 0;
    lines[0] = (this[kBuffer] ?? '') + lines[0];
    this[kBuffer] = lines.pop();
    for (const line of lines) this._onLine(line);
  },

  close() {
    if (this.closed) return;
    this.pause();
    this.closed = true;
    this.emit('close');
  },

  pause() {
    refuseIfClosed(this);
    if (this.paused) return undefined;
    this.input.pause();
    this.paused = true;
    this.emit('pause');
    return this;
  },

  resume() {
    refuseIfClosed(this);
    if (!this.paused) return undefined;
    this.input.resume();
    this.paused = false;
    this.emit('resume');
    return this;
  },

  write(data) {
    refuseIfClosed(this);
    if (this.paused) this.resume();
    this._normalWrite(data);
  },

  clearLine() {
    this.cursor = 0;
    writeOut(this, '\r\n');
    this.line = '';
    this.prevRows = 0;
  },

  [Symbol.asyncIterator]() {
    if (rules.iteratedAsEvents) {
      this[kLines] ??= EventEmitter.on(this, 'line', { close: ['close'], highWaterMark: 1024, [firstOnly]: true });
      return this[kLines];
    }
    this[kLines] ??= streamOfLines(this);
    return this[kLines][Symbol.asyncIterator]();
  },
});
if (major >= 14) Interface.prototype.getPrompt = function getPrompt() { return this[kPrompt]; };
if (major >= 24) Interface.prototype[Symbol.dispose] = function dispose() { this.close(); };
Object.defineProperty(Interface.prototype, 'columns', { configurable: true, get() { return this.output?.columns || Infinity; } });

// The answer as a promise.
function promiseAnswer(reader, query, options) {
  const signal = options?.signal;
  if (signal?.aborted && rules.abortedIsNotAsked) return Promise.reject(abortError(signal));
  return new Promise((resolve, reject) => {
    if (!signal || !rules.answerEndsListening) {
      reader.question(query, options ?? {}, resolve);
      signal?.addEventListener('abort', () => { reject(abortError(signal)); }, { once: true });
      return;
    }
    reader.question(query, options, onAbort(signal, () => { reject(abortError(signal)); }, resolve));
  });
}

module.exports = { Interface, abortError, ask, cancelQuestion, onAbort, promiseAnswer };
