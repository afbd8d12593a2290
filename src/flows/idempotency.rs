//! A request that is sent again does nothing again. The key is locked, the work is done, and the answer
//! is kept, all in one transaction: a crash in the middle leaves neither effect nor answer, and the key
//! is free. Keys are a client's own.
//!
//! Only what was done is kept. A refusal changed nothing, so the same request is judged anew: what was
//! in its way (too little money, a batch still being read) may be gone.

pub use crate::store::idempotency::{Given, Key};

use crate::flows::FlowError;
use crate::store::{Conn, Tx, idempotency};
use chrono::{DateTime, Duration, Utc};

/// How long an answer is kept.
pub const KEPT_FOR: Duration = Duration::hours(24);

/// What a key says about a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Known {
    /// Nothing: it comes for the first time.
    Fresh,
    /// It was answered already.
    Answered(Given),
    /// The key was used for another request.
    Other,
    /// The first one is still at work.
    Running,
}

fn judge(given: Option<Given>, digest: &[u8]) -> Known {
    match given {
        None => Known::Fresh,
        Some(given) if given.digest == digest => Known::Answered(given),
        Some(_) => Known::Other,
    }
}

/// What is known without asking whether the first request is still at work.
///
/// # Errors
/// What the store says.
pub fn look(conn: &mut Conn<'_>, of: &Key, digest: &[u8], now: DateTime<Utc>) -> Result<Known, FlowError> {
    Ok(judge(idempotency::find(conn, of, now)?, digest))
}

/// Takes the key for this transaction, or says why not.
///
/// # Errors
/// What the store says.
pub fn begin(tx: &mut Tx<'_>, of: &Key, digest: &[u8], now: DateTime<Utc>) -> Result<Known, FlowError> {
    if !idempotency::try_lock(tx, of)? {
        return Ok(Known::Running);
    }
    look(tx, of, digest, now)
}

/// Keeps the answer to the request that took the key.
///
/// # Errors
/// What the store says.
pub fn finish(tx: &mut Tx<'_>, of: &Key, given: &Given, now: DateTime<Utc>) -> Result<(), FlowError> {
    Ok(idempotency::put(tx, of, given, now + KEPT_FOR)?)
}
