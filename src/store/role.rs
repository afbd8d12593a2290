//! Roles and to whom they are given.

use super::schema::{role, role_grant};
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::ids::{AccountId, OrganisationId, PersonId};
use crate::domain::permission::{Accounts, BUILT_IN_ROLES, Grant, Permission};
use diesel::prelude::*;

/// Makes the built-in roles of a new organisation.
///
/// # Errors
/// `Refused` where they exist.
pub fn insert_built_in(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<(), StoreError> {
    let rows: Vec<_> = BUILT_IN_ROLES
        .iter()
        .map(|(name, permissions)| {
            let words: Vec<&str> = permissions.iter().map(|permission| permission.as_str()).collect();
            (
                role::organisation_id.eq(organisation.0),
                role::name.eq(*name),
                role::permissions.eq(words),
                role::built_in.eq(true),
            )
        })
        .collect();
    diesel::insert_into(role::table).values(rows).execute(tx.pg())?;
    Ok(())
}

/// Gives a role to a member, for one account or for all.
///
/// # Errors
/// `NotFound` where the organisation has no such role; `Refused` where it is given already.
pub fn give(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    person: PersonId,
    name: &str,
    account: Option<AccountId>,
) -> Result<(), StoreError> {
    let id: i64 = role::table
        .filter(role::organisation_id.eq(organisation.0).and(role::name.eq(name)))
        .select(role::id)
        .first(tx.pg())
        .optional()?
        .ok_or(StoreError::NotFound("role"))?;
    diesel::insert_into(role_grant::table)
        .values((
            role_grant::organisation_id.eq(organisation.0),
            role_grant::person_id.eq(person.0),
            role_grant::role_id.eq(id),
            role_grant::account_id.eq(account.map(|account| account.0)),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// What a member may do now.
///
/// # Errors
/// `Corrupt` where a role holds an unknown permission.
pub fn list_grants(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    person: PersonId,
) -> Result<Vec<Grant>, StoreError> {
    let rows: Vec<(String, Vec<String>, Option<i64>)> = role_grant::table
        .inner_join(role::table.on(role::id.eq(role_grant::role_id)))
        .filter(
            role_grant::organisation_id
                .eq(organisation.0)
                .and(role_grant::person_id.eq(person.0)),
        )
        .order(role::id)
        .select((role::name, role::permissions, role_grant::account_id))
        .load(conn.0)?;
    rows.into_iter()
        .map(|(role, words, account)| {
            let permissions = words
                .iter()
                .map(|word| Permission::parse(word).ok_or_else(|| corrupt("permission", word)))
                .collect::<Result<_, _>>()?;
            let accounts = account.map_or(Accounts::All, |id| Accounts::Only(vec![AccountId(id)]));
            Ok(Grant {
                role,
                permissions,
                accounts,
            })
        })
        .collect()
}
