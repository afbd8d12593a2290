//! The folder of a private Postgres and what is where in it.
//!
//! Invariant: the folder and the socket's folder belong to the owner and are closed to others:
//! who reaches the socket is trusted without a password.

use super::owner::Owner;
use super::{Durability, PgError, Place};
use sha2::{Digest, Sha256};
use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The number in the socket's name; no network port is opened.
pub(super) const PORT: u16 = 5432;

/// A socket's path may have 103 bytes on macOS, 107 on Linux; its own name takes 15 of them.
const SOCKET_FOLDER_BYTES_MAX: usize = 80;

/// The paths of one private Postgres.
#[derive(Debug)]
pub(super) struct Home {
    base: PathBuf,
    sockets: PathBuf,
}

impl Home {
    /// Makes the folders where missing and checks whose they are.
    pub(super) fn prepare(place: &Place, owner: &Owner) -> Result<Self, PgError> {
        let asked = std::path::absolute(&place.folder).map_err(PgError::io("find", &place.folder))?;
        let base = if owner.reaches(&asked) {
            asked
        } else {
            reachable(&asked, place.durability)
        };
        fs::create_dir_all(&base).map_err(PgError::io("make", &base))?;
        close_to_others(&base, owner)?;
        let base = fs::canonicalize(&base).map_err(PgError::io("find", &base))?;
        let mut sockets = base.clone();
        if sockets.as_os_str().len() > SOCKET_FOLDER_BYTES_MAX {
            sockets = PathBuf::from(format!("/tmp/countersign-{}-{}", owner.uid(), short_name(&base)));
            // Made private from the start; where it is there already the check below decides.
            let _ = DirBuilder::new().mode(0o700).create(&sockets);
            close_to_others(&sockets, owner)?;
        }
        Ok(Self { base, sockets })
    }

    pub(super) fn base(&self) -> &Path {
        &self.base
    }

    pub(super) fn sockets(&self) -> &Path {
        &self.sockets
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.sockets.join(format!(".s.PGSQL.{PORT}"))
    }

    pub(super) fn data(&self) -> PathBuf {
        self.base.join("data")
    }

    pub(super) fn pid_file(&self) -> PathBuf {
        self.data().join("postmaster.pid")
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.base.join("start.lock")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.base.join("server.log")
    }

    /// The FIFO that every user holds open.
    pub(super) fn alive(&self) -> PathBuf {
        self.base.join("alive")
    }

    /// The FIFO's name while the supervisor makes sure that the last user is gone.
    pub(super) fn closing(&self) -> PathBuf {
        self.base.join("alive.closing")
    }

    /// Holds the number of the supervisor's process group.
    pub(super) fn group(&self) -> PathBuf {
        self.base.join("alive.group")
    }
}

/// Where the owner can't reach the folder that was asked for (a checkout below /root): a folder
/// named after it. What must last is not put where systems clean up by age.
fn reachable(asked: &Path, durability: Durability) -> PathBuf {
    let parent = match durability {
        Durability::Full => "/var/lib",
        Durability::ThrowAway => "/var/tmp",
    };
    PathBuf::from(format!("{parent}/countersign-{}", short_name(asked)))
}

fn close_to_others(folder: &Path, owner: &Owner) -> Result<(), PgError> {
    owner.demand_folder(folder)?;
    owner.take(folder)?;
    fs::set_permissions(folder, Permissions::from_mode(0o700)).map_err(PgError::io("close to others", folder))
}

/// A short name that stays the same for a path in every version of this program.
fn short_name(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}
