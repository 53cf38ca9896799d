//! The rules of `finished` that differ between majors.

/// What is told of a stream that was over when `finished` was called (FIN-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LateEnd {
    /// Nothing, ever.
    Untold,
    /// In a tick, how it ended, which is looked at then.
    Told,
    /// In a tick, how it ended, which is looked at before the stream is listened to; it is not, then.
    ToldUnheard,
}

/// The rules of `finished`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FinishedRules {
    /// The kind of a stream says which sides it has, and its state how they stand; a recorded error is told once it is closed.
    /// Otherwise whatever looks like a mark of a side counts, and what was closed before ended well (FIN-1 to FIN-3).
    pub judges_kind: bool,
    /// A stream that will emit 'close' is over only then; 'close' always tells (FIN-2).
    pub waits_for_close: bool,
    /// FIN-3.
    pub late: LateEnd,
    /// A stream whose state says whether it is closed is not over before that (FIN-3).
    pub late_waits_for_close: bool,
    /// A write that is not answered keeps a stream from being over already (FIN-3).
    pub late_waits_for_writes: bool,
    /// Whoever stops listening in the very emission that would tell is told nothing (FIN-4).
    pub stopping_silences: bool,
    /// What waits for an abort, here and in `pipeline` and `addAbortSignal`, hears it although a listener before stopped the event; a
    /// pipeline hears of one that came before, in a promise job (FIN-5).
    pub abort_is_always_heard: bool,
}

pub(super) const FINISHED_12: FinishedRules = FinishedRules {
    judges_kind: false,
    waits_for_close: false,
    late: LateEnd::Untold,
    late_waits_for_close: false,
    late_waits_for_writes: false,
    stopping_silences: false,
    abort_is_always_heard: false,
};

pub(super) const FINISHED_14: FinishedRules = FinishedRules {
    waits_for_close: true,
    late: LateEnd::Told,
    stopping_silences: true,
    ..FINISHED_12
};

pub(super) const FINISHED_16: FinishedRules = FinishedRules {
    late_waits_for_close: true,
    ..FINISHED_14
};

pub(super) const FINISHED_18: FinishedRules = FinishedRules {
    judges_kind: true,
    abort_is_always_heard: true,
    ..FINISHED_16
};

pub(super) const FINISHED_20: FinishedRules = FinishedRules {
    late_waits_for_writes: true,
    ..FINISHED_18
};

pub(super) const FINISHED_24: FinishedRules = FinishedRules {
    late: LateEnd::ToldUnheard,
    ..FINISHED_20
};
