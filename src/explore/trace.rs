//! One run in full: what happened, and the least milliseconds it could have happened at.

use std::collections::HashMap;

use super::run::{Order, follow, lines};
use super::search::default_run;
use super::subject::{Prepared, Subject};
use super::{Ending, Limits, Outcome, Refusal, Rules, Schedule};
use crate::runtime::{Event, Meter, Observer};

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

#[derive(Default)]
struct Recorder {
    events: Vec<Event>,
}

impl Observer for Recorder {
    fn observe(&mut self, event: Event) {
        self.events.push(event);
    }

    fn wants_all(&self) -> bool {
        true
    }
}

/// Runs a program under one schedule and keeps everything.
///
/// # Errors
///
/// If the program cannot be run, or the schedule does not fit it.
pub fn replay<'a>(
    program: impl Into<Subject<'a>>,
    rules: Rules,
    schedule: &Schedule,
    limits: Limits,
) -> Result<Trace, Refusal> {
    let subject = program.into();
    super::on_a_deep_stack(|| {
        let program = Prepared::new(subject, rules)?;
        let go = |limits: Limits| {
            let mut recorder = Recorder::default();
            let mut follower = follow(schedule.picks(), Order::LeastDeviation, &|_| false);
            let mut meter = Meter::new(limits.steps, limits.drain);
            let run = program.run(&mut follower, &mut recorder, &mut meter);
            (run, recorder, follower.into_picks())
        };
        let (mut run, mut recorder, mut met) = go(limits);
        if matches!(run.ending, Some(Ending::Endless | Ending::Starved(_))) {
            let (_, longer) = default_run(&program, limits);
            if longer != limits {
                (run, recorder, met) = go(longer);
            }
        }
        let (picks, misfit) = met;
        if let Some(misfit) = misfit {
            return Err(Refusal::Schedule(misfit));
        }
        if picks.len() < schedule.picks().len() {
            let (given, met) = (schedule.picks().len(), picks.len());
            return Err(Refusal::Schedule(format!(
                "it has {given} choices, the program only {met}"
            )));
        }
        let Recorder { events } = recorder;
        let text: String = events.iter().filter_map(printed).collect();
        let ended = run
            .ending
            .ok_or_else(|| Refusal::Schedule("the run was cut".into()))?;
        let times = least_times(&events);
        Ok(Trace {
            events,
            outcome: Outcome {
                stdout: lines(&text).collect(),
                ended,
            },
            schedule: Schedule::new(picks),
            times,
        })
    })
}

fn printed(event: &Event) -> Option<&str> {
    match event {
        Event::Print(1, text) => Some(text),
        _ => None,
    }
}

/// The least solution of what is known about the readings: none is before the one it follows, and the differences the
/// run decided hold. Every reading is as early as all of that allows, counted from the first.
fn least_times(events: &[Event]) -> HashMap<u64, i64> {
    let mut times = HashMap::from([(0, 0)]);
    // (a, b, ms): a is at least ms after b.
    let mut edges: Vec<(u64, u64, i64)> = Vec::new();
    for event in events {
        match *event {
            Event::Reading(reading, previous) => edges.push((reading, previous, 0)),
            // At most `bound` after the second: the second is at least `-bound` after the first.
            Event::Bound(a, b, bound) => edges.push((b, a, -bound)),
            _ => {}
        }
    }
    for &(a, b, _) in &edges {
        times.entry(a).or_insert(0);
        times.entry(b).or_insert(0);
    }
    for _ in 0..=times.len() {
        let mut changed = false;
        for &(a, b, ms) in &edges {
            let least = times[&b] + ms;
            if times[&a] < least {
                times.insert(a, least);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    times
}
