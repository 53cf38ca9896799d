//! A place where a program runs on real Node: a folder of its own, files as declared, and an end.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;
use wait_timeout::ChildExt;

use super::{Binary, Orders, interpose};
use crate::program::Program;
use crate::runtime::{Operation, Profile};

/// How much a run may print, in bytes.
const OUTPUT_MAX: u64 = 4 << 20;

/// How much may lie beside a program that is given by its file: files, and bytes.
const BESIDE_MAX: (usize, u64) = (5_000, 64 << 20);

/// What a user could observe of a run of real Node.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Observed {
    /// The lines written to standard output.
    pub stdout: Vec<String>,
    /// How it ended.
    pub end: End,
}

/// How a run of real Node ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum End {
    /// It exited with a code.
    Exit(i32),
    /// The system ended it.
    Crash,
    /// The user ended it.
    Interrupted,
    /// It had not ended when patience was at an end.
    Unfinished,
}

/// Why a program cannot be run on real Node.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// A file cannot be read or written.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A declared file would lie outside of the program's folder.
    #[error("`{0}` lies outside of the program's folder")]
    Outside(String),
    /// There is too much beside the program.
    #[error("more than {files} files or {mib} MiB lie beside {path}: real Node is run in a copy of the folder, so put the program into a smaller one",
        files = BESIDE_MAX.0, mib = BESIDE_MAX.1 >> 20)]
    TooMuch {
        /// The folder.
        path: PathBuf,
    },
}

fn file_error(path: &Path) -> impl FnOnce(io::Error) -> StageError {
    move |error| StageError::File {
        path: path.to_owned(),
        error,
    }
}

/// A folder in which a program runs; gone when dropped.
#[derive(Debug)]
pub(super) struct Stage<'p> {
    program: &'p Program,
    root: TempDir,
    library: Option<PathBuf>,
    /// Pool jobs that load the entry, where the pool does that.
    loading_jobs: u32,
    /// Whether the program may show what Node is told on its command line.
    shows_arguments: bool,
}

impl<'p> Stage<'p> {
    pub(super) fn new(program: &'p Program, rules: &Profile) -> Result<Self, StageError> {
        let temporary = std::env::temp_dir();
        let root = tempfile::Builder::new()
            .prefix("tickproof-")
            .tempdir()
            .map_err(file_error(&temporary))?;
        let library = interpose::place(root.path()).map_err(file_error(root.path()))?;
        Ok(Stage {
            program,
            root,
            library,
            loading_jobs: Operation::ReadFile.jobs(program.source.len() as u64, rules),
            shows_arguments: program.source.contains("execArgv"),
        })
    }

    /// Runs the program once, from the files it begins with.
    ///
    /// `patience` is real time; the clock of the program is another one.
    pub(super) fn run(
        &self,
        binary: &Binary,
        orders: &Orders,
        patience: Duration,
    ) -> Result<Observed, StageError> {
        let folder = self.set_up()?;
        let entry = folder.join(&self.program.entry);
        let mut command = Command::new(&binary.path);
        command
            .current_dir(folder.join(&self.program.working_directory))
            .env_clear()
            .env("HOME", self.root.path());
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command.envs(&self.program.env);
        if let Some(library) = &self.library {
            let told = self.root.path().join("orders");
            let text = format!(
                "entry {} {}\n{}",
                self.loading_jobs,
                entry.display(),
                orders.text()
            );
            fs::write(&told, text).map_err(file_error(&told))?;
            command
                .env("LD_PRELOAD", library)
                .env("TICKPROOF_ORDERS", &told);
        }
        if let Some(mode) = self.program.rejections {
            command.arg(format!("--unhandled-rejections={}", mode.name()));
        }
        if !self.shows_arguments {
            command.args(orders.arguments());
        }
        command.arg(&entry).args(&self.program.arguments);
        let (mut text, status) =
            run_to_end(&mut command, patience).map_err(file_error(&binary.path))?;
        let end = match status.map(|status| status.code()) {
            Some(Some(code)) => End::Exit(code),
            Some(None) if is_interrupt(status) => End::Interrupted,
            Some(None) => End::Crash,
            None => End::Unfinished,
        };
        // The model shows the program another place.
        for shown in self.program.folder.iter().chain([&folder]) {
            text = text.replace(&shown.display().to_string(), &self.program.directory);
        }
        Ok(Observed {
            stdout: text.lines().map(str::to_owned).collect(),
            end,
        })
    }

    /// Puts the program's files as they are before it runs. Gives the folder they are in, whose path has no links.
    fn set_up(&self) -> Result<PathBuf, StageError> {
        let folder = self.root.path().join("program");
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(file_error(&folder))?;
        }
        fs::create_dir(&folder).map_err(file_error(&folder))?;
        if let Some(beside) = &self.program.folder {
            let mut left = BESIDE_MAX;
            copy_folder(beside, &folder, &mut left)?;
        }
        let entry = (&self.program.entry, self.program.source.as_bytes());
        let declared = self
            .program
            .files
            .iter()
            .map(|(name, contents)| (name, contents.as_slice()));
        for (name, contents) in declared.chain([entry]) {
            let inside = Path::new(name);
            if !inside
                .components()
                .all(|part| matches!(part, std::path::Component::Normal(_)))
            {
                return Err(StageError::Outside(name.clone()));
            }
            let path = folder.join(inside);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).map_err(file_error(parent))?;
            }
            fs::write(&path, contents).map_err(file_error(&path))?;
        }
        folder.canonicalize().map_err(file_error(&folder))
    }
}

/// Copies what lies in a folder. What is neither file nor folder is left out; packages, which may be many and are only read, are
/// linked to.
fn copy_folder(from: &Path, to: &Path, left: &mut (usize, u64)) -> Result<(), StageError> {
    let too_much = || StageError::TooMuch {
        path: from.to_owned(),
    };
    for entry in fs::read_dir(from).map_err(file_error(from))? {
        let source = entry.map_err(file_error(from))?.path();
        let Some(name) = source.file_name() else {
            continue;
        };
        let target = to.join(name);
        #[cfg(unix)]
        if from.ends_with("node_modules") {
            std::os::unix::fs::symlink(&source, &target).map_err(file_error(&target))?;
            continue;
        }
        let about = fs::metadata(&source).map_err(file_error(&source))?;
        left.0 = left.0.checked_sub(1).ok_or_else(too_much)?;
        if about.is_dir() {
            fs::create_dir(&target).map_err(file_error(&target))?;
            copy_folder(&source, &target, left)?;
        } else if about.is_file() {
            left.1 = left.1.checked_sub(about.len()).ok_or_else(too_much)?;
            fs::copy(&source, &target).map_err(file_error(&source))?;
        }
    }
    Ok(())
}

/// Whether a process was ended by a wish of the user, which reaches all processes of a terminal.
#[cfg(unix)]
fn is_interrupt(status: Option<ExitStatus>) -> bool {
    use std::os::unix::process::ExitStatusExt;
    const INTERRUPT: i32 = 2;
    const TERMINATE: i32 = 15;
    let signal = status.and_then(|status| status.signal());
    matches!(signal, Some(INTERRUPT | TERMINATE))
}

#[cfg(not(unix))]
fn is_interrupt(_: Option<ExitStatus>) -> bool {
    false
}

/// Runs a command; what it printed and, if it ended in time, how.
fn run_to_end(
    command: &mut Command,
    patience: Duration,
) -> io::Result<(String, Option<ExitStatus>)> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let stdout = child.stdout.take();
    let reader = thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before an error is all there is.
        let _ = stdout.map(|stdout| stdout.take(OUTPUT_MAX).read_to_end(&mut bytes));
        bytes
    });
    let ended = child.wait_timeout(patience);
    if !matches!(ended, Ok(Some(_))) {
        let _ = child.kill();
        let _ = child.wait();
    }
    let bytes = reader.join().unwrap_or_default();
    Ok((String::from_utf8_lossy(&bytes).into_owned(), ended?))
}
