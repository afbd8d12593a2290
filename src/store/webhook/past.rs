//! What was sent to an endpoint, for its page: deliveries newest first, with their attempts.

use crate::domain::ids::EndpointId;
use crate::domain::permission::Scope;
use crate::store::schema::{webhook_attempt, webhook_delivery, webhook_lane, webhook_message};
use crate::store::{Conn, StoreError, Tx};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// A message and how its delivery stands.
#[derive(Clone, PartialEq, Debug, Queryable)]
pub struct Sent {
    /// The delivery's key.
    pub delivery: i64,
    /// The message's key, for the next page.
    pub key: i64,
    /// The message's id.
    pub message: Uuid,
    /// `batch.approved`.
    pub event: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// What is sent.
    pub body: String,
    /// `pending`, `delivered` or `failed`.
    pub state: String,
    /// Attempts so far.
    pub attempts: i32,
    /// When it is tried again.
    pub next_at: Option<DateTime<Utc>>,
}

/// Messages of an endpoint, newest first, those before the key `before`, at most `limit`.
///
/// # Errors
/// What the database says.
pub fn list_sent(
    conn: &mut Conn<'_>,
    scope: &Scope,
    endpoint: EndpointId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Sent>, StoreError> {
    Ok(webhook_delivery::table
        .inner_join(webhook_message::table.on(webhook_message::id.eq(webhook_delivery::message_id)))
        .filter(
            webhook_delivery::endpoint_id
                .eq(endpoint.0)
                .and(webhook_delivery::organisation_id.eq(scope.organisation().0))
                .and(webhook_delivery::message_id.lt(before.unwrap_or(i64::MAX))),
        )
        .order(webhook_delivery::message_id.desc())
        .limit(limit)
        .select((
            webhook_delivery::id,
            webhook_message::id,
            webhook_message::public_id,
            webhook_message::kind,
            webhook_message::created_at,
            webhook_message::body,
            webhook_delivery::state,
            webhook_delivery::attempts,
            webhook_delivery::next_at,
        ))
        .load(conn.0)?)
}

/// One attempt.
#[derive(Clone, PartialEq, Eq, Debug, Queryable)]
pub struct Attempt {
    /// Of which delivery.
    pub delivery: i64,
    /// Which, from 1.
    pub n: i32,
    /// When.
    pub at: DateTime<Utc>,
    /// How long it took.
    pub took_ms: i32,
    /// The HTTP status.
    pub status: Option<i32>,
    /// Why there was no answer.
    pub error: Option<String>,
    /// The beginning of the answer.
    pub answer: Option<String>,
}

/// The attempts of these deliveries, newest first.
///
/// # Errors
/// What the database says.
pub fn list_attempts(
    conn: &mut Conn<'_>,
    scope: &Scope,
    deliveries: &[i64],
) -> Result<Vec<Attempt>, StoreError> {
    Ok(webhook_attempt::table
        .filter(
            webhook_attempt::organisation_id
                .eq(scope.organisation().0)
                .and(webhook_attempt::delivery_id.eq_any(deliveries)),
        )
        .order((webhook_attempt::delivery_id, webhook_attempt::n.desc()))
        .select((
            webhook_attempt::delivery_id,
            webhook_attempt::n,
            webhook_attempt::at,
            webhook_attempt::took_ms,
            webhook_attempt::status,
            webhook_attempt::error,
            webhook_attempt::answer,
        ))
        .load(conn.0)?)
}

/// Has a message of a locked endpoint sent again, from the beginning of the retry schedule.
///
/// # Errors
/// `NotFound` where the endpoint has no such message.
pub fn send_again(
    tx: &mut Tx<'_>,
    endpoint: EndpointId,
    message: Uuid,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let keys = webhook_message::table
        .filter(webhook_message::public_id.eq(message))
        .select(webhook_message::id);
    let lane: Option<i16> = diesel::update(webhook_delivery::table)
        .filter(webhook_delivery::endpoint_id.eq(endpoint.0))
        .filter(webhook_delivery::message_id.eq_any(keys))
        .set((
            webhook_delivery::state.eq("pending"),
            webhook_delivery::tries.eq(0),
            webhook_delivery::next_at.eq(now),
        ))
        .returning(webhook_delivery::lane)
        .get_result(tx.pg())
        .optional()?;
    let lane = lane.ok_or(StoreError::NotFound("message"))?;
    diesel::update(webhook_lane::table.find((endpoint.0, lane)))
        .set(webhook_lane::next_at.eq(now))
        .execute(tx.pg())?;
    Ok(())
}
