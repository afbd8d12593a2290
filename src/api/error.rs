//! From refusals to answers: the only place of `api` that knows HTTP statuses, by exhaustive match.
//!
//! The shape is part of the contract: `{"type", "message", "errors"}`, where `errors` maps paths to
//! messages or is null. The sentences of 401 and 403 are fixed; why somebody may not is told in the
//! header `X-Refusal-Reason`, in English. Faults of ours are logged and not told.

use super::faults::Faults;
use super::refusal::refusal;
use super::told;
use super::words::{Arg, say};
use crate::flows::FlowError;
use crate::http::answer::Answer;
use crate::http::call::KeyRefused;
use crate::http::language::Language;
use crate::http::places::NoPlace;
use crate::store::StoreError;
use serde::Serialize;
use serde_json::{Value, json};

/// Why a call was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// A flow refused.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// The request is malformed, in these places.
    #[error("the request has {} faults", .0.count())]
    Faults(Faults),
    /// The request is right, but payouts of it are past editing, in these places.
    #[error("{} payouts can't be edited any more", .0.count())]
    NotEditable(Faults),
    /// The path names something that is not there.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// What is asked does not fit where things stand.
    #[error("{0}")]
    Conflict(String),
    /// No client, or not with this secret or token.
    #[error("Invalid authorization credentials")]
    Credentials,
    /// The client may not; why.
    #[error("User not authorized")]
    NotAuthorized(String),
    /// Nothing is at this address.
    #[error("there is no such call")]
    NoSuchCall,
    /// The address has other methods.
    #[error("this call has another method: {0}")]
    WrongMethod(String),
    /// More bytes than this.
    #[error("the body is larger than {0} bytes")]
    TooLarge(u64),
    /// The body did not come.
    #[error("the body could not be read")]
    Unread,
    /// The idempotency key is no key.
    #[error("the idempotency key is malformed")]
    KeyMalformed,
    /// Two headers carry two idempotency keys.
    #[error("two idempotency keys were sent")]
    KeysDiffer,
    /// A key is demanded.
    #[error("an idempotency key is missing")]
    KeyMissing,
    /// The key did not let it through.
    #[error(transparent)]
    Key(#[from] KeyRefused),
    /// Too often; seconds until the next one.
    #[error("too many requests")]
    TooOften(u64),
    /// Too much is under way.
    #[error("too much is under way")]
    Busy,
    /// A fault of ours.
    #[error("{0}")]
    Ours(String),
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::Flow(FlowError::Store(error))
    }
}

impl From<NoPlace> for ApiError {
    fn from(_: NoPlace) -> Self {
        Self::Busy
    }
}

impl ApiError {
    /// The same with the field that a flow refuses named as this call's body names it; `names` are ours
    /// and the body's.
    #[must_use]
    pub fn in_words_of(self, names: &[(&str, &'static str)]) -> Self {
        let Self::Flow(FlowError::Invalid { field, message }) = self else {
            return self;
        };
        let theirs = names.iter().find(|(ours, _)| *ours == field);
        let field = theirs.map_or(field, |(_, theirs)| *theirs);
        Self::Flow(FlowError::Invalid { field, message })
    }

    /// Its HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Flow(error) => flow_status(error),
            Self::Faults(_) | Self::Unread | Self::KeyMalformed | Self::KeysDiffer | Self::KeyMissing => 400,
            Self::Credentials => 401,
            Self::NotAuthorized(_) => 403,
            Self::NotFound(_) | Self::NoSuchCall => 404,
            Self::WrongMethod(_) => 405,
            Self::Conflict(_) | Self::NotEditable(_) | Self::Key(KeyRefused::Running) => 409,
            Self::TooLarge(_) => 413,
            Self::Key(KeyRefused::Other) => 422,
            Self::TooOften(_) => 429,
            Self::Ours(_) => 500,
            Self::Busy => 503,
        }
    }

    /// The answer that says so.
    #[must_use]
    pub fn answer(self, language: Language) -> Answer {
        let status = self.status();
        if status == 500 {
            tracing::error!(error = %self, "a call failed");
        }
        let message = self.message(language);
        let headers = self.headers();
        let errors = if let Self::Faults(faults) | Self::NotEditable(faults) = self {
            json!(faults.into_map())
        } else if let Self::Flow(FlowError::Invalid { field, message }) = self {
            json!({ field: [told::message(language, &message)] })
        } else {
            json!(null)
        };
        let body = Body {
            kind: kind(status),
            message,
            errors,
        };
        let mut answer = Answer::new(status, &body);
        answer.headers = headers;
        answer
    }

    fn headers(&self) -> Vec<(String, String)> {
        let of = |name: &str, value: String| vec![(name.to_owned(), value)];
        match self {
            Self::Credentials => of(
                "www-authenticate",
                "Bearer, Basic realm=\"countersign\"".to_owned(),
            ),
            Self::NotAuthorized(why) => of("x-refusal-reason", printable(why)),
            Self::Flow(error) if self.status() == 403 => {
                of("x-refusal-reason", printable(&error.to_string()))
            }
            Self::WrongMethod(allowed) => of("allow", allowed.clone()),
            Self::TooOften(seconds) => of("retry-after", seconds.to_string()),
            Self::Key(KeyRefused::Running) => of("retry-after", "1".to_owned()),
            Self::Busy | Self::Flow(FlowError::Store(StoreError::Unavailable)) => {
                of("retry-after", "5".to_owned())
            }
            Self::Flow(_)
            | Self::Faults(_)
            | Self::NotEditable(_)
            | Self::NotFound(_)
            | Self::Conflict(_)
            | Self::NoSuchCall
            | Self::TooLarge(_)
            | Self::Unread
            | Self::KeyMalformed
            | Self::KeysDiffer
            | Self::KeyMissing
            | Self::Key(KeyRefused::Other)
            | Self::Ours(_) => Vec::new(),
        }
    }

    fn message(&self, language: Language) -> String {
        let said = |key: &str| say(language, key, &[]);
        match self {
            Self::Flow(error) => refusal(error, language),
            Self::Faults(faults) | Self::NotEditable(faults) => {
                say(language, "error-faults", &[("count", Arg::from(faults.count()))])
            }
            Self::Credentials | Self::NotAuthorized(_) => self.to_string(),
            Self::NotFound(_) => said("error-not-found"),
            Self::Conflict(message) => message.clone(),
            Self::NoSuchCall => said("error-no-such-call"),
            Self::WrongMethod(allowed) => say(
                language,
                "error-wrong-method",
                &[("allowed", Arg::from(allowed.as_str()))],
            ),
            Self::TooLarge(max) => say(
                language,
                "error-too-large",
                &[("max", Arg::from(max.to_string()))],
            ),
            Self::Unread => said("error-unread"),
            Self::KeyMalformed => said("error-key-malformed"),
            Self::KeysDiffer => said("error-keys-differ"),
            Self::KeyMissing => said("error-key-missing"),
            Self::Key(KeyRefused::Other) => said("error-key-other"),
            Self::Key(KeyRefused::Running) => said("error-key-running"),
            Self::TooOften(seconds) => say(
                language,
                "error-too-often",
                &[("seconds", Arg::from(seconds.to_string()))],
            ),
            Self::Busy => said("error-busy"),
            Self::Ours(_) => said("error-ours"),
        }
    }
}

/// What is answered, in the order in which the contract writes it.
#[derive(Serialize)]
struct Body {
    #[serde(rename = "type")]
    kind: &'static str,
    message: String,
    errors: Value,
}

/// The word for a status.
const fn kind(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        403 | 500 | 503 => "api_error",
        404 => "not_found",
        409 => "conflict",
        429 => "rate_limited",
        _ => "invalid_request",
    }
}

fn flow_status(error: &FlowError) -> u16 {
    match error {
        FlowError::NotPermitted(_) | FlowError::Code(_) | FlowError::Passkey(_) => 403,
        FlowError::Refused(refusal) if refusal.is_duty() => 403,
        FlowError::Proposal(refusal) if refusal.is_duty() => 403,
        FlowError::Refused(_)
        | FlowError::Proposal(_)
        | FlowError::FingerprintStale
        | FlowError::RowStale
        | FlowError::NotEditable { .. }
        | FlowError::NobodyCanSign { .. }
        | FlowError::ControlFigures(_)
        | FlowError::Shortfall { .. }
        | FlowError::CoolingDown(_)
        | FlowError::ReferencesInUse { .. }
        | FlowError::NotAgain { .. } => 409,
        FlowError::Invalid { .. } => 400,
        FlowError::Store(error) => match error {
            StoreError::Unavailable => 503,
            StoreError::NotFound(_) => 404,
            StoreError::Stale(_) | StoreError::Refused(_) => 409,
            StoreError::Corrupt(_) | StoreError::Database(_) => 500,
        },
    }
}

/// What can stand in a header.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' })
        .collect()
}
