'use strict';
// The listeners of the model as the objects programs find under `_events`: a view is made up to date before anything reads
// it, and what is written to it goes to the model.

const { disguised, emitters, major } = binding;
// From 24 on a list knows how many emits go through it.
const emitting = Symbol('events.emitting');
const maps = new Map();
const lists = new Map();
const mapIds = new WeakMap();
const listIds = new WeakMap();

function handlerOf(pull, push) {
  const reading = ['get', 'has', 'ownKeys', 'getOwnPropertyDescriptor', 'getPrototypeOf', 'isExtensible'];
  const writing = ['set', 'defineProperty', 'deleteProperty', 'setPrototypeOf', 'preventExtensions'];
  const handler = {};
  for (const name of reading) {
    handler[name] = (target, ...args) => {
      pull(target);
      return Reflect[name](target, ...args);
    };
  }
  for (const name of writing) {
    handler[name] = (target, ...args) => {
      pull(target);
      if (name === 'set') args.length = 2;
      const done = Reflect[name](target, ...args);
      push(target);
      return done;
    };
  }
  return handler;
}

// Something that is made up to date before it is looked at, and that tells when it was written to.
function freshView(target, pull, push) {
  pull();
  const view = new Proxy(target, handlerOf(pull, push));
  disguised.add(view);
  return view;
}
exports.freshView = freshView;

function listView(id) {
  if (lists.has(id)) return lists.get(id);
  const target = [];
  const pull = () => {
    const { functions, warned, emitting: running } = emitters.functions(id);
    target.length = 0;
    target.push(...functions);
    if (warned) target.warned = true;
    else delete target.warned;
    if (major >= 24) target[emitting] = running;
  };
  const push = () => emitters.setFunctions(id, [...target], Boolean(target.warned));
  const view = freshView(target, pull, push);
  lists.set(id, view);
  listIds.set(view, id);
  return view;
}

const shown = (value) => typeof value === 'number' ? listView(value) : value;
const stored = (value) => listIds.has(value) ? listIds.get(value) : value;

function write(id, object) {
  emitters.setEntries(id, Reflect.ownKeys(object).flatMap((name) => [name, stored(object[name])]));
}

function mapView(id, isPlain) {
  if (maps.has(id)) return maps.get(id);
  const target = isPlain ? {} : Object.create(null);
  const pull = () => {
    for (const name of Reflect.ownKeys(target)) delete target[name];
    const entries = emitters.entries(id);
    for (let i = 0; i < entries.length; i += 2) target[entries[i]] = shown(entries[i + 1]);
  };
  const view = freshView(target, pull, () => write(id, target));
  maps.set(id, view);
  mapIds.set(view, id);
  return view;
}

exports.viewOf = function viewOf(emitter) {
  const id = emitters.map(emitter);
  if (id === undefined) return undefined;
  // The names that streams begin with are in an ordinary object.
  return mapView(id, major >= 20 && emitters.keepsNames(emitter));
};

// The map behind a view, or a new one with what any other object holds.
exports.mapOf = function mapOf(value) {
  if (value === undefined || value === null) return undefined;
  if (mapIds.has(value)) return mapIds.get(value);
  const id = emitters.newMap();
  write(id, Object(value));
  return id;
};
