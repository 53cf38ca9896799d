//! Streams between every kind of ends.

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use tickproof::runtime::PROFILES;

use super::agreement::runner;
use super::flow::{Consumer, Flow, Moment, check};

fn moments() -> impl Strategy<Value = Moment> {
    prop_oneof![
        1 => Just(Moment::Now),
        2 => prop::sample::select(Moment::ALL.to_vec()),
    ]
}

fn flows() -> impl Strategy<Value = Flow> {
    let consumer = prop_oneof![
        Just(Consumer::Data),
        (1_u32..6).prop_map(Consumer::Readable),
        Just(Consumer::Pipe),
        Just(Consumer::Through),
    ];
    let chunks = prop::collection::vec((moments(), 1_usize..5), 0..5);
    let answers = [moments(), moments()];
    (consumer, [0_u32..6, 0_u32..6, 0_u32..6], answers, chunks).prop_map(
        |(consumer, marks, answers, chunks)| Flow {
            consumer,
            marks,
            answers,
            chunks,
        },
    )
}

pub(crate) fn law() -> Result<(), String> {
    let tested = runner(600, 2).run(&flows(), |flow| {
        for rules in &PROFILES {
            check(&flow, rules).map_err(TestCaseError::fail)?;
        }
        Ok(())
    });
    tested.map_err(|failure| failure.to_string())
}
