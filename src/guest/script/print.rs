//! Prints a script as JavaScript that every major runs.

use std::fmt::Write;

use super::{Block, RequestKind, Script, Slot, Statement};

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

impl Script {
    /// The same program as JavaScript.
    pub fn to_javascript(&self) -> String {
        let mut printer = Printer {
            text: PRELUDE.to_owned(),
            depth: 0,
        };
        let mut slots = Vec::new();
        let blocks = self.functions.values().chain([&self.body]);
        blocks.for_each(|block| collect_slots(block, &mut slots));
        slots.sort_unstable();
        slots.dedup();
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
                self.line(&format!("clearImmediate({slot});"));
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
        }
    }

    fn enclosed_by(&mut self, before: &str, after: &str, inner: impl FnOnce(&mut Self)) {
        self.line(before);
        self.depth += 1;
        inner(self);
        self.depth -= 1;
        self.line(after);
    }
}
