class Counter {
  #value = 0;
  add(n) { this.#value += n; return this; }
  get value() { return this.#value; }
}
async function* numbers(n) { for (let i = 0; i < n; i++) yield i; }
const log = [];
const counter = new Counter();
(async () => {
  for await (const i of numbers(3)) counter.add(i);
  log.push(counter.value);
  const results = await Promise.all([1, Promise.resolve(2), new Promise((r) => setTimeout(r, 1, 3))]);
  log.push(...results);
  const settled = await Promise.allSettled([Promise.reject(new Error('x')), 1]);
  log.push(settled.map((s) => s.status).join());
  log.push(await Promise.any([Promise.reject(1), Promise.resolve(5)]));
})();
const adders = [1, 2, 3].map((n) => (x) => x + n);
log.push(adders.reduce((x, f) => f(x), 0));
for (let i = 0; i < 5; i++) setTimeout(() => log.push('t' + i), i % 2);
for (let i = 0; i < 4; i++) setImmediate(() => log.push('i' + i));
process.nextTick(() => log.push('tick'));
queueMicrotask(() => log.push('micro'));
process.nextTick(() => Promise.resolve().then(() => log.push('after tick')));
setImmediate(() => {
  process.nextTick(() => log.push('immediate tick'));
  setTimeout(() => console.log(log.length), 5);
});
console.log('started');
