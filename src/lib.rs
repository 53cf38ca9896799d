//! tickproof.
pub mod explore;
pub mod guest;
pub mod program;
pub mod runtime;
