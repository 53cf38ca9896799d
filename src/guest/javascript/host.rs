//! What stands behind the natives while JavaScript runs: the model, and the state of the run outside of it.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rquickjs::{Ctx, Error, Exception, Function, Persistent, Value, qjs};
use scoped_tls_hkt::{ReborrowMut, scoped_thread_local};
use siphasher::sip128::{Hasher128, SipHasher13};

use super::engine::{Fresh, Fuel};
use super::files::Files;
use super::{Entry, Prepared};
use crate::runtime::{Machine, Stop};

/// A rejection, or a handler that came later, as the engine reported it.
pub(super) struct Rejection {
    pub(super) promise: Persistent<Value<'static>>,
    pub(super) reason: Persistent<Value<'static>>,
    pub(super) is_handled: bool,
}

/// The state of one run outside of the model.
pub(super) struct Session {
    pub(super) prepared: Arc<Prepared>,
    pub(super) dispatch: Persistent<Function<'static>>,
    pub(super) files: Files,
    /// Why the run has to end; set inside a native, seen when the engine returns.
    pub(super) stop: Option<Stop>,
    pub(super) rejections: Vec<Rejection>,
    /// The entry module waits for something.
    pub(super) entry_pending: bool,
    /// Numbers drawn so far, so that drawing is repeatable.
    pub(super) drawn: u64,
    pub(super) fuel: Fuel,
    history: u128,
}

impl Session {
    pub(super) fn new(prepared: Arc<Prepared>, fresh: Fresh) -> Self {
        let Fresh { fuel, dispatch } = fresh;
        let entry_pending = matches!(prepared.entry, Entry::Module);
        let files = Files::new(prepared.ground.clone());
        Session {
            prepared,
            dispatch,
            files,
            stop: None,
            rejections: Vec::new(),
            entry_pending,
            drawn: 0,
            fuel,
            history: 0,
        }
    }

    /// Takes note of something that went into the guest and decides what it does from now on.
    pub(super) fn note(&mut self, input: impl Hash) {
        let mut hasher = SipHasher13::new();
        hasher.write_u128(self.history);
        input.hash(&mut hasher);
        self.history = hasher.finish128().as_u128();
    }

    /// A digest of everything that went into the guest.
    pub(super) fn history(&self) -> u128 {
        self.history
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

/// Ends the run from inside a native: an error no program can catch.
pub(super) fn halt(ctx: &Ctx<'_>, session: &mut Session, stop: Stop) -> Error {
    session.stop.get_or_insert(stop);
    match Exception::from_message(ctx.clone(), "the run ended") {
        Ok(exception) => {
            let value = exception.into_object().into_value();
            // SAFETY: the value is an error object of this context.
            unsafe { qjs::JS_SetUncatchableError(ctx.as_raw().as_ptr(), value.as_raw()) };
            ctx.throw(value)
        }
        Err(error) => error,
    }
}
