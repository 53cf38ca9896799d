//! Deflate as the zlib in each Node does it, bit for bit: how many bytes come out of a write, and when, can be seen.
//!
//! What it finds is decided by its hash of the bytes at a position: a product from 18 on, before a checksum the processor makes.

mod blocks;
mod stored;

use blocks::Blocks;

const MATCH_MIN: usize = 3;
const MATCH_MAX: usize = 258;
/// Below this the window is filled again, unless the input is at its end.
const AHEAD_MIN: usize = MATCH_MAX + MATCH_MIN + 1;
/// A match of three bytes that is further away costs more than the bytes.
const TOO_FAR: usize = 4096;
/// Bytes of the window that only hashes look at.
const PADDING: usize = 8;

/// How matches are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strategy {
    Default,
    /// Short matches are given up.
    Filtered,
    /// None are.
    HuffmanOnly,
    /// Only of the byte before.
    Runs,
    /// No dynamic codes.
    Fixed,
}

impl Strategy {
    /// The strategy with this number.
    pub(super) fn of(number: usize) -> Self {
        match number {
            1 => Strategy::Filtered,
            2 => Strategy::HuffmanOnly,
            3 => Strategy::Runs,
            4 => Strategy::Fixed,
            _ => Strategy::Default,
        }
    }
}

/// What is to be given of what was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flush {
    /// What comes out by itself.
    None,
    /// All, so that it can be unpacked.
    Partial,
    /// All, up to a whole byte.
    Sync,
    /// All, and nothing after it refers to anything before it.
    Full,
    /// All; nothing follows.
    Finish,
    /// The block that was begun.
    Block,
}

impl Flush {
    /// The flush with this number.
    pub(super) fn of(number: usize) -> Self {
        match number {
            1 => Flush::Partial,
            2 => Flush::Sync,
            3 => Flush::Full,
            4 => Flush::Finish,
            5 => Flush::Block,
            _ => Flush::None,
        }
    }
}

/// How far work on some input came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// It wants more input, or more room.
    NeedsMore,
    /// All that was taken in is in blocks.
    BlockDone,
    /// The last block is written.
    Finished,
}

/// What a program may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Settings {
    /// From 0, where nothing is packed, to 9.
    pub(super) level: usize,
    pub(super) window_bits: u32,
    pub(super) memory_level: u32,
    pub(super) strategy: Strategy,
    /// Whether matches are found by a product of four bytes, as from 18 on.
    pub(super) hashes_product: bool,
    /// See [`ZlibRules`](crate::runtime::ZlibRules).
    pub(super) begins_without_data: bool,
}

/// How hard a level tries.
struct Effort {
    /// From this length on the search for a better one is short.
    good: usize,
    /// From this length on none is searched; without lazy matches, longer ones are not entered.
    lazy: usize,
    /// This length is enough.
    nice: usize,
    chain: usize,
}

const EFFORTS: [[usize; 4]; 10] = [
    [0, 0, 0, 0],
    [4, 4, 8, 4],
    [4, 5, 16, 8],
    [4, 6, 32, 32],
    [4, 4, 16, 16],
    [8, 16, 32, 32],
    [8, 16, 128, 128],
    [8, 32, 128, 256],
    [32, 128, 258, 1024],
    [32, 258, 258, 4096],
];

impl Effort {
    fn of(level: usize) -> Self {
        let [good, lazy, nice, chain] = EFFORTS[level];
        Effort {
            good,
            lazy,
            nice,
            chain,
        }
    }
}

/// CRC-32C of four bytes.
fn checksum(value: u32) -> u32 {
    (0..32).fold(value, |sum, _| (sum >> 1) ^ (0x82f6_3b78 * (sum & 1)))
}

/// A match that was found.
#[derive(Debug, Clone, Copy, Default)]
struct Found {
    start: usize,
    length: usize,
}

/// How strings are looked for; two levels or strategies that do not differ in it can follow each other inside of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Stored,
    Greedy,
    Lazy,
}

impl Method {
    fn of(level: usize) -> Self {
        match level {
            0 => Method::Stored,
            1..4 => Method::Greedy,
            _ => Method::Lazy,
        }
    }
}

/// Takes input bit by bit and gives what comes out; without header and sums.
pub(super) struct Deflater {
    settings: Settings,
    effort: Effort,
    /// Twice the size of what matches may reach, and padding. Positions are small numbers, and 0 stands for none.
    window: Vec<u8>,
    width: usize,
    /// Empty while nothing is to be packed any more.
    head: Vec<u16>,
    previous: Vec<u16>,
    /// The position in the window, and how many bytes it holds from there on.
    at: usize,
    ahead: usize,
    /// Where the present block begins, if that is still in the window.
    block_start: isize,
    found: Found,
    /// What was found one position before.
    before: Found,
    /// Whether the byte before the position is still to be coded.
    owes_byte: bool,
    /// How many strings before the position were not entered yet.
    owes_entries: usize,
    /// How often the window moved without what was entered; twice is as good as for ever.
    moves: u32,
    /// Whether anything was looked at yet.
    is_touched: bool,
    blocks: Blocks,
}

impl Deflater {
    pub(super) fn new(settings: Settings) -> Self {
        let width = 1 << settings.window_bits;
        let mut deflater = Deflater {
            settings,
            effort: Effort::of(settings.level),
            window: vec![0; 2 * width + PADDING],
            width,
            head: Vec::new(),
            previous: Vec::new(),
            at: 0,
            ahead: 0,
            block_start: 0,
            found: Found::default(),
            before: Found::default(),
            owes_byte: false,
            owes_entries: 0,
            moves: 0,
            is_touched: false,
            blocks: Blocks::new(settings),
        };
        deflater.reset();
        deflater
    }

    /// Begins anew; only what the window held stays.
    pub(super) fn reset(&mut self) {
        // With the processor's checksum the size of the table is not asked for.
        let hash_bits = if self.settings.hashes_product {
            (self.settings.memory_level + 7).max(15)
        } else {
            15
        };
        self.head = vec![0; 1 << hash_bits];
        self.previous = vec![0; self.width];
        self.at = 0;
        self.ahead = 0;
        self.block_start = 0;
        self.found.length = MATCH_MIN - 1;
        self.before.length = MATCH_MIN - 1;
        self.owes_byte = false;
        self.owes_entries = 0;
        self.blocks.reset();
    }

    /// Gives back what only packing needs.
    pub(super) fn rest(&mut self) {
        self.head = Vec::new();
        self.previous = Vec::new();
    }

    /// About how many bytes it holds.
    pub(super) fn size(&self) -> usize {
        if self.head.is_empty() {
            1 << 16
        } else {
            1 << 18
        }
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether another level or strategy has to wait until the block that was begun is given.
    pub(super) fn is_changed_by(&self, level: usize, strategy: Strategy) -> bool {
        strategy != self.settings.strategy || Method::of(level) != Method::of(self.settings.level)
    }

    /// Whether anything was looked at yet.
    pub(super) fn is_touched(&self) -> bool {
        self.is_touched
    }

    /// Whether it holds anything that is in no block yet.
    pub(super) fn holds_input(&self) -> bool {
        self.ahead > 0 || self.at as isize != self.block_start
    }

    /// Whether any input waits to be looked at.
    pub(super) fn is_ahead(&self) -> bool {
        self.ahead > 0
    }

    /// Goes on with another level and strategy.
    pub(super) fn choose(&mut self, level: usize, strategy: Strategy) {
        if self.settings.level == 0 && level != 0 {
            match self.moves {
                0 => {}
                1 => self.slide_entries(),
                _ => self.head.fill(0),
            }
            self.moves = 0;
        }
        self.settings.level = level;
        self.settings.strategy = strategy;
        self.effort = Effort::of(level);
        self.blocks.set_strategy(strategy);
    }

    /// How far a match may be away.
    fn reach(&self) -> usize {
        self.width - AHEAD_MIN
    }

    /// The bytes that came out and were not taken away.
    pub(super) fn output(&mut self) -> &mut Vec<u8> {
        &mut self.blocks.bits.bytes
    }

    fn is_full(&self, room: usize) -> bool {
        self.blocks.bits.bytes.len() >= room
    }

    /// Marks in the output that all before it was given.
    pub(super) fn mark(&mut self, flush: Flush) {
        match flush {
            Flush::Partial => self.blocks.bits.put_empty_fixed(),
            Flush::Block => {}
            _ => self.blocks.bits.begin_stored(0, false),
        }
        if flush == Flush::Full {
            self.head.fill(0);
            if self.ahead == 0 {
                self.at = 0;
                self.block_start = 0;
                self.owes_entries = 0;
            }
        }
    }

    /// Takes in of the input what there is room for, until `room` bytes are there to be taken away.
    pub(super) fn write(&mut self, input: &mut &[u8], flush: Flush, room: usize) -> Progress {
        let Settings {
            level, strategy, ..
        } = self.settings;
        if level == 0 {
            return self.store(input, flush, room);
        }
        self.is_touched = true;
        // So much has to be ahead, unless all is to be given.
        let least = match strategy {
            Strategy::HuffmanOnly => 1,
            Strategy::Runs => MATCH_MAX + 1,
            _ => AHEAD_MIN,
        };
        loop {
            if self.is_full(room) {
                return Progress::NeedsMore;
            }
            if self.ahead < least {
                self.fill(input);
                if self.ahead < least && flush == Flush::None {
                    return Progress::NeedsMore;
                }
                if self.ahead == 0 {
                    break;
                }
            }
            match strategy {
                Strategy::HuffmanOnly => self.step_by_byte(),
                Strategy::Runs => self.step_by_run(),
                _ if level < 4 => self.step_greedily(),
                _ => self.step_lazily(),
            }
        }
        if self.owes_byte {
            self.blocks.literal(self.window[self.at - 1]);
            self.owes_byte = false;
        }
        self.owes_entries = match strategy {
            Strategy::HuffmanOnly | Strategy::Runs => 0,
            _ => self.at.min(MATCH_MIN - 1),
        };
        if flush == Flush::Finish {
            self.end_block(true);
            return Progress::Finished;
        }
        if !self.blocks.is_empty() {
            self.end_block(false);
            if self.is_full(room) {
                return Progress::NeedsMore;
            }
        }
        Progress::BlockDone
    }

    /// Takes in as much as there is room for, moving the upper half of the window down if it must.
    fn fill(&mut self, input: &mut &[u8]) {
        while self.ahead < AHEAD_MIN {
            let mut room = 2 * self.width - self.ahead - self.at;
            if self.at >= self.width + self.reach() {
                let kept = self.width - room;
                self.window.copy_within(self.width..self.width + kept, 0);
                self.found.start = self.found.start.wrapping_sub(self.width);
                self.at -= self.width;
                self.block_start -= self.width as isize;
                self.owes_entries = self.owes_entries.min(self.at);
                self.slide_entries();
                room += self.width;
            }
            if input.is_empty() {
                return;
            }
            let (taken, rest) = input.split_at(room.min(input.len()));
            let end = self.at + self.ahead;
            self.window[end..end + taken.len()].copy_from_slice(taken);
            self.ahead += taken.len();
            *input = rest;
            if self.settings.hashes_product {
                self.enter_owed();
            }
        }
    }

    /// Enters what could not be before, as there was too little after it.
    fn enter_owed(&mut self) {
        while self.owes_entries > 0 && self.ahead + self.owes_entries > MATCH_MIN {
            self.enter(self.at - self.owes_entries);
            self.owes_entries -= 1;
        }
    }

    /// What was entered follows the window, which moved.
    fn slide_entries(&mut self) {
        let positions = self.head.iter_mut().chain(&mut self.previous);
        for position in positions {
            *position = usize::from(*position).saturating_sub(self.width) as u16;
        }
    }

    fn hash(&self, at: usize) -> usize {
        let byte = |offset: usize| u32::from(self.window[at + offset]);
        let mask = self.head.len() - 1;
        let value = byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24;
        let hash = if self.settings.hashes_product {
            value.wrapping_mul(66521).wrapping_add(66521) >> 16
        } else if self.settings.level >= 6 {
            checksum(value & 0xff_ffff)
        } else {
            checksum(value)
        };
        hash as usize & mask
    }

    /// Enters the string at a position; gives the last one before it that may be the same.
    fn enter(&mut self, at: usize) -> usize {
        let hash = self.hash(at);
        let before = std::mem::replace(&mut self.head[hash], at as u16);
        self.previous[at & (self.width - 1)] = before;
        usize::from(before)
    }

    /// The longest match for the string at the position, better than what was found before, along the chain of `candidate`.
    fn search(&self, mut candidate: usize, before: usize) -> Found {
        let window = &self.window;
        let at = self.at;
        let nice = self.effort.nice.min(self.ahead);
        let limit = at.saturating_sub(self.reach());
        let mut chain = self.effort.chain;
        if before >= self.effort.good {
            chain >>= 2;
        }
        let mut best = Found {
            start: self.found.start,
            length: before,
        };
        loop {
            if window[candidate + best.length] == window[at + best.length]
                && window[candidate + best.length - 1] == window[at + best.length - 1]
            {
                let pairs = window[candidate..].iter().zip(&window[at..at + MATCH_MAX]);
                let length = pairs.take_while(|(left, right)| left == right).count();
                if length > best.length.max(MATCH_MIN - 1) {
                    best = Found {
                        start: candidate,
                        length,
                    };
                    if length >= nice {
                        break;
                    }
                }
            }
            candidate = usize::from(self.previous[candidate & (self.width - 1)]);
            chain -= 1;
            if candidate <= limit || chain == 0 {
                break;
            }
        }
        best.length = best.length.min(self.ahead);
        best
    }

    /// Takes every match at once.
    fn step_greedily(&mut self) {
        let candidate = if self.ahead >= MATCH_MIN {
            self.enter(self.at)
        } else {
            0
        };
        if candidate != 0 && self.at - candidate <= self.reach() {
            self.found = self.search(candidate, self.before.length);
        }
        let Found { start, length } = self.found;
        let is_full = if length >= MATCH_MIN {
            let is_full = self.blocks.pair(length, self.at - start);
            self.ahead -= length;
            if length <= self.effort.lazy && self.ahead >= MATCH_MIN {
                for at in self.at + 1..self.at + length {
                    self.enter(at);
                }
            }
            self.at += length;
            self.found.length = 0;
            is_full
        } else {
            let is_full = self.blocks.literal(self.window[self.at]);
            self.ahead -= 1;
            self.at += 1;
            is_full
        };
        if is_full {
            self.end_block(false);
        }
    }

    /// Takes a match only if the next position has no longer one.
    fn step_lazily(&mut self) {
        let candidate = if self.ahead >= MATCH_MIN {
            self.enter(self.at)
        } else {
            0
        };
        self.before = self.found;
        let before = self.before;
        self.found.length = MATCH_MIN - 1;
        if candidate != 0 && before.length < self.effort.lazy && self.at - candidate <= self.reach()
        {
            self.found = self.search(candidate, before.length);
            let Found { start, length } = self.found;
            let is_far = length == MATCH_MIN && self.at.wrapping_sub(start) > TOO_FAR;
            if length <= 5 && (self.settings.strategy == Strategy::Filtered || is_far) {
                self.found.length = MATCH_MIN - 1;
            }
        }
        if before.length >= MATCH_MIN && self.found.length <= before.length {
            let last = self.at + self.ahead - MATCH_MIN;
            let is_full = self.blocks.pair(before.length, self.at - 1 - before.start);
            let end = self.at + before.length - 1;
            for at in self.at + 1..end {
                if at <= last {
                    self.enter(at);
                }
            }
            self.ahead -= before.length - 1;
            self.at = end;
            self.owes_byte = false;
            self.before.length = 0;
            self.found.length = MATCH_MIN - 1;
            if is_full {
                self.end_block(false);
            }
            return;
        }
        if self.owes_byte && self.blocks.literal(self.window[self.at - 1]) {
            self.end_block(false);
        }
        self.owes_byte = true;
        self.at += 1;
        self.ahead -= 1;
    }

    /// Takes bytes as they are.
    fn step_by_byte(&mut self) {
        self.found.length = 0;
        let is_full = self.blocks.literal(self.window[self.at]);
        self.at += 1;
        self.ahead -= 1;
        if is_full {
            self.end_block(false);
        }
    }

    /// Takes runs of the byte before.
    fn step_by_run(&mut self) {
        let most = MATCH_MAX.min(self.ahead);
        let is_same = |&&byte: &&u8| byte == self.window[self.at - 1];
        let length = match self.at {
            0 => 0,
            at => self.window[at..at + most]
                .iter()
                .take_while(is_same)
                .count(),
        };
        if length < MATCH_MIN {
            self.step_by_byte();
            return;
        }
        self.found.length = 0;
        let is_full = self.blocks.pair(length, 1);
        self.at += length;
        self.ahead -= length;
        if is_full {
            self.end_block(false);
        }
    }

    fn end_block(&mut self, is_last: bool) {
        let length = (self.at as isize - self.block_start) as usize;
        let stored = usize::try_from(self.block_start).ok();
        let stored = stored.map(|start| &self.window[start..self.at]);
        self.blocks.end(stored, length, is_last);
        self.block_start = self.at as isize;
    }
}
