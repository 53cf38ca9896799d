//! The rules of `pipeline` that differ between majors.

/// What a pipeline counts as its end (PL-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PipelineEnd {
    /// Its last stream is over.
    LastStream,
    /// Each of its streams is over.
    EachStream,
    /// The same, but a last stream that can be read is to be read to its end, too.
    EachStreamRead,
    /// Both ends of each connection are.
    EachConnection,
}

/// How a loop that writes what an iterable gives goes about it (PL-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PumpEnd {
    /// It is over once it ended its sink.
    Ended,
    /// It waits for what it writes into, also if that is not ended.
    Finished,
    /// It waits for a sink it ended.
    FinishedIfEnded,
}

/// What becomes of the value of a promise that a last function gave (PL-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LastValue {
    /// The stream in its place is ended with it.
    Ends,
    /// It is written into that stream.
    Written,
    /// The same if it is anything, and the promise is waited for.
    WrittenIfAny,
}

/// The rules of `pipeline`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PipelineRules {
    /// PL-1.
    pub end: PipelineEnd,
    /// The callback is called in a tick of its own (PL-1).
    pub answers_in_a_tick: bool,
    /// An error a stage emits counts as its end, too (PL-2).
    pub failure_is_a_report: bool,
    /// An abort as the first failure is replaced by a later one (PL-2).
    pub abort_gives_way: bool,
    /// What is destroyed already is not torn down; what is torn down unfinished, without an error, fails with an abort (PL-2).
    pub teardown_looks: bool,
    /// What is closed or destroyed cannot be connected to (PL-3).
    pub closed_sink_is_refused: bool,
    /// PL-4.
    pub pump_end: PumpEnd,
    /// PL-4.
    pub last_value: LastValue,
}

pub(super) const PIPELINE_12: PipelineRules = PipelineRules {
    end: PipelineEnd::LastStream,
    answers_in_a_tick: false,
    failure_is_a_report: true,
    abort_gives_way: false,
    teardown_looks: false,
    closed_sink_is_refused: false,
    pump_end: PumpEnd::Ended,
    last_value: LastValue::Ends,
};

pub(super) const PIPELINE_14: PipelineRules = PipelineRules {
    end: PipelineEnd::EachStream,
    ..PIPELINE_12
};

pub(super) const PIPELINE_16: PipelineRules = PipelineRules {
    end: PipelineEnd::EachStreamRead,
    pump_end: PumpEnd::Finished,
    last_value: LastValue::Written,
    ..PIPELINE_14
};

pub(super) const PIPELINE_18: PipelineRules = PipelineRules {
    end: PipelineEnd::EachConnection,
    answers_in_a_tick: true,
    teardown_looks: true,
    pump_end: PumpEnd::FinishedIfEnded,
    last_value: LastValue::WrittenIfAny,
    ..PIPELINE_16
};

pub(super) const PIPELINE_22: PipelineRules = PipelineRules {
    failure_is_a_report: false,
    ..PIPELINE_18
};

pub(super) const PIPELINE_24: PipelineRules = PipelineRules {
    abort_gives_way: true,
    closed_sink_is_refused: true,
    ..PIPELINE_22
};
