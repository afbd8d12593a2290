//! Submission by the person who sees the batch: over the fingerprint of what they saw. Faulty rows stay
//! out of what is signed. What a submission is, is in `submission`.

use crate::domain::batch::Status;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::ids::BatchNumber;
use crate::domain::permission::{Actor, Permission};
use crate::flows::{FlowError, submission};
use crate::store::{Tx, account, batch};
use chrono::{DateTime, Utc};

/// Signs as initiator; answers where the batch stands then.
///
/// # Errors
/// A refusal of duty or state, a stale fingerprint, control figures that disagree, or a level that
/// nobody else here could sign.
pub fn submit(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    seen: Option<Fingerprint>,
    now: DateTime<Utc>,
) -> Result<Status, FlowError> {
    let scope = actor.require(Permission::BatchCapture)?;
    let mut found = batch::lock(tx, &scope, number)?;
    let account = account::load(tx, found.account)?;
    let submission = submission::check(tx, actor, &found, (&account, seen))?;
    submission::sign(tx, actor, &mut found, (&account, &submission), now)
}
