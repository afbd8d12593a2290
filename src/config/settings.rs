//! Reads the settings of the table from the environment into plain, checked values.
//!
//! Names, defaults and limits are in `table`. Invariant: what is in `Settings` is within its limit,
//! and secrets are wrapped, so that a log line of the whole struct shows none.

use super::table::{self, Fallback, Kind, Setting};
use super::{PublicUrl, SettingError, secret};
use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use std::ffi::OsString;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// Every setting, read and checked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Which Postgres is used.
    pub database: Database,
    /// The address to serve on.
    pub listen: SocketAddr,
    /// The folder of the private Postgres and of the secret; may be relative.
    pub data_folder: PathBuf,
    /// `COUNTERSIGN_PUBLIC_URL`; see [`Settings::public_url`] for what holds without it.
    pub public_url: Option<PublicUrl>,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// `COUNTERSIGN_SECRET`; see [`Settings::secret`] for what holds without it.
    pub given_secret: Option<SecretString>,
    /// The mail server; without it letters are files.
    pub smtp_url: Option<SecretString>,
    /// Whom letters are from, where it was said.
    pub mail_from: Option<String>,
    /// The largest file that is taken in.
    pub upload_bytes_max: u64,
    /// How fast one session or client may ask.
    pub rate: RateLimit,
    /// How many jobs run at the same time.
    pub workers: usize,
    /// How webhooks are sent.
    pub webhooks: WebhookSettings,
    /// How long a session lasts.
    pub session: SessionLimits,
    /// How long a key signs access tokens before another is made.
    pub token_key_life: Duration,
    /// How many database connections are kept.
    pub pool_size: u32,
}

/// Which Postgres is used.
#[derive(Debug, Clone)]
pub enum Database {
    /// One of our own, in the data folder.
    Private {
        /// Where it lives: `postgres` in the data folder.
        folder: PathBuf,
        /// `PG_BIN_DIR`, where set.
        bin_dir: Option<PathBuf>,
    },
    /// The server that `DATABASE_URL` names.
    Server(SecretString),
}

/// A steady rate and the burst above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests a second, for as long as one likes.
    pub per_second: u32,
    /// Requests at once.
    pub burst: u32,
}

/// How webhooks are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookSettings {
    /// How many at the same time.
    pub workers: usize,
    /// Networks that may be called although they are not public.
    pub networks: Vec<IpNet>,
}

/// When a session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// After this long without a request.
    pub idle: Duration,
    /// After this long in any case.
    pub absolute: Duration,
}

impl Settings {
    /// Reads the environment of this process.
    ///
    /// # Errors
    /// The first setting that is out of its limit.
    pub fn from_environment() -> Result<Self, SettingError> {
        Self::try_new(|name| std::env::var_os(name))
    }

    /// Reads the settings from anything that answers by name. An empty value counts as not set.
    ///
    /// # Errors
    /// The first setting that is out of its limit.
    pub fn try_new(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self, SettingError> {
        let source = Source(&lookup);
        let data_folder = PathBuf::from(
            source
                .text(&table::DATA_DIR)?
                .unwrap_or_else(|| table::DATA_DIR.fallback()),
        );
        let given_secret = source.secret()?;
        let database = match source.database_url()? {
            Some(_) if given_secret.is_none() => return Err(SettingError::SecretMissing),
            Some(url) => Database::Server(url),
            None => Database::Private {
                folder: data_folder.join("postgres"),
                bin_dir: source.text(&table::PG_BIN_DIR)?.map(PathBuf::from),
            },
        };
        let webhooks = WebhookSettings {
            workers: source.number(&table::WEBHOOK_WORKERS)?,
            networks: source.webhook_networks(matches!(database, Database::Private { .. }))?,
        };
        Ok(Self {
            database,
            listen: source.listen()?,
            data_folder,
            public_url: source.public_url()?,
            trusted_proxies: source.trusted_proxies()?,
            given_secret,
            smtp_url: source.smtp_url()?,
            mail_from: source.mail_from()?,
            upload_bytes_max: source.number(&table::UPLOAD_BYTES_MAX)?,
            rate: RateLimit {
                per_second: source.number(&table::RATE_PER_SECOND)?,
                burst: source.number(&table::RATE_BURST)?,
            },
            workers: source.number(&table::WORKERS)?,
            webhooks,
            session: SessionLimits {
                idle: Duration::from_secs(60 * source.number::<u64>(&table::SESSION_IDLE_MINUTES)?),
                absolute: Duration::from_secs(3600 * source.number::<u64>(&table::SESSION_HOURS)?),
            },
            token_key_life: Duration::from_secs(3600 * source.number::<u64>(&table::TOKEN_KEY_HOURS)?),
            pool_size: source.number(&table::POOL_SIZE)?,
        })
    }

    /// The key of this installation: the given one, else the kept one, which is made when missing.
    ///
    /// # Errors
    /// When the kept one can't be read or written, or others could read it.
    pub fn secret(&self) -> Result<SecretString, SettingError> {
        match &self.given_secret {
            Some(secret) => Ok(secret.clone()),
            None => secret::load_or_make(&self.data_folder),
        }
    }

    /// Where browsers find the portal: what was set, else the address that is really listened on.
    #[must_use]
    pub fn public_url(&self, bound: SocketAddr) -> PublicUrl {
        self.public_url
            .clone()
            .unwrap_or_else(|| PublicUrl::of_listener(bound))
    }
}

/// Names of the environment that begin like our settings and are none: misspelt ones, most likely.
/// The program says so when it starts, so that none does nothing in silence.
#[must_use]
pub fn unknown_names() -> Vec<String> {
    std::env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(|name| {
            name.starts_with("COUNTERSIGN_") && !table::ALL.iter().any(|setting| setting.name == name)
        })
        .collect()
}

struct Source<'a>(&'a dyn Fn(&str) -> Option<OsString>);

impl Source<'_> {
    fn text(&self, setting: &Setting) -> Result<Option<String>, SettingError> {
        let Some(value) = (self.0)(setting.name).filter(|value| !value.is_empty()) else {
            return Ok(None);
        };
        let text = value
            .into_string()
            .map_err(|value| refused(setting, &value.to_string_lossy()))?;
        Ok(Some(text.trim().to_owned()))
    }

    fn number<T: TryFrom<u64>>(&self, setting: &Setting) -> Result<T, SettingError> {
        let given = self.text(setting)?;
        let value = match &given {
            Some(text) => text.parse().ok().filter(|value| is_within(setting, *value)),
            None => default_number(setting),
        };
        value
            .and_then(|value| T::try_from(value).ok())
            .ok_or_else(|| refused(setting, &given.unwrap_or_default()))
    }

    fn listen(&self) -> Result<SocketAddr, SettingError> {
        let text = self
            .text(&table::LISTEN)?
            .unwrap_or_else(|| table::LISTEN.fallback());
        text.parse().map_err(|_| refused(&table::LISTEN, &text))
    }

    fn public_url(&self) -> Result<Option<PublicUrl>, SettingError> {
        let Some(text) = self.text(&table::PUBLIC_URL)? else {
            return Ok(None);
        };
        PublicUrl::parse(&text)
            .map(Some)
            .ok_or_else(|| refused(&table::PUBLIC_URL, &text))
    }

    fn trusted_proxies(&self) -> Result<Vec<IpNet>, SettingError> {
        Ok(self.networks(&table::TRUSTED_PROXIES)?.unwrap_or_default())
    }

    /// On somebody's own machine, endpoints on it can be tried out.
    fn webhook_networks(&self, is_private: bool) -> Result<Vec<IpNet>, SettingError> {
        let given = self.networks(&table::WEBHOOK_NETWORKS)?;
        Ok(given.unwrap_or_else(|| {
            let own = ["127.0.0.0/8", "::1/128"];
            own.iter()
                .filter(|_| is_private)
                .filter_map(|text| text.parse().ok())
                .collect()
        }))
    }

    fn networks(&self, setting: &Setting) -> Result<Option<Vec<IpNet>>, SettingError> {
        let Some(text) = self.text(setting)?.filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let networks: Option<Vec<IpNet>> = text.split(',').map(|entry| network(entry.trim())).collect();
        networks.map(Some).ok_or_else(|| refused(setting, &text))
    }

    fn secret(&self) -> Result<Option<SecretString>, SettingError> {
        let Some(text) = self.text(&table::SECRET)? else {
            return Ok(None);
        };
        let characters = text.chars().count();
        if characters < secret::CHARACTERS_MIN {
            let remedy = "Make one with `openssl rand -hex 32`.";
            return Err(secret_refused(
                &table::SECRET,
                format!("it has {characters}"),
                remedy,
            ));
        }
        Ok(Some(SecretString::from(text)))
    }

    fn smtp_url(&self) -> Result<Option<SecretString>, SettingError> {
        let Some(text) = self.text(&table::SMTP_URL)? else {
            return Ok(None);
        };
        let host = ["smtp://", "smtps://", "starttls://"]
            .iter()
            .find_map(|scheme| text.strip_prefix(scheme));
        if host.is_none_or(str::is_empty) {
            let remedy = "Correct it, or unset it to have letters as files.";
            return Err(secret_refused(
                &table::SMTP_URL,
                "it begins with something else".to_owned(),
                remedy,
            ));
        }
        Ok(Some(SecretString::from(text)))
    }

    fn mail_from(&self) -> Result<Option<String>, SettingError> {
        let Some(text) = self.text(&table::MAIL_FROM)? else {
            return Ok(None);
        };
        match text.parse::<lettre::message::Mailbox>() {
            Ok(_) => Ok(Some(text)),
            Err(_) => Err(refused(&table::MAIL_FROM, &text)),
        }
    }

    fn database_url(&self) -> Result<Option<SecretString>, SettingError> {
        let Some(url) = self.text(&table::DATABASE_URL)?.map(SecretString::from) else {
            return Ok(None);
        };
        let text = url.expose_secret();
        let is_url = ["postgres://", "postgresql://"]
            .iter()
            .any(|scheme| text.starts_with(scheme));
        // libpq also reads `host=… dbname=…`.
        if !is_url && !text.contains('=') {
            let remedy = "Correct it, or unset it to use a private Postgres.";
            return Err(secret_refused(
                &table::DATABASE_URL,
                "it begins with something else".to_owned(),
                remedy,
            ));
        }
        if !cfg!(feature = "pg-tls")
            && ["sslmode=require", "sslmode=verify"]
                .iter()
                .any(|mode| text.contains(mode))
        {
            let remedy = "Build with `cargo build --release --features pg-tls`, or connect over a private network with sslmode=prefer.";
            return Err(secret_refused(
                &table::DATABASE_URL,
                "it demands TLS, which this build leaves out".to_owned(),
                remedy,
            ));
        }
        Ok(Some(url))
    }
}

/// An address, or a network without host bits: `10.1.2.3/8` is more likely a slip than a wish.
fn network(text: &str) -> Option<IpNet> {
    match text.parse::<IpAddr>() {
        Ok(address) => Some(IpNet::from(address)),
        Err(_) => text
            .parse()
            .ok()
            .filter(|network: &IpNet| network.addr() == network.network()),
    }
}

fn is_within(setting: &Setting, value: u64) -> bool {
    match setting.kind {
        Kind::Number { least, most, .. } => (least..=most).contains(&value),
        Kind::Text { .. } | Kind::Secret { .. } => false,
    }
}

fn default_number(setting: &Setting) -> Option<u64> {
    match setting.kind {
        Kind::Number {
            fallback: Fallback::Fixed(value),
            ..
        } => Some(value),
        Kind::Number {
            fallback: Fallback::PerCore(each),
            least,
            most,
            ..
        } => Some((each * cores()).clamp(least, most)),
        Kind::Text { .. } | Kind::Secret { .. } => None,
    }
}

fn cores() -> u64 {
    std::thread::available_parallelism()
        .ok()
        .and_then(|cores| u64::try_from(cores.get()).ok())
        .unwrap_or(1)
}

fn refused(setting: &Setting, value: &str) -> SettingError {
    match setting.kind {
        Kind::Secret { .. } => secret_refused(setting, "it is not UTF-8 text".to_owned(), "Correct it."),
        Kind::Number { .. } | Kind::Text { .. } => SettingError::Refused {
            name: setting.name,
            value: value.to_owned(),
            limit: setting.limit(),
            fallback: setting.fallback(),
        },
    }
}

fn secret_refused(setting: &Setting, found: String, remedy: &'static str) -> SettingError {
    SettingError::SecretRefused {
        name: setting.name,
        limit: setting.limit(),
        found,
        remedy,
    }
}
