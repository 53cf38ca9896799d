//! Plants the breaks of `breaks.txt` into a copy of the model, as branches that are taken while one of them is on.

use std::fs;
use std::path::Path;

const LIST: &str = "tests/mutants/breaks.txt";
const MODEL: &str = "src/runtime";

/// Stands for the question whether the rule is broken.
const BROKEN: &str = "BROKEN";

/// A rule that may be broken.
struct Break {
    rule: String,
    what: String,
    changes: Vec<Change>,
}

/// Text of a file that gives way to other text.
struct Change {
    file: String,
    before: String,
    after: String,
}

/// Writes the model with all breaks below a folder, with a file to be included that declares the module and lists them.
pub(crate) fn plant(folder: &Path) {
    println!("cargo::rerun-if-changed={LIST}");
    println!("cargo::rerun-if-changed={MODEL}");
    let breaks = read(&fs::read_to_string(LIST).expect("the list of breaks is there"));
    let copy = folder.join("runtime");
    let _ = fs::remove_dir_all(&copy);
    copy_files(Path::new(MODEL), &copy, Path::new(""), &breaks);
    let known = |change: &&Change| Path::new(MODEL).join(&change.file).is_file();
    let lost = breaks
        .iter()
        .flat_map(|each| &each.changes)
        .find(|change| !known(change));
    if let Some(change) = lost {
        panic!("{LIST}: there is no {MODEL}/{}", change.file);
    }
    let list: Vec<_> = breaks.iter().map(|each| (&each.rule, &each.what)).collect();
    let text = format!(
        "#[path = {:?}]\n#[allow(warnings, reason = \"breaks are no good style\")]\npub mod runtime;\n\n\
         const BREAKS: &[(&str, &str)] = &{list:?};\n",
        copy.join("mod.rs")
    );
    fs::write(folder.join("breaks.rs"), text).expect("the folder can be written to");
}

/// Reads the list: after a paragraph about it, one break each.
fn read(text: &str) -> Vec<Break> {
    text.split("\n\n").skip(1).map(read_break).collect()
}

fn read_break(text: &str) -> Break {
    let mut lines = text.trim().lines();
    let head = lines.next().unwrap_or_default();
    let parts = head.split_once(": ").and_then(|(place, what)| {
        let (rule, file) = place.split_once(' ')?;
        Some((rule.to_owned(), file.to_owned(), what.to_owned()))
    });
    let Some((rule, mut file, what)) = parts else {
        panic!("{LIST}: `{head}` is not `rule file: what is so instead`");
    };
    let mut changes: Vec<Change> = Vec::new();
    for line in lines {
        if let Some(other) = line.strip_prefix("in ") {
            file = other.to_owned();
        } else if let Some(before) = line.strip_prefix("- ") {
            let file = file.clone();
            let before = before.to_owned();
            let after = String::new();
            changes.push(Change {
                file,
                before,
                after,
            });
        } else if let (Some(after), Some(change)) = (line.strip_prefix('+'), changes.last_mut()) {
            change.after += after;
            change.after += "\n";
        } else {
            panic!("{LIST}: `{line}` of `{head}` is no change");
        }
    }
    Break {
        rule,
        what,
        changes,
    }
}

fn copy_files(from: &Path, to: &Path, below: &Path, breaks: &[Break]) {
    fs::create_dir_all(to).expect("the folder can be written to");
    for entry in fs::read_dir(from).expect("the model can be read").flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let (copy, below) = (to.join(&name), below.join(&name));
        if path.is_dir() {
            copy_files(&path, &copy, &below, breaks);
        } else {
            let text = fs::read_to_string(&path).expect("the model can be read");
            fs::write(copy, broken(&text, &below, breaks)).expect("the folder can be written to");
        }
    }
}

/// The text of a file with all that is broken in it.
fn broken(text: &str, file: &Path, breaks: &[Break]) -> String {
    let mut pieces = Vec::new();
    for (number, each) in breaks.iter().enumerate() {
        for change in each
            .changes
            .iter()
            .filter(|change| Path::new(&change.file) == file)
        {
            let Some((start, end)) = find(text, &change.before) else {
                panic!(
                    "{LIST}: {}, {}: `{}` is not once in {}",
                    each.rule, each.what, change.before, change.file
                );
            };
            pieces.push((start, end, branch(&text[start..end], &change.after, number)));
        }
    }
    pieces.sort();
    let mut whole = String::new();
    let mut done = 0;
    for (start, end, piece) in pieces {
        assert!(
            done <= start,
            "{LIST}: two changes meet in {}: `{piece}`",
            file.display()
        );
        whole += &text[done..start];
        whole += &piece;
        done = end;
    }
    whole + &text[done..]
}

/// Text that is as before or after a change, whether a rule is broken or not.
fn branch(before: &str, after: &str, number: usize) -> String {
    let is_broken = format!("crate::mutants::is({number})");
    if after.contains(BROKEN) {
        return after.replace(BROKEN, &is_broken);
    }
    let either = format!("if {is_broken} {{ {after} }} else {{ {before} }}");
    // What is no statement may be part of anything.
    if before.ends_with([';', '}']) {
        either
    } else {
        format!("({either})")
    }
}

/// Where text stands in another, whatever their spaces, if it does once.
fn find(text: &str, wanted: &str) -> Option<(usize, usize)> {
    let solid = |text: &str| -> Vec<(usize, char)> {
        text.char_indices()
            .filter(|(_, each)| !each.is_whitespace())
            .collect()
    };
    let (text, wanted) = (solid(text), solid(wanted));
    let same = |window: &[(usize, char)]| {
        window
            .iter()
            .map(|each| each.1)
            .eq(wanted.iter().map(|each| each.1))
    };
    let mut places = text.windows(wanted.len()).filter(|window| same(window));
    let (Some(place), None) = (places.next(), places.next()) else {
        return None;
    };
    let (start, (last, end)) = (place[0].0, place[place.len() - 1]);
    Some((start, last + end.len_utf8()))
}
