'use strict';
// Takes away what the engine has and the modelled major has not.

const { major } = binding;

// The first of the modelled majors that has it; `never` for what only the engine has.
const never = 1000;
const since = [
  [16, Array.prototype, ['at']],
  [16, String.prototype, ['at', 'replaceAll']],
  [16, Promise, ['any']],
  [16, Object, ['hasOwn']],
  [18, Array.prototype, ['findLast', 'findLastIndex']],
  [20, Array.prototype, ['toReversed', 'toSorted', 'toSpliced', 'with']],
  [20, String.prototype, ['isWellFormed', 'toWellFormed']],
  [22, Promise, ['withResolvers']],
  [22, Object, ['groupBy']],
  [22, Map, ['groupBy']],
  [22, Array, ['fromAsync']],
  [22, Set.prototype, [
    'union', 'intersection', 'difference', 'symmetricDifference', 'isSubsetOf', 'isSupersetOf', 'isDisjointFrom',
  ]],
  [24, Promise, ['try']],
  [24, RegExp, ['escape']],
  [24, Error, ['isError']],
  [20, ArrayBuffer.prototype, ['resize', 'resizable', 'maxByteLength']],
  [22, ArrayBuffer.prototype, ['transfer', 'transferToFixedLength', 'detached']],
  [22, JSON, ['rawJSON', 'isRawJSON']],
  [22, Iterator.prototype, [
    'map', 'filter', 'take', 'drop', 'flatMap', 'reduce', 'toArray', 'forEach', 'some', 'every', 'find',
  ]],
  [26, Iterator, ['concat']],
  [never, Math, ['sumPrecise']],
  [26, Uint8Array, ['fromBase64', 'fromHex']],
  [26, Uint8Array.prototype, ['toBase64', 'toHex', 'setFromBase64', 'setFromHex']],
  [26, Map.prototype, ['getOrInsert', 'getOrInsertComputed']],
  [26, WeakMap.prototype, ['getOrInsert', 'getOrInsertComputed']],
];
const globals = [
  [16, ['AggregateError']],
  [14, ['WeakRef', 'FinalizationRegistry']],
  [22, ['Iterator']],
  [24, ['Float16Array', 'DisposableStack', 'AsyncDisposableStack', 'SuppressedError']],
  [never, ['navigator']],
];

// Disposal is no part of these engines: up to 16 there is none, from 18 on Node has symbols of its own for it. The engine's
// cannot be taken away from its Symbol, so another stands for that.
function replaceSymbol(globalThis) {
  const EngineSymbol = globalThis.Symbol;
  const { Symbol } = { Symbol: (...args) => EngineSymbol(...args) };
  for (const key of Reflect.ownKeys(EngineSymbol)) {
    if (['length', 'name', 'dispose', 'asyncDispose'].includes(key)) continue;
    Object.defineProperty(Symbol, key, Object.getOwnPropertyDescriptor(EngineSymbol, key));
  }
  if (major >= 18) {
    for (const name of ['dispose', 'asyncDispose']) Object.defineProperty(Symbol, name, { value: EngineSymbol(`nodejs.${name}`) });
  }
  for (const [holder, key] of [[EngineSymbol.prototype, 'constructor'], [globalThis, 'Symbol']]) {
    Object.defineProperty(holder, key, { value: Symbol, writable: true, enumerable: false, configurable: true });
  }
}

exports.hide = function hide(globalThis) {
  if (major < 24) replaceSymbol(globalThis);
  for (const [first, holder, names] of since) {
    if (major >= first || holder === undefined) continue;
    for (const name of names) Reflect.deleteProperty(holder, name);
  }
  for (const [first, names] of globals) {
    if (major >= first) continue;
    for (const name of names) Reflect.deleteProperty(globalThis, name);
  }
};
