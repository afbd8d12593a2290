//! How payouts that look alike are found: by a hash of destination and amount beside the payouts, a
//! run of rows in a statement, each row by a few looks into an index, so that the cost follows the
//! batch and not what was paid before.
//!
//! The invariant: hashes only narrow; what is told was compared in full. A hit that is found again is
//! the same one and keeps its answer.

use super::super::schema::duplicate_check;
use super::super::{Conn, StoreError, Tx};
use crate::domain::batch::Batch;
use crate::domain::ids::BatchId;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Timestamptz};

/// How far apart two batches may have been captured, in days.
const DAYS: i32 = 30;
/// How long likenesses are kept: a batch that waited so long may still be corrected and compared.
const KEPT_DAYS: i64 = 60;
/// Look-alikes in other batches that are compared in full for a row, before and after it each.
const CANDIDATES: i32 = 20;
/// Rows that are judged again because one of them was corrected, at most.
const COMPANIONS_MAX: i64 = 5_000;

/// The key, over the aliases p (payout) and a (its account).
const LIKENESS: &str = "hashtextextended(concat_ws('|', a.currency, p.amount::text,
    coalesce(p.iban, p.bank_code || ' ' || p.account_number, p.mobile)), 0)";

/// Whether p and o go to the same place with the same amount: by IBAN, else bank code and account
/// number, else mobile number. A mobile number beside a bank account is a contact.
const SAME: &str = "p.amount = o.amount AND p.iban IS NOT DISTINCT FROM o.iban
    AND p.account_number IS NOT DISTINCT FROM o.account_number AND p.bank_code IS NOT DISTINCT FROM o.bank_code
    AND (p.iban IS NOT NULL OR p.account_number IS NOT NULL OR p.mobile IS NOT DISTINCT FROM o.mobile)";

/// The rows a statement looks up one by one: $3 to $4, and $5. Never joined to a table that may be read
/// whole: on a table without statistics that is every row of a run with every other.
const WANTED: &str = "wanted AS (SELECT generate_series($3, $4) AS \"row\" UNION SELECT unnest($5))";

/// Rows of a batch.
#[derive(Clone, Copy, Debug)]
pub enum Rows<'a> {
    /// From the first to the last.
    Between(i32, i32),
    /// These.
    These(&'a [i32]),
}

type Wanted<'a> = (i32, i32, &'a [i32]);

impl<'a> Rows<'a> {
    const fn wanted(self) -> Wanted<'a> {
        match self {
            Self::Between(first, last) => (first, last, &[]),
            Self::These(rows) => (1, 0, rows),
        }
    }

    /// The same rows as a condition on the table with this alias, which its index answers.
    fn of(self, alias: &str) -> String {
        match self {
            Self::Between(..) => format!("{alias}.\"row\" BETWEEN $3 AND $4"),
            Self::These(_) => format!("{alias}.\"row\" = ANY($5)"),
        }
    }
}

/// Runs a statement over rows of a batch: $1 organisation, $2 batch, $3 to $5 the rows.
fn run(tx: &mut Tx<'_>, batch: &Batch, rows: Rows<'_>, statement: &str) -> Result<usize, StoreError> {
    let (first, last, these) = rows.wanted();
    Ok(diesel::sql_query(statement)
        .bind::<BigInt, _>(batch.organisation.0)
        .bind::<BigInt, _>(batch.id.0)
        .bind::<Integer, _>(first)
        .bind::<Integer, _>(last)
        .bind::<Array<Integer>, _>(these)
        .execute(tx.pg())?)
}

/// Has whoever else writes the batch's duplicates wait until this transaction ends.
pub(super) fn lock(tx: &mut Tx<'_>, batch: &Batch) -> Result<(), StoreError> {
    diesel::insert_into(duplicate_check::table)
        .values((
            duplicate_check::organisation_id.eq(batch.organisation.0),
            duplicate_check::batch_id.eq(batch.id.0),
        ))
        .on_conflict_do_nothing()
        .execute(tx.pg())?;
    let key = (batch.organisation.0, batch.id.0);
    duplicate_check::table
        .find(key)
        .select(duplicate_check::batch_id)
        .for_update()
        .first::<i64>(tx.pg())?;
    Ok(())
}

/// Keeps where these rows go and how much, in place of what was kept of them before. In the order of
/// the key, so that the index is filled page by page.
///
/// # Errors
/// What the database says.
pub fn remember(tx: &mut Tx<'_>, batch: &Batch, rows: Rows<'_>) -> Result<(), StoreError> {
    lock(tx, batch)?;
    run(
        tx,
        batch,
        rows,
        &format!(
            "DELETE FROM payout_likeness l WHERE l.organisation_id = $1 AND l.batch_id = $2 AND {}",
            rows.of("l")
        ),
    )?;
    run(
        tx,
        batch,
        rows,
        &format!(
            "WITH {WANTED} INSERT INTO payout_likeness (organisation_id, likeness, batch_id, \"row\")
             SELECT p.organisation_id, {LIKENESS} AS likeness, p.batch_id, p.\"row\"
             FROM wanted w CROSS JOIN LATERAL (SELECT * FROM payout x
                 WHERE x.organisation_id = $1 AND x.batch_id = $2 AND x.\"row\" = w.\"row\" OFFSET 0) p
             JOIN payout_account a ON a.id = p.account_id
             WHERE p.slice_id IS NOT NULL AND p.status <> 'CANCELLED'
             ORDER BY likeness, p.\"row\" ON CONFLICT DO NOTHING"
        ),
    )?;
    let key = (batch.organisation.0, batch.id.0);
    diesel::update(duplicate_check::table.find(key))
        .set(duplicate_check::remembered.eq(true))
        .execute(tx.pg())?;
    Ok(())
}

/// Compares these rows, all of them remembered, with the others of the file and of other batches.
/// Of a file the later row is told of the first one.
///
/// # Errors
/// What the database says.
pub fn compare(tx: &mut Tx<'_>, batch: &Batch, rows: Rows<'_>) -> Result<(), StoreError> {
    lock(tx, batch)?;
    count(tx, batch, rows, Sign::Minus)?;
    run(tx, batch, rows, &statement(rows))?;
    count(tx, batch, rows, Sign::Plus)
}

/// What failed, came back or was called off was not paid. Copies of one batch by a rule are meant to
/// be alike; an account's own hits come first, because everybody who reads the batch may see them.
fn statement(rows: Rows<'_>) -> String {
    // Likeness and batch are compared as one: only the key can answer that, in its order. Apart, on a
    // table without statistics, the other index looks as good, and every row of the file is gone through
    // for each of them.
    let other = |before: &str, within: &str, way: &str| {
        format!(
            "(SELECT k.batch_id, k.\"row\" FROM payout_likeness k
              WHERE k.organisation_id = $1 AND (k.likeness, k.batch_id) {before} (m.likeness, $2)
                  AND k.likeness {within} m.likeness
              ORDER BY k.likeness {way}, k.batch_id {way}, k.\"row\" {way} LIMIT {CANDIDATES})"
        )
    };
    let earlier = other("<", ">=", "DESC");
    let later = other(">", "<=", "ASC");
    let told = rows.of("d");
    format!(
        "WITH {WANTED},
         mine AS MATERIALIZED (SELECT l.likeness, l.\"row\" FROM wanted w CROSS JOIN LATERAL (
             SELECT k.likeness, k.\"row\" FROM payout_likeness k
             WHERE k.organisation_id = $1 AND k.batch_id = $2 AND k.\"row\" = w.\"row\" OFFSET 0) l),
         me AS MATERIALIZED (SELECT b.account_id, b.captured_at, b.repeats FROM batch b WHERE b.id = $2),
         found AS MATERIALIZED (
             SELECT m.\"row\", 'in_file' AS kind, $2 AS batch_id, me.account_id, o.\"row\" AS other_row
             FROM mine m CROSS JOIN me CROSS JOIN LATERAL (
                 SELECT k.\"row\" FROM payout_likeness k
                 WHERE k.organisation_id = $1 AND (k.likeness, k.batch_id, k.\"row\") >= (m.likeness, $2, 0)
                 ORDER BY k.likeness, k.batch_id, k.\"row\" LIMIT 1) f
             CROSS JOIN LATERAL (SELECT * FROM payout x
                 WHERE x.batch_id = $2 AND x.\"row\" = m.\"row\" AND f.\"row\" <> m.\"row\" OFFSET 0) p
             CROSS JOIN LATERAL (SELECT * FROM payout x WHERE x.batch_id = $2 AND x.\"row\" = f.\"row\" OFFSET 0) o
             WHERE {SAME}
             UNION ALL
             SELECT m.\"row\", 'in_batch', h.batch_id, h.account_id, h.\"row\"
             FROM mine m CROSS JOIN me CROSS JOIN LATERAL (
                 SELECT o.batch_id, o.account_id, o.\"row\" FROM ({earlier} UNION ALL {later}) k
                 JOIN batch b ON b.id = k.batch_id AND b.status NOT IN ('failed', 'cancelled', 'rejected')
                     AND b.captured_at BETWEEN me.captured_at - make_interval(days => {DAYS})
                         AND me.captured_at + make_interval(days => {DAYS})
                     AND b.id IS DISTINCT FROM me.repeats AND b.repeats IS DISTINCT FROM $2
                     AND (b.repeats IS NULL OR b.repeats IS DISTINCT FROM me.repeats)
                 CROSS JOIN LATERAL (SELECT * FROM payout x
                     WHERE x.batch_id = k.batch_id AND x.\"row\" = k.\"row\" OFFSET 0) o
                 CROSS JOIN LATERAL (SELECT * FROM payout x WHERE x.batch_id = $2 AND x.\"row\" = m.\"row\" OFFSET 0) p
                 JOIN payout_account oa ON oa.id = o.account_id
                 JOIN payout_account pa ON pa.id = p.account_id AND pa.currency = oa.currency
                 WHERE o.status NOT IN ('VALIDATION_FAILED', 'CANCELLED', 'INTENT_CREATION_FAILED')
                     AND (o.result IS NULL OR o.result NOT IN ('failed', 'canceled', 'returned')) AND {SAME}
                 ORDER BY o.account_id = me.account_id DESC, o.batch_id DESC, o.\"row\" LIMIT 1) h),
         gone AS (DELETE FROM duplicate d
             WHERE d.organisation_id = $1 AND d.batch_id = $2 AND {told}
               AND (d.\"row\", d.kind) NOT IN (SELECT f.\"row\", f.kind FROM found f))
         INSERT INTO duplicate (organisation_id, batch_id, \"row\", kind, other_batch_id, other_account_id, other_row, asked)
         SELECT $1, $2, f.\"row\", f.kind, f.batch_id, f.account_id, f.other_row, {ASKED} FROM found f
         {AGAIN}"
    )
}

/// How many answers to all the batch has.
const ASKED: &str =
    "(SELECT coalesce(max(s.n), 0) FROM duplicate_answer s WHERE s.organisation_id = $1 AND s.batch_id = $2)";

/// The same hit stays as it is; another one in its place has no answer yet.
const AGAIN: &str = "ON CONFLICT (organisation_id, batch_id, \"row\", kind) DO UPDATE SET
    other_batch_id = excluded.other_batch_id, other_account_id = excluded.other_account_id,
    other_row = excluded.other_row, asked = excluded.asked, reason = NULL, answered_by = NULL, answered_at = NULL
    WHERE (duplicate.other_batch_id, duplicate.other_row) IS DISTINCT FROM (excluded.other_batch_id, excluded.other_row)";

/// Whether the batch's file was uploaded before, by its content.
///
/// # Errors
/// What the database says.
pub fn compare_file(tx: &mut Tx<'_>, batch: &Batch) -> Result<(), StoreError> {
    lock(tx, batch)?;
    diesel::sql_query(format!(
        "INSERT INTO duplicate (organisation_id, batch_id, \"row\", kind, other_batch_id, other_account_id, other_row, asked)
         SELECT $1, $2, 0, 'same_file', o.id, o.account_id, 0, {ASKED}
         FROM batch b JOIN file f ON f.id = b.file_id
         JOIN file g ON g.organisation_id = $1 AND g.digest = f.digest
         JOIN batch o ON o.organisation_id = $1 AND o.file_id = g.id
         WHERE b.id = $2 AND o.id < $2 AND o.status NOT IN ('failed', 'cancelled', 'rejected')
         ORDER BY o.account_id = b.account_id DESC, o.id DESC LIMIT 1
         {AGAIN}"
    ))
    .bind::<BigInt, _>(batch.organisation.0)
    .bind::<BigInt, _>(batch.id.0)
    .execute(tx.pg())?;
    Ok(())
}

/// Whether rows are added to the kept counts or taken off them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Plus,
    Minus,
}

/// Adds these rows to the kept counts, or takes them off, as they stand now.
pub(super) fn count(tx: &mut Tx<'_>, batch: &Batch, rows: Rows<'_>, sign: Sign) -> Result<(), StoreError> {
    let counted = format!(
        "WITH of_row AS (
             SELECT d.\"row\", bool_or(d.other_account_id = b.account_id) AS own, b.account_id,
                 min(d.other_account_id) AS other_account_id,
                 bool_and(d.reason IS NOT NULL OR d.asked < {ASKED}) AS answered,
                 bool_and(d.reason IS NOT NULL OR d.asked < {ASKED}) FILTER (WHERE d.other_account_id = b.account_id) AS own_answered
             FROM duplicate d JOIN batch b ON b.id = $2
             WHERE d.organisation_id = $1 AND d.batch_id = $2 AND {} AND d.\"row\" > 0
             GROUP BY d.\"row\", b.account_id),
         tally AS (
             SELECT CASE WHEN own THEN account_id ELSE other_account_id END AS account_id, count(*) AS found,
                 count(*) FILTER (WHERE coalesce(own_answered, answered)) AS answered
             FROM of_row GROUP BY 1)",
        rows.of("d")
    );
    let kept = match sign {
        Sign::Plus => {
            "INSERT INTO duplicate_count (organisation_id, batch_id, account_id, found, answered)
             SELECT $1, $2, t.account_id, t.found, t.answered FROM tally t
             ON CONFLICT (organisation_id, batch_id, account_id) DO UPDATE
             SET found = duplicate_count.found + excluded.found, answered = duplicate_count.answered + excluded.answered"
        }
        Sign::Minus => {
            "UPDATE duplicate_count c SET found = c.found - t.found, answered = c.answered - t.answered
             FROM tally t WHERE c.organisation_id = $1 AND c.batch_id = $2 AND c.account_id = t.account_id"
        }
    };
    run(tx, batch, rows, &format!("{counted} {kept}")).map(|_| ())
}

#[derive(QueryableByName)]
struct NumberRow {
    #[diesel(sql_type = Integer)]
    row_number: i32,
}

/// The rows of the batch that must be judged again beside these: those that were told of one of them,
/// and those that look like one now.
///
/// # Errors
/// What the database says.
pub fn list_companions(conn: &mut Conn<'_>, batch: &Batch, rows: &[i32]) -> Result<Vec<i32>, StoreError> {
    let found: Vec<NumberRow> = diesel::sql_query(
        "SELECT d.\"row\" AS row_number FROM duplicate d
         WHERE d.organisation_id = $1 AND d.other_batch_id = $2 AND d.other_row = ANY($3) AND d.batch_id = $2
         UNION SELECT k.\"row\" FROM unnest($3) AS w(\"row\") CROSS JOIN LATERAL (
             SELECT m.likeness FROM payout_likeness m
             WHERE m.organisation_id = $1 AND m.batch_id = $2 AND m.\"row\" = w.\"row\" OFFSET 0) l
         CROSS JOIN LATERAL (
             SELECT o.\"row\" FROM payout_likeness o
             WHERE o.organisation_id = $1 AND (o.likeness, o.batch_id) >= (l.likeness, $2)
                 AND (o.likeness, o.batch_id) <= (l.likeness, $2)
             ORDER BY o.likeness, o.batch_id, o.\"row\" LIMIT $4) k
         LIMIT $4",
    )
    .bind::<BigInt, _>(batch.organisation.0)
    .bind::<BigInt, _>(batch.id.0)
    .bind::<Array<Integer>, _>(rows)
    .bind::<BigInt, _>(COMPANIONS_MAX)
    .load(conn.0)?;
    Ok(found.into_iter().map(|row| row.row_number).collect())
}

#[derive(QueryableByName)]
struct EchoRow {
    #[diesel(sql_type = BigInt)]
    batch_id: i64,
    #[diesel(sql_type = Array<Integer>)]
    rows: Vec<i32>,
}

/// Rows of other batches, not yet approved, that were told of one of these.
///
/// # Errors
/// What the database says.
pub fn list_echoes(
    conn: &mut Conn<'_>,
    batch: &Batch,
    rows: &[i32],
) -> Result<Vec<(BatchId, Vec<i32>)>, StoreError> {
    let found: Vec<EchoRow> = diesel::sql_query(
        "SELECT d.batch_id, array_agg(DISTINCT d.\"row\") AS rows FROM duplicate d JOIN batch b ON b.id = d.batch_id
         WHERE d.organisation_id = $1 AND d.other_batch_id = $2 AND d.other_row = ANY($3) AND d.batch_id <> $2
           AND b.status IN ('open', 'error', 'awaiting_review', 'awaiting_approval', 'awaiting_release')
         GROUP BY d.batch_id ORDER BY d.batch_id",
    )
    .bind::<BigInt, _>(batch.organisation.0)
    .bind::<BigInt, _>(batch.id.0)
    .bind::<Array<Integer>, _>(rows)
    .load(conn.0)?;
    Ok(found
        .into_iter()
        .map(|row| (BatchId(row.batch_id), row.rows))
        .collect())
}

/// Notes that the batch was compared as it was read.
///
/// # Errors
/// What the database says.
pub fn keep_check(tx: &mut Tx<'_>, batch: &Batch) -> Result<(), StoreError> {
    lock(tx, batch)?;
    let key = (batch.organisation.0, batch.id.0);
    diesel::update(duplicate_check::table.find(key))
        .set(duplicate_check::fingerprint.eq(batch.fingerprint.map(|print| print.0.to_vec())))
        .execute(tx.pg())?;
    Ok(())
}

/// Drops the likenesses of batches that nothing is compared with any more, at most `limit` batches;
/// says how many.
///
/// # Errors
/// What the database says.
pub fn clear_away(tx: &mut Tx<'_>, now: DateTime<Utc>, limit: i64) -> Result<usize, StoreError> {
    let before = now - Duration::days(KEPT_DAYS);
    Ok(diesel::sql_query(
        "WITH old AS (SELECT c.organisation_id, c.batch_id FROM duplicate_check c JOIN batch b ON b.id = c.batch_id
             WHERE c.remembered AND (b.captured_at < $1 OR b.status IN ('failed', 'cancelled', 'rejected'))
             ORDER BY c.organisation_id, c.batch_id LIMIT $2 FOR UPDATE OF c SKIP LOCKED),
         dropped AS (DELETE FROM payout_likeness l USING old o
             WHERE l.organisation_id = o.organisation_id AND l.batch_id = o.batch_id)
         UPDATE duplicate_check c SET remembered = false FROM old o
         WHERE c.organisation_id = o.organisation_id AND c.batch_id = o.batch_id",
    )
    .bind::<Timestamptz, _>(before)
    .bind::<BigInt, _>(limit)
    .execute(tx.pg())?)
}
