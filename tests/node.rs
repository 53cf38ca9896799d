//! Real Node is the judge: whatever it does with the shipped specs, under stalls at random, is predicted.
//!
//! Each spec is a test, run on every Node binary that is at hand (`tickproof node --install 12-26` gets them). A major without one
//! is named on standard error and as an ignored test.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use libtest_mimic::{Arguments, Failed, Trial};
use tickproof::explore::{Limits, Search};
use tickproof::node::{Binary, Effort, compare, find};
use tickproof::program::Assumptions;
use tickproof::report::node_text;
use tickproof::runtime::{PROFILES, Profile};
use tickproof::spec::{self, Found, load};

/// A look at every spec, short enough for every change; `tickproof node specs` looks longer.
const EFFORT: Effort = Effort {
    runs: 1,
    seed: 1,
    steer: false,
};

static NEVER: AtomicBool = AtomicBool::new(false);

type Binaries = BTreeMap<u8, Binary>;

#[allow(
    clippy::print_stderr,
    reason = "what is not checked is said even where ignored tests are not listed"
)]
fn main() -> ExitCode {
    tickproof::use_universal_time();
    let arguments = Arguments::from_args();
    let binaries = Arc::new(find(&[]).unwrap_or_default());
    let mut tests = Vec::new();
    for Profile { major, release, .. } in &PROFILES {
        if !binaries.contains_key(major) {
            let missing = format!(
                "no Node {major} at hand: nothing is held against it (`tickproof node --install {major}` gets {release})"
            );
            eprintln!("{missing}");
            tests.push(Trial::test(missing, || Ok(())).with_ignored_flag(true));
        }
    }
    match spec::find(&Path::new(env!("CARGO_MANIFEST_DIR")).join("specs")) {
        Ok(found) => tests.extend(found.into_iter().map(|found| {
            let binaries = Arc::clone(&binaries);
            Trial::test(found.name.clone(), move || spec_on_node(&found, &binaries))
                .with_kind("node")
        })),
        Err(fault) => tests.push(Trial::test("specs are found", move || {
            Err(fault.to_string().into())
        })),
    }
    libtest_mimic::run(&arguments, tests).exit_code()
}

/// Runs the program of a spec on every binary; fails if one does what is not predicted.
fn spec_on_node(found: &Found, binaries: &Binaries) -> Result<(), Failed> {
    let mut spec = load(found).map_err(|faults| tickproof::report::faults_text(&faults))?;
    // Nobody can promise real Node that its callbacks take no time.
    spec.program.assume = Assumptions::default();
    let mut refuted = Vec::new();
    for binary in spec.majors.iter().filter_map(|major| binaries.get(major)) {
        let Some(rules) = Profile::of(binary.major) else {
            continue;
        };
        let limits = spec.limits(Limits::default());
        let search = Search {
            limits,
            reduce: true,
            threads: 1,
            interrupted: &NEVER,
            progress: None,
        };
        let predicted = spec.explore(rules, &search)?;
        let comparison = compare(
            &spec.program,
            rules,
            &predicted,
            limits,
            binary,
            EFFORT,
            &NEVER,
        )?;
        if comparison.is_refuted() {
            refuted.push((found.name.clone(), comparison));
        }
    }
    if refuted.is_empty() {
        Ok(())
    } else {
        Err(node_text(&refuted, false).into())
    }
}
