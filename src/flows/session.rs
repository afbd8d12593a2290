//! Sessions as the web layer needs them: opened, kept, ended. The key is stored hashed, and only
//! the person's id is kept in the session.

use crate::flows::FlowError;
use crate::store::{Conn, Tx, session};
use chrono::{DateTime, Duration, Utc};
use serde_json::Value;

/// How long sessions last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lifetime {
    /// Without a request.
    pub idle: Duration,
    /// In any case.
    pub absolute: Duration,
}

/// A session that holds, and whether its use should be noted.
pub struct Held {
    /// What is kept in it.
    pub state: Value,
    /// Whether `note_use` would write.
    pub note_due: bool,
}

/// The session with this hashed key, unless it has ended by age or idleness.
///
/// # Errors
/// What the store says.
pub fn find(
    conn: &mut Conn<'_>,
    id: &[u8],
    lifetime: Lifetime,
    now: DateTime<Utc>,
) -> Result<Option<Held>, FlowError> {
    let found = session::find(conn, id, now)?;
    Ok(found
        .filter(|stored| stored.seen_at + lifetime.idle > now)
        .map(|stored| Held {
            note_due: session::is_touch_due(stored.seen_at, now),
            state: stored.state,
        }))
}

/// Opens a session.
///
/// # Errors
/// What the store says.
pub fn open(
    tx: &mut Tx<'_>,
    id: &[u8],
    state: &Value,
    lifetime: Lifetime,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    Ok(session::insert(tx, id, state, now, now + lifetime.absolute)?)
}

/// Changes what is kept in it.
///
/// # Errors
/// `NotFound` where it was ended meanwhile.
pub fn change(tx: &mut Tx<'_>, id: &[u8], state: &Value) -> Result<(), FlowError> {
    Ok(session::update(tx, id, state)?)
}

/// Notes that it is in use.
///
/// # Errors
/// What the store says.
pub fn note_use(tx: &mut Tx<'_>, id: &[u8], now: DateTime<Utc>) -> Result<(), FlowError> {
    Ok(session::touch(tx, id, now)?)
}

/// Ends it.
///
/// # Errors
/// What the store says.
pub fn end(tx: &mut Tx<'_>, id: &[u8]) -> Result<(), FlowError> {
    Ok(session::delete(tx, id)?)
}
