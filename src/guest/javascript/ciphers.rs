//! AES in the modes programs use: contents only.

use aes::cipher::{BlockDecrypt, BlockEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256, Block};
use ghash::GHash;
use ghash::universal_hash::UniversalHash;

const BLOCK: usize = 16;

/// How blocks are chained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    EcbEncrypt,
    EcbDecrypt,
    CbcEncrypt,
    CbcDecrypt,
    /// A counter is encrypted, which makes a stream.
    Ctr,
    /// The same, with a counter that starts otherwise.
    Gcm,
}

impl Mode {
    /// The mode with this name.
    pub(super) fn of(name: &str, encrypts: bool) -> Option<Self> {
        Some(match (name, encrypts) {
            ("ecb", true) => Mode::EcbEncrypt,
            ("ecb", false) => Mode::EcbDecrypt,
            ("cbc", true) => Mode::CbcEncrypt,
            ("cbc", false) => Mode::CbcDecrypt,
            ("ctr", _) => Mode::Ctr,
            ("gcm", _) => Mode::Gcm,
            _ => return None,
        })
    }
}

/// AES with a key of any of its lengths.
enum Aes {
    Short(Aes128),
    Middle(Aes192),
    Long(Aes256),
}

impl Aes {
    fn new(key: &[u8]) -> Option<Self> {
        match key.len() {
            16 => Aes128::new_from_slice(key).ok().map(Aes::Short),
            24 => Aes192::new_from_slice(key).ok().map(Aes::Middle),
            _ => Aes256::new_from_slice(key).ok().map(Aes::Long),
        }
    }

    fn encrypt(&self, block: [u8; BLOCK]) -> [u8; BLOCK] {
        let mut block = Block::from(block);
        match self {
            Aes::Short(cipher) => cipher.encrypt_block(&mut block),
            Aes::Middle(cipher) => cipher.encrypt_block(&mut block),
            Aes::Long(cipher) => cipher.encrypt_block(&mut block),
        }
        block.into()
    }

    fn decrypt(&self, block: [u8; BLOCK]) -> [u8; BLOCK] {
        let mut block = Block::from(block);
        match self {
            Aes::Short(cipher) => cipher.decrypt_block(&mut block),
            Aes::Middle(cipher) => cipher.decrypt_block(&mut block),
            Aes::Long(cipher) => cipher.decrypt_block(&mut block),
        }
        block.into()
    }

    /// Turns `data` into its sum with the stream that `counter` gives from `position` on.
    fn add_stream(&self, data: &mut [u8], position: usize, counter: impl Fn(usize) -> [u8; BLOCK]) {
        let mut stream = self.encrypt(counter(position / BLOCK));
        for (at, byte) in (position..).zip(data) {
            if at > position && at.is_multiple_of(BLOCK) {
                stream = self.encrypt(counter(at / BLOCK));
            }
            *byte ^= stream[at % BLOCK];
        }
    }

    /// The first counter of gcm, whose own stream is for the tag.
    fn first_counter(&self, iv: &[u8]) -> [u8; BLOCK] {
        if let Ok(iv) = <[u8; 12]>::try_from(iv) {
            let mut counter = [0; BLOCK];
            counter[..12].copy_from_slice(&iv);
            counter[BLOCK - 1] = 1;
            return counter;
        }
        self.ghash(&[], iv)
    }

    /// The hash of gcm over two texts, which ends with their lengths in bits.
    fn ghash(&self, extra: &[u8], text: &[u8]) -> [u8; BLOCK] {
        let mut hash = GHash::new(&Block::from(self.encrypt([0; BLOCK])));
        hash.update_padded(extra);
        hash.update_padded(text);
        let mut lengths = [0; BLOCK];
        lengths[..8].copy_from_slice(&(extra.len() as u64 * 8).to_be_bytes());
        lengths[8..].copy_from_slice(&(text.len() as u64 * 8).to_be_bytes());
        hash.update(&[Block::from(lengths)]);
        hash.finalize().into()
    }
}

fn xor(left: [u8; BLOCK], right: [u8; BLOCK]) -> [u8; BLOCK] {
    (u128::from_ne_bytes(left) ^ u128::from_ne_bytes(right)).to_ne_bytes()
}

/// Gcm counts in the last four bytes only.
fn gcm_counter(first: [u8; BLOCK], steps: usize) -> [u8; BLOCK] {
    let first = u128::from_be_bytes(first);
    let low = (first as u32).wrapping_add(steps as u32);
    (first >> 32 << 32 | u128::from(low)).to_be_bytes()
}

/// Encrypts or decrypts data that comes after `position` bytes; that of block modes is whole blocks. `None` if a length is wrong.
pub(super) fn crypt(
    mode: Mode,
    key: &[u8],
    iv: &[u8],
    position: usize,
    mut data: Vec<u8>,
) -> Option<Vec<u8>> {
    let cipher = Aes::new(key)?;
    match mode {
        Mode::Gcm => {
            let first = cipher.first_counter(iv);
            cipher.add_stream(&mut data, position, |block| gcm_counter(first, block + 1));
            return Some(data);
        }
        Mode::Ctr => {
            let first = u128::from_be_bytes(iv.try_into().ok()?);
            cipher.add_stream(&mut data, position, |block| {
                first.wrapping_add(block as u128).to_be_bytes()
            });
            return Some(data);
        }
        _ => {}
    }
    let mut chain = iv.try_into().unwrap_or([0; BLOCK]);
    for chunk in data.chunks_exact_mut(BLOCK) {
        let block: [u8; BLOCK] = (&*chunk).try_into().ok()?;
        let result = match mode {
            Mode::EcbDecrypt => cipher.decrypt(block),
            Mode::CbcEncrypt => {
                chain = cipher.encrypt(xor(block, chain));
                chain
            }
            Mode::CbcDecrypt => xor(cipher.decrypt(block), std::mem::replace(&mut chain, block)),
            _ => cipher.encrypt(block),
        };
        chunk.copy_from_slice(&result);
    }
    Some(data)
}

/// The tag of gcm for an encrypted text.
pub(super) fn tag(key: &[u8], iv: &[u8], extra: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    let cipher = Aes::new(key)?;
    let mask = cipher.encrypt(cipher.first_counter(iv));
    Some(xor(cipher.ghash(extra, text), mask).to_vec())
}
