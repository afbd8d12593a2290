//! Roles and to whom they are given.

use super::schema::{role, role_grant};
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::ids::{AccountId, OrganisationId, PersonId, RoleId};
use crate::domain::permission::{Accounts, BUILT_IN_ROLES, Grant, Permission};
use crate::domain::team::{Given, RoleRule};
use diesel::prelude::*;

/// A role of an organisation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Role {
    /// Key.
    pub id: RoleId,
    /// What it says.
    pub rule: RoleRule,
    /// Whether it came with the organisation and stays as it is.
    pub built_in: bool,
}

fn rule(name: String, words: &[String]) -> Result<RoleRule, StoreError> {
    let permissions = words
        .iter()
        .map(|word| Permission::parse(word).ok_or_else(|| corrupt("permission", word)))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(RoleRule { name, permissions })
}

fn words(rule: &RoleRule) -> Vec<&'static str> {
    rule.permissions
        .iter()
        .map(|permission| permission.as_str())
        .collect()
}

/// The roles of the organisation, built-in ones first.
///
/// # Errors
/// `Corrupt` where a role holds an unknown permission.
pub fn list(conn: &mut Conn<'_>, organisation: OrganisationId) -> Result<Vec<Role>, StoreError> {
    let rows: Vec<(i64, String, Vec<String>, bool)> = role::table
        .filter(role::organisation_id.eq(organisation.0))
        .order((role::built_in.desc(), role::id))
        .select((role::id, role::name, role::permissions, role::built_in))
        .load(conn.0)?;
    rows.into_iter()
        .map(|(id, name, permissions, built_in)| {
            Ok(Role {
                id: RoleId(id),
                rule: rule(name, &permissions)?,
                built_in,
            })
        })
        .collect()
}

/// The role with this key.
///
/// # Errors
/// `NotFound` where the organisation has none such.
pub fn load(conn: &mut Conn<'_>, organisation: OrganisationId, id: RoleId) -> Result<Role, StoreError> {
    let all = list(conn, organisation)?;
    all.into_iter()
        .find(|role| role.id == id)
        .ok_or(StoreError::NotFound("role"))
}

/// Makes a role of the organisation's own.
///
/// # Errors
/// `Refused` where the name is taken.
pub fn insert(tx: &mut Tx<'_>, organisation: OrganisationId, what: &RoleRule) -> Result<RoleId, StoreError> {
    let id: i64 = diesel::insert_into(role::table)
        .values((
            role::organisation_id.eq(organisation.0),
            role::name.eq(&what.name),
            role::permissions.eq(words(what)),
        ))
        .returning(role::id)
        .get_result(tx.pg())?;
    Ok(RoleId(id))
}

/// Makes an own role say something else.
///
/// # Errors
/// `NotFound` where the organisation has no such role of its own.
pub fn change(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    id: RoleId,
    to: &RoleRule,
) -> Result<(), StoreError> {
    let own = role::table.find(id.0).filter(
        role::organisation_id
            .eq(organisation.0)
            .and(role::built_in.eq(false)),
    );
    let changed = diesel::update(own)
        .set((role::name.eq(&to.name), role::permissions.eq(words(to))))
        .execute(tx.pg())?;
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::NotFound("role"))
    }
}

/// Drops an own role and takes it from everybody who has it.
///
/// # Errors
/// `NotFound` where the organisation has no such role of its own.
pub fn delete(tx: &mut Tx<'_>, organisation: OrganisationId, id: RoleId) -> Result<(), StoreError> {
    diesel::delete(
        role_grant::table.filter(
            role_grant::organisation_id
                .eq(organisation.0)
                .and(role_grant::role_id.eq(id.0)),
        ),
    )
    .execute(tx.pg())?;
    let own = role::table.find(id.0).filter(
        role::organisation_id
            .eq(organisation.0)
            .and(role::built_in.eq(false)),
    );
    if diesel::delete(own).execute(tx.pg())? == 1 {
        Ok(())
    } else {
        Err(StoreError::NotFound("role"))
    }
}

/// The roles of every member, or of one: each role once, with all accounts it holds for.
///
/// # Errors
/// `Corrupt` where a role holds an unknown permission.
pub fn list_given(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    person: Option<PersonId>,
) -> Result<Vec<(PersonId, Given)>, StoreError> {
    type Row = (i64, i64, String, Vec<String>, Option<i64>);
    let mut query = role_grant::table
        .inner_join(role::table.on(role::id.eq(role_grant::role_id)))
        .filter(role_grant::organisation_id.eq(organisation.0))
        .order((
            role_grant::person_id,
            role::id,
            role_grant::account_id.asc().nulls_first(),
        ))
        .select((
            role_grant::person_id,
            role::id,
            role::name,
            role::permissions,
            role_grant::account_id,
        ))
        .into_boxed();
    if let Some(person) = person {
        query = query.filter(role_grant::person_id.eq(person.0));
    }
    let mut given: Vec<(PersonId, Given)> = Vec::new();
    for (person, id, name, permissions, account) in query.load::<Row>(conn.0)? {
        match given.last_mut() {
            Some((last, before)) if last.0 == person && before.role.0 == id => {
                if let (Accounts::Only(list), Some(account)) = (&mut before.accounts, account) {
                    list.push(AccountId(account));
                }
            }
            Some(_) | None => given.push((
                PersonId(person),
                Given {
                    role: RoleId(id),
                    rule: rule(name, &permissions)?,
                    accounts: account.map_or(Accounts::All, |id| Accounts::Only(vec![AccountId(id)])),
                },
            )),
        }
    }
    Ok(given)
}

/// Gives a member exactly these roles.
///
/// # Errors
/// What the database says.
pub fn replace_given(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    person: PersonId,
    given: &[Given],
) -> Result<(), StoreError> {
    diesel::delete(
        role_grant::table.filter(
            role_grant::organisation_id
                .eq(organisation.0)
                .and(role_grant::person_id.eq(person.0)),
        ),
    )
    .execute(tx.pg())?;
    let rows: Vec<_> = given
        .iter()
        .flat_map(|one| {
            let accounts: Vec<Option<i64>> = match &one.accounts {
                Accounts::All => vec![None],
                Accounts::Only(list) => list.iter().map(|id| Some(id.0)).collect(),
            };
            accounts.into_iter().map(|account| {
                (
                    role_grant::organisation_id.eq(organisation.0),
                    role_grant::person_id.eq(person.0),
                    role_grant::role_id.eq(one.role.0),
                    role_grant::account_id.eq(account),
                )
            })
        })
        .collect();
    diesel::insert_into(role_grant::table)
        .values(rows)
        .execute(tx.pg())?;
    Ok(())
}

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
        .map(|(role, words, account)| grant(role, &words, account))
        .collect()
}

/// A grant as it is stored: the role's name, its permissions, the account or none for all.
pub(super) fn grant(role: String, words: &[String], account: Option<i64>) -> Result<Grant, StoreError> {
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
}
