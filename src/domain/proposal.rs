//! Proposals: what one administrator wants changed and another confirms.
//!
//! To confirm, the wish is read again: if that does not make the same `Change`, something moved
//! meanwhile and the proposal is void.
//!
//! The invariant: nobody confirms what they proposed, or what they are given themselves. The database
//! holds the same (`proposal_two_people`, `proposal_not_about_oneself`).

mod change;

pub use change::{Change, Need, Wish};

use crate::domain::ids::{OrganisationId, PersonId, ProposalId};
use crate::domain::team::MemberStatus;
use chrono::{DateTime, Duration, Utc};

/// How long a proposal waits for somebody to confirm it.
pub const WAITS: Duration = Duration::days(7);
/// Who lost the permission less than this ago still counts as somebody who could confirm.
pub const COUNTS_AS_SECOND: Duration = Duration::days(30);

/// How a proposal stands. All but `Open` are final.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Waits for somebody else.
    Open,
    /// Done.
    Confirmed,
    /// Somebody said no.
    Refused,
    /// Nobody answered in time.
    Expired,
    /// Taken back by the one who made it.
    Withdrawn,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 5] = [
        Self::Open,
        Self::Confirmed,
        Self::Refused,
        Self::Expired,
        Self::Withdrawn,
    ];

    /// How it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// What it is logged as when it comes to this.
    #[must_use]
    pub const fn event(self) -> &'static str {
        match self {
            Self::Open => "proposal.made",
            Self::Confirmed => "proposal.confirmed",
            Self::Refused => "proposal.refused",
            Self::Expired => "proposal.expired",
            Self::Withdrawn => "proposal.withdrawn",
        }
    }
}

/// A proposal as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proposal {
    /// Key.
    pub id: ProposalId,
    /// Whose.
    pub organisation: OrganisationId,
    /// What.
    pub change: Change,
    /// How it stands; `Open` also for one that has run out and was not yet closed.
    pub status: Status,
    /// Who proposed it.
    pub proposed_by: PersonId,
    /// When.
    pub proposed_at: DateTime<Utc>,
    /// Until when it can be confirmed.
    pub expires_at: DateTime<Utc>,
    /// Who confirmed, refused or withdrew it.
    pub decided_by: Option<PersonId>,
    /// When it was decided or ran out.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was refused.
    pub reason: Option<String>,
    /// Confirmed by the one who proposed it, there being nobody else.
    pub alone: bool,
}

/// Why a proposal can't be made or decided like this.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// Nobody confirms what they proposed.
    #[error("you proposed this; another administrator confirms it")]
    Own,
    /// Nobody confirms what they are given.
    #[error("this is about you; another administrator confirms it")]
    AboutYou,
    /// Nobody changes their own membership.
    #[error("this is about yourself; another administrator proposes it")]
    Yourself,
    /// Only the one who made it takes it back.
    #[error("only the one who proposed this can withdraw it; you can refuse it")]
    NotYours,
    /// The one who made it says no by withdrawing.
    #[error("you proposed this; withdraw it instead of refusing it")]
    OwnRefusal,
    /// It was decided already.
    #[error("this proposal is {} already", .0.as_str())]
    Closed(Status),
    /// It ran out.
    #[error("this proposal has expired; propose it again")]
    Expired,
    /// What it changes is not what it was.
    #[error("what this would change has changed meanwhile; propose it again as things stand now")]
    Stale,
    /// The one who made it could not propose it any more.
    #[error("the one who proposed this is no longer an administrator who could; propose it yourself")]
    ProposerGone,
    /// Somebody must be able to manage the team.
    #[error("nobody would be left who can manage people and roles for all accounts")]
    LastAdministrator,
    /// The role comes with every organisation.
    #[error("built-in roles stay as they are; make a role of your own")]
    BuiltIn,
    /// The person does not stand where this begins.
    #[error("this person is {} now", .0.as_str())]
    Member(MemberStatus),
}

impl Refusal {
    /// Whether it is about who acts (403) and not about how things stand (409).
    #[must_use]
    pub const fn is_duty(self) -> bool {
        match self {
            Self::Own | Self::AboutYou | Self::Yourself | Self::NotYours | Self::OwnRefusal => true,
            Self::Closed(_)
            | Self::Expired
            | Self::Stale
            | Self::ProposerGone
            | Self::LastAdministrator
            | Self::BuiltIn
            | Self::Member(_) => false,
        }
    }
}

/// What can be done with a proposal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decision {
    /// Let it hold.
    Confirm,
    /// Say no.
    Refuse,
    /// Take it back.
    Withdraw,
}

impl Proposal {
    /// Whether `person`, who holds the permission, may decide it like this now. `alone` says that
    /// nobody else could confirm it, nor could have in the last 30 days.
    ///
    /// # Errors
    /// The first thing that stands against it.
    pub fn may(
        &self,
        decision: Decision,
        person: PersonId,
        alone: bool,
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        if self.status != Status::Open {
            return Err(Refusal::Closed(self.status));
        }
        if now >= self.expires_at {
            return Err(Refusal::Expired);
        }
        let own = self.proposed_by == person;
        match decision {
            Decision::Withdraw if !own => Err(Refusal::NotYours),
            Decision::Refuse if own => Err(Refusal::OwnRefusal),
            Decision::Confirm if own && !alone => Err(Refusal::Own),
            Decision::Confirm
                if self.change.person() == Some(person) && !alone && !self.change.may_be_agreed_to() =>
            {
                Err(Refusal::AboutYou)
            }
            Decision::Withdraw | Decision::Refuse | Decision::Confirm => Ok(()),
        }
    }
}
