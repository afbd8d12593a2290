//! As whom Postgres runs: this user, or an ordinary one where this is root (Postgres refuses root).
//!
//! Invariant: a program started through here never runs as root.

use super::PgError;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// The users that root hands Postgres to, in this order.
const ORDINARY_USERS: [&str; 2] = ["postgres", "nobody"];

/// The user that owns the cluster.
#[derive(Debug)]
pub(super) struct Owner {
    uid: u32,
    /// Set where this process is root and has to become that user.
    drop_to: Option<(u32, u32)>,
}

impl Owner {
    pub(super) fn of_this_process() -> Result<Self, PgError> {
        let effective = rustix::process::geteuid();
        if !effective.is_root() {
            return Ok(Self {
                uid: effective.as_raw(),
                drop_to: None,
            });
        }
        let (uid, gid) = ORDINARY_USERS
            .iter()
            .find_map(|user| ids(user))
            .ok_or(PgError::NoUser)?;
        Ok(Self {
            uid,
            drop_to: Some((uid, gid)),
        })
    }

    pub(super) fn uid(&self) -> u32 {
        self.uid
    }

    /// A program that runs as the owner, from a folder and in a locale that everybody has.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .stdin(Stdio::null())
            .env_remove("PGDATA")
            .env("LC_ALL", "C")
            .current_dir("/");
        if let Some((uid, gid)) = self.drop_to {
            // The standard library drops root's other groups together with the user.
            command.gid(gid).uid(uid);
        }
        command
    }

    /// Runs a program to its end.
    pub(super) fn run(&self, mut command: Command) -> Result<(), PgError> {
        let program = command.get_program().to_string_lossy().into_owned();
        let output = command
            .output()
            .map_err(PgError::io("run", Path::new(&program)))?;
        if output.status.success() {
            return Ok(());
        }
        let said = [output.stdout, output.stderr].concat();
        Err(PgError::Program {
            program,
            said: String::from_utf8_lossy(&said).trim().to_owned(),
        })
    }

    /// Gives a file that root made to the owner.
    pub(super) fn take(&self, path: &Path) -> Result<(), PgError> {
        match self.drop_to {
            Some((uid, gid)) => {
                chown(path, Some(uid), Some(gid)).map_err(PgError::io("change the owner of", path))
            }
            None => Ok(()),
        }
    }

    /// Whether the owner can walk to this folder; where this is not root it is its own affair. Whose
    /// the folder itself is, `demand_folder` judges.
    pub(super) fn reaches(&self, path: &Path) -> bool {
        let Some((uid, gid)) = self.drop_to else {
            return true;
        };
        path.ancestors()
            .skip(1)
            .filter_map(|folder| fs::metadata(folder).ok())
            .all(|folder| {
                let mode = folder.permissions().mode();
                let bit = if folder.uid() == uid {
                    0o100
                } else if folder.gid() == gid {
                    0o010
                } else {
                    0o001
                };
                mode & bit != 0
            })
    }

    /// Refuses a path that is not a folder of the owner's or of this process': in a shared parent
    /// such as /tmp a stranger could have planted a link or a folder.
    pub(super) fn demand_folder(&self, path: &Path) -> Result<(), PgError> {
        let found = fs::symlink_metadata(path).map_err(PgError::io("look at", path))?;
        let known = [self.uid, rustix::process::geteuid().as_raw()];
        if found.is_dir() && known.contains(&found.uid()) {
            return Ok(());
        }
        Err(PgError::Foreign {
            folder: path.to_owned(),
            owner: found.uid(),
        })
    }
}

/// User and group id by name. `id` also knows users that are in no file.
fn ids(user: &str) -> Option<(u32, u32)> {
    let ask = |flag: &str| -> Option<u32> {
        let output = Command::new("id")
            .args([flag, user])
            .stderr(Stdio::null())
            .output()
            .ok()?;
        String::from_utf8_lossy(&output.stdout).trim().parse().ok()
    };
    Some((ask("-u")?, ask("-g")?))
}
