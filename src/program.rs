//! What is run: a JavaScript program with everything it may see, and what may be assumed while it runs.
//!
//! A [`Program`] is plain data. Specs make it, the JavaScript guest runs it on the model, and a comparison with real
//! Node writes it to a folder and starts it there.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// A program and its surroundings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// File name of the entry, for example `main.js`, relative to [`Program::directory`]; `.mjs` makes it an ES module.
    pub entry: String,
    /// Source text of the entry.
    pub source: String,
    /// The directory the entry and the files live in, as the program sees it: absolute, without a trailing slash.
    pub directory: String,
    /// The directory the program is started in, relative to [`Program::directory`].
    pub working_directory: String,
    /// Files beside the entry, by path relative to [`Program::directory`].
    pub files: BTreeMap<String, Vec<u8>>,
    /// A real folder shown, read-only, as [`Program::directory`], with what stands beside it beside that; files are read from it
    /// when first asked for.
    pub folder: Option<PathBuf>,
    /// Environment variables beyond the few every run has.
    pub env: BTreeMap<String, String>,
    /// Arguments after the file name (`process.argv[2]` on).
    pub arguments: Vec<String>,
    /// `--unhandled-rejections=MODE`, if given.
    pub rejections: Option<RejectionMode>,
    /// What is taken for granted about time.
    pub assume: Assumptions,
}

impl Program {
    /// The directory the program is started in, as it sees it.
    pub fn starts_in(&self) -> String {
        match self.working_directory.as_str() {
            "" => self.directory.clone(),
            below => format!("{}/{below}", self.directory),
        }
    }

    /// Shows a real folder to the program, whose entry is at a path below it and which is started beside its entry.
    pub fn show_folder(&mut self, folder: PathBuf, entry: String) {
        let beside = entry.rsplit_once('/').map_or("", |(beside, _)| beside);
        self.working_directory = beside.to_owned();
        self.folder = Some(folder);
        self.entry = entry;
    }

    /// A program of one file without surroundings, shown at `/program`.
    pub fn new(entry: impl Into<String>, source: impl Into<String>) -> Self {
        Program {
            entry: entry.into(),
            source: source.into(),
            directory: "/program".into(),
            working_directory: String::new(),
            files: BTreeMap::new(),
            folder: None,
            env: BTreeMap::new(),
            arguments: Vec::new(),
            rejections: None,
            assume: Assumptions::default(),
        }
    }
}

/// Assumptions about time under which a verdict holds. The default assumes nothing: any callback may stall.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Assumptions {
    /// No callback, together with its drain, takes longer than this many milliseconds, beyond what the program itself
    /// waits for by looking at the clock.
    pub callbacks_ms: Option<u32>,
}

/// The values of `--unhandled-rejections` (MT-12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RejectionMode {
    /// Emit 'unhandledRejection' and go on.
    None,
    /// Emit 'unhandledRejection', warn, go on.
    Warn,
    /// Raise as an uncaught exception first, then emit 'unhandledRejection'.
    Strict,
    /// Emit 'unhandledRejection'; without a listener raise as an uncaught exception.
    Throw,
    /// Emit 'unhandledRejection'; without a listener warn and set exit code 1.
    WarnWithErrorCode,
}

impl RejectionMode {
    const NAMED: [(&str, Self); 5] = [
        ("none", Self::None),
        ("warn", Self::Warn),
        ("strict", Self::Strict),
        ("throw", Self::Throw),
        ("warn-with-error-code", Self::WarnWithErrorCode),
    ];

    /// Reads the flag's value as Node spells it.
    pub fn parse(text: &str) -> Option<Self> {
        Self::NAMED
            .iter()
            .find(|(name, _)| *name == text)
            .map(|&(_, mode)| mode)
    }

    /// The flag's value as Node spells it.
    pub fn name(self) -> &'static str {
        Self::NAMED
            .iter()
            .find(|&&(_, mode)| mode == self)
            .map_or("none", |&(name, _)| name)
    }
}
