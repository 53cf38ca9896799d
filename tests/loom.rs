//! The pool of real threads under loom, which runs it under every schedule of its threads, against the model's pool.
//!
//! A script is a list of requests, each a chain of jobs: `ns` is a normal job, and a slow one that is submitted once the loop
//! sees that the first has completed. The first jobs of all requests are submitted before the loop sees any completion.
//!
//! Where schedules are too many, only those are run that interrupt a thread which could go on so many times at most; a
//! thread that has to wait interrupts nothing. It is also how often other threads overtake, so more jobs need more.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tickproof::explore::states::{self, Bounds, Log};
use tickproof::guest::script::{Body, RequestKind, Script};
use tickproof::runtime::Profile;

/// The source of the library's pool, with loom's threads.
#[path = "../src/pool"]
pub mod pool {
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

use pool::{Completions, Lane, ThreadPool};

/// Every schedule.
const ALL: Option<usize> = None;

/// Runs this under every schedule of at most so many preemptions.
fn check(preemptions: Option<usize>, run: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = preemptions;
    builder.max_permutations = None;
    builder.max_duration = None;
    builder.check(run);
}

/// Plays a script: the jobs in the order the loop sees them completed.
fn play(width: usize, script: &str) -> Vec<String> {
    let requests: Vec<&str> = script.split(' ').collect();
    let total = requests.iter().map(|jobs| jobs.len()).sum();
    let done = Arc::new(AtomicUsize::new(0));
    let completions = Arc::new(Completions::new());
    let pool = ThreadPool::new(width);
    let submit = |pool: &ThreadPool, request: usize, job: usize| {
        let lane = match requests[request].as_bytes()[job] {
            b's' => Lane::Slow,
            _ => Lane::Normal,
        };
        let done = Arc::clone(&done);
        pool.submit(lane, &completions, move || {
            done.fetch_add(1, Ordering::Relaxed);
            (request, job)
        });
    };
    for request in 0..requests.len() {
        submit(&pool, request, 0);
    }
    // If nothing follows, when the loop looks changes nothing about the order, so it may as well be late.
    let pool = Some(pool).filter(|_| total > requests.len());
    let mut order = Vec::new();
    while order.len() < total {
        for (request, job) in completions.wait() {
            order.push(format!("{request}.{job}"));
            if job + 1 < requests[request].len() {
                submit(pool.as_ref().expect("kept"), request, job + 1);
            }
        }
    }
    // Nothing that comes now can change the order.
    loom::stop_exploring();
    drop(pool);
    assert_eq!(done.load(Ordering::Relaxed), total);
    order
}

/// The orders in which threads complete a script.
fn orders_of_threads(
    preemptions: Option<usize>,
    width: usize,
    script: &'static str,
) -> BTreeSet<Vec<String>> {
    let orders = Arc::new(Mutex::new(BTreeSet::new()));
    let found = Arc::clone(&orders);
    check(preemptions, move || {
        let order = play(width, script);
        found.lock().expect("no run panicked").insert(order);
    });
    std::mem::take(&mut orders.lock().expect("no run panicked"))
}

/// The orders in which the model completes a script.
fn orders_of_model(width: usize, script: &str) -> BTreeSet<Vec<String>> {
    let script = Script::new(|body| {
        for (request, jobs) in script.split(' ').enumerate() {
            ask(body, request, jobs.as_bytes(), 0);
        }
    })
    .pool(width as u16);
    let bounds = Bounds::default();
    let found = states::search(&script, Profile::newest(), Log::default(), bounds)
        .expect("a script that can be run");
    assert!(found.is_complete);
    let outcomes = found.outcomes().into_keys();
    outcomes.map(|outcome| outcome.stdout).collect()
}

/// Writes a job of a request, and in its callback the next.
fn ask(body: &mut Body, request: usize, jobs: &[u8], job: usize) {
    let kind = match jobs.get(job) {
        None => return,
        Some(b's') => RequestKind::Lookup,
        Some(_) => RequestKind::RandomBytes,
    };
    body.request(kind, |body| {
        body.log(&format!("{request}.{job}"));
        ask(body, request, jobs, job + 1);
    });
}

fn assert_same_orders(preemptions: Option<usize>, width: usize, scripts: &[&'static str]) {
    for script in scripts {
        let threads = orders_of_threads(preemptions, width, script);
        let model = orders_of_model(width, script);
        assert_eq!(threads, model, "{width} threads, {script}");
    }
}

/// Was one lost, the loop would wait forever, which loom reports.
#[test]
fn no_result_is_lost_or_seen_twice_when_wake_ups_are_sent_once_for_many() {
    check(ALL, || {
        let completions = Arc::new(Completions::new());
        let producers = [0, 1].map(|producer| {
            let completions = Arc::clone(&completions);
            loom::thread::spawn(move || completions.push(producer))
        });
        let mut seen = Vec::new();
        while seen.len() < 2 {
            seen.extend(completions.wait());
        }
        for producer in producers {
            producer.join().expect("a producer that does not panic");
        }
        seen.sort_unstable();
        assert_eq!(seen, [0, 1]);
    });
}

#[test]
fn a_pool_that_is_dropped_does_all_its_jobs_once() {
    for (preemptions, width, jobs) in [(ALL, 1, 3), (ALL, 2, 1), (Some(2), 2, 3), (Some(2), 3, 2)] {
        check(preemptions, move || {
            let done: Arc<[AtomicUsize]> = (0..jobs).map(|_| AtomicUsize::new(0)).collect();
            let completions = Arc::new(Completions::new());
            let pool = ThreadPool::new(width);
            for job in 0..jobs {
                let done = Arc::clone(&done);
                pool.submit(Lane::Normal, &completions, move || {
                    done[job].fetch_add(1, Ordering::Relaxed)
                });
            }
            drop(pool);
            assert!(done.iter().all(|times| times.load(Ordering::Relaxed) == 1));
        });
    }
}

/// Did no thread come for the second job, the first would wait forever, which loom reports.
#[test]
fn an_idle_thread_comes_for_a_job_while_another_is_at_work() {
    for (width, lane) in [(2, Lane::Normal), (3, Lane::Slow)] {
        check(Some(2), move || {
            let completions = Arc::new(Completions::new());
            let gate = Arc::new(Completions::new());
            let pool = ThreadPool::new(width);
            let waits = Arc::clone(&gate);
            pool.submit(lane, &completions, move || {
                assert_eq!(waits.wait(), ["open"])
            });
            pool.submit(lane, &completions, move || gate.push("open"));
            let mut done = 0;
            while done < 2 {
                done += completions.wait().len();
            }
        });
    }
}

/// THR-2: a job begins once all before it did, and then at most width - 1 of those are not done.
#[test]
fn jobs_begin_in_the_order_they_were_submitted() {
    const JOBS: usize = 3;
    for width in [1, 2] {
        check(Some(2), move || {
            let done = Arc::new(loom::sync::atomic::AtomicUsize::new(0));
            let completions = Arc::new(Completions::new());
            let pool = ThreadPool::new(width);
            for job in 0..JOBS {
                let done = Arc::clone(&done);
                pool.submit(Lane::Normal, &completions, move || {
                    let before = (1 << job) - 1;
                    let open = before & !done.load(Ordering::Acquire);
                    assert!(open.count_ones() < width as u32);
                    done.fetch_or(1 << job, Ordering::AcqRel);
                });
            }
        });
    }
}

/// THR-4.
#[test]
fn half_of_the_threads_rounded_up_do_slow_jobs_at_once_and_no_more() {
    for (width, cap, jobs) in [(1, 1, 2), (2, 1, 3), (3, 2, 3)] {
        let most = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&most);
        check(Some(2), move || {
            let running = Arc::new(loom::sync::atomic::AtomicUsize::new(0));
            let completions = Arc::new(Completions::new());
            let pool = ThreadPool::new(width);
            for _ in 0..jobs {
                let (running, seen) = (Arc::clone(&running), Arc::clone(&seen));
                pool.submit(Lane::Slow, &completions, move || {
                    let others = running.fetch_add(1, Ordering::AcqRel);
                    seen.fetch_max(others + 1, Ordering::Relaxed);
                    running.fetch_sub(1, Ordering::AcqRel);
                });
            }
        });
        assert_eq!(most.load(Ordering::Relaxed), cap, "{width} threads");
    }
}

#[test]
fn threads_complete_small_scripts_in_the_orders_of_the_model_under_every_schedule() {
    assert_same_orders(
        ALL,
        1,
        &["n", "n n", "n s", "s s", "s s n", "nn", "ns", "sn"],
    );
    assert_same_orders(ALL, 2, &["n", "s"]);
}

#[test]
fn one_thread_completes_scripts_in_the_orders_of_the_model() {
    let scripts = ["nn n", "nn s", "ns s s", "nn s s", "sn s s"];
    assert_same_orders(Some(2), 1, &scripts);
}

#[test]
fn two_threads_complete_single_jobs_in_the_orders_of_the_model() {
    let scripts = [
        "n n", "n n n", "n n n n", "s s", "s n", "s s n", "s s n n", "n s s n",
    ];
    assert_same_orders(Some(2), 2, &scripts);
    assert_same_orders(Some(3), 2, &["n s s n n"]);
}

#[test]
fn two_threads_complete_chains_of_jobs_in_the_orders_of_the_model() {
    assert_same_orders(
        Some(2),
        2,
        &["nn n", "nn nn", "nn n s", "ns s", "sn s", "sn s s"],
    );
}

#[test]
fn three_threads_complete_scripts_in_the_orders_of_the_model() {
    assert_same_orders(Some(2), 3, &["n n n", "s s", "s s n", "s s s"]);
}

/// Threads that take lookups while the loop queues more, one that is late to do so, and one that is done with a lookup but has
/// not come back.
#[test]
fn the_slow_lane_goes_on_while_the_loop_is_busy() {
    let scripts = ["s n s n", "s s s n", "nn s s s", "sn s s s", "sn sn s s"];
    assert_same_orders(Some(2), 1, &scripts);
    assert_same_orders(Some(3), 2, &["sn sn s"]);
}

/// Orders that threads show only if they are interrupted more often than the others here.
#[test]
fn late_threads_show_what_the_model_allows() {
    for (width, script, orders) in [
        (
            3,
            "nn n s s",
            ["0.0 0.1 3.0 1.0 2.0", "0.0 0.1 3.0 2.0 1.0"].as_slice(),
        ),
        (
            2,
            "sn s nn",
            &[
                "0.0 0.1 1.0 2.0 2.1",
                "0.0 2.0 2.1 0.1 1.0",
                "0.0 2.0 2.1 1.0 0.1",
                "2.0 0.0 0.1 1.0 2.1",
            ],
        ),
    ] {
        let model = orders_of_model(width, script);
        for order in orders {
            let order: Vec<String> = order.split(' ').map(str::to_owned).collect();
            assert!(
                model.contains(&order),
                "{width} threads, {script}: {order:?}"
            );
        }
    }
}
