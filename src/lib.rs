//! tickproof.
pub mod program;
pub mod runtime;
