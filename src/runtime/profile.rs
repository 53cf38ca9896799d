//! Every rule that differs between Node majors, as data.
//!
//! A profile is derived from its predecessor: reading the constants from top to bottom is reading what changed in Node.

mod composition;
mod events;
mod files;
mod finished;
mod iteration;
mod modules;
mod pipeline;
mod readline;
mod streams;

use std::hash::{Hash, Hasher};

use crate::program::RejectionMode;
use composition::{
    COMPOSITION_12, COMPOSITION_16, COMPOSITION_18, COMPOSITION_20, COMPOSITION_24, COMPOSITION_26,
};
pub use composition::{CompositionRules, WrappedMethods};
use events::{EVENTS_12, EVENTS_14, EVENTS_18, EVENTS_20, EVENTS_22, EVENTS_24, EVENTS_26};
pub use events::{EventRules, SignalRules, TargetRules, WaitRules};
use files::{FILES_12, FILES_14, FILES_16, FILES_18, FILES_20, FILES_22, FILES_26};
pub use files::{FilePromises, FileRules, FileStreams, RmdirLooks, TreeListing};
use finished::{FINISHED_12, FINISHED_14, FINISHED_16, FINISHED_18, FINISHED_20, FINISHED_24};
pub use finished::{FinishedRules, LateEnd};
use iteration::{
    ITERATION_12, ITERATION_14, ITERATION_16, ITERATION_18, ITERATION_20, ITERATION_24,
    ITERATION_26, OPERATORS_16, OPERATORS_18, OPERATORS_24,
};
pub use iteration::{ItemLoop, IterationRules, IteratorForm, OperatorRules};
use modules::{IMPORT_12, IMPORT_14, IMPORT_16, IMPORT_18, IMPORT_20, IMPORT_22, IMPORT_24};
pub use modules::{ImportLoader, Linking, LoaderPromises, Refusal, RequireRace};
pub use pipeline::{LastValue, PipelineEnd, PipelineRules, PumpEnd};
use pipeline::{PIPELINE_12, PIPELINE_14, PIPELINE_16, PIPELINE_18, PIPELINE_22, PIPELINE_24};
pub use readline::LineRules;
use readline::{LINES_12, LINES_14, LINES_16, LINES_18, LINES_20, LINES_24};
pub use streams::{
    DeferRule, Destruction, EndCallback, EndGate, FinalCall, FinishGate, OldPipeErrors,
    PipeRelease, QueuePlaces, StreamRules,
};
use streams::{
    STREAMS_12, STREAMS_14, STREAMS_16, STREAMS_18, STREAMS_20, STREAMS_22, STREAMS_24, STREAMS_26,
};

/// The order in which a turn visits its phases (LOOP-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LoopShape {
    /// libuv up to 1.44: timers first, the alive test after the closing phase.
    TimersFirst,
    /// libuv from 1.45 on: timers once before the loop, then at the end of each turn, before the alive test.
    TimersLast,
}

/// Where the body of an ES module entry is evaluated (LOOP-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ModuleEntry {
    /// In the drain of a pool completion: files are read asynchronously.
    InPoll,
    /// Before the loop: files are read synchronously.
    BeforeLoop,
}

/// How many jobs zlib takes, and when (THR-7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ZlibRules {
    /// What it packs is found by a product of four bytes (before: by a checksum). So sizes differ, and with them the jobs.
    pub hashes_product: bool,
    /// A stream that packs begins, and gives its header, also with a write that is empty.
    pub begins_without_data: bool,
    /// A stream goes on with a write only once there is a reader for what it gave.
    pub waits_for_reader: bool,
    /// A failure destroys a stream. Otherwise it is closed, and the failure emitted, or told by a call, in the job that failed.
    pub failure_destroys: bool,
    /// A stream takes nothing any more once it has emitted 'end'.
    pub closes_at_end: bool,
    /// `close()` answers in a tick, whatever becomes of the stream. Otherwise it answers as `finished` does.
    pub close_answers_in_a_tick: bool,
    /// A call tells its callback at once that it does not take such data, and goes on without data. Otherwise it throws.
    pub wrong_data_is_answered: bool,
}

/// The rules of emitters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EmitterRules {
    /// A once wrapper is marked as called before it removes itself, not after (EE-8).
    pub once_marked_first: bool,
    /// A change during an emit makes a new list instead of changing the one the emit copied (EE-5).
    pub lists_kept_while_emitting: bool,
    /// 'removeListener' is emitted for the last listener of an object, and where names keep their places, too (EE-10, EE-11).
    pub removal_always_told: bool,
    /// Names that keep their places without listeners are not among the names of events (EE-14).
    pub empty_names_hidden: bool,
    /// `listeners(undefined)` throws where nothing listens to that (EE-14).
    pub listeners_of_undefined_throw: bool,
}

/// Where promise jobs around iteration differ by the engine of a major (MT-9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AsyncIteration {
    /// An item that comes through `yield*` in an async generator is awaited once more.
    pub delegated_items_awaited: bool,
    /// `return()` of a promise that is rejected, at a `yield*` in an async generator, goes on as `next()` of the reason
    /// (before: as `throw()`).
    pub rejected_return_goes_on: bool,
    /// An async generator that runs to its end after it caught what `throw()` or `return()` threw into it answers that as if
    /// it had ended before.
    pub end_answers_late: bool,
    /// A rejected item of a plain iterator closes it where it is iterated asynchronously, and so does a step that fails.
    pub rejected_item_closes: bool,
    /// An error thrown into a plain iterator without `throw` that is iterated asynchronously closes it.
    pub missing_throw_closes: bool,
}

/// The rules of one Node major.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The major version.
    pub major: u8,
    /// The release the rules were measured on.
    pub release: &'static str,
    /// LOOP-4, LOOP-5.
    pub loop_shape: LoopShape,
    /// Pending callbacks queued during poll run before the check phase of the same turn (LOOP-6).
    pub pending_after_poll: bool,
    /// The timers phase may run again within one pass (TMR-28).
    pub timers_rerun: bool,
    /// The start of the check phase closes a callback scope and so drains what was left over (LOOP-20).
    pub drain_at_check: bool,
    /// LOOP-2.
    pub module_entry: ModuleEntry,
    /// The first CommonJS file that is imported waits for the engine (LOOP-2).
    pub common_waits_for_engine: bool,
    /// Promise jobs between a throw at the top level of the entry module and its report (MT-14).
    pub entry_report: u32,
    /// MOD-5.
    pub import_loader: ImportLoader,
    /// When a CommonJS file that an ES module imports throws, a promise nobody can handle is rejected as well (MOD-5).
    pub throw_rejects_twice: bool,
    /// An ES module that imports a CommonJS file which threw before is evaluated as if nothing had happened; a promise nobody
    /// can handle is rejected with the error (MOD-5).
    pub forgets_throw: bool,
    /// MOD-6.
    pub require_race: RequireRace,
    /// What happens to an unhandled rejection without a flag (MT-12).
    pub rejections: RejectionMode,
    /// A round of rejections is a snapshot (MT-11).
    pub rejection_round_snapshot: bool,
    /// The code 'exit' listeners see when the entry module never settles (PRC-5).
    pub unsettled_code_shown: i32,
    /// The code 'exit' listeners are shown stays if one of them sets it to undefined; otherwise it is 0 then.
    pub shown_code_stays: bool,
    /// THR-8, RS-44.
    pub files: FileRules,
    /// THR-7.
    pub zlib: ZlibRules,
    /// EE-1 to EE-19.
    pub emitter: EmitterRules,
    /// MT-9.
    pub async_iteration: AsyncIteration,
    /// FIN-1 to FIN-5.
    pub finished: FinishedRules,
    /// PL-1 to PL-4.
    pub pipeline: PipelineRules,
    /// RL-1 to RL-9.
    pub lines: LineRules,
    /// EE-20 to EE-26.
    pub events: EventRules,
    /// RS-38, RS-39.
    pub iteration: IterationRules,
    /// RS-45.
    pub operators: OperatorRules,
    /// PL-7, DT-16, RS-46.
    pub composition: CompositionRules,
    /// RS, WS, DT, PIPE.
    pub streams: StreamRules,
}

const NODE_12: Profile = Profile {
    major: 12,
    release: "12.22.12",
    streams: STREAMS_12,
    events: EVENTS_12,
    iteration: ITERATION_12,
    operators: OPERATORS_16,
    composition: COMPOSITION_12,
    lines: LINES_12,
    pipeline: PIPELINE_12,
    finished: FINISHED_12,
    loop_shape: LoopShape::TimersFirst,
    pending_after_poll: false,
    timers_rerun: true,
    drain_at_check: true,
    module_entry: ModuleEntry::InPoll,
    common_waits_for_engine: true,
    entry_report: 2,
    import_loader: IMPORT_12,
    throw_rejects_twice: false,
    forgets_throw: false,
    require_race: RequireRace::Asserts,
    rejections: RejectionMode::Warn,
    rejection_round_snapshot: false,
    unsettled_code_shown: 0,
    shown_code_stays: false,
    files: FILES_12,
    zlib: ZlibRules {
        hashes_product: false,
        begins_without_data: false,
        waits_for_reader: false,
        failure_destroys: false,
        closes_at_end: true,
        close_answers_in_a_tick: true,
        wrong_data_is_answered: true,
    },
    emitter: EmitterRules {
        once_marked_first: false,
        lists_kept_while_emitting: false,
        removal_always_told: false,
        empty_names_hidden: false,
        listeners_of_undefined_throw: false,
    },
    async_iteration: AsyncIteration {
        delegated_items_awaited: true,
        rejected_return_goes_on: false,
        end_answers_late: true,
        rejected_item_closes: false,
        missing_throw_closes: false,
    },
};

const NODE_14: Profile = Profile {
    major: 14,
    entry_report: 3,
    import_loader: IMPORT_14,
    throw_rejects_twice: true,
    release: "14.21.3",
    streams: STREAMS_14,
    pipeline: PIPELINE_14,
    finished: FINISHED_14,
    events: EVENTS_14,
    iteration: ITERATION_14,
    lines: LINES_14,
    zlib: ZlibRules {
        failure_destroys: true,
        closes_at_end: false,
        close_answers_in_a_tick: false,
        wrong_data_is_answered: false,
        ..NODE_12.zlib
    },
    files: FILES_14,
    async_iteration: AsyncIteration {
        end_answers_late: false,
        ..NODE_12.async_iteration
    },
    ..NODE_12
};

const NODE_16: Profile = Profile {
    major: 16,
    release: "16.20.2",
    streams: STREAMS_16,
    pipeline: PIPELINE_16,
    finished: FINISHED_16,
    iteration: ITERATION_16,
    composition: COMPOSITION_16,
    files: FILES_16,
    lines: LINES_16,
    rejections: RejectionMode::Throw,
    entry_report: 8,
    import_loader: IMPORT_16,
    forgets_throw: true,
    ..NODE_14
};

const NODE_18: Profile = Profile {
    major: 18,
    entry_report: 3,
    import_loader: IMPORT_18,
    release: "18.20.8",
    streams: STREAMS_18,
    pipeline: PIPELINE_18,
    finished: FINISHED_18,
    events: EVENTS_18,
    iteration: ITERATION_18,
    operators: OPERATORS_18,
    composition: COMPOSITION_18,
    files: FILES_18,
    lines: LINES_18,
    pending_after_poll: true,
    zlib: ZlibRules {
        hashes_product: true,
        begins_without_data: true,
        waits_for_reader: true,
        ..NODE_14.zlib
    },
    ..NODE_16
};

const NODE_20: Profile = Profile {
    major: 20,
    release: "20.20.2",
    streams: STREAMS_20,
    finished: FINISHED_20,
    events: EVENTS_20,
    iteration: ITERATION_20,
    composition: COMPOSITION_20,
    emitter: EmitterRules {
        listeners_of_undefined_throw: true,
        ..NODE_18.emitter
    },
    files: FILES_20,
    lines: LINES_20,
    loop_shape: LoopShape::TimersLast,
    common_waits_for_engine: false,
    import_loader: IMPORT_20,
    rejection_round_snapshot: true,
    async_iteration: AsyncIteration {
        delegated_items_awaited: false,
        ..NODE_18.async_iteration
    },
    ..NODE_18
};

const NODE_22: Profile = Profile {
    major: 22,
    release: "22.23.3",
    streams: STREAMS_22,
    pipeline: PIPELINE_22,
    events: EVENTS_22,
    files: FILES_22,
    timers_rerun: false,
    module_entry: ModuleEntry::BeforeLoop,
    entry_report: 4,
    import_loader: IMPORT_22,
    throw_rejects_twice: false,
    unsettled_code_shown: 13,
    shown_code_stays: true,
    emitter: EmitterRules {
        removal_always_told: true,
        listeners_of_undefined_throw: false,
        ..NODE_20.emitter
    },
    async_iteration: AsyncIteration {
        rejected_return_goes_on: true,
        ..NODE_20.async_iteration
    },
    ..NODE_20
};

const NODE_24: Profile = Profile {
    major: 24,
    import_loader: IMPORT_24,
    require_race: RequireRace::Refused,
    release: "24.21.0",
    streams: STREAMS_24,
    pipeline: PIPELINE_24,
    finished: FINISHED_24,
    events: EVENTS_24,
    iteration: ITERATION_24,
    operators: OPERATORS_24,
    composition: COMPOSITION_24,
    lines: LINES_24,
    emitter: EmitterRules {
        once_marked_first: true,
        lists_kept_while_emitting: true,
        empty_names_hidden: true,
        ..NODE_22.emitter
    },
    async_iteration: AsyncIteration {
        rejected_item_closes: true,
        missing_throw_closes: true,
        ..NODE_22.async_iteration
    },
    ..NODE_22
};

const NODE_26: Profile = Profile {
    major: 26,
    release: "26.10.0",
    streams: STREAMS_26,
    events: EVENTS_26,
    iteration: ITERATION_26,
    composition: COMPOSITION_26,
    drain_at_check: false,
    files: FILES_26,
    ..NODE_24
};

/// Every profile, oldest first.
pub static PROFILES: [Profile; 8] = [
    NODE_12, NODE_14, NODE_16, NODE_18, NODE_20, NODE_22, NODE_24, NODE_26,
];

/// A major has one profile.
impl Hash for Profile {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.major.hash(state);
    }
}

impl Profile {
    /// The profile of a Node major, if there is one.
    pub fn of(major: u8) -> Option<&'static Profile> {
        PROFILES.iter().find(|profile| profile.major == major)
    }

    /// The newest profile.
    pub fn newest() -> &'static Profile {
        &PROFILES[PROFILES.len() - 1]
    }
}
