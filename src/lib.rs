//! tickproof.
pub mod cli;
pub mod explore;
pub mod guest;
pub mod program;
pub mod report;
pub mod runtime;
pub mod spec;
