'use strict';
// Duplex.from (DT-16).

const { tick } = binding;
const rules = binding.rules.composition;
const { AbortError, codes } = require('internal/errors');
const { readFrom, sided, slot, writeInto } = require('internal/streams/compose');
const destroyer = require('internal/streams/destroyer');
const Duplex = require('internal/streams/duplex');
const { finished } = require('internal/streams/finished');
const { from } = require('internal/streams/from');
const kinds = require('internal/streams/kinds');
const Readable = require('internal/streams/readable');

function Duplexify(options) {
  const duplex = sided(options);
  Object.setPrototypeOf(duplex, Duplexify.prototype);
  return duplex;
}
Object.setPrototypeOf(Duplexify.prototype, Duplex.prototype);
Object.setPrototypeOf(Duplexify, Duplex);

function deferred() {
  const made = {};
  made.promise = new Promise((resolve) => {
    made.resolve = resolve;
  });
  return made;
}

// A function that reads what is written as an async iterable.
function fed(body) {
  let { promise, resolve } = deferred();
  const controller = new (require('internal/abort_controller').AbortController)();
  const { signal } = controller;
  const feed = async function* () {
    for (;;) {
      const waiting = promise;
      promise = null;
      const { chunk, done, cb } = await waiting;
      tick(cb);
      if (done) return;
      if (signal.aborted) throw new AbortError(undefined, { cause: signal.reason });
      ({ promise, resolve } = deferred());
      yield chunk;
    }
  };
  const value = body(feed(), { signal });
  const answer = (what) => {
    const waiting = resolve;
    resolve = null;
    waiting(what);
  };
  return {
    value,
    write: (chunk, encoding, cb) => answer({ chunk, done: false, cb }),
    final: (cb) => answer({ done: true, cb }),
    destroy(error, callback) {
      controller.abort(rules.abortTellsError ? error : undefined);
      if (rules.destructionEndsFeed && resolve !== null) answer({ done: true, cb() {} });
      callback(error);
    },
  };
}

function fromFunction(body, name) {
  const { value, write, final, destroy } = fed(body);
  if (rules.duplexResultIsTaken && kinds.isDuplexNodeStream(value)) return value;
  if (kinds.isIterable(value)) return from(Duplexify, value, { objectMode: true, write, final, destroy });
  const then = value?.then;
  if (typeof then !== 'function') throw new codes.ERR_INVALID_RETURN_VALUE('Iterable, AsyncIterable or AsyncFunction', name, value);
  let duplex;
  let isFinal = false;
  const promise = Reflect.apply(then, value, [(result) => {
    if (result !== null && result !== undefined) throw new codes.ERR_INVALID_RETURN_VALUE('nully', 'body', result);
    if (rules.earlyResultDestroys && !isFinal) destroyer(duplex);
  }, (error) => destroyer(duplex, error)]);
  duplex = new Duplexify({
    objectMode: true,
    readable: false,
    write,
    final(callback) {
      isFinal = true;
      final(async () => {
        try {
          await promise;
          tick(() => callback(null));
        } catch (error) {
          tick(() => callback(error));
        }
      });
    },
    destroy,
  });
  return duplex;
}

function fromPromise(then, body) {
  let duplex;
  Reflect.apply(then, body, [(value) => {
    if (value !== null && value !== undefined) duplex.push(value);
    duplex.push(null);
  }, (error) => destroyer(duplex, error)]);
  duplex = new Duplexify({ objectMode: true, writable: false, read() {} });
  return duplex;
}

// A readable and a writable stream as one.
function glue(pair) {
  const source = pair.readable && typeof pair.readable.read !== 'function' ? Readable.wrap(pair.readable) : pair.readable;
  const sink = pair.writable;
  let readable = !!kinds.isReadable(source);
  let writable = !!kinds.isWritable(sink);
  const ondrain = slot();
  const onfinish = slot();
  const onreadable = slot();
  let onclose;
  const duplex = new Duplexify({
    readableObjectMode: !!source?.readableObjectMode,
    writableObjectMode: !!sink?.writableObjectMode,
    readable,
    writable,
  });
  const over = (error) => {
    const waiting = onclose;
    onclose = null;
    if (waiting) waiting(error);
    else if (error) duplex.destroy(error);
    else if (rules.bothOverDestroys && !readable && !writable) duplex.destroy();
  };
  if (writable) {
    finished(sink, (error) => {
      writable = false;
      if (error) destroyer(source, error);
      over(error);
    });
    writeInto(duplex, sink, ondrain, onfinish);
    sink.on('finish', () => onfinish.call());
  }
  if (readable) {
    finished(source, (error) => {
      readable = false;
      if (error) destroyer(rules.failedReadingDestroysSink ? sink : source, error);
      over(error);
    });
    readFrom(duplex, source, onreadable);
  }
  duplex._destroy = function _destroy(error, callback) {
    if (!error && onclose !== null) error = new AbortError();
    onreadable.set(null);
    ondrain.set(null);
    onfinish.set(null);
    if (onclose === null) {
      callback(error);
      return;
    }
    onclose = callback;
    destroyer(sink, error);
    destroyer(source, error);
  };
  return duplex;
}

exports.duplexify = function duplexify(body, name) {
  if (kinds.isDuplexNodeStream(body)) return body;
  if (kinds.isReadableNodeStream(body)) return glue({ readable: body });
  if (kinds.isWritableNodeStream(body)) return glue({ writable: body });
  if (kinds.isNodeStream(body)) return glue({ readable: false, writable: false });
  if (typeof body === 'function') return fromFunction(body, name);
  if (kinds.isIterable(body)) return from(Duplexify, body, { objectMode: true, writable: false });
  if (typeof body?.writable === 'object' || typeof body?.readable === 'object') {
    const { readable, writable } = body;
    return glue({
      readable: readable ? (kinds.isReadableNodeStream(readable) ? readable : duplexify(readable)) : undefined,
      writable: writable ? (kinds.isWritableNodeStream(writable) ? writable : duplexify(writable)) : undefined,
    });
  }
  const then = body?.then;
  if (typeof then === 'function') return fromPromise(then, body);
  const expected = [
    'Blob', 'ReadableStream', 'WritableStream', 'Stream', 'Iterable', 'AsyncIterable', 'Function',
    '{ readable, writable } pair', 'Promise',
  ];
  throw new codes.ERR_INVALID_ARG_TYPE(name, expected, body);
};
