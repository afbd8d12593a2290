//! The file of a batch as it was uploaded, and the evidence beside a payout: read from the store chunk by chunk while it goes out, with
//! no connection held between two chunks, so that a slow download costs nobody else one.

use super::batch as batch_page;
use super::error::PageError;
use super::payout as payout_page;
use super::reply::{Broken, Reply};
use crate::domain::ids::BatchId;
use crate::domain::permission::Permission;
use crate::flows::{FlowError, report::note_file};
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
    let (id, stored) = visit.read(|conn| {
        let batch = batch::load(conn, &scope, number)?;
        let file = batch.file.ok_or(StoreError::NotFound("file"))?;
        Ok::<_, StoreError>((batch.id, file::load(conn, file)?))
    })?;
    // Never a type that a browser would open: what is in it is the uploader's.
    download(visit, (id, stored), "application/octet-stream")
}

/// GET `/payouts/{id}/evidence`: for whoever may see the payout.
pub(super) fn evidence(visit: &Visit) -> Result<Reply, PageError> {
    let id = payout_page::id(visit)?;
    let scope = visit
        .actor()?
        .require(Permission::BatchView)
        .map_err(FlowError::from)?;
    let (batch, stored, kind) = visit.read(|conn| {
        let payout = payout::find(conn, &scope, id)?.ok_or(StoreError::NotFound("payout"))?;
        let single = single::find(conn, payout.batch)?;
        let (file, kind) = single
            .and_then(|single| single.evidence)
            .ok_or(StoreError::NotFound("evidence"))?;
        Ok::<_, PageError>((payout.batch, file::load(conn, file)?, kind))
    })?;
    // What it is was looked at when it came; it is still only saved, never opened in the portal.
    download(visit, (batch, stored), kind.media_type())
}

/// The file, chunk by chunk; that it was downloaded is in the log before its first byte goes out.
pub(super) fn download(
    visit: &Visit,
    (batch, stored): (BatchId, StoredFile),
    media_type: &'static str,
) -> Result<Reply, PageError> {
    let actor = visit.actor()?;
    let place = visit.portal.downloads.take(actor.person().0)?;
    visit.act(|tx| note_file(tx, actor, (batch, &stored.name), visit.now))?;
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
