//! System calls of requests in flight: what the model predicts is what threads do that are stepped one by one.
//!
//! Small programs are made at random. Each is run under every schedule of the model, and by a machine that knows nothing of
//! choices put off: threads that take a job, make one call or hand the job in, and a loop, all interleaved in every way.

mod plain;

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use plain::{Plain, Play};
use tickproof::program::Program;
use tickproof::runtime::{
    CallbackId, Effect, Machine, Made, Operation, PROGRAM, Profile, Step, Touch,
};

/// A system call on files that hold a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Call {
    Look(&'static str),
    Has(&'static str),
    Append(&'static str, char),
    Create(&'static str),
    Remove(&'static str),
    Rename(&'static str, &'static str),
    List,
}

type Files = BTreeMap<&'static str, String>;

impl Call {
    fn touches(self, files: &Files) -> Vec<Touch> {
        let touch = |effect, path: &str| Touch {
            effect,
            path: path.into(),
        };
        match self {
            Call::Look(path) => vec![touch(Effect::Read, path)],
            Call::Has(path) => vec![touch(Effect::Find, path)],
            Call::Append(path, _) if files.contains_key(path) => vec![touch(Effect::Write, path)],
            Call::Remove(path) if files.contains_key(path) => vec![touch(Effect::Name, path)],
            Call::Create(path) if !files.contains_key(path) => vec![touch(Effect::Name, path)],
            Call::Append(path, _) | Call::Remove(path) | Call::Create(path) => {
                vec![touch(Effect::Find, path)]
            }
            Call::Rename(from, to) => vec![touch(Effect::Name, from), touch(Effect::Name, to)],
            Call::List => vec![touch(Effect::List, "/")],
        }
    }

    /// Makes the call; gives what whoever makes it learns.
    fn make(self, files: &mut Files) -> String {
        match self {
            Call::Look(path) => files.get(path).cloned().unwrap_or("none".into()),
            Call::Has(path) => files.contains_key(path).to_string(),
            Call::Append(path, letter) => match files.get_mut(path) {
                Some(text) => {
                    text.push(letter);
                    "ok".into()
                }
                None => "none".into(),
            },
            Call::Create(path) => {
                let is_new = !files.contains_key(path);
                files.entry(path).or_default();
                is_new.to_string()
            }
            Call::Remove(path) => files.remove(path).is_some().to_string(),
            Call::Rename(from, to) => match files.remove(from) {
                Some(text) => {
                    files.insert(to, text);
                    "ok".into()
                }
                None => "none".into(),
            },
            Call::List => files.keys().copied().collect::<Vec<_>>().concat(),
        }
    }
}

/// What the program does by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Act {
    /// Starts the request with this number.
    Start(usize),
    /// Makes a call and logs what it learns.
    Call(Call),
    /// Has an immediate logged.
    Immediate,
}

/// A request: its jobs, each with its calls; a job without any touches no file. Then what its callback does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Request {
    jobs: Vec<Vec<Call>>,
    then: Vec<Act>,
}

#[derive(Debug, Clone)]
struct Scenario {
    width: usize,
    main: Vec<Act>,
    requests: Vec<Request>,
}

fn first_files() -> Files {
    Files::from([("/a", String::new())])
}

// The threads.

/// A request in flight: which job it is at, which call of it, and what it learned.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Flight {
    request: usize,
    job: usize,
    call: usize,
    learned: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Threads {
    files: Files,
    queue: VecDeque<Flight>,
    working: Vec<Flight>,
    done: VecDeque<Flight>,
    /// What the loop took out of `done` at once.
    batch: VecDeque<Flight>,
    /// What is left of the callback that runs.
    acts: VecDeque<Act>,
    phase: LoopPhase,
    immediates: usize,
    /// The immediates of this turn.
    due: usize,
    log: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum LoopPhase {
    Poll,
    Batch,
    Check,
}

impl Threads {
    fn is_alive(&self) -> bool {
        self.immediates > 0
            || !(self.queue.is_empty()
                && self.working.is_empty()
                && self.done.is_empty()
                && self.batch.is_empty())
    }

    /// Every state one step further; empty at the end.
    fn steps(&self, scenario: &Scenario) -> Vec<Threads> {
        let mut next = Vec::new();
        if !self.queue.is_empty() && self.working.len() < scenario.width {
            let mut state = self.clone();
            let flight = state.queue.pop_front().expect("a job");
            state.working.push(flight);
            state.working.sort_by_key(|flight| flight.request);
            next.push(state);
        }
        for at in 0..self.working.len() {
            let mut state = self.clone();
            let flight = &mut state.working[at];
            match scenario.requests[flight.request].jobs[flight.job].get(flight.call) {
                Some(call) => {
                    flight.learned.push(call.make(&mut state.files));
                    flight.call += 1;
                }
                None => {
                    let flight = state.working.remove(at);
                    state.done.push_back(flight);
                }
            }
            next.push(state);
        }
        next.extend(self.loop_step(scenario));
        next
    }

    fn loop_step(&self, scenario: &Scenario) -> Option<Threads> {
        let mut state = self.clone();
        if let Some(act) = state.acts.pop_front() {
            match act {
                Act::Start(request) => state.queue.push_back(Flight {
                    request,
                    job: 0,
                    call: 0,
                    learned: Vec::new(),
                }),
                Act::Call(call) => {
                    let learned = call.make(&mut state.files);
                    state.log.push(learned);
                }
                Act::Immediate => state.immediates += 1,
            }
            return Some(state);
        }
        match state.phase {
            LoopPhase::Poll => {
                if !state.is_alive() || (state.done.is_empty() && state.immediates == 0) {
                    return None;
                }
                state.batch = std::mem::take(&mut state.done);
                state.phase = LoopPhase::Batch;
            }
            LoopPhase::Batch => match state.batch.pop_front() {
                Some(mut flight) => {
                    let request = &scenario.requests[flight.request];
                    if flight.job + 1 < request.jobs.len() {
                        flight.job += 1;
                        flight.call = 0;
                        state.queue.push_back(flight);
                    } else {
                        let learned = flight.learned.join("+");
                        state.log.push(format!("{}:{learned}", flight.request));
                        state.acts = request.then.iter().copied().collect();
                    }
                }
                None => {
                    state.phase = LoopPhase::Check;
                    state.due = std::mem::take(&mut state.immediates);
                }
            },
            LoopPhase::Check if state.due > 0 => {
                state.due -= 1;
                state.log.push("immediate".into());
            }
            LoopPhase::Check => state.phase = LoopPhase::Poll,
        }
        Some(state)
    }
}

fn stepped(scenario: &Scenario) -> BTreeSet<String> {
    let mut open = vec![Threads {
        files: first_files(),
        queue: VecDeque::new(),
        working: Vec::new(),
        done: VecDeque::new(),
        batch: VecDeque::new(),
        acts: scenario.main.iter().copied().collect(),
        phase: LoopPhase::Poll,
        immediates: 0,
        due: 0,
        log: Vec::new(),
    }];
    let mut known = HashSet::new();
    let mut logs = BTreeSet::new();
    while let Some(state) = open.pop() {
        let next = state.steps(scenario);
        if next.is_empty() {
            logs.insert(state.log.join(" "));
        }
        for state in next {
            if known.insert(state.clone()) {
                open.push(state);
            }
        }
    }
    logs
}

// The model.

struct Actor<'s> {
    scenario: &'s Scenario,
    files: Files,
    /// By number of the request: the job and the call it is at, and what it learned.
    flights: BTreeMap<u32, (usize, usize, Vec<String>)>,
    next: Option<Call>,
    log: Vec<String>,
}

const IMMEDIATE: CallbackId = CallbackId(1000);

impl Actor<'_> {
    fn act(&mut self, machine: &mut Machine<'_>, acts: &[Act]) -> Step {
        for act in acts {
            match *act {
                Act::Start(request) => self.start_request(machine, request)?,
                Act::Call(call) => {
                    self.next = Some(call);
                    machine.access(&mut Plain(&mut *self))?;
                    let learned = call.make(&mut self.files);
                    self.log.push(learned);
                }
                Act::Immediate => machine.set_immediate(IMMEDIATE),
            }
        }
        Ok(())
    }

    fn start_request(&mut self, machine: &mut Machine<'_>, request: usize) -> Step {
        let jobs = &self.scenario.requests[request].jobs;
        let id = request as u32;
        self.flights.insert(id, (0, 0, Vec::new()));
        let (operation, size) = (Operation::Chain, jobs.len() as u64);
        let touches = self.scope(id);
        if touches.is_empty() {
            machine.request(&mut Plain(self), operation, size, CallbackId(id))
        } else {
            machine.request_files(&mut Plain(self), operation, size, CallbackId(id), touches)
        }
    }

    /// What a request may touch, whatever comes before its calls.
    fn scope(&self, id: u32) -> Vec<Touch> {
        let calls = self.scenario.requests[id as usize].jobs.iter().flatten();
        let as_it_is = calls.clone().flat_map(|call| call.touches(&self.files));
        let empty = Files::new();
        let as_missing = calls.flat_map(|call| call.touches(&empty));
        as_it_is.chain(as_missing).collect()
    }

    /// Makes the next call; a job without calls is passed over.
    fn advance(&mut self, id: u32) -> Made {
        let jobs = &self.scenario.requests[id as usize].jobs;
        let (job, call, learned) = self.flights.get_mut(&id).expect("a request in flight");
        if let Some(made) = jobs[*job].get(*call) {
            learned.push(made.make(&mut self.files));
        }
        *call += 1;
        if *call < jobs[*job].len() {
            return Made::Call;
        }
        (*job, *call) = (*job + 1, 0);
        if *job < jobs.len() {
            Made::Job
        } else {
            Made::Request
        }
    }
}

impl Play for Actor<'_> {
    fn play(&mut self, machine: &mut Machine<'_>, callback: Option<CallbackId>) -> Step {
        let scenario = self.scenario;
        let Some(callback) = callback else {
            return self.act(machine, &scenario.main);
        };
        if callback == IMMEDIATE {
            self.log.push("immediate".into());
            return Ok(());
        }
        let id = callback.0;
        let request = &scenario.requests[id as usize];
        while self.flights[&id].0 < request.jobs.len() {
            self.advance(id);
        }
        let (_, _, learned) = self.flights.remove(&id).expect("a request in flight");
        self.log.push(format!("{id}:{}", learned.join("+")));
        self.act(machine, &request.then)
    }

    fn touches(&mut self, id: CallbackId, whole: bool) -> Vec<Touch> {
        if id == PROGRAM {
            let next = self.next.expect("the program is about to make a call");
            return next.touches(&self.files);
        }
        if whole {
            return self.scope(id.0);
        }
        let (job, call, _) = self.flights[&id.0];
        let jobs = &self.scenario.requests[id.0 as usize].jobs;
        let left = jobs.get(job).map_or(&[][..], |calls| &calls[call..]);
        let touches = left.iter().flat_map(|call| call.touches(&self.files));
        touches.collect()
    }

    fn make_call(&mut self, id: CallbackId) -> Made {
        self.advance(id.0)
    }

    fn log(&self) -> String {
        self.log.join(" ")
    }
}

/// The logs of every schedule, unless there are too many.
fn predicted(scenario: &Scenario) -> Option<BTreeSet<String>> {
    let mut program = Program::new("main.js", "");
    let width = scenario.width.to_string();
    program.env.insert("UV_THREADPOOL_SIZE".into(), width);
    let begin = || Actor {
        scenario,
        files: first_files(),
        flights: BTreeMap::new(),
        next: None,
        log: Vec::new(),
    };
    let rules = Profile::of(22).expect("a modelled major");
    plain::logs(rules, &program, begin, 20_000)
}

// The programs.

/// Numbers that look random and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn call(&mut self) -> Call {
        let path = ["/a", "/b"][self.below(2) as usize];
        match self.below(10) {
            0..3 => Call::Look(path),
            3 => Call::Has(path),
            4..6 => Call::Append(path, ['x', 'y', 'z'][self.below(3) as usize]),
            6 => Call::Create(path),
            7 => Call::Remove(path),
            8 => Call::Rename("/a", "/b"),
            _ => Call::List,
        }
    }

    fn scenario(&mut self) -> Scenario {
        let count = 2 + self.below(3) as usize;
        let mut requests = Vec::new();
        let mut main = Vec::new();
        let mut starts_later = Vec::new();
        for request in 0..count {
            let jobs = match self.below(6) {
                0 => vec![Vec::new()],
                1 => vec![vec![self.call()], vec![self.call()]],
                2 => vec![vec![self.call(), self.call()]],
                _ => vec![vec![self.call()]],
            };
            let mut then = Vec::new();
            if self.below(4) == 0 {
                then.push(Act::Immediate);
            }
            if self.below(3) == 0 {
                then.push(Act::Call(self.call()));
            }
            if self.below(6) == 0 {
                then.push(Act::Immediate);
            }
            requests.push(Request { jobs, then });
            if request > 0 && self.below(4) == 0 {
                starts_later.push(request);
            } else {
                main.push(Act::Start(request));
            }
            if self.below(4) == 0 {
                main.push(Act::Call(self.call()));
            }
        }
        if self.below(4) == 0 {
            main.push(Act::Immediate);
        }
        for request in starts_later {
            requests[0].then.push(Act::Start(request));
        }
        Scenario {
            width: 1 + self.below(3) as usize,
            main,
            requests,
        }
    }
}

#[test]
fn calls_in_flight_come_in_every_order_threads_allow_and_no_other() {
    let mut numbers = Numbers(2026);
    let mut compared = 0;
    for _ in 0..150 {
        let scenario = numbers.scenario();
        let Some(predicted) = predicted(&scenario) else {
            continue;
        };
        compared += 1;
        let stepped = stepped(&scenario);
        let missing: Vec<_> = stepped.difference(&predicted).collect();
        let wrong: Vec<_> = predicted.difference(&stepped).collect();
        assert!(
            missing.is_empty() && wrong.is_empty(),
            "{scenario:?}\nnot predicted: {missing:#?}\nnot possible: {wrong:#?}"
        );
    }
    assert!(compared > 140, "only {compared} programs were compared");
}
