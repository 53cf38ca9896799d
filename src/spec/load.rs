//! From YAML to a [`Spec`]: the schema, and what to say when a file does not follow it.
//!
//! Everything that is wrong with a file is reported at once. A key is checked where it is read: adding one to the schema is
//! adding it to the list of its mapping and reading it below.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Spec;
use super::claim::{Author, Claim, Label, Recorded, Says};
use super::fault::{Fault, Place, Source};
use super::find::{Found, cannot_read, folder_of, read_text};
use super::range;
use super::reach::place_of;
use super::yaml::{self, Node, Style, Value};
use crate::program::{Assumptions, Program, RejectionMode};
use crate::runtime::Phase;

const SPEC_KEYS: [&str; 12] = [
    "title", "program", "file", "entry", "node", "files", "env", "options", "assume", "bound",
    "claims", "rules",
];
const CLAIM_KEYS: [&str; 3] = ["says", "by", "verdict"];
const AUTHOR_KEYS: [&str; 2] = ["document", "section"];
const SAYS_KEYS: [&str; 9] = [
    "output",
    "outcomes",
    "always",
    "never",
    "sometimes",
    "exits",
    "starves",
    "never-exits",
    "buffered",
];
const VERDICTS: [&str; 2] = ["holds", "refuted"];
const PHASES: [(&str, Phase); 5] = [
    ("timers", Phase::Timers),
    ("pending", Phase::Pending),
    ("poll", Phase::Poll),
    ("check", Phase::Check),
    ("closing", Phase::Closing),
];
const REJECTION_MODES: &str = "none, warn, strict, throw or warn-with-error-code";

/// Reads the spec in a file.
///
/// # Errors
///
/// Everything that is wrong with it.
pub fn load(found: &Found) -> Result<Spec, Vec<Fault>> {
    let text = read_text(&found.path).map_err(|fault| vec![fault])?;
    parse(found, &text)
}

/// Reads a spec from its text. Only a `file:` it names is read from disk, relative to the spec.
///
/// # Errors
///
/// Everything that is wrong with it.
pub fn parse(found: &Found, text: &str) -> Result<Spec, Vec<Fault>> {
    // A lone carriage return ends a line of YAML, too: places count all lines the same way.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let source = Source {
        file: found.path.display().to_string(),
        text: Arc::from(text),
    };
    let mut faults = Vec::new();
    let spec = match yaml::read(&source, &mut faults) {
        Some(root) => Loader {
            source: &source,
            faults: &mut faults,
        }
        .spec(found, &root),
        None => {
            if faults.is_empty() {
                let empty = Fault::of_file(&source.file, "the file is empty");
                faults
                    .push(empty.with_help("a spec needs at least `title`, `program` and `claims`"));
            }
            None
        }
    };
    match spec {
        Some(spec) if faults.is_empty() => Ok(spec),
        _ => {
            faults.sort_by_key(|fault| fault.place);
            Err(faults)
        }
    }
}

/// The pairs of a mapping whose keys are all known.
struct Fields<'n> {
    place: Place,
    pairs: Vec<(&'n str, &'n Node, Place)>,
}

impl<'n> Fields<'n> {
    fn get(&self, key: &str) -> Option<&'n Node> {
        self.pairs
            .iter()
            .find(|(each, ..)| *each == key)
            .map(|(_, node, _)| *node)
    }

    fn place_of(&self, key: &str) -> Place {
        self.pairs
            .iter()
            .find(|(each, ..)| *each == key)
            .map_or(self.place, |(.., place)| *place)
    }
}

/// The text of the program and where it is from.
struct ProgramText {
    text: String,
    /// The file, if it is one of its own.
    file: Option<PathBuf>,
    /// The line and column, counted from 0, where the text stands in the spec.
    offset: Option<(usize, usize)>,
}

struct Loader<'l> {
    source: &'l Source,
    faults: &'l mut Vec<Fault>,
}

impl Loader<'_> {
    /// The whole document. Each part is read even if another is wrong; the spec exists only if none was.
    fn spec(&mut self, found: &Found, root: &Node) -> Option<Spec> {
        let fields = self.fields(root, "a spec", &SPEC_KEYS)?;
        let title = self.required(
            &fields,
            "title",
            "the question this spec answers, as a sentence",
        );
        let title = title.and_then(|node| self.line(node, "the title"));
        let majors = match fields.get("node") {
            Some(node) => self.range(node),
            None => Some(range::modelled()),
        };
        let program = self.program(&fields, found);
        let steps = fields.get("bound").map(|node| self.bound(node));
        let rules = fields
            .get("rules")
            .map_or(Some(Vec::new()), |node| self.rules(node));
        let judged = majors.clone().unwrap_or_else(range::modelled);
        let claims = self.required(
            &fields,
            "claims",
            "what is said about the program, and whether it holds",
        );
        let claims = claims.and_then(|node| self.claims(node, &judged));
        let (program, program_offset) = program?;
        Some(Spec {
            name: found.name.clone(),
            path: found.path.clone(),
            title: title?,
            program,
            majors: majors?,
            claims: claims?,
            rules: rules?,
            steps: match steps {
                Some(steps) => Some(steps?),
                None => None,
            },
            source: self.source.clone(),
            program_offset,
        })
    }

    // The program and its surroundings.

    fn program(
        &mut self,
        fields: &Fields<'_>,
        found: &Found,
    ) -> Option<(Program, Option<(usize, usize)>)> {
        let text = match (fields.get("program"), fields.get("file")) {
            (Some(node), None) => self.inline_program(node),
            (None, Some(node)) => self.program_file(node, &found.path),
            (Some(_), Some(_)) => {
                let message = "a spec has either `program` or `file`, not both";
                self.fault(fields.place_of("file"), message, Some("remove one of them"));
                None
            }
            (None, None) => {
                let help =
                    "give the JavaScript under `program: |`, or name a file of it with `file:`";
                self.fault(fields.place, "a spec needs a program", Some(help));
                None
            }
        };
        let entry = match fields.get("entry") {
            Some(node) => self.entry(node),
            None => Some("main.js".to_owned()),
        };
        let files = fields
            .get("files")
            .map_or(Some(BTreeMap::new()), |node| self.files(node));
        let env = fields
            .get("env")
            .map_or(Some(BTreeMap::new()), |node| self.env(node));
        let rejections = fields.get("options").map(|node| self.options(node));
        let assume = fields
            .get("assume")
            .map_or(Some(Assumptions::default()), |node| self.assume(node));
        let ProgramText { text, file, offset } = text?;
        let mut program = Program::new(entry?, text);
        if let Some(file) = file {
            if fields.get("entry").is_some() {
                program.folder = Some(folder_of(&file));
            } else {
                let (folder, entry) = place_of(&file, &program.source);
                program.show_folder(folder, entry);
            }
        }
        for (name, (text, place)) in files? {
            if name == program.entry {
                self.fault(
                    place,
                    format!("`{name}` is the program itself"),
                    Some("give the file another name"),
                );
            }
            program.files.insert(name, text.into_bytes());
        }
        program.env = env?;
        program.rejections = match rejections {
            Some(rejections) => rejections?,
            None => None,
        };
        program.assume = assume?;
        Some((program, offset))
    }

    fn inline_program(&mut self, node: &Node) -> Option<ProgramText> {
        let text = self.text(node, "the program")?;
        if text.trim().is_empty() {
            self.fault(
                node.place,
                "the program is empty",
                Some("a spec needs JavaScript to run"),
            );
            return None;
        }
        let offset = matches!(
            node.value,
            Value::Text {
                style: Style::Literal,
                ..
            }
        )
        .then(|| self.block_offset(node.place.line, text));
        Some(ProgramText {
            text: text.to_owned(),
            file: None,
            offset: offset.flatten(),
        })
    }

    /// How a line and column of a literal block translate to this file: found by its first line that is not blank.
    fn block_offset(&self, header: usize, block: &str) -> Option<(usize, usize)> {
        let (at, first) = block
            .lines()
            .enumerate()
            .find(|(_, line)| !line.trim().is_empty())?;
        (header..header + 3).find_map(|line| {
            let indent = self.source.line(line + at).strip_suffix(first)?;
            indent
                .bytes()
                .all(|byte| byte == b' ')
                .then_some((line - 1, indent.len()))
        })
    }

    fn program_file(&mut self, node: &Node, spec: &Path) -> Option<ProgramText> {
        let name = self.line(node, "`file`")?;
        let path = spec.parent().unwrap_or(Path::new("")).join(&name);
        if !is_script_name(&name) {
            let message = format!("`{name}` is not called like a program");
            self.fault(
                node.place,
                message,
                Some("a program's file ends in .js, .cjs or .mjs"),
            );
            return None;
        }
        match fs::read_to_string(&path) {
            Ok(text) => Some(ProgramText {
                text,
                file: Some(path),
                offset: None,
            }),
            Err(error) => {
                let message = format!(
                    "the program cannot be had from `{name}`: {}",
                    cannot_read(&error)
                );
                self.fault(
                    node.place,
                    message,
                    Some("the path is relative to the folder of this spec"),
                );
                None
            }
        }
    }

    fn entry(&mut self, node: &Node) -> Option<String> {
        let name = self.line(node, "`entry`")?;
        if !is_script_name(&name) || name.contains(['/', '\\']) {
            let message = format!("`{name}` cannot be the name of the program's file");
            let help = "a plain file name ending in .js, .cjs or .mjs; .mjs makes the program an ES module";
            self.fault(node.place, message, Some(help));
            return None;
        }
        Some(name)
    }

    fn files(&mut self, node: &Node) -> Option<BTreeMap<String, (String, Place)>> {
        let mut files = BTreeMap::new();
        for (name, node, place) in self.pairs(node, "`files`", "names of files with their text")? {
            if !is_relative(name) {
                let message = format!("`{name}` is no path of a file beside the program");
                let help = "a relative path without `.` or `..`, such as data.txt or lib/a.js";
                self.fault(place, message, Some(help));
                continue;
            }
            if let Some(text) = self.text(node, "the text of a file") {
                files.insert(name.to_owned(), (text.to_owned(), place));
            }
        }
        Some(files)
    }

    fn env(&mut self, node: &Node) -> Option<BTreeMap<String, String>> {
        let mut env = BTreeMap::new();
        for (name, node, place) in self.pairs(
            node,
            "`env`",
            "names of environment variables with their values",
        )? {
            if name.is_empty() || name.contains('=') {
                self.fault(
                    place,
                    format!("`{name}` is no name of an environment variable"),
                    None,
                );
            } else if let Some(value) = self.text(node, "the value of an environment variable") {
                env.insert(name.to_owned(), value.to_owned());
            }
        }
        Some(env)
    }

    fn options(&mut self, node: &Node) -> Option<Option<RejectionMode>> {
        let mut rejections = None;
        for option in self.list(node, "`options`", "the options given to node")? {
            let Some(text) = self.text(option, "an option") else {
                continue;
            };
            match text.strip_prefix("--unhandled-rejections=") {
                Some(mode) => match RejectionMode::parse(mode) {
                    Some(mode) => rejections = Some(mode),
                    None => {
                        let message = format!("`{mode}` is no mode of --unhandled-rejections");
                        self.fault(
                            option.place,
                            message,
                            Some(&format!("the modes are {REJECTION_MODES}")),
                        );
                    }
                },
                None => {
                    let message = format!("node's option `{text}` is not modelled");
                    self.fault(
                        option.place,
                        message,
                        Some("the one that is: --unhandled-rejections=MODE"),
                    );
                }
            }
        }
        Some(rejections)
    }

    fn assume(&mut self, node: &Node) -> Option<Assumptions> {
        let fields = self.fields(node, "`assume`", &["callbacks"])?;
        let mut assume = Assumptions::default();
        if let Some(node) = fields.get("callbacks") {
            let text = self.text(node, "`callbacks`")?;
            match parse_ms(text) {
                Some(ms) => assume.callbacks_ms = Some(ms),
                None => {
                    let message = format!("`{text}` is no duration");
                    self.fault(
                        node.place,
                        message,
                        Some("whole milliseconds with their unit, such as 0ms or 5ms"),
                    );
                    return None;
                }
            }
        }
        Some(assume)
    }

    fn bound(&mut self, node: &Node) -> Option<u64> {
        let fields = self.fields(node, "`bound`", &["steps"])?;
        let node = self.required(&fields, "steps", "how many callbacks a run may make")?;
        let text = self.text(node, "`steps`")?;
        match text.parse::<u64>() {
            Ok(steps) if steps > 0 => Some(steps),
            _ => {
                let message = format!("`{text}` is no number of callbacks");
                self.fault(node.place, message, Some("a whole number, at least 1"));
                None
            }
        }
    }

    fn rules(&mut self, node: &Node) -> Option<Vec<String>> {
        let mut rules = Vec::new();
        for node in self.list(node, "`rules`", "numbers of rules")? {
            let Some(rule) = self.text(node, "a rule") else {
                continue;
            };
            if !is_rule(rule) {
                let message = format!("`{rule}` is no number of a rule");
                self.fault(
                    node.place,
                    message,
                    Some("capital letters, a dash and a number, such as LOOP-8"),
                );
            } else if rules.iter().any(|each| each == rule) {
                self.fault(node.place, format!("`{rule}` is listed twice"), None);
            } else {
                rules.push(rule.to_owned());
            }
        }
        Some(rules)
    }

    // The claims.

    fn claims(&mut self, node: &Node, judged: &[u8]) -> Option<Vec<Claim>> {
        let nodes = self.list(node, "`claims`", "claims, each with `says` and `verdict`")?;
        if nodes.is_empty() {
            self.fault(
                node.place,
                "a spec without a claim shows nothing",
                Some("add a claim with `says` and `verdict`"),
            );
        }
        let mut claims: Vec<Claim> = Vec::new();
        for node in nodes {
            let Some(claim) = self.claim(node, judged) else {
                continue;
            };
            if let Some(twin) = claims.iter().find(|each| each.says == claim.says) {
                let message = format!("the same is claimed on line {}", twin.place.line);
                self.fault(
                    claim.place,
                    message,
                    Some("list everybody who says it under one `by`"),
                );
            }
            claims.push(claim);
        }
        Some(claims)
    }

    fn claim(&mut self, node: &Node, judged: &[u8]) -> Option<Claim> {
        let fields = self.fields(node, "a claim", &CLAIM_KEYS)?;
        let says = self.required(
            &fields,
            "says",
            "what is claimed, such as `{ always: [a, b] }`",
        );
        let place = says.map_or(node.place, |node| node.place);
        let says = says.and_then(|node| self.says(node));
        let by = fields
            .get("by")
            .map_or(Some(Vec::new()), |node| self.authors(node));
        let recorded = self.required(
            &fields,
            "verdict",
            "`holds`, `refuted`, or a mapping of Node ranges to these",
        );
        let recorded = recorded.and_then(|node| self.recorded(node, judged));
        Some(Claim {
            says: says?,
            place,
            by: by?,
            recorded: recorded?,
        })
    }

    fn says(&mut self, node: &Node) -> Option<Says> {
        let fields = self.fields(node, "`says`", &SAYS_KEYS)?;
        let [(key, node, _)] = fields.pairs[..] else {
            if fields.pairs.is_empty() {
                let help = format!("one of {}", SAYS_KEYS.join(", "));
                self.fault(fields.place, "this claim says nothing", Some(&help));
            } else {
                let help = "make a claim of its own of each";
                self.fault(
                    fields.pairs[1].2,
                    "a claim says one thing, here are several",
                    Some(help),
                );
            }
            return None;
        };
        Some(match key {
            "output" => Says::Output(self.labels(node)?),
            "outcomes" => Says::Outcomes(self.outcomes(node)?),
            "always" => Says::Always(self.ordered_labels(node)?),
            "never" => Says::Never(self.ordered_labels(node)?),
            "sometimes" => Says::Sometimes(self.ordered_labels(node)?),
            "exits" => Says::Exits(self.exit_code(node)?),
            "starves" => Says::Starves(self.phase(node)?),
            "buffered" => Says::Buffered(self.buffered(node)?),
            _ => {
                let text = self.text(node, "`never-exits`")?;
                if text != "true" {
                    let help = "to say that every run ends, say with which code: `exits: 0`";
                    self.fault(node.place, "`never-exits` can only be true", Some(help));
                    return None;
                }
                Says::NeverExits
            }
        })
    }

    fn labels(&mut self, node: &Node) -> Option<Vec<Label>> {
        let nodes = self.list(node, "this", "printed lines")?;
        let mut labels = Vec::new();
        let mut all = true;
        for node in nodes {
            match self.label(node) {
                Some(label) => labels.push(label),
                None => all = false,
            }
        }
        all.then_some(labels)
    }

    fn label(&mut self, node: &Node) -> Option<Label> {
        let Value::Text { text, style } = &node.value else {
            let message = format!("a label is a printed line, this is {}", node.kind());
            self.fault(node.place, message, Some("quote it if it is meant as text"));
            return None;
        };
        if let (Style::Plain, Some(kind)) = (style, yaml::plain_kind(text)) {
            let message = format!("a label is text, YAML takes this for {kind}");
            self.fault(node.place, message, Some(&format!("quote it: \"{text}\"")));
            return None;
        }
        if text.contains('\n') {
            let message = "a label is one printed line, this has several";
            self.fault(node.place, message, Some("make a label of each line"));
            return None;
        }
        Some(Label {
            text: text.clone(),
            place: node.place,
        })
    }

    /// Labels of which each stands for its first printing, so none can be there twice.
    fn ordered_labels(&mut self, node: &Node) -> Option<Vec<Label>> {
        let labels = self.labels(node)?;
        if labels.is_empty() {
            self.fault(
                node.place,
                "this claim is empty",
                Some("name the lines it is about"),
            );
            return None;
        }
        for (at, label) in labels.iter().enumerate() {
            if labels[..at].contains(label) {
                let message = format!("`{}` is listed twice", label.text);
                let help = "order is that of first printings; use `output` for a line that is printed again";
                self.fault(label.place, message, Some(help));
                return None;
            }
        }
        Some(labels)
    }

    fn outcomes(&mut self, node: &Node) -> Option<Vec<Vec<Label>>> {
        let nodes = self.list(node, "`outcomes`", "outcomes, each a list of printed lines")?;
        if nodes.is_empty() {
            self.fault(
                node.place,
                "this claim is empty",
                Some("list every outcome; `[]` is one that prints nothing"),
            );
            return None;
        }
        let mut outcomes: Vec<Vec<Label>> = Vec::new();
        let mut all = true;
        for node in nodes {
            match self.labels(node) {
                Some(labels) if outcomes.contains(&labels) => {
                    self.fault(node.place, "this outcome is listed twice", None);
                    all = false;
                }
                Some(labels) => outcomes.push(labels),
                None => all = false,
            }
        }
        all.then_some(outcomes)
    }

    fn exit_code(&mut self, node: &Node) -> Option<i32> {
        let text = self.text(node, "`exits`")?;
        match text.parse::<i32>() {
            Ok(code) if (0..=255).contains(&code) => Some(code),
            _ => {
                self.fault(
                    node.place,
                    format!("`{text}` is no exit code"),
                    Some("a whole number from 0 to 255"),
                );
                None
            }
        }
    }

    fn buffered(&mut self, node: &Node) -> Option<i64> {
        let text = self.text(node, "`buffered`")?;
        let most = text
            .strip_prefix("<=")
            .and_then(|most| most.trim().parse().ok());
        if most.is_none_or(|most: i64| most < 0) {
            let message = format!("`{text}` is no bound on what a stream holds");
            let help =
                "the most bytes, or objects, that a side of a stream ever holds: \"<= 16384\"";
            self.fault(node.place, message, Some(help));
            return None;
        }
        most
    }

    fn phase(&mut self, node: &Node) -> Option<Phase> {
        let text = self.text(node, "`starves`")?;
        let phase = PHASES
            .iter()
            .find(|(name, _)| *name == text)
            .map(|(_, phase)| *phase);
        if phase.is_none() {
            let names = PHASES.map(|(name, _)| name);
            let help = suggestion(text, &names);
            self.fault(
                node.place,
                format!("`{text}` is no phase of the loop"),
                Some(&help),
            );
        }
        phase
    }

    fn authors(&mut self, node: &Node) -> Option<Vec<Author>> {
        let nodes = self.list(
            node,
            "`by`",
            "those who say it, each with `document` and `section`",
        )?;
        if nodes.is_empty() {
            self.fault(
                node.place,
                "nobody is named",
                Some("leave `by` out if no document makes this claim"),
            );
        }
        let mut authors = Vec::new();
        for node in nodes {
            let Some(fields) = self.fields(node, "a document", &AUTHOR_KEYS) else {
                continue;
            };
            let document = self.required(&fields, "document", "the title of the document");
            let document = document.and_then(|node| self.line(node, "the title of a document"));
            let section = fields
                .get("section")
                .map(|node| self.line(node, "the section"));
            if let Some(document) = document {
                authors.push(Author {
                    document,
                    section: section.flatten(),
                });
            }
        }
        Some(authors)
    }

    fn recorded(&mut self, node: &Node, judged: &[u8]) -> Option<Vec<(u8, Recorded)>> {
        let Value::Map(pairs) = &node.value else {
            let recorded = self.verdict(node)?;
            return Some(judged.iter().map(|&major| (major, recorded)).collect());
        };
        let mut recorded: BTreeMap<u8, (Recorded, Place)> = BTreeMap::new();
        let mut all = true;
        for (key, value) in pairs {
            let majors = self.range(key);
            let (Some(majors), Some(verdict)) = (majors, self.verdict(value)) else {
                all = false;
                continue;
            };
            let majors: Vec<u8> = majors
                .into_iter()
                .filter(|major| judged.contains(major))
                .collect();
            if majors.is_empty() {
                let help = format!("judged are {}; see `node`", range::list(judged));
                self.fault(
                    key.place,
                    "this range covers none of the judged majors",
                    Some(&help),
                );
                all = false;
            }
            for major in majors {
                if let Some((_, place)) = recorded.get(&major) {
                    let message = format!(
                        "this range and that on line {} both cover Node {major}",
                        place.line
                    );
                    self.fault(
                        key.place,
                        message,
                        Some("each judged major needs exactly one verdict"),
                    );
                    all = false;
                    break;
                }
                recorded.insert(major, (verdict, key.place));
            }
        }
        let left_out: Vec<u8> = judged
            .iter()
            .copied()
            .filter(|major| !recorded.contains_key(major))
            .collect();
        if all && !left_out.is_empty() {
            let message = format!("no verdict is given for Node {}", range::list(&left_out));
            self.fault(
                node.place,
                message,
                Some("each judged major needs exactly one verdict"),
            );
            all = false;
        }
        all.then(|| {
            recorded
                .into_iter()
                .map(|(major, (verdict, _))| (major, verdict))
                .collect()
        })
    }

    fn verdict(&mut self, node: &Node) -> Option<Recorded> {
        let text = self.text(node, "a verdict")?;
        match text {
            "holds" => Some(Recorded::Holds),
            "refuted" => Some(Recorded::Refuted),
            _ => {
                let help = suggestion(text, &VERDICTS);
                self.fault(node.place, format!("`{text}` is no verdict"), Some(&help));
                None
            }
        }
    }

    // Nodes of one kind or another.

    fn fault(&mut self, place: Place, message: impl Into<String>, help: Option<&str>) {
        let fault = self.source.fault(place, message);
        self.faults.push(match help {
            Some(help) => fault.with_help(help),
            None => fault,
        });
    }

    fn wrong_kind(&mut self, node: &Node, what: &str, wanted: &str) {
        self.fault(
            node.place,
            format!("{what} has to be {wanted}, this is {}", node.kind()),
            None,
        );
    }

    /// A scalar as it was written; a number or a boolean is text too, nothing is not.
    fn text<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        match &node.value {
            Value::Text { text, style }
                if *style != Style::Plain || !matches!(&**text, "" | "~" | "null") =>
            {
                Some(text)
            }
            _ => {
                self.wrong_kind(node, what, "text");
                None
            }
        }
    }

    /// Text of one line that says something.
    fn line(&mut self, node: &Node, what: &str) -> Option<String> {
        let text = self.text(node, what)?.trim();
        if text.is_empty() {
            self.fault(node.place, format!("{what} is empty"), None);
            return None;
        }
        if text.contains('\n') {
            self.fault(node.place, format!("{what} has to be one line"), None);
            return None;
        }
        Some(text.to_owned())
    }

    fn list<'n>(&mut self, node: &'n Node, what: &str, of: &str) -> Option<&'n [Node]> {
        let Value::List(items) = &node.value else {
            self.wrong_kind(node, what, &format!("a list of {of}"));
            return None;
        };
        Some(items)
    }

    fn pairs<'n>(
        &mut self,
        node: &'n Node,
        what: &str,
        of: &str,
    ) -> Option<Vec<(&'n str, &'n Node, Place)>> {
        let Value::Map(pairs) = &node.value else {
            self.wrong_kind(node, what, &format!("a mapping: {of}"));
            return None;
        };
        let text = |key: &'n Node| {
            if let Value::Text { text, .. } = &key.value {
                text.as_str()
            } else {
                ""
            }
        };
        Some(
            pairs
                .iter()
                .map(|(key, value)| (text(key), value, key.place))
                .collect(),
        )
    }

    /// A mapping with only these keys; others are reported and left out.
    fn fields<'n>(&mut self, node: &'n Node, what: &str, known: &[&str]) -> Option<Fields<'n>> {
        let pairs = self.pairs(node, what, &format!("keys are {}", known.join(", ")))?;
        let (pairs, unknown): (Vec<_>, Vec<_>) =
            pairs.into_iter().partition(|(key, ..)| known.contains(key));
        for (key, _, place) in unknown {
            let help = suggestion(key, known);
            self.fault(place, format!("{what} has no key `{key}`"), Some(&help));
        }
        Some(Fields {
            place: node.place,
            pairs,
        })
    }

    fn required<'n>(&mut self, fields: &Fields<'n>, key: &str, meaning: &str) -> Option<&'n Node> {
        let node = fields.get(key);
        if node.is_none() {
            self.fault(
                fields.place,
                format!("`{key}` is missing"),
                Some(&format!("add `{key}:` {meaning}")),
            );
        }
        node
    }

    fn range(&mut self, node: &Node) -> Option<Vec<u8>> {
        let text = self.text(node, "a range of Node majors")?;
        match range::parse(text) {
            Ok(majors) => Some(majors),
            Err(error) => {
                self.fault(node.place, error.to_string(), None);
                None
            }
        }
    }
}

/// Reads a duration in whole milliseconds, such as `5ms`.
pub fn parse_ms(text: &str) -> Option<u32> {
    let digits = text.trim().strip_suffix("ms")?.trim_end();
    digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| digits.parse().ok())
        .flatten()
}

/// What was probably meant, or everything that could have been.
fn suggestion(text: &str, known: &[&str]) -> String {
    let lowered = text.to_lowercase().replace('_', "-");
    let nearest = known
        .iter()
        .map(|&candidate| (strsim::damerau_levenshtein(&lowered, candidate), candidate))
        .min()
        .filter(|(distance, candidate)| *distance <= 1 + candidate.chars().count() / 3);
    match nearest {
        Some((_, candidate)) => format!("did you mean `{candidate}`?"),
        None => format!("known are {}", known.join(", ")),
    }
}

fn is_script_name(name: &str) -> bool {
    let stem = [".js", ".cjs", ".mjs"]
        .iter()
        .find_map(|extension| name.strip_suffix(extension));
    stem.is_some_and(|stem| !stem.is_empty() && !stem.ends_with('/'))
}

fn is_relative(path: &str) -> bool {
    !path.contains(['\\', '\0']) && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn is_rule(text: &str) -> bool {
    let Some((topic, number)) = text.split_once('-') else {
        return false;
    };
    let capitals = !topic.is_empty() && topic.bytes().all(|byte| byte.is_ascii_uppercase());
    let digits = number.bytes().all(|byte| byte.is_ascii_digit())
        && !number.is_empty()
        && !number.starts_with('0');
    capitals && digits
}
