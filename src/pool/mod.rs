//! A thread pool as Node's, with real threads: the proof that the model's abstraction of it is what threads do.
//!
//! The model knows no threads: in `runtime/pool/` a job that runs may complete next, and that is a choice. Here is what it
//! stands for: one queue and the threads that serve it, the slow lane with its token, the completions of a loop, and the
//! wake-up of that loop, sent once for many. `tests/loom.rs` compiles the same source against loom, which runs it under every
//! schedule of its threads, and finds the orders of completion that the model allows, all of them and no other.
//!
//! Left out: cancelling a queued job (THR-6).
//!
//! ```
//! use std::sync::Arc;
//!
//! use tickproof::pool::{Completions, Lane, ThreadPool};
//!
//! let completions = Arc::new(Completions::new());
//! let pool = ThreadPool::new(4);
//! for job in 0..8 {
//!     pool.submit(Lane::Normal, &completions, move || job);
//! }
//! let mut order = Vec::new();
//! while order.len() < 8 {
//!     order.extend(completions.wait());
//! }
//! // A job begins once all before it did, and then at most three of those are not done.
//! assert!(order.iter().enumerate().all(|(at, job)| *job <= at + 3));
//! ```

mod completions;
mod sync;
mod threads;

pub use completions::Completions;
pub use threads::{Lane, ThreadPool};
