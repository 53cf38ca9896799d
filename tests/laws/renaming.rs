//! What a state is does not depend on the numbers of its callbacks, promises and objects.

use std::collections::HashMap;

use proptest::strategy::{Strategy, Union};
use proptest::test_runner::TestCaseError;
use quickcheck::{Gen, QuickCheck};
use tickproof::guest::script::{Script, Slot, Statement, StreamKind, StreamOptions};
use tickproof::program::Program;
use tickproof::runtime::{
    CallbackId, Choice, Chooser, Event, Machine, Meter, ObjectId, Observer, OnceId, Operation,
    PROFILES, Profile, PromiseId, Reached, Renaming, Runtime, Standing, Step, ValueId, fingerprint,
};

use super::agreement::runner;
use super::draw::{object_scripts, scripts};
use crate::plain::{Plain, Play};
use crate::scripts::searched;

/// What is asked of the runtime, with a delay.
type Operations = Vec<(u8, u8)>;

pub(crate) fn law() -> Result<(), String> {
    let tested = QuickCheck::new()
        .tests(200)
        .rng(Gen::from_size_and_seed(14, 3))
        .quicktest(agrees as fn(Operations, Vec<u8>, Vec<u8>) -> Result<(), String>);
    tested.map(drop).map_err(|failure| format!("{failure:?}"))
}

/// A slot no drawn script uses.
const UNUSED: Slot = Slot(20);

/// What takes numbers, and is forgotten.
fn takes_numbers() -> Vec<Statement> {
    let stream = Statement::Stream {
        slot: UNUSED,
        options: StreamOptions {
            kind: StreamKind::Transform,
            mark: None,
            object_mode: false,
            chunk: None,
            answer: None,
        },
        work: Vec::new(),
    };
    let then = Statement::Then {
        on: UNUSED,
        then: Some(Vec::new()),
        otherwise: None,
        into: Some(UNUSED),
    };
    let promise = Statement::Promise(UNUSED);
    vec![
        promise.clone(),
        then,
        Statement::Emitter(UNUSED),
        stream,
        promise,
    ]
}

/// A script has as many states, macro-steps and outcomes as one in which all numbers are higher.
pub(crate) fn law_of_scripts() -> Result<(), String> {
    let drawn = Union::new([scripts().boxed(), object_scripts().boxed()]);
    let tested = runner(80, 5).run(&drawn, |script| {
        let mut later = script.clone();
        later.body = [takes_numbers(), later.body].concat();
        for rules in &PROFILES {
            let size = |script: &Script| {
                let found = searched(script, rules, true);
                let outcomes: Vec<_> = found.outcomes().into_keys().collect();
                (found.states(), found.transitions(), outcomes)
            };
            if size(&script) != size(&later) {
                let what = format!(
                    "Node {}: {:?}, later {:?}",
                    rules.major,
                    size(&script),
                    size(&later)
                );
                return Err(TestCaseError::fail(what));
            }
        }
        Ok(())
    });
    tested.map_err(|failure| failure.to_string())
}

/// `order` says which numbers callbacks get, `picks` how choices are taken.
fn agrees(operations: Operations, order: Vec<u8>, picks: Vec<u8>) -> Result<(), String> {
    let count = operations.len() as u32;
    let mut numbers: Vec<u32> = (0..count).collect();
    numbers.sort_by_key(|&at| order.get(at as usize).copied().unwrap_or(0));
    for rules in &PROFILES {
        let plain = state(rules, &operations, &picks, |at| at);
        let mixed = state(rules, &operations, &picks, |at| numbers[at as usize]);
        let mut back = mixed.clone();
        back.rename(&mut through(|at| inverse(&numbers, at)));
        same(rules, "named back", &plain, &back)?;
        let mut canonical = [plain, mixed];
        canonical[0].rename(&mut by_reach(|at| at));
        canonical[1].rename(&mut by_reach(|at| inverse(&numbers, at)));
        same(rules, "canonical", &canonical[0], &canonical[1])?;
        let mut again = canonical[0].clone();
        again.rename(&mut by_reach(|at| at));
        // Only what is in no order is ranked, by what it does; the numbers say that no longer.
        if !operations.iter().any(|&(what, _)| is_request(what)) {
            same(rules, "canonical twice", &canonical[0], &again)?;
        }
    }
    Ok(())
}

fn inverse(numbers: &[u32], number: u32) -> u32 {
    let at = numbers.iter().position(|&each| each == number);
    at.expect("every number is given") as u32
}

fn same(rules: &Profile, what: &str, left: &Runtime, right: &Runtime) -> Result<(), String> {
    if left != right || fingerprint(left) != fingerprint(right) {
        return Err(format!("Node {}: {what}: {left:?}\n{right:?}", rules.major));
    }
    Ok(())
}

/// Nothing is called.
struct Idle;

impl Play for Idle {
    fn play(&mut self, _: &mut Machine<'_>, _: Option<CallbackId>) -> Step {
        unreachable!("nothing is called")
    }

    fn log(&self) -> String {
        unreachable!("nothing is called")
    }
}

/// Takes choices as it is told, then defaults.
struct Picks<'a>(std::slice::Iter<'a, u8>);

impl Chooser for Picks<'_> {
    fn choose(&mut self, choice: Choice) -> u32 {
        let pick = self.0.next().copied().unwrap_or(0);
        u32::from(pick) % choice.alternatives()
    }

    fn reached(&mut self, _: Standing<'_>) -> bool {
        true
    }
}

struct Nobody;

impl Observer for Nobody {
    fn observe(&mut self, _: Event) {}
}

fn is_request(what: u8) -> bool {
    matches!(what % 8, 5..)
}

fn state(
    rules: &'static Profile,
    operations: &Operations,
    picks: &[u8],
    number: impl Fn(u32) -> u32,
) -> Runtime {
    let mut runtime = Runtime::new(rules, &Program::new("main.js", ""));
    let (mut chooser, mut observer) = (Picks(picks.iter()), Nobody);
    let mut meter = Meter::new(1, 1);
    let mut machine = Machine::new(&mut runtime, &mut chooser, &mut observer, &mut meter);
    let mut guest = Plain(Idle);
    for (at, &(what, ms)) in (0..).zip(operations) {
        let id = CallbackId(number(at));
        let asked = match what % 8 {
            5 => machine.request(&mut guest, Operation::Job, 0, id),
            6 => machine.request(&mut guest, Operation::Lookup, 0, id),
            7 => machine.request(&mut guest, Operation::ReadFile, 1, id),
            what => {
                match what {
                    0 => machine.next_tick(id),
                    1 | 2 => machine.start_timer(id, f64::from(ms % 4), what == 2, ms % 3 > 0),
                    3 => machine.set_immediate(id),
                    _ => machine.close_handle(id),
                }
                Ok(())
            }
        };
        assert_eq!(asked, Ok(()));
    }
    runtime.compact();
    runtime
}

/// Numbers callbacks, and says what each does, as two functions tell.
struct By<N, D> {
    number: N,
    does: D,
}

/// A function says the numbers.
fn through(number: impl Fn(u32) -> u32 + Copy) -> impl Renaming {
    let does = number;
    By { number, does }
}

/// The numbers are in the order they are asked for.
fn by_reach(does: impl Fn(u32) -> u32) -> impl Renaming {
    let mut given = HashMap::new();
    let number = move |callback| {
        let next = given.len() as u32;
        *given.entry(callback).or_insert(next)
    };
    By { number, does }
}

impl<N: FnMut(u32) -> u32, D: Fn(u32) -> u32> Renaming for By<N, D> {
    fn callback(&mut self, CallbackId(callback): CallbackId) -> CallbackId {
        CallbackId((self.number)(callback))
    }

    fn promise(&mut self, promise: PromiseId) -> PromiseId {
        promise
    }

    fn value(&mut self, value: ValueId) -> ValueId {
        value
    }

    fn object(&mut self, object: ObjectId) -> ObjectId {
        object
    }

    fn pipe(&mut self, pipe: u32) -> u32 {
        pipe
    }

    fn once(&self, once: OnceId) -> Option<OnceId> {
        Some(once)
    }

    fn next_reached(&mut self) -> Option<Reached> {
        None
    }

    fn rank(&self, CallbackId(callback): CallbackId) -> u32 {
        (self.does)(callback)
    }
}
