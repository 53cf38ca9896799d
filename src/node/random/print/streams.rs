//! Prints what concerns emitters and streams.

use super::super::streams::{
    Act, Answer, Attach, Choice, Each, Fault, Happening, Item, Kind, Leaving, Listener, Method,
    Piping, Promised, Route, Stream, Wish,
};
use super::{ASYNC_FUNCTION, Block, Context, FUNCTION, Press, pick};

/// What the name of a stream begins with.
const STREAM: &str = "s";
const LISTENER: &str = "f";

/// A stream in scope.
#[derive(Clone, Copy)]
pub(super) struct Known {
    number: usize,
    kind: Kind,
}

/// A listener in scope.
#[derive(Clone, Copy)]
pub(super) struct Added {
    number: usize,
    to: Known,
    event: Happening,
}

impl Press<'_> {
    pub(super) fn act(&mut self, act: &Act) {
        match act {
            Act::New(stream) => self.stream(stream),
            Act::Ask { of, wish } => self.ask(*of, wish),
            Act::Listen {
                to,
                how,
                event,
                listener,
            } => self.listen(*to, *how, *event, listener),
            Act::Relisten { how, nth } => {
                if let Some((name, to, event)) = self.added(*nth) {
                    let add = attach_name(*how);
                    self.line(&format!("{to}.{add}('{event}', {name});"));
                }
            }
            Act::Unlisten { nth } => {
                if let Some((name, to, event)) = self.added(*nth) {
                    self.line(&format!("{to}.removeListener('{event}', {name});"));
                }
            }
            Act::Pipe { route, how } => self.pipe(*route, *how),
            Act::Pipeline { route, block } => {
                if self.can_route(*route) {
                    self.begin_call("stream.pipeline(");
                    self.stages(*route);
                    self.push(", ");
                    self.function("(error)", OF_ERROR, block);
                    self.push(");\n");
                }
            }
            Act::Finished { of, block } => {
                if let Some(name) = self.any_stream(*of, |kind| kind != Kind::Emitter) {
                    self.begin_call(&format!("stream.finished({name}, "));
                    self.function("(error)", OF_ERROR, block);
                    self.push(");\n");
                }
            }
        }
    }

    fn begin_call(&mut self, text: &str) {
        self.builtins.insert("stream");
        self.pad();
        self.push(text);
    }

    // Which is meant

    /// The name of the n-th stream in scope that will do.
    fn any_stream(&mut self, nth: u8, will_do: impl Fn(Kind) -> bool) -> Option<String> {
        let known = self.pick_stream(nth, will_do)?;
        Some(self.refer(STREAM, known.number))
    }

    fn pick_stream(&self, nth: u8, will_do: impl Fn(Kind) -> bool) -> Option<Known> {
        let known = self.streams.iter().copied();
        let fitting: Vec<_> = known.filter(|known| will_do(known.kind)).collect();
        pick(&fitting, nth)
    }

    fn pick_behind(&self, known: Known, nth: u8) -> Option<Known> {
        let behind = self.streams.iter().copied();
        let behind = behind.filter(|other| other.number > known.number && other.kind.is_writable());
        pick(&behind.collect::<Vec<_>>(), nth)
    }

    /// A listener's name, that of what it was added to, and the event.
    fn added(&mut self, nth: u8) -> Option<(String, String, &'static str)> {
        let added = pick(&self.added, nth)?;
        let name = self.refer(LISTENER, added.number);
        let to = self.refer(STREAM, added.to.number);
        Some((name, to, event_name(added.event)))
    }

    /// The names of the streams on a route.
    fn route(&mut self, route: Route) -> Option<Vec<String>> {
        let Route {
            from, through, to, ..
        } = route;
        let first = self.pick_stream(from, Kind::is_readable)?;
        let last = self.pick_behind(first, to)?;
        let between = self.streams.iter().copied().filter(|other| {
            let numbers = first.number + 1..last.number;
            numbers.contains(&other.number) && other.kind.is_readable() && other.kind.is_writable()
        });
        let between: Vec<_> = between.take(usize::from(through)).collect();
        let all = [first].into_iter().chain(between).chain([last]);
        Some(all.map(|known| self.refer(STREAM, known.number)).collect())
    }

    fn can_route(&self, Route { from, to, .. }: Route) -> bool {
        let first = self.pick_stream(from, Kind::is_readable);
        first.is_some_and(|first| self.pick_behind(first, to).is_some())
    }

    /// The arguments of a pipeline.
    fn stages(&mut self, route: Route) {
        let mut names = self.route(route).unwrap_or_default();
        let last = names.pop().unwrap_or_default();
        self.push(&names.join(", "));
        if let Some(leaving) = route.stage {
            self.since = self.since.max(14);
            self.push(", async function* (source) ");
            self.braces(|press| {
                press.pad();
                press.push("for await (const chunk of source) ");
                press.braces(|press| {
                    let shown = press.shown("chunk");
                    press.log(&shown);
                    press.line("yield chunk;");
                    press.leave(leaving);
                });
                press.push("\n");
                press.log("");
            });
        }
        self.push(&format!(", {last}"));
    }

    // New ones

    fn stream(&mut self, stream: &Stream) {
        let Stream { kind, items, .. } = stream;
        let number = self.declare();
        let known = Known {
            number,
            kind: *kind,
        };
        self.builtins.insert(match kind {
            Kind::Emitter => "events",
            Kind::FileSource | Kind::FileSink => "fs",
            Kind::Deflate => "zlib",
            _ => "stream",
        });
        let items: Vec<_> = items.iter().map(|item| self.item(*item)).collect();
        let items = items.join(", ");
        let begin = |press: &mut Self, text: &str| {
            press.begin_declaration(STREAM, number);
            press.push(text);
            press.streams.push(known);
        };
        let class = match kind {
            Kind::Emitter => {
                let captures = stream.options.contains(&Choice::Captures);
                begin(
                    self,
                    match captures {
                        true => "new events.EventEmitter({ captureRejections: true });\n",
                        false => "new events.EventEmitter();\n",
                    },
                );
                return;
            }
            Kind::FileSource => {
                self.reads_data = true;
                self.asks_pool = true;
                begin(self, "fs.createReadStream('data.txt'");
                self.options_behind(stream);
                return;
            }
            Kind::FileSink => {
                self.paths += 1;
                self.asks_pool = true;
                let path = self.paths;
                begin(self, &format!("fs.createWriteStream('out{path}'"));
                self.options_behind(stream);
                return;
            }
            Kind::Deflate => {
                self.asks_pool = true;
                self.hides_chunks = true;
                begin(self, "zlib.createDeflateRaw(");
                self.options_behind(stream);
                return;
            }
            Kind::From => {
                begin(self, &format!("stream.Readable.from([{items}]"));
                self.options_behind(stream);
                return;
            }
            Kind::FromGenerator => {
                begin(self, "stream.Readable.from((async function* () ");
                self.braces(|press| {
                    press.log("");
                    if !items.is_empty() {
                        press.line(&format!("yield* [{items}];"));
                        press.log("");
                    }
                });
                self.push(")()");
                self.options_behind(stream);
                return;
            }
            Kind::Readable => "Readable",
            Kind::Writable => "Writable",
            Kind::Duplex => "Duplex",
            Kind::Transform => "Transform",
            Kind::PassThrough => "PassThrough",
        };
        let methods: Vec<_> = needed(stream)
            .into_iter()
            .map(|answer| {
                let names = Names::new(self, stream, &answer, &items);
                (answer, names)
            })
            .collect();
        begin(self, &format!("new stream.{class}("));
        let options = options(stream);
        if options.is_empty() && methods.is_empty() {
            self.push(");\n");
            return;
        }
        self.braces(|press| {
            for option in options {
                press.line(&format!("{option},"));
            }
            for (answer, names) in &methods {
                press.method(stream, answer, names);
            }
        });
        self.push(");\n");
    }

    fn options_behind(&mut self, stream: &Stream) {
        let options = options(stream);
        if !options.is_empty() {
            let comma = if stream.kind == Kind::Deflate {
                ""
            } else {
                ", "
            };
            self.push(&format!("{comma}{{ {} }}", options.join(", ")));
        }
        self.push(");\n");
    }

    /// A chunk of one letter, more than once if it is longer.
    fn item(&mut self, item: Item) -> String {
        self.chunks += 1;
        let letter = char::from(b'A' + ((self.chunks - 1) % 26) as u8);
        let text: String = std::iter::repeat_n(letter, item.length.into()).collect();
        if item.is_buffer {
            format!("Buffer.from('{text}')")
        } else {
            format!("'{text}'")
        }
    }

    fn method(&mut self, stream: &Stream, answer: &Answer, names: &Names) {
        let chunk = self.shown("chunk");
        let (head, more) = match answer.method {
            Method::Construct => ("construct(callback)", ""),
            Method::Read => ("read(size)", ", size"),
            Method::Write => ("write(chunk, encoding, callback)", &*chunk),
            Method::Writev => ("writev(chunks, callback)", ", chunks.length"),
            Method::Final => ("final(callback)", ""),
            Method::Transform => ("transform(chunk, encoding, callback)", &*chunk),
            Method::Flush => ("flush(callback)", ""),
            Method::Destroy => ("destroy(error, callback)", OF_ERROR),
        };
        self.pad();
        self.push(head);
        self.push(" ");
        self.braces(|press| {
            press.log(more);
            if let Some(counter) = &names.block {
                press.first_time(counter, &answer.block, FUNCTION);
            }
            match answer.by {
                None => press.answer(stream, answer, names),
                Some(by) => {
                    press.pad();
                    press.call(by, |press| {
                        press.push("() => ");
                        press.braces(|press| press.answer(stream, answer, names));
                    });
                    press.push(";\n");
                }
            }
        });
        self.push(",\n");
    }

    fn answer(&mut self, stream: &Stream, answer: &Answer, names: &Names) {
        if let (Some((call, fault)), Some(counter)) = (answer.fault, &names.fault) {
            let is_read = answer.method == Method::Read;
            let error = self.error();
            let text = match fault {
                Fault::Told if is_read => format!("this.destroy({error});"),
                Fault::Told => format!("callback({error});"),
                Fault::Thrown => format!("throw {error};"),
                Fault::Destroyed => "this.destroy();".into(),
                Fault::Emitted => format!("this.emit('error', {error});"),
                Fault::Twice if is_read => "this.push(null);".into(),
                Fault::Twice => "callback();".into(),
                Fault::Silent => "return;".into(),
            };
            // What is told is the whole answer; after anything else but an exception the usual one follows.
            let leaves = match fault {
                Fault::Told if !is_read => "return ",
                _ => "",
            };
            self.line(&format!("if ({counter}++ === {call}) {leaves}{text}"));
        }
        match answer.method {
            Method::Read => {
                for _ in 0..answer.chunks.max(1) {
                    let given = match (&names.items, stream.ends) {
                        (Some(items), true) => {
                            format!("this.push({items}.length ? {items}.shift() : null);")
                        }
                        (Some(items), false) => {
                            format!("if ({items}.length) this.push({items}.shift());")
                        }
                        (None, true) => "this.push(null);".into(),
                        (None, false) => return,
                    };
                    self.line(&given);
                }
            }
            Method::Transform => {
                for _ in 1..answer.chunks {
                    self.line("this.push(chunk);");
                }
                self.line(match answer.chunks {
                    0 => "callback();",
                    _ => "callback(null, chunk);",
                });
            }
            Method::Flush if answer.chunks > 0 => {
                for _ in 1..answer.chunks {
                    self.line("this.push('Y');");
                }
                self.line("callback(null, 'Z');");
            }
            Method::Destroy => self.line("callback(error);"),
            Method::Construct | Method::Write | Method::Writev | Method::Final | Method::Flush => {
                self.line("callback();")
            }
        }
    }

    /// A block that is done once only.
    fn first_time(&mut self, counter: &str, block: &Block, context: Context) {
        self.pad();
        self.push(&format!("if ({counter}++ === 0) "));
        self.braces(|press| press.statements(block, context));
        self.push("\n");
    }

    // What is asked of them

    fn ask(&mut self, of: u8, wish: &Wish) {
        let Some(known) = self.pick_stream(of, |kind| wish.can(kind)) else {
            return;
        };
        let name = self.refer(STREAM, known.number);
        match wish {
            Wish::Pause => self.line(&format!("{name}.pause();")),
            Wish::Resume => self.line(&format!("{name}.resume();")),
            Wish::Read(size) => self.read(&name, *size),
            Wish::ReadAll => self.read_all(&name),
            Wish::Push(item) => {
                let item = self.item(*item);
                self.log(&format!(", {name}.push({item})"));
            }
            Wish::PushEnd => self.line(&format!("{name}.push(null);")),
            Wish::Unshift(item) => {
                let item = self.item(*item);
                self.log(&format!(", {name}.unshift({item})"));
            }
            Wish::SetEncoding => self.line(&format!("{name}.setEncoding('utf8');")),
            Wish::Unpipe => self.line(&format!("{name}.unpipe();")),
            Wish::Write(item, None) => {
                let item = self.item(*item);
                self.log(&format!(", {name}.write({item})"));
            }
            Wish::Write(item, Some(block)) => {
                let item = self.item(*item);
                let label = self.label();
                self.pad();
                self.push(&format!("console.log('{label}', {name}.write({item}, "));
                self.function("(error)", OF_ERROR, block);
                self.push("));\n");
            }
            Wish::End(item, block) => {
                let item = item.map(|item| self.item(item));
                self.pad();
                self.push(&format!("{name}.end({}", item.as_deref().unwrap_or("")));
                if let Some(block) = block {
                    self.push(if item.is_some() { ", " } else { "" });
                    self.function("(error)", OF_ERROR, block);
                }
                self.push(");\n");
            }
            Wish::Cork => self.line(&format!("{name}.cork();")),
            Wish::Uncork => self.line(&format!("{name}.uncork();")),
            Wish::Destroy { fails: false } => self.line(&format!("{name}.destroy();")),
            Wish::Destroy { fails: true } => {
                let error = self.error();
                self.line(&format!("{name}.destroy({error});"));
            }
            Wish::Emit(event) => {
                let argument = match event {
                    Happening::Error => self.error(),
                    _ => "'E'".into(),
                };
                self.log(&format!(
                    ", {name}.emit('{}', {argument})",
                    event_name(*event)
                ));
            }
            Wish::RemoveAll(event) => {
                let event = event.map_or(String::new(), |event| format!("'{}'", event_name(event)));
                self.line(&format!("{name}.removeAllListeners({event});"));
            }
            Wish::Look => {
                let seen = self.look(&name, known.kind, true);
                self.log(&seen);
            }
        }
    }

    fn read(&mut self, name: &str, size: Option<u8>) {
        let size = size.map_or(String::new(), |size| size.to_string());
        let shown = self.shown(&format!("{name}.read({size})"));
        self.log(&shown);
    }

    fn read_all(&mut self, name: &str) {
        let label = self.label();
        let shown = self.shown("chunk");
        self.line(&format!(
            "for (let chunk; (chunk = {name}.read()) !== null;) console.log('{label}'{shown});"
        ));
    }

    fn listen(&mut self, to: u8, how: Attach, event: Happening, listener: &Listener) {
        let Some(known) = pick(&self.streams, to) else {
            return;
        };
        let target = self.refer(STREAM, known.number);
        let number = self.declare();
        let counter = (!listener.block.is_empty()).then(|| self.counter());
        let attached = format!("{target}.{}('{}', ", attach_name(how), event_name(event));
        let is_named = self.names.contains(&number);
        self.begin_declaration(LISTENER, number);
        if !is_named {
            self.push(&attached);
        }
        self.added.push(Added {
            number,
            to: known,
            event,
        });
        let (parameters, more) = parameters_of(event);
        let mut more = match event {
            Happening::Data => self.shown("chunk"),
            _ => more.to_owned(),
        };
        if listener.looks {
            more += &self.look(&target, known.kind, false);
        }
        let is_async = if listener.is_async { "async " } else { "" };
        self.push(&format!("{is_async}{parameters} => "));
        let context = match listener.is_async {
            true => ASYNC_FUNCTION,
            false => FUNCTION,
        };
        self.braces(|press| {
            press.log(&more);
            press.each(known, event, listener.each);
            if let Some(counter) = counter {
                press.first_time(&counter, &listener.block, context);
            }
        });
        if is_named {
            let name = self.name(LISTENER, number);
            self.push(";\n");
            self.line(&format!("{attached}{name});"));
        } else {
            self.push(");\n");
        }
    }

    fn each(&mut self, known: Known, event: Happening, each: Each) {
        let name = self.refer(STREAM, known.number);
        match each {
            Each::Read(size) if known.kind.is_readable() => self.read(&name, size),
            Each::ReadAll if known.kind.is_readable() => self.read_all(&name),
            Each::Write(nth) if event == Happening::Data => {
                if let Some(other) = self.pick_behind(known, nth) {
                    let other = self.refer(STREAM, other.number);
                    self.log(&format!(", {other}.write(chunk)"));
                }
            }
            Each::Nothing | Each::Read(_) | Each::ReadAll | Each::Write(_) => {}
        }
    }

    fn pipe(&mut self, route: Route, how: Piping) {
        let Some(names) = self.route(route) else {
            return;
        };
        let (first, others) = names.split_at(1);
        let (method, more) = match how {
            Piping::Plain => ("pipe", ""),
            Piping::Unending => ("pipe", ", { end: false }"),
            Piping::Unpiped => ("unpipe", ""),
        };
        let calls: String = others
            .iter()
            .map(|other| format!(".{method}({other}{more})"))
            .collect();
        match how {
            Piping::Plain | Piping::Unending => self.line(&format!("{}{calls};", first[0])),
            Piping::Unpiped => self.line(&format!("{}.unpipe({});", first[0], others[0])),
        }
    }

    // Promises

    pub(super) fn promised(&mut self, promised: &Promised) {
        match promised {
            Promised::Iteration { of, block, leaving } => self.iteration(*of, block, *leaving),
            Promised::Finished { of } => match self.any_stream(*of, |kind| kind != Kind::Emitter) {
                Some(name) => self.of_promises(&format!("finished({name})")),
                None => self.push("Promise.resolve()"),
            },
            Promised::Pipeline { route } => {
                if self.can_route(*route) {
                    self.of_promises("pipeline(");
                    self.stages(*route);
                    self.push(")");
                } else {
                    self.push("Promise.resolve()");
                }
            }
            Promised::Gathered { of, mapped } => match self.any_stream(*of, Kind::is_readable) {
                Some(name) => {
                    self.since = self.since.max(18);
                    self.push(&name);
                    if let Some(concurrency) = mapped {
                        self.push(".map(async (chunk) => ");
                        self.braces(|press| {
                            let shown = press.shown("chunk");
                            press.log(&shown);
                            press.line("return chunk;");
                        });
                        self.push(&format!(", {{ concurrency: {concurrency} }})"));
                    }
                    self.push(".toArray()");
                }
                None => self.push("Promise.resolve()"),
            },
            Promised::Once { of, event } => match self.any_stream(*of, |_| true) {
                Some(name) => {
                    self.builtins.insert("events");
                    self.push(&format!("events.once({name}, '{}')", event_name(*event)));
                }
                None => self.push("Promise.resolve()"),
            },
        }
    }

    fn of_promises(&mut self, call: &str) {
        self.builtins.insert("stream");
        self.since = self.since.max(16);
        self.push(&format!("stream.promises.{call}"));
    }

    fn iteration(&mut self, of: u8, block: &Block, leaving: Leaving) {
        let Some(name) = self.any_stream(of, Kind::is_readable) else {
            self.push("Promise.resolve()");
            return;
        };
        self.push("(async () => ");
        self.braces(|press| {
            let counter = (!block.is_empty()).then(|| press.counter());
            press.pad();
            press.push(&format!("for await (const item of {name}) "));
            press.braces(|press| {
                let shown = press.shown("item");
                press.log(&shown);
                if let Some(counter) = counter {
                    press.first_time(&counter, block, ASYNC_FUNCTION);
                }
                press.leave(leaving);
            });
            press.push("\n");
            press.log("");
        });
        self.push(")()");
    }
}

impl Press<'_> {
    /// A chunk as a further argument.
    fn shown(&self, chunk: &str) -> String {
        if self.hides_chunks {
            format!(", {chunk} !== null")
        } else {
            format!(", String({chunk})")
        }
    }

    /// What can be seen of a stream, as further arguments.
    fn look(&self, name: &str, kind: Kind, is_all: bool) -> String {
        if self.hides_chunks {
            return String::new();
        }
        let mut seen: Vec<&str> = Vec::new();
        if kind.is_readable() {
            seen.push("readableLength");
            if is_all {
                seen.extend(["readableFlowing", "readableEnded", "readable"]);
            }
        }
        if kind.is_writable() {
            seen.push("writableLength");
            if is_all {
                let more = ["writableNeedDrain", "writableEnded", "writableFinished"];
                seen.extend(more);
            }
        }
        if is_all && kind != Kind::Emitter {
            seen.push("destroyed");
        }
        let mut text: String = seen
            .iter()
            .map(|field| format!(", {name}.{field}"))
            .collect();
        if kind == Kind::Emitter {
            text += &format!(", {name}.listenerCount('x')");
        }
        text
    }

    fn leave(&mut self, leaving: Leaving) {
        match leaving {
            Leaving::Never => {}
            Leaving::Break => self.line("break;"),
            Leaving::Throw => {
                let error = self.error();
                self.line(&format!("throw {error};"));
            }
        }
    }
}

/// What the methods of a stream refer to beside it.
struct Names {
    block: Option<String>,
    fault: Option<String>,
    items: Option<String>,
}

impl Names {
    fn new(press: &mut Press<'_>, stream: &Stream, answer: &Answer, items: &str) -> Self {
        let fails = answer.fault.is_some();
        let has_items = answer.method == Method::Read && !stream.items.is_empty();
        Names {
            block: (!answer.block.is_empty()).then(|| press.counter()),
            fault: fails.then(|| press.counter()),
            items: has_items.then(|| {
                press.counters += 1;
                let name = format!("n{}", press.counters);
                press.line(&format!("const {name} = [{items}];"));
                name
            }),
        }
    }
}

/// What is printed of an error that may be missing.
const OF_ERROR: &str = ", error && (error.code || error.message)";

/// The methods a stream gets: those drawn for its kind, and the one it needs.
fn needed(stream: &Stream) -> Vec<Answer> {
    let of_kind = stream.methods.iter();
    let mut methods: Vec<Answer> = of_kind
        .filter(|answer| answer.method.is_of(stream.kind))
        .cloned()
        .collect();
    let needs = match stream.kind {
        Kind::Readable => &[Method::Read][..],
        Kind::Writable => &[Method::Write],
        Kind::Duplex => &[Method::Read, Method::Write],
        Kind::Transform => &[Method::Transform],
        Kind::Emitter
        | Kind::From
        | Kind::FromGenerator
        | Kind::PassThrough
        | Kind::FileSource
        | Kind::FileSink
        | Kind::Deflate => &[],
    };
    for &method in needs {
        if !methods.iter().any(|answer| answer.method == method) {
            methods.push(Answer {
                method,
                block: Block::new(),
                by: None,
                chunks: 1,
                fault: None,
            });
        }
    }
    methods
}

fn options(stream: &Stream) -> Vec<String> {
    let mut options = Vec::new();
    let is_made_elsewhere = matches!(
        stream.kind,
        Kind::FileSource | Kind::FileSink | Kind::Deflate
    );
    if stream.object_mode
        && !is_made_elsewhere
        && !matches!(stream.kind, Kind::From | Kind::FromGenerator)
    {
        options.push("objectMode: true".to_owned());
    }
    if let Some(mark) = stream.high_water_mark {
        options.push(format!("highWaterMark: {mark}"));
    }
    for option in &stream.options {
        let is_common = matches!(option, Choice::NoEmitClose | Choice::AutoDestroy(_));
        if is_made_elsewhere && !is_common {
            continue;
        }
        let text = match option {
            Choice::AutoDestroy(is_on) => format!("autoDestroy: {is_on}"),
            Choice::NoEmitClose => "emitClose: false".to_owned(),
            Choice::NoHalfOpen => "allowHalfOpen: false".to_owned(),
            Choice::Encoding => "encoding: 'utf8'".to_owned(),
            Choice::NoDecoding => "decodeStrings: false".to_owned(),
            Choice::NotReadable => "readable: false".to_owned(),
            Choice::NotWritable => "writable: false".to_owned(),
            Choice::ObjectsOut => "readableObjectMode: true".to_owned(),
            Choice::ObjectsIn => "writableObjectMode: true".to_owned(),
            Choice::Captures => "captureRejections: true".to_owned(),
        };
        if !options.contains(&text) {
            options.push(text);
        }
    }
    options
}

fn attach_name(how: Attach) -> &'static str {
    match how {
        Attach::On => "on",
        Attach::Once => "once",
        Attach::Prepend => "prependListener",
        Attach::PrependOnce => "prependOnceListener",
    }
}

fn event_name(event: Happening) -> &'static str {
    match event {
        Happening::Data => "data",
        Happening::End => "end",
        Happening::Readable => "readable",
        Happening::Close => "close",
        Happening::Error => "error",
        Happening::Pause => "pause",
        Happening::Resume => "resume",
        Happening::Drain => "drain",
        Happening::Finish => "finish",
        Happening::Prefinish => "prefinish",
        Happening::Pipe => "pipe",
        Happening::Unpipe => "unpipe",
        Happening::NewListener => "newListener",
        Happening::RemoveListener => "removeListener",
        Happening::First => "x",
        Happening::Second => "y",
    }
}

/// What a listener takes, and what it prints of it.
fn parameters_of(event: Happening) -> (&'static str, &'static str) {
    match event {
        Happening::Data => ("(chunk)", ""),
        Happening::Error => ("(error)", ", error.code || error.message"),
        Happening::NewListener | Happening::RemoveListener => ("(name)", ", String(name)"),
        Happening::First | Happening::Second => ("(value)", ", value"),
        Happening::End
        | Happening::Readable
        | Happening::Close
        | Happening::Pause
        | Happening::Resume
        | Happening::Drain
        | Happening::Finish
        | Happening::Prefinish
        | Happening::Pipe
        | Happening::Unpipe => ("()", ""),
    }
}
