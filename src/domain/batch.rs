//! A batch's life: its statuses, the steps between them, and what each is called.
//!
//! `STEPS` is the only allow-list: flows ask it, the store's guarded `UPDATE … WHERE status =
//! ANY(sources)` is built from it, and a test snapshots its grid. What is not listed is refused.

use crate::domain::account::Account;
use crate::domain::authorisation::Level;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::ids::{AccountId, BatchId, BatchNumber, FileId, OrganisationId, PersonId};
use crate::domain::money::NumberStyle;
use crate::domain::purpose::Purpose;
use crate::domain::source::Source;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::fmt;

/// Where a batch stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Status {
    /// Stored; nothing read yet.
    Queued,
    /// Waits for a person to say what the columns mean.
    Matching,
    /// Rows are being judged.
    Validating,
    /// The file could not be read; nothing was taken in.
    Failed,
    /// No entry is payable.
    Error,
    /// The maker corrects and submits.
    Open,
    /// Submitted under 6 eyes.
    AwaitingReview,
    /// Waits for the deciding signature.
    AwaitingApproval,
    /// Submitted under 2 eyes: the initiator releases.
    AwaitingRelease,
    /// Funds reserved; waits for its date.
    Approved,
    /// Its payouts are being sent.
    Paying,
    /// Held by a person.
    Paused,
    /// Every payout of the signed revision is final.
    Completed,
    /// Refused by a signer.
    Rejected,
    /// Called off.
    Cancelled,
}

use Status as S;

impl Status {
    /// Every status, in the order of a batch's life.
    pub const ALL: [Self; 15] = [
        S::Queued,
        S::Matching,
        S::Validating,
        S::Failed,
        S::Error,
        S::Open,
        S::AwaitingReview,
        S::AwaitingApproval,
        S::AwaitingRelease,
        S::Approved,
        S::Paying,
        S::Paused,
        S::Completed,
        S::Rejected,
        S::Cancelled,
    ];

    /// The word stored and used in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            S::Queued => "queued",
            S::Matching => "matching",
            S::Validating => "validating",
            S::Failed => "failed",
            S::Error => "error",
            S::Open => "open",
            S::AwaitingReview => "awaiting_review",
            S::AwaitingApproval => "awaiting_approval",
            S::AwaitingRelease => "awaiting_release",
            S::Approved => "approved",
            S::Paying => "paying",
            S::Paused => "paused",
            S::Completed => "completed",
            S::Rejected => "rejected",
            S::Cancelled => "cancelled",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// The one-letter code that integrators know.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            S::Queued | S::Matching | S::Validating => "Q",
            S::Failed => "F",
            S::Error => "E",
            S::Open | S::AwaitingReview | S::AwaitingApproval | S::AwaitingRelease => "P",
            S::Approved | S::Paying | S::Paused => "A",
            S::Completed => "C",
            S::Rejected => "X",
            S::Cancelled => "N",
        }
    }

    /// What the API answers as the status's description.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            S::Queued => "Queued",
            S::Matching => "Waiting for columns",
            S::Validating => "Validating",
            S::Failed => "Failed",
            S::Error => "Error",
            S::Open => "Open",
            S::AwaitingReview => "Pending Review",
            S::AwaitingApproval => "Pending Approval",
            S::AwaitingRelease => "Pending Release",
            S::Approved => "Approved",
            S::Paying => "Processing",
            S::Paused => "Paused",
            S::Completed => "Completed",
            S::Rejected => "Rejected",
            S::Cancelled => "Cancelled",
        }
    }

    /// What pages call it, in sentence case.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            S::Queued => "Queued",
            S::Matching => "Waiting for columns",
            S::Validating => "Checking rows",
            S::Failed => "Could not be read",
            S::Error => "Nothing payable",
            S::Open => "Open",
            S::AwaitingReview => "Waiting for review",
            S::AwaitingApproval => "Waiting for approval",
            S::AwaitingRelease => "Waiting for release",
            S::Approved => "Approved",
            S::Paying => "Paying",
            S::Paused => "Paused",
            S::Completed => "Completed",
            S::Rejected => "Rejected",
            S::Cancelled => "Cancelled",
        }
    }

    /// Whether nothing can happen to it any more.
    #[must_use]
    pub const fn is_final(self) -> bool {
        match self {
            S::Failed | S::Completed | S::Rejected | S::Cancelled => true,
            S::Queued
            | S::Matching
            | S::Validating
            | S::Error
            | S::Open
            | S::AwaitingReview
            | S::AwaitingApproval
            | S::AwaitingRelease
            | S::Approved
            | S::Paying
            | S::Paused => false,
        }
    }

    /// Whether the server still works through the file.
    #[must_use]
    pub const fn is_being_read(self) -> bool {
        matches!(self, S::Queued | S::Validating)
    }

    /// Whether it is submitted and waits for a signature or release.
    #[must_use]
    pub const fn is_awaiting(self) -> bool {
        matches!(self, S::AwaitingReview | S::AwaitingApproval | S::AwaitingRelease)
    }

    /// Whether its total is reserved on the account.
    #[must_use]
    pub const fn is_reserved(self) -> bool {
        matches!(self, S::Approved | S::Paying | S::Paused)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

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
    /// Refused for good by a reviewer or approver.
    Reject,
    /// Called off.
    Cancel,
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
    (S::Validating, Step::Fail, S::Failed),
    (S::Validating, Step::Cancel, S::Cancelled),
    (S::Error, Step::Validate, S::Validating),
    (S::Error, Step::Cancel, S::Cancelled),
    (S::Open, Step::Validate, S::Validating),
    (S::Open, Step::SubmitForReview, S::AwaitingReview),
    (S::Open, Step::SubmitForApproval, S::AwaitingApproval),
    (S::Open, Step::SubmitForRelease, S::AwaitingRelease),
    (S::Open, Step::Cancel, S::Cancelled),
    (S::AwaitingReview, Step::Review, S::AwaitingApproval),
    (S::AwaitingReview, Step::Return, S::Open),
    (S::AwaitingReview, Step::Recall, S::Open),
    (S::AwaitingReview, Step::Reject, S::Rejected),
    (S::AwaitingReview, Step::Cancel, S::Cancelled),
    (S::AwaitingApproval, Step::Approve, S::Approved),
    (S::AwaitingApproval, Step::Return, S::Open),
    (S::AwaitingApproval, Step::Recall, S::Open),
    (S::AwaitingApproval, Step::Reject, S::Rejected),
    (S::AwaitingApproval, Step::Cancel, S::Cancelled),
    (S::AwaitingRelease, Step::Release, S::Approved),
    (S::AwaitingRelease, Step::Recall, S::Open),
    (S::AwaitingRelease, Step::Cancel, S::Cancelled),
    (S::Approved, Step::Pay, S::Paying),
    (S::Approved, Step::Pause, S::Paused),
    (S::Approved, Step::Cancel, S::Cancelled),
    (S::Paying, Step::Pause, S::Paused),
    (S::Paying, Step::Complete, S::Completed),
    (S::Paused, Step::ResumeWaiting, S::Approved),
    (S::Paused, Step::ResumePaying, S::Paying),
    (S::Paused, Step::Cancel, S::Cancelled),
    (S::Paused, Step::Complete, S::Completed),
];

impl Step {
    /// Every step.
    pub const ALL: [Self; 20] = [
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
        Step::Reject,
        Step::Cancel,
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
            Step::Reject => "batch.rejected",
            Step::Cancel => "batch.cancelled",
            Step::Pay => "batch.paying",
            Step::Pause => "batch.paused",
            Step::ResumeWaiting | Step::ResumePaying => "batch.resumed",
            Step::Complete => "batch.completed",
        }
    }
}

/// A batch as stored. Amounts are minor units of its account's currency.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Batch {
    /// Key.
    pub id: BatchId,
    /// Whose.
    pub organisation: OrganisationId,
    /// Paid from.
    pub account: AccountId,
    /// What people call it by.
    pub number: BatchNumber,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub status: Status,
    /// How its rows came.
    pub source: Source,
    /// The batch whose payouts it pays again or copies.
    pub repeats: Option<BatchId>,
    /// `CSV`, `XLSX`, …
    pub content_type: String,
    /// How its file writes amounts.
    pub number_style: NumberStyle,
    /// The file it came from.
    pub file: Option<FileId>,
    /// For rows without one.
    pub purpose: Option<Purpose>,
    /// For rows without a date; `None` is when approved.
    pub pay_on: Option<DateTime<Utc>>,
    /// How many rows the uploader said there are.
    pub control_count: Option<i64>,
    /// What the uploader said they add up to.
    pub control_total: Option<i64>,
    /// Rises with every return to open from a signed state.
    pub revision: i32,
    /// Fixed at submission.
    pub level: Option<Level>,
    /// Rows in it, or while it is read an estimate.
    pub rows_total: i64,
    /// Rows judged.
    pub rows_done: i64,
    /// The last judged row's number.
    pub row_last: i32,
    /// Rows that can be paid.
    pub payable_count: i64,
    /// What they add up to.
    pub payable_total: i64,
    /// Rows with faults.
    pub fault_count: i64,
    /// The largest single payout.
    pub largest: i64,
    /// Of the current revision.
    pub fingerprint: Option<Fingerprint>,
    /// What people are told where it failed.
    pub message: Option<String>,
    /// Who captured it.
    pub captured_by: PersonId,
    /// When.
    pub captured_at: DateTime<Utc>,
    /// The account's deciding signatures when references were last compared.
    pub judged_approvals: i32,
    /// When it was approved or released.
    pub approved_at: Option<DateTime<Utc>>,
    /// Who rejected or cancelled it.
    pub closed_by: Option<PersonId>,
    /// When.
    pub closed_at: Option<DateTime<Utc>>,
    /// Why.
    pub closed_reason: Option<String>,
    /// Why it was last sent back.
    pub returned_reason: Option<String>,
}

impl Batch {
    /// What the log keeps when its rows are judged.
    #[must_use]
    pub fn figures(&self, account: &Account) -> Value {
        json!({ "rows": self.rows_done, "payable": self.payable_count, "faulty": self.fault_count,
            "total": account.money(self.payable_total).plain() })
    }
}
