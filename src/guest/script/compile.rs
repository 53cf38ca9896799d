//! Compiles a script to flat code: a block is an address.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Block, ProcessEventName, RequestKind, Script, Slot, Statement};

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
    /// `Await` stands where no async function would be suspended by it.
    #[error("`Await` stands outside of an async function")]
    Await,
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
            check(script, block, false)?;
            let mut seen = BTreeSet::new();
            calls(script, block, &mut seen);
            if seen.contains(name.as_str()) {
                return Err(ScriptError::Recursion(name.clone()));
            }
        }
        check(script, &script.body, false)?;
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
        })
    }
}

fn check(script: &Script, block: &Block, is_async: bool) -> Result<(), ScriptError> {
    for statement in block {
        match statement {
            Statement::Log(line) if line.contains(['\n', '\r']) => {
                return Err(ScriptError::Line(line.clone()));
            }
            Statement::Call(name) if !script.functions.contains_key(name) => {
                return Err(ScriptError::NoFunction(name.clone()));
            }
            Statement::Await(_) if !is_async => return Err(ScriptError::Await),
            _ => {}
        }
        let inner = match statement {
            Statement::Async { .. } => true,
            Statement::Repeat { .. } => is_async,
            _ => false,
        };
        for block in statement.blocks() {
            check(script, block, inner)?;
        }
    }
    Ok(())
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
            Statement::Async { body, .. } | Statement::Repeat { body, .. } => {
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
            if let Op::Again(target) = op {
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
        let text = format!("{line}\n");
        match self.lines.iter().position(|each| *each == text) {
            Some(at) => at,
            None => {
                self.lines.push(text);
                self.lines.len() - 1
            }
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
            };
            ops.push(op);
        }
    }
}
