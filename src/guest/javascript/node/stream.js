'use strict';

const { Stream } = require('internal/streams/legacy');
const { PassThrough, Transform } = require('internal/streams/transform');

module.exports = Stream;
Stream.Readable = require('internal/streams/readable');
Stream.Writable = require('internal/streams/writable');
Stream.Duplex = require('internal/streams/duplex');
Stream.Transform = Transform;
Stream.PassThrough = PassThrough;
Stream.Stream = Stream;
