//! Payouts as programs ask for them: of a batch by the code that integrators know, of an organisation
//! by metadata, reference, status and age.

use super::super::{Conn, StoreError};
use super::list::{FROM, Filter};
use super::row::{COLUMNS, Payout, Row};
use super::search::{self, Places};
use super::{RESULT, STATUS};
use crate::domain::ids::{BatchId, PayoutId};
use crate::domain::payout::{Code, Status};
use crate::domain::permission::{Accounts, Scope};
use chrono::{DateTime, Utc};
use diesel::RunQueryDsl;
use diesel::sql_types::{Array, BigInt, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde_json::Value;

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
    let rows: Vec<Row> = diesel::sql_query(format!(
        "SELECT {STATUS} AS status, {COLUMNS} {FROM}
         WHERE p.batch_id = $1 AND p.\"row\" > $2 AND {condition} ORDER BY p.\"row\" LIMIT $3"
    ))
    .bind::<BigInt, _>(batch.0)
    .bind::<Integer, _>(after)
    .bind::<BigInt, _>(limit)
    .load(conn.0)?;
    rows.into_iter().map(Payout::try_from).collect()
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
    let all = search::list_accounts(conn, scope, &Filter::default())?;
    let accounts = match scope.accounts() {
        Accounts::All => None,
        Accounts::Only(_) => Some(all.clone()),
    };
    // Payouts of a status that few have are not looked for among all: slices and batches know where.
    let is_placed = asked.status.is_some() || asked.created_after.is_some();
    let places = if is_placed {
        let word = asked.status.as_deref();
        search::list_places_asked(conn, scope, &all, word, asked.created_after)?
    } else {
        Places::default()
    };
    if is_placed && places.is_empty() {
        return Ok(Vec::new());
    }
    let placed = match (places.slices.is_empty(), places.batches.is_empty()) {
        (true, true) => "",
        (false, true) => "AND p.slice_id = ANY($9)",
        (true, false) => "AND p.faults IS NOT NULL AND p.batch_id = ANY($10)",
        (false, false) => "AND (p.slice_id = ANY($9) OR (p.faults IS NOT NULL AND p.batch_id = ANY($10)))",
    };
    let found = if asked.metadata.is_some() {
        "WITH found AS MATERIALIZED (SELECT id FROM payout WHERE metadata @> $3 AND organisation_id = $1)"
    } else if asked.reference.is_some() {
        "WITH found AS MATERIALIZED (
             SELECT id FROM payout WHERE reference = $4
                 AND account_id IN (SELECT id FROM payout_account WHERE organisation_id = $1)
             UNION SELECT id FROM payout WHERE reference IS NULL AND sequence_number::text = $4
                 AND sequence_number = CASE WHEN $4 ~ '^[0-9]{16}$' THEN $4::bigint END
                 AND account_id IN (SELECT id FROM payout_account WHERE organisation_id = $1))"
    } else {
        ""
    };
    let among = if found.is_empty() {
        ""
    } else {
        "AND p.id IN (SELECT id FROM found)"
    };
    let rows: Vec<Row> = diesel::sql_query(format!(
        "{found} SELECT {STATUS} AS status, {COLUMNS} {FROM}
         WHERE p.organisation_id = $1 {among} {placed}
           AND ($2::bigint[] IS NULL OR p.account_id = ANY($2))
           AND ($3::jsonb IS NULL OR p.metadata @> $3)
           AND ($4::text IS NULL OR coalesce(p.reference, p.sequence_number::text) = $4)
           AND ($5::text IS NULL OR ({STATUS}) = $5 OR {RESULT} = $5)
           AND ($6::timestamptz IS NULL OR b.captured_at >= $6)
           AND ($7::uuid IS NULL OR p.id < $7) AND ($9::bigint[], $10::bigint[]) IS NOT NULL
         ORDER BY p.organisation_id DESC, p.id DESC LIMIT $8"
    ))
    .bind::<BigInt, _>(scope.organisation().0)
    .bind::<Nullable<Array<BigInt>>, _>(accounts)
    .bind::<Nullable<Jsonb>, _>(asked.metadata.clone())
    .bind::<Nullable<Text>, _>(asked.reference.clone())
    .bind::<Nullable<Text>, _>(asked.status.clone())
    .bind::<Nullable<Timestamptz>, _>(asked.created_after)
    .bind::<Nullable<SqlUuid>, _>(asked.after.map(|id| id.0))
    .bind::<BigInt, _>(limit)
    .bind::<Array<BigInt>, _>(places.slices)
    .bind::<Array<BigInt>, _>(places.batches)
    .load(conn.0)?;
    rows.into_iter().map(Payout::try_from).collect()
}
