//! What the model asks of the guest's streams: contents, properties, errors, and functions that lead back into the model.

use rquickjs::{IntoJs, Value as JsValue};

use super::guest::JsGuest;
use crate::runtime::stream::{
    Contained, Contents, Door, Fault, Matter, Piece, Property, Sign, Trace,
};
use crate::runtime::{
    CallbackId, Called, Machine, Method, ObjectId, Objects, Side, Step, Value, ValueId,
};

impl<'js> JsGuest<'_, 'js> {
    fn undefined(&self) -> JsValue<'js> {
        JsValue::new_undefined(self.ctx.clone())
    }

    fn show(&self, value: Value) -> JsValue<'js> {
        self.session.tables.show(self.ctx, value)
    }

    fn show_all(&self, values: &[ValueId]) -> Vec<JsValue<'js>> {
        values
            .iter()
            .map(|&value| self.show(Value::Other(value)))
            .collect()
    }
}

impl Matter for JsGuest<'_, '_> {
    fn call_function(
        &mut self,
        machine: &mut Machine<'_>,
        function: ValueId,
        arguments: &[Value],
    ) -> Called {
        self.apply_to(machine, function, Value::Undefined, arguments)
    }

    fn property(
        &mut self,
        machine: &mut Machine<'_>,
        object: ObjectId,
        property: Property,
    ) -> Called {
        let object = self.session.tables.objects.get(self.ctx, object);
        let value = self.nest(machine, || match object.as_object() {
            Some(object) => object.get(property.name()),
            None => Ok(JsValue::new_undefined(object.ctx().clone())),
        })?;
        Ok(value.map(|value| self.session.tables.admit(&value)))
    }

    fn sign(&mut self, machine: &mut Machine<'_>, object: ObjectId, sign: Sign) -> Called {
        let stream = self.session.tables.objects.get(self.ctx, object);
        let seen = self.ask_hook(machine, "sign", (sign.name(), stream))?;
        Ok(seen.map(|seen| self.session.tables.admit(&seen)))
    }

    fn set_property(
        &mut self,
        machine: &mut Machine<'_>,
        object: ObjectId,
        property: Property,
        value: Value,
    ) -> Called<()> {
        let object = self.session.tables.objects.get(self.ctx, object);
        let value = self.show(value);
        let set = self.nest(machine, || {
            if let Some(object) = object.as_object() {
                object.set(property.name(), value)?;
            }
            Ok(JsValue::new_undefined(object.ctx().clone()))
        })?;
        Ok(set.map(drop))
    }

    fn has(&mut self, machine: &mut Machine<'_>, object: ObjectId, method: Method) -> Called<bool> {
        let object = self.session.tables.objects.get(self.ctx, object);
        let found = self.nest(machine, || match object.as_object() {
            Some(object) => object.get(method.name()),
            None => Ok(JsValue::new_undefined(object.ctx().clone())),
        })?;
        Ok(found.map(|found| found.is_function()))
    }

    fn function(&mut self, machine: &mut Machine<'_>, door: Door) -> Step<ValueId> {
        let Door {
            what,
            about,
            detail,
        } = door;
        let made = self.ask_hook(machine, "door", (what as u8, about, detail, what.name()))?;
        Ok(self.made(made))
    }

    fn callback(&mut self, machine: &mut Machine<'_>, door: Door) -> Step<CallbackId> {
        let Door {
            what,
            about,
            detail,
        } = door;
        let made = self.ask_hook(machine, "callback", (what as u8, about, detail))?;
        let id = made.ok().and_then(|made| made.as_number());
        Ok(CallbackId(id.unwrap_or_default() as u32))
    }

    fn piece(&mut self, machine: &mut Machine<'_>, object: ObjectId, room: i64) -> Called<Piece> {
        let stream = self.session.tables.objects.get(self.ctx, object);
        let made = self.ask_hook(machine, "piece", (stream, room as f64))?;
        Ok(made.map(|made| {
            let part = |name| match made.as_object() {
                Some(made) => made.get(name).unwrap_or_else(|_| self.undefined()),
                None => self.undefined(),
            };
            let (output, size) = (part("output"), part("size"));
            let (leaves_input, failure) = (part("leavesInput"), part("failure"));
            let values = &mut self.session.tables.values;
            Piece {
                output: Contained {
                    value: values.keep(&output),
                    size: size.as_number().unwrap_or_default() as i64,
                },
                leaves_input: leaves_input.as_bool() == Some(true),
                failure: (!failure.is_undefined()).then(|| values.keep(&failure)),
            }
        }))
    }

    fn follow(
        &mut self,
        machine: &mut Machine<'_>,
        result: ValueId,
        door: Door,
        function: Value,
    ) -> Step {
        let Door {
            what,
            about,
            detail,
        } = door;
        let (result, function) = (self.show(Value::Other(result)), self.show(function));
        let resolved = what.resolved().map(|resolved| resolved as u8);
        let followed = self.ask_hook(
            machine,
            "follow",
            (result, what.name(), resolved, about, detail, function),
        )?;
        followed.map_or_else(|thrown| self.release(thrown), drop);
        Ok(())
    }

    fn leave(
        &mut self,
        machine: &mut Machine<'_>,
        object: ObjectId,
        side: Side,
        trace: Trace,
    ) -> Step {
        let stream = self.session.tables.objects.get(self.ctx, object);
        let writable = side == Side::Writable;
        let left = self.ask_hook(machine, "leave", (stream, writable, trace as u8))?;
        left.map_or_else(|thrown| self.release(thrown), drop);
        Ok(())
    }

    fn fault(&mut self, machine: &mut Machine<'_>, fault: Fault) -> Step<ValueId> {
        let (kind, detail) = match fault {
            Fault::MultipleCallback => ("ERR_MULTIPLE_CALLBACK", 0),
            Fault::PushAfterEof => ("ERR_STREAM_PUSH_AFTER_EOF", 0),
            Fault::UnshiftAfterEnd => ("ERR_STREAM_UNSHIFT_AFTER_END_EVENT", 0),
            Fault::WriteAfterEnd => ("ERR_STREAM_WRITE_AFTER_END", 0),
            Fault::WriteDestroyed => ("write", 0),
            Fault::EndDestroyed => ("end", 0),
            Fault::AlreadyFinished => ("ERR_STREAM_ALREADY_FINISHED", 0),
            Fault::ReadTooMuch(size) => ("ERR_OUT_OF_RANGE", size),
            Fault::PrematureClose => ("ERR_STREAM_PREMATURE_CLOSE", 0),
            Fault::TransformWithLength => ("ERR_TRANSFORM_WITH_LENGTH_0", 0),
            Fault::AlreadyTransforming => ("ERR_TRANSFORM_ALREADY_TRANSFORMING", 0),
        };
        let made = self.ask_hook(machine, "fault", (kind, detail as f64))?;
        Ok(self.made(made))
    }

    fn gives_way(&mut self, machine: &mut Machine<'_>, error: Value, aborts: bool) -> Called<bool> {
        let error = self.show(error);
        let gives_way = self.ask_hook(machine, "givesWay", (error, aborts))?;
        Ok(gives_way.map(|gives_way| gives_way.as_bool() == Some(true)))
    }

    fn contents(
        &mut self,
        machine: &mut Machine<'_>,
        operation: Contents<'_>,
    ) -> Called<Contained> {
        let (name, a, b) = match operation {
            Contents::Join(parts) => ("join", self.show_all(parts).into_js(self.ctx), None),
            Contents::NoText => ("noText", Ok(self.undefined()), None),
            Contents::Head(chunk, size) => (
                "head",
                Ok(self.show(Value::Other(chunk))),
                Some(Value::Number(size)),
            ),
            Contents::Tail(chunk, size) => (
                "tail",
                Ok(self.show(Value::Other(chunk))),
                Some(Value::Number(size)),
            ),
            Contents::Decode(decoder, chunk) => (
                "decode",
                Ok(self.show(Value::Other(decoder))),
                Some(Value::Other(chunk)),
            ),
            Contents::DecodeRest(decoder) => {
                ("decodeRest", Ok(self.show(Value::Other(decoder))), None)
            }
            Contents::Batch(entries) => {
                let entries: Vec<Vec<JsValue<'_>>> = entries
                    .iter()
                    .map(|&(chunk, encoding, callback)| {
                        let callback = callback.map_or(Value::Undefined, Value::Other);
                        vec![
                            self.show(Value::Other(chunk)),
                            self.show(encoding),
                            self.show(callback),
                        ]
                    })
                    .collect();
                ("batch", entries.into_js(self.ctx), None)
            }
            Contents::Note => ("note", Ok(JsValue::new_undefined(self.ctx.clone())), None),
            Contents::Claim(note) => ("claim", Ok(self.show(note)), None),
            Contents::Aggregate(inner, outer) => ("aggregate", Ok(self.show(inner)), Some(outer)),
        };
        let a = a.unwrap_or_else(|_| JsValue::new_undefined(self.ctx.clone()));
        let b = self.show(b.unwrap_or(Value::Undefined));
        let made = self.ask_hook(machine, name, (a, b))?;
        Ok(made.map(|made| {
            let pair = made.as_array();
            let size = pair.and_then(|pair| pair.get::<f64>(1).ok()).unwrap_or(0.0) as i64;
            let value = pair
                .and_then(|pair| pair.get::<JsValue<'_>>(0).ok())
                .unwrap_or(made.clone());
            Contained {
                value: self.session.tables.values.keep(&value),
                size,
            }
        }))
    }
}
