//! JavaScript as a [`Guest`]: calls into the JavaScript layer, and what comes back.

use std::sync::Arc;

use rquickjs::function::IntoArgs;
use rquickjs::{Array, Ctx, FromJs, Function};

use super::engine::{self, Job};
use super::host::{HOST, Host, Rejection, Session, throw, try_act};
use super::prepare::Compiled;
use super::source::CommonFiles;
use crate::runtime::{
    CallbackId, Called, Effect, Emitted, EntryWait, Guest, Limit, Machine, Made, Origin, PROGRAM,
    ProcessEvent, PromiseId, Returned, Step, Stop, Touch, ValueId, Warning,
};

/// The function the JavaScript layer is entered through.
pub(super) fn dispatch<'js>(ctx: &Ctx<'js>) -> rquickjs::Result<Function<'js>> {
    let dispatch = HOST.with(|host| host.session.dispatch.clone());
    dispatch.restore(ctx)
}

/// What `dispatch` is asked for; the numbers are those of its cases.
#[derive(Debug, Clone, Copy, Hash)]
pub(super) enum Request {
    Call = 0,
    Emit = 1,
    Warn = 2,
    RejectionError = 3,
    Report = 4,
    Start = 5,
    Evaluate = 6,
    Track = 7,
    Resolve = 8,
    Load = 9,
    Meta = 10,
    Import = 11,
    Touches = 12,
    MakeCall = 13,
}

/// What a system call touches, as the layer says it: the number of an effect before each path.
pub(super) fn touches_of(list: &Array<'_>) -> rquickjs::Result<Vec<Touch>> {
    const EFFECTS: [Effect; 7] = [
        Effect::Find,
        Effect::Read,
        Effect::List,
        Effect::Walk,
        Effect::Write,
        Effect::Name,
        Effect::Link,
    ];
    let pairs = (0..list.len()).step_by(2);
    pairs
        .map(|at| {
            let effect = EFFECTS[list.get::<usize>(at)?];
            let path: Arc<str> = list.get::<String>(at + 1)?.into();
            Ok(Touch { effect, path })
        })
        .collect()
}

/// Lets a native work on the model with a guest at hand.
pub(super) fn with_guest<'js, R>(
    ctx: &Ctx<'js>,
    operation: impl FnOnce(&mut Machine<'_>, &mut JsGuest<'_, 'js>) -> Step<R>,
) -> rquickjs::Result<R> {
    try_act(ctx, |host| {
        let mut guest = JsGuest {
            ctx,
            session: host.session,
        };
        operation(&mut host.machine, &mut guest)
    })
}

/// As [`with_guest`]; what user code threw goes on to the caller.
pub(super) fn work<'js, R>(
    ctx: &Ctx<'js>,
    operation: impl FnOnce(&mut Machine<'_>, &mut JsGuest<'_, 'js>) -> Called<R>,
) -> rquickjs::Result<R> {
    with_guest(ctx, operation)?.map_err(|thrown| throw(ctx, thrown))
}

/// The guest of one run.
pub(super) struct JsGuest<'g, 'js> {
    pub(super) ctx: &'g Ctx<'js>,
    pub(super) session: &'g mut Session,
}

impl<'js> JsGuest<'_, 'js> {
    /// Enters the JavaScript layer. What was thrown comes back as a negative number.
    fn enter(&mut self, machine: &mut Machine<'_>, arguments: impl IntoArgs<'js>) -> Step<i32> {
        self.session.fuel.refill();
        let value = self.ask(machine, arguments)?;
        self.track_rejections(machine)?;
        Ok(value)
    }

    fn ask(&mut self, machine: &mut Machine<'_>, arguments: impl IntoArgs<'js>) -> Step<i32> {
        match self.get(machine, arguments)? {
            Ok(value) => Ok(value),
            Err(_) => {
                // The layer catches what programs throw; this is what it could not, such as the end of the stack.
                let exception = self.ctx.catch();
                let ValueId(id) = self.session.tables.values.keep(&exception);
                Ok(-1 - id as i32)
            }
        }
    }

    /// What the JavaScript layer answers.
    fn get<T: FromJs<'js>>(
        &mut self,
        machine: &mut Machine<'_>,
        arguments: impl IntoArgs<'js>,
    ) -> Step<rquickjs::Result<T>> {
        let dispatch = self.session.dispatch.clone();
        let host = Host {
            machine: machine.reborrow(),
            session: self.session,
        };
        let result = HOST.set(host, || dispatch.restore(self.ctx)?.call::<_, T>(arguments));
        self.check()?;
        Ok(result)
    }

    /// Whether the run may go on after the engine returned.
    pub(super) fn check(&mut self) -> Step {
        if let Some(panic) = self.session.panic.take() {
            std::panic::resume_unwind(panic);
        }
        if let Some(stop) = self.session.stop {
            return Err(stop);
        }
        let limit = self.session.fuel.passed_limit();
        limit.map_or(Ok(()), |limit| Err(Stop::Halted(limit)))
    }

    /// Tells the model of rejections the engine reported meanwhile, in order.
    fn track_rejections(&mut self, machine: &mut Machine<'_>) -> Step {
        for Rejection {
            promise,
            reason,
            is_handled,
        } in std::mem::take(&mut self.session.rejections)
        {
            let (Ok(promise), Ok(reason)) = (promise.restore(self.ctx), reason.restore(self.ctx))
            else {
                continue;
            };
            let id = PromiseId(self.ask(machine, (Request::Track as u8, promise, reason))? as u32);
            if is_handled {
                machine.handle_rejection(id);
            } else {
                machine.reject(id);
            }
        }
        Ok(())
    }

    fn returned(value: i32) -> Returned {
        if value < 0 {
            Returned::Threw(ValueId((-1 - value) as u32))
        } else {
            Returned::Normally
        }
    }
}

impl<'js> Guest for JsGuest<'_, 'js> {
    fn start(&mut self, machine: &mut Machine<'_>) -> Step<Returned> {
        self.enter(machine, (Request::Start as u8,))
            .map(Self::returned)
    }

    fn is_module(&self) -> bool {
        matches!(self.session.prepared.entry, Compiled::Module)
    }

    fn evaluate(&mut self, machine: &mut Machine<'_>) -> Step {
        self.session.note(Request::Evaluate);
        self.enter(machine, (Request::Evaluate as u8,)).map(drop)
    }

    fn entry_wait(&self) -> EntryWait {
        match self.session.prepared.common_files {
            CommonFiles::None => EntryWait::Files,
            CommonFiles::Alone => EntryWait::Engine,
            CommonFiles::Beside => EntryWait::Either,
        }
    }

    fn is_unsettled(&self) -> bool {
        self.session.entry_pending
    }

    fn call(&mut self, machine: &mut Machine<'_>, callback: CallbackId) -> Step<Returned> {
        self.session.note_callback(callback);
        self.enter(machine, (Request::Call as u8, callback.0))
            .map(Self::returned)
    }

    fn begin_tick(&mut self) {
        self.session.note("tick");
        self.session.fuel.refill();
    }

    fn end_tick(&mut self, machine: &mut Machine<'_>) -> Step {
        self.track_rejections(machine)
    }

    fn touches(
        &mut self,
        machine: &mut Machine<'_>,
        request: CallbackId,
        whole: bool,
    ) -> Step<Vec<Touch>> {
        let id = (request != PROGRAM).then_some(request.0);
        let list = self.get::<Array<'js>>(machine, (Request::Touches as u8, id, whole))?;
        // The engine fails here only for want of memory or stack.
        list.and_then(|list| touches_of(&list))
            .map_err(|_| Stop::Halted(Limit::Memory))
    }

    fn make_call(&mut self, machine: &mut Machine<'_>, request: CallbackId) -> Step<Made> {
        let touches = self.touches(machine, request, false)?;
        self.session.note_call(request, touches);
        let made = self.ask(machine, (Request::MakeCall as u8, request.0))?;
        Ok(match made {
            0 => Made::Call,
            1 => Made::Job,
            _ => Made::Request,
        })
    }

    fn has_job(&self) -> bool {
        engine::has_job(self.ctx)
    }

    fn run_job(&mut self, machine: &mut Machine<'_>) -> Step<Option<Returned>> {
        if !self.has_job() {
            return Ok(None);
        }
        machine.observe_job();
        self.session.note("job");
        self.session.fuel.refill();
        let host = Host {
            machine: machine.reborrow(),
            session: self.session,
        };
        let job = HOST.set(host, || engine::run_job(self.ctx));
        self.check()?;
        let returned = match job {
            Job::Returned => Returned::Normally,
            Job::Threw(value) => Returned::Threw(self.session.tables.values.keep(&value)),
        };
        self.track_rejections(machine)?;
        Ok(Some(returned))
    }

    fn emit(&mut self, machine: &mut Machine<'_>, event: ProcessEvent) -> Step<Emitted> {
        let origin = |origin: Origin| u32::from(origin == Origin::Rejection);
        let (event, a, b) = match event {
            ProcessEvent::BeforeExit(code) => (0, code, 0),
            ProcessEvent::Exit(code) => (1, code, 0),
            ProcessEvent::UncaughtExceptionMonitor(ValueId(id), from) => {
                (2, id as i32, origin(from))
            }
            ProcessEvent::UncaughtException(ValueId(id), from) => (3, id as i32, origin(from)),
            ProcessEvent::UnhandledRejection(PromiseId(id)) => (4, id as i32, 0),
            ProcessEvent::RejectionHandled(PromiseId(id)) => (5, id as i32, 0),
        };
        self.session.note((Request::Emit, event, a, b));
        let value = self.enter(machine, (Request::Emit as u8, event, a, b))?;
        Ok(Emitted {
            heard: value != 0,
            returned: Self::returned(value),
        })
    }

    fn warn(&mut self, machine: &mut Machine<'_>, warning: Warning) -> Step {
        let (late, PromiseId(id)) = match warning {
            Warning::UnhandledRejection(promise) => (0, promise),
            Warning::LateHandler(promise) => (1, promise),
        };
        self.session.note((Request::Warn, late, id));
        self.enter(machine, (Request::Warn as u8, late, id))
            .map(drop)
    }

    fn rejection_error(&mut self, machine: &mut Machine<'_>, promise: PromiseId) -> Step<ValueId> {
        let value = self.enter(machine, (Request::RejectionError as u8, promise.0))?;
        // Making the error may itself fail; then what was thrown instead is the error.
        Ok(ValueId(if value < 0 { -1 - value } else { value } as u32))
    }

    fn report(&mut self, machine: &mut Machine<'_>, error: ValueId) -> Step {
        if machine.is_observed() {
            self.enter(machine, (Request::Report as u8, error.0))
                .map(drop)
        } else {
            Ok(())
        }
    }

    fn fingerprint(&self) -> u128 {
        self.session.fingerprint()
    }
}
