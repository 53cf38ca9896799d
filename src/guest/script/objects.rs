//! Emitters and streams of a script: what it asks of them, and what the model asks of it for them.
//!
//! The methods here are those of Node's classes, down to which of them calls which by name, see `node/events.js` and
//! `node/internal/streams/` of the JavaScript guest.

use super::compile::{Function, Op, Source, StreamCode, StreamNumber};
use super::guest::{ERROR, Flow, Held, ScriptGuest};
use super::{Act, Listening, Slot, StreamKind};
use crate::runtime::stream::{
    self, Abrupt, Chunk, Contained, Contents, Door, Fault, Field, Matter, Piece, Property, Pushed,
    SideOptions, Sign, Size, Trace, Written,
};
use crate::runtime::{
    CallbackId, Called, Machine, Method, NameId, NameOrder, ObjectId, Objects, OnceId, Side, Step,
    Value, ValueId,
};

/// How many listeners of a name are too many.
const LISTENERS: f64 = 10.0;

/// Instructions a new value counts for: they stay until the callback is over.
const VALUE_COST: u32 = 1_000;

/// A value of a script.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) enum Thing {
    /// What every script throws.
    #[default]
    Error,
    /// Contents, in ASCII.
    Chunk(String),
    /// A function of the script.
    Function(Function),
    /// What stands for a listener that is called once.
    Once {
        mark: OnceId,
        object: ObjectId,
        name: NameId,
        listener: ValueId,
    },
    /// A function of the model.
    Door(Door),
    /// The listener of 'prefinish' that every Transform has.
    Prefinish,
    /// A note, and whether it was claimed.
    Note(bool),
}

/// An object of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Object {
    Process,
    Emitter,
    Stream {
        number: StreamNumber,
        /// The flags `readable` and `writable`, where they are plain properties.
        readable: bool,
        writable: bool,
    },
}

/// What an operation of the model comes to, as a call of the guest.
fn called<T>(done: stream::Act<T>) -> Called<T> {
    match done {
        Ok(value) => Ok(Ok(value)),
        Err(Abrupt::Threw(thrown)) => Ok(Err(thrown)),
        Err(Abrupt::Stop(stop)) => Err(stop),
    }
}

/// As above, where nothing comes back.
fn done(act: stream::Act<impl Sized>) -> Called {
    called(act.map(|_| Value::Undefined))
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

impl<'s> ScriptGuest<'s> {
    fn add_thing(&mut self, thing: Thing) -> ValueId {
        self.spend(VALUE_COST);
        self.state.things.push(thing);
        ValueId(self.state.things.len() as u32 - 1)
    }

    fn thing(&self, ValueId(value): ValueId) -> &Thing {
        &self.state.things[value as usize]
    }

    fn text(&self, value: ValueId) -> Option<&str> {
        match self.thing(value) {
            Thing::Chunk(text) => Some(text),
            _ => None,
        }
    }

    fn size(&self, value: ValueId) -> i64 {
        self.text(value).map_or(0, |text| text.len() as i64)
    }

    fn contained(&mut self, text: String) -> Contained {
        let size = text.len() as i64;
        let value = self.add_thing(Thing::Chunk(text));
        Contained { value, size }
    }

    fn object(&self, ObjectId(object): ObjectId) -> Object {
        self.state.objects[object as usize]
    }

    /// How a stream was made, if the object is one.
    fn stream_code(&self, object: ObjectId) -> Option<&'s StreamCode> {
        match self.object(object) {
            Object::Stream { number, .. } => Some(&self.code.streams[number as usize]),
            Object::Process | Object::Emitter => None,
        }
    }

    fn kind(&self, object: ObjectId) -> Option<StreamKind> {
        self.stream_code(object).map(|code| code.options.kind)
    }

    fn has_readable(&self, object: ObjectId) -> bool {
        let kind = self.kind(object);
        kind.is_some_and(|kind| kind != StreamKind::Writable)
    }

    fn has_writable(&self, object: ObjectId) -> bool {
        let kind = self.kind(object);
        kind.is_some_and(|kind| kind != StreamKind::Readable)
    }

    fn object_in(&self, slot: Slot) -> Option<ObjectId> {
        match self.held(slot) {
            Held::Object(object) => Some(object),
            _ => None,
        }
    }

    fn readable_in(&self, slot: Slot) -> Option<ObjectId> {
        let object = self.object_in(slot)?;
        self.has_readable(object).then_some(object)
    }

    fn writable_in(&self, slot: Slot) -> Option<ObjectId> {
        let object = self.object_in(slot)?;
        self.has_writable(object).then_some(object)
    }

    fn value_in(&self, slot: Slot) -> Option<ValueId> {
        match self.held(slot) {
            Held::Value(value) => Some(value),
            _ => None,
        }
    }

    fn chunk_in(&self, slot: Slot) -> Option<ValueId> {
        let value = self.value_in(slot)?;
        self.text(value).map(|_| value)
    }

    fn function_in(&self, slot: Slot) -> Option<ValueId> {
        let value = self.value_in(slot)?;
        let is_function = matches!(self.thing(value), Thing::Function(_) | Thing::Door(_));
        is_function.then_some(value)
    }

    fn source(&mut self, source: Source) -> Option<ValueId> {
        match source {
            Source::Text(at) => Some(self.add_thing(Thing::Chunk(self.code.texts[at].clone()))),
            Source::Held(slot) => self.chunk_in(slot),
        }
    }

    /// Keeps what a function was passed.
    fn keep_value(&mut self, slot: Option<Slot>, value: Value) {
        if slot.is_none() {
            return;
        }
        let held = match value {
            Value::Object(object) => Held::Object(object),
            Value::Other(value) => Held::Value(value),
            Value::Name(name) => {
                let text = self.name_text(name);
                Held::Value(self.add_thing(Thing::Chunk(text)))
            }
            Value::Undefined | Value::Null | Value::Bool(_) | Value::Number(_) => Held::Nothing,
        };
        self.keep(slot, held);
    }

    /// Runs an instruction about emitters or streams; gives where to go on, if not at the next.
    pub(super) fn operate(&mut self, machine: &mut Machine<'_>, op: &Op) -> Called<Option<u32>> {
        let worked = match *op {
            Op::Emitter(slot) => {
                let id = self.new_object(machine, Object::Emitter);
                self.keep(Some(slot), Held::Object(id));
                return Ok(Ok(None));
            }
            Op::Stream(slot, number) => {
                let id = unless_thrown!(self.new_stream(machine, number)?);
                self.keep(Some(slot), Held::Object(id));
                return Ok(Ok(None));
            }
            Op::On {
                emitter,
                name,
                how,
                function,
                keep,
            } => {
                let Some(object) = self.object_in(emitter) else {
                    return Ok(Ok(None));
                };
                let listener = self.add_thing(Thing::Function(function));
                self.keep(keep, Held::Value(listener));
                let method = match how {
                    Listening::On => Method::On,
                    Listening::Once => Method::Once,
                    Listening::Prepend => Method::PrependListener,
                };
                let arguments = [Value::Name(name), Value::Other(listener)];
                self.invoke(machine, object, method, &arguments)
            }
            Op::Off {
                emitter,
                name,
                listener,
            } => match (self.object_in(emitter), self.function_in(listener)) {
                (Some(object), Some(listener)) => {
                    let arguments = [Value::Name(name), Value::Other(listener)];
                    self.invoke(machine, object, Method::RemoveListener, &arguments)
                }
                _ => return Ok(Ok(None)),
            },
            Op::Emit(emitter, name) => {
                let Some(object) = self.object_in(emitter) else {
                    return Ok(Ok(None));
                };
                let error = (name == NameId::ERROR).then_some(Value::Other(ERROR));
                let arguments: Vec<Value> =
                    std::iter::once(Value::Name(name)).chain(error).collect();
                self.invoke(machine, object, Method::Emit, &arguments)
            }
            Op::Print(slot) => {
                let value = self.value_in(slot);
                if let Some(text) = value.and_then(|value| self.text(value)) {
                    machine.print(1, format!("{text}\n"));
                }
                return Ok(Ok(None));
            }
            Op::Push(to, source, after) => {
                let target = self.readable_in(to);
                return self.offer(machine, target, Method::Push, source, after);
            }
            Op::Write(to, source, after) => {
                let target = self.writable_in(to);
                return self.offer(machine, target, Method::Write, source, after);
            }
            Op::Read { from, size, into } => {
                let Some(stream) = self.readable_in(from) else {
                    return Ok(Ok(None));
                };
                let size = size.map(|size| Value::Number(i64::from(size)));
                let read = self.invoke(machine, stream, Method::Read, size.as_slice())?;
                self.keep_value(Some(into), unless_thrown!(read));
                return Ok(Ok(None));
            }
            Op::Pipe(from, to) => match (self.readable_in(from), self.writable_in(to)) {
                (Some(source), Some(sink)) => done(machine.pipe(self, source, sink, true)),
                _ => return Ok(Ok(None)),
            },
            Op::Unpipe(from, to) => match (self.readable_in(from), self.writable_in(to)) {
                (Some(source), Some(sink)) => done(machine.unpipe(self, source, Some(sink))),
                _ => return Ok(Ok(None)),
            },
            Op::Act(stream, act) => self.act(machine, stream, act),
            Op::Answer { with, error, chunk } => {
                let Some(function) = self.function_in(with) else {
                    return Ok(Ok(None));
                };
                let error = if error {
                    Value::Other(ERROR)
                } else {
                    Value::Null
                };
                let chunk = chunk.and_then(|slot| self.chunk_in(slot));
                let arguments = [error, chunk.map_or(Value::Undefined, Value::Other)];
                self.call_function(machine, function, &arguments)
            }
            _ => unreachable!("any other instruction is run where it is met"),
        };
        Ok(worked?.map(|_| None))
    }

    /// Pushes or writes; goes on at `after` unless the stream is there and full.
    fn offer(
        &mut self,
        machine: &mut Machine<'_>,
        target: Option<ObjectId>,
        method: Method,
        source: Source,
        after: u32,
    ) -> Called<Option<u32>> {
        let (Some(target), Some(chunk)) = (target, self.source(source)) else {
            return Ok(Ok(Some(after)));
        };
        let offered = self.invoke(machine, target, method, &[Value::Other(chunk)])?;
        let is_full = unless_thrown!(offered) == Value::Bool(false);
        Ok(Ok((!is_full).then_some(after)))
    }

    fn act(&mut self, machine: &mut Machine<'_>, slot: Slot, act: Act) -> Called {
        let side = match act {
            Act::PushEnd | Act::Pause | Act::Resume => self.readable_in(slot),
            Act::End | Act::Cork | Act::Uncork => self.writable_in(slot),
            Act::Destroy | Act::Fail => {
                let object = self.object_in(slot);
                object.filter(|&object| self.kind(object).is_some())
            }
        };
        let Some(stream) = side else {
            return Ok(Ok(Value::Undefined));
        };
        match act {
            Act::PushEnd => self.invoke(machine, stream, Method::Push, &[Value::Null]),
            Act::Pause => self.invoke(machine, stream, Method::Pause, &[]),
            Act::Resume => self.invoke(machine, stream, Method::Resume, &[]),
            Act::End => self.invoke(machine, stream, Method::End, &[]),
            Act::Cork => {
                machine.cork(stream);
                Ok(Ok(Value::Undefined))
            }
            Act::Uncork => done(machine.uncork(self, stream)),
            Act::Destroy => self.invoke(machine, stream, Method::Destroy, &[]),
            Act::Fail => self.invoke(machine, stream, Method::Destroy, &[Value::Other(ERROR)]),
        }
    }

    fn new_object(&mut self, machine: &mut Machine<'_>, object: Object) -> ObjectId {
        let id = machine.new_object();
        self.state.objects.push(object);
        machine.own_listeners(self, id);
        id
    }

    fn new_stream(&mut self, machine: &mut Machine<'_>, number: StreamNumber) -> Called<ObjectId> {
        let options = &self.code.streams[number as usize].options;
        let side = SideOptions {
            object_mode: options.object_mode,
            high_water_mark: options.mark.map(i64::from),
            emit_close: true,
            auto_destroy: None,
        };
        let id = self.new_object(
            machine,
            Object::Stream {
                number,
                readable: true,
                writable: true,
            },
        );
        let names: &[NameId] = match options.kind {
            StreamKind::Readable => &[
                NameId::CLOSE,
                NameId::ERROR,
                NameId::DATA,
                NameId::END,
                NameId::READABLE,
            ],
            StreamKind::Writable => &[
                NameId::CLOSE,
                NameId::ERROR,
                NameId::PREFINISH,
                NameId::FINISH,
                NameId::DRAIN,
            ],
            StreamKind::Transform => &[
                NameId::CLOSE,
                NameId::ERROR,
                NameId::PREFINISH,
                NameId::FINISH,
                NameId::DRAIN,
                NameId::DATA,
                NameId::END,
                NameId::READABLE,
            ],
        };
        if self.has_readable(id) {
            machine.begin_readable(id, side);
        }
        if self.has_writable(id) {
            machine.begin_writable(id, side);
        }
        // EE-14.
        if machine.profile().major >= 20 {
            machine.reserve_names(id, names);
        }
        if options.kind == StreamKind::Transform {
            machine.begin_transform(id);
            let prefinish = self.add_thing(Thing::Prefinish);
            let arguments = [Value::Name(NameId::PREFINISH), Value::Other(prefinish)];
            unless_thrown!(self.invoke(machine, id, Method::On, &arguments)?);
        }
        Ok(Ok(id))
    }

    fn listen(
        &mut self,
        machine: &mut Machine<'_>,
        object: ObjectId,
        name: NameId,
        listener: ValueId,
        first: bool,
    ) -> Called<()> {
        let added = machine.add_listener(self, object, name, listener, first)?;
        if unless_thrown!(added).is_some() {
            self.warn_in_a_tick(machine);
        }
        Ok(Ok(()))
    }

    fn is_flow(name: NameId) -> bool {
        name == NameId::DATA || name == NameId::READABLE
    }

    fn code_of_work(&self, stream: ObjectId) -> &'s StreamCode {
        match self.stream_code(stream) {
            Some(code) => code,
            None => unreachable!("only streams work"),
        }
    }

    /// The block of a stream, called with a chunk and what it answers with.
    fn work(
        &mut self,
        machine: &mut Machine<'_>,
        stream: ObjectId,
        chunk: Value,
        answer: Value,
    ) -> Called {
        let code = self.code_of_work(stream);
        self.keep_value(code.options.chunk, chunk);
        self.keep_value(code.options.answer, answer);
        self.run_function(machine, code.work)
    }

    fn run_function(&mut self, machine: &mut Machine<'_>, code: u32) -> Called {
        Ok(match self.enter(machine, code)? {
            Flow::Threw => Err(ERROR),
            Flow::Returned(_) | Flow::Awaits(_) => Ok(Value::Undefined),
        })
    }

    fn push(&mut self, machine: &mut Machine<'_>, stream: ObjectId, chunk: Value) -> Called {
        if self.kind(stream) == Some(StreamKind::Transform) && machine.profile().major < 16 {
            machine.transform_pushed(stream);
        }
        let pushed = match chunk {
            Value::Other(value) => {
                let chunk = Chunk {
                    value,
                    size: self.size(value),
                };
                let options = self.stream_code(stream).map(|code| &code.options);
                if chunk.size == 0 && options.is_some_and(|options| !options.object_mode) {
                    Pushed::Empty
                } else {
                    Pushed::Data {
                        chunk,
                        decoded: false,
                    }
                }
            }
            _ => Pushed::End,
        };
        called(machine.push(self, stream, pushed, false).map(Value::Bool))
    }

    fn write(&mut self, machine: &mut Machine<'_>, stream: ObjectId, chunk: Value) -> Called {
        let Value::Other(value) = chunk else {
            unreachable!("nothing but chunks is written");
        };
        let chunk = Chunk {
            value,
            size: self.size(value),
        };
        let written = machine.write(self, stream, chunk, Value::Undefined, None);
        called(written.map(|written| Value::Bool(written == Written::Taken(true))))
    }
}

impl Objects for ScriptGuest<'_> {
    fn invoke(
        &mut self,
        machine: &mut Machine<'_>,
        object: ObjectId,
        method: Method,
        arguments: &[Value],
    ) -> Called {
        self.note(("invoke", object, method, arguments));
        let major = machine.profile().major;
        let first = arguments.first().copied().unwrap_or(Value::Undefined);
        let second = arguments.get(1).copied().unwrap_or(Value::Undefined);
        let third = arguments.get(2).copied().unwrap_or(Value::Undefined);
        match (method, first, second) {
            (Method::Emit, Value::Name(name), _) => {
                let emitted = machine.emit_event(self, object, name, &arguments[1..])?;
                Ok(emitted.map(Value::Bool))
            }
            (Method::On, Value::Name(name), Value::Other(listener)) => {
                unless_thrown!(self.listen(machine, object, name, listener, false)?);
                if self.has_readable(object) && Self::is_flow(name) {
                    return done(machine.readable_listened(self, object, name));
                }
                Ok(Ok(Value::Undefined))
            }
            (Method::PrependListener, Value::Name(name), Value::Other(listener)) => {
                let added = self.listen(machine, object, name, listener, true)?;
                Ok(added.map(|()| Value::Undefined))
            }
            (Method::Once, Value::Name(name), Value::Other(listener)) => {
                let once = self.add_thing(Thing::Once {
                    mark: machine.new_once(),
                    object,
                    name,
                    listener,
                });
                self.invoke(machine, object, Method::On, &[first, Value::Other(once)])
            }
            (Method::RemoveListener, Value::Name(name), Value::Other(listener)) => {
                unless_thrown!(machine.remove_listener(self, object, name, listener)?);
                if self.has_readable(object) && Self::is_flow(name) {
                    return done(machine.readable_unlistened(self, object, name));
                }
                Ok(Ok(Value::Undefined))
            }
            (Method::ListenerCount, Value::Name(name), _) => {
                let count = machine.count_listeners(object, name);
                Ok(Ok(Value::Number(count as i64)))
            }
            (Method::Push, chunk, _) => self.push(machine, object, chunk),
            (Method::Read, size, _) => {
                let size = match size {
                    Value::Number(size) => Size::Of(size),
                    _ => Size::Any,
                };
                let read = machine.read_stream(self, object, size);
                called(read.map(|chunk| chunk.map_or(Value::Null, Value::Other)))
            }
            (Method::Write, chunk, _) => self.write(machine, object, chunk),
            (Method::End, ..) => done(machine.end(self, object, None, None)),
            (Method::Pause, ..) => done(machine.pause(self, object)),
            (Method::Resume, ..) => {
                machine.resume(object);
                Ok(Ok(Value::Undefined))
            }
            (Method::Destroy, error, _) => {
                let writes = match self.kind(object) {
                    Some(StreamKind::Writable) => true,
                    Some(StreamKind::Transform) => major >= 20,
                    _ => false,
                };
                done(machine.destroy(self, object, error, None, writes))
            }
            (Method::Unpipe, Value::Object(sink), _) => {
                done(machine.unpipe(self, object, Some(sink)))
            }
            (Method::ReadMore, ..) if self.kind(object) == Some(StreamKind::Transform) => {
                done(machine.transform_read(self, object))
            }
            (Method::ReadMore, ..) => {
                let code = self.code_of_work(object);
                self.run_function(machine, code.work)
            }
            (Method::WriteOne, Value::Other(chunk), encoding)
                if self.kind(object) == Some(StreamKind::Transform) =>
            {
                let Value::Other(answer) = third else {
                    unreachable!("a write is answered");
                };
                done(machine.transform_write(self, object, chunk, encoding, answer))
            }
            (Method::WriteOne | Method::Transform, chunk, _) => {
                self.work(machine, object, chunk, third)
            }
            (Method::Final, Value::Other(answer), _) => {
                done(machine.transform_final(self, object, Some(answer)))
            }
            (Method::Tear, error, Value::Other(answer)) => {
                self.call_function(machine, answer, &[error])
            }
            _ => unreachable!("no script has this method"),
        }
    }

    fn apply(
        &mut self,
        machine: &mut Machine<'_>,
        function: ValueId,
        object: ObjectId,
        arguments: &[Value],
    ) -> Called {
        self.note(("apply", function, object, arguments));
        match *self.thing(function) {
            Thing::Function(Function { code, argument }) => {
                let first = arguments.first().copied().unwrap_or(Value::Undefined);
                self.keep_value(argument, first);
                self.run_function(machine, code)
            }
            Thing::Once {
                mark,
                object,
                name,
                listener,
            } => machine.call_once(self, mark, object, name, function, listener, arguments),
            Thing::Door(door) => done(machine.enter_door(self, door, arguments)),
            Thing::Prefinish => done(machine.transform_prefinish(self, object, false)),
            Thing::Error | Thing::Chunk(_) | Thing::Note(_) => {
                unreachable!("only functions are called")
            }
        }
    }

    // Values stay until nothing leads to them, see `canonical`.
    fn retain(&mut self, _: ValueId) {}

    fn release(&mut self, _: ValueId) {}

    fn has_method(&mut self, _: &mut Machine<'_>, _: ObjectId, _: Method) -> Step<bool> {
        unreachable!("no script captures rejections")
    }

    fn name_order(&self, name: NameId) -> NameOrder {
        if name == NameId::ERROR_MONITOR {
            NameOrder::Symbol
        } else {
            NameOrder::Text
        }
    }

    fn name_text(&self, NameId(name): NameId) -> String {
        let name = name as usize;
        let known = NameId::WELL_KNOWN.get(name).copied();
        let text = known.unwrap_or_else(|| &self.code.names[name - NameId::WELL_KNOWN.len()]);
        text.to_owned()
    }

    fn function_text(&self, function: ValueId) -> String {
        match self.thing(function) {
            Thing::Once { .. } => "once".to_owned(),
            Thing::Door(door) => door.what.name().to_owned(),
            Thing::Prefinish => "prefinish".to_owned(),
            _ => "anonymous".to_owned(),
        }
    }

    fn original(&mut self, _: &mut Machine<'_>, listener: ValueId) -> Step<Option<ValueId>> {
        Ok(match *self.thing(listener) {
            Thing::Once { listener, .. } => Some(listener),
            _ => None,
        })
    }

    fn stands_for(
        &mut self,
        machine: &mut Machine<'_>,
        listener: ValueId,
        function: ValueId,
    ) -> Step<bool> {
        Ok(self.original(machine, listener)? == Some(function))
    }

    fn listener_limit(&mut self, _: &mut Machine<'_>, _: ObjectId) -> Called<f64> {
        Ok(Ok(LISTENERS))
    }

    fn unhandled_error(&mut self, _: &mut Machine<'_>, _: &[Value]) -> Step<ValueId> {
        Ok(ERROR)
    }

    fn captures(&mut self, _: &mut Machine<'_>, _: ObjectId) -> Step<bool> {
        Ok(false)
    }

    fn set_captures(&mut self, _: &mut Machine<'_>, _: ObjectId, _: bool) -> Step<bool> {
        unreachable!("no script captures rejections")
    }

    fn watch(
        &mut self,
        _: &mut Machine<'_>,
        _: ObjectId,
        _: Value,
        _: NameId,
        _: &[Value],
    ) -> Called<()> {
        unreachable!("no script captures rejections")
    }
}

impl Matter for ScriptGuest<'_> {
    fn call_function(
        &mut self,
        machine: &mut Machine<'_>,
        function: ValueId,
        arguments: &[Value],
    ) -> Called {
        self.apply(machine, function, ObjectId::PROCESS, arguments)
    }

    fn property(
        &mut self,
        machine: &mut Machine<'_>,
        object: ObjectId,
        property: Property,
    ) -> Called {
        let Object::Stream {
            readable: readable_flag,
            writable: writable_flag,
            ..
        } = self.object(object)
        else {
            return Ok(Ok(Value::Undefined));
        };
        let has_plain_flags = machine.profile().streams.flags_are_plain;
        let (readable, writable) = (self.has_readable(object), self.has_writable(object));
        let mut of_writable = |field| machine.writable_field(object, field) == Value::Bool(true);
        let value = match property {
            Property::Readable if has_plain_flags => readable && readable_flag,
            Property::Writable if has_plain_flags => writable && writable_flag,
            Property::Readable => {
                let mut of = |field| machine.readable_field(object, field) == Value::Bool(true);
                readable
                    && !(of(Field::Destroyed) || of(Field::ErrorEmitted) || of(Field::EndEmitted))
            }
            Property::Writable => {
                writable
                    && !(of_writable(Field::Destroyed)
                        || of_writable(Field::Ending)
                        || of_writable(Field::Ended))
                    && machine.writable_field(object, Field::Errored) == Value::Null
            }
            Property::AllowHalfOpen => readable && writable,
            Property::WritableNeedDrain => {
                writable
                    && !has_plain_flags
                    && !of_writable(Field::Destroyed)
                    && !of_writable(Field::Ending)
                    && of_writable(Field::NeedDrain)
            }
            Property::WritableEnded => writable && of_writable(Field::Ending),
            Property::Destroyed => {
                let reads = readable
                    && machine.readable_field(object, Field::Destroyed) != Value::Bool(true);
                let writes = writable
                    && machine.writable_field(object, Field::Destroyed) != Value::Bool(true);
                !(reads || writes)
            }
            Property::ReadMore => unreachable!("no script works on the pool"),
        };
        Ok(Ok(Value::Bool(value)))
    }

    fn sign(&mut self, _: &mut Machine<'_>, _: ObjectId, _: Sign) -> Called {
        unreachable!("no script asks when a stream is over")
    }

    fn set_property(
        &mut self,
        _: &mut Machine<'_>,
        ObjectId(object): ObjectId,
        property: Property,
        value: Value,
    ) -> Called<()> {
        if let Object::Stream {
            readable, writable, ..
        } = &mut self.state.objects[object as usize]
        {
            let flag = value == Value::Bool(true);
            match property {
                Property::Readable => *readable = flag,
                Property::Writable => *writable = flag,
                _ => {}
            }
        }
        Ok(Ok(()))
    }

    fn has(&mut self, machine: &mut Machine<'_>, object: ObjectId, method: Method) -> Called<bool> {
        Ok(Ok(match method {
            Method::Final => {
                let is_transform = self.kind(object) == Some(StreamKind::Transform);
                is_transform && machine.profile().major >= 16
            }
            Method::WriteMany | Method::Flush => false,
            Method::PrependListener => true,
            _ => unreachable!("nobody asks for this method"),
        }))
    }

    fn function(&mut self, _: &mut Machine<'_>, door: Door) -> Step<ValueId> {
        let things = self.state.things.iter();
        let known = (0..)
            .zip(things)
            .find(|(_, each)| **each == Thing::Door(door));
        Ok(match known {
            Some((at, _)) => ValueId(at),
            None => self.add_thing(Thing::Door(door)),
        })
    }

    fn callback(&mut self, _: &mut Machine<'_>, _: Door) -> Step<CallbackId> {
        unreachable!("no script works on the pool")
    }

    fn piece(&mut self, _: &mut Machine<'_>, _: ObjectId, _: i64) -> Called<Piece> {
        unreachable!("no script works on the pool")
    }

    fn follow(&mut self, _: &mut Machine<'_>, _: ValueId, _: Door, _: Value) -> Step {
        unreachable!("no block of a stream gives a promise")
    }

    fn fault(&mut self, _: &mut Machine<'_>, _: Fault) -> Step<ValueId> {
        Ok(ERROR)
    }

    fn leave(&mut self, _: &mut Machine<'_>, _: ObjectId, _: Side, _: Trace) -> Step {
        Ok(())
    }

    fn gives_way(&mut self, _: &mut Machine<'_>, _: Value, _: bool) -> Called<bool> {
        unreachable!("no script makes a pipeline")
    }

    fn contents(&mut self, _: &mut Machine<'_>, operation: Contents<'_>) -> Called<Contained> {
        let contained = match operation {
            Contents::Join(parts) => {
                let texts = parts.iter().filter_map(|&part| self.text(part));
                let joined = texts.collect();
                self.contained(joined)
            }
            Contents::Head(chunk, size) => {
                let text = self.text(chunk).unwrap_or_default();
                let head = text[..size as usize].to_owned();
                self.contained(head)
            }
            Contents::Tail(chunk, size) => {
                let text = self.text(chunk).unwrap_or_default();
                let tail = text[size as usize..].to_owned();
                self.contained(tail)
            }
            Contents::Note => Contained {
                value: self.add_thing(Thing::Note(false)),
                size: 0,
            },
            Contents::Claim(note) => {
                let Value::Other(note) = note else {
                    unreachable!("a note is a value");
                };
                let thing = &mut self.state.things[note.0 as usize];
                let was = std::mem::replace(thing, Thing::Note(true));
                Contained {
                    value: note,
                    size: i64::from(was == Thing::Note(false)),
                }
            }
            Contents::Aggregate(..) => Contained {
                value: ERROR,
                size: 0,
            },
            Contents::NoText
            | Contents::Decode(..)
            | Contents::DecodeRest(_)
            | Contents::Batch(_) => {
                unreachable!("no script decodes, or writes several chunks at once")
            }
        };
        Ok(Ok(contained))
    }
}
