//! Payouts as programs ask for them: of a batch by the code that integrators know, of an organisation
//! by metadata, reference, status and age.

use super::super::prepared::{Prepared, count, rounded};
use super::super::{Conn, StoreError};
use super::list::{Filter, JOINED, load_newest};
use super::row::{COLUMNS, Payout, Row};
use super::search;
use super::{RESULT, STATUS};
use crate::domain::ids::{BatchId, PayoutId};
use crate::domain::payout::{Code, Status};
use crate::domain::permission::{Accounts, Scope};
use chrono::{DateTime, Utc};
use diesel::RunQueryDsl;
use diesel::sql_types::{Array, BigInt, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde_json::Value;

/// A sequence number's digits.
const SEQUENCE_DIGITS: usize = 16;

/// Rows of a batch with this code after row number `after`, at most `limit`.
///
/// # Errors
/// What the database says.
pub fn list_with_code(
    conn: &mut Conn<'_>,
    batch: BatchId,
    code: Code,
    after: i32,
    limit: i64,
) -> Result<Vec<Payout>, StoreError> {
    let condition = condition(code);
    let rows: Vec<Row> = Prepared::new(format!(
        "SELECT {STATUS} AS status, {COLUMNS} FROM payout p {JOINED} WHERE {condition} AND p.batch_id = "
    ))
    .bind::<BigInt, _>(batch.0)
    .sql(" AND p.\"row\" > ")
    .bind::<Integer, _>(after)
    .sql(format!(" ORDER BY p.\"row\" LIMIT {}", rounded(limit)))
    .load(conn.0)?;
    rows.into_iter()
        .take(count(limit))
        .map(Payout::try_from)
        .collect()
}

/// The rows with a code, as `domain::payout::Code::of` gives it.
fn condition(code: Code) -> String {
    const RESERVED: &str = "b.status IN ('approved', 'paying', 'paused')";
    let shown = |status: Status| format!("({STATUS}) = '{}'", status.as_str());
    let unclaimed = format!(
        "({} OR {} OR {})",
        shown(Status::Scheduled),
        shown(Status::ValidationPending),
        shown(Status::ValidationInProgress)
    );
    match code {
        Code::Pending => format!("{unclaimed} AND NOT {RESERVED}"),
        Code::Due => format!("{unclaimed} AND {RESERVED}"),
        Code::InProgress => format!(
            "({} OR ({} AND p.result IN ('queued', 'initiated')))",
            shown(Status::ProcessingInProgress),
            shown(Status::Processed)
        ),
        Code::Paid => "p.result = 'paid'".to_owned(),
        Code::Failed => format!(
            "(({} AND p.result IN ('failed', 'canceled')) OR {})",
            shown(Status::Processed),
            shown(Status::IntentCreationFailed)
        ),
        Code::Invalid => shown(Status::ValidationFailed),
        Code::Rejected => format!("{} AND b.status = 'rejected'", shown(Status::Cancelled)),
        Code::Cancelled => format!("{} AND b.status <> 'rejected'", shown(Status::Cancelled)),
        Code::Returned => "p.result = 'returned'".to_owned(),
    }
}

/// What a program asks for; nothing is everything.
#[derive(Clone, Default, Debug)]
pub struct Asked {
    /// Pairs that its metadata has, as an object.
    pub metadata: Option<Value>,
    /// The merchant's reference; the sequence number where it has none.
    pub reference: Option<String>,
    /// Statuses as shown: the eight, or the six.
    pub status: Option<String>,
    /// Made not before.
    pub created_after: Option<DateTime<Utc>>,
    /// Only older than this one: the last of the page before.
    pub after: Option<PayoutId>,
}

/// The scope's payouts, newest first, at most `limit`. Metadata and references go by index first:
/// whoever asks for a pair that few payouts have does not wait for the others.
///
/// # Errors
/// What the database says.
pub fn list_asked(
    conn: &mut Conn<'_>,
    scope: &Scope,
    asked: &Asked,
    limit: i64,
) -> Result<Vec<Payout>, StoreError> {
    // Payouts of a status that few have are not looked for among all: slices and batches know where.
    let places = if asked.status.is_some() || asked.created_after.is_some() {
        let all = search::list_accounts(conn, scope, &Filter::default())?;
        let word = asked.status.as_deref();
        let places = search::list_places_asked(conn, scope, &all, word, asked.created_after)?;
        if places.is_empty() {
            return Ok(Vec::new());
        }
        Some(places)
    } else {
        None
    };
    let organisation = scope.organisation().0;
    let found = found(organisation, asked);
    let is_narrow = found.is_some();
    let mut query = found.unwrap_or_else(|| Prepared::new(""));
    query = query.sql(format!("SELECT {STATUS} AS status, {COLUMNS} FROM "));
    query = match &places {
        // A thousand places are looked for otherwise than two.
        Some(places) => places.from(query.planned_anew()),
        None => query.sql("payout"),
    };
    query = query
        .sql(format!(" p {JOINED} WHERE p.organisation_id = "))
        .bind::<BigInt, _>(organisation);
    if is_narrow {
        query = query.sql(" AND p.id IN (SELECT id FROM found)");
    }
    if let Some(places) = &places {
        query = places.within(query);
    }
    load_newest(conn, filtered(query, scope, asked), limit)
}

/// Adds what each payout is asked for.
fn filtered<'q>(mut query: Prepared<'q>, scope: &Scope, asked: &Asked) -> Prepared<'q> {
    if let Accounts::Only(own) = scope.accounts() {
        query = query
            .sql(" AND p.account_id = ANY(")
            .bind::<Array<BigInt>, _>(own.iter().map(|id| id.0).collect::<Vec<_>>())
            .sql(")");
    }
    if let Some(reference) = asked.reference.clone() {
        query = query
            .sql(" AND coalesce(p.reference, lpad(p.sequence_number::text, 16, '0')) = ")
            .bind::<Text, _>(reference);
    }
    if let Some(word) = asked.status.clone() {
        query = query
            .sql(format!(" AND (({STATUS}) = "))
            .bind::<Text, _>(word.clone())
            .sql(format!(" OR {RESULT} = "))
            .bind::<Text, _>(word)
            .sql(")");
    }
    if let Some(since) = asked.created_after {
        query = query.sql(" AND b.captured_at >= ").bind::<Timestamptz, _>(since);
    }
    if let Some(last) = asked.after {
        query = query.sql(" AND p.id < ").bind::<SqlUuid, _>(last.0);
    }
    query
}

/// The payouts that have the pairs, or else the reference, by their own indexes.
fn found<'q>(organisation: i64, asked: &Asked) -> Option<Prepared<'q>> {
    const OF_ACCOUNTS: &str = " AND account_id IN (SELECT id FROM payout_account WHERE organisation_id = ";
    if let Some(pairs) = asked.metadata.clone() {
        let query = Prepared::new("WITH found AS MATERIALIZED (SELECT id FROM payout WHERE metadata @> ");
        let query = query.bind::<Jsonb, _>(pairs).sql(" AND organisation_id = ");
        return Some(query.bind::<BigInt, _>(organisation).sql(") "));
    }
    let reference = asked.reference.clone()?;
    // The reference of a payout without one is its sequence number.
    let number: Option<i64> = reference
        .parse()
        .ok()
        .filter(|_| reference.len() == SEQUENCE_DIGITS);
    let query = Prepared::new("WITH found AS MATERIALIZED (SELECT id FROM payout WHERE reference = ");
    let query = query.bind::<Text, _>(reference).sql(OF_ACCOUNTS);
    let query = query.bind::<BigInt, _>(organisation);
    let query = query.sql(") UNION SELECT id FROM payout WHERE reference IS NULL AND sequence_number = ");
    let query = query.bind::<Nullable<BigInt>, _>(number).sql(OF_ACCOUNTS);
    Some(query.bind::<BigInt, _>(organisation).sql(")) "))
}
