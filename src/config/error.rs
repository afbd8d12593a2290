//! What can be wrong with a setting, each as a sentence: name, value, limit, remedy.
//!
//! Invariant: the value of a secret is in none of these sentences.

use std::io;
use std::path::PathBuf;

/// A setting that the program can't start with.
#[derive(Debug, thiserror::Error)]
pub enum SettingError {
    /// The value does not have the form that the setting takes.
    #[error(
        "{name} is `{value}`, but it takes {limit}. Correct it, or unset it for the default ({fallback})."
    )]
    Refused {
        /// The setting.
        name: &'static str,
        /// What it holds.
        value: String,
        /// What it may hold.
        limit: String,
        /// What holds when it is unset.
        fallback: String,
    },
    /// The value of a secret setting does not have the form that it takes.
    #[error("{name} (its value is secret and not shown) takes {limit}: {found}. {remedy}")]
    SecretRefused {
        /// The setting.
        name: &'static str,
        /// What it may hold.
        limit: String,
        /// What is wrong, without the value.
        found: String,
        /// What to do.
        remedy: &'static str,
    },
    /// A secret is demanded because the database is not the private one.
    #[error(
        "COUNTERSIGN_SECRET is not set, but DATABASE_URL is. With a database of your own every process needs the same \
         key of at least 32 characters: make one with `openssl rand -hex 32` and set it for all of them."
    )]
    SecretMissing,
    /// The kept secret can't be read or written.
    #[error("the secret of this installation in {} could not be {act}: {source}. Make the folder of COUNTERSIGN_DATA_DIR writable, or set COUNTERSIGN_SECRET.", path.display())]
    SecretFile {
        /// The file.
        path: PathBuf,
        /// What was tried.
        act: &'static str,
        /// What the system answered.
        source: io::Error,
    },
    /// Others than the owner can read the kept secret.
    #[error("{} can be read by other users (mode {mode:o}, 600 is demanded). Run `chmod 600` on it; if somebody may have read it, delete it: a new one is made and everybody signs in again.", path.display())]
    SecretExposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
}
