//! Digests and derived keys: contents only. When they are ready is the pool's business.

use std::collections::HashMap;
use std::sync::Mutex;

use digest::Digest;
use hmac::{Hmac, Mac};
use siphasher::sip::SipHasher13;

/// Runs an expression with `$digest` naming the type of an algorithm; `None` for one that is not offered.
macro_rules! with_digest {
    ($algorithm:expr, $digest:ident => $body:expr) => {
        match $algorithm.to_ascii_lowercase().replace('-', "").as_str() {
            "md5" => {
                type $digest = md5::Md5;
                Some($body)
            }
            "sha1" | "rsasha1" => {
                type $digest = sha1::Sha1;
                Some($body)
            }
            "sha224" => {
                type $digest = sha2::Sha224;
                Some($body)
            }
            "sha256" | "rsasha256" => {
                type $digest = sha2::Sha256;
                Some($body)
            }
            "sha384" => {
                type $digest = sha2::Sha384;
                Some($body)
            }
            "sha512" | "rsasha512" => {
                type $digest = sha2::Sha512;
                Some($body)
            }
            _ => None,
        }
    };
}

pub(super) fn hash(algorithm: &str, data: &[u8]) -> Option<Vec<u8>> {
    with_digest!(algorithm, Algorithm => Algorithm::digest(data).to_vec())
}

pub(super) fn hmac(algorithm: &str, key: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    with_digest!(algorithm, Algorithm => {
        let mut mac = <Hmac<Algorithm> as Mac>::new_from_slice(key).ok()?;
        mac.update(data);
        mac.finalize().into_bytes().to_vec()
    })
}

/// The cost of `scrypt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ScryptParameters {
    /// A power of two.
    pub(super) cost: u64,
    pub(super) block_size: u32,
    pub(super) parallelization: u32,
}

/// Keys derived so far. Deriving is slow on purpose, and the same in every run of a program.
#[derive(Debug, Default)]
pub(super) struct DerivedKeys {
    known: Mutex<HashMap<Vec<u8>, Option<Vec<u8>>>>,
}

impl DerivedKeys {
    fn remember(
        &self,
        inputs: &[&[u8]],
        derive: impl FnOnce() -> Option<Vec<u8>>,
    ) -> Option<Vec<u8>> {
        let mut key = Vec::new();
        for input in inputs {
            key.extend_from_slice(&input.len().to_le_bytes());
            key.extend_from_slice(input);
        }
        let mut known = self
            .known
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        known.entry(key).or_insert_with(derive).clone()
    }

    pub(super) fn pbkdf2(
        &self,
        algorithm: &str,
        password: &[u8],
        salt: &[u8],
        iterations: u32,
        length: usize,
    ) -> Option<Vec<u8>> {
        let cost = [iterations.to_le_bytes().as_slice(), &length.to_le_bytes()].concat();
        self.remember(&[algorithm.as_bytes(), password, salt, &cost], || {
            with_digest!(algorithm, Algorithm => {
                let mut key = vec![0; length];
                pbkdf2::pbkdf2::<Hmac<Algorithm>>(password, salt, iterations, &mut key).ok()?;
                key
            })
        })
    }

    pub(super) fn scrypt(
        &self,
        password: &[u8],
        salt: &[u8],
        parameters: ScryptParameters,
        length: usize,
    ) -> Option<Vec<u8>> {
        let ScryptParameters {
            cost,
            block_size,
            parallelization,
        } = parameters;
        let text = format!("{cost} {block_size} {parallelization} {length}");
        self.remember(&[b"scrypt", password, salt, text.as_bytes()], || {
            let log_cost = u8::try_from(cost.checked_ilog2()?)
                .ok()
                .filter(|_| cost.is_power_of_two())?;
            let parameters = scrypt::Params::new(
                log_cost,
                block_size,
                parallelization,
                scrypt::Params::RECOMMENDED_LEN,
            );
            let mut key = vec![0; length];
            scrypt::scrypt(password, salt, &parameters.ok()?, &mut key).ok()?;
            Some(key)
        })
    }
}

/// The bytes of the draw with this number.
pub(super) fn random(draw: u64, length: usize) -> Vec<u8> {
    let block = |at: usize| {
        let hasher = SipHasher13::new_with_keys(draw, 0x7469_636b);
        hasher.hash(&at.to_le_bytes()).to_le_bytes()
    };
    (0..length.div_ceil(8))
        .flat_map(block)
        .take(length)
        .collect()
}
