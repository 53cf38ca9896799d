//! What happens to a program before it runs: it is compiled once for all its runs, or refused.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex};

use rquickjs::{CatchResultExt, CaughtError};

use super::rewrite::Rewritten;
use super::source::{CommonFiles, Outline};
use super::{Caveat, crypto, engine, files, modules, source};
use crate::program::{Program, RejectionMode};
use crate::runtime::Profile;

/// Why a program cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct ProgramError {
    /// The file, as the program sees it relative to its directory.
    pub file: String,
    /// Line, from 1; 0 if unknown.
    pub line: u32,
    /// Column, from 1; 0 if unknown.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// The text of the line.
    pub text: String,
}

/// A file of the program, as the engine takes it.
#[derive(Clone)]
pub(super) enum Compiled {
    /// A CommonJS file, in bytecode.
    Script(Arc<Vec<u8>>),
    /// An ES module, which is compiled where it is linked.
    Module,
}

/// What all runs of a program share.
pub(super) struct Prepared {
    pub(super) program: Program,
    pub(super) rules: &'static Profile,
    pub(super) entry: Compiled,
    pub(super) entry_path: String,
    /// The CommonJS files of the entry's graph, if it is an ES module.
    pub(super) common_files: CommonFiles,
    pub(super) ground: Arc<files::Ground>,
    /// What `process` is made of, as JSON.
    pub(super) environment: String,
    pub(super) caveats: BTreeSet<Caveat>,
    /// Files compiled so far, by path and text.
    pub(super) compiled: Mutex<HashMap<(String, String), Compiled>>,
    /// What was made of files an error came from, by path and text.
    pub(super) rewritten: Mutex<HashMap<(String, String), Rewritten>>,
    /// Texts of ES modules the engine takes, by path.
    pub(super) checked: Mutex<HashSet<(String, String)>>,
    pub(super) derived: crypto::DerivedKeys,
}

impl Prepared {
    pub(super) fn new(program: &Program, rules: &'static Profile) -> Result<Self, ProgramError> {
        let ground = Arc::new(files::Ground::new(program));
        let mut read = |path: &str| files::Files::new(ground.clone()).read(path).ok();
        let entry_path = format!("{}/{}", program.directory, program.entry);
        let is_module = source::is_module_file(&entry_path, &mut read);
        let entry = compile_entry(program, &entry_path, is_module, rules)?;
        let common_files = match entry {
            Compiled::Module => source::common_files(&entry_path, &mut read),
            Compiled::Script(_) => CommonFiles::None,
        };
        Ok(Prepared {
            program: program.clone(),
            rules,
            entry,
            entry_path,
            common_files,
            ground,
            environment: environment(program, rules),
            caveats: caveats_of(program),
            compiled: Mutex::default(),
            rewritten: Mutex::default(),
            checked: Mutex::default(),
            derived: crypto::DerivedKeys::default(),
        })
    }
}

fn compile_entry(
    program: &Program,
    path: &str,
    is_module: bool,
    rules: &'static Profile,
) -> Result<Compiled, ProgramError> {
    let source = program.source.as_str();
    let compiled = engine::with_context(rules, |_, ctx| {
        let compiled = if is_module {
            Ok(Compiled::Module)
        } else {
            modules::compile_source(&ctx, path, source, rules.major)
        };
        let is_script = !matches!(compiled, Ok(Compiled::Module));
        let checked = compiled.and_then(|compiled| {
            if let Compiled::Module = compiled {
                modules::check_module(&ctx, path, source, rules.major)?;
            }
            Ok(compiled)
        });
        Ok(checked
            .catch(&ctx)
            .map_err(|error| program_error(program, is_script, &error)))
    });
    compiled.unwrap_or_else(|error| {
        Err(ProgramError {
            file: program.entry.clone(),
            line: 0,
            column: 0,
            message: error.to_string(),
            text: String::new(),
        })
    })
}

/// Where and why the engine refused the entry.
fn program_error(program: &Program, is_script: bool, error: &CaughtError<'_>) -> ProgramError {
    let (message, stack) = match error {
        CaughtError::Exception(exception) => (
            exception.message().unwrap_or_default(),
            exception.stack().unwrap_or_default(),
        ),
        other => (other.to_string(), String::new()),
    };
    let mut numbers = stack
        .lines()
        .find(|line| line.starts_with("    at "))
        .unwrap_or_default()
        .trim_end_matches(')')
        .rsplit(':');
    let mut number = || {
        numbers
            .next()
            .and_then(|number| number.trim().parse::<u32>().ok())
            .unwrap_or(0)
    };
    let (column, line) = (number(), number());
    let (line, column) = match line {
        0 => (0, 0),
        _ => modules::refused_place(&program.source, is_script, line, column),
    };
    let text = program
        .source
        .lines()
        .nth(line.saturating_sub(1) as usize)
        .unwrap_or_default();
    ProgramError {
        file: program.entry.clone(),
        line,
        column,
        message: format!("SyntaxError: {message}"),
        text: text.to_owned(),
    }
}

fn caveats_of(program: &Program) -> BTreeSet<Caveat> {
    let texts = program
        .files
        .values()
        .map(|bytes| String::from_utf8_lossy(bytes));
    let mut texts = texts.chain([program.source.as_str().into()]);
    let mut caveats = BTreeSet::new();
    if texts.any(|text| text.contains("async") && Outline::of(&text).leaves_generators()) {
        caveats.insert(Caveat::AsyncGenerator);
    }
    caveats
}

/// The release of each major whose rules were measured.
fn release_of(major: u8) -> &'static str {
    match major {
        12 => "12.22.12",
        14 => "14.21.3",
        16 => "16.20.2",
        18 => "18.20.8",
        20 => "20.20.2",
        22 => "22.23.3",
        24 => "24.21.0",
        _ => "26.10.0",
    }
}

fn environment(program: &Program, rules: &Profile) -> String {
    let release = release_of(rules.major);
    let mut env = serde_json::Map::new();
    let working_directory = program.starts_in();
    for (name, value) in [
        ("HOME", "/home/node"),
        ("LANG", "C.UTF-8"),
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("PWD", &working_directory),
    ] {
        env.insert(name.into(), value.into());
    }
    for (name, value) in &program.env {
        env.insert(name.clone(), value.as_str().into());
    }
    let mut argv = vec![
        "/usr/local/bin/node".to_owned(),
        format!("{}/{}", program.directory, program.entry),
    ];
    argv.extend(program.arguments.iter().cloned());
    serde_json::json!({
        "version": format!("v{release}"),
        "versions": { "node": release },
        "entry": program.entry,
        "directory": program.directory,
        "workingDirectory": working_directory,
        "env": env,
        "argv": argv,
        "execArgv": program.rejections.map_or(Vec::new(), |mode| vec![format!("--unhandled-rejections={}", mode.name())]),
        "rejections": program.rejections.map(RejectionMode::name),
    })
    .to_string()
}
