//! The graph of states and macro-steps, and what can be read from it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use crate::explore::Pick;
use crate::runtime::Ending;

/// A state, or an end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    /// The macro-step it was first reached by.
    pub(super) parent: Option<u32>,
    /// Its macro-steps are these.
    pub(super) first: u32,
    pub(super) after: u32,
    pub(super) ending: Option<Ending>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    pub(super) from: u32,
    pub(super) to: u32,
    /// What it printed is the lines up to here from those of the one before.
    pub(super) lines: u32,
    /// Its choices are the picks up to here from those of the one before.
    pub(super) picks: u32,
}

/// States and macro-steps.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
    /// The numbers of what was printed.
    lines: Vec<u32>,
    picks: Vec<Pick>,
    texts: HashMap<String, u32>,
}

impl Graph {
    pub(super) fn add_node(&mut self, parent: Option<u32>, ending: Option<Ending>) {
        self.nodes.push(Node {
            parent,
            first: 0,
            after: 0,
            ending,
        });
    }

    /// Adds a macro-step, the last so far of its state.
    pub(super) fn add_edge<'t>(
        &mut self,
        from: u32,
        to: u32,
        printed: impl Iterator<Item = &'t str>,
        picks: &[Pick],
    ) {
        let edge = self.edges.len() as u32;
        let node = &mut self.nodes[from as usize];
        if node.after == 0 {
            node.first = edge;
        }
        node.after = edge + 1;
        for line in printed {
            let number = self.number(line);
            self.lines.push(number);
        }
        self.picks.extend_from_slice(picks);
        self.edges.push(Edge {
            from,
            to,
            lines: self.lines.len() as u32,
            picks: self.picks.len() as u32,
        });
    }

    fn number(&mut self, line: &str) -> u32 {
        if let Some(&number) = self.texts.get(line) {
            return number;
        }
        let number = self.texts.len() as u32;
        self.texts.insert(line.to_owned(), number);
        number
    }

    fn before(&self, edge: usize) -> Option<&Edge> {
        self.edges.get(edge.checked_sub(1)?)
    }

    pub(super) fn picks(&self, edge: usize) -> &[Pick] {
        let first = self.before(edge).map_or(0, |before| before.picks as usize);
        &self.picks[first..self.edges[edge].picks as usize]
    }

    pub(super) fn lines(&self, edge: usize) -> &[u32] {
        let first = self.before(edge).map_or(0, |before| before.lines as usize);
        &self.lines[first..self.edges[edge].lines as usize]
    }

    /// The macro-steps that lead to a node.
    pub(super) fn path(&self, mut node: u32) -> Vec<usize> {
        let mut path = Vec::new();
        while let Some(edge) = self.nodes[node as usize].parent {
            path.push(edge as usize);
            node = self.edges[edge as usize].from;
        }
        path.reverse();
        path
    }

    /// The macro-steps from a node.
    pub(super) fn edges_of(&self, node: u32) -> Range<usize> {
        let Node { first, after, .. } = self.nodes[node as usize];
        first as usize..after as usize
    }

    pub(super) fn steps(&self, node: u32) -> &[Edge] {
        &self.edges[self.edges_of(node)]
    }

    /// What was printed, by number.
    pub(super) fn texts(&self) -> Vec<&str> {
        let mut texts: Vec<(u32, &str)> = self
            .texts
            .iter()
            .map(|(text, &number)| (number, text.as_str()))
            .collect();
        texts.sort_unstable();
        texts.into_iter().map(|(_, text)| text).collect()
    }
}

/// The strongly connected parts of the graph in which there is a circle (Tarjan's algorithm).
pub(super) fn circles(graph: &Graph) -> Vec<BTreeSet<u32>> {
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
pub(super) struct Automaton {
    /// By state: states reached without a line.
    silent: Vec<Vec<u32>>,
    /// By state: states reached by a line, by its number.
    loud: Vec<Vec<(u32, u32)>>,
    endings: Vec<Option<Ending>>,
    counted: HashMap<Vec<u32>, Option<u128>>,
}

impl Automaton {
    pub(super) fn new(graph: &Graph) -> Self {
        let size = graph.nodes.len();
        let mut automaton = Automaton {
            silent: vec![Vec::new(); size],
            loud: vec![Vec::new(); size],
            endings: graph.nodes.iter().map(|node| node.ending).collect(),
            counted: HashMap::new(),
        };
        let ends = can_end(graph);
        let edges = graph.edges.iter().enumerate();
        for (at, edge) in edges.filter(|(_, edge)| ends[edge.to as usize]) {
            let Some((last, lines)) = graph.lines(at).split_last() else {
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

    pub(super) fn count(&mut self) -> Option<u128> {
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
