//! Draws what concerns emitters and streams.

use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Just, Strategy};
use proptest::sample::{Index, select, subsequence};

use super::super::draft::{By, Statement, Value};
use super::super::streams::{
    Act, Answer, Attach, Choice, Each, Fault, Happening, Item, Kind as StreamKind, Leaving,
    Listener, Method, Piping, Promised, Route, Stream, Wish,
};
use super::{Kind, Parts, nth, one_of, sometimes, weighted};

/// Which streams a program has from the start, and what connects them.
pub(super) type Shape = (u32, &'static [StreamKind]);

pub(super) const FLOWS: &[Shape] = {
    use StreamKind::*;
    &[
        (4, &[Readable]),
        (3, &[Writable]),
        (6, &[Readable, Writable]),
        (3, &[Readable, Writable, Writable]),
        (1, &[From, Writable]),
        (1, &[FromGenerator]),
        (1, &[Readable, Readable, Writable]),
        (1, &[FileSource]),
        (1, &[FileSource, Writable]),
        (1, &[Readable, FileSink]),
        (1, &[FileSink]),
    ]
};

pub(super) const TRANSFORMS: &[Shape] = {
    use StreamKind::*;
    &[
        (3, &[Transform]),
        (2, &[PassThrough]),
        (3, &[Duplex]),
        (5, &[Readable, Transform, Writable]),
        (2, &[Readable, PassThrough, Writable]),
        (2, &[Readable, Duplex]),
        (2, &[Duplex, Writable]),
        (2, &[From, Transform]),
        (1, &[Transform, Transform]),
        (1, &[Deflate]),
        (1, &[Readable, Deflate, Writable]),
        (1, &[FileSource, Transform]),
        (1, &[Transform, Writable, Writable]),
    ]
};

pub(super) const EMITTERS: &[Shape] = {
    use StreamKind::*;
    &[
        (4, &[Emitter]),
        (1, &[Emitter, Emitter]),
        (1, &[Readable, Emitter]),
    ]
};

/// The beginning of a program about streams: the streams, listeners on them, and what connects them.
pub(super) fn opening(shapes: &'static [Shape], parts: &Parts) -> BoxedStrategy<Vec<Statement>> {
    if shapes.is_empty() {
        return Just(Vec::new()).boxed();
    }
    let of_shapes = shapes.iter().map(|&(weight, kinds)| {
        let news: Vec<_> = kinds.iter().map(|&kind| stream(kind, parts)).collect();
        let listeners: Vec<_> = (0u8..)
            .zip(kinds)
            .map(|(at, &kind)| usual_listeners(at, kind, parts))
            .collect();
        let connection = connection(kinds, parts);
        let order = proptest::prelude::any::<Index>();
        let opening = (news, listeners, connection, order).prop_map(
            |(news, listeners, connection, order)| {
                let mut rest: Vec<Act> = listeners.into_iter().flatten().collect();
                // Listeners come to be added before or behind.
                let mut statements: Vec<_> = news.into_iter().map(Act::New).collect();
                let at = order.index(rest.len() + 1);
                let behind = rest.split_off(at);
                statements.extend(rest);
                let act = |act| Statement::Stream(Box::new(act));
                let mut statements: Vec<_> = statements.into_iter().map(act).collect();
                statements.extend(connection);
                statements.extend(behind.into_iter().map(act));
                statements
            },
        );
        (weight, opening.boxed())
    });
    weighted(of_shapes.collect())
}

/// What is heard of a stream, in any order.
fn usual_listeners(at: u8, kind: StreamKind, parts: &Parts) -> BoxedStrategy<Vec<Act>> {
    let mut events = vec![];
    if kind == StreamKind::Emitter {
        let again = [Happening::First; 3].into_iter();
        events.extend(again.chain([Happening::Second, Happening::RemoveListener]));
    } else {
        events.extend([Happening::Close, Happening::Error]);
    }
    if kind.is_readable() {
        events.extend([
            Happening::End,
            Happening::Data,
            Happening::Pause,
            Happening::Resume,
        ]);
    }
    if kind.is_writable() {
        events.extend([Happening::Finish, Happening::Drain, Happening::Unpipe]);
    }
    let most = events.len();
    let drawn = subsequence(events, 0..=most).prop_shuffle();
    let errors = sometimes(80, Just(Happening::Error).boxed());
    let listeners = vec(listener(parts, 20), most + 1);
    (drawn, errors, listeners)
        .prop_map(move |(mut events, errors, listeners)| {
            if kind != StreamKind::Emitter && !events.contains(&Happening::Error) {
                events.extend(errors);
            }
            let heard = events.into_iter().zip(listeners);
            heard
                .map(|(event, listener)| Act::Listen {
                    to: at,
                    how: Attach::On,
                    event,
                    listener,
                })
                .collect()
        })
        .boxed()
}

/// What makes chunks go through the streams of a shape, or some writes.
fn connection(kinds: &'static [StreamKind], parts: &Parts) -> BoxedStrategy<Vec<Statement>> {
    let statement = |act: Act| vec![Statement::Stream(Box::new(act))];
    let nothing = Just(Vec::new()).boxed();
    if kinds.iter().all(|&kind| kind == StreamKind::Emitter) {
        return nothing;
    }
    let length = kinds.len() as u8;
    let mut options = Vec::new();
    let ends = [kinds[0].is_readable(), kinds[kinds.len() - 1].is_writable()];
    if ends == [true, true] && length > 1 {
        let routes = match length {
            3 if kinds[1].is_readable() => (vec![(0, 1, 1)], 4),
            3 => (vec![(0, 0, 0), (0, 0, 1)], 4),
            _ => (vec![(0, 0, 0)], 6),
        };
        let pipes = routes.0.iter().map(|&(from, through, to)| {
            let route = Route {
                from,
                through,
                to,
                stage: None,
            };
            let how = Piping::Plain;
            Statement::Stream(Box::new(Act::Pipe { route, how }))
        });
        options.push((routes.1, Just(pipes.collect::<Vec<_>>()).boxed()));
        let (from, through, to) = routes.0[0];
        let route = stage().prop_map(move |stage| Route {
            from,
            through,
            to,
            stage,
        });
        let pipeline = (route.clone(), parts.block.clone())
            .prop_map(move |(route, block)| statement(Act::Pipeline { route, block }));
        options.push((3, pipeline.boxed()));
        let promised = route.prop_map(|route| Value::Stream(Promised::Pipeline { route }));
        let pipeline = parts.chain(promised);
        options.push((
            1,
            pipeline
                .prop_map(|value| vec![Statement::Promise(value)])
                .boxed(),
        ));
    }
    if kinds[0].is_readable() {
        let of = Just(0).boxed();
        let iteration = parts
            .chain(iteration(of, parts))
            .prop_map(|value| vec![Statement::Promise(value)]);
        options.push((2, iteration.boxed()));
        options.push((1, nothing.clone()));
    }
    if kinds[0].is_writable() {
        let wish = weighted(vec![
            (
                4,
                (item(), Just(None))
                    .prop_map(|(item, block)| Wish::Write(item, block))
                    .boxed(),
            ),
            (1, write(parts)),
        ]);
        let writes = vec(wish, 1..=4);
        let end = sometimes(60, end(parts));
        let asked = (writes, end).prop_map(|(writes, end)| {
            let wishes = writes.into_iter().chain(end);
            wishes
                .map(|wish| Statement::Stream(Box::new(Act::Ask { of: 0, wish })))
                .collect::<Vec<_>>()
        });
        let asked = asked.boxed();
        options = options
            .into_iter()
            .map(|(weight, connection)| {
                let both = (connection, asked.clone())
                    .prop_map(|(connection, asked)| [connection, asked].concat());
                (weight, both.boxed())
            })
            .collect();
        options.push((1, asked));
    }
    weighted(options)
}

/// A stream of a kind.
fn stream(kind: StreamKind, parts: &Parts) -> BoxedStrategy<Stream> {
    let high_water_mark = sometimes(70, select(&[0u8, 1, 1, 2, 2, 3, 4, 16][..]).boxed());
    let items = vec(item(), 0..=if kind.is_source() { 4 } else { 0 });
    let ends = sometimes(12, Just(()).boxed()).prop_map(|open| open.is_none());
    (
        sometimes(50, Just(()).boxed()),
        high_water_mark,
        vec(choice(), 0..=1),
        items,
        ends,
        methods(kind, parts),
    )
        .prop_map(
            move |(object_mode, high_water_mark, options, items, ends, methods)| Stream {
                kind,
                object_mode: object_mode.is_some(),
                high_water_mark,
                options: options.into_iter().flatten().collect(),
                items,
                ends,
                methods,
            },
        )
        .boxed()
}

fn choice() -> BoxedStrategy<Option<Choice>> {
    sometimes(
        35,
        one_of(&[
            (3, Choice::AutoDestroy(false)),
            (1, Choice::AutoDestroy(true)),
            (2, Choice::NoEmitClose),
            (4, Choice::NoHalfOpen),
            (4, Choice::Encoding),
            (3, Choice::NoDecoding),
            (1, Choice::NotReadable),
            (1, Choice::NotWritable),
            (2, Choice::ObjectsOut),
            (2, Choice::ObjectsIn),
            (3, Choice::Captures),
        ]),
    )
}

fn item() -> BoxedStrategy<Item> {
    (
        one_of(&[(1, 0), (9, 1), (3, 2), (3, 3)]),
        one_of(&[(3, false), (1, true)]),
    )
        .prop_map(|(length, is_buffer)| Item { length, is_buffer })
        .boxed()
}

/// The methods of a stream, each with so many chances out of a hundred.
fn methods(kind: StreamKind, parts: &Parts) -> BoxedStrategy<Vec<Answer>> {
    let all = [
        (100, Method::Read),
        (100, Method::Write),
        (15, Method::Writev),
        (30, Method::Final),
        (100, Method::Transform),
        (35, Method::Flush),
        (15, Method::Destroy),
        (10, Method::Construct),
    ];
    let transforms = kind.is_writable() && kind.is_readable() && kind != StreamKind::Duplex;
    let drawn: Vec<_> = all
        .into_iter()
        .filter(|(_, method)| method.is_of(kind))
        // A transform with a `final` of its own has no end.
        .map(|(percent, method)| match method {
            Method::Final if transforms => (5, method),
            _ => (percent, method),
        })
        .map(|(percent, method)| sometimes(percent, answer(method, parts)))
        .collect();
    drawn
        .prop_map(|methods| methods.into_iter().flatten().collect())
        .boxed()
}

fn answer(method: Method, parts: &Parts) -> BoxedStrategy<Answer> {
    let delay = parts.delay.clone();
    let request = parts.request.clone();
    let by = weighted(vec![
        (8, Just(None).boxed()),
        (5, Just(Some(By::Tick)).boxed()),
        (3, Just(Some(By::Job)).boxed()),
        (5, Just(Some(By::Immediate)).boxed()),
        (1, delay.prop_map(|ms| Some(By::Timeout { ms })).boxed()),
        (
            1,
            request
                .prop_map(|request| Some(By::Request(request)))
                .boxed(),
        ),
    ]);
    let chunks = match method {
        Method::Read => one_of(&[(5, 1), (2, 2), (1, 3)]),
        Method::Transform => one_of(&[(5, 1), (1, 0), (2, 2)]),
        _ => one_of(&[(2, 0), (1, 1), (1, 2)]),
    };
    let fault = one_of(&[
        (6, Fault::Told),
        (3, Fault::Thrown),
        (1, Fault::Destroyed),
        (1, Fault::Emitted),
        (1, Fault::Twice),
        (2, Fault::Silent),
    ]);
    (
        by,
        chunks,
        sometimes(12, (0..3u8, fault).boxed()),
        sometimes(15, parts.block.clone()),
    )
        .prop_map(move |(by, chunks, fault, block)| Answer {
            method,
            block: block.unwrap_or_default(),
            by,
            chunks,
            fault,
        })
        .boxed()
}

fn listener(parts: &Parts, percent: u32) -> BoxedStrategy<Listener> {
    let each = one_of(&[
        (8, Each::Nothing),
        (2, Each::ReadAll),
        (2, Each::Read(None)),
        (1, Each::Read(Some(1))),
        (1, Each::Read(Some(2))),
        (2, Each::Write(0)),
    ]);
    (
        sometimes(6, Just(()).boxed()),
        sometimes(30, Just(()).boxed()),
        each,
        sometimes(percent, parts.block.clone()),
    )
        .prop_map(|(is_async, looks, each, block)| Listener {
            is_async: is_async.is_some(),
            looks: looks.is_some(),
            each,
            block: block.unwrap_or_default(),
        })
        .boxed()
}

fn attach() -> BoxedStrategy<Attach> {
    one_of(&[
        (4, Attach::On),
        (2, Attach::Once),
        (1, Attach::Prepend),
        (1, Attach::PrependOnce),
    ])
}

fn happening() -> BoxedStrategy<Happening> {
    one_of(&[
        (6, Happening::Data),
        (2, Happening::End),
        (5, Happening::Readable),
        (2, Happening::Close),
        (2, Happening::Error),
        (1, Happening::Pause),
        (1, Happening::Resume),
        (4, Happening::Drain),
        (2, Happening::Finish),
        (1, Happening::Prefinish),
        (1, Happening::Pipe),
        (1, Happening::Unpipe),
        (1, Happening::NewListener),
        (1, Happening::RemoveListener),
        (2, Happening::First),
    ])
}

/// The events of emitters that are no streams.
fn plain_happening() -> BoxedStrategy<Happening> {
    one_of(&[
        (8, Happening::First),
        (3, Happening::Second),
        (1, Happening::Error),
        (1, Happening::NewListener),
        (1, Happening::RemoveListener),
    ])
}

fn write(parts: &Parts) -> BoxedStrategy<Wish> {
    (item(), sometimes(40, parts.block.clone()))
        .prop_map(|(item, block)| Wish::Write(item, block))
        .boxed()
}

fn end(parts: &Parts) -> BoxedStrategy<Wish> {
    (sometimes(30, item()), sometimes(30, parts.block.clone()))
        .prop_map(|(item, block)| Wish::End(item, block))
        .boxed()
}

fn wish(parts: &Parts) -> BoxedStrategy<Wish> {
    let just = |wish: Wish| Just(wish).boxed();
    weighted(vec![
        (3, just(Wish::Pause)),
        (4, just(Wish::Resume)),
        (
            3,
            select(&[None, None, Some(0), Some(1), Some(2), Some(5)][..])
                .prop_map(Wish::Read)
                .boxed(),
        ),
        (2, just(Wish::ReadAll)),
        (3, item().prop_map(Wish::Push).boxed()),
        (1, just(Wish::PushEnd)),
        (2, item().prop_map(Wish::Unshift).boxed()),
        (1, just(Wish::SetEncoding)),
        (2, just(Wish::Unpipe)),
        (5, write(parts)),
        (4, end(parts)),
        (2, just(Wish::Cork)),
        (2, just(Wish::Uncork)),
        (2, just(Wish::Destroy { fails: false })),
        (2, just(Wish::Destroy { fails: true })),
        (1, happening().prop_map(Wish::Emit).boxed()),
        (
            1,
            sometimes(80, happening()).prop_map(Wish::RemoveAll).boxed(),
        ),
        (4, just(Wish::Look)),
    ])
}

fn plain_wish() -> BoxedStrategy<Wish> {
    weighted(vec![
        (8, plain_happening().prop_map(Wish::Emit).boxed()),
        (
            1,
            sometimes(80, plain_happening())
                .prop_map(Wish::RemoveAll)
                .boxed(),
        ),
        (1, Just(Wish::Look).boxed()),
    ])
}

fn route() -> BoxedStrategy<Route> {
    (nth(), 0..=1u8, nth(), stage())
        .prop_map(|(from, through, to, stage)| Route {
            from,
            through,
            to,
            stage,
        })
        .boxed()
}

fn stage() -> BoxedStrategy<Option<Leaving>> {
    sometimes(20, leaving())
}

fn leaving() -> BoxedStrategy<Leaving> {
    one_of(&[
        (6, Leaving::Never),
        (1, Leaving::Break),
        (1, Leaving::Throw),
    ])
}

fn iteration(of: BoxedStrategy<u8>, parts: &Parts) -> BoxedStrategy<Value> {
    let awaited = sometimes(30, parts.awaited());
    (of, sometimes(40, parts.block.clone()), awaited, leaving())
        .prop_map(|(of, block, awaited, leaving)| {
            let mut block = block.unwrap_or_default();
            block.splice(0..0, awaited);
            Value::Stream(Promised::Iteration { of, block, leaving })
        })
        .boxed()
}

impl Parts {
    /// What a kind of statement about streams is.
    pub(super) fn act(&self, kind: Kind) -> BoxedStrategy<Statement> {
        let act =
            |act: BoxedStrategy<Act>| act.prop_map(|act| Statement::Stream(Box::new(act))).boxed();
        match kind {
            Kind::Ask => act((nth(), wish(self))
                .prop_map(|(of, wish)| Act::Ask { of, wish })
                .boxed()),
            Kind::AskPlainly => act((nth(), plain_wish())
                .prop_map(|(of, wish)| Act::Ask { of, wish })
                .boxed()),
            Kind::Listen => act(self.listen(happening())),
            Kind::ListenPlainly => act(self.listen(plain_happening())),
            Kind::Relisten => act(weighted(vec![
                (
                    1,
                    (attach(), nth())
                        .prop_map(|(how, nth)| Act::Relisten { how, nth })
                        .boxed(),
                ),
                (2, nth().prop_map(|nth| Act::Unlisten { nth }).boxed()),
            ])),
            Kind::Pipe => {
                let how = one_of(&[
                    (3, Piping::Plain),
                    (1, Piping::Unending),
                    (2, Piping::Unpiped),
                ]);
                act((route(), how)
                    .prop_map(|(route, how)| Act::Pipe { route, how })
                    .boxed())
            }
            Kind::Finished => act((nth(), self.block.clone())
                .prop_map(|(of, block)| Act::Finished { of, block })
                .boxed()),
            _ => {
                let promised = weighted(vec![
                    (3, iteration(nth().boxed(), self)),
                    (
                        1,
                        nth()
                            .prop_map(|of| Value::Stream(Promised::Finished { of }))
                            .boxed(),
                    ),
                    (
                        1,
                        (nth(), sometimes(60, (1..=3u8).boxed()))
                            .prop_map(|(of, mapped)| {
                                Value::Stream(Promised::Gathered { of, mapped })
                            })
                            .boxed(),
                    ),
                    (
                        2,
                        (nth(), happening())
                            .prop_map(|(of, event)| Value::Stream(Promised::Once { of, event }))
                            .boxed(),
                    ),
                ]);
                self.chain(promised).prop_map(Statement::Promise).boxed()
            }
        }
    }

    fn listen(&self, event: BoxedStrategy<Happening>) -> BoxedStrategy<Act> {
        (nth(), attach(), event, listener(self, 60))
            .prop_map(|(to, how, event, listener)| Act::Listen {
                to,
                how,
                event,
                listener,
            })
            .boxed()
    }
}
