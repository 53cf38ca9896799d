'use strict';

// node:util/types, as far as the class behind an object tells.

const { classOf, major } = binding;

const TypedArray = Object.getPrototypeOf(Uint8Array);
const elementName = Object.getOwnPropertyDescriptor(TypedArray.prototype, Symbol.toStringTag).get;

const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';
const kindOf = (value) => (isObject(value) ? classOf(value) : undefined);
const BOXES = ['Number', 'String', 'Boolean', 'BigInt', 'Symbol'];

module.exports = {
  isExternal: () => false,
  isArgumentsObject: (value) => kindOf(value) === 'Arguments',
  isNativeError: (value) => kindOf(value) === 'Error',
  isAsyncFunction: (value) => typeof value === 'function' && classOf(value).startsWith('Async'),
  isGeneratorFunction: (value) => typeof value === 'function' && classOf(value).endsWith('GeneratorFunction'),
  isGeneratorObject: (value) => ['Generator', 'AsyncGenerator'].includes(kindOf(value)),
  isModuleNamespaceObject: (value) => kindOf(value) === 'Module',
  isAnyArrayBuffer: (value) => ['ArrayBuffer', 'SharedArrayBuffer'].includes(kindOf(value)),
  isBoxedPrimitive: (value) => typeof value === 'object' && BOXES.includes(kindOf(value)),
  isArrayBufferView: ArrayBuffer.isView,
  isTypedArray: (value) => isObject(value) && elementName.call(value) !== undefined,
  isKeyObject: () => false,
  isCryptoKey: () => false,
};

for (const name of BOXES) module.exports[`is${name}Object`] = (value) => typeof value === 'object' && kindOf(value) === name;

for (const kind of ['Date', 'RegExp', 'Promise', 'Map', 'Set', 'Map Iterator', 'Set Iterator', 'WeakMap', 'WeakSet',
  'ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'Proxy']) {
  module.exports[`is${kind.replace(' ', '')}`] = (value) => kindOf(value) === kind;
}

for (const name of ['Uint8', 'Uint8Clamped', 'Uint16', 'Uint32', 'Int8', 'Int16', 'Int32', 'Float32', 'Float64', 'BigInt64',
  'BigUint64', ...(major >= 22 ? ['Float16'] : [])]) {
  module.exports[`is${name}Array`] = (value) => isObject(value) && elementName.call(value) === `${name}Array`;
}

if (major < 16) {
  delete module.exports.isKeyObject;
  delete module.exports.isCryptoKey;
}
