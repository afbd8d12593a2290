//! A file in base64 inside a JSON object: unpacked while it is read, so that neither the text nor the
//! file is ever held whole.

use super::scan::{Broken, Scanner};
use super::{Beside, MEMBER_BYTES_MAX, MEMBERS_MAX};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};

/// Base64 that is decoded at once; a multiple of 4.
const PIECE: usize = 64 * 1024;

/// Why an envelope can't be unpacked.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeFault {
    /// Not the JSON that was expected.
    #[error("{0}")]
    Broken(String),
    /// The member is no base64.
    #[error("not base64 (RFC 4648)")]
    NotBase64,
    /// The file is larger than this many bytes.
    #[error("larger than {0} bytes")]
    TooLarge(u64),
    /// Our own trouble.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl From<Broken> for EnvelopeFault {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Expected(what) => Self::Broken(format!("{what} was expected")),
            Broken::Long => Self::Broken("a value is too long".to_owned()),
            Broken::Deep => Self::Broken("it is nested too deep".to_owned()),
            Broken::Io(error) => Self::Io(error),
        }
    }
}

/// Unpacks the member `name` of the object in `body` into `into`; answers the other members as raw
/// JSON, and whether the member was there.
///
/// # Errors
/// See [`EnvelopeFault`].
pub fn unpack(
    body: File,
    name: &str,
    into: &mut dyn Write,
    bytes_max: u64,
) -> Result<(Beside, bool), EnvelopeFault> {
    let mut scanner = Scanner(BufReader::with_capacity(PIECE, body));
    let (mut beside, mut is_there, mut buffer) = (Beside::new(), false, Vec::new());
    scanner.demand(b'{', "an object")?;
    let mut is_more = !scanner.take(b'}')?;
    while is_more {
        scanner.value(&mut buffer, MEMBER_BYTES_MAX)?;
        let key: String =
            serde_json::from_slice(&buffer).map_err(|_| Broken::Expected("a name in quotes"))?;
        scanner.demand(b':', "a colon after a name")?;
        if key == name && !is_there && scanner.take(b'"')? {
            is_there = true;
            decode(&mut scanner, into, bytes_max)?;
        } else {
            scanner.value(&mut buffer, MEMBER_BYTES_MAX)?;
            let value: &serde_json::value::RawValue =
                serde_json::from_slice(&buffer).map_err(|_| Broken::Expected("a value"))?;
            if beside.len() >= MEMBERS_MAX || beside.iter().any(|(other, _)| *other == key) {
                return Err(Broken::Expected("each name once").into());
            }
            beside.push((key, value.get().to_owned()));
        }
        is_more = scanner.take(b',')?;
        if !is_more {
            scanner.demand(b'}', "a comma or the end of the object")?;
        }
    }
    match scanner.peek()? {
        None => Ok((beside, is_there)),
        Some(_) => Err(Broken::Expected("the end").into()),
    }
}

/// Decodes a string whose opening quote is taken, to its closing one.
fn decode<R: BufRead>(
    scanner: &mut Scanner<R>,
    into: &mut dyn Write,
    bytes_max: u64,
) -> Result<(), EnvelopeFault> {
    let (mut text, mut written, mut escape) = (Vec::with_capacity(PIECE), 0_u64, None);
    loop {
        let buffer = scanner.0.fill_buf()?;
        if buffer.is_empty() {
            return Err(Broken::Expected("the end of a text").into());
        }
        let (mut used, mut is_end) = (0, false);
        for byte in buffer {
            used += 1;
            match (escape.take(), byte) {
                // Some programs write `/` as `\/`, and part the lines of base64.
                (Some(()), b'/') => text.push(b'/'),
                (Some(()), b'n' | b'r') => {}
                (Some(()), _) => return Err(EnvelopeFault::NotBase64),
                (None, b'\\') => escape = Some(()),
                (None, b'"') => {
                    is_end = true;
                    break;
                }
                (None, byte) => text.push(*byte),
            }
            if text.len() == PIECE {
                break;
            }
        }
        scanner.0.consume(used);
        if text.len() == PIECE || is_end {
            let bytes = STANDARD.decode(&text).map_err(|_| EnvelopeFault::NotBase64)?;
            let is_padded = text.last() == Some(&b'=');
            text.clear();
            written += bytes.len() as u64;
            if written > bytes_max {
                return Err(EnvelopeFault::TooLarge(bytes_max));
            }
            into.write_all(&bytes)?;
            if is_end {
                return Ok(());
            }
            // Padding ends it: whatever follows is no base64 any more.
            if is_padded && scanner.0.fill_buf()?.first() != Some(&b'"') {
                return Err(EnvelopeFault::NotBase64);
            }
        }
    }
}
