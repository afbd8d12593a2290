//! actix-session's sessions, kept in Postgres: a row that can be ended from elsewhere. The cookie's
//! key is stored hashed; only the person's id is kept.
//!
//! Whose session it is, is looked up with it, in one go to the database. The invariant: what one
//! request found no other request sees.

use super::portal::Shared;
use crate::domain::ids::{OrganisationId, PersonId};
use crate::flows::acting::{self, Acting, Where};
use crate::flows::session::Lifetime;
use crate::flows::{FlowError, session};
use crate::store::{Conn, StoreError};
use actix_session::storage::{
    LoadError, SaveError, SessionKey, SessionStore, UpdateError, generate_session_key,
};
use actix_web::cookie::time::Duration;
use actix_web::web;
use anyhow::anyhow;
use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::cell::Cell;
use std::collections::HashMap;
use std::future::Future;

type State = HashMap<String, String>;

/// Where a loaded session says which row it is, so that a long request can ask for it again. It is
/// never stored.
pub const ROW: &str = "row";

/// The person's key in a session.
pub const PERSON: &str = "person";
/// Whose password was right, where a code is to follow; and until when it may.
pub const HALF: &str = "half";
/// The organisation that the session is turned to.
pub const ORGANISATION: &str = "organisation";
/// From which address the session was opened.
pub const ADDRESS: &str = "address";
/// With which browser.
pub const BROWSER: &str = "browser";

tokio::task_local! {
    static FOUND: Cell<Option<Result<Acting, FlowError>>>;
}

/// Handles a request in which whose session it is, is found with the session.
pub async fn arriving<F: Future>(handled: F) -> F::Output {
    FOUND.scope(Cell::default(), handled).await
}

/// Whose session was loaded for this request; `None` where that is nobody's, or was taken already.
#[must_use]
pub fn take_found() -> Option<Result<Acting, FlowError>> {
    FOUND.try_with(Cell::take).ok().flatten()
}

/// Who a session says it is, and where they act.
fn person_in(state: &Value) -> Option<(PersonId, Where)> {
    let number = |key: &str| state.get(key)?.as_str()?.parse::<i64>().ok();
    let at = number(ORGANISATION).map_or(Where::Last, |chosen| Where::Chosen(OrganisationId(chosen)));
    Some((PersonId(number(PERSON)?), at))
}

/// The store, over the shared database.
pub struct PgSessions(pub Shared);

fn hashed(key: &SessionKey) -> Vec<u8> {
    Sha256::digest(key.as_ref().as_bytes()).to_vec()
}

impl PgSessions {
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T, FlowError> + Send + 'static,
    ) -> Result<T, anyhow::Error> {
        let portal = self.0.clone();
        Ok(web::block(move || work(&portal)).await??)
    }
}

/// Whether the session that `ROW` names still holds, however long its request has been under way.
///
/// # Errors
/// `NotFound` where it was ended meanwhile.
pub fn find_session(
    conn: &mut Conn<'_>,
    row: &[u8],
    lifetime: Lifetime,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    // A long upload is use of the session: only its end by age or by somebody's hand counts.
    let lifetime = Lifetime {
        idle: lifetime.absolute,
        ..lifetime
    };
    session::find(conn, row, lifetime, now)?
        .map(|_| ())
        .ok_or(FlowError::Store(StoreError::NotFound("session")))
}

impl SessionStore for PgSessions {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let id = hashed(key);
        let row = serde_json::to_string(&id).map_err(|error| LoadError::Deserialization(error.into()))?;
        let (state, found) = self
            .blocking(move |portal| {
                let now = (portal.now)();
                let (held, found) = portal.db.read(|conn: &mut Conn<'_>| {
                    let held = session::find(conn, &id, portal.sessions, now)?;
                    let person = held.as_ref().and_then(|held| person_in(&held.state));
                    let found = person.map(|(person, at)| acting::load_at(conn, person, at));
                    Ok::<_, FlowError>((held, found))
                })?;
                if held.as_ref().is_some_and(|held| held.note_due) {
                    portal.db.write(|tx| session::note_use(tx, &id, now))?;
                }
                Ok((held.map(|held| held.state), found))
            })
            .await
            .map_err(LoadError::Other)?;
        // Outside `arriving` nobody is signed in.
        let _ = FOUND.try_with(|place| place.set(found));
        state
            .map(|state| {
                let mut state: State = serde_json::from_value(state)
                    .map_err(|error| LoadError::Deserialization(error.into()))?;
                state.insert(ROW.to_owned(), row);
                Ok(state)
            })
            .transpose()
    }

    async fn save(&self, mut state: State, _ttl: &Duration) -> Result<SessionKey, SaveError> {
        let key = generate_session_key();
        let id = hashed(&key);
        state.remove(ROW);
        let state = serde_json::to_value(state).map_err(|error| SaveError::Serialization(error.into()))?;
        self.blocking(move |portal| {
            let now = (portal.now)();
            portal
                .db
                .write(|tx| session::open(tx, &id, &state, portal.sessions, now))
        })
        .await
        .map_err(SaveError::Other)?;
        Ok(key)
    }

    async fn update(
        &self,
        key: SessionKey,
        mut state: State,
        _ttl: &Duration,
    ) -> Result<SessionKey, UpdateError> {
        let id = hashed(&key);
        state.remove(ROW);
        let state = serde_json::to_value(state).map_err(|error| UpdateError::Serialization(error.into()))?;
        self.blocking(move |portal| portal.db.write(|tx| session::change(tx, &id, &state)))
            .await
            .map_err(|error| UpdateError::Other(anyhow!("the session was ended meanwhile: {error}")))?;
        Ok(key)
    }

    async fn update_ttl(&self, _key: &SessionKey, _ttl: &Duration) -> Result<(), anyhow::Error> {
        // Use is noted when the session is loaded, at most once a minute.
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        let id = hashed(key);
        self.blocking(move |portal| portal.db.write(|tx| session::end(tx, &id)))
            .await
    }
}
