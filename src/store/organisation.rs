//! Organisations.

use super::schema::{event_head, organisation};
use super::{Conn, StoreError, Tx};
use crate::domain::ids::{BatchNumber, OrganisationId};
use diesel::prelude::*;

/// Makes an organisation with an empty log.
///
/// # Errors
/// `Refused` where the code is taken.
pub fn insert(tx: &mut Tx<'_>, code: &str, name: &str) -> Result<OrganisationId, StoreError> {
    let id: i64 = diesel::insert_into(organisation::table)
        .values((organisation::code.eq(code), organisation::name.eq(name)))
        .returning(organisation::id)
        .get_result(tx.pg())?;
    diesel::insert_into(event_head::table)
        .values(event_head::organisation_id.eq(id))
        .execute(tx.pg())?;
    Ok(OrganisationId(id))
}

/// Every organisation: key, code and name.
///
/// # Errors
/// What the database says.
pub fn list(conn: &mut Conn<'_>) -> Result<Vec<(OrganisationId, String, String)>, StoreError> {
    let rows: Vec<(i64, String, String)> = organisation::table
        .order(organisation::id)
        .select((organisation::id, organisation::code, organisation::name))
        .load(conn.0)?;
    Ok(rows
        .into_iter()
        .map(|(id, code, name)| (OrganisationId(id), code, name))
        .collect())
}

/// Its name.
///
/// # Errors
/// `NotFound`.
pub fn load_name(conn: &mut Conn<'_>, id: OrganisationId) -> Result<String, StoreError> {
    organisation::table
        .find(id.0)
        .select(organisation::name)
        .first(conn.0)
        .optional()?
        .ok_or(StoreError::NotFound("organisation"))
}

/// The organisation with this public id, else the oldest with this name, if any.
///
/// # Errors
/// What the database says.
pub fn find_by_code_or_name(conn: &mut Conn<'_>, text: &str) -> Result<Option<OrganisationId>, StoreError> {
    let id: Option<i64> = organisation::table
        .filter(organisation::code.eq(text).or(organisation::name.eq(text)))
        .order((organisation::code.eq(text).desc(), organisation::id))
        .select(organisation::id)
        .first(conn.0)
        .optional()?;
    Ok(id.map(OrganisationId))
}

/// The organisation's public id.
///
/// # Errors
/// `NotFound`.
pub fn load_code(conn: &mut Conn<'_>, id: OrganisationId) -> Result<String, StoreError> {
    let code: Option<String> = organisation::table
        .find(id.0)
        .select(organisation::code)
        .first(conn.0)
        .optional()?;
    code.ok_or(StoreError::NotFound("organisation"))
}

/// Takes the next batch number. Held until the transaction ends, so numbers have no gaps.
///
/// # Errors
/// `Refused` when all 90 million are used.
pub fn take_batch_number(tx: &mut Tx<'_>, id: OrganisationId) -> Result<BatchNumber, StoreError> {
    let number: i32 = diesel::update(organisation::table.find(id.0))
        .set(organisation::batch_number_last.eq(organisation::batch_number_last + 1))
        .returning(organisation::batch_number_last)
        .get_result(tx.pg())?;
    BatchNumber::try_new(number).ok_or_else(|| super::corrupt("batch number", number))
}
