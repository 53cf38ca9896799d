//! `node`: programs on real Node, compared with the prediction.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::Status;
use super::arguments::{Format, Node};
use super::output::{Output, Page};
use super::run::unusable;
use super::session::{Session, caught, each_on_threads};
use super::subject::Subject;
use crate::explore::{Limits, explore};
use crate::node::random::{About, Case, case, shrink};
use crate::node::{Binary, CAN_STEER, Comparison, compare, find, install};
use crate::report::{Compared, faults_text, miss_spec, node_json, node_summary, node_text};
use crate::runtime::Profile;
use crate::spec::{Fault, modelled};

/// How many schedules of a generated program are run at most; one with more is predicted in part and proves nothing.
const SCHEDULES_OF_GENERATED: u64 = 20_000;

/// How many smaller programs are tried when one showed a miss.
const ATTEMPTS_TO_SHRINK: u32 = 80;

/// Binaries by major.
type Binaries = BTreeMap<u8, Binary>;

/// Compares what was named, or generated, with what real Node does.
pub(super) fn node(arguments: &Node, session: &Session, output: &Output) -> Page {
    let mut faults = install_all(arguments);
    let binaries = match find(&arguments.binary) {
        Ok(binaries) => binaries,
        Err(error) => {
            let fault = Fault::of_file("--binary", error.to_string());
            return unusable(&[fault], &arguments.page);
        }
    };
    if arguments.paths.is_empty() && arguments.random.is_none() {
        return installed(&faults, &binaries, arguments);
    }
    let wanted = arguments.node.as_ref();
    let wanted = wanted.map_or_else(modelled, |majors| majors.0.clone());
    let (present, absent): (Vec<u8>, Vec<u8>) = wanted
        .iter()
        .partition(|major| binaries.contains_key(major));
    let compared = match arguments.random {
        Some(number) => {
            let numbers = arguments.from..arguments.from.saturating_add(number);
            generated(
                numbers.collect(),
                &present,
                &binaries,
                arguments,
                session,
                output,
                &mut faults,
            )
        }
        None => named(&present, &binaries, arguments, session, output, &mut faults),
    };
    let refuted = compared.iter().any(|(_, each)| each.is_refuted());
    let status = if refuted || session.is_interrupted() {
        Status::Bad
    } else if !faults.is_empty() || present.is_empty() {
        Status::Unusable
    } else {
        Status::Good
    };
    if arguments.page.format == Format::Json {
        return Page {
            text: node_json(&compared, &absent, &faults, session.is_interrupted()),
            errors: String::new(),
            status,
        };
    }
    let brief = arguments.summary || arguments.page.quiet;
    let mut text = if arguments.random.is_some() {
        let refuted: Vec<Compared> = compared
            .iter()
            .filter(|(_, each)| each.is_refuted())
            .cloned()
            .collect();
        node_text(&refuted, false)
    } else {
        node_text(&compared, brief)
    };
    if arguments.summary
        || arguments.random.is_some()
        || arguments.paths.iter().any(|path| path.is_dir())
    {
        text.push_str(&node_summary(&compared));
    }
    for major in &absent {
        text.push_str(&format!(
            "Node {major} was not asked: there is no binary of it (get one with `tickproof node --install {major}`)\n"
        ));
    }
    if !CAN_STEER {
        text.push_str("Real Node cannot be steered on this system: runs differed only by chance\n");
    }
    Page {
        text,
        errors: faults_text(&faults),
        status,
    }
}

/// Gets the binaries that were asked for.
fn install_all(arguments: &Node) -> Vec<Fault> {
    let majors = arguments.install.iter().flat_map(|majors| &majors.0);
    let failed = majors.filter_map(|&major| {
        let error = install(Profile::of(major)?).err()?;
        Some(Fault::of_file(format!("Node {major}"), error.to_string()))
    });
    failed.collect()
}

/// The page when nothing but binaries was asked for: those at hand.
fn installed(faults: &[Fault], binaries: &Binaries, arguments: &Node) -> Page {
    let lines = binaries
        .values()
        .map(|binary| format!("Node {}  {}\n", binary.version, binary.path.display()));
    let text = match arguments.page.format {
        Format::Text => lines.collect(),
        Format::Json => node_json(&[], &[], faults, false),
    };
    Page {
        text,
        errors: faults_text(faults),
        status: if faults.is_empty() {
            Status::Good
        } else {
            Status::Unusable
        },
    }
}

/// Compares the programs and specs that were named, on every major wanted of which there is a binary.
fn named(
    present: &[u8],
    binaries: &Binaries,
    arguments: &Node,
    session: &Session,
    output: &Output,
    faults: &mut Vec<Fault>,
) -> Vec<Compared> {
    let mut subjects = Vec::new();
    for subject in arguments.paths.iter().flat_map(|path| Subject::all(path)) {
        match subject {
            Ok(subject) => subjects.push(subject.without_assumptions()),
            Err(mistakes) => faults.extend(mistakes),
        }
    }
    let mut tasks: Vec<(&Subject, &'static Profile)> = Vec::new();
    for subject in &subjects {
        let majors = subject
            .majors
            .iter()
            .filter(|major| present.contains(major));
        tasks.extend(majors.filter_map(|&major| Some((subject, Profile::of(major)?))));
    }
    let effort = arguments.effort();
    let progress = output.progress(arguments.page.quiet);
    let done = each_on_threads(
        session,
        arguments.threads(),
        &tasks,
        |&(subject, rules)| {
            let limits = subject.limits(Limits::default(), false);
            let search = session.search(limits, true, 1);
            let predicted = caught(|| subject.explore(rules, &search))
                .map_err(|failure| Fault::of_file(&subject.file, failure))?
                .map_err(|refusal| subject.fault(&refusal))?;
            let binary = &binaries[&rules.major];
            compare(
                &subject.program,
                rules,
                &predicted,
                limits,
                binary,
                effort,
                session.interrupted(),
            )
            .map_err(|error| Fault::of_file(&subject.file, error.to_string()))
        },
        &|done| progress.show(&format!("{done} of {} comparisons done", tasks.len())),
    );
    drop(progress);
    let mut compared = Vec::new();
    for ((subject, _), result) in tasks.iter().zip(done) {
        match result {
            Some(Ok(comparison)) => compared.push((subject.file.clone(), comparison)),
            Some(Err(fault)) if !faults.contains(&fault) => faults.push(fault),
            Some(Err(_)) | None => {}
        }
    }
    compared
}

/// Compares generated programs, each on one of the majors it makes sense on, in turn. What shows a miss is made small and
/// written out.
fn generated(
    numbers: Vec<u64>,
    present: &[u8],
    binaries: &Binaries,
    arguments: &Node,
    session: &Session,
    output: &Output,
    faults: &mut Vec<Fault>,
) -> Vec<Compared> {
    let seed = arguments.seed;
    let about = match arguments.streams {
        true => About::Streams,
        false => About::Anything,
    };
    let progress = output.progress(arguments.page.quiet);
    let done = each_on_threads(
        session,
        arguments.threads(),
        &numbers,
        |&number| {
            let drawn = case(about, seed, number);
            let majors: Vec<u8> = drawn
                .majors()
                .iter()
                .copied()
                .filter(|major| present.contains(major))
                .collect();
            let major = *majors.get(number as usize % majors.len().max(1))?;
            let rules = Profile::of(major)?;
            let judge =
                |case: &Case| judge_generated(case, rules, &binaries[&major], arguments, session);
            let name = format!("program {number} of seed {seed}");
            let comparison = match judge(&drawn) {
                Ok(comparison) => comparison,
                Err(message) => return Some(Err(Fault::of_file(name, message))),
            };
            if !comparison.is_refuted() {
                return Some(Ok((name, comparison)));
            }
            let mut fails =
                |case: &Case| judge(case).is_ok_and(|comparison| comparison.is_refuted());
            let small = shrink((about, seed, number), &mut fails, ATTEMPTS_TO_SHRINK);
            Some(write_miss(
                &name,
                &small,
                judge(&small).unwrap_or(comparison),
                arguments,
            ))
        },
        &|done| progress.show(&format!("{done} of {} programs compared", numbers.len())),
    );
    drop(progress);
    let mut compared = Vec::new();
    for result in done.into_iter().flatten().flatten() {
        match result {
            Ok(comparison) => compared.push(comparison),
            Err(fault) => faults.push(fault),
        }
    }
    compared
}

fn judge_generated(
    case: &Case,
    rules: &'static Profile,
    binary: &Binary,
    arguments: &Node,
    session: &Session,
) -> Result<Comparison, String> {
    let limits = Limits {
        schedules: SCHEDULES_OF_GENERATED,
        ..Limits::default()
    };
    let search = session.search(limits, true, 1);
    let program = case.program();
    let predicted =
        caught(|| explore(program, rules, &search))?.map_err(|refusal| refusal.to_string())?;
    compare(
        program,
        rules,
        &predicted,
        limits,
        binary,
        arguments.effort(),
        session.interrupted(),
    )
    .map_err(|error| error.to_string())
}

/// Writes a program that showed a miss as a spec; it goes by that name from then on.
fn write_miss(
    name: &str,
    case: &Case,
    comparison: Comparison,
    arguments: &Node,
) -> Result<Compared, Fault> {
    let file: PathBuf = arguments
        .out
        .join(format!("{}.yaml", name.replace(' ', "-")));
    let written = fs::create_dir_all(&arguments.out)
        .and_then(|()| fs::write(&file, miss_spec(name, case.program(), &comparison)));
    let shown = file.display().to_string();
    match written {
        Ok(()) => Ok((shown, comparison)),
        Err(error) => Err(Fault::of_file(shown, error.to_string())),
    }
}
