//! Deliberate breaks of rules, one at a time, to show that specs and laws would notice (`tests/mutants.rs`).
//!
//! Without the feature `mutants` nothing is ever broken, and the compiler drops the branches.

#[cfg(feature = "mutants")]
use std::sync::atomic::{AtomicUsize, Ordering};

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
    NoDrainBetween "MT-4" "nothing is drained between two timers or immediates of a phase",
    RejectionsFirst "MT-10" "rejections are reported before promise jobs run",
    CheckFollowsClosing "LOOP-1" "close callbacks precede immediates",
    UnrefKeepsAlive "LOOP-9" "a timer that is not ref'd keeps the loop alive",
    PollWaits "LOOP-11" "the poll phase waits although there are immediates",
    ClockForgets "LOOP-18" "what follows from two bounds is not known",
    CloseInOrder "LOOP-21" "the handle that was closed first is told first",
    BeforeExitIsLast "LOOP-23" "what 'beforeExit' begins is not waited for",
    ImmediatesAtOnce "IMM-1" "an immediate set in the check phase runs in it",
    ZeroDelay "TMR-1" "a delay of 0 is not 1",
    TimersLastInFirstOut "TMR-3" "the last of equal timers is run first",
    ClearIsLost "TMR-5" "a timer that was cleared is called",
    LaterListFirst "TMR-14" "of lists that expire together the later one is first",
    WiderPool "THR-1" "the pool has a thread more",
    HandledIsFatal "PRC-3" "an exception ends the process although somebody handled it",
    ListenersReversed "EE-4" "the last listener is called first",
    OnceStays "EE-8" "a once listener is not removed",
    ErrorUnheard "EE-12" "an 'error' nobody listens to is nothing",
    MarkIsRoom "WS-3" "there is room at the high water mark",
    DrainsEarly "WS-9" "'drain' comes before the buffer is empty",
    WritesLastInFirstOut "WS-11" "the last queued write is made first",
    FinishesEarly "WS-13" "'finish' does not wait for writes",
    ReadsAll "RS-5" "read(n) gives all there is",
    PushesToFront "RS-11" "what is pushed comes first",
    EndsTwice "RS-27" "'end' is emitted again",
    PipeNeverPauses "PIPE-2" "a pipe goes on writing to a full sink",
}

#[cfg(feature = "mutants")]
static BROKEN: AtomicUsize = AtomicUsize::new(usize::MAX);

/// Runs something while a rule is broken, for all threads.
#[cfg(feature = "mutants")]
pub fn while_broken<T>(mutant: Mutant, run: impl FnOnce() -> T) -> T {
    BROKEN.store(mutant as usize, Ordering::SeqCst);
    let done = run();
    BROKEN.store(usize::MAX, Ordering::SeqCst);
    done
}

/// Whether a rule is broken.
#[cfg(feature = "mutants")]
pub(super) fn is(mutant: Mutant) -> bool {
    BROKEN.load(Ordering::Relaxed) == mutant as usize
}

/// Whether a rule is broken: none is.
#[cfg(not(feature = "mutants"))]
pub(super) const fn is(_: Mutant) -> bool {
    false
}
