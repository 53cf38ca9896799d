//! The end of a writable side: `end()`, `_final`, 'prefinish', 'finish' (WS-12, WS-13).

use super::super::Machine;
use super::super::doors::{Guest, Method, NameId, ObjectId, Side, Value, ValueId};
use super::super::profile::{EndCallback, FinalCall, FinishGate};
use super::write::EndWatch;
use super::{Abrupt, Act, Entrance, Fault, Property, Task, Trace};

impl Machine<'_> {
    /// `end()`, after what it was given was written; `refused` is why that was not taken (WS-12).
    pub fn end(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        refused: Option<Value>,
        callback: Option<ValueId>,
    ) -> Act {
        self.rule("WS-12");
        let rules = self.rules();
        if self.writable(id).corked != 0 {
            self.writable(id).corked = 1;
            self.uncork(guest, id)?;
        }
        let refused = if rules.end_sees_refusal {
            refused
        } else {
            None
        };
        let side = self.writable(id);
        let mut error = refused.unwrap_or(Value::Undefined);
        let mut begins = false;
        if refused.is_some() {
        } else if !side.life.is_errored() && !side.ending {
            begins = true;
            side.ending = true;
            self.finish_maybe(guest, id, true)?;
            if rules.end_callback != EndCallback::OnceFinish {
                self.writable(id).ended = true;
            }
        } else if side.finished {
            error = self.fault(guest, Fault::AlreadyFinished)?;
        } else if side.life.destroyed {
            error = self.fault(guest, Fault::EndDestroyed)?;
        }
        if let Some(callback) = callback {
            self.note_end_callback(guest, id, begins, error, callback)?;
        }
        if begins && rules.end_callback == EndCallback::OnceFinish {
            self.writable(id).ended = true;
            self.set_property(guest, id, Property::Writable, Value::Bool(false))?;
        }
        Ok(())
    }

    /// WS-12.
    fn note_end_callback(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        begins: bool,
        error: Value,
        callback: ValueId,
    ) -> Act {
        let side = self.writable(id);
        let finished = side.finished;
        let errored = side.life.errored;
        match self.rules().end_callback {
            EndCallback::OnceFinish if !begins => {}
            EndCallback::OnceFinish if finished => {
                self.call_later(guest, Some(callback), Value::Undefined)
            }
            EndCallback::OnceFinish => {
                self.invoke(
                    guest,
                    id,
                    Method::Once,
                    &[Value::Name(NameId::FINISH), Value::Other(callback)],
                )?;
            }
            EndCallback::Listeners if error.is_some() || finished => {
                self.call_later(guest, Some(callback), error)
            }
            EndCallback::Listeners => {
                guest.retain(callback);
                let watch = self.writable(id).end_watches.len() as u32;
                let on_finish = self.function(guest, Entrance::EndCallbackFinish, id.0, watch)?;
                let on_error = self.function(guest, Entrance::EndCallbackError, id.0, watch)?;
                self.writable(id).end_watches.push(EndWatch {
                    callback,
                    on_finish,
                    on_error,
                });
                self.invoke(
                    guest,
                    id,
                    Method::On,
                    &[Value::Name(NameId::FINISH), on_finish],
                )?;
                self.invoke(
                    guest,
                    id,
                    Method::PrependListener,
                    &[Value::Name(NameId::ERROR), on_error],
                )?;
            }
            EndCallback::List if error.is_some() || finished => {
                self.call_later(guest, Some(callback), error)
            }
            EndCallback::List => {
                guest.retain(callback);
                self.writable(id).end_callbacks.push(callback);
            }
            EndCallback::ListKnowingErrors if error.is_some() => {
                self.call_later(guest, Some(callback), error)
            }
            EndCallback::ListKnowingErrors if errored.is_truthy() => {
                self.call_later(guest, Some(callback), errored)
            }
            EndCallback::ListKnowingErrors if finished => {
                self.call_later(guest, Some(callback), Value::Null)
            }
            EndCallback::ListKnowingErrors => {
                guest.retain(callback);
                self.leave(guest, id, Side::Writable, Trace::EndCallback)?;
                self.writable(id).end_callbacks.push(callback);
            }
        }
        Ok(())
    }

    fn take_end_watch(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        watch: u32,
    ) -> Act<Option<ValueId>> {
        let Some(watch) = self.writable(id).end_watches.get(watch as usize).copied() else {
            return Ok(None);
        };
        self.invoke(
            guest,
            id,
            Method::RemoveListener,
            &[Value::Name(NameId::FINISH), watch.on_finish],
        )?;
        self.invoke(
            guest,
            id,
            Method::RemoveListener,
            &[Value::Name(NameId::ERROR), watch.on_error],
        )?;
        Ok(Some(watch.callback))
    }

    /// WS-12 (14).
    pub(super) fn end_callback_finish(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        watch: u32,
    ) -> Act {
        if let Some(callback) = self.take_end_watch(guest, id, watch)? {
            self.call_function(guest, callback, &[])?;
        }
        Ok(())
    }

    /// WS-12 (14).
    pub(super) fn end_callback_error(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        watch: u32,
        error: Value,
    ) -> Act {
        if let Some(callback) = self.take_end_watch(guest, id, watch)? {
            self.call_function(guest, callback, &[error])?;
            if self.listener_count(guest, id, NameId::ERROR)? == 0 {
                self.tell(guest, id, NameId::ERROR, &[error])?;
            }
        }
        Ok(())
    }

    /// WS-12, WS-17.
    pub(super) fn call_end_callbacks(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        argument: Option<Value>,
    ) -> Act {
        for callback in std::mem::take(&mut self.writable(id).end_callbacks) {
            self.call_function(guest, callback, argument.as_slice())?;
            guest.release(callback);
        }
        Ok(())
    }

    /// Whether the writable side is ready to finish (WS-13).
    pub(super) fn needs_finish(&mut self, id: ObjectId) -> bool {
        let gate = self.rules().finish_gate;
        let side = self.writable(id);
        let life = &side.life;
        let is_written = side.length == 0 && !side.queue_held && !side.writing;
        side.ending
            && is_written
            && !side.finished
            && (gate < FinishGate::Errored || !life.is_errored())
            && (gate < FinishGate::Emitted
                || life.constructed && !life.error_emitted && !life.close_emitted)
            && (gate < FinishGate::Destroyed || !life.destroyed)
    }

    /// WS-13.
    pub(super) fn finish_maybe(&mut self, guest: &mut dyn Guest, id: ObjectId, sync: bool) -> Act {
        if !self.needs_finish(id) {
            return Ok(());
        }
        self.rule("WS-13");
        self.prefinish(guest, id)?;
        if self.writable(id).pending != 0 {
            return Ok(());
        }
        match self.rules().finish_gate {
            FinishGate::Open => self.finish(guest, id),
            FinishGate::Errored => self.finish_soon(guest, id, sync),
            FinishGate::Emitted if self.needs_finish(id) => self.finish_soon(guest, id, sync),
            FinishGate::Destroyed if sync => {
                self.writable(id).pending += 1;
                self.later(Task::FinishIfReady(id));
                Ok(())
            }
            FinishGate::Destroyed if self.needs_finish(id) => self.finish_soon(guest, id, false),
            FinishGate::Emitted | FinishGate::Destroyed => Ok(()),
        }
    }

    fn finish_soon(&mut self, guest: &mut dyn Guest, id: ObjectId, sync: bool) -> Act {
        self.writable(id).pending += 1;
        if sync {
            self.later(Task::Finish(id));
            return Ok(());
        }
        self.finish_counted(guest, id)
    }

    /// WS-13: the tick that looks again.
    pub(super) fn finish_if_ready(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        if self.needs_finish(id) {
            return self.finish_counted(guest, id);
        }
        self.writable(id).pending -= 1;
        Ok(())
    }

    /// Finishes, as one of the things that were pending.
    pub(super) fn finish_counted(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        self.writable(id).pending -= 1;
        if self.rules().finish_gate == FinishGate::Errored && self.writable(id).life.error_emitted {
            return Ok(());
        }
        self.finish(guest, id)
    }

    /// WS-13.
    fn finish(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        self.writable(id).finished = true;
        let argument = self.rules().success_is_null.then_some(Value::Null);
        self.call_end_callbacks(guest, id, argument)?;
        self.tell(guest, id, NameId::FINISH, &[])?;
        if !self.writable(id).life.auto_destroy {
            return Ok(());
        }
        let other_is_done = !self.is_readable(id) || {
            let other = self.readable(id);
            other.life.auto_destroy && (other.end_emitted || other.life.enabled == Some(false))
        };
        if other_is_done {
            self.invoke(guest, id, Method::Destroy, &[])?;
        }
        Ok(())
    }

    /// Calls `_final`, or emits 'prefinish' if there is none; once (WS-13).
    fn prefinish(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        let side = self.writable(id);
        if side.prefinished || side.final_called {
            return Ok(());
        }
        let destroyed = side.life.destroyed;
        if destroyed || !self.has(guest, id, Method::Final)? {
            self.writable(id).prefinished = true;
            return self.tell(guest, id, NameId::PREFINISH, &[]).map(drop);
        }
        let side = self.writable(id);
        side.final_called = true;
        side.final_answered = false;
        side.pending += 1;
        if matches!(
            self.rules().final_call,
            FinalCall::TickRegardless | FinalCall::Tick
        ) {
            self.later(Task::CallFinal(id));
            return Ok(());
        }
        self.writable(id).sync = true;
        if let Err(Abrupt::Threw(error)) = self.call_final(guest, id) {
            self.final_done(guest, id, Value::Other(error))?;
        }
        self.writable(id).sync = false;
        Ok(())
    }

    /// WS-13.
    pub(super) fn call_final(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        self.invoke_with_door(guest, id, Method::Final, &[], (Entrance::FinalDone, 0))
    }

    /// `_final` calls back (WS-13).
    pub(super) fn final_done(&mut self, guest: &mut dyn Guest, id: ObjectId, error: Value) -> Act {
        let rule = self.rules().final_call;
        let side = self.writable(id);
        let again = match rule {
            FinalCall::TickRegardless | FinalCall::Tick => false,
            FinalCall::DirectOnce => std::mem::replace(&mut side.final_answered, true),
            FinalCall::Direct => side.prefinished,
        };
        if again {
            let error = if error.is_some() {
                error
            } else {
                self.fault(guest, Fault::MultipleCallback)?
            };
            return self.error_or_destroy(guest, id, error, false);
        }
        side.pending -= 1;
        match rule {
            FinalCall::TickRegardless | FinalCall::Tick => {
                if error.is_truthy() {
                    self.error_or_destroy(guest, id, error, false)?;
                    if rule == FinalCall::Tick {
                        return Ok(());
                    }
                }
                self.writable(id).prefinished = true;
                self.tell(guest, id, NameId::PREFINISH, &[])?;
                self.finish_maybe(guest, id, false)
            }
            FinalCall::DirectOnce | FinalCall::Direct if error.is_truthy() => {
                let sync = self.writable(id).sync;
                self.call_end_callbacks(guest, id, Some(error))?;
                self.error_or_destroy(guest, id, error, sync)
            }
            FinalCall::DirectOnce | FinalCall::Direct => {
                if self.needs_finish(id) {
                    self.writable(id).prefinished = true;
                    self.tell(guest, id, NameId::PREFINISH, &[])?;
                    self.writable(id).pending += 1;
                    self.later(Task::Finish(id));
                }
                Ok(())
            }
        }
    }
}
