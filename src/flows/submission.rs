//! What submission is, whoever gives it and whenever: the initiator's signature over a batch that is
//! locked. It fixes the level from the policy in force and freezes the revision.
//!
//! Shared by the initiator's own act and by the end of validation of what came by API. The invariant:
//! everything that can refuse is asked before anything is written, so that a refusal leaves the
//! transaction as it was.

use crate::domain::account::Account;
use crate::domain::authorisation::{Act, Level, Seat, can_be_signed, may};
use crate::domain::batch::{Batch, Status};
use crate::domain::event::Event;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::ids::ApiClientId;
use crate::domain::permission::Actor;
use crate::domain::task::Task;
use crate::flows::{FlowError, tell};
use crate::store::standing::Situation;
use crate::store::{
    Tx, account, batch, beneficiary, caller, document, event, queue, rework, signature, slice, standing,
};
use chrono::{DateTime, Utc};
use serde_json::json;

/// A submission that nothing stands against.
#[derive(Clone, Debug)]
pub struct Submission {
    level: Level,
    policy: i64,
    situation: Situation,
}

/// Asks whether `actor` may submit the batch, and at which level.
///
/// # Errors
/// A refusal of duty or state, a stale fingerprint, control figures that disagree, or a level that
/// nobody else here could sign.
pub fn check(
    tx: &mut Tx<'_>,
    actor: &Actor,
    found: &Batch,
    (account, seen): (&Account, Option<Fingerprint>),
) -> Result<Submission, FlowError> {
    let mut situation = standing::load(tx, actor, found)?;
    // What is being validated is asked about as what it is about to be.
    if found.status == Status::Validating {
        situation.stand.status = Status::Open;
    }
    may(Act::Submit, &situation.stand, &situation.standing)?;
    if seen.is_none() || seen != found.fingerprint {
        return Err(FlowError::FingerprintStale);
    }
    let given_up = match found.control_total {
        Some(_) => rework::load_given_up(tx, found)?,
        None => 0,
    };
    check_control_figures(found, account, given_up)?;
    let (policy, rule) = account::load_policy(tx, found.account)?;
    let mut level = rule.level(found.payable_total, found.largest);
    // What was paid in part before it was edited never falls below what it was signed at.
    if let Some(before) = found.level.filter(|before| *before > level)
        && slice::has_begun(tx, found.id)?
    {
        level = before;
    }
    let others: Vec<_> = standing::list_candidates(tx, found, &situation, Some(actor.person()))?
        .into_iter()
        .map(|(_, candidate)| candidate)
        .collect();
    can_be_signed(level, &others).map_err(|missing| FlowError::NobodyCanSign { level, missing })?;
    Ok(Submission {
        level,
        policy,
        situation,
    })
}

/// Signs as initiator; answers where the batch stands then.
///
/// # Errors
/// What the store says.
pub fn sign(
    tx: &mut Tx<'_>,
    actor: &Actor,
    found: &mut Batch,
    (account, submission): (&Account, &Submission),
    now: DateTime<Utc>,
) -> Result<Status, FlowError> {
    let level = submission.level;
    signature::insert(tx, found, actor.person(), Seat::Initiator, now)?;
    batch::fix_level(tx, found, level, submission.policy)?;
    let status = batch::advance(tx, found, level.submission())?;
    if beneficiary::find_check(tx, found)?.is_none() {
        queue::enqueue(tx, &Task::CompareBeneficiaries { batch: found.id }, now)?;
    }
    tell::next_signers(tx, actor, (found, &submission.situation), now)?;
    let mut data = json!({ "level": level.name(), "payouts": found.payable_count,
        "total": account.money(found.payable_total).plain(), "left_out": found.fault_count,
        "revision": found.revision, "fingerprint": found.fingerprint.map(Fingerprint::to_hex) });
    // Documents stay from here on: this line says over which ones is signed.
    let documents = digests_of_documents(tx, found)?;
    if let Some(data) = data.as_object_mut().filter(|_| !documents.is_empty()) {
        data.insert("documents".to_owned(), json!(documents));
    }
    let submitted = Event::new(found.organisation, now, level.submission().as_str(), data);
    event::append(tx, &submitted.by(actor.person()).on_batch(found.id))?;
    Ok(status)
}

fn digests_of_documents(tx: &mut Tx<'_>, found: &Batch) -> Result<Vec<String>, FlowError> {
    let documents = document::list(tx, found)?;
    let present = documents.iter().filter(|one| one.removed.is_none());
    let hex = |one: &document::Document| one.file.digest.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(present.map(hex).collect())
}

/// Submits what an API client sent, for that client's person, as it stands now. Where that is refused
/// the batch keeps the reason as its message and `None` is answered: it is open, or opened next.
///
/// # Errors
/// What the store says.
pub fn submit_sent(
    tx: &mut Tx<'_>,
    found: &mut Batch,
    account: &Account,
    now: DateTime<Utc>,
) -> Result<Option<Status>, FlowError> {
    let Some(client) = found.client.filter(|_| found.payable_count > 0) else {
        return Ok(None);
    };
    let actor = calling(tx, client, now)?;
    submit_for(tx, actor.as_ref(), found, account, now)
}

/// Submits for `actor`, who may be nobody any more. Where that is refused the batch keeps the reason as
/// its message and `None` is answered.
///
/// # Errors
/// What the store says.
pub fn submit_for(
    tx: &mut Tx<'_>,
    actor: Option<&Actor>,
    found: &mut Batch,
    account: &Account,
    now: DateTime<Utc>,
) -> Result<Option<Status>, FlowError> {
    let refused = match actor {
        None => "the API client that sent it may no longer act".to_owned(),
        Some(actor) => match check(tx, actor, found, (account, found.fingerprint)) {
            Ok(submission) => {
                set_message(tx, found, None)?;
                return sign(tx, actor, found, (account, &submission), now).map(Some);
            }
            Err(FlowError::Store(error)) => return Err(error.into()),
            Err(refused) => refused.to_string(),
        },
    };
    set_message(tx, found, Some(format!("It was not submitted: {refused}.")))?;
    Ok(None)
}

fn set_message(tx: &mut Tx<'_>, found: &mut Batch, message: Option<String>) -> Result<(), FlowError> {
    if found.message != message {
        found.message = message;
        batch::update_contents(tx, found)?;
    }
    Ok(())
}

/// The client's person with what they may do through it now; `None` where it may not call any more.
fn calling(tx: &mut Tx<'_>, client: ApiClientId, now: DateTime<Utc>) -> Result<Option<Actor>, FlowError> {
    let found = caller::find_by_key(tx, client)?;
    Ok(found
        .filter(|caller| caller.client.expires_at.is_none_or(|end| end > now))
        .map(|caller| {
            let person =
                Actor::authenticated(caller.client.organisation, caller.client.person, caller.grants);
            person.narrowed(&caller.client.client_id, &caller.client.scopes)
        }))
}

/// What the uploader said there should be, against what was read: every row, faulty ones too, but
/// only amounts that will be paid or were given up with a reason add up.
fn check_control_figures(batch: &Batch, account: &Account, given_up: i64) -> Result<(), FlowError> {
    if let Some(count) = batch.control_count
        && count != batch.rows_done
    {
        let message = format!("you announced {count} rows and the file has {}", batch.rows_done);
        return Err(FlowError::ControlFigures(message));
    }
    if let Some(total) = batch.control_total
        && total != batch.payable_total.saturating_add(given_up)
    {
        let held = batch.payable_total.saturating_add(given_up);
        let with = if given_up > 0 {
            format!(" with {} left out", account.money(given_up))
        } else {
            String::new()
        };
        let message = format!(
            "you announced {} and the payable rows add up to {}{with}, which is off by {}",
            account.money(total),
            account.money(batch.payable_total),
            account.money(total.saturating_sub(held).saturating_abs()),
        );
        return Err(FlowError::ControlFigures(message));
    }
    Ok(())
}
