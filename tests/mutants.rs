//! Each rule that is broken on purpose is noticed, by a spec or by a law; the list of what notices is a snapshot.
//!
//! Broken are rules of the model, one after another ([`Mutant`]), and what differs between majors: each field of a [`Profile`]
//! that is not as in the major before is set as it was there; a value that nothing notices has no effect and should not exist.
//! What is on file is tried first, and taken if it still notices, so the list changes only where it has to. Otherwise specs
//! that cite the rule are tried, then laws, then all other specs.
//!
//! `cargo test --release --features mutants --test mutants`; a part of a rule or of what is broken after `--` picks cases. A
//! list that changed is accepted with `INSTA_UPDATE=always`.

#[allow(dead_code, reason = "the laws use the guest, and run it themselves")]
#[path = "plain/mod.rs"]
mod plain;
#[path = "scripts/mod.rs"]
mod scripts;

#[path = "laws/mod.rs"]
mod laws;

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use laws::{agreement, handles, loops, renaming, streams, timers, zone};
use libtest_mimic::{Arguments, Trial};
use tickproof::explore::{Limits, Search, on_a_deep_stack};
use tickproof::mutants::{Mutant, while_broken};
use tickproof::runtime::{PROFILES, Profile};
use tickproof::spec::{Judgement, Spec, find, load};

/// The snapshot of what notices.
const LIST: &str = "mutants";

/// The law about what no JavaScript that is offered can show.
const HANDLES: &str = "handles close last in first out after immediates";

/// A law by name.
type Law = (&'static str, fn() -> Result<(), String>);

const LAWS: [Law; 9] = [
    ("bounds are those of all solutions", zone::law),
    (HANDLES, handles::law),
    ("timers run by list expiry and list number", timers::law),
    ("the loop keeps its order", loops::law),
    ("streams deliver everything once and in order", streams::law),
    ("states that differ in numbers are one", renaming::law),
    ("both guests and both searches agree", agreement::law),
    (
        "scripts whose numbers are higher have as many states",
        renaming::law_of_scripts,
    ),
    (
        "both guests and both searches agree about objects",
        agreement::law_of_objects,
    ),
];

/// A rule that is another in some majors.
struct Difference {
    rule: &'static str,
    field: &'static str,
    differs: fn(&Profile, &Profile) -> bool,
    copy: fn(&mut Profile, &Profile),
}

macro_rules! differences {
    ($($rule:literal: $($($field:ident).+),+;)*) => {
        &[$($(Difference {
            rule: $rule,
            field: stringify!($($field).+),
            differs: |one, other| one.$($field).+ != other.$($field).+,
            copy: |to, from| to.$($field).+ = from.$($field).+,
        }),+),*]
    };
}

/// Every field of a profile but the names of its release.
const DIFFERENCES: &[Difference] = differences! {
    "LOOP-2": module_entry, common_waits_for_engine;
    "LOOP-5": loop_shape;
    "LOOP-6": pending_after_poll;
    "LOOP-20": drain_at_check;
    "TMR-28": timers_rerun;
    "MT-9": async_iteration.delegated_items_awaited, async_iteration.rejected_return_goes_on,
        async_iteration.end_answers_late, async_iteration.rejected_item_closes,
        async_iteration.missing_throw_closes;
    "MT-11": rejection_round_snapshot;
    "MT-12": rejections;
    "MT-14": entry_report;
    "MOD-5": import_loader.finding, import_loader.not_finding, import_loader.making,
        import_loader.refusal, import_loader.promises, import_loader.linking, import_loader.is_list,
        import_loader.awaits_evaluation, import_loader.scripts_throw_again, import_loader.around,
        import_loader.around_script, import_loader.reads_scripts,
        import_loader.reads_for_missing_export, import_loader.missing_export, throw_rejects_twice,
        forgets_throw;
    "MOD-6": require_race;
    "PRC-5": unsettled_code_shown, shown_code_stays;
    "THR-8": files.one_job_files, files.small_promise_pieces, files.promises_ask_for_all,
        files.unknown_size_is_read_to_its_end, files.text_size_is_not_asked, files.tree_listing,
        files.rmdir_looks, files.removal_looks_through_links;
    "FP-1": files.promises.single, files.promises.stat;
    "FP-2": files.promises.closed, files.promises.unreadable;
    "FP-3": files.promises.on_handle, files.promises.whole_on_handle;
    "FP-4": files.promises.handle_closed, files.handles_keep_track;
    "FP-5": files.promises.nested;
    "FP-6": files.promises.of_callbacks;
    "FP-7": files.promises.with_types;
    "FP-8": files.closed_folder_throws_for_entry, files.closed_folder_throws_for_close;
    "FP-9": files.throwing_reader_is_called_again;
    "RS-44": files.streams.opened_by_constructor, files.streams.closes_by_hand,
        files.streams.reads_into_pool, files.streams.late_write_fails;
    "THR-7": zlib.hashes_product, zlib.begins_without_data, zlib.waits_for_reader, zlib.failure_destroys, zlib.closes_at_end,
        zlib.close_answers_in_a_tick, zlib.wrong_data_is_answered;
    "FIN-2": finished.judges_kind, finished.waits_for_close;
    "FIN-3": finished.late, finished.late_waits_for_close, finished.late_waits_for_writes;
    "FIN-4": finished.stopping_silences;
    "FIN-5": finished.abort_is_always_heard;
    "PL-1": pipeline.end, pipeline.answers_in_a_tick;
    "PL-2": pipeline.failure_is_a_report, pipeline.abort_gives_way, pipeline.teardown_looks;
    "PL-3": pipeline.closed_sink_is_refused;
    "PL-4": pipeline.pump_end, pipeline.last_value;
    "RL-5": lines.unicode_ends;
    "RL-6": lines.iterated_as_events;
    "RL-7": lines.tells_errors;
    "RL-8": lines.closed_refuses_questions, lines.closed_refuses_all;
    "RL-9": lines.takes_signals, lines.aborted_is_not_asked, lines.answer_ends_listening;
    "EE-5": emitter.lists_kept_while_emitting;
    "EE-8": emitter.once_marked_first;
    "EE-11": emitter.removal_always_told;
    "EE-14": emitter.empty_names_hidden, emitter.listeners_of_undefined_throw;
    "EE-16": streams.rejection_destroys_again;
    "EE-20": events.waits.once_is_async;
    "EE-22": events.waits.awaited_error_is_event, events.waits.throw_is_an_error,
        events.waits.closes_itself, events.waits.done_comes_first;
    "EE-23": events.waits.marks_pause, events.waits.closing_ends_pause;
    "EE-25": events.targets.stop_spares_passive, events.targets.immediate_stop_is_a_stop,
        events.targets.current_target_stays, events.targets.passive_cannot_prevent,
        events.targets.removal_takes_boolean, events.targets.handler_is_callable;
    "EE-26": events.signals.listeners_are_unlimited, events.signals.followers_abort_first,
        events.signals.follows_when_heard;
    "RS-2": streams.byte_high_water_mark, streams.object_high_water_mark;
    "RS-3": streams.auto_destroy, streams.flags_are_plain;
    "DT-1": streams.duplex_begins_whole;
    "DT-3": streams.half_open_is_checked_at_end;
    "DT-4": streams.closed_side_is_over;
    "RS-5": streams.read_gives_first_chunk, streams.text_miscounts;
    "RS-6": streams.read_too_much_throws;
    "RS-8": streams.read_exception_destroys, streams.missing_method_throws;
    "RS-9": streams.reads_stop_at_error, streams.unshift_stops_at_destroy,
        streams.wrong_chunk_is_refused;
    "RS-33": streams.dead_read_is_silent;
    "RS-14": streams.marks_only_set;
    "RS-24": streams.listening_is_a_flag;
    "RS-12": streams.read_ahead_not_while_reading;
    "RS-15": streams.eof_waits_for_listener;
    "RS-17": streams.dead_neither_pauses_nor_resumes;
    "RS-27": streams.end_is_scheduled_once, streams.end_gate;
    "RS-37": streams.set_encoding_ends_decoder;
    "RS-30": streams.destruction;
    "RS-36": streams.construct_answer_takes_a_tick;
    "RS-38": iteration.iterator, iteration.failure_destroys_once, iteration.open_side_survives;
    "RS-39": iteration.items, iteration.given_destroy_is_called, iteration.failures_are_joined;
    "RS-45": operators.calls_are_limited, operators.leaving_aborts, operators.take_asks_for_more,
        operators.composed_is_iterated;
    "RS-46": composition.wrapped_methods, composition.wrapped_events_are_relayed,
        composition.wrapped_data_is_decoded, composition.wrapped_may_not_pause;
    "RS-47": streams.disposal_is_awaited;
    "RS-48": streams.only_data_is_read;
    "WS-24": streams.promises_answer;
    "WS-2": streams.wrong_write_throws;
    "WS-3": streams.write_result_comes_after;
    "WS-4": streams.object_keeps_encoding;
    "WS-6": streams.double_callback_throws;
    "WS-7": streams.defer;
    "WS-8": streams.success_is_null, streams.finish_takes_a_tick;
    "WS-11": streams.batch_counts_each, streams.queue_places;
    "WS-12": streams.end_sees_refusal, streams.end_callback;
    "WS-13": streams.finish_gate, streams.final_call;
    "WS-14": streams.error_precedes_callback;
    "WS-16": streams.write_checks_destroyed;
    "WS-17": streams.queue_fails_with_the_error, streams.duplex_fails_its_queue;
    "DT-5": streams.transform_holds_chunk;
    "DT-9": streams.zero_mark_holds_writes;
    "DT-11": streams.ended_transform_answers_in_a_tick;
    "DT-16": composition.both_over_destroys, composition.duplex_result_is_taken,
        composition.failed_reading_destroys_sink, composition.abort_tells_error,
        composition.destruction_ends_feed, composition.early_result_destroys;
    "PL-7": composition.mode_is_of_reading, composition.finishes_when_over,
        composition.tail_is_destroyed_first, composition.tail_flows;
    "PIPE-1": streams.pipe_waits_for_full_sink, streams.pipe_waits_without_flow;
    "PIPE-2": streams.pipe_catches;
    "PIPE-3": streams.drain_resumes;
    "PIPE-5": streams.unpipe_releases;
    "PIPE-10": streams.old_pipe_errors;
};

/// What is broken.
#[derive(Clone, Copy)]
enum Break {
    /// A rule of the model.
    Model(Mutant),
    /// A major has a rule of the one before.
    Major(&'static Difference, &'static Profile, &'static Profile),
}

impl Break {
    fn all() -> Vec<Break> {
        let mutants = Mutant::all().map(Break::Model);
        let steps = PROFILES.windows(2);
        let changed = DIFFERENCES.iter().flat_map(|difference| {
            let steps = steps.clone();
            steps.filter_map(move |pair| {
                let differs = (difference.differs)(&pair[0], &pair[1]);
                differs.then_some(Break::Major(difference, &pair[0], &pair[1]))
            })
        });
        mutants.chain(changed).collect()
    }

    fn rule(self) -> &'static str {
        match self {
            Break::Model(mutant) => mutant.rule(),
            Break::Major(difference, ..) => difference.rule,
        }
    }

    /// The majors it can be seen on, newest first.
    fn majors(self, spec: &Spec) -> impl Iterator<Item = u8> {
        let is_affected = move |major: &u8| match self {
            Break::Model(_) => true,
            Break::Major(_, _, rules) => rules.major == *major,
        };
        spec.majors.iter().rev().copied().filter(is_affected)
    }

    /// The rules of a major, broken if it is they that are.
    fn rules(self, major: u8) -> Option<&'static Profile> {
        match self {
            Break::Model(_) => Profile::of(major),
            Break::Major(difference, before, rules) => {
                let mut broken = rules.clone();
                (difference.copy)(&mut broken, before);
                Some(Box::leak(Box::new(broken)))
            }
        }
    }

    /// Whether something is no longer so while the model is broken; a panic is a way not to be.
    fn ends(self, is_so: impl FnOnce() -> bool) -> bool {
        let is_so = || catch_unwind(AssertUnwindSafe(is_so)).unwrap_or(false);
        !match self {
            Break::Model(mutant) => while_broken(mutant, is_so),
            Break::Major(..) => is_so(),
        }
    }
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Break::Model(mutant) => write!(f, "{:8} {}", mutant.rule(), mutant.what()),
            Break::Major(difference, before, rules) => write!(
                f,
                "{:8} {} of Node {} is that of {}",
                difference.rule, difference.field, rules.major, before.major
            ),
        }
    }
}

/// What notices.
#[derive(Debug, Clone, PartialEq)]
enum Catcher {
    /// A law does not hold any more.
    Law(String),
    /// A spec is not as recorded on a major.
    Spec(String, u8),
}

impl Catcher {
    /// Reads what [`Display`](fmt::Display) writes.
    fn parse(text: &str) -> Option<Self> {
        if let Some(law) = text.strip_prefix("law: ") {
            return Some(Catcher::Law(law.to_owned()));
        }
        let (name, major) = text.strip_prefix("spec: ")?.split_once(", Node ")?;
        Some(Catcher::Spec(name.to_owned(), major.parse().ok()?))
    }
}

impl fmt::Display for Catcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Catcher::Law(name) => write!(f, "law: {name}"),
            Catcher::Spec(name, major) => write!(f, "spec: {name}, Node {major}"),
        }
    }
}

/// A break, and what notices it.
struct Case {
    broken: Break,
    filed: Option<Catcher>,
    noticed: OnceLock<Option<Catcher>>,
}

impl Case {
    /// What notices.
    fn noticed(&self, specs: &BTreeMap<String, Spec>) -> Option<&Catcher> {
        let noticed = self.noticed.get_or_init(|| match &self.filed {
            Some(catcher) if self.is_noticed_by(catcher, specs) => Some(catcher.clone()),
            _ => self.search(specs),
        });
        noticed.as_ref()
    }

    fn is_noticed_by(&self, catcher: &Catcher, specs: &BTreeMap<String, Spec>) -> bool {
        match catcher {
            Catcher::Law(name) => LAWS
                .iter()
                .find(|(each, _)| each == name)
                .is_some_and(|law| on_a_deep_stack(|| self.breaks_law(law))),
            Catcher::Spec(name, major) => specs.get(name).is_some_and(|spec| {
                on_a_deep_stack(|| self.breaks_spec(spec, *major)) && is_sound(spec, *major)
            }),
        }
    }

    /// Tries specs that cite the rule, those that cite one of its kind, laws, and the other specs on the newest major.
    fn search(&self, specs: &BTreeMap<String, Spec>) -> Option<Catcher> {
        let rule = self.broken.rule();
        let kind = rule.split_inclusive('-').next().unwrap_or(rule);
        let cites = |spec: &&Spec| spec.rules.iter().any(|each| each == rule);
        let is_akin = |spec: &&Spec| spec.rules.iter().any(|each| each.starts_with(kind));
        let (citing, others): (Vec<&Spec>, Vec<&Spec>) = specs.values().partition(cites);
        let (akin, others): (Vec<&Spec>, Vec<&Spec>) = others.into_iter().partition(is_akin);
        // One thread for all keeps the engine.
        on_a_deep_stack(|| {
            self.search_specs(&citing, usize::MAX)
                .or_else(|| self.search_specs(&akin, usize::MAX))
                .or_else(|| self.search_laws())
                .or_else(|| self.search_specs(&others, 1))
        })
    }

    /// Tries specs, each on so many majors.
    fn search_specs(&self, specs: &[&Spec], majors: usize) -> Option<Catcher> {
        specs.iter().find_map(|spec| {
            let mut majors = self.broken.majors(spec).take(majors);
            let notices = |&major: &u8| self.breaks_spec(spec, major) && is_sound(spec, major);
            let major = majors.find(notices)?;
            Some(Catcher::Spec(spec.name.clone(), major))
        })
    }

    fn search_laws(&self) -> Option<Catcher> {
        let broken = LAWS.iter().find(|law| self.breaks_law(law));
        broken.map(|(name, _)| Catcher::Law((*name).to_owned()))
    }

    /// Laws are about every major as it is, but one.
    fn breaks_law(&self, &(name, law): &Law) -> bool {
        match self.broken {
            Break::Model(_) => self.broken.ends(|| law().is_ok()),
            Break::Major(_, _, rules) => {
                let broken = self.broken.rules(rules.major);
                name == HANDLES && broken.is_some_and(|rules| handles::check(rules).is_err())
            }
        }
    }

    fn breaks_spec(&self, spec: &Spec, major: u8) -> bool {
        let rules = self.broken.rules(major);
        rules.is_some_and(|rules| self.broken.ends(|| is_as_recorded(spec, rules)))
    }
}

/// Whether a spec is as recorded while nothing is broken. Asked on a thread of its own: an engine keeps the rules it was made for.
fn is_sound(spec: &Spec, major: u8) -> bool {
    std::thread::scope(|scope| {
        let judged = scope.spawn(|| {
            Profile::of(major).is_some_and(|rules| on_a_deep_stack(|| is_as_recorded(spec, rules)))
        });
        judged.join().unwrap_or(false)
    })
}

/// Whether the claims of a spec are as recorded for a major.
fn is_as_recorded(spec: &Spec, rules: &'static Profile) -> bool {
    let never = AtomicBool::new(false);
    let search = Search {
        limits: Limits {
            schedules: 2_000,
            ..Limits::default()
        },
        reduce: true,
        threads: 1,
        interrupted: &never,
        progress: None,
    };
    let result = spec.explore(rules, &search);
    Judgement::new(spec.clone(), vec![(rules.major, result)]).is_as_recorded()
}

fn main() -> ExitCode {
    tickproof::use_universal_time();
    // What a broken model trips over is not shown.
    std::panic::set_hook(Box::new(|_| {}));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = find(&root.join("specs")).unwrap_or_default();
    let specs = found.iter().filter_map(|found| load(found).ok());
    let specs: BTreeMap<String, Spec> = specs.map(|spec| (spec.name.clone(), spec)).collect();
    let file = root.join("snapshots").join(format!("{LIST}.snap"));
    let filed = read_list(&std::fs::read_to_string(file).unwrap_or_default());
    let cases = Break::all().into_iter().map(|broken| Case {
        broken,
        filed: filed.get(&broken.to_string()).cloned(),
        noticed: OnceLock::new(),
    });
    let known: Arc<(Vec<Case>, BTreeMap<String, Spec>)> = Arc::new((cases.collect(), specs));
    let case = |at: usize| {
        let all = Arc::clone(&known);
        Trial::test(known.0[at].broken.to_string(), move || {
            let (cases, specs) = &*all;
            let noticed = cases[at].noticed(specs);
            noticed.map(drop).ok_or("nothing notices".into())
        })
    };
    let mut tests: Vec<Trial> = (0..known.0.len()).map(case).collect();
    tests.push(Trial::test("list of what notices", move || {
        let (cases, specs) = &*known;
        compare(root, &list(cases, specs));
        Ok(())
    }));
    tests.push(Trial::test("every field of a profile is broken", || {
        check_differences().map_err(Into::into)
    }));
    libtest_mimic::run(&Arguments::from_args(), tests).exit_code()
}

/// A profile with every listed field of another is the other.
fn check_differences() -> Result<(), String> {
    for pair in PROFILES.windows(2) {
        let mut rules = pair[1].clone();
        rules.major = pair[0].major;
        rules.release = pair[0].release;
        for difference in DIFFERENCES {
            (difference.copy)(&mut rules, &pair[0]);
        }
        if rules != pair[0] {
            return Err(format!(
                "a field that differs between Node {} and {} is not listed",
                pair[0].major, pair[1].major
            ));
        }
    }
    Ok(())
}

/// The list as text: what is broken, and below it what notices.
fn list(cases: &[Case], specs: &BTreeMap<String, Spec>) -> String {
    let lines = cases.iter().map(|case| {
        let noticed = case.noticed(specs).map(Catcher::to_string);
        let noticed = noticed.unwrap_or("nothing".into());
        format!("{}\n         {noticed}\n", case.broken)
    });
    lines.collect()
}

/// Reads a [`list`]: what notices, by what is broken.
fn read_list(text: &str) -> BTreeMap<String, Catcher> {
    let lines: Vec<&str> = text.lines().collect();
    let pairs = lines.windows(2).filter_map(|pair| {
        let catcher = Catcher::parse(pair[1].trim_start())?;
        Some((pair[0].to_owned(), catcher))
    });
    pairs.collect()
}

fn compare(root: &Path, text: &str) {
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(root.join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(LIST, text));
}
