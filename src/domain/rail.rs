//! What a rail is told and what it answers, in words that no single rail owns.
//!
//! Not here: how a rail is reached (`rails`), and what an answer does to payout and ledger
//! (`flows::settle`). The invariant: "no answer came" is an answer of its own and never looks like
//! a refusal, so that a payment that may have been made is asked about instead of made again.

use super::destination::Destination;
use super::ids::IntentId;
use super::money::Money;
use super::payout;
use super::purpose::Purpose;
use serde::{Deserialize, Serialize};

/// One payment as a rail is told it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Order {
    /// The attempt's id: the rail's idempotency key.
    pub intent: IntentId,
    /// How much, in which currency.
    pub amount: Money,
    /// Where it goes.
    pub destination: Destination,
    /// Who is paid; wallets may go without.
    pub beneficiary_name: Option<String>,
    /// What it is for.
    pub purpose: Option<Purpose>,
    /// The merchant's reference, or the sequence number where there is none.
    pub reference: String,
}

/// What became of a payment that the rail took.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The intent's result so far.
    pub result: payout::Result,
    /// How the money moves: `internal`, `ips`, `sarie` or what the rail names.
    pub channel: Option<String>,
    /// The rail's sentence for people.
    pub message: String,
    /// The rail's code, where it could not pay.
    pub failure_reason: Option<String>,
    /// The rail's own name for the payment.
    pub rail_reference: Option<String>,
}

/// A rail's answer to one order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// The rail made an intent of it. Its result may still be open.
    Taken(Outcome),
    /// The rail would not take it: the payout ends INTENT_CREATION_FAILED, no money moved.
    Refused {
        /// The rail's sentence for people.
        message: String,
        /// The rail's code.
        failure_reason: String,
    },
    /// No answer came. The rail may have it: it is looked up later, never sent again unasked.
    Unknown,
}

/// A payment that was paid and came back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Returned {
    /// The attempt's id.
    pub intent: IntentId,
    /// The rail's sentence for people.
    pub message: String,
    /// The rail's code.
    pub failure_reason: String,
}

/// What a rail tells of payments that came back.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct News {
    /// In the order of the rail's books; nothing where there is no more to tell.
    pub returned: Vec<Returned>,
    /// The place in the rail's books up to which this tells, in the rail's own words.
    pub until: String,
}

/// What a rail says when asked about an intent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// The rail has it, and answers this now.
    Known(Answer),
    /// The rail has never seen this intent: it may be sent, with the same id.
    Never,
    /// The rail could not be asked: ask later.
    Unreachable,
}
