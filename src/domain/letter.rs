//! What is told to whom by mail, and who wants to hear it. How a letter looks is in `mail`; that it
//! is written in the transaction of what it tells is `store::letter`'s.
//!
//! Invariant: a letter carries finished facts, so that it says what was true when it was written;
//! only the daily one is filled in when it is sent.

use crate::domain::ids::BatchNumber;
use chrono::{DateTime, Days, LocalResult, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// When the daily letter is sent, in the organisation's zone.
const DAILY_HOUR: u32 = 8;

/// A batch, as letters name it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BatchFacts {
    /// Its number.
    pub number: BatchNumber,
    /// Its name.
    pub name: String,
    /// How many payouts are signed.
    pub payouts: i64,
    /// Their total with the currency, as people read it.
    pub total: String,
}

/// What is told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "letter", rename_all = "snake_case")]
pub enum Letter {
    /// Somebody is invited to an organisation; the link is `/invitations/{token}`.
    Invitation {
        /// Its name.
        organisation: String,
        /// Who invites.
        inviter: String,
        /// As what.
        roles: Vec<String>,
        /// Of the link; 32 bytes as hex.
        token: String,
    },
    /// A new password was asked for; the link is `/password/reset/{token}`.
    PasswordReset {
        /// Of the link; 32 bytes as hex.
        token: String,
    },
    /// The password is another one now.
    PasswordChanged,
    /// A batch waits for the person's signature.
    Waiting {
        /// Which.
        batch: BatchFacts,
        /// What is asked: "review", "approval".
        step: String,
        /// Who sent it on.
        from: String,
    },
    /// Everything that waits, once a day. Filled in when it is sent.
    WaitingDaily {
        /// What waits then.
        batches: Vec<BatchFacts>,
    },
    /// The deciding signature was given.
    Approved {
        /// Which.
        batch: BatchFacts,
        /// Who signed.
        by: String,
    },
    /// It was refused for good.
    Rejected {
        /// Which.
        batch: BatchFacts,
        /// Who refused.
        by: String,
        /// Why.
        reason: String,
    },
    /// It is open again.
    SentBack {
        /// Which.
        batch: BatchFacts,
        /// Who sent it back.
        by: String,
        /// Why.
        reason: String,
    },
    /// A batch is completed, and some of it was not paid.
    FailedPayouts {
        /// Which.
        batch: BatchFacts,
        /// How many were not paid.
        failed: i64,
        /// What these come to, with the currency.
        amount: String,
    },
    /// Payouts that were paid came back.
    ReturnedPayouts {
        /// Of which batch.
        batch: BatchFacts,
        /// How many.
        returned: i64,
        /// What these come to, with the currency.
        amount: String,
    },
    /// A webhook endpoint failed for so long that nothing is sent to it any more.
    EndpointSwitchedOff {
        /// Whether it said itself that it wants nothing more (410).
        #[serde(default)]
        gone: bool,
        /// Its id; the link is `/developers/webhooks/{id}`.
        id: String,
        /// Where it is.
        url: String,
        /// What it answered last.
        error: String,
    },
    /// Somebody signed in on a device that was not seen before.
    NewSignIn {
        /// When.
        at: DateTime<Utc>,
        /// From which address.
        address: String,
        /// With what, as the browser names itself.
        browser: String,
    },
    /// The second factor was turned on or off by the person.
    SecondFactorChanged {
        /// Whether it is on now.
        is_on: bool,
    },
    /// A passkey was added beside the second factor that was on.
    PasskeyAdded {
        /// What the person calls it.
        name: String,
    },
    /// The second factor was taken off by others.
    SecondFactorReset {
        /// Who.
        by: String,
    },
    /// A proposal waits for another administrator; the link is `/proposals/{id}`.
    ProposalWaits {
        /// Its number.
        id: i64,
        /// What it would change, by its stored word.
        kind: String,
        /// Who proposed it.
        from: String,
        /// Until when it waits.
        until: DateTime<Utc>,
    },
    /// A proposal was confirmed or refused, or ran out.
    ProposalDecided {
        /// Its number.
        id: i64,
        /// What it would change, by its stored word.
        kind: String,
        /// Whether it holds now.
        is_confirmed: bool,
        /// Who decided; nobody where it ran out.
        by: Option<String>,
        /// Why it was refused.
        reason: Option<String>,
    },
    /// An API client waits for the person it acts for; the link is `/profile/api-clients`.
    ClientWaits {
        /// What people call it.
        name: String,
        /// For what.
        what: ClientWaits,
    },
    /// What is due soon is more than what is there.
    ShortfallAhead {
        /// The account's number; the link is `/accounts/{number}`.
        account: String,
        /// Its name.
        name: String,
        /// When it is due.
        day: NaiveDate,
        /// With the currency, as all three.
        available: String,
        /// What is due until then.
        needed: String,
        /// What is missing.
        missing: String,
    },
}

/// What an API client waits for from its person.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientWaits {
    /// To be confirmed.
    Confirmation,
    /// To be agreed to again: it was offered more.
    More,
}

/// By what people choose whether they want a letter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Topic {
    /// Something waits for their signature.
    Waiting,
    /// What became of what they sent.
    Outcome,
    /// Their sign-in and their duties: always sent.
    Always,
}

impl Letter {
    /// The word it is stored and logged by.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Invitation { .. } => "invitation",
            Self::PasswordReset { .. } => "password_reset",
            Self::PasswordChanged => "password_changed",
            Self::Waiting { .. } => "waiting",
            Self::WaitingDaily { .. } => "waiting_daily",
            Self::Approved { .. } => "approved",
            Self::Rejected { .. } => "rejected",
            Self::SentBack { .. } => "sent_back",
            Self::FailedPayouts { .. } => "failed_payouts",
            Self::ReturnedPayouts { .. } => "returned_payouts",
            Self::EndpointSwitchedOff { .. } => "endpoint_switched_off",
            Self::NewSignIn { .. } => "new_sign_in",
            Self::SecondFactorChanged { .. } => "second_factor_changed",
            Self::PasskeyAdded { .. } => "passkey_added",
            Self::SecondFactorReset { .. } => "second_factor_reset",
            Self::ProposalWaits { .. } => "proposal_waits",
            Self::ProposalDecided { .. } => "proposal_decided",
            Self::ClientWaits { .. } => "client_waits",
            Self::ShortfallAhead { .. } => "shortfall_ahead",
        }
    }

    /// By what people choose whether they want it.
    #[must_use]
    pub const fn topic(&self) -> Topic {
        match self {
            Self::Waiting { .. } | Self::WaitingDaily { .. } => Topic::Waiting,
            Self::Approved { .. }
            | Self::Rejected { .. }
            | Self::SentBack { .. }
            | Self::FailedPayouts { .. }
            | Self::ReturnedPayouts { .. } => Topic::Outcome,
            Self::Invitation { .. }
            | Self::PasswordReset { .. }
            | Self::PasswordChanged
            | Self::EndpointSwitchedOff { .. }
            | Self::NewSignIn { .. }
            | Self::SecondFactorChanged { .. }
            | Self::PasskeyAdded { .. }
            | Self::SecondFactorReset { .. }
            | Self::ProposalWaits { .. }
            | Self::ProposalDecided { .. }
            | Self::ClientWaits { .. }
            | Self::ShortfallAhead { .. } => Topic::Always,
        }
    }

    /// What may be kept of it once it is sent: a link that opens something is nobody's to read later.
    #[must_use]
    pub fn without_token(mut self) -> Self {
        if let Self::Invitation { token, .. } | Self::PasswordReset { token } = &mut self {
            token.clear();
        }
        self
    }
}

/// How somebody hears of batches that wait for them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Cadence {
    /// A letter for each, at once.
    #[default]
    AtOnce,
    /// One letter each morning.
    Daily,
    /// No letter: they look by themselves.
    Never,
}

impl Cadence {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::AtOnce, Self::Daily, Self::Never];

    /// How it is stored and sent by forms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AtOnce => "at_once",
            Self::Daily => "daily",
            Self::Never => "never",
        }
    }

    /// From how it is stored.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cadence| cadence.as_str() == text)
    }
}

/// Which letters a person wants. What concerns their sign-in they always get.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wishes {
    /// Batches that wait for their signature.
    pub waiting: Cadence,
    /// What became of batches they sent.
    pub outcomes: bool,
}

impl Default for Wishes {
    fn default() -> Self {
        Self {
            waiting: Cadence::AtOnce,
            outcomes: true,
        }
    }
}

impl Wishes {
    /// When a letter of this topic is sent: `None` is never; the daily one of a person who wants that
    /// goes the next morning.
    #[must_use]
    pub fn due_at(&self, topic: Topic, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        match topic {
            Topic::Always => Some(now),
            Topic::Outcome => self.outcomes.then_some(now),
            Topic::Waiting => match self.waiting {
                Cadence::AtOnce => Some(now),
                Cadence::Daily => Some(next_morning(now, zone)),
                Cadence::Never => None,
            },
        }
    }
}

/// The next 08:00 in the zone; the one after where a clock change skips it.
fn next_morning(now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let today = now.with_timezone(&zone).date_naive();
    let hour = NaiveTime::from_hms_opt(DAILY_HOUR, 0, 0).unwrap_or(NaiveTime::MIN);
    (0..3)
        .filter_map(|ahead| today.checked_add_days(Days::new(ahead)))
        .filter_map(|day| match zone.from_local_datetime(&day.and_time(hour)) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.to_utc()),
            LocalResult::None => None,
        })
        .find(|at| *at > now)
        .unwrap_or(now)
}
