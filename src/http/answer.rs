//! What a call is answered with, before it is HTTP: a status, a few headers, JSON. Whole ones can be
//! kept and given again; a streamed one can't.

use super::stream::BodyWriter;
use serde::Serialize;
use serde_json::{Value, json};

/// Writes a streamed body; runs after the answer has begun, and must flush at its end.
pub type Writing = Box<dyn FnOnce(BodyWriter) -> Result<(), Box<dyn std::error::Error + Send + Sync>> + Send>;

/// A body of JSON.
pub enum Content {
    /// All of it.
    Whole(Vec<u8>),
    /// Written while it is sent.
    Streamed(Writing),
}

/// An answer.
pub struct Answer {
    /// Its HTTP status.
    pub status: u16,
    /// Headers of its own; names in lower case.
    pub headers: Vec<(String, String)>,
    /// JSON.
    pub content: Content,
}

impl Answer {
    /// 200 with this as JSON.
    #[must_use]
    pub fn ok(body: &impl Serialize) -> Self {
        Self::new(200, body)
    }

    /// 201 with this as JSON.
    #[must_use]
    pub fn created(body: &impl Serialize) -> Self {
        Self::new(201, body)
    }

    /// Any status with this as JSON.
    #[must_use]
    pub fn new(status: u16, body: &impl Serialize) -> Self {
        // Our own structs of texts and numbers always have a JSON.
        let body = serde_json::to_vec(body).unwrap_or_else(|_| b"null".to_vec());
        Self {
            status,
            headers: Vec::new(),
            content: Content::Whole(body),
        }
    }

    /// 200 with JSON that is written while it is sent. Such an answer is not kept for its idempotency
    /// key; use it where nothing is changed.
    #[must_use]
    pub fn stream(write: Writing) -> Self {
        Self {
            status: 200,
            headers: Vec::new(),
            content: Content::Streamed(write),
        }
    }

    /// The same with one more header; the name in lower case.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The headers as they are kept.
    pub(super) fn headers_kept(&self) -> Value {
        json!(self.headers)
    }

    /// A kept answer again.
    pub(super) fn again(status: i32, headers: Value, body: Vec<u8>) -> Self {
        Self {
            status: u16::try_from(status).unwrap_or(200),
            headers: serde_json::from_value(headers).unwrap_or_default(),
            content: Content::Whole(body),
        }
        .with("idempotent-replayed", "true")
    }
}
