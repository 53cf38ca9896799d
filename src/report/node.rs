//! What `node` answers: predicted against observed.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;
use serde_json::Value;

use super::faults::FaultJson;
use super::words::{count, ending_words};
use crate::node::{Binary, Comparison, End, Fate, Observed};
use crate::program::Program;
use crate::spec::{Fault, flow};

/// A file, and what became of its prediction on one binary.
pub type Compared = (String, Comparison);

/// How many predicted outcomes met which fate.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Tally {
    programs: usize,
    runs: u64,
    predicted: usize,
    shown: usize,
    steered: usize,
    not_shown: usize,
    missed: usize,
}

impl Tally {
    fn add(&mut self, comparison: &Comparison) {
        self.programs += 1;
        self.runs += u64::from(comparison.runs);
        self.predicted += comparison.predicted.len();
        for (_, fate) in comparison.predicted.values() {
            match fate {
                Fate::Shown(_) => self.shown += 1,
                Fate::Steered => self.steered += 1,
                Fate::NotShown => self.not_shown += 1,
            }
        }
        if comparison.is_refuted() {
            self.missed += comparison.missed.len();
        }
    }
}

/// The comparisons as text. If `brief`, only what is missed, and what real Node did not show.
pub fn node_text(compared: &[Compared], brief: bool) -> String {
    let mut page = String::new();
    let mut last: Option<&str> = None;
    for (file, comparison) in compared {
        let text = one_text(comparison, brief);
        if text.is_empty() {
            continue;
        }
        if last != Some(file) {
            let _ = writeln!(page, "{file}");
            last = Some(file);
        }
        page.push_str(&text);
    }
    page
}

fn one_text(comparison: &Comparison, brief: bool) -> String {
    let mut page = String::new();
    let mut tally = Tally::default();
    tally.add(comparison);
    let Comparison {
        binary,
        predicted,
        missed,
        bounded,
        runs,
        unfinished,
        ..
    } = comparison;
    let shown = predicted
        .iter()
        .filter(|(_, (_, fate))| !brief || *fate == Fate::NotShown);
    for (outcome, (schedule, fate)) in shown {
        let what = match fate {
            Fate::Shown(seen) => format!("{}×", seen.times),
            Fate::Steered => "steered".to_owned(),
            Fate::NotShown => "not shown".to_owned(),
        };
        let lines = flow(outcome.stdout.iter().map(String::as_str));
        let _ = writeln!(
            page,
            "    {what:>9}  {lines}  {}  {schedule}",
            ending_words(outcome.ended)
        );
    }
    for (observed, seen) in missed {
        let word = if *bounded {
            "beyond the bound"
        } else {
            "MISSED"
        };
        let lines = flow(observed.stdout.iter().map(String::as_str));
        let end = end_words(observed);
        let _ = writeln!(
            page,
            "    {word}, {}×: {lines}  {end}\n      first with {}",
            seen.times, seen.orders
        );
    }
    if *unfinished > 0 {
        let _ = writeln!(
            page,
            "    {} did not end in time",
            count(*unfinished as usize, "run")
        );
    }
    if page.is_empty() && brief {
        return page;
    }
    let Tally {
        predicted,
        shown,
        steered,
        ..
    } = tally;
    let head = format!(
        "  Node {}: {} predicted; {shown} shown in {runs} runs, {steered} steered\n",
        binary.version,
        count(predicted, "outcome"),
    );
    head + &page
}

fn end_words(observed: &Observed) -> String {
    match observed.end {
        End::Exit(code) => format!("exit {code}"),
        End::Crash | End::Interrupted => "ended by the system".to_owned(),
        End::Unfinished => "not ended in time".to_owned(),
    }
}

/// The share of what is predicted that real Node showed, per binary.
pub fn node_summary(compared: &[Compared]) -> String {
    let mut page = format!(
        "{:<9}  {:>8}  {:>8}  {:>9}  {:>8}  {:>8}  {:>9}  {:>6}  {:>5}\n",
        "node", "programs", "runs", "predicted", "shown", "steered", "not shown", "missed", "seen"
    );
    for (version, tally) in tallies(compared) {
        let Tally {
            programs,
            runs,
            predicted,
            shown,
            steered,
            not_shown,
            missed,
        } = tally;
        let seen = 100.0 * (shown + steered) as f64 / predicted.max(1) as f64;
        let _ = writeln!(
            page,
            "{version:<9}  {programs:>8}  {runs:>8}  {predicted:>9}  {shown:>8}  {steered:>8}  {not_shown:>9}  {missed:>6}  {seen:>4.1}%"
        );
    }
    page
}

/// Tallies per version, oldest first.
fn tallies(compared: &[Compared]) -> Vec<(String, Tally)> {
    let mut tallies: BTreeMap<(u8, String), Tally> = BTreeMap::new();
    for (_, comparison) in compared {
        let version = (comparison.binary.major, comparison.binary.version.clone());
        tallies.entry(version).or_default().add(comparison);
    }
    tallies
        .into_iter()
        .map(|((_, version), tally)| (version, tally))
        .collect()
}

#[derive(Serialize)]
struct NodeJson<'a> {
    comparisons: Vec<ComparisonJson<'a>>,
    summary: BTreeMap<String, Tally>,
    #[serde(skip_serializing_if = "<[u8]>::is_empty")]
    not_asked: &'a [u8],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FaultJson>,
    interrupted: bool,
}

#[derive(Serialize)]
struct ComparisonJson<'a> {
    file: &'a str,
    node: &'a str,
    runs: u32,
    unfinished: u32,
    bounded: bool,
    predicted: Vec<PredictedJson<'a>>,
    missed: Vec<MissedJson<'a>>,
}

#[derive(Serialize)]
struct PredictedJson<'a> {
    stdout: &'a [String],
    exit_code: Option<i32>,
    schedule: String,
    fate: &'static str,
    times: u32,
}

#[derive(Serialize)]
struct MissedJson<'a> {
    stdout: &'a [String],
    exit_code: Option<i32>,
    times: u32,
    first: String,
}

/// The comparisons as JSON.
pub fn node_json(
    compared: &[Compared],
    not_asked: &[u8],
    faults: &[Fault],
    interrupted: bool,
) -> String {
    let comparisons = compared.iter().map(|(file, comparison)| ComparisonJson {
        file,
        node: &comparison.binary.version,
        runs: comparison.runs,
        unfinished: comparison.unfinished,
        bounded: comparison.bounded,
        predicted: comparison
            .predicted
            .iter()
            .map(|(outcome, (schedule, fate))| {
                let (fate, times) = match fate {
                    Fate::Shown(seen) => ("shown", seen.times),
                    Fate::Steered => ("steered", 0),
                    Fate::NotShown => ("not shown", 0),
                };
                PredictedJson {
                    stdout: &outcome.stdout,
                    exit_code: outcome.exit_code(),
                    schedule: schedule.to_string(),
                    fate,
                    times,
                }
            })
            .collect(),
        missed: comparison
            .missed
            .iter()
            .map(|(observed, seen)| MissedJson {
                stdout: &observed.stdout,
                exit_code: match observed.end {
                    End::Exit(code) => Some(code),
                    End::Crash | End::Interrupted | End::Unfinished => None,
                },
                times: seen.times,
                first: seen.orders.to_string(),
            })
            .collect(),
    });
    super::json(&NodeJson {
        comparisons: comparisons.collect(),
        summary: tallies(compared).into_iter().collect(),
        not_asked,
        errors: faults.iter().map(FaultJson::of).collect(),
        interrupted,
    })
}

/// A spec that says of a program what one binary showed of it and the model forbids.
pub fn miss_spec(name: &str, program: &Program, comparison: &Comparison) -> String {
    let quoted = |text: &str| Value::from(text).to_string();
    let block = |text: &str, indent: &str| -> String {
        text.lines()
            .map(|line| format!("{indent}{line}\n"))
            .collect()
    };
    let Binary { version, major, .. } = &comparison.binary;
    let mut spec =
        format!("title: Node {version} does with {name} what is not predicted\nprogram: |\n");
    spec.push_str(&block(&program.source, "  "));
    if program.entry != "main.js" {
        let _ = writeln!(spec, "entry: {}", quoted(&program.entry));
    }
    if !program.files.is_empty() {
        spec.push_str("files:\n");
        for (name, contents) in &program.files {
            let _ = writeln!(spec, "  {}: |", quoted(name));
            spec.push_str(&block(&String::from_utf8_lossy(contents), "    "));
        }
    }
    if !program.env.is_empty() {
        spec.push_str("env:\n");
        for (name, value) in &program.env {
            let _ = writeln!(spec, "  {}: {}", quoted(name), quoted(value));
        }
    }
    let _ = writeln!(spec, "node: \"{major}\"\nclaims:");
    for observed in comparison.missed.keys() {
        let labels: Vec<String> = observed.stdout.iter().map(|line| quoted(line)).collect();
        let says = match observed.end {
            _ if !labels.is_empty() => format!("sometimes: [{}]", labels.join(", ")),
            End::Exit(code) => format!("exits: {code}"),
            End::Crash | End::Interrupted | End::Unfinished => continue,
        };
        let by = format!("{{ document: \"Node {version}\", section: \"observed\" }}");
        let _ = writeln!(
            spec,
            "  - says: {{ {says} }}\n    by: [{by}]\n    verdict: holds"
        );
    }
    spec
}
