//! Judging: from the outcomes of one major to a verdict on one claim.
//!
//! A run that came to its end satisfies a claim about runs or it does not. A run that was cut is a beginning: it may
//! already satisfy the claim or violate it whatever follows, otherwise the question is open. Open questions are answered as if
//! nothing followed where that is what the author asked for (the spec declares a bound) or what the run was found to be (it
//! is stuck in a drain); such a verdict is marked as bounded. Otherwise, and where runs are missing altogether, nothing is
//! concluded that what was not seen could overturn. That a callback went on for long does not say that it never returns.

use std::fmt;

use super::claim::{Label, Recorded, Says, flow};
use crate::explore::{Bound, Coverage, Exploration, Outcome, Schedule};
use crate::runtime::{Ending, Limit};

/// What was found about a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Finding {
    /// It holds.
    Holds,
    /// It does not.
    Refuted,
    /// A bound was hit before either was shown.
    Undecided,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Finding::Holds => "holds",
            Finding::Refuted => "refuted",
            Finding::Undecided => "undecided",
        })
    }
}

/// What a run is to a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// It shows that the claim holds, or is one of the runs in all of which it does.
    Witness,
    /// It refutes the claim, or is one of the runs none of which shows it.
    Counterexample,
}

/// A run that goes with a verdict: the least one in its role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What it is to the claim.
    pub role: Role,
    /// Whether it decides the claim by itself; otherwise it is one of all runs, which together do.
    pub decides: bool,
    /// What can be observed of it.
    pub outcome: Outcome,
    /// How to have it again.
    pub schedule: Schedule,
}

/// The verdict on a claim on one major.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What was found.
    pub finding: Finding,
    /// Whether it says only what happens within the bounds of the search.
    pub bounded: bool,
    /// Whether the claim holds for want of a run that could violate it.
    pub vacuous: bool,
    /// Whether it is undecided because the user did not want to wait.
    pub interrupted: bool,
    /// Why, in a sentence.
    pub because: String,
    /// A run that goes with it.
    pub evidence: Option<Evidence>,
}

impl Verdict {
    /// Whether this is what was recorded.
    pub fn is(&self, recorded: Recorded) -> bool {
        match recorded {
            Recorded::Holds => self.finding == Finding::Holds,
            Recorded::Refuted => self.finding == Finding::Refuted,
        }
    }
}

/// The finding, and whether it is bounded.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bounded = if self.bounded && self.finding != Finding::Undecided {
            " (bounded)"
        } else {
            ""
        };
        write!(f, "{}{bounded}", self.finding)
    }
}

/// Judges a claim by the outcomes on one major. `declared` says that the spec declares a bound on its runs.
pub fn judge(says: &Says, exploration: &Exploration, declared: bool) -> Verdict {
    Judge {
        says,
        exploration,
        declared,
    }
    .judge()
}

/// What one run answers to the question of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes,
    No,
    /// As it stands, but what follows could change it.
    Open {
        /// What the answer is if nothing follows.
        now: bool,
    },
}

impl Answer {
    fn of(yes: bool) -> Self {
        if yes { Answer::Yes } else { Answer::No }
    }
}

struct Judge<'j> {
    says: &'j Says,
    exploration: &'j Exploration,
    declared: bool,
}

/// A run that gave an answer.
#[derive(Clone, Copy)]
struct Run<'j> {
    outcome: &'j Outcome,
    schedule: &'j Schedule,
    /// The answer supposes that nothing follows what was seen.
    supposed: bool,
}

/// The runs by their answers.
#[derive(Default)]
struct Answers<'j> {
    yes: Vec<Run<'j>>,
    no: Vec<Run<'j>>,
    open: Vec<Run<'j>>,
}

impl<'j> Judge<'j> {
    fn judge(&self) -> Verdict {
        let answers = self.answers();
        match self.says {
            Says::Sometimes(_) => self.existential(answers),
            Says::Outcomes(expected) => self.exact_set(answers, expected),
            Says::Buffered(most) => self.buffered(answers, *most),
            _ => self.universal(answers),
        }
    }

    fn answers(&self) -> Answers<'j> {
        let mut answers = Answers::default();
        for (outcome, schedule) in &self.exploration.outcomes {
            let (answer, supposed) = match self.ask(outcome) {
                Answer::Open { now } if self.stands_for_all_time(outcome) => {
                    (Answer::of(now), true)
                }
                answer => (answer, false),
            };
            let runs = match answer {
                Answer::Yes => &mut answers.yes,
                Answer::No => &mut answers.no,
                Answer::Open { .. } => &mut answers.open,
            };
            runs.push(Run {
                outcome,
                schedule,
                supposed,
            });
        }
        answers
    }

    /// Whether a run that was cut is judged as if nothing followed.
    fn stands_for_all_time(&self, outcome: &Outcome) -> bool {
        match outcome.ended {
            Ending::Starved(_) => true,
            Ending::Endless | Ending::Halted(Limit::Time) => self.declared,
            Ending::Halted(Limit::Cost | Limit::Memory) => false,
            Ending::Exit(_) | Ending::Uncaught(_) | Ending::Unsettled(_) | Ending::Blocked => true,
        }
    }

    /// Whether whole runs are missing.
    fn runs_are_missing(&self) -> bool {
        self.is_bounded_by(|bound| bound.leaves_runs_out())
    }

    fn is_bounded_by(&self, is_it: impl Fn(&Bound) -> bool) -> bool {
        match &self.exploration.coverage {
            Coverage::Complete => false,
            Coverage::Bounded(bounds) => bounds.keys().any(is_it),
        }
    }

    /// Asks one run.
    fn ask(&self, outcome: &Outcome) -> Answer {
        let lines = &outcome.stdout;
        let cut = is_cut(outcome.ended);
        let open = |now: bool| {
            if cut {
                Answer::Open { now }
            } else {
                Answer::of(now)
            }
        };
        match self.says {
            Says::Output(labels) => {
                if labels == lines {
                    open(true)
                } else if starts(labels, lines) {
                    open(false)
                } else {
                    Answer::No
                }
            }
            Says::Outcomes(expected) => {
                if expected.iter().any(|labels| labels == lines) {
                    open(true)
                } else if expected.iter().any(|labels| starts(labels, lines)) {
                    open(false)
                } else {
                    Answer::No
                }
            }
            Says::Always(labels) | Says::Sometimes(labels) => match order(labels, lines) {
                Order::Shown => Answer::Yes,
                Order::Begun => open(false),
                Order::Broken => Answer::No,
            },
            Says::Never(labels) => match order(labels, lines) {
                Order::Shown => Answer::No,
                Order::Begun => open(true),
                Order::Broken => Answer::Yes,
            },
            Says::Exits(code) => open(outcome.exit_code() == Some(*code)),
            Says::Starves(_) => match outcome.ended {
                Ending::Starved(_) | Ending::Halted(Limit::Time) => Answer::Open { now: true },
                _ => open(false),
            },
            Says::NeverExits => match outcome.ended {
                Ending::Blocked => Answer::Yes,
                _ => open(cut),
            },
            Says::Buffered(_) => open(true),
        }
    }

    /// What streams hold at most is known of the search as a whole: the fullest a side of one ever is.
    fn buffered(&self, answers: Answers<'_>, most: i64) -> Verdict {
        let Some(peak) = &self.exploration.peak else {
            let verdict = self.universal(answers);
            let because = "no stream ever holds anything".to_owned();
            return if verdict.finding == Finding::Holds {
                Verdict { because, ..verdict }
            } else {
                verdict
            };
        };
        let shown = format!(
            "{} at a high water mark of {}",
            peak.length, peak.high_water_mark
        );
        let evidence = |role| Evidence {
            role,
            decides: role == Role::Counterexample,
            outcome: peak.outcome.clone(),
            schedule: peak.schedule.clone(),
        };
        if peak.length > most {
            return Verdict {
                finding: Finding::Refuted,
                bounded: false,
                vacuous: false,
                interrupted: false,
                because: format!("a stream holds {shown}"),
                evidence: Some(evidence(Role::Counterexample)),
            };
        }
        let verdict = self.universal(answers);
        if verdict.finding != Finding::Holds {
            return verdict;
        }
        Verdict {
            because: format!("a stream holds at most {shown}"),
            evidence: Some(evidence(Role::Witness)),
            ..verdict
        }
    }

    fn universal(&self, answers: Answers<'_>) -> Verdict {
        if let Some(evidence) = least(&answers.no, Role::Counterexample, true) {
            // A violation needs no other run, and nothing that follows can heal it.
            let bounded = answers.no.iter().all(|run| run.supposed);
            let because = self.violation(&evidence.outcome);
            return Verdict {
                finding: Finding::Refuted,
                bounded,
                vacuous: false,
                interrupted: false,
                because,
                evidence: Some(evidence),
            };
        }
        if let Some(undecided) = self.undecided(&answers) {
            return undecided;
        }
        let vacuous = match self.says {
            Says::Never(labels) if labels.len() > 1 => !self
                .exploration
                .outcomes
                .keys()
                .any(|outcome| prints_all(labels, &outcome.stdout)),
            _ => false,
        };
        let because = match (vacuous, self.exploration.outcomes.len()) {
            (true, _) => {
                "no run prints all of these lines, so no run could violate the claim".to_owned()
            }
            (false, 1) => "the only outcome satisfies it".to_owned(),
            (false, 2) => "both outcomes satisfy it".to_owned(),
            (false, count) => format!("all {count} outcomes satisfy it"),
        };
        let evidence = least(&answers.yes, Role::Witness, false);
        Verdict {
            finding: Finding::Holds,
            bounded: any_supposed(&answers.yes),
            vacuous,
            interrupted: false,
            because,
            evidence,
        }
    }

    fn existential(&self, answers: Answers<'_>) -> Verdict {
        if let Some(evidence) = least(&answers.yes, Role::Witness, true) {
            let because = "a run shows it".to_owned();
            return Verdict {
                finding: Finding::Holds,
                bounded: false,
                vacuous: false,
                interrupted: false,
                because,
                evidence: Some(evidence),
            };
        }
        if let Some(undecided) = self.undecided(&answers) {
            return undecided;
        }
        let because = match self.exploration.outcomes.len() {
            1 => "the only outcome does not show it".to_owned(),
            2 => "neither outcome shows it".to_owned(),
            count => format!("none of the {count} outcomes shows it"),
        };
        let evidence = least(&answers.no, Role::Counterexample, false);
        Verdict {
            finding: Finding::Refuted,
            bounded: any_supposed(&answers.no),
            vacuous: false,
            interrupted: false,
            because,
            evidence,
        }
    }

    /// Every run is among the expected, and every one expected occurs.
    fn exact_set(&self, answers: Answers<'_>, expected: &[Vec<Label>]) -> Verdict {
        let occurs = |labels: &[Label]| {
            self.exploration
                .outcomes
                .keys()
                .any(|outcome| labels == outcome.stdout.as_slice())
        };
        let missing: Vec<&Vec<Label>> = expected.iter().filter(|labels| !occurs(labels)).collect();
        if !answers.no.is_empty() || missing.is_empty() {
            return self.universal(answers);
        }
        if let Some(undecided) = self.undecided(&answers) {
            return undecided;
        }
        let shown: Vec<String> = missing
            .iter()
            .map(|labels| flow(labels.iter().map(|label| label.text.as_str())))
            .collect();
        let because = format!("no run prints {}", shown.join(" or "));
        let evidence = least(&answers.yes, Role::Counterexample, false);
        Verdict {
            finding: Finding::Refuted,
            bounded: any_supposed(&answers.yes),
            vacuous: false,
            interrupted: false,
            because,
            evidence,
        }
    }

    /// The verdict if what was not seen could overturn any other.
    fn undecided(&self, answers: &Answers<'_>) -> Option<Verdict> {
        let because = if self.runs_are_missing() {
            "the search ended before every schedule was run".to_owned()
        } else if answers.open.is_empty() && !self.exploration.outcomes.is_empty() {
            return None;
        } else {
            let mut endings = answers.open.iter().map(|run| run.outcome.ended);
            let because = match endings.next() {
                Some(Ending::Endless) => {
                    "runs were cut at the bound of their steps; declare a `bound` to judge their beginnings"
                }
                Some(Ending::Halted(Limit::Time)) => {
                    "runs were cut in a callback that may return or not; declare a `bound` to judge their beginnings"
                }
                Some(Ending::Halted(Limit::Cost)) => "runs took longer than they may",
                _ => "runs asked for more memory than they are given",
            };
            because.to_owned()
        };
        let evidence = least(&answers.open, Role::Counterexample, false);
        let interrupted = self.is_bounded_by(|bound| *bound == Bound::Interrupted);
        Some(Verdict {
            finding: Finding::Undecided,
            bounded: true,
            vacuous: false,
            interrupted,
            because,
            evidence,
        })
    }

    /// What is wrong with a run that violates the claim.
    fn violation(&self, outcome: &Outcome) -> String {
        let lines = &outcome.stdout;
        let ended = match outcome.exit_code() {
            Some(code) => format!("a run ends with exit code {code}"),
            None => "a run does not end".to_owned(),
        };
        match self.says {
            Says::Output(_) => "a run prints something else".to_owned(),
            Says::Outcomes(_) => format!("a run prints {}", flow(lines.iter().map(String::as_str))),
            Says::Always(labels) | Says::Sometimes(labels) => {
                let unprinted = labels
                    .iter()
                    .find(|label| !lines.iter().any(|line| *label == line));
                match (unprinted, labels.as_slice()) {
                    (Some(label), _) => format!("a run does not print {}", quoted(&label.text)),
                    (None, [first, second]) => {
                        format!(
                            "a run prints {} before {}",
                            quoted(&second.text),
                            quoted(&first.text)
                        )
                    }
                    (None, _) => "a run prints them in another order".to_owned(),
                }
            }
            Says::Never(labels) => match labels.as_slice() {
                [label] => format!("a run prints {}", quoted(&label.text)),
                [first, second] => format!(
                    "a run prints {} before {}",
                    quoted(&first.text),
                    quoted(&second.text)
                ),
                _ => "a run prints them in this order".to_owned(),
            },
            Says::Exits(_) | Says::NeverExits | Says::Buffered(_) => ended,
            Says::Starves(_) => match outcome.ended {
                Ending::Endless => "a run goes on from phase to phase".to_owned(),
                Ending::Blocked => "a run waits in the loop".to_owned(),
                _ => ended,
            },
        }
    }
}

fn quoted(text: &str) -> String {
    format!("`{text}`")
}

/// Whether a run may go on beyond what was seen of it.
fn is_cut(ended: Ending) -> bool {
    match ended {
        Ending::Starved(_) | Ending::Endless | Ending::Halted(_) => true,
        Ending::Exit(_) | Ending::Uncaught(_) | Ending::Unsettled(_) | Ending::Blocked => false,
    }
}

/// How the first printings of some labels stand to the order claimed.
enum Order {
    /// All are printed, in this order.
    Shown,
    /// Those printed are a beginning of the order.
    Begun,
    /// Whatever is printed further, the order is not this one.
    Broken,
}

fn order(labels: &[Label], lines: &[String]) -> Order {
    let firsts: Vec<Option<usize>> = labels
        .iter()
        .map(|label| lines.iter().position(|line| label == line))
        .collect();
    let begun = firsts.iter().take_while(|first| first.is_some()).count();
    let sorted = firsts[..begun].is_sorted();
    if !sorted || firsts[begun..].iter().any(Option::is_some) {
        Order::Broken
    } else if begun == labels.len() {
        Order::Shown
    } else {
        Order::Begun
    }
}

fn prints_all(labels: &[Label], lines: &[String]) -> bool {
    labels
        .iter()
        .all(|label| lines.iter().any(|line| label == line))
}

/// Whether `lines` are a beginning of `labels`.
fn starts(labels: &[Label], lines: &[String]) -> bool {
    lines.len() < labels.len() && labels.iter().zip(lines).all(|(label, line)| label == line)
}

fn any_supposed(runs: &[Run<'_>]) -> bool {
    runs.iter().any(|run| run.supposed)
}

/// The run of least deviation, of those whose answer supposes nothing if there are such.
fn least(runs: &[Run<'_>], role: Role, decides: bool) -> Option<Evidence> {
    let run = runs.iter().min_by_key(
        |Run {
             outcome,
             schedule,
             supposed,
         }| {
            (
                *supposed,
                schedule.deviations(),
                schedule.picks().len(),
                *schedule,
                *outcome,
            )
        },
    )?;
    Some(Evidence {
        role,
        decides,
        outcome: run.outcome.clone(),
        schedule: run.schedule.clone(),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::explore::Cost;
    use crate::runtime::Phase;
    use crate::spec::Place;

    fn labels(line: &str) -> Vec<Label> {
        line.split_whitespace()
            .map(|text| Label {
                text: text.into(),
                place: Place::default(),
            })
            .collect()
    }

    /// Outcomes in the order of their deviations; each its lines, and how it ended.
    fn exploration(runs: &[(&str, Ending)], bounds: &[Bound]) -> Exploration {
        let outcomes = runs.iter().enumerate().map(|(at, (lines, ended))| {
            let stdout = lines.split_whitespace().map(str::to_owned).collect();
            let schedule = format!("1:{}", vec!["t1/2"; at].join(","));
            (
                Outcome {
                    stdout,
                    ended: *ended,
                },
                schedule.parse().unwrap(),
            )
        });
        let coverage = if bounds.is_empty() {
            Coverage::Complete
        } else {
            Coverage::Bounded(bounds.iter().map(|bound| (*bound, 1)).collect())
        };
        let outcomes: BTreeMap<_, _> = outcomes.collect();
        Exploration {
            outcomes,
            coverage,
            peak: None,
            caveats: BTreeSet::new(),
            cost: Cost::default(),
        }
    }

    const DONE: Ending = Ending::Exit(0);
    const STUCK: Ending = Ending::Starved(Phase::Main);

    fn found(says: Says, runs: &[(&str, Ending)]) -> String {
        judge(&says, &exploration(runs, &[]), false).to_string()
    }

    #[test]
    fn always_wants_every_label_in_every_run() {
        let says = || Says::Always(labels("a b"));
        assert_eq!(found(says(), &[("a b", DONE), ("a x b a", DONE)]), "holds");
        assert_eq!(found(says(), &[("a b", DONE), ("b a b", DONE)]), "refuted");
        assert_eq!(found(says(), &[("a b", DONE), ("a", DONE)]), "refuted");
    }

    #[test]
    fn never_and_sometimes_are_opposites() {
        for (runs, never, sometimes) in [
            (vec![("b a", DONE), ("a", DONE)], "holds", "refuted"),
            (vec![("b a", DONE), ("a b", DONE)], "refuted", "holds"),
        ] {
            assert_eq!(found(Says::Never(labels("a b")), &runs), never);
            assert_eq!(found(Says::Sometimes(labels("a b")), &runs), sometimes);
        }
    }

    #[test]
    fn a_pair_no_run_prints_cannot_be_violated() {
        let says = Says::Never(labels("a b"));
        assert!(judge(&says, &exploration(&[("a", DONE), ("b", DONE)], &[]), false).vacuous);
        assert!(
            !judge(
                &says,
                &exploration(&[("b a", DONE), ("b", DONE)], &[]),
                false
            )
            .vacuous
        );
        assert!(
            !judge(
                &Says::Never(labels("c")),
                &exploration(&[("a", DONE)], &[]),
                false
            )
            .vacuous
        );
    }

    #[test]
    fn a_set_is_exact_in_both_directions() {
        let says = || Says::Outcomes(vec![labels("a b"), labels("b a")]);
        assert_eq!(found(says(), &[("a b", DONE), ("b a", DONE)]), "holds");
        assert_eq!(
            found(says(), &[("a b", DONE), ("b a", DONE), ("a", DONE)]),
            "refuted"
        );
        let missing = judge(&says(), &exploration(&[("a b", DONE)], &[]), false);
        assert_eq!(
            (missing.finding, missing.because.as_str()),
            (Finding::Refuted, "no run prints [b, a]")
        );
    }

    #[test]
    fn the_counterexample_deviates_least() {
        let runs = [("a b", DONE), ("b", DONE), ("b a", DONE), ("a", DONE)];
        let verdict = judge(
            &Says::Output(labels("a b")),
            &exploration(&runs, &[]),
            false,
        );
        let evidence = verdict.evidence.unwrap();
        assert_eq!(
            (evidence.outcome.stdout, evidence.schedule.deviations()),
            (vec!["b".to_owned()], 1)
        );
    }

    #[test]
    fn a_stuck_run_is_judged_as_it_stands() {
        assert_eq!(
            found(Says::Starves(Phase::Poll), &[("a", STUCK)]),
            "holds (bounded)"
        );
        assert_eq!(
            found(Says::Starves(Phase::Poll), &[("a", STUCK), ("b", DONE)]),
            "refuted"
        );
        assert_eq!(
            found(Says::Never(labels("b")), &[("a", STUCK)]),
            "holds (bounded)"
        );
        assert_eq!(
            found(Says::Always(labels("b")), &[("a", STUCK)]),
            "refuted (bounded)"
        );
        assert_eq!(found(Says::NeverExits, &[("a", STUCK)]), "holds (bounded)");
        assert_eq!(found(Says::Exits(0), &[("a", STUCK)]), "refuted (bounded)");
    }

    #[test]
    fn a_callback_that_was_cut_may_return_unless_a_bound_is_declared() {
        let found = |says: Says, limit: Limit, declared: bool| {
            let exploration = exploration(&[("a", Ending::Halted(limit))], &[Bound::Guest(limit)]);
            judge(&says, &exploration, declared).to_string()
        };
        let never = || Says::Never(labels("b"));
        let always = || Says::Always(labels("b"));
        assert_eq!(found(never(), Limit::Time, false), "undecided");
        assert_eq!(found(always(), Limit::Time, false), "undecided");
        assert_eq!(found(never(), Limit::Time, true), "holds (bounded)");
        let starves = Says::Starves(Phase::Poll);
        assert_eq!(found(starves, Limit::Time, true), "holds (bounded)");
        assert_eq!(found(never(), Limit::Cost, true), "undecided");
        assert_eq!(found(always(), Limit::Memory, true), "undecided");
    }

    #[test]
    fn an_endless_run_is_judged_only_if_a_bound_is_declared() {
        let exploration = exploration(&[("a b", Ending::Endless)], &[Bound::Steps(9)]);
        let found = |says: Says, declared| judge(&says, &exploration, declared).to_string();
        assert_eq!(found(Says::NeverExits, false), "undecided");
        assert_eq!(found(Says::NeverExits, true), "holds (bounded)");
        assert_eq!(found(Says::Never(labels("c")), false), "undecided");
        assert_eq!(found(Says::Never(labels("c")), true), "holds (bounded)");
        assert_eq!(found(Says::Starves(Phase::Poll), true), "refuted (bounded)");
        assert_eq!(found(Says::Output(labels("a b c")), false), "undecided");
        // Nothing that may follow changes these.
        assert_eq!(found(Says::Always(labels("a b")), false), "holds");
        assert_eq!(found(Says::Always(labels("b a")), false), "refuted");
        assert_eq!(found(Says::Never(labels("b a")), false), "holds");
        assert_eq!(found(Says::Output(labels("b")), false), "refuted");
    }

    #[test]
    fn missing_runs_leave_open_what_one_run_could_overturn() {
        for bound in [Bound::Interrupted, Bound::Schedules(1)] {
            let exploration = exploration(&[("a b", DONE)], &[bound]);
            let found = |says: Says| judge(&says, &exploration, true).to_string();
            assert_eq!(found(Says::Always(labels("a b"))), "undecided");
            assert_eq!(found(Says::Always(labels("b a"))), "refuted");
            assert_eq!(found(Says::Sometimes(labels("a b"))), "holds");
            assert_eq!(found(Says::Sometimes(labels("b a"))), "undecided");
            assert_eq!(
                found(Says::Outcomes(vec![labels("a b"), labels("b a")])),
                "undecided"
            );
            assert_eq!(found(Says::Outcomes(vec![labels("b a")])), "refuted");
        }
    }

    #[test]
    fn a_search_that_saw_nothing_decides_nothing() {
        let exploration = exploration(&[], &[Bound::Interrupted]);
        assert_eq!(
            judge(&Says::Exits(0), &exploration, true).finding,
            Finding::Undecided
        );
    }
}
