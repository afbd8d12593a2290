//! What people typed to pay one person, kept under a name. The organisation's, whoever saved it.

use super::schema::payout_template;
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::ids::PersonId;
use crate::domain::permission::Scope;
use crate::domain::row::Entered;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// A kept form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Template {
    /// Its id, as addresses name it.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The account as it was typed, where it was.
    pub account: Option<i32>,
    /// The category as it was chosen.
    pub category: String,
    /// The reason as it was chosen.
    pub category_reason: String,
    /// The payout's fields.
    pub entered: Entered,
}

/// Keeps a form under its name; one of the same name is replaced, and keeps its id. Answers the id.
///
/// # Errors
/// What the database says.
pub fn upsert(
    tx: &mut Tx<'_>,
    scope: &Scope,
    template: &Template,
    saved_by: PersonId,
    now: DateTime<Utc>,
) -> Result<Uuid, StoreError> {
    let entered =
        serde_json::to_value(&template.entered).map_err(|error| corrupt("payout template", error))?;
    let content = (
        payout_template::account_number.eq(template.account),
        payout_template::category.eq(&template.category),
        payout_template::category_reason.eq(&template.category_reason),
        payout_template::entered.eq(entered),
        payout_template::saved_by.eq(saved_by.0),
        payout_template::saved_at.eq(now),
    );
    Ok(diesel::insert_into(payout_template::table)
        .values((
            payout_template::id.eq(template.id),
            payout_template::organisation_id.eq(scope.organisation().0),
            payout_template::name.eq(&template.name),
            content.clone(),
        ))
        .on_conflict((payout_template::organisation_id, payout_template::name))
        .do_update()
        .set(content)
        .returning(payout_template::id)
        .get_result(tx.pg())?)
}

/// Drops one; answers its name.
///
/// # Errors
/// `NotFound` where the organisation has none with this id.
pub fn delete(tx: &mut Tx<'_>, scope: &Scope, id: Uuid) -> Result<String, StoreError> {
    diesel::delete(
        payout_template::table.filter(
            payout_template::organisation_id
                .eq(scope.organisation().0)
                .and(payout_template::id.eq(id)),
        ),
    )
    .returning(payout_template::name)
    .get_result(tx.pg())
    .optional()?
    .ok_or(StoreError::NotFound("template"))
}

/// How many the organisation has.
///
/// # Errors
/// What the database says.
pub fn count(conn: &mut Conn<'_>, scope: &Scope) -> Result<i64, StoreError> {
    Ok(payout_template::table
        .filter(payout_template::organisation_id.eq(scope.organisation().0))
        .count()
        .get_result(conn.0)?)
}

/// The organisation's, by name.
///
/// # Errors
/// What the database says.
pub fn list(conn: &mut Conn<'_>, scope: &Scope) -> Result<Vec<(Uuid, String)>, StoreError> {
    Ok(payout_template::table
        .filter(payout_template::organisation_id.eq(scope.organisation().0))
        .order(payout_template::name)
        .select((payout_template::id, payout_template::name))
        .load(conn.0)?)
}

/// The organisation's with this id.
///
/// # Errors
/// `NotFound`.
pub fn load(conn: &mut Conn<'_>, scope: &Scope, id: Uuid) -> Result<Template, StoreError> {
    type Row = (
        String,
        Option<i32>,
        Option<String>,
        Option<String>,
        serde_json::Value,
    );
    let row: Option<Row> = payout_template::table
        .filter(
            payout_template::organisation_id
                .eq(scope.organisation().0)
                .and(payout_template::id.eq(id)),
        )
        .select((
            payout_template::name,
            payout_template::account_number,
            payout_template::category,
            payout_template::category_reason,
            payout_template::entered,
        ))
        .first(conn.0)
        .optional()?;
    let (name, account, category, category_reason, entered) = row.ok_or(StoreError::NotFound("template"))?;
    Ok(Template {
        id,
        name,
        account,
        category: category.unwrap_or_default(),
        category_reason: category_reason.unwrap_or_default(),
        entered: serde_json::from_value(entered).map_err(|error| corrupt("payout template", error))?,
    })
}
