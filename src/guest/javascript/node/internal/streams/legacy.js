'use strict';
// The class under all streams, with the `pipe` of the time before buffers.

const EE = require('events');
const { major, streams } = binding;

function Stream(options) {
  EE.call(this, options);
}
Object.setPrototypeOf(Stream.prototype, EE.prototype);
Object.setPrototypeOf(Stream, EE);

Stream.prototype.pipe = function pipe(destination, options) {
  const source = this;
  function ondata(chunk) {
    if (destination.writable && destination.write(chunk) === false && source.pause) source.pause();
  }
  source.on('data', ondata);
  function ondrain() {
    if (source.readable && source.resume) source.resume();
  }
  destination.on('drain', ondrain);
  if (!destination._isStdio && (!options || options.end !== false)) {
    source.on('end', onend);
    source.on('close', onclose);
  }
  let ended = false;
  function onend() {
    if (ended) return;
    ended = true;
    destination.end();
  }
  function onclose() {
    if (ended) return;
    ended = true;
    if (typeof destination.destroy === 'function') destination.destroy();
  }
  function onerror(error) {
    cleanup();
    streams.oldPipeFailed(this, error);
  }
  streams.oldPipeListen(source, onerror);
  streams.oldPipeListen(destination, onerror);
  function cleanup() {
    source.removeListener('data', ondata);
    destination.removeListener('drain', ondrain);
    source.removeListener('end', onend);
    source.removeListener('close', onclose);
    source.removeListener('error', onerror);
    destination.removeListener('error', onerror);
    source.removeListener('end', cleanup);
    source.removeListener('close', cleanup);
    destination.removeListener('close', cleanup);
  }
  source.on('end', cleanup);
  source.on('close', cleanup);
  destination.on('close', cleanup);
  destination.emit('pipe', source);
  return destination;
};


// From 20 on names have places before they have listeners.
if (major >= 20) {
  Stream.prototype.eventNames = function eventNames() {
    return Reflect.ownKeys(this._events).filter((name) => EE.prototype.listenerCount.call(this, name) > 0);
  };
}

// EE-14: from 20 on the names of a stream's own events have their places from the start.
function reserveNames(stream, names) {
  if (major >= 20) require('internal/emitters').reserve(stream, names);
}

module.exports = { Stream, reserveNames };
