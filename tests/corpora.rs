//! What fuzzers start from and what they found, on stable Rust: every input of every corpus passes its target.

#[path = "../fuzz/targets/backpressure.rs"]
mod backpressure;
#[path = "../fuzz/targets/javascript.rs"]
mod javascript;
#[path = "../fuzz/targets/schedule.rs"]
mod schedule;
#[path = "../fuzz/targets/spec.rs"]
mod spec;
#[path = "../fuzz/targets/starvation.rs"]
mod starvation;

use std::fs;
use std::path::Path;

fn replay(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let mut inputs: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    inputs.sort();
    assert!(!inputs.is_empty(), "{} is empty", folder.display());
    tickproof::explore::on_a_deep_stack(|| {
        for input in &inputs {
            check(&fs::read(input).unwrap());
        }
    });
}

#[test]
fn texts_are_specs_or_located_mistakes() {
    replay("spec", spec::check);
}

#[test]
fn texts_are_schedules_or_refused() {
    replay("schedule", schedule::check);
}

#[test]
fn texts_as_programs_neither_crash_nor_hang() {
    replay("javascript", javascript::check);
}

#[test]
fn bytes_as_scripts_end_or_are_said_not_to() {
    replay("starvation", starvation::check);
}

#[test]
fn bytes_as_flows_arrive() {
    replay("backpressure", backpressure::check);
}
