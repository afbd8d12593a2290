//! Keys of access tokens: the newest signs for a while, then another is made; the older ones verify
//! until the last token signed with them has run out, and are dropped.

pub use crate::store::token_key::Seed;

use crate::flows::FlowError;
use crate::store::{Conn, Tx, token_key};
use chrono::{DateTime, Duration, Utc};

/// How long a token holds.
pub const TOKEN_LIFE: Duration = Duration::minutes(15);
/// How far two clocks may be apart.
pub const LEEWAY: Duration = Duration::seconds(30);

/// The key to sign with now, if there is one that is young enough.
///
/// # Errors
/// What the store says.
pub fn find_signing(
    conn: &mut Conn<'_>,
    signs_for: Duration,
    now: DateTime<Utc>,
) -> Result<Option<Seed>, FlowError> {
    Ok(token_key::find_newest(conn)?.filter(|seed| seed.created_at + signs_for > now))
}

/// Keeps another one, and drops those that no token can name any more. Two processes that do so at
/// once make two: both are good.
///
/// # Errors
/// What the store says.
pub fn renew(tx: &mut Tx<'_>, seed: Seed, signs_for: Duration) -> Result<Seed, FlowError> {
    token_key::insert(tx, &seed)?;
    token_key::clear_away(tx, seed.created_at - signs_for - TOKEN_LIFE - LEEWAY)?;
    Ok(seed)
}

/// The key that a token names.
///
/// # Errors
/// What the store says.
pub fn find(conn: &mut Conn<'_>, kid: &str) -> Result<Option<Seed>, FlowError> {
    Ok(token_key::find(conn, kid)?)
}
