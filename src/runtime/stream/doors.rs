//! What streams ask of a guest beyond [`Objects`]: contents, properties, errors, and functions that
//! lead back into the model.

use super::super::Machine;
use super::super::doors::{
    CallbackId, Called, Method, ObjectId, Objects, Renaming, Side, Step, Value, ValueId,
};

impl Value {
    /// Whether a condition holds for it.
    pub(super) fn is_truthy(self) -> bool {
        !matches!(
            self,
            Value::Undefined | Value::Null | Value::Bool(false) | Value::Number(0)
        )
    }

    /// Whether it is neither undefined nor null.
    pub(super) fn is_some(self) -> bool {
        !matches!(self, Value::Undefined | Value::Null)
    }
}

macro_rules! members {
    ($(#[$doc:meta])* $type:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum $type {
            $(#[doc = concat!("`", $text, "`")] $variant),*
        }

        impl $type {
            /// Every one, in the order of their numbers.
            pub const ALL: &[$type] = &[$($type::$variant),*];

            /// What programs call it.
            pub fn name(self) -> &'static str {
                match self {
                    $($type::$variant => $text),*
                }
            }
        }
    };
}

members! {
    /// A property the model looks at by dynamic lookup.
    Property {
        Readable = "readable", Writable = "writable", AllowHalfOpen = "allowHalfOpen",
        WritableNeedDrain = "writableNeedDrain", WritableEnded = "writableEnded", Destroyed = "destroyed", ReadMore = "_read",
    }
}

members! {
    /// What can be seen of a stream of any make, by its state, its properties and its methods.
    Sign {
        HasReadable = "hasReadable", HasWritable = "hasWritable", ReadsForSure = "readsForSure", WasRead = "wasRead",
        WasWritten = "wasWritten", IsRead = "isRead", IsWritten = "isWritten", IsReadable = "isReadable", IsWritable = "isWritable",
        WillEmitClose = "willEmitClose", Closed = "closed", TellsClosed = "tellsClosed", ErrorEmitted = "errorEmitted",
        Recorded = "recorded", PendingWrites = "pendingWrites", Finished = "finished", EndEmitted = "endEmitted",
        ReadableEnded = "readableEnded", WritableEnded = "writableEnded", RequestAborted = "requestAborted",
    }
}

members! {
    /// What a function of the model does; its name is that of the function.
    Entrance {
        WriteDone = "onwrite", DestroyDone = "onDestroy", FinalDone = "onFinish", ConstructDone = "onConstruct",
        TransformDone = "afterTransform", TransformResolved = "afterTransform", FlushDone = "afterFlush", FlushResolved = "afterFlush",
        EndCallbackFinish = "onfinish", EndCallbackError = "onerror", PipeData = "ondata", PipeEnd = "onend", PipeUnpipe = "unpipe",
        PipeOnUnpipe = "onunpipe", PipeDrain = "pipeOnDrainFunctionResult", PipeError = "onerror", PipeClose = "onclose",
        PipeFinish = "onfinish", Begin = "", Tear = "", PieceDone = "", PieceAwaited = "", PiecesOver = "bound _close",
        WholeDone = "", WholeFlushed = "", WatchEnd = "onend", WatchFinish = "onfinish", WatchError = "onerror",
        WatchClose = "onclose",
    }
}

members! {
    /// How a call ended that works on data as a whole (THR-7). Cut off is what ends before the data does.
    WholeEnd {
        Complete = "complete", CutOff = "cut off", Failed = "failed", TooMuch = "too much",
    }
}

members! {
    /// What may be done with the engine of a Transform that works on the pool.
    PiecesState {
        Closed = "closed", Working = "working", Idle = "idle",
    }
}

impl Entrance {
    /// What is entered instead once a promise is fulfilled, where that is not the same as being called (WS-24).
    pub fn resolved(self) -> Option<Entrance> {
        match self {
            Entrance::TransformDone => Some(Entrance::TransformResolved),
            Entrance::FlushDone => Some(Entrance::FlushResolved),
            _ => None,
        }
    }
}

/// A function of the model as the guest sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Door {
    /// What it does when it is called.
    pub what: Entrance,
    /// The object, the record of the model, or the callback it is about.
    pub about: u32,
    /// What else is to be known.
    pub detail: u32,
}

impl Door {
    /// Gives what it is about another number.
    pub fn rename(&mut self, renaming: &mut dyn Renaming) {
        self.about = match self.what {
            Entrance::WriteDone
            | Entrance::DestroyDone
            | Entrance::FinalDone
            | Entrance::ConstructDone
            | Entrance::TransformDone
            | Entrance::TransformResolved
            | Entrance::FlushDone
            | Entrance::FlushResolved
            | Entrance::EndCallbackFinish
            | Entrance::EndCallbackError
            | Entrance::Begin
            | Entrance::Tear
            | Entrance::PieceDone
            | Entrance::PieceAwaited
            | Entrance::PiecesOver => renaming.object(ObjectId(self.about)).0,
            Entrance::PipeData
            | Entrance::PipeEnd
            | Entrance::PipeUnpipe
            | Entrance::PipeOnUnpipe
            | Entrance::PipeDrain
            | Entrance::PipeError
            | Entrance::PipeClose
            | Entrance::PipeFinish => renaming.pipe(self.about),
            Entrance::WholeDone | Entrance::WholeFlushed => {
                renaming.callback(CallbackId(self.about)).0
            }
            // No script asks when a stream is over.
            Entrance::WatchEnd
            | Entrance::WatchFinish
            | Entrance::WatchError
            | Entrance::WatchClose => self.about,
        };
    }
}

/// What can go wrong by the rules of streams; the guest words the error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Fault {
    /// A callback was called twice.
    MultipleCallback,
    /// Data after the end of the data.
    PushAfterEof,
    /// Data put back after 'end'.
    UnshiftAfterEnd,
    /// A write after `end()`.
    WriteAfterEnd,
    /// A write after `destroy()`.
    WriteDestroyed,
    /// An `end()` after `destroy()`.
    EndDestroyed,
    /// An `end()` after 'finish'.
    AlreadyFinished,
    /// More than a gigabyte is to be read at once; this much.
    ReadTooMuch(i64),
    /// A transform ended with something left to write.
    TransformWithLength,
    /// A stream closed before it was over.
    PrematureClose,
    /// A transform ended while transforming.
    AlreadyTransforming,
}

/// What remains to be seen in the state of a side of what happened to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Trace {
    /// It failed.
    Error,
    /// A write was begun that has a callback, or one was done.
    WriteCallback,
    /// A write that has a callback was done at once.
    AfterWrite,
    /// `end()` was given a callback.
    EndCallback,
    /// Several writes were made one.
    Batch,
}

/// What is done to contents. Arguments stay the caller's, results are the model's to release.
#[derive(Debug, Clone, Copy)]
pub enum Contents<'a> {
    /// Joins chunks; of none there is nothing, not even an empty one.
    Join(&'a [ValueId]),
    /// A text without characters.
    NoText,
    /// The first part of a chunk, of this size.
    Head(ValueId, i64),
    /// What is left of a chunk from here on.
    Tail(ValueId, i64),
    /// Sends the second through the first, a decoder.
    Decode(ValueId, ValueId),
    /// What a decoder still holds.
    DecodeRest(ValueId),
    /// The list of what is written at once: chunks with their encodings and callbacks.
    Batch(&'a [(ValueId, Value, Option<ValueId>)]),
    /// A new note, which somebody may claim.
    Note,
    /// Claims a note; the size is 1 for the first who does.
    Claim(Value),
    /// One error for two, of which the first happened inside of what failed with the second.
    Aggregate(Value, Value),
}

/// Contents and their size.
#[derive(Debug, Clone, Copy)]
pub struct Contained {
    /// The contents.
    pub value: ValueId,
    /// Their size.
    pub size: i64,
}

/// What a Transform that works on the pool got done in a job.
#[derive(Debug, Clone, Copy)]
pub struct Piece {
    /// What came out.
    pub output: Contained,
    /// It is at its end before its input is.
    pub leaves_input: bool,
    /// Why it failed, if it did; the model's to release.
    pub failure: Option<ValueId>,
}

/// What streams are made of.
pub trait Matter: Objects {
    /// Calls a function on nothing.
    fn call_function(
        &mut self,
        machine: &mut Machine<'_>,
        function: ValueId,
        arguments: &[Value],
    ) -> Called;
    /// A property of an object.
    fn property(
        &mut self,
        machine: &mut Machine<'_>,
        object: ObjectId,
        property: Property,
    ) -> Called;
    /// What can be seen of an object that may be a stream, with a hold on it: a boolean or nothing, but an error for
    /// [`Sign::Recorded`].
    fn sign(&mut self, machine: &mut Machine<'_>, object: ObjectId, sign: Sign) -> Called;
    /// Sets a property of an object.
    fn set_property(
        &mut self,
        machine: &mut Machine<'_>,
        object: ObjectId,
        property: Property,
        value: Value,
    ) -> Called<()>;
    /// Whether an object has a method; a Transform's own `_final` does not count as one of the program.
    fn has(&mut self, machine: &mut Machine<'_>, object: ObjectId, method: Method) -> Called<bool>;
    /// A function that goes through a door of the model when it is called.
    fn function(&mut self, machine: &mut Machine<'_>, door: Door) -> Step<ValueId>;
    /// A callback that goes through a door of the model, for a request.
    fn callback(&mut self, machine: &mut Machine<'_>, door: Door) -> Step<CallbackId>;
    /// Works on the input of a Transform, until so many bytes came out.
    fn piece(&mut self, machine: &mut Machine<'_>, object: ObjectId, room: i64) -> Called<Piece>;
    /// Follows what a method gave instead of going through its door: if it is a promise, that answers (WS-24).
    fn follow(
        &mut self,
        machine: &mut Machine<'_>,
        result: ValueId,
        door: Door,
        function: Value,
    ) -> Step;
    /// The error for a fault.
    fn fault(&mut self, machine: &mut Machine<'_>, fault: Fault) -> Step<ValueId>;
    /// Whether an error only says that a stream closed before it was over, or, if that counts, that something was aborted.
    fn gives_way(&mut self, machine: &mut Machine<'_>, error: Value, aborts: bool) -> Called<bool>;
    /// A side leaves this trace in its state.
    fn leave(
        &mut self,
        machine: &mut Machine<'_>,
        object: ObjectId,
        side: Side,
        trace: Trace,
    ) -> Step;
    /// Does something to contents.
    fn contents(&mut self, machine: &mut Machine<'_>, operation: Contents<'_>)
    -> Called<Contained>;
}
