//! What API clients sent and saw: the fingerprints that they last got of batches, the batches that are
//! bulks, and the sequence numbers that they chose.

use super::schema::{batch, batch_sent, payout};
use super::{Conn, StoreError, Tx};
use crate::domain::batch::Batch;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::ids::{AccountId, ApiClientId, BatchNumber};
use crate::domain::permission::{Accounts, Scope};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// Remembers what a client was sent of a batch.
///
/// # Errors
/// What the database says.
pub fn note(
    tx: &mut Tx<'_>,
    client: ApiClientId,
    seen: &Batch,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(fingerprint) = seen.fingerprint else {
        return Ok(());
    };
    let told = (
        batch_sent::fingerprint.eq(fingerprint.0.to_vec()),
        batch_sent::sent_at.eq(now),
    );
    diesel::insert_into(batch_sent::table)
        .values((
            batch_sent::organisation_id.eq(seen.organisation.0),
            batch_sent::api_client_id.eq(client.0),
            batch_sent::batch_id.eq(seen.id.0),
            told.clone(),
        ))
        .on_conflict((
            batch_sent::organisation_id,
            batch_sent::api_client_id,
            batch_sent::batch_id,
        ))
        .do_update()
        .set(told)
        .execute(tx.pg())?;
    Ok(())
}

/// What a client was last sent of a batch.
///
/// # Errors
/// What the database says.
pub fn find(
    conn: &mut Conn<'_>,
    client: ApiClientId,
    seen: &Batch,
) -> Result<Option<Fingerprint>, StoreError> {
    let bytes: Option<Vec<u8>> = batch_sent::table
        .find((seen.organisation.0, client.0, seen.id.0))
        .select(batch_sent::fingerprint)
        .first(conn.0)
        .optional()?;
    Ok(bytes.as_deref().and_then(Fingerprint::from_slice))
}

/// The number of the scope's bulk with this id. A bulk is JSON that was not kept as a file.
///
/// # Errors
/// `NotFound` where it is not in the scope.
pub fn load_bulk(conn: &mut Conn<'_>, scope: &Scope, id: Uuid) -> Result<BatchNumber, StoreError> {
    list_bulks(conn, scope, Some(id), None, 1)?
        .into_iter()
        .next()
        .ok_or(StoreError::NotFound("bulk payout"))
}

/// The numbers of the scope's bulks, newest first: those before `before`, at most `limit`, and only the
/// one with this id where one is given.
///
/// # Errors
/// What the database says.
pub fn list_bulks(
    conn: &mut Conn<'_>,
    scope: &Scope,
    id: Option<Uuid>,
    before: Option<BatchNumber>,
    limit: i64,
) -> Result<Vec<BatchNumber>, StoreError> {
    let mut query = batch::table
        .filter(
            batch::organisation_id
                .eq(scope.organisation().0)
                .and(batch::source.eq("json"))
                .and(batch::file_id.is_null()),
        )
        .order(batch::number.desc())
        .limit(limit)
        .select(batch::number)
        .into_boxed();
    if let Accounts::Only(ids) = scope.accounts() {
        query = query.filter(batch::account_id.eq_any(ids.iter().map(|id| id.0).collect::<Vec<_>>()));
    }
    if let Some(id) = id {
        query = query.filter(batch::public_id.eq(id));
    }
    if let Some(before) = before {
        query = query.filter(batch::number.lt(before.get()));
    }
    let numbers: Vec<i32> = query.load(conn.0)?;
    Ok(numbers.into_iter().filter_map(BatchNumber::try_new).collect())
}

/// Those of these sequence numbers that are used on the account.
///
/// # Errors
/// What the database says.
pub fn list_sequence_numbers_in_use(
    conn: &mut Conn<'_>,
    account: AccountId,
    numbers: &[i64],
) -> Result<Vec<i64>, StoreError> {
    Ok(payout::table
        .filter(
            payout::account_id
                .eq(account.0)
                .and(payout::sequence_number.eq_any(numbers)),
        )
        .select(payout::sequence_number)
        .load(conn.0)?)
}

/// Where the changes of a batch's payouts are told, where the request named a place.
///
/// # Errors
/// What the database says.
pub fn find_webhook_url(conn: &mut Conn<'_>, seen: &Batch) -> Result<Option<String>, StoreError> {
    Ok(batch::table
        .find(seen.id.0)
        .select(batch::webhook_url)
        .first(conn.0)?)
}
