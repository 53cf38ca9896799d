//! The evidence of a spec as text that is reviewed and cited, and the index of all claims.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Timeline;
use super::words::{count, coverage_words, ending_words};
use crate::explore::{Outcome, Schedule, Trace};
use crate::spec::{
    Author, Evidence, Finding, Judged, Judgement, Role, Verdict, flow, list, merge, show_range,
};

/// The runs in full that go with a judgement, by major and schedule.
pub type Replays = BTreeMap<(u8, Schedule), Trace>;

/// Larger outcome sets are counted, and their first members shown.
const OUTCOMES_MAX: usize = 24;

/// Longer timelines are cut.
const LINES_MAX: usize = 48;

/// A verdict that several majors share, with the run that goes with it on the newest of them.
pub(super) struct Shared<'j> {
    /// The majors.
    pub(super) majors: Vec<u8>,
    /// The verdict on the newest.
    pub(super) verdict: &'j Verdict,
}

impl Shared<'_> {
    /// The run to show: on the newest major.
    pub(super) fn replay(&self) -> Option<(u8, &Evidence)> {
        let major = *self.majors.last()?;
        self.verdict
            .evidence
            .as_ref()
            .map(|evidence| (major, evidence))
    }
}

/// Groups the majors on which a claim has the same verdict for the same reason, shown by the same outcome.
pub(super) fn shared(judged: &Judged) -> Vec<Shared<'_>> {
    let meaning = |verdict: &Verdict| {
        let outcome = verdict
            .evidence
            .as_ref()
            .map(|evidence| (evidence.role, evidence.outcome.clone()));
        (
            verdict.finding,
            verdict.bounded,
            verdict.vacuous,
            verdict.because.clone(),
            outcome,
        )
    };
    let groups = merge(
        judged
            .verdicts
            .iter()
            .map(|(major, verdict)| (*major, meaning(verdict))),
    );
    let newest = |majors: &[u8]| {
        judged
            .verdicts
            .iter()
            .rfind(|(major, _)| majors.contains(major))
    };
    groups
        .into_iter()
        .filter_map(|(majors, _)| newest(&majors).map(|(_, verdict)| Shared { verdict, majors }))
        .collect()
}

/// Which runs the snapshot of a spec shows in full.
pub fn snapshot_replays(judgement: &Judgement) -> Vec<(u8, Schedule)> {
    let mut wanted = Vec::new();
    for judged in &judgement.claims {
        for shared in shared(judged) {
            if let Some((major, evidence)) = shared.replay() {
                wanted.push((major, evidence.schedule.clone()));
            }
        }
    }
    wanted.sort();
    wanted.dedup();
    wanted
}

/// The evidence of a spec: verdicts and coverage per Node range, outcomes, and the runs that show it.
pub fn snapshot_text(judgement: &Judgement, replays: &Replays) -> String {
    let spec = &judgement.spec;
    let majors = judgement.majors();
    let mut page = format!("{}\n", spec.title);
    if let Some(ms) = spec.program.assume.callbacks_ms {
        let _ = writeln!(page, "assuming that no callback takes longer than {ms} ms");
    }
    for judged in &judgement.claims {
        let _ = writeln!(page, "\n{}", judged.claim.says);
        for author in &judged.claim.by {
            let _ = writeln!(page, "  said by {}", author_text(author));
        }
        for shared in shared(judged) {
            let Shared {
                majors: group,
                verdict,
            } = &shared;
            let _ = writeln!(
                page,
                "  Node {}: {verdict}, {}",
                show_range(group, &majors),
                verdict.because
            );
            if let Some((major, evidence)) = shared.replay() {
                let _ = writeln!(
                    page,
                    "    {} on Node {major}: {}",
                    role_word(evidence),
                    evidence.schedule
                );
            }
        }
    }
    outcome_sets(&mut page, judgement);
    for ((major, schedule), trace) in replays {
        let _ = writeln!(page, "\nNode {major}, {schedule}");
        page.push_str(&Timeline::of(trace).text(2, false, LINES_MAX));
        let _ = writeln!(page, "  {}", ending_words(trace.outcome.ended));
    }
    page
}

fn outcome_sets(page: &mut String, judgement: &Judgement) {
    let majors = judgement.majors();
    let sets = judgement.explorations.iter().map(|(major, exploration)| {
        let outcomes: Vec<&Outcome> = exploration.outcomes.keys().collect();
        (
            *major,
            (outcomes, &exploration.coverage, &exploration.caveats),
        )
    });
    for (group, (outcomes, coverage, caveats)) in merge(sets) {
        let nodes = show_range(&group, &majors);
        let total = outcomes.len();
        let _ = writeln!(
            page,
            "\nNode {nodes}: {}, {}",
            count(total, "outcome"),
            coverage_words(coverage)
        );
        for outcome in outcomes.iter().take(OUTCOMES_MAX) {
            let _ = writeln!(page, "  {}", outcome_text(outcome));
        }
        if total > OUTCOMES_MAX {
            let _ = writeln!(page, "  … and {} more", total - OUTCOMES_MAX);
        }
        for caveat in caveats {
            let _ = writeln!(page, "  note: {caveat}");
        }
    }
}

/// An outcome on one line.
pub(super) fn outcome_text(outcome: &Outcome) -> String {
    format!(
        "{}  {}",
        flow(outcome.stdout.iter().map(String::as_str)),
        ending_words(outcome.ended)
    )
}

/// What a run is to the claim, in a word.
pub(super) fn role_word(evidence: &Evidence) -> &'static str {
    match (evidence.decides, evidence.role) {
        (true, Role::Witness) => "witness",
        (true, Role::Counterexample) => "counterexample",
        (false, _) => "for example",
    }
}

/// A document and the place in it.
pub(super) fn author_text(author: &Author) -> String {
    match &author.section {
        Some(section) => format!("{} ({section})", author.document),
        None => author.document.clone(),
    }
}

/// Every claim of every spec against every major, a line each.
pub fn index_text<'j>(judgements: impl IntoIterator<Item = &'j Judgement>) -> String {
    let columns = crate::spec::modelled();
    let heading: Vec<String> = columns.iter().map(|major| format!("{major:<3}")).collect();
    let heading = heading.concat();
    let mut page = format!(
        "+ holds, - refuted, ? undecided, b within the bound of a program that never ends; Node {}\n",
        list(&columns)
    );
    for judgement in judgements {
        let _ = writeln!(page, "\n{heading} {}", judgement.spec.name);
        for Judged {
            claim, verdicts, ..
        } in &judgement.claims
        {
            let cell = |column: &u8| {
                let verdict = verdicts
                    .iter()
                    .find(|(major, _)| major == column)
                    .map(|(_, verdict)| verdict);
                let sign = match verdict.map(|verdict| verdict.finding) {
                    Some(Finding::Holds) => '+',
                    Some(Finding::Refuted) => '-',
                    Some(Finding::Undecided) => '?',
                    None => ' ',
                };
                format!(
                    "{sign}{} ",
                    if verdict.is_some_and(|verdict| verdict.bounded) {
                        'b'
                    } else {
                        ' '
                    }
                )
            };
            let cells: String = columns.iter().map(cell).collect();
            let _ = writeln!(page, "{cells} {}", claim.says);
        }
    }
    page
}
