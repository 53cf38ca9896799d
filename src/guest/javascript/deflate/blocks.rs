//! Blocks of deflate: symbols gathered, the codes that fit them, and what is written.

use super::{MATCH_MAX, MATCH_MIN, Settings, Strategy};

/// Bits put together, the lowest first.
#[derive(Debug, Default)]
pub(super) struct Bits {
    pub(super) bytes: Vec<u8>,
    pending: u64,
    count: u32,
}

impl Bits {
    /// How many bytes the head of a stored block takes.
    pub(super) fn stored_head(&self) -> usize {
        (self.count as usize + 42) >> 3
    }

    /// The head of a stored block.
    pub(super) fn begin_stored(&mut self, length: usize, is_last: bool) {
        self.put(u32::from(is_last), 3);
        self.align();
        self.put(length as u32, 16);
        self.put(!length as u32 & 0xffff, 16);
    }

    /// An empty block of fixed codes: after it, all before it can be unpacked.
    pub(super) fn put_empty_fixed(&mut self) {
        self.put(2, 10);
    }

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
pub(super) struct Blocks {
    pub(super) bits: Bits,
    /// Lengths and distances; literals have the distance 0.
    symbols: Vec<(u16, u16)>,
    most: usize,
    settings: Settings,
    literals: Vec<u32>,
    distances: Vec<u32>,
}

impl Blocks {
    pub(super) fn new(settings: Settings) -> Self {
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

    /// Whether the present block has no symbols yet.
    pub(super) fn is_empty(&self) -> bool {
        self.symbols.is_empty()
    }

    /// Another strategy for what is written from now on.
    pub(super) fn set_strategy(&mut self, strategy: Strategy) {
        self.settings.strategy = strategy;
    }

    /// Nothing was gathered nor written.
    pub(super) fn reset(&mut self) {
        self.bits = Bits::default();
        self.begin();
    }

    fn begin(&mut self) {
        self.symbols.clear();
        self.literals = vec![0; LITERALS];
        self.literals[END] = 1;
        self.distances = vec![0; DISTANCES];
    }

    /// Adds a byte; says whether the block is full.
    pub(super) fn literal(&mut self, byte: u8) -> bool {
        self.literals[usize::from(byte)] += 1;
        self.symbols.push((u16::from(byte), 0));
        self.symbols.len() == self.most
    }

    /// Adds a match; says whether the block is full.
    pub(super) fn pair(&mut self, length: usize, distance: usize) -> bool {
        self.literals[length_symbol(length).0] += 1;
        self.distances[distance_symbol(distance).0] += 1;
        self.symbols.push((length as u16, distance as u16));
        self.symbols.len() == self.most
    }

    /// Writes the block in the way that takes the least room. `stored` are its bytes, if they are at hand.
    pub(super) fn end(&mut self, stored: Option<&[u8]>, length: usize, is_last: bool) {
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
                self.bits.begin_stored(length, is_last);
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
