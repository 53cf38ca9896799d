'use strict';
// Only the clock of perf_hooks.

const { notOffered } = require('internal/errors');
const offered = ['performance.now', 'performance.timeOrigin'];

function unavailable(name) {
  return () => notOffered(name, offered);
}

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
for (const name of ['mark', 'measure', 'timerify', 'eventLoopUtilization', 'getEntries', 'clearMarks', 'clearMeasures']) {
  Object.defineProperty(Performance.prototype, name, { value: unavailable(`performance.${name}`), configurable: true });
}

exports.performance = new Performance();
for (const name of ['PerformanceObserver', 'monitorEventLoopDelay', 'createHistogram']) {
  exports[name] = function unavailableClass() {
    notOffered(`perf_hooks.${name}`, offered);
  };
}
