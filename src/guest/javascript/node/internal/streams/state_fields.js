'use strict';
// What `_readableState` and `_writableState` show: the properties each major has, in its order. Where the model keeps a
// value, the property reads and writes that; a value nobody keeps is shown only while it is known to be the one of a side at rest.

const { disguised, major, streams } = binding;
const { fields } = streams;

// What a state has that cannot be seen. It is put on the object itself, whoever made that.
class Kept extends function itself(state) {
  return state;
} {
  #kept;

  constructor(state, kept) {
    super(state);
    this.#kept = kept;
  }

  static of(state) {
    return state.#kept;
  }

  static has(state) {
    return #kept in state;
  }
}

const bits = Symbol('kState');
const bufferedValue = Symbol('kBufferedValue');
const onFinished = Symbol('kOnFinished');
const paused = Symbol('kPaused');

const since = (first, ...names) => (major >= first ? names : []);

const readableNames = major >= 20 ? ['highWaterMark', 'buffer', 'bufferIndex', 'length', 'pipes', 'awaitDrainWriters', bits]
  : major >= 18 ? [
    'state', 'highWaterMark', 'buffer', 'length', 'pipes', 'flowing', 'errored', 'defaultEncoding', 'awaitDrainWriters', 'decoder',
    'encoding', paused,
  ] : [
    'objectMode', 'highWaterMark', 'buffer', 'length', 'pipes', ...(major < 14 ? ['pipesCount'] : []), 'flowing', 'ended', 'endEmitted',
    'reading', ...since(16, 'constructed'), 'sync', 'needReadable', 'emittedReadable', 'readableListening', 'resumeScheduled',
    ...since(14, 'errorEmitted'), 'emitClose', 'autoDestroy', 'destroyed', ...since(14, 'errored', 'closed', 'closeEmitted'),
    'defaultEncoding', 'awaitDrainWriters', 'multiAwaitDrain', 'readingMore', ...since(14, 'dataEmitted'), 'decoder', 'encoding', paused,
  ];
const writableNames = major >= 20 ? [
  'highWaterMark', 'length', 'corked', 'onwrite', 'writelen', 'bufferedIndex', 'pendingcb', bits, bufferedValue,
] : [
  'objectMode', 'highWaterMark', 'finalCalled', 'needDrain', 'ending', 'ended', 'finished', 'destroyed', 'decodeStrings',
  'defaultEncoding', 'length', 'writing', 'corked', 'sync', 'bufferProcessing', 'onwrite', 'writecb', 'writelen', 'afterWriteTickInfo',
  ...(major < 14 ? ['bufferedRequest', 'lastBufferedRequest'] : ['buffered', 'bufferedIndex', 'allBuffers', 'allNoop']), 'pendingcb',
  ...since(16, 'constructed'), 'prefinished', 'errorEmitted', 'emitClose', 'autoDestroy',
  ...(major < 14 ? ['bufferedRequestCount', 'corkedRequestsFree'] : ['errored', 'closed']), ...since(16, 'closeEmitted', onFinished),
];

// What the class has, where a state has no property of its own.
const common = [
  'objectMode', 'destroyed', 'emitClose', 'autoDestroy', 'sync', 'ended', ...since(14, 'errorEmitted', 'closed', 'errored'),
  ...since(16, 'constructed'),
];
const readableClass = [
  ...common, ...since(14, 'closeEmitted'), 'flowing', ...since(14, 'paused', 'readable'), 'endEmitted', 'reading', 'needReadable', 'emittedReadable', 'readableListening',
  'resumeScheduled', 'readingMore', 'multiAwaitDrain', 'pipesCount', ...since(14, 'dataEmitted'), 'defaultEncoding', 'decoder', 'encoding',
];
const writableClass = [
  ...common, ...since(16, 'closeEmitted'), 'needDrain', 'writing', 'bufferProcessing', 'ending', 'finished', 'finalCalled', 'prefinished', 'bufferedRequestCount',
  ...since(14, 'writable', 'buffered', 'allBuffers', 'allNoop'), 'defaultEncoding', 'decodeStrings', 'writecb', 'afterWriteTickInfo',
];
const keptNames = ['defaultEncoding', 'decoder', 'encoding', 'decodeStrings'];

function refuse(name) {
  return require('internal/errors').notOffered(`showing ${String(name)} of the state of a stream that is at work`);
}

const ownerOf = (state) => Kept.of(state).owner;
const read = (state, writable, name) => streams.field(ownerOf(state), writable, fields.indexOf(name));
const queue = (state) => streams.queue(ownerOf(state)).map(([chunk, encoding, callback = nop]) => ({ chunk, encoding, callback }));

function nop() {}

// Up to 18 the queue of a side that reads is a list.
class BufferList {
  head = null;
  tail = null;
  length = 0;

  // It is shown without its chunks.
  [Symbol.for('nodejs.util.inspect.custom')](_depth, options) {
    return require('internal/util/inspect').inspect(this, { ...options, depth: 0, customInspect: false });
  }
}
function chunksOf(list) {
  const chunks = [];
  for (let entry = list.head; entry; entry = entry.next) chunks.push(entry.data);
  return chunks;
}
const looks = {
  join(separator) {
    return chunksOf(this).map(String).join(`${separator}`);
  },
  first() {
    return this.head.data;
  },
};
for (const name of ['push', 'unshift', 'shift', 'clear', 'join', 'concat', 'consume', 'first', '_getString', '_getBuffer']) {
  const value = looks[name] ?? (() => require('internal/errors').notOffered(`${name}() of the buffer of a stream`));
  Object.defineProperty(BufferList.prototype, name, { configurable: true, writable: true, value });
}

function listOf(state) {
  const kept = Kept.of(state);
  const list = kept.list ??= new BufferList();
  const chunks = streams.buffer(kept.owner);
  list.head = chunks.reduceRight((next, data) => ({ data, next }), null);
  list.tail = list.head;
  while (list.tail?.next) list.tail = list.tail.next;
  list.length = chunks.length;
  return list;
}

// A number made of the flags that are set, from the lowest on; those that are no name are told by a function.
const flagsOf = (state, writable, flags) => flags.reduce((sum, flag, place) => {
  const set = typeof flag === 'function' ? flag(state) : read(state, writable, flag);
  return set ? sum | (1 << place) : sum;
}, 0);
const is = (name, value) => (state) => read(state, false, name) === value;
const some = (name) => (state) => read(state, false, name) !== null;
const kept = (name) => (state) => Kept.of(state)[name];
const isDefault = (state) => /^utf-?8$/i.test(Kept.of(state).defaultEncoding);

const flags18 = [
  'objectMode', 'ended', 'endEmitted', 'reading', 'constructed', 'sync', 'needReadable', 'emittedReadable', 'readableListening',
  'resumeScheduled', 'errorEmitted', 'emitClose', 'autoDestroy', 'destroyed', 'closed', 'closeEmitted', 'multiAwaitDrain', 'readingMore',
  'dataEmitted',
];
const firstFlags = [
  'objectMode', 'errorEmitted', 'autoDestroy', 'emitClose', 'destroyed', 'closed', 'closeEmitted', 'errored', 'constructed',
];
const readableFlags = [
  ...firstFlags, 'ended', 'endEmitted', 'reading', 'sync', 'needReadable', 'emittedReadable', 'readableListening', 'resumeScheduled',
  'multiAwaitDrain', 'readingMore', 'dataEmitted', isDefault, kept('decoder'), kept('encoding'), some('flowing'), is('flowing', true),
  some('paused'), is('paused', true), 'dataListening', ...since(24, 'endScheduled'), ...since(26, 'eofPending'),
];
const atRest = () => true;
const never = () => false;
const writableFlags = [
  ...firstFlags, 'sync', 'finalCalled', 'needDrain', 'ending', 'finished', kept('decodeStrings'), 'writing', 'bufferProcessing', 'prefinished',
  atRest, atRest, never, never, never, (state) => read(state, true, 'corked') > 0, isDefault, never, never, never, never, never, 'ended',
];

const isEmpty = (state) => streams.queue(ownerOf(state)).length === 0;
const isUsed = (state) => !isEmpty(state) || read(state, true, 'pendingcb') !== 0 || read(state, true, 'writing');

// A value that is known only while a side that writes has nothing under way.
const resting = (name, value) => (state) => (isUsed(state) ? refuse(name) : value(state));

// High water marks of -0 are shown as that; the model counts in integers.
const negatives = new WeakSet();
function noteSign(state, mark) {
  if (Object.is(mark, -0)) negatives.add(state);
  else negatives.delete(state);
}
exports.noteSign = noteSign;

function markOf(state, writable) {
  const mark = read(state, writable, 'highWaterMark');
  return mark === 0 && negatives.has(state) ? -0 : mark;
}

const readableValues = {
  __proto__: null,
  highWaterMark: (state) => markOf(state, false),
  buffer: (state) => (major < 20 ? listOf(state) : streams.buffer(ownerOf(state))),
  bufferIndex: (state) => (streams.buffer(ownerOf(state)).length === 0 ? 0 : refuse('bufferIndex')),
  pipes(state) {
    const all = streams.pipes(ownerOf(state));
    if (major >= 14) return all;
    return all.length === 0 ? null : all.length === 1 ? all[0] : all;
  },
  awaitDrainWriters(state) {
    const all = streams.awaited(ownerOf(state));
    if (read(state, false, 'multiAwaitDrain')) return new Set(all);
    return all.length === 0 ? null : all[0];
  },
  state: (state) => flagsOf(state, false, flags18),
  // What is not as it was in the beginning has further properties, made when it changed.
  [bits](state) {
    const { decoder, encoding } = Kept.of(state);
    if (decoder || encoding || !isDefault(state) || read(state, false, 'errored')) refuse('the flags');
    return flagsOf(state, false, readableFlags);
  },
  [paused]: (state) => read(state, false, 'paused'),
  // A side nobody paused or resumed counts as paused up to 18.
  paused: (state) => (major < 20 ? read(state, false, 'paused') !== false : read(state, false, 'paused') === true),
};
const bound = (name) => {
  const { [name]: made } = { [name]() {
    require('internal/errors').notOffered('a function found in the state of a stream');
  } };
  return made;
};
const writableValues = {
  __proto__: null,
  highWaterMark: (state) => markOf(state, true),
  // From 20 on a side without `_final` counts as one that has called it.
  finalCalled: (state) => read(state, true, 'finalCalled') || (major >= 20 && read(state, true, 'prefinished')),
  onwrite: (state) => (Kept.of(state).onwrite ??= bound(major < 24 ? 'bound onwrite' : '')),
  writecb: resting('writecb', () => null),
  writelen: resting('writelen', () => 0),
  afterWriteTickInfo: resting('afterWriteTickInfo', () => null),
  bufferedRequest: resting('bufferedRequest', () => null),
  lastBufferedRequest: resting('lastBufferedRequest', () => null),
  buffered: queue,
  bufferedIndex: (state) => (isEmpty(state) ? 0 : refuse('bufferedIndex')),
  allBuffers: resting('allBuffers', () => true),
  allNoop: resting('allNoop', () => true),
  corkedRequestsFree: resting('corkedRequestsFree', () => ({ next: null, entry: null, finish: bound('bound onCorkedFinish') })),
  [onFinished](state) {
    return read(state, true, 'ending') && !read(state, true, 'finished') ? refuse('kOnFinished') : [];
  },
  [bits](state) {
    if (isUsed(state) || Kept.of(state).written || read(state, true, 'ending') || read(state, true, 'errored') || !isDefault(state)) {
      refuse('the flags');
    }
    return flagsOf(state, true, writableFlags);
  },
  [bufferedValue]: resting('kBufferedValue', () => null),
};

function setMark(state, writable, mark) {
  noteSign(state, mark);
  streams.setField(ownerOf(state), writable, fields.indexOf('highWaterMark'), mark);
}

function propertyOf(name, writable) {
  const value = (writable ? writableValues : readableValues)[name];
  const index = fields.indexOf(name);
  const isKept = keptNames.includes(name);
  function get() {
    if (isKept) return Kept.of(this)[name];
    return value === undefined ? streams.field(ownerOf(this), writable, index) : value(this);
  }
  function set(given) {
    if (isKept) Kept.of(this)[name] = given;
    else if (name === 'highWaterMark') setMark(this, writable, given);
    else if (index >= 0) streams.setField(ownerOf(this), writable, index, given);
    else if (name === paused) streams.setField(ownerOf(this), writable, fields.indexOf('paused'), given);
    else require('internal/errors').notOffered(`setting ${String(name)} of the state of a stream`);
    if (name === 'readable' || name === 'writable') exports.showEnabled(this, writable);
  }
  disguised.add(get);
  return { configurable: true, enumerable: true, get, set };
}

const propertiesOf = (names, writable) => Object.fromEntries(names.map((name) => [name, propertyOf(name, writable)]));
const readableProperties = propertiesOf(readableNames, false);
const writableProperties = propertiesOf(writableNames, true);
const enabled = [propertyOf('readable', false), propertyOf('writable', true)];

// The public flag of a side was set: that shows from then on. A writable side has it in its flags from 20 on.
exports.showEnabled = function showEnabled(state, writable) {
  if (writable && major >= 20) return;
  Object.defineProperty(state, writable ? 'writable' : 'readable', enabled[writable ? 1 : 0]);
};

function describeClass(prototype, names, own, writable) {
  for (const name of names) {
    if (own.includes(name)) continue;
    Object.defineProperty(prototype, name, { ...propertyOf(name, writable), enumerable: false });
  }
}

exports.describe = function describe(ReadableState, WritableState) {
  describeClass(ReadableState.prototype, readableClass, readableNames, false);
  describeClass(WritableState.prototype, writableClass, writableNames, true);
  WritableState.prototype.getBuffer = function getBuffer() {
    return queue(this);
  };
  if (major >= 14) return;
  Object.defineProperty(WritableState.prototype, 'buffer', {
    configurable: true,
    get() {
      return queue(this);
    },
  });
};

exports.dress = function dress(state, writable, kept) {
  new Kept(state, kept);
  return Object.defineProperties(state, writable ? writableProperties : readableProperties);
};

// A chunk was written: from 20 on that leaves properties behind.
exports.noteWritten = function noteWritten(state) {
  if (Kept.has(state)) Kept.of(state).written = true;
};
// What a Transform keeps on itself: up to 14 an object, then the callback of the write it has not answered.
const transforming = major < 14 ? '_transformState' : Symbol(major < 16 ? 'kTransformState' : 'kCallback');
function getTransforming() {
  if (major < 16) return require('internal/errors').notOffered('showing the state of a Transform');
  return read(this._writableState, true, 'writing') ? refuse('kCallback') : null;
}
disguised.add(getTransforming);

exports.showTransforming = function showTransforming(stream) {
  Object.defineProperty(stream, transforming, {
    configurable: true,
    enumerable: true,
    get: getTransforming,
    set: () => require('internal/errors').notOffered(`setting ${String(transforming)}`),
  });
};
exports.paused = paused;
