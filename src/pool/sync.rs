//! What threads are made of. `tests/loom.rs` puts loom's in its place.

pub(super) use std::sync::atomic::{AtomicBool, Ordering};
pub(super) use std::sync::{Condvar, Mutex};
pub(super) use std::thread;
