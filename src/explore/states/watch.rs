//! What a state remembers of the log.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::explore::run::lines;
use crate::runtime::fingerprint;

/// What a state remembers of the log.
pub trait Watch: Clone + Hash + Send {
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
        let mut texts = Vec::with_capacity(16);
        let mut line = self.last.as_deref();
        while let Some(Line { text, before }) = line {
            texts.push(text.as_str());
            line = before.as_deref();
        }
        texts.reverse();
        let mut all = Vec::with_capacity(texts.len());
        all.extend(lines(&texts.concat()));
        all
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
