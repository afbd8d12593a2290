//! Who holds an administrator's permission, and who held it of late: the answer to "is there anybody
//! else who could confirm this".
//!
//! A permission is held through an active membership and a role. Losing it is written down, so that
//! somebody suspended yesterday still counts as a second administrator.

use super::schema::permission_lost;
use super::{Conn, StoreError, Tx};
use crate::domain::ids::{AccountId, OrganisationId, PersonId};
use crate::domain::permission::Permission;
use crate::domain::proposal::{COUNTS_AS_SECOND, Need};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

/// Somebody active who holds an administrator's permission.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Holder {
    /// Who.
    pub person: PersonId,
    /// What, as stored.
    pub permission: String,
    /// Where; `None` is for all payout accounts.
    pub account: Option<AccountId>,
}

impl Holder {
    /// Whether this is enough for `need`.
    #[must_use]
    pub fn meets(&self, need: Need) -> bool {
        self.permission == need.permission.as_str()
            && (self.account.is_none() || self.account == need.account)
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    person_id: i64,
    #[diesel(sql_type = Text)]
    permission: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    account_id: Option<i64>,
}

/// Everybody active who holds team.manage, account.manage or developer.manage, each with where.
///
/// # Errors
/// What the database says.
pub fn list(conn: &mut Conn<'_>, organisation: OrganisationId) -> Result<Vec<Holder>, StoreError> {
    let rows: Vec<Row> = diesel::sql_query(
        "SELECT DISTINCT m.person_id, u.permission, g.account_id FROM membership m
         JOIN role_grant g ON g.organisation_id = m.organisation_id AND g.person_id = m.person_id
         JOIN role r ON r.id = g.role_id
         CROSS JOIN LATERAL unnest(r.permissions) AS u(permission)
         WHERE m.organisation_id = $1 AND m.status = 'active'
           AND u.permission IN ('team.manage', 'account.manage', 'developer.manage')
         ORDER BY 1, 2, 3",
    )
    .bind::<BigInt, _>(organisation.0)
    .load(conn.0)?;
    Ok(rows
        .into_iter()
        .map(|row| Holder {
            person: PersonId(row.person_id),
            permission: row.permission,
            account: row.account_id.map(AccountId),
        })
        .collect())
}

/// Whether somebody is left who can manage the team for all accounts.
///
/// # Errors
/// What the database says.
pub fn has_administrator(conn: &mut Conn<'_>, organisation: OrganisationId) -> Result<bool, StoreError> {
    let need = Need {
        permission: Permission::TeamManage,
        account: None,
    };
    Ok(list(conn, organisation)?.iter().any(|holder| holder.meets(need)))
}

/// Whether nobody but `person` could meet `need`, now or in the last 30 days.
///
/// # Errors
/// What the database says.
pub fn is_alone(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    need: Need,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let others = list(conn, organisation)?
        .iter()
        .any(|holder| holder.person != person && holder.meets(need));
    if others {
        return Ok(false);
    }
    let lost: Vec<Option<i64>> = permission_lost::table
        .filter(
            permission_lost::organisation_id
                .eq(organisation.0)
                .and(permission_lost::person_id.ne(person.0))
                .and(permission_lost::permission.eq(need.permission.as_str()))
                .and(permission_lost::at.gt(now - COUNTS_AS_SECOND)),
        )
        .select(permission_lost::account_id)
        .load(conn.0)?;
    let of_late = lost
        .into_iter()
        .any(|account| account.is_none() || account.map(AccountId) == need.account);
    Ok(!of_late)
}

/// Writes down who of `before` holds it no longer.
///
/// # Errors
/// What the database says.
pub fn note_lost(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    before: &[Holder],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let after = list(tx, organisation)?;
    let rows: Vec<_> = before
        .iter()
        .filter(|holder| !after.contains(holder))
        .map(|holder| {
            (
                permission_lost::organisation_id.eq(organisation.0),
                permission_lost::person_id.eq(holder.person.0),
                permission_lost::permission.eq(holder.permission.as_str()),
                permission_lost::account_id.eq(holder.account.map(|account| account.0)),
                permission_lost::at.eq(now),
            )
        })
        .collect();
    diesel::insert_into(permission_lost::table)
        .values(rows)
        .execute(tx.pg())?;
    Ok(())
}
