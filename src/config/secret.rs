//! The key of an installation that was not given one: made once, kept in the data folder.
//!
//! Invariant: two processes that start at once end with the same key, and only its owner can read it.

use super::SettingError;
use secrecy::SecretString;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The shortest key that is taken, in characters.
pub(super) const CHARACTERS_MIN: usize = 32;
const FILE: &str = "secret";
const RANDOM_BYTES: usize = 32;

/// Reads the kept key, or makes it.
pub(super) fn load_or_make(data_folder: &Path) -> Result<SecretString, SettingError> {
    let path = data_folder.join(FILE);
    if !path.exists() {
        make(data_folder, &path).map_err(failed("made", &path))?;
    }
    load(&path)
}

fn load(path: &Path) -> Result<SecretString, SettingError> {
    let mode = fs::metadata(path)
        .map_err(failed("read", path))?
        .permissions()
        .mode()
        & 0o777;
    if mode & 0o077 != 0 {
        return Err(SettingError::SecretExposed {
            path: path.to_owned(),
            mode,
        });
    }
    let text = fs::read_to_string(path).map_err(failed("read", path))?;
    let secret = text.trim();
    if secret.chars().count() < CHARACTERS_MIN {
        let short = io::Error::new(
            io::ErrorKind::InvalidData,
            format!("it is shorter than {CHARACTERS_MIN} characters"),
        );
        return Err(failed("used", path)(short));
    }
    Ok(SecretString::from(secret))
}

/// Written aside and then linked to its name: the name never shows half a key, and of two
/// processes the first wins while the second reads what the first wrote.
fn make(data_folder: &Path, path: &Path) -> io::Result<()> {
    fs::create_dir_all(data_folder)?;
    let mut file = tempfile::NamedTempFile::new_in(data_folder)?;
    writeln!(file, "{}", random_hex()?)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(lost) if lost.error.kind() != io::ErrorKind::AlreadyExists => Err(lost.error),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn random_hex() -> io::Result<String> {
    let mut bytes = [0_u8; RANDOM_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    let mut hex = String::with_capacity(2 * RANDOM_BYTES);
    for byte in bytes {
        // Writing to a String can't fail.
        let _ = write!(hex, "{byte:02x}");
    }
    Ok(hex)
}

fn failed(act: &'static str, path: &Path) -> impl FnOnce(io::Error) -> SettingError {
    let path: PathBuf = path.to_owned();
    move |source| SettingError::SecretFile { path, act, source }
}
