//! Moments of the database: which transactions had ended when one connection looked. Two moments that
//! are equal have the same rows in them: a transaction that ends in between is in one of them only.
//!
//! The invariant: a moment belongs to one connection. A crash of the server may lose what was not yet
//! on the disk and give its number away again; but then every connection is lost as well.

use super::connections::Line;
use super::prepared::Prepared;
use super::{Db, StoreError};
use diesel::RunQueryDsl;
use diesel::sql_types::Text;

/// A moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moment {
    line: u64,
    ended: String,
}

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    ended: String,
}

impl Db {
    /// This moment. What is read after it and found unchanged at an equal moment was unchanged all the
    /// time between.
    ///
    /// # Errors
    /// `Unavailable`.
    pub fn moment(&self) -> Result<Moment, StoreError> {
        let mut line = self.moments.get().map_err(|_| StoreError::Unavailable)?;
        let line: &mut Line = &mut line;
        let row: Row =
            Prepared::new("SELECT pg_current_snapshot()::text AS ended").get_result(&mut line.pg)?;
        Ok(Moment {
            line: line.id,
            ended: row.ended,
        })
    }
}
