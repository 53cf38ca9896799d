//! What no JavaScript that is offered can show: handles that close, and callbacks that are put off.

use std::collections::BTreeSet;

use tickproof::program::Program;
use tickproof::runtime::{CallbackId, Machine, Operation, PROFILES, Profile, Step};

use crate::plain::{Plain, Play, logs};

/// Closes handles of these numbers in one immediate, after putting callbacks off in a poll phase.
struct Handles {
    numbers: Vec<u32>,
    log: Vec<String>,
}

/// Callbacks that are put off and those of closing handles count from here.
const PUT_OFF: u32 = 100;
const CLOSED: u32 = 200;

const REQUEST: CallbackId = CallbackId(0);
const IMMEDIATE: CallbackId = CallbackId(1);
const TICK: CallbackId = CallbackId(2);

impl Play for Handles {
    fn play(&mut self, machine: &mut Machine<'_>, callback: Option<CallbackId>) -> Step {
        let Some(callback) = callback else {
            return machine.request(&mut Plain(&mut *self), Operation::Job, 0, REQUEST);
        };
        self.log.push(callback.0.to_string());
        match callback {
            REQUEST => {
                for number in &self.numbers {
                    machine.put_off(CallbackId(PUT_OFF + number));
                }
                machine.set_immediate(IMMEDIATE);
            }
            IMMEDIATE => {
                for number in &self.numbers {
                    machine.close_handle(CallbackId(CLOSED + number));
                }
                machine.next_tick(TICK);
            }
            _ => {}
        }
        Ok(())
    }

    fn log(&self) -> String {
        self.log.join(" ")
    }
}

/// LOOP-6, LOOP-21: what is put off during poll precedes immediates from 18 on, and keeps its order; handles close after
/// immediates, the last first.
pub(crate) fn law() -> Result<(), String> {
    PROFILES.iter().try_for_each(check)
}

/// Holds the law against the rules of a major.
pub(crate) fn check(rules: &'static Profile) -> Result<(), String> {
    for count in 0..4 {
        let numbers: Vec<u32> = (0..count).collect();
        let expected = expected(rules, &numbers);
        let begin = || Handles {
            numbers: numbers.clone(),
            log: Vec::new(),
        };
        let found = logs(rules, &Program::new("main.js", ""), begin, usize::MAX);
        if found != Some(BTreeSet::from([expected.clone()])) {
            return Err(format!("Node {}: {found:?}, not {expected}", rules.major));
        }
    }
    Ok(())
}

fn expected(rules: &Profile, numbers: &[u32]) -> String {
    let put_off: Vec<u32> = numbers.iter().map(|number| PUT_OFF + number).collect();
    let closed: Vec<u32> = numbers.iter().rev().map(|number| CLOSED + number).collect();
    let immediate = [IMMEDIATE.0, TICK.0];
    let parts: [&[u32]; 4] = if rules.major >= 18 {
        [&[REQUEST.0], &put_off, &immediate, &closed]
    } else {
        [&[REQUEST.0], &immediate, &closed, &put_off]
    };
    let all: Vec<String> = parts.concat().iter().map(u32::to_string).collect();
    all.join(" ")
}
