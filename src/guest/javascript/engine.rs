//! The engine: QuickJS through rquickjs, with the few raw calls that have no safe form.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ffi::CString;
use std::rc::Rc;

use rquickjs::{
    Context, Ctx, Exception, Function, Object, Persistent, Result, Runtime, Value, qjs,
};

use super::builtins;
use super::host::{HOST, Rejection};
use super::memory::{Bounded, Refused, Region};
use super::modules::{ProgramLoader, ProgramResolver};
use super::natives;
use super::source::Outline;
use super::tables::Atoms;
use crate::runtime::{Limit, Profile};

/// How often the engine may ask whether to go on within one callback; it asks every 10,000 calls or loop turns.
const POLLS_PER_CALLBACK: u64 = 10_000;

/// Bytes in use from which the engine looks for garbage that refers to itself.
const GARBAGE_BYTES: usize = 16 << 20;

/// Bytes of stack JavaScript may use; the thread must have more.
const STACK_BYTES: usize = 4 << 20;

/// How much one callback may still do; shared with the engine.
#[derive(Clone)]
pub(super) struct Fuel {
    polls_left: Rc<Cell<u64>>,
    region: Rc<Region>,
}

impl Fuel {
    /// Gives the next callback its full time.
    pub(super) fn refill(&self) {
        if self.polls_left.get() > 0 {
            self.polls_left.set(POLLS_PER_CALLBACK);
            self.region.begin_callback();
        }
    }

    /// Lets the engine go no further.
    pub(super) fn stop(&self) {
        self.polls_left.set(0);
    }

    /// The limit a callback passed, if it did.
    pub(super) fn passed_limit(&self) -> Option<Limit> {
        if self.region.refused() == Some(Refused::Space) {
            Some(Limit::Memory)
        } else if self.region.refused() == Some(Refused::Time) {
            Some(Limit::Cost)
        } else if self.polls_left.get() == 0 {
            Some(Limit::Time)
        } else {
            None
        }
    }
}

/// What keeps the engine from going on where it is told to stop and does not.
///
/// The error that stops it is lost where the engine calls a function of the program and drops what that throws: while it makes an
/// error's stack, closes an iterator or runs a promise's executor. So after the first stop no function can be entered any more;
/// what remains are loops in the frames there are, and the next stop ends one of them.
struct Brake {
    context: *mut qjs::JSContext,
    /// The engine's own setters for what it looks at and calls while it makes an error's stack.
    setters: [qjs::JSValue; 2],
    constructor: qjs::JSValue,
}

impl Brake {
    /// The properties of `Error` that the engine heeds; undefined, they have it call nothing.
    const HEEDED: [&str; 2] = ["prepareStackTrace", "stackTraceLimit"];

    /// To be made before any program can put its own things in place of the engine's, and what it needs to be kept alive.
    fn new<'js>(ctx: &Ctx<'js>) -> Result<(Self, Vec<Value<'js>>)> {
        let constructor: Object<'_> = ctx.globals().get("Error")?;
        let object: Object<'_> = ctx.globals().get("Object")?;
        let describe: Function<'_> = object.get("getOwnPropertyDescriptor")?;
        let mut kept = vec![constructor.clone().into_value()];
        for name in Self::HEEDED {
            let property: Object<'_> = describe.call((constructor.clone(), name))?;
            kept.push(property.get("set")?);
        }
        let brake = Brake {
            context: ctx.as_raw().as_ptr(),
            setters: [kept[1].as_raw(), kept[2].as_raw()],
            constructor: kept[0].as_raw(),
        };
        Ok((brake, kept))
    }

    fn pull(&self) {
        // SAFETY: called on the engine's own thread, between two steps of the engine; the values are alive as long as the engine, and
        // the setters run no code of a program.
        unsafe {
            for setter in self.setters {
                let mut undefined = qjs::JS_UNDEFINED;
                let set = qjs::JS_Call(self.context, setter, self.constructor, 1, &mut undefined);
                qjs::JS_FreeValue(self.context, set);
            }
            qjs::JS_SetMaxStackSize(qjs::JS_GetRuntime(self.context), 1);
        }
    }
}

/// One engine for programs of one major; stays on its thread.
///
/// It has one context, in which the JavaScript layer was started before any program ran. Each run begins with the
/// memory as it was then. That is sound because nothing outside of the engine keeps hold of what a run made: a
/// [`Session`](super::host::Session) with its persistent values is dropped before the memory is put back, natives are
/// all made before the copy and held by `kept`, so that no run can free one, and rquickjs itself keeps nothing per
/// value.
struct Engine {
    fresh: Vec<u8>,
    dispatch: Option<Persistent<Function<'static>>>,
    hooks: Option<Persistent<Object<'static>>>,
    halt: Option<Persistent<Value<'static>>>,
    atoms: Rc<Atoms>,
    process: qjs::JSValue,
    kept: Vec<Persistent<Value<'static>>>,
    context: Option<Context>,
    runtime: Option<Runtime>,
    fuel: Fuel,
}

/// An engine that reached further than this gives its memory back to the system.
const REACH_KEPT: usize = 32 << 20;

thread_local! {
    static ENGINES: RefCell<BTreeMap<u8, Engine>> = const { RefCell::new(BTreeMap::new()) };
}

impl Engine {
    fn new(profile: &Profile) -> Result<Self> {
        let region = Region::new();
        let fuel = Fuel {
            polls_left: Rc::new(Cell::new(POLLS_PER_CALLBACK)),
            region: region.clone(),
        };
        let runtime = Runtime::new_with_alloc(Bounded::new(region.clone()))?;
        runtime.set_max_stack_size(STACK_BYTES);
        runtime.set_gc_threshold(GARBAGE_BYTES);
        runtime.set_host_promise_rejection_tracker(Some(Box::new(
            |ctx, promise, reason, is_handled| {
                if HOST.is_set() {
                    let promise = Persistent::save(&ctx, promise);
                    let reason = Persistent::save(&ctx, reason);
                    HOST.with(|host| {
                        host.session.rejections.push(Rejection {
                            promise,
                            reason,
                            is_handled,
                        })
                    });
                }
            },
        )));
        runtime.set_loader(ProgramResolver, ProgramLoader);
        let context = Context::full(&runtime)?;
        let (brake, mut kept) = context.with(|ctx| {
            let (brake, kept) = Brake::new(&ctx)?;
            let kept = kept.into_iter().map(|value| Persistent::save(&ctx, value));
            Ok::<_, rquickjs::Error>((brake, kept.collect::<Vec<_>>()))
        })?;
        let polls = fuel.polls_left.clone();
        let watched = region.clone();
        runtime.set_interrupt_handler(Some(Box::new(move || {
            polls.set(polls.get().saturating_sub(1));
            let stops = polls.get() == 0 || watched.refused().is_some() || watched.is_late();
            if stops {
                watched.spare_for_stop();
                brake.pull();
            }
            stops
        })));
        let (dispatch, hooks, halt, atoms, process, natives) = context.with(|ctx| {
            let halt = uncatchable(&ctx)?;
            let (binding, natives) = natives::binding(&ctx, profile)?;
            let hooks = Object::new(ctx.clone())?;
            binding.set("hooks", hooks.clone())?;
            let bootstrap = load_builtin(&ctx, "internal/bootstrap")?;
            let dispatch: Function<'_> = bootstrap.call((binding.clone(), ctx.globals()))?;
            let symbols: Vec<Value<'_>> = binding.get("symbols")?;
            let atoms = Atoms::new(&ctx, &symbols, &binding.get("rejection")?)?;
            let process: Value<'_> = binding.get("process")?;
            let natives = natives.into_iter();
            let natives = natives.map(|native| Persistent::save(&ctx, native));
            let natives: Vec<_> = natives.collect();
            let dispatch = Persistent::save(&ctx, dispatch);
            let hooks = Persistent::save(&ctx, hooks);
            let halt = Persistent::save(&ctx, halt);
            // The object lives as long as the layer, which keeps it as a built-in.
            let process = process.as_raw();
            Ok::<_, rquickjs::Error>((dispatch, hooks, halt, atoms, process, natives))
        })?;
        kept.extend(natives);
        let fresh = region.copy();
        Ok(Engine {
            fresh,
            dispatch: Some(dispatch),
            hooks: Some(hooks),
            halt: Some(halt),
            atoms: Rc::new(atoms),
            process,
            kept,
            context: Some(context),
            runtime: Some(runtime),
            fuel,
        })
    }

    fn refresh(&self) {
        // SAFETY: see the type.
        unsafe { self.fuel.region.put_back(&self.fresh) };
        self.fuel.polls_left.set(POLLS_PER_CALLBACK);
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.refresh();
        // The engine insists on this order.
        self.dispatch = None;
        self.hooks = None;
        self.halt = None;
        self.kept.clear();
        self.context = None;
        self.runtime = None;
    }
}

/// What a run is given of the engine.
pub(super) struct Fresh {
    pub(super) fuel: Fuel,
    /// The function the JavaScript layer is entered through.
    pub(super) dispatch: Persistent<Function<'static>>,
    /// Functions of the layer that the guest asks by name.
    pub(super) hooks: Persistent<Object<'static>>,
    pub(super) atoms: Rc<Atoms>,
    /// The process object.
    pub(super) process: qjs::JSValue,
    /// An error no program can catch, made before any could have a say in how errors are made.
    pub(super) halt: Persistent<Value<'static>>,
}

/// Runs something in this thread's engine for a major, as fresh as if nothing had run in it before.
pub(super) fn with_context<R>(
    profile: &Profile,
    run: impl FnOnce(Fresh, Ctx<'_>) -> Result<R>,
) -> Result<R> {
    let kept = ENGINES.with_borrow_mut(|engines| engines.remove(&profile.major));
    let engine = match kept {
        Some(engine) => engine,
        None => Engine::new(profile)?,
    };
    engine.refresh();
    let (Some(context), Some(dispatch), Some(hooks), Some(halt)) = (
        &engine.context,
        &engine.dispatch,
        &engine.hooks,
        &engine.halt,
    ) else {
        return Err(rquickjs::Error::Unknown);
    };
    let fresh = Fresh {
        fuel: engine.fuel.clone(),
        dispatch: dispatch.clone(),
        hooks: hooks.clone(),
        halt: halt.clone(),
        atoms: engine.atoms.clone(),
        process: engine.process,
    };
    let result = context.with(|ctx| {
        // The stack a program may use counts from here, wherever the engine was made.
        // SAFETY: called on the engine's own thread.
        unsafe { qjs::JS_UpdateStackTop(qjs::JS_GetRuntime(ctx.as_raw().as_ptr())) };
        run(fresh, ctx)
    });
    if engine.fuel.region.reach() <= REACH_KEPT {
        ENGINES.with_borrow_mut(|engines| engines.insert(profile.major, engine));
    }
    result
}

/// What came of a promise job.
pub(super) enum Job<'js> {
    /// It returned.
    Returned,
    /// It threw.
    Threw(Value<'js>),
}

/// Whether a promise job is queued.
pub(super) fn has_job(ctx: &Ctx<'_>) -> bool {
    // SAFETY: called on the engine's own thread.
    unsafe { qjs::JS_IsJobPending(qjs::JS_GetRuntime(ctx.as_raw().as_ptr())) }
}

/// Runs the oldest promise job. rquickjs's own call for this loses what the job throws.
pub(super) fn run_job<'js>(ctx: &Ctx<'js>) -> Job<'js> {
    let mut ran_in = std::ptr::null_mut();
    // SAFETY: called on the engine's own thread, inside `Context::with`, with a place for the context.
    let status = unsafe {
        let runtime = qjs::JS_GetRuntime(ctx.as_raw().as_ptr());
        qjs::JS_ExecutePendingJob(runtime, &mut ran_in)
    };
    if status < 0 {
        Job::Threw(ctx.catch())
    } else {
        Job::Returned
    }
}

/// Compiles a script without running it, to bytecode for engines of this very build.
pub(super) fn compile(
    ctx: &Ctx<'_>,
    name: &str,
    source: &str,
    keep_source: bool,
) -> Result<Vec<u8>> {
    let length = source.len();
    let (name, source) = (text(ctx, name)?, text(ctx, source)?);
    let context = ctx.as_raw().as_ptr();
    let flags = (qjs::JS_EVAL_TYPE_GLOBAL | qjs::JS_EVAL_FLAG_COMPILE_ONLY) as i32;
    let strip = if keep_source {
        0
    } else {
        qjs::JS_WRITE_OBJ_STRIP_SOURCE | qjs::JS_WRITE_OBJ_STRIP_DEBUG
    };
    // SAFETY: both texts end with a zero byte and outlive the calls; the compiled function is freed exactly once; the
    // buffer is the engine's and is copied before it is given back.
    unsafe {
        let function = qjs::JS_Eval(context, source.as_ptr(), length as _, name.as_ptr(), flags);
        if qjs::JS_IsException(function) {
            return Err(rquickjs::Error::Exception);
        }
        let mut size = 0;
        let buffer = qjs::JS_WriteObject(
            context,
            &mut size,
            function,
            (qjs::JS_WRITE_OBJ_BYTECODE | strip) as i32,
        );
        qjs::JS_FreeValue(context, function);
        if buffer.is_null() {
            return Err(rquickjs::Error::Exception);
        }
        let bytes = std::slice::from_raw_parts(buffer, size as usize).to_vec();
        qjs::js_free(context, buffer.cast());
        Ok(bytes)
    }
}

/// Runs bytecode made by [`compile`] in this process and gives its value.
pub(super) fn run_bytecode<'js>(ctx: &Ctx<'js>, bytecode: &[u8]) -> Result<Value<'js>> {
    let context = ctx.as_raw().as_ptr();
    // SAFETY: the bytes come from `compile`, in this process, from this build of the engine.
    unsafe {
        let function = qjs::JS_ReadObject(
            context,
            bytecode.as_ptr(),
            bytecode.len() as _,
            qjs::JS_READ_OBJ_BYTECODE as i32,
        );
        if qjs::JS_IsException(function) {
            return Err(rquickjs::Error::Exception);
        }
        let value = qjs::JS_EvalFunction(context, function);
        if qjs::JS_IsException(value) {
            return Err(rquickjs::Error::Exception);
        }
        Ok(Value::from_raw(ctx.clone(), value))
    }
}

fn text(ctx: &Ctx<'_>, text: &str) -> Result<CString> {
    CString::new(text)
        .map_err(|_| Exception::throw_syntax(ctx, "the source contains a NUL character"))
}

/// The body of a built-in as a function.
pub(super) fn load_builtin<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Function<'js>> {
    let builtin = builtins::find(name)
        .ok_or_else(|| Exception::throw_message(ctx, &format!("no built-in is called '{name}'")))?;
    if builtin.bytecode.get().is_none() {
        let parameters = if name == "internal/bootstrap" {
            "binding, globalThis"
        } else {
            "exports, require, module, binding"
        };
        let source = format!("(function ({parameters}) {{ {}\n}})", builtin.source);
        // The engine's own loops do not wait for an iterator that they leave by an exception.
        let source = if builtin.source.contains("for await (") {
            let callee = "require('internal/async_iteration')";
            Outline::of(&source).rewrite(&source, callee, ["", ""]).text
        } else {
            source
        };
        let bytecode = compile(ctx, &format!("node:{name}"), &source, false)?;
        let _ = builtin.bytecode.set(bytecode);
    }
    let bytecode = builtin
        .bytecode
        .get()
        .map(Vec::as_slice)
        .unwrap_or_default();
    run_bytecode(ctx, bytecode)?.get()
}

/// The engine's number for the class of plain objects.
const PLAIN_OBJECT: u32 = 1;

/// The engine's name for the class of an object, such as `Promise`; `Proxy` for a proxy.
pub(super) fn class_of(value: &Value<'_>) -> Option<String> {
    if value.is_proxy() {
        return Some("Proxy".into());
    }
    let ctx = value.ctx();
    // SAFETY: the value belongs to this context; the atom is freed exactly once.
    unsafe {
        let class = qjs::JS_GetClassID(value.as_raw());
        if class == 0 {
            return None;
        }
        let context = ctx.as_raw().as_ptr();
        let atom = qjs::JS_GetClassName(qjs::JS_GetRuntime(context), class);
        let name = Value::from_raw(ctx.clone(), qjs::JS_AtomToString(context, atom));
        qjs::JS_FreeAtom(context, atom);
        let name: String = name.get().ok()?;
        // The engine calls the class of module namespaces that too.
        let is_namespace = name == "Object" && class != PLAIN_OBJECT;
        Some(if is_namespace { "Module".into() } else { name })
    }
}

/// Target and handler of a proxy (both null once it is revoked); nothing for anything else.
pub(super) fn proxy_parts<'js>(value: Value<'js>) -> Option<Vec<Value<'js>>> {
    if !value.is_proxy() {
        return None;
    }
    let ctx = value.ctx();
    let context = ctx.as_raw().as_ptr();
    // SAFETY: the value is a proxy of this context; the results are handed over. A revoked proxy throws.
    let parts = unsafe {
        [
            qjs::JS_GetProxyTarget(context, value.as_raw()),
            qjs::JS_GetProxyHandler(context, value.as_raw()),
        ]
        .map(|part| Value::from_raw(ctx.clone(), part))
    };
    if ctx.has_exception() {
        ctx.catch();
        return Some(vec![
            Value::new_null(ctx.clone()),
            Value::new_null(ctx.clone()),
        ]);
    }
    Some(parts.into())
}

/// What a property of the object itself holds, unless a getter or a proxy would have to be asked: no code runs.
pub(super) fn own_data<'js>(value: &Value<'js>, key: &str) -> Option<Value<'js>> {
    if !value.is_object() || value.is_proxy() {
        return None;
    }
    let ctx = value.ctx();
    let context = ctx.as_raw().as_ptr();
    // SAFETY: the object belongs to this context; the key's bytes are readable for its length and its atom is freed once; a
    // property that is found is handed over with what it holds, its getter and setter to be freed here.
    unsafe {
        let atom = qjs::JS_NewAtomLen(context, key.as_ptr().cast(), key.len() as _);
        let mut found = std::mem::MaybeUninit::<qjs::JSPropertyDescriptor>::uninit();
        let status = qjs::JS_GetOwnProperty(context, found.as_mut_ptr(), value.as_raw(), atom);
        qjs::JS_FreeAtom(context, atom);
        if status <= 0 {
            return None;
        }
        let found = found.assume_init();
        qjs::JS_FreeValue(context, found.getter);
        qjs::JS_FreeValue(context, found.setter);
        Some(Value::from_raw(ctx.clone(), found.value))
    }
}

/// An error no program can catch.
fn uncatchable<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let error = Exception::from_message(ctx.clone(), "the run ended")?;
    let error = error.into_object().into_value();
    // SAFETY: the value is an error object of this context.
    unsafe { qjs::JS_SetUncatchableError(ctx.as_raw().as_ptr(), error.as_raw()) };
    Ok(error)
}
