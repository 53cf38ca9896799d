//! `run` and `explain`: a program without claims.

use std::collections::BTreeMap;
use std::path::Path;

use super::Status;
use super::arguments::{Explain, Format, PageArguments, ProgramArguments, Run, steps_limits};
use super::output::{Output, Page};
use super::session::{Session, caught};
use crate::explore::{Limits, Refusal, Schedule, Search, explore, replay};
use crate::program::Program;
use crate::report::{explain_json, explain_text, faults_json, faults_text, run_json, run_text};
use crate::runtime::Profile;
use crate::spec::{Fault, Place, Spec, find, folder_of, is_spec, load};

/// A program that was asked for by its file.
struct Subject {
    program: Program,
    /// The spec it is in, if it is in one.
    spec: Option<Spec>,
    majors: Vec<u8>,
    /// Its file, as the user named it.
    file: String,
}

impl Subject {
    fn load(arguments: &ProgramArguments) -> Result<Self, Vec<Fault>> {
        let file = arguments.file.display().to_string();
        let spec = if is_spec(&arguments.file) {
            Some(load_spec(&arguments.file)?)
        } else {
            None
        };
        let mut program = match &spec {
            Some(spec) => spec.program.clone(),
            None => load_program(&arguments.file).map_err(|fault| vec![fault])?,
        };
        program
            .env
            .extend(arguments.env.iter().cloned().collect::<BTreeMap<_, _>>());
        program.arguments = arguments.arguments.clone();
        program.rejections = arguments.unhandled_rejections.or(program.rejections);
        if let Some(assume) = arguments.assume {
            program.assume = assume;
        }
        let newest = || match &spec {
            Some(spec) => spec.majors.last().copied().into_iter().collect(),
            None => vec![Profile::newest().major],
        };
        let majors = arguments
            .node
            .as_ref()
            .map_or_else(newest, |majors| majors.0.clone());
        Ok(Subject {
            program,
            spec,
            majors,
            file,
        })
    }

    fn limits(&self, limits: Limits, given: bool) -> Limits {
        match &self.spec {
            Some(spec) if !given => spec.limits(limits),
            _ => limits,
        }
    }

    fn fault(&self, refusal: &Refusal) -> Fault {
        if let Some(spec) = &self.spec {
            return spec.refusal_fault(refusal);
        }
        let Refusal::Program(error) = refusal else {
            return Fault::of_file(&self.file, refusal.to_string());
        };
        let own = error.file.rsplit('/').next() == Some(self.program.entry.as_str());
        let place = Place {
            line: error.line as usize,
            column: error.column.max(1) as usize,
            width: 1,
        };
        let file = if own {
            self.file.clone()
        } else {
            error.file.clone()
        };
        Fault {
            file,
            place,
            text: error.text.clone(),
            message: error.message.clone(),
            help: None,
        }
    }
}

fn load_spec(path: &Path) -> Result<Spec, Vec<Fault>> {
    let found = find(path).map_err(|fault| vec![fault])?;
    let [found] = found.as_slice() else {
        return Err(vec![Fault::of_file(
            path.display().to_string(),
            "this is a folder, not a spec",
        )]);
    };
    load(found)
}

fn load_program(path: &Path) -> Result<Program, Fault> {
    let shown = path.display().to_string();
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    if path.is_dir() {
        let help = "`tickproof check FOLDER` judges the specs in a folder";
        return Err(Fault::of_file(shown, "this is a folder, not a program").with_help(help));
    }
    let source = crate::spec::read_text(path)?;
    if ![".js", ".mjs", ".cjs"]
        .iter()
        .any(|extension| name.ends_with(extension))
    {
        let message = "this file is not called like a program or a spec";
        return Err(Fault::of_file(shown, message)
            .with_help("programs end in .js, .mjs or .cjs, specs in .yaml"));
    }
    let mut program = Program::new(name, source);
    program.folder = Some(folder_of(path));
    Ok(program)
}

/// The page of a command whose input cannot be used.
fn unusable(faults: &[Fault], page: &PageArguments) -> Page {
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
