//! Digests, derived keys and compression: contents only. When they are ready is the pool's business.

use std::collections::HashMap;
use std::io::Read;
use std::sync::Mutex;

use digest::Digest;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use flate2::{Decompress, FlushDecompress, Status};
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

/// The data without zeros at its end, of which a gzip member always has fewer than eight.
fn without_padding(data: &[u8]) -> &[u8] {
    let zeros = data.iter().rev().take_while(|&&byte| byte == 0).count();
    if zeros < 8 {
        data
    } else {
        &data[..data.len() - zeros + 4]
    }
}

/// At most `most` bytes and one more of what data holds; nothing if it is broken.
pub(super) fn inflate(format: &str, data: &[u8], most: usize) -> Option<Vec<u8>> {
    let most = most as u64 + 1;
    let mut output = Vec::new();
    let result = match format {
        // Zeros may follow the last member.
        "gzip" => MultiGzDecoder::new(without_padding(data))
            .take(most)
            .read_to_end(&mut output),
        "deflate" => ZlibDecoder::new(data).take(most).read_to_end(&mut output),
        "raw" => DeflateDecoder::new(data)
            .take(most)
            .read_to_end(&mut output),
        _ => return None,
    };
    result.ok().map(|_| output)
}

/// What is behind the header of a gzip member, as far as it is there.
fn gzip_body(data: &[u8]) -> Option<&[u8]> {
    let flags = *data.get(3)?;
    let mut rest = data.get(10..)?;
    if flags & 4 != 0 {
        let length = u16::from_le_bytes([*rest.first()?, *rest.get(1)?]);
        rest = rest.get(2 + usize::from(length)..)?;
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            let end = rest.iter().position(|&byte| byte == 0)?;
            rest = &rest[end + 1..];
        }
    }
    if flags & 2 != 0 {
        rest = rest.get(2..)?;
    }
    Some(rest)
}

/// Adds what data unpacks to, at most about `most` bytes. Gives what follows its end, if that was found.
fn inflate_raw<'d>(data: &'d [u8], most: usize, output: &mut Vec<u8>) -> Option<&'d [u8]> {
    const ROOM: usize = 1 << 16;
    let mut inflater = Decompress::new(false);
    while output.len() <= most {
        let before = (inflater.total_in(), inflater.total_out());
        let rest = &data[before.0 as usize..];
        output.reserve(ROOM);
        let status = inflater.decompress_vec(rest, output, FlushDecompress::None);
        if status.ok()? == Status::StreamEnd {
            return Some(&data[inflater.total_in() as usize..]);
        }
        if before == (inflater.total_in(), inflater.total_out()) {
            break;
        }
    }
    None
}

/// What the beginning of packed data unpacks to, at most about `most` bytes.
pub(super) fn inflate_part(format: &str, data: &[u8], most: usize) -> Vec<u8> {
    const TRAILER: usize = 8;
    let mut output = Vec::new();
    match format {
        "gzip" => {
            let mut rest = Some(data);
            while let Some(body) = rest.and_then(gzip_body) {
                let behind = inflate_raw(body, most, &mut output);
                rest = behind.and_then(|behind| behind.get(TRAILER..));
            }
        }
        "deflate" => {
            inflate_raw(data.get(2..).unwrap_or_default(), most, &mut output);
        }
        _ => {
            inflate_raw(data, most, &mut output);
        }
    }
    output
}
