//! Prints a script as JavaScript that every major runs.

use std::fmt::Write;

use super::{
    Act, Block, ChunkOf, Listening, RequestKind, Script, Slot, Statement, StreamKind, StreamOptions,
};

/// What a printed script begins with: the modules it uses, a promise with the functions that settle it, and a wait.
const PRELUDE: &str = "\
'use strict';
const crypto = require('crypto');
const dns = require('dns');
const fs = require('fs');
function deferred() {
  const made = {};
  made.promise = new Promise((resolve, reject) => { made.resolve = resolve; made.reject = reject; });
  return made;
}
function busy(ms) {
  const until = Date.now() + ms;
  while (Date.now() < until) {}
}
";

/// What follows if there are emitters or streams.
const OBJECTS: &str = "\
const { EventEmitter } = require('events');
const { Readable, Stream, Transform, Writable } = require('stream');
const isChunk = (value) => typeof value === 'string' || value instanceof Uint8Array;
";

impl Script {
    /// The same program as JavaScript.
    pub fn to_javascript(&self) -> String {
        let mut printer = Printer {
            text: PRELUDE.to_owned(),
            depth: 0,
        };
        let mut slots = Vec::new();
        let blocks = || self.functions.values().chain([&self.body]);
        blocks().for_each(|block| collect_slots(block, &mut slots));
        slots.sort_unstable();
        slots.dedup();
        if blocks().any(has_objects) {
            printer.text.push_str(OBJECTS);
        }
        if !slots.is_empty() {
            let names: Vec<String> = slots.into_iter().map(name).collect();
            printer.line(&format!("let {};", names.join(", ")));
        }
        for (name, block) in &self.functions {
            printer.enclosed(&format!("function _{name}() {{"), block, "}");
        }
        printer.block(&self.body);
        printer.text
    }
}

fn name(slot: Slot) -> String {
    format!("s{}", slot.0)
}

/// Whether a block is about emitters or streams.
fn has_objects(block: &Block) -> bool {
    block.iter().any(|statement| {
        matches!(
            statement,
            Statement::Emitter(_)
                | Statement::Stream { .. }
                | Statement::On { .. }
                | Statement::Off { .. }
                | Statement::Emit { .. }
                | Statement::Print(_)
                | Statement::Push { .. }
                | Statement::Write { .. }
                | Statement::Read { .. }
                | Statement::Pipe { .. }
                | Statement::Unpipe { .. }
                | Statement::Act(..)
                | Statement::Answer { .. }
        ) || statement.blocks().any(has_objects)
    })
}

fn collect_slots(block: &Block, slots: &mut Vec<Slot>) {
    for statement in block {
        match *statement {
            Statement::Timer { slot, .. } | Statement::Immediate { slot, .. } => slots.extend(slot),
            Statement::Clear(slot)
            | Statement::Ref(slot)
            | Statement::Unref(slot)
            | Statement::Refresh(slot)
            | Statement::Promise(slot)
            | Statement::Resolve(slot)
            | Statement::Reject(slot)
            | Statement::Await(slot)
            | Statement::Return(slot) => slots.push(slot),
            Statement::ResolveWith { slot, with } => slots.extend([slot, with]),
            Statement::Then { on, into, .. } => {
                slots.extend([Some(on), into].into_iter().flatten())
            }
            Statement::Async { into, .. } => slots.extend(into),
            Statement::Emitter(slot) | Statement::Print(slot) | Statement::Act(slot, _) => {
                slots.push(slot);
            }
            Statement::Stream {
                slot, ref options, ..
            } => slots.extend(
                [Some(slot), options.chunk, options.answer]
                    .into_iter()
                    .flatten(),
            ),
            Statement::On {
                emitter,
                argument,
                listener,
                ..
            } => slots.extend([Some(emitter), argument, listener].into_iter().flatten()),
            Statement::Off {
                emitter, listener, ..
            } => slots.extend([emitter, listener]),
            Statement::Emit { emitter, .. } => slots.push(emitter),
            Statement::Push { to, ref chunk, .. } | Statement::Write { to, ref chunk, .. } => {
                slots.push(to);
                if let ChunkOf::Held(slot) = chunk {
                    slots.push(*slot);
                }
            }
            Statement::Read { from, into, .. } => slots.extend([from, into]),
            Statement::Pipe { from, to } | Statement::Unpipe { from, to } => {
                slots.extend([from, to]);
            }
            Statement::Answer { with, chunk, .. } => {
                slots.extend([Some(with), chunk].into_iter().flatten());
            }
            _ => {}
        }
        statement
            .blocks()
            .for_each(|block| collect_slots(block, slots));
    }
}

struct Printer {
    text: String,
    depth: usize,
}

impl Printer {
    fn line(&mut self, line: &str) {
        let indent = 2 * self.depth;
        // Writing to a string does not fail.
        let _ = writeln!(self.text, "{:indent$}{line}", "");
    }

    fn block(&mut self, block: &Block) {
        for statement in block {
            self.statement(statement);
        }
    }

    fn enclosed(&mut self, before: &str, block: &Block, after: &str) {
        self.line(before);
        self.depth += 1;
        self.block(block);
        self.depth -= 1;
        self.line(after);
    }

    /// A call of a method, if what the slot holds has it.
    fn method(&mut self, slot: Slot, method: &str, argument: &str) {
        let slot = name(slot);
        self.line(&format!(
            "if ({slot} && {slot}.{method}) {slot}.{method}({argument});"
        ));
    }

    fn statement(&mut self, statement: &Statement) {
        let assign = |slot: Option<Slot>| slot.map_or(String::new(), |slot| name(slot) + " = ");
        match statement {
            Statement::Log(line) => {
                let text = serde_json::Value::from(line.as_str());
                self.line(&format!("console.log({text});"));
            }
            Statement::Tick(then) => self.enclosed("process.nextTick(() => {", then, "});"),
            Statement::Microtask(then) => self.enclosed("queueMicrotask(() => {", then, "});"),
            Statement::Timer {
                slot,
                ms,
                repeats,
                then,
            } => {
                let function = if *repeats {
                    "setInterval"
                } else {
                    "setTimeout"
                };
                let before = format!("{}{function}(() => {{", assign(*slot));
                self.enclosed(&before, then, &format!("}}, {ms});"));
            }
            Statement::Immediate { slot, then } => {
                let before = format!("{}setImmediate(() => {{", assign(*slot));
                self.enclosed(&before, then, "});");
            }
            Statement::Clear(slot) => {
                let slot = name(*slot);
                self.line(&format!("clearTimeout({slot});"));
                self.line(&format!(
                    "if ({slot} && {slot}._onImmediate) clearImmediate({slot});"
                ));
            }
            Statement::Ref(slot) => self.method(*slot, "ref", ""),
            Statement::Unref(slot) => self.method(*slot, "unref", ""),
            Statement::Refresh(slot) => self.method(*slot, "refresh", ""),
            Statement::Request { kind, then } => {
                let before = match kind {
                    RequestKind::Stat => "fs.stat('.', () => {",
                    RequestKind::ReadFile => "fs.readFile(__filename, () => {",
                    RequestKind::WriteFile => "fs.writeFile('out.txt', 'written', () => {",
                    RequestKind::Lookup => "dns.lookup('localhost', () => {",
                    RequestKind::RandomBytes => "crypto.randomBytes(1, () => {",
                };
                self.enclosed(before, then, "});");
            }
            Statement::Promise(slot) => self.line(&format!("{} = deferred();", name(*slot))),
            Statement::Resolve(slot) => self.method(*slot, "resolve", ""),
            Statement::Reject(slot) => self.method(*slot, "reject", "new Error('rejected')"),
            Statement::ResolveWith { slot, with } => {
                let with = name(*with);
                self.method(*slot, "resolve", &format!("{with} && {with}.promise"));
            }
            Statement::Then {
                on,
                then,
                otherwise,
                into,
            } => {
                let on = name(*on);
                self.enclosed_by(&format!("if ({on} && {on}.promise) {{"), "}", |printer| {
                    let before = format!("{}{{ promise: {on}.promise.then(", assign(*into));
                    let before = if into.is_some() {
                        before
                    } else {
                        format!("{on}.promise.then(")
                    };
                    let after = if into.is_some() { ") };" } else { ");" };
                    printer.enclosed_by(&before, after, |printer| {
                        for handler in [then, otherwise] {
                            match handler {
                                Some(block) => printer.enclosed("() => {", block, "},"),
                                None => printer.line("undefined,"),
                            }
                        }
                    });
                });
            }
            Statement::Async { body, into } => match into {
                Some(slot) => {
                    let before = format!("{} = {{ promise: (async () => {{", name(*slot));
                    self.enclosed(&before, body, "})() };");
                }
                None => self.enclosed("(async () => {", body, "})();"),
            },
            Statement::Await(slot) => {
                let slot = name(*slot);
                self.line(&format!("await ({slot} && {slot}.promise);"));
            }
            Statement::Return(slot) => {
                let slot = name(*slot);
                self.line(&format!("return {slot} && {slot}.promise;"));
            }
            Statement::Throw => self.line("throw new Error('thrown');"),
            Statement::Busy(ms) => self.line(&format!("busy({ms});")),
            Statement::Repeat { times, body } => {
                let before = format!("for (let i = 0; i < {times}; i++) {{");
                self.enclosed(&before, body, "}");
            }
            Statement::Call(name) => self.line(&format!("_{name}();")),
            Statement::Listen { event, then } => {
                let before = format!("process.on('{}', () => {{", event.text());
                self.enclosed(&before, then, "});");
            }
            Statement::Exit(code) => self.line(&format!("process.exit({code});")),
            Statement::ExitCode(code) => self.line(&format!("process.exitCode = {code};")),
            Statement::Emitter(slot) => {
                self.line(&format!("{} = new EventEmitter();", name(*slot)));
            }
            Statement::Stream {
                slot,
                options,
                work,
            } => self.stream(*slot, options, work),
            Statement::On {
                emitter,
                event,
                how,
                argument,
                listener,
                then,
            } => {
                let method = match how {
                    Listening::On => "on",
                    Listening::Once => "once",
                    Listening::Prepend => "prependListener",
                };
                let emitter = name(*emitter);
                let before = format!(
                    "if ({emitter} instanceof EventEmitter) {emitter}.{method}('{event}', {}(argument) => {{",
                    assign(*listener)
                );
                self.enclosed_by(&before, "});", |printer| {
                    printer.kept(*argument, "argument");
                    printer.block(then);
                });
            }
            Statement::Off {
                emitter,
                event,
                listener,
            } => {
                let (emitter, listener) = (name(*emitter), name(*listener));
                self.line(&format!(
                    "if ({emitter} instanceof EventEmitter && typeof {listener} === 'function') {emitter}.removeListener('{event}', {listener});"
                ));
            }
            Statement::Emit { emitter, event } => {
                let emitter = name(*emitter);
                let error = if event == "error" {
                    ", new Error('emitted')"
                } else {
                    ""
                };
                self.line(&format!(
                    "if ({emitter} instanceof EventEmitter) {emitter}.emit('{event}'{error});"
                ));
            }
            Statement::Print(slot) => {
                let slot = name(*slot);
                self.line(&format!(
                    "if (isChunk({slot})) console.log(String({slot}));"
                ));
            }
            Statement::Push { to, chunk, full } => self.offer(*to, "Readable", "push", chunk, full),
            Statement::Write { to, chunk, full } => {
                self.offer(*to, "Writable", "write", chunk, full);
            }
            Statement::Read { from, size, into } => {
                let (from, into) = (name(*from), name(*into));
                let size = size.map_or(String::new(), |size| size.to_string());
                self.line(&format!(
                    "if ({from} instanceof Readable) {into} = {from}.read({size});"
                ));
            }
            Statement::Pipe { from, to } => self.connect(*from, "pipe", *to),
            Statement::Unpipe { from, to } => self.connect(*from, "unpipe", *to),
            Statement::Act(slot, act) => {
                let (class, call) = match act {
                    Act::PushEnd => ("Readable", "push(null)"),
                    Act::Pause => ("Readable", "pause()"),
                    Act::Resume => ("Readable", "resume()"),
                    Act::End => ("Writable", "end()"),
                    Act::Cork => ("Writable", "cork()"),
                    Act::Uncork => ("Writable", "uncork()"),
                    Act::Destroy => ("Stream", "destroy()"),
                    Act::Fail => ("Stream", "destroy(new Error('failed'))"),
                };
                let slot = name(*slot);
                self.line(&format!("if ({slot} instanceof {class}) {slot}.{call};"));
            }
            Statement::Answer { with, error, chunk } => {
                let with = name(*with);
                let error = if *error {
                    "new Error('answered')"
                } else {
                    "null"
                };
                let chunk = chunk.map_or(String::new(), |slot| {
                    let slot = name(slot);
                    format!(", isChunk({slot}) ? {slot} : undefined")
                });
                self.line(&format!(
                    "if (typeof {with} === 'function') {with}({error}{chunk});"
                ));
            }
        }
    }

    fn stream(&mut self, slot: Slot, options: &StreamOptions, work: &Block) {
        let StreamOptions {
            kind,
            mark,
            object_mode,
            chunk,
            answer,
        } = options;
        let (class, method) = match kind {
            StreamKind::Readable => ("Readable", "read()"),
            StreamKind::Writable => ("Writable", "write(chunk, encoding, callback)"),
            StreamKind::Transform => ("Transform", "transform(chunk, encoding, callback)"),
        };
        let mark = mark.map_or(String::new(), |mark| format!("highWaterMark: {mark}, "));
        let mode = if *object_mode {
            "objectMode: true, "
        } else {
            ""
        };
        let before = format!("{} = new {class}({{ {mark}{mode}{method} {{", name(slot));
        self.enclosed_by(&before, "} });", |printer| {
            if *kind != StreamKind::Readable {
                printer.kept(*chunk, "chunk");
                printer.kept(*answer, "callback");
            }
            printer.block(work);
        });
    }

    /// Keeps what a function was passed.
    fn kept(&mut self, slot: Option<Slot>, argument: &str) {
        if let Some(slot) = slot {
            self.line(&format!("{} = {argument};", name(slot)));
        }
    }

    fn offer(&mut self, to: Slot, class: &str, method: &str, chunk: &ChunkOf, full: &Block) {
        let to = name(to);
        let (condition, chunk) = match chunk {
            ChunkOf::Text(text) => {
                let text = serde_json::Value::from(text.as_str()).to_string();
                (String::new(), text)
            }
            ChunkOf::Held(slot) => {
                let slot = name(*slot);
                (format!(" && isChunk({slot})"), slot)
            }
        };
        let before =
            format!("if ({to} instanceof {class}{condition} && !{to}.{method}({chunk})) {{");
        self.enclosed(&before, full, "}");
    }

    fn connect(&mut self, from: Slot, method: &str, to: Slot) {
        let (from, to) = (name(from), name(to));
        self.line(&format!(
            "if ({from} instanceof Readable && {to} instanceof Writable) {from}.{method}({to});"
        ));
    }

    fn enclosed_by(&mut self, before: &str, after: &str, inner: impl FnOnce(&mut Self)) {
        self.line(before);
        self.depth += 1;
        inner(self);
        self.depth -= 1;
        self.line(after);
    }
}
