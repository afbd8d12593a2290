//! Deliveries: lanes are claimed with a lease and a token, a run of messages is in hand and goes out one
//! after the other, every attempt is kept. A batch stays in one lane, so its messages go out in order;
//! one that failed twice lets later ones pass.
//!
//! A run is fetched by one statement and recorded by one: how many messages it has changes nothing.

use super::secret::{Owner, list_good};
use crate::domain::ids::{EndpointId, OrganisationId};
use crate::store::prepared::Prepared;
use crate::store::schema::webhook_lane;
use crate::store::{StoreError, Tx};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    Array, BigInt, Bool, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid,
};
use uuid::Uuid;

/// How long a worker may be silent about a lane: four times what an attempt takes at most.
const LEASE: Duration = Duration::seconds(60);

/// A lane in a worker's hands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, QueryableByName)]
pub struct Claimed {
    /// The endpoint's key.
    #[diesel(sql_type = BigInt)]
    endpoint_id: i64,
    /// Which of its lanes.
    #[diesel(sql_type = SmallInt)]
    lane: i16,
    /// Fencing.
    #[diesel(sql_type = Integer)]
    token: i32,
}

impl Claimed {
    /// Of which endpoint.
    #[must_use]
    pub const fn endpoint(&self) -> EndpointId {
        EndpointId(self.endpoint_id)
    }
}

/// Takes a lane that has something to send; only one that does not fail where `only_sound`.
///
/// # Errors
/// What the database says.
pub fn claim_lane(
    tx: &mut Tx<'_>,
    only_sound: bool,
    now: DateTime<Utc>,
) -> Result<Option<Claimed>, StoreError> {
    let due = "(endpoint_id, lane) = (SELECT endpoint_id, lane FROM webhook_lane WHERE next_at <= ";
    Ok(
        Prepared::new("UPDATE webhook_lane SET token = token + 1, lease_until = ")
            .bind::<Timestamptz, _>(now + LEASE)
            .sql(format!(" WHERE {due}"))
            .bind::<Timestamptz, _>(now)
            .sql(" AND (lease_until IS NULL OR lease_until < ")
            .bind::<Timestamptz, _>(now)
            .sql(if only_sound { ") AND failures = 0" } else { ")" })
            .sql(" ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING endpoint_id, lane, token")
            .get_result(tx.pg())
            .optional()?,
    )
}

/// Locks a lane that this worker still holds, and prolongs its lease; answers its failures in a row.
///
/// # Errors
/// `Stale` where another worker has it.
pub fn hold(tx: &mut Tx<'_>, claimed: &Claimed, now: DateTime<Utc>) -> Result<i32, StoreError> {
    let failures: Option<i32> = diesel::update(
        webhook_lane::table
            .find((claimed.endpoint_id, claimed.lane))
            .filter(webhook_lane::token.eq(claimed.token)),
    )
    .set(webhook_lane::lease_until.eq(now + LEASE))
    .returning(webhook_lane::failures)
    .get_result(tx.pg())
    .optional()?;
    failures.ok_or(StoreError::Stale("webhook lane"))
}

/// A message on its way to an endpoint.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// The delivery's key.
    pub delivery: i64,
    /// The message's id.
    pub message: Uuid,
    /// `batch.approved`.
    pub event: String,
    /// What is sent.
    pub body: String,
    /// Failures since it was first sent or sent again.
    pub tries: i32,
}

/// Messages of a lane in the order in which they go out, and what they have in common.
#[derive(Clone, Debug)]
pub struct Run {
    /// Whose.
    pub organisation: OrganisationId,
    /// Where to.
    pub url: String,
    /// What they are signed with, sealed, newest first.
    pub sealed: Vec<Vec<u8>>,
    /// At least one.
    pub parcels: Vec<Parcel>,
}

#[derive(QueryableByName)]
struct ParcelRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    organisation_id: i64,
    #[diesel(sql_type = SqlUuid)]
    public_id: Uuid,
    #[diesel(sql_type = Text)]
    event: String,
    #[diesel(sql_type = Text)]
    body: String,
    #[diesel(sql_type = Text)]
    url: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    api_client_id: Option<i64>,
    #[diesel(sql_type = Integer)]
    tries: i32,
}

/// The next messages of a held lane, at most `limit`, if any is due and the endpoint is on.
///
/// # Errors
/// What the database says.
pub fn next_run(
    tx: &mut Tx<'_>,
    claimed: &Claimed,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Option<Run>, StoreError> {
    let rows: Vec<ParcelRow> = Prepared::new(
        "SELECT d.id, d.organisation_id, m.public_id, m.kind AS event, m.body, e.url, e.api_client_id, d.tries
         FROM webhook_delivery d
         JOIN webhook_message m ON m.id = d.message_id
         JOIN webhook_endpoint e ON e.id = d.endpoint_id AND e.off_at IS NULL AND e.removed_at IS NULL
         WHERE d.state = 'pending' AND d.endpoint_id = ",
    )
    .bind::<BigInt, _>(claimed.endpoint_id)
    .sql(" AND d.lane = ")
    .bind::<SmallInt, _>(claimed.lane)
    .sql(" AND d.next_at <= ")
    .bind::<Timestamptz, _>(now)
    .sql(
        " AND NOT EXISTS (SELECT 1 FROM webhook_delivery earlier
             WHERE earlier.endpoint_id = d.endpoint_id AND earlier.lane = d.lane AND earlier.id < d.id
                 AND earlier.state = 'pending' AND earlier.batch_id = d.batch_id
                 AND earlier.tries < 2 AND earlier.next_at > ",
    )
    .bind::<Timestamptz, _>(now)
    .sql(") ORDER BY d.id LIMIT ")
    .bind::<BigInt, _>(limit)
    .load(tx.pg())?;
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let organisation = OrganisationId(first.organisation_id);
    let owner = first
        .api_client_id
        .map_or(Owner::Endpoint(claimed.endpoint()), Owner::Client);
    let url = first.url.clone();
    Ok(Some(Run {
        organisation,
        url,
        sealed: list_good(tx, organisation, owner, now)?,
        parcels: rows.into_iter().map(Parcel::from).collect(),
    }))
}

impl From<ParcelRow> for Parcel {
    fn from(row: ParcelRow) -> Self {
        Self {
            delivery: row.id,
            message: row.public_id,
            event: row.event,
            body: row.body,
            tries: row.tries,
        }
    }
}

/// Gives a lane back, resting at least until `rest_until`; it is due again with its next message.
///
/// # Errors
/// What the database says.
pub fn release(
    tx: &mut Tx<'_>,
    claimed: &Claimed,
    (failures, rest_until): (i32, DateTime<Utc>),
    is_drained: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    // Where nothing could be taken, what is due waits for one before it, which is due later.
    let after = is_drained.then_some(now);
    let key = |query: Prepared<'static>| {
        let query = query.bind::<BigInt, _>(claimed.endpoint_id).sql(" AND lane = ");
        query.bind::<SmallInt, _>(claimed.lane)
    };
    let query = Prepared::new("UPDATE webhook_lane SET lease_until = NULL, failures = ")
        .bind::<Integer, _>(failures)
        .sql(", next_at = CASE WHEN EXISTS (SELECT 1 FROM webhook_endpoint e WHERE e.id = ")
        .bind::<BigInt, _>(claimed.endpoint_id)
        .sql(" AND e.off_at IS NULL AND e.removed_at IS NULL) THEN (SELECT greatest(")
        .bind::<Timestamptz, _>(rest_until)
        .sql(", d.next_at) FROM webhook_delivery d WHERE d.state = 'pending' AND d.endpoint_id = ");
    let query = match after {
        Some(after) => key(query).sql(" AND d.next_at > ").bind::<Timestamptz, _>(after),
        None => key(query),
    };
    key(query.sql(" ORDER BY d.next_at LIMIT 1) END WHERE endpoint_id = "))
        .sql(" AND token = ")
        .bind::<Integer, _>(claimed.token)
        .execute(tx.pg())?;
    Ok(())
}

/// What an attempt came to.
#[derive(Clone, Debug)]
pub struct Recorded<'a> {
    /// Of which delivery.
    pub delivery: i64,
    /// When it began.
    pub at: DateTime<Utc>,
    /// How long it took.
    pub took_ms: i32,
    /// The HTTP status, where there was an answer.
    pub status: Option<i32>,
    /// Why there was none.
    pub error: Option<&'a str>,
    /// The beginning of the answer.
    pub answer: Option<&'a str>,
    /// Whether it was taken.
    pub is_delivered: bool,
    /// When it is tried again; `None` is never.
    pub retry_at: Option<DateTime<Utc>>,
}

/// Keeps attempts, at most one of a delivery, and what they mean for their deliveries.
///
/// # Errors
/// What the database says.
pub fn record(tx: &mut Tx<'_>, what: &[Recorded<'_>]) -> Result<(), StoreError> {
    Prepared::new("WITH told AS (SELECT * FROM unnest(")
        .bind::<Array<BigInt>, _>(column(what, |one| one.delivery))
        .sql(", ")
        .bind::<Array<Timestamptz>, _>(column(what, |one| one.at))
        .sql(", ")
        .bind::<Array<Integer>, _>(column(what, |one| one.took_ms))
        .sql(", ")
        .bind::<Array<Nullable<Integer>>, _>(column(what, |one| one.status))
        .sql(", ")
        .bind::<Array<Nullable<Text>>, _>(column(what, |one| one.error))
        .sql(", ")
        .bind::<Array<Nullable<Text>>, _>(column(what, |one| one.answer))
        .sql(", ")
        .bind::<Array<Bool>, _>(column(what, |one| one.is_delivered))
        .sql(", ")
        .bind::<Array<Nullable<Timestamptz>>, _>(column(what, |one| one.retry_at))
        .sql(
            ") AS t (delivery_id, at, took_ms, status, error, answer, is_delivered, retry_at)),
             moved AS (
                 UPDATE webhook_delivery d SET attempts = d.attempts + 1,
                     tries = d.tries + CASE WHEN t.is_delivered THEN 0 ELSE 1 END,
                     state = CASE WHEN t.is_delivered THEN 'delivered' WHEN t.retry_at IS NULL THEN 'failed' ELSE 'pending' END,
                     next_at = CASE WHEN t.is_delivered THEN NULL ELSE t.retry_at END
                 FROM told t WHERE d.id = t.delivery_id RETURNING d.id, d.attempts, d.organisation_id)
             INSERT INTO webhook_attempt (delivery_id, n, organisation_id, at, took_ms, status, error, answer)
             SELECT m.id, m.attempts, m.organisation_id, t.at, t.took_ms, t.status, t.error, t.answer
             FROM moved m JOIN told t ON t.delivery_id = m.id",
        )
        .execute(tx.pg())?;
    Ok(())
}

/// One value of each.
fn column<'a, T>(what: &'a [Recorded<'a>], pick: impl Fn(&'a Recorded<'a>) -> T) -> Vec<T> {
    what.iter().map(pick).collect()
}
