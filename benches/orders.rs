//! How long it takes to find every order in which a pool completes equal requests: the model searched state by state, and the
//! pool of threads under loom, on the same workload.
//!
//! N requests on W threads complete in W^(N-W) * W! orders. Loom goes through every schedule of at most two preemptions, which
//! may show fewer.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{Arc, Mutex};

use cpu_time::ProcessTime;
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

use under_loom::{Completions, Lane, ThreadPool};

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

fn loom(count: usize, width: usize) -> usize {
    let orders = Arc::new(Mutex::new(BTreeSet::new()));
    let found = Arc::clone(&orders);
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(2);
    builder.check(move || {
        let completions = Arc::new(Completions::new());
        let pool = ThreadPool::new(width);
        for number in 0..count {
            pool.submit(Lane::Normal, &completions, move || number);
        }
        let mut order: Vec<usize> = Vec::new();
        while order.len() < count {
            order.extend(completions.wait());
        }
        let mut found = found.lock().expect("nothing panics here");
        found.insert(order);
    });
    orders.lock().expect("nothing panics here").len()
}

fn main() {
    line(
        "workload",
        ["by", "orders", "of", "ms", "ratio"].map(str::to_owned),
    );
    for (count, width) in [(3, 2), (4, 2), (5, 2_usize)] {
        let all = width.pow((count - width) as u32) * (1..=width).product::<usize>();
        let mut first = None;
        for (by, find) in [
            ("model", model as fn(usize, usize) -> usize),
            ("loom", loom),
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
