'use strict';
// Streams of the old kind, which only emit, as Readables (RS-46).

const { streams } = binding;
const rules = binding.rules.composition;
const Readable = require('internal/streams/readable');
const destroyer = require('internal/streams/destroyer');

function namesOf(stream) {
  if (!rules.wrapsAllMethods) return Object.keys(stream).slice(rules.wrapsAllOwnMethods ? 0 : 1);
  const names = [];
  for (const name in stream) names.push(name);
  return names;
}

function adopt(readable, stream) {
  for (const name of namesOf(stream)) {
    if (readable[name] === undefined && typeof stream[name] === 'function') {
      readable[name] = rules.wrapsAllMethods ? (...args) => stream[name](...args) : stream[name].bind(stream);
    }
  }
}

exports.wrap = function wrap(readable, stream) {
  let paused = false;
  const state = readable._readableState;
  const ondata = (chunk) => {
    if (rules.wrappedDataIsDecoded) {
      if (state.decoder) chunk = state.decoder.write(chunk);
      if (state.objectMode ? chunk === null || chunk === undefined : !chunk || !chunk.length) return;
    }
    if (!readable.push(chunk) && (!rules.wrappedMayNotPause || stream.pause)) {
      paused = true;
      stream.pause();
    }
  };
  const onend = () => {
    if (rules.wrappedDataIsDecoded && state.decoder && !state.ended) {
      const chunk = state.decoder.end();
      if (chunk && chunk.length) readable.push(chunk);
    }
    readable.push(null);
  };
  if (rules.wrappedEventsAreRelayed) {
    stream.on('end', onend);
    stream.on('data', ondata);
    adopt(readable, stream);
  } else {
    stream.on('data', ondata);
    stream.on('end', onend);
  }
  stream.on('error', (error) => streams.errorOrDestroy(readable, error, false));
  if (rules.wrappedEventsAreRelayed) {
    for (const event of ['close', 'destroy', 'pause', 'resume']) stream.on(event, () => readable.emit(event));
  } else {
    stream.on('close', () => readable.destroy());
    stream.on('destroy', () => readable.destroy());
  }
  readable._read = () => {
    if (paused && (!rules.wrappedMayNotPause || stream.resume)) {
      paused = false;
      stream.resume();
    }
  };
  if (!rules.wrappedEventsAreRelayed) adopt(readable, stream);
  return readable;
};

exports.readableFrom = function readableFrom(source, options) {
  return new Readable({
    objectMode: source.readableObjectMode ?? source.objectMode ?? true,
    ...options,
    destroy(error, callback) {
      destroyer(source, error);
      callback(error);
    },
  }).wrap(source);
};
