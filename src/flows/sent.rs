//! What API clients send in large bodies, looked through as a stream before a flow takes it in: a file
//! in base64, and long lists of transactions; and what they were shown.

use crate::domain::batch::Batch;
use crate::domain::fault::FileFault;
use crate::domain::ids::ApiClientId;
use crate::flows::FlowError;
use crate::intake::Limits;
use crate::intake::json::survey;
pub use crate::intake::json::{Beside, EnvelopeFault, Held, Member, Seen, unpack};
use crate::store::{Tx, sent};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Transactions in one body.
pub const TRANSACTIONS_MAX: u32 = 50_000;

/// A writer that digests and counts what passes.
pub struct Digesting<'w> {
    into: &'w mut dyn Write,
    digest: Sha256,
    size_bytes: u64,
}

impl<'w> Digesting<'w> {
    /// Nothing yet.
    pub fn new(into: &'w mut dyn Write) -> Self {
        Self {
            into,
            digest: Sha256::new(),
            size_bytes: 0,
        }
    }

    /// The SHA-256 and the number of the bytes.
    #[must_use]
    pub fn finish(self) -> ([u8; 32], u64) {
        (self.digest.finalize().into(), self.size_bytes)
    }
}

impl Write for Digesting<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.into.write(bytes)?;
        self.digest.update(bytes.get(..count).unwrap_or_default());
        self.size_bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.into.flush()
    }
}

/// The SHA-256 of a file, which is left at its beginning.
///
/// # Errors
/// Where it can't be read.
pub fn digest(file: &mut File) -> io::Result<[u8; 32]> {
    file.seek(SeekFrom::Start(0))?;
    let (mut digest, mut buffer) = (Sha256::new(), vec![0; 64 * 1024]);
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        digest.update(buffer.get(..count).unwrap_or_default());
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(digest.finalize().into())
}

/// Walks the `transactions` of a body: each entry, or why it is none, goes to `each` with its place
/// from 0; answers the members beside them.
///
/// # Errors
/// [`FileFault`] where the body is no JSON or holds no such list, or too long a one.
pub fn walk(body: &File, each: &mut dyn FnMut(u32, Seen<'_>)) -> Result<Beside, FileFault> {
    let limits = Limits {
        rows_max: TRANSACTIONS_MAX,
        ..Limits::default()
    };
    survey(body, &limits, each)
}

/// Remembers that a client was shown this content: it may sign it without naming it.
///
/// # Errors
/// What the store says.
pub fn note_seen(
    tx: &mut Tx<'_>,
    client: ApiClientId,
    seen: &Batch,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    Ok(sent::note(tx, client, seen, now)?)
}
