'use strict';
// What calls of zlib may be asked for.

const { codes: errorCodes } = require('internal/errors');
const { CONSTANTS } = require('internal/zlib_constants');

// A number between these, or what stands for one that is not given.
function chosenOf(value, name, low, high, initial) {
  if (value === undefined || Number.isNaN(value)) return initial;
  if (typeof value !== 'number') throw new errorCodes.ERR_INVALID_ARG_TYPE(name, 'number', value);
  if (Number.isFinite(value) && value >= low && value <= high) return value;
  const range = high === Infinity ? `>= ${low}` : `>= ${low} and <= ${high}`;
  throw new errorCodes.ERR_OUT_OF_RANGE(name, Number.isFinite(value) ? range : 'a finite number', value);
}

// How much each kind of flush gives of what was taken in.
const FLUSHINESS = {
  [CONSTANTS.Z_NO_FLUSH]: 0, [CONSTANTS.Z_BLOCK]: 1, [CONSTANTS.Z_PARTIAL_FLUSH]: 2, [CONSTANTS.Z_SYNC_FLUSH]: 3,
  [CONSTANTS.Z_FULL_FLUSH]: 4, [CONSTANTS.Z_FINISH]: 5,
};

const strongestFlush = (one, other) => (FLUSHINESS[one] > FLUSHINESS[other] ? one : other);

module.exports = { chosenOf, strongestFlush };
