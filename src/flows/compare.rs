//! Comparing a batch with what was paid before, once it is judged and again when it is submitted
//! otherwise than it was compared. A job does it in runs of rows, and keeps the counts: a page then
//! reads them, and the deciding signature knows at once whether bank details are cooling down.

use crate::domain::batch::Batch;
use crate::domain::beneficiary::{Findings, Flag};
use crate::flows::FlowError;
use crate::store::beneficiary::{self, Check, Compared};
use crate::store::{Tx, batch};
use chrono::{DateTime, Utc};

/// What has come together while the runs of a batch are compared.
#[derive(Default)]
pub struct Comparing {
    findings: Findings,
    changed_at: Option<DateTime<Utc>>,
}

impl Comparing {
    /// Takes a run of rows.
    pub fn take(&mut self, rows: &[Compared]) {
        for row in rows {
            let Some(flag) = Flag::of(row.amount, row.past) else {
                continue;
            };
            self.findings.add(flag, row.row);
            if flag == Flag::Changed {
                self.changed_at = self.changed_at.max(Some(row.changed_at));
            }
        }
    }

    /// Keeps what was found, unless the batch has changed since `compared` was read: then another
    /// task compares it.
    ///
    /// # Errors
    /// What the store says.
    pub fn keep(self, tx: &mut Tx<'_>, compared: &Batch, now: DateTime<Utc>) -> Result<(), FlowError> {
        let found = batch::lock_by_id(tx, compared.id)?;
        let Some(fingerprint) = found
            .fingerprint
            .filter(|print| Some(*print) == compared.fingerprint)
        else {
            return Ok(());
        };
        let check = Check {
            fingerprint,
            findings: self.findings,
            changed_at: self.changed_at,
        };
        Ok(beneficiary::upsert_check(tx, &found, &check, now)?)
    }
}
