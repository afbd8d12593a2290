//! Supporting documents on a batch: put there and taken away while it is open, by whoever may capture;
//! whoever does is a maker from then on.
//!
//! They are no part of the fingerprint, which covers what is paid. Nothing is added behind a signature
//! all the same: a batch that is signed takes none, and its submission says their digests in the log.

use crate::domain::authorisation::{Act, Refusal, may};
use crate::domain::batch::{Batch, Status};
use crate::domain::event::Event;
use crate::domain::ids::BatchNumber;
use crate::domain::occasion::EvidenceKind;
use crate::domain::permission::{Actor, Permission};
use crate::flows::FlowError;
use crate::store::file::{self, NewFile};
use crate::store::signature::Making;
use crate::store::{StoreError, Tx, batch, document, event, signature, standing};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::io::Read;
use uuid::Uuid;

/// Documents that a batch can have at a time.
pub const DOCUMENTS_MAX: usize = 20;

/// A document as received: what it is has been looked at already.
pub struct Received<'a> {
    /// The file.
    pub file: NewFile<'a>,
    /// What it is.
    pub kind: EvidenceKind,
    /// The content, from its beginning.
    pub bytes: &'a mut dyn Read,
}

/// Whether documents can be added and removed where a batch stands.
#[must_use]
pub const fn are_open(status: Status) -> bool {
    matches!(status, Status::Open | Status::Error)
}

/// Keeps a document with the batch; answers its id.
///
/// # Errors
/// A refusal of permission or state; `Invalid` where it has too many, or this very content already.
pub fn add(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    received: Received<'_>,
    now: DateTime<Utc>,
) -> Result<Uuid, FlowError> {
    let found = decide(tx, actor, number)?;
    let present = document::list(tx, &found)?;
    let mut present = present.iter().filter(|one| one.removed.is_none());
    if let Some(same) = present
        .clone()
        .find(|one| one.file.digest == received.file.digest)
    {
        let message = format!(
            "This file is there already, as “{}”. Choose another one.",
            same.file.name
        );
        return Err(FlowError::invalid("document", message));
    }
    if present.nth(DOCUMENTS_MAX - 1).is_some() {
        let message = format!("A batch has at most {DOCUMENTS_MAX} documents. Remove one first.");
        return Err(FlowError::invalid("document", message));
    }
    let kept = file::store(tx, found.organisation, &received.file, received.bytes)?;
    let id = Uuid::now_v7();
    document::insert(tx, &found, (id, kept, received.kind), (actor.person(), now))?;
    let stored = file::load(tx, kept)?;
    let data = json!({ "document": id, "name": stored.name, "kind": received.kind.as_str(),
        "bytes": stored.size_bytes, "sha256": hex(&stored.digest) });
    made(tx, actor, &found, "batch.document_added", data, now)?;
    Ok(id)
}

/// Takes a document away; its content is kept for the evidence of earlier revisions.
///
/// # Errors
/// A refusal of permission or state; `NotFound` where the batch has no such document.
pub fn remove(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (number, id): (BatchNumber, Uuid),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let found = decide(tx, actor, number)?;
    let present = document::list(tx, &found)?;
    let of_id = present.iter().find(|one| one.id == id && one.removed.is_none());
    let gone = of_id.ok_or(StoreError::NotFound("document"))?;
    document::remove(tx, &found, id, (actor.person(), now))?;
    let data = json!({ "document": id, "name": gone.file.name, "sha256": hex(&gone.file.digest) });
    made(tx, actor, &found, "batch.document_removed", data, now)
}

fn decide(tx: &mut Tx<'_>, actor: &Actor, number: BatchNumber) -> Result<Batch, FlowError> {
    let scope = actor.require(Permission::BatchCapture)?;
    let found = batch::lock(tx, &scope, number)?;
    let situation = standing::load(tx, actor, &found)?;
    may(Act::Edit, &situation.stand, &situation.standing)?;
    if are_open(found.status) {
        return Ok(found);
    }
    Err(Refusal::Status {
        status: found.status,
        act: Act::Edit,
    }
    .into())
}

fn made(
    tx: &mut Tx<'_>,
    actor: &Actor,
    found: &Batch,
    kind: &'static str,
    data: serde_json::Value,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    signature::add_maker(tx, found.id, actor.person(), Making::Documented, now)?;
    let said = Event::new(found.organisation, now, kind, data);
    Ok(event::append(tx, &said.by(actor.person()).on_batch(found.id))?)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
