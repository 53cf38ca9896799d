//! Any text as a program: no crash, no hang, whatever it asks for.

use std::sync::atomic::AtomicBool;

use tickproof::explore::{Limits, Search, explore};
use tickproof::program::Program;
use tickproof::runtime::{PROFILES, Profile};

pub(crate) fn check(data: &[u8]) {
    let Some((&first, text)) = data.split_first() else {
        return;
    };
    let Ok(source) = std::str::from_utf8(text) else {
        return;
    };
    let rules: &'static Profile = &PROFILES[usize::from(first) % PROFILES.len()];
    let entry = if first & 0x80 == 0 {
        "main.js"
    } else {
        "main.mjs"
    };
    let never = AtomicBool::new(false);
    let search = Search {
        limits: Limits {
            schedules: 10,
            steps: 50,
            steps_more: 50,
            callbacks: 100_000,
            in_order: 1_000,
            drain: 100,
            drain_more: 100,
        },
        reduce: true,
        threads: 1,
        interrupted: &never,
        progress: None,
    };
    // What is no program, or asks for what is not offered, is refused; the words are for people.
    if let Ok(found) = explore(&Program::new(entry, source), rules, &search) {
        assert!(!found.outcomes.is_empty(), "a run without an outcome");
    }
}
