//! Who calls: a client, the person it acts for and what both may do now, in one statement. Every call
//! asks it anew; nothing of it is remembered between calls, so that what was taken away is gone.

use super::api_client::{ApiClient, Row};
use super::schema::{api_client, membership, organisation, passkey, person, role, role_grant, second_factor};
use super::{Conn, StoreError, role as roles};
use crate::domain::ids::{ApiClientId, FactorNumber};
use crate::domain::permission::Grant;
use crate::store::person::Person;
use diesel::prelude::*;

/// A client that calls, with its person.
pub struct Caller {
    /// The client.
    pub client: ApiClient,
    /// For whom it acts.
    pub person: Person,
    /// What that person may do now.
    pub grants: Vec<Grant>,
    /// The person's second factor, where one is on.
    pub factor: Option<FactorNumber>,
    /// The organisation's public id.
    pub organisation_code: String,
    /// The organisation's name.
    pub organisation_name: String,
}

/// Client, e-mail, name, organisation, then numbers of factors, then one role of the person.
type Joined = (
    Row,
    (String, String),
    (String, String),
    (Option<i64>, Option<i64>),
    Option<(String, Vec<String>)>,
    Option<i64>,
);

/// The client of this id that is confirmed and not revoked, and whose person is an active member.
///
/// # Errors
/// What the database says.
pub fn find(conn: &mut Conn<'_>, client_id: &str) -> Result<Option<Caller>, StoreError> {
    // As the function `factor_of`, which would be a statement of its own for each call.
    let app = second_factor::table
        .filter(second_factor::person_id.eq(api_client::person_id))
        .filter(second_factor::confirmed_at.is_not_null())
        .select(second_factor::number)
        .single_value();
    let passkey = passkey::table
        .filter(passkey::person_id.eq(api_client::person_id))
        .order(passkey::number)
        .select(passkey::number)
        .single_value();
    let given = role_grant::organisation_id
        .eq(api_client::organisation_id)
        .and(role_grant::person_id.eq(api_client::person_id));
    let rows: Vec<Joined> = api_client::table
        .inner_join(person::table.on(person::id.eq(api_client::person_id)))
        .inner_join(organisation::table.on(organisation::id.eq(api_client::organisation_id)))
        .inner_join(
            membership::table.on(membership::organisation_id
                .eq(api_client::organisation_id)
                .and(membership::person_id.eq(api_client::person_id))),
        )
        .left_join(role_grant::table.on(given))
        .left_join(role::table.on(role::id.nullable().eq(role_grant::role_id.nullable())))
        .filter(api_client::client_id.eq(client_id))
        .filter(api_client::confirmed_at.is_not_null())
        .filter(api_client::revoked_at.is_null())
        .filter(membership::status.eq("active"))
        .order(role::id.nullable())
        .select((
            Row::as_select(),
            (person::email, person::name),
            (organisation::code, organisation::name),
            (app, passkey),
            (role::name, role::permissions).nullable(),
            role_grant::account_id.nullable(),
        ))
        .load(conn.0)?;
    let mut grants = Vec::with_capacity(rows.len());
    let mut found = None;
    for (row, (email, name), (code, organisation), (app, passkey), role, account) in rows {
        if let Some((role, words)) = role {
            grants.push(roles::grant(role, &words, account)?);
        }
        if found.is_none() {
            let factor = app.into_iter().chain(passkey).min();
            found = Some((ApiClient::try_from(row)?, email, name, code, organisation, factor));
        }
    }
    Ok(found.map(
        |(client, email, name, organisation_code, organisation_name, factor)| Caller {
            person: Person {
                id: client.person,
                email,
                name,
            },
            client,
            grants,
            factor: factor.map(FactorNumber),
            organisation_code,
            organisation_name,
        },
    ))
}

/// The same by its key: for jobs, which act for it later.
///
/// # Errors
/// What the database says.
pub fn find_by_key(conn: &mut Conn<'_>, id: ApiClientId) -> Result<Option<Caller>, StoreError> {
    let client_id: Option<String> = api_client::table
        .find(id.0)
        .select(api_client::client_id)
        .first(conn.0)
        .optional()?;
    match client_id {
        Some(client_id) => find(conn, &client_id),
        None => Ok(None),
    }
}
