'use strict';
// What `_readableState` and `_writableState` show: the properties each major has, in its order. Where the model keeps a
// value, the property reads and writes that; where nobody knows the value, it is not shown.

const { disguised, hooks, major, streams } = binding;
const { fields } = streams;
const { freshView } = require('internal/emitter_views');

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
  ...common, ...since(14, 'closeEmitted'), 'flowing', ...since(14, 'paused'), 'endEmitted', 'reading', 'needReadable', 'emittedReadable', 'readableListening',
  'resumeScheduled', 'readingMore', 'multiAwaitDrain', 'pipesCount', ...since(14, 'dataEmitted'), 'defaultEncoding', 'decoder', 'encoding',
];
const writableClass = [
  ...common, ...since(16, 'closeEmitted'), 'needDrain', 'writing', 'bufferProcessing', 'ending', 'finished', 'finalCalled', 'prefinished', 'bufferedRequestCount',
  ...since(20, 'writable'), ...since(14, 'buffered', 'allBuffers', 'allNoop'), 'defaultEncoding', 'decodeStrings', 'writecb', 'afterWriteTickInfo',
];
const keptNames = ['defaultEncoding', 'decoder', 'encoding', 'decodeStrings'];

function refuse(name) {
  return require('internal/errors').notOffered(`showing ${String(name)} of the state of a stream that is at work`);
}

const ownerOf = (state) => Kept.of(state).owner;
const read = (state, writable, name) => streams.field(ownerOf(state), writable, fields.indexOf(name));

// What is called back where the program gave nothing.
function nop() {}

// The writes that wait; up to 12 each leads to the next. What was given out before is given out again.
function entriesOf(writes, before = []) {
  let seen = 0;
  const entries = writes.map(([chunk, encoding, callback = nop]) => {
    for (let at = seen; at < before.length; at++) {
      const entry = before[at];
      if (entry.chunk !== chunk || entry.encoding !== encoding || entry.callback !== callback) continue;
      seen = at + 1;
      return entry;
    }
    return { chunk, encoding, callback };
  });
  if (major < 14) entries.forEach((entry, index) => { entry.next = entries[index + 1] ?? null; });
  return entries;
}
exports.entriesOf = entriesOf;

const empty = (count) => new Array(count).fill(null);

// The queue as it is given out. From 14 on the places of writes that were begun are empty until it was worked on; before, they are
// still in it, which nobody keeps.
function queue(state) {
  const begun = read(state, true, 'begun');
  if (major < 14 && begun > 0) refuse('the queue of writes');
  const kept = Kept.of(state);
  kept.entries = entriesOf(streams.queue(kept.owner), kept.entries);
  return [...empty(begun), ...kept.entries];
}

const unwritable = (name) => () => require('internal/errors').notOffered(`writing to ${name} of the state of a stream`);

// An array that stays itself; what it holds is looked up when it is looked at, if it changed.
function arrayView(name, version, items) {
  const array = [];
  let seen;
  const pull = () => {
    const latest = version();
    if (latest === seen) return;
    seen = latest;
    array.length = 0;
    const now = items();
    for (const item of now) array.push(item);
    if (now.allBuffers !== undefined) array.allBuffers = now.allBuffers;
  };
  return freshView(array, pull, unwritable(name));
}

// From one time the queue is empty to the next it is one array.
function bufferedOf(state) {
  if (major >= 20 && !read(state, true, 'queueHeld')) return [];
  const kept = Kept.of(state);
  const resets = read(state, true, 'queueResets');
  if (kept.resets !== resets) {
    kept.resets = resets;
    const version = () => {
      if (read(state, true, 'queueResets') !== resets) refuse('a queue that was given up');
      return read(state, true, 'changes');
    };
    kept.buffered = arrayView('buffered', version, () => {
      const writes = [...empty(read(state, true, 'bufferedIndex')), ...queue(state)];
      // Writes made together are given to the sink as the queue itself, if nobody else has to know them.
      const together = read(state, true, 'bufferProcessing') && writes[0] && read(state, true, 'allNoop');
      if (together) writes.allBuffers = allBuffers(state);
      return writes;
    });
  }
  return kept.buffered;
}

// Whose 'drain' is awaited: from 16 on a set that owes nothing to what a program does to sets.
class SafeSet extends Set {}
for (const key of Reflect.ownKeys(Set.prototype)) {
  if (key !== 'constructor') Object.defineProperty(SafeSet.prototype, key, Object.getOwnPropertyDescriptor(Set.prototype, key));
}
Object.freeze(Object.setPrototypeOf(SafeSet.prototype, null));
const AwaitedSet = major < 16 ? Set : SafeSet;
const { add: addToSet, clear: clearSet } = Set.prototype;

// Up to 18 the queue of a side that reads is a list.
class BufferList {
  head = null;
  tail = null;
  length = 0;

  * [Symbol.iterator]() {
    yield* chunksOf(this);
  }

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
const lookLengths = { push: 1, unshift: 1, shift: 0, clear: 0, join: 1, concat: 1, consume: 2, first: 0, _getString: 1, _getBuffer: 1 };
for (const [name, length] of Object.entries(lookLengths)) {
  const value = looks[name] ?? (() => require('internal/errors').notOffered(`${name}() of the buffer of a stream`));
  Object.defineProperty(value, 'length', { value: length });
  Object.defineProperty(BufferList.prototype, name, { configurable: true, writable: true, value });
}

function listOf(state) {
  const kept = Kept.of(state);
  if (kept.list !== undefined) return kept.list;
  const list = new BufferList();
  let seen;
  const pull = () => {
    const now = read(state, false, 'changes');
    if (now === seen) return;
    seen = now;
    const chunks = streams.buffer(kept.owner);
    list.head = chunks.reduceRight((next, data) => ({ data, next }), null);
    list.tail = list.head;
    while (list.tail?.next) list.tail = list.tail.next;
    list.length = chunks.length;
  };
  kept.list = freshView(list, pull, unwritable('buffer'));
  return kept.list;
}

// A number made of the flags that are set, from the lowest on; those that are no name are told by a function.
const flagsOf = (state, writable, flags) => flags.reduce((sum, flag, place) => {
  const set = typeof flag === 'function' ? flag(state) : read(state, writable, flag);
  return set ? sum | (1 << place) : sum;
}, 0);
const is = (name, value) => (state) => read(state, false, name) === value;
const some = (name) => (state) => read(state, false, name) !== null;
const kept = (name) => (state) => Kept.of(state)[name];
const isDefault = (state) => Kept.of(state).defaultEncoding === 'utf8';

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
const writableFlags = [
  ...firstFlags, 'sync', finalCalled, 'needDrain', 'ending', 'finished', kept('decodeStrings'), 'writing', 'bufferProcessing', 'prefinished',
  allBuffers, 'allNoop', 'hasEndCallbacks', (state) => read(state, true, 'writable') !== undefined, 'writable',
  (state) => read(state, true, 'corked') > 0, isDefault, 'writecb', (state) => read(state, true, 'writecb') !== undefined,
  (state) => read(state, true, 'afterWriteCount') !== undefined, 'afterWritePending', 'queueHeld', 'ended',
];

// From 20 on a side without `_final` counts as one that has called it.
function finalCalled(state) {
  return read(state, true, 'finalCalled') || (major >= 20 && read(state, true, 'prefinished'));
}

// Whether everything queued since the queue was empty is bytes.
function allBuffers(state) {
  if (streams.queue(ownerOf(state)).some(([, encoding]) => encoding !== 'buffer')) return false;
  const begun = read(state, true, 'bufferedIndex') + read(state, true, 'begun');
  if (begun > 0 && (!Kept.of(state).decodeStrings || read(state, true, 'objectMode'))) refuse('allBuffers');
  return true;
}

// A callback the model keeps: `null` stands for none, `true` for one of Node's own.
function callbackOf(callback, name) {
  return callback === true ? refuse(name) : callback ?? nop;
}

function afterWriteOf(state) {
  const count = read(state, true, 'afterWriteCount');
  if (count === undefined) return null;
  const cb = callbackOf(read(state, true, 'afterWriteCallback'), 'afterWriteTickInfo');
  const kept = Kept.of(state);
  if (kept.info?.cb !== cb) kept.info = { count, cb, stream: kept.owner, state };
  kept.info.count = count;
  return kept.info;
}

function endCallbacksOf(state) {
  const { owner } = Kept.of(state);
  return Kept.of(state).ends ??= arrayView('the callbacks of end()', Symbol, () => streams.endCallbacks(owner));
}

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
  // From 20 on the places of chunks that were read are empty.
  buffer(state) {
    if (major < 20) return listOf(state);
    return Kept.of(state).array ??= arrayView('buffer', () => read(state, false, 'changes'), () => (
      [...empty(read(state, false, 'bufferIndex')), ...streams.buffer(ownerOf(state))]
    ));
  },
  pipes(state) {
    const all = streams.pipes(ownerOf(state));
    if (major >= 14) return all;
    return all.length === 0 ? null : all.length === 1 ? all[0] : all;
  },
  awaitDrainWriters(state) {
    const all = streams.awaited(ownerOf(state));
    if (!read(state, false, 'multiAwaitDrain')) return all.length === 0 ? null : all[0];
    const set = Kept.of(state).awaited ??= new AwaitedSet();
    clearSet.call(set);
    for (const one of all) addToSet.call(set, one);
    return set;
  },
  state: (state) => flagsOf(state, false, flags18),
  [bits]: (state) => flagsOf(state, false, readableFlags),
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
  finalCalled,
  onwrite: (state) => streams.answer(ownerOf(state), false),
  writecb(state) {
    const callback = read(state, true, 'writecb');
    return callback === undefined && major < 20 ? null : callbackOf(callback, 'writecb');
  },
  afterWriteTickInfo: afterWriteOf,
  bufferedRequest: (state) => queue(state)[0] ?? null,
  lastBufferedRequest: (state) => queue(state).pop() ?? null,
  buffered: bufferedOf,
  allBuffers,
  corkedRequestsFree(state) {
    const kept = Kept.of(state);
    if (kept.batched) refuse('corkedRequestsFree');
    return kept.corked ??= { next: null, entry: null, finish: bound('bound onCorkedFinish') };
  },
  [onFinished]: endCallbacksOf,
  [bits]: (state) => flagsOf(state, true, writableFlags),
  [bufferedValue]: (state) => (read(state, true, 'queueHeld') ? bufferedOf(state) : null),
};

// From 20 on these are there once they had a value.
const valueSymbols = {
  __proto__: null,
  errored: Symbol('kErroredValue'), writecb: Symbol('kWriteCbValue'), afterWriteTickInfo: Symbol('kAfterWriteTickInfoValue'),
  ends: Symbol('kOnFinishedValue'), defaultEncoding: Symbol('kDefaultEncodingValue'), decoder: Symbol('kDecoderValue'),
  encoding: Symbol('kEncodingValue'),
};
const keptValue = (name) => (state) => Kept.of(state).last[name];
const values = {
  __proto__: null,
  errored: (state, writable) => read(state, writable, 'errored') ?? Kept.of(state).last.errored,
  writecb: (state) => read(state, true, 'writecb') && writableValues.writecb(state),
  afterWriteTickInfo: afterWriteOf,
  ends: (state) => (read(state, true, 'hasEndCallbacks') ? endCallbacksOf(state) : null),
  defaultEncoding: keptValue('defaultEncoding'),
  decoder: keptValue('decoder'),
  encoding: keptValue('encoding'),
};

function describeValue(name, writable) {
  function get() {
    return values[name](this, writable) ?? null;
  }
  disguised.add(get);
  const set = () => require('internal/errors').notOffered(`setting ${String(valueSymbols[name])}`);
  return { configurable: true, enumerable: true, get, set };
}
const valueProperties = [false, true].map((writable) => Object.fromEntries(
  Object.keys(valueSymbols).map((name) => [name, describeValue(name, writable)]),
));

function leaveValue(state, writable, name, value) {
  if (major < 20) return;
  const { last } = Kept.of(state);
  last[name] = value;
  if (!Object.hasOwn(state, valueSymbols[name])) Object.defineProperty(state, valueSymbols[name], valueProperties[writable ? 1 : 0][name]);
}

// The model says what happened to a side for the first time.
const traces = ['errored', 'writecb', 'afterWriteTickInfo', 'ends'];
hooks.leave = function leave(stream, writable, trace) {
  const state = writable ? stream._writableState : stream._readableState;
  if (!state || !Kept.has(state)) return;
  if (trace < traces.length) leaveValue(state, writable, traces[trace], read(state, writable, 'errored'));
  else Kept.of(state).batched = true;
};

function setMark(state, writable, mark) {
  noteSign(state, mark);
  streams.setField(ownerOf(state), writable, fields.indexOf('highWaterMark'), mark);
}

// From 20 on what is the default encoding goes by one name, and a decoder stays where it was when there is none any more.
function setKept(state, writable, name, given) {
  const kept = Kept.of(state);
  if (major >= 20 && name === 'defaultEncoding' && (given === 'utf8' || given === 'utf-8')) kept[name] = 'utf8';
  else if (name === 'decodeStrings') kept[name] = major < 20 ? given : !!given;
  else {
    kept[name] = given || major < 20 || name === 'defaultEncoding' ? given : null;
    if (given || name === 'defaultEncoding') leaveValue(state, writable, name, given);
  }
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
    if (isKept) setKept(this, writable, name, given);
    else if (name === 'highWaterMark') setMark(this, writable, given);
    else {
      const at = name === paused ? fields.indexOf('paused') : index;
      const isSet = at >= 0 && streams.setField(ownerOf(this), writable, at, given);
      if (!isSet) require('internal/errors').notOffered(`setting ${String(name)} of the state of a stream`);
      if (name === 'errored' && given) leaveValue(this, writable, name, given);
    }
  }
  disguised.add(get);
  return { configurable: true, enumerable: true, get, set };
}

const propertiesOf = (names, writable) => Object.fromEntries(names.map((name) => [name, propertyOf(name, writable)]));
const readableProperties = propertiesOf(readableNames, false);
const writableProperties = propertiesOf(writableNames, true);
const flagsOnly = propertiesOf([bits], true);
const enabled = [propertyOf('readable', false), propertyOf('writable', true)];

// The public flag of a side was set: that shows from then on. A writable side has it in its flags from 20 on.
exports.showEnabled = function showEnabled(state, writable) {
  if (writable && major >= 20) return;
  Object.defineProperty(state, writable ? 'writable' : 'readable', enabled[writable ? 1 : 0]);
};
exports.setEnabled = function setEnabled(state, writable, value) {
  streams.setField(ownerOf(state), writable, fields.indexOf(writable ? 'writable' : 'readable'), value);
  exports.showEnabled(state, writable);
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
  if (major >= 20) {
    const constructed = Symbol('kOnConstructed');
    for (const { prototype } of [ReadableState, WritableState]) {
      prototype[constructed] = function onConstructed() {
        require('internal/errors').notOffered('kOnConstructed of the state of a stream');
      };
    }
  }
  if (major >= 14) return;
  Object.defineProperty(WritableState.prototype, 'buffer', {
    configurable: true,
    get() {
      return queue(this);
    },
  });
};

exports.dress = function dress(state, writable, kept) {
  const encoding = kept.defaultEncoding;
  new Kept(state, { ...kept, last: {}, defaultEncoding: 'utf8' });
  const later = encoding !== 'utf8' && writable && major >= 20;
  Object.defineProperties(state, later ? flagsOnly : writable ? writableProperties : readableProperties);
  if (encoding !== 'utf8') setKept(state, writable, 'defaultEncoding', encoding);
  return later ? Object.defineProperties(state, writableProperties) : state;
};

// What a Transform keeps on itself: up to 14 an object, then the callback of the write it has not answered.
const transforming = major < 14 ? '_transformState' : Symbol(major < 16 ? 'kTransformState' : 'kCallback');

// The encoding stays when the write is answered.
class Transforming extends function itself(state) {
  return state;
} {
  #stream;
  #encoding = null;

  constructor(stream) {
    super({});
    this.#stream = stream;
  }

  static look = {
    __proto__: null,
    afterTransform: (state) => streams.answer(state.#stream, true),
    needTransform: (state) => ofTransform(state.#stream, 'needTransform') ?? false,
    transforming: (state) => ofTransform(state.#stream, 'transforming') ?? false,
    writecb: (state) => ofTransform(state.#stream, 'transformCallback') ?? null,
    writechunk: (state) => ofTransform(state.#stream, 'writechunk') ?? null,
    writeencoding: (state) => state.#encoding,
  };

  static note(state, encoding) {
    state.#encoding = encoding;
  }
}
const ofTransform = (stream, name) => streams.field(stream, true, fields.indexOf(name));
const transformProperties = Object.fromEntries(Object.entries(Transforming.look).map(([name, look]) => {
  function get() {
    return look(this);
  }
  disguised.add(get);
  const set = () => require('internal/errors').notOffered(`setting ${name} of the state of a Transform`);
  return [name, { configurable: true, enumerable: true, get, set }];
}));

const transformStates = new WeakMap();
function getTransforming() {
  return major < 16 ? transformStates.get(this) : ofTransform(this, 'withheld') ?? null;
}
disguised.add(getTransforming);
exports.getTransforming = getTransforming;

exports.noteTransform = function noteTransform(stream, encoding) {
  if (transformStates.has(stream)) Transforming.note(transformStates.get(stream), encoding);
};
exports.showTransforming = function showTransforming(stream) {
  if (major < 16) transformStates.set(stream, Object.defineProperties(new Transforming(stream), transformProperties));
  Object.defineProperty(stream, transforming, {
    configurable: true,
    enumerable: true,
    get: getTransforming,
    set: () => require('internal/errors').notOffered(`setting ${String(transforming)}`),
  });
};
exports.paused = paused;
exports.nop = nop;
