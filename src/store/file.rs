//! Uploaded files: kept in Postgres in chunks, with the digest of their content.

use super::schema::{file, file_chunk};
use super::{Conn, StoreError, Tx};
use crate::domain::ids::{FileId, OrganisationId};
use diesel::prelude::*;
use std::io::Read;

/// Bytes in a chunk: 1 MiB.
pub const CHUNK_BYTES: usize = 1 << 20;

/// A stored file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredFile {
    /// Key.
    pub id: FileId,
    /// As it was called when it was uploaded.
    pub name: String,
    /// Its size.
    pub size_bytes: i64,
    /// SHA-256 of its content.
    pub digest: Vec<u8>,
}

/// A file as received.
#[derive(Clone, Copy, Debug)]
pub struct NewFile<'a> {
    /// As it was called, with whatever path the browser sent.
    pub name: &'a str,
    /// Its size.
    pub size_bytes: u64,
    /// SHA-256 of its content.
    pub digest: [u8; 32],
}

/// Keeps a file chunk by chunk: memory stays at one chunk.
///
/// # Errors
/// `Corrupt` where it can't be read again, or what the database says.
pub fn store(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    new: &NewFile<'_>,
    bytes: &mut dyn Read,
) -> Result<FileId, StoreError> {
    let name = base_name(new.name);
    let size = i64::try_from(new.size_bytes).unwrap_or(i64::MAX);
    let id = insert(tx, organisation, &name, size, &new.digest)?;
    let mut chunk = Vec::with_capacity(CHUNK_BYTES);
    for n in 0.. {
        chunk.clear();
        let limit = u64::try_from(CHUNK_BYTES).unwrap_or(u64::MAX);
        bytes
            .take(limit)
            .read_to_end(&mut chunk)
            .map_err(|error| StoreError::Corrupt(format!("received file: {error}")))?;
        if chunk.is_empty() {
            break;
        }
        append_chunk(tx, id, n, &chunk)?;
    }
    Ok(id)
}

/// A file's name as it is kept, shown and sent back with a download: some browsers send the path too,
/// and attackers one of their own, so path and control characters are dropped.
#[must_use]
pub fn base_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    base.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// Writes a file's row; its chunks follow with `append_chunk`.
///
/// # Errors
/// What the database says.
pub fn insert(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    name: &str,
    size_bytes: i64,
    digest: &[u8],
) -> Result<FileId, StoreError> {
    let id: i64 = diesel::insert_into(file::table)
        .values((
            file::organisation_id.eq(organisation.0),
            file::name.eq(name),
            file::size_bytes.eq(size_bytes),
            file::digest.eq(digest),
        ))
        .returning(file::id)
        .get_result(tx.pg())?;
    Ok(FileId(id))
}

/// Writes one chunk.
///
/// # Errors
/// What the database says.
pub fn append_chunk(tx: &mut Tx<'_>, id: FileId, n: i32, bytes: &[u8]) -> Result<(), StoreError> {
    diesel::insert_into(file_chunk::table)
        .values((
            file_chunk::file_id.eq(id.0),
            file_chunk::n.eq(n),
            file_chunk::bytes.eq(bytes),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// A file's row.
///
/// # Errors
/// `NotFound`.
pub fn load(conn: &mut Conn<'_>, id: FileId) -> Result<StoredFile, StoreError> {
    let (name, size_bytes, digest) = file::table
        .find(id.0)
        .select((file::name, file::size_bytes, file::digest))
        .first(conn.0)
        .optional()?
        .ok_or(StoreError::NotFound("file"))?;
    Ok(StoredFile {
        id,
        name,
        size_bytes,
        digest,
    })
}

/// One chunk; `None` past the end.
///
/// # Errors
/// What the database says.
pub fn find_chunk(conn: &mut Conn<'_>, id: FileId, n: i32) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(file_chunk::table
        .find((id.0, n))
        .select(file_chunk::bytes)
        .first(conn.0)
        .optional()?)
}
