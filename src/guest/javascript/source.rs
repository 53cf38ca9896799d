//! What a program's text shows before it runs: where it calls import(), which files it imports, and syntax its Node major
//! does not know. Whether it is JavaScript at all is for the engine to say.

use std::collections::BTreeSet;
use std::sync::Arc;

use tree_sitter::{Node, Parser};

use super::files::normalize;
use super::rewrite::{Plan, Rewritten};

/// Syntax that came with a Node major; older ones refuse the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NewerSyntax {
    /// What it is called.
    pub(super) what: &'static str,
    /// The first of the modelled majors that knows it.
    pub(super) since: u8,
    /// Line and column, from 1.
    pub(super) place: (u32, u32),
}

/// What a text shows.
#[derive(Debug, Default)]
pub(super) struct Outline {
    plan: Plan,
    /// The specifiers of import and export declarations, in order.
    pub(super) imports: Vec<String>,
    /// It has import or export declarations, or `import.meta`.
    pub(super) is_module: bool,
    /// It waits outside of any function.
    pub(super) awaits: bool,
    /// Syntax not every modelled major has, in order.
    pub(super) newer: Vec<NewerSyntax>,
}

impl Outline {
    /// Reads a text.
    pub(super) fn of(source: &str) -> Self {
        let mut outline = Outline::default();
        let mut parser = Parser::new();
        if parser
            .set_language(&tree_sitter_javascript::LANGUAGE.into())
            .is_err()
        {
            return outline;
        }
        let Some(tree) = parser.parse(source, None) else {
            return outline;
        };
        outline.plan = Plan::of(&tree, source);
        let mut cursor = tree.walk();
        let mut functions = 0_usize;
        loop {
            let node = cursor.node();
            outline.note(&node, source, functions > 0);
            if cursor.goto_first_child() {
                functions += usize::from(is_function(&node));
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return outline;
                }
                functions -= usize::from(is_function(&cursor.node()));
            }
        }
    }

    fn note(&mut self, node: &Node<'_>, source: &str, in_function: bool) {
        match node.kind() {
            "import_statement" | "export_statement" => {
                self.is_module = true;
                let specifier = node
                    .child_by_field_name("source")
                    .and_then(|specifier| source.get(specifier.byte_range()));
                if let Some(specifier) = specifier {
                    self.imports
                        .push(specifier.trim_matches(['"', '\'']).to_owned());
                }
            }
            "meta_property" if source.get(node.byte_range()) == Some("import.meta") => {
                self.is_module = true
            }
            "await_expression" if !in_function => {
                self.awaits = true;
                self.add_newer(node, "top-level await", 14);
            }
            "for_in_statement" if !in_function && has_child(node, "await") => {
                self.awaits = true;
                self.add_newer(node, "top-level await", 14);
            }
            // In a module this is no name: the grammar takes `await (f)()` for a call of it.
            "identifier" if !in_function && source.get(node.byte_range()) == Some("await") => {
                self.awaits = true;
            }
            "optional_chain" | "?." => self.add_newer(node, "optional chaining `?.`", 14),
            "??" => self.add_newer(node, "`??`", 14),
            "??=" | "||=" | "&&=" => self.add_newer(node, "logical assignment", 16),
            "class_static_block" => self.add_newer(node, "a static block", 16),
            "method_definition" if has_child(node, "private_property_identifier") => {
                self.add_newer(node, "a private method", 14);
            }
            "using_declaration" => self.add_newer(node, "`using`", 24),
            "binary_expression" if has_child(node, "private_property_identifier") => {
                self.add_newer(node, "`#name in`", 16);
            }
            "call_expression" if has_child(node, "import") => {
                let arguments = node.child_by_field_name("arguments");
                if arguments.is_some_and(|arguments| arguments.named_child_count() > 1) {
                    self.add_newer(node, "import() with options", 16);
                }
            }
            "regex" => self.note_regex(node, source),
            _ => {}
        }
    }

    fn note_regex(&mut self, node: &Node<'_>, source: &str) {
        let part = |field| {
            node.child_by_field_name(field)
                .and_then(|part| source.get(part.byte_range()))
                .unwrap_or_default()
        };
        let Expression {
            has_modifiers,
            repeats_names,
        } = Expression::of(part("pattern"));
        let flags = part("flags");
        for (is_used, what, since) in [
            (flags.contains('d'), "the flag d of expressions", 16),
            (flags.contains('v'), "the flag v of expressions", 20),
            (has_modifiers, "flags within an expression", 24),
            (repeats_names, "one name for two groups", 24),
        ] {
            if is_used {
                self.add_newer(node, what, since);
            }
        }
    }

    fn add_newer(&mut self, node: &Node<'_>, what: &'static str, since: u8) {
        let start = node.start_position();
        let place = (start.row as u32 + 1, start.column as u32 + 1);
        self.newer.push(NewerSyntax { what, since, place });
    }

    /// The first syntax a major does not know.
    pub(super) fn unknown_to(&self, major: u8) -> Option<&NewerSyntax> {
        self.newer.iter().find(|syntax| syntax.since > major)
    }

    /// Whether some async generator is left to the engine.
    pub(super) fn leaves_generators(&self) -> bool {
        self.plan.leaves_generators()
    }

    /// The text the engine is given, between two others.
    pub(super) fn rewrite(&self, source: &str, callee: &str, around: [&str; 2]) -> Rewritten {
        self.plan.apply(source, callee, around)
    }
}

/// What the pattern of a regular expression has that not every major knows.
struct Expression {
    /// Flags that are for a part of it, as in `(?i:…)`.
    has_modifiers: bool,
    /// Two groups have one name.
    repeats_names: bool,
}

impl Expression {
    fn of(pattern: &str) -> Self {
        let mut found = Expression {
            has_modifiers: false,
            repeats_names: false,
        };
        let mut names = BTreeSet::new();
        let mut in_class = false;
        let mut rest = pattern.chars();
        while let Some(next) = rest.next() {
            match next {
                '\\' => {
                    rest.next();
                }
                '[' => in_class = true,
                ']' => in_class = false,
                '(' if !in_class => {
                    let Some(group) = rest.as_str().strip_prefix('?') else {
                        continue;
                    };
                    if group.starts_with(|first: char| first == '-' || first.is_ascii_lowercase()) {
                        found.has_modifiers = true;
                    } else if let Some((name, _)) = group
                        .strip_prefix('<')
                        .and_then(|name| name.split_once('>'))
                    {
                        let is_name = !name.starts_with(['=', '!']);
                        found.repeats_names |= is_name && !names.insert(name);
                    }
                }
                _ => {}
            }
        }
        found
    }
}

/// Where the CommonJS files of an ES module's graph stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommonFiles {
    /// There are none.
    None,
    /// No ES module is read beside one.
    Alone,
    /// A module imports one together with an ES module.
    Beside,
}

/// The CommonJS files of the graph of an ES module, as far as relative specifiers lead.
pub(super) fn common_files(
    entry: &str,
    read: &mut dyn FnMut(&str) -> Option<Arc<Vec<u8>>>,
) -> CommonFiles {
    let mut found = CommonFiles::None;
    let mut seen = BTreeSet::from([entry.to_owned()]);
    let mut open = vec![entry.to_owned()];
    while let Some(path) = open.pop() {
        let Some(bytes) = read(&path) else { continue };
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let imports = Outline::of(&String::from_utf8_lossy(&bytes)).imports;
        let paths = imports
            .iter()
            .filter(|specifier| specifier.starts_with('.'));
        let paths: Vec<String> = paths
            .map(|specifier| normalize(&format!("{folder}/{specifier}")))
            .collect();
        let (modules, others): (Vec<_>, Vec<_>) = paths
            .into_iter()
            .partition(|path| is_module_file(path, read));
        let imports_common = others
            .iter()
            .any(|path| path.ends_with(".cjs") || path.ends_with(".js"));
        if imports_common && !modules.is_empty() {
            found = CommonFiles::Beside;
        } else if imports_common && found == CommonFiles::None {
            found = CommonFiles::Alone;
        }
        open.extend(modules.into_iter().filter(|path| seen.insert(path.clone())));
    }
    found
}

/// Whether a file is an ES module by its name, or a `.js` file in a package that says so.
pub(super) fn is_module_file(
    path: &str,
    read: &mut dyn FnMut(&str) -> Option<Arc<Vec<u8>>>,
) -> bool {
    if !path.ends_with(".js") {
        return path.ends_with(".mjs");
    }
    let mut folder = path;
    while let Some((parent, _)) = folder.rsplit_once('/') {
        folder = parent;
        if let Some(bytes) = read(&format!("{folder}/package.json")) {
            let package = serde_json::from_slice::<serde_json::Value>(&bytes).ok();
            return package.is_some_and(|package| {
                package.get("type").and_then(|kind| kind.as_str()) == Some("module")
            });
        }
    }
    false
}

/// Whether a node is a function, or runs like one.
pub(super) fn is_function(node: &Node<'_>) -> bool {
    matches!(
        node.kind(),
        "function_declaration"
            | "function_expression"
            | "arrow_function"
            | "method_definition"
            | "generator_function"
            | "generator_function_declaration"
            | "class_static_block"
            | "field_definition"
    )
}

/// Whether a node has a child of a kind.
pub(super) fn has_child(node: &Node<'_>, kind: &str) -> bool {
    (0..node.child_count()).any(|at| {
        node.child(at as _)
            .is_some_and(|child| child.kind() == kind)
    })
}
