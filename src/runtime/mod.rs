//! The model: one Node process as an executable state machine.
//!
//! [`Runtime`] is a plain value, the state between two callbacks. [`Machine`] is that state with its doors open: the rules
//! are methods of `Machine`, each in the room of its topic, each citing the rule it follows. There is no engine, file, clock,
//! thread or randomness in here; whatever the program does comes through [`Guest`], whatever the machine decides through
//! [`Chooser`], and whatever is seen leaves through [`Observer`].
//!
//! Left out: sockets, signals, child processes, workers, and Node majors before 12.

mod clock;
mod doors;
mod drain;
mod emitter;
mod fingerprint;
mod immediates;
mod poll;
mod pool;
mod process;
mod profile;
pub mod stream;
mod timers;
mod zone;

use std::collections::{BTreeSet, VecDeque};

pub use clock::{Clock, Moment, Reading};
pub use doors::{
    CallbackId, Called, Choice, Chooser, Emitted, EntryWait, Event, Guest, Kind, Limit, Made,
    Method, NameId, NameOrder, ObjectId, Objects, Observer, OnceId, Phase, Place, PollEnd,
    ProcessEvent, PromiseId, Reached, Renaming, Returned, Side, Standing, Step, Stop, Value,
    ValueId, Warning,
};
pub use emitter::{Emitters, Entry, Lead, ListId, MapId};
pub use fingerprint::fingerprint;
pub use immediates::Immediates;
pub use pool::{Effect, Operation, PROGRAM, Pool, Touch};
pub use process::{Origin, Process};
pub use profile::{
    AsyncIteration, CompositionRules, DeferRule, Destruction, EmitterRules, EndCallback, EndGate,
    EventRules, FilePromises, FileRules, FileStreams, FinalCall, FinishGate, FinishedRules,
    ImportLoader, ItemLoop, IterationRules, IteratorForm, LastValue, LateEnd, LineRules, Linking,
    LoaderPromises, LoopShape, ModuleEntry, OldPipeErrors, OperatorRules, PROFILES, PipeRelease,
    PipelineEnd, PipelineRules, Profile, PumpEnd, QueuePlaces, Refusal, RequireRace, RmdirLooks,
    SignalRules, StreamRules, TargetRules, TreeListing, WaitRules, WrappedMethods, ZlibRules,
};
pub use timers::{Timers, normalize_delay};
pub use zone::{PackedZone, Zone};

use crate::program::Program;
use pool::{ENTRY, Request};

/// The state of one Node process between two callbacks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Runtime {
    profile: &'static Profile,
    clock: Clock,
    /// The bound on one step, if one is assumed.
    callbacks_ms: Option<i64>,
    timers: Timers,
    immediates: Immediates,
    queues: drain::Queues,
    pool: Pool,
    pool_used: bool,
    /// What the engine works on off the thread, in order. It does not keep the loop alive.
    engine_tasks: VecDeque<CallbackId>,
    /// Callbacks for the pending phase, in order (LOOP-6).
    pending: VecDeque<CallbackId>,
    /// Callbacks of closing handles, a stack (LOOP-21).
    closing: Vec<CallbackId>,
    /// The requests that cannot come in the running batch of the poll phase: they were made, or known not to be done, after
    /// it looked. `None` outside of a batch.
    batch: Option<BTreeSet<CallbackId>>,
    /// How many completions of that batch are certain.
    batch_due: usize,
    process: Process,
    emitters: Emitters,
    streams: stream::Streams,
}

impl Runtime {
    /// The state of a process that is about to run `program` under the rules of `profile`.
    pub fn new(profile: &'static Profile, program: &Program) -> Self {
        let callbacks_ms = program.assume.callbacks_ms.map(i64::from);
        Runtime {
            profile,
            clock: Clock::new(callbacks_ms.is_some()),
            callbacks_ms,
            timers: Timers::default(),
            immediates: Immediates::default(),
            queues: drain::Queues::default(),
            pool: Pool::new(program.env.get("UV_THREADPOOL_SIZE").map(String::as_str)),
            pool_used: false,
            engine_tasks: VecDeque::new(),
            pending: VecDeque::new(),
            closing: Vec::new(),
            batch: None,
            batch_due: 0,
            process: Process {
                rejections: program.rejections,
                ..Process::default()
            },
            emitters: Emitters::default(),
            streams: stream::Streams::default(),
        }
    }

    /// Whether the program looked at a clock.
    pub fn is_clock_shown(&self) -> bool {
        self.clock.shown.is_some()
    }

    /// A digest of where a run stands but for what is known about times, given what went into the guest. That decides what
    /// emitters and streams are: only what the guest asks for changes them, and their ticks.
    fn digest_of_rest(&self, place: Place, guest: u128) -> u128 {
        let Runtime {
            profile,
            clock,
            callbacks_ms,
            timers,
            immediates,
            queues,
            pool,
            pool_used,
            engine_tasks,
            pending,
            closing,
            batch,
            batch_due,
            process,
            emitters: _,
            streams: _,
        } = self;
        fingerprint(&(
            (place, guest, profile, clock.but_times(), callbacks_ms),
            (timers, immediates, queues, process),
            (pool, pool_used, batch, batch_due),
            (engine_tasks, pending, closing),
        ))
    }

    /// Forgets what can no longer matter about the clock, so that equal futures are equal states.
    pub fn compact(&mut self) {
        let renaming = self.clock.compact(self.timers.readings());
        self.timers.rename(&renaming);
    }
}

impl Runtime {
    /// Numbers what is known by number as `renaming` says, and forgets objects that were not reached. It is asked in an order
    /// that is the same in states that differ only in their numbers: that of queues, and for jobs that are running at once,
    /// which have none, that of what their callbacks do. Not for a run whose entry is a module that is still to be evaluated.
    pub fn rename(&mut self, renaming: &mut dyn Renaming) {
        self.timers.rename_callbacks(renaming);
        self.immediates.rename(renaming);
        self.queues.rename(renaming);
        let nothing = &mut BTreeSet::new();
        self.pool
            .rename(self.batch.as_mut().unwrap_or(nothing), renaming);
        let rest = self.engine_tasks.iter_mut().chain(&mut self.pending);
        for callback in rest.chain(&mut self.closing) {
            *callback = renaming.callback(*callback);
        }
        if self.emitters.are_new() {
            return;
        }
        let mut emitters = self.emitters.begin_renaming();
        let mut streams = self.streams.begin_renaming();
        while let Some(reached) = renaming.next_reached() {
            match reached {
                Reached::Object(object) => {
                    emitters.adopt(&self.emitters, object, renaming);
                    streams.adopt(&mut self.streams, object, renaming);
                }
                Reached::Pipe(pipe) => streams.adopt_pipe(&self.streams, pipe, renaming),
            }
        }
        self.emitters.end_renaming(emitters, renaming);
        self.streams = streams;
    }

    /// What has to happen some day if the run goes on: the running jobs of the pool, and the durations of armed timers with
    /// when they were armed, by the running number of the reading.
    pub fn obligations(&self) -> (BTreeSet<CallbackId>, BTreeSet<(i64, CallbackId, u64)>) {
        let running = self.pool.running().map(|request| request.callback);
        let armed = self
            .timers
            .armed()
            .map(|(delay_ms, callback, start)| (delay_ms, callback, self.clock.serial(start)));
        (running.collect(), armed.collect())
    }
}

/// How a run ended, as far as a user can see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ending {
    /// The process ended by itself or by `process.exit`, with this code.
    Exit(i32),
    /// The process ended because of an error nobody handled, with this code.
    Uncaught(i32),
    /// The entry module waits for a promise nobody will settle; the code is 13 unless the program set one (PRC-5).
    Unsettled(i32),
    /// A drain passed its bound while this phase was running: the phases of the loop are starved.
    Starved(Phase),
    /// The run passed its bound of steps.
    Endless,
    /// The loop is alive, but nothing can ever happen.
    Blocked,
    /// One callback passed a limit of the guest.
    Halted(Limit),
}

/// How far [`Machine::advance`] got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// To the next place.
    Reached(Place),
    /// To the end.
    Ended(Ending),
}

/// The bounds of a run and what was used of them. Not part of the state: runs of different length may merge.
#[derive(Debug, Clone)]
pub struct Meter {
    /// Callbacks a run may make, ticks and promise jobs not counted.
    pub steps_max: u64,
    /// Ticks, and promise jobs, one drain may run.
    pub drain_max: u64,
    /// Callbacks made so far.
    pub steps: u64,
    /// Turns of the loop so far.
    pub turns: u64,
    phase: Phase,
}

impl Meter {
    /// A meter at zero.
    pub fn new(steps_max: u64, drain_max: u64) -> Self {
        Meter {
            steps_max,
            drain_max,
            steps: 0,
            turns: 0,
            phase: Phase::Main,
        }
    }
}

/// A runtime with its doors open.
#[allow(missing_debug_implementations, reason = "the doors are opaque")]
pub struct Machine<'m> {
    runtime: &'m mut Runtime,
    chooser: &'m mut dyn Chooser,
    observer: &'m mut dyn Observer,
    meter: &'m mut Meter,
}

impl<'m> Machine<'m> {
    /// Opens the doors of a runtime.
    pub fn new(
        runtime: &'m mut Runtime,
        chooser: &'m mut dyn Chooser,
        observer: &'m mut dyn Observer,
        meter: &'m mut Meter,
    ) -> Self {
        Machine {
            runtime,
            chooser,
            observer,
            meter,
        }
    }

    /// The same machine for a shorter time.
    pub fn reborrow(&mut self) -> Machine<'_> {
        Machine {
            runtime: self.runtime,
            chooser: self.chooser,
            observer: self.observer,
            meter: self.meter,
        }
    }

    /// Runs the program to its end; `None` if the chooser cut the run.
    pub fn run(&mut self, guest: &mut dyn Guest) -> Option<Ending> {
        let mut place = Place::Entry;
        loop {
            match self.advance(guest, place) {
                Progress::Reached(next) => place = next,
                Progress::Ended(ending) => return Some(ending),
            }
            self.runtime.compact();
            let rest = self.runtime.digest_of_rest(place, guest.fingerprint());
            let state = Standing {
                rest,
                times: &self.runtime.clock.zone,
                is_monotone: !self.runtime.is_clock_shown(),
            };
            if !self.chooser.reached(state) {
                return None;
            }
        }
    }

    /// Goes on from a place to the next. Where a run stands there is all in the place, the runtime and the guest, so what
    /// follows may be run on copies of them.
    pub fn advance(&mut self, guest: &mut dyn Guest, from: Place) -> Progress {
        let stop = match self.go_on(guest, from) {
            Ok(place) => return Progress::Reached(place),
            Err(stop) => stop,
        };
        // The system keeps eight bits.
        let code = self.runtime.process.exit_code.unwrap_or(0) & 0xff;
        Progress::Ended(match stop {
            Stop::Exited if self.runtime.process.failed => Ending::Uncaught(code),
            Stop::Exited if self.meter.phase == Phase::End && guest.is_unsettled() => {
                Ending::Unsettled(code)
            }
            Stop::Exited => Ending::Exit(code),
            Stop::Starved => Ending::Starved(self.meter.phase),
            Stop::Endless => Ending::Endless,
            Stop::Blocked => Ending::Blocked,
            Stop::Halted(limit) => Ending::Halted(limit),
        })
    }

    /// The plot of a process: the entry, the turns of the loop in libuv's order, and what follows when the loop is dead
    /// (LOOP-1, LOOP-2, LOOP-4). A turn is left and entered again at its places.
    fn go_on(&mut self, guest: &mut dyn Guest, from: Place) -> Step<Place> {
        let shape = self.runtime.profile.loop_shape;
        match from {
            Place::Entry => {
                self.run_entry(guest)?;
                return self.enter_loop(guest);
            }
            Place::FirstTimers | Place::Timers => {
                if self.run_timers(guest)? {
                    return Ok(from);
                }
                // Whether the loop is still alive is not asked again before the first turn.
                let asks = shape == LoopShape::TimersLast && from == Place::Timers;
                if asks && !self.is_alive() {
                    return self.leave_loop(guest);
                }
            }
            Place::Poll | Place::Batch => {
                if let Some(place) = self.poll(guest, from)? {
                    return Ok(place);
                }
                if self.runtime.profile.pending_after_poll {
                    self.run_pending(guest)?;
                }
                self.run_check(guest)?;
                self.run_closing(guest)?;
                return match shape {
                    LoopShape::TimersFirst => self.enter_loop(guest),
                    LoopShape::TimersLast => {
                        self.update_now();
                        Ok(Place::Timers)
                    }
                };
            }
        }
        if shape == LoopShape::TimersLast {
            self.begin_turn();
        }
        self.run_pending(guest)?;
        Ok(self.enter_poll())
    }

    /// The head of libuv's `uv_run`; where timers come first, that of every turn.
    fn enter_loop(&mut self, guest: &mut dyn Guest) -> Step<Place> {
        match self.runtime.profile.loop_shape {
            LoopShape::TimersFirst if self.is_alive() => {
                self.begin_turn();
                self.update_now();
                Ok(Place::Timers)
            }
            LoopShape::TimersFirst => {
                self.update_now();
                self.leave_loop(guest)
            }
            LoopShape::TimersLast if self.is_alive() => {
                self.update_now();
                Ok(Place::FirstTimers)
            }
            LoopShape::TimersLast => self.leave_loop(guest),
        }
    }

    /// What follows when the loop is dead: 'beforeExit' as long as it brings the loop back, 'exit' (LOOP-23, LOOP-24).
    fn leave_loop(&mut self, guest: &mut dyn Guest) -> Step<Place> {
        if let Some(callback) = self.runtime.engine_tasks.pop_front() {
            // A dead loop waits for the engine before it gives up.
            self.enter(Phase::Main);
            self.complete_call(guest, callback)?;
            return self.enter_loop(guest);
        }
        self.enter(Phase::End);
        self.emit_before_exit(guest)?;
        if self.is_alive() {
            return self.enter_loop(guest);
        }
        self.emit_exit(guest)?;
        Err(Stop::Exited)
    }

    /// The entry, as far as it is run before the loop (LOOP-1, LOOP-2).
    fn run_entry(&mut self, guest: &mut dyn Guest) -> Step {
        self.enter(Phase::Main);
        if !guest.is_module() {
            self.rule("LOOP-1");
            self.begin_step(Kind::Script)?;
            if let Returned::Threw(error) = guest.start(self)? {
                self.rule("MT-14");
                self.uncaught(guest, error, Origin::Exception)?;
            }
            return self.close_scope(guest);
        }
        match self.runtime.profile.module_entry {
            ModuleEntry::BeforeLoop => self.evaluate_entry(guest),
            ModuleEntry::InPoll => {
                self.runtime.pool_used = true;
                if self.entry_waits_for_engine(guest) {
                    // While a module waits for the engine alone, the loop is dead: it is evaluated outside of it.
                    return self.evaluate_entry(guest);
                }
                let entry = Request {
                    callback: ENTRY,
                    jobs_left: 1,
                    slow: false,
                };
                self.submit(guest, entry)
            }
        }
    }

    fn entry_waits_for_engine(&mut self, guest: &dyn Guest) -> bool {
        self.runtime.profile.common_waits_for_engine
            && match guest.entry_wait() {
                EntryWait::Files => false,
                EntryWait::Engine => true,
                EntryWait::Either => self.choose(Choice::EngineTask) == 0,
            }
    }

    /// Evaluates the entry module in a promise job (LOOP-2, MT-6).
    fn evaluate_entry(&mut self, guest: &mut dyn Guest) -> Step {
        self.rule("LOOP-2");
        self.rule("MT-6");
        self.begin_step(Kind::Module)?;
        guest.evaluate(self)?;
        self.close_scope(guest)
    }

    /// Whether anything keeps the loop going (LOOP-9).
    fn is_alive(&self) -> bool {
        let runtime = &*self.runtime;
        runtime.timers.keep_alive()
            || runtime.immediates.keeps_alive()
            || runtime.pool.is_busy()
            || !runtime.closing.is_empty()
            || !runtime.pending.is_empty()
    }

    fn begin_turn(&mut self) {
        self.meter.turns += 1;
        let turn = self.meter.turns;
        self.observe(|| Event::Turn(turn));
    }

    fn enter(&mut self, phase: Phase) {
        self.meter.phase = phase;
        self.observe(|| Event::Phase(phase));
    }

    /// Calls user code as a step of its own, or as part of the running drain if it is a tick.
    fn call(&mut self, guest: &mut dyn Guest, kind: Kind, callback: CallbackId) -> Step<Returned> {
        self.begin_step(kind)?;
        let returned = guest.call(self, callback)?;
        if let Returned::Threw(_) = returned {
            self.observe(|| Event::Threw);
        }
        Ok(returned)
    }

    fn begin_step(&mut self, kind: Kind) -> Step {
        if kind != Kind::Tick {
            self.meter.steps += 1;
            if self.meter.steps > self.meter.steps_max {
                return Err(Stop::Endless);
            }
            self.begin_step_time();
        }
        let latest = self.runtime.clock.serial(self.runtime.clock.latest);
        self.observe(|| Event::Callback(kind, latest));
        Ok(())
    }

    fn emit(&mut self, guest: &mut dyn Guest, event: ProcessEvent) -> Step<Emitted> {
        let latest = self.runtime.clock.serial(self.runtime.clock.latest);
        self.observe(|| Event::Callback(Kind::Event(event.name()), latest));
        guest.emit(self, event)
    }

    fn choose(&mut self, choice: Choice) -> u32 {
        let picked = self.chooser.choose(choice);
        self.observe(|| Event::Chose(choice, picked));
        picked
    }

    /// Whether everything is observed, not only what is printed.
    pub fn is_observed(&self) -> bool {
        self.observer.wants_all()
    }

    /// Tells the observer that a promise job begins.
    pub fn observe_job(&mut self) {
        let latest = self.runtime.clock.serial(self.runtime.clock.latest);
        self.observe(|| Event::Callback(Kind::Job, latest));
    }

    /// The rules it follows.
    pub fn profile(&self) -> &'static Profile {
        self.runtime.profile
    }

    /// Tells the observer, if it wants to know everything.
    pub fn observe(&mut self, event: impl FnOnce() -> Event) {
        if self.observer.wants_all() {
            self.observer.observe(event());
        }
    }

    /// Tells the observer what the program printed.
    pub fn print(&mut self, descriptor: u32, text: String) {
        self.observer.observe(Event::Print(descriptor, text));
    }

    fn rule(&mut self, rule: &'static str) {
        self.observe(|| Event::Rule(rule));
    }
}
