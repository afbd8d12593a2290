//! What happened to the batch, newest first, in words.
//!
//! The invariant: a line that this version has no words for is shown by its own name, never dropped.

use super::known::Known;
use crate::pages::text;
use crate::pages::view::timeline::{Timeline, TimelineEntry};
use crate::pages::view::tone::Tone;
use crate::store::event::Past;
use chrono::{DateTime, Utc};
use serde_json::Value;

/// The history as a timeline.
pub(super) fn timeline(known: &Known) -> Timeline {
    let zone = known.account.zone;
    let abbreviation = known.now.with_timezone(&zone).format("%Z").to_string();
    Timeline {
        entries: known.past.iter().map(|past| entry(known, past)).collect(),
        zone: format!("Times in {zone} ({abbreviation})."),
    }
}

fn entry(known: &Known, past: &Past) -> TimelineEntry {
    let (title, tone) = title(past);
    let at = past.at.with_timezone(&known.account.zone);
    TimelineEntry {
        at: text::moment(past.at, known.account.zone),
        at_machine: at.to_rfc3339(),
        title,
        who: past.actor.map(|id| known.name(id).to_owned()),
        detail: detail(known, past),
        quote: word(past, "reason").map(str::to_owned),
        tone,
    }
}

fn word<'p>(past: &'p Past, name: &str) -> Option<&'p str> {
    past.data.get(name).and_then(Value::as_str)
}

fn number(past: &Past, name: &str) -> i64 {
    past.data.get(name).and_then(Value::as_i64).unwrap_or(0)
}

fn title(past: &Past) -> (String, Tone) {
    let (title, tone) = match past.kind.as_str() {
        "batch.captured" if past.data.get("file").is_none() => ("Captured", Tone::Info),
        "batch.captured" => ("Uploaded", Tone::Info),
        "batch.columns_asked" => ("Waiting for columns", Tone::Wait),
        "batch.columns_matched" => ("Columns matched", Tone::Info),
        "batch.occasion_given" => ("Typed for one person", Tone::Info),
        "batch.repetition_begun" => ("Repeats", Tone::Info),
        "batch.repetition_stopped" => ("Repeats no more", Tone::Off),
        "batch.copied" => ("Copied", Tone::Info),
        "batch.paid_again" => ("Paid again in another batch", Tone::Info),
        "batch.validating" => ("Checking rows", Tone::Info),
        "batch.received" => ("Rows checked", Tone::Info),
        "batch.nothing_payable" => ("Rows checked: nothing payable", Tone::Bad),
        "batch.failed" => ("The file could not be read", Tone::Bad),
        "batch.row_corrected" => ("Row corrected", Tone::Info),
        "batch.rows_corrected" => ("Rows corrected", Tone::Info),
        "batch.duplicates_answered" => ("Duplicates answered", Tone::Info),
        "batch.rows_left_out" => ("Rows left out", Tone::Off),
        "batch.document_added" => ("Document added", Tone::Info),
        "batch.document_removed" => ("Document removed", Tone::Off),
        "batch.edited" => ("Opened again to be edited", Tone::Wait),
        "batch.rescheduled" => ("Rescheduled", Tone::Wait),
        "batch.payouts_cancelled" => ("Payouts cancelled", Tone::Off),
        "batch.submitted" => ("Sent for signatures", Tone::Ok),
        "batch.reviewed" => ("Reviewed", Tone::Ok),
        "batch.approved" => ("Approved", Tone::Ok),
        "batch.released" => ("Released", Tone::Ok),
        "batch.returned" => ("Sent back", Tone::Wait),
        "batch.recalled" => ("Taken back", Tone::Wait),
        "batch.rejected" => ("Rejected", Tone::Bad),
        "batch.cancelled" => ("Cancelled", Tone::Off),
        "batch.paused" => ("Paused", Tone::Wait),
        "batch.resumed" => ("Resumed", Tone::Info),
        "batch.rest_cancelled" => ("The rest was cancelled", Tone::Off),
        "batch.paying" => ("Paying began", Tone::Info),
        "batch.payouts_settled" => ("Payouts settled", Tone::Info),
        "batch.payouts_came_back" => ("Payouts came back", Tone::Bad),
        "batch.completed" => ("Completed", Tone::Ok),
        "file.downloaded" => ("File downloaded", Tone::Off),
        other => (other, Tone::Info),
    };
    (title.to_owned(), tone)
}

fn detail(known: &Known, past: &Past) -> Option<String> {
    let code = known.account.currency.code();
    let total = |name| word(past, name).map(|amount| format!("{code} {}", grouped(amount)));
    let parts = match past.kind.as_str() {
        "batch.captured" | "file.downloaded" => vec![word(past, "file").map(str::to_owned)],
        "batch.document_added" | "batch.document_removed" => vec![word(past, "name").map(str::to_owned)],
        "batch.received" | "batch.nothing_payable" => vec![
            Some(format!(
                "{} of {} can be paid",
                text::count(number(past, "payable")),
                text::count(number(past, "rows"))
            )),
            total("total"),
        ],
        "batch.occasion_given" => vec![
            word(past, "category").map(spoken),
            word(past, "category_reason").map(spoken),
        ],
        "batch.repetition_begun" => vec![word(past, "days").map(str::to_owned)],
        "batch.copied" => vec![Some(format!("batch {}", number(past, "in_batch")))],
        "batch.paid_again" => vec![
            Some(text::counted(number(past, "payouts"), "payout", "payouts")),
            Some(format!("batch {}", number(past, "in_batch"))),
        ],
        "batch.failed" => vec![word(past, "message").map(str::to_owned)],
        "batch.row_corrected" => {
            let faults = number(past, "faults");
            vec![
                Some(format!("Row {}", number(past, "row"))),
                (faults > 0).then(|| format!("{} left", text::counted(faults, "fault", "faults"))),
            ]
        }
        "batch.rows_corrected" => vec![
            Some(text::counted(number(past, "rows"), "row", "rows")),
            word(past, "file").map(str::to_owned),
            (number(past, "faulty") > 0)
                .then(|| format!("{} still faulty", text::count(number(past, "faulty")))),
        ],
        "batch.rows_left_out" | "batch.duplicates_answered" => {
            vec![Some(text::counted(number(past, "rows"), "row", "rows"))]
        }
        "batch.edited" => vec![Some(voided(past))],
        "batch.rescheduled" => vec![Some(new_date(known, past)), {
            let signatures = number(past, "voided");
            (signatures > 0).then(|| voided(past))
        }],
        "batch.payouts_cancelled" | "batch.payouts_came_back" | "batch.rest_cancelled" => vec![
            Some(text::counted(number(past, "payouts"), "payout", "payouts")),
            total("total"),
        ],
        "batch.submitted" | "batch.approved" | "batch.released" => vec![
            Some(text::counted(number(past, "payouts"), "payout", "payouts")),
            total("total"),
            word(past, "level").map(str::to_owned),
        ],
        "batch.payouts_settled" => vec![Some(paid_and_failed(past))],
        "batch.completed" => vec![Some(paid_and_failed(past)), total("paid_total")],
        _ => Vec::new(),
    };
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

fn voided(past: &Past) -> String {
    let signatures = text::counted(number(past, "voided"), "signature", "signatures");
    format!("{signatures} void; revision {}", number(past, "revision"))
}

fn new_date(known: &Known, past: &Past) -> String {
    let date = word(past, "pay_on").and_then(|at| at.parse::<DateTime<Utc>>().ok());
    let to = date.map_or_else(
        || "no date of its own".to_owned(),
        |at| text::moment(at, known.account.zone),
    );
    match number(past, "payouts") {
        0 => format!("The batch: {to}"),
        some => format!("{}: {to}", text::counted(some, "payout", "payouts")),
    }
}

/// A code as people read it.
fn spoken(code: &str) -> String {
    code.replace('_', " ")
}

fn paid_and_failed(past: &Past) -> String {
    format!(
        "{} paid, {} failed",
        text::count(number(past, "paid")),
        text::count(number(past, "failed"))
    )
}

/// The log keeps amounts plain, as `450000.00`; people read them grouped.
fn grouped(plain: &str) -> String {
    let (whole, rest) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    match whole.parse::<i64>() {
        Ok(whole) => format!("{}{rest}", text::count(whole)),
        Err(_) => plain.to_owned(),
    }
}
