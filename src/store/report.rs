//! The payout report, read row by row: constant memory at any size.
//!
//! People and dates of a batch are gathered once a batch (`deeds`), payouts and intents are joined
//! to them in the order of the primary key, so nothing is sorted.

use super::payout::STATUS;
use super::{Conn, StoreError, corrupt};
use crate::domain::ids::{AccountNumber, BatchId, PersonId};
use crate::domain::money::{Amount, Currency, Money, NumberStyle};
use crate::domain::payout::Status;
use crate::domain::permission::{Accounts, Scope};
use crate::domain::purpose::Purpose;
use crate::domain::report::{Deed, Moment, PayoutLine};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use diesel::RunQueryDsl;
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Integer, Nullable, Text, Timestamptz};

/// What a report is narrowed by. Dates are of the account's zone, both included.
#[derive(Clone, Default, Debug)]
pub struct Filter {
    /// Transactions from this day on.
    pub from: Option<NaiveDate>,
    /// Transactions up to this day.
    pub to: Option<NaiveDate>,
    /// Only this account.
    pub account: Option<AccountNumber>,
    /// Only this batch.
    pub batch: Option<BatchId>,
    /// Only this status, as shown.
    pub status: Option<Status>,
    /// Only lines in which this person is named: captured, submitted, edited, reviewed, approved,
    /// released or closed by them.
    pub person: Option<PersonId>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Timestamptz)]
    transaction_date: DateTime<Utc>,
    #[diesel(sql_type = Integer)]
    batch_number: i32,
    #[diesel(sql_type = Integer)]
    account: i32,
    #[diesel(sql_type = Text)]
    time_zone: String,
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = Text)]
    reference: String,
    #[diesel(sql_type = Nullable<Text>)]
    beneficiary_name: Option<String>,
    #[diesel(sql_type = Text)]
    destination: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    amount: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    purpose: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    entered_amount: Option<String>,
    #[diesel(sql_type = Bool)]
    amount_has_comma: bool,
    #[diesel(sql_type = Nullable<Text>)]
    entered_purpose: Option<String>,
    #[diesel(sql_type = Text)]
    rationale: String,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Nullable<Text>)]
    result: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    channel: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    rail_reference: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    failure_reason: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    captured_by: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    captured_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    submitted_by: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    submitted_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    edited_by: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    reviewed_by: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    reviewed_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    approved_by: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    approved_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    released_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    closed_by: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    closed_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    closed_reason: Option<String>,
}

/// Signatures and people of every batch the report may touch.
const DEEDS: &str = "
WITH deeds AS MATERIALIZED (
    SELECT b.id,
        max(e.email) FILTER (WHERE s.seat = 'initiator') AS submitted_by,
        max(s.at) FILTER (WHERE s.seat = 'initiator') AS submitted_at,
        max(s.released_at) AS released_at,
        max(e.email) FILTER (WHERE s.seat = 'reviewer') AS reviewed_by,
        max(s.at) FILTER (WHERE s.seat = 'reviewer') AS reviewed_at,
        max(e.email) FILTER (WHERE s.seat = 'approver') AS approved_by,
        max(s.at) FILTER (WHERE s.seat = 'approver') AS approved_at,
        (SELECT email FROM person WHERE id = b.captured_by) AS captured_by,
        (SELECT email FROM person WHERE id = b.closed_by) AS closed_by,
        (SELECT string_agg(DISTINCT p.email, ', ') FROM batch_maker m JOIN person p ON p.id = m.person_id
          WHERE m.batch_id = b.id AND m.act <> 'captured') AS edited_by,
        ($8::bigint IS NOT NULL AND (b.captured_by = $8 OR coalesce(bool_or(s.person_id = $8), false)
          OR EXISTS (SELECT 1 FROM batch_maker m WHERE m.batch_id = b.id AND m.act <> 'captured' AND m.person_id = $8))) AS is_theirs
    FROM batch b
    LEFT JOIN signature s ON s.batch_id = b.id AND s.revision = b.revision
    LEFT JOIN person e ON e.id = s.person_id
    WHERE b.organisation_id = $1 AND ($7::bigint IS NULL OR b.id = $7)
    GROUP BY b.id
)";

const TRANSACTION_DATE: &str = "coalesce(i.result_at, c.at, CASE WHEN p.result IS NULL THEN b.closed_at END, \
     s.goes_at, p.pay_on, b.goes_at, b.pay_on, b.approved_at, b.captured_at)";

/// What `stream` asks. Parameters: organisation, accounts, account number, status, from, to, batch,
/// person; all but the first may be null.
#[must_use]
pub fn query() -> String {
    format!(
        "{DEEDS}
SELECT {TRANSACTION_DATE} AS transaction_date, b.number AS batch_number, a.number AS account, a.time_zone, a.currency,
    coalesce(p.reference, p.entered->'texts'->>'reference', lpad(p.sequence_number::text, 16, '0')) AS reference,
    coalesce(p.beneficiary_name, p.entered->'texts'->>'beneficiary_name') AS beneficiary_name,
    coalesce(p.iban, p.bank_code || ' ' || p.account_number, p.mobile, p.entered->'texts'->>'iban',
        nullif(concat_ws(' ', p.entered->'texts'->>'bank_code', p.entered->'texts'->>'account_number'), ''),
        p.entered->'texts'->>'mobile', '') AS destination,
    p.amount, CASE WHEN p.amount IS NULL THEN p.entered->'texts'->>'amount' END AS entered_amount,
    b.decimal_comma AND p.entered->>'amount_is_number' IS NULL AS amount_has_comma,
    p.purpose, p.entered->'texts'->>'purpose' AS entered_purpose,
    coalesce(p.comment, p.entered->'texts'->>'comment', b.name) AS rationale, {STATUS} AS status, p.result,
    i.channel, i.rail_reference, i.failure_reason,
    d.captured_by, b.captured_at, d.submitted_by, d.submitted_at, d.edited_by, d.reviewed_by, d.reviewed_at,
    d.approved_by, d.approved_at, d.released_at,
    CASE WHEN {STATUS} = 'CANCELLED' THEN coalesce(closer.email, d.closed_by) END AS closed_by,
    CASE WHEN {STATUS} = 'CANCELLED' THEN coalesce(c.at, b.closed_at) END AS closed_at,
    CASE WHEN {STATUS} = 'CANCELLED' THEN coalesce(c.reason, b.closed_reason) END AS closed_reason
FROM payout p
JOIN batch b ON b.id = p.batch_id
JOIN payout_account a ON a.id = p.account_id
JOIN deeds d ON d.id = b.id
LEFT JOIN slice s ON s.id = p.slice_id
LEFT JOIN payout_closed c ON c.organisation_id = p.organisation_id AND c.payout_id = p.id
LEFT JOIN person closer ON closer.id = c.by
LEFT JOIN intent i ON i.payout_id = p.id AND NOT i.superseded
WHERE p.organisation_id = $1
  AND ($2::bigint[] IS NULL OR p.account_id = ANY($2))
  AND ($3::integer IS NULL OR a.number = $3)
  AND ($7::bigint IS NULL OR p.batch_id = $7)
  AND ($4::text IS NULL OR {STATUS} = $4)
  AND ($5::date IS NULL OR ({TRANSACTION_DATE} AT TIME ZONE a.time_zone)::date >= $5)
  AND ($6::date IS NULL OR ({TRANSACTION_DATE} AT TIME ZONE a.time_zone)::date <= $6)
  AND ($8::bigint IS NULL OR d.is_theirs OR ({STATUS} = 'CANCELLED' AND coalesce(c.by, b.closed_by) = $8))
ORDER BY p.organisation_id, p.id"
    )
}

/// Reads the scope's payouts one by one and hands each to `line`, which may end it early.
///
/// # Errors
/// What `line` answers, or what the database says.
pub fn stream<E: From<StoreError>>(
    conn: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
    mut line: impl FnMut(PayoutLine) -> Result<(), E>,
) -> Result<(), E> {
    let accounts = match scope.accounts() {
        Accounts::All => None,
        Accounts::Only(ids) => Some(ids.iter().map(|id| id.0).collect::<Vec<i64>>()),
    };
    let rows = diesel::sql_query(query())
        .bind::<BigInt, _>(scope.organisation().0)
        .bind::<Nullable<Array<BigInt>>, _>(accounts)
        .bind::<Nullable<Integer>, _>(filter.account.map(AccountNumber::get))
        .bind::<Nullable<Text>, _>(filter.status.map(Status::as_str))
        .bind::<Nullable<Date>, _>(filter.from)
        .bind::<Nullable<Date>, _>(filter.to)
        .bind::<Nullable<BigInt>, _>(filter.batch.map(|batch| batch.0))
        .bind::<Nullable<BigInt>, _>(filter.person.map(|person| person.0))
        .load_iter::<Row, PgRowByRowLoadingMode>(conn.0)
        .map_err(StoreError::from)?;
    for row in rows {
        line(report_line(row.map_err(StoreError::from)?)?)?;
    }
    Ok(())
}

fn report_line(row: Row) -> Result<PayoutLine, StoreError> {
    let zone: Tz = row
        .time_zone
        .parse()
        .map_err(|_| corrupt("time zone", &row.time_zone))?;
    let currency = Currency::parse(&row.currency).ok_or_else(|| corrupt("currency", &row.currency))?;
    let moment = |at: DateTime<Utc>| -> Moment { at.with_timezone(&zone) };
    let deed = |by: Option<String>, at: Option<DateTime<Utc>>| Deed {
        by,
        at: at.map(moment),
    };
    let amount = row.amount.or_else(|| entered_amount(&row, currency));
    Ok(PayoutLine {
        transaction_date: moment(row.transaction_date),
        batch_number: row.batch_number,
        account: row.account,
        reference: row.reference,
        beneficiary_name: row.beneficiary_name,
        destination: row.destination,
        amount: amount.map(|minor| Money::new(minor, currency)),
        currency: row.currency,
        purpose: row.purpose.or_else(|| row.entered_purpose.map(code_where_known)),
        rationale: row.rationale,
        status: row.status,
        result: row.result,
        channel: row.channel,
        rail_reference: row.rail_reference,
        failure_reason: row.failure_reason,
        captured: deed(row.captured_by, Some(row.captured_at)),
        released: deed(
            row.submitted_by.clone().filter(|_| row.released_at.is_some()),
            row.released_at,
        ),
        submitted: deed(row.submitted_by, row.submitted_at),
        edited_by: row.edited_by,
        reviewed: deed(row.reviewed_by, row.reviewed_at),
        approved: deed(row.approved_by, row.approved_at),
        closed: deed(row.closed_by, row.closed_at),
        closed_reason: row.closed_reason,
    })
}

/// What a faulty row's amount says, where it reads as one.
fn entered_amount(row: &Row, currency: Currency) -> Option<i64> {
    let style = if row.amount_has_comma {
        NumberStyle::Comma
    } else {
        NumberStyle::Point
    };
    Amount::parse(row.entered_amount.as_deref()?, currency, style).ok()
}

fn code_where_known(entered: String) -> String {
    Purpose::parse(&entered).map_or(entered, |known| known.code().to_owned())
}
