//! Values as 128 bits: what states, histories and logs are told apart by.
//!
//! Two values that share them would be taken for one. Among n values the chance that any two do is about n² / 2^129: for
//! ten million, one in 10^24.

use std::hash::{Hash, Hasher};

use siphasher::sip128::{Hasher128, SipHasher13};

/// The fingerprint of a value.
pub fn fingerprint(value: &impl Hash) -> u128 {
    let mut bytes = Bytes::default();
    value.hash(&mut bytes);
    bytes.flush();
    bytes.hasher.finish128().as_u128()
}

const BUFFER: usize = 512;

/// Gathers bytes, as a value is hashed in very many small pieces.
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
