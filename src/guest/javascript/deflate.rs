//! Deflate as the zlib in each Node does it, bit for bit: how many bytes come out of a write, and when, can be seen.
//!
//! What it finds is decided by its hash of the bytes at a position: a product from 18 on, before a checksum the processor makes.

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
    /// No dynamic codes.
    Fixed,
}

impl Strategy {
    /// The strategy with this number.
    pub(super) fn of(number: usize) -> Self {
        match number {
            1 => Strategy::Filtered,
            4 => Strategy::Fixed,
            _ => Strategy::Default,
        }
    }
}

/// What a program may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Settings {
    /// From 1 to 9.
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

const EFFORTS: [[usize; 4]; 9] = [
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
        let [good, lazy, nice, chain] = EFFORTS[level - 1];
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

/// Takes input bit by bit and gives what comes out; without header and sums.
pub(super) struct Deflater {
    settings: Settings,
    effort: Effort,
    /// Twice the size of what matches may reach, and padding. Positions are small numbers, and 0 stands for none.
    window: Vec<u8>,
    width: usize,
    head: Vec<u16>,
    previous: Vec<u16>,
    /// The position in the window, and how many bytes it holds from there on.
    at: usize,
    ahead: usize,
    /// Where the present block begins, if that is still in the window.
    block_start: isize,
    found: Found,
    /// Whether the byte before the position is still to be coded.
    owes_byte: bool,
    blocks: Blocks,
}

impl Deflater {
    pub(super) fn new(settings: Settings) -> Self {
        let width = 1 << settings.window_bits;
        // With the processor's checksum the size of the table is not asked for.
        let hash_bits = if settings.hashes_product {
            (settings.memory_level + 7).max(15)
        } else {
            15
        };
        Deflater {
            settings,
            effort: Effort::of(settings.level),
            window: vec![0; 2 * width + PADDING],
            width,
            head: vec![0; 1 << hash_bits],
            previous: vec![0; width],
            at: 0,
            ahead: 0,
            block_start: 0,
            found: Found {
                start: 0,
                length: MATCH_MIN - 1,
            },
            owes_byte: false,
            blocks: Blocks::new(settings),
        }
    }

    /// How far a match may be away.
    fn reach(&self) -> usize {
        self.width - AHEAD_MIN
    }

    /// The bytes that came out and were not taken away.
    pub(super) fn output(&mut self) -> &mut Vec<u8> {
        &mut self.blocks.bits.bytes
    }

    /// Takes in of the input what there is room for, until `room` bytes are there to be taken away. Says whether all was packed,
    /// which it is only if this input is the last.
    pub(super) fn write(&mut self, input: &mut &[u8], is_last: bool, room: usize) -> bool {
        loop {
            if self.blocks.bits.bytes.len() >= room {
                return false;
            }
            if self.ahead < AHEAD_MIN {
                self.fill(input);
                if self.ahead < AHEAD_MIN && !is_last {
                    return false;
                }
                if self.ahead == 0 {
                    break;
                }
            }
            if self.settings.level < 4 {
                self.step_greedily();
            } else {
                self.step_lazily();
            }
        }
        if self.owes_byte {
            self.blocks.literal(self.window[self.at - 1]);
            self.owes_byte = false;
        }
        self.end_block(true);
        true
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
                let positions = self.head.iter_mut().chain(&mut self.previous);
                for position in positions {
                    *position = usize::from(*position).saturating_sub(self.width) as u16;
                }
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
                if length > best.length {
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
            self.found = self.search(candidate, MATCH_MIN - 1);
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
        let before = self.found;
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

    fn end_block(&mut self, is_last: bool) {
        let length = (self.at as isize - self.block_start) as usize;
        let stored = usize::try_from(self.block_start).ok();
        let stored = stored.map(|start| &self.window[start..self.at]);
        self.blocks.end(stored, length, is_last);
        self.block_start = self.at as isize;
    }
}

/// Bits put together, the lowest first.
#[derive(Debug, Default)]
struct Bits {
    bytes: Vec<u8>,
    pending: u64,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        self.pending |= u64::from(value) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.pending as u8);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    fn align(&mut self) {
        self.put(0, self.count.wrapping_neg() % 8);
    }
}

const END: usize = 256;
const LITERALS: usize = 286;
const DISTANCES: usize = 30;
const LENGTHS: usize = 19;
/// The order in which the lengths of the codes of lengths are written.
const ORDER: [usize; LENGTHS] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// The symbol of a length, its extra bits and how many these are.
fn length_symbol(length: usize) -> (usize, u32, u32) {
    let value = length - MATCH_MIN;
    if length == MATCH_MAX {
        return (285, 0, 0);
    }
    if value < 8 {
        return (257 + value, 0, 0);
    }
    let extra = value.ilog2() - 2;
    let symbol = 257 + 4 * extra as usize + (value >> extra);
    (symbol, (value & ((1 << extra) - 1)) as u32, extra)
}

/// The same for a distance.
fn distance_symbol(distance: usize) -> (usize, u32, u32) {
    let value = distance - 1;
    if value < 4 {
        return (value, 0, 0);
    }
    let extra = value.ilog2() - 1;
    let symbol = 2 * extra as usize + (value >> extra);
    (symbol, (value & ((1 << extra) - 1)) as u32, extra)
}

fn literal_extra(symbol: usize) -> u32 {
    match symbol {
        265..285 => (symbol as u32 - 261) / 4,
        _ => 0,
    }
}

fn distance_extra(symbol: usize) -> u32 {
    (symbol as u32 / 2).saturating_sub(1)
}

fn length_extra(symbol: usize) -> u32 {
    match symbol {
        16 => 2,
        17 => 3,
        18 => 7,
        _ => 0,
    }
}

fn fixed_length(symbol: usize) -> u32 {
    match symbol {
        144..256 => 9,
        256..280 => 7,
        _ => 8,
    }
}

/// Codes of symbols.
struct Codes {
    lengths: Vec<u32>,
    codes: Vec<u32>,
    /// The last symbol that has a code.
    last: usize,
}

impl Codes {
    /// The codes that follow from their lengths.
    fn of(lengths: Vec<u32>, last: usize) -> Self {
        let mut next = [0_u32; 17];
        for &length in &lengths {
            next[length as usize + 1] += u32::from(length > 0);
        }
        for length in 1..next.len() {
            next[length] = (next[length] + next[length - 1]) << 1;
        }
        let code = |&length: &u32| {
            if length == 0 {
                return 0;
            }
            let code = next[length as usize];
            next[length as usize] += 1;
            code.reverse_bits() >> (32 - length)
        };
        let codes = lengths.iter().map(code).collect();
        Codes {
            lengths,
            codes,
            last,
        }
    }

    fn fixed_literals() -> Self {
        Codes::of((0..288).map(fixed_length).collect(), 287)
    }

    fn fixed_distances() -> Self {
        Codes::of(vec![5; DISTANCES], DISTANCES - 1)
    }

    fn put(&self, bits: &mut Bits, symbol: usize) {
        bits.put(self.codes[symbol], self.lengths[symbol]);
    }
}

/// Finds the lengths of codes for symbols that occur so often, none longer than `most`.
struct Builder {
    /// How many symbols there are; nodes above them are joined ones.
    count: usize,
    weights: Vec<u32>,
    depths: Vec<u32>,
    parents: Vec<usize>,
    heap: Vec<usize>,
}

impl Builder {
    fn build(frequencies: &[u32], most: u32) -> Codes {
        let count = frequencies.len();
        let mut heap: Vec<usize> = (0..count).filter(|&at| frequencies[at] > 0).collect();
        let mut last = heap.last().copied();
        let mut weights = frequencies.to_vec();
        weights.resize(2 * count, 0);
        // There are two codes at least.
        while heap.len() < 2 {
            let forced = match last {
                Some(at) if at >= 2 => 0,
                _ => last.map_or(0, |at| at + 1),
            };
            if last.is_none_or(|at| at < 2) {
                last = Some(forced);
            }
            weights[forced] = 1;
            heap.push(forced);
        }
        let mut builder = Builder {
            count,
            weights,
            depths: vec![0; 2 * count],
            parents: vec![0; 2 * count],
            heap,
        };
        let nodes = builder.join();
        let last = last.unwrap_or(0);
        let lengths = builder.lengths(&nodes, most);
        Codes::of(lengths, last)
    }

    fn is_before(&self, left: usize, right: usize) -> bool {
        let key = |at: usize| (self.weights[at], self.depths[at]);
        key(left) <= key(right)
    }

    fn sift(&mut self, mut at: usize) {
        let node = self.heap[at];
        loop {
            let mut child = 2 * at + 1;
            if child >= self.heap.len() {
                break;
            }
            if child + 1 < self.heap.len() && self.is_before(self.heap[child + 1], self.heap[child])
            {
                child += 1;
            }
            if self.is_before(node, self.heap[child]) {
                break;
            }
            self.heap[at] = self.heap[child];
            at = child;
        }
        self.heap[at] = node;
    }

    /// Joins the two lightest nodes until one is left. Gives all, the heaviest first.
    fn join(&mut self) -> Vec<usize> {
        for at in (0..self.heap.len() / 2).rev() {
            self.sift(at);
        }
        let mut nodes = Vec::new();
        let mut next = self.count;
        while self.heap.len() >= 2 {
            let left = self.heap.swap_remove(0);
            self.sift(0);
            let right = self.heap[0];
            nodes.extend([left, right]);
            self.weights[next] = self.weights[left] + self.weights[right];
            self.depths[next] = self.depths[left].max(self.depths[right]) + 1;
            self.parents[left] = next;
            self.parents[right] = next;
            self.heap[0] = next;
            self.sift(0);
            next += 1;
        }
        nodes.push(self.heap[0]);
        nodes.reverse();
        nodes
    }

    fn lengths(&self, nodes: &[usize], longest: u32) -> Vec<u32> {
        let count = self.count;
        let most = longest as usize;
        let mut lengths = vec![0; 2 * count];
        let mut counts = vec![0_usize; most + 1];
        let mut too_long = 0;
        for &node in &nodes[1..] {
            let length = lengths[self.parents[node]] + 1;
            too_long += usize::from(length > longest);
            lengths[node] = length.min(longest);
            if node < count {
                counts[lengths[node] as usize] += 1;
            }
        }
        if too_long > 0 {
            while too_long > 0 {
                let mut at = most - 1;
                while counts[at] == 0 {
                    at -= 1;
                }
                counts[at] -= 1;
                counts[at + 1] += 2;
                counts[most] -= 1;
                too_long = too_long.saturating_sub(2);
            }
            let mut leaves = nodes.iter().rev().filter(|&&node| node < count);
            for (length, &many) in counts.iter().enumerate().skip(1).rev() {
                for &leaf in leaves.by_ref().take(many) {
                    lengths[leaf] = length as u32;
                }
            }
        }
        lengths.truncate(count);
        lengths
    }
}

/// Lengths of codes as they are written: a symbol and its extra bits.
fn runs(codes: &Codes, into: &mut Vec<(usize, u32)>) {
    let lengths = &codes.lengths[..=codes.last];
    let mut before = None;
    let mut at = 0;
    while at < lengths.len() {
        let length = lengths[at];
        // A run of the length that came before may be shorter, as nothing has to be said first.
        let repeats = before == Some(length);
        let most = if length == 0 {
            138
        } else if repeats {
            6
        } else {
            7
        };
        let same = lengths[at..].iter().take_while(|&&each| each == length);
        let count = same.count().min(most);
        let least = if length == 0 || repeats { 3 } else { 4 };
        if count < least {
            into.extend(std::iter::repeat_n((length as usize, 0), count));
        } else if length != 0 {
            let said = usize::from(!repeats);
            into.extend(std::iter::repeat_n((length as usize, 0), said));
            into.push((16, (count - said - 3) as u32));
        } else if count <= 10 {
            into.push((17, (count - 3) as u32));
        } else {
            into.push((18, (count - 11) as u32));
        }
        before = Some(length);
        at += count;
    }
}

/// The symbols of the present block, and the blocks that were written.
struct Blocks {
    bits: Bits,
    /// Lengths and distances; literals have the distance 0.
    symbols: Vec<(u16, u16)>,
    most: usize,
    settings: Settings,
    literals: Vec<u32>,
    distances: Vec<u32>,
}

impl Blocks {
    fn new(settings: Settings) -> Self {
        let mut blocks = Blocks {
            bits: Bits::default(),
            symbols: Vec::new(),
            most: (1 << (settings.memory_level + 6)) - 1,
            settings,
            literals: Vec::new(),
            distances: Vec::new(),
        };
        blocks.begin();
        blocks
    }

    fn begin(&mut self) {
        self.symbols.clear();
        self.literals = vec![0; LITERALS];
        self.literals[END] = 1;
        self.distances = vec![0; DISTANCES];
    }

    /// Adds a byte; says whether the block is full.
    fn literal(&mut self, byte: u8) -> bool {
        self.literals[usize::from(byte)] += 1;
        self.symbols.push((u16::from(byte), 0));
        self.symbols.len() == self.most
    }

    /// Adds a match; says whether the block is full.
    fn pair(&mut self, length: usize, distance: usize) -> bool {
        self.literals[length_symbol(length).0] += 1;
        self.distances[distance_symbol(distance).0] += 1;
        self.symbols.push((length as u16, distance as u16));
        self.symbols.len() == self.most
    }

    /// Writes the block in the way that takes the least room. `stored` are its bytes, if they are at hand.
    fn end(&mut self, stored: Option<&[u8]>, length: usize, is_last: bool) {
        let literals = Builder::build(&self.literals, 15);
        let distances = Builder::build(&self.distances, 15);
        let mut lengths = Vec::new();
        runs(&literals, &mut lengths);
        runs(&distances, &mut lengths);
        let mut frequencies = [0; LENGTHS];
        for &(symbol, _) in &lengths {
            frequencies[symbol] += 1;
        }
        let length_codes = Builder::build(&frequencies, 7);
        let mut said = LENGTHS;
        while said > 4 && length_codes.lengths[ORDER[said - 1]] == 0 {
            said -= 1;
        }

        let sum = |frequencies: &[u32], cost: &dyn Fn(usize) -> u32| -> usize {
            let costs = frequencies.iter().enumerate();
            costs
                .map(|(symbol, &count)| (count * cost(symbol)) as usize)
                .sum()
        };
        let dynamic = sum(&self.literals, &|symbol| {
            literals.lengths[symbol] + literal_extra(symbol)
        }) + sum(&self.distances, &|symbol| {
            distances.lengths[symbol] + distance_extra(symbol)
        }) + sum(&frequencies, &|symbol| {
            length_codes.lengths[symbol] + length_extra(symbol)
        }) + 3 * said
            + 14;
        let fixed = sum(&self.literals, &|symbol| {
            fixed_length(symbol) + literal_extra(symbol)
        }) + sum(&self.distances, &|symbol| 5 + distance_extra(symbol));
        let in_bytes = |bits: usize| (bits + 3 + 7) >> 3;
        let must_be_fixed = self.settings.strategy == Strategy::Fixed;
        let fixed_is_least = in_bytes(fixed) <= in_bytes(dynamic);
        let is_fixed = fixed_is_least || must_be_fixed;
        // A block whose codes have to be fixed is held against others all the same up to 16.
        let counts_fixed = fixed_is_least || (must_be_fixed && self.settings.hashes_product);
        let least = in_bytes(if counts_fixed { fixed } else { dynamic });
        let kind = u32::from(is_last);
        match stored {
            Some(stored) if length + 4 <= least => {
                self.bits.put(kind, 3);
                self.bits.align();
                self.bits.put(length as u32, 16);
                self.bits.put(!length as u32 & 0xffff, 16);
                self.bits.bytes.extend_from_slice(stored);
            }
            _ if is_fixed => {
                self.bits.put(2 + kind, 3);
                self.write(&Codes::fixed_literals(), &Codes::fixed_distances());
            }
            _ => {
                self.bits.put(4 + kind, 3);
                self.bits.put(literals.last as u32 + 1 - 257, 5);
                self.bits.put(distances.last as u32 + 1 - 1, 5);
                self.bits.put(said as u32 - 4, 4);
                for &symbol in &ORDER[..said] {
                    self.bits.put(length_codes.lengths[symbol], 3);
                }
                for (symbol, extra) in lengths {
                    length_codes.put(&mut self.bits, symbol);
                    self.bits.put(extra, length_extra(symbol));
                }
                self.write(&literals, &distances);
            }
        }
        self.begin();
        if is_last {
            self.bits.align();
        }
    }

    fn write(&mut self, literals: &Codes, distances: &Codes) {
        for &(value, distance) in &self.symbols {
            let value = usize::from(value);
            if distance == 0 {
                literals.put(&mut self.bits, value);
                continue;
            }
            let (symbol, extra, count) = length_symbol(value);
            literals.put(&mut self.bits, symbol);
            self.bits.put(extra, count);
            let (symbol, extra, count) = distance_symbol(usize::from(distance));
            distances.put(&mut self.bits, symbol);
            self.bits.put(extra, count);
        }
        literals.put(&mut self.bits, END);
    }
}
