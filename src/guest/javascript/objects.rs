//! The guest's objects and values, as the model works with them.

use rquickjs::function::{Args, IntoArgs};
use rquickjs::{Function, Result, Value as JsValue};

use super::engine;
use super::guest::JsGuest;
use super::host::{HOST, Host};
use crate::runtime::{
    Called, Machine, Method, NameId, NameOrder, ObjectId, Objects, Step, Value, ValueId,
};

impl<'js> JsGuest<'_, 'js> {
    /// The number of an object; one the model does not know yet is entered.
    pub(super) fn number(&mut self, machine: &mut Machine<'_>, object: &JsValue<'js>) -> ObjectId {
        let objects = &mut self.session.tables.objects;
        objects.find(object).unwrap_or_else(|| {
            let id = machine.new_object();
            objects.enter(object, id);
            id
        })
    }

    /// Runs JavaScript inside of a native, with the model open to it.
    pub(super) fn nest(
        &mut self,
        machine: &mut Machine<'_>,
        run: impl FnOnce() -> Result<JsValue<'js>>,
    ) -> Step<std::result::Result<JsValue<'js>, ValueId>> {
        let host = Host {
            machine: machine.reborrow(),
            session: self.session,
        };
        let result = HOST.set(host, run);
        self.check()?;
        Ok(result.map_err(|_| {
            let thrown = self.ctx.catch();
            self.session.tables.values.keep(&thrown)
        }))
    }

    /// As [`Self::nest`], for what gives a value to the model.
    fn nest_value(
        &mut self,
        machine: &mut Machine<'_>,
        run: impl FnOnce() -> Result<JsValue<'js>>,
    ) -> Called {
        let result = self.nest(machine, run)?;
        Ok(result.map(|value| self.session.tables.admit(&value)))
    }

    /// Asks a function of the JavaScript layer.
    pub(super) fn ask_hook(
        &mut self,
        machine: &mut Machine<'_>,
        name: &str,
        arguments: impl IntoArgs<'js>,
    ) -> Step<std::result::Result<JsValue<'js>, ValueId>> {
        let hooks = self.session.hooks.clone();
        let ctx = self.ctx.clone();
        self.nest(machine, || {
            let hook: Function<'js> = hooks.restore(&ctx)?.get(name)?;
            hook.call(arguments)
        })
    }

    /// What a function of the layer made, or what was thrown instead.
    pub(super) fn made(&mut self, made: std::result::Result<JsValue<'js>, ValueId>) -> ValueId {
        made.map_or_else(|thrown| thrown, |made| self.keep(&made))
    }

    /// Calls a function.
    pub(super) fn apply_to(
        &mut self,
        machine: &mut Machine<'_>,
        function: ValueId,
        this: Value,
        arguments: &[Value],
    ) -> Called {
        let this = self.session.tables.show(self.ctx, this);
        let function = self.session.tables.values.get(self.ctx, function);
        let passed = self.arguments(&this, arguments);
        self.nest_value(machine, || {
            function.get::<Function<'_>>()?.call_arg(passed?)
        })
    }

    fn arguments(&self, this: &JsValue<'js>, arguments: &[Value]) -> Result<Args<'js>> {
        let mut passed = Args::new(self.ctx.clone(), arguments.len());
        passed.this(this.clone())?;
        for &argument in arguments {
            passed.push_arg(self.session.tables.show(self.ctx, argument))?;
        }
        Ok(passed)
    }
}

impl Objects for JsGuest<'_, '_> {
    fn invoke(
        &mut self,
        machine: &mut Machine<'_>,
        object: ObjectId,
        method: Method,
        arguments: &[Value],
    ) -> Called {
        let this = self.session.tables.objects.get(self.ctx, object);
        let method = self.session.tables.names.method(method);
        let passed = self.arguments(&this, arguments);
        self.nest_value(machine, || method.function(&this)?.call_arg(passed?))
    }

    fn apply(
        &mut self,
        machine: &mut Machine<'_>,
        function: ValueId,
        object: ObjectId,
        arguments: &[Value],
    ) -> Called {
        self.apply_to(machine, function, Value::Object(object), arguments)
    }

    fn retain(&mut self, value: ValueId) {
        self.session.tables.values.retain(value);
    }

    fn release(&mut self, value: ValueId) {
        self.session.tables.values.release(self.ctx, value);
    }

    fn has_method(
        &mut self,
        machine: &mut Machine<'_>,
        object: ObjectId,
        method: Method,
    ) -> Step<bool> {
        let object = self.session.tables.objects.get(self.ctx, object);
        let method = self.session.tables.names.method(method);
        let found = self.nest(machine, || method.look_up(&object))?;
        Ok(found.is_ok_and(|found| found.is_function()))
    }

    fn name_order(&self, name: NameId) -> NameOrder {
        self.session.tables.names.order(name)
    }

    fn name_text(&self, name: NameId) -> String {
        let value = self.session.tables.names.value(self.ctx, name);
        let text = match value.as_symbol() {
            Some(symbol) => symbol.description().ok().and_then(|text| text.get().ok()),
            None => value.get().ok(),
        };
        text.unwrap_or_default()
    }

    fn function_text(&self, function: ValueId) -> String {
        let function = self.session.tables.values.get(self.ctx, function);
        function_name(&function).unwrap_or_else(|| "(anonymous)".to_owned())
    }

    fn original(&mut self, machine: &mut Machine<'_>, listener: ValueId) -> Step<Option<ValueId>> {
        let original = self.wrapped_by(machine, listener)?;
        Ok(original.map(|original| self.session.tables.values.keep(&original)))
    }

    fn stands_for(
        &mut self,
        machine: &mut Machine<'_>,
        listener: ValueId,
        function: ValueId,
    ) -> Step<bool> {
        let original = self.wrapped_by(machine, listener)?;
        let function = self.session.tables.values.get(self.ctx, function);
        Ok(original == Some(function))
    }

    fn listener_limit(&mut self, machine: &mut Machine<'_>, object: ObjectId) -> Called<f64> {
        let object = self.session.tables.objects.get(self.ctx, object);
        let limit = self.ask_hook(machine, "listenerLimit", (object,))?;
        Ok(limit.map(|limit| limit.as_number().unwrap_or(f64::NAN)))
    }

    fn unhandled_error(&mut self, machine: &mut Machine<'_>, arguments: &[Value]) -> Step<ValueId> {
        let error = arguments.first().copied().unwrap_or(Value::Undefined);
        let error = self.session.tables.show(self.ctx, error);
        let error = self.ask_hook(machine, "unhandledError", (error,))?;
        Ok(self.made(error))
    }

    fn captures(&mut self, machine: &mut Machine<'_>, object: ObjectId) -> Step<bool> {
        let object = self.session.tables.objects.get(self.ctx, object);
        let captures = self.ask_hook(machine, "captures", (object,))?;
        Ok(captures.is_ok_and(|captures| captures.as_bool() == Some(true)))
    }

    fn set_captures(
        &mut self,
        machine: &mut Machine<'_>,
        object: ObjectId,
        captures: bool,
    ) -> Step<bool> {
        let object = self.session.tables.objects.get(self.ctx, object);
        let before = self.ask_hook(machine, "setCaptures", (object, captures))?;
        Ok(before.is_ok_and(|before| before.as_bool() == Some(true)))
    }

    fn watch(
        &mut self,
        machine: &mut Machine<'_>,
        object: ObjectId,
        returned: Value,
        name: NameId,
        arguments: &[Value],
    ) -> Called<()> {
        let tables = &self.session.tables;
        let object = tables.objects.get(self.ctx, object);
        let returned = tables.show(self.ctx, returned);
        let name = tables.names.value(self.ctx, name);
        let arguments = arguments.iter().map(|&each| tables.show(self.ctx, each));
        let arguments: Vec<JsValue<'_>> = arguments.collect();
        let watched = self.ask_hook(machine, "watch", (object, returned, name, arguments))?;
        Ok(watched.map(drop))
    }
}

impl<'js> JsGuest<'_, 'js> {
    /// What a function says it wraps, in its property `listener`.
    fn wrapped_by(
        &mut self,
        machine: &mut Machine<'_>,
        listener: ValueId,
    ) -> Step<Option<JsValue<'js>>> {
        let listener = self.session.tables.values.get(self.ctx, listener);
        let wrapped = self.nest(machine, || match listener.as_object() {
            Some(listener) => listener.get("listener"),
            None => Ok(JsValue::new_undefined(listener.ctx().clone())),
        })?;
        Ok(wrapped
            .ok()
            .filter(|wrapped| !wrapped.is_undefined() && !wrapped.is_null()))
    }
}

/// The name of a function, or of what a once wrapper wraps, as far as plain properties tell.
fn function_name(function: &JsValue<'_>) -> Option<String> {
    let text = |value: &JsValue<'_>| value.as_string().and_then(|text| text.to_string().ok());
    let wrapped = engine::own_data(function, "listener").filter(JsValue::is_function);
    let name = text(&engine::own_data(
        wrapped.as_ref().unwrap_or(function),
        "name",
    )?)?;
    (!name.is_empty()).then_some(name)
}
