//! The small seals of lists: who signed, whose turn it is, what comes later. The large ones of a
//! batch's own page are made there.

use super::text;
use super::view::seal::{SealState, SealView};
use crate::domain::authorisation::{Level, Seat, waiting_seat};
use crate::domain::batch::{Batch, Status};
use crate::store::seal::Seal;

/// The seals of `batch` in signing order; none before it is submitted. `mine` says that it waits for
/// the person who looks.
pub(super) fn small(batch: &Batch, seals: &[Seal], mine: bool) -> Vec<SealView> {
    let Some(level) = batch.level.filter(|_| is_submitted(batch.status)) else {
        return Vec::new();
    };
    let mut views: Vec<SealView> = Vec::new();
    let mut is_refused = false;
    for (step, seat) in (1_i64..).zip(level.seats()) {
        let signed = seals
            .iter()
            .find(|seal| seal.batch == batch.id && seal.seat == *seat);
        let label = seat.label();
        let number = text::count(step);
        views.push(match signed {
            Some(seal) => SealView::new(
                text::initials(&seal.name),
                SealState::Done,
                format!("{label}: signed by {}", seal.name),
            ),
            None if waiting_seat(batch.status) == Some(*seat) => now(number, label, mine),
            None if batch.status == Status::Rejected && !is_refused => {
                is_refused = true;
                SealView::new("×", SealState::Refused, format!("{label}: refused"))
            }
            None => SealView::new(number, SealState::Next, format!("{label}: comes later")),
        });
    }
    if level == Level::Two && batch.status == Status::AwaitingRelease {
        views.push(now("2".to_owned(), "Release", mine));
    }
    views
}

fn now(number: String, label: &str, mine: bool) -> SealView {
    if mine {
        SealView::new("You", SealState::Now, format!("{label}: waiting for you"))
    } else {
        SealView::new(number, SealState::Now, format!("{label}: waiting"))
    }
}

fn is_submitted(status: Status) -> bool {
    match status {
        Status::Queued
        | Status::Matching
        | Status::Validating
        | Status::Failed
        | Status::Error
        | Status::Open => false,
        Status::AwaitingReview
        | Status::AwaitingApproval
        | Status::AwaitingRelease
        | Status::Approved
        | Status::Paying
        | Status::Paused
        | Status::Completed
        | Status::Rejected
        | Status::Cancelled => true,
    }
}

/// The seat that waits, where this person could be the one: for the words of a button.
pub(super) fn verb(status: Status) -> &'static str {
    match waiting_seat(status) {
        Some(Seat::Reviewer) => "Review",
        Some(Seat::Approver) => "Approve",
        Some(Seat::Initiator) => "Sign",
        None if status == Status::AwaitingRelease => "Release",
        None if status == Status::Open || status == Status::Error => "Correct",
        None => "Open",
    }
}
