//! Every spec is a test: its claims are as recorded on every major, and its evidence is the snapshot that is on file.
//!
//! A test is called like its spec, so `cargo test immediate-before` runs the specs with that in their path. Evidence that
//! changed is looked at and accepted with `INSTA_UPDATE=always cargo test --test specs`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use libtest_mimic::{Arguments, Failed, Trial};
use tickproof::explore::{Limits, Search, replay};
use tickproof::report::{
    Replays, check_details, details_replays, faults_text, index_text, snapshot_replays,
    snapshot_text,
};
use tickproof::runtime::Profile;
use tickproof::spec::{Found, Judgement, find, load};

/// The index is a snapshot beside those of the specs.
const INDEX: &str = "index";

/// So is what notices broken rules (`tests/mutants.rs`).
const MUTANTS: &str = "mutants";

static NEVER: AtomicBool = AtomicBool::new(false);

fn main() -> ExitCode {
    tickproof::use_universal_time();
    let arguments = Arguments::from_args();
    let tests = match find(&root().join("specs")) {
        Ok(found) => tests(found),
        Err(fault) => vec![Trial::test("specs are found", move || {
            Err(fault.to_string().into())
        })],
    };
    libtest_mimic::run(&arguments, tests).exit_code()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn tests(found: Vec<Found>) -> Vec<Trial> {
    let cases: Arc<Vec<Case>> = Arc::new(found.into_iter().map(Case::new).collect());
    let spec = |at: usize| {
        let each = Arc::clone(&cases);
        Trial::test(cases[at].found.name.clone(), move || each[at].test()).with_kind("spec")
    };
    let mut tests: Vec<Trial> = (0..cases.len()).map(spec).collect();
    let all = Arc::clone(&cases);
    tests.push(Trial::test("index of every claim", move || {
        test_index(&all)
    }));
    tests.push(Trial::test("snapshots without a spec", move || {
        test_orphans(&cases)
    }));
    tests
}

/// A spec that is judged once, whichever tests ask for it.
struct Case {
    found: Found,
    judged: OnceLock<Result<Judgement, String>>,
}

impl Case {
    fn new(found: Found) -> Self {
        Case {
            found,
            judged: OnceLock::new(),
        }
    }

    fn judged(&self) -> Result<&Judgement, Failed> {
        let judged = self.judged.get_or_init(|| judge(&self.found));
        judged
            .as_ref()
            .map_err(|error| Failed::from(error.as_str()))
    }

    fn test(&self) -> Result<(), Failed> {
        let judgement = self.judged()?;
        if !judgement.is_as_recorded() {
            let details = check_details(judgement, &replays(judgement, details_replays(judgement)));
            return Err(format!("{details}{}", faults_text(&judgement.faults)).into());
        }
        let text = snapshot_text(judgement, &replays(judgement, snapshot_replays(judgement)));
        compare(&self.found.name, Some(&self.found.path), &text);
        Ok(())
    }
}

/// Judges a spec on all of its majors.
fn judge(found: &Found) -> Result<Judgement, String> {
    let spec = load(found).map_err(|faults| faults_text(&faults))?;
    let search = Search {
        limits: Limits::default(),
        reduce: true,
        threads: 1,
        interrupted: &NEVER,
        progress: None,
    };
    let rules = spec.majors.iter().filter_map(|&major| Profile::of(major));
    let results = rules
        .map(|rules| (rules.major, spec.explore(rules, &search)))
        .collect();
    Ok(Judgement::new(spec, results))
}

fn replays(judgement: &Judgement, wanted: Vec<(u8, tickproof::explore::Schedule)>) -> Replays {
    let spec = &judgement.spec;
    let limits = spec.limits(Limits::default());
    let replayed = wanted.into_iter().filter_map(|(major, schedule)| {
        let trace = replay(&spec.program, Profile::of(major)?, &schedule, limits).ok()?;
        Some(((major, schedule), trace))
    });
    replayed.collect()
}

/// Compares with the snapshot that mirrors a path below the folder of specs; panics if it is another or there is none.
fn compare(name: &str, spec: Option<&Path>, text: &str) {
    let path = root().join("snapshots").join(name);
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(path.parent().unwrap_or(&path));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    if let Some(spec) = spec {
        settings.set_input_file(spec);
    }
    settings.bind(|| insta::assert_snapshot!(file_name(&path), text));
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn test_index(cases: &[Case]) -> Result<(), Failed> {
    let judgements: Result<Vec<&Judgement>, Failed> = cases.iter().map(Case::judged).collect();
    compare(INDEX, None, &index_text(judgements?));
    Ok(())
}

fn test_orphans(cases: &[Case]) -> Result<(), Failed> {
    let names: BTreeSet<&str> = cases
        .iter()
        .map(|case| case.found.name.as_str())
        .chain([INDEX, MUTANTS])
        .collect();
    let mut orphans = Vec::new();
    let folder = root().join("snapshots");
    for path in files(&folder)? {
        let name = path
            .strip_prefix(&folder)?
            .to_string_lossy()
            .replace('\\', "/");
        if let Some(name) = name.strip_suffix(".snap")
            && !names.contains(name)
        {
            orphans.push(format!(
                "snapshots/{name}.snap belongs to no spec: remove it"
            ));
        }
    }
    if orphans.is_empty() {
        Ok(())
    } else {
        Err(orphans.join("\n").into())
    }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Failed> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(self::files(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}
