//! What an evidence pack needs beside what pages show: the signatures of every revision, and the log's
//! lines about a batch with the links of their chain.

use super::{Conn, StoreError};
use crate::domain::batch::Batch;
use crate::domain::event::{Line, covered};
use crate::domain::log::DENIED;
use chrono::{DateTime, Utc};
use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Binary, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde_json::Value;
use uuid::Uuid;

/// A signature, whatever became of its revision.
#[derive(Clone, PartialEq, Eq, Debug, diesel::QueryableByName)]
pub struct Signed {
    /// Of which revision.
    #[diesel(sql_type = Integer)]
    pub revision: i32,
    /// As what.
    #[diesel(sql_type = Text)]
    pub seat: String,
    /// Who.
    #[diesel(sql_type = Text)]
    pub email: String,
    /// Their name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Over what.
    #[diesel(sql_type = Binary)]
    pub fingerprint: Vec<u8>,
    /// Payouts signed.
    #[diesel(sql_type = BigInt)]
    pub payable_count: i64,
    /// Their total in minor units.
    #[diesel(sql_type = BigInt)]
    pub payable_total: i64,
    /// When.
    #[diesel(sql_type = Timestamptz)]
    pub at: DateTime<Utc>,
    /// Under 2 eyes: when they released.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub released_at: Option<DateTime<Utc>>,
}

/// Every signature that the batch, which was found in a scope, ever had, in the order they were given.
///
/// # Errors
/// What the database says.
pub fn list_signatures(conn: &mut Conn<'_>, batch: &Batch) -> Result<Vec<Signed>, StoreError> {
    Ok(diesel::sql_query(
        "SELECT s.revision, s.seat, p.email, p.name, s.fingerprint, s.payable_count, s.payable_total, s.at, s.released_at
         FROM signature s JOIN person p ON p.id = s.person_id WHERE s.batch_id = $1 ORDER BY s.revision, s.at",
    )
    .bind::<BigInt, _>(batch.id.0)
    .load(conn.0)?)
}

/// A line of the log with its link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// Its place.
    pub seq: i64,
    /// What the hash covers, by name and in its order.
    pub covered: [(&'static str, String); 8],
    /// Who did it.
    pub email: Option<String>,
    /// The hash of the line before it in the organisation's log.
    pub previous: Vec<u8>,
    /// Its own.
    pub hash: Vec<u8>,
}

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<BigInt>)]
    actor_id: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    email: Option<String>,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    batch_id: Option<i64>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    payout_id: Option<Uuid>,
    #[diesel(sql_type = Jsonb)]
    data: Value,
    #[diesel(sql_type = Binary)]
    hash: Vec<u8>,
    #[diesel(sql_type = Nullable<Binary>)]
    previous: Option<Vec<u8>>,
}

/// The log's lines about the batch after place `after`, in order, at most `limit`. Who was refused what
/// is for those who read the audit log.
///
/// # Errors
/// What the database says.
pub fn list_links(
    conn: &mut Conn<'_>,
    batch: &Batch,
    (after, limit): (i64, i64),
    with_denials: bool,
) -> Result<Vec<Link>, StoreError> {
    let rows: Vec<Row> = diesel::sql_query(
        "SELECT e.seq, e.at, e.actor_id, p.email, e.kind, e.batch_id, e.payout_id, e.data, e.hash, b.hash AS previous
         FROM event e
         LEFT JOIN event b ON b.organisation_id = e.organisation_id AND b.seq = e.seq - 1
         LEFT JOIN person p ON p.id = e.actor_id
         WHERE e.organisation_id = $1 AND e.batch_id = $2 AND e.seq > $3 AND ($5 OR e.kind <> $6)
         ORDER BY e.seq LIMIT $4",
    )
    .bind::<BigInt, _>(batch.organisation.0)
    .bind::<BigInt, _>(batch.id.0)
    .bind::<BigInt, _>(after)
    .bind::<BigInt, _>(limit)
    .bind::<Bool, _>(with_denials)
    .bind::<Text, _>(DENIED)
    .load(conn.0)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let line = Line {
                seq: row.seq,
                at: row.at,
                actor: row.actor_id,
                kind: &row.kind,
                batch: row.batch_id,
                payout: row.payout_id,
                data: &row.data,
            };
            Link {
                seq: row.seq,
                covered: covered(batch.organisation, &line),
                email: row.email,
                previous: row.previous.unwrap_or_else(|| vec![0; 32]),
                hash: row.hash,
            }
        })
        .collect())
}
