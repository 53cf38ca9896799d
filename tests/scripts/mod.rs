//! What both guests and both searches must agree about.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

use tickproof::explore::states::{self, Bounds, Log};
use tickproof::explore::{
    Coverage, Exploration, Limits, Outcome, Search, Subject, explore, replay,
};
use tickproof::guest::script::Script;
use tickproof::runtime::Profile;

pub(crate) const LIMITS: Limits = Limits {
    schedules: 3_000,
    steps: 300,
    steps_more: 300,
    callbacks: u64::MAX,
    in_order: u64::MAX,
    drain: 1_000,
    drain_more: 1_000,
};

pub(crate) fn explored<'a>(
    subject: impl Into<Subject<'a>>,
    rules: &'static Profile,
    reduce: bool,
) -> Exploration {
    explore_within(LIMITS, subject, rules, reduce)
}

fn explore_within<'a>(
    limits: Limits,
    subject: impl Into<Subject<'a>>,
    rules: &'static Profile,
    reduce: bool,
) -> Exploration {
    let never = AtomicBool::new(false);
    let search = Search {
        limits,
        reduce,
        threads: 1,
        interrupted: &never,
        progress: None,
    };
    explore(subject, rules, &search).expect("it can be run")
}

/// Explored as a long search is, from its first run on.
fn explored_by_time<'a>(subject: impl Into<Subject<'a>>, rules: &'static Profile) -> Exploration {
    let limits = Limits {
        in_order: 0,
        ..LIMITS
    };
    explore_within(limits, subject, rules, true)
}

pub(crate) fn searched(
    script: &Script,
    rules: &'static Profile,
    reduce: bool,
) -> states::Found<Log> {
    let bounds = Bounds {
        states: 100_000,
        transitions: 1_000_000,
        steps: LIMITS.steps,
        drain: LIMITS.drain,
        reduce,
        threads: 1,
    };
    states::search(script, rules, Log::default(), bounds).expect("it can be run")
}

fn outcomes(exploration: &Exploration) -> BTreeSet<&Outcome> {
    exploration.outcomes.keys().collect()
}

/// Both guests and both searches find the same; false if that is too much to find out.
pub(crate) fn agree(script: &Script, rules: &'static Profile) -> Result<bool, String> {
    let found = searched(script, rules, true);
    let by_states = found.outcomes();
    if !found.is_complete || found.transitions() > 20_000 {
        return Ok(false);
    }
    let exploration = explored(script, rules, true);
    if exploration.coverage != Coverage::Complete {
        return Ok(false);
    }
    let same = |what: &str, left: BTreeSet<&Outcome>| {
        let right = outcomes(&exploration);
        if left == right {
            return Ok(());
        }
        let source = script.to_javascript();
        Err(format!(
            "Node {}: {what}: {left:#?}\nbut by replay: {right:#?}\n{source}",
            rules.major
        ))
    };
    same("by states", by_states.keys().collect())?;
    if found.outputs() != Some(by_states.len() as u128) {
        return Err(format!(
            "{:?} outputs, not {}",
            found.outputs(),
            by_states.len()
        ));
    }
    for (outcome, end) in by_states.iter().take(10) {
        let schedule = found.schedule(end);
        let trace = replay(script, rules, &schedule, LIMITS).map_err(|error| error.to_string())?;
        if trace.outcome != *outcome {
            return Err(format!(
                "{schedule} shows {:?}, not {outcome:?}",
                trace.outcome
            ));
        }
    }
    let program = script.to_program();
    let by_javascript = explored(&program, rules, true);
    same("by JavaScript", outcomes(&by_javascript))?;
    if by_javascript.coverage != Coverage::Complete {
        return Err("JavaScript was not explored whole".into());
    }
    same("by time", outcomes(&explored_by_time(script, rules)))?;
    same(
        "by time, by JavaScript",
        outcomes(&explored_by_time(&program, rules)),
    )?;
    if exploration.cost.executions < 100 {
        let tree = searched(script, rules, false);
        same("by states, unreduced", tree.outcomes().keys().collect())?;
        same(
            "by replay, unreduced",
            outcomes(&explored(script, rules, false)),
        )?;
    }
    Ok(true)
}
