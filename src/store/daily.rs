//! Money by day: paid and failed on past days, scheduled on coming ones. Summed over slices, a five
//! hundredth of the payouts, and never over payouts.
//!
//! A day is one of the account's zone. A slice counts on the day its outcomes were last heard; what
//! is due already and not sent yet counts as due today.

use super::due::OF_SLICE;
use super::{Conn, MINOR_MAX, StoreError, corrupt};
use crate::domain::money::Currency;
use crate::domain::permission::{Accounts, Scope};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::sql_types::{Array, BigInt, Date, Nullable, Text, Timestamptz};
use diesel::{QueryableByName, RunQueryDsl};

/// One day in one currency, in minor units.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Day {
    /// Which day.
    pub day: NaiveDate,
    /// In what.
    pub currency: Currency,
    /// Paid that day.
    pub paid: i64,
    /// Failed that day.
    pub failed: i64,
    /// Payouts that failed that day.
    pub failed_count: i64,
    /// Approved and due that day.
    pub scheduled: i64,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = BigInt)]
    paid: i64,
    #[diesel(sql_type = BigInt)]
    failed: i64,
    #[diesel(sql_type = BigInt)]
    failed_count: i64,
    #[diesel(sql_type = BigInt)]
    scheduled: i64,
}

fn query() -> String {
    format!(
        "
WITH sums AS (
    SELECT (s.settled_at AT TIME ZONE a.time_zone)::date AS day, a.currency,
        s.paid_total AS paid, s.failed_total AS failed, s.failed_count, 0::bigint AS scheduled
    FROM slice s JOIN payout_account a ON a.id = s.account_id
    WHERE s.organisation_id = $1 AND s.settled_at >= $3 AND ($2::bigint[] IS NULL OR s.account_id = ANY($2))
    UNION ALL
    SELECT (greatest({OF_SLICE}, $4) AT TIME ZONE a.time_zone)::date, a.currency,
        0, 0, 0, s.payable_total
    FROM batch b JOIN payout_account a ON a.id = b.account_id
    JOIN slice s ON s.batch_id = b.id AND s.state = 'waiting' AND s.payable_count > 0
    WHERE b.organisation_id = $1 AND b.status IN ('approved', 'paying')
      AND {OF_SLICE} < $5 AND ($2::bigint[] IS NULL OR b.account_id = ANY($2))
)
SELECT day, currency, least(sum(paid), {MINOR_MAX})::bigint AS paid, least(sum(failed), {MINOR_MAX})::bigint AS failed,
    sum(failed_count)::bigint AS failed_count, least(sum(scheduled), {MINOR_MAX})::bigint AS scheduled
FROM sums GROUP BY day, currency ORDER BY day, currency"
    )
}

/// The scope's days with anything on them, from what settled since `from` to what is due before `to`.
///
/// # Errors
/// What the database says.
pub fn list(
    conn: &mut Conn<'_>,
    scope: &Scope,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<Vec<Day>, StoreError> {
    let accounts = match scope.accounts() {
        Accounts::All => None,
        Accounts::Only(ids) => Some(ids.iter().map(|id| id.0).collect::<Vec<i64>>()),
    };
    let rows: Vec<Row> = diesel::sql_query(query())
        .bind::<BigInt, _>(scope.organisation().0)
        .bind::<Nullable<Array<BigInt>>, _>(accounts)
        .bind::<Timestamptz, _>(from)
        .bind::<Timestamptz, _>(now)
        .bind::<Timestamptz, _>(to)
        .load(conn.0)?;
    rows.into_iter()
        .map(|row| {
            Ok(Day {
                day: row.day,
                currency: Currency::parse(&row.currency).ok_or_else(|| corrupt("currency", &row.currency))?,
                paid: row.paid,
                failed: row.failed,
                failed_count: row.failed_count,
                scheduled: row.scheduled,
            })
        })
        .collect()
}
