//! What a state is known by: 128 bits.
//!
//! Two states that share them would be taken for one. Among n states the chance that any two do is about n² / 2^129: for
//! ten million, one in 10^24.

use std::hash::{Hash, Hasher};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use siphasher::sip128::{Hasher128, SipHasher13};

/// The fingerprint of a value.
pub(super) fn fingerprint(value: &impl Hash) -> u128 {
    let mut bytes = Bytes::default();
    value.hash(&mut bytes);
    bytes.flush();
    bytes.hasher.finish128().as_u128()
}

const BUFFER: usize = 512;

/// Gathers bytes, as a state is hashed in very many small pieces.
struct Bytes {
    hasher: SipHasher13,
    buffer: [u8; BUFFER],
    filled: usize,
}

impl Default for Bytes {
    fn default() -> Self {
        Bytes {
            hasher: SipHasher13::new(),
            buffer: [0; BUFFER],
            filled: 0,
        }
    }
}

impl Bytes {
    fn flush(&mut self) {
        self.hasher.write(&self.buffer[..self.filled]);
        self.filled = 0;
    }
}

impl Hasher for Bytes {
    fn finish(&self) -> u64 {
        unreachable!("all 128 bits are asked for")
    }

    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        if self.filled + bytes.len() > BUFFER {
            self.flush();
            if bytes.len() > BUFFER {
                self.hasher.write(bytes);
                return;
            }
        }
        self.buffer[self.filled..self.filled + bytes.len()].copy_from_slice(bytes);
        self.filled += bytes.len();
    }

    /// Lengths and the numbers of variants are small: one byte, or all after a mark.
    #[inline]
    fn write_usize(&mut self, number: usize) {
        match u8::try_from(number) {
            Ok(small) if small < u8::MAX => self.write_u8(small),
            _ => {
                self.write_u8(u8::MAX);
                self.write(&number.to_ne_bytes());
            }
        }
    }

    #[inline]
    fn write_isize(&mut self, number: isize) {
        self.write_usize(number as usize);
    }
}

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
