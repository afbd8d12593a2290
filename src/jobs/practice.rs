//! The colleagues in a practice: they upload, send, sign and confirm what is not the part of the one
//! who practises, by the same flows and under the same duties as everybody.
//!
//! The database counts what happens in a practice; a colleague looks once each time. A refusal is not
//! tried again until something else happens.

use super::{JobError, Worker};
use crate::domain::ids::BatchNumber;
use crate::domain::permission::{Actor, Permission};
use crate::domain::practice::{self as parts, FILE_NAME, MORE_FUNDS, Part};
use crate::domain::proposal::Wish;
use crate::flows::propose::{self, Fresh};
use crate::flows::upload::{Upload, upload};
use crate::flows::{FlowError, approve, review, submit};
use crate::store::practice::{self, Practice};
use crate::store::{StoreError, Tx, account, batch, person};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

impl Worker {
    /// Lets the colleagues of one practice go on.
    pub(super) fn practise(&self) -> Result<bool, JobError> {
        let Some(due) = self.db.read(practice::find_due)? else {
            return Ok(false);
        };
        let now = (self.now)();
        let played = self.db.write(|tx| {
            play(tx, &due, now)?;
            Ok::<_, FlowError>(practice::note_seen(tx, &due)?)
        });
        match played {
            Ok(()) => Ok(true),
            Err(FlowError::Store(error @ (StoreError::Unavailable | StoreError::Database(_)))) => {
                Err(error.into())
            }
            Err(refusal) => {
                tracing::info!(%refusal, "a practice colleague could not go on");
                self.db.write(|tx| practice::note_seen(tx, &due))?;
                Ok(true)
            }
        }
    }
}

/// Everything that it is a colleague's turn to do.
fn play(tx: &mut Tx<'_>, practice: &Practice, now: DateTime<Utc>) -> Result<(), FlowError> {
    let batches = practice::list_batches(tx, practice)?;
    if batches.is_empty() && practice.part.needs_batch() {
        return capture(tx, practice, now);
    }
    for found in batches {
        if let Some(part) = parts::next(found.status, practice.part, found.is_own) {
            go_on(tx, practice, (found.number, part), now)?;
        }
    }
    if practice.part == Part::Administrator {
        administer(tx, practice, now)?;
    }
    Ok(())
}

fn colleague(tx: &mut Tx<'_>, practice: &Practice, part: Part) -> Result<Actor, FlowError> {
    let id = practice::load_colleague(tx, part)?;
    let actor = person::find_actor(tx, practice.organisation, id)?;
    Ok(actor.ok_or(StoreError::NotFound("practice colleague"))?)
}

fn capture(tx: &mut Tx<'_>, practice: &Practice, now: DateTime<Utc>) -> Result<(), FlowError> {
    let actor = colleague(tx, practice, Part::Initiator)?;
    let number = practice::load_account(tx, practice.organisation)?.to_string();
    let text = parts::file(false);
    let new = Upload {
        account: &number,
        name: "Practice",
        pay_on: "",
        purpose: "",
        control_count: "",
        control_total: "",
        columns: "",
        form_key: None,
        file_name: FILE_NAME,
        size_bytes: text.len() as u64,
        digest: Sha256::digest(&text).into(),
    };
    upload(tx, &actor, &new, &mut text.as_bytes(), now)?;
    Ok(())
}

fn go_on(
    tx: &mut Tx<'_>,
    practice: &Practice,
    (number, part): (BatchNumber, Part),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let actor = colleague(tx, practice, part)?;
    let scope = actor.require(Permission::BatchView)?;
    let seen = batch::load(tx, &scope, number)?.fingerprint;
    match part {
        Part::Initiator => submit::submit(tx, &actor, number, seen.into(), now)?,
        Part::Reviewer => review::review(tx, &actor, number, seen, now)?,
        Part::Approver => approve::approve(tx, &actor, number, seen, now)?,
        Part::Auditor | Part::Administrator | Part::Developer => return Ok(()),
    };
    Ok(())
}

/// One proposal to be confirmed by the one who practises; what that one proposes is confirmed.
fn administer(tx: &mut Tx<'_>, practice: &Practice, now: DateTime<Utc>) -> Result<(), FlowError> {
    let actor = colleague(tx, practice, Part::Administrator)?;
    let proposals = practice::list_proposals(tx, practice)?;
    if proposals.iter().all(|(.., is_own)| *is_own) {
        let scope = actor.require(Permission::AccountManage)?;
        let number = practice::load_account(tx, practice.organisation)?;
        let wish = Wish::Funding {
            account: account::load_by_number(tx, &scope, number)?.id,
            amount: MORE_FUNDS,
            reference: "PRACTICE-FUNDS".to_owned(),
            comment: "To be confirmed by you".to_owned(),
        };
        propose::propose(tx, &actor, &wish, now)?;
    }
    for (id, _, status, is_own) in proposals {
        if is_own && status == "open" {
            // An invitation's link; no letter leaves a practice, so nobody ever has it.
            let token = Uuid::now_v7().simple().to_string();
            propose::confirm(tx, &actor, id, Fresh { token: &token }, now)?;
        }
    }
    Ok(())
}
