//! Which payout pays which one again. One is paid again once: a repayment that was called off is
//! marked as such when the next one is made, so calling off costs nothing here.

use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::ids::{BatchId, BatchNumber, OrganisationId, PayoutId};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Uuid as SqlUuid};
use std::collections::HashMap;
use uuid::Uuid;

/// Over the aliases r (repayment), n (the payout that pays again), nb (its batch), ns (its slice,
/// left-joined): whether it was called off. The trigger `repayment_freed` asks the same.
const CALLED_OFF: &str = "(n.status = 'CANCELLED' OR (nb.status IN ('rejected', 'cancelled') AND n.status IN \
     ('VALIDATION_PENDING', 'VALIDATION_IN_PROGRESS', 'SCHEDULED', 'VALIDATION_FAILED')) \
     OR (ns.state IS NOT DISTINCT FROM 'cancelled' AND n.status = 'SCHEDULED'))";

const FROM: &str = "FROM repayment r JOIN payout n ON n.organisation_id = r.organisation_id AND n.id = r.by_payout_id \
     JOIN batch nb ON nb.id = n.batch_id LEFT JOIN slice ns ON ns.id = n.slice_id";

/// Over the aliases p and n: whether the money goes elsewhere than before. Of a row that had faults
/// nothing was ever sent anywhere.
const MOVED: &str = "(p.faults IS NULL AND n.faults IS NULL AND \
     (n.iban, n.account_number, n.bank_code, n.provider, CASE WHEN n.iban IS NULL AND n.account_number IS NULL THEN n.mobile END) \
     IS DISTINCT FROM \
     (p.iban, p.account_number, p.bank_code, p.provider, CASE WHEN p.iban IS NULL AND p.account_number IS NULL THEN p.mobile END))";

/// A payout on the other side of a repayment, and its batch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Link {
    /// The payout.
    pub payout: PayoutId,
    /// Its batch.
    pub batch: BatchNumber,
}

#[derive(QueryableByName)]
struct LinkRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    other: Uuid,
    #[diesel(sql_type = Integer)]
    batch_number: i32,
    #[diesel(sql_type = Bool)]
    moved: bool,
}

impl LinkRow {
    fn link(&self) -> Result<Link, StoreError> {
        Ok(Link {
            payout: PayoutId(self.other),
            batch: BatchNumber::try_new(self.batch_number)
                .ok_or_else(|| corrupt("batch number", self.batch_number))?,
        })
    }
}

fn keys(ids: &[PayoutId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.0).collect()
}

/// Those of these payouts that are paid again, each with the payout that does it, unless that one was
/// called off.
///
/// # Errors
/// What the database says.
pub fn list_taken(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    ids: &[PayoutId],
) -> Result<HashMap<PayoutId, Link>, StoreError> {
    let rows: Vec<LinkRow> = diesel::sql_query(format!(
        "SELECT r.payout_id AS id, n.id AS other, nb.number AS batch_number, false AS moved {FROM}
         WHERE r.organisation_id = $1 AND r.payout_id = ANY($2) AND NOT r.freed AND NOT {CALLED_OFF}"
    ))
    .bind::<BigInt, _>(organisation.0)
    .bind::<Array<SqlUuid>, _>(keys(ids))
    .load(conn.0)?;
    rows.iter()
        .map(|row| Ok((PayoutId(row.id), row.link()?)))
        .collect()
}

/// What a payout that pays another one again has to say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Again {
    /// The payout that it pays again.
    pub of: Link,
    /// Whether the money goes elsewhere than it did.
    pub is_moved: bool,
}

/// Those of these payouts that pay another one again.
///
/// # Errors
/// What the database says.
pub fn list_again(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    ids: &[PayoutId],
) -> Result<HashMap<PayoutId, Again>, StoreError> {
    let rows: Vec<LinkRow> = diesel::sql_query(format!(
        "SELECT n.id AS id, p.id AS other, b.number AS batch_number, {MOVED} AS moved
         FROM repayment r JOIN payout n ON n.organisation_id = r.organisation_id AND n.id = r.by_payout_id
         JOIN payout p ON p.organisation_id = r.organisation_id AND p.id = r.payout_id
         JOIN batch b ON b.id = p.batch_id
         WHERE r.organisation_id = $1 AND r.by_payout_id = ANY($2)"
    ))
    .bind::<BigInt, _>(organisation.0)
    .bind::<Array<SqlUuid>, _>(keys(ids))
    .load(conn.0)?;
    rows.iter()
        .map(|row| {
            let again = Again {
                of: row.link()?,
                is_moved: row.moved,
            };
            Ok((PayoutId(row.id), again))
        })
        .collect()
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many payouts of a batch that pays others again go elsewhere than those did.
///
/// # Errors
/// What the database says.
pub fn count_moved(conn: &mut Conn<'_>, batch: BatchId) -> Result<i64, StoreError> {
    let row: CountRow = diesel::sql_query(format!(
        "SELECT count(*) AS count FROM payout n
         JOIN repayment r ON r.organisation_id = n.organisation_id AND r.by_payout_id = n.id
         JOIN payout p ON p.organisation_id = r.organisation_id AND p.id = r.payout_id
         WHERE n.batch_id = $1 AND {MOVED}"
    ))
    .bind::<BigInt, _>(batch.0)
    .get_result(conn.0)?;
    Ok(row.count)
}

/// Remembers which row of `batch` pays which payout again. Repayments of those payouts that were
/// called off make room.
///
/// # Errors
/// `Refused` by `repayment_once` where one is paid again already, by `repayment_due` where one may
/// not be.
pub fn insert(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    batch: BatchId,
    again: &[(i32, PayoutId)],
) -> Result<(), StoreError> {
    let rows: Vec<i32> = again.iter().map(|(row, _)| *row).collect();
    let ids: Vec<Uuid> = again.iter().map(|(_, id)| id.0).collect();
    diesel::sql_query(format!(
        "UPDATE repayment SET freed = true WHERE organisation_id = $1 AND by_payout_id = ANY(ARRAY(
             SELECT r.by_payout_id {FROM} WHERE r.organisation_id = $1 AND r.payout_id = ANY($2)
               AND NOT r.freed AND {CALLED_OFF}))"
    ))
    .bind::<BigInt, _>(organisation.0)
    .bind::<Array<SqlUuid>, _>(&ids)
    .execute(tx.pg())?;
    diesel::sql_query(
        "INSERT INTO repayment (organisation_id, by_payout_id, payout_id)
         SELECT $1, p.id, x.id FROM unnest($3, $4) AS x(\"row\", id)
         JOIN payout p ON p.batch_id = $2 AND p.\"row\" = x.\"row\"",
    )
    .bind::<BigInt, _>(organisation.0)
    .bind::<BigInt, _>(batch.0)
    .bind::<Array<Integer>, _>(rows)
    .bind::<Array<SqlUuid>, _>(&ids)
    .execute(tx.pg())?;
    Ok(())
}

/// Everything this payout was paid again by, newest first: the first of them does it still, unless it
/// was called off.
///
/// # Errors
/// What the database says.
pub fn list_of_payout(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    id: PayoutId,
) -> Result<Vec<Link>, StoreError> {
    let rows: Vec<LinkRow> = diesel::sql_query(format!(
        "SELECT r.payout_id AS id, n.id AS other, nb.number AS batch_number, false AS moved {FROM}
         WHERE r.organisation_id = $1 AND r.payout_id = $2 ORDER BY n.id DESC"
    ))
    .bind::<BigInt, _>(organisation.0)
    .bind::<SqlUuid, _>(id.0)
    .load(conn.0)?;
    rows.iter().map(LinkRow::link).collect()
}

/// How many payouts of a batch failed or came back and are not paid again yet, counted up to `limit`.
///
/// # Errors
/// What the database says.
pub fn count_failed(conn: &mut Conn<'_>, batch: BatchId, limit: i64) -> Result<i64, StoreError> {
    count_free(conn, batch, super::payout::FAILED, limit)
}

/// The same of rows that were left out.
///
/// # Errors
/// What the database says.
pub fn count_left_out(conn: &mut Conn<'_>, batch: BatchId, limit: i64) -> Result<i64, StoreError> {
    count_free(conn, batch, super::payout::LEFT_OUT, limit)
}

fn count_free(conn: &mut Conn<'_>, batch: BatchId, which: &str, limit: i64) -> Result<i64, StoreError> {
    let row: CountRow = diesel::sql_query(format!(
        "SELECT count(*) AS count FROM (
             SELECT 1 FROM payout p JOIN batch b ON b.id = p.batch_id
             WHERE p.batch_id = $1 AND {which} AND NOT EXISTS (
                 SELECT 1 {FROM} WHERE r.organisation_id = p.organisation_id AND r.payout_id = p.id
                   AND NOT r.freed AND NOT {CALLED_OFF}) LIMIT $2) x"
    ))
    .bind::<BigInt, _>(batch.0)
    .bind::<BigInt, _>(limit)
    .get_result(conn.0)?;
    Ok(row.count)
}

#[derive(QueryableByName)]
struct ReasonRow {
    #[diesel(sql_type = SqlUuid)]
    payout_id: Uuid,
    #[diesel(sql_type = Nullable<Text>)]
    message: Option<String>,
}

/// What the rail said last of each of these payouts.
///
/// # Errors
/// What the database says.
pub fn list_reasons(conn: &mut Conn<'_>, ids: &[PayoutId]) -> Result<HashMap<PayoutId, String>, StoreError> {
    let rows: Vec<ReasonRow> = diesel::sql_query(
        "SELECT DISTINCT ON (payout_id) payout_id, message FROM intent WHERE payout_id = ANY($1)
         ORDER BY payout_id, created_at DESC",
    )
    .bind::<Array<SqlUuid>, _>(keys(ids))
    .load(conn.0)?;
    Ok(rows
        .into_iter()
        .filter_map(|row| row.message.map(|message| (PayoutId(row.payout_id), message)))
        .collect())
}
