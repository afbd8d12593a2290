//! Failed sign-ins, counted per subject (an address, an account, an account on a known device), and
//! the devices a person has used.

use super::schema::{known_device, sign_in_failure};
use super::{Conn, StoreError, Tx};
use crate::domain::ids::PersonId;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text, Timestamptz};

/// Failures older than this are forgotten.
const FORGOTTEN_AFTER: Duration = Duration::hours(24);

/// How often a subject has failed, and when last. It stands locked from here on, so that of many
/// attempts at once each sees the one before it; callers lock subjects in sorted order.
///
/// # Errors
/// What the database says.
pub fn lock_failures(
    tx: &mut Tx<'_>,
    subject: &str,
    now: DateTime<Utc>,
) -> Result<(i32, DateTime<Utc>), StoreError> {
    let row: Failures = diesel::sql_query(
        "INSERT INTO sign_in_failure AS f (subject, failures, failed_at) VALUES ($1, 0, $2)
         ON CONFLICT (subject) DO UPDATE
         SET failures = CASE WHEN f.failed_at < $3 THEN 0 ELSE f.failures END
         RETURNING failures, failed_at",
    )
    .bind::<Text, _>(subject)
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(now - FORGOTTEN_AFTER)
    .get_result(tx.pg())?;
    Ok((row.failures, row.failed_at))
}

#[derive(QueryableByName)]
struct Failures {
    #[diesel(sql_type = Integer)]
    failures: i32,
    #[diesel(sql_type = Timestamptz)]
    failed_at: DateTime<Utc>,
}

/// Counts one attempt for each of the subjects.
///
/// # Errors
/// What the database says.
pub fn count_attempt(tx: &mut Tx<'_>, subjects: &[String], now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(sign_in_failure::table.filter(sign_in_failure::subject.eq_any(subjects)))
        .set((
            sign_in_failure::failures.eq(sign_in_failure::failures + 1),
            sign_in_failure::failed_at.eq(now),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// Takes back the attempt counted at `counted_at`: one failure less, and the last one is again the one
/// of `before`, unless another has come since.
///
/// # Errors
/// What the database says.
pub fn take_back(
    tx: &mut Tx<'_>,
    subject: &str,
    counted_at: DateTime<Utc>,
    before: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::sql_query(
        "UPDATE sign_in_failure SET failures = greatest(failures - 1, 0),
         failed_at = CASE WHEN failed_at = $2 THEN $3 ELSE failed_at END WHERE subject = $1",
    )
    .bind::<Text, _>(subject)
    .bind::<Timestamptz, _>(counted_at)
    .bind::<Timestamptz, _>(before)
    .execute(tx.pg())?;
    forget_unfailed(tx, &[subject.to_owned()])
}

/// Forgets those of the subjects that have not failed.
///
/// # Errors
/// What the database says.
pub fn forget_unfailed(tx: &mut Tx<'_>, subjects: &[String]) -> Result<(), StoreError> {
    diesel::delete(
        sign_in_failure::table
            .filter(sign_in_failure::subject.eq_any(subjects))
            .filter(sign_in_failure::failures.eq(0)),
    )
    .execute(tx.pg())?;
    Ok(())
}

/// Forgets a subject's failures after a success.
///
/// # Errors
/// What the database says.
pub fn forget_failures(tx: &mut Tx<'_>, subject: &str) -> Result<(), StoreError> {
    diesel::delete(sign_in_failure::table.find(subject)).execute(tx.pg())?;
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

/// Whether this person has signed in with any device before.
///
/// # Errors
/// What the database says.
pub fn has_device(conn: &mut Conn<'_>, person: PersonId) -> Result<bool, StoreError> {
    let any = known_device::table.filter(known_device::person_id.eq(person.0));
    Ok(diesel::select(diesel::dsl::exists(any)).get_result(conn.0)?)
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
