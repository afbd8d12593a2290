//! Sessions: rows that can be ended from elsewhere.

use super::schema::{known_device, session, sign_in_failure};
use super::{Conn, StoreError, Tx};
use crate::domain::ids::PersonId;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use serde_json::Value;

/// Seen at most this often: a page view is no write.
const SEEN_EVERY: Duration = Duration::minutes(1);
/// A device is remembered this long after its first sign-in.
const DEVICE_KEPT: Duration = Duration::days(400);

/// A stored session.
pub struct Stored {
    /// What the web layer keeps in it: ids only.
    pub state: Value,
    /// Last request, to the minute.
    pub seen_at: DateTime<Utc>,
}

/// The session with this hashed key, unless it has expired.
///
/// # Errors
/// What the database says.
pub fn find(conn: &mut Conn<'_>, id: &[u8], now: DateTime<Utc>) -> Result<Option<Stored>, StoreError> {
    let row: Option<(Value, DateTime<Utc>)> = session::table
        .find(id)
        .filter(session::expires_at.gt(now))
        .select((session::state, session::seen_at))
        .first(conn.0)
        .optional()?;
    Ok(row.map(|(state, seen_at)| Stored { state, seen_at }))
}

/// Opens a session. `now` and `expires_at` bound it absolutely.
///
/// # Errors
/// What the database says.
pub fn insert(
    tx: &mut Tx<'_>,
    id: &[u8],
    state: &Value,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(session::table)
        .values((
            session::id.eq(id),
            session::person_id.eq(person_in(state).map(|person| person.0)),
            session::state.eq(state),
            session::created_at.eq(now),
            session::seen_at.eq(now),
            session::expires_at.eq(expires_at),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// Replaces a session's state.
///
/// # Errors
/// `NotFound` where it was ended meanwhile: a revoked session must not come back.
pub fn update(tx: &mut Tx<'_>, id: &[u8], state: &Value) -> Result<(), StoreError> {
    let changed = diesel::update(session::table.find(id))
        .set((
            session::state.eq(state),
            session::person_id.eq(person_in(state).map(|person| person.0)),
        ))
        .execute(tx.pg())?;
    if changed == 0 {
        Err(StoreError::NotFound("session"))
    } else {
        Ok(())
    }
}

/// Notes that the session is in use, at most once a minute.
///
/// # Errors
/// What the database says.
pub fn touch(tx: &mut Tx<'_>, id: &[u8], now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(
        session::table
            .find(id)
            .filter(session::seen_at.lt(now - SEEN_EVERY)),
    )
    .set(session::seen_at.eq(now))
    .execute(tx.pg())?;
    Ok(())
}

/// Whether `touch` would write.
#[must_use]
pub fn is_touch_due(seen_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    seen_at < now - SEEN_EVERY
}

/// Ends a session.
///
/// # Errors
/// What the database says.
pub fn delete(tx: &mut Tx<'_>, id: &[u8]) -> Result<(), StoreError> {
    diesel::delete(session::table.find(id)).execute(tx.pg())?;
    Ok(())
}

/// Drops sessions that have ended, failed sign-ins older than a day and devices not seen for 400
/// days; answers how many rows.
///
/// # Errors
/// What the database says.
pub fn clear_away(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let sessions = diesel::delete(session::table.filter(session::expires_at.lt(now))).execute(tx.pg())?;
    let day_ago = now - Duration::days(1);
    let failures = diesel::delete(sign_in_failure::table.filter(sign_in_failure::failed_at.lt(day_ago)));
    let failures = failures.execute(tx.pg())?;
    let devices = diesel::delete(known_device::table.filter(known_device::created_at.lt(now - DEVICE_KEPT)))
        .execute(tx.pg())?;
    Ok(sessions + failures + devices)
}

fn person_in(state: &Value) -> Option<PersonId> {
    state
        .get("person")
        .and_then(Value::as_str)
        .and_then(|text| text.parse().ok())
        .map(PersonId)
}

/// A session as its person sees it.
#[derive(Clone, PartialEq, Debug)]
pub struct Seen {
    /// The hashed key.
    pub id: Vec<u8>,
    /// What the web layer keeps in it.
    pub state: Value,
    /// When it began.
    pub since: DateTime<Utc>,
    /// Last request, to the minute.
    pub seen_at: DateTime<Utc>,
}

/// The person's sessions that hold, the last used first.
///
/// # Errors
/// What the database says.
pub fn list_of_person(
    conn: &mut Conn<'_>,
    person: PersonId,
    (seen_after, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Seen>, StoreError> {
    type Row = (Vec<u8>, Value, DateTime<Utc>, DateTime<Utc>);
    let rows: Vec<Row> = session::table
        .filter(session::person_id.eq(person.0))
        .filter(session::expires_at.gt(now).and(session::seen_at.gt(seen_after)))
        .order((session::seen_at.desc(), session::id))
        .select((session::id, session::state, session::created_at, session::seen_at))
        .load(conn.0)?;
    Ok(rows
        .into_iter()
        .map(|(id, state, since, seen_at)| Seen {
            id,
            state,
            since,
            seen_at,
        })
        .collect())
}

/// Ends one session of the person; says whether there was one.
///
/// # Errors
/// What the database says.
pub fn delete_of_person(tx: &mut Tx<'_>, person: PersonId, id: &[u8]) -> Result<bool, StoreError> {
    let ended = diesel::delete(session::table.find(id).filter(session::person_id.eq(person.0)));
    Ok(ended.execute(tx.pg())? > 0)
}

/// Ends the person's sessions, all but `kept`; answers how many.
///
/// # Errors
/// What the database says.
pub fn delete_all_of_person(
    tx: &mut Tx<'_>,
    person: PersonId,
    kept: Option<&[u8]>,
) -> Result<usize, StoreError> {
    let all = session::table
        .filter(session::person_id.eq(person.0))
        .filter(session::id.ne(kept.unwrap_or_default()));
    Ok(diesel::delete(all).execute(tx.pg())?)
}
