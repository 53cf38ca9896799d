//! Event emitters: listeners, and what an emit calls (EE-1 to EE-19).
//!
//! An [`Object`](ObjectId) is whatever the guest keeps listeners on. Functions are values of the guest, and the model holds
//! one hold on each that it has in a list. What is called is called through the guest, by name where programs may have
//! replaced a method, so that everything here is re-entrant: no list is borrowed while user code runs.

use std::collections::BTreeSet;

use super::Machine;
use super::doors::{Called, Guest, Method, NameId, ObjectId, OnceId, Value, ValueId};

/// The listeners of one name, in order. Never empty, except where a name has a fixed place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Listeners {
    functions: Vec<ValueId>,
    /// Somebody was warned about their number (EE-17).
    warned: bool,
}

/// The listeners of one object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Emitter {
    /// In order of insertion (EE-14).
    names: Vec<(NameId, Listeners)>,
}

impl Emitter {
    fn find(&self, name: NameId) -> Option<&Listeners> {
        let found = self.names.iter().find(|(each, _)| *each == name);
        found.map(|(_, listeners)| listeners)
    }

    fn find_mut(&mut self, name: NameId) -> Option<&mut Listeners> {
        let found = self.names.iter_mut().find(|(each, _)| *each == name);
        found.map(|(_, listeners)| listeners)
    }

    fn functions(&self, name: NameId) -> &[ValueId] {
        self.find(name)
            .map_or(&[], |listeners| &listeners.functions)
    }
}

/// Every emitter of a process.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Emitters {
    arena: Vec<Emitter>,
    /// Once wrappers that have not been called yet (EE-8).
    waiting: BTreeSet<OnceId>,
    onces: u64,
}

impl Default for Emitters {
    fn default() -> Self {
        Emitters {
            // The process.
            arena: vec![Emitter::default()],
            waiting: BTreeSet::new(),
            onces: 0,
        }
    }
}

impl Machine<'_> {
    /// Takes an object of the guest into the model: it has no listeners.
    pub fn new_object(&mut self) -> ObjectId {
        let arena = &mut self.runtime.emitters.arena;
        arena.push(Emitter::default());
        ObjectId(arena.len() as u32 - 1)
    }

    fn emitter(&self, object: ObjectId) -> &Emitter {
        &self.runtime.emitters.arena[object.0 as usize]
    }

    fn emitter_mut(&mut self, object: ObjectId) -> &mut Emitter {
        &mut self.runtime.emitters.arena[object.0 as usize]
    }

    /// The listeners of a name, wrappers as they are (EE-14).
    pub fn listeners(&self, object: ObjectId, name: NameId) -> &[ValueId] {
        self.emitter(object).functions(name)
    }

    /// The names that have listeners, in the order of the keys of an object (EE-14).
    pub fn event_names(&self, guest: &dyn Guest, object: ObjectId) -> Vec<NameId> {
        let heard = self.emitter(object).names.iter();
        let mut names: Vec<NameId> = heard
            .filter(|(_, listeners)| !listeners.functions.is_empty())
            .map(|&(name, _)| name)
            .collect();
        names.sort_by_key(|&name| guest.name_order(name));
        names
    }

    /// `emitter.on` and `emitter.prependListener` (EE-2). Gives the number of listeners if somebody has to be warned of it.
    pub fn add_listener(
        &mut self,
        guest: &mut dyn Guest,
        object: ObjectId,
        name: NameId,
        listener: ValueId,
        first: bool,
    ) -> Called<Option<usize>> {
        self.rule("EE-2");
        if !self.listeners(object, NameId::NEW_LISTENER).is_empty() {
            let original = guest.original(self, listener)?;
            let shown = Value::Other(original.unwrap_or(listener));
            let arguments = [Value::Name(NameId::NEW_LISTENER), Value::Name(name), shown];
            let emitted = guest.invoke(self, object, Method::Emit, &arguments)?;
            if let Some(original) = original {
                guest.release(original);
            }
            match emitted {
                Ok(value) => guest.release_value(value),
                Err(thrown) => return Ok(Err(thrown)),
            }
        }
        guest.retain(listener);
        let emitter = self.emitter_mut(object);
        let Some(listeners) = emitter.find_mut(name) else {
            let functions = vec![listener];
            let listeners = Listeners {
                functions,
                warned: false,
            };
            emitter.names.push((name, listeners));
            return Ok(Ok(None));
        };
        let at = if first { 0 } else { listeners.functions.len() };
        listeners.functions.insert(at, listener);
        let count = listeners.functions.len();
        if count == 1 || listeners.warned {
            return Ok(Ok(None));
        }
        let limit = match guest.listener_limit(self, object)? {
            Ok(limit) => limit,
            Err(thrown) => return Ok(Err(thrown)),
        };
        if !(limit > 0.0 && count as f64 > limit) {
            return Ok(Ok(None));
        }
        self.rule("EE-17");
        if let Some(listeners) = self.emitter_mut(object).find_mut(name) {
            listeners.warned = true;
        }
        Ok(Ok(Some(count)))
    }

    /// `emitter.removeListener`: takes out the last that is the function or stands for it (EE-9), then tells (EE-10).
    pub fn remove_listener(
        &mut self,
        guest: &mut dyn Guest,
        object: ObjectId,
        name: NameId,
        listener: ValueId,
    ) -> Called<()> {
        self.rule("EE-9");
        let mut at = self.listeners(object, name).len();
        loop {
            if at == 0 {
                return Ok(Ok(()));
            }
            at -= 1;
            let Some(&each) = self.listeners(object, name).get(at) else {
                continue;
            };
            if each == listener || guest.stands_for(self, each, listener)? {
                break;
            }
        }
        let emitter = self.emitter_mut(object);
        let Some(listeners) = emitter.find_mut(name) else {
            return Ok(Ok(()));
        };
        let was_alone = listeners.functions.len() == 1;
        let removed = listeners.functions.remove(at);
        if listeners.functions.len() == 1 {
            // EE-19
            listeners.warned = false;
        }
        if was_alone {
            emitter.names.retain(|(each, _)| *each != name);
        }
        let mut told = Ok(());
        if !self.listeners(object, NameId::REMOVE_LISTENER).is_empty() {
            self.rule("EE-10");
            let original = if was_alone {
                guest.original(self, removed)?
            } else {
                None
            };
            let shown = Value::Other(original.unwrap_or(listener));
            let arguments = [
                Value::Name(NameId::REMOVE_LISTENER),
                Value::Name(name),
                shown,
            ];
            match guest.invoke(self, object, Method::Emit, &arguments)? {
                Ok(value) => guest.release_value(value),
                Err(thrown) => told = Err(thrown),
            }
            if let Some(original) = original {
                guest.release(original);
            }
        }
        guest.release(removed);
        Ok(told)
    }

    /// `emitter.removeAllListeners` (EE-13).
    pub fn remove_all_listeners(
        &mut self,
        guest: &mut dyn Guest,
        object: ObjectId,
        name: Option<NameId>,
    ) -> Called<()> {
        self.rule("EE-13");
        let is_told = !self.listeners(object, NameId::REMOVE_LISTENER).is_empty();
        match name {
            None if is_told => {
                for name in self.event_names(guest, object) {
                    if name == NameId::REMOVE_LISTENER {
                        continue;
                    }
                    let arguments = [Value::Name(name)];
                    match guest.invoke(self, object, Method::RemoveAllListeners, &arguments)? {
                        Ok(value) => guest.release_value(value),
                        Err(thrown) => return Ok(Err(thrown)),
                    }
                }
                let arguments = [Value::Name(NameId::REMOVE_LISTENER)];
                let removed = guest.invoke(self, object, Method::RemoveAllListeners, &arguments)?;
                match removed {
                    Ok(value) => guest.release_value(value),
                    Err(thrown) => return Ok(Err(thrown)),
                }
                self.drop_listeners(guest, object, None);
            }
            Some(name) if is_told => {
                let listeners = self.hold(guest, object, name);
                for (at, &listener) in listeners.iter().enumerate().rev() {
                    let arguments = [Value::Name(name), Value::Other(listener)];
                    let removed = guest.invoke(self, object, Method::RemoveListener, &arguments)?;
                    guest.release(listener);
                    match removed {
                        Ok(value) => guest.release_value(value),
                        Err(thrown) => {
                            listeners[..at].iter().for_each(|&each| guest.release(each));
                            return Ok(Err(thrown));
                        }
                    }
                }
            }
            _ => self.drop_listeners(guest, object, name),
        }
        Ok(Ok(()))
    }

    /// Drops the listeners of one name or of all without telling anybody.
    fn drop_listeners(&mut self, guest: &mut dyn Guest, object: ObjectId, name: Option<NameId>) {
        let emitter = self.emitter_mut(object);
        let (dropped, kept) = std::mem::take(&mut emitter.names)
            .into_iter()
            .partition(|(each, _)| name.is_none_or(|name| name == *each));
        emitter.names = kept;
        let dropped: Vec<(NameId, Listeners)> = dropped;
        for function in dropped
            .iter()
            .flat_map(|(_, listeners)| &listeners.functions)
        {
            guest.release(*function);
        }
    }

    /// A copy of a list, with a hold on each function.
    fn hold(&self, guest: &mut dyn Guest, object: ObjectId, name: NameId) -> Vec<ValueId> {
        let functions = self.listeners(object, name).to_vec();
        functions.iter().for_each(|&each| guest.retain(each));
        functions
    }

    /// `emitter.emit` (EE-4): calls the listeners there are now (EE-5) until one throws (EE-6), and says whether there are any.
    pub fn emit_event(
        &mut self,
        guest: &mut dyn Guest,
        object: ObjectId,
        name: NameId,
        arguments: &[Value],
    ) -> Called<bool> {
        self.rule("EE-4");
        if name == NameId::ERROR {
            if !self.listeners(object, NameId::ERROR_MONITOR).is_empty() {
                self.rule("EE-15");
                let mut passed = vec![Value::Name(NameId::ERROR_MONITOR)];
                passed.extend_from_slice(arguments);
                match guest.invoke(self, object, Method::Emit, &passed)? {
                    Ok(value) => guest.release_value(value),
                    Err(thrown) => return Ok(Err(thrown)),
                }
            }
            if self.listeners(object, NameId::ERROR).is_empty() {
                self.rule("EE-12");
                return guest.unhandled_error(self, arguments).map(Err);
            }
        }
        let listeners = self.hold(guest, object, name);
        for (at, &listener) in listeners.iter().enumerate() {
            let called = guest.apply(self, listener, object, arguments)?;
            guest.release(listener);
            match called {
                Ok(value) => guest.release_value(value),
                Err(thrown) => {
                    listeners[at + 1..]
                        .iter()
                        .for_each(|&each| guest.release(each));
                    return Ok(Err(thrown));
                }
            }
        }
        Ok(Ok(!listeners.is_empty()))
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
        let early = self.runtime.profile.emitter.once_marked_first;
        if early {
            self.runtime.emitters.waiting.remove(&once);
        }
        let removal = [Value::Name(name), Value::Other(wrapper)];
        match guest.invoke(self, object, Method::RemoveListener, &removal)? {
            Ok(value) => guest.release_value(value),
            Err(thrown) => return Ok(Err(thrown)),
        }
        self.runtime.emitters.waiting.remove(&once);
        guest.apply(self, listener, object, arguments)
    }
}
