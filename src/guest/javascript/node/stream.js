'use strict';

const { major } = binding;
const { Buffer } = require('buffer');
const { finished, promised: finishedPromise } = require('internal/streams/finished');
const kinds = require('internal/streams/kinds');
const { Stream } = require('internal/streams/legacy');
const { pipeline, promised: pipelinePromise } = require('internal/streams/pipeline');
const { getDefaultHighWaterMark, setDefaultHighWaterMark } = require('internal/streams/state');
const { PassThrough, Transform } = require('internal/streams/transform');

module.exports = Stream;

if (major >= 16) {
  if (major >= 18) Stream.isDestroyed = kinds.isDestroyed;
  Stream.isDisturbed = kinds.isDisturbed;
  Stream.isErrored = kinds.isErrored;
  Stream.isReadable = kinds.isReadable;
  if (major >= 18) Stream.isWritable = kinds.isWritable;
}
Stream.Readable = require('internal/streams/readable');
if (major >= 16) require('internal/streams/operators').install(Stream.Readable);
Stream.Writable = require('internal/streams/writable');
Stream.Duplex = require('internal/streams/duplex');
Stream.Transform = Transform;
Stream.PassThrough = PassThrough;
if (major >= 20) Stream.duplexPair = (options) => require('internal/streams/pair').duplexPair(options);
Stream.pipeline = pipeline;
Stream.finished = finished;
if (major >= 16) {
  Stream.addAbortSignal = require('internal/streams/abort').addAbortSignal;
  Stream.destroy = require('internal/streams/destroyer');
  Stream.compose = require('internal/streams/compose').compose;
  if (major >= 18) {
    Stream.setDefaultHighWaterMark = setDefaultHighWaterMark;
    Stream.getDefaultHighWaterMark = getDefaultHighWaterMark;
  }
  Object.defineProperty(Stream, 'promises', { configurable: true, enumerable: true, get: () => require('stream/promises') });
}
if (major >= 16) {
  const promises = { finished: finishedPromise, pipeline: pipelinePromise };
  for (const [name, operation] of Object.entries({ finished, pipeline })) {
    const custom = Symbol.for('nodejs.util.promisify.custom');
    Object.defineProperty(operation, custom, { enumerable: true, get: () => promises[name] });
  }
}
Stream.Stream = Stream;
if (major >= 20) Stream._isArrayBufferView = ArrayBuffer.isView;
Stream._isUint8Array = (value) => value instanceof Uint8Array;
Stream._uint8ArrayToBuffer = (chunk) => Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
const { fill } = require('internal/left_out');
for (const name of ['Readable', 'Writable', 'Duplex']) fill(`stream.${name}`, Stream[name]);
