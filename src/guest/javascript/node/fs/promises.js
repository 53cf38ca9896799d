'use strict';

module.exports = require('internal/fs_promises');
