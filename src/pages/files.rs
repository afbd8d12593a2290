//! The file of a batch as it was uploaded: read from the store chunk by chunk while it goes out, with
//! no connection held between two chunks, so that a slow download costs nobody else one.

use super::batch as batch_page;
use super::error::PageError;
use super::reply::{Broken, Reply};
use crate::domain::permission::Permission;
use crate::flows::FlowError;
use crate::http::visit::Visit;
use crate::store::{StoreError, batch, file};
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
    let place = visit.portal.downloads.take(visit.actor()?.person().0)?;
    let portal = Arc::clone(&visit.portal);
    Ok(Reply::Download {
        name: stored.name,
        // Never a type that a browser would open: what is in it is the uploader's.
        media_type: "application/octet-stream",
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
