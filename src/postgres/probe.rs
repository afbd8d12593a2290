//! Asks a server whether it takes sessions, by the first message of the Postgres protocol
//! (PostgreSQL documentation, "Message Formats": StartupMessage, Terminate, ErrorResponse).
//!
//! No driver is used: only `store` knows one.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(2);
/// Length, protocol 3.0, user and database `postgres`, end.
const STARTUP: &[u8] = b"\0\0\0\x29\0\x03\0\0user\0postgres\0database\0postgres\0\0";
const TERMINATE: &[u8] = b"X\0\0\0\x04";
/// SQLSTATE `cannot_connect_now`: it starts up, recovers or shuts down.
const CANNOT_CONNECT_NOW: &[u8] = b"57P03";

/// Whether the server behind this socket takes sessions now.
pub(super) fn answers(socket: &Path) -> bool {
    ask(socket).unwrap_or(false)
}

/// Any answer but "not now" is one of a server that works: too many clients is the caller's affair.
fn ask(socket: &Path) -> io::Result<bool> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(STARTUP)?;
    let mut answer = [0_u8; 512];
    let length = stream.read(&mut answer)?;
    let answer = answer.get(..length).unwrap_or_default();
    let _ = stream.write_all(TERMINATE);
    let is_refusal = answer
        .windows(CANNOT_CONNECT_NOW.len())
        .any(|part| part == CANNOT_CONNECT_NOW);
    Ok(!answer.is_empty() && !is_refusal)
}
