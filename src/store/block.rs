//! Digests of blocks of 500 row numbers, under a batch's fingerprint.

use super::schema::batch_block;
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::ids::BatchId;
use diesel::prelude::*;
use diesel::upsert::excluded;

/// Keeps digests, replacing those of the same blocks.
///
/// # Errors
/// What the database says.
pub fn upsert(tx: &mut Tx<'_>, batch: BatchId, blocks: &[(u32, Fingerprint)]) -> Result<(), StoreError> {
    let rows: Vec<_> = blocks
        .iter()
        .map(|(n, digest)| {
            (
                batch_block::batch_id.eq(batch.0),
                batch_block::n.eq(i32::try_from(*n).unwrap_or(i32::MAX)),
                batch_block::digest.eq(digest.0.to_vec()),
            )
        })
        .collect();
    diesel::insert_into(batch_block::table)
        .values(rows)
        .on_conflict((batch_block::batch_id, batch_block::n))
        .do_update()
        .set(batch_block::digest.eq(excluded(batch_block::digest)))
        .execute(tx.pg())?;
    Ok(())
}

/// Every block's digest in order.
///
/// # Errors
/// What the database says.
pub fn list(conn: &mut Conn<'_>, batch: BatchId) -> Result<Vec<(u32, Fingerprint)>, StoreError> {
    let rows: Vec<(i32, Vec<u8>)> = batch_block::table
        .filter(batch_block::batch_id.eq(batch.0))
        .order(batch_block::n)
        .select((batch_block::n, batch_block::digest))
        .load(conn.0)?;
    rows.into_iter()
        .map(|(n, digest)| {
            let digest = Fingerprint::from_slice(&digest).ok_or_else(|| corrupt("digest of block", n))?;
            Ok((u32::try_from(n).map_err(|_| corrupt("block", n))?, digest))
        })
        .collect()
}
