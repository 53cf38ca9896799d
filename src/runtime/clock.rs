//! The loop clock, symbolically (LOOP-18, TMR-9).
//!
//! A reading of the clock is an integer variable, not a number. What the runtime asks is always how two readings differ,
//! so a state holds a difference-bound matrix over the readings that still matter and a question forks only if both
//! answers are satisfiable. No extrapolation is applied: every question is about a difference, so none is needed for
//! exactness.
//!
//! Left out: the wall clock moving against the monotonic one (adjustments by the administrator or by NTP).

use std::hash::{Hash, Hasher};

/// A reading of the clock, by its place among the readings still remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reading(u32);

impl Reading {
    fn at(self) -> usize {
        self.0 as usize
    }
}

/// A point in time: so many milliseconds after a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Moment {
    /// The reading it is relative to.
    pub reading: Reading,
    /// Milliseconds after it.
    pub after_ms: i64,
}

/// No bound is known.
const UNBOUNDED: i64 = i64::MAX / 4;

/// A difference-bound matrix: `upper[i][j]` is the least known upper bound of `x_i - x_j`, always closed under
/// composition, so that entailment and satisfiability are single look-ups.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Zone {
    upper: Vec<Vec<i64>>,
}

impl Zone {
    /// Adds a variable that is not before `previous` (free if `None`) and returns its index.
    pub fn add(&mut self, previous: Option<usize>) -> usize {
        let index = self.upper.len();
        for row in &mut self.upper {
            let bound = previous.map_or(UNBOUNDED, |previous| row[previous]);
            row.push(bound);
        }
        let mut row = vec![UNBOUNDED; index + 1];
        row[index] = 0;
        self.upper.push(row);
        index
    }

    /// Whether `x_a - x_b <= bound` in every solution.
    pub fn entails(&self, a: usize, b: usize, bound: i64) -> bool {
        self.upper[a][b] <= bound
    }

    /// Whether `x_a - x_b <= bound` in some solution.
    pub fn allows(&self, a: usize, b: usize, bound: i64) -> bool {
        self.upper[b][a] == UNBOUNDED || self.upper[b][a] + bound >= 0
    }

    /// Keeps the solutions with `x_a - x_b <= bound`. At least one must exist.
    pub fn constrain(&mut self, a: usize, b: usize, bound: i64) {
        debug_assert!(self.allows(a, b, bound), "the clock was given a contradiction");
        if self.entails(a, b, bound) {
            return;
        }
        let from_b = self.upper[b].clone();
        for row in &mut self.upper {
            let to_a = row[a];
            if to_a == UNBOUNDED {
                continue;
            }
            for (cell, &rest) in row.iter_mut().zip(&from_b) {
                if rest != UNBOUNDED {
                    *cell = (*cell).min(to_a + bound + rest);
                }
            }
        }
    }

    /// The least value `x_a - x_b` can take, or `None` if it has no lower bound.
    pub fn least(&self, a: usize, b: usize) -> Option<i64> {
        (self.upper[b][a] != UNBOUNDED).then(|| -self.upper[b][a])
    }

    /// Forgets all variables but `kept`, in that order. What they implied for each other stays known.
    fn project(&self, kept: &[usize]) -> Zone {
        let upper = kept.iter().map(|&i| kept.iter().map(|&j| self.upper[i][j]).collect()).collect();
        Zone { upper }
    }
}

/// A value that says something about a state without being part of it.
#[derive(Debug, Clone, Default)]
struct Aside<T>(T);

impl<T> PartialEq for Aside<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Eq for Aside<T> {}

impl<T> Hash for Aside<T> {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// What a program that looked at the clock was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Shown {
    /// The value 0 of the shown clock, as a variable.
    pub(super) origin: Reading,
    /// The last value shown, in milliseconds.
    pub(super) last_ms: i64,
    /// How often the clock was looked at in the running step.
    pub(super) looks: u32,
}

/// The clock of one loop.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Clock {
    pub(super) zone: Zone,
    /// The loop's cached time: what `uv_now` answers.
    pub(super) now: Reading,
    /// The last reading anyone made; time never runs before it.
    pub(super) latest: Reading,
    /// When the running step began; only kept if callbacks are assumed to be bounded.
    pub(super) step: Option<Reading>,
    pub(super) shown: Option<Shown>,
    serials: Aside<(Vec<u64>, u64)>,
}

impl Clock {
    /// A clock with one reading, at the start of the process.
    pub fn new(bounded: bool) -> Self {
        let mut zone = Zone::default();
        let start = Reading(zone.add(None) as u32);
        Clock {
            zone,
            now: start,
            latest: start,
            step: bounded.then_some(start),
            shown: None,
            serials: Aside((vec![0], 1)),
        }
    }

    /// Adds a reading not before `previous`.
    pub(super) fn add(&mut self, previous: Reading) -> Reading {
        let reading = Reading(self.zone.add(Some(previous.at())) as u32);
        let (serials, next) = &mut self.serials.0;
        serials.push(*next);
        *next += 1;
        reading
    }

    /// The running number of a reading within the run: stable, unlike its place.
    pub(super) fn serial(&self, reading: Reading) -> u64 {
        self.serials.0.0[reading.at()]
    }

    pub(super) fn entails(&self, a: Reading, b: Reading, bound: i64) -> bool {
        self.zone.entails(a.at(), b.at(), bound)
    }

    pub(super) fn allows(&self, a: Reading, b: Reading, bound: i64) -> bool {
        self.zone.allows(a.at(), b.at(), bound)
    }

    pub(super) fn constrain(&mut self, a: Reading, b: Reading, bound: i64) {
        self.zone.constrain(a.at(), b.at(), bound);
    }

    pub(super) fn least(&self, a: Reading, b: Reading) -> i64 {
        self.zone.least(a.at(), b.at()).unwrap_or(0)
    }

    /// Forgets every reading that neither the clock nor `used` mentions and lets readings that are surely equal be one.
    /// Returns where each reading went; the caller must rename what it holds.
    pub(super) fn compact(&mut self, used: impl Iterator<Item = Reading>) -> Renaming {
        let size = self.serials.0.0.len();
        let mut live = vec![false; size];
        let own = [Some(self.now), Some(self.latest), self.step, self.shown.map(|shown| shown.origin)];
        for reading in own.into_iter().flatten().chain(used) {
            live[reading.at()] = true;
        }
        let mut kept: Vec<usize> = Vec::new();
        let mut renamed = vec![Reading(0); size];
        for old in (0..size).filter(|&old| live[old]) {
            let twin =
                kept.iter().position(|&other| self.zone.entails(old, other, 0) && self.zone.entails(other, old, 0));
            renamed[old] = Reading(twin.unwrap_or(kept.len()) as u32);
            if twin.is_none() {
                kept.push(old);
            }
        }
        self.zone = self.zone.project(&kept);
        let serials = kept.iter().map(|&old| self.serials.0.0[old]).collect();
        self.serials.0.0 = serials;
        let renaming = Renaming(renamed);
        renaming.apply(&mut self.now);
        renaming.apply(&mut self.latest);
        self.step.iter_mut().for_each(|reading| renaming.apply(reading));
        self.shown.iter_mut().for_each(|shown| renaming.apply(&mut shown.origin));
        renaming
    }
}

/// Where each reading went in [`Clock::compact`].
#[derive(Debug)]
pub(super) struct Renaming(Vec<Reading>);

impl Renaming {
    pub(super) fn apply(&self, reading: &mut Reading) {
        *reading = self.0[reading.at()];
    }
}
