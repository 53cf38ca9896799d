//! Small random programs, and the smallest one that fails.
//!
//! A program is drawn as a tree of plain values (`draft`), which is what is shrunk (`shrink`), and is then printed
//! (`print`). Every label is printed at one place of its program only.
//!
//! A program may write files into its folder, so each run of it needs a folder of its own.

mod draft;
mod draw;
mod print;
mod shrink;
mod streams;
mod trim;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::program::Program;
use crate::runtime::PROFILES;
use draft::Draft;
use shrink::Shrinking;

/// A program that was drawn, with the majors it makes sense on.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    program: Program,
    majors: Vec<u8>,
}

impl Case {
    fn of(draft: &Draft) -> Self {
        let printed = print::print(draft);
        let majors = PROFILES.iter().map(|profile| profile.major);
        Case {
            program: printed.program,
            majors: majors.filter(|&major| major >= printed.since).collect(),
        }
    }

    /// The program.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The Node majors that have all that the program uses, oldest first.
    pub fn majors(&self) -> &[u8] {
        &self.majors
    }
}

/// What programs are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum About {
    /// Some are about this, some about that.
    #[default]
    Anything,
    /// Emitters and streams.
    Streams,
}

/// The program of a number; the same on every machine.
pub fn case(about: About, seed: u64, number: u64) -> Case {
    Case::of(&draft(about, seed, number))
}

/// The smallest program that fails among those the program of a number, which fails, can be cut down to. `fails` is asked
/// no more than so many times.
pub fn shrink(
    (about, seed, number): (About, u64, u64),
    fails: &mut dyn FnMut(&Case) -> bool,
    attempts: u32,
) -> Case {
    let mut tree = Shrinking::new(draft(about, seed, number));
    let mut smallest = Case::of(&tree.current());
    let mut left = attempts;
    let mut goes_on = tree.simplify();
    while goes_on {
        let tried = Case::of(&tree.current());
        // A smaller tree may print the same program.
        let is_smaller = tried == smallest || {
            if left == 0 {
                break;
            }
            left -= 1;
            fails(&tried)
        };
        goes_on = if is_smaller {
            smallest = tried;
            tree.simplify()
        } else {
            tree.complicate()
        };
    }
    smallest
}

fn draft(about: About, seed: u64, number: u64) -> Draft {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&number.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    match draw::drafts(about).new_tree(&mut runner) {
        Ok(tree) => tree.current(),
        Err(reason) => unreachable!("no strategy here rejects anything: {reason}"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::explore::{Limits, Search, explore, on_a_deep_stack};
    use crate::runtime::Profile;

    /// The labels of a program, in the order of its text.
    fn labels(program: &Program) -> Vec<&str> {
        let files = program
            .files
            .values()
            .filter_map(|text| std::str::from_utf8(text).ok());
        let texts = [program.source.as_str()].into_iter().chain(files);
        let calls = texts.flat_map(|text| text.split("console.log('").skip(1));
        calls.filter_map(|rest| rest.split('\'').next()).collect()
    }

    /// What stands inside of each line that ends like this.
    fn inside<'p>(lines: &[&'p str], opening: &str) -> Vec<Vec<&'p str>> {
        let indent = |line: &str| line.len() - line.trim_start().len();
        let opened = (0..lines.len()).filter(|&at| lines[at].ends_with(opening));
        let within = opened.map(|at| {
            let rest = lines[at + 1..].iter().copied();
            rest.take_while(|line| indent(line) > indent(lines[at]))
                .collect()
        });
        within.collect()
    }

    #[test]
    fn a_number_is_one_program() {
        let cases = |seed| {
            (0..50)
                .map(move |number| case(About::Anything, seed, number))
                .collect::<Vec<_>>()
        };
        assert_eq!(cases(7), cases(7));
        assert_ne!(cases(7), cases(8));
        let distinct: BTreeSet<_> = cases(7)
            .into_iter()
            .map(|case| case.program.source)
            .collect();
        assert!(distinct.len() > 45, "{}", distinct.len());
    }

    #[test]
    fn programs_are_accepted_and_their_labels_differ() {
        let never = AtomicBool::new(false);
        let limits = Limits {
            schedules: 1,
            ..Limits::default()
        };
        let search = Search {
            limits,
            reduce: true,
            threads: 1,
            interrupted: &never,
            progress: None,
        };
        on_a_deep_stack(|| {
            for number in 0..300 {
                let about = match number % 2 {
                    0 => About::Anything,
                    _ => About::Streams,
                };
                let case = case(about, 1, number);
                let labels = labels(case.program());
                let distinct: BTreeSet<_> = labels.iter().collect();
                assert_eq!(distinct.len(), labels.len(), "{:#?}", case.program());
                assert_eq!(case.majors().last(), Some(&Profile::newest().major));
                for rules in case.majors().iter().filter_map(|&major| Profile::of(major)) {
                    if let Err(refusal) = explore(case.program(), rules, &search) {
                        panic!(
                            "{number} on {}: {refusal}\n{:#?}",
                            rules.major,
                            case.program()
                        );
                    }
                }
            }
        });
    }

    #[test]
    fn what_fails_is_cut_down_to_what_it_needs() {
        let fails = |case: &Case| {
            let lines: Vec<_> = case.program().source.lines().collect();
            let timers = inside(&lines, "setImmediate(() => {");
            let timers = timers
                .iter()
                .flat_map(|lines| inside(lines, "setTimeout(() => {"));
            let mut lines = timers.flatten();
            lines.any(|line| line.trim_start().starts_with("console.log("))
        };
        let failing: Vec<u64> = (0..1000)
            .filter(|&number| fails(&case(About::Anything, 1, number)))
            .collect();
        assert!(failing.len() > 5, "{failing:?}");
        for number in failing {
            let smallest = shrink((About::Anything, 1, number), &mut { fails }, 1000);
            let lines: Vec<_> = smallest.program().source.lines().collect();
            let expected = [
                "setImmediate(() => {",
                "  console.log('a');",
                "  setTimeout(() => {",
                "    console.log('b');",
                "  }, 0);",
                "});",
            ];
            assert_eq!(lines, expected, "{number}");
            assert_eq!(smallest.majors().len(), PROFILES.len());
        }
    }

    #[test]
    fn no_more_is_asked_than_allowed() {
        let mut asked = 0;
        let mut always = |_: &Case| {
            asked += 1;
            true
        };
        shrink((About::Anything, 1, 3), &mut always, 2);
        assert_eq!(asked, 2);
    }

    #[test]
    fn what_always_fails_is_cut_down_to_nothing() {
        for number in 0..50 {
            let smallest = shrink((About::Anything, 1, number), &mut |_| true, 1000);
            assert_eq!(smallest.program(), &Program::new("main.js", ""), "{number}");
        }
    }
}
