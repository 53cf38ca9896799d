//! What is explored: a program of either guest, ready to run.

use super::{Caveat, Refusal, Rules};
use crate::guest::javascript::{JavaScript, Run};
use crate::guest::script::{Code, Script, ScriptGuest, State};
use crate::program::Program;
use crate::runtime::{Chooser, Machine, Meter, Observer, Runtime};

/// What is explored.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    /// A JavaScript program.
    Program(&'a Program),
    /// A script.
    Script(&'a Script),
}

impl<'a> From<&'a Program> for Subject<'a> {
    fn from(program: &'a Program) -> Self {
        Subject::Program(program)
    }
}

impl<'a> From<&'a Script> for Subject<'a> {
    fn from(script: &'a Script) -> Self {
        Subject::Script(script)
    }
}

/// A subject ready to run under the rules of one major, on any thread.
pub(super) enum Prepared {
    JavaScript(JavaScript),
    Script { code: Code, start: Box<Runtime> },
}

impl Prepared {
    pub(super) fn new(subject: Subject<'_>, rules: Rules) -> Result<Self, Refusal> {
        Ok(match subject {
            Subject::Program(program) => Prepared::JavaScript(JavaScript::prepare(program, rules)?),
            Subject::Script(script) => Prepared::Script {
                code: Code::new(script)?,
                start: Box::new(Runtime::new(rules, &script.to_program())),
            },
        })
    }

    /// What is to be said about the subject whatever it does.
    pub(super) fn caveats(&self) -> impl Iterator<Item = Caveat> {
        let caveats = match self {
            Prepared::JavaScript(program) => Some(program.caveats()),
            Prepared::Script { .. } => None,
        };
        caveats.into_iter().flatten().copied()
    }

    /// Runs it once.
    pub(super) fn run(
        &self,
        chooser: &mut dyn Chooser,
        observer: &mut dyn Observer,
        meter: &mut Meter,
    ) -> Run {
        match self {
            Prepared::JavaScript(program) => program.run(chooser, observer, meter),
            Prepared::Script { code, start } => {
                let mut runtime = Runtime::clone(start);
                let mut guest = ScriptGuest::new(code, State::new(code));
                let ending = Machine::new(&mut runtime, chooser, observer, meter).run(&mut guest);
                Run {
                    ending,
                    clock_read: runtime.is_clock_shown(),
                    not_offered: None,
                }
            }
        }
    }
}
