//! The composition root: settings become a database, a clock, rails, routes and workers. Everything
//! may be imported here, and nobody imports it.

mod books;
mod command;
mod error;
mod proof;
mod serve;

pub use command::run;
pub use error::AppError;
pub use serve::Serving;

use crate::domain::Now;
use crate::domain::checkpoint::CheckpointKey;
use crate::domain::passkey::Site;
use crate::domain::sealed::SealingKey;
use crate::domain::sign_in::{Cost, hash};
use crate::domain::webhook::address::Allowed;
use crate::flows::demonstrate::{self, demonstrate};
use crate::flows::session::Lifetime;
use crate::hooks::{self, Caller};
use crate::http::gate::Gate;
use crate::http::kept::Kept;
use crate::http::limit::Limiter;
use crate::http::moments::Moments;
use crate::http::places::Places;
use crate::http::portal::{Patience, Portal, Shared};
use crate::http::secret::KnownSecrets;
use crate::http::token::Tokens;
use crate::jobs::{Outside, Worker};
use crate::mail::{Mailer, Way};
use crate::rails::Rails;
use crate::rails::sandbox::Sandbox;
use crate::store::Db;
use chrono::Duration;
use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use std::path::PathBuf;
use std::sync::Arc;

/// Downloads under way in this process; each holds a blocking thread.
const DOWNLOADS_MAX: usize = 16;
/// Downloads of one person under way.
const DOWNLOADS_EACH_MAX: usize = 2;
/// Streams of events that one person may listen to.
const EVENTS_EACH_MAX: usize = 8;
/// Uploads under way.
const UPLOADS_MAX: usize = 64;
/// Uploads of one person under way.
const UPLOADS_EACH_MAX: usize = 4;

/// How letters leave, and what stands on them.
pub struct Letters {
    /// To a mail server, or into a folder.
    pub way: Way,
    /// Whom they are from: `Name <address>`.
    pub from: String,
    /// Where their links lead: `scheme://host`.
    pub origin: String,
}

/// What an app is put together from.
pub struct Parts {
    /// A migrated database.
    pub database_url: String,
    /// Connections kept.
    pub pool_size: u32,
    /// The clock.
    pub now: Now,
    /// What a password costs.
    pub password_cost: Cost,
    /// Who moves money; the sandbox over this database where `None`.
    pub rails: Option<Rails>,
    /// How webhooks are sent.
    pub webhooks: hooks::Settings,
    /// `scheme://host` that people open; that of the listener where `None`.
    pub origin: Option<String>,
    /// Whether people come by https.
    pub is_https: bool,
    /// Signs cookies; at least 32 bytes.
    pub secret: SecretString,
    /// Letters.
    pub letters: Letters,
    /// Largest upload, in bytes.
    pub upload_bytes_max: u64,
    /// Requests a second, and at once.
    pub rate: (u32, u32),
    /// How long sessions last.
    pub sessions: Lifetime,
    /// How long a key signs access tokens of the API before another is made.
    pub token_key_life: Duration,
    /// How long slow clients are waited for.
    pub patience: Patience,
    /// Proxies whose word about a client's address is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// Where files wait while they are received, read and made.
    pub scratch: PathBuf,
    /// Whether the sign-in page names the demonstration's people.
    pub is_demonstration: bool,
}

/// The app: database and worker, ready to serve.
pub struct App {
    parts: Parts,
    db: Db,
    worker: Worker,
    sealing: SealingKey,
    checkpoints: CheckpointKey,
}

impl App {
    /// Opens the database and the rails; starts no thread.
    ///
    /// # Errors
    /// Where the database can't be reached, or the scratch folder not be made.
    pub fn assemble(mut parts: Parts) -> Result<Self, AppError> {
        std::fs::create_dir_all(&parts.scratch).map_err(|error| AppError::Folder {
            path: parts.scratch.clone(),
            error,
        })?;
        let db = Db::open(&parts.database_url, parts.pool_size)?;
        let rails = parts.rails.take().unwrap_or_else(|| {
            let sandbox = Sandbox::new(Arc::new(books::PgBooks(db.for_jobs())));
            Rails::new([Arc::new(sandbox) as Arc<dyn crate::rails::Rail>])
        });
        let sealing = SealingKey::derive(parts.secret.expose_secret().as_bytes());
        let checkpoints = CheckpointKey::derive(parts.secret.expose_secret().as_bytes());
        let outside = Outside {
            rails,
            caller: Caller::new(&parts.webhooks),
            mailer: Mailer::try_new(&parts.letters.way, &parts.letters.from, &parts.letters.origin)?,
            sealing: sealing.clone(),
        };
        let worker = Worker::new(db.for_jobs(), parts.now.clone(), outside, parts.scratch.clone());
        Ok(Self {
            parts,
            db,
            worker,
            sealing,
            checkpoints,
        })
    }

    /// What checkpoints of audit logs are signed with.
    #[must_use]
    pub const fn checkpoints(&self) -> &CheckpointKey {
        &self.checkpoints
    }

    /// The database, as requests use it.
    #[must_use]
    pub const fn db(&self) -> &Db {
        &self.db
    }

    /// The worker; `run_due` drives it by hand.
    #[must_use]
    pub const fn worker(&self) -> &Worker {
        &self.worker
    }

    /// Makes the demonstration where the database is empty; says whether it did.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn demonstrate(&self) -> Result<bool, AppError> {
        let password = hash(demonstrate::PASSWORD, &random_salt()?, self.parts.password_cost)?;
        let now = (self.parts.now)();
        Ok(self.db().write(|tx| demonstrate(tx, &password, now))?)
    }

    fn portal(&self, origin: String) -> Result<Shared, AppError> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
        Ok(Arc::new(Portal {
            db: self.db().clone(),
            now: self.parts.now.clone(),
            passkeys: Site::at(&origin),
            origin: origin.clone(),
            is_https: self.parts.is_https,
            upload_bytes_max: self.parts.upload_bytes_max,
            sessions: self.parts.sessions,
            nobody_hash: hash(
                "nobody has this password",
                &random_salt()?,
                self.parts.password_cost,
            )?,
            api_document: crate::api::reference::document(&origin),
            password_cost: self.parts.password_cost,
            tokens: Tokens::new(self.parts.secret.clone(), self.parts.token_key_life),
            known_secrets: KnownSecrets::default(),
            kept: Kept::default(),
            moments: Moments::of(self.db.clone()),
            sealing: self.sealing.clone(),
            checkpoints: self.checkpoints.clone(),
            password_gate: Gate::new(cores),
            limiter: Limiter::new(self.parts.rate.0, self.parts.rate.1),
            downloads: Places::new(DOWNLOADS_MAX, DOWNLOADS_EACH_MAX),
            events: Places::new(usize::MAX, EVENTS_EACH_MAX),
            uploads: Places::new(UPLOADS_MAX, UPLOADS_EACH_MAX),
            patience: self.parts.patience,
            trusted_proxies: self.parts.trusted_proxies.clone(),
            scratch: self.parts.scratch.clone(),
            is_demonstration: self.parts.is_demonstration,
            webhooks_allowed: Allowed::new(self.parts.webhooks.networks.clone()),
        }))
    }
}

fn random_salt() -> Result<[u8; 16], AppError> {
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(|_| AppError::Random)?;
    Ok(salt)
}
