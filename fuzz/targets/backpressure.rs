//! Streams with any marks, chunks and times: what is buffered is what the law says, and nothing is lost or reordered.

#[path = "flow.rs"]
mod flow;

use flow::{Consumer, Flow, Moment};
use tickproof::runtime::PROFILES;

pub(crate) fn check(data: &[u8]) {
    let mut bytes = data.iter().copied();
    let mut next = |of: usize| usize::from(bytes.next().unwrap_or(0)) % of;
    let rules = &PROFILES[next(PROFILES.len())];
    let consumer = match next(4) {
        0 => Consumer::Data,
        1 => Consumer::Readable(1 + next(5) as u32),
        2 => Consumer::Pipe,
        _ => Consumer::Through,
    };
    let marks = [0; 3].map(|_| next(10) as u32);
    let answers = [0; 2].map(|_| Moment::ALL[next(Moment::ALL.len())]);
    let chunks = (0..next(6)).map(|_| (Moment::ALL[next(Moment::ALL.len())], 1 + next(8)));
    let flow = Flow {
        consumer,
        marks,
        answers,
        chunks: chunks.collect(),
    };
    if let Err(what) = flow::check(&flow, rules) {
        panic!("{what}\n{flow:?}");
    }
}
