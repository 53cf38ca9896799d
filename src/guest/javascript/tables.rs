//! What the model knows of the engine by number: values, objects, names and methods.
//!
//! The tables hold raw values. They are dropped without giving them back, as a run ends with the engine's memory put back.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

use rquickjs::{Ctx, Exception, Function, Result, Value as JsValue, qjs};

use crate::runtime::{Method, NameId, NameOrder, ObjectId, Value, ValueId};

/// Hashes addresses and atoms, which are numbers of their own already.
#[derive(Default)]
struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }
}

type NumberMap<K, V> = HashMap<K, V, BuildHasherDefault<NumberHasher>>;

/// The address of an object, which is its identity while somebody holds it.
fn address(value: &JsValue<'_>) -> Option<usize> {
    // SAFETY: an object's value is a pointer; nothing is read through it.
    value
        .is_object()
        .then(|| unsafe { qjs::JS_VALUE_GET_PTR(value.as_raw()) } as usize)
}

/// Takes a value of its own: the caller's stays the caller's.
fn duplicate(value: &JsValue<'_>) -> qjs::JSValue {
    // SAFETY: the value belongs to this context.
    unsafe { qjs::JS_DupValue(value.ctx().as_raw().as_ptr(), value.as_raw()) }
}

fn restore<'js>(ctx: &Ctx<'js>, raw: qjs::JSValue) -> JsValue<'js> {
    // SAFETY: the tables belong to a run of this engine and hold the value; the copy is handed over.
    unsafe { JsValue::from_raw(ctx.clone(), qjs::JS_DupValue(ctx.as_raw().as_ptr(), raw)) }
}

struct Slot {
    /// Nothing once every hold is released.
    value: Option<qjs::JSValue>,
    holds: u32,
}

/// The values the model holds.
#[derive(Default)]
pub(super) struct Values {
    slots: Vec<Slot>,
    free: Vec<u32>,
    /// By address.
    objects: NumberMap<usize, u32>,
}

impl Values {
    /// Holds a value. An object that is held already keeps its number.
    pub(super) fn keep(&mut self, value: &JsValue<'_>) -> ValueId {
        let address = address(value);
        if let Some(&id) = address.and_then(|address| self.objects.get(&address)) {
            self.slots[id as usize].holds += 1;
            return ValueId(id);
        }
        let slot = Slot {
            value: Some(duplicate(value)),
            holds: 1,
        };
        let id = match self.free.pop() {
            Some(id) => {
                self.slots[id as usize] = slot;
                id
            }
            None => {
                self.slots.push(slot);
                self.slots.len() as u32 - 1
            }
        };
        if let Some(address) = address {
            self.objects.insert(address, id);
        }
        ValueId(id)
    }

    /// A value that is held.
    pub(super) fn get<'js>(&self, ctx: &Ctx<'js>, ValueId(id): ValueId) -> JsValue<'js> {
        let value = self.slots[id as usize].value;
        restore(ctx, value.expect("a value is used only while it is held"))
    }

    pub(super) fn retain(&mut self, ValueId(id): ValueId) {
        self.slots[id as usize].holds += 1;
    }

    pub(super) fn release(&mut self, ctx: &Ctx<'_>, ValueId(id): ValueId) {
        let slot = &mut self.slots[id as usize];
        slot.holds -= 1;
        if slot.holds > 0 {
            return;
        }
        let Some(value) = slot.value.take() else {
            return;
        };
        // SAFETY: the slot's value is given back once, here, and not read again.
        let value = unsafe { JsValue::from_raw(ctx.clone(), value) };
        if let Some(address) = address(&value) {
            self.objects.remove(&address);
        }
        self.free.push(id);
    }
}

/// Atoms that every run of an engine knows.
pub(super) struct Atoms {
    /// Well-known names, by number.
    names: Vec<qjs::JSAtom>,
    /// The other way round.
    ids: NumberMap<qjs::JSAtom, u32>,
    methods: Vec<qjs::JSAtom>,
}

impl Atoms {
    /// Makes them, to live as long as the engine. The names that are symbols are given, in the order of
    /// [`NameId::SYMBOLS`].
    pub(super) fn new(
        ctx: &Ctx<'_>,
        symbols: &[JsValue<'_>],
        rejection: &JsValue<'_>,
    ) -> Result<Self> {
        let texts = NameId::WELL_KNOWN.iter();
        let mut names = texts
            .map(|text| atom_of_text(ctx, text))
            .collect::<Result<Vec<_>>>()?;
        for (name, symbol) in NameId::SYMBOLS.iter().zip(symbols) {
            names[name.0 as usize] = atom_of(ctx, symbol)?;
        }
        let methods = Method::ALL.iter();
        let mut methods = methods
            .map(|method| atom_of_text(ctx, method.name()))
            .collect::<Result<Vec<_>>>()?;
        methods[Method::Rejection as usize] = atom_of(ctx, rejection)?;
        let ids = names
            .iter()
            .zip(0..)
            .map(|(&atom, id)| (atom, id))
            .collect();
        Ok(Atoms {
            names,
            ids,
            methods,
        })
    }
}

fn atom_of_text(ctx: &Ctx<'_>, text: &str) -> Result<qjs::JSAtom> {
    // SAFETY: the text's bytes are readable for its length.
    let atom =
        unsafe { qjs::JS_NewAtomLen(ctx.as_raw().as_ptr(), text.as_ptr().cast(), text.len() as _) };
    if atom == 0 {
        return Err(rquickjs::Error::Exception);
    }
    Ok(atom)
}

/// The atom of a property key. It may run the program's code to make a string.
fn atom_of(ctx: &Ctx<'_>, value: &JsValue<'_>) -> Result<qjs::JSAtom> {
    // SAFETY: the value belongs to this context.
    let atom = unsafe { qjs::JS_ValueToAtom(ctx.as_raw().as_ptr(), value.as_raw()) };
    if atom == 0 {
        return Err(rquickjs::Error::Exception);
    }
    Ok(atom)
}

fn value_of<'js>(ctx: &Ctx<'js>, atom: qjs::JSAtom) -> JsValue<'js> {
    // SAFETY: the atom is held by a table of this engine; the value is handed over.
    unsafe {
        JsValue::from_raw(
            ctx.clone(),
            qjs::JS_AtomToValue(ctx.as_raw().as_ptr(), atom),
        )
    }
}

/// Names of events.
pub(super) struct Names {
    atoms: Rc<Atoms>,
    /// Names that are not well-known, in order of their number.
    more: Vec<qjs::JSAtom>,
    orders: Vec<NameOrder>,
    ids: NumberMap<qjs::JSAtom, u32>,
}

impl Names {
    pub(super) fn new(atoms: Rc<Atoms>) -> Self {
        Names {
            atoms,
            more: Vec::new(),
            orders: Vec::new(),
            ids: NumberMap::default(),
        }
    }

    /// The number of a name.
    pub(super) fn id(&mut self, ctx: &Ctx<'_>, name: &JsValue<'_>) -> Result<NameId> {
        let atom = atom_of(ctx, name)?;
        let known = self.atoms.ids.get(&atom).or_else(|| self.ids.get(&atom));
        if let Some(&id) = known {
            // SAFETY: the atom was made above, and a table holds it too.
            unsafe { qjs::JS_FreeAtom(ctx.as_raw().as_ptr(), atom) };
            return Ok(NameId(id));
        }
        let id = (self.atoms.names.len() + self.more.len()) as u32;
        self.more.push(atom);
        self.ids.insert(atom, id);
        let value = value_of(ctx, atom);
        self.orders.push(match value.as_string() {
            None => NameOrder::Symbol,
            Some(text) => index_of(&text.to_string()?).map_or(NameOrder::Text, NameOrder::Index),
        });
        Ok(NameId(id))
    }

    fn atom(&self, NameId(id): NameId) -> qjs::JSAtom {
        let id = id as usize;
        let known = self.atoms.names.len();
        if id < known {
            self.atoms.names[id]
        } else {
            self.more[id - known]
        }
    }

    pub(super) fn value<'js>(&self, ctx: &Ctx<'js>, name: NameId) -> JsValue<'js> {
        value_of(ctx, self.atom(name))
    }

    pub(super) fn order(&self, name: NameId) -> NameOrder {
        match (name.0 as usize).checked_sub(self.atoms.names.len()) {
            Some(more) => self.orders[more],
            None if NameId::SYMBOLS.contains(&name) => NameOrder::Symbol,
            None => NameOrder::Text,
        }
    }

    /// The key of a method, to be looked up.
    pub(super) fn method(&self, method: Method) -> MethodKey {
        MethodKey {
            method,
            atom: self.atoms.methods[method as usize],
        }
    }
}

/// A method's name as the engine knows it.
pub(super) struct MethodKey {
    method: Method,
    atom: qjs::JSAtom,
}

impl MethodKey {
    /// Looks up what the object has under the name, which may run a getter of the program.
    pub(super) fn look_up<'js>(&self, object: &JsValue<'js>) -> Result<JsValue<'js>> {
        let ctx = object.ctx();
        // SAFETY: the object belongs to this context, and the atom lives as long as the engine; what is found is handed over.
        unsafe {
            let raw = qjs::JS_GetProperty(ctx.as_raw().as_ptr(), object.as_raw(), self.atom);
            if qjs::JS_IsException(raw) {
                return Err(rquickjs::Error::Exception);
            }
            Ok(JsValue::from_raw(ctx.clone(), raw))
        }
    }

    /// As [`Self::look_up`], for what has to be a function.
    pub(super) fn function<'js>(&self, object: &JsValue<'js>) -> Result<Function<'js>> {
        self.look_up(object)?.into_function().ok_or_else(|| {
            // Only what a pipe leads to is listened to unseen, by this name (PIPE-1).
            let name = match self.method {
                Method::On => "dest.on",
                method => method.name(),
            };
            let message = format!("{name} is not a function");
            Exception::throw_type(object.ctx(), &message)
        })
    }
}

/// The array index a string reads as.
fn index_of(text: &str) -> Option<u32> {
    let index: u32 = text.parse().ok()?;
    (index != u32::MAX && index.to_string() == text).then_some(index)
}

/// The objects the model keeps state for.
pub(super) struct ObjectTable {
    objects: Vec<qjs::JSValue>,
    ids: NumberMap<usize, u32>,
}

impl ObjectTable {
    /// The table of a fresh process, which knows the process object only.
    pub(super) fn new(process: qjs::JSValue) -> Self {
        let mut ids = NumberMap::default();
        // SAFETY: an object's value is a pointer; nothing is read through it.
        ids.insert(unsafe { qjs::JS_VALUE_GET_PTR(process) } as usize, 0);
        ObjectTable {
            objects: vec![process],
            ids,
        }
    }

    pub(super) fn find(&self, object: &JsValue<'_>) -> Option<ObjectId> {
        let address = address(object)?;
        self.ids.get(&address).map(|&id| ObjectId(id))
    }

    /// Enters an object under the number the model gave it.
    pub(super) fn enter(&mut self, object: &JsValue<'_>, ObjectId(id): ObjectId) {
        debug_assert_eq!(
            self.objects.len(),
            id as usize,
            "objects are entered in order"
        );
        self.objects.push(duplicate(object));
        if let Some(address) = address(object) {
            self.ids.insert(address, id);
        }
    }

    pub(super) fn get<'js>(&self, ctx: &Ctx<'js>, ObjectId(id): ObjectId) -> JsValue<'js> {
        restore(ctx, self.objects[id as usize])
    }
}

/// Every table of a run.
pub(super) struct Tables {
    pub(super) values: Values,
    pub(super) objects: ObjectTable,
    pub(super) names: Names,
}

impl Tables {
    pub(super) fn new(atoms: Rc<Atoms>, process: qjs::JSValue) -> Self {
        Tables {
            values: Values::default(),
            objects: ObjectTable::new(process),
            names: Names::new(atoms),
        }
    }

    /// A value as the model sees it; one that is held comes with a hold.
    pub(super) fn admit(&mut self, value: &JsValue<'_>) -> Value {
        if value.is_undefined() {
            Value::Undefined
        } else if value.is_null() {
            Value::Null
        } else if let Some(bool) = value.as_bool() {
            Value::Bool(bool)
        } else if let Some(number) = value.as_int() {
            Value::Number(i64::from(number))
        } else {
            Value::Other(self.values.keep(value))
        }
    }

    /// A value of the model as the engine's.
    pub(super) fn show<'js>(&self, ctx: &Ctx<'js>, value: Value) -> JsValue<'js> {
        match value {
            Value::Undefined => JsValue::new_undefined(ctx.clone()),
            Value::Null => JsValue::new_null(ctx.clone()),
            Value::Bool(bool) => JsValue::new_bool(ctx.clone(), bool),
            Value::Number(number) => JsValue::new_number(ctx.clone(), number as f64),
            Value::Name(name) => self.names.value(ctx, name),
            Value::Object(object) => self.objects.get(ctx, object),
            Value::Other(value) => self.values.get(ctx, value),
        }
    }
}
