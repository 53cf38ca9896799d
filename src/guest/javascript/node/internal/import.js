'use strict';
// import(). It takes as many promise jobs as the chain of promises in here, which is built like Node's; what differs by major
// is the model's to say (MOD-5).

const modules = require('internal/modules');
const { FIND, NEXT_JOB, NOTHING, READ, request } = require('internal/fs/requests');
const { afterJobs, awaitEngine } = binding;
const rules = binding.rules.import;

class Subclass extends Promise {}

const ready = Promise.resolve();
// What stands for a graph that is linked.
const linkedBefore = rules.subclassed ? Subclass.resolve() : ready;

// What the loader knows of each module: promises that it is there, of what it imports, and that its graph is linked.
const jobs = { __proto__: null };

module.exports = function dynamicImport(base, find, resolve, reject) {
  const around = rules.around - 2 + (modules.isModule(base) ? 0 : rules.aroundScript);
  load(find).then(
    (namespace) => afterJobs(around, () => resolve(namespace)),
    (error) => afterJobs(around, () => reject(error)),
  );
};

async function load(find) {
  if (rules.isList) {
    const namespaces = await join([found(find).then(run).then((each) => each)]);
    return namespaces[0];
  }
  const job = await found(find);
  const namespace = await run(job);
  return namespace;
}

// The job of what `find` gives the name of.
async function found(find, group) {
  let name;
  try {
    name = find();
  } catch (error) {
    for (let i = 0; i < rules.notFinding; i++) await undefined;
    throw error;
  }
  if (rules.refusedWhileFinding !== undefined && modules.refusalOf(name) !== undefined) {
    for (let i = 0; i < rules.refusedWhileFinding; i++) await undefined;
    throw modules.refusalOf(name);
  }
  for (let i = 0; i < rules.finding; i++) await undefined;
  return jobOf(name, group);
}

function jobOf(name, group) {
  if (jobs[name] !== undefined) return jobs[name];
  const isRequired = modules.isRequired(name);
  const isThere = isRequired || modules.known.has(name);
  // Where files are read at once, a job that cannot be made leaves nothing behind.
  if (!isThere && !rules.readsOnPool) modules.check(name);
  const job = jobs[name] = {
    name,
    isRequired,
    isThere: isThere || !rules.readsOnPool,
    isLinked: isThere || rules.linksWhenFound,
    module: ready,
    linked: [],
    instantiated: isThere ? linkedBefore : undefined,
    failure: undefined,
    wording: undefined,
    lost: undefined,
  };
  if (isThere || rules.linksWhenFound) {
    try {
      job.linked = modules.specifiers(name).map((specifier) => jobOf(modules.resolve(name, specifier)));
    } catch (error) {
      delete jobs[name];
      throw error;
    }
    return job;
  }
  if (rules.readsOnPool) job.module = make(job, group);
  job.linked = link(job);
  for (const promise of [job.module, job.linked]) promise.catch(() => {});
  return job;
}

// Reads files as four jobs each: they are opened, looked at, read and closed.
class Reading {
  constructor(names) {
    this.names = names;
  }

  touches() {
    return this.names.flatMap((name) => [FIND, modules.fileOf(name), READ, modules.fileOf(name)]);
  }

  * steps() {
    yield () => this.touches();
    yield NEXT_JOB;
    yield NOTHING;
    yield NEXT_JOB;
    yield () => this.touches();
    for (const name of this.names) modules.keep(name);
    yield NEXT_JOB;
    yield NOTHING;
  }

  start(callback) {
    request(['import', 1], this, 'promise', (work) => {
      work.result();
      callback();
    });
  }
}

// Files that are asked for together are read side by side, and count as one request.
class Group {
  constructor(size) {
    this.open = size;
    this.waiting = [];
  }

  // One of them was found, or was not.
  found() {
    this.open -= 1;
    if (this.open > 0 || this.waiting.length === 0) return;
    new Reading(this.waiting.map(({ name }) => name)).start(() => {
      for (const { resolve } of this.waiting) resolve();
    });
  }
}

function read(name, group) {
  return new Promise((resolve) => {
    if (group === undefined) new Reading([name]).start(resolve);
    else group.waiting.push({ name, resolve });
  });
}

// The engine's first CommonJS file.
let engine;

function engineIsReady() {
  engine ??= new Promise((resolve) => {
    awaitEngine(() => {
      modules.isEngineReady = true;
      resolve();
    });
  });
  return engine;
}

// Reads a file, or makes a module that stands for what is not read.
async function make(job, group) {
  const { name } = job;
  const isJson = modules.fileOf(name).endsWith('.json');
  const isScript = !isJson && !name.startsWith('node:') && !modules.isModule(name);
  if (rules.refusedOnceFound !== undefined && modules.refusalOf(name) !== undefined) {
    for (let i = 0; i < rules.refusedOnceFound; i++) await undefined;
    throw modules.refusalOf(name);
  }
  if (isJson || modules.isModule(name) || (rules.readsScripts && modules.fileOf(name).endsWith('.js'))) {
    await read(name, group);
  } else {
    if (isScript && rules.waitsForEngine && !modules.isEngineReady) await engineIsReady();
    for (let i = 0; i < rules.making; i++) await undefined;
  }
  modules.check(name);
  job.isThere = true;
}

async function link(job) {
  await job.module;
  const specifiers = modules.specifiers(job.name);
  const group = new Group(specifiers.length);
  const linked = [];
  const finding = specifiers.map((specifier) => found(() => modules.resolve(job.name, specifier), group));
  for (const each of finding) each.then(() => group.found(), () => group.found());
  const there = finding.map(async (each, at) => {
    linked[at] = await each;
    return linked[at].module;
  });
  await (rules.subclassed ? Subclass.all(there) : join(there));
  job.isLinked = true;
  if (!rules.linksAfterJobs) return linked;
  return rules.subclassed ? Subclass.all(finding) : join(finding);
}

// All of some promises.
function join(promises) {
  if (rules.wrapped) {
    const wrapped = promises.map((promise) => new Subclass((resolve, reject) => { promise.then(resolve, reject); }));
    return new Promise((resolve, reject) => { Subclass.all(wrapped).then(resolve, reject); });
  }
  return Promise.all(promises);
}

async function walk(job, seen) {
  if (seen.has(job)) return undefined;
  seen.add(job);
  const linked = rules.linksWhenFound ? job.linked : await job.linked;
  return join(linked.map((each) => walk(each, seen)));
}

async function instantiate(job) {
  const seen = new Set();
  try {
    await walk(job, seen);
  } catch (error) {
    job.failure = { error };
    throw error;
  }
  for (const each of seen) each.instantiated = linkedBefore;
}

// What takes time to word the error of a missing export.
async function word(name) {
  if (rules.readsForMissingExport) await read(name);
  for (let i = 1; i < rules.missingExport; i++) await undefined;
}

async function instantiated(job) {
  if (job.instantiated === undefined) return (job.instantiated = instantiate(job));
  await job.instantiated;
  return undefined;
}

async function run(job) {
  if (job.isRequired) return namespaceOf(job);
  if (rules.subclassed) {
    await instantiated(job);
  } else {
    job.instantiated ??= instantiate(job);
    await job.instantiated;
  }
  let evaluation;
  try {
    evaluation = modules.evaluate(job.name);
  } catch (error) {
    // This is found out while the graph is linked.
    if (rules.missingExport > 0) await (job.wording ??= word(job.name));
    job.failure = { error };
    job.instantiated = Promise.reject(error);
    job.instantiated.catch(() => {});
    throw error;
  }
  const { promise, namespace, thrown } = evaluation;
  const [state, value] = binding.promiseState(promise);
  const isScript = !modules.isModule(job.name);
  if (state === 'rejected') {
    if (!rules.awaitsEvaluation || (isScript && (thrown !== undefined || rules.scriptsThrowAgain))) throw value;
    if (thrown !== undefined && binding.rules.throwRejectsTwice) {
      // The promise of the evaluation is nobody's yet: who asks next gets it.
      job.lost = Promise.reject(value);
      throw value;
    }
  }
  if (rules.awaitsEvaluation) await (job.lost ?? promise);
  return namespace;
}

// What require() evaluated before.
function namespaceOf(job) {
  const { promise, namespace } = modules.evaluate(job.name);
  const [state, error] = binding.promiseState(promise);
  if (state === 'rejected') throw error;
  return namespace;
}

// What keeps require() from having a module: an error, or the code of one.
modules.obstacle = (path, graph) => {
  const job = jobs[path];
  if (job?.failure !== undefined) return job.failure;
  if (job !== undefined && job.instantiated !== linkedBefore) return { isRace: true };
  const others = graph.map((name) => jobs[name]).filter((each) => each !== undefined);
  if (others.some((each) => !each.isThere)) {
    return { error: new TypeError("Cannot read properties of undefined (reading 'getStatus')") };
  }
  const isUnlinked = (each) => !each.isLinked && modules.specifiers(each.name).length > 0;
  return others.some(isUnlinked) ? { code: 'ERR_VM_MODULE_LINK_FAILURE' } : undefined;
};
