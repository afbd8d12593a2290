//! People, their memberships, and who could act.

use super::prepared::numbered;
use super::schema::{membership, person, practice as practice_table};
use super::{Conn, StoreError, Tx, role, signed_in};
use crate::domain::authorisation::Candidate;
use crate::domain::ids::{AccountId, OrganisationId, PersonId};
use crate::domain::permission::{Actor, Permission};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};

/// A person as shown to others.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// Key.
    pub id: PersonId,
    /// Lower case.
    pub email: String,
    /// As they want to be called.
    pub name: String,
}

/// What sign-in compares with.
pub struct Credentials {
    /// Whose.
    pub person: PersonId,
    /// Argon2id in PHC form.
    pub password_hash: String,
}

/// Makes a person.
///
/// # Errors
/// `Refused` where the e-mail is taken.
pub fn insert(tx: &mut Tx<'_>, email: &str, name: &str, password_hash: &str) -> Result<PersonId, StoreError> {
    let id: i64 = diesel::insert_into(person::table)
        .values((
            person::email.eq(email.to_lowercase()),
            person::name.eq(name),
            person::password_hash.eq(password_hash),
        ))
        .returning(person::id)
        .get_result(tx.pg())?;
    Ok(PersonId(id))
}

/// Makes a person a member.
///
/// # Errors
/// `Refused` where they are one already.
pub fn join(tx: &mut Tx<'_>, organisation: OrganisationId, person: PersonId) -> Result<(), StoreError> {
    diesel::insert_into(membership::table)
        .values((
            membership::organisation_id.eq(organisation.0),
            membership::person_id.eq(person.0),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// Lets a member in again, whatever was done to their membership; says whether they are one at all.
///
/// # Errors
/// What the database says.
pub fn reactivate(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    person: PersonId,
) -> Result<bool, StoreError> {
    let changed = diesel::update(membership::table.find((organisation.0, person.0)))
        .set(membership::status.eq("active"))
        .execute(tx.pg())?;
    Ok(changed > 0)
}

/// What sign-in compares with, for an e-mail in any case.
///
/// # Errors
/// What the database says.
pub fn find_credentials(conn: &mut Conn<'_>, email: &str) -> Result<Option<Credentials>, StoreError> {
    let row: Option<(i64, String)> = person::table
        .filter(person::email.eq(email.to_lowercase()))
        .select((person::id, person::password_hash))
        .first(conn.0)
        .optional()?;
    Ok(row.map(|(id, password_hash)| Credentials {
        person: PersonId(id),
        password_hash,
    }))
}

/// Somebody as they are where they turned to last, practices aside: the person, their organisation's
/// name, and what they may do now.
///
/// # Errors
/// `NotFound` where the membership is no longer active.
pub fn load_actor(conn: &mut Conn<'_>, id: PersonId) -> Result<(Actor, Person, String), StoreError> {
    let found = signed_in::load(conn, id)?;
    let place = found.places.iter().find(|place| place.practised.is_none());
    let place = place.ok_or(StoreError::NotFound("membership"))?.clone();
    let grants = found.grants(place.organisation);
    let actor = Actor::authenticated(place.organisation, id, grants);
    Ok((actor, found.person, place.name))
}

/// The person with what they may do in this organisation, whichever they turned to last; `None` where
/// they are no active member of it.
///
/// # Errors
/// What the database says.
pub fn find_actor(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    id: PersonId,
) -> Result<Option<Actor>, StoreError> {
    if !is_active(conn, organisation, id)? {
        return Ok(None);
    }
    let grants = role::list_grants(conn, organisation, id)?;
    Ok(Some(Actor::authenticated(organisation, id, grants)))
}

/// Where the person is a member who was not removed, practices aside.
///
/// # Errors
/// What the database says.
pub fn list_organisations(conn: &mut Conn<'_>, id: PersonId) -> Result<Vec<OrganisationId>, StoreError> {
    let ids: Vec<i64> = membership::table
        .left_join(practice_table::table.on(practice_table::organisation_id.eq(membership::organisation_id)))
        .filter(
            membership::person_id
                .eq(id.0)
                .and(membership::status.ne("removed"))
                .and(practice_table::organisation_id.is_null()),
        )
        .order(membership::organisation_id)
        .select(membership::organisation_id)
        .load(conn.0)?;
    Ok(ids.into_iter().map(OrganisationId).collect())
}

/// These people, in no order.
///
/// # Errors
/// What the database says.
pub fn list(conn: &mut Conn<'_>, ids: &[PersonId]) -> Result<Vec<Person>, StoreError> {
    let keys: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<(i64, String, String)> = person::table
        .filter(person::id.eq_any(keys))
        .select((person::id, person::email, person::name))
        .load(conn.0)?;
    Ok(rows
        .into_iter()
        .map(|(id, email, name)| Person {
            id: PersonId(id),
            email,
            name,
        })
        .collect())
}

/// Whether the person is an active member.
///
/// # Errors
/// What the database says.
pub fn is_active(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    id: PersonId,
) -> Result<bool, StoreError> {
    Ok(diesel::select(diesel::dsl::exists(
        membership::table
            .find((organisation.0, id.0))
            .filter(membership::status.eq("active")),
    ))
    .get_result(conn.0)?)
}

#[derive(QueryableByName)]
struct SignerRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Array<Text>)]
    permissions: Vec<String>,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    has_second_factor: bool,
}

/// Active members who hold review or approval on the account, whatever they did to any batch.
///
/// # Errors
/// What the database says.
pub fn list_signers(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<Vec<(Person, Candidate)>, StoreError> {
    let rows: Vec<SignerRow> = numbered(
        "SELECT p.id, p.email, p.name, array_agg(DISTINCT u.permission) AS permissions,
             (EXISTS (SELECT 1 FROM second_factor f WHERE f.person_id = p.id AND f.confirmed_at IS NOT NULL)
                 OR EXISTS (SELECT 1 FROM passkey k WHERE k.person_id = p.id)) AS has_second_factor
         FROM membership m
         JOIN person p ON p.id = m.person_id
         JOIN role_grant g ON g.organisation_id = m.organisation_id AND g.person_id = m.person_id
              AND (g.account_id IS NULL OR g.account_id = $2)
         JOIN role r ON r.id = g.role_id
         CROSS JOIN LATERAL unnest(r.permissions) AS u(permission)
         WHERE m.organisation_id = $1 AND m.status = 'active' AND u.permission IN ('batch.review', 'batch.approve')
         GROUP BY p.id ORDER BY p.name, p.id",
    )
    .bind::<BigInt, _>(organisation.0)
    .bind::<BigInt, _>(account.0)
    .load(conn.0)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let holds =
                |permission: Permission| row.permissions.iter().any(|word| word == permission.as_str());
            let candidate = Candidate {
                person: PersonId(row.id),
                review: holds(Permission::BatchReview),
                approve: holds(Permission::BatchApprove),
                has_second_factor: row.has_second_factor,
            };
            (
                Person {
                    id: PersonId(row.id),
                    email: row.email,
                    name: row.name,
                },
                candidate,
            )
        })
        .collect())
}
