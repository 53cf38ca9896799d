//! Real Node is the judge: whatever it does with the shipped specs and with some generated programs, under stalls at random,
//! is predicted.
//!
//! Each spec is a test, run on every Node binary that is at hand (`tickproof node --install 12-26` gets them). A major without one
//! is named on standard error and as an ignored test.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use libtest_mimic::{Arguments, Failed, Trial};
use tickproof::explore::{Limits, Search, explore};
use tickproof::node::random::{About, case};
use tickproof::node::{Binary, Effort, compare, find};
use tickproof::program::Assumptions;
use tickproof::report::{Compared, node_text};
use tickproof::runtime::{PROFILES, Profile};
use tickproof::spec::{self, Found, load};

/// A look at every spec, short enough for every change; `tickproof node specs` looks longer.
const EFFORT: Effort = Effort {
    runs: 1,
    seed: 1,
    steer: false,
};

/// How many generated programs are run, from which seed, how many to a test.
const GENERATED: u64 = 80;
const SEED: u64 = 1;
const BATCH: u64 = 10;

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
    for first in (0..GENERATED).step_by(BATCH as usize) {
        let binaries = Arc::clone(&binaries);
        let numbers = first..first + BATCH;
        let name = format!("generated programs {first} to {}", numbers.end - 1);
        tests.push(
            Trial::test(name, move || generated_on_node(numbers, &binaries)).with_kind("node"),
        );
    }
    libtest_mimic::run(&arguments, tests).exit_code()
}

/// Runs the program of a spec on every binary; fails if one does what is not predicted.
fn spec_on_node(found: &Found, binaries: &Binaries) -> Result<(), Failed> {
    let mut spec = load(found).map_err(|faults| tickproof::report::faults_text(&faults))?;
    // Nobody can promise real Node that its callbacks take no time.
    spec.program.assume = Assumptions::default();
    let search = search(spec.limits(Limits::default()));
    let mut judged = Vec::new();
    for binary in spec.majors.iter().filter_map(|major| binaries.get(major)) {
        let Some(rules) = Profile::of(binary.major) else {
            continue;
        };
        let predicted = spec.explore(rules, &search)?;
        let comparison = compare(
            &spec.program,
            rules,
            &predicted,
            search.limits,
            binary,
            EFFORT,
            &NEVER,
        )?;
        judged.push((found.name.clone(), comparison));
    }
    no_miss(judged)
}

/// Runs some generated programs, each on one of the binaries in turn; fails if one does what is not predicted.
fn generated_on_node(numbers: Range<u64>, binaries: &Binaries) -> Result<(), Failed> {
    let search = search(Limits::default());
    let mut judged = Vec::new();
    for number in numbers {
        let case = case(About::Anything, SEED, number);
        let able: Vec<&Binary> = case
            .majors()
            .iter()
            .filter_map(|major| binaries.get(major))
            .collect();
        let binary = able.get(number as usize % able.len().max(1));
        let Some((binary, rules)) =
            binary.and_then(|binary| Some((binary, Profile::of(binary.major)?)))
        else {
            continue;
        };
        let predicted = explore(case.program(), rules, &search)?;
        let comparison = compare(
            case.program(),
            rules,
            &predicted,
            search.limits,
            binary,
            EFFORT,
            &NEVER,
        )?;
        judged.push((format!("program {number} of seed {SEED}"), comparison));
    }
    no_miss(judged)
}

fn search(limits: Limits) -> Search<'static> {
    Search {
        limits,
        reduce: true,
        threads: 1,
        interrupted: &NEVER,
        progress: None,
    }
}

fn no_miss(mut judged: Vec<Compared>) -> Result<(), Failed> {
    judged.retain(|(_, comparison)| comparison.is_refuted());
    if judged.is_empty() {
        Ok(())
    } else {
        Err(node_text(&judged, false).into())
    }
}
