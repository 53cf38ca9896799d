//! What a real Node process is told about time: at random, or along a witness.

use std::fmt::{self, Write as _};

use crate::explore::Trace;
use crate::runtime::{CallbackId, Event, Kind};

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
    Plan(Vec<PollPlan>),
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
}

impl Weather {
    /// Kinds of weather that between them show much: calm ones, idle or busy pools, short and long stalls.
    pub const KINDS: [Weather; 8] = [
        Weather::new(0, 0, 100),
        Weather::new(30, 3, 50),
        Weather::new(60, 1, 50),
        Weather::new(0, 0, 40),
        Weather::new(15, 30, 30),
        Weather::new(50, 12, 70),
        Weather::new(10, 2, 15),
        Weather::new(40, 6, 95),
    ];

    const fn new(stall_percent: u8, stall_ms: u16, ready_percent: u8) -> Self {
        Weather {
            stall_percent,
            stall_ms,
            ready_percent,
        }
    }
}

/// One poll phase of a witness.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PollPlan {
    /// What the loop's looks at its clock show until the phase, in milliseconds since the beginning.
    before_ms: Vec<i64>,
    /// The jobs that complete in it, counted in the order in which threads took them.
    jobs: Vec<u64>,
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
        let mut polls: Vec<PollPlan> = Vec::new();
        let mut before_ms = Vec::new();
        let mut taken: Vec<CallbackId> = Vec::new();
        let mut returning = false;
        for event in &trace.events {
            match *event {
                Event::Taken(request) => taken.push(request),
                Event::Polled => {
                    polls.push(PollPlan {
                        before_ms: std::mem::take(&mut before_ms),
                        ..PollPlan::default()
                    });
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
                    before_ms.drain(..before_ms.len().saturating_sub(1));
                }
                Event::Completed(request) => {
                    let job = taken.iter().rposition(|&other| other == request);
                    if let (Some(poll), Some(job)) = (polls.last_mut(), job) {
                        poll.jobs.push(job as u64);
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
        Orders::Plan(polls)
    }

    /// The text the preloaded library reads.
    pub(super) fn text(&self) -> String {
        match self {
            Orders::Random { seed, weather } => {
                let Weather {
                    stall_percent,
                    stall_ms,
                    ready_percent,
                } = weather;
                format!("random {seed} {stall_percent} {stall_ms} {ready_percent}\n")
            }
            Orders::Plan(polls) => polls.iter().fold(String::new(), |mut text, poll| {
                let _ = write!(text, "poll {}", poll.before_ms.len());
                for ms in &poll.before_ms {
                    let _ = write!(text, " {ms}");
                }
                let _ = write!(text, " {}", poll.jobs.len());
                for job in &poll.jobs {
                    let _ = write!(text, " {job}");
                }
                let _ = writeln!(text, " {}", poll.after_ms);
                text
            }),
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
                    },
            } => write!(
                f,
                "seed {seed}: stalls of up to {stall_ms} ms at {stall_percent} % of looks at the clock, {ready_percent} % of jobs done at once"
            ),
            Orders::Plan(polls) => write!(f, "steered through {} poll phases", polls.len()),
        }
    }
}
