//! Founding an organisation, and its first administrator from the server's command line.

use crate::domain::event::Event;
use crate::domain::ids::{OrganisationId, PersonId};
use crate::flows::FlowError;
use crate::store::{Tx, event, organisation, person, role};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Makes an organisation with its built-in roles.
///
/// # Errors
/// `Refused` where the code is taken.
pub fn found(
    tx: &mut Tx<'_>,
    code: &str,
    name: &str,
    now: DateTime<Utc>,
) -> Result<OrganisationId, FlowError> {
    let id = organisation::insert(tx, code, name)?;
    role::insert_built_in(tx, id)?;
    event::append(
        tx,
        &Event::new(
            id,
            now,
            "organisation.founded",
            json!({ "code": code, "name": name }),
        ),
    )?;
    Ok(id)
}

/// Somebody who joins.
pub struct Newcomer<'a> {
    /// In any case.
    pub email: &'a str,
    /// As they want to be called.
    pub name: &'a str,
    /// Hashed already: hashing is slow and outside transactions.
    pub password_hash: &'a str,
    /// The role for all accounts.
    pub role: &'a str,
}

/// Makes a person a member with one role for all accounts. Somebody who has an account elsewhere
/// keeps their password.
///
/// # Errors
/// `Refused` where they are a member already.
pub fn add_person(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    newcomer: &Newcomer<'_>,
    now: DateTime<Utc>,
) -> Result<PersonId, FlowError> {
    let id = match person::find_credentials(tx, newcomer.email)? {
        Some(known) => known.person,
        None => person::insert(tx, newcomer.email, newcomer.name, newcomer.password_hash)?,
    };
    person::join(tx, organisation, id)?;
    role::give(tx, organisation, id, newcomer.role, None)?;
    let data = json!({ "email": newcomer.email.to_lowercase(), "role": newcomer.role });
    event::append(tx, &Event::new(organisation, now, "person.joined", data).by(id))?;
    Ok(id)
}

/// The way in from the server: an administrator for an organisation, which is founded where it is
/// missing. Audited like everything else.
///
/// # Errors
/// `Refused` where the person is a member already.
pub fn create_owner(
    tx: &mut Tx<'_>,
    organisation_name: &str,
    code: &str,
    newcomer: &Newcomer<'_>,
    now: DateTime<Utc>,
) -> Result<OrganisationId, FlowError> {
    let organisation = match organisation::find_by_code_or_name(tx, organisation_name)? {
        Some(id) => id,
        None => found(tx, code, organisation_name, now)?,
    };
    let id = add_person(tx, organisation, newcomer, now)?;
    let data = json!({ "email": newcomer.email.to_lowercase(), "from": "command line" });
    event::append(tx, &Event::new(organisation, now, "owner.created", data).by(id))?;
    Ok(organisation)
}
