//! The readable side: its state, `read(n)`, `push` and `unshift` (RS-1 to RS-16, RS-37).

use std::collections::VecDeque;

use super::super::Machine;
use super::super::doors::{Guest, Method, NameId, ObjectId, Renaming, Value, ValueId};
use super::super::profile::StreamRules;
use super::{Abrupt, Act, Contents, Fault, Life, Shown, Task, rename_all};

/// The most `read(n)` raises the high water mark to (RS-6).
const MARK_MAX: i64 = 1 << 30;

/// From this many places of chunks that were read on, they are no longer kept (RS-1).
const GONE_MAX: usize = 1024;

/// A piece of what was read, with its size in bytes (or units of a string).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chunk {
    /// Its contents.
    pub value: ValueId,
    /// How many bytes.
    pub size: i64,
}

/// Whose 'drain' a source waits for (PIPE-2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) enum Awaited {
    /// Nobody's.
    #[default]
    Nobody,
    /// That of the only destination.
    One(ObjectId),
    /// Those of several; once there was a second destination.
    Many(Vec<ObjectId>),
}

impl Awaited {
    /// What `read` and a direct emission do: whoever was awaited is awaited no more (RS-4).
    pub(super) fn forget(&mut self) {
        match self {
            Awaited::Many(all) => all.clear(),
            other => *other = Awaited::Nobody,
        }
    }
}

/// The readable side of a stream (RS-1).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Readable {
    pub(super) life: Life,
    pub(super) buffer: VecDeque<Chunk>,
    /// How many chunks were read since the buffer was last empty: from 20 on their places are still there.
    pub(super) gone: Shown<usize>,
    /// How often the buffer changed.
    pub(super) changes: Shown<i64>,
    pub(super) length: i64,
    pub(super) flowing: Option<bool>,
    pub(super) paused: Option<bool>,
    pub(super) ended: bool,
    pub(super) end_emitted: bool,
    pub(super) end_scheduled: bool,
    pub(super) reading: bool,
    pub(super) sync: bool,
    pub(super) need_readable: bool,
    pub(super) emitted_readable: bool,
    pub(super) readable_listening: bool,
    pub(super) data_listening: bool,
    pub(super) resume_scheduled: bool,
    pub(super) reading_more: bool,
    pub(super) data_emitted: bool,
    pub(super) eof_pending: bool,
    pub(super) decoder: Option<ValueId>,
    pub(super) pipes: Vec<ObjectId>,
    pub(super) awaited: Awaited,
}

/// How much `read` is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// No number was given.
    Any,
    /// This many bytes, or units of a string.
    Of(i64),
}

/// What is pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// The end of the data.
    End,
    /// Data; in byte mode it is not empty. It may already be in the encoding of the stream.
    Data {
        /// The data.
        chunk: Chunk,
        /// It is not sent through the decoder.
        decoded: bool,
    },
    /// Nothing, in byte mode.
    Empty,
    /// Something byte mode does not take, with the error for it.
    Wrong(Value),
}

impl Readable {
    pub(super) fn new(rules: &StreamRules) -> Self {
        Readable {
            life: Life::new(rules),
            buffer: VecDeque::new(),
            gone: Shown(0),
            changes: Shown(0),
            length: 0,
            flowing: None,
            paused: None,
            ended: false,
            end_emitted: false,
            end_scheduled: false,
            reading: false,
            sync: true,
            need_readable: false,
            emitted_readable: false,
            readable_listening: false,
            data_listening: false,
            resume_scheduled: false,
            reading_more: false,
            data_emitted: false,
            eof_pending: false,
            decoder: None,
            pipes: Vec::new(),
            awaited: Awaited::Nobody,
        }
    }

    /// Gives what it leads to other numbers.
    pub(super) fn rename(&mut self, renaming: &mut dyn Renaming) {
        self.life.errored = renaming.any(self.life.errored);
        rename_all(
            self.buffer.iter_mut().map(|chunk| &mut chunk.value),
            renaming,
        );
        rename_all(&mut self.decoder, renaming);
        let awaited = match &mut self.awaited {
            Awaited::Nobody => &mut [],
            Awaited::One(one) => std::slice::from_mut(one),
            Awaited::Many(all) => all.as_mut_slice(),
        };
        for id in self.pipes.iter_mut().chain(awaited) {
            *id = renaming.object(*id);
        }
    }

    pub(super) fn is_flowing(&self) -> bool {
        self.flowing == Some(true)
    }

    /// Whether nothing is read any more.
    pub(super) fn is_dead(&self, rules: &StreamRules) -> bool {
        self.life.destroyed || rules.reads_stop_at_error && self.life.is_errored()
    }

    fn size_of(&self, chunk: Chunk) -> i64 {
        if self.life.object_mode { 1 } else { chunk.size }
    }

    /// Chunks were read: when none is left, or many were read, their places are given up.
    fn forget_gone(&mut self) {
        if self.buffer.is_empty() || self.gone.0 > GONE_MAX {
            self.gone = Shown(0);
        }
    }

    fn mark(&self) -> i64 {
        self.life.high_water_mark
    }

    /// RS-10.
    fn takes_more(&self) -> bool {
        !self.ended && (self.length < self.mark() || self.length == 0)
    }

    /// RS-5.
    fn how_much(&self, size: Size, first_chunk_only: bool) -> i64 {
        match size {
            Size::Of(n) if n <= 0 => 0,
            _ if self.length == 0 && self.ended => 0,
            _ if self.life.object_mode => 1,
            Size::Any => match self.buffer.front() {
                Some(first)
                    if self.length != 0
                        && (self.is_flowing() || first_chunk_only && self.decoder.is_none()) =>
                {
                    first.size
                }
                _ => self.length,
            },
            Size::Of(n) if n <= self.length => n,
            Size::Of(_) if self.ended => self.length,
            Size::Of(_) => 0,
        }
    }
}

impl Machine<'_> {
    /// `push` and `unshift` (RS-9).
    pub fn push(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        pushed: Pushed,
        front: bool,
    ) -> Act<bool> {
        self.rule("RS-9");
        let rules = self.rules();
        let (chunk, decoded) = match pushed {
            Pushed::Wrong(error) => {
                self.error_or_destroy(guest, id, error, false)?;
                return Ok(!rules.wrong_chunk_is_refused && self.readable(id).takes_more());
            }
            Pushed::End => {
                self.readable(id).reading = false;
                self.end_of_data(guest, id)?;
                return Ok(false);
            }
            Pushed::Empty => {
                if !front {
                    self.readable(id).reading = false;
                    self.read_more(id);
                }
                return Ok(self.readable(id).takes_more());
            }
            Pushed::Data { chunk, decoded } => (chunk, decoded),
        };
        let side = self.readable(id);
        let is_dead = side.is_dead(rules);
        if front {
            if side.end_emitted {
                let error = self.fault(guest, Fault::UnshiftAfterEnd)?;
                self.error_or_destroy(guest, id, error, false)?;
            } else if rules.unshift_stops_at_destroy && is_dead {
                return Ok(false);
            } else {
                self.add_chunk(guest, id, chunk, true)?;
            }
            return Ok(self.readable(id).takes_more());
        }
        if side.ended {
            let error = self.fault(guest, Fault::PushAfterEof)?;
            self.error_or_destroy(guest, id, error, false)?;
            return Ok(false);
        }
        if is_dead {
            return Ok(false);
        }
        side.reading = false;
        match side.decoder {
            Some(decoder) if !decoded => {
                let object_mode = side.life.object_mode;
                let decoded = self.contents(guest, Contents::Decode(decoder, chunk.value))?;
                if decoded.size == 0 && !object_mode {
                    self.read_more(id);
                } else {
                    let chunk = Chunk {
                        value: decoded.value,
                        size: decoded.size,
                    };
                    self.add_chunk(guest, id, chunk, false)?;
                }
                guest.release(decoded.value);
            }
            _ => self.add_chunk(guest, id, chunk, false)?,
        }
        Ok(self.readable(id).takes_more())
    }

    /// Emits a chunk at once, or queues it (RS-11).
    fn add_chunk(&mut self, guest: &mut dyn Guest, id: ObjectId, chunk: Chunk, front: bool) -> Act {
        let side = self.readable(id);
        let open = side.is_flowing() && side.length == 0 && !side.sync;
        let direct = open && self.is_data_heard(guest, id)?;
        let side = self.readable(id);
        if direct {
            side.awaited.forget();
            side.data_emitted = true;
            self.rule("RS-11");
            self.tell(guest, id, NameId::DATA, &[Value::Other(chunk.value)])?;
        } else {
            guest.retain(chunk.value);
            side.length += side.size_of(chunk);
            side.changes.0 += 1;
            if front {
                side.buffer.push_front(chunk);
                side.gone.0 = side.gone.0.saturating_sub(1);
            } else {
                side.buffer.push_back(chunk);
            }
            let need = side.need_readable;
            self.observe_readable(id);
            if need {
                self.emit_readable(id);
            }
        }
        self.read_more(id);
        Ok(())
    }

    /// The end of the data was pushed (RS-15).
    fn end_of_data(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        let needs_listener = self.rules().eof_waits_for_listener;
        if self.readable(id).ended {
            return Ok(());
        }
        self.rule("RS-15");
        if let Some(decoder) = self.readable(id).decoder {
            let rest = self.contents(guest, Contents::DecodeRest(decoder))?;
            if rest.size > 0 {
                let chunk = Chunk {
                    value: rest.value,
                    size: rest.size,
                };
                let side = self.readable(id);
                side.length += side.size_of(chunk);
                side.changes.0 += 1;
                side.buffer.push_back(chunk);
            }
        }
        let side = self.readable(id);
        side.ended = true;
        if side.sync {
            let awaited = !needs_listener || side.is_flowing() || side.need_readable;
            if awaited || self.listener_count(guest, id, NameId::READABLE)? > 0 {
                self.emit_readable(id);
            } else {
                self.readable(id).eof_pending = true;
            }
            return Ok(());
        }
        side.need_readable = false;
        side.emitted_readable = true;
        self.emit_readable_now(guest, id)
    }

    /// `setEncoding` (RS-37): what is queued is decoded and joined.
    pub fn set_decoder(&mut self, guest: &mut dyn Guest, id: ObjectId, decoder: ValueId) -> Act {
        let decode_rest = self.rules().set_encoding_ends_decoder && self.readable(id).ended;
        let side = self.readable(id);
        let buffer = std::mem::take(&mut side.buffer);
        side.gone = Shown(0);
        side.changes.0 += 1;
        guest.retain(decoder);
        self.readable(id).decoder = Some(decoder);
        let mut parts = Vec::new();
        for chunk in buffer {
            parts.push(self.contents(guest, Contents::Decode(decoder, chunk.value))?);
            guest.release(chunk.value);
        }
        if decode_rest {
            parts.push(self.contents(guest, Contents::DecodeRest(decoder))?);
        }
        let values: Vec<_> = parts.iter().map(|part| part.value).collect();
        let size = parts.iter().map(|part| part.size).sum();
        self.readable(id).length = size;
        if !values.is_empty() {
            let joined = self.contents(guest, Contents::Join(&values))?;
            if size > 0 {
                let side = self.readable(id);
                side.changes.0 += 1;
                side.buffer.push_back(Chunk {
                    value: joined.value,
                    size,
                });
            }
        }
        values.into_iter().for_each(|value| guest.release(value));
        Ok(())
    }

    /// `read(n)` (RS-4). What it gives is the caller's to release.
    pub fn read_stream(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        size: Size,
    ) -> Act<Option<ValueId>> {
        let rules = self.rules();
        if let Size::Of(n) = size
            && n > self.readable(id).mark()
        {
            self.rule("RS-6");
            if n > MARK_MAX && rules.read_too_much_throws {
                return Err(Abrupt::Threw(guest.fault(self, Fault::ReadTooMuch(n))?));
            }
            let raised = n.clamp(1, MARK_MAX) as u64;
            self.readable(id).life.high_water_mark = raised.next_power_of_two() as i64;
        }
        let side = self.readable(id);
        let wants_nothing = size == Size::Of(0);
        if !wants_nothing {
            side.emitted_readable = false;
            side.eof_pending = false;
        }
        let is_full = if side.mark() != 0 {
            side.length >= side.mark()
        } else {
            side.length > 0
        };
        if wants_nothing && side.need_readable && (is_full || side.ended) {
            if side.length == 0 && side.ended {
                self.end_readable(id);
            } else {
                self.emit_readable(id);
            }
            return Ok(None);
        }
        let mut n = side.how_much(size, rules.read_gives_first_chunk);
        if n == 0 && side.ended {
            if side.length == 0 {
                self.end_readable(id);
            }
            return Ok(None);
        }
        if self.readable(id).wants_read(n, rules) {
            self.call_read(guest, id)?;
            let side = self.readable(id);
            side.sync = false;
            if !side.reading {
                n = side.how_much(size, rules.read_gives_first_chunk);
            }
        }
        let taken = if n > 0 {
            self.take(guest, id, n)?
        } else {
            None
        };
        let side = self.readable(id);
        if taken.is_none() {
            let low = side.length <= side.mark();
            side.need_readable = low || rules.marks_only_set && side.need_readable;
            n = 0;
        } else {
            side.length -= n;
            side.awaited.forget();
        }
        if side.length == 0 {
            if !side.ended {
                side.need_readable = true;
            }
            if size != Size::Of(n) && side.ended {
                self.end_readable(id);
            }
        }
        let Some(chunk) = taken else {
            return Ok(None);
        };
        self.observe_readable(id);
        let life = &self.readable(id).life;
        if !rules.dead_read_is_silent || !life.error_emitted && !life.close_emitted {
            self.readable(id).data_emitted = true;
            self.tell(guest, id, NameId::DATA, &[Value::Other(chunk)])?;
        }
        Ok(Some(chunk))
    }

    /// Calls `_read` (RS-7, RS-8).
    fn call_read(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        self.rule("RS-7");
        let side = self.readable(id);
        side.reading = true;
        side.sync = true;
        if side.length == 0 {
            side.need_readable = true;
        }
        let mark = side.mark();
        match self.invoke(guest, id, Method::ReadMore, &[Value::Number(mark)]) {
            Err(Abrupt::Threw(error)) if self.rules().read_exception_destroys => {
                self.rule("RS-8");
                self.error_or_destroy(guest, id, Value::Other(error), false)
            }
            other => other.map(drop),
        }
    }

    /// Takes this much from the queue.
    fn take(&mut self, guest: &mut dyn Guest, id: ObjectId, n: i64) -> Act<Option<ValueId>> {
        let side = self.readable(id);
        if side.length == 0 {
            return Ok(None);
        }
        side.changes.0 += 1;
        if side.life.object_mode {
            // RS-37: a decoder makes one chunk of many, whose length counts as so many: those that are missing are undefined.
            let chunk = side.buffer.pop_front();
            side.gone.0 += 1;
            return Ok(Some(match chunk {
                Some(chunk) => {
                    side.forget_gone();
                    chunk.value
                }
                None => self.contents(guest, Contents::Join(&[]))?.value,
            }));
        }
        let takes_all = n >= side.length;
        let places = (side.gone.0 + side.buffer.len()) as i64;
        let first_is_larger = side.buffer.front().is_some_and(|first| n <= first.size);
        let miscounts = self.rules().text_miscounts && !takes_all && !first_is_larger;
        let side = self.readable(id);
        let miscounts = miscounts && side.decoder.is_some();
        let mut left = n.min(side.length);
        let mut parts = Vec::new();
        while left > 0 {
            let side = self.readable(id);
            let Some(chunk) = side.buffer.pop_front() else {
                break;
            };
            // RS-5: what is left to read is held against the number of chunks where the size of this one is meant.
            let is_whole = if miscounts && left <= chunk.size {
                left == places
            } else {
                chunk.size <= left
            };
            if is_whole {
                left -= chunk.size;
                side.gone.0 += 1;
                parts.push(chunk.value);
                continue;
            }
            let head = self.contents(guest, Contents::Head(chunk.value, left))?;
            let tail = self.contents(guest, Contents::Tail(chunk.value, left))?;
            guest.release(chunk.value);
            parts.push(head.value);
            self.readable(id).buffer.push_front(Chunk {
                value: tail.value,
                size: chunk.size - left,
            });
            left = 0;
        }
        let side = self.readable(id);
        side.forget_gone();
        let is_text = side.decoder.is_some();
        if let [one] = parts[..] {
            return Ok(Some(one));
        }
        if parts.is_empty() && is_text {
            return Ok(Some(self.contents(guest, Contents::NoText)?.value));
        }
        let joined = self.contents(guest, Contents::Join(&parts))?;
        parts.into_iter().for_each(|part| guest.release(part));
        Ok(Some(joined.value))
    }
}

impl Readable {
    /// Whether `read` calls `_read` first (RS-4, step 6).
    fn wants_read(&self, n: i64, rules: &StreamRules) -> bool {
        let wanted = self.need_readable || self.length == 0 || self.length - n < self.mark();
        let is_gone = self.is_dead(rules) || !self.life.constructed;
        wanted && !(self.ended || self.reading || is_gone)
    }
}

impl Machine<'_> {
    /// Reads ahead in a tick, if that is not on its way (RS-12).
    pub(super) fn read_more(&mut self, id: ObjectId) {
        let not_while_reading = self.rules().read_ahead_not_while_reading;
        let side = self.readable(id);
        if !side.reading_more && side.life.constructed && !(not_while_reading && side.reading) {
            side.reading_more = true;
            self.later(Task::ReadMore(id));
        }
    }

    /// RS-12.
    pub(super) fn read_more_now(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        self.rule("RS-12");
        loop {
            let side = self.readable(id);
            let length = side.length;
            let has_room = length < side.mark() || side.is_flowing() && length == 0;
            if side.reading || side.ended || !has_room {
                break;
            }
            self.invoke(guest, id, Method::Read, &[Value::Number(0)])?;
            if self.readable(id).length == length {
                break;
            }
        }
        self.readable(id).reading_more = false;
        Ok(())
    }
}
