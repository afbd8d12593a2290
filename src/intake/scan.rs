//! Looking for byte patterns in streams of any length.
//!
//! The invariant: memory is one buffer, and a pattern that lies across two reads is found.

use std::io::{self, Read};

const CHUNK_BYTES: usize = 64 * 1024;

/// Calls `found` with what follows each occurrence of `pattern`, `tail` bytes of it (fewer at the
/// end of the stream), until it answers `false`.
pub(super) fn each(
    mut stream: impl Read,
    pattern: &[u8],
    tail: usize,
    mut found: impl FnMut(&[u8]) -> bool,
) -> io::Result<()> {
    let keep = pattern.len() + tail;
    let Some((first, _)) = pattern.split_first() else {
        return Ok(());
    };
    let mut held: Vec<u8> = Vec::with_capacity(CHUNK_BYTES + keep);
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = stream.read(&mut chunk)?;
        held.extend_from_slice(chunk.get(..read).unwrap_or_default());
        // Before the end, only places whose whole tail is at hand are looked at.
        let ready = if read == 0 {
            held.len()
        } else {
            held.len().saturating_sub(keep)
        };
        let mut at = 0;
        while let Some(step) = held
            .get(at..ready)
            .unwrap_or_default()
            .iter()
            .position(|b| b == first)
        {
            at += step;
            let rest = held.get(at..).unwrap_or_default();
            if let Some(after) = rest.strip_prefix(pattern)
                && !found(after.get(..tail).unwrap_or(after))
            {
                return Ok(());
            }
            at += 1;
        }
        if read == 0 {
            return Ok(());
        }
        held.drain(..ready);
    }
}

/// Whether `pattern` occurs at all.
pub(super) fn contains(stream: impl Read, pattern: &[u8]) -> io::Result<bool> {
    let mut seen = false;
    each(stream, pattern, 0, |_| {
        seen = true;
        false
    })?;
    Ok(seen)
}

/// Fills as much of a buffer of `limit` bytes as the stream has.
pub(super) fn head(stream: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}
