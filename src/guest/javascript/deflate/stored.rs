//! Data that is not packed, level 0: blocks go from the input to the output, as large as there is room for them.

use super::{Deflater, Flush, Progress};

/// The most bytes a block can have.
const BLOCK_MAX: usize = 65535;

impl Deflater {
    /// The most bytes it holds back in a block of its own, head included.
    fn pending_size(&self) -> usize {
        4 << (self.settings.memory_level + 6)
    }

    /// Takes in of the input what there is room for, until `room` bytes are there to be taken away.
    pub(super) fn store(&mut self, input: &mut &[u8], flush: Flush, room: usize) -> Progress {
        let given = *input;
        if self.store_directly(input, flush, room) {
            return Progress::Finished;
        }
        self.remember(&given[..given.len() - input.len()]);
        let is_flushed = !matches!(flush, Flush::None | Flush::Finish);
        if is_flushed && input.is_empty() && !self.holds_input() {
            return Progress::BlockDone;
        }
        self.hold_back(input);
        let most = (self.pending_size() - self.blocks.bits.stored_head()).min(BLOCK_MAX);
        let held = self.held();
        let is_asked = (held > 0 || flush == Flush::Finish) && flush != Flush::None;
        if held < most.min(self.width) && !(is_asked && input.is_empty() && held <= most) {
            return Progress::NeedsMore;
        }
        let length = held.min(most);
        let is_last = flush == Flush::Finish && input.is_empty() && length == held;
        self.blocks.bits.begin_stored(length, is_last);
        self.give(length);
        if is_last {
            Progress::Finished
        } else {
            Progress::NeedsMore
        }
    }

    /// How many bytes of the window are in no block yet.
    fn held(&self) -> usize {
        (self.at as isize - self.block_start) as usize
    }

    /// Gives bytes of the window.
    fn give(&mut self, length: usize) {
        let start = self.block_start as usize;
        let bytes = &self.window[start..start + length];
        self.blocks.bits.bytes.extend_from_slice(bytes);
        self.block_start += length as isize;
    }

    /// Writes blocks while they are large enough, or the last ones asked for; says whether the last one of all was written.
    fn store_directly(&mut self, input: &mut &[u8], flush: Flush, room: usize) -> bool {
        let least = (self.pending_size() - 5).min(self.width);
        loop {
            let left = room.saturating_sub(self.blocks.bits.bytes.len());
            let Some(left) = left.checked_sub(self.blocks.bits.stored_head()) else {
                return false;
            };
            let held = self.held();
            let all = held + input.len();
            let length = BLOCK_MAX.min(all).min(left);
            let is_too_little = length < least
                && ((length == 0 && flush != Flush::Finish)
                    || flush == Flush::None
                    || length != all);
            if is_too_little {
                return false;
            }
            let is_last = flush == Flush::Finish && length == all;
            self.blocks.bits.begin_stored(length, is_last);
            let from_window = held.min(length);
            self.give(from_window);
            let (direct, rest) = input.split_at(length - from_window);
            self.blocks.bits.bytes.extend_from_slice(direct);
            *input = rest;
            if is_last {
                return true;
            }
        }
    }

    /// Keeps in the window what went from the input to the output: later matches may refer to it.
    fn remember(&mut self, stored: &[u8]) {
        if stored.is_empty() {
            return;
        }
        self.is_touched = true;
        if stored.len() >= self.width {
            self.moves = 2;
            let kept = &stored[stored.len() - self.width..];
            self.window[..self.width].copy_from_slice(kept);
            self.at = self.width;
            if self.settings.hashes_product {
                self.owes_entries = self.width;
            }
        } else {
            if 2 * self.width - self.at <= stored.len() {
                self.move_down();
            }
            self.window[self.at..self.at + stored.len()].copy_from_slice(stored);
            self.at += stored.len();
            self.owe(stored.len());
        }
        self.block_start = self.at as isize;
    }

    /// Takes what there is room for into the window.
    fn hold_back(&mut self, input: &mut &[u8]) {
        // Before 18 one byte of the window stayed free.
        let spare = usize::from(!self.settings.hashes_product);
        let mut room = 2 * self.width - self.at - spare;
        if input.len() > room && self.block_start >= self.width as isize {
            self.block_start -= self.width as isize;
            self.move_down();
            room += self.width;
        }
        let (taken, rest) = input.split_at(room.min(input.len()));
        if taken.is_empty() {
            return;
        }
        self.is_touched = true;
        self.window[self.at..self.at + taken.len()].copy_from_slice(taken);
        self.at += taken.len();
        self.owe(taken.len());
        *input = rest;
    }

    /// Moves the upper half of the window down; what was entered follows once that is of use.
    fn move_down(&mut self) {
        self.at -= self.width;
        self.window.copy_within(self.width..self.width + self.at, 0);
        self.moves = (self.moves + 1).min(2);
        self.owes_entries = self.owes_entries.min(self.at);
    }

    /// So many strings more were not entered.
    fn owe(&mut self, count: usize) {
        self.owes_entries = self.width.min(self.owes_entries + count);
    }
}
