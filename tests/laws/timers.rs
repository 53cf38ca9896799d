//! The timers phase on a clock that shows numbers, against plain lists of numbers (TMR-3 to TMR-7, TMR-13, TMR-14).

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};

use quickcheck::{Gen, QuickCheck};
use tickproof::program::Program;
use tickproof::runtime::{
    CallbackId, Choice, Chooser, Ending, Event, Machine, Meter, Observer, PROFILES, Profile,
    Runtime, Standing, Step,
};

use crate::plain::{Plain, Play};

/// What is done to timers: what, to which of those so far, a delay, and how long until the clock is read again.
type Operations = Vec<(u8, u8, u8, u8)>;

pub(crate) fn law() -> Result<(), String> {
    let tested = QuickCheck::new()
        .tests(300)
        .rng(Gen::from_size_and_seed(12, 2))
        .quicktest(agrees as fn(Operations, Operations) -> Result<(), String>);
    tested.map(drop).map_err(|failure| format!("{failure:?}"))
}

/// Some operations by the main script, then one by each callback as long as there are some.
fn agrees(main: Operations, later: Operations) -> Result<(), String> {
    for rules in &PROFILES {
        let seen = run(rules, &main, &later);
        check(&seen).map_err(|what| format!("Node {}: {what}: {seen:?}", rules.major))?;
    }
    Ok(())
}

/// What was seen of a run, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// The timers phase begins to look at its lists.
    Pass,
    /// Any phase begins.
    Phase,
    Reading(i64),
    Armed(u32, i64),
    Cleared(u32, i64),
    Refreshed(u32, i64),
    Fired(u32),
}

/// A clock that shows numbers: each reading is so much later than the one it follows.
struct Concrete {
    values: HashMap<u64, i64>,
    gaps: VecDeque<u8>,
    seen: Vec<Seen>,
}

struct Clock<'a>(&'a RefCell<Concrete>);

impl Chooser for Clock<'_> {
    fn choose(&mut self, choice: Choice) -> u32 {
        let Choice::Time { from, to, ms } = choice else {
            return 0;
        };
        let values = &self.0.borrow().values;
        u32::from(values[&to] - values[&from] >= ms)
    }

    fn reached(&mut self, _: Standing<'_>) -> bool {
        true
    }
}

impl Observer for Clock<'_> {
    fn observe(&mut self, event: Event) {
        let mut clock = self.0.borrow_mut();
        match event {
            Event::Reading(reading, previous) => {
                let gap = clock.gaps.pop_front().unwrap_or(1);
                let value = clock.values[&previous] + i64::from(gap % 4);
                clock.values.insert(reading, value);
                clock.seen.push(Seen::Reading(value));
            }
            // The loop waited: its last reading is that late at least.
            Event::Bound(a, b, bound) => {
                let least = clock.values[&a] - bound;
                if clock.values[&b] < least {
                    clock.values.insert(b, least);
                    clock.seen.push(Seen::Reading(least));
                }
            }
            Event::Rule("TMR-6") => clock.seen.push(Seen::Pass),
            Event::Phase(_) => clock.seen.push(Seen::Phase),
            _ => {}
        }
    }

    fn wants_all(&self) -> bool {
        true
    }
}

struct Arming<'a> {
    clock: &'a RefCell<Concrete>,
    main: &'a [(u8, u8, u8, u8)],
    later: VecDeque<(u8, u8, u8, u8)>,
    /// The delay of each timer so far, and whether it was cleared.
    timers: Vec<(i64, bool)>,
}

impl Arming<'_> {
    fn operate(&mut self, machine: &mut Machine<'_>, operation: (u8, u8, u8, u8)) {
        let (what, which, delay, gap) = operation;
        self.clock.borrow_mut().gaps.push_back(gap);
        let which = u32::from(which) % (self.timers.len() as u32).max(1);
        let known = self.timers.get(which as usize).copied();
        let seen = match (what % 6, known) {
            (4, Some((ms, _))) => {
                machine.clear_timer(CallbackId(which));
                self.timers[which as usize].1 = true;
                Seen::Cleared(which, ms)
            }
            (5, Some((ms, false))) => {
                machine.refresh_timer(CallbackId(which), ms as f64, false, true);
                Seen::Refreshed(which, ms)
            }
            _ => {
                let (id, ms) = (self.timers.len() as u32, i64::from(delay % 6) + 1);
                machine.start_timer(CallbackId(id), ms as f64, false, true);
                self.timers.push((ms, false));
                Seen::Armed(id, ms)
            }
        };
        self.clock.borrow_mut().seen.push(seen);
    }
}

impl Play for Arming<'_> {
    fn play(&mut self, machine: &mut Machine<'_>, callback: Option<CallbackId>) -> Step {
        match callback {
            None => {
                for &operation in self.main {
                    self.operate(machine, operation);
                }
            }
            Some(CallbackId(id)) => {
                self.clock.borrow_mut().seen.push(Seen::Fired(id));
                if let Some(operation) = self.later.pop_front() {
                    self.operate(machine, operation);
                }
            }
        }
        Ok(())
    }

    fn log(&self) -> String {
        unreachable!("nobody asks for the log")
    }
}

fn run(rules: &'static Profile, main: &Operations, later: &Operations) -> Vec<Seen> {
    let clock = RefCell::new(Concrete {
        values: HashMap::from([(0, 0)]),
        gaps: VecDeque::new(),
        seen: Vec::new(),
    });
    let mut runtime = Runtime::new(rules, &Program::new("main.js", ""));
    let mut guest = Plain(Arming {
        clock: &clock,
        main,
        later: later.iter().copied().collect(),
        timers: Vec::new(),
    });
    let (mut chooser, mut observer) = (Clock(&clock), Clock(&clock));
    let mut meter = Meter::new(10_000, 100);
    let ending =
        Machine::new(&mut runtime, &mut chooser, &mut observer, &mut meter).run(&mut guest);
    assert_eq!(ending, Some(Ending::Exit(0)));
    clock.into_inner().seen
}

/// The timers of one delay: when they are to be looked at, since when they are a list, and when each was armed.
#[derive(Debug)]
struct List {
    ms: i64,
    expiry: i64,
    number: u32,
    timers: Vec<(u32, i64)>,
}

#[derive(Debug, Default)]
struct Lists {
    all: Vec<List>,
    made: u32,
    /// The list the phase is in.
    current: Option<(i64, u32)>,
    /// The timer whose callback runs.
    running: Option<u32>,
}

impl Lists {
    fn arm(&mut self, id: u32, ms: i64, now: i64) {
        match self.all.iter_mut().find(|list| list.ms == ms) {
            Some(list) => list.timers.push((id, now)),
            None => {
                self.made += 1;
                self.all.push(List {
                    ms,
                    expiry: now + ms,
                    number: self.made,
                    timers: vec![(id, now)],
                });
            }
        }
    }

    /// Takes a timer out of its list; says whether it was in one.
    fn remove(&mut self, id: u32) -> bool {
        let of = |list: &List| list.timers.iter().position(|&(each, _)| each == id);
        let found = self.all.iter_mut().find_map(|list| Some((of(list)?, list)));
        found.map(|(at, list)| list.timers.remove(at)).is_some()
    }

    /// The list goes with the last timer that is cleared.
    fn clear(&mut self, id: u32, ms: i64) {
        if self.remove(id) || self.running == Some(id) {
            self.all
                .retain(|list| list.ms != ms || !list.timers.is_empty());
        }
    }

    /// The timer that is due next at a reading, if there is one.
    fn next(&mut self, now: i64) -> Option<u32> {
        loop {
            let current = self.current.take();
            let same = |list: &&mut List| Some((list.ms, list.number)) == current;
            let list = match self.all.iter_mut().find(same) {
                Some(list) => list,
                None => {
                    let soonest = self
                        .all
                        .iter_mut()
                        .min_by_key(|list| (list.expiry, list.number));
                    soonest.filter(|list| list.expiry <= now)?
                }
            };
            let Some(&(id, armed)) = list.timers.first() else {
                let ms = list.ms;
                self.all.retain(|list| list.ms != ms);
                continue;
            };
            if armed + list.ms <= now {
                list.timers.remove(0);
                self.current = Some((list.ms, list.number));
                self.running = Some(id);
                return Some(id);
            }
            self.made += 1;
            (list.expiry, list.number) = (armed + list.ms, self.made);
        }
    }
}

fn check(seen: &[Seen]) -> Result<(), String> {
    let mut lists = Lists::default();
    let (mut now, mut fixed) = (0, None);
    let mut begins = false;
    for (at, &each) in seen.iter().enumerate() {
        match each {
            Seen::Phase | Seen::Pass => {
                if let Some(id) = fixed.take().and_then(|fixed| lists.next(fixed)) {
                    return Err(format!("at {at}: {id} was due"));
                }
                lists.running = None;
                begins = each == Seen::Pass;
            }
            Seen::Reading(value) => {
                now = value;
                if std::mem::take(&mut begins) {
                    fixed = Some(now);
                }
            }
            Seen::Armed(id, ms) => lists.arm(id, ms, now),
            Seen::Cleared(id, ms) => lists.clear(id, ms),
            Seen::Refreshed(id, ms) => {
                lists.remove(id);
                lists.arm(id, ms, now);
            }
            Seen::Fired(id) => {
                let expected = fixed.and_then(|fixed| lists.next(fixed));
                if expected != Some(id) {
                    return Err(format!("at {at}: {id} was called, not {expected:?}"));
                }
            }
        }
    }
    match lists.all.iter().find(|list| !list.timers.is_empty()) {
        Some(list) => Err(format!("never called: {list:?}")),
        None => Ok(()),
    }
}
