//! Submission: the initiator's signature. It fixes the level from the policy in force and freezes
//! the revision. Faulty rows stay out of what is signed.

use crate::domain::account::Account;
use crate::domain::authorisation::{Act, Level, Seat, can_be_signed, may};
use crate::domain::batch::{Batch, Status};
use crate::domain::event::Event;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::ids::BatchNumber;
use crate::domain::permission::{Actor, Permission};
use crate::flows::{FlowError, tell};
use crate::store::{Tx, account, batch, event, signature, slice, standing};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Signs as initiator; answers where the batch stands then.
///
/// # Errors
/// A refusal of duty or state, a stale fingerprint, control figures that disagree, or a level that
/// nobody else here could sign.
pub fn submit(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    seen: Option<Fingerprint>,
    now: DateTime<Utc>,
) -> Result<Status, FlowError> {
    let scope = actor.require(Permission::BatchCapture)?;
    let mut found = batch::lock(tx, &scope, number)?;
    let situation = standing::load(tx, actor, &found)?;
    may(Act::Submit, &situation.stand, &situation.standing)?;
    if seen.is_none() || seen != found.fingerprint {
        return Err(FlowError::FingerprintStale);
    }
    let account = account::load(tx, found.account)?;
    check_control_figures(&found, &account)?;
    let (policy, rule) = account::load_policy(tx, found.account)?;
    let mut level = rule.level(found.payable_total, found.largest);
    // What was paid in part before it was edited never falls below what it was signed at.
    if let Some(before) = found.level.filter(|before| *before > level)
        && slice::has_begun(tx, found.id)?
    {
        level = before;
    }
    let others: Vec<_> = standing::list_candidates(tx, &found, &situation, Some(actor.person()))?
        .into_iter()
        .map(|(_, candidate)| candidate)
        .collect();
    can_be_signed(level, &others).map_err(|missing| FlowError::NobodyCanSign { level, missing })?;
    signature::insert(tx, &found, actor.person(), Seat::Initiator, now)?;
    batch::fix_level(tx, &mut found, level, policy)?;
    let status = batch::advance(tx, &mut found, level.submission())?;
    tell::next_signers(tx, actor, (&found, &situation), now)?;
    say(tx, actor, &found, (&account, level), now)?;
    Ok(status)
}

fn say(
    tx: &mut Tx<'_>,
    actor: &Actor,
    found: &Batch,
    (account, level): (&Account, Level),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let data = json!({ "level": level.name(), "payouts": found.payable_count,
        "total": account.money(found.payable_total).plain(), "left_out": found.fault_count,
        "revision": found.revision, "fingerprint": found.fingerprint.map(Fingerprint::to_hex) });
    let submitted = Event::new(found.organisation, now, level.submission().as_str(), data);
    Ok(event::append(
        tx,
        &submitted.by(actor.person()).on_batch(found.id),
    )?)
}

/// What the uploader said there should be, against what was read: every row, faulty ones too, but
/// only amounts that could be read add up.
fn check_control_figures(batch: &Batch, account: &Account) -> Result<(), FlowError> {
    if let Some(count) = batch.control_count
        && count != batch.rows_done
    {
        let message = format!("you announced {count} rows and the file has {}", batch.rows_done);
        return Err(FlowError::ControlFigures(message));
    }
    if let Some(total) = batch.control_total
        && total != batch.payable_total
    {
        let message = format!(
            "you announced {} and the payable rows add up to {}, which is off by {}",
            account.money(total),
            account.money(batch.payable_total),
            account.money((total - batch.payable_total).saturating_abs()),
        );
        return Err(FlowError::ControlFigures(message));
    }
    Ok(())
}
