//! A program as a tree of plain values, before it is printed.
//!
//! Any tree is a valid program. What refers to something else (a timer, a promise, a file) does so by a number that is taken
//! modulo what is in scope where it is printed, and what makes no sense in its place is printed as the nearest thing that does.

use super::streams::{Act, Promised};
use crate::program::RejectionMode;

/// A whole program.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Draft {
    pub(super) main: File,
    /// Files beside the entry.
    pub(super) modules: Vec<File>,
    /// `UV_THREADPOOL_SIZE`, if set.
    pub(super) pool: Option<u8>,
    /// `--unhandled-rejections`, if given.
    pub(super) rejections: Option<RejectionMode>,
}

/// One file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct File {
    pub(super) format: Format,
    pub(super) block: Block,
}

/// How a file is called, and so what it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Format {
    /// `.js`, CommonJS.
    Js,
    /// `.cjs`, CommonJS.
    Cjs,
    /// `.mjs`, an ES module.
    Mjs,
}

/// What stands between two braces. Nothing is printed after a statement that leaves it.
pub(super) type Block = Vec<Statement>;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Statement {
    /// Prints a label.
    Log,
    /// Looks at the clock until so many milliseconds have passed.
    Busy { ms: u8 },
    /// A function that prints a label and then does what the block says.
    Callback { by: By, block: Block },
    /// An interval that clears itself after some rounds, with a block in the first one.
    Interval { ms: u8, rounds: u8, block: Block },
    /// Does something to the n-th timer or immediate in scope; nothing if there is none.
    Touch { how: Touch, nth: u8 },
    /// A promise for its own sake, in scope from here on.
    Promise(Value),
    /// Waits and prints a label. Where nothing can be awaited, the value alone.
    Await(Value),
    /// Leaves the function. Outside of one, the value alone.
    Return(Value),
    /// Throws an error.
    Throw,
    /// `process.exit`.
    Exit { code: Option<u8> },
    /// Sets `process.exitCode`.
    ExitCode { code: u8 },
    /// Loads the n-th file behind this one: `require` of a CommonJS file, or any by an `import` at the head of an ES module.
    Require { nth: u8 },
    /// What concerns emitters and streams.
    Stream(Box<Act>),
}

/// What calls a function some time later.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum By {
    Tick,
    Job,
    Immediate,
    Timeout { ms: u8 },
    Request(Request),
    Event(Event),
}

/// An event of the process.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Event {
    /// The first one only, lest the process lives for ever.
    BeforeExit,
    Exit,
    UncaughtException,
    UnhandledRejection,
    RejectionHandled,
}

/// What the pool of threads, or who answers like it, is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Request {
    Stat,
    Access,
    ReadDirectory,
    ReadFile,
    ReadMissing,
    WriteFile,
    MakeDirectory,
    RandomBytes,
    DeriveKey,
    Scrypt,
    Lookup,
    Compress,
}

/// What is done to a timer or an immediate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Touch {
    Clear,
    Ref,
    Unref,
    /// Once per timer, lest it goes on for ever. Among timeouts only.
    Refresh,
}

/// What can be awaited, returned, and resolved with.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    /// A promise fulfilled already.
    Fulfilled,
    /// A promise rejected already.
    Rejected,
    /// An object with a `then` that prints a label.
    Thenable(Settling),
    /// A new promise.
    New(Settling),
    /// A promise with reactions, one chained to the other.
    Chain(Box<Value>, Vec<Reaction>),
    /// A call of an async function, which prints a label.
    Async(Block),
    /// A `for await` loop in an async function of its own.
    Loop {
        over: Over,
        block: Block,
        /// Whether it is left after the first item.
        leaves: bool,
    },
    Combined(Combinator, Vec<Value>),
    /// The promise form of a request.
    Request(Request),
    /// `import()` of the n-th file behind this one, or of a built-in if there is none.
    Import(u8),
    /// The n-th promise in scope, or a fulfilled one.
    Held(u8),
    /// A promise of a stream.
    Stream(Promised),
}

/// How a promise comes to be settled.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Settling {
    /// Who settles it; at once if nobody is named.
    pub(super) by: Option<By>,
    pub(super) to: Settled,
}

/// What a promise is settled to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Settled {
    Nothing,
    Resolved(Box<Value>),
    Rejected,
    Never,
}

/// A reaction of a promise: a function that prints a label.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reaction {
    pub(super) on: On,
    pub(super) block: Block,
}

/// Which method of a promise takes the reaction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum On {
    Then,
    Catch,
    Finally,
}

/// What a loop goes over.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Over {
    Array(Vec<Value>),
    /// An async generator that prints a label before each item and one at its end.
    Generator(Vec<Value>),
}

/// The functions that make one promise of many.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Combinator {
    All,
    AllSettled,
    Any,
    Race,
}
