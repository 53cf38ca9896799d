//! Exhaustive search by replay, by least deviation from the default schedule.
//!
//! A search that gets long goes on in a second order as well, until one of them comes to its end: there, as much time
//! passes as can ([`Order::MostTime`]), and a state is also known if one was reached of which less is known about times.
//! Where timers are many the first order keeps apart for long what makes no difference; only, what the second finds first is no
//! longer of least deviation.
//!
//! Runs are done in batches of equal deviation, in a fixed order; a run is cut at states that runs of earlier batches
//! reached, and the results of a batch are taken in order. So the result depends neither on the number of threads nor on
//! their speed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::known::States;
use super::run::{Order, Ran, run};
use super::subject::{Prepared, Subject};
use super::threads::{on_a_deep_stack, start_deep};
use super::{
    Bound, Cost, Coverage, Exploration, Limits, Peak, Pick, Refusal, Rules, Schedule, Search,
};
use crate::runtime::Standing;

/// Runs per batch: few at first, so that little is run that an earlier run of the batch made needless; more as the search
/// grows, so that threads have something to do.
fn batch_size(executions: u64, order: Order) -> u64 {
    let most = match order {
        Order::LeastDeviation => 4096,
        // What is known about times in each state of each run takes memory.
        Order::MostTime => 256,
    };
    (executions / 4).clamp(64, most)
}

/// How many runs are made in the second order for each in the first.
const QUOTA_BY_TIME: u64 = 4;

/// Runs a program under every schedule.
///
/// # Errors
///
/// If the program cannot be run, or is not a function of its schedule.
pub fn explore<'a>(
    program: impl Into<Subject<'a>>,
    rules: Rules,
    search: &Search<'_>,
) -> Result<Exploration, Refusal> {
    let subject = program.into();
    on_a_deep_stack(|| {
        let program = Prepared::new(subject, rules)?;
        let (first, limits) = first_run(&program, search)?;
        let search = &Search { limits, ..*search };
        let mut by_deviation = Course::new(Order::LeastDeviation, search);
        by_deviation
            .found
            .take(&[], first, &mut by_deviation.frontier)?;
        let mut by_time = Course::new(Order::MostTime, search);
        let mut quota = limits.in_order;
        let ended = loop {
            let spent = by_time.found.cost;
            let ended = by_deviation.run(&program, search, quota, spent)?;
            if ended != Ended::Quota {
                break ended;
            }
            if by_time.frontier.is_empty() {
                let first = run(&program, &[], Order::MostTime, limits, &|_| false);
                by_time.found.take(&[], first, &mut by_time.frontier)?;
            }
            let more = QUOTA_BY_TIME * quota.max(1);
            let ended = by_time.run(&program, search, more, by_deviation.found.cost)?;
            if ended != Ended::Quota {
                break ended;
            }
            quota = 2 * quota.max(1);
        };
        let mut found = by_deviation.found.join(by_time.found);
        if let Ended::Bound(bound) = ended {
            found.hit(bound);
        }
        let peak = found
            .fullest
            .take()
            .and_then(|(length, high_water_mark, picks)| {
                // The run itself may have been cut where it met another.
                let order = Order::LeastDeviation;
                let outcome = run(&program, &picks, order, limits, &|_| false).outcome?;
                let schedule = Schedule::new(picks);
                Some(Peak {
                    length,
                    high_water_mark,
                    schedule,
                    outcome,
                })
            });
        Ok(found.finish(peak))
    })
}

/// Why a course was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// Nothing is open.
    Whole,
    /// It made as many runs as it may for now.
    Quota,
    /// This bound was hit.
    Bound(Bound),
}

/// A search in one order.
struct Course {
    order: Order,
    found: Findings,
    frontier: Frontier,
}

impl Course {
    fn new(order: Order, search: &Search<'_>) -> Self {
        Course {
            order,
            found: Findings::new(search.reduce, order),
            frontier: Frontier::default(),
        }
    }

    /// Runs what is open until nothing is, or so many runs were made in this order; `spent` is what the other cost.
    fn run(
        &mut self,
        program: &Prepared,
        search: &Search<'_>,
        quota: u64,
        spent: Cost,
    ) -> Result<Ended, Refusal> {
        while !self.frontier.is_empty() {
            let cost = self.found.cost;
            // Without reduction there is one order only.
            if cost.executions >= quota && search.reduce {
                return Ok(Ended::Quota);
            }
            if cost.callbacks + spent.callbacks >= search.limits.callbacks {
                return Ok(Ended::Bound(Bound::Callbacks(search.limits.callbacks)));
            }
            let most = search.limits.schedules;
            let left = most.saturating_sub(cost.executions + spent.executions);
            let size = left.min(batch_size(cost.executions, self.order));
            let Some(batch) = self.frontier.next_batch(size as usize) else {
                return Ok(Ended::Bound(Bound::Schedules(most)));
            };
            let results = run_batch(program, &batch, self.order, search, &self.found);
            for (prefix, ran) in batch.iter().zip(results) {
                let Some(ran) = ran else {
                    return Ok(Ended::Bound(Bound::Interrupted));
                };
                self.found.take(prefix, ran, &mut self.frontier)?;
            }
            if let Some(progress) = search.progress {
                let runs = self.found.cost.executions + spent.executions;
                progress(runs, self.found.outcomes.len());
            }
        }
        Ok(Ended::Whole)
    }
}

/// Runs the default schedule, twice: what differs then is no function of the schedule. What was stopped by a limit of the
/// guest is not run again. Also says how far runs may go: further, if this one comes to its end by that.
fn first_run(program: &Prepared, search: &Search<'_>) -> Result<(Ran, Limits), Refusal> {
    let (first, limits) = default_run(program, search.limits);
    if let Some(Bound::Guest(_)) = first.bound {
        return Ok((first, limits));
    }
    let second = run(program, &[], Order::LeastDeviation, limits, &|_| false);
    if let Some(Bound::Guest(_)) = second.bound {
        return Ok((second, limits));
    }
    let what = if first.outcome != second.outcome {
        "what is printed or how it ends"
    } else if first.picks != second.picks || first.states != second.states {
        "what was scheduled"
    } else {
        return Ok((first, limits));
    };
    Err(Refusal::NotDeterministic {
        schedule: Schedule::new(first.picks),
        what: what.into(),
    })
}

/// Runs the default schedule. One that makes more callbacks than a run may, or than a drain may, is tried with
/// [`Limits::steps_more`] and [`Limits::drain_more`]: if it comes to its end by that, it is no endless program, and its runs
/// may all be as long.
pub(super) fn default_run(program: &Prepared, limits: Limits) -> (Ran, Limits) {
    let go = |limits| run(program, &[], Order::LeastDeviation, limits, &|_| false);
    let first = go(limits);
    let (mut bound, mut longer) = (first.bound, limits);
    while let Some(further) = bound.and_then(|bound| lengthen(longer, bound)) {
        longer = further;
        let ran = go(longer);
        if ran.bound.is_none() {
            return (ran, longer);
        }
        bound = ran.bound;
    }
    (first, limits)
}

/// Limits by which a run may go further than this bound.
fn lengthen(limits: Limits, bound: Bound) -> Option<Limits> {
    let longer = match bound {
        Bound::Steps(_) => Limits {
            steps: limits.steps.max(limits.steps_more),
            ..limits
        },
        Bound::Drain(_) => Limits {
            drain: limits.drain.max(limits.drain_more),
            ..limits
        },
        _ => limits,
    };
    (longer != limits).then_some(longer)
}

/// The picks of a run up to one of them, which is another.
struct Deviation {
    run: Arc<Vec<Pick>>,
    at: usize,
    taken: u32,
}

impl Deviation {
    fn prefix(&self) -> Vec<Pick> {
        let mut prefix = self.run[..=self.at].to_vec();
        prefix[self.at].taken = self.taken;
        prefix
    }
}

/// Deviations not run yet, by how often they deviate from the default.
#[derive(Default)]
struct Frontier {
    open: BTreeMap<usize, VecDeque<Deviation>>,
}

impl Frontier {
    fn open(&mut self, deviations: usize, deviation: Deviation) {
        self.open
            .entry(deviations)
            .or_default()
            .push_back(deviation);
    }

    fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// The next prefixes, all of the least deviation there is; at most `most`.
    fn next_batch(&mut self, most: usize) -> Option<Vec<Vec<Pick>>> {
        let mut entry = self.open.first_entry()?;
        let waiting = entry.get_mut();
        let drained = waiting.drain(..waiting.len().min(most));
        let batch: Vec<_> = drained.map(|deviation| deviation.prefix()).collect();
        if waiting.is_empty() {
            entry.remove();
        }
        (!batch.is_empty()).then_some(batch)
    }
}

/// Runs a batch; what the user's wish to stop came before is missing.
fn run_batch(
    program: &Prepared,
    batch: &[Vec<Pick>],
    order: Order,
    search: &Search<'_>,
    found: &Findings,
) -> Vec<Option<Ran>> {
    let is_known = |state: &Standing<'_>| found.reduce && found.states.has(state);
    let run_one = |prefix: &Vec<Pick>| {
        let goes_on = !search.interrupted.load(Ordering::Relaxed);
        goes_on.then(|| run(program, prefix, order, search.limits, &is_known))
    };
    let threads = search.threads.min(batch.len());
    if threads <= 1 {
        return batch.iter().map(run_one).collect();
    }
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<Ran>>> = Mutex::new(batch.iter().map(|_| None).collect());
    std::thread::scope(|scope| {
        let work = || {
            while let Some((at, prefix)) = take_next(&next, batch) {
                let ran = run_one(prefix);
                results.lock().unwrap_or_else(PoisonError::into_inner)[at] = ran;
            }
        };
        // One of the threads is this one.
        let started: Vec<_> = (1..threads)
            .map_while(|_| start_deep(scope, work).ok())
            .collect();
        work();
        drop(started);
    });
    results.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn take_next<'b>(next: &AtomicUsize, batch: &'b [Vec<Pick>]) -> Option<(usize, &'b Vec<Pick>)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    batch.get(at).map(|prefix| (at, prefix))
}

/// What the search knows so far.
struct Findings {
    reduce: bool,
    order: Order,
    outcomes: BTreeMap<super::Outcome, Schedule>,
    states: States,
    caveats: BTreeSet<super::Caveat>,
    bounds: BTreeMap<Bound, u64>,
    cost: Cost,
    /// The most a side of a stream held, its high water mark then, and the run.
    fullest: Option<(i64, i64, Vec<Pick>)>,
}

impl Findings {
    fn new(reduce: bool, order: Order) -> Self {
        Findings {
            reduce,
            order,
            outcomes: BTreeMap::new(),
            states: States::default(),
            caveats: BTreeSet::new(),
            bounds: BTreeMap::new(),
            cost: Cost::default(),
            fullest: None,
        }
    }

    fn hit(&mut self, bound: Bound) {
        *self.bounds.entry(bound).or_default() += 1;
    }

    /// Joins what was found in this order and, if the search was long, in the other, which then went on to where this one
    /// was.
    fn join(mut self, other: Findings) -> Findings {
        for (outcome, schedule) in other.outcomes {
            self.outcomes.entry(outcome).or_insert(schedule);
        }
        self.caveats.extend(other.caveats);
        for (bound, hits) in other.bounds {
            let known = self.bounds.entry(bound).or_default();
            *known = hits.max(*known);
        }
        self.cost.executions += other.cost.executions;
        self.cost.callbacks += other.cost.callbacks;
        self.cost.longest = self.cost.longest.max(other.cost.longest);
        self.cost.states = self.states.count() + other.states.count();
        if let Some((length, mark, picks)) = other.fullest {
            self.keep_fullest(length, mark, &picks);
        }
        self
    }

    fn keep_fullest(&mut self, length: i64, mark: i64, picks: &[Pick]) {
        let known = self.fullest.as_ref();
        if known.is_none_or(|(most, ..)| length > *most) {
            self.fullest = Some((length, mark, picks.to_vec()));
        }
    }

    /// Takes the result of a run: its outcome, its states, and the deviations open from it.
    ///
    /// A state that an earlier run of the same batch reached cuts this run here, after the fact.
    fn take(&mut self, prefix: &[Pick], ran: Ran, frontier: &mut Frontier) -> Result<(), Refusal> {
        if let Some(misfit) = ran.misfit {
            return Err(Refusal::NotDeterministic {
                schedule: Schedule::new(prefix.to_vec()),
                what: misfit,
            });
        }
        if let Some(what) = ran.not_offered {
            return Err(Refusal::NotOffered(what));
        }
        self.cost.executions += 1;
        self.cost.callbacks += ran.callbacks;
        if let Some((length, mark)) = ran.fullest {
            self.keep_fullest(length, mark, &ran.picks);
        }
        self.caveats.extend(ran.caveats);
        let mut whole = true;
        let mut length = ran.picks.len();
        let mut states = ran.states;
        if self.reduce
            && let Some(known) = states
                .iter()
                .position(|(_, state)| self.states.covers(state))
        {
            (whole, length) = (false, states[known].0);
            states.truncate(known);
        }
        for (at, state) in states {
            if !self.states.insert(state) && self.reduce {
                (whole, length) = (false, at);
                break;
            }
        }
        let picks = &ran.picks[..length];
        self.cost.longest = self.cost.longest.max(picks.len());
        let shared = Arc::new(picks.to_vec());
        let deviates = |pick: &Pick| pick.taken != self.order.default_of(pick.letter);
        let mut deviations = prefix.iter().filter(|pick| deviates(pick)).count();
        for (at, pick) in picks.iter().enumerate().skip(prefix.len()) {
            for taken in (0..pick.of).filter(|&taken| taken != pick.taken) {
                let run = Arc::clone(&shared);
                frontier.open(deviations + 1, Deviation { run, at, taken });
            }
            deviations += usize::from(deviates(pick));
        }
        let Some(outcome) = ran.outcome.filter(|_| whole) else {
            return Ok(());
        };
        if let Some(bound) = ran.bound {
            self.hit(bound);
        }
        self.outcomes
            .entry(outcome)
            .or_insert_with(|| Schedule::new(ran.picks));
        Ok(())
    }

    fn finish(self, peak: Option<Peak>) -> Exploration {
        let coverage = if self.bounds.is_empty() {
            Coverage::Complete
        } else {
            Coverage::Bounded(self.bounds)
        };
        Exploration {
            outcomes: self.outcomes,
            coverage,
            peak,
            caveats: self.caveats,
            cost: self.cost,
        }
    }
}
