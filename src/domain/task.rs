//! Queued work, as ids. Written by `store::queue::enqueue` in the transaction that wants it done;
//! `jobs` matches it exhaustively.

use crate::domain::ids::{AccountId, BatchId, ProposalId};
use crate::domain::rail::Returned;
use serde::{Deserialize, Serialize};

/// Which workers do a task.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lane {
    /// Somebody waits for it.
    Prompt,
    /// It goes over what was taken in, as long as that takes, and nobody waits for it.
    Behind,
}

impl Lane {
    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::Behind => "behind",
        }
    }
}

/// One thing to be done later, safe to do twice.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum Task {
    /// Read the batch's file and judge its rows; goes on where it stopped.
    ValidateBatch {
        /// Which.
        batch: BatchId,
    },
    /// Make a link to a new password for whoever has this e-mail, if anybody has.
    ForgottenPassword {
        /// As it was typed, in small letters.
        email: String,
    },
    /// Correct many rows of a batch at once.
    Rework {
        /// Which batch.
        batch: BatchId,
        /// What is to be done, by its key.
        rework: i64,
    },
    /// Compare the batch's rows with what was paid before.
    CompareBeneficiaries {
        /// Which.
        batch: BatchId,
    },
    /// Compare references of what is not approved yet with what was approved meanwhile.
    CompareReferences {
        /// On which account.
        account: AccountId,
    },
    /// Look for payouts that look alike.
    FindDuplicates {
        /// Of which batch.
        batch: BatchId,
        /// Only of these rows; of all where there is none.
        rows: Vec<i32>,
    },
    /// Note in the log that somebody tried to sign in and was not let in, if the e-mail is anybody's. Done
    /// later, so that a sign-in takes the same time whether it is or not.
    NoteFailedSignIn {
        /// As it was typed.
        email: String,
        /// Where it came from.
        address: String,
    },
    /// Recompute a log.
    VerifyLog {
        /// Which check, by its key.
        check: i64,
    },
    /// Apply what a rail said came back, where that failed at first.
    ComeBack {
        /// Which rail.
        rail: String,
        /// Payments of one slice.
        returned: Vec<Returned>,
    },
    /// Close the proposal if nobody has decided it by now.
    ExpireProposal {
        /// Which.
        proposal: ProposalId,
    },
}

impl Task {
    /// Which workers do it.
    #[must_use]
    pub const fn lane(&self) -> Lane {
        match self {
            Self::CompareBeneficiaries { .. }
            | Self::CompareReferences { .. }
            | Self::FindDuplicates { .. }
            | Self::VerifyLog { .. } => Lane::Behind,
            Self::ValidateBatch { .. }
            | Self::ForgottenPassword { .. }
            | Self::Rework { .. }
            | Self::NoteFailedSignIn { .. }
            | Self::ComeBack { .. }
            | Self::ExpireProposal { .. } => Lane::Prompt,
        }
    }
}
