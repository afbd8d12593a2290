//! Recomputations of a log that somebody asked for: what they compare with, how far they are, what they
//! found.

use super::schema::audit_check;
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::checkpoint::Outcome;
use crate::domain::ids::{OrganisationId, PersonId};
use crate::domain::permission::Scope;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// Checks that one organisation may have under way.
pub const OPEN_MAX: i64 = 3;

/// One of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Check {
    /// Key.
    pub id: i64,
    /// Whose log.
    pub organisation: OrganisationId,
    /// Who asked.
    pub asked_by: PersonId,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// The line and hash that a checkpoint names, where the log is compared with one.
    pub checkpoint: Option<(i64, Vec<u8>)>,
    /// Lines that the log has, once it is known.
    pub lines_total: i64,
    /// Lines recomputed.
    pub lines_done: i64,
    /// When it ended, and what it found.
    pub end: Option<(DateTime<Utc>, Outcome)>,
}

#[derive(Queryable)]
struct Row {
    id: i64,
    organisation_id: i64,
    asked_by: i64,
    asked_at: DateTime<Utc>,
    checkpoint_seq: Option<i64>,
    checkpoint_hash: Option<Vec<u8>>,
    lines_total: i64,
    lines_done: i64,
    finished_at: Option<DateTime<Utc>>,
    outcome: Option<String>,
    at_seq: Option<i64>,
}

fn check(row: Row) -> Result<Check, StoreError> {
    let end = match (row.finished_at, row.outcome) {
        (Some(at), Some(word)) => {
            let outcome = Outcome::parse(&word, row.at_seq.unwrap_or(0));
            Some((at, outcome.ok_or_else(|| corrupt("outcome", word))?))
        }
        (_, _) => None,
    };
    Ok(Check {
        id: row.id,
        organisation: OrganisationId(row.organisation_id),
        asked_by: PersonId(row.asked_by),
        asked_at: row.asked_at,
        checkpoint: row.checkpoint_seq.zip(row.checkpoint_hash),
        lines_total: row.lines_total,
        lines_done: row.lines_done,
        end,
    })
}

/// Keeps that somebody asked; answers its key.
///
/// # Errors
/// What the database says.
pub fn insert(
    tx: &mut Tx<'_>,
    scope: &Scope,
    checkpoint: Option<(i64, &[u8])>,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    Ok(diesel::insert_into(audit_check::table)
        .values((
            audit_check::organisation_id.eq(scope.organisation().0),
            audit_check::asked_by.eq(scope.person().0),
            audit_check::asked_at.eq(now),
            audit_check::checkpoint_seq.eq(checkpoint.map(|(seq, _)| seq)),
            audit_check::checkpoint_hash.eq(checkpoint.map(|(_, hash)| hash)),
        ))
        .returning(audit_check::id)
        .get_result(tx.pg())?)
}

/// How many are under way.
///
/// # Errors
/// What the database says.
pub fn count_open(conn: &mut Conn<'_>, scope: &Scope) -> Result<i64, StoreError> {
    Ok(audit_check::table
        .filter(
            audit_check::organisation_id
                .eq(scope.organisation().0)
                .and(audit_check::finished_at.is_null()),
        )
        .count()
        .get_result(conn.0)?)
}

/// The newest ones, newest first.
///
/// # Errors
/// What the database says.
pub fn list(conn: &mut Conn<'_>, scope: &Scope, limit: i64) -> Result<Vec<Check>, StoreError> {
    let rows: Vec<Row> = audit_check::table
        .filter(audit_check::organisation_id.eq(scope.organisation().0))
        .order(audit_check::id.desc())
        .limit(limit)
        .load(conn.0)?;
    rows.into_iter().map(check).collect()
}

/// One of them.
///
/// # Errors
/// `NotFound`.
pub fn load(conn: &mut Conn<'_>, id: i64) -> Result<Check, StoreError> {
    let row: Option<Row> = audit_check::table.find(id).first(conn.0).optional()?;
    check(row.ok_or(StoreError::NotFound("check of the log"))?)
}

/// Notes how far it is.
///
/// # Errors
/// What the database says.
pub fn note_progress(tx: &mut Tx<'_>, id: i64, done: i64, total: i64) -> Result<(), StoreError> {
    diesel::update(audit_check::table.find(id))
        .set((
            audit_check::lines_done.eq(done),
            audit_check::lines_total.eq(total),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// Notes what it found; says whether it was not ended before.
///
/// # Errors
/// What the database says.
pub fn finish(tx: &mut Tx<'_>, id: i64, outcome: Outcome, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let ended = diesel::update(
        audit_check::table
            .find(id)
            .filter(audit_check::finished_at.is_null()),
    )
    .set((
        audit_check::finished_at.eq(now),
        audit_check::outcome.eq(outcome.as_str()),
        audit_check::at_seq.eq(outcome.seq()),
    ))
    .execute(tx.pg())?;
    Ok(ended == 1)
}
