//! The flow of a readable side: its events, and what listeners, `pause` and `resume` do to it (RS-13 to RS-28).

use super::super::Machine;
use super::super::doors::{Guest, Method, NameId, ObjectId, Value};
use super::super::profile::EndGate;
use super::{Act, Property, Task};

impl Machine<'_> {
    /// Asks for a 'readable' in a tick (RS-13).
    pub(super) fn emit_readable(&mut self, id: ObjectId) {
        self.rule("RS-13");
        let side = self.readable(id);
        side.need_readable = false;
        if !side.emitted_readable {
            side.emitted_readable = true;
            self.later(Task::EmitReadable(id));
        }
    }

    /// RS-14.
    pub(super) fn emit_readable_now(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        let rules = self.rules();
        let side = self.readable(id);
        if !side.is_dead(rules) && (side.length != 0 || side.ended) {
            self.rule("RS-14");
            self.tell(guest, id, NameId::READABLE, &[])?;
            self.readable(id).emitted_readable = false;
        }
        let side = self.readable(id);
        let need = !side.is_flowing() && !side.ended && side.length <= side.life.high_water_mark;
        side.need_readable = need || rules.marks_only_set && side.need_readable;
        self.flow(guest, id)
    }

    /// RS-18.
    pub(super) fn flow(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        let mut flows = self.readable(id).is_flowing();
        while flows {
            if self.invoke(guest, id, Method::Read, &[])? == Value::Null {
                break;
            }
            flows = self.readable(id).is_flowing();
        }
        Ok(())
    }

    /// Whether somebody listens to the data (RS-24).
    pub(super) fn is_data_heard(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act<bool> {
        if self.rules().listening_is_a_flag {
            return Ok(self.readable(id).data_listening);
        }
        Ok(self.listener_count(guest, id, NameId::DATA)? > 0)
    }

    /// A listener was added by `on` (RS-23).
    pub fn readable_listened(&mut self, guest: &mut dyn Guest, id: ObjectId, event: NameId) -> Act {
        let rules = self.rules();
        if event == NameId::DATA {
            self.rule("RS-23");
            let listening = self.listener_count(guest, id, NameId::READABLE)? > 0;
            let side = self.readable(id);
            side.data_listening = true;
            side.readable_listening = listening || rules.marks_only_set && side.readable_listening;
            if side.flowing != Some(false) {
                self.invoke(guest, id, Method::Resume, &[])?;
            }
        } else if event == NameId::READABLE {
            self.rule("RS-23");
            let side = self.readable(id);
            if side.end_emitted || side.readable_listening {
                return Ok(());
            }
            side.readable_listening = true;
            side.need_readable = true;
            side.flowing = Some(false);
            side.emitted_readable = false;
            let reading = side.reading;
            if side.length != 0 {
                self.emit_readable(id);
                return Ok(());
            }
            if std::mem::take(&mut side.eof_pending) {
                self.emit_readable(id);
            }
            if !reading {
                self.later(Task::ReadNothing(id));
            }
        }
        Ok(())
    }

    /// A listener was removed by `removeListener` (RS-26).
    pub fn readable_unlistened(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        event: NameId,
    ) -> Act {
        if event == NameId::READABLE {
            self.later(Task::UpdateListening(id));
        } else if event == NameId::DATA
            && self.rules().listening_is_a_flag
            && self.listener_count(guest, id, NameId::DATA)? == 0
        {
            self.readable(id).data_listening = false;
        }
        Ok(())
    }

    /// Every listener of 'readable', or of everything, was removed (RS-26).
    pub fn readable_unlistened_all(&mut self, id: ObjectId) {
        self.later(Task::UpdateListening(id));
    }

    /// RS-26.
    pub(super) fn update_listening(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        self.rule("RS-26");
        let listening = self.listener_count(guest, id, NameId::READABLE)? > 0;
        let side = self.readable(id);
        side.readable_listening = listening;
        if side.resume_scheduled && side.paused == Some(false) {
            side.flowing = Some(true);
            return Ok(());
        }
        if self.is_data_heard(guest, id)? {
            self.invoke(guest, id, Method::Resume, &[])?;
        } else if !listening {
            self.readable(id).flowing = None;
        }
        Ok(())
    }

    /// `resume()` (RS-17).
    pub fn resume(&mut self, id: ObjectId) {
        let dead_stays = self.rules().dead_neither_pauses_nor_resumes;
        let side = self.readable(id);
        if dead_stays && side.life.destroyed {
            return;
        }
        let mut schedule = false;
        if !side.is_flowing() {
            side.flowing = Some(!side.readable_listening);
            schedule = !std::mem::replace(&mut side.resume_scheduled, true);
        }
        side.paused = Some(false);
        if schedule {
            self.rule("RS-17");
            self.later(Task::Resume(id));
        }
    }

    /// RS-17.
    pub(super) fn resume_now(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        if !self.readable(id).reading {
            self.invoke(guest, id, Method::Read, &[Value::Number(0)])?;
        }
        self.readable(id).resume_scheduled = false;
        self.tell(guest, id, NameId::RESUME, &[])?;
        self.flow(guest, id)?;
        let side = self.readable(id);
        if side.is_flowing() && !side.reading {
            self.invoke(guest, id, Method::Read, &[Value::Number(0)])?;
        }
        Ok(())
    }

    /// `pause()` (RS-19).
    pub fn pause(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        let dead_stays = self.rules().dead_neither_pauses_nor_resumes;
        let side = self.readable(id);
        if dead_stays && side.life.destroyed {
            return Ok(());
        }
        if side.flowing != Some(false) {
            self.rule("RS-19");
            self.readable(id).flowing = Some(false);
            self.tell(guest, id, NameId::PAUSE, &[])?;
        }
        self.readable(id).paused = Some(true);
        Ok(())
    }

    /// The data is over and read: 'end' comes in a tick (RS-27).
    pub(super) fn end_readable(&mut self, id: ObjectId) {
        let once = self.rules().end_is_scheduled_once;
        let side = self.readable(id);
        if !(side.end_emitted || once && side.end_scheduled) {
            side.ended = true;
            side.end_scheduled = true;
            self.later(Task::EmitEnd(id));
        }
    }

    /// RS-27.
    pub(super) fn emit_end(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        let rules = self.rules();
        let side = self.readable(id);
        side.end_scheduled = false;
        let is_dead = match rules.end_gate {
            EndGate::Open => false,
            EndGate::Emitted => side.life.error_emitted || side.life.close_emitted,
            EndGate::Errored => side.life.is_errored() || side.life.close_emitted,
        };
        if is_dead || side.end_emitted || side.length != 0 {
            return Ok(());
        }
        side.end_emitted = true;
        self.rule("RS-27");
        if rules.flags_are_plain {
            self.set_property(guest, id, Property::Readable, Value::Bool(false))?;
        }
        self.tell(guest, id, NameId::END, &[])?;
        let half_open = rules.half_open_is_checked_at_end
            && self.property(guest, id, Property::Writable)?.is_truthy()
            && self.property(guest, id, Property::AllowHalfOpen)? == Value::Bool(false);
        if half_open {
            self.later(Task::EndWritable(id));
            return Ok(());
        }
        if !self.readable(id).life.auto_destroy {
            return Ok(());
        }
        let other_is_done = !self.is_writable(id) || {
            let other = self.writable(id);
            other.life.auto_destroy && (other.finished || other.life.enabled == Some(false))
        };
        if other_is_done {
            self.invoke(guest, id, Method::Destroy, &[])?;
        }
        Ok(())
    }

    /// RS-27, DT-3: the writable side follows the readable one.
    pub(super) fn end_writable(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        let open = self.property(guest, id, Property::Writable)?.is_truthy()
            && !self
                .property(guest, id, Property::WritableEnded)?
                .is_truthy()
            && !self.property(guest, id, Property::Destroyed)?.is_truthy();
        if open || self.rules().flags_are_plain {
            self.invoke(guest, id, Method::End, &[])?;
        }
        Ok(())
    }

    /// DT-3: up to 12 a listener of 'end' closes the other side.
    pub fn half_open_end(&mut self, id: ObjectId) {
        if !self.writable(id).ended {
            self.later(Task::EndWritable(id));
        }
    }
}
