//! `node`: programs on real Node, compared with the prediction.

use std::collections::BTreeMap;

use super::Status;
use super::arguments::{Format, Node};
use super::output::{Output, Page};
use super::run::unusable;
use super::session::{Session, caught, each_on_threads};
use super::subject::Subject;
use crate::explore::Limits;
use crate::node::{Binary, Comparison, Effort, compare, find, install};
use crate::report::{Compared, faults_text, node_json, node_summary, node_text};
use crate::runtime::Profile;
use crate::spec::{Fault, modelled};

/// Compares what was named with what real Node does.
pub(super) fn node(arguments: &Node, session: &Session, output: &Output) -> Page {
    let mut faults = Vec::new();
    if let Some(majors) = &arguments.install {
        for rules in majors.0.iter().filter_map(|&major| Profile::of(major)) {
            if let Err(error) = install(rules) {
                faults.push(Fault::of_file(
                    format!("Node {}", rules.major),
                    error.to_string(),
                ));
            }
        }
        if arguments.paths.is_empty() {
            return installed(&faults, arguments);
        }
    }
    let binaries = match find(&arguments.binary) {
        Ok(binaries) => binaries,
        Err(error) => {
            return unusable(
                &[Fault::of_file("--binary", error.to_string())],
                &arguments.page,
            );
        }
    };
    let mut subjects = Vec::new();
    for path in &arguments.paths {
        for subject in Subject::all(path) {
            match subject {
                Ok(subject) => subjects.push(subject.without_assumptions()),
                Err(mistakes) => faults.extend(mistakes),
            }
        }
    }
    let wanted = arguments
        .node
        .as_ref()
        .map_or_else(modelled, |majors| majors.0.clone());
    let (present, absent): (Vec<u8>, Vec<u8>) = wanted
        .iter()
        .partition(|major| binaries.contains_key(major));
    let tasks: Vec<(&Subject, &'static Profile)> = subjects
        .iter()
        .flat_map(|subject| {
            let majors = subject
                .majors
                .iter()
                .filter(|major| present.contains(major));
            majors
                .filter_map(|&major| Profile::of(major))
                .map(move |rules| (subject, rules))
        })
        .collect();
    let effort = Effort {
        runs: arguments.runs,
        seed: arguments.seed,
        steer: !arguments.no_steer,
    };
    let progress = output.progress(arguments.page.quiet);
    let done = each_on_threads(
        session,
        arguments.threads(),
        &tasks,
        |&(subject, rules)| compared(subject, rules, &binaries[&rules.major], effort, session),
        &|done| progress.show(&format!("{done} of {} comparisons done", tasks.len())),
    );
    drop(progress);
    let mut compared: Vec<Compared> = Vec::new();
    for ((subject, _), result) in tasks.iter().zip(done) {
        match result {
            Some(Ok(comparison)) => compared.push((subject.file.clone(), comparison)),
            Some(Err(fault)) if !faults.contains(&fault) => faults.push(fault),
            Some(Err(_)) | None => {}
        }
    }
    let refuted = compared
        .iter()
        .any(|(_, comparison)| comparison.is_refuted());
    let status = if refuted || session.is_interrupted() {
        Status::Bad
    } else if !faults.is_empty() || present.is_empty() {
        Status::Unusable
    } else {
        Status::Good
    };
    match arguments.page.format {
        Format::Json => Page {
            text: node_json(&compared, &absent, &faults, session.is_interrupted()),
            errors: String::new(),
            status,
        },
        Format::Text => {
            let brief = arguments.summary || arguments.page.quiet;
            let mut text = node_text(&compared, brief);
            if arguments.summary || subjects.len() > 1 {
                text.push_str(&node_summary(&compared));
            }
            for major in &absent {
                text.push_str(&format!(
                    "Node {major} was not asked: there is no binary of it (get one with `tickproof node --install {major}`)\n"
                ));
            }
            Page {
                text,
                errors: faults_text(&faults),
                status,
            }
        }
    }
}

/// The page after binaries were installed and nothing else was asked for.
fn installed(faults: &[Fault], arguments: &Node) -> Page {
    if !faults.is_empty() {
        return unusable(faults, &arguments.page);
    }
    let binaries: BTreeMap<u8, Binary> = find(&[]).unwrap_or_default();
    let lines = binaries
        .values()
        .map(|binary| format!("Node {}  {}\n", binary.version, binary.path.display()));
    Page {
        text: lines.collect(),
        errors: String::new(),
        status: Status::Good,
    }
}

/// Predicts, and holds it against a binary.
fn compared(
    subject: &Subject,
    rules: &'static Profile,
    binary: &Binary,
    effort: Effort,
    session: &Session,
) -> Result<Comparison, Fault> {
    let limits = subject.limits(Limits::default(), false);
    let search = session.search(limits, true, 1);
    let explored = caught(|| subject.explore(rules, &search))
        .map_err(|failure| Fault::of_file(&subject.file, failure))?
        .map_err(|refusal| subject.fault(&refusal))?;
    compare(
        &subject.program,
        rules,
        &explored,
        limits,
        binary,
        effort,
        session.interrupted(),
    )
    .map_err(|error| Fault::of_file(&subject.file, error.to_string()))
}
