//! How far each rail was heard out on payments that came back, and where those belong.

use super::schema::rail_news;
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::ids::{IntentId, PayoutId, SliceId};
use crate::domain::payout::Result as IntentResult;
use crate::domain::rail::Returned;
use crate::store::intent::Changed;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

/// The end of the last news of this rail; empty where it was never heard.
///
/// # Errors
/// What the database says.
pub fn load_heard(conn: &mut Conn<'_>, rail: &str) -> Result<String, StoreError> {
    let until: Option<String> = rail_news::table
        .find(rail)
        .select(rail_news::heard_until)
        .first(conn.0)
        .optional()?;
    Ok(until.unwrap_or_default())
}

/// Notes that a rail was heard out from `after` to `until`. Where somebody else has noted more
/// meanwhile, that stands.
///
/// # Errors
/// What the database says.
pub fn advance(
    tx: &mut Tx<'_>,
    rail: &str,
    (after, until): (&str, &str),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::sql_query(
        "INSERT INTO rail_news AS n (rail, heard_until, heard_at) VALUES ($1, $3, $4)
         ON CONFLICT (rail) DO UPDATE SET heard_until = $3, heard_at = $4 WHERE n.heard_until = $2",
    )
    .bind::<Text, _>(rail)
    .bind::<Text, _>(after)
    .bind::<Text, _>(until)
    .bind::<Timestamptz, _>(now)
    .execute(tx.pg())?;
    Ok(())
}

/// Where an intent belongs and what was known of it.
#[derive(Clone, Copy, Debug)]
pub struct Whereabouts {
    /// Which.
    pub intent: IntentId,
    /// Its slice.
    pub slice: SliceId,
    /// Its result so far.
    pub result: IntentResult,
}

#[derive(QueryableByName)]
struct WhereaboutsRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = BigInt)]
    slice_id: i64,
    #[diesel(sql_type = Text)]
    result: String,
}

/// Those of `intents` that went over this rail, by slice. What another rail sent is not this one's to
/// speak of.
///
/// # Errors
/// What the database says.
pub fn find(conn: &mut Conn<'_>, rail: &str, intents: &[IntentId]) -> Result<Vec<Whereabouts>, StoreError> {
    let ids: Vec<Uuid> = intents.iter().map(|id| id.0).collect();
    let rows: Vec<WhereaboutsRow> = diesel::sql_query(
        "SELECT i.id, i.slice_id, i.result FROM intent i JOIN slice s ON s.id = i.slice_id
         JOIN payout_account a ON a.id = s.account_id
         WHERE i.id = ANY($1) AND a.rail = $2 ORDER BY i.slice_id, i.id",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Text, _>(rail)
    .load(conn.0)?;
    rows.into_iter()
        .map(|row| {
            Ok(Whereabouts {
                intent: IntentId(row.id),
                slice: SliceId(row.slice_id),
                result: IntentResult::parse(&row.result).ok_or_else(|| corrupt("result", &row.result))?,
            })
        })
        .collect()
}

#[derive(QueryableByName)]
struct ChangedRow {
    #[diesel(sql_type = SqlUuid)]
    payout_id: Uuid,
    #[diesel(sql_type = BigInt)]
    amount: i64,
}

/// Marks intents of a slice, and their payouts, as returned and counts them on the slice. Only what was
/// paid can come back, and once: the others are left alone. Answers what changed.
///
/// # Errors
/// What the database says.
pub fn note(
    tx: &mut Tx<'_>,
    slice: SliceId,
    returned: &[&Returned],
    now: DateTime<Utc>,
) -> Result<Vec<Changed>, StoreError> {
    let rows: Vec<ChangedRow> = diesel::sql_query(
        "WITH said AS (
             SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[]) AS s(id, message, failure_reason)
         ), heard AS (
             UPDATE intent i SET result = 'returned', message = s.message, failure_reason = s.failure_reason,
                 result_at = $4
             FROM said s WHERE i.id = s.id AND i.slice_id = $5 AND i.result = 'paid'
             RETURNING i.organisation_id, i.payout_id
         ), changed AS (
             UPDATE payout p SET result = 'returned', updated_at = $4
             FROM heard h WHERE p.organisation_id = h.organisation_id AND p.id = h.payout_id
             RETURNING p.id AS payout_id, p.amount
         ), counted AS (
             UPDATE slice SET returned_count = returned_count + c.count, returned_total = returned_total + c.total
             FROM (SELECT count(*)::integer AS count, coalesce(sum(amount), 0)::bigint AS total FROM changed) c
             WHERE id = $5 AND c.count > 0
         )
         SELECT payout_id, amount FROM changed",
    )
    .bind::<Array<SqlUuid>, _>(returned.iter().map(|one| one.intent.0).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(returned.iter().map(|one| one.message.as_str()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(
        returned
            .iter()
            .map(|one| one.failure_reason.as_str())
            .collect::<Vec<_>>(),
    )
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(slice.0)
    .load(tx.pg())?;
    Ok(rows
        .into_iter()
        .map(|row| Changed {
            payout: PayoutId(row.payout_id),
            amount: row.amount,
            result: IntentResult::Returned,
            slice,
        })
        .collect())
}
