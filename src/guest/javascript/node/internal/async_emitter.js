'use strict';
// Emitters that are resources of their own, whose listeners are called through that.

const { major } = binding;
const { AsyncResource } = require('async_hooks');
const { codes, validateString } = require('internal/errors');
const EventEmitter = require('events');

const showsItself = major < 24;
const emitterKey = Symbol('kEventEmitter');
const resourceKey = Symbol('kAsyncResource');
const emitters = new WeakMap();
const resources = new WeakMap();

function keep(holder, table, key, value) {
  table.set(holder, value);
  if (showsItself) holder[key] = value;
}

function find(holder, table, key, called) {
  const value = showsItself ? holder[key] : table.get(holder);
  if (value !== undefined) return value;
  if (showsItself) throw new codes.ERR_INVALID_THIS(called);
  const member = key === resourceKey ? '#asyncResource' : '#eventEmitter';
  throw new TypeError(`Cannot read private member ${member} from an object whose class did not declare it`);
}

class EventEmitterReferencingAsyncResource extends AsyncResource {
  constructor(emitter, type, options) {
    super(type, options);
    keep(this, emitters, emitterKey, emitter);
  }

  get eventEmitter() {
    return find(this, emitters, emitterKey, 'EventEmitterReferencingAsyncResource');
  }
}

const resourceOf = (emitter) => find(emitter, resources, resourceKey, 'EventEmitterAsyncResource');

exports.EventEmitterAsyncResource = class EventEmitterAsyncResource extends EventEmitter {
  constructor(options = undefined) {
    const isName = typeof options === 'string';
    if (!isName && new.target === EventEmitterAsyncResource) validateString(options?.name, 'options.name');
    const name = isName ? options : options?.name || new.target.name;
    const given = isName ? undefined : options;
    super(given);
    keep(this, resources, resourceKey, new EventEmitterReferencingAsyncResource(this, name, given));
  }

  emit(event, ...args) {
    const resource = resourceOf(this);
    return Reflect.apply(resource.runInAsyncScope, resource, [super.emit, this, event, ...args]);
  }

  emitDestroy() {
    resourceOf(this).emitDestroy();
  }

  get asyncId() {
    return resourceOf(this).asyncId();
  }

  get triggerAsyncId() {
    return resourceOf(this).triggerAsyncId();
  }

  get asyncResource() {
    return resourceOf(this);
  }
};
