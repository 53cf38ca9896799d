//! Where pages go. A reader that went away is no error; progress is shown only to people.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Mutex;

use super::Status;

/// What a command has to say at its end.
#[derive(Debug)]
pub(super) struct Page {
    /// What goes to standard output.
    pub(super) text: String,
    /// What goes to standard error after that.
    pub(super) errors: String,
    /// The exit status.
    pub(super) status: Status,
}

/// Standard output and standard error.
#[derive(Debug)]
pub(super) struct Output {
    people_watch: bool,
}

impl Output {
    pub(super) fn standard() -> Self {
        Output {
            people_watch: io::stderr().is_terminal(),
        }
    }

    /// Writes what is wrong to standard error.
    fn errors(&self, text: &str) {
        // If standard error is closed there is nobody left to tell.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Writes the page and turns its status into the exit status.
    pub(super) fn finish(&self, page: Page) -> ExitCode {
        let mut stdout = io::stdout().lock();
        let written = stdout
            .write_all(page.text.as_bytes())
            .and_then(|()| stdout.flush());
        drop(stdout);
        self.errors(&page.errors);
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                self.errors(&format!(
                    "error: standard output cannot be written: {error}\n"
                ));
                Status::Unusable.into()
            }
            _ => page.status.into(),
        }
    }

    /// A line of progress, if anybody watches and `quiet` is not asked for.
    pub(super) fn progress(&self, quiet: bool) -> Progress {
        Progress {
            line: (self.people_watch && !quiet).then(|| Mutex::new(0)),
        }
    }
}

/// A line on the terminal that is written over, and gone in the end.
#[derive(Debug)]
pub(super) struct Progress {
    /// The length of the line that stands there.
    line: Option<Mutex<usize>>,
}

impl Progress {
    /// Shows how far things are.
    pub(super) fn show(&self, text: &str) {
        let Some(line) = &self.line else { return };
        let mut length = line.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let before = std::mem::replace(&mut *length, text.chars().count());
        let _ = write!(io::stderr().lock(), "\r{text:before$}");
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.show("");
        if self.line.is_some() {
            let _ = write!(io::stderr().lock(), "\r");
        }
    }
}
