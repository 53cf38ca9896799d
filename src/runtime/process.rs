//! The process: uncaught errors, exit, beforeExit (PRC-1 to PRC-6, LOOP-23 to LOOP-25).

use super::Machine;
use super::doors::{Guest, ProcessEvent, Returned, Step, Stop, ValueId};
use crate::program::RejectionMode;

/// Where an uncaught exception comes from: the second argument of its listeners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Something threw.
    Exception,
    /// A rejection was raised as an exception.
    Rejection,
}

impl Origin {
    /// The word Node uses.
    pub fn name(self) -> &'static str {
        match self {
            Origin::Exception => "uncaughtException",
            Origin::Rejection => "unhandledRejection",
        }
    }
}

/// The state of the process object that decides anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Process {
    /// `process.exitCode`, if set.
    pub(super) exit_code: Option<i32>,
    /// Exiting has begun: ticks are no longer taken (MT-8).
    pub(super) exiting: bool,
    /// The process ended because of an error nobody handled.
    pub(super) failed: bool,
    /// `--unhandled-rejections`, if given.
    pub(super) rejections: Option<RejectionMode>,
    /// A handler of an uncaught exception is running.
    pub(super) handling: bool,
}

impl Machine<'_> {
    /// `process.exitCode = code`.
    pub fn set_exit_code(&mut self, code: Option<i32>) {
        self.runtime.process.exit_code = code;
    }

    /// `process.exitCode`.
    pub fn exit_code(&self) -> Option<i32> {
        self.runtime.process.exit_code
    }

    /// Whether exiting has begun.
    pub fn is_exiting(&self) -> bool {
        self.runtime.process.exiting
    }

    /// `process.exit(code)` (PRC-1): emits 'exit' at once, then ends. It comes back only if a listener of 'exit' threw: the
    /// exception is the caller's, and exiting stays begun.
    pub fn exit(&mut self, guest: &mut dyn Guest, code: Option<i32>) -> Step<ValueId> {
        self.rule("PRC-1");
        if code.is_some() {
            self.runtime.process.exit_code = code;
        }
        if !self.runtime.process.exiting {
            self.runtime.process.exiting = true;
            let shown = self.runtime.process.exit_code.unwrap_or(0);
            let emitted = self.emit(guest, ProcessEvent::Exit(shown))?;
            if let Returned::Threw(error) = emitted.returned {
                return Ok(error);
            }
        }
        Err(Stop::Exited)
    }

    /// An exception reached the top (PRC-3, PRC-4). Returns if a listener handled it, otherwise the process ends.
    pub fn uncaught(&mut self, guest: &mut dyn Guest, error: ValueId, origin: Origin) -> Step {
        self.rule("PRC-3");
        if std::mem::replace(&mut self.runtime.process.handling, true) {
            // PRC-4: the handler itself threw, so 'exit' is not emitted.
            return self.die(guest, error, 7);
        }
        let monitored = self.emit(guest, ProcessEvent::UncaughtExceptionMonitor(error, origin))?;
        if let Returned::Threw(error) = monitored.returned {
            return self.die(guest, error, 7);
        }
        let emitted = self.emit(guest, ProcessEvent::UncaughtException(error, origin))?;
        if let Returned::Threw(error) = emitted.returned {
            self.rule("PRC-4");
            return self.die(guest, error, 7);
        }
        self.runtime.process.handling = false;
        if emitted.heard {
            self.rule("LOOP-25");
            self.push_empty_immediate();
            return Ok(());
        }
        if !self.runtime.process.exiting {
            self.runtime.process.exiting = true;
            self.runtime.process.exit_code = Some(1);
            // What an 'exit' listener throws now is ignored.
            self.emit(guest, ProcessEvent::Exit(1))?;
        }
        guest.report(self, error)?;
        self.runtime.process.failed = true;
        self.runtime.process.exit_code.get_or_insert(1);
        Err(Stop::Exited)
    }

    fn die(&mut self, guest: &mut dyn Guest, error: ValueId, code: i32) -> Step {
        guest.report(self, error)?;
        let process = &mut self.runtime.process;
        process.failed = true;
        process.exiting = true;
        process.exit_code = Some(code);
        Err(Stop::Exited)
    }

    /// The end of a program whose loop is dead (LOOP-24): emits 'exit' and says with which code the process ends.
    pub(super) fn emit_exit(&mut self, guest: &mut dyn Guest) -> Step {
        self.rule("LOOP-24");
        self.runtime.process.exiting = true;
        let mut shown = self.runtime.process.exit_code.unwrap_or(0);
        if guest.is_unsettled() && self.runtime.process.exit_code.is_none() {
            self.rule("PRC-5");
            self.runtime.process.exit_code = Some(13);
            shown = self.runtime.profile.unsettled_code_shown;
        }
        let emitted = self.emit(guest, ProcessEvent::Exit(shown))?;
        match emitted.returned {
            // Promise jobs of 'exit' listeners run, ticks were never taken.
            Returned::Normally => self.close_scope(guest)?,
            Returned::Threw(error) => self.uncaught(guest, error, Origin::Exception)?,
        }
        let unset = if self.runtime.profile.shown_code_stays {
            shown
        } else {
            0
        };
        self.runtime.process.exit_code.get_or_insert(unset);
        Ok(())
    }

    /// Emits 'beforeExit' (LOOP-23).
    pub(super) fn emit_before_exit(&mut self, guest: &mut dyn Guest) -> Step {
        self.rule("LOOP-23");
        let code = self.runtime.process.exit_code.unwrap_or(0);
        let emitted = self.emit(guest, ProcessEvent::BeforeExit(code))?;
        match emitted.returned {
            Returned::Normally => self.close_scope(guest),
            Returned::Threw(error) => self.uncaught(guest, error, Origin::Exception),
        }
    }
}
