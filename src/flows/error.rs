//! Why a step was refused. Pages and API map these to statuses by exhaustive match: a person's duty
//! is 403, another organisation's thing 404, a batch that moved on 409, a malformed value 400.

use crate::domain::authorisation::{Level, Refusal};
use crate::domain::ledger::LedgerError;
use crate::domain::money::Money;
use crate::domain::passkey::PasskeyRefusal;
use crate::domain::payout;
use crate::domain::permission::{NotPermitted, Permission};
use crate::domain::proposal;
use crate::domain::repayment::NotAgain;
use crate::domain::second_factor::CodeRefusal;
use crate::store::StoreError;
use crate::store::ledger::PostError;
use chrono::DateTime;
use chrono_tz::Tz;

/// Why nothing was done. Nothing of the step is kept.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// No role gives the permission.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// Duty or state stands against it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A proposal can't be made or decided like this.
    #[error(transparent)]
    Proposal(#[from] proposal::Refusal),
    /// The person saw another content than what stands there now.
    #[error("the batch changed since you opened it; read it again before you sign")]
    FingerprintStale,
    /// The row was changed by somebody else meanwhile.
    #[error("this row was changed since you opened it; read it again before you correct it")]
    RowStale,
    /// A payout that was chosen is claimed or final.
    #[error("row {row} is “{}”; only payouts that are scheduled or have faults can be changed", .status.label())]
    NotEditable {
        /// Which row of the batch.
        row: i32,
        /// Where its payout stands.
        status: payout::Status,
    },
    /// Nobody else could sign at the level that the policy demands.
    #[error("this batch needs {} ({} eyes), and nobody else who is active here may {}", .level.name(), .level.eyes(), .missing.label())]
    NobodyCanSign {
        /// What the policy demands.
        level: Level,
        /// What is missing among other people.
        missing: Permission,
    },
    /// The uploader's own figures do not agree with the file.
    #[error("the control figures do not agree: {0}")]
    ControlFigures(String),
    /// Too little money on the account.
    #[error("{available} is available and the batch needs {needed}: {shortfall} is missing")]
    Shortfall {
        /// What there is.
        available: Money,
        /// What is asked.
        needed: Money,
        /// What is missing.
        shortfall: Money,
    },
    /// Bank details that changed are cooling down, or it is not known yet whether any did.
    #[error(transparent)]
    CoolingDown(#[from] CoolingDown),
    /// References that were approved in another batch meanwhile.
    #[error(
        "{} paid, in flight or reserved already, the first being “{first}” in batch {batch}",
        references_are(*count)
    )]
    ReferencesInUse {
        /// How many.
        count: usize,
        /// One of them.
        first: String,
        /// Where it is.
        batch: i32,
    },
    /// The second factor stands against it.
    #[error(transparent)]
    Code(#[from] CodeRefusal),
    /// A passkey that was not taken.
    #[error(transparent)]
    Passkey(#[from] PasskeyRefusal),
    /// A payout that can't be paid again, and why.
    #[error("“{reference}” can't be paid again: {why}")]
    NotAgain {
        /// Its reference.
        reference: String,
        /// Why.
        why: NotAgain,
    },
    /// A field of a form, and what is wrong with it.
    #[error("{message}")]
    Invalid {
        /// Which field.
        field: &'static str,
        /// The limit and what to do.
        message: String,
    },
    /// Below the flow.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why the cool-down of an account stands against a deciding signature.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CoolingDown {
    /// The worker has not compared the batch as it stands now.
    #[error(
        "the bank details of this batch are being compared with what was paid before; try again in a moment"
    )]
    Comparing,
    /// The hours are not over.
    #[error(
        "bank details changed since last paid in {rows}, and this account lets changed details cool down for {hours} hours: it can be approved from {}",
        until.format("%-d %b %Y, %H:%M %Z")
    )]
    Until {
        /// "1 row", "3 rows".
        rows: String,
        /// The account's rule.
        hours: i16,
        /// In the account's zone.
        until: DateTime<Tz>,
    },
}

impl FlowError {
    /// A malformed field.
    pub fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid {
            field,
            message: message.into(),
        }
    }
}

impl From<PostError> for FlowError {
    fn from(error: PostError) -> Self {
        match error {
            PostError::Store(error) => Self::Store(error),
            PostError::Ledger(error) => Self::from(error),
        }
    }
}

/// Where a shortfall is expected, the flow says it in money first; anything else is a fault of ours.
impl From<LedgerError> for FlowError {
    fn from(error: LedgerError) -> Self {
        Self::Store(StoreError::Corrupt(error.to_string()))
    }
}

/// The longest reason people can give, in characters.
pub const REASON_CHARS_MAX: usize = 500;

/// A reason that must be given.
///
/// # Errors
/// `Invalid` where it is empty or too long.
pub fn required_reason(text: &str) -> Result<&str, FlowError> {
    let reason = text.trim();
    let count = reason.chars().count();
    if count == 0 {
        return Err(FlowError::invalid(
            "reason",
            "Give a reason, so that the others know what to do.",
        ));
    }
    if count > REASON_CHARS_MAX {
        let message =
            format!("The reason has {count} characters; the limit is {REASON_CHARS_MAX}. Shorten it.");
        return Err(FlowError::invalid("reason", message));
    }
    Ok(reason)
}

fn references_are(count: usize) -> String {
    if count == 1 {
        "1 reference is".to_owned()
    } else {
        format!("{count} references are")
    }
}
