//! First answers, kept for requests that are sent again.
//!
//! The lock on a key is Postgres's own and ends with the transaction, however that ends: a process
//! that dies leaves neither a lock nor an answer.

use super::schema::idempotency_key;
use super::{Conn, StoreError, Tx};
use crate::domain::ids::{ApiClientId, OrganisationId};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use diesel::upsert::excluded;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Whose key, and which.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    /// The tenant.
    pub organisation: OrganisationId,
    /// The client that chose it.
    pub client: ApiClientId,
    /// The key.
    pub key: String,
}

/// An answer that was given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Given {
    /// SHA-256 of the request it was given to.
    pub digest: Vec<u8>,
    /// Its HTTP status.
    pub status: i32,
    /// Its own headers.
    pub headers: Value,
    /// Its body.
    pub body: Vec<u8>,
}

#[derive(QueryableByName)]
struct Locked {
    #[diesel(sql_type = Bool)]
    is_locked: bool,
}

/// Locks the key until the transaction ends; false where another transaction has it.
///
/// # Errors
/// What the database says.
pub fn try_lock(tx: &mut Tx<'_>, of: &Key) -> Result<bool, StoreError> {
    let mut hash = Sha256::new();
    hash.update(b"countersign idempotency key\n");
    hash.update(of.client.0.to_be_bytes());
    hash.update(of.key.as_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    let (first, _) = digest
        .split_first_chunk::<8>()
        .map_or(([0; 8], &[][..]), |(a, b)| (*a, b));
    let locked: Locked = diesel::sql_query("SELECT pg_try_advisory_xact_lock($1) AS is_locked")
        .bind::<BigInt, _>(i64::from_be_bytes(first))
        .get_result(tx.pg())?;
    Ok(locked.is_locked)
}

/// The answer that was given, unless it has run out.
///
/// # Errors
/// What the database says.
pub fn find(conn: &mut Conn<'_>, of: &Key, now: DateTime<Utc>) -> Result<Option<Given>, StoreError> {
    let row: Option<(Vec<u8>, i32, Value, Vec<u8>)> = idempotency_key::table
        .find((of.organisation.0, of.client.0, &of.key))
        .filter(idempotency_key::expires_at.gt(now))
        .select((
            idempotency_key::digest,
            idempotency_key::status,
            idempotency_key::headers,
            idempotency_key::body,
        ))
        .first(conn.0)
        .optional()?;
    Ok(row.map(|(digest, status, headers, body)| Given {
        digest,
        status,
        headers,
        body,
    }))
}

/// Keeps an answer; the key must be locked. One that has run out is replaced.
///
/// # Errors
/// What the database says.
pub fn put(tx: &mut Tx<'_>, of: &Key, given: &Given, expires_at: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::insert_into(idempotency_key::table)
        .values((
            idempotency_key::organisation_id.eq(of.organisation.0),
            idempotency_key::api_client_id.eq(of.client.0),
            idempotency_key::key.eq(&of.key),
            idempotency_key::digest.eq(&given.digest),
            idempotency_key::status.eq(given.status),
            idempotency_key::headers.eq(&given.headers),
            idempotency_key::body.eq(&given.body),
            idempotency_key::expires_at.eq(expires_at),
        ))
        .on_conflict((
            idempotency_key::organisation_id,
            idempotency_key::api_client_id,
            idempotency_key::key,
        ))
        .do_update()
        .set((
            idempotency_key::digest.eq(excluded(idempotency_key::digest)),
            idempotency_key::status.eq(excluded(idempotency_key::status)),
            idempotency_key::headers.eq(excluded(idempotency_key::headers)),
            idempotency_key::body.eq(excluded(idempotency_key::body)),
            idempotency_key::expires_at.eq(excluded(idempotency_key::expires_at)),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// Drops answers that have run out; answers how many.
///
/// # Errors
/// What the database says.
pub fn clear_away(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let old = idempotency_key::table.filter(idempotency_key::expires_at.le(now));
    Ok(diesel::delete(old).execute(tx.pg())?)
}
