//! What the database believes of its tables. A file of a million rows makes it wrong by a thousand at
//! once; until it looks by itself, a minute or more later, it may choose ways for a small table.
//!
//! The invariant: nothing depends on it but speed.

use super::{StoreError, Tx};
use diesel::connection::SimpleConnection;

/// Rows taken in at once from which it is worth while.
pub const ROWS_MIN: i64 = 10_000;

/// Tables that grow together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grown {
    /// By the rows of a file.
    Rows,
    /// By what its rows look like, which is found later.
    Likenesses,
}

/// Looks at the tables that grew: samples of them, a fraction of a second at any size. What somebody
/// else looks at right now is left to them.
///
/// # Errors
/// What the database says.
pub fn refresh(tx: &mut Tx<'_>, grown: Grown) -> Result<(), StoreError> {
    let tables = match grown {
        Grown::Rows => "payout, slice, batch",
        Grown::Likenesses => "payout_likeness, duplicate",
    };
    Ok(tx
        .pg()
        .batch_execute(&format!("ANALYZE (SKIP_LOCKED) {tables}"))?)
}
