'use strict';
// Date over the modelled clock. It begins at a fixed instant, so a program sees the same dates in every run.

const { EngineDate } = binding;
const EPOCH = 1767225600000;

function now() {
  return EPOCH + binding.clock();
}

function Date(...args) {
  if (new.target === undefined) return new EngineDate(now()).toString();
  return Reflect.construct(EngineDate, args.length === 0 ? [now()] : args, new.target === Date ? EngineDate : new.target);
}

Object.defineProperty(Date, 'length', { value: 7, configurable: true });
Object.defineProperty(Date, 'prototype', { value: EngineDate.prototype, writable: false });
Object.defineProperty(EngineDate.prototype, 'constructor', { value: Date, writable: true, configurable: true });
for (const [name, value] of [['now', now], ['parse', EngineDate.parse], ['UTC', EngineDate.UTC]]) {
  Object.defineProperty(Date, name, { value, writable: true, configurable: true });
}

exports.Date = Date;
