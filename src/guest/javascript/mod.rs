//! JavaScript programs: an embedded engine supplies the language and promise jobs, the model everything Node adds.
//!
//! The JavaScript layer (`node/`) keeps the tables of what the model knows by number and is entered through one function,
//! `dispatch` (`guest`); it reaches the model through plain natives over the `host` of the running call. Every run begins
//! with the engine's `memory` as it was when the layer had been started and no program had run (`engine`).

mod brotli;
mod builtins;
mod ciphers;
mod crypto;
mod deflate;
mod emitters;
mod engine;
mod files;
mod guest;
mod host;
mod matter;
mod memory;
mod modules;
mod natives;
mod objects;
mod prepare;
mod rewrite;
mod rules;
mod source;
mod streams;
mod tables;
mod zlib;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::program::Program;
use crate::runtime::{Chooser, Ending, Limit, Machine, Meter, Observer, Profile, Runtime};
use guest::JsGuest;
use host::Session;
use prepare::Prepared;
pub use prepare::ProgramError;

/// What a reader of a verdict has to know about the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Caveat {
    /// It looked at a clock.
    ClockRead,
    /// It has an async generator, or a `for await`, whose promise jobs are the engine's.
    AsyncGenerator,
}

impl fmt::Display for Caveat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Caveat::ClockRead => "the program reads a clock: the values it was shown are one choice of many",
            Caveat::AsyncGenerator => {
                "an async generator with `await using`, or with a `var` called like a parameter, is run by the engine: promise jobs may differ"
            }
        })
    }
}

/// A program ready to run under the rules of one major, on any thread.
#[derive(Clone)]
#[allow(
    missing_debug_implementations,
    reason = "bytecode tells nobody anything"
)]
pub struct JavaScript {
    prepared: Arc<Prepared>,
}

/// What one run came to.
#[derive(Debug)]
pub struct Run {
    /// How it ended; `None` if the chooser cut it.
    pub ending: Option<Ending>,
    /// Whether the program looked at a clock.
    pub clock_read: bool,
    /// What the program asked for that is not offered, in words. What it did then says nothing about Node.
    pub not_offered: Option<String>,
}

impl JavaScript {
    /// Compiles a program.
    ///
    /// # Errors
    ///
    /// If its entry is not JavaScript of this engine.
    pub fn prepare(program: &Program, rules: &'static Profile) -> Result<Self, ProgramError> {
        let prepared = Prepared::new(program, rules)?;
        Ok(JavaScript {
            prepared: Arc::new(prepared),
        })
    }

    /// What is to be said about the program whatever it does.
    pub fn caveats(&self) -> &BTreeSet<Caveat> {
        &self.prepared.caveats
    }

    /// Runs the program once.
    pub fn run(
        &self,
        chooser: &mut dyn Chooser,
        observer: &mut dyn Observer,
        meter: &mut Meter,
    ) -> Run {
        let mut runtime = Runtime::new(self.prepared.rules, &self.prepared.program);
        let ending = engine::with_context(self.prepared.rules, |fresh, ctx| {
            let mut session = Session::new(self.prepared.clone(), fresh);
            let mut guest = JsGuest {
                ctx: &ctx,
                session: &mut session,
            };
            let ending = Machine::new(&mut runtime, chooser, observer, meter).run(&mut guest);
            Ok((ending, session.not_offered.take()))
        });
        // Without a program of its own at work, the engine fails only for want of memory.
        let (ending, not_offered) = ending.unwrap_or((Some(Ending::Halted(Limit::Memory)), None));
        Run {
            ending,
            clock_read: runtime.is_clock_shown(),
            not_offered,
        }
    }
}
