//! The tool as seen from outside: what it prints where, and with which status it ends.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// A folder of its own for each test, and the tool run in it.
struct Place {
    folder: PathBuf,
}

/// What a run of the tool came to.
struct Answer {
    status: i32,
    stdout: String,
    stderr: String,
}

impl Place {
    fn new(test: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Place { folder }
    }

    fn write(&self, name: &str, text: &str) -> &Self {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// Writes a spec of a program and claims, each in the flow style.
    fn write_spec(&self, name: &str, program: &[&str], claims: &[(&str, &str)]) -> &Self {
        let program: Vec<String> = program.iter().map(|line| format!("  {line}\n")).collect();
        let claims: Vec<String> = claims
            .iter()
            .map(|(says, verdict)| format!("  - says: {{ {says} }}\n    verdict: {verdict}\n"))
            .collect();
        let text = format!(
            "title: A question\nprogram: |\n{}claims:\n{}",
            program.concat(),
            claims.concat()
        );
        self.write(name, &text)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tickproof"));
        command.args(arguments).current_dir(&self.folder);
        command
    }

    fn run(&self, arguments: &[&str]) -> Answer {
        let output = self.command(arguments).output().unwrap();
        let status = output.status.code().expect("the tool ends by itself");
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let answer = Answer {
            status,
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        };
        assert!(!answer.stderr.contains("panicked"), "{}", answer.stderr);
        answer
    }
}

impl Answer {
    #[track_caller]
    fn expect(&self, status: i32) -> &Self {
        assert_eq!(
            self.status, status,
            "stdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
        self
    }

    #[track_caller]
    fn prints(&self, text: &str) -> &Self {
        assert!(
            self.stdout.contains(text),
            "{text:?} is not in stdout:\n{}",
            self.stdout
        );
        self
    }

    #[track_caller]
    fn complains(&self, text: &str) -> &Self {
        assert!(
            self.stderr.contains(text),
            "{text:?} is not in stderr:\n{}",
            self.stderr
        );
        self
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error} in:\n{}", self.stdout))
    }
}

const RACE: [&str; 2] = [
    "setTimeout(() => console.log('timeout'), 0);",
    "setImmediate(() => console.log('immediate'));",
];

// Input that can be used.

#[test]
fn a_spec_that_is_as_recorded_is_good() {
    let place = Place::new("good");
    place.write_spec(
        "specs/loop/race.yaml",
        &RACE,
        &[
            ("always: [timeout, immediate]", "refuted"),
            (
                "outcomes: [[timeout, immediate], [immediate, timeout]]",
                "holds",
            ),
        ],
    );
    let answer = place.run(&["check"]);
    answer
        .expect(0)
        .prints("loop/race\n")
        .prints("refuted 12-26")
        .prints("1 spec, 2 claims, Node 12-26: all as recorded");
    assert_eq!(answer.stderr, "");
    place
        .run(&["check", "specs/loop/race.yaml", "--quiet"])
        .expect(0);
}

#[test]
fn a_spec_that_is_not_as_recorded_shows_a_counterexample() {
    let place = Place::new("differs");
    place.write_spec(
        "specs/race.yaml",
        &RACE,
        &[("always: [timeout, immediate]", "holds")],
    );
    let answer = place.run(&["check", "--node", "22"]);
    answer
        .expect(1)
        .prints("! always: [timeout, immediate]")
        .prints("--> specs/race.yaml:6:11")
        .prints(
            "recorded holds, found refuted on Node 22: a run prints `immediate` before `timeout`",
        )
        .prints("counterexample on Node 22: [immediate, timeout]")
        .prints("turn 1, check");
}

#[test]
fn node_ranges_merge_where_verdicts_agree() {
    let place = Place::new("ranges");
    let program =
        "const late = () => { const until = Date.now() + 20; while (Date.now() < until); };";
    place.write(
        "specs/unrefed.yaml",
        &format!(
            "title: A due un-ref'd timer at the end\nprogram: |\n  {program}\n  setTimeout(() => {{\n    setTimeout(() => \
             console.log('timer'), 5).unref();\n    setImmediate(() => {{ late(); console.log('immediate'); }});\n  }}, \
             1);\nclaims:\n  - says: {{ sometimes: [immediate, timer] }}\n    verdict: {{ \">=20\": holds, \"<20\": refuted }}\n"
        ),
    );
    place
        .run(&["check"])
        .expect(0)
        .prints("refuted 12-18; holds 20-26");
}

#[test]
fn run_lists_every_outcome() {
    let place = Place::new("run");
    place.write("race.js", &RACE.join("\n"));
    place
        .run(&["run", "race.js"])
        .expect(0)
        .prints("Node 26: 2 outcomes (every schedule)")
        .prints("[timeout, immediate]");
    place
        .run(&["run", "race.js", "--node", ">=20"])
        .expect(0)
        .prints("Node 20-26: 2 outcomes");
}

#[test]
fn run_answers_in_json_as_documented() {
    let place = Place::new("run-json");
    place.write("race.js", &RACE.join("\n"));
    let answer = place.run(&["run", "race.js", "--node", "22", "--format", "json"]);
    let json = answer.expect(0).json();
    assert_eq!(json["node"], "22");
    assert_eq!(json["coverage"], serde_json::json!({ "kind": "complete" }));
    assert!(
        json["stats"]["executions"]
            .as_u64()
            .is_some_and(|executions| executions >= 2)
    );
    let outcomes = json["outcomes"].as_array().unwrap();
    assert_eq!(outcomes.len(), 2);
    for outcome in outcomes {
        assert_eq!(outcome["exit_code"], 0);
        assert_eq!(outcome["ended"], "exit");
        assert_eq!(outcome["stdout"].as_array().map(Vec::len), Some(2));
        let schedule = outcome["schedule"].as_str().unwrap();
        let replayed = place.run(&[
            "explain",
            "race.js",
            "--node",
            "22",
            "--schedule",
            schedule,
            "--format",
            "json",
        ]);
        assert_eq!(
            replayed.expect(0).json()["outcome"]["stdout"],
            outcome["stdout"]
        );
    }
    let several = place.run(&["run", "race.js", "--node", "18,22", "--format", "json"]);
    assert_eq!(several.expect(0).json().as_array().map(Vec::len), Some(2));
}

#[test]
fn a_program_sees_the_files_beside_it_and_its_surroundings() {
    let place = Place::new("surroundings");
    place
        .write("data.txt", "hello")
        .write("part.js", "module.exports = 'part';")
        .write(
            "main.js",
            "console.log(require('./part'), require('fs').readFileSync('data.txt', 'utf8'));\n\
             console.log(process.env.COLOUR, process.argv[2]);",
        );
    place
        .run(&["run", "main.js", "--env", "COLOUR=red", "--", "word"])
        .expect(0)
        .prints("[part hello, red word]");
}

#[test]
fn a_program_sees_what_it_names_in_folders_above() {
    let place = Place::new("above");
    place
        .write("common/index.js", "exports.word = require('./word');")
        .write("common/word.js", "module.exports = 'above';")
        .write("data.txt", "at the top")
        .write("tests/data.txt", "beside")
        .write("tests/deep/deeper/loaded.js", "module.exports = require('../../../common').word;")
        .write(
            "tests/loads.js",
            "console.log(require('../common').word, require('fs').readFileSync('data.txt', 'utf8'));\n\
             console.log(process.cwd() === __dirname, require('path').basename(__dirname));",
        )
        .write("tests/passes-on.js", "console.log(require('./deep/deeper/loaded'));")
        .write(
            "tests/reads.js",
            "const fs = require('fs'); const path = require('path');\n\
             for (const name of [`${__dirname}/../data.txt`, __dirname + '/../data.txt', path.join(__dirname, '..', 'data.txt'), '../data.txt']) {\n\
             console.log(fs.readFileSync(name, 'utf8')); }",
        )
        .write(
            "tests/puts-together.js",
            "try { require('.'.repeat(2) + '/common'); } catch (error) { console.log(error.code); }",
        )
        .write(
            "specs/above.yaml",
            "title: x\nfile: ../tests/loads.js\nclaims:\n  - says: { always: [above beside] }\n    verdict: holds\n",
        );
    for (program, output) in [
        ("tests/loads.js", "[above beside, true tests]"),
        ("tests/passes-on.js", "[above]"),
        (
            "tests/reads.js",
            "[at the top, at the top, at the top, at the top]",
        ),
        ("tests/puts-together.js", "[MODULE_NOT_FOUND]"),
    ] {
        place.run(&["run", program]).expect(0).prints(output);
    }
    place.run(&["check", "specs"]).expect(0);
}

#[test]
fn a_program_sees_the_package_it_is_in_and_packages_around_it() {
    let place = Place::new("packages");
    place
        .write(
            "node_modules/outer/index.js",
            "exports.word = require('@scope/inner/part');",
        )
        .write(
            "node_modules/@scope/inner/part.js",
            "module.exports = 'packed';",
        )
        .write(
            "app/package.json",
            r##"{ "type": "module", "imports": { "#own": "./own.js" } }"##,
        )
        .write("app/own.js", "export default 'own';")
        .write(
            "app/tests/main.js",
            "import outer from 'outer'; import own from '#own'; console.log(outer.word, own);",
        );
    place
        .run(&["run", "app/tests/main.js"])
        .expect(0)
        .prints("[packed own]");
}

#[test]
fn a_spec_can_name_a_file_for_its_program() {
    let place = Place::new("file");
    place
        .write("part.js", "module.exports = 'part';")
        .write("main.js", "console.log(require('./part'));")
        .write(
            "a.yaml",
            "title: x\nfile: main.js\nclaims:\n  - says: { output: [part] }\n    verdict: holds\n",
        );
    place.run(&["check", "a.yaml"]).expect(0);
    place.run(&["check", "."]).expect(0);
    place.run(&["run", "a.yaml"]).expect(0).prints("[part]");
}

#[test]
fn an_assumption_about_time_removes_outcomes() {
    let place = Place::new("assume");
    place.write(
        "two.js",
        "setTimeout(() => console.log('b'), 20);\nsetTimeout(() => console.log('a'), 10);",
    );
    place.run(&["run", "two.js"]).expect(0).prints("2 outcomes");
    place
        .run(&["run", "two.js", "--assume", "callbacks=0ms"])
        .expect(0)
        .prints("1 outcome ");
}

#[test]
fn explain_shows_phases_and_rules() {
    let place = Place::new("explain");
    place.write("race.js", &RACE.join("\n"));
    place
        .run(&["explain", "race.js", "--rules"])
        .expect(0)
        .prints("Node 26, schedule 1:")
        .prints("before the loop")
        .prints("turn 1, check")
        .prints("prints immediate")
        .prints("LOOP-1")
        .prints("exit 0");
}

#[test]
fn results_do_not_depend_on_threads_or_reductions() {
    let place = Place::new("threads");
    place.write_spec(
        "specs/a.yaml",
        &RACE,
        &[("always: [timeout, immediate]", "holds")],
    );
    place.write_spec(
        "specs/b.yaml",
        &["console.log('x');"],
        &[("output: [x]", "holds")],
    );
    place.write_spec(
        "specs/c.yaml",
        &[
            "const fs = require('fs');",
            "fs.writeFileSync('file', 'old');",
            "fs.writeFileSync('next', 'newer');",
            "fs.rename('next', 'file', () => console.log('renamed'));",
            "fs.readFile('file', 'utf8', (error, text) => console.log(text));",
            "fs.writeFile('file', 'third', () => console.log(fs.readFileSync('file', 'utf8')));",
        ],
        &[("sometimes: [newer]", "holds")],
    );
    let one = place.run(&["check", "--threads", "1"]);
    for arguments in [&["check", "--threads", "4"][..], &["check", "--no-reduce"]] {
        let other = place.run(arguments);
        assert_eq!((one.status, &one.stdout), (other.status, &other.stdout));
    }
}

#[test]
fn async_generators_and_loops_run_as_written() {
    let place = Place::new("async-iteration");
    // The text beside the program is what Node 26 prints.
    let program = include_str!("programs/async_iteration.js");
    let printed: Vec<&str> = include_str!("programs/async_iteration.txt")
        .lines()
        .collect();
    place.write("main.js", program);
    let run = place.run(&["run", "main.js", "--node", "26", "--format", "json"]);
    let run: Value = serde_json::from_str(&run.expect(0).stdout).unwrap();
    assert_eq!(run["outcomes"][0]["stdout"], serde_json::json!(printed));
    assert_eq!(run["outcomes"].as_array().unwrap().len(), 1);
    assert_eq!(run.get("notes"), None);
}

#[test]
fn an_error_shows_its_place_in_the_program() {
    let place = Place::new("error-place");
    let program = [
        "try { null.a } catch (e) { console.log(e.stack) }",
        "async function* items() { await 0; yield await (0, missing) }",
        "(async () => { for await (const item of items()); })().catch((e) => console.log(e.stack))",
        "'ä'; try { throw new Error('x') } catch (e) { console.log(e.stack) }",
    ];
    place.write("main.js", &program.join("\n"));
    let run = place.run(&["run", "main.js", "--node", "22", "--format", "json"]);
    let run: Value = serde_json::from_str(&run.expect(0).stdout).unwrap();
    let lines: Vec<&str> = run["outcomes"][0]["stdout"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .filter(|line| line.starts_with("    at "))
        .collect();
    assert_eq!(
        lines,
        [
            "    at /program/main.js:1:7",
            "    at /program/main.js:4:22",
            "    at items (/program/main.js:2:52)",
        ]
    );
}

#[test]
fn a_bound_is_said() {
    let place = Place::new("bound");
    place.write("race.js", &RACE.join("\n"));
    place
        .run(&["run", "race.js", "--max-schedules", "1"])
        .expect(0)
        .prints("bounded: only 1 schedule was run");
    place.write(
        "endless.js",
        "setImmediate(function again() { setImmediate(again); });",
    );
    place
        .run(&["run", "endless.js", "--max-steps", "50"])
        .expect(0)
        .prints("runs were cut after 50 callbacks");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let place = Place::new("pipe");
    place.write("race.js", &RACE.join("\n"));
    let mut tool = place
        .command(&["run", "race.js"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(tool.stdout.take());
    let output = tool.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), output.stderr.as_slice()),
        (Some(0), &b""[..])
    );
}

// Programs that misbehave: findings, not failures of the tool.

#[test]
fn an_endless_loop_is_a_finding_only_if_the_author_says_it_is_one() {
    let place = Place::new("endless");
    let program = ["console.log('before');", "while (true);"];
    let claims = [
        ("always: [before]", "holds"),
        ("starves: poll", "holds"),
        ("exits: 0", "refuted"),
    ];
    place.write_spec("specs/endless.yaml", &program, &claims);
    place
        .run(&["check", "--node", "26"])
        .expect(1)
        .prints("may return or not; declare a `bound`");
    let spec = fs::read_to_string(place.folder.join("specs/endless.yaml")).unwrap();
    place.write(
        "specs/endless.yaml",
        &format!("{spec}bound: {{ steps: 1 }}\n"),
    );
    place
        .run(&["check", "--node", "26"])
        .expect(0)
        .prints("holds (bounded) 26");
    place.write("endless.js", &program.join("\n"));
    let json = place.run(&["run", "endless.js", "--format", "json"]);
    let json = json.expect(0).json();
    assert_eq!(json["outcomes"][0]["ended"], "limit");
    assert_eq!(json["outcomes"][0]["exit_code"], Value::Null);
    assert_eq!(json["coverage"]["kind"], "bounded");
}

#[test]
fn an_endless_drain_starves() {
    let place = Place::new("starved");
    place.write(
        "ticks.js",
        "console.log('a');\n(function again() { process.nextTick(again); })();",
    );
    let answer = place.run(&["run", "ticks.js", "--format", "json", "--max-steps", "500"]);
    let json = answer.expect(0).json();
    assert_eq!(
        (&json["outcomes"][0]["ended"], &json["outcomes"][0]["phase"]),
        (&"starved".into(), &"main".into())
    );
}

#[test]
fn unbounded_recursion_is_an_error_of_the_program() {
    let place = Place::new("recursion");
    let program = [
        "console.log('before');",
        "(function deeper() { deeper(); })();",
    ];
    place.write_spec(
        "specs/recursion.yaml",
        &program,
        &[("output: [before]", "holds"), ("exits: 1", "holds")],
    );
    place.run(&["check", "--node", "26"]).expect(0);
    place.write(
        "caught.js",
        "function deeper() { deeper(); }\ntry { deeper(); } catch (e) { console.log(e.name); }",
    );
    place
        .run(&["run", "caught.js"])
        .expect(0)
        .prints("[RangeError]");
}

#[test]
fn a_gigabyte_is_too_much() {
    let place = Place::new("gigabyte");
    place.write(
        "big.js",
        "console.log('before');\nconst big = Buffer.alloc(1 << 30);\nconsole.log(big.length);",
    );
    place
        .run(&["run", "big.js"])
        .expect(0)
        .prints("[before]")
        .prints("out of memory");
}

#[test]
fn what_is_not_offered_says_so() {
    let place = Place::new("offered");
    place.write("net.js", "require('net').connect(80);");
    place
        .run(&["explain", "net.js"])
        .expect(0)
        .prints("stderr:")
        .prints("net")
        .prints("exit 1");
}

#[test]
fn what_is_not_offered_is_there_until_it_is_used() {
    let place = Place::new("stand-ins");
    place.write(
        "unused.js",
        "const http = require('http');\n\
         console.log(typeof fetch, [] instanceof ReadableStream, http === require('node:http'));",
    );
    place
        .run(&["run", "unused.js"])
        .expect(0)
        .prints("[function false true]");
    for used in [
        "fetch('x')",
        "console.log(Blob)",
        "require('http').get",
        "Object.keys(WebAssembly)",
    ] {
        place.write("used.js", used);
        place
            .run(&["run", "used.js"])
            .expect(2)
            .complains("tickproof does not offer the");
    }
    for (used, member) in [
        (
            "require('stream').Readable.toWeb({})",
            "stream.Readable.toWeb",
        ),
        ("process._getActiveHandles()", "process._getActiveHandles"),
        (
            "console.log(require('perf_hooks').constants)",
            "perf_hooks.constants",
        ),
        (
            "console.log({ timer: setTimeout(() => {}, 1) })",
            "showing a timer",
        ),
    ] {
        place.write("used.js", used);
        place
            .run(&["run", "used.js"])
            .expect(2)
            .complains(&format!("tickproof does not offer {member}"));
    }
}

#[test]
fn syntax_newer_than_a_major_is_located() {
    let place = Place::new("newer-syntax");
    for (text, major, since) in [
        ("async () => { await using a = null; };", "22", "24"),
        ("/[a--b]/v;", "18", "20"),
        ("/a/d;", "14", "16"),
        ("/(?<a>b)|(?<a>c)/;", "22", "24"),
        ("/(?i:a)/;", "22", "24"),
        (
            "class A { #b; static c(d) { return #b in d; } }",
            "14",
            "16",
        ),
        ("class A { #b() {} }", "12", "14"),
        ("import('path', {});", "14", "16"),
    ] {
        place.write("newer.js", &format!("\n{text}"));
        place
            .run(&["run", "newer.js", "--node", major])
            .expect(2)
            .complains(&format!("it came with Node {since}"))
            .complains("--> newer.js:2:");
        place.run(&["run", "newer.js", "--node", since]).expect(0);
    }
    place.write(
        "older.js",
        "/[(?i:]\\(?<a>b(?<=c)(?<!d)(?:e)/.test('(?i:)');",
    );
    place.run(&["run", "older.js", "--node", "12"]).expect(0);
}

// Input that cannot be used.

#[test]
fn malformed_yaml_is_located() {
    let place = Place::new("malformed");
    place.write("specs/bad.yaml", "title: x\nclaims: [\n  - a\n");
    place
        .run(&["check"])
        .expect(2)
        .complains("this is not YAML")
        .complains("--> specs/bad.yaml:3:3");
}

#[test]
fn every_mistake_of_a_spec_is_reported_at_once() {
    let place = Place::new("mistakes");
    place.write(
        "specs/bad.yaml",
        "titel: x\nprogram: |\n  console.log('a');\nfile: a.js\nclaims:\n  - says: { alway: [a] }\n    verdict: hold\n  \
         - says: { always: [] }\n    verdict: { \">=20\": holds }\n  - says: { never: [1] }\n    verdict: \
         { \">=20\": holds, \"<22\": refuted }\nrules: [LOOP8]\nnode: \"13\"\n",
    );
    place
        .run(&["check"])
        .expect(2)
        .complains("a spec has no key `titel`")
        .complains("did you mean `title`?")
        .complains("--> specs/bad.yaml:1:1")
        .complains("`title` is missing")
        .complains("a spec has either `program` or `file`, not both")
        .complains("`says` has no key `alway`")
        .complains("did you mean `always`?")
        .complains("`hold` is no verdict")
        .complains("this claim is empty")
        .complains("no verdict is given for Node 12, 14, 16, 18")
        .complains("a label is text, YAML takes this for a number")
        .complains("both cover Node 20")
        .complains("`LOOP8` is no number of a rule")
        .complains("Node 13 is not modelled");
}

#[test]
fn a_label_nobody_prints_is_a_mistake() {
    let place = Place::new("label");
    place.write_spec(
        "specs/race.yaml",
        &RACE,
        &[("always: [timeuot, immediate]", "holds")],
    );
    place
        .run(&["check"])
        .expect(2)
        .complains("no run prints `timeuot`, and the program does not mention it")
        .complains("--> specs/race.yaml:6:22")
        .complains("did you mean `timeout`?");
}

#[test]
fn a_claim_that_cannot_fail_is_a_mistake() {
    let place = Place::new("vacuous");
    let program = ["console.log('a');", "if (false) console.log('b');"];
    place.write_spec(
        "specs/vacuous.yaml",
        &program,
        &[("never: [b, a]", "holds")],
    );
    place
        .run(&["check"])
        .expect(2)
        .complains("no run of the program could violate this claim")
        .complains("--> specs/vacuous.yaml:6:11")
        .complains("say so: never: [b]");
}

#[test]
fn a_syntax_error_is_located_in_the_program_as_it_stands() {
    let place = Place::new("columns");
    for (name, text, at) in [
        ("first.js", "class {}", "first.js:1:7"),
        (
            "rewritten.js",
            "async function* f() { yield* g(); } let let;",
            "rewritten.js:1:41",
        ),
        ("module.mjs", "await 1; var x = ;", "module.mjs:1:18"),
        ("found.js", "import 'fs'; let let;", "found.js:1:18"),
    ] {
        place.write(name, text);
        place
            .run(&["run", name])
            .expect(2)
            .complains(&format!("--> {at}"));
    }
}

#[test]
fn a_syntax_error_is_located_in_the_spec() {
    let place = Place::new("syntax");
    place.write_spec(
        "specs/syntax.yaml",
        &["console.log('a');", "console.log('b';"],
        &[("output: [a]", "holds")],
    );
    place
        .run(&["check"])
        .expect(2)
        .complains("SyntaxError")
        .complains("--> specs/syntax.yaml:4:");
    place.write("syntax.js", "console.log('a');\nconsole.log('b';\n");
    let json = place.run(&["run", "syntax.js", "--format", "json"]);
    let error = &json.expect(2).json()["errors"][0];
    assert_eq!(
        (error["file"].as_str(), error["line"].as_u64()),
        (Some("syntax.js"), Some(2))
    );
    assert_eq!(error["text"], "console.log('b';");
}

#[test]
fn a_program_that_is_no_program_on_a_major_can_be_the_point() {
    let place = Place::new("failure");
    place.write_spec(
        "specs/fails.yaml",
        &["console.log('a');", "import 'fs';", "x ="],
        &[("exits: 1", "holds")],
    );
    place.run(&["check"]).expect(0);
}

#[test]
fn a_missing_file_or_an_empty_folder_is_an_error() {
    let place = Place::new("missing");
    fs::create_dir_all(place.folder.join("empty")).unwrap();
    place
        .run(&["check", "nowhere"])
        .expect(2)
        .complains("there is no such file or folder")
        .complains("--> nowhere");
    place
        .run(&["check", "empty"])
        .expect(2)
        .complains("this folder holds no spec");
    place
        .run(&["run", "nowhere.js"])
        .expect(2)
        .complains("--> nowhere.js");
    place
        .run(&["run", "empty"])
        .expect(2)
        .complains("this is a folder");
    place.write(
        "specs/a.yaml",
        "title: x\nfile: nowhere.js\nclaims:\n  - says: { exits: 0 }\n    verdict: holds\n",
    );
    place
        .run(&["check"])
        .expect(2)
        .complains("the program cannot be had from `nowhere.js`")
        .complains(":2:7");
}

#[test]
fn a_bad_spec_loses_no_result_of_the_others() {
    let place = Place::new("others");
    place.write("specs/a.yaml", "title: [");
    place.write_spec(
        "specs/b.yaml",
        &["console.log('x');"],
        &[("output: [x]", "holds")],
    );
    place.write_spec(
        "specs/c.yaml",
        &["console.log("],
        &[("output: [x]", "holds")],
    );
    place.write_spec(
        "specs/d.yaml",
        &RACE,
        &[("never: [immediate, timeout]", "holds")],
    );
    place
        .run(&["check"])
        .expect(2)
        .prints("output: [x]")
        .prints("holds 12-26")
        .prints("d is not as recorded")
        .prints("4 specs, 3 claims, Node 12-26: 1 claim not as recorded, 2 specs cannot be judged")
        .complains("specs/a.yaml")
        .complains("specs/c.yaml");
    let json = place.run(&["check", "--format", "json"]);
    let json = json.expect(2).json();
    assert_eq!(json["specs"].as_array().map(Vec::len), Some(3));
    assert_eq!(json["errors"].as_array().map(Vec::len), Some(2));
}

#[test]
fn arguments_that_make_no_sense_are_refused() {
    let place = Place::new("arguments");
    place.write("a.js", "console.log('a');");
    for arguments in [
        &["run", "a.js", "--node", "13"][..],
        &["run", "a.js", "--assume", "callbacks=soon"],
        &["run", "a.js", "--env", "nothing"],
        &["run", "a.js", "--unhandled-rejections", "maybe"],
        &["run", "a.js", "--threads", "0"],
        &["explain", "a.js", "--schedule", "2:"],
        &["explain", "a.js", "--schedule", "1:t1/2"],
        &["run"],
        &["judge"],
    ] {
        let answer = place.run(arguments);
        answer.expect(2);
        assert_eq!(answer.stdout, "", "{arguments:?}");
        assert!(
            answer.stderr.contains("error:") || answer.stderr.contains("Usage"),
            "{arguments:?}: {}",
            answer.stderr
        );
    }
    let json = place.run(&["run", "a.js", "--node", "13", "--format", "json"]);
    assert!(
        json.expect(2).json()["errors"][0]["message"]
            .as_str()
            .is_some_and(|text| text.contains("13"))
    );
}

/// A stand-in for a Node binary: it says the version and then, whatever it is given, prints these lines.
#[cfg(unix)]
fn write_node(place: &Place, version: &str, lines: &[&str]) -> String {
    use std::os::unix::fs::PermissionsExt;
    let prints: String = lines.iter().map(|line| format!("echo {line}\n")).collect();
    let script =
        format!("#!/bin/sh\nif [ \"$1\" = --version ]; then echo {version}; exit; fi\n{prints}");
    place.write("stand-in", &script);
    let path = place.folder.join("stand-in");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}

/// A machine on which nobody installed a Node.
fn without_node(mut command: Command) -> Command {
    command
        .env("PATH", "")
        .env("XDG_CACHE_HOME", "/nowhere")
        .env("HOME", "/nowhere");
    command
}

#[test]
#[cfg(unix)]
fn what_node_does_and_the_model_forbids_is_missed() {
    let place = Place::new("missed");
    place.write("main.js", "console.log('a');\nconsole.log('b');\n");
    let node = write_node(&place, "v22.1.0", &["b", "a"]);
    let run = |more: &[&str]| {
        let mut arguments = vec![
            "node", "main.js", "--binary", &node, "--node", "22", "--runs", "3",
        ];
        arguments.extend(more);
        let output = without_node(place.command(&arguments)).output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let (status, text) = run(&[]);
    assert_eq!(status, Some(1));
    assert!(text.contains("MISSED, 4×: [b, a]  exit 0"), "{text}");
    assert!(text.contains("not shown  [a, b]"), "{text}");
    let (status, text) = run(&["--format", "json"]);
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(status, Some(1));
    assert_eq!(
        json["comparisons"][0]["missed"][0]["stdout"],
        serde_json::json!(["b", "a"])
    );
    assert_eq!(json["summary"]["22.1.0"]["missed"], 1);
}

#[test]
#[cfg(unix)]
fn what_node_does_as_predicted_is_shown() {
    let place = Place::new("shown");
    place.write("main.js", "console.log('a');\nconsole.log('b');\n");
    let node = write_node(&place, "v22.1.0", &["a", "b"]);
    let arguments = [
        "node", "main.js", "--binary", &node, "--node", "20,22", "--runs", "2",
    ];
    let output = without_node(place.command(&arguments)).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("2×  [a, b]"), "{text}");
    assert!(text.contains("Node 20 was not asked"), "{text}");
}

#[test]
fn what_is_no_node_is_refused() {
    let place = Place::new("no-node");
    place.write("main.js", "console.log('a');\n");
    let tool = env!("CARGO_BIN_EXE_tickproof");
    let answer = place.run(&["node", "main.js", "--binary", tool]);
    assert_eq!(answer.status, 2);
    assert!(answer.stderr.contains("is not Node"), "{}", answer.stderr);
}

#[test]
fn without_any_node_nothing_is_compared() {
    let place = Place::new("nothing-compared");
    place.write("main.js", "console.log('a');\n");
    let output = without_node(place.command(&["node", "main.js", "--node", "22"]))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(
        text.contains("Node 22 was not asked: there is no binary of it"),
        "{text}"
    );
}
