//! One queue and the threads that serve it (THR-1, THR-2, THR-4).

use std::collections::VecDeque;
use std::sync::Arc;

use super::completions::Completions;
use super::sync::{Condvar, Mutex, thread};

/// Where a job waits (THR-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// In the main queue.
    Normal,
    /// In a queue of its own, for which at most half of the threads work at once: lookups of names.
    Slow,
}

type Job = Box<dyn FnOnce() + Send>;

/// A place in the main queue.
enum Entry {
    Job(Job),
    /// The token that lets a thread take one job of the slow lane. It is queued while jobs wait there.
    RunSlow,
}

#[derive(Default)]
struct Queue {
    main: VecDeque<Entry>,
    slow: VecDeque<Job>,
    slow_running: usize,
    /// Threads that wait for something to take.
    idle: usize,
    closed: bool,
}

impl Queue {
    /// Takes the head. A token that comes up while the slow lane has all the threads it may have goes to the back.
    fn take(&mut self, slow_max: usize) -> Option<(Job, Lane)> {
        loop {
            match self.main.pop_front()? {
                Entry::Job(job) => return Some((job, Lane::Normal)),
                Entry::RunSlow if self.slow_running >= slow_max => {
                    self.main.push_back(Entry::RunSlow);
                    if self.main.len() == 1 {
                        return None;
                    }
                }
                Entry::RunSlow => {
                    let job = self
                        .slow
                        .pop_front()
                        .expect("a job, since the token is queued");
                    self.slow_running += 1;
                    if !self.slow.is_empty() {
                        self.main.push_back(Entry::RunSlow);
                    }
                    return Some((job, Lane::Slow));
                }
            }
        }
    }

    /// True if there is more for a thread to take.
    fn push(&mut self, lane: Lane, job: Job) -> bool {
        let entry = match lane {
            Lane::Normal => Entry::Job(job),
            Lane::Slow => {
                self.slow.push_back(job);
                if self.slow.len() > 1 {
                    return false;
                }
                Entry::RunSlow
            }
        };
        self.main.push_back(entry);
        true
    }
}

struct Shared {
    slow_max: usize,
    queue: Mutex<Queue>,
    work: Condvar,
}

const SOUND: &str = "nothing panics while it holds the queue";

impl Shared {
    /// The life of a thread.
    fn serve(&self) {
        let mut queue = self.queue.lock().expect(SOUND);
        loop {
            let Some((job, lane)) = queue.take(self.slow_max) else {
                if queue.closed {
                    return;
                }
                queue.idle += 1;
                queue = self.work.wait(queue).expect(SOUND);
                queue.idle -= 1;
                continue;
            };
            if lane == Lane::Slow && !queue.slow.is_empty() {
                self.rouse(&queue);
            }
            drop(queue);
            job();
            queue = self.queue.lock().expect(SOUND);
            if lane == Lane::Slow {
                queue.slow_running -= 1;
            }
        }
    }

    /// Has an idle thread, if there is one, look at the queue.
    fn rouse(&self, queue: &Queue) {
        if queue.idle > 0 {
            self.work.notify_one();
        }
    }
}

/// Threads that serve one queue. Dropped, it waits until all jobs are done.
#[allow(missing_debug_implementations, reason = "jobs are opaque")]
pub struct ThreadPool {
    shared: Arc<Shared>,
    threads: Vec<thread::JoinHandle<()>>,
}

impl ThreadPool {
    /// A pool of `width` threads, at least one (THR-1). Half of them, rounded up, may serve the slow lane (THR-4).
    pub fn new(width: usize) -> Self {
        let width = width.max(1);
        let shared = Arc::new(Shared {
            slow_max: width.div_ceil(2),
            queue: Mutex::new(Queue::default()),
            work: Condvar::new(),
        });
        let serve = || {
            let shared = Arc::clone(&shared);
            thread::spawn(move || shared.serve())
        };
        ThreadPool {
            threads: (0..width).map(|_| serve()).collect(),
            shared: Arc::clone(&shared),
        }
    }

    /// Queues a job, which must not panic. What it comes to is appended to `completions` before its thread takes another
    /// (THR-2).
    pub fn submit<T, J>(&self, lane: Lane, completions: &Arc<Completions<T>>, job: J)
    where
        T: Send + 'static,
        J: FnOnce() -> T + Send + 'static,
    {
        let completions = Arc::clone(completions);
        let job = Box::new(move || completions.push(job()));
        let mut queue = self.shared.queue.lock().expect(SOUND);
        if queue.push(lane, job) {
            self.shared.rouse(&queue);
        }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.shared.queue.lock().expect(SOUND).closed = true;
        self.shared.work.notify_all();
        for thread in self.threads.drain(..) {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking(), "a job panicked");
        }
    }
}
