//! Payouts in pages by key: of a batch in row order, of an organisation newest first.

use super::super::due::OF_PAYOUT;
use super::super::prepared::{Prepared, count, numbered, rounded};
use super::super::{Conn, StoreError};
use super::STATUS;
use super::row::{COLUMNS, Payout, Row};
use super::search::{self, Search};
use crate::domain::ids::{AccountNumber, BatchId, PayoutId};
use crate::domain::payout::{Result as IntentResult, Status};
use crate::domain::permission::{Accounts, Scope};
use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{OptionalExtension, RunQueryDsl};

/// What is joined to a payout, alias p.
pub(super) const JOINED: &str = "JOIN batch b ON b.id = p.batch_id JOIN payout_account a ON a.id = p.account_id LEFT JOIN slice s ON s.id = p.slice_id";

/// Which rows of a batch a page shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tab {
    /// Every row.
    All,
    /// Rows with faults.
    Faults,
    /// Rows that can be paid.
    Ready,
    /// Payouts that the rail refused, could not pay or gave back.
    Failed,
    /// Rows that were left out of what was signed, once the batch has ended.
    LeftOut,
    /// Both of the last two.
    NotPaid,
}

/// Over the aliases p and b: payouts that failed or came back. Slices know whether anything in them
/// failed, so a large batch is not read whole for the few that did; a smaller one may be.
pub(in crate::store) const FAILED: &str = "((p.status = 'INTENT_CREATION_FAILED' OR (p.status = 'PROCESSED' AND p.result IN ('failed', 'canceled', 'returned'))) \
     AND p.slice_id IN (SELECT f.id FROM slice f WHERE f.batch_id = b.id AND (f.failed_count > 0 OR f.returned_count > 0 OR b.rows_done <= 20000)))";
/// Over the aliases p and b: rows that were left out.
pub(in crate::store) const LEFT_OUT: &str = "(p.faults IS NOT NULL AND b.status = 'completed')";

/// Rows of a batch after row number `after`, at most `limit`.
///
/// # Errors
/// What the database says.
pub fn list_of_batch(
    conn: &mut Conn<'_>,
    batch: BatchId,
    tab: Tab,
    after: i32,
    limit: i64,
) -> Result<Vec<Payout>, StoreError> {
    let only = match tab {
        Tab::All => "",
        Tab::Faults => "AND p.faults IS NOT NULL AND p.status = 'VALIDATION_FAILED'",
        // The planner knows that most rows have a slice; of `faults IS NULL` it guesses the opposite.
        Tab::Ready => "AND p.slice_id IS NOT NULL",
        Tab::Failed => &format!("AND {FAILED}"),
        Tab::LeftOut => &format!("AND {LEFT_OUT}"),
        Tab::NotPaid => &format!("AND ({FAILED} OR {LEFT_OUT})"),
    };
    // In a question of their own the numbers tell the planner nothing, so it keeps the plan that it would
    // find anew for each of them.
    let rows: Vec<Row> = numbered(format!(
        "SELECT {STATUS} AS status, {COLUMNS} FROM payout p {JOINED}
         WHERE p.batch_id = (SELECT $1) AND p.\"row\" > (SELECT $2) {only} ORDER BY p.\"row\" LIMIT {}",
        rounded(limit)
    ))
    .bind::<BigInt, _>(batch.0)
    .bind::<Integer, _>(after)
    .load(conn.0)?;
    rows.into_iter()
        .take(count(limit))
        .map(Payout::try_from)
        .collect()
}

/// Scheduled payouts of these slices after payout `after`, in order of their ids, at most `limit`.
///
/// # Errors
/// What the database says.
pub fn list_of_slices(
    conn: &mut Conn<'_>,
    scope: &Scope,
    slices: &[i64],
    after: Option<PayoutId>,
    limit: i64,
) -> Result<Vec<Payout>, StoreError> {
    let rows: Vec<Row> = numbered(format!(
        "SELECT {STATUS} AS status, {COLUMNS} FROM payout p {JOINED}
         WHERE p.organisation_id = $1 AND p.slice_id = ANY($2) AND p.status = 'SCHEDULED' AND ($3 IS NULL OR p.id > $3)
         ORDER BY p.id LIMIT $4"
    ))
    .bind::<BigInt, _>(scope.organisation().0)
    .bind::<Array<BigInt>, _>(slices)
    .bind::<Nullable<SqlUuid>, _>(after.map(|id| id.0))
    .bind::<BigInt, _>(limit)
    .load(conn.0)?;
    rows.into_iter().map(Payout::try_from).collect()
}

/// One row of a batch.
///
/// # Errors
/// `NotFound`.
pub fn load_row(conn: &mut Conn<'_>, batch: BatchId, row: i32) -> Result<Payout, StoreError> {
    let row: Option<Row> = numbered(format!(
        "SELECT {STATUS} AS status, {COLUMNS} FROM payout p {JOINED} WHERE p.batch_id = $1 AND p.\"row\" = $2"
    ))
    .bind::<BigInt, _>(batch.0)
    .bind::<Integer, _>(row)
    .get_result(conn.0)
    .optional()?;
    row.ok_or(StoreError::NotFound("row"))?.try_into()
}

/// The scope's payout with this id.
///
/// # Errors
/// What the database says.
pub fn find(conn: &mut Conn<'_>, scope: &Scope, id: PayoutId) -> Result<Option<Payout>, StoreError> {
    let row: Option<Row> = numbered(format!(
        "SELECT {STATUS} AS status, {COLUMNS} FROM payout p {JOINED} WHERE p.organisation_id = $1 AND p.id = $2"
    ))
    .bind::<BigInt, _>(scope.organisation().0)
    .bind::<SqlUuid, _>(id.0)
    .get_result(conn.0)
    .optional()?;
    let payout = row.map(Payout::try_from).transpose()?;
    Ok(payout.filter(|payout| scope.accounts().contain(payout.account)))
}

/// What a list of payouts is narrowed by.
#[derive(Clone, Default, Debug)]
pub struct Filter {
    /// A reference or its beginning, a sequence number, a batch number, or part of a beneficiary's
    /// name among the newest.
    pub q: Option<String>,
    /// Only this status, as shown.
    pub status: Option<Status>,
    /// Only those whose last intent came to this.
    pub result: Option<IntentResult>,
    /// Only this account.
    pub account: Option<AccountNumber>,
    /// Due or captured not before.
    pub from: Option<DateTime<Utc>>,
    /// Due or captured before.
    pub to: Option<DateTime<Utc>>,
    /// Only older than this one: the last of the page before.
    pub before: Option<PayoutId>,
}

/// The scope's payouts, newest first, at most `limit`.
///
/// # Errors
/// What the database says.
pub fn list(
    conn: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<Payout>, StoreError> {
    let words = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
    let is_by_place = search::is_by_place(scope, filter);
    // Most who look at the list ask for nothing: then one question answers it.
    let accounts = if is_by_place || words.is_some() {
        search::list_accounts(conn, scope, filter)?
    } else {
        Vec::new()
    };
    let places = if is_by_place {
        let places = search::list_places(conn, scope, &accounts, filter)?;
        if places.is_empty() {
            return Ok(Vec::new());
        }
        Some(places)
    } else {
        None
    };
    let search = match words {
        Some(q) => Some(Search::read(conn, scope, &accounts, q)?),
        None => None,
    };
    let query = Prepared::new(format!("SELECT {STATUS} AS status, {COLUMNS} FROM "));
    let is_plain = places.is_none() && search.is_none();
    let mut query = match &places {
        Some(places) => places.from(query),
        None => query.sql("payout"),
    };
    if !is_plain {
        // A thousand places, or a word, are looked for otherwise than two.
        query = query.planned_anew();
    }
    query = query
        .sql(format!(" p {JOINED} WHERE p.organisation_id = "))
        .bind::<BigInt, _>(scope.organisation().0);
    if scope.accounts() != &Accounts::All {
        // The places say as much; this is asked all the same, and no index is to be found for it.
        query = query
            .sql(" AND p.account_id + 0 = ANY(")
            .bind::<Array<BigInt>, _>(accounts.clone())
            .sql(")");
    }
    if let Some(places) = &places {
        query = places.within(query);
    }
    query = filtered(query, filter);
    if let Some(search) = search {
        query = search.found(query, &accounts);
    }
    load_newest(conn, query, limit)
}

/// What a question over `STATUS` and `COLUMNS` finds, newest first, at most `limit`.
pub(super) fn load_newest(
    conn: &mut Conn<'_>,
    query: Prepared<'_>,
    limit: i64,
) -> Result<Vec<Payout>, StoreError> {
    let rows: Vec<Row> = query
        .sql(format!(
            " ORDER BY p.organisation_id DESC, p.id DESC LIMIT {}",
            rounded(limit)
        ))
        .load(conn.0)?;
    rows.into_iter()
        .take(count(limit))
        .map(Payout::try_from)
        .collect()
}

/// Adds what each payout is asked for.
fn filtered<'q>(mut query: Prepared<'q>, filter: &Filter) -> Prepared<'q> {
    let date = format!("coalesce({OF_PAYOUT}, b.captured_at)");
    if let Some(before) = filter.before {
        query = query.sql(" AND p.id < ").bind::<SqlUuid, _>(before.0);
    }
    query = match filter.status {
        // The places say the rest, and the planner knows that this is nearly all of them.
        Some(Status::ValidationFailed) => query.sql(" AND p.status <> 'CANCELLED'"),
        Some(status) => query
            .sql(format!(" AND {STATUS} = "))
            .bind::<Text, _>(status.as_str()),
        None => query,
    };
    if let Some(result) = filter.result {
        query = query.sql(" AND p.result = ").bind::<Text, _>(result.as_str());
    }
    if let Some(from) = filter.from {
        query = query.sql(format!(" AND {date} >= ")).bind::<Timestamptz, _>(from);
    }
    if let Some(to) = filter.to {
        query = query.sql(format!(" AND {date} < ")).bind::<Timestamptz, _>(to);
    }
    query
}
