'use strict';
// What is left in a map or set iterator. It can only be seen by taking it, so what was seen is handed out again later.

const prototypes = {
  'Map Iterator': Object.getPrototypeOf(new Map().entries()),
  'Set Iterator': Object.getPrototypeOf(new Set().entries()),
};
const seen = new WeakMap();
const takers = {};

function handOut(kind) {
  const take = prototypes[kind].next;
  takers[kind] = take;
  const { next } = {
    next() {
      const values = seen.get(this);
      return values === undefined || values.length === 0 ? take.call(this) : { value: values.shift(), done: false };
    },
  };
  Object.defineProperty(prototypes[kind], 'next', { value: next, writable: true, enumerable: false, configurable: true });
}

// The values left, in a list not to be changed.
exports.left = function left(iterator, kind) {
  let values = seen.get(iterator);
  if (values !== undefined) return values;
  if (takers[kind] === undefined) handOut(kind);
  values = [];
  for (let step = takers[kind].call(iterator); !step.done; step = takers[kind].call(iterator)) values.push(step.value);
  seen.set(iterator, values);
  return values;
};

// Whether these are pairs of a key and a value; the iterator itself does not tell.
exports.arePairs = (values) => values.length > 0 && values.every((value) => Array.isArray(value) && value.length === 2);
