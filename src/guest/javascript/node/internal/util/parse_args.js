'use strict';

const { codes, validateArray, validateBoolean, validateObject, validateString } = require('internal/errors');

const { major } = binding;
const own = (object, key) => (Object.hasOwn(object, key) ? object[key] : undefined);

// An option may be followed by anything as its value; what begins with a dash is doubtful.
const looksLikeOption = (text) => typeof text === 'string' && text.length > 1 && text[0] === '-';

function listOf(validate) {
  return (value, name) => {
    validateArray(value, name);
    value.forEach((each, i) => validate(each, `${name}[${i}]`));
  };
}

function checkOption(name, option) {
  validateObject(option, `options.${name}`);
  const type = own(option, 'type');
  if (type !== 'string' && type !== 'boolean') {
    throw new codes.ERR_INVALID_ARG_TYPE(`options.${name}.type`, "('string|boolean')", type);
  }
  if (Object.hasOwn(option, 'short')) {
    validateString(option.short, `options.${name}.short`);
    if (option.short.length !== 1) {
      throw new codes.ERR_INVALID_ARG_VALUE(`options.${name}.short`, option.short, 'must be a single character');
    }
  }
  if (Object.hasOwn(option, 'multiple')) validateBoolean(option.multiple, `options.${name}.multiple`);
  const fallback = own(option, 'default');
  if (fallback !== undefined) {
    const validate = type === 'string' ? validateString : validateBoolean;
    (own(option, 'multiple') ? listOf(validate) : validate)(fallback, `options.${name}.default`);
  }
}

function longName(letter, options) {
  const found = Object.entries(options).find(([, option]) => own(option, 'short') === letter);
  return found === undefined ? letter : found[0];
}

const takesValue = (name, options) => {
  const option = own(options, name);
  return option !== undefined && own(option, 'type') === 'string';
};

function tokensOf(args, options) {
  const tokens = [];
  const rest = [...args];
  let index = -1;
  let grouped = 0;
  const option = (name, rawName, value, inlineValue) =>
    tokens.push({ kind: 'option', name, rawName, index, value, inlineValue });
  const alone = (name, rawName) => {
    if (takesValue(name, options) && rest.length > 0 && rest[0] !== undefined && rest[0] !== null) {
      option(name, rawName, rest.shift(), false);
      index++;
    } else {
      option(name, rawName, undefined, undefined);
    }
  };

  while (rest.length > 0) {
    const arg = rest.shift();
    if (grouped > 0) grouped--;
    else index++;

    if (arg === '--') {
      tokens.push({ kind: 'option-terminator', index });
      for (const value of rest) tokens.push({ kind: 'positional', index: ++index, value });
      break;
    }
    if (typeof arg !== 'string' || arg.length < 2 || arg[0] !== '-') {
      tokens.push({ kind: 'positional', index, value: arg });
    } else if (arg.startsWith('--')) {
      const equals = arg.indexOf('=', 3);
      if (equals === -1) alone(arg.slice(2), arg);
      else option(arg.slice(2, equals), arg.slice(0, equals), arg.slice(equals + 1), true);
    } else if (arg.length === 2) {
      alone(longName(arg[1], options), arg);
    } else if (takesValue(longName(arg[1], options), options)) {
      option(longName(arg[1], options), `-${arg[1]}`, arg.slice(2), true);
    } else {
      const letters = [];
      for (let i = 1; i < arg.length; i++) {
        const last = i === arg.length - 1 || !takesValue(longName(arg[i], options), options);
        letters.push(`-${last ? arg[i] : arg.slice(i)}`);
        if (!last) break;
      }
      rest.unshift(...letters);
      grouped = letters.length;
    }
  }
  return tokens;
}

function checkUsage(token, { options, allowPositionals, allowNegative }) {
  let { name } = token;
  if (!Object.hasOwn(options, name)) {
    if (allowNegative && name.startsWith('no-')) name = name.slice(3);
    if (name === token.name || own(own(options, name) ?? {}, 'type') !== 'boolean') {
      throw new codes.ERR_PARSE_ARGS_UNKNOWN_OPTION(token.rawName, allowPositionals);
    }
  }
  const short = own(options[name], 'short');
  const both = `${short ? `-${short}, ` : ''}--${name}`;
  if (options[name].type === 'string' && typeof token.value !== 'string') {
    throw new codes.ERR_PARSE_ARGS_INVALID_OPTION_VALUE(`Option '${both} <value>' argument missing`);
  }
  if (options[name].type === 'boolean' && token.value !== undefined && token.value !== null) {
    throw new codes.ERR_PARSE_ARGS_INVALID_OPTION_VALUE(`Option '${both}' does not take an argument`);
  }
  if (!token.inlineValue && looksLikeOption(token.value)) {
    const example = token.rawName.startsWith('--') ?
      `'${token.rawName}=-XYZ'` : `'--${token.name}=-XYZ' or '${token.rawName}-XYZ'`;
    throw new codes.ERR_PARSE_ARGS_INVALID_OPTION_VALUE(
      `Option '${token.rawName}' argument is ambiguous.\n` +
      `Did you forget to specify the option argument for '${token.rawName}'?\n` +
      `To specify an option argument starting with a dash use ${example}.`);
  }
}

function store(token, options, values, allowNegative) {
  if (token.name === '__proto__') return;
  let { value } = token;
  if (allowNegative && token.name.startsWith('no-') && value === undefined) {
    token.name = token.name.slice(3);
    value = false;
  }
  value ??= true;
  const { name } = token;
  if (own(own(options, name) ?? {}, 'multiple')) (values[name] ??= []).push(value);
  else values[name] = value;
}

function parseArgs(config = {}) {
  const args = own(config, 'args') ?? process.argv.slice(2);
  const strict = own(config, 'strict') ?? true;
  const allowPositionals = own(config, 'allowPositionals') ?? !strict;
  const withTokens = own(config, 'tokens') ?? false;
  const allowNegative = major >= 20 && (own(config, 'allowNegative') ?? false);
  const options = own(config, 'options') ?? Object.create(null);
  validateArray(args, 'args');
  validateBoolean(strict, 'strict');
  validateBoolean(allowPositionals, 'allowPositionals');
  validateBoolean(withTokens, 'tokens');
  validateBoolean(allowNegative, 'allowNegative');
  validateObject(options, 'options');
  for (const [name, option] of Object.entries(options)) checkOption(name, option);

  const tokens = tokensOf(args, options);
  const result = { values: Object.create(null), positionals: [] };
  if (withTokens) result.tokens = tokens;
  for (const token of tokens) {
    if (token.kind === 'option') {
      if (strict) checkUsage(token, { options, allowPositionals, allowNegative });
      store(token, options, result.values, allowNegative);
    } else if (token.kind === 'positional') {
      if (!allowPositionals) throw new codes.ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL(token.value);
      result.positionals.push(token.value);
    }
  }
  for (const [name, option] of Object.entries(options)) {
    const fallback = own(option, 'default');
    if (fallback !== undefined && result.values[name] === undefined && name !== '__proto__') result.values[name] = fallback;
  }
  return result;
}

module.exports = { parseArgs };
