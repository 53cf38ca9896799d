//! How long it takes to find every order in which a pool completes equal requests: the model searched state by state, and the
//! pool of threads under loom and under shuttle, on the same workload.
//!
//! N requests on W threads complete in W^(N-W) * W! orders. Loom goes through every schedule of at most two preemptions, which
//! may show fewer. Shuttle draws schedules by chance until it has met every order, which it cannot know by itself.

#![allow(
    clippy::duplicate_mod,
    reason = "the same source is compiled against two kinds of threads"
)]

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{Arc, Mutex};

use cpu_time::ProcessTime;
use shuttle::scheduler::RandomScheduler;
use tickproof::explore::states::{self, Bounds, Log};
use tickproof::guest::script::{RequestKind, Script};
use tickproof::runtime::Profile;

/// The source of the library's pool, with loom's threads.
#[path = "../src/pool"]
pub mod under_loom {
    mod sync {
        pub(super) use loom::sync::atomic::{AtomicBool, Ordering};
        pub(super) use loom::sync::{Condvar, Mutex};
        pub(super) use loom::thread;
    }

    mod completions;
    mod threads;

    pub use completions::Completions;
    pub use threads::{Lane, ThreadPool};
}

/// The same with shuttle's.
#[path = "../src/pool"]
pub mod under_shuttle {
    mod sync {
        pub(super) use shuttle::sync::atomic::{AtomicBool, Ordering};
        pub(super) use shuttle::sync::{Condvar, Mutex};
        pub(super) use shuttle::thread;
    }

    mod completions;
    mod threads;

    pub use completions::Completions;
    pub use threads::{Lane, ThreadPool};
}

/// How many schedules shuttle draws before it is asked how many orders it met.
const BY_CHANCE: usize = 10;

/// How many it draws at most.
const MOST_BY_CHANCE: usize = 10_000;

fn model(count: usize, width: usize) -> usize {
    let script = Script::new(|s| {
        for number in 0..count {
            s.request(RequestKind::Stat, |s| s.log(&number.to_string()));
        }
    })
    .pool(width as u16);
    let found = states::search(
        &script,
        Profile::newest(),
        Log::default(),
        Bounds::default(),
    );
    found.expect("a script that can be run").outcomes().len()
}

/// Runs the workload once on a pool, and gives the order its jobs completed in.
macro_rules! order {
    ($pool:ident, $count:expr, $width:expr) => {{
        let completions = Arc::new($pool::Completions::new());
        let pool = $pool::ThreadPool::new($width);
        for number in 0..$count {
            pool.submit($pool::Lane::Normal, &completions, move || number);
        }
        let mut order: Vec<usize> = Vec::new();
        while order.len() < $count {
            order.extend(completions.wait());
        }
        order
    }};
}

type Orders = Arc<Mutex<BTreeSet<Vec<usize>>>>;

fn add(orders: &Orders, order: Vec<usize>) {
    let mut orders = orders.lock().expect("nothing panics here");
    orders.insert(order);
}

fn found(orders: &Orders) -> usize {
    orders.lock().expect("nothing panics here").len()
}

/// Every schedule with at most two preemptions.
fn loom(count: usize, width: usize) -> usize {
    let orders = Orders::default();
    let to = Arc::clone(&orders);
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(2);
    builder.check(move || add(&to, order!(under_loom, count, width)));
    found(&orders)
}

/// Schedules by chance, until all orders were met.
fn shuttle(count: usize, width: usize) -> usize {
    let all = all(count, width);
    let orders = Orders::default();
    let mut schedules = 0;
    // Shuttle has all panics reported as failures of its own, also those by which loom ends its threads.
    let hook = std::panic::take_hook();
    while found(&orders) < all && schedules < MOST_BY_CHANCE {
        let scheduler = RandomScheduler::new_from_seed(schedules as u64, BY_CHANCE);
        let to = Arc::clone(&orders);
        let mut config = shuttle::Config::new();
        config.silence_warnings = true;
        let runner = shuttle::Runner::new(scheduler, config);
        schedules += runner.run(move || add(&to, order!(under_shuttle, count, width)));
    }
    std::panic::set_hook(hook);
    found(&orders)
}

fn all(count: usize, width: usize) -> usize {
    width.pow((count - width) as u32) * (1..=width).product::<usize>()
}

fn main() {
    line(
        "workload",
        ["by", "orders", "of", "ms", "ratio"].map(str::to_owned),
    );
    for (count, width) in [(3, 2), (4, 2), (5, 2_usize)] {
        let all = all(count, width);
        let mut first = None;
        for (by, find) in [
            ("model", model as fn(usize, usize) -> usize),
            ("loom", loom),
            ("shuttle", shuttle),
        ] {
            let start = ProcessTime::now();
            let found = find(count, width);
            let ms = start.elapsed().as_secs_f64() * 1_000.0;
            let ratio = ms / *first.get_or_insert(ms);
            let cells = [
                by.to_owned(),
                found.to_string(),
                all.to_string(),
                format!("{ms:.2}"),
                format!("{ratio:.0}"),
            ];
            line(&format!("({count},{width})"), cells);
        }
    }
}

fn line(name: &str, cells: [String; 5]) {
    let cells: String = cells.iter().map(|cell| format!("{cell:>12}")).collect();
    let _ = writeln!(std::io::stdout(), "{name:<12}{cells}");
}
