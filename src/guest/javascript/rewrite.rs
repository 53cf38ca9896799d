//! What the engine is given in place of a program's text.
//!
//! Promise jobs around import(), `for await` and async generators are Node's (MOD-5, MT-9), not the engine's. So import()
//! calls the JavaScript layer, a `for await` becomes a loop that asks it for items, and an async generator hands it its
//! body as a plain generator in which `await` and `yield` are both `yield` (`node/internal/async_iteration.js`). Lines
//! stay where they are; where columns went is remembered, so that errors show the program's own places.

use std::collections::BTreeSet;
use std::ops::Range;

use tree_sitter::{Node, Tree};

use super::source::{has_child, is_function};

/// The text the engine is given, and where its parts come from.
#[derive(Debug, Clone, Default)]
pub(super) struct Rewritten {
    pub(super) text: String,
    /// Where pieces of the program's text begin: here, there, and how long they are.
    pieces: Vec<(usize, usize, usize)>,
}

impl Rewritten {
    fn copy(&mut self, source: &str, piece: Range<usize>) {
        if !piece.is_empty() {
            self.pieces
                .push((self.text.len(), piece.start, piece.len()));
            self.text.push_str(&source[piece]);
        }
    }

    /// Where in the program something is that the engine sees in this line and column, both counted from 1. It counts
    /// columns in bytes, the program in units of UTF-16. A name that begins beyond ASCII it sees in its second byte.
    pub(super) fn place(&self, source: &str, line: u32, column: u32) -> (u32, u32) {
        let at = nth_line(&self.text, line) + column.saturating_sub(1) as usize;
        let mut origin = self.origin(at).min(source.len());
        while !source.is_char_boundary(origin) {
            origin -= 1;
        }
        let line_start = source[..origin].rfind('\n').map_or(0, |end| end + 1);
        let line = source[..origin].matches('\n').count() + 1;
        let column = source[line_start..origin].encode_utf16().count() + 1;
        (line as u32, column as u32)
    }

    /// The byte of the program that stands for one of this text: of what is not the program's, what comes next.
    fn origin(&self, at: usize) -> usize {
        let next = self.pieces.partition_point(|&(here, ..)| here <= at);
        let (before, after) = self.pieces.split_at(next);
        match (before.last(), after.first()) {
            (Some(&(here, there, length)), _) if at - here < length => there + (at - here),
            (_, Some(&(_, there, _))) => there,
            (Some(&(_, there, length)), None) => there + length,
            (None, None) => at,
        }
    }
}

/// What is to be rewritten in a text.
#[derive(Debug, Default)]
pub(super) struct Plan {
    edits: Vec<Edit>,
    leaves_generators: bool,
}

/// One place to be rewritten.
#[derive(Debug)]
struct Edit {
    at: usize,
    /// The order among edits of one place: what ends there comes before what begins, inner ends before outer ones, outer
    /// beginnings before inner ones.
    order: isize,
    /// Bytes replaced.
    length: usize,
    with: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Text(String),
    /// What import() and the like call.
    Callee,
    /// Rewritten text from elsewhere.
    Moved(Range<usize>),
}

impl Plan {
    pub(super) fn of(tree: &Tree, source: &str) -> Self {
        let mut planner = Planner {
            source,
            plan: Plan::default(),
            scopes: vec![Scope::default()],
            open: vec![0],
            order: 0,
            is_sound: !tree.root_node().has_error(),
        };
        let mut cursor = tree.walk();
        'nodes: loop {
            let node = cursor.node();
            planner.enter(&node);
            if cursor.goto_first_child() {
                continue;
            }
            planner.leave(&node);
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    break 'nodes;
                }
                planner.leave(&cursor.node());
            }
        }
        let mut plan = planner.plan;
        plan.leaves_generators |= !planner.is_sound;
        plan.edits.sort_by_key(|edit| (edit.at, edit.order));
        plan
    }

    pub(super) fn leaves_generators(&self) -> bool {
        self.leaves_generators
    }

    /// The rewritten text, between two others that are not the program's.
    pub(super) fn apply(&self, source: &str, callee: &str, around: [&str; 2]) -> Rewritten {
        let [before, after] = around;
        let mut rewritten = Rewritten {
            text: before.to_owned(),
            pieces: Vec::new(),
        };
        let start = source.len() - source.trim_start_matches('\u{feff}').len();
        if source[start..].starts_with("#!") {
            // A first line `#!...` is for the shell.
            rewritten.text.push_str("//");
        }
        self.apply_to(start..source.len(), source, callee, &mut rewritten);
        rewritten.text.push_str(after);
        rewritten
    }

    fn apply_to(&self, range: Range<usize>, source: &str, callee: &str, into: &mut Rewritten) {
        let mut done = range.start;
        let first = self.edits.partition_point(|edit| edit.at < range.start);
        let inside = self.edits[first..]
            .iter()
            .take_while(|edit| edit.at <= range.end)
            // At its ends a part has only the edits that are its own.
            .filter(|edit| edit.at > range.start || edit.order > 0)
            .filter(|edit| edit.at < range.end || edit.order < 0);
        for edit in inside {
            if edit.at < done {
                continue;
            }
            into.copy(source, done..edit.at);
            for part in &edit.with {
                match part {
                    Part::Text(text) => into.text.push_str(text),
                    Part::Callee => into.text.push_str(callee),
                    Part::Moved(moved) => self.apply_to(moved.clone(), source, callee, into),
                }
            }
            done = edit.at + edit.length;
        }
        into.copy(source, done..range.end);
    }
}

/// A function, or the text outside of any.
#[derive(Debug, Default)]
struct Scope {
    is_arrow: bool,
    /// The body, if it is an async generator.
    generator: Option<Range<usize>>,
    name: String,
    names_super: bool,
    /// It has something only the engine can run in it.
    is_left: bool,
    parameters: BTreeSet<String>,
    /// Where its body waits, yields and returns, if it is an async generator, and where it loops.
    places: Vec<(isize, Place)>,
}

#[derive(Debug)]
enum Place {
    Await {
        at: usize,
        end: usize,
        context: Context,
    },
    Yield {
        operand: Range<usize>,
        delegates: bool,
    },
    BareYield {
        end: usize,
        ends_statement: bool,
    },
    Return {
        operand: Range<usize>,
    },
    Loop(Box<Loop>),
}

/// Where an `await` stands.
#[derive(Debug, PartialEq, Eq)]
enum Context {
    /// It is a statement.
    Statement,
    /// A statement begins with it.
    Beginning(usize),
    Inside,
}

#[derive(Debug)]
struct Loop {
    start: usize,
    labels: Range<usize>,
    declares: String,
    left: Range<usize>,
    right: Range<usize>,
    body: Range<usize>,
}

struct Planner<'s> {
    source: &'s str,
    plan: Plan,
    scopes: Vec<Scope>,
    /// The functions around the place, outermost first.
    open: Vec<usize>,
    order: isize,
    /// The text can be read; what cannot is for the engine to refuse.
    is_sound: bool,
}

impl Planner<'_> {
    fn scope(&mut self) -> &mut Scope {
        let current = self.open[self.open.len() - 1];
        &mut self.scopes[current]
    }

    fn edit(&mut self, at: usize, order: isize, length: usize, with: Vec<Part>) {
        self.plan.edits.push(Edit {
            at,
            order,
            length,
            with,
        });
    }

    fn place(&mut self, place: Place) {
        let order = self.order;
        self.scope().places.push((order, place));
    }

    fn enter(&mut self, node: &Node<'_>) {
        self.order += 1;
        if is_function(node) {
            self.open_function(node);
        } else if is_outer_key(node) {
            let outer = self.open[self.open.len().saturating_sub(2)];
            self.open.push(outer);
        }
        if node.kind() == "call_expression"
            && let Some(callee) = node.child(0).filter(|callee| callee.kind() == "import")
        {
            let (at, order) = (callee.start_byte(), self.order);
            self.edit(at, order, callee.byte_range().len(), vec![Part::Callee]);
        }
        if self.is_sound {
            self.note(node);
        }
    }

    fn open_function(&mut self, node: &Node<'_>) {
        let mut scope = Scope {
            is_arrow: node.kind() == "arrow_function",
            ..Scope::default()
        };
        let is_generator = self.is_sound && has_child(node, "async") && has_child(node, "*");
        let body = node.child_by_field_name("body");
        if let Some(body) = body.filter(|_| is_generator) {
            scope.generator = Some(body.byte_range());
            if let Some(parameters) = node.child_by_field_name("parameters") {
                scope.parameters = self.names_in(&parameters);
            }
            let name = node
                .child_by_field_name("name")
                .filter(|name| name.kind() != "computed_property_name");
            if let Some(name) = name {
                scope.name = self.source[name.byte_range()]
                    .trim_matches(['"', '\''])
                    .to_owned();
            }
        }
        self.scopes.push(scope);
        self.open.push(self.scopes.len() - 1);
    }

    /// The names a pattern binds, and those in its defaults.
    fn names_in(&self, pattern: &Node<'_>) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let mut cursor = pattern.walk();
        let mut depth = 0_usize;
        loop {
            let node = cursor.node();
            if matches!(
                node.kind(),
                "identifier" | "shorthand_property_identifier_pattern"
            ) {
                names.insert(self.source[node.byte_range()].to_owned());
            }
            if cursor.goto_first_child() {
                depth += 1;
                continue;
            }
            loop {
                if depth == 0 {
                    return names;
                }
                if cursor.goto_next_sibling() {
                    break;
                }
                cursor.goto_parent();
                depth -= 1;
            }
        }
    }

    fn note(&mut self, node: &Node<'_>) {
        match node.kind() {
            "await_expression" => self.note_await(node),
            "identifier" if is_await(node, self.source) => self.note_await(&whole_await(*node)),
            "yield_expression" => {
                let argument = node.named_child(0).filter(|child| !child.is_extra());
                let place = match argument {
                    Some(argument) => Place::Yield {
                        operand: argument.byte_range(),
                        delegates: has_child(node, "*"),
                    },
                    None => Place::BareYield {
                        end: node.end_byte(),
                        ends_statement: node.parent().is_some_and(|parent| {
                            parent.kind() == "expression_statement" && !ends_with_mark(&parent)
                        }),
                    },
                };
                self.place(place);
            }
            "return_statement" => {
                let operand = node.named_child(0).filter(|child| !child.is_extra());
                if let Some(operand) = operand {
                    self.place(Place::Return {
                        operand: operand.byte_range(),
                    });
                }
            }
            "for_in_statement" if has_child(node, "await") => {
                self.declare(node);
                self.note_loop(node);
            }
            "for_in_statement" => {
                let kind = node.child_by_field_name("kind");
                if kind.is_some_and(|kind| self.source[kind.byte_range()].starts_with("await")) {
                    self.scope().is_left = true;
                }
                self.declare(node);
            }
            "variable_declaration" => self.declare(node),
            "lexical_declaration" | "class_declaration" => {
                let parent = node.parent().map(|parent| parent.byte_range());
                if parent.is_some() && parent == self.scope().generator {
                    self.declare(node);
                }
            }
            "using_declaration" if has_child(node, "await") => self.scope().is_left = true,
            "super" => {
                let mut around = self.open.iter().rev().copied();
                let owner = around.find(|&index| !self.scopes[index].is_arrow);
                if let Some(owner) = owner {
                    self.scopes[owner].names_super = true;
                }
            }
            _ => {}
        }
    }

    fn note_await(&mut self, node: &Node<'_>) {
        self.place(Place::Await {
            at: node.start_byte(),
            end: node.end_byte(),
            context: context_of(node),
        });
    }

    /// A body that declares what a parameter is called shares it, which a function of its own would not.
    fn declare(&mut self, node: &Node<'_>) {
        if self.scope().parameters.is_empty() {
            return;
        }
        let mut names = BTreeSet::new();
        if node.kind() == "for_in_statement" {
            let is_var = node
                .child_by_field_name("kind")
                .is_some_and(|kind| kind.kind() == "var");
            if let Some(left) = node.child_by_field_name("left").filter(|_| is_var) {
                names = self.names_in(&left);
            }
        } else {
            let mut cursor = node.walk();
            let declared: Vec<Node<'_>> = match node.child_by_field_name("name") {
                Some(name) => vec![name],
                None => {
                    let children = node.children(&mut cursor);
                    children
                        .filter_map(|child| child.child_by_field_name("name"))
                        .collect()
                }
            };
            for name in declared {
                names.extend(self.names_in(&name));
            }
        }
        if !self.scope().parameters.is_disjoint(&names) {
            self.scope().is_left = true;
        }
    }

    fn note_loop(&mut self, node: &Node<'_>) {
        let part = |name| node.child_by_field_name(name).map(|part| part.byte_range());
        let (Some(left), Some(right), Some(body)) = (part("left"), part("right"), part("body"))
        else {
            return;
        };
        let mut declares = part("kind").map_or(String::new(), |kind| self.source[kind].to_owned());
        let mut left = left;
        // The grammar takes `let [a]` for a member of `let`.
        let rest = self.source[left.clone()].strip_prefix("let");
        if declares.is_empty() && rest.is_some_and(|rest| rest.starts_with([' ', '[', '\n', '\t']))
        {
            "let".clone_into(&mut declares);
            left.start += "let".len();
        }
        if !matches!(declares.as_str(), "" | "const" | "let" | "var") {
            self.scope().is_left = true;
            return;
        }
        let mut start = node.start_byte();
        let mut outer = *node;
        while let Some(parent) = outer
            .parent()
            .filter(|parent| parent.kind() == "labeled_statement")
        {
            start = parent.start_byte();
            outer = parent;
        }
        self.place(Place::Loop(Box::new(Loop {
            start,
            labels: start..node.start_byte(),
            declares,
            left,
            right,
            body,
        })));
    }

    fn leave(&mut self, node: &Node<'_>) {
        if is_outer_key(node) {
            self.open.pop();
        } else if is_function(node) {
            self.close_function();
            self.open.pop();
        } else if node.parent().is_none() {
            self.close_function();
        }
    }

    fn close_function(&mut self) {
        let scope = std::mem::take(self.scope());
        let is_driven = scope.generator.is_some() && !scope.is_left;
        self.plan.leaves_generators |= scope.generator.is_some() && scope.is_left;
        for (order, place) in scope.places {
            self.rewrite(order, place, is_driven);
        }
        if let Some(body) = scope.generator.filter(|_| is_driven) {
            let order = self.order;
            let name = serde_json::Value::from(scope.name);
            let (head, supers) = if scope.names_super {
                let supers = ", (key) => super[key], (key, value) => { super[key] = value; }";
                (".body({ *body() {", supers)
            } else {
                (".body(function* () {", "")
            };
            let foot = if scope.names_super { "} }" } else { "}" };
            let foot = format!(".end; {foot}, this, arguments, {name}{supers}); ");
            let head = vec![text(" "), Part::Callee, text(head)];
            self.edit(body.start + 1, -order, 0, head);
            self.edit(
                body.end - 1,
                order,
                0,
                vec![text("; return "), Part::Callee, text(&foot)],
            );
        }
    }

    fn rewrite(&mut self, order: isize, place: Place, is_driven: bool) {
        match place {
            Place::Loop(each) => self.rewrite_loop(order, *each, is_driven),
            _ if !is_driven => {}
            Place::Await { at, end, context } => {
                if let Context::Beginning(statement) = context {
                    // Not a parenthesis, which would make a call of the line before.
                    self.edit(statement, order - 1, 0, vec![text("0, ")]);
                }
                let is_statement = context == Context::Statement;
                let [before, after] = if is_statement {
                    ["yield(", ")"]
                } else {
                    ["(yield(", "))"]
                };
                self.edit(at, order, "await".len(), vec![text(before)]);
                self.edit(end, -order, 0, vec![text(after)]);
            }
            Place::Yield { operand, delegates } => {
                let method = if delegates { ".delegate(" } else { ".item(" };
                let before = vec![text(" "), Part::Callee, text(method)];
                self.edit(operand.start, order, 0, before);
                self.edit(operand.end, -order, 0, vec![text(")")]);
            }
            Place::BareYield {
                end,
                ends_statement,
            } => {
                let after = if ends_statement {
                    ".item();"
                } else {
                    ".item()"
                };
                self.edit(end, -order, 0, vec![text(" "), Part::Callee, text(after)]);
            }
            Place::Return { operand } => {
                self.edit(operand.start, order, 0, vec![text(" yield(")]);
                self.edit(operand.end, -order, 0, vec![text(")")]);
            }
        }
    }

    fn rewrite_loop(&mut self, order: isize, each: Loop, is_driven: bool) {
        let name = format!("$loop{order}");
        let wait = |what: &str| {
            if is_driven {
                format!("yield({what})")
            } else {
                format!("await ({what})")
            }
        };
        let lines = |range: Range<usize>| self.source[range].matches('\n').count();
        let removed = lines(each.start..each.right.start);
        let kept = lines(each.left.clone()) + lines(each.labels.clone());
        let begin = vec![
            text(&"\n".repeat(removed.saturating_sub(kept))),
            text(&format!("{{ const {name} = ")),
            Part::Callee,
            text(".loop("),
        ];
        let (before, after) = if each.declares.is_empty() {
            ("(".to_owned(), ")")
        } else {
            (format!("{} ", each.declares), "")
        };
        let next = wait(&format!("{name}.next()"));
        let gap = lines(each.right.end..each.body.start);
        let head = vec![
            text("); try { "),
            text(&self.source[each.labels]),
            text(&format!("for (; {name}.accept({next}); ) {{ {before}")),
            Part::Moved(each.left),
            text(&format!(" = {name}.take(){after}; {}", "\n".repeat(gap))),
        ];
        let result = wait(&format!("{name}.result"));
        let end = format!(
            " }} }} catch ($error) {{ if ({name}.fails()) try {{ {result}; }} catch {{}} throw $error; }} finally {{ if ({name}.leaves()) {name}.check({result}); }} }}"
        );
        self.edit(each.start, order, each.right.start - each.start, begin);
        let gap = each.body.start - each.right.end;
        self.edit(each.right.end, -order, gap, head);
        self.edit(each.body.end, -order, 0, vec![text(&end)]);
    }
}

/// Where a line begins.
fn nth_line(text: &str, line: u32) -> usize {
    let ends = text.match_indices('\n').map(|(end, _)| end + 1);
    let mut starts = std::iter::once(0).chain(ends);
    starts
        .nth(line.saturating_sub(1) as usize)
        .unwrap_or(text.len())
}

fn text(text: &str) -> Part {
    Part::Text(text.to_owned())
}

/// Whether a name is an `await` whose operand begins with a parenthesis, bracket or backtick: the grammar takes that for a
/// call of it or a member.
fn is_await(node: &Node<'_>, source: &str) -> bool {
    source.get(node.byte_range()) == Some("await")
        && node.parent().is_some_and(|parent| {
            matches!(parent.kind(), "call_expression" | "subscript_expression")
        })
}

/// Such an `await` with all of its operand.
fn whole_await(name: Node<'_>) -> Node<'_> {
    let mut whole = name;
    while let Some(parent) = whole.parent() {
        let goes_on = matches!(
            parent.kind(),
            "call_expression" | "member_expression" | "subscript_expression" | "update_expression"
        );
        if !goes_on || parent.start_byte() != name.start_byte() {
            break;
        }
        whole = parent;
    }
    whole
}

/// Whether a node is the computed name of a member, which is evaluated outside of it.
fn is_outer_key(node: &Node<'_>) -> bool {
    node.kind() == "computed_property_name"
        && node.parent().is_some_and(|parent| is_function(&parent))
}

fn ends_with_mark(statement: &Node<'_>) -> bool {
    let last = statement.child_count().checked_sub(1);
    last.and_then(|last| statement.child(last as _))
        .is_some_and(|last| last.kind() == ";" && !last.byte_range().is_empty())
}

fn context_of(node: &Node<'_>) -> Context {
    let at = node.start_byte();
    let mut inner = *node;
    while let Some(parent) = inner.parent().filter(|parent| parent.start_byte() == at) {
        if parent.kind() == "expression_statement" {
            return if inner == *node {
                Context::Statement
            } else {
                Context::Beginning(at)
            };
        }
        inner = parent;
    }
    Context::Inside
}
