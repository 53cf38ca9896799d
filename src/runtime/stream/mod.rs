//! Streams: buffers, backpressure and the order of their events.
//!
//! A stream is an object of the guest with up to two sides, [`Readable`] and [`Writable`]. Contents are the guest's; the model
//! knows sizes and decides what is called and emitted, and when. Whatever a program may have replaced (`emit`, `push`, `_read`,
//! …) is called through `Objects::invoke`; whatever happens later is a `Task`, run as a tick.

mod destroy;
#[macro_use]
mod doors;
mod fields;
mod finish;
mod finished;
mod flow;
mod pieces;
mod pipe;
mod pipeline;
mod read;
mod transform;
mod write;

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use super::Machine;
use super::doors::{
    CallbackId, Guest, Method, NameId, ObjectId, Renaming, Side, Step, Stop, Value, ValueId,
};
use super::profile::StreamRules;

pub use doors::{
    Contained, Contents, Door, Entrance, Fault, Matter, Piece, PiecesState, Property, Sign, Trace,
    WholeEnd,
};
pub use fields::{Field, SideOptions};
pub use finished::{Sides, WatchBegun};
pub use pieces::Pieces;
pub use read::{Chunk, Pushed, Readable, Size};
pub use transform::Transform;
use write::Done;
pub use write::{Writable, Written};

/// Why an operation that calls user code did not come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Abrupt {
    /// The run has to end.
    Stop(Stop),
    /// User code threw.
    Threw(ValueId),
}

impl From<Stop> for Abrupt {
    fn from(stop: Stop) -> Self {
        Abrupt::Stop(stop)
    }
}

/// The result of whatever calls user code.
pub type Act<T = ()> = Result<T, Abrupt>;

/// What both sides of a stream have.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Life {
    pub(super) object_mode: bool,
    pub(super) high_water_mark: i64,
    /// The public flag of this side was set to this.
    pub(super) enabled: Option<bool>,
    pub(super) destroyed: bool,
    pub(super) closed: bool,
    pub(super) close_emitted: bool,
    pub(super) errored: Value,
    pub(super) error_emitted: bool,
    pub(super) emit_close: bool,
    pub(super) auto_destroy: bool,
    pub(super) constructed: bool,
    /// Which traces were left, as bits.
    traces: Shown<u8>,
}

/// What follows from the calls a program made, and only who asks for it can tell: it takes no part in telling states apart.
/// Programs that could ask are told apart by their calls.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shown<T>(pub(super) T);

impl<T> PartialEq for Shown<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Eq for Shown<T> {}

impl<T> Hash for Shown<T> {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// A stream.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Stream {
    pub(super) readable: Option<Readable>,
    pub(super) writable: Option<Writable>,
    pub(super) transform: Option<Transform>,
    pieces: Option<Pieces>,
    /// `_construct` is to be called, or has been and not answered.
    constructing: bool,
    /// `destroy()` waits for the construction.
    destroy_after: Option<(Value, Option<ValueId>)>,
    /// Calls of `_destroy` so far, and those answered: an answer counts once.
    tearing: Vec<Tearing>,
}

/// A `_destroy` that was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Tearing {
    callback: Option<ValueId>,
    answered: bool,
}

/// Every stream of a process.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Streams {
    all: BTreeMap<ObjectId, Stream>,
    pipes: Vec<pipe::Pipe>,
    watches: Vec<finished::Watch>,
    pipelines: Vec<pipeline::Pipeline>,
    /// High water marks of bytes and of objects that the program made the default (RS-2).
    default_marks: [Option<i64>; 2],
}

/// Something a stream does in a tick of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Task {
    /// RS-14.
    EmitReadable(ObjectId),
    /// RS-12.
    ReadMore(ObjectId),
    /// RS-17.
    Resume(ObjectId),
    /// RS-23.
    ReadNothing(ObjectId),
    /// RS-26.
    UpdateListening(ObjectId),
    /// RS-27.
    EmitEnd(ObjectId),
    /// RS-27: `allowHalfOpen` is false.
    EndWritable(ObjectId),
    /// RS-29, RS-30: 'error' and 'close' in one tick.
    EmitErrorClose(ObjectId, Value),
    /// RS-30.
    EmitClose(ObjectId),
    /// RS-32.
    EmitError(ObjectId, Value),
    /// RS-36.
    Construct(ObjectId),
    /// RS-36: the answer of `_construct`.
    Constructed(ObjectId, Value),
    /// RS-36: what waited for the construction.
    Begin(ObjectId),
    /// WS-7: bookkeeping of writes that completed at once.
    AfterWrite(ObjectId),
    /// WS-14.
    WriteFailed(ObjectId, Value, Done),
    /// WS-17.
    FailBuffer(ObjectId),
    /// WS-13.
    CallFinal(ObjectId),
    /// WS-13.
    Finish(ObjectId),
    /// WS-13: looks again first.
    FinishIfReady(ObjectId),
    /// WS-14: up to 12 a failed write may still be the last.
    FinishMaybe(ObjectId),
    /// FIN-3: the stream was over already.
    TellEnd(u32),
    /// PL-1: the callback of a pipeline, its error and its value.
    TellPipeline(Value, Value, Value),
    /// PIPE-1: the source had ended already.
    Pipe(u32, Entrance),
    /// A callback with its argument.
    Call(ValueId, Value),
}

impl Streams {
    /// What streams are adopted by.
    pub(super) fn begin_renaming(&self) -> Streams {
        Streams {
            default_marks: self.default_marks,
            ..Streams::default()
        }
    }

    /// Takes over the stream an object is, if it is one, under its new number.
    pub(super) fn adopt(&mut self, from: &mut Streams, id: ObjectId, renaming: &mut dyn Renaming) {
        let Some(mut stream) = from.all.remove(&id) else {
            return;
        };
        if let Some(side) = &mut stream.readable {
            side.rename(renaming);
        }
        if let Some(side) = &mut stream.writable {
            side.rename(renaming);
        }
        if let Some(transform) = &mut stream.transform {
            transform.rename(renaming);
        }
        if let Some(pieces) = &mut stream.pieces {
            pieces.rename(renaming);
        }
        if let Some((error, callback)) = &mut stream.destroy_after {
            *error = renaming.any(*error);
            rename_all(callback, renaming);
        }
        for tearing in &mut stream.tearing {
            rename_all(&mut tearing.callback, renaming);
        }
        self.all.insert(renaming.object(id), stream);
    }

    /// Takes over a pipe, the next by its new number.
    pub(super) fn adopt_pipe(&mut self, from: &Streams, pipe: u32, renaming: &mut dyn Renaming) {
        let mut pipe = from.pipes[pipe as usize].clone();
        pipe.rename(renaming);
        self.pipes.push(pipe);
    }
}

/// Gives values other numbers.
fn rename_all<'v>(values: impl IntoIterator<Item = &'v mut ValueId>, renaming: &mut dyn Renaming) {
    for value in values {
        *value = renaming.value(*value);
    }
}

impl Task {
    /// Gives what it is about other numbers.
    pub(super) fn rename(&mut self, renaming: &mut dyn Renaming) {
        match self {
            Task::EmitErrorClose(id, error)
            | Task::EmitError(id, error)
            | Task::Constructed(id, error) => {
                *id = renaming.object(*id);
                *error = renaming.any(*error);
            }
            Task::WriteFailed(id, error, done) => {
                *id = renaming.object(*id);
                *error = renaming.any(*error);
                done.rename(renaming);
            }
            Task::Pipe(pipe, _) => *pipe = renaming.pipe(*pipe),
            // No script asks when a stream or a pipeline is over.
            Task::TellEnd(_) | Task::TellPipeline(..) => {}
            Task::Call(callback, argument) => {
                *callback = renaming.value(*callback);
                *argument = renaming.any(*argument);
            }
            Task::EmitReadable(id)
            | Task::ReadMore(id)
            | Task::Resume(id)
            | Task::ReadNothing(id)
            | Task::UpdateListening(id)
            | Task::EmitEnd(id)
            | Task::EndWritable(id)
            | Task::EmitClose(id)
            | Task::Construct(id)
            | Task::Begin(id)
            | Task::AfterWrite(id)
            | Task::FailBuffer(id)
            | Task::CallFinal(id)
            | Task::Finish(id)
            | Task::FinishIfReady(id)
            | Task::FinishMaybe(id) => *id = renaming.object(*id),
        }
    }
}

impl Life {
    fn new(rules: &StreamRules) -> Self {
        Life {
            object_mode: false,
            high_water_mark: rules.byte_high_water_mark,
            enabled: None,
            destroyed: false,
            closed: false,
            close_emitted: false,
            errored: Value::Null,
            error_emitted: false,
            emit_close: true,
            auto_destroy: rules.auto_destroy,
            constructed: true,
            traces: Shown(0),
        }
    }

    fn has_left(&self, trace: Trace) -> bool {
        self.traces.0 & 1 << trace as u8 != 0
    }

    fn is_errored(&self) -> bool {
        self.errored.is_truthy()
    }
}

impl Machine<'_> {
    fn stream(&mut self, id: ObjectId) -> &mut Stream {
        self.runtime.streams.all.entry(id).or_default()
    }

    fn readable(&mut self, id: ObjectId) -> &mut Readable {
        let rules = self.rules();
        let side = &mut self.stream(id).readable;
        side.get_or_insert_with(|| Readable::new(rules))
    }

    fn writable(&mut self, id: ObjectId) -> &mut Writable {
        let rules = self.rules();
        let side = &mut self.stream(id).writable;
        side.get_or_insert_with(|| Writable::new(rules))
    }

    fn rules(&self) -> &'static StreamRules {
        &self.runtime.profile.streams
    }

    /// The lives of the sides a stream has.
    fn lives(&mut self, id: ObjectId) -> impl Iterator<Item = &mut Life> {
        let stream = self.runtime.streams.all.get_mut(&id);
        let (readable, writable) = stream.map_or((None, None), |stream| {
            (stream.readable.as_mut(), stream.writable.as_mut())
        });
        writable
            .map(|side| &mut side.life)
            .into_iter()
            .chain(readable.map(|side| &mut side.life))
    }

    /// Whether one of the sides a stream has is destroyed.
    fn is_destroyed(&mut self, id: ObjectId) -> bool {
        self.lives(id).any(|life| life.destroyed)
    }

    /// What the public `destroyed` of a stream says: a Duplex is destroyed if both sides are.
    fn is_wholly_destroyed(&mut self, id: ObjectId) -> bool {
        self.lives(id).all(|life| life.destroyed)
    }

    fn is_readable(&self, id: ObjectId) -> bool {
        self.runtime
            .streams
            .all
            .get(&id)
            .is_some_and(|stream| stream.readable.is_some())
    }

    fn is_writable(&self, id: ObjectId) -> bool {
        self.runtime
            .streams
            .all
            .get(&id)
            .is_some_and(|stream| stream.writable.is_some())
    }

    /// Something happened to a side for the first time that leaves a trace in its state.
    fn leave(&mut self, guest: &mut dyn Guest, id: ObjectId, side: Side, trace: Trace) -> Act {
        let life = match side {
            Side::Readable => &mut self.readable(id).life,
            Side::Writable => &mut self.writable(id).life,
        };
        if !life.has_left(trace) {
            life.traces.0 |= 1 << trace as u8;
            guest.leave(self, id, side, trace)?;
        }
        Ok(())
    }

    /// Queues a task as a tick.
    fn later(&mut self, task: Task) {
        self.queue_task(task);
    }

    fn call_later(&mut self, guest: &mut dyn Guest, callback: Option<ValueId>, argument: Value) {
        if let Some(callback) = callback {
            guest.retain(callback);
            hold(guest, argument);
            self.later(Task::Call(callback, argument));
        }
    }

    fn invoke(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        method: Method,
        arguments: &[Value],
    ) -> Act<Value> {
        let result = guest
            .invoke(self, id, method, arguments)?
            .map_err(Abrupt::Threw)?;
        guest.release_value(result);
        Ok(result)
    }

    fn call_function(
        &mut self,
        guest: &mut dyn Guest,
        function: ValueId,
        arguments: &[Value],
    ) -> Act {
        let result = guest
            .call_function(self, function, arguments)?
            .map_err(Abrupt::Threw)?;
        guest.release_value(result);
        Ok(())
    }

    fn property(&mut self, guest: &mut dyn Guest, id: ObjectId, property: Property) -> Act<Value> {
        let result = guest.property(self, id, property)?.map_err(Abrupt::Threw)?;
        guest.release_value(result);
        Ok(result)
    }

    fn set_property(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        property: Property,
        value: Value,
    ) -> Act {
        guest
            .set_property(self, id, property, value)?
            .map_err(Abrupt::Threw)
    }

    fn has(&mut self, guest: &mut dyn Guest, id: ObjectId, method: Method) -> Act<bool> {
        guest.has(self, id, method)?.map_err(Abrupt::Threw)
    }

    fn tell(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        event: NameId,
        arguments: &[Value],
    ) -> Act<bool> {
        let mut all = [Value::Undefined; 4];
        all[0] = Value::Name(event);
        all[1..=arguments.len()].copy_from_slice(arguments);
        let heard = self.invoke(guest, id, Method::Emit, &all[..=arguments.len()])?;
        Ok(heard.is_truthy())
    }

    fn listener_count(&mut self, guest: &mut dyn Guest, id: ObjectId, event: NameId) -> Act<i64> {
        Ok(
            match self.invoke(guest, id, Method::ListenerCount, &[Value::Name(event)])? {
                Value::Number(count) => count,
                _ => 0,
            },
        )
    }

    fn contents(&mut self, guest: &mut dyn Guest, operation: Contents<'_>) -> Act<Contained> {
        guest.contents(self, operation)?.map_err(Abrupt::Threw)
    }

    fn fault(&mut self, guest: &mut dyn Guest, fault: Fault) -> Act<Value> {
        Ok(Value::Other(guest.fault(self, fault)?))
    }

    /// A function of the model. Its hold is the caller's.
    fn function(
        &mut self,
        guest: &mut dyn Guest,
        what: Entrance,
        about: u32,
        detail: u32,
    ) -> Act<Value> {
        Ok(Value::Other(guest.function(
            self,
            Door {
                what,
                about,
                detail,
            },
        )?))
    }

    /// Calls a method with a function of the model as its last argument.
    fn invoke_with_door(
        &mut self,
        guest: &mut dyn Guest,
        id: ObjectId,
        method: Method,
        arguments: &[Value],
        (what, detail): (Entrance, u32),
    ) -> Act {
        let door = self.function(guest, what, id.0, detail)?;
        let mut all = arguments.to_vec();
        all.push(door);
        let result = guest.invoke(self, id, method, &all)?;
        if let (Ok(Value::Other(result)), true) = (result, self.rules().promises_answer) {
            self.rule("WS-24");
            guest.follow(
                self,
                result,
                Door {
                    what,
                    about: id.0,
                    detail,
                },
                door,
            )?;
        }
        guest.release_value(door);
        guest.release_value(result.map_err(Abrupt::Threw)?);
        Ok(())
    }

    /// Runs a tick of a stream; says what it threw.
    pub(super) fn run_task(&mut self, guest: &mut dyn Guest, task: Task) -> Step<Option<ValueId>> {
        match self.do_task(guest, task) {
            Ok(()) => Ok(None),
            Err(Abrupt::Threw(error)) => Ok(Some(error)),
            Err(Abrupt::Stop(stop)) => Err(stop),
        }
    }

    fn do_task(&mut self, guest: &mut dyn Guest, task: Task) -> Act {
        match task {
            Task::EmitReadable(id) => self.emit_readable_now(guest, id),
            Task::ReadMore(id) => self.read_more_now(guest, id),
            Task::Resume(id) => self.resume_now(guest, id),
            Task::ReadNothing(id) => self
                .invoke(guest, id, Method::Read, &[Value::Number(0)])
                .map(drop),
            Task::UpdateListening(id) => self.update_listening(guest, id),
            Task::EmitEnd(id) => self.emit_end(guest, id),
            Task::EndWritable(id) => self.end_writable(guest, id),
            Task::EmitErrorClose(id, error) => {
                self.emit_error(guest, id, error)?;
                self.emit_close(guest, id)
            }
            Task::EmitClose(id) => self.emit_close(guest, id),
            Task::EmitError(id, error) => self.emit_error(guest, id, error),
            Task::Construct(id) => self.construct_now(guest, id),
            Task::Constructed(id, error) => self.constructed(guest, id, error),
            Task::Begin(id) => self.tell(guest, id, NameId::CONSTRUCT, &[]).map(drop),
            Task::AfterWrite(id) => self.after_write_tick(guest, id),
            Task::WriteFailed(id, error, done) => self.write_failed(guest, id, error, done),
            Task::FailBuffer(id) => self.fail_buffer(guest, id),
            Task::CallFinal(id) => self.call_final(guest, id),
            Task::Finish(id) => self.finish_counted(guest, id),
            Task::FinishIfReady(id) => self.finish_if_ready(guest, id),
            Task::FinishMaybe(id) => self.finish_maybe(guest, id, false),
            Task::TellPipeline(callback, error, value) => {
                self.call_value(guest, callback, &[error, value])
            }
            Task::TellEnd(watch) => self.tell_late(guest, watch),
            Task::Pipe(pipe, what) => {
                self.enter_pipe(guest, pipe, what, Value::Undefined, Value::Undefined)
            }
            Task::Call(callback, argument) => {
                let arguments: &[Value] = if argument == Value::Undefined {
                    &[]
                } else {
                    &[argument]
                };
                let called = self.call_function(guest, callback, arguments);
                guest.release(callback);
                guest.release_value(argument);
                called
            }
        }
    }

    /// What happens when a function of the model is called.
    pub fn enter_door(&mut self, guest: &mut dyn Guest, door: Door, arguments: &[Value]) -> Act {
        let Door {
            what,
            about,
            detail,
        } = door;
        let id = ObjectId(about);
        let first = arguments.first().copied().unwrap_or(Value::Undefined);
        let second = arguments.get(1).copied().unwrap_or(Value::Undefined);
        match what {
            Entrance::WriteDone => self.write_done(guest, id, first),
            Entrance::DestroyDone => self.destroy_done(guest, id, detail, first),
            Entrance::FinalDone => self.final_done(guest, id, first),
            Entrance::ConstructDone => self.construct_done(guest, id, first),
            Entrance::TransformDone => self.transform_done(guest, id, detail, first, second),
            Entrance::TransformResolved => self.transform_resolved(guest, id, detail, first),
            Entrance::FlushDone => self.flush_done(guest, id, detail, first, second),
            Entrance::FlushResolved => self.flush_resolved(guest, id, detail, first),
            Entrance::EndCallbackFinish => self.end_callback_finish(guest, id, detail),
            Entrance::EndCallbackError => self.end_callback_error(guest, id, detail, first),
            Entrance::Begin => self.begin(guest, id, detail),
            Entrance::Tear => self.tear_after(guest, id, first),
            Entrance::PieceDone => self.piece_done(guest, id),
            Entrance::PieceAwaited => self.piece_awaited(guest, id, first),
            Entrance::PiecesOver => {
                self.close_pieces(id);
                Ok(())
            }
            Entrance::WholeDone => self.whole_done(guest, CallbackId(about), detail),
            Entrance::WatchEnd
            | Entrance::WatchFinish
            | Entrance::WatchError
            | Entrance::WatchClose => self.enter_watch(guest, about, what, first),
            // A job that nobody waits for.
            Entrance::WholeFlushed => Ok(()),
            pipe => self.enter_pipe(guest, about, pipe, first, second),
        }
    }
}

/// Holds a callback, if there is one.
fn hold_callback(guest: &mut dyn Guest, callback: Option<ValueId>) {
    callback
        .into_iter()
        .for_each(|callback| guest.retain(callback));
}

/// Holds a callback in the place of the one that was held there.
fn hold_instead(guest: &mut dyn Guest, place: &mut Option<ValueId>, callback: ValueId) {
    guest.retain(callback);
    let old = place.replace(callback);
    old.into_iter().for_each(|old| guest.release(old));
}

/// Holds a value for good: errors are few, and may be shown at any time, and so may what somebody is told in the end.
fn hold(guest: &mut dyn Guest, value: Value) {
    if let Value::Other(value) = value {
        guest.retain(value);
    }
}
