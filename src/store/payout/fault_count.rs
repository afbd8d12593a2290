//! In how many rows of a batch which column has a fault: kept with every change, so that the to-do list
//! costs the same in a batch of a million.
//!
//! The invariant: a row counts for each of its faults while it is faulty, neither left out nor
//! cancelled. Whoever changes that changes the count in the same transaction.

use super::super::prepared::numbered;
use super::super::{Conn, StoreError, Tx};
use crate::domain::batch::Batch;
use crate::domain::fault::Fault;
use crate::domain::field::Field;
use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
use diesel::{QueryableByName, RunQueryDsl};
use std::collections::BTreeMap;
use uuid::Uuid;

/// How many rows more, or fewer, have a fault in which column.
#[derive(Default)]
pub(super) struct Change(BTreeMap<Field, i64>);

impl Change {
    /// A row more with these faults.
    pub(super) fn comes(&mut self, faults: &[Fault]) {
        self.add(faults, 1);
    }

    /// A row fewer with these faults.
    pub(super) fn goes(&mut self, faults: &[Fault]) {
        self.add(faults, -1);
    }

    fn add(&mut self, faults: &[Fault], rows: i64) {
        for fault in faults {
            *self.0.entry(fault.field).or_default() += rows;
        }
    }

    /// Keeps it.
    ///
    /// # Errors
    /// What the database says.
    pub(super) fn keep(self, tx: &mut Tx<'_>, batch: &Batch) -> Result<(), StoreError> {
        let (fields, changes): (Vec<&str>, Vec<i64>) = self
            .0
            .into_iter()
            .filter(|(_, rows)| *rows != 0)
            .map(|(field, rows)| (field.code(), rows))
            .unzip();
        if fields.is_empty() {
            return Ok(());
        }
        // What becomes fewer is there; a row with less than nothing would be refused before it is found so.
        diesel::sql_query(
            "WITH change AS (SELECT * FROM unnest($3, $4) AS c(field, rows)),
                 fewer AS (UPDATE fault_count k SET count = k.count + c.rows FROM change c
                     WHERE k.organisation_id = $1 AND k.batch_id = $2 AND k.field = c.field AND c.rows < 0)
             INSERT INTO fault_count AS k (organisation_id, batch_id, field, count)
             SELECT $1, $2, c.field, c.rows FROM change c WHERE c.rows > 0
             ON CONFLICT (organisation_id, batch_id, field) DO UPDATE SET count = k.count + excluded.count",
        )
        .bind::<BigInt, _>(batch.organisation.0)
        .bind::<BigInt, _>(batch.id.0)
        .bind::<Array<Text>, _>(fields)
        .bind::<Array<BigInt>, _>(changes)
        .execute(tx.pg())?;
        Ok(())
    }
}

/// Takes off what these payouts count for, before they are cancelled.
///
/// # Errors
/// What the database says.
pub(super) fn take_off(tx: &mut Tx<'_>, batch: &Batch, payouts: &[Uuid]) -> Result<(), StoreError> {
    diesel::sql_query(
        "WITH gone AS (
             SELECT fault ->> 'field' AS field, count(*) AS rows FROM payout p, jsonb_array_elements(p.faults) AS fault
             WHERE p.organisation_id = $1 AND p.id = ANY($3) AND p.faults IS NOT NULL AND p.status = 'VALIDATION_FAILED'
                 AND NOT EXISTS (SELECT 1 FROM left_out_row l
                     WHERE l.organisation_id = $1 AND l.batch_id = $2 AND l.\"row\" = p.\"row\")
             GROUP BY 1)
         UPDATE fault_count k SET count = k.count - g.rows FROM gone g
         WHERE k.organisation_id = $1 AND k.batch_id = $2 AND k.field = g.field",
    )
    .bind::<BigInt, _>(batch.organisation.0)
    .bind::<BigInt, _>(batch.id.0)
    .bind::<Array<SqlUuid>, _>(payouts)
    .execute(tx.pg())?;
    Ok(())
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = Text)]
    field: String,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// In how many rows which column has a fault, most first.
///
/// # Errors
/// What the database says.
pub fn list_fault_counts(conn: &mut Conn<'_>, batch: &Batch) -> Result<Vec<(Field, i64)>, StoreError> {
    let rows: Vec<CountRow> = numbered(
        "SELECT field, count FROM fault_count WHERE organisation_id = $1 AND batch_id = $2 AND count > 0
         ORDER BY count DESC, field",
    )
    .bind::<BigInt, _>(batch.organisation.0)
    .bind::<BigInt, _>(batch.id.0)
    .load(conn.0)?;
    let counted = rows.into_iter();
    Ok(counted
        .filter_map(|row| Some((Field::parse(&row.field)?, row.count)))
        .collect())
}
