//! What the JavaScript layer is told of a profile: how long things take that are made of promises there, and how iteration goes.

use rquickjs::{Ctx, Object, Result};

use crate::runtime::{
    LineRules, Linking, LoaderPromises, ModuleEntry, Profile, Refusal, RequireRace,
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
        "zlibFailureDestroys": profile.zlib.failure_destroys,
        "zlibHasFinal": profile.zlib.has_final,
        "lines": lines(ctx, profile.lines)?,
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
