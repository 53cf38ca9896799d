//! The rules of iteration of streams that differ between majors: loops over a Readable, Readables over an iterable, operators.

/// What iterates a Readable (RS-38).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IteratorForm {
    /// An object whose `next` waits for the one before, and is served a tick after 'readable'.
    Chain,
    /// An async generator over the events of the stream.
    EventGenerator,
    /// An async generator over `finished`.
    FinishedGenerator,
    /// An object that gives at once what is there, chunk by chunk.
    Direct,
}

/// How `Readable.from` takes items (RS-39).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemLoop {
    /// Each item is awaited twice. The iterator is closed only if it stands at an item.
    AwaitsAll,
    /// One async function for every iterable, which awaits only promises.
    OneFunction,
    /// A plain loop over what is iterated synchronously, up to the first promise; elsewhere items are not awaited again.
    ByKind,
}

/// How streams are iterated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IterationRules {
    /// RS-38.
    pub iterator: IteratorForm,
    /// A loop over a stream that fails destroys it with the failure, and not once more without (RS-38).
    pub failure_destroys_once: bool,
    /// A loop that comes to the end of a stream leaves its writable side open (RS-38).
    pub open_side_survives: bool,
    /// RS-39.
    pub items: ItemLoop,
    /// `Readable.from` calls the `_destroy` of the options before it closes the iterator (RS-39).
    pub given_destroy_is_called: bool,
    /// If that fails on top of another failure, the error has both (RS-39).
    pub failures_are_joined: bool,
}

/// The operators of a Readable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OperatorRules {
    /// `concurrency` limits the calls that are under way, `highWaterMark` the results that wait. Otherwise `concurrency` limits
    /// the results that wait (RS-45).
    pub calls_are_limited: bool,
    /// What a mapper is given as signal is aborted when the results are left (RS-45).
    pub leaving_aborts: bool,
    /// `take` asks for one item more than it gives (RS-45).
    pub take_asks_for_more: bool,
    /// What `compose` gives is a Readable over the Duplex (RS-45).
    pub composed_is_iterated: bool,
}

pub(super) const ITERATION_12: IterationRules = IterationRules {
    iterator: IteratorForm::Chain,
    failure_destroys_once: false,
    open_side_survives: false,
    items: ItemLoop::AwaitsAll,
    given_destroy_is_called: false,
    failures_are_joined: false,
};

pub(super) const ITERATION_14: IterationRules = IterationRules {
    iterator: IteratorForm::EventGenerator,
    ..ITERATION_12
};

pub(super) const ITERATION_16: IterationRules = IterationRules {
    failure_destroys_once: true,
    items: ItemLoop::OneFunction,
    ..ITERATION_14
};

pub(super) const ITERATION_18: IterationRules = IterationRules {
    iterator: IteratorForm::FinishedGenerator,
    ..ITERATION_16
};

pub(super) const ITERATION_20: IterationRules = IterationRules {
    items: ItemLoop::ByKind,
    ..ITERATION_18
};

pub(super) const ITERATION_24: IterationRules = IterationRules {
    open_side_survives: true,
    given_destroy_is_called: true,
    failures_are_joined: true,
    ..ITERATION_20
};

pub(super) const ITERATION_26: IterationRules = IterationRules {
    iterator: IteratorForm::Direct,
    open_side_survives: false,
    ..ITERATION_24
};

pub(super) const OPERATORS_16: OperatorRules = OperatorRules {
    calls_are_limited: false,
    leaving_aborts: true,
    take_asks_for_more: true,
    composed_is_iterated: true,
};

pub(super) const OPERATORS_18: OperatorRules = OperatorRules {
    calls_are_limited: true,
    leaving_aborts: false,
    take_asks_for_more: false,
    ..OPERATORS_16
};

pub(super) const OPERATORS_24: OperatorRules = OperatorRules {
    composed_is_iterated: false,
    ..OPERATORS_18
};
