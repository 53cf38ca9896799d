'use strict';

// AssertionError and the texts it shows, loaded when an assertion fails.

const { validateObject } = require('internal/errors');
const { inspect } = require('internal/util/inspect');

const { major } = binding;

const TITLES = {
  deepStrictEqual: 'Expected values to be strictly deep-equal:',
  partialDeepStrictEqual: 'Expected values to be partially and strictly deep-equal:',
  strictEqual: 'Expected values to be strictly equal:',
  strictEqualObject: 'Expected "actual" to be reference-equal to "expected":',
  deepEqual: 'Expected values to be loosely deep-equal:',
  notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
  notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notStrictEqualObject: 'Expected "actual" not to be reference-equal to "expected":',
  notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
  notIdentical: 'Values have same structure but are not reference-equal:',
  notDeepEqualUnequal: 'Expected values not to be loosely deep-equal:',
};

const isObject = (value) => typeof value === 'object' && value !== null;
const isReference = (value) => isObject(value) || typeof value === 'function';

const shown = (value) => inspect(value, {
  compact: false, customInspect: false, depth: 1000, maxArrayLength: Infinity, showHidden: false, showProxy: false, sorted: true,
  getters: true, breakLength: Infinity,
});

const LINES_MAX = 50;
const LINES_KEPT = 46;

function shortened(lines) {
  return lines.length > LINES_MAX ? [...lines.slice(0, LINES_KEPT), '...'] : lines;
}

const SHORT = 12;
const TERMINAL_WIDTH = 80;

function titleOf(operator, actual, expected) {
  const both = (isObject(actual) && isObject(expected)) || (typeof actual === 'function' && typeof expected === 'function');
  return operator === 'strictEqual' && both ? 'strictEqualObject' : operator;
}

// Up to 20: lines are compared pairwise after what is equal at the end has been cut off.

const sameButComma = (line, other) => line === other || `${other},` === line;

class Pairwise {
  constructor() {
    this.text = '';
    this.later = '';
    this.same = 0;
    this.printed = 0;
    this.skipped = false;
  }

  // Equal lines that were held back: of many only the first and the last are printed.
  release(lines, at) {
    if (this.same > 2) {
      if (this.same > 3) {
        if (this.same === 5) {
          this.print(`  ${lines[at - 3]}`);
        } else if (this.same > 4) {
          this.text += '\n...';
          this.skipped = true;
        }
        this.print(`  ${lines[at - 2]}`);
      }
      this.print(`  ${lines[at - 1]}`);
    }
    this.same = 0;
  }

  print(line) {
    this.text += `\n${line}`;
    this.printed++;
  }

  hold(line) {
    this.later += `\n${line}`;
    this.printed++;
  }

  equal(line) {
    this.text += this.later;
    this.later = '';
    this.same++;
    if (this.same <= 2) this.print(`  ${line}`);
  }
}

function pairwiseDiff(actual, expected, operator, message) {
  const title = titleOf(operator, actual, expected);
  const actualText = shown(actual);
  const actualLines = actualText.split('\n');
  const expectedLines = shown(expected).split('\n');
  const heading = (name) => (message || TITLES[name]);
  let indicator = '';
  let same = 0;

  if (actualLines.length === 1 && expectedLines.length === 1 && actualLines[0] !== expectedLines[0]) {
    const length = actualLines[0].length + expectedLines[0].length;
    if (length <= SHORT) {
      if (!isObject(actual) && !isObject(expected) && (actual !== 0 || expected !== 0)) {
        return `${heading(title)}\n\n${actualLines[0]} !== ${expectedLines[0]}\n`;
      }
    } else if (title !== 'strictEqualObject' && length < TERMINAL_WIDTH) {
      while (actualLines[0][same] === expectedLines[0][same]) same++;
      if (same > 2) {
        indicator = `\n  ${' '.repeat(same)}^`;
        same = 0;
      }
    }
  }

  let end = '';
  let last = '';
  const lastOf = (list) => list[list.length - 1];
  while (actualLines.length > 0 && expectedLines.length > 0 && lastOf(actualLines) === lastOf(expectedLines)) {
    if (same++ < 3) end = `\n  ${lastOf(actualLines)}${end}`;
    else last = lastOf(actualLines);
    actualLines.pop();
    expectedLines.pop();
  }
  const count = Math.max(actualLines.length, expectedLines.length);
  if (count === 0) return `${TITLES.notIdentical}\n\n${shortened(actualText.split('\n')).join('\n')}\n`;

  const diff = new Pairwise();
  if (same >= 5) {
    end = `\n...${end}`;
    diff.skipped = true;
  }
  if (last !== '') end = `\n  ${last}${end}`;

  const head = `${heading(title)}\n+ actual - expected`;
  const isActualLonger = actualLines.length === count;
  const longer = isActualLonger ? actualLines : expectedLines;
  const shorter = isActualLonger ? expectedLines : actualLines;
  for (let i = 0; i < count; i++) {
    if (i >= shorter.length) {
      diff.release(longer, i);
      if (isActualLonger) diff.print(`+ ${longer[i]}`);
      else diff.hold(`- ${longer[i]}`);
    } else if (sameButComma(actualLines[i], expectedLines[i]) || sameButComma(expectedLines[i], actualLines[i])) {
      diff.equal(actualLines[i].length < expectedLines[i].length ? expectedLines[i] : actualLines[i]);
    } else {
      diff.release(actualLines, i);
      diff.print(`+ ${actualLines[i]}`);
      diff.hold(`- ${expectedLines[i]}`);
    }
    if (diff.printed > LINES_MAX && i < count - 2) {
      return `${head} ... Lines skipped\n${diff.text}\n...${diff.later}\n...`;
    }
  }
  return `${head}${diff.skipped ? ' ... Lines skipped' : ''}\n${diff.text}${diff.later}${end}${indicator}`;
}

// From 22 on: the shortest way from one list of lines to the other.

// The furthest points reached after each number of changes; the last of them is the end of both.
function searchPath(actual, expected, same) {
  const most = actual.length + expected.length;
  const reached = new Map([[1, 0]]);
  const trace = [];
  for (let changes = 0; changes <= most; changes++) {
    trace.push(new Map(reached));
    for (let diagonal = -changes; diagonal <= changes; diagonal += 2) {
      const down = diagonal === -changes || (diagonal !== changes && reached.get(diagonal - 1) < reached.get(diagonal + 1));
      let x = down ? reached.get(diagonal + 1) : reached.get(diagonal - 1) + 1;
      while (x < actual.length && x - diagonal < expected.length && same(actual[x], expected[x - diagonal])) x++;
      reached.set(diagonal, x);
      if (x >= actual.length && x - diagonal >= expected.length) return trace;
    }
  }
  return trace;
}

function shortestPath(actual, expected, commas) {
  const same = (a, b) => a === b || (commas && (`${a},` === b || a === `${b},`));
  const trace = searchPath(actual, expected, same);
  const steps = [];
  let x = actual.length;
  let y = expected.length;
  for (let changes = trace.length - 1; changes >= 0; changes--) {
    const reached = trace[changes];
    const diagonal = x - y;
    const down = diagonal === -changes || (diagonal !== changes && reached.get(diagonal - 1) < reached.get(diagonal + 1));
    const before = reached.get(down ? diagonal + 1 : diagonal - 1);
    const beforeY = before - (down ? diagonal + 1 : diagonal - 1);
    while (x > before && y > beforeY) {
      x--;
      y--;
      steps.push([' ', commas && !actual[x].endsWith(',') ? expected[y] : actual[x]]);
    }
    if (changes > 0) steps.push(x > before ? ['+', actual[--x]] : ['-', expected[--y]]);
  }
  return steps.reverse();
}

const EQUAL_LINES_MAX = 5;

function drawnPath(steps) {
  const lines = [];
  let same = 0;
  let skipped = false;
  steps.forEach(([sign, line], i) => {
    if (sign !== ' ' && same > 0) {
      const back = (count) => lines.push(`  ${steps[i - count][1]}`);
      if (same >= EQUAL_LINES_MAX + 3) {
        lines.push('...');
        skipped = true;
      } else if (same === EQUAL_LINES_MAX + 2) {
        back(2);
      }
      if (same > EQUAL_LINES_MAX) back(1);
      same = 0;
    }
    if (sign !== ' ') lines.push(`${sign} ${line}`);
    else if (same++ < EQUAL_LINES_MAX) lines.push(`  ${line}`);
  });
  return { text: `\n${lines.join('\n').trimEnd()}`, skipped };
}

function stacked(actual, expected, actualLine, expectedLine) {
  const strings = typeof actual === 'string' && typeof expected === 'string';
  const quotes = (typeof actual === 'string' ? 2 : 0) + (typeof expected === 'string' ? 2 : 0);
  if (actualLine.length + expectedLine.length - quotes <= SHORT && (actual !== 0 || expected !== 0)) {
    return { text: `${actualLine} !== ${expectedLine}`, header: '' };
  }
  let text = `\n+ ${actualLine}\n- ${expectedLine}`;
  if (strings && actualLine.length + expectedLine.length <= TERMINAL_WIDTH) {
    let at = 0;
    while (at < actualLine.length && actualLine[at] === expectedLine[at]) at++;
    if (at >= 3 && at < actualLine.length) text += `\n${' '.repeat(at + 2)}^`;
  }
  return { text, header: '+ actual - expected' };
}

function shortestDiff(actual, expected, operator, message) {
  let title = titleOf(operator, actual, expected);
  const actualText = shown(actual);
  const expectedText = shown(expected);
  const actualLines = actualText.split('\n');
  const expectedLines = expectedText.split('\n');
  let header = '+ actual - expected';
  let skipped = false;
  let text;
  if (actualLines.length === 1 && expectedLines.length === 1 && !(isObject(actual) && isObject(expected))) {
    ({ text, header } = stacked(actual, expected, actualLines[0], expectedLines[0]));
  } else if (actualText === expectedText) {
    title = 'notIdentical';
    header = '';
    skipped = actualLines.length > LINES_MAX;
    text = skipped ? `${actualLines.slice(0, LINES_MAX).join('\n')}\n...}` : actualText;
  } else {
    ({ text, skipped } = drawnPath(shortestPath(actualLines, expectedLines, isObject(actual))));
  }
  return `${message || TITLES[title]}\n${header}${skipped ? '\n... Skipped lines' : ''}\n${text}\n`;
}

const diffOf = (...parts) => (major >= 22 ? shortestDiff : pairwiseDiff)(...parts);

function clipped(text, most) {
  return text.length > most ? `${text.slice(0, most - 3)}...` : text;
}

// An error without its stack, which would hide what differs.
function withoutStack(error) {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(error)), error);
  Object.defineProperty(copy, 'message', { value: error.message });
  if (major >= 22 && Object.hasOwn(error, 'cause')) {
    Object.defineProperty(copy, 'cause', { value: error.cause instanceof Error ? withoutStack(error.cause) : error.cause });
  }
  return copy;
}

function messageOf(actual, expected, operator) {
  if (operator === 'deepStrictEqual' || operator === 'strictEqual' || operator === 'partialDeepStrictEqual') {
    return diffOf(actual, expected, operator);
  }
  if (operator === 'notDeepStrictEqual' || operator === 'notStrictEqual') {
    const title = TITLES[operator === 'notStrictEqual' && isReference(actual) ? 'notStrictEqualObject' : operator];
    const lines = shortened(shown(actual).split('\n'));
    if (lines.length > 1) return `${title}\n\n${lines.join('\n')}\n`;
    return `${title}${lines[0].length > 5 ? '\n\n' : ' '}${lines[0]}`;
  }
  const first = shown(actual);
  const second = shown(expected);
  if (operator === 'notDeepEqual' && first === second) return clipped(`${TITLES.notDeepEqual}\n\n${first}`, 1024);
  const left = clipped(first, 512);
  const right = clipped(second, 512);
  if (operator === 'deepEqual') return `${TITLES.deepEqual}\n\n${left}\n\nshould loosely deep-equal\n\n${right}`;
  if (operator === 'notDeepEqual') {
    return `${TITLES.notDeepEqualUnequal}\n\n${left}\n\nshould not loosely deep-equal\n\n${right}`;
  }
  return `${left} ${operator} ${right}`;
}

function isWorded(operator) {
  if (major < 20) return false;
  return operator === 'deepStrictEqual' || operator === 'strictEqual' || operator === 'partialDeepStrictEqual';
}

function fewLines(text) {
  const lines = text.split('\n', 11);
  if (lines.length > 10) return `${lines.slice(0, 10).join('\n')}\n...`;
  return text.length > 512 ? `${text.slice(512)}...` : text;
}

class AssertionError extends Error {
  constructor(options) {
    validateObject(options, 'options');
    const { message, operator, stackStartFn, stackStartFunction, diff = 'simple' } = options;
    let { actual, expected } = options;
    if (message !== undefined && message !== null) {
      super(isWorded(operator) ? diffOf(actual, expected, operator, message) : String(message));
    } else {
      if (actual instanceof Error && expected instanceof Error && 'stack' in actual && 'stack' in expected) {
        actual = withoutStack(actual);
        expected = withoutStack(expected);
      }
      super(messageOf(actual, expected, operator));
    }
    this.generatedMessage = !message;
    const hidden = (key, value) =>
      Object.defineProperty(this, key, { value, enumerable: false, writable: true, configurable: true });
    hidden('name', 'AssertionError');
    this.code = 'ERR_ASSERTION';
    this.actual = actual;
    this.expected = expected;
    this.operator = operator;
    Error.captureStackTrace?.(this, stackStartFn || stackStartFunction || AssertionError);
    const frames = String(this.stack).split('\n').filter((line) => line.startsWith('    at '));
    hidden('stack', [`AssertionError [ERR_ASSERTION]${this.message && ': '}${this.message}`, ...frames].join('\n'));
    if (major >= 22) this.diff = diff;
  }

  toString() {
    return `${this.name} [${this.code}]: ${this.message}`;
  }

  [inspect.custom](depth, options) {
    const { actual, expected } = this;
    if (typeof actual === 'string') this.actual = fewLines(actual);
    if (typeof expected === 'string') this.expected = fewLines(expected);
    const text = inspect(this, { ...options, customInspect: false, depth: 0 });
    this.actual = actual;
    this.expected = expected;
    return text;
  }
}

// The error of assert.ifError, with the frames of the error it was given below its own.
function unwanted(value, stackStartFn) {
  let what = inspect(value);
  if (typeof value === 'object' && typeof value.message === 'string') {
    what = value.message.length === 0 && value.constructor ? value.constructor.name : value.message;
  }
  const error = new AssertionError({
    actual: value, expected: null, operator: 'ifError', message: `ifError got unwanted exception: ${what}`, stackStartFn,
  });
  const start = typeof value.stack === 'string' ? value.stack.indexOf('\n    at') : -1;
  if (start !== -1) {
    const frames = value.stack.slice(start + 1).split('\n');
    const own = error.stack.split('\n');
    const shared = frames.map((frame) => own.indexOf(frame)).find((at) => at !== -1);
    error.stack = `${own.slice(0, shared).join('\n')}\n${frames.join('\n')}`;
  }
  return error;
}

// The call that failed, in the words of the program: its place is in the stack, its text in the file.

const OPENING = { '(': ')', '[': ']', '{': '}' };

// Where the call whose arguments begin at `from` ends.
function endOfCall(source, from) {
  const open = [];
  for (let i = from; i < source.length; i++) {
    const character = source[i];
    if (character in OPENING) {
      open.push(OPENING[character]);
    } else if (character === open[open.length - 1]) {
      open.pop();
      if (open.length === 0) return i + 1;
    } else if (character === '"' || character === "'" || character === '`') {
      for (i++; i < source.length && source[i] !== character; i++) {
        if (source[i] === '\\') i++;
      }
    } else if (source.startsWith('//', i)) {
      i = source.indexOf('\n', i);
      if (i === -1) return undefined;
    } else if (source.startsWith('/*', i)) {
      i = source.indexOf('*/', i) + 1;
      if (i === 0) return undefined;
    }
  }
  return undefined;
}

const ASSERTING = /(?:^|\.)(?:assert|ok|strict)\s*\($/;
const LINES_BEFORE = 20;

// The call around a place in the file. The place may be anywhere in it: the engine reports where it was last.
function callAt(path, line, column) {
  const bytes = binding.files?.read(path);
  if (bytes === undefined || typeof bytes === 'string') return undefined;
  const lines = binding.decodeText(bytes).split('\n');
  if (line > lines.length) return undefined;
  const first = Math.max(0, line - 1 - LINES_BEFORE);
  const source = lines.slice(first).join('\n');
  const place = lines.slice(first, line - 1).join('\n').length + (line - 1 > first ? 1 : 0) + column - 1;
  const around = [];
  for (const { index, 0: name } of source.matchAll(/[A-Za-z$_\u0080-\uffff][\w$.?\u0080-\uffff]*\s*\(/g)) {
    if (index > place) break;
    const end = endOfCall(source, index + name.length - 1);
    if (end !== undefined && place <= end) around.push({ index, name, end });
  }
  const named = around.filter(({ name }) => ASSERTING.test(name));
  const call = (named.length > 0 ? named : around).pop();
  if (call === undefined) return undefined;
  const [text, ...more] = source.slice(call.index, call.end).split('\n');
  if (major >= 22) return text;
  const indent = new RegExp(`^[ \\t]{0,${call.index - source.lastIndexOf('\n', call.index) - 1}}`);
  return [text, ...more.map((each) => `  ${each.replace(indent, '')}`)].join('\n');
}

function falsyMessage(stackStartFn) {
  const place = {};
  Error.captureStackTrace?.(place, stackStartFn);
  const frame = /\(?((?:file:\/\/)?\/[^()]*):(\d+):(\d+)\)?$/m.exec(String(place.stack));
  if (frame === null) return undefined;
  const [, path, line, column] = frame;
  const call = callAt(path.replace(/^file:\/\//, ''), Number(line), Number(column));
  return call === undefined ? undefined : `The expression evaluated to a falsy value:\n\n  ${call}\n`;
}

module.exports = { AssertionError, falsyMessage, unwanted };
