//! The rules of streams made of others that differ between majors: `compose`, `Duplex.from`, `wrap`.

/// Which methods of a wrapped stream are also the Readable's, if that has none of the name (RS-46).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WrappedMethods {
    /// Its own and its class's, called by name.
    All,
    /// Its own but the first of its properties, bound.
    OwnButFirst,
    /// Its own, bound.
    Own,
}

/// How streams are made of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CompositionRules {
    /// What `compose` gives has objects to read if its last stream reads objects. Otherwise if that is written objects (PL-7).
    pub mode_is_of_reading: bool,
    /// It finishes once its last stream is over. Otherwise with the 'finish' of that (PL-7).
    pub finishes_when_over: bool,
    /// Destroyed, it destroys its last stream also if the pipeline was over, and before it waits for that (PL-7).
    pub tail_is_destroyed_first: bool,
    /// It reads its last stream by 'data', `pause` and `resume`. Otherwise by 'readable' (PL-7).
    pub tail_flows: bool,
    /// A Duplex of two streams is destroyed when both are over (DT-16).
    pub both_over_destroys: bool,
    /// A Duplex that a function returns is what `Duplex.from` gives, and not iterated (DT-16).
    pub duplex_result_is_taken: bool,
    /// Where the readable stream fails, the writable one is destroyed. Otherwise the one that failed (DT-16).
    pub failed_reading_destroys_sink: bool,
    /// The signal a function is given is aborted with the error its Duplex is destroyed with (DT-16).
    pub abort_tells_error: bool,
    /// What a function is given to read ends when its Duplex is destroyed (DT-16).
    pub destruction_ends_feed: bool,
    /// A function whose promise is fulfilled before all is written to it has its Duplex destroyed (DT-16).
    pub early_result_destroys: bool,
    /// RS-46.
    pub wrapped_methods: WrappedMethods,
    /// A Readable passes on 'close', 'destroy', 'pause' and 'resume' of what it wraps. Otherwise the first two destroy it (RS-46).
    pub wrapped_events_are_relayed: bool,
    /// It decodes what it is given there, and passes over what is empty (RS-46).
    pub wrapped_data_is_decoded: bool,
    /// What cannot be paused is not. Otherwise it fails (RS-46).
    pub wrapped_may_not_pause: bool,
}

pub(super) const COMPOSITION_12: CompositionRules = CompositionRules {
    mode_is_of_reading: false,
    finishes_when_over: false,
    tail_is_destroyed_first: false,
    tail_flows: false,
    both_over_destroys: true,
    duplex_result_is_taken: false,
    failed_reading_destroys_sink: false,
    abort_tells_error: false,
    destruction_ends_feed: false,
    early_result_destroys: false,
    wrapped_methods: WrappedMethods::All,
    wrapped_events_are_relayed: true,
    wrapped_data_is_decoded: true,
    wrapped_may_not_pause: false,
};

pub(super) const COMPOSITION_16: CompositionRules = CompositionRules {
    wrapped_methods: WrappedMethods::OwnButFirst,
    wrapped_events_are_relayed: false,
    wrapped_data_is_decoded: false,
    wrapped_may_not_pause: true,
    ..COMPOSITION_12
};

pub(super) const COMPOSITION_18: CompositionRules = CompositionRules {
    mode_is_of_reading: true,
    finishes_when_over: true,
    both_over_destroys: false,
    ..COMPOSITION_16
};

pub(super) const COMPOSITION_20: CompositionRules = CompositionRules {
    tail_is_destroyed_first: true,
    duplex_result_is_taken: true,
    ..COMPOSITION_18
};

pub(super) const COMPOSITION_24: CompositionRules = CompositionRules {
    tail_flows: true,
    failed_reading_destroys_sink: true,
    abort_tells_error: true,
    destruction_ends_feed: true,
    wrapped_methods: WrappedMethods::Own,
    ..COMPOSITION_20
};

pub(super) const COMPOSITION_26: CompositionRules = CompositionRules {
    early_result_destroys: true,
    ..COMPOSITION_24
};
