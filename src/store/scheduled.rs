//! What is ahead: payouts that wait to be claimed, by account and day, summed over slices. A day is one
//! of the account's zone; what is due already, or when approved, counts as today.

use super::due::OF_SLICE;
use super::payout::{self, Payout};
use super::{Conn, MINOR_MAX, StoreError, corrupt};
use crate::domain::ahead::{AHEAD, DayAhead};
use crate::domain::batch::Status;
use crate::domain::ids::{AccountId, BatchNumber, PayoutId};
use crate::domain::permission::{Accounts, Scope};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::sql_types::{Array, BigInt, Date, Integer, Nullable, Text, Timestamptz};
use diesel::{QueryableByName, RunQueryDsl};

/// Batches of a day that are listed.
const BATCHES_MAX: i64 = 100;

/// The slices that are ahead with their day, over $1 organisation (null is all, for jobs), $2 accounts,
/// $3 now, $4 statuses.
fn slices() -> String {
    format!(
        "SELECT s.id, s.account_id, s.batch_id, s.payable_count, s.payable_total, b.status,
    (greatest(coalesce({OF_SLICE}, $3), $3) AT TIME ZONE a.time_zone)::date AS day
FROM slice s JOIN batch b ON b.id = s.batch_id JOIN payout_account a ON a.id = s.account_id
WHERE ($1::bigint IS NULL OR s.organisation_id = $1) AND s.state = 'waiting' AND s.payable_count > 0
  AND ($2::bigint[] IS NULL OR s.account_id = ANY($2)) AND b.status = ANY($4)"
    )
}

#[derive(QueryableByName)]
struct DayRow {
    #[diesel(sql_type = BigInt)]
    account_id: i64,
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = BigInt)]
    count: i64,
    #[diesel(sql_type = BigInt)]
    approved: i64,
    #[diesel(sql_type = BigInt)]
    unsigned: i64,
}

fn accounts(scope: &Scope) -> Option<Vec<i64>> {
    match scope.accounts() {
        Accounts::All => None,
        Accounts::Only(ids) => Some(ids.iter().map(|id| id.0).collect()),
    }
}

fn statuses() -> Vec<&'static str> {
    AHEAD.into_iter().map(Status::as_str).collect()
}

/// The scope's days ahead, by account and in order.
///
/// # Errors
/// What the database says.
pub fn list_days(
    conn: &mut Conn<'_>,
    scope: &Scope,
    now: DateTime<Utc>,
) -> Result<Vec<(AccountId, DayAhead)>, StoreError> {
    days_of(conn, (Some(scope.organisation().0), accounts(scope)), now)
}

/// Every account's days ahead, by account and in order: for jobs, which act for nobody.
///
/// # Errors
/// What the database says.
pub fn list_all_days(
    conn: &mut Conn<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<(AccountId, DayAhead)>, StoreError> {
    days_of(conn, (None, None), now)
}

fn days_of(
    conn: &mut Conn<'_>,
    (organisation, accounts): (Option<i64>, Option<Vec<i64>>),
    now: DateTime<Utc>,
) -> Result<Vec<(AccountId, DayAhead)>, StoreError> {
    let slices = slices();
    let rows: Vec<DayRow> = diesel::sql_query(format!(
        "SELECT account_id, day, sum(payable_count)::bigint AS count,
             least(coalesce(sum(payable_total) FILTER (WHERE status IN ('approved', 'paying', 'paused')), 0), {MINOR_MAX})::bigint AS approved,
             least(coalesce(sum(payable_total) FILTER (WHERE status NOT IN ('approved', 'paying', 'paused')), 0), {MINOR_MAX})::bigint AS unsigned
         FROM ({slices}) ahead GROUP BY account_id, day ORDER BY account_id, day"
    ))
    .bind::<Nullable<BigInt>, _>(organisation)
    .bind::<Nullable<Array<BigInt>>, _>(accounts)
    .bind::<Timestamptz, _>(now)
    .bind::<Array<Text>, _>(statuses())
    .load(conn.0)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let day = DayAhead {
                day: row.day,
                count: row.count,
                approved: row.approved,
                unsigned: row.unsigned,
            };
            (AccountId(row.account_id), day)
        })
        .collect())
}

/// A batch with payouts on a day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BatchAhead {
    /// Its number.
    pub number: BatchNumber,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub status: Status,
    /// Its payouts that day.
    pub count: i64,
    /// Their total in minor units.
    pub total: i64,
    /// Signatures that an edit would void.
    pub signatures: i64,
}

#[derive(QueryableByName)]
struct BatchRow {
    #[diesel(sql_type = Integer)]
    number: i32,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = BigInt)]
    count: i64,
    #[diesel(sql_type = BigInt)]
    total: i64,
    #[diesel(sql_type = BigInt)]
    signatures: i64,
}

/// The batches with payouts of an account on a day, newest first, at most a hundred.
///
/// # Errors
/// What the database says.
pub fn list_batches(
    conn: &mut Conn<'_>,
    scope: &Scope,
    (account, day): (AccountId, NaiveDate),
    now: DateTime<Utc>,
) -> Result<Vec<BatchAhead>, StoreError> {
    let slices = slices();
    let rows: Vec<BatchRow> = diesel::sql_query(format!(
        "SELECT b.number, b.name, b.status, d.count, d.total,
             (SELECT count(*) FROM signature g WHERE g.batch_id = b.id AND g.revision = b.revision) AS signatures
         FROM (SELECT batch_id, sum(payable_count)::bigint AS count, least(sum(payable_total), {MINOR_MAX})::bigint AS total
               FROM ({slices}) ahead WHERE account_id = $5 AND day = $6
               GROUP BY batch_id ORDER BY batch_id DESC LIMIT $7) d
         JOIN batch b ON b.id = d.batch_id ORDER BY b.id DESC"
    ))
    .bind::<BigInt, _>(scope.organisation().0)
    .bind::<Nullable<Array<BigInt>>, _>(accounts(scope))
    .bind::<Timestamptz, _>(now)
    .bind::<Array<Text>, _>(statuses())
    .bind::<BigInt, _>(account.0)
    .bind::<Date, _>(day)
    .bind::<BigInt, _>(BATCHES_MAX)
    .load(conn.0)?;
    rows.into_iter()
        .map(|row| {
            Ok(BatchAhead {
                number: BatchNumber::try_new(row.number)
                    .ok_or_else(|| corrupt("batch number", row.number))?,
                name: row.name,
                status: Status::parse(&row.status).ok_or_else(|| corrupt("batch status", &row.status))?,
                count: row.count,
                total: row.total,
                signatures: row.signatures,
            })
        })
        .collect()
}

#[derive(QueryableByName)]
struct KeyRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Payouts of an account on a day after payout `after`, in order of their ids, at most `limit`.
///
/// # Errors
/// What the database says.
pub fn list_payouts(
    conn: &mut Conn<'_>,
    scope: &Scope,
    (account, day): (AccountId, NaiveDate),
    now: DateTime<Utc>,
    (after, limit): (Option<PayoutId>, i64),
) -> Result<Vec<Payout>, StoreError> {
    let slices = slices();
    let slices: Vec<KeyRow> = diesel::sql_query(format!(
        "SELECT id FROM ({slices}) ahead WHERE account_id = $5 AND day = $6"
    ))
    .bind::<BigInt, _>(scope.organisation().0)
    .bind::<Nullable<Array<BigInt>>, _>(accounts(scope))
    .bind::<Timestamptz, _>(now)
    .bind::<Array<Text>, _>(statuses())
    .bind::<BigInt, _>(account.0)
    .bind::<Date, _>(day)
    .load(conn.0)?;
    let slices: Vec<i64> = slices.into_iter().map(|row| row.id).collect();
    payout::list_of_slices(conn, scope, &slices, after, limit)
}
