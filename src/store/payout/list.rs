//! Payouts in pages by key: of a batch in row order, of an organisation newest first.

use super::super::{Conn, StoreError, like_literal};
use super::STATUS;
use super::row::{COLUMNS, Payout, Row};
use crate::domain::ids::{AccountNumber, BatchId, PayoutId};
use crate::domain::payout::{Result as IntentResult, Status};
use crate::domain::permission::{Accounts, Scope};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::{Array, BigInt, Integer, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{OptionalExtension, RunQueryDsl};

const FROM: &str = "FROM payout p JOIN batch b ON b.id = p.batch_id JOIN payout_account a ON a.id = p.account_id LEFT JOIN slice s ON s.id = p.slice_id";

/// Which rows of a batch a page shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tab {
    /// Every row.
    All,
    /// Rows with faults.
    Faults,
    /// Rows that can be paid.
    Ready,
}

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
        Tab::Faults => "AND p.faults IS NOT NULL",
        // The planner knows that most rows have a slice; of `faults IS NULL` it guesses the opposite.
        Tab::Ready => "AND p.slice_id IS NOT NULL",
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
    /// A reference, sequence number or batch number, or part of a beneficiary's name.
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
    let mut query = Narrowed::new(scope);
    if let Some(before) = filter.before {
        query.and("p.id <", move |query: Boxed| query.bind::<SqlUuid, _>(before.0));
    }
    if let Accounts::Only(ids) = scope.accounts() {
        let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        query.and_any("p.account_id", move |query: Boxed| {
            query.bind::<Array<BigInt>, _>(ids)
        });
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
        if matches!(result, IntentResult::Failed | IntentResult::Canceled) {
            query.text.push_str(
                " AND p.slice_id IN (SELECT id FROM slice WHERE organisation_id = $1 AND failed_count > 0)",
            );
        }
    }
    if let Some(account) = filter.account {
        query.and("a.number =", move |query: Boxed| {
            query.bind::<Integer, _>(account.get())
        });
    }
    if let Some(from) = filter.from {
        query.and(
            "coalesce(p.pay_on, b.pay_on, b.approved_at, b.captured_at) >=",
            move |query: Boxed| query.bind::<Timestamptz, _>(from),
        );
    }
    if let Some(to) = filter.to {
        query.and(
            "coalesce(p.pay_on, b.pay_on, b.approved_at, b.captured_at) <",
            move |query: Boxed| query.bind::<Timestamptz, _>(to),
        );
    }
    if let Some(q) = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        query.and_search(q);
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
        self.count += 1;
        self.text.push_str(&format!(" AND {condition} ${}", self.count));
        self.binds.push(Box::new(bind));
    }

    fn and_any(&mut self, column: &str, bind: impl FnOnce(Boxed) -> Boxed + 'static) {
        self.count += 1;
        self.text
            .push_str(&format!(" AND {column} = ANY(${})", self.count));
        self.binds.push(Box::new(bind));
    }

    /// Numbers are compared by index first, everything else as part of a name.
    fn and_search(&mut self, q: &str) {
        let (number, text) = (q.parse::<i64>().unwrap_or(-1), q.to_owned());
        let pattern = format!("%{}%", like_literal(q));
        let (a, b, c) = (self.count + 1, self.count + 2, self.count + 3);
        self.text.push_str(&format!(
            " AND (p.reference = ${a} OR p.sequence_number = ${b} OR b.number = ${b} OR p.beneficiary_name ILIKE ${c})"
        ));
        self.binds
            .push(Box::new(move |query: Boxed| query.bind::<Text, _>(text)));
        self.binds
            .push(Box::new(move |query: Boxed| query.bind::<BigInt, _>(number)));
        self.binds
            .push(Box::new(move |query: Boxed| query.bind::<Text, _>(pattern)));
        self.count += 3;
    }

    fn finish(mut self, limit: i64) -> Boxed {
        self.text.push_str(&format!(
            " ORDER BY p.organisation_id DESC, p.id DESC LIMIT {limit}"
        ));
        let query = diesel::sql_query(self.text).into_boxed();
        self.binds.into_iter().fold(query, |query, bind| bind(query))
    }
}
