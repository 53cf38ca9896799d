//! The judgement of a whole spec: every claim on every major, beside what is recorded.

use std::collections::BTreeSet;

use super::Spec;
use super::claim::{Claim, Label, flow};
use super::fault::Fault;
use super::verdict::{Verdict, judge};
use crate::explore::{Bound, Coverage, Ending, Exploration, Refusal};

/// A claim with its verdicts.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The claim.
    pub claim: Claim,
    /// Its verdict on each major that was explored, oldest first.
    pub verdicts: Vec<(u8, Verdict)>,
    /// It is not about what its author thinks, as one of the faults says; its verdicts mean nothing.
    pub is_mistaken: bool,
}

impl Judged {
    /// The majors on which the verdict is not what is recorded.
    pub fn differing(&self) -> Vec<u8> {
        let differs = |major: u8, verdict: &Verdict| {
            let judged = !self.is_mistaken && !verdict.interrupted;
            judged
                && self
                    .claim
                    .recorded_for(major)
                    .is_some_and(|recorded| !verdict.is(recorded))
        };
        self.verdicts
            .iter()
            .filter(|(major, verdict)| differs(*major, verdict))
            .map(|(major, _)| *major)
            .collect()
    }
}

/// A spec that was judged.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// The spec.
    pub spec: Spec,
    /// What was explored, by major, oldest first.
    pub explorations: Vec<(u8, Exploration)>,
    /// Its claims with their verdicts.
    pub claims: Vec<Judged>,
    /// What makes the spec unusable: a program that cannot be run, labels nobody prints, claims nothing could violate.
    pub faults: Vec<Fault>,
}

impl Judgement {
    /// Judges a spec by what was explored, on all of its majors or on some.
    pub fn new(spec: Spec, results: Vec<(u8, Result<Exploration, Refusal>)>) -> Self {
        let mut explorations = Vec::new();
        let mut faults: Vec<Fault> = Vec::new();
        for (major, result) in results {
            match result {
                Ok(exploration) => explorations.push((major, exploration)),
                Err(refusal) => {
                    let fault = spec.refusal_fault(&refusal);
                    if !faults.contains(&fault) {
                        faults.push(fault);
                    }
                }
            }
        }
        let claims = spec.claims.iter().map(|claim| {
            let verdict = |exploration| judge(&claim.says, exploration, spec.steps.is_some());
            let verdicts = explorations
                .iter()
                .map(|(major, exploration)| (*major, verdict(exploration)))
                .collect();
            Judged {
                claim: claim.clone(),
                verdicts,
                is_mistaken: false,
            }
        });
        let mut judgement = Judgement {
            claims: claims.collect(),
            explorations,
            faults,
            spec,
        };
        if judgement.is_whole() {
            judgement.audit();
        }
        judgement
    }

    /// Whether every claim can be judged and is as recorded wherever it was judged.
    pub fn is_as_recorded(&self) -> bool {
        self.faults.is_empty()
            && self
                .claims
                .iter()
                .all(|judged| judged.differing().is_empty())
    }

    /// The majors it was judged on.
    pub fn majors(&self) -> Vec<u8> {
        self.explorations.iter().map(|(major, _)| *major).collect()
    }

    /// Whether all majors were explored and none of their schedules left out.
    fn is_whole(&self) -> bool {
        let misses_runs = |exploration: &Exploration| match &exploration.coverage {
            Coverage::Complete => false,
            Coverage::Bounded(bounds) => bounds.keys().any(Bound::leaves_runs_out),
        };
        self.majors() == self.spec.majors
            && !self.explorations.iter().any(|(_, each)| misses_runs(each))
    }

    /// Looks for claims that are about something else than their author thinks.
    fn audit(&mut self) {
        let outcomes = self
            .explorations
            .iter()
            .flat_map(|(_, exploration)| exploration.outcomes.keys());
        let printed: BTreeSet<&str> = outcomes
            .flat_map(|outcome| &outcome.stdout)
            .map(String::as_str)
            .collect();
        let mut faults = Vec::new();
        let mut reported: BTreeSet<&str> = BTreeSet::new();
        let mut mistaken = Vec::new();
        for Judged {
            claim, verdicts, ..
        } in &self.claims
        {
            let labels = claim.says.labels();
            let is_unknown = |label: &&Label| {
                !printed.contains(&*label.text) && !self.spec.mentions(&label.text)
            };
            let unknown: Vec<&Label> = labels.iter().copied().filter(is_unknown).collect();
            for label in unknown.iter().filter(|label| reported.insert(&label.text)) {
                let message = format!(
                    "no run prints `{}`, and the program does not mention it",
                    label.text
                );
                let help = self.meant(&label.text, &printed);
                faults.push(self.spec.source.fault(label.place, message).with_help(help));
            }
            let vacuous = unknown.is_empty() && verdicts.iter().all(|(_, verdict)| verdict.vacuous);
            if vacuous {
                let message = "no run of the program could violate this claim: none prints all of these lines";
                let help = match labels.iter().find(|label| !printed.contains(&*label.text)) {
                    Some(label) => {
                        format!(
                            "if the point is that `{0}` is never printed, say so: never: {1}",
                            label.text,
                            flow([&*label.text])
                        )
                    }
                    None => "each is printed in other runs than the others".to_owned(),
                };
                faults.push(self.spec.source.fault(claim.place, message).with_help(help));
            }
            mistaken.push(vacuous || !unknown.is_empty());
        }
        self.faults.extend(faults);
        for (judged, mistaken) in self.claims.iter_mut().zip(mistaken) {
            judged.is_mistaken = mistaken;
        }
    }

    /// What a label nobody prints was probably meant to be.
    fn meant(&self, label: &str, printed: &BTreeSet<&str>) -> String {
        let nearest = printed
            .iter()
            .map(|line| (strsim::damerau_levenshtein(label, line), *line))
            .min()
            .filter(|(distance, _)| *distance <= 1 + label.chars().count() / 3);
        let fails = |(_, exploration): &(u8, Exploration)| {
            exploration
                .outcomes
                .keys()
                .all(|outcome| matches!(outcome.ended, Ending::Uncaught(_)))
        };
        match nearest {
            Some((_, line)) => format!("did you mean `{line}`?"),
            None if printed.is_empty() && self.explorations.iter().all(fails) => {
                format!("every run ends with an error nobody handles: see `tickproof explain {}`", self.spec.source.file)
            }
            None if printed.is_empty() => "the program prints nothing to standard output".to_owned(),
            None => "a label is a whole printed line; one that must never come is named in a comment of the program".into(),
        }
    }
}

impl Spec {
    /// Whether its program or one of its files contains a text.
    fn mentions(&self, text: &str) -> bool {
        let texts = self
            .program
            .files
            .values()
            .map(|bytes| String::from_utf8_lossy(bytes));
        self.program.source.contains(text) || texts.into_iter().any(|file| file.contains(text))
    }
}
