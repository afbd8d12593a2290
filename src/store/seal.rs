//! Who signed what, for lists of batches: the signatures that stand on each, with names, in one query.

use super::schema::{batch, person, signature};
use super::{Conn, StoreError, corrupt};
use crate::domain::authorisation::Seat;
use crate::domain::ids::{BatchId, PersonId};
use diesel::prelude::*;

/// A signature that stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seal {
    /// On which batch.
    pub batch: BatchId,
    /// As what.
    pub seat: Seat,
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
}

/// The signatures on the current revision of each of these batches.
///
/// # Errors
/// What the database says.
pub fn list(conn: &mut Conn<'_>, batches: &[BatchId]) -> Result<Vec<Seal>, StoreError> {
    let keys: Vec<i64> = batches.iter().map(|id| id.0).collect();
    let rows: Vec<(i64, String, i64, String)> = signature::table
        .inner_join(
            batch::table.on(batch::id
                .eq(signature::batch_id)
                .and(batch::revision.eq(signature::revision))),
        )
        .inner_join(person::table.on(person::id.eq(signature::person_id)))
        .filter(signature::batch_id.eq_any(keys))
        .order(signature::at)
        .select((
            signature::batch_id,
            signature::seat,
            signature::person_id,
            person::name,
        ))
        .load(conn.0)?;
    rows.into_iter()
        .map(|(batch, seat, person, name)| {
            Ok(Seal {
                batch: BatchId(batch),
                seat: Seat::parse(&seat).ok_or_else(|| corrupt("seat", &seat))?,
                person: PersonId(person),
                name,
            })
        })
        .collect()
}
