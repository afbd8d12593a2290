//! What people typed to pay one person, kept under a name. The organisation's, whoever saved it.
//!
//! The invariant: one that names an account is there only for whose scope holds that account.

use super::schema::{payout_account, payout_template};
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::ids::PersonId;
use crate::domain::permission::{Accounts, Scope};
use crate::domain::row::Entered;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
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
    let found = load(tx, scope, id)?;
    diesel::delete(payout_template::table.find(found.id)).execute(tx.pg())?;
    Ok(found.name)
}

type Boxed = payout_template::BoxedQuery<'static, Pg>;

/// Those of the scope.
fn of_scope(scope: &Scope) -> Boxed {
    let all = payout_template::table
        .filter(payout_template::organisation_id.eq(scope.organisation().0))
        .into_boxed();
    let Accounts::Only(ids) = scope.accounts() else {
        return all;
    };
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let own = payout_account::table
        .filter(payout_account::id.eq_any(ids))
        .select(payout_account::number.nullable());
    let is_own = payout_template::account_number
        .is_null()
        .or(payout_template::account_number.eq_any(own));
    all.filter(is_own.assume_not_null())
}

/// Whether a template that is not the scope's has this name.
///
/// # Errors
/// What the database says.
pub fn is_taken_elsewhere(conn: &mut Conn<'_>, scope: &Scope, name: &str) -> Result<bool, StoreError> {
    let all: i64 = payout_template::table
        .filter(payout_template::organisation_id.eq(scope.organisation().0))
        .filter(payout_template::name.eq(name))
        .count()
        .get_result(conn.0)?;
    let own: i64 = of_scope(scope)
        .filter(payout_template::name.eq(name.to_owned()))
        .count()
        .get_result(conn.0)?;
    Ok(all > own)
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
    Ok(of_scope(scope)
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
    let row: Option<Row> = of_scope(scope)
        .filter(payout_template::id.eq(id))
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
