//! What auditors do with the log: download it, have it recomputed, take a signed checkpoint of it and
//! compare it with one later. Each of these is a line of the log itself.

use crate::domain::checkpoint::{Checkpoint, CheckpointKey, NotOurs, Outcome};
use crate::domain::event::Event;
use crate::domain::permission::{Actor, Permission, Scope};
use crate::domain::task::Task;
use crate::flows::FlowError;
use crate::store::audit_check::{self, Check, OPEN_MAX};
use crate::store::event::chain;
use crate::store::{Tx, event, organisation, queue};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// Writes the download of `what` (its filters) to the log; answers what it may reach.
///
/// # Errors
/// `NotPermitted` without the permission to read the log.
pub fn note_download(
    tx: &mut Tx<'_>,
    actor: &Actor,
    what: Value,
    now: DateTime<Utc>,
) -> Result<Scope, FlowError> {
    let scope = actor.require(Permission::AuditRead)?;
    let downloaded = Event::new(actor.organisation(), now, "audit.downloaded", what);
    event::append(tx, &downloaded.by(actor.person()))?;
    Ok(scope)
}

/// A signed checkpoint of the log as it is now; that it was made is its last line.
///
/// # Errors
/// `NotPermitted` without the permission to read the log.
pub fn make_checkpoint(
    tx: &mut Tx<'_>,
    actor: &Actor,
    key: &CheckpointKey,
    now: DateTime<Utc>,
) -> Result<Checkpoint, FlowError> {
    let scope = actor.require(Permission::AuditRead)?;
    let code = organisation::load_code(tx, scope.organisation())?;
    let made = Event::new(scope.organisation(), now, "audit.checkpoint_made", json!({}));
    event::append(tx, &made.by(actor.person()))?;
    // The head is ours until the end of the transaction.
    let (line, hash) = chain::load_head(tx, scope.organisation())?;
    Ok(key.sign(&code, line, &hash, now))
}

/// Wants the log recomputed, and compared with a checkpoint where one is given.
///
/// # Errors
/// `NotPermitted`; `Invalid` where the checkpoint proves nothing here, or enough checks are under way.
pub fn ask(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (key, checkpoint): (&CheckpointKey, Option<&str>),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let scope = actor.require(Permission::AuditRead)?;
    let code = organisation::load_code(tx, scope.organisation())?;
    let checkpoint = match checkpoint {
        Some(text) => Some(read(key, &code, text).map_err(|why| FlowError::invalid("file", sentence(why)))?),
        None => None,
    };
    let data = json!({ "checkpoint": checkpoint.as_ref().map(|found| found.line) });
    let asked = Event::new(scope.organisation(), now, "audit.verification_asked", data);
    // The head of the log is ours from here on, so two who ask at once are counted one after the other.
    event::append(tx, &asked.by(actor.person()))?;
    if audit_check::count_open(tx, &scope)? >= OPEN_MAX {
        let message = format!("{OPEN_MAX} verifications are under way already. Wait until one has ended.");
        return Err(FlowError::invalid("file", message));
    }
    let mark = checkpoint
        .as_ref()
        .and_then(|found| found.hash_bytes().map(|hash| (found.line, hash)));
    let place = mark.as_ref().map(|(line, hash)| (*line, hash.as_slice()));
    let check = audit_check::insert(tx, &scope, place, now)?;
    Ok(queue::enqueue(tx, &Task::VerifyLog { check }, now)?)
}

/// A checkpoint that this installation signed, of this organisation.
///
/// # Errors
/// Why it is not.
pub fn read(key: &CheckpointKey, organisation: &str, text: &str) -> Result<Checkpoint, NotOurs> {
    let found = Checkpoint::parse(text)?;
    key.verify(&found)?;
    if found.organisation == organisation {
        Ok(found)
    } else {
        Err(NotOurs::OtherOrganisation)
    }
}

fn sentence(why: NotOurs) -> String {
    let text = why.to_string();
    let mut letters = text.chars();
    let first: String = letters
        .next()
        .map(|c| c.to_uppercase().collect())
        .unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// Keeps what a recomputation found, and says so; nothing where it was ended before.
///
/// # Errors
/// What the store says.
pub fn conclude(
    tx: &mut Tx<'_>,
    check: &Check,
    outcome: Outcome,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    if !audit_check::finish(tx, check.id, outcome, now)? {
        return Ok(());
    }
    let data = json!({ "outcome": outcome.to_string(), "line": outcome.seq(),
        "checkpoint": check.checkpoint.as_ref().map(|(line, _)| line) });
    let verified = Event::new(check.organisation, now, "audit.verified", data);
    Ok(event::append(tx, &verified.by(check.asked_by))?)
}
