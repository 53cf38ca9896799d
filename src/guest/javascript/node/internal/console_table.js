'use strict';
// The table console.table prints.

const { inspect, getStringWidth } = require('internal/util/inspect');

const { classOf, major } = binding;
const hasOwn = (value, key) => Object.prototype.hasOwnProperty.call(value, key);
const isObject = (value) => value !== null && typeof value === 'object';

// An object in a cell shows no more than that there is something in it.
function cell(value) {
  let depth = 0;
  if (isObject(value)) depth = Object.keys(value).length > 2 && !Array.isArray(value) ? -1 : 0;
  return inspect(value, { maxArrayLength: 3, breakLength: Infinity, depth });
}

function render(head, columns) {
  const count = Math.max(0, ...columns.map((column) => column.length));
  const lines = [];
  for (let i = 0; i < count; i++) lines.push(columns.map((column) => column[i] ?? ''));
  const widths = head.map((text, at) =>
    Math.max(getStringWidth(text), ...lines.map((line) => getStringWidth(line[at]))) + 2);
  const pad = (text, width) => {
    const space = width - getStringWidth(text);
    const before = major >= 20 ? 1 : Math.floor(space / 2);
    return ' '.repeat(before) + text + ' '.repeat(space - before);
  };
  const line = (cells) => `│${cells.map((text, at) => pad(text, widths[at])).join('│')}│`;
  const rule = (a, b, c) => a + widths.map((width) => '─'.repeat(width)).join(b) + c;
  return [rule('┌', '┬', '┐'), line(head), rule('├', '┼', '┤'), ...lines.map(line), rule('└', '┴', '┘')].join('\n');
}

function entriesTable(data, kind) {
  const isIterator = kind.endsWith('Iterator');
  const previews = require('internal/util/previews');
  const values = isIterator ? previews.left(data, kind) : [...data];
  const index = values.map((_, at) => `${at}`);
  if (kind === 'Map' || (kind === 'Map Iterator' && previews.arePairs(values))) {
    return render(['(iteration index)', 'Key', 'Values'],
      [index, values.map(([key]) => cell(key)), values.map(([, value]) => cell(value))]);
  }
  return render(['(iteration index)', 'Values'], [index, values.map(cell)]);
}

// The table as text, or undefined for what is not shown as one. `properties` are the columns wanted.
exports.table = function table(data, properties) {
  if (!isObject(data)) return undefined;
  if (properties !== undefined && !Array.isArray(properties)) {
    const { codes } = require('internal/errors');
    throw new codes.ERR_INVALID_ARG_TYPE('properties', 'Array', properties);
  }
  const kind = classOf(data);
  if (['Map', 'Set', 'Map Iterator', 'Set Iterator'].includes(kind)) return entriesTable(data, kind);
  const rows = Object.keys(data);
  const columns = new Map();
  const values = [];
  let isPlain = false;
  rows.forEach((row, at) => {
    const item = data[row];
    const isPrimitive = !isObject(item) && typeof item !== 'function';
    if (isPrimitive && properties === undefined) {
      isPlain = true;
      values[at] = cell(item);
      return;
    }
    for (const key of properties ?? Object.keys(item)) {
      let column = columns.get(`${key}`);
      if (column === undefined) columns.set(`${key}`, column = []);
      column[at] = !isPrimitive && hasOwn(item, key) ? cell(item[key]) : '';
    }
  });
  const head = ['(index)', ...columns.keys()];
  const shown = [rows, ...columns.values()];
  if (isPlain) {
    head.push('Values');
    shown.push(values);
  }
  return render(head, shown);
};
