//! The author's mistakes, as text and as JSON.

use serde::Serialize;

use crate::spec::Fault;

/// Mistakes one below the other, with an empty line between them.
pub fn faults_text(faults: &[Fault]) -> String {
    let shown: Vec<String> = faults.iter().map(|fault| format!("{fault}\n")).collect();
    shown.join("\n")
}

/// `{"errors": […]}`.
pub fn faults_json(faults: &[Fault]) -> String {
    #[derive(Serialize)]
    struct Errors {
        errors: Vec<FaultJson>,
    }
    super::json(&Errors {
        errors: faults.iter().map(FaultJson::of).collect(),
    })
}

/// A mistake as JSON; line and column are null if the whole file is meant.
#[derive(Debug, Serialize)]
pub(super) struct FaultJson {
    message: String,
    file: String,
    line: Option<usize>,
    column: Option<usize>,
    text: String,
    help: Option<String>,
}

impl FaultJson {
    pub(super) fn of(fault: &Fault) -> Self {
        let located = fault.place.line > 0;
        FaultJson {
            message: fault.message.clone(),
            file: fault.file.clone(),
            line: located.then_some(fault.place.line),
            column: located.then_some(fault.place.column),
            text: fault.text.clone(),
            help: fault.help.clone(),
        }
    }
}
