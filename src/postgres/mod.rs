//! The private Postgres: what a fresh checkout and the tests run on when no server is named.
//!
//! `find` looks for the programs of the machine, `owner` decides as whom they run, `home` lays out
//! the folder, `cluster` makes and inspects the data, `supervisor` keeps the server alive exactly as
//! long as somebody uses it, `probe` asks whether it answers. Nothing here speaks SQL.
//!
//! How it lives: a FIFO in the folder is held open for writing by every process that uses the
//! server. A small `sh` in a process group of its own reads it; when the last writer is gone,
//! however it went (end, panic, `kill -9`), it stops Postgres. A lock file lets one starter in at a
//! time; a second one joins the running server.
//! Invariant: while a [`PgServer`] lives the server is not stopped by us, and never long after.

mod cluster;
mod error;
mod find;
mod home;
mod install;
mod owner;
mod probe;
mod supervisor;

pub use error::PgError;

use home::Home;
use owner::Owner;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

/// Where a private Postgres lives and what it promises.
#[derive(Debug, Clone)]
pub struct Place {
    /// A folder of its own; made if missing. Nothing else may be kept in it.
    pub folder: PathBuf,
    /// Whether it survives a power cut.
    pub durability: Durability,
    /// Where the programs are (`PG_BIN_DIR`); searched for if absent.
    pub bin_dir: Option<PathBuf>,
}

/// Whether what was committed survives a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// It does: for people's data.
    Full,
    /// It does not, and it is fast: for tests.
    ThrowAway,
}

/// A use of a running server. Dropping it ends the use; the server stops after its last user.
#[derive(Debug)]
pub struct PgServer {
    home: Home,
    alive: File,
    started: bool,
}

/// What became of the server when a user left it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It has stopped.
    Stopped,
    /// Other processes still use it (or, for tests, may come in the next seconds).
    StillInUse,
}

/// Joins the server of this place, or starts it; makes its cluster first where there is none.
/// Blocks until it answers: about a second from nothing, a tenth of it from a stopped cluster.
///
/// # Errors
/// A [`PgError`] that says what to install or to change.
pub fn start(place: &Place) -> Result<PgServer, PgError> {
    let owner = Owner::of_this_process()?;
    let home = Home::prepare(place, &owner)?;
    // Held until this function returns; the system releases it when the process dies.
    let _turn = take_turn(&home)?;
    if let Some(alive) = supervisor::join(&home)? {
        return Ok(PgServer {
            home,
            alive,
            started: false,
        });
    }
    let programs = find::programs(place, cluster::major(&home), &home)?;
    cluster::stop_orphan(&home, &programs, &owner)?;
    if cluster::major(&home).is_none() {
        cluster::initialise(&home, &programs, &owner, place.durability)?;
    }
    let alive = supervisor::start(&home, &programs, &owner, place.durability)?;
    Ok(PgServer {
        home,
        alive,
        started: true,
    })
}

fn take_turn(home: &Home) -> Result<File, PgError> {
    let path = home.lock();
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path);
    let file = file.map_err(PgError::io("open", &path))?;
    file.lock().map_err(PgError::io("lock", &path))?;
    Ok(file)
}

impl PgServer {
    /// The connection URL of one of its databases; `postgres` always exists.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        let host = percent_encoded(&self.home.sockets().to_string_lossy());
        format!(
            "postgresql://postgres@/{}?host={host}&port={}",
            percent_encoded(database),
            home::PORT
        )
    }

    /// Whether this call started it; otherwise another process had.
    #[must_use]
    pub fn started(&self) -> bool {
        self.started
    }

    /// Where its data really is. It is not the folder that was asked for where root started it and
    /// the ordinary user that Postgres must run as could not reach that folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.home.base()
    }

    /// Ends this use and, if it was the last one, waits until the server has stopped.
    ///
    /// # Errors
    /// If it does not stop in half a minute.
    pub fn stop(self) -> Result<Ending, PgError> {
        let Self { home, alive, .. } = self;
        drop(alive);
        supervisor::await_end(&home)
    }
}

fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
