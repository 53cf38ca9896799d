'use strict';
// The table console.table prints.

const { inspect } = require('internal/util/inspect');

function cell(value) {
  return inspect(value, { maxArrayLength: 3, breakLength: Infinity, depth: value !== null && typeof value === 'object' ? 0 : 2 });
}

exports.table = function table(data) {
  if (data === null || typeof data !== 'object') return undefined;
  const rows = Object.entries(data);
  const columns = [];
  let plain = false;
  for (const [, row] of rows) {
    if (row !== null && typeof row === 'object') {
      for (const key of Object.keys(row)) if (!columns.includes(key)) columns.push(key);
    } else {
      plain = true;
    }
  }
  const head = ['(index)', ...columns, ...(plain ? ['Values'] : [])];
  const lines = rows.map(([index, row]) => {
    const isObject = row !== null && typeof row === 'object';
    const cells = columns.map((key) => (isObject && Object.hasOwn(row, key) ? cell(row[key]) : ''));
    return [index, ...cells, ...(plain ? [isObject ? '' : cell(row)] : [])];
  });
  const widths = head.map((text, at) => Math.max(text.length, ...lines.map((line) => line[at].length)) + 2);
  const left = binding.major >= 21;
  const pad = (text, width) => {
    if (left) return ` ${text}`.padEnd(width);
    const before = Math.floor((width - text.length) / 2);
    return (' '.repeat(before) + text).padEnd(width);
  };
  const line = (cells) => `│${cells.map((text, at) => pad(text, widths[at])).join('│')}│`;
  const rule = (a, b, c) => a + widths.map((width) => '─'.repeat(width)).join(b) + c;
  return [rule('┌', '┬', '┐'), line(head), rule('├', '┼', '┤'), ...lines.map(line), rule('└', '┴', '┘')].join('\n');
};
