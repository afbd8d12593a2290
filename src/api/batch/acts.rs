//! What is done to a batch by OneKhusa's calls: review, approve, transfer, reject, cancel. Each is the
//! flow that the page's button runs.
//!
//! A signature needs the content that was seen: `expectedFingerprint`, or what `getBatch` last sent to
//! this client.

use super::shown::acted;
use super::{Named, by_name, load};
use crate::api::error::ApiError;
use crate::api::faults::Faults;
use crate::api::json::Node;
use crate::api::told;
use crate::api::words::say;
use crate::domain::batch::Batch;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::permission::Permission;
use crate::flows::error::REASON_CHARS_MAX;
use crate::flows::{FlowError, approve, cancel, review, send_back};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::language::Language;
use crate::store::sent;

/// What an act is asked with.
struct Asked {
    named: Named,
    expected: Option<Fingerprint>,
    reason: Option<String>,
}

/// Reads the body: the batch, who acts (`who` is the field's name), and what else the act takes.
fn read(
    call: &Call,
    who: &str,
    more: fn(&Node<'_>, &mut Faults) -> Option<String>,
) -> Result<Asked, ApiError> {
    let body = call.json()?;
    let body = Node::root(&body);
    let mut faults = call.faults();
    let named = by_name(call, &body, &mut faults)?;
    call.check_named(&body.field(who), &mut faults)?;
    let expected = body.field("expectedFingerprint");
    let text = expected.text(&mut faults, 64..=64);
    let fingerprint = text.and_then(Fingerprint::parse);
    if text.is_some() && fingerprint.is_none() {
        faults.add(&expected.path, "fault-fingerprint", &[]);
    }
    let reason = more(&body, &mut faults);
    let named = faults.unless_any(named)?.ok_or(ApiError::NotFound("batch"))?;
    Ok(Asked {
        named,
        expected: fingerprint,
        reason,
    })
}

const fn nothing(_: &Node<'_>, _: &mut Faults) -> Option<String> {
    None
}

/// What is signed: the fingerprint that was named, or the one that this client was last sent.
fn seen(call: &Call, asked: &Asked) -> Result<(Batch, Option<Fingerprint>), ApiError> {
    let scope = call
        .actor()?
        .require(Permission::BatchView)
        .map_err(FlowError::from)?;
    let client = call.calling()?.client.id;
    call.read(|conn| {
        let (found, _) = load(conn, &scope, asked.named)?;
        let last = match asked.expected {
            Some(expected) => Some(expected),
            None => sent::find(conn, client, &found)?,
        };
        Ok((found, last))
    })
}

/// Runs a flow on the batch and answers the batch as it stands then.
macro_rules! act_on {
    ($call:expr, $asked:expr, |$tx:ident| $flow:expr) => {{
        let scope = $call
            .actor()?
            .require(Permission::BatchView)
            .map_err(FlowError::from)?;
        $call.act(|$tx| {
            $flow?;
            let (found, account) = load($tx, &scope, $asked.named)?;
            Ok::<_, ApiError>(Answer::ok(&acted(&found, &account, $call.language)))
        })
    }};
}

/// Who was never sent the batch did not see it change.
fn told_unseen(error: ApiError, seen: Option<Fingerprint>, language: Language) -> ApiError {
    match (error, seen) {
        (ApiError::Flow(FlowError::FingerprintStale), None) => {
            ApiError::Conflict(say(language, "refusal-unseen", &[]))
        }
        (error, _) => error,
    }
}

/// `review`.
pub(in crate::api) fn review(call: &Call) -> Result<Answer, ApiError> {
    let asked = read(call, "actionedBy", nothing)?;
    let (found, seen) = seen(call, &asked)?;
    let done = act_on!(call, asked, |tx| review::review(
        tx,
        call.actor()?,
        found.number,
        seen,
        call.now
    ));
    done.map_err(|error| told_unseen(error, seen, call.language))
}

/// `approve`.
pub(in crate::api) fn approve(call: &Call) -> Result<Answer, ApiError> {
    let asked = read(call, "actionedBy", nothing)?;
    let (found, seen) = seen(call, &asked)?;
    let done = act_on!(call, asked, |tx| approve::approve(
        tx,
        call.actor()?,
        found.number,
        seen,
        call.now
    ));
    done.map_err(|error| told_unseen(error, seen, call.language))
}

/// `transferFunds`: the release of a 2-eye batch. It is no second signature: without a fingerprint it
/// releases what the initiator's own signature stands on.
pub(in crate::api) fn transfer(call: &Call) -> Result<Answer, ApiError> {
    let asked = read(call, "transferredBy", nothing)?;
    let (found, seen) = seen(call, &asked)?;
    let seen = seen.or(found.fingerprint);
    act_on!(call, asked, |tx| approve::release(
        tx,
        call.actor()?,
        found.number,
        seen,
        call.now
    ))
}

/// `reject`.
pub(in crate::api) fn reject(call: &Call) -> Result<Answer, ApiError> {
    let asked = read(call, "rejectedBy", |body, faults| {
        let reason = body.field("reasonForRejection").required(faults);
        reason.text(faults, 1..=REASON_CHARS_MAX).map(str::to_owned)
    })?;
    // Another account's batch is not found before anything is said about it.
    let (found, _) = seen(call, &asked)?;
    let reason = asked.reason.clone().unwrap_or_default();
    let done = act_on!(call, asked, |tx| send_back::reject(
        tx,
        call.actor()?,
        found.number,
        &reason,
        call.now
    ));
    done.map_err(|error| error.in_words_of(&[("reason", "reasonForRejection")]))
}

/// `cancel`.
pub(in crate::api) fn cancel(call: &Call) -> Result<Answer, ApiError> {
    let asked = read(call, "cancelledBy", |body, faults| {
        let reason = body.field("reasonForCancellation");
        reason.text(faults, 1..=REASON_CHARS_MAX).map(str::to_owned)
    })?;
    let (found, _) = seen(call, &asked)?;
    let reason = asked.reason.as_deref().unwrap_or(told::BY_API);
    let done = act_on!(call, asked, |tx| cancel::cancel(
        tx,
        call.actor()?,
        found.number,
        reason,
        call.now
    ));
    done.map_err(|error| error.in_words_of(&[("reason", "reasonForCancellation")]))
}
