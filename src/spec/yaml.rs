//! YAML as a tree in which every node knows its place.
//!
//! Scalars keep the text that was written and whether it was quoted; what kind they are is decided where they are used.
//! Left out, with an error: anchors and aliases, tags, more than one document.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};

use super::fault::{Fault, Place, Source};

/// Deeper than this no spec is; the bound keeps hostile input from exhausting the stack.
const DEPTH_MAX: usize = 32;

/// A node and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) place: Place,
    pub(super) value: Value,
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// A scalar.
    Text {
        /// Its text.
        text: String,
        /// How it was written.
        style: Style,
    },
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order written. Keys are scalars and differ from each other.
    Map(Vec<(Node, Node)>),
}

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Without quotes: YAML may take it for a number, a boolean or nothing.
    Plain,
    /// In quotes.
    Quoted,
    /// As a `|` block: line by line.
    Literal,
    /// As a `>` block.
    Folded,
}

impl Node {
    /// What kind of node this is, in words.
    pub(super) fn kind(&self) -> &'static str {
        match &self.value {
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
            Value::Text {
                text,
                style: Style::Plain,
            } => plain_kind(text).unwrap_or("text"),
            Value::Text { .. } => "text",
        }
    }
}

/// What YAML takes an unquoted scalar for, unless for text.
pub(super) fn plain_kind(text: &str) -> Option<&'static str> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Some("nothing (null)"),
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => Some("a boolean"),
        ".inf" | "-.inf" | ".nan" => Some("a number"),
        _ if text
            .strip_prefix("0x")
            .is_some_and(|rest| u64::from_str_radix(rest, 16).is_ok()) =>
        {
            Some("a number")
        }
        _ if text.parse::<f64>().is_ok_and(f64::is_finite) => Some("a number"),
        _ => None,
    }
}

/// Reads the one document of a text. Mistakes that leave the rest readable are gathered in `faults`; `None` if nothing can
/// be made of it.
pub(super) fn read(source: &Source, faults: &mut Vec<Fault>) -> Option<Node> {
    Reader {
        source,
        faults,
        open: Vec::new(),
        root: None,
    }
    .read()
}

/// A collection whose end has not come.
struct Open {
    place: Place,
    items: Vec<Node>,
    is_map: bool,
}

struct Reader<'r> {
    source: &'r Source,
    faults: &'r mut Vec<Fault>,
    open: Vec<Open>,
    root: Option<Node>,
}

impl Reader<'_> {
    fn read(mut self) -> Option<Node> {
        let text = self.source.text.clone();
        let mut documents = 0;
        for event in Parser::new_from_str(&text) {
            let (event, span) = match event {
                Ok(event) => event,
                Err(error) => {
                    let message = format!("this is not YAML: {}", error.info());
                    self.faults
                        .push(self.source.fault(place_at(*error.marker()), message));
                    return None;
                }
            };
            let place = place_of(span);
            match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        self.fault(
                            place,
                            "a second document begins here; a spec is one document",
                        );
                        return None;
                    }
                }
                Event::Alias(_) => {
                    self.fault(place, "specs have no aliases: write the value out");
                    return None;
                }
                Event::Scalar(text, style, anchor, tag) => {
                    self.refuse(place, anchor, tag.is_some());
                    let style = match style {
                        ScalarStyle::Plain => Style::Plain,
                        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
                        ScalarStyle::Literal => Style::Literal,
                        ScalarStyle::Folded => Style::Folded,
                    };
                    self.add(Node {
                        place,
                        value: Value::Text {
                            text: text.into_owned(),
                            style,
                        },
                    });
                }
                Event::SequenceStart(anchor, tag) => {
                    self.begin(place, false, anchor, tag.is_some())?
                }
                Event::MappingStart(anchor, tag) => {
                    self.begin(place, true, anchor, tag.is_some())?
                }
                Event::SequenceEnd | Event::MappingEnd => self.end(),
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            }
        }
        self.root
    }

    fn fault(&mut self, place: Place, message: &str) {
        self.faults.push(self.source.fault(place, message));
    }

    fn refuse(&mut self, place: Place, anchor: usize, tagged: bool) {
        if anchor != 0 {
            self.fault(
                place,
                "specs have no anchors: write the value out where it is needed",
            );
        }
        if tagged {
            self.fault(
                place,
                "specs have no tags (`!…`): quote the text if it is text",
            );
        }
    }

    fn begin(&mut self, place: Place, is_map: bool, anchor: usize, tagged: bool) -> Option<()> {
        self.refuse(place, anchor, tagged);
        if self.open.len() == DEPTH_MAX {
            self.fault(place, "nested too deeply for a spec");
            return None;
        }
        self.open.push(Open {
            place,
            items: Vec::new(),
            is_map,
        });
        Some(())
    }

    fn end(&mut self) {
        let Some(Open {
            place,
            items,
            is_map,
        }) = self.open.pop()
        else {
            return;
        };
        let value = if is_map {
            Value::Map(self.pairs(items))
        } else {
            Value::List(items)
        };
        self.add(Node { place, value });
    }

    fn add(&mut self, node: Node) {
        match self.open.last_mut() {
            Some(open) => open.items.push(node),
            None => self.root = Some(node),
        }
    }

    /// Makes pairs of alternating keys and values; says which keys are no scalars or stand there twice.
    fn pairs(&mut self, items: Vec<Node>) -> Vec<(Node, Node)> {
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut pairs = Vec::with_capacity(items.len() / 2);
        let mut items = items.into_iter();
        while let (Some(key), Some(value)) = (items.next(), items.next()) {
            let Value::Text { text, .. } = &key.value else {
                let message = format!("a key has to be text, this is {}", key.kind());
                self.fault(key.place, &message);
                continue;
            };
            if let Some(line) = seen.get(text) {
                let message = format!("`{text}` is given twice; first on line {line}");
                self.fault(key.place, &message);
                continue;
            }
            seen.insert(text.clone(), key.place.line);
            pairs.push((key, value));
        }
        pairs
    }
}

fn place_at(marker: Marker) -> Place {
    Place {
        line: marker.line(),
        column: marker.col() + 1,
        width: 1,
    }
}

fn place_of(span: Span) -> Place {
    let one_line = span.start.line() == span.end.line();
    let width = if one_line {
        span.end.col().saturating_sub(span.start.col())
    } else {
        1
    };
    Place {
        width: width.max(1),
        ..place_at(span.start)
    }
}
