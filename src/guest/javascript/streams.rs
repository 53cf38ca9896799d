//! The natives of streams, and what the model asks of a guest for them.

use rquickjs::function::Rest;
use rquickjs::{Ctx, IntoJs, Object, Result, Value as JsValue};

use super::emitters::work;
use super::guest::JsGuest;
use super::natives::Natives;
use crate::runtime::stream::{
    Abrupt, Act, Chunk, Contained, Contents, Door, Entrance, Fault, Field, Matter, Piece, Property,
    Pushed, SideOptions, Size, Written,
};
use crate::runtime::{
    CallbackId, Called, Machine, Method, ObjectId, Objects, Step, Value, ValueId,
};

impl<'js> Natives<'_, 'js> {
    /// What streams are made of.
    pub(super) fn streams(&mut self) -> Result<()> {
        let fields: Vec<_> = Field::ALL.iter().map(|field| field.name()).collect();
        self.set("fields", fields)?;
        self.add("beginReadable", |ctx, object, options: Object<'js>| {
            begin(ctx, object, options, false)
        })?;
        self.add("beginWritable", |ctx, object, options: Object<'js>| {
            begin(ctx, object, options, true)
        })?;
        self.add("closeReadable", |ctx, object| {
            simple(ctx, object, |machine, id| machine.close_readable(id))
        })?;
        self.add("closeWritable", |ctx, object| {
            simple(ctx, object, |machine, id| machine.close_writable(id))
        })?;
        self.add("pushData", push_data)?;
        self.add("pushEnd", |ctx, object, front: bool| {
            able(ctx, object, |machine, guest, id| {
                machine.push(guest, id, Pushed::End, front)
            })
        })?;
        self.add("pushNothing", |ctx, object, front: bool| {
            able(ctx, object, |machine, guest, id| {
                machine.push(guest, id, Pushed::Empty, front)
            })
        })?;
        self.add("pushWrong", push_wrong)?;
        self.add("setDecoder", set_decoder)?;
        self.add("read", read)?;
        self.add("listened", listened)?;
        self.add("unlistened", unlistened)?;
        self.add("unlistenedAll", |ctx, object| {
            simple(ctx, object, |machine, id| {
                machine.readable_unlistened_all(id)
            })
        })?;
        self.add("resume", |ctx, object| {
            simple(ctx, object, |machine, id| machine.resume(id))
        })?;
        self.add("pause", |ctx, object| {
            able(ctx, object, |machine, guest, id| machine.pause(guest, id))
        })?;
        self.add("write", write)?;
        self.add("refuseWrite", refuse_write)?;
        self.add("cork", |ctx, object| {
            simple(ctx, object, |machine, id| machine.cork(id))
        })?;
        self.add("uncork", |ctx, object| {
            able(ctx, object, |machine, guest, id| machine.uncork(guest, id))
        })?;
        self.add("end", end)?;
        self.add("destroy", destroy)?;
        self.add("errorOrDestroy", error_or_destroy)?;
        self.add("undestroy", |ctx, object| {
            simple(ctx, object, |machine, id| machine.undestroy(id))
        })?;
        self.add("construct", |ctx, object| {
            able(ctx, object, |machine, guest, id| {
                machine.construct(guest, id)
            })
        })?;
        self.add("transformBegin", |ctx, object| {
            simple(ctx, object, |machine, id| machine.begin_transform(id))
        })?;
        self.add("transformPushed", |ctx, object| {
            simple(ctx, object, |machine, id| machine.transform_pushed(id))
        })?;
        self.add("transformWrite", transform_write)?;
        self.add("transformRead", |ctx, object| {
            able(ctx, object, |machine, guest, id| {
                machine.transform_read(guest, id)
            })
        })?;
        self.add("transformFinal", transform_final)?;
        self.add(
            "transformPrefinish",
            |ctx, object, has_other_final: bool| {
                able(ctx, object, |machine, guest, id| {
                    machine.transform_prefinish(guest, id, has_other_final)
                })
            },
        )?;
        self.add("beginPieces", |ctx, object, size: f64| {
            able(ctx, object, |machine, guest, id| {
                machine.begin_pieces(guest, id, size as i64)
            })
        })?;
        self.add("workOnPieces", work_on_pieces)?;
        self.add("closePieces", |ctx, object| {
            simple(ctx, object, |machine, id| machine.close_pieces(id))
        })?;
        self.add("answerClose", answer_close)?;
        self.add("halfOpenEnd", |ctx, object| {
            simple(ctx, object, |machine, id| machine.half_open_end(id))
        })?;
        self.add("pipe", pipe)?;
        self.add("unpipe", unpipe)?;
        self.add("field", field)?;
        self.add("setField", set_field)?;
        self.add("buffer", buffer)?;
        self.add("queue", queue)?;
        self.add("pipes", pipes)?;
        self.add("awaited", awaited)?;
        self.add("defaultMark", |ctx: Ctx<'js>, object_mode: bool| {
            work(&ctx, |machine, _| {
                Ok(Ok(machine.default_high_water_mark(object_mode) as f64))
            })
        })?;
        self.add(
            "setDefaultMark",
            |ctx: Ctx<'js>, object_mode: bool, mark: f64| {
                work(&ctx, |machine, _| {
                    machine.set_default_high_water_mark(object_mode, mark as i64);
                    Ok(Ok(()))
                })
            },
        )?;
        self.add("enter", enter)
    }
}

/// What an operation of the model comes to, as a call of the guest.
pub(super) fn called<T>(done: Act<T>) -> Called<T> {
    match done {
        Ok(value) => Ok(Ok(value)),
        Err(Abrupt::Threw(thrown)) => Ok(Err(thrown)),
        Err(Abrupt::Stop(stop)) => Err(stop),
    }
}

/// A native of one stream.
fn able<'js, R>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    operation: impl FnOnce(&mut Machine<'_>, &mut JsGuest<'_, 'js>, ObjectId) -> Act<R>,
) -> Result<R> {
    work(&ctx, |machine, guest| {
        let id = guest.number(machine, &object);
        called(operation(machine, guest, id))
    })
}

/// A native of one stream that calls no user code.
fn simple<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    operation: impl FnOnce(&mut Machine<'_>, ObjectId),
) -> Result<()> {
    able(ctx, object, |machine, _, id| {
        operation(machine, id);
        Ok(())
    })
}

impl<'js> JsGuest<'_, 'js> {
    /// The number of an object; one the model does not know yet is entered.
    fn number(&mut self, machine: &mut Machine<'_>, object: &JsValue<'js>) -> ObjectId {
        let objects = &mut self.session.tables.objects;
        objects.find(object).unwrap_or_else(|| {
            let id = machine.new_object();
            objects.enter(object, id);
            id
        })
    }

    /// A value as the model sees it, an object it knows as that; with a hold.
    fn seen(&mut self, value: &JsValue<'js>) -> Value {
        if let Some(object) = self.session.tables.objects.find(value) {
            return Value::Object(object);
        }
        match value.as_number() {
            Some(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
                Value::Number(number as i64)
            }
            _ => self.session.tables.admit(value),
        }
    }

    fn held(&mut self, value: &JsValue<'js>) -> ValueId {
        self.session.tables.values.keep(value)
    }

    /// A function, if there is one, with a hold.
    fn held_function(&mut self, value: &JsValue<'js>) -> Option<ValueId> {
        value.is_function().then(|| self.held(value))
    }

    fn let_go(&mut self, value: Option<ValueId>) {
        if let Some(value) = value {
            self.release(value);
        }
    }
}

fn begin<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    options: Object<'js>,
    writable: bool,
) -> Result<()> {
    let mark: Option<f64> = options.get("highWaterMark")?;
    let options = SideOptions {
        object_mode: options.get("objectMode")?,
        high_water_mark: mark.map(|mark| mark as i64),
        emit_close: options.get("emitClose")?,
        auto_destroy: options.get("autoDestroy")?,
    };
    simple(ctx, object, |machine, id| {
        if writable {
            machine.begin_writable(id, options);
        } else {
            machine.begin_readable(id, options);
        }
    })
}

fn push_data<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    chunk: JsValue<'js>,
    size: f64,
    decoded: bool,
    front: bool,
) -> Result<bool> {
    able(ctx, object, |machine, guest, id| {
        let value = guest.held(&chunk);
        let chunk = Chunk {
            value,
            size: size as i64,
        };
        let done = machine.push(guest, id, Pushed::Data { chunk, decoded }, front);
        guest.release(value);
        done
    })
}

/// What is no chunk is pushed: with the error that tells so.
fn push_wrong<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    error: JsValue<'js>,
    front: bool,
) -> Result<bool> {
    able(ctx, object, |machine, guest, id| {
        let error = guest.held(&error);
        let done = machine.push(guest, id, Pushed::Wrong(Value::Other(error)), front);
        guest.release(error);
        done
    })
}

fn set_decoder<'js>(ctx: Ctx<'js>, object: JsValue<'js>, decoder: JsValue<'js>) -> Result<()> {
    able(ctx, object, |machine, guest, id| {
        let decoder = guest.held(&decoder);
        let done = machine.set_decoder(guest, id, decoder);
        guest.release(decoder);
        done
    })
}

fn read<'js>(ctx: Ctx<'js>, object: JsValue<'js>, size: f64) -> Result<JsValue<'js>> {
    let size = if size.is_nan() {
        Size::Any
    } else {
        Size::Of(size as i64)
    };
    let context = ctx.clone();
    able(ctx, object, |machine, guest, id| {
        let chunk = machine.read_stream(guest, id, size)?;
        Ok(match chunk {
            None => JsValue::new_null(context),
            Some(chunk) => {
                let value = guest.session.tables.values.get(&context, chunk);
                guest.release(chunk);
                value
            }
        })
    })
}

fn listened<'js>(ctx: Ctx<'js>, object: JsValue<'js>, name: JsValue<'js>) -> Result<()> {
    work(&ctx, |machine, guest| {
        let id = guest.number(machine, &object);
        match guest.name(machine, &name)? {
            Ok(name) => called(machine.readable_listened(guest, id, name)),
            Err(thrown) => Ok(Err(thrown)),
        }
    })
}

fn unlistened<'js>(ctx: Ctx<'js>, object: JsValue<'js>, name: JsValue<'js>) -> Result<()> {
    work(&ctx, |machine, guest| {
        let id = guest.number(machine, &object);
        match guest.name(machine, &name)? {
            Ok(name) => called(machine.readable_unlistened(guest, id, name)),
            Err(thrown) => Ok(Err(thrown)),
        }
    })
}

/// Gives whether there is room for more, or the error a write is refused with.
fn write<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    chunk: JsValue<'js>,
    size: f64,
    encoding: JsValue<'js>,
    callback: JsValue<'js>,
) -> Result<JsValue<'js>> {
    let context = ctx.clone();
    able(ctx, object, |machine, guest, id| {
        let value = guest.held(&chunk);
        let encoding = guest.seen(&encoding);
        let callback = guest.held_function(&callback);
        let chunk = Chunk {
            value,
            size: size as i64,
        };
        let done = machine.write(guest, id, chunk, encoding, callback);
        guest.release(value);
        guest.release_value(encoding);
        guest.let_go(callback);
        Ok(match done? {
            Written::Taken(more) => JsValue::new_bool(context, more),
            Written::Refused(error) => guest.session.tables.show(&context, error),
        })
    })
}

fn refuse_write<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    error: JsValue<'js>,
    callback: JsValue<'js>,
) -> Result<()> {
    able(ctx, object, |machine, guest, id| {
        let error = guest.seen(&error);
        let callback = guest.held_function(&callback);
        let done = machine.refuse_write(guest, id, error, callback);
        guest.release_value(error);
        guest.let_go(callback);
        done
    })
}

fn end<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    refused: JsValue<'js>,
    callback: JsValue<'js>,
) -> Result<()> {
    able(ctx, object, |machine, guest, id| {
        let refusal = if refused.is_undefined() {
            None
        } else {
            Some(guest.seen(&refused))
        };
        let callback = guest.held_function(&callback);
        let done = machine.end(guest, id, refusal, callback);
        guest.release_value(refusal.unwrap_or(Value::Undefined));
        guest.let_go(callback);
        done
    })
}

fn destroy<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    error: JsValue<'js>,
    callback: JsValue<'js>,
    writes: bool,
) -> Result<()> {
    able(ctx, object, |machine, guest, id| {
        let error = guest.seen(&error);
        let callback = guest.held_function(&callback);
        let done = machine.destroy(guest, id, error, callback, writes);
        guest.release_value(error);
        guest.let_go(callback);
        done
    })
}

fn error_or_destroy<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    error: JsValue<'js>,
    sync: bool,
) -> Result<()> {
    able(ctx, object, |machine, guest, id| {
        let error = guest.seen(&error);
        let done = machine.error_or_destroy(guest, id, error, sync);
        guest.release_value(error);
        done
    })
}

fn transform_write<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    chunk: JsValue<'js>,
    encoding: JsValue<'js>,
    callback: JsValue<'js>,
) -> Result<()> {
    able(ctx, object, |machine, guest, id| {
        let chunk = guest.held(&chunk);
        let encoding = guest.seen(&encoding);
        let callback = guest.held(&callback);
        let done = machine.transform_write(guest, id, chunk, encoding, callback);
        guest.release(chunk);
        guest.release_value(encoding);
        guest.release(callback);
        done
    })
}

fn transform_final<'js>(ctx: Ctx<'js>, object: JsValue<'js>, callback: JsValue<'js>) -> Result<()> {
    able(ctx, object, |machine, guest, id| {
        let callback = guest.held_function(&callback);
        let done = machine.transform_final(guest, id, callback);
        guest.let_go(callback);
        done
    })
}

fn work_on_pieces<'js>(ctx: Ctx<'js>, object: JsValue<'js>, callback: JsValue<'js>) -> Result<()> {
    able(ctx, object, |machine, guest, id| {
        let callback = guest.held(&callback);
        let done = machine.work_on_pieces(guest, id, callback);
        guest.release(callback);
        done
    })
}

fn answer_close<'js>(ctx: Ctx<'js>, object: JsValue<'js>, callback: JsValue<'js>) -> Result<bool> {
    able(ctx, object, |machine, guest, id| {
        let callback = guest.held(&callback);
        let answers = machine.answer_close(guest, id, callback);
        guest.release(callback);
        Ok(answers)
    })
}

fn pipe<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    destination: JsValue<'js>,
    ends: bool,
) -> Result<()> {
    able(ctx, object, |machine, guest, id| {
        let destination = guest.number(machine, &destination);
        machine.pipe(guest, id, destination, ends)
    })
}

fn unpipe<'js>(ctx: Ctx<'js>, object: JsValue<'js>, destination: JsValue<'js>) -> Result<()> {
    able(ctx, object, |machine, guest, id| {
        let destination = if destination.is_object() {
            Some(guest.number(machine, &destination))
        } else {
            None
        };
        machine.unpipe(guest, id, destination)
    })
}

fn field<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    writable: bool,
    index: usize,
) -> Result<JsValue<'js>> {
    let context = ctx.clone();
    able(ctx, object, |machine, guest, id| {
        let field = Field::ALL[index];
        let value = if writable {
            machine.writable_field(id, field)
        } else {
            machine.readable_field(id, field)
        };
        Ok(guest.session.tables.show(&context, value))
    })
}

fn set_field<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    writable: bool,
    index: usize,
    value: JsValue<'js>,
) -> Result<()> {
    able(ctx, object, |machine, guest, id| {
        let field = Field::ALL[index];
        let value = guest.seen(&value);
        if writable {
            machine.set_writable_field(guest, id, field, value);
        } else {
            machine.set_readable_field(guest, id, field, value);
        }
        guest.release_value(value);
        Ok(())
    })
}

fn buffer<'js>(ctx: Ctx<'js>, object: JsValue<'js>) -> Result<Vec<JsValue<'js>>> {
    let context = ctx.clone();
    able(ctx, object, |machine, guest, id| {
        let values = &guest.session.tables.values;
        Ok(machine
            .readable_buffer(id)
            .into_iter()
            .map(|value| values.get(&context, value))
            .collect())
    })
}

fn queue<'js>(ctx: Ctx<'js>, object: JsValue<'js>) -> Result<Vec<Vec<JsValue<'js>>>> {
    let context = ctx.clone();
    able(ctx, object, |machine, guest, id| {
        let tables = &guest.session.tables;
        let show = |(chunk, encoding, callback): (ValueId, Value, Option<ValueId>)| {
            let callback = callback.map_or(Value::Undefined, Value::Other);
            [Value::Other(chunk), encoding, callback]
                .map(|value| tables.show(&context, value))
                .to_vec()
        };
        Ok(machine.writable_queue(id).into_iter().map(show).collect())
    })
}

fn pipes<'js>(ctx: Ctx<'js>, object: JsValue<'js>) -> Result<Vec<JsValue<'js>>> {
    let context = ctx.clone();
    able(ctx, object, |machine, guest, id| {
        let objects = &guest.session.tables.objects;
        Ok(machine
            .pipes_of(id)
            .into_iter()
            .map(|object| objects.get(&context, object))
            .collect())
    })
}

fn awaited<'js>(ctx: Ctx<'js>, object: JsValue<'js>) -> Result<Vec<JsValue<'js>>> {
    let context = ctx.clone();
    able(ctx, object, |machine, guest, id| {
        let objects = &guest.session.tables.objects;
        let (many, all) = machine.awaited_by(id);
        let all = all.into_iter().map(|object| objects.get(&context, object));
        Ok(std::iter::once(JsValue::new_bool(context.clone(), many))
            .chain(all)
            .collect())
    })
}

/// A function of the model is called.
fn enter<'js>(
    ctx: Ctx<'js>,
    what: usize,
    about: u32,
    detail: u32,
    arguments: Rest<JsValue<'js>>,
) -> Result<()> {
    work(&ctx, |machine, guest| {
        let arguments: Vec<_> = arguments
            .iter()
            .map(|argument| guest.seen(argument))
            .collect();
        let done = machine.enter_door(
            guest,
            Door {
                what: Entrance::ALL[what],
                about,
                detail,
            },
            &arguments,
        );
        arguments
            .into_iter()
            .for_each(|argument| guest.release_value(argument));
        called(done)
    })
}

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
        Ok(made.map_or_else(
            |thrown| thrown,
            |function| self.session.tables.values.keep(&function),
        ))
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
        let followed = self.ask_hook(
            machine,
            "follow",
            (result, what.name(), what as u8 + 1, about, detail, function),
        )?;
        followed.map_or_else(|thrown| self.release(thrown), drop);
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
            Fault::TransformWithLength => ("ERR_TRANSFORM_WITH_LENGTH_0", 0),
            Fault::AlreadyTransforming => ("ERR_TRANSFORM_ALREADY_TRANSFORMING", 0),
        };
        let made = self.ask_hook(machine, "fault", (kind, detail as f64))?;
        Ok(made.map_or_else(
            |thrown| thrown,
            |error| self.session.tables.values.keep(&error),
        ))
    }

    fn contents(
        &mut self,
        machine: &mut Machine<'_>,
        operation: Contents<'_>,
    ) -> Called<Contained> {
        let (name, a, b) = match operation {
            Contents::Join(parts) => ("join", self.show_all(parts).into_js(self.ctx), None),
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
