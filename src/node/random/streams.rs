//! Emitters and streams in drafts.
//!
//! What a stream gives and takes comes to an end: sources have few items, listeners and methods do the most of what they do
//! once, and chunks only go to streams declared later.

use super::draft::{Block, By};

/// What concerns emitters and streams.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Act {
    /// A new one, in scope from here on.
    New(Stream),
    /// Asks something of the n-th in scope that can do it.
    Ask { of: u8, wish: Wish },
    /// A listener, in scope from here on.
    Listen {
        to: u8,
        how: Attach,
        event: Happening,
        listener: Listener,
    },
    /// A listener that stands somewhere before, once more.
    Relisten { how: Attach, nth: u8 },
    /// Takes a listener that stands somewhere before away.
    Unlisten { nth: u8 },
    /// `pipe`, or `unpipe`.
    Pipe { route: Route, how: Piping },
    /// `pipeline` with a callback.
    Pipeline { route: Route, block: Block },
    /// `finished` with a callback.
    Finished { of: u8, block: Block },
}

/// An emitter or a stream.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stream {
    pub(super) kind: Kind,
    pub(super) object_mode: bool,
    pub(super) high_water_mark: Option<u8>,
    pub(super) options: Vec<Choice>,
    /// What it gives by itself.
    pub(super) items: Vec<Item>,
    /// Whether its end follows them.
    pub(super) ends: bool,
    /// What its methods do; those that its kind does not have are not printed.
    pub(super) methods: Vec<Answer>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Emitter,
    Readable,
    /// `Readable.from` an array.
    From,
    /// `Readable.from` an async generator.
    FromGenerator,
    Writable,
    Duplex,
    Transform,
    PassThrough,
    FileSource,
    FileSink,
    /// A compressor.
    Deflate,
}

impl Kind {
    pub(super) fn is_readable(self) -> bool {
        !matches!(self, Kind::Emitter | Kind::Writable | Kind::FileSink)
    }

    pub(super) fn is_writable(self) -> bool {
        use Kind::{Deflate, Duplex, FileSink, PassThrough, Transform, Writable};
        matches!(
            self,
            Writable | Duplex | Transform | PassThrough | FileSink | Deflate
        )
    }

    /// Whether it has items of its own.
    pub(super) fn is_source(self) -> bool {
        use Kind::{Duplex, From, FromGenerator, Readable};
        matches!(self, Readable | From | FromGenerator | Duplex)
    }
}

/// An option that is not the usual one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Choice {
    AutoDestroy(bool),
    NoEmitClose,
    NoHalfOpen,
    Encoding,
    NoDecoding,
    NotReadable,
    NotWritable,
    ObjectsOut,
    ObjectsIn,
    /// `captureRejections`.
    Captures,
}

/// A chunk: its length, and what it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Item {
    pub(super) length: u8,
    pub(super) is_buffer: bool,
}

/// What a method does.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    pub(super) method: Method,
    /// What it does at once, the first time.
    pub(super) block: Block,
    /// Who answers; it does so at once if nobody is named.
    pub(super) by: Option<By>,
    /// How many chunks the answer holds, for each asked for.
    pub(super) chunks: u8,
    /// Which call does not end well, and how.
    pub(super) fault: Option<(u8, Fault)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Construct,
    Read,
    Write,
    Writev,
    Final,
    Transform,
    Flush,
    Destroy,
}

impl Method {
    pub(super) fn is_of(self, kind: Kind) -> bool {
        use Kind::{Duplex, PassThrough, Readable, Transform, Writable};
        match self {
            Method::Construct | Method::Destroy => {
                matches!(kind, Readable | Writable | Duplex | Transform | PassThrough)
            }
            Method::Read => matches!(kind, Readable | Duplex),
            Method::Write | Method::Writev => matches!(kind, Writable | Duplex),
            Method::Transform => kind == Transform,
            Method::Final => matches!(kind, Writable | Duplex | Transform | PassThrough),
            Method::Flush => matches!(kind, Transform | PassThrough),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Fault {
    /// The callback is told; where there is none, the stream destroyed.
    Told,
    Thrown,
    /// The stream is destroyed without an error.
    Destroyed,
    /// `error` is emitted.
    Emitted,
    /// The answer is given twice.
    Twice,
    /// There is no answer.
    Silent,
}

/// What is asked of a stream.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wish {
    Pause,
    Resume,
    Read(Option<u8>),
    /// `read()` until there is nothing.
    ReadAll,
    Push(Item),
    PushEnd,
    Unshift(Item),
    SetEncoding,
    Unpipe,
    Write(Item, Option<Block>),
    End(Option<Item>, Option<Block>),
    Cork,
    Uncork,
    Destroy {
        fails: bool,
    },
    Emit(Happening),
    RemoveAll(Option<Happening>),
    /// Prints what can be seen of it.
    Look,
}

impl Wish {
    pub(super) fn can(&self, kind: Kind) -> bool {
        match self {
            Wish::Pause
            | Wish::Resume
            | Wish::Read(_)
            | Wish::ReadAll
            | Wish::Push(_)
            | Wish::PushEnd
            | Wish::Unshift(_)
            | Wish::SetEncoding
            | Wish::Unpipe => kind.is_readable(),
            Wish::Write(..) | Wish::End(..) | Wish::Cork | Wish::Uncork => kind.is_writable(),
            Wish::Destroy { .. } => kind != Kind::Emitter,
            Wish::Emit(_) | Wish::RemoveAll(_) | Wish::Look => true,
        }
    }
}

/// How a listener is added.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Attach {
    On,
    Once,
    Prepend,
    PrependOnce,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Happening {
    Data,
    End,
    Readable,
    Close,
    Error,
    Pause,
    Resume,
    Drain,
    Finish,
    Prefinish,
    Pipe,
    Unpipe,
    NewListener,
    RemoveListener,
    /// Two that mean nothing to anybody else.
    First,
    Second,
}

/// A function that prints a label, as a listener.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Listener {
    pub(super) is_async: bool,
    /// Whether it prints what can be seen of the stream, too.
    pub(super) looks: bool,
    /// What it does each time.
    pub(super) each: Each,
    /// What it does the first time.
    pub(super) block: Block,
}

/// What a listener does each time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Each {
    Nothing,
    Read(Option<u8>),
    ReadAll,
    /// Hands the chunk on to the n-th stream that can take it.
    Write(u8),
}

/// From one stream to others declared after it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Route {
    pub(super) from: u8,
    /// Through so many of those between, if there are so many.
    pub(super) through: u8,
    pub(super) to: u8,
    /// Where functions can be stages, through an async generator before the last; how it is left.
    pub(super) stage: Option<Leaving>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Piping {
    Plain,
    /// With `end: false`.
    Unending,
    Unpiped,
}

/// Promises of streams.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Promised {
    /// A `for await` loop over the n-th stream, in an async function of its own; the block is done for the first item.
    Iteration {
        of: u8,
        block: Block,
        leaving: Leaving,
    },
    Finished {
        of: u8,
    },
    /// `map`, if so many at once are given, and `toArray`.
    Gathered {
        of: u8,
        mapped: Option<u8>,
    },
    Pipeline {
        route: Route,
    },
    /// `events.once`.
    Once {
        of: u8,
        event: Happening,
    },
}

/// How a loop is left after the first item, if it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Leaving {
    Never,
    Break,
    Throw,
}

impl Act {
    /// The blocks in it.
    pub(super) fn blocks(&self) -> Vec<&Block> {
        match self {
            Act::New(stream) => stream.methods.iter().map(|each| &each.block).collect(),
            Act::Listen { listener, .. } => vec![&listener.block],
            Act::Pipeline { block, .. } | Act::Finished { block, .. } => vec![block],
            Act::Ask {
                wish: Wish::Write(_, block) | Wish::End(_, block),
                ..
            } => block.iter().collect(),
            Act::Ask { .. } | Act::Relisten { .. } | Act::Unlisten { .. } | Act::Pipe { .. } => {
                Vec::new()
            }
        }
    }

    /// The blocks in it.
    pub(super) fn blocks_mut(&mut self) -> Vec<&mut Block> {
        match self {
            Act::New(stream) => {
                let methods = stream.methods.iter_mut();
                methods.map(|each| &mut each.block).collect()
            }
            Act::Listen { listener, .. } => vec![&mut listener.block],
            Act::Pipeline { block, .. } | Act::Finished { block, .. } => vec![block],
            Act::Ask {
                wish: Wish::Write(_, block) | Wish::End(_, block),
                ..
            } => block.iter_mut().collect(),
            Act::Ask { .. } | Act::Relisten { .. } | Act::Unlisten { .. } | Act::Pipe { .. } => {
                Vec::new()
            }
        }
    }
}

impl Stream {
    /// About how often a method is called.
    pub(super) fn calls(&self, method: Method) -> usize {
        match method {
            Method::Read => self.items.len() + usize::from(self.ends),
            Method::Write | Method::Transform => 3,
            Method::Writev => 2,
            Method::Construct | Method::Final | Method::Flush | Method::Destroy => 1,
        }
    }
}
