'use strict';
// pipeline(): connects stages, and tells when all of it is over or has failed (PL-1 to PL-6).

const { hooks, major, streams: model, tick } = binding;
const rules = binding.rules.pipeline;
const errors = require('internal/errors');
const destroyer = require('internal/streams/destroyer');
const { abortError, finished, onAbort } = require('internal/streams/finished');
const kinds = require('internal/streams/kinds');
const { aggregateTwoErrors } = require('internal/streams/state');

const { codes } = errors;
const { isIterable, isNodeStream, isReadable, isReadableNodeStream, isRequest } = kinds;
const isPremature = (error) => error.code === 'ERR_STREAM_PREMATURE_CLOSE';

function once(callback) {
  let called = false;
  return (...args) => {
    if (called) return;
    called = true;
    callback(...args);
  };
}

hooks.givesWay = (error, aborts) => isPremature(error) || (aborts && error.name === 'AbortError');

// Every stream reports by itself, and the last one decides (PL-1).
function pipelineByLast(streams, callback) {
  const pipeline = model.beginPipeline(callback, undefined);
  let isConnected = false;
  streams.forEach((stream, index) => {
    const isLast = index === streams.length - 1;
    let over = false;
    let stopped = false;
    const report = once((error) => {
      // Node's list of what to tear down is not there if a later stage was refused.
      if (error && !isConnected) throw new ReferenceError("Cannot access 'destroys' before initialization");
      model.streamReported(pipeline, error || undefined, isLast);
    });
    kinds.checkOn(stream);
    stream.on('close', () => {
      over = true;
    });
    finished(stream, { readable: !isLast, writable: index > 0 }, (error) => {
      if (!error) over = true;
      report(error);
    });
    model.stopWith(pipeline, (error) => {
      if (over || stopped) return;
      stopped = true;
      if (isRequest(stream)) stream.abort();
      else if (isRequest(stream.req)) stream.req.abort();
      else if (typeof stream.destroy === 'function') stream.destroy(error);
      else report(error || new codes.ERR_STREAM_DESTROYED('pipe'));
    });
  });
  isConnected = true;
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

// Writes what an iterable gives, waiting whenever the sink is full.
async function pumpToItsEnd(iterable, writable, report) {
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

// The same, waiting for the sink, too (PL-4).
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
    if (end || rules.pumpAlwaysWaits) await wait();
    report();
  } catch (error) {
    report(failure !== error ? aggregateTwoErrors(failure, error) : error);
  } finally {
    cleanup();
    writable.off('drain', resume);
  }
}

// A pipeline as its stages see it; what they report is the model's to judge.
class Pipeline {
  constructor(callback, signal) {
    this.controller = major >= 16 ? new (require('internal/abort_controller').AbortController)() : undefined;
    let stopSignal = () => {};
    this.number = model.beginPipeline(callback, this.controller && (() => {
      stopSignal();
      this.controller.abort();
    }));
    this.abort = () => model.pipelineAborted(this.number, major >= 20 ? abortError(signal) : new errors.AbortError());
    if (signal) stopSignal = onAbort(signal, this.abort);
    this.report = (error) => model.stageOver(this.number, error || undefined);
    this.fail = (error) => model.stageFailed(this.number, error || undefined);
  }

  awaitReports(count = 1) {
    model.awaitReports(this.number, count);
  }

  stopWith(stop) {
    model.stopWith(this.number, stop);
  }

  letGoWith(cleanup) {
    model.letGoWith(this.number, cleanup);
  }

  // A stream that reports when it is over.
  addReporting(stream, reading, writing, report = this.report) {
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

  // A stream that is only to be torn down if the pipeline fails: its connections report.
  add(stream, reading, writing) {
    let over = false;
    stream.on('close', () => {
      over = true;
    });
    const cleanup = finished(stream, { readable: reading, writable: writing }, (error) => {
      over = !error;
    });
    this.stopWith((error) => {
      if (over) return;
      over = true;
      destroyer(stream, error || new codes.ERR_STREAM_DESTROYED('pipe'));
    });
    return cleanup;
  }

  // Takes in a stage that is a stream.
  takeIn(stream, reading, writing, end) {
    if (!rules.countsConnections) {
      if (!end) {
        stream.on('error', this.report);
        return;
      }
      this.awaitReports();
      this.stopWith(this.addReporting(stream, reading, writing, rules.readsLastToItsEnd ? (error) => {
        if (!error && !reading && kinds.isReadableFinished(stream, false)) {
          stream.read(0);
          this.addReporting(stream, true, writing);
        } else {
          this.report(error);
        }
      } : this.report));
      return;
    }
    const cleansUp = isReadable(stream) && !reading;
    if (end) {
      const cleanup = this.add(stream, reading, writing);
      if (cleansUp) this.letGoWith(cleanup);
    }
    const onerror = (error) => {
      if (error && error.name !== 'AbortError' && !isPremature(error)) this.fail(error);
    };
    stream.on('error', onerror);
    if (cleansUp) this.letGoWith(() => stream.removeListener('error', onerror));
  }

  // Connects two streams; each reports of its end of the connection.
  connect(source, sink, end) {
    this.awaitReports(2);
    let ended = false;
    sink.on('close', () => {
      if (!ended) this.fail(new codes.ERR_STREAM_PREMATURE_CLOSE());
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
      const isAwaited = rules.lastValueIsAwaited;
      if (isAwaited) this.awaitReports();
      then.call(result, (value) => {
        model.giveValue(this.number, value);
        if (rules.lastValueEnds) sink.end(value);
        else {
          if (!isAwaited || (value !== null && value !== undefined)) sink.write(value);
          if (end) sink.end();
        }
        if (isAwaited) tick(() => this.report());
      }, (error) => {
        sink.destroy(error);
        if (isAwaited) tick(() => this.report(error));
      });
    } else if (isIterable(result, true)) {
      this.awaitReports();
      this.pumpInto(result, sink, end);
    } else {
      throw new codes.ERR_INVALID_RETURN_VALUE('AsyncIterable or Promise', 'destination', result);
    }
    return sink;
  }

  pumpInto(iterable, sink, end) {
    if (rules.pumpOnlyEnds) pumpToItsEnd(iterable, sink, this.report);
    else pump(iterable, sink, this.report, end);
  }
}

function connectAll(streams, callback, options) {
  const pipeline = new Pipeline(callback, options?.signal);
  const calledWith = () => (major >= 16 ? [{ signal: pipeline.controller.signal }] : []);
  let current;
  streams.forEach((stage, index) => {
    const next = streams[index + 1];
    const reading = index < streams.length - 1;
    const writing = index > 0;
    const end = reading || options?.end !== false;
    if (isNodeStream(stage)) {
      if (rules.closedSinkIsRefused && next && (next.closed || next.destroyed)) throw new codes.ERR_STREAM_UNABLE_TO_PIPE();
      pipeline.takeIn(stage, reading, writing, end);
    }
    if (index === 0) {
      if (typeof stage === 'function') {
        current = stage(...calledWith());
        if (!isIterable(current)) throw new codes.ERR_INVALID_RETURN_VALUE('Iterable, AsyncIterable or Stream', 'source', current);
      } else if (isIterable(stage) || isReadableNodeStream(stage)) {
        current = stage;
      } else if (major < 16) {
        throw new codes.ERR_INVALID_ARG_TYPE('source', ['Stream', 'Iterable', 'AsyncIterable', 'Function'], stage);
      } else {
        current = require('internal/streams/duplex').from(stage);
      }
    } else if (typeof stage === 'function') {
      current = stage(asIterable(current), ...calledWith());
      if (reading) {
        if (!isIterable(current, true)) throw new codes.ERR_INVALID_RETURN_VALUE('AsyncIterable', `transform[${index - 1}]`, current);
        return;
      }
      current = pipeline.drainInto(current, end);
      if (rules.countsConnections) {
        pipeline.letGoWith(pipeline.add(current, false, true));
      } else {
        pipeline.awaitReports();
        pipeline.stopWith(pipeline.addReporting(current, false, true));
      }
    } else if (isNodeStream(stage)) {
      if (isReadableNodeStream(current)) {
        if (rules.countsConnections) {
          const cleanup = pipeline.connect(current, stage, end);
          if (isReadable(stage) && !reading) pipeline.letGoWith(cleanup);
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
        pipeline.awaitReports();
        pipeline.pumpInto(current, stage, end);
      }
      current = stage;
    } else if (major < 16) {
      throw new codes.ERR_INVALID_ARG_TYPE(reading ? `transform[${index - 1}]` : 'destination', ['Stream', 'Function'], stage);
    } else {
      current = require('internal/streams/duplex').from(stage);
    }
  });
  if (major >= 16 && (pipeline.controller.signal.aborted || options?.signal?.aborted)) tick(pipeline.abort);
  return current;
}

function start(streams, callback, options) {
  if (Array.isArray(streams[0]) && (major < 14 || streams.length === 1)) [streams] = streams;
  if (streams.length < 2) throw new codes.ERR_MISSING_ARGS('streams');
  if (rules.countsLastStream) return pipelineByLast(streams, callback);
  if (major >= 16) errors.validateAbortSignal(options?.signal, 'options.signal');
  return connectAll(streams, callback, options);
}

function pipeline(...streams) {
  const callback = streams[streams.length - 1];
  if (major >= 18) errors.validateFunction(callback, 'streams[stream.length - 1]');
  else errors.validateCallback(callback);
  streams.pop();
  return start(streams, callback);
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
