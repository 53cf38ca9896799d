//! The laws, for whoever holds them against something.

#[path = "../../fuzz/targets/flow.rs"]
mod flow;

pub(crate) mod agreement;
mod draw;
pub(crate) mod handles;
pub(crate) mod loops;
pub(crate) mod renaming;
pub(crate) mod streams;
pub(crate) mod timers;
pub(crate) mod zone;
