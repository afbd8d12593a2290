//! Batches that repeat, and the copies that were made of them.

use super::schema::{batch, repetition, repetition_run};
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::ids::{BatchId, BatchNumber, OrganisationId, PersonId};
use crate::domain::repetition::Every;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

/// A rule that makes copies of a batch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Repetition {
    /// Key.
    pub id: i64,
    /// Whose.
    pub organisation: OrganisationId,
    /// What is copied.
    pub batch: BatchId,
    /// On which days.
    pub every: Every,
    /// The last day on which a copy may be made.
    pub ends_on: Option<NaiveDate>,
    /// The day of the next copy.
    pub next_on: NaiveDate,
    /// Who asked for it, and makes the copies.
    pub created_by: PersonId,
}

/// A new rule.
#[derive(Clone, Copy, Debug)]
pub struct NewRepetition {
    /// Whose.
    pub organisation: OrganisationId,
    /// What is copied.
    pub batch: BatchId,
    /// On which days.
    pub every: Every,
    /// The last day on which a copy may be made.
    pub ends_on: Option<NaiveDate>,
    /// The first copy's day, and when it begins.
    pub next: (NaiveDate, DateTime<Utc>),
    /// Who asked for it.
    pub created_by: PersonId,
    /// When.
    pub created_at: DateTime<Utc>,
}

type Row = (
    i64,
    i64,
    i64,
    String,
    i16,
    Option<NaiveDate>,
    Option<NaiveDate>,
    i64,
);

const COLUMNS: (
    repetition::id,
    repetition::organisation_id,
    repetition::batch_id,
    repetition::every,
    repetition::day,
    repetition::ends_on,
    repetition::next_on,
    repetition::created_by,
) = (
    repetition::id,
    repetition::organisation_id,
    repetition::batch_id,
    repetition::every,
    repetition::day,
    repetition::ends_on,
    repetition::next_on,
    repetition::created_by,
);

fn read(row: Row) -> Result<Repetition, StoreError> {
    let (id, organisation, batch, every, day, ends_on, next_on, created_by) = row;
    let number = u32::try_from(day).unwrap_or(0);
    Ok(Repetition {
        id,
        organisation: OrganisationId(organisation),
        batch: BatchId(batch),
        every: Every::from_stored(&every, number).ok_or_else(|| corrupt("repetition", &every))?,
        ends_on,
        next_on: next_on.ok_or_else(|| corrupt("repetition", id))?,
        created_by: PersonId(created_by),
    })
}

/// Keeps a rule.
///
/// # Errors
/// `Refused` by `repetition_once` where the batch repeats already.
pub fn insert(tx: &mut Tx<'_>, new: &NewRepetition) -> Result<(), StoreError> {
    let (every, day) = new.every.stored();
    diesel::insert_into(repetition::table)
        .values((
            repetition::organisation_id.eq(new.organisation.0),
            repetition::batch_id.eq(new.batch.0),
            repetition::every.eq(every),
            repetition::day.eq(i16::try_from(day).unwrap_or(0)),
            repetition::ends_on.eq(new.ends_on),
            repetition::next_on.eq(new.next.0),
            repetition::next_at.eq(new.next.1),
            repetition::created_by.eq(new.created_by.0),
            repetition::created_at.eq(new.created_at),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// The rule by which a batch, found in a scope, repeats now.
///
/// # Errors
/// What the database says.
pub fn find(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    id: BatchId,
) -> Result<Option<Repetition>, StoreError> {
    let row: Option<Row> = repetition::table
        .filter(
            repetition::organisation_id
                .eq(organisation.0)
                .and(repetition::batch_id.eq(id.0))
                .and(repetition::next_at.is_not_null()),
        )
        .select(COLUMNS)
        .first(conn.0)
        .optional()?;
    row.map(read).transpose()
}

/// Locks one rule whose day has begun, unless another worker has it.
///
/// # Errors
/// What the database says.
pub fn claim(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<Option<Repetition>, StoreError> {
    let row: Option<Row> = repetition::table
        .filter(repetition::next_at.le(now))
        .order(repetition::next_at)
        .select(COLUMNS)
        .for_update()
        .skip_locked()
        .first(tx.pg())
        .optional()?;
    row.map(read).transpose()
}

/// Sets the next copy's day; `None` where there is none any more.
///
/// # Errors
/// What the database says.
pub fn set_next(
    tx: &mut Tx<'_>,
    id: i64,
    next: Option<(NaiveDate, DateTime<Utc>)>,
) -> Result<(), StoreError> {
    diesel::update(repetition::table.find(id))
        .set((
            repetition::next_on.eq(next.map(|(day, _)| day)),
            repetition::next_at.eq(next.map(|(_, at)| at)),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// Looks at a rule again then; its day stays.
///
/// # Errors
/// What the database says.
pub fn put_off(tx: &mut Tx<'_>, id: i64, until: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(repetition::table.find(id))
        .set(repetition::next_at.eq(until))
        .execute(tx.pg())?;
    Ok(())
}

/// Stops a rule; `by` is nobody where it stops by itself.
///
/// # Errors
/// `Stale` where it has stopped or ended already.
pub fn stop(
    tx: &mut Tx<'_>,
    id: i64,
    by: Option<PersonId>,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let stopped = diesel::update(repetition::table.find(id))
        .filter(repetition::next_at.is_not_null())
        .set((
            repetition::next_on.eq(None::<NaiveDate>),
            repetition::next_at.eq(None::<DateTime<Utc>>),
            repetition::stopped_by.eq(by.map(|person| person.0)),
            repetition::stopped_at.eq(now),
            repetition::stopped_reason.eq(reason),
        ))
        .execute(tx.pg())?;
    if stopped == 0 {
        Err(StoreError::Stale("repetition"))
    } else {
        Ok(())
    }
}

/// Remembers which copy was made for which day.
///
/// # Errors
/// `Refused` by `repetition_run_pkey` where that day has its copy.
pub fn insert_run(
    tx: &mut Tx<'_>,
    rule: &Repetition,
    day: NaiveDate,
    copy: BatchId,
) -> Result<(), StoreError> {
    diesel::insert_into(repetition_run::table)
        .values((
            repetition_run::organisation_id.eq(rule.organisation.0),
            repetition_run::repetition_id.eq(rule.id),
            repetition_run::day.eq(day),
            repetition_run::batch_id.eq(copy.0),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// Whether a batch was made as a copy of the one it repeats.
///
/// # Errors
/// What the database says.
pub fn is_copy(conn: &mut Conn<'_>, id: BatchId) -> Result<bool, StoreError> {
    Ok(diesel::select(diesel::dsl::exists(
        repetition_run::table.filter(repetition_run::batch_id.eq(id.0)),
    ))
    .get_result(conn.0)?)
}

/// The newest batches that continue or copy this one, newest first.
///
/// # Errors
/// What the database says.
pub fn list_made_of(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    id: BatchId,
    limit: i64,
) -> Result<Vec<BatchNumber>, StoreError> {
    let numbers: Vec<i32> = batch::table
        .filter(
            batch::organisation_id
                .eq(organisation.0)
                .and(batch::repeats.eq(id.0)),
        )
        .order(batch::id.desc())
        .limit(limit)
        .select(batch::number)
        .load(conn.0)?;
    numbers
        .into_iter()
        .map(|number| BatchNumber::try_new(number).ok_or_else(|| corrupt("batch number", number)))
        .collect()
}
