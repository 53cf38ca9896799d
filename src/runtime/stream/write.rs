//! The writable side: its state, `write` and the completion of writes (WS-1 to WS-11, WS-14 to WS-18).

use std::collections::VecDeque;

use super::super::Machine;
use super::super::doors::{Guest, Method, NameId, ObjectId, Renaming, Side, Value, ValueId};
use super::super::profile::{DeferRule, QueuePlaces, StreamRules};
use super::{
    Abrupt, Act, Chunk, Contents, Entrance, Fault, Life, Shown, Task, Trace, hold, hold_callback,
    rename_all,
};

/// From this many places of writes that were begun on, they are no longer kept (WS-1).
const GONE_MAX: usize = 256;

/// What is called when a write is done.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::runtime) enum Done {
    /// Nothing.
    Nothing,
    /// The callback of one write.
    One(ValueId),
    /// The callbacks of everything that was written at once.
    Many(Vec<Option<ValueId>>),
}

/// A write that waits for its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Queued {
    chunk: Chunk,
    encoding: Value,
    callback: Option<ValueId>,
}

/// Writes that completed at once and share a tick (WS-7).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct AfterWrite {
    done: Done,
    count: u32,
    /// More writes with the same callback may join.
    joinable: bool,
}

/// What is seen of the queue of writes beyond those that wait: up to 12 a write leaves it when it was begun; later its place
/// stays, and what is given out as the queue begins behind the places that are left from before it was last worked on.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Places {
    /// Places left from before.
    pub(super) gone: usize,
    /// Writes begun since then.
    pub(super) taken: usize,
    /// How often the queue was begun anew.
    pub(super) resets: usize,
    /// How often it changed.
    pub(super) changes: usize,
}

/// The two listeners that stand for a callback of `end()` (WS-12, 14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct EndWatch {
    pub(super) callback: ValueId,
    pub(super) on_finish: Value,
    pub(super) on_error: Value,
}

/// The writable side of a stream (WS-1).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Writable {
    pub(super) life: Life,
    pub(super) length: i64,
    pub(super) need_drain: bool,
    pub(super) writing: bool,
    pub(super) corked: i64,
    pub(super) sync: bool,
    pub(super) processing: bool,
    queue: VecDeque<Queued>,
    /// Something was queued and the queue has not been reset since: also true while its last write is begun.
    pub(super) queue_held: bool,
    /// Nothing queued since then has a callback.
    pub(super) queue_is_plain: bool,
    pub(super) places: Shown<Places>,
    in_flight: Option<Done>,
    pub(super) flight_length: i64,
    pub(super) pending: i64,
    after: VecDeque<AfterWrite>,
    pub(super) after_pending: bool,
    pub(super) ending: bool,
    pub(super) ended: bool,
    pub(super) finished: bool,
    pub(super) final_called: bool,
    pub(super) final_answered: bool,
    pub(super) prefinished: bool,
    pub(super) end_callbacks: Vec<ValueId>,
    pub(super) end_watches: Vec<EndWatch>,
}

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It was taken; whether there is room for more.
    Taken(bool),
    /// It was not taken, for this error.
    Refused(Value),
}

impl Done {
    /// Whether two of them can be the same.
    fn is_single(&self) -> bool {
        !matches!(self, Done::Many(_))
    }

    /// Gives the callbacks other numbers.
    pub(super) fn rename(&mut self, renaming: &mut dyn Renaming) {
        match self {
            Done::Nothing => {}
            Done::One(callback) => *callback = renaming.value(*callback),
            Done::Many(callbacks) => rename_all(callbacks.iter_mut().flatten(), renaming),
        }
    }

    fn release(self, guest: &mut dyn Guest) {
        match self {
            Done::Nothing => {}
            Done::One(callback) => guest.release(callback),
            Done::Many(callbacks) => callbacks
                .into_iter()
                .flatten()
                .for_each(|callback| guest.release(callback)),
        }
    }
}

impl Writable {
    pub(super) fn new(rules: &StreamRules) -> Self {
        Writable {
            life: Life::new(rules),
            length: 0,
            need_drain: false,
            writing: false,
            corked: 0,
            sync: true,
            processing: false,
            queue: VecDeque::new(),
            queue_held: false,
            queue_is_plain: true,
            places: Shown::default(),
            in_flight: None,
            flight_length: 0,
            pending: 0,
            after: VecDeque::new(),
            after_pending: false,
            ending: false,
            ended: false,
            finished: false,
            final_called: false,
            final_answered: false,
            prefinished: false,
            end_callbacks: Vec::new(),
            end_watches: Vec::new(),
        }
    }

    /// Gives what it leads to other numbers.
    pub(super) fn rename(&mut self, renaming: &mut dyn Renaming) {
        self.life.errored = renaming.any(self.life.errored);
        for queued in &mut self.queue {
            queued.chunk.value = renaming.value(queued.chunk.value);
            queued.encoding = renaming.any(queued.encoding);
            rename_all(&mut queued.callback, renaming);
        }
        let done = self.after.iter_mut().map(|after| &mut after.done);
        for done in self.in_flight.iter_mut().chain(done) {
            done.rename(renaming);
        }
        rename_all(&mut self.end_callbacks, renaming);
        for watch in &mut self.end_watches {
            watch.callback = renaming.value(watch.callback);
            watch.on_finish = renaming.any(watch.on_finish);
            watch.on_error = renaming.any(watch.on_error);
        }
    }

    fn size_of(&self, chunk: Chunk) -> i64 {
        if self.life.object_mode { 1 } else { chunk.size }
    }

    pub(super) fn queue_entries(&self) -> Vec<(ValueId, Value, Option<ValueId>)> {
        self.queue
            .iter()
            .map(|queued| (queued.chunk.value, queued.encoding, queued.callback))
            .collect()
    }

    /// The next write, which is begun now.
    fn next_queued(&mut self) -> Option<Queued> {
        let next = self.queue.pop_front();
        self.places.0.taken += usize::from(next.is_some());
        self.places.0.changes += 1;
        next
    }

    /// The queue was worked on: the places of writes that were begun are left from before, or given up if they are many.
    fn settle_places(&mut self, rules: &StreamRules) {
        let left = self.queue.len();
        let Shown(places) = &mut self.places;
        let gone = places.gone + std::mem::take(&mut places.taken);
        places.changes += 1;
        places.gone = match rules.queue_places {
            QueuePlaces::None => 0,
            QueuePlaces::Limited if gone > GONE_MAX => 0,
            QueuePlaces::LimitedWhereMost if gone > GONE_MAX && gone >= left => 0,
            QueuePlaces::Limited | QueuePlaces::LimitedWhereMost => gone,
        };
    }

    pub(super) fn queued(&self) -> usize {
        self.queue.len()
    }

    fn reset_queue(&mut self) {
        self.queue.clear();
        self.queue_held = false;
        self.queue_is_plain = true;
        let Shown(places) = &mut self.places;
        places.gone = 0;
        places.taken = 0;
        places.resets += 1;
        places.changes += 1;
    }

    /// The callback of the write that was begun: nothing if there is none, `null` for a write without one, `true` for several.
    pub(super) fn flight_callback(&self) -> Value {
        match &self.in_flight {
            None => Value::Undefined,
            Some(Done::Nothing) => Value::Null,
            Some(Done::One(callback)) => Value::Other(*callback),
            Some(Done::Many(_)) => Value::Bool(true),
        }
    }

    /// The writes done at once that further ones may join: how many, and their callback.
    pub(super) fn joinable(&self) -> Option<(u32, Value)> {
        let after = self.after.iter().find(|after| after.joinable)?;
        let callback = match &after.done {
            Done::Nothing => Value::Null,
            Done::One(callback) => Value::Other(*callback),
            Done::Many(_) => Value::Bool(true),
        };
        Some((after.count, callback))
    }
}

impl Machine<'_> {
    /// `write()`, after the checks of its arguments (WS-2, WS-3).
    pub fn write(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        chunk: Chunk,
        encoding: Value,
        callback: Option<ValueId>,
    ) -> Act<Written> {
        let rules = self.rules();
        let side = self.writable(id);
        let fault = if side.ending {
            Some(Fault::WriteAfterEnd)
        } else if side.life.destroyed && rules.write_checks_destroyed {
            Some(Fault::WriteDestroyed)
        } else {
            None
        };
        if let Some(fault) = fault {
            self.rule(if fault == Fault::WriteAfterEnd {
                "WS-15"
            } else {
                "WS-16"
            });
            let error = self.fault(guest, fault)?;
            self.refuse_write(guest, id, error, callback)?;
            return Ok(Written::Refused(error));
        }
        side.pending += 1;
        let length = side.size_of(chunk);
        side.length += length;
        self.observe_writable(id);
        let mut accepts = true;
        if !rules.write_result_comes_after {
            self.rule("WS-3");
            accepts = self.has_room(id);
        }
        let side = self.writable(id);
        let errored = side.life.is_errored();
        if side.writing || side.corked != 0 || errored || !side.life.constructed {
            guest.retain(chunk.value);
            hold(guest, encoding);
            hold_callback(guest, callback);
            side.queue.push_back(Queued {
                chunk,
                encoding,
                callback,
            });
            side.queue_held = true;
            side.places.0.changes += 1;
            side.queue_is_plain &= callback.is_none();
        } else {
            hold_callback(guest, callback);
            let done = callback.map_or(Done::Nothing, Done::One);
            self.begin_write(guest, id, length, Begun::One(chunk, encoding), done)?;
        }
        if rules.write_result_comes_after {
            self.rule("WS-3");
            accepts = self.has_room(id);
        }
        let life = &self.writable(id).life;
        let dead = life.is_errored() || life.destroyed;
        Ok(Written::Taken(
            accepts && !(rules.write_checks_destroyed && dead),
        ))
    }

    /// WS-3.
    fn has_room(&mut self, id: ObjectId) -> bool {
        let empty_has_room = self.rules().write_result_comes_after;
        let side = self.writable(id);
        let room = side.length < side.life.high_water_mark || empty_has_room && side.length == 0;
        if !room {
            side.need_drain = true;
        }
        room
    }

    /// A write that is not taken (WS-2, WS-15, WS-16).
    pub fn refuse_write(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        error: Value,
        callback: Option<ValueId>,
    ) -> Act {
        if self.rules().error_precedes_callback {
            self.error_or_destroy(guest, id, error, false)?;
            self.call_later(guest, callback, error);
            Ok(())
        } else {
            self.call_later(guest, callback, error);
            self.error_or_destroy(guest, id, error, true)
        }
    }

    /// `cork()` (WS-10).
    pub fn cork(&mut self, id: ObjectId) {
        self.writable(id).corked += 1;
    }

    /// `uncork()` (WS-10).
    pub fn uncork(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        let side = self.writable(id);
        if side.corked == 0 {
            return Ok(());
        }
        self.rule("WS-10");
        let side = self.writable(id);
        side.corked -= 1;
        if side.writing {
            Ok(())
        } else {
            self.clear_buffer(guest, id)
        }
    }

    /// Calls `_write` or `_writev` (WS-4).
    fn begin_write(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        length: i64,
        begun: Begun,
        done: Done,
    ) -> Act {
        self.rule("WS-4");
        let side = self.writable(id);
        side.flight_length = length;
        side.in_flight = Some(done);
        side.writing = true;
        side.sync = true;
        let has_callback = side.in_flight != Some(Done::Nothing);
        let is_destroyed = side.life.destroyed;
        if has_callback {
            self.leave(guest, id, Side::Writable, Trace::WriteCallback)?;
        }
        if is_destroyed {
            let error = self.fault(guest, Fault::WriteDestroyed)?;
            self.write_done(guest, id, error)?;
        } else {
            let answer = (Entrance::WriteDone, 0);
            match begun {
                Begun::One(chunk, encoding) => {
                    let arguments = [Value::Other(chunk.value), encoding];
                    self.invoke_with_door(guest, id, Method::WriteOne, &arguments, answer)?;
                }
                Begun::Many(list) => {
                    self.invoke_with_door(
                        guest,
                        id,
                        Method::WriteMany,
                        &[Value::Other(list)],
                        answer,
                    )?;
                }
            }
        }
        self.writable(id).sync = false;
        Ok(())
    }

    /// The sink calls back (WS-6).
    pub(super) fn write_done(&mut self, guest: &mut dyn Guest, id: ObjectId, error: Value) -> Act {
        self.rule("WS-6");
        let rules = self.rules();
        let Some(done) = self.writable(id).in_flight.take() else {
            let error = self.fault(guest, Fault::MultipleCallback)?;
            return match error {
                Value::Other(error) if rules.double_callback_throws => Err(Abrupt::Threw(error)),
                error => self.error_or_destroy(guest, id, error, false),
            };
        };
        let side = self.writable(id);
        let sync = side.sync;
        side.writing = false;
        side.length -= side.flight_length;
        side.flight_length = 0;
        if !side.life.has_left(Trace::WriteCallback) {
            self.leave(guest, id, Side::Writable, Trace::WriteCallback)?;
        }
        self.observe_writable(id);
        if error.is_truthy() {
            self.rule("WS-14");
            return self.write_error(guest, id, error, done, sync);
        }
        if self.writable(id).queue_held && !self.is_wholly_destroyed(id) {
            self.clear_buffer(guest, id)?;
        }
        if !sync {
            return self.after_write(guest, id, 1, done);
        }
        self.rule("WS-7");
        self.defer_after_write(guest, id, done)
    }

    /// Bookkeeping of a write that completed inside `_write` (WS-7).
    fn defer_after_write(&mut self, guest: &mut dyn Guest, id: ObjectId, done: Done) -> Act {
        let by_need = self.rules().defer == DeferRule::ByNeed;
        if by_need && done == Done::Nothing {
            let side = self.writable(id);
            // In object mode a tick is used in any case.
            let needed = side.need_drain && side.length == 0 || side.life.object_mode;
            if needed && !side.after_pending {
                side.after.push_back(AfterWrite {
                    done,
                    count: 1,
                    joinable: false,
                });
                side.after_pending = true;
                self.later(Task::AfterWrite(id));
                return Ok(());
            }
            side.pending -= 1;
            return if side.ending {
                self.finish_maybe(guest, id, true)
            } else {
                Ok(())
            };
        }
        if done != Done::Nothing {
            self.leave(guest, id, Side::Writable, Trace::AfterWrite)?;
        }
        let side = self.writable(id);
        if let Some(after) = side
            .after
            .iter_mut()
            .find(|after| after.joinable && after.done == done && done.is_single())
        {
            after.count += 1;
            done.release(guest);
            return Ok(());
        }
        for after in &mut side.after {
            after.joinable = false;
        }
        side.after.push_back(AfterWrite {
            done,
            count: 1,
            joinable: true,
        });
        side.after_pending = true;
        self.later(Task::AfterWrite(id));
        Ok(())
    }

    /// The tick of [`Task::AfterWrite`].
    pub(super) fn after_write_tick(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        let by_need = self.rules().defer == DeferRule::ByNeed;
        let side = self.writable(id);
        let Some(AfterWrite { done, count, .. }) = side.after.pop_front() else {
            return Ok(());
        };
        if !(by_need && done == Done::Nothing) {
            for after in &mut side.after {
                after.joinable = false;
            }
        }
        self.after_write(guest, id, count, done)
    }

    /// WS-8, WS-9.
    fn after_write(&mut self, guest: &mut dyn Guest, id: ObjectId, count: u32, done: Done) -> Act {
        self.rule("WS-8");
        let rules = self.rules();
        let destroyed = self.is_wholly_destroyed(id);
        let side = self.writable(id);
        side.after_pending = false;
        let destroyed = if rules.defer == DeferRule::ByCallback {
            destroyed
        } else {
            side.life.destroyed
        };
        let drains = !side.ending && !destroyed && side.length == 0 && side.need_drain;
        if drains {
            self.tell_drain(guest, id)?;
        }
        let argument = if rules.success_is_null {
            Some(Value::Null)
        } else {
            None
        };
        for _ in 0..count {
            self.writable(id).pending -= 1;
            self.call_done(guest, id, &done, argument)?;
        }
        done.release(guest);
        if self.writable(id).life.destroyed && rules.write_checks_destroyed {
            self.fail_buffer(guest, id)?;
        }
        if rules.finish_takes_a_tick {
            return if self.writable(id).ending {
                self.finish_maybe(guest, id, true)
            } else {
                Ok(())
            };
        }
        self.finish_maybe(guest, id, false)
    }

    /// WS-9.
    fn tell_drain(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        self.writable(id).need_drain = false;
        self.rule("WS-9");
        self.tell(guest, id, NameId::DRAIN, &[]).map(drop)
    }

    fn call_done(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        done: &Done,
        argument: Option<Value>,
    ) -> Act {
        match done {
            Done::Nothing => {}
            Done::One(callback) => {
                self.call_function(guest, *callback, argument.as_slice())?;
            }
            Done::Many(callbacks) => {
                let one_by_one = self.rules().batch_counts_each;
                for callback in callbacks {
                    if one_by_one {
                        self.writable(id).pending -= 1;
                    }
                    if let Some(callback) = callback {
                        self.call_function(
                            guest,
                            *callback,
                            &[argument.unwrap_or(Value::Undefined)],
                        )?;
                    }
                }
            }
        }
        Ok(())
    }

    /// A write failed (WS-14).
    fn write_error(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        error: Value,
        done: Done,
        sync: bool,
    ) -> Act {
        if self.rules().error_precedes_callback {
            self.writable(id).pending -= 1;
            if sync {
                hold(guest, error);
                self.later(Task::WriteFailed(id, error, done));
                self.later(Task::FinishMaybe(id));
            } else {
                self.call_done(guest, id, &done, Some(error))?;
            }
            self.writable(id).life.error_emitted = true;
            self.error_or_destroy(guest, id, error, false)?;
            return if sync {
                Ok(())
            } else {
                self.finish_maybe(guest, id, false)
            };
        }
        self.note_error(guest, id, error)?;
        if sync {
            hold(guest, error);
            self.later(Task::WriteFailed(id, error, done));
            return Ok(());
        }
        self.write_failed(guest, id, error, done)
    }

    /// WS-14.
    pub(super) fn write_failed(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        error: Value,
        done: Done,
    ) -> Act {
        if self.rules().error_precedes_callback {
            return self.call_done(guest, id, &done, Some(error));
        }
        self.writable(id).pending -= 1;
        self.call_done(guest, id, &done, Some(error))?;
        self.fail_buffer(guest, id)?;
        self.error_or_destroy(guest, id, error, false)
    }

    /// Fails what is queued (WS-17).
    pub(super) fn fail_buffer(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        if self.writable(id).writing {
            return Ok(());
        }
        self.rule("WS-17");
        let mut at = 0;
        while let Some(&Queued {
            chunk, callback, ..
        }) = self.writable(id).queue.get(at)
        {
            at += 1;
            let side = self.writable(id);
            side.length -= side.size_of(chunk);
            let error = self.destroy_error(guest, id, Fault::WriteDestroyed)?;
            if let Some(callback) = callback {
                self.call_function(guest, callback, &[error])?;
            }
        }
        self.observe_writable(id);
        let error = if self.writable(id).end_callbacks.is_empty() {
            Value::Undefined
        } else {
            self.destroy_error(guest, id, Fault::EndDestroyed)?
        };
        self.call_end_callbacks(guest, id, Some(error))?;
        self.writable(id).reset_queue();
        Ok(())
    }

    /// The recorded error where that is what is reported, or one that says it was destroyed (WS-17).
    fn destroy_error(&mut self, guest: &mut dyn Guest, id: ObjectId, fault: Fault) -> Act<Value> {
        let errored = self.writable(id).life.errored;
        if self.rules().queue_fails_with_the_error && errored.is_some() {
            return Ok(errored);
        }
        self.fault(guest, fault)
    }

    /// Writes what is queued (WS-11).
    pub(super) fn clear_buffer(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        let rules = self.rules();
        let side = self.writable(id);
        let blocked = side.corked != 0
            || side.processing
            || side.life.destroyed && rules.write_checks_destroyed
            || !side.life.constructed;
        if blocked || side.queue.is_empty() {
            return Ok(());
        }
        self.rule("WS-11");
        self.writable(id).processing = true;
        let many = self.writable(id).queue.len() > 1 && self.has(guest, id, Method::WriteMany)?;
        if many {
            self.write_together(guest, id)?;
        } else {
            self.write_in_turn(guest, id)?;
        }
        self.writable(id).processing = false;
        Ok(())
    }

    /// Writes all that is queued at once, by `_writev` (WS-11).
    fn write_together(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        let counts_each = self.rules().batch_counts_each;
        let side = self.writable(id);
        side.places.0.changes += 1;
        let queue = side.queue_entries();
        let length = side.length;
        if !counts_each {
            side.pending -= queue.len() as i64 - 1;
        }
        let done = if side.queue_is_plain && !counts_each {
            Done::Nothing
        } else {
            Done::Many(queue.iter().map(|&(_, _, callback)| callback).collect())
        };
        let list = self.contents(guest, Contents::Batch(&queue))?.value;
        self.leave(guest, id, Side::Writable, Trace::Batch)?;
        self.begin_write(guest, id, length, Begun::Many(list), done)?;
        guest.release(list);
        for (chunk, ..) in queue {
            guest.release(chunk);
        }
        if counts_each {
            self.writable(id).pending += 1;
        }
        self.writable(id).reset_queue();
        Ok(())
    }

    /// Writes what is queued one by one, until a write is not done at once (WS-11).
    fn write_in_turn(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        let rules = self.rules();
        while let Some(Queued {
            chunk,
            encoding,
            callback,
        }) = self.writable(id).next_queued()
        {
            let length = self.writable(id).size_of(chunk);
            let done = callback.map_or(Done::Nothing, Done::One);
            self.begin_write(guest, id, length, Begun::One(chunk, encoding), done)?;
            guest.release(chunk.value);
            let side = self.writable(id);
            if rules.queue_places == QueuePlaces::None {
                side.settle_places(rules);
            }
            if side.writing {
                break;
            }
        }
        let side = self.writable(id);
        if side.queue.is_empty() {
            side.reset_queue();
        } else {
            side.settle_places(rules);
        }
        Ok(())
    }
}

/// What is written.
#[derive(Debug, Clone, Copy)]
enum Begun {
    One(Chunk, Value),
    Many(ValueId),
}
