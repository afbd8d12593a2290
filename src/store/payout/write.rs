//! Writing payouts: chunks of judged rows by COPY, one corrected row at a time.

use super::super::schema::payout;
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
use diesel::sql_types::BigInt;
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
