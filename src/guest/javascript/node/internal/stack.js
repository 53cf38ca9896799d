'use strict';
// Stack traces in V8's form, and engine messages in V8's words.

const { major } = binding;

const messages = [
  [/^cannot read property '(.*)' of (null|undefined)$/, (_, name, of) => {
    const key = name.replace(/^Symbol\.\w+$/, 'Symbol($&)');
    return major >= 16 ? `Cannot read properties of ${of} (reading '${key}')` : `Cannot read property '${key}' of ${of}`;
  }],
  [/^cannot set property '(.*)' of (null|undefined)$/, (_, key, of) => (major >= 16
    ? `Cannot set properties of ${of} (setting '${key}')`
    : `Cannot set property '${key}' of ${of}`)],
  [/^'?([\w$]+)'? is not defined$/, (_, name) => `${name} is not defined`],
  [/^([\w$]+) is not initialized$/, (_, name) => `Cannot access '${name}' before initialization`],
];

const engineErrors = [TypeError, RangeError, ReferenceError, SyntaxError, URIError].map(({ prototype }) => prototype);

function plainMessage(message) {
  for (const [pattern, replacement] of messages) {
    if (pattern.test(message)) return message.replace(pattern, replacement);
  }
  return undefined;
}

// Rewords the message of an engine's own error.
function rephrase(error, frames) {
  if (!engineErrors.includes(Object.getPrototypeOf(error))) return;
  const message = Object.getOwnPropertyDescriptor(error, 'message')?.value;
  if (typeof message !== 'string') return;
  let value;
  try {
    // The commonest need nothing of the program's text, so the large table is not loaded for them.
    const isPlain = !message.includes("'Symbol.iterator'") && message !== 'this is not initialized';
    value = isPlain ? plainMessage(message) : undefined;
    value ??= require('internal/messages').reword(message, frames) ?? plainMessage(message);
  } catch {
    value = plainMessage(message);
  }
  if (value === undefined) return;
  Object.defineProperty(error, 'message', { value, writable: true, configurable: true, enumerable: false });
}

exports.header = function header(error) {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return '<error>';
  }
};

// The frames of a stack as text: those of the engine and of the JavaScript layer are left out.
exports.prepare = function prepare(error, frames) {
  rephrase(error, frames);
  let text = '';
  for (const frame of frames) {
    const file = frame.getFileName();
    if (!file || file.startsWith('node:')) continue;
    const place = [file, ...binding.placeOf(file, frame.getLineNumber(), frame.getColumnNumber())].join(':');
    const name = frame.getFunctionName();
    text += name && name !== '<anonymous>' && name !== '<eval>' ? `\n    at ${name} (${place})` : `\n    at ${place}`;
  }
  return text;
};
