//! Eyes: which level a batch needs, who may act on it now, and if not, why.
//!
//! One function, `may`, answers for pages, API and flows alike. The database holds the same duties
//! again (one signature a person and revision, no maker among the signers, no approval without the
//! level's signatures); see the triggers in the migrations.

mod level;
mod policy;

pub use level::{Level, Seat};
pub use policy::{Band, Policy, PolicyFault};

use crate::domain::batch::{Status, Step};
use crate::domain::ids::PersonId;
use crate::domain::permission::Permission;

/// What a person can do to a batch.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Act {
    /// Change what stands in rows: correct them while the batch is open, edit them afterwards.
    Edit,
    /// Set another date.
    Reschedule,
    /// Sign as initiator.
    Submit,
    /// Take a submitted batch back.
    Recall,
    /// Sign as reviewer.
    Review,
    /// Sign as approver; the deciding signature.
    Approve,
    /// Release under 2 eyes.
    Release,
    /// Send back with a reason.
    Return,
    /// Refuse for good with a reason.
    Reject,
    /// Call off: everything that is not claimed yet.
    Cancel,
    /// Hold a batch that is approved or being paid.
    Pause,
    /// Let a held batch go on.
    Resume,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 12] = [
        Act::Edit,
        Act::Reschedule,
        Act::Submit,
        Act::Recall,
        Act::Review,
        Act::Approve,
        Act::Release,
        Act::Return,
        Act::Reject,
        Act::Cancel,
        Act::Pause,
        Act::Resume,
    ];

    /// The verb, to follow "can't be".
    #[must_use]
    pub const fn participle(self) -> &'static str {
        match self {
            Act::Edit => "edited",
            Act::Reschedule => "rescheduled",
            Act::Submit => "submitted",
            Act::Recall => "recalled",
            Act::Review => "reviewed",
            Act::Approve => "approved",
            Act::Release => "released",
            Act::Return => "sent back",
            Act::Reject => "rejected",
            Act::Cancel => "cancelled",
            Act::Pause => "paused",
            Act::Resume => "resumed",
        }
    }
}

/// What is known of the batch when the question is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stand {
    /// Its status.
    pub status: Status,
    /// Payable rows in it.
    pub payable: i64,
    /// Whether anything of it is not claimed yet.
    pub unclaimed: bool,
    /// Who signed the current revision as initiator, and whether they are still active.
    pub initiator: Option<(PersonId, bool)>,
    /// Whether the account lets only people with a second factor approve.
    pub demands_second_factor: bool,
}

/// What is known of the person when the question is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Who they are.
    pub person: PersonId,
    /// What they may do on the batch's account.
    pub permissions: Vec<Permission>,
    /// Whether they captured or changed anything in it, in any revision.
    pub maker: bool,
    /// As what they signed the current revision, if they did.
    pub signed: Option<Seat>,
    /// Whether they captured the batch.
    pub captured: bool,
    /// Whether they have a second factor.
    pub has_second_factor: bool,
}

/// Why somebody may not act now.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// Their roles don't give it.
    #[error("your roles do not let you {}", .0.label())]
    Permission(Permission),
    /// One person signs a revision once.
    #[error("you signed this batch as {}; one person signs a batch once", .0.as_str())]
    Signed(Seat),
    /// A maker can't review or approve.
    #[error("you captured or changed this batch; somebody else must do this")]
    Maker,
    /// Recall and release belong to the initiator.
    #[error("only the initiator whose signature stands may do this")]
    NotInitiator,
    /// The account wants approvers to have a second factor.
    #[error(
        "your organisation lets only people with two-factor sign-in approve; set it up on your profile first"
    )]
    NoSecondFactor,
    /// The batch is not where this can be done.
    #[error("a batch that is “{}” can't be {}", .status.label(), .act.participle())]
    Status {
        /// Where the batch stands.
        status: Status,
        /// What was asked.
        act: Act,
    },
    /// Everything in it is claimed.
    #[error("every payout of this batch is claimed by now; what is claimed can't be called back")]
    AllClaimed,
    /// Nothing in it can be paid.
    #[error("no row of this batch is payable; correct at least one row first")]
    NothingPayable,
}

impl Refusal {
    /// Whether the person is the obstacle (403), rather than the batch's state (409).
    #[must_use]
    pub const fn is_duty(self) -> bool {
        match self {
            Self::Permission(_)
            | Self::Signed(_)
            | Self::Maker
            | Self::NotInitiator
            | Self::NoSecondFactor => true,
            Self::Status { .. } | Self::NothingPayable | Self::AllClaimed => false,
        }
    }
}

/// Whether this person may do this to this batch now.
///
/// Duty comes before state: somebody who may never do it is told so, whatever the batch's status.
///
/// # Errors
/// The first reason against it.
pub fn may(act: Act, batch: &Stand, person: &Standing) -> Result<(), Refusal> {
    match act {
        Act::Edit | Act::Reschedule => may_edit(act, batch, person),
        Act::Submit => {
            require(person, Permission::BatchCapture)?;
            in_status(act, batch, &[Status::Open])?;
            if batch.payable == 0 || !batch.unclaimed {
                Err(Refusal::NothingPayable)
            } else {
                Ok(())
            }
        }
        Act::Recall => may_recall(batch, person),
        Act::Review => may_sign(act, batch, person, Seat::Reviewer),
        Act::Approve => may_sign(act, batch, person, Seat::Approver),
        Act::Release => may_release(batch, person),
        Act::Return | Act::Reject => match waiting_seat(batch.status) {
            Some(seat) => may_sign(act, batch, person, seat),
            None => {
                let review = require(person, Permission::BatchReview);
                review.or_else(|_| require(person, Permission::BatchApprove))?;
                Err(Refusal::Status {
                    status: batch.status,
                    act,
                })
            }
        },
        Act::Cancel => may_cancel(batch, person),
        Act::Pause => {
            require(person, Permission::BatchCancel)?;
            in_status(act, batch, &[Status::Approved, Status::Paying])?;
            unclaimed(batch)
        }
        Act::Resume => {
            require(person, Permission::BatchCancel)?;
            if person.maker {
                return Err(Refusal::Maker);
            }
            in_status(act, batch, &[Status::Paused])
        }
    }
}

/// The seat whose signature the batch waits for.
#[must_use]
pub const fn waiting_seat(status: Status) -> Option<Seat> {
    match status {
        Status::AwaitingReview => Some(Seat::Reviewer),
        Status::AwaitingApproval => Some(Seat::Approver),
        Status::Queued
        | Status::Matching
        | Status::Validating
        | Status::Failed
        | Status::Error
        | Status::Open
        | Status::AwaitingRelease
        | Status::Approved
        | Status::Paying
        | Status::Paused
        | Status::Completed
        | Status::Rejected
        | Status::Cancelled => None,
    }
}

fn require(person: &Standing, permission: Permission) -> Result<(), Refusal> {
    if person.permissions.contains(&permission) {
        Ok(())
    } else {
        Err(Refusal::Permission(permission))
    }
}

fn in_status(act: Act, batch: &Stand, allowed: &[Status]) -> Result<(), Refusal> {
    if allowed.contains(&batch.status) {
        Ok(())
    } else {
        Err(Refusal::Status {
            status: batch.status,
            act,
        })
    }
}

fn may_sign(act: Act, batch: &Stand, person: &Standing, seat: Seat) -> Result<(), Refusal> {
    require(person, seat.permission())?;
    if person.maker {
        return Err(Refusal::Maker);
    }
    if let Some(signed) = person.signed {
        return Err(Refusal::Signed(signed));
    }
    if waiting_seat(batch.status) != Some(seat) {
        return Err(Refusal::Status {
            status: batch.status,
            act,
        });
    }
    // Last, because it is the one that they can put right themselves.
    if act == Act::Approve && batch.demands_second_factor && !person.has_second_factor {
        return Err(Refusal::NoSecondFactor);
    }
    Ok(())
}

/// Open, or submitted or approved: then it returns to open, and its signatures are void.
fn may_edit(act: Act, batch: &Stand, person: &Standing) -> Result<(), Refusal> {
    require(person, Permission::BatchCapture)?;
    let is_correction = act == Act::Edit && batch.status == Status::Error;
    if !(batch.status == Status::Open || is_correction || batch.status.is_signed()) {
        return Err(Refusal::Status {
            status: batch.status,
            act,
        });
    }
    if batch.status.is_reserved() {
        unclaimed(batch)
    } else {
        Ok(())
    }
}

fn may_release(batch: &Stand, person: &Standing) -> Result<(), Refusal> {
    require(person, Permission::BatchCapture)?;
    in_status(Act::Release, batch, &[Status::AwaitingRelease])?;
    match batch.initiator {
        Some((initiator, _)) if initiator == person.person => Ok(()),
        Some(_) | None => Err(Refusal::NotInitiator),
    }
}

fn may_recall(batch: &Stand, person: &Standing) -> Result<(), Refusal> {
    require(person, Permission::BatchCapture)?;
    if !batch.status.is_awaiting() {
        return Err(Refusal::Status {
            status: batch.status,
            act: Act::Recall,
        });
    }
    match batch.initiator {
        Some((initiator, active)) if active && initiator != person.person => Err(Refusal::NotInitiator),
        Some(_) | None => Ok(()),
    }
}

const fn unclaimed(batch: &Stand) -> Result<(), Refusal> {
    if batch.unclaimed {
        Ok(())
    } else {
        Err(Refusal::AllClaimed)
    }
}

/// `batch.cancel` cancels any time; an initiator a batch of their own until it is approved.
fn may_cancel(batch: &Stand, person: &Standing) -> Result<(), Refusal> {
    if Step::Cancel.from(batch.status).is_none() {
        if !person.permissions.contains(&Permission::BatchCancel) && !person.captured {
            return Err(Refusal::Permission(Permission::BatchCancel));
        }
        return Err(Refusal::Status {
            status: batch.status,
            act: Act::Cancel,
        });
    }
    let own = person.captured
        && person.permissions.contains(&Permission::BatchCapture)
        && !batch.status.is_reserved();
    if !own {
        require(person, Permission::BatchCancel)?;
    }
    if batch.status.is_reserved() {
        unclaimed(batch)
    } else {
        Ok(())
    }
}

/// Somebody who could sign, for the question whether a level can be reached at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// Who.
    pub person: PersonId,
    /// Could sign as reviewer.
    pub review: bool,
    /// Could sign as approver.
    pub approve: bool,
    /// Has a second factor.
    pub has_second_factor: bool,
}

/// Which seat nobody could fill, given everyone active who is neither a maker nor the initiator.
///
/// # Errors
/// The permission that is missing among other people.
pub fn can_be_signed(level: Level, candidates: &[Candidate]) -> Result<(), Permission> {
    let approver = || candidates.iter().any(|c| c.approve);
    match level {
        Level::Two => Ok(()),
        Level::Four if approver() => Ok(()),
        Level::Four => Err(Permission::BatchApprove),
        Level::Six => {
            if !candidates.iter().any(|c| c.review) {
                return Err(Permission::BatchReview);
            }
            let two = candidates.iter().filter(|c| c.review).any(|reviewer| {
                candidates
                    .iter()
                    .any(|c| c.approve && c.person != reviewer.person)
            });
            if two {
                Ok(())
            } else {
                Err(Permission::BatchApprove)
            }
        }
    }
}
