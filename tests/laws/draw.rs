//! Random scripts.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tickproof::guest::script::{
    Act, Block, ChunkOf, Listening, ProcessEventName, RequestKind, Script, Slot, Statement,
    StreamKind, StreamOptions,
};

fn slots() -> impl Strategy<Value = Slot> {
    (0_u8..3).prop_map(Slot)
}

fn logs() -> impl Strategy<Value = Statement> {
    (0_u8..8).prop_map(|at| Statement::Log(char::from(b'a' + at).to_string()))
}

/// Blocks so deep at most; `is_async` says whether they may wait.
fn blocks(depth: u32, is_async: bool) -> BoxedStrategy<Block> {
    prop::collection::vec(statements(depth, is_async), 0..4).boxed()
}

fn statements(depth: u32, is_async: bool) -> BoxedStrategy<Statement> {
    let simple = prop_oneof![
        4 => logs(),
        1 => slots().prop_map(Statement::Clear),
        1 => slots().prop_map(Statement::Ref),
        1 => slots().prop_map(Statement::Unref),
        1 => slots().prop_map(Statement::Refresh),
        3 => slots().prop_map(Statement::Promise),
        2 => slots().prop_map(Statement::Resolve),
        2 => slots().prop_map(Statement::Reject),
        2 => (slots(), slots()).prop_map(|(slot, with)| Statement::ResolveWith { slot, with }),
        1 => slots().prop_map(Statement::Return),
        1 => Just(Statement::Throw),
        1 => Just(Statement::Call("f".to_owned())),
        1 => (0_u8..3).prop_map(Statement::ExitCode),
        1 => Just(Statement::Exit(4)),
    ];
    let simple = if is_async {
        prop_oneof![3 => simple, 1 => slots().prop_map(Statement::Await)].boxed()
    } else {
        simple.boxed()
    };
    if depth == 0 {
        return simple;
    }
    let inner = || blocks(depth - 1, false);
    let slot = || prop::option::of(slots());
    let ms = prop::sample::select(vec![0, 1, 2, 5]);
    prop_oneof![
        4 => simple,
        2 => inner().prop_map(Statement::Tick),
        2 => inner().prop_map(Statement::Microtask),
        2 => (slot(), ms, prop::bool::weighted(0.1), inner()).prop_map(|(slot, ms, repeats, then)| {
            Statement::Timer { slot, ms, repeats, then }
        }),
        2 => (slot(), inner()).prop_map(|(slot, then)| Statement::Immediate { slot, then }),
        2 => (prop::sample::select(RequestKind::ALL.to_vec()), inner())
            .prop_map(|(kind, then)| Statement::Request { kind, then }),
        3 => (slots(), prop::option::of(inner()), prop::option::of(inner()), slot())
            .prop_map(|(on, then, otherwise, into)| Statement::Then { on, then, otherwise, into }),
        2 => (blocks(depth - 1, true), slot()).prop_map(|(body, into)| Statement::Async { body, into }),
        1 => (0_u32..4, blocks(depth - 1, is_async))
            .prop_map(|(times, body)| Statement::Repeat { times, body }),
        1 => (prop::sample::select(ProcessEventName::ALL.to_vec()), inner())
            .prop_map(|(event, then)| Statement::Listen { event, then }),
    ]
    .boxed()
}

pub(crate) fn scripts() -> impl Strategy<Value = Script> {
    let main = prop::collection::vec(statements(3, false), 1..6);
    // What a function calls when it calls itself runs later only by chance, so it does not.
    let function = blocks(1, false).prop_map(|mut block| {
        block.retain(|statement| {
            let is_call = |each: &Statement| matches!(each, Statement::Call(_));
            !is_call(statement) && !statement.blocks().flatten().any(is_call)
        });
        block
    });
    let pool = prop::option::of(1_u16..4);
    (main, function, pool).prop_map(|(body, function, pool)| Script {
        body,
        functions: BTreeMap::from([("f".to_owned(), function)]),
        pool,
    })
}

/// Slots that hold an emitter and one stream of each class, unless something else is put there.
const OBJECTS: [Slot; 4] = [Slot(3), Slot(4), Slot(5), Slot(6)];
/// A slot for chunks, one for what is answered with, and one for listeners.
const KEPT: [Slot; 3] = [Slot(7), Slot(8), Slot(9)];

fn objects() -> impl Strategy<Value = Slot> {
    prop_oneof![12 => prop::sample::select(OBJECTS.to_vec()), 1 => slots()]
}

fn kept() -> impl Strategy<Value = Slot> {
    prop_oneof![6 => prop::sample::select(KEPT.to_vec()), 1 => slots()]
}

fn chunks() -> impl Strategy<Value = ChunkOf> {
    prop_oneof![
        3 => prop::sample::select(vec!["", "a", "bc", "def"]).prop_map(|text| ChunkOf::Text(text.to_owned())),
        2 => kept().prop_map(ChunkOf::Held),
    ]
}

fn events() -> impl Strategy<Value = String> {
    let names = [
        "x",
        "y",
        "data",
        "readable",
        "end",
        "close",
        "drain",
        "finish",
        "error",
        "pipe",
        "unpipe",
        "prefinish",
        "pause",
        "resume",
        "newListener",
        "removeListener",
    ];
    prop::sample::select(names.to_vec()).prop_map(str::to_owned)
}

/// Statements about emitters and streams, and some others to put them off.
fn object_statements(depth: u32) -> BoxedStrategy<Statement> {
    let emitted = prop::sample::select(vec!["x", "y", "error", "newListener"]);
    let simple = prop_oneof![
        3 => logs(),
        3 => Just(Statement::Print(KEPT[0])),
        2 => (objects(), emitted)
            .prop_map(|(emitter, event)| Statement::Emit { emitter, event: event.to_owned() }),
        1 => (objects(), events(), kept())
            .prop_map(|(emitter, event, listener)| Statement::Off { emitter, event, listener }),
        2 => (objects(), prop::option::of(0_u32..5), kept())
            .prop_map(|(from, size, into)| Statement::Read { from, size, into }),
        2 => (objects(), objects()).prop_map(|(from, to)| Statement::Pipe { from, to }),
        1 => (objects(), objects()).prop_map(|(from, to)| Statement::Unpipe { from, to }),
        4 => (objects(), prop::sample::select(Act::ALL.to_vec()))
            .prop_map(|(stream, act)| Statement::Act(stream, act)),
        4 => (kept(), prop::bool::weighted(0.1), prop::option::of(kept()))
            .prop_map(|(with, error, chunk)| Statement::Answer { with, error, chunk }),
        1 => Just(Statement::Throw),
    ];
    if depth == 0 {
        return simple.boxed();
    }
    let inner = || object_blocks(depth - 1);
    prop_oneof![
        8 => simple,
        3 => (objects(), chunks(), inner())
            .prop_map(|(to, chunk, full)| Statement::Push { to, chunk, full }),
        3 => (objects(), chunks(), inner())
            .prop_map(|(to, chunk, full)| Statement::Write { to, chunk, full }),
        6 => (
            (objects(), events(), prop::sample::select(Listening::ALL.to_vec())),
            (prop::option::of(kept()), prop::option::weighted(0.3, kept())),
            inner(),
        )
            .prop_map(|((emitter, event, how), (argument, listener), then)| Statement::On {
                emitter,
                event,
                how,
                argument,
                listener,
                then,
            }),
        1 => inner().prop_map(Statement::Tick),
        1 => inner().prop_map(Statement::Microtask),
        1 => inner().prop_map(|then| Statement::Immediate { slot: None, then }),
        1 => inner().prop_map(|then| Statement::Timer { slot: None, ms: 1, repeats: false, then }),
        1 => inner().prop_map(|then| Statement::Request { kind: RequestKind::Stat, then }),
        1 => inner().prop_map(|then| Statement::Listen { event: ProcessEventName::UncaughtException, then }),
    ]
    .boxed()
}

fn object_blocks(depth: u32) -> BoxedStrategy<Block> {
    prop::collection::vec(object_statements(depth), 0..4).boxed()
}

/// A stream, whose block often answers.
fn streams(slot: Slot, kind: StreamKind) -> impl Strategy<Value = Statement> {
    let mark = prop::option::of(0_u32..6);
    let answer = Statement::Answer {
        with: KEPT[1],
        error: false,
        chunk: Some(KEPT[0]),
    };
    let answers = prop_oneof![
        Just(vec![answer.clone()]),
        Just(vec![Statement::Tick(vec![answer.clone()])]),
        Just(vec![Statement::Immediate {
            slot: None,
            then: vec![answer]
        }]),
        Just(Vec::new()),
    ];
    (mark, prop::bool::weighted(0.2), answers, object_blocks(1)).prop_map(
        move |(mark, object_mode, mut work, more)| {
            work.splice(0..0, more);
            let options = StreamOptions {
                kind,
                mark,
                object_mode,
                chunk: Some(KEPT[0]),
                answer: Some(KEPT[1]),
            };
            Statement::Stream {
                slot,
                options,
                work,
            }
        },
    )
}

/// Scripts about emitters and streams.
pub(crate) fn object_scripts() -> impl Strategy<Value = Script> {
    let made = (
        Just(Statement::Emitter(OBJECTS[0])),
        streams(OBJECTS[1], StreamKind::Readable),
        streams(OBJECTS[2], StreamKind::Writable),
        streams(OBJECTS[3], StreamKind::Transform),
    );
    let main = prop::collection::vec(object_statements(3), 1..10);
    (made, main).prop_map(|((emitter, readable, writable, transform), main)| {
        let mut body = vec![emitter, readable, writable, transform];
        body.extend(main);
        Script {
            body,
            ..Script::default()
        }
    })
}
