//! Random scripts.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tickproof::guest::script::{Block, ProcessEventName, RequestKind, Script, Slot, Statement};

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
