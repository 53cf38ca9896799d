//! The command line tool.

use std::process::ExitCode;

fn main() -> ExitCode {
    tickproof::use_universal_time();
    tickproof::cli::main(std::env::args_os())
}
