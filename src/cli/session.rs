//! What holds while a command runs: the user's wish to stop, threads large enough for the engine, and failures of ours.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::explore::{Limits, Search};

/// Whether the user wants to have what is known so far.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Recursion of the engine and of the model needs more than what threads get by themselves.
const STACK_BYTES: usize = 16 << 20;

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
                #[expect(clippy::exit, reason = "the user does not want to wait for an orderly end")]
                std::process::exit(130);
            }
        });
        Session { interrupted: &INTERRUPTED }
    }

    /// Whether the user wants to stop.
    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// A search that stops when the user wants to.
    pub(super) fn search(&self, limits: Limits, reduce: bool, threads: usize) -> Search<'_> {
        Search { limits, reduce, threads, interrupted: self.interrupted, progress: None }
    }
}

/// Does `work` on this many threads at once and waits for all.
pub(super) fn on_threads(threads: usize, work: impl Fn() + Sync) {
    thread::scope(|scope| {
        let work = &work;
        let spawn = || thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
        let started = (0..threads).filter(|_| spawn().is_ok()).count();
        if started == 0 {
            work();
        }
    });
}

/// Does something on a thread of its own; answers what went wrong in us, if it did.
pub(super) fn guarded<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, String> {
    let mut result = None;
    thread::scope(|scope| {
        let place = &mut result;
        let spawned = thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, move || *place = Some(catch_unwind(AssertUnwindSafe(work))));
        spawned.map(drop).unwrap_or_default();
    });
    match result {
        Some(Ok(value)) => Ok(value),
        Some(Err(panic)) => Err(failure(panic.as_ref())),
        None => Err("no thread could be started".to_owned()),
    }
}

/// Does something here; answers what went wrong in us, if it did.
pub(super) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| failure(panic.as_ref()))
}

fn failure(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("tickproof itself failed, which is a bug worth reporting: {}", text.unwrap_or("no message"))
}
