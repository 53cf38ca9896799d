//! What the JavaScript layer is told of a profile: how long things take that are made of promises there, and how iteration goes.

use rquickjs::{Ctx, Object, Result};

use crate::runtime::{
    CompositionRules, EventRules, FileRules, ItemLoop, IterationRules, IteratorForm, LastValue,
    LineRules, Linking, LoaderPromises, ModuleEntry, OperatorRules, PipelineEnd, PipelineRules,
    Profile, PumpEnd, Refusal, RequireRace, RmdirLooks, StreamRules, TreeListing, WrappedMethods,
};

/// A plain object with these properties.
macro_rules! object {
    ($ctx:expr, { $($name:literal: $value:expr),* $(,)? }) => {{
        let object = Object::new($ctx.clone())?;
        $(object.set($name, $value)?;)*
        object
    }};
}

/// The rules of a major, as an object.
pub(super) fn rules<'js>(ctx: &Ctx<'js>, profile: &Profile) -> Result<Object<'js>> {
    let iteration = profile.async_iteration;
    Ok(object!(ctx, {
        "entryReport": profile.entry_report,
        "throwRejectsTwice": profile.throw_rejects_twice,
        "forgetsThrow": profile.forgets_throw,
        "racesAreRefused": profile.require_race == RequireRace::Refused,
        "import": import(ctx, profile)?,
        "files": files(ctx, profile.files)?,
        "lines": lines(ctx, profile.lines)?,
        "finished": object!(ctx, {
            "judgesKind": profile.finished.judges_kind,
            "abortIsAlwaysHeard": profile.finished.abort_is_always_heard,
        }),
        "pipeline": pipeline(ctx, profile.pipeline)?,
        "events": events(ctx, profile.events)?,
        "listenersOfUndefinedThrow": profile.emitter.listeners_of_undefined_throw,
        "iteration": iterated(ctx, profile.iteration)?,
        "operators": operators(ctx, profile.operators)?,
        "composition": composition(ctx, profile.composition)?,
        "streams": streams(ctx, profile.streams)?,
        "delegatedItemsAwaited": iteration.delegated_items_awaited,
        "rejectedReturnGoesOn": iteration.rejected_return_goes_on,
        "endAnswersLate": iteration.end_answers_late,
        "rejectedItemCloses": iteration.rejected_item_closes,
        "missingThrowCloses": iteration.missing_throw_closes,
    }))
}

fn import<'js>(ctx: &Ctx<'js>, profile: &Profile) -> Result<Object<'js>> {
    let loader = profile.import_loader;
    let (refused_while_finding, refused_once_found) = match loader.refusal {
        Refusal::WhileFinding(jobs) => (Some(jobs), None),
        Refusal::OnceFound(jobs) => (None, Some(jobs)),
        Refusal::OnceRead => (None, None),
    };
    Ok(object!(ctx, {
        "readsOnPool": profile.module_entry == ModuleEntry::InPoll,
        "waitsForEngine": profile.common_waits_for_engine,
        "finding": loader.finding,
        "notFinding": loader.not_finding,
        "making": loader.making,
        "refusedWhileFinding": refused_while_finding,
        "refusedOnceFound": refused_once_found,
        "subclassed": loader.promises == LoaderPromises::Subclass,
        "wrapped": loader.promises == LoaderPromises::Wrapped,
        "linksAfterJobs": loader.linking == Linking::AfterJobs,
        "linksWhenFound": loader.linking == Linking::WhenFound,
        "isList": loader.is_list,
        "awaitsEvaluation": loader.awaits_evaluation,
        "scriptsThrowAgain": loader.scripts_throw_again,
        "around": loader.around,
        "aroundScript": loader.around_script,
        "readsScripts": loader.reads_scripts,
        "readsForMissingExport": loader.reads_for_missing_export,
        "missingExport": loader.missing_export,
    }))
}

fn files<'js>(ctx: &Ctx<'js>, rules: FileRules) -> Result<Object<'js>> {
    let promises = rules.promises;
    let streams = rules.streams;
    Ok(object!(ctx, {
        "oneJobFiles": rules.one_job_files,
        "smallPromisePieces": rules.small_promise_pieces,
        "promisesAskForAll": rules.promises_ask_for_all,
        "unknownSizeIsReadToItsEnd": rules.unknown_size_is_read_to_its_end,
        "textSizeIsNotAsked": rules.text_size_is_not_asked,
        "listsTrees": rules.tree_listing != TreeListing::Never,
        "listsTreesOnTheSpot": rules.tree_listing == TreeListing::OnTheSpot,
        "listsTreesInOneJob": rules.tree_listing == TreeListing::OneJob,
        "rmdirLooks": rules.rmdir_looks != RmdirLooks::Never,
        "rmdirWantsFolder": rules.rmdir_looks == RmdirLooks::ForFolder,
        "removalLooksThroughLinks": rules.removal_looks_through_links,
        "handlesKeepTrack": rules.handles_keep_track,
        "closedFolderThrowsForEntry": rules.closed_folder_throws_for_entry,
        "closedFolderThrowsForClose": rules.closed_folder_throws_for_close,
        "throwingReaderIsCalledAgain": rules.throwing_reader_is_called_again,
        "promises": object!(ctx, {
            "single": vec![promises.single.0, promises.single.1],
            "stat": vec![promises.stat.0, promises.stat.1],
            "closed": promises.closed,
            "unreadable": promises.unreadable,
            "onHandle": promises.on_handle,
            "wholeOnHandle": promises.whole_on_handle,
            "handleClosed": promises.handle_closed,
            "nested": promises.nested,
            "ofCallbacks": promises.of_callbacks,
            "withTypes": promises.with_types,
        }),
        "streams": object!(ctx, {
            "openedByConstructor": streams.opened_by_constructor,
            "closesByHand": streams.closes_by_hand,
            "readsIntoPool": streams.reads_into_pool,
            "lateWriteFails": streams.late_write_fails,
        }),
    }))
}

fn pipeline<'js>(ctx: &Ctx<'js>, rules: PipelineRules) -> Result<Object<'js>> {
    Ok(object!(ctx, {
        "countsLastStream": rules.end == PipelineEnd::LastStream,
        "countsConnections": rules.end == PipelineEnd::EachConnection,
        "readsLastToItsEnd": rules.end == PipelineEnd::EachStreamRead,
        "closedSinkIsRefused": rules.closed_sink_is_refused,
        "pumpOnlyEnds": rules.pump_end == PumpEnd::Ended,
        "pumpAlwaysWaits": rules.pump_end == PumpEnd::Finished,
        "lastValueEnds": rules.last_value == LastValue::Ends,
        "lastValueIsAwaited": rules.last_value == LastValue::WrittenIfAny,
        "teardownLooks": rules.teardown_looks,
    }))
}

fn lines<'js>(ctx: &Ctx<'js>, rules: LineRules) -> Result<Object<'js>> {
    Ok(object!(ctx, {
        "unicodeEnds": rules.unicode_ends,
        "iteratedAsEvents": rules.iterated_as_events,
        "tellsErrors": rules.tells_errors,
        "closedRefusesQuestions": rules.closed_refuses_questions,
        "closedRefusesAll": rules.closed_refuses_all,
        "takesSignals": rules.takes_signals,
        "abortedIsNotAsked": rules.aborted_is_not_asked,
        "answerEndsListening": rules.answer_ends_listening,
    }))
}

fn events<'js>(ctx: &Ctx<'js>, rules: EventRules) -> Result<Object<'js>> {
    let EventRules {
        waits,
        targets,
        signals,
    } = rules;
    Ok(object!(ctx, {
        "waits": object!(ctx, {
            "onceIsAsync": waits.once_is_async,
            "awaitedErrorIsEvent": waits.awaited_error_is_event,
            "throwIsAnError": waits.throw_is_an_error,
            "closesItself": waits.closes_itself,
            "marksPause": waits.marks_pause,
            "closingEndsPause": waits.closing_ends_pause,
            "doneComesFirst": waits.done_comes_first,
        }),
        "targets": object!(ctx, {
            "stopSparesPassive": targets.stop_spares_passive,
            "immediateStopIsAStop": targets.immediate_stop_is_a_stop,
            "currentTargetStays": targets.current_target_stays,
            "passiveCannotPrevent": targets.passive_cannot_prevent,
            "removalTakesBoolean": targets.removal_takes_boolean,
            "handlerIsCallable": targets.handler_is_callable,
        }),
        "signals": object!(ctx, {
            "listenersAreUnlimited": signals.listeners_are_unlimited,
            "followersAbortFirst": signals.followers_abort_first,
            "followsWhenHeard": signals.follows_when_heard,
        }),
    }))
}

fn iterated<'js>(ctx: &Ctx<'js>, rules: IterationRules) -> Result<Object<'js>> {
    let iterator = rules.iterator;
    Ok(object!(ctx, {
        "isChain": iterator == IteratorForm::Chain,
        "isOverEvents": iterator == IteratorForm::EventGenerator,
        "isOverFinished": iterator == IteratorForm::FinishedGenerator,
        "failureDestroysOnce": rules.failure_destroys_once,
        "openSideSurvives": rules.open_side_survives,
        "awaitsAllItems": rules.items == ItemLoop::AwaitsAll,
        "takesItemsInOneFunction": rules.items == ItemLoop::OneFunction,
        "givenDestroyIsCalled": rules.given_destroy_is_called,
        "failuresAreJoined": rules.failures_are_joined,
    }))
}

fn operators<'js>(ctx: &Ctx<'js>, rules: OperatorRules) -> Result<Object<'js>> {
    Ok(object!(ctx, {
        "callsAreLimited": rules.calls_are_limited,
        "leavingAborts": rules.leaving_aborts,
        "takeAsksForMore": rules.take_asks_for_more,
        "composedIsIterated": rules.composed_is_iterated,
    }))
}

fn composition<'js>(ctx: &Ctx<'js>, rules: CompositionRules) -> Result<Object<'js>> {
    Ok(object!(ctx, {
        "modeIsOfReading": rules.mode_is_of_reading,
        "finishesWhenOver": rules.finishes_when_over,
        "tailIsDestroyedFirst": rules.tail_is_destroyed_first,
        "tailFlows": rules.tail_flows,
        "bothOverDestroys": rules.both_over_destroys,
        "duplexResultIsTaken": rules.duplex_result_is_taken,
        "failedReadingDestroysSink": rules.failed_reading_destroys_sink,
        "abortTellsError": rules.abort_tells_error,
        "destructionEndsFeed": rules.destruction_ends_feed,
        "earlyResultDestroys": rules.early_result_destroys,
        "wrapsAllMethods": rules.wrapped_methods == WrappedMethods::All,
        "wrapsAllOwnMethods": rules.wrapped_methods == WrappedMethods::Own,
        "wrappedEventsAreRelayed": rules.wrapped_events_are_relayed,
        "wrappedDataIsDecoded": rules.wrapped_data_is_decoded,
        "wrappedMayNotPause": rules.wrapped_may_not_pause,
    }))
}

fn streams<'js>(ctx: &Ctx<'js>, rules: StreamRules) -> Result<Object<'js>> {
    Ok(object!(ctx, {
        "halfOpenIsCheckedAtEnd": rules.half_open_is_checked_at_end,
        "duplexBeginsWhole": rules.duplex_begins_whole,
        "duplexFailsItsQueue": rules.duplex_fails_its_queue,
        "closedSideIsOver": rules.closed_side_is_over,
        "missingMethodThrows": rules.missing_method_throws,
        "rejectionDestroysAgain": rules.rejection_destroys_again,
        "disposalIsAwaited": rules.disposal_is_awaited,
        "onlyDataIsRead": rules.only_data_is_read,
        "wrongWriteThrows": rules.wrong_write_throws,
        "objectKeepsEncoding": rules.object_keeps_encoding,
        "endSeesRefusal": rules.end_sees_refusal,
        "zeroMarkHoldsWrites": rules.zero_mark_holds_writes,
        "transformHoldsChunk": rules.transform_holds_chunk,
    }))
}
