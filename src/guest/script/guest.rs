//! A running script as a [`Guest`].
//!
//! Promise jobs are counted as V8 counts them (MT-9): a handler takes one, waiting for a promise one, resolving a promise
//! with another two more. No value is passed and every error is the same, as a script could not tell them apart.

use std::collections::VecDeque;
use std::hash::Hash;

use siphasher::sip128::{Hasher128, SipHasher13};
use smallvec::{SmallVec, smallvec};

use super::compile::{Address, Op};
use super::objects::{Object, Thing};
use super::{Code, ProcessEventName, Slot};
use crate::runtime::{
    CallbackId, Emitted, EntryWait, Guest, Limit, Machine, Made, ObjectId, ProcessEvent, PromiseId,
    Returned, Step, Stop, Touch, ValueId, Warning,
};

/// What every script throws.
pub(super) const ERROR: ValueId = ValueId(0);

/// Instructions one callback may take.
const FUEL: u32 = 1_000_000;

/// How many calls may be one inside the other.
const DEPTH: u32 = 100;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// A tick, or what the pool calls.
    Plain,
    Timer {
        ms: u32,
        repeats: bool,
        refed: bool,
        cleared: bool,
    },
    Immediate {
        refed: bool,
        over: bool,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Callback {
    pub(super) code: Address,
    pub(super) kind: Kind,
}

/// What a slot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Held {
    Nothing,
    Callback(CallbackId),
    Promise(PromiseId),
    /// A promise with the functions that settle it.
    Deferred(PromiseId),
    /// A chunk, a function, or an error.
    Value(ValueId),
    /// An emitter or a stream.
    Object(ObjectId),
}

/// A function that is running or suspended.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Frame {
    at: Address,
    /// Rounds left of the loops around it.
    loops: Vec<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Reaction {
    Handlers {
        then: Option<Address>,
        otherwise: Option<Address>,
        derived: PromiseId,
    },
    /// Settles another promise in the same way.
    Settle(PromiseId),
    /// Goes on with an async function, whose promise is `result`.
    Resume { frame: Frame, result: PromiseId },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Settled {
    Fulfilled,
    Rejected,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum PromiseState {
    Pending(Vec<Reaction>),
    Settled(Settled),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Promise {
    pub(super) state: PromiseState,
    /// The functions that settle it were used.
    locked: bool,
    handled: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Job {
    Call(Address),
    React(Reaction, Settled),
    /// Has a promise settle another.
    Follow {
        promise: PromiseId,
        target: PromiseId,
    },
}

/// Everything a running script knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct State {
    pub(super) callbacks: Vec<Callback>,
    pub(super) promises: Vec<Promise>,
    pub(super) slots: Vec<Held>,
    pub(super) jobs: VecDeque<Job>,
    pub(super) listeners: Vec<(ProcessEventName, Address)>,
    /// Values, by number; the first is [`ERROR`].
    pub(super) things: SmallVec<[Thing; 1]>,
    /// Objects, by number; the first is the process.
    pub(super) objects: SmallVec<[Object; 2]>,
}

impl State {
    /// The state before anything ran.
    pub fn new(code: &Code) -> Self {
        State {
            callbacks: Vec::new(),
            promises: Vec::new(),
            slots: vec![Held::Nothing; code.slots],
            jobs: VecDeque::new(),
            listeners: Vec::new(),
            things: smallvec![Thing::Error],
            objects: smallvec![Object::Process],
        }
    }

    /// The address of what a callback does.
    pub fn code_of(&self, CallbackId(callback): CallbackId) -> u32 {
        self.callbacks[callback as usize].code
    }
}

/// How a function came back.
pub(super) enum Flow {
    Returned(Option<PromiseId>),
    Threw,
    /// It waits for a promise, or for nothing.
    Awaits(Option<PromiseId>),
}

/// A running script.
#[derive(Debug)]
pub struct ScriptGuest<'s> {
    pub(super) code: &'s Code,
    pub(super) state: State,
    fuel: u32,
    /// Calls that are going on, one inside the other.
    depth: u32,
    /// What was called so far.
    history: SipHasher13,
}

impl<'s> ScriptGuest<'s> {
    /// A script that goes on from a state.
    pub fn new(code: &'s Code, state: State) -> Self {
        ScriptGuest {
            code,
            state,
            fuel: FUEL,
            depth: 0,
            history: SipHasher13::new(),
        }
    }

    /// The state it is in.
    pub fn into_state(self) -> State {
        self.state
    }

    /// Notes what decides what the script does next; its log and its state follow from that.
    pub(super) fn note(&mut self, what: impl Hash) {
        what.hash(&mut self.history);
    }

    fn look_at_clock(&mut self, machine: &mut Machine<'_>) -> i64 {
        let ms = machine.look_at_clock();
        self.note(("clock", ms));
        ms
    }

    fn add_callback(&mut self, code: Address, kind: Kind) -> CallbackId {
        self.state.callbacks.push(Callback { code, kind });
        CallbackId(self.state.callbacks.len() as u32 - 1)
    }

    /// Counts instructions against what the callback may take; it is stopped at its next.
    pub(super) fn spend(&mut self, instructions: u32) {
        self.fuel = self.fuel.saturating_sub(instructions);
    }

    /// Nobody sees a warning, but it takes a tick.
    pub(super) fn warn_in_a_tick(&mut self, machine: &mut Machine<'_>) {
        let tick = self.add_callback(self.code.nothing, Kind::Plain);
        machine.next_tick(tick);
    }

    fn add_promise(&mut self) -> PromiseId {
        self.state.promises.push(Promise {
            state: PromiseState::Pending(Vec::new()),
            locked: false,
            handled: false,
        });
        PromiseId(self.state.promises.len() as u32 - 1)
    }

    pub(super) fn keep(&mut self, slot: Option<Slot>, held: Held) {
        if let Some(Slot(slot)) = slot {
            self.state.slots[usize::from(slot)] = held;
        }
    }

    pub(super) fn held(&self, Slot(slot): Slot) -> Held {
        self.state.slots[usize::from(slot)]
    }

    fn promise_in(&self, slot: Slot) -> Option<PromiseId> {
        match self.held(slot) {
            Held::Promise(promise) | Held::Deferred(promise) => Some(promise),
            Held::Nothing | Held::Callback(_) | Held::Value(_) | Held::Object(_) => None,
        }
    }

    fn promise(&mut self, PromiseId(promise): PromiseId) -> &mut Promise {
        &mut self.state.promises[promise as usize]
    }

    fn settle(&mut self, machine: &mut Machine<'_>, id: PromiseId, settled: Settled) {
        let promise = self.promise(id);
        let state = PromiseState::Settled(settled);
        let PromiseState::Pending(reactions) = std::mem::replace(&mut promise.state, state) else {
            unreachable!("a promise is settled once");
        };
        if settled == Settled::Rejected && !promise.handled {
            machine.reject(id);
        }
        let jobs = reactions.into_iter();
        self.state
            .jobs
            .extend(jobs.map(|reaction| Job::React(reaction, settled)));
    }

    /// Resolves a promise with another, or fulfils it.
    fn resolve(&mut self, machine: &mut Machine<'_>, target: PromiseId, with: Option<PromiseId>) {
        match with {
            None => self.settle(machine, target, Settled::Fulfilled),
            Some(promise) if promise == target => self.settle(machine, target, Settled::Rejected),
            Some(promise) => self.state.jobs.push_back(Job::Follow { promise, target }),
        }
    }

    fn subscribe(&mut self, machine: &mut Machine<'_>, on: PromiseId, reaction: Reaction) {
        let promise = self.promise(on);
        let was_handled = std::mem::replace(&mut promise.handled, true);
        match &mut promise.state {
            PromiseState::Pending(reactions) => reactions.push(reaction),
            PromiseState::Settled(settled) => {
                let settled = *settled;
                if settled == Settled::Rejected && !was_handled {
                    machine.handle_rejection(on);
                }
                self.state.jobs.push_back(Job::React(reaction, settled));
            }
        }
    }

    /// Settles the promise a function of the program decides about.
    fn finish(&mut self, machine: &mut Machine<'_>, result: PromiseId, flow: Flow) {
        match flow {
            Flow::Returned(value) => self.resolve(machine, result, value),
            Flow::Threw => self.settle(machine, result, Settled::Rejected),
            Flow::Awaits(_) => unreachable!("only async functions wait"),
        }
    }

    /// Runs an async function until it waits or is over.
    fn run_async(
        &mut self,
        machine: &mut Machine<'_>,
        mut frame: Frame,
        result: PromiseId,
    ) -> Step {
        match self.execute(machine, &mut frame)? {
            Flow::Awaits(promise) => {
                let reaction = Reaction::Resume { frame, result };
                match promise {
                    Some(promise) => self.subscribe(machine, promise, reaction),
                    None => {
                        let job = Job::React(reaction, Settled::Fulfilled);
                        self.state.jobs.push_back(job);
                    }
                }
            }
            flow => self.finish(machine, result, flow),
        }
        Ok(())
    }

    /// Calls a block that is no async function, from the top.
    pub(super) fn enter(&mut self, machine: &mut Machine<'_>, code: Address) -> Step<Flow> {
        if self.depth == DEPTH {
            return Err(Stop::Halted(Limit::Time));
        }
        self.depth += 1;
        let loops = Vec::new();
        let flow = self.execute(machine, &mut Frame { at: code, loops });
        self.depth -= 1;
        flow
    }

    fn enter_fresh(&mut self, machine: &mut Machine<'_>, code: Address) -> Step<Returned> {
        self.fuel = FUEL;
        Ok(match self.enter(machine, code)? {
            Flow::Threw => Returned::Threw(ERROR),
            Flow::Returned(_) | Flow::Awaits(_) => Returned::Normally,
        })
    }

    fn execute(&mut self, machine: &mut Machine<'_>, frame: &mut Frame) -> Step<Flow> {
        loop {
            let code = self.code;
            let op = &code.ops[frame.at as usize];
            frame.at += 1;
            self.fuel = self.fuel.checked_sub(1).ok_or(Stop::Halted(Limit::Time))?;
            match *op {
                Op::Log(line) => machine.print(1, code.lines[line].clone()),
                Op::Tick(then) => {
                    let callback = self.add_callback(then, Kind::Plain);
                    machine.next_tick(callback);
                }
                Op::Microtask(then) => self.state.jobs.push_back(Job::Call(then)),
                Op::Timer {
                    slot,
                    ms,
                    repeats,
                    then,
                } => {
                    let kind = Kind::Timer {
                        ms,
                        repeats,
                        refed: true,
                        cleared: false,
                    };
                    let callback = self.add_callback(then, kind);
                    machine.start_timer(callback, f64::from(ms), repeats, true);
                    self.keep(slot, Held::Callback(callback));
                }
                Op::Immediate(slot, then) => {
                    let kind = Kind::Immediate {
                        refed: true,
                        over: false,
                    };
                    let callback = self.add_callback(then, kind);
                    machine.set_immediate(callback);
                    self.keep(slot, Held::Callback(callback));
                }
                Op::Clear(slot) => self.clear(machine, slot),
                Op::Ref(slot, refed) => self.set_ref(machine, slot, refed),
                Op::Refresh(slot) => self.refresh(machine, slot),
                Op::Request(kind, then) => {
                    let callback = self.add_callback(then, Kind::Plain);
                    // A file is one byte or many: it is read in one piece.
                    machine.request(self, kind.operation(), 1, callback)?;
                }
                Op::Promise(slot) => {
                    let promise = self.add_promise();
                    self.keep(Some(slot), Held::Deferred(promise));
                }
                Op::Resolve(slot) => {
                    if let Some(promise) = self.unlock(slot) {
                        self.settle(machine, promise, Settled::Fulfilled);
                    }
                }
                Op::Reject(slot) => {
                    if let Some(promise) = self.unlock(slot) {
                        self.settle(machine, promise, Settled::Rejected);
                    }
                }
                Op::ResolveWith(slot, with) => {
                    let with = self.promise_in(with);
                    if let Some(promise) = self.unlock(slot) {
                        self.resolve(machine, promise, with);
                    }
                }
                Op::Then {
                    on,
                    then,
                    otherwise,
                    into,
                } => {
                    if let Some(promise) = self.promise_in(on) {
                        let derived = self.add_promise();
                        let reaction = Reaction::Handlers {
                            then,
                            otherwise,
                            derived,
                        };
                        self.subscribe(machine, promise, reaction);
                        self.keep(into, Held::Promise(derived));
                    }
                }
                Op::Async(body, into) => {
                    let result = self.add_promise();
                    let loops = Vec::new();
                    self.run_async(machine, Frame { at: body, loops }, result)?;
                    self.keep(into, Held::Promise(result));
                }
                Op::Await(slot) => return Ok(Flow::Awaits(self.promise_in(slot))),
                Op::Throw => return Ok(Flow::Threw),
                Op::Busy(ms) => {
                    let until = self.look_at_clock(machine) + i64::from(ms);
                    while self.look_at_clock(machine) < until {}
                }
                Op::Loop(times) => frame.loops.push(times),
                Op::Again(first) => {
                    let left = frame.loops.pop().unwrap_or(1) - 1;
                    if left > 0 {
                        frame.loops.push(left);
                        frame.at = first;
                    }
                }
                Op::Call(function) => {
                    let code = code.functions[function as usize];
                    if let Flow::Threw = self.enter(machine, code)? {
                        return Ok(Flow::Threw);
                    }
                }
                Op::Listen(event, then) => self.state.listeners.push((event, then)),
                Op::Exit(code) => {
                    // It comes back only with what a listener threw.
                    machine.exit(self, Some(i32::from(code)))?;
                    return Ok(Flow::Threw);
                }
                Op::ExitCode(code) => machine.set_exit_code(Some(i32::from(code))),
                Op::Return(slot) => {
                    return Ok(Flow::Returned(slot.and_then(|slot| self.promise_in(slot))));
                }
                ref op => match self.operate(machine, op)? {
                    Ok(Some(address)) => frame.at = address,
                    Ok(None) => {}
                    Err(_) => return Ok(Flow::Threw),
                },
            }
        }
    }

    /// The promise in a slot that may be settled, which it then no longer may.
    fn unlock(&mut self, slot: Slot) -> Option<PromiseId> {
        let Held::Deferred(promise) = self.held(slot) else {
            return None;
        };
        let was_locked = std::mem::replace(&mut self.promise(promise).locked, true);
        (!was_locked).then_some(promise)
    }

    fn callback_in(&mut self, slot: Slot) -> Option<(CallbackId, &mut Kind)> {
        let Held::Callback(callback) = self.held(slot) else {
            return None;
        };
        let found = &mut self.state.callbacks[callback.0 as usize];
        Some((callback, &mut found.kind))
    }

    fn clear(&mut self, machine: &mut Machine<'_>, slot: Slot) {
        match self.callback_in(slot) {
            Some((callback, Kind::Timer { cleared, .. })) if !*cleared => {
                *cleared = true;
                machine.clear_timer(callback);
            }
            Some((callback, Kind::Immediate { over, .. })) if !*over => {
                *over = true;
                machine.clear_immediate(callback);
            }
            _ => {}
        }
    }

    fn set_ref(&mut self, machine: &mut Machine<'_>, slot: Slot, value: bool) {
        match self.callback_in(slot) {
            Some((callback, Kind::Timer { refed, .. })) => {
                *refed = value;
                machine.ref_timer(callback, value);
            }
            Some((callback, Kind::Immediate { refed, over })) if !*over && *refed != value => {
                *refed = value;
                machine.ref_immediate(callback, value);
            }
            _ => {}
        }
    }

    fn refresh(&mut self, machine: &mut Machine<'_>, slot: Slot) {
        if let Some((
            callback,
            &mut Kind::Timer {
                ms,
                repeats,
                refed,
                cleared: false,
            },
        )) = self.callback_in(slot)
        {
            machine.refresh_timer(callback, f64::from(ms), repeats, refed);
        }
    }

    fn react(&mut self, machine: &mut Machine<'_>, reaction: Reaction, settled: Settled) -> Step {
        match reaction {
            Reaction::Settle(target) => self.settle(machine, target, settled),
            Reaction::Handlers {
                then,
                otherwise,
                derived,
            } => {
                let handler = match settled {
                    Settled::Fulfilled => then,
                    Settled::Rejected => otherwise,
                };
                match handler {
                    None => self.settle(machine, derived, settled),
                    Some(handler) => {
                        let flow = self.enter(machine, handler)?;
                        self.finish(machine, derived, flow);
                    }
                }
            }
            Reaction::Resume { frame, result } => match settled {
                Settled::Fulfilled => self.run_async(machine, frame, result)?,
                Settled::Rejected => self.settle(machine, result, Settled::Rejected),
            },
        }
        Ok(())
    }
}

impl Guest for ScriptGuest<'_> {
    fn start(&mut self, machine: &mut Machine<'_>) -> Step<Returned> {
        self.enter_fresh(machine, self.code.main)
    }

    fn is_module(&self) -> bool {
        false
    }

    fn evaluate(&mut self, _: &mut Machine<'_>) -> Step {
        unreachable!("a script is no module")
    }

    fn entry_wait(&self) -> EntryWait {
        EntryWait::Files
    }

    fn is_unsettled(&self) -> bool {
        false
    }

    fn call(
        &mut self,
        machine: &mut Machine<'_>,
        CallbackId(callback): CallbackId,
    ) -> Step<Returned> {
        self.note(("call", callback));
        let Callback { code, kind } = &mut self.state.callbacks[callback as usize];
        match kind {
            Kind::Timer { cleared: true, .. } => return Ok(Returned::Normally),
            Kind::Immediate { over, .. } => *over = true,
            Kind::Timer { .. } | Kind::Plain => {}
        }
        let code = *code;
        self.enter_fresh(machine, code)
    }

    fn touches(&mut self, _: &mut Machine<'_>, _: CallbackId, _: bool) -> Step<Vec<Touch>> {
        unreachable!("no script says what its requests touch")
    }

    fn make_call(&mut self, _: &mut Machine<'_>, _: CallbackId) -> Step<Made> {
        unreachable!("no script says what its requests touch")
    }

    fn has_job(&self) -> bool {
        !self.state.jobs.is_empty()
    }

    fn run_job(&mut self, machine: &mut Machine<'_>) -> Step<Option<Returned>> {
        let Some(job) = self.state.jobs.pop_front() else {
            return Ok(None);
        };
        machine.observe_job();
        self.note("job");
        self.fuel = FUEL;
        match job {
            Job::Call(code) => return self.enter_fresh(machine, code).map(Some),
            Job::React(reaction, settled) => self.react(machine, reaction, settled)?,
            Job::Follow { promise, target } => {
                self.subscribe(machine, promise, Reaction::Settle(target));
            }
        }
        Ok(Some(Returned::Normally))
    }

    fn begin_tick(&mut self) {
        self.fuel = FUEL;
    }

    fn end_tick(&mut self, _machine: &mut Machine<'_>) -> Step {
        Ok(())
    }

    fn emit(&mut self, machine: &mut Machine<'_>, event: ProcessEvent) -> Step<Emitted> {
        let name = event.name();
        self.note(("emit", name));
        let listeners = self.state.listeners.iter();
        let heard: Vec<Address> = listeners
            .filter(|(event, _)| event.text() == name)
            .map(|&(_, code)| code)
            .collect();
        let mut emitted = Emitted {
            heard: !heard.is_empty(),
            returned: Returned::Normally,
        };
        for code in heard {
            emitted.returned = self.enter_fresh(machine, code)?;
            if let Returned::Threw(_) = emitted.returned {
                break;
            }
        }
        Ok(emitted)
    }

    fn warn(&mut self, machine: &mut Machine<'_>, _: Warning) -> Step {
        self.warn_in_a_tick(machine);
        Ok(())
    }

    fn rejection_error(&mut self, _: &mut Machine<'_>, _: PromiseId) -> Step<ValueId> {
        Ok(ERROR)
    }

    fn report(&mut self, machine: &mut Machine<'_>, _: ValueId) -> Step {
        machine.print(2, "Error\n".to_owned());
        Ok(())
    }

    fn fingerprint(&self) -> u128 {
        self.history.finish128().as_u128()
    }
}
