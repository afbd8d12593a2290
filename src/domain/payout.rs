//! A payout's life and the life of its intents: the eight statuses as MoneyHash names them, the six
//! results as Moyasar names them, and the steps that are allowed.

use crate::domain::batch::Status as BatchStatus;

/// Where a payout stands. The names are a contract with integrators.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Status {
    /// Stored, not yet judged.
    ValidationPending,
    /// Being judged.
    ValidationInProgress,
    /// Valid; waits for authorisation and its date.
    Scheduled,
    /// Has faults.
    ValidationFailed,
    /// Called off before it was claimed.
    Cancelled,
    /// Claimed for a rail.
    ProcessingInProgress,
    /// An intent was created and has a result.
    Processed,
    /// The rail would not take it.
    IntentCreationFailed,
}

use Status as S;

/// Every permitted step of a payout: from, to.
pub const STEPS: &[(Status, Status)] = &[
    (S::ValidationPending, S::ValidationInProgress),
    (S::ValidationPending, S::Cancelled),
    (S::ValidationInProgress, S::Scheduled),
    (S::ValidationInProgress, S::ValidationFailed),
    (S::ValidationInProgress, S::Cancelled),
    (S::Scheduled, S::ValidationPending),
    (S::Scheduled, S::Cancelled),
    (S::Scheduled, S::ProcessingInProgress),
    (S::ValidationFailed, S::ValidationPending),
    (S::ValidationFailed, S::Cancelled),
    (S::ProcessingInProgress, S::Processed),
    (S::ProcessingInProgress, S::IntentCreationFailed),
];

impl Status {
    /// Every status, in the order of a payout's life.
    pub const ALL: [Self; 8] = [
        S::ValidationPending,
        S::ValidationInProgress,
        S::Scheduled,
        S::ValidationFailed,
        S::Cancelled,
        S::ProcessingInProgress,
        S::Processed,
        S::IntentCreationFailed,
    ];

    /// The contract's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            S::ValidationPending => "VALIDATION_PENDING",
            S::ValidationInProgress => "VALIDATION_IN_PROGRESS",
            S::Scheduled => "SCHEDULED",
            S::ValidationFailed => "VALIDATION_FAILED",
            S::Cancelled => "CANCELLED",
            S::ProcessingInProgress => "PROCESSING_IN_PROGRESS",
            S::Processed => "PROCESSED",
            S::IntentCreationFailed => "INTENT_CREATION_FAILED",
        }
    }

    /// Reads the contract's word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// What pages call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            S::ValidationPending => "Waiting to be checked",
            S::ValidationInProgress => "Being checked",
            S::Scheduled => "Scheduled",
            S::ValidationFailed => "Needs correcting",
            S::Cancelled => "Cancelled",
            S::ProcessingInProgress => "Being paid",
            S::Processed => "Processed",
            S::IntentCreationFailed => "Refused by the rail",
        }
    }

    /// Whether a person may still change the payout.
    #[must_use]
    pub const fn is_editable(self) -> bool {
        match self {
            S::Scheduled | S::ValidationFailed => true,
            S::ValidationPending
            | S::ValidationInProgress
            | S::Cancelled
            | S::ProcessingInProgress
            | S::Processed
            | S::IntentCreationFailed => false,
        }
    }

    /// Whether nothing can happen to it any more.
    #[must_use]
    pub const fn is_final(self) -> bool {
        match self {
            S::Cancelled | S::Processed | S::IntentCreationFailed => true,
            S::ValidationPending
            | S::ValidationInProgress
            | S::Scheduled
            | S::ValidationFailed
            | S::ProcessingInProgress => false,
        }
    }

    /// Whether `to` may follow.
    #[must_use]
    pub fn may_become(self, to: Self) -> bool {
        STEPS.contains(&(self, to))
    }
}

/// A sequence number as it is shown and sent: its 16 digits.
#[must_use]
pub fn sequence_text(number: i64) -> String {
    format!("{number:016}")
}

/// What became of an intent.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Result {
    /// Made; the rail has not been heard yet.
    Queued,
    /// The rail has it, or may have it: it is asked about, never sent again.
    Initiated,
    /// The beneficiary has the money.
    Paid,
    /// The rail tried and could not pay.
    Failed,
    /// The rail called it off.
    Canceled,
    /// Paid, then sent back by the beneficiary's bank.
    Returned,
}

/// Every permitted step of an intent: from, to.
pub const RESULT_STEPS: &[(Result, Result)] = &[
    (Result::Queued, Result::Initiated),
    (Result::Queued, Result::Paid),
    (Result::Queued, Result::Failed),
    (Result::Queued, Result::Canceled),
    (Result::Initiated, Result::Paid),
    (Result::Initiated, Result::Failed),
    (Result::Initiated, Result::Canceled),
    (Result::Paid, Result::Returned),
];

impl Result {
    /// Every result.
    pub const ALL: [Self; 6] = [
        Result::Queued,
        Result::Initiated,
        Result::Paid,
        Result::Failed,
        Result::Canceled,
        Result::Returned,
    ];

    /// The contract's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Result::Queued => "queued",
            Result::Initiated => "initiated",
            Result::Paid => "paid",
            Result::Failed => "failed",
            Result::Canceled => "canceled",
            Result::Returned => "returned",
        }
    }

    /// Reads the contract's word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|result| result.as_str() == text)
    }

    /// What pages call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Result::Queued => "Queued at the rail",
            Result::Initiated => "On its way",
            Result::Paid => "Paid",
            Result::Failed => "Failed",
            Result::Canceled => "Called off by the rail",
            Result::Returned => "Returned",
        }
    }
}

impl Result {
    /// The result that integrators see of a payout: its last intent's, or before there is one what its
    /// status comes to.
    #[must_use]
    pub const fn shown(status: Status, last: Option<Self>) -> Self {
        match (status, last) {
            (S::Scheduled | S::ValidationPending | S::ValidationInProgress, _) => Self::Queued,
            (S::ProcessingInProgress, _) | (S::Processed, None) => Self::Initiated,
            (S::ValidationFailed | S::IntentCreationFailed, _) => Self::Failed,
            (S::Cancelled, _) => Self::Canceled,
            (S::Processed, Some(result)) => result,
        }
    }
}

/// Where a transaction of a batch stands, in one letter.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Code {
    /// Waits to be validated or authorised.
    Pending,
    /// Authorised; waits for its date.
    Due,
    /// On its way.
    InProgress,
    /// Paid.
    Paid,
    /// Not paid, and it will not be.
    Failed,
    /// Has faults.
    Invalid,
    /// Its batch was rejected.
    Rejected,
    /// Called off.
    Cancelled,
    /// Paid, then sent back.
    Returned,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 9] = [
        Self::Pending,
        Self::Due,
        Self::InProgress,
        Self::Paid,
        Self::Failed,
        Self::Invalid,
        Self::Rejected,
        Self::Cancelled,
        Self::Returned,
    ];

    /// The letter.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "P",
            Self::Due => "D",
            Self::InProgress => "T",
            Self::Paid => "S",
            Self::Failed => "F",
            Self::Invalid => "E",
            Self::Rejected => "X",
            Self::Cancelled => "C",
            Self::Returned => "R",
        }
    }

    /// Reads the letter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == text)
    }

    /// The name of its message in the locales.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Pending => "transaction-pending",
            Self::Due => "transaction-due",
            Self::InProgress => "transaction-in-progress",
            Self::Paid => "transaction-paid",
            Self::Failed => "transaction-failed",
            Self::Invalid => "transaction-invalid",
            Self::Rejected => "transaction-rejected",
            Self::Cancelled => "transaction-cancelled",
            Self::Returned => "transaction-returned",
        }
    }

    /// The code of a payout as shown, with its last result, in a batch of this status.
    #[must_use]
    pub const fn of(status: Status, result: Option<Result>, batch: BatchStatus) -> Self {
        match status {
            S::ValidationPending | S::ValidationInProgress | S::Scheduled if batch.is_reserved() => Self::Due,
            S::ValidationPending | S::ValidationInProgress | S::Scheduled => Self::Pending,
            S::ValidationFailed => Self::Invalid,
            S::Cancelled if matches!(batch, BatchStatus::Rejected) => Self::Rejected,
            S::Cancelled => Self::Cancelled,
            S::ProcessingInProgress => Self::InProgress,
            S::IntentCreationFailed => Self::Failed,
            S::Processed => match result {
                None | Some(Result::Queued | Result::Initiated) => Self::InProgress,
                Some(Result::Paid) => Self::Paid,
                Some(Result::Failed | Result::Canceled) => Self::Failed,
                Some(Result::Returned) => Self::Returned,
            },
        }
    }
}
