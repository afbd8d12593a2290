//! Balances and ledger entries. `post` is the only writer: it locks the balance, applies postings
//! by the rules of `domain::ledger`, numbers the entries without gaps and keeps what each left.

use super::schema::{balance, ledger_entry};
use super::{Conn, StoreError, Tx};
use crate::domain::ids::{AccountId, BatchId, OrganisationId, PayoutId, SliceId};
use crate::domain::ledger::{Balances, Bucket, LedgerError, Movement, Posting};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// Why nothing was posted.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// The ledger's rules refuse.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for PostError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

/// A movement and what it is for.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Why.
    pub movement: Movement,
    /// Minor units, above zero.
    pub amount: i64,
    /// For which batch.
    pub batch: Option<BatchId>,
    /// For which slice.
    pub slice: Option<SliceId>,
    /// For which payout.
    pub payout: Option<PayoutId>,
}

#[derive(Insertable)]
#[diesel(table_name = ledger_entry, treat_none_as_default_value = false)]
struct NewEntry {
    account_id: i64,
    entry: i64,
    organisation_id: i64,
    at: DateTime<Utc>,
    movement: &'static str,
    from_bucket: &'static str,
    to_bucket: &'static str,
    amount: i64,
    batch_id: Option<i64>,
    slice_id: Option<i64>,
    payout_id: Option<uuid::Uuid>,
    available_after: i64,
    reserved_after: i64,
    in_transit_after: i64,
}

/// What the account has where.
///
/// # Errors
/// `NotFound`.
pub fn load_balances(conn: &mut Conn<'_>, account: AccountId) -> Result<Balances, StoreError> {
    let row: (i64, i64, i64, i64) = balance::table
        .find(account.0)
        .select((
            balance::available,
            balance::reserved,
            balance::in_transit,
            balance::outside,
        ))
        .first(conn.0)
        .optional()?
        .ok_or(StoreError::NotFound("balance"))?;
    Ok(Balances {
        available: row.0,
        reserved: row.1,
        in_transit: row.2,
        outside: row.3,
    })
}

/// Posts `entries` in order on one account: all or none.
///
/// # Errors
/// `Ledger` where a balance would go below zero, with the shortfall.
pub fn post(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    account: AccountId,
    entries: &[Entry],
    now: DateTime<Utc>,
) -> Result<Balances, PostError> {
    let row: (i64, i64, i64, i64, i64) = balance::table
        .find(account.0)
        .select((
            balance::available,
            balance::reserved,
            balance::in_transit,
            balance::outside,
            balance::entry_last,
        ))
        .for_update()
        .first(tx.pg())?;
    let mut balances = Balances {
        available: row.0,
        reserved: row.1,
        in_transit: row.2,
        outside: row.3,
    };
    let mut number = row.4;
    let mut lines = Vec::with_capacity(entries.len());
    for entry in entries {
        balances = balances.after(&Posting::of(entry.movement, entry.amount)?)?;
        number += 1;
        lines.push(line(organisation, account, entry, (number, balances), now));
    }
    diesel::update(balance::table.find(account.0))
        .set((
            balance::available.eq(balances.available),
            balance::reserved.eq(balances.reserved),
            balance::in_transit.eq(balances.in_transit),
            balance::outside.eq(balances.outside),
            balance::entry_last.eq(number),
        ))
        .execute(tx.pg())?;
    // Many lines go by COPY, one by INSERT: each is the cheaper way for its size.
    if lines.len() > 8 {
        diesel::copy_from(ledger_entry::table)
            .from_insertable(lines)
            .execute(tx.pg())?;
    } else {
        diesel::insert_into(ledger_entry::table)
            .values(lines)
            .execute(tx.pg())?;
    }
    Ok(balances)
}

fn line(
    organisation: OrganisationId,
    account: AccountId,
    entry: &Entry,
    (number, after): (i64, Balances),
    now: DateTime<Utc>,
) -> NewEntry {
    let (from, to): (Bucket, Bucket) = entry.movement.way();
    NewEntry {
        account_id: account.0,
        entry: number,
        organisation_id: organisation.0,
        at: now,
        movement: entry.movement.as_str(),
        from_bucket: from.as_str(),
        to_bucket: to.as_str(),
        amount: entry.amount,
        batch_id: entry.batch.map(|id| id.0),
        slice_id: entry.slice.map(|id| id.0),
        payout_id: entry.payout.map(|id| id.0),
        available_after: after.available,
        reserved_after: after.reserved,
        in_transit_after: after.in_transit,
    }
}
