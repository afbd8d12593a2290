//! What happened to one payout: its batch's capture and signatures, its own corrections, each attempt
//! to pay it, and the end of its batch, newest first.
//!
//! Made of what stands in the batch, the signatures and the intents, rather than of the batch's log:
//! a batch of a million payouts has thousands of lines that are not about this one.

use super::text;
use super::view::timeline::{Timeline, TimelineEntry};
use super::view::tone::Tone;
use crate::domain::account::Account;
use crate::domain::batch::{Batch, Status};
use crate::domain::ids::PersonId;
use crate::domain::payout::Result as IntentResult;
use crate::http::visit::Visit;
use crate::store::event::{self, Past};
use crate::store::intent::Intent;
use crate::store::payout::{self as payouts, Payout};
use crate::store::person::{self, Person};
use crate::store::signature::{self, Signature};
use crate::store::{Conn, StoreError};
use chrono::{DateTime, SecondsFormat, Utc};

/// The payout's own lines of the log, at most.
const LINES_MAX: i64 = 100;

/// What the timeline is made of.
pub(super) struct Deeds {
    signatures: Vec<Signature>,
    own: Vec<Past>,
    closed: Option<(PersonId, DateTime<Utc>, String)>,
    people: Vec<Person>,
}

/// Reads it.
pub(super) fn read(conn: &mut Conn<'_>, batch: &Batch, payout: &Payout) -> Result<Deeds, StoreError> {
    let signatures = signature::list(conn, batch)?;
    let own = event::list_of_payout(conn, batch.id, payout.id, LINES_MAX)?;
    let mut ids: Vec<PersonId> = vec![batch.captured_by];
    ids.extend(batch.closed_by);
    let closed = payouts::find_closing(conn, batch.organisation, payout.id)?;
    ids.extend(closed.as_ref().map(|(by, ..)| *by));
    ids.extend(signatures.iter().map(|signature| signature.person));
    ids.extend(own.iter().filter_map(|past| past.actor));
    let people = person::list(conn, &ids)?;
    Ok(Deeds {
        signatures,
        own,
        closed,
        people,
    })
}

/// The lines, newest first, in the account's zone.
pub(super) fn timeline(
    visit: &Visit,
    account: &Account,
    batch: &Batch,
    intents: &[Intent],
    deeds: &Deeds,
) -> Timeline {
    let mut lines = vec![Line::new(batch.captured_at, "Captured", Tone::Info).by(batch.captured_by)];
    lines.extend(deeds.own.iter().map(own_line));
    for signature in &deeds.signatures {
        lines.extend(signed_lines(account, signature));
    }
    for intent in intents {
        lines.extend(intent_lines(account, intent));
    }
    // A paid payout was not called off, whatever became of the rest of its batch.
    match &deeds.closed {
        Some((by, at, reason)) => {
            let mut line = Line::new(*at, "Cancelled", Tone::Bad).by(*by);
            line.quote = Some(reason.clone());
            lines.push(line);
        }
        None if intents.is_empty() => lines.extend(closed_line(batch)),
        None => {}
    }
    // Stable, so that what happened at one moment stays in the order of a payout's life.
    lines.sort_by_key(|line| line.at);
    lines.reverse();
    let zone = account.zone;
    let abbreviation = visit.now.with_timezone(&zone).format("%Z");
    Timeline {
        entries: lines
            .into_iter()
            .map(|line| line.entry(account, &deeds.people))
            .collect(),
        zone: format!("Times in {zone} ({abbreviation})."),
    }
}

struct Line {
    at: DateTime<Utc>,
    title: String,
    who: Option<PersonId>,
    detail: Option<String>,
    quote: Option<String>,
    tone: Tone,
}

impl Line {
    fn new(at: DateTime<Utc>, title: impl Into<String>, tone: Tone) -> Self {
        Self {
            at,
            title: title.into(),
            who: None,
            detail: None,
            quote: None,
            tone,
        }
    }

    fn by(mut self, who: PersonId) -> Self {
        self.who = Some(who);
        self
    }

    fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    fn entry(self, account: &Account, people: &[Person]) -> TimelineEntry {
        let local = self.at.with_timezone(&account.zone);
        TimelineEntry {
            at: text::moment(self.at, account.zone),
            at_machine: local.to_rfc3339_opts(SecondsFormat::Secs, false),
            title: self.title,
            who: self
                .who
                .and_then(|id| people.iter().find(|person| person.id == id))
                .map(|person| person.name.clone()),
            detail: self.detail,
            quote: self.quote,
            tone: self.tone,
        }
    }
}

/// The log knows a payout by itself only where somebody corrected it.
fn own_line(past: &Past) -> Line {
    let faults = past.data.get("faults").and_then(serde_json::Value::as_i64);
    let mut line = Line::new(past.at, "Corrected", Tone::Info);
    line.who = past.actor;
    match faults {
        Some(0) => line.detail("Nothing is wrong with it any more"),
        Some(faults) => line.detail(format!(
            "{} left",
            text::counted(faults, "fault was", "faults were")
        )),
        None => line,
    }
}

fn signed_lines(account: &Account, signature: &Signature) -> Vec<Line> {
    let size = format!(
        "The batch: {}, {}",
        text::counted(signature.payable_count, "payout", "payouts"),
        text::money(account, signature.payable_total)
    );
    let title = format!("Signed as {}", signature.seat.label().to_lowercase());
    let signed = Line::new(signature.at, title, Tone::Ok).by(signature.person);
    let mut lines = vec![signed.detail(size)];
    if let Some(at) = signature.released_at {
        lines.push(Line::new(at, "Released", Tone::Ok).by(signature.person));
    }
    lines
}

fn intent_lines(account: &Account, intent: &Intent) -> Vec<Line> {
    let sent = format!("Sent to the {} rail", account.rail);
    let mut lines = vec![Line::new(intent.created_at, sent, Tone::Info)];
    let Some(at) = intent.result_at.filter(|_| is_outcome(intent.result)) else {
        return lines;
    };
    let mut line = Line::new(at, intent.result.label(), text::result_pill(intent.result).tone);
    line.detail = intent.failure_reason.as_deref().map(reason);
    lines.push(line);
    lines
}

fn is_outcome(result: IntentResult) -> bool {
    match result {
        IntentResult::Queued | IntentResult::Initiated => false,
        IntentResult::Paid | IntentResult::Failed | IntentResult::Canceled | IntentResult::Returned => true,
    }
}

/// A rail's code as words: `beneficiary_bank_rejected` → "Beneficiary bank rejected".
pub(super) fn reason(code: &str) -> String {
    let words = code.replace('_', " ");
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

fn closed_line(batch: &Batch) -> Option<Line> {
    let title = if batch.status == Status::Rejected {
        "Batch rejected"
    } else {
        "Batch cancelled"
    };
    let mut line = Line::new(batch.closed_at?, title, Tone::Bad);
    line.who = batch.closed_by;
    line.quote = batch.closed_reason.clone();
    Some(line)
}
