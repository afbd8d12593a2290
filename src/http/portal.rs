//! What every request of the process shares.

use super::gate::Gate;
use super::kept::Kept;
use super::limit::Limiter;
use super::moments::Moments;
use super::places::Places;
use super::secret::KnownSecrets;
use super::token::Tokens;
use crate::domain::Now;
use crate::domain::checkpoint::CheckpointKey;
use crate::domain::passkey::Site;
use crate::domain::sealed::SealingKey;
use crate::domain::sign_in::Cost;
use crate::domain::webhook::address::Allowed;
use crate::flows::session::Lifetime;
use crate::store::Db;
use ipnet::IpNet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How long slow clients are waited for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Patience {
    /// Until a form without a file has come.
    pub form: Duration,
    /// Without progress of a download.
    pub progress: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            form: Duration::from_secs(10),
            progress: Duration::from_secs(30),
        }
    }
}

/// The shared state, made once by `app`.
pub struct Portal {
    /// The database.
    pub db: Db,
    /// The clock.
    pub now: Now,
    /// `scheme://host` that people open; pages sent from elsewhere are refused.
    pub origin: String,
    /// Where passkeys hold, if browsers allow any at this origin.
    pub passkeys: Option<Site>,
    /// Whether people come by https: then cookies are `__Host-` and HSTS is sent.
    pub is_https: bool,
    /// Largest upload, in bytes.
    pub upload_bytes_max: u64,
    /// How long sessions last.
    pub sessions: Lifetime,
    /// A hash of no password, compared with where the e-mail is unknown: the same time either way.
    pub nobody_hash: String,
    /// The reference of the API: an OpenAPI document.
    pub api_document: serde_json::Value,
    /// What a new password costs.
    pub password_cost: Cost,
    /// Access tokens of the API.
    pub tokens: Tokens,
    /// Secrets of API clients found right a short while ago.
    pub known_secrets: KnownSecrets,
    /// Answers of the API that hold while nothing changes.
    pub kept: Kept,
    /// Where the database stands.
    pub moments: Moments,
    /// What stored secrets are sealed with.
    pub sealing: SealingKey,
    /// What checkpoints of the audit log are signed with.
    pub checkpoints: CheckpointKey,
    /// How many passwords are checked at once.
    pub password_gate: Gate,
    /// Requests a second, per person or address.
    pub limiter: Limiter,
    /// Downloads under way.
    pub downloads: Arc<Places>,
    /// Streams of events under way.
    pub events: Arc<Places>,
    /// Uploads under way.
    pub uploads: Arc<Places>,
    /// How long slow clients are waited for.
    pub patience: Patience,
    /// Proxies whose word about a client's address is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// Where received files wait, and spreadsheets are made.
    pub scratch: PathBuf,
    /// Which addresses endpoints of webhooks may have.
    pub webhooks_allowed: Allowed,
    /// Whether the demonstration's people are named on the sign-in page.
    pub is_demonstration: bool,
}

/// As handlers get it.
pub type Shared = Arc<Portal>;
