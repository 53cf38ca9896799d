//! Deliberate breaks of rules, one at a time, to show that specs and laws would notice (`tests/mutants.rs`).
//!
//! Without the feature `mutants` nothing is ever broken, and the compiler drops the branches.

#[cfg(feature = "mutants")]
use std::cell::Cell;

macro_rules! mutants {
    ($($variant:ident $rule:literal $what:literal),* $(,)?) => {
        /// A rule that may be broken.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Mutant {
            $(#[doc = concat!($rule, ": ", $what)] $variant),*
        }

        impl Mutant {
            /// Every mutant.
            pub const ALL: &[Mutant] = &[$(Mutant::$variant),*];

            /// The rule it breaks.
            pub fn rule(self) -> &'static str {
                match self {
                    $(Mutant::$variant => $rule),*
                }
            }

            /// What is so instead.
            pub fn what(self) -> &'static str {
                match self {
                    $(Mutant::$variant => $what),*
                }
            }
        }
    };
}

mutants! {
    JobsFirst "MT-1" "a drain begins with promise jobs",
    TicksLastInFirstOut "MT-1" "the last tick is run first",
    NoDrainAfterCompletion "MT-3" "nothing is drained after a completion",
    NoDrainBetween "MT-4" "nothing is drained between two timers or immediates of a phase",
    ModuleIsScript "MT-6" "ticks of a module's body precede its promise jobs",
    TicksWhileExiting "MT-8" "ticks are taken while the process exits",
    RejectionsFirst "MT-10" "rejections are reported before promise jobs run",
    LateHandlerIsUntold "MT-10" "a rejection that is handled late is not told to be",
    RejectionsWait "MT-13" "rejections between two timers or immediates of a phase are judged after it",
    DrainGoesOn "MT-14" "a drain goes on after a tick that threw",
    LeftoverIsLost "MT-15" "the ticks an abandoned drain left are lost",
    CheckFollowsClosing "LOOP-8" "close callbacks precede immediates",
    CheckPrecedesPoll "LOOP-8" "immediates run before the poll phase, too",
    UnrefKeepsAlive "LOOP-9" "a timer that is not ref'd keeps the loop alive",
    RequestsKeepNothingAlive "LOOP-9" "a request does not keep the loop alive",
    PollWaits "LOOP-11" "the poll phase waits although there are immediates",
    BatchGrows "LOOP-13" "what begins during a batch of the poll phase may complete in it",
    ClockForgets "LOOP-18" "what follows from two bounds is not known",
    CloseInOrder "LOOP-21" "the handle that was closed first is told first",
    BeforeExitIsLast "LOOP-23" "what 'beforeExit' begins is not waited for",
    ExitIsUndrained "LOOP-24" "promise jobs of 'exit' listeners do not run",
    ExceptionMakesNoTurn "LOOP-25" "the loop does not turn once more after a handled exception",
    ImmediatesAtOnce "IMM-1" "an immediate set in the check phase runs in it",
    ImmediatesLastInFirstOut "IMM-1" "the last immediate is run first",
    UnrefImmediateKeepsAlive "IMM-2" "an immediate that is not ref'd keeps the loop alive",
    BatchIsFixed "IMM-4" "an immediate of the running batch cannot be cleared",
    ThrowEndsBatch "IMM-5" "the rest of a batch waits for the next turn if one throws",
    PhaseIsNotEnteredAgain "IMM-6" "what is set during a batch whose last throws waits for the next turn",
    ZeroDelay "TMR-1" "a delay of 0 is not 1",
    FractionsRoundUp "TMR-2" "the fraction of a delay is rounded up",
    TimersLastInFirstOut "TMR-3" "the last of equal timers is run first",
    ClearIsLost "TMR-5" "a timer that was cleared is called",
    ArmedByOldClock "TMR-9" "a delay counts from what the loop last read",
    ListsAreLeft "TMR-11" "the timer that was due first is run first, whatever its list",
    ClearMovesExpiry "TMR-12" "a list expires with its first timer, though others were before it",
    EmptyListGoes "TMR-13" "a timer that is not ref'd leaves no list when it is cleared",
    LaterListFirst "TMR-14" "of lists that expire together the later one is first",
    ClockGoesOn "TMR-15" "the clock is read for each list of a timers phase",
    IntervalsCountFromEnd "TMR-20" "an interval counts from the end of its callback",
    RefreshIsLost "TMR-20" "refresh() does nothing",
    DrainFollowsThrow "TMR-27" "the ticks of a timer that threw precede the next timer",
    WiderPool "THR-1" "the pool has a thread more",
    LastJobFirst "THR-2" "the job that was queued last is taken first",
    CompletionsInOrder "THR-3" "what was taken first completes first",
    LaneOfAll "THR-4" "lookups may take every thread",
    NoLane "THR-4" "lookups are jobs like any other",
    BatchOfOne "THR-5" "a poll phase delivers one completion",
    OneJobEach "THR-9" "every request is one job",
    ExitIsUntold "PRC-1" "process.exit() does not emit 'exit'",
    ExitCodeIsFixed "PRC-2" "a code that 'exit' listeners set does not count",
    HandledIsFatal "PRC-3" "an exception ends the process although somebody handled it",
    HandlerFailsAsAny "PRC-4" "a handler of exceptions that throws ends the process with code 1",
    UnsettledIsFine "PRC-5" "an entry module that never settles ends the process with code 0",
    NewListenerIsUntold "EE-2" "'newListener' is not emitted",
    PrependedIsLast "EE-3" "a listener that is prepended is called last",
    ListenersReversed "EE-4" "the last listener is called first",
    RemovedAtOnce "EE-5" "a listener that is removed during an emit is not called",
    ThrowIsPassedBy "EE-6" "a listener that throws does not keep the next from being called",
    OnceStays "EE-8" "a once listener is not removed",
    FirstIsRemoved "EE-9" "of equal listeners the first is removed",
    RemovalIsUntold "EE-10" "'removeListener' is not emitted",
    ErrorUnheard "EE-12" "an 'error' nobody listens to is nothing",
    AllRemovedInOrder "EE-13" "removeAllListeners() begins with the first",
    MonitorIsUntold "EE-15" "errorMonitor is not told",
    NothingIsCaptured "EE-16" "what an async listener rejects with is not captured",
    LeaksAreUntold "EE-17" "too many listeners are no reason for a warning",
    ReadsWhileReading "RS-4" "_read is called again before it gave anything",
    ReadsAll "RS-5" "read(n) gives all there is",
    MarkStays "RS-6" "read(n) does not raise the high water mark",
    MarkTakesMore "RS-10" "push() asks for more at the high water mark",
    PushesToFront "RS-11" "what is pushed comes first",
    PushesAreQueued "RS-11" "'data' is never emitted inside push()",
    NothingReadAhead "RS-12" "nothing is read ahead",
    EachPushIsTold "RS-13" "each push makes a 'readable' of its own",
    DataPrecedesReadable "RS-14" "'data' precedes 'readable'",
    EndTakesATick "RS-15" "the end of the data is never told inside push(null)",
    FlowPrecedesResume "RS-17" "'resume' follows the data it lets flow",
    FlowIgnoresPause "RS-18" "pause() does not stop the flow of what is buffered",
    PauseIsUntold "RS-19" "pause() does not emit 'pause'",
    DataDoesNotFlow "RS-23" "a listener of 'data' does not begin the flow",
    ListeningStays "RS-26" "a stream whose listener of 'readable' was removed does not flow again",
    EndsTwice "RS-27" "'end' is emitted again",
    CloseTakesATick "RS-30" "'close' does not share the tick of 'error'",
    NothingAwaitsConstruction "RS-36" "reads and writes do not wait for _construct",
    MarkIsRoom "WS-3" "there is room at the high water mark",
    WritesAtOnce "WS-4" "a write does not wait for the one before",
    CallbackAtOnce "WS-7" "the callback of a write that is done at once is called at once",
    CallbackPrecedesDrain "WS-8" "the callback of a write precedes 'drain'",
    DrainsEarly "WS-9" "'drain' comes before the buffer is empty",
    DrainsUnasked "WS-9" "'drain' comes although write() never said that it is full",
    CorkIsLost "WS-10" "cork() does nothing",
    WritesLastInFirstOut "WS-11" "the last queued write is made first",
    NothingWrittenTogether "WS-11" "queued writes are never given to _writev",
    EndCallbackIsLast "WS-12" "the callback of end() follows 'finish'",
    FinishesEarly "WS-13" "'finish' does not wait for writes",
    FinalIsNotAwaited "WS-13" "'finish' waits neither for _final nor for callbacks of writes",
    ErrorPrecedesCallback "WS-14" "the stream is destroyed before the callback of a failed write is called",
    WritesAfterEnd "WS-15" "write() after end() is taken",
    QueueIsForgotten "WS-17" "queued writes of a destroyed stream are not called back",
    StaysHalfOpen "DT-3" "allowHalfOpen: false does not end the writable side",
    NothingWithheld "DT-7" "a write through a Transform does not wait for reads",
    NothingIsFlushed "DT-8" "_flush is not called",
    PipeDoesNotEnd "PIPE-1" "a pipe does not end its destination",
    PipeNeverPauses "PIPE-2" "a pipe goes on writing to a full sink",
    DrainDoesNotResume "PIPE-3" "a drained destination does not resume the source",
    OneDrainIsEnough "PIPE-4" "a source goes on when one of its full destinations drained",
    UnpipedFlows "PIPE-5" "a source goes on flowing when its last destination leaves",
    FinishedStaysPiped "PIPE-6" "a destination that finished stays piped",
    FailedStaysPiped "PIPE-7" "a destination that failed stays piped",
}

#[cfg(feature = "mutants")]
thread_local! {
    static BROKEN: Cell<Option<Mutant>> = const { Cell::new(None) };
}

/// Runs something on this thread while a rule is broken there.
#[cfg(feature = "mutants")]
pub fn while_broken<T>(mutant: Mutant, run: impl FnOnce() -> T) -> T {
    BROKEN.set(Some(mutant));
    let done = run();
    BROKEN.set(None);
    done
}

/// Whether a rule is broken.
#[cfg(feature = "mutants")]
pub(super) fn is(mutant: Mutant) -> bool {
    BROKEN.get() == Some(mutant)
}

/// Whether a rule is broken: none is.
#[cfg(not(feature = "mutants"))]
pub(super) const fn is(_: Mutant) -> bool {
    false
}
