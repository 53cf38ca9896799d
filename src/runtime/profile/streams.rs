//! The rules of streams that differ between majors.

/// What keeps 'end' from being emitted (RS-27).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndGate {
    /// Nothing.
    Open,
    /// 'error' or 'close' was emitted.
    Emitted,
    /// There is an error, or 'close' was emitted.
    Errored,
}

/// What keeps a writable side from finishing (WS-13); each includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FinishGate {
    /// Nothing but unwritten data. 'finish' comes directly.
    Open,
    /// An error.
    Errored,
    /// An 'error' or a 'close' that was emitted, or a construction that is under way.
    Emitted,
    /// `destroy()`.
    Destroyed,
}

/// How `_final` is called, and what its failure does (WS-13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FinalCall {
    /// In a tick; its failure does not keep the stream from finishing.
    TickRegardless,
    /// In a tick.
    Tick,
    /// Directly; a second answer is an error.
    DirectOnce,
    /// Directly; a second answer is an error if the first was a success.
    Direct,
}

/// What becomes of the callback of `end()` (WS-12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndCallback {
    /// It is a once listener of 'finish', if it is the first.
    OnceFinish,
    /// It listens to 'finish' and 'error'.
    Listeners,
    /// It is called before 'finish'.
    List,
    /// As before, and a recorded error goes to it at once.
    ListKnowingErrors,
}

/// How the bookkeeping of writes that complete at once is put off (WS-7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeferRule {
    /// One tick for writes in a row with the same callback.
    ByCallback,
    /// The same, but writes without a callback take a tick only if they need one.
    ByNeed,
}

/// What stays in the queue of the place of a write that was begun, until the queue is empty (WS-11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QueuePlaces {
    /// Nothing: it is a list.
    None,
    /// An empty place, up to some number of them.
    Limited,
    /// The same; but they also have to be half of all to be given up.
    LimitedWhereMost,
}

/// How a stream is destroyed (RS-29, RS-30).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Destruction {
    /// Errors are not kept, and a second `destroy` may report one again.
    Plain,
    /// The error is kept; queued writes are failed in a tick.
    Recorded,
    /// As before; an exception in `_destroy` is its answer, only the first of which counts.
    Guarded,
}

/// When `unpipe` of a full destination releases the source (PIPE-5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PipeRelease {
    /// If the destination still needs to drain.
    IfNeeded,
    /// If anything is awaited.
    Always,
}

/// What the `pipe` of the class under all streams does about errors of either end. It stops piping; an error nobody else listens
/// to is not lost (PIPE-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OldPipeErrors {
    /// It listens behind those who do already, and throws the error.
    ThrownBehind,
    /// It listens before all others, and emits the error again.
    EmittedBefore,
    /// As before, but for an end that counts no listeners.
    EmittedWhereCounted,
}

/// The rules of streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StreamRules {
    /// RS-2.
    pub byte_high_water_mark: i64,
    /// RS-2.
    pub object_high_water_mark: i64,
    /// RS-3.
    pub auto_destroy: bool,
    /// The public flags `readable` and `writable` are plain properties that the end of a side sets to false.
    pub flags_are_plain: bool,
    /// RS-27, DT-3: `allowHalfOpen` is looked at when 'end' was emitted, not by a listener of it.
    pub half_open_is_checked_at_end: bool,
    /// A Duplex has both sides before anything but their options is looked at: a signal that is aborted destroys it before it is
    /// constructed (DT-1).
    pub duplex_begins_whole: bool,
    /// A Duplex that is destroyed fails its queued writes (WS-17).
    pub duplex_fails_its_queue: bool,
    /// DT-4: a side closed by an option is over. Otherwise only its flag says so.
    pub closed_side_is_over: bool,
    /// A method that was not given throws. Otherwise its failure is an error of the stream (RS-8, WS-4).
    pub missing_method_throws: bool,
    /// A rejected listener destroys a Readable also if it is destroyed (EE-16).
    pub rejection_destroys_again: bool,
    /// The promise of a disposal is that of an async function which awaits it (RS-47).
    pub disposal_is_awaited: bool,
    /// `readableDidRead` means data. Otherwise also an end, an error or a close (RS-48).
    pub only_data_is_read: bool,
    /// RS-5: `read()` without a size gives the first chunk.
    pub read_gives_first_chunk: bool,
    /// RS-5: text that ends with a chunk, or within it, is cut wrongly where it goes over several.
    pub text_miscounts: bool,
    /// RS-6.
    pub read_too_much_throws: bool,
    /// RS-8.
    pub read_exception_destroys: bool,
    /// An error keeps a readable side from reading, taking data and emitting 'readable' (RS-4, RS-9, RS-14).
    pub reads_stop_at_error: bool,
    /// RS-9.
    pub unshift_stops_at_destroy: bool,
    /// RS-9.
    pub wrong_chunk_is_refused: bool,
    /// RS-4, RS-33.
    pub dead_read_is_silent: bool,
    /// RS-4, RS-14, RS-23: some marks of the state are only ever set there, not cleared.
    pub marks_only_set: bool,
    /// RS-11: whether data is listened to is a flag of the state, not the number of listeners.
    pub listening_is_a_flag: bool,
    /// RS-12.
    pub read_ahead_not_while_reading: bool,
    /// RS-15.
    pub eof_waits_for_listener: bool,
    /// RS-17, RS-19.
    pub dead_neither_pauses_nor_resumes: bool,
    /// RS-27.
    pub end_is_scheduled_once: bool,
    /// RS-27.
    pub end_gate: EndGate,
    /// RS-37.
    pub set_encoding_ends_decoder: bool,
    /// RS-29, RS-30.
    pub destruction: Destruction,
    /// WS-24: promises that `_construct`, `_final`, `_destroy`, `_transform` and `_flush` give are answers.
    pub promises_answer: bool,
    /// RS-36.
    pub construct_answer_takes_a_tick: bool,
    /// A destroyed writable side takes and writes nothing (WS-3, WS-8, WS-11, WS-16).
    pub write_checks_destroyed: bool,
    /// WS-2: a wrong chunk is an exception. Otherwise it is an error of the stream.
    pub wrong_write_throws: bool,
    /// WS-4: what an object is written with as encoding goes to `_write` as it is.
    pub object_keeps_encoding: bool,
    /// WS-3.
    pub write_result_comes_after: bool,
    /// WS-14, WS-15: 'error' comes before the callback, and the stream goes on.
    pub error_precedes_callback: bool,
    /// WS-6.
    pub double_callback_throws: bool,
    /// WS-11: each write of a batch is counted until its callback is called.
    pub batch_counts_each: bool,
    /// WS-11.
    pub queue_places: QueuePlaces,
    /// WS-17.
    pub queue_fails_with_the_error: bool,
    /// WS-7.
    pub defer: DeferRule,
    /// WS-8.
    pub success_is_null: bool,
    /// WS-8: 'finish' after a write is always a tick away.
    pub finish_takes_a_tick: bool,
    /// WS-12: `end` knows that what it was given was refused.
    pub end_sees_refusal: bool,
    /// WS-12.
    pub end_callback: EndCallback,
    /// WS-13.
    pub finish_gate: FinishGate,
    /// WS-13.
    pub final_call: FinalCall,
    /// DT-9.
    pub zero_mark_holds_writes: bool,
    /// DT-5.
    pub transform_holds_chunk: bool,
    /// DT-11.
    pub ended_transform_answers_in_a_tick: bool,
    /// PIPE-1.
    pub pipe_waits_for_full_sink: bool,
    /// PIPE-1.
    pub pipe_waits_without_flow: bool,
    /// PIPE-2.
    pub pipe_catches: bool,
    /// PIPE-3, PIPE-5: a drained destination resumes the source, and the last that leaves pauses it.
    pub drain_resumes: bool,
    /// PIPE-5.
    pub unpipe_releases: PipeRelease,
    /// PIPE-10.
    pub old_pipe_errors: OldPipeErrors,
}

pub(super) const STREAMS_12: StreamRules = StreamRules {
    byte_high_water_mark: 16 << 10,
    object_high_water_mark: 16,
    auto_destroy: false,
    flags_are_plain: true,
    half_open_is_checked_at_end: false,
    duplex_begins_whole: false,
    duplex_fails_its_queue: false,
    closed_side_is_over: false,
    missing_method_throws: false,
    rejection_destroys_again: false,
    disposal_is_awaited: false,
    only_data_is_read: false,
    read_gives_first_chunk: false,
    text_miscounts: false,
    read_too_much_throws: false,
    read_exception_destroys: false,
    reads_stop_at_error: false,
    unshift_stops_at_destroy: false,
    wrong_chunk_is_refused: false,
    dead_read_is_silent: false,
    marks_only_set: false,
    listening_is_a_flag: false,
    read_ahead_not_while_reading: false,
    eof_waits_for_listener: false,
    dead_neither_pauses_nor_resumes: false,
    end_is_scheduled_once: false,
    end_gate: EndGate::Open,
    set_encoding_ends_decoder: false,
    destruction: Destruction::Plain,
    promises_answer: false,
    construct_answer_takes_a_tick: false,
    write_checks_destroyed: false,
    wrong_write_throws: false,
    object_keeps_encoding: false,
    write_result_comes_after: false,
    error_precedes_callback: true,
    double_callback_throws: true,
    batch_counts_each: true,
    queue_places: QueuePlaces::None,
    queue_fails_with_the_error: false,
    defer: DeferRule::ByCallback,
    success_is_null: false,
    finish_takes_a_tick: false,
    end_sees_refusal: false,
    end_callback: EndCallback::OnceFinish,
    finish_gate: FinishGate::Open,
    final_call: FinalCall::TickRegardless,
    zero_mark_holds_writes: false,
    transform_holds_chunk: true,
    ended_transform_answers_in_a_tick: false,
    pipe_waits_for_full_sink: false,
    pipe_waits_without_flow: false,
    pipe_catches: false,
    drain_resumes: false,
    unpipe_releases: PipeRelease::IfNeeded,
    old_pipe_errors: OldPipeErrors::ThrownBehind,
};

pub(super) const STREAMS_14: StreamRules = StreamRules {
    auto_destroy: true,
    flags_are_plain: false,
    half_open_is_checked_at_end: true,
    missing_method_throws: true,
    rejection_destroys_again: true,
    wrong_write_throws: true,
    end_gate: EndGate::Emitted,
    destruction: Destruction::Recorded,
    write_checks_destroyed: true,
    error_precedes_callback: false,
    double_callback_throws: false,
    batch_counts_each: false,
    queue_places: QueuePlaces::Limited,
    end_callback: EndCallback::Listeners,
    finish_gate: FinishGate::Errored,
    final_call: FinalCall::Tick,
    pipe_waits_for_full_sink: true,
    drain_resumes: true,
    old_pipe_errors: OldPipeErrors::EmittedBefore,
    ..STREAMS_12
};

pub(super) const STREAMS_16: StreamRules = StreamRules {
    reads_stop_at_error: true,
    destruction: Destruction::Guarded,
    promises_answer: true,
    end_sees_refusal: true,
    end_callback: EndCallback::List,
    finish_gate: FinishGate::Emitted,
    final_call: FinalCall::DirectOnce,
    only_data_is_read: true,
    zero_mark_holds_writes: true,
    transform_holds_chunk: false,
    ..STREAMS_14
};

pub(super) const STREAMS_18: StreamRules = StreamRules {
    closed_side_is_over: true,
    read_too_much_throws: true,
    read_exception_destroys: true,
    unshift_stops_at_destroy: true,
    dead_read_is_silent: true,
    end_gate: EndGate::Errored,
    promises_answer: false,
    construct_answer_takes_a_tick: true,
    queue_fails_with_the_error: true,
    finish_gate: FinishGate::Destroyed,
    pipe_waits_without_flow: true,
    ..STREAMS_16
};

pub(super) const STREAMS_20: StreamRules = StreamRules {
    duplex_begins_whole: true,
    duplex_fails_its_queue: true,
    object_keeps_encoding: true,
    text_miscounts: true,
    wrong_chunk_is_refused: true,
    marks_only_set: true,
    listening_is_a_flag: true,
    write_result_comes_after: true,
    defer: DeferRule::ByNeed,
    success_is_null: true,
    finish_takes_a_tick: true,
    end_callback: EndCallback::ListKnowingErrors,
    final_call: FinalCall::Direct,
    ended_transform_answers_in_a_tick: true,
    ..STREAMS_18
};

pub(super) const STREAMS_22: StreamRules = StreamRules {
    byte_high_water_mark: 64 << 10,
    disposal_is_awaited: true,
    text_miscounts: false,
    read_ahead_not_while_reading: true,
    ..STREAMS_20
};

pub(super) const STREAMS_24: StreamRules = StreamRules {
    end_is_scheduled_once: true,
    set_encoding_ends_decoder: true,
    pipe_catches: true,
    old_pipe_errors: OldPipeErrors::EmittedWhereCounted,
    ..STREAMS_22
};

pub(super) const STREAMS_26: StreamRules = StreamRules {
    queue_places: QueuePlaces::LimitedWhereMost,
    read_gives_first_chunk: true,
    eof_waits_for_listener: true,
    dead_neither_pauses_nor_resumes: true,
    unpipe_releases: PipeRelease::Always,
    ..STREAMS_24
};
