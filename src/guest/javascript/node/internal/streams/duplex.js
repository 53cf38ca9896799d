'use strict';
// Duplex: both sides on one emitter (DT-1 to DT-4).

const { major, streams } = binding;
const rules = binding.rules.streams;

module.exports = Duplex;

const { Stream, reserveNames } = require('internal/streams/legacy');
const Readable = require('internal/streams/readable');
const Writable = require('internal/streams/writable');
const { beginReadable, beginWritable } = require('internal/streams/state');
const { showEnabled } = require('internal/streams/state_fields');

Object.setPrototypeOf(Duplex.prototype, Readable.prototype);
Object.setPrototypeOf(Duplex, Readable);

for (const method of Object.keys(Writable.prototype)) {
  if (!Duplex.prototype[method]) Duplex.prototype[method] = Writable.prototype[method];
}
if (rules.duplexFailsItsQueue) Duplex.prototype.destroy = Writable.prototype.destroy;

const implementations = ['read', 'write', 'writev', 'destroy', 'final', 'construct'];

// These come first among the names of its events.
const names = ['close', 'error', 'prefinish', 'finish', 'drain', 'data', 'end', 'readable'];

function Duplex(options) {
  if (!(this instanceof Duplex)) return new Duplex(options);
  if (rules.duplexBeginsWhole) {
    reserveNames(this, names);
    beginReadable(this, options, true);
    beginWritable(this, options, true);
  } else {
    Readable.call(this, options);
    Writable.call(this, options);
  }
  this.allowHalfOpen = !options || options.allowHalfOpen !== false;
  if (options) {
    if (options.readable === false) {
      if (rules.closedSideIsOver) {
        streams.closeReadable(this);
        showEnabled(this._readableState, false);
      } else {
        this.readable = false;
      }
    }
    if (options.writable === false) {
      if (rules.closedSideIsOver) {
        streams.closeWritable(this);
        showEnabled(this._writableState, true);
      } else {
        this.writable = false;
      }
    }
    if (!rules.halfOpenIsCheckedAtEnd && options.allowHalfOpen === false) this.once('end', onend);
  }
  if (!rules.duplexBeginsWhole) return;
  if (options) {
    for (const name of implementations) {
      if (typeof options[name] === 'function') this[`_${name}`] = options[name];
    }
    if (options.signal) require('internal/streams/abort').addAbortSignalUnchecked(options.signal, this);
  }
  Stream.call(this, options);
  if (typeof this._construct === 'function') streams.construct(this);
}

function onend() {
  streams.halfOpenEnd(this);
}

for (const name of Object.getOwnPropertyNames(Writable.prototype)) {
  const property = Object.getOwnPropertyDescriptor(Writable.prototype, name);
  const isMissing = name === 'writableAborted' || (major < 14 && name === 'writableObjectMode');
  if (/^writable/.test(name) && property.get !== undefined && !isMissing) {
    Object.defineProperty(Duplex.prototype, name, property);
  }
}

Object.defineProperty(Duplex.prototype, 'destroyed', {
  enumerable: false,
  get() {
    if (this._readableState === undefined || this._writableState === undefined) return false;
    return this._readableState.destroyed && this._writableState.destroyed;
  },
  set(value) {
    if (this._readableState && this._writableState) {
      this._readableState.destroyed = value;
      this._writableState.destroyed = value;
    }
  },
});

if (major >= 16) {
  Duplex.from = function from(body) {
    return require('internal/streams/duplexify').duplexify(body, 'body');
  };
}
