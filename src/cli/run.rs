//! `run` and `explain`: a program without claims.

use super::Status;
use super::arguments::{Explain, Format, PageArguments, Run, steps_limits};
use super::output::{Output, Page};
use super::session::{Session, caught};
use super::subject::Subject;
use crate::explore::{Schedule, Search, explore, replay};
use crate::report::{explain_json, explain_text, faults_json, faults_text, run_json, run_text};
use crate::runtime::Profile;
use crate::spec::Fault;

/// The page of a command whose input cannot be used.
pub(super) fn unusable(faults: &[Fault], page: &PageArguments) -> Page {
    let (text, errors) = match page.format {
        Format::Json => (faults_json(faults), String::new()),
        Format::Text => (String::new(), faults_text(faults)),
    };
    Page {
        text,
        errors,
        status: Status::Unusable,
    }
}

/// Every outcome of a program.
pub(super) fn run(arguments: &Run, session: &Session, output: &Output) -> Page {
    let subject = match Subject::load(&arguments.program) {
        Ok(subject) => subject,
        Err(faults) => return unusable(&faults, &arguments.page),
    };
    let limits = subject.limits(arguments.search.limits(), arguments.search.bounds_steps());
    let search = session.search(
        limits,
        arguments.search.reduce(),
        arguments.search.threads(),
    );
    let mut explored = Vec::new();
    let mut refused: Vec<(u8, Fault)> = Vec::new();
    let progress = output.progress(arguments.page.quiet);
    for rules in subject
        .majors
        .iter()
        .filter_map(|&major| Profile::of(major))
    {
        let major = rules.major;
        let show = |runs: u64, outcomes: usize| {
            progress.show(&format!(
                "Node {major}: {runs} schedules run, {outcomes} outcomes so far"
            ));
        };
        let search = Search {
            progress: Some(&show),
            ..search
        };
        let fault = match caught(|| explore(&subject.program, rules, &search)) {
            Ok(Ok(exploration)) => {
                explored.push((major, exploration));
                continue;
            }
            Ok(Err(refusal)) => subject.fault(&refusal),
            Err(failure) => Fault::of_file(&subject.file, failure),
        };
        refused.push((major, fault));
    }
    drop(progress);
    let mut faults: Vec<Fault> = Vec::new();
    for (_, fault) in &refused {
        if !faults.contains(fault) {
            faults.push(fault.clone());
        }
    }
    if explored.is_empty() {
        return unusable(&faults, &arguments.page);
    }
    let (text, errors) = match arguments.page.format {
        Format::Text => (run_text(&explored), faults_text(&faults)),
        Format::Json => (run_json(&explored, &refused), String::new()),
    };
    let status = if !faults.is_empty() {
        Status::Unusable
    } else if session.is_interrupted() {
        Status::Bad
    } else {
        Status::Good
    };
    Page {
        text,
        errors,
        status,
    }
}

/// One run of a program.
pub(super) fn explain(arguments: &Explain) -> Page {
    let subject = match Subject::load(&arguments.program) {
        Ok(subject) => subject,
        Err(faults) => return unusable(&faults, &arguments.page),
    };
    let Some(rules) = subject.majors.last().and_then(|&major| Profile::of(major)) else {
        return unusable(
            &[Fault::of_file(&subject.file, "no Node major to run it on")],
            &arguments.page,
        );
    };
    let schedule = arguments
        .schedule
        .clone()
        .unwrap_or_else(|| Schedule::new(Vec::new()));
    let limits = subject.limits(
        steps_limits(arguments.max_steps),
        arguments.max_steps.is_some(),
    );
    let fault = match caught(|| replay(&subject.program, rules, &schedule, limits)) {
        Ok(Ok(trace)) => {
            let text = match arguments.page.format {
                Format::Text => explain_text(rules.major, &trace, arguments.rules),
                Format::Json => explain_json(rules.major, &trace),
            };
            return Page {
                text,
                errors: String::new(),
                status: Status::Good,
            };
        }
        Ok(Err(refusal)) => subject.fault(&refusal),
        Err(failure) => Fault::of_file(&subject.file, failure),
    };
    unusable(&[fault], &arguments.page)
}
