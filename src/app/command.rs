//! The commands: serve, work, migrate, demo, create-owner, audit verify.

use super::proof::verify_logs;
use super::{App, AppError, Letters, Parts, random_salt};
use crate::config::{Audit, Command, CreateOwner, Database, Settings, SheetFormat, unknown_names};
use crate::domain::Now;
use crate::domain::sign_in::{Cost, hash};
use crate::flows::FlowError;
use crate::flows::demonstrate::{PASSWORD, PEOPLE};
use crate::flows::found::{Newcomer, create_owner};
use crate::flows::session::Lifetime;
use crate::hooks;
use crate::intake::{child, remember_program};
use crate::jobs::Duty;
use crate::mail::Way;
use crate::postgres::{self, Durability, PgServer, Place};
use crate::store::{self, StoreError};
use chrono::{Duration, Utc};
use secrecy::ExposeSecret;
use std::fmt::Write as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The name of the database in the private Postgres.
const DATABASE: &str = "countersign";

/// Carries out a command; answers when it is done, or told to stop.
///
/// # Errors
/// One sentence that says what to do.
pub fn run(command: Command) -> Result<(), AppError> {
    if let Command::ReadSheet {
        format,
        memory_mib,
        seconds,
    } = command
    {
        return Ok(child::run(kind(format), memory_mib, seconds)?);
    }
    remember_program();
    let settings = Settings::from_environment()?;
    for name in unknown_names() {
        tracing::warn!("{name} is set, but there is no such setting; `countersign --help` lists them all");
    }
    match command {
        Command::Serve(serve) => serve_until_told(&settings, !serve.no_workers),
        Command::Work => work_until_told(&settings),
        Command::Migrate => open_database(&settings).map(|_| say("The database is up to date.\n")),
        Command::Demo => make_demonstration(&settings),
        Command::CreateOwner(owner) => make_owner(&settings, &owner),
        Command::Audit(Audit::Verify { checkpoint }) => {
            let (url, _server) = open_database(&settings)?;
            say(&verify_logs(&assemble(&settings, url)?, checkpoint.as_deref())?);
            Ok(())
        }
        // It was carried out above: it reads nothing but the file, neither settings nor database.
        Command::ReadSheet { .. } => Ok(()),
    }
}

const fn kind(format: SheetFormat) -> child::Kind {
    match format {
        SheetFormat::Xls => child::Kind::Xls,
        SheetFormat::Ods => child::Kind::Ods,
    }
}

fn say(text: &str) {
    // A closed terminal is no reason to stop.
    let _written = std::io::stdout().lock().write_all(text.as_bytes());
}

/// A migrated database, and the private Postgres that holds it, where it is ours.
fn open_database(settings: &Settings) -> Result<(String, Option<PgServer>), AppError> {
    let (url, server) = match &settings.database {
        Database::Server(url) => (url.expose_secret().to_owned(), None),
        Database::Private { folder, bin_dir } => {
            let place = Place {
                folder: folder.clone(),
                durability: Durability::Full,
                bin_dir: bin_dir.clone(),
            };
            let server = postgres::start(&place)?;
            store::create_database(&server.url("postgres"), DATABASE)?;
            (server.url(DATABASE), Some(server))
        }
    };
    store::migrate_at(&url)?;
    Ok((url, server))
}

fn assemble(settings: &Settings, database_url: String) -> Result<App, AppError> {
    let now: Now = Arc::new(Utc::now);
    let public = settings.public_url.as_ref();
    let seconds = |duration: std::time::Duration| Duration::from_std(duration).unwrap_or(Duration::MAX);
    App::assemble(Parts {
        database_url,
        pool_size: settings.pool_size,
        now,
        password_cost: Cost::Full,
        rails: None,
        origin: public.map(|url| url.as_str().trim_end_matches('/').to_owned()),
        is_https: public.is_some_and(crate::config::PublicUrl::is_https),
        secret: settings.secret()?,
        webhooks: hooks::Settings {
            networks: settings.webhooks.networks.clone(),
            ..hooks::Settings::default()
        },
        letters: letters(settings),
        upload_bytes_max: settings.upload_bytes_max,
        rate: (settings.rate.per_second, settings.rate.burst),
        sessions: Lifetime {
            idle: seconds(settings.session.idle),
            absolute: seconds(settings.session.absolute),
        },
        token_key_life: seconds(settings.token_key_life),
        patience: crate::http::portal::Patience::default(),
        trusted_proxies: settings.trusted_proxies.clone(),
        scratch: settings.data_folder.join("scratch"),
        is_demonstration: matches!(settings.database, Database::Private { .. }),
    })
}

/// Links lead to the public URL, and to nothing that a request could choose.
fn letters(settings: &Settings) -> Letters {
    let origin = settings.public_url(settings.listen);
    let host = origin.host().to_owned();
    Letters {
        way: match &settings.smtp_url {
            Some(url) => Way::Smtp(url.clone()),
            None => Way::Folder(settings.data_folder.join("mail")),
        },
        from: settings
            .mail_from
            .clone()
            .unwrap_or_else(|| format!("Countersign <countersign@{host}>")),
        origin: origin.as_str().to_owned(),
    }
}

fn serve_until_told(settings: &Settings, with_workers: bool) -> Result<(), AppError> {
    let taken = |error| AppError::Taken {
        address: settings.listen,
        error,
    };
    let listener = TcpListener::bind(settings.listen).map_err(taken)?;
    let (url, server) = open_database(settings)?;
    let app = assemble(settings, url)?;
    let is_demonstration = server.is_some();
    if is_demonstration {
        app.demonstrate()?;
    }
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    let serving = app.serve(listener, cores)?;
    let workers = Workers::start(
        &app,
        with_workers.then_some((settings.workers, settings.webhooks.workers)),
    );
    say(&greeting(
        settings.public_url(serving.address()).as_str(),
        is_demonstration,
    ));
    wait_until_told()?;
    tracing::info!("stopping: requests and claimed work finish first");
    serving.stop()?;
    workers.stop();
    stop_database(app, server)
}

fn work_until_told(settings: &Settings) -> Result<(), AppError> {
    let (url, server) = open_database(settings)?;
    let app = assemble(settings, url)?;
    let workers = Workers::start(&app, Some((settings.workers, settings.webhooks.workers)));
    say("Working. Stop with Ctrl-C.\n");
    wait_until_told()?;
    workers.stop();
    stop_database(app, server)
}

/// Connections go first, then the private Postgres, unless another process still uses it.
fn stop_database(app: App, server: Option<PgServer>) -> Result<(), AppError> {
    drop(app);
    if let Some(server) = server {
        let ending = server.stop()?;
        tracing::info!(?ending, "the private Postgres");
    }
    Ok(())
}

/// Worker threads under way.
struct Workers {
    stop: Arc<AtomicBool>,
    threads: Vec<std::thread::JoinHandle<()>>,
}

impl Workers {
    /// This many for payouts and this many for webhooks, if any.
    fn start(app: &App, counts: Option<(usize, usize)>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (payouts, webhooks) = counts.unwrap_or((0, 0));
        // With more than one, the first is kept free for paying; of those for webhooks, every second
        // for endpoints that do not fail.
        let for_payouts = (0..payouts).map(|n| match n {
            0 if payouts > 1 => Duty::Paying,
            _ => Duty::Everything,
        });
        let for_webhooks = (0..webhooks).map(|n| match n % 2 {
            0 => Duty::Webhooks,
            _ => Duty::SoundWebhooks,
        });
        // Two more, for comparisons and for letters, beside those that were asked for.
        let beside = counts.map(|_| [Duty::Comparing, Duty::Telling]);
        let threads = for_payouts
            .chain(for_webhooks)
            .chain(beside.into_iter().flatten())
            .map(|duty| {
                let (worker, stop) = (app.worker().clone(), stop.clone());
                std::thread::spawn(move || worker.run(&stop, duty))
            })
            .collect();
        Self { stop, threads }
    }

    fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads {
            if thread.join().is_err() {
                tracing::error!("a worker's thread panicked");
            }
        }
    }
}

fn wait_until_told() -> Result<(), AppError> {
    actix_web::rt::System::new().block_on(async {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            told = tokio::signal::ctrl_c() => told?,
            _ = terminate.recv() => {}
        }
        Ok(())
    })
}

fn greeting(address: &str, is_demonstration: bool) -> String {
    let mut text = format!("\nCountersign is at {address}\n");
    if is_demonstration {
        let _infallible = writeln!(text, "\nSign in with the password {PASSWORD} as one of:");
        for (email, name, role) in PEOPLE {
            let _infallible = writeln!(text, "  {email:<28} {name:<16} {role}");
        }
    }
    if is_demonstration {
        let _infallible = write!(
            text,
            "\nBy API (the reference is at {address}/developers/api):\n  \
             curl -u kachere-thoko:{PASSWORD} -d grant_type=client_credentials {address}/api/v1/oauth/token\n"
        );
    }
    text.push_str("\nStop with Ctrl-C.\n");
    text
}

fn make_demonstration(settings: &Settings) -> Result<(), AppError> {
    let (url, _server) = open_database(settings)?;
    let app = assemble(settings, url)?;
    say(if app.demonstrate()? {
        "The demonstration organisation Kachere Traders is made.\n"
    } else {
        "Nothing was made: the database holds an organisation already.\n"
    });
    Ok(())
}

/// Makes an administrator with a password that is shown once.
fn make_owner(settings: &Settings, owner: &CreateOwner) -> Result<(), AppError> {
    let (url, _server) = open_database(settings)?;
    let app = assemble(settings, url)?;
    let password = random_text(20, b"abcdefghjkmnpqrstuvwxyz23456789")?;
    let code = random_text(12, b"ABCDEFGHJKLMNPQRSTUVWXYZ0123456789")?;
    let password_hash = hash(&password, &random_salt()?, Cost::Full)?;
    let newcomer = Newcomer {
        email: owner.email.trim(),
        name: owner.name.trim(),
        password_hash: &password_hash,
        role: "Administrator",
    };
    app.db()
        .write(|tx| create_owner(tx, owner.organisation.trim(), &code, &newcomer, Utc::now()))
        .map_err(|error| {
            if let FlowError::Store(StoreError::Refused(_)) = error {
                AppError::Asked(format!(
                    "{} is a member of {} already",
                    owner.email, owner.organisation
                ))
            } else {
                AppError::Flow(error)
            }
        })?;
    say(&format!(
        "{} is an administrator of {}.\nPassword, shown this once (somebody who had an account keeps theirs): {password}\n",
        owner.email, owner.organisation
    ));
    Ok(())
}

fn random_text(length: usize, letters: &[u8]) -> Result<String, AppError> {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let mut byte = [0_u8; 1];
        getrandom::fill(&mut byte).map_err(|_| AppError::Random)?;
        // Bytes past the last whole round are drawn again, so that no letter is likelier.
        let place = usize::from(byte[0]);
        if place < 256 - 256 % letters.len()
            && let Some(letter) = letters.get(place % letters.len())
        {
            text.push(char::from(*letter));
        }
    }
    Ok(text)
}
