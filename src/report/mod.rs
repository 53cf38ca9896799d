//! Results as text and as JSON: for a terminal, for programs, for snapshots that are reviewed and cited.
//!
//! Nothing in here runs a program or decides anything; every page is a function of results. What is cited (verdicts,
//! outcomes, coverage, witnesses) never depends on cost, time, threads or the machine.

mod check;
mod explain;
mod faults;
mod node;
mod run;
mod snapshot;
mod timeline;
mod words;

pub use check::{check_details, check_json, check_summary, check_table, details_replays};
pub use explain::{explain_json, explain_text};
pub use faults::{faults_json, faults_text};
pub use node::{Compared, miss_spec, node_json, node_summary, node_text};
pub use run::{Explored, run_json, run_text};
pub use snapshot::{Replays, index_text, snapshot_replays, snapshot_text};
pub use timeline::Timeline;
pub use words::{coverage_words, ending_words};

/// How a value becomes JSON text, with a newline at its end.
fn json(value: &impl serde::Serialize) -> String {
    let text = serde_json::to_string_pretty(value)
        .unwrap_or_else(|error| format!("{{\"error\": \"{error}\"}}"));
    text + "\n"
}
