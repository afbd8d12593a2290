//! What the database believes of its tables. A file of a million rows makes it wrong by a thousand at
//! once; until it looks by itself, a minute or more later, it may choose ways for a small table.
//!
//! The invariant: nothing depends on it but speed.

use super::{StoreError, Tx};
use diesel::connection::SimpleConnection;

/// Rows taken in at once from which it is worth while.
pub const ROWS_MIN: i64 = 10_000;

/// Looks at the tables that grow with every file: samples of them, a fraction of a second at any size.
/// What somebody else looks at right now is left to them.
///
/// # Errors
/// What the database says.
pub fn refresh(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    Ok(tx
        .pg()
        .batch_execute("ANALYZE (SKIP_LOCKED) payout, payout_likeness, slice, batch")?)
}
