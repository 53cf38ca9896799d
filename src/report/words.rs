//! The words for how runs end and how much was seen.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::explore::{Bound, Coverage, Ending, Outcome, Schedule};
use crate::runtime::Limit;

/// How a run ended, in a few words.
pub fn ending_words(ended: Ending) -> String {
    match ended {
        Ending::Exit(code) => format!("exit {code}"),
        Ending::Uncaught(code) => format!("exit {code} (uncaught error)"),
        Ending::Unsettled(code) => format!("exit {code} (unsettled top-level await)"),
        Ending::Starved(phase) => format!("never ends: a drain in {phase} starves the loop"),
        Ending::Endless => "goes on at the bound of its callbacks".to_owned(),
        Ending::Blocked => "never ends: waits for what cannot happen".to_owned(),
        Ending::Halted(Limit::Time) => "cut in a callback that may not return".to_owned(),
        Ending::Halted(Limit::Cost) => "cut: it takes too long".to_owned(),
        Ending::Halted(Limit::Memory) => "out of memory".to_owned(),
    }
}

/// How a run ended, in one word.
pub(super) fn ending_word(ended: Ending) -> &'static str {
    match ended {
        Ending::Exit(_) => "exit",
        Ending::Uncaught(_) => "uncaught",
        Ending::Unsettled(_) => "unsettled",
        Ending::Starved(_) => "starved",
        Ending::Endless => "endless",
        Ending::Blocked => "blocked",
        Ending::Halted(_) => "limit",
    }
}

/// How much was seen, in words. How often a bound was hit depends on the order of the search and is left to JSON.
pub fn coverage_words(coverage: &Coverage) -> String {
    match coverage {
        Coverage::Complete => "every schedule".to_owned(),
        Coverage::Bounded(bounds) => {
            let shown: Vec<String> = bounds.keys().map(bound_words).collect();
            format!("bounded: {}", shown.join("; "))
        }
    }
}

fn bound_words(bound: &Bound) -> String {
    match bound {
        Bound::Schedules(1) => "only 1 schedule was run".to_owned(),
        Bound::Schedules(limit) => format!("only {limit} schedules were run"),
        Bound::Callbacks(limit) => format!("only {limit} callbacks were made in all runs"),
        Bound::Steps(limit) => format!("runs were cut after {limit} callbacks"),
        Bound::Drain(limit) => format!("drains were cut after {limit} ticks or jobs"),
        Bound::Guest(Limit::Time) => "callbacks that went on and on were cut".to_owned(),
        Bound::Guest(Limit::Cost) => "runs that took too long were cut".to_owned(),
        Bound::Guest(Limit::Memory) => "runs that asked for too much memory were cut".to_owned(),
        Bound::Interrupted => "interrupted".to_owned(),
    }
}

/// Outcomes with their schedules, those of least deviation first.
pub(super) fn by_deviation(outcomes: &BTreeMap<Outcome, Schedule>) -> Vec<(&Outcome, &Schedule)> {
    let mut sorted: Vec<_> = outcomes.iter().collect();
    sorted.sort_by_key(|(outcome, schedule)| {
        (
            schedule.deviations(),
            schedule.picks().len(),
            *schedule,
            *outcome,
        )
    });
    sorted
}

/// `1 outcome`, `2 outcomes`.
pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Coverage as JSON.
#[derive(Debug, Serialize)]
pub(super) struct CoverageJson {
    kind: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bounds: Vec<BoundJson>,
}

#[derive(Debug, Serialize)]
struct BoundJson {
    bound: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u64>,
    hits: u64,
}

impl CoverageJson {
    pub(super) fn of(coverage: &Coverage) -> Self {
        let Coverage::Bounded(bounds) = coverage else {
            return CoverageJson {
                kind: "complete",
                bounds: Vec::new(),
            };
        };
        let bounds = bounds.iter().map(|(bound, &hits)| {
            let (bound, limit) = match *bound {
                Bound::Schedules(limit) => ("schedules", Some(limit)),
                Bound::Callbacks(limit) => ("callbacks", Some(limit)),
                Bound::Steps(limit) => ("steps", Some(limit)),
                Bound::Drain(limit) => ("drain", Some(limit)),
                Bound::Guest(Limit::Time) => ("time", None),
                Bound::Guest(Limit::Cost) => ("cost", None),
                Bound::Guest(Limit::Memory) => ("memory", None),
                Bound::Interrupted => ("interrupted", None),
            };
            BoundJson { bound, limit, hits }
        });
        CoverageJson {
            kind: "bounded",
            bounds: bounds.collect(),
        }
    }
}

/// An outcome as JSON.
#[derive(Debug, Serialize)]
pub(super) struct OutcomeJson {
    stdout: Vec<String>,
    exit_code: Option<i32>,
    ended: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    phase: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<&'static str>,
    schedule: String,
}

impl OutcomeJson {
    pub(super) fn of(outcome: &Outcome, schedule: &Schedule) -> Self {
        OutcomeJson {
            stdout: outcome.stdout.clone(),
            exit_code: outcome.exit_code(),
            ended: ending_word(outcome.ended),
            phase: if let Ending::Starved(phase) = outcome.ended {
                Some(phase.to_string())
            } else {
                None
            },
            limit: match outcome.ended {
                Ending::Halted(Limit::Time) => Some("time"),
                Ending::Halted(Limit::Cost) => Some("cost"),
                Ending::Halted(Limit::Memory) => Some("memory"),
                _ => None,
            },
            schedule: schedule.to_string(),
        }
    }
}
