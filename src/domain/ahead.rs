//! What is to be paid on coming days, against what the account has: the balance expected after each
//! day, and the first day on which the money does not reach.

use crate::domain::batch::Status;
use chrono::NaiveDate;

/// Statuses of batches that may still be paid: approved ones and those on their way there.
pub const AHEAD: [Status; 7] = [
    Status::Open,
    Status::AwaitingReview,
    Status::AwaitingApproval,
    Status::AwaitingRelease,
    Status::Approved,
    Status::Paying,
    Status::Paused,
];

/// One day's payouts of an account, in minor units.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DayAhead {
    /// A day of the account's zone; what is due already counts as today.
    pub day: NaiveDate,
    /// Payouts of that day.
    pub count: i64,
    /// Their total where their batches are approved: this much is reserved.
    pub approved: i64,
    /// Their total where signatures are missing.
    pub unsigned: i64,
}

impl DayAhead {
    /// Everything that would be paid that day.
    #[must_use]
    pub const fn total(&self) -> i64 {
        self.approved.saturating_add(self.unsigned)
    }
}

/// What is left of `held` (available and reserved) after each of `days`, which are in order, if
/// everything of them is paid and nothing comes in. Below zero: so much is missing.
#[must_use]
pub fn balances_after(held: i64, days: &[DayAhead]) -> Vec<i64> {
    days.iter()
        .scan(held, |left, day| {
            *left = left.saturating_sub(day.total());
            Some(*left)
        })
        .collect()
}

/// The first day on which the money does not reach, and how much is missing then.
#[must_use]
pub fn shortfall(held: i64, days: &[DayAhead]) -> Option<(NaiveDate, i64)> {
    let after = balances_after(held, days);
    days.iter()
        .zip(after)
        .find(|(_, left)| *left < 0)
        .map(|(day, left)| (day.day, left.saturating_neg()))
}
