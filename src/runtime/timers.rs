//! Timers: lists by duration, ordered by expiry and list number, over one libuv timer (TMR-1 to TMR-28; Node 11 and later).

use std::collections::{BTreeMap, VecDeque};

use super::Machine;
use super::clock::{self, Moment, Reading};
use super::doors::{CallbackId, Guest, Kind, Phase, Renaming, Returned, Step};
use super::drain::Drained;
use super::process::Origin;

/// The longest delay that is kept as it is, in milliseconds.
const DELAY_MAX_MS: f64 = 2_147_483_647.0;

/// The milliseconds a delay is scheduled with (TMR-1, TMR-2): whole, between 1 and 2^31 - 1; anything else is 1.
pub fn normalize_delay(delay_ms: f64) -> i64 {
    if (1.0..=DELAY_MAX_MS).contains(&delay_ms) {
        delay_ms.trunc() as i64
    } else {
        1
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Timer {
    delay_ms: i64,
    /// The period of an interval.
    repeat_ms: Option<i64>,
    refed: bool,
    /// TMR-4: the reading its delay counts from.
    start: Reading,
}

/// All timers of one duration, in the order they were armed (TMR-3).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct List {
    expiry: Moment,
    /// Taken from a counter when the list is made or re-keyed; decides between equal expiries (TMR-14).
    number: u32,
    timers: VecDeque<CallbackId>,
}

/// The timers of one loop.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Timers {
    /// Timers that are not destroyed: in a list, or running right now.
    active: BTreeMap<CallbackId, Timer>,
    lists: BTreeMap<i64, List>,
    next_number: u32,
    /// The least expiry the libuv timer was told of; `None` is never.
    next_expiry: Option<Moment>,
    /// When the libuv timer is due, if it is started.
    uv_due: Option<Due>,
}

/// When the libuv timer is due: at the later of two moments. Which of them that is need not be known until a look at the
/// clock depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Due {
    expiry: Moment,
    /// TMR-8: a timer that was past when it was started again counts from then.
    not_before: Option<Moment>,
}

impl Due {
    /// The moments that have to be past.
    pub(super) fn moments(self) -> impl Iterator<Item = Moment> {
        self.not_before.into_iter().chain([self.expiry])
    }

    fn moments_mut(&mut self) -> impl Iterator<Item = &mut Moment> {
        self.not_before.iter_mut().chain([&mut self.expiry])
    }
}

impl Timers {
    fn any_refed(&self) -> bool {
        self.active.values().any(|timer| timer.refed)
    }

    /// Whether timers keep the loop alive (LOOP-9, TMR-21).
    pub(super) fn keep_alive(&self) -> bool {
        self.uv_due.is_some() && self.any_refed()
    }

    /// When the libuv timer is due (LOOP-11 looks at it whether ref'd or not).
    pub(super) fn due(&self) -> Option<Due> {
        self.uv_due
    }

    /// The expiries a reading of the clock could have passed.
    pub(super) fn expiries(&self) -> Vec<Moment> {
        self.lists
            .values()
            .map(|list| list.expiry)
            .chain(self.uv_due.into_iter().flat_map(Due::moments))
            .collect()
    }

    /// The readings timers still refer to.
    pub(super) fn readings(&self) -> impl Iterator<Item = Reading> {
        let moments = self
            .lists
            .values()
            .map(|list| list.expiry)
            .chain(self.next_expiry)
            .chain(self.uv_due.into_iter().flat_map(Due::moments));
        self.active
            .values()
            .map(|timer| timer.start)
            .chain(moments.map(|moment| moment.reading))
    }

    /// Follows readings that were renamed, and numbers the lists anew without changing their order.
    pub(super) fn rename(&mut self, renaming: &clock::Renaming) {
        self.active
            .values_mut()
            .for_each(|timer| renaming.apply(&mut timer.start));
        let mut numbers: Vec<u32> = self.lists.values().map(|list| list.number).collect();
        numbers.sort_unstable();
        for list in self.lists.values_mut() {
            renaming.apply(&mut list.expiry.reading);
            list.number = numbers.partition_point(|&number| number < list.number) as u32;
        }
        self.next_number = numbers.len() as u32;
        let due = self.uv_due.iter_mut().flat_map(Due::moments_mut);
        for moment in self.next_expiry.iter_mut().chain(due) {
            renaming.apply(&mut moment.reading);
        }
    }

    /// Gives callbacks other numbers.
    pub(super) fn rename_callbacks(&mut self, renaming: &mut dyn Renaming) {
        for list in self.lists.values_mut() {
            for callback in &mut list.timers {
                *callback = renaming.callback(*callback);
            }
        }
        let active = std::mem::take(&mut self.active).into_iter();
        self.active = active
            .map(|(callback, timer)| (renaming.callback(callback), timer))
            .collect();
    }

    /// Timers that are not destroyed, with their delay and the reading it counts from.
    pub(super) fn armed(&self) -> impl Iterator<Item = (i64, CallbackId, Reading)> {
        let active = self.active.iter();
        active.map(|(&callback, timer)| (timer.delay_ms, callback, timer.start))
    }

    fn take_number(&mut self) -> u32 {
        self.next_number += 1;
        self.next_number - 1
    }

    fn unlist(&mut self, timer: CallbackId, delay_ms: i64) {
        if let Some(list) = self.lists.get_mut(&delay_ms) {
            list.timers.retain(|&each| each != timer);
        }
    }

    fn is_listed(&self, timer: CallbackId, delay_ms: i64) -> bool {
        self.lists
            .get(&delay_ms)
            .is_some_and(|list| list.timers.contains(&timer))
    }
}

impl Machine<'_> {
    /// `setTimeout` and `setInterval`: arms a timer that calls `callback` (TMR-1, TMR-4, TMR-9).
    pub fn start_timer(&mut self, callback: CallbackId, delay_ms: f64, repeats: bool, refed: bool) {
        let delay_ms = normalize_delay(delay_ms);
        let start = self.update_now();
        self.note_armed();
        let timer = Timer {
            delay_ms,
            repeat_ms: repeats.then_some(delay_ms),
            refed,
            start,
        };
        self.runtime.timers.active.insert(callback, timer);
        self.insert_timer(callback, delay_ms, start);
    }

    /// `timeout.refresh()`: counts the delay anew from now, at the tail of its list; arms a fired timer again (TMR-20).
    pub fn refresh_timer(
        &mut self,
        callback: CallbackId,
        delay_ms: f64,
        repeats: bool,
        refed: bool,
    ) {
        self.rule("TMR-20");
        self.runtime
            .timers
            .unlist(callback, normalize_delay(delay_ms));
        self.start_timer(callback, delay_ms, repeats, refed);
    }

    /// `clearTimeout` and `clearInterval` (TMR-5).
    pub fn clear_timer(&mut self, callback: CallbackId) {
        let timers = &mut self.runtime.timers;
        let Some(timer) = timers.active.remove(&callback) else {
            return;
        };
        timers.unlist(callback, timer.delay_ms);
        // An un-ref'd timer leaves its empty list behind, with expiry and number (TMR-13).
        if timer.refed
            && timers
                .lists
                .get(&timer.delay_ms)
                .is_some_and(|list| list.timers.is_empty())
        {
            timers.lists.remove(&timer.delay_ms);
        }
        self.rule("TMR-5");
    }

    /// `timeout.ref()` and `timeout.unref()` (TMR-21).
    pub fn ref_timer(&mut self, callback: CallbackId, refed: bool) {
        if let Some(timer) = self.runtime.timers.active.get_mut(&callback) {
            timer.refed = refed;
        }
    }

    fn insert_timer(&mut self, callback: CallbackId, delay_ms: i64, start: Reading) {
        self.rule("TMR-4");
        if let Some(list) = self.runtime.timers.lists.get_mut(&delay_ms) {
            list.timers.push_back(callback);
            return;
        }
        let expiry = Moment {
            reading: start,
            after_ms: delay_ms,
        };
        let sooner = match self.runtime.timers.next_expiry {
            None => true,
            Some(next) => !self.not_after(next, expiry),
        };
        let now = self.runtime.clock.now;
        let timers = &mut self.runtime.timers;
        let number = timers.take_number();
        timers.lists.insert(
            delay_ms,
            List {
                expiry,
                number,
                timers: VecDeque::from([callback]),
            },
        );
        if sooner {
            timers.uv_due = Some(Due {
                expiry: Moment {
                    reading: now,
                    after_ms: delay_ms,
                },
                not_before: None,
            });
            timers.next_expiry = Some(expiry);
        }
    }

    /// libuv's look at its timers: runs the timers phase if the one timer of Node is due by the cached clock. True if libuv
    /// looks again before the loop goes on, which older ones do as long as a timer is due (TMR-28).
    pub(super) fn run_timers(&mut self, guest: &mut dyn Guest) -> Step<bool> {
        self.enter(Phase::Timers);
        let Some(due) = self.runtime.timers.uv_due else {
            return Ok(false);
        };
        if !self.is_due(due) {
            return Ok(false);
        }
        self.runtime.timers.uv_due = None;
        self.run_timers_phase(guest)?;
        let again = self.runtime.profile.timers_rerun && self.runtime.timers.uv_due.is_some();
        if again {
            self.rule("TMR-28");
        }
        Ok(again)
    }

    /// Whether the libuv timer is due by the cached clock.
    pub(super) fn is_due(&mut self, due: Due) -> bool {
        let now = self.runtime.clock.now;
        due.moments().all(|moment| self.is_past(moment, now))
    }

    /// The timers phase (TMR-6): the clock is read once and stays fixed, also across a callback that threw (TMR-15,
    /// TMR-27). Afterwards the libuv timer is started for the least expiry (TMR-8), then the scope closes.
    fn run_timers_phase(&mut self, guest: &mut dyn Guest) -> Step {
        self.rule("TMR-6");
        let fixed = self.update_now();
        self.runtime.clock.fixed = Some(fixed);
        let next = loop {
            match self.process_timers(guest, fixed)? {
                Pass::Abandoned => self.rule("TMR-27"),
                Pass::Done(next) => break next,
            }
        };
        self.runtime.clock.fixed = None;
        if let Some(expiry) = next {
            self.rule("TMR-8");
            let not_before = Moment {
                reading: self.runtime.clock.now,
                after_ms: 1,
            };
            self.runtime.timers.uv_due = Some(Due {
                expiry,
                not_before: Some(not_before),
            });
        }
        self.close_scope(guest)
    }

    /// Runs the lists that are due at the fixed reading, by expiry and number (TMR-6, TMR-7, TMR-14).
    fn process_timers(&mut self, guest: &mut dyn Guest, fixed: Reading) -> Step<Pass> {
        self.runtime.timers.next_expiry = None;
        let mut first = true;
        while let Some(delay_ms) = self.head_list() {
            let list = &self.runtime.timers.lists[&delay_ms];
            let (expiry, number) = (list.expiry, list.number);
            if !self.is_past(expiry, fixed) {
                self.runtime.timers.next_expiry = Some(expiry);
                return Ok(Pass::Done(Some(expiry)));
            }
            if !first && self.run_next_ticks(guest)? == Drained::Abandoned {
                return Ok(Pass::Abandoned);
            }
            first = false;
            if self.list_on_timeout(guest, delay_ms, number, fixed)? == Drained::Abandoned {
                return Ok(Pass::Abandoned);
            }
        }
        Ok(Pass::Done(None))
    }

    /// Runs one list up to its first timer that is not due (TMR-6, TMR-11, TMR-17).
    ///
    /// `number` tells the list from one of the same duration that a callback or a drain made after deleting it.
    fn list_on_timeout(
        &mut self,
        guest: &mut dyn Guest,
        delay_ms: i64,
        mut number: u32,
        fixed: Reading,
    ) -> Step<Drained> {
        let mut first = true;
        while let Some(list) = self
            .runtime
            .timers
            .lists
            .get(&delay_ms)
            .filter(|list| list.number == number)
        {
            let Some(&callback) = list.timers.front() else {
                self.runtime.timers.lists.remove(&delay_ms);
                break;
            };
            let start = self.runtime.timers.active[&callback].start;
            let due = Moment {
                reading: start,
                after_ms: delay_ms,
            };
            if !self.is_past(due, fixed) {
                self.rule("TMR-16");
                number = self.runtime.timers.take_number();
                if let Some(list) = self.runtime.timers.lists.get_mut(&delay_ms) {
                    list.expiry = due;
                    list.number = number;
                }
                break;
            }
            if !first && self.run_next_ticks(guest)? == Drained::Abandoned {
                return Ok(Drained::Abandoned);
            }
            first = false;
            if self.fire(guest, callback)? == Drained::Abandoned {
                return Ok(Drained::Abandoned);
            }
        }
        Ok(Drained::Whole)
    }

    /// Runs one timer that was judged due. A drain in between may have cleared it (it is skipped) or refreshed it (the
    /// refresh is lost), see TMR-6.
    fn fire(&mut self, guest: &mut dyn Guest, callback: CallbackId) -> Step<Drained> {
        let Some(timer) = self.runtime.timers.active.get(&callback) else {
            return Ok(Drained::Whole);
        };
        let (delay_ms, repeats) = (timer.delay_ms, timer.repeat_ms.is_some());
        self.runtime.timers.unlist(callback, delay_ms);
        let start = repeats.then(|| self.update_now());
        self.runtime.clock.interval = start;
        let returned = self.call(guest, Kind::Timer(delay_ms), callback)?;
        self.runtime.clock.interval = None;
        if let Some(timer) = self.runtime.timers.active.get(&callback).cloned() {
            match (timer.repeat_ms, start) {
                (Some(repeat_ms), Some(start)) => {
                    self.rule("TMR-20");
                    self.runtime.timers.unlist(callback, timer.delay_ms);
                    let rearmed = Timer {
                        delay_ms: repeat_ms,
                        start,
                        ..timer
                    };
                    self.runtime.timers.active.insert(callback, rearmed);
                    self.insert_timer(callback, repeat_ms, start);
                }
                _ if self.runtime.timers.is_listed(callback, timer.delay_ms) => {}
                _ => {
                    self.runtime.timers.active.remove(&callback);
                }
            }
        }
        match returned {
            Returned::Normally => Ok(Drained::Whole),
            Returned::Threw(error) => {
                self.uncaught(guest, error, Origin::Exception)?;
                Ok(Drained::Abandoned)
            }
        }
    }

    /// The list with the least expiry; the smaller number decides between equal ones (TMR-3, TMR-14).
    fn head_list(&mut self) -> Option<i64> {
        let lists = self.runtime.timers.lists.iter();
        let mut candidates: Vec<_> = lists
            .map(|(&delay_ms, list)| (delay_ms, list.expiry, list.number))
            .collect();
        candidates.sort_by_key(|&(.., number)| number);
        let mut candidates = candidates.into_iter();
        let (mut head, mut least, _) = candidates.next()?;
        for (delay_ms, expiry, _) in candidates {
            if !self.not_after(least, expiry) {
                (head, least) = (delay_ms, expiry);
            }
        }
        Some(head)
    }
}

/// How one call of the timers phase ended.
enum Pass {
    /// A callback or a drain threw; the phase is to be called again.
    Abandoned,
    /// No further list is due; the least expiry left.
    Done(Option<Moment>),
}
