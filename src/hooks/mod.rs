//! Calling endpoints: one POST, fifteen seconds for everything, redirects not followed, the first
//! 2 kB of the answer kept.
//!
//! Invariant: the connection goes to an address that was checked. Names are resolved here, by our own
//! resolver, at every attempt; what it lets through is what is connected to, so a name that answers
//! otherwise the next moment (DNS rebinding) gains nothing.

mod guard;

use crate::domain::webhook::address::Allowed;
use crate::domain::webhook::{ANSWER_BYTES_MAX, TIME_LIMIT};
use guard::Guard;
use ipnet::IpNet;
use std::io::Read;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use ureq::unversioned::transport::DefaultConnector;

/// Connections that are kept open for the next message.
const IDLE_MAX: usize = 64;

/// Resolves `host:port`; stands in for the machine's own resolver.
pub type Names = Arc<dyn Fn(&str) -> std::io::Result<Vec<SocketAddr>> + Send + Sync>;

/// What calls are made with.
#[derive(Clone)]
pub struct Settings {
    /// Networks that may be called although they are not public.
    pub networks: Vec<IpNet>,
    /// How names are resolved; as the machine does where `None`.
    pub names: Option<Names>,
    /// How long one call may take.
    pub time_limit: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            networks: Vec::new(),
            names: None,
            time_limit: TIME_LIMIT,
        }
    }
}

/// One message to be sent.
#[derive(Clone, Debug)]
pub struct Post<'a> {
    /// Where to.
    pub url: &'a str,
    /// `webhook-id`.
    pub id: &'a str,
    /// `webhook-timestamp`.
    pub timestamp: i64,
    /// `webhook-signature`.
    pub signature: &'a str,
    /// `X-OneKhusa-Webhook-Event`.
    pub event: &'a str,
    /// The body, JSON.
    pub body: &'a str,
}

/// What came back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The HTTP status, where the whole answer came in time.
    pub status: Option<u16>,
    /// Why not.
    pub error: Option<String>,
    /// The beginning of its body, as text that can be stored.
    pub body: Option<String>,
    /// The header `Retry-After`.
    pub retry_after: Option<String>,
    /// How long it took.
    pub took: Duration,
}

/// Calls endpoints. Clones share connections.
#[derive(Clone, Debug)]
pub struct Caller(ureq::Agent);

impl Caller {
    /// A caller that reaches public addresses and what the settings allow.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(settings.time_limit))
            .max_redirects(0)
            .http_status_as_error(false)
            // A proxy would resolve the name itself, past the guard.
            .proxy(None)
            .user_agent("Countersign-Webhooks/1")
            // As many as there are workers at most: one that would have to be opened anew costs more
            // than the message.
            .max_idle_connections(IDLE_MAX)
            .max_idle_connections_per_host(IDLE_MAX)
            .build();
        let guard = Guard {
            allowed: Allowed::new(settings.networks.clone()),
            names: settings.names.clone(),
        };
        Self(ureq::Agent::with_parts(
            config,
            DefaultConnector::default(),
            guard,
        ))
    }

    /// Sends one message.
    #[must_use]
    pub fn post(&self, what: &Post<'_>) -> Answer {
        let began = Instant::now();
        let sent = self
            .0
            .post(what.url)
            .header("content-type", "application/json")
            .header("webhook-id", what.id)
            .header("webhook-timestamp", what.timestamp.to_string())
            .header("webhook-signature", what.signature)
            .header("x-onekhusa-webhook-event", what.event)
            .send(what.body);
        let mut answer = match sent {
            Ok(response) => read(response),
            Err(error) => failed(&error),
        };
        answer.took = began.elapsed();
        answer
    }
}

fn read(mut response: ureq::http::Response<ureq::Body>) -> Answer {
    let mut bytes = Vec::new();
    let limit = u64::try_from(ANSWER_BYTES_MAX).unwrap_or(u64::MAX);
    let done = response
        .body_mut()
        .as_reader()
        .take(limit)
        .read_to_end(&mut bytes);
    let status = response.status().as_u16();
    let retry_after = response
        .headers()
        .get("retry-after")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    // Postgres keeps no NUL in text.
    let body = String::from_utf8_lossy(&bytes).replace('\0', "\u{fffd}");
    Answer {
        status: done.is_ok().then_some(status),
        error: done
            .err()
            .map(|error| format!("the answer {status} broke off: {error}")),
        body: Some(body),
        retry_after,
        took: Duration::ZERO,
    }
}

fn failed(error: &ureq::Error) -> Answer {
    let told = if matches!(error, ureq::Error::Timeout(_)) {
        "no answer in time".to_owned()
    } else {
        error.to_string().trim_start_matches("io: ").to_owned()
    };
    Answer {
        status: None,
        error: Some(told.chars().take(500).collect()),
        body: None,
        retry_after: None,
        took: Duration::ZERO,
    }
}
