//! What states are known, by [fingerprint](crate::runtime::fingerprint).

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

/// What is known, by fingerprint, and numbered in the order it was met.
#[derive(Default)]
pub(super) struct Known {
    /// By number.
    fingerprints: Vec<u128>,
    /// Numbers alone: a table of fingerprints would be too large for the caches of a processor.
    numbers: HashTable<u32>,
}

impl Known {
    /// Makes a fingerprint known that is not, or is to be known twice. It is not found by it.
    pub(super) fn add(&mut self, fingerprint: u128) -> u32 {
        self.fingerprints.push(fingerprint);
        self.fingerprints.len() as u32 - 1
    }

    /// The number of a fingerprint, and whether it was not known.
    pub(super) fn find_or_add(&mut self, fingerprint: u128) -> (u32, bool) {
        let known = &self.fingerprints;
        let entry = self.numbers.entry(
            fingerprint as u64,
            |&number| known[number as usize] == fingerprint,
            |&number| known[number as usize] as u64,
        );
        match entry {
            Entry::Occupied(entry) => (*entry.get(), false),
            Entry::Vacant(entry) => {
                entry.insert(known.len() as u32);
                (self.add(fingerprint), true)
            }
        }
    }
}
