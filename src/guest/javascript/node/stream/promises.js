'use strict';
module.exports = { finished: require('internal/streams/finished').promised, pipeline: require('internal/streams/pipeline').promised };
