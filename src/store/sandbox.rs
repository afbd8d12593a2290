//! The sandbox rail's books. They stand for the outside world: nothing of ours is joined with them.

use super::{Conn, StoreError, Tx};
use crate::domain::ids::IntentId;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Text, Uuid as SqlUuid};
use uuid::Uuid;

/// A payment as the sandbox rail has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Payment {
    /// The intent's id: the rail's idempotency key.
    pub intent: IntentId,
    /// Minor units.
    pub amount: i64,
    /// What became of it, in the rail's word.
    pub result: String,
    /// Whether it is sent back after it was paid.
    pub comes_back: bool,
}

/// Takes payments in. One that is known already keeps its result and is only counted again.
///
/// # Errors
/// What the database says.
pub fn receive(tx: &mut Tx<'_>, payments: &[Payment]) -> Result<(), StoreError> {
    let ids: Vec<Uuid> = payments.iter().map(|payment| payment.intent.0).collect();
    let amounts: Vec<i64> = payments.iter().map(|payment| payment.amount).collect();
    let results: Vec<&str> = payments.iter().map(|payment| payment.result.as_str()).collect();
    diesel::sql_query(
        "INSERT INTO sandbox.payment AS p (intent_id, amount, result, comes_back)
         SELECT * FROM unnest($1, $2, $3, $4)
         ON CONFLICT (intent_id) DO UPDATE SET received = p.received + 1",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<BigInt>, _>(amounts)
    .bind::<Array<Text>, _>(results)
    .bind::<Array<Bool>, _>(
        payments
            .iter()
            .map(|payment| payment.comes_back)
            .collect::<Vec<_>>(),
    )
    .execute(tx.pg())?;
    Ok(())
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    intent_id: Uuid,
    #[diesel(sql_type = BigInt)]
    amount: i64,
    #[diesel(sql_type = Text)]
    result: String,
    #[diesel(sql_type = Bool)]
    comes_back: bool,
}

/// Those of `ids` that the rail has, in no order.
///
/// # Errors
/// What the database says.
pub fn list(conn: &mut Conn<'_>, ids: &[IntentId]) -> Result<Vec<Payment>, StoreError> {
    let keys: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<Row> = diesel::sql_query(
        "SELECT intent_id, amount, result, comes_back FROM sandbox.payment WHERE intent_id = ANY($1)",
    )
    .bind::<Array<SqlUuid>, _>(keys)
    .load(conn.0)?;
    Ok(rows
        .into_iter()
        .map(|row| Payment {
            intent: IntentId(row.intent_id),
            amount: row.amount,
            result: row.result,
            comes_back: row.comes_back,
        })
        .collect())
}

#[derive(QueryableByName)]
struct SentBack {
    #[diesel(sql_type = BigInt)]
    return_number: i64,
    #[diesel(sql_type = SqlUuid)]
    intent_id: Uuid,
}

/// Sends back what is to come back, and tells of what was sent back after number `after`, at most
/// `limit`. One caller at a time, so that no number becomes visible after a higher one.
///
/// # Errors
/// What the database says.
pub fn send_back(tx: &mut Tx<'_>, after: i64, limit: i64) -> Result<Vec<(i64, IntentId)>, StoreError> {
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtext('sandbox.payment.return_number'))")
        .execute(tx.pg())?;
    diesel::sql_query(
        "UPDATE sandbox.payment p SET return_number = n.number
         FROM (SELECT intent_id, row_number() OVER (ORDER BY received_at, intent_id)
                   + (SELECT coalesce(max(return_number), 0) FROM sandbox.payment) AS number
               FROM sandbox.payment WHERE comes_back AND return_number IS NULL) n
         WHERE p.intent_id = n.intent_id",
    )
    .execute(tx.pg())?;
    let rows: Vec<SentBack> = diesel::sql_query(
        "SELECT return_number, intent_id FROM sandbox.payment WHERE return_number > $1
         ORDER BY return_number LIMIT $2",
    )
    .bind::<BigInt, _>(after)
    .bind::<BigInt, _>(limit)
    .load(tx.pg())?;
    Ok(rows
        .into_iter()
        .map(|row| (row.return_number, IntentId(row.intent_id)))
        .collect())
}
