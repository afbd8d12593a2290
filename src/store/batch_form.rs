//! Forms that opened a batch. The invariant: of two that are the same, one opens a batch; the other one
//! waits for that transaction and finds it.

use super::schema::{batch, batch_form};
use super::{StoreError, Tx, corrupt};
use crate::domain::ids::{BatchId, BatchNumber, OrganisationId};
use diesel::prelude::*;

/// Takes the form; answers the batch that it opened, if it was sent before.
///
/// # Errors
/// What the database says.
pub fn lock(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    digest: &[u8; 32],
) -> Result<Option<BatchNumber>, StoreError> {
    diesel::insert_into(batch_form::table)
        .values((
            batch_form::organisation_id.eq(organisation.0),
            batch_form::digest.eq(digest.as_slice()),
        ))
        .on_conflict_do_nothing()
        .execute(tx.pg())?;
    let opened: Option<i32> = batch_form::table
        .inner_join(batch::table.on(batch_form::batch_id.eq(batch::id.nullable())))
        .filter(
            batch_form::organisation_id
                .eq(organisation.0)
                .and(batch_form::digest.eq(digest.as_slice())),
        )
        .select(batch::number)
        .first(tx.pg())
        .optional()?;
    opened
        .map(|number| BatchNumber::try_new(number).ok_or_else(|| corrupt("batch number", number)))
        .transpose()
}

/// Notes what the form opened.
///
/// # Errors
/// What the database says.
pub fn update(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    digest: &[u8; 32],
    opened: BatchId,
) -> Result<(), StoreError> {
    diesel::update(batch_form::table.find((organisation.0, digest.as_slice())))
        .set(batch_form::batch_id.eq(opened.0))
        .execute(tx.pg())?;
    Ok(())
}
