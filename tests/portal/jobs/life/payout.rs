//! What must be of one payout: what the rail makes of it, and where it is.

use chrono::{DateTime, Utc};

/// What the sandbox pays without an answer.
pub const SILENT_AMOUNT: i64 = 1_005;

/// What the rail makes of a payout.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Pays,
    Fails,
    /// Taken; paid when asked.
    Later,
    /// Not taken.
    Refused,
    /// Paid, but no answer comes.
    Silent,
}

/// Where a payout is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum At {
    Waiting,
    Cancelled,
    /// Claimed; nothing heard of it.
    InHand,
    /// Sent at this time, outcome open.
    Open(DateTime<Utc>),
    Paid,
    Failed,
    Refused,
}

#[derive(Clone, Debug)]
pub struct Payout {
    pub kind: Kind,
    pub amount: i64,
    /// Its own date, in days from the beginning, at 08:00.
    pub days: Option<u8>,
    pub at: At,
    /// Whether the rail has it.
    pub booked: bool,
}

impl Payout {
    pub fn new(kind: Kind, amount: i64, days: Option<u8>) -> Self {
        Self {
            kind,
            amount: if kind == Kind::Silent {
                SILENT_AMOUNT
            } else {
                amount
            },
            days,
            at: At::Waiting,
            booked: false,
        }
    }

    pub fn is_in_flight(&self) -> bool {
        matches!(self.at, At::InHand | At::Open(_))
    }

    /// The rail is called: what it answers.
    pub fn answered(&mut self, now: DateTime<Utc>) {
        self.booked = self.kind != Kind::Refused;
        self.at = match self.kind {
            Kind::Pays => At::Paid,
            Kind::Fails => At::Failed,
            Kind::Later | Kind::Silent => At::Open(now),
            Kind::Refused => At::Refused,
        };
    }

    /// The rail is asked, and sent what it never saw.
    pub fn asked(&mut self, now: DateTime<Utc>) {
        if !self.booked {
            return self.answered(now);
        }
        self.at = match self.kind {
            Kind::Fails => At::Failed,
            Kind::Pays | Kind::Later | Kind::Silent | Kind::Refused => At::Paid,
        };
    }
}
