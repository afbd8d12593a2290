//! Proof of the log from its page: having it recomputed, a signed checkpoint to keep, and the comparison
//! with one that was kept.

use super::error::PageError;
use super::reply::Reply;
use super::view::audit::{CheckRow, ProofView};
use super::view::field::{FieldKind, FieldView};
use super::view::notice::Notice;
use super::view::tone::{StatusPill, Tone};
use super::{audit as log_page, text};
use crate::domain::checkpoint::{FILE_BYTES_MAX, Outcome};
use crate::domain::permission::Scope;
use crate::flows::{FlowError, audit};
use crate::http::visit::Visit;
use crate::store::audit_check::{self, Check};
use crate::store::person;
use chrono_tz::Tz;
use std::io::{Read, Write};

/// Verifications that the page lists.
const CHECKS_SHOWN: i64 = 5;

/// The part of the page that proves the log.
pub(super) fn card(visit: &Visit, scope: &Scope, zone: Tz) -> Result<ProofView, PageError> {
    let (checks, people) = visit.read(|conn| {
        let checks = audit_check::list(conn, scope, CHECKS_SHOWN)?;
        let ids: Vec<_> = checks.iter().map(|check| check.asked_by).collect();
        Ok::<_, PageError>((checks, person::list(conn, &ids)?))
    })?;
    let row = |check: &Check| {
        let name = people.iter().find(|person| person.id == check.asked_by);
        let (status, said) = said(check);
        CheckRow {
            asked: text::moment(check.asked_at, zone),
            who: name.map_or("somebody who left", |person| &person.name).to_owned(),
            compared: check
                .checkpoint
                .as_ref()
                .map(|(line, _)| format!("Checkpoint at line {}", text::count(*line))),
            status,
            said,
        }
    };
    Ok(ProofView {
        is_under_way: checks.iter().any(|check| check.end.is_none()),
        checks: checks.iter().map(row).collect(),
        public_key: visit.portal.checkpoints.public(),
        file: FieldView::new("file", "Checkpoint", FieldKind::File)
            .hint("A checkpoint of this log that you kept, ending in .json")
            .accept(".json,application/json")
            .required(),
    })
}

/// How it stands, and what it found.
fn said(check: &Check) -> (StatusPill, String) {
    let Some((_, outcome)) = check.end else {
        let said = if check.lines_total == 0 {
            "Waits for a worker".to_owned()
        } else {
            format!(
                "{} of {} lines",
                text::count(check.lines_done),
                text::count(check.lines_total)
            )
        };
        return (StatusPill::new("Under way", Tone::Info), said);
    };
    let (label, tone) = match outcome {
        Outcome::Whole(_) => ("Holds", Tone::Ok),
        Outcome::Broken(_) => ("Broken", Tone::Bad),
        Outcome::Shorter(_) => ("Lines are missing", Tone::Bad),
        Outcome::Other(_) => ("Rewritten", Tone::Bad),
        Outcome::Failed => ("Not verified", Tone::Wait),
    };
    (StatusPill::new(label, tone), text::capital(&outcome.to_string()))
}

/// POST `/audit/verification`.
pub(super) fn verify(visit: &Visit) -> Result<Reply, PageError> {
    ask(visit, None)
}

/// POST `/audit/checkpoint`.
pub(super) fn compare(visit: &Visit) -> Result<Reply, PageError> {
    let received = visit.file.lock().map_err(|_| PageError::Lost)?.take();
    let Some(received) = received else {
        return refused(
            visit,
            FlowError::invalid("file", "Choose the checkpoint that you kept."),
        );
    };
    let mut bytes = Vec::new();
    received
        .file
        .take(FILE_BYTES_MAX)
        .read_to_end(&mut bytes)
        .map_err(|_| PageError::Lost)?;
    ask(visit, Some(&String::from_utf8_lossy(&bytes)))
}

fn ask(visit: &Visit, checkpoint: Option<&str>) -> Result<Reply, PageError> {
    let actor = visit.actor()?;
    let with = (&visit.portal.checkpoints, checkpoint);
    match visit.act(|tx| audit::ask(tx, actor, with, visit.now)) {
        Ok(()) => Ok(Reply::SeeOther("/audit#proof".to_owned())),
        Err(error @ FlowError::Invalid { .. }) => refused(visit, error),
        Err(error) => Err(error.into()),
    }
}

/// The page with what is wrong above it.
fn refused(visit: &Visit, error: FlowError) -> Result<Reply, PageError> {
    let notice = Notice::new(Tone::Bad, "The log was not compared.", error.to_string());
    Ok(Reply::Refusal {
        html: log_page::page(visit, Some(notice))?,
        error: error.into(),
    })
}

/// GET `/audit/checkpoint`.
pub(super) fn checkpoint(visit: &Visit) -> Result<Reply, PageError> {
    let actor = visit.actor()?;
    let key = &visit.portal.checkpoints;
    let made = visit.act(|tx| audit::make_checkpoint(tx, actor, key, visit.now))?;
    Ok(Reply::Download {
        name: format!("checkpoint-{}-{}.json", made.organisation, made.line),
        media_type: "application/json",
        write: Box::new(move |mut body| {
            body.write_all(made.file().as_bytes())?;
            Ok(body.flush()?)
        }),
    })
}
