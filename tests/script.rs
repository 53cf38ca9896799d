//! The model's own language: the same programs by both guests and by both searches.

mod scripts;

use std::collections::{BTreeMap, BTreeSet};

use scripts::{agree, searched};
use tickproof::explore::on_a_deep_stack;
use tickproof::explore::states::{self, Bounds, Firsts, Log};
use tickproof::guest::script::{
    Act, Body, Listening, ProcessEventName, RequestKind, Script, ScriptError, Slot,
};
use tickproof::runtime::{Ending, PROFILES, Profile};

const A: Slot = Slot(0);
const B: Slot = Slot(1);
const C: Slot = Slot(2);
/// Slots for streams.
const R: Slot = Slot(3);
const W: Slot = Slot(4);
const T: Slot = Slot(5);

fn named() -> BTreeMap<&'static str, Script> {
    let mut scripts = BTreeMap::new();
    let mut add = |name, script| scripts.insert(name, script);
    add(
        "timer-or-immediate",
        Script::new(|s| {
            s.timeout(0, |s| s.log("timeout"));
            s.immediate(|s| s.log("immediate"));
        }),
    );
    add(
        "ticks-and-jobs",
        Script::new(|s| {
            s.tick(|s| {
                s.log("tick");
                s.microtask(|s| s.log("job of tick"));
                s.tick(|s| s.log("tick of tick"));
            });
            s.microtask(|s| {
                s.log("job");
                s.tick(|s| s.log("tick of job"));
                s.microtask(|s| s.log("job of job"));
            });
            s.log("main");
        }),
    );
    add(
        "request-timer-immediate",
        Script::new(|s| {
            s.request(RequestKind::Stat, |s| {
                s.log("stat");
                s.timeout(0, |s| s.log("timeout"));
                s.immediate(|s| s.log("immediate"));
            });
            s.timeout(0, |s| s.log("first timeout"));
        }),
    );
    add(
        "chains-of-jobs",
        Script::new(|s| {
            s.request(RequestKind::ReadFile, |s| s.log("read"));
            s.request(RequestKind::WriteFile, |s| s.log("written"));
            s.immediate(|s| s.log("immediate"));
        })
        .pool(1),
    );
    add(
        "slow-lane",
        Script::new(|s| {
            s.repeat(3, |s| s.request(RequestKind::Lookup, |s| s.log("lookup")));
            s.request(RequestKind::RandomBytes, |s| s.log("random"));
        })
        .pool(2),
    );
    // MT-9: a handler takes a job, waiting for a promise one, resolving with a promise two more.
    add(
        "job-counts",
        Script::new(|s| {
            s.promise(A);
            s.resolve(A);
            s.promise(B);
            s.resolve_with(B, A);
            s.then(B, |s| s.log("resolved with a promise"));
            s.r#async(C, |s| {
                s.r#await(A);
                s.log("awaited");
                s.r#return(A);
            });
            s.then(C, |s| s.log("async returned a promise"));
            s.promise(B);
            s.r#async(None, |s| {
                s.repeat(6, |s| {
                    s.r#await(B);
                    s.log("step");
                });
            });
            s.resolve(B);
        }),
    );
    add(
        "rejections",
        Script::new(|s| {
            s.on(ProcessEventName::UnhandledRejection, |s| s.log("unhandled"));
            s.on(ProcessEventName::RejectionHandled, |s| {
                s.log("handled late")
            });
            s.promise(A);
            s.reject(A);
            s.promise(B);
            s.reject(B);
            s.microtask(|s| s.catch(B, |s| s.log("caught")));
            s.immediate(|s| s.catch(A, |s| s.log("caught late")));
        }),
    );
    add(
        "unhandled",
        Script::new(|s| {
            s.r#async(None, |s| s.throw());
            s.immediate(|s| s.log("immediate"));
        }),
    );
    add(
        "throws",
        Script::new(|s| {
            s.on(ProcessEventName::UncaughtException, |s| s.log("uncaught"));
            s.timeout(1, |s| {
                s.log("first");
                s.tick(|s| s.log("tick"));
                s.throw();
            });
            s.timeout(1, |s| s.log("second"));
            s.request(RequestKind::Stat, |s| {
                s.log("stat");
                s.throw();
            });
            s.tick(|s| s.throw());
        }),
    );
    add(
        "clear-unref-refresh",
        Script::new(|s| {
            s.interval_in(A, 2, |s| {
                s.log("interval");
                s.clear(A);
            });
            s.timeout_in(B, 3, |s| s.log("timeout"));
            s.immediate_in(C, |s| s.log("immediate"));
            s.tick(|s| {
                s.clear(C);
                s.refresh(B);
            });
            s.timeout(1, |s| s.unref(B));
        }),
    );
    add(
        "recursion-and-exit",
        Script::new(|s| {
            s.call("again");
            s.timeout(1, |s| {
                s.log("timeout");
                s.clear(A);
            });
            s.on(ProcessEventName::Exit, |s| s.log("exit"));
            s.on(ProcessEventName::BeforeExit, |s| s.exit(3));
        })
        .function("again", |s| {
            s.log("again");
            s.immediate_in(A, |s| {
                s.immediate(|s| s.log("last"));
                s.exit_code(2);
            });
        }),
    );
    add(
        "busy",
        Script::new(|s| {
            s.timeout(1, |s| s.log("one"));
            s.immediate(|s| s.log("immediate"));
            s.busy(2);
            s.timeout(0, |s| s.log("two"));
        }),
    );
    add(
        "emitter",
        Script::new(|s| {
            s.emitter(A);
            s.listen(A, "newListener", Listening::On, [Some(C), None], |s| {
                s.print(C)
            });
            s.on_event(A, "x", |s| {
                s.log("on");
                s.emit(A, "y");
            });
            s.once(A, "x", |s| s.log("once"));
            s.listen(A, "x", Listening::Prepend, [None, Some(B)], |s| {
                s.log("first");
                s.off(A, "x", B);
            });
            s.on_event(A, "y", |s| s.throw());
            s.on(ProcessEventName::UncaughtException, |s| s.log("uncaught"));
            s.tick(|s| {
                s.emit(A, "x");
                s.log("never");
            });
            s.immediate(|s| s.emit(A, "x"));
            s.timeout(1, |s| s.emit(A, "error"));
        }),
    );
    add(
        "eleven-listeners",
        Script::new(|s| {
            s.emitter(A);
            s.repeat(11, |s| s.on_event(A, "x", |s| s.log("x")));
            s.tick(|s| s.emit(A, "x"));
        }),
    );
    add(
        "read-and-write",
        Script::new(|s| {
            s.readable(R, 4, |_| {});
            s.writable(W, 3, [C, B], |s| {
                s.print(C);
                s.request(RequestKind::Stat, |s| s.answer(B));
            });
            s.on_event(R, "readable", |s| {
                s.read(R, 3, A);
                s.print(A);
            });
            s.on_event(R, "end", |s| s.log("end"));
            s.on_event(R, "close", |s| s.log("closed"));
            for event in ["drain", "finish", "close"] {
                s.on_event(W, event, |s| s.log(event));
            }
            s.push(R, "abcdefg");
            s.act(R, Act::PushEnd);
            s.write(W, "abc", |s| s.log("full"));
            s.write(W, "d", |s| s.log("fuller"));
            s.immediate(|s| s.act(W, Act::End));
        }),
    );
    add(
        "pipe-through-a-transform",
        Script::new(|s| {
            s.readable(R, 2, |_| {});
            s.transform(T, 2, [C, B], |s| s.answer_with(B, C));
            s.writable(W, 2, [C, A], |s| {
                s.print(C);
                s.immediate(|s| s.answer(A));
            });
            s.pipe(R, T);
            s.pipe(T, W);
            s.on_event(W, "finish", |s| s.log("finish"));
            for text in ["ab", "cd", "ef"] {
                s.push(R, text);
            }
            s.request(RequestKind::Stat, |s| {
                s.push(R, "gh");
                s.act(R, Act::PushEnd);
            });
        }),
    );
    add(
        "failed-stream",
        Script::new(|s| {
            s.writable(W, 2, [C, A], |s| s.tick(|s| s.act(W, Act::Fail)));
            s.listen(W, "error", Listening::On, [Some(C), None], |s| {
                s.log("error");
                s.print(C);
            });
            s.on_event(W, "close", |s| s.log("close"));
            s.act(W, Act::Cork);
            s.write(W, "ab", |s| s.log("full"));
            s.write(W, "cd", |s| s.log("full"));
            s.act(W, Act::Uncork);
            s.immediate(|s| s.write(W, "late", |s| s.log("refused")));
        }),
    );
    scripts
}

#[test]
fn both_guests_and_both_searches_agree_on_written_scripts() {
    on_a_deep_stack(|| {
        for (name, script) in named() {
            for rules in &PROFILES {
                assert_eq!(agree(&script, rules), Ok(true), "{name}");
            }
        }
    });
}

/// N equal requests on so many threads, each logging its number.
fn requests(count: u32, width: u16) -> Script {
    Script::new(|s| {
        for number in 1..=count {
            s.request(RequestKind::Stat, |s| s.log(&number.to_string()));
        }
    })
    .pool(width)
}

/// THR-2: W^(N-W) * W! orders.
fn orders(count: u32, width: u16) -> u128 {
    let width = u32::from(width);
    u128::from(width).pow(count - width) * (1..=u128::from(width)).product::<u128>()
}

#[test]
fn equal_requests_complete_in_as_many_orders_as_the_pool_allows() {
    for (count, width) in [(4, 2), (5, 2), (5, 3), (6, 3), (6, 4), (7, 3)] {
        let script = requests(count, width);
        let found = searched(&script, Profile::newest(), true);
        let outcomes = found.outcomes();
        assert!(found.is_complete);
        assert_eq!(outcomes.len() as u128, orders(count, width));
        for outcome in outcomes.keys() {
            for (at, line) in (1..).zip(&outcome.stdout) {
                let number: u32 = line.parse().expect("a number");
                assert!(number < at + u32::from(width), "{outcome:?}");
            }
        }
    }
}

#[test]
fn orders_are_counted_without_a_log_in_the_state() {
    for (count, width) in [(4, 2), (7, 3), (10, 4)] {
        let script = requests(count, width);
        let found = states::search(&script, Profile::newest(), (), Bounds::default())
            .expect("it can be run");
        assert_eq!(found.outputs(), Some(orders(count, width)));
        assert!(found.states() < 1_000, "{} states", found.states());
    }
}

/// The last request may complete before the first, but not among thirty on four threads the fifth.
#[test]
fn an_order_of_two_is_decided_on_few_states() {
    let firsts = |lines: &'static [&'static str]| -> BTreeSet<String> {
        let script = requests(30, 4).logging_only(lines);
        let found = states::search(
            &script,
            Profile::newest(),
            Firsts::new(lines),
            Bounds::default(),
        )
        .expect("it can be run");
        assert!(
            found.is_complete && found.states() < 2_000,
            "{}",
            found.states()
        );
        let ends = found.ends.iter();
        ends.map(|end| end.watch.printed().collect::<Vec<_>>().join(" "))
            .collect()
    };
    let both = |a: &str, b: &str| BTreeSet::from([format!("{a} {b}"), format!("{b} {a}")]);
    assert_eq!(firsts(&["1", "30"]), both("1", "30"));
    assert_eq!(firsts(&["29", "30"]), both("29", "30"));
    // On one thread there is one order.
    let script = requests(30, 1).logging_only(&["1", "30"]);
    let found = states::search(
        &script,
        Profile::newest(),
        Firsts::new(&["1", "30"]),
        Bounds::default(),
    )
    .expect("it can be run");
    assert_eq!(found.ends.len(), 1);
}

fn silent(script: &Script) -> states::Found<()> {
    states::search(script, Profile::newest(), (), Bounds::default()).expect("it can be run")
}

#[test]
fn a_run_that_may_never_end_is_found_on_its_circle() {
    let polling = |s: &mut Body| {
        s.log("polling");
        s.immediate(|s| s.call("again"));
    };
    let for_ever = Script::new(|s| s.call("again")).function("again", polling);
    let found = silent(&for_ever);
    assert!(found.is_complete && found.ends.is_empty());
    assert!(found.endless().is_some());
    assert_eq!(found.outputs(), Some(0));

    let interval = Script::new(|s| s.interval_in(A, 10, |s| s.log("interval")));
    assert!(silent(&interval).endless().is_some());
}

/// The job completes some day, and the timer comes due: to wait for ever is not fair.
#[test]
fn a_circle_that_puts_off_what_has_to_happen_is_none() {
    for end in [
        Script::new(|s| {
            s.call("again");
            s.request(RequestKind::Stat, |s| s.clear(A));
        }),
        Script::new(|s| {
            s.call("again");
            s.timeout(5, |s| s.clear(A));
        }),
    ] {
        let script = end.function("again", |s| s.immediate_in(A, |s| s.call("again")));
        let found = silent(&script);
        assert!(found.is_complete);
        assert_eq!(found.endless(), None);
        assert_eq!(found.outputs(), Some(1));
    }
    // A timer that is armed anew again and again need not come due.
    let debounced = Script::new(|s| s.call("again")).function("again", |s| {
        s.clear(B);
        s.timeout_in(B, 5, |s| s.clear(A));
        s.immediate_in(A, |s| s.call("again"));
    });
    assert!(silent(&debounced).endless().is_some());
}

#[test]
fn a_drain_that_never_ends_starves_its_phase() {
    let script =
        Script::new(|s| s.call("again")).function("again", |s| s.tick(|s| s.call("again")));
    let bounds = Bounds {
        drain: 100,
        ..Bounds::default()
    };
    let found = states::search(&script, Profile::newest(), (), bounds).expect("it can be run");
    assert!(!found.is_complete);
    let endings: Vec<Ending> = found.ends.iter().map(|end| end.ending).collect();
    assert_eq!(endings, [Ending::Starved(tickproof::runtime::Phase::Main)]);
}

/// Ends in order with their schedules, and what is read from the graph.
fn told(script: &Script, bounds: Bounds) -> impl PartialEq + std::fmt::Debug + use<> {
    let found =
        states::search(script, Profile::newest(), Log::default(), bounds).expect("it can be run");
    let ends = found.ends.iter();
    let ends: Vec<_> = ends
        .map(|end| (end.watch.lines(), end.ending, found.schedule(end)))
        .collect();
    let size = (found.states(), found.transitions(), found.is_complete);
    (ends, size, found.outputs(), found.endless())
}

/// Of a script with so many states that threads share them, and where bounds are in the way.
#[test]
fn what_is_found_does_not_depend_on_the_number_of_threads() {
    let polls = |s: &mut Body| {
        s.immediate(|s| s.call("again"));
        s.log("polling");
    };
    let circle = Script::new(|s| {
        s.call("again");
        for number in 1..=6 {
            s.request(RequestKind::Stat, |s| s.log(&number.to_string()));
        }
    });
    let tree = requests(6, 4);
    let merging = requests(9, 4).logging_only(&["1", "5", "9"]);
    let endless = circle.function("again", polls);
    let all = Bounds::default();
    let cases = [
        (&tree, all),
        (&merging, all),
        (
            &tree,
            Bounds {
                reduce: false,
                ..all
            },
        ),
        (&tree, Bounds { states: 700, ..all }),
        (
            &tree,
            Bounds {
                transitions: 900,
                ..all
            },
        ),
        (&tree, Bounds { steps: 5, ..all }),
        (
            &endless,
            Bounds {
                states: 2_000,
                ..all
            },
        ),
        (
            &endless,
            Bounds {
                steps: 12,
                states: 5_000,
                ..all
            },
        ),
    ];
    for (at, (script, bounds)) in cases.into_iter().enumerate() {
        let one = told(script, bounds);
        for threads in [2, 4] {
            let more = told(script, Bounds { threads, ..bounds });
            assert!(one == more, "case {at} on {threads} threads");
        }
    }
}

#[test]
fn what_is_no_script_is_refused() {
    let refused = |script: &Script| {
        states::search(script, Profile::newest(), (), Bounds::default()).expect_err("no script")
    };
    assert_eq!(
        refused(&Script::new(|s| s.call("f"))),
        ScriptError::NoFunction("f".into())
    );
    assert_eq!(
        refused(&Script::default().function("f", |s| s.repeat(2, |s| s.call("f")))),
        ScriptError::Recursion("f".into())
    );
    assert_eq!(
        refused(&Script::new(|s| s.tick(|s| s.r#await(A)))),
        ScriptError::Await
    );
    assert_eq!(
        refused(&Script::new(|s| s.log("a\nb"))),
        ScriptError::Line("a\nb".into())
    );
    assert_eq!(
        refused(&Script::default().function("f-g", |_| {})),
        ScriptError::Name("f-g".into())
    );
}

#[test]
fn a_script_survives_being_written_down() {
    for (name, script) in named() {
        let text = serde_json::to_string(&script).expect("JSON");
        assert_eq!(
            serde_json::from_str::<Script>(&text).expect("a script"),
            script,
            "{name}"
        );
    }
}
