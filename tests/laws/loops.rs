//! What holds of every run of every script: drains are empty before anything else begins, queues are first in first out, nothing
//! is called after it was cleared, phases come in the order of the loop.

use std::collections::{BTreeMap, VecDeque};

use proptest::strategy::Strategy;
use proptest::test_runner::TestCaseError;
use tickproof::explore::replay;
use tickproof::guest::script::{Block, Script, Slot, Statement};
use tickproof::runtime::{Ending, Event, Kind, LoopShape, PROFILES, Phase, Profile};

use super::agreement::runner;
use super::draw::scripts;
use crate::scripts::{LIMITS, searched};

/// Runs of one script that are looked at.
const RUNS: usize = 12;

pub(crate) fn law() -> Result<(), String> {
    let quiet = scripts().prop_map(|mut script| {
        keep_tracked(&mut script.body);
        script.functions.values_mut().for_each(keep_tracked);
        script
    });
    let tested = runner(150, 1).run(&quiet, |script| {
        let told = tell(&script);
        for rules in &PROFILES {
            check_runs(&told, rules).map_err(TestCaseError::fail)?;
        }
        Ok(())
    });
    tested.map_err(|failure| failure.to_string())
}

/// Leaves only what is followed here: no errors, no promises, no intervals, no early exits.
fn keep_tracked(block: &mut Block) {
    block.retain(|statement| {
        matches!(
            statement,
            Statement::Tick(_)
                | Statement::Microtask(_)
                | Statement::Timer { repeats: false, .. }
                | Statement::Immediate { .. }
                | Statement::Clear(_)
                | Statement::Request { .. }
                | Statement::Repeat { .. }
                | Statement::Call(_)
        )
    });
    block
        .iter_mut()
        .flat_map(Statement::blocks_mut)
        .for_each(keep_tracked);
}

/// The script with a line for whatever it asks for, and one for whatever is called.
fn tell(script: &Script) -> Script {
    let mut sites = 0;
    Script {
        body: tell_block(&script.body, &mut sites),
        functions: script
            .functions
            .iter()
            .map(|(name, block)| (name.clone(), tell_block(block, &mut sites)))
            .collect(),
        pool: script.pool,
    }
}

fn tell_block(block: &Block, sites: &mut u32) -> Block {
    let mut told = Vec::new();
    for statement in block {
        *sites += 1;
        let site = *sites;
        let mut statement = statement.clone();
        for inner in statement.blocks_mut() {
            *inner = tell_block(inner, sites);
        }
        let (asks, calls) = match &mut statement {
            Statement::Tick(then) => ("tick".to_owned(), Some(then)),
            Statement::Microtask(then) => ("job".to_owned(), Some(then)),
            Statement::Timer { ms, slot, then, .. } => (
                format!("timer {} {}", (*ms).max(1), slot_text(*slot)),
                Some(then),
            ),
            Statement::Immediate { slot, then } => {
                (format!("immediate 0 {}", slot_text(*slot)), Some(then))
            }
            Statement::Request { then, .. } => ("request".to_owned(), Some(then)),
            Statement::Clear(slot) => (format!("clear 0 {}", slot.0), None),
            _ => {
                told.push(statement);
                continue;
            }
        };
        if let Some(then) = calls {
            let kind = asks.split(' ').next().unwrap_or_default();
            then.insert(0, Statement::Log(format!("{site} called {kind}")));
        }
        told.push(statement);
        told.push(Statement::Log(format!("{site} asks {asks}")));
    }
    told
}

fn slot_text(slot: Option<Slot>) -> String {
    slot.map_or("-".to_owned(), |slot| slot.0.to_string())
}

fn check_runs(script: &Script, rules: &'static Profile) -> Result<(), String> {
    let found = searched(script, rules, true);
    for end in found.ends.iter().take(RUNS) {
        let schedule = found.schedule(end);
        let trace = replay(script, rules, &schedule, LIMITS).map_err(|error| error.to_string())?;
        let mut run = Run::default();
        let checked = trace
            .events
            .iter()
            .try_for_each(|event| run.follow(rules, event))
            .and_then(|()| run.is_over(trace.outcome.ended));
        checked.map_err(|what| {
            let source = script.to_javascript();
            format!("Node {}, {schedule}: {what}\n{source}", rules.major)
        })?;
    }
    Ok(())
}

/// Something that was asked for: where in the script, and which of all.
type Asked = (String, u32);

/// What is known of a run so far.
#[derive(Default)]
struct Run {
    asked: u32,
    ticks: VecDeque<Asked>,
    jobs: VecDeque<Asked>,
    /// By delay.
    timers: BTreeMap<u32, VecDeque<Asked>>,
    immediates: VecDeque<(Asked, u32)>,
    requests: Vec<Asked>,
    slots: BTreeMap<u32, u32>,
    phase: Option<Phase>,
    phases: u32,
    kind: Option<Kind>,
    /// What the drain ran last.
    drains: Option<Kind>,
}

impl Run {
    fn follow(&mut self, rules: &Profile, event: &Event) -> Result<(), String> {
        match event {
            Event::Phase(phase) => {
                self.is_drained()?;
                let before = self.phase.replace(*phase);
                self.phases += 1;
                if before.is_some_and(|before| !may_follow(rules, before, *phase)) {
                    return Err(format!("{phase} follows {before:?}"));
                }
            }
            Event::Callback(kind @ (Kind::Tick | Kind::Job), _) => self.kind = Some(*kind),
            Event::Callback(kind, _) => {
                self.is_drained()?;
                (self.kind, self.drains) = (Some(*kind), None);
            }
            Event::Print(1, line) => {
                let words: Vec<&str> = line.split_whitespace().collect();
                match words[..] {
                    [site, "called", kind] => self.called(site, kind)?,
                    [site, "asks", kind] => self.asks(site, kind, "", "-"),
                    [site, "asks", kind, ms, slot] => self.asks(site, kind, ms, slot),
                    _ => return Err(format!("an unknown line: {line}")),
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn is_drained(&self) -> Result<(), String> {
        match self.ticks.front().or(self.jobs.front()) {
            Some((site, _)) => Err(format!("what {site} queued was not run yet")),
            None => Ok(()),
        }
    }

    fn asks(&mut self, site: &str, kind: &str, ms: &str, slot: &str) {
        self.asked += 1;
        let asked = (site.to_owned(), self.asked);
        let slot: Option<u32> = slot.parse().ok();
        match kind {
            "tick" => self.ticks.push_back(asked),
            "job" => self.jobs.push_back(asked),
            "timer" => self
                .timers
                .entry(ms.parse().unwrap_or(1))
                .or_default()
                .push_back(asked),
            "immediate" => self.immediates.push_back((asked, self.phases)),
            "request" => self.requests.push(asked),
            _ => {
                let held = slot.and_then(|slot| self.slots.get(&slot).copied());
                let is_other = |number: u32| Some(number) != held;
                self.timers
                    .values_mut()
                    .for_each(|all| all.retain(|each| is_other(each.1)));
                self.immediates.retain(|(each, _)| is_other(each.1));
                return;
            }
        }
        if let Some(slot) = slot {
            self.slots.insert(slot, self.asked);
        }
    }

    fn called(&mut self, site: &str, kind: &str) -> Result<(), String> {
        let expected = match (kind, self.kind) {
            ("tick", Some(Kind::Tick)) => {
                if self.drains == Some(Kind::Job) && !self.jobs.is_empty() {
                    return Err(format!("the tick of {site} precedes a promise job"));
                }
                self.drains = Some(Kind::Tick);
                self.ticks.pop_front()
            }
            ("job", Some(Kind::Job)) => {
                if self.drains != Some(Kind::Job) && !self.ticks.is_empty() {
                    return Err(format!("the promise job of {site} precedes a tick"));
                }
                self.drains = Some(Kind::Job);
                self.jobs.pop_front()
            }
            ("timer", Some(Kind::Timer(ms))) if self.phase == Some(Phase::Timers) => {
                let of = self.timers.get_mut(&(ms as u32));
                of.and_then(VecDeque::pop_front)
            }
            ("immediate", Some(Kind::Immediate)) if self.phase == Some(Phase::Check) => {
                let next = self.immediates.pop_front();
                // What is set in the check phase waits for the next.
                next.filter(|&(_, set)| set < self.phases)
                    .map(|(asked, _)| asked)
            }
            ("request", Some(Kind::Completion)) if self.phase == Some(Phase::Poll) => {
                let at = self.requests.iter().position(|(each, _)| each == site);
                at.map(|at| self.requests.remove(at))
            }
            _ => None,
        };
        match expected {
            Some((expected, _)) if expected == site => Ok(()),
            other => Err(format!(
                "{site} was called as {kind} in {:?}, not {other:?}",
                self.phase
            )),
        }
    }

    /// Nothing is forgotten.
    fn is_over(&self, ended: Ending) -> Result<(), String> {
        if matches!(
            ended,
            Ending::Endless | Ending::Starved(_) | Ending::Halted(_)
        ) {
            return Ok(());
        }
        self.is_drained()?;
        let left = [
            self.timers.values().flatten().next(),
            self.immediates.front().map(|(asked, _)| asked),
            self.requests.first(),
        ];
        match left.into_iter().flatten().next() {
            Some((site, _)) => Err(format!("what {site} asked for was never called")),
            None => Ok(()),
        }
    }
}

/// The phases in the order of libuv (LOOP-1, LOOP-2): a loop may end before the first turn, and after each.
fn may_follow(rules: &Profile, before: Phase, after: Phase) -> bool {
    let ends_after = match rules.loop_shape {
        LoopShape::TimersFirst => Phase::Closing,
        LoopShape::TimersLast => Phase::Timers,
    };
    match (before, after) {
        (Phase::Main | Phase::Closing | Phase::End, Phase::Timers)
        | (Phase::Timers, Phase::Pending)
        | (Phase::Pending, Phase::Poll)
        | (Phase::Check, Phase::Closing)
        | (Phase::Main, Phase::End) => true,
        (Phase::Poll, Phase::Pending) | (Phase::Pending, Phase::Check) => rules.pending_after_poll,
        (Phase::Poll, Phase::Check) => !rules.pending_after_poll,
        (Phase::Timers, Phase::Timers) => rules.timers_rerun,
        (before, Phase::End) => before == ends_after,
        _ => false,
    }
}
