//! The loop clock, symbolically (LOOP-18, TMR-9).
//!
//! A reading of the clock is an integer variable, not a number. What the runtime asks is always how two readings differ,
//! so a state holds a difference-bound matrix over the readings that still matter and a question forks only if both
//! answers are satisfiable. No extrapolation is applied: every question is about a difference, so none is needed for
//! exactness.
//!
//! Left out: the wall clock moving against the monotonic one (adjustments by the administrator or by NTP).

use std::hash::{Hash, Hasher};

use smallvec::{SmallVec, smallvec};

use super::Machine;
use super::doors::{Choice, Event};
use super::zone::Zone;

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
    /// How many steps in a row looked and were shown no later value.
    same: u32,
    /// The reading of the last look.
    seen: Reading,
    /// The reading of the first look, until it is decided whether the shown clock ticks before the loop's after it.
    first: Option<Reading>,
    /// A timer was armed since the last look.
    armed: bool,
    /// The program has seen its stall.
    stalled: bool,
}

/// Where readings are remembered.
#[derive(Debug, Clone, Default)]
struct Slots {
    /// By reading: its running number within the run.
    serials: SmallVec<[u64; 4]>,
    next_serial: u64,
    /// Readings nothing refers to any more, whose places are for new ones.
    unused: Vec<Reading>,
    /// How many readings there were when unused ones were last looked for.
    searched_at: usize,
}

impl Slots {
    /// Gives a reading a number of its own.
    fn number(&mut self, reading: Reading) {
        if reading.at() == self.serials.len() {
            self.serials.push(0);
        }
        self.serials[reading.at()] = self.next_serial;
        self.next_serial += 1;
    }
}

/// So many readings are remembered at least before unused ones are looked for.
const FEW_READINGS: usize = 16;

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
    /// The reading a running timers phase goes by.
    pub(super) fixed: Option<Reading>,
    /// When the interval that is running began.
    pub(super) interval: Option<Reading>,
    slots: Aside<Slots>,
}

impl Clock {
    /// A clock with one reading, at the start of the process.
    pub fn new(bounded: bool) -> Self {
        let mut zone = Zone::default();
        let start = Reading(zone.add(None) as u32);
        let mut slots = Slots::default();
        slots.number(start);
        Clock {
            zone,
            now: start,
            latest: start,
            step: bounded.then_some(start),
            shown: None,
            fixed: None,
            interval: None,
            slots: Aside(slots),
        }
    }

    /// All of it that is part of a state, but for what is known about times.
    pub(super) fn but_times(&self) -> impl Hash {
        let Clock {
            zone: _,
            now,
            latest,
            step,
            shown,
            fixed,
            interval,
            slots: _,
        } = *self;
        (now, latest, step, shown, fixed, interval)
    }

    /// Adds a reading not before `previous`.
    pub(super) fn add(&mut self, previous: Reading) -> Reading {
        let slots = &mut self.slots.0;
        let reading = match slots.unused.pop() {
            Some(reading) => {
                self.zone.replace(reading.at(), previous.at());
                reading
            }
            None => Reading(self.zone.add(Some(previous.at())) as u32),
        };
        slots.number(reading);
        reading
    }

    /// Makes a reading that nothing refers to any more a new one, not before the old.
    fn renew(&mut self, reading: Reading) {
        self.zone.delay(reading.at());
        self.slots.0.number(reading);
    }

    /// By reading: whether the clock or `used` mentions it.
    fn live(&self, used: impl Iterator<Item = Reading>) -> SmallVec<[bool; 8]> {
        let mut live = smallvec![false; self.slots.0.serials.len()];
        let shown = self
            .shown
            .map(|shown| [Some(shown.origin), Some(shown.seen), shown.first]);
        let own = [
            Some(self.now),
            Some(self.latest),
            self.step,
            self.fixed,
            self.interval,
        ];
        let all = own.into_iter().chain(shown.into_iter().flatten());
        for reading in all.flatten().chain(used) {
            live[reading.at()] = true;
        }
        live
    }

    /// Finds places for new readings, if there are so many that it is worth the while.
    fn find_unused(&mut self, used: impl Iterator<Item = Reading>) {
        let Slots {
            serials,
            unused,
            searched_at,
            ..
        } = &self.slots.0;
        if !unused.is_empty() || serials.len() < FEW_READINGS.max(2 * searched_at) {
            return;
        }
        let live = self.live(used);
        let slots = &mut self.slots.0;
        let readings = (0..).map(Reading).zip(live);
        let unused = readings.filter(|&(_, is_live)| !is_live);
        slots.unused.extend(unused.map(|(reading, _)| reading));
        slots.searched_at = slots.serials.len() - slots.unused.len();
    }

    /// The running number of a reading within the run: stable, unlike its place.
    pub(super) fn serial(&self, reading: Reading) -> u64 {
        self.slots.0.serials[reading.at()]
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
        let live = self.live(used);
        let size = live.len();
        let mut kept: SmallVec<[usize; 8]> = SmallVec::new();
        let mut renamed: SmallVec<[Reading; 8]> = smallvec![Reading(0); size];
        for old in (0..size).filter(|&old| live[old]) {
            let twin = kept.iter().position(|&other| {
                self.zone.entails(old, other, 0) && self.zone.entails(other, old, 0)
            });
            renamed[old] = Reading(twin.unwrap_or(kept.len()) as u32);
            if twin.is_none() {
                kept.push(old);
            }
        }
        if kept.len() < size {
            self.zone = self.zone.project(&kept);
        }
        let slots = &mut self.slots.0;
        slots.serials = kept.iter().map(|&old| slots.serials[old]).collect();
        slots.unused.clear();
        slots.searched_at = 0;
        let renaming = Renaming(renamed);
        renaming.apply(&mut self.now);
        renaming.apply(&mut self.latest);
        for reading in [&mut self.step, &mut self.fixed, &mut self.interval] {
            reading
                .iter_mut()
                .for_each(|reading| renaming.apply(reading));
        }
        if let Some(shown) = &mut self.shown {
            renaming.apply(&mut shown.origin);
            renaming.apply(&mut shown.seen);
            shown
                .first
                .iter_mut()
                .for_each(|first| renaming.apply(first));
        }
        renaming
    }
}

/// Where each reading went in [`Clock::compact`].
#[derive(Debug)]
pub(super) struct Renaming(SmallVec<[Reading; 8]>);

impl Renaming {
    pub(super) fn apply(&self, reading: &mut Reading) {
        *reading = self.0[reading.at()];
    }
}

/// A step that looks at a clock more often than this waits for time to pass, so it has to.
const LOOKS_BEFORE_TIME_PASSES: u32 = 2;

/// How many looks of a step that waits, or of steps that do, take a millisecond.
const LOOKS_PER_MS: u32 = 8;

/// How long a stall between two looks takes: longer than programs wait by looking at the clock.
const STALL_MS: i64 = 60_000;

impl Machine<'_> {
    /// Reads the clock into the loop's cached time (LOOP-18).
    pub(super) fn update_now(&mut self) -> Reading {
        let now = self.read();
        if let (Some(step), Some(bound_ms)) = (self.runtime.clock.step, self.runtime.callbacks_ms) {
            self.constrain(now, step, bound_ms);
        }
        self.runtime.clock.now = now;
        now
    }

    /// Reads the clock into the loop's cached time after the loop waited, which takes as long as it takes.
    pub(super) fn update_now_after_wait(&mut self) -> Reading {
        let now = self.read();
        let clock = &mut self.runtime.clock;
        clock.now = now;
        if clock.step.is_some() {
            clock.step = Some(now);
        }
        now
    }

    fn read(&mut self) -> Reading {
        let clock = &mut self.runtime.clock;
        clock.find_unused(self.runtime.timers.readings());
        let previous = clock.latest;
        let reading = clock.add(previous);
        clock.latest = reading;
        let (serial, previous) = (clock.serial(reading), clock.serial(previous));
        self.observe(|| Event::Reading(serial, previous));
        reading
    }

    /// Whether a reading is the last and nothing but the shown clock refers to it.
    fn only_shown(&self, seen: Reading) -> bool {
        let clock = &self.runtime.clock;
        let mut used = self.runtime.timers.readings().chain([clock.now]);
        clock.latest == seen && used.all(|reading| reading != seen)
    }

    /// Reads the clock where the last reading was only shown: it takes the place of that one.
    fn read_again(&mut self, seen: Reading) -> Reading {
        let clock = &mut self.runtime.clock;
        let previous = clock.serial(seen);
        clock.renew(seen);
        let serial = clock.serial(seen);
        self.observe(|| Event::Reading(serial, previous));
        seen
    }

    /// From now on `a` is at most `bound_ms` after `b`.
    fn constrain(&mut self, a: Reading, b: Reading, bound_ms: i64) {
        let clock = &mut self.runtime.clock;
        clock.constrain(a, b, bound_ms);
        let (a, b) = (clock.serial(a), clock.serial(b));
        self.observe(|| Event::Bound(a, b, bound_ms));
    }

    /// A reading is known to be at `moment` or later.
    pub(super) fn advance_to(&mut self, moment: Moment, reading: Reading) {
        self.constrain(moment.reading, reading, -moment.after_ms);
    }

    /// Begins a step: it starts at most as late as the bounded step before could have ended.
    pub(super) fn begin_step_time(&mut self) {
        if let Some(shown) = &mut self.runtime.clock.shown {
            shown.looks = 0;
        }
        let (Some(step), Some(bound_ms)) = (self.runtime.clock.step, self.runtime.callbacks_ms)
        else {
            return;
        };
        let begin = self.read();
        self.constrain(begin, step, bound_ms);
        self.runtime.clock.step = Some(begin);
    }

    /// Whether at least `ms` lie between two readings; a choice if both are possible.
    fn elapsed(&mut self, from: Reading, to: Reading, ms: i64) -> bool {
        let clock = &self.runtime.clock;
        if clock.entails(from, to, -ms) {
            return true;
        }
        if !clock.allows(from, to, -ms) {
            return false;
        }
        let choice = Choice::Time {
            from: clock.serial(from),
            to: clock.serial(to),
            ms,
        };
        if self.choose(choice) == 1 {
            self.constrain(from, to, -ms);
            true
        } else {
            self.constrain(to, from, ms - 1);
            false
        }
    }

    /// Whether a moment has come at a reading.
    pub(super) fn is_past(&mut self, moment: Moment, reading: Reading) -> bool {
        self.elapsed(moment.reading, reading, moment.after_ms)
    }

    /// Whether `a` is not after `b`. Asked so that alternative 0 lets less time pass.
    pub(super) fn not_after(&mut self, a: Moment, b: Moment) -> bool {
        if self.runtime.clock.entails(b.reading, a.reading, 0) {
            !self.elapsed(b.reading, a.reading, b.after_ms - a.after_ms + 1)
        } else {
            self.elapsed(a.reading, b.reading, a.after_ms - b.after_ms)
        }
    }

    /// Notes that a timer was armed at a reading of its own, before the next look at the shown clock.
    pub(super) fn note_armed(&mut self) {
        if let Some(shown) = &mut self.runtime.clock.shown {
            shown.armed = true;
        }
    }

    /// What a program sees that looks at a clock, in milliseconds since its first look.
    ///
    /// A shown clock and the loop's clock tick at different moments, so they may differ by one; by which is decided at the
    /// second step that looks. Otherwise the values are pinned, so this is one point of a continuum: the first look of a step
    /// decides for every armed timer whether it is due and shows the least value consistent with that; in a step that looks
    /// often, each so many looks show a millisecond more. Since that leaves no time between two looks, a timer armed there would
    /// have counted for all that a program waited since the first of them. So the next look after one may show, once in a
    /// run, that the process stalled meanwhile, before or after the timer was armed.
    pub fn look_at_clock(&mut self) -> i64 {
        let Some(shown) = self.runtime.clock.shown else {
            let reading = self.read();
            let origin = self.runtime.clock.add(reading);
            self.constrain(origin, reading, 1);
            self.runtime.clock.shown = Some(Shown {
                origin,
                last_ms: 0,
                looks: 1,
                same: 0,
                seen: reading,
                first: Some(reading),
                armed: false,
                stalled: false,
            });
            return 0;
        };
        let Shown {
            origin,
            last_ms,
            looks,
            same,
            seen,
            mut first,
            armed,
            mut stalled,
        } = shown;
        let waits = looks >= LOOKS_BEFORE_TIME_PASSES;
        let reading = if waits && self.only_shown(seen) {
            self.read_again(seen)
        } else {
            self.read()
        };
        let chains = looks == 0 && same >= LOOKS_PER_MS;
        match (self.runtime.clock.step, self.runtime.callbacks_ms) {
            // The program waits: that is not counted against the bound of the step.
            (Some(_), _) if waits || chains => self.runtime.clock.step = Some(reading),
            (Some(step), Some(bound_ms)) => self.constrain(reading, step, bound_ms),
            _ => {}
        }
        if looks == 0
            && let Some(first) = first.take()
        {
            self.elapsed(first, origin, 1);
        }
        if chains {
            self.constrain(origin, reading, -last_ms - 1);
        }
        let stalls = armed && !stalled && self.elapsed(origin, reading, last_ms + STALL_MS);
        stalled |= stalls;
        if looks == 0 && !stalls {
            for expiry in self.runtime.timers.expiries() {
                self.is_past(expiry, reading);
            }
        }
        let ms = if stalls {
            last_ms + STALL_MS
        } else if waits {
            last_ms + i64::from(looks % LOOKS_PER_MS == 0)
        } else {
            self.runtime.clock.least(reading, origin).max(last_ms)
        };
        let is_first = u32::from(looks == 0);
        self.constrain(reading, origin, ms);
        self.constrain(origin, reading, 1 - ms);
        self.runtime.clock.shown = Some(Shown {
            origin,
            last_ms: ms,
            looks: looks + 1,
            same: if ms > last_ms { 0 } else { same + is_first },
            seen: reading,
            first,
            armed: false,
            stalled,
        });
        ms
    }
}
