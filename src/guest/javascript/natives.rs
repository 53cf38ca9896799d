//! The functions the JavaScript layer calls: plain and stateless, over the host of the running call.

use rquickjs::function::{IntoJsFunc, Opt};
use rquickjs::promise::PromiseState;
use rquickjs::{Array, Ctx, Function, IntoJs, Object, Promise, Result, TypedArray, Value, qjs};

use super::engine;
use super::files::{Errno, Files, Status};
use super::guest::{touches_of, with_guest, work};
use super::host::{act, try_act};
use super::rules::rules;
use super::{ciphers, crypto, modules};
use crate::runtime::{
    CallbackId, Guest, Limit, Operation, Origin, PROGRAM, Profile, Stop, ValueId,
};

/// Makes the object the JavaScript layer knows as `binding`; also gives every native in it.
pub(super) fn binding<'js>(
    ctx: &Ctx<'js>,
    profile: &Profile,
) -> Result<(Object<'js>, Vec<Value<'js>>)> {
    let binding = Object::new(ctx.clone())?;
    binding.set("major", profile.major)?;
    binding.set("rules", rules(ctx, profile)?)?;
    let mut natives = Natives {
        ctx,
        object: binding.clone(),
        all: Vec::new(),
    };
    natives.queues()?;
    natives.values()?;
    natives.process()?;
    natives.modules()?;
    natives.contents()?;
    natives.add_object("files", Natives::files)?;
    natives.add_object("emitters", Natives::emitters)?;
    natives.add_object("streams", Natives::streams)?;
    natives.add_object("zlib", Natives::zlib)?;
    Ok((binding, natives.all))
}

/// An object whose functions are made here.
pub(super) struct Natives<'a, 'js> {
    ctx: &'a Ctx<'js>,
    object: Object<'js>,
    /// Every function made so far, of whichever object.
    all: Vec<Value<'js>>,
}

impl<'js> Natives<'_, 'js> {
    /// Makes the functions of an object inside of this one.
    pub(super) fn add_object(
        &mut self,
        name: &str,
        make: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let inner = Object::new(self.ctx.clone())?;
        let outer = std::mem::replace(&mut self.object, inner.clone());
        make(self)?;
        self.object = outer;
        self.object.set(name, inner)
    }

    pub(super) fn add<P>(
        &mut self,
        name: &str,
        function: impl IntoJsFunc<'js, P> + 'js,
    ) -> Result<()> {
        let native = Function::new(self.ctx.clone(), function)?.into_value();
        self.all.push(native.clone());
        self.object.set(name, native)
    }

    pub(super) fn set(&mut self, name: &str, value: impl IntoJs<'js>) -> Result<()> {
        self.object.set(name, value)
    }

    /// What waits for its turn.
    fn queues(&mut self) -> Result<()> {
        self.add("queueTick", |ctx: Ctx<'js>, id: u32| {
            act(&ctx, |host| host.machine.next_tick(CallbackId(id)))
        })?;
        self.add(
            "startTimer",
            |ctx: Ctx<'js>, id: u32, delay: f64, repeats: bool, refed: bool| {
                act(&ctx, |host| {
                    let callback = CallbackId(id);
                    host.machine.start_timer(callback, delay, repeats, refed);
                })
            },
        )?;
        self.add(
            "refreshTimer",
            |ctx: Ctx<'js>, id: u32, delay: f64, repeats: bool, refed: bool| {
                act(&ctx, |host| {
                    let callback = CallbackId(id);
                    host.machine.refresh_timer(callback, delay, repeats, refed);
                })
            },
        )?;
        self.add("clearTimer", |ctx: Ctx<'js>, id: u32| {
            act(&ctx, |host| host.machine.clear_timer(CallbackId(id)))
        })?;
        self.add("refTimer", |ctx: Ctx<'js>, id: u32, refed: bool| {
            act(&ctx, |host| host.machine.ref_timer(CallbackId(id), refed))
        })?;
        self.add("startImmediate", |ctx: Ctx<'js>, id: u32| {
            act(&ctx, |host| host.machine.set_immediate(CallbackId(id)))
        })?;
        self.add("stopImmediate", |ctx: Ctx<'js>, id: u32| {
            act(&ctx, |host| host.machine.clear_immediate(CallbackId(id)))
        })?;
        self.add("refImmediate", |ctx: Ctx<'js>, id: u32, refed: bool| {
            act(&ctx, |host| {
                host.machine.ref_immediate(CallbackId(id), refed)
            })
        })?;
        self.add("queueEngineTask", |ctx: Ctx<'js>, id: u32| {
            act(&ctx, |host| host.machine.await_engine(CallbackId(id)))
        })?;
        self.add("startRequest", start_request)?;
        self.add("access", access)?;
        self.add("microtask", |callback: Function<'js>| callback.defer(()))?;
        self.add("clock", clock)?;
        self.add("resizePool", |ctx: Ctx<'js>, size: String| {
            act(&ctx, |host| host.machine.resize_pool(&size))
        })
    }

    /// Values, and what the engine tells of them.
    fn values(&mut self) -> Result<()> {
        self.add("keep", |ctx: Ctx<'js>, value: Value<'js>| {
            act(&ctx, |host| host.session.tables.values.keep(&value).0)
        })?;
        self.add("kept", |ctx: Ctx<'js>, id: u32| {
            act(&ctx, |host| {
                host.session.tables.values.get(&ctx, ValueId(id))
            })
        })?;
        self.add("promiseState", promise_state)?;
        self.add("classOf", |value: Value<'js>| engine::class_of(&value))?;
        self.add("proxyParts", engine::proxy_parts)?;
        self.add("decodeText", |bytes: TypedArray<'js, u8>| {
            String::from_utf8_lossy(&copy(&bytes)).into_owned()
        })
    }

    /// The process.
    fn process(&mut self) -> Result<()> {
        self.add(
            "print",
            |ctx: Ctx<'js>, descriptor: u32, text: rquickjs::Coerced<String>| {
                spend(&ctx, text.0.len())?;
                act(&ctx, |host| host.machine.print(descriptor, text.0))
            },
        )?;
        self.add("exit", exit)?;
        self.add("exitCode", |ctx: Ctx<'js>| {
            match act(&ctx, |host| host.machine.exit_code())? {
                Some(code) => code.into_js(&ctx),
                None => Ok(Value::new_undefined(ctx)),
            }
        })?;
        self.add("setExitCode", |ctx: Ctx<'js>, code: Opt<Value<'js>>| {
            let code = code.0.and_then(|value| value.as_number());
            act(&ctx, |host| {
                host.machine.set_exit_code(code.map(|code| code as i32))
            })
        })?;
        self.add("isExiting", |ctx: Ctx<'js>| {
            act(&ctx, |host| host.machine.is_exiting())
        })?;
        self.add("uncaught", uncaught)?;
        self.add("environment", |ctx: Ctx<'js>| {
            let text = act(&ctx, |host| host.session.prepared.environment.clone())?;
            ctx.json_parse(text)
        })?;
        self.add("refuse", |ctx: Ctx<'js>, message: String| {
            act(&ctx, |host| {
                host.session.not_offered.get_or_insert(message);
            })
        })
    }

    /// Built-ins and modules.
    fn modules(&mut self) -> Result<()> {
        self.add("load", load)?;
        self.add("compile", modules::compile_common)?;
        self.add("isEngineModule", modules::is_module)?;
        self.add("evaluateModule", modules::evaluate)?;
        self.add("keepModule", modules::keep)?;
        self.add("checkModule", modules::check)?;
        self.add("outlineOf", modules::outline_of)?;
        self.add("placeOf", modules::place_of)?;
        self.add("settleEntry", |ctx: Ctx<'js>| {
            act(&ctx, |host| host.session.entry_pending = false)
        })
    }

    /// Digests, keys and ciphers.
    fn contents(&mut self) -> Result<()> {
        self.add("hash", hash)?;
        self.add("hmac", hmac)?;
        self.add("crypt", crypt)?;
        self.add("authenticate", authenticate)?;
        self.add("pbkdf2", pbkdf2)?;
        self.add("scrypt", scrypt)?;
        self.add("random", random)
    }

    fn files(&mut self) -> Result<()> {
        self.add("read", |ctx: Ctx<'js>, path: String| {
            ask_files(
                &ctx,
                |files| files.read(&path),
                |ctx, bytes| array(ctx, &bytes),
            )
        })?;
        self.add(
            "write",
            |ctx: Ctx<'js>, path: String, bytes: TypedArray<'js, u8>, append: bool| {
                spend(&ctx, bytes.len())?;
                change_files(&ctx, |files| files.write(&path, &copy(&bytes), append))
            },
        )?;
        self.add("stat", |ctx: Ctx<'js>, path: String, follow: bool| {
            ask_files(&ctx, |files| files.status(&path, follow), show_status)
        })?;
        self.add("remove", |ctx: Ctx<'js>, path: String| {
            change_files(&ctx, |files| files.remove(&path))
        })?;
        self.add("makeDirectory", |ctx: Ctx<'js>, path: String| {
            change_files(&ctx, |files| files.make_directory(&path))
        })?;
        self.add("removeDirectory", |ctx: Ctx<'js>, path: String| {
            change_files(&ctx, |files| files.remove_directory(&path))
        })?;
        self.add("list", |ctx: Ctx<'js>, path: String| {
            ask_files(
                &ctx,
                |files| files.list(&path),
                |ctx, names| names.into_js(ctx),
            )
        })?;
        self.add("rename", |ctx: Ctx<'js>, from: String, to: String| {
            change_files(&ctx, |files| files.rename(&from, &to))
        })?;
        self.add("truncate", |ctx: Ctx<'js>, path: String, length: f64| {
            spend(&ctx, length as usize)?;
            change_files(&ctx, |files| files.truncate(&path, length as usize))
        })?;
        self.add("link", |ctx: Ctx<'js>, target: String, path: String| {
            change_files(&ctx, |files| files.link(&target, &path))
        })?;
        self.add("readLink", |ctx: Ctx<'js>, path: String| {
            ask_files(
                &ctx,
                |files| files.read_link(&path),
                |ctx, target| target.into_js(ctx),
            )
        })
    }
}

/// How much work deriving one key may be, in iterations times bytes.
const DERIVATION_MAX: u64 = 1 << 31;

/// Takes bytes outside of the engine's memory from what a run may hold; the run ends if there are not so many left.
pub(super) fn spend(ctx: &Ctx<'_>, bytes: usize) -> Result<()> {
    try_act(ctx, |host| {
        match host.session.bytes_left.checked_sub(bytes) {
            Some(left) => {
                host.session.bytes_left = left;
                Ok(())
            }
            None => Err(Stop::Halted(Limit::Memory)),
        }
    })
}

/// What the files answer, or the error code as a string.
fn ask_files<'js, T>(
    ctx: &Ctx<'js>,
    ask: impl FnOnce(&mut Files) -> std::result::Result<T, Errno>,
    show: impl FnOnce(&Ctx<'js>, T) -> Result<Value<'js>>,
) -> Result<Value<'js>> {
    match act(ctx, |host| ask(&mut host.session.files))? {
        Ok(value) => show(ctx, value),
        Err(code) => code.into_js(ctx),
    }
}

/// Nothing, or the error code as a string.
fn change_files<'js>(
    ctx: &Ctx<'js>,
    change: impl FnOnce(&mut Files) -> std::result::Result<(), Errno>,
) -> Result<Value<'js>> {
    ask_files(ctx, change, |ctx, ()| Ok(Value::new_undefined(ctx.clone())))
}

fn show_status<'js>(ctx: &Ctx<'js>, status: Status) -> Result<Value<'js>> {
    let mode = match status.kind {
        "file" => 0o100644,
        "directory" => 0o040755,
        "device" => 0o020666,
        _ => 0o120777,
    };
    let object = Object::new(ctx.clone())?;
    object.set("type", status.kind)?;
    object.set("size", status.size)?;
    object.set("mode", mode)?;
    object.set("ino", status.number)?;
    object.set("mtimeMs", 1_767_225_600_000_f64)?;
    Ok(object.into_value())
}

/// An array with these bytes, copied into the engine's memory: what is outside of it would outlive the run.
pub(super) fn array<'js>(ctx: &Ctx<'js>, bytes: &[u8]) -> Result<Value<'js>> {
    Ok(TypedArray::<u8>::new_copy(ctx.clone(), bytes)?.into_value())
}

/// A built-in's body, as a function.
fn load<'js>(ctx: Ctx<'js>, name: String) -> Result<Function<'js>> {
    engine::load_builtin(&ctx, &name)
}

/// Asks the pool for something; an operation on files says what it touches.
fn start_request<'js>(
    ctx: Ctx<'js>,
    api: String,
    size: f64,
    id: u32,
    touches: Opt<Array<'js>>,
) -> Result<()> {
    let operation = Operation::parse(&api).ok_or_else(|| {
        rquickjs::Exception::throw_message(&ctx, &format!("no operation is called '{api}'"))
    })?;
    let touches = touches.0.map(|list| touches_of(&list)).transpose()?;
    with_guest(&ctx, |machine, guest| {
        let (size, id) = (size as u64, CallbackId(id));
        match touches {
            Some(touches) => machine.request_files(guest, operation, size, id, touches),
            None => machine.request(guest, operation, size, id),
        }
    })
}

/// The program is about to make a system call while requests on files are in flight.
fn access(ctx: Ctx<'_>) -> Result<()> {
    with_guest(&ctx, |machine, guest| {
        if machine.access(guest)? {
            let touches = guest.touches(machine, PROGRAM, false)?;
            guest.session.note_access(touches);
        }
        Ok(())
    })
}

/// The shown clock. What it shows decides what the program does.
fn clock(ctx: Ctx<'_>) -> Result<f64> {
    act(&ctx, |host| {
        let ms = host.machine.look_at_clock();
        host.session.note(("clock", ms));
        ms as f64
    })
}

/// `process.exit`: throws what a listener threw, or does not come back.
fn exit(ctx: Ctx<'_>) -> Result<()> {
    work(&ctx, |machine, guest| {
        let code = machine.exit_code();
        machine.exit(guest, code).map(Err)
    })
}

/// An error at the top level of the entry module (MT-14): reported on the spot, as a rejection.
fn uncaught(ctx: Ctx<'_>, id: u32) -> Result<()> {
    with_guest(&ctx, |machine, guest| {
        machine.uncaught(guest, ValueId(id), Origin::Rejection)
    })
}

fn promise_state<'js>(ctx: Ctx<'js>, promise: Promise<'js>) -> Result<Vec<Value<'js>>> {
    let name = match promise.state() {
        PromiseState::Pending => return Ok(vec!["pending".into_js(&ctx)?]),
        PromiseState::Resolved => "fulfilled",
        PromiseState::Rejected => "rejected",
    };
    // SAFETY: the promise is a promise of this context; the result is a value the call hands over.
    let result = unsafe {
        let raw = qjs::JS_PromiseResult(ctx.as_raw().as_ptr(), promise.as_value().as_raw());
        Value::from_raw(ctx.clone(), raw)
    };
    Ok(vec![name.into_js(&ctx)?, result])
}

fn optional<'js>(ctx: &Ctx<'js>, bytes: Option<Vec<u8>>) -> Result<Value<'js>> {
    bytes.map_or_else(
        || Ok(Value::new_undefined(ctx.clone())),
        |bytes| array(ctx, &bytes),
    )
}

/// The contents of an array.
pub(super) fn copy(array: &TypedArray<'_, u8>) -> Vec<u8> {
    // SAFETY: the bytes are copied at once; no JavaScript runs meanwhile that could detach or resize the buffer.
    unsafe { array.as_bytes() }.unwrap_or_default().to_vec()
}

fn hash<'js>(ctx: Ctx<'js>, algorithm: String, data: TypedArray<'js, u8>) -> Result<Value<'js>> {
    optional(&ctx, crypto::hash(&algorithm, &copy(&data)))
}

fn hmac<'js>(
    ctx: Ctx<'js>,
    algorithm: String,
    key: TypedArray<'js, u8>,
    data: TypedArray<'js, u8>,
) -> Result<Value<'js>> {
    optional(&ctx, crypto::hmac(&algorithm, &copy(&key), &copy(&data)))
}

fn crypt<'js>(
    ctx: Ctx<'js>,
    mode: String,
    encrypts: bool,
    key: TypedArray<'js, u8>,
    iv: TypedArray<'js, u8>,
    position: usize,
    data: TypedArray<'js, u8>,
) -> Result<Value<'js>> {
    let (key, iv) = (copy(&key), copy(&iv));
    let crypted = ciphers::crypt(&mode, encrypts, &key, &iv, position, copy(&data));
    optional(&ctx, crypted)
}

/// The tag of data that was encrypted so.
fn authenticate<'js>(
    ctx: Ctx<'js>,
    key: TypedArray<'js, u8>,
    iv: TypedArray<'js, u8>,
    extra: TypedArray<'js, u8>,
    data: TypedArray<'js, u8>,
) -> Result<Value<'js>> {
    let (key, iv) = (copy(&key), copy(&iv));
    optional(&ctx, ciphers::tag(&key, &iv, &copy(&extra), &copy(&data)))
}

fn pbkdf2<'js>(
    ctx: Ctx<'js>,
    algorithm: String,
    password: TypedArray<'js, u8>,
    salt: TypedArray<'js, u8>,
    iterations: u32,
    length: usize,
) -> Result<Value<'js>> {
    spend(&ctx, length)?;
    if u64::from(iterations).saturating_mul(length as u64 + 32) > DERIVATION_MAX {
        return try_act(&ctx, |_| Err(Stop::Halted(Limit::Cost)));
    }
    let prepared = act(&ctx, |host| host.session.prepared.clone())?;
    let key = prepared.derived.pbkdf2(
        &algorithm,
        &copy(&password),
        &copy(&salt),
        iterations,
        length,
    );
    optional(&ctx, key)
}

fn scrypt<'js>(
    ctx: Ctx<'js>,
    password: TypedArray<'js, u8>,
    salt: TypedArray<'js, u8>,
    cost: f64,
    block_size: u32,
    parallelization: u32,
    length: usize,
) -> Result<Value<'js>> {
    let memory = (cost * f64::from(block_size) * 128.0) as usize;
    spend(&ctx, memory.saturating_add(length))?;
    let prepared = act(&ctx, |host| host.session.prepared.clone())?;
    let parameters = crypto::ScryptParameters {
        cost: cost as u64,
        block_size,
        parallelization,
    };
    optional(
        &ctx,
        prepared
            .derived
            .scrypt(&copy(&password), &copy(&salt), parameters, length),
    )
}

/// Bytes that look random and are the same in every run.
fn random<'js>(ctx: Ctx<'js>, length: usize) -> Result<Value<'js>> {
    spend(&ctx, length)?;
    let drawn = act(&ctx, |host| {
        let drawn = host.session.drawn;
        host.session.drawn += 1;
        drawn
    })?;
    array(&ctx, &crypto::random(drawn, length))
}
