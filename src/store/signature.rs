//! Signatures and makers. The triggers on these tables hold the duties again.

use super::schema::{batch_maker, signature};
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::authorisation::Seat;
use crate::domain::batch::Batch;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::ids::{BatchId, PersonId};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// What a maker did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Making {
    /// Uploaded or typed it.
    Captured,
    /// Said what its columns mean.
    Matched,
    /// Corrected a row.
    Corrected,
    /// Left rows out.
    LeftOut,
    /// Said why payouts that look alike are right.
    Answered,
    /// Changed a row after it was submitted.
    Edited,
    /// Set another date.
    Rescheduled,
    /// Added or removed a supporting document.
    Documented,
}

impl Making {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Captured => "captured",
            Self::Matched => "matched",
            Self::Corrected => "corrected",
            Self::LeftOut => "left_out",
            Self::Answered => "answered",
            Self::Edited => "edited",
            Self::Rescheduled => "rescheduled",
            Self::Documented => "documented",
        }
    }
}

/// Remembers that somebody made something of the batch. Never forgotten.
///
/// # Errors
/// `Refused` where they signed the current revision as reviewer or approver.
pub fn add_maker(
    tx: &mut Tx<'_>,
    batch: BatchId,
    person: PersonId,
    making: Making,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(batch_maker::table)
        .values((
            batch_maker::batch_id.eq(batch.0),
            batch_maker::person_id.eq(person.0),
            batch_maker::act.eq(making.as_str()),
            batch_maker::at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(tx.pg())?;
    Ok(())
}

/// Makes everyone who made anything of `from` a maker of `batch`, which has its rows from there.
///
/// # Errors
/// What the database says.
pub fn inherit_makers(
    tx: &mut Tx<'_>,
    batch: BatchId,
    from: BatchId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::sql_query(
        "INSERT INTO batch_maker (batch_id, person_id, act, at)
         SELECT DISTINCT $1, person_id, 'inherited', $3 FROM batch_maker WHERE batch_id = $2
         ON CONFLICT DO NOTHING",
    )
    .bind::<diesel::sql_types::BigInt, _>(batch.0)
    .bind::<diesel::sql_types::BigInt, _>(from.0)
    .bind::<diesel::sql_types::Timestamptz, _>(now)
    .execute(tx.pg())?;
    Ok(())
}

/// Everyone who made anything of the batch, each once.
///
/// # Errors
/// What the database says.
pub fn list_makers(conn: &mut Conn<'_>, batch: BatchId) -> Result<Vec<PersonId>, StoreError> {
    let rows: Vec<i64> = batch_maker::table
        .filter(batch_maker::batch_id.eq(batch.0))
        .select(batch_maker::person_id)
        .distinct()
        .load(conn.0)?;
    Ok(rows.into_iter().map(PersonId).collect())
}

/// A signature on a batch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signature {
    /// Who.
    pub person: PersonId,
    /// As what.
    pub seat: Seat,
    /// Over what.
    pub fingerprint: Fingerprint,
    /// Payouts signed.
    pub payable_count: i64,
    /// Their total in minor units.
    pub payable_total: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Under 2 eyes: when they released.
    pub released_at: Option<DateTime<Utc>>,
}

/// The signatures that stand on the batch's current revision, in seat order.
///
/// # Errors
/// What the database says.
pub fn list(conn: &mut Conn<'_>, batch: &Batch) -> Result<Vec<Signature>, StoreError> {
    type Row = (
        i64,
        String,
        Vec<u8>,
        i64,
        i64,
        DateTime<Utc>,
        Option<DateTime<Utc>>,
    );
    let rows: Vec<Row> = signature::table
        .filter(
            signature::batch_id
                .eq(batch.id.0)
                .and(signature::revision.eq(batch.revision)),
        )
        .order(signature::at)
        .select((
            signature::person_id,
            signature::seat,
            signature::fingerprint,
            signature::payable_count,
            signature::payable_total,
            signature::at,
            signature::released_at,
        ))
        .load(conn.0)?;
    rows.into_iter()
        .map(
            |(person, seat, fingerprint, payable_count, payable_total, at, released_at)| {
                Ok(Signature {
                    person: PersonId(person),
                    seat: Seat::parse(&seat).ok_or_else(|| corrupt("seat", &seat))?,
                    fingerprint: Fingerprint::from_slice(&fingerprint)
                        .ok_or_else(|| corrupt("fingerprint of batch", batch.number))?,
                    payable_count,
                    payable_total,
                    at,
                    released_at,
                })
            },
        )
        .collect()
}

/// Signs the current revision.
///
/// # Errors
/// `Refused` by `signature_pkey` (signed already), `signature_seat` (the seat is taken),
/// `signature_not_maker` or `signature_current`.
pub fn insert(
    tx: &mut Tx<'_>,
    batch: &Batch,
    person: PersonId,
    seat: Seat,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let fingerprint = batch.fingerprint.ok_or(StoreError::Stale("batch"))?;
    diesel::insert_into(signature::table)
        .values((
            signature::batch_id.eq(batch.id.0),
            signature::revision.eq(batch.revision),
            signature::person_id.eq(person.0),
            signature::seat.eq(seat.as_str()),
            signature::fingerprint.eq(fingerprint.0.to_vec()),
            signature::payable_count.eq(batch.payable_count),
            signature::payable_total.eq(batch.payable_total),
            signature::at.eq(now),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// Notes the release on the initiator's signature.
///
/// # Errors
/// `Stale` where there is no such signature, or it is released already.
pub fn release(
    tx: &mut Tx<'_>,
    batch: &Batch,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let noted = diesel::update(signature::table.find((batch.id.0, batch.revision, person.0)))
        .filter(
            signature::released_at
                .is_null()
                .and(signature::seat.eq(Seat::Initiator.as_str())),
        )
        .set(signature::released_at.eq(now))
        .execute(tx.pg())?;
    if noted == 0 {
        Err(StoreError::Stale("signature"))
    } else {
        Ok(())
    }
}
