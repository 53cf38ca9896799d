//! What `explain` answers: one run as a timeline.

use std::fmt::Write;

use serde::Serialize;

use super::Timeline;
use super::timeline::{Note, Row, kind_text};
use super::words::{OutcomeJson, ending_words};
use crate::explore::Trace;
use crate::runtime::Side;

/// One run as a timeline, with the rules applied if wanted.
pub fn explain_text(major: u8, trace: &Trace, rules: bool) -> String {
    let mut page = String::new();
    let _ = writeln!(page, "Node {major}, schedule {}", trace.schedule);
    page.push_str(&Timeline::of(trace).text(0, rules, usize::MAX));
    let _ = writeln!(page, "{}", ending_words(trace.outcome.ended));
    page
}

#[derive(Serialize)]
struct ExplainJson {
    node: String,
    outcome: OutcomeJson,
    timeline: Vec<RowJson>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case", tag = "row")]
enum RowJson {
    Phase {
        turn: u64,
        phase: String,
    },
    Callback {
        #[serde(skip_serializing_if = "Option::is_none")]
        ms: Option<i64>,
        kind: String,
        times: usize,
        #[serde(skip_serializing_if = "String::is_empty")]
        stdout: String,
        #[serde(skip_serializing_if = "String::is_empty")]
        stderr: String,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        requests: Vec<RequestJson>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        emits: Vec<EmitJson>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        levels: Vec<LevelJson>,
        threw: bool,
        rules: Vec<&'static str>,
    },
    Choice {
        text: String,
        pick: String,
        rules: Vec<&'static str>,
    },
}

#[derive(Serialize)]
struct RequestJson {
    what: &'static str,
    jobs: u32,
}

#[derive(Serialize)]
struct LevelJson {
    stream: u32,
    side: &'static str,
    most: i64,
    last: i64,
    high_water_mark: i64,
}

#[derive(Serialize)]
struct EmitJson {
    event: String,
    listeners: Vec<String>,
}

/// One run as JSON.
pub fn explain_json(major: u8, trace: &Trace) -> String {
    super::json(&ExplainJson {
        node: major.to_string(),
        outcome: OutcomeJson::of(&trace.outcome, &trace.schedule),
        timeline: Timeline::of(trace)
            .rows
            .into_iter()
            .map(RowJson::of)
            .collect(),
    })
}

impl RowJson {
    fn of(row: Row) -> Self {
        match row {
            Row::Phase { turn, phase } => RowJson::Phase {
                turn,
                phase: phase.to_string(),
            },
            Row::Choice { text, pick, rules } => RowJson::Choice { text, pick, rules },
            Row::Callback {
                ms,
                kind,
                times,
                notes,
                rules,
            } => {
                let (mut stdout, mut stderr) = (String::new(), String::new());
                let (mut requests, mut emits, mut levels, mut threw) =
                    (Vec::new(), Vec::new(), Vec::new(), false);
                for note in notes {
                    match note {
                        Note::Prints(1, text) => stdout.push_str(&text),
                        Note::Prints(_, text) => stderr.push_str(&text),
                        Note::Asks(what, jobs) => requests.push(RequestJson { what, jobs }),
                        Note::Emits(event, listeners) => emits.push(EmitJson { event, listeners }),
                        Note::Holds(level) => levels.push(LevelJson {
                            stream: level.stream,
                            side: match level.side {
                                Side::Readable => "readable",
                                Side::Writable => "writable",
                            },
                            most: level.most,
                            last: level.last,
                            high_water_mark: level.mark,
                        }),
                        Note::Throws => threw = true,
                    }
                }
                RowJson::Callback {
                    ms,
                    kind: kind_text(kind, 1),
                    times,
                    stdout,
                    stderr,
                    requests,
                    emits,
                    levels,
                    threw,
                    rules,
                }
            }
        }
    }
}
