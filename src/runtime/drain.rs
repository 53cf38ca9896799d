//! Ticks, promise jobs and rejections: what is emptied after every callback (MT-1 to MT-15).

use std::collections::VecDeque;

use super::Machine;
use super::doors::{
    CallbackId, Guest, Kind, ProcessEvent, PromiseId, Renaming, Returned, Step, Stop, Warning,
};
use super::process::Origin;
use super::stream::Task;
use crate::program::RejectionMode;

/// How a drain, or a phase that drains on its way, came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Drained {
    /// Everything it had to do is done.
    Whole,
    /// A callback threw and somebody handled it; the rest waits for the next drain (MT-14, MT-15).
    Abandoned,
}

/// What runs as a tick.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Tick {
    /// A callback of the guest.
    Callback(CallbackId),
    /// Something a stream does later.
    Stream(Task),
}

/// The queues a drain empties. Promise jobs are the guest's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Queues {
    ticks: VecDeque<Tick>,
    /// Set by the first tick of an empty queue, cleared only by a whole drain: a leftover of an abandoned one.
    tick_scheduled: bool,
    /// Set by a rejection, cleared only by a whole drain.
    rejection_noted: bool,
    /// Rejected without a handler, not reported yet; in order of rejection. Where a round is no snapshot, `None` keeps
    /// the place of one that was handled in time.
    pending: VecDeque<Option<PromiseId>>,
    /// Reported, still without a handler.
    reported: Vec<PromiseId>,
    /// Handled after they were reported; 'rejectionHandled' is due.
    handled_late: VecDeque<PromiseId>,
}

impl Queues {
    /// Gives callbacks and promises other numbers.
    pub(super) fn rename(&mut self, renaming: &mut dyn Renaming) {
        for tick in &mut self.ticks {
            match tick {
                Tick::Callback(callback) => *callback = renaming.callback(*callback),
                Tick::Stream(task) => task.rename(renaming),
            }
        }
        let promises = self.pending.iter_mut().flatten();
        for promise in promises
            .chain(&mut self.reported)
            .chain(&mut self.handled_late)
        {
            *promise = renaming.promise(*promise);
        }
    }

    /// Whether ticks or rejections were left over by an abandoned drain.
    pub(super) fn has_leftover(&self) -> bool {
        self.tick_scheduled || self.rejection_noted
    }
}

impl Machine<'_> {
    /// `process.nextTick` (MT-1, MT-8).
    pub fn next_tick(&mut self, callback: CallbackId) {
        self.queue_tick(Tick::Callback(callback));
    }

    /// Queues what a stream does later as a tick (MT-1, MT-8).
    pub(super) fn queue_task(&mut self, task: Task) {
        self.queue_tick(Tick::Stream(task));
    }

    fn queue_tick(&mut self, tick: Tick) {
        if self.runtime.process.exiting {
            self.rule("MT-8");
            return;
        }
        let queues = &mut self.runtime.queues;
        if queues.ticks.is_empty() {
            queues.tick_scheduled = true;
        }
        queues.ticks.push_back(tick);
    }

    /// A promise was rejected without a handler (MT-10).
    pub fn reject(&mut self, promise: PromiseId) {
        let queues = &mut self.runtime.queues;
        queues.pending.push_back(Some(promise));
        queues.rejection_noted = true;
    }

    /// A rejected promise got a handler after all (MT-10). For one whose turn in a snapshot round has not come, that is
    /// too late and has no effect (MT-11).
    pub fn handle_rejection(&mut self, promise: PromiseId) {
        let snapshot = self.runtime.profile.rejection_round_snapshot;
        let queues = &mut self.runtime.queues;
        if let Some(at) = queues
            .pending
            .iter()
            .position(|&each| each == Some(promise))
        {
            if snapshot {
                queues.pending.remove(at);
            } else {
                queues.pending[at] = None;
            }
        } else if let Some(at) = queues.reported.iter().position(|&each| each == promise) {
            queues.reported.remove(at);
            queues.handled_late.push_back(promise);
            queues.rejection_noted = true;
        }
    }

    /// Closes the scope of a callback that came from native code and did not throw (MT-2, MT-3).
    pub(super) fn close_scope(&mut self, guest: &mut dyn Guest) -> Step {
        if !self.runtime.queues.tick_scheduled {
            self.run_jobs(guest)?;
        }
        if self.runtime.queues.has_leftover() {
            self.drain(guest)?;
        }
        Ok(())
    }

    /// The drain between two timers or two immediates of one phase (MT-4).
    pub(super) fn run_next_ticks(&mut self, guest: &mut dyn Guest) -> Step<Drained> {
        self.rule("MT-4");
        if !self.runtime.queues.has_leftover() {
            self.run_jobs(guest)?;
        }
        if !self.runtime.queues.has_leftover() {
            return Ok(Drained::Whole);
        }
        self.drain(guest)
    }

    /// Empties ticks, then promise jobs, until nothing is left; then rejections (MT-1).
    ///
    /// Ends early with [`Drained::Abandoned`] if a tick or a rejection's listener threw: what is left stays queued.
    /// Passing the bound of the drain is starvation.
    fn drain(&mut self, guest: &mut dyn Guest) -> Step<Drained> {
        self.rule("MT-1");
        let mut ran = 0;
        loop {
            while let Some(tick) = self.runtime.queues.ticks.pop_front() {
                ran += 1;
                if ran > self.meter.drain_max {
                    return Err(Stop::Starved);
                }
                if let Returned::Threw(error) = self.run_tick(guest, tick)? {
                    self.rule("MT-14");
                    self.uncaught(guest, error, Origin::Exception)?;
                    return Ok(Drained::Abandoned);
                }
            }
            self.run_jobs(guest)?;
            if !self.runtime.queues.ticks.is_empty() {
                continue;
            }
            match self.process_rejections(guest)? {
                Round::Nothing => break,
                Round::Reported => {}
                Round::Threw => return Ok(Drained::Abandoned),
            }
        }
        let queues = &mut self.runtime.queues;
        queues.tick_scheduled = false;
        queues.rejection_noted = false;
        Ok(Drained::Whole)
    }

    fn run_tick(&mut self, guest: &mut dyn Guest, tick: Tick) -> Step<Returned> {
        match tick {
            Tick::Callback(callback) => self.call(guest, Kind::Tick, callback),
            Tick::Stream(task) => {
                self.begin_step(Kind::Tick)?;
                guest.begin_tick();
                let thrown = self.run_task(guest, task)?;
                guest.end_tick(self)?;
                Ok(thrown.map_or(Returned::Normally, Returned::Threw))
            }
        }
    }

    /// Runs promise jobs until none is left.
    pub(super) fn run_jobs(&mut self, guest: &mut dyn Guest) -> Step {
        let mut ran = 0;
        while let Some(returned) = guest.run_job(self)? {
            ran += 1;
            if ran > self.meter.drain_max {
                return Err(Stop::Starved);
            }
            if let Returned::Threw(error) = returned {
                // A bare microtask, not a promise's: reported on the spot, and the rest goes on (MT-14).
                self.uncaught(guest, error, Origin::Exception)?;
            }
        }
        Ok(())
    }

    /// One round of rejections (MT-10, MT-11, MT-12).
    fn process_rejections(&mut self, guest: &mut dyn Guest) -> Step<Round> {
        let mut reported = !self.runtime.queues.handled_late.is_empty();
        while let Some(promise) = self.runtime.queues.handled_late.pop_front() {
            self.rule("MT-10");
            let emitted = self.emit(guest, ProcessEvent::RejectionHandled(promise))?;
            if let Returned::Threw(error) = emitted.returned {
                self.uncaught(guest, error, Origin::Exception)?;
                return Ok(Round::Threw);
            }
            if !emitted.heard {
                guest.warn(self, Warning::LateHandler(promise))?;
            }
        }
        // MT-11 b: with a snapshot, a listener that throws loses the rest of the round; without, the next drain goes on.
        let snapshot = self.runtime.profile.rejection_round_snapshot;
        let mut round = if snapshot {
            std::mem::take(&mut self.runtime.queues.pending)
        } else {
            VecDeque::new()
        };
        let size = if snapshot {
            round.len()
        } else {
            self.runtime.queues.pending.len()
        };
        for _ in 0..size {
            let queues = &mut self.runtime.queues;
            let next = if snapshot {
                round.pop_front()
            } else {
                queues.pending.pop_front()
            };
            let Some(promise) = next.flatten() else {
                continue;
            };
            queues.reported.push(promise);
            self.rule("MT-12");
            if self.report_rejection(guest, promise)? == Drained::Abandoned {
                return Ok(Round::Threw);
            }
            reported = true;
        }
        let again = reported || !self.runtime.queues.pending.is_empty();
        Ok(if again {
            Round::Reported
        } else {
            Round::Nothing
        })
    }

    /// Does with one rejection what the mode says (MT-12).
    fn report_rejection(&mut self, guest: &mut dyn Guest, promise: PromiseId) -> Step<Drained> {
        let flag = self.runtime.process.rejections;
        let mode = flag.unwrap_or(self.runtime.profile.rejections);
        if mode == RejectionMode::Strict {
            let error = guest.rejection_error(self, promise)?;
            self.uncaught(guest, error, Origin::Rejection)?;
        }
        let emitted = self.emit(guest, ProcessEvent::UnhandledRejection(promise))?;
        if let Returned::Threw(error) = emitted.returned {
            self.uncaught(guest, error, Origin::Exception)?;
            return Ok(Drained::Abandoned);
        }
        match mode {
            RejectionMode::None => {}
            // MT-12: where this is the default it is a mode of its own, up to 14: what was heard is not warned about.
            RejectionMode::Warn if flag.is_none() && emitted.heard => {}
            RejectionMode::Warn => guest.warn(self, Warning::UnhandledRejection(promise))?,
            RejectionMode::Strict if emitted.heard => {}
            RejectionMode::Strict => guest.warn(self, Warning::UnhandledRejection(promise))?,
            RejectionMode::Throw if emitted.heard => {}
            RejectionMode::Throw => {
                let error = guest.rejection_error(self, promise)?;
                self.uncaught(guest, error, Origin::Rejection)?;
            }
            RejectionMode::WarnWithErrorCode if emitted.heard => {}
            RejectionMode::WarnWithErrorCode => {
                guest.warn(self, Warning::UnhandledRejection(promise))?;
                self.runtime.process.exit_code = Some(1);
            }
        }
        Ok(Drained::Whole)
    }
}

/// What a round of rejections came to.
enum Round {
    /// There was nothing to report.
    Nothing,
    /// Something was reported: the drain goes round again.
    Reported,
    /// A listener threw and somebody handled it: the drain is abandoned.
    Threw,
}
