'use strict';
// Stack traces and engine messages in V8's words.

const { major } = binding;

const messages = [
  [/^cannot read property '(.*)' of (null|undefined)$/, (_, key, of) => (major >= 16
    ? `Cannot read properties of ${of} (reading '${key}')`
    : `Cannot read property '${key}' of ${of}`)],
  [/^cannot set property '(.*)' of (null|undefined)$/, (_, key, of) => (major >= 16
    ? `Cannot set properties of ${of} (setting '${key}')`
    : `Cannot set property '${key}' of ${of}`)],
  [/^'?([\w$]+)'? is not defined$/, (_, name) => `${name} is not defined`],
  [/^'?([\w$]+)'? is read-only$/, () => 'Assignment to constant variable.'],
  [/^([\w$]+) is not initialized$/, (_, name) => `Cannot access '${name}' before initialization`],
  [/^(?:value|object) is not iterable$/, () => 'object is not iterable'],
];

function rephrase(error) {
  const { message } = error;
  for (const [pattern, replacement] of messages) {
    if (pattern.test(message)) {
      Object.defineProperty(error, 'message', {
        value: message.replace(pattern, replacement), writable: true, configurable: true, enumerable: false,
      });
      return;
    }
  }
}

function header(error) {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return '<error>';
  }
}

exports.prepare = function prepare(error, frames) {
  if (error instanceof TypeError || error instanceof ReferenceError) rephrase(error);
  let text = header(error);
  for (const frame of frames) {
    const file = frame.getFileName();
    if (typeof file === 'string' && file.startsWith('node:')) continue;
    const name = frame.getFunctionName();
    const place = file ? `${file}:${frame.getLineNumber()}:${frame.getColumnNumber()}` : '<anonymous>';
    text += name && name !== '<anonymous>' ? `\n    at ${name} (${place})` : `\n    at ${place}`;
  }
  return text;
};
