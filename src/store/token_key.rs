//! Seeds of the keys that access tokens are signed with.

use super::schema::token_key;
use super::{Conn, StoreError, Tx};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// A seed; the key is derived from it and the server's secret.
#[derive(Clone)]
pub struct Seed {
    /// The key's id, as tokens name it.
    pub kid: String,
    /// 32 random bytes.
    pub bytes: Vec<u8>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

fn seed((kid, bytes, created_at): (String, Vec<u8>, DateTime<Utc>)) -> Seed {
    Seed {
        kid,
        bytes,
        created_at,
    }
}

/// The newest one.
///
/// # Errors
/// What the database says.
pub fn find_newest(conn: &mut Conn<'_>) -> Result<Option<Seed>, StoreError> {
    let row = token_key::table
        .order((token_key::created_at.desc(), token_key::kid))
        .first(conn.0)
        .optional()?;
    Ok(row.map(seed))
}

/// The one of this id.
///
/// # Errors
/// What the database says.
pub fn find(conn: &mut Conn<'_>, kid: &str) -> Result<Option<Seed>, StoreError> {
    let row = token_key::table.find(kid).first(conn.0).optional()?;
    Ok(row.map(seed))
}

/// Keeps a new one.
///
/// # Errors
/// What the database says.
pub fn insert(tx: &mut Tx<'_>, new: &Seed) -> Result<(), StoreError> {
    diesel::insert_into(token_key::table)
        .values((
            token_key::kid.eq(&new.kid),
            token_key::seed.eq(&new.bytes),
            token_key::created_at.eq(new.created_at),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// Drops those made before `before`, whose tokens have run out; answers how many.
///
/// # Errors
/// What the database says.
pub fn clear_away(tx: &mut Tx<'_>, before: DateTime<Utc>) -> Result<usize, StoreError> {
    Ok(diesel::delete(token_key::table.filter(token_key::created_at.lt(before))).execute(tx.pg())?)
}
