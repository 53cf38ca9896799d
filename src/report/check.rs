//! What `check` answers: a line for each claim, and what is to be said where a verdict is not the one recorded.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use super::Timeline;
use super::faults::FaultJson;
use super::snapshot::{Replays, Shared, author_text, outcome_text, role_word, shared};
use super::words::{CoverageJson, OutcomeJson, count};
use crate::explore::{Coverage, Schedule};
use crate::spec::{Fault, Judged, Judgement, Recorded, Says, merge, show_range};

/// Longer claims are cut in the table.
const CLAIM_WIDTH: usize = 72;

/// Longer timelines are cut in the details.
const LINES_MAX: usize = 60;

/// The table: each claim with its verdict per Node range; `!` marks what is not as recorded.
pub fn check_table(judgements: &[Judgement]) -> String {
    let mut page = String::new();
    let claims = || judgements.iter().flat_map(|judgement| &judgement.claims);
    let width = claims()
        .map(|judged| claim_text(&judged.claim.says).chars().count())
        .max()
        .unwrap_or(0);
    for judgement in judgements {
        let assumed = match judgement.spec.program.assume.callbacks_ms {
            Some(ms) => format!("  (if callbacks take at most {ms} ms)"),
            None => String::new(),
        };
        let unusable = if judgement.faults.is_empty() {
            ""
        } else {
            "  ! cannot be judged, see below"
        };
        let _ = writeln!(page, "{}{assumed}{unusable}", judgement.spec.name);
        for judged in &judgement.claims {
            let mark = if judged.differing().is_empty() {
                ' '
            } else {
                '!'
            };
            let claim = claim_text(&judged.claim.says);
            let _ = writeln!(
                page,
                "{mark} {claim:width$}  {}",
                verdicts_text(judged, &judgement.majors())
            );
        }
        page.push_str(&caveats_text(judgement, None));
    }
    page
}

/// What a reader of the verdicts on some majors, or on any, has to know.
fn caveats_text(judgement: &Judgement, on: Option<&[u8]>) -> String {
    let concerned = judgement
        .explorations
        .iter()
        .filter(|(major, _)| on.is_none_or(|majors| majors.contains(major)));
    let caveats = concerned.flat_map(|(major, each)| {
        each.caveats
            .iter()
            .map(|caveat| (caveat.to_string(), *major))
    });
    let mut grouped: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for (caveat, major) in caveats {
        grouped.entry(caveat).or_default().push(major);
    }
    let majors = judgement.majors();
    let line = |(caveat, on): (String, Vec<u8>)| {
        format!("  note, Node {}: {caveat}\n", show_range(&on, &majors))
    };
    grouped.into_iter().map(line).collect()
}

fn claim_text(says: &Says) -> String {
    let text = says.to_string();
    if text.chars().count() <= CLAIM_WIDTH {
        return text;
    }
    text.chars().take(CLAIM_WIDTH - 1).chain(['…']).collect()
}

/// `holds 12-18; refuted 20-26`.
fn verdicts_text(judged: &Judged, majors: &[u8]) -> String {
    let groups = merge(
        judged
            .verdicts
            .iter()
            .map(|(major, verdict)| (*major, verdict.to_string())),
    );
    if groups.is_empty() || judged.is_mistaken {
        return "not judged".to_owned();
    }
    let shown: Vec<String> = groups
        .iter()
        .map(|(group, verdict)| format!("{verdict} {}", show_range(group, majors)))
        .collect();
    shown.join("; ")
}

/// Which runs the details of a judgement show in full.
pub fn details_replays(judgement: &Judgement) -> Vec<(u8, Schedule)> {
    let mut wanted = Vec::new();
    for judged in &judgement.claims {
        for detail in details(judged) {
            if let Some((major, evidence)) = detail.shared.replay() {
                wanted.push((major, evidence.schedule.clone()));
            }
        }
    }
    wanted.sort();
    wanted.dedup();
    wanted
}

/// A verdict that is not the one recorded.
struct Detail<'j> {
    recorded: Recorded,
    shared: Shared<'j>,
}

fn details(judged: &Judged) -> Vec<Detail<'_>> {
    let differing = judged.differing();
    let mut details = Vec::new();
    for group in shared(judged) {
        for recorded in [Recorded::Holds, Recorded::Refuted] {
            let here = |major: &u8| {
                differing.contains(major) && judged.claim.recorded_for(*major) == Some(recorded)
            };
            let majors: Vec<u8> = group.majors.iter().copied().filter(here).collect();
            let newest = judged
                .verdicts
                .iter()
                .rfind(|(major, _)| majors.contains(major));
            if let Some((_, verdict)) = newest {
                details.push(Detail {
                    recorded,
                    shared: Shared { majors, verdict },
                });
            }
        }
    }
    details
}

/// What is not as recorded: where, why, and a run that shows it.
pub fn check_details(judgement: &Judgement, replays: &Replays) -> String {
    let spec = &judgement.spec;
    let mut page = String::new();
    for judged in &judgement.claims {
        for Detail { recorded, shared } in details(judged) {
            let place = judged.claim.place;
            let _ = writeln!(page, "{} is not as recorded", spec.name);
            let _ = writeln!(
                page,
                "  --> {}:{}:{}",
                spec.source.file, place.line, place.column
            );
            let _ = writeln!(page, "  {}", judged.claim.says);
            for author in &judged.claim.by {
                let _ = writeln!(page, "  said by {}", author_text(author));
            }
            let nodes = show_range(&shared.majors, &judgement.majors());
            let verdict = shared.verdict;
            let _ = writeln!(
                page,
                "  recorded {recorded}, found {verdict} on Node {nodes}: {}",
                verdict.because
            );
            page.push_str(&caveats_text(judgement, Some(&shared.majors)));
            if let Some((major, evidence)) = shared.replay() {
                let schedule = &evidence.schedule;
                let _ = writeln!(
                    page,
                    "  {} on Node {major}: {}",
                    role_word(evidence),
                    outcome_text(&evidence.outcome)
                );
                let file = &spec.source.file;
                let _ = writeln!(
                    page,
                    "  tickproof explain {file} --node {major} --schedule {schedule}"
                );
                if let Some(trace) = replays.get(&(major, schedule.clone())) {
                    page.push_str(&Timeline::of(trace).text(4, false, LINES_MAX));
                }
            }
            page.push('\n');
        }
    }
    page
}

/// The last line: what was judged and how it went.
pub fn check_summary(judgements: &[Judgement], unreadable: usize, interrupted: bool) -> String {
    let claims: usize = judgements
        .iter()
        .map(|judgement| judgement.claims.len())
        .sum();
    let differing = judgements
        .iter()
        .flat_map(|judgement| &judgement.claims)
        .filter(|judged| !judged.differing().is_empty())
        .count();
    let unusable = unreadable
        + judgements
            .iter()
            .filter(|judgement| !judgement.faults.is_empty())
            .count();
    let searches = judgements
        .iter()
        .flat_map(|judgement| &judgement.explorations);
    let bounded = searches
        .clone()
        .filter(|(_, exploration)| exploration.coverage != Coverage::Complete)
        .count();
    let mut majors: Vec<u8> = searches.map(|(major, _)| *major).collect();
    majors.sort_unstable();
    majors.dedup();
    let mut line = format!(
        "{}, {}",
        count(judgements.len() + unreadable, "spec"),
        count(claims, "claim")
    );
    if !majors.is_empty() {
        let _ = write!(
            line,
            ", Node {}",
            show_range(&majors, &crate::spec::modelled())
        );
    }
    line.push_str(": ");
    line.push_str(&match differing {
        0 if majors.is_empty() => "nothing was judged".to_owned(),
        0 if unusable > 0 => "as recorded where it could be judged".to_owned(),
        0 => "all as recorded".to_owned(),
        number => format!("{} not as recorded", count(number, "claim")),
    });
    if unusable > 0 {
        let _ = write!(line, ", {} cannot be judged", count(unusable, "spec"));
    }
    if bounded > 0 {
        let _ = write!(
            line,
            " (coverage bounded in {})",
            if bounded == 1 {
                "1 search".to_owned()
            } else {
                format!("{bounded} searches")
            }
        );
    }
    line.push_str(if interrupted {
        "; interrupted, so not everything was judged\n"
    } else {
        "\n"
    });
    line
}

#[derive(Serialize)]
struct CheckJson {
    as_recorded: bool,
    interrupted: bool,
    specs: Vec<SpecJson>,
    errors: Vec<FaultJson>,
}

#[derive(Serialize)]
struct SpecJson {
    spec: String,
    file: String,
    title: String,
    as_recorded: bool,
    claims: Vec<ClaimJson>,
    coverage: Vec<NodeCoverageJson>,
}

#[derive(Serialize)]
struct ClaimJson {
    says: String,
    line: usize,
    by: Vec<AuthorJson>,
    verdicts: Vec<VerdictJson>,
}

#[derive(Serialize)]
struct AuthorJson {
    document: String,
    section: Option<String>,
}

#[derive(Serialize)]
struct VerdictJson {
    node: String,
    recorded: Option<String>,
    verdict: String,
    bounded: bool,
    because: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<OutcomeJson>,
}

#[derive(Serialize)]
struct NodeCoverageJson {
    node: String,
    outcomes: usize,
    coverage: CoverageJson,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    caveats: Vec<String>,
}

/// The whole answer as JSON.
pub fn check_json(judgements: &[Judgement], errors: &[Fault], interrupted: bool) -> String {
    let faults = errors
        .iter()
        .chain(judgements.iter().flat_map(|judgement| &judgement.faults));
    super::json(&CheckJson {
        as_recorded: errors.is_empty() && judgements.iter().all(Judgement::is_as_recorded),
        interrupted,
        specs: judgements.iter().map(SpecJson::of).collect(),
        errors: faults.map(FaultJson::of).collect(),
    })
}

impl SpecJson {
    fn of(judgement: &Judgement) -> Self {
        let spec = &judgement.spec;
        let coverage = judgement
            .explorations
            .iter()
            .map(|(major, exploration)| NodeCoverageJson {
                node: major.to_string(),
                outcomes: exploration.outcomes.len(),
                coverage: CoverageJson::of(&exploration.coverage),
                caveats: exploration
                    .caveats
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
            });
        SpecJson {
            spec: spec.name.clone(),
            file: spec.source.file.clone(),
            title: spec.title.clone(),
            as_recorded: judgement.is_as_recorded(),
            claims: judgement.claims.iter().map(ClaimJson::of).collect(),
            coverage: coverage.collect(),
        }
    }
}

impl ClaimJson {
    fn of(
        Judged {
            claim,
            verdicts,
            is_mistaken,
        }: &Judged,
    ) -> Self {
        let by = claim.by.iter().map(|author| AuthorJson {
            document: author.document.clone(),
            section: author.section.clone(),
        });
        let meant = verdicts.iter().filter(|_| !is_mistaken);
        let verdicts = meant.map(|(major, verdict)| VerdictJson {
            node: major.to_string(),
            recorded: claim
                .recorded_for(*major)
                .map(|recorded| recorded.to_string()),
            verdict: verdict.finding.to_string(),
            bounded: verdict.bounded,
            because: verdict.because.clone(),
            role: verdict.evidence.as_ref().map(role_word),
            evidence: verdict
                .evidence
                .as_ref()
                .map(|run| OutcomeJson::of(&run.outcome, &run.schedule)),
        });
        ClaimJson {
            says: claim.says.to_string(),
            line: claim.place.line,
            by: by.collect(),
            verdicts: verdicts.collect(),
        }
    }
}
