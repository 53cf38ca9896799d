//! Compiles a script to flat code: a block is an address.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    Act, Block, ChunkOf, Listening, ProcessEventName, RequestKind, Script, Slot, Statement,
    StreamOptions,
};
use crate::runtime::NameId;

/// Why a script cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    /// A function is called that is not there.
    #[error("there is no function `{0}`")]
    NoFunction(String),
    /// The name of a function is no name in JavaScript.
    #[error("`{0}` is no name for a function: use letters and digits")]
    Name(String),
    /// A function calls itself before it returns, so it never does.
    #[error("the function `{0}` calls itself before it returns, without end")]
    Recursion(String),
    /// A line of the log is more than a line.
    #[error("`{0:?}` is more than one line")]
    Line(String),
    /// A chunk is more than ASCII on one line.
    #[error("`{0:?}` is no chunk: use ASCII on one line")]
    Chunk(String),
    /// The name of an event is a number, empty, or more than a word.
    #[error("`{0}` is no name for an event: use letters")]
    Event(String),
    /// An event is emitted that streams make something of.
    #[error("`{0}` is emitted by streams only")]
    Emit(String),
    /// `Await` stands where no async function would be suspended by it.
    #[error("`Await` stands outside of an async function")]
    Await,
    /// `Return` stands where a stream would make something of what it gives.
    #[error("`Return` stands in the block of a stream")]
    Return,
}

/// What a statement stands in directly, loops and conditions aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Async,
    Stream,
    Other,
}

/// Where the code of a block begins.
pub(super) type Address = u32;

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Op {
    Log(usize),
    Tick(Address),
    Microtask(Address),
    Timer {
        slot: Option<Slot>,
        ms: u32,
        repeats: bool,
        then: Address,
    },
    Immediate(Option<Slot>, Address),
    Clear(Slot),
    Ref(Slot, bool),
    Refresh(Slot),
    Request(RequestKind, Address),
    Promise(Slot),
    Resolve(Slot),
    Reject(Slot),
    ResolveWith(Slot, Slot),
    Then {
        on: Slot,
        then: Option<Address>,
        otherwise: Option<Address>,
        into: Option<Slot>,
    },
    Async(Address, Option<Slot>),
    Await(Slot),
    Throw,
    Busy(u32),
    /// Begins a loop of so many rounds.
    Loop(u32),
    /// Ends a round: goes back as long as rounds are left.
    Again(Address),
    /// Calls a function by number.
    Call(u32),
    Listen(ProcessEventName, Address),
    Exit(u8),
    ExitCode(u8),
    /// Returns, with what the slot holds.
    Return(Option<Slot>),
    Emitter(Slot),
    Stream(Slot, StreamNumber),
    On {
        emitter: Slot,
        name: NameId,
        how: Listening,
        function: Function,
        keep: Option<Slot>,
    },
    Off {
        emitter: Slot,
        name: NameId,
        listener: Slot,
    },
    Emit(Slot, NameId),
    Print(Slot),
    /// Goes on at the address if there is room for more.
    Push(Slot, Source, Address),
    /// Goes on at the address if there is room for more.
    Write(Slot, Source, Address),
    Read {
        from: Slot,
        size: Option<u32>,
        into: Slot,
    },
    Pipe(Slot, Slot),
    Unpipe(Slot, Slot),
    Act(Slot, Act),
    Answer {
        with: Slot,
        error: bool,
        chunk: Option<Slot>,
    },
}

/// A function that keeps its first argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Function {
    pub(super) code: Address,
    pub(super) argument: Option<Slot>,
}

/// A chunk as the code has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// By number.
    Text(usize),
    Held(Slot),
}

/// A way to make a stream, by number.
pub(super) type StreamNumber = u32;

/// How streams are made: what their block is called with, and where it begins.
#[derive(Debug, Clone)]
pub(super) struct StreamCode {
    pub(super) options: StreamOptions,
    pub(super) work: Address,
}

/// A compiled script.
#[derive(Debug, Clone)]
pub struct Code {
    pub(super) ops: Vec<Op>,
    /// The main script.
    pub(super) main: Address,
    /// A block that does nothing.
    pub(super) nothing: Address,
    /// Where functions begin, by number.
    pub(super) functions: Vec<Address>,
    /// The lines it may print, each with its end.
    pub(super) lines: Vec<String>,
    pub(super) slots: usize,
    pub(super) streams: Vec<StreamCode>,
    pub(super) texts: Vec<String>,
    /// Names of events, numbered after the well-known ones.
    pub(super) names: Vec<String>,
}

impl Code {
    /// Compiles a script.
    ///
    /// # Errors
    ///
    /// If the script cannot be run.
    pub fn new(script: &Script) -> Result<Self, ScriptError> {
        for (name, block) in &script.functions {
            let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric());
            if !is_name {
                return Err(ScriptError::Name(name.clone()));
            }
            check(script, block, Inside::Other)?;
            let mut seen = BTreeSet::new();
            calls(script, block, &mut seen);
            if seen.contains(name.as_str()) {
                return Err(ScriptError::Recursion(name.clone()));
            }
        }
        check(script, &script.body, Inside::Other)?;
        let mut compiler = Compiler {
            numbers: script
                .functions
                .keys()
                .map(String::as_str)
                .zip(0..)
                .collect(),
            known: HashMap::new(),
            ops: Vec::new(),
            lines: Vec::new(),
            slots: 0,
            streams: Vec::new(),
            texts: Vec::new(),
            names: Vec::new(),
        };
        let functions = script.functions.values();
        let functions = functions.map(|block| compiler.address(block)).collect();
        const NOTHING: &Block = &Vec::new();
        let (nothing, main) = (compiler.address(NOTHING), compiler.address(&script.body));
        Ok(Code {
            main,
            nothing,
            functions,
            ops: compiler.ops,
            lines: compiler.lines,
            slots: compiler.slots,
            streams: compiler.streams,
            texts: compiler.texts,
            names: compiler.names,
        })
    }
}

fn check(script: &Script, block: &Block, inside: Inside) -> Result<(), ScriptError> {
    for statement in block {
        match statement {
            Statement::Log(line) if line.contains(['\n', '\r']) => {
                return Err(ScriptError::Line(line.clone()));
            }
            Statement::Call(name) if !script.functions.contains_key(name) => {
                return Err(ScriptError::NoFunction(name.clone()));
            }
            Statement::Await(_) if inside != Inside::Async => return Err(ScriptError::Await),
            Statement::Return(_) if inside == Inside::Stream => return Err(ScriptError::Return),
            Statement::Push {
                chunk: ChunkOf::Text(text),
                ..
            }
            | Statement::Write {
                chunk: ChunkOf::Text(text),
                ..
            } if !text.chars().all(|c| (' '..='~').contains(&c)) => {
                return Err(ScriptError::Chunk(text.clone()));
            }
            Statement::On { event, .. }
            | Statement::Off { event, .. }
            | Statement::Emit { event, .. }
                if event.is_empty() || !event.chars().all(|c| c.is_ascii_alphabetic()) =>
            {
                return Err(ScriptError::Event(event.clone()));
            }
            Statement::Emit { event, .. } if is_of_streams(event) => {
                return Err(ScriptError::Emit(event.clone()));
            }
            _ => {}
        }
        let inner = match statement {
            Statement::Async { .. } => Inside::Async,
            Statement::Stream { .. } => Inside::Stream,
            Statement::Repeat { .. } | Statement::Push { .. } | Statement::Write { .. } => inside,
            _ => Inside::Other,
        };
        for block in statement.blocks() {
            check(script, block, inner)?;
        }
    }
    Ok(())
}

/// Whether streams listen to an event themselves, and count on what is passed with it.
fn is_of_streams(event: &str) -> bool {
    let known = NameId::WELL_KNOWN.contains(&event);
    known && !["error", "newListener", "removeListener"].contains(&event)
}

/// The functions a block calls, directly or not, before it returns or is suspended.
fn calls<'s>(script: &'s Script, block: &'s Block, seen: &mut BTreeSet<&'s str>) {
    for statement in block {
        match statement {
            Statement::Call(name) if seen.insert(name) => {
                let function = script.functions.get(name);
                function
                    .into_iter()
                    .for_each(|block| calls(script, block, seen));
            }
            Statement::Async { body, .. }
            | Statement::Repeat { body, .. }
            | Statement::Push { full: body, .. }
            | Statement::Write { full: body, .. } => {
                calls(script, body, seen);
            }
            _ => {}
        }
    }
}

struct Compiler<'s> {
    /// Functions by name.
    numbers: BTreeMap<&'s str, u32>,
    /// Blocks that are compiled already: equal ones are one.
    known: HashMap<&'s Block, Address>,
    ops: Vec<Op>,
    lines: Vec<String>,
    slots: usize,
    streams: Vec<StreamCode>,
    texts: Vec<String>,
    names: Vec<String>,
}

/// Where something stands among others, to which it is added if it is new.
fn place<T: PartialEq>(all: &mut Vec<T>, one: T) -> usize {
    all.iter().position(|each| *each == one).unwrap_or_else(|| {
        all.push(one);
        all.len() - 1
    })
}

impl<'s> Compiler<'s> {
    fn address(&mut self, block: &'s Block) -> Address {
        if let Some(&address) = self.known.get(block) {
            return address;
        }
        // Blocks inside come first, so that this one stays in one piece.
        let mut ops = Vec::new();
        self.block(block, &mut ops);
        ops.push(Op::Return(None));
        let address = self.ops.len() as Address;
        for op in &mut ops {
            if let Op::Again(target) | Op::Push(.., target) | Op::Write(.., target) = op {
                *target += address;
            }
        }
        self.ops.append(&mut ops);
        self.known.insert(block, address);
        address
    }

    fn slot(&mut self, slot: Slot) -> Slot {
        self.slots = self.slots.max(usize::from(slot.0) + 1);
        slot
    }

    fn maybe(&mut self, slot: Option<Slot>) -> Option<Slot> {
        slot.map(|slot| self.slot(slot))
    }

    fn line(&mut self, line: &str) -> usize {
        place(&mut self.lines, format!("{line}\n"))
    }

    fn name(&mut self, event: &str) -> NameId {
        // The first of the well-known names is a symbol.
        let mut known = NameId::WELL_KNOWN.iter().skip(1);
        let known = known.position(|each| *each == event).map(|at| at + 1);
        let at = known
            .unwrap_or_else(|| NameId::WELL_KNOWN.len() + place(&mut self.names, event.to_owned()));
        NameId(at as u32)
    }

    fn source(&mut self, chunk: &ChunkOf) -> Source {
        match chunk {
            ChunkOf::Text(text) => Source::Text(place(&mut self.texts, text.clone())),
            ChunkOf::Held(slot) => Source::Held(self.slot(*slot)),
        }
    }

    /// Something that may be full, with what is done if it is.
    fn unless_full(&mut self, full: &'s Block, ops: &mut Vec<Op>, op: impl FnOnce(Address) -> Op) {
        let at = ops.len();
        ops.push(op(0));
        self.block(full, ops);
        let after = ops.len() as Address;
        if let Op::Push(.., target) | Op::Write(.., target) = &mut ops[at] {
            *target = after;
        }
    }

    fn block(&mut self, block: &'s Block, ops: &mut Vec<Op>) {
        for statement in block {
            let op = match statement {
                Statement::Log(line) => Op::Log(self.line(line)),
                Statement::Tick(then) => Op::Tick(self.address(then)),
                Statement::Microtask(then) => Op::Microtask(self.address(then)),
                Statement::Timer {
                    slot,
                    ms,
                    repeats,
                    then,
                } => Op::Timer {
                    slot: self.maybe(*slot),
                    ms: *ms,
                    repeats: *repeats,
                    then: self.address(then),
                },
                Statement::Immediate { slot, then } => {
                    Op::Immediate(self.maybe(*slot), self.address(then))
                }
                Statement::Clear(slot) => Op::Clear(self.slot(*slot)),
                Statement::Ref(slot) => Op::Ref(self.slot(*slot), true),
                Statement::Unref(slot) => Op::Ref(self.slot(*slot), false),
                Statement::Refresh(slot) => Op::Refresh(self.slot(*slot)),
                Statement::Request { kind, then } => Op::Request(*kind, self.address(then)),
                Statement::Promise(slot) => Op::Promise(self.slot(*slot)),
                Statement::Resolve(slot) => Op::Resolve(self.slot(*slot)),
                Statement::Reject(slot) => Op::Reject(self.slot(*slot)),
                Statement::ResolveWith { slot, with } => {
                    Op::ResolveWith(self.slot(*slot), self.slot(*with))
                }
                Statement::Then {
                    on,
                    then,
                    otherwise,
                    into,
                } => Op::Then {
                    on: self.slot(*on),
                    then: then.as_ref().map(|block| self.address(block)),
                    otherwise: otherwise.as_ref().map(|block| self.address(block)),
                    into: self.maybe(*into),
                },
                Statement::Async { body, into } => Op::Async(self.address(body), self.maybe(*into)),
                Statement::Await(slot) => Op::Await(self.slot(*slot)),
                Statement::Return(slot) => Op::Return(Some(self.slot(*slot))),
                Statement::Throw => Op::Throw,
                Statement::Busy(ms) => Op::Busy(*ms),
                Statement::Repeat { times: 0, .. } => continue,
                Statement::Repeat { times, body } => {
                    ops.push(Op::Loop(*times));
                    let first = ops.len() as Address;
                    self.block(body, ops);
                    Op::Again(first)
                }
                Statement::Call(name) => Op::Call(self.numbers[name.as_str()]),
                Statement::Listen { event, then } => Op::Listen(*event, self.address(then)),
                Statement::Exit(code) => Op::Exit(*code),
                Statement::ExitCode(code) => Op::ExitCode(*code),
                Statement::Emitter(slot) => Op::Emitter(self.slot(*slot)),
                Statement::Stream {
                    slot,
                    options,
                    work,
                } => {
                    self.maybe(options.chunk);
                    self.maybe(options.answer);
                    let work = self.address(work);
                    self.streams.push(StreamCode {
                        options: options.clone(),
                        work,
                    });
                    Op::Stream(self.slot(*slot), self.streams.len() as u32 - 1)
                }
                Statement::On {
                    emitter,
                    event,
                    how,
                    argument,
                    listener,
                    then,
                } => Op::On {
                    emitter: self.slot(*emitter),
                    name: self.name(event),
                    how: *how,
                    function: Function {
                        code: self.address(then),
                        argument: self.maybe(*argument),
                    },
                    keep: self.maybe(*listener),
                },
                Statement::Off {
                    emitter,
                    event,
                    listener,
                } => Op::Off {
                    emitter: self.slot(*emitter),
                    name: self.name(event),
                    listener: self.slot(*listener),
                },
                Statement::Emit { emitter, event } => {
                    Op::Emit(self.slot(*emitter), self.name(event))
                }
                Statement::Print(slot) => Op::Print(self.slot(*slot)),
                Statement::Push { to, chunk, full } => {
                    let (to, chunk) = (self.slot(*to), self.source(chunk));
                    self.unless_full(full, ops, |after| Op::Push(to, chunk, after));
                    continue;
                }
                Statement::Write { to, chunk, full } => {
                    let (to, chunk) = (self.slot(*to), self.source(chunk));
                    self.unless_full(full, ops, |after| Op::Write(to, chunk, after));
                    continue;
                }
                Statement::Read { from, size, into } => Op::Read {
                    from: self.slot(*from),
                    size: *size,
                    into: self.slot(*into),
                },
                Statement::Pipe { from, to } => Op::Pipe(self.slot(*from), self.slot(*to)),
                Statement::Unpipe { from, to } => Op::Unpipe(self.slot(*from), self.slot(*to)),
                Statement::Act(stream, act) => Op::Act(self.slot(*stream), *act),
                Statement::Answer { with, error, chunk } => Op::Answer {
                    with: self.slot(*with),
                    error: *error,
                    chunk: self.maybe(*chunk),
                },
            };
            ops.push(op);
        }
    }
}
