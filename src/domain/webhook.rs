//! Webhooks: which events there are, which lines of the audit log they come from, when a delivery is
//! tried again, and when an endpoint is switched off.
//!
//! Not here: what a message looks like (`message`), how it is signed (`signature`), where it may be
//! sent (`address`). Manners are those of Standard Webhooks (standardwebhooks.com, version 1).

pub mod address;
pub mod message;
pub mod signature;

use crate::domain::batch::Status;
use chrono::{DateTime, Duration, Utc};

/// Payouts told in one message, at most.
pub const PAYOUTS_MAX: usize = 10;
/// Bytes of an answer that are kept.
pub const ANSWER_BYTES_MAX: usize = 2048;
/// How long one attempt may take, from resolving the name to the last byte of the answer.
pub const TIME_LIMIT: std::time::Duration = std::time::Duration::from_secs(15);
/// Ways in which an endpoint is served at once; a batch stays in one of them.
pub const LANES: i16 = 4;
/// Endpoints that people of one organisation may have.
pub const ENDPOINTS_MAX: usize = 20;
/// Addresses that the requests of one API client may name.
pub const REQUEST_URLS_MAX: i64 = 100;
/// How long the old secret signs too after a roll.
pub const ROLL_OVERLAP: Duration = Duration::hours(24);
/// How long a new secret can be read by who made it.
pub const SECRET_SHOWN: Duration = Duration::minutes(10);
/// An endpoint of which nothing was heard but failures for this long is switched off.
pub const FAILING_MAX: Duration = Duration::days(5);

/// What a message tells. The names are a contract with integrators.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum EventType {
    /// The rows are judged, some of them possibly as faulty.
    BatchReceived,
    /// The file could not be read, or no entry of it is payable.
    BatchFailed,
    /// The reviewer signed.
    BatchReviewed,
    /// The deciding signature, or the release, was given.
    BatchApproved,
    /// It was sent back to its maker.
    BatchReturned,
    /// It was refused for good.
    BatchRejected,
    /// It, or what was not claimed of it, was called off.
    BatchCancelled,
    /// Every payout of it is final.
    BatchCompleted,
    /// Payouts were paid.
    PayoutSuccess,
    /// Payouts failed.
    PayoutFailed,
    /// Payouts were paid and came back.
    PayoutReversed,
    /// One payout changed; only to the address that its request named.
    PayoutStatus,
    /// A person tries an endpoint out; sent to that endpoint whatever it wants to hear.
    Test,
}

use EventType as E;

impl EventType {
    /// What an endpoint can choose to hear.
    pub const CHOICES: [Self; 11] = [
        E::BatchReceived,
        E::BatchFailed,
        E::BatchReviewed,
        E::BatchApproved,
        E::BatchReturned,
        E::BatchRejected,
        E::BatchCancelled,
        E::BatchCompleted,
        E::PayoutSuccess,
        E::PayoutFailed,
        E::PayoutReversed,
    ];

    /// The contract's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            E::BatchReceived => "batch.received",
            E::BatchFailed => "batch.failed",
            E::BatchReviewed => "batch.reviewed",
            E::BatchApproved => "batch.approved",
            E::BatchReturned => "batch.returned",
            E::BatchRejected => "batch.rejected",
            E::BatchCancelled => "batch.cancelled",
            E::BatchCompleted => "batch.completed",
            E::PayoutSuccess => "batch.payout.success",
            E::PayoutFailed => "batch.payout.failed",
            E::PayoutReversed => "batch.payout.reversed",
            E::PayoutStatus => "payout.status",
            E::Test => "webhook.test",
        }
    }

    /// Reads one that can be chosen.
    #[must_use]
    pub fn parse_choice(text: &str) -> Option<Self> {
        Self::CHOICES.into_iter().find(|event| event.as_str() == text)
    }

    /// What it means, for who chooses.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            E::BatchReceived => "Rows checked, some possibly faulty",
            E::BatchFailed => "File not readable, or nothing payable",
            E::BatchReviewed => "Reviewer signed",
            E::BatchApproved => "Approved or released",
            E::BatchReturned => "Sent back to its maker",
            E::BatchRejected => "Refused for good",
            E::BatchCancelled => "Called off, or the rest of it",
            E::BatchCompleted => "Every payout is final",
            E::PayoutSuccess => "Payouts paid, up to 10 in a message",
            E::PayoutFailed => "Payouts failed, up to 10 in a message",
            E::PayoutReversed => "Payouts that came back, up to 10 in a message",
            E::PayoutStatus => "One payout changed",
            E::Test => "A test",
        }
    }
}

/// Which payouts of its batch a line of the log is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// All that are judged and not called off or claimed since.
    Judged,
    /// Those that are called off with it.
    CalledOff,
    /// Those that were corrected with it.
    Corrected,
    /// Those whose rows were left out with it.
    LeftOut,
    /// Those whose postings the line names.
    Posted,
    /// The one that the line names.
    Named,
}

/// What a line of the log tells the outside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Telling {
    /// The batch's event, and where the batch stands with it; `None` is where it stands now.
    pub batch: Option<(EventType, Option<Status>)>,
    /// The payouts it is about.
    pub payouts: Option<Which>,
}

/// Lines of the log that tell something of a batch: kind, event, status then, payouts. Other lines
/// tell something only where they name a payout.
const TELLING: &[(&str, Telling)] = &[
    (
        "batch.received",
        told(E::BatchReceived, None, Some(Which::Judged)),
    ),
    (
        "batch.nothing_payable",
        told(E::BatchFailed, Some(Status::Error), Some(Which::Judged)),
    ),
    ("batch.failed", told(E::BatchFailed, Some(Status::Failed), None)),
    (
        "batch.reviewed",
        told(E::BatchReviewed, Some(Status::AwaitingApproval), None),
    ),
    (
        "batch.approved",
        told(E::BatchApproved, Some(Status::Approved), None),
    ),
    (
        "batch.released",
        told(E::BatchApproved, Some(Status::Approved), None),
    ),
    ("batch.returned", told(E::BatchReturned, Some(Status::Open), None)),
    (
        "batch.rejected",
        told(E::BatchRejected, None, Some(Which::CalledOff)),
    ),
    (
        "batch.cancelled",
        told(E::BatchCancelled, None, Some(Which::CalledOff)),
    ),
    (
        "batch.rest_cancelled",
        told(E::BatchCancelled, None, Some(Which::CalledOff)),
    ),
    (
        "batch.completed",
        told(E::BatchCompleted, Some(Status::Completed), None),
    ),
    ("batch.payouts_cancelled", of_payouts(Which::CalledOff)),
    ("batch.rows_corrected", of_payouts(Which::Corrected)),
    ("batch.rows_left_out", of_payouts(Which::LeftOut)),
    ("batch.payouts_settled", of_payouts(Which::Posted)),
    ("batch.payouts_came_back", of_payouts(Which::Posted)),
    (TESTED, told(E::Test, None, None)),
];

/// The line that asks for a test; it names the endpoint.
pub const TESTED: &str = "webhook.tested";

const fn told(event: EventType, status: Option<Status>, payouts: Option<Which>) -> Telling {
    Telling {
        batch: Some((event, status)),
        payouts,
    }
}

const fn of_payouts(which: Which) -> Telling {
    Telling {
        batch: None,
        payouts: Some(which),
    }
}

/// What a line of this kind tells; nothing where it is only the house's business.
#[must_use]
pub fn telling(kind: &str, names_payout: bool) -> Option<Telling> {
    let listed = TELLING.iter().find(|(known, _)| *known == kind);
    listed
        .map(|(_, telling)| *telling)
        .or(names_payout.then_some(Telling {
            batch: None,
            payouts: Some(Which::Named),
        }))
}

/// The kinds of lines that tell something, whether or not they name a payout.
#[must_use]
pub fn telling_kinds() -> Vec<&'static str> {
    TELLING.iter().map(|(kind, _)| *kind).collect()
}

/// How long after each failure of a delivery it is tried again, in seconds; after the last it is
/// given up.
const RETRIES: [i64; 9] = [
    5,
    5 * 60,
    30 * 60,
    2 * 3600,
    5 * 3600,
    10 * 3600,
    14 * 3600,
    20 * 3600,
    24 * 3600,
];
/// A receiver may put the next attempt off by this much and no more.
const RETRY_AFTER_MAX: Duration = Duration::hours(24);

/// When a delivery is tried again after its `failures`th failure in a row (from 1): by the schedule,
/// or later where the receiver asked for it, and up to a tenth later, so that many do not come at
/// once. `None` after the last. `random` is any number.
#[must_use]
pub fn retry_at(
    failures: i32,
    now: DateTime<Utc>,
    retry_after: Option<Duration>,
    random: u64,
) -> Option<DateTime<Utc>> {
    let place = usize::try_from(failures).ok()?.checked_sub(1)?;
    let planned = Duration::seconds(*RETRIES.get(place)?);
    let asked = retry_after.unwrap_or(Duration::zero()).min(RETRY_AFTER_MAX);
    let delay = planned.max(asked);
    let tenth = u64::try_from(delay.num_milliseconds() / 10).unwrap_or(0);
    let jitter = i64::try_from(random.checked_rem(tenth).unwrap_or(0)).unwrap_or(0);
    Some(now + delay + Duration::milliseconds(jitter))
}

/// How long a lane rests after this many failures in a row, so that an endpoint that is down is not
/// knocked at for every message that waits.
#[must_use]
pub fn rest_of_lane(failures: i32) -> Duration {
    Duration::seconds(5 * i64::from(failures.clamp(1, 12)))
}

/// Whether an endpoint that has done nothing but fail since `since` is switched off.
#[must_use]
pub fn is_given_up(since: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - since >= FAILING_MAX
}

/// Reads `Retry-After`: seconds, or a date as in RFC 9110.
#[must_use]
pub fn parse_retry_after(text: &str, now: DateTime<Utc>) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Duration::seconds(i64::from(seconds)));
    }
    let at = DateTime::parse_from_rfc2822(text).ok()?;
    Some((at.to_utc() - now).max(Duration::zero()))
}

/// What an attempt came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Taken: 2xx.
    Delivered,
    /// 410 Gone: nothing is wanted there any more.
    Gone,
    /// Anything else, redirects too, and no answer.
    Failed,
}

/// What the status of an answer means; `None` is no answer.
#[must_use]
pub const fn judge(status: Option<u16>) -> Outcome {
    match status {
        Some(200..=299) => Outcome::Delivered,
        Some(410) => Outcome::Gone,
        Some(_) | None => Outcome::Failed,
    }
}
