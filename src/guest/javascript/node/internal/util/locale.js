'use strict';
// Numbers and dates as the locale en-US writes them. There is no other.

const { major } = binding;

const notOffered = (what, offered) => require('internal/errors').notOffered(what, offered);

function checkLocale(locales) {
  const first = Array.isArray(locales) ? locales[0] : locales;
  if (first !== undefined && first !== 'en-US' && first !== 'en') notOffered(`the locale '${String(first)}'`, "'en-US'");
}

function checkOptions(options, offered) {
  if (options === undefined) return {};
  for (const name of Object.keys(options)) {
    if (options[name] !== undefined && !offered.includes(name)) notOffered(`the option '${name}' of toLocaleString`, offered);
  }
  return options;
}

const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ',');

// The digits of a finite positive number before and behind its point.
function decimals(value) {
  const [, whole, fraction = '', exponent = '0'] = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(`${value}`);
  const shift = Number(exponent);
  if (shift >= 0) return [whole + fraction.slice(0, shift).padEnd(shift, '0'), fraction.slice(shift)];
  const all = whole.padStart(1 - shift, '0');
  return [all.slice(0, shift), all.slice(shift) + fraction];
}

function rounded([whole, fraction], most) {
  if (fraction.length <= most) return [whole, fraction];
  const isUp = fraction[most] >= '5';
  const digits = `${BigInt(whole + fraction.slice(0, most)) + (isUp ? 1n : 0n)}`.padStart(most + 1, '0');
  return [digits.slice(0, digits.length - most), digits.slice(digits.length - most)];
}

exports.number = function number(value, locales, options) {
  checkLocale(locales);
  const { minimumFractionDigits: asked, maximumFractionDigits: limit, useGrouping = true } =
    checkOptions(options, ['minimumFractionDigits', 'maximumFractionDigits', 'useGrouping']);
  for (const digits of [asked, limit]) {
    if (digits === undefined || (digits >= 0 && digits <= (major >= 20 ? 100 : 20))) continue;
    throw new RangeError(`${digits === asked ? 'minimum' : 'maximum'}FractionDigits value is out of range.`);
  }
  const least = asked ?? Math.min(0, limit ?? 0);
  const most = limit ?? Math.max(3, least);
  if (least > most) throw new RangeError('maximumFractionDigits value is out of range.');
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (value === Infinity || value === -Infinity) return `${sign}∞`;
  const [whole, fraction] = rounded(decimals(value < 0 ? -value : value), most);
  const shown = fraction.replace(/0+$/, '').padEnd(least, '0');
  return sign + (useGrouping ? grouped(whole) : whole) + (shown === '' ? '' : `.${shown}`);
};

const two = (value) => `${value}`.padStart(2, '0');

function checkDate(locales, options) {
  checkLocale(locales);
  const { timeZone } = checkOptions(options, ['timeZone']);
  if (timeZone !== undefined && timeZone !== 'UTC') notOffered(`the time zone '${String(timeZone)}'`, "'UTC'");
}

const day = (date) => `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()}`;

function time(date) {
  const hours = date.getUTCHours();
  return `${hours % 12 || 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${hours < 12 ? 'AM' : 'PM'}`;
}

exports.date = function date(value, show, locales, options) {
  checkDate(locales, options);
  if (Number.isNaN(value.getTime())) return 'Invalid Date';
  switch (show) {
    case 'toLocaleDateString': return day(value);
    case 'toLocaleTimeString': return time(value);
    default: return `${day(value)}, ${time(value)}`;
  }
};

const Intl = Object.create(Object.prototype, { [Symbol.toStringTag]: { value: 'Intl', configurable: true } });
for (const name of ['Collator', 'DateTimeFormat', 'DisplayNames', 'DurationFormat', 'ListFormat', 'Locale', 'NumberFormat',
  'PluralRules', 'RelativeTimeFormat', 'Segmenter', 'getCanonicalLocales', 'supportedValuesOf', 'v8BreakIterator']) {
  Object.defineProperty(Intl, name, {
    get: () => notOffered(`Intl.${name}`, 'toLocaleString, toLocaleDateString, and toLocaleTimeString in en-US'),
    enumerable: false,
    configurable: true,
  });
}
exports.Intl = Intl;
