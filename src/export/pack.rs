//! A pack of files (.zip) that is written while it goes out: memory stays at a few buffers however
//! large it is. Its last file lists the SHA-256 of all the others, so that it can be checked by any
//! `sha256sum`.
//!
//! Not here: what is in it. The invariant: no name in it leads out of the folder it is unpacked to.

use super::ExportError;
use chrono::{DateTime, Datelike, Timelike, Utc};
use sha2::{Digest, Sha256};
use std::io::{self, Write};
use zip::result::ZipError;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

/// The file that lists the others.
pub const SUMS: &str = "SHA256SUMS";
/// Characters of a name that people gave.
const NAME_CHARS_MAX: usize = 100;

/// A pack being written.
pub struct Pack<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    options: SimpleFileOptions,
    sums: Vec<(String, String)>,
}

/// The file of a pack that is being written.
struct Entry<'z, W: Write> {
    zip: &'z mut ZipWriter<StreamWriter<W>>,
    digest: Sha256,
}

impl<W: Write> Write for Entry<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.zip.write(bytes)?;
        self.digest.update(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl From<ZipError> for ExportError {
    fn from(error: ZipError) -> Self {
        if let ZipError::Io(error) = error {
            Self::Io(error)
        } else {
            Self::Io(io::Error::other(error))
        }
    }
}

impl<W: Write + Send> Pack<W> {
    /// Begins a pack whose files are dated `at`.
    pub fn create(output: W, at: DateTime<Utc>) -> Self {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        Self {
            zip: ZipWriter::new_stream(output),
            options: match dated(at) {
                Some(at) => options.last_modified_time(at),
                None => options,
            },
            sums: Vec::new(),
        }
    }

    /// Writes a file of this name: `fill` writes what is in it.
    ///
    /// # Errors
    /// What `fill` answers, or where bytes can't be written.
    pub fn entry<E: From<ExportError>>(
        &mut self,
        name: &str,
        fill: impl FnOnce(&mut (dyn Write + Send)) -> Result<(), E>,
    ) -> Result<(), E> {
        self.zip
            .start_file(name, self.options)
            .map_err(|error| E::from(error.into()))?;
        let mut entry = Entry {
            zip: &mut self.zip,
            digest: Sha256::new(),
        };
        fill(&mut entry)?;
        let digest = entry.digest.finalize();
        let hex = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        self.sums.push((name.to_owned(), hex));
        Ok(())
    }

    /// Writes the list of digests, and ends the pack.
    ///
    /// # Errors
    /// Where bytes can't be written.
    pub fn finish(mut self) -> Result<(), ExportError> {
        let lines: String = self
            .sums
            .iter()
            .map(|(name, digest)| format!("{digest}  {name}\n"))
            .collect();
        self.zip.start_file(SUMS, self.options)?;
        self.zip.write_all(lines.as_bytes())?;
        Ok(self.zip.finish()?.flush()?)
    }
}

/// The time as the format keeps it, which has no zone.
fn dated(at: DateTime<Utc>) -> Option<zip::DateTime> {
    let small = |number: u32| u8::try_from(number).unwrap_or(0);
    zip::DateTime::from_date_and_time(
        u16::try_from(at.year()).ok()?,
        small(at.month()),
        small(at.day()),
        small(at.hour()),
        small(at.minute()),
        small(at.second()),
    )
    .ok()
}

/// A name that people gave, as the name of a file in a pack: no folders, no dots in front, nothing that
/// a shell or a file system reads otherwise.
#[must_use]
pub fn safe_name(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let safe: String = name
        .chars()
        .map(|c| if plain(c) { c } else { '_' })
        .take(NAME_CHARS_MAX)
        .collect();
    let safe = safe.trim_start_matches(['.', '-']);
    if safe.is_empty() {
        "file".to_owned()
    } else {
        safe.to_owned()
    }
}
