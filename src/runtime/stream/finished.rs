//! `finished`: tells when a stream of any make is over (FIN-1 to FIN-4).
//!
//! The guest listens to the stream, with doors of the model, and says what can be seen of it ([`Sign`]), as the stream need not be
//! one of the model.

use super::super::Machine;
use super::super::doors::{Guest, ObjectId, Side, Value, ValueId};
use super::super::profile::{FinishedRules, LateEnd};
use super::{Abrupt, Act, Entrance, Fault, Property, Sign, Task, hold};

/// Something of each side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sides<T> {
    /// Of the readable side.
    pub readable: T,
    /// Of the writable side.
    pub writable: T,
}

impl Sides<bool> {
    fn of(&mut self, side: Side) -> &mut bool {
        match side {
            Side::Readable => &mut self.readable,
            Side::Writable => &mut self.writable,
        }
    }
}

/// How a watch begins.
#[derive(Debug, Clone, Copy)]
pub struct WatchBegun {
    /// Its number.
    pub watch: u32,
    /// The stream was over before, and is not listened to.
    pub is_late: bool,
    /// It is not watched any more, and not listened to.
    pub is_aborted: bool,
    /// 'close' will come, and is waited for.
    pub awaits_close: bool,
    /// The writable side counts.
    pub writable: bool,
}

/// Somebody who wants to know when a stream is over.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Watch {
    stream: ObjectId,
    callback: ValueId,
    /// The sides that count (FIN-1).
    counts: Sides<bool>,
    /// The sides known to be over.
    over: Sides<bool>,
    /// 'close' will come, and is waited for.
    awaits_close: bool,
    /// It was over when somebody asked.
    late: Option<Late>,
    told: bool,
}

/// What is told of a stream that was over already (FIN-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Late {
    /// That it is over.
    Over,
    /// What is then wrong with a stream that is closed.
    Closed,
    /// The error it then has on record, if any.
    Recorded,
    /// This.
    Known(Value),
}

impl Machine<'_> {
    fn finished_rules(&self) -> &'static FinishedRules {
        &self.runtime.profile.finished
    }

    fn watched(&mut self, watch: u32) -> &mut Watch {
        &mut self.runtime.streams.watches[watch as usize]
    }

    /// A sign of a stream, with a hold on it.
    fn sign(&mut self, guest: &mut dyn Guest, stream: ObjectId, sign: Sign) -> Act<Value> {
        guest.sign(self, stream, sign)?.map_err(Abrupt::Threw)
    }

    fn shows(&mut self, guest: &mut dyn Guest, stream: ObjectId, sign: Sign) -> Act<bool> {
        let value = self.sign(guest, stream, sign)?;
        guest.release_value(value);
        Ok(value.is_truthy())
    }

    /// Whether the stream says outright that it does not have this sign, instead of that it cannot tell.
    fn denies(&mut self, guest: &mut dyn Guest, stream: ObjectId, sign: Sign) -> Act<bool> {
        let value = self.sign(guest, stream, sign)?;
        guest.release_value(value);
        Ok(value == Value::Bool(false))
    }

    /// `finished(stream, …)`: watches the sides that are asked for, or else those it has (FIN-1). 'close' is waited for
    /// only where these are all it has, and are asked for `plainly`. `aborted` is the error if it need not be watched any more.
    pub fn watch_end(
        &mut self,
        guest: &mut dyn Guest,
        stream: ObjectId,
        asked: Sides<Option<bool>>,
        plainly: bool,
        aborted: Value,
        callback: ValueId,
    ) -> Act<WatchBegun> {
        self.rule("FIN-1");
        let rules = self.finished_rules();
        let has = Sides {
            readable: self.shows(guest, stream, Sign::HasReadable)?,
            writable: self.shows(guest, stream, Sign::HasWritable)?,
        };
        let counts = Sides {
            readable: asked.readable.unwrap_or(has.readable),
            writable: asked.writable.unwrap_or(has.writable),
        };
        let over = Sides {
            readable: self.shows(guest, stream, Sign::WasRead)?,
            writable: self.shows(guest, stream, Sign::WasWritten)?,
        };
        let awaits_close = rules.waits_for_close
            && plainly
            && counts == has
            && self.shows(guest, stream, Sign::WillEmitClose)?;
        let watch = self.runtime.streams.watches.len() as u32;
        guest.retain(callback);
        self.runtime.streams.watches.push(Watch {
            stream,
            callback,
            counts,
            over,
            awaits_close,
            late: None,
            told: false,
        });
        let mut begun = WatchBegun {
            watch,
            is_late: false,
            is_aborted: false,
            awaits_close,
            writable: counts.writable,
        };
        if rules.late != LateEnd::ToldUnheard {
            return Ok(begun);
        }
        if let Some(late) = self.late_end(guest, watch)? {
            let error = self.late_error(guest, watch, late)?;
            self.watched(watch).late = Some(Late::Known(error));
            begun.is_late = true;
        } else if aborted.is_some() {
            hold(guest, aborted);
            self.watched(watch).late = Some(Late::Known(aborted));
            begun.is_aborted = true;
        }
        Ok(begun)
    }

    /// Once a stream is listened to: if it was over already, that is told in a tick (FIN-3). Gives whether an abort
    /// is still of interest.
    pub fn tell_if_late(&mut self, guest: &mut dyn Guest, watch: u32) -> Act<bool> {
        let stream = self.watched(watch).stream;
        let (late, heeds_abort) = match self.finished_rules().late {
            LateEnd::Untold => (None, true),
            LateEnd::ToldUnheard => {
                let late = self.watched(watch).late;
                (late, late.is_none())
            }
            LateEnd::Told if self.finished_rules().judges_kind => {
                let closed = self.shows(guest, stream, Sign::Closed)?;
                (self.late_end(guest, watch)?, !closed)
            }
            LateEnd::Told => {
                let late = self.late_end(guest, watch)?;
                (late, late.is_none())
            }
        };
        if late.is_some() {
            self.rule("FIN-3");
            self.watched(watch).late = late;
            self.later(Task::TellEnd(watch));
        }
        Ok(heeds_abort)
    }

    /// Nothing is told any more (FIN-4). Gives whether something was told already.
    pub fn stop_watch(&mut self, guest: &mut dyn Guest, watch: u32) -> bool {
        self.rule("FIN-4");
        let silences = self.finished_rules().stopping_silences;
        let watch = self.watched(watch);
        let told = watch.told;
        if silences && !std::mem::replace(&mut watch.told, true) {
            guest.release(watch.callback);
        }
        told
    }

    /// Tells of a stream that was over.
    pub(super) fn tell_late(&mut self, guest: &mut dyn Guest, watch: u32) -> Act {
        let Some(late) = self.watched(watch).late else {
            return Ok(());
        };
        // Node calls back on nothing here.
        if let Late::Over = late {
            return self.call_watcher(guest, watch, &[], false);
        }
        let error = self.late_error(guest, watch, late)?;
        self.tell_released(guest, watch, error)
    }

    /// Whether a stream is over already, and what is to be told then (FIN-3).
    fn late_end(&mut self, guest: &mut dyn Guest, watch: u32) -> Act<Option<Late>> {
        let rules = self.finished_rules();
        let &mut Watch {
            stream,
            counts,
            over,
            awaits_close,
            ..
        } = self.watched(watch);
        if !rules.judges_kind {
            let closed = self.shows(guest, stream, Sign::Closed)?;
            let waits = rules.late_waits_for_close
                && awaits_close
                && self.shows(guest, stream, Sign::TellsClosed)?;
            let done = !waits
                && (!counts.writable || self.shows(guest, stream, Sign::Finished)?)
                && (!counts.readable || self.shows(guest, stream, Sign::EndEmitted)?);
            return Ok((closed || done).then_some(Late::Over));
        }
        if self.shows(guest, stream, Sign::Closed)? {
            return Ok(Some(Late::Closed));
        }
        if self.shows(guest, stream, Sign::ErrorEmitted)? {
            return Ok((!awaits_close).then_some(Late::Recorded));
        }
        let is_written = !counts.readable
            && (!awaits_close || self.shows(guest, stream, Sign::IsReadable)?)
            && (over.writable || self.denies(guest, stream, Sign::IsWritable)?)
            && !(rules.late_waits_for_writes && self.shows(guest, stream, Sign::PendingWrites)?);
        let is_read = !is_written
            && !counts.writable
            && (!awaits_close || self.shows(guest, stream, Sign::IsWritable)?)
            && (over.readable || self.denies(guest, stream, Sign::IsReadable)?);
        let is_over = is_written || is_read || self.shows(guest, stream, Sign::RequestAborted)?;
        Ok(is_over.then_some(Late::Recorded))
    }

    /// The error to be told, with a hold on it.
    fn late_error(&mut self, guest: &mut dyn Guest, watch: u32, late: Late) -> Act<Value> {
        let stream = self.watched(watch).stream;
        match late {
            Late::Over => Ok(Value::Undefined),
            Late::Closed => self.error_at_close(guest, watch),
            Late::Recorded => self.sign(guest, stream, Sign::Recorded),
            Late::Known(error) => Ok(error),
        }
    }

    /// A listener of a watch is called (FIN-2).
    pub(super) fn enter_watch(
        &mut self,
        guest: &mut dyn Guest,
        watch: u32,
        what: Entrance,
        error: Value,
    ) -> Act {
        self.rule("FIN-2");
        match what {
            Entrance::WatchEnd => self.side_over(guest, watch, Side::Readable),
            Entrance::WatchFinish => self.side_over(guest, watch, Side::Writable),
            Entrance::WatchError => self.tell_end(guest, watch, Some(error)),
            _ => self.watched_close(guest, watch),
        }
    }

    fn side_over(&mut self, guest: &mut dyn Guest, watch: u32, side: Side) -> Act {
        let waits_for_close = self.finished_rules().waits_for_close;
        let stream = self.watched(watch).stream;
        let (other, flag) = match side {
            Side::Readable => (Side::Writable, Property::Writable),
            Side::Writable => (Side::Readable, Property::Readable),
        };
        *self.watched(watch).over.of(side) = true;
        if !waits_for_close {
            *self.watched(watch).counts.of(side) = false;
            return match self.watched(watch).counts.of(other) {
                true => Ok(()),
                false => self.tell_end(guest, watch, None),
            };
        }
        if self
            .property(guest, stream, Property::Destroyed)?
            .is_truthy()
        {
            self.watched(watch).awaits_close = false;
        }
        let other_counts = *self.watched(watch).counts.of(other);
        if self.watched(watch).awaits_close
            && (other_counts || !self.property(guest, stream, flag)?.is_truthy())
        {
            return Ok(());
        }
        if !other_counts || *self.watched(watch).over.of(other) {
            return self.tell_end(guest, watch, None);
        }
        Ok(())
    }

    fn watched_close(&mut self, guest: &mut dyn Guest, watch: u32) -> Act {
        if self.finished_rules().waits_for_close {
            let error = self.error_at_close(guest, watch)?;
            return self.tell_released(guest, watch, error);
        }
        let &mut Watch {
            stream,
            counts,
            over,
            ..
        } = self.watched(watch);
        let ended = if counts.readable && !over.readable {
            Sign::ReadableEnded
        } else if counts.writable && !over.writable {
            Sign::WritableEnded
        } else {
            return Ok(());
        };
        if self.shows(guest, stream, ended)? {
            return self.tell_end(guest, watch, None);
        }
        let error = self.fault(guest, Fault::PrematureClose)?;
        self.tell_released(guest, watch, error)
    }

    /// What is wrong with a stream that closed, with a hold on it (FIN-2).
    fn error_at_close(&mut self, guest: &mut dyn Guest, watch: u32) -> Act<Value> {
        let judges_kind = self.finished_rules().judges_kind;
        let &mut Watch {
            stream,
            counts,
            over,
            ..
        } = self.watched(watch);
        if judges_kind {
            let recorded = self.sign(guest, stream, Sign::Recorded)?;
            if recorded.is_some() {
                return Ok(recorded);
            }
        }
        let unread = counts.readable
            && !over.readable
            && (!judges_kind || self.shows(guest, stream, Sign::ReadsForSure)?)
            && !self.shows(guest, stream, Sign::IsRead)?;
        let unwritten = !unread
            && counts.writable
            && !over.writable
            && !self.shows(guest, stream, Sign::IsWritten)?;
        if unread || unwritten {
            return self.fault(guest, Fault::PrematureClose);
        }
        Ok(Value::Undefined)
    }

    /// Tells an error, or that there is none, and lets go of it.
    fn tell_released(&mut self, guest: &mut dyn Guest, watch: u32, error: Value) -> Act {
        let told = self.tell_end(guest, watch, error.is_some().then_some(error));
        guest.release_value(error);
        told
    }

    /// Calls back, once, on the stream.
    fn tell_end(&mut self, guest: &mut dyn Guest, watch: u32, error: Option<Value>) -> Act {
        self.call_watcher(guest, watch, error.as_slice(), true)
    }

    fn call_watcher(
        &mut self,
        guest: &mut dyn Guest,
        watch: u32,
        arguments: &[Value],
        on_stream: bool,
    ) -> Act {
        let watch = self.watched(watch);
        if std::mem::replace(&mut watch.told, true) {
            return Ok(());
        }
        let (stream, callback) = (watch.stream, watch.callback);
        let called = if on_stream {
            guest.apply(self, callback, stream, arguments)?
        } else {
            guest.call_function(self, callback, arguments)?
        };
        guest.release(callback);
        guest.release_value(called.map_err(Abrupt::Threw)?);
        Ok(())
    }
}
