//! What the jobs of one loop came to, and the wake-up of that loop (THR-2, THR-3, THR-5).

use super::sync::{AtomicBool, Condvar, Mutex, Ordering};

/// The results of a loop's jobs, in the order the jobs completed, until the loop takes them.
#[derive(Debug)]
pub struct Completions<T> {
    results: Mutex<Vec<T>>,
    wake_up: WakeUp,
}

impl<T> Completions<T> {
    /// None yet.
    pub fn new() -> Self {
        Completions {
            results: Mutex::new(Vec::new()),
            wake_up: WakeUp::new(),
        }
    }

    /// Appends what a job came to and wakes the loop.
    pub fn push(&self, result: T) {
        let mut results = self
            .results
            .lock()
            .expect("nothing panics while it appends");
        results.push(result);
        // If the loop took its results before this one, the lock has shown this thread that the wake-up for them was
        // received. So what `send` reads of `pending` is not from before that.
        self.wake_up.send();
    }

    /// Blocks until the loop is woken up, and takes all there is. That may be nothing: what this wake-up was sent for
    /// can have been taken with the one before.
    pub fn wait(&self) -> Vec<T> {
        self.wake_up.receive();
        let mut results = self
            .results
            .lock()
            .expect("nothing panics while it appends");
        std::mem::take(&mut *results)
    }
}

impl<T> Default for Completions<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// A wake-up that is sent once for all that happens until it is received.
#[derive(Debug)]
struct WakeUp {
    /// Whether one is on its way.
    pending: AtomicBool,
    /// Stands for the descriptor the loop polls: whether it is readable.
    readable: Mutex<bool>,
    became_readable: Condvar,
}

impl WakeUp {
    fn new() -> Self {
        WakeUp {
            pending: AtomicBool::new(false),
            readable: Mutex::new(false),
            became_readable: Condvar::new(),
        }
    }

    fn send(&self) {
        if self.pending.load(Ordering::Relaxed) || self.pending.swap(true, Ordering::AcqRel) {
            return;
        }
        let mut readable = self
            .readable
            .lock()
            .expect("nothing panics while it signals");
        *readable = true;
        self.became_readable.notify_one();
    }

    fn receive(&self) {
        let mut readable = self
            .readable
            .lock()
            .expect("nothing panics while it signals");
        while !*readable {
            readable = self
                .became_readable
                .wait(readable)
                .expect("nothing panics while it signals");
        }
        *readable = false;
        drop(readable);
        // Before the results are taken: what is appended after that has to send another.
        self.pending.swap(false, Ordering::AcqRel);
    }
}
