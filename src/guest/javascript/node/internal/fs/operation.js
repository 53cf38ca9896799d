'use strict';

// What the callback, synchronous and promise forms of fs share. Most functions of these modules check their arguments and
// return an operation:
//   run(form), steps(form), touches()
//                  its work, as internal/fs/requests has it; what fails is thrown;
//   plan(form)     says what the thread pool is asked for: [api, size], or null for nothing; left out, it is one job. It
//                  holds as long as nothing else touches the same files;
//   deliver(value) makes the result of what came of the work;
//   signal         an AbortSignal;
//   ticked         whether the first job is queued from a tick and the result is delivered from one;
//   buffer         what callbacks get as third argument.

const { NEXT_JOB, Work, request, runNow } = require('internal/fs/requests');
const { systemError } = require('internal/errors');

// A failed system call: it becomes an error once it is known which form was called.
class Failure {
  constructor(code, syscall, path, dest) {
    this.code = code;
    this.syscall = syscall;
    this.path = path;
    this.dest = dest;
  }
}

const failed = (result) => typeof result === 'string';

function check(result, syscall, path, dest) {
  if (failed(result)) throw new Failure(result, syscall, path, dest);
  return result;
}

function raised(work, form) {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw systemError(error.code, error.syscall, error.path, error.dest, form === 'sync');
  }
}

const delivered = (operation, value) => (operation.deliver === undefined ? value : operation.deliver(value));

const perform = (operation) => raised(() => delivered(operation, runNow(operation)), 'sync');

function abortError(signal) {
  const { AbortError } = require('internal/errors');
  return signal.reason === undefined ? new AbortError() : new AbortError(undefined, { cause: signal.reason });
}

function submit(operation, form, done) {
  const plan = operation.plan === undefined ? ['job', 0] : operation.plan(form);
  const finish = (work) => {
    let value;
    try {
      if (operation.signal?.aborted) throw abortError(operation.signal);
      value = delivered(operation, raised(() => work.result(), form));
    } catch (error) {
      done(error);
      return;
    }
    if (operation.ticked && plan !== null) binding.tick(() => done(null, value));
    else done(null, value);
  };
  if (plan === null) finish(new Work(operation, form));
  else request(plan, operation, form, finish);
}

// Starts an asynchronous form; `done(error, value)` is called once.
function start(operation, form, done) {
  if (operation.ticked) binding.tick(() => submit(operation, form, done));
  else submit(operation, form, done);
}

// So many jobs, one after the other.
const chain = (jobs) => (jobs === 1 ? ['job', 0] : ['jobs', jobs]);

// Runs steps in one go, for what they come to.
function walk(steps) {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

// How many jobs steps take that change nothing.
function jobsOf(steps) {
  let jobs = 0;
  try {
    for (const step of steps) {
      if (step !== NEXT_JOB) jobs++;
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  return jobs;
}

module.exports = { Failure, abortError, chain, check, delivered, failed, jobsOf, perform, start, walk };
