//! The program's own files as functions and ES modules.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::object::Property;
use rquickjs::{Ctx, Exception, Function, Module, Object, Promise, Result, Value};

use super::engine;
use super::files::Errno;
use super::guest::{Request, dispatch};
use super::host::{HOST, Session};
use super::prepare::Compiled;
use super::rewrite::Rewritten;
use super::source::{NewerSyntax, Outline};

/// What the body of a CommonJS file stands in: a function that is given what import() is called instead and returns the
/// function Node makes of a file. It must not move the lines of the program.
pub(super) const WRAPPER: [&str; 2] = [
    "(function ($import) { return function (exports, require, module, __filename, __dirname) { ",
    "\n}})",
];

/// What import() becomes: the number of promise jobs around it is Node's, not the engine's (MOD-5).
const IMPORT_IN_SCRIPT: &str = "$import";
const IMPORT_IN_MODULE: &str = "import.meta.$import";

/// A CommonJS file as a function of `exports, require, module, __filename, __dirname`; undefined if it is an ES module
/// (LOOP-3).
pub(super) fn compile_common<'js>(ctx: Ctx<'js>, path: String) -> Result<Value<'js>> {
    match compiled(&ctx, &path)? {
        Compiled::Script(bytecode) => {
            let outer: Function<'js> = engine::run_bytecode(&ctx, &bytecode)?.get()?;
            outer.call((importer(&ctx, &path)?,))
        }
        Compiled::Module => Ok(Value::new_undefined(ctx)),
    }
}

/// Whether a file without an extension that says so is an ES module; what is no JavaScript at all is none.
pub(super) fn is_module(ctx: Ctx<'_>, path: String) -> bool {
    path.ends_with(".mjs")
        || compiled(&ctx, &path).map_or_else(
            |_| {
                ctx.catch();
                false
            },
            |compiled| matches!(compiled, Compiled::Module),
        )
}

/// Reads the text of an ES module, which stays its text from now on. False if it cannot be read.
pub(super) fn keep(name: String) -> bool {
    HOST.with(|host| {
        let text = read(host.session, &name);
        text.is_ok_and(|text| host.session.module_texts.insert(name, text).is_none())
    })
}

fn read(session: &mut Session, path: &str) -> std::result::Result<String, Errno> {
    // What follows the file in the name of a module only tells it from others of the same file.
    let file = path.split(['?', '#']).next().unwrap_or(path);
    let bytes = session.files.read(file)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn source_of(ctx: &Ctx<'_>, path: &str) -> Result<String> {
    let text = HOST.with(|host| match host.session.module_texts.get(path) {
        Some(text) => Ok(text.clone()),
        None => read(host.session, path),
    });
    match text {
        Ok(text) => Ok(text),
        Err(code) => Err(Exception::throw_message(ctx, &format!("{code}: {path}"))),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Compiles a file once per program and text.
fn compiled(ctx: &Ctx<'_>, path: &str) -> Result<Compiled> {
    let prepared = HOST.with(|host| host.session.prepared.clone());
    if path == prepared.entry_path
        && let Compiled::Script(bytecode) = &prepared.entry
    {
        return Ok(Compiled::Script(bytecode.clone()));
    }
    let source = source_of(ctx, path)?;
    let key = (path.to_owned(), source);
    if let Some(found) = lock(&prepared.compiled).get(&key) {
        return Ok(found.clone());
    }
    let found = compile_source(ctx, path, &key.1, prepared.rules.major)?;
    lock(&prepared.compiled).insert(key, found.clone());
    Ok(found)
}

/// What import() is called instead in one file.
fn importer<'js>(ctx: &Ctx<'js>, path: &str) -> Result<Value<'js>> {
    dispatch(ctx)?.call((Request::Import as u8, path))
}

/// Refuses syntax the major does not know, as its Node does.
fn check_syntax(ctx: &Ctx<'_>, path: &str, outline: &Outline, major: u8) -> Result<()> {
    let Some(NewerSyntax {
        what,
        since,
        place: (line, column),
    }) = outline.unknown_to(major)
    else {
        return Ok(());
    };
    let message = format!("Node {major} does not know {what}; it came with Node {since}");
    let error = Exception::throw_syntax(ctx, &message);
    let exception = ctx.catch();
    if let Some(object) = exception.as_object() {
        object.set("stack", format!("    at {path}:{line}:{column}"))?;
    }
    ctx.throw(exception);
    Err(error)
}

/// Compiles the text of a file that may be CommonJS; from Node 20 on one that can only be an ES module is one (LOOP-3).
pub(super) fn compile_source(
    ctx: &Ctx<'_>,
    path: &str,
    source: &str,
    major: u8,
) -> Result<Compiled> {
    let outline = Outline::of(source);
    let Rewritten { text, .. } = rewritten(&outline, source, true);
    match engine::compile(ctx, path, &text, true) {
        Ok(bytecode) => {
            check_syntax(ctx, path, &outline, major)?;
            Ok(Compiled::Script(Arc::new(bytecode)))
        }
        Err(_) if major >= 20 && path.ends_with(".js") && (outline.is_module || outline.awaits) => {
            ctx.catch();
            Ok(Compiled::Module)
        }
        Err(error) => Err(error),
    }
}

/// Whether a text is an ES module its major accepts. Outside of a run what it imports is not looked at.
pub(super) fn check_module(ctx: &Ctx<'_>, path: &str, source: &str, major: u8) -> Result<()> {
    declare(ctx, path, source, major).map(drop)
}

/// The name of a module that is only compiled to see whether it can be, and of all it imports.
const CHECKED: &str = "tickproof:checked";
const UNSEEN: &str = "tickproof:unseen";

/// Throws if a file of the program is no ES module its major accepts. What it imports is not looked at, and the engine
/// does not know of it afterwards.
pub(super) fn check(ctx: Ctx<'_>, name: String) -> Result<()> {
    let source = source_of(&ctx, &name)?;
    let prepared = HOST.with(|host| host.session.prepared.clone());
    let key = (name, source);
    if lock(&prepared.checked).contains(&key) {
        return Ok(());
    }
    if declare(&ctx, CHECKED, &key.1, prepared.rules.major).is_err() {
        ctx.catch();
        // Once more, for an error that knows its file.
        return declare(&ctx, &key.0, &key.1, prepared.rules.major).map(drop);
    }
    lock(&prepared.checked).insert(key);
    Ok(())
}

/// Makes a module of a text.
fn declare<'js>(
    ctx: &Ctx<'js>,
    path: &str,
    source: &str,
    major: u8,
) -> Result<Module<'js, Declared>> {
    let outline = Outline::of(source);
    check_syntax(ctx, path, &outline, major)?;
    let Rewritten { text, .. } = rewritten(&outline, source, false);
    Module::declare(ctx.clone(), path, text)
}

/// The text a file is compiled from: a CommonJS file's, or an ES module's.
fn rewritten(outline: &Outline, source: &str, is_script: bool) -> Rewritten {
    let (callee, around) = if is_script {
        (IMPORT_IN_SCRIPT, WRAPPER)
    } else {
        (IMPORT_IN_MODULE, ["", ""])
    };
    outline.rewrite(source, callee, around)
}

/// The place in a program, line and column, where the engine refused the text it was compiled from.
pub(super) fn refused_place(source: &str, is_script: bool, line: u32, column: u32) -> (u32, u32) {
    rewritten(&Outline::of(source), source, is_script).place(source, line, column)
}

/// The place in the program, line and column, of one in the text its file is compiled from.
pub(super) fn place_of(ctx: Ctx<'_>, path: String, line: u32, column: u32) -> Result<Vec<u32>> {
    if !HOST.is_set() || !path.starts_with('/') {
        return Ok(vec![line, column]);
    }
    let prepared = HOST.with(|host| host.session.prepared.clone());
    let Ok(source) = source_of(&ctx, &path) else {
        ctx.catch();
        return Ok(vec![line, column]);
    };
    let key = (path, source);
    let entry_path = &prepared.entry_path;
    let found = lock(&prepared.compiled).get(&key).cloned();
    let found = found.or_else(|| (key.0 == *entry_path).then(|| prepared.entry.clone()));
    let is_script = matches!(found, Some(Compiled::Script(_)));
    let mut rewritten = lock(&prepared.rewritten);
    let rewritten = rewritten
        .entry(key.clone())
        .or_insert_with(|| self::rewritten(&Outline::of(&key.1), &key.1, is_script));
    // The engine counts the columns of a first line from 0.
    let column = column + u32::from(line == 1);
    let (line, column) = rewritten.place(&key.1, line, column);
    Ok(vec![line, column])
}

fn declare_file<'js>(ctx: &Ctx<'js>, path: &str) -> Result<Module<'js, Declared>> {
    let major = HOST.with(|host| host.session.prepared.rules.major);
    let module = declare(ctx, path, &source_of(ctx, path)?, major)?;
    let meta = module.meta()?;
    let values: Object<'js> = dispatch(ctx)?.call((Request::Meta as u8, path))?;
    for key in values.keys::<String>() {
        let key = key?;
        meta.set(key.as_str(), values.get::<_, Value<'js>>(key.as_str())?)?;
    }
    meta.prop("$import", Property::from(importer(ctx, path)?))?;
    Ok(module)
}

/// What a module file shows before it runs: the specifiers it imports, in order, and whether it waits at its top level.
pub(super) fn outline_of<'js>(ctx: Ctx<'js>, path: String) -> Result<Object<'js>> {
    let outline = Outline::of(&source_of(&ctx, &path)?);
    let object = Object::new(ctx)?;
    object.set("imports", outline.imports)?;
    object.set("awaits", outline.awaits)?;
    Ok(object)
}

/// A module the engine knows, by its name. It outlives no run.
pub(super) struct KnownModule {
    name: String,
    module: Module<'static>,
}

impl KnownModule {
    fn new<'js>(name: &str, module: &Module<'js>) -> Self {
        // SAFETY: only the lifetime changes. The session that keeps this ends before the engine can be used again.
        let module = unsafe { std::mem::transmute::<Module<'js>, Module<'static>>(module.clone()) };
        KnownModule {
            name: name.to_owned(),
            module,
        }
    }

    fn module<'js>(&self, _: &Ctx<'js>) -> Module<'js> {
        // SAFETY: only the lifetime changes, and it becomes that of the only context there is while the session lives.
        unsafe { std::mem::transmute::<Module<'static>, Module<'js>>(self.module.clone()) }
    }
}

/// Links and evaluates an ES module as far as it was not; gives the promise of its evaluation and its namespace.
pub(super) fn evaluate<'js>(ctx: Ctx<'js>, path: String) -> Result<Object<'js>> {
    let (found, number) = HOST.with(|host| {
        let known = &host.session.modules;
        let found = known.iter().find(|each| each.name == path);
        (found.map(|each| each.module(&ctx)), known.len())
    });
    let module = match found {
        Some(module) => module,
        None => declare_named(&ctx, &path, None).inspect_err(|_| {
            // The engine lets go of all it could not resolve.
            HOST.with(|host| host.session.modules.truncate(number));
        })?,
    };
    let (module, promise): (_, Promise<'js>) = module.eval()?;
    let result = Object::new(ctx)?;
    result.set("promise", promise)?;
    result.set("namespace", module.namespace()?)?;
    Ok(result)
}

/// Finds what a specifier names; the rules are those of the JavaScript layer.
pub(super) struct ProgramResolver;

impl Resolver for ProgramResolver {
    fn resolve<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        base: &str,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<String> {
        if base == CHECKED {
            return Ok(UNSEEN.to_owned());
        }
        if !HOST.is_set() {
            return Ok(name.to_owned());
        }
        dispatch(ctx)?.call((Request::Resolve as u8, base, name))
    }
}

/// Loads the program's modules, and stand-ins for what is no ES module.
pub(super) struct ProgramLoader;

impl Loader for ProgramLoader {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        attributes: Option<ImportAttributes<'js>>,
    ) -> Result<Module<'js, Declared>> {
        if name == UNSEEN || !HOST.is_set() {
            return Module::declare(ctx.clone(), name, "");
        }
        let kind = attributes
            .map(|attributes| attributes.get_type())
            .transpose()?
            .flatten();
        declare_named(ctx, name, kind)
    }
}

/// Makes the module with this name: of a file, or a stand-in for what is no ES module.
fn declare_named<'js>(
    ctx: &Ctx<'js>,
    name: &str,
    kind: Option<String>,
) -> Result<Module<'js, Declared>> {
    let stand_in: Option<Object<'js>> = dispatch(ctx)?.call((Request::Load as u8, name, kind))?;
    let module = if let Some(stand_in) = stand_in {
        let source: String = stand_in.get("source")?;
        let module = Module::declare(ctx.clone(), name, source)?;
        let evaluate: Value<'js> = stand_in.get("evaluate")?;
        module.meta()?.set("evaluate", evaluate)?;
        module
    } else {
        declare_file(ctx, name)?
    };
    let known = KnownModule::new(name, &module);
    HOST.with(|host| host.session.modules.push(known));
    Ok(module)
}
