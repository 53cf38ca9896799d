//! Node binaries: where they are, which version they are, and how to get them.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use flate2::read::GzDecoder;
use wait_timeout::ChildExt;

use crate::runtime::{PROFILES, Profile};

/// How long a binary may take to say its version.
const PATIENCE: Duration = Duration::from_secs(20);

/// A Node binary that said which version it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binary {
    /// Where it is.
    pub path: PathBuf,
    /// Its version, such as `22.23.3`.
    pub version: String,
    /// Its major version.
    pub major: u8,
}

/// Why a binary cannot be used or had.
#[derive(Debug, thiserror::Error)]
pub enum BinaryError {
    /// It does not start.
    #[error("{path} cannot be started: {error}")]
    NotStarted {
        /// Where it is.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// It said something else than a version of Node.
    #[error("{path} is not Node: asked for its version it said `{said}`")]
    NotNode {
        /// Where it is.
        path: PathBuf,
        /// What it said.
        said: String,
    },
    /// There is no cache folder.
    #[error("there is no cache folder for this user: set XDG_CACHE_HOME or HOME")]
    NoCache,
    /// The package manager failed.
    #[error("`{command}` failed: {said}")]
    Npm {
        /// The command.
        command: String,
        /// What it said.
        said: String,
    },
    /// The package holds no binary.
    #[error("the package {package} holds no bin/node")]
    NoBinary {
        /// The package.
        package: String,
    },
    /// A file cannot be read or written.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl Binary {
    /// The binary at a path, once it has said its version.
    ///
    /// # Errors
    ///
    /// If it does not start, does not answer, or is not Node.
    pub fn at(path: &Path) -> Result<Self, BinaryError> {
        let not_started = |error| BinaryError::NotStarted {
            path: path.to_owned(),
            error,
        };
        let mut child = Command::new(path)
            .arg("--version")
            .env_remove("NODE_OPTIONS")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(not_started)?;
        if child.wait_timeout(PATIENCE).map_err(not_started)?.is_none() {
            let _ = child.kill();
        }
        let _ = child.wait();
        let mut said = String::new();
        if let Some(stdout) = child.stdout {
            // What is no text is no version either.
            let _ = stdout.take(1024).read_to_string(&mut said);
        }
        let version = said.trim().strip_prefix('v').unwrap_or_default();
        match version
            .split('.')
            .next()
            .and_then(|major| major.parse().ok())
        {
            Some(major) => Ok(Binary {
                path: path.to_owned(),
                version: version.to_owned(),
                major,
            }),
            None => Err(BinaryError::NotNode {
                path: path.to_owned(),
                said: said.trim().to_owned(),
            }),
        }
    }
}

/// The binaries that can be had, by major: given ones first, then those installed by [`install`], then those on the `PATH`.
///
/// # Errors
///
/// If a given one cannot be used.
pub fn find(given: &[PathBuf]) -> Result<BTreeMap<u8, Binary>, BinaryError> {
    let mut found = BTreeMap::new();
    for path in given {
        let binary = Binary::at(path)?;
        found.entry(binary.major).or_insert(binary);
    }
    let installed = PROFILES
        .iter()
        .filter_map(|rules| installed_path(rules).ok());
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join(executable()));
    for path in installed.chain(on_path).filter(|path| path.is_file()) {
        if let Ok(binary) = Binary::at(&path) {
            found.entry(binary.major).or_insert(binary);
        }
    }
    Ok(found)
}

fn executable() -> &'static str {
    if cfg!(windows) { "node.exe" } else { "node" }
}

/// The folder installed binaries are kept in.
///
/// # Errors
///
/// If the user has no cache folder.
pub fn cache_folder() -> Result<PathBuf, BinaryError> {
    let folder = dirs::cache_dir().ok_or(BinaryError::NoCache)?;
    Ok(folder.join("tickproof").join("node"))
}

fn installed_path(rules: &Profile) -> Result<PathBuf, BinaryError> {
    Ok(cache_folder()?
        .join(rules.release)
        .join("bin")
        .join(executable()))
}

/// Gets the release a profile was measured on from the npm registry, by `npm`, and keeps it in the cache folder. One that is
/// there already is only asked for its version.
///
/// # Errors
///
/// If it cannot be had, or is not what it should be.
pub fn install(rules: &'static Profile) -> Result<Binary, BinaryError> {
    let path = installed_path(rules)?;
    if !path.is_file() {
        let folder = cache_folder()?;
        fs::create_dir_all(&folder).map_err(file_error(&folder))?;
        let download = tempfile::tempdir_in(&folder).map_err(file_error(&folder))?;
        let package = format!("{}@{}", package()?, rules.release);
        let archive = pack(&package, download.path())?;
        let unpacked = download.path().join("unpacked");
        unpack(&archive, &package, &unpacked)?;
        let home = path.parent().and_then(Path::parent).unwrap_or(&path);
        match fs::rename(&unpacked, home) {
            // Another process may have been faster.
            Err(_) if path.is_file() => {}
            renamed => renamed.map_err(file_error(home))?,
        }
    }
    Binary::at(&path)
}

fn file_error(path: &Path) -> impl FnOnce(io::Error) -> BinaryError {
    move |error| BinaryError::File {
        path: path.to_owned(),
        error,
    }
}

/// The package that holds the official binary for this machine.
fn package() -> Result<String, BinaryError> {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win",
        other => other,
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    Ok(format!("node-{system}-{processor}"))
}

/// Downloads a package into a folder.
fn pack(package: &str, folder: &Path) -> Result<PathBuf, BinaryError> {
    let failed = |said: String| BinaryError::Npm {
        command: format!("npm pack {package}"),
        said,
    };
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let output = Command::new(npm)
        .args(["pack", "--silent", package])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| {
            failed(format!(
                "{error}; binaries are downloaded with npm, or give one with --binary"
            ))
        })?;
    let archive = fs::read_dir(folder)
        .map_err(file_error(folder))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension() == Some(OsStr::new("tgz")));
    archive.filter(|_| output.status.success()).ok_or_else(|| {
        let said = String::from_utf8_lossy(&output.stderr);
        failed(
            said.trim()
                .lines()
                .next_back()
                .unwrap_or("it said nothing")
                .to_owned(),
        )
    })
}

/// Takes the binary out of a package.
fn unpack(archive: &Path, package: &str, into: &Path) -> Result<(), BinaryError> {
    let open = File::open(archive).map_err(file_error(archive))?;
    let mut contents = tar::Archive::new(GzDecoder::new(open));
    for entry in contents.entries().map_err(file_error(archive))? {
        let mut entry = entry.map_err(file_error(archive))?;
        let inside = entry.path().map_err(file_error(archive))?.into_owned();
        if inside.ends_with(Path::new("bin").join(executable())) {
            let path = into.join("bin").join(executable());
            fs::create_dir_all(into.join("bin")).map_err(file_error(into))?;
            entry.unpack(&path).map_err(file_error(&path))?;
            return Ok(());
        }
    }
    Err(BinaryError::NoBinary {
        package: package.to_owned(),
    })
}
