//! The author's mistakes: where, what stands there, what was meant, what to do.

use std::fmt;
use std::sync::Arc;

/// A place in a text: line and column, counted from 1, and how many characters are meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The line, from 1; 0 if the whole file is meant.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// How many characters are meant.
    pub width: usize,
}

/// Something in an input that has to be changed before it can be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Fault {
    /// The file, as the user named it.
    pub file: String,
    /// Where in it.
    pub place: Place,
    /// The line the place is in, without its end.
    pub text: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Fault {
    /// A fault of a whole file.
    pub fn of_file(file: impl Into<String>, message: impl Into<String>) -> Self {
        Fault {
            file: file.into(),
            place: Place::default(),
            text: String::new(),
            message: message.into(),
            help: None,
        }
    }

    /// Adds what to do.
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// How much of a long line is shown around the place.
const EXCERPT: usize = 96;

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place {
            line,
            column,
            width,
        } = self.place;
        writeln!(f, "error: {}", self.message)?;
        if line == 0 {
            write!(f, "  --> {}", self.file)?;
        } else {
            writeln!(f, "  --> {}:{line}:{column}", self.file)?;
            let skipped = if column > EXCERPT {
                column - EXCERPT / 2
            } else {
                0
            };
            let shown: String = self
                .text
                .chars()
                .skip(skipped)
                .take(EXCERPT)
                .map(plain)
                .collect();
            let number = line.to_string();
            let margin = " ".repeat(number.len());
            writeln!(f, " {margin} |")?;
            writeln!(f, " {number} | {shown}")?;
            let before = column.saturating_sub(1 + skipped);
            let room = shown.chars().count().saturating_sub(before).max(1);
            write!(
                f,
                " {margin} | {}{}",
                " ".repeat(before),
                "^".repeat(width.clamp(1, room))
            )?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  = {help}")?;
        }
        Ok(())
    }
}

/// A tab or a control character would move what follows away from its column.
fn plain(character: char) -> char {
    if character.is_control() {
        ' '
    } else {
        character
    }
}

/// A text that places refer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file, as the user named it.
    pub file: String,
    /// The whole text.
    pub text: Arc<str>,
}

impl Source {
    /// A fault at a place of this text.
    pub fn fault(&self, place: Place, message: impl Into<String>) -> Fault {
        let text = self.line(place.line).to_owned();
        Fault {
            file: self.file.clone(),
            place,
            text,
            message: message.into(),
            help: None,
        }
    }

    /// A line by its number, from 1; empty if there is none.
    pub fn line(&self, number: usize) -> &str {
        number
            .checked_sub(1)
            .and_then(|at| self.text.lines().nth(at))
            .unwrap_or_default()
    }
}
