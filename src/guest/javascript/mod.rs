//! JavaScript programs: an embedded engine supplies the language and promise jobs, the model everything Node adds.
//!
//! A context of the engine lives for one run. The JavaScript layer (`node/`) keeps the tables of what the model knows by
//! number and is entered through one function, `dispatch`; it reaches the model through plain natives over `host`.

mod builtins;
mod crypto;
mod engine;
mod files;
mod host;
mod memory;
mod modules;
mod natives;
mod source;

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex};

use rquickjs::function::IntoArgs;
use rquickjs::{CatchResultExt, CaughtError, Ctx, Function, Value};

use crate::program::{Program, RejectionMode};
use crate::runtime::{
    CallbackId, Chooser, Emitted, Ending, Guest, Limit, Machine, Meter, Observer, Origin,
    ProcessEvent, Profile, PromiseId, Returned, Runtime, Step, Stop, ValueId, Warning,
};
use engine::Job;
use host::{HOST, Host, Rejection, Session};

/// What a reader of a verdict has to know about the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Caveat {
    /// It looked at a clock.
    ClockRead,
    /// It uses `yield*` in an async generator on a major whose engine takes a job more.
    YieldStar,
    /// It uses `for await`, whose body does not wait for the iterator to close when it throws.
    ForAwait,
}

impl fmt::Display for Caveat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Caveat::ClockRead => "the program reads a clock: the values it was shown are one choice of many",
            Caveat::YieldStar => "before Node 20, `yield*` in an async generator takes one more promise job than here",
            Caveat::ForAwait => {
                "when the body of `for await` throws, Node waits for the iterator to close first; here it does not"
            }
        })
    }
}

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

enum Entry {
    Script(Arc<Vec<u8>>),
    Module,
}

#[derive(Clone)]
enum Compiled {
    Script(Arc<Vec<u8>>),
    Module,
}

/// What all runs of a program share.
struct Prepared {
    program: Program,
    rules: &'static Profile,
    entry: Entry,
    entry_path: String,
    /// The entry is an ES module whose graph has a CommonJS file.
    imports_common: bool,
    ground: Arc<files::Ground>,
    /// What `process` is made of, as JSON.
    environment: String,
    caveats: BTreeSet<Caveat>,
    /// Files compiled so far, by path and text.
    compiled: Mutex<HashMap<(String, String), Compiled>>,
    derived: crypto::DerivedKeys,
}

/// A program ready to run under the rules of one major, on any thread.
#[derive(Clone)]
#[allow(
    missing_debug_implementations,
    reason = "bytecode tells nobody anything"
)]
pub struct JavaScript {
    prepared: Arc<Prepared>,
}

/// What one run came to.
#[derive(Debug)]
pub struct Run {
    /// How it ended; `None` if the chooser cut it.
    pub ending: Option<Ending>,
    /// Whether the program looked at a clock.
    pub clock_read: bool,
    /// What the program asked for that is not offered, in words. What it did then says nothing about Node.
    pub not_offered: Option<String>,
}

impl JavaScript {
    /// Compiles a program.
    ///
    /// # Errors
    ///
    /// If its entry is not JavaScript of this engine.
    pub fn prepare(program: &Program, rules: &'static Profile) -> Result<Self, ProgramError> {
        let entry_path = format!("{}/{}", program.directory, program.entry);
        let entry = compile_entry(program, &entry_path, rules)?;
        let ground = Arc::new(files::Ground::new(program));
        let imports_common = matches!(entry, Entry::Module)
            && source::reaches_common(&entry_path, &mut |path| {
                files::Files::new(ground.clone()).read(path).ok()
            });
        let prepared = Prepared {
            program: program.clone(),
            imports_common,
            rules,
            entry,
            entry_path,
            ground,
            environment: environment(program, rules),
            caveats: caveats_of(program, rules),
            compiled: Mutex::default(),
            derived: crypto::DerivedKeys::default(),
        };
        Ok(JavaScript {
            prepared: Arc::new(prepared),
        })
    }

    /// What is to be said about the program whatever it does.
    pub fn caveats(&self) -> &BTreeSet<Caveat> {
        &self.prepared.caveats
    }

    /// Runs the program once.
    pub fn run(
        &self,
        chooser: &mut dyn Chooser,
        observer: &mut dyn Observer,
        meter: &mut Meter,
    ) -> Run {
        let mut runtime = Runtime::new(self.prepared.rules, &self.prepared.program);
        let ending = engine::with_context(self.prepared.rules.major, |fresh, ctx| {
            let mut session = Session::new(self.prepared.clone(), fresh);
            let mut guest = JsGuest {
                ctx: &ctx,
                session: &mut session,
            };
            let ending = Machine::new(&mut runtime, chooser, observer, meter).run(&mut guest);
            Ok((ending, session.not_offered.take()))
        });
        // Without a program of its own at work, the engine fails only for want of memory.
        let (ending, not_offered) = ending.unwrap_or((Some(Ending::Halted(Limit::Memory)), None));
        Run {
            ending,
            clock_read: runtime.is_clock_shown(),
            not_offered,
        }
    }
}

fn compile_entry(
    program: &Program,
    path: &str,
    rules: &'static Profile,
) -> Result<Entry, ProgramError> {
    let is_module = program.entry.ends_with(".mjs")
        || (program.entry.ends_with(".js") && is_module_package(program));
    let compiled = engine::with_context(rules.major, |_, ctx| {
        Ok({
            let compiled = if is_module {
                Ok(Compiled::Module)
            } else {
                modules::compile_source(&ctx, path, &program.source, rules.major)
            };
            let result = compiled.and_then(|compiled| match compiled {
                Compiled::Script(bytecode) => Ok(Entry::Script(bytecode)),
                Compiled::Module => modules::check_module(&ctx, path, &program.source, rules.major)
                    .map(|()| Entry::Module),
            });
            result
                .catch(&ctx)
                .map_err(|error| program_error(program, &error))
        })
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

/// Whether a package.json beside the entry makes `.js` files ES modules.
fn is_module_package(program: &Program) -> bool {
    let declared = program.files.get("package.json").cloned();
    let text =
        declared.or_else(|| std::fs::read(program.folder.as_ref()?.join("package.json")).ok());
    let package = text.and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok());
    package
        .is_some_and(|package| package.get("type").and_then(|kind| kind.as_str()) == Some("module"))
}

/// Where and why the engine refused the entry.
fn program_error(program: &Program, error: &CaughtError<'_>) -> ProgramError {
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

fn caveats_of(program: &Program, rules: &Profile) -> BTreeSet<Caveat> {
    let texts = program
        .files
        .values()
        .map(|bytes| String::from_utf8_lossy(bytes))
        .collect::<Vec<_>>();
    let mentions =
        |word: &str| program.source.contains(word) || texts.iter().any(|text| text.contains(word));
    let mut caveats = BTreeSet::new();
    if rules.major < 20 && (mentions("yield*") || mentions("yield *")) {
        caveats.insert(Caveat::YieldStar);
    }
    if mentions("for await") {
        caveats.insert(Caveat::ForAwait);
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
    for (name, value) in [
        ("HOME", "/home/node"),
        ("LANG", "C.UTF-8"),
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("PWD", ""),
    ] {
        let value = if name == "PWD" {
            &program.directory
        } else {
            value
        };
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
        "env": env,
        "argv": argv,
        "execArgv": program.rejections.map_or(Vec::new(), |mode| vec![format!("--unhandled-rejections={}", mode.name())]),
        "rejections": program.rejections.map(RejectionMode::name),
    })
    .to_string()
}

/// The function the JavaScript layer is entered through.
fn dispatch<'js>(ctx: &Ctx<'js>) -> rquickjs::Result<Function<'js>> {
    let dispatch = HOST.with(|host| host.session.dispatch.clone());
    dispatch.restore(ctx)
}

/// What `dispatch` is asked for; the numbers are those of its cases.
#[derive(Debug, Clone, Copy, Hash)]
enum Request {
    Call = 0,
    Emit = 1,
    Warn = 2,
    RejectionError = 3,
    Report = 4,
    Start = 5,
    Evaluate = 6,
    Track = 7,
    Keep = 8,
    Resolve = 9,
    Load = 10,
    Meta = 11,
    Import = 12,
}

/// The guest of one run.
struct JsGuest<'g, 'js> {
    ctx: &'g Ctx<'js>,
    session: &'g mut Session,
}

impl<'js> JsGuest<'_, 'js> {
    /// Enters the JavaScript layer. What was thrown comes back as a negative number.
    fn enter(&mut self, machine: &mut Machine<'_>, arguments: impl IntoArgs<'js>) -> Step<i32> {
        self.session.fuel.refill();
        let value = self.ask(machine, arguments)?;
        self.track_rejections(machine)?;
        Ok(value)
    }

    fn ask(&mut self, machine: &mut Machine<'_>, arguments: impl IntoArgs<'js>) -> Step<i32> {
        let dispatch = self.session.dispatch.clone();
        let host = Host {
            machine: machine.reborrow(),
            session: self.session,
        };
        let result = HOST.set(host, || {
            dispatch.restore(self.ctx)?.call::<_, i32>(arguments)
        });
        self.check()?;
        match result {
            Ok(value) => Ok(value),
            Err(_) => {
                // The layer catches what programs throw; this is what it could not, such as the end of the stack.
                let exception = self.ctx.catch();
                let ValueId(id) = self.keep(machine, exception)?;
                Ok(-1 - id as i32)
            }
        }
    }

    /// Whether the run may go on after the engine returned.
    fn check(&mut self) -> Step {
        if let Some(panic) = self.session.panic.take() {
            std::panic::resume_unwind(panic);
        }
        if let Some(stop) = self.session.stop {
            return Err(stop);
        }
        let limit = self.session.fuel.passed_limit();
        limit.map_or(Ok(()), |limit| Err(Stop::Halted(limit)))
    }

    /// Puts a value into the table of values.
    fn keep(&mut self, machine: &mut Machine<'_>, value: Value<'js>) -> Step<ValueId> {
        let id = self.ask(machine, (Request::Keep as u8, value))?;
        Ok(ValueId(id as u32))
    }

    /// Tells the model of rejections the engine reported meanwhile, in order.
    fn track_rejections(&mut self, machine: &mut Machine<'_>) -> Step {
        for Rejection {
            promise,
            reason,
            is_handled,
        } in std::mem::take(&mut self.session.rejections)
        {
            let (Ok(promise), Ok(reason)) = (promise.restore(self.ctx), reason.restore(self.ctx))
            else {
                continue;
            };
            let id = PromiseId(self.ask(machine, (Request::Track as u8, promise, reason))? as u32);
            if is_handled {
                machine.handle_rejection(id);
            } else {
                machine.reject(id);
            }
        }
        Ok(())
    }

    fn returned(value: i32) -> Returned {
        if value < 0 {
            Returned::Threw(ValueId((-1 - value) as u32))
        } else {
            Returned::Normally
        }
    }
}

impl Guest for JsGuest<'_, '_> {
    fn start(&mut self, machine: &mut Machine<'_>) -> Step<Returned> {
        self.enter(machine, (Request::Start as u8,))
            .map(Self::returned)
    }

    fn is_module(&self) -> bool {
        matches!(self.session.prepared.entry, Entry::Module)
    }

    fn evaluate(&mut self, machine: &mut Machine<'_>) -> Step {
        self.session.note(Request::Evaluate);
        self.enter(machine, (Request::Evaluate as u8,)).map(drop)
    }

    fn waits_for_engine(&self) -> bool {
        self.session.prepared.imports_common
    }

    fn is_unsettled(&self) -> bool {
        self.session.entry_pending
    }

    fn call(&mut self, machine: &mut Machine<'_>, callback: CallbackId) -> Step<Returned> {
        self.session.note((Request::Call, callback));
        self.enter(machine, (Request::Call as u8, callback.0))
            .map(Self::returned)
    }

    fn has_job(&self) -> bool {
        engine::has_job(self.ctx)
    }

    fn run_job(&mut self, machine: &mut Machine<'_>) -> Step<Option<Returned>> {
        if !self.has_job() {
            return Ok(None);
        }
        machine.observe_job();
        self.session.note("job");
        self.session.fuel.refill();
        let host = Host {
            machine: machine.reborrow(),
            session: self.session,
        };
        let job = HOST.set(host, || engine::run_job(self.ctx));
        self.check()?;
        let returned = match job {
            Job::Returned => Returned::Normally,
            Job::Threw(value) => Returned::Threw(self.keep(machine, value)?),
        };
        self.track_rejections(machine)?;
        Ok(Some(returned))
    }

    fn emit(&mut self, machine: &mut Machine<'_>, event: ProcessEvent) -> Step<Emitted> {
        let origin = |origin: Origin| u32::from(origin == Origin::Rejection);
        let (event, a, b) = match event {
            ProcessEvent::BeforeExit(code) => (0, code, 0),
            ProcessEvent::Exit(code) => (1, code, 0),
            ProcessEvent::UncaughtExceptionMonitor(ValueId(id), from) => {
                (2, id as i32, origin(from))
            }
            ProcessEvent::UncaughtException(ValueId(id), from) => (3, id as i32, origin(from)),
            ProcessEvent::UnhandledRejection(PromiseId(id)) => (4, id as i32, 0),
            ProcessEvent::RejectionHandled(PromiseId(id)) => (5, id as i32, 0),
        };
        self.session.note((Request::Emit, event, a, b));
        let value = self.enter(machine, (Request::Emit as u8, event, a, b))?;
        Ok(Emitted {
            heard: value != 0,
            returned: Self::returned(value),
        })
    }

    fn warn(&mut self, machine: &mut Machine<'_>, warning: Warning) -> Step {
        let (late, PromiseId(id)) = match warning {
            Warning::UnhandledRejection(promise) => (0, promise),
            Warning::LateHandler(promise) => (1, promise),
        };
        self.session.note((Request::Warn, late, id));
        self.enter(machine, (Request::Warn as u8, late, id))
            .map(drop)
    }

    fn rejection_error(&mut self, machine: &mut Machine<'_>, promise: PromiseId) -> Step<ValueId> {
        let value = self.enter(machine, (Request::RejectionError as u8, promise.0))?;
        // Making the error may itself fail; then what was thrown instead is the error.
        Ok(ValueId(if value < 0 { -1 - value } else { value } as u32))
    }

    fn report(&mut self, machine: &mut Machine<'_>, error: ValueId) -> Step {
        if machine.is_observed() {
            self.enter(machine, (Request::Report as u8, error.0))
                .map(drop)
        } else {
            Ok(())
        }
    }

    fn fingerprint(&self) -> u128 {
        self.session.history()
    }
}
