//! Claims: statements about every run of a program, with those who make them.

use std::fmt;

use super::fault::Place;
use crate::runtime::Phase;

/// One whole line of standard output, named in a claim.
#[derive(Debug, Clone)]
pub struct Label {
    /// The line.
    pub text: String,
    /// Where the claim names it.
    pub place: Place,
}

impl PartialEq for Label {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Label {}

impl PartialEq<String> for Label {
    fn eq(&self, line: &String) -> bool {
        self.text == *line
    }
}

/// What a claim says about the outcomes of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// Every run prints exactly these lines.
    Output(Vec<Label>),
    /// These line sequences occur, all of them and no other.
    Outcomes(Vec<Vec<Label>>),
    /// Every run prints all of these, the first printings in this order.
    Always(Vec<Label>),
    /// No run prints these, the first printings in this order.
    Never(Vec<Label>),
    /// Some run prints these, the first printings in this order.
    Sometimes(Vec<Label>),
    /// Every run ends with this exit code.
    Exits(i32),
    /// Every run gets stuck in a drain, or in code that goes on and on, and this phase is never reached again.
    Starves(Phase),
    /// No run ends.
    NeverExits,
    /// In no run a side of a stream ever holds more than this.
    Buffered(i64),
}

impl Says {
    /// Every label it names, in order.
    pub fn labels(&self) -> Vec<&Label> {
        match self {
            Says::Output(labels)
            | Says::Always(labels)
            | Says::Never(labels)
            | Says::Sometimes(labels) => labels.iter().collect(),
            Says::Outcomes(outcomes) => outcomes.iter().flatten().collect(),
            Says::Exits(_) | Says::Starves(_) | Says::NeverExits | Says::Buffered(_) => Vec::new(),
        }
    }
}

/// Shown as it is written in a spec.
impl fmt::Display for Says {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = |labels: &[Label]| flow(labels.iter().map(|label| label.text.as_str()));
        match self {
            Says::Output(labels) => write!(f, "output: {}", texts(labels)),
            Says::Outcomes(outcomes) => {
                let shown: Vec<String> = outcomes.iter().map(|labels| texts(labels)).collect();
                write!(f, "outcomes: [{}]", shown.join(", "))
            }
            Says::Always(labels) => write!(f, "always: {}", texts(labels)),
            Says::Never(labels) => write!(f, "never: {}", texts(labels)),
            Says::Sometimes(labels) => write!(f, "sometimes: {}", texts(labels)),
            Says::Exits(code) => write!(f, "exits: {code}"),
            Says::Starves(phase) => write!(f, "starves: {phase}"),
            Says::NeverExits => f.write_str("never-exits: true"),
            Says::Buffered(most) => write!(f, "buffered: \"<= {most}\""),
        }
    }
}

/// Lines as a YAML list on one line; what YAML would not read back as the same text is quoted.
pub fn flow<'t>(lines: impl IntoIterator<Item = &'t str>) -> String {
    let shown: Vec<String> = lines.into_iter().map(scalar).collect();
    format!("[{}]", shown.join(", "))
}

fn scalar(text: &str) -> String {
    let plain = super::yaml::plain_kind(text).is_none()
        && text.trim() == text
        && !text.starts_with(|first: char| first.is_ascii_punctuation() && !"(/_<".contains(first))
        && !text.contains(|any: char| ",[]{}\"\\".contains(any) || is_invisible(any))
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':');
    if plain { text.to_owned() } else { quoted(text) }
}

/// As a double-quoted scalar.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            _ if is_invisible(character) => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(character)))
            }
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether a character would not be seen, or would break the line.
fn is_invisible(character: char) -> bool {
    character.is_control() || matches!(character, '\u{feff}' | '\u{2028}' | '\u{2029}')
}

/// Who makes a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The title of the document.
    pub document: String,
    /// Where in it.
    pub section: Option<String>,
}

/// What is recorded about a claim on one major.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Recorded {
    /// It holds.
    Holds,
    /// It does not.
    Refuted,
}

impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Recorded::Holds => "holds",
            Recorded::Refuted => "refuted",
        })
    }
}

/// A claim of a spec.
#[derive(Debug, Clone)]
pub struct Claim {
    /// What it says.
    pub says: Says,
    /// Where it says so.
    pub place: Place,
    /// Who makes it.
    pub by: Vec<Author>,
    /// The recorded verdict on each judged major.
    pub recorded: Vec<(u8, Recorded)>,
}

impl Claim {
    /// What is recorded for a major.
    pub fn recorded_for(&self, major: u8) -> Option<Recorded> {
        self.recorded
            .iter()
            .find(|(each, _)| *each == major)
            .map(|(_, recorded)| *recorded)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::spec::Source;
    use crate::spec::yaml::{Node, Style, Value, plain_kind, read};

    /// The texts YAML reads a list as; nothing if one would not be text.
    fn read_back(list: &str) -> Option<Vec<String>> {
        let source = Source {
            file: "list".into(),
            text: Arc::from(list),
        };
        let mut faults = Vec::new();
        let Node {
            value: Value::List(items),
            ..
        } = read(&source, &mut faults)?
        else {
            return None;
        };
        let text = |item: Node| match item.value {
            Value::Text {
                text,
                style: Style::Plain,
            } if plain_kind(&text).is_none() => Some(text),
            Value::Text {
                text,
                style: Style::Quoted,
            } => Some(text),
            _ => None,
        };
        faults
            .is_empty()
            .then(|| items.into_iter().map(text).collect())?
    }

    #[test]
    fn lines_read_back_as_they_were() {
        let hard = [
            "a",
            "",
            " a",
            "a ",
            "1",
            "1.5",
            "-1",
            "- a",
            "-",
            "null",
            "~",
            "true",
            "a, b",
            "[a]",
            "{a}",
            "a: b",
            "a:",
            ":a",
            "a #b",
            "#a",
            "a#b",
            "\"a\"",
            "'a'",
            "a'b",
            "&a",
            "*a",
            "!a",
            "|",
            ">",
            "%a",
            "@a",
            "`a`",
            "?",
            "? a",
            "a\\b",
            "é",
            "a\tb",
            "<Buffer 68>",
            "(a)",
            "0x1f",
            "1e3",
            ".inf",
            "---",
            "...",
            "yes",
            "=",
            "a\u{7}b",
            "\u{feff}",
            "a\u{2028}b",
            "a\u{85}b",
            "\u{1f600}",
        ];
        for text in hard {
            assert_eq!(
                read_back(&flow([text, "b"])),
                Some(vec![text.to_owned(), "b".to_owned()]),
                "{text:?}"
            );
        }
    }
}
