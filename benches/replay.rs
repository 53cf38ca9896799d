//! How many runs of a program a core makes in a second, against the engine alone.
//!
//! The floor runs the same snippet in a fresh context of the bare engine, where timers and immediates are plain queues of
//! callbacks without a model behind them. Ratios are what to compare; the rest depends on the machine.

use std::time::{Duration, Instant};

use rquickjs::function::Func;
use rquickjs::{CatchResultExt, Coerced, Context, Ctx, Function, Runtime};
use tickproof::guest::javascript::JavaScript;
use tickproof::program::Program;
use tickproof::runtime::{Choice, Chooser, Event, Meter, Observer, Profile, Standing};

const SNIPPET: &str = include_str!("snippet.js");

/// What the floor has in place of Node: queues emptied in order.
const QUEUES: &str = "
  const queues = [[], [], []];
  globalThis.process = { nextTick(callback) { queues[0].push(callback); } };
  globalThis.setTimeout = (callback, delay, ...args) => { queues[1].push(() => callback(...args)); };
  globalThis.setImmediate = (callback) => { queues[2].push(callback); };
  globalThis.queueMicrotask = (callback) => { Promise.resolve().then(callback); };
  globalThis.next = () => { for (const queue of queues) if (queue.length > 0) { queue.shift()(); return true; } return false; };
";

struct Defaults;

impl Chooser for Defaults {
    fn choose(&mut self, _: Choice) -> u32 {
        0
    }

    fn reached(&mut self, _: Standing<'_>) -> bool {
        true
    }
}

struct Nobody;

impl Observer for Nobody {
    fn observe(&mut self, _: Event) {}
}

fn main() {
    let rows = [
        ("bare engine, fresh context, from source", rate(floor())),
        ("model, Node 26", rate(replay(26, SNIPPET))),
        ("model, Node 18", rate(replay(18, SNIPPET))),
        ("model, an empty program", rate(replay(26, ""))),
        (
            "model, readFile with its modules",
            rate(replay(26, "require('fs').readFile(__filename, () => {})")),
        ),
    ];
    let floor = rows[0].1;
    let mut text = format!(
        "{:<42}{:>12}{:>16}\n",
        "one run of", "runs/s", "floor / this"
    );
    for (name, rate) in rows {
        text += &format!("{name:<42}{rate:>12.0}{:>16.2}\n", floor / rate);
    }
    let _ = std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes());
}

/// Runs per second: the best of several rounds, so that other work on the machine counts least.
fn rate(mut run: impl FnMut()) -> f64 {
    let round = Duration::from_millis(200);
    let rounds = (0..7).map(|_| {
        let start = Instant::now();
        let mut runs = 0;
        while start.elapsed() < round {
            run();
            runs += 1;
        }
        f64::from(runs) / start.elapsed().as_secs_f64()
    });
    rounds.fold(0.0, f64::max)
}

fn replay(major: u8, source: &str) -> impl FnMut() + use<> {
    let program = Program::new("main.js", source);
    let rules = Profile::of(major).expect("a modelled major");
    let program = JavaScript::prepare(&program, rules).expect("a program that can be run");
    move || {
        let run = program.run(&mut Defaults, &mut Nobody, &mut Meter::new(1_000, 1_000));
        assert!(run.ending.is_some(), "nothing cuts the run");
    }
}

fn floor() -> impl FnMut() {
    let runtime = Runtime::new().expect("an engine");
    move || {
        let context = Context::full(&runtime).expect("a context");
        context.with(|ctx| run_bare(&ctx).catch(&ctx).expect("the snippet runs"));
    }
}

fn run_bare(ctx: &Ctx<'_>) -> rquickjs::Result<()> {
    let console = rquickjs::Object::new(ctx.clone())?;
    console.set("log", Func::from(|_text: Coerced<String>| {}))?;
    ctx.globals().set("console", console)?;
    ctx.eval::<(), _>(QUEUES)?;
    ctx.eval::<(), _>(SNIPPET)?;
    let next: Function<'_> = ctx.globals().get("next")?;
    loop {
        while ctx.execute_pending_job() {}
        if !next.call::<_, bool>(())? {
            return Ok(());
        }
    }
}
