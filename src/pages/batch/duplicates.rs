//! The tab of possible duplicates: what each row resembles, and the maker's answer.

use super::address;
use super::corrections::{Refused, reopen};
use super::known::{Known, Shown};
use super::rows::is_correctable;
use crate::domain::authorisation::Seat;
use crate::domain::batch::Status;
use crate::domain::permission::Permission;
use crate::pages::text;
use crate::pages::view::corrections::{CorrectionsView, PanelForm};
use crate::pages::view::field::{Choice, FieldKind, FieldView};
use crate::pages::view::link::LinkView;
use crate::pages::view::notice::Notice;
use crate::pages::view::tone::Tone;
use crate::store::duplicate::{Counts, Duplicate, Kind};

/// What a row resembles, each with its link.
pub(super) fn of_row(known: &Known, row: i32) -> Vec<LinkView> {
    known
        .duplicates
        .iter()
        .filter(|duplicate| duplicate.row == row)
        .map(|duplicate| link(known, duplicate))
        .collect()
}

/// The maker's answer to a row's likeness.
pub(super) fn answer_of(known: &Known, row: i32) -> Option<String> {
    let mut answers = known.duplicates.iter().filter(|duplicate| duplicate.row == row);
    answers.find_map(|duplicate| told(known, duplicate))
}

fn told(known: &Known, duplicate: &Duplicate) -> Option<String> {
    let (reason, by) = duplicate.answer.as_ref()?;
    Some(format!("{}: \u{201c}{reason}\u{201d}", known.name(*by)))
}

/// Where the other batch was given up since, that is told beside it.
fn ended(duplicate: &Duplicate) -> &'static str {
    match duplicate.other_status {
        Status::Rejected => ", which was rejected",
        Status::Cancelled => ", which was cancelled",
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
        | Status::Completed => "",
    }
}

fn link(known: &Known, duplicate: &Duplicate) -> LinkView {
    let other = address(duplicate.other_batch);
    let day = text::day(duplicate.other_captured_at, known.account.zone);
    let ended = ended(duplicate);
    match duplicate.kind {
        Kind::SameFile => LinkView::new(format!("batch {} of {day}{ended}", duplicate.other_batch), other),
        Kind::InFile => LinkView::new(
            format!("row {} of this file", duplicate.other_row),
            format!("{other}?show=all&after={}", duplicate.other_row - 1),
        ),
        Kind::InBatch => LinkView::new(
            format!(
                "row {} of batch {} of {day}{ended}",
                duplicate.other_row, duplicate.other_batch
            ),
            format!("{other}?show=all&after={}", duplicate.other_row - 1),
        ),
    }
}

/// What everybody must know before they sign.
pub(super) fn notice(known: &Known) -> Option<Notice> {
    if !is_before_approval(known) {
        return None;
    }
    let Counts {
        found,
        answered,
        compared,
    } = known.likenesses;
    if found == 0 && known.same_file().is_none() {
        let looking = "Possible duplicates are still being looked for.";
        let what = "What is found stands on this page before long; load it again.";
        return (!compared && known.has_rows()).then(|| Notice::new(Tone::Info, looking, what));
    }
    let mut parts = Vec::new();
    if let Some(same) = known.same_file() {
        let day = text::day(same.other_captured_at, known.account.zone);
        parts.push(format!(
            "The same file was uploaded before, as batch {} of {day}{}.",
            same.other_batch,
            ended(same)
        ));
    }
    match found {
        0 => {}
        1 => parts.push("1 entry looks like another payout.".to_owned()),
        some => parts.push(format!("{} entries look like other payouts.", text::count(some))),
    }
    let mut notice = Notice::new(Tone::Wait, parts.join(" "), said(known, found, answered));
    notice.reasons = known
        .same_file()
        .into_iter()
        .filter_map(|same| told(known, same))
        .collect();
    if known.shown != Shown::Duplicates {
        notice.links = vec![LinkView::new(
            "See what they resemble",
            format!("{}?show=duplicates", address(known.batch.number)),
        )];
    }
    Some(notice)
}

/// Whether the maker has answered, as a sentence.
fn said(known: &Known, found: i64, answered: i64) -> String {
    let file_waits = known.same_file().is_some_and(|same| same.answer.is_none());
    if answered >= found && !file_waits {
        "The maker has answered.".to_owned()
    } else if answered == 0 {
        "Nobody has said yet whether that is meant. It doesn't stop the batch.".to_owned()
    } else {
        format!(
            "{} of {} answered.",
            text::count(answered),
            text::counted(found, "entry is", "entries are")
        )
    }
}

fn is_before_approval(known: &Known) -> bool {
    matches!(known.batch.status, Status::Open | Status::Error) || known.batch.status.is_awaiting()
}

/// The form for the maker's answer.
pub(super) fn view(known: &Known, refused: Option<Refused<'_>>) -> Option<CorrectionsView> {
    let Counts { found, answered, .. } = known.likenesses;
    let waits = answered < found || known.same_file().is_some_and(|same| same.answer.is_none());
    let may = known
        .situation
        .standing
        .permissions
        .contains(&Permission::BatchCapture)
        && is_before_approval(known)
        && known
            .situation
            .standing
            .signed
            .is_none_or(|seat| seat == Seat::Initiator);
    // What signers may have read stays as it is.
    let again = !known.batch.status.is_awaiting();
    if known.shown != Shown::Duplicates || !may || known.duplicates.is_empty() || (!waits && !again) {
        return None;
    }
    let mut choices = Vec::new();
    if waits {
        choices.push(Choice::new("", "All that are not answered yet"));
    }
    let mut rows: Vec<i32> = known
        .duplicates
        .iter()
        .filter(|duplicate| again || duplicate.answer.is_none())
        .map(|duplicate| duplicate.row)
        .collect();
    rows.sort_unstable();
    rows.dedup();
    choices.extend(rows.into_iter().map(|row| {
        let label = if row == 0 {
            "The whole file".to_owned()
        } else {
            format!("Row {row}")
        };
        Choice::new(row.to_string(), label)
    }));
    let mut view = CorrectionsView {
        items: Vec::new(),
        counted: None,
        downloads: Vec::new(),
        forms: vec![PanelForm {
            opener: "Answer…".to_owned(),
            explanation: "Say why it is right to pay them; the signers read it beside each row. To keep one from being paid, leave it out.".to_owned(),
            action: format!("{}/duplicates", address(known.batch.number)),
            multipart: false,
            fields: vec![
                FieldView::hidden("unanswered", (found - answered).to_string()),
                FieldView::new("row", "Which rows", FieldKind::Select).choices(choices).scoped("duplicates"),
                FieldView::new("reason", "Reason", FieldKind::Paragraph).required().scoped("duplicates"),
            ],
            label: "Keep the answer".to_owned(),
            open: false,
        }],
    };
    view.forms.extend(leave_out(known));
    for form in &mut view.forms {
        if let Some(refused) = refused.filter(|refused| form.action.ends_with(refused.form)) {
            reopen(form, &refused);
        }
    }
    Some(view)
}

/// Rather than answer, one of the two is left out.
fn leave_out(known: &Known) -> Option<PanelForm> {
    let payable = known.rows.iter().filter(|payout| payout.content.is_ok());
    let choices: Vec<Choice> = payable
        .map(|payout| Choice::new(payout.row.to_string(), format!("Row {}", payout.row)))
        .collect();
    (is_correctable(known) && !choices.is_empty()).then(|| PanelForm {
        opener: "Leave out…".to_owned(),
        explanation: "The row is not paid with this batch. Checking it again takes it in.".to_owned(),
        action: format!("{}/left-out", address(known.batch.number)),
        multipart: false,
        fields: vec![
            FieldView::hidden("show", "duplicates").scoped("left-out"),
            FieldView::new("row", "Which row", FieldKind::Select)
                .choices(choices)
                .scoped("left-out"),
            FieldView::new("reason", "Reason", FieldKind::Paragraph)
                .hint("The others read it on this page.")
                .required()
                .scoped("left-out"),
        ],
        label: "Leave out".to_owned(),
        open: false,
    })
}
