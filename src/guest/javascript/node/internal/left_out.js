'use strict';
// What Node has on objects that are offered otherwise, and this has not: it is there, and says so when it is called or, if it is no
// function, when it is read.

const { major } = binding;

// First and last major, whether they are functions, and their names, by what they belong to.
const LEFT_OUT = {
  console: [
    [12, 26, true, 'context'],
    [12, 26, false, '_stdout _stderr _times'],
    [20, 26, true, 'createTask'],
  ],
  crypto: [[12, 26, false, 'fips'], [12, 18, false, 'DEFAULT_ENCODING']],
  fs: [[12, 26, true, '_toUnixTimestamp']],
  module: [
    [12, 14, true, 'createRequireFromPath'],
    [12, 24, true, '_debug'],
    [12, 26, true, 'SourceMap _findPath _initPaths _load _nodeModulePaths _preloadModules _resolveFilename _resolveLookupPaths ' +
      'findSourceMap runMain syncBuiltinESMExports'],
    [12, 26, false, 'wrapper _pathCache globalPaths'],
    [16, 26, false, '_readPackage _stat'],
    [18, 26, true, 'register'],
    [22, 26, true, 'enableCompileCache findPackageJSON flushCompileCache getCompileCacheDir getSourceMapsSupport registerHooks ' +
      'setSourceMapsSupport stripTypeScriptTypes'],
    [22, 26, false, 'constants'],
  ],
  'module.prototype': [[12, 26, true, '_compile'], [14, 26, false, 'isPreloading']],
  perf_hooks: [
    [12, 26, false, 'constants'],
    [16, 26, true, 'PerformanceEntry PerformanceMark PerformanceMeasure PerformanceObserverEntryList PerformanceResourceTiming'],
    [18, 26, true, 'Performance'],
    [24, 26, true, 'eventLoopUtilization timerify'],
    [26, 26, true, 'createSlidingWindowHistogram importHistogram'],
  ],
  performance: [
    [12, 26, true, 'mark measure clearMarks timerify eventLoopUtilization'],
    [12, 26, false, 'nodeTiming'],
    [16, 26, true, 'clearMeasures clearResourceTimings getEntries getEntriesByName getEntriesByType markResourceTiming addEventListener ' +
      'removeEventListener dispatchEvent'],
    [20, 26, true, 'setResourceTimingBufferSize'],
  ],
  process: [
    [12, 22, true, 'assert'],
    [12, 26, true, '_debugEnd _debugProcess _fatalException _getActiveHandles _getActiveRequests _kill _linkedBinding ' +
      '_startProfilerIdleNotifier _stopProfilerIdleNotifier _tickCallback initgroups openStdin setegid seteuid setgid setgroups setuid'],
    [12, 26, false, '_preload_modules allowedNodeEnvironmentFlags moduleLoadList report'],
    [14, 26, true, 'setSourceMapsEnabled'],
    [16, 26, true, 'getActiveResourcesInfo'],
    [18, 26, false, 'sourceMapsEnabled'],
    [20, 26, true, 'loadEnvFile'],
    [22, 26, false, 'finalization'],
    [22, 26, true, 'execve ref threadCpuUsage unref'],
    [26, 26, true, 'addUncaughtExceptionCaptureCallback'],
  ],
  'stream.Readable': [[12, 26, true, '_fromList'], [18, 26, true, 'fromWeb toWeb']],
  'stream.Writable': [[18, 26, true, 'fromWeb toWeb']],
  'stream.Duplex': [[18, 26, true, 'fromWeb toWeb']],
  timers: [[12, 22, true, '_unrefActive active enroll unenroll']],
  url: [[22, 26, true, 'fileURLToPathBuffer'], [24, 26, true, 'URLPattern']],
  util: [[22, 22, true, 'getCallSite']],
};

exports.fill = function fill(called, target) {
  for (const [first, last, areFunctions, names] of LEFT_OUT[called]) {
    if (major < first || major > last) continue;
    for (const name of names.split(' ')) {
      const { refuse } = {
        refuse() {
          require('internal/errors').notOffered(`${called}.${name}`);
        },
      };
      const set = (value) => {
        Object.defineProperty(target, name, { configurable: true, enumerable: true, writable: true, value });
      };
      const property = areFunctions ? { value: function () { refuse(); }, writable: true } : { get: refuse, set };
      if (areFunctions) Object.defineProperty(property.value, 'name', { value: name });
      Object.defineProperty(target, name, { configurable: true, enumerable: areFunctions, ...property });
    }
  }
};
