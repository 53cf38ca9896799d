'use strict';
// Streams of the old kind, which only emit, as Readables.

const { major, streams } = binding;
const Readable = require('internal/streams/readable');
const destroyer = require('internal/streams/destroyer');

function adopt(readable, stream, from) {
  const names = major >= 16 ? Object.keys(stream).slice(from) : [];
  if (major < 16) {
    for (const name in stream) names.push(name);
  }
  for (const name of names) {
    if (readable[name] === undefined && typeof stream[name] === 'function') {
      readable[name] = major >= 16 ? stream[name].bind(stream) : (...args) => stream[name](...args);
    }
  }
}

exports.wrap = function wrap(readable, stream) {
  let paused = false;
  const state = readable._readableState;
  const ondata = (chunk) => {
    if (major < 16) {
      if (state.decoder) chunk = state.decoder.write(chunk);
      if (state.objectMode ? chunk === null || chunk === undefined : !chunk || !chunk.length) return;
    }
    if (!readable.push(chunk) && (major < 16 || stream.pause)) {
      paused = true;
      stream.pause();
    }
  };
  const onend = () => {
    if (major < 16 && state.decoder && !state.ended) {
      const chunk = state.decoder.end();
      if (chunk && chunk.length) readable.push(chunk);
    }
    readable.push(null);
  };
  if (major >= 16) {
    stream.on('data', ondata);
    stream.on('end', onend);
  } else {
    stream.on('end', onend);
    stream.on('data', ondata);
    adopt(readable, stream);
  }
  stream.on('error', (error) => streams.errorOrDestroy(readable, error, false));
  if (major >= 16) {
    stream.on('close', () => readable.destroy());
    stream.on('destroy', () => readable.destroy());
  } else {
    for (const event of ['close', 'destroy', 'pause', 'resume']) stream.on(event, () => readable.emit(event));
  }
  readable._read = () => {
    if (paused && (major < 16 || stream.resume)) {
      paused = false;
      stream.resume();
    }
  };
  if (major >= 16) adopt(readable, stream, major >= 24 ? 0 : 1);
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
