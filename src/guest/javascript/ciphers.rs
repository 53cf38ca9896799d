//! AES in the modes programs use: contents only.

use aes::cipher::{
    BlockDecryptMut, BlockEncrypt, BlockEncryptMut, KeyInit, KeyIvInit, StreamCipher,
    StreamCipherSeek,
};
use aes::{Aes128, Aes192, Aes256, Block};
use ctr::{Ctr32BE, Ctr128BE};
use ghash::GHash;
use ghash::universal_hash::UniversalHash;

const BLOCK: usize = 16;

/// Runs an expression with `$aes` naming the cipher for a key; `None` if there is none for its length.
macro_rules! with_aes {
    ($key:expr, $aes:ident => $body:expr) => {
        match $key.len() {
            16 => {
                type $aes = Aes128;
                $body
            }
            24 => {
                type $aes = Aes192;
                $body
            }
            32 => {
                type $aes = Aes256;
                $body
            }
            _ => None,
        }
    };
}

/// Encrypts or decrypts data that comes after `position` bytes; that of block modes is whole blocks. `None` if a length is wrong,
/// or the mode unknown.
pub(super) fn crypt(
    mode: &str,
    encrypts: bool,
    key: &[u8],
    iv: &[u8],
    position: usize,
    mut data: Vec<u8>,
) -> Option<Vec<u8>> {
    let blocks = data.chunks_exact_mut(BLOCK).map(Block::from_mut_slice);
    with_aes!(key, Aes => {
        match (mode, encrypts) {
            ("ecb", true) => {
                let mut cipher = ecb::Encryptor::<Aes>::new_from_slice(key).ok()?;
                blocks.for_each(|block| cipher.encrypt_block_mut(block));
            }
            ("ecb", false) => {
                let mut cipher = ecb::Decryptor::<Aes>::new_from_slice(key).ok()?;
                blocks.for_each(|block| cipher.decrypt_block_mut(block));
            }
            ("cbc", true) => {
                let mut cipher = cbc::Encryptor::<Aes>::new_from_slices(key, iv).ok()?;
                blocks.for_each(|block| cipher.encrypt_block_mut(block));
            }
            ("cbc", false) => {
                let mut cipher = cbc::Decryptor::<Aes>::new_from_slices(key, iv).ok()?;
                blocks.for_each(|block| cipher.decrypt_block_mut(block));
            }
            ("ctr", _) => {
                let mut cipher = Ctr128BE::<Aes>::new_from_slices(key, iv).ok()?;
                cipher.try_seek(position).ok()?;
                cipher.try_apply_keystream(&mut data).ok()?;
            }
            ("gcm", _) => {
                let first = first_counter(key, iv)?;
                let mut cipher = Ctr32BE::<Aes>::new_from_slices(key, &first).ok()?;
                // The first block of the stream is for the tag.
                cipher.try_seek(BLOCK + position).ok()?;
                cipher.try_apply_keystream(&mut data).ok()?;
            }
            _ => return None,
        }
        Some(data)
    })
}

/// The tag of gcm for an encrypted text.
pub(super) fn tag(key: &[u8], iv: &[u8], extra: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    let first = first_counter(key, iv)?;
    let mut tag = hash(key, extra, text)?;
    with_aes!(key, Aes => {
        let mut cipher = Ctr32BE::<Aes>::new_from_slices(key, &first).ok()?;
        cipher.try_apply_keystream(&mut tag).ok()?;
        Some(tag.to_vec())
    })
}

/// Where gcm begins to count.
fn first_counter(key: &[u8], iv: &[u8]) -> Option<Block> {
    if iv.len() != 12 {
        return hash(key, &[], iv);
    }
    let mut counter = Block::default();
    counter[..12].copy_from_slice(iv);
    counter[BLOCK - 1] = 1;
    Some(counter)
}

/// The hash of gcm over two texts, which ends with their lengths in bits.
fn hash(key: &[u8], extra: &[u8], text: &[u8]) -> Option<Block> {
    let mut zero = Block::default();
    with_aes!(key, Aes => {
        Aes::new_from_slice(key).ok()?.encrypt_block(&mut zero);
        Some(())
    })?;
    let mut hash = GHash::new(&zero);
    hash.update_padded(extra);
    hash.update_padded(text);
    let lengths = [extra, text].map(|each| (each.len() as u64 * 8).to_be_bytes());
    hash.update_padded(&lengths.concat());
    Some(hash.finalize())
}
