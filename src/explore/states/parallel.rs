//! The search on several threads.
//!
//! Each thread goes on with the states it found itself and takes from the others when it has none. In which order states are
//! found is then chance, but the graph of all of them is not. So that is walked once more, as one thread would have searched
//! it, and everything gets the number and the parent it has there. Where that thread would have come to a bound, nothing is
//! given, and one thread has to search.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crossbeam_deque::{Steal, Stealer, Worker};

use super::expand::{Expander, Open, To};
use super::graph::Graph;
use super::known::Known;
use super::{Bounds, End, Task, Watch, Whole};
use crate::explore::threads::start_deep;
use crate::guest::script::Code;
use crate::runtime::Ending;

/// Parts of what is known, each with a lock of its own.
const PARTS: usize = 64;

/// A part of what is known.
#[derive(Default)]
struct KnownPart {
    known: Known,
    /// By number in this part: the number all threads use.
    nodes: Vec<u32>,
}

/// What threads share.
struct Shared {
    known: Vec<Mutex<KnownPart>>,
    nodes: AtomicUsize,
    edges: AtomicUsize,
    /// States found and not done with.
    open: AtomicUsize,
    /// A bound was passed, or a thread panicked.
    stopped: AtomicBool,
    bounds: Bounds,
}

/// What one thread found.
struct Part<W> {
    /// The states it went on with, numbered as it did. Macro-steps lead to numbers all threads use.
    graph: Graph,
    /// By own number of a state: the number all threads use.
    nodes: Vec<u32>,
    /// By macro-step: how many callbacks it made.
    callbacks: Vec<u64>,
    ends: Vec<(u32, W, Ending)>,
}

/// Stops all threads if this one panics, as they would wait for it.
struct Panicking<'a>(&'a AtomicBool);

impl Drop for Panicking<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

/// Searches with as many threads as the bounds say. `None` if a bound is in the way.
pub(super) fn search<W: Watch>(task: &Task<'_, W>) -> Option<Whole<W>> {
    let shared = Shared {
        known: (0..PARTS).map(|_| Mutex::default()).collect(),
        nodes: AtomicUsize::new(1),
        edges: AtomicUsize::new(0),
        open: AtomicUsize::new(1),
        stopped: AtomicBool::new(false),
        bounds: task.bounds,
    };
    let workers: Vec<Worker<Open<W>>> = (0..task.bounds.threads)
        .map(|_| Worker::new_lifo())
        .collect();
    let stealers: Vec<Stealer<Open<W>>> = workers.iter().map(Worker::stealer).collect();
    let (shared, stealers, code) = (&shared, &stealers, task.code);
    let mut workers = workers.into_iter();
    let first = workers.next()?;
    first.push(task.root());
    let parts: Vec<Part<W>> = thread::scope(|scope| {
        let started: Vec<_> = workers
            .map_while(|own| start_deep(scope, move || shared.work(code, &own, stealers)).ok())
            .collect();
        let mut parts = vec![shared.work(code, &first, stealers)];
        for thread in started {
            match thread.join() {
                Ok(part) => parts.push(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        parts
    });
    if shared.stopped.load(Ordering::Relaxed) || shared.is_too_large() {
        return None;
    }
    in_order(parts, shared.nodes.load(Ordering::Relaxed), task.bounds)
}

impl Shared {
    fn is_too_large(&self) -> bool {
        self.nodes.load(Ordering::Relaxed) > self.bounds.states
            || self.edges.load(Ordering::Relaxed) > self.bounds.transitions
    }

    /// The life of a thread.
    fn work<W: Watch>(
        &self,
        code: &Code,
        own: &Worker<Open<W>>,
        others: &[Stealer<Open<W>>],
    ) -> Part<W> {
        let _panicking = Panicking(&self.stopped);
        let mut expander = Expander::new(code, self.bounds);
        let mut part = Part {
            graph: Graph::default(),
            nodes: Vec::new(),
            callbacks: Vec::new(),
            ends: Vec::new(),
        };
        while self.open.load(Ordering::Acquire) > 0 && !self.stopped.load(Ordering::Relaxed) {
            let Some(from) = own.pop().or_else(|| steal(others)) else {
                thread::yield_now();
                continue;
            };
            self.expand(from, &mut expander, own, &mut part);
            self.open.fetch_sub(1, Ordering::Release);
        }
        part
    }

    /// Makes every macro-step of a state.
    fn expand<W: Watch>(
        &self,
        from: Open<W>,
        expander: &mut Expander<'_>,
        own: &Worker<Open<W>>,
        part: &mut Part<W>,
    ) {
        let number = part.nodes.len() as u32;
        part.nodes.push(from.node);
        part.graph.add_node(None, None);
        expander.begin();
        loop {
            let (to, fingerprint) = expander.step(&from);
            let is_state = matches!(to, To::State(..));
            let (node, is_new) = self.find_or_add(fingerprint, is_state);
            match to {
                To::State(paused, watch) if is_new => {
                    self.open.fetch_add(1, Ordering::Relaxed);
                    own.push(Open {
                        node,
                        paused,
                        watch,
                    });
                }
                To::State(paused, _) => expander.reuse(paused),
                To::End(ending, watch) => {
                    if ending == Ending::Endless {
                        self.stopped.store(true, Ordering::Relaxed);
                    }
                    if is_new {
                        part.ends.push((node, watch, ending));
                    }
                }
            }
            let printed = expander.printed.lines.iter().map(String::as_str);
            part.graph
                .add_edge(number, node, printed, &expander.fork.met);
            part.callbacks.push(expander.callbacks);
            self.edges.fetch_add(1, Ordering::Relaxed);
            if self.is_too_large() {
                self.stopped.store(true, Ordering::Relaxed);
            }
            if self.stopped.load(Ordering::Relaxed) || !expander.fork.turn() {
                break;
            }
        }
        expander.reuse(from.paused);
    }

    /// The number of what was reached, and whether it was not known.
    fn find_or_add(&self, fingerprint: u128, is_state: bool) -> (u32, bool) {
        let add = || self.nodes.fetch_add(1, Ordering::Relaxed) as u32;
        if is_state && !self.bounds.reduce {
            return (add(), true);
        }
        // The table of a part goes by the low bits.
        let part = &self.known[(fingerprint >> 64) as usize % PARTS];
        let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
        let (number, is_new) = part.known.find_or_add(fingerprint);
        if is_new {
            part.nodes.push(add());
        }
        (part.nodes[number as usize], is_new)
    }
}

/// Takes from another thread what that would have gone on with last.
fn steal<T>(others: &[Stealer<T>]) -> Option<T> {
    others.iter().find_map(|other| {
        loop {
            match other.steal() {
                Steal::Success(state) => return Some(state),
                Steal::Empty => return None,
                Steal::Retry => {}
            }
        }
    })
}

/// Numbers all that was found as one thread would have found it. `None` if it would have come to the bound of callbacks.
fn in_order<W>(parts: Vec<Part<W>>, size: usize, bounds: Bounds) -> Option<Whole<W>> {
    /// What was not reached yet.
    const NEW: u32 = u32::MAX;
    let mut places = vec![(0, 0); size];
    let mut reached: HashMap<u32, (W, Ending)> = HashMap::new();
    let mut found = Vec::new();
    for (at, part) in parts.into_iter().enumerate() {
        for (own, &node) in (0..).zip(&part.nodes) {
            places[node as usize] = (at, own);
        }
        let ends = part.ends.into_iter();
        reached.extend(ends.map(|(node, watch, ending)| (node, (watch, ending))));
        found.push((part.graph, part.callbacks));
    }
    let texts: Vec<Vec<&str>> = found.iter().map(|(graph, _)| graph.texts()).collect();
    let mut graph = Graph::default();
    graph.add_node(None, None);
    let mut ends = Vec::new();
    let mut numbers = vec![NEW; size];
    numbers[0] = 0;
    let mut open = vec![(0, 0)];
    while let Some((node, steps)) = open.pop() {
        let (part, own) = places[node as usize];
        let (from, callbacks) = &found[part];
        for edge in from.edges_of(own) {
            let steps = steps + callbacks[edge];
            if steps > bounds.steps {
                return None;
            }
            let to = from.edges[edge].to;
            if numbers[to as usize] == NEW {
                let end = reached.remove(&to);
                let new = graph.nodes.len() as u32;
                numbers[to as usize] = new;
                let ending = end.as_ref().map(|&(_, ending)| ending);
                graph.add_node(Some(graph.edges.len() as u32), ending);
                match end {
                    None => open.push((to, steps)),
                    Some((watch, ending)) => ends.push(End {
                        watch,
                        ending,
                        node: new,
                    }),
                }
            }
            let printed = from.lines(edge).iter();
            let printed = printed.map(|&line| texts[part][line as usize]);
            let number = numbers[node as usize];
            graph.add_edge(number, numbers[to as usize], printed, from.picks(edge));
        }
    }
    Some(Whole {
        graph,
        ends,
        too_large: false,
    })
}
