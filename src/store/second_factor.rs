//! Second factors and recovery codes. What is in `secret` is sealed; it is opened by the flow. Passkeys
//! stand in `passkey`; here they only count as a second factor.

use super::schema::{passkey, passkey_question, recovery_code, second_factor};
use super::{Conn, StoreError, Tx};
use crate::domain::ids::{FactorNumber, PersonId};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

#[diesel::declare_sql_function]
extern "SQL" {
    /// The number of the oldest second factor that the person has on.
    fn factor_of(person: BigInt) -> Nullable<BigInt>;
}

/// A person's authenticator app.
#[derive(Clone, Debug)]
pub struct SecondFactor {
    /// Sealed.
    pub secret: Vec<u8>,
    /// Whether its codes count: the person has given a first one.
    pub is_on: bool,
    /// The step of the last code that was taken.
    pub step_last: i64,
}

type Row = (Vec<u8>, Option<DateTime<Utc>>, i64);

fn read((secret, confirmed_at, step_last): Row) -> SecondFactor {
    SecondFactor {
        secret,
        is_on: confirmed_at.is_some(),
        step_last,
    }
}

/// The person's, where they have begun to set one up.
///
/// # Errors
/// What the database says.
pub fn find(conn: &mut Conn<'_>, id: PersonId) -> Result<Option<SecondFactor>, StoreError> {
    let columns = (
        second_factor::secret,
        second_factor::confirmed_at,
        second_factor::step_last,
    );
    let row: Option<Row> = second_factor::table
        .find(id.0)
        .select(columns)
        .first(conn.0)
        .optional()?;
    Ok(row.map(read))
}

/// The same, locked: of two codes at once each sees the other.
///
/// # Errors
/// What the database says.
pub fn lock(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<SecondFactor>, StoreError> {
    let columns = (
        second_factor::secret,
        second_factor::confirmed_at,
        second_factor::step_last,
    );
    let row: Option<Row> = second_factor::table
        .find(id.0)
        .select(columns)
        .for_update()
        .first(tx.pg())
        .optional()?;
    Ok(row.map(read))
}

/// Whether the person must give a code or a passkey's answer.
///
/// # Errors
/// What the database says.
pub fn is_on(conn: &mut Conn<'_>, id: PersonId) -> Result<bool, StoreError> {
    let has_app = second_factor::table
        .find(id.0)
        .filter(second_factor::confirmed_at.is_not_null());
    let has_passkey = passkey::table.filter(passkey::person_id.eq(id.0));
    let is_on = diesel::dsl::exists(has_app).or(diesel::dsl::exists(has_passkey));
    Ok(diesel::select(is_on).get_result(conn.0)?)
}

/// Which one the person must give codes of, if any.
///
/// # Errors
/// What the database says.
pub fn find_number(conn: &mut Conn<'_>, id: PersonId) -> Result<Option<FactorNumber>, StoreError> {
    let number: Option<i64> = diesel::select(factor_of(id.0)).get_result(conn.0)?;
    Ok(number.map(FactorNumber))
}

/// Keeps a secret that is not confirmed yet, in place of another such.
///
/// # Errors
/// `Stale` where one is on already.
pub fn begin(tx: &mut Tx<'_>, id: PersonId, secret: &[u8]) -> Result<(), StoreError> {
    diesel::delete(
        second_factor::table
            .find(id.0)
            .filter(second_factor::confirmed_at.is_null()),
    )
    .execute(tx.pg())?;
    let made = diesel::insert_into(second_factor::table)
        .values((
            second_factor::person_id.eq(id.0),
            second_factor::secret.eq(secret),
        ))
        .on_conflict_do_nothing()
        .execute(tx.pg())?;
    if made == 0 {
        Err(StoreError::Stale("second factor"))
    } else {
        Ok(())
    }
}

/// Turns it on.
///
/// # Errors
/// What the database says.
pub fn confirm(tx: &mut Tx<'_>, id: PersonId, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(second_factor::table.find(id.0))
        .set(second_factor::confirmed_at.eq(now))
        .execute(tx.pg())?;
    Ok(())
}

/// Remembers the step of a code that was taken.
///
/// # Errors
/// What the database says.
pub fn take_step(tx: &mut Tx<'_>, id: PersonId, step: i64) -> Result<(), StoreError> {
    diesel::update(second_factor::table.find(id.0))
        .set(second_factor::step_last.eq(step))
        .execute(tx.pg())?;
    Ok(())
}

/// Drops an app that was begun and never confirmed.
///
/// # Errors
/// What the database says.
pub fn drop_pending(tx: &mut Tx<'_>, id: PersonId) -> Result<(), StoreError> {
    let pending = second_factor::table
        .find(id.0)
        .filter(second_factor::confirmed_at.is_null());
    diesel::delete(pending).execute(tx.pg())?;
    Ok(())
}

/// Takes all of it off: app, passkeys and recovery codes; says whether there was any.
///
/// # Errors
/// What the database says.
pub fn remove(tx: &mut Tx<'_>, id: PersonId) -> Result<bool, StoreError> {
    let asked = passkey_question::table.filter(passkey_question::person_id.eq(id.0));
    diesel::delete(asked).execute(tx.pg())?;
    diesel::delete(recovery_code::table.filter(recovery_code::person_id.eq(id.0))).execute(tx.pg())?;
    let apps = diesel::delete(second_factor::table.find(id.0)).execute(tx.pg())?;
    let passkeys = diesel::delete(passkey::table.filter(passkey::person_id.eq(id.0))).execute(tx.pg())?;
    Ok(apps + passkeys > 0)
}

/// Replaces the recovery codes; `codes` are hashed.
///
/// # Errors
/// What the database says.
pub fn set_recovery_codes(tx: &mut Tx<'_>, id: PersonId, codes: &[Vec<u8>]) -> Result<(), StoreError> {
    diesel::delete(recovery_code::table.filter(recovery_code::person_id.eq(id.0))).execute(tx.pg())?;
    let rows: Vec<_> = codes
        .iter()
        .map(|code| (recovery_code::person_id.eq(id.0), recovery_code::code.eq(code)))
        .collect();
    diesel::insert_into(recovery_code::table)
        .values(rows)
        .execute(tx.pg())?;
    Ok(())
}

/// Uses a recovery code up; says whether there was one.
///
/// # Errors
/// What the database says.
pub fn take_recovery_code(tx: &mut Tx<'_>, id: PersonId, code: &[u8]) -> Result<bool, StoreError> {
    let taken = diesel::delete(recovery_code::table.find((id.0, code))).execute(tx.pg())?;
    Ok(taken > 0)
}

/// How many recovery codes are left.
///
/// # Errors
/// What the database says.
pub fn count_recovery_codes(conn: &mut Conn<'_>, id: PersonId) -> Result<i64, StoreError> {
    Ok(recovery_code::table
        .filter(recovery_code::person_id.eq(id.0))
        .count()
        .get_result(conn.0)?)
}
