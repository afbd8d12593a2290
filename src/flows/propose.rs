//! Proposals: made by one administrator, confirmed by another, and only then carried out. Refused,
//! withdrawn, or closed when nobody answers in time.
//!
//! What a wish means as things stand is `draft`; what a confirmed change does is `apply`. Decisions of
//! one organisation wait for each other. The invariant: at the end of a decision somebody active can
//! manage the team, and whoever lost an administrator's permission is written down.

mod apply;
mod draft;
mod letters;

use crate::domain::event::Event;
use crate::domain::ids::{PersonId, ProposalId};
use crate::domain::permission::{Actor, NotPermitted};
use crate::domain::proposal::{Change, Decision, Need, Proposal, Refusal, Status, WAITS, Wish};
use crate::domain::task::Task;
use crate::flows::FlowError;
use crate::flows::error::required_reason;
use crate::store::proposal::{self, Ending};
use crate::store::{Conn, Tx, event, holder, queue};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// A token for the link of an invitation, made outside: only its hash is kept.
#[derive(Clone, Copy)]
pub struct Fresh<'a> {
    /// As the link carries it.
    pub token: &'a str,
}

/// What a wish would change as things stand: shown before it is proposed.
///
/// # Errors
/// `Invalid` where the wish is malformed, a refusal where it can't be proposed.
pub fn preview(conn: &mut Conn<'_>, actor: &Actor, wish: &Wish) -> Result<Change, FlowError> {
    let change = draft::draft(conn, actor.organisation(), wish)?;
    require(actor, change.need())?;
    if change.is_own_affair_of(actor.person()) {
        return Err(Refusal::Yourself.into());
    }
    if change.is_empty() {
        return Err(FlowError::invalid(
            "change",
            "This is how it stands already. Change something first.",
        ));
    }
    Ok(change)
}

/// Whether what the proposal changes is no longer what it was.
///
/// # Errors
/// What the store says.
pub fn is_stale(conn: &mut Conn<'_>, found: &Proposal) -> Result<bool, FlowError> {
    match draft::draft(conn, found.organisation, &found.change.wish()) {
        Ok(now) => Ok(now != found.change),
        Err(FlowError::Store(error)) if !matches!(error, crate::store::StoreError::NotFound(_)) => {
            Err(error.into())
        }
        // What it is about is gone, or stands otherwise.
        Err(_) => Ok(true),
    }
}

/// Proposes it.
///
/// # Errors
/// As `preview`.
pub fn propose(
    tx: &mut Tx<'_>,
    actor: &Actor,
    wish: &Wish,
    now: DateTime<Utc>,
) -> Result<ProposalId, FlowError> {
    let change = preview(tx, actor, wish)?;
    let expires_at = now + WAITS;
    let id = proposal::insert(tx, actor, &change, (now, expires_at))?;
    queue::enqueue(tx, &Task::ExpireProposal { proposal: id }, expires_at)?;
    letters::waits(tx, actor, (id, &change), expires_at, now)?;
    let data = json!({ "proposal": id.0, "change": change, "expires_at": expires_at });
    let made = Event::new(actor.organisation(), now, Status::Open.event(), data);
    event::append(tx, &made.by(actor.person()))?;
    Ok(id)
}

/// Lets it hold, and carries it out.
///
/// # Errors
/// A refusal of duty or state.
pub fn confirm(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ProposalId,
    fresh: Fresh<'_>,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let (found, alone) = decide(tx, actor, id, Decision::Confirm, now)?;
    let need = found.change.need();
    let before = holder::list(tx, found.organisation)?;
    let stands = |holder: &holder::Holder| holder.person == found.proposed_by && holder.meets(need);
    if !before.iter().any(stands) {
        return Err(Refusal::ProposerGone.into());
    }
    if is_stale(tx, &found)? {
        return Err(Refusal::Stale.into());
    }
    let alone = alone && found.proposed_by == actor.person();
    close(
        tx,
        &found,
        (Status::Confirmed, None),
        (Some(actor.person()), alone),
        now,
    )?;
    let done = apply::apply(tx, &found, actor.person(), fresh, now)?;
    holder::note_lost(tx, found.organisation, &before, now)?;
    if !holder::has_administrator(tx, found.organisation)? {
        return Err(Refusal::LastAdministrator.into());
    }
    say(
        tx,
        &found,
        (Status::Confirmed, None),
        (Some(actor.person()), alone),
        now,
    )?;
    Ok(event::append(tx, &done)?)
}

/// Says no, with a reason.
///
/// # Errors
/// A refusal of duty or state, `Invalid` without a reason.
pub fn refuse(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ProposalId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let (found, _) = decide(tx, actor, id, Decision::Refuse, now)?;
    let how = (Status::Refused, Some(required_reason(reason)?));
    close(tx, &found, how, (Some(actor.person()), false), now)?;
    say(tx, &found, how, (Some(actor.person()), false), now)
}

/// Takes it back.
///
/// # Errors
/// A refusal of duty or state.
pub fn withdraw(tx: &mut Tx<'_>, actor: &Actor, id: ProposalId, now: DateTime<Utc>) -> Result<(), FlowError> {
    let (found, _) = decide(tx, actor, id, Decision::Withdraw, now)?;
    let how = (Status::Withdrawn, None);
    close(tx, &found, how, (Some(actor.person()), false), now)?;
    say(tx, &found, how, (Some(actor.person()), false), now)
}

/// Closes one that nobody decided in time; nothing where it was decided.
///
/// # Errors
/// What the store says.
pub fn expire(tx: &mut Tx<'_>, id: ProposalId, now: DateTime<Utc>) -> Result<(), FlowError> {
    let organisation = proposal::load_any(tx, id)?.organisation;
    proposal::lock_administration(tx, organisation)?;
    let found = proposal::load_any(tx, id)?;
    if found.status != Status::Open || now < found.expires_at {
        return Ok(());
    }
    close(tx, &found, (Status::Expired, None), (None, false), now)?;
    say(tx, &found, (Status::Expired, None), (None, false), now)
}

fn require(actor: &Actor, need: Need) -> Result<(), FlowError> {
    if need.is_met_by(actor) {
        Ok(())
    } else {
        Err(NotPermitted {
            permission: need.permission,
            everywhere: need.account.is_none(),
        }
        .into())
    }
}

/// The proposal, which the actor may decide so; and whether nobody else could.
fn decide(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ProposalId,
    decision: Decision,
    now: DateTime<Utc>,
) -> Result<(Proposal, bool), FlowError> {
    proposal::lock_administration(tx, actor.organisation())?;
    let found = proposal::load(tx, actor, id)?;
    let need = found.change.need();
    if decision != Decision::Withdraw {
        require(actor, need)?;
    }
    let alone = holder::is_alone(tx, found.organisation, need, actor.person(), now)?;
    found.may(decision, actor.person(), alone, now)?;
    Ok((found, alone))
}

type How<'a> = (Status, Option<&'a str>);

fn close(
    tx: &mut Tx<'_>,
    found: &Proposal,
    (status, reason): How<'_>,
    (by, alone): (Option<PersonId>, bool),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let ending = Ending {
        status,
        by,
        reason,
        alone,
    };
    proposal::close(tx, found.id, &ending, now)?;
    letters::decided(tx, found, (status, reason), by, now)
}

fn say(
    tx: &mut Tx<'_>,
    found: &Proposal,
    (status, reason): How<'_>,
    (by, alone): (Option<PersonId>, bool),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let mut data = json!({ "proposal": found.id.0, "kind": found.change.kind() });
    if let Value::Object(map) = &mut data {
        if let Some(reason) = reason {
            map.insert("reason".to_owned(), json!(reason));
        }
        if alone {
            let why = "no other administrator in the last 30 days";
            map.insert("alone".to_owned(), json!(why));
        }
    }
    let mut what = Event::new(found.organisation, now, status.event(), data);
    what.actor = by;
    Ok(event::append(tx, &what)?)
}
