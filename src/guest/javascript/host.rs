//! What stands behind the natives while JavaScript runs: the model, and the state of the run outside of it.

use std::any::Any;
use std::collections::BTreeMap;
use std::hash::Hash;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rquickjs::{Ctx, Exception, Function, Object, Persistent, Result, Value};
use scoped_tls_hkt::{ReborrowMut, scoped_thread_local};

use super::engine::{Fresh, Fuel};
use super::files::Files;
use super::guest::Request;
use super::modules::KnownModule;
use super::prepare::{Compiled, Prepared};
use super::tables::Tables;
use super::zlib::Engine;
use crate::runtime::{CallbackId, Machine, Step, Stop, Touch, ValueId, fingerprint};

/// A rejection, or a handler that came later, as the engine reported it.
pub(super) struct Rejection {
    pub(super) promise: Persistent<Value<'static>>,
    pub(super) reason: Persistent<Value<'static>>,
    pub(super) is_handled: bool,
}

/// Bytes a run may take outside of the engine's memory.
const BYTES_MAX: usize = 128 << 20;

/// The state of one run outside of the model.
pub(super) struct Session {
    pub(super) prepared: Arc<Prepared>,
    pub(super) dispatch: Persistent<Function<'static>>,
    /// Functions of the JavaScript layer that the guest asks by name.
    pub(super) hooks: Persistent<Object<'static>>,
    pub(super) tables: Tables,
    pub(super) files: Files,
    /// Why the run has to end; set inside a native, seen when the engine returns.
    pub(super) stop: Option<Stop>,
    /// What went wrong in a native; goes on when the engine returns.
    pub(super) panic: Option<Box<dyn Any + Send>>,
    /// An error no program can catch.
    halt: Persistent<Value<'static>>,
    pub(super) rejections: Vec<Rejection>,
    /// The modules the engine was given.
    pub(super) modules: Vec<KnownModule>,
    /// The texts of ES modules that were read, by the names of the modules.
    pub(super) module_texts: BTreeMap<String, String>,
    /// The entry module waits for something.
    pub(super) entry_pending: bool,
    /// Something the program asked for that is not offered.
    pub(super) not_offered: Option<String>,
    /// Bytes the run may still take outside of the engine's memory: what it prints, writes, derives.
    pub(super) bytes_left: usize,
    /// What packs and unpacks in streams.
    pub(super) engines: Vec<Engine>,
    /// Numbers drawn so far, so that drawing is repeatable.
    pub(super) drawn: u64,
    pub(super) fuel: Fuel,
    history: u128,
    /// What the system calls found that requests in flight made one by one: a digest for each request.
    calls: BTreeMap<CallbackId, u128>,
    /// Whether such calls were made since the history last told what the files are.
    files_open: bool,
    /// What system calls touched that has no path, with digests of those calls.
    pathless: Vec<(Touch, u128)>,
}

impl Session {
    pub(super) fn new(prepared: Arc<Prepared>, fresh: Fresh) -> Self {
        let Fresh {
            fuel,
            dispatch,
            hooks,
            halt,
            atoms,
            process,
        } = fresh;
        let entry_pending = matches!(prepared.entry, Compiled::Module);
        let files = Files::new(prepared.ground.clone());
        Session {
            prepared,
            dispatch,
            hooks,
            tables: Tables::new(atoms, process),
            files,
            stop: None,
            panic: None,
            halt,
            rejections: Vec::new(),
            modules: Vec::new(),
            module_texts: BTreeMap::new(),
            entry_pending,
            not_offered: None,
            bytes_left: BYTES_MAX,
            engines: Vec::new(),
            drawn: 0,
            fuel,
            history: 0,
            calls: BTreeMap::new(),
            files_open: false,
            pathless: Vec::new(),
        }
    }

    /// Takes note of something that goes into the guest and decides what it does from now on.
    pub(super) fn note(&mut self, input: impl Hash) {
        if std::mem::take(&mut self.files_open) {
            self.history = fingerprint(&(self.history, &self.files));
        }
        self.history = fingerprint(&(self.history, input));
    }

    /// Takes note of a system call a request is about to make.
    pub(super) fn note_call(&mut self, request: CallbackId, touches: Vec<Touch>) {
        let paths = touches.iter().filter(|touch| touch.has_path());
        let found: Vec<_> = paths.map(|touch| self.files.found(touch)).collect();
        let met = self.pathless_met(&touches);
        let calls = self.calls.entry(request).or_default();
        *calls = fingerprint(&(*calls, request, found, met));
        let digest = *calls;
        self.files_open = true;
        self.note_pathless(touches, digest);
    }

    /// Takes note of a system call the program is about to make while requests make theirs one by one.
    pub(super) fn note_access(&mut self, touches: Vec<Touch>) {
        self.note(("access", self.pathless_met(&touches)));
        self.note_pathless(touches, self.history);
    }

    /// Takes note of what is called back, with what its calls found.
    pub(super) fn note_callback(&mut self, callback: CallbackId) {
        let calls = self.calls.remove(&callback);
        self.note((Request::Call, callback, calls));
    }

    fn note_pathless(&mut self, touches: Vec<Touch>, digest: u128) {
        let pathless = touches.into_iter().filter(|touch| !touch.has_path());
        self.pathless.extend(pathless.map(|touch| (touch, digest)));
    }

    /// The digests of the calls so far that meet one in what has no path, summed up: they may have come in any order where
    /// they do not meet each other.
    fn pathless_met(&self, touches: &[Touch]) -> u128 {
        let meets = |other: &Touch| touches.iter().any(|touch| touch.meets(other));
        let met = self.pathless.iter().filter(|(other, _)| meets(other));
        met.fold(0, |sum: u128, (_, digest)| sum.wrapping_add(*digest))
    }

    /// A digest of everything that decides what the guest does from now on.
    pub(super) fn fingerprint(&self) -> u128 {
        if self.files_open || !self.calls.is_empty() {
            fingerprint(&(self.history, &self.calls, &self.files))
        } else {
            self.history
        }
    }
}

/// What natives work on.
pub(super) struct Host<'h> {
    pub(super) machine: Machine<'h>,
    pub(super) session: &'h mut Session,
}

impl<'a, 'b> ReborrowMut<'a> for Host<'b> {
    type Result = Host<'a>;

    fn reborrow_mut(&'a mut self) -> Host<'a> {
        Host {
            machine: self.machine.reborrow(),
            session: self.session,
        }
    }
}

scoped_thread_local!(pub(super) static mut HOST: for<'h> Host<'h>);

/// Does something with what stands behind the natives.
///
/// # Errors
///
/// Once the run has to end nothing is done any more: every native throws what no program can catch. The engine's own
/// functions do catch it, so code may go on after it; it just has no effect.
pub(super) fn act<R>(ctx: &Ctx<'_>, operation: impl FnOnce(&mut Host<'_>) -> R) -> Result<R> {
    try_act(ctx, |host| Ok(operation(host)))
}

/// As [`act`], for what may itself find that the run has to end.
pub(super) fn try_act<R>(
    ctx: &Ctx<'_>,
    operation: impl FnOnce(&mut Host<'_>) -> Step<R>,
) -> Result<R> {
    if !HOST.is_set() {
        return Err(Exception::throw_message(ctx, "nothing is running"));
    }
    let done = HOST.with(|mut host| {
        if host.session.stop.is_some() {
            return None;
        }
        // A panic must not unwind into the engine, where programs could catch it: it goes on behind it.
        let result = catch_unwind(AssertUnwindSafe(|| operation(&mut host)));
        let stop = match result {
            Ok(Ok(value)) => return Some(value),
            Ok(Err(stop)) => stop,
            Err(panic) => {
                host.session.panic = Some(panic);
                Stop::Exited
            }
        };
        host.session.stop.get_or_insert(stop);
        host.session.fuel.stop();
        None
    });
    match done {
        Some(value) => Ok(value),
        None => {
            let halt = HOST.with(|host| host.session.halt.clone());
            Err(ctx.throw(halt.restore(ctx)?))
        }
    }
}

/// Throws a value the model gave back, and with it the hold on it.
pub(super) fn throw(ctx: &Ctx<'_>, thrown: ValueId) -> rquickjs::Error {
    let value = act(ctx, |host| {
        let values = &mut host.session.tables.values;
        let value = values.get(ctx, thrown);
        values.release(ctx, thrown);
        value
    });
    match value {
        Ok(value) => ctx.throw(value),
        Err(halt) => halt,
    }
}
