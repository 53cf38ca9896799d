//! Event emitters: listeners, and what an emit calls (EE-1 to EE-19).
//!
//! An [object](ObjectId) of the guest reaches its listeners through a map from names, and a name with several listeners has a
//! list. Maps and lists are things of their own, as an operation that is under way goes on with the one it began with while
//! user code, which runs in between, puts another in its place. Everything is called through the guest: methods by name,
//! because programs replace them.

use std::collections::BTreeSet;

use smallvec::SmallVec;

use super::Machine;
use super::doors::{
    Called, Event, Guest, Method, NameId, ObjectId, OnceId, Renaming, Value, ValueId,
};

/// A map from names to listeners. A hold on it keeps it, whether or not an object still leads to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MapId(pub u32);

/// A list of listeners of one name. A hold on it keeps it, whether or not a map still leads to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ListId(pub u32);

/// What a name leads to (EE-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Entry {
    /// Nothing, but the name keeps its place among the others.
    Empty,
    /// One listener.
    One(ValueId),
    /// A list, which began with two listeners.
    Many(ListId),
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Map {
    holds: u32,
    /// In order of insertion (EE-14).
    entries: Vec<(NameId, Entry)>,
}

impl Map {
    fn get(&self, name: NameId) -> Entry {
        let found = self.entries.iter().find(|(each, _)| *each == name);
        found.map_or(Entry::Empty, |&(_, entry)| entry)
    }

    fn set(&mut self, name: NameId, entry: Entry) {
        match self.entries.iter_mut().find(|(each, _)| *each == name) {
            Some((_, place)) => *place = entry,
            None => self.entries.push((name, entry)),
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct List {
    holds: u32,
    functions: Vec<ValueId>,
    /// Somebody was warned about their number (EE-19).
    warned: bool,
    /// How many emits are going through it.
    emitting: u32,
}

/// Things by number, whose numbers are used again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Arena<T> {
    things: SmallVec<[T; 1]>,
    free: Vec<u32>,
}

impl<T: Default> Arena<T> {
    fn add(&mut self, thing: T) -> u32 {
        match self.free.pop() {
            Some(at) => {
                self.things[at as usize] = thing;
                at
            }
            None => {
                self.things.push(thing);
                self.things.len() as u32 - 1
            }
        }
    }

    fn take(&mut self, at: u32) -> T {
        self.free.push(at);
        std::mem::take(&mut self.things[at as usize])
    }
}

/// The object that another leads to for its listeners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lead {
    /// It has what this one has, until it is given something of its own.
    Inherits(ObjectId),
    /// Whatever is done to it is done to this one.
    StandsFor(ObjectId),
}

/// What the model knows of an object's listeners.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Emitter {
    /// Whether it leads to a place of its own.
    owns_map: bool,
    /// That place, if there is one.
    map: Option<MapId>,
    /// Where it leads to for what is not its own.
    lead: Option<Lead>,
    /// Its own count of names with listeners.
    names: Option<i32>,
    /// Whether names keep their places when their last listener is removed (EE-11), if it says so itself.
    keeps_names: Option<bool>,
}

/// The emitters of a process.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Emitters {
    objects: SmallVec<[Emitter; 1]>,
    maps: Arena<Map>,
    lists: Arena<List>,
    /// Once wrappers that have not been called yet (EE-8).
    waiting: BTreeSet<OnceId>,
    onces: u64,
}

impl Default for Emitters {
    fn default() -> Self {
        let mut emitters = Emitters {
            objects: SmallVec::new(),
            maps: Arena::default(),
            lists: Arena::default(),
            waiting: BTreeSet::new(),
            onces: 0,
        };
        let process = emitters.new_object();
        emitters.own_map(process);
        emitters
    }
}

impl Emitters {
    fn new_object(&mut self) -> ObjectId {
        self.objects.push(Emitter::default());
        ObjectId(self.objects.len() as u32 - 1)
    }

    /// The object that is meant by another.
    fn subject(&self, object: ObjectId) -> ObjectId {
        match self.objects[object.0 as usize].lead {
            Some(Lead::StandsFor(subject)) => self.subject(subject),
            _ => object,
        }
    }

    fn object(&mut self, object: ObjectId) -> &mut Emitter {
        let ObjectId(subject) = self.subject(object);
        &mut self.objects[subject as usize]
    }

    /// The first answer of an object and those it inherits from.
    fn ask<T>(&self, object: ObjectId, own: impl Fn(&Emitter) -> Option<T>) -> Option<T> {
        let ObjectId(subject) = self.subject(object);
        let emitter = &self.objects[subject as usize];
        match (own(emitter), emitter.lead) {
            (None, Some(Lead::Inherits(from))) => self.ask(from, own),
            (answer, _) => answer,
        }
    }

    fn map(&mut self, MapId(map): MapId) -> &mut Map {
        &mut self.maps.things[map as usize]
    }

    fn list(&mut self, ListId(list): ListId) -> &mut List {
        &mut self.lists.things[list as usize]
    }

    fn new_map(&mut self) -> MapId {
        MapId(self.maps.add(Map {
            holds: 1,
            entries: Vec::new(),
        }))
    }

    fn own_map(&mut self, object: ObjectId) -> MapId {
        let map = self.new_map();
        let emitter = self.object(object);
        emitter.map = Some(map);
        emitter.owns_map = true;
        emitter.names = Some(0);
        map
    }

    fn map_of(&self, object: ObjectId) -> Option<MapId> {
        self.ask(object, |emitter| emitter.owns_map.then_some(emitter.map))
            .flatten()
    }

    fn names(&self, object: ObjectId) -> i32 {
        self.ask(object, |emitter| emitter.names).unwrap_or(0)
    }

    fn count_names(&mut self, object: ObjectId, by: i32) -> i32 {
        let names = self.names(object) + by;
        self.object(object).names = Some(names);
        names
    }

    fn get(&self, MapId(map): MapId, name: NameId) -> Entry {
        self.maps.things[map as usize].get(name)
    }

    fn functions(&self, ListId(list): ListId) -> &[ValueId] {
        &self.lists.things[list as usize].functions
    }

    /// Whether there is no object but the process, and nothing listens to that.
    pub(super) fn are_new(&self) -> bool {
        let mut entries = self.maps.things.iter().flat_map(|map| &map.entries);
        self.objects.len() == 1 && self.onces == 0 && entries.next().is_none()
    }

    /// What objects are [adopted](Adopted::adopt) by.
    pub(super) fn begin_renaming(&self) -> Adopted {
        Adopted {
            objects: SmallVec::new(),
            maps: Adoption::new(&self.maps),
            lists: Adoption::new(&self.lists),
        }
    }

    /// Puts what was adopted in the place of everything; to be done when nothing is going on.
    pub(super) fn end_renaming(&mut self, adopted: Adopted, renaming: &dyn Renaming) {
        self.objects = adopted.objects;
        self.maps = adopted.maps.arena();
        self.lists = adopted.lists.arena();
        let waiting = self.waiting.iter();
        self.waiting = waiting.filter_map(|&once| renaming.once(once)).collect();
        self.onces = self.waiting.last().map_or(0, |&OnceId(once)| once);
    }
}

/// Objects that were given other numbers, with what they lead to.
pub(super) struct Adopted {
    objects: SmallVec<[Emitter; 1]>,
    maps: Adoption<Map>,
    lists: Adoption<List>,
}

/// Things that were given other numbers, in order, and by old number where they went.
struct Adoption<T> {
    things: SmallVec<[T; 1]>,
    went: Vec<Option<u32>>,
}

impl<T> Adoption<T> {
    fn new(from: &Arena<T>) -> Self {
        Adoption {
            things: SmallVec::new(),
            went: vec![None; from.things.len()],
        }
    }

    fn arena(self) -> Arena<T> {
        Arena {
            things: self.things,
            free: Vec::new(),
        }
    }
}

impl Adopted {
    /// Takes over an object, the next by its new number.
    pub(super) fn adopt(
        &mut self,
        from: &Emitters,
        ObjectId(object): ObjectId,
        renaming: &mut dyn Renaming,
    ) {
        let mut emitter = from.objects[object as usize].clone();
        if let Some(Lead::Inherits(other) | Lead::StandsFor(other)) = &mut emitter.lead {
            *other = renaming.object(*other);
        }
        emitter.map = emitter.map.map(|map| self.map(from, map, renaming));
        self.objects.push(emitter);
    }

    fn map(&mut self, from: &Emitters, MapId(old): MapId, renaming: &mut dyn Renaming) -> MapId {
        if let Some(map) = self.maps.went[old as usize] {
            return MapId(map);
        }
        let mut map = from.maps.things[old as usize].clone();
        for (_, entry) in &mut map.entries {
            match entry {
                Entry::Empty => {}
                Entry::One(function) => *function = renaming.value(*function),
                Entry::Many(list) => *list = self.list(from, *list, renaming),
            }
        }
        self.maps.things.push(map);
        let new = self.maps.things.len() as u32 - 1;
        self.maps.went[old as usize] = Some(new);
        MapId(new)
    }

    fn list(
        &mut self,
        from: &Emitters,
        ListId(old): ListId,
        renaming: &mut dyn Renaming,
    ) -> ListId {
        if let Some(list) = self.lists.went[old as usize] {
            return ListId(list);
        }
        let mut list = from.lists.things[old as usize].clone();
        for function in &mut list.functions {
            *function = renaming.value(*function);
        }
        self.lists.things.push(list);
        let new = self.lists.things.len() as u32 - 1;
        self.lists.went[old as usize] = Some(new);
        ListId(new)
    }
}

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

    fn release_map(&mut self, guest: &mut dyn Guest, map: MapId) {
        let held = self.runtime.emitters.map(map);
        held.holds -= 1;
        if held.holds == 0 {
            for (_, entry) in self.runtime.emitters.maps.take(map.0).entries {
                self.release_entry(guest, entry);
            }
        }
    }

    fn release_list(&mut self, guest: &mut dyn Guest, list: ListId) {
        let held = self.runtime.emitters.list(list);
        held.holds -= 1;
        if held.holds == 0 {
            for function in self.runtime.emitters.lists.take(list.0).functions {
                guest.release(function);
            }
        }
    }

    fn release_entry(&mut self, guest: &mut dyn Guest, entry: Entry) {
        match entry {
            Entry::Empty => {}
            Entry::One(function) => guest.release(function),
            Entry::Many(list) => self.release_list(guest, list),
        }
    }

    /// Puts a new map in the place of an object's.
    fn replace_map(&mut self, guest: &mut dyn Guest, object: ObjectId) {
        let map = self.runtime.emitters.new_map();
        let emitter = self.runtime.emitters.object(object);
        emitter.owns_map = true;
        if let Some(before) = emitter.map.replace(map) {
            self.release_map(guest, before);
        }
    }

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

    /// Calls a method of an object whose result does not matter.
    fn call_method(
        &mut self,
        guest: &mut dyn Guest,
        object: ObjectId,
        method: Method,
        arguments: &[Value],
    ) -> Called<()> {
        let called = guest.invoke(self, object, method, arguments)?;
        Ok(called.map(|value| guest.release_value(value)))
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
}
