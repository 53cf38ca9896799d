'use strict';
// Only the clock of perf_hooks.

const { notOffered } = require('internal/errors');
const { fill } = require('internal/left_out');
const { major } = binding;
const offered = ['performance.now', 'performance.timeOrigin'];

class Performance {
  now() {
    return binding.clock() + 25;
  }

  get timeOrigin() {
    return 1767225599975;
  }

  toJSON() {
    return { timeOrigin: this.timeOrigin };
  }
}
fill('performance', Performance.prototype);

exports.performance = new Performance();
for (const name of ['PerformanceObserver', 'monitorEventLoopDelay', ...(major >= 14 ? ['createHistogram'] : [])]) {
  exports[name] = function unavailableClass() {
    notOffered(`perf_hooks.${name}`, offered);
  };
}
fill('perf_hooks', exports);
