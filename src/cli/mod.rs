//! The command line: arguments into calls, results into text, and an exit status.
//!
//! Exit status: 0 all as claimed; 1 something is not, or the search was interrupted; 2 the input cannot be used.

mod arguments;
mod check;
mod node;
mod output;
mod run;
mod session;
mod subject;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use output::{Output, Page};
use session::Session;

use crate::report::faults_json;
use crate::spec::Fault;

/// How a command ended, when there is nothing more to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    /// All as claimed.
    Good,
    /// Something is not as claimed, or not everything was seen.
    Bad,
    /// The input cannot be used.
    Unusable,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        ExitCode::from(match status {
            Status::Good => 0,
            Status::Bad => 1,
            Status::Unusable => 2,
        })
    }
}

/// Runs the command line.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let output = Output::standard();
    let typed: Vec<OsString> = arguments.into_iter().collect();
    let arguments = match Arguments::try_parse_from(&typed) {
        Ok(arguments) => arguments,
        Err(error) => return output.finish(usage(&error, &typed)),
    };
    let session = Session::begin();
    output.finish(match &arguments.command {
        Command::Check(check) => check::check(check, &session, &output),
        Command::Run(run) => run::run(run, &session, &output),
        Command::Explain(explain) => run::explain(explain),
        Command::Node(node) => node::node(node, &session, &output),
    })
}

/// The page for arguments that make no command: help that was asked for, or what is wrong with them.
fn usage(error: &clap::Error, typed: &[OsString]) -> Page {
    let text = error.render().to_string();
    let json = typed.iter().any(|word| word == "--format=json")
        || typed
            .windows(2)
            .any(|pair| pair[0] == "--format" && pair[1] == "json");
    if !error.use_stderr() {
        Page {
            text,
            errors: String::new(),
            status: Status::Good,
        }
    } else if json {
        let fault = Fault::of_file("arguments", text.trim_start_matches("error: ").trim_end());
        Page {
            text: faults_json(&[fault]),
            errors: String::new(),
            status: Status::Unusable,
        }
    } else {
        Page {
            text: String::new(),
            errors: text,
            status: Status::Unusable,
        }
    }
}
