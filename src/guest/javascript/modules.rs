//! The program's own files as functions and ES modules.

use std::collections::HashMap;
use std::sync::Arc;

use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::{Declared, Evaluated};
use rquickjs::{Ctx, Exception, Function, Module, Object, Promise, Result, Value};

use super::host::{Gate, HOST};
use super::{Compiled, Entry, Request, dispatch, engine};

/// What the body of a CommonJS file stands in. It must not move the lines of the program.
pub(super) const WRAPPER: [&str; 2] = ["(function (exports, require, module, __filename, __dirname) { ", "\n})"];

/// A CommonJS file as a function of `exports, require, module, __filename, __dirname`; undefined if it is an ES module
/// (LOOP-3).
pub(super) fn compile_common<'js>(ctx: Ctx<'js>, path: String) -> Result<Value<'js>> {
    match compiled(&ctx, &path)? {
        Compiled::Script(bytecode) => engine::run_bytecode(&ctx, &bytecode),
        Compiled::Module => Ok(Value::new_undefined(ctx)),
    }
}

/// Whether a file without an extension that says so is an ES module.
pub(super) fn is_module(ctx: Ctx<'_>, path: String) -> Result<bool> {
    if path.ends_with(".mjs") {
        return Ok(true);
    }
    Ok(matches!(compiled(&ctx, &path)?, Compiled::Module))
}

fn source_of(ctx: &Ctx<'_>, path: &str) -> Result<String> {
    let bytes = HOST.with(|host| host.session.files.read(path));
    match bytes {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(code) => Err(Exception::throw_message(ctx, &format!("{code}: {path}"))),
    }
}

/// Compiles a file once per program and text.
fn compiled(ctx: &Ctx<'_>, path: &str) -> Result<Compiled> {
    let prepared = HOST.with(|host| host.session.prepared.clone());
    if path == prepared.entry_path
        && let Entry::Script(bytecode) = &prepared.entry
    {
        return Ok(Compiled::Script(bytecode.clone()));
    }
    let source = source_of(ctx, path)?;
    let key = (path.to_owned(), source);
    let lock = || prepared.compiled.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(found) = lock().get(&key) {
        return Ok(found.clone());
    }
    let found = compile_source(ctx, path, &key.1, prepared.rules.major)?;
    lock().insert(key, found.clone());
    Ok(found)
}

/// Compiles the text of a file that may be CommonJS; from Node 20 on one that can only be an ES module is one (LOOP-3).
pub(super) fn compile_source(ctx: &Ctx<'_>, path: &str, source: &str, major: u8) -> Result<Compiled> {
    let [before, after] = WRAPPER;
    let body = source.strip_prefix('\u{feff}').unwrap_or(source);
    // A first line `#!...` is for the shell.
    let body = if body.starts_with("#!") { format!("//{body}") } else { body.to_owned() };
    match engine::compile(ctx, path, &format!("{before}{body}{after}"), true) {
        Ok(bytecode) => Ok(Compiled::Script(Arc::new(bytecode))),
        Err(_) if major >= 20 && path.ends_with(".js") && has_module_syntax(source) => {
            ctx.catch();
            Ok(Compiled::Module)
        }
        Err(error) => Err(error),
    }
}

/// Whether a text that is no script could be an ES module.
fn has_module_syntax(source: &str) -> bool {
    let starts = ["import ", "import{", "import*", "import\"", "import'", "export ", "export{", "await "];
    source.contains("import.meta") || source.lines().any(|line| starts.iter().any(|start| line.trim_start().starts_with(start)))
}

/// Links and evaluates an ES module; gives the promise of its evaluation and its namespace.
pub(super) fn evaluate<'js>(ctx: Ctx<'js>, path: String) -> Result<Object<'js>> {
    HOST.with(|host| host.session.linking = true);
    let evaluated = link_and_evaluate(&ctx, &path);
    HOST.with(|host| host.session.linking = false);
    let (module, promise) = evaluated?;
    let result = Object::new(ctx)?;
    result.set("promise", promise)?;
    result.set("namespace", module.namespace()?)?;
    Ok(result)
}

fn link_and_evaluate<'js>(ctx: &Ctx<'js>, path: &str) -> Result<(Module<'js, Evaluated>, Promise<'js>)> {
    let module = Module::declare(ctx.clone(), path, source_of(ctx, path)?)?;
    set_meta(ctx, &module, path, None)?;
    module.eval()
}

fn set_meta<'js>(
    ctx: &Ctx<'js>,
    module: &Module<'js, Declared>,
    path: &str,
    evaluate: Option<Function<'js>>,
) -> Result<()> {
    let meta = module.meta()?;
    if let Some(evaluate) = evaluate {
        return meta.set("evaluate", evaluate);
    }
    let values: Object<'js> = dispatch(ctx)?.call((Request::Meta as u8, path))?;
    for key in values.keys::<String>() {
        let key = key?;
        meta.set(key.as_str(), values.get::<_, Value<'js>>(key.as_str())?)?;
    }
    Ok(())
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
        if !HOST.is_set() {
            return Ok(name.to_owned());
        }
        let found: String = dispatch(ctx)?.call((Request::Resolve as u8, base, name))?;
        HOST.with(|host| {
            if let Some(gate) = &mut host.session.gate {
                let depth = gate.depths.get(base).copied().unwrap_or(0) + 1;
                gate.depths.entry(found.clone()).or_insert(depth);
            }
        });
        Ok(found)
    }
}

/// Loads the program's modules, and stand-ins for what is no ES module.
pub(super) struct ProgramLoader;

impl Loader for ProgramLoader {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<Module<'js, Declared>> {
        if !HOST.is_set() {
            return Module::declare(ctx.clone(), name, "");
        }
        let stand_in: Option<Object<'js>> = dispatch(ctx)?.call((Request::Load as u8, name))?;
        if let Some(stand_in) = stand_in {
            let module = Module::declare(ctx.clone(), name, stand_in.get::<_, String>("source")?)?;
            set_meta(ctx, &module, name, Some(stand_in.get("evaluate")?))?;
            return Ok(module);
        }
        let mut source = source_of(ctx, name)?;
        if let Some(gate) = gate_of_import(ctx)? {
            source = format!("import 'tickproof:{gate}'; {source}");
        }
        let module = Module::declare(ctx.clone(), name, source)?;
        set_meta(ctx, &module, name, None)?;
        Ok(module)
    }
}

/// The gate for files of the import() that is loading; opened with its first file (MOD-5).
fn gate_of_import(ctx: &Ctx<'_>) -> Result<Option<u32>> {
    let open = HOST.with(|host| match &host.session.gate {
        _ if host.session.linking => Some(None),
        Some(gate) => Some(Some(gate.number)),
        None => None,
    });
    if let Some(known) = open {
        return Ok(known);
    }
    let number: u32 = dispatch(ctx)?.call((Request::OpenGate as u8,))?;
    HOST.with(|host| host.session.gate = Some(Gate { number, depths: HashMap::new() }));
    Ok(Some(number))
}
