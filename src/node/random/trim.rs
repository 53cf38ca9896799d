//! Cuts a draft down to what can be explored completely in a short time.

use super::draft::{Block, By, Draft, Over, Request, Settled, Statement, Value};
use super::streams::{Act, Kind, Promised, Stream};

/// How much a draft may hold.
pub(super) struct Budget {
    pub(super) statements: usize,
    pub(super) timers: usize,
    pub(super) immediates: usize,
    pub(super) requests: usize,
}

/// Leaves out what is too much, what is nested deepest first: programs are to be rather broad than deep.
pub(super) fn trim(draft: &mut Draft, mut budget: Budget) {
    let modules = draft.modules.iter_mut().map(|module| &mut module.block);
    let mut level: Vec<&mut Block> = [&mut draft.main.block].into_iter().chain(modules).collect();
    while !level.is_empty() {
        let mut next = Vec::new();
        for block in level {
            block.retain(|statement| budget.has_room(statement));
            for statement in block {
                budget.statement(statement, &mut next);
            }
        }
        level = next;
    }
}

/// Takes so many from what is left, if there are so many.
fn take(left: &mut usize, number: usize) -> bool {
    let is_enough = *left >= number;
    if is_enough {
        *left -= number;
    }
    is_enough
}

impl Budget {
    fn has_room(&mut self, statement: &Statement) -> bool {
        let fits = match statement {
            Statement::Callback { by, .. } => self.has_room_by(*by),
            Statement::Interval { rounds, .. } => take(&mut self.timers, usize::from(*rounds)),
            _ => true,
        };
        fits && take(&mut self.statements, 1)
    }

    fn has_room_by(&mut self, by: By) -> bool {
        match by {
            By::Timeout { .. } => take(&mut self.timers, 1),
            By::Immediate => take(&mut self.immediates, 1),
            By::Request(request) => self.has_room_for(request),
            By::Tick | By::Job | By::Event(_) => true,
        }
    }

    fn has_room_for(&mut self, request: Request) -> bool {
        // A file's contents take several jobs.
        let jobs = match request {
            Request::ReadFile | Request::WriteFile => 2,
            _ => 1,
        };
        take(&mut self.requests, jobs)
    }

    /// Trims a statement but for the blocks in it, which come next.
    fn statement<'d>(&mut self, statement: &'d mut Statement, next: &mut Vec<&'d mut Block>) {
        match statement {
            Statement::Callback { block, .. } | Statement::Interval { block, .. } => {
                next.push(block);
            }
            Statement::Promise(value) | Statement::Await(value) | Statement::Return(value) => {
                self.value(value, next);
            }
            Statement::Stream(act) => {
                if let Act::New(stream) = &mut **act {
                    self.stream(stream);
                }
                next.extend(act.blocks_mut());
            }
            Statement::Log
            | Statement::Busy { .. }
            | Statement::Touch { .. }
            | Statement::Throw
            | Statement::Exit { .. }
            | Statement::ExitCode { .. }
            | Statement::Require { .. } => {}
        }
    }

    /// What answers later than by a tick does so for each call of a method.
    fn stream(&mut self, stream: &mut Stream) {
        let (requests, instead) = match stream.kind {
            Kind::FileSource => (3, Kind::Readable),
            Kind::FileSink => (3, Kind::Writable),
            Kind::Deflate => (3, Kind::Transform),
            kind => (0, kind),
        };
        if !take(&mut self.requests, requests) {
            stream.kind = instead;
        }
        for at in 0..stream.methods.len() {
            let answer = &stream.methods[at];
            let calls = stream.calls(answer.method);
            let fits = |by| (0..calls).all(|_| self.has_room_by(by));
            if !answer.by.is_none_or(fits) {
                stream.methods[at].by = Some(By::Tick);
            }
        }
    }

    fn value<'d>(&mut self, value: &'d mut Value, next: &mut Vec<&'d mut Block>) {
        match value {
            Value::Request(request) => {
                if !self.has_room_for(*request) {
                    *value = Value::Fulfilled;
                }
            }
            Value::Thenable(settling) | Value::New(settling) => {
                if settling.by.is_some_and(|by| !self.has_room_by(by)) {
                    settling.by = None;
                }
                if let Settled::Resolved(value) = &mut settling.to {
                    self.value(value, next);
                }
            }
            Value::Chain(of, reactions) => {
                self.value(of, next);
                next.extend(reactions.iter_mut().map(|reaction| &mut reaction.block));
            }
            Value::Async(block) | Value::Stream(Promised::Iteration { block, .. }) => {
                next.push(block);
            }
            Value::Loop { over, block, .. } => {
                let (Over::Array(items) | Over::Generator(items)) = over;
                for item in items {
                    self.value(item, next);
                }
                next.push(block);
            }
            Value::Combined(_, values) => {
                for value in values {
                    self.value(value, next);
                }
            }
            Value::Null
            | Value::Fulfilled
            | Value::Rejected
            | Value::Import(_)
            | Value::Held(_)
            | Value::Stream(
                Promised::Finished { .. }
                | Promised::Gathered { .. }
                | Promised::Pipeline { .. }
                | Promised::Once { .. },
            ) => {}
        }
    }
}
