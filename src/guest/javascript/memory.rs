//! The engine's memory: one region, bounded, whose contents can be put aside and put back.
//!
//! Everything the engine knows lives in the region, the allocator's own books included. Putting back a copy made when
//! the engine was fresh takes a fraction of the time of making a new engine, and leaves nothing of the run between.

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::cell::Cell;
use std::ptr::NonNull;
use std::rc::Rc;
use std::time::Duration;

use cpu_time::ThreadTime;
use rquickjs::allocator::Allocator;

/// Bytes one engine may hold. The system lends pages only as they are touched.
const MOST_BYTES: usize = 256 << 20;

/// Bytes behind those. The engine does not expect every small allocation to fail (an array's `length` never does, for instance),
/// so small blocks are still given out of these until it looks whether it has to stop.
const RESERVE_BYTES: usize = 32 << 20;

/// Bytes behind those, for nothing but the error that stops the engine, in such portions.
const LAST_BYTES: usize = 16 << 20;
const STOP_BYTES: usize = 64 << 10;

/// The largest block that is spared. The engine asks for this much at a time to make small blocks of.
const SPARED: usize = 4 << 10;

const REGION_BYTES: usize = MOST_BYTES + RESERVE_BYTES + LAST_BYTES;

/// Every block begins at a multiple of this, behind a header of this size that holds the block's size.
const ALIGN: usize = 16;

/// Blocks of up to this size come in steps of [`ALIGN`]; larger ones in four steps per doubling.
const SMALL: usize = 1024;
const SMALL_CLASSES: usize = SMALL / ALIGN;
const CLASSES: usize = SMALL_CLASSES + 1 + 4 * 20;

/// The books, at the start of the region.
#[repr(C)]
struct Books {
    /// Where the part that was never given out begins.
    top: usize,
    /// By size class, where the first free block begins (0: none); its first word says where the next does.
    free: [usize; CLASSES],
}

/// The size class of a block and the bytes blocks of that class hold.
fn class_of(size: usize) -> (usize, usize) {
    if size <= SMALL {
        let class = size.div_ceil(ALIGN).max(1);
        return (class, class * ALIGN);
    }
    let half = 1 << (usize::BITS - 1 - (size - 1).leading_zeros());
    let step = half / 4;
    let steps = (size - half).div_ceil(step);
    let doublings = (half.ilog2() - SMALL.ilog2()) as usize;
    (SMALL_CLASSES + doublings * 4 + steps, half + steps * step)
}

/// Why the engine was given no memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// There is none left.
    Space,
    /// The callback has been running for too long: a loop of costly operations is stopped nowhere else.
    Time,
}

/// Bytes one callback may ask for, given back or not.
const CHURN_BYTES: usize = 4 << 30;

/// How much time of the processor one callback may take at the very most. Only what no other limit stops gets there.
const CALLBACK_TIME: Duration = Duration::from_secs(5);

/// The same for one run.
const RUN_TIME: Duration = Duration::from_secs(8);

/// How many bytes are given out between two looks at the clock.
const BYTES_PER_LOOK: usize = 16 << 20;

/// A region of memory of one engine.
pub(super) struct Region {
    base: NonNull<u8>,
    refused: Cell<Option<Refused>>,
    /// Bytes that may still be given in small blocks after something was refused.
    reserve: Cell<usize>,
    /// Bytes the running callback asked for.
    churn: Cell<usize>,
    began: Cell<ThreadTime>,
    run_began: Cell<ThreadTime>,
}

impl Region {
    const LAYOUT: Layout = match Layout::from_size_align(REGION_BYTES, ALIGN) {
        Ok(layout) => layout,
        Err(_) => panic!("the layout of a region is valid"),
    };

    pub(super) fn new() -> Rc<Self> {
        // SAFETY: the layout has a size.
        let base = unsafe { alloc_zeroed(Self::LAYOUT) };
        let base = NonNull::new(base).unwrap_or_else(|| handle_alloc_error(Self::LAYOUT));
        let region = Region {
            base,
            refused: Cell::new(None),
            reserve: Cell::new(RESERVE_BYTES),
            churn: Cell::new(0),
            began: Cell::new(ThreadTime::now()),
            run_began: Cell::new(ThreadTime::now()),
        };
        region.books(|books| books.top = size_of::<Books>().next_multiple_of(ALIGN));
        Rc::new(region)
    }

    /// Why an allocation was refused since the contents were put back, if one was.
    pub(super) fn refused(&self) -> Option<Refused> {
        self.refused.get()
    }

    /// A callback begins.
    pub(super) fn begin_callback(&self) {
        let now = ThreadTime::now();
        self.churn.set(0);
        self.began.set(now);
        if now.duration_since(self.run_began.get()) > RUN_TIME {
            self.refused.set(Some(Refused::Time));
        }
    }

    /// Whether the running callback has been at it for too long.
    pub(super) fn is_late(&self) -> bool {
        let late = self.began.get().elapsed() > CALLBACK_TIME;
        if late {
            self.refused.set(Some(Refused::Time));
        }
        late
    }

    /// Sees to it that the error that stops the engine now can be made.
    pub(super) fn spare_for_stop(&self) {
        self.reserve.set(self.reserve.get().max(STOP_BYTES));
    }

    /// Takes note that the callback asks for so many bytes; true if it has gone too far.
    fn is_too_much(&self, size: usize) -> bool {
        let before = self.churn.get();
        let after = before.saturating_add(size);
        self.churn.set(after);
        if after > CHURN_BYTES {
            self.refused.set(Some(Refused::Time));
            return true;
        }
        before / BYTES_PER_LOOK != after / BYTES_PER_LOOK && self.is_late()
    }

    fn books<R>(&self, use_books: impl FnOnce(&mut Books) -> R) -> R {
        // SAFETY: the region begins with the books, zeroed memory is a valid state of them, and they are borrowed by
        // nobody else: the region stays on its thread and `use_books` never comes back here.
        use_books(unsafe { self.base.cast::<Books>().as_mut() })
    }

    /// A copy of all that is in use.
    pub(super) fn copy(&self) -> Vec<u8> {
        let top = self.books(|books| books.top);
        // SAFETY: the bytes up to `top` are inside the region and initialised.
        unsafe { std::slice::from_raw_parts(self.base.as_ptr(), top) }.to_vec()
    }

    /// Puts a copy back.
    ///
    /// # Safety
    ///
    /// The copy is of this region, and nothing outside of it refers to anything the engine made since, nor lacks a reference
    /// it had then.
    pub(super) unsafe fn put_back(&self, copy: &[u8]) {
        // SAFETY: the copy was taken from the start of this region and so fits into it; it is memory of its own.
        unsafe { std::ptr::copy_nonoverlapping(copy.as_ptr(), self.base.as_ptr(), copy.len()) };
        self.refused.set(None);
        self.reserve.set(RESERVE_BYTES);
        self.run_began.set(ThreadTime::now());
    }

    /// Bytes given out at some time since the contents were last put back.
    pub(super) fn reach(&self) -> usize {
        self.books(|books| books.top)
    }

    /// Whether a small block is given although there is a reason to refuse it.
    fn is_spared(&self, size: usize) -> bool {
        if size > SPARED {
            return false;
        }
        let bytes = ALIGN + class_of(size).1;
        let left = self.reserve.get().checked_sub(bytes);
        if let Some(left) = left {
            self.reserve.set(left);
        }
        left.is_some()
    }

    fn take(&self, size: usize) -> *mut u8 {
        let is_refused = self.refused.get().is_some() || self.is_too_much(size);
        if is_refused && !self.is_spared(size) {
            return std::ptr::null_mut();
        }
        let (class, bytes) = if size <= MOST_BYTES / 2 {
            class_of(size)
        } else {
            (0, usize::MAX)
        };
        let start = self.books(|books| {
            if class == 0 {
                return None;
            }
            let start = books.free[class];
            if start != 0 {
                // SAFETY: `start` is a free block of this region, whose first word is the next one's start.
                books.free[class] = unsafe { self.base.add(start).cast::<usize>().read() };
                return Some(start);
            }
            let start = books.top + ALIGN;
            let end = start + bytes;
            if end > MOST_BYTES {
                self.refused.set(Some(Refused::Space));
                if size > SPARED || end > REGION_BYTES {
                    return None;
                }
            }
            books.top = end;
            Some(start)
        });
        let Some(start) = start else {
            self.refused.set(Some(Refused::Space));
            return std::ptr::null_mut();
        };
        // SAFETY: `start` and the header before it are inside the region.
        unsafe {
            let block = self.base.add(start);
            block.sub(ALIGN).cast::<usize>().write(bytes);
            block.as_ptr()
        }
    }

    /// # Safety
    ///
    /// The block was given out by this region and not given back since.
    unsafe fn give_back(&self, block: *mut u8) {
        // SAFETY: by the contract.
        let (class, _) = class_of(unsafe { Bounded::usable_size(block) });
        let start = block as usize - self.base.as_ptr() as usize;
        self.books(|books| {
            // SAFETY: the block holds at least a word and is nobody's now.
            unsafe { block.cast::<usize>().write(books.free[class]) };
            books.free[class] = start;
        });
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: the region was allocated with this layout.
        unsafe { dealloc(self.base.as_ptr(), Self::LAYOUT) };
    }
}

/// The allocator the engine is given.
pub(super) struct Bounded {
    region: Rc<Region>,
}

impl Bounded {
    pub(super) fn new(region: Rc<Region>) -> Self {
        Bounded { region }
    }
}

// SAFETY: blocks are aligned to 16, hold what their header says, and do not overlap.
unsafe impl Allocator for Bounded {
    fn alloc(&mut self, size: usize) -> *mut u8 {
        self.region.take(size)
    }

    fn calloc(&mut self, count: usize, size: usize) -> *mut u8 {
        let bytes = count.saturating_mul(size);
        let block = self.region.take(bytes);
        if !block.is_null() {
            // SAFETY: the block holds at least so many bytes. What was used before, in this run or another, is not zero.
            unsafe { block.write_bytes(0, bytes) };
        }
        block
    }

    unsafe fn dealloc(&mut self, block: *mut u8) {
        if !block.is_null() {
            // SAFETY: the engine gives back what it was given.
            unsafe { self.region.give_back(block) };
        }
    }

    unsafe fn realloc(&mut self, block: *mut u8, size: usize) -> *mut u8 {
        if block.is_null() {
            return self.region.take(size);
        }
        // SAFETY: the engine hands in what it was given.
        let held = unsafe { Self::usable_size(block) };
        if size <= held && size > held / 2 {
            return block;
        }
        let moved = self.region.take(size);
        if !moved.is_null() {
            // SAFETY: two blocks that do not overlap, each at least so long; the old one is given back once.
            unsafe {
                std::ptr::copy_nonoverlapping(block, moved, held.min(size));
                self.region.give_back(block);
            }
        }
        moved
    }

    unsafe fn usable_size(block: *mut u8) -> usize {
        // SAFETY: the engine hands in what it was given, behind whose start stands its size.
        unsafe { block.sub(ALIGN).cast::<usize>().read() }
    }
}

#[cfg(test)]
mod tests {
    use super::{ALIGN, RESERVE_BYTES, Region, SPARED, class_of};

    #[test]
    fn a_class_holds_its_size_and_wastes_little() {
        for size in (1..5000).chain([65_536, 65_537, 1 << 20, (1 << 27) - 1]) {
            let (class, bytes) = class_of(size);
            assert!(bytes >= size, "{size} bytes do not fit into {bytes}");
            assert!(bytes < size + 16.max(size / 3), "{size} bytes take {bytes}");
            assert_eq!(
                class_of(bytes),
                (class, bytes),
                "a block of {bytes} bytes goes back to another class"
            );
        }
    }
    #[test]
    fn small_blocks_are_given_for_a_while_after_a_refusal() {
        let region = Region::new();
        assert!(region.take(usize::MAX).is_null());
        assert!(region.take(SPARED + 1).is_null());
        let given = (0..).take_while(|_| !region.take(SPARED).is_null());
        assert_eq!(given.count(), RESERVE_BYTES / (ALIGN + SPARED));
    }
}
