//! The textual form of a schedule.

use std::fmt;
use std::str::FromStr;

use crate::runtime::Choice;

/// One resolved choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pick {
    /// What kind of choice: `t` time, `p` poll, `w` pool thread, `e` engine task, `s` system call.
    pub letter: char,
    /// The alternative taken, from 0; 0 is the default.
    pub taken: u32,
    /// How many there were.
    pub of: u32,
}

impl Pick {
    /// What was picked at a choice.
    pub fn new(choice: &Choice, taken: u32) -> Self {
        Pick {
            letter: choice.letter(),
            taken,
            of: choice.alternatives(),
        }
    }
}

/// The resolved choices of a run, in order. Choices after the last take their default.
///
/// Its text is `1:` and the choices that matter, such as `1:t0/2,p1/3`: a letter for the kind, the alternative taken,
/// how many there were. The default schedule is `1:`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Schedule {
    picks: Vec<Pick>,
}

impl Schedule {
    /// A schedule of these choices; trailing defaults are dropped.
    pub fn new(mut picks: Vec<Pick>) -> Self {
        while picks.last().is_some_and(|pick| pick.taken == 0) {
            picks.pop();
        }
        Schedule { picks }
    }

    /// The choices up to the last that is not the default.
    pub fn picks(&self) -> &[Pick] {
        &self.picks
    }

    /// How many choices are not the default.
    pub fn deviations(&self) -> usize {
        self.picks.iter().filter(|pick| pick.taken != 0).count()
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("1:")?;
        for (at, Pick { letter, taken, of }) in self.picks.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma}{letter}{taken}/{of}")?;
        }
        Ok(())
    }
}

/// Why a text is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// It does not begin with the version.
    #[error("a schedule begins with `1:`, as in `1:t0/2,p1/3`")]
    Version,
    /// A choice cannot be read.
    #[error(
        "`{text}` (choice {number}) is not a choice; one reads `p1/3`: kind t, p, w, e, s or d, alternative, number of alternatives"
    )]
    Choice {
        /// Which, from 1.
        number: usize,
        /// Its text.
        text: String,
    },
}

impl FromStr for Schedule {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rest = text
            .trim()
            .strip_prefix("1:")
            .ok_or(ScheduleError::Version)?;
        let parts = rest.split(',').filter(|_| !rest.is_empty());
        let picks = parts
            .enumerate()
            .map(|(at, part)| {
                parse_pick(part.trim()).ok_or_else(|| ScheduleError::Choice {
                    number: at + 1,
                    text: part.into(),
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Schedule::new(picks))
    }
}

fn parse_pick(text: &str) -> Option<Pick> {
    let letter = text
        .chars()
        .next()
        .filter(|letter| ['t', 'p', 'w', 'e', 's', 'd'].contains(letter))?;
    let (taken, of) = text[1..].split_once('/')?;
    let (taken, of) = (taken.parse().ok()?, of.parse().ok()?);
    (taken < of).then_some(Pick { letter, taken, of })
}
