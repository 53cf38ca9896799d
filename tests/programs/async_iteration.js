'use strict';
const log = console.log;
const sleep = (v) => Promise.resolve(v);
async function* one(a, b = 2, { c } = { c: 3 }, ...rest) {
  log(arguments.length, a, b, c, rest, this === undefined)
  await sleep()
  ;[1, 2].forEach((x) => log(x))
  let q = 5
  await sleep(q)
  const y = yield q
  log('y', y)
  yield
  await sleep(1), await sleep(2)
  await sleep(3) || log('never')
  const z = (await sleep({ m() { return 7 } })).m() + await sleep(1) * 2
  log(z, -await sleep(3), typeof await sleep('s'), !await sleep(0), `t${await sleep('x')}${yield 'tpl'}`)
  if (await sleep(true)) await sleep(1); else await sleep(2)
  do await sleep(1); while (await sleep(false))
  for (const k in await sleep({ a: 1, b: 2 })) log(k, yield k)
  for (const k of [await sleep(1), yield 9]) log('of', k)
  for (let i = await sleep(0); i < await sleep(2); i++) { if (i) continue; log('i', i) }
  const f = async () => { await sleep(1); for await (const x of [1, 2]) log('inner', x); return await sleep('arrow') }
  log(await f())
  const g = async function* () { yield* [1, 2]; yield await sleep(3) }
  outer: for await (const x of g()) { for await (const y of [x, x + 1]) { if (y === 2) continue outer; if (y > 3) break outer; log(x, y) } }
  lab: { await sleep(1); break lab }
  switch (await sleep(2)) { case await sleep(1): log('no'); case await sleep(2): log('two'); break; default: log('d') }
  try { throw await sleep(new Error('boom')) } catch ({ message }) { log(message, await sleep('c')) } finally { await sleep(1); log('fin') }
  const o = { [await sleep('key')]: await sleep('val'), async *m() { yield super.toString === Object.prototype.toString }, get [yield 'gk']() { return 1 } }
  log(o)
  class C { static [await sleep('sf')] = 4; [yield 'ck'](){ } static async *s() { yield 's' } }
  log(Object.getOwnPropertyNames(C), C.sf)
  const { d = await sleep('dd'), ...e } = await sleep({ e: 1 })
  log(d, e)
  const fn = function () { return arguments.length }
  log(fn(...await sleep([1, 2, 3])), new (await sleep(Map))().size, (await sleep([4]))[0], await (await sleep(sleep(2))))
  var v; var w = v ??= await sleep('nn'); log(v, w)
  log(await (async (v) => v)('iife'), await (sleep)('s').length, (await (sleep)([4]))[0], await (null || sleep)`t`)
  await (async () => { log('arrow') })()
  await (sleep)()
  log(yield (sleep)('y'), [yield], await [sleep(1)].length)
  yield* inner(await sleep('in')), log('after delegate')
  return // nothing
  log('unreachable')
}
async function* inner(x) { const r = yield x
  return r }
class Base { async *items(n) { yield 'base' + n; return 'r' } get prop() { return 'P' } static async *sm() { yield 'bs' } }
class Sub extends Base {
  #priv = 'pv'
  async *items(n) { const r = yield* super.items(n); yield r + super.prop + this.#priv; const h = () => super.prop; yield h(); super.newProp = 5; yield this.newProp; yield* this.#hidden() }
  async *#hidden() { yield 'hidden' }
  static async *sm() { yield* super.sm(); yield 'ss' }
  async *[Symbol.asyncIterator]() { yield 1; yield 2 }
}
(async () => {
  const it = one('A')
  let r, n = 0
  while (!(r = await it.next('n' + n++)).done) log('->', r.value)
  log('done', r)
  for await (const x of new Sub().items(1)) log(x)
  for await (const x of Sub.sm()) log(x)
  for await (const x of new Sub()) log(x)
  const arr = []
  for await (const x of [1, 2, 3]) arr.push(() => x)
  log(arr.map((f) => f()))
  var hoist
  for await (hoist of ['h']);
  log(hoist)
  for await (var { length: len, [0]: first = 'none' } of ['str', '']) log(len, first)
  const target = {}
  for await (target.x of [5]) log(target.x)
  for await ([target.a, target['b'] = 'def'] of [[1]]) log(target)
  for await (const x of (async function* () { try { yield 1 } finally { log('closed') } })()) if (x) break
  b: for await (const x of [1, 2]) { if (x === 1) continue b; break b }
  await (async () => { for await (const x of [1]) return log('ret') })()
  try { for await (const { y: { z } } of (async function* () { try { yield {} } finally { await 1; log('closed destr') } })()) log('never') } catch (e) { log(e instanceof TypeError) }
  log(Object.getPrototypeOf(one).constructor.name, one.name, one.length)
  try { await one.call(null, 1).next(); (async function* () { nope() })().next().catch((e) => log(e.message)) } catch (e) { log('E', e.message) }
  await null; await null
  try { for await (const q of (async function* stackName() { const u = undefined; yield await u.foo })()) ; } catch (e) { log(e.message, /stackName/.test(e.stack)) }
  const gen = (async function* rec(n) { yield n; if (n) yield* rec(n - 1) })(3); let out = []; for await (const x of gen) out.push(x); log(out)
  const sloppy = new Function('log', 'return async function*(a) { log(arguments.length, this === globalThis); yield a }')
  for await (const x of sloppy(log)(7, 8)) log(x)
})()
