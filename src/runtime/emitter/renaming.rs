//! Emitters are given other numbers, with the maps and lists they lead to.

use smallvec::SmallVec;

use super::super::doors::{ObjectId, OnceId, Renaming};
use super::{Arena, Emitter, Emitters, Entry, Lead, List, ListId, Map, MapId};

impl Emitters {
    /// What objects are [adopted](Adopted::adopt) by.
    pub(in crate::runtime) fn begin_renaming(&self) -> Adopted {
        Adopted {
            objects: SmallVec::new(),
            maps: Adoption::new(&self.maps),
            lists: Adoption::new(&self.lists),
        }
    }

    /// Puts what was adopted in the place of everything; to be done when nothing is going on.
    pub(in crate::runtime) fn end_renaming(&mut self, adopted: Adopted, renaming: &dyn Renaming) {
        self.objects = adopted.objects;
        self.maps = adopted.maps.arena();
        self.lists = adopted.lists.arena();
        let waiting = self.waiting.iter();
        self.waiting = waiting.filter_map(|&once| renaming.once(once)).collect();
        self.onces = self.waiting.last().map_or(0, |&OnceId(once)| once);
    }
}

/// Objects that were given other numbers, with what they lead to.
pub(in crate::runtime) struct Adopted {
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
    pub(in crate::runtime) fn adopt(
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
