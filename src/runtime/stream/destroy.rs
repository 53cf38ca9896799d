//! Construction, errors and destruction (RS-29 to RS-36, WS-17 to WS-20, WS-23).

use super::super::Machine;
use super::super::doors::{Guest, Method, NameId, ObjectId, Side, Value, ValueId};
use super::super::profile::Destruction;
use super::{Abrupt, Act, Contents, Entrance, Fault, Task, Tearing, Trace, hold, hold_callback};

/// The sides of a stream that wait for its construction, as bits.
const READABLE: u32 = 1;
const WRITABLE: u32 = 2;

impl Machine<'_> {
    /// `destroy()` (RS-29, RS-30). `writes` says that it is the method of a writable side, which also fails what is queued.
    pub fn destroy(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        error: Value,
        callback: Option<ValueId>,
        writes: bool,
    ) -> Act {
        self.rule("RS-30");
        let destruction = self.rules().destruction;
        if writes && destruction != Destruction::Plain && !self.writable(id).life.destroyed {
            let side = self.writable(id);
            if destruction == Destruction::Recorded
                || side.queue_held
                || !side.end_callbacks.is_empty()
            {
                self.later(Task::FailBuffer(id));
            }
        }
        if self.is_destroyed(id) {
            if destruction == Destruction::Plain {
                return self.destroy_again(guest, id, error, callback);
            }
            if let Some(callback) = callback {
                self.call_function(guest, callback, &[])?;
            }
            return Ok(());
        }
        if error.is_truthy() && destruction != Destruction::Plain {
            self.note_error(guest, id, error)?;
        }
        for life in self.lives(id) {
            life.destroyed = true;
        }
        let constructed = self.lives(id).next().is_none_or(|life| life.constructed);
        if constructed {
            return self.tear_down(guest, id, error, callback);
        }
        hold(guest, error);
        hold_callback(guest, callback);
        self.stream(id).destroy_after = Some((error, callback));
        self.wait_for(guest, id, NameId::TEAR, (Entrance::Tear, 0))
    }

    /// What waits for the construction is a listener like any other (RS-36).
    fn wait_for(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        event: NameId,
        (what, detail): (Entrance, u32),
    ) -> Act {
        let door = self.function(guest, what, id.0, detail)?;
        let waits = self.invoke(guest, id, Method::Once, &[Value::Name(event), door]);
        guest.release_value(door);
        waits.map(drop)
    }

    /// The `destroy()` that waited for the construction goes on (RS-36).
    pub(super) fn tear_after(&mut self, guest: &mut dyn Guest, id: ObjectId, inner: Value) -> Act {
        let Some((outer, callback)) = self.stream(id).destroy_after.take() else {
            return Ok(());
        };
        let error = self.both_errors(guest, inner, outer)?;
        self.tear_down(guest, id, error, callback)
    }

    /// RS-29: up to 12 a second `destroy` reports again.
    fn destroy_again(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        error: Value,
        callback: Option<ValueId>,
    ) -> Act {
        self.rule("RS-29");
        if let Some(callback) = callback {
            self.call_function(guest, callback, &[error])?;
        } else if error.is_truthy() && self.claim_error(id) {
            hold(guest, error);
            self.later(Task::EmitError(id, error));
        }
        Ok(())
    }

    /// RS-29: only a writable side remembers that an error was emitted.
    fn claim_error(&mut self, id: ObjectId) -> bool {
        !self.is_writable(id) || !std::mem::replace(&mut self.writable(id).life.error_emitted, true)
    }

    /// Calls `_destroy`.
    fn tear_down(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        error: Value,
        callback: Option<ValueId>,
    ) -> Act {
        let tearing = &mut self.stream(id).tearing;
        let call = tearing.len() as u32;
        tearing.push(Tearing {
            callback,
            answered: false,
        });
        hold_callback(guest, callback);
        let error = if error.is_truthy() {
            error
        } else {
            Value::Null
        };
        match self.invoke_with_door(
            guest,
            id,
            Method::Tear,
            &[error],
            (Entrance::DestroyDone, call),
        ) {
            Err(Abrupt::Threw(error)) if self.rules().destruction >= Destruction::Guarded => {
                self.destroy_done(guest, id, call, Value::Other(error))
            }
            other => other,
        }
    }

    /// `_destroy` calls back (RS-29, RS-30).
    pub(super) fn destroy_done(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        call: u32,
        error: Value,
    ) -> Act {
        let destruction = self.rules().destruction;
        let Some(tearing) = self.stream(id).tearing.get_mut(call as usize) else {
            return Ok(());
        };
        if std::mem::replace(&mut tearing.answered, true) && destruction >= Destruction::Guarded {
            return Ok(());
        }
        let callback = tearing.callback;
        if destruction == Destruction::Plain {
            hold(guest, error);
            if callback.is_none() && error.is_truthy() && self.claim_error(id) {
                self.later(Task::EmitErrorClose(id, error));
                return Ok(());
            }
            self.later(Task::EmitClose(id));
            if let Some(callback) = callback {
                self.call_function(guest, callback, &[error])?;
            }
            return Ok(());
        }
        hold(guest, error);
        if error.is_truthy() {
            self.note_error(guest, id, error)?;
        }
        for life in self.lives(id) {
            life.closed = true;
        }
        if let Some(callback) = callback {
            self.call_function(guest, callback, &[error])?;
        }
        self.later(if error.is_truthy() {
            Task::EmitErrorClose(id, error)
        } else {
            Task::EmitClose(id)
        });
        Ok(())
    }

    /// RS-30.
    pub(super) fn emit_error(&mut self, guest: &mut dyn Guest, id: ObjectId, error: Value) -> Act {
        if self.rules().destruction != Destruction::Plain {
            if self.lives(id).any(|life| life.error_emitted) {
                return Ok(());
            }
            for life in self.lives(id) {
                life.error_emitted = true;
            }
        }
        self.tell(guest, id, NameId::ERROR, &[error]).map(drop)
    }

    /// RS-30, RS-34.
    pub(super) fn emit_close(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        let wanted = match self.rules().destruction {
            Destruction::Plain => self.lives(id).all(|life| life.emit_close),
            destruction => {
                if destruction == Destruction::Recorded {
                    if self.is_readable(id) {
                        self.readable(id).life.close_emitted = true;
                    }
                } else {
                    for life in self.lives(id) {
                        life.close_emitted = true;
                    }
                }
                self.lives(id).any(|life| life.emit_close)
            }
        };
        if wanted {
            self.tell(guest, id, NameId::CLOSE, &[])?;
        }
        Ok(())
    }

    /// Keeps the first error on both sides (RS-30).
    pub(super) fn note_error(&mut self, guest: &mut dyn Guest, id: ObjectId, error: Value) -> Act {
        hold(guest, error);
        for life in self.lives(id) {
            if !life.is_errored() {
                life.errored = error;
            }
        }
        if self.is_readable(id) {
            self.leave(guest, id, Side::Readable, Trace::Error)?;
        }
        if self.is_writable(id) {
            self.leave(guest, id, Side::Writable, Trace::Error)?;
        }
        Ok(())
    }

    /// RS-32.
    pub fn error_or_destroy(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        error: Value,
        sync: bool,
    ) -> Act {
        self.rule("RS-32");
        let plain = self.rules().destruction == Destruction::Plain;
        if !plain && self.is_destroyed(id) {
            return Ok(());
        }
        if self.lives(id).any(|life| life.auto_destroy) {
            return self.invoke(guest, id, Method::Destroy, &[error]).map(drop);
        }
        if plain {
            return self.tell(guest, id, NameId::ERROR, &[error]).map(drop);
        }
        if !error.is_truthy() {
            return Ok(());
        }
        self.note_error(guest, id, error)?;
        if sync {
            hold(guest, error);
            self.later(Task::EmitError(id, error));
            return Ok(());
        }
        self.emit_error(guest, id, error)
    }

    /// The stream has a `_construct`, called in a tick (RS-36). Each side that is new waits for it.
    pub fn construct(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        let stream = self.stream(id);
        let mut sides = 0;
        if stream
            .readable
            .as_ref()
            .is_some_and(|side| side.life.constructed)
        {
            sides |= READABLE;
        }
        if stream
            .writable
            .as_ref()
            .is_some_and(|side| side.life.constructed)
        {
            sides |= WRITABLE;
        }
        for life in self.lives(id) {
            life.constructed = false;
        }
        let is_first = !std::mem::replace(&mut self.stream(id).constructing, true);
        self.wait_for(guest, id, NameId::CONSTRUCT, (Entrance::Begin, sides))?;
        if is_first {
            self.later(Task::Construct(id));
        }
        Ok(())
    }

    /// RS-36.
    pub(super) fn construct_now(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        self.rule("RS-36");
        match self.invoke_with_door(
            guest,
            id,
            Method::Construct,
            &[],
            (Entrance::ConstructDone, 0),
        ) {
            Err(Abrupt::Threw(error)) => self.construct_done(guest, id, Value::Other(error)),
            other => other,
        }
    }

    /// `_construct` calls back (RS-36).
    pub(super) fn construct_done(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        error: Value,
    ) -> Act {
        if self.rules().construct_answer_takes_a_tick {
            hold(guest, error);
            self.later(Task::Constructed(id, error));
            return Ok(());
        }
        self.constructed(guest, id, error)
    }

    /// RS-36.
    pub(super) fn constructed(&mut self, guest: &mut dyn Guest, id: ObjectId, error: Value) -> Act {
        if !std::mem::replace(&mut self.stream(id).constructing, false) {
            let error = if error.is_some() {
                error
            } else {
                self.fault(guest, Fault::MultipleCallback)?
            };
            return self.error_or_destroy(guest, id, error, false);
        }
        for life in self.lives(id) {
            life.constructed = true;
        }
        if self.lives(id).next().is_some_and(|life| life.destroyed) {
            return self.tell(guest, id, NameId::TEAR, &[error]).map(drop);
        }
        if error.is_truthy() {
            return self.error_or_destroy(guest, id, error, true);
        }
        if self.rules().construct_answer_takes_a_tick {
            return self.tell(guest, id, NameId::CONSTRUCT, &[]).map(drop);
        }
        self.later(Task::Begin(id));
        Ok(())
    }

    fn both_errors(&mut self, guest: &mut dyn Guest, inner: Value, outer: Value) -> Act<Value> {
        if inner.is_truthy() && outer.is_truthy() && inner != outer {
            return Ok(Value::Other(
                self.contents(guest, Contents::Aggregate(inner, outer))?
                    .value,
            ));
        }
        Ok(if inner.is_truthy() { inner } else { outer })
    }

    /// What waited for the construction on these sides (RS-36, WS-23).
    pub(super) fn begin(&mut self, guest: &mut dyn Guest, id: ObjectId, sides: u32) -> Act {
        if sides & READABLE != 0 && self.readable(id).need_readable {
            self.read_more(id);
        }
        if sides & WRITABLE != 0 {
            if !self.writable(id).writing {
                self.clear_buffer(guest, id)?;
            }
            self.finish_maybe(guest, id, false)?;
        }
        Ok(())
    }
}
