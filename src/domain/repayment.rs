//! Paying again: which payouts may be, and why the others may not.
//!
//! The invariant: nothing is paid again whose money may be on its way or has arrived, and nothing
//! twice. The database holds the same; see the triggers of the table `repayment`.

use crate::domain::batch::Status as BatchStatus;
use crate::domain::ids::BatchNumber;
use crate::domain::payout::{Result as IntentResult, Status};

/// Why a payout can't be paid again, to follow "… can't be paid again: ".
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotAgain {
    /// The rail has it, or may have it.
    #[error("its outcome is not known yet; the rail is asked about it")]
    Unknown,
    /// It was paid.
    #[error("it was paid")]
    Paid,
    /// It was called off by a person.
    #[error("it was cancelled; capture it anew if it is to be paid after all")]
    Cancelled,
    /// It has not been sent, or can still be corrected where it is.
    #[error("its own batch has not come to an end with it yet")]
    NotFinal,
    /// Another batch does it already.
    #[error("batch {0} pays it again already")]
    Taken(BatchNumber),
}

/// Whether a payout with this status and last result, in a batch with that status, may be paid again;
/// `taken` is the batch that does it already, unless that one was called off.
///
/// # Errors
/// [`NotAgain`] says why not.
pub const fn may_be_paid_again(
    status: Status,
    result: Option<IntentResult>,
    batch: BatchStatus,
    taken: Option<BatchNumber>,
) -> Result<(), NotAgain> {
    match may_be(status, result, batch) {
        Ok(()) => match taken {
            Some(number) => Err(NotAgain::Taken(number)),
            None => Ok(()),
        },
        refused => refused,
    }
}

const fn may_be(status: Status, result: Option<IntentResult>, batch: BatchStatus) -> Result<(), NotAgain> {
    match status {
        Status::IntentCreationFailed => Ok(()),
        Status::Processed => match result {
            Some(IntentResult::Failed | IntentResult::Canceled | IntentResult::Returned) => Ok(()),
            Some(IntentResult::Paid) => Err(NotAgain::Paid),
            Some(IntentResult::Queued | IntentResult::Initiated) | None => Err(NotAgain::Unknown),
        },
        Status::ProcessingInProgress => Err(NotAgain::Unknown),
        Status::Cancelled => Err(NotAgain::Cancelled),
        // Left out of what was signed: it stays as it is there and goes on elsewhere.
        Status::ValidationFailed if matches!(batch, BatchStatus::Completed) => Ok(()),
        Status::ValidationFailed
        | Status::ValidationPending
        | Status::ValidationInProgress
        | Status::Scheduled => Err(NotAgain::NotFinal),
    }
}
