//! The file of a batch as it was uploaded, and the evidence beside a payout: read from the store chunk by chunk while it goes out, with
//! no connection held between two chunks, so that a slow download costs nobody else one.

use super::batch as batch_page;
use super::error::PageError;
use super::payout as payout_page;
use super::reply::{Broken, Reply};
use crate::domain::permission::Permission;
use crate::flows::FlowError;
use crate::http::visit::Visit;
use crate::store::file::StoredFile;
use crate::store::{StoreError, batch, file, payout, single};
use std::io::Write;
use std::sync::Arc;

/// GET `/batches/{number}/file`.
pub(super) fn original(visit: &Visit) -> Result<Reply, PageError> {
    let number = batch_page::number(visit)?;
    let scope = visit
        .actor()?
        .require(Permission::BatchView)
        .map_err(FlowError::from)?;
    let stored = visit.read(|conn| {
        let batch = batch::load(conn, &scope, number)?;
        let id = batch.file.ok_or(StoreError::NotFound("file"))?;
        file::load(conn, id)
    })?;
    // Never a type that a browser would open: what is in it is the uploader's.
    download(visit, stored, "application/octet-stream")
}

/// GET `/payouts/{id}/evidence`: for whoever may see the payout.
pub(super) fn evidence(visit: &Visit) -> Result<Reply, PageError> {
    let id = payout_page::id(visit)?;
    let scope = visit
        .actor()?
        .require(Permission::BatchView)
        .map_err(FlowError::from)?;
    let (stored, kind) = visit.read(|conn| {
        let payout = payout::find(conn, &scope, id)?.ok_or(StoreError::NotFound("payout"))?;
        let single = single::find(conn, payout.batch)?;
        let (file, kind) = single
            .and_then(|single| single.evidence)
            .ok_or(StoreError::NotFound("evidence"))?;
        Ok::<_, PageError>((file::load(conn, file)?, kind))
    })?;
    // What it is was looked at when it came; it is still only saved, never opened in the portal.
    download(visit, stored, kind.media_type())
}

/// The file, chunk by chunk.
pub(super) fn download(
    visit: &Visit,
    stored: StoredFile,
    media_type: &'static str,
) -> Result<Reply, PageError> {
    let place = visit.portal.downloads.take(visit.actor()?.person().0)?;
    let portal = Arc::clone(&visit.portal);
    Ok(Reply::Download {
        name: stored.name,
        media_type,
        write: Box::new(move |mut body| {
            let _place = place;
            let mut n = 0;
            while let Some(bytes) = portal
                .db
                .read::<_, Broken>(|conn| Ok(file::find_chunk(conn, stored.id, n)?))?
            {
                body.write_all(&bytes)?;
                n += 1;
            }
            Ok(body.flush()?)
        }),
    })
}
