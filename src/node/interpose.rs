//! The library that is preloaded into a real Node process to decide what time it is and in which order its pool gets done
//! (`interpose.c`).

use std::path::{Path, PathBuf};
use std::{fs, io};

/// Whether this build can steer Node at all: the library needs Linux with the GNU C library.
pub const AVAILABLE: bool = cfg!(interpose);

#[cfg(interpose)]
const LIBRARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/interpose.so"));
#[cfg(not(interpose))]
const LIBRARY: &[u8] = &[];

/// Puts the library into a folder; `None` if there is none for this system.
pub(super) fn place(folder: &Path) -> io::Result<Option<PathBuf>> {
    if !AVAILABLE {
        return Ok(None);
    }
    let path = folder.join("interpose.so");
    fs::write(&path, LIBRARY)?;
    Ok(Some(path))
}
