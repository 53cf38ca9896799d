'use strict';
// JSON with V8's words for what is wrong. The engine does the work; only what it refuses is looked at again.

const { major } = binding;
const { parse: engineParse, stringify: engineStringify } = JSON;

const DIGIT = /[0-9]/;
const ESCAPES = '"\\/bfnrt';
const CONTEXT = 10;
const SHORT = 2 * CONTEXT;
const NOT_TEXTS = ['[object Object]', 'undefined', 'NaN', 'Infinity'];

class Refusal {
  constructor(at, reason) {
    this.at = at;
    this.reason = reason;
  }
}

// Reads a text as V8 does, up to the first thing wrong, which it throws.
class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  refuse(reason, at = this.at) {
    throw new Refusal(at, reason);
  }

  // The next character that is not a blank.
  peek() {
    while (' \t\n\r'.includes(this.text[this.at] ?? 'x')) this.at++;
    return this.text[this.at];
  }

  whole() {
    this.value();
    if (this.peek() !== undefined) this.refuse('Unexpected non-whitespace character after JSON');
  }

  value() {
    const first = this.peek();
    if (first === '{') return this.object();
    if (first === '[') return this.array();
    if (first === '"') return this.string();
    if (first === '-' || (first !== undefined && DIGIT.test(first))) return this.number();
    for (const word of ['true', 'false', 'null']) {
      if (word[0] === first) return this.word(word);
    }
    return this.refuse();
  }

  word(word) {
    for (const letter of word) {
      if (this.text[this.at] !== letter) this.refuse();
      this.at++;
    }
  }

  object() {
    this.at++;
    if (this.peek() === '}') {
      this.at++;
      return;
    }
    for (let isFirst = true; ; isFirst = false) {
      if (this.peek() !== '"') this.refuse(isFirst ? "Expected property name or '}'" : 'Expected double-quoted property name');
      this.string();
      if (this.peek() !== ':') this.refuse(isFirst || major >= 22 ? "Expected ':' after property name" : undefined);
      this.at++;
      this.value();
      if (this.peek() !== ',') break;
      this.at++;
    }
    if (this.peek() !== '}') this.refuse("Expected ',' or '}' after property value");
    this.at++;
  }

  array() {
    this.at++;
    if (this.peek() === ']') {
      this.at++;
      return;
    }
    for (;;) {
      this.value();
      if (this.peek() !== ',') break;
      this.at++;
    }
    if (this.peek() !== ']') this.refuse("Expected ',' or ']' after array element");
    this.at++;
  }

  string() {
    const { text } = this;
    for (this.at++; text[this.at] !== '"'; this.at++) {
      const character = text[this.at];
      if (character === undefined) this.refuse('Unterminated string');
      if (character < ' ') this.refuse('Bad control character in string literal');
      if (character !== '\\') continue;
      this.at++;
      if (text[this.at] === 'u') {
        for (let i = 0; i < 4; i++) {
          this.at++;
          if (!/[0-9a-fA-F]/.test(text[this.at] ?? '')) this.refuse('Bad Unicode escape');
        }
      } else if (text[this.at] === undefined || !ESCAPES.includes(text[this.at])) {
        this.refuse(text[this.at] === undefined ? undefined : 'Bad escaped character');
      }
    }
    this.at++;
  }

  isDigit() {
    return DIGIT.test(this.text[this.at] ?? '');
  }

  number() {
    const { text } = this;
    if (text[this.at] === '-') {
      this.at++;
      if (!this.isDigit()) this.refuse('No number after minus sign');
    }
    if (text[this.at] === '0') {
      this.at++;
      if (this.isDigit()) this.refuse('number');
    } else {
      while (this.isDigit()) this.at++;
    }
    if (text[this.at] === '.') {
      this.at++;
      if (!this.isDigit()) this.refuse('Unterminated fractional number');
      while (this.isDigit()) this.at++;
    }
    if (text[this.at] === 'e' || text[this.at] === 'E') {
      this.at++;
      if (text[this.at] === '+' || text[this.at] === '-') this.at++;
      if (!this.isDigit()) this.refuse('Exponent part is missing a number');
      while (this.isDigit()) this.at++;
    }
  }
}

// The kind of token at a place decides the words unless something in particular was expected.
function tokenMessage(text, at, reason) {
  const found = text[at];
  if (found === undefined) return 'Unexpected end of JSON input';
  if (reason === 'number' || found === '-' || DIGIT.test(found)) {
    return `Unexpected number in JSON at position ${placed(text, at)}`;
  }
  if (found === '"') return `Unexpected string in JSON at position ${placed(text, at)}`;
  if (major < 20) return `Unexpected token ${found} in JSON at position ${at}`;
  if (NOT_TEXTS.includes(text)) return `"${text}" is not valid JSON`;
  const isCutBefore = text.length > SHORT && at >= CONTEXT;
  const isCutAfter = text.length > SHORT && at < text.length - CONTEXT;
  const part = text.slice(isCutBefore ? at - CONTEXT : 0, isCutAfter ? at + CONTEXT : undefined);
  const shown = `${isCutBefore ? '...' : ''}"${part}"${isCutAfter ? '...' : ''}`;
  return `Unexpected token '${found}', ${shown} is not valid JSON`;
}

function placed(text, at) {
  if (major < 22) return `${at}`;
  const lines = text.slice(0, at).split(/\r\n|\r|\n/);
  return `${at} (line ${lines.length} column ${lines[lines.length - 1].length + 1})`;
}

// What V8 says of a text that is not JSON.
function messageFor(text) {
  try {
    new Reader(text).whole();
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    const { at, reason } = refusal;
    if (major < 20 || reason === undefined || reason === 'number') return tokenMessage(text, at, reason);
    return `${reason} in JSON at position ${placed(text, at)}`.replace('after JSON in JSON', 'after JSON');
  }
  return undefined;
}

exports.messageFor = messageFor;

// The way from an object to the first place that refers back: the objects on it, and the key behind each.
function findCircle(value, objects, keys, known) {
  if (typeof value !== 'object' || value === null) return undefined;
  const start = objects.indexOf(value);
  if (start !== -1) return { objects: objects.slice(start), keys: keys.slice(start) };
  if (known.has(value)) return undefined;
  known.add(value);
  objects.push(value);
  for (const key of Object.keys(value)) {
    keys.push(key);
    const circle = findCircle(value[key], objects, keys, known);
    if (circle !== undefined) return circle;
    keys.pop();
  }
  objects.pop();
  return undefined;
}

function circleMessage(value) {
  const circle = findCircle(value, [], [], new Set());
  if (circle === undefined) return undefined;
  const { objects, keys } = circle;
  const named = (object) => {
    const name = object.constructor?.name;
    return typeof name === 'string' && name !== '' ? name : 'Object';
  };
  const keyed = (at) => (Array.isArray(objects[at]) ? `index ${keys[at]}` : `property '${keys[at]}'`);
  const between = [];
  for (let i = 1; i < objects.length; i++) between.push(`${keyed(i - 1)} -> object with constructor '${named(objects[i])}'`);
  if (between.length > 3) between.splice(2, between.length - 3, '...');
  return ['Converting circular structure to JSON', `--> starting at object with constructor '${named(objects[0])}'`,
    ...between.map((line) => `|     ${line}`), `--- ${keyed(keys.length - 1)} closes the circle`].join('\n    ');
}

function explain(error, prototype, find) {
  if (Object.getPrototypeOf(error) !== prototype) return;
  const message = find();
  if (message !== undefined) Object.defineProperty(error, 'message', { value: message });
}

const syntaxError = SyntaxError.prototype;
const typeError = TypeError.prototype;
const methods = {
  parse(text, reviver) {
    try {
      return engineParse(text, reviver);
    } catch (error) {
      if (error !== null && typeof error === 'object') explain(error, syntaxError, () => messageFor(`${text}`));
      throw error;
    }
  },
  stringify(value, replacer, space) {
    try {
      return engineStringify(value, replacer, space);
    } catch (error) {
      if (error !== null && typeof error === 'object' && error.message === 'circular reference') {
        explain(error, typeError, () => circleMessage(value));
      }
      throw error;
    }
  },
};

// Puts them in the place of the engine's.
exports.install = function install() {
  for (const name of Object.keys(methods)) {
    Object.defineProperty(JSON, name, { value: methods[name], writable: true, enumerable: false, configurable: true });
  }
};
