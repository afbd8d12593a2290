//! The evidence pack of a batch: one .zip with everything that an auditor needs to follow it from the
//! file to the last payout, and to check it without this portal. What is in it is said by its README.
//!
//! It is streamed from one snapshot of the database, so that its parts agree, and every download is
//! written to the log before its first byte.

mod parts;
mod readme;

use super::batch as batch_page;
use super::error::PageError;
use super::reply::{Broken, Reply};
use crate::domain::account::Account;
use crate::domain::batch::Batch;
use crate::domain::permission::{Permission, Scope};
use crate::export::pack::Pack;
use crate::flows::{FlowError, report::note_download};
use crate::http::stream::BodyWriter;
use crate::http::visit::Visit;
use crate::store::{Conn, account, batch};
use chrono::{DateTime, Utc};
use serde_json::json;

/// What a pack is made of and for.
struct Subject {
    scope: Scope,
    /// Whether who asks reads the audit log.
    reads_log: bool,
    batch: Batch,
    account: Account,
    organisation: String,
    by: String,
    at: DateTime<Utc>,
    scratch: std::path::PathBuf,
}

/// GET `/reports/batches/{number}.zip`.
pub(super) fn download(visit: &Visit) -> Result<Reply, PageError> {
    let (acting, number) = (visit.acting()?, batch_page::number(visit)?);
    let actor = &acting.actor;
    let scope = actor
        .require(Permission::ReportDownload)
        .map_err(FlowError::from)?;
    let found = visit.read(|conn| {
        let found = batch::load(conn, &scope, number)?;
        Ok::<_, PageError>((account::load(conn, found.account)?, found))
    })?;
    let place = visit.portal.downloads.take(actor.person().0)?;
    let mut rows = visit.portal.db.export_connection()?;
    let what = json!({ "report": "evidence", "format": "zip", "batch": number.get(),
        "account": found.0.number });
    let scope = visit.act(|tx| note_download(tx, actor, what, visit.now))?;
    let at = visit.now;
    let subject = Subject {
        scope,
        reads_log: actor.require(Permission::AuditRead).is_ok(),
        account: found.0,
        batch: found.1,
        organisation: acting.organisation.clone(),
        by: acting.email.clone(),
        at,
        scratch: visit.portal.scratch.clone(),
    };
    Ok(Reply::Download {
        name: format!("batch-{number}-evidence.zip"),
        media_type: "application/zip",
        write: Box::new(move |body| {
            let _place = place;
            rows.snapshot(|conn| fill(conn, subject, Pack::create(body, at)))
        }),
    })
}

fn fill(conn: &mut Conn<'_>, mut subject: Subject, mut pack: Pack<BodyWriter>) -> Result<(), Broken> {
    // As it stands in the snapshot that everything else is read from.
    subject.batch = batch::load(conn, &subject.scope, subject.batch.number)?;
    parts::write(conn, &subject, &mut pack)?;
    Ok(pack.finish()?)
}
