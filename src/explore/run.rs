//! One run: a prefix of picks, then the default at every choice.

use std::collections::BTreeSet;

use super::known::State;
use super::subject::Prepared;
use super::{Bound, Caveat, Limits, Outcome, Pick};
use crate::runtime::{Choice, Chooser, Ending, Event, Meter, Observer, Standing};

/// The order of a search: what a run does at choices nobody made for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// What is the default of every choice.
    LeastDeviation,
    /// The same, but that as much time passes as can: then least is known about times.
    MostTime,
}

impl Order {
    /// What is done at a choice of this letter.
    pub(super) fn default_of(self, letter: char) -> u32 {
        u32::from(self == Order::MostTime && letter == 't')
    }
}

/// Tells whether a state is known.
pub(super) type Known<'a> = &'a dyn Fn(&Standing<'_>) -> bool;

/// What a run showed.
#[derive(Debug)]
pub(super) struct Ran {
    /// `None` if the run was cut.
    pub(super) outcome: Option<Outcome>,
    /// Every choice met, with what was picked.
    pub(super) picks: Vec<Pick>,
    /// Where states were compared: after how many picks, and the state.
    pub(super) states: Vec<(usize, State)>,
    pub(super) caveats: BTreeSet<Caveat>,
    pub(super) bound: Option<Bound>,
    /// Callbacks made.
    pub(super) callbacks: u64,
    /// The most a side of a stream held, and its high water mark then.
    pub(super) fullest: Option<(i64, i64)>,
    /// What the program asked for that is not offered.
    pub(super) not_offered: Option<String>,
    /// Set if a pick of the prefix did not fit the choice met.
    pub(super) misfit: Option<String>,
}

/// Follows a prefix, then takes defaults; cuts the run at a known state.
pub(super) struct Follower<'a> {
    prefix: &'a [Pick],
    order: Order,
    picks: Vec<Pick>,
    states: Vec<(usize, State)>,
    is_known: Known<'a>,
    misfit: Option<String>,
}

impl Chooser for Follower<'_> {
    fn choose(&mut self, choice: Choice) -> u32 {
        let of = choice.alternatives();
        let mut taken = self.order.default_of(choice.letter());
        if let Some(pick) = self.prefix.get(self.picks.len()) {
            if pick.letter == choice.letter() && pick.of == of {
                taken = pick.taken;
            } else if self.misfit.is_none() {
                let number = self.picks.len() + 1;
                let letter = choice.letter();
                self.misfit = Some(format!(
                    "choice {number} is {}{}/{}, but the program has a choice {letter} of {of} there",
                    pick.letter, pick.taken, pick.of
                ));
            }
        }
        self.picks.push(Pick::new(&choice, taken));
        taken
    }

    fn reached(&mut self, standing: Standing<'_>) -> bool {
        // Inside the prefix every state is known: this very run made it so, or one before.
        if self.picks.len() < self.prefix.len() {
            return true;
        }
        if (self.is_known)(&standing) {
            return false;
        }
        let covering = self.order == Order::MostTime;
        self.states
            .push((self.picks.len(), State::new(&standing, covering)));
        true
    }
}

/// Gathers what is printed, and how full streams get.
#[derive(Default)]
struct Printed {
    stdout: String,
    fullest: Option<(i64, i64)>,
}

impl Observer for Printed {
    fn observe(&mut self, event: Event) {
        match event {
            Event::Print(1, text) => self.stdout.push_str(&text),
            Event::Buffered(_, _, length, mark)
                if self.fullest.is_none_or(|(most, _)| length > most) =>
            {
                self.fullest = Some((length, mark));
            }
            _ => {}
        }
    }
}

/// The lines of a text; one without its newline at the end counts.
pub(super) fn lines(text: &str) -> impl Iterator<Item = String> {
    text.lines().map(str::to_owned)
}

/// Runs a program along a prefix.
pub(super) fn run(
    program: &Prepared,
    prefix: &[Pick],
    order: Order,
    limits: Limits,
    is_known: Known<'_>,
) -> Ran {
    let mut printed = Printed::default();
    let mut follower = follow(prefix, order, is_known);
    let mut meter = Meter::new(limits.steps, limits.drain);
    let run = program.run(&mut follower, &mut printed, &mut meter);
    let mut caveats: BTreeSet<Caveat> = program.caveats().collect();
    if run.clock_read {
        caveats.insert(Caveat::ClockRead);
    }
    let Follower {
        picks,
        states,
        misfit,
        ..
    } = follower;
    Ran {
        outcome: run.ending.map(|ended| Outcome {
            stdout: lines(&printed.stdout).collect(),
            ended,
        }),
        picks,
        states,
        caveats,
        fullest: printed.fullest,
        callbacks: meter.steps,
        bound: run.ending.and_then(|ending| bound_of(ending, limits)),
        not_offered: run.not_offered,
        misfit,
    }
}

/// A chooser that follows a prefix.
pub(super) fn follow<'a>(prefix: &'a [Pick], order: Order, is_known: Known<'a>) -> Follower<'a> {
    Follower {
        prefix,
        order,
        picks: Vec::new(),
        states: Vec::new(),
        is_known,
        misfit: None,
    }
}

impl Follower<'_> {
    /// The choices met, and what did not fit.
    pub(super) fn into_picks(self) -> (Vec<Pick>, Option<String>) {
        (self.picks, self.misfit)
    }
}

/// The bound an ending means.
fn bound_of(ending: Ending, limits: Limits) -> Option<Bound> {
    match ending {
        Ending::Endless => Some(Bound::Steps(limits.steps)),
        Ending::Starved(_) => Some(Bound::Drain(limits.drain)),
        Ending::Halted(limit) => Some(Bound::Guest(limit)),
        Ending::Exit(_) | Ending::Uncaught(_) | Ending::Unsettled(_) | Ending::Blocked => None,
    }
}
