//! From the log to messages: what of it is not told yet, what the lines are about, and the messages
//! and deliveries made of them. A log is in one worker's hands until its transaction ends; the
//! cursor moves in the transaction that writes the messages, so every line is told exactly once.

use super::super::prepared::numbered;
use super::endpoint::lock_lanes;
use crate::domain::batch::Status as BatchStatus;
use crate::domain::ids::{AccountId, BatchId, EndpointId, OrganisationId};
use crate::domain::webhook::message::BatchFacts;
use crate::domain::webhook::{EventType, LANES};
use crate::store::schema::{event, webhook_cursor, webhook_delivery, webhook_message};
use crate::store::{Conn, StoreError, Tx, corrupt};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz};
use serde_json::Value;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A log that is not told to its end.
#[derive(Clone, Copy, Debug)]
pub struct Log {
    /// Whose.
    pub organisation: OrganisationId,
    /// The last line told.
    pub told: i64,
    /// The last line there is.
    pub head: i64,
}

#[derive(QueryableByName)]
struct LogRow {
    #[diesel(sql_type = BigInt)]
    organisation_id: i64,
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = BigInt)]
    head: i64,
}

/// Takes the log that was told longest ago, if any has untold lines.
///
/// # Errors
/// What the database says.
pub fn claim_log(tx: &mut Tx<'_>) -> Result<Option<Log>, StoreError> {
    let row: Option<LogRow> = numbered(
        "SELECT c.organisation_id, c.seq, h.seq AS head FROM webhook_cursor c
         JOIN event_head h ON h.organisation_id = c.organisation_id
         WHERE c.seq < h.seq ORDER BY c.told_at NULLS FIRST LIMIT 1 FOR NO KEY UPDATE OF c SKIP LOCKED",
    )
    .get_result(tx.pg())
    .optional()?;
    Ok(row.map(|row| Log {
        organisation: OrganisationId(row.organisation_id),
        told: row.seq,
        head: row.head,
    }))
}

/// Notes how far a log is told.
///
/// # Errors
/// What the database says.
pub fn advance(tx: &mut Tx<'_>, log: &Log, seq: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(webhook_cursor::table.find(log.organisation.0))
        .set((webhook_cursor::seq.eq(seq), webhook_cursor::told_at.eq(now)))
        .execute(tx.pg())?;
    Ok(())
}

/// Lets the other logs be told first.
///
/// # Errors
/// What the database says.
pub fn put_off_log(tx: &mut Tx<'_>, log: &Log, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(webhook_cursor::table.find(log.organisation.0))
        .set(webhook_cursor::told_at.eq(now))
        .execute(tx.pg())?;
    Ok(())
}

/// A line of the log.
#[derive(Clone, PartialEq, Debug, Queryable)]
pub struct Line {
    /// Its place.
    pub seq: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: String,
    /// The batch's key.
    pub batch: Option<i64>,
    /// The payout's id.
    pub payout: Option<Uuid>,
    /// Details.
    pub data: Value,
}

/// The next untold lines that are of one of these kinds or name a payout, at most `limit`.
///
/// # Errors
/// What the database says.
pub fn list_lines(
    conn: &mut Conn<'_>,
    log: &Log,
    kinds: &[&str],
    limit: i64,
) -> Result<Vec<Line>, StoreError> {
    Ok(event::table
        .filter(
            event::organisation_id
                .eq(log.organisation.0)
                .and(event::seq.gt(log.told))
                .and(event::seq.le(log.head)),
        )
        .filter(event::kind.eq_any(kinds).or(event::payout_id.is_not_null()))
        .order(event::seq)
        .limit(limit)
        .select((
            event::seq,
            event::at,
            event::kind,
            event::batch_id,
            event::payout_id,
            event::data,
        ))
        .load(conn.0)?)
}

#[derive(QueryableByName)]
struct BatchRow {
    #[diesel(sql_type = Integer)]
    number: i32,
    #[diesel(sql_type = Integer)]
    account: i32,
    #[diesel(sql_type = BigInt)]
    account_id: i64,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = BigInt)]
    rows_total: i64,
    #[diesel(sql_type = BigInt)]
    payable_count: i64,
    #[diesel(sql_type = BigInt)]
    payable_total: i64,
    #[diesel(sql_type = BigInt)]
    fault_count: i64,
    #[diesel(sql_type = Nullable<Text>)]
    webhook_url: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    api_client_id: Option<i64>,
}

/// An API client's key, and the URL that its request named.
pub type OwnAddress = (i64, String);

/// A batch as messages tell of it, its account, and the address and client of the request that made
/// it, where that named one.
///
/// # Errors
/// What the database says.
pub fn load_batch(
    conn: &mut Conn<'_>,
    id: BatchId,
) -> Result<(BatchFacts, AccountId, Option<OwnAddress>), StoreError> {
    let row: BatchRow = diesel::sql_query(
        "SELECT b.number, a.number AS account, b.account_id, b.name, b.status, a.currency, b.rows_total,
             b.payable_count, b.payable_total, b.fault_count, b.webhook_url, b.api_client_id
         FROM batch b JOIN payout_account a ON a.id = b.account_id WHERE b.id = $1",
    )
    .bind::<BigInt, _>(id.0)
    .get_result(conn.0)?;
    let facts = BatchFacts {
        number: row.number,
        account: row.account,
        name: row.name,
        status: BatchStatus::parse(&row.status).ok_or_else(|| corrupt("status", &row.status))?,
        currency: row.currency,
        entries: row.rows_total,
        payable: row.payable_count,
        payable_total: row.payable_total,
        faulty: row.fault_count,
    };
    Ok((
        facts,
        AccountId(row.account_id),
        row.api_client_id.zip(row.webhook_url),
    ))
}

/// The last number that a message of the batch has; 0 before the first.
///
/// # Errors
/// What the database says.
pub fn last_sequence(conn: &mut Conn<'_>, batch: BatchId) -> Result<i32, StoreError> {
    let last: Option<i32> = webhook_message::table
        .filter(webhook_message::batch_id.eq(batch.0))
        .select(diesel::dsl::max(webhook_message::sequence))
        .first(conn.0)?;
    Ok(last.unwrap_or(0))
}

/// A message to be written, and who hears it.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Its id.
    pub id: Uuid,
    /// The line it tells, and its place among that line's messages.
    pub place: (i64, i32),
    /// What it tells.
    pub event: EventType,
    /// The batch, and the message's number in it.
    pub batch: Option<(BatchId, i32)>,
    /// The bytes that are sent.
    pub body: String,
    /// Who hears it.
    pub endpoints: Vec<EndpointId>,
}

#[derive(Insertable)]
#[diesel(table_name = webhook_message, treat_none_as_default_value = false)]
struct MessageRow<'a> {
    public_id: Uuid,
    organisation_id: i64,
    event_seq: i64,
    part: i32,
    kind: &'static str,
    batch_id: Option<i64>,
    sequence: Option<i32>,
    body: &'a str,
    created_at: DateTime<Utc>,
}

#[derive(Insertable)]
#[diesel(table_name = webhook_delivery, treat_none_as_default_value = false)]
struct DeliveryRow {
    organisation_id: i64,
    endpoint_id: i64,
    message_id: i64,
    batch_id: Option<i64>,
    lane: i16,
    next_at: Option<DateTime<Utc>>,
}

/// Messages written by one statement.
const ROWS_MAX: usize = 1_000;

/// Writes messages and a delivery for each endpoint that hears them, and wakes their lanes.
///
/// # Errors
/// `Refused` by `webhook_message_once` where a line was told before.
pub fn save(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    messages: &[NewMessage],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut lanes: BTreeSet<(i64, i16)> = BTreeSet::new();
    for chunk in messages.chunks(ROWS_MAX) {
        let rows: Vec<MessageRow<'_>> = chunk
            .iter()
            .map(|message| MessageRow {
                public_id: message.id,
                organisation_id: organisation.0,
                event_seq: message.place.0,
                part: message.place.1,
                kind: message.event.as_str(),
                batch_id: message.batch.map(|(id, _)| id.0),
                sequence: message.batch.map(|(_, sequence)| sequence),
                body: &message.body,
                created_at: now,
            })
            .collect();
        // Keys come back in the order of the rows.
        let keys: Vec<i64> = diesel::insert_into(webhook_message::table)
            .values(rows)
            .returning(webhook_message::id)
            .get_results(tx.pg())?;
        let mut deliveries = Vec::new();
        for (message, key) in chunk.iter().zip(keys) {
            let batch = message.batch.map(|(id, _)| id.0);
            let lane = lane_of(batch);
            for endpoint in &message.endpoints {
                lanes.insert((endpoint.0, lane));
                deliveries.push(DeliveryRow {
                    organisation_id: organisation.0,
                    endpoint_id: endpoint.0,
                    message_id: key,
                    batch_id: batch,
                    lane,
                    next_at: Some(now),
                });
            }
        }
        for rows in deliveries.chunks(ROWS_MAX) {
            diesel::insert_into(webhook_delivery::table)
                .values(rows)
                .execute(tx.pg())?;
        }
    }
    wake(tx, &lanes, now)
}

fn lane_of(batch: Option<i64>) -> i16 {
    let lane = batch.unwrap_or(0).rem_euclid(i64::from(LANES));
    i16::try_from(lane).unwrap_or(0)
}

/// A lane that fails has its rest first.
fn wake(tx: &mut Tx<'_>, lanes: &BTreeSet<(i64, i16)>, now: DateTime<Utc>) -> Result<(), StoreError> {
    let endpoints: BTreeSet<EndpointId> = lanes.iter().map(|(id, _)| EndpointId(*id)).collect();
    lock_lanes(tx, &endpoints.into_iter().collect::<Vec<_>>())?;
    diesel::sql_query(
        "UPDATE webhook_lane l SET next_at = least(coalesce(l.next_at, 'infinity'),
             $3 + least(l.failures, 12) * interval '5 seconds')
         FROM unnest($1::bigint[], $2::smallint[]) AS woken(endpoint_id, lane)
         WHERE l.endpoint_id = woken.endpoint_id AND l.lane = woken.lane",
    )
    .bind::<Array<BigInt>, _>(lanes.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind::<Array<diesel::sql_types::SmallInt>, _>(lanes.iter().map(|(_, lane)| *lane).collect::<Vec<_>>())
    .bind::<Timestamptz, _>(now)
    .execute(tx.pg())?;
    Ok(())
}
