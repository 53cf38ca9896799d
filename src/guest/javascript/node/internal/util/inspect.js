'use strict';

// Values as text, exactly as the modelled major prints them.
//
// What cannot be seen from inside the engine comes from `binding`: the class behind an object, the state of a promise, the
// target of a proxy.

const { major } = binding;

const customKey = Symbol.for('nodejs.util.inspect.custom');

const defaults = {
  showHidden: false,
  depth: 2,
  colors: false,
  customInspect: true,
  showProxy: false,
  maxArrayLength: 100,
  maxStringLength: major >= 16 ? 10000 : Infinity,
  breakLength: 80,
  compact: 3,
  sorted: false,
  getters: false,
};
if (major >= 16) defaults.numericSeparator = false;
Object.seal(defaults);

const { hasOwnProperty, propertyIsEnumerable } = Object.prototype;
const hasOwn = (value, key) => hasOwnProperty.call(value, key);
const plain = (text) => text;
const plural = (count) => (count > 1 ? 's' : '');
const moreItems = (count) => `... ${count} more item${plural(count)}`;

// How the parts of an object are laid out.
const PROPERTIES = 0;
const ELEMENTS = 1;
const LIST = 2;

function newRun() {
  return {
    budget: {}, indent: 0, seen: [], deepest: 0, circular: undefined, userOptions: undefined, stylize: plain, ...defaults,
  };
}

function inspect(value, options, ...legacy) {
  const run = newRun();
  if (legacy.length > 0) {
    if (legacy[0] !== undefined) run.depth = legacy[0];
    if (legacy.length > 1 && legacy[1] !== undefined) run.colors = legacy[1];
  }
  if (typeof options === 'boolean') {
    run.showHidden = options;
  } else if (options) {
    for (const key of Object.keys(options)) {
      if (hasOwn(defaults, key) || key === 'stylize') run[key] = options[key];
      else run.userOptions ??= options;
    }
  }
  if (run.colors) run.stylize = stylizeWithColor;
  if (run.maxArrayLength === null) run.maxArrayLength = Infinity;
  if (run.maxStringLength === null) run.maxStringLength = Infinity;
  return show(run, value, 0);
}

Object.defineProperty(inspect, 'custom', { value: customKey, writable: true, enumerable: true, configurable: true });
Object.defineProperty(inspect, 'defaultOptions', {
  get: () => defaults,
  set(options) {
    require('internal/errors').validateObject(options, 'options');
    Object.assign(defaults, options);
  },
});

// Colours.

const COLORS = 'reset 0 0,bold 1 22,dim 2 22,italic 3 23,underline 4 24,blink 5 25,inverse 7 27,hidden 8 28,' +
  'strikethrough 9 29,doubleunderline 21 24,black 30 39,red 31 39,green 32 39,yellow 33 39,blue 34 39,magenta 35 39,' +
  'cyan 36 39,white 37 39,bgBlack 40 49,bgRed 41 49,bgGreen 42 49,bgYellow 43 49,bgBlue 44 49,bgMagenta 45 49,' +
  'bgCyan 46 49,bgWhite 47 49,framed 51 54,overlined 53 55,gray 90 39,redBright 91 39,greenBright 92 39,' +
  'yellowBright 93 39,blueBright 94 39,magentaBright 95 39,cyanBright 96 39,whiteBright 97 39,bgGray 100 49,' +
  'bgRedBright 101 49,bgGreenBright 102 49,bgYellowBright 103 49,bgBlueBright 104 49,bgMagentaBright 105 49,' +
  'bgCyanBright 106 49,bgWhiteBright 107 49';
const COLOR_ALIASES = { grey: 'gray', blackBright: 'gray', bgGrey: 'bgGray', bgBlackBright: 'bgGray', faint: 'dim',
  crossedout: 'strikethrough', strikeThrough: 'strikethrough', crossedOut: 'strikethrough', conceal: 'hidden',
  swapColors: 'inverse', swapcolors: 'inverse', doubleUnderline: 'doubleunderline' };

function buildColors() {
  const colors = Object.create(null);
  for (const color of COLORS.split(',')) {
    const [name, on, off] = color.split(' ');
    colors[name] = [Number(on), Number(off)];
  }
  for (const [alias, name] of Object.entries(COLOR_ALIASES)) {
    Object.defineProperty(colors, alias, {
      get() { return this[name]; },
      set(value) { this[name] = value; },
      enumerable: false,
      configurable: true,
    });
  }
  return colors;
}

const buildStyles = () => Object.assign(Object.create(null), {
  special: 'cyan', number: 'yellow', bigint: 'yellow', boolean: 'yellow', undefined: 'grey', null: 'bold', string: 'green',
  symbol: 'green', date: 'magenta', regexp: 'red', module: 'underline',
});

// A property that is built when first asked for and is an ordinary one from then on.
function later(owner, key, build) {
  const settle = (value) =>
    Object.defineProperty(owner, key, { value, writable: true, enumerable: true, configurable: true });
  Object.defineProperty(owner, key, {
    get() {
      const value = build();
      settle(value);
      return value;
    },
    set: settle,
    enumerable: true,
    configurable: true,
  });
}

later(inspect, 'colors', buildColors);
later(inspect, 'styles', buildStyles);

function stylizeWithColor(text, kind) {
  const color = inspect.colors[inspect.styles[kind]];
  return color === undefined ? text : `\u001b[${color[0]}m${text}\u001b[${color[1]}m`;
}

let terminalCommands;

// Without the commands to the terminal: texts meant for it up to their end, and all others.
function withoutColors(text) {
  if (!text.includes('\u001b') && !text.includes('\u009b')) return text;
  terminalCommands ??= new RegExp('\\u001B\\][^]*?(?:\\u0007|\\u001B\\u005C|\\u009C)|' +
    '[\\u001B\\u009B][[\\]()#;?]*(?:\\d{1,4}(?:[;:]\\d{0,4})*)?[\\dA-PR-TZcf-nq-uy=><~]', 'g');
  return text.replace(terminalCommands, '');
}

const isWide = (code) => code >= 0x1100 && (code <= 0x115f || code === 0x2329 || code === 0x232a ||
  (code >= 0x2e80 && code <= 0x3247 && code !== 0x303f) || (code >= 0x3250 && code <= 0x4dbf) ||
  (code >= 0x4e00 && code <= 0xa4c6) || (code >= 0xa960 && code <= 0xa97c) || (code >= 0xac00 && code <= 0xd7a3) ||
  (code >= 0xf900 && code <= 0xfaff) || (code >= 0xfe10 && code <= 0xfe19) || (code >= 0xfe30 && code <= 0xfe6b) ||
  (code >= 0xff01 && code <= 0xff60) || (code >= 0xffe0 && code <= 0xffe6) || (code >= 0x1b000 && code <= 0x1b001) ||
  (code >= 0x1f200 && code <= 0x1f251) || (code >= 0x1f300 && code <= 0x1f64f) || (code >= 0x1f680 && code <= 0x1f6ff) ||
  (code >= 0x1f900 && code <= 0x1f9ff) || (code >= 0x20000 && code <= 0x3fffd));

const isNarrowest = (code) => code <= 0x1f || (code >= 0x7f && code <= 0x9f) || (code >= 0x300 && code <= 0x36f) ||
  (code >= 0x200b && code <= 0x200f) || (code >= 0x20d0 && code <= 0x20ff) || (code >= 0xfe00 && code <= 0xfe0f) ||
  (code >= 0xfe20 && code <= 0xfe2f) || (code >= 0xe0100 && code <= 0xe01ef);

// The columns a text takes on a terminal.
function getStringWidth(text, removeControlChars = true) {
  const bare = removeControlChars ? withoutColors(text) : text;
  if (/^[\x20-\x7e]*$/.test(bare)) return bare.length;
  let width = 0;
  for (const character of bare.normalize('NFC')) {
    const code = character.codePointAt(0);
    if (isWide(code)) width += 2;
    else if (!isNarrowest(code)) width++;
  }
  return width;
}

// Strings, numbers, and other primitives.

const NAMED_ESCAPES = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', '\\': '\\\\', "'": "\\'" };
const CONTROLS = major >= 14 ? '\\x00-\\x1f\\x7f-\\x9f' : '\\x00-\\x1f';
const LONE = major >= 16 ? '|[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]' : '';

let escapes;

const escapesFor = (quoted) => {
  escapes ??= [new RegExp(`[${CONTROLS}\\\\]${LONE}`, 'g'), new RegExp(`[${CONTROLS}\\\\']${LONE}`, 'g')];
  return escapes[quoted ? 1 : 0];
};

function escaped(character) {
  const named = NAMED_ESCAPES[character];
  if (named !== undefined) return named;
  const code = character.charCodeAt(0);
  if (code > 0xff) return `\\u${code.toString(16)}`;
  return major < 14 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`;
}

function quote(text) {
  if (/^[\x20-\x26\x28-\x5b\x5d-\x7e]*$/.test(text)) return `'${text}'`;
  let mark = "'";
  if (text.includes("'")) {
    if (!text.includes('"')) mark = '"';
    else if (!text.includes('`') && !text.includes('${')) mark = '`';
  }
  return mark + text.replace(escapesFor(mark === "'"), escaped) + mark;
}

const groupedBefore = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, '_');
const groupedAfter = (digits) => digits.replace(/(\d{3})(?=\d)/g, '$1_');

function showNumber(value, separate) {
  if (Object.is(value, -0)) return separate && major < 24 ? '0' : '-0';
  const text = `${value}`;
  if (!separate || !/^-?\d+(\.\d+)?$/.test(text)) return text;
  const [whole, fraction] = text.split('.');
  return groupedBefore(whole) + (fraction === undefined ? '' : `.${groupedAfter(fraction)}`);
}

const showBigInt = (value, separate) => `${separate ? groupedBefore(`${value}`) : value}n`;

const LINE_MIN = 16;

function showString(stylize, value, run) {
  let rest = '';
  if (value.length > run.maxStringLength) {
    const left = value.length - run.maxStringLength;
    value = value.slice(0, run.maxStringLength);
    rest = `... ${left} more character${plural(left)}`;
  }
  if (run.compact !== true && value.length > LINE_MIN && value.length > run.breakLength - run.indent - 4) {
    const lines = value.split(/(?<=\n)/);
    return lines.map((line) => stylize(quote(line), 'string')).join(` +\n${' '.repeat(run.indent + 2)}`) + rest;
  }
  return stylize(quote(value), 'string') + rest;
}

function showPrimitive(stylize, value, run) {
  switch (typeof value) {
    case 'string': return showString(stylize, value, run);
    case 'number': return stylize(showNumber(value, run.numericSeparator), 'number');
    case 'bigint': return stylize(showBigInt(value, run.numericSeparator), 'bigint');
    case 'boolean': return stylize(`${value}`, 'boolean');
    case 'undefined': return stylize('undefined', 'undefined');
    default: return stylize(Symbol.prototype.toString.call(value), 'symbol');
  }
}

// Objects.

const tooDeep = (run, level) => run.depth !== null && level > run.depth;

function show(run, value, level, insideTyped) {
  if (typeof value !== 'object' && typeof value !== 'function') return showPrimitive(run.stylize, value, run);
  if (value === null) return run.stylize('null', 'null');

  if (binding.disguised.has(value)) {
    // Looking at its keys makes it up to date.
    Reflect.ownKeys(value);
    [value] = binding.proxyParts(value);
  }
  require('internal/stand_in').refuseStandIn(value);
  const original = value;
  let proxies = 0;
  for (let parts = binding.proxyParts?.(value); parts !== undefined; parts = binding.proxyParts(value)) {
    if (parts[0] === null) {
      if (major < 16) return run.showProxy ? showProxy(run, parts, level) : run.stylize('null', 'null');
      return wrapProxies(run, run.stylize('<Revoked Proxy>', 'special'), proxies);
    }
    if (run.showProxy) return showProxy(run, parts, level);
    [value] = parts;
    proxies++;
  }

  if (run.customInspect) {
    const custom = value[customKey];
    if (typeof custom === 'function' && custom !== inspect && !isPrototype(value)) {
      const depth = run.depth === null ? null : run.depth - level;
      const more = major >= 16 ? [inspect] : [];
      const shown = custom.call(original, depth, userOptions(run), ...more);
      if (shown !== original) {
        return typeof shown === 'string' ? shown.replace(/\n/g, `\n${' '.repeat(run.indent)}`) : show(run, shown, level);
      }
    }
  }

  if (binding.run in value && !tooDeep(run, level) && !isPrototype(value)) {
    require('internal/errors').notOffered('showing a timer or an immediate', 'its methods');
  }
  if (run.seen.includes(value)) {
    run.circular ??= new Map();
    if (!run.circular.has(value)) run.circular.set(value, run.circular.size + 1);
    return run.stylize(major >= 14 ? `[Circular *${run.circular.get(value)}]` : '[Circular]', 'special');
  }
  return wrapProxies(run, showObject(run, value, level, insideTyped), proxies);
}

function wrapProxies(run, text, proxies) {
  if (major < 26) return text;
  for (let i = 0; i < proxies; i++) text = `${run.stylize('Proxy(', 'special')}${text}${run.stylize(')', 'special')}`;
  return text;
}

function showProxy(run, parts, level) {
  if (tooDeep(run, level)) return run.stylize('Proxy [Array]', 'special');
  run.indent += 2;
  const shown = parts.map((part) => show(run, part, level + 1));
  run.indent -= 2;
  return laidOut(run, { parts: shown, base: '', open: 'Proxy [', close: ']', layout: LIST }, level + 1);
}

function isPrototype(value) {
  if (major >= 22) return Object.getOwnPropertyDescriptor(value, 'constructor')?.value?.prototype === value;
  return Boolean(value.constructor) && value.constructor.prototype === value;
}

function userOptions(run) {
  const options = { stylize: run.stylize };
  for (const key of Object.keys(defaults)) options[key] = run[key];
  return Object.assign(options, run.userOptions);
}

let builtIns;

// Whether a global class of the language or of Node has this name.
function isBuiltInName(name) {
  builtIns ??= new Set(Object.getOwnPropertyNames(globalThis).filter((each) => /^[A-Z][a-zA-Z0-9]+$/.test(each)));
  return builtIns.has(name);
}

function isInstance(value, constructor) {
  try {
    return value instanceof constructor;
  } catch {
    return false;
  }
}

// The name an object goes by, or null if it descends from nothing. `inherited` takes the properties of the prototypes that
// showHidden shows.
function constructorName(run, value, level, inherited) {
  let first;
  for (let owner = value; owner !== null; owner = Object.getPrototypeOf(owner), first = first === undefined ? owner : first) {
    const constructor = Object.getOwnPropertyDescriptor(owner, 'constructor')?.value;
    if (typeof constructor !== 'function' || constructor.name === '') continue;
    if (major >= 14 && !isInstance(value, constructor)) continue;
    if (inherited !== undefined && (first !== owner || !isBuiltInName(constructor.name))) {
      inheritedProperties(run, value, first || value, level, inherited);
    }
    return `${constructor.name}`;
  }
  if (first === null) return null;

  const name = binding.classOf(value);
  if (tooDeep(run, level)) return `${name} <Complex prototype>`;
  const above = constructorName(run, first, level + 1, inherited);
  return `${name} <${above ?? inspect(first, { ...optionsOf(run), customInspect: false, depth: -1 })}>`;
}

function optionsOf(run) {
  const options = {};
  for (const key of Object.keys(defaults)) options[key] = run[key];
  return options;
}

const PROTOTYPES_MAX = 3;

function inheritedProperties(run, value, from, level, output) {
  const known = new Set();
  let owner = from;
  for (let steps = 0; steps < PROTOTYPES_MAX; steps++) {
    if (steps !== 0 || owner === value) {
      owner = Object.getPrototypeOf(owner);
      if (owner === null) return;
      const constructor = Object.getOwnPropertyDescriptor(owner, 'constructor')?.value;
      if (typeof constructor === 'function' && isBuiltInName(constructor.name)) return;
    }
    const keys = Reflect.ownKeys(owner);
    run.seen.push(value);
    for (const key of keys) {
      if (key === 'constructor' || hasOwn(value, key) || known.has(key)) continue;
      const descriptor = Object.getOwnPropertyDescriptor(owner, key);
      if (typeof descriptor.value === 'function') continue;
      const text = showProperty(run, owner, level, key, PROPERTIES, descriptor, value);
      output.push(run.colors ? `\u001b[2m${text}\u001b[22m` : text);
    }
    run.seen.pop();
    for (const key of keys) known.add(key);
  }
}

function tagMatters(name, tag) {
  if (tag === '') return false;
  if (major < 22) return name !== tag;
  if (major >= 26) return name !== tag.slice(tag.lastIndexOf('.') < 1 ? 0 : tag.lastIndexOf('.') + 1);
  const at = name.indexOf(tag);
  if (at === -1) return true;
  const after = name[at + tag.length];
  return after !== undefined && after === after.toLowerCase();
}

function prefixOf(name, tag, fallback, size = '') {
  if (name === null) {
    const tagged = tag !== '' && (major < 14 || fallback !== tag) ? `[${tag}] ` : '';
    return `[${fallback}${size}: null prototype] ${tagged}`;
  }
  if (tagMatters(name, tag)) return `${name}${size} [${tag}] `;
  return major >= 26 && tag !== '' ? `${tag}${size} ` : `${name}${size} `;
}

// The prefix of an object whose class says nothing else.
function plainPrefix(value, name, tag) {
  let fallback = '';
  if (name === null) {
    fallback = binding.classOf(value);
    if (tag === 'Module' && !Object.isExtensible(value)) return major < 14 ? '[Module] ' : '[Module: null prototype] ';
    if (fallback === tag) fallback = 'Object';
  }
  return prefixOf(name, tag, fallback);
}

// The tag, unless it is printed as a property anyway.
function tagOf(run, value) {
  let tag;
  try {
    tag = value[Symbol.toStringTag];
  } catch (error) {
    if (major < 24) throw error;
  }
  if (typeof tag !== 'string' || tag === '') return '';
  const listed = run.showHidden ? hasOwnProperty : propertyIsEnumerable;
  return listed.call(value, Symbol.toStringTag) ? '' : tag;
}

function keysOf(run, value) {
  const symbols = Object.getOwnPropertySymbols(value);
  if (run.showHidden) return Object.getOwnPropertyNames(value).concat(symbols);
  let keys;
  try {
    keys = Object.keys(value);
  } catch {
    // A module namespace with a binding not initialized yet refuses to say which are enumerable.
    keys = Object.getOwnPropertyNames(value);
  }
  for (const symbol of symbols) {
    if (propertyIsEnumerable.call(value, symbol)) keys.push(symbol);
  }
  return keys;
}

const isIndex = (key) => typeof key === 'string' && /^(0|[1-9]\d*)$/.test(key) && Number(key) < 2 ** 32 - 1;

// The keys of an array that are no elements; elements come first among the keys.
function namedKeysOf(run, value) {
  const keys = keysOf(run, value);
  let at = 0;
  while (at < keys.length && isIndex(keys[at])) at++;
  return at === 0 ? keys : keys.slice(at);
}

const sizeOf = {
  Map: Object.getOwnPropertyDescriptor(Map.prototype, 'size').get,
  Set: Object.getOwnPropertyDescriptor(Set.prototype, 'size').get,
};
const TypedArray = Object.getPrototypeOf(Uint8Array).prototype;
const typedName = Object.getOwnPropertyDescriptor(TypedArray, Symbol.toStringTag).get;
const typedLength = Object.getOwnPropertyDescriptor(TypedArray, 'length').get;

// What is special about an object: a text if that is all there is to print, or how to print it.
function shapeOf(run, value, level, name, tag, inherited, insideTyped) {
  const kind = binding.classOf(value);
  if (name === null || (major < 16 ? value[Symbol.iterator] : Symbol.iterator in value)) {
    const shape = listShape(run, value, kind, name, tag, inherited);
    if (shape !== undefined) return shape;
  }
  const keys = keysOf(run, value);
  const bare = keys.length === 0 && inherited === undefined;
  const braced = (fallback, entries, more) =>
    ({ keys, base: '', open: `${prefixOf(name, tag, fallback)}{`, close: '}', layout: PROPERTIES, entries, ...more });
  const based = (base, style) =>
    bare ? (style ? run.stylize(base, style) : base) :
      ({ keys, base, open: '{', close: '}', layout: PROPERTIES });

  if (typeof value === 'function' && (name !== 'Object' || major >= 20)) {
    return based(functionBase(run, value, kind, name, tag), bare ? 'special' : undefined);
  }
  if (kind === 'Arguments' && name === 'Object') {
    return bare ? '[Arguments] {}' : { keys, base: '', open: '[Arguments] {', close: '}', layout: PROPERTIES };
  }
  if (name === 'Object') {
    const open = tag === '' ? '{' : `${prefixOf(name, tag, 'Object')}{`;
    return bare ? `${open}}` : { keys, base: '', open, close: '}', layout: PROPERTIES };
  }
  switch (kind) {
    case 'RegExp': {
      const prefix = prefixOf(name, tag, 'RegExp');
      const source = RegExp.prototype.toString.call(name === null ? new RegExp(value) : value);
      const base = prefix === 'RegExp ' ? source : prefix + source;
      if (bare || tooDeep(run, level)) return run.stylize(base, 'regexp');
      return based(major >= 26 ? run.stylize(base, 'regexp') : base);
    }
    case 'Date': {
      const prefix = prefixOf(name, tag, 'Date');
      const text = Number.isNaN(Date.prototype.getTime.call(value)) ?
        Date.prototype.toString.call(value) : Date.prototype.toISOString.call(value);
      return based(prefix === 'Date ' ? text : prefix + text, bare ? 'date' : undefined);
    }
    case 'ArrayBuffer':
    case 'SharedArrayBuffer': {
      const length = major >= 22 ? '[byteLength]' : 'byteLength';
      if (insideTyped !== undefined && bare) {
        const bytes = run.stylize(showNumber(value.byteLength, false), 'number');
        return `${prefixOf(name, tag, kind)}{ ${length}: ${bytes} }`;
      }
      return braced(kind, insideTyped === undefined ? bufferContents : undefined, { shown: ['byteLength'] });
    }
    case 'DataView': return braced('DataView', undefined, { shown: ['byteLength', 'byteOffset', 'buffer'] });
    case 'Promise': return braced('Promise', promiseState);
    case 'WeakSet':
    case 'WeakMap': return braced(kind, unknownItems);
    case 'Module':
      return { keys, base: '', open: `${plainPrefix(value, name, tag)}{`, close: '}', layout: PROPERTIES, namespace: true };
    case 'Number':
    case 'String':
    case 'Boolean':
    case 'BigInt':
    case 'Symbol': {
      const base = boxedBase(run, value, kind, keys, name, tag);
      return keys.length === 0 && inherited === undefined ? base : { keys, base, open: '{', close: '}', layout: PROPERTIES };
    }
    default:
  }
  if (kind === 'Error' || value instanceof Error) {
    const base = errorBase(run, value, name, tag, keys);
    return keys.length === 0 && inherited === undefined ? base : { keys, base, open: '{', close: '}', layout: PROPERTIES };
  }
  const open = `${plainPrefix(value, name, tag)}{`;
  return bare ? `${open}}` : { keys, base: '', open, close: '}', layout: PROPERTIES };
}

// Arrays, collections, and their iterators.
function listShape(run, value, kind, name, tag, inherited) {
  if (Array.isArray(value)) {
    const keys = namedKeysOf(run, value);
    const open = `${name !== 'Array' || tag !== '' ? prefixOf(name, tag, 'Array', `(${value.length})`) : ''}[`;
    if (value.length === 0 && keys.length === 0 && inherited === undefined) return `${open}]`;
    return { keys, base: '', open, close: ']', layout: LIST, entries: arrayEntries };
  }
  if (kind === 'Set' || kind === 'Map') {
    const size = sizeOf[kind].call(value);
    const keys = keysOf(run, value);
    const open = `${prefixOf(name, tag, kind, major >= 14 ? `(${size})` : '')}{`;
    if (size === 0 && keys.length === 0 && inherited === undefined) return `${open}}`;
    return { keys, base: '', open, close: '}', layout: PROPERTIES, entries: kind === 'Set' ? setEntries : mapEntries };
  }
  const element = typedName.call(value);
  if (element !== undefined) {
    const keys = namedKeysOf(run, value);
    const length = typedLength.call(value);
    const open = `${prefixOf(name, tag, name === null ? element : '', `(${length})`)}[`;
    if (length === 0 && keys.length === 0 && !run.showHidden) return `${open}]`;
    return {
      keys, base: '', open, close: ']', layout: LIST, entries: typedEntries,
      shown: run.showHidden ? ['BYTES_PER_ELEMENT', 'length', 'byteLength', 'byteOffset', 'buffer'] : undefined,
      typed: true,
    };
  }
  if (kind === 'Map Iterator' || kind === 'Set Iterator') {
    const { left, arePairs } = require('internal/util/previews');
    const pairs = arePairs(left(value, kind));
    const open = `[${pairs ? `${kind.slice(0, 3)} Entries` : tag}] {`;
    const entries = pairs ? pairEntries : leftEntries;
    return { keys: keysOf(run, value), base: '', open, close: '}', layout: PROPERTIES, entries };
  }
  return undefined;
}

// What is left in an iterator of values.
function leftEntries(run, value, level) {
  const values = require('internal/util/previews').left(value, binding.classOf(value));
  const most = shownCount(run, values.length);
  run.indent += 2;
  const parts = values.slice(0, most).map((each) => show(run, each, level));
  run.indent -= 2;
  if (values.length > most) parts.push(moreItems(values.length - most));
  return parts;
}

// What is left in an iterator of keys with their values.
function pairEntries(run, value, level) {
  const values = require('internal/util/previews').left(value, binding.classOf(value));
  const most = shownCount(run, values.length);
  run.indent += 2;
  const parts = values.slice(0, most).map((pair) => {
    const shown = pair.map((each) => show(run, each, level));
    return laidOut(run, { parts: shown, base: '', open: '[', close: ']', layout: LIST }, level, pair);
  });
  run.indent -= 2;
  if (values.length > most) parts.push(moreItems(values.length - most));
  return parts;
}

function showObject(run, value, level, insideTyped) {
  const hidden = run.showHidden && !tooDeep(run, level) ? [] : undefined;
  const name = constructorName(run, value, level, hidden);
  const inherited = hidden !== undefined && hidden.length > 0 ? hidden : undefined;
  const tag = tagOf(run, value);
  const shape = shapeOf(run, value, level, name, tag, inherited, insideTyped);
  if (typeof shape === 'string') return shape;
  if (tooDeep(run, level)) {
    const text = plainPrefix(value, name, tag).slice(0, -1);
    return run.stylize(name === null ? text : `[${text}]`, 'special');
  }

  const inner = level + 1;
  const { indent } = run;
  run.seen.push(value);
  run.deepest = inner;
  try {
    shape.parts = shape.entries === undefined ? [] : shape.entries(run, value, inner);
    for (const key of shape.shown ?? []) shape.parts.push(shownProperty(run, value, inner, key, shape.typed ?? insideTyped));
    const one = shape.namespace ? showBinding : showProperty;
    for (const key of shape.keys) shape.parts.push(one(run, value, inner, key, shape.layout));
    if (inherited !== undefined) shape.parts.push(...inherited);
  } catch (error) {
    if (!(error instanceof RangeError) || !error.message.includes('call stack')) throw error;
    run.seen.pop();
    run.indent = indent;
    const text = plainPrefix(value, name, tag).slice(0, -1);
    return run.stylize(
      `[${text}: Inspection interrupted prematurely. Maximum call stack size exceeded.]`, 'special');
  }
  markReference(run, value, shape);
  run.seen.pop();
  if (run.sorted) sortParts(run, shape);

  const text = laidOut(run, shape, inner, value);
  const spent = (run.budget[run.indent] || 0) + text.length;
  run.budget[run.indent] = spent;
  // What an inspection may print at most is bounded: past it only names are printed.
  if (spent > 2 ** 27) run.depth = -1;
  return text;
}

// An object that something inside it refers to is numbered.
function markReference(run, value, shape) {
  const number = major >= 14 ? run.circular?.get(value) : undefined;
  if (number === undefined) return;
  const reference = run.stylize(`<ref *${number}>`, 'special');
  if (run.compact === true) shape.open = `${reference} ${shape.open}`;
  else shape.base = shape.base === '' ? reference : `${reference} ${shape.base}`;
}

function sortParts(run, shape) {
  const order = run.sorted === true ? undefined : run.sorted;
  const { parts, keys } = shape;
  if (shape.layout === PROPERTIES) parts.sort(order);
  else if (keys.length > 1) parts.push(...parts.splice(parts.length - keys.length).sort(order));
}

// The entries of an object, by its class.

const shownCount = (run, length) => Math.min(Math.max(0, run.maxArrayLength), length);

function arrayEntries(run, value, level) {
  const most = shownCount(run, value.length);
  const parts = [];
  for (let i = 0; i < most; i++) {
    const descriptor = Object.getOwnPropertyDescriptor(value, i);
    if (descriptor === undefined) return sparseEntries(run, value, level, most, parts, i);
    parts.push(showProperty(run, value, level, i, ELEMENTS, descriptor));
  }
  if (value.length > most) parts.push(moreItems(value.length - most));
  return parts;
}

function sparseEntries(run, value, level, most, parts, from) {
  const holes = (count) => run.stylize(`<${count} empty item${plural(count)}>`, 'undefined');
  let next = from;
  for (const key of Object.keys(value).slice(from)) {
    if (parts.length >= most || !isIndex(key)) break;
    if (Number(key) !== next) {
      parts.push(holes(key - next));
      next = Number(key);
      if (parts.length === most) break;
    }
    parts.push(showProperty(run, value, level, key, ELEMENTS));
    next++;
  }
  const left = value.length - next;
  if (left > 0) parts.push(parts.length === most ? moreItems(left) : holes(left));
  return parts;
}

function typedEntries(run, value) {
  const length = typedLength.call(value);
  const most = shownCount(run, length);
  const parts = [];
  for (let i = 0; i < most; i++) parts.push(showPrimitive(run.stylize, value[i], run));
  if (length > most) parts.push(moreItems(length - most));
  return parts;
}

// Some majors print collections whole.
const shownEntries = (run, size) => (major === 16 || major >= 20 ? shownCount(run, size) : size);

function setEntries(run, value, level) {
  const size = sizeOf.Set.call(value);
  const most = shownEntries(run, size);
  const parts = [];
  run.indent += 2;
  for (const each of Set.prototype.values.call(value)) {
    if (parts.length >= most) break;
    parts.push(show(run, each, level));
  }
  if (size > most) parts.push(moreItems(size - most));
  run.indent -= 2;
  return withSize(run, parts, size);
}

function mapEntries(run, value, level) {
  const size = sizeOf.Map.call(value);
  const most = shownEntries(run, size);
  const parts = [];
  run.indent += 2;
  for (const [key, each] of Map.prototype.entries.call(value)) {
    if (parts.length >= most) break;
    parts.push(`${show(run, key, level)} => ${show(run, each, level)}`);
  }
  if (size > most) parts.push(moreItems(size - most));
  run.indent -= 2;
  return withSize(run, parts, size);
}

function withSize(run, parts, size) {
  if (run.showHidden && major < 14) parts.push(`[size]: ${run.stylize(`${size}`, 'number')}`);
  return parts;
}

function bufferContents(run, value) {
  let bytes;
  try {
    bytes = new Uint8Array(value);
  } catch {
    return [run.stylize('(detached)', 'special')];
  }
  const most = shownCount(run, bytes.length);
  let text = '';
  for (let i = 0; i < most; i++) text += `${i > 0 ? ' ' : ''}${bytes[i].toString(16).padStart(2, '0')}`;
  const left = bytes.length - run.maxArrayLength;
  if (left > 0) text += ` ... ${left} more byte${plural(left)}`;
  return [`${run.stylize('[Uint8Contents]', 'special')}: <${text}>`];
}

function promiseState(run, value, level) {
  const [state, result] = binding.promiseState(value);
  if (state === 'pending') return [run.stylize('<pending>', 'special')];
  run.indent += 2;
  const text = show(run, result, level);
  run.indent -= 2;
  return [state === 'rejected' ? `${run.stylize('<rejected>', 'special')} ${text}` : text];
}

function unknownItems(run) {
  if (run.showHidden) {
    require('internal/errors').notOffered('showing the entries of weak collections', 'showing maps and sets');
  }
  return [run.stylize('<items unknown>', 'special')];
}

// Functions and boxed primitives.

function isClass(source) {
  if (!source.startsWith('class') || !source.endsWith('}')) return false;
  const rest = source.slice(5, -1);
  const brace = rest.indexOf('{');
  if (brace === -1) return false;
  if (!rest.slice(0, brace).includes('(')) return true;
  return /^(\s+[^(]*?)\s*{/.test(rest.replace(/(\/\/.*?\n)|(\/\*(.|\n)*?\*\/)/g));
}

function classBase(value, name, tag) {
  let base = `class ${(hasOwn(value, 'name') && value.name) || '(anonymous)'}`;
  if (name !== 'Function' && name !== null) base += ` [${name}]`;
  if (tag !== '' && name !== tag) base += ` [${tag}]`;
  if (name === null) {
    base += ' extends [null prototype]';
  } else {
    const parent = Object.getPrototypeOf(value).name;
    if (parent) base += ` extends ${parent}`;
  }
  return `[${base}]`;
}

function functionBase(run, value, kind, name, tag) {
  if (isClass(Function.prototype.toString.call(value))) return classBase(value, name, tag);
  const type = /^(Async)?(Generator)?Function$/.test(kind) ? kind : 'Function';
  let base = `[${type}`;
  if (name === null) base += ' (null prototype)';
  if (value.name === '') base += major >= 14 ? ' (anonymous)' : '';
  else base += `: ${typeof value.name === 'string' || major < 22 ? value.name : show(run, value.name, 0)}`;
  base += ']';
  if (name !== type && name !== null) base += ` ${name}`;
  if (tag !== '' && name !== tag) base += ` [${tag}]`;
  return base;
}

function boxedBase(run, value, kind, keys, name, tag) {
  if (kind === 'String') keys.splice(0, value.length);
  const inner = { Number, String, Boolean, BigInt, Symbol }[kind].prototype.valueOf.call(value);
  let base = `[${kind}`;
  if (kind !== name) base += name === null ? ' (null prototype)' : ` (${name})`;
  base += `: ${showPrimitive(plain, inner, run)}]`;
  if (tag !== '' && tag !== name) base += ` [${tag}]`;
  return keys.length !== 0 || run.stylize === plain ? base : run.stylize(base, kind.toLowerCase());
}

// Errors.

function stackOf(run, error) {
  let stack;
  try {
    ({ stack } = error);
  } catch (refusal) {
    if (major < 22) throw refusal;
  }
  if (!stack) return Error.prototype.toString.call(error);
  if (typeof stack === 'string' || major < 22) return String(stack);
  run.seen.push(error);
  run.indent += 4;
  const shown = show(run, stack, 0);
  run.indent -= 4;
  run.seen.pop();
  return `${Error.prototype.toString.call(error)}\n    ${shown}`;
}

// Where at least four frames in a row are also frames of the cause: how many, and from which on.
function sharedFrames(frames, others) {
  for (let i = 0; i < frames.length - 3; i++) {
    const at = others.indexOf(frames[i]);
    if (at === -1) continue;
    let count = 1;
    while (i + count < frames.length && at + count < others.length && frames[i + count] === others[at + count]) count++;
    if (count > 3) return [i, count];
  }
  return undefined;
}

function framesOf(run, error, text) {
  const frames = text.split('\n');
  const cause = read(error, 'cause').value;
  if (major < 16 || !(cause instanceof Error)) return frames;
  const causeStack = stackOf(run, cause);
  const start = causeStack.indexOf('\n    at');
  const shared = start === -1 ? undefined : sharedFrames(frames, causeStack.slice(start + 1).split('\n'));
  if (shared !== undefined) {
    const [from, count] = shared;
    const note = `    ... ${count - 2} lines matching cause stack trace ...`;
    frames.splice(from + 1, count - 2, run.stylize(note, 'undefined'));
  }
  return frames;
}

// A property whose getter may throw.
function read(value, key) {
  try {
    return { value: value[key] };
  } catch {
    return { threw: true };
  }
}

// The first line with the class in it, if the name alone would hide it.
function withClass(stack, name, tag, title) {
  let length = title.length;
  if (typeof title !== 'string') {
    const prefix = prefixOf(name, tag, 'Error').slice(0, -1);
    stack = stack.replace(`${title}`, () => `${title} [${prefix}]`);
  }
  const regular = typeof title === 'string' && title.endsWith('Error') && stack.startsWith(title) &&
    (stack.length === length || stack[length] === ':' || stack[length] === '\n');
  if (name !== null && !regular) return stack;
  let fallback = 'Error';
  if (name === null) {
    const start = /^([A-Z][a-z_ A-Z0-9[\]()-]+)(?::|\n {4}at)/.exec(stack) ?? /^([a-z_A-Z0-9-]*Error)$/.exec(stack);
    fallback = start?.[1] ?? '';
    ({ length } = fallback);
    fallback ||= 'Error';
  }
  const prefix = prefixOf(name, tag, fallback).slice(0, -1);
  if (title === prefix) return stack;
  if (!prefix.includes(title)) return `${prefix} [${title}]${stack.slice(length)}`;
  return length === 0 ? `${prefix}: ${stack}` : prefix + stack.slice(length);
}

function without(keys, key) {
  const at = keys.indexOf(key);
  if (at !== -1) keys.splice(at, 1);
}

// Own properties that the stack shows already are left out.
function dropRepeated(run, error, keys, stack) {
  if (run.showHidden || keys.length === 0) return;
  if (major >= 22) without(keys, 'stack');
  else if (keys.includes('stack') && stack.includes(error.stack)) without(keys, 'stack');
  for (const key of ['name', 'message']) {
    const { value, threw } = read(error, key);
    if (!threw && ((typeof value !== 'string' && major >= 22) || stack.includes(value))) without(keys, key);
  }
}

function errorBase(run, error, name, tag, keys) {
  let stack;
  try {
    stack = stackOf(run, error);
  } catch (refusal) {
    if (major < 22) throw refusal;
    return Object.prototype.toString.call(error);
  }
  const message = read(error, 'message').value;
  const given = read(error, 'name').value ?? 'Error';
  dropRepeated(run, error, keys, stack);

  if (major >= 16) {
    if ((major >= 22 ? hasOwn(error, 'cause') : 'cause' in error) && !keys.includes('cause')) keys.push('cause');
    const errors = read(error, 'errors').value;
    if (Array.isArray(errors) && (major < 22 || hasOwn(error, 'errors')) && !keys.includes('errors')) keys.push('errors');
  }
  stack = withClass(stack, name, tag, major >= 22 ? given : String(given));

  const found = message ? stack.indexOf(message) : -1;
  const start = stack.indexOf('\n    at', found === -1 ? 0 : found + message.length);
  if (start === -1) {
    stack = `[${stack}]`;
  } else {
    const frames = framesOf(run, error, stack.slice(start + 1));
    stack = [stack.slice(0, start), ...frames.map((line) => coloredFrame(run, line))].join('\n');
  }
  return run.indent === 0 ? stack : stack.replace(/\n/g, `\n${' '.repeat(run.indent)}`);
}

function coloredFrame(run, line) {
  return run.colors && /^ {4}at (?:[^/\\(]+ \(|)node:(.+):\d+:\d+\)?$/.test(line) ? run.stylize(line, 'undefined') : line;
}

// Properties.

function showAccessor(run, descriptor, level, owner) {
  const { stylize } = run;
  if (descriptor.get === undefined) return stylize('[Setter]', 'special');
  const label = descriptor.set === undefined ? 'Getter' : 'Getter/Setter';
  const asked = run.getters === true || run.getters === (descriptor.set === undefined ? 'get' : 'set');
  if (!asked) return stylize(`[${label}]`, 'special');
  const within = (text) => `${stylize(`[${label}:`, 'special')} ${text}${stylize(']', 'special')}`;
  const { indent } = run;
  run.indent += 2;
  try {
    const value = descriptor.get.call(owner);
    if (value === null) return within(stylize('null', 'null'));
    if (typeof value === 'object' || (typeof value === 'function' && major >= 24)) {
      return `${stylize(`[${label}]`, 'special')} ${show(run, value, level)}`;
    }
    return within(showPrimitive(stylize, value, run));
  } catch (error) {
    return within(`<Inspection threw (${major >= 24 ? show(run, error, level) : error.message})>`);
  } finally {
    run.indent = indent;
  }
}

function keyText(run, key, enumerable) {
  const { stylize } = run;
  const escape = (text) => text.replace(escapesFor(true), escaped);
  let text;
  if (typeof key === 'symbol') {
    text = stylize(escape(Symbol.prototype.toString.call(key)), 'symbol');
    if (major < 24) return `[${text}]`;
  } else if (key === '__proto__' && major >= 14) {
    text = "['__proto__']";
    if (major < 24) return text;
  } else if (!enumerable && major < 24) {
    return `[${escape(key)}]`;
  } else {
    text = /^[a-zA-Z_][a-zA-Z_0-9]*$/.test(key) ? stylize(key, 'name') : stylize(quote(key), 'string');
  }
  return enumerable ? text : `[${text}]`;
}

function showProperty(run, value, level, key, layout, known, owner = value) {
  const descriptor = known ?? Object.getOwnPropertyDescriptor(value, key) ?? { value: value[key], enumerable: true };
  let text;
  let gap = ' ';
  if (descriptor.value !== undefined) {
    const step = run.compact !== true || layout !== PROPERTIES ? 2 : 3;
    run.indent += step;
    text = show(run, descriptor.value, level);
    if (step === 3 && run.breakLength < getStringWidth(text, run.colors)) gap = `\n${' '.repeat(run.indent)}`;
    run.indent -= step;
  } else if (descriptor.get !== undefined || descriptor.set !== undefined) {
    text = showAccessor(run, descriptor, level, owner);
  } else {
    text = run.stylize('undefined', 'undefined');
  }
  return layout === ELEMENTS ? text : `${keyText(run, key, descriptor.enumerable !== false)}:${gap}${text}`;
}

// A property that is an accessor of the class and is shown all the same.
function shownProperty(run, value, level, key, insideTyped) {
  run.indent += 2;
  const text = show(run, value[key], level, insideTyped);
  run.indent -= 2;
  if (major >= 22) return `${run.stylize(`[${key}]`, 'string')}: ${text}`;
  return insideTyped ? `[${key}]: ${text}` : `${run.stylize(key, 'name')}: ${text}`;
}

// A binding of a module, which may not be initialized yet.
function showBinding(run, value, level, key) {
  try {
    return showProperty(run, value, level, key, PROPERTIES);
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return `${keyText(run, key, true)}: ${run.stylize('<uninitialized>', 'special')}`;
  }
}

// Lines.

const SEPARATOR = 2;
const COLUMNS_MAX = 15;
const CHARACTER_HEIGHT = 2.5;

// Puts the elements of a long array into columns.
function inColumns(run, parts, value) {
  const more = run.maxArrayLength < parts.length;
  const count = more ? parts.length - 1 : parts.length;
  const widths = [];
  let total = 0;
  let widest = 0;
  for (let i = 0; i < count; i++) {
    widths[i] = getStringWidth(parts[i], run.colors);
    total += widths[i] + SEPARATOR;
    widest = Math.max(widest, widths[i]);
  }
  const cell = widest + SEPARATOR;
  // Only if three fit beside each other and no element is much wider than the others.
  if (cell * 3 + run.indent >= run.breakLength || (total / cell <= 5 && widest > 6)) return parts;

  const bias = Math.max(cell - 3 - Math.sqrt(cell - total / parts.length), 1);
  const columns = Math.min(
    Math.round(Math.sqrt(CHARACTER_HEIGHT * bias * count) / bias),
    Math.floor((run.breakLength - run.indent) / cell),
    run.compact * 4,
    COLUMNS_MAX,
  );
  if (columns <= 1) return parts;

  const columnWidths = [];
  for (let column = 0; column < columns; column++) {
    let width = 0;
    for (let i = column; i < parts.length; i += columns) width = Math.max(width, widths[i] ?? 0);
    columnWidths.push(width + SEPARATOR);
  }
  const isNumeric = (each) => typeof each === 'number' || typeof each === 'bigint';
  let numeric = true;
  for (let i = 0; numeric && value !== undefined && i < parts.length; i++) numeric = isNumeric(value[i]);

  const lines = [];
  for (let from = 0; from < count; from += columns) {
    const last = Math.min(from + columns, count) - 1;
    let line = '';
    for (let i = from; i < last; i++) {
      const width = columnWidths[i - from] + parts[i].length - widths[i];
      line += numeric ? `${parts[i]}, `.padStart(width) : `${parts[i]}, `.padEnd(width);
    }
    const width = columnWidths[last - from] + parts[last].length - widths[last] - SEPARATOR;
    lines.push(line + (numeric ? parts[last].padStart(width) : parts[last]));
  }
  if (more) lines.push(parts[count]);
  return lines;
}

function fitsOneLine(run, parts, start, base) {
  if (major >= 24 && run.breakLength === Infinity) return ![base, ...parts].some((part) => part.includes('\n'));
  let length = parts.length + start;
  if (length + parts.length > run.breakLength) return false;
  for (const part of parts) {
    length += run.colors ? withoutColors(part).length : part.length;
    if (length > run.breakLength) return false;
  }
  return !base.includes('\n');
}

function laidOut(run, { parts, base, open, close, layout }, level, value) {
  const indentation = ' '.repeat(run.indent);
  const lead = base === '' ? '' : `${base} `;
  if (run.compact === true) {
    if (fitsOneLine(run, parts, 0, base)) return `${open}${base === '' ? '' : ` ${base}`} ${parts.join(', ')} ${close}`;
    const gap = base === '' && open.length === 1 ? ' ' : `${base === '' ? '' : ` ${base}`}\n${indentation}  `;
    return `${open}${gap}${parts.join(`,\n${indentation}  `)} ${close}`;
  }
  let lines = parts;
  if (typeof run.compact === 'number' && run.compact >= 1) {
    if (layout === LIST && parts.length > 6) lines = inColumns(run, parts, value);
    // The innermost levels go on one line if they are short.
    if (run.deepest - level < run.compact && lines.length === parts.length) {
      const start = lines.length + run.indent + open.length + base.length + 10;
      if (fitsOneLine(run, lines, start, base)) {
        const line = lines.join(', ');
        if (major < 16 || !line.includes('\n')) return `${lead}${open} ${line} ${close}`;
      }
    }
  }
  return `${lead}${open}\n${indentation}  ${lines.join(`,\n${indentation}  `)}\n${indentation}${close}`;
}

function stripVTControlCharacters(text) {
  require('internal/errors').validateString(text, 'str');
  return withoutColors(text);
}

module.exports = {
  defaults,
  format: (...values) => require('internal/util/format').format(...values),
  formatWithOptions: (...values) => require('internal/util/format').formatWithOptions(...values),
  getStringWidth,
  inspect,
  isBuiltInName,
  quote,
  showBigInt,
  showNumber,
  stripVTControlCharacters,
};
