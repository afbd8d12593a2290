//! The one ending of a payout: whatever way a rail's answer came (the call, a look-up), it is
//! applied here. Applying an answer twice changes nothing the second time.

use crate::domain::event::Event;
use crate::domain::ids::IntentId;
use crate::domain::ids::{AccountId, BatchId, OrganisationId, SliceId};
use crate::domain::ledger::Movement;
use crate::domain::payout::Result as IntentResult;
use crate::domain::rail::Answer;
use crate::flows::FlowError;
use crate::store::intent::{self, Changed, Noted};
use crate::store::ledger::Entry;
use crate::store::slice::{self, ClaimedSlice};
use crate::store::{Tx, event, ledger};
use chrono::{DateTime, Duration, Utc};
use serde_json::json;

/// How long after a call without an answer the rail is asked first.
pub const FIRST_LOOK_UP: Duration = Duration::seconds(5);

/// Where answers belong: one slice.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Whose.
    pub organisation: OrganisationId,
    /// Paid from.
    pub account: AccountId,
    /// The batch.
    pub batch: BatchId,
    /// The slice.
    pub slice: SliceId,
}

impl From<&ClaimedSlice> for Place {
    fn from(held: &ClaimedSlice) -> Self {
        Self {
            organisation: held.organisation,
            account: held.account,
            batch: held.batch,
            slice: held.id,
        }
    }
}

/// Applies the answers to a slice that this worker holds.
///
/// # Errors
/// `Stale` where another worker has taken the slice over: its answers count, these are dropped.
pub fn apply_held(
    tx: &mut Tx<'_>,
    held: &ClaimedSlice,
    answers: &[(IntentId, Answer)],
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    slice::hold(tx, held)?;
    apply(tx, Place::from(held), answers, now)
}

/// Applies answers to intents of one slice.
///
/// # Errors
/// What the store says.
pub fn apply(
    tx: &mut Tx<'_>,
    place: Place,
    answers: &[(IntentId, Answer)],
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    if answers.is_empty() {
        return Ok(());
    }
    // The slice before its intents, as everywhere, so that two workers never wait for each other.
    slice::lock(tx, place.slice)?;
    let noted: Vec<Noted> = answers
        .iter()
        .map(|(intent, answer)| noted(*intent, answer, now))
        .collect();
    let changed = intent::note(tx, &noted, now)?;
    let paid = Sum::of(&changed, |result| result == IntentResult::Paid);
    let failed = Sum::of(&changed, |result| {
        matches!(result, IntentResult::Failed | IntentResult::Canceled)
    });
    if paid.count + failed.count == 0 {
        return Ok(());
    }
    slice::count_outcomes(
        tx,
        place.slice,
        (paid.count, paid.total),
        (failed.count, failed.total),
        now,
    )?;
    let entries: Vec<Entry> = changed
        .iter()
        .filter_map(|changed| entry(place, changed))
        .collect();
    ledger::post(tx, place.organisation, place.account, &entries, now)?;
    // By these entries webhooks find again what this line is about, whatever happens to it later.
    let last = ledger::load_entry_last(tx, place.account)?;
    let first = last + 1 - i64::try_from(entries.len()).unwrap_or(0);
    let data = json!({ "entries": [first, last], "paid": paid.count, "paid_minor": paid.total, "failed": failed.count,
        "failed_minor": failed.total, "slice": place.slice.0 });
    let settled = Event::new(place.organisation, now, "batch.payouts_settled", data);
    event::append(tx, &settled.on_batch(place.batch))?;
    Ok(())
}

struct Sum {
    count: i32,
    total: i64,
}

impl Sum {
    fn of(changed: &[Changed], is: impl Fn(IntentResult) -> bool) -> Self {
        changed.iter().filter(|changed| is(changed.result)).fold(
            Self { count: 0, total: 0 },
            |sum, changed| Self {
                count: sum.count + 1,
                total: sum.total.saturating_add(changed.amount),
            },
        )
    }
}

fn entry(place: Place, changed: &Changed) -> Option<Entry> {
    let movement = match changed.result {
        IntentResult::Paid => Movement::Settle,
        IntentResult::Failed | IntentResult::Canceled => Movement::ReleaseSent,
        IntentResult::Queued | IntentResult::Initiated | IntentResult::Returned => return None,
    };
    Some(Entry {
        movement,
        amount: changed.amount,
        batch: Some(place.batch),
        slice: Some(place.slice),
        payout: Some(changed.payout),
    })
}

fn noted(intent: IntentId, answer: &Answer, now: DateTime<Utc>) -> Noted {
    let blank = Noted {
        intent,
        result: IntentResult::Initiated,
        taken: false,
        channel: None,
        message: String::new(),
        failure_reason: None,
        rail_reference: None,
        look_up_at: None,
    };
    match answer {
        Answer::Taken(outcome) => Noted {
            result: standing(outcome.result),
            taken: true,
            channel: outcome.channel.clone(),
            message: outcome.message.clone(),
            failure_reason: outcome.failure_reason.clone(),
            rail_reference: outcome.rail_reference.clone(),
            look_up_at: (standing(outcome.result) == IntentResult::Initiated).then(|| now + FIRST_LOOK_UP),
            ..blank
        },
        Answer::Refused {
            message,
            failure_reason,
        } => Noted {
            result: IntentResult::Failed,
            message: message.clone(),
            failure_reason: Some(failure_reason.clone()),
            ..blank
        },
        Answer::Unknown => Noted {
            message: "The rail did not answer; it is asked about this payout".to_owned(),
            look_up_at: Some(now + FIRST_LOOK_UP),
            ..blank
        },
    }
}

/// What a rail's word means for an intent in flight: queued there is still open, and what was
/// returned was paid before; its return is another answer.
const fn standing(result: IntentResult) -> IntentResult {
    match result {
        IntentResult::Queued | IntentResult::Initiated => IntentResult::Initiated,
        IntentResult::Paid | IntentResult::Returned => IntentResult::Paid,
        IntentResult::Failed => IntentResult::Failed,
        IntentResult::Canceled => IntentResult::Canceled,
    }
}
