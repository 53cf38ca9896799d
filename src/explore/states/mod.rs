//! Stateful search of scripts: every state once, on copies, instead of every schedule from the beginning.
//!
//! A macro-step is a run from one [place](crate::runtime::Place) to the next, under every way its choices can be taken. What
//! it reaches is made canonical ([`State::canonicalize`](crate::guest::script::State::canonicalize)) and known by a 128-bit
//! fingerprint of place, runtime, script and [`Watch`]: what is remembered of the log. With the whole [`Log`] in the state a
//! search lists outcomes; with [`Firsts`] it decides about the order of a few lines, and with `()` about none, on far fewer
//! states.
//!
//! States and macro-steps are kept as a graph. It tells how many outputs there are without listing them
//! ([`Found::outputs`]), and whether a run may never end ([`Found::endless`]).

mod expand;
mod graph;
mod known;
mod parallel;
mod watch;

use std::collections::{BTreeMap, BTreeSet};

use super::{Outcome, Rules, Schedule};
use crate::guest::script::{Code, Numbers, Script, ScriptError};
use crate::runtime::{CallbackId, Ending, Event, Kind, Observer, Progress, Runtime};
use expand::{Expander, Fork, Open, Paused, Printed, To};
use graph::{Automaton, Edge, Graph, circles};
use known::Known;
pub use watch::{Firsts, Log, Watch};

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
    /// How many threads to use; at least 1. What is found does not depend on it.
    pub threads: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds {
            states: 10_000_000,
            transitions: 100_000_000,
            steps: 10_000,
            drain: 20_000,
            reduce: true,
            threads: 1,
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
    let task = Task {
        code: &code,
        start: &start,
        watch,
        bounds,
    };
    let Whole {
        graph,
        ends,
        too_large,
    } = task.search();
    Ok(Found {
        is_complete: !too_large && !ends.iter().any(|end| is_cut(end.ending)),
        ends,
        graph,
        code,
        start,
        bounds,
    })
}

/// States one thread searches before it is worth the while to have more.
const FEW: usize = 500;

/// What is searched.
struct Task<'a, W> {
    code: &'a Code,
    start: &'a Runtime,
    watch: W,
    bounds: Bounds,
}

/// What was found.
struct Whole<W> {
    graph: Graph,
    ends: Vec<End<W>>,
    /// A bound of states or macro-steps was passed, and there are more.
    too_large: bool,
}

impl<W: Watch> Task<'_, W> {
    fn search(&self) -> Whole<W> {
        let all = self.bounds.states;
        if self.bounds.threads > 1 && all > FEW {
            let whole = self.search_in_order(FEW);
            if !whole.too_large {
                return whole;
            }
            if let Some(whole) = parallel::search(self) {
                return whole;
            }
        }
        self.search_in_order(all)
    }

    /// The state to begin with.
    fn root(&self) -> Open<W> {
        Open {
            node: 0,
            paused: Box::new(Paused::new(self.code, self.start.clone())),
            watch: self.watch.clone(),
        }
    }

    /// Searches by going on with the state that was found last.
    fn search_in_order(&self, states: usize) -> Whole<W> {
        let mut expander = Expander::new(self.code, self.bounds);
        let mut known = Known::default();
        let mut open = vec![self.root()];
        let mut whole = Whole {
            graph: Graph::default(),
            ends: Vec::new(),
            too_large: false,
        };
        let Whole {
            graph,
            ends,
            too_large,
        } = &mut whole;
        known.add(0);
        graph.add_node(None, None);
        while let Some(from) = open.pop() {
            expander.begin();
            loop {
                if graph.nodes.len() > states || graph.edges.len() > self.bounds.transitions {
                    *too_large = true;
                    return whole;
                }
                let (to, fingerprint) = expander.step(&from);
                let is_state = matches!(to, To::State(..));
                let (node, is_new) = if self.bounds.reduce || !is_state {
                    known.find_or_add(fingerprint)
                } else {
                    (known.add(fingerprint), true)
                };
                let edge = Some(graph.edges.len() as u32);
                match to {
                    To::State(paused, watch) if is_new => {
                        graph.add_node(edge, None);
                        open.push(Open {
                            node,
                            paused,
                            watch,
                        });
                    }
                    To::End(ending, watch) if is_new => {
                        graph.add_node(edge, Some(ending));
                        ends.push(End {
                            watch,
                            ending,
                            node,
                        });
                    }
                    To::State(paused, _) => expander.reuse(paused),
                    To::End(..) => {}
                }
                let printed = expander.printed.lines.iter().map(String::as_str);
                graph.add_edge(from.node, node, printed, &expander.fork.met);
                if !expander.fork.turn() {
                    break;
                }
            }
            expander.reuse(from.paused);
        }
        whole
    }
}

/// Whether a run was ended by a bound.
fn is_cut(ending: Ending) -> bool {
    matches!(
        ending,
        Ending::Starved(_) | Ending::Endless | Ending::Halted(_)
    )
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
            known.canonicalize(&mut Numbers::default());
            let mut fork = Fork::default();
            loop {
                let (mut next, mut also) = (run.clone(), Printed::default());
                let reached = next.advance(&self.code, self.bounds, &mut fork, &mut also);
                next.runtime.compact();
                let mut canonical = next.clone();
                canonical.canonicalize(&mut Numbers::default());
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

    fn root(&self) -> Paused {
        Paused::new(&self.code, self.start.clone())
    }

    fn paused_at(&self, node: u32) -> Paused {
        let mut paused = self.root();
        for edge in self.graph.path(node) {
            self.follow(&mut paused, edge, &mut Printed::default());
            paused.canonicalize(&mut Numbers::default());
        }
        paused
    }

    fn follow(&self, paused: &mut Paused, edge: usize, observer: &mut dyn Observer) -> Progress {
        let picks = self.graph.picks(edge).iter();
        let mut fork = Fork {
            given: picks.map(|pick| pick.taken).collect(),
            met: Vec::new(),
        };
        paused.advance(&self.code, self.bounds, &mut fork, observer)
    }

    /// Whether a run may stay among these states for ever, and everything that has to happen happens again and again. Jobs
    /// are told apart by what they call, timers by their delay: those that are equal are served in turn.
    fn is_fair(&self, circle: &BTreeSet<u32>) -> bool {
        let mut due: Option<BTreeSet<Duty>> = None;
        let mut done: BTreeSet<Duty> = BTreeSet::new();
        for &node in circle {
            let paused = self.paused_at(node);
            let (jobs, timers) = paused.runtime.obligations();
            let code_of = |job: &CallbackId| Duty::Job(paused.guest.code_of(*job));
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
                let mut after = paused.clone();
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
