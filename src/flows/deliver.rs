//! Delivering: a lane of an endpoint is claimed, its messages are sent one after the other with no
//! connection held, and each attempt is recorded with what it means.
//!
//! Claim → call → record. A crash anywhere leaves a lease that runs out; then the same message is sent
//! again under the same id, by which its receiver knows it. A worker that comes back late is refused
//! by its token, and its attempt is not recorded.

use crate::domain::event::Event;
use crate::domain::letter::Letter;
use crate::domain::webhook::{Outcome, is_given_up, judge, rest_of_lane, retry_at};
use crate::flows::FlowError;
use crate::store::letter::{To, enqueue};
use crate::store::webhook::{self, Claimed, Endpoint, Off, Parcel, Recorded};
use crate::store::{Tx, event};
use chrono::{DateTime, Duration, Utc};
use serde_json::json;

/// Takes a lane with something to send, and its first message. Where nothing of it can go now, the
/// lane goes back; the answer then has no message.
///
/// # Errors
/// What the store says.
pub fn claim(
    tx: &mut Tx<'_>,
    only_sound: bool,
    now: DateTime<Utc>,
) -> Result<Option<(Claimed, Option<Parcel>)>, FlowError> {
    let Some(lane) = webhook::claim_lane(tx, only_sound, now)? else {
        return Ok(None);
    };
    let parcel = webhook::next_parcel(tx, &lane, now)?;
    if parcel.is_none() {
        let failures = webhook::hold(tx, &lane, now)?;
        webhook::release(tx, &lane, (failures, now), true, now)?;
    }
    Ok(Some((lane, parcel)))
}

/// What came back from an attempt.
#[derive(Clone, Debug)]
pub struct Heard {
    /// When it began.
    pub at: DateTime<Utc>,
    /// How long it took.
    pub took_ms: i32,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// Why there was none.
    pub error: Option<String>,
    /// The beginning of the answer.
    pub answer: Option<String>,
    /// How long the receiver asks us to wait.
    pub retry_after: Option<Duration>,
    /// Any number, for the retry's jitter.
    pub random: u64,
}

/// Records an attempt; answers the lane's next message, or gives the lane back: after a failure, when
/// nothing more is due, or where the worker does not want to go on.
///
/// # Errors
/// `Stale` where another worker has the lane.
pub fn record(
    tx: &mut Tx<'_>,
    lane: &Claimed,
    parcel: &Parcel,
    (heard, go_on): (&Heard, bool),
    now: DateTime<Utc>,
) -> Result<Option<Parcel>, FlowError> {
    let endpoint = webhook::lock_by_id(tx, lane.endpoint())?;
    let failures = webhook::hold(tx, lane, now)?;
    let outcome = judge(heard.status);
    let is_delivered = outcome == Outcome::Delivered;
    let recorded = Recorded {
        at: heard.at,
        took_ms: heard.took_ms,
        status: heard.status.map(i32::from),
        error: heard.error.as_deref(),
        answer: heard.answer.as_deref(),
        is_delivered,
        retry_at: retry_at(parcel.tries + 1, now, heard.retry_after, heard.random),
    };
    webhook::record(tx, parcel, &recorded)?;
    if is_delivered {
        if endpoint.failing_since.is_some() {
            webhook::note_failing(tx, endpoint.id, None)?;
        }
        let next = if go_on {
            webhook::next_parcel(tx, lane, now)?
        } else {
            None
        };
        if next.is_none() {
            webhook::release(tx, lane, (0, now), go_on, now)?;
        }
        return Ok(next);
    }
    note_failure(tx, &endpoint, outcome, heard, now)?;
    let failures = failures + 1;
    let rest = now + rest_of_lane(failures);
    webhook::release(tx, lane, (failures, rest), false, now)?;
    Ok(None)
}

/// Notes a failure of the endpoint; one that wants nothing more, or failed for days, is switched off.
fn note_failure(
    tx: &mut Tx<'_>,
    endpoint: &Endpoint,
    outcome: Outcome,
    heard: &Heard,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let since = endpoint.failing_since.unwrap_or(now);
    if endpoint.failing_since.is_none() {
        webhook::note_failing(tx, endpoint.id, Some(since))?;
    }
    let because = match outcome {
        Outcome::Gone => Off::Gone,
        Outcome::Failed if is_given_up(since, now) => Off::Failing,
        Outcome::Failed | Outcome::Delivered => return Ok(()),
    };
    if endpoint.off.is_some() {
        return Ok(());
    }
    webhook::switch_off(tx, endpoint.id, because, now)?;
    let answered = match heard.status {
        Some(status) => format!("it answered {status}"),
        None => heard.error.clone().unwrap_or_default(),
    };
    tell_owner(tx, endpoint, (because, &answered), now)?;
    let data = json!({ "endpoint": endpoint.public_id, "url": endpoint.url,
        "because": because.as_str(), "message": answered });
    let what = Event::new(endpoint.organisation, now, "webhook.switched_off", data);
    Ok(event::append(tx, &what)?)
}

/// A letter to who made the endpoint, or whose API client's request named it.
fn tell_owner(
    tx: &mut Tx<'_>,
    endpoint: &Endpoint,
    (because, answered): (Off, &str),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let Some(owner) = webhook::find_owner(tx, endpoint)? else {
        return Ok(());
    };
    let what = Letter::EndpointSwitchedOff {
        gone: because == Off::Gone,
        id: endpoint.public_id.to_string(),
        url: endpoint.url.clone(),
        error: answered.to_owned(),
    };
    Ok(enqueue(
        tx,
        endpoint.organisation,
        To::People(&[owner]),
        &what,
        now,
    )?)
}
