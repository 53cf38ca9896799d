#![no_main]

#[path = "../targets/javascript.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| target::check(data));
