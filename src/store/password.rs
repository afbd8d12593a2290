//! Passwords that are changed, and the links to a new one where the old is forgotten.

use super::schema::{password_reset, person};
use super::{Conn, StoreError, Tx};
use crate::domain::ids::PersonId;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// The person's hash, for comparing with the current password.
///
/// # Errors
/// What the database says.
pub fn load_hash(conn: &mut Conn<'_>, id: PersonId) -> Result<String, StoreError> {
    let hash: Option<String> = person::table
        .find(id.0)
        .select(person::password_hash)
        .first(conn.0)
        .optional()?;
    hash.ok_or(StoreError::NotFound("person"))
}

/// Gives the person another password; every link to a new one is void.
///
/// # Errors
/// What the database says.
pub fn set_hash(tx: &mut Tx<'_>, id: PersonId, hash: &str) -> Result<(), StoreError> {
    diesel::update(person::table.find(id.0))
        .set(person::password_hash.eq(hash))
        .execute(tx.pg())?;
    diesel::delete(password_reset::table.filter(password_reset::person_id.eq(id.0))).execute(tx.pg())?;
    Ok(())
}

/// Calls the person something else.
///
/// # Errors
/// What the database says.
pub fn set_name(tx: &mut Tx<'_>, id: PersonId, name: &str) -> Result<(), StoreError> {
    diesel::update(person::table.find(id.0))
        .set(person::name.eq(name))
        .execute(tx.pg())?;
    Ok(())
}

/// Keeps a link, in place of an older one.
///
/// # Errors
/// What the database says.
pub fn put_reset(
    tx: &mut Tx<'_>,
    id: PersonId,
    token: &[u8],
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let values = (
        password_reset::token.eq(token),
        password_reset::expires_at.eq(expires_at),
    );
    diesel::insert_into(password_reset::table)
        .values((password_reset::person_id.eq(id.0), values))
        .on_conflict(password_reset::person_id)
        .do_update()
        .set(values)
        .execute(tx.pg())?;
    Ok(())
}

/// Whose link this is, while it is good.
///
/// # Errors
/// What the database says.
pub fn find_reset(
    conn: &mut Conn<'_>,
    token: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<PersonId>, StoreError> {
    let id: Option<i64> = password_reset::table
        .find(token)
        .filter(password_reset::expires_at.gt(now))
        .select(password_reset::person_id)
        .first(conn.0)
        .optional()?;
    Ok(id.map(PersonId))
}

/// Uses a link up; says whether it was still good. Of two at once, one gets it.
///
/// # Errors
/// What the database says.
pub fn take_reset(tx: &mut Tx<'_>, token: &[u8], now: DateTime<Utc>) -> Result<bool, StoreError> {
    let taken = diesel::delete(
        password_reset::table
            .find(token)
            .filter(password_reset::expires_at.gt(now)),
    )
    .execute(tx.pg())?;
    Ok(taken > 0)
}
