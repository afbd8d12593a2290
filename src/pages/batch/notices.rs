//! What must be known before anything is decided: rows that can't be paid, why the batch came back
//! or ended, dates that have passed, figures that disagree.

use super::again;
use super::known::Known;
use super::repeat;
use crate::domain::authorisation::Act;
use crate::domain::batch::{Status, Step};
use crate::domain::field::Field;
use crate::pages::view::link::LinkView;
use crate::pages::view::notice::Notice;
use crate::pages::view::tone::Tone;
use crate::pages::{documents, text};

/// The notices in the order of their weight.
pub(super) fn notices(known: &Known) -> Vec<Notice> {
    [
        failed(known),
        occasion(known),
        attached(known),
        again::notice(known),
        repeat::notice(known),
        closed(known),
        sent_back(known),
        control(known),
        passed(known),
        super::compared::moved(known),
        super::compared::cooling(known),
        super::compared::flagged(known),
        short(known),
        rework_refused(known),
        super::duplicates::notice(known),
        faults(known),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn failed(known: &Known) -> Option<Notice> {
    let lead = match known.batch.status {
        Status::Failed => "The file could not be read, and nothing was taken in.",
        Status::Queued
        | Status::Matching
        | Status::Validating
        | Status::Error
        | Status::Open
        | Status::AwaitingReview
        | Status::AwaitingApproval
        | Status::AwaitingRelease
        | Status::Approved
        | Status::Paying
        | Status::Paused
        | Status::Completed
        | Status::Rejected
        | Status::Cancelled => return None,
    };
    let mut notice = Notice::new(
        Tone::Bad,
        lead,
        known.batch.message.as_deref().unwrap_or("Upload it again."),
    );
    if known
        .situation
        .standing
        .permissions
        .contains(&crate::domain::permission::Permission::BatchCapture)
    {
        notice.links = vec![LinkView::new("Upload another file", "/batches/new")];
    }
    Some(notice)
}

/// Why one person is paid: signers decide by it.
fn occasion(known: &Known) -> Option<Notice> {
    let (single, payout) = known.single.as_ref()?;
    let category = single.occasion.category().label();
    let lead = match single.occasion.reason() {
        Some(reason) => format!("{category}: {}.", reason.code()),
        None => format!("{category}."),
    };
    let comment = match &payout.content {
        Ok(payable) => payable.comment.as_deref().unwrap_or_default(),
        Err((entered, _)) => entered.text(Field::Comment),
    };
    let mut notice = Notice::new(Tone::Info, lead, format!("“{comment}”"));
    if single.evidence.is_some() {
        let href = format!("/payouts/{}/evidence", payout.id);
        notice.links = vec![LinkView::new("Evidence", href)];
    }
    Some(notice)
}

/// What signers see beside the rows.
fn attached(known: &Known) -> Option<Notice> {
    let count = i64::try_from(known.documents.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return None;
    }
    let lead = match count {
        1 => "1 document goes with this batch.".to_owned(),
        count => format!("{count} documents go with this batch."),
    };
    let mut notice = Notice::new(Tone::Info, lead, "");
    notice.links = known
        .documents
        .iter()
        .map(|one| {
            let href = documents::address_of(known.batch.number, one.id);
            LinkView::new(documents::name(one), href)
        })
        .collect();
    Some(notice)
}

fn closed(known: &Known) -> Option<Notice> {
    let batch = &known.batch;
    let (verb, tone, means) = match batch.status {
        Status::Rejected => ("rejected this batch", Tone::Bad, "Nothing in it is paid."),
        Status::Cancelled => ("cancelled this batch", Tone::Off, "Nothing in it is paid."),
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
        | Status::Completed => (
            "cancelled the rest of this batch",
            Tone::Off,
            "What was claimed before is paid; nothing else is.",
        ),
    };
    let (by, at) = (batch.closed_by?, batch.closed_at?);
    let lead = format!(
        "{} {verb} on {}.",
        known.name(by),
        text::moment(at, known.account.zone)
    );
    let reason = batch.closed_reason.as_deref().unwrap_or_default();
    Some(Notice::new(tone, lead, format!("“{reason}” {means}")))
}

fn sent_back(known: &Known) -> Option<Notice> {
    let reason = known
        .batch
        .returned_reason
        .as_deref()
        .filter(|_| known.batch.status == Status::Open)?;
    let by = known
        .past
        .iter()
        .find(|past| past.kind == Step::Return.as_str())
        .and_then(|past| past.actor)
        .map_or("A signer", |id| known.name(id));
    Some(Notice::new(
        Tone::Wait,
        format!("{by} sent this back."),
        format!("“{reason}”"),
    ))
}

/// The uploader's own figures against what was read; submission compares them again.
fn control(known: &Known) -> Option<Notice> {
    let batch = &known.batch;
    if !matches!(batch.status, Status::Open | Status::Error) {
        return None;
    }
    let mut reasons = Vec::new();
    if let Some(count) = batch.control_count.filter(|count| *count != batch.rows_done) {
        reasons.push(format!(
            "You announced {} and the file has {}.",
            text::counted(count, "row", "rows"),
            text::count(batch.rows_done)
        ));
    }
    let held = batch.payable_total.saturating_add(known.given_up);
    if let Some(total) = batch.control_total.filter(|total| *total != held) {
        let with = if known.given_up > 0 {
            format!(" with {} left out", known.money(known.given_up))
        } else {
            String::new()
        };
        reasons.push(format!(
            "You announced {} and the rows that can be paid add up to {}{with}, which is off by {}.",
            known.money(total),
            known.money(batch.payable_total),
            known.money(total.saturating_sub(held).saturating_abs())
        ));
    }
    if reasons.is_empty() {
        return None;
    }
    let what =
        "The batch can't be sent until they do. Correct the rows, or cancel it and upload the right file.";
    let mut notice = Notice::new(Tone::Bad, "The control figures don't agree.", what);
    notice.reasons = reasons;
    Some(notice)
}

fn passed(known: &Known) -> Option<Notice> {
    let due = known.due.filter(|due| *due < known.now && known.is_ahead())?;
    // Where the calendar moves it, it does not go at once, and that is told instead.
    if known.moves().is_some() {
        return None;
    }
    Some(Notice::new(
        Tone::Wait,
        format!("The date {} has passed.", text::moment(due, known.account.zone)),
        "What was to be paid by then goes at once with the deciding signature.",
    ))
}

/// Too little money: the deciding signature would be refused.
fn short(known: &Known) -> Option<Notice> {
    let missing = known.batch.payable_total.saturating_sub(known.available);
    if missing <= 0 || !known.is_ahead() {
        return None;
    }
    Some(Notice::new(
        Tone::Bad,
        format!("{} is missing on the account.", known.money(missing)),
        format!(
            "{} is available and this batch needs {}. It can't be approved before the account is funded.",
            known.money(known.available),
            known.money(known.batch.payable_total)
        ),
    ))
}

fn faults(known: &Known) -> Option<Notice> {
    let batch = &known.batch;
    if batch.fault_count == 0 || batch.status.is_being_read() {
        return None;
    }
    if known.left_out_count >= batch.fault_count && batch.status == Status::Open {
        let lead = format!(
            "{} left out.",
            text::counted(known.left_out_count, "entry is", "entries are")
        );
        let what = if known.left_out_count == 1 {
            "It is not paid with this batch. Checking it again takes it in."
        } else {
            "They are not paid with this batch. Checking one again takes it in."
        };
        return Some(Notice::new(Tone::Off, lead, what));
    }
    let lead = match batch.fault_count {
        1 => "1 entry can't be paid as it stands.".to_owned(),
        count => format!("{} entries can't be paid as they stand.", text::count(count)),
    };
    let (tone, what) = about_faults(known)?;
    let mut notice = Notice::new(tone, lead, what);
    let address = super::address(batch.number);
    notice.links = vec![
        LinkView::new("Error file (Excel)", format!("{address}/errors.xlsx")),
        LinkView::new("CSV", format!("{address}/errors.csv")),
    ];
    Some(notice)
}

/// What becomes of faulty rows, and how bad that is.
fn about_faults(known: &Known) -> Option<(Tone, String)> {
    let batch = &known.batch;
    let of = |one: &str, several: &str| if batch.fault_count == 1 { one } else { several }.to_owned();
    Some(match batch.status {
        Status::Error => (
            Tone::Bad,
            "Nothing in this batch can be paid before at least one is corrected.".to_owned(),
        ),
        Status::Open if known.may(Act::Edit).is_ok() => (
            Tone::Bad,
            format!(
                "Correct {them}, or send the other {} without {them}.",
                text::count(batch.payable_count),
                them = of("it", "them")
            ),
        ),
        Status::Open => (
            Tone::Bad,
            of(
                "It stays out of this batch unless it is corrected before that is sent.",
                "They stay out of this batch unless they are corrected before it is sent.",
            ),
        ),
        Status::AwaitingReview | Status::AwaitingApproval | Status::AwaitingRelease => (
            Tone::Bad,
            of(
                "It stays out of this batch: what is signed holds the others only.",
                "They stay out of this batch: what is signed holds the others only.",
            ),
        ),
        Status::Approved | Status::Paying | Status::Paused | Status::Completed => {
            let what = of(
                "It was left out of what was signed.",
                "They were left out of what was signed.",
            );
            (Tone::Off, what)
        }
        Status::Queued
        | Status::Matching
        | Status::Validating
        | Status::Failed
        | Status::Rejected
        | Status::Cancelled => return None,
    })
}

/// A correction of many rows that was not taken over.
fn rework_refused(known: &Known) -> Option<Notice> {
    let why = known.rework_refused.as_deref()?;
    if !matches!(known.batch.status, Status::Open | Status::Error) {
        return None;
    }
    Some(Notice::new(
        Tone::Bad,
        "The corrections were not taken over.",
        why,
    ))
}
