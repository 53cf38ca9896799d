//! How many states of a script, its ends among them, a core makes in a second of its own time.
//!
//! The script asks the pool for so many equal requests, each logging its number: W^(N-W) * W! logs on W threads.

use std::io::Write;
use std::time::{Duration, Instant};

use cpu_time::{ProcessTime, ThreadTime};
use tickproof::explore::states::{self, Bounds, Firsts, Found, Log, Watch};
use tickproof::guest::script::{RequestKind, Script};
use tickproof::runtime::Profile;

fn main() {
    let script = requests(10, 4);
    line(
        "search",
        ["result", "states", "steps", "ms", "states/s"].map(str::to_owned),
    );
    measure(
        "(10,4), the log in the state",
        &script,
        Log::default(),
        |found| found.outcomes().len() as u128,
    );
    measure("(10,4), orders counted", &script, (), |found| {
        found.outputs().unwrap_or(0)
    });
    let firsts = ["1", "30"];
    let script = requests(30, 4).logging_only(&firsts);
    measure(
        "(30,4), the order of two",
        &script,
        Firsts::new(&firsts),
        |found| found.ends.len() as u128,
    );
    line(
        "threads",
        ["", "states", "cpu ms", "ms", "ratio"].map(str::to_owned),
    );
    let script = requests(10, 4);
    let one = on_threads(1, &script, None);
    for threads in [2, 4] {
        on_threads(threads, &script, Some(one));
    }
}

/// The same search on several threads: the time that passes, and its ratio to that of one thread.
fn on_threads(threads: usize, script: &Script, one: Option<Duration>) -> Duration {
    let bounds = Bounds {
        threads,
        ..Bounds::default()
    };
    let rounds = (0..5).map(|_| {
        let (start, cpu) = (Instant::now(), ProcessTime::now());
        let found = states::search(script, Profile::newest(), Log::default(), bounds);
        let spent = (start.elapsed(), cpu.elapsed());
        let found = found.expect("a script that can be run");
        (spent, found.states() + found.ends.len())
    });
    let ((passed, cpu), states) = rounds.min().unwrap_or_default();
    let ratio = passed.as_secs_f64() / one.unwrap_or(passed).as_secs_f64();
    let ms = |time: Duration| format!("{:.2}", time.as_secs_f64() * 1_000.0);
    let cells = [
        String::new(),
        states.to_string(),
        ms(cpu),
        ms(passed),
        format!("{ratio:.2}"),
    ];
    line(
        &format!("(10,4), the log in the state, on {threads}"),
        cells,
    );
    passed
}

fn requests(count: u32, width: u16) -> Script {
    Script::new(|s| {
        for number in 1..=count {
            s.request(RequestKind::Stat, |s| s.log(&number.to_string()));
        }
    })
    .pool(width)
}

/// The best of several rounds, so that other work on the machine counts least.
fn measure<W: Watch>(name: &str, script: &Script, watch: W, result: impl Fn(&Found<W>) -> u128) {
    let rounds = (0..5).map(|_| {
        let start = ThreadTime::now();
        let found = states::search(script, Profile::newest(), watch.clone(), Bounds::default());
        let found = found.expect("a script that can be run");
        let searched = start.elapsed();
        let result = result(&found);
        (
            start.elapsed(),
            searched,
            result,
            found.states() + found.ends.len(),
            found.transitions(),
        )
    });
    let Some((whole, searched, result, states, steps)) = rounds.min() else {
        return;
    };
    let rate = states as f64 / searched.as_secs_f64();
    let ms = whole.as_secs_f64() * 1_000.0;
    line(
        name,
        [
            result.to_string(),
            states.to_string(),
            steps.to_string(),
            format!("{ms:.2}"),
            format!("{rate:.0}"),
        ],
    );
}

fn line(name: &str, cells: [String; 5]) {
    let cells: String = cells.iter().map(|cell| format!("{cell:>12}")).collect();
    let _ = writeln!(std::io::stdout(), "{name:<34}{cells}");
}
