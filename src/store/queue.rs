//! The queue of tasks: written with the change that wants them done, claimed with a lease, removed
//! when done. A task whose worker died is claimed again when its lease runs out.

use super::prepared::numbered;
use super::schema::task;
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::task::{Lane, Task};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Jsonb, Text, Timestamptz};
use serde_json::Value;

/// How long a worker may be silent before its task is given to another.
pub const LEASE: Duration = Duration::seconds(60);
/// Attempts before a task counts as failed.
pub const ATTEMPTS_MAX: i32 = 8;

/// A task in a worker's hands.
#[derive(Debug)]
pub struct Claimed {
    /// Key.
    pub id: i64,
    /// What to do.
    pub task: Task,
    /// Which attempt this is, from 1; also the fencing token.
    pub attempt: i32,
}

/// Wants `what` done from `run_at` on.
///
/// # Errors
/// What the database says.
pub fn enqueue(tx: &mut Tx<'_>, what: &Task, run_at: DateTime<Utc>) -> Result<(), StoreError> {
    let value = serde_json::to_value(what).map_err(|error| corrupt("task", error))?;
    diesel::insert_into(task::table)
        .values((
            task::what.eq(value),
            task::run_at.eq(run_at),
            task::lane.eq(what.lane().as_str()),
        ))
        .execute(tx.pg())?;
    Ok(())
}

#[derive(QueryableByName)]
struct ClaimRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Jsonb)]
    what: Value,
    #[diesel(sql_type = Integer)]
    attempts: i32,
}

/// Takes one due task of this lane, if there is any.
///
/// Of one batch, tasks of one kind are done in the order in which they were wanted, however many
/// workers there are. A task that can't be read is marked as failed.
///
/// # Errors
/// What the database says.
pub fn claim(tx: &mut Tx<'_>, lane: Lane, now: DateTime<Utc>) -> Result<Option<Claimed>, StoreError> {
    let row: Option<ClaimRow> = numbered(
        "UPDATE task SET attempts = attempts + 1, lease_until = $2 WHERE id = (
             SELECT t.id FROM task t WHERE t.failed_at IS NULL AND t.lane = $3 AND t.run_at <= $1
                 AND (t.lease_until IS NULL OR t.lease_until < $1)
                 AND NOT EXISTS (SELECT 1 FROM task e WHERE e.failed_at IS NULL AND e.id < t.id
                     AND e.what->>'batch' = t.what->>'batch' AND e.what->>'task' = t.what->>'task')
             ORDER BY t.run_at LIMIT 1 FOR UPDATE OF t SKIP LOCKED)
         RETURNING id, what, attempts",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(now + LEASE)
    .bind::<Text, _>(lane.as_str())
    .get_result(tx.pg())
    .optional()?;
    let Some(row) = row else { return Ok(None) };
    match serde_json::from_value(row.what) {
        Ok(task) => Ok(Some(Claimed {
            id: row.id,
            task,
            attempt: row.attempts,
        })),
        Err(error) => {
            // Of a newer version, most likely. It must not stand in the way of the others.
            diesel::update(task::table.find(row.id))
                .set((task::failed_at.eq(now), task::error.eq(error.to_string())))
                .execute(tx.pg())?;
            Ok(None)
        }
    }
}

/// Keeps a task in its worker's hands.
///
/// # Errors
/// `Stale` where the lease ran out and another worker has it.
pub fn renew(tx: &mut Tx<'_>, claimed: &Claimed, now: DateTime<Utc>) -> Result<(), StoreError> {
    let kept = diesel::update(
        task::table
            .find(claimed.id)
            .filter(task::attempts.eq(claimed.attempt)),
    )
    .set(task::lease_until.eq(now + LEASE))
    .execute(tx.pg())?;
    if kept == 0 {
        Err(StoreError::Stale("task"))
    } else {
        Ok(())
    }
}

/// Removes a task that is done.
///
/// # Errors
/// What the database says.
pub fn finish(tx: &mut Tx<'_>, claimed: &Claimed) -> Result<(), StoreError> {
    diesel::delete(
        task::table
            .find(claimed.id)
            .filter(task::attempts.eq(claimed.attempt)),
    )
    .execute(tx.pg())?;
    Ok(())
}

/// Puts a task back with a growing delay, or marks it failed after the last attempt; answers whether
/// it will be tried again.
///
/// # Errors
/// What the database says.
pub fn put_back(
    tx: &mut Tx<'_>,
    claimed: &Claimed,
    error: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let again = claimed.attempt < ATTEMPTS_MAX;
    let delay = Duration::seconds(1_i64 << claimed.attempt.clamp(0, 12));
    diesel::update(
        task::table
            .find(claimed.id)
            .filter(task::attempts.eq(claimed.attempt)),
    )
    .set((
        task::lease_until.eq(None::<DateTime<Utc>>),
        task::run_at.eq(now + delay),
        task::failed_at.eq((!again).then_some(now)),
        task::error.eq(error),
    ))
    .execute(tx.pg())?;
    Ok(again)
}

/// Tasks that were given up, with their errors.
///
/// # Errors
/// What the database says.
pub fn list_failed(conn: &mut Conn<'_>) -> Result<Vec<String>, StoreError> {
    let rows: Vec<Option<String>> = task::table
        .filter(task::error.is_not_null())
        .select(task::error)
        .load(conn.0)?;
    Ok(rows.into_iter().flatten().collect())
}
