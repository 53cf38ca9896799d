//! What a real Node process is told about time: at random, or along a witness.

use std::fmt::{self, Write as _};

use crate::explore::{Pick, Trace};
use crate::runtime::{CallbackId, Choice, Event, Kind};

/// How time goes in one run of a real Node process. Nothing but time is ever ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Orders {
    /// Stalls and completions at random.
    Random {
        /// The same seed and weather give the same run, as far as the process itself is deterministic.
        seed: u64,
        /// What is likely.
        weather: Weather,
    },
    /// The clock and the pool follow a witness.
    Plan(Plan),
}

/// A witness, as far as it can be followed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// What threads do while the program runs, and when.
    early: Vec<(Moment, Act)>,
    polls: Vec<PollPlan>,
    /// Whether the engine has tasks of its own for the loop.
    engine_tasks: bool,
}

/// What is likely in a random run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weather {
    /// Of a hundred looks of the loop at its clock, how many come after a stall.
    pub stall_percent: u8,
    /// The longest stall, in milliseconds.
    pub stall_ms: u16,
    /// Of a hundred times the pool could get another job done before the loop looks, how often it does.
    pub ready_percent: u8,
    /// Whether the engine is kept busy, so that it has tasks of its own for the loop.
    pub engine_tasks: bool,
}

impl Weather {
    /// Kinds of weather that between them show much: calm ones, idle or busy pools, short and long stalls, an engine
    /// with tasks of its own.
    pub const KINDS: [Weather; 8] = [
        Weather::new(0, 0, 100),
        Weather::new(30, 3, 50),
        Weather::new(60, 1, 50),
        Weather::new(0, 0, 40),
        Weather::new(15, 30, 30).with_engine_tasks(),
        Weather::new(50, 12, 70),
        Weather::new(10, 2, 15),
        Weather::new(40, 6, 95),
    ];

    const fn new(stall_percent: u8, stall_ms: u16, ready_percent: u8) -> Self {
        Weather {
            stall_percent,
            stall_ms,
            ready_percent,
            engine_tasks: false,
        }
    }

    const fn with_engine_tasks(self) -> Self {
        Weather {
            engine_tasks: true,
            ..self
        }
    }
}

/// When the program queues a job for the pool, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    Before(u64),
    After(u64),
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Moment::Before(queued) => write!(f, "before {queued}"),
            Moment::After(queued) => write!(f, "after {queued}"),
        }
    }
}

/// What a pool thread does, to a job counted in the order in which threads took them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    /// It makes the next system call of the job, of several.
    Call(u64),
    /// It does the job.
    Work(u64),
    /// It does it unless that is done, and says that it has.
    Complete(u64),
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Act::Call(job) => write!(f, "c{job}"),
            Act::Work(job) => write!(f, "w{job}"),
            Act::Complete(job) => write!(f, "{job}"),
        }
    }
}

/// One poll phase of a witness.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PollPlan {
    /// What the loop's looks at its clock show until the phase, in milliseconds since the beginning.
    before_ms: Vec<i64>,
    /// What threads do by then.
    acts: Vec<Act>,
    /// What the clock shows when the system call returns.
    after_ms: i64,
}

impl Orders {
    /// Random time for the `n`-th of several runs.
    pub fn random(seed: u64, n: u64) -> Self {
        let weather = Weather::KINDS[(n % Weather::KINDS.len() as u64) as usize];
        Orders::Random {
            seed: seed.wrapping_mul(0x100_0000).wrapping_add(n),
            weather,
        }
    }

    /// Time as it went in a run of the model.
    pub fn along(trace: &Trace) -> Self {
        let mut early = Vec::new();
        let mut polls: Vec<PollPlan> = Vec::new();
        let mut before_ms = Vec::new();
        let mut taken: Vec<CallbackId> = Vec::new();
        let mut queued = 0;
        // What was queued when the last poll phase looked.
        let mut looked = 0;
        let mut returning = false;
        for event in &trace.events {
            match *event {
                Event::Queued => queued += 1,
                Event::Taken(request) => taken.push(request),
                Event::CallMade(request) | Event::CallsMade(request) => {
                    let is_last = matches!(event, Event::CallsMade(_));
                    let kind = if is_last { Act::Work } else { Act::Call };
                    let act = last_job(&taken, request).map(kind);
                    match polls.last_mut().filter(|_| queued == looked) {
                        Some(poll) => poll.acts.extend(act),
                        None => early.extend(act.map(|act| (Moment::After(queued), act))),
                    }
                }
                Event::HandedIn(request) => {
                    let act = last_job(&taken, request).map(Act::Complete);
                    let moment = if queued == looked {
                        Moment::Before(queued + 1)
                    } else {
                        Moment::After(queued)
                    };
                    early.extend(act.map(|act| (moment, act)));
                }
                Event::Polled => {
                    polls.push(PollPlan {
                        before_ms: std::mem::take(&mut before_ms),
                        ..PollPlan::default()
                    });
                    looked = queued;
                    returning = true;
                }
                Event::Reading(reading, _) => {
                    let ms = trace.ms(reading);
                    before_ms.push(ms);
                    if let Some(poll) = polls.last_mut().filter(|_| std::mem::take(&mut returning))
                    {
                        poll.after_ms = ms;
                    }
                }
                Event::Callback(Kind::Module, _) => {
                    // What loads an entry module is not planned: it always takes the same way.
                    polls.clear();
                    taken.clear();
                    (queued, looked) = (0, 0);
                    before_ms.drain(..before_ms.len().saturating_sub(1));
                }
                Event::Completed(request) => {
                    let act = last_job(&taken, request).map(Act::Complete);
                    let act = act.filter(|act| !early.iter().any(|(_, early)| early == act));
                    if let Some(poll) = polls.last_mut() {
                        poll.acts.extend(act);
                    }
                }
                _ => {}
            }
        }
        // What comes after the last poll phase is a phase without completions that the process may not reach.
        polls.push(PollPlan {
            before_ms,
            ..PollPlan::default()
        });
        let is_engine_task = |pick: &Pick| pick.letter == Choice::EngineTask.letter();
        let mut picks = trace.schedule.picks().iter();
        Orders::Plan(Plan {
            early,
            polls,
            engine_tasks: picks.any(|pick| is_engine_task(pick) && pick.taken == 1),
        })
    }

    /// What Node is told on its command line. When the engine has a task for the loop is its own affair, so it is only made
    /// likely: by marking for its garbage collector in steps, each of which is a task.
    pub(super) fn arguments(&self) -> &'static [&'static str] {
        if self.has_engine_tasks() {
            &["--stress-incremental-marking"]
        } else {
            &[]
        }
    }

    fn has_engine_tasks(&self) -> bool {
        match self {
            Orders::Random { weather, .. } => weather.engine_tasks,
            Orders::Plan(plan) => plan.engine_tasks,
        }
    }

    /// How often it takes these orders at most until they are followed.
    pub(super) fn attempts(&self) -> u32 {
        if self.has_engine_tasks() { 8 } else { 1 }
    }

    /// The text the preloaded library reads.
    pub(super) fn text(&self) -> String {
        match self {
            Orders::Random { seed, weather } => {
                let Weather {
                    stall_percent,
                    stall_ms,
                    ready_percent,
                    ..
                } = weather;
                format!("random {seed} {stall_percent} {stall_ms} {ready_percent}\n")
            }
            Orders::Plan(Plan { early, polls, .. }) => {
                let mut text = String::new();
                for (moment, act) in early {
                    let _ = writeln!(text, "{moment} {act}");
                }
                for poll in polls {
                    let _ = write!(text, "poll {}", poll.before_ms.len());
                    for ms in &poll.before_ms {
                        let _ = write!(text, " {ms}");
                    }
                    let _ = write!(text, " {}", poll.acts.len());
                    for act in &poll.acts {
                        let _ = write!(text, " {act}");
                    }
                    let _ = writeln!(text, " {}", poll.after_ms);
                }
                text
            }
        }
    }
}

impl fmt::Display for Orders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Orders::Random {
                seed,
                weather:
                    Weather {
                        stall_percent,
                        stall_ms,
                        ready_percent,
                        ..
                    },
            } => write!(
                f,
                "seed {seed}: stalls of up to {stall_ms} ms at {stall_percent} % of looks at the clock, {ready_percent} % of jobs done at once"
            ),
            Orders::Plan(plan) => write!(f, "steered through {} poll phases", plan.polls.len()),
        }?;
        for argument in self.arguments() {
            write!(f, ", {argument}")?;
        }
        Ok(())
    }
}

/// The job of a request that was taken last.
fn last_job(taken: &[CallbackId], request: CallbackId) -> Option<u64> {
    let job = taken.iter().rposition(|&other| other == request);
    job.map(|job| job as u64)
}
