//! How many eyes a batch needs, and the seats in which people sign.

use crate::domain::batch::Step;
use crate::domain::permission::Permission;
use serde::{Deserialize, Serialize};

/// How many people must sign.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Level {
    /// The initiator, who then releases.
    #[serde(rename = "2")]
    Two,
    /// Initiator and approver.
    #[serde(rename = "4")]
    Four,
    /// Initiator, reviewer and approver.
    #[serde(rename = "6")]
    Six,
}

impl Level {
    /// The name integrators see.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Two => "Initiator Only",
            Self::Four => "Initiator -> Approver",
            Self::Six => "Initiator -> Reviewer -> Approver",
        }
    }

    /// How many eyes: 2, 4 or 6; also how it is stored.
    #[must_use]
    pub const fn eyes(self) -> i16 {
        match self {
            Self::Two => 2,
            Self::Four => 4,
            Self::Six => 6,
        }
    }

    /// From the stored number of eyes.
    #[must_use]
    pub const fn from_eyes(eyes: i16) -> Option<Self> {
        match eyes {
            2 => Some(Self::Two),
            4 => Some(Self::Four),
            6 => Some(Self::Six),
            _ => None,
        }
    }

    /// The step that submission takes at this level.
    #[must_use]
    pub const fn submission(self) -> Step {
        match self {
            Self::Two => Step::SubmitForRelease,
            Self::Four => Step::SubmitForApproval,
            Self::Six => Step::SubmitForReview,
        }
    }

    /// The seats in signing order.
    #[must_use]
    pub const fn seats(self) -> &'static [Seat] {
        match self {
            Self::Two => &[Seat::Initiator],
            Self::Four => &[Seat::Initiator, Seat::Approver],
            Self::Six => &[Seat::Initiator, Seat::Reviewer, Seat::Approver],
        }
    }
}

/// As what a person signs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Seat {
    /// Submits.
    Initiator,
    /// Reviews.
    Reviewer,
    /// Approves.
    Approver,
}

impl Seat {
    /// How it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Initiator => "initiator",
            Self::Reviewer => "reviewer",
            Self::Approver => "approver",
        }
    }

    /// From how it is stored.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Initiator, Self::Reviewer, Self::Approver]
            .into_iter()
            .find(|seat| seat.as_str() == text)
    }

    /// Its name on pages.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Initiator => "Initiator",
            Self::Reviewer => "Reviewer",
            Self::Approver => "Approver",
        }
    }

    /// What it takes to sit there.
    #[must_use]
    pub const fn permission(self) -> Permission {
        match self {
            Self::Initiator => Permission::BatchCapture,
            Self::Reviewer => Permission::BatchReview,
            Self::Approver => Permission::BatchApprove,
        }
    }
}
