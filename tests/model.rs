//! The model by itself, with callbacks written in Rust: what no JavaScript that is offered can show.

mod plain;

use std::collections::BTreeSet;

use plain::{Plain, Play};
use tickproof::program::Program;
use tickproof::runtime::{CallbackId, Guest, Machine, Operation, Profile, Step, Zone};

type Action = fn(&mut Machine<'_>, &mut dyn Guest);

/// A program of named callbacks: each logs its name, then acts. The first is the main script.
struct Script {
    callbacks: &'static [(&'static str, Action)],
    log: Vec<&'static str>,
}

impl Play for Script {
    fn play(&mut self, machine: &mut Machine<'_>, callback: Option<CallbackId>) -> Step {
        let (name, act) = self.callbacks[callback.map_or(0, |id| id.0 as usize)];
        self.log.push(name);
        act(machine, &mut Plain(&mut *self));
        Ok(())
    }

    fn log(&self) -> String {
        self.log.join(" ")
    }
}

/// Every log a program can leave under the rules of a major.
fn logs(
    major: u8,
    program: &Program,
    callbacks: &'static [(&'static str, Action)],
) -> BTreeSet<String> {
    let begin = || Script {
        callbacks,
        log: Vec::new(),
    };
    let rules = Profile::of(major).expect("a modelled major");
    plain::logs(rules, program, begin, usize::MAX).expect("no bound")
}

fn request(machine: &mut Machine<'_>, guest: &mut dyn Guest, id: u32) {
    let started = machine.request(guest, Operation::Job, 0, CallbackId(id));
    started.expect("nothing stops the run");
}

fn main_js() -> Program {
    Program::new("main.js", "")
}

/// THR-11: of N equal requests on W threads, the k-th to complete is one of the first k + W - 1.
#[test]
fn equal_requests_complete_in_every_order_the_width_allows_and_no_other() {
    let callbacks: &[(&str, Action)] = &[
        ("main", |machine, guest| {
            for id in 1..=5 {
                request(machine, guest, id);
            }
        }),
        ("1", |_, _| {}),
        ("2", |_, _| {}),
        ("3", |_, _| {}),
        ("4", |_, _| {}),
        ("5", |_, _| {}),
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
