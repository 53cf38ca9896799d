//! The poll phase: how long it may block and what it delivers (LOOP-10 to LOOP-16, THR-5, THR-9).

use std::collections::BTreeSet;

use super::Machine;
use super::clock::Reading;
use super::doors::{
    CallbackId, Choice, Event, Guest, Kind, Phase, Place, PollEnd, Returned, Step, Stop,
};
use super::pool::{Calls, ENTRY, Request};
use super::process::Origin;

/// How long the poll phase waits for its first event.
#[derive(Debug, Clone, Copy)]
enum Wait {
    /// It only looks.
    Not,
    /// Until the next timer is due.
    UntilDue,
    /// Until something happens.
    Forever,
}

/// What became of a batch.
#[derive(Debug, Clone, Copy)]
enum Delivery {
    /// It goes on.
    More,
    /// It is over, and the next poll may as well follow at once.
    Again,
    /// It is over, and so is the phase.
    Over,
}

impl Machine<'_> {
    /// Begins the poll phase.
    pub(super) fn enter_poll(&mut self) -> Place {
        self.enter(Phase::Poll);
        self.begin_batch()
    }

    /// Looks what is in flight, which is what the next batch may deliver.
    fn begin_batch(&mut self) -> Place {
        self.rule("LOOP-11");
        // What this decides about time stays decided, so it need not be kept.
        self.poll_wait();
        self.runtime.batch = Some(BTreeSet::new());
        self.runtime.batch_due = self.runtime.pool.handed_in();
        Place::Poll
    }

    /// The poll phase, from one of its places to the next; `None` is its end.
    ///
    /// Completions of the pool are delivered in batches: what was in flight when the phase looked, in the order the
    /// threads finished. Where nothing could run between this batch and the next, the two are one.
    pub(super) fn poll(&mut self, guest: &mut dyn Guest, from: Place) -> Step<Option<Place>> {
        self.meter.phase = Phase::Poll;
        match self.deliver(guest, from == Place::Batch)? {
            Delivery::More => Ok(Some(Place::Batch)),
            Delivery::Again => Ok(Some(self.begin_batch())),
            Delivery::Over => {
                self.runtime.batch = None;
                self.serve_engine(guest)?;
                Ok(None)
            }
        }
    }

    /// What the engine has for the loop, served at the end of the poll phase: what the program waits for, and tasks of its
    /// own, each of which closes a scope. Those show only if an exception left something to drain and nothing else drains
    /// it whole before the immediates (IMM-8).
    fn serve_engine(&mut self, guest: &mut dyn Guest) -> Step {
        while !self.runtime.engine_tasks.is_empty() && self.choose(Choice::EngineTask) == 1 {
            if let Some(callback) = self.runtime.engine_tasks.pop_front() {
                self.complete_call(guest, callback)?;
            }
        }
        while (self.runtime.queues.has_leftover() || guest.has_job())
            && self.choose(Choice::EngineTask) == 1
        {
            self.rule("IMM-8");
            self.close_scope(guest)?;
        }
        Ok(())
    }

    /// Whether the engine ends a waiting poll phase before anything completed (LOOP-15). That shows only if something
    /// could run then: an immediate that did not keep the phase from waiting, or what the engine was asked for.
    fn is_woken_by_engine(&mut self) -> bool {
        let visible = !self.runtime.immediates.is_empty() || !self.runtime.engine_tasks.is_empty();
        visible && self.choose(Choice::EngineTask) == 1
    }

    /// How long the phase waits (LOOP-11). Whether the next timer is past already does not matter: ending the phase
    /// means it is. Only if callbacks are bounded, a phase that need not wait takes no time.
    fn poll_wait(&mut self) -> Wait {
        let runtime = &*self.runtime;
        if !self.is_alive()
            || runtime.pool.handed_in() > 0
            || runtime.immediates.keeps_alive()
            || !runtime.pending.is_empty()
            || !runtime.closing.is_empty()
        {
            return Wait::Not;
        }
        let bounded = runtime.callbacks_ms.is_some();
        match runtime.timers.due() {
            None => Wait::Forever,
            Some(due) if bounded && self.is_due(due) => Wait::Not,
            Some(_) => Wait::UntilDue,
        }
    }

    /// Delivers the next completion of the batch, or ends it.
    fn deliver(&mut self, guest: &mut dyn Guest, delivered: bool) -> Step<Delivery> {
        let wait = if delivered {
            Wait::Not
        } else {
            self.poll_wait()
        };
        if !matches!(wait, Wait::Not) && self.is_woken_by_engine() {
            self.read_after_poll(wait);
            return Ok(Delivery::Over);
        }
        let end = match wait {
            _ if self.runtime.batch_due > 0 => PollEnd::Never,
            Wait::Not => PollEnd::First,
            Wait::UntilDue => PollEnd::Last,
            Wait::Forever => PollEnd::Never,
        };
        let candidates = self.settle_pool(guest, end != PollEnd::Never)?;
        match self.next_completion(&candidates, end)? {
            Some(request) => {
                if !delivered {
                    self.read_after_poll(wait);
                }
                self.runtime.batch_due = self.runtime.batch_due.saturating_sub(1);
                self.complete(guest, request)?;
                Ok(if self.could_run_before_next_poll() {
                    Delivery::More
                } else if self.runtime.pool.is_busy() {
                    Delivery::Again
                } else {
                    Delivery::Over
                })
            }
            None => {
                if !delivered {
                    let reading = self.read_after_poll(wait);
                    if let (Wait::UntilDue, Some(due)) = (wait, self.runtime.timers.due()) {
                        for moment in due.moments() {
                            self.advance_to(moment, reading);
                        }
                    }
                }
                Ok(Delivery::Over)
            }
        }
    }

    /// Lets the schedule pick the next completion; `None` ends the phase.
    fn next_completion(&mut self, candidates: &[Request], end: PollEnd) -> Step<Option<Request>> {
        let choice = Choice::Poll {
            requests: candidates.len() as u32,
            end,
        };
        let picked = match choice.alternatives() {
            0 => return Err(Stop::Blocked),
            1 => 0,
            _ => self.choose(choice) as usize,
        };
        let at = if end == PollEnd::First {
            picked.checked_sub(1)
        } else {
            Some(picked)
        };
        Ok(at.and_then(|at| candidates.get(at).copied()))
    }

    /// The clock is read once the system call returns (LOOP-18).
    fn read_after_poll(&mut self, wait: Wait) -> Reading {
        self.observe(|| Event::Polled);
        match wait {
            Wait::Not => self.update_now(),
            Wait::UntilDue | Wait::Forever => self.update_now_after_wait(),
        }
    }

    /// Whether anything could run between two batches, or the order of ticks left over by an exception could show. What is
    /// certain for the next batch but not for this one also tells them apart.
    fn could_run_before_next_poll(&self) -> bool {
        let runtime = &*self.runtime;
        runtime.pool.handed_in() > 0
            || !runtime.immediates.is_empty()
            || !runtime.engine_tasks.is_empty()
            || runtime.timers.due().is_some()
            || !runtime.pending.is_empty()
            || !runtime.closing.is_empty()
            || runtime.queues.has_leftover()
    }

    /// One job of a request completed (THR-9): the next is queued, or the callback is called.
    fn complete(&mut self, guest: &mut dyn Guest, request: Request) -> Step {
        self.rule("THR-9");
        self.take_until(request);
        let id = request.callback;
        if !self.runtime.pool.is_handed_in(id) {
            self.complete_job(guest, request)?;
        }
        self.observe(|| Event::Completed(id));
        self.runtime.pool.finish(request);
        if self.goes_on(request) {
            self.begin_step(Kind::Inner)?;
            let jobs_left = request.jobs_left.saturating_sub(1);
            self.submit(
                guest,
                Request {
                    jobs_left,
                    ..request
                },
            )?;
            return self.close_scope(guest);
        }
        self.runtime.pool.calls.remove(&id);
        if request.callback == ENTRY {
            return self.evaluate_entry(guest);
        }
        self.complete_call(guest, request.callback)
    }

    /// Whether another job of a request follows the one that completed; it begins.
    fn goes_on(&mut self, request: Request) -> bool {
        match self.runtime.pool.calls.get_mut(&request.callback) {
            Some(Calls::Single { open, more }) => {
                *open = *more;
                *more
            }
            Some(Calls::Together { .. }) | None => request.jobs_left > 1,
        }
    }

    /// Calls back with what was waited for, and drains.
    pub(super) fn complete_call(&mut self, guest: &mut dyn Guest, callback: CallbackId) -> Step {
        match self.call(guest, Kind::Completion, callback)? {
            Returned::Normally => self.close_scope(guest),
            Returned::Threw(error) => self.uncaught(guest, error, Origin::Exception),
        }
    }

    /// Has the engine do something off the thread, such as compiling; `callback` is called in a poll phase, after the
    /// completions of its batch, or outside of the loop if nothing keeps that alive.
    pub fn await_engine(&mut self, callback: CallbackId) {
        self.runtime.engine_tasks.push_back(callback);
    }

    /// Callbacks that libuv put off to the next turn (LOOP-6).
    pub(super) fn run_pending(&mut self, guest: &mut dyn Guest) -> Step {
        self.enter(Phase::Pending);
        for callback in std::mem::take(&mut self.runtime.pending) {
            self.rule("LOOP-6");
            match self.call(guest, Kind::Pending, callback)? {
                Returned::Normally => self.close_scope(guest)?,
                Returned::Threw(error) => self.uncaught(guest, error, Origin::Exception)?,
            }
        }
        Ok(())
    }

    /// Close callbacks, the last handle closed first (LOOP-21).
    pub(super) fn run_closing(&mut self, guest: &mut dyn Guest) -> Step {
        self.enter(Phase::Closing);
        for callback in self.take_closing() {
            self.rule("LOOP-21");
            match self.call(guest, Kind::Close, callback)? {
                Returned::Normally => self.close_scope(guest)?,
                Returned::Threw(error) => self.uncaught(guest, error, Origin::Exception)?,
            }
        }
        Ok(())
    }

    fn take_closing(&mut self) -> Vec<CallbackId> {
        let mut closing = std::mem::take(&mut self.runtime.closing);
        closing.reverse();
        closing
    }

    /// Puts a callback off to the next pending phase: an error that a write reported at once, for instance (LOOP-6).
    pub fn put_off(&mut self, callback: CallbackId) {
        self.runtime.pending.push_back(callback);
    }

    /// Closes a handle: `callback` is called in the closing phase (LOOP-21).
    pub fn close_handle(&mut self, callback: CallbackId) {
        self.runtime.closing.push(callback);
    }
}
