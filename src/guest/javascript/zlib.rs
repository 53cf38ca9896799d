//! The engines of zlib: bytes in, and so many bytes out at a time. When they work is the model's business.

use rquickjs::{Ctx, Function, Object, Result, TypedArray, Value as JsValue};
use zlib_rs::adler32::adler32;
use zlib_rs::crc32::crc32;
use zlib_rs::{Inflate, InflateError, InflateFlush, Status};

use super::brotli;
use super::deflate::{Deflater, Flush, Progress, Settings, Strategy};
use super::guest::{with_guest, work};
use super::host::act;
use super::natives::{Natives, array, copy, spend};
use super::streams::called;
use crate::runtime::stream::WholeEnd;
use crate::runtime::{CallbackId, Objects, Value};

impl<'js> Natives<'_, 'js> {
    /// What zlib is made of.
    pub(super) fn zlib(&mut self) -> Result<()> {
        self.add("crc32", |data: TypedArray<'js, u8>, start: u32| {
            crc32(start, &copy(&data))
        })?;
        self.add("open", open)?;
        self.add("write", write)?;
        self.add("choose", choose)?;
        self.add("reset", reset)?;
        self.add("whole", whole)?;
        self.add("answerWhole", answer_whole)?;
        self.add("answerWrongData", answer_wrong_data)
    }
}

/// What packed data looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Raw,
    Zlib,
    Gzip,
    /// Either of the two before, as the data says.
    Any,
}

/// Why data does not go on.
pub(super) struct Failure {
    pub(super) code: &'static str,
    pub(super) message: &'static str,
    /// Its number, unless that is the one of the code.
    pub(super) errno: Option<i32>,
}

pub(super) const CUT_OFF: Failure = Failure {
    code: "Z_BUF_ERROR",
    message: "unexpected end of file",
    errno: None,
};

/// The last data was given to what packs, and now there is more.
const MORE_AFTER_LAST: Failure = Failure {
    code: "Z_BUF_ERROR",
    message: "buffer error",
    errno: None,
};

/// The same, and it is not the last.
const AFTER_LAST: Failure = Failure {
    code: "Z_STREAM_ERROR",
    message: "stream error",
    errno: None,
};

/// What came of a write.
pub(super) struct Written {
    pub(super) bytes: Vec<u8>,
    /// How much of the input was taken in.
    pub(super) taken: usize,
}

/// What packs, or unpacks, one stream of data.
pub(super) enum Engine {
    Packs(Packer),
    Unpacks(Unpacker),
    PacksBrotli(brotli::Packer),
    UnpacksBrotli(brotli::Unpacker),
}

impl Engine {
    /// The engine of a kind of stream, by the name of the function that does it at once.
    fn of(kind: &str, settings: Settings) -> Self {
        let format = match kind {
            "deflateRaw" | "inflateRaw" => Format::Raw,
            "deflate" | "inflate" => Format::Zlib,
            "gzip" | "gunzip" => Format::Gzip,
            _ => Format::Any,
        };
        if matches!(kind, "deflateRaw" | "deflate" | "gzip") {
            Engine::Packs(Packer::new(format, settings))
        } else {
            Engine::Unpacks(Unpacker::new(format, settings.window_bits))
        }
    }

    /// Takes in as much of the input as it takes to give `room` bytes, or all of it.
    fn write(
        &mut self,
        input: &[u8],
        asked: usize,
        room: usize,
    ) -> std::result::Result<Written, Failure> {
        let flush = Flush::of(asked);
        match self {
            Engine::Packs(packer) => packer.write(input, flush, room),
            Engine::Unpacks(unpacker) => unpacker.write(input, flush == Flush::Finish, room),
            Engine::PacksBrotli(packer) => packer.write(input, asked, room),
            Engine::UnpacksBrotli(unpacker) => unpacker.write(input, asked, room),
        }
    }

    /// Goes on with another level and strategy. Node does not hand them on to what makes gzip.
    fn choose(&mut self, level: usize, strategy: Strategy) {
        match self {
            Engine::Packs(packer) if packer.format != Format::Gzip => {
                packer.choose(level, strategy);
            }
            _ => {}
        }
    }

    /// Begins anew.
    fn reset(&mut self) {
        match self {
            Engine::Packs(packer) => packer.reset(),
            Engine::Unpacks(unpacker) => {
                *unpacker = Unpacker::new(unpacker.format, unpacker.window_bits);
            }
            Engine::PacksBrotli(packer) => packer.reset(),
            Engine::UnpacksBrotli(unpacker) => *unpacker = brotli::Unpacker::new(),
        }
    }

    /// About how many bytes it holds.
    fn size(&self) -> usize {
        match self {
            Engine::Packs(packer) => packer.deflater.size(),
            Engine::Unpacks(unpacker) if unpacker.inflate.is_some() => 1 << 16,
            Engine::Unpacks(_) => 0,
            Engine::PacksBrotli(packer) => packer.size(),
            Engine::UnpacksBrotli(_) => 1 << 16,
        }
    }
}

/// A header, what the compressor gives, and sums at the end.
pub(super) struct Packer {
    format: Format,
    deflater: Box<Deflater>,
    is_begun: bool,
    /// The last block is written.
    is_over: bool,
    /// What was asked for last; nothing if that was not given as a whole.
    asked: Option<Flush>,
    sum: u32,
    length: u32,
}

/// Orders what may be asked for: what is not more than was given last needs no work.
fn rank(flush: Option<Flush>) -> u32 {
    match flush {
        None => 0,
        Some(Flush::None) => 1,
        Some(Flush::Block) => 2,
        Some(Flush::Partial) => 3,
        Some(Flush::Sync) => 4,
        Some(Flush::Full) => 5,
        Some(Flush::Finish) => 6,
    }
}

impl Packer {
    fn new(format: Format, settings: Settings) -> Self {
        let mut packer = Packer {
            format,
            deflater: Box::new(Deflater::new(settings)),
            is_begun: false,
            is_over: false,
            asked: None,
            sum: 0,
            length: 0,
        };
        packer.begin();
        packer
    }

    fn begin(&mut self) {
        let begins_without_data = self.deflater.settings().begins_without_data;
        self.is_begun = false;
        self.is_over = false;
        self.asked = (!begins_without_data).then_some(Flush::None);
        self.sum = u32::from(self.format == Format::Zlib);
        self.length = 0;
    }

    fn reset(&mut self) {
        self.deflater.reset();
        self.begin();
    }

    fn choose(&mut self, level: usize, strategy: Strategy) {
        let is_unused = if self.deflater.settings().begins_without_data {
            self.asked.is_none() && !self.is_begun
        } else {
            !self.deflater.is_touched()
        };
        if self.deflater.is_changed_by(level, strategy) && !is_unused {
            // All was given by now, so that nothing comes of this.
            self.asked = Some(Flush::Block);
        }
        self.deflater.choose(level, strategy);
    }

    fn header(&self) -> Vec<u8> {
        /// The operating system a header names.
        const UNIX: u8 = 3;
        let Settings {
            level,
            window_bits,
            strategy,
            ..
        } = *self.deflater.settings();
        let is_quick = level < 2 || !matches!(strategy, Strategy::Default | Strategy::Filtered);
        match self.format {
            Format::Gzip => {
                let effort = match level {
                    9 => 2,
                    _ if is_quick => 4,
                    _ => 0,
                };
                vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, effort, UNIX]
            }
            Format::Zlib => {
                let effort = match level {
                    _ if is_quick => 0,
                    ..6 => 1,
                    6 => 2,
                    _ => 3,
                };
                let header = ((8 + ((window_bits - 8) << 4)) << 8) | (effort << 6);
                let sound = (header + 31 - header % 31) as u16;
                sound.to_be_bytes().to_vec()
            }
            _ => Vec::new(),
        }
    }

    fn write(
        &mut self,
        input: &[u8],
        flush: Flush,
        room: usize,
    ) -> std::result::Result<Written, Failure> {
        let mut rest = input;
        self.pack(&mut rest, flush, room)?;
        let taken = input.len() - rest.len();
        let output = self.deflater.output();
        let later = output.split_off(room.min(output.len()));
        let bytes = std::mem::replace(output, later);
        if self.is_over && self.deflater.output().is_empty() {
            self.deflater.rest();
        }
        Ok(Written { bytes, taken })
    }

    fn pack(
        &mut self,
        input: &mut &[u8],
        flush: Flush,
        room: usize,
    ) -> std::result::Result<(), Failure> {
        if self.is_over && flush != Flush::Finish {
            return Err(AFTER_LAST);
        }
        let asked = self.asked.replace(flush);
        let pending = self.deflater.output().len();
        if pending >= room {
            self.asked = None;
            return Ok(());
        }
        let is_idle = pending == 0 && input.is_empty() && flush != Flush::Finish;
        if is_idle && rank(Some(flush)) <= rank(asked) {
            return Ok(());
        }
        if self.is_over {
            return if input.is_empty() {
                Ok(())
            } else {
                Err(MORE_AFTER_LAST)
            };
        }
        if !self.is_begun {
            self.is_begun = true;
            let header = self.header();
            self.deflater.output().extend(header);
            if self.deflater.output().len() > room {
                self.asked = None;
                return Ok(());
            }
        }
        let is_asked = flush != Flush::None || self.deflater.is_ahead();
        if input.is_empty() && !is_asked {
            return Ok(());
        }
        let given = *input;
        let progress = self.deflater.write(input, flush, room);
        let taken = &given[..given.len() - input.len()];
        self.sum = match self.format {
            Format::Gzip => crc32(self.sum, taken),
            _ => adler32(self.sum, taken),
        };
        self.length = self.length.wrapping_add(taken.len() as u32);
        match progress {
            Progress::NeedsMore => {}
            Progress::BlockDone => self.deflater.mark(flush),
            Progress::Finished => self.end(),
        }
        if self.deflater.output().len() >= room {
            self.asked = None;
        }
        Ok(())
    }

    /// The sums at the end.
    fn end(&mut self) {
        self.is_over = true;
        let output = self.deflater.output();
        match self.format {
            Format::Gzip => {
                output.extend(self.sum.to_le_bytes());
                output.extend(self.length.to_le_bytes());
            }
            Format::Zlib => output.extend(self.sum.to_be_bytes()),
            _ => {}
        }
    }
}

/// Input is handed on in steps so small that the library's fast loop is not entered: it forgets what the failure was.
const STEP: usize = 14;

/// The bytes a gzip member begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Unpacks one member, or several where there may be.
pub(super) struct Unpacker {
    format: Format,
    window_bits: u32,
    /// Until the data is at its end.
    inflate: Option<Inflate>,
    /// How many bytes a gzip member begins with were seen, while the data may be anything.
    seen: usize,
    /// Whether another member may follow.
    has_members: bool,
}

impl Unpacker {
    fn new(format: Format, window_bits: u32) -> Self {
        let mut unpacker = Unpacker {
            format,
            window_bits,
            inflate: None,
            seen: 0,
            has_members: format == Format::Gzip,
        };
        unpacker.begin();
        unpacker
    }

    fn begin(&mut self) {
        let bits = self.window_bits as u8;
        self.inflate = Some(match self.format {
            Format::Raw => Inflate::new(false, bits),
            Format::Zlib => Inflate::new(true, bits),
            Format::Gzip => Inflate::new(true, bits + 16),
            Format::Any => Inflate::new(true, bits + 32),
        });
    }

    /// Looks whether what may be anything is gzip.
    fn recognise(&mut self, input: &[u8]) {
        for &byte in input {
            if self.format != Format::Any || self.seen == GZIP.len() {
                return;
            }
            let is_gzip = byte == GZIP[self.seen];
            self.seen = if is_gzip { self.seen + 1 } else { GZIP.len() };
            self.has_members = is_gzip && self.seen == GZIP.len();
        }
    }

    fn write(
        &mut self,
        input: &[u8],
        is_last: bool,
        room: usize,
    ) -> std::result::Result<Written, Failure> {
        self.recognise(input);
        let mut bytes = vec![0; room];
        let (mut taken, mut given) = (0, 0);
        loop {
            let follows = input.get(taken).is_some_and(|&byte| byte != 0);
            if self.inflate.is_none() && self.has_members && follows {
                self.begin();
            }
            let Some(inflate) = &mut self.inflate else {
                break;
            };
            let end = input.len().min(taken + STEP);
            let flush = if is_last && end == input.len() {
                InflateFlush::Finish
            } else {
                InflateFlush::NoFlush
            };
            let before = (inflate.total_in(), inflate.total_out());
            let done = inflate.decompress(&input[taken..end], &mut bytes[given..], flush);
            taken += (inflate.total_in() - before.0) as usize;
            given += (inflate.total_out() - before.1) as usize;
            match done {
                Ok(Status::StreamEnd) => self.inflate = None,
                // There is more input than it could use.
                Ok(_) if taken < end => break,
                Ok(_) if end < input.len() => {}
                Ok(_) if is_last && given < room => return Err(CUT_OFF),
                Ok(_) => break,
                Err(error) => return Err(failure(error, inflate.error_message())),
            }
        }
        bytes.truncate(given);
        Ok(Written { bytes, taken })
    }
}

fn failure(error: InflateError, said: Option<&'static str>) -> Failure {
    let (code, message) = match error {
        InflateError::NeedDict { .. } => ("Z_NEED_DICT", "Missing dictionary"),
        InflateError::StreamError => ("Z_STREAM_ERROR", "Zlib error"),
        InflateError::DataError => ("Z_DATA_ERROR", "Zlib error"),
        InflateError::MemError => ("Z_MEM_ERROR", "Zlib error"),
    };
    Failure {
        code,
        message: said.unwrap_or(message),
        errno: None,
    }
}

/// The engine of a kind, for options that were checked.
fn engine(ctx: &Ctx<'_>, kind: &str, options: &Object<'_>) -> Result<Engine> {
    let engine = match kind {
        "brotliCompress" => {
            Engine::PacksBrotli(brotli::Packer::new(brotli::Settings::of(options)?))
        }
        "brotliDecompress" => Engine::UnpacksBrotli(brotli::Unpacker::new()),
        _ => zlib_engine(ctx, kind, options)?,
    };
    spend(ctx, engine.size())?;
    Ok(engine)
}

fn zlib_engine(ctx: &Ctx<'_>, kind: &str, options: &Object<'_>) -> Result<Engine> {
    let zlib = act(ctx, |host| host.session.prepared.rules.zlib)?;
    let settings = Settings {
        level: options.get("level")?,
        window_bits: options.get("windowBits")?,
        memory_level: options.get("memLevel")?,
        strategy: Strategy::of(options.get("strategy")?),
        hashes_product: zlib.hashes_product,
        begins_without_data: zlib.begins_without_data,
    };
    Ok(Engine::of(kind, settings))
}

/// Makes the engine of a stream; gives its number.
fn open<'js>(ctx: Ctx<'js>, kind: String, options: Object<'js>) -> Result<usize> {
    let engine = engine(&ctx, &kind, &options)?;
    act(&ctx, |host| {
        let engines = &mut host.session.engines;
        engines.push(engine);
        engines.len() - 1
    })
}

/// What a program may still take; more room need not be there.
fn limited(ctx: &Ctx<'_>, room: f64) -> Result<usize> {
    let left = act(ctx, |host| host.session.bytes_left)?;
    Ok((room as usize).min(left + 1))
}

fn set_failure(object: &Object<'_>, failure: &Failure) -> Result<()> {
    object.set("code", failure.code)?;
    object.set("errno", failure.errno)?;
    object.set("message", failure.message)
}

/// What one job does: at most `room` bytes of `output`, `taken` of the input, or why it failed.
fn write<'js>(
    ctx: Ctx<'js>,
    engine: usize,
    data: TypedArray<'js, u8>,
    flush: usize,
    room: f64,
) -> Result<Object<'js>> {
    let room = limited(&ctx, room)?;
    let data = copy(&data);
    let written = act(&ctx, |host| {
        let engine = &mut host.session.engines[engine];
        let before = engine.size();
        let written = engine.write(&data, flush, room);
        let left = host.session.bytes_left + before;
        host.session.bytes_left = left.saturating_sub(engine.size());
        written
    })?;
    let object = Object::new(ctx.clone())?;
    match written {
        Ok(Written { bytes, taken }) => {
            spend(&ctx, bytes.len())?;
            object.set("output", array(&ctx, &bytes)?)?;
            object.set("taken", taken)?;
        }
        Err(failure) => set_failure(&object, &failure)?,
    }
    Ok(object)
}

/// Another level and strategy for what a stream packs from now on.
fn choose(ctx: Ctx<'_>, engine: usize, level: usize, strategy: usize) -> Result<()> {
    act(&ctx, |host| {
        host.session.engines[engine].choose(level, Strategy::of(strategy));
    })
}

/// The engine of a stream begins anew.
fn reset(ctx: Ctx<'_>, engine: usize) -> Result<()> {
    let grown = act(&ctx, |host| {
        let engine = &mut host.session.engines[engine];
        let before = engine.size();
        engine.reset();
        engine.size().saturating_sub(before)
    })?;
    spend(&ctx, grown)
}

/// Data that is worked on as a whole, job by job.
struct Whole<'d> {
    engine: Engine,
    /// What was not taken in yet.
    rest: &'d [u8],
    /// What is asked for of the data, and at its end, which is told apart from it or is not.
    flush: usize,
    finish: usize,
    is_last: bool,
    /// Bytes of a whole piece.
    piece: usize,
    /// Bytes the present piece has room for.
    room: usize,
    /// More than so many bytes are too much.
    most: f64,
    output: Vec<u8>,
    jobs: u32,
}

impl Whole<'_> {
    /// Gets one job done: says how many bytes came out of it, and how all of it ended if it was the last.
    fn work(&mut self) -> std::result::Result<(usize, Option<WholeEnd>), Failure> {
        self.jobs += 1;
        let flush = if self.is_last {
            self.finish
        } else {
            self.flush
        };
        let Written { bytes, taken } = self.engine.write(self.rest, flush, self.room)?;
        let given = bytes.len();
        let is_full = given == self.room;
        self.room = if is_full {
            self.piece
        } else {
            self.room - given
        };
        self.rest = &self.rest[taken..];
        self.output.extend(bytes);
        let end = if self.output.len() as f64 > self.most {
            Some(WholeEnd::TooMuch)
        } else if is_full {
            None
        } else if !self.rest.is_empty() {
            Some(WholeEnd::CutOff)
        } else if self.is_last {
            Some(WholeEnd::Complete)
        } else {
            self.is_last = true;
            None
        };
        Ok((given, end))
    }
}

/// Works on data as a whole, job by job. If its end is told `apart`, that takes a job of its own. Gives all the `output` or why
/// there is none, the number of `jobs`, and how it ended.
fn whole<'js>(
    ctx: Ctx<'js>,
    kind: String,
    options: Object<'js>,
    data: TypedArray<'js, u8>,
    apart: bool,
) -> Result<Object<'js>> {
    let engine = engine(&ctx, &kind, &options)?;
    let size = engine.size();
    let piece = limited(&ctx, options.get("chunkSize")?)?;
    let data = copy(&data);
    let mut whole = Whole {
        engine,
        rest: &data,
        flush: options.get("flush")?,
        finish: options.get("finishFlush")?,
        is_last: !apart,
        piece,
        room: piece,
        most: options.get("maxOutputLength")?,
        output: Vec::new(),
        jobs: 0,
    };
    let object = Object::new(ctx.clone())?;
    let end = loop {
        match whole.work() {
            Ok((given, end)) => {
                spend(&ctx, given)?;
                if let Some(end) = end {
                    break end;
                }
            }
            Err(failure) => {
                set_failure(&object, &failure)?;
                break WholeEnd::Failed;
            }
        }
    };
    act(&ctx, |host| host.session.bytes_left += size)?;
    object.set("output", array(&ctx, &whole.output)?)?;
    object.set("jobs", whole.jobs)?;
    object.set("end", end.name())?;
    Ok(object)
}

/// A call was given what it does not take.
fn answer_wrong_data<'js>(
    ctx: Ctx<'js>,
    callback: Function<'js>,
    error: JsValue<'js>,
) -> Result<bool> {
    work(&ctx, |machine, guest| {
        let (callback, error) = (guest.keep(&callback), guest.keep(&error));
        let answered = machine.answer_wrong_data(guest, callback, Value::Other(error));
        guest.release(callback);
        guest.release(error);
        called(answered)
    })
}

/// A call of zlib asks the pool; `end` and `jobs` are those its data came to.
fn answer_whole(ctx: Ctx<'_>, end: String, jobs: u32, answer: u32) -> Result<()> {
    let end = WholeEnd::ALL.iter().find(|each| each.name() == end);
    let end = *end.ok_or(rquickjs::Error::Unknown)?;
    with_guest(&ctx, |machine, guest| {
        machine.answer_whole(guest, end, jobs, CallbackId(answer))
    })
}
