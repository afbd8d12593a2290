//! Deliveries: lanes are claimed with a lease and a token, one message at a time is in hand, every
//! attempt is kept. A batch stays in one lane, so its messages go out in order; one that failed twice
//! lets later ones pass.

use super::secret::{Owner, list_good};
use crate::domain::ids::{EndpointId, OrganisationId};
use crate::store::schema::{webhook_attempt, webhook_delivery, webhook_lane};
use crate::store::{StoreError, Tx};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
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
    Ok(diesel::sql_query(
        "UPDATE webhook_lane SET token = token + 1, lease_until = $2
         WHERE (endpoint_id, lane) = (
             SELECT endpoint_id, lane FROM webhook_lane
             WHERE next_at <= $1 AND (lease_until IS NULL OR lease_until < $1) AND ($3 <= (failures = 0))
             ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING endpoint_id, lane, token",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(now + LEASE)
    .bind::<Bool, _>(only_sound)
    .get_result(tx.pg())
    .optional()?)
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
    /// Whose.
    pub organisation: OrganisationId,
    /// The message's id.
    pub message: Uuid,
    /// `batch.approved`.
    pub event: String,
    /// What is sent.
    pub body: String,
    /// Where to.
    pub url: String,
    /// What it is signed with, sealed, newest first.
    pub sealed: Vec<Vec<u8>>,
    /// Failures since it was first sent or sent again.
    pub tries: i32,
    /// Attempts so far.
    pub attempts: i32,
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
    #[diesel(sql_type = Integer)]
    attempts: i32,
}

/// The next message of a held lane, if one is due and the endpoint is on.
///
/// # Errors
/// What the database says.
pub fn next_parcel(
    tx: &mut Tx<'_>,
    claimed: &Claimed,
    now: DateTime<Utc>,
) -> Result<Option<Parcel>, StoreError> {
    let row: Option<ParcelRow> = diesel::sql_query(
        "SELECT d.id, d.organisation_id, m.public_id, m.kind AS event, m.body, e.url, e.api_client_id,
             d.tries, d.attempts
         FROM webhook_delivery d
         JOIN webhook_message m ON m.id = d.message_id
         JOIN webhook_endpoint e ON e.id = d.endpoint_id AND e.off_at IS NULL AND e.removed_at IS NULL
         WHERE d.endpoint_id = $1 AND d.lane = $2 AND d.state = 'pending' AND d.next_at <= $3
             AND NOT EXISTS (SELECT 1 FROM webhook_delivery earlier
                 WHERE earlier.endpoint_id = d.endpoint_id AND earlier.lane = d.lane AND earlier.id < d.id
                     AND earlier.state = 'pending' AND earlier.batch_id = d.batch_id
                     AND earlier.tries < 2 AND earlier.next_at > $3)
         ORDER BY d.id LIMIT 1",
    )
    .bind::<BigInt, _>(claimed.endpoint_id)
    .bind::<SmallInt, _>(claimed.lane)
    .bind::<Timestamptz, _>(now)
    .get_result(tx.pg())
    .optional()?;
    let Some(row) = row else { return Ok(None) };
    let organisation = OrganisationId(row.organisation_id);
    let owner = row
        .api_client_id
        .map_or(Owner::Endpoint(claimed.endpoint()), Owner::Client);
    Ok(Some(Parcel {
        delivery: row.id,
        organisation,
        message: row.public_id,
        event: row.event,
        body: row.body,
        url: row.url,
        sealed: list_good(tx, organisation, owner, now)?,
        tries: row.tries,
        attempts: row.attempts,
    }))
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
    let is_on = "EXISTS (SELECT 1 FROM webhook_endpoint e WHERE e.id = $1 AND e.off_at IS NULL AND e.removed_at IS NULL)";
    diesel::sql_query(format!(
        "UPDATE webhook_lane SET lease_until = NULL, failures = $4,
             next_at = CASE WHEN {is_on} THEN (SELECT greatest($5, d.next_at) FROM webhook_delivery d
                 WHERE d.endpoint_id = $1 AND d.lane = $2 AND d.state = 'pending'
                     AND ($6 IS NULL OR d.next_at > $6) ORDER BY d.next_at LIMIT 1) END
         WHERE endpoint_id = $1 AND lane = $2 AND token = $3"
    ))
    .bind::<BigInt, _>(claimed.endpoint_id)
    .bind::<SmallInt, _>(claimed.lane)
    .bind::<Integer, _>(claimed.token)
    .bind::<Integer, _>(failures)
    .bind::<Timestamptz, _>(rest_until)
    .bind::<Nullable<Timestamptz>, _>(after)
    .execute(tx.pg())?;
    Ok(())
}

/// What an attempt came to.
#[derive(Clone, Debug)]
pub struct Recorded<'a> {
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

/// Keeps an attempt and what it means for its delivery.
///
/// # Errors
/// What the database says.
pub fn record(tx: &mut Tx<'_>, parcel: &Parcel, what: &Recorded<'_>) -> Result<(), StoreError> {
    let n: i32 = diesel::update(webhook_delivery::table.find(parcel.delivery))
        .set((
            webhook_delivery::attempts.eq(webhook_delivery::attempts + 1),
            webhook_delivery::tries.eq(webhook_delivery::tries + i32::from(!what.is_delivered)),
            webhook_delivery::state.eq(match (what.is_delivered, what.retry_at) {
                (true, _) => "delivered",
                (false, Some(_)) => "pending",
                (false, None) => "failed",
            }),
            webhook_delivery::next_at.eq(what.retry_at.filter(|_| !what.is_delivered)),
        ))
        .returning(webhook_delivery::attempts)
        .get_result(tx.pg())?;
    diesel::insert_into(webhook_attempt::table)
        .values((
            webhook_attempt::delivery_id.eq(parcel.delivery),
            webhook_attempt::n.eq(n),
            webhook_attempt::organisation_id.eq(parcel.organisation.0),
            webhook_attempt::at.eq(what.at),
            webhook_attempt::took_ms.eq(what.took_ms),
            webhook_attempt::status.eq(what.status),
            webhook_attempt::error.eq(what.error),
            webhook_attempt::answer.eq(what.answer),
        ))
        .execute(tx.pg())?;
    Ok(())
}
