//! What the command line names: programs, and the specs they are in.

use std::path::Path;

use super::arguments::ProgramArguments;
use crate::explore::{Exploration, Limits, Refusal, Search, explore};
use crate::program::{Assumptions, Program};
use crate::runtime::Profile;
use crate::spec::{Fault, Found, Place, Spec, find, is_spec, load, modelled, place_of};

/// A program that was asked for by its file.
pub(super) struct Subject {
    /// What is run.
    pub(super) program: Program,
    /// The spec it is in, if it is in one.
    spec: Option<Spec>,
    /// The majors that were asked for, or those of the spec, or the newest.
    pub(super) majors: Vec<u8>,
    /// Its file, as the user named it.
    pub(super) file: String,
}

impl Subject {
    /// Loads the program or spec that was named, with its arguments.
    ///
    /// # Errors
    ///
    /// What is wrong with the file.
    pub(super) fn load(arguments: &ProgramArguments) -> Result<Self, Vec<Fault>> {
        let mut subject = Subject::named(&arguments.file)?;
        let program = &mut subject.program;
        program.env.extend(arguments.env.iter().cloned());
        program.arguments = arguments.arguments.clone();
        program.rejections = arguments.unhandled_rejections.or(program.rejections);
        if let Some(assume) = arguments.assume {
            program.assume = assume;
        }
        match &arguments.node {
            Some(majors) => subject.majors = majors.0.clone(),
            None => subject.majors = subject.majors.last().copied().into_iter().collect(),
        }
        Ok(subject)
    }

    /// The program or spec in a file, on all of its majors.
    fn named(path: &Path) -> Result<Self, Vec<Fault>> {
        if !is_spec(path) {
            let program = load_program(path).map_err(|fault| vec![fault])?;
            return Ok(Subject {
                program,
                spec: None,
                majors: modelled(),
                file: path.display().to_string(),
            });
        }
        let found = find(path).map_err(|fault| vec![fault])?;
        match found.as_slice() {
            [found] => Subject::of_spec(found),
            _ => Err(vec![Fault::of_file(
                path.display().to_string(),
                "this is a folder, not a spec",
            )]),
        }
    }

    fn of_spec(found: &Found) -> Result<Self, Vec<Fault>> {
        let spec = load(found)?;
        Ok(Subject {
            program: spec.program.clone(),
            majors: spec.majors.clone(),
            file: spec.source.file.clone(),
            spec: Some(spec),
        })
    }

    /// Every program or spec at a path, which may be a folder of specs, on all of their majors.
    pub(super) fn all(path: &Path) -> Vec<Result<Self, Vec<Fault>>> {
        if !path.is_dir() {
            return vec![Subject::named(path)];
        }
        match find(path) {
            Ok(found) => found.iter().map(Subject::of_spec).collect(),
            Err(fault) => vec![Err(vec![fault])],
        }
    }

    /// The same without assumptions about time, which nobody can promise to real Node.
    pub(super) fn without_assumptions(mut self) -> Self {
        self.program.assume = Assumptions::default();
        if let Some(spec) = &mut self.spec {
            spec.program.assume = Assumptions::default();
        }
        self
    }

    /// Explores it under the rules of a major.
    ///
    /// # Errors
    ///
    /// If the program cannot be run, or cannot be trusted to run the same way twice.
    pub(super) fn explore(
        &self,
        rules: &'static Profile,
        search: &Search<'_>,
    ) -> Result<Exploration, Refusal> {
        match &self.spec {
            Some(spec) => spec.explore(rules, search),
            None => explore(&self.program, rules, search),
        }
    }

    /// The limits of a search: those of the spec, unless others were given.
    pub(super) fn limits(&self, limits: Limits, given: bool) -> Limits {
        match &self.spec {
            Some(spec) if !given => spec.limits(limits),
            _ => limits,
        }
    }

    /// A refusal as a fault of the file.
    pub(super) fn fault(&self, refusal: &Refusal) -> Fault {
        if let Some(spec) = &self.spec {
            return spec.refusal_fault(refusal);
        }
        let Refusal::Program(error) = refusal else {
            return Fault::of_file(&self.file, refusal.to_string());
        };
        let own = error.file.rsplit('/').next() == Some(self.program.entry.as_str());
        let place = Place {
            line: error.line as usize,
            column: error.column.max(1) as usize,
            width: 1,
        };
        let file = if own {
            self.file.clone()
        } else {
            error.file.clone()
        };
        Fault {
            file,
            place,
            text: error.text.clone(),
            message: error.message.clone(),
            help: None,
        }
    }
}

fn load_program(path: &Path) -> Result<Program, Fault> {
    let shown = path.display().to_string();
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    if path.is_dir() {
        let help = "`tickproof check FOLDER` judges the specs in a folder";
        return Err(Fault::of_file(shown, "this is a folder, not a program").with_help(help));
    }
    let source = crate::spec::read_text(path)?;
    if ![".js", ".mjs", ".cjs"]
        .iter()
        .any(|extension| name.ends_with(extension))
    {
        let message = "this file is not called like a program or a spec";
        return Err(Fault::of_file(shown, message)
            .with_help("programs end in .js, .mjs or .cjs, specs in .yaml"));
    }
    let mut program = Program::new(name, source);
    let (folder, entry) = place_of(path, &program.source);
    program.show_folder(folder, entry);
    Ok(program)
}
