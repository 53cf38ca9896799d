//! A Transform that works on the pool: each write is a job, and so is each further piece of what comes out of it (THR-7).
//!
//! A call that does all of that at once is such a Transform, too, which nobody sees: it is written to, ended, and read.

use super::super::Machine;
use super::super::doors::{
    CallbackId, Guest, Method, NameId, ObjectId, Renaming, Step, Value, ValueId,
};
use super::super::pool::Operation;
use super::{
    Abrupt, Act, Door, Entrance, PiecesState, Property, WholeEnd, hold_instead, rename_all,
};

/// What such a Transform knows of its pieces.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pieces {
    /// Bytes of a whole piece.
    size: i64,
    /// Bytes the present piece has room for.
    room: i64,
    /// Its engine takes nothing any more.
    closed: bool,
    /// The callback of the write that is worked on.
    callback: Option<ValueId>,
    /// What `_read` was before the work began to wait for a reader.
    read: Option<ValueId>,
}

impl Pieces {
    /// Gives what it holds other numbers.
    pub(super) fn rename(&mut self, renaming: &mut dyn Renaming) {
        rename_all(self.callback.iter_mut().chain(&mut self.read), renaming);
    }
}

impl Machine<'_> {
    fn pieces(&mut self, id: ObjectId) -> &mut Pieces {
        self.stream(id).pieces.get_or_insert(Pieces {
            size: 0,
            room: 0,
            closed: false,
            callback: None,
            read: None,
        })
    }

    /// A Transform begins whose output comes in pieces of this size.
    pub fn begin_pieces(&mut self, guest: &mut dyn Guest, id: ObjectId, size: i64) -> Act {
        let pieces = self.pieces(id);
        pieces.size = size;
        pieces.room = size;
        if self.runtime.profile.zlib.closes_at_end {
            let closes = self.function(guest, Entrance::PiecesOver, id.0, 0)?;
            let arguments = [Value::Name(NameId::END), closes];
            self.invoke(guest, id, Method::Once, &arguments)?;
            guest.release_value(closes);
        }
        Ok(())
    }

    /// Its engine closes.
    pub fn close_pieces(&mut self, id: ObjectId) {
        self.pieces(id).closed = true;
    }

    /// `close(callback)`, as far as destroying is not all of it: says whether it answers by itself.
    pub fn answer_close(&mut self, guest: &mut dyn Guest, id: ObjectId, callback: ValueId) -> bool {
        let answers = self.runtime.profile.zlib.close_answers_in_a_tick;
        if answers {
            self.call_later(guest, Some(callback), Value::Undefined);
            self.close_pieces(id);
        }
        answers
    }

    /// `flush(kind, callback)`, as far as nothing has to be written for it: says whether it answers by itself.
    pub fn answer_flush(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        callback: Option<ValueId>,
    ) -> Act<bool> {
        let side = self.writable(id);
        let (finished, ending) = (side.finished, side.ending);
        if finished {
            self.call_later(guest, callback, Value::Undefined);
        } else if let (true, Some(callback)) = (ending, callback) {
            let arguments = [Value::Name(NameId::END), Value::Other(callback)];
            self.invoke(guest, id, Method::Once, &arguments)?;
        }
        Ok(finished || ending)
    }

    /// Whether its engine may be used from outside of its work.
    pub fn pieces_state(&mut self, id: ObjectId) -> PiecesState {
        let pieces = self.pieces(id);
        if pieces.closed {
            PiecesState::Closed
        } else if pieces.callback.is_some() {
            PiecesState::Working
        } else {
            PiecesState::Idle
        }
    }

    /// `_transform`: the guest holds the input ready.
    pub fn work_on_pieces(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        callback: ValueId,
    ) -> Act {
        if self.pieces(id).closed {
            self.call_later(guest, Some(callback), Value::Undefined);
            return Ok(());
        }
        hold_instead(guest, &mut self.pieces(id).callback, callback);
        self.work_on_piece(guest, id)
    }

    fn work_on_piece(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        self.rule("THR-7");
        let door = Door {
            what: Entrance::PieceDone,
            about: id.0,
            detail: 0,
        };
        let done = guest.callback(self, door)?;
        Ok(self.request(guest, Operation::Job, 0, done)?)
    }

    /// A job is done.
    pub(super) fn piece_done(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        let room = self.pieces(id).room;
        let piece = guest.piece(self, id, room)?.map_err(Abrupt::Threw)?;
        if let Some(failure) = piece.failure {
            let failed = self.piece_failed(guest, id, Value::Other(failure));
            guest.release(failure);
            return failed;
        }
        if self.is_wholly_destroyed(id) {
            guest.release(piece.output.value);
            return self.pieces_done(guest, id);
        }
        let size = piece.output.size;
        let mut has_room = true;
        if size > 0 {
            let output = Value::Other(piece.output.value);
            has_room = self.invoke(guest, id, Method::Push, &[output])?.is_truthy();
        }
        guest.release(piece.output.value);
        let is_destroyed = self.is_wholly_destroyed(id);
        let is_full = size == room;
        let pieces = self.pieces(id);
        pieces.room = if is_full { pieces.size } else { room - size };
        if is_full && !is_destroyed {
            if has_room || !self.runtime.profile.zlib.waits_for_reader {
                return self.work_on_piece(guest, id);
            }
            return self.await_reader(guest, id);
        }
        if piece.leaves_input && !is_destroyed {
            self.invoke(guest, id, Method::Push, &[Value::Null])?;
        }
        self.pieces_done(guest, id)
    }

    fn piece_failed(&mut self, guest: &mut dyn Guest, id: ObjectId, failure: Value) -> Act {
        if self.runtime.profile.zlib.failure_destroys {
            return self
                .invoke(guest, id, Method::Destroy, &[failure])
                .map(drop);
        }
        self.close_pieces(id);
        self.tell(guest, id, NameId::ERROR, &[failure]).map(drop)
    }

    fn pieces_done(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        let Some(callback) = self.pieces(id).callback.take() else {
            return Ok(());
        };
        let answered = self.call_function(guest, callback, &[]);
        guest.release(callback);
        answered
    }

    /// The next call of `_read` goes on with the work.
    fn await_reader(&mut self, guest: &mut dyn Guest, id: ObjectId) -> Act {
        let read = guest.property(self, id, Property::ReadMore)?;
        let Value::Other(read) = read.map_err(Abrupt::Threw)? else {
            return Ok(());
        };
        self.pieces(id).read = Some(read);
        let again = self.function(guest, Entrance::PieceAwaited, id.0, 0)?;
        self.set_property(guest, id, Property::ReadMore, again)?;
        guest.release_value(again);
        Ok(())
    }

    /// Somebody reads.
    pub(super) fn piece_awaited(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        size: Value,
    ) -> Act {
        if let Some(read) = self.pieces(id).read.take() {
            self.set_property(guest, id, Property::ReadMore, Value::Other(read))?;
            guest.release(read);
        }
        self.work_on_piece(guest, id)?;
        self.invoke(guest, id, Method::ReadMore, &[size]).map(drop)
    }
}

impl Machine<'_> {
    /// A call works on data as a whole, in so many jobs, and ends so. What comes of it is told by a callback: a result once the
    /// Transform has ended, a failure once it is destroyed, too much at once.
    pub fn answer_whole(
        &mut self,
        guest: &mut dyn Guest,
        end: WholeEnd,
        jobs: u32,
        answer: CallbackId,
    ) -> Step {
        let is_in_job = match end {
            WholeEnd::TooMuch => true,
            WholeEnd::Failed => !self.runtime.profile.zlib.failure_destroys,
            WholeEnd::Complete | WholeEnd::CutOff => false,
        };
        let done = if is_in_job {
            answer
        } else {
            let door = Door {
                what: Entrance::WholeDone,
                about: answer.0,
                detail: u32::from(end == WholeEnd::CutOff),
            };
            guest.callback(self, door)?
        };
        self.request(guest, Operation::Compress, jobs.into(), done)
    }

    /// The last job of such a call is done. `cut_off` is 1 if its output ended before its input: that is flushed all the same.
    pub(super) fn whole_done(
        &mut self,
        guest: &mut dyn Guest,
        answer: CallbackId,
        cut_off: u32,
    ) -> Act {
        if cut_off == 1 {
            let door = Door {
                what: Entrance::WholeFlushed,
                about: answer.0,
                detail: 0,
            };
            let flushed = guest.callback(self, door)?;
            self.request(guest, Operation::Job, 0, flushed)?;
        }
        self.next_tick(answer);
        Ok(())
    }

    /// A call was given what it does not take: says whether its callback was told so. Otherwise it throws.
    pub fn answer_wrong_data(
        &mut self,
        guest: &mut dyn Guest,
        callback: ValueId,
        error: Value,
    ) -> Act<bool> {
        let is_answered = self.runtime.profile.zlib.wrong_data_is_answered;
        if is_answered {
            self.call_function(guest, callback, &[error])?;
        }
        Ok(is_answered)
    }
}
