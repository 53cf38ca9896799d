//! The engine's memory: bounded, and telling when the bound was hit, which a program could otherwise hide by catching
//! the error.

use std::cell::Cell;
use std::rc::Rc;

use rquickjs::allocator::{Allocator, RustAllocator};

/// Bytes one engine may hold.
const BYTES_MAX: usize = 256 << 20;

/// Rust's allocator with a bound.
pub(super) struct Bounded {
    inner: RustAllocator,
    used: usize,
    refused: Rc<Cell<bool>>,
}

impl Bounded {
    /// `refused` is set when an allocation is refused.
    pub(super) fn new(refused: Rc<Cell<bool>>) -> Self {
        Bounded { inner: RustAllocator, used: 0, refused }
    }

    fn admits(&self, size: usize) -> bool {
        let admits = self.used.saturating_add(size) <= BYTES_MAX;
        if !admits {
            self.refused.set(true);
        }
        admits
    }

    fn count(&mut self, pointer: *mut u8) -> *mut u8 {
        if !pointer.is_null() {
            // SAFETY: the pointer was just given out by `RustAllocator`.
            self.used += unsafe { RustAllocator::usable_size(pointer) };
        }
        pointer
    }
}

// SAFETY: every pointer comes from `RustAllocator`, which keeps the contract, or is null.
unsafe impl Allocator for Bounded {
    fn alloc(&mut self, size: usize) -> *mut u8 {
        if !self.admits(size) {
            return std::ptr::null_mut();
        }
        let pointer = self.inner.alloc(size);
        self.count(pointer)
    }

    fn calloc(&mut self, count: usize, size: usize) -> *mut u8 {
        if !self.admits(count.saturating_mul(size)) {
            return std::ptr::null_mut();
        }
        let pointer = self.inner.calloc(count, size);
        self.count(pointer)
    }

    unsafe fn dealloc(&mut self, pointer: *mut u8) {
        if !pointer.is_null() {
            // SAFETY: the caller hands back a pointer of this allocator.
            unsafe {
                self.used -= RustAllocator::usable_size(pointer);
                self.inner.dealloc(pointer);
            }
        }
    }

    unsafe fn realloc(&mut self, pointer: *mut u8, new_size: usize) -> *mut u8 {
        if pointer.is_null() {
            return self.alloc(new_size);
        }
        // SAFETY: the caller hands back a pointer of this allocator.
        let old_size = unsafe { RustAllocator::usable_size(pointer) };
        if !self.admits(new_size.saturating_sub(old_size)) {
            return std::ptr::null_mut();
        }
        // SAFETY: as above.
        let moved = unsafe { self.inner.realloc(pointer, new_size) };
        if moved.is_null() {
            return moved;
        }
        self.used -= old_size;
        self.count(moved)
    }

    unsafe fn usable_size(pointer: *mut u8) -> usize {
        // SAFETY: the caller hands in a pointer of this allocator.
        unsafe { RustAllocator::usable_size(pointer) }
    }
}
