//! Receiving a form with a file: streamed from the socket to a nameless temporary file, digested on
//! the way; memory stays at one network read. The limits are checked as bytes come, not after.

use actix_multipart::{Field, Multipart};
use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

/// A text field's bytes at most.
const TEXT_BYTES_MAX: usize = 16 * 1024;
/// Fields at most.
const FIELDS_MAX: usize = 64;

/// A file as received, ready to be read from its beginning.
#[derive(Debug)]
pub struct Received {
    /// As the browser called it.
    pub name: String,
    /// Its size.
    pub size_bytes: u64,
    /// SHA-256 of its content.
    pub digest: [u8; 32],
    /// The content.
    pub file: File,
}

/// A form with at most one file.
#[derive(Debug, Default)]
pub struct Form {
    /// Text fields in order.
    pub fields: Vec<(String, String)>,
    /// The file, where one was chosen.
    pub file: Option<Received>,
}

/// Why a form was not received.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The file is larger than the limit, in bytes.
    #[error("The file is larger than the limit of {} MiB. Split it into smaller files.", .0 >> 20)]
    TooLarge(u64),
    /// The form is not what a browser sends.
    #[error("The form could not be read: {0}. Send it again.")]
    Malformed(String),
    /// Nowhere to put it.
    #[error("The file could not be kept: {0}")]
    Io(#[from] std::io::Error),
}

/// Receives the form; `scratch` is where the file waits, `bytes_max` the largest file.
///
/// # Errors
/// See `ReceiveError`.
pub async fn receive(mut form: Multipart, scratch: &Path, bytes_max: u64) -> Result<Form, ReceiveError> {
    let mut received = Form::default();
    let mut bytes_left = bytes_max;
    let malformed = |error: actix_multipart::MultipartError| ReceiveError::Malformed(error.to_string());
    while let Some(mut field) = form.try_next().await.map_err(malformed)? {
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field
            .content_disposition()
            .and_then(|header| header.get_filename())
            .map(str::to_owned);
        match file_name {
            Some(file_name) if !file_name.is_empty() && received.file.is_none() => {
                let file = receive_file(&mut field, file_name, scratch, (bytes_left, bytes_max)).await?;
                bytes_left = bytes_left.saturating_sub(file.size_bytes);
                received.file = Some(file);
            }
            // Not kept, but no way around the limit either.
            Some(_) => {
                while let Some(chunk) = field.try_next().await.map_err(malformed)? {
                    bytes_left = bytes_left
                        .checked_sub(chunk.len() as u64)
                        .ok_or(ReceiveError::TooLarge(bytes_max))?;
                }
            }
            None => {
                if received.fields.len() >= FIELDS_MAX {
                    return Err(ReceiveError::Malformed(format!(
                        "it has more than {FIELDS_MAX} fields"
                    )));
                }
                received.fields.push((name, receive_text(&mut field).await?));
            }
        }
    }
    Ok(received)
}

async fn receive_text(field: &mut Field) -> Result<String, ReceiveError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field
        .try_next()
        .await
        .map_err(|error| ReceiveError::Malformed(error.to_string()))?
    {
        if bytes.len() + chunk.len() > TEXT_BYTES_MAX {
            return Err(ReceiveError::Malformed(format!(
                "a field is longer than {TEXT_BYTES_MAX} bytes"
            )));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| ReceiveError::Malformed("a field is not UTF-8".to_owned()))
}

async fn receive_file(
    field: &mut Field,
    name: String,
    scratch: &Path,
    (bytes_left, bytes_max): (u64, u64),
) -> Result<Received, ReceiveError> {
    let mut file = tempfile::tempfile_in(scratch)?;
    let (mut digest, mut size_bytes) = (Sha256::new(), 0_u64);
    while let Some(chunk) = field
        .try_next()
        .await
        .map_err(|error| ReceiveError::Malformed(error.to_string()))?
    {
        size_bytes += chunk.len() as u64;
        if size_bytes > bytes_left {
            return Err(ReceiveError::TooLarge(bytes_max));
        }
        digest.update(&chunk);
        // Goes to the page cache: as fast as a copy, so no hop to another thread.
        file.write_all(&chunk)?;
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(Received {
        name,
        size_bytes,
        digest: digest.finalize().into(),
        file,
    })
}
