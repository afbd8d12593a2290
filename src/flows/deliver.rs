//! Delivering: a lane of an endpoint is claimed with a run of its messages; they are sent one after the
//! other with no connection held, up to the first failure, and recorded together with what they mean.
//!
//! Claim → call → record. A crash anywhere leaves a lease that runs out; then the same messages are sent
//! again under the same ids, by which their receiver knows them. A worker that comes back late is
//! refused by its token, and its attempts are not recorded. A run is short (`RUN_MAX`, `RUN_TIME`), so
//! that little is sent twice, and others have their turn.

use crate::domain::event::Event;
use crate::domain::letter::Letter;
use crate::domain::webhook::{Outcome, is_given_up, judge, rest_of_lane, retry_at};
use crate::flows::FlowError;
use crate::store::letter::{To, enqueue};
use crate::store::webhook::{self, Claimed, Endpoint, Off, Parcel, Recorded, Run};
use crate::store::{Tx, event};
use chrono::{DateTime, Duration, Utc};
use serde_json::json;

/// Messages of one run: then other endpoints have their turn.
pub const RUN_MAX: i64 = 50;
/// After this long no further message of a run is begun. With the time that one takes at most it is
/// far below a lane's lease.
pub const RUN_TIME: std::time::Duration = std::time::Duration::from_secs(1);

/// Takes a lane with something to send, and its next messages. Where nothing of it can go now, the
/// lane goes back; the answer then has no messages.
///
/// # Errors
/// What the store says.
pub fn claim(
    tx: &mut Tx<'_>,
    only_sound: bool,
    now: DateTime<Utc>,
) -> Result<Option<(Claimed, Option<Run>)>, FlowError> {
    let Some(lane) = webhook::claim_lane(tx, only_sound, now)? else {
        return Ok(None);
    };
    let run = webhook::next_run(tx, &lane, RUN_MAX, now)?;
    if run.is_none() {
        let failures = webhook::hold(tx, &lane, now)?;
        webhook::release(tx, &lane, (failures, now), true, now)?;
    }
    Ok(Some((lane, run)))
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

impl Heard {
    /// Whether the endpoint took it: after anything else the run ends.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        judge(self.status) == Outcome::Delivered
    }
}

/// Records what was sent of a run, of which only the last may have failed, and gives the lane back.
///
/// # Errors
/// `Stale` where another worker has the lane.
pub fn record(
    tx: &mut Tx<'_>,
    lane: &Claimed,
    sent: &[(Parcel, Heard)],
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let mut endpoint = webhook::lock_by_id(tx, lane.endpoint())?;
    let mut failures = webhook::hold(tx, lane, now)?;
    let recorded: Vec<_> = sent
        .iter()
        .map(|(parcel, heard)| recorded(parcel, heard, now))
        .collect();
    webhook::record(tx, &recorded)?;
    if recorded.iter().any(|one| one.is_delivered) {
        failures = 0;
        if endpoint.failing_since.take().is_some() {
            webhook::note_failing(tx, endpoint.id, None)?;
        }
    }
    let mut rest = now;
    if let Some((_, heard)) = sent.last().filter(|(_, heard)| !heard.is_taken()) {
        note_failure(tx, &endpoint, judge(heard.status), heard, now)?;
        failures += 1;
        rest = now + rest_of_lane(failures);
    }
    Ok(webhook::release(tx, lane, (failures, rest), false, now)?)
}

fn recorded<'h>(parcel: &Parcel, heard: &'h Heard, now: DateTime<Utc>) -> Recorded<'h> {
    let is_delivered = heard.is_taken();
    let retry_at = retry_at(parcel.tries + 1, now, heard.retry_after, heard.random);
    Recorded {
        delivery: parcel.delivery,
        at: heard.at,
        took_ms: heard.took_ms,
        status: heard.status.map(i32::from),
        error: heard.error.as_deref(),
        answer: heard.answer.as_deref(),
        is_delivered,
        retry_at: retry_at.filter(|_| !is_delivered),
    }
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
