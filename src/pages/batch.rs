//! One batch, whatever its status: name and acts, work in progress, seals, numbers, notices, then
//! rows or history.
//!
//! What is known is read once (`known`); each part of the page has its file and only writes it down.
//! The invariant: a page costs the same at any size: counts come from the batch's row and from its
//! slices' sums, rows by key, 50 at a time, and no query is made for a row.

mod acts;
mod again;
mod columns;
mod compared;
mod corrections;
mod duplicates;
mod history;
mod known;
mod notices;
mod repeat;
mod rows;
mod seals;
mod stats;

use super::error::PageError;
use super::reply::{Fault, Reply};
use super::view::batch::{BatchBody, BatchPage};
use super::view::link::{LinkView, Tab as TabView};
use super::view::notice::Notice;
use super::view::tone::Tone;
use super::{documents, frame, text};
use crate::domain::authorisation::Act;
use crate::domain::batch::Status;
use crate::domain::columns::Choice;
use crate::domain::ids::BatchNumber;
use crate::domain::permission::Permission;
use crate::flows::documents::are_open;
use crate::http::visit::Visit;
use askama::Template;
pub(super) use corrections::Refused;
use known::{Known, Shown};

pub(super) use known::means_of_edit;

/// The batch that the address names.
pub(super) fn number(visit: &Visit) -> Result<BatchNumber, PageError> {
    BatchNumber::parse(visit.param("number")).ok_or(PageError::NoSuchPage)
}

/// Where a batch is.
pub(super) fn address(number: BatchNumber) -> String {
    format!("/batches/{number}")
}

/// GET `/batches/{number}`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    Ok(Reply::Page(page(visit, None, None, None)?))
}

/// The page again after a field of an act was refused: its panel is open, with what was typed.
pub(super) fn after_refusal(visit: &Visit, act: Act, message: &str) -> Result<String, PageError> {
    page(visit, Some((act, message)), None, None)
}

/// The page again after a field of the form that makes it repeat was refused.
pub(super) fn after_fault(visit: &Visit, fault: Fault<'_>) -> Result<String, PageError> {
    page(visit, None, None, fault)
}

fn page(
    visit: &Visit,
    refused: Option<(Act, &str)>,
    correction: Option<Refused<'_>>,
    repeating: Option<(&str, &str)>,
) -> Result<String, PageError> {
    let known = visit.read(|conn| known::load(visit, conn))?;
    if known.batch.status == Status::Matching && visit.asked("show").is_none() {
        return columns::page(visit, &known, refused, None);
    }
    let mut layout = frame::layout(visit, &known.batch.name);
    layout.account = Some(frame::chip(&known.account, known.available));
    let typed = match refused {
        Some((Act::Reschedule, _)) => visit.sent("pay_on"),
        Some(_) | None => visit.sent("reason"),
    }
    .unwrap_or_default();
    let corrections = corrections::view(&known, correction).or_else(|| duplicates::view(&known, correction));
    let mut notices = notices::notices(&known);
    // Where the form is not on the page any more, what it was refused for is told above.
    if let Some(refused) = correction.filter(|_| corrections.is_none()) {
        notices.insert(0, Notice::new(Tone::Bad, "Nothing was changed.", refused.message));
    }
    let mut acts = again::forms(&known);
    acts.extend(acts::forms(
        &known,
        refused.map(|(act, message)| (act, message, typed)),
    ));
    // What takes nothing away and leads nowhere on stands before the others.
    acts.splice(0..0, repeat::form(visit, &known, repeating));
    let page = BatchPage {
        layout,
        number: known.batch.number.to_string(),
        name: known.batch.name.clone(),
        status: text::batch_pill(known.batch.status),
        facts: stats::facts(&known),
        links: links(&known),
        acts,
        why_not: acts::why_not(&known),
        progress: stats::progress(&known),
        notices,
        seals: seals::cards(&known),
        stats: stats::stats(&known),
        tabs: tabs(&known),
        corrections,
        body: body(&known),
    };
    Ok(page.render()?)
}

/// A word for a tab: one of ours, whatever was sent.
pub(super) fn shown_word(word: &str) -> &'static str {
    match word {
        "all" => "all",
        "duplicates" => "duplicates",
        "ready" => "ready",
        _ => "faults",
    }
}

/// The page again after a correction of many rows was refused.
pub(super) fn after_refused_correction(visit: &Visit, refused: Refused<'_>) -> Result<String, PageError> {
    page(visit, None, Some(refused), None)
}

/// The matching step again, with what was chosen and what is wrong with it.
pub(super) fn columns_again(visit: &Visit, choices: &[Choice]) -> Result<String, PageError> {
    let known = visit.read(|conn| known::load(visit, conn))?;
    columns::page(visit, &known, None, Some(choices))
}

fn links(known: &Known) -> Vec<LinkView> {
    let file = format!("{}/file", address(known.batch.number));
    known
        .file
        .iter()
        .map(|_| LinkView::new("Original file", &file))
        .chain(documents_link(known))
        .chain(evidence(known))
        .chain(repeat::links(known))
        .collect()
}

/// Where documents are, for who could add one or has some to look at.
fn documents_link(known: &Known) -> Option<LinkView> {
    let permissions = &known.situation.standing.permissions;
    let may_add = are_open(known.batch.status) && permissions.contains(&Permission::BatchCapture);
    let label = match known.documents.len() {
        0 if may_add => "Documents".to_owned(),
        0 => return None,
        count => format!("Documents ({count})"),
    };
    Some(LinkView::new(label, documents::address(known.batch.number)))
}

/// The evidence pack, for who may download reports.
fn evidence(known: &Known) -> Option<LinkView> {
    let may = known
        .situation
        .standing
        .permissions
        .contains(&Permission::ReportDownload);
    let href = format!("/reports/batches/{}.zip", known.batch.number);
    (may && known.has_rows()).then(|| LinkView::new("Evidence pack", href))
}

fn tabs(known: &Known) -> Vec<TabView> {
    let batch = &known.batch;
    let all = [
        (Shown::All, "All", Some(batch.rows_done)),
        (Shown::Faults, "Needs correcting", Some(batch.fault_count)),
        (
            Shown::Duplicates,
            "Possible duplicates",
            Some(known.likenesses.found),
        ),
        (
            Shown::Ready,
            "Ready",
            Some(batch.payable_count.saturating_sub(known.likenesses.found).max(0)),
        ),
        (Shown::Failed, "Failed", again::count(known)),
        (Shown::History, "History", None),
    ];
    all.into_iter()
        .filter(|(shown, ..)| known.has_rows() || *shown == Shown::History)
        .filter(|(shown, _, count)| *shown != Shown::Failed || count.is_some())
        .map(|(shown, label, count)| TabView {
            link: LinkView::new(label, format!("{}?show={}", address(batch.number), shown.word())),
            count: count.map(text::count),
            current: shown == known.shown,
        })
        .collect()
}

fn body(known: &Known) -> BatchBody {
    match known.shown {
        Shown::History => BatchBody::History(history::timeline(known)),
        Shown::All | Shown::Faults | Shown::Duplicates | Shown::Ready => {
            BatchBody::Rows(Box::new(rows::table(known)))
        }
        Shown::Failed => BatchBody::Failed(Box::new(again::table(known))),
    }
}
