//! Why a payout stands as it does: a code for programs and a sentence for people, the same in every
//! dialect and in webhooks.
//!
//! Not here: in which language a fault is told. The invariant: what was called off says why it was,
//! not what was wrong with it before; a row left out says so, and its other faults.

use super::fault::Fault;
use super::payout::Status;

/// The code of a payout that failed validation.
pub const INVALID: &str = "validation_failed";
/// The code of a payout whose row was left out of its batch.
pub const LEFT_OUT: &str = "left_out";

/// Everything that can be a reason.
#[derive(Clone, Copy, Debug)]
pub struct Reasons<'a> {
    /// Where it stands.
    pub status: Status,
    /// Why it was called off, by itself or with its batch.
    pub closed: Option<&'a str>,
    /// Why its row was left out.
    pub left_out: Option<&'a str>,
    /// What is wrong with it.
    pub faults: &'a [Fault],
    /// The rail's code and the rail's sentence.
    pub rail: (Option<&'a str>, Option<&'a str>),
}

/// Code and sentence; `told` says a fault.
pub fn explain(of: &Reasons<'_>, told: impl Fn(&Fault) -> String) -> (Option<String>, Option<String>) {
    if let (Status::Cancelled, Some(reason)) = (of.status, of.closed) {
        return (None, Some(reason.to_owned()));
    }
    if of.faults.is_empty() {
        return (of.rail.0.map(str::to_owned), of.rail.1.map(str::to_owned));
    }
    let Some(reason) = of.left_out else {
        let all: Vec<String> = of.faults.iter().map(told).collect();
        return (Some(INVALID.to_owned()), Some(all.join("; ")));
    };
    let others = of.faults.iter().filter(|fault| !fault.is_left_out());
    let mut all: Vec<String> = others.map(told).collect();
    all.push(format!("{LEFT_OUT}: {reason}"));
    (Some(LEFT_OUT.to_owned()), Some(all.join("; ")))
}
