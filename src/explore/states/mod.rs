//! Stateful search of scripts: every state once, on copies, instead of every schedule from the beginning.
//!
//! A macro-step is a run from one [place](Place) to the next, under every way its choices can be taken. What it reaches is made
//! canonical ([`State::canonicalize`]) and known by a 128-bit fingerprint of place, runtime, script and [`Watch`]: what is
//! remembered of the log. With the whole [`Log`] in the state a search lists outcomes; with [`Firsts`] it decides about the
//! order of a few lines, and with `()` about none, on far fewer states.
//!
//! States and macro-steps are kept as a graph. It tells how many outputs there are without listing them
//! ([`Found::outputs`]), and whether a run may never end ([`Found::endless`]).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::Arc;

use siphasher::sip128::{Hasher128, SipHasher13};

use super::run::lines;
use super::{Outcome, Pick, Rules, Schedule};
use crate::guest::script::{Code, Script, ScriptError, ScriptGuest, State};
use crate::runtime::{
    CallbackId, Choice, Chooser, Ending, Event, Kind, Machine, Meter, Observer, Place, Progress,
    Runtime,
};

/// What a state remembers of the log.
pub trait Watch: Clone + Hash {
    /// A line was printed; its end is part of it.
    fn print(&mut self, line: &str);
}

/// Remembers nothing.
impl Watch for () {
    fn print(&mut self, _: &str) {}
}

/// Remembers the whole log.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// Of all lines.
    digest: u128,
    last: Option<Arc<Line>>,
}

#[derive(Debug)]
struct Line {
    text: String,
    before: Option<Arc<Line>>,
}

/// Lets go of a long log line by line, not one inside the other.
impl Drop for Line {
    fn drop(&mut self) {
        let mut before = self.before.take();
        while let Some(mut line) = before.and_then(Arc::into_inner) {
            before = line.before.take();
        }
    }
}

impl Hash for Log {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.digest.hash(state);
    }
}

impl Watch for Log {
    fn print(&mut self, line: &str) {
        self.digest = fingerprint(&(self.digest, line));
        self.last = Some(Arc::new(Line {
            text: line.to_owned(),
            before: self.last.take(),
        }));
    }
}

impl Log {
    /// The lines, as an outcome has them.
    pub fn lines(&self) -> Vec<String> {
        let mut all = Vec::new();
        let mut line = self.last.as_deref();
        while let Some(Line { text, before }) = line {
            all.push(text.as_str());
            line = before.as_deref();
        }
        all.reverse();
        lines(&all.concat())
    }
}

/// Remembers in which order some lines were first printed.
#[derive(Debug, Clone)]
pub struct Firsts<'a> {
    of: &'a [&'a str],
    printed: Vec<u8>,
}

impl<'a> Firsts<'a> {
    /// Watches these lines, 255 at most.
    pub fn new(of: &'a [&'a str]) -> Self {
        Firsts {
            of,
            printed: Vec::new(),
        }
    }

    /// Those that were printed, in order.
    pub fn printed(&self) -> impl Iterator<Item = &'a str> {
        self.printed.iter().map(|&at| self.of[usize::from(at)])
    }
}

impl Hash for Firsts<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.printed.hash(state);
    }
}

impl Watch for Firsts<'_> {
    fn print(&mut self, line: &str) {
        let line = line.trim_end_matches('\n');
        for (at, _) in (0..).zip(self.of).filter(|(_, each)| **each == line) {
            if !self.printed.contains(&at) {
                self.printed.push(at);
            }
        }
    }
}

/// How far a search goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// States.
    pub states: usize,
    /// Macro-steps: one state may have very many.
    pub transitions: usize,
    /// Callbacks on the way to a state, ticks and promise jobs not counted.
    pub steps: u64,
    /// Ticks, and promise jobs, of one drain.
    pub drain: u64,
    /// Whether states that are known are left alone; otherwise the graph is a tree.
    pub reduce: bool,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds {
            states: 10_000_000,
            transitions: 100_000_000,
            steps: 10_000,
            drain: 20_000,
            reduce: true,
        }
    }
}

/// A way to end.
#[derive(Debug, Clone)]
pub struct End<W> {
    /// What was seen of the log.
    pub watch: W,
    /// How the run ended.
    pub ending: Ending,
    node: u32,
}

/// What a search found.
#[derive(Debug)]
pub struct Found<W> {
    /// Every way to end: one for each ending with each content of the watch.
    pub ends: Vec<End<W>>,
    /// Whether every state was seen and no run was cut by a bound.
    pub is_complete: bool,
    graph: Graph,
    code: Code,
    start: Runtime,
    bounds: Bounds,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    /// The macro-step it was first reached by.
    parent: Option<u32>,
    /// Its macro-steps are these.
    first: u32,
    after: u32,
    ending: Option<Ending>,
}

#[derive(Debug, Clone, Copy)]
struct Edge {
    from: u32,
    to: u32,
    /// What it printed.
    text: u32,
    /// Its choices are the picks from here to those of the next.
    picks: u32,
}

#[derive(Debug, Default)]
struct Graph {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    picks: Vec<Pick>,
    texts: HashMap<Vec<String>, u32>,
}

impl Graph {
    fn add_node(&mut self, parent: Option<u32>, ending: Option<Ending>) -> u32 {
        self.nodes.push(Node {
            parent,
            first: 0,
            after: 0,
            ending,
        });
        self.nodes.len() as u32 - 1
    }

    fn picks(&self, edge: usize) -> &[Pick] {
        let next = self.edges.get(edge + 1);
        let end = next.map_or(self.picks.len(), |next| next.picks as usize);
        &self.picks[self.edges[edge].picks as usize..end]
    }

    /// The macro-steps that lead to a node.
    fn path(&self, mut node: u32) -> Vec<usize> {
        let mut path = Vec::new();
        while let Some(edge) = self.nodes[node as usize].parent {
            path.push(edge as usize);
            node = self.edges[edge as usize].from;
        }
        path.reverse();
        path
    }

    fn steps(&self, node: u32) -> &[Edge] {
        let Node { first, after, .. } = self.nodes[node as usize];
        &self.edges[first as usize..after as usize]
    }
}

/// Fingerprints are hashes already.
#[derive(Default)]
struct Low(u64);

impl Hasher for Low {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("only fingerprints are kept");
    }

    fn write_u128(&mut self, fingerprint: u128) {
        self.0 = fingerprint as u64;
    }
}

fn fingerprint(value: &impl Hash) -> u128 {
    let mut hasher = SipHasher13::new();
    value.hash(&mut hasher);
    hasher.finish128().as_u128()
}

/// Where a run stands, and may be gone on with.
#[derive(Clone, PartialEq, Eq)]
struct Standing {
    place: Place,
    runtime: Runtime,
    guest: State,
    steps: u64,
}

impl Standing {
    /// Goes on to the next place; not canonical yet.
    fn advance(
        &mut self,
        code: &Code,
        bounds: Bounds,
        chooser: &mut dyn Chooser,
        observer: &mut dyn Observer,
    ) -> Progress {
        let mut meter = Meter::new(bounds.steps, bounds.drain);
        meter.steps = self.steps;
        let state = std::mem::take(&mut self.guest);
        let mut guest = ScriptGuest::new(code, state);
        let mut machine = Machine::new(&mut self.runtime, chooser, observer, &mut meter);
        let progress = machine.advance(&mut guest, self.place);
        self.guest = guest.into_state();
        self.steps = meter.steps;
        if let Progress::Reached(place) = progress {
            self.place = place;
        }
        progress
    }

    fn canonicalize(&mut self) {
        self.runtime.compact();
        self.guest.canonicalize(&mut self.runtime);
    }
}

/// Takes what is given, then defaults, and remembers what it met.
#[derive(Default)]
struct Fork {
    given: Vec<u32>,
    met: Vec<Pick>,
}

impl Chooser for Fork {
    fn choose(&mut self, choice: Choice) -> u32 {
        let taken = self.given.get(self.met.len()).copied().unwrap_or(0);
        self.met.push(Pick::new(&choice, taken));
        taken
    }

    fn reached(&mut self, _: Place, _: u128) -> bool {
        true
    }
}

impl Fork {
    /// Makes the next way to take the choices the given one; false if there is none.
    fn turn(&mut self) -> bool {
        while let Some(pick) = self.met.pop() {
            if pick.taken + 1 < pick.of {
                self.given.clear();
                self.given.extend(self.met.iter().map(|pick| pick.taken));
                self.given.push(pick.taken + 1);
                self.met.clear();
                return true;
            }
        }
        false
    }
}

#[derive(Default, PartialEq, Eq)]
struct Printed {
    lines: Vec<String>,
}

impl Observer for Printed {
    fn observe(&mut self, event: Event) {
        if let Event::Print(1, text) = event {
            self.lines.push(text);
        }
    }
}

/// Searches every state of a script.
///
/// # Errors
///
/// If the script cannot be run.
pub fn search<W: Watch>(
    script: &Script,
    rules: Rules,
    watch: W,
    bounds: Bounds,
) -> Result<Found<W>, ScriptError> {
    let code = Code::new(script)?;
    let start = Runtime::new(rules, &script.to_program());
    let root = Standing {
        place: Place::Entry,
        runtime: start.clone(),
        guest: State::new(&code),
        steps: 0,
    };
    let mut graph = Graph::default();
    let mut known: HashMap<u128, u32, BuildHasherDefault<Low>> = HashMap::default();
    let mut ends = Vec::new();
    let mut known_ends: HashMap<u128, u32> = HashMap::new();
    let mut is_complete = true;
    let mut open = vec![(graph.add_node(None, None), root, watch)];
    let mut fork = Fork::default();
    let mut printed = Printed::default();
    let too_large =
        |graph: &Graph| graph.nodes.len() > bounds.states || graph.edges.len() > bounds.transitions;
    while let Some((node, from, watch)) = open.pop() {
        if too_large(&graph) {
            is_complete = false;
            break;
        }
        graph.nodes[node as usize].first = graph.edges.len() as u32;
        fork.given.clear();
        loop {
            let (mut standing, mut watch) = (from.clone(), watch.clone());
            let progress = standing.advance(&code, bounds, &mut fork, &mut printed);
            let edge = graph.edges.len() as u32;
            for line in &printed.lines {
                watch.print(line);
            }
            let to = match progress {
                Progress::Reached(place) => {
                    standing.canonicalize();
                    let state = (place, &standing.runtime, &standing.guest, &watch);
                    let mut is_new = !bounds.reduce;
                    let node = if is_new {
                        graph.add_node(Some(edge), None)
                    } else {
                        *known.entry(fingerprint(&state)).or_insert_with(|| {
                            is_new = true;
                            graph.add_node(Some(edge), None)
                        })
                    };
                    if is_new {
                        open.push((node, standing, watch));
                    }
                    node
                }
                Progress::Ended(ending) => {
                    is_complete &= !matches!(
                        ending,
                        Ending::Starved(_) | Ending::Endless | Ending::Halted(_)
                    );
                    let key = fingerprint(&(&watch, ending));
                    *known_ends.entry(key).or_insert_with(|| {
                        let node = graph.add_node(Some(edge), Some(ending));
                        ends.push(End {
                            watch,
                            ending,
                            node,
                        });
                        node
                    })
                }
            };
            let texts = graph.texts.len() as u32;
            let text = match graph.texts.get(&printed.lines) {
                Some(&text) => text,
                None => {
                    graph.texts.insert(printed.lines.clone(), texts);
                    texts
                }
            };
            printed.lines.clear();
            graph.edges.push(Edge {
                from: node,
                to,
                text,
                picks: graph.picks.len() as u32,
            });
            graph.picks.extend_from_slice(&fork.met);
            if !fork.turn() {
                break;
            }
            if too_large(&graph) {
                is_complete = false;
                break;
            }
        }
        graph.nodes[node as usize].after = graph.edges.len() as u32;
    }
    Ok(Found {
        ends,
        is_complete,
        graph,
        code,
        start,
        bounds,
    })
}

impl<W> Found<W> {
    /// How many states there are, ends not counted.
    pub fn states(&self) -> usize {
        self.graph.nodes.len() - self.ends.len()
    }

    /// How many macro-steps.
    pub fn transitions(&self) -> usize {
        self.graph.edges.len()
    }

    /// A schedule that leads to an end; not the least there is.
    pub fn schedule(&self, end: &End<W>) -> Schedule {
        self.schedule_to(end.node)
    }

    /// How many outcomes there are: different logs, each with each way to end. `None` if there is no limit to them.
    ///
    /// The graph is read as an automaton over lines and made deterministic on the way, so that a log is counted once
    /// however many schedules lead to it.
    pub fn outputs(&self) -> Option<u128> {
        let graph = &self.graph;
        super::on_a_deep_stack(|| Automaton::new(graph).count())
    }

    /// A schedule that leads to where a run may stay for ever, if there is such a place.
    ///
    /// What never comes to pass although it has to is no way to stay: a job that is running for ever, or a timer that is armed
    /// and never due.
    pub fn endless(&self) -> Option<Schedule> {
        let circles = circles(&self.graph);
        let circle = circles.iter().find(|circle| self.is_fair(circle))?;
        let first = circle.iter().min()?;
        Some(self.schedule_to(*first))
    }

    /// The choices of a run that leads to a node. Those of the macro-steps are by the numbers of canonical states, where the
    /// requests that may complete are in another order than in a run from the beginning: so that is run beside.
    fn schedule_to(&self, node: u32) -> Schedule {
        let mut known = self.root();
        let mut run = self.root();
        let mut picks = Vec::new();
        for edge in self.graph.path(node) {
            let mut printed = Printed::default();
            let progress = self.follow(&mut known, edge, &mut printed);
            known.canonicalize();
            let mut fork = Fork::default();
            loop {
                let (mut next, mut also) = (run.clone(), Printed::default());
                let reached = next.advance(&self.code, self.bounds, &mut fork, &mut also);
                next.runtime.compact();
                let mut canonical = next.clone();
                canonical.canonicalize();
                let is_end = matches!(reached, Progress::Ended(_));
                if reached == progress && also == printed && (is_end || canonical == known) {
                    run = next;
                    break;
                }
                if !fork.turn() {
                    unreachable!("a run reaches what its canonical state does");
                }
            }
            picks.append(&mut fork.met);
        }
        Schedule::new(picks)
    }

    fn root(&self) -> Standing {
        Standing {
            place: Place::Entry,
            runtime: self.start.clone(),
            guest: State::new(&self.code),
            steps: 0,
        }
    }

    fn standing_at(&self, node: u32) -> Standing {
        let mut standing = self.root();
        for edge in self.graph.path(node) {
            self.follow(&mut standing, edge, &mut Printed::default());
            standing.canonicalize();
        }
        standing
    }

    fn follow(
        &self,
        standing: &mut Standing,
        edge: usize,
        observer: &mut dyn Observer,
    ) -> Progress {
        let picks = self.graph.picks(edge).iter();
        let mut fork = Fork {
            given: picks.map(|pick| pick.taken).collect(),
            met: Vec::new(),
        };
        standing.advance(&self.code, self.bounds, &mut fork, observer)
    }

    /// Whether a run may stay among these states for ever, and everything that has to happen happens again and again. Jobs
    /// are told apart by what they call, timers by their delay: those that are equal are served in turn.
    fn is_fair(&self, circle: &BTreeSet<u32>) -> bool {
        let mut due: Option<BTreeSet<Duty>> = None;
        let mut done: BTreeSet<Duty> = BTreeSet::new();
        for &node in circle {
            let standing = self.standing_at(node);
            let (jobs, timers) = standing.runtime.obligations();
            let code_of = |job: &CallbackId| Duty::Job(standing.guest.code_of(*job));
            let duties: BTreeSet<Duty> = jobs
                .iter()
                .map(code_of)
                .chain(timers.iter().map(|&(delay_ms, ..)| Duty::Timer(delay_ms)))
                .collect();
            due = Some(match due {
                None => duties,
                Some(due) => &due & &duties,
            });
            let first = self.graph.nodes[node as usize].first as usize;
            for (edge, Edge { to, .. }) in (first..).zip(self.graph.steps(node)) {
                if !circle.contains(to) {
                    continue;
                }
                let mut after = standing.clone();
                let mut served = Served::default();
                self.follow(&mut after, edge, &mut served);
                let (_, timers_after) = after.runtime.obligations();
                let rearmed = timers.symmetric_difference(&timers_after);
                done.extend(rearmed.map(|&(delay_ms, ..)| Duty::Timer(delay_ms)));
                done.extend(served.timers.into_iter().map(Duty::Timer));
                done.extend(served.jobs.iter().map(code_of));
            }
        }
        due.is_some_and(|due| due.is_subset(&done))
    }
}

impl Found<Log> {
    /// Every outcome, and which end it is.
    pub fn outcomes(&self) -> BTreeMap<Outcome, &End<Log>> {
        let outcome = |end: &End<Log>| Outcome {
            stdout: end.watch.lines(),
            ended: end.ending,
        };
        self.ends.iter().map(|end| (outcome(end), end)).collect()
    }
}

/// What has to happen some day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Duty {
    /// A job completes that calls this.
    Job(u32),
    /// A timer of this delay fires, is cleared or armed anew.
    Timer(i64),
}

/// What a macro-step did of what has to happen.
#[derive(Default)]
struct Served {
    jobs: Vec<CallbackId>,
    timers: Vec<i64>,
}

impl Observer for Served {
    fn observe(&mut self, event: Event) {
        match event {
            Event::Completed(job) => self.jobs.push(job),
            Event::Callback(Kind::Timer(delay_ms), _) => self.timers.push(delay_ms),
            _ => {}
        }
    }

    fn wants_all(&self) -> bool {
        true
    }
}

/// The strongly connected parts of the graph in which there is a circle (Tarjan's algorithm).
fn circles(graph: &Graph) -> Vec<BTreeSet<u32>> {
    const OPEN: u32 = u32::MAX;
    let size = graph.nodes.len();
    let mut index = vec![OPEN; size];
    let mut low = vec![0; size];
    let mut on_stack = vec![false; size];
    let mut stack = Vec::new();
    let mut found = Vec::new();
    let mut next = 0;
    // The nodes on the way, with how many of their macro-steps were taken.
    let mut way: Vec<(u32, usize)> = vec![(0, 0)];
    while let Some((node, taken)) = way.pop() {
        let at = node as usize;
        if taken == 0 {
            (index[at], low[at], on_stack[at]) = (next, next, true);
            next += 1;
            stack.push(node);
        }
        let steps = graph.steps(node);
        if taken > 0 {
            low[at] = low[at].min(low[steps[taken - 1].to as usize]);
        }
        let rest = steps.iter().enumerate().skip(taken);
        let mut fresh = None;
        for (step, edge) in rest {
            let to = edge.to as usize;
            if index[to] == OPEN {
                fresh = Some((step, edge.to));
                break;
            }
            if on_stack[to] {
                low[at] = low[at].min(index[to]);
            }
        }
        if let Some((step, to)) = fresh {
            way.push((node, step + 1));
            way.push((to, 0));
            continue;
        }
        if low[at] != index[at] {
            continue;
        }
        let mut part = BTreeSet::new();
        while let Some(member) = stack.pop() {
            on_stack[member as usize] = false;
            part.insert(member);
            if member == node {
                break;
            }
        }
        if part.len() > 1 || graph.steps(node).iter().any(|edge| edge.to == node) {
            found.push(part);
        }
    }
    found
}

/// The graph as an automaton that accepts logs.
struct Automaton {
    /// By state: states reached without a line.
    silent: Vec<Vec<u32>>,
    /// By state: states reached by a line, by its number.
    loud: Vec<Vec<(u32, u32)>>,
    endings: Vec<Option<Ending>>,
    counted: HashMap<Vec<u32>, Option<u128>>,
}

impl Automaton {
    fn new(graph: &Graph) -> Self {
        let size = graph.nodes.len();
        let mut automaton = Automaton {
            silent: vec![Vec::new(); size],
            loud: vec![Vec::new(); size],
            endings: graph.nodes.iter().map(|node| node.ending).collect(),
            counted: HashMap::new(),
        };
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        let mut texts: Vec<Vec<u32>> = vec![Vec::new(); graph.texts.len()];
        for (text, &at) in &graph.texts {
            let lines = text.iter().map(|line| {
                let fresh = numbers.len() as u32;
                *numbers.entry(line).or_insert(fresh)
            });
            texts[at as usize] = lines.collect();
        }
        let ends = can_end(graph);
        for edge in graph.edges.iter().filter(|edge| ends[edge.to as usize]) {
            let Some((last, lines)) = texts[edge.text as usize].split_last() else {
                automaton.silent[edge.from as usize].push(edge.to);
                continue;
            };
            let mut from = edge.from;
            for &line in lines {
                let between = automaton.loud.len() as u32;
                automaton.loud.push(Vec::new());
                automaton.silent.push(Vec::new());
                automaton.endings.push(None);
                automaton.loud[from as usize].push((line, between));
                from = between;
            }
            automaton.loud[from as usize].push((*last, edge.to));
        }
        automaton
    }

    fn count(&mut self) -> Option<u128> {
        self.count_from(vec![0])
    }

    /// How many logs are accepted from a set of states. Meeting the set again on the way is a circle that prints.
    fn count_from(&mut self, mut states: Vec<u32>) -> Option<u128> {
        let mut seen: BTreeSet<u32> = states.iter().copied().collect();
        while let Some(state) = states.pop() {
            let next = self.silent[state as usize].iter();
            states.extend(next.filter(|&&next| seen.insert(next)));
        }
        let states: Vec<u32> = seen.into_iter().collect();
        if let Some(&count) = self.counted.get(&states) {
            return count;
        }
        self.counted.insert(states.clone(), None);
        let at = |state: &u32| *state as usize;
        let endings: BTreeSet<Ending> = states
            .iter()
            .filter_map(|state| self.endings[at(state)])
            .collect();
        let mut count = endings.len() as u128;
        let mut next: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for &(line, to) in states.iter().flat_map(|state| &self.loud[at(state)]) {
            next.entry(line).or_default().push(to);
        }
        for to in next.into_values() {
            count = count.saturating_add(self.count_from(to)?);
        }
        self.counted.insert(states, Some(count));
        Some(count)
    }
}

/// By node: whether a run may end from there.
fn can_end(graph: &Graph) -> Vec<bool> {
    let mut before: Vec<Vec<u32>> = vec![Vec::new(); graph.nodes.len()];
    for edge in &graph.edges {
        before[edge.to as usize].push(edge.from);
    }
    let mut ends: Vec<bool> = graph
        .nodes
        .iter()
        .map(|node| node.ending.is_some())
        .collect();
    let mut open: Vec<usize> = (0..ends.len()).filter(|&node| ends[node]).collect();
    while let Some(node) = open.pop() {
        for &from in &before[node] {
            if !std::mem::replace(&mut ends[from as usize], true) {
                open.push(from as usize);
            }
        }
    }
    ends
}
