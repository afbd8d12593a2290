//! The reports: one line a payout, or one line a ledger entry; their headings are a contract.

use crate::domain::ids::{BatchNumber, PayoutId};
use crate::domain::ledger::Movement;
use crate::domain::money::Money;
use chrono::DateTime;
use chrono_tz::Tz;

/// A moment in the account's zone.
pub type Moment = DateTime<Tz>;

/// The payout report's headings, in order.
pub const PAYOUT_HEADINGS: [&str; 29] = [
    "transaction_date",
    "batch_number",
    "account",
    "reference",
    "beneficiary_name",
    "destination",
    "amount",
    "currency",
    "purpose",
    "rationale",
    "status",
    "result",
    "channel",
    "rail_reference",
    "failure_reason",
    "captured_by",
    "captured_at",
    "submitted_by",
    "submitted_at",
    "edited_by",
    "reviewed_by",
    "reviewed_at",
    "approved_by",
    "approved_at",
    "released_by",
    "released_at",
    "closed_by",
    "closed_at",
    "closed_reason",
];

/// Who did something, and when.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Deed {
    /// By e-mail.
    pub by: Option<String>,
    /// When.
    pub at: Option<Moment>,
}

/// One payout of the report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PayoutLine {
    /// Of the last intent's result, else closed, else due, else captured.
    pub transaction_date: Moment,
    /// The batch.
    pub batch_number: i32,
    /// The payout account's number.
    pub account: i32,
    /// The merchant's, or the sequence number.
    pub reference: String,
    /// Who is paid.
    pub beneficiary_name: Option<String>,
    /// IBAN, bank code and account number, or mobile.
    pub destination: String,
    /// What is paid; `None` where the row's amount can't be read.
    pub amount: Option<Money>,
    /// The account's currency.
    pub currency: String,
    /// Code.
    pub purpose: Option<String>,
    /// The comment, else the batch's name.
    pub rationale: String,
    /// One of the eight.
    pub status: String,
    /// The last intent's.
    pub result: Option<String>,
    /// How it went.
    pub channel: Option<String>,
    /// The rail's own number.
    pub rail_reference: Option<String>,
    /// Why not.
    pub failure_reason: Option<String>,
    /// Captured.
    pub captured: Deed,
    /// Submitted.
    pub submitted: Deed,
    /// Everyone who changed something, by e-mail.
    pub edited_by: Option<String>,
    /// Reviewed.
    pub reviewed: Deed,
    /// Approved; empty under 2 eyes.
    pub approved: Deed,
    /// Released under 2 eyes.
    pub released: Deed,
    /// Rejected or cancelled.
    pub closed: Deed,
    /// Why it was closed.
    pub closed_reason: Option<String>,
}

/// The statement's headings, in order.
pub const STATEMENT_HEADINGS: [&str; 11] = [
    "date",
    "entry",
    "movement",
    "batch_number",
    "reference",
    "debit",
    "credit",
    "available",
    "reserved",
    "in_transit",
    "currency",
];

/// One ledger entry of an account, with what it is for and what it left.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatementLine {
    /// When.
    pub at: Moment,
    /// Its number on the account, without gaps.
    pub entry: i64,
    /// Why.
    pub movement: Movement,
    /// How much, above zero.
    pub amount: Money,
    /// For which batch: number and name.
    pub batch: Option<(BatchNumber, String)>,
    /// For which payout: id and the merchant's reference, or the sequence number.
    pub payout: Option<(PayoutId, String)>,
    /// Left available.
    pub available: Money,
    /// Left reserved.
    pub reserved: Money,
    /// Left in transit.
    pub in_transit: Money,
}

impl StatementLine {
    /// By how much it changed what is available; zero where money only moved on.
    #[must_use]
    pub const fn change(&self) -> Money {
        let minor = self.movement.available_change(self.amount.minor());
        Money::new(minor, self.amount.currency())
    }

    /// What it took from the available balance.
    #[must_use]
    pub fn debit(&self) -> Option<Money> {
        (self.change().minor() < 0).then_some(self.amount)
    }

    /// What it gave to the available balance.
    #[must_use]
    pub fn credit(&self) -> Option<Money> {
        (self.change().minor() > 0).then_some(self.amount)
    }
}
