//! The natives of emitters.

use rquickjs::function::{Opt, Rest};
use rquickjs::{Array, Ctx, Function, Object, Result, Value as JsValue};

use super::engine;
use super::guest::{JsGuest, work};
use super::host::act;
use super::natives::Natives;
use crate::runtime::{
    Called, Entry, Lead, ListId, Machine, MapId, NameId, ObjectId, Objects, OnceId, Value, ValueId,
};

impl<'js> Natives<'_, 'js> {
    /// What emitters are made of.
    pub(super) fn emitters(&mut self) -> Result<()> {
        self.add("emit", emit)?;
        self.add("add", add)?;
        self.add("remove", remove)?;
        self.add("removeAll", remove_all)?;
        self.add("listeners", listeners)?;
        self.add("count", count)?;
        self.add("names", names)?;
        self.add("newOnce", new_once)?;
        self.add("callOnce", call_once)?;
        self.add("route", route)?;
        self.add("nameCount", name_count)?;
        self.add("setNameCount", set_name_count)?;
        self.add("keepsNames", keeps_names)?;
        self.add("keepNames", keep_names)?;
        self.add("reserve", reserve)?;
        self.add("map", map)?;
        self.add("setMap", set_map)?;
        self.add("newMap", new_map)?;
        self.add("entries", entries)?;
        self.add("setEntries", set_entries)?;
        self.add("functions", functions)?;
        self.add("setFunctions", set_functions)
    }
}

/// Unwraps what user code may have thrown.
macro_rules! unless_thrown {
    ($called:expr) => {
        match $called {
            Ok(value) => value,
            Err(thrown) => return Ok(Err(thrown)),
        }
    };
}

impl<'js> JsGuest<'_, 'js> {
    /// The number of an emitter, which leads to the listeners its property `_events` leads to now.
    pub(super) fn emitter(
        &mut self,
        machine: &mut Machine<'_>,
        object: &JsValue<'js>,
    ) -> Called<ObjectId> {
        let known = self.session.tables.objects.find(object);
        if let Some(known) = known
            && machine.owns_listeners(known)
        {
            return Ok(Ok(known));
        }
        let target = engine::proxy_parts(object.clone()).map(|parts| parts[0].clone());
        let owner = match &target {
            Some(target) => target.clone(),
            None => unless_thrown!(self.ask_hook(machine, "ownerOf", (object.clone(),))?),
        };
        // The hook may have entered the object meanwhile.
        let id = self.number(machine, object);
        if machine.owns_listeners(id) {
            return Ok(Ok(id));
        }
        if owner == *object {
            machine.own_listeners(self, id);
        } else if owner.is_object() {
            let owner = unless_thrown!(self.emitter(machine, &owner)?);
            machine.lead_listeners(
                id,
                Some(match target {
                    Some(_) => Lead::StandsFor(owner),
                    None => Lead::Inherits(owner),
                }),
            );
        } else {
            machine.lead_listeners(id, None);
        }
        Ok(Ok(id))
    }

    /// Works on an emitter that may come to own its listeners by it, which then shows on the object.
    fn change<R>(
        &mut self,
        machine: &mut Machine<'_>,
        object: &JsValue<'js>,
        operation: impl FnOnce(&mut Machine<'_>, &mut Self, ObjectId) -> Called<R>,
    ) -> Called<R> {
        let id = unless_thrown!(self.emitter(machine, object)?);
        let subject = machine.subject(id);
        let owned = machine.owns_listeners(subject);
        let changed = operation(machine, self, id)?;
        if !owned && machine.owns_listeners(subject) {
            let subject = self.session.tables.objects.get(self.ctx, subject);
            unless_thrown!(self.ask_hook(machine, "own", (subject,))?);
        }
        Ok(changed)
    }

    /// The number of a name.
    pub(super) fn name(
        &mut self,
        machine: &mut Machine<'_>,
        name: &JsValue<'js>,
    ) -> Called<NameId> {
        // Making a string of an object runs the program's code.
        let key = match name.is_object() {
            true => unless_thrown!(self.ask_hook(machine, "propertyKey", (name.clone(),))?),
            false => name.clone(),
        };
        let id = self.session.tables.names.id(self.ctx, &key);
        Ok(id.map_err(|_| self.keep(&self.ctx.catch())))
    }

    /// Holds on values, each to be released.
    pub(super) fn keep_all(&mut self, values: &[JsValue<'js>]) -> Vec<Value> {
        let tables = &mut self.session.tables;
        values.iter().map(|value| tables.admit(value)).collect()
    }

    /// Releases values held together.
    pub(super) fn release_all(&mut self, values: &[Value]) {
        values.iter().for_each(|&value| self.release_value(value));
    }

    /// A hold on a value.
    pub(super) fn keep(&mut self, value: &JsValue<'js>) -> ValueId {
        self.session.tables.values.keep(value)
    }
}

fn emit<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    name: JsValue<'js>,
    arguments: Rest<JsValue<'js>>,
) -> Result<bool> {
    work(&ctx, |machine, guest| {
        let object = unless_thrown!(guest.emitter(machine, &object)?);
        let name = unless_thrown!(guest.name(machine, &name)?);
        let arguments = guest.keep_all(&arguments);
        let emitted = machine.emit_event(guest, object, name, &arguments);
        guest.release_all(&arguments);
        emitted
    })
}

/// Gives the number of listeners if somebody has to be warned of it, else 0.
fn add<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    name: JsValue<'js>,
    listener: JsValue<'js>,
    first: bool,
) -> Result<usize> {
    work(&ctx, |machine, guest| {
        let name = unless_thrown!(guest.name(machine, &name)?);
        let listener = guest.keep(&listener);
        let added = guest.change(machine, &object, |machine, guest, object| {
            machine.add_listener(guest, object, name, listener, first)
        });
        guest.release(listener);
        Ok(added?.map(|count| count.unwrap_or(0)))
    })
}

fn remove<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    name: JsValue<'js>,
    listener: JsValue<'js>,
) -> Result<()> {
    work(&ctx, |machine, guest| {
        let name = unless_thrown!(guest.name(machine, &name)?);
        let listener = guest.keep(&listener);
        let removed = guest.change(machine, &object, |machine, guest, object| {
            machine.remove_listener(guest, object, name, listener)
        });
        guest.release(listener);
        removed
    })
}

fn remove_all<'js>(ctx: Ctx<'js>, object: JsValue<'js>, name: Opt<JsValue<'js>>) -> Result<()> {
    work(&ctx, |machine, guest| {
        let name = match &name.0 {
            Some(name) => Some(unless_thrown!(guest.name(machine, name)?)),
            None => None,
        };
        guest.change(machine, &object, |machine, guest, object| {
            machine.remove_all_listeners(guest, object, name)
        })
    })
}

/// The listeners of a name, wrappers as they are.
fn listeners<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    name: JsValue<'js>,
) -> Result<Vec<JsValue<'js>>> {
    work(&ctx, |machine, guest| {
        let object = unless_thrown!(guest.emitter(machine, &object)?);
        let name = unless_thrown!(guest.name(machine, &name)?);
        let values = &guest.session.tables.values;
        let listeners = machine.listeners(object, name).into_iter();
        Ok(Ok(listeners.map(|each| values.get(&ctx, each)).collect()))
    })
}

fn count<'js>(ctx: Ctx<'js>, object: JsValue<'js>, name: JsValue<'js>) -> Result<usize> {
    work(&ctx, |machine, guest| {
        let object = unless_thrown!(guest.emitter(machine, &object)?);
        let name = unless_thrown!(guest.name(machine, &name)?);
        Ok(Ok(machine.count_listeners(object, name)))
    })
}

/// The names of events.
fn names<'js>(ctx: Ctx<'js>, object: JsValue<'js>) -> Result<Vec<JsValue<'js>>> {
    work(&ctx, |machine, guest| {
        let object = unless_thrown!(guest.emitter(machine, &object)?);
        let names = machine.event_names(guest, object).into_iter();
        let known = &guest.session.tables.names;
        Ok(Ok(names.map(|name| known.value(&ctx, name)).collect()))
    })
}

fn new_once(ctx: Ctx<'_>) -> Result<f64> {
    work(&ctx, |machine, _| {
        let OnceId(once) = machine.new_once();
        Ok(Ok(once as f64))
    })
}

/// A once wrapper is called.
fn call_once<'js>(
    ctx: Ctx<'js>,
    once: f64,
    object: JsValue<'js>,
    name: JsValue<'js>,
    wrapper: Function<'js>,
    listener: Function<'js>,
    arguments: Rest<JsValue<'js>>,
) -> Result<JsValue<'js>> {
    work(&ctx, |machine, guest| {
        let object = unless_thrown!(guest.emitter(machine, &object)?);
        let name = unless_thrown!(guest.name(machine, &name)?);
        let once = OnceId(once as u64);
        let (wrapper, listener) = (guest.keep(&wrapper), guest.keep(&listener));
        let arguments = guest.keep_all(&arguments);
        let called = machine.call_once(guest, once, object, name, wrapper, listener, &arguments);
        guest.release_all(&arguments);
        guest.release(wrapper);
        guest.release(listener);
        let value = unless_thrown!(called?);
        let shown = guest.session.tables.show(&ctx, value);
        guest.release_value(value);
        Ok(Ok(shown))
    })
}

/// What a listener returned was rejected, and the tick that follows runs.
fn route<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    reason: JsValue<'js>,
    name: JsValue<'js>,
    arguments: Vec<JsValue<'js>>,
) -> Result<()> {
    work(&ctx, |machine, guest| {
        let object = unless_thrown!(guest.emitter(machine, &object)?);
        let name = unless_thrown!(guest.name(machine, &name)?);
        let reason = guest.session.tables.admit(&reason);
        let arguments = guest.keep_all(&arguments);
        let routed = machine.route_rejection(guest, object, reason, name, &arguments);
        guest.release_all(&arguments);
        guest.release_value(reason);
        routed
    })
}

fn name_count<'js>(ctx: Ctx<'js>, object: JsValue<'js>) -> Result<i32> {
    work(&ctx, |machine, guest| {
        let object = unless_thrown!(guest.emitter(machine, &object)?);
        Ok(Ok(machine.name_count(object)))
    })
}

fn set_name_count<'js>(ctx: Ctx<'js>, object: JsValue<'js>, names: i32) -> Result<()> {
    work(&ctx, |machine, guest| {
        let object = unless_thrown!(guest.emitter(machine, &object)?);
        machine.set_name_count(object, names);
        Ok(Ok(()))
    })
}

fn keeps_names<'js>(ctx: Ctx<'js>, object: JsValue<'js>) -> Result<bool> {
    work(&ctx, |machine, guest| {
        let object = unless_thrown!(guest.emitter(machine, &object)?);
        Ok(Ok(machine.keeps_names(object)))
    })
}

fn keep_names<'js>(ctx: Ctx<'js>, object: JsValue<'js>, keeps: bool) -> Result<()> {
    work(&ctx, |machine, guest| {
        let object = unless_thrown!(guest.emitter(machine, &object)?);
        machine.set_keeps_names(object, keeps);
        Ok(Ok(()))
    })
}

/// Gives names places before they have listeners.
fn reserve<'js>(ctx: Ctx<'js>, object: JsValue<'js>, names: Vec<JsValue<'js>>) -> Result<()> {
    work(&ctx, |machine, guest| {
        let object = unless_thrown!(guest.emitter(machine, &object)?);
        let mut reserved = Vec::with_capacity(names.len());
        for name in &names {
            reserved.push(unless_thrown!(guest.name(machine, name)?));
        }
        machine.reserve_names(object, &reserved);
        Ok(Ok(()))
    })
}

/// The number of the map an object leads to, with a hold on it, or nothing.
fn map<'js>(ctx: Ctx<'js>, object: JsValue<'js>) -> Result<Option<u32>> {
    work(&ctx, |machine, guest| {
        let object = unless_thrown!(guest.emitter(machine, &object)?);
        let map = machine.listener_map(object);
        map.into_iter().for_each(|map| machine.hold_map(map));
        Ok(Ok(map.map(|MapId(map)| map)))
    })
}

/// An object leads to another map, or to none.
fn set_map<'js>(ctx: Ctx<'js>, object: JsValue<'js>, map: Option<u32>) -> Result<()> {
    work(&ctx, |machine, guest| {
        guest.change(machine, &object, |machine, guest, object| {
            machine.set_listeners(guest, object, map.map(MapId));
            Ok(Ok(()))
        })
    })
}

/// The number of a new map, with a hold on it.
fn new_map(ctx: Ctx<'_>) -> Result<u32> {
    work(&ctx, |machine, _| {
        let MapId(map) = machine.new_map();
        Ok(Ok(map))
    })
}

/// The names of a map, each followed by a function, the number of a list, with a hold on it, or nothing.
fn entries<'js>(ctx: Ctx<'js>, map: u32) -> Result<Vec<JsValue<'js>>> {
    work(&ctx, |machine, guest| {
        let mut shown = Vec::new();
        for (name, entry) in machine.map_entries(MapId(map)).to_vec() {
            let tables = &guest.session.tables;
            shown.push(tables.names.value(&ctx, name));
            shown.push(match entry {
                Entry::Empty => JsValue::new_undefined(ctx.clone()),
                Entry::One(function) => tables.values.get(&ctx, function),
                Entry::Many(list) => {
                    machine.hold_list(list);
                    JsValue::new_number(ctx.clone(), f64::from(list.0))
                }
            });
        }
        Ok(Ok(shown))
    })
}

/// The other way round; an array becomes a new list.
fn set_entries<'js>(ctx: Ctx<'js>, map: u32, shown: Vec<JsValue<'js>>) -> Result<()> {
    work(&ctx, |machine, guest| {
        let mut entries = Vec::with_capacity(shown.len() / 2);
        for pair in shown.chunks_exact(2) {
            let name = unless_thrown!(guest.name(machine, &pair[0])?);
            let entry = if let Some(functions) = pair[1].as_array() {
                let functions = guest.functions_of(functions);
                Entry::Many(machine.new_list(functions))
            } else if let Some(list) = pair[1].as_int() {
                let list = ListId(list as u32);
                machine.hold_list(list);
                Entry::Many(list)
            } else if pair[1].is_function() {
                Entry::One(guest.keep(&pair[1]))
            } else {
                Entry::Empty
            };
            entries.push((name, entry));
        }
        machine.set_map_entries(guest, MapId(map), entries);
        Ok(Ok(()))
    })
}

impl<'js> JsGuest<'_, 'js> {
    /// Holds on the functions in an array.
    fn functions_of(&mut self, functions: &Array<'js>) -> Vec<ValueId> {
        let functions = functions.iter::<JsValue<'js>>().flatten();
        functions.map(|each| self.keep(&each)).collect()
    }
}

/// The `functions` of a list, whether somebody was `warned` about their number, and how many emits go through it.
fn functions<'js>(ctx: Ctx<'js>, list: u32) -> Result<Object<'js>> {
    let (functions, warned, emitting) = act(&ctx, |host| {
        let (functions, warned, emitting) = host.machine.list_functions(ListId(list));
        let values = &host.session.tables.values;
        let functions = functions.iter().map(|&each| values.get(&ctx, each));
        (functions.collect::<Vec<_>>(), warned, emitting)
    })?;
    let shown = Object::new(ctx)?;
    shown.set("functions", functions)?;
    shown.set("warned", warned)?;
    shown.set("emitting", emitting)?;
    Ok(shown)
}

fn set_functions<'js>(ctx: Ctx<'js>, list: u32, functions: Array<'js>, warned: bool) -> Result<()> {
    work(&ctx, |machine, guest| {
        let functions = guest.functions_of(&functions);
        machine.set_list_functions(guest, ListId(list), functions, warned);
        Ok(Ok(()))
    })
}
