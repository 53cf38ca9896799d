//! One run as people read it: turn, phase, callback, drain, what each printed and asked for, and what was left to choice.

use crate::explore::Trace;
use crate::runtime::{Choice, Event, Kind, Phase, PollEnd, Side};
use crate::spec::flow;

/// A line of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Row {
    /// The phase what follows belongs to, and the turn of the loop it is in.
    Phase { turn: u64, phase: Phase },
    /// A callback, or several of a kind of which nothing more is to be said.
    Callback {
        /// The least time it can begin at; unknown within a drain, which belongs to the callback before it.
        ms: Option<i64>,
        kind: Kind,
        times: usize,
        notes: Vec<Note>,
        rules: Vec<&'static str>,
    },
    /// A choice.
    Choice {
        text: String,
        pick: String,
        rules: Vec<&'static str>,
    },
}

/// What a callback did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Note {
    /// It wrote to standard output (1) or standard error (2).
    Prints(u32, String),
    /// It gave the thread pool something to do, in so many jobs.
    Asks(&'static str, u32),
    /// An emitter called these listeners of an event.
    Emits(String, Vec<String>),
    /// A side of a stream held so much of its high water mark, at most while the callback ran and at its end.
    Holds(Level),
    /// It threw.
    Throws,
}

/// How full a side of a stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Level {
    /// The number of the stream.
    pub(super) stream: u32,
    /// Which of its sides.
    pub(super) side: Side,
    /// The most it held.
    pub(super) most: i64,
    /// What it held last.
    pub(super) last: i64,
    /// Its high water mark.
    pub(super) mark: i64,
}

/// A run, line by line.
#[derive(Debug, Clone)]
pub struct Timeline {
    pub(super) rows: Vec<Row>,
}

impl Timeline {
    /// The timeline of a run.
    pub fn of(trace: &Trace) -> Self {
        let mut writer = Writer {
            trace,
            rows: Vec::new(),
            turn: 0,
            phase: Phase::Main,
            shown: None,
            rules: Vec::new(),
        };
        for event in &trace.events {
            writer.add(event);
        }
        writer.drop_silent_event();
        Timeline { rows: writer.rows }
    }

    /// The timeline as text, each line indented by `indent`; with the rules applied before each, if wanted, and at most
    /// `lines_max` lines. Turns that repeat the one before are not written out.
    pub fn text(&self, indent: usize, rules: bool, lines_max: usize) -> String {
        let mut lines: Vec<String> = Vec::new();
        let turns = self.turns();
        let clock = self.clock_width();
        let write = |rows: &[Row]| -> Vec<String> {
            rows.iter().map(|row| row.text(clock, rules)).collect()
        };
        let mut at = 0;
        while let Some((turn, rows)) = turns.get(at) {
            lines.extend(write(rows));
            let body = |rows: &[Row]| -> Vec<Row> { rows.iter().map(Row::without_turn).collect() };
            let first = body(rows);
            let alike = turns[at + 1..]
                .iter()
                .take_while(|(_, rows)| body(rows) == first)
                .count();
            at += 1 + alike;
            match alike {
                0 => {}
                1 => lines.push(format!("turn {} repeats turn {turn}", turn + 1)),
                _ => {
                    let last = turns[at - 1].0;
                    lines.push(format!("turns {} to {last} repeat turn {turn}", turn + 1));
                }
            }
        }
        let more = lines.len().saturating_sub(lines_max);
        lines.truncate(lines_max);
        if more > 0 {
            lines.push(format!("… and {more} lines more"));
        }
        let margin = " ".repeat(indent);
        lines
            .iter()
            .map(|line| format!("{margin}{line}\n"))
            .collect()
    }

    /// The rows turn by turn. A turn begins with a heading.
    fn turns(&self) -> Vec<(u64, &[Row])> {
        let turn_of = |row: &Row| match row {
            Row::Phase { turn, .. } => Some(*turn),
            _ => None,
        };
        let same_turn = |_: &Row, row: &Row| turn_of(row).is_none();
        let mut turns: Vec<(u64, &[Row])> = Vec::new();
        let mut from = 0;
        for part in self.rows.chunk_by(same_turn) {
            let turn = part.first().and_then(turn_of).unwrap_or(0);
            let begin = from;
            from += part.len();
            match turns.last_mut() {
                Some((last, rows)) if *last == turn => *rows = &self.rows[begin - rows.len()..from],
                _ => turns.push((turn, &self.rows[begin..from])),
            }
        }
        turns
    }

    /// How wide the milliseconds are.
    fn clock_width(&self) -> usize {
        let width = |row: &Row| match row {
            Row::Callback { ms: Some(ms), .. } => ms.to_string().len(),
            _ => 0,
        };
        self.rows.iter().map(width).max().unwrap_or(0).max(3)
    }
}

impl Row {
    /// The same in any turn.
    fn without_turn(&self) -> Row {
        match self {
            Row::Phase { phase, .. } => Row::Phase {
                turn: 0,
                phase: *phase,
            },
            other => other.clone(),
        }
    }

    /// The row as a line, with the rules applied before it, if wanted.
    fn text(&self, clock: usize, cite: bool) -> String {
        let (line, rules) = match self {
            Row::Phase { turn, phase } => return phase_text(*turn, *phase),
            Row::Callback {
                ms,
                kind,
                times,
                notes,
                rules,
            } => {
                let time = ms.map_or(" ".repeat(clock + 3), |ms| format!("{ms:>clock$} ms"));
                let depth = if is_drain(*kind) { "  " } else { "" };
                let name = format!("{depth}{}", kind_text(*kind, *times));
                let notes: Vec<String> = notes.iter().map(note_text).collect();
                (format!("{time}  {name:26} {}", notes.join("; ")), rules)
            }
            Row::Choice { text, pick, rules } => {
                (format!("{:clock$}     ? {text}  ({pick})", ""), rules)
            }
        };
        let line = line.trim_end();
        if cite && !rules.is_empty() {
            format!("{line}  [{}]", rules.join(", "))
        } else {
            line.to_owned()
        }
    }
}

struct Writer<'w> {
    trace: &'w Trace,
    rows: Vec<Row>,
    turn: u64,
    phase: Phase,
    /// The turn and phase whose heading stands last.
    shown: Option<(u64, Phase)>,
    /// Rules applied since the last line.
    rules: Vec<&'static str>,
}

impl Writer<'_> {
    fn add(&mut self, event: &Event) {
        match event {
            Event::Turn(turn) => self.turn = *turn,
            Event::Phase(phase) => self.phase = *phase,
            Event::Callback(kind, reading) => {
                let ms = (!is_drain(*kind)).then(|| self.trace.ms(*reading));
                let rules = std::mem::take(&mut self.rules);
                self.callback(Row::Callback {
                    ms,
                    kind: *kind,
                    times: 1,
                    notes: Vec::new(),
                    rules,
                });
            }
            Event::Chose(choice, taken) => {
                let text = choice_text(choice, *taken, self.trace);
                let pick = format!("{}{taken}/{}", choice.letter(), choice.alternatives());
                let rules = std::mem::take(&mut self.rules);
                self.push(Row::Choice { text, pick, rules });
            }
            Event::Print(descriptor, text) => self.note(Note::Prints(*descriptor, text.clone())),
            Event::Request(what, jobs) => self.note(Note::Asks(what, *jobs)),
            Event::Emit {
                event, listeners, ..
            } => self.note(Note::Emits(event.clone(), listeners.clone())),
            Event::Threw => self.note(Note::Throws),
            Event::Rule(rule) => {
                if !self.rules.contains(rule) {
                    self.rules.push(rule);
                }
            }
            Event::Queued
            | Event::HandedIn(_)
            | Event::CallMade(_)
            | Event::CallsMade(_)
            | Event::Taken(_)
            | Event::Polled
            | Event::Completed(_)
            | Event::Reading(..)
            | Event::Bound(..) => {}
            Event::Buffered(stream, side, length, mark) => {
                self.level(stream.0, *side, *length, *mark)
            }
        }
    }

    /// Notes how full a side of a stream is: once for each callback.
    fn level(&mut self, stream: u32, side: Side, length: i64, mark: i64) {
        if let Some(notes) = self.notes() {
            for note in notes.iter_mut() {
                if let Note::Holds(level) = note
                    && (level.stream, level.side) == (stream, side)
                {
                    level.most = level.most.max(length);
                    level.last = length;
                    level.mark = mark;
                    return;
                }
            }
            notes.push(Note::Holds(Level {
                stream,
                side,
                most: length,
                last: length,
                mark,
            }));
        }
    }

    fn push(&mut self, row: Row) {
        self.drop_silent_event();
        if self.shown != Some((self.turn, self.phase)) {
            self.shown = Some((self.turn, self.phase));
            self.rows.push(Row::Phase {
                turn: self.turn,
                phase: self.phase,
            });
        }
        self.rows.push(row);
    }

    /// Adds a callback, to the row before if that is alike and nothing is to be said of either.
    fn callback(&mut self, row: Row) {
        let here = self.shown == Some((self.turn, self.phase));
        if let Some(Row::Callback {
            kind: last,
            times,
            notes,
            rules: cited,
            ..
        }) = self.rows.last_mut()
            && let Row::Callback { kind, rules, .. } = &row
            && (here && repeats(*kind) && last == kind && notes.is_empty())
        {
            *times += 1;
            let new: Vec<_> = rules
                .iter()
                .filter(|rule| !cited.contains(rule))
                .copied()
                .collect();
            cited.extend(new);
            return;
        }
        self.push(row);
    }

    /// Takes back the row of a process event that nobody listened to, as far as can be seen.
    fn drop_silent_event(&mut self) {
        if let Some(Row::Callback {
            kind: Kind::Event(_),
            notes,
            ..
        }) = self.rows.last()
            && notes.is_empty()
        {
            self.rows.pop();
            if let Some(Row::Phase { .. }) = self.rows.last() {
                self.rows.pop();
                self.shown = None;
            }
        }
    }

    /// What is noted of the callback that is running: the last that began. Of the last of several alike there is something
    /// to say after all, so it gets a row of its own.
    fn notes(&mut self) -> Option<&mut Vec<Note>> {
        let at = self
            .rows
            .iter()
            .rposition(|row| matches!(row, Row::Callback { .. }))?;
        let Row::Callback {
            ms, kind, times, ..
        } = &mut self.rows[at]
        else {
            return None;
        };
        if *times > 1 {
            *times -= 1;
            let last = Row::Callback {
                ms: *ms,
                kind: *kind,
                times: 1,
                notes: Vec::new(),
                rules: Vec::new(),
            };
            self.rows.insert(at + 1, last);
            return self.notes();
        }
        match &mut self.rows[at] {
            Row::Callback { notes, .. } => Some(notes),
            _ => None,
        }
    }

    fn note(&mut self, note: Note) {
        let Some(notes) = self.notes() else { return };
        match (notes.last_mut(), note) {
            (Some(Note::Prints(last, printed)), Note::Prints(descriptor, text))
                if *last == descriptor =>
            {
                printed.push_str(&text);
            }
            (_, note) => notes.push(note),
        }
    }
}

/// Whether a callback runs within a drain rather than from a phase.
fn is_drain(kind: Kind) -> bool {
    matches!(kind, Kind::Tick | Kind::Job)
}

/// Whether several of a kind in a row are one line.
fn repeats(kind: Kind) -> bool {
    is_drain(kind) || kind == Kind::Inner
}

fn phase_text(turn: u64, phase: Phase) -> String {
    match (phase, turn) {
        (Phase::Main, _) => "before the loop".to_owned(),
        (Phase::End, _) => "after the loop".to_owned(),
        (phase, 0) => format!("before turn 1, {phase}"),
        (phase, turn) => format!("turn {turn}, {phase}"),
    }
}

pub(super) fn kind_text(kind: Kind, times: usize) -> String {
    let name = match kind {
        Kind::Script => "script".to_owned(),
        Kind::Module => "module".to_owned(),
        Kind::Timer(ms) => format!("timer of {ms} ms"),
        Kind::Immediate => "immediate".to_owned(),
        Kind::Tick => "tick".to_owned(),
        Kind::Job => "job".to_owned(),
        Kind::Completion => "completion".to_owned(),
        Kind::Inner => "request goes on".to_owned(),
        Kind::Pending => "pending callback".to_owned(),
        Kind::Close => "close callback".to_owned(),
        Kind::Event(name) => format!("'{name}'"),
    };
    match (kind, times) {
        (_, 1) => name,
        (Kind::Inner, times) => format!("{name} {times} times"),
        (_, times) => format!("{times} {name}s"),
    }
}

fn note_text(note: &Note) -> String {
    match note {
        Note::Prints(1, text) => {
            let shown = flow(text.lines());
            format!("prints {}", &shown[1..shown.len() - 1])
        }
        Note::Prints(_, text) => {
            let more = if text.lines().count() > 1 { " …" } else { "" };
            format!(
                "stderr: {}{more}",
                text.lines()
                    .find(|line| !line.trim().is_empty())
                    .unwrap_or_default()
            )
        }
        Note::Asks(what, 1) => format!("asks the pool: {what}"),
        Note::Asks(what, jobs) => format!("asks the pool: {what} ({jobs} jobs)"),
        Note::Emits(event, listeners) => format!("emits {event} to {}", listeners.join(", ")),
        Note::Holds(Level {
            stream,
            side,
            most,
            last,
            mark,
        }) => {
            let side = match side {
                Side::Readable => "to be read from",
                Side::Writable => "to be written to",
            };
            let now = if most == last {
                String::new()
            } else {
                format!(", then {last}")
            };
            format!("holds {most} of {mark} {side} stream {stream}{now}")
        }
        Note::Throws => "throws".to_owned(),
    }
}

fn choice_text(choice: &Choice, taken: u32, trace: &Trace) -> String {
    let yes = |yes: bool| if yes { "yes" } else { "no" };
    match choice {
        Choice::Time { from, ms, .. } => {
            format!(
                "have {ms} ms passed since {} ms? {}",
                trace.ms(*from),
                yes(taken == 1)
            )
        }
        Choice::Poll { requests, end } => {
            let request = match end {
                PollEnd::First => taken.checked_sub(1),
                PollEnd::Last | PollEnd::Never => Some(taken).filter(|taken| taken < requests),
            };
            match (request, requests) {
                (Some(_), 1) => "the request in flight completes".to_owned(),
                (Some(at), _) => format!("request {} of {requests} in flight completes", at + 1),
                (None, _) => "nothing more completes in this phase".to_owned(),
            }
        }
        Choice::EngineTask => format!(
            "has the engine a task of its own for the poll phase? {}",
            yes(taken == 1)
        ),
        Choice::Call { request, of } => format!(
            "has a thread made the next system call of request {} of {of} on files by now? {}",
            request + 1,
            yes(taken == 1)
        ),
        &Choice::Threads {
            comes_back,
            takes_token,
            rests,
            running,
        } => {
            let lane = u32::from(comes_back) + u32::from(takes_token);
            match taken {
                0 if comes_back => {
                    "a pool thread comes back from a lookup, so that there is room for another"
                        .to_owned()
                }
                _ if taken < lane => "an idle pool thread takes the next lookup, or the job behind it if there is no room for lookups".to_owned(),
                _ if rests && taken == lane => "pool threads do nothing that shows".to_owned(),
                _ => format!(
                    "running job {} of {running} is done, and its thread takes another",
                    taken - lane - u32::from(rests) + 1
                ),
            }
        }
    }
}
