//! The command line tool.

use std::process::ExitCode;

fn main() -> ExitCode {
    tickproof::cli::main(std::env::args_os())
}
