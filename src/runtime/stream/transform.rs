//! Transform: a writable side whose writes come out of the readable side (DT-5 to DT-12).

use super::super::Machine;
use super::super::doors::{Guest, Method, NameId, ObjectId, Renaming, Value, ValueId};
use super::{Abrupt, Act, Entrance, Fault, Field, hold, hold_callback, hold_instead, rename_all};

/// What a Transform holds between its sides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Transform {
    /// The chunk and the encoding of a write that is not transformed yet (DT-5).
    held: Option<(ValueId, Value)>,
    /// The callback of the write that is transformed.
    callback: Option<ValueId>,
    transforming: bool,
    need_transform: bool,
    /// The callback of a write that waits for a read (DT-7).
    withheld: Option<ValueId>,
    /// The callback of `_final`, while flushing (DT-8).
    final_callback: Option<ValueId>,
}

impl Transform {
    /// A field of it, as programs look at it.
    pub(super) fn field(&self, field: Field) -> Option<Value> {
        let value = |value: Option<ValueId>| value.map_or(Value::Null, Value::Other);
        Some(match field {
            Field::Withheld => value(self.withheld),
            Field::Transforming => Value::Bool(self.transforming),
            Field::NeedTransform => Value::Bool(self.need_transform),
            Field::TransformChunk => value(self.held.map(|(chunk, _)| chunk)),
            Field::TransformCallback => value(self.callback),
            _ => return None,
        })
    }

    /// Gives what it holds other numbers.
    pub(super) fn rename(&mut self, renaming: &mut dyn Renaming) {
        if let Some((chunk, encoding)) = &mut self.held {
            *chunk = renaming.value(*chunk);
            *encoding = renaming.any(*encoding);
        }
        let callbacks = [
            &mut self.callback,
            &mut self.withheld,
            &mut self.final_callback,
        ];
        rename_all(callbacks.into_iter().flatten(), renaming);
    }
}

impl Machine<'_> {
    fn transform(&mut self, id: ObjectId) -> &mut Transform {
        self.stream(id)
            .transform
            .get_or_insert_with(Transform::default)
    }

    /// A Transform begins: a push before any read may be direct (DT-5).
    pub fn begin_transform(&mut self, id: ObjectId) {
        self.readable(id).sync = false;
    }

    /// A push was made (DT-5).
    pub fn transform_pushed(&mut self, id: ObjectId) {
        self.transform(id).need_transform = false;
    }

    /// `_write` of a Transform (DT-5, DT-7).
    pub fn transform_write(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        chunk: ValueId,
        encoding: Value,
        callback: ValueId,
    ) -> Act {
        let rules = self.rules();
        if !rules.transform_holds_chunk {
            self.rule("DT-7");
            hold_instead(guest, &mut self.transform(id).callback, callback);
            let length = self.readable(id).length as u32;
            let arguments = [Value::Other(chunk), encoding];
            return self.invoke_with_door(
                guest,
                id,
                Method::Transform,
                &arguments,
                (Entrance::TransformDone, length),
            );
        }
        self.rule("DT-5");
        guest.retain(chunk);
        guest.retain(callback);
        hold(guest, encoding);
        let transform = self.transform(id);
        transform.held = Some((chunk, encoding));
        transform.callback = Some(callback);
        let waits = !transform.transforming;
        let needed = transform.need_transform;
        let side = self.readable(id);
        let mark = side.life.high_water_mark;
        if waits && (needed || side.need_readable || side.length < mark) {
            self.invoke(guest, id, Method::ReadMore, &[Value::Number(mark)])?;
        }
        Ok(())
    }

    /// `_read` of a Transform (DT-5, DT-7).
    pub fn transform_read(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        if !self.rules().transform_holds_chunk {
            if let Some(callback) = self.transform(id).withheld.take() {
                self.rule("DT-7");
                self.call_function(guest, callback, &[])?;
                guest.release(callback);
            }
            return Ok(());
        }
        let transform = self.transform(id);
        match transform.held {
            Some((chunk, encoding)) if !transform.transforming => {
                transform.transforming = true;
                let arguments = [Value::Other(chunk), encoding];
                self.invoke_with_door(
                    guest,
                    id,
                    Method::Transform,
                    &arguments,
                    (Entrance::TransformDone, 0),
                )?;
            }
            _ => transform.need_transform = true,
        }
        Ok(())
    }

    /// `_transform` calls back (DT-5, DT-7, DT-10, DT-11).
    pub(super) fn transform_done(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        length: u32,
        error: Value,
        data: Value,
    ) -> Act {
        if self.rules().transform_holds_chunk {
            return self.held_transform_done(guest, id, error, data);
        }
        let Some(callback) = self.transform(id).callback else {
            return Ok(());
        };
        if error.is_truthy() {
            return self.call_function(guest, callback, &[error]);
        }
        if data.is_some() {
            self.invoke(guest, id, Method::Push, &[data])?;
        }
        if self.rules().ended_transform_answers_in_a_tick && self.readable(id).ended {
            self.rule("DT-11");
            self.call_later(guest, Some(callback), Value::Undefined);
            return Ok(());
        }
        let ended = self.writable(id).ended;
        let side = self.readable(id);
        let has_room = side.length < side.life.high_water_mark;
        if ended || side.length == i64::from(length) || has_room {
            return self.call_function(guest, callback, &[]);
        }
        guest.retain(callback);
        self.transform(id).withheld = Some(callback);
        Ok(())
    }

    /// The promise of `_transform` is fulfilled (DT-8, 16).
    pub(super) fn transform_resolved(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        length: u32,
        data: Value,
    ) -> Act {
        let Some(callback) = self.transform(id).callback else {
            return Ok(());
        };
        if data.is_some() {
            self.invoke(guest, id, Method::Push, &[data])?;
        }
        let ended = self.writable(id).ended;
        let side = self.readable(id);
        let room = side.length == i64::from(length)
            || side.length < side.life.high_water_mark
            || side.length == 0;
        if ended || room {
            self.call_later(guest, Some(callback), Value::Undefined);
        } else {
            guest.retain(callback);
            self.transform(id).withheld = Some(callback);
        }
        Ok(())
    }

    /// DT-5.
    fn held_transform_done(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        error: Value,
        data: Value,
    ) -> Act {
        let transform = self.transform(id);
        transform.transforming = false;
        let Some(callback) = transform.callback.take() else {
            let error = self.fault(guest, Fault::MultipleCallback)?;
            return self.tell(guest, id, NameId::ERROR, &[error]).map(drop);
        };
        let held = transform.held.take();
        if data.is_some() {
            self.invoke(guest, id, Method::Push, &[data])?;
        }
        if let Some((chunk, _)) = held {
            guest.release(chunk);
        }
        self.call_function(guest, callback, &[error])?;
        guest.release(callback);
        let side = self.readable(id);
        side.reading = false;
        let mark = side.life.high_water_mark;
        if side.need_readable || side.length < mark {
            self.invoke(guest, id, Method::ReadMore, &[Value::Number(mark)])?;
        }
        Ok(())
    }

    /// 'prefinish' of a Transform (DT-6). Where its `_final` flushes, that is another matter unless a `_final` of another make
    /// stands in the place of that (DT-8).
    pub fn transform_prefinish(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        has_other_final: bool,
    ) -> Act {
        let final_flushes = !self.rules().transform_holds_chunk;
        if final_flushes && !has_other_final {
            return Ok(());
        }
        self.rule("DT-6");
        if !final_flushes {
            if self.has(guest, id, Method::Flush)? && !self.readable(id).life.destroyed {
                return self.invoke_with_door(
                    guest,
                    id,
                    Method::Flush,
                    &[],
                    (Entrance::FlushDone, 0),
                );
            }
            return self.flushed(guest, id, Value::Null, Value::Null);
        }
        self.transform_final(guest, id, None)
    }

    /// `_final` of a Transform (DT-8).
    pub fn transform_final(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        callback: Option<ValueId>,
    ) -> Act {
        self.rule("DT-8");
        hold_callback(guest, callback);
        self.transform(id).final_callback = callback;
        if !self.is_wholly_destroyed(id) && self.has(guest, id, Method::Flush)? {
            let of_final = u32::from(callback.is_some());
            return self.invoke_with_door(
                guest,
                id,
                Method::Flush,
                &[],
                (Entrance::FlushDone, of_final),
            );
        }
        self.invoke(guest, id, Method::Push, &[Value::Null])?;
        match callback {
            Some(callback) => self.call_function(guest, callback, &[]),
            None => Ok(()),
        }
    }

    /// The callback that is called after `_flush`; `of_final` is 1 if `_final` flushed.
    fn flush_answers(&mut self, id: ObjectId, of_final: u32) -> Option<ValueId> {
        if of_final == 1 {
            self.transform(id).final_callback
        } else {
            None
        }
    }

    /// `_flush` calls back (DT-6, DT-8).
    pub(super) fn flush_done(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        of_final: u32,
        error: Value,
        data: Value,
    ) -> Act {
        if self.rules().transform_holds_chunk {
            return self.flushed(guest, id, error, data);
        }
        let callback = self.flush_answers(id, of_final);
        if error.is_truthy() {
            return match callback {
                Some(callback) => self.call_function(guest, callback, &[error]),
                None => self.invoke(guest, id, Method::Destroy, &[error]).map(drop),
            };
        }
        if data.is_some() {
            self.invoke(guest, id, Method::Push, &[data])?;
        }
        self.invoke(guest, id, Method::Push, &[Value::Null])?;
        match callback {
            Some(callback) => self.call_function(guest, callback, &[]),
            None => Ok(()),
        }
    }

    /// The promise of `_flush` is fulfilled (DT-8, 16).
    pub(super) fn flush_resolved(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        of_final: u32,
        data: Value,
    ) -> Act {
        if data.is_some() {
            self.invoke(guest, id, Method::Push, &[data])?;
        }
        self.invoke(guest, id, Method::Push, &[Value::Null])?;
        let callback = self.flush_answers(id, of_final);
        self.call_later(guest, callback, Value::Undefined);
        Ok(())
    }

    /// DT-6.
    fn flushed(&mut self, guest: &mut dyn Guest, id: ObjectId, error: Value, data: Value) -> Act {
        if error.is_truthy() {
            return self.tell(guest, id, NameId::ERROR, &[error]).map(drop);
        }
        if data.is_some() {
            self.invoke(guest, id, Method::Push, &[data])?;
        }
        if self.writable(id).length != 0 {
            return Err(Abrupt::Threw(
                guest.fault(self, Fault::TransformWithLength)?,
            ));
        }
        if self.transform(id).transforming {
            return Err(Abrupt::Threw(
                guest.fault(self, Fault::AlreadyTransforming)?,
            ));
        }
        self.invoke(guest, id, Method::Push, &[Value::Null])
            .map(drop)
    }
}
