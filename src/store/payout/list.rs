//! Payouts in pages by key: of a batch in row order, of an organisation newest first.

use super::super::due::OF_PAYOUT;
use super::super::{Conn, StoreError};
use super::STATUS;
use super::row::{COLUMNS, Payout, Row};
use super::search::{self, Places, Search};
use crate::domain::ids::{AccountNumber, BatchId, PayoutId};
use crate::domain::payout::{Result as IntentResult, Status};
use crate::domain::permission::{Accounts, Scope};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{OptionalExtension, RunQueryDsl};

pub(super) const FROM: &str = "FROM payout p JOIN batch b ON b.id = p.batch_id JOIN payout_account a ON a.id = p.account_id LEFT JOIN slice s ON s.id = p.slice_id";

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
    let rows: Vec<Row> = diesel::sql_query(format!(
        "SELECT {STATUS} AS status, {COLUMNS} {FROM}
         WHERE p.batch_id = $1 AND p.\"row\" > $2 {only} ORDER BY p.\"row\" LIMIT $3"
    ))
    .bind::<BigInt, _>(batch.0)
    .bind::<Integer, _>(after)
    .bind::<BigInt, _>(limit)
    .load(conn.0)?;
    rows.into_iter().map(Payout::try_from).collect()
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
    let rows: Vec<Row> = diesel::sql_query(format!(
        "SELECT {STATUS} AS status, {COLUMNS} {FROM}
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
    let row: Option<Row> = diesel::sql_query(format!(
        "SELECT {STATUS} AS status, {COLUMNS} {FROM} WHERE p.batch_id = $1 AND p.\"row\" = $2"
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
    let row: Option<Row> = diesel::sql_query(format!(
        "SELECT {STATUS} AS status, {COLUMNS} {FROM} WHERE p.organisation_id = $1 AND p.id = $2"
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
    let accounts = search::list_accounts(conn, scope, filter)?;
    let places = search::list_places(conn, scope, &accounts, filter)?;
    if accounts.is_empty() || places.as_ref().is_some_and(Places::is_empty) {
        return Ok(Vec::new());
    }
    let search = match filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        Some(q) => Some(Search::read(conn, scope, &accounts, q)?),
        None => None,
    };
    let mut query = Narrowed::new(scope);
    if let Some(before) = filter.before {
        query.and("p.id <", move |query: Boxed| query.bind::<SqlUuid, _>(before.0));
    }
    if scope.accounts() != &Accounts::All || filter.account.is_some() {
        query.and_any("p.account_id", accounts.clone());
    }
    if let Some(places) = places {
        query.and_places(places);
    }
    if let Some(status) = filter.status {
        query.and(&format!("{STATUS} ="), move |query: Boxed| {
            query.bind::<Text, _>(status.as_str())
        });
    }
    if let Some(result) = filter.result {
        query.and("p.result =", move |query: Boxed| {
            query.bind::<Text, _>(result.as_str())
        });
        // Slices know whether anything in them failed: without them the few failed payouts would be
        // looked for among all.
        let counted = match result {
            IntentResult::Failed | IntentResult::Canceled => Some("failed_count"),
            IntentResult::Returned => Some("returned_count"),
            IntentResult::Queued | IntentResult::Initiated | IntentResult::Paid => None,
        };
        if let Some(count) = counted {
            query.text.push_str(&format!(
                " AND p.slice_id IN (SELECT id FROM slice WHERE organisation_id = $1 AND {count} > 0)"
            ));
        }
    }
    if let Some(from) = filter.from {
        query.and(
            &format!("coalesce({OF_PAYOUT}, b.captured_at) >="),
            move |query: Boxed| query.bind::<Timestamptz, _>(from),
        );
    }
    if let Some(to) = filter.to {
        query.and(
            &format!("coalesce({OF_PAYOUT}, b.captured_at) <"),
            move |query: Boxed| query.bind::<Timestamptz, _>(to),
        );
    }
    if let Some(search) = search {
        query.and_search(accounts, search);
    }
    let rows: Vec<Row> = query.finish(limit).load(conn.0)?;
    rows.into_iter().map(Payout::try_from).collect()
}

/// A query that grows condition by condition, with its binds numbered as they come.
struct Narrowed {
    text: String,
    binds: Vec<Bind>,
    count: usize,
}

type Boxed = BoxedSqlQuery<'static, Pg, SqlQuery>;
type Bind = Box<dyn FnOnce(Boxed) -> Boxed>;

impl Narrowed {
    fn new(scope: &Scope) -> Self {
        let organisation = scope.organisation().0;
        Self {
            text: format!("SELECT {STATUS} AS status, {COLUMNS} {FROM} WHERE p.organisation_id = $1"),
            binds: vec![Box::new(move |query: Boxed| {
                query.bind::<BigInt, _>(organisation)
            })],
            count: 1,
        }
    }

    fn and(&mut self, condition: &str, bind: impl FnOnce(Boxed) -> Boxed + 'static) {
        let bind = self.bind(bind);
        self.text.push_str(&format!(" AND {condition} ${bind}"));
    }

    fn and_any(&mut self, column: &str, keys: Vec<i64>) {
        let bind = self.bind(move |query: Boxed| query.bind::<Array<BigInt>, _>(keys));
        self.text.push_str(&format!(" AND {column} = ANY(${bind})"));
    }

    /// Takes one more bind; answers its number.
    fn bind(&mut self, bind: impl FnOnce(Boxed) -> Boxed + 'static) -> usize {
        self.count += 1;
        self.binds.push(Box::new(bind));
        self.count
    }

    fn bind_text(&mut self, text: String) -> usize {
        self.bind(move |query: Boxed| query.bind::<Text, _>(text))
    }

    fn bind_number(&mut self, number: i64) -> usize {
        self.bind(move |query: Boxed| query.bind::<BigInt, _>(number))
    }

    fn and_places(&mut self, places: Places) {
        let mut any = |column: &str, keys: Vec<i64>| {
            let bind = self.bind(move |query: Boxed| query.bind::<Array<BigInt>, _>(keys));
            format!("{column} = ANY(${bind})")
        };
        let mut parts = Vec::new();
        if !places.slices.is_empty() {
            parts.push(any("p.slice_id", places.slices));
        }
        if !places.batches.is_empty() {
            parts.push(format!(
                "(p.faults IS NOT NULL AND {})",
                any("p.batch_id", places.batches)
            ));
        }
        self.text.push_str(&format!(" AND ({})", parts.join(" OR ")));
    }

    fn and_search(&mut self, accounts: Vec<i64>, search: Search) {
        let accounts = self.bind(move |query: Boxed| query.bind::<Array<BigInt>, _>(accounts));
        let condition = match search {
            Search::Number { text, number, batch } => {
                let (text, number) = (self.bind_text(text), self.bind_number(number));
                let batch = batch.map(|batch| self.bind_number(batch));
                search::by_number(accounts, text, number, batch)
            }
            Search::Text { beginning, part } => {
                let (beginning, part) = (self.bind_text(beginning), self.bind_text(part));
                search::by_text(accounts, beginning, part)
            }
        };
        self.text.push_str(&format!(" AND {condition}"));
    }

    fn finish(mut self, limit: i64) -> Boxed {
        self.text.push_str(&format!(
            " ORDER BY p.organisation_id DESC, p.id DESC LIMIT {limit}"
        ));
        let query = diesel::sql_query(self.text).into_boxed();
        self.binds.into_iter().fold(query, |query, bind| bind(query))
    }
}
