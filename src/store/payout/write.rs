//! Writing payouts: chunks of judged rows by COPY, one corrected row at a time.

use super::super::schema::{batch as batch_table, left_out_row, payout};
use super::super::{Conn, StoreError, Tx, corrupt};
use super::fault_count;
use super::row::Payout;
use crate::domain::batch::Batch;
use crate::domain::destination::{BankAccount, Destination};
use crate::domain::fault::Fault;
use crate::domain::field::Field;
use crate::domain::ids::{AccountId, BatchId, PayoutId, SliceId};
use crate::domain::payout::Status;
use crate::domain::purpose::Purpose;
use crate::domain::row::{Entered, Payable};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Text};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// How many sequence numbers one call hands out; the database's sequence counts in these.
const SEQUENCE_BLOCK: i64 = 10_000;

/// Something payable in a slice, or what was entered and its faults.
pub enum Outcome {
    /// Can be paid.
    Payable(Box<Payable>, SliceId),
    /// Can't.
    Faulty(Box<Entered>, Vec<Fault>),
}

/// A judged row, ready to be stored.
pub struct Judged {
    /// The spreadsheet's row number.
    pub row: i32,
    /// 16 digits.
    pub sequence_number: i64,
    /// What came of it.
    pub outcome: Outcome,
}

#[derive(Insertable, Serialize)]
#[diesel(table_name = payout, treat_none_as_default_value = false)]
struct Row {
    organisation_id: i64,
    id: Uuid,
    batch_id: i64,
    account_id: i64,
    row: i32,
    sequence_number: i64,
    version: i32,
    slice_id: Option<i64>,
    status: &'static str,
    reference: Option<String>,
    beneficiary_name: Option<String>,
    iban: Option<String>,
    account_number: Option<String>,
    bank_code: Option<String>,
    mobile: Option<String>,
    provider: Option<String>,
    country: Option<String>,
    city: Option<String>,
    email: Option<String>,
    amount: Option<i64>,
    purpose: Option<&'static str>,
    comment: Option<String>,
    pay_on: Option<DateTime<Utc>>,
    metadata: Option<Value>,
    entered: Option<Value>,
    faults: Option<Value>,
    updated_at: DateTime<Utc>,
}

impl Row {
    /// A row that says who it is and nothing else yet.
    fn new(batch: &Batch, id: PayoutId, place: (i32, i64), now: DateTime<Utc>) -> Self {
        Self {
            organisation_id: batch.organisation.0,
            id: id.0,
            batch_id: batch.id.0,
            account_id: batch.account.0,
            row: place.0,
            sequence_number: place.1,
            version: 1,
            slice_id: None,
            status: Status::ValidationFailed.as_str(),
            reference: None,
            beneficiary_name: None,
            iban: None,
            account_number: None,
            bank_code: None,
            mobile: None,
            provider: None,
            country: None,
            city: None,
            email: None,
            amount: None,
            purpose: None,
            comment: None,
            pay_on: None,
            metadata: None,
            entered: None,
            faults: None,
            updated_at: now,
        }
    }

    fn fill(&mut self, outcome: Outcome) -> Result<(), StoreError> {
        match outcome {
            Outcome::Payable(payable, slice) => self.fill_payable(*payable, slice),
            Outcome::Faulty(entered, faults) => {
                let reference = entered.text(Field::Reference);
                self.reference = is_storable(reference).then(|| reference.to_owned());
                self.metadata = metadata_value(entered.metadata().clone());
                self.entered =
                    Some(serde_json::to_value(&entered).map_err(|error| corrupt("entered row", error))?);
                self.faults = Some(serde_json::to_value(&faults).map_err(|error| corrupt("faults", error))?);
            }
        }
        Ok(())
    }

    fn fill_payable(&mut self, payable: Payable, slice: SliceId) {
        self.slice_id = Some(slice.0);
        self.status = Status::Scheduled.as_str();
        self.reference = payable.reference;
        self.beneficiary_name = payable.beneficiary_name;
        self.mobile = payable.contact.mobile;
        self.country = payable.contact.country;
        self.city = payable.contact.city;
        self.email = payable.contact.email;
        self.amount = Some(payable.amount.minor());
        self.purpose = payable.purpose.map(Purpose::code);
        self.comment = payable.comment;
        self.pay_on = payable.pay_on;
        self.metadata = metadata_value(payable.metadata);
        match payable.destination {
            Destination::Bank(BankAccount::Iban(iban)) => self.iban = Some(iban),
            Destination::Bank(BankAccount::Local {
                account_number,
                bank_code,
            }) => {
                self.account_number = Some(account_number);
                self.bank_code = Some(bank_code);
            }
            Destination::Wallet { mobile, provider } => {
                self.mobile = Some(mobile);
                self.provider = provider;
            }
        }
    }
}

/// A faulty row keeps its reference where it has a sound one, so that it can be searched for.
fn is_storable(text: &str) -> bool {
    !text.is_empty() && text.len() <= 64 && !text.chars().any(char::is_control)
}

fn metadata_value(metadata: std::collections::BTreeMap<String, String>) -> Option<Value> {
    if metadata.is_empty() {
        return None;
    }
    Some(Value::Object(
        metadata
            .into_iter()
            .map(|(key, text)| (key, Value::String(text)))
            .collect(),
    ))
}

/// Stores a chunk of judged rows by COPY.
///
/// # Errors
/// `Refused` by `payout_row` where a row is there already.
pub fn copy(tx: &mut Tx<'_>, batch: &Batch, rows: Vec<Judged>, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut stored = Vec::with_capacity(rows.len());
    let mut faults = fault_count::Change::default();
    for judged in rows {
        if let Outcome::Faulty(_, found) = &judged.outcome {
            faults.comes(found);
        }
        let place = (judged.row, judged.sequence_number);
        let mut row = Row::new(batch, PayoutId(Uuid::now_v7()), place, now);
        row.fill(judged.outcome)?;
        stored.push(row);
    }
    diesel::copy_from(payout::table)
        .from_insertable(stored)
        .execute(tx.pg())?;
    faults.keep(tx, batch)
}

/// Changed rows as the database reads records: an array of objects by column name.
pub(super) fn records(
    batch: &Batch,
    rows: Vec<(&Payout, Outcome)>,
    now: DateTime<Utc>,
) -> Result<Value, StoreError> {
    let rows = rows
        .into_iter()
        .map(|(read, outcome)| {
            let mut row = Row::new(batch, read.id, (read.row, read.sequence_number), now);
            row.version = read.version + 1;
            row.fill(outcome)?;
            Ok(row)
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    serde_json::to_value(rows).map_err(|error| corrupt("rows", error))
}

#[derive(QueryableByName)]
struct NumberRow {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Takes a run of `count` (at most 10,000) unused sequence numbers of the account; answers the
/// first.
///
/// # Errors
/// What the database says.
pub fn take_sequence_numbers(tx: &mut Tx<'_>, account: AccountId, count: i64) -> Result<i64, StoreError> {
    loop {
        let first: NumberRow =
            diesel::sql_query("SELECT nextval('payout_number') AS number").get_result(tx.pg())?;
        // Numbers that integrators chose themselves may lie in the run: then take the next.
        let taken: bool = diesel::select(diesel::dsl::exists(payout::table.filter(
            payout::account_id.eq(account.0).and(
                payout::sequence_number.between(first.number, first.number + count.min(SEQUENCE_BLOCK) - 1),
            ),
        )))
        .get_result(tx.pg())?;
        if !taken {
            return Ok(first.number);
        }
    }
}

/// Which payouts hold their reference, over the aliases p (payout), b (batch) and s (slice): paid and not
/// returned, in flight, or reserved.
const IN_USE: &str = "(p.status = 'PROCESSING_IN_PROGRESS' \
     OR (p.status = 'PROCESSED' AND p.result IN ('queued', 'initiated', 'paid')) \
     OR (p.status = 'SCHEDULED' AND s.state = 'waiting' AND b.status IN ('approved', 'paying', 'paused')))";

#[derive(QueryableByName)]
struct ReferenceRow {
    #[diesel(sql_type = Text)]
    reference: String,
    #[diesel(sql_type = Integer)]
    batch_number: i32,
}

/// Those of `references` that are paid (and not returned), in flight or reserved on the account,
/// with the number of the batch that has them.
///
/// # Errors
/// What the database says.
pub fn list_references_in_use(
    conn: &mut Conn<'_>,
    account: AccountId,
    except: BatchId,
    references: &[&str],
) -> Result<Vec<(String, i32)>, StoreError> {
    if references.is_empty() {
        return Ok(Vec::new());
    }
    // One look into the index for each, whatever the planner thinks of the table: on a database that was
    // never analysed it would rather read the table whole, and once for every chunk of a file.
    let rows: Vec<ReferenceRow> = diesel::sql_query(format!(
        "SELECT p.reference, b.number AS batch_number
         FROM unnest($2) AS r(reference)
         CROSS JOIN LATERAL (
             SELECT q.reference, q.batch_id, q.slice_id, q.status, q.result FROM payout q
             WHERE q.account_id = $1 AND q.reference = r.reference AND q.batch_id <> $3 AND q.faults IS NULL OFFSET 0) p
         JOIN batch b ON b.id = p.batch_id LEFT JOIN slice s ON s.id = p.slice_id WHERE {IN_USE}"
    ))
    .bind::<BigInt, _>(account.0)
    .bind::<Array<Text>, _>(references)
    .bind::<BigInt, _>(except.0)
    .load(conn.0)?;
    Ok(rows
        .into_iter()
        .map(|row| (row.reference, row.batch_number))
        .collect())
}

/// References of a batch's rows up to a row number, for a validation that goes on.
///
/// # Errors
/// What the database says.
pub fn list_references(conn: &mut Conn<'_>, batch: BatchId) -> Result<Vec<(String, i32)>, StoreError> {
    let rows: Vec<(Option<String>, i32)> = payout::table
        .filter(payout::batch_id.eq(batch.0).and(payout::reference.is_not_null()))
        .select((payout::reference, payout::row))
        .load(conn.0)?;
    Ok(rows
        .into_iter()
        .filter_map(|(reference, row)| reference.map(|reference| (reference, row)))
        .collect())
}

/// The rows of one block of row numbers that can be paid, in order.
///
/// # Errors
/// What the database says.
pub fn list_block(
    conn: &mut Conn<'_>,
    batch: BatchId,
    first: i32,
    count: i32,
) -> Result<Vec<Payout>, StoreError> {
    super::list_of_batch(conn, batch, super::Tab::Ready, first - 1, i64::from(count)).map(|rows| {
        rows.into_iter()
            .filter(|payout| payout.row < first + count && payout.status != Status::Cancelled)
            .collect()
    })
}

/// References of this batch that are paid, in flight or reserved through a batch approved since this
/// one was judged, with that batch's number. Nothing is compared where none was approved since.
///
/// # Errors
/// What the database says.
pub fn list_clashes(conn: &mut Conn<'_>, batch: &Batch) -> Result<Vec<(String, i32)>, StoreError> {
    let since: Vec<i64> = batch_table::table
        .filter(
            batch_table::account_id
                .eq(batch.account.0)
                .and(batch_table::approval_number.gt(batch.judged_approvals))
                .and(batch_table::id.ne(batch.id.0)),
        )
        .select(batch_table::id)
        .load(conn.0)?;
    if since.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<ReferenceRow> = diesel::sql_query(format!(
        "SELECT p.reference, b.number AS batch_number
         FROM payout p JOIN batch b ON b.id = p.batch_id LEFT JOIN slice s ON s.id = p.slice_id
         JOIN payout mine ON mine.account_id = p.account_id AND mine.reference = p.reference
         WHERE p.batch_id = ANY($1) AND mine.batch_id = $2 AND mine.faults IS NULL AND p.faults IS NULL
           AND mine.status = 'SCHEDULED' AND {IN_USE}
         ORDER BY mine.\"row\" LIMIT 1000"
    ))
    .bind::<Array<BigInt>, _>(since)
    .bind::<BigInt, _>(batch.id.0)
    .load(conn.0)?;
    Ok(rows
        .into_iter()
        .map(|row| (row.reference, row.batch_number))
        .collect())
}

/// Rows of the batch that have one of these references and were not left out, in row order.
///
/// # Errors
/// What the database says.
pub fn list_rows_with_references(
    conn: &mut Conn<'_>,
    batch: &Batch,
    references: &[&str],
) -> Result<Vec<(String, i32)>, StoreError> {
    let left_out = left_out_row::table.filter(
        left_out_row::organisation_id
            .eq(payout::organisation_id)
            .and(left_out_row::batch_id.eq(payout::batch_id))
            .and(left_out_row::row.eq(payout::row)),
    );
    let rows: Vec<(Option<String>, i32)> = payout::table
        .filter(diesel::dsl::not(diesel::dsl::exists(left_out)))
        .filter(
            // References are found by account: the batch alone would be read whole.
            payout::account_id
                .eq(batch.account.0)
                .and(payout::reference.eq_any(references))
                .and(payout::batch_id.eq(batch.id.0))
                .and(payout::status.ne(Status::Cancelled.as_str())),
        )
        .order(payout::row)
        .select((payout::reference, payout::row))
        .load(conn.0)?;
    Ok(rows
        .into_iter()
        .filter_map(|(reference, row)| reference.map(|reference| (reference, row)))
        .collect())
}

/// The largest payable amount of a batch, in minor units; 0 where nothing is payable.
///
/// # Errors
/// What the database says.
pub fn largest(conn: &mut Conn<'_>, batch: BatchId) -> Result<i64, StoreError> {
    let largest: Option<i64> = payout::table
        .filter(
            payout::batch_id
                .eq(batch.0)
                .and(payout::status.ne(Status::Cancelled.as_str())),
        )
        .select(diesel::dsl::max(payout::amount))
        .first(conn.0)?;
    Ok(largest.unwrap_or(0))
}
