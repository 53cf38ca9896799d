'use strict';
// Keys on event targets that other modules know.

// How many listeners of one type a target may have before somebody is warned, and whether somebody was.
exports.limit = Symbol('events.maxEventTargetListeners');
exports.warned = Symbol('events.maxEventTargetListenersWarned');

// An option of events.on: gives what listeners are called with first, not all of it.
exports.firstOnly = Symbol('kFirstEventParam');

// An option of listeners: they hear of an event whose propagation was stopped, too.
exports.resist = Symbol('kResistStopPropagation');
