//! What columns mean: what people are asked, what they said, and what is remembered of it.
//!
//! The invariant: a match never changes; another decision is another version.

use super::schema::{batch, batch_columns, column_match};
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::batch::Batch;
use crate::domain::columns::{Asked, Decided};
use crate::domain::ids::{BatchId, OrganisationId, PersonId};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;

/// A remembered match.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ColumnMatch {
    /// Key.
    pub id: i64,
    /// Counts from 1 for each set of headings.
    pub version: i32,
    /// What was decided.
    pub decided: Decided,
    /// Who decided.
    pub made_by: PersonId,
}

type Row = (i64, i32, Value, i64);

fn read(row: Row) -> Result<ColumnMatch, StoreError> {
    let (id, version, decided, made_by) = row;
    Ok(ColumnMatch {
        id,
        version,
        decided: serde_json::from_value(decided).map_err(|error| corrupt("column match", error))?,
        made_by: PersonId(made_by),
    })
}

/// Has the maker asked, whatever is certain or remembered.
///
/// # Errors
/// What the database says.
pub fn set_to_be_asked(tx: &mut Tx<'_>, id: BatchId) -> Result<(), StoreError> {
    diesel::update(batch::table.find(id.0))
        .set(batch::ask_columns.eq(true))
        .execute(tx.pg())?;
    Ok(())
}

/// Whether the maker wants to be asked.
///
/// # Errors
/// What the database says.
pub fn is_to_be_asked(conn: &mut Conn<'_>, id: BatchId) -> Result<bool, StoreError> {
    Ok(batch::table.find(id.0).select(batch::ask_columns).first(conn.0)?)
}

/// Keeps what a person is asked.
///
/// # Errors
/// What the database says.
pub fn insert_asked(tx: &mut Tx<'_>, batch: &Batch, asked: &Asked) -> Result<(), StoreError> {
    let asked = serde_json::to_value(asked).map_err(|error| corrupt("columns", error))?;
    diesel::insert_into(batch_columns::table)
        .values((
            batch_columns::organisation_id.eq(batch.organisation.0),
            batch_columns::batch_id.eq(batch.id.0),
            batch_columns::asked.eq(asked),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// What a person is asked about this batch.
///
/// # Errors
/// `NotFound` where nobody is asked.
pub fn load_asked(conn: &mut Conn<'_>, batch: &Batch) -> Result<Asked, StoreError> {
    let asked: Option<Option<Value>> = batch_columns::table
        .find((batch.organisation.0, batch.id.0))
        .select(batch_columns::asked)
        .first(conn.0)
        .optional()?;
    let asked = asked.flatten().ok_or(StoreError::NotFound("columns"))?;
    serde_json::from_value(asked).map_err(|error| corrupt("columns", error))
}

/// The last version for a set of headings.
///
/// # Errors
/// What the database says.
pub fn find_latest(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    key: &[u8; 32],
) -> Result<Option<ColumnMatch>, StoreError> {
    column_match::table
        .filter(
            column_match::organisation_id
                .eq(organisation.0)
                .and(column_match::headings_key.eq(key.as_slice())),
        )
        .order(column_match::version.desc())
        .select((
            column_match::id,
            column_match::version,
            column_match::decided,
            column_match::made_by,
        ))
        .first::<Row>(conn.0)
        .optional()?
        .map(read)
        .transpose()
}

/// Remembers a version; answers its key.
///
/// # Errors
/// `Refused` by `column_match_version` where another was faster.
pub fn insert(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    key: &[u8; 32],
    (version, decided): (i32, &Decided),
    (by, at): (PersonId, DateTime<Utc>),
) -> Result<i64, StoreError> {
    let decided = serde_json::to_value(decided).map_err(|error| corrupt("column match", error))?;
    Ok(diesel::insert_into(column_match::table)
        .values((
            column_match::organisation_id.eq(organisation.0),
            column_match::headings_key.eq(key.as_slice()),
            column_match::version.eq(version),
            column_match::decided.eq(decided),
            column_match::made_by.eq(by.0),
            column_match::made_at.eq(at),
        ))
        .returning(column_match::id)
        .get_result(tx.pg())?)
}

/// Notes the version that the batch is read by.
///
/// # Errors
/// What the database says.
pub fn note(tx: &mut Tx<'_>, batch: BatchId, id: i64) -> Result<(), StoreError> {
    diesel::update(batch::table.find(batch.0))
        .set(batch::column_match_id.eq(id))
        .execute(tx.pg())?;
    Ok(())
}

/// The version that the batch is read by.
///
/// # Errors
/// What the database says.
pub fn find_of_batch(conn: &mut Conn<'_>, id: BatchId) -> Result<Option<ColumnMatch>, StoreError> {
    batch::table
        .inner_join(column_match::table.on(column_match::id.nullable().eq(batch::column_match_id)))
        .filter(batch::id.eq(id.0))
        .select((
            column_match::id,
            column_match::version,
            column_match::decided,
            column_match::made_by,
        ))
        .first::<Row>(conn.0)
        .optional()?
        .map(read)
        .transpose()
}

/// Keeps what the columns of the batch's file are read as.
///
/// # Errors
/// What the database says.
pub fn set_read_as(tx: &mut Tx<'_>, batch: &Batch, read_as: &Decided) -> Result<(), StoreError> {
    let read_as = serde_json::to_value(read_as).map_err(|error| corrupt("columns", error))?;
    diesel::insert_into(batch_columns::table)
        .values((
            batch_columns::organisation_id.eq(batch.organisation.0),
            batch_columns::batch_id.eq(batch.id.0),
            batch_columns::read_as.eq(&read_as),
        ))
        .on_conflict((batch_columns::organisation_id, batch_columns::batch_id))
        .do_update()
        .set(batch_columns::read_as.eq(&read_as))
        .execute(tx.pg())?;
    Ok(())
}

/// What the columns of the batch's file were read as; where it has none, every field under its own
/// name.
///
/// # Errors
/// What the database says.
pub fn load_read_as(conn: &mut Conn<'_>, batch: &Batch) -> Result<Decided, StoreError> {
    let read_as: Option<Option<Value>> = batch_columns::table
        .find((batch.organisation.0, batch.id.0))
        .select(batch_columns::read_as)
        .first(conn.0)
        .optional()?;
    match read_as.flatten() {
        Some(read_as) => serde_json::from_value(read_as).map_err(|error| corrupt("columns", error)),
        None => Ok(Decided::of_fields()),
    }
}
