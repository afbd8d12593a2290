//! Files that people attach, as evidence for one payout or documents of a batch: small, and of three
//! kinds that are told by their first bytes.

use super::error::PageError;
use crate::domain::occasion::{EVIDENCE_BYTES_MAX, EVIDENCE_HEAD_BYTES, EvidenceKind};
use crate::http::receive::{ReceiveError, Received};
use std::io::{Read, Seek, SeekFrom};

/// Why a file is not taken, to be told at its field.
pub(super) enum Unfit {
    /// It is larger than the limit.
    TooLarge(String),
    /// It is none of the three kinds.
    Unknown(String),
}

/// What the file is by its first bytes, whatever it is called.
pub(super) fn recognised(
    mut received: Received,
) -> Result<Result<(Received, EvidenceKind), Unfit>, PageError> {
    if received.size_bytes > EVIDENCE_BYTES_MAX {
        let message = format!(
            "The file has {} bytes; the limit is 10 MB. Choose a smaller one.",
            received.size_bytes
        );
        return Ok(Err(Unfit::TooLarge(message)));
    }
    let mut head = Vec::with_capacity(EVIDENCE_HEAD_BYTES);
    let limit = u64::try_from(EVIDENCE_HEAD_BYTES).unwrap_or(u64::MAX);
    let read = Read::by_ref(&mut received.file)
        .take(limit)
        .read_to_end(&mut head)
        .and_then(|_| received.file.seek(SeekFrom::Start(0)));
    read.map_err(ReceiveError::Io)?;
    Ok(match EvidenceKind::of(&head) {
        Some(kind) => Ok((received, kind)),
        None => Err(Unfit::Unknown(
            "The file is neither a PDF nor a PNG or JPEG picture, whatever its name says. Choose one that is."
                .to_owned(),
        )),
    })
}

/// The error that goes with a file that is too large.
pub(super) const fn too_large() -> PageError {
    PageError::Receive(ReceiveError::TooLarge(EVIDENCE_BYTES_MAX))
}
