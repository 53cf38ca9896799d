//! Specs: a program, what is claimed about it, and which claims hold.
//!
//! A spec is one YAML file. [`find()`] lists the files below a folder, [`load()`] reads one and reports everything that is
//! wrong with it at once, [`judge`] decides its claims from the outcomes of an exploration, and [`Judgement`] holds the
//! judgement of a whole spec, over every Node major, against what is recorded.
//!
//! Nothing in here runs a program but [`Spec::explore`], and nothing prints.

mod claim;
mod fault;
mod find;
mod judgement;
mod load;
mod range;
mod reach;
mod verdict;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

pub use claim::{Author, Claim, Label, Recorded, Says, flow};
pub use fault::{Fault, Place, Source};
pub use find::{Found, find, is_spec, read_text};
pub use judgement::{Judged, Judgement};
pub use load::{load, parse, parse_ms};
pub use range::{RangeError, list, merge, modelled, parse as parse_range, show as show_range};
pub use reach::place_of;
pub use verdict::{Evidence, Finding, Role, Verdict, judge};

use crate::explore::{
    Cost, Coverage, Ending, Exploration, Limits, Outcome, ProgramError, Refusal, Schedule, Search,
    explore,
};
use crate::program::Program;
use crate::runtime::Profile;

/// A program with the claims about it.
#[derive(Debug, Clone)]
pub struct Spec {
    /// Its path below the folder of specs, without extension.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// The question it answers, as a sentence.
    pub title: String,
    /// What is run.
    pub program: Program,
    /// The majors it is judged on, oldest first.
    pub majors: Vec<u8>,
    /// What is claimed.
    pub claims: Vec<Claim>,
    /// The rules of the runtime the program exercises.
    pub rules: Vec<String>,
    /// Callbacks after which a run of this program, which never ends, is cut.
    pub steps: Option<u64>,
    /// The text of the spec.
    pub source: Source,
    /// Where the program's text stands in it, if it does: lines and columns to add.
    program_offset: Option<(usize, usize)>,
}

impl Spec {
    /// The limits of a search for this spec: its own bound where it declares one.
    pub fn limits(&self, limits: Limits) -> Limits {
        match self.steps {
            Some(steps) => limit_steps(limits, steps),
            None => limits,
        }
    }

    /// Explores its program under the rules of a major. That it is no program there is an outcome, not a mistake, if it is
    /// claimed to fail.
    ///
    /// # Errors
    ///
    /// If the program cannot be run, or cannot be trusted to run the same way twice.
    pub fn explore(
        &self,
        rules: &'static Profile,
        search: &Search<'_>,
    ) -> Result<Exploration, Refusal> {
        let search = Search {
            limits: self.limits(search.limits),
            ..*search
        };
        match explore(&self.program, rules, &search) {
            Err(Refusal::Program(_)) if self.claims_failure(rules.major) => Ok(failure()),
            explored => explored,
        }
    }

    /// Whether the program is claimed to fail on a major. That it is no program there is then an outcome, not a mistake.
    fn claims_failure(&self, major: u8) -> bool {
        let claims = |claim: &Claim| {
            claim.says == Says::Exits(FAILURE_CODE)
                && claim.recorded_for(major) == Some(Recorded::Holds)
        };
        self.claims.iter().any(claims)
    }

    /// A refusal of its program as a fault of this file, at the place of the program where that is known.
    pub fn refusal_fault(&self, refusal: &Refusal) -> Fault {
        match refusal {
            Refusal::Program(error) => self.program_fault(error),
            other => Fault::of_file(&self.source.file, other.to_string()),
        }
    }

    fn program_fault(&self, error: &ProgramError) -> Fault {
        let place = Place {
            line: error.line as usize,
            column: error.column.max(1) as usize,
            width: 1,
        };
        let in_entry = error.file.rsplit('/').next() == Some(self.program.entry.as_str());
        match self.program_offset {
            Some((lines, columns)) if in_entry && place.line > 0 => {
                let place = Place {
                    line: place.line + lines,
                    column: place.column + columns,
                    width: 1,
                };
                self.source.fault(place, &error.message)
            }
            _ => Fault {
                file: format!("{} ({})", self.source.file, error.file),
                place,
                text: error.text.clone(),
                message: error.message.clone(),
                help: None,
            },
        }
    }
}

/// The code Node exits with if there is an error nobody handles, or no program.
const FAILURE_CODE: i32 = 1;

/// The result of a program that Node does not get to run: it reports the error and exits.
fn failure() -> Exploration {
    let outcome = Outcome {
        stdout: Vec::new(),
        ended: Ending::Uncaught(FAILURE_CODE),
    };
    Exploration {
        outcomes: BTreeMap::from([(outcome, Schedule::default())]),
        coverage: Coverage::Complete,
        peak: None,
        caveats: BTreeSet::new(),
        cost: Cost::default(),
    }
}

/// Limits with a bound on the callbacks of a run. A drain that takes more than half of them is taken for one that never
/// ends, so that the bound of the drain is passed before that of the run.
pub fn limit_steps(limits: Limits, steps: u64) -> Limits {
    let drain = limits.drain.min(steps / 2).max(1);
    Limits {
        steps,
        steps_more: steps,
        drain,
        drain_more: drain,
        ..limits
    }
}
