//! Draws drafts: which statements, how often, how deep and how many.
//!
//! A draft is of one of several flavours, each with weights of its own, and is then trimmed to what it may hold. Both keep
//! what is drawn small enough to be explored completely.

mod streams;

use std::fmt::Debug;
use std::ops::Range;

use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Just, Strategy};
use proptest::sample::select;
use proptest::strategy::Union;

use super::About;
use super::draft::{
    Block, By, Combinator, Draft, Event, File, Format, On, Over, Reaction, Request, Settled,
    Settling, Statement, Touch, Value,
};
use super::trim::{Budget, trim};
use crate::program::RejectionMode;
use streams::{EMITTERS, FLOWS, Shape, TRANSFORMS, opening};

/// How deep callbacks are nested.
const DEPTH: u32 = 4;

/// Kinds of statements that are drawn.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Log,
    Busy,
    Tick,
    Job,
    Immediate,
    Timeout,
    Interval,
    Touch,
    Request,
    /// A promise with reactions.
    Then,
    Async,
    Loop,
    Combined,
    /// A promise that others may refer to.
    New,
    /// A promise nobody handles, at first.
    Reject,
    /// A reaction to a promise that stands somewhere before.
    Handle,
    Throw,
    /// An async function that throws.
    AsyncThrow,
    Exit,
    ExitCode,
    Listener(Event),
    Import,
    Require,
    /// Something asked of a stream, or of an emitter.
    Ask,
    AskPlainly,
    Listen,
    ListenPlainly,
    /// A listener added again, or taken away.
    Relisten,
    Pipe,
    Finished,
    /// A loop over a stream, or another promise of one.
    OfStream,
}

/// What a program is mostly about.
#[derive(Debug)]
struct Flavour {
    kinds: &'static [(u32, Kind)],
    /// What stands before everything else, each so many times out of a hundred.
    listeners: &'static [(u32, Event)],
    delays: &'static [u8],
    timers: usize,
    immediates: usize,
    requests: usize,
    /// Files beside the entry.
    modules: usize,
    /// So many out of a hundred entries are ES modules.
    es_modules: u32,
    /// Whether the mode of rejections may be set.
    modes: bool,
    /// What streams it begins with.
    streams: &'static [Shape],
    /// How many statements there are at least, and how many more at most.
    statements: (usize, usize),
}

/// What most flavours share.
const PLAIN: Flavour = Flavour {
    kinds: &[],
    listeners: &[],
    delays: &[0, 0, 1, 2, 5],
    timers: 3,
    immediates: 3,
    requests: 1,
    modules: 0,
    es_modules: 10,
    modes: false,
    streams: &[],
    statements: (4, 6),
};

static FLAVOURS: [Flavour; 13] = {
    use Kind::*;
    [
        // Timers.
        Flavour {
            kinds: &[
                (8, Timeout),
                (2, Interval),
                (4, Immediate),
                (8, Touch),
                (1, Busy),
                (2, Tick),
                (1, Job),
                (2, Then),
                (1, Log),
            ],
            delays: &[0, 1, 1, 2, 2, 5, 10],
            timers: 4,
            requests: 0,
            es_modules: 0,
            ..PLAIN
        },
        // Ticks, jobs and all that is made of promises.
        Flavour {
            kinds: &[
                (5, Tick),
                (3, Job),
                (6, Then),
                (5, Async),
                (3, Combined),
                (3, Loop),
                (4, New),
                (2, Handle),
                (1, Timeout),
                (1, Immediate),
                (1, Log),
            ],
            timers: 1,
            immediates: 1,
            requests: 0,
            es_modules: 0,
            ..PLAIN
        },
        // Requests to the pool of threads.
        Flavour {
            kinds: &[
                (12, Request),
                (2, Timeout),
                (3, Immediate),
                (2, Tick),
                (1, Job),
                (2, Then),
                (2, Async),
                (1, Log),
            ],
            timers: 2,
            requests: 3,
            ..PLAIN
        },
        // Requests and timers.
        Flavour {
            kinds: &[
                (5, Request),
                (5, Timeout),
                (1, Interval),
                (3, Immediate),
                (3, Touch),
                (1, Busy),
                (1, Tick),
                (1, Then),
            ],
            delays: &[0, 1, 1, 2, 2, 5, 10],
            requests: 2,
            ..PLAIN
        },
        // Some of everything.
        Flavour {
            kinds: &[
                (4, Timeout),
                (1, Interval),
                (3, Immediate),
                (3, Tick),
                (2, Job),
                (4, Then),
                (3, Async),
                (4, Request),
                (1, Loop),
                (1, Combined),
                (2, New),
                (1, Handle),
                (3, Touch),
            ],
            requests: 2,
            ..PLAIN
        },
        // Errors, mostly handled, and what is left over behind them.
        Flavour {
            kinds: &[
                (6, Throw),
                (2, Reject),
                (3, Timeout),
                (3, Immediate),
                (4, Tick),
                (2, Job),
                (3, Then),
                (1, AsyncThrow),
                (3, Request),
                (1, Interval),
                (1, Handle),
            ],
            listeners: &[
                (85, Event::UncaughtException),
                (30, Event::UnhandledRejection),
                (20, Event::Exit),
            ],
            modes: true,
            ..PLAIN
        },
        // Rejections, handled late or never.
        Flavour {
            kinds: &[
                (6, Reject),
                (5, Handle),
                (2, Then),
                (2, Tick),
                (2, Job),
                (1, Async),
                (4, AsyncThrow),
                (2, Timeout),
                (2, Immediate),
                (1, Request),
                (1, Throw),
            ],
            listeners: &[
                (50, Event::UnhandledRejection),
                (30, Event::RejectionHandled),
                (25, Event::UncaughtException),
                (20, Event::Exit),
            ],
            timers: 2,
            modes: true,
            ..PLAIN
        },
        // Modules.
        Flavour {
            kinds: &[
                (4, Require),
                (4, Import),
                (2, Timeout),
                (2, Immediate),
                (4, Tick),
                (2, Job),
                (3, Then),
                (2, Async),
                (1, Request),
                (1, Log),
            ],
            timers: 2,
            immediates: 2,
            modules: 3,
            es_modules: 50,
            ..PLAIN
        },
        // The end of the process.
        Flavour {
            kinds: &[
                (3, Exit),
                (2, ExitCode),
                (3, Listener(Event::BeforeExit)),
                (3, Listener(Event::Exit)),
                (3, Timeout),
                (3, Immediate),
                (3, Tick),
                (2, Then),
                (1, Job),
                (3, Touch),
                (1, Throw),
                (1, Reject),
                (1, Request),
                (1, Async),
                (1, Interval),
                (1, New),
            ],
            listeners: &[(20, Event::UncaughtException)],
            timers: 2,
            ..PLAIN
        },
        // Sources and sinks.
        Flavour {
            streams: FLOWS,
            ..STREAMS
        },
        // What is both.
        Flavour {
            streams: TRANSFORMS,
            ..STREAMS
        },
        // Sources and sinks that fail where somebody listens.
        Flavour {
            listeners: &[(60, Event::UncaughtException), (20, Event::Exit)],
            streams: FLOWS,
            ..STREAMS
        },
        // Emitters.
        Flavour {
            kinds: &[
                (8, AskPlainly),
                (8, ListenPlainly),
                (4, Relisten),
                (1, OfStream),
                (2, Tick),
                (1, Immediate),
                (1, Throw),
                (1, Log),
            ],
            listeners: &[(30, Event::UncaughtException)],
            streams: EMITTERS,
            statements: (8, 10),
            timers: 1,
            ..PLAIN
        },
    ]
};

/// What flavours about streams share.
const STREAMS: Flavour = {
    use Kind::*;
    Flavour {
        kinds: &[
            (12, Ask),
            (5, Listen),
            (2, Relisten),
            (3, Pipe),
            (2, Finished),
            (2, OfStream),
            (3, Immediate),
            (2, Tick),
            (1, Job),
            (1, Timeout),
            (1, Async),
            (1, Throw),
        ],
        listeners: &[(10, Event::UncaughtException)],
        statements: (10, 10),
        immediates: 8,
        timers: 4,
        requests: 4,
        ..PLAIN
    }
};

/// Drafts of all flavours about something.
pub(super) fn drafts(about: About) -> BoxedStrategy<Draft> {
    let flavours = FLAVOURS.iter().filter(|flavour| match about {
        About::Anything => true,
        About::Streams => !flavour.streams.is_empty(),
    });
    Union::new(flavours.map(of_flavour)).boxed()
}

fn of_flavour(flavour: &'static Flavour) -> BoxedStrategy<Draft> {
    let parts = Parts::nested(flavour, DEPTH);
    let pool = one_of(&[(5, None), (3, Some(1)), (2, Some(2))]);
    let rejections = sometimes(
        if flavour.modes { 15 } else { 0 },
        one_of(&[
            (1, RejectionMode::None),
            (1, RejectionMode::Warn),
            (1, RejectionMode::Strict),
            (1, RejectionMode::Throw),
            (1, RejectionMode::WarnWithErrorCode),
        ]),
    );
    let modules = flavour.modules;
    (
        entry(flavour, &parts),
        vec(module(flavour, &parts), modules.min(1)..=modules),
        pool,
        rejections,
        0..=flavour.statements.1,
    )
        .prop_map(move |(main, modules, pool, rejections, statements)| {
            let mut draft = Draft {
                main,
                pool,
                rejections,
                modules,
            };
            let budget = Budget {
                statements: flavour.statements.0 + statements + 2 * draft.modules.len(),
                timers: flavour.timers,
                immediates: flavour.immediates,
                requests: flavour.requests,
            };
            trim(&mut draft, budget);
            draft
        })
        .boxed()
}

/// The entry: listeners, a file to load if there are any, then everything else.
fn entry(flavour: &'static Flavour, parts: &Parts) -> BoxedStrategy<File> {
    let listeners: Vec<_> = flavour
        .listeners
        .iter()
        .map(|&(percent, event)| {
            let block = sometimes(30, parts.block.clone());
            let listener = block.prop_map(move |block| Statement::Callback {
                by: By::Event(event),
                block: block.unwrap_or_default(),
            });
            sometimes(percent, listener.boxed())
        })
        .collect();
    let load = sometimes(
        if flavour.modules > 0 { 100 } else { 0 },
        Union::new([
            parts.statement(Kind::Require),
            parts.statement(Kind::Import),
        ])
        .boxed(),
    );
    let most = match (flavour.modules, flavour.streams) {
        (0, []) => 5,
        (0, _) => 7,
        _ => 4,
    };
    (
        format(flavour),
        listeners,
        load,
        opening(flavour.streams, parts),
        vec(top(flavour, parts), 2..=most),
    )
        .prop_map(|(format, listeners, load, opening, rest)| {
            let first = listeners.into_iter().flatten().chain(load);
            let first = first.chain(opening);
            // With the script at its end, nothing would be left to happen.
            let rest = rest.into_iter();
            let rest = rest.filter(|statement| !matches!(statement, Statement::Exit { .. }));
            let block = leaving_last(first.chain(rest).collect());
            File { format, block }
        })
        .boxed()
}

fn module(flavour: &'static Flavour, parts: &Parts) -> BoxedStrategy<File> {
    (format(flavour), vec(top(flavour, parts), 1..=3))
        .prop_map(|(format, block)| {
            let block = leaving_last(block);
            File { format, block }
        })
        .boxed()
}

fn format(flavour: &Flavour) -> BoxedStrategy<Format> {
    let percent = flavour.es_modules;
    let script = one_of(&[(2, Format::Js), (1, Format::Cjs)]);
    sometimes(percent, Just(Format::Mjs).boxed())
        .prop_flat_map(move |module| module.map_or(script.clone(), |format| Just(format).boxed()))
        .boxed()
}

/// A statement at the top of a file, where an ES module may wait.
fn top(flavour: &'static Flavour, parts: &Parts) -> BoxedStrategy<Statement> {
    let statement = parts.any(flavour);
    if flavour.es_modules == 0 {
        return statement;
    }
    weighted(vec![(10, statement), (1, parts.awaited())])
}

/// What statements are made of, at one depth.
struct Parts {
    /// What stands in a callback.
    block: BoxedStrategy<Block>,
    value: BoxedStrategy<Value>,
    request: BoxedStrategy<Request>,
    delay: BoxedStrategy<u8>,
}

impl Parts {
    /// The parts of statements below which callbacks are nested so many levels deep.
    fn nested(flavour: &Flavour, levels: u32) -> Self {
        let delay = select(flavour.delays).boxed();
        let request = one_of(&[
            (3, Request::Stat),
            (1, Request::Access),
            (1, Request::ReadDirectory),
            (2, Request::ReadFile),
            (1, Request::ReadMissing),
            (1, Request::WriteFile),
            (1, Request::MakeDirectory),
            (2, Request::RandomBytes),
            (1, Request::DeriveKey),
            (1, Request::Scrypt),
            (1, Request::Lookup),
            (1, Request::Compress),
        ]);
        let flat = Parts {
            block: Just(Block::new()).boxed(),
            value: simple_value(&delay),
            request,
            delay,
        };
        (0..levels).fold(flat, |inner, _| inner.outer(flavour))
    }

    /// The parts of statements around those that these are parts of.
    fn outer(self, flavour: &Flavour) -> Self {
        let statement = self.any(flavour);
        let lengths = [(5, 0), (3, 1), (2, 2), (1, 3)];
        let blocks = lengths.map(|(weight, length)| {
            let block = vec(statement.clone(), length).prop_map(leaving_last);
            (weight, block)
        });
        Parts {
            block: Union::new_weighted(blocks.into()).boxed(),
            value: weighted(vec![
                (12, simple_value(&self.delay)),
                (1, self.async_call()),
                (1, self.for_await()),
                (1, self.combined()),
                (1, self.request.clone().prop_map(Value::Request).boxed()),
            ]),
            ..self
        }
    }

    /// Any statement of a flavour.
    fn any(&self, flavour: &Flavour) -> BoxedStrategy<Statement> {
        let kinds = flavour.kinds.iter();
        weighted(
            kinds
                .map(|&(weight, kind)| (weight, self.statement(kind)))
                .collect(),
        )
    }

    fn statement(&self, kind: Kind) -> BoxedStrategy<Statement> {
        let delay = self.delay.clone();
        let promise = |value: BoxedStrategy<Value>| value.prop_map(Statement::Promise).boxed();
        match kind {
            Kind::Log => Just(Statement::Log).boxed(),
            Kind::Busy => select(&[1, 2, 3, 5, 8][..])
                .prop_map(|ms| Statement::Busy { ms })
                .boxed(),
            Kind::Tick => self.callback(Just(By::Tick)),
            Kind::Job => self.callback(Just(By::Job)),
            Kind::Immediate => self.callback(Just(By::Immediate)),
            Kind::Timeout => self.callback(delay.prop_map(|ms| By::Timeout { ms })),
            Kind::Interval => (delay, 1..=2u8, self.block.clone())
                .prop_map(|(ms, rounds, block)| Statement::Interval { ms, rounds, block })
                .boxed(),
            Kind::Touch => touch(),
            Kind::Request => weighted(vec![
                (3, self.callback(self.request.clone().prop_map(By::Request))),
                (
                    1,
                    promise(self.chain(self.request.clone().prop_map(Value::Request))),
                ),
            ]),
            Kind::Then => promise(self.chain(self.value.clone())),
            Kind::Async => promise(weighted(vec![
                (3, self.async_call()),
                (1, self.chain(self.async_call())),
            ])),
            Kind::Loop => promise(self.for_await()),
            Kind::Combined => promise(self.chain(self.combined())),
            Kind::New => {
                let new = settling(&self.delay).prop_map(Value::New).boxed();
                promise(weighted(vec![(1, self.chain(new.clone())), (1, new)]))
            }
            Kind::Reject => promise(self.rejected()),
            Kind::Handle => self.handle(),
            Kind::Throw => Just(Statement::Throw).boxed(),
            Kind::AsyncThrow => promise(self.async_throw()),
            Kind::Exit => one_of(&[(1, None), (1, Some(0)), (1, Some(3))])
                .prop_map(|code| Statement::Exit { code })
                .boxed(),
            Kind::ExitCode => one_of(&[(1, 0), (2, 5)])
                .prop_map(|code| Statement::ExitCode { code })
                .boxed(),
            Kind::Listener(event) => self.callback(Just(By::Event(event))),
            Kind::Import => promise(self.chain(nth().prop_map(Value::Import))),
            Kind::Require => nth().prop_map(|nth| Statement::Require { nth }).boxed(),
            Kind::Ask
            | Kind::AskPlainly
            | Kind::Listen
            | Kind::ListenPlainly
            | Kind::Relisten
            | Kind::Pipe
            | Kind::Finished
            | Kind::OfStream => self.act(kind),
        }
    }

    fn callback(&self, by: impl Strategy<Value = By> + 'static) -> BoxedStrategy<Statement> {
        (by, self.block.clone())
            .prop_map(|(by, block)| Statement::Callback { by, block })
            .boxed()
    }

    fn awaited(&self) -> BoxedStrategy<Statement> {
        self.value.clone().prop_map(Statement::Await).boxed()
    }

    fn chain(&self, of: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Value> {
        let on = one_of(&[(8, On::Then), (1, On::Catch), (1, On::Finally)]);
        (of, vec(self.reaction(on), 1..=2))
            .prop_map(|(of, reactions)| Value::Chain(Box::new(of), reactions))
            .boxed()
    }

    fn reaction(&self, on: BoxedStrategy<On>) -> BoxedStrategy<Reaction> {
        (on, self.block.clone(), sometimes(25, self.value.clone()))
            .prop_map(|(on, mut block, returned)| {
                block.extend(returned.map(Statement::Return));
                Reaction { on, block }
            })
            .boxed()
    }

    fn async_call(&self) -> BoxedStrategy<Value> {
        let piece = (self.awaited(), sometimes(40, self.block.clone()));
        (vec(piece, 1..=3), sometimes(25, self.value.clone()))
            .prop_map(|(pieces, returned)| {
                let mut block = Block::new();
                for (awaited, more) in pieces {
                    block.push(awaited);
                    block.extend(more.into_iter().flatten());
                }
                block.extend(returned.map(Statement::Return));
                Value::Async(block)
            })
            .boxed()
    }

    fn async_throw(&self) -> BoxedStrategy<Value> {
        let caught = self.reaction(Just(On::Catch).boxed());
        (sometimes(60, self.awaited()), sometimes(50, caught))
            .prop_map(|(awaited, caught)| {
                let block = awaited.into_iter().chain([Statement::Throw]).collect();
                let call = Value::Async(block);
                match caught {
                    Some(reaction) => Value::Chain(Box::new(call), vec![reaction]),
                    None => call,
                }
            })
            .boxed()
    }

    fn for_await(&self) -> BoxedStrategy<Value> {
        let items = vec(self.value.clone(), 1..=2);
        let over = weighted(vec![
            (2, items.clone().prop_map(Over::Array).boxed()),
            (1, items.prop_map(Over::Generator).boxed()),
        ]);
        (over, self.block.clone(), sometimes(20, Just(()).boxed()))
            .prop_map(|(over, block, leaves)| Value::Loop {
                over,
                block,
                leaves: leaves.is_some(),
            })
            .boxed()
    }

    fn combined(&self) -> BoxedStrategy<Value> {
        let combinator = one_of(&[
            (4, Combinator::All),
            (3, Combinator::Race),
            (2, Combinator::AllSettled),
            (1, Combinator::Any),
        ]);
        (combinator, vec(self.value.clone(), 1..=3))
            .prop_map(|(combinator, values)| Value::Combined(combinator, values))
            .boxed()
    }

    /// A promise that is or will be rejected.
    fn rejected(&self) -> BoxedStrategy<Value> {
        let later = settler(&self.delay).prop_map(|by| {
            let to = Settled::Rejected;
            Value::New(Settling { by, to })
        });
        let thrown = Reaction {
            on: On::Then,
            block: vec![Statement::Throw],
        };
        let chained = Value::Chain(Box::new(Value::Fulfilled), vec![thrown]);
        weighted(vec![
            (6, Just(Value::Rejected).boxed()),
            (2, later.boxed()),
            (2, Just(chained).boxed()),
        ])
    }

    /// A reaction to a promise in scope, at once or later.
    fn handle(&self) -> BoxedStrategy<Statement> {
        let on = one_of(&[(4, On::Catch), (1, On::Then), (1, On::Finally)]);
        (settler(&self.delay), nth(), self.reaction(on))
            .prop_map(|(by, nth, reaction)| {
                let handled = Value::Chain(Box::new(Value::Held(nth)), vec![reaction]);
                let handle = Statement::Promise(handled);
                match by {
                    Some(by) => Statement::Callback {
                        by,
                        block: vec![handle],
                    },
                    None => handle,
                }
            })
            .boxed()
    }
}

/// Values in which no statement stands.
fn simple_value(delay: &BoxedStrategy<u8>) -> BoxedStrategy<Value> {
    let returns = Reaction {
        on: On::Then,
        block: vec![Statement::Return(Value::Fulfilled)],
    };
    let adopted = Value::Chain(Box::new(Value::Fulfilled), vec![returns]);
    weighted(vec![
        (6, Just(Value::Null).boxed()),
        (5, Just(Value::Fulfilled).boxed()),
        (3, settling(delay).prop_map(Value::Thenable).boxed()),
        (3, settling(delay).prop_map(Value::New).boxed()),
        (2, Just(Value::Async(Block::new())).boxed()),
        (1, Just(adopted).boxed()),
        (4, nth().prop_map(Value::Held).boxed()),
    ])
}

fn settling(delay: &BoxedStrategy<u8>) -> BoxedStrategy<Settling> {
    let resolved = one_of(&[(1, Value::Null), (4, Value::Fulfilled)]);
    let to = weighted(vec![
        (8, Just(Settled::Nothing).boxed()),
        (
            4,
            resolved
                .prop_map(|value| Settled::Resolved(Box::new(value)))
                .boxed(),
        ),
        (1, Just(Settled::Never).boxed()),
    ]);
    (settler(delay), to)
        .prop_map(|(by, to)| Settling { by, to })
        .boxed()
}

/// Who settles a promise, or handles it.
fn settler(delay: &BoxedStrategy<u8>) -> BoxedStrategy<Option<By>> {
    weighted(vec![
        (4, Just(None).boxed()),
        (1, Just(Some(By::Tick)).boxed()),
        (1, Just(Some(By::Job)).boxed()),
        (1, Just(Some(By::Immediate)).boxed()),
        (
            1,
            delay
                .clone()
                .prop_map(|ms| Some(By::Timeout { ms }))
                .boxed(),
        ),
    ])
}

/// Which of the things in scope.
fn nth() -> Range<u8> {
    0..6
}

/// What leaves a block stands last in it, lest it keeps the others from happening.
fn leaving_last(mut block: Block) -> Block {
    block.sort_by_key(|statement| matches!(statement, Statement::Throw | Statement::Exit { .. }));
    block
}

fn touch() -> BoxedStrategy<Statement> {
    let how = one_of(&[
        (3, Touch::Clear),
        (1, Touch::Ref),
        (2, Touch::Unref),
        (3, Touch::Refresh),
    ]);
    (how, nth())
        .prop_map(|(how, nth)| Statement::Touch { how, nth })
        .boxed()
}

/// One of some strategies, by weight.
fn weighted<T: Debug + 'static>(options: Vec<(u32, BoxedStrategy<T>)>) -> BoxedStrategy<T> {
    Union::new_weighted(options).boxed()
}

/// One of some things, by weight.
fn one_of<T: Clone + Debug + 'static>(options: &[(u32, T)]) -> BoxedStrategy<T> {
    let options = options.iter().cloned();
    weighted(
        options
            .map(|(weight, thing)| (weight, Just(thing).boxed()))
            .collect(),
    )
}

/// So many times out of a hundred.
fn sometimes<T: Debug + 'static>(
    percent: u32,
    strategy: BoxedStrategy<T>,
) -> BoxedStrategy<Option<T>> {
    (0..100u32, strategy)
        .prop_map(move |(drawn, thing)| (drawn < percent).then_some(thing))
        .boxed()
}
