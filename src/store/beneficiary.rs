//! What destinations were paid before: remembered after a slice was paid, found by destination or by
//! name, and how a batch's rows stand to it.
//!
//! Every question is one statement for any number of rows, and looks at a bounded number of payments
//! for each. The invariant: nothing here is written while a file is taken in or a slice is paid.

use super::prepared::numbered;
use super::schema::beneficiary_check;
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::batch::Batch;
use crate::domain::beneficiary::{Findings, PAYMENTS_COMPARED, Past};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::ids::{AccountNumber, BatchId, BatchNumber, PayoutId};
use crate::domain::money::{Currency, Money};
use crate::domain::payout::Result as IntentResult;
use crate::domain::permission::{Accounts, Scope};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

/// The key of a destination, over the alias p (payout). Hashed, so that it has one length, and by
/// SHA-256, so that nobody makes two destinations meet on purpose.
const DESTINATION_KEY: &str = "substring(sha256(convert_to(coalesce(p.iban, p.bank_code || ' ' || p.account_number, p.mobile), 'UTF8')) for 16)";

/// The key of a name, over the alias p (payout): case and spaces make no other name.
const NAME_KEY: &str = "substring(sha256(convert_to(lower(regexp_replace(btrim(p.beneficiary_name), '\\s+', ' ', 'g')), 'UTF8')) for 16)";

#[derive(QueryableByName)]
struct KeyRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Remembers the outcomes of slices that have new ones, at most `limit` slices; answers how many.
/// Slices in other hands are left for the next time.
///
/// # Errors
/// What the database says.
pub fn remember(tx: &mut Tx<'_>, limit: i64) -> Result<usize, StoreError> {
    let rows: Vec<KeyRow> = numbered(
        "SELECT id FROM slice WHERE paid_count + failed_count > remembered_count
         ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED",
    )
    .bind::<BigInt, _>(limit)
    .load(tx.pg())?;
    let slices: Vec<i64> = rows.into_iter().map(|row| row.id).collect();
    if slices.is_empty() {
        return Ok(0);
    }
    // In the order of the key, so that two workers never wait for each other.
    numbered(format!(
        "INSERT INTO beneficiary_payment (organisation_id, destination_key, payout_id, account_id, name_key, amount, was_paid)
         SELECT p.organisation_id, {DESTINATION_KEY}, p.id, p.account_id, {NAME_KEY}, p.amount, p.result IN ('paid', 'returned')
         FROM payout p WHERE p.slice_id = ANY($1) AND p.result IN ('paid', 'failed', 'canceled', 'returned')
         ORDER BY 1, 2, 3
         ON CONFLICT (organisation_id, destination_key, payout_id) DO UPDATE SET was_paid = excluded.was_paid
         WHERE beneficiary_payment.was_paid <> excluded.was_paid"
    ))
    .bind::<Array<BigInt>, _>(&slices)
    .execute(tx.pg())?;
    numbered("UPDATE slice SET remembered_count = paid_count + failed_count WHERE id = ANY($1)")
        .bind::<Array<BigInt>, _>(&slices)
        .execute(tx.pg())?;
    Ok(slices.len())
}

/// A payable row of a batch and its past.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Compared {
    /// The spreadsheet's row number.
    pub row: i32,
    /// Minor units.
    pub amount: i64,
    /// Captured or last edited.
    pub changed_at: DateTime<Utc>,
    /// What was paid before.
    pub past: Past,
}

#[derive(QueryableByName)]
struct ComparedRow {
    #[diesel(sql_type = Integer)]
    row_number: i32,
    #[diesel(sql_type = BigInt)]
    amount: i64,
    #[diesel(sql_type = Timestamptz)]
    updated_at: DateTime<Utc>,
    #[diesel(sql_type = BigInt)]
    payments: i64,
    #[diesel(sql_type = BigInt)]
    largest: i64,
    #[diesel(sql_type = Bool)]
    named: bool,
}

impl From<ComparedRow> for Compared {
    fn from(row: ComparedRow) -> Self {
        Self {
            row: row.row_number,
            amount: row.amount,
            changed_at: row.updated_at,
            past: Past {
                payments: row.payments,
                largest: row.largest,
                name_paid_elsewhere: row.payments == 0 && row.named,
            },
        }
    }
}

/// Compares the batch's rows that are still to be paid, from `first` to `last` with what was paid from its account
/// before, in row order.
///
/// # Errors
/// What the database says.
pub fn list_compared(
    conn: &mut Conn<'_>,
    batch: BatchId,
    (first, last): (i32, i32),
) -> Result<Vec<Compared>, StoreError> {
    // In a question of their own the numbers tell the planner nothing, so it keeps its plan.
    let rows: Vec<ComparedRow> = numbered(format!(
        "SELECT k.row_number, k.amount, k.updated_at, d.payments, d.largest,
             EXISTS (SELECT 1 FROM beneficiary_payment n WHERE n.organisation_id = k.organisation_id
                 AND n.account_id = k.account_id AND n.name_key = k.name_key AND n.was_paid) AS named
         FROM (SELECT p.organisation_id, p.account_id, p.id, p.\"row\" AS row_number, p.amount, p.updated_at,
                   {DESTINATION_KEY} AS destination_key, {NAME_KEY} AS name_key
               FROM payout p WHERE p.batch_id = (SELECT $1) AND p.\"row\" BETWEEN (SELECT $2) AND (SELECT $3)
                   AND p.slice_id IS NOT NULL AND p.status = 'SCHEDULED'
               OFFSET 0) k
         CROSS JOIN LATERAL (
             SELECT count(*) AS payments, coalesce(max(x.amount), 0)::bigint AS largest FROM (
                 SELECT m.amount FROM beneficiary_payment m
                 WHERE m.organisation_id = k.organisation_id AND m.destination_key = k.destination_key
                   AND m.account_id = k.account_id AND m.was_paid AND m.payout_id <> k.id
                 ORDER BY m.payout_id DESC LIMIT {PAYMENTS_COMPARED}) x) d
         ORDER BY k.row_number"
    ))
    .bind::<BigInt, _>(batch.0)
    .bind::<Integer, _>(first)
    .bind::<Integer, _>(last)
    .load(conn.0)?;
    Ok(rows.into_iter().map(Compared::from).collect())
}

/// An earlier payout to a destination.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Payment {
    /// Its id.
    pub payout: PayoutId,
    /// Its batch's number.
    pub batch_number: BatchNumber,
    /// Its batch's name.
    pub batch_name: String,
    /// Paid from.
    pub account: AccountNumber,
    /// To whom, where it was said.
    pub beneficiary_name: Option<String>,
    /// How much.
    pub amount: Money,
    /// What became of it.
    pub result: IntentResult,
    /// When that was known.
    pub at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct PaymentRow {
    #[diesel(sql_type = SqlUuid)]
    payout_id: Uuid,
    #[diesel(sql_type = Integer)]
    batch_number: i32,
    #[diesel(sql_type = Text)]
    batch_name: String,
    #[diesel(sql_type = Integer)]
    account_number: i32,
    #[diesel(sql_type = Nullable<Text>)]
    beneficiary_name: Option<String>,
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = BigInt)]
    amount: i64,
    #[diesel(sql_type = Text)]
    result: String,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
}

impl TryFrom<PaymentRow> for Payment {
    type Error = StoreError;
    fn try_from(row: PaymentRow) -> Result<Self, StoreError> {
        let currency = Currency::parse(&row.currency).ok_or_else(|| corrupt("currency", &row.currency))?;
        Ok(Self {
            payout: PayoutId(row.payout_id),
            batch_number: BatchNumber::try_new(row.batch_number)
                .ok_or_else(|| corrupt("batch number", row.batch_number))?,
            batch_name: row.batch_name,
            account: AccountNumber::try_new(row.account_number)
                .ok_or_else(|| corrupt("account number", row.account_number))?,
            beneficiary_name: row.beneficiary_name,
            amount: Money::new(row.amount, currency),
            result: IntentResult::parse(&row.result).ok_or_else(|| corrupt("result", &row.result))?,
            at: row.at,
        })
    }
}

/// Payouts with an outcome to the same destination as this one, from the scope's accounts, newest
/// first, at most `limit`; after `before`, the last of the page before.
///
/// # Errors
/// What the database says.
pub fn list_payments(
    conn: &mut Conn<'_>,
    scope: &Scope,
    payout: PayoutId,
    before: Option<PayoutId>,
    limit: i64,
) -> Result<Vec<Payment>, StoreError> {
    let accounts = match scope.accounts() {
        Accounts::All => None,
        Accounts::Only(ids) => Some(ids.iter().map(|id| id.0).collect::<Vec<i64>>()),
    };
    let rows: Vec<PaymentRow> = diesel::sql_query(format!(
        "SELECT m.payout_id, b.number AS batch_number, b.name AS batch_name, a.number AS account_number,
             o.beneficiary_name, a.currency, m.amount, o.result, coalesce(i.at, o.updated_at) AS at
         FROM beneficiary_payment m
         JOIN payout o ON o.organisation_id = m.organisation_id AND o.id = m.payout_id
         JOIN batch b ON b.id = o.batch_id JOIN payout_account a ON a.id = m.account_id
         LEFT JOIN LATERAL (SELECT max(x.result_at) AS at FROM intent x WHERE x.payout_id = m.payout_id) i ON true
         WHERE m.organisation_id = $1 AND m.payout_id <> $2 AND ($3 IS NULL OR m.account_id = ANY($3))
           AND m.destination_key = (SELECT {DESTINATION_KEY} FROM payout p WHERE p.organisation_id = $1 AND p.id = $2)
           AND ($4 IS NULL OR m.payout_id < $4)
         ORDER BY m.payout_id DESC LIMIT $5"
    ))
    .bind::<BigInt, _>(scope.organisation().0)
    .bind::<SqlUuid, _>(payout.0)
    .bind::<Nullable<Array<BigInt>>, _>(accounts)
    .bind::<Nullable<SqlUuid>, _>(before.map(|before| before.0))
    .bind::<BigInt, _>(limit)
    .load(conn.0)?;
    rows.into_iter().map(Payment::try_from).collect()
}

/// How a batch's rows stood to what was paid before, when they were compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Check {
    /// The revision and contents that were compared.
    pub fingerprint: Fingerprint,
    /// What was found.
    pub findings: Findings,
    /// When the last row with changed bank details was captured or edited.
    pub changed_at: Option<DateTime<Utc>>,
}

/// Keeps what was found, in place of what was found before.
///
/// # Errors
/// What the database says.
pub fn upsert_check(
    tx: &mut Tx<'_>,
    batch: &Batch,
    check: &Check,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let found = serde_json::to_value(&check.findings).map_err(|error| corrupt("findings", error))?;
    let kept = (
        beneficiary_check::fingerprint.eq(check.fingerprint.0.to_vec()),
        beneficiary_check::found.eq(found),
        beneficiary_check::changed_at.eq(check.changed_at),
        beneficiary_check::counted_at.eq(now),
    );
    diesel::insert_into(beneficiary_check::table)
        .values((
            beneficiary_check::batch_id.eq(batch.id.0),
            beneficiary_check::organisation_id.eq(batch.organisation.0),
            kept.clone(),
        ))
        .on_conflict(beneficiary_check::batch_id)
        .do_update()
        .set(kept)
        .execute(tx.pg())?;
    Ok(())
}

/// What was found of the batch as it stands now; `None` where it was not compared since it changed.
///
/// # Errors
/// What the database says, or `Corrupt`.
pub fn find_check(conn: &mut Conn<'_>, batch: &Batch) -> Result<Option<Check>, StoreError> {
    let Some(fingerprint) = batch.fingerprint else {
        return Ok(None);
    };
    let row: Option<(serde_json::Value, Option<DateTime<Utc>>)> = beneficiary_check::table
        .filter(
            beneficiary_check::batch_id
                .eq(batch.id.0)
                .and(beneficiary_check::fingerprint.eq(fingerprint.0.to_vec())),
        )
        .select((beneficiary_check::found, beneficiary_check::changed_at))
        .first(conn.0)
        .optional()?;
    row.map(|(found, changed_at)| {
        Ok(Check {
            fingerprint,
            findings: serde_json::from_value(found).map_err(|error| corrupt("findings", error))?,
            changed_at,
        })
    })
    .transpose()
}
