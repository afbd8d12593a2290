//! Who is signed in, where they may act and what they may do there: one statement, asked with every
//! request. Nothing of it is remembered between requests, so that what was taken away is gone.

use super::schema::{membership, organisation, person, practice, role, role_grant};
use super::{Conn, StoreError, role as roles};
use crate::domain::ids::{OrganisationId, PersonId};
use crate::domain::permission::Grant;
use crate::domain::practice::Part;
use crate::store::person::Person;
use diesel::prelude::*;

/// An organisation in which somebody may act.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// Which.
    pub organisation: OrganisationId,
    /// Its public id.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What is practised there, where it is no earnest.
    pub practised: Option<Part>,
    /// Where they belong in earnest: the organisation itself, unless it is a practice.
    pub home: OrganisationId,
}

/// Somebody with everything that is asked of them.
pub struct SignedIn {
    /// Who.
    pub person: Person,
    /// Everywhere they may act, the one turned to last first, practices at the end.
    pub places: Vec<Place>,
    grants: Vec<(OrganisationId, Grant)>,
}

impl SignedIn {
    /// What they may do in this organisation.
    #[must_use]
    pub fn grants(&self, at: OrganisationId) -> Vec<Grant> {
        let there = self.grants.iter().filter(|(organisation, _)| *organisation == at);
        there.map(|(_, grant)| grant.clone()).collect()
    }
}

/// Organisation, its practice, e-mail and name, then one role of the person there.
type Joined = (
    (i64, String, String),
    (Option<i64>, Option<String>),
    (String, String),
    Option<(String, Vec<String>)>,
    Option<i64>,
);

/// The person with everything. A practice is open while its person is active in its organisation.
///
/// # Errors
/// `NotFound` where they are no active member of anything.
pub fn load(conn: &mut Conn<'_>, id: PersonId) -> Result<SignedIn, StoreError> {
    let given = role_grant::organisation_id
        .eq(membership::organisation_id)
        .and(role_grant::person_id.eq(membership::person_id));
    let rows: Vec<Joined> = membership::table
        .inner_join(organisation::table.on(organisation::id.eq(membership::organisation_id)))
        .inner_join(person::table.on(person::id.eq(membership::person_id)))
        .left_join(practice::table.on(practice::organisation_id.eq(membership::organisation_id)))
        .left_join(role_grant::table.on(given))
        .left_join(role::table.on(role::id.nullable().eq(role_grant::role_id.nullable())))
        .filter(
            membership::person_id
                .eq(id.0)
                .and(membership::status.eq("active"))
                .and(practice::ended_at.is_null()),
        )
        // Two memberships of one moment must not take turns.
        .order((
            membership::chosen_at.desc().nulls_last(),
            membership::created_at,
            membership::organisation_id,
            role::id.nullable(),
        ))
        .select((
            (organisation::id, organisation::code, organisation::name),
            (practice::of_organisation_id.nullable(), practice::part.nullable()),
            (person::email, person::name),
            (role::name, role::permissions).nullable(),
            role_grant::account_id.nullable(),
        ))
        .load(conn.0)?;
    let Some((email, name)) = rows.first().map(|row| row.2.clone()) else {
        return Err(StoreError::NotFound("membership"));
    };
    let places = places(&rows);
    let mut grants = Vec::with_capacity(rows.len());
    for ((organisation, ..), _, _, role, account) in rows {
        if let Some((role, words)) = role {
            let grant = roles::grant(role, &words, account)?;
            grants.push((OrganisationId(organisation), grant));
        }
    }
    Ok(SignedIn {
        person: Person { id, email, name },
        places,
        grants,
    })
}

/// One place for all its rows, which stand together.
fn places(rows: &[Joined]) -> Vec<Place> {
    let is_earnest = |id: i64| rows.iter().any(|row| row.0.0 == id && row.1.0.is_none());
    let mut places: Vec<Place> = Vec::new();
    for ((id, code, name), (home, part), ..) in rows {
        let is_known = places.last().is_some_and(|last| last.organisation.0 == *id);
        if is_known || home.is_some_and(|home| !is_earnest(home)) {
            continue;
        }
        places.push(Place {
            organisation: OrganisationId(*id),
            code: code.clone(),
            name: name.clone(),
            practised: part.as_deref().and_then(Part::parse),
            home: OrganisationId(home.unwrap_or(*id)),
        });
    }
    places.sort_by_key(|place| place.practised.is_some());
    places
}
