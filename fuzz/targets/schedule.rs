//! Any text as a schedule: what can be read is written the same way, and fits a program or is refused.

use tickproof::explore::{Limits, Refusal, Schedule, replay};
use tickproof::program::Program;
use tickproof::runtime::Profile;

/// A program with choices of every kind.
const PROGRAM: &str = "
const fs = require('fs');
require('dns').lookup('localhost', () => console.log('lookup'));
fs.stat('.', () => console.log('stat'));
setTimeout(() => console.log('timeout'), 1);
setImmediate(() => { console.log('immediate'); process.nextTick(() => console.log('tick')); throw new Error('x'); });
process.on('uncaughtException', () => console.log('caught'));
";

pub(crate) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(schedule) = text.parse::<Schedule>() else {
        return;
    };
    let written = schedule.to_string();
    assert_eq!(written.parse::<Schedule>().as_ref(), Ok(&schedule));
    let program = Program::new("main.js", PROGRAM);
    let limits = Limits {
        schedules: 1,
        ..Limits::default()
    };
    match replay(&program, Profile::newest(), &schedule, limits) {
        Ok(trace) => {
            let again = replay(&program, Profile::newest(), &trace.schedule, limits)
                .expect("what was run can be run again");
            assert_eq!(again.outcome, trace.outcome);
        }
        Err(refusal) => assert!(matches!(refusal, Refusal::Schedule(_)), "{refusal}"),
    }
}
