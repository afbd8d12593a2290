//! Submission by the person who sees the batch: over the fingerprint of what they saw. Faulty rows stay
//! out of what is signed. What a submission is, is in `submission`.

use crate::domain::batch::Status;
use crate::domain::fingerprint::{Fingerprint, beside};
use crate::domain::ids::BatchNumber;
use crate::domain::permission::{Actor, Permission};
use crate::flows::{FlowError, submission};
use crate::store::{Tx, account, batch, document};
use chrono::{DateTime, Utc};

/// What somebody saw of the batch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seen {
    /// Its rows.
    pub rows: Option<Fingerprint>,
    /// Its date and documents, where the form says it.
    pub beside: Option<Fingerprint>,
}

/// Who names the rows alone has not looked at a page.
impl From<Option<Fingerprint>> for Seen {
    fn from(rows: Option<Fingerprint>) -> Self {
        Self { rows, beside: None }
    }
}

/// Signs as initiator; answers where the batch stands then.
///
/// # Errors
/// A refusal of duty or state, a stale fingerprint, control figures that disagree, or a level that
/// nobody else here could sign.
pub fn submit(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    seen: Seen,
    now: DateTime<Utc>,
) -> Result<Status, FlowError> {
    let scope = actor.require(Permission::BatchCapture)?;
    let mut found = batch::lock(tx, &scope, number)?;
    let account = account::load(tx, found.account)?;
    let submission = submission::check(tx, actor, &found, (&account, seen.rows))?;
    let documents = document::list(tx, &found)?;
    let present = documents.iter().filter(|one| one.removed.is_none());
    let now_beside = beside(
        found.pay_on.map(|at| at.timestamp()),
        present.map(|one| one.file.digest.as_slice()),
    );
    if seen.beside.is_some_and(|seen| seen != now_beside) {
        return Err(FlowError::FingerprintStale);
    }
    submission::sign(tx, actor, &mut found, (&account, &submission), now)
}
