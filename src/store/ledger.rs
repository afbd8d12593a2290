//! Balances and ledger entries. `post` is the only writer: it locks the balance, applies postings
//! by the rules of `domain::ledger`, numbers the entries without gaps and keeps what each left.
//! A statement is read by `find_entries` in pages, or by `stream` in constant memory.

use super::schema::{balance, ledger_entry};
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::account::Account;
use crate::domain::ids::{AccountId, BatchId, BatchNumber, OrganisationId, PayoutId, SliceId};
use crate::domain::ledger::{Balances, Bucket, LedgerError, Movement, Posting};
use crate::domain::permission::Scope;
use crate::domain::report::StatementLine;
use chrono::{DateTime, Utc};
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};

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

/// The number of the account's last entry; only under the lock of `post` does it stay the last.
///
/// # Errors
/// `NotFound`.
pub fn load_entry_last(conn: &mut Conn<'_>, account: AccountId) -> Result<i64, StoreError> {
    let last: Option<i64> = balance::table
        .find(account.0)
        .select(balance::entry_last)
        .first(conn.0)
        .optional()?;
    last.ok_or(StoreError::NotFound("balance"))
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

#[derive(QueryableByName)]
struct EntryRow {
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = BigInt)]
    entry: i64,
    #[diesel(sql_type = Text)]
    movement: String,
    #[diesel(sql_type = Text)]
    from_bucket: String,
    #[diesel(sql_type = BigInt)]
    amount: i64,
    #[diesel(sql_type = Nullable<Integer>)]
    batch_number: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    batch_name: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    payout_id: Option<uuid::Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    reference: Option<String>,
    #[diesel(sql_type = BigInt)]
    available_after: i64,
    #[diesel(sql_type = BigInt)]
    reserved_after: i64,
    #[diesel(sql_type = BigInt)]
    in_transit_after: i64,
}

const ENTRIES: &str = "
SELECT e.at, e.entry, e.movement, e.from_bucket, e.amount, b.number AS batch_number, b.name AS batch_name,
    p.id AS payout_id, coalesce(p.reference, lpad(p.sequence_number::text, 16, '0')) AS reference,
    e.available_after, e.reserved_after, e.in_transit_after
FROM ledger_entry e
LEFT JOIN batch b ON b.id = e.batch_id
LEFT JOIN payout p ON p.organisation_id = e.organisation_id AND p.id = e.payout_id
WHERE e.organisation_id = $1 AND e.account_id = $2";

/// The account's entries below number `before`, newest first, at most `limit`.
///
/// # Errors
/// `NotFound` where the account is not in the scope.
pub fn find_entries(
    conn: &mut Conn<'_>,
    scope: &Scope,
    account: &Account,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<StatementLine>, StoreError> {
    check_scope(scope, account)?;
    let rows: Vec<EntryRow> = diesel::sql_query(format!(
        "{ENTRIES} AND e.entry < $3 ORDER BY e.entry DESC LIMIT $4"
    ))
    .bind::<BigInt, _>(scope.organisation().0)
    .bind::<BigInt, _>(account.id.0)
    .bind::<BigInt, _>(before.unwrap_or(i64::MAX))
    .bind::<BigInt, _>(limit)
    .load(conn.0)?;
    rows.into_iter().map(|row| statement_line(row, account)).collect()
}

/// Reads the account's entries from one moment until before another, in the order they were made,
/// and hands each to `take`, which may end it early.
///
/// # Errors
/// What `take` answers, `NotFound` where the account is not in the scope, or what the database says.
pub fn stream<E: From<StoreError>>(
    conn: &mut Conn<'_>,
    scope: &Scope,
    account: &Account,
    (from, until): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    mut take: impl FnMut(StatementLine) -> Result<(), E>,
) -> Result<(), E> {
    check_scope(scope, account)?;
    let rows = diesel::sql_query(format!(
        "{ENTRIES} AND ($3::timestamptz IS NULL OR e.at >= $3) AND ($4::timestamptz IS NULL OR e.at < $4)
         ORDER BY e.entry"
    ))
    .bind::<BigInt, _>(scope.organisation().0)
    .bind::<BigInt, _>(account.id.0)
    .bind::<Nullable<Timestamptz>, _>(from)
    .bind::<Nullable<Timestamptz>, _>(until)
    .load_iter::<EntryRow, PgRowByRowLoadingMode>(conn.0)
    .map_err(StoreError::from)?;
    for row in rows {
        take(statement_line(row.map_err(StoreError::from)?, account)?)?;
    }
    Ok(())
}

fn check_scope(scope: &Scope, account: &Account) -> Result<(), StoreError> {
    if scope.organisation() == account.organisation && scope.accounts().contain(account.id) {
        Ok(())
    } else {
        Err(StoreError::NotFound("payout account"))
    }
}

fn statement_line(row: EntryRow, account: &Account) -> Result<StatementLine, StoreError> {
    let number = |number| BatchNumber::try_new(number).ok_or_else(|| corrupt("batch number", number));
    Ok(StatementLine {
        at: row.at.with_timezone(&account.zone),
        entry: row.entry,
        movement: Movement::parse(&row.movement, &row.from_bucket)
            .ok_or_else(|| corrupt("movement", &row.movement))?,
        amount: account.money(row.amount),
        batch: row.batch_number.map(number).transpose()?.zip(row.batch_name),
        payout: row.payout_id.map(PayoutId).zip(row.reference),
        available: account.money(row.available_after),
        reserved: account.money(row.reserved_after),
        in_transit: account.money(row.in_transit_after),
    })
}
