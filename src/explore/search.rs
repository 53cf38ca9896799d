//! Exhaustive search by replay, by least deviation from the default schedule.
//!
//! Runs are done in batches of equal deviation, in a fixed order; a run is cut at states that runs of earlier batches
//! reached, and the results of a batch are taken in order. So the result depends neither on the number of threads nor on
//! their speed.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::run::{Ran, run};
use super::subject::{Prepared, Subject};
use super::{Bound, Cost, Coverage, Exploration, Peak, Pick, Refusal, Rules, Schedule, Search};

/// Runs per batch: few at first, so that little is run that an earlier run of the batch made needless; more as the search
/// grows, so that threads have something to do.
fn batch_size(executions: u64) -> usize {
    (executions / 4).clamp(64, 4096) as usize
}

/// Stack of a thread that runs JavaScript, beyond what the engine may use.
const STACK_BYTES: usize = 64 << 20;

thread_local! {
    static IS_DEEP: Cell<bool> = const { Cell::new(false) };
}

/// Runs something on a thread with a stack deep enough for JavaScript: this one if it is such a thread already. Who
/// explores much on one thread saves making an engine anew for each by wrapping the whole in this.
pub fn on_a_deep_stack<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    if IS_DEEP.get() {
        return work();
    }
    std::thread::scope(|scope| {
        match start_deep(scope, work).map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => panic!("no thread can be started: {error}"),
        }
    })
}

pub(super) fn start_deep<'scope, R: Send + 'scope>(
    scope: &'scope std::thread::Scope<'scope, '_>,
    work: impl FnOnce() -> R + Send + 'scope,
) -> std::io::Result<std::thread::ScopedJoinHandle<'scope, R>> {
    std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn_scoped(scope, || {
            IS_DEEP.set(true);
            work()
        })
}

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
        let first = first_run(&program, search)?;
        let mut frontier = Frontier::default();
        let mut found = Findings::new(search.reduce);
        found.take(&[], first, &mut frontier)?;
        'search: while let Some(batch) = frontier.next_batch(found.open_runs(search)) {
            let results = run_batch(&program, &batch, search, &found);
            for (prefix, ran) in batch.iter().zip(results) {
                let Some(ran) = ran else {
                    found.hit(Bound::Interrupted);
                    break 'search;
                };
                found.take(prefix, ran, &mut frontier)?;
            }
            if let Some(progress) = search.progress {
                progress(found.cost.executions, found.outcomes.len());
            }
        }
        if !frontier.is_empty() && !found.bounds.contains_key(&Bound::Interrupted) {
            found.hit(Bound::Schedules(search.limits.schedules));
        }
        let peak = found
            .fullest
            .take()
            .and_then(|(length, high_water_mark, picks)| {
                // The run itself may have been cut where it met another.
                let outcome = run(&program, &picks, search.limits, &|_| false).outcome?;
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

/// Runs the default schedule, twice: what differs then is no function of the schedule. What was stopped by a limit of the
/// guest is not run again.
fn first_run(program: &Prepared, search: &Search<'_>) -> Result<Ran, Refusal> {
    let first = run(program, &[], search.limits, &|_| false);
    if let Some(Bound::Guest(_)) = first.bound {
        return Ok(first);
    }
    let second = run(program, &[], search.limits, &|_| false);
    if let Some(Bound::Guest(_)) = second.bound {
        return Ok(second);
    }
    let what = if first.outcome != second.outcome {
        "what is printed or how it ends"
    } else if first.picks != second.picks || first.states != second.states {
        "what was scheduled"
    } else {
        return Ok(first);
    };
    Err(Refusal::NotDeterministic {
        schedule: Schedule::new(first.picks),
        what: what.into(),
    })
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
    search: &Search<'_>,
    found: &Findings,
) -> Vec<Option<Ran>> {
    let is_known = |state: u128| found.reduce && found.states.contains(&state);
    let run_one = |prefix: &Vec<Pick>| {
        let goes_on = !search.interrupted.load(Ordering::Relaxed);
        goes_on.then(|| run(program, prefix, search.limits, &is_known))
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
    outcomes: BTreeMap<super::Outcome, Schedule>,
    states: HashSet<u128>,
    caveats: BTreeSet<super::Caveat>,
    bounds: BTreeMap<Bound, u64>,
    cost: Cost,
    /// The most a side of a stream held, its high water mark then, and the run.
    fullest: Option<(i64, i64, Vec<Pick>)>,
}

impl Findings {
    fn new(reduce: bool) -> Self {
        Findings {
            reduce,
            outcomes: BTreeMap::new(),
            states: HashSet::new(),
            caveats: BTreeSet::new(),
            bounds: BTreeMap::new(),
            cost: Cost::default(),
            fullest: None,
        }
    }

    fn hit(&mut self, bound: Bound) {
        *self.bounds.entry(bound).or_default() += 1;
    }

    /// How many runs the next batch may have.
    fn open_runs(&self, search: &Search<'_>) -> usize {
        let left = search.limits.schedules.saturating_sub(self.cost.executions);
        usize::try_from(left)
            .unwrap_or(usize::MAX)
            .min(batch_size(self.cost.executions))
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
        if let Some((length, mark)) = ran.fullest
            && self
                .fullest
                .as_ref()
                .is_none_or(|(most, ..)| length > *most)
        {
            self.fullest = Some((length, mark, ran.picks.clone()));
        }
        self.caveats.extend(ran.caveats);
        let mut whole = true;
        let mut length = ran.picks.len();
        for (at, state) in ran.states {
            if !self.states.insert(state) && self.reduce {
                (whole, length) = (false, at);
                break;
            }
        }
        let picks = &ran.picks[..length];
        self.cost.longest = self.cost.longest.max(picks.len());
        let shared = Arc::new(picks.to_vec());
        let mut deviations = prefix.iter().filter(|pick| pick.taken != 0).count();
        for (at, pick) in picks.iter().enumerate().skip(prefix.len()) {
            for taken in (0..pick.of).filter(|&taken| taken != pick.taken) {
                let run = Arc::clone(&shared);
                frontier.open(deviations + 1, Deviation { run, at, taken });
            }
            deviations += usize::from(pick.taken != 0);
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

    fn finish(mut self, peak: Option<Peak>) -> Exploration {
        self.cost.states = self.states.len() as u64;
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
