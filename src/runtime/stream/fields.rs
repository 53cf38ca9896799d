//! The state of a side as programs look at it, and how a side begins (RS-1, RS-2, WS-1, DT-4).

use super::super::Machine;
use super::super::doors::{Event, Guest, ObjectId, Side, Value, ValueId};
use super::read::Awaited;
use super::{Act, Door, Entrance, Life, hold};

/// What a side begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SideOptions {
    /// Chunks are values of any kind, each of size 1.
    pub object_mode: bool,
    /// The high water mark, if one was given.
    pub high_water_mark: Option<i64>,
    /// 'close' is emitted.
    pub emit_close: bool,
    /// It is destroyed at its end; left out, as the major does.
    pub auto_destroy: Option<bool>,
}

members! {
    /// A field of the state of a side.
    Field {
        ObjectMode = "objectMode", HighWaterMark = "highWaterMark", Length = "length", Destroyed = "destroyed", Closed = "closed",
        CloseEmitted = "closeEmitted", Errored = "errored", ErrorEmitted = "errorEmitted", EmitClose = "emitClose",
        AutoDestroy = "autoDestroy", Constructed = "constructed", Sync = "sync", Ended = "ended",
        Flowing = "flowing", Paused = "paused", EndEmitted = "endEmitted", Reading = "reading", NeedReadable = "needReadable",
        EmittedReadable = "emittedReadable", ReadableListening = "readableListening", ResumeScheduled = "resumeScheduled",
        ReadingMore = "readingMore", DataEmitted = "dataEmitted", MultiAwaitDrain = "multiAwaitDrain", PipesCount = "pipesCount",
        Readable = "readable", Writable = "writable", DataListening = "dataListening", EndScheduled = "endScheduled",
        EofPending = "eofPending",
        NeedDrain = "needDrain", Writing = "writing", Corked = "corked", BufferProcessing = "bufferProcessing", Ending = "ending",
        Finished = "finished", FinalCalled = "finalCalled", Prefinished = "prefinished", PendingCallbacks = "pendingcb",
        Queued = "bufferedRequestCount", BufferIndex = "bufferIndex", Changes = "changes", BufferedIndex = "bufferedIndex", Begun = "begun",
        QueueResets = "queueResets", QueueIsPlain = "allNoop", QueueHeld = "queueHeld", WriteLength = "writelen",
        WriteCallback = "writecb", AfterWriteCount = "afterWriteCount", AfterWriteCallback = "afterWriteCallback",
        AfterWritePending = "afterWritePending", HasEndCallbacks = "hasEndCallbacks", Withheld = "withheld",
        Transforming = "transforming", NeedTransform = "needTransform", TransformChunk = "writechunk", TransformCallback = "transformCallback",
    }
}

fn option(value: Option<bool>) -> Value {
    value.map_or(Value::Null, Value::Bool)
}

fn life_field(life: &Life, field: Field) -> Option<Value> {
    Some(match field {
        Field::ObjectMode => Value::Bool(life.object_mode),
        Field::HighWaterMark => Value::Number(life.high_water_mark),
        Field::Destroyed => Value::Bool(life.destroyed),
        Field::Closed => Value::Bool(life.closed),
        Field::CloseEmitted => Value::Bool(life.close_emitted),
        Field::Errored => life.errored,
        Field::ErrorEmitted => Value::Bool(life.error_emitted),
        Field::EmitClose => Value::Bool(life.emit_close),
        Field::AutoDestroy => Value::Bool(life.auto_destroy),
        Field::Constructed => Value::Bool(life.constructed),
        Field::Readable | Field::Writable => life.enabled.map_or(Value::Undefined, Value::Bool),
        _ => return None,
    })
}

fn set_life_field(life: &mut Life, field: Field, value: Value) -> bool {
    let flag = value.is_truthy();
    match field {
        Field::ObjectMode => life.object_mode = flag,
        Field::HighWaterMark => {
            if let Value::Number(mark) = value {
                life.high_water_mark = mark;
            }
        }
        Field::Destroyed => life.destroyed = flag,
        Field::Closed => life.closed = flag,
        Field::CloseEmitted => life.close_emitted = flag,
        Field::Errored => life.errored = value,
        Field::ErrorEmitted => life.error_emitted = flag,
        Field::EmitClose => life.emit_close = flag,
        Field::AutoDestroy => life.auto_destroy = flag,
        Field::Constructed => life.constructed = flag,
        Field::Readable | Field::Writable => life.enabled = Some(flag),
        _ => return false,
    }
    true
}

impl Machine<'_> {
    /// Gives a stream its readable side (RS-1).
    pub fn begin_readable(&mut self, id: ObjectId, options: SideOptions) {
        let default = self.default_high_water_mark(options.object_mode);
        self.stream(id).readable = None;
        begin_side(&mut self.readable(id).life, options, default);
    }

    /// Gives a stream its writable side (WS-1).
    pub fn begin_writable(&mut self, id: ObjectId, options: SideOptions) {
        let default = self.default_high_water_mark(options.object_mode);
        self.stream(id).writable = None;
        begin_side(&mut self.writable(id).life, options, default);
    }

    /// Closes the readable side of a new Duplex (DT-4).
    pub fn close_readable(&mut self, id: ObjectId) {
        let side = self.readable(id);
        side.life.enabled = Some(false);
        side.ended = true;
        side.end_emitted = true;
    }

    /// Closes the writable side of a new Duplex (DT-4).
    pub fn close_writable(&mut self, id: ObjectId) {
        let side = self.writable(id);
        side.life.enabled = Some(false);
        side.ending = true;
        side.ended = true;
        side.finished = true;
    }

    /// The high water mark of a side nobody gave one (RS-2).
    pub fn default_high_water_mark(&self, object_mode: bool) -> i64 {
        let rules = self.rules();
        let [bytes, objects] = self.runtime.streams.default_marks;
        if object_mode {
            objects.unwrap_or(rules.object_high_water_mark)
        } else {
            bytes.unwrap_or(rules.byte_high_water_mark)
        }
    }

    /// Sets it, for the streams that are made from now on (RS-2).
    pub fn set_default_high_water_mark(&mut self, object_mode: bool, mark: i64) {
        self.runtime.streams.default_marks[usize::from(object_mode)] = Some(mark);
    }

    /// What is queued to be read.
    pub fn readable_buffer(&mut self, id: ObjectId) -> Vec<ValueId> {
        self.readable(id)
            .buffer
            .iter()
            .map(|chunk| chunk.value)
            .collect()
    }

    /// What is queued to be written: chunks with their encodings and callbacks.
    pub fn writable_queue(&mut self, id: ObjectId) -> Vec<(ValueId, Value, Option<ValueId>)> {
        self.writable(id).queue_entries()
    }

    /// Where the data is piped to.
    pub fn pipes_of(&mut self, id: ObjectId) -> Vec<ObjectId> {
        self.readable(id).pipes.clone()
    }

    /// What `end()` was given to call.
    pub fn end_callbacks_of(&mut self, id: ObjectId) -> Vec<ValueId> {
        self.writable(id).end_callbacks.clone()
    }

    /// What the sink is given to answer with, or `_transform` (DT-5).
    pub fn answer_of(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        transforms: bool,
    ) -> Act<ValueId> {
        let door = Door {
            what: if transforms {
                Entrance::TransformDone
            } else {
                Entrance::WriteDone
            },
            about: id.0,
            detail: 0,
        };
        Ok(guest.function(self, door)?)
    }

    /// Whose 'drain' is awaited.
    pub fn awaited_by(&mut self, id: ObjectId) -> Vec<ObjectId> {
        match &self.readable(id).awaited {
            Awaited::Nobody => Vec::new(),
            Awaited::One(one) => vec![*one],
            Awaited::Many(all) => all.clone(),
        }
    }

    /// A field of the readable side.
    pub fn readable_field(&mut self, id: ObjectId, field: Field) -> Value {
        let side = self.readable(id);
        if let Some(value) = life_field(&side.life, field) {
            return value;
        }
        match field {
            Field::Length => Value::Number(side.length),
            Field::Sync => Value::Bool(side.sync),
            Field::Ended => Value::Bool(side.ended),
            Field::Flowing => option(side.flowing),
            Field::Paused => option(side.paused),
            Field::EndEmitted => Value::Bool(side.end_emitted),
            Field::Reading => Value::Bool(side.reading),
            Field::NeedReadable => Value::Bool(side.need_readable),
            Field::EmittedReadable => Value::Bool(side.emitted_readable),
            Field::ReadableListening => Value::Bool(side.readable_listening),
            Field::ResumeScheduled => Value::Bool(side.resume_scheduled),
            Field::ReadingMore => Value::Bool(side.reading_more),
            Field::DataEmitted => Value::Bool(side.data_emitted),
            Field::DataListening => Value::Bool(side.data_listening),
            Field::EndScheduled => Value::Bool(side.end_scheduled),
            Field::EofPending => Value::Bool(side.eof_pending),
            Field::MultiAwaitDrain => Value::Bool(matches!(side.awaited, Awaited::Many(_))),
            Field::PipesCount => Value::Number(side.pipes.len() as i64),
            Field::BufferIndex => Value::Number(side.gone.0 as i64),
            Field::Changes => Value::Number(side.changes.0),
            _ => Value::Undefined,
        }
    }

    /// Sets a field of the readable side; says whether that can be done.
    pub fn set_readable_field(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        field: Field,
        value: Value,
    ) -> bool {
        hold(guest, value);
        let side = self.readable(id);
        let flag = value.is_truthy();
        let option = if value.is_some() { Some(flag) } else { None };
        if set_life_field(&mut side.life, field, value) {
            return true;
        }
        match field {
            Field::Length => match value {
                Value::Number(length) => side.length = length,
                _ => return false,
            },
            Field::Sync => side.sync = flag,
            Field::Ended => side.ended = flag,
            Field::Flowing => side.flowing = option,
            Field::Paused => side.paused = Some(flag),
            Field::EndEmitted => side.end_emitted = flag,
            Field::Reading => side.reading = flag,
            Field::NeedReadable => side.need_readable = flag,
            Field::EmittedReadable => side.emitted_readable = flag,
            Field::ReadableListening => side.readable_listening = flag,
            Field::ResumeScheduled => side.resume_scheduled = flag,
            Field::ReadingMore => side.reading_more = flag,
            Field::DataEmitted => side.data_emitted = flag,
            _ => return false,
        }
        true
    }

    /// A field of the writable side.
    pub fn writable_field(&mut self, id: ObjectId, field: Field) -> Value {
        let side = self.writable(id);
        if let Some(value) = life_field(&side.life, field) {
            return value;
        }
        match field {
            Field::Length => Value::Number(side.length),
            Field::Sync => Value::Bool(side.sync),
            Field::Ended => Value::Bool(side.ended),
            Field::NeedDrain => Value::Bool(side.need_drain),
            Field::Writing => Value::Bool(side.writing),
            Field::Corked => Value::Number(side.corked),
            Field::BufferProcessing => Value::Bool(side.processing),
            Field::Ending => Value::Bool(side.ending),
            Field::Finished => Value::Bool(side.finished),
            Field::FinalCalled => Value::Bool(side.final_called),
            Field::Prefinished => Value::Bool(side.prefinished),
            Field::PendingCallbacks => Value::Number(side.pending),
            Field::Queued => Value::Number((side.places.0.taken + side.queued()) as i64),
            Field::BufferedIndex => Value::Number(side.places.0.gone as i64),
            Field::Changes => Value::Number(side.places.0.changes as i64),
            Field::Begun => Value::Number(side.places.0.taken as i64),
            Field::QueueResets => Value::Number(side.places.0.resets as i64),
            Field::QueueIsPlain => Value::Bool(side.queue_is_plain),
            Field::QueueHeld => Value::Bool(side.queue_held),
            Field::WriteLength => Value::Number(side.flight_length),
            Field::WriteCallback => side.flight_callback(),
            Field::AfterWriteCount => side
                .joinable()
                .map_or(Value::Undefined, |(count, _)| Value::Number(count.into())),
            Field::AfterWriteCallback => side
                .joinable()
                .map_or(Value::Undefined, |(_, callback)| callback),
            Field::AfterWritePending => Value::Bool(side.after_pending),
            Field::HasEndCallbacks => Value::Bool(!side.end_callbacks.is_empty()),
            _ => {
                let transform = self.stream(id).transform.as_ref();
                let value = transform.and_then(|transform| transform.field(field));
                value.unwrap_or(Value::Undefined)
            }
        }
    }

    /// Sets a field of the writable side; says whether that can be done.
    pub fn set_writable_field(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        field: Field,
        value: Value,
    ) -> bool {
        hold(guest, value);
        let side = self.writable(id);
        let flag = value.is_truthy();
        if set_life_field(&mut side.life, field, value) {
            return true;
        }
        match (field, value) {
            (Field::Length, Value::Number(length)) => side.length = length,
            (Field::Corked, Value::Number(corked)) => side.corked = corked,
            (Field::PendingCallbacks, Value::Number(pending)) => side.pending = pending,
            (Field::Sync, _) => side.sync = flag,
            (Field::Ended, _) => side.ended = flag,
            (Field::NeedDrain, _) => side.need_drain = flag,
            (Field::Writing, _) => side.writing = flag,
            (Field::BufferProcessing, _) => side.processing = flag,
            (Field::Ending, _) => side.ending = flag,
            (Field::Finished, _) => side.finished = flag,
            (Field::FinalCalled, _) => side.final_called = flag,
            (Field::Prefinished, _) => side.prefinished = flag,
            _ => return false,
        }
        true
    }

    /// `_undestroy()` (RS-30).
    pub fn undestroy(&mut self, id: ObjectId) {
        for life in self.lives(id) {
            life.constructed = true;
            life.closed = false;
            life.close_emitted = false;
            life.destroyed = false;
            life.errored = Value::Null;
            life.error_emitted = false;
        }
        if self.is_readable(id) {
            let side = self.readable(id);
            let disabled = side.life.enabled == Some(false);
            side.reading = false;
            side.ended = disabled;
            side.end_emitted = disabled;
        }
        if self.is_writable(id) {
            let side = self.writable(id);
            let disabled = side.life.enabled == Some(false);
            side.final_called = false;
            side.prefinished = false;
            side.ended = disabled;
            side.ending = disabled;
            side.finished = disabled;
        }
    }

    /// Tells the observer how full the readable side is.
    pub(super) fn observe_readable(&mut self, id: ObjectId) {
        let side = self.readable(id);
        let level = Event::Buffered(id, Side::Readable, side.length, side.life.high_water_mark);
        self.observer.observe(level);
    }

    /// Tells the observer how full the writable side is.
    pub(super) fn observe_writable(&mut self, id: ObjectId) {
        let side = self.writable(id);
        let level = Event::Buffered(id, Side::Writable, side.length, side.life.high_water_mark);
        self.observer.observe(level);
    }
}

fn begin_side(life: &mut Life, options: SideOptions, default: i64) {
    let SideOptions {
        object_mode,
        high_water_mark,
        emit_close,
        auto_destroy,
    } = options;
    life.object_mode = object_mode;
    life.high_water_mark = high_water_mark.unwrap_or(default);
    life.emit_close = emit_close;
    if let Some(auto_destroy) = auto_destroy {
        life.auto_destroy = auto_destroy;
    }
}
