'use strict';
// V8's words for the engine's own errors. What the engine does not say, such as what was called, is read from the program's
// text around the place of the top frame; where that tells nothing certain the engine's words stay.

const { major, files } = binding;

const TOKEN = new RegExp([
  '\\s+|//[^\\n]*|/\\*[^]*?\\*/', // between tokens
  '("(?:[^"\\\\\\n]|\\\\[^])*"|\'(?:[^\'\\\\\\n]|\\\\[^])*\')', // 1: a string
  '(\\.?\\d[\\w.]*)', // 2: a number
  '(#?[\\p{ID_Start}$_][\\p{ID_Continue}$]*)', // 3: a word
  '(=>|\\?\\.(?!\\d)|\\.\\.\\.|\\+\\+|--|>>>=|\\*\\*=|&&=|\\|\\|=|\\?\\?=|<<=|>>=|===|!==|' +
    '[-+*/%&|^]=|[=!<>]=|&&|\\|\\||\\?\\?|[^])', // 4: a mark
].join('|'), 'uy');
const NOT_ENDS = new Set(['return', 'typeof', 'case', 'in', 'of', 'delete', 'void', 'throw', 'new', 'await', 'yield', 'else',
  'do', 'instanceof', 'if', 'while', 'for', 'with', 'switch', 'catch', 'extends', 'const', 'let', 'var', 'function', 'async',
  'class']);
const OPEN = { ')': '(', ']': '[', '}': '{' };
const ASSIGNMENTS = ['=', '+=', '-=', '*=', '/=', '%=', '**=', '<<=', '>>=', '>>>=', '&=', '|=', '^=', '&&=', '||=', '??=',
  '++', '--'];

const texts = new Map();

function endsExpression(token) {
  if (token === undefined) return false;
  if (token.kind === 'word') return token.isName || !NOT_ENDS.has(token.text);
  return token.kind !== 'mark' || token.text === ')' || token.text === ']' || token.text === '}';
}

// The tokens of a text, each bracket knowing its partner. A template is a string with the tokens between its parts left out.
function tokenize(text) {
  const tokens = [];
  const open = [];
  for (let at = 0; at < text.length;) {
    const last = tokens[tokens.length - 1];
    const token = { kind: 'mark', at, text: text[at], isName: last !== undefined && (last.text === '.' || last.text === '?.') };
    if (text[at] === '`') {
      token.kind = 'template';
      let end = at + 1;
      for (let depth = 0; end < text.length && (depth > 0 || text[end] !== '`'); end++) {
        if (text[end] === '\\') end++;
        else if (text.startsWith('${', end)) depth++;
        else if (text[end] === '}' && depth > 0) depth--;
      }
      token.text = text.slice(at, end + 1);
    } else if (text[at] === '/' && !/^\/[/*]/.test(text.slice(at, at + 2)) && !endsExpression(last)) {
      token.kind = 'regexp';
      token.text = /^\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])*\/\w*/.exec(text.slice(at))?.[0] ?? '/';
    } else {
      TOKEN.lastIndex = at;
      const match = TOKEN.exec(text);
      if (match === null) return undefined;
      [token.text] = match;
      if (match[1] !== undefined) token.kind = 'string';
      else if (match[2] !== undefined) token.kind = 'number';
      else if (match[3] !== undefined) token.kind = 'word';
      else if (match[4] === undefined) {
        at += match[0].length;
        continue;
      }
    }
    at += token.text.length;
    if (token.kind === 'mark' && token.text in OPEN) {
      const from = open.pop();
      if (from === undefined || tokens[from].text !== OPEN[token.text]) return undefined;
      token.partner = from;
      tokens[from].partner = tokens.length;
    }
    token.within = open.length === 0 ? undefined : open[open.length - 1];
    if (token.kind === 'mark' && '([{'.includes(token.text)) open.push(tokens.length);
    tokens.push(token);
  }
  return open.length === 0 ? tokens : undefined;
}

function read(path) {
  let read = texts.get(path);
  if (read === undefined) {
    const bytes = files.read(path.replace(/\?.*$/, ''));
    const text = typeof bytes === 'string' ? '' : binding.decodeText(bytes);
    read = { tokens: tokenize(text) ?? [], lines: text.split('\n') };
    texts.set(path, read);
  }
  return read;
}

// Where in the program an error came from: its tokens, the one at the place, and the engine's function called there, if any.
class Site {
  constructor(frames) {
    const top = frames.find((frame) => frame.getFileName()?.startsWith('/') || frame.getFileName()?.startsWith('file:'));
    this.native = frames[0]?.isNative() ? frames[0].getFunctionName() : undefined;
    this.isOwn = top !== undefined && (frames[0] === top || (this.native !== undefined && frames[1] === top));
    // What threw in the JavaScript layer.
    this.layer = this.native === undefined && frames[0] !== top ? frames[0]?.getFunctionName() : undefined;
    this.tokens = [];
    this.index = -1;
    if (!this.isOwn) return;
    const path = top.getFileName().replace(/^file:\/\//, '');
    const [line, place] = binding.placeOf(path, top.getLineNumber(), top.getColumnNumber());
    const { tokens, lines } = read(path);
    if (line > lines.length) return;
    let column = place - 1;
    for (let i = 0; i < line - 1; i++) column += lines[i].length + 1;
    this.tokens = tokens;
    this.index = tokens.findIndex((token) => token.at <= column && column < token.at + token.text.length);
  }

  get token() {
    return this.tokens[this.index];
  }

  text(index) {
    return this.tokens[index]?.text;
  }

  // The first token of the member expression that ends with this one.
  chainStart(end) {
    const { tokens } = this;
    for (let at = end; ;) {
      if (!endsExpression(tokens[at])) return undefined;
      const from = tokens[at].partner ?? at;
      const before = tokens[from - 1];
      if (before !== undefined && (before.text === '.' || before.text === '?.') && before.kind === 'mark') {
        at = from - 2;
      } else if ((tokens[from].text === '(' || tokens[from].text === '[' || tokens[from].kind === 'template') &&
        endsExpression(before) && from !== at + 1 && before.at + before.text.length <= tokens[from].at) {
        at = from - 1;
      } else {
        return this.startsFunction(from) ?? from;
      }
    }
  }

  // Of the body of a function or class expression: its first token.
  startsFunction(from) {
    if (this.text(from) !== '{') return undefined;
    for (let at = from - 1; at >= 0 && from - at < 60; at--) {
      const token = this.tokens[at];
      if (token.partner !== undefined && token.partner < at) at = token.partner;
      else if (token.text === 'function' || token.text === 'class') return at;
      else if (token.kind === 'mark' && token.text !== '*' && token.text !== '.') return undefined;
    }
    return undefined;
  }

  // An expression as V8 prints it in a message, from one token to another.
  show(from, to) {
    const { tokens } = this;
    const first = tokens[from];
    if (from > to || first === undefined) return '';
    if (first.text === 'await' || first.text === 'super' || first.text === 'function' || first.text === 'class' ||
      first.text === 'async' || first.text === 'yield' || first.text === 'new' || first.kind === 'regexp') {
      return first.text === 'super' ? `(intermediate value)${this.rest(from + 1, to)}` : this.afterFirst(from, to);
    }
    let at = from;
    let shown;
    if (first.text === '(') {
      const inside = this.print(from + 1, first.partner - 1);
      shown = tokens.slice(from, first.partner).some((token) => token.text === '=>') ? '(intermediate value)' : inside;
      at = first.partner;
    } else if (first.text === '[') {
      shown = `[${this.list(from).map(([a, b]) => this.show(a, b)).join(',')}]`;
      at = first.partner;
    } else if (first.text === '{') {
      shown = `{${this.list(from).map(() => '(intermediate value)').join('')}}`;
      at = first.partner;
    } else if (first.kind === 'string') {
      shown = `"${unquoted(first.text)}"`;
    } else if (first.kind === 'template') {
      shown = first.text.includes('${') ? '(intermediate value)' : `"${first.text.slice(1, -1)}"`;
    } else if (first.kind === 'mark') {
      return '!-+~'.includes(first.text) ? `(${first.text}${this.show(from + 1, to)})` : '(intermediate value)';
    } else {
      shown = first.text;
    }
    return shown + this.rest(at + 1, to);
  }

  afterFirst(from, to) {
    for (let at = from; at <= to; at++) {
      const { text, partner } = this.tokens[at];
      if (text === '{' && partner <= to) return `(intermediate value)${this.rest(partner + 1, to)}`;
      if (this.tokens[from].text === 'new' && text === '(') return `(intermediate value)${this.rest(partner + 1, to)}`;
      if (partner > at) at = partner;
    }
    return '(intermediate value)';
  }

  // The accesses and calls that follow an expression.
  rest(from, to) {
    const { tokens } = this;
    let shown = '';
    for (let at = from; at <= to; at++) {
      const { text, partner } = tokens[at];
      if (text === '.' || text === '?.') {
        const next = tokens[at + 1];
        if (next?.kind === 'word') {
          shown += text + next.text;
          at++;
        } else {
          shown += '?.';
        }
      } else if (text === '(') {
        shown += '(...)';
        at = partner;
      } else if (text === '[') {
        const only = at + 2 === partner ? tokens[at + 1] : undefined;
        const isPlain = only?.kind === 'string' || (only?.kind === 'template' && !only.text.includes('${'));
        shown += isPlain ? `.${unquoted(only.text)}` : `[${this.print(at + 1, partner - 1)}]`;
        at = partner;
      } else if ('+-*/%<>&|^'.includes(text[0]) && from === at && shown === '') {
        return ` ${text} ${this.show(at + 1, to)}`.replace(/^/, '\u0001');
      } else if (tokens[at].kind === 'template') {
        shown += '(...)';
      } else {
        return '\u0002';
      }
    }
    return shown;
  }

  // What V8 prints, or undefined if that is not known.
  print(from, to) {
    const shown = this.show(from, to);
    if (shown.includes('\u0002')) return '(intermediate value)';
    return shown.includes('\u0001') ? withOperators(shown) : shown;
  }

  // The parts between the commas of a bracket: [first, last] token of each.
  list(open) {
    const { tokens } = this;
    const close = tokens[open].partner;
    const parts = [];
    let from = open + 1;
    for (let at = from; at <= close; at++) {
      if (at !== close && tokens[at].partner > at) at = tokens[at].partner;
      else if (at === close || tokens[at].text === ',') {
        if (at > from) parts.push([from, at - 1]);
        from = at + 1;
      }
    }
    return parts;
  }

  // The calls that may have been under way at the place, the innermost first: [first, last] token of what is called, its
  // arguments' bracket, whether it is `new`.
  * calls() {
    const { tokens } = this;
    let at = this.index;
    if (at === -1) return;
    if (this.text(at) === 'new') at++;
    for (;;) {
      if (tokens[at].partner > at) at = tokens[at].partner;
      let isCalled = false;
      // Behind the expression at the place.
      for (let next = at + 1; ; next = at + 1) {
        const token = tokens[next];
        if (token === undefined) break;
        if ((token.text === '.' || token.text === '?.') && tokens[next + 1]?.kind === 'word') {
          at = next + 1;
        } else if (token.text === '?.') {
          at = next;
        } else if (token.text === '[' && endsExpression(tokens[at])) {
          at = token.partner;
        } else if (token.text === '(' || token.kind === 'template') {
          const end = this.text(at) === '?.' ? at - 1 : at;
          const from = this.chainStart(end);
          if (from === undefined) break;
          yield this.call(from, end, token.text === '(' ? next : undefined);
          at = token.partner ?? next;
          isCalled = true;
        } else {
          break;
        }
      }
      const start = this.chainStart(at);
      if (start !== undefined && this.text(start - 1) === 'new' && !isCalled) {
        yield { from: start, end: at, open: undefined, isNew: true };
      }
      // Outwards, to the bracket around it.
      const open = tokens[at].within;
      if (open === undefined) return;
      const { text, partner } = tokens[open];
      if (text === '{' && !['(', ',', ':', '=', 'return', '=>', '?', '['].includes(this.text(open - 1))) return;
      if (text === '{' && this.text(open - 1) === '=>') return;
      if (text === '(' && ['if', 'while', 'for', 'switch', 'catch', 'with'].includes(this.text(open - 1))) return;
      const left = tokens.slice(at + 1, partner);
      const closure = left.findIndex((token) => ['=>', 'function', 'class', 'async'].includes(token.text));
      const until = closure === -1 ? left : left.slice(0, closure).filter((token) => token.text !== 'async');
      if (closure === -1 && until.some((token, i) => token.kind === 'word' && !token.isName && until[i + 1]?.text !== ':' &&
        !['null', 'true', 'false', 'of', 'in'].includes(token.text))) return;
      if (text === '(' && endsExpression(tokens[open - 1])) {
        const end = this.text(open - 1) === '?.' ? open - 2 : open - 1;
        const from = this.chainStart(end);
        if (from !== undefined) yield this.call(from, end, open);
      }
      at = partner;
    }
  }

  // A call whose callee goes from one token to another.
  call(from, end, open) {
    const isNew = this.text(from - 1) === 'new';
    for (let at = from + 1; isNew && at <= end; at++) {
      if (this.text(at) === '(' && endsExpression(this.tokens[at - 1])) return { from: from - 1, end, open, isNew: false };
      if (this.tokens[at].partner > at) at = this.tokens[at].partner;
    }
    return { from, end, open, isNew };
  }

  // The call of the engine's own function the error came from.
  nativeCall() {
    const calls = [...this.calls()];
    return calls.find((call) => this.text(call.end) === this.native) ?? calls[0];
  }

  // Whether what is called is surely a function, as far as the text tells.
  isCallable({ from, end, isNew }) {
    const name = this.text(end);
    if (name === '$import') return true;
    if (from !== end) {
      if (this.text(end - 1) !== '.') return false;
      const owner = from === end - 2 ? globalThis[this.text(from)] : undefined;
      if (owner !== undefined && owner !== null && typeof owner[name] === 'function') return true;
      return !isNew && KNOWN_METHODS.some((prototype) =>
        typeof Object.getOwnPropertyDescriptor(prototype, name)?.value === 'function');
    }
    if (['setTimeout', 'setImmediate', 'setInterval', 'require', 'super'].includes(name)) return true;
    const { tokens } = this;
    for (let at = 0; at < tokens.length; at++) {
      if (tokens[at].text !== name || tokens[at].isName || tokens[at].kind !== 'word') continue;
      const before = this.text(at - 1) === '*' ? this.text(at - 2) : this.text(at - 1);
      if (before === 'class' || (before === 'function' && !isNew)) return true;
      if (this.text(at + 1) !== '=') continue;
      const value = this.text(at + 2);
      if (value === 'function' || value === 'class') return true;
      if (isNew) continue;
      if (value === 'async' || this.text(at + 3) === '=>') return true;
      if (value === '(' && this.text(tokens[at + 2].partner + 1) === '=>') return true;
    }
    return typeof globalThis[name] === 'function';
  }

  // The literal an expression is, directly or through the one place its name is given a value; undefined if unknown.
  literal(from, to) {
    const { tokens } = this;
    if (from > to || tokens[from] === undefined) return { type: 'undefined', text: 'undefined' };
    const first = tokens[from];
    const single = from === to;
    if (first.kind === 'mark') {
      if (first.text === '-' && from + 1 === to && tokens[to].kind === 'number') {
        return { type: 'number', text: `${-Number(tokens[to].text)}` };
      }
      if (first.text === '{' && first.partner === to) return { type: 'object', text: '#<Object>' };
      if (first.text === '[' && first.partner === to) {
        return { type: 'object', text: '[object Array]', count: this.list(from).length };
      }
      if (first.text === '(' && first.partner === to) return this.literal(from + 1, to - 1);
      return undefined;
    }
    if (first.kind === 'regexp') return single ? { type: 'object', text: first.text } : undefined;
    if (first.text === 'new' && tokens[from + 1]?.kind === 'word') return { type: 'object', text: `#<${tokens[from + 1].text}>` };
    if (first.text === 'Object' && ['freeze', 'seal', 'preventExtensions'].includes(this.text(from + 2)) &&
      this.text(from + 3) === '(' && tokens[from + 3].partner === to) return this.literal(from + 4, to - 1);
    if (!single) return undefined;
    if (first.kind === 'string') return { type: 'string', text: unquoted(first.text) };
    if (first.kind === 'template') {
      return first.text.includes('${') ? undefined : { type: 'string', text: first.text.slice(1, -1) };
    }
    if (first.kind === 'number') {
      if (first.text.endsWith('n')) return { type: 'bigint', text: first.text.slice(0, -1) };
      return { type: 'number', text: `${Number(first.text.replaceAll?.('_', '') ?? first.text)}` };
    }
    if (first.text === 'undefined') return { type: 'undefined', text: 'undefined' };
    if (first.text === 'null') return { type: 'null', text: 'null' };
    if (first.text === 'NaN' || first.text === 'Infinity') return { type: 'number', text: first.text };
    if (first.text === 'true' || first.text === 'false') return { type: 'boolean', text: first.text };
    return this.assigned(first);
  }

  // The value of a name: what the nearest declaration around gives it, if nothing else is assigned to it there.
  assigned(name) {
    const { tokens } = this;
    const blocks = new Set([undefined]);
    for (let at = tokens[this.index]?.within; at !== undefined; at = tokens[at].within) blocks.add(at);
    let found;
    for (let at = 0; at < tokens.length; at++) {
      const token = tokens[at];
      if (token.text !== name.text || token.isName || token.kind !== 'word' || !blocks.has(token.within)) continue;
      if (this.text(at + 1) !== '=' || tokens[at + 1].kind !== 'mark') continue;
      let to = at + 2;
      while (to < tokens.length && ![',', ';', ')', '}'].includes(this.text(to)) &&
        (to === at + 2 || !endsExpression(tokens[to - 1]) || tokens[to].kind === 'mark')) {
        to = (tokens[to].partner > to ? tokens[to].partner : to) + 1;
      }
      if (tokens[at + 2] === undefined || tokens[at + 2].text === name.text) continue;
      if (found !== undefined && token.within === found.within) return undefined;
      found = { within: token.within, value: this.literal(at + 2, to - 1) };
    }
    return found?.value;
  }

  // An argument of the engine's function the error came from; a name that says nothing is most likely undefined.
  argument(number, certain = false) {
    const call = this.nativeCall();
    if (call === undefined) return undefined;
    const part = call.open === undefined ? undefined : this.list(call.open)[number];
    if (part === undefined) return { type: 'undefined', text: 'undefined' };
    const [from, to] = part;
    if (['function', 'class', 'async'].includes(this.text(from)) ||
      this.tokens.slice(from, to).some((token) => token.text === '=>')) {
      return { type: 'function', text: 'function' };
    }
    if (this.text(from) === 'Symbol') return { type: 'symbol', text: 'symbol' };
    return this.literal(from, to) ?? (certain ? undefined : { type: 'undefined', text: 'undefined' });
  }
}

const KNOWN_METHODS = [Array.prototype, String.prototype, Promise.prototype, Map.prototype, Set.prototype, Function.prototype];

function unquoted(text) {
  return text.slice(1, -1).replace(/\\(.)/g, '$1');
}

function withOperators(shown) {
  return shown.replace(/([^[(\u0001]*)\u0001 (\S+) ([^\])]*)/g, '($1 $2 $3)');
}

// As V8 shows a value whose source it does not know.
function typed({ type, text }) {
  switch (type) {
    case 'undefined': return 'undefined';
    case 'null': return 'object null';
    case 'string': return `string "${text}"`;
    case 'number': case 'boolean': return `${type} ${text}`;
    default: return type;
  }
}

const ITERATOR = '(cannot read property Symbol(Symbol.iterator))';

function notCallable(site, onlyNew) {
  if (site.native !== undefined) return notCallableArgument(site);
  if (!site.isOwn || site.index === -1) return undefined;
  const calls = [...site.calls()].filter((call) => call.isNew || !onlyNew);
  const call = calls.find((each) => !site.isCallable(each)) ?? calls[0];
  if (call === undefined) return undefined;
  return `${site.print(call.from, call.end)} is not a ${call.isNew ? 'constructor' : 'function'}`;
}

function notCallableArgument(site) {
  const { native } = site;
  if (native === 'Promise') return `Promise resolver ${site.argument(0)?.text ?? 'undefined'} is not a function`;
  if (['Symbol', 'BigInt'].includes(native)) return `${native} is not a constructor`;
  if (native === 'bind') return 'Bind must be called on a function';
  const value = site.argument(native === 'from' ? 1 : 0);
  if (value === undefined) return undefined;
  if (native === 'sort' || native === 'toSorted') {
    return `The comparison function must be either a function or undefined${major >= 22 ? `: ${value.text}` : ''}`;
  }
  if (native === 'call' || native === 'apply' || native === 'toString') return undefined;
  return `${major >= 22 ? typed(value) : value.text} is not a function`;
}

// The for loop over values whose head the place is in.
function loopOver(site) {
  const { tokens, index } = site;
  let open = tokens[index]?.within;
  for (let turns = 0; open !== undefined && turns < 4; open = tokens[open].within, turns++) {
    const range = headOf(site, open);
    if (range !== undefined && range.range[0] <= index) return range;
  }
  // A literal leaves no trace of its place: the first loop behind it.
  for (let at = index + 1; at < tokens.length; at++) {
    if (tokens[at].text !== 'for' || tokens[at].isName) continue;
    const head = headOf(site, site.text(at + 1) === '(' ? at + 1 : at + 2);
    return head !== undefined && tokens[head.range[0]].kind !== 'word' ? head : undefined;
  }
  return undefined;
}

function headOf(site, open) {
  if (site.text(open) !== '(') return undefined;
  const isAsync = site.text(open - 1) === 'await' && site.text(open - 2) === 'for';
  if (!isAsync && site.text(open - 1) !== 'for') return undefined;
  const { tokens } = site;
  const close = tokens[open].partner;
  for (let at = open + 1; at < close; at++) {
    if (tokens[at].partner > at) at = tokens[at].partner;
    else if (tokens[at].text === 'of' && !tokens[at].isName) return { isAsync, range: [at + 1, close - 1] };
  }
  return undefined;
}

// The pattern a value was taken apart by: the first behind the place.
function patternAfter(site, bracket) {
  const { tokens } = site;
  for (let at = site.index; at >= 0 && at < tokens.length && at < site.index + 400; at++) {
    if (tokens[at].text !== bracket) continue;
    const after = site.text(tokens[at].partner + 1);
    const before = site.text(at - 1);
    if (after === '=' && ['const', 'let', 'var', '(', ';', '{', '}', ','].includes(before)) {
      let to = tokens[at].partner + 2;
      const from = to;
      while (to < tokens.length && ![',', ';', ')', '}'].includes(site.text(to)) &&
        (to === from || !endsExpression(tokens[to - 1]) || tokens[to].kind === 'mark')) {
        to = (tokens[to].partner > to ? tokens[to].partner : to) + 1;
      }
      const owner = tokens[at].within;
      const isParameter = before !== 'const' && before !== 'let' && before !== 'var' && site.text(owner) === '(' &&
        ['=>', '{'].includes(site.text(tokens[owner].partner + 1));
      return { open: at, from, to: to - 1, isParameter };
    }
    const { within } = tokens[at];
    if ((before === '(' || before === ',') && (after === ')' || after === ',') && site.text(within) === '(' &&
      ['=>', '{'].includes(site.text(tokens[within].partner + 1))) return { open: at, isParameter: true };
  }
  return undefined;
}

function notTakenApart(site) {
  if (site.native !== undefined) {
    const isList = ['every', 'filter', 'find', 'findIndex', 'forEach', 'includes', 'indexOf', 'join', 'map', 'push', 'reduce',
      'slice', 'some', 'sort', 'splice'].includes(site.native);
    if (!isList || site.text(site.nativeCall()?.end) !== 'call') return undefined;
    return `Array.prototype.${site.native} called on null or undefined`;
  }
  const pattern = patternAfter(site, '{');
  if (pattern === undefined) return undefined;
  const { open, from, to, isParameter } = pattern;
  const value = isParameter ? parameterValue(site, open) : site.literal(from, to)?.text ?? 'undefined';
  const shown = isParameter ? (value === 'null' ? 'object null' : value) : site.print(from, to);
  const first = site.tokens[open + 1];
  const is = `as it is ${value === 'null' ? 'null' : 'undefined'}.`;
  if (first.kind !== 'word') return `Cannot destructure '${shown}' ${is}`;
  if (site.text(open + 2) === ':' && '{['.includes(site.text(open + 3))) {
    const inner = site.text(open + 4);
    return major >= 16
      ? `Cannot read properties of undefined (reading '${inner}')`
      : `Cannot read property '${inner}' of undefined`;
  }
  return `Cannot destructure property '${first.text}' of '${shown}' ${is}`;
}

// What was passed for a parameter to a function that is called where it is written.
function parameterValue(site, open) {
  const { tokens } = site;
  const list = tokens[open].within;
  const position = site.list(list).findIndex(([from]) => from === open);
  const around = tokens[list].within;
  if (around !== undefined && site.text(around) === '(' && site.text(tokens[around].partner + 1) === '(') {
    const argument = site.list(tokens[around].partner + 1)[position];
    if (argument !== undefined) return site.literal(...argument)?.text ?? 'undefined';
  }
  return 'undefined';
}

function notIterable(site, known) {
  const { native } = site;
  if (native !== undefined) {
    const value = known === undefined ? site.argument(0) : { type: known, text: known };
    if (native === 'fromEntries' && known !== undefined) return `${known} is not iterable`;
    if (value === undefined || (known === undefined && value.type === 'undefined')) return `object is not iterable ${ITERATOR}`;
    return `${typed(value)} is not iterable ${ITERATOR}`;
  }
  const { tokens, index } = site;
  if (index === -1) return undefined;
  let open = tokens[index].within;
  for (let turns = 0; open !== undefined && turns < 4; open = tokens[open].within, turns++) {
    const spread = '[('.includes(site.text(open)) && site.list(open).find(([from, to]) =>
      site.text(from) === '...' && from < index && index <= to);
    if (!spread) continue;
    return notSpread(site, open, spread, known);
  }
  const loop = loopOver(site);
  const pattern = patternAfter(site, '[');
  if (loop !== undefined && (pattern === undefined || loop.range[0] < pattern.open || loop.range[0] <= index)) {
    const [from, to] = loop.range;
    if (site.text(to) === ')' && tokens[to].partner > from && endsExpression(tokens[tokens[to].partner - 1])) {
      return `${site.print(from, tokens[to].partner - 1)} is not a function or its return value is not iterable`;
    }
    return `${site.print(from, to)} is not iterable`;
  }
  if (pattern === undefined) return known === undefined ? undefined : `${known} is not iterable`;
  if (pattern.isParameter) return `${known ?? 'object'} is not iterable ${ITERATOR}`;
  const { from, to } = pattern;
  if (known !== undefined && (site.text(to - 1) === '.' || site.text(to) === ']')) return `${known} is not iterable ${ITERATOR}`;
  if (site.text(to) === ')' && tokens[to].partner > from && site.text(from) !== 'await') {
    return `${site.print(from, tokens[to].partner - 1)} is not a function or its return value is not iterable`;
  }
  return `${site.print(from, to)} is not iterable`;
}

function notSpread(site, open, [from, to], known) {
  const shown = site.print(from + 1, to);
  if (site.text(open) === '[' && !endsExpression(site.tokens[open - 1])) {
    if (major >= 16 || to > from + 1) return `${shown} is not iterable`;
    const value = known === undefined ? site.literal(from + 1, to) ?? { type: 'object' } : { type: known };
    return `${typed({ text: known, ...value })} is not iterable ${ITERATOR}`;
  }
  if (known === undefined) {
    return major >= 20 ? 'Spread syntax requires ...iterable[Symbol.iterator] to be a function' : 'Found non-callable @@iterator';
  }
  if (major >= 14) return `${shown} is not iterable (cannot read property undefined)`;
  return `${site.print(site.chainStart(open - 1) ?? open, open - 1)} is not iterable ${ITERATOR}`;
}

// What an assignment or delete at the place is to: the object's text as V8 shows it, and the key.
function target(site) {
  const { tokens } = site;
  let at = site.index;
  if (at === -1) return undefined;
  if (tokens[at].within !== undefined && site.text(tokens[at].within) === '[' && endsExpression(tokens[tokens[at].within - 1])) {
    at = tokens[tokens[at].within].partner;
  }
  if (site.text(at) === 'new') at++;
  while (['.', '?.', '[', '('].includes(site.text(at + 1))) at = tokens[at + 1].partner ?? at + 2;
  if ((at === site.index && !tokens[at].isName) || site.text(at) === ')') return undefined;
  const isIndex = site.text(at) === ']';
  const end = isIndex ? tokens[at].partner - 1 : at - 2;
  const key = isIndex ? site.literal(end + 2, at - 1)?.text : site.text(at);
  const start = site.chainStart(end);
  if (start === undefined) return undefined;
  const from = site.text(start - 1) === 'new' ? start - 1 : start;
  let object = site.literal(from, end)?.text;
  if (site.text(from) === 'this' && from === end) object = `#<${enclosingClass(site, from) ?? 'Object'}>`;
  return { object: object ?? (/^\d+$/.test(key) ? '[object Array]' : '#<Object>'), key, operator: site.text(at + 1) };
}

function enclosingClass(site, index) {
  for (let at = site.tokens[index].within; at !== undefined; at = site.tokens[at].within) {
    const start = site.startsFunction(at);
    if (start !== undefined && site.text(start) === 'class') {
      const name = site.tokens[start + 1];
      if (name.kind === 'word' && name.text !== 'extends') return name.text;
      return site.text(start - 1) === '=' ? site.text(start - 2) : undefined;
    }
  }
  return undefined;
}

function classWithoutNew(site) {
  const refusal = (name) => `Class constructor ${name ?? ''} cannot be invoked without 'new'`;
  if (site.layer !== undefined) return refusal(site.layer);
  if (site.index === -1) return undefined;
  const isHead = site.text(site.index) === 'class';
  const name = isHead ? site.tokens[site.index + 1] : undefined;
  let text = name?.kind === 'word' && name.text !== 'extends' ? name.text : undefined;
  if (isHead && text === undefined && site.text(site.index - 1) === '=') text = site.text(site.index - 2);
  if (!isHead) text = enclosingClass(site, site.index);
  return refusal(text);
}

function readOnly(site, key) {
  if (site.native !== undefined) return `Cannot assign to read only property '${key}' of object '[object Array]'`;
  const { token } = site;
  if (token?.text === key && !token.isName &&
    (ASSIGNMENTS.includes(site.text(site.index + 1)) || ['++', '--'].includes(site.text(site.index - 1)))) {
    return key === 'undefined'
      ? "Cannot assign to read only property 'undefined' of object '#<Object>'"
      : 'Assignment to constant variable.';
  }
  const place = target(site);
  if (place === undefined || (place.key !== undefined && place.key !== key)) return 'Assignment to constant variable.';
  return `Cannot assign to read only property '${key}' of object '${place.object}'`;
}

function notExtensible(site) {
  if (site.native === 'defineProperty') {
    const key = site.argument(1, true)?.text;
    return key === undefined ? undefined : `Cannot define property ${key}, object is not extensible`;
  }
  if (site.native === 'push' || site.native === 'unshift') {
    const call = site.nativeCall();
    const list = call && site.literal(call.from, call.end - 2);
    return list?.count === undefined ? undefined : `Cannot add property ${list.count}, object is not extensible`;
  }
  const key = target(site)?.key;
  return key === undefined ? undefined : `Cannot add property ${key}, object is not extensible`;
}

function operands(site) {
  const { tokens, index } = site;
  let word = index;
  while (word > 0 && tokens[word].text !== 'in') word--;
  if (word <= 0 || index - word > 8) return undefined;
  let end = index;
  while (['.', '['].includes(site.text(end + 1))) end = site.text(end + 1) === '[' ? tokens[end + 1].partner : end + 2;
  const key = site.literal(word - 1, word - 1)?.text;
  if (key === undefined) return undefined;
  return `Cannot use 'in' operator to search for '${key}' in ${site.literal(word + 1, end)?.text ?? 'undefined'}`;
}

function instanceRight(site) {
  const value = site.index === -1 ? undefined : site.literal(site.index, site.tokens[site.index].partner ?? site.index);
  return `Right-hand side of 'instanceof' is not ${value?.type === 'object' ? 'callable' : 'an object'}`;
}

function parentClass(site) {
  const { tokens } = site;
  let at = Math.max(site.index, 0);
  if (site.text(at - 1) !== 'extends') {
    while (at < tokens.length && tokens[at].text !== 'extends') at++;
    at++;
  }
  if (at >= tokens.length) return undefined;
  let end = at;
  while (site.text(end + 1) === '.') end += 2;
  return `Class extends value ${site.literal(at, end)?.text ?? 'undefined'} is not a constructor or null`;
}

function withoutNew(site) {
  if (site.native !== 'Promise') return `Constructor ${site.native} requires 'new'`;
  return major >= 18 ? "Promise constructor cannot be invoked without 'new'" : 'undefined is not a promise';
}

const DIGITS = {
  toFixed: 'toFixed() digits argument must be between 0 and 100',
  toPrecision: 'toPrecision() argument must be between 1 and 100',
  toExponential: 'toExponential() argument must be between 0 and 100',
};

function notObject(site) {
  switch (site.native) {
    case 'defineProperty': case 'defineProperties': return `Object.${site.native} called on non-object`;
    case 'setPrototypeOf': return `Object prototype may only be an Object or null: ${site.argument(1)?.text}`;
    case 'ownKeys': return 'Reflect.ownKeys called on non-object';
    case 'Proxy': return 'Cannot create proxy with a non-object as target or handler';
    case 'resolve': case 'reject': return 'PromiseResolve called on non-object';
    case 'Map': case 'WeakMap': case 'fromEntries': {
      const call = site.nativeCall();
      const list = call?.open === undefined ? undefined : site.list(call.open)[0];
      const first = list && site.text(list[0]) === '[' ? site.list(list[0])[0] : undefined;
      const shown = first === undefined ? undefined : site.literal(...first)?.text;
      return shown === undefined ? undefined : `Iterator value ${shown} is not an entry object`;
    }
    case 'apply': return 'CreateListFromArrayLike called on non-object';
    case undefined: {
      const at = site.tokens.findIndex((token, index) =>
        index >= site.index && token.text === '=' && token.kind === 'mark' && site.tokens[index - 1]?.isName);
      const from = site.index === -1 || at === -1 ? undefined : site.chainStart(at - 3);
      const owner = from === undefined ? undefined : site.literal(from, at - 3);
      if (owner === undefined || owner.type === 'object') return undefined;
      return `Cannot create property '${site.text(at - 1)}' on ${owner.type} '${owner.text}'`;
    }
    default: return undefined;
  }
}

function badPattern(site, reason) {
  const pattern = site.argument(0, true);
  if (pattern === undefined || pattern.type !== 'string') return undefined;
  return `Invalid regular expression: /${pattern.text}/: ${reason}`;
}

const withArgument = (site, before, after) => {
  const value = site.argument(0, true);
  return value === undefined ? undefined : `${before}${value.text}${after}`;
};
const mixed = (site) => (site.native === undefined
  ? 'Cannot mix BigInt and other types, use explicit conversions'
  : 'Cannot convert a BigInt value to a number');

const fixed = {
  __proto__: null,
  'not a function': (site) => notCallable(site, false),
  'not a constructor': (site) => notCallable(site, true),
  'must be called with new': withoutNew,
  "class constructors must be invoked with 'new'": classWithoutNew,
  'this is not initialized':
    "Must call super constructor in derived class before accessing 'this' or returning from derived constructor",
  'Cannot convert undefined or null to object': notTakenApart,
  'value is not iterable': (site) => notIterable(site),
  'object is not iterable': (site) => notIterable(site),
  "cannot read property 'Symbol.iterator' of undefined": (site) => notIterable(site, 'undefined'),
  "cannot read property 'Symbol.iterator' of null": (site) => notIterable(site, 'null'),
  'promise self resolution': 'Chaining cycle detected for promise #<Promise>',
  'object is not extensible': notExtensible,
  'property is not configurable': (site) => {
    const key = site.native === 'defineProperty' ? site.argument(1, true)?.text : undefined;
    return key === undefined ? undefined : `Cannot redefine property: ${key}`;
  },
  'could not delete property': (site) => {
    const place = site.native === undefined ? target(site) : undefined;
    return place === undefined ? undefined : `Cannot delete property '${place.key}' of ${place.object}`;
  },
  'no setter for property': (site) => {
    const place = target(site);
    return place === undefined ? undefined : `Cannot set property ${place.key} of ${place.object} which has only a getter`;
  },
  'invalid array length': 'Invalid array length',
  'empty array': 'Reduce of empty array with no initial value',
  'invalid repeat count': (site) => (major < 20 ? 'Invalid count value' : withArgument(site, 'Invalid count value: ', '')),
  'invalid string length': 'Invalid string length',
  'invalid BigInt literal': (site) => withArgument(site, 'Cannot convert ', ' to a BigInt'),
  'cannot convert to BigInt': (site) => withArgument(site, 'Cannot convert ', ' to a BigInt'),
  'cannot convert to BigInt: not an integer': (site) =>
    withArgument(site, 'The number ', ' cannot be converted to a BigInt because it is not an integer'),
  'cannot convert BigInt to number': mixed,
  'cannot convert bigint to number': mixed,
  'bigint argument with unary +': 'Cannot convert a BigInt value to a number',
  'BigInt division by zero': 'Division by zero',
  'BigInt negative exponent': major >= 20 && major < 26 ? 'undefined must be positive' : 'Exponent must be positive',
  'BigInt operands are forbidden for >>>': 'BigInts have no unsigned right shift, use >> instead',
  'BigInt are forbidden in JSON.stringify': 'Do not know how to serialize a BigInt',
  'cannot convert symbol to string': 'Cannot convert a Symbol value to a string',
  'cannot convert symbol to number': 'Cannot convert a Symbol value to a number',
  'invalid number of digits': (site) => DIGITS[site.native],
  'Date value is NaN': 'Invalid time value',
  'expecting hex digit': 'URI malformed',
  'expecting surrogate pair': 'URI malformed',
  'malformed UTF-8': 'URI malformed',
  "expecting '%'": 'URI malformed',
  'invalid character': 'URI malformed',
  "invalid 'instanceof' right operand": instanceRight,
  "operand 'prototype' property is not an object": "Function has non-object prototype 'undefined' in instanceof check",
  "invalid 'in' operand": operands,
  'cannot invoke a running generator': 'Generator is already running',
  'not an object': notObject,
  'not a object': notObject,
  'Property description must be an object': (site) => {
    const value = site.argument(2);
    return value === undefined ? undefined : `Property description must be an object: ${value.text}`;
  },
  'Invalid property descriptor. Cannot both specify accessors and a value or writable attribute':
    'Invalid property descriptor. Cannot both specify accessors and a value or writable attribute, #<Object>',
  'object prototype may only be an Object or null': (site) =>
    `Object prototype may only be an Object or null: ${site.argument(0)?.text ?? 'undefined'}`,
  'iterator must return an object': 'Iterator result undefined is not an object',
  'invalid value used as WeakMap key': 'Invalid value used as weak map key',
  'invalid value used as WeakSet key': 'Invalid value used in weak set',
  'not a symbol': (site) => withArgument(site, '', ' is not a symbol'),
  'regexp not supported': (site) =>
    `First argument to String.prototype.${site.native} must not be a regular expression`,
  "regexp must have the 'g' flag": (site) => (site.native === 'replaceAll'
    ? 'replaceAll must be called with a global RegExp'
    : 'String.prototype.matchAll called with a non-global RegExp argument'),
  'bad normalization form': 'The normalization form should be one of NFC, NFD, NFKC, NFKD.',
  'invalid code point': (site) => withArgument(site, 'Invalid code point ', ''),
  'unexpected end': (site) => badPattern(site, 'Unterminated character class'),
  "expecting ')'": (site) => badPattern(site, 'Unterminated group'),
  'nothing to repeat': (site) => badPattern(site, 'Nothing to repeat'),
  'invalid regular expression flags': (site) => {
    const flags = site.argument(1, true)?.text;
    return flags === undefined ? undefined : `Invalid flags supplied to RegExp constructor '${flags}'`;
  },
  'invalid array index': (site) => (site.native === 'ArrayBuffer'
    ? 'Invalid array buffer length'
    : withArgument(site, 'Invalid typed array length: ', '')),
  'out of bound': (site) => (/^[gs]et/.test(site.native) ? 'Offset is outside the bounds of the DataView' : undefined),
  'not a Date object': 'this is not a Date object.',
  toPrimitive: 'Cannot convert object to primitive value',
  'null or undefined are forbidden': (site) => `String.prototype.${site.native} called on null or undefined`,
  'parent class must be constructor': parentClass,
};

const patterns = [
  [/^'(.+)' is read-only$/, (site, key) => readOnly(site, key)],
  [/^private class field '(#.+)' does not exist$/, (site, name) => {
    const isWrite = site.index !== -1 && site.text(site.index + 2) === name && ASSIGNMENTS.includes(site.text(site.index + 3));
    return `Cannot ${isWrite ? 'write' : 'read'} private member ${name} ${isWrite ? 'to' : 'from'} ` +
      'an object whose class did not declare it';
  }],
  [/^(\w+) object expected$/, (site, kind) => {
    const receiver = site.text(site.nativeCall()?.end) === 'call' ? site.argument(0)?.text : undefined;
    if (receiver === undefined) return undefined;
    return `Method ${kind}.prototype.${site.native} called on incompatible receiver ${receiver}`;
  }],
];

// V8's text for an engine's message; undefined if it stays.
exports.reword = function reword(message, frames) {
  if (message === 'not async iterable') {
    // What stands in for the loop throws in its name.
    const site = new Site(frames.filter((frame) => frame.getFileName()));
    const loop = loopOver(site);
    return loop?.isAsync ? `${site.print(...loop.range)} is not async iterable` : undefined;
  }
  const rule = fixed[message];
  if (typeof rule === 'string') return isMade(new Site(frames)) ? undefined : rule;
  if (rule !== undefined) {
    const site = new Site(frames);
    return isMade(site) ? undefined : rule(site);
  }
  for (const [pattern, replacement] of patterns) {
    const match = pattern.exec(message);
    if (match === null) continue;
    const site = new Site(frames);
    return isMade(site) ? undefined : replacement(site, match[1]);
  }
  return undefined;
};

// Whether the program made the error itself.
function isMade(site) {
  if (site.native !== undefined || site.index === -1) return false;
  return site.token.text.endsWith('Error') || [...site.calls()].some(({ end }) => site.text(end).endsWith('Error'));
}
