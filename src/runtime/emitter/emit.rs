//! What an emit calls (EE-4 to EE-8, EE-12, EE-15, EE-16).

use super::super::Machine;
use super::super::doors::{Called, Event, Guest, Method, NameId, ObjectId, OnceId, Value, ValueId};
use super::{Entry, ListId, MapId};

impl Machine<'_> {
    /// `emitter.emit` (EE-4): calls the listeners there are now (EE-5) until one throws (EE-6), and says whether there are any.
    pub fn emit_event(
        &mut self,
        guest: &mut dyn Guest,
        object: ObjectId,
        name: NameId,
        arguments: &[Value],
    ) -> Called<bool> {
        self.rule("EE-4");
        let map = self.runtime.emitters.map_of(object);
        if let Some(map) = map {
            self.hold_map(map);
        }
        let emitted = self.emit_through(guest, object, map, name, arguments);
        if let Some(map) = map {
            self.release_map(guest, map);
        }
        emitted
    }

    fn emit_through(
        &mut self,
        guest: &mut dyn Guest,
        object: ObjectId,
        map: Option<MapId>,
        name: NameId,
        arguments: &[Value],
    ) -> Called<bool> {
        let get = |machine: &Self, name| {
            map.map_or(Entry::Empty, |map| machine.runtime.emitters.get(map, name))
        };
        if name == NameId::ERROR {
            let is_monitored = get(self, NameId::ERROR_MONITOR) != Entry::Empty;
            if is_monitored {
                self.rule("EE-15");
                let mut passed = vec![Value::Name(NameId::ERROR_MONITOR)];
                passed.extend_from_slice(arguments);
                if let Err(thrown) = self.call_method(guest, object, Method::Emit, &passed)? {
                    return Ok(Err(thrown));
                }
            }
            if get(self, NameId::ERROR) == Entry::Empty {
                self.rule("EE-12");
                return guest.unhandled_error(self, arguments).map(Err);
            }
        }
        let entry = get(self, name);
        let called = match entry {
            Entry::Empty => return Ok(Ok(false)),
            Entry::One(function) => {
                self.observe_emit(guest, object, name, &[function]);
                guest.retain(function);
                let called = self.call_listener(guest, object, name, function, arguments);
                guest.release(function);
                called
            }
            Entry::Many(list) => self.emit_to_list(guest, object, name, list, arguments),
        };
        Ok(called?.map(|()| true))
    }

    fn emit_to_list(
        &mut self,
        guest: &mut dyn Guest,
        object: ObjectId,
        name: NameId,
        list: ListId,
        arguments: &[Value],
    ) -> Called<()> {
        self.rule("EE-5");
        let functions = self.runtime.emitters.functions(list).to_vec();
        self.observe_emit(guest, object, name, &functions);
        functions.iter().for_each(|&each| guest.retain(each));
        self.hold_list(list);
        let marks = u32::from(self.runtime.profile.emitter.lists_kept_while_emitting);
        self.runtime.emitters.list(list).emitting += marks;
        let mut called = Ok(Ok(()));
        for &function in &functions {
            called = self.call_listener(guest, object, name, function, arguments);
            if called != Ok(Ok(())) {
                break;
            }
        }
        self.runtime.emitters.list(list).emitting -= marks;
        self.release_list(guest, list);
        functions.iter().for_each(|&each| guest.release(each));
        called
    }

    /// Calls one listener, and watches what it returns if rejections are captured (EE-7, EE-16).
    fn call_listener(
        &mut self,
        guest: &mut dyn Guest,
        object: ObjectId,
        name: NameId,
        function: ValueId,
        arguments: &[Value],
    ) -> Called<()> {
        let value = match guest.apply(self, function, object, arguments)? {
            Ok(value) => value,
            Err(thrown) => return Ok(Err(thrown)),
        };
        let mut caught = Ok(Ok(()));
        let may_reject = !matches!(value, Value::Undefined | Value::Null);
        if may_reject && guest.captures(self, object)? {
            self.rule("EE-16");
            if let Err(thrown) = guest.watch(self, object, value, name, arguments)? {
                let passed = [Value::Name(NameId::ERROR), Value::Other(thrown)];
                caught = self.call_method(guest, object, Method::Emit, &passed);
                guest.release(thrown);
            }
        }
        guest.release_value(value);
        caught
    }

    /// What a listener returned was rejected, and the tick that follows runs (EE-16): a method of its own takes the reason, or
    /// the listeners of 'error' do, without being watched themselves.
    pub fn route_rejection(
        &mut self,
        guest: &mut dyn Guest,
        object: ObjectId,
        reason: Value,
        name: NameId,
        arguments: &[Value],
    ) -> Called<()> {
        self.rule("EE-16");
        if guest.has_method(self, object, Method::Rejection)? {
            let mut passed = vec![reason, Value::Name(name)];
            passed.extend_from_slice(arguments);
            return self.call_method(guest, object, Method::Rejection, &passed);
        }
        let before = guest.set_captures(self, object, false)?;
        let passed = [Value::Name(NameId::ERROR), reason];
        let emitted = self.call_method(guest, object, Method::Emit, &passed);
        guest.set_captures(self, object, before)?;
        emitted
    }

    fn observe_emit(
        &mut self,
        guest: &dyn Guest,
        object: ObjectId,
        name: NameId,
        functions: &[ValueId],
    ) {
        if object == ObjectId::PROCESS {
            // What the process emits is a callback of its own.
            return;
        }
        self.observe(|| Event::Emit {
            object,
            event: guest.name_text(name),
            listeners: functions
                .iter()
                .map(|&each| guest.function_text(each))
                .collect(),
        });
    }

    /// Makes the mark of a once wrapper.
    pub fn new_once(&mut self) -> OnceId {
        let emitters = &mut self.runtime.emitters;
        emitters.onces += 1;
        let once = OnceId(emitters.onces);
        emitters.waiting.insert(once);
        once
    }

    /// A once wrapper is called (EE-8): the first time it removes itself, then calls what it wraps.
    #[allow(
        clippy::too_many_arguments,
        reason = "a wrapper is all of these together"
    )]
    pub fn call_once(
        &mut self,
        guest: &mut dyn Guest,
        once: OnceId,
        object: ObjectId,
        name: NameId,
        wrapper: ValueId,
        listener: ValueId,
        arguments: &[Value],
    ) -> Called {
        self.rule("EE-8");
        if !self.runtime.emitters.waiting.contains(&once) {
            return Ok(Ok(Value::Undefined));
        }
        if self.runtime.profile.emitter.once_marked_first {
            self.runtime.emitters.waiting.remove(&once);
        }
        let removal = [Value::Name(name), Value::Other(wrapper)];
        if let Err(thrown) = self.call_method(guest, object, Method::RemoveListener, &removal)? {
            return Ok(Err(thrown));
        }
        self.runtime.emitters.waiting.remove(&once);
        guest.apply(self, listener, object, arguments)
    }

    /// Calls a method of an object whose result does not matter.
    pub(super) fn call_method(
        &mut self,
        guest: &mut dyn Guest,
        object: ObjectId,
        method: Method,
        arguments: &[Value],
    ) -> Called<()> {
        let called = guest.invoke(self, object, method, arguments)?;
        Ok(called.map(|value| guest.release_value(value)))
    }
}
