//! The rules of waiting for events, event targets and abort signals that differ between majors.

/// `once` and `on` of the module `events`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WaitRules {
    /// `once` listens to 'error' last, and is an async function. Otherwise it listens to 'error' first, and gives its own
    /// promise (EE-20).
    pub once_is_async: bool,
    /// To an `on` of 'error', an error is an event (EE-22).
    pub awaited_error_is_event: bool,
    /// `throw` on what `on` gives does as an error of the emitter does. Otherwise what waits stays so (EE-22).
    pub throw_is_an_error: bool,
    /// It closes without its `return`, and takes off what it had put on, the last first (EE-22).
    pub closes_itself: bool,
    /// It pauses and resumes the emitter by marks, and closes with events that are named (EE-23).
    pub marks_pause: bool,
    /// Closed, it does not resume the emitter (EE-23).
    pub closing_ends_pause: bool,
    /// Its results name `done` first (EE-22).
    pub done_comes_first: bool,
}

/// Event targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TargetRules {
    /// An event that was stopped still reaches passive listeners, up to one that is not; otherwise only listeners of Node's own that
    /// resist it (EE-25).
    pub stop_spares_passive: bool,
    /// `stopImmediatePropagation` is `stopPropagation` too (EE-25).
    pub immediate_stop_is_a_stop: bool,
    /// An event still shows where it was once all have heard it (EE-25).
    pub current_target_stays: bool,
    /// A passive listener cannot prevent the default (EE-25).
    pub passive_cannot_prevent: bool,
    /// `removeEventListener` takes `true` for a capturing listener (EE-25).
    pub removal_takes_boolean: bool,
    /// What an `on…` property is set to is null if nobody could call it (EE-25).
    pub handler_is_callable: bool,
}

/// Abort signals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SignalRules {
    /// Any number of listeners is fine (EE-26).
    pub listeners_are_unlimited: bool,
    /// Signals that follow one are aborted before anybody hears of it. Otherwise after (EE-26).
    pub followers_abort_first: bool,
    /// A signal follows others from its first listener on, and looks at them when it is asked. Otherwise it follows them from its
    /// making on (EE-26).
    pub follows_when_heard: bool,
}

/// Waits, targets and signals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EventRules {
    /// EE-20 to EE-23.
    pub waits: WaitRules,
    /// EE-25.
    pub targets: TargetRules,
    /// EE-26.
    pub signals: SignalRules,
}

pub(super) const EVENTS_12: EventRules = EventRules {
    waits: WaitRules {
        once_is_async: false,
        awaited_error_is_event: false,
        throw_is_an_error: false,
        closes_itself: false,
        marks_pause: false,
        closing_ends_pause: false,
        done_comes_first: false,
    },
    targets: TargetRules {
        stop_spares_passive: true,
        immediate_stop_is_a_stop: false,
        current_target_stays: true,
        passive_cannot_prevent: false,
        removal_takes_boolean: false,
        handler_is_callable: false,
    },
    signals: SignalRules {
        listeners_are_unlimited: false,
        followers_abort_first: false,
        follows_when_heard: false,
    },
};

pub(super) const EVENTS_14: EventRules = EventRules {
    waits: WaitRules {
        once_is_async: true,
        awaited_error_is_event: true,
        ..EVENTS_12.waits
    },
    ..EVENTS_12
};

pub(super) const EVENTS_18: EventRules = EventRules {
    targets: TargetRules {
        stop_spares_passive: false,
        ..EVENTS_14.targets
    },
    ..EVENTS_14
};

pub(super) const EVENTS_20: EventRules = EventRules {
    waits: WaitRules {
        throw_is_an_error: true,
        closes_itself: true,
        marks_pause: true,
        ..EVENTS_18.waits
    },
    targets: TargetRules {
        immediate_stop_is_a_stop: true,
        current_target_stays: false,
        ..EVENTS_18.targets
    },
    ..EVENTS_18
};

pub(super) const EVENTS_22: EventRules = EventRules {
    targets: TargetRules {
        passive_cannot_prevent: true,
        ..EVENTS_20.targets
    },
    signals: SignalRules {
        listeners_are_unlimited: true,
        followers_abort_first: true,
        ..EVENTS_20.signals
    },
    ..EVENTS_20
};

pub(super) const EVENTS_24: EventRules = EventRules {
    waits: WaitRules {
        closing_ends_pause: true,
        ..EVENTS_22.waits
    },
    signals: SignalRules {
        follows_when_heard: true,
        ..EVENTS_22.signals
    },
    ..EVENTS_22
};

pub(super) const EVENTS_26: EventRules = EventRules {
    waits: WaitRules {
        done_comes_first: true,
        ..EVENTS_24.waits
    },
    targets: TargetRules {
        removal_takes_boolean: true,
        handler_is_callable: true,
        ..EVENTS_24.targets
    },
    signals: SignalRules {
        follows_when_heard: false,
        ..EVENTS_24.signals
    },
};
