//! `check`: every claim of every spec, against what is recorded.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::Status;
use super::arguments::{Check, Format};
use super::output::{Output, Page};
use super::session::{Session, caught, each_on_threads};
use crate::explore::{Exploration, Limits, Refusal, replay};
use crate::report::{
    Replays, check_details, check_json, check_summary, check_table, details_replays, faults_text,
};
use crate::runtime::Profile;
use crate::spec::{Fault, Judgement, Spec, find, load, merge, show_range};

/// A search to be made: the number of the spec, and the rules.
type Task = (usize, &'static Profile);

/// What came of the searches of a spec.
#[derive(Default)]
struct Results {
    searched: Vec<(u8, Result<Exploration, Refusal>)>,
    failed: Vec<(u8, String)>,
}

impl Results {
    fn judge(self, spec: Spec) -> Judgement {
        let majors = spec.majors.clone();
        let mut judgement = Judgement::new(spec, self.searched);
        for (failed, failure) in merge(self.failed) {
            let message = format!("on Node {}: {failure}", show_range(&failed, &majors));
            judgement
                .faults
                .push(Fault::of_file(&judgement.spec.source.file, message));
        }
        judgement
    }
}

/// Judges the specs at the given paths.
pub(super) fn check(arguments: &Check, session: &Session, output: &Output) -> Page {
    let (specs, mut faults) = load_all(&arguments.paths);
    let unreadable = faults
        .iter()
        .map(|fault| fault.file.as_str())
        .collect::<BTreeSet<_>>()
        .len();
    let mut tasks: Vec<Task> = Vec::new();
    for (at, spec) in specs.iter().enumerate() {
        let wanted = |major: &&u8| {
            arguments
                .node
                .as_ref()
                .is_none_or(|majors| majors.0.contains(*major))
        };
        let rules = spec
            .majors
            .iter()
            .filter(wanted)
            .filter_map(|&major| Profile::of(major));
        tasks.extend(rules.map(|rules| (at, rules)));
    }
    let limits = arguments.search.limits();
    let search = session.search(limits, arguments.search.reduce(), 1);
    let progress = output.progress(arguments.page.quiet);
    let searched = each_on_threads(
        session,
        arguments.search.threads(),
        &tasks,
        |&(at, rules)| caught(|| specs[at].explore(rules, &search)),
        &|done| progress.show(&format!("{done} of {} searches done", tasks.len())),
    );
    drop(progress);
    let mut results: Vec<Results> = specs.iter().map(|_| Results::default()).collect();
    for ((at, rules), searched) in tasks.iter().zip(searched) {
        match searched {
            Some(Ok(result)) => results[*at].searched.push((rules.major, result)),
            Some(Err(failure)) => results[*at].failed.push((rules.major, failure)),
            None => {}
        }
    }
    let judgements: Vec<Judgement> = specs
        .into_iter()
        .zip(results)
        .map(|(spec, results)| results.judge(spec))
        .collect();
    let interrupted = session.is_interrupted();
    let unusable = !faults.is_empty()
        || judgements
            .iter()
            .any(|judgement| !judgement.faults.is_empty());
    let status = if unusable {
        Status::Unusable
    } else if interrupted || !judgements.iter().all(Judgement::is_as_recorded) {
        Status::Bad
    } else {
        Status::Good
    };
    match arguments.page.format {
        Format::Json => Page {
            text: check_json(&judgements, &faults, interrupted),
            errors: String::new(),
            status,
        },
        Format::Text => {
            let whole = !arguments.page.quiet && !judgements.is_empty();
            let mut text = if whole {
                check_table(&judgements) + "\n"
            } else {
                String::new()
            };
            for judgement in &judgements {
                text.push_str(&check_details(judgement, &replays(judgement, limits)));
            }
            if whole {
                text.push_str(&check_summary(&judgements, unreadable, interrupted));
            }
            faults.extend(
                judgements
                    .into_iter()
                    .flat_map(|judgement| judgement.faults),
            );
            Page {
                text,
                errors: faults_text(&faults),
                status,
            }
        }
    }
}

/// Loads every spec that can be loaded. A spec that is reached by several paths is judged once.
fn load_all(paths: &[PathBuf]) -> (Vec<Spec>, Vec<Fault>) {
    let (mut specs, mut faults) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for path in paths {
        match find(path) {
            Err(fault) => faults.push(fault),
            Ok(found) => {
                for found in found
                    .into_iter()
                    .filter(|found| seen.insert(found.path.clone()))
                {
                    match load(&found) {
                        Ok(spec) => specs.push(spec),
                        Err(mistakes) => faults.extend(mistakes),
                    }
                }
            }
        }
    }
    (specs, faults)
}

/// Runs again, in full, what the details of a judgement show.
fn replays(judgement: &Judgement, limits: Limits) -> Replays {
    let spec = &judgement.spec;
    let wanted = details_replays(judgement)
        .into_iter()
        .filter_map(|(major, schedule)| {
            let rules = Profile::of(major)?;
            let trace = caught(|| replay(&spec.program, rules, &schedule, spec.limits(limits)))
                .ok()?
                .ok()?;
            Some(((major, schedule), trace))
        });
    wanted.collect()
}
