'use strict';
// pipeline(): connects stages, and tells when all of it is over or has failed (PL-1 to PL-6).

const { major, tick } = binding;
const errors = require('internal/errors');
const destroyer = require('internal/streams/destroyer');
const { abortError, finished, onAbort } = require('internal/streams/finished');
const kinds = require('internal/streams/kinds');
const { aggregateTwoErrors } = require('internal/streams/state');

const { codes } = errors;
const { isIterable, isNodeStream, isReadable, isReadableNodeStream } = kinds;
const isPremature = (error) => error.code === 'ERR_STREAM_PREMATURE_CLOSE';

function once(callback) {
  let called = false;
  return (...args) => {
    if (called) return;
    called = true;
    callback(...args);
  };
}

// 12: every stream reports by itself, and the last one decides.
function pipelineOf12(streams, callback) {
  let failure;
  const stops = streams.map((stream, index) => {
    const isLast = index === streams.length - 1;
    let over = false;
    let stopped = false;
    const report = once((error) => {
      if (!failure) failure = error;
      if (error) stops.forEach((stop) => stop(error));
      if (!isLast) return;
      stops.forEach((stop) => stop());
      callback(failure);
    });
    kinds.checkOn(stream);
    stream.on('close', () => {
      over = true;
    });
    finished(stream, { readable: !isLast, writable: index > 0 }, (error) => {
      if (!error) over = true;
      report(...(error ? [error] : []));
    });
    return (error) => {
      if (over || stopped) return;
      stopped = true;
      if (stream.setHeader && typeof stream.abort === 'function') stream.abort();
      else if (typeof stream.destroy === 'function') stream.destroy(error);
      else report(error || new codes.ERR_STREAM_DESTROYED('pipe'));
    };
  });
  return streams.reduce((from, to) => from.pipe(to));
}

// An end of a source that closed before it was emitted is waited for (14 on).
function orLate(stream, error, report) {
  const state = stream._readableState;
  if (error && isPremature(error) && state && state.ended && !state.errored && !state.errorEmitted) {
    stream.once('end', report).once('error', report);
    return true;
  }
  return false;
}

function asIterable(value) {
  if (isIterable(value)) return value;
  if (isReadableNodeStream(value)) return readFrom(value);
  throw new codes.ERR_INVALID_ARG_TYPE('val', ['Readable', 'Iterable', 'AsyncIterable'], value);
}

async function* readFrom(stream) {
  yield* require('internal/streams/readable').prototype[Symbol.asyncIterator].call(stream);
}

// Writes what an iterable gives, waiting whenever the sink is full (14).
async function pumpOf14(iterable, writable, report) {
  const { once: onceOf } = require('events');
  let error;
  try {
    if (writable.writableNeedDrain === true) await onceOf(writable, 'drain');
    for await (const chunk of iterable) {
      if (!writable.write(chunk)) {
        if (writable.destroyed) return;
        await onceOf(writable, 'drain');
      }
    }
    writable.end();
  } catch (failure) {
    error = failure;
  } finally {
    report(error);
  }
}

// The same from 16 on; it waits for the end of the sink, too.
async function pump(iterable, writable, report, end) {
  let failure;
  let wake = null;
  const resume = (error) => {
    if (error) failure = error;
    if (wake === null) return;
    const waiting = wake;
    wake = null;
    waiting();
  };
  const wait = () => new Promise((resolve, reject) => {
    const settle = () => {
      if (failure) reject(failure);
      else resolve();
    };
    if (failure) reject(failure);
    else wake = settle;
  });
  writable.on('drain', resume);
  const cleanup = finished(writable, { readable: false }, resume);
  try {
    if (writable.writableNeedDrain) await wait();
    for await (const chunk of iterable) {
      if (!writable.write(chunk)) await wait();
    }
    if (end) writable.end();
    if (end || major < 18) await wait();
    report();
  } catch (error) {
    report(failure !== error ? aggregateTwoErrors(failure, error) : error);
  } finally {
    cleanup();
    writable.off('drain', resume);
  }
}

// What a whole pipeline comes to: its first error, how many reports it waits for, and what is to be destroyed.
class Outcome {
  constructor(callback, signal) {
    this.callback = callback;
    this.error = undefined;
    this.value = undefined;
    this.awaited = 0;
    this.stops = [];
    this.cleanups = [];
    this.controller = major >= 16 ? new (require('internal/abort_controller').AbortController)() : undefined;
    const abort = () => this.settle(major >= 20 ? abortError(signal) : new errors.AbortError(), false);
    this.abort = abort;
    this.stopSignal = signal ? onAbort(signal, abort) : () => {};
    this.report = (error) => this.settle(error, --this.awaited === 0);
    // From 22 on a failure is not counted among the reports.
    this.reportFailure = major >= 22 ? (error) => this.settle(error, false) : this.report;
  }

  settle(error, isLast) {
    const { error: first } = this;
    if (error && (!first || isPremature(first) || (major >= 24 && first.name === 'AbortError'))) this.error = error;
    if (!this.error && !isLast) return;
    while (this.stops.length > 0) this.stops.shift()(this.error);
    if (major >= 16) {
      this.stopSignal();
      this.controller.abort();
    }
    if (!isLast) return;
    const { callback, error: failure, value } = this;
    if (major < 18) {
      callback(failure, value);
      return;
    }
    if (!failure) this.cleanups.forEach((cleanup) => cleanup());
    tick(() => callback(failure, value));
  }

  // A stream of the pipeline up to 16: it reports when it is over.
  add16(stream, reading, writing, report = this.report) {
    const told = once(report);
    let over = false;
    stream.on('close', () => {
      over = true;
    });
    finished(stream, { readable: reading, writable: writing }, (error) => {
      over = !error;
      if (!(reading && orLate(stream, error, told))) told(error);
    });
    return (error) => {
      if (over) return;
      over = true;
      destroyer(stream, error);
      told(error || new codes.ERR_STREAM_DESTROYED('pipe'));
    };
  }

  // A stream of the pipeline from 18 on: it only has to be destroyed if the pipeline fails.
  add(stream, reading, writing) {
    let over = false;
    stream.on('close', () => {
      over = true;
    });
    const cleanup = finished(stream, { readable: reading, writable: writing }, (error) => {
      over = !error;
    });
    this.stops.push((error) => {
      if (over) return;
      over = true;
      destroyer(stream, error || new codes.ERR_STREAM_DESTROYED('pipe'));
    });
    return cleanup;
  }

  // Takes in a stage that is a stream.
  takeIn(stream, reading, writing, end, isLast) {
    if (major < 18) {
      if (!end) {
        stream.on('error', this.report);
        return;
      }
      this.awaited++;
      if (major < 16) {
        this.stops.push(this.add16(stream, reading, writing));
        return;
      }
      this.stops.push(this.add16(stream, reading, writing, (error) => {
        if (!error && !reading && kinds.isReadableFinished(stream, false)) {
          stream.read(0);
          this.add16(stream, true, writing);
        } else {
          this.report(error);
        }
      }));
      return;
    }
    const cleansUp = isReadable(stream) && isLast;
    if (end) {
      const cleanup = this.add(stream, reading, writing);
      if (cleansUp) this.cleanups.push(cleanup);
    }
    const onerror = (error) => {
      if (error && error.name !== 'AbortError' && !isPremature(error)) this.reportFailure(error);
    };
    stream.on('error', onerror);
    if (isReadable(stream) && isLast) this.cleanups.push(() => stream.removeListener('error', onerror));
  }

  // Connects two streams from 18 on: the source's end and the sink's are counted.
  connect(source, sink, end) {
    this.awaited += 2;
    let ended = false;
    sink.on('close', () => {
      if (!ended) this.reportFailure(new codes.ERR_STREAM_PREMATURE_CLOSE());
    });
    source.pipe(sink, { end: false });
    if (end) {
      const finish = () => {
        ended = true;
        sink.end();
      };
      if (kinds.isReadableFinished(source)) tick(finish);
      else source.once('end', finish);
    } else {
      this.report();
    }
    finished(source, { readable: true, writable: false }, (error) => {
      if (!orLate(source, error, this.report)) this.report(error);
    });
    return finished(sink, { readable: false, writable: true }, this.report);
  }

  // The last stage is a function: what it gives becomes the value of the pipeline.
  drainInto(result, end) {
    const { PassThrough } = require('internal/streams/transform');
    const sink = new PassThrough({ objectMode: true });
    const then = result?.then;
    if (typeof then === 'function') {
      const counts = major >= 18;
      if (counts) this.awaited++;
      then.call(result, (value) => {
        this.value = value;
        if (major < 16) sink.end(value);
        else {
          if (major < 18 || (value !== null && value !== undefined)) sink.write(value);
          if (end) sink.end();
        }
        if (counts) tick(() => this.report());
      }, (error) => {
        sink.destroy(error);
        if (counts) tick(() => this.report(error));
      });
    } else if (isIterable(result, true)) {
      this.awaited++;
      this.pumpInto(result, sink, end);
    } else {
      throw new codes.ERR_INVALID_RETURN_VALUE('AsyncIterable or Promise', 'destination', result);
    }
    return sink;
  }

  pumpInto(iterable, sink, end) {
    if (major < 16) pumpOf14(iterable, sink, this.report);
    else pump(iterable, sink, this.report, end);
  }
}

function connectAll(streams, callback, options) {
  const outcome = new Outcome(callback, options?.signal);
  const calledWith = major >= 16 ? [{ signal: outcome.controller.signal }] : [];
  let current;
  streams.forEach((stage, index) => {
    const next = streams[index + 1];
    const reading = index < streams.length - 1;
    const writing = index > 0;
    const end = reading || options?.end !== false;
    if (isNodeStream(stage)) {
      if (major >= 24 && next && (next.closed || next.destroyed)) throw new codes.ERR_STREAM_UNABLE_TO_PIPE();
      outcome.takeIn(stage, reading, writing, end, !reading);
    }
    if (index === 0) {
      if (typeof stage === 'function') {
        current = stage(...calledWith);
        if (!isIterable(current)) throw new codes.ERR_INVALID_RETURN_VALUE('Iterable, AsyncIterable or Stream', 'source', current);
      } else if (isIterable(stage) || isReadableNodeStream(stage)) {
        current = stage;
      } else if (major < 16) {
        throw new codes.ERR_INVALID_ARG_TYPE('source', ['Stream', 'Iterable', 'AsyncIterable', 'Function'], stage);
      } else {
        current = require('internal/streams/duplex').from(stage);
      }
    } else if (typeof stage === 'function') {
      current = stage(asIterable(current), ...calledWith);
      if (reading) {
        if (!isIterable(current, true)) throw new codes.ERR_INVALID_RETURN_VALUE('AsyncIterable', `transform[${index - 1}]`, current);
        return;
      }
      current = outcome.drainInto(current, end);
      if (major < 18) {
        outcome.awaited++;
        outcome.stops.push(outcome.add16(current, false, true));
      } else {
        outcome.cleanups.push(outcome.add(current, false, true));
      }
    } else if (isNodeStream(stage)) {
      if (isReadableNodeStream(current)) {
        if (major >= 18) {
          const cleanup = outcome.connect(current, stage, end);
          if (isReadable(stage) && !reading) outcome.cleanups.push(cleanup);
        } else {
          current.pipe(stage, major >= 16 ? { end } : undefined);
          const { stdout, stderr } = require('process');
          if (stage === stdout || stage === stderr) current.on('end', () => stage.end());
        }
      } else {
        if (major < 18) current = asIterable(current);
        else if (!isIterable(current)) {
          throw new codes.ERR_INVALID_ARG_TYPE(
            'val', ['Readable', 'Iterable', 'AsyncIterable', 'ReadableStream', 'TransformStream'], current);
        }
        outcome.awaited++;
        outcome.pumpInto(current, stage, end);
      }
      current = stage;
    } else if (major < 16) {
      throw new codes.ERR_INVALID_ARG_TYPE(reading ? `transform[${index - 1}]` : 'destination', ['Stream', 'Function'], stage);
    } else {
      current = require('internal/streams/duplex').from(stage);
    }
  });
  if (major >= 16 && (outcome.controller.signal.aborted || options?.signal?.aborted)) tick(outcome.abort);
  return current;
}

function start(streams, callback, options) {
  if (Array.isArray(streams[0]) && (major < 14 || streams.length === 1)) [streams] = streams;
  if (streams.length < 2) throw new codes.ERR_MISSING_ARGS('streams');
  if (major < 14) return pipelineOf12(streams, callback);
  if (major >= 16) errors.validateAbortSignal(options?.signal, 'options.signal');
  return connectAll(streams, callback, options);
}

function pipeline(...streams) {
  const callback = streams[streams.length - 1];
  if (major >= 18) errors.validateFunction(callback, 'streams[stream.length - 1]');
  else errors.validateCallback(callback);
  streams.pop();
  return start(streams, major >= 14 ? once(callback) : callback);
}

function promised(...streams) {
  return new Promise((resolve, reject) => {
    let options = {};
    const last = streams[streams.length - 1];
    if (last && typeof last === 'object' && !isNodeStream(last) && !isIterable(last)) {
      const { signal, end } = streams.pop();
      options = { signal, end };
    }
    start(streams, (error, value) => {
      if (error) reject(error);
      else resolve(value);
    }, options);
  });
}

module.exports = { pipeline, promised };
