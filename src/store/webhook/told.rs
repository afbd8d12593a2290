//! The payouts that a line of the log is about, as messages tell of them: what they are, where they
//! stand, and why.

use super::super::payout::{JOINED, STATUS, WRITTEN};
use crate::domain::dialect::Dialect;
use crate::domain::explained::{Reasons, explain};
use crate::domain::fault::Fault;
use crate::domain::ids::{AccountId, BatchId};
use crate::domain::payout::{Result as IntentResult, Status};
use crate::domain::source::Source;
use crate::domain::webhook::message::PayoutFacts;
use crate::store::{Conn, StoreError, corrupt};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde_json::{Value, json};
use uuid::Uuid;

#[derive(QueryableByName)]
struct PayoutRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = BigInt)]
    sequence_number: i64,
    #[diesel(sql_type = Nullable<Text>)]
    reference: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    amount: Option<i64>,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Nullable<Text>)]
    result: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    channel: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    message: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    failure_reason: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    rail_reference: Option<String>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    metadata: Option<Value>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    faults: Option<Value>,
    #[diesel(sql_type = Text)]
    source: String,
    #[diesel(sql_type = Bool)]
    has_file: bool,
    #[diesel(sql_type = Nullable<Text>)]
    closed: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    left_out: Option<String>,
}

/// Faults with the names that their sender knows.
fn named(faults: &[Fault], dialect: Dialect) -> Value {
    let named = faults.iter().map(|fault| {
        json!({ "field": dialect.name(fault.field), "value": fault.value, "message": fault.message,
            "remedy": fault.remedy })
    });
    named.collect()
}

fn payout(row: PayoutRow) -> Result<PayoutFacts, StoreError> {
    let result = match row.result {
        None => None,
        Some(word) => Some(IntentResult::parse(&word).ok_or_else(|| corrupt("result", word))?),
    };
    let status = Status::parse(&row.status).ok_or_else(|| corrupt("status", &row.status))?;
    let faults: Vec<Fault> = match row.faults.clone() {
        None => Vec::new(),
        Some(faults) => serde_json::from_value(faults).map_err(|error| corrupt("faults", error))?,
    };
    let reasons = Reasons {
        status,
        closed: row.closed.as_deref(),
        left_out: row.left_out.as_deref(),
        faults: &faults,
        rail: (row.failure_reason.as_deref(), row.message.as_deref()),
    };
    let dialect = Dialect::of(
        Source::parse(&row.source).ok_or_else(|| corrupt("source", &row.source))?,
        row.has_file,
    );
    let (failure_reason, message) = explain(&reasons, |fault| fault.told(dialect));
    Ok(PayoutFacts {
        id: row.id,
        sequence_number: row.sequence_number,
        reference: row.reference,
        amount: row.amount,
        status,
        result,
        channel: row.channel,
        message,
        failure_reason,
        rail_reference: row.rail_reference,
        metadata: row.metadata,
        faults: row.faults.is_some().then(|| named(&faults, dialect)),
    })
}

/// The payouts that these entries of an account's ledger settled, in their order. The entries say what
/// happened then: they are never changed, whatever becomes of the payout later.
///
/// # Errors
/// What the database says.
pub fn payouts_posted(
    conn: &mut Conn<'_>,
    account: AccountId,
    (first, last): (i64, i64),
) -> Result<Vec<PayoutFacts>, StoreError> {
    let rows: Vec<PayoutRow> = diesel::sql_query(
        "SELECT p.id, p.sequence_number, p.reference, p.amount, p.status,
             CASE l.movement WHEN 'settle' THEN 'paid' WHEN 'return' THEN 'returned'
                 ELSE CASE WHEN i.result = 'canceled' THEN 'canceled' ELSE 'failed' END END AS result,
             i.channel, i.message, i.failure_reason, i.rail_reference, p.metadata, NULL::jsonb AS faults,
             NULL::text AS closed, NULL::text AS left_out,
             b.source, b.file_id IS NOT NULL AS has_file
         FROM ledger_entry l
         JOIN payout p ON p.organisation_id = l.organisation_id AND p.id = l.payout_id
         JOIN batch b ON b.id = p.batch_id
         LEFT JOIN LATERAL (SELECT i.* FROM intent i WHERE i.payout_id = p.id AND i.created_at <= l.at
             ORDER BY i.created_at DESC LIMIT 1) i ON true
         WHERE l.account_id = $1 AND l.entry BETWEEN $2 AND $3
             AND (l.movement IN ('settle', 'return') OR (l.movement = 'release' AND l.from_bucket = 'in_transit'))
         ORDER BY l.entry",
    )
    .bind::<BigInt, _>(account.0)
    .bind::<BigInt, _>(first)
    .bind::<BigInt, _>(last)
    .load(conn.0)?;
    rows.into_iter().map(payout).collect()
}

/// Which payouts of a batch; nothing is all.
#[derive(Default)]
struct Narrowed {
    only: Option<Uuid>,
    since: Option<DateTime<Utc>>,
    left_out_at: Option<DateTime<Utc>>,
}

fn of_batch(
    conn: &mut Conn<'_>,
    batch: BatchId,
    condition: &str,
    narrowed: Narrowed,
) -> Result<Vec<PayoutFacts>, StoreError> {
    let rows: Vec<PayoutRow> = diesel::sql_query(format!(
        "SELECT * FROM (
             SELECT p.id, p.sequence_number, p.reference, p.amount, {STATUS} AS status,
                 p.status AS own_status, p.updated_at, p.result, l.at AS left_out_at,
                 i.channel, i.message, i.failure_reason, i.rail_reference, p.metadata, p.faults, p.\"row\",
                 b.source, b.file_id IS NOT NULL AS has_file, {WRITTEN}
             FROM payout p JOIN batch b ON b.id = p.batch_id LEFT JOIN slice s ON s.id = p.slice_id {JOINED}
             LEFT JOIN intent i ON i.payout_id = p.id AND NOT i.superseded
             WHERE p.batch_id = $1 AND ($2 IS NULL OR p.id = $2)) x
         WHERE {condition} AND ($3 IS NULL OR updated_at >= $3 OR own_status <> status)
             AND ($4 IS NULL OR left_out_at = $4) ORDER BY \"row\""
    ))
    .bind::<BigInt, _>(batch.0)
    .bind::<Nullable<SqlUuid>, _>(narrowed.only)
    .bind::<Nullable<Timestamptz>, _>(narrowed.since)
    .bind::<Nullable<Timestamptz>, _>(narrowed.left_out_at)
    .load(conn.0)?;
    rows.into_iter().map(payout).collect()
}

/// The batch's payouts that are judged and wait; only those changed since then, where it is said.
///
/// # Errors
/// What the database says.
pub fn payouts_judged(
    conn: &mut Conn<'_>,
    batch: BatchId,
    since: Option<DateTime<Utc>>,
) -> Result<Vec<PayoutFacts>, StoreError> {
    let judged = "status IN ('SCHEDULED', 'VALIDATION_FAILED')";
    let narrowed = Narrowed {
        since,
        ..Narrowed::default()
    };
    of_batch(conn, batch, judged, narrowed)
}

/// The batch's payouts that were called off then: by themselves, or with their slice or batch. Those
/// called off by themselves before were told before.
///
/// # Errors
/// What the database says.
pub fn payouts_called_off(
    conn: &mut Conn<'_>,
    batch: BatchId,
    at: DateTime<Utc>,
) -> Result<Vec<PayoutFacts>, StoreError> {
    let narrowed = Narrowed {
        since: Some(at),
        ..Narrowed::default()
    };
    of_batch(conn, batch, "status = 'CANCELLED'", narrowed)
}

/// The batch's payouts whose rows were left out then.
///
/// # Errors
/// What the database says.
pub fn payouts_left_out(
    conn: &mut Conn<'_>,
    batch: BatchId,
    at: DateTime<Utc>,
) -> Result<Vec<PayoutFacts>, StoreError> {
    let narrowed = Narrowed {
        left_out_at: Some(at),
        ..Narrowed::default()
    };
    of_batch(conn, batch, "status = 'VALIDATION_FAILED'", narrowed)
}

/// One payout of the batch.
///
/// # Errors
/// What the database says.
pub fn payouts_named(conn: &mut Conn<'_>, batch: BatchId, id: Uuid) -> Result<Vec<PayoutFacts>, StoreError> {
    let narrowed = Narrowed {
        only: Some(id),
        ..Narrowed::default()
    };
    of_batch(conn, batch, "true", narrowed)
}
