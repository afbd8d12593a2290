//! Which encoding a text file has: its mark, else UTF-16 by its NULs, else UTF-8 if all of it is,
//! else the likeliest 8-bit one.
//!
//! The invariant: nothing is called UTF-8 that is not UTF-8 to its last byte.

use super::kind::rewound;
use super::unreadable;
use crate::domain::fault::FileFault;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::fs::File;
use std::io::Read;

const CHUNK_BYTES: usize = 64 * 1024;

/// How much text with signs beyond ASCII the guess is made from.
const GUESS_BYTES_MAX: usize = 1 << 20;

/// Finds the encoding.
pub(super) fn of(file: &File) -> Result<&'static Encoding, FileFault> {
    let mut stream = rewound(file)?;
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut tail: Vec<u8> = Vec::new();
    let mut first = true;
    loop {
        let read = fill(&mut stream, &mut chunk)?;
        let bytes = chunk.get(..read).unwrap_or_default();
        if first && let Some(encoding) = by_beginning(bytes)? {
            return Ok(encoding);
        }
        first = false;
        if !goes_on_as_utf8(&mut tail, bytes, read == 0) {
            return guess(rewound(file)?, chunk);
        }
        if read == 0 {
            return Ok(UTF_8);
        }
    }
}

/// The likeliest 8-bit encoding. Costs more than all the rest, so only a file that is not UTF-8
/// comes here.
fn guess(mut stream: impl Read, mut chunk: Vec<u8>) -> Result<&'static Encoding, FileFault> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut fed = 0;
    while fed < GUESS_BYTES_MAX {
        let read = fill(&mut stream, &mut chunk)?;
        let bytes = chunk.get(..read).unwrap_or_default();
        if read == 0 {
            break;
        }
        if !bytes.is_ascii() {
            detector.feed(bytes, false);
            fed += read;
        }
    }
    detector.feed(b"", true);
    Ok(detector.guess(None, Utf8Detection::Deny))
}

fn by_beginning(bytes: &[u8]) -> Result<Option<&'static Encoding>, FileFault> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Ok(Some(encoding));
    }
    let nuls = |odd: usize| bytes.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, half) = (nuls(0), nuls(1), bytes.len() / 2);
    // Text of European languages has a NUL in nearly every other byte and none in the rest.
    if half > 0 && odd * 10 > half * 4 && even * 20 < half {
        return Ok(Some(UTF_16LE));
    }
    if half > 0 && even * 10 > half * 4 && odd * 20 < half {
        return Ok(Some(UTF_16BE));
    }
    let controls = bytes
        .iter()
        .filter(|b| b.is_ascii_control() && !matches!(b, b'\t' | b'\r' | b'\n'))
        .count();
    if bytes.len() > 64 && controls * 20 > bytes.len() {
        return Err(FileFault::NotASpreadsheet {
            what: "a binary file",
        });
    }
    Ok(None)
}

/// Whether `tail` and `bytes` are valid UTF-8 so far; leaves an unfinished character in `tail`.
fn goes_on_as_utf8(tail: &mut Vec<u8>, bytes: &[u8], at_end: bool) -> bool {
    if tail.is_empty() && bytes.is_ascii() {
        return true;
    }
    tail.extend_from_slice(bytes);
    match std::str::from_utf8(tail) {
        Ok(_) => {
            tail.clear();
            true
        }
        Err(e) if e.error_len().is_none() && !at_end => {
            tail.drain(..e.valid_up_to());
            true
        }
        Err(_) => false,
    }
}

/// Reads until the buffer is full or the stream ends.
fn fill(stream: &mut impl Read, buffer: &mut [u8]) -> Result<usize, FileFault> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match stream.read(rest).map_err(|e| unreadable(&e))? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}
