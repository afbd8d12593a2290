//! Intents: claimed with their slice, answered by the rail, looked up when no answer came.

use super::prepared::Prepared;
use super::prepared::numbered;
use super::schema::intent;
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::destination::{BankAccount, Destination};
use crate::domain::ids::{IntentId, PayoutId, SliceId};
use crate::domain::money::{Currency, Money};
use crate::domain::payout::Result as IntentResult;
use crate::domain::purpose::Purpose;
use crate::domain::rail::Order;
use crate::store::slice::ClaimedSlice;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

#[derive(QueryableByName)]
struct OrderRow {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    intent_id: Option<Uuid>,
    #[diesel(sql_type = SqlUuid)]
    payout_id: Uuid,
    #[diesel(sql_type = BigInt)]
    amount: i64,
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = Nullable<Text>)]
    iban: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    account_number: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    bank_code: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    mobile: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    provider: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    beneficiary_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    purpose: Option<String>,
    #[diesel(sql_type = Text)]
    reference: String,
}

/// What the queries below select of a payout, over the aliases p and a.
const ORDER: &str = "p.id AS payout_id, p.amount, a.currency, p.iban, p.account_number, p.bank_code, p.mobile, \
     p.provider, p.beneficiary_name, p.purpose, coalesce(p.reference, lpad(p.sequence_number::text, 16, '0')) AS reference";

/// A payment to be made, and the payout it is for.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// For which payout.
    pub payout: PayoutId,
    /// What the rail is told.
    pub order: Order,
}

fn claimed(row: OrderRow) -> Result<Claimed, StoreError> {
    let currency = Currency::parse(&row.currency).ok_or_else(|| corrupt("currency", &row.currency))?;
    let destination = match (row.iban, row.account_number, row.bank_code) {
        (Some(iban), _, _) => Destination::Bank(BankAccount::Iban(iban)),
        (None, Some(account_number), Some(bank_code)) => Destination::Bank(BankAccount::Local {
            account_number,
            bank_code,
        }),
        (None, _, _) => Destination::Wallet {
            mobile: row
                .mobile
                .ok_or_else(|| corrupt("destination of payout", row.payout_id))?,
            provider: row.provider,
        },
    };
    Ok(Claimed {
        payout: PayoutId(row.payout_id),
        order: Order {
            intent: IntentId(row.intent_id.unwrap_or_else(Uuid::now_v7)),
            amount: Money::new(row.amount, currency),
            destination,
            beneficiary_name: row.beneficiary_name,
            purpose: row.purpose.as_deref().and_then(Purpose::parse),
            reference: row.reference,
        },
    })
}

#[derive(Insertable)]
#[diesel(table_name = intent, treat_none_as_default_value = false)]
struct NewIntent {
    id: Uuid,
    organisation_id: i64,
    payout_id: Uuid,
    slice_id: i64,
    result: &'static str,
    created_at: DateTime<Utc>,
}

/// Claims the payouts of a claimed slice and gives each an intent with its own id.
///
/// # Errors
/// `Refused` by `intent_live` where a payout has an intent already.
pub fn claim(tx: &mut Tx<'_>, slice: &ClaimedSlice, now: DateTime<Utc>) -> Result<Vec<Claimed>, StoreError> {
    let rows: Vec<OrderRow> = diesel::sql_query(format!(
        "UPDATE payout p SET status = 'PROCESSING_IN_PROGRESS', result = 'queued', updated_at = $2
         FROM payout_account a
         WHERE p.slice_id = $1 AND p.status = 'SCHEDULED' AND a.id = p.account_id
         RETURNING NULL::uuid AS intent_id, {ORDER}"
    ))
    .bind::<BigInt, _>(slice.id.0)
    .bind::<Timestamptz, _>(now)
    .load(tx.pg())?;
    let claimed = rows.into_iter().map(claimed).collect::<Result<Vec<_>, _>>()?;
    let intents: Vec<NewIntent> = claimed
        .iter()
        .map(|claimed| NewIntent {
            id: claimed.order.intent.0,
            organisation_id: slice.organisation.0,
            payout_id: claimed.payout.0,
            slice_id: slice.id.0,
            result: IntentResult::Queued.as_str(),
            created_at: now,
        })
        .collect();
    diesel::copy_from(intent::table)
        .from_insertable(intents)
        .execute(tx.pg())?;
    Ok(claimed)
}

/// Intents of a slice that were made and never heard of: their worker died around the call.
///
/// # Errors
/// What the database says.
pub fn list_unheard(conn: &mut Conn<'_>, slice: SliceId) -> Result<Vec<Claimed>, StoreError> {
    let rows: Vec<OrderRow> = diesel::sql_query(format!(
        "SELECT i.id AS intent_id, {ORDER} FROM intent i
         JOIN payout p ON p.organisation_id = i.organisation_id AND p.id = i.payout_id
         JOIN payout_account a ON a.id = p.account_id
         WHERE i.slice_id = $1 AND i.result = 'queued' AND NOT i.superseded"
    ))
    .bind::<BigInt, _>(slice.0)
    .load(conn.0)?;
    rows.into_iter().map(claimed).collect()
}

/// A look-up that is due, with the slice it belongs to.
#[derive(Clone, Debug)]
pub struct LookUp {
    /// What is asked about.
    pub claimed: Claimed,
    /// Its slice.
    pub slice: SliceId,
    /// The rail's name.
    pub rail: String,
}

#[derive(QueryableByName)]
struct LookUpRow {
    #[diesel(embed)]
    order: OrderRow,
    #[diesel(sql_type = BigInt)]
    slice_id: i64,
    #[diesel(sql_type = Text)]
    rail: String,
}

/// Takes look-ups that are due, at most `limit`, and puts their next one off with growing delay.
///
/// # Errors
/// What the database says.
pub fn claim_look_ups(tx: &mut Tx<'_>, now: DateTime<Utc>, limit: i64) -> Result<Vec<LookUp>, StoreError> {
    let rows: Vec<LookUpRow> = numbered(format!(
        "WITH due AS (
             SELECT id FROM intent WHERE look_up_at <= $1 ORDER BY look_up_at LIMIT $2 FOR UPDATE SKIP LOCKED
         ), put_off AS (
             UPDATE intent i SET look_ups = look_ups + 1,
                 look_up_at = $1 + least(interval '1 hour', interval '5 seconds' * power(2, least(look_ups, 12)))
             FROM due WHERE i.id = due.id RETURNING i.*
         )
         SELECT i.id AS intent_id, {ORDER}, i.slice_id, a.rail FROM put_off i
         JOIN payout p ON p.organisation_id = i.organisation_id AND p.id = i.payout_id
         JOIN payout_account a ON a.id = p.account_id"
    ))
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(limit)
    .load(tx.pg())?;
    rows.into_iter()
        .map(|row| {
            Ok(LookUp {
                claimed: claimed(row.order)?,
                slice: SliceId(row.slice_id),
                rail: row.rail,
            })
        })
        .collect()
}

/// What is noted of an intent.
#[derive(Clone, Debug)]
pub struct Noted {
    /// Which.
    pub intent: IntentId,
    /// What became of it.
    pub result: IntentResult,
    /// Whether the rail took it at all (else the payout ends as INTENT_CREATION_FAILED).
    pub taken: bool,
    /// How it went.
    pub channel: Option<String>,
    /// In words.
    pub message: String,
    /// Why not.
    pub failure_reason: Option<String>,
    /// The rail's own number.
    pub rail_reference: Option<String>,
    /// When to ask the rail; `None` when the outcome is known.
    pub look_up_at: Option<DateTime<Utc>>,
}

/// An intent whose result changed just now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Changed {
    /// Which payout.
    pub payout: PayoutId,
    /// Minor units.
    pub amount: i64,
    /// The new result.
    pub result: IntentResult,
    /// Its slice.
    pub slice: SliceId,
}

#[derive(QueryableByName)]
struct ChangedRow {
    #[diesel(sql_type = SqlUuid)]
    payout_id: Uuid,
    #[diesel(sql_type = BigInt)]
    amount: i64,
    #[diesel(sql_type = Text)]
    result: String,
    #[diesel(sql_type = BigInt)]
    slice_id: i64,
}

/// Notes what rails said: intents and payouts in one statement each. Answers those whose result
/// changed; what was known already, or is final, is left alone, so that an answer may come twice.
///
/// # Errors
/// What the database says.
pub fn note(tx: &mut Tx<'_>, noted: &[Noted], now: DateTime<Utc>) -> Result<Vec<Changed>, StoreError> {
    let texts = |pick: fn(&Noted) -> Option<&str>| noted.iter().map(pick).collect::<Vec<Option<&str>>>();
    let rows: Vec<ChangedRow> = diesel::sql_query(
        "WITH said AS (
             SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[])
             AS s(id, result, channel, message, failure_reason, rail_reference, look_up_at, status)
         ), heard AS (
             UPDATE intent i SET result = s.result, channel = coalesce(s.channel, i.channel), message = s.message,
                 failure_reason = s.failure_reason, rail_reference = coalesce(s.rail_reference, i.rail_reference), look_up_at = s.look_up_at,
                 result_at = $9
             FROM said s WHERE i.id = s.id AND i.result IN ('queued', 'initiated') AND i.result <> s.result
             RETURNING i.organisation_id, i.payout_id, i.slice_id, s.result, s.status
         )
         UPDATE payout p SET status = h.status, result = h.result, updated_at = $9
         FROM heard h WHERE p.organisation_id = h.organisation_id AND p.id = h.payout_id
             AND p.status IN ('PROCESSING_IN_PROGRESS', 'PROCESSED')
         RETURNING p.id AS payout_id, p.amount, h.result, h.slice_id",
    )
    .bind::<Array<SqlUuid>, _>(noted.iter().map(|noted| noted.intent.0).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(noted.iter().map(|noted| noted.result.as_str()).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(texts(|noted| noted.channel.as_deref()))
    .bind::<Array<Text>, _>(noted.iter().map(|noted| noted.message.as_str()).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(texts(|noted| noted.failure_reason.as_deref()))
    .bind::<Array<Nullable<Text>>, _>(texts(|noted| noted.rail_reference.as_deref()))
    .bind::<Array<Nullable<Timestamptz>>, _>(noted.iter().map(|noted| noted.look_up_at).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(noted.iter().map(status_after).collect::<Vec<_>>())
    .bind::<Timestamptz, _>(now)
    .load(tx.pg())?;
    rows.into_iter()
        .map(|row| {
            Ok(Changed {
                payout: PayoutId(row.payout_id),
                amount: row.amount,
                result: IntentResult::parse(&row.result).ok_or_else(|| corrupt("result", &row.result))?,
                slice: SliceId(row.slice_id),
            })
        })
        .collect()
}

/// What the payout becomes. An outcome that is still open leaves it in progress.
fn status_after(noted: &Noted) -> &'static str {
    use crate::domain::payout::Status;
    match noted.result {
        IntentResult::Queued => Status::ProcessingInProgress,
        IntentResult::Initiated if noted.taken => Status::Processed,
        IntentResult::Initiated => Status::ProcessingInProgress,
        IntentResult::Failed if !noted.taken => Status::IntentCreationFailed,
        IntentResult::Paid | IntentResult::Failed | IntentResult::Canceled | IntentResult::Returned => {
            Status::Processed
        }
    }
    .as_str()
}

/// An intent as a payout's page shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Intent {
    /// Its id.
    pub id: IntentId,
    /// What became of it.
    pub result: IntentResult,
    /// How.
    pub channel: Option<String>,
    /// In words.
    pub message: Option<String>,
    /// Why not.
    pub failure_reason: Option<String>,
    /// The rail's own number.
    pub rail_reference: Option<String>,
    /// Made.
    pub created_at: DateTime<Utc>,
    /// Last heard of.
    pub result_at: Option<DateTime<Utc>>,
    /// Asked about next.
    pub look_up_at: Option<DateTime<Utc>>,
}

/// A payout's intents, oldest first.
///
/// # Errors
/// What the database says.
pub fn list_of_payout(conn: &mut Conn<'_>, payout: PayoutId) -> Result<Vec<Intent>, StoreError> {
    type Row = (
        (
            Uuid,
            String,
            Option<String>,
            Option<String>,
            Option<String>,
            Option<String>,
        ),
        (DateTime<Utc>, Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    );
    let rows: Vec<Row> = intent::table
        .filter(intent::payout_id.eq(payout.0))
        .order(intent::created_at)
        .select((
            (
                intent::id,
                intent::result,
                intent::channel,
                intent::message,
                intent::failure_reason,
                intent::rail_reference,
            ),
            (intent::created_at, intent::result_at, intent::look_up_at),
        ))
        .load(conn.0)?;
    rows.into_iter()
        .map(
            |(
                (id, result, channel, message, failure_reason, rail_reference),
                (created_at, result_at, look_up_at),
            )| {
                Ok(Intent {
                    id: IntentId(id),
                    result: IntentResult::parse(&result).ok_or_else(|| corrupt("result", &result))?,
                    channel,
                    message,
                    failure_reason,
                    rail_reference,
                    created_at,
                    result_at,
                    look_up_at,
                })
            },
        )
        .collect()
}

#[derive(QueryableByName)]
struct LastRow {
    #[diesel(sql_type = SqlUuid)]
    payout_id: Uuid,
    #[diesel(sql_type = Nullable<Text>)]
    channel: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    message: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    failure_reason: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    result_at: Option<DateTime<Utc>>,
}

/// What is told of a payout's last intent.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Last {
    /// How it went.
    pub channel: Option<String>,
    /// In words.
    pub message: Option<String>,
    /// Why not.
    pub failure_reason: Option<String>,
    /// Last heard of.
    pub result_at: Option<DateTime<Utc>>,
}

/// The last intent of each of these payouts that has one.
///
/// # Errors
/// What the database says.
pub fn list_last(conn: &mut Conn<'_>, payouts: &[PayoutId]) -> Result<Vec<(PayoutId, Last)>, StoreError> {
    if payouts.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = payouts.iter().map(|id| id.0).collect();
    let rows: Vec<LastRow> = Prepared::new(
        "SELECT DISTINCT ON (payout_id) payout_id, channel, message, failure_reason, result_at
         FROM intent WHERE payout_id = ANY(",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .sql(") ORDER BY payout_id, created_at DESC")
    .load(conn.0)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let last = Last {
                channel: row.channel,
                message: row.message,
                failure_reason: row.failure_reason,
                result_at: row.result_at,
            };
            (PayoutId(row.payout_id), last)
        })
        .collect())
}
