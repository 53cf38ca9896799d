//! The three doors through which the model meets the world. Nothing else goes in or out.

use std::fmt;

use super::Machine;
use super::fingerprint;
use super::pool::Touch;
use super::process::Origin;
use super::stream::Matter;
use super::zone::Zone;

/// A piece of user code, known only to the guest that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallbackId(pub u32);

/// A value of the guest, for example something thrown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ValueId(pub u32);

/// A promise of the guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PromiseId(pub u32);

/// An object of the guest that the model keeps state for, such as an emitter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId(pub u32);

impl ObjectId {
    /// The process.
    pub const PROCESS: ObjectId = ObjectId(0);
}

/// A once wrapper; each is made with a number of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OnceId(pub u64);

/// The name of an event, a string or a symbol. The guest numbers names as they come, after the well-known ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NameId(pub u32);

macro_rules! well_known {
    ($($constant:ident = $number:literal $text:literal),* $(,)?) => {
        impl NameId {
            $(
                #[doc = concat!("`", $text, "`")]
                pub const $constant: NameId = NameId($number);
            )*

            /// The texts of the well-known names, by number.
            pub const WELL_KNOWN: &[&str] = &[$($text),*];
        }
    };
}

well_known! {
    ERROR_MONITOR = 0 "events.errorMonitor",
    ERROR = 1 "error",
    NEW_LISTENER = 2 "newListener",
    REMOVE_LISTENER = 3 "removeListener",
    ABORTED = 4 "aborted",
    CLOSE = 5 "close",
    DATA = 6 "data",
    DRAIN = 7 "drain",
    END = 8 "end",
    FINISH = 9 "finish",
    OPEN = 10 "open",
    PAUSE = 11 "pause",
    PIPE = 12 "pipe",
    PREFINISH = 13 "prefinish",
    READABLE = 14 "readable",
    READY = 15 "ready",
    RESUME = 16 "resume",
    UNPIPE = 17 "unpipe",
    CONSTRUCT = 18 "kConstruct",
    TEAR = 19 "kDestroy",
}

impl NameId {
    /// Those of the well-known names that are symbols: their texts stand for nothing else.
    pub const SYMBOLS: [NameId; 3] = [NameId::ERROR_MONITOR, NameId::CONSTRUCT, NameId::TEAR];
}

/// Where a name stands among the keys of an object (EE-14); names that compare equal stay in order of insertion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameOrder {
    /// A string that reads as an array index.
    Index(u32),
    /// Any other string.
    Text,
    /// A symbol.
    Symbol,
}

/// What goes to a function of the guest and comes back. A value that comes back is the model's to
/// [release](Objects::release_value); one that is passed stays the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Value {
    /// Nothing.
    Undefined,
    /// The null value.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// The name of an event.
    Name(NameId),
    /// An object the model knows.
    Object(ObjectId),
    /// Anything else.
    Other(ValueId),
}

macro_rules! methods {
    ($($variant:ident $name:literal),* $(,)?) => {
        /// A method programs may replace, so that it is looked up on the object each time.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Method {
            $(
                #[doc = concat!("`", $name, "`")]
                $variant,
            )*
        }

        impl Method {
            /// Every method, in order of its number.
            pub const ALL: &[Method] = &[$(Method::$variant),*];

            /// The name it is looked up by.
            pub fn name(self) -> &'static str {
                match self {
                    $(Method::$variant => $name,)*
                }
            }
        }
    };
}

methods! {
    Emit "emit",
    On "on",
    Once "once",
    RemoveListener "removeListener",
    RemoveAllListeners "removeAllListeners",
    Rejection "nodejs.rejection",
    PrependListener "prependListener",
    ListenerCount "listenerCount",
    Push "push",
    Read "read",
    Write "write",
    End "end",
    Pause "pause",
    Resume "resume",
    Destroy "destroy",
    Unpipe "unpipe",
    ReadMore "_read",
    WriteOne "_write",
    WriteMany "_writev",
    Final "_final",
    Tear "_destroy",
    Construct "_construct",
    Transform "_transform",
    Flush "_flush",
}

/// What came of a call of user code: a value, or what it threw, which is the model's to release.
pub type Called<T = Value> = Step<Result<T, ValueId>>;

/// How user code returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// It ran to its end.
    Normally,
    /// It threw.
    Threw(ValueId),
}

/// Why a run cannot go on. Carried as the error of every operation that calls user code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The process ended; its code is in the runtime.
    Exited,
    /// A drain passed its bound.
    Starved,
    /// The run passed its bound of steps.
    Endless,
    /// The loop is alive, but nothing can ever happen.
    Blocked,
    /// The guest passed one of its own limits.
    Halted(Limit),
}

/// The limits of a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Limit {
    /// One callback made very many steps: it may never return.
    Time,
    /// The run took more of the processor's time, or of the allocator's, than one is given.
    Cost,
    /// It asked for too much memory.
    Memory,
}

/// The result of whatever may end the run.
pub type Step<T = ()> = Result<T, Stop>;

/// An event of `process`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessEvent {
    /// 'beforeExit', with the exit code so far.
    BeforeExit(i32),
    /// 'exit', with the exit code.
    Exit(i32),
    /// 'uncaughtExceptionMonitor'.
    UncaughtExceptionMonitor(ValueId, Origin),
    /// 'uncaughtException'.
    UncaughtException(ValueId, Origin),
    /// 'unhandledRejection'.
    UnhandledRejection(PromiseId),
    /// 'rejectionHandled'.
    RejectionHandled(PromiseId),
}

impl ProcessEvent {
    /// The name programs listen to.
    pub fn name(self) -> &'static str {
        match self {
            ProcessEvent::BeforeExit(_) => "beforeExit",
            ProcessEvent::Exit(_) => "exit",
            ProcessEvent::UncaughtExceptionMonitor(..) => "uncaughtExceptionMonitor",
            ProcessEvent::UncaughtException(..) => "uncaughtException",
            ProcessEvent::UnhandledRejection(_) => "unhandledRejection",
            ProcessEvent::RejectionHandled(_) => "rejectionHandled",
        }
    }
}

/// What became of an emitted event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Emitted {
    /// Whether anybody listened.
    pub heard: bool,
    /// How the listeners returned; the rest are skipped once one throws.
    pub returned: Returned,
}

/// Why the runtime asks the guest to warn (`process.emitWarning`, which queues a tick).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// A rejection nobody handled.
    UnhandledRejection(PromiseId),
    /// A rejection somebody handled after it had been reported.
    LateHandler(PromiseId),
}

/// What the evaluation of an entry module waits for last (LOOP-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryWait {
    /// The files of its graph.
    Files,
    /// The engine, which prepares for the first CommonJS file.
    Engine,
    /// Either.
    Either,
}

/// The objects and values of a guest, as far as the model works with them.
///
/// A value the model keeps is held: its number means nothing any more once every hold on it is released. Equal functions and
/// objects have equal numbers as long as they are held.
pub trait Objects {
    /// Calls a method of an object, whatever the program has made of it.
    fn invoke(
        &mut self,
        machine: &mut Machine<'_>,
        object: ObjectId,
        method: Method,
        arguments: &[Value],
    ) -> Called;
    /// Calls a function on an object.
    fn apply(
        &mut self,
        machine: &mut Machine<'_>,
        function: ValueId,
        object: ObjectId,
        arguments: &[Value],
    ) -> Called;
    /// Adds a hold on a value.
    fn retain(&mut self, value: ValueId);
    /// Releases a hold on a value.
    fn release(&mut self, value: ValueId);
    /// Releases a hold on a value, if it is one that is held.
    fn release_value(&mut self, value: Value) {
        if let Value::Other(value) = value {
            self.release(value);
        }
    }
    /// Whether an object has a method.
    fn has_method(
        &mut self,
        machine: &mut Machine<'_>,
        object: ObjectId,
        method: Method,
    ) -> Step<bool>;
    /// Where a name stands among the keys of an object.
    fn name_order(&self, name: NameId) -> NameOrder;
    /// A name in words.
    fn name_text(&self, name: NameId) -> String;
    /// A function in words.
    fn function_text(&self, function: ValueId) -> String;
    /// What a listener wraps, with a hold on it, if it says that it wraps something (EE-2).
    fn original(&mut self, machine: &mut Machine<'_>, listener: ValueId) -> Step<Option<ValueId>>;
    /// Whether a listener says that it wraps a function (EE-9).
    fn stands_for(
        &mut self,
        machine: &mut Machine<'_>,
        listener: ValueId,
        function: ValueId,
    ) -> Step<bool>;
    /// How many listeners of one name an object may have before somebody is warned (EE-17).
    fn listener_limit(&mut self, machine: &mut Machine<'_>, object: ObjectId) -> Called<f64>;
    /// What is thrown for an 'error' nobody listens to (EE-12).
    fn unhandled_error(&mut self, machine: &mut Machine<'_>, arguments: &[Value]) -> Step<ValueId>;
    /// Whether an object captures the rejections of what its listeners return (EE-16).
    fn captures(&mut self, machine: &mut Machine<'_>, object: ObjectId) -> Step<bool>;
    /// Lets an object capture rejections or not; gives what was before.
    fn set_captures(
        &mut self,
        machine: &mut Machine<'_>,
        object: ObjectId,
        captures: bool,
    ) -> Step<bool>;
    /// If a listener returned a promise, sees to it that its rejection queues a tick that calls
    /// [`Machine::route_rejection`] (EE-16).
    fn watch(
        &mut self,
        machine: &mut Machine<'_>,
        object: ObjectId,
        returned: Value,
        name: NameId,
        arguments: &[Value],
    ) -> Called<()>;
}

/// What a system call was followed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// Another of the same job.
    Call,
    /// The first of another job of the request.
    Job,
    /// Nothing: it was the last of the request.
    Request,
}

/// Whatever supplies the callbacks.
pub trait Guest: Objects + Matter {
    /// Runs the program's entry as far as it runs synchronously. An ES module's entry is called like any callback later,
    /// see [`Guest::evaluate`].
    fn start(&mut self, machine: &mut Machine<'_>) -> Step<Returned>;
    /// Whether the entry is an ES module, evaluated by [`Guest::evaluate`] instead of [`Guest::start`].
    fn is_module(&self) -> bool;
    /// Queues a promise job that evaluates the entry module.
    fn evaluate(&mut self, machine: &mut Machine<'_>) -> Step;
    /// What the evaluation of an entry module that is read asynchronously waits for last.
    fn entry_wait(&self) -> EntryWait;
    /// Whether the entry module waits for a promise nobody settled (false for anything but a module).
    fn is_unsettled(&self) -> bool;
    /// Calls user code.
    fn call(&mut self, machine: &mut Machine<'_>, callback: CallbackId) -> Step<Returned>;
    /// What a request on files has yet to touch: in what is left of its present job, or `whole`. [`PROGRAM`] stands for
    /// what the program is about to do.
    ///
    /// [`PROGRAM`]: super::PROGRAM
    fn touches(
        &mut self,
        machine: &mut Machine<'_>,
        request: CallbackId,
        whole: bool,
    ) -> Step<Vec<Touch>>;
    /// Makes the next system call of a request on files. Calls that were not made one by one, the guest makes itself
    /// when the request is called back.
    fn make_call(&mut self, machine: &mut Machine<'_>, request: CallbackId) -> Step<Made>;
    /// Whether a promise job is queued.
    fn has_job(&self) -> bool;
    /// Runs the oldest promise job; `None` if there was none.
    fn run_job(&mut self, machine: &mut Machine<'_>) -> Step<Option<Returned>>;
    /// Prepares for a tick of the model itself.
    fn begin_tick(&mut self);
    /// Tells of the rejections a tick of the model itself led to (MT-10).
    fn end_tick(&mut self, machine: &mut Machine<'_>) -> Step;
    /// Calls the listeners of a process event.
    fn emit(&mut self, machine: &mut Machine<'_>, event: ProcessEvent) -> Step<Emitted>;
    /// Emits a process warning.
    fn warn(&mut self, machine: &mut Machine<'_>, warning: Warning) -> Step;
    /// Turns the reason of a rejection into what is thrown for it (MT-12).
    fn rejection_error(&mut self, machine: &mut Machine<'_>, promise: PromiseId) -> Step<ValueId>;
    /// Prints an error nobody handled to standard error.
    fn report(&mut self, machine: &mut Machine<'_>, error: ValueId) -> Step;
    /// A digest of everything that went into the guest and decides what it will do next. It decides as well what the guest
    /// has asked the model to do so far.
    fn fingerprint(&self) -> u128;
}

/// Something of the model that was reached while it is given other numbers, by its old number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// An object, with its listeners and its sides.
    Object(ObjectId),
    /// What connects two streams.
    Pipe(u32),
}

/// Gives what a guest and the model know by number other numbers. Objects and pipes are numbered by when they are reached.
pub trait Renaming {
    /// The new number of a callback.
    fn callback(&mut self, callback: CallbackId) -> CallbackId;
    /// The new number of a promise.
    fn promise(&mut self, promise: PromiseId) -> PromiseId;
    /// The new number of a value.
    fn value(&mut self, value: ValueId) -> ValueId;
    /// The new number of an object.
    fn object(&mut self, object: ObjectId) -> ObjectId;
    /// The new number of a pipe.
    fn pipe(&mut self, pipe: u32) -> u32;
    /// The new number of the mark of a once wrapper; `None` if nothing leads to the wrapper.
    fn once(&self, once: OnceId) -> Option<OnceId>;
    /// The next that was reached, in order of the new numbers.
    fn next_reached(&mut self) -> Option<Reached>;
    /// The new number of whatever a value stands for.
    fn any(&mut self, value: Value) -> Value {
        match value {
            Value::Object(object) => Value::Object(self.object(object)),
            Value::Other(value) => Value::Other(self.value(value)),
            plain => plain,
        }
    }
    /// What a callback does, as a number: equal only for callbacks that may stand for each other.
    fn rank(&self, callback: CallbackId) -> u32;
}

/// What is open at a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Choice {
    /// Whether at least `ms` pass between two readings (by running number). Alternatives: no, yes.
    Time {
        /// Running number of the earlier reading.
        from: u64,
        /// Running number of the later reading.
        to: u64,
        /// Milliseconds between them.
        ms: i64,
    },
    /// What the poll phase delivers next.
    Poll {
        /// How many requests could complete now.
        requests: u32,
        /// Whether the phase may also end without any of them, and where that stands among the alternatives.
        end: PollEnd,
    },
    /// What the pool's threads do next, where it shows (THR-2, THR-4). Alternatives: as far as they are offered, one that was
    /// done with a slow job comes back; an idle one takes the slow lane's token; nothing; one of so many is done with its
    /// job.
    Threads {
        /// Whether a thread may come back.
        comes_back: bool,
        /// Whether a thread may take the token.
        takes_token: bool,
        /// Whether nothing may happen.
        rests: bool,
        /// How many jobs may be done.
        running: u32,
    },
    /// Whether the engine has a task of its own for the poll phase. Alternatives: no, yes.
    EngineTask,
    /// Whether a thread has made the next system call of a request on files. Alternatives: no, yes.
    Call {
        /// Place of the request among those on files, from 0.
        request: u32,
        /// How many there are.
        of: u32,
    },
}

/// Where ending the poll phase stands among its alternatives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PollEnd {
    /// First: the phase does not block, or something was delivered already.
    First,
    /// Last: the phase blocks until a timer is due.
    Last,
    /// Not offered: the phase blocks without a limit.
    Never,
}

impl Choice {
    /// How many ways there are to go on; at least two, or there is no choice.
    pub fn alternatives(&self) -> u32 {
        match self {
            Choice::Time { .. } | Choice::EngineTask | Choice::Call { .. } => 2,
            Choice::Threads {
                comes_back,
                takes_token,
                rests,
                running,
            } => u32::from(*comes_back) + u32::from(*takes_token) + u32::from(*rests) + running,
            Choice::Poll { requests, end } => requests + u32::from(*end != PollEnd::Never),
        }
    }

    /// The letter of this kind of choice in the text of a schedule.
    pub fn letter(&self) -> char {
        match self {
            Choice::Time { .. } => 't',
            Choice::Poll { .. } => 'p',
            Choice::Threads { .. } => 'w',
            Choice::EngineTask => 'e',
            Choice::Call { .. } => 's',
        }
    }
}

/// A place where a run may be left, compared with others, and gone on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// Before the entry.
    Entry,
    /// Before timers run ahead of the first turn, where they come last in a turn.
    FirstTimers,
    /// Before the poll phase looks for its first event.
    Poll,
    /// Inside the poll phase, after it has delivered something.
    Batch,
    /// Before the timers phase, or before it may run again (TMR-28).
    Timers,
}

/// Resolves choices: the only door for nondeterminism.
pub trait Chooser {
    /// Picks an alternative, counted from 0. Alternative 0 is the default: as little time as possible passes and, where
    /// the loop need not wait, nothing completes.
    fn choose(&mut self, choice: Choice) -> u32;
    /// Is told of each state where runs may merge; false ends the run there.
    fn reached(&mut self, state: Standing<'_>) -> bool;
}

/// Where a run stands between two callbacks.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'r> {
    /// A digest of all but what is known about times.
    pub rest: u128,
    /// What is known about times.
    pub times: &'r Zone,
    /// Whether all that can follow can also follow where less is known about times and the rest is the same. It does
    /// unless the program was shown a clock, as what that shows depends on what is known.
    pub is_monotone: bool,
}

impl Standing<'_> {
    /// A digest of all that decides what can follow.
    pub fn digest(&self) -> u128 {
        fingerprint(&(self.rest, self.times))
    }
}

/// The phases of a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// Before the loop: the main script and its drain.
    Main,
    /// Timers.
    Timers,
    /// Pending callbacks.
    Pending,
    /// Poll.
    Poll,
    /// Check: immediates.
    Check,
    /// Closing handles.
    Closing,
    /// After the loop: 'beforeExit' and 'exit'.
    End,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Phase::Main => "main",
            Phase::Timers => "timers",
            Phase::Pending => "pending",
            Phase::Poll => "poll",
            Phase::Check => "check",
            Phase::Closing => "closing",
            Phase::End => "end",
        })
    }
}

/// What kind of callback runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The main script.
    Script,
    /// The evaluation of the entry module.
    Module,
    /// A timer, with its delay.
    Timer(i64),
    /// An immediate.
    Immediate,
    /// A `process.nextTick` callback.
    Tick,
    /// A promise job.
    Job,
    /// The completion of a pool request.
    Completion,
    /// One step of a multi-request operation, invisible to the program.
    Inner,
    /// A callback of the pending phase.
    Pending,
    /// A close callback.
    Close,
    /// Listeners of a process event.
    Event(&'static str),
}

/// A side of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// What is read from it.
    Readable,
    /// What is written to it.
    Writable,
}

/// What happened, event by event.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A turn of the loop begins; counted from 1.
    Turn(u64),
    /// A phase begins.
    Phase(Phase),
    /// A callback begins; the clock stood at the reading with this running number.
    Callback(Kind, u64),
    /// Text was written to standard output (1) or standard error (2).
    Print(u32, String),
    /// A request went to the pool: what it is and in how many jobs.
    Request(&'static str, u32),
    /// A job of a request was queued for the pool.
    Queued,
    /// A pool thread is done with a job of this request, before the loop looks.
    HandedIn(CallbackId),
    /// A pool thread has made a system call of a job of this request, not its last, as somebody can see.
    CallMade(CallbackId),
    /// A pool thread has made the last system call of a job of this request, as somebody can see.
    CallsMade(CallbackId),
    /// A pool thread took a job of this request.
    Taken(CallbackId),
    /// The system call of the poll phase returned.
    Polled,
    /// A job of this request is delivered.
    Completed(CallbackId),
    /// An emitter calls listeners of an event.
    Emit {
        /// The emitter.
        object: ObjectId,
        /// The event's name.
        event: String,
        /// What the listeners are called, in order.
        listeners: Vec<String>,
    },
    /// A callback threw.
    Threw,
    /// A choice was made.
    Chose(Choice, u32),
    /// The clock was read; by running number, together with the reading it is not before.
    Reading(u64, u64),
    /// From now on the first reading is at most so many milliseconds after the second (by running number).
    Bound(u64, u64, i64),
    /// The rule that was applied.
    Rule(&'static str),
    /// How much a side of a stream holds, and its high water mark.
    Buffered(ObjectId, Side, i64, i64),
}

/// Is told what happened.
pub trait Observer {
    /// Called for every event, in order.
    fn observe(&mut self, event: Event);
    /// Whether events other than printing are wanted at all.
    fn wants_all(&self) -> bool {
        false
    }
}
