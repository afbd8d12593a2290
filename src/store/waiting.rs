//! Which batches wait for a person: one condition, for the list on the home page and for the count
//! beside the navigation.
//!
//! It says what `domain::authorisation::may` says, as SQL over few rows (only batches that wait are
//! looked at); the page of the batch asks `may` itself, so this list never decides anything.

use super::prepared::{Numbered, numbered};
use super::{Conn, MINOR_MAX, StoreError, batch, corrupt};
use crate::domain::batch::Batch;
use crate::domain::ids::BatchId;
use crate::domain::money::{Currency, Money};
use crate::domain::permission::{Accounts, Actor, Permission, Scope};
use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz};
use diesel::{QueryableByName, RunQueryDsl};

/// $1 organisation, $2 person, then the accounts (null is all) on which they hold $3 view,
/// $4 review, $5 approve, $6 capture.
const WAITS: &str = "b.organisation_id = $1
    AND b.status IN ('awaiting_review', 'awaiting_approval', 'awaiting_release', 'open', 'error', 'matching')
    AND ($3::bigint[] IS NULL OR b.account_id = ANY($3))
    AND CASE b.status
        WHEN 'awaiting_review' THEN ($4::bigint[] IS NULL OR b.account_id = ANY($4))
        WHEN 'awaiting_approval' THEN ($5::bigint[] IS NULL OR b.account_id = ANY($5))
        ELSE ($6::bigint[] IS NULL OR b.account_id = ANY($6)) END
    AND CASE
        WHEN b.status IN ('open', 'error', 'matching') THEN b.captured_by = $2
        WHEN b.status = 'awaiting_release' THEN EXISTS (SELECT 1 FROM signature s WHERE s.batch_id = b.id
            AND s.revision = b.revision AND s.person_id = $2 AND s.seat = 'initiator')
        ELSE NOT EXISTS (SELECT 1 FROM batch_maker m WHERE m.batch_id = b.id AND m.person_id = $2)
            AND NOT EXISTS (SELECT 1 FROM signature s WHERE s.batch_id = b.id
                AND s.revision = b.revision AND s.person_id = $2) END";

/// What waits, in one currency.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Total {
    /// Batches.
    pub batches: i64,
    /// Payable payouts in them.
    pub payouts: i64,
    /// What these come to.
    pub money: Money,
}

#[derive(QueryableByName)]
struct TotalRow {
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = BigInt)]
    batches: i64,
    #[diesel(sql_type = BigInt)]
    payouts: i64,
    #[diesel(sql_type = BigInt)]
    minor: i64,
}

#[derive(QueryableByName)]
struct KeyRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// What every page tells beside its navigation, in one statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug, QueryableByName)]
pub struct Counted {
    /// Batches that wait for this person.
    #[diesel(sql_type = BigInt)]
    pub batches: i64,
    /// Whether a proposal is open in the organisation, whoever may decide it.
    #[diesel(sql_type = Bool)]
    pub has_proposals: bool,
}

/// Counts what waits for this person.
///
/// # Errors
/// What the database says.
pub fn count(conn: &mut Conn<'_>, actor: &Actor) -> Result<Counted, StoreError> {
    let query = format!(
        "SELECT count(*) AS batches,
             EXISTS (SELECT FROM proposal WHERE organisation_id = $1 AND status = 'open') AS has_proposals
         FROM batch b WHERE {WAITS}"
    );
    Ok(bound(query, actor).get_result(conn.0)?)
}

/// How much waits for this person, a line a currency.
///
/// # Errors
/// What the database says.
pub fn list_totals(conn: &mut Conn<'_>, actor: &Actor) -> Result<Vec<Total>, StoreError> {
    let query = format!(
        "SELECT a.currency, count(*) AS batches, sum(b.payable_count)::bigint AS payouts,
             least(sum(b.payable_total), {MINOR_MAX})::bigint AS minor
         FROM batch b JOIN payout_account a ON a.id = b.account_id WHERE {WAITS} GROUP BY a.currency ORDER BY a.currency"
    );
    let rows: Vec<TotalRow> = bound(query, actor).load(conn.0)?;
    rows.into_iter()
        .map(|row| {
            let currency =
                Currency::parse(&row.currency).ok_or_else(|| corrupt("currency", &row.currency))?;
            Ok(Total {
                batches: row.batches,
                payouts: row.payouts,
                money: Money::new(row.minor, currency),
            })
        })
        .collect()
}

/// The batches that wait for this person, at most `limit`: signatures first, what has waited longest
/// before the rest.
///
/// # Errors
/// What the database says.
pub fn list(conn: &mut Conn<'_>, actor: &Actor, limit: i64) -> Result<Vec<Batch>, StoreError> {
    let query = format!(
        "SELECT b.id FROM batch b WHERE {WAITS}
         ORDER BY b.status IN ('open', 'error', 'matching'), b.id LIMIT {limit}"
    );
    let rows: Vec<KeyRow> = bound(query, actor).load(conn.0)?;
    let ids: Vec<BatchId> = rows.into_iter().map(|row| BatchId(row.id)).collect();
    let mut batches = batch::list_by_ids(conn, &ids)?;
    batches.sort_by_key(|batch| ids.iter().position(|id| *id == batch.id));
    Ok(batches)
}

/// Which of `ids` wait for this person.
///
/// # Errors
/// What the database says.
pub fn list_among(conn: &mut Conn<'_>, actor: &Actor, ids: &[BatchId]) -> Result<Vec<BatchId>, StoreError> {
    let query = format!("SELECT b.id FROM batch b WHERE {WAITS} AND b.id = ANY($7)");
    let keys: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<KeyRow> = bound(query, actor).bind::<Array<BigInt>, _>(keys).load(conn.0)?;
    Ok(rows.into_iter().map(|row| BatchId(row.id)).collect())
}

/// Batches this person captured since `since` of whose file nothing could be taken in, newest first.
///
/// # Errors
/// What the database says.
pub fn list_failed(
    conn: &mut Conn<'_>,
    scope: &Scope,
    since: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Batch>, StoreError> {
    let rows: Vec<KeyRow> = numbered(
        "SELECT id FROM batch WHERE organisation_id = $1 AND status = 'failed' AND captured_by = $2
         AND captured_at >= $3 ORDER BY id DESC LIMIT $4",
    )
    .bind::<BigInt, _>(scope.organisation().0)
    .bind::<BigInt, _>(scope.person().0)
    .bind::<Timestamptz, _>(since)
    .bind::<BigInt, _>(limit)
    .load(conn.0)?;
    let ids: Vec<BatchId> = rows.into_iter().map(|row| BatchId(row.id)).collect();
    let batches = batch::list_by_ids(conn, &ids)?;
    Ok(batches
        .into_iter()
        .filter(|batch| scope.accounts().contain(batch.account))
        .collect())
}

fn bound(query: String, actor: &Actor) -> Numbered<'static> {
    let held = [
        Permission::BatchView,
        Permission::BatchReview,
        Permission::BatchApprove,
        Permission::BatchCapture,
    ];
    let query = numbered(query)
        .bind::<BigInt, _>(actor.organisation().0)
        .bind::<BigInt, _>(actor.person().0);
    held.into_iter().fold(query, |query, permission| {
        query.bind::<Nullable<Array<BigInt>>, _>(keys(actor.accounts(permission)))
    })
}

/// Null is every account, an empty list is none.
fn keys(accounts: Option<Accounts>) -> Option<Vec<i64>> {
    match accounts {
        Some(Accounts::All) => None,
        Some(Accounts::Only(ids)) => Some(ids.into_iter().map(|id| id.0).collect()),
        None => Some(Vec::new()),
    }
}
