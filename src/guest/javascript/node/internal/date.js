'use strict';
// Date over the modelled clock. It begins at a fixed instant, so a program sees the same dates in every run.

const { EngineDate } = binding;
const EPOCH = 1767225600000;

function now() {
  return EPOCH + binding.clock();
}

function Date(...args) {
  if (new.target === undefined) return Reflect.apply(prototype.toString, new EngineDate(now()), []);
  return Reflect.construct(EngineDate, args.length === 0 ? [now()] : args, new.target === Date ? EngineDate : new.target);
}

Object.defineProperty(Date, 'length', { value: 7, configurable: true });
Object.defineProperty(Date, 'prototype', { value: EngineDate.prototype, writable: false });
Object.defineProperty(EngineDate.prototype, 'constructor', { value: Date, writable: true, configurable: true });
for (const [name, value] of [['now', now], ['parse', EngineDate.parse], ['UTC', EngineDate.UTC]]) {
  Object.defineProperty(Date, name, { value, writable: true, configurable: true });
}

// The clock is that of a place that keeps universal time, whose name V8 adds.
const { prototype } = EngineDate;
function replace(name, make) {
  const method = make(prototype[name]);
  Object.defineProperty(prototype, name, { value: method, writable: true, enumerable: false, configurable: true });
}

replace('toString', (engineToString) => ({
  toString() {
    const text = engineToString.call(this);
    return text.endsWith('GMT+0000') ? `${text} (Coordinated Universal Time)` : text;
  },
}).toString);
replace('toTimeString', (engineToString) => ({
  toTimeString() {
    const text = engineToString.call(this);
    return text.endsWith('GMT+0000') ? `${text} (Coordinated Universal Time)` : text;
  },
}).toTimeString);
for (const name of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']) {
  replace(name, () => {
    const method = { [name](...args) { return require('internal/util/locale').date(this, name, ...args); } }[name];
    return Object.defineProperty(method, 'length', { value: 0, configurable: true });
  });
}

exports.Date = Date;
