'use strict';

const { validateInteger } = require('internal/errors');

const { major } = binding;

// The machine a program sees: always the same one, whatever tickproof itself runs on.

const priority = {
  __proto__: null,
  PRIORITY_LOW: 19, PRIORITY_BELOW_NORMAL: 10, PRIORITY_NORMAL: 0, PRIORITY_ABOVE_NORMAL: -7, PRIORITY_HIGH: -14,
  PRIORITY_HIGHEST: -20,
};

const dlopen = { __proto__: null, RTLD_LAZY: 1, RTLD_NOW: 2, RTLD_GLOBAL: 256, RTLD_LOCAL: 0, RTLD_DEEPBIND: 8 };

const errno = {
  __proto__: null,
  E2BIG: 7, EACCES: 13, EADDRINUSE: 98, EADDRNOTAVAIL: 99, EAFNOSUPPORT: 97, EAGAIN: 11, EALREADY: 114, EBADF: 9, EBADMSG: 74,
  EBUSY: 16, ECANCELED: 125, ECHILD: 10, ECONNABORTED: 103, ECONNREFUSED: 111, ECONNRESET: 104, EDEADLK: 35, EDESTADDRREQ: 89,
  EDOM: 33, EDQUOT: 122, EEXIST: 17, EFAULT: 14, EFBIG: 27, EHOSTUNREACH: 113, EIDRM: 43, EILSEQ: 84, EINPROGRESS: 115,
  EINTR: 4, EINVAL: 22, EIO: 5, EISCONN: 106, EISDIR: 21, ELOOP: 40, EMFILE: 24, EMLINK: 31, EMSGSIZE: 90, EMULTIHOP: 72,
  ENAMETOOLONG: 36, ENETDOWN: 100, ENETRESET: 102, ENETUNREACH: 101, ENFILE: 23, ENOBUFS: 105, ENODATA: 61, ENODEV: 19,
  ENOENT: 2, ENOEXEC: 8, ENOLCK: 37, ENOLINK: 67, ENOMEM: 12, ENOMSG: 42, ENOPROTOOPT: 92, ENOSPC: 28, ENOSR: 63, ENOSTR: 60,
  ENOSYS: 38, ENOTCONN: 107, ENOTDIR: 20, ENOTEMPTY: 39, ENOTSOCK: 88, ENOTSUP: 95, ENOTTY: 25, ENXIO: 6, EOPNOTSUPP: 95,
  EOVERFLOW: 75, EPERM: 1, EPIPE: 32, EPROTO: 71, EPROTONOSUPPORT: 93, EPROTOTYPE: 91, ERANGE: 34, EROFS: 30, ESPIPE: 29,
  ESRCH: 3, ESTALE: 116, ETIME: 62, ETIMEDOUT: 110, ETXTBSY: 26, EWOULDBLOCK: 11, EXDEV: 18,
};

const signals = {
  __proto__: null,
  SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGILL: 4, SIGTRAP: 5, SIGABRT: 6, SIGIOT: 6, SIGBUS: 7, SIGFPE: 8, SIGKILL: 9, SIGUSR1: 10,
  SIGSEGV: 11, SIGUSR2: 12, SIGPIPE: 13, SIGALRM: 14, SIGTERM: 15, SIGCHLD: 17, SIGSTKFLT: 16, SIGCONT: 18, SIGSTOP: 19,
  SIGTSTP: 20, SIGTTIN: 21, SIGTTOU: 22, SIGURG: 23, SIGXCPU: 24, SIGXFSZ: 25, SIGVTALRM: 26, SIGPROF: 27, SIGWINCH: 28,
  SIGIO: 29, SIGPOLL: 29, SIGPWR: 30, SIGSYS: 31, SIGUNUSED: 31,
};
if (major >= 18) delete signals.SIGUNUSED;
if (major >= 22) Object.freeze(signals);

const CPUS = 4;
const MEMORY = 8 * 2 ** 30;

const home = () => process.env.HOME || '/root';
const priorities = new Map();

const facts = {
  arch: () => 'x64',
  endianness: () => 'LE',
  freemem: () => MEMORY / 2,
  homedir: home,
  hostname: () => 'localhost',
  platform: () => 'linux',
  release: () => '6.1.0',
  tmpdir() {
    const path = process.env.TMPDIR || process.env.TMP || process.env.TEMP || '/tmp';
    return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  },
  totalmem: () => MEMORY,
  type: () => 'Linux',
  uptime: () => binding.clock() / 1000,
  version: () => '#1 SMP',
};
if (major >= 16) facts.machine = () => 'x86_64';
if (major >= 18) facts.availableParallelism = () => CPUS;
if (major === 12) facts.tmpDir = facts.tmpdir;

for (const [name, fact] of Object.entries(facts)) {
  fact[Symbol.toPrimitive] = fact;
  exports[name] = fact;
}

exports.cpus = () => Array.from({ length: CPUS }, () => {
  return { model: 'virtual', speed: 0, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } };
});

exports.loadavg = () => [0, 0, 0];

exports.networkInterfaces = () => {
  const local = { mac: '00:00:00:00:00:00', internal: true };
  return {
    lo: [
      { address: '127.0.0.1', netmask: '255.0.0.0', family: 'IPv4', ...local, cidr: '127.0.0.1/8' },
      {
        address: '::1', netmask: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', family: 'IPv6', ...local, cidr: '::1/128', scopeid: 0,
      },
    ],
  };
};

exports.userInfo = (options) => {
  const info = { uid: 0, gid: 0, username: 'root', homedir: '/root', shell: '/bin/sh' };
  if (options?.encoding !== 'buffer') return info;
  for (const name of ['username', 'homedir', 'shell']) info[name] = require('buffer').Buffer.from(info[name]);
  return info;
};

const validatePid = (pid) => validateInteger(pid, 'pid', -(2 ** 31), 2 ** 31 - 1);

exports.getPriority = function getPriority(pid = 0) {
  validatePid(pid);
  return priorities.get(pid || process.pid) || 0;
};

exports.setPriority = function setPriority(pid, value) {
  if (value === undefined) [pid, value] = [0, pid];
  validatePid(pid);
  validateInteger(value, 'priority', priority.PRIORITY_HIGHEST, priority.PRIORITY_LOW);
  priorities.set(pid || process.pid, value);
};

exports.constants = { __proto__: null, UV_UDP_REUSEADDR: 4, dlopen, errno, signals, priority };
Object.defineProperty(exports, 'constants', { writable: false, configurable: false });
Object.defineProperty(exports, 'EOL', { value: '\n', enumerable: true, configurable: true });
if (major >= 14) Object.defineProperty(exports, 'devNull', { value: '/dev/null', enumerable: true, configurable: true });
