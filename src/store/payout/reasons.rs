//! Why payouts were called off, by themselves or with their batch, and why rows were left out: what
//! people wrote. Asked only for payouts that can have such a reason, so that a page of paid ones costs
//! nothing more.

use super::super::prepared::Prepared;
use super::super::{Conn, StoreError};
use super::Payout;
use crate::domain::ids::{OrganisationId, PayoutId};
use crate::domain::payout::Status;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Uuid as SqlUuid};
use std::collections::HashMap;
use uuid::Uuid;

/// What people wrote.
#[derive(Clone, Default, Debug)]
pub struct Written {
    /// Why it, or its batch, was called off. It holds only for what is CANCELLED.
    pub closed: Option<String>,
    /// Why its row was left out.
    pub left_out: Option<String>,
}

/// The same as columns, over the aliases c (payout_closed), b (batch) and l (left_out_row).
pub(in crate::store) const WRITTEN: &str =
    "coalesce(c.reason, b.closed_reason) AS closed, l.reason AS left_out";
/// The two tables, joined to p (payout).
pub(in crate::store) const JOINED: &str = "LEFT JOIN payout_closed c ON c.organisation_id = p.organisation_id AND c.payout_id = p.id \
     LEFT JOIN left_out_row l ON l.organisation_id = p.organisation_id AND l.batch_id = p.batch_id \
         AND l.\"row\" = p.\"row\"";

#[derive(QueryableByName)]
struct WrittenRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Nullable<Text>)]
    closed: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    left_out: Option<String>,
}

/// What was written of those of these payouts that were called off or are faulty.
///
/// # Errors
/// What the database says.
pub fn list_written(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    payouts: &[Payout],
) -> Result<HashMap<PayoutId, Written>, StoreError> {
    let can_have = |payout: &&Payout| payout.status == Status::Cancelled || payout.content.is_err();
    let ids: Vec<Uuid> = payouts
        .iter()
        .filter(can_have)
        .map(|payout| payout.id.0)
        .collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<WrittenRow> = Prepared::new(format!(
        "SELECT p.id, {WRITTEN} FROM payout p JOIN batch b ON b.id = p.batch_id {JOINED}
         WHERE p.organisation_id = "
    ))
    .bind::<BigInt, _>(organisation.0)
    .sql(" AND p.id = ANY(")
    .bind::<Array<SqlUuid>, _>(ids)
    .sql(")")
    .load(conn.0)?;
    let written = |row: WrittenRow| {
        let both = Written {
            closed: row.closed,
            left_out: row.left_out,
        };
        (PayoutId(row.id), both)
    };
    Ok(rows.into_iter().map(written).collect())
}
