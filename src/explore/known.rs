//! The states a search knows.

use std::collections::{HashMap, HashSet};

use crate::runtime::{PackedZone, Standing};

/// States are compared by what is known about times up to so many readings of the clock, ...
const READINGS_MAX: usize = 48;

/// ... and as long as what was kept for that takes no more bytes.
const BYTES_MAX: usize = 256 << 20;

/// A state a run reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    digest: u128,
    /// What is known about times, and a digest of the rest, where knowing less means that more can follow.
    times: Option<(u128, PackedZone)>,
}

impl State {
    /// A state as a search remembers it, that knows states by covering if it is `covering`.
    pub(super) fn new(standing: &Standing<'_>, covering: bool) -> Self {
        let is_compared = covering && standing.is_monotone && standing.times.size() <= READINGS_MAX;
        let times = is_compared.then(|| (standing.rest, standing.times.into()));
        State {
            digest: standing.digest(),
            times,
        }
    }
}

/// Every state that was reached.
///
/// In a search that is covering, a state is known as well if one was reached that differs from it only in that less is
/// known about times: whatever can follow here can follow there.
#[derive(Debug, Default)]
pub(super) struct States {
    digests: HashSet<u128>,
    times: HashMap<u128, Vec<PackedZone>>,
    bytes: usize,
}

impl States {
    /// Whether a state is known.
    pub(super) fn has(&self, state: &Standing<'_>) -> bool {
        let mut known = self.times.get(&state.rest).into_iter().flatten();
        self.digests.contains(&state.digest())
            || state.is_monotone && known.any(|times| times.covers_zone(state.times))
    }

    /// Whether a state is known by one of which less is known.
    pub(super) fn covers(&self, state: &State) -> bool {
        state.times.as_ref().is_some_and(|(rest, times)| {
            let mut known = self.times.get(rest).into_iter().flatten();
            known.any(|other| other.covers(times))
        })
    }

    /// Takes a state; false if it was there already.
    pub(super) fn insert(&mut self, state: State) -> bool {
        let is_new = self.digests.insert(state.digest);
        if is_new
            && let Some((rest, times)) = state.times
            && self.bytes < BYTES_MAX
        {
            self.bytes += times.bytes();
            let known = self.times.entry(rest).or_default();
            known.retain(|other| !times.covers(other));
            known.push(times);
        }
        is_new
    }

    pub(super) fn count(&self) -> u64 {
        self.digests.len() as u64
    }
}
