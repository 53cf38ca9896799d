//! A guest without a language: callbacks written in Rust, every schedule tried.

use std::collections::BTreeSet;

use tickproof::program::Program;
use tickproof::runtime::stream::{
    Contained, Contents, Door, Fault, Matter, Piece, Property, Sign, Trace,
};
use tickproof::runtime::{
    CallbackId, Called, Choice, Chooser, Emitted, Ending, EntryWait, Event, Guest, Machine, Made,
    Meter, Method, NameId, NameOrder, ObjectId, Objects, Observer, ProcessEvent, Profile,
    PromiseId, Returned, Runtime, Side, Standing, Step, Touch, Value, ValueId, Warning,
};

/// What a program does, and what can be seen of it.
pub(crate) trait Play {
    /// Runs a callback, or the main script.
    fn play(&mut self, machine: &mut Machine<'_>, callback: Option<CallbackId>) -> Step;

    /// As [`Guest::touches`].
    fn touches(&mut self, _: CallbackId, _: bool) -> Vec<Touch> {
        unreachable!("no file is touched")
    }

    /// As [`Guest::make_call`].
    fn make_call(&mut self, _: CallbackId) -> Made {
        unreachable!("no file is touched")
    }

    /// What was seen so far.
    fn log(&self) -> String;
}

impl<P: Play> Play for &mut P {
    fn play(&mut self, machine: &mut Machine<'_>, callback: Option<CallbackId>) -> Step {
        (**self).play(machine, callback)
    }

    fn touches(&mut self, id: CallbackId, whole: bool) -> Vec<Touch> {
        (**self).touches(id, whole)
    }

    fn make_call(&mut self, id: CallbackId) -> Made {
        (**self).make_call(id)
    }

    fn log(&self) -> String {
        (**self).log()
    }
}

/// A program as a guest.
pub(crate) struct Plain<P>(pub P);

impl<P: Play> Objects for Plain<P> {
    fn invoke(&mut self, _: &mut Machine<'_>, _: ObjectId, _: Method, _: &[Value]) -> Called {
        unreachable!("there are no objects")
    }

    fn apply(&mut self, _: &mut Machine<'_>, _: ValueId, _: ObjectId, _: &[Value]) -> Called {
        unreachable!("there are no objects")
    }

    fn retain(&mut self, _: ValueId) {}

    fn release(&mut self, _: ValueId) {}

    fn has_method(&mut self, _: &mut Machine<'_>, _: ObjectId, _: Method) -> Step<bool> {
        unreachable!("there are no objects")
    }

    fn name_order(&self, _: NameId) -> NameOrder {
        unreachable!("there are no names")
    }

    fn name_text(&self, _: NameId) -> String {
        unreachable!("there are no names")
    }

    fn function_text(&self, _: ValueId) -> String {
        unreachable!("there are no functions")
    }

    fn original(&mut self, _: &mut Machine<'_>, _: ValueId) -> Step<Option<ValueId>> {
        unreachable!("there are no listeners")
    }

    fn stands_for(&mut self, _: &mut Machine<'_>, _: ValueId, _: ValueId) -> Step<bool> {
        unreachable!("there are no listeners")
    }

    fn listener_limit(&mut self, _: &mut Machine<'_>, _: ObjectId) -> Called<f64> {
        unreachable!("there are no listeners")
    }

    fn unhandled_error(&mut self, _: &mut Machine<'_>, _: &[Value]) -> Step<ValueId> {
        unreachable!("there are no emitters")
    }

    fn captures(&mut self, _: &mut Machine<'_>, _: ObjectId) -> Step<bool> {
        unreachable!("there are no emitters")
    }

    fn set_captures(&mut self, _: &mut Machine<'_>, _: ObjectId, _: bool) -> Step<bool> {
        unreachable!("there are no emitters")
    }

    fn watch(
        &mut self,
        _: &mut Machine<'_>,
        _: ObjectId,
        _: Value,
        _: NameId,
        _: &[Value],
    ) -> Called<()> {
        unreachable!("there are no emitters")
    }
}

impl<P: Play> Matter for Plain<P> {
    fn call_function(&mut self, _: &mut Machine<'_>, _: ValueId, _: &[Value]) -> Called {
        unreachable!("there are no streams")
    }

    fn property(&mut self, _: &mut Machine<'_>, _: ObjectId, _: Property) -> Called {
        unreachable!("there are no streams")
    }

    fn sign(&mut self, _: &mut Machine<'_>, _: ObjectId, _: Sign) -> Called {
        unreachable!("there are no streams")
    }

    fn set_property(
        &mut self,
        _: &mut Machine<'_>,
        _: ObjectId,
        _: Property,
        _: Value,
    ) -> Called<()> {
        unreachable!("there are no streams")
    }

    fn has(&mut self, _: &mut Machine<'_>, _: ObjectId, _: Method) -> Called<bool> {
        unreachable!("there are no streams")
    }

    fn function(&mut self, _: &mut Machine<'_>, _: Door) -> Step<ValueId> {
        unreachable!("there are no streams")
    }

    fn callback(&mut self, _: &mut Machine<'_>, _: Door) -> Step<CallbackId> {
        unreachable!("there are no streams")
    }

    fn piece(&mut self, _: &mut Machine<'_>, _: ObjectId, _: i64) -> Called<Piece> {
        unreachable!("there are no streams")
    }

    fn follow(&mut self, _: &mut Machine<'_>, _: ValueId, _: Door, _: Value) -> Step {
        unreachable!("there are no streams")
    }

    fn fault(&mut self, _: &mut Machine<'_>, _: Fault) -> Step<ValueId> {
        unreachable!("there are no streams")
    }

    fn leave(&mut self, _: &mut Machine<'_>, _: ObjectId, _: Side, _: Trace) -> Step {
        unreachable!("there are no streams")
    }

    fn gives_way(&mut self, _: &mut Machine<'_>, _: Value, _: bool) -> Called<bool> {
        unreachable!("there are no streams")
    }

    fn contents(&mut self, _: &mut Machine<'_>, _: Contents<'_>) -> Called<Contained> {
        unreachable!("there are no streams")
    }
}

impl<P: Play> Guest for Plain<P> {
    fn begin_tick(&mut self) {
        unreachable!("there are no streams")
    }

    fn end_tick(&mut self, _machine: &mut Machine<'_>) -> Step {
        unreachable!("there are no streams")
    }

    fn start(&mut self, machine: &mut Machine<'_>) -> Step<Returned> {
        self.0.play(machine, None)?;
        Ok(Returned::Normally)
    }

    fn is_module(&self) -> bool {
        false
    }

    fn evaluate(&mut self, _: &mut Machine<'_>) -> Step {
        unreachable!("a script is no module")
    }

    fn entry_wait(&self) -> EntryWait {
        unreachable!("a script is no module")
    }

    fn is_unsettled(&self) -> bool {
        false
    }

    fn call(&mut self, machine: &mut Machine<'_>, callback: CallbackId) -> Step<Returned> {
        self.0.play(machine, Some(callback))?;
        Ok(Returned::Normally)
    }

    fn touches(&mut self, _: &mut Machine<'_>, id: CallbackId, whole: bool) -> Step<Vec<Touch>> {
        Ok(self.0.touches(id, whole))
    }

    fn make_call(&mut self, _: &mut Machine<'_>, id: CallbackId) -> Step<Made> {
        Ok(self.0.make_call(id))
    }

    fn has_job(&self) -> bool {
        false
    }

    fn run_job(&mut self, _: &mut Machine<'_>) -> Step<Option<Returned>> {
        Ok(None)
    }

    fn emit(&mut self, _: &mut Machine<'_>, _: ProcessEvent) -> Step<Emitted> {
        Ok(Emitted {
            heard: false,
            returned: Returned::Normally,
        })
    }

    fn warn(&mut self, _: &mut Machine<'_>, _: Warning) -> Step {
        unreachable!("nothing is rejected")
    }

    fn rejection_error(&mut self, _: &mut Machine<'_>, _: PromiseId) -> Step<ValueId> {
        unreachable!("nothing is rejected")
    }

    fn report(&mut self, _: &mut Machine<'_>, _: ValueId) -> Step {
        unreachable!("nothing is thrown")
    }

    fn fingerprint(&self) -> u128 {
        0
    }
}

/// Takes the alternatives it is told, then defaults; remembers how many there were.
struct Prefix {
    taken: Vec<u32>,
    of: Vec<u32>,
}

impl Chooser for Prefix {
    fn choose(&mut self, choice: Choice) -> u32 {
        let taken = self.taken.get(self.of.len()).copied().unwrap_or(0);
        self.of.push(choice.alternatives());
        taken
    }

    fn reached(&mut self, _: Standing<'_>) -> bool {
        true
    }
}

struct Nobody;

impl Observer for Nobody {
    fn observe(&mut self, _: Event) {}
}

/// Every log a program can leave under the rules of a major; `None` if that takes more runs than `most`.
pub(crate) fn logs<P: Play>(
    rules: &'static Profile,
    program: &Program,
    begin: impl Fn() -> P,
    most: usize,
) -> Option<BTreeSet<String>> {
    let mut logs = BTreeSet::new();
    let mut open = vec![Vec::new()];
    let mut runs = 0;
    while let Some(taken) = open.pop() {
        runs += 1;
        if runs > most {
            return None;
        }
        let known = taken.len();
        let mut runtime = Runtime::new(rules, program);
        let mut guest = Plain(begin());
        let mut chooser = Prefix {
            taken,
            of: Vec::new(),
        };
        let mut meter = Meter::new(1_000, 1_000);
        let ending =
            Machine::new(&mut runtime, &mut chooser, &mut Nobody, &mut meter).run(&mut guest);
        assert_eq!(ending, Some(Ending::Exit(0)));
        logs.insert(guest.0.log());
        for at in known..chooser.of.len() {
            for alternative in 1..chooser.of[at] {
                let mut next = chooser.taken.clone();
                next.resize(at, 0);
                next.push(alternative);
                open.push(next);
            }
        }
    }
    Some(logs)
}
