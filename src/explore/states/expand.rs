//! What follows a state: its macro-steps.

use super::{Bounds, Watch};
use crate::explore::Pick;
use crate::guest::script::{Code, Numbers, ScriptGuest, State};
use crate::runtime::{
    Choice, Chooser, Ending, Event, Machine, Meter, Observer, Place, Progress, Runtime, Standing,
    fingerprint,
};

/// Where a run stands, and may be gone on with.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Paused {
    pub(super) place: Place,
    pub(super) runtime: Runtime,
    pub(super) guest: State,
    pub(super) steps: u64,
}

impl Paused {
    /// The beginning.
    pub(super) fn new(code: &Code, start: Runtime) -> Self {
        Paused {
            place: Place::Entry,
            runtime: start,
            guest: State::new(code),
            steps: 0,
        }
    }

    /// Goes on to the next place; not canonical yet.
    pub(super) fn advance(
        &mut self,
        code: &Code,
        bounds: Bounds,
        chooser: &mut dyn Chooser,
        observer: &mut dyn Observer,
    ) -> Progress {
        let mut meter = Meter::new(bounds.steps, bounds.drain);
        meter.steps = self.steps;
        let state = std::mem::take(&mut self.guest);
        let mut guest = ScriptGuest::new(code, state);
        let mut machine = Machine::new(&mut self.runtime, chooser, observer, &mut meter);
        let progress = machine.advance(&mut guest, self.place);
        self.guest = guest.into_state();
        self.steps = meter.steps;
        if let Progress::Reached(place) = progress {
            self.place = place;
        }
        progress
    }

    pub(super) fn canonicalize(&mut self, numbers: &mut Numbers) {
        self.runtime.compact();
        self.guest.canonicalize(&mut self.runtime, numbers);
    }
}

/// Takes what is given, then defaults, and remembers what it met.
#[derive(Default)]
pub(super) struct Fork {
    pub(super) given: Vec<u32>,
    pub(super) met: Vec<Pick>,
}

impl Chooser for Fork {
    fn choose(&mut self, choice: Choice) -> u32 {
        let taken = self.given.get(self.met.len()).copied().unwrap_or(0);
        self.met.push(Pick::new(&choice, taken));
        taken
    }

    fn reached(&mut self, _: Standing<'_>) -> bool {
        true
    }
}

impl Fork {
    /// Makes the next way to take the choices the given one; false if there is none.
    pub(super) fn turn(&mut self) -> bool {
        while let Some(pick) = self.met.pop() {
            if pick.taken + 1 < pick.of {
                self.given.clear();
                self.given.extend(self.met.iter().map(|pick| pick.taken));
                self.given.push(pick.taken + 1);
                self.met.clear();
                return true;
            }
        }
        false
    }
}

/// What was printed.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Printed {
    pub(super) lines: Vec<String>,
}

impl Observer for Printed {
    fn observe(&mut self, event: Event) {
        if let Event::Print(1, text) = event {
            self.lines.push(text);
        }
    }
}

/// A state whose macro-steps were not made yet.
pub(super) struct Open<W> {
    pub(super) node: u32,
    pub(super) paused: Box<Paused>,
    pub(super) watch: W,
}

/// What a macro-step leads to.
pub(super) enum To<W> {
    State(Box<Paused>, W),
    End(Ending, W),
}

/// What it is known by.
#[derive(Hash)]
enum Identity<'a, W> {
    State(Place, &'a Runtime, &'a State, &'a W),
    End(Ending, &'a W),
}

/// What makes macro-steps. Its memory is used from one to the next.
pub(super) struct Expander<'s> {
    code: &'s Code,
    bounds: Bounds,
    /// The choices of the macro-step made last.
    pub(super) fork: Fork,
    /// What that printed.
    pub(super) printed: Printed,
    /// How many callbacks it made.
    pub(super) callbacks: u64,
    numbers: Numbers,
    /// What is used no more. To ask for so much memory every time is slow.
    #[allow(clippy::vec_box, reason = "the boxes are what is used again")]
    spare: Vec<Box<Paused>>,
}

impl<'s> Expander<'s> {
    pub(super) fn new(code: &'s Code, bounds: Bounds) -> Self {
        Expander {
            code,
            bounds,
            fork: Fork::default(),
            printed: Printed::default(),
            callbacks: 0,
            numbers: Numbers::default(),
            spare: Vec::new(),
        }
    }

    /// Begins with a state: the first of its macro-steps is next.
    pub(super) fn begin(&mut self) {
        self.fork.given.clear();
        self.fork.met.clear();
    }

    /// Makes the next macro-step from a state. Gives the fingerprint of what it leads to, too.
    pub(super) fn step<W: Watch>(&mut self, from: &Open<W>) -> (To<W>, u128) {
        let mut watch = from.watch.clone();
        let mut paused = match self.spare.pop() {
            Some(mut paused) => {
                paused.clone_from(&from.paused);
                paused
            }
            None => from.paused.clone(),
        };
        self.printed.lines.clear();
        let (fork, printed) = (&mut self.fork, &mut self.printed);
        let progress = paused.advance(self.code, self.bounds, fork, printed);
        self.callbacks = paused.steps - from.paused.steps;
        for line in &printed.lines {
            watch.print(line);
        }
        let place = match progress {
            Progress::Reached(place) => place,
            Progress::Ended(ending) => {
                self.spare.push(paused);
                let identity = fingerprint(&Identity::End(ending, &watch));
                return (To::End(ending, watch), identity);
            }
        };
        paused.canonicalize(&mut self.numbers);
        let Paused { runtime, guest, .. } = &*paused;
        let identity = fingerprint(&Identity::State(place, runtime, guest, &watch));
        (To::State(paused, watch), identity)
    }

    /// Takes back what is known, or was gone on with.
    pub(super) fn reuse(&mut self, paused: Box<Paused>) {
        self.spare.push(paused);
    }
}
