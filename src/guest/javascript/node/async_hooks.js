'use strict';
// Resources a program makes for itself: what they call is called at once. Who called whom is not kept, so that numbers, hooks and
// storages are not offered.

const { disguised, major } = binding;
const { codes, validateFunction, validateString, notOffered } = require('internal/errors');
const { standIn } = require('internal/stand_in');
const offered = ['AsyncResource.prototype.runInAsyncScope', 'AsyncResource.prototype.bind', 'AsyncResource.bind'];

const refuse = (name) => notOffered(`async_hooks.${name}`, offered);

// What a resource keeps on itself.
const kept = [
  ...(major >= 22 ? [[Symbol('context_frame'), () => undefined]] : []),
  [Symbol(major < 14 ? 'asyncId' : 'async_id_symbol'), () => refuse('AsyncResource.prototype.asyncId')],
  [Symbol(major < 14 ? 'triggerAsyncId' : 'trigger_async_id_symbol'), () => refuse('AsyncResource.prototype.triggerAsyncId')],
].map(([key, get]) => {
  disguised.add(get);
  const set = () => refuse(String(key));
  return [key, { configurable: true, enumerable: true, get, set }];
});

class AsyncResource {
  constructor(type, options = {}) {
    validateString(type, 'type');
    const trigger = typeof options === 'number' ? options : options.triggerAsyncId;
    if (trigger !== undefined && (!Number.isSafeInteger(trigger) || trigger < -1)) {
      throw new codes.ERR_INVALID_ASYNC_ID('triggerAsyncId', trigger);
    }
    for (const [key, property] of kept) Object.defineProperty(this, key, property);
  }

  runInAsyncScope(fn, thisArg, ...args) {
    return major < 14 && thisArg === undefined ? fn(...args) : Reflect.apply(fn, thisArg, args);
  }

  emitDestroy() {
    return this;
  }

  asyncId() {
    return refuse('AsyncResource.prototype.asyncId');
  }

  triggerAsyncId() {
    return refuse('AsyncResource.prototype.triggerAsyncId');
  }

  bind(fn, ...self) {
    validateFunction(fn, 'fn');
    const bound = bindTo(this, fn, self[0]);
    Object.defineProperty(bound, 'length', { value: fn.length, writable: false });
    if (major < 26) showResource(bound, this);
    return bound;
  }

  static bind(fn, type, ...self) {
    return new AsyncResource(type || fn.name || 'bound-anonymous-fn').bind(fn, ...self);
  }
}
for (const [holder, name, length] of [
  [AsyncResource.prototype, 'bind', major < 16 ? 1 : 2], [AsyncResource, 'bind', major < 16 ? 2 : 3],
]) Object.defineProperty(holder[name], 'length', { value: length });

// Up to 14 the first argument of a call is what the function is called on.
function bindTo(resource, fn, self) {
  if (major < 16) return resource.runInAsyncScope.bind(resource, fn);
  if (self !== undefined) return resource.runInAsyncScope.bind(resource, fn, self);
  return function bound(...args) {
    return Reflect.apply(resource.runInAsyncScope, resource, [fn, this, ...args]);
  };
}

// From 20 on whoever asks for it is warned.
function showResource(bound, resource) {
  if (major < 20) {
    Object.defineProperty(bound, 'asyncResource', { configurable: true, enumerable: true, writable: true, value: resource });
    return;
  }
  const { deprecate } = require('util');
  const message = 'The asyncResource property on bound functions is deprecated';
  Object.defineProperty(bound, 'asyncResource', {
    configurable: true,
    enumerable: true,
    get: deprecate(() => resource, message, 'DEP0172'),
    set: deprecate((value) => { resource = value; }, message, 'DEP0172'),
  });
}

for (const name of ['AsyncLocalStorage', 'createHook', 'executionAsyncId', 'triggerAsyncId', 'executionAsyncResource']) {
  exports[name] = standIn(name, `async_hooks.${name}`, true, offered);
}
if (major >= 16) exports.asyncWrapProviders = standIn('asyncWrapProviders', 'async_hooks.asyncWrapProviders', false, offered);
exports.AsyncResource = AsyncResource;
