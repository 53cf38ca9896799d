//! What `run` answers: every outcome of a program.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use super::faults::FaultJson;
use super::words::{CoverageJson, OutcomeJson, by_deviation, count, coverage_words, ending_words};
use crate::explore::Exploration;
use crate::spec::{Fault, flow, merge, show_range};

/// What was explored on a major.
pub type Explored = (u8, Exploration);

/// Wider lines put the schedule below.
const WIDTH: usize = 110;

/// The outcomes of a program as text; majors with the same outcomes, shown by the same schedules, together.
pub fn run_text(explored: &[Explored]) -> String {
    let mut page = String::new();
    let majors: Vec<u8> = explored.iter().map(|(major, _)| *major).collect();
    let seen = |exploration: &Exploration| {
        (
            exploration.outcomes.clone(),
            exploration.coverage.clone(),
            exploration.caveats.clone(),
        )
    };
    let groups = merge(
        explored
            .iter()
            .map(|(major, exploration)| (*major, seen(exploration))),
    );
    for (at, (group, (outcomes, coverage, caveats))) in groups.iter().enumerate() {
        if at > 0 {
            page.push('\n');
        }
        let nodes = show_range(group, &majors);
        let _ = writeln!(
            page,
            "Node {nodes}: {} ({})",
            count(outcomes.len(), "outcome"),
            coverage_words(coverage)
        );
        let rows: Vec<[String; 3]> = by_deviation(outcomes)
            .into_iter()
            .map(|(outcome, schedule)| {
                let lines = flow(outcome.stdout.iter().map(String::as_str));
                [lines, ending_words(outcome.ended), schedule.to_string()]
            })
            .collect();
        let width = |column: usize| {
            rows.iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        };
        let (lines_width, ended_width) = (width(0), width(1));
        let fits = lines_width + ended_width + width(2) + 6 <= WIDTH;
        for [lines, ended, schedule] in &rows {
            let _ = if fits {
                writeln!(
                    page,
                    "  {lines:lines_width$}  {ended:ended_width$}  {schedule}"
                )
            } else {
                writeln!(page, "  {lines}\n      {ended}  {schedule}")
            };
        }
        for caveat in caveats {
            let _ = writeln!(page, "  note: {caveat}");
        }
    }
    page
}

#[derive(Serialize)]
struct RunJson {
    node: String,
    coverage: CoverageJson,
    outcomes: Vec<OutcomeJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    caveats: Vec<String>,
    stats: StatsJson,
}

#[derive(Serialize)]
struct StatsJson {
    executions: u64,
    states: u64,
    longest_schedule: usize,
}

/// What is said of one major.
#[derive(Serialize)]
#[serde(untagged)]
enum MajorJson {
    Run(RunJson),
    Refused {
        node: String,
        errors: [FaultJson; 1],
    },
}

/// The outcomes of a program as JSON, or why there are none: an object for one major, an array of them, in the order of
/// the majors, if several were asked for.
pub fn run_json(explored: &[Explored], refused: &[(u8, Fault)]) -> String {
    let runs = explored.iter().map(|(major, exploration)| {
        let outcomes = by_deviation(&exploration.outcomes).into_iter();
        let run = RunJson {
            node: major.to_string(),
            coverage: CoverageJson::of(&exploration.coverage),
            outcomes: outcomes
                .map(|(outcome, schedule)| OutcomeJson::of(outcome, schedule))
                .collect(),
            caveats: exploration
                .caveats
                .iter()
                .map(ToString::to_string)
                .collect(),
            stats: StatsJson {
                executions: exploration.cost.executions,
                states: exploration.cost.states,
                longest_schedule: exploration.cost.longest,
            },
        };
        (*major, MajorJson::Run(run))
    });
    let refusals = refused.iter().map(|(major, fault)| {
        let refusal = MajorJson::Refused {
            node: major.to_string(),
            errors: [FaultJson::of(fault)],
        };
        (*major, refusal)
    });
    let majors: BTreeMap<u8, MajorJson> = runs.chain(refusals).collect();
    let majors: Vec<MajorJson> = majors.into_values().collect();
    match majors.as_slice() {
        [major] => super::json(major),
        majors => super::json(&majors),
    }
}
