//! What a search of payouts reads. Every payout is not an answer: with millions of them, a word that
//! none has must cost no more than one that the first has.
//!
//! So numbers and references go by index over everything, names over the newest payouts of each
//! account, and statuses, days and single accounts first over slices, which are few and counted. What
//! is in few of them is fetched from there; what is nearly everywhere is met soon on the way from the
//! newest payout down.

use super::super::prepared::Prepared;
use super::super::prepared::numbered;
use super::super::{Conn, StoreError, like_literal};
use super::list::Filter;
use crate::domain::payout::{Result as Outcome, Status};
use crate::domain::permission::{Accounts, Scope};
use chrono::{DateTime, Utc};
use diesel::RunQueryDsl;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz};

/// How many of each account's newest payouts are searched for a name, and how many references with
/// the same beginning are found.
pub const NAMES_SEARCHED: i64 = 20_000;
/// So many payouts are fetched from their places and put in order; more are met on the way.
const FETCHED_MAX: i64 = 10_000;
/// The same of faulty rows, which hold more and which an index has newest first.
const FAULTY_FETCHED_MAX: i64 = 1_000;

#[derive(diesel::QueryableByName)]
struct Key {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

#[derive(diesel::QueryableByName)]
struct Place {
    #[diesel(sql_type = BigInt)]
    id: i64,
    /// Payouts there.
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The accounts that are looked at: those of the scope, or of them the one that was asked for.
pub(super) fn list_accounts(
    conn: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
) -> Result<Vec<i64>, StoreError> {
    let rows: Vec<Key> =
        numbered("SELECT id FROM payout_account WHERE organisation_id = $1 AND ($2 IS NULL OR number = $2)")
            .bind::<BigInt, _>(scope.organisation().0)
            .bind::<Nullable<Integer>, _>(filter.account.map(|number| number.get()))
            .load(conn.0)?;
    let ids = rows.into_iter().map(|row| row.id);
    Ok(match scope.accounts() {
        Accounts::All => ids.collect(),
        Accounts::Only(own) => ids.filter(|id| own.iter().any(|own| own.0 == *id)).collect(),
    })
}

/// Where the payouts of a status or of some days are: payable rows by slice, faulty rows, which are in
/// none, by batch.
#[derive(Clone, Default, Debug)]
pub(super) struct Places {
    slices: Vec<i64>,
    batches: Vec<i64>,
    /// How many payouts are there, at most.
    count: i64,
}

impl Places {
    /// Whether there can be nothing at all.
    pub(super) const fn is_empty(&self) -> bool {
        self.slices.is_empty() && self.batches.is_empty()
    }

    /// Adds the payouts that are looked at. Which way is taken is said here and not left to the planner,
    /// whose guess is off by a thousand where a status is rare or the table has just grown.
    pub(super) fn from<'q>(&self, query: Prepared<'q>) -> Prepared<'q> {
        if self.are_met() {
            return query.sql("payout");
        }
        query
            .sql("(SELECT * FROM payout WHERE slice_id = ANY(")
            .bind::<Array<BigInt>, _>(self.slices.clone())
            .sql(") UNION ALL SELECT * FROM payout WHERE faults IS NOT NULL AND batch_id = ANY(")
            .bind::<Array<BigInt>, _>(self.batches.clone())
            .sql(") OFFSET 0)")
    }

    /// Adds the condition that a payout is in one of the places, where it still has to be asked.
    pub(super) fn within<'q>(&self, query: Prepared<'q>) -> Prepared<'q> {
        if !self.are_met() {
            return query;
        }
        if self.slices.is_empty() {
            return query
                .sql(" AND p.faults IS NOT NULL AND p.batch_id = ANY(")
                .bind::<Array<BigInt>, _>(self.batches.clone())
                .sql(")");
        }
        // No index has these sums: they are asked of each payout on the way.
        query
            .sql(" AND (p.slice_id + 0 = ANY(")
            .bind::<Array<BigInt>, _>(self.slices.clone())
            .sql(") OR (p.faults IS NOT NULL AND p.batch_id + 0 = ANY(")
            .bind::<Array<BigInt>, _>(self.batches.clone())
            .sql(")))")
    }

    /// Whether there are so many that they are met on the way from the newest payout down.
    const fn are_met(&self) -> bool {
        let max = if self.slices.is_empty() {
            FAULTY_FETCHED_MAX
        } else {
            FETCHED_MAX
        };
        self.count > max
    }
}

/// Whether only some of the scope's payouts are asked for by status, day or account, so that their places
/// are to be found first.
pub(super) fn is_by_place(scope: &Scope, filter: &Filter) -> bool {
    let has_word = filter.status.is_some() || filter.result.is_some();
    let has_day = filter.from.is_some() || filter.to.is_some();
    has_word || has_day || scope.accounts() != &Accounts::All || filter.account.is_some()
}

/// The places of the status, days and account asked for.
pub(super) fn list_places(
    conn: &mut Conn<'_>,
    scope: &Scope,
    accounts: &[i64],
    filter: &Filter,
) -> Result<Places, StoreError> {
    let days = (
        filter.from,
        filter.to.filter(|to| filter.from.is_none_or(|from| from <= *to)),
    );
    let conditions = match filter.result {
        // Nothing that was sent is a faulty row.
        Some(result) => (slices_of(result), None),
        None => (slices_with(filter.status), batches_with(filter.status)),
    };
    // A row's own date is its slice's; else the batch's counts.
    let due = (
        "coalesce(s.goes_at, s.due_at, b.goes_at, b.pay_on, b.approved_at, b.captured_at)",
        "coalesce(b.goes_at, b.pay_on, b.approved_at, b.captured_at)",
    );
    find_places(conn, scope, (accounts, days), conditions, due)
}

/// The places of a word that programs ask for, a status or a result, among batches captured since.
pub(super) fn list_places_asked(
    conn: &mut Conn<'_>,
    scope: &Scope,
    accounts: &[i64],
    word: Option<&str>,
    captured_since: Option<DateTime<Utc>>,
) -> Result<Places, StoreError> {
    let status = word.and_then(Status::parse);
    let conditions = match word.and_then(Outcome::parse) {
        Some(result) => (slices_of(result), batches_of(result)),
        None => (slices_with(status), batches_with(status)),
    };
    let days = (captured_since, None);
    find_places(
        conn,
        scope,
        (accounts, days),
        conditions,
        ("b.captured_at", "b.captured_at"),
    )
}

/// Slices and batches under these conditions whose date lies within the days.
fn find_places(
    conn: &mut Conn<'_>,
    scope: &Scope,
    (accounts, (from, to)): (&[i64], Days),
    (slices, batches): (Option<&str>, Option<&str>),
    (of_slice, of_batch): (&str, &str),
) -> Result<Places, StoreError> {
    let mut count = 0_i64;
    let mut find = |from_where: &str, date: &str, condition: Option<&str>| -> Result<Vec<i64>, StoreError> {
        let Some(condition) = condition else {
            return Ok(Vec::new());
        };
        let rows: Vec<Place> = diesel::sql_query(format!(
            "SELECT {from_where} WHERE b.organisation_id = $1 AND b.account_id = ANY($2) AND {condition}
                 AND tstzrange($3, $4) @> {date}"
        ))
        .bind::<BigInt, _>(scope.organisation().0)
        .bind::<Array<BigInt>, _>(accounts)
        .bind::<Nullable<Timestamptz>, _>(from)
        .bind::<Nullable<Timestamptz>, _>(to)
        .load(conn.0)?;
        count = rows
            .iter()
            .fold(count, |count, row| count.saturating_add(row.count));
        Ok(rows.into_iter().map(|row| row.id).collect())
    };
    let slices = find(
        "s.id, (s.payable_count + s.cancelled_count)::bigint AS count FROM slice s JOIN batch b ON b.id = s.batch_id",
        of_slice,
        slices,
    )?;
    let batches = find(
        "b.id, (b.fault_count + b.cancelled_faulty)::bigint AS count FROM batch b",
        of_batch,
        batches,
    )?;
    Ok(Places {
        slices,
        batches,
        count,
    })
}

/// Not before and before.
type Days = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// Which slices can hold payouts with this result, as `RESULT` gives it, over the aliases s and b. A
/// slice is done when every outcome in it is counted.
const fn slices_of(result: Outcome) -> Option<&'static str> {
    match result {
        Outcome::Queued | Outcome::Initiated => Some("s.state <> 'done'"),
        Outcome::Paid => Some("s.state IN ('claimed', 'done')"),
        Outcome::Failed => Some("s.failed_count > 0"),
        Outcome::Returned => Some("s.returned_count > 0"),
        Outcome::Canceled => Some(
            "(s.failed_count > 0 OR s.state = 'cancelled' OR s.cancelled_count > 0
                OR (s.state <> 'done' AND b.status IN ('rejected', 'cancelled')))",
        ),
    }
}

/// Which batches can hold faulty rows with this result, over the alias b.
const fn batches_of(result: Outcome) -> Option<&'static str> {
    match result {
        Outcome::Failed => batches_with(Some(Status::ValidationFailed)),
        Outcome::Canceled => batches_with(Some(Status::Cancelled)),
        Outcome::Queued | Outcome::Initiated | Outcome::Paid | Outcome::Returned => None,
    }
}

/// Which slices can hold payouts shown with this status, over the aliases s (slice) and b (batch). A
/// payout is cancelled with its batch or with its slice.
const fn slices_with(status: Option<Status>) -> Option<&'static str> {
    match status {
        None => Some("(s.payable_count > 0 OR s.cancelled_count > 0)"),
        Some(Status::ValidationPending | Status::ValidationInProgress) => Some("b.status = 'validating'"),
        Some(Status::ValidationFailed) => None,
        Some(Status::Scheduled) => Some(
            "s.state IN ('waiting', 'claimed') AND b.status NOT IN ('completed', 'rejected', 'cancelled')",
        ),
        Some(Status::Cancelled) => Some(
            "(s.state = 'cancelled' OR s.cancelled_count > 0 OR (s.state <> 'done' AND b.status IN ('rejected', 'cancelled')))",
        ),
        Some(Status::ProcessingInProgress) => Some("s.state = 'claimed'"),
        Some(Status::Processed) => Some("s.state IN ('claimed', 'done')"),
        Some(Status::IntentCreationFailed) => Some("s.failed_count > 0"),
    }
}

/// Which batches can hold faulty rows shown with this status, over the alias b (batch).
const fn batches_with(status: Option<Status>) -> Option<&'static str> {
    match status {
        None => Some("(b.fault_count > 0 OR b.cancelled_faulty > 0)"),
        Some(Status::ValidationFailed) => {
            Some("b.fault_count > 0 AND b.status NOT IN ('rejected', 'cancelled')")
        }
        Some(Status::Cancelled) => {
            Some("(b.cancelled_faulty > 0 OR (b.fault_count > 0 AND b.status IN ('rejected', 'cancelled')))")
        }
        Some(
            Status::ValidationPending
            | Status::ValidationInProgress
            | Status::Scheduled
            | Status::ProcessingInProgress
            | Status::Processed
            | Status::IntentCreationFailed,
        ) => None,
    }
}

/// The scope's batch with this number.
pub(super) fn find_batch(
    conn: &mut Conn<'_>,
    scope: &Scope,
    accounts: &[i64],
    number: i64,
) -> Result<Option<i64>, StoreError> {
    let rows: Vec<Key> =
        numbered("SELECT id FROM batch WHERE organisation_id = $1 AND account_id = ANY($2) AND number = $3")
            .bind::<BigInt, _>(scope.organisation().0)
            .bind::<Array<BigInt>, _>(accounts)
            .bind::<BigInt, _>(number)
            .load(conn.0)?;
    Ok(rows.first().map(|row| row.id))
}

/// What was searched for.
pub(super) enum Search {
    /// Digits: a reference, a sequence number, or the number of this batch.
    Number {
        /// As written.
        text: String,
        /// As a number.
        number: i64,
        /// The batch with this number.
        batch: Option<i64>,
    },
    /// The beginning of a reference, or a part of a name.
    Text {
        /// Pattern of the reference.
        beginning: String,
        /// Pattern of the name.
        part: String,
    },
}

impl Search {
    /// Understands what was written.
    pub(super) fn read(
        conn: &mut Conn<'_>,
        scope: &Scope,
        accounts: &[i64],
        q: &str,
    ) -> Result<Self, StoreError> {
        let digits = q.bytes().all(|byte| byte.is_ascii_digit());
        Ok(match q.parse::<i64>().ok().filter(|_| digits) {
            Some(number) => Self::Number {
                text: q.to_owned(),
                number,
                batch: find_batch(conn, scope, accounts, number)?,
            },
            None => {
                let literal = like_literal(q);
                Self::Text {
                    beginning: format!("{literal}%"),
                    part: format!("%{literal}%"),
                }
            }
        })
    }

    /// Adds the condition that a payout is one of those that were searched for.
    pub(super) fn found<'q>(self, query: Prepared<'q>, accounts: &[i64]) -> Prepared<'q> {
        let accounts = || accounts.to_vec();
        match self {
            Self::Number { text, number, batch } => query
                .sql(" AND (p.batch_id = ")
                .bind::<Nullable<BigInt>, _>(batch)
                .sql(" OR p.id = ANY(ARRAY(SELECT s.id FROM payout s WHERE s.account_id = ANY(")
                .bind::<Array<BigInt>, _>(accounts())
                .sql(") AND s.reference = ")
                .bind::<Text, _>(text)
                .sql(" UNION SELECT s.id FROM payout s WHERE s.account_id = ANY(")
                .bind::<Array<BigInt>, _>(accounts())
                .sql(") AND s.sequence_number = ")
                .bind::<BigInt, _>(number)
                .sql(")))"),
            // The newest of each account go by sequence number, which an index has.
            Self::Text { beginning, part } => query
                .sql(" AND p.id = ANY(ARRAY((SELECT s.id FROM payout s WHERE s.account_id = ANY(")
                .bind::<Array<BigInt>, _>(accounts())
                .sql(") AND s.reference LIKE ")
                .bind::<Text, _>(beginning.clone())
                .sql(format!(" LIMIT {NAMES_SEARCHED}) UNION SELECT n.id FROM unnest("))
                .bind::<Array<BigInt>, _>(accounts())
                .sql(format!(
                    ") AS x(account_id) CROSS JOIN LATERAL (
                         SELECT s.id, s.reference, s.beneficiary_name FROM payout s WHERE s.account_id = x.account_id
                         ORDER BY s.sequence_number DESC LIMIT {NAMES_SEARCHED}) n WHERE n.reference LIKE "
                ))
                .bind::<Text, _>(beginning)
                .sql(" OR n.beneficiary_name ILIKE ")
                .bind::<Text, _>(part)
                .sql("))"),
        }
    }
}
