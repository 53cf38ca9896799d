//! Prediction against observation.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::stage::{Stage, StageError};
use super::{Binary, End, Observed, Orders, interpose};
use crate::explore::{Coverage, Exploration, Limits, Outcome, Schedule, replay};
use crate::program::Program;
use crate::runtime::Profile;

/// How long a run may take in real time if it is predicted to end, and if it may go on for ever.
const PATIENCE: [Duration; 2] = [Duration::from_secs(10), Duration::from_millis(700)];

/// After so many runs that did not end, no more are made: they take long and show little.
const UNENDED_MAX: u32 = 2;

/// How hard to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// Runs under random time.
    pub runs: u32,
    /// What they are drawn from.
    pub seed: u64,
    /// Whether outcomes that were not shown are steered to.
    pub steer: bool,
}

/// How an outcome came to be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// How often.
    pub times: u32,
    /// What the first such run was told.
    pub orders: Orders,
}

/// What became of one predicted outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// Real Node showed it under random time.
    Shown(Seen),
    /// Real Node showed it when its clock and pool followed the witness.
    Steered,
    /// Not seen.
    NotShown,
}

/// What one Node binary showed of a program, against what was predicted.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The binary.
    pub binary: Binary,
    /// Each predicted outcome with its witness, and what became of it.
    pub predicted: BTreeMap<Outcome, (Schedule, Fate)>,
    /// What was seen and is not predicted.
    pub missed: BTreeMap<Observed, Seen>,
    /// Whether the prediction is known to be incomplete, so that what is missed proves nothing.
    pub bounded: bool,
    /// Runs made.
    pub runs: u32,
    /// Runs that had not ended in time.
    pub unended: u32,
    /// Those of them that are predicted to end.
    pub unfinished: u32,
}

impl Comparison {
    /// Whether real Node did what the model forbids.
    pub fn is_refuted(&self) -> bool {
        !self.bounded && !self.missed.is_empty()
    }
}

/// Whether an observation is this outcome. One that does not end is cut somewhere, here and there.
fn is_same(observed: &Observed, outcome: &Outcome) -> bool {
    match (observed.end, outcome.exit_code()) {
        (End::Exit(code), Some(predicted)) => {
            code == predicted && observed.stdout == outcome.stdout
        }
        (End::Unfinished, None) => {
            let length = observed.stdout.len().min(outcome.stdout.len());
            // The last line read may be half a line.
            let whole = length.saturating_sub(1);
            observed.stdout[..whole] == outcome.stdout[..whole]
        }
        _ => false,
    }
}

impl Comparison {
    fn new(binary: &Binary, predicted: &Exploration) -> Self {
        let fates = predicted.outcomes.iter();
        Comparison {
            binary: binary.clone(),
            predicted: fates
                .map(|(outcome, schedule)| (outcome.clone(), (schedule.clone(), Fate::NotShown)))
                .collect(),
            missed: BTreeMap::new(),
            bounded: predicted.coverage != Coverage::Complete,
            runs: 0,
            unended: 0,
            unfinished: 0,
        }
    }

    fn note(&mut self, observed: Observed, orders: &Orders) {
        self.runs += 1;
        self.unended += u32::from(observed.end == End::Unfinished);
        let seen = Seen {
            times: 1,
            orders: orders.clone(),
        };
        let mut is_predicted = false;
        for (outcome, (_, fate)) in &mut self.predicted {
            if !is_same(&observed, outcome) {
                continue;
            }
            is_predicted = true;
            match fate {
                Fate::Shown(seen) => seen.times += 1,
                Fate::NotShown if matches!(orders, Orders::Plan(_)) => *fate = Fate::Steered,
                Fate::NotShown => *fate = Fate::Shown(seen.clone()),
                Fate::Steered => {}
            }
        }
        if is_predicted {
            return;
        }
        if observed.end == End::Unfinished {
            self.unfinished += 1;
        } else {
            self.missed
                .entry(observed)
                .and_modify(|seen| seen.times += 1)
                .or_insert(seen);
        }
    }
}

/// Runs a program on a real Node and compares with what is predicted for its major.
///
/// Every run begins with the same files. What a run under a witness shows counts as steered if it is what the witness
/// promises, and is held against the prediction in any case.
///
/// # Errors
///
/// If the program cannot be put into a folder of its own.
pub fn compare(
    program: &Program,
    rules: &'static Profile,
    predicted: &Exploration,
    limits: Limits,
    binary: &Binary,
    effort: Effort,
    interrupted: &AtomicBool,
) -> Result<Comparison, StageError> {
    let stage = Stage::new(program, rules)?;
    let mut comparison = Comparison::new(binary, predicted);
    let may_go_on = predicted
        .outcomes
        .keys()
        .any(|outcome| outcome.exit_code().is_none());
    let run = |comparison: &mut Comparison, orders: Orders| {
        if interrupted.load(Ordering::Relaxed) || comparison.unended >= UNENDED_MAX {
            return Ok(());
        }
        let observed = stage.run(binary, &orders, PATIENCE[usize::from(may_go_on)])?;
        if observed.end != End::Interrupted {
            comparison.note(observed, &orders);
        }
        Ok(())
    };
    for n in 0..u64::from(effort.runs) {
        run(&mut comparison, Orders::random(effort.seed, n))?;
    }
    if effort.steer && interpose::AVAILABLE {
        for (outcome, schedule) in &predicted.outcomes {
            if comparison.predicted[outcome].1 == Fate::NotShown
                && let Ok(trace) = replay(program, rules, schedule, limits)
            {
                let orders = Orders::along(&trace);
                for _ in 0..orders.attempts() {
                    if comparison.predicted[outcome].1 == Fate::NotShown {
                        run(&mut comparison, orders.clone())?;
                    }
                }
            }
        }
    }
    Ok(comparison)
}
