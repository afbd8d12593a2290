//! A batch's life: its statuses, the steps between them, and what each is called.
//!
//! What leads from one status to the next is the table in `steps`.

mod steps;

pub use steps::{STEPS, Step};

use crate::domain::account::Account;
use crate::domain::authorisation::Level;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::ids::{AccountId, ApiClientId, BatchId, BatchNumber, FileId, OrganisationId, PersonId};
use crate::domain::money::NumberStyle;
use crate::domain::purpose::Purpose;
use crate::domain::source::Source;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::fmt;
use uuid::Uuid;

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

    /// Whether it can be paid from and its deciding signature is still to come.
    #[must_use]
    pub const fn is_undecided(self) -> bool {
        matches!(self, S::Open) || self.is_awaiting()
    }

    /// Whether signatures stand on it, which an edit voids.
    #[must_use]
    pub const fn is_signed(self) -> bool {
        self.is_awaiting() || self.is_reserved()
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

/// A batch as stored. Amounts are minor units of its account's currency.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Batch {
    /// Key.
    pub id: BatchId,
    /// The id that bulk payouts are named by.
    pub public_id: Uuid,
    /// The API client that sent it.
    pub client: Option<ApiClientId>,
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
    /// The account's deciding signatures when references were last compared: those that came after are
    /// still to be compared with.
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
    /// Payouts cancelled by themselves since the revision was signed; still among the payable ones,
    /// because that is what was signed.
    pub cancelled_count: i64,
    /// Their total.
    pub cancelled_total: i64,
    /// Faulty rows that were cancelled by themselves.
    pub cancelled_faulty: i64,
}

impl Batch {
    /// What the log keeps when its rows are judged.
    #[must_use]
    pub fn figures(&self, account: &Account) -> Value {
        json!({ "rows": self.rows_done, "payable": self.payable_count, "faulty": self.fault_count,
            "total": account.money(self.payable_total).plain() })
    }
}
