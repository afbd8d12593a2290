//! The numbers: what is paid, how many entries, when, what is left; the line of facts; and the bar of
//! work in progress.

use super::known::Known;
use crate::domain::batch::Status;
use crate::domain::source::Source;
use crate::pages::text;
use crate::pages::view::meter::{Meter, Stat};
use crate::pages::view::progress::{ProgressKind, ProgressView};
use crate::pages::view::tone::Tone;

/// "january-salaries.xlsx · 100 rows · uploaded 15 Jan 2024, 09:12 by Thoko Banda".
pub(super) fn facts(known: &Known) -> String {
    let batch = &known.batch;
    let mut facts: Vec<String> = known.file.iter().cloned().collect();
    if known.has_rows() {
        facts.push(text::counted(batch.rows_done, "row", "rows"));
    }
    let verb = match batch.source {
        Source::File => "uploaded",
        Source::Json => "sent by API",
        Source::Portal => "captured",
    };
    facts.push(format!(
        "{verb} {} by {}",
        text::moment(batch.captured_at, known.account.zone),
        known.name(batch.captured_by)
    ));
    facts.join(" · ")
}

/// The row of numbers; empty before rows were judged.
pub(super) fn stats(known: &Known) -> Vec<Stat> {
    if !known.has_rows() || known.batch.status.is_being_read() {
        return Vec::new();
    }
    let mut stats = vec![amount(known), entries(known)];
    // What was called off has no date any more.
    if known.batch.closed_at.is_none() {
        stats.push(date(known));
    }
    let came_back = came_back(known);
    // Of two numbers that say what went wrong, one that is 0 says nothing.
    if came_back.is_none() || known.paying.failed > 0 {
        stats.extend(rest(known));
    }
    stats.extend(came_back);
    stats
}

fn amount(known: &Known) -> Stat {
    let batch = &known.batch;
    match batch.status {
        Status::Paying | Status::Paused | Status::Completed => {
            Stat::new("Paid", known.money(known.paying.paid_total)).note(format!(
                "{} of {}",
                text::count(known.paying.paid),
                text::count(batch.payable_count)
            ))
        }
        Status::Rejected | Status::Cancelled => Stat::new("Not paid", known.money(batch.payable_total)),
        Status::Queued
        | Status::Matching
        | Status::Validating
        | Status::Failed
        | Status::Error
        | Status::Open
        | Status::AwaitingReview
        | Status::AwaitingApproval
        | Status::AwaitingRelease
        | Status::Approved => Stat::new("Will be paid", known.money(batch.payable_total)),
    }
}

fn entries(known: &Known) -> Stat {
    let batch = &known.batch;
    let parts = [
        (Tone::Ok, whole(batch.payable_count)),
        (Tone::Bad, whole(batch.fault_count)),
    ];
    Stat::new("Entries", text::count(batch.payable_count))
        .note(format!("of {} valid", text::count(batch.rows_done)))
        .meter(Meter::new(whole(batch.rows_done), &parts))
}

fn date(known: &Known) -> Stat {
    let (batch, zone) = (&known.batch, known.account.zone);
    let label = match batch.status {
        Status::Completed => "Paid out",
        Status::Queued
        | Status::Matching
        | Status::Validating
        | Status::Failed
        | Status::Error
        | Status::Open
        | Status::AwaitingReview
        | Status::AwaitingApproval
        | Status::AwaitingRelease
        | Status::Approved
        | Status::Paying
        | Status::Paused
        | Status::Rejected
        | Status::Cancelled => "Pays out",
    };
    // A date of the batch's that had passed when it was approved means the moment of approval.
    let own = match (batch.pay_on, batch.approved_at) {
        (Some(pay_on), Some(approved_at)) => Some(pay_on.max(approved_at)),
        (pay_on, approved_at) => pay_on.or(approved_at),
    };
    // The account's calendar may have moved it.
    let own = known.goes_at.or(own);
    match known.due.or(own) {
        None => Stat::new(label, "When approved"),
        Some(at) => {
            let time = text::time_and_zone(at, zone);
            let note = if known.due.is_some() && known.due != own {
                format!("{time}, first of the rows' own dates")
            } else if known.goes_at == Some(at) {
                format!("{time}, the next working day")
            } else {
                time
            };
            Stat::new(label, text::day(at, zone)).note(note)
        }
    }
}

/// What the account would have left; after paying began, what failed.
fn rest(known: &Known) -> Option<Stat> {
    let left = known.available.saturating_sub(known.batch.payable_total);
    if known.is_ahead() {
        let stat = if left < 0 {
            Stat::new("After this batch", known.money(left.saturating_abs())).note("missing")
        } else {
            Stat::new("After this batch", known.money(left)).note("left")
        };
        return Some(stat);
    }
    match known.batch.status {
        Status::Approved => Some(Stat::new("After this batch", known.money(known.available)).note("left")),
        Status::Paying | Status::Paused | Status::Completed => Some(
            Stat::new("Failed", known.money(known.paying.failed_total)).note(text::counted(
                known.paying.failed,
                "payout",
                "payouts",
            )),
        ),
        Status::Queued
        | Status::Matching
        | Status::Validating
        | Status::Failed
        | Status::Error
        | Status::Open
        | Status::AwaitingReview
        | Status::AwaitingApproval
        | Status::AwaitingRelease
        | Status::Rejected
        | Status::Cancelled => None,
    }
}

/// What was paid and is here again.
fn came_back(known: &Known) -> Option<Stat> {
    let paying = &known.paying;
    (paying.returned > 0).then(|| {
        Stat::new("Came back", known.money(paying.returned_total)).note(text::counted(
            paying.returned,
            "payout",
            "payouts",
        ))
    })
}

/// A count for a bar.
fn whole(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

/// The bar, where the server works on the batch.
pub(super) fn progress(known: &Known) -> Option<ProgressView> {
    let batch = &known.batch;
    if batch.status.is_being_read() {
        return Some(bar(
            known,
            ("Checking rows", ProgressKind::Rows),
            (batch.rows_done, batch.rows_total),
            checked(known),
        ));
    }
    if batch.status == Status::Approved && known.due.is_some_and(|due| due <= known.now) {
        return Some(bar(
            known,
            ("Paying", ProgressKind::Payouts),
            (0, batch.payable_count),
            "Waiting for its turn".to_owned(),
        ));
    }
    if batch.status == Status::Paying {
        let paying = &known.paying;
        let mut counts = format!(
            "{} of {} paid",
            text::count(paying.paid),
            text::count(batch.payable_count)
        );
        if paying.failed > 0 {
            counts.push_str(&format!(" · {} failed", text::count(paying.failed)));
        }
        return Some(bar(
            known,
            ("Paying", ProgressKind::Payouts),
            (paying.paid + paying.failed, batch.payable_count),
            counts,
        ));
    }
    None
}

fn checked(known: &Known) -> String {
    let batch = &known.batch;
    if batch.status == Status::Queued {
        return "Waiting for its turn".to_owned();
    }
    let mut counts = text::count(batch.rows_done);
    if batch.rows_total > 0 {
        counts.push_str(&format!(" of {}", text::count(batch.rows_total)));
    }
    counts.push_str(" rows checked");
    if batch.fault_count > 0 {
        counts.push_str(&format!(" · {} need correcting", text::count(batch.fault_count)));
    }
    counts
}

fn bar(
    known: &Known,
    (title, kind): (&str, ProgressKind),
    (done, total): (i64, i64),
    counts: String,
) -> ProgressView {
    ProgressView {
        title: title.to_owned(),
        kind,
        source: format!("{}/progress", super::address(known.batch.number)),
        status: known.batch.status.as_str().to_owned(),
        done: whole(done.min(total)),
        total: whole(total),
        counts,
        pace: known.pace.clone(),
        leave: format!(
            "You can leave this page; the work goes on, and this bar is here when you come back.{}",
            match kind {
                ProgressKind::Payouts => " Payouts under way can't be called back.",
                ProgressKind::Rows => "",
            }
        ),
    }
}
