//! In which orders can a piece of Node.js code run? Exactly, for every schedule, per Node major.
//!
//! A [`program::Program`] is run on an executable model of the Node runtime ([`runtime`]), its JavaScript by an embedded
//! engine ([`guest`]). Whatever the machine and not the program decides is a choice; [`explore`] tries all of them and
//! gathers what a user could observe. A [`spec`] holds claims about that, with who makes them, and is judged by it;
//! [`report`] shows the result and its evidence, [`cli`] takes the orders.
//!
//! ```
//! use std::sync::atomic::AtomicBool;
//!
//! use tickproof::explore::{Coverage, Limits, Search, explore};
//! use tickproof::program::Program;
//! use tickproof::runtime::Profile;
//!
//! let program = Program::new(
//!     "main.js",
//!     "setTimeout(() => console.log('timeout'), 0); setImmediate(() => console.log('immediate'));",
//! );
//! let never = AtomicBool::new(false);
//! let search =
//!     Search { limits: Limits::default(), reduce: true, threads: 1, interrupted: &never, progress: None };
//! let found = explore(&program, Profile::newest(), &search)?;
//! assert_eq!(found.outcomes.len(), 2);
//! assert_eq!(found.coverage, Coverage::Complete);
//! # Ok::<(), tickproof::explore::Refusal>(())
//! ```

pub mod cli;
pub mod explore;
pub mod guest;
#[cfg(feature = "mutants")]
pub mod mutants;
pub mod node;
pub mod pool;
pub mod program;
pub mod report;
#[cfg(not(feature = "mutants"))]
pub mod runtime;
pub mod spec;

// The model with what may be broken, in its place.
#[cfg(feature = "mutants")]
include!(concat!(env!("OUT_DIR"), "/breaks.rs"));

/// Makes dates of programs those of UTC, whatever the time zone of the machine. To be called before any thread is started.
pub fn use_universal_time() {
    // SAFETY: by contract no other thread runs that could be reading the environment.
    unsafe { std::env::set_var("TZ", "UTC") };
}
