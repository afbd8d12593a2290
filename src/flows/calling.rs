//! Who is calling: an API client and the person it acts for, with what both may do now, read anew with
//! every call. Revoking the client, suspending the person or taking a role away works at once.

use crate::domain::permission::Actor;
use crate::flows::FlowError;
use crate::store::api_client::{self, ApiClient};
use crate::store::{Conn, Tx, caller};
use chrono::{DateTime, Utc};

/// A client at work for its person.
#[derive(Clone, Debug)]
pub struct Calling {
    /// The client.
    pub client: ApiClient,
    /// Its person, narrowed to the client's scopes.
    pub actor: Actor,
    /// The person's e-mail, lower case.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// The organisation's public id.
    pub organisation_code: String,
    /// The organisation's name.
    pub organisation: String,
    /// When the token that they came with is no longer taken; `None` where they came with the secret.
    pub token_until: Option<DateTime<Utc>>,
}

impl Calling {
    /// What its requests are counted under.
    #[must_use]
    pub fn rate_key(&self) -> String {
        format!("client {}", self.client.id.0)
    }

    /// The hashes that the client's secret may have now.
    pub fn hashes(&self, now: DateTime<Utc>) -> impl Iterator<Item = &str> {
        let previous = self.client.previous.iter();
        let previous = previous
            .filter(move |(_, until)| *until > now)
            .map(|(hash, _)| hash);
        self.client.secret_hash.iter().chain(previous).map(String::as_str)
    }
}

/// The active client of this id.
///
/// # Errors
/// What the store says.
pub fn find(conn: &mut Conn<'_>, client_id: &str, now: DateTime<Utc>) -> Result<Option<Calling>, FlowError> {
    let found = caller::find(conn, client_id)?;
    Ok(found
        .filter(|caller| caller.client.expires_at.is_none_or(|end| end > now))
        .map(|caller| {
            let client = caller.client;
            let person = Actor::authenticated(client.organisation, client.person, caller.grants);
            let actor = person.narrowed(&client.client_id, &client.scopes);
            // The code that its person gave for the client counts for what the client signs, while the
            // factor that it was of is theirs.
            let actor = if client.agreement().code_counts(caller.factor) {
                actor.having_confirmed()
            } else {
                actor
            };
            Calling {
                actor,
                client,
                email: caller.person.email,
                name: caller.person.name,
                organisation_code: caller.organisation_code,
                organisation: caller.organisation_name,
                token_until: None,
            }
        }))
}

/// Notes that it called.
///
/// # Errors
/// What the store says.
pub fn note_use(tx: &mut Tx<'_>, client: &ApiClient, now: DateTime<Utc>) -> Result<(), FlowError> {
    Ok(api_client::touch(tx, client.id, now)?)
}
