'use strict';
// What stands for a class, a function, a namespace or a module of Node's that is not offered: it is there, no value is an instance of
// it, and whoever uses it is told so.

const { notOffered } = require('internal/errors');

const standing = new WeakMap();

// What none of them has, though programs ask for it.
const absent = ['__esModule'];

// `called` is what it is called in the message.
exports.standIn = function standIn(name, called, isCallable, offered) {
  const refuse = () => notOffered(called, offered);
  const isPlain = (target, key) => typeof key === 'symbol' || absent.includes(key) || Object.prototype.hasOwnProperty.call(target, key);
  const holdsBack = {
    get: (target, key) => (isPlain(target, key) ? target[key] : refuse()),
    has: (target, key) => (isPlain(target, key) ? key in target : refuse()),
    ownKeys: refuse,
  };
  const target = isCallable ? { [name]: function () {} }[name] : {};
  const stand = new Proxy(target, { ...holdsBack, apply: refuse, construct: refuse });
  standing.set(stand, refuse);
  if (isCallable) {
    target.prototype = new Proxy(Object.defineProperty({}, 'constructor', { value: stand, configurable: true }), holdsBack);
    standing.set(target.prototype, refuse);
  }
  return stand;
};

// Refuses to look into a value that only stands for another.
exports.refuseStandIn = function refuseStandIn(value) {
  standing.get(value)?.();
};
