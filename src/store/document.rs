//! Supporting documents of batches: which files, what they are, who put them there and who took them
//! away. What was taken away is kept.
//!
//! The invariant, which the database holds too: they change only while the batch is open.

use super::schema::{batch_document, file};
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::batch::Batch;
use crate::domain::ids::{FileId, PersonId};
use crate::domain::occasion::EvidenceKind;
use crate::store::file::StoredFile;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// A document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// Its id, as addresses name it.
    pub id: Uuid,
    /// The file: name, size and digest.
    pub file: StoredFile,
    /// What it is.
    pub kind: EvidenceKind,
    /// Who put it there.
    pub added_by: PersonId,
    /// When.
    pub added_at: DateTime<Utc>,
    /// Who took it away and when, where somebody did.
    pub removed: Option<(PersonId, DateTime<Utc>)>,
}

type Row = (
    (
        Uuid,
        String,
        i64,
        DateTime<Utc>,
        Option<i64>,
        Option<DateTime<Utc>>,
    ),
    (i64, String, i64, Vec<u8>),
);

fn read(row: Row) -> Result<Document, StoreError> {
    let ((id, kind, added_by, added_at, removed_by, removed_at), (file, name, size_bytes, digest)) = row;
    Ok(Document {
        id,
        file: StoredFile {
            id: FileId(file),
            name,
            size_bytes,
            digest,
        },
        kind: EvidenceKind::parse(&kind).ok_or_else(|| corrupt("document", &kind))?,
        added_by: PersonId(added_by),
        added_at,
        removed: removed_by.map(PersonId).zip(removed_at),
    })
}

/// Every document that the batch, which was found in a scope, has or had, in the order they came.
///
/// # Errors
/// What the database says.
pub fn list(conn: &mut Conn<'_>, batch: &Batch) -> Result<Vec<Document>, StoreError> {
    let rows: Vec<Row> = batch_document::table
        .inner_join(file::table.on(file::id.eq(batch_document::file_id)))
        .filter(
            batch_document::organisation_id
                .eq(batch.organisation.0)
                .and(batch_document::batch_id.eq(batch.id.0)),
        )
        .order((batch_document::added_at, batch_document::id))
        .select((
            (
                batch_document::id,
                batch_document::kind,
                batch_document::added_by,
                batch_document::added_at,
                batch_document::removed_by,
                batch_document::removed_at,
            ),
            (file::id, file::name, file::size_bytes, file::digest),
        ))
        .load(conn.0)?;
    rows.into_iter().map(read).collect()
}

/// Keeps one.
///
/// # Errors
/// `Refused` by `document_signed` where the batch is not open.
pub fn insert(
    tx: &mut Tx<'_>,
    batch: &Batch,
    (id, file, kind): (Uuid, FileId, EvidenceKind),
    (by, at): (PersonId, DateTime<Utc>),
) -> Result<(), StoreError> {
    diesel::insert_into(batch_document::table)
        .values((
            batch_document::id.eq(id),
            batch_document::organisation_id.eq(batch.organisation.0),
            batch_document::batch_id.eq(batch.id.0),
            batch_document::file_id.eq(file.0),
            batch_document::kind.eq(kind.as_str()),
            batch_document::added_by.eq(by.0),
            batch_document::added_at.eq(at),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// Takes one away.
///
/// # Errors
/// `NotFound` where the batch has no such document any more; `Refused` by `document_signed`.
pub fn remove(
    tx: &mut Tx<'_>,
    batch: &Batch,
    id: Uuid,
    (by, at): (PersonId, DateTime<Utc>),
) -> Result<(), StoreError> {
    let removed = diesel::update(
        batch_document::table.find(id).filter(
            batch_document::batch_id
                .eq(batch.id.0)
                .and(batch_document::removed_at.is_null()),
        ),
    )
    .set((
        batch_document::removed_by.eq(by.0),
        batch_document::removed_at.eq(at),
    ))
    .execute(tx.pg())?;
    if removed == 0 {
        Err(StoreError::NotFound("document"))
    } else {
        Ok(())
    }
}
