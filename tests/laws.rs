//! Laws of the model, held against random cases from fixed seeds; what fails is cut down to a least case.

#[allow(dead_code, reason = "the laws use the guest, and run it themselves")]
#[path = "plain/mod.rs"]
mod plain;
#[path = "scripts/mod.rs"]
mod scripts;

#[path = "laws/mod.rs"]
mod laws;

use laws::{agreement, handles, loops, renaming, streams, timers, zone};
use tickproof::explore::on_a_deep_stack;

/// Holds a law that says what breaks it.
fn hold(law: impl FnOnce() -> Result<(), String> + Send) {
    on_a_deep_stack(|| {
        if let Err(case) = law() {
            panic!("{case}");
        }
    });
}

#[test]
fn bounds_are_those_of_all_solutions() {
    hold(zone::law);
}

#[test]
fn timers_run_by_list_expiry_and_list_number() {
    hold(timers::law);
}

#[test]
fn states_that_differ_in_numbers_are_one() {
    hold(renaming::law);
}

#[test]
fn scripts_whose_numbers_are_higher_have_as_many_states() {
    hold(renaming::law_of_scripts);
}

#[test]
fn both_guests_and_both_searches_agree() {
    hold(agreement::law);
}

#[test]
fn both_guests_and_both_searches_agree_about_objects() {
    hold(agreement::law_of_objects);
}

#[test]
fn handles_close_last_in_first_out_after_immediates() {
    hold(handles::law);
}

#[test]
fn the_loop_keeps_its_order() {
    hold(loops::law);
}

#[test]
fn streams_deliver_everything_once_and_in_order() {
    hold(streams::law);
}
