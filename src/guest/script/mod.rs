//! Scripts: the model's own small language of calls to the runtime.
//!
//! A [`Script`] is a plain value: statements that log, queue ticks and jobs, arm timers, ask the pool, settle promises, emit
//! events, work streams and so on. Callbacks are blocks of statements, and what outlives a statement is kept in a slot, a global variable, so that no
//! block has an environment of its own. Compiled (`compile`), a callback is an address, and everything a running script
//! knows is a small value (`guest`) that can be cloned, compared and hashed: so scripts are searched state by state, see
//! [`crate::explore::states`]. Printed ([`Script::to_javascript`]), the same program is run by the JavaScript guest and by
//! real Node. Whatever a statement cannot do to what its slot holds, it leaves undone; nothing is thrown for it.
//!
//! ```
//! use tickproof::guest::script::Script;
//!
//! let script = Script::new(|s| {
//!     s.timeout(0, |s| s.log("timeout"));
//!     s.immediate(|s| s.log("immediate"));
//! });
//! assert!(script.to_javascript().contains("setImmediate"));
//! ```

mod canonical;
mod compile;
mod guest;
mod objects;
mod print;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::program::Program;
use crate::runtime::Operation;
pub use canonical::Numbers;
pub use compile::{Code, ScriptError};
pub use guest::{ScriptGuest, State};

/// A global variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Slot(pub u8);

/// Statements that are run one after another.
pub type Block = Vec<Statement>;

/// What the pool is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RequestKind {
    /// `fs.stat`: one job.
    Stat,
    /// `fs.readFile` of a small file: one job or several, by the major.
    ReadFile,
    /// `fs.writeFile` of a small file: one job or several, by the major.
    WriteFile,
    /// `dns.lookup`: one job of the slow lane.
    Lookup,
    /// `crypto.randomBytes`: one job.
    RandomBytes,
}

impl RequestKind {
    /// Every kind.
    pub const ALL: [RequestKind; 5] = [
        RequestKind::Stat,
        RequestKind::ReadFile,
        RequestKind::WriteFile,
        RequestKind::Lookup,
        RequestKind::RandomBytes,
    ];

    pub(crate) fn operation(self) -> Operation {
        match self {
            RequestKind::Stat | RequestKind::RandomBytes => Operation::Job,
            RequestKind::ReadFile => Operation::ReadFile,
            RequestKind::WriteFile => Operation::WriteFile,
            RequestKind::Lookup => Operation::Lookup,
        }
    }
}

/// An event of the process a script may listen to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ProcessEventName {
    /// 'beforeExit'
    BeforeExit,
    /// 'exit'
    Exit,
    /// 'uncaughtException'
    UncaughtException,
    /// 'unhandledRejection'
    UnhandledRejection,
    /// 'rejectionHandled'
    RejectionHandled,
}

impl ProcessEventName {
    /// Every event.
    pub const ALL: [ProcessEventName; 5] = [
        ProcessEventName::BeforeExit,
        ProcessEventName::Exit,
        ProcessEventName::UncaughtException,
        ProcessEventName::UnhandledRejection,
        ProcessEventName::RejectionHandled,
    ];

    /// The name programs listen to.
    pub fn text(self) -> &'static str {
        match self {
            ProcessEventName::BeforeExit => "beforeExit",
            ProcessEventName::Exit => "exit",
            ProcessEventName::UncaughtException => "uncaughtException",
            ProcessEventName::UnhandledRejection => "unhandledRejection",
            ProcessEventName::RejectionHandled => "rejectionHandled",
        }
    }
}

/// A class of streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum StreamKind {
    /// `stream.Readable`; its block is `_read`.
    Readable,
    /// `stream.Writable`; its block is `_write`.
    Writable,
    /// `stream.Transform`; its block is `_transform`.
    Transform,
}

/// How a stream is made.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StreamOptions {
    /// Its class.
    pub kind: StreamKind,
    /// `highWaterMark`, if it is given.
    pub mark: Option<u32>,
    /// `objectMode`
    pub object_mode: bool,
    /// Where its block keeps the chunk it is called with.
    pub chunk: Option<Slot>,
    /// Where its block keeps the callback it is called with.
    pub answer: Option<Slot>,
}

/// How a listener is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Listening {
    /// `on`
    On,
    /// `once`
    Once,
    /// `prependListener`
    Prepend,
}

impl Listening {
    /// Every way.
    pub const ALL: [Listening; 3] = [Listening::On, Listening::Once, Listening::Prepend];
}

/// What is pushed or written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ChunkOf {
    /// This text, in ASCII.
    Text(String),
    /// The chunk in a slot.
    Held(Slot),
}

/// What is done to a stream, if it has the side for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Act {
    /// `push(null)`
    PushEnd,
    /// `pause()`
    Pause,
    /// `resume()`
    Resume,
    /// `end()`
    End,
    /// `cork()`
    Cork,
    /// `uncork()`
    Uncork,
    /// `destroy()`
    Destroy,
    /// `destroy(error)`
    Fail,
}

impl Act {
    /// Everything.
    pub const ALL: [Act; 8] = [
        Act::PushEnd,
        Act::Pause,
        Act::Resume,
        Act::End,
        Act::Cork,
        Act::Uncork,
        Act::Destroy,
        Act::Fail,
    ];
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Statement {
    /// Prints a line.
    Log(String),
    /// `process.nextTick`
    Tick(Block),
    /// `queueMicrotask`
    Microtask(Block),
    /// `setTimeout`, `setInterval`
    Timer {
        /// Where the timer is kept.
        slot: Option<Slot>,
        /// Its delay.
        ms: u32,
        /// Whether it is an interval.
        repeats: bool,
        /// What it calls.
        then: Block,
    },
    /// `setImmediate`
    Immediate {
        /// Where the immediate is kept.
        slot: Option<Slot>,
        /// What it calls.
        then: Block,
    },
    /// `clearTimeout`, `clearImmediate`
    Clear(Slot),
    /// `timer.ref()`, `immediate.ref()`
    Ref(Slot),
    /// `timer.unref()`, `immediate.unref()`
    Unref(Slot),
    /// `timer.refresh()`
    Refresh(Slot),
    /// Asks the pool.
    Request {
        /// What for.
        kind: RequestKind,
        /// What is called when it is done.
        then: Block,
    },
    /// Makes a promise that `Resolve`, `Reject` and `ResolveWith` settle.
    Promise(Slot),
    /// Fulfils a promise made by `Promise`.
    Resolve(Slot),
    /// Rejects a promise made by `Promise`.
    Reject(Slot),
    /// Resolves a promise made by `Promise` with another promise.
    ResolveWith {
        /// The promise to resolve.
        slot: Slot,
        /// The other one; if the slot holds none, the promise is fulfilled.
        with: Slot,
    },
    /// `promise.then(then, otherwise)`
    Then {
        /// The promise.
        on: Slot,
        /// Called when it is fulfilled.
        then: Option<Block>,
        /// Called when it is rejected.
        otherwise: Option<Block>,
        /// Where the promise it gives is kept.
        into: Option<Slot>,
    },
    /// Calls an async function.
    Async {
        /// Its body.
        body: Block,
        /// Where the promise it gives is kept, once the call is back.
        into: Option<Slot>,
    },
    /// Waits for what a slot holds. Only directly in the body of an async function, or in a `Repeat` there.
    Await(Slot),
    /// Returns the promise in a slot, if there is one, from the innermost function, which is not the block of a stream.
    Return(Slot),
    /// Throws an error.
    Throw,
    /// Looks at the clock until so many milliseconds are over.
    Busy(u32),
    /// Runs a block so many times.
    Repeat {
        /// How often.
        times: u32,
        /// What.
        body: Block,
    },
    /// Calls a named function.
    Call(String),
    /// `process.on`
    Listen {
        /// The event.
        event: ProcessEventName,
        /// The listener.
        then: Block,
    },
    /// `process.exit`
    Exit(u8),
    /// `process.exitCode = code`
    ExitCode(u8),
    /// `new EventEmitter()`
    Emitter(Slot),
    /// Makes a stream.
    Stream {
        /// Where it is kept.
        slot: Slot,
        /// How it is made.
        options: StreamOptions,
        /// Its `_read`, `_write` or `_transform`.
        work: Block,
    },
    /// Adds a listener to an emitter or a stream.
    On {
        /// The emitter.
        emitter: Slot,
        /// The event.
        event: String,
        /// How.
        how: Listening,
        /// Where the listener keeps its first argument.
        argument: Option<Slot>,
        /// Where the listener is kept.
        listener: Option<Slot>,
        /// The listener.
        then: Block,
    },
    /// `emitter.removeListener`
    Off {
        /// The emitter.
        emitter: Slot,
        /// The event.
        event: String,
        /// Where the listener is kept.
        listener: Slot,
    },
    /// `emitter.emit`, for 'error' with an error. No event streams make something of but that.
    Emit {
        /// The emitter.
        emitter: Slot,
        /// The event.
        event: String,
    },
    /// Prints the chunk in a slot as a line, if there is one.
    Print(Slot),
    /// `readable.push(chunk)`
    Push {
        /// The stream.
        to: Slot,
        /// The chunk.
        chunk: ChunkOf,
        /// What is done if there is no room for more.
        full: Block,
    },
    /// `writable.write(chunk)`
    Write {
        /// The stream.
        to: Slot,
        /// The chunk.
        chunk: ChunkOf,
        /// What is done if there is no room for more.
        full: Block,
    },
    /// `readable.read(size)`
    Read {
        /// The stream.
        from: Slot,
        /// How much.
        size: Option<u32>,
        /// Where the chunk is kept.
        into: Slot,
    },
    /// `readable.pipe(writable)`
    Pipe {
        /// The source.
        from: Slot,
        /// The destination.
        to: Slot,
    },
    /// `readable.unpipe(writable)`
    Unpipe {
        /// The source.
        from: Slot,
        /// The destination.
        to: Slot,
    },
    /// Does something to a stream.
    Act(Slot, Act),
    /// Calls the function in a slot, with an error or with a chunk, if there is one.
    Answer {
        /// The function.
        with: Slot,
        /// Whether it is told of an error.
        error: bool,
        /// The chunk.
        chunk: Option<Slot>,
    },
}

/// The blocks in a statement, which is there by reference of either kind.
macro_rules! blocks_of {
    ($statement:expr, $as_ref:ident) => {{
        let (first, second) = match $statement {
            Statement::Tick(block)
            | Statement::Microtask(block)
            | Statement::Timer { then: block, .. }
            | Statement::Immediate { then: block, .. }
            | Statement::Request { then: block, .. }
            | Statement::Async { body: block, .. }
            | Statement::Repeat { body: block, .. }
            | Statement::Listen { then: block, .. }
            | Statement::Stream { work: block, .. }
            | Statement::On { then: block, .. }
            | Statement::Push { full: block, .. }
            | Statement::Write { full: block, .. } => (Some(block), None),
            Statement::Then {
                then, otherwise, ..
            } => (then.$as_ref(), otherwise.$as_ref()),
            Statement::Log(_)
            | Statement::Clear(_)
            | Statement::Ref(_)
            | Statement::Unref(_)
            | Statement::Refresh(_)
            | Statement::Promise(_)
            | Statement::Resolve(_)
            | Statement::Reject(_)
            | Statement::ResolveWith { .. }
            | Statement::Await(_)
            | Statement::Return(_)
            | Statement::Throw
            | Statement::Busy(_)
            | Statement::Call(_)
            | Statement::Exit(_)
            | Statement::ExitCode(_)
            | Statement::Emitter(_)
            | Statement::Off { .. }
            | Statement::Emit { .. }
            | Statement::Print(_)
            | Statement::Read { .. }
            | Statement::Pipe { .. }
            | Statement::Unpipe { .. }
            | Statement::Act(..)
            | Statement::Answer { .. } => (None, None),
        };
        first.into_iter().chain(second)
    }};
}

impl Statement {
    /// The blocks in it.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        blocks_of!(self, as_ref)
    }

    /// The blocks in it, to be changed.
    pub fn blocks_mut(&mut self) -> impl Iterator<Item = &mut Block> {
        blocks_of!(self, as_mut)
    }
}

/// A program in the model's own language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Script {
    /// The main script.
    pub body: Block,
    /// Functions by name.
    pub functions: BTreeMap<String, Block>,
    /// `UV_THREADPOOL_SIZE`, if set.
    pub pool: Option<u16>,
}

impl Script {
    /// A script with this body.
    pub fn new(write: impl FnOnce(&mut Body)) -> Self {
        Script {
            body: block(write),
            ..Script::default()
        }
    }

    /// The script with a function more.
    #[must_use]
    pub fn function(mut self, name: &str, write: impl FnOnce(&mut Body)) -> Self {
        self.functions.insert(name.to_owned(), block(write));
        self
    }

    /// The script with a pool of this width.
    #[must_use]
    pub fn pool(mut self, width: u16) -> Self {
        self.pool = Some(width);
        self
    }

    /// The script without the lines a reader does not ask for: callbacks that differ only in those become the same, and
    /// requests for them interchangeable.
    #[must_use]
    pub fn logging_only(mut self, lines: &[&str]) -> Self {
        for block in self.functions.values_mut().chain([&mut self.body]) {
            drop_lines(block, lines);
        }
        self
    }

    /// The same program as JavaScript, with what it may see.
    pub fn to_program(&self) -> Program {
        let mut program = Program::new("main.js", self.to_javascript());
        if let Some(width) = self.pool {
            let name = "UV_THREADPOOL_SIZE".to_owned();
            program.env.insert(name, width.to_string());
        }
        program
    }
}

fn drop_lines(block: &mut Block, kept: &[&str]) {
    block.retain(|statement| match statement {
        Statement::Log(line) => kept.contains(&line.as_str()),
        _ => true,
    });
    for inner in block.iter_mut().flat_map(Statement::blocks_mut) {
        drop_lines(inner, kept);
    }
}

fn block(write: impl FnOnce(&mut Body)) -> Block {
    let mut body = Body::default();
    write(&mut body);
    body.statements
}

/// A block that is being written.
#[derive(Debug, Default)]
pub struct Body {
    statements: Block,
}

impl Body {
    /// Adds a statement.
    pub fn add(&mut self, statement: Statement) {
        self.statements.push(statement);
    }

    /// [`Statement::Log`]
    pub fn log(&mut self, line: &str) {
        self.add(Statement::Log(line.to_owned()));
    }

    /// [`Statement::Tick`]
    pub fn tick(&mut self, then: impl FnOnce(&mut Body)) {
        self.add(Statement::Tick(block(then)));
    }

    /// [`Statement::Microtask`]
    pub fn microtask(&mut self, then: impl FnOnce(&mut Body)) {
        self.add(Statement::Microtask(block(then)));
    }

    /// [`Statement::Timer`], not kept.
    pub fn timeout(&mut self, ms: u32, then: impl FnOnce(&mut Body)) {
        self.timer(None, ms, false, then);
    }

    /// [`Statement::Timer`], kept in a slot.
    pub fn timeout_in(&mut self, slot: Slot, ms: u32, then: impl FnOnce(&mut Body)) {
        self.timer(Some(slot), ms, false, then);
    }

    /// [`Statement::Timer`] that repeats, kept in a slot.
    pub fn interval_in(&mut self, slot: Slot, ms: u32, then: impl FnOnce(&mut Body)) {
        self.timer(Some(slot), ms, true, then);
    }

    fn timer(&mut self, slot: Option<Slot>, ms: u32, repeats: bool, then: impl FnOnce(&mut Body)) {
        self.add(Statement::Timer {
            slot,
            ms,
            repeats,
            then: block(then),
        });
    }

    /// [`Statement::Immediate`], not kept.
    pub fn immediate(&mut self, then: impl FnOnce(&mut Body)) {
        self.add(Statement::Immediate {
            slot: None,
            then: block(then),
        });
    }

    /// [`Statement::Immediate`], kept in a slot.
    pub fn immediate_in(&mut self, slot: Slot, then: impl FnOnce(&mut Body)) {
        self.add(Statement::Immediate {
            slot: Some(slot),
            then: block(then),
        });
    }

    /// [`Statement::Clear`]
    pub fn clear(&mut self, slot: Slot) {
        self.add(Statement::Clear(slot));
    }

    /// [`Statement::Ref`]
    pub fn r#ref(&mut self, slot: Slot) {
        self.add(Statement::Ref(slot));
    }

    /// [`Statement::Unref`]
    pub fn unref(&mut self, slot: Slot) {
        self.add(Statement::Unref(slot));
    }

    /// [`Statement::Refresh`]
    pub fn refresh(&mut self, slot: Slot) {
        self.add(Statement::Refresh(slot));
    }

    /// [`Statement::Request`]
    pub fn request(&mut self, kind: RequestKind, then: impl FnOnce(&mut Body)) {
        self.add(Statement::Request {
            kind,
            then: block(then),
        });
    }

    /// [`Statement::Promise`]
    pub fn promise(&mut self, slot: Slot) {
        self.add(Statement::Promise(slot));
    }

    /// [`Statement::Resolve`]
    pub fn resolve(&mut self, slot: Slot) {
        self.add(Statement::Resolve(slot));
    }

    /// [`Statement::Reject`]
    pub fn reject(&mut self, slot: Slot) {
        self.add(Statement::Reject(slot));
    }

    /// [`Statement::ResolveWith`]
    pub fn resolve_with(&mut self, slot: Slot, with: Slot) {
        self.add(Statement::ResolveWith { slot, with });
    }

    /// [`Statement::Then`] with a handler for fulfilment, not kept.
    pub fn then(&mut self, on: Slot, then: impl FnOnce(&mut Body)) {
        self.then_into(on, then, None);
    }

    /// [`Statement::Then`] with a handler for fulfilment; `into` keeps the promise it gives.
    pub fn then_into(
        &mut self,
        on: Slot,
        then: impl FnOnce(&mut Body),
        into: impl Into<Option<Slot>>,
    ) {
        self.add(Statement::Then {
            on,
            then: Some(block(then)),
            otherwise: None,
            into: into.into(),
        });
    }

    /// [`Statement::Then`] with a handler for rejection, not kept.
    pub fn catch(&mut self, on: Slot, otherwise: impl FnOnce(&mut Body)) {
        self.add(Statement::Then {
            on,
            then: None,
            otherwise: Some(block(otherwise)),
            into: None,
        });
    }

    /// [`Statement::Async`]; `into` keeps the promise it gives.
    pub fn r#async(&mut self, into: impl Into<Option<Slot>>, body: impl FnOnce(&mut Body)) {
        self.add(Statement::Async {
            body: block(body),
            into: into.into(),
        });
    }

    /// [`Statement::Await`]
    pub fn r#await(&mut self, slot: Slot) {
        self.add(Statement::Await(slot));
    }

    /// [`Statement::Return`]
    pub fn r#return(&mut self, slot: Slot) {
        self.add(Statement::Return(slot));
    }

    /// [`Statement::Throw`]
    pub fn throw(&mut self) {
        self.add(Statement::Throw);
    }

    /// [`Statement::Busy`]
    pub fn busy(&mut self, ms: u32) {
        self.add(Statement::Busy(ms));
    }

    /// [`Statement::Repeat`]
    pub fn repeat(&mut self, times: u32, body: impl FnOnce(&mut Body)) {
        self.add(Statement::Repeat {
            times,
            body: block(body),
        });
    }

    /// [`Statement::Call`]
    pub fn call(&mut self, name: &str) {
        self.add(Statement::Call(name.to_owned()));
    }

    /// [`Statement::Listen`]
    pub fn on(&mut self, event: ProcessEventName, then: impl FnOnce(&mut Body)) {
        self.add(Statement::Listen {
            event,
            then: block(then),
        });
    }

    /// [`Statement::Exit`]
    pub fn exit(&mut self, code: u8) {
        self.add(Statement::Exit(code));
    }

    /// [`Statement::ExitCode`]
    pub fn exit_code(&mut self, code: u8) {
        self.add(Statement::ExitCode(code));
    }

    /// [`Statement::Emitter`]
    pub fn emitter(&mut self, slot: Slot) {
        self.add(Statement::Emitter(slot));
    }

    /// [`Statement::Stream`] that is read from, with bytes; `read` is called for more.
    pub fn readable(&mut self, slot: Slot, mark: u32, read: impl FnOnce(&mut Body)) {
        self.stream(slot, StreamKind::Readable, Some(mark), [None, None], read);
    }

    /// [`Statement::Stream`] that is written to, with bytes; `write` finds the chunk and the callback in these slots.
    pub fn writable(
        &mut self,
        slot: Slot,
        mark: u32,
        [chunk, answer]: [Slot; 2],
        write: impl FnOnce(&mut Body),
    ) {
        let kept = [Some(chunk), Some(answer)];
        self.stream(slot, StreamKind::Writable, Some(mark), kept, write);
    }

    /// [`Statement::Stream`] that is written to and read from, with bytes; `transform` finds the chunk and the callback in these
    /// slots.
    pub fn transform(
        &mut self,
        slot: Slot,
        mark: u32,
        [chunk, answer]: [Slot; 2],
        transform: impl FnOnce(&mut Body),
    ) {
        let kept = [Some(chunk), Some(answer)];
        self.stream(slot, StreamKind::Transform, Some(mark), kept, transform);
    }

    fn stream(
        &mut self,
        slot: Slot,
        kind: StreamKind,
        mark: Option<u32>,
        [chunk, answer]: [Option<Slot>; 2],
        work: impl FnOnce(&mut Body),
    ) {
        let options = StreamOptions {
            kind,
            mark,
            object_mode: false,
            chunk,
            answer,
        };
        self.add(Statement::Stream {
            slot,
            options,
            work: block(work),
        });
    }

    /// [`Statement::On`] with a listener that is not kept and takes no argument.
    pub fn on_event(&mut self, emitter: Slot, event: &str, then: impl FnOnce(&mut Body)) {
        self.listen(emitter, event, Listening::On, [None, None], then);
    }

    /// [`Statement::On`] with a listener that is called once.
    pub fn once(&mut self, emitter: Slot, event: &str, then: impl FnOnce(&mut Body)) {
        self.listen(emitter, event, Listening::Once, [None, None], then);
    }

    /// [`Statement::On`] for 'data'; the listener finds the chunk in a slot.
    pub fn on_data(&mut self, stream: Slot, chunk: Slot, then: impl FnOnce(&mut Body)) {
        self.listen(stream, "data", Listening::On, [Some(chunk), None], then);
    }

    /// [`Statement::On`]; the slots keep the first argument and the listener.
    pub fn listen(
        &mut self,
        emitter: Slot,
        event: &str,
        how: Listening,
        [argument, listener]: [Option<Slot>; 2],
        then: impl FnOnce(&mut Body),
    ) {
        self.add(Statement::On {
            emitter,
            event: event.to_owned(),
            how,
            argument,
            listener,
            then: block(then),
        });
    }

    /// [`Statement::Off`]
    pub fn off(&mut self, emitter: Slot, event: &str, listener: Slot) {
        self.add(Statement::Off {
            emitter,
            event: event.to_owned(),
            listener,
        });
    }

    /// [`Statement::Emit`]
    pub fn emit(&mut self, emitter: Slot, event: &str) {
        self.add(Statement::Emit {
            emitter,
            event: event.to_owned(),
        });
    }

    /// [`Statement::Print`]
    pub fn print(&mut self, chunk: Slot) {
        self.add(Statement::Print(chunk));
    }

    /// [`Statement::Push`] of a text.
    pub fn push(&mut self, to: Slot, text: &str) {
        self.add(Statement::Push {
            to,
            chunk: ChunkOf::Text(text.to_owned()),
            full: Vec::new(),
        });
    }

    /// [`Statement::Write`] of a text; `full` is done if there is no room for more.
    pub fn write(&mut self, to: Slot, text: &str, full: impl FnOnce(&mut Body)) {
        self.add(Statement::Write {
            to,
            chunk: ChunkOf::Text(text.to_owned()),
            full: block(full),
        });
    }

    /// [`Statement::Read`]
    pub fn read(&mut self, from: Slot, size: impl Into<Option<u32>>, into: Slot) {
        self.add(Statement::Read {
            from,
            size: size.into(),
            into,
        });
    }

    /// [`Statement::Pipe`]
    pub fn pipe(&mut self, from: Slot, to: Slot) {
        self.add(Statement::Pipe { from, to });
    }

    /// [`Statement::Unpipe`]
    pub fn unpipe(&mut self, from: Slot, to: Slot) {
        self.add(Statement::Unpipe { from, to });
    }

    /// [`Statement::Act`]
    pub fn act(&mut self, stream: Slot, act: Act) {
        self.add(Statement::Act(stream, act));
    }

    /// [`Statement::Answer`] without an error or a chunk.
    pub fn answer(&mut self, with: Slot) {
        self.add(Statement::Answer {
            with,
            error: false,
            chunk: None,
        });
    }

    /// [`Statement::Answer`] with a chunk.
    pub fn answer_with(&mut self, with: Slot, chunk: Slot) {
        self.add(Statement::Answer {
            with,
            error: false,
            chunk: Some(chunk),
        });
    }
}
