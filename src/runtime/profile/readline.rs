//! The rules of reading line by line that differ between majors.

/// How lines are read from a stream that is no terminal.
///
/// What holds on every major: lines are emitted from within 'data' of the input, those of one chunk directly one after another
/// (RL-1); a question that is open takes the next line instead of 'line' (RL-2); the end of the input emits a last line that has
/// no end, and closes (RL-3); `pause()` pauses the input, and lines of the same chunk go on (RL-4); standard input queues a tick
/// when it is paused, which stops its handle if it has one (RL-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LineRules {
    /// U+2028 and U+2029 end a line (RL-5).
    pub unicode_ends: bool,
    /// Lines are iterated as events with watermarks (EE-23), not through a stream that pauses the input (RL-6).
    pub iterated_as_events: bool,
    /// The reader emits the errors of its input (RL-7).
    pub tells_errors: bool,
    /// A closed reader refuses questions (RL-8).
    pub closed_refuses_questions: bool,
    /// A closed reader refuses `pause()`, `resume()` and `write()`, too (RL-8).
    pub closed_refuses_all: bool,
    /// Questions take options, and abort signals are listened to (RL-9).
    pub takes_signals: bool,
    /// A question whose signal is aborted already is not asked (RL-9).
    pub aborted_is_not_asked: bool,
    /// The answer takes the listener off the signal, and the reason of an abort is the cause of its error (RL-9).
    pub answer_ends_listening: bool,
}

pub(super) const LINES_12: LineRules = LineRules {
    unicode_ends: false,
    iterated_as_events: false,
    tells_errors: false,
    closed_refuses_questions: false,
    closed_refuses_all: false,
    takes_signals: false,
    aborted_is_not_asked: false,
    answer_ends_listening: false,
};

pub(super) const LINES_14: LineRules = LineRules {
    takes_signals: true,
    ..LINES_12
};

pub(super) const LINES_16: LineRules = LineRules {
    tells_errors: true,
    aborted_is_not_asked: true,
    ..LINES_14
};

pub(super) const LINES_18: LineRules = LineRules {
    closed_refuses_questions: true,
    answer_ends_listening: true,
    ..LINES_16
};

pub(super) const LINES_20: LineRules = LineRules {
    iterated_as_events: true,
    ..LINES_18
};

pub(super) const LINES_24: LineRules = LineRules {
    unicode_ends: true,
    closed_refuses_all: true,
    ..LINES_20
};
