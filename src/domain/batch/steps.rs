//! The steps between a batch's statuses: the only allow-list. Flows ask it, the store's guarded
//! `UPDATE … WHERE status = ANY(sources)` is built from it, and a test snapshots its grid. What is not
//! listed is refused.

use super::Status;
use super::Status as S;

/// What moves a batch from one status to the next.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Step {
    /// The headings can't be matched with certainty.
    AskColumns,
    /// The worker begins to judge rows, or rows are judged again.
    Validate,
    /// The file can't be read.
    Fail,
    /// No row is payable.
    FindNothing,
    /// At least one row is payable.
    Open,
    /// Signed by the initiator under 6 eyes.
    SubmitForReview,
    /// Signed by the initiator under 4 eyes.
    SubmitForApproval,
    /// Signed by the initiator under 2 eyes.
    SubmitForRelease,
    /// Signed by the reviewer.
    Review,
    /// Signed by the approver; funds are reserved.
    Approve,
    /// Released by the initiator; funds are reserved.
    Release,
    /// Sent back by a reviewer or approver.
    Return,
    /// Taken back by the initiator.
    Recall,
    /// Changed after it was submitted or approved: back to open, in the next revision.
    Edit,
    /// Refused for good by a reviewer or approver.
    Reject,
    /// Called off.
    Cancel,
    /// Called off or refused after something was sent: what is in flight finishes, and that completes it.
    CancelRest,
    /// The first payouts are claimed.
    Pay,
    /// Held: nothing more is claimed; what is in flight finishes.
    Pause,
    /// Let go before anything was sent.
    ResumeWaiting,
    /// Let go after something was sent.
    ResumePaying,
    /// Every payout of the signed revision is final.
    Complete,
}

/// Every permitted step: from, step, to.
pub const STEPS: &[(Status, Step, Status)] = &[
    (S::Queued, Step::AskColumns, S::Matching),
    (S::Queued, Step::Validate, S::Validating),
    (S::Queued, Step::Fail, S::Failed),
    (S::Queued, Step::Cancel, S::Cancelled),
    (S::Matching, Step::Validate, S::Validating),
    (S::Matching, Step::Cancel, S::Cancelled),
    (S::Validating, Step::Open, S::Open),
    (S::Validating, Step::FindNothing, S::Error),
    // What comes by API is submitted in the step that ends its validation.
    (S::Validating, Step::SubmitForReview, S::AwaitingReview),
    (S::Validating, Step::SubmitForApproval, S::AwaitingApproval),
    (S::Validating, Step::SubmitForRelease, S::AwaitingRelease),
    (S::Validating, Step::Fail, S::Failed),
    (S::Validating, Step::Cancel, S::Cancelled),
    (S::Error, Step::Validate, S::Validating),
    (S::Error, Step::Cancel, S::Cancelled),
    (S::Open, Step::Validate, S::Validating),
    (S::Open, Step::SubmitForReview, S::AwaitingReview),
    (S::Open, Step::SubmitForApproval, S::AwaitingApproval),
    (S::Open, Step::SubmitForRelease, S::AwaitingRelease),
    (S::Open, Step::Cancel, S::Cancelled),
    (S::Open, Step::CancelRest, S::Paying),
    (S::AwaitingReview, Step::Review, S::AwaitingApproval),
    (S::AwaitingReview, Step::Return, S::Open),
    (S::AwaitingReview, Step::Recall, S::Open),
    (S::AwaitingReview, Step::Edit, S::Open),
    (S::AwaitingReview, Step::Reject, S::Rejected),
    (S::AwaitingReview, Step::Cancel, S::Cancelled),
    (S::AwaitingReview, Step::CancelRest, S::Paying),
    (S::AwaitingApproval, Step::Approve, S::Approved),
    (S::AwaitingApproval, Step::Return, S::Open),
    (S::AwaitingApproval, Step::Recall, S::Open),
    (S::AwaitingApproval, Step::Edit, S::Open),
    (S::AwaitingApproval, Step::Reject, S::Rejected),
    (S::AwaitingApproval, Step::Cancel, S::Cancelled),
    (S::AwaitingApproval, Step::CancelRest, S::Paying),
    (S::AwaitingRelease, Step::Release, S::Approved),
    (S::AwaitingRelease, Step::Recall, S::Open),
    (S::AwaitingRelease, Step::Edit, S::Open),
    (S::AwaitingRelease, Step::Cancel, S::Cancelled),
    (S::AwaitingRelease, Step::CancelRest, S::Paying),
    (S::Approved, Step::Pay, S::Paying),
    (S::Approved, Step::Pause, S::Paused),
    (S::Approved, Step::Edit, S::Open),
    (S::Approved, Step::Cancel, S::Cancelled),
    (S::Approved, Step::CancelRest, S::Paying),
    (S::Paying, Step::Pause, S::Paused),
    (S::Paying, Step::Edit, S::Open),
    (S::Paying, Step::Cancel, S::Cancelled),
    (S::Paying, Step::Complete, S::Completed),
    (S::Paused, Step::ResumeWaiting, S::Approved),
    (S::Paused, Step::ResumePaying, S::Paying),
    (S::Paused, Step::Edit, S::Open),
    (S::Paused, Step::Cancel, S::Cancelled),
    (S::Paused, Step::Complete, S::Completed),
];

impl Step {
    /// Every step.
    pub const ALL: [Self; 22] = [
        Step::AskColumns,
        Step::Validate,
        Step::Fail,
        Step::FindNothing,
        Step::Open,
        Step::SubmitForReview,
        Step::SubmitForApproval,
        Step::SubmitForRelease,
        Step::Review,
        Step::Approve,
        Step::Release,
        Step::Return,
        Step::Recall,
        Step::Edit,
        Step::Reject,
        Step::Cancel,
        Step::CancelRest,
        Step::Pay,
        Step::Pause,
        Step::ResumeWaiting,
        Step::ResumePaying,
        Step::Complete,
    ];

    /// Where this step leads from `from`, if it may be taken there at all.
    #[must_use]
    pub fn from(self, from: Status) -> Option<Status> {
        STEPS
            .iter()
            .find(|(source, step, _)| *source == from && *step == self)
            .map(|(_, _, to)| *to)
    }

    /// The statuses it may be taken from.
    pub fn sources(self) -> impl Iterator<Item = Status> {
        STEPS
            .iter()
            .filter(move |(_, step, _)| *step == self)
            .map(|(from, _, _)| *from)
    }

    /// The word for it in the audit log and the timeline.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Step::AskColumns => "batch.columns_asked",
            Step::Validate => "batch.validating",
            Step::Fail => "batch.failed",
            Step::FindNothing => "batch.nothing_payable",
            Step::Open => "batch.received",
            Step::SubmitForReview | Step::SubmitForApproval | Step::SubmitForRelease => "batch.submitted",
            Step::Review => "batch.reviewed",
            Step::Approve => "batch.approved",
            Step::Release => "batch.released",
            Step::Return => "batch.returned",
            Step::Recall => "batch.recalled",
            Step::Edit => "batch.edited",
            Step::Reject => "batch.rejected",
            Step::Cancel => "batch.cancelled",
            Step::CancelRest => "batch.rest_cancelled",
            Step::Pay => "batch.paying",
            Step::Pause => "batch.paused",
            Step::ResumeWaiting | Step::ResumePaying => "batch.resumed",
            Step::Complete => "batch.completed",
        }
    }
}
