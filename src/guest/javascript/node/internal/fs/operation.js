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

// A failed system call: it becomes an error once it is known which form was called. `step` says where the work of the
// operation had got, if that makes a difference to a promise.
class Failure {
  constructor(code, syscall, path, dest) {
    this.code = code;
    this.syscall = syscall;
    this.path = path;
    this.dest = dest;
    this.step = undefined;
  }
}

const failed = (result) => typeof result === 'string';

function check(result, syscall, path, dest) {
  if (failed(result)) throw new Failure(result, syscall, path, dest);
  return result;
}

// Steps of which each is the named one, where it fails.
function* failingAt(step, steps) {
  try {
    return yield* steps;
  } catch (error) {
    if (error instanceof Failure) error.step = step;
    throw error;
  }
}

const errorOf = (failure, form) =>
  (failure instanceof Failure ? systemError(failure.code, failure.syscall, failure.path, failure.dest, form === 'sync') : failure);

const delivered = (operation, value) => (operation.deliver === undefined ? value : operation.deliver(value));

function perform(operation) {
  try {
    return delivered(operation, runNow(operation));
  } catch (failure) {
    throw errorOf(failure, 'sync');
  }
}

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
      value = delivered(operation, work.result());
    } catch (failure) {
      done(errorOf(failure, form), undefined, failure instanceof Failure ? failure.step : undefined);
      return;
    }
    if (operation.ticked && plan !== null) binding.tick(() => done(null, value));
    else done(null, value);
  };
  if (plan === null) finish(new Work(operation, form));
  else request(plan, operation, form, finish);
}

// Starts an asynchronous form; `done(error, value, step)` is called once.
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

// How many jobs steps take that change nothing. What they fail with comes out when they are taken in earnest.
function jobsOf(steps) {
  let jobs = 0;
  let isNext = true;
  try {
    for (const step of steps) {
      if (isNext) jobs++;
      isNext = step === NEXT_JOB;
    }
  } catch (error) {
    if (!(error instanceof Failure) && error.code === undefined) throw error;
  }
  return jobs;
}

module.exports = { Failure, abortError, chain, check, delivered, failed, failingAt, jobsOf, perform, start, walk };
