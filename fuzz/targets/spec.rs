//! Any text as a spec: mistakes that are located, or a judgement. Never a panic.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use tickproof::explore::{Limits, Search};
use tickproof::report::{check_details, check_table, faults_text};
use tickproof::runtime::Profile;
use tickproof::spec::{Found, Judgement, parse};

pub(crate) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let found = Found {
        name: "fuzzed".into(),
        path: PathBuf::from("fuzzed.yaml"),
    };
    let spec = match parse(&found, text) {
        Ok(spec) => spec,
        Err(faults) => {
            assert!(!faults.is_empty(), "a spec is refused without a word");
            let lines = text
                .replace("\r\n", "\n")
                .replace('\r', "\n")
                .lines()
                .count();
            for fault in &faults {
                assert!(fault.place.line <= lines + 1, "{}", faults_text(&faults));
            }
            return;
        }
    };
    let never = AtomicBool::new(false);
    let search = Search {
        limits: Limits {
            schedules: 20,
            steps: 100,
            steps_more: 100,
            callbacks: 100_000,
            in_order: 1_000,
            drain: 200,
            drain_more: 200,
        },
        reduce: true,
        threads: 1,
        interrupted: &never,
        progress: None,
    };
    let rules = spec.majors.last().and_then(|&major| Profile::of(major));
    let results = rules.map(|rules| (rules.major, spec.explore(rules, &search)));
    let judgement = Judgement::new(spec, results.into_iter().collect());
    let page = check_table(std::slice::from_ref(&judgement));
    assert!(page.ends_with('\n') || page.is_empty(), "{page}");
    check_details(&judgement, &Default::default());
}
