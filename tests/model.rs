//! The model by itself, with callbacks written in Rust: what no JavaScript that is offered can show.

use std::collections::BTreeSet;

use tickproof::program::Program;
use tickproof::runtime::stream::{Contained, Contents, Door, Fault, Matter, Property};
use tickproof::runtime::{
    CallbackId, Called, Choice, Chooser, Emitted, Ending, EntryWait, Event, Guest, Machine, Meter,
    Method, NameId, NameOrder, ObjectId, Objects, Observer, Operation, Place, ProcessEvent,
    Profile, PromiseId, Returned, Runtime, Step, Value, ValueId, Warning, Zone,
};

type Action = fn(&mut Machine<'_>);

/// A program of named callbacks: each logs its name, then acts. The first is the main script.
struct Script {
    callbacks: &'static [(&'static str, Action)],
    log: Vec<&'static str>,
}

impl Script {
    fn run(&mut self, machine: &mut Machine<'_>, at: usize) -> Step<Returned> {
        let (name, act) = self.callbacks[at];
        self.log.push(name);
        act(machine);
        Ok(Returned::Normally)
    }
}

impl Objects for Script {
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

impl Matter for Script {
    fn call_function(&mut self, _: &mut Machine<'_>, _: ValueId, _: &[Value]) -> Called {
        unreachable!("there are no streams")
    }

    fn property(&mut self, _: &mut Machine<'_>, _: ObjectId, _: Property) -> Called {
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

    fn follow(&mut self, _: &mut Machine<'_>, _: ValueId, _: Door, _: Value) -> Step {
        unreachable!("there are no streams")
    }

    fn fault(&mut self, _: &mut Machine<'_>, _: Fault) -> Step<ValueId> {
        unreachable!("there are no streams")
    }

    fn contents(&mut self, _: &mut Machine<'_>, _: Contents<'_>) -> Called<Contained> {
        unreachable!("there are no streams")
    }
}

impl Guest for Script {
    fn begin_tick(&mut self) {
        unreachable!("there are no streams")
    }

    fn start(&mut self, machine: &mut Machine<'_>) -> Step<Returned> {
        self.run(machine, 0)
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
        self.run(machine, callback.0 as usize)
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

    fn reached(&mut self, _: Place, _: u128) -> bool {
        true
    }
}

struct Nobody;

impl Observer for Nobody {
    fn observe(&mut self, _: Event) {}
}

/// Every log a program can leave under the rules of a major.
fn logs(
    major: u8,
    program: &Program,
    callbacks: &'static [(&'static str, Action)],
) -> BTreeSet<String> {
    let rules = Profile::of(major).expect("a modelled major");
    let mut logs = BTreeSet::new();
    let mut open = vec![Vec::new()];
    while let Some(taken) = open.pop() {
        let known = taken.len();
        let mut runtime = Runtime::new(rules, program);
        let mut guest = Script {
            callbacks,
            log: Vec::new(),
        };
        let mut chooser = Prefix {
            taken,
            of: Vec::new(),
        };
        let mut meter = Meter::new(1_000, 1_000);
        let ending =
            Machine::new(&mut runtime, &mut chooser, &mut Nobody, &mut meter).run(&mut guest);
        assert_eq!(ending, Some(Ending::Exit(0)));
        logs.insert(guest.log.join(" "));
        for at in known..chooser.of.len() {
            for alternative in 1..chooser.of[at] {
                let mut next = chooser.taken.clone();
                next.resize(at, 0);
                next.push(alternative);
                open.push(next);
            }
        }
    }
    logs
}

fn main_js() -> Program {
    Program::new("main.js", "")
}

#[test]
fn close_callbacks_come_last_closed_first() {
    let callbacks: &[(&str, Action)] = &[
        ("main", |machine| machine.set_immediate(CallbackId(1))),
        ("immediate", |machine| {
            machine.close_handle(CallbackId(2));
            machine.close_handle(CallbackId(3));
            machine.next_tick(CallbackId(4));
        }),
        ("a", |_| {}),
        ("b", |_| {}),
        ("tick", |_| {}),
    ];
    for major in [12, 18, 20, 26] {
        assert_eq!(
            logs(major, &main_js(), callbacks),
            BTreeSet::from(["main immediate tick b a".to_owned()])
        );
    }
}

#[test]
fn what_is_put_off_during_poll_precedes_immediates_from_18_on() {
    let callbacks: &[(&str, Action)] = &[
        ("main", |machine| {
            machine.request(Operation::Job, 0, CallbackId(1))
        }),
        ("io", |machine| {
            machine.put_off(CallbackId(2));
            machine.set_immediate(CallbackId(3));
        }),
        ("pending", |_| {}),
        ("immediate", |_| {}),
    ];
    for (major, log) in [
        (16, "main io immediate pending"),
        (18, "main io pending immediate"),
        (26, "main io pending immediate"),
    ] {
        assert_eq!(
            logs(major, &main_js(), callbacks),
            BTreeSet::from([log.to_owned()])
        );
    }
}

/// THR-11: of N equal requests on W threads, the k-th to complete is one of the first k + W - 1.
#[test]
fn equal_requests_complete_in_every_order_the_width_allows_and_no_other() {
    let callbacks: &[(&str, Action)] = &[
        ("main", |machine| {
            for id in 1..=5 {
                machine.request(Operation::Job, 0, CallbackId(id));
            }
        }),
        ("1", |_| {}),
        ("2", |_| {}),
        ("3", |_| {}),
        ("4", |_| {}),
        ("5", |_| {}),
    ];
    for (width, orders) in [
        (1, 1),
        (2, 2 * 2 * 2 * 2),
        (3, 3 * 3 * 6),
        (4, 4 * 24),
        (5, 120),
    ] {
        let mut program = main_js();
        program
            .env
            .insert("UV_THREADPOOL_SIZE".into(), width.to_string());
        let logs = logs(22, &program, callbacks);
        assert_eq!(logs.len(), orders, "width {width}");
        for log in logs {
            for (at, id) in log.split(' ').skip(1).enumerate() {
                let id: usize = id.parse().expect("a number");
                assert!(
                    id <= at + width,
                    "with width {width}, request {id} came too early in {log}"
                );
            }
        }
    }
}

/// A matrix says exactly what all integer solutions say.
#[test]
fn a_zone_entails_and_allows_what_its_integer_solutions_do() {
    let bounds: [(usize, usize, i64); 4] = [(1, 0, 5), (2, 1, 3), (0, 2, -4), (2, 0, 6)];
    let mut zone = Zone::default();
    let first = zone.add(None);
    let second = zone.add(Some(first));
    let third = zone.add(Some(second));
    assert_eq!([first, second, third], [0, 1, 2]);
    for (a, b, bound) in bounds {
        zone.constrain(a, b, bound);
    }
    let mut solutions = Vec::new();
    for y in 0..=20 {
        for z in y..=20 {
            let x = [0, y, z];
            if bounds.iter().all(|&(a, b, bound)| x[a] - x[b] <= bound) {
                solutions.push(x);
            }
        }
    }
    assert!(!solutions.is_empty());
    for a in 0..3 {
        for b in 0..3 {
            for bound in -10..=10 {
                let holds = |x: &[i64; 3]| x[a] - x[b] <= bound;
                assert_eq!(
                    zone.entails(a, b, bound),
                    solutions.iter().all(holds),
                    "{a} {b} {bound}"
                );
                assert_eq!(
                    zone.allows(a, b, bound),
                    solutions.iter().any(holds),
                    "{a} {b} {bound}"
                );
            }
            assert_eq!(
                zone.least(a, b),
                solutions.iter().map(|x| x[a] - x[b]).min()
            );
        }
    }
}
