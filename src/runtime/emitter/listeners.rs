//! Listeners are asked for, added and removed (EE-2, EE-3, EE-9 to EE-14, EE-17, EE-19).

use super::super::Machine;
use super::super::doors::{Called, Guest, Method, NameId, ObjectId, Value, ValueId};
use super::{Entry, ListId, MapId};

impl Machine<'_> {
    /// The listeners of a name, wrappers as they are (EE-14).
    pub fn listeners(&self, object: ObjectId, name: NameId) -> Vec<ValueId> {
        match self.entry(object, name) {
            Entry::Empty => Vec::new(),
            Entry::One(function) => vec![function],
            Entry::Many(list) => self.runtime.emitters.functions(list).to_vec(),
        }
    }

    /// How many listeners a name has (EE-14).
    pub fn count_listeners(&self, object: ObjectId, name: NameId) -> usize {
        match self.entry(object, name) {
            Entry::Empty => 0,
            Entry::One(_) => 1,
            Entry::Many(list) => self.runtime.emitters.functions(list).len(),
        }
    }

    fn entry(&self, object: ObjectId, name: NameId) -> Entry {
        let map = self.runtime.emitters.map_of(object);
        map.map_or(Entry::Empty, |map| self.runtime.emitters.get(map, name))
    }

    /// The names of a map in the order of the keys of an object (EE-14).
    fn ordered_names(&self, guest: &dyn Guest, map: MapId) -> Vec<NameId> {
        let entries = self.map_entries(map).iter();
        let mut names: Vec<NameId> = entries.map(|&(name, _)| name).collect();
        names.sort_by_key(|&name| guest.name_order(name));
        names
    }

    /// `emitter.eventNames` (EE-14).
    pub fn event_names(&self, guest: &dyn Guest, object: ObjectId) -> Vec<NameId> {
        let Some(map) = self.runtime.emitters.map_of(object) else {
            return Vec::new();
        };
        if self.name_count(object) <= 0 {
            return Vec::new();
        }
        let mut names = self.ordered_names(guest, map);
        if self.runtime.profile.emitter.empty_names_hidden {
            names.retain(|&name| self.runtime.emitters.get(map, name) != Entry::Empty);
        }
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
        let is_told = self.entry(object, NameId::NEW_LISTENER) != Entry::Empty;
        if is_told {
            let original = guest.original(self, listener)?;
            let shown = Value::Other(original.unwrap_or(listener));
            let arguments = [Value::Name(NameId::NEW_LISTENER), Value::Name(name), shown];
            let emitted = self.call_method(guest, object, Method::Emit, &arguments)?;
            if let Some(original) = original {
                guest.release(original);
            }
            if let Err(thrown) = emitted {
                return Ok(Err(thrown));
            }
        }
        let emitters = &mut self.runtime.emitters;
        let map = match emitters.map_of(object) {
            Some(map) => map,
            None => emitters.own_map(object),
        };
        guest.retain(listener);
        let list = match emitters.get(map, name) {
            Entry::Empty => {
                emitters.map(map).set(name, Entry::One(listener));
                emitters.count_names(object, 1);
                return Ok(Ok(None));
            }
            Entry::One(alone) => {
                let both = if first {
                    [listener, alone]
                } else {
                    [alone, listener]
                };
                let list = self.new_list(both.to_vec());
                self.runtime.emitters.map(map).set(name, Entry::Many(list));
                list
            }
            Entry::Many(list) => {
                let list = self.list_to_change(guest, map, name, list);
                let functions = &mut self.runtime.emitters.list(list).functions;
                functions.insert(if first { 0 } else { functions.len() }, listener);
                list
            }
        };
        self.hold_list(list);
        let limit = guest.listener_limit(self, object)?;
        let changed = self.runtime.emitters.list(list);
        let count = changed.functions.len();
        let is_leak = limit.map(|limit| limit > 0.0 && count as f64 > limit && !changed.warned);
        if is_leak == Ok(true) {
            changed.warned = true;
            self.rule("EE-17");
        }
        self.release_list(guest, list);
        Ok(is_leak.map(|is_leak| is_leak.then_some(count)))
    }

    /// The list to change instead of one that an emit may be going through (EE-5).
    fn list_to_change(
        &mut self,
        guest: &mut dyn Guest,
        map: MapId,
        name: NameId,
        list: ListId,
    ) -> ListId {
        let original = self.runtime.emitters.list(list);
        if original.emitting == 0 {
            return list;
        }
        let (functions, warned) = (original.functions.clone(), original.warned);
        functions.iter().for_each(|&each| guest.retain(each));
        let copy = self.new_list(functions);
        self.runtime.emitters.list(copy).warned = warned;
        self.runtime.emitters.map(map).set(name, Entry::Many(copy));
        self.release_list(guest, list);
        copy
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
        let Some(map) = self.runtime.emitters.map_of(object) else {
            return Ok(Ok(()));
        };
        self.hold_map(map);
        let removed = match self.runtime.emitters.get(map, name) {
            Entry::Empty => Ok(Ok(())),
            Entry::One(alone) => self.remove_alone(guest, object, map, name, alone, listener),
            Entry::Many(list) => self.remove_from(guest, object, map, name, list, listener),
        };
        self.release_map(guest, map);
        removed
    }

    fn remove_alone(
        &mut self,
        guest: &mut dyn Guest,
        object: ObjectId,
        map: MapId,
        name: NameId,
        alone: ValueId,
        listener: ValueId,
    ) -> Called<()> {
        if alone != listener && !guest.stands_for(self, alone, listener)? {
            return Ok(Ok(()));
        }
        let rules = self.runtime.profile.emitter;
        let keeps_names = self.keeps_names(object);
        let emitters = &mut self.runtime.emitters;
        let names = emitters.count_names(object, -1);
        let (is_told, is_left) = if keeps_names {
            emitters.map(map).set(name, Entry::Empty);
            (rules.removal_always_told, false)
        } else if names == 0 {
            // The old map is given up as it is.
            self.replace_map(guest, object);
            (rules.removal_always_told, true)
        } else {
            emitters.map(map).entries.retain(|(each, _)| *each != name);
            (true, false)
        };
        let told = if is_told {
            let original = guest.original(self, alone)?;
            let told = self.tell_removal(guest, object, map, name, original.unwrap_or(listener));
            if let Some(original) = original {
                guest.release(original);
            }
            told
        } else {
            Ok(Ok(()))
        };
        if !is_left {
            guest.release(alone);
        }
        told
    }

    fn remove_from(
        &mut self,
        guest: &mut dyn Guest,
        object: ObjectId,
        map: MapId,
        name: NameId,
        list: ListId,
        listener: ValueId,
    ) -> Called<()> {
        let functions = self.runtime.emitters.functions(list).to_vec();
        let mut at = functions.len();
        loop {
            if at == 0 {
                return Ok(Ok(()));
            }
            at -= 1;
            if functions[at] == listener || guest.stands_for(self, functions[at], listener)? {
                break;
            }
        }
        let list = self.list_to_change(guest, map, name, list);
        let changed = self.runtime.emitters.list(list);
        let removed = changed.functions.remove(at);
        if let [last] = changed.functions[..] {
            self.rule("EE-19");
            guest.retain(last);
            self.runtime.emitters.map(map).set(name, Entry::One(last));
            self.release_list(guest, list);
        }
        let told = self.tell_removal(guest, object, map, name, listener);
        guest.release(removed);
        told
    }

    /// Emits 'removeListener' if the map had such listeners (EE-10).
    fn tell_removal(
        &mut self,
        guest: &mut dyn Guest,
        object: ObjectId,
        map: MapId,
        name: NameId,
        shown: ValueId,
    ) -> Called<()> {
        let is_told = self.runtime.emitters.get(map, NameId::REMOVE_LISTENER) != Entry::Empty;
        if !is_told {
            return Ok(Ok(()));
        }
        self.rule("EE-10");
        let shown = Value::Other(shown);
        let arguments = [
            Value::Name(NameId::REMOVE_LISTENER),
            Value::Name(name),
            shown,
        ];
        self.call_method(guest, object, Method::Emit, &arguments)
    }

    /// `emitter.removeAllListeners` (EE-13).
    pub fn remove_all_listeners(
        &mut self,
        guest: &mut dyn Guest,
        object: ObjectId,
        name: Option<NameId>,
    ) -> Called<()> {
        self.rule("EE-13");
        let Some(map) = self.runtime.emitters.map_of(object) else {
            return Ok(Ok(()));
        };
        let is_told = self.runtime.emitters.get(map, NameId::REMOVE_LISTENER) != Entry::Empty;
        match name {
            Some(name) if is_told => self.remove_each(guest, object, map, name),
            Some(name) => {
                let emitters = &mut self.runtime.emitters;
                let entry = emitters.get(map, name);
                if entry != Entry::Empty {
                    if emitters.count_names(object, -1) == 0 {
                        self.replace_map(guest, object);
                    } else {
                        emitters.map(map).entries.retain(|(each, _)| *each != name);
                        self.release_entry(guest, entry);
                    }
                }
                self.set_keeps_names(object, false);
                Ok(Ok(()))
            }
            None => {
                if is_told {
                    let mut names = self.ordered_names(guest, map);
                    names.retain(|&name| name != NameId::REMOVE_LISTENER);
                    names.push(NameId::REMOVE_LISTENER);
                    for name in names {
                        let arguments = [Value::Name(name)];
                        let method = Method::RemoveAllListeners;
                        if let Err(thrown) = self.call_method(guest, object, method, &arguments)? {
                            return Ok(Err(thrown));
                        }
                    }
                }
                self.own_listeners(guest, object);
                self.set_keeps_names(object, false);
                Ok(Ok(()))
            }
        }
    }

    /// Removes the listeners of a name one by one, last first.
    fn remove_each(
        &mut self,
        guest: &mut dyn Guest,
        object: ObjectId,
        map: MapId,
        name: NameId,
    ) -> Called<()> {
        match self.runtime.emitters.get(map, name) {
            Entry::Empty => Ok(Ok(())),
            Entry::One(alone) => {
                guest.retain(alone);
                let arguments = [Value::Name(name), Value::Other(alone)];
                let removed = self.call_method(guest, object, Method::RemoveListener, &arguments);
                guest.release(alone);
                removed
            }
            Entry::Many(list) => {
                self.hold_list(list);
                let mut removed = Ok(Ok(()));
                let count = self.runtime.emitters.functions(list).len();
                for at in (0..count).rev() {
                    let function = self.runtime.emitters.functions(list).get(at).copied();
                    let shown = function.map_or(Value::Undefined, Value::Other);
                    if let Some(function) = function {
                        guest.retain(function);
                    }
                    let arguments = [Value::Name(name), shown];
                    removed = self.call_method(guest, object, Method::RemoveListener, &arguments);
                    guest.release_value(shown);
                    if removed != Ok(Ok(())) {
                        break;
                    }
                }
                self.release_list(guest, list);
                removed
            }
        }
    }
}
