//! Deliberate breaks of rules, one at a time, to show that specs and laws would notice (`tests/mutants.rs`).
//!
//! The model is compiled from a copy in which the build has planted them (`tests/mutants/`). Without the feature `mutants` there
//! is neither this module nor the copy.

use std::cell::Cell;

/// A rule that may be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mutant(usize);

impl Mutant {
    /// Every mutant.
    pub fn all() -> impl Iterator<Item = Mutant> {
        (0..crate::BREAKS.len()).map(Mutant)
    }

    /// The rule it breaks.
    pub fn rule(self) -> &'static str {
        crate::BREAKS[self.0].0
    }

    /// What is so instead.
    pub fn what(self) -> &'static str {
        crate::BREAKS[self.0].1
    }
}

thread_local! {
    static BROKEN: Cell<Option<Mutant>> = const { Cell::new(None) };
}

/// Runs something on this thread while a rule is broken there.
pub fn while_broken<T>(mutant: Mutant, run: impl FnOnce() -> T) -> T {
    BROKEN.set(Some(mutant));
    let done = run();
    BROKEN.set(None);
    done
}

/// Whether the rule of a number is broken.
pub(crate) fn is(number: usize) -> bool {
    BROKEN.get() == Some(Mutant(number))
}
