//! How modules are loaded.

/// How the promises of several modules are waited for on the way through an import() (MOD-5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LoaderPromises {
    /// As they are.
    Plain,
    /// Each, and what waits for them, through a subclass of promises; so is what stands for a graph linked before.
    Subclass,
    /// Each wrapped in a promise of a subclass, and all in a plain one.
    Wrapped,
}

/// When a module is linked that an import() loads (MOD-5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Linking {
    /// Once what it imports is there, after waiting for their jobs as well.
    AfterJobs,
    /// Once what it imports is there.
    AfterModules,
    /// When it is found, with its graph.
    WhenFound,
}

/// When an import() fails whose file has a type that is not taken, such as JSON without an attribute (MOD-5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// After so many promise jobs, while it is looked for: each time anew.
    WhileFinding(u32),
    /// After so many promise jobs, once it was found; that is remembered.
    OnceFound(u32),
    /// Once it was read, like what cannot be parsed.
    OnceRead,
}

/// How an import() finds, reads, links and evaluates its graph: what its promises are made of (MOD-5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ImportLoader {
    /// Promise jobs until a module is found by its name.
    pub finding: u32,
    /// Promise jobs until it is known that nothing has a name.
    pub not_finding: u32,
    /// Promise jobs from there until a module is there that need not be read, where others are read by the pool.
    pub making: u32,
    /// See there.
    pub refusal: Refusal,
    /// See there.
    pub promises: LoaderPromises,
    /// See there.
    pub linking: Linking,
    /// The call is one of a list, and all of that is waited for.
    pub is_list: bool,
    /// The promise of an evaluation is waited for.
    pub awaits_evaluation: bool,
    /// A CommonJS file that threw before throws at once again, not by its promise.
    pub scripts_throw_again: bool,
    /// Promise jobs from the end of all that to what waits for the import().
    pub around: u32,
    /// How many more those are if a CommonJS file asks.
    pub around_script: u32,
    /// A `.js` file is read even if it is CommonJS after all.
    pub reads_scripts: bool,
    /// To word the error of a missing export, the file that lacks it is read once more.
    pub reads_for_missing_export: bool,
    /// To word that error takes so many promise jobs.
    pub missing_export: u32,
}

/// What require() makes of an ES module that an import() is loading (MOD-6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequireRace {
    /// An assertion of Node fails.
    Asserts,
    /// It is refused by an error of its own.
    Refused,
}

pub(super) const IMPORT_12: ImportLoader = ImportLoader {
    finding: 4,
    not_finding: 1,
    making: 0,
    refusal: Refusal::WhileFinding(3),
    promises: LoaderPromises::Subclass,
    linking: Linking::AfterJobs,
    is_list: false,
    awaits_evaluation: false,
    scripts_throw_again: false,
    around: 3,
    around_script: 0,
    reads_scripts: false,
    reads_for_missing_export: false,
    missing_export: 0,
};

pub(super) const IMPORT_14: ImportLoader = ImportLoader {
    promises: LoaderPromises::Plain,
    awaits_evaluation: true,
    scripts_throw_again: true,
    ..IMPORT_12
};

pub(super) const IMPORT_16: ImportLoader = ImportLoader {
    finding: 3,
    not_finding: 3,
    making: 5,
    refusal: Refusal::OnceFound(3),
    promises: LoaderPromises::Wrapped,
    is_list: true,
    scripts_throw_again: false,
    reads_for_missing_export: true,
    missing_export: 2,
    ..IMPORT_14
};

pub(super) const IMPORT_18: ImportLoader = ImportLoader {
    finding: 1,
    not_finding: 0,
    making: 4,
    refusal: Refusal::OnceFound(2),
    promises: LoaderPromises::Plain,
    is_list: false,
    around_script: 1,
    ..IMPORT_16
};

pub(super) const IMPORT_20: ImportLoader = ImportLoader {
    making: 3,
    refusal: Refusal::OnceRead,
    linking: Linking::AfterModules,
    around_script: 0,
    reads_scripts: true,
    ..IMPORT_18
};

pub(super) const IMPORT_22: ImportLoader = ImportLoader {
    around: 4,
    reads_for_missing_export: false,
    ..IMPORT_20
};

pub(super) const IMPORT_24: ImportLoader = ImportLoader {
    finding: 0,
    linking: Linking::WhenFound,
    missing_export: 0,
    ..IMPORT_22
};
