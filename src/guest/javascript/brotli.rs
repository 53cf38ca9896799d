//! The engines of Brotli: Google's own library, which is the one in Node, so that sizes and failures are Node's.
//! Of the qualities 2 to 4, this is the one of Node 12 to 16.

use brotlic::decode::{DecodeError, DecoderInfo};
use brotlic::encode::BrotliOperation;
use brotlic::{
    BrotliDecoder, BrotliEncoder, BrotliEncoderOptions, CompressionMode, Quality, WindowSize,
};
use rquickjs::{Object, Result};

use super::zlib::{CUT_OFF, Failure, Written};

/// The number of what is asked for with the last data.
const FINISH: usize = 2;

const NOT_PACKED: Failure = Failure {
    code: "ERR_BROTLI_COMPRESSION_FAILED",
    message: "Compression failed",
    errno: Some(-1),
};

/// How to pack.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    quality: u8,
    window_bits: u8,
    mode: u8,
    size_hint: u32,
}

impl Settings {
    /// Those given as options that were checked.
    pub(super) fn of(options: &Object<'_>) -> Result<Self> {
        Ok(Settings {
            quality: options.get("quality")?,
            window_bits: options.get("windowBits")?,
            mode: options.get("mode")?,
            size_hint: options.get("sizeHint")?,
        })
    }

    /// Those of an engine that begins anew: Node does not hand on again what it was asked for.
    const INITIAL: Settings = Settings {
        quality: 11,
        window_bits: 22,
        mode: 0,
        size_hint: 0,
    };

    fn encoder(self) -> Option<BrotliEncoder> {
        let mode = match self.mode {
            1 => CompressionMode::Text,
            2 => CompressionMode::Font,
            _ => CompressionMode::Generic,
        };
        BrotliEncoderOptions::new()
            .mode(mode)
            .quality(Quality::new(self.quality).ok()?)
            .window_size(WindowSize::new(self.window_bits).ok()?)
            .size_hint(self.size_hint)
            .build()
            .ok()
    }
}

/// Packs one stream of data.
pub(super) struct Packer {
    settings: Settings,
    /// Nothing, if there is none with these settings.
    encoder: Option<BrotliEncoder>,
}

impl Packer {
    pub(super) fn new(settings: Settings) -> Self {
        Packer {
            settings,
            encoder: settings.encoder(),
        }
    }

    pub(super) fn reset(&mut self) {
        *self = Packer::new(Settings::INITIAL);
    }

    pub(super) fn write(
        &mut self,
        input: &[u8],
        asked: usize,
        room: usize,
    ) -> std::result::Result<Written, Failure> {
        let operation = match asked {
            0 => BrotliOperation::Process,
            1 => BrotliOperation::Flush,
            _ => BrotliOperation::Finish,
        };
        let mut bytes = vec![0; room];
        let encoder = self.encoder.as_mut().ok_or(NOT_PACKED)?;
        let done = encoder
            .compress(input, &mut bytes, operation)
            .map_err(|_| NOT_PACKED)?;
        bytes.truncate(done.bytes_written);
        Ok(Written {
            bytes,
            taken: done.bytes_read,
        })
    }

    /// About how many bytes it holds.
    pub(super) fn size(&self) -> usize {
        1 << self.settings.window_bits
    }
}

/// Unpacks one stream of data.
pub(super) struct Unpacker(BrotliDecoder);

impl Unpacker {
    pub(super) fn new() -> Self {
        Unpacker(BrotliDecoder::new())
    }

    pub(super) fn write(
        &mut self,
        input: &[u8],
        asked: usize,
        room: usize,
    ) -> std::result::Result<Written, Failure> {
        let mut bytes = vec![0; room];
        let done = self.0.decompress(input, &mut bytes).map_err(failure)?;
        if done.info == DecoderInfo::NeedsMoreInput && asked == FINISH {
            return Err(CUT_OFF);
        }
        bytes.truncate(done.bytes_written);
        Ok(Written {
            bytes,
            taken: done.bytes_read,
        })
    }
}

fn failure(error: DecodeError) -> Failure {
    let code = match error {
        DecodeError::FormatExuberantNibble => "EXUBERANT_NIBBLE",
        DecodeError::FormatReserved => "RESERVED",
        DecodeError::FormatExuberantMetaNibble => "EXUBERANT_META_NIBBLE",
        DecodeError::FormatSimpleHuffmanAlphabet => "SIMPLE_HUFFMAN_ALPHABET",
        DecodeError::FormatSimpleHuffmanSame => "SIMPLE_HUFFMAN_SAME",
        DecodeError::FormatClSpace => "CL_SPACE",
        DecodeError::FormatHuffmanSpace => "HUFFMAN_SPACE",
        DecodeError::FormatContextMapRepeat => "CONTEXT_MAP_REPEAT",
        DecodeError::FormatBlockLength1 => "BLOCK_LENGTH_1",
        DecodeError::FormatBlockLength2 => "BLOCK_LENGTH_2",
        DecodeError::FormatTransform => "TRANSFORM",
        DecodeError::FormatDictionary => "DICTIONARY",
        DecodeError::FormatWindowBits => "WINDOW_BITS",
        DecodeError::FormatPadding1 => "PADDING_1",
        DecodeError::FormatPadding2 => "PADDING_2",
        DecodeError::FormatDistance => "DISTANCE",
        _ => "UNREACHABLE",
    };
    Failure {
        code,
        message: "Decompression failed",
        errno: Some(error as i32),
    }
}
