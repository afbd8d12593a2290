//! What the reader may do to the batch now, each act as its own form, and why not where they might
//! expect to.
//!
//! The answer is `domain::authorisation::may`'s, the same that the flows ask. The invariant: one
//! button at most is primary, it stands last, and it names the act and its size.

use super::known::Known;
use crate::domain::authorisation::{Act, Level, Refusal, waiting_seat};
use crate::domain::batch::Status;
use crate::domain::fingerprint::{Fingerprint, beside};
use crate::domain::permission::Permission;
use crate::pages::text;
use crate::pages::view::act::{ActForm, ActPanel};
use crate::pages::view::field::{Choice, FieldKind, FieldView};
use crate::pages::view::link::ButtonTone;

/// The order in which acts stand: what takes away first, what goes on last.
const ORDER: [Act; 11] = [
    Act::Recall,
    Act::Reschedule,
    Act::Cancel,
    Act::Pause,
    Act::Return,
    Act::Reject,
    Act::Submit,
    Act::Review,
    Act::Approve,
    Act::Release,
    Act::Resume,
];

/// Every open act as a form; `refused` is the act of which a field was refused, why, and what was typed.
pub(super) fn forms(known: &Known, refused: Option<(Act, &str, &str)>) -> Vec<ActForm> {
    let mut forms: Vec<ActForm> = ORDER
        .into_iter()
        .filter(|act| known.may(*act).is_ok())
        .filter_map(|act| form(known, act))
        .collect();
    if let Some((act, message, typed)) = refused {
        let wanted = noun(act).map(|noun| format!("/{noun}")).unwrap_or_default();
        for form in forms.iter_mut().filter(|form| form.action.ends_with(&wanted)) {
            reopen(form, message, typed);
        }
    }
    forms
}

fn reopen(form: &mut ActForm, message: &str, typed: &str) {
    if let Some(panel) = &mut form.panel {
        panel.open = true;
    }
    for field in form
        .fields
        .iter_mut()
        .filter(|field| matches!(field.name.as_str(), "reason" | "pay_on"))
    {
        field.error = Some(message.to_owned());
        field.value = typed.to_owned();
    }
}

/// The end of the path that an act posts to; rows are edited on their own pages.
const fn noun(act: Act) -> Option<&'static str> {
    match act {
        Act::Edit => None,
        Act::Reschedule => Some("schedule"),
        Act::Submit => Some("submission"),
        Act::Recall => Some("recall"),
        Act::Review => Some("review"),
        Act::Approve => Some("approval"),
        Act::Release => Some("release"),
        Act::Return => Some("return"),
        Act::Reject => Some("rejection"),
        Act::Cancel => Some("cancellation"),
        Act::Pause => Some("pause"),
        Act::Resume => Some("resume"),
    }
}

/// The date and the documents that whoever submits has seen.
fn beside_rows(known: &Known) -> Fingerprint {
    let present = known.documents.iter().filter(|one| one.removed.is_none());
    beside(
        known.batch.pay_on.map(|at| at.timestamp()),
        present.map(|one| one.file.digest.as_slice()),
    )
}

fn form(known: &Known, act: Act) -> Option<ActForm> {
    let noun = noun(act)?;
    let mut fields = vec![FieldView::hidden(
        "fingerprint",
        known
            .batch
            .fingerprint
            .map(Fingerprint::to_hex)
            .unwrap_or_default(),
    )];
    if act == Act::Submit {
        fields.push(FieldView::hidden("beside", beside_rows(known).to_hex()));
    }
    let panel = panel(known, act);
    if is_with_code(known, act) {
        fields.push(FieldView::second_factor(known.has_passkeys).scoped(noun));
    } else if act == Act::Reschedule {
        fields.extend(date_fields(known).map(|field| field.scoped(noun)));
    } else if panel.is_some() {
        fields.push(
            FieldView::new("reason", "Reason", FieldKind::Paragraph)
                .hint("The others read it on this page.")
                .required()
                .scoped(noun),
        );
    }
    Some(ActForm {
        action: format!("{}/{noun}", super::address(known.batch.number)),
        label: label(known, act),
        tone: tone(act),
        fields,
        panel,
    })
}

/// The batch's date, and whether rows that have their own follow it.
fn date_fields(known: &Known) -> impl Iterator<Item = FieldView> {
    let zone = known.account.zone;
    let now = known
        .batch
        .pay_on
        .map(|at| at.with_timezone(&zone).format("%Y-%m-%dT%H:%M").to_string());
    let date = FieldView::new("pay_on", "Date", FieldKind::Text)
        .value(now.unwrap_or_default())
        .hint(format!(
            "YYYY-MM-DD, or YYYY-MM-DDTHH:MM in {zone}. Left empty: paid when approved."
        ));
    let own = FieldView::new("own_dates", "Rows with a date of their own", FieldKind::Select).choices(vec![
        Choice::new("", "keep it"),
        Choice::new("follow", "follow the batch's date"),
    ]);
    [date, own].into_iter()
}

const fn tone(act: Act) -> ButtonTone {
    match act {
        Act::Submit | Act::Review | Act::Approve | Act::Release | Act::Resume => ButtonTone::Primary,
        Act::Reject | Act::Cancel => ButtonTone::Danger,
        Act::Recall | Act::Return | Act::Edit | Act::Reschedule | Act::Pause => ButtonTone::Plain,
    }
}

fn label(known: &Known, act: Act) -> String {
    let batch = &known.batch;
    let size = || {
        format!(
            "{} to {}",
            known.money(batch.payable_total),
            text::counted(batch.payable_count, "person", "people")
        )
    };
    match act {
        Act::Edit => String::new(),
        Act::Reschedule => "Set the date".to_owned(),
        Act::Submit => format!(
            "Send {} of {} for {}",
            text::count(batch.payable_count),
            text::count(batch.rows_done),
            match known.level() {
                Level::Two => "release",
                Level::Four => "approval",
                Level::Six => "review",
            }
        ),
        Act::Recall => "Take it back".to_owned(),
        Act::Review => "Mark as reviewed".to_owned(),
        Act::Approve => format!("Approve {}", size()),
        Act::Release => format!("Release {}", size()),
        Act::Return => "Send the batch back".to_owned(),
        Act::Reject => "Reject the batch".to_owned(),
        Act::Cancel if known.has_begun() => "Cancel the rest".to_owned(),
        Act::Cancel => "Cancel the batch".to_owned(),
        Act::Pause => "Pause".to_owned(),
        Act::Resume => "Resume paying".to_owned(),
    }
}

fn panel(known: &Known, act: Act) -> Option<ActPanel> {
    match act {
        Act::Return => {
            let maker = known.name(known.batch.captured_by);
            let means =
                format!("The batch returns to {maker} to be corrected, and every signature on it is void.");
            Some(ActPanel::new("Send back…", means))
        }
        Act::Reject => Some(ActPanel::new(
            "Reject…",
            "Rejecting is final. Nothing in this batch is paid.",
        )),
        Act::Cancel => {
            let means = if known.has_begun() {
                "What is claimed already is paid; the rest is not, and its money is free again. This can't be undone."
            } else if known.batch.status.is_reserved() {
                "Nothing in this batch is paid, and what was reserved for it is free again. This can't be undone."
            } else {
                "Nothing in this batch is paid. This can't be undone."
            };
            Some(ActPanel::new("Cancel…", means))
        }
        Act::Approve | Act::Release if is_with_code(known, act) => Some(ActPanel::new(
            format!("{}…", label(known, act)),
            "Signing takes a code from your app, as signing in does.",
        )),
        Act::Reschedule => Some(ActPanel::new("Reschedule…", known.means_of_edit())),
        Act::Edit
        | Act::Submit
        | Act::Recall
        | Act::Review
        | Act::Approve
        | Act::Release
        | Act::Pause
        | Act::Resume => None,
    }
}

/// Whether the reader gives a code again for this.
const fn is_with_code(known: &Known, act: Act) -> bool {
    known.has_second_factor && matches!(act, Act::Approve | Act::Release)
}

/// The act that the batch waits for, and what it takes.
const fn waiting(status: Status) -> Option<(Act, Permission, &'static str)> {
    match status {
        Status::Open | Status::Error => Some((Act::Submit, Permission::BatchCapture, "send")),
        Status::AwaitingReview => Some((Act::Review, Permission::BatchReview, "review")),
        Status::AwaitingApproval => Some((Act::Approve, Permission::BatchApprove, "approve")),
        Status::AwaitingRelease => Some((Act::Release, Permission::BatchCapture, "release")),
        Status::Queued
        | Status::Matching
        | Status::Validating
        | Status::Failed
        | Status::Approved
        | Status::Paying
        | Status::Paused
        | Status::Completed
        | Status::Rejected
        | Status::Cancelled => None,
    }
}

/// Why the reader, whose roles would let them, may not take the step that waits.
pub(super) fn why_not(known: &Known) -> Vec<String> {
    let Some((act, permission, verb)) = waiting(known.batch.status) else {
        return Vec::new();
    };
    if !known.situation.standing.permissions.contains(&permission) {
        return Vec::new();
    }
    match known.may(act) {
        Ok(()) => Vec::new(),
        Err(Refusal::Status { .. }) if waiting_seat(known.batch.status).is_none() => {
            vec![
                "You can't send this batch: no row of it is payable. Correct at least one row first."
                    .to_owned(),
            ]
        }
        Err(refusal) => vec![format!("You can't {verb} this batch: {refusal}.")],
    }
}
