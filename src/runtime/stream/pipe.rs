//! `pipe` and `unpipe` (PIPE-1 to PIPE-9), and what the `pipe` of the class under all streams does about errors (PIPE-10).

use super::super::Machine;
use super::super::doors::{Guest, Method, NameId, ObjectId, Renaming, Value, ValueId};
use super::super::profile::{OldPipeErrors, PipeRelease};
use super::read::Awaited;
use super::{Abrupt, Act, Contents, Entrance, Property, Task};

/// A source connected to a destination, with the functions that listen on both. It stays when they are disconnected, as those
/// functions may still be called.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Pipe {
    source: ObjectId,
    destination: ObjectId,
    /// The listeners, in the order of [`PARTS`].
    functions: [Value; PARTS.len()],
    drains: bool,
    is_clean: bool,
}

/// What a pipe listens with.
const PARTS: [Entrance; 8] = [
    Entrance::PipeData,
    Entrance::PipeEnd,
    Entrance::PipeUnpipe,
    Entrance::PipeOnUnpipe,
    Entrance::PipeDrain,
    Entrance::PipeError,
    Entrance::PipeClose,
    Entrance::PipeFinish,
];

impl Pipe {
    /// Gives what it connects, and its listeners, other numbers.
    pub(super) fn rename(&mut self, renaming: &mut dyn Renaming) {
        self.source = renaming.object(self.source);
        self.destination = renaming.object(self.destination);
        for function in &mut self.functions {
            *function = renaming.any(*function);
        }
    }

    fn function(&self, part: Entrance) -> Value {
        let at = PARTS.iter().position(|&each| each == part);
        at.map_or(Value::Undefined, |at| self.functions[at])
    }
}

impl Machine<'_> {
    /// `source.pipe(destination)` (PIPE-1).
    pub fn pipe(
        &mut self,
        guest: &mut dyn Guest,
        source: ObjectId,
        destination: ObjectId,
        ends: bool,
    ) -> Act {
        self.rule("PIPE-1");
        let rules = self.rules();
        let pipe = self.runtime.streams.pipes.len() as u32;
        let mut functions = [Value::Undefined; PARTS.len()];
        for (function, part) in functions.iter_mut().zip(PARTS) {
            *function = self.function(guest, part, pipe, 0)?;
        }
        self.runtime.streams.pipes.push(Pipe {
            source,
            destination,
            functions,
            drains: false,
            is_clean: false,
        });
        let side = self.readable(source);
        if side.pipes.len() == 1 {
            side.awaited = match std::mem::take(&mut side.awaited) {
                Awaited::Nobody => Awaited::Many(Vec::new()),
                Awaited::One(one) => Awaited::Many(vec![one]),
                many => many,
            };
        }
        side.pipes.push(destination);
        let end_emitted = side.end_emitted;
        let end = if ends {
            Entrance::PipeEnd
        } else {
            Entrance::PipeUnpipe
        };
        if end_emitted {
            self.later(Task::Pipe(pipe, end));
        } else {
            self.pipe_call(guest, source, Method::Once, NameId::END, (pipe, end))?;
        }
        let (on, once) = (Method::On, Method::Once);
        let on_unpipe = (pipe, Entrance::PipeOnUnpipe);
        self.pipe_call(guest, destination, on, NameId::UNPIPE, on_unpipe)?;
        self.pipe_call(guest, source, on, NameId::DATA, (pipe, Entrance::PipeData))?;
        let on_error = self.runtime.streams.pipes[pipe as usize].function(Entrance::PipeError);
        self.listen_first(guest, destination, on_error)?;
        let (on_close, on_finish) = (Entrance::PipeClose, Entrance::PipeFinish);
        self.pipe_call(guest, destination, once, NameId::CLOSE, (pipe, on_close))?;
        self.pipe_call(guest, destination, once, NameId::FINISH, (pipe, on_finish))?;
        self.tell(guest, destination, NameId::PIPE, &[Value::Object(source)])?;
        let waits = rules.pipe_waits_for_full_sink
            && self.property(guest, destination, Property::WritableNeedDrain)? == Value::Bool(true);
        let flows = self.readable(source).is_flowing();
        if waits {
            if flows || rules.pipe_waits_without_flow {
                self.pipe_pause(guest, pipe)?;
            }
        } else if !flows {
            self.invoke(guest, source, Method::Resume, &[])?;
        }
        Ok(())
    }

    /// Puts a listener of 'error' before all others, also on what has no method for that (PIPE-1).
    fn listen_first(&mut self, guest: &mut dyn Guest, object: ObjectId, listener: Value) -> Act {
        let arguments = [Value::Name(NameId::ERROR), listener];
        if self.has(guest, object, Method::PrependListener)? {
            return self
                .invoke(guest, object, Method::PrependListener, &arguments)
                .map(drop);
        }
        match listener {
            Value::Other(listener) if !self.listeners(object, NameId::ERROR).is_empty() => self
                .add_listener(guest, object, NameId::ERROR, listener, true)?
                .map(drop)
                .map_err(Abrupt::Threw),
            _ => self.invoke(guest, object, Method::On, &arguments).map(drop),
        }
    }

    fn pipe_ends(&self, pipe: u32) -> (ObjectId, ObjectId) {
        let record = &self.runtime.streams.pipes[pipe as usize];
        (record.source, record.destination)
    }

    /// A listener of a pipe is called.
    pub(super) fn enter_pipe(
        &mut self,
        guest: &mut dyn Guest,
        pipe: u32,
        part: Entrance,
        first: Value,
        second: Value,
    ) -> Act {
        let (source, destination) = self.pipe_ends(pipe);
        match part {
            Entrance::PipeData => self.pipe_data(guest, pipe, first),
            Entrance::PipeEnd => self.invoke(guest, destination, Method::End, &[]).map(drop),
            Entrance::PipeUnpipe => self.pipe_unpipe(guest, source, destination),
            Entrance::PipeOnUnpipe => self.pipe_on_unpipe(guest, pipe, first, second),
            Entrance::PipeDrain => self.pipe_drain(guest, pipe),
            Entrance::PipeError => self.pipe_error(guest, pipe, first),
            Entrance::PipeClose => {
                self.pipe_forget(
                    guest,
                    pipe,
                    destination,
                    NameId::FINISH,
                    Entrance::PipeFinish,
                )?;
                self.pipe_unpipe(guest, source, destination)
            }
            Entrance::PipeFinish => {
                self.pipe_forget(guest, pipe, destination, NameId::CLOSE, Entrance::PipeClose)?;
                self.pipe_unpipe(guest, source, destination)
            }
            _ => Ok(()),
        }
    }

    fn pipe_unpipe(
        &mut self,
        guest: &mut dyn Guest,
        source: ObjectId,
        destination: ObjectId,
    ) -> Act {
        self.invoke(guest, source, Method::Unpipe, &[Value::Object(destination)])
            .map(drop)
    }

    /// Adds, or removes, one of the listeners of a pipe, by a method.
    fn pipe_call(
        &mut self,
        guest: &mut dyn Guest,
        object: ObjectId,
        method: Method,
        event: NameId,
        (pipe, part): (u32, Entrance),
    ) -> Act {
        let function = self.runtime.streams.pipes[pipe as usize].function(part);
        self.invoke(guest, object, method, &[Value::Name(event), function])
            .map(drop)
    }

    /// Removes one of the listeners of a pipe.
    fn pipe_forget(
        &mut self,
        guest: &mut dyn Guest,
        pipe: u32,
        object: ObjectId,
        event: NameId,
        part: Entrance,
    ) -> Act {
        self.pipe_call(guest, object, Method::RemoveListener, event, (pipe, part))
    }

    /// PIPE-2.
    fn pipe_data(&mut self, guest: &mut dyn Guest, pipe: u32, chunk: Value) -> Act {
        self.rule("PIPE-2");
        let (_, destination) = self.pipe_ends(pipe);
        let written = match self.invoke(guest, destination, Method::Write, &[chunk]) {
            Ok(Value::Bool(false)) => self.pipe_pause(guest, pipe),
            Ok(_) => Ok(()),
            Err(abrupt) => Err(abrupt),
        };
        match written {
            Err(Abrupt::Threw(error)) if self.rules().pipe_catches => self
                .invoke(guest, destination, Method::Destroy, &[Value::Other(error)])
                .map(drop),
            written => written,
        }
    }

    /// PIPE-2: the destination is full.
    fn pipe_pause(&mut self, guest: &mut dyn Guest, pipe: u32) -> Act {
        let (source, destination) = self.pipe_ends(pipe);
        if !self.runtime.streams.pipes[pipe as usize].is_clean {
            let side = self.readable(source);
            if side.pipes == [destination] {
                side.awaited = Awaited::One(destination);
            } else if side.pipes.len() > 1
                && side.pipes.contains(&destination)
                && let Awaited::Many(all) = &mut side.awaited
                && !all.contains(&destination)
            {
                all.push(destination);
            }
            self.invoke(guest, source, Method::Pause, &[])?;
        }
        let record = &mut self.runtime.streams.pipes[pipe as usize];
        if !std::mem::replace(&mut record.drains, true) {
            let on_drain = (pipe, Entrance::PipeDrain);
            self.pipe_call(guest, destination, Method::On, NameId::DRAIN, on_drain)?;
        }
        Ok(())
    }

    /// PIPE-3.
    fn pipe_drain(&mut self, guest: &mut dyn Guest, pipe: u32) -> Act {
        self.rule("PIPE-3");
        let (source, destination) = self.pipe_ends(pipe);
        let side = self.readable(source);
        match &mut side.awaited {
            Awaited::One(one) if *one == destination => side.awaited = Awaited::Nobody,
            Awaited::Many(all) => all.retain(|&each| each != destination),
            _ => {}
        }
        let free = match &side.awaited {
            Awaited::Nobody => true,
            Awaited::One(_) => false,
            Awaited::Many(all) => all.is_empty(),
        };
        if !free {
            return Ok(());
        }
        let heard = self.is_data_heard(guest, source)?;
        if !heard {
            return Ok(());
        }
        if self.rules().drain_resumes {
            return self.invoke(guest, source, Method::Resume, &[]).map(drop);
        }
        self.readable(source).flowing = Some(true);
        self.flow(guest, source)
    }

    /// PIPE-7.
    fn pipe_error(&mut self, guest: &mut dyn Guest, pipe: u32, error: Value) -> Act {
        self.rule("PIPE-7");
        let (source, destination) = self.pipe_ends(pipe);
        self.pipe_unpipe(guest, source, destination)?;
        self.pipe_forget(guest, pipe, destination, NameId::ERROR, Entrance::PipeError)?;
        if self.listener_count(guest, destination, NameId::ERROR)? > 0 {
            return Ok(());
        }
        let emitted = self
            .lives(destination)
            .next()
            .map(|life| life.error_emitted);
        if !self.rules().pipe_waits_for_full_sink || emitted == Some(false) {
            self.error_or_destroy(guest, destination, error, false)
        } else {
            self.tell(guest, destination, NameId::ERROR, &[error])
                .map(drop)
        }
    }

    /// PIPE-5: the pipe's own listener of 'unpipe'.
    fn pipe_on_unpipe(
        &mut self,
        guest: &mut dyn Guest,
        pipe: u32,
        readable: Value,
        note: Value,
    ) -> Act {
        let (source, destination) = self.pipe_ends(pipe);
        let is_mine = readable == Value::Object(source);
        if !is_mine || !note.is_some() || self.contents(guest, Contents::Claim(note))?.size == 0 {
            return Ok(());
        }
        self.rule("PIPE-5");
        let drains = self.runtime.streams.pipes[pipe as usize].drains;
        let listeners = [
            (destination, NameId::CLOSE, Entrance::PipeClose),
            (destination, NameId::FINISH, Entrance::PipeFinish),
            (destination, NameId::DRAIN, Entrance::PipeDrain),
            (destination, NameId::ERROR, Entrance::PipeError),
            (destination, NameId::UNPIPE, Entrance::PipeOnUnpipe),
            (source, NameId::END, Entrance::PipeEnd),
            (source, NameId::END, Entrance::PipeUnpipe),
            (source, NameId::DATA, Entrance::PipeData),
        ];
        for (object, event, part) in listeners {
            if drains || part != Entrance::PipeDrain {
                self.pipe_forget(guest, pipe, object, event, part)?;
            }
        }
        self.runtime.streams.pipes[pipe as usize].is_clean = true;
        let waits = self.readable(source).awaited != Awaited::Nobody;
        let full = self.rules().unpipe_releases == PipeRelease::Always
            || !self.is_writable(destination)
            || self.writable(destination).need_drain;
        if drains && waits && full {
            return self.pipe_drain(guest, pipe);
        }
        Ok(())
    }

    /// `source.unpipe(destination)`; without one, of all (PIPE-5).
    pub fn unpipe(
        &mut self,
        guest: &mut dyn Guest,
        source: ObjectId,
        destination: Option<ObjectId>,
    ) -> Act {
        self.rule("PIPE-5");
        let side = self.readable(source);
        let gone = match destination {
            None => std::mem::take(&mut side.pipes),
            Some(destination) => match side.pipes.iter().position(|&each| each == destination) {
                Some(at) => vec![side.pipes.remove(at)],
                None => return Ok(()),
            },
        };
        if gone.is_empty() {
            return Ok(());
        }
        if self.readable(source).pipes.is_empty() {
            if self.rules().drain_resumes {
                self.invoke(guest, source, Method::Pause, &[])?;
            } else {
                self.readable(source).flowing = Some(false);
            }
        }
        for destination in gone {
            let note = self.contents(guest, Contents::Note)?.value;
            self.tell(
                guest,
                destination,
                NameId::UNPIPE,
                &[Value::Object(source), Value::Other(note)],
            )?;
            guest.release(note);
        }
        Ok(())
    }

    /// The old `pipe` listens for errors of one of its ends (PIPE-10).
    pub fn old_pipe_listen(
        &mut self,
        guest: &mut dyn Guest,
        end: ObjectId,
        listener: ValueId,
    ) -> Act {
        self.rule("PIPE-10");
        let listener = Value::Other(listener);
        match self.rules().old_pipe_errors {
            OldPipeErrors::ThrownBehind => self
                .invoke(
                    guest,
                    end,
                    Method::On,
                    &[Value::Name(NameId::ERROR), listener],
                )
                .map(drop),
            OldPipeErrors::EmittedBefore | OldPipeErrors::EmittedWhereCounted => {
                self.listen_first(guest, end, listener)
            }
        }
    }

    /// One of the ends of an old `pipe`, which has stopped listening, failed (PIPE-10).
    pub fn old_pipe_failed(&mut self, guest: &mut dyn Guest, end: ObjectId, error: ValueId) -> Act {
        self.rule("PIPE-10");
        let errors = self.rules().old_pipe_errors;
        let is_unheard = if self.has(guest, end, Method::ListenerCount)? {
            let name = [Value::Name(NameId::ERROR)];
            self.invoke(guest, end, Method::ListenerCount, &name)? == Value::Number(0)
        } else {
            errors != OldPipeErrors::EmittedWhereCounted
                && self.count_listeners(end, NameId::ERROR) == 0
        };
        if !is_unheard {
            return Ok(());
        }
        if errors == OldPipeErrors::ThrownBehind {
            guest.retain(error);
            return Err(Abrupt::Threw(error));
        }
        self.tell(guest, end, NameId::ERROR, &[Value::Other(error)])
            .map(drop)
    }
}
