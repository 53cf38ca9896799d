//! Which files are specs, and how they are called.

use std::fs;
use std::path::{Path, PathBuf};

use super::fault::{Fault, Place};

/// A spec file that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Its path below the folder of specs, without extension, with `/` between the parts.
    pub name: String,
    /// The file.
    pub path: PathBuf,
}

/// Lists the specs at a path: the file itself, or every `.yaml` file below the folder, by name.
///
/// # Errors
///
/// If there is no such path, it cannot be read, or the folder holds no spec.
pub fn find(path: &Path) -> Result<Vec<Found>, Fault> {
    let shown = path.display().to_string();
    let metadata =
        fs::metadata(path).map_err(|error| Fault::of_file(&shown, cannot_read(&error)))?;
    if !metadata.is_dir() {
        return Ok(vec![Found {
            name: name_of(path, path.parent().unwrap_or(path)),
            path: path.into(),
        }]);
    }
    let mut found = Vec::new();
    walk(path, path, &mut found)
        .map_err(|(path, error)| Fault::of_file(path.display().to_string(), cannot_read(&error)))?;
    if found.is_empty() {
        return Err(Fault::of_file(shown, "this folder holds no spec")
            .with_help("a spec is a file with the extension .yaml, here or in a folder below"));
    }
    found.sort();
    Ok(found)
}

/// The text of a file.
///
/// # Errors
///
/// If it cannot be read, or is not UTF-8 text; then at the place where it stops being that.
pub fn read_text(path: &Path) -> Result<String, Fault> {
    let shown = path.display().to_string();
    let about = fs::metadata(path).map_err(|error| Fault::of_file(&shown, cannot_read(&error)))?;
    if !about.is_dir() && !about.is_file() {
        return Err(Fault::of_file(shown, "this is not a regular file"));
    }
    if about.len() > TEXT_BYTES_MAX {
        let message = format!("this has more than {} KiB", TEXT_BYTES_MAX >> 10);
        return Err(Fault::of_file(shown, message));
    }
    let bytes = fs::read(path).map_err(|error| Fault::of_file(&shown, cannot_read(&error)))?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
        let last = valid.rsplit('\n').next().unwrap_or_default();
        let place = Place {
            line: valid.matches('\n').count() + 1,
            column: last.chars().count() + 1,
            width: 1,
        };
        let message = "this is not UTF-8 text".to_owned();
        Fault {
            file: shown,
            place,
            text: last.to_owned(),
            message,
            help: None,
        }
    })
}

/// Programs and specs are small; anything larger is a mistake.
const TEXT_BYTES_MAX: u64 = 1 << 20;

/// The folder a file is in, independent of the working directory where that is possible.
pub(super) fn folder_of(file: &Path) -> PathBuf {
    let parent = file
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let folder = parent.unwrap_or(Path::new("."));
    fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf())
}

/// Why a file cannot be read, without the words that differ between systems.
pub(super) fn cannot_read(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => "it cannot be read: permission denied".to_owned(),
        std::io::ErrorKind::InvalidData => "it cannot be read: it is not UTF-8 text".to_owned(),
        _ => format!("it cannot be read: {error}"),
    }
}

fn walk(
    root: &Path,
    folder: &Path,
    found: &mut Vec<Found>,
) -> Result<(), (PathBuf, std::io::Error)> {
    let entries = fs::read_dir(folder).map_err(|error| (folder.to_path_buf(), error))?;
    for entry in entries {
        let entry = entry.map_err(|error| (folder.to_path_buf(), error))?;
        let path = entry.path();
        // Links are not followed into folders, so a circle of them ends.
        let kind = entry.file_type().map_err(|error| (path.clone(), error))?;
        if kind.is_dir() {
            walk(root, &path, found)?;
        } else if is_spec(&path) {
            found.push(Found {
                name: name_of(&path, root),
                path,
            });
        }
    }
    Ok(())
}

/// Whether a file is a spec, by its extension.
pub fn is_spec(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "yaml" || extension == "yml")
}

/// The path below the innermost folder called `specs`, or else below `root`.
fn name_of(path: &Path, root: &Path) -> String {
    let without_extension = path.with_extension("");
    let parts: Vec<String> = without_extension
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    let specs = parts
        .iter()
        .rposition(|part| part == "specs")
        .filter(|at| at + 1 < parts.len());
    let from = match specs {
        Some(at) => at + 1,
        None => root.components().count().min(parts.len().saturating_sub(1)),
    };
    parts[from..].join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_path_below_specs() {
        let name = |path: &str, root: &str| name_of(Path::new(path), Path::new(root));
        assert_eq!(name("specs/loop/a.yaml", "specs"), "loop/a");
        assert_eq!(name("/x/specs/loop/a.yaml", "/x/specs/loop"), "loop/a");
        assert_eq!(name("mine/loop/a.b.yaml", "mine"), "loop/a.b");
        assert_eq!(name("a.yaml", ""), "a");
        assert_eq!(name("./a.yaml", "."), "a");
        assert_eq!(name("dir/a.yaml", "dir"), "a");
    }
}
