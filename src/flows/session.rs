//! Sessions as the web layer needs them: opened, kept, ended. The key is stored hashed, and only
//! the person's id is kept in the session.

use crate::domain::event::Event;
use crate::domain::permission::Actor;
use crate::flows::FlowError;
use crate::store::{Conn, StoreError, Tx, event, session};
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

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

/// A session as its person sees it.
pub use crate::store::session::Seen;

/// The actor's sessions that hold, the last used first.
///
/// # Errors
/// What the store says.
pub fn list(
    conn: &mut Conn<'_>,
    actor: &Actor,
    lifetime: Lifetime,
    now: DateTime<Utc>,
) -> Result<Vec<Seen>, FlowError> {
    let seen_after = now - lifetime.idle;
    Ok(session::list_of_person(conn, actor.person(), (seen_after, now))?)
}

/// Ends one of the actor's sessions.
///
/// # Errors
/// `NotFound` where it is none of theirs, or has ended.
pub fn end_own(tx: &mut Tx<'_>, actor: &Actor, id: &[u8], now: DateTime<Utc>) -> Result<(), FlowError> {
    if !session::delete_of_person(tx, actor.person(), id)? {
        return Err(StoreError::NotFound("session of yours").into());
    }
    say_ended(tx, actor, 1, now)
}

/// Ends all of the actor's sessions but this one.
///
/// # Errors
/// What the store says.
pub fn end_others(
    tx: &mut Tx<'_>,
    actor: &Actor,
    kept: Option<&[u8]>,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    match session::delete_all_of_person(tx, actor.person(), kept)? {
        0 => Ok(()),
        ended => say_ended(tx, actor, ended, now),
    }
}

/// Notes that the actor signs out.
///
/// # Errors
/// What the store says.
pub fn note_sign_out(tx: &mut Tx<'_>, actor: &Actor, now: DateTime<Utc>) -> Result<(), FlowError> {
    let out = Event::new(actor.organisation(), now, "person.signed_out", json!({}));
    Ok(event::append(tx, &out.by(actor.person()))?)
}

fn say_ended(tx: &mut Tx<'_>, actor: &Actor, count: usize, now: DateTime<Utc>) -> Result<(), FlowError> {
    let data = json!({ "count": count });
    let ended = Event::new(actor.organisation(), now, "person.sessions_ended", data);
    Ok(event::append(tx, &ended.by(actor.person()))?)
}
