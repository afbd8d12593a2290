//! Why the program did not start: one sentence that says what to do.

use crate::config::SettingError;
use crate::domain::sign_in::HashError;
use crate::flows::FlowError;
use crate::mail::MailError;
use crate::postgres::PgError;
use crate::store::StoreError;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why the program did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// A setting is wrong.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The private Postgres did not start.
    #[error(transparent)]
    Postgres(#[from] PgError),
    /// Somebody else listens there.
    #[error(
        "{address} is taken ({error}). Stop the other program, or set COUNTERSIGN_LISTEN to another address."
    )]
    Taken {
        /// Where.
        address: SocketAddr,
        /// What the system says.
        error: std::io::Error,
    },
    /// A folder can't be made.
    #[error("the folder {} can't be made: {error}. Set COUNTERSIGN_DATA_DIR to a folder that you may write.", .path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// A flow failed.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Letters can't be sent the way that was set.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// A password could not be hashed.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// The system has no randomness.
    #[error("the system gave no random numbers")]
    Random,
    /// The server or the terminal failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The log is not what a checkpoint says, or the checkpoint proves nothing here.
    #[error("{0}")]
    Checkpoint(String),
    /// The log of an organisation does not hold.
    #[error("the audit log of {organisation} is broken at line {line}")]
    Broken {
        /// Whose.
        organisation: String,
        /// Which line is the first that does not hold.
        line: i64,
    },
    /// What was asked can't be done as it was asked.
    #[error("{0}")]
    Asked(String),
}
