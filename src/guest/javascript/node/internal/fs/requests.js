'use strict';

// File operations as sequences of system calls, and when those are made.
//
// The work of an operation is `run(form)` if it is one system call, which touches what `touches()` says. Else it is a
// generator `steps(form)`: before each system call it yields a function that says what this call and those left of the same
// job touch, and between two jobs `NEXT_JOB`; `touches()` then is about all of them. What is touched is a list of effects,
// each before a path. Calls of requests in flight are made one by one only if the model asks for it, which it does once
// something else touches the same; else all are made when the last job completed.

// The numbers are those of the guest.
const [FIND, READ, LIST, WALK, WRITE, NAME, LINK] = [0, 1, 2, 3, 4, 5, 6];

const NEXT_JOB = Symbol('next job');
const NOTHING = () => [];

function* single(operation, form) {
  yield operation.touches;
  return operation.run(form);
}

const stepsOf = (operation, form) =>
  (operation.steps === undefined ? single(operation, form) : operation.steps(form));

// Requests in flight that touch files, by their numbers, and how many of them may print.
const requests = new Map();
let printing = 0;

// What the call the program is about to make touches.
let touched;

function access(touches) {
  if (requests.size === 0 || touches === undefined || touches === NOTHING) return;
  touched = touches;
  binding.access();
}

const prints = (touches) => touches.includes('#1') || touches.includes('#2');

// Called before the program prints.
binding.beforePrint = (descriptor) => {
  if (printing > 0) access(() => [WRITE, `#${descriptor}`]);
};

// Called before a file is looked for, or read, to be required.
binding.beforeFind = (path) => access(() => [FIND, path]);
binding.beforeRead = (path) => access(() => [READ, path]);

// Runs the synchronous form of an operation.
function runNow(operation) {
  if (operation.steps === undefined) {
    access(operation.touches);
    return operation.run('sync');
  }
  const steps = operation.steps('sync');
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (value !== NEXT_JOB) access(value);
  }
}

// The work of a request.
class Work {
  constructor(operation, form) {
    this.operation = operation;
    this.form = form;
    this.steps = undefined;
    // The function that says what the next call touches; undefined if there is none left.
    this.next = undefined;
    this.outcome = undefined;
  }

  // Makes the next call, or none if nothing has begun. Gives what follows: 0 a call of the same job, 1 a call of the next
  // job, 2 nothing.
  advance() {
    this.steps ??= stepsOf(this.operation, this.form);
    this.next = undefined;
    try {
      let step = this.steps.next();
      const isNextJob = step.value === NEXT_JOB && !step.done;
      if (isNextJob) step = this.steps.next();
      if (!step.done) {
        this.next = step.value;
        return isNextJob ? 1 : 0;
      }
      this.outcome = { value: step.value };
    } catch (error) {
      this.outcome = { error };
    }
    return 2;
  }

  touches(whole) {
    if (whole) return this.operation.touches();
    if (this.steps === undefined) this.advance();
    return this.next === undefined ? [] : this.next();
  }

  makeCall() {
    if (this.steps === undefined) this.advance();
    return this.advance();
  }

  // What came of it; calls that were not made are made.
  result() {
    if (this.steps === undefined && this.operation.steps === undefined) return this.operation.run(this.form);
    while (this.outcome === undefined) this.advance();
    if ('error' in this.outcome) throw this.outcome.error;
    return this.outcome.value;
  }
}

// Asks the pool for an operation; `finish` is called with its work once the last job completed.
function request([api, size], operation, form, finish) {
  const work = new Work(operation, form);
  const touches = operation.touches?.();
  if (touches === undefined) {
    binding.request(api, size, () => finish(work));
    return;
  }
  const mayPrint = prints(touches);
  if (mayPrint) printing++;
  const id = binding.request(api, size, () => {
    requests.delete(id);
    if (mayPrint) printing--;
    finish(work);
  }, touches);
  requests.set(id, work);
}

module.exports = {
  FIND,
  LINK,
  LIST,
  NAME,
  NEXT_JOB,
  NOTHING,
  READ,
  WALK,
  WRITE,
  Work,
  request,
  runNow,
  // Asked by the model.
  touches: (id, whole) => (id === undefined ? touched() : requests.get(id).touches(whole)),
  makeCall: (id) => requests.get(id).makeCall(),
};
