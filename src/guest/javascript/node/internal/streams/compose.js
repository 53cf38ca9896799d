'use strict';
// compose(): a chain of streams as one Duplex (PL-7).

const rules = binding.rules.composition;
const { AbortError, codes } = require('internal/errors');
const destroyer = require('internal/streams/destroyer');
const Duplex = require('internal/streams/duplex');
const { finished } = require('internal/streams/finished');
const { isNodeStream, isReadable, isWritable } = require('internal/streams/kinds');
const { pipeline } = require('internal/streams/pipeline');
const { streams: model } = binding;

// A callback kept for later, called once.
function slot() {
  let kept = null;
  return {
    set(callback) {
      kept = callback;
    },
    get() {
      return kept;
    },
    call(...args) {
      if (!kept) return;
      const callback = kept;
      kept = null;
      callback(...args);
    },
  };
}

// Writes into `head`; gives the slots of the callbacks that wait.
function writeInto(duplex, head, ondrain, onfinish) {
  duplex._write = function _write(chunk, encoding, callback) {
    if (head.write(chunk, encoding)) callback();
    else ondrain.set(callback);
  };
  duplex._final = function _final(callback) {
    head.end();
    onfinish.set(callback);
  };
  head.on('drain', () => ondrain.call());
}

// Reads from `tail` by its 'readable'.
function readFrom(duplex, tail, onreadable) {
  tail.on('readable', () => onreadable.call());
  tail.on('end', () => duplex.push(null));
  duplex._read = function _read() {
    for (;;) {
      const chunk = tail.read();
      if (chunk === null) {
        onreadable.set(duplex._read);
        return;
      }
      if (!duplex.push(chunk)) return;
    }
  };
}

function flowFrom(duplex, tail) {
  duplex._read = () => tail.resume();
  tail.on('data', (chunk) => {
    if (!duplex.push(chunk)) tail.pause();
  });
  tail.on('end', () => duplex.push(null));
}

// A Duplex whose sides may be closed from the start, also where the options of Duplex do not do that.
function sided(options) {
  const duplex = new Duplex(options);
  if (!binding.rules.streams.closedSideIsOver) {
    if (options.readable === false) model.closeReadable(duplex);
    if (options.writable === false) model.closeWritable(duplex);
  }
  return duplex;
}

function compose(...stages) {
  if (stages.length === 0) throw new codes.ERR_MISSING_ARGS('streams');
  if (stages.length === 1) return Duplex.from(stages[0]);
  const given = [...stages];
  const last = stages.length - 1;
  if (typeof stages[0] === 'function') stages[0] = Duplex.from(stages[0]);
  if (typeof stages[last] === 'function') stages[last] = Duplex.from(stages[last]);
  stages.forEach((stage, index) => {
    if (!isNodeStream(stage)) return;
    if (index < last && !isReadable(stage)) throw new codes.ERR_INVALID_ARG_VALUE(`streams[${index}]`, given[index], 'must be readable');
    if (index > 0 && !isWritable(stage)) throw new codes.ERR_INVALID_ARG_VALUE(`streams[${index}]`, given[index], 'must be writable');
  });
  const ondrain = slot();
  const onfinish = slot();
  const onreadable = slot();
  // Undefined before the streams are over, null after, or the callback of `_destroy`.
  let onclose;
  let duplex;
  const [head] = stages;
  const tail = pipeline(...stages, (error) => {
    const waiting = onclose;
    onclose = null;
    if (waiting) waiting(error);
    else if (error) duplex.destroy(error);
    else if (!readable && !writable) duplex.destroy();
  });
  const writable = !!isWritable(head);
  const readable = !!isReadable(tail);
  duplex = sided({
    writableObjectMode: !!head?.writableObjectMode,
    readableObjectMode: !!(rules.modeIsOfReading ? tail?.readableObjectMode : tail?.writableObjectMode),
    writable,
    readable,
  });
  if (writable) {
    writeInto(duplex, head, ondrain, onfinish);
    if (rules.finishesWhenOver) finished(tail, () => onfinish.call());
    else tail.on('finish', () => onfinish.call());
  }
  if (readable) {
    if (rules.tailFlows) flowFrom(duplex, tail);
    else readFrom(duplex, tail, onreadable);
  }
  duplex._destroy = function _destroy(error, callback) {
    if (!error && onclose !== null) error = new AbortError();
    onreadable.set(null);
    ondrain.set(null);
    onfinish.set(null);
    if (rules.tailIsDestroyedFirst && isNodeStream(tail)) destroyer(tail, error);
    if (onclose === null) {
      callback(error);
      return;
    }
    onclose = callback;
    if (!rules.tailIsDestroyedFirst) destroyer(tail, error);
  };
  return duplex;
}

module.exports = { compose, readFrom, sided, slot, writeInto };
