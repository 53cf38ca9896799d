//! The implementations of [`Guest`](crate::runtime::Guest): what supplies the callbacks.

pub mod javascript;
pub mod script;
