//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::explore::{Limits, Schedule};
use crate::node::Effort;
use crate::program::{Assumptions, RejectionMode};
use crate::spec::{limit_steps, parse_ms, parse_range};

/// Settles arguments about Node.js ordering: every schedule of a program, exactly, per Node major.
#[derive(Debug, Parser)]
#[command(version, disable_help_subcommand = true, propagate_version = true)]
#[command(
    after_help = "Exit status: 0 all as claimed, 1 something is not, 2 the input cannot be used."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Judge the claims of specs over every schedule, against what is recorded
    Check(Check),
    /// List every outcome of a program, with a schedule that shows each
    Run(Run),
    /// Show one run of a program as a timeline of turns, phases and callbacks
    Explain(Explain),
    /// Run programs on real Node binaries and compare with the prediction
    Node(Node),
}

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Specs, or folders of them
    #[arg(value_name = "PATH", default_value = "specs")]
    pub(super) paths: Vec<PathBuf>,
    /// Judge only on these majors: 22, >=20, 12-18, 18,22 [default: those of each spec]
    #[arg(long, value_name = "RANGE", value_parser = parse_majors)]
    pub(super) node: Option<Majors>,
    #[command(flatten)]
    pub(super) search: SearchArguments,
    #[command(flatten)]
    pub(super) page: PageArguments,
}

#[derive(Debug, Args)]
pub(super) struct Run {
    #[command(flatten)]
    pub(super) program: ProgramArguments,
    #[command(flatten)]
    pub(super) search: SearchArguments,
    #[command(flatten)]
    pub(super) page: PageArguments,
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    #[command(flatten)]
    pub(super) program: ProgramArguments,
    /// The schedule to show, as `run` and `check` print it [default: as little time as possible passes]
    #[arg(long, value_name = "SCHEDULE", value_parser = str::parse::<Schedule>)]
    pub(super) schedule: Option<Schedule>,
    /// Cite the rules of the runtime that were applied
    #[arg(long)]
    pub(super) rules: bool,
    /// Cut the run after this many callbacks
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) max_steps: Option<u64>,
    #[command(flatten)]
    pub(super) page: PageArguments,
}

#[derive(Debug, Args)]
pub(super) struct Node {
    /// Programs (.js, .mjs, .cjs), specs, or folders of specs
    #[arg(value_name = "PATH", required_unless_present_any = ["install", "random"])]
    pub(super) paths: Vec<PathBuf>,
    /// Instead of files, generate so many programs from the seed and run each on one of the majors
    #[arg(long, value_name = "N", conflicts_with = "paths")]
    pub(super) random: Option<u64>,
    /// Generate only programs about emitters and streams
    #[arg(long, requires = "random")]
    pub(super) streams: bool,
    /// Begin with this generated program
    #[arg(long, value_name = "K", default_value_t = 0, requires = "random")]
    pub(super) from: u64,
    /// Where generated programs that show a miss are written, as specs, once made as small as possible
    #[arg(
        long,
        value_name = "FOLDER",
        default_value = "misses",
        requires = "random"
    )]
    pub(super) out: PathBuf,
    /// Compare only on these majors: 22, >=20, 12-18, 18,22 [default: those of each spec]
    #[arg(long, value_name = "RANGE", value_parser = parse_majors)]
    pub(super) node: Option<Majors>,
    /// A Node binary, besides those installed and those on the PATH
    #[arg(long, value_name = "PATH")]
    pub(super) binary: Vec<PathBuf>,
    /// First get official binaries of these majors with npm and keep them in the user's cache folder
    #[arg(long, value_name = "RANGE", value_parser = parse_majors)]
    pub(super) install: Option<Majors>,
    /// Runs of each program on each binary, with stalls and completions at random [default: 40, of generated ones 6]
    #[arg(long, value_name = "N")]
    runs: Option<u32>,
    /// What those, and programs, are drawn from
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(super) seed: u64,
    /// Do not steer Node along the witnesses of outcomes that were not shown
    #[arg(long)]
    no_steer: bool,
    /// Print what is missed or not shown, and a table per binary
    #[arg(long)]
    pub(super) summary: bool,
    /// Run so many processes at once [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    threads: Option<u16>,
    #[command(flatten)]
    pub(super) page: PageArguments,
}

impl Node {
    /// How hard to look.
    pub(super) fn effort(&self) -> Effort {
        let generated = self.random.is_some();
        Effort {
            runs: self.runs.unwrap_or(if generated { 6 } else { 40 }),
            seed: self.seed,
            steer: !self.no_steer && !generated,
        }
    }

    /// How many processes run at once.
    pub(super) fn threads(&self) -> usize {
        threads(self.threads)
    }
}

/// Majors, oldest first.
#[derive(Debug, Clone)]
pub(super) struct Majors(pub(super) Vec<u8>);

#[derive(Debug, Args)]
pub(super) struct ProgramArguments {
    /// A program (.js, .mjs, .cjs) or the spec (.yaml) it is in; it can read the files beside it and beside those it loads
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// Node majors: 22, >=20, 12-18, 18,22 [default: the newest]
    #[arg(long, value_name = "RANGE", value_parser = parse_majors)]
    pub(super) node: Option<Majors>,
    /// Assume that no callback takes longer, as in callbacks=0ms
    #[arg(long, value_name = "callbacks=N", value_parser = parse_assumption)]
    pub(super) assume: Option<Assumptions>,
    /// Set an environment variable of the program
    #[arg(long, value_name = "K=V", value_parser = parse_variable)]
    pub(super) env: Vec<(String, String)>,
    /// Node's option: none, warn, strict, throw or warn-with-error-code
    #[arg(long, value_name = "MODE", value_parser = parse_rejections)]
    pub(super) unhandled_rejections: Option<RejectionMode>,
    /// Arguments of the program
    #[arg(last = true, value_name = "ARGUMENT")]
    pub(super) arguments: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct SearchArguments {
    /// Run every schedule, even those known to add nothing
    #[arg(long)]
    no_reduce: bool,
    /// Run at most this many schedules
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_schedules: Option<u64>,
    /// Cut runs after this many callbacks
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_steps: Option<u64>,
    /// End the search after this many callbacks of all runs together
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_callbacks: Option<u64>,
    /// Use this many threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

impl SearchArguments {
    /// Whether known states are cut.
    pub(super) fn reduce(&self) -> bool {
        !self.no_reduce
    }

    /// Whether the length of runs was given here.
    pub(super) fn bounds_steps(&self) -> bool {
        self.max_steps.is_some()
    }

    /// How far to search.
    pub(super) fn limits(&self) -> Limits {
        let mut limits = steps_limits(self.max_steps);
        if let Some(schedules) = self.max_schedules {
            limits.schedules = schedules;
        }
        if let Some(callbacks) = self.max_callbacks {
            limits.callbacks = callbacks;
        }
        limits
    }

    /// How many threads to use.
    pub(super) fn threads(&self) -> usize {
        threads(self.threads)
    }
}

/// How many threads to use: one per core, unless told.
fn threads(told: Option<u16>) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    told.map_or_else(cores, usize::from)
}

/// The limits of a run that may make so many callbacks.
pub(super) fn steps_limits(steps: Option<u64>) -> Limits {
    match steps {
        Some(steps) => limit_steps(Limits::default(), steps),
        None => Limits::default(),
    }
}

#[derive(Debug, Args)]
pub(super) struct PageArguments {
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// Print only what is not as recorded, and no progress
    #[arg(long, short)]
    pub(super) quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

fn parse_majors(text: &str) -> Result<Majors, String> {
    parse_range(text)
        .map(Majors)
        .map_err(|error| error.to_string())
}

fn parse_assumption(text: &str) -> Result<Assumptions, String> {
    let ms = text
        .split_once('=')
        .filter(|(what, _)| *what == "callbacks")
        .and_then(|(_, ms)| parse_ms(ms));
    let assume = ms.map(|ms| Assumptions {
        callbacks_ms: Some(ms),
    });
    assume.ok_or_else(|| {
        "an assumption reads callbacks=0ms: whole milliseconds with their unit".to_owned()
    })
}

fn parse_variable(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
    let pair = pair.map(|(name, value)| (name.to_owned(), value.to_owned()));
    pair.ok_or_else(|| "a variable reads NAME=VALUE".to_owned())
}

fn parse_rejections(text: &str) -> Result<RejectionMode, String> {
    RejectionMode::parse(text)
        .ok_or_else(|| "the modes are none, warn, strict, throw, warn-with-error-code".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_fit_together() {
        Arguments::command().debug_assert();
    }
}
