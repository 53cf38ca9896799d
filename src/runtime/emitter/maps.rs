//! Objects and the maps and lists they lead to, as things a guest knows and programs replace (EE-1, EE-11, EE-14).

use super::super::Machine;
use super::super::doors::{Guest, NameId, ObjectId, ValueId};
use super::{Emitter, Entry, Lead, List, ListId, MapId};

impl Machine<'_> {
    /// Takes an object of the guest into the model.
    pub fn new_object(&mut self) -> ObjectId {
        self.runtime.emitters.new_object()
    }

    /// Whether an object leads to a place of its own for listeners. Of any other, [`Self::lead_listeners`] says each time where
    /// it leads to.
    pub fn owns_listeners(&self, ObjectId(object): ObjectId) -> bool {
        self.runtime.emitters.objects[object as usize].owns_map
    }

    /// The object that is meant by another.
    pub fn subject(&self, object: ObjectId) -> ObjectId {
        self.runtime.emitters.subject(object)
    }

    /// Gives an object an empty map of its own.
    pub fn own_listeners(&mut self, guest: &mut dyn Guest, object: ObjectId) {
        self.replace_map(guest, object);
        self.set_name_count(object, 0);
    }

    /// An object without a place of its own leads to another's, or to none.
    pub fn lead_listeners(&mut self, ObjectId(object): ObjectId, lead: Option<Lead>) {
        self.runtime.emitters.objects[object as usize].lead = lead;
    }

    /// An object leads to this map, as its own (programs assign `_events`).
    pub fn set_listeners(&mut self, guest: &mut dyn Guest, object: ObjectId, map: Option<MapId>) {
        if let Some(map) = map {
            self.hold_map(map);
        }
        let emitter = self.runtime.emitters.object(object);
        emitter.owns_map = true;
        if let Some(before) = std::mem::replace(&mut emitter.map, map) {
            self.release_map(guest, before);
        }
    }

    /// The map an object leads to.
    pub fn listener_map(&self, object: ObjectId) -> Option<MapId> {
        self.runtime.emitters.map_of(object)
    }

    /// The names of a map with what they lead to, in order of insertion.
    pub fn map_entries(&self, MapId(map): MapId) -> &[(NameId, Entry)] {
        &self.runtime.emitters.maps.things[map as usize].entries
    }

    /// The functions of a list, whether somebody was warned about their number, and how many emits go through it.
    pub fn list_functions(&self, ListId(list): ListId) -> (&[ValueId], bool, u32) {
        let list = &self.runtime.emitters.lists.things[list as usize];
        (&list.functions, list.warned, list.emitting)
    }

    /// Puts other entries into a map; it takes over the holds on what they lead to.
    pub fn set_map_entries(
        &mut self,
        guest: &mut dyn Guest,
        map: MapId,
        entries: Vec<(NameId, Entry)>,
    ) {
        let before = std::mem::replace(&mut self.runtime.emitters.map(map).entries, entries);
        for (_, entry) in before {
            self.release_entry(guest, entry);
        }
    }

    /// Puts other functions into a list; it takes over the holds on them.
    pub fn set_list_functions(
        &mut self,
        guest: &mut dyn Guest,
        list: ListId,
        functions: Vec<ValueId>,
        warned: bool,
    ) {
        let list = self.runtime.emitters.list(list);
        list.warned = warned;
        for function in std::mem::replace(&mut list.functions, functions) {
            guest.release(function);
        }
    }

    /// Makes a list of functions; it takes over the holds on them.
    pub fn new_list(&mut self, functions: Vec<ValueId>) -> ListId {
        ListId(self.runtime.emitters.lists.add(List {
            holds: 1,
            functions,
            warned: false,
            emitting: 0,
        }))
    }

    /// Makes an empty map, with a hold on it.
    pub fn new_map(&mut self) -> MapId {
        self.runtime.emitters.new_map()
    }

    /// Adds a hold on a map.
    pub fn hold_map(&mut self, map: MapId) {
        self.runtime.emitters.map(map).holds += 1;
    }

    /// Adds a hold on a list.
    pub fn hold_list(&mut self, list: ListId) {
        self.runtime.emitters.list(list).holds += 1;
    }

    pub(super) fn release_map(&mut self, guest: &mut dyn Guest, map: MapId) {
        let held = self.runtime.emitters.map(map);
        held.holds -= 1;
        if held.holds == 0 {
            for (_, entry) in self.runtime.emitters.maps.take(map.0).entries {
                self.release_entry(guest, entry);
            }
        }
    }

    pub(super) fn release_list(&mut self, guest: &mut dyn Guest, list: ListId) {
        let held = self.runtime.emitters.list(list);
        held.holds -= 1;
        if held.holds == 0 {
            for function in self.runtime.emitters.lists.take(list.0).functions {
                guest.release(function);
            }
        }
    }

    pub(super) fn release_entry(&mut self, guest: &mut dyn Guest, entry: Entry) {
        match entry {
            Entry::Empty => {}
            Entry::One(function) => guest.release(function),
            Entry::Many(list) => self.release_list(guest, list),
        }
    }

    /// Puts a new map in the place of an object's.
    pub(super) fn replace_map(&mut self, guest: &mut dyn Guest, object: ObjectId) {
        let map = self.runtime.emitters.new_map();
        let emitter = self.runtime.emitters.object(object);
        emitter.owns_map = true;
        if let Some(before) = emitter.map.replace(map) {
            self.release_map(guest, before);
        }
    }

    /// How many names an object counts as having listeners.
    pub fn name_count(&self, object: ObjectId) -> i32 {
        self.runtime.emitters.names(object)
    }

    /// Sets what [`Self::name_count`] gives.
    pub fn set_name_count(&mut self, object: ObjectId, names: i32) {
        self.runtime.emitters.object(object).names = Some(names);
    }

    /// Whether names of an object keep their places when their last listener is removed (EE-11).
    pub fn keeps_names(&self, object: ObjectId) -> bool {
        let keeps = |emitter: &Emitter| emitter.keeps_names;
        self.runtime.emitters.ask(object, keeps).unwrap_or(false)
    }

    /// Says what [`Self::keeps_names`] gives from now on.
    pub fn set_keeps_names(&mut self, object: ObjectId, keeps: bool) {
        self.runtime.emitters.object(object).keeps_names = Some(keeps);
    }

    /// Gives names places before they have listeners, and lets the object keep them (EE-11, EE-14).
    pub fn reserve_names(&mut self, object: ObjectId, names: &[NameId]) {
        self.set_keeps_names(object, true);
        if let Some(map) = self.runtime.emitters.map_of(object) {
            let entries = names.iter().map(|&name| (name, Entry::Empty));
            self.runtime.emitters.map(map).entries.extend(entries);
        }
    }
}
