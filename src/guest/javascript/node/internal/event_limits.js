'use strict';
// What is asked of emitters and event targets alike.

const { codes } = require('internal/errors');
const { limit, warned } = require('internal/event_symbols');

const { hooks, major } = binding;
const isTarget = (value) => value?.constructor?.[Symbol.for('nodejs.event_target')];
const listenersOf = (target, type) => require('internal/event_target').listenersOf(target, type);

function refuse(name, value) {
  throw new codes.ERR_INVALID_ARG_TYPE(name, ['EventEmitter', 'EventTarget'], value);
}

exports.setLimits = function setLimits(n, targets) {
  for (const target of targets) {
    if (isTarget(target)) {
      target[limit] = n;
      target[warned] = false;
    } else if (typeof target.setMaxListeners === 'function') {
      target.setMaxListeners(n);
    } else {
      refuse('eventTargets', target);
    }
  }
};

exports.getEventListeners = function getEventListeners(emitterOrTarget, type) {
  if (typeof emitterOrTarget.listeners === 'function') return emitterOrTarget.listeners(type);
  return isTarget(emitterOrTarget) ? listenersOf(emitterOrTarget, type) : refuse('emitter', emitterOrTarget);
};

exports.getMaxListeners = function getMaxListeners(emitterOrTarget) {
  if (typeof emitterOrTarget?.getMaxListeners === 'function') return hooks.listenerLimit(emitterOrTarget);
  const found = emitterOrTarget?.[limit];
  // Up to 20, a limit of 0 goes unseen.
  return (major >= 22 ? typeof found === 'number' : found) ? found : refuse('emitter', emitterOrTarget);
};

exports.listenerCount = function listenerCount(emitterOrTarget, type) {
  if (typeof emitterOrTarget.listenerCount === 'function') return emitterOrTarget.listenerCount(type);
  return isTarget(emitterOrTarget) ? listenersOf(emitterOrTarget, type).length : refuse('emitter', emitterOrTarget);
};
