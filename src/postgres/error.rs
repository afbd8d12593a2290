//! Why there is no private Postgres, each as a sentence that ends with what to do.

use std::io;
use std::path::{Path, PathBuf};

/// Why a private Postgres could not be started.
#[derive(Debug, thiserror::Error)]
pub enum PgError {
    /// The machine has no programs of a Postgres that is new enough.
    #[error(
        "no Postgres programs ({wanted}) were found on this machine{}. Install them with `{install}`, or set PG_BIN_DIR to the \
         folder that holds them, or set DATABASE_URL to a server you have.",
        seen(found)
    )]
    NotFound {
        /// Which versions would do.
        wanted: String,
        /// The major versions that were found and would not do.
        found: Vec<u32>,
        /// The command that installs them here.
        install: &'static str,
    },
    /// `PG_BIN_DIR` names a folder without usable programs.
    #[error(
        "PG_BIN_DIR is `{}`, but postgres, initdb and pg_ctl ({wanted}) are not in it. Correct it, or unset it to have the usual \
         folders searched.", folder.display()
    )]
    BinDir {
        /// The folder.
        folder: PathBuf,
        /// Which versions would do.
        wanted: String,
    },
    /// Postgres refuses to run as root, and the machine has no ordinary user for it.
    #[error(
        "Postgres does not run as root, and this machine has neither a user `postgres` nor `nobody`. Start as an \
         ordinary user, or set DATABASE_URL."
    )]
    NoUser,
    /// The folder belongs to somebody else, or is not a folder.
    #[error(
        "{} is not a folder of ours: it belongs to user id {owner}. Start as that user, or set COUNTERSIGN_DATA_DIR to another \
         folder.", folder.display()
    )]
    Foreign {
        /// The folder.
        folder: PathBuf,
        /// Its owner.
        owner: u32,
    },
    /// A file or folder could not be used.
    #[error("could not {act} {}: {source}", path.display())]
    Io {
        /// What was tried.
        act: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// A Postgres program failed.
    #[error("`{program}` failed: {said}")]
    Program {
        /// The program.
        program: String,
        /// What it wrote.
        said: String,
    },
    /// The server ended while starting.
    #[error("the private Postgres did not start; the end of {} says:\n{said}", log.display())]
    DidNotStart {
        /// Its log.
        log: PathBuf,
        /// The last lines of the log.
        said: String,
    },
    /// The server is there but does not answer.
    #[error("the private Postgres in {} gave no answer for {seconds} seconds; its server.log says why", folder.display())]
    NoAnswer {
        /// Its folder.
        folder: PathBuf,
        /// How long was waited.
        seconds: u64,
    },
    /// The server does not stop.
    #[error("the private Postgres in {} has not stopped within {seconds} seconds; its server.log says why", folder.display())]
    DidNotStop {
        /// Its folder.
        folder: PathBuf,
        /// How long was waited.
        seconds: u64,
    },
}

impl PgError {
    /// For `map_err`: names the act and the path.
    pub(super) fn io<E: Into<io::Error>>(act: &'static str, path: &Path) -> impl FnOnce(E) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            act,
            path,
            source: source.into(),
        }
    }
}

fn seen(found: &[u32]) -> String {
    let list: Vec<String> = found.iter().map(u32::to_string).collect();
    if list.is_empty() {
        String::new()
    } else {
        format!(" (only version {})", list.join(", "))
    }
}
