//! Event emitters: listeners, and what an emit calls (EE-1 to EE-19).
//!
//! An [object](ObjectId) of the guest reaches its listeners through a map from names, and a name with several listeners has a
//! list. Maps and lists are things of their own, as an operation that is under way goes on with the one it began with while
//! user code, which runs in between, puts another in its place. Everything is called through the guest: methods by name,
//! because programs replace them.

mod emit;
mod listeners;
mod maps;
mod renaming;

use std::collections::BTreeSet;

use smallvec::SmallVec;

use super::doors::{NameId, ObjectId, OnceId, ValueId};

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
}
