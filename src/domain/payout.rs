//! A payout's life and the life of its intents: the eight statuses as MoneyHash names them, the six
//! results as Moyasar names them, and the steps that are allowed.

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
