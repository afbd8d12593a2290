//! One call of the API as handlers see it: who calls, what was asked, what was sent. Handlers are sync
//! and run on a blocking thread; they read through `read` and act through `act`.
//!
//! `act` is where a repeated request is known: the key is taken, the flows run and the answer is kept
//! in one transaction.

use super::answer::{Answer, Content};
use super::language::Language;
use super::portal::Shared;
use crate::domain::permission::Actor;
use crate::flows::FlowError;
use crate::flows::calling::{self, Calling};
use crate::flows::idempotency::{self, Given, Key, Known};
use crate::store::{Asked, Conn, StoreError, Tx};
use chrono::{DateTime, Utc};
use std::fs::File;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// The largest answer that is kept for its key.
const KEPT_BYTES_MAX: usize = 8 << 20;

/// A body that is too large to hold, in a file without a name.
pub struct Spooled {
    /// At its beginning.
    pub file: File,
    /// Its length.
    pub size_bytes: u64,
}

/// What was sent.
pub enum Sent {
    /// All of it.
    Bytes(Vec<u8>),
    /// In a file; taken out by whoever reads it.
    Spooled(Mutex<Option<Spooled>>),
}

/// An idempotency key with the digest of its request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestKey {
    /// Whose, and which.
    pub of: Key,
    /// SHA-256 over method, path and body.
    pub digest: Vec<u8>,
}

/// Why a key did not let a request through.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyRefused {
    /// It was used for another request.
    #[error("this idempotency key was used for another request")]
    Other,
    /// The first request is still at work.
    #[error("the first request with this idempotency key is still being worked on")]
    Running,
}

/// A call.
pub struct Call {
    /// What the process shares.
    pub portal: Shared,
    /// Who calls; `None` only where everybody may.
    pub calling: Option<Arc<Calling>>,
    /// The path asked for.
    pub path: String,
    /// Parts of the path, by name.
    pub params: Vec<(String, String)>,
    /// The query, in order.
    pub query: Vec<(String, String)>,
    /// Headers that handlers ask for, by name in lower case.
    pub headers: Vec<(String, String)>,
    /// What was sent.
    pub sent: Sent,
    /// The idempotency key, until `act` takes it.
    pub key: Mutex<Option<RequestKey>>,
    /// The language of the answer.
    pub language: Language,
    /// Where it comes from.
    pub address: Option<IpAddr>,
    /// When it came.
    pub now: DateTime<Utc>,
}

impl Call {
    /// Who calls.
    ///
    /// # Errors
    /// Where nobody does; the route table sees to it that this does not happen behind it.
    pub fn calling(&self) -> Result<&Calling, FlowError> {
        self.calling
            .as_deref()
            .ok_or(FlowError::Store(StoreError::NotFound("API client")))
    }

    /// What the caller may do.
    ///
    /// # Errors
    /// As `calling`.
    pub fn actor(&self) -> Result<&Actor, FlowError> {
        Ok(&self.calling()?.actor)
    }

    /// A part of the path.
    #[must_use]
    pub fn param(&self, name: &str) -> &str {
        value(&self.params, name).unwrap_or_default()
    }

    /// A value of the query; empty is absent.
    #[must_use]
    pub fn asked(&self, name: &str) -> Option<&str> {
        value(&self.query, name).filter(|value| !value.is_empty())
    }

    /// A header; the name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        value(&self.headers, name)
    }

    /// The body, where the route takes it as a whole.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match &self.sent {
            Sent::Bytes(bytes) => bytes,
            Sent::Spooled(_) => &[],
        }
    }

    /// The body, where the route takes it as a file; once.
    #[must_use]
    pub fn take_spooled(&self) -> Option<Spooled> {
        match &self.sent {
            Sent::Bytes(_) => None,
            Sent::Spooled(spooled) => spooled.lock().unwrap_or_else(PoisonError::into_inner).take(),
        }
    }

    /// Whether the request has an idempotency key.
    #[must_use]
    pub fn has_key(&self) -> bool {
        self.key.lock().unwrap_or_else(PoisonError::into_inner).is_some()
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

    /// Notes that the client called.
    ///
    /// # Errors
    /// What the store says.
    pub fn note_use(&self, calling: &Calling) -> Result<(), FlowError> {
        self.portal
            .db
            .write(|tx| calling::note_use(tx, &calling.client, self.now))
    }

    /// Notes something in a transaction of its own, beside whatever becomes of the call; a client that
    /// is not known yet is named by what it said. That it can't be noted is logged, and no more: the
    /// call has its answer.
    pub fn note(&self, claimed: Option<&str>, flow: impl FnOnce(&mut Tx<'_>) -> Result<(), FlowError>) {
        let known = self
            .calling
            .as_ref()
            .map(|calling| calling.client.client_id.as_str());
        let address = self.address.map(|address| address.to_string());
        let asked = Asked {
            client: known.or(claimed),
            address: address.as_deref(),
        };
        if let Err(error) = self.portal.db.write_for(asked, flow) {
            tracing::error!(%error, "a refusal could not be noted");
        }
    }

    /// Runs flows in a transaction of their own, and makes the answer in it. With an idempotency key
    /// the answer is kept in that transaction, and a request that was answered already does nothing.
    /// Call it once, with everything that changes something inside.
    ///
    /// # Errors
    /// What `work` answers (then nothing of it is kept, and the key is free), or `KeyRefused`.
    pub fn act<E>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<Answer, E>) -> Result<Answer, E>
    where
        E: From<StoreError> + From<FlowError> + From<KeyRefused>,
    {
        let key = self.key.lock().unwrap_or_else(PoisonError::into_inner).take();
        let client = self
            .calling
            .as_ref()
            .map(|calling| calling.client.client_id.as_str());
        let address = self.address.map(|address| address.to_string());
        let asked = Asked {
            client,
            address: address.as_deref(),
        };
        self.portal.db.write_for(asked, |tx| {
            let Some(key) = key else { return work(tx) };
            match idempotency::begin(tx, &key.of, &key.digest, self.now)? {
                Known::Answered(given) => Ok(Answer::again(given.status, given.headers, given.body)),
                Known::Other => Err(KeyRefused::Other.into()),
                Known::Running => Err(KeyRefused::Running.into()),
                Known::Fresh => {
                    let answer = work(tx)?;
                    if let Some(given) = kept(&answer, key.digest) {
                        idempotency::finish(tx, &key.of, &given, self.now)?;
                    }
                    Ok(answer)
                }
            }
        })
    }

    /// The answer to a request that was answered already. Asked before a handler runs, so that what a
    /// handler checks first can't answer a repeated request otherwise than the first.
    ///
    /// # Errors
    /// `KeyRefused`, or what the store says.
    pub fn answered<E>(&self) -> Result<Option<Answer>, E>
    where
        E: From<StoreError> + From<FlowError> + From<KeyRefused>,
    {
        let key = self.key.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(key) = key else { return Ok(None) };
        match self.read(|conn| idempotency::look(conn, &key.of, &key.digest, self.now))? {
            Known::Answered(given) => Ok(Some(Answer::again(given.status, given.headers, given.body))),
            Known::Other => Err(KeyRefused::Other.into()),
            Known::Running => Err(KeyRefused::Running.into()),
            Known::Fresh => Ok(None),
        }
    }
}

/// What is kept of an answer; nothing of one that is streamed or very large.
fn kept(answer: &Answer, digest: Vec<u8>) -> Option<Given> {
    let Content::Whole(body) = &answer.content else {
        return None;
    };
    (body.len() <= KEPT_BYTES_MAX).then(|| Given {
        digest,
        status: i32::from(answer.status),
        headers: answer.headers_kept(),
        body: body.clone(),
    })
}

fn value<'v>(list: &'v [(String, String)], name: &str) -> Option<&'v str> {
    list.iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}
