//! One run in full: what happened, and the least milliseconds it could have happened at.

use std::collections::HashMap;

use super::{Limits, Outcome, Refusal, Rules, Schedule};
use crate::program::Program;
use crate::runtime::Event;

/// Everything that happened in one run.
#[derive(Debug, Clone)]
pub struct Trace {
    /// The events, in order.
    pub events: Vec<Event>,
    /// What a user could observe.
    pub outcome: Outcome,
    /// The schedule that was run, without trailing defaults.
    pub schedule: Schedule,
    times: HashMap<u64, i64>,
}

impl Trace {
    /// The least time a reading can have, in milliseconds since the start of the process, by its running number.
    pub fn ms(&self, reading: u64) -> i64 {
        self.times.get(&reading).copied().unwrap_or(0)
    }
}

/// Runs a program under one schedule and keeps everything.
///
/// # Errors
///
/// If the program cannot be run, or the schedule does not fit it.
pub fn replay(program: &Program, rules: Rules, schedule: &Schedule, limits: Limits) -> Result<Trace, Refusal> {
    let _ = (program, rules, schedule, limits);
    unreachable!()
}
