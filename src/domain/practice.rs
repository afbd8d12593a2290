//! Practice: the parts a member can walk through, who plays the others, and the file they work on.
//!
//! Not here: where a practice is kept apart from earnest (an organisation of its own, held by the
//! database). The invariant: a colleague never plays the part of the one who practises, so that nobody
//! practises alone what two must do.

use crate::domain::batch::Status;
use std::fmt::Write as _;

/// What is practised: a built-in role's part of the work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Uploads, corrects, sends.
    Initiator,
    /// Signs second of three.
    Reviewer,
    /// Signs last.
    Approver,
    /// Reports and verifies.
    Auditor,
    /// Confirms and proposes.
    Administrator,
    /// Makes an API client.
    Developer,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Initiator,
        Self::Reviewer,
        Self::Approver,
        Self::Auditor,
        Self::Administrator,
        Self::Developer,
    ];

    /// The word stored and in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Initiator => "initiator",
            Self::Reviewer => "reviewer",
            Self::Approver => "approver",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
            Self::Developer => "developer",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == word)
    }

    /// The built-in role that goes with it.
    #[must_use]
    pub const fn role(self) -> &'static str {
        match self {
            Self::Initiator => "Initiator",
            Self::Reviewer => "Reviewer",
            Self::Approver => "Approver",
            Self::Auditor => "Auditor",
            Self::Administrator => "Administrator",
            Self::Developer => "Developer",
        }
    }

    /// Whether a colleague uploads a batch for it.
    #[must_use]
    pub const fn needs_batch(self) -> bool {
        match self {
            Self::Reviewer | Self::Approver | Self::Auditor => true,
            Self::Initiator | Self::Administrator | Self::Developer => false,
        }
    }
}

/// The parts that colleagues play.
pub const COLLEAGUES: [Part; 4] = [
    Part::Initiator,
    Part::Reviewer,
    Part::Approver,
    Part::Administrator,
];

/// Which colleague goes on with a batch, where it is not the turn of the one who practises.
/// `is_own` says whether that one captured it.
#[must_use]
pub fn next(status: Status, practised: Part, is_own: bool) -> Option<Part> {
    let part = match status {
        Status::Open if !is_own => Part::Initiator,
        Status::AwaitingReview => Part::Reviewer,
        Status::AwaitingApproval => Part::Approver,
        Status::Open
        | Status::Queued
        | Status::Matching
        | Status::Validating
        | Status::Failed
        | Status::Error
        | Status::AwaitingRelease
        | Status::Approved
        | Status::Paying
        | Status::Paused
        | Status::Completed
        | Status::Rejected
        | Status::Cancelled => return None,
    };
    (part != practised).then_some(part)
}

/// Name of the file.
pub const FILE_NAME: &str = "practice.csv";
/// What the practice account has at the beginning, in minor units.
pub const FUNDS: i64 = 100_000_000;
/// What a colleague proposes to add, in minor units.
pub const MORE_FUNDS: i64 = 25_000_000;
/// Beneficiary, account number, amount.
const ROWS: [(&str, &str, &str); 5] = [
    ("Alinafe Nyirenda", "0011239845", "4500"),
    ("Mphatso Chirwa", "0010774102", "3900"),
    ("Wongani Tembo", "0012205517", "6200"),
    ("Chisomo Kamanga", "0010031188", "5150"),
    ("Tamara Mkandawire", "0012988430", "4700"),
];
/// The row of the spreadsheet that has the fault, and how its amount is written: more decimals than
/// any currency has.
pub const FAULTY_ROW: usize = 4;
const FAULTY_AMOUNT: &str = "6200.00555";

/// The practice file: five payouts, one of them with a fault where one is to be corrected.
#[must_use]
pub fn file(has_fault: bool) -> String {
    let mut text = String::from("reference,beneficiary_name,account_number,bank_code,amount,purpose\n");
    for (number, (name, account, amount)) in (1_usize..).zip(ROWS) {
        let amount = if has_fault && number + 1 == FAULTY_ROW {
            FAULTY_AMOUNT
        } else {
            amount
        };
        // Writing to a String can't fail.
        let _ = writeln!(
            text,
            "PRACTICE-{number},{name},{account},NBM,{amount},payroll_benefits"
        );
    }
    text
}
