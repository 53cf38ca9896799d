//! Any script: a drain or a phase that never yields is said to, and nothing hangs.

use std::collections::BTreeMap;

use tickproof::explore::states::{self, Bounds, Log};
use tickproof::explore::{Limits, replay};
use tickproof::guest::script::{
    Act, Block, ChunkOf, Listening, ProcessEventName, RequestKind, Script, Slot, Statement,
    StreamKind, StreamOptions,
};
use tickproof::runtime::{Ending, PROFILES, Profile};

const LIMITS: Limits = Limits {
    schedules: 1,
    steps: 60,
    steps_more: 60,
    callbacks: 100_000,
    in_order: 1_000,
    drain: 100,
    drain_more: 100,
};

/// Statements a script has at most, so that time goes into its runs.
const STATEMENTS: usize = 40;

pub(crate) fn check(data: &[u8]) {
    let mut bytes = Bytes {
        rest: data.iter(),
        statements: 0,
    };
    let rules: &'static Profile = &PROFILES[bytes.next(PROFILES.len())];
    let script = bytes.script();
    let bounds = Bounds {
        states: 500,
        transitions: 5_000,
        steps: LIMITS.steps,
        drain: LIMITS.drain,
        reduce: true,
        threads: 1,
    };
    let Ok(found) = states::search(&script, rules, Log::default(), bounds) else {
        return;
    };
    let cut = |ending| {
        matches!(
            ending,
            Ending::Starved(_) | Ending::Endless | Ending::Halted(_)
        )
    };
    if found.is_complete {
        assert!(found.ends.iter().all(|end| !cut(end.ending)));
        assert!(
            !found.ends.is_empty() || found.endless().is_some(),
            "a run without an end"
        );
    }
    // One of each kind of ending shows the same when it is run from the beginning.
    let mut shown = Vec::new();
    for (outcome, end) in found.outcomes() {
        if shown.contains(&outcome.ended) || shown.len() == 4 {
            continue;
        }
        shown.push(outcome.ended);
        let schedule = found.schedule(end);
        match replay(&script, rules, &schedule, LIMITS) {
            Ok(trace) => assert_eq!(trace.outcome, outcome, "{schedule}"),
            Err(refusal) => panic!("{schedule}: {refusal}"),
        }
    }
}

/// A script as bytes.
struct Bytes<'a> {
    rest: std::slice::Iter<'a, u8>,
    statements: usize,
}

impl Bytes<'_> {
    fn next(&mut self, of: usize) -> usize {
        usize::from(self.rest.next().copied().unwrap_or(0)) % of
    }

    fn script(&mut self) -> Script {
        let pool = [None, Some(1), Some(2)][self.next(3)];
        let body = self.block(4);
        let functions = ["f", "g"].map(|name| (name.to_owned(), self.block(3)));
        Script {
            body,
            functions: BTreeMap::from(functions),
            pool,
        }
    }

    fn block(&mut self, depth: usize) -> Block {
        if depth == 0 {
            return Vec::new();
        }
        (0..self.next(5))
            .map_while(|_| self.statement(depth - 1))
            .collect()
    }

    fn slot(&mut self) -> Slot {
        Slot(self.next(6) as u8)
    }

    fn maybe(&mut self) -> Option<Slot> {
        match self.next(7) {
            6 => None,
            slot => Some(Slot(slot as u8)),
        }
    }

    fn event(&mut self) -> String {
        let names = [
            "x",
            "error",
            "data",
            "end",
            "drain",
            "finish",
            "close",
            "readable",
            "newListener",
            "pipe",
            "unpipe",
            "resume",
            "pause",
        ];
        names[self.next(names.len())].to_owned()
    }

    fn chunk(&mut self) -> ChunkOf {
        match self.next(4) {
            0 => ChunkOf::Held(self.slot()),
            size => ChunkOf::Text("abc"[..size].to_owned()),
        }
    }

    fn statement(&mut self, depth: usize) -> Option<Statement> {
        self.statements += 1;
        if self.statements > STATEMENTS || self.rest.len() == 0 {
            return None;
        }
        Some(match self.next(34) {
            0 => Statement::Log(["a", "b", "c"][self.next(3)].to_owned()),
            1 => Statement::Tick(self.block(depth)),
            2 => Statement::Microtask(self.block(depth)),
            3 => Statement::Timer {
                slot: self.maybe(),
                ms: self.next(4) as u32,
                repeats: self.next(2) == 1,
                then: self.block(depth),
            },
            4 => Statement::Immediate {
                slot: self.maybe(),
                then: self.block(depth),
            },
            5 => Statement::Clear(self.slot()),
            6 => Statement::Ref(self.slot()),
            7 => Statement::Unref(self.slot()),
            8 => Statement::Refresh(self.slot()),
            9 => Statement::Request {
                kind: RequestKind::ALL[self.next(RequestKind::ALL.len())],
                then: self.block(depth),
            },
            10 => Statement::Promise(self.slot()),
            11 => Statement::Resolve(self.slot()),
            12 => Statement::Reject(self.slot()),
            13 => Statement::ResolveWith {
                slot: self.slot(),
                with: self.slot(),
            },
            14 => Statement::Then {
                on: self.slot(),
                then: Some(self.block(depth)),
                otherwise: (self.next(2) == 1).then(|| self.block(depth)),
                into: self.maybe(),
            },
            15 => Statement::Async {
                body: {
                    let mut body = self.block(depth);
                    body.push(Statement::Await(self.slot()));
                    body.extend(self.block(depth));
                    body
                },
                into: self.maybe(),
            },
            16 => Statement::Throw,
            17 => Statement::Repeat {
                times: self.next(4) as u32,
                body: self.block(depth),
            },
            18 | 19 => Statement::Call(["f", "g"][self.next(2)].to_owned()),
            20 => Statement::Listen {
                event: ProcessEventName::ALL[self.next(ProcessEventName::ALL.len())],
                then: self.block(depth),
            },
            21 => Statement::ExitCode(self.next(3) as u8),
            22 => Statement::Emitter(self.slot()),
            23 => Statement::Stream {
                slot: self.slot(),
                options: StreamOptions {
                    kind: [
                        StreamKind::Readable,
                        StreamKind::Writable,
                        StreamKind::Transform,
                    ][self.next(3)],
                    mark: Some(self.next(4) as u32),
                    object_mode: self.next(4) == 1,
                    chunk: self.maybe(),
                    answer: self.maybe(),
                },
                work: self.block(depth),
            },
            24 | 25 => Statement::On {
                emitter: self.slot(),
                event: self.event(),
                how: Listening::ALL[self.next(Listening::ALL.len())],
                argument: self.maybe(),
                listener: self.maybe(),
                then: self.block(depth),
            },
            26 => Statement::Off {
                emitter: self.slot(),
                event: self.event(),
                listener: self.slot(),
            },
            27 => Statement::Emit {
                emitter: self.slot(),
                event: ["x", "error", "newListener"][self.next(3)].to_owned(),
            },
            28 => Statement::Push {
                to: self.slot(),
                chunk: self.chunk(),
                full: self.block(depth),
            },
            29 => Statement::Write {
                to: self.slot(),
                chunk: self.chunk(),
                full: self.block(depth),
            },
            30 => Statement::Read {
                from: self.slot(),
                size: [None, Some(1), Some(3)][self.next(3)],
                into: self.slot(),
            },
            31 => match self.next(4) {
                0 => Statement::Unpipe {
                    from: self.slot(),
                    to: self.slot(),
                },
                1 => Statement::Print(self.slot()),
                _ => Statement::Pipe {
                    from: self.slot(),
                    to: self.slot(),
                },
            },
            32 => Statement::Act(self.slot(), Act::ALL[self.next(Act::ALL.len())]),
            _ => Statement::Answer {
                with: self.slot(),
                error: self.next(4) == 1,
                chunk: self.maybe(),
            },
        })
    }
}
