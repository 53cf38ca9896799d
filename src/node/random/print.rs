//! Prints a draft as JavaScript.
//!
//! It is printed twice: a timer or a promise gets a name only if something refers to it, which is known when all is printed.

mod streams;

use std::collections::BTreeSet;

use super::draft::{
    Block, By, Combinator, Draft, Event, File, Format, On, Over, Reaction, Request, Settled,
    Settling, Statement, Touch, Value,
};
use crate::program::{Program, RejectionMode};

/// A draft in print.
pub(super) struct Printed {
    pub(super) program: Program,
    /// The first major that has all that the program uses.
    pub(super) since: u8,
}

pub(super) fn print(draft: &Draft) -> Printed {
    let mut referred = BTreeSet::new();
    Press::new(draft, &mut referred).program();
    Press::new(draft, &mut referred).program()
}

/// A timer or an immediate by the number of its declaration.
#[derive(Clone, Copy)]
struct Handle {
    kind: HandleKind,
    number: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum HandleKind {
    Timeout,
    Interval,
    Immediate,
}

impl HandleKind {
    /// The prefix of its name, and what clears it.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            HandleKind::Timeout => ("t", "clearTimeout"),
            HandleKind::Interval => ("i", "clearInterval"),
            HandleKind::Immediate => ("k", "clearImmediate"),
        }
    }
}

/// Where a statement stands.
#[derive(Clone, Copy)]
struct Context {
    is_function: bool,
    is_async: bool,
}

const FUNCTION: Context = Context {
    is_function: true,
    is_async: false,
};
const ASYNC_FUNCTION: Context = Context {
    is_function: true,
    is_async: true,
};

struct Press<'d> {
    draft: &'d Draft,
    /// The declarations something refers to: read for names, and added to.
    referred: &'d mut BTreeSet<usize>,
    names: BTreeSet<usize>,
    declarations: usize,
    labels: usize,
    counters: usize,
    errors: usize,
    paths: usize,
    since: u8,
    /// The file being printed; `None` is the entry.
    file: Option<usize>,
    /// The files something refers to, and how many of them are printed.
    files: Vec<usize>,
    files_printed: usize,
    out: String,
    indent: usize,
    builtins: BTreeSet<&'static str>,
    imports: Vec<String>,
    is_busy: bool,
    reads_data: bool,
    asks_pool: bool,
    handles: Vec<Handle>,
    promises: Vec<usize>,
    streams: Vec<streams::Known>,
    /// Listeners in scope.
    added: Vec<streams::Added>,
    chunks: usize,
    /// Some chunks are compressed: how well is not the model's matter.
    hides_chunks: bool,
}

impl<'d> Press<'d> {
    fn new(draft: &'d Draft, referred: &'d mut BTreeSet<usize>) -> Self {
        Press {
            draft,
            names: referred.clone(),
            referred,
            declarations: 0,
            labels: 0,
            counters: 0,
            errors: 0,
            paths: 0,
            since: 12,
            file: None,
            files: Vec::new(),
            files_printed: 0,
            out: String::new(),
            indent: 0,
            builtins: BTreeSet::new(),
            imports: Vec::new(),
            is_busy: false,
            reads_data: false,
            asks_pool: false,
            handles: Vec::new(),
            promises: Vec::new(),
            streams: Vec::new(),
            added: Vec::new(),
            chunks: 0,
            hides_chunks: false,
        }
    }

    fn program(mut self) -> Printed {
        let draft = self.draft;
        let entry = format!("main.{}", extension(draft.main.format));
        let mut program = Program::new(entry, self.whole(None, &draft.main));
        // A file is printed when one that is printed has referred to it.
        while let Some(at) = self.files.get(self.files_printed).copied() {
            self.files_printed += 1;
            let text = self.whole(Some(at), &draft.modules[at]);
            program.files.insert(self.module_name(at), text.into());
        }
        if self.reads_data {
            program
                .files
                .insert("data.txt".into(), b"some data\n".to_vec());
        }
        if let Some(threads) = draft.pool.filter(|_| self.asks_pool) {
            program
                .env
                .insert("UV_THREADPOOL_SIZE".into(), threads.to_string());
        }
        program.rejections = draft.rejections;
        if let Some(RejectionMode::Throw | RejectionMode::WarnWithErrorCode) = draft.rejections {
            self.since = self.since.max(14);
        }
        Printed {
            program,
            since: self.since,
        }
    }

    /// One file, with what it needs at its head.
    fn whole(&mut self, file: Option<usize>, content: &File) -> String {
        self.file = file;
        self.out.clear();
        self.builtins.clear();
        self.imports.clear();
        self.is_busy = false;
        self.handles.clear();
        self.promises.clear();
        self.streams.clear();
        self.added.clear();
        let is_module = content.format == Format::Mjs;
        let context = Context {
            is_function: false,
            is_async: is_module,
        };
        if file.is_some() {
            self.log("");
        }
        self.statements(&content.block, context);
        let mut text = String::new();
        for name in &self.builtins {
            text += &if is_module {
                format!("import {name} from '{name}';\n")
            } else {
                format!("const {name} = require('{name}');\n")
            };
        }
        for name in &self.imports {
            text += &format!("import '{name}';\n");
        }
        if self.is_busy {
            text += "function busy(ms) {\n  const until = Date.now() + ms;\n  while (Date.now() < until);\n}\n";
        }
        text + &self.out
    }

    fn module_name(&self, at: usize) -> String {
        let extension = extension(self.draft.modules[at].format);
        format!("m{}.{extension}", at + 1)
    }

    /// How the n-th file is called, the entry and this one among them; those behind this one come first.
    fn refer_to_file(&mut self, nth: u8) -> String {
        let count = self.draft.modules.len();
        let own = self.file.map_or(0, |at| at + 1);
        // The draft draws small numbers most of the time: they lead on, not back.
        let at = (own + usize::from(nth)) % (count + 1);
        if at == count {
            return format!("./main.{}", extension(self.draft.main.format));
        }
        if !self.files.contains(&at) {
            self.files.push(at);
        }
        format!("./{}", self.module_name(at))
    }

    // Text

    fn pad(&mut self) {
        self.out.extend(std::iter::repeat_n("  ", self.indent));
    }

    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn line(&mut self, text: &str) {
        self.pad();
        self.push(text);
        self.push("\n");
    }

    /// Braces around what `inside` prints. What is declared there is not known outside.
    fn braces(&mut self, inside: impl FnOnce(&mut Self)) {
        let known = (self.handles.len(), self.promises.len());
        let streams = (self.streams.len(), self.added.len());
        self.push("{\n");
        self.indent += 1;
        inside(self);
        self.indent -= 1;
        self.pad();
        self.push("}");
        self.handles.truncate(known.0);
        self.promises.truncate(known.1);
        self.streams.truncate(streams.0);
        self.added.truncate(streams.1);
    }

    fn separated<T>(&mut self, items: &[T], mut print: impl FnMut(&mut Self, &T)) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.push(", ");
            }
            print(self, item);
        }
    }

    /// Prints the next label: a, b, … z, aa, …
    fn label(&mut self) -> String {
        self.labels += 1;
        let mut rest = self.labels;
        let mut letters = Vec::new();
        while rest > 0 {
            letters.push((b'a' + ((rest - 1) % 26) as u8) as char);
            rest = (rest - 1) / 26;
        }
        letters.into_iter().rev().collect()
    }

    /// Prints a label and, behind it, an expression if one is given.
    fn log(&mut self, more: &str) {
        let label = self.label();
        self.line(&format!("console.log('{label}'{more});"));
    }

    fn error(&mut self) -> String {
        self.errors += 1;
        format!("new Error('e{}')", self.errors)
    }

    fn counter(&mut self) -> String {
        self.counters += 1;
        let name = format!("n{}", self.counters);
        self.line(&format!("let {name} = 0;"));
        name
    }

    // Names

    fn declare(&mut self) -> usize {
        self.declarations += 1;
        self.declarations
    }

    /// Begins the line of a declaration, with a name if something refers to it.
    fn begin_declaration(&mut self, prefix: &str, number: usize) {
        self.pad();
        if self.names.contains(&number) {
            let name = self.name(prefix, number);
            self.push(&format!("const {name} = "));
        }
    }

    /// Numbers in names have no gaps.
    fn name(&self, prefix: &str, number: usize) -> String {
        format!("{prefix}{}", self.names.range(..=number).count())
    }

    fn refer(&mut self, prefix: &str, number: usize) -> String {
        self.referred.insert(number);
        self.name(prefix, number)
    }

    // Statements

    fn statements(&mut self, block: &Block, context: Context) {
        for statement in block {
            self.statement(statement, context);
            let leaves = match statement {
                Statement::Throw | Statement::Exit { .. } => true,
                Statement::Return(_) => context.is_function,
                _ => false,
            };
            if leaves {
                break;
            }
        }
    }

    fn statement(&mut self, statement: &Statement, context: Context) {
        match statement {
            Statement::Log => self.log(""),
            Statement::Busy { ms } => {
                self.is_busy = true;
                self.line(&format!("busy({ms});"));
            }
            Statement::Callback {
                by: By::Event(event),
                block,
            } => self.listener(*event, block),
            Statement::Callback { by, block } => self.callback(*by, block),
            Statement::Interval { ms, rounds, block } => self.interval(*ms, *rounds, block),
            Statement::Touch { how, nth } => self.touch(*how, *nth),
            Statement::Promise(value) => {
                let number = self.declare();
                if is_telling(value) || self.names.contains(&number) {
                    self.begin_declaration("p", number);
                    self.promise(value);
                    self.push(";\n");
                }
                self.promises.push(number);
            }
            Statement::Await(value) if context.is_async => {
                if !context.is_function {
                    self.since = self.since.max(14);
                }
                self.pad();
                self.push("await ");
                self.value(value);
                self.push(";\n");
                self.log("");
            }
            Statement::Return(value) if context.is_function => {
                self.pad();
                self.push("return ");
                self.value(value);
                self.push(";\n");
            }
            Statement::Await(value) | Statement::Return(value) => {
                if is_telling(value) {
                    self.pad();
                    self.promise(value);
                    self.push(";\n");
                }
            }
            Statement::Throw => {
                let error = self.error();
                self.line(&format!("throw {error};"));
            }
            Statement::Exit { code: None } => self.line("process.exit();"),
            Statement::Exit { code: Some(code) } => self.line(&format!("process.exit({code});")),
            Statement::ExitCode { code } => self.line(&format!("process.exitCode = {code};")),
            Statement::Require { nth } => self.require(*nth),
            Statement::Stream(act) => self.act(act),
        }
    }

    fn callback(&mut self, by: By, block: &Block) {
        let number = self.declare();
        let kind = match by {
            By::Timeout { .. } => Some(HandleKind::Timeout),
            By::Immediate => Some(HandleKind::Immediate),
            _ => None,
        };
        match kind {
            Some(kind) => {
                self.begin_declaration(kind.words().0, number);
                // A callback may touch its own timer.
                self.handles.push(Handle { kind, number });
            }
            None => self.pad(),
        }
        self.call(by, |press| press.function("()", "", block));
        self.push(";\n");
    }

    /// A function that prints a label.
    fn function(&mut self, parameters: &str, more: &str, block: &Block) {
        self.push(&format!("{parameters} => "));
        self.braces(|press| {
            press.log(more);
            press.statements(block, FUNCTION);
        });
    }

    /// A listener that may be called many times does what the block says the first time only.
    fn listener(&mut self, event: Event, block: &Block) {
        let (parameters, more, is_repeated) = match event {
            Event::BeforeExit => ("code", ", code", false),
            Event::Exit => ("code", ", code", false),
            Event::UncaughtException | Event::UnhandledRejection => {
                ("error", ", error.code || error.message", true)
            }
            Event::RejectionHandled => ("()", "", true),
        };
        if !is_repeated || block.is_empty() {
            self.pad();
            self.call(By::Event(event), |press| {
                press.function(parameters, more, block);
            });
            self.push(";\n");
            return;
        }
        let counter = self.counter();
        self.pad();
        self.call(By::Event(event), |press| {
            press.push(&format!("{parameters} => "));
            press.braces(|press| {
                press.log(more);
                press.pad();
                press.push(&format!("if ({counter}++ === 0) "));
                press.braces(|press| press.statements(block, FUNCTION));
                press.push("\n");
            });
        });
        self.push(";\n");
    }

    fn interval(&mut self, ms: u8, rounds: u8, block: &Block) {
        let counter = self.counter();
        let number = self.declare();
        // It clears itself by its name.
        self.referred.insert(number);
        self.begin_declaration("i", number);
        let name = self.name("i", number);
        let kind = HandleKind::Interval;
        self.handles.push(Handle { kind, number });
        self.push("setInterval(() => ");
        self.braces(|press| {
            let label = press.label();
            press.line(&format!("console.log('{label}' + ++{counter});"));
            press.line(&format!(
                "if ({counter} >= {rounds}) clearInterval({name});"
            ));
            if !block.is_empty() {
                press.pad();
                press.push(&format!("if ({counter} === 1) "));
                press.braces(|press| press.statements(block, FUNCTION));
                press.push("\n");
            }
        });
        self.push(&format!(", {ms});\n"));
    }

    fn touch(&mut self, how: Touch, nth: u8) {
        let only_timeouts = how == Touch::Refresh;
        let fitting = self
            .handles
            .iter()
            .filter(|handle| !only_timeouts || handle.kind == HandleKind::Timeout);
        let Some(handle) = pick(&fitting.copied().collect::<Vec<_>>(), nth) else {
            return;
        };
        let (prefix, clear) = handle.kind.words();
        let name = self.refer(prefix, handle.number);
        match how {
            Touch::Clear => self.line(&format!("{clear}({name});")),
            Touch::Ref => self.line(&format!("{name}.ref();")),
            Touch::Unref => self.line(&format!("{name}.unref();")),
            Touch::Refresh => {
                self.pad();
                self.push(&format!("if (!{name}.again) "));
                self.braces(|press| {
                    press.line(&format!("{name}.again = true;"));
                    press.line(&format!("{name}.refresh();"));
                });
                self.push("\n");
            }
        }
    }

    fn require(&mut self, nth: u8) {
        let this = self
            .file
            .map_or(&self.draft.main, |at| &self.draft.modules[at]);
        if this.format == Format::Mjs {
            let name = self.refer_to_file(nth);
            if !self.imports.contains(&name) {
                self.imports.push(name);
            }
            return;
        }
        let name = self.refer_to_file(nth);
        self.line(&format!("require('{name}');"));
        self.log("");
    }

    // What calls back

    /// A call that takes a function as its callback.
    fn call(&mut self, by: By, function: impl FnOnce(&mut Self)) {
        let (before, after) = match by {
            By::Tick => ("process.nextTick(".to_owned(), ")".to_owned()),
            By::Job => ("queueMicrotask(".to_owned(), ")".to_owned()),
            By::Immediate => ("setImmediate(".to_owned(), ")".to_owned()),
            By::Timeout { ms } => ("setTimeout(".to_owned(), format!(", {ms})")),
            By::Request(request) => {
                let (called, arguments) = self.request(request);
                (format!("{called}({arguments}, "), ")".to_owned())
            }
            By::Event(event) => {
                let (method, name) = match event {
                    Event::BeforeExit => ("once", "beforeExit"),
                    Event::Exit => ("on", "exit"),
                    Event::UncaughtException => ("on", "uncaughtException"),
                    Event::UnhandledRejection => ("on", "unhandledRejection"),
                    Event::RejectionHandled => ("on", "rejectionHandled"),
                };
                (format!("process.{method}('{name}', "), ")".to_owned())
            }
        };
        self.push(&before);
        function(self);
        self.push(&after);
    }

    /// The function of a request and its arguments before the callback.
    fn request(&mut self, request: Request) -> (&'static str, String) {
        let (function, arguments) = match request {
            Request::Stat => ("fs.stat", "'.'"),
            Request::Access => ("fs.access", "'.'"),
            Request::ReadDirectory => ("fs.readdir", "'.'"),
            Request::ReadFile => ("fs.readFile", "'data.txt'"),
            Request::ReadMissing => ("fs.readFile", "'missing.txt'"),
            Request::WriteFile => ("fs.writeFile", "'out', 'x'"),
            Request::MakeDirectory => ("fs.mkdir", "'out'"),
            Request::RandomBytes => ("crypto.randomBytes", "4"),
            Request::DeriveKey => ("crypto.pbkdf2", "'p', 's', 1, 8, 'sha1'"),
            Request::Scrypt => ("crypto.scrypt", "'p', 's', 8, { N: 2 }"),
            Request::Lookup => ("dns.lookup", "'localhost'"),
            Request::Compress => ("zlib.gzip", "'x'"),
        };
        self.asks_pool = true;
        self.reads_data |= request == Request::ReadFile;
        if let Some((builtin, _)) = function.split_once('.') {
            self.builtins.insert(builtin);
        }
        if !arguments.starts_with("'out'") {
            return (function, arguments.into());
        }
        self.paths += 1;
        (
            function,
            arguments.replace("out", &format!("out{}", self.paths)),
        )
    }

    // Values

    /// What can be awaited.
    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.push("null"),
            Value::Thenable(settling) => {
                let parameters = parameters(settling);
                self.push(&format!("{{ then({parameters}) "));
                self.braces(|press| {
                    press.log("");
                    if settling.to != Settled::Never {
                        press.pad();
                        press.settle(settling);
                        press.push(";\n");
                    }
                });
                self.push(" }");
            }
            _ => self.promise(value),
        }
    }

    /// What has a `then` of promises.
    fn promise(&mut self, value: &Value) {
        match value {
            Value::Null | Value::Fulfilled => self.push("Promise.resolve()"),
            Value::Thenable(_) => {
                self.push("Promise.resolve(");
                self.value(value);
                self.push(")");
            }
            Value::Rejected => {
                let error = self.error();
                self.push(&format!("Promise.reject({error})"));
            }
            Value::New(settling) if settling.to == Settled::Never => {
                self.push("new Promise(() => {})");
            }
            Value::New(settling) => {
                let parameters = parameters(settling);
                self.push(&format!("new Promise(({parameters}) => "));
                self.settle(settling);
                self.push(")");
            }
            Value::Chain(of, reactions) => {
                self.promise(of);
                for reaction in reactions {
                    self.reaction(reaction);
                }
            }
            Value::Async(block) => {
                self.push("(async () => ");
                self.braces(|press| {
                    press.log("");
                    press.statements(block, ASYNC_FUNCTION);
                });
                self.push(")()");
            }
            Value::Loop {
                over,
                block,
                leaves,
            } => self.loop_over(over, block, *leaves),
            Value::Combined(combinator, values) => {
                let method = match combinator {
                    Combinator::All => "all",
                    Combinator::AllSettled => "allSettled",
                    Combinator::Any => "any",
                    Combinator::Race => "race",
                };
                if *combinator == Combinator::Any {
                    self.since = self.since.max(16);
                }
                self.push(&format!("Promise.{method}(["));
                self.separated(values, Self::value);
                self.push("])");
            }
            Value::Request(request) => self.request_promise(*request),
            Value::Import(nth) => {
                let name = self.refer_to_file(*nth);
                self.push(&format!("import('{name}')"));
            }
            Value::Held(nth) => match pick(&self.promises, *nth) {
                Some(number) => {
                    let name = self.refer("p", number);
                    self.push(&name);
                }
                None => self.push("Promise.resolve()"),
            },
            Value::Stream(promised) => self.promised(promised),
        }
    }

    fn settle(&mut self, settling: &Settling) {
        let Settling { by, to } = settling;
        match (by, to) {
            (Some(by), Settled::Nothing) => self.call(*by, |press| press.push("resolve")),
            (Some(by), _) => self.call(*by, |press| {
                press.push("() => ");
                press.settle_now(to);
            }),
            (None, _) => self.settle_now(to),
        }
    }

    fn settle_now(&mut self, to: &Settled) {
        match to {
            Settled::Nothing => self.push("resolve()"),
            Settled::Resolved(value) => {
                self.push("resolve(");
                self.value(value);
                self.push(")");
            }
            Settled::Rejected => {
                let error = self.error();
                self.push(&format!("reject({error})"));
            }
            Settled::Never => {}
        }
    }

    fn reaction(&mut self, Reaction { on, block }: &Reaction) {
        let method = match on {
            On::Then => "then",
            On::Catch => "catch",
            On::Finally => "finally",
        };
        self.push(&format!(".{method}("));
        self.function("()", "", block);
        self.push(")");
    }

    fn loop_over(&mut self, over: &Over, block: &Block, leaves: bool) {
        self.push("(async () => ");
        self.braces(|press| {
            press.pad();
            press.push("for await (const item of ");
            match over {
                Over::Array(items) => {
                    press.push("[");
                    press.separated(items, Self::value);
                    press.push("]");
                }
                Over::Generator(items) => press.generator(items),
            }
            press.push(") ");
            press.braces(|press| {
                press.log("");
                press.statements(block, ASYNC_FUNCTION);
                if leaves {
                    press.line("break;");
                }
            });
            press.push("\n");
            press.log("");
        });
        self.push(")()");
    }

    fn generator(&mut self, items: &[Value]) {
        self.push("(async function* () ");
        self.braces(|press| {
            for item in items {
                press.log("");
                press.pad();
                press.push("yield ");
                press.value(item);
                press.push(";\n");
            }
            press.log("");
        });
        self.push(")()");
    }

    fn request_promise(&mut self, request: Request) {
        let (function, arguments) = self.request(request);
        let text = match function.split_once('.') {
            Some(("fs", name)) => format!("fs.promises.{name}({arguments})"),
            // An address, which needs no resolver: whether a name is found is the machine's business.
            Some(("dns", name)) => format!("dns.promises.{name}('127.0.0.1')"),
            _ => {
                self.builtins.insert("util");
                format!("util.promisify({function})({arguments})")
            }
        };
        self.push(&text);
    }
}

/// Whether a value that nothing refers to does anything.
fn is_telling(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Fulfilled | Value::Held(_))
}

fn extension(format: Format) -> &'static str {
    match format {
        Format::Js => "js",
        Format::Cjs => "cjs",
        Format::Mjs => "mjs",
    }
}

fn parameters(settling: &Settling) -> &'static str {
    match settling.to {
        Settled::Rejected => "resolve, reject",
        _ => "resolve",
    }
}

/// The n-th of some things, counted round and round.
fn pick<T: Copy>(things: &[T], nth: u8) -> Option<T> {
    let at = usize::from(nth).checked_rem(things.len())?;
    Some(things[at])
}
