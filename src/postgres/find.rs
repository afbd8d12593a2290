//! Finds the Postgres programs of the machine.
//!
//! Invariant: what is returned holds all three programs, and its major version opens the cluster.

use super::home::Home;
use super::{PgError, Place, install};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest version that will do.
const MAJOR_MIN: u32 = 14;

/// Where packagers put version folders: parent, what the name begins with, folder inside.
const VERSION_FOLDERS: [(&str, &str, &str); 12] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/usr/lib", "postgresql", "bin"),
    ("/usr/lib64", "pgsql", "bin"),
    ("/usr/libexec", "postgresql", ""),
    ("/opt/homebrew/opt", "postgresql", "bin"),
    ("/usr/local/opt", "postgresql", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql", "bin"),
    ("/opt/local/lib", "postgresql", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
    ("/Library/PostgreSQL", "", "bin"),
    ("/usr/local", "pgsql", "bin"),
];

/// The folder with `postgres`, `initdb` and `pg_ctl`.
#[derive(Debug)]
pub(super) struct Programs(PathBuf);

impl Programs {
    pub(super) fn path(&self, program: &str) -> PathBuf {
        self.0.join(program)
    }
}

/// The newest programs of the machine or, where a cluster exists, those of its own version.
pub(super) fn programs(place: &Place, cluster: Option<u32>, home: &Home) -> Result<Programs, PgError> {
    let will_do = |major: u32| cluster.map_or(major >= MAJOR_MIN, |own| own == major);
    let wanted = match cluster {
        Some(own) => format!("version {own}, which made {}", home.data().display()),
        None => format!("version {MAJOR_MIN} or newer"),
    };
    if let Some(folder) = &place.bin_dir {
        let major = major_in(folder).filter(|major| will_do(*major));
        return match major {
            Some(_) => Ok(Programs(folder.clone())),
            None => Err(PgError::BinDir {
                folder: folder.clone(),
                wanted,
            }),
        };
    }
    let mut found: Vec<(u32, PathBuf)> = candidates()
        .into_iter()
        .filter_map(|dir| Some((major_in(&dir)?, dir)))
        .collect();
    // Stable: of two with the same version the one on PATH comes first.
    found.sort_by_key(|(major, _)| std::cmp::Reverse(*major));
    let mut majors: Vec<u32> = found.iter().map(|(major, _)| *major).collect();
    majors.dedup();
    match found.into_iter().find(|(major, _)| will_do(*major)) {
        Some((_, folder)) => Ok(Programs(folder)),
        None => Err(PgError::NotFound {
            wanted,
            found: majors,
            install: install::command(),
        }),
    }
}

/// Folders that have all three programs, links resolved (a link on PATH points into the folder
/// that has everything), each once.
fn candidates() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in std::env::split_paths(&path).chain(version_folders()) {
        let real = fs::canonicalize(folder.join("postgres")).ok();
        if let Some(real) = real.as_deref().and_then(Path::parent)
            && is_complete(real)
            && !folders.iter().any(|known| known == real)
        {
            folders.push(real.to_owned());
        }
    }
    folders
}

fn version_folders() -> Vec<PathBuf> {
    let mut folders = vec![
        PathBuf::from("/opt/homebrew/bin"),
        PathBuf::from("/run/current-system/sw/bin"),
    ];
    for (parent, prefix, inside) in VERSION_FOLDERS {
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(prefix) {
                folders.push(entry.path().join(inside));
            }
        }
    }
    folders
}

fn is_complete(folder: &Path) -> bool {
    ["postgres", "initdb", "pg_ctl"]
        .iter()
        .all(|program| folder.join(program).is_file())
}

/// The major version, from a line such as `postgres (PostgreSQL) 17.2 (Debian …)`.
fn major_in(folder: &Path) -> Option<u32> {
    if !is_complete(folder) {
        return None;
    }
    let output = Command::new(folder.join("postgres"))
        .arg("--version")
        .output()
        .ok()?;
    let line = String::from_utf8_lossy(&output.stdout).into_owned();
    line.split_whitespace()
        .find_map(|word| word.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok())
}
