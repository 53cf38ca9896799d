//! What holds while a command runs: the user's wish to stop, threads, and failures of ours.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::explore::{Limits, Search, on_a_deep_stack};

/// Whether the user wants to have what is known so far.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Where panics came from, by what they said: they are reported with the input they concern, not where they happen.
static PANICS: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());

/// A command that runs.
#[derive(Debug)]
pub(super) struct Session {
    interrupted: &'static AtomicBool,
}

impl Session {
    /// Begins to listen for the user's wish to stop. The first is granted with what is known by then, the second at once.
    pub(super) fn begin() -> Self {
        // Without a handler an interrupt simply ends the process, which is good enough.
        let _ = ctrlc::set_handler(|| {
            if INTERRUPTED.swap(true, Ordering::Relaxed) {
                // The user does not want to wait for an orderly end.
                std::process::exit(130);
            }
        });
        std::panic::set_hook(Box::new(|panic| {
            if let Some(place) = panic.location() {
                let mut places = PANICS.lock().unwrap_or_else(PoisonError::into_inner);
                places.insert(text_of(panic.payload()).to_owned(), place.to_string());
            }
        }));
        Session {
            interrupted: &INTERRUPTED,
        }
    }

    /// Whether the user wants to stop.
    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// The flag that is set when the user wants to stop.
    pub(super) fn interrupted(&self) -> &'static AtomicBool {
        self.interrupted
    }

    /// A search that stops when the user wants to.
    pub(super) fn search(&self, limits: Limits, reduce: bool, threads: usize) -> Search<'_> {
        Search {
            limits,
            reduce,
            threads,
            interrupted: self.interrupted,
            progress: None,
        }
    }
}

/// Does `work` on this many threads at once and waits for all.
fn on_threads(threads: usize, work: impl Fn() + Sync) {
    thread::scope(|scope| {
        let work = &work;
        let started = (0..threads)
            .filter(|_| {
                thread::Builder::new()
                    .spawn_scoped(scope, move || on_a_deep_stack(work))
                    .is_ok()
            })
            .count();
        if started == 0 {
            work();
        }
    });
}

/// Does something with each item, on this many threads; answers are in the order of the items. What is not begun when the
/// user stops is not done. `progress` is told how many are done.
pub(super) fn each_on_threads<T: Sync, R: Send>(
    session: &Session,
    threads: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
    progress: &(dyn Fn(usize) + Sync),
) -> Vec<Option<R>> {
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let results: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::new(None)).collect();
    let places: Vec<_> = items.iter().zip(&results).collect();
    on_threads(threads.min(items.len()), || {
        while !session.is_interrupted()
            && let Some((item, place)) = places.get(next.fetch_add(1, Ordering::Relaxed))
        {
            let result = work(item);
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
            progress(done.fetch_add(1, Ordering::Relaxed) + 1);
        }
    });
    let taken =
        |place: Mutex<Option<R>>| place.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.into_iter().map(taken).collect()
}

/// Does something; answers what went wrong in us, if it did.
pub(super) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = text_of(panic.as_ref());
        let places = PANICS.lock().unwrap_or_else(PoisonError::into_inner);
        let place = places.get(text).map_or("an unknown place", String::as_str);
        format!("tickproof itself failed, which is a bug worth reporting: {text} (at {place})")
    })
}

fn text_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
