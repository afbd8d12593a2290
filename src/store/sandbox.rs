//! The sandbox rail's books. They stand for the outside world: nothing of ours is joined with them.

use super::{Conn, StoreError, Tx};
use crate::domain::ids::IntentId;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
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
        "INSERT INTO sandbox.payment AS p (intent_id, amount, result)
         SELECT * FROM unnest($1, $2, $3)
         ON CONFLICT (intent_id) DO UPDATE SET received = p.received + 1",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<BigInt>, _>(amounts)
    .bind::<Array<Text>, _>(results)
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
}

/// Those of `ids` that the rail has, in no order.
///
/// # Errors
/// What the database says.
pub fn list(conn: &mut Conn<'_>, ids: &[IntentId]) -> Result<Vec<Payment>, StoreError> {
    let keys: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<Row> =
        diesel::sql_query("SELECT intent_id, amount, result FROM sandbox.payment WHERE intent_id = ANY($1)")
            .bind::<Array<SqlUuid>, _>(keys)
            .load(conn.0)?;
    Ok(rows
        .into_iter()
        .map(|row| Payment {
            intent: IntentId(row.intent_id),
            amount: row.amount,
            result: row.result,
        })
        .collect())
}
