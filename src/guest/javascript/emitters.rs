//! The natives of emitters.

use rquickjs::function::{Opt, Rest};
use rquickjs::{Ctx, Function, Result, Value as JsValue};

use super::guest::JsGuest;
use super::host::{throw, try_act};
use super::natives::Natives;
use crate::runtime::{Called, Machine, NameId, ObjectId, Objects, OnceId, Value, ValueId};

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
        self.add("callOnce", call_once)
    }
}

/// Lets a native work on the model with a guest at hand; what user code threw goes on to the caller.
pub(super) fn work<'js, R>(
    ctx: &Ctx<'js>,
    operation: impl FnOnce(&mut Machine<'_>, &mut JsGuest<'_, 'js>) -> Called<R>,
) -> Result<R> {
    let done = try_act(ctx, |host| {
        let mut guest = JsGuest {
            ctx,
            session: host.session,
        };
        operation(&mut host.machine, &mut guest)
    })?;
    done.map_err(|thrown| throw(ctx, thrown))
}

impl<'js> JsGuest<'_, 'js> {
    /// The number of an emitter; one the model does not know yet is entered.
    pub(super) fn emitter(&mut self, machine: &mut Machine<'_>, object: &JsValue<'js>) -> ObjectId {
        let objects = &mut self.session.tables.objects;
        objects.find(object).unwrap_or_else(|| {
            let id = machine.new_object();
            objects.enter(object, id);
            id
        })
    }

    /// The number of a name.
    pub(super) fn name(
        &mut self,
        machine: &mut Machine<'_>,
        name: &JsValue<'js>,
    ) -> Called<NameId> {
        let ctx = self.ctx;
        // Making a string of what is neither a string nor a symbol runs the program's code.
        let key = if name.is_object() {
            self.ask_hook(machine, "propertyKey", (name.clone(),))?
        } else {
            Ok(name.clone())
        };
        Ok(key.and_then(|key| {
            let id = self.session.tables.names.id(ctx, &key);
            id.map_err(|_| self.session.tables.values.keep(&ctx.catch()))
        }))
    }

    fn keep_all(&mut self, values: &[JsValue<'js>]) -> Vec<Value> {
        let tables = &mut self.session.tables;
        values.iter().map(|value| tables.admit(value)).collect()
    }

    fn release_all(&mut self, values: &[Value]) {
        values.iter().for_each(|&value| self.release_value(value));
    }

    fn keep(&mut self, value: &JsValue<'js>) -> ValueId {
        self.session.tables.values.keep(value)
    }
}

/// Unwraps what user code threw.
macro_rules! unless_thrown {
    ($called:expr) => {
        match $called? {
            Ok(value) => value,
            Err(thrown) => return Ok(Err(thrown)),
        }
    };
}

fn emit<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    name: JsValue<'js>,
    arguments: Rest<JsValue<'js>>,
) -> Result<bool> {
    work(&ctx, |machine, guest| {
        let object = guest.emitter(machine, &object);
        let name = unless_thrown!(guest.name(machine, &name));
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
        let object = guest.emitter(machine, &object);
        let name = unless_thrown!(guest.name(machine, &name));
        let listener = guest.keep(&listener);
        let added = machine.add_listener(guest, object, name, listener, first);
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
        let object = guest.emitter(machine, &object);
        let name = unless_thrown!(guest.name(machine, &name));
        let listener = guest.keep(&listener);
        let removed = machine.remove_listener(guest, object, name, listener);
        guest.release(listener);
        removed
    })
}

fn remove_all<'js>(ctx: Ctx<'js>, object: JsValue<'js>, name: Opt<JsValue<'js>>) -> Result<()> {
    work(&ctx, |machine, guest| {
        let object = guest.emitter(machine, &object);
        let name = match &name.0 {
            Some(name) => Some(unless_thrown!(guest.name(machine, name))),
            None => None,
        };
        machine.remove_all_listeners(guest, object, name)
    })
}

/// The listeners of a name, wrappers as they are.
fn listeners<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    name: JsValue<'js>,
) -> Result<Vec<JsValue<'js>>> {
    work(&ctx, |machine, guest| {
        let object = guest.emitter(machine, &object);
        let name = unless_thrown!(guest.name(machine, &name));
        let values = &guest.session.tables.values;
        let listeners = machine.listeners(object, name).iter();
        Ok(Ok(listeners.map(|&each| values.get(&ctx, each)).collect()))
    })
}

fn count<'js>(ctx: Ctx<'js>, object: JsValue<'js>, name: JsValue<'js>) -> Result<usize> {
    work(&ctx, |machine, guest| {
        let object = guest.emitter(machine, &object);
        let name = unless_thrown!(guest.name(machine, &name));
        Ok(Ok(machine.listeners(object, name).len()))
    })
}

/// The names that have listeners.
fn names<'js>(ctx: Ctx<'js>, object: JsValue<'js>) -> Result<Vec<JsValue<'js>>> {
    work(&ctx, |machine, guest| {
        let object = guest.emitter(machine, &object);
        let names = machine.event_names(guest, object);
        let known = &guest.session.tables.names;
        Ok(Ok(names
            .into_iter()
            .map(|name| known.value(&ctx, name))
            .collect()))
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
        let object = guest.emitter(machine, &object);
        let name = unless_thrown!(guest.name(machine, &name));
        let once = OnceId(once as u64);
        let (wrapper, listener) = (guest.keep(&wrapper), guest.keep(&listener));
        let arguments = guest.keep_all(&arguments);
        let called = machine.call_once(guest, once, object, name, wrapper, listener, &arguments);
        guest.release_all(&arguments);
        guest.release(wrapper);
        guest.release(listener);
        let value = unless_thrown!(called);
        let shown = guest.session.tables.show(&ctx, value);
        guest.release_value(value);
        Ok(Ok(shown))
    })
}
