//! How often a person was refused in an hour, so that knocking does not fill the log.

use super::schema::denial_window;
use super::{StoreError, Tx};
use crate::domain::ids::{OrganisationId, PersonId};
use crate::domain::log::Sort;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz};

/// An hour that is over, and what was counted in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Over {
    /// Whose log.
    pub organisation: OrganisationId,
    /// Who was refused.
    pub person: PersonId,
    /// As its word.
    pub sort: String,
    /// When the hour began.
    pub hour: DateTime<Utc>,
    /// How often.
    pub count: i64,
}

/// Counts one more; answers how many there are in this hour.
///
/// # Errors
/// What the database says.
pub fn count(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    person: PersonId,
    sort: Sort,
    hour: DateTime<Utc>,
) -> Result<i64, StoreError> {
    Ok(diesel::insert_into(denial_window::table)
        .values((
            denial_window::organisation_id.eq(organisation.0),
            denial_window::person_id.eq(person.0),
            denial_window::sort.eq(sort.as_str()),
            denial_window::hour.eq(hour),
            denial_window::count.eq(1),
        ))
        .on_conflict((
            denial_window::organisation_id,
            denial_window::person_id,
            denial_window::sort,
            denial_window::hour,
        ))
        .do_update()
        .set(denial_window::count.eq(denial_window::count + 1))
        .returning(denial_window::count)
        .get_result(tx.pg())?)
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    organisation_id: i64,
    #[diesel(sql_type = BigInt)]
    person_id: i64,
    #[diesel(sql_type = Text)]
    sort: String,
    #[diesel(sql_type = Timestamptz)]
    hour: DateTime<Utc>,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Takes one hour out that began before `before`, if there is any.
///
/// # Errors
/// What the database says.
pub fn take_over(tx: &mut Tx<'_>, before: DateTime<Utc>) -> Result<Option<Over>, StoreError> {
    let row: Option<Row> = diesel::sql_query(
        "DELETE FROM denial_window WHERE (organisation_id, person_id, sort, hour) IN (
             SELECT organisation_id, person_id, sort, hour FROM denial_window WHERE hour < $1
             ORDER BY hour LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING organisation_id, person_id, sort, hour, count",
    )
    .bind::<Timestamptz, _>(before)
    .get_result(tx.pg())
    .optional()?;
    Ok(row.map(|row| Over {
        organisation: OrganisationId(row.organisation_id),
        person: PersonId(row.person_id),
        sort: row.sort,
        hour: row.hour,
        count: row.count,
    }))
}
