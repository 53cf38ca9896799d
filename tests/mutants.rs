//! Each rule that is broken on purpose is noticed, by a law or by a spec; prints which.
//!
//! `cargo test --release --features mutants --test mutants`; with the names of mutants after `--`, only those.

#[allow(dead_code, reason = "the laws use the guest, and run it themselves")]
#[path = "plain/mod.rs"]
mod plain;
#[path = "scripts/mod.rs"]
mod scripts;

#[path = "laws/mod.rs"]
mod laws;

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use laws::{agreement, loops, renaming, streams, timers, zone};
use tickproof::explore::{Limits, Search, on_a_deep_stack};
use tickproof::runtime::Profile;
use tickproof::runtime::mutants::{Mutant, while_broken};
use tickproof::spec::{Found, Judgement, find, load};

/// A law by name.
type Law = (&'static str, fn() -> Result<(), String>);

const LAWS: [Law; 7] = [
    ("bounds are those of all solutions", zone::law),
    ("timers run by list expiry and list number", timers::law),
    ("the loop keeps its order", loops::law),
    ("streams deliver everything once and in order", streams::law),
    ("states that differ in numbers are one", renaming::law),
    ("both guests and both searches agree", agreement::law),
    (
        "both guests and both searches agree about objects",
        agreement::law_of_objects,
    ),
];

/// How many of the specs that notice are looked for.
const SPECS: usize = 2;

fn main() -> ExitCode {
    // What a broken model trips over is not shown.
    std::panic::set_hook(Box::new(|_| {}));
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|name| !name.starts_with('-'))
        .collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Ok(specs) = find(&root.join("specs")) else {
        return ExitCode::FAILURE;
    };
    let is_wanted = |mutant: &Mutant| {
        wanted.is_empty() || wanted.iter().any(|name| *name == format!("{mutant:?}"))
    };
    let mut missed = 0;
    let mut out = std::io::stdout();
    for &mutant in Mutant::ALL.iter().filter(|mutant| is_wanted(mutant)) {
        let noticed = noticed_by(mutant, &specs);
        missed += usize::from(noticed.is_empty());
        let by = if noticed.is_empty() {
            "NOTHING".to_owned()
        } else {
            noticed.join("; ")
        };
        let _ = writeln!(out, "{:8} {}: {by}", mutant.rule(), mutant.what());
    }
    match missed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// The first law that does not hold any more, then the first specs that are not as recorded.
fn noticed_by(mutant: Mutant, specs: &[Found]) -> Vec<String> {
    while_broken(mutant, || {
        let broken = LAWS.iter().find(|(_, law)| !holds(*law));
        let mut noticed: Vec<String> = broken
            .map(|(name, _)| (*name).to_owned())
            .into_iter()
            .collect();
        // Those that cite the rule come first.
        let rule = mutant.rule();
        let cites = |found: &&Found| {
            let text = std::fs::read_to_string(&found.path).unwrap_or_default();
            text.lines().any(|line| {
                line.starts_with("rules:")
                    && line.split([' ', ',', '[', ']']).any(|each| each == rule)
            })
        };
        let (citing, others): (Vec<_>, Vec<_>) = specs.iter().partition(cites);
        let others = others.into_iter().filter(|_| noticed.is_empty());
        let changed = citing
            .into_iter()
            .chain(others)
            .filter(|found| !is_as_recorded(found));
        let changed: Vec<String> = changed
            .take(SPECS)
            .map(|found| found.name.clone())
            .collect();
        noticed.extend(changed);
        noticed
    })
}

fn holds(law: fn() -> Result<(), String>) -> bool {
    let held = catch_unwind(AssertUnwindSafe(|| on_a_deep_stack(|| law().is_ok())));
    held.unwrap_or(false)
}

fn is_as_recorded(found: &Found) -> bool {
    let judged = catch_unwind(AssertUnwindSafe(|| {
        let never = AtomicBool::new(false);
        let Ok(spec) = load(found) else {
            return false;
        };
        let search = Search {
            limits: Limits {
                schedules: 2_000,
                ..Limits::default()
            },
            reduce: true,
            threads: 1,
            interrupted: &never,
            progress: None,
        };
        let rules = spec.majors.iter().filter_map(|&major| Profile::of(major));
        let results = rules
            .map(|rules| (rules.major, spec.explore(rules, &search)))
            .collect();
        Judgement::new(spec, results).is_as_recorded()
    }));
    judged.unwrap_or(false)
}
