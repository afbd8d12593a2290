//! Failed sign-ins, counted per subject (an address, an account, an account on a known device), and
//! the devices a person has used.

use super::schema::{known_device, sign_in_failure};
use super::{Conn, StoreError, Tx};
use crate::domain::ids::PersonId;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Text, Timestamptz};

/// Failures older than this are forgotten.
const FORGOTTEN_AFTER: Duration = Duration::hours(24);

/// How often a subject has failed, and when last.
///
/// # Errors
/// What the database says.
pub fn list_failures(
    conn: &mut Conn<'_>,
    subjects: &[String],
) -> Result<Vec<(i32, DateTime<Utc>)>, StoreError> {
    Ok(sign_in_failure::table
        .filter(sign_in_failure::subject.eq_any(subjects))
        .select((sign_in_failure::failures, sign_in_failure::failed_at))
        .load(conn.0)?)
}

/// Counts one failure for a subject.
///
/// # Errors
/// What the database says.
pub fn count_failure(tx: &mut Tx<'_>, subject: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::sql_query(
        "INSERT INTO sign_in_failure AS f (subject, failures, failed_at) VALUES ($1, 1, $2)
         ON CONFLICT (subject) DO UPDATE
         SET failures = CASE WHEN f.failed_at < $3 THEN 1 ELSE f.failures + 1 END, failed_at = $2",
    )
    .bind::<Text, _>(subject)
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(now - FORGOTTEN_AFTER)
    .execute(tx.pg())?;
    Ok(())
}

/// Forgets a subject's failures after a success.
///
/// # Errors
/// What the database says.
pub fn forget_failures(tx: &mut Tx<'_>, subjects: &[String]) -> Result<(), StoreError> {
    diesel::delete(sign_in_failure::table.filter(sign_in_failure::subject.eq_any(subjects)))
        .execute(tx.pg())?;
    Ok(())
}

/// Whether this person has signed in with this hashed device token before.
///
/// # Errors
/// What the database says.
pub fn is_known_device(conn: &mut Conn<'_>, person: PersonId, token: &[u8]) -> Result<bool, StoreError> {
    Ok(
        diesel::select(diesel::dsl::exists(known_device::table.find((person.0, token))))
            .get_result(conn.0)?,
    )
}

/// Remembers a device.
///
/// # Errors
/// What the database says.
pub fn insert_device(tx: &mut Tx<'_>, person: PersonId, token: &[u8]) -> Result<(), StoreError> {
    diesel::insert_into(known_device::table)
        .values((
            known_device::person_id.eq(person.0),
            known_device::token.eq(token),
        ))
        .on_conflict_do_nothing()
        .execute(tx.pg())?;
    Ok(())
}
