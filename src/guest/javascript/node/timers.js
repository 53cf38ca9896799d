'use strict';
// Timers and immediates as objects. When they fire is the model's business; these only carry number and arguments.

const {
  major, run, register, startTimer, refreshTimer, clearTimer, refTimer,
  startImmediate, stopImmediate, refImmediate,
} = binding;

const number = Symbol('asyncId');
const refed = Symbol('refed');
const repeat = Symbol('repeat');
const armed = Symbol('armed');
const byPrimitive = { __proto__: null };
const TIMEOUT_MAX = 2 ** 31 - 1;

function checkCallback(callback) {
  if (typeof callback !== 'function') require('internal/errors').validateCallback(callback, 'callback');
}

const warned = new Set();

function warnAboutDelay(delay) {
  let name;
  let problem;
  if (delay > TIMEOUT_MAX) {
    name = 'TimeoutOverflowWarning';
    problem = `${delay} does not fit into a 32-bit signed integer.`;
  } else if (major >= 24 && (delay < 0 || Number.isNaN(delay))) {
    name = delay < 0 ? 'TimeoutNegativeWarning' : 'TimeoutNaNWarning';
    if (warned.has(name)) return;
    warned.add(name);
    problem = `${delay} is ${delay < 0 ? 'a negative' : 'not a'} number.`;
  } else {
    return;
  }
  process.emitWarning(`${problem}\nTimeout duration was set to 1.`, name);
}

function Timeout(callback, delay, args, repeats) {
  if (delay === undefined) {
    delay = 1;
  } else {
    delay = +delay;
    if (!(delay >= 1 && delay <= TIMEOUT_MAX)) {
      if (delay !== 0) warnAboutDelay(delay);
      delay = 1;
    }
  }
  this._idleTimeout = delay;
  this._onTimeout = callback;
  this._timerArgs = args;
  this._repeat = repeats ? delay : null;
  this._destroyed = false;
  this[repeat] = this._repeat;
  this[refed] = true;
  this[number] = register(this);
  startTimer(this[number], delay, repeats, true);
}

Object.defineProperty(Timeout.prototype, run, {
  value() {
    const args = this._timerArgs;
    const callback = this._onTimeout;
    if (typeof callback !== 'function') return;
    this[armed] = false;
    try {
      Reflect.apply(callback, this, args ?? []);
    } finally {
      const goesOn = !this._destroyed && (this._repeat !== null || this[armed]);
      if (this._repeat !== this[repeat] || (goesOn && (this._idleTimeout === -1 || !this._onTimeout))) refuseFields();
      if (!goesOn) this._destroyed = true;
    }
  },
});

// TMR-29: when a callback has returned, Node looks at the fields again that say whether the timer goes on, and when. The model
// was told when it was armed.
function refuseFields() {
  require('internal/errors').notOffered('fields of a timer that the program sets', ['refresh', 'close', 'clearTimeout', 'clearInterval']);
}

Timeout.prototype.ref = function ref() {
  if (this[number] === undefined) return this;
  this[refed] = true;
  refTimer(this[number], true);
  return this;
};

Timeout.prototype.unref = function unref() {
  if (this[number] === undefined) return this;
  this[refed] = false;
  refTimer(this[number], false);
  return this;
};

Timeout.prototype.hasRef = function hasRef() {
  return this[refed];
};

Timeout.prototype.refresh = function refresh() {
  if (this._onTimeout !== null) {
    this[armed] = true;
    this._destroyed = false;
    refreshTimer(this[number], this._idleTimeout, this._repeat !== null, this[refed]);
  }
  return this;
};

Timeout.prototype.close = function close() {
  clearTimeout(this);
  return this;
};

Timeout.prototype[Symbol.toPrimitive] = function toPrimitive() {
  byPrimitive[this[number]] = this;
  return this[number] + 1;
};

function setTimeout(callback, delay, ...args) {
  checkCallback(callback);
  return new Timeout(callback, delay, args.length === 0 ? undefined : args, false);
}

function setInterval(callback, delay, ...args) {
  checkCallback(callback);
  return new Timeout(callback, delay, args.length === 0 ? undefined : args, true);
}

function clearTimeout(timer) {
  if (typeof timer === 'number' || typeof timer === 'string') timer = byPrimitive[timer - 1];
  if (timer == null || timer._onTimeout == null || timer[number] === undefined) return;
  timer._onTimeout = null;
  timer._idleTimeout = -1;
  timer._destroyed = true;
  clearTimer(timer[number]);
}

function clearInterval(timer) {
  clearTimeout(timer);
}

function Immediate(callback, args) {
  this._onImmediate = callback;
  this._argv = args;
  this._destroyed = false;
  this[refed] = true;
  this[number] = register(this);
  startImmediate(this[number]);
}

Object.defineProperty(Immediate.prototype, run, {
  value() {
    const args = this._argv;
    const callback = this._onImmediate;
    this._destroyed = true;
    try {
      Reflect.apply(callback, this, args ?? []);
    } finally {
      this._onImmediate = null;
    }
  },
});

Immediate.prototype.ref = function ref() {
  if (!this._destroyed && !this[refed]) {
    this[refed] = true;
    refImmediate(this[number], true);
  }
  return this;
};

Immediate.prototype.unref = function unref() {
  if (!this._destroyed && this[refed]) {
    this[refed] = false;
    refImmediate(this[number], false);
  }
  return this;
};

Immediate.prototype.hasRef = function hasRef() {
  return this[refed] === true;
};

function setImmediate(callback, ...args) {
  checkCallback(callback);
  return new Immediate(callback, args.length === 0 ? undefined : args);
}

function clearImmediate(immediate) {
  if (immediate?._onTimeout !== undefined && major < 24 && !immediate._destroyed) {
    // Up to 22 it counts the immediates wrongly from then on.
    require('internal/errors').notOffered('clearImmediate of a timer', 'clearTimeout of a timer');
  }
  if (immediate == null || immediate._onImmediate == null || immediate._destroyed) return;
  immediate._destroyed = true;
  immediate[refed] = null;
  immediate._onImmediate = null;
  stopImmediate(immediate[number]);
}

// Their places in Node's lists: nothing once they are out of them, and not known before.
for (const [prototype, names] of [
  [Timeout.prototype, ['_idlePrev', '_idleNext', '_idleStart']], [Immediate.prototype, ['_idlePrev', '_idleNext']],
]) {
  for (const name of names) {
    const refuse = () => require('internal/errors').notOffered(`${name} of a timer`);
    const get = function () {
      return this._destroyed && name !== '_idleStart' ? null : refuse();
    };
    Object.defineProperty(prototype, name, { configurable: true, get, set: refuse });
  }
}
if (major >= 18) {
  Timeout.prototype[Symbol.dispose] = function dispose() {
    clearTimeout(this);
  };
  Immediate.prototype[Symbol.dispose] = function dispose() {
    clearImmediate(this);
  };
}

// Older majors name the arguments of callbacks one by one.
const lengths = major >= 22 ? [2, 2, 1] : [5, 5, 4];
[setTimeout, setInterval, setImmediate].forEach((timer, at) => {
  Object.defineProperty(timer, 'length', { value: lengths[at], configurable: true });
});

module.exports = { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate };

// Methods a constructor makes by itself would be visible; these are found only by who asks for them.
for (const [timer, name] of [[setTimeout, 'setTimeout'], [setImmediate, 'setImmediate']]) {
  Object.defineProperty(timer, Symbol.for('nodejs.util.promisify.custom'), {
    enumerable: true,
    configurable: true,
    get() {
      return require('internal/timer_promises')[name];
    },
  });
}
if (major >= 20) {
  Object.defineProperty(module.exports, 'promises', {
    enumerable: true,
    configurable: true,
    get() {
      return require('timers/promises');
    },
  });
}
require('internal/left_out').fill('timers', module.exports);
