//! How far a program reaches: the folder it is shown.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::find::folder_of;

/// How many files are looked into for what they name.
const FILES_MAX: usize = 1000;

/// Longer files are not looked into.
const TEXT_BYTES_MAX: u64 = 1 << 20;

/// The folder a program is shown, and the path of its file below it with `/` between the parts.
///
/// It is the innermost folder that holds the file, the nearest `package.json` around it, and everything that the file, and those
/// it names, name by a literal: files and folders by a path that begins with dots, packages in `node_modules` by their name. It is
/// never the root of the file system. A path put together in another way leads no further up.
pub fn place_of(file: &Path, source: &str) -> (PathBuf, String) {
    let folder = folder_of(file);
    let mut root = folder.clone();
    let mut widen = |holder: &Path| {
        let mut around = root.ancestors();
        let common = around.find(|each| holder.starts_with(each));
        let common = common.filter(|common| common.parent().is_some());
        let common = common.map(Path::to_owned);
        let is_shown = common.is_some();
        root = common.unwrap_or(std::mem::take(&mut root));
        is_shown
    };
    let mut around = folder.ancestors();
    if let Some(package) = around.find(|each| each.join("package.json").is_file()) {
        widen(package);
    }
    let mut seen = BTreeSet::new();
    let mut open = vec![(folder.clone(), source.to_owned())];
    while let Some((from, text)) = open.pop() {
        for package in named_packages(&text) {
            let package = Path::new("node_modules").join(package);
            let holder = from.ancestors().find(|each| each.join(&package).exists());
            holder.map(&mut widen);
        }
        for named in named_paths(&text) {
            let Some(path) = resolve(&from.join(named)) else {
                continue;
            };
            let is_file = path.is_file();
            let holder = if is_file {
                path.parent().unwrap_or(&path)
            } else {
                &path
            };
            if !widen(holder) || !is_file || seen.len() == FILES_MAX || !seen.insert(path.clone()) {
                continue;
            }
            let small = fs::metadata(&path).is_ok_and(|about| about.len() <= TEXT_BYTES_MAX);
            if let (true, Ok(text)) = (small, fs::read_to_string(&path)) {
                open.push((holder.to_owned(), text));
            }
        }
    }
    let below = folder.strip_prefix(&root).unwrap_or(Path::new(""));
    let entry = below.join(file.file_name().unwrap_or_default());
    let parts: Vec<_> = entry.iter().map(std::ffi::OsStr::to_string_lossy).collect();
    (root, parts.join("/"))
}

/// The file or folder a path stands for, where `require` may leave out how a file's name ends.
fn resolve(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    let with = |suffix: &str| {
        let mut text = plain.clone().into_os_string();
        text.push(suffix);
        PathBuf::from(text)
    };
    let names = [
        "",
        ".js",
        ".json",
        ".mjs",
        ".cjs",
        "/index.js",
        "/index.json",
    ];
    let file = names.into_iter().map(with).find(|path| path.is_file());
    file.or_else(|| Some(plain.clone()).filter(|path| path.is_dir()))
}

/// Paths a text names that begin with dots: literals, what follows a variable in a template or in a sum, and the arguments of
/// `path.join`.
fn named_paths(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, opening) in text.match_indices(['\'', '"', '`', '}']) {
        let Some((first, mut rest)) = literal(&text[at..], opening) else {
            continue;
        };
        let mut path = first.trim_start_matches('/').to_owned();
        if !matches!(path.split('/').next(), Some("." | "..")) {
            continue;
        }
        let only_dots = path == "." || path == "..";
        let before = text[..at].trim_end();
        // What is split or searched for is often nothing but dots.
        if !only_dots || before.ends_with(',') || loads(before) {
            found.push(path.clone());
        }
        while let Some(next) = rest.trim_start().strip_prefix(',').map(str::trim_start) {
            let Some(quote) = next.get(..1).filter(|quote| *quote != "}") else {
                break;
            };
            let Some((part, after)) = literal(next, quote) else {
                break;
            };
            path = format!("{path}/{part}");
            found.push(path.clone());
            rest = after;
        }
    }
    found
}

/// Packages a text loads by a literal, such as `@scope/name`.
fn named_packages(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, opening) in text.match_indices(['\'', '"', '`']) {
        let Some((name, _)) = literal(&text[at..], opening) else {
            continue;
        };
        if name.starts_with(['.', '/', '#']) || name.contains(':') || !loads(text[..at].trim_end())
        {
            continue;
        }
        let parts = if name.starts_with('@') { 2 } else { 1 };
        let package: Vec<&str> = name.split('/').take(parts).collect();
        found.push(package.join("/"));
    }
    found
}

fn loads(before: &str) -> bool {
    ["require(", "import(", "from", "import"]
        .iter()
        .any(|word| before.ends_with(word))
}

/// The literal that begins with the quote a text begins with, and what follows it. The rest of a template follows a brace.
fn literal<'t>(text: &'t str, quote: &str) -> Option<(&'t str, &'t str)> {
    let closing = match quote {
        "}" => "`",
        "'" | "\"" | "`" => quote,
        _ => return None,
    };
    let inside = &text[1..];
    let end = inside.find(closing)?;
    let line = inside[..end].find('\n');
    line.is_none().then(|| (&inside[..end], &inside[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_begin_with_dots_are_found() {
        let text = "
            const a = require('../common');
            const b = require( './b.js' );
            import c from \"./c.mjs\"; import '../d';
            await import('./e'); require('fs'); 'a..b'.split('..'); 'é'.length;
            const f = require('..');
            readFileSync(__dirname + '/../g.txt'); readFileSync(`${__dirname}/../h.txt`);
            path.join(__dirname, '..', 'i', 'j.txt');
        ";
        assert_eq!(
            named_paths(text),
            [
                "../common",
                "./b.js",
                "./c.mjs",
                "../d",
                "./e",
                "..",
                "../g.txt",
                "../h.txt",
                "..",
                "../i",
                "../i/j.txt"
            ]
        );
    }

    #[test]
    fn packages_that_are_loaded_are_found() {
        let text = "
            const a = require('one'), b = require( \"@scope/two/part\" );
            import c from 'three/deep'; import 'four'; await import('five');
            require('./six'); require('node:fs'); import '#seven'; const eight = 'eight';
        ";
        assert_eq!(
            named_packages(text),
            ["one", "@scope/two", "three", "four", "five"]
        );
    }

    #[test]
    fn the_root_of_the_file_system_is_not_shown() {
        let (folder, entry) = place_of(
            Path::new("/no-such-folder/main.js"),
            "require('../etc/hosts')",
        );
        assert_eq!(folder, Path::new("/no-such-folder"));
        assert_eq!(entry, "main.js");
    }
}
