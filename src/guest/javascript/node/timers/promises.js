'use strict';

module.exports = require('internal/timer_promises');
