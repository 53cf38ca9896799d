'use strict';
// How an object leads to listeners the model keeps: through properties that look like those of Node's emitters.

const { descriptorOf, emitters, hooks, disguised, major } = binding;
const { defineProperty } = Object;
const views = () => require('internal/emitter_views');

function getEvents() {
  return views().viewOf(this);
}

function getEventsCount() {
  return emitters.nameCount(this);
}

function getShapeMode() {
  return emitters.keepsNames(this);
}

const ownProperties = {
  _events: {
    configurable: true,
    enumerable: true,
    get: getEvents,
    set(value) {
      own(this);
      emitters.setMap(this, views().mapOf(value));
    },
  },
  _eventsCount: {
    configurable: true,
    enumerable: true,
    get: getEventsCount,
    set(value) {
      emitters.setNameCount(this, value | 0);
    },
  },
};

const shapeMode = Symbol('shapeMode');
const shapeProperty = {
  configurable: true,
  enumerable: true,
  get: getShapeMode,
  set(value) {
    emitters.keepNames(this, Boolean(value));
  },
};
for (const getter of [getEvents, getEventsCount, getShapeMode]) disguised.add(getter);

const eventsOf = (object) => descriptorOf(object, '_events');

// Lets an object show listeners of its own.
function own(object) {
  if (eventsOf(object)?.get !== getEvents) Object.defineProperties(object, ownProperties);
}

// The object whose listeners an object leads to: itself, or one that it inherits from, which may be a proxy.
hooks.ownerOf = function ownerOf(object) {
  for (let each = object; each !== null; each = Object.getPrototypeOf(each)) {
    if (binding.proxyParts(each) !== undefined) return each;
    const found = eventsOf(each);
    if (found === undefined) continue;
    if (found.get === getEvents) return each;
    if (found.value === undefined || found.value === null) return undefined;
    own(each);
    emitters.setMap(each, views().mapOf(found.value));
    return each;
  }
  return undefined;
};

hooks.own = own;

exports.own = own;

function isFresh(object) {
  const { _events: events } = object;
  return events === undefined || events === Object.getPrototypeOf(object)._events;
}

// What a constructor does: listeners of its own, unless there are some already.
exports.begin = function begin(object) {
  const isFirst = isFresh(object);
  if (isFirst) own(object);
  if (major < 20) return;
  if (Object.getOwnPropertyDescriptor(object, shapeMode) === undefined) Object.defineProperty(object, shapeMode, shapeProperty);
  if (!isFirst) emitters.keepNames(object, true);
};

// What streams do first from 20 on: names have their places before anything listens. Their number shows from the first
// listener on.
exports.reserve = function reserve(object, names) {
  if (!isFresh(object)) return;
  defineProperty(object, '_events', ownProperties._events);
  emitters.reserve(object, names);
};

exports.showCount = function showCount(object) {
  if (descriptorOf(object, '_eventsCount') === undefined && eventsOf(object)?.get === getEvents) {
    defineProperty(object, '_eventsCount', ownProperties._eventsCount);
  }
};
