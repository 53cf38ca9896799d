//! `setImmediate` and the check phase (IMM-1 to IMM-7, LOOP-19, LOOP-20).

use std::collections::VecDeque;

use super::Machine;
use super::doors::{CallbackId, Guest, Kind, Phase, Renaming, Returned, Step};
use super::drain::Drained;
use super::process::Origin;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Immediate {
    /// `None` is the empty immediate that follows a handled exception (LOOP-25).
    callback: Option<CallbackId>,
    refed: bool,
}

/// The immediates of one loop.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Immediates {
    queue: VecDeque<Immediate>,
    /// The batch the check phase took and has not finished.
    outstanding: VecDeque<Immediate>,
    /// Whether a batch was begun and not finished; it stays set when the last of a batch throws (IMM-6).
    has_outstanding: bool,
    /// Whether the idle handle keeps the loop alive and the poll phase from blocking.
    idle_active: bool,
}

impl Immediates {
    fn all(&self) -> impl Iterator<Item = &Immediate> {
        self.queue.iter().chain(&self.outstanding)
    }

    fn find(&mut self, callback: CallbackId) -> Option<&mut Immediate> {
        self.queue
            .iter_mut()
            .chain(&mut self.outstanding)
            .find(|each| each.callback == Some(callback))
    }

    /// Gives callbacks other numbers.
    pub(super) fn rename(&mut self, renaming: &mut dyn Renaming) {
        let all = self.queue.iter_mut().chain(&mut self.outstanding);
        for callback in all.filter_map(|each| each.callback.as_mut()) {
            *callback = renaming.callback(*callback);
        }
    }

    fn none_refed(&self) -> bool {
        !self.all().any(|each| each.refed)
    }

    /// Whether an immediate keeps the loop alive (LOOP-9, IMM-2).
    pub(super) fn keeps_alive(&self) -> bool {
        self.idle_active
    }

    /// Whether the check phase has anything to run.
    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty() && self.outstanding.is_empty()
    }
}

impl Machine<'_> {
    /// `setImmediate` (IMM-1, IMM-2).
    pub fn set_immediate(&mut self, callback: CallbackId) {
        self.push_immediate(Some(callback));
    }

    /// The empty immediate that makes the loop turn once more after a handled exception (LOOP-25).
    pub(super) fn push_empty_immediate(&mut self) {
        self.push_immediate(None);
    }

    fn push_immediate(&mut self, callback: Option<CallbackId>) {
        let immediates = &mut self.runtime.immediates;
        let immediate = Immediate {
            callback,
            refed: true,
        };
        immediates.queue.push_back(immediate);
        immediates.idle_active = true;
    }

    /// `clearImmediate`; also reaches the batch that is running (IMM-4).
    pub fn clear_immediate(&mut self, callback: CallbackId) {
        let immediates = &mut self.runtime.immediates;
        let Some(refed) = immediates.find(callback).map(|found| found.refed) else {
            return;
        };
        immediates
            .queue
            .retain(|each| each.callback != Some(callback));
        immediates
            .outstanding
            .retain(|each| each.callback != Some(callback));
        if refed && immediates.none_refed() {
            immediates.idle_active = false;
        }
    }

    /// `immediate.ref()` and `immediate.unref()` (IMM-2).
    pub fn ref_immediate(&mut self, callback: CallbackId, refed: bool) {
        let immediates = &mut self.runtime.immediates;
        let Some(found) = immediates.find(callback) else {
            return;
        };
        if found.refed != refed {
            found.refed = refed;
            if refed {
                immediates.idle_active = true;
            } else if immediates.none_refed() {
                immediates.idle_active = false;
            }
        }
    }

    /// The check phase.
    pub(super) fn run_check(&mut self, guest: &mut dyn Guest) -> Step {
        self.enter(Phase::Check);
        if self.runtime.profile.drain_at_check {
            self.rule("LOOP-20");
            self.close_scope(guest)?;
        }
        if self.runtime.immediates.is_empty() {
            return Ok(());
        }
        loop {
            if self.process_immediates(guest)? == Drained::Whole {
                self.close_scope(guest)?;
            }
            // IMM-6: still set after the last of a batch threw, so the new queue is taken in the same phase.
            if !self.runtime.immediates.has_outstanding {
                break;
            }
        }
        if self.runtime.immediates.none_refed() {
            self.runtime.immediates.idle_active = false;
        }
        Ok(())
    }

    /// One call of the batch, or of what an exception left of it (IMM-1, IMM-3, IMM-5).
    fn process_immediates(&mut self, guest: &mut dyn Guest) -> Step<Drained> {
        let immediates = &mut self.runtime.immediates;
        if immediates.outstanding.is_empty() {
            immediates.outstanding = std::mem::take(&mut immediates.queue);
            immediates.has_outstanding = true;
        }
        let mut first = true;
        while !self.runtime.immediates.outstanding.is_empty() {
            if !first && self.run_next_ticks(guest)? == Drained::Abandoned {
                return Ok(Drained::Abandoned);
            }
            first = false;
            let Some(immediate) = self.runtime.immediates.outstanding.pop_front() else {
                break;
            };
            let Some(callback) = immediate.callback else {
                continue;
            };
            self.rule("IMM-1");
            if let Returned::Threw(error) = self.call(guest, Kind::Immediate, callback)? {
                self.rule("IMM-5");
                self.uncaught(guest, error, Origin::Exception)?;
                return Ok(Drained::Abandoned);
            }
        }
        self.runtime.immediates.has_outstanding = false;
        Ok(Drained::Whole)
    }
}
