//! Schedules: every one of a program, or one of them again.
//!
//! [`explore`] runs a program under every schedule and gathers its outcomes; [`replay`] runs one schedule and keeps all
//! that happened. A run is a function of its program, its profile and its schedule. Scripts, whose states can be copied, are
//! also searched state by state ([`states`]).

mod known;
mod run;
mod schedule;
mod search;
pub mod states;
mod subject;
mod threads;
mod trace;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;

pub use crate::guest::javascript::{Caveat, ProgramError};
pub use crate::guest::script::ScriptError;
pub use crate::runtime::Ending;
use crate::runtime::Profile;
pub use schedule::{Pick, Schedule, ScheduleError};
pub use search::explore;
pub use subject::Subject;
pub use threads::on_a_deep_stack;
pub use trace::{Trace, replay};

/// What a user can observe of a run.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Outcome {
    /// The lines written to standard output; one without its newline at the end of the output counts.
    pub stdout: Vec<String>,
    /// How the run ended.
    pub ended: Ending,
}

impl Outcome {
    /// The exit code, if the process ended.
    pub fn exit_code(&self) -> Option<i32> {
        match self.ended {
            Ending::Exit(code) | Ending::Uncaught(code) | Ending::Unsettled(code) => Some(code),
            Ending::Starved(_) | Ending::Endless | Ending::Blocked | Ending::Halted(_) => None,
        }
    }
}

/// How much of what is possible was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coverage {
    /// Every schedule.
    Complete,
    /// Some bounds were hit; how often each.
    Bounded(BTreeMap<Bound, u64>),
}

/// A bound of the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Bound {
    /// So many schedules were run, and more are open.
    Schedules(u64),
    /// So many callbacks were made by all runs together, and more schedules are open.
    Callbacks(u64),
    /// A run made so many callbacks and was ended.
    Steps(u64),
    /// A drain ran so many callbacks and was ended.
    Drain(u64),
    /// A callback passed the guest's limit of time or memory.
    Guest(crate::runtime::Limit),
    /// The user interrupted the search.
    Interrupted,
}

impl Bound {
    /// Whether whole runs are missing.
    pub fn leaves_runs_out(&self) -> bool {
        matches!(
            self,
            Bound::Schedules(_) | Bound::Callbacks(_) | Bound::Interrupted
        )
    }
}

/// What the search cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Runs begun, also those cut because their state was known.
    pub executions: u64,
    /// Callbacks made in all runs.
    pub callbacks: u64,
    /// Distinct states remembered.
    pub states: u64,
    /// The longest schedule, in choices.
    pub longest: usize,
}

/// The fullest a side of a stream was, and a run in which it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peak {
    /// How much it held: bytes, or objects.
    pub length: i64,
    /// Its high water mark then.
    pub high_water_mark: i64,
    /// How to have the run again.
    pub schedule: Schedule,
    /// What can be observed of it.
    pub outcome: Outcome,
}

/// The result of a search.
#[derive(Debug, Clone)]
pub struct Exploration {
    /// Every outcome seen, with a schedule that shows it: one of least deviation from the default schedule, unless the
    /// search was long ([`Limits::in_order`]).
    pub outcomes: BTreeMap<Outcome, Schedule>,
    /// How much was seen.
    pub coverage: Coverage,
    /// The fullest a side of a stream ever was, if any held anything.
    pub peak: Option<Peak>,
    /// What a reader of a verdict has to know about the program.
    pub caveats: BTreeSet<Caveat>,
    /// What it cost.
    pub cost: Cost,
}

/// How far a search goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Runs.
    pub schedules: u64,
    /// Callbacks of one run, ticks and promise jobs not counted.
    pub steps: u64,
    /// Callbacks of one run if the default run comes to its end by that; only looked at if it is more than `steps`.
    pub steps_more: u64,
    /// Callbacks of all runs together.
    pub callbacks: u64,
    /// Runs that are made in the order of deviation before the search also goes on in another.
    pub in_order: u64,
    /// Ticks, and promise jobs, of one drain.
    pub drain: u64,
    /// Those if the default run comes to its end by that; only looked at if it is more than `drain`.
    pub drain_more: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            schedules: 200_000,
            steps: 2_000,
            steps_more: 20_000,
            callbacks: 5_000_000,
            in_order: 1_000,
            drain: 100_000,
            drain_more: 1_000_000,
        }
    }
}

/// How to search.
#[derive(Clone, Copy)]
#[allow(
    missing_debug_implementations,
    reason = "the progress callback is opaque"
)]
pub struct Search<'a> {
    /// How far.
    pub limits: Limits,
    /// Whether states that are known are cut.
    pub reduce: bool,
    /// How many threads to use; at least 1. The result does not depend on it.
    pub threads: usize,
    /// Set by the user to have what is known so far.
    pub interrupted: &'a AtomicBool,
    /// Is told the number of runs and of outcomes now and then.
    pub progress: Option<&'a (dyn Fn(u64, usize) + Sync)>,
}

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The program cannot be run.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// The script cannot be run.
    #[error(transparent)]
    Script(#[from] ScriptError),
    /// The same schedule gave two different runs, so nothing said about the program would be worth anything.
    #[error("two runs under the same schedule ({schedule}) differ: {what}")]
    NotDeterministic {
        /// The schedule.
        schedule: Schedule,
        /// What differed.
        what: String,
    },
    /// The program asks for something that is not offered, so what it would do under Node is not known.
    #[error("{0}")]
    NotOffered(String),
    /// A schedule does not fit the program.
    #[error("the schedule does not fit the program: {0}")]
    Schedule(String),
}

/// What a program is judged by: the rules of one major.
pub type Rules = &'static Profile;
