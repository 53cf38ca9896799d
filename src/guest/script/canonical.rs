//! Equal states under different numbers.

use super::guest::{Held, Job, PromiseState, Reaction, State};
use super::objects::{Object, Thing};
use crate::runtime::{
    CallbackId, ObjectId, OnceId, PromiseId, Reached, Renaming, Runtime, ValueId,
};

impl State {
    /// Forgets what nothing leads to any more and numbers the rest by how it is reached, so that states that differ only in
    /// numbers, or in which of several equal requests is which, are equal. To be done between two steps.
    pub fn canonicalize(&mut self, runtime: &mut Runtime, numbers: &mut Numbers) {
        std::mem::swap(self, &mut numbers.old);
        numbers.begin();
        numbers.value(ValueId(0));
        numbers.object(ObjectId::PROCESS);
        numbers.take_roots();
        runtime.rename(numbers);
        numbers.reach();
        let kept_callbacks = numbers.callbacks.kept.iter();
        numbers
            .kept
            .callbacks
            .extend(kept_callbacks.map(|&old| numbers.old.callbacks[old as usize].clone()));
        std::mem::swap(self, &mut numbers.kept);
    }

    fn clear(&mut self) {
        let State {
            callbacks,
            promises,
            slots,
            jobs,
            listeners,
            things,
            objects,
        } = self;
        callbacks.clear();
        promises.clear();
        slots.clear();
        jobs.clear();
        listeners.clear();
        things.clear();
        objects.clear();
    }
}

/// New numbers of one kind, given as things are reached.
#[derive(Debug, Default)]
struct Numbering {
    /// By old number.
    new: Vec<Option<u32>>,
    /// By new number.
    kept: Vec<u32>,
    /// How many of those were looked into.
    seen: usize,
}

impl Numbering {
    fn begin(&mut self, size: usize) {
        self.new.clear();
        self.new.resize(size, None);
        self.kept.clear();
        self.seen = 0;
    }

    fn of(&mut self, old: u32) -> u32 {
        let at = old as usize;
        if at >= self.new.len() {
            self.new.resize(at + 1, None);
        }
        let kept = &mut self.kept;
        *self.new[at].get_or_insert_with(|| {
            kept.push(old);
            kept.len() as u32 - 1
        })
    }

    fn next(&mut self) -> Option<u32> {
        let next = self.kept.get(self.seen).copied()?;
        self.seen += 1;
        Some(next)
    }
}

/// What gives the things of a state their canonical numbers. Its memory is used from one state to the next.
#[derive(Debug, Default)]
pub struct Numbers {
    callbacks: Numbering,
    promises: Numbering,
    values: Numbering,
    objects: Numbering,
    pipes: Numbering,
    /// The marks of once wrappers that were reached.
    onces: Vec<OnceId>,
    old: State,
    kept: State,
}

impl Numbers {
    fn begin(&mut self) {
        self.callbacks.begin(self.old.callbacks.len());
        self.promises.begin(self.old.promises.len());
        self.values.begin(self.old.things.len());
        self.objects.begin(self.old.objects.len());
        self.pipes.begin(0);
        self.onces.clear();
        self.kept.clear();
        self.kept.objects.push(Object::Process);
    }

    fn take_roots(&mut self) {
        std::mem::swap(&mut self.kept.listeners, &mut self.old.listeners);
        let mut slots = std::mem::take(&mut self.old.slots);
        for held in &mut slots {
            match held {
                Held::Nothing => {}
                Held::Callback(callback) => *callback = self.callback(*callback),
                Held::Promise(promise) | Held::Deferred(promise) => {
                    *promise = self.promise(*promise);
                }
                Held::Value(value) => *value = self.value(*value),
                Held::Object(object) => *object = self.object(*object),
            }
        }
        self.old.slots = std::mem::replace(&mut self.kept.slots, slots);
        let mut jobs = std::mem::take(&mut self.old.jobs);
        for job in &mut jobs {
            match job {
                Job::Call(_) => {}
                Job::React(reaction, _) => reaction.rename(self),
                Job::Follow { promise, target } => {
                    *promise = self.promise(*promise);
                    *target = self.promise(*target);
                }
            }
        }
        self.old.jobs = std::mem::replace(&mut self.kept.jobs, jobs);
    }

    /// Looks into promises and values that were reached.
    fn reach(&mut self) {
        loop {
            if let Some(old) = self.promises.next() {
                let mut promise = self.old.promises[old as usize].clone();
                if let PromiseState::Pending(reactions) = &mut promise.state {
                    for reaction in reactions {
                        reaction.rename(self);
                    }
                }
                self.kept.promises.push(promise);
            } else if let Some(old) = self.values.next() {
                let mut thing = std::mem::take(&mut self.old.things[old as usize]);
                match &mut thing {
                    Thing::Once {
                        mark,
                        object,
                        listener,
                        ..
                    } => {
                        self.onces.push(*mark);
                        *mark = OnceId(self.onces.len() as u64);
                        *object = self.object(*object);
                        *listener = self.value(*listener);
                    }
                    Thing::Door(door) => door.rename(self),
                    Thing::Error
                    | Thing::Chunk(_)
                    | Thing::Function(_)
                    | Thing::Prefinish
                    | Thing::Note(_) => {}
                }
                self.kept.things.push(thing);
            } else {
                break;
            }
        }
    }
}

impl Renaming for Numbers {
    fn callback(&mut self, CallbackId(old): CallbackId) -> CallbackId {
        CallbackId(self.callbacks.of(old))
    }

    fn promise(&mut self, PromiseId(old): PromiseId) -> PromiseId {
        PromiseId(self.promises.of(old))
    }

    fn value(&mut self, ValueId(old): ValueId) -> ValueId {
        ValueId(self.values.of(old))
    }

    fn object(&mut self, ObjectId(old): ObjectId) -> ObjectId {
        ObjectId(self.objects.of(old))
    }

    fn pipe(&mut self, pipe: u32) -> u32 {
        self.pipes.of(pipe)
    }

    fn once(&self, once: OnceId) -> Option<OnceId> {
        let at = self.onces.iter().position(|&each| each == once)?;
        Some(OnceId(at as u64 + 1))
    }

    fn next_reached(&mut self) -> Option<Reached> {
        self.reach();
        if let Some(old) = self.objects.next() {
            if old > 0 {
                self.kept.objects.push(self.old.objects[old as usize]);
            }
            return Some(Reached::Object(ObjectId(old)));
        }
        self.pipes.next().map(Reached::Pipe)
    }

    fn rank(&self, CallbackId(callback): CallbackId) -> u32 {
        self.old.callbacks[callback as usize].code
    }
}

impl Reaction {
    fn rename(&mut self, numbers: &mut Numbers) {
        let (Reaction::Handlers {
            derived: promise, ..
        }
        | Reaction::Settle(promise)
        | Reaction::Resume {
            result: promise, ..
        }) = self;
        *promise = numbers.promise(*promise);
    }
}
