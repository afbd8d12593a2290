//! Proposals as they are kept, and their decision.
//!
//! Decisions of one organisation wait for each other (`lock_administration`), so that two of them
//! can't each leave the other as the last administrator.

use super::schema::{organisation, proposal};
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::ids::{OrganisationId, PersonId, ProposalId};
use crate::domain::permission::Actor;
use crate::domain::proposal::{Change, Proposal, Status};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;

#[derive(Queryable, Selectable)]
#[diesel(table_name = proposal, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: i64,
    organisation_id: i64,
    change: Value,
    status: String,
    proposed_by: i64,
    proposed_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    decided_by: Option<i64>,
    decided_at: Option<DateTime<Utc>>,
    reason: Option<String>,
    alone: bool,
}

impl TryFrom<Row> for Proposal {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: ProposalId(row.id),
            organisation: OrganisationId(row.organisation_id),
            change: serde_json::from_value(row.change).map_err(|error| corrupt("proposal", error))?,
            status: Status::parse(&row.status).ok_or_else(|| corrupt("proposal status", &row.status))?,
            proposed_by: PersonId(row.proposed_by),
            proposed_at: row.proposed_at,
            expires_at: row.expires_at,
            decided_by: row.decided_by.map(PersonId),
            decided_at: row.decided_at,
            reason: row.reason,
            alone: row.alone,
        })
    }
}

/// Makes everything that changes the organisation's people, roles and policies wait for this
/// transaction. Taken before anything else is locked.
///
/// # Errors
/// What the database says.
pub fn lock_administration(tx: &mut Tx<'_>, id: OrganisationId) -> Result<(), StoreError> {
    organisation::table
        .find(id.0)
        .select(organisation::id)
        .for_no_key_update()
        .first::<i64>(tx.pg())?;
    Ok(())
}

/// Keeps a proposal.
///
/// # Errors
/// What the database says.
pub fn insert(
    tx: &mut Tx<'_>,
    actor: &Actor,
    change: &Change,
    (now, expires_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<ProposalId, StoreError> {
    let need = change.need();
    let value = serde_json::to_value(change).map_err(|error| corrupt("proposal", error))?;
    let id: i64 = diesel::insert_into(proposal::table)
        .values((
            proposal::organisation_id.eq(actor.organisation().0),
            proposal::kind.eq(change.kind()),
            proposal::change.eq(value),
            proposal::permission.eq(need.permission.as_str()),
            proposal::account_id.eq(need.account.map(|account| account.0)),
            proposal::person_id.eq(change.person().map(|person| person.0)),
            proposal::proposed_by.eq(actor.person().0),
            proposal::proposed_at.eq(now),
            proposal::expires_at.eq(expires_at),
        ))
        .returning(proposal::id)
        .get_result(tx.pg())?;
    Ok(ProposalId(id))
}

fn is_seen_by(actor: &Actor, one: &Proposal) -> bool {
    one.proposed_by == actor.person() || one.change.need().is_met_by(actor)
}

/// The proposals that the actor proposed or could confirm: open ones, or closed ones; newest first.
///
/// # Errors
/// What the database says.
pub fn list(conn: &mut Conn<'_>, actor: &Actor, open: bool, limit: i64) -> Result<Vec<Proposal>, StoreError> {
    let all = proposal::table
        .filter(proposal::organisation_id.eq(actor.organisation().0))
        .order(proposal::id.desc())
        .limit(limit)
        .select(Row::as_select());
    let word = Status::Open.as_str();
    let rows: Vec<Row> = if open {
        all.filter(proposal::status.eq(word)).load(conn.0)?
    } else {
        all.filter(proposal::status.ne(word)).load(conn.0)?
    };
    let all: Result<Vec<Proposal>, StoreError> = rows.into_iter().map(Proposal::try_from).collect();
    Ok(all?.into_iter().filter(|one| is_seen_by(actor, one)).collect())
}

/// A proposal that the actor proposed or could confirm.
///
/// # Errors
/// `NotFound`, also where it is not theirs to see.
pub fn load(conn: &mut Conn<'_>, actor: &Actor, id: ProposalId) -> Result<Proposal, StoreError> {
    let row = proposal::table
        .find(id.0)
        .filter(proposal::organisation_id.eq(actor.organisation().0))
        .select(Row::as_select())
        .first(conn.0)
        .optional()?
        .ok_or(StoreError::NotFound("proposal"))?;
    let found = Proposal::try_from(row)?;
    if is_seen_by(actor, &found) {
        Ok(found)
    } else {
        Err(StoreError::NotFound("proposal"))
    }
}

/// The proposal with this key: for jobs.
///
/// # Errors
/// `NotFound`.
pub fn load_any(conn: &mut Conn<'_>, id: ProposalId) -> Result<Proposal, StoreError> {
    proposal::table
        .find(id.0)
        .select(Row::as_select())
        .first(conn.0)
        .optional()?
        .ok_or(StoreError::NotFound("proposal"))?
        .try_into()
}

/// How a proposal ends.
pub struct Ending<'a> {
    /// To what.
    pub status: Status,
    /// Who decided; `None` for one that ran out.
    pub by: Option<PersonId>,
    /// Why.
    pub reason: Option<&'a str>,
    /// Confirmed by the one who proposed it.
    pub alone: bool,
}

/// Ends an open proposal.
///
/// # Errors
/// `Stale` where it was ended meanwhile; `Refused` where duty stands against it.
pub fn close(
    tx: &mut Tx<'_>,
    id: ProposalId,
    ending: &Ending<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let changed = diesel::update(
        proposal::table
            .find(id.0)
            .filter(proposal::status.eq(Status::Open.as_str())),
    )
    .set((
        proposal::status.eq(ending.status.as_str()),
        proposal::decided_by.eq(ending.by.map(|person| person.0)),
        proposal::decided_at.eq(now),
        proposal::reason.eq(ending.reason),
        proposal::alone.eq(ending.alone),
    ))
    .execute(tx.pg())?;
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::Stale("proposal"))
    }
}
