//! The files a program sees: in memory, over a real folder that is read when asked for and never written.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{Hash, Hasher};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use crate::program::Program;
use crate::runtime::{Effect, Touch};

/// An error code of the operating system, such as `ENOENT`.
pub(super) type Errno = &'static str;

const LINKS_MAX: usize = 40;

/// The device that is always empty and takes whatever is written.
const NULL_DEVICE: &str = "/dev/null";

/// What a path names.
#[derive(Debug, Clone, Hash)]
enum Node {
    File {
        bytes: Arc<Vec<u8>>,
        number: u64,
    },
    Folder {
        number: u64,
    },
    Link {
        target: String,
        number: u64,
    },
    /// [`NULL_DEVICE`].
    Device {
        number: u64,
    },
    /// It was removed, whatever the folder beneath holds.
    Gone,
}

/// What is known about a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Status {
    /// `file`, `directory`, `link` or `device`.
    pub(super) kind: &'static str,
    pub(super) size: usize,
    /// Unlike any other file's.
    pub(super) number: u64,
}

/// The read-only ground a run's files stand on; shared by all runs of a program.
#[derive(Debug)]
pub(super) struct Ground {
    directory: String,
    declared: BTreeMap<String, Arc<Vec<u8>>>,
    folder: Option<PathBuf>,
    seen: Mutex<HashMap<String, Option<Entry>>>,
}

#[derive(Debug, Clone)]
enum Entry {
    File(Arc<Vec<u8>>),
    Folder(Vec<String>),
}

impl Ground {
    pub(super) fn new(program: &Program) -> Self {
        let mut declared = BTreeMap::new();
        for (path, text) in [
            ("/etc/hosts", "127.0.0.1 localhost\n"),
            ("/etc/passwd", "node:x:1000:1000::/home/node:\n"),
            (NULL_DEVICE, ""),
        ] {
            declared.insert(path.to_owned(), Arc::new(text.as_bytes().to_vec()));
        }
        for (path, bytes) in &program.files {
            declared.insert(
                format!("{}/{path}", program.directory),
                Arc::new(bytes.clone()),
            );
        }
        let entry = Arc::new(program.source.clone().into_bytes());
        declared.insert(format!("{}/{}", program.directory, program.entry), entry);
        Ground {
            directory: program.directory.clone(),
            declared,
            folder: program.folder.clone(),
            seen: Mutex::default(),
        }
    }

    /// What the folder holds at a path, read at most once so that every run sees the same.
    fn look(&self, path: &str) -> Option<Entry> {
        let root = self.folder.as_ref()?;
        let rest = path.strip_prefix(&self.directory)?;
        let rest = if rest.is_empty() {
            ""
        } else {
            rest.strip_prefix('/')?
        };
        let mut seen = self
            .seen
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(found) = seen.get(path) {
            return found.clone();
        }
        let found = read_real(root, rest);
        seen.insert(path.to_owned(), found.clone());
        found
    }
}

/// Reads a file or lists a folder inside `root`; links that lead out of it count as missing.
fn read_real(root: &std::path::Path, rest: &str) -> Option<Entry> {
    let root = root.canonicalize().ok()?;
    let path = root.join(rest).canonicalize().ok()?;
    if !path.starts_with(&root) {
        return None;
    }
    if path.is_dir() {
        let entries = std::fs::read_dir(path).ok()?;
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        names.sort();
        return Some(Entry::Folder(names));
    }
    if !path.is_file() {
        return None;
    }
    std::fs::read(path)
        .ok()
        .map(|bytes| Entry::File(Arc::new(bytes)))
}

/// The files of one run.
#[derive(Debug)]
pub(super) struct Files {
    ground: Arc<Ground>,
    changed: BTreeMap<String, Node>,
    next_number: u64,
}

impl Hash for Files {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.changed.hash(state);
        self.next_number.hash(state);
    }
}

/// What a system call with some effect finds at a path.
#[derive(Debug, Hash)]
pub(super) struct Found {
    /// What kind of thing, and which.
    node: Result<(&'static str, u64), Errno>,
    /// Where a link leads.
    target: Option<String>,
    contents: Option<Arc<Vec<u8>>>,
    names: Vec<(String, Option<&'static str>)>,
}

impl Files {
    pub(super) fn new(ground: Arc<Ground>) -> Self {
        Files {
            ground,
            changed: BTreeMap::new(),
            next_number: 1000,
        }
    }

    /// What a system call finds at a path it touches.
    pub(super) fn found(&self, touch: &Touch) -> Found {
        let path = &*touch.path;
        let status = self.status(path, false);
        let mut contents = None;
        let mut names = Vec::new();
        match touch.effect {
            Effect::Find => {}
            Effect::Read | Effect::Write => contents = self.read(path).ok(),
            Effect::List | Effect::Name | Effect::Link => {
                self.gather_names(path, false, &mut names);
            }
            Effect::Walk => self.gather_names(path, true, &mut names),
        }
        Found {
            node: status.map(|status| (status.kind, status.number)),
            target: self.read_link(path).ok(),
            contents,
            names,
        }
    }

    fn gather_names(
        &self,
        folder: &str,
        below: bool,
        names: &mut Vec<(String, Option<&'static str>)>,
    ) {
        for name in self.list(folder).unwrap_or_default() {
            let path = format!("{}/{name}", folder.trim_end_matches('/'));
            let kind = self.status(&path, false).ok().map(|status| status.kind);
            if below && kind == Some("directory") {
                self.gather_names(&path, below, names);
            }
            names.push((path, kind));
        }
    }

    fn take_number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }

    /// What a path names, without following a link at its end.
    fn node(&self, path: &str) -> Option<Node> {
        match self.changed.get(path) {
            Some(Node::Gone) => return None,
            Some(node) => return Some(node.clone()),
            None => {}
        }
        let number = path.bytes().fold(17, |hash: u64, byte| {
            hash.wrapping_mul(31).wrapping_add(byte.into())
        }) % 900
            + 1;
        if path == NULL_DEVICE {
            return Some(Node::Device { number });
        }
        if let Some(bytes) = self.ground.declared.get(path) {
            return Some(Node::File {
                bytes: bytes.clone(),
                number,
            });
        }
        let prefix = if path == "/" {
            "/".to_owned()
        } else {
            format!("{path}/")
        };
        let declared = self.ground.declared.range(prefix.clone()..).next();
        let is_parent = declared.is_some_and(|(declared, _)| declared.starts_with(&prefix));
        if is_parent
            || ["/", "/tmp", "/home", "/home/node"].contains(&path)
            || path == self.ground.directory
        {
            return Some(Node::Folder { number });
        }
        match self.ground.look(path)? {
            Entry::File(bytes) => Some(Node::File { bytes, number }),
            Entry::Folder(_) => Some(Node::Folder { number }),
        }
    }

    /// Follows links until something else is reached.
    fn follow(&self, path: &str) -> Result<(String, Node), Errno> {
        let mut path = path.to_owned();
        for _ in 0..LINKS_MAX {
            self.check_parents(&path)?;
            match self.node(&path).ok_or("ENOENT")? {
                Node::Link { target, .. } => path = self.join_link(&path, &target),
                node => return Ok((path, node)),
            }
        }
        Err("ELOOP")
    }

    fn join_link(&self, link: &str, target: &str) -> String {
        let base = if target.starts_with('/') {
            ""
        } else {
            link.rsplit_once('/').map_or("", |(folder, _)| folder)
        };
        normalize(&format!("{base}/{target}"))
    }

    /// Every folder above a path must be one; links among them are not followed.
    fn check_parents(&self, path: &str) -> Result<(), Errno> {
        let Some((parent, _)) = path
            .rsplit_once('/')
            .filter(|(parent, _)| !parent.is_empty())
        else {
            return Ok(());
        };
        match self.node(parent) {
            Some(Node::Folder { .. }) => Ok(()),
            Some(Node::Link { .. }) => match self.follow(parent)?.1 {
                Node::Folder { .. } => Ok(()),
                _ => Err("ENOTDIR"),
            },
            Some(_) => Err("ENOTDIR"),
            None => Err(self.check_parents(parent).err().unwrap_or("ENOENT")),
        }
    }

    pub(super) fn read(&self, path: &str) -> Result<Arc<Vec<u8>>, Errno> {
        match self.follow(path)?.1 {
            Node::File { bytes, .. } => Ok(bytes),
            Node::Device { .. } => Ok(Arc::default()),
            _ => Err("EISDIR"),
        }
    }

    pub(super) fn write(&mut self, path: &str, bytes: &[u8], append: bool) -> Result<(), Errno> {
        let (path, old) = match self.follow(path) {
            Ok((path, Node::File { bytes, number })) => (path, Some((bytes, number))),
            Ok((_, Node::Device { .. })) => return Ok(()),
            Ok(_) => return Err("EISDIR"),
            Err("ENOENT") => {
                self.check_parents(path)?;
                let target = match self.node(path) {
                    Some(Node::Link { target, .. }) => self.join_link(path, &target),
                    _ => path.to_owned(),
                };
                (target, None)
            }
            Err(error) => return Err(error),
        };
        let (mut content, number) = match old {
            Some((old, number)) if append => (old.to_vec(), number),
            Some((_, number)) => (Vec::new(), number),
            None => (Vec::new(), self.take_number()),
        };
        content.extend_from_slice(bytes);
        self.changed.insert(
            path,
            Node::File {
                bytes: Arc::new(content),
                number,
            },
        );
        Ok(())
    }

    pub(super) fn status(&self, path: &str, follow: bool) -> Result<Status, Errno> {
        let node = if follow {
            self.follow(path)?.1
        } else {
            self.check_parents(path)?;
            self.node(path).ok_or("ENOENT")?
        };
        Ok(match node {
            Node::File { bytes, number } => Status {
                kind: "file",
                size: bytes.len(),
                number,
            },
            Node::Folder { number } => Status {
                kind: "directory",
                size: 4096,
                number,
            },
            Node::Link { target, number } => Status {
                kind: "link",
                size: target.len(),
                number,
            },
            Node::Device { number } => Status {
                kind: "device",
                size: 0,
                number,
            },
            Node::Gone => return Err("ENOENT"),
        })
    }

    pub(super) fn remove(&mut self, path: &str) -> Result<(), Errno> {
        match self.status(path, false)?.kind {
            "directory" => return Err("EISDIR"),
            "device" => return Err("EACCES"),
            _ => {}
        }
        self.changed.insert(path.to_owned(), Node::Gone);
        Ok(())
    }

    pub(super) fn make_directory(&mut self, path: &str) -> Result<(), Errno> {
        self.check_parents(path)?;
        if self.node(path).is_some() {
            return Err("EEXIST");
        }
        let number = self.take_number();
        self.changed
            .insert(path.to_owned(), Node::Folder { number });
        Ok(())
    }

    pub(super) fn remove_directory(&mut self, path: &str) -> Result<(), Errno> {
        if self.status(path, false)?.kind != "directory" {
            return Err("ENOTDIR");
        }
        if !self.list(path)?.is_empty() {
            return Err("ENOTEMPTY");
        }
        self.changed.insert(path.to_owned(), Node::Gone);
        Ok(())
    }

    pub(super) fn list(&self, path: &str) -> Result<Vec<String>, Errno> {
        let (path, node) = self.follow(path)?;
        if !matches!(node, Node::Folder { .. }) {
            return Err("ENOTDIR");
        }
        let prefix = if path == "/" {
            path.clone()
        } else {
            format!("{path}/")
        };
        let mut names = BTreeSet::new();
        let paths = self.changed.keys().chain(self.ground.declared.keys());
        for rest in paths.filter_map(|each| each.strip_prefix(&prefix)) {
            let name = rest.split('/').next().unwrap_or(rest);
            if !name.is_empty() && self.node(&format!("{prefix}{name}")).is_some() {
                names.insert(name.to_owned());
            }
        }
        if let Some(Entry::Folder(found)) = self.ground.look(&path) {
            names.extend(
                found
                    .into_iter()
                    .filter(|name| self.node(&format!("{prefix}{name}")).is_some()),
            );
        }
        Ok(names.into_iter().collect())
    }

    pub(super) fn rename(&mut self, from: &str, to: &str) -> Result<(), Errno> {
        let kind = self.status(from, false)?.kind;
        self.check_parents(to)?;
        match self.node(to) {
            Some(Node::Device { .. }) => return Err("EACCES"),
            _ if kind == "device" => return Err("EACCES"),
            Some(Node::Folder { .. }) if kind != "directory" => return Err("EISDIR"),
            Some(Node::Folder { .. }) if from != to && !self.list(to)?.is_empty() => {
                return Err("ENOTEMPTY");
            }
            Some(Node::File { .. } | Node::Link { .. }) if kind == "directory" => {
                return Err("ENOTDIR");
            }
            _ => {}
        }
        if from == to {
            return Ok(());
        }
        let children = if kind == "directory" {
            self.list(from)?
        } else {
            Vec::new()
        };
        let node = self.node(from).ok_or("ENOENT")?;
        self.changed.insert(to.to_owned(), node);
        for child in children {
            self.rename(&format!("{from}/{child}"), &format!("{to}/{child}"))?;
        }
        self.changed.insert(from.to_owned(), Node::Gone);
        Ok(())
    }

    pub(super) fn truncate(&mut self, path: &str, length: usize) -> Result<(), Errno> {
        if matches!(self.follow(path)?.1, Node::Device { .. }) {
            return Err("EINVAL");
        }
        let mut bytes = self.read(path)?.to_vec();
        bytes.resize(length, 0);
        self.write(path, &bytes, false)
    }

    pub(super) fn link(&mut self, target: &str, path: &str) -> Result<(), Errno> {
        self.check_parents(path)?;
        if self.node(path).is_some() {
            return Err("EEXIST");
        }
        let number = self.take_number();
        self.changed.insert(
            path.to_owned(),
            Node::Link {
                target: target.to_owned(),
                number,
            },
        );
        Ok(())
    }

    pub(super) fn read_link(&self, path: &str) -> Result<String, Errno> {
        self.check_parents(path)?;
        match self.node(path).ok_or("ENOENT")? {
            Node::Link { target, .. } => Ok(target),
            _ => Err("EINVAL"),
        }
    }
}

/// An absolute path without `.`, `..` and doubled slashes.
pub(super) fn normalize(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}
