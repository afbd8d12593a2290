//! Memberships as administrators see and change them: who belongs, how they stand, last seen when.

use super::schema::{membership, person, session};
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::ids::{OrganisationId, PersonId};
use crate::domain::team::MemberStatus;
use chrono::{DateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;

/// A person of an organisation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// Who.
    pub id: PersonId,
    /// Lower case.
    pub email: String,
    /// As they want to be called.
    pub name: String,
    /// How they stand.
    pub status: MemberStatus,
    /// When they were last here, where ever.
    pub seen_at: Option<DateTime<Utc>>,
}

type Row = (i64, String, String, String, Option<DateTime<Utc>>);

/// Everybody who belongs or belonged, by name; `only` one of them where given.
///
/// # Errors
/// What the database says.
pub fn list(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    only: Option<PersonId>,
) -> Result<Vec<Member>, StoreError> {
    let mut query = membership::table
        .inner_join(person::table.on(person::id.eq(membership::person_id)))
        .filter(membership::organisation_id.eq(organisation.0))
        .order((person::name, person::id))
        .select((
            person::id,
            person::email,
            person::name,
            membership::status,
            person::seen_at,
        ))
        .into_boxed();
    if let Some(only) = only {
        query = query.filter(membership::person_id.eq(only.0));
    }
    let rows: Vec<Row> = query.load(conn.0)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.0).collect();
    let sessions: Vec<(Option<i64>, Option<DateTime<Utc>>)> = session::table
        .filter(session::person_id.eq_any(ids))
        .group_by(session::person_id)
        .select((session::person_id, max(session::seen_at)))
        .load(conn.0)?;
    rows.into_iter()
        .map(|(id, email, name, status, ended)| {
            let open = sessions.iter().find(|(person, _)| *person == Some(id));
            Ok(Member {
                id: PersonId(id),
                email,
                name,
                status: MemberStatus::parse(&status).ok_or_else(|| corrupt("membership status", &status))?,
                seen_at: open.and_then(|(_, seen)| *seen).max(ended),
            })
        })
        .collect()
}

/// One member.
///
/// # Errors
/// `NotFound` where they never belonged.
pub fn load(conn: &mut Conn<'_>, organisation: OrganisationId, id: PersonId) -> Result<Member, StoreError> {
    let found = list(conn, organisation, Some(id))?;
    found.into_iter().next().ok_or(StoreError::NotFound("person"))
}

/// The member with this e-mail, if any.
///
/// # Errors
/// What the database says.
pub fn find_by_email(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    email: &str,
) -> Result<Option<(PersonId, MemberStatus)>, StoreError> {
    let row: Option<(i64, String)> = membership::table
        .inner_join(person::table.on(person::id.eq(membership::person_id)))
        .filter(
            membership::organisation_id
                .eq(organisation.0)
                .and(person::email.eq(email)),
        )
        .select((membership::person_id, membership::status))
        .first(conn.0)
        .optional()?;
    row.map(|(id, status)| {
        let status = MemberStatus::parse(&status).ok_or_else(|| corrupt("membership status", &status))?;
        Ok((PersonId(id), status))
    })
    .transpose()
}

/// Changes how a member stands.
///
/// # Errors
/// `NotFound` where they never belonged.
pub fn advance(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    id: PersonId,
    to: MemberStatus,
) -> Result<(), StoreError> {
    let changed = diesel::update(membership::table.find((organisation.0, id.0)))
        .set(membership::status.eq(to.as_str()))
        .execute(tx.pg())?;
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::NotFound("person"))
    }
}

/// Makes a person an active member, who may have been one before, and turns them to this organisation.
///
/// # Errors
/// What the database says.
pub fn join(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    id: PersonId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let is_suspended: bool = diesel::select(diesel::dsl::exists(
        membership::table
            .find((organisation.0, id.0))
            .filter(membership::status.eq(MemberStatus::Suspended.as_str())),
    ))
    .get_result(tx.pg())?;
    // Letting somebody in again is a proposal, and no old link.
    if is_suspended {
        return Err(StoreError::Stale("membership"));
    }
    diesel::insert_into(membership::table)
        .values((
            membership::organisation_id.eq(organisation.0),
            membership::person_id.eq(id.0),
            membership::chosen_at.eq(now),
        ))
        .on_conflict((membership::organisation_id, membership::person_id))
        .do_update()
        .set((
            membership::status.eq(MemberStatus::Active.as_str()),
            membership::chosen_at.eq(now),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// Notes that the person turned to this organisation: the next sign-in begins there.
///
/// # Errors
/// What the database says.
pub fn note_chosen(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    id: PersonId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::update(membership::table.find((organisation.0, id.0)))
        .set(membership::chosen_at.eq(now))
        .execute(tx.pg())?;
    Ok(())
}

/// Ends every session of a person.
///
/// # Errors
/// What the database says.
pub fn end_sessions(tx: &mut Tx<'_>, id: PersonId) -> Result<usize, StoreError> {
    Ok(diesel::delete(session::table.filter(session::person_id.eq(id.0))).execute(tx.pg())?)
}
