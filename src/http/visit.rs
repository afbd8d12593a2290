//! One request as handlers see it: who acts, what was asked, what was sent. Handlers are sync and
//! run on a blocking thread; they read through `read` and act through `act`.

use super::portal::Shared;
use super::receive::Received;
use crate::domain::ids::PersonId;
use crate::domain::permission::Actor;
use crate::flows::FlowError;
use crate::flows::acting::Acting;
use crate::store::{Asked, Conn, StoreError, Tx};
use chrono::{DateTime, Utc};
use std::sync::Mutex;

/// A request.
pub struct Visit {
    /// What the process shares.
    pub portal: Shared,
    /// Who is signed in.
    pub acting: Option<Acting>,
    /// The path asked for.
    pub path: String,
    /// Parts of the path, by name.
    pub params: Vec<(String, String)>,
    /// The query, in order.
    pub query: Vec<(String, String)>,
    /// What a form sent, in order.
    pub form: Vec<(String, String)>,
    /// The file that a form sent.
    pub file: Mutex<Option<Received>>,
    /// What the client wants to get: the header `Accept`.
    pub accept: String,
    /// The peer's address.
    pub address: String,
    /// The device cookie, where there is one.
    pub device: Option<String>,
    /// How the browser names itself, cut to what is kept.
    pub browser: String,
    /// The row of the session it came with.
    pub session: Option<Vec<u8>>,
    /// Whose password was right a moment ago, where a code is to follow.
    pub half_signed_in: Option<PersonId>,
    /// When it came.
    pub now: DateTime<Utc>,
}

/// A field's first value, trimmed, empty counting as absent.
fn value<'v>(list: &'v [(String, String)], name: &str) -> Option<&'v str> {
    list.iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.trim())
        .filter(|value| !value.is_empty())
}

impl Visit {
    /// Who acts.
    ///
    /// # Errors
    /// Where nobody is signed in; the route table sees to it that this does not happen behind it.
    pub fn actor(&self) -> Result<&Actor, FlowError> {
        self.acting
            .as_ref()
            .map(|acting| &acting.actor)
            .ok_or(FlowError::Store(StoreError::NotFound("session")))
    }

    /// Who acts, with their name.
    ///
    /// # Errors
    /// Where nobody is signed in.
    pub fn acting(&self) -> Result<&Acting, FlowError> {
        self.acting
            .as_ref()
            .ok_or(FlowError::Store(StoreError::NotFound("session")))
    }

    /// A part of the path.
    #[must_use]
    pub fn param(&self, name: &str) -> &str {
        value(&self.params, name).unwrap_or_default()
    }

    /// A value of the query; empty is absent.
    #[must_use]
    pub fn asked(&self, name: &str) -> Option<&str> {
        value(&self.query, name)
    }

    /// A field of the form; empty is absent.
    #[must_use]
    pub fn sent(&self, name: &str) -> Option<&str> {
        value(&self.form, name)
    }

    /// A secret of the form, as typed: it may begin or end with a space.
    #[must_use]
    pub fn typed(&self, name: &str) -> &str {
        let found = self.form.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// Reads.
    ///
    /// # Errors
    /// What `work` answers.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Conn<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.portal.db.read(work)
    }

    /// Runs a flow in a transaction of its own.
    ///
    /// # Errors
    /// What the flow answers; then nothing of it is kept.
    pub fn act<T>(&self, flow: impl FnOnce(&mut Tx<'_>) -> Result<T, FlowError>) -> Result<T, FlowError> {
        let asked = Asked {
            client: None,
            address: Some(&self.address),
        };
        self.portal.db.write_for(asked, flow)
    }
}
