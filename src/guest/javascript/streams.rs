//! The natives of streams.

use rquickjs::function::Rest;
use rquickjs::{Ctx, Object, Result, Value as JsValue};
use smallvec::SmallVec;

use super::guest::{JsGuest, work};
use super::host::act;
use super::natives::Natives;
use crate::runtime::stream::{
    Abrupt, Act, Chunk, Door, Entrance, Field, Pushed, SideOptions, Sides, Size, Written,
};
use crate::runtime::{Called, Machine, NameId, ObjectId, Objects, Value, ValueId};

/// What `finished` listens with, known by name.
const WATCH_PARTS: [Entrance; 4] = [
    Entrance::WatchEnd,
    Entrance::WatchFinish,
    Entrance::WatchError,
    Entrance::WatchClose,
];

impl<'js> Natives<'_, 'js> {
    /// What streams are made of.
    pub(super) fn streams(&mut self) -> Result<()> {
        self.lives()?;
        self.reading()?;
        self.writing()?;
        self.transforms()?;
        self.pieces()?;
        self.add("pipe", pipe)?;
        self.add("unpipe", unpipe)?;
        self.watches()?;
        self.pipelines()?;
        self.add("oldPipeListen", old_pipe_listen)?;
        self.add("oldPipeFailed", old_pipe_failed)?;
        self.state()?;
        self.add("enter", enter)
    }

    /// How streams begin and end.
    fn lives(&mut self) -> Result<()> {
        self.add("beginReadable", |ctx, object, options| {
            begin(ctx, object, options, |machine, id, options| {
                machine.begin_readable(id, options);
            })
        })?;
        self.add("beginWritable", |ctx, object, options| {
            begin(ctx, object, options, |machine, id, options| {
                machine.begin_writable(id, options);
            })
        })?;
        self.add("construct", |ctx, object| {
            able(ctx, object, |machine, guest, id| {
                machine.construct(guest, id)
            })
        })?;
        self.add("closeReadable", |ctx, object| {
            simple(ctx, object, |machine, id| machine.close_readable(id))
        })?;
        self.add("closeWritable", |ctx, object| {
            simple(ctx, object, |machine, id| machine.close_writable(id))
        })?;
        self.add("halfOpenEnd", |ctx, object| {
            simple(ctx, object, |machine, id| machine.half_open_end(id))
        })?;
        self.add("destroy", destroy)?;
        self.add("undestroy", |ctx, object| {
            simple(ctx, object, |machine, id| machine.undestroy(id))
        })?;
        self.add("errorOrDestroy", error_or_destroy)
    }

    fn reading(&mut self) -> Result<()> {
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
        self.add("resume", |ctx, object| {
            simple(ctx, object, |machine, id| machine.resume(id))
        })?;
        self.add("pause", |ctx, object| {
            able(ctx, object, |machine, guest, id| machine.pause(guest, id))
        })?;
        self.add("listened", |ctx, object, name| {
            named(ctx, object, name, |machine, guest, id, name| {
                machine.readable_listened(guest, id, name)
            })
        })?;
        self.add("unlistened", |ctx, object, name| {
            named(ctx, object, name, |machine, guest, id, name| {
                machine.readable_unlistened(guest, id, name)
            })
        })?;
        self.add("unlistenedAll", |ctx, object| {
            simple(ctx, object, |machine, id| {
                machine.readable_unlistened_all(id)
            })
        })
    }

    fn writing(&mut self) -> Result<()> {
        self.add("write", write)?;
        self.add("refuseWrite", refuse_write)?;
        self.add("cork", |ctx, object| {
            simple(ctx, object, |machine, id| machine.cork(id))
        })?;
        self.add("uncork", |ctx, object| {
            able(ctx, object, |machine, guest, id| machine.uncork(guest, id))
        })?;
        self.add("end", end)
    }

    fn transforms(&mut self) -> Result<()> {
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
        )
    }

    /// Transforms that work on the pool.
    fn pieces(&mut self) -> Result<()> {
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
        self.add("answerFlush", answer_flush)?;
        self.add("piecesState", |ctx, object| {
            able(ctx, object, |machine, _, id| {
                Ok(machine.pieces_state(id).name())
            })
        })
    }

    /// What `finished` is made of.
    fn watches(&mut self) -> Result<()> {
        self.add_object("watchParts", |parts| {
            let mut all = WATCH_PARTS.into_iter();
            all.try_for_each(|part| parts.set(part.name(), part as u8))
        })?;
        self.add("watchEnd", watch_end)?;
        self.add("tellIfLate", |ctx, watch: u32| {
            work(&ctx, |machine, guest| {
                called(machine.tell_if_late(guest, watch))
            })
        })?;
        self.add("stopWatch", |ctx, watch: u32| {
            work(&ctx, |machine, guest| {
                Ok(Ok(machine.stop_watch(guest, watch)))
            })
        })
    }

    /// What `pipeline` is made of.
    fn pipelines(&mut self) -> Result<()> {
        self.add("beginPipeline", begin_pipeline)?;
        self.add("awaitReports", |ctx, pipeline: u32, reports: i32| {
            act(&ctx, |host| host.machine.await_reports(pipeline, reports))
        })?;
        self.add("stopWith", |ctx, pipeline: u32, stop| {
            told(ctx, stop, |machine, guest, stop| {
                machine.stop_with(guest, pipeline, stop);
                Ok(())
            })
        })?;
        self.add("letGoWith", |ctx, pipeline: u32, let_go| {
            told(ctx, let_go, |machine, guest, let_go| {
                machine.let_go_with(guest, pipeline, let_go);
                Ok(())
            })
        })?;
        self.add("giveValue", |ctx, pipeline: u32, value| {
            told(ctx, value, |machine, guest, value| {
                machine.give_value(guest, pipeline, value);
                Ok(())
            })
        })?;
        self.add(
            "streamReported",
            |ctx, pipeline: u32, error, is_last: bool| {
                told(ctx, error, |machine, guest, error| {
                    machine.stream_reported(guest, pipeline, error, is_last)
                })
            },
        )?;
        self.add("stageOver", |ctx, pipeline: u32, error| {
            told(ctx, error, |machine, guest, error| {
                machine.stage_over(guest, pipeline, error)
            })
        })?;
        self.add("stageFailed", |ctx, pipeline: u32, error| {
            told(ctx, error, |machine, guest, error| {
                machine.stage_failed(guest, pipeline, error)
            })
        })?;
        self.add("pipelineAborted", |ctx, pipeline: u32, error| {
            told(ctx, error, |machine, guest, error| {
                machine.pipeline_aborted(guest, pipeline, error)
            })
        })
    }

    /// What programs see of a state.
    fn state(&mut self) -> Result<()> {
        let fields: Vec<_> = Field::ALL.iter().map(|field| field.name()).collect();
        self.set("fields", fields)?;
        self.add("field", field)?;
        self.add("setField", set_field)?;
        self.add("buffer", buffer)?;
        self.add("queue", queue)?;
        self.add("pipes", pipes)?;
        self.add("awaited", awaited)?;
        self.add("endCallbacks", end_callbacks)?;
        self.add("answer", answer)?;
        self.add("defaultMark", |ctx, object_mode: bool| {
            act(&ctx, |host| {
                host.machine.default_high_water_mark(object_mode) as f64
            })
        })?;
        self.add("setDefaultMark", |ctx, object_mode: bool, mark: f64| {
            act(&ctx, |host| {
                let mark = mark as i64;
                host.machine.set_default_high_water_mark(object_mode, mark);
            })
        })
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
}

/// What a native holds until it is over.
struct Holds<'h, 'g, 'js> {
    guest: &'h mut JsGuest<'g, 'js>,
    held: SmallVec<[Value; 3]>,
}

impl<'js> Holds<'_, '_, 'js> {
    /// A value by its number, whatever it is.
    fn value(&mut self, value: &JsValue<'js>) -> ValueId {
        let id = self.guest.keep(value);
        self.held.push(Value::Other(id));
        id
    }

    /// A function, if it is one.
    fn function(&mut self, value: &JsValue<'js>) -> Option<ValueId> {
        value.is_function().then(|| self.value(value))
    }

    /// A value as the model sees it.
    fn seen(&mut self, value: &JsValue<'js>) -> Value {
        let seen = self.guest.seen(value);
        self.held.push(seen);
        seen
    }
}

/// Lets a native hold values while it works on the model.
fn holding<'js, R>(
    guest: &mut JsGuest<'_, 'js>,
    operation: impl FnOnce(&mut Holds<'_, '_, 'js>) -> R,
) -> R {
    let mut holds = Holds {
        guest,
        held: SmallVec::new(),
    };
    let done = operation(&mut holds);
    let Holds { guest, held } = holds;
    guest.release_all(&held);
    done
}

/// A native of one stream that is passed values.
fn passing<'js, R>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    operation: impl FnOnce(&mut Machine<'_>, &mut Holds<'_, '_, 'js>, ObjectId) -> Act<R>,
) -> Result<R> {
    able(ctx, object, |machine, guest, id| {
        holding(guest, |held| operation(machine, held, id))
    })
}

/// A side of a stream begins.
fn begin<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    options: Object<'js>,
    operation: impl FnOnce(&mut Machine<'_>, ObjectId, SideOptions),
) -> Result<()> {
    let mark: Option<f64> = options.get("highWaterMark")?;
    let options = SideOptions {
        object_mode: options.get("objectMode")?,
        high_water_mark: mark.map(|mark| mark as i64),
        emit_close: options.get("emitClose")?,
        auto_destroy: options.get("autoDestroy")?,
    };
    simple(ctx, object, |machine, id| operation(machine, id, options))
}

fn push_data<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    chunk: JsValue<'js>,
    size: f64,
    decoded: bool,
    front: bool,
) -> Result<bool> {
    passing(ctx, object, |machine, held, id| {
        let chunk = Chunk {
            value: held.value(&chunk),
            size: size as i64,
        };
        machine.push(held.guest, id, Pushed::Data { chunk, decoded }, front)
    })
}

/// What is no chunk is pushed: with the error that tells so.
fn push_wrong<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    error: JsValue<'js>,
    front: bool,
) -> Result<bool> {
    passing(ctx, object, |machine, held, id| {
        let error = Value::Other(held.value(&error));
        machine.push(held.guest, id, Pushed::Wrong(error), front)
    })
}

fn set_decoder<'js>(ctx: Ctx<'js>, object: JsValue<'js>, decoder: JsValue<'js>) -> Result<()> {
    passing(ctx, object, |machine, held, id| {
        let decoder = held.value(&decoder);
        machine.set_decoder(held.guest, id, decoder)
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

/// A native about an event of a stream.
fn named<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    name: JsValue<'js>,
    operation: impl FnOnce(&mut Machine<'_>, &mut JsGuest<'_, 'js>, ObjectId, NameId) -> Act,
) -> Result<()> {
    work(&ctx, |machine, guest| {
        let id = guest.number(machine, &object);
        match guest.name(machine, &name)? {
            Ok(name) => called(operation(machine, guest, id, name)),
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
    passing(ctx, object, |machine, held, id| {
        let chunk = Chunk {
            value: held.value(&chunk),
            size: size as i64,
        };
        let encoding = held.seen(&encoding);
        let callback = held.function(&callback);
        let written = machine.write(held.guest, id, chunk, encoding, callback)?;
        Ok(match written {
            Written::Taken(more) => JsValue::new_bool(context, more),
            Written::Refused(error) => held.guest.session.tables.show(&context, error),
        })
    })
}

fn refuse_write<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    error: JsValue<'js>,
    callback: JsValue<'js>,
) -> Result<()> {
    passing(ctx, object, |machine, held, id| {
        let (error, callback) = (held.seen(&error), held.function(&callback));
        machine.refuse_write(held.guest, id, error, callback)
    })
}

fn end<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    refused: JsValue<'js>,
    callback: JsValue<'js>,
) -> Result<()> {
    passing(ctx, object, |machine, held, id| {
        let refusal = (!refused.is_undefined()).then(|| held.seen(&refused));
        let callback = held.function(&callback);
        machine.end(held.guest, id, refusal, callback)
    })
}

fn destroy<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    error: JsValue<'js>,
    callback: JsValue<'js>,
    writes: bool,
) -> Result<()> {
    passing(ctx, object, |machine, held, id| {
        let (error, callback) = (held.seen(&error), held.function(&callback));
        machine.destroy(held.guest, id, error, callback, writes)
    })
}

fn error_or_destroy<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    error: JsValue<'js>,
    sync: bool,
) -> Result<()> {
    passing(ctx, object, |machine, held, id| {
        let error = held.seen(&error);
        machine.error_or_destroy(held.guest, id, error, sync)
    })
}

fn transform_write<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    chunk: JsValue<'js>,
    encoding: JsValue<'js>,
    callback: JsValue<'js>,
) -> Result<()> {
    passing(ctx, object, |machine, held, id| {
        let (chunk, encoding) = (held.value(&chunk), held.seen(&encoding));
        let callback = held.value(&callback);
        machine.transform_write(held.guest, id, chunk, encoding, callback)
    })
}

fn transform_final<'js>(ctx: Ctx<'js>, object: JsValue<'js>, callback: JsValue<'js>) -> Result<()> {
    passing(ctx, object, |machine, held, id| {
        let callback = held.function(&callback);
        machine.transform_final(held.guest, id, callback)
    })
}

fn work_on_pieces<'js>(ctx: Ctx<'js>, object: JsValue<'js>, callback: JsValue<'js>) -> Result<()> {
    passing(ctx, object, |machine, held, id| {
        let callback = held.value(&callback);
        machine.work_on_pieces(held.guest, id, callback)
    })
}

fn answer_close<'js>(ctx: Ctx<'js>, object: JsValue<'js>, callback: JsValue<'js>) -> Result<bool> {
    passing(ctx, object, |machine, held, id| {
        let callback = held.value(&callback);
        Ok(machine.answer_close(held.guest, id, callback))
    })
}

fn answer_flush<'js>(ctx: Ctx<'js>, object: JsValue<'js>, callback: JsValue<'js>) -> Result<bool> {
    passing(ctx, object, |machine, held, id| {
        let callback = held.function(&callback);
        machine.answer_flush(held.guest, id, callback)
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

/// The model is told a value.
fn told<'js>(
    ctx: Ctx<'js>,
    value: JsValue<'js>,
    operation: impl FnOnce(&mut Machine<'_>, &mut JsGuest<'_, 'js>, Value) -> Act,
) -> Result<()> {
    work(&ctx, |machine, guest| {
        holding(guest, |held| {
            let value = held.seen(&value);
            called(operation(machine, held.guest, value))
        })
    })
}

fn begin_pipeline<'js>(
    ctx: Ctx<'js>,
    callback: JsValue<'js>,
    release: JsValue<'js>,
) -> Result<u32> {
    work(&ctx, |machine, guest| {
        holding(guest, |held| {
            let (callback, release) = (held.seen(&callback), held.seen(&release));
            Ok(Ok(machine.begin_pipeline(held.guest, callback, release)))
        })
    })
}

fn watch_end<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    readable: Option<bool>,
    writable: Option<bool>,
    plainly: bool,
    aborted: JsValue<'js>,
    callback: JsValue<'js>,
) -> Result<Object<'js>> {
    let context = ctx.clone();
    let begun = passing(ctx, object, |machine, held, id| {
        let asked = Sides { readable, writable };
        let (aborted, callback) = (held.seen(&aborted), held.value(&callback));
        machine.watch_end(held.guest, id, asked, plainly, aborted, callback)
    })?;
    let object = Object::new(context)?;
    object.set("watch", begun.watch)?;
    object.set("isLate", begun.is_late)?;
    object.set("isAborted", begun.is_aborted)?;
    object.set("awaitsClose", begun.awaits_close)?;
    object.set("writable", begun.writable)?;
    Ok(object)
}

/// Any object may be an end of an old pipe.
fn old_pipe_listen<'js>(ctx: Ctx<'js>, end: JsValue<'js>, listener: JsValue<'js>) -> Result<()> {
    passing(ctx, end, |machine, held, id| {
        let listener = held.value(&listener);
        machine.old_pipe_listen(held.guest, id, listener)
    })
}

fn old_pipe_failed<'js>(ctx: Ctx<'js>, end: JsValue<'js>, error: JsValue<'js>) -> Result<()> {
    work(&ctx, |machine, guest| {
        match guest.emitter(machine, &end)? {
            Ok(id) => called(holding(guest, |held| {
                let error = held.value(&error);
                machine.old_pipe_failed(held.guest, id, error)
            })),
            Err(thrown) => Ok(Err(thrown)),
        }
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

/// Says whether it could be set.
fn set_field<'js>(
    ctx: Ctx<'js>,
    object: JsValue<'js>,
    writable: bool,
    index: usize,
    value: JsValue<'js>,
) -> Result<bool> {
    passing(ctx, object, |machine, held, id| {
        let field = Field::ALL[index];
        let value = held.seen(&value);
        Ok(if writable {
            machine.set_writable_field(held.guest, id, field, value)
        } else {
            machine.set_readable_field(held.guest, id, field, value)
        })
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
        let all = machine.awaited_by(id).into_iter();
        Ok(all.map(|object| objects.get(&context, object)).collect())
    })
}

fn end_callbacks<'js>(ctx: Ctx<'js>, object: JsValue<'js>) -> Result<Vec<JsValue<'js>>> {
    let context = ctx.clone();
    able(ctx, object, |machine, guest, id| {
        let values = &guest.session.tables.values;
        Ok(machine
            .end_callbacks_of(id)
            .into_iter()
            .map(|callback| values.get(&context, callback))
            .collect())
    })
}

/// What the sink of a stream is given to answer with, or `_transform`.
fn answer<'js>(ctx: Ctx<'js>, object: JsValue<'js>, transforms: bool) -> Result<JsValue<'js>> {
    let context = ctx.clone();
    able(ctx, object, |machine, guest, id| {
        let answer = machine.answer_of(guest, id, transforms)?;
        let function = guest.session.tables.values.get(&context, answer);
        guest.release(answer);
        Ok(function)
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
        holding(guest, |held| {
            let arguments: SmallVec<[Value; 2]> =
                arguments.iter().map(|each| held.seen(each)).collect();
            let door = Door {
                what: Entrance::ALL[what],
                about,
                detail,
            };
            called(machine.enter_door(held.guest, door, &arguments))
        })
    })
}
