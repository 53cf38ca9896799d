//! Smaller drafts: what could be left out of one, and what is inside taken out of what is around it.
//!
//! Proptest's own way would draw other statements instead of a nested one, and would not take it out of its callback.

mod streams;

use proptest::strategy::ValueTree;

use super::draft::{
    Block, By, Draft, File, Format, Over, Reaction, Request, Settled, Settling, Statement, Value,
};
use super::streams::Promised;
use streams::{smaller_act, smaller_promised};

/// A draft on its way to a smaller one.
#[derive(Debug)]
pub(super) struct Shrinking {
    /// The smallest draft so far.
    base: Draft,
    /// The drafts that are smaller than the base by one thing.
    smaller: Vec<Draft>,
    /// Which of them comes next, and how many were not tried.
    next: usize,
    left: usize,
    /// Which of them is tried.
    tried: Option<usize>,
}

impl Shrinking {
    pub(super) fn new(draft: Draft) -> Self {
        let smaller = smaller(&draft);
        Shrinking {
            base: draft,
            next: 0,
            left: smaller.len(),
            tried: None,
            smaller,
        }
    }
}

impl ValueTree for Shrinking {
    type Value = Draft;

    fn current(&self) -> Draft {
        match self.tried {
            Some(at) => self.smaller[at].clone(),
            None => self.base.clone(),
        }
    }

    /// Goes on where the last draft was found: what was in vain for a larger draft is tried again at the end.
    fn simplify(&mut self) -> bool {
        if let Some(at) = self.tried.take() {
            self.base = self.smaller.swap_remove(at);
            self.smaller = smaller(&self.base);
            self.next = at;
            self.left = self.smaller.len();
        }
        self.complicate()
    }

    fn complicate(&mut self) -> bool {
        self.tried = None;
        if self.left == 0 {
            return false;
        }
        let at = self.next % self.smaller.len();
        self.tried = Some(at);
        self.next = at + 1;
        self.left -= 1;
        true
    }
}

/// The drafts that are smaller by one thing, those that are much smaller first.
fn smaller(draft: &Draft) -> Vec<Draft> {
    let mut found = Vec::new();
    for modules in without_one(&draft.modules) {
        found.push(Draft {
            modules,
            ..draft.clone()
        });
    }
    for main in smaller_file(&draft.main) {
        found.push(Draft {
            main,
            ..draft.clone()
        });
    }
    for modules in with_one(&draft.modules, smaller_file) {
        found.push(Draft {
            modules,
            ..draft.clone()
        });
    }
    if draft.pool.is_some() {
        found.push(Draft {
            pool: None,
            ..draft.clone()
        });
    }
    if draft.rejections.is_some() {
        found.push(Draft {
            rejections: None,
            ..draft.clone()
        });
    }
    found
}

fn smaller_file(file: &File) -> Vec<File> {
    let File { format, block } = file;
    let format = *format;
    let mut found: Vec<_> = smaller_block(block)
        .into_iter()
        .map(|block| File { format, block })
        .collect();
    if format != Format::Js {
        found.push(File {
            format: Format::Js,
            block: block.clone(),
        });
    }
    found
}

fn smaller_block(block: &Block) -> Vec<Block> {
    let mut found = without_one(block);
    for (at, statement) in block.iter().enumerate() {
        let inner = inside(statement);
        if !inner.is_empty() {
            let mut lifted = block.clone();
            lifted.splice(at..=at, inner);
            found.push(lifted);
        }
    }
    found.extend(with_one(block, smaller_statement));
    found
}

fn smaller_statement(statement: &Statement) -> Vec<Statement> {
    match statement {
        Statement::Callback { by, block } => {
            let mut found = each(smaller_block(block), |block| Statement::Callback {
                by: *by,
                block,
            });
            found.extend(each(smaller_by(*by), |by| Statement::Callback {
                by,
                block: block.clone(),
            }));
            found
        }
        Statement::Interval { ms, rounds, block } => {
            let interval = |ms, rounds, block| Statement::Interval { ms, rounds, block };
            let mut found = each(smaller_block(block), |block| interval(*ms, *rounds, block));
            found.extend(each(smaller_number(*rounds, 1), |rounds| {
                interval(*ms, rounds, block.clone())
            }));
            found.extend(each(smaller_number(*ms, 0), |ms| {
                interval(ms, *rounds, block.clone())
            }));
            let by = By::Timeout { ms: *ms };
            let block = block.clone();
            found.push(Statement::Callback { by, block });
            found
        }
        Statement::Busy { ms } => each(smaller_number(*ms, 1), |ms| Statement::Busy { ms }),
        Statement::Touch { how, nth } => each(smaller_number(*nth, 0), |nth| Statement::Touch {
            how: *how,
            nth,
        }),
        Statement::Require { nth } => {
            each(smaller_number(*nth, 0), |nth| Statement::Require { nth })
        }
        Statement::Promise(value) => each(smaller_value(value), Statement::Promise),
        Statement::Await(value) => each(smaller_value(value), Statement::Await),
        Statement::Return(value) => each(smaller_value(value), Statement::Return),
        Statement::Stream(act) => each(smaller_act(act), |act| Statement::Stream(Box::new(act))),
        Statement::Exit { code: Some(_) } => vec![Statement::Exit { code: None }],
        Statement::Log
        | Statement::Throw
        | Statement::Exit { code: None }
        | Statement::ExitCode { .. } => Vec::new(),
    }
}

fn smaller_by(by: By) -> Vec<By> {
    match by {
        By::Timeout { ms } => each(smaller_number(ms, 0), |ms| By::Timeout { ms }),
        By::Request(request) if request != Request::Stat => vec![By::Request(Request::Stat)],
        By::Request(_) | By::Tick | By::Job | By::Immediate | By::Event(_) => Vec::new(),
    }
}

fn smaller_value(value: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    if *value != Value::Null {
        found.push(Value::Null);
        if *value != Value::Fulfilled {
            found.push(Value::Fulfilled);
        }
    }
    match value {
        Value::Thenable(settling) => {
            found.extend(each(smaller_settling(settling), Value::Thenable));
        }
        Value::New(settling) => found.extend(each(smaller_settling(settling), Value::New)),
        Value::Chain(of, reactions) => {
            let chain = |of: &Value, reactions| Value::Chain(Box::new(of.clone()), reactions);
            let fewer = without_one(reactions).into_iter();
            found.extend(fewer.map(|reactions| match reactions.is_empty() {
                true => (**of).clone(),
                false => chain(of, reactions),
            }));
            found.extend(each(with_one(reactions, smaller_reaction), |reactions| {
                chain(of, reactions)
            }));
            found.extend(each(smaller_value(of), |of| chain(&of, reactions.clone())));
        }
        Value::Async(block) => found.extend(each(smaller_block(block), Value::Async)),
        Value::Loop {
            over,
            block,
            leaves,
        } => {
            let looped = |over, block, leaves| Value::Loop {
                over,
                block,
                leaves,
            };
            if *leaves {
                found.push(looped(over.clone(), block.clone(), false));
            }
            found.extend(each(smaller_over(over), |over| {
                looped(over, block.clone(), *leaves)
            }));
            found.extend(each(smaller_block(block), |block| {
                looped(over.clone(), block, *leaves)
            }));
        }
        Value::Combined(combinator, values) => {
            let combined = |values| Value::Combined(*combinator, values);
            found.extend(each(without_one(values), combined));
            found.extend(each(with_one(values, smaller_value), combined));
        }
        Value::Request(request) if *request != Request::Stat => {
            found.push(Value::Request(Request::Stat));
        }
        Value::Import(nth) => found.extend(each(smaller_number(*nth, 0), Value::Import)),
        Value::Held(nth) => found.extend(each(smaller_number(*nth, 0), Value::Held)),
        Value::Stream(promised) => {
            found.extend(each(smaller_promised(promised), Value::Stream));
        }
        Value::Null | Value::Fulfilled | Value::Rejected | Value::Request(_) => {}
    }
    found
}

fn smaller_reaction(Reaction { on, block }: &Reaction) -> Vec<Reaction> {
    each(smaller_block(block), |block| Reaction { on: *on, block })
}

fn smaller_settling(Settling { by, to }: &Settling) -> Vec<Settling> {
    let mut found = Vec::new();
    if let Some(by) = *by {
        let nearer = each(smaller_by(by), Some);
        found.extend(
            [None]
                .into_iter()
                .chain(nearer)
                .map(|by| Settling { by, to: to.clone() }),
        );
    }
    if let Settled::Resolved(value) = to {
        let nearer = each(smaller_value(value), |value| {
            Settled::Resolved(Box::new(value))
        });
        found.extend(
            [Settled::Nothing]
                .into_iter()
                .chain(nearer)
                .map(|to| Settling { by: *by, to }),
        );
    }
    found
}

fn smaller_over(over: &Over) -> Vec<Over> {
    let of = |items: &Vec<Value>| {
        let mut found = without_one(items);
        found.extend(with_one(items, smaller_value));
        found
    };
    match over {
        Over::Array(items) => each(of(items), Over::Array),
        Over::Generator(items) => {
            let mut found = vec![Over::Array(items.clone())];
            found.extend(each(of(items), Over::Generator));
            found
        }
    }
}

/// The smaller ones of the numbers that are drawn.
fn smaller_number(number: u8, least: u8) -> Vec<u8> {
    let drawn = [0, 1, 2, 5].into_iter();
    drawn
        .filter(|other| (least..number).contains(other))
        .collect()
}

/// The statements that stand in one, out of what is around them.
fn inside(statement: &Statement) -> Block {
    match statement {
        Statement::Callback { block, .. } | Statement::Interval { block, .. } => block.clone(),
        Statement::Promise(value) | Statement::Await(value) | Statement::Return(value) => {
            inside_value(value)
        }
        Statement::Stream(act) => act.blocks().into_iter().flatten().cloned().collect(),
        Statement::Log
        | Statement::Busy { .. }
        | Statement::Touch { .. }
        | Statement::Throw
        | Statement::Exit { .. }
        | Statement::ExitCode { .. }
        | Statement::Require { .. } => Block::new(),
    }
}

fn inside_value(value: &Value) -> Block {
    match value {
        Value::Thenable(settling) | Value::New(settling) => match &settling.to {
            Settled::Resolved(value) => inside_value(value),
            Settled::Nothing | Settled::Rejected | Settled::Never => Block::new(),
        },
        Value::Chain(of, reactions) => {
            let blocks = reactions.iter().flat_map(|reaction| reaction.block.clone());
            inside_value(of).into_iter().chain(blocks).collect()
        }
        Value::Async(block) | Value::Stream(Promised::Iteration { block, .. }) => block.clone(),
        Value::Loop { over, block, .. } => {
            let (Over::Array(items) | Over::Generator(items)) = over;
            let items = items.iter().flat_map(inside_value);
            items.chain(block.clone()).collect()
        }
        Value::Combined(_, values) => values.iter().flat_map(inside_value).collect(),
        Value::Null
        | Value::Fulfilled
        | Value::Rejected
        | Value::Request(_)
        | Value::Import(_)
        | Value::Held(_)
        | Value::Stream(
            Promised::Finished { .. }
            | Promised::Gathered { .. }
            | Promised::Pipeline { .. }
            | Promised::Once { .. },
        ) => Block::new(),
    }
}

/// The lists that lack one of the things of a list.
fn without_one<T: Clone>(things: &[T]) -> Vec<Vec<T>> {
    let one = 0..things.len();
    one.map(|at| [&things[..at], &things[at + 1..]].concat())
        .collect()
}

/// The lists in which one of the things of a list is smaller.
fn with_one<T: Clone>(things: &[T], smaller: impl Fn(&T) -> Vec<T>) -> Vec<Vec<T>> {
    let mut found = Vec::new();
    for (at, thing) in things.iter().enumerate() {
        for thing in smaller(thing) {
            let mut things = things.to_vec();
            things[at] = thing;
            found.push(things);
        }
    }
    found
}

fn each<T, U>(things: Vec<T>, make: impl Fn(T) -> U) -> Vec<U> {
    things.into_iter().map(make).collect()
}
