//! The practice of a part on its chapter of the guide: how far the person is, from what really happened
//! there, and where the next step is done. Links are shown only to who is in the practice, because the
//! same address leads to the real thing elsewhere.

use super::error::PageError;
use super::guide::chapter;
use super::reply::Reply;
use super::view::link::LinkView;
use super::view::practice::{PracticeStep, PracticeView, StepState, Way};
use crate::domain::batch::Status;
use crate::domain::practice::{FAULTY_ROW, FILE_NAME, Part, file as practice_file};
use crate::http::visit::Visit;
use crate::store::practice::{self, Practice, PractisedBatch};
use crate::store::{Conn, StoreError};
use std::io::Write as _;

/// GET `/guide/practice.csv`.
pub(super) fn file(_visit: &Visit) -> Result<Reply, PageError> {
    Ok(Reply::Download {
        name: FILE_NAME.to_owned(),
        media_type: "text/csv; charset=utf-8",
        write: Box::new(|mut body| {
            body.write_all(practice_file(true).as_bytes())?;
            Ok(body.flush()?)
        }),
    })
}

/// The practice of this chapter's part.
pub(super) fn view(visit: &Visit, part: Part) -> Result<Option<PracticeView>, PageError> {
    let acting = visit.acting()?;
    let Some(home) = acting.home() else {
        return Ok(None);
    };
    let person = acting.actor.person();
    let open = visit.read(|conn| practice::find_open(conn, home.organisation, person, part))?;
    let is_here = open.is_some_and(|open| open.organisation == acting.actor.organisation());
    let steps = match &open {
        Some(open) => visit.read(|conn| steps(conn, open, is_here))?,
        None => Vec::new(),
    };
    let way = |code: &str, name: &str| Way {
        code: code.to_owned(),
        name: name.to_owned(),
    };
    let place = open.and_then(|open| {
        let mut places = acting.places.iter();
        places.find(|place| place.organisation == open.organisation)
    });
    Ok(Some(PracticeView {
        role: chapter(part),
        there: place.map(|place| way(&place.code, &place.name)),
        back: is_here.then(|| way(&home.code, &home.name)),
        steps,
    }))
}

/// What a step says: title, text, whether it is done, and where it is done.
type Told = (&'static str, String, bool, Vec<LinkView>);

fn steps(conn: &mut Conn<'_>, open: &Practice, is_here: bool) -> Result<Vec<PracticeStep>, StoreError> {
    let told = match open.part {
        Part::Initiator => initiator(conn, open)?,
        Part::Reviewer | Part::Approver => signer(conn, open)?,
        Part::Auditor => auditor(conn, open)?,
        Part::Administrator => administrator(conn, open)?,
        Part::Developer => developer(conn, open)?,
    };
    let first = told.iter().position(|(_, _, done, _)| !done);
    let steps = told.into_iter().enumerate();
    Ok(steps
        .map(|(at, (title, text, is_done, links))| PracticeStep {
            title: title.to_owned(),
            text,
            state: match is_done {
                true => StepState::Done,
                false if Some(at) == first => StepState::Now,
                false => StepState::Next,
            },
            links: if is_here { links } else { Vec::new() },
        })
        .collect())
}

fn to(label: &str, href: impl Into<String>) -> LinkView {
    LinkView::new(label, href)
}

fn batch_link(found: Option<&PractisedBatch>) -> Vec<LinkView> {
    found
        .map(|batch| to("Open the batch", super::batch::address(batch.number)))
        .into_iter()
        .collect()
}

/// How far a batch is on its way.
fn stage(status: Status) -> u8 {
    match status {
        Status::Queued | Status::Matching | Status::Validating => 0,
        Status::Open | Status::Failed | Status::Error => 1,
        Status::AwaitingReview => 2,
        Status::AwaitingApproval | Status::AwaitingRelease => 3,
        Status::Approved | Status::Paying | Status::Paused => 4,
        Status::Completed | Status::Rejected | Status::Cancelled => 5,
    }
}

fn initiator(conn: &mut Conn<'_>, open: &Practice) -> Result<Vec<Told>, StoreError> {
    let batches = practice::list_batches(conn, open)?;
    let own = batches.iter().find(|batch| batch.is_own);
    let at = own.map_or(0, |batch| stage(batch.status));
    Ok(vec![
        (
            "Upload the practice file",
            "Keep the file, then choose New batch and upload it for the practice account.".to_owned(),
            own.is_some(),
            vec![
                to("Practice file", "/guide/practice.csv"),
                to("New batch", "/batches/new"),
            ],
        ),
        (
            "Correct its faulty row",
            format!(
                "The amount in row {FAULTY_ROW} has more decimals than the currency. Write 6200.00 and save."
            ),
            at > 1 || (at == 1 && own.is_some_and(|batch| batch.faults == 0)),
            batch_link(own),
        ),
        (
            "Send it for review",
            "The button says how much of the file goes. It is your signature.".to_owned(),
            at > 1,
            batch_link(own),
        ),
        (
            "See it paid",
            "The practice reviewer and the practice approver sign, then the sandbox pays.".to_owned(),
            at == 5,
            batch_link(own),
        ),
    ])
}

fn signer(conn: &mut Conn<'_>, open: &Practice) -> Result<Vec<Told>, StoreError> {
    let batches = practice::list_batches(conn, open)?;
    let done = practice::list_kinds_done(conn, open)?;
    let newest = batches.first();
    let at = newest.map_or(0, |batch| stage(batch.status));
    let has_decided = done.iter().any(|kind| {
        [
            "batch.reviewed",
            "batch.approved",
            "batch.returned",
            "batch.rejected",
        ]
        .contains(&kind.as_str())
    });
    let (comes, waits, sign, then) = match open.part {
        Part::Approver => (
            "A batch comes to you",
            3,
            "Read the seals, the amount and the balance that stays. Approve it, or send it back or reject it with a reason.",
            "Your signature reserves the total, and the sandbox pays.",
        ),
        Part::Initiator | Part::Reviewer | Part::Auditor | Part::Administrator | Part::Developer => (
            "A batch comes to you",
            2,
            "Read the seals, the rows and what was left out. Mark it as reviewed, or send it back or reject it with a reason.",
            "The practice approver signs after you, and the sandbox pays.",
        ),
    };
    Ok(vec![
        (
            comes,
            "Your colleagues prepare one. It takes a moment: open this page again.".to_owned(),
            at >= waits || has_decided,
            Vec::new(),
        ),
        (
            "Read it and decide",
            sign.to_owned(),
            has_decided,
            batch_link(newest),
        ),
        (
            "See what becomes of it",
            then.to_owned(),
            at == 5,
            batch_link(newest),
        ),
    ])
}

fn auditor(conn: &mut Conn<'_>, open: &Practice) -> Result<Vec<Told>, StoreError> {
    let batches = practice::list_batches(conn, open)?;
    let done = practice::list_kinds_done(conn, open)?;
    let has = |kind: &str| done.iter().any(|one| one == kind);
    let newest = batches.first();
    Ok(vec![
        (
            "A batch is signed and paid",
            "Your colleagues do it. It takes a moment: open this page again, then follow the batch's history.".to_owned(),
            newest.is_some_and(|batch| stage(batch.status) == 5),
            batch_link(newest),
        ),
        (
            "Download the payout report",
            "One line a payout, with everybody who had a hand in it.".to_owned(),
            has("report.downloaded"),
            vec![to("Reports", "/reports")],
        ),
        (
            "Verify the log",
            "Every line's hash is computed again, back to the first line.".to_owned(),
            has("audit.verification_asked"),
            vec![to("Audit log", "/audit")],
        ),
    ])
}

fn administrator(conn: &mut Conn<'_>, open: &Practice) -> Result<Vec<Told>, StoreError> {
    let proposals = practice::list_proposals(conn, open)?;
    let number = practice::load_account(conn, open.organisation)?;
    let theirs = proposals.iter().find(|(.., is_own)| !is_own);
    let own = || proposals.iter().filter(|(.., is_own)| *is_own);
    let confirm = theirs.map(|(id, ..)| to("Open the proposal", format!("/proposals/{}", id.0)));
    Ok(vec![
        (
            "Decide what a colleague proposes",
            "The practice administrator proposes funds. Compare what stands with what is proposed, then confirm or refuse it.".to_owned(),
            theirs.is_some_and(|(_, _, status, _)| status != "open"),
            confirm.into_iter().collect(),
        ),
        (
            "Propose another approval policy",
            "Let batches up to 20,000.00 need four eyes. The page says what a batch would need, and who could sign it.".to_owned(),
            own().next().is_some(),
            vec![to("Approval policy", format!("/accounts/{number}/policy"))],
        ),
        (
            "See it confirmed",
            "Nothing holds before the other administrator has confirmed it; here that takes a moment.".to_owned(),
            own().any(|(_, _, status, _)| status == "confirmed"),
            vec![to("Proposals", "/proposals")],
        ),
    ])
}

fn developer(conn: &mut Conn<'_>, open: &Practice) -> Result<Vec<Told>, StoreError> {
    let done = practice::list_kinds_done(conn, open)?;
    let has = |kind: &str| done.iter().any(|one| one == kind);
    Ok(vec![
        (
            "Make an API client for yourself",
            "It may do at most what you may, and here it reaches nothing but the practice.".to_owned(),
            has("api_client.created"),
            vec![to("API clients", "/developers/api-clients")],
        ),
        (
            "Confirm it",
            "Only the person it acts for sees its secret, once.".to_owned(),
            has("api_client.confirmed"),
            vec![to("Your API clients", "/profile/api-clients")],
        ),
        (
            "Add a webhook endpoint",
            "Choose what it hears, and read how its messages are signed.".to_owned(),
            has("webhook.created"),
            vec![to("Webhooks", "/developers/webhooks")],
        ),
    ])
}
