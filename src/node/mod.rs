//! The real thing: a program on Node binaries, compared with what is predicted.
//!
//! Real Node is the judge of the model. [`find`] and [`install`] have binaries at hand, [`compare()`] runs a program on one of them,
//! many times, and says what was predicted and seen, predicted and not seen, and seen though not predicted, which is
//! a bug of the model. What differs between the runs is only time: a library preloaded into the process (`interpose.c`) decides
//! what the loop's clock shows and in which order pool threads get their jobs done, at random or along a witness
//! ([`Orders`]); everything else is Node's own doing.
//!
//! Left out: systems without `LD_PRELOAD`, where runs differ only by chance.

mod binary;
mod compare;
mod interpose;
mod orders;
pub mod random;
mod stage;

pub use binary::{Binary, BinaryError, cache_folder, find, install};
pub use compare::{Comparison, Effort, Fate, Seen, compare};
pub use interpose::AVAILABLE as CAN_STEER;
pub use orders::{Orders, PollPlan, Weather};
pub use stage::{End, Observed, StageError};
