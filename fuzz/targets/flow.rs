//! What holds of every stream: nothing is lost, doubled or reordered, `write()` says what the high water mark says, and the end
//! comes once and last.

use tickproof::explore::states::{self, Bounds, Log};
use tickproof::guest::script::{Act, Body, RequestKind, Script, Slot};
use tickproof::runtime::{Ending, Profile};

const BOUNDS: Bounds = Bounds {
    states: 20_000,
    transitions: 200_000,
    steps: 1_000,
    drain: 1_000,
    reduce: true,
    threads: 1,
};

const SOURCE: Slot = Slot(0);
const THROUGH: Slot = Slot(1);
const SINK: Slot = Slot(2);
const CHUNK: Slot = Slot(3);
const ANSWER: Slot = Slot(4);
const READ: Slot = Slot(5);
const PASSED: Slot = Slot(6);
const ON: Slot = Slot(7);

/// When something is done.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Moment {
    Now,
    Tick,
    Job,
    Immediate,
    Timer,
    Request,
}

impl Moment {
    /// Every moment.
    pub(crate) const ALL: [Moment; 6] = [
        Moment::Now,
        Moment::Tick,
        Moment::Job,
        Moment::Immediate,
        Moment::Timer,
        Moment::Request,
    ];

    fn run(self, s: &mut Body, then: impl FnOnce(&mut Body)) {
        match self {
            Moment::Now => then(s),
            Moment::Tick => s.tick(then),
            Moment::Job => s.microtask(then),
            Moment::Immediate => s.immediate(then),
            Moment::Timer => s.timeout(1, then),
            Moment::Request => s.request(RequestKind::Stat, then),
        }
    }
}

/// How what is pushed is consumed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Consumer {
    Data,
    /// A listener of 'readable' that reads so much at a time, several times.
    Readable(u32),
    Pipe,
    /// Through a Transform.
    Through,
}

/// Chunks that come one after another, each some time after the one before.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    pub(crate) consumer: Consumer,
    pub(crate) marks: [u32; 3],
    /// When the sink, and the Transform, answer.
    pub(crate) answers: [Moment; 2],
    pub(crate) chunks: Vec<(Moment, usize)>,
}

impl Flow {
    /// The chunks: no byte is twice in them.
    fn texts(&self) -> Vec<String> {
        let mut bytes = ('a'..='z').chain('A'..='Z');
        let text = |&(_, size): &(Moment, usize)| bytes.by_ref().take(size).collect();
        self.chunks.iter().map(text).collect()
    }

    fn sink(&self, s: &mut Body) {
        let [answers, _] = self.answers;
        s.writable(SINK, self.marks[1], [CHUNK, ANSWER], |s| {
            s.print(CHUNK);
            answers.run(s, |s| {
                s.log("answered");
                s.answer(ANSWER);
            });
        });
        for event in ["drain", "finish", "close"] {
            s.on_event(SINK, event, |s| s.log(event));
        }
    }

    /// Does something with each chunk, each at its moment after the one before, and something at the end.
    fn each(
        &self,
        s: &mut Body,
        at: usize,
        texts: &[String],
        offer: &impl Fn(&mut Body, usize, &str),
        end: &impl Fn(&mut Body),
    ) {
        match self.chunks.get(at) {
            Some((moment, _)) => moment.run(s, |s| {
                offer(s, at, &texts[at]);
                self.each(s, at + 1, texts, offer, end);
            }),
            None => end(s),
        }
    }

    /// Chunks are written to a sink.
    fn written(&self) -> Script {
        Script::new(|s| {
            self.sink(s);
            let write = |s: &mut Body, at: usize, text: &str| {
                s.log(&format!("writes {at}"));
                s.write(SINK, text, |s| s.log("full"));
                s.log("written");
            };
            let end = |s: &mut Body| {
                s.log("ends");
                s.act(SINK, Act::End);
            };
            self.each(s, 0, &self.texts(), &write, &end);
        })
    }

    /// Chunks are pushed and consumed.
    fn pushed(&self) -> Script {
        let [mark, _, through] = self.marks;
        Script::new(|s| {
            s.readable(SOURCE, mark, |_| {});
            match self.consumer {
                Consumer::Data => s.on_data(SOURCE, CHUNK, |s| s.print(CHUNK)),
                Consumer::Readable(size) => s.on_event(SOURCE, "readable", |s| {
                    s.repeat(20, |s| {
                        s.read(SOURCE, size, READ);
                        s.print(READ);
                    });
                }),
                Consumer::Pipe => {
                    self.sink(s);
                    s.pipe(SOURCE, SINK);
                }
                Consumer::Through => {
                    self.sink(s);
                    s.transform(THROUGH, through, [PASSED, ON], |s| {
                        self.answers[1].run(s, |s| s.answer_with(ON, PASSED));
                    });
                    s.pipe(SOURCE, THROUGH);
                    s.pipe(THROUGH, SINK);
                }
            }
            for event in ["end", "close"] {
                s.on_event(SOURCE, event, |s| s.log(&format!("source {event}")));
            }
            let push = |s: &mut Body, _: usize, text: &str| s.push(SOURCE, text);
            let end = |s: &mut Body| s.act(SOURCE, Act::PushEnd);
            self.each(s, 0, &self.texts(), &push, &end);
        })
    }
}

/// Checks that a flow arrives, written or pushed, under the rules of a major.
pub(crate) fn check(flow: &Flow, rules: &'static Profile) -> Result<(), String> {
    check_runs(flow, &flow.written(), rules, written_well)?;
    check_runs(flow, &flow.pushed(), rules, pushed_well)
}

fn check_runs(
    flow: &Flow,
    script: &Script,
    rules: &'static Profile,
    well: fn(&Flow, &Profile, &[String]) -> Result<(), String>,
) -> Result<(), String> {
    let found = states::search(script, rules, Log::default(), BOUNDS);
    let found = found.map_err(|error| error.to_string())?;
    if found.states() > BOUNDS.states || found.transitions() > BOUNDS.transitions {
        return Ok(());
    }
    for outcome in found.outcomes().keys() {
        let checked = match outcome.ended {
            Ending::Exit(0) => well(flow, rules, &outcome.stdout),
            ended => Err(format!("{ended:?}")),
        };
        checked.map_err(|what| {
            let (major, lines) = (rules.major, &outcome.stdout);
            format!(
                "Node {major}: {what}: {lines:?}\n{}",
                script.to_javascript()
            )
        })?;
    }
    Ok(())
}

fn is_chunk(line: &str) -> bool {
    line.len() <= 26 && !WORDS.contains(&line) && !line.contains(' ')
}

/// What is printed besides chunks.
const WORDS: [&str; 8] = [
    "answered", "drain", "finish", "close", "full", "written", "ends", "refused",
];

fn position(lines: &[String], word: &str) -> Result<Option<usize>, String> {
    let mut places = (0..).zip(lines).filter(|(_, line)| *line == word);
    let first = places.next().map(|(at, _)| at);
    match places.next() {
        Some(_) => Err(format!("{word} comes twice")),
        None => Ok(first),
    }
}

/// What is delivered is what was given, the end comes after it, and nothing after 'close'.
fn arrives_well(
    flow: &Flow,
    rules: &Profile,
    lines: &[String],
    [end, close]: [&str; 2],
) -> Result<(), String> {
    let chunks: Vec<&String> = lines.iter().filter(|line| is_chunk(line)).collect();
    let delivered: String = chunks.iter().map(|chunk| chunk.as_str()).collect();
    if delivered != flow.texts().concat() {
        return Err(format!("{delivered} was delivered"));
    }
    let Some(ended) = position(lines, end)? else {
        return Err(format!("there is no {end}"));
    };
    let last = lines
        .iter()
        .rposition(|line| is_chunk(line) || line == "answered");
    if last.is_some_and(|last| ended < last && end == "finish") {
        return Err("the end precedes data".into());
    }
    let closed = position(lines, close)?;
    if closed.is_some() != rules.streams.auto_destroy || closed.is_some_and(|at| at < ended) {
        return Err(format!("{close} at {closed:?}"));
    }
    Ok(())
}

/// WS-3, WS-9, WS-13: counted anew from what was printed.
fn written_well(flow: &Flow, rules: &Profile, lines: &[String]) -> Result<(), String> {
    arrives_well(flow, rules, lines, ["finish", "close"])?;
    let mark = i64::from(flow.marks[1]);
    let (mut held, mut at_write, mut in_flight) = (0, 0, 0);
    let (mut is_full, mut needs_drain, mut ends) = (false, false, false);
    for line in lines {
        match line.as_str() {
            "answered" => held -= in_flight,
            "full" => is_full = true,
            "written" => {
                let level = if rules.streams.write_result_comes_after {
                    held
                } else {
                    at_write
                };
                let expected =
                    level >= mark && !(rules.streams.write_result_comes_after && level == 0);
                if is_full != expected {
                    return Err(format!("{level} of {mark} held, but full: {is_full}"));
                }
                needs_drain |= std::mem::take(&mut is_full);
            }
            "drain" => {
                if !needs_drain || held != 0 || ends {
                    return Err(format!("'drain' with {held} held"));
                }
                needs_drain = false;
            }
            "ends" => ends = true,
            "finish" | "close" => {}
            line => match line.strip_prefix("writes ") {
                Some(at) => {
                    let at: usize = at.parse().map_err(|_| format!("an unknown line: {line}"))?;
                    held += flow.chunks[at].1 as i64;
                    at_write = held;
                }
                None => in_flight = line.len() as i64,
            },
        }
    }
    match lines.last().map(String::as_str) {
        Some("finish" | "close") => Ok(()),
        last => Err(format!("the last is {last:?}")),
    }
}

/// RS-5, RS-27: what is read has the size that was asked for, or is the rest.
fn pushed_well(flow: &Flow, rules: &Profile, lines: &[String]) -> Result<(), String> {
    arrives_well(flow, rules, lines, ["source end", "source close"])?;
    if let Consumer::Readable(size) = flow.consumer {
        let mut chunks = lines.iter().filter(|line| is_chunk(line)).rev();
        let rest = chunks.next().map_or(0, String::len);
        if rest > size as usize || chunks.any(|chunk| chunk.len() != size as usize) {
            return Err(format!("chunks of {size} were asked for"));
        }
    }
    Ok(())
}
