//! How a payout stands to what was paid before from the same account: the flags that signers see, and
//! the cool-down of changed bank details.
//!
//! Integers only. The invariant: a flag never stops a payout by itself; it says what to look at. What
//! stops one is the account's cool-down, and only where the account has one.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

/// How many of the last payments to a destination its next amount is compared with.
pub const PAYMENTS_COMPARED: i64 = 12;
/// With fewer payments than this there is no habit to depart from.
pub const PAYMENTS_MIN: i64 = 3;
/// An amount above this many times the largest of them is an outlier.
pub const TIMES_LARGEST: i64 = 3;

/// What is known of the past of one payout.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Past {
    /// How many payments to this destination are known, at most [`PAYMENTS_COMPARED`].
    pub payments: i64,
    /// The largest of these, in minor units.
    pub largest: i64,
    /// Whether the same name was paid at another destination.
    pub name_paid_elsewhere: bool,
}

/// What a signer should look at.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The same name was paid before, and always at other destinations.
    Changed,
    /// Neither this destination nor this name was ever paid.
    FirstTime,
    /// Far more than this destination was ever paid lately.
    Outlier,
}

impl Flag {
    /// Every flag, the gravest first.
    pub const ALL: [Self; 3] = [Self::Changed, Self::Outlier, Self::FirstTime];

    /// The flag of a payout of `amount` minor units with this past, if it has one. A destination that
    /// was never paid has no amounts to compare with, so a payout has at most one.
    #[must_use]
    pub fn of(amount: i64, past: Past) -> Option<Self> {
        if past.payments == 0 {
            return Some(if past.name_paid_elsewhere {
                Self::Changed
            } else {
                Self::FirstTime
            });
        }
        let limit = past.largest.saturating_mul(TIMES_LARGEST);
        (past.payments >= PAYMENTS_MIN && amount > limit).then_some(Self::Outlier)
    }

    /// What pages call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Changed => "Bank details changed since last paid",
            Self::FirstTime => "Paid for the first time",
            Self::Outlier => "Amount out of the ordinary",
        }
    }

    /// The rule, for who asks why.
    #[must_use]
    pub fn rule(self) -> String {
        match self {
            Self::Changed => {
                "the same name was paid from this account before, and never at this destination".to_owned()
            }
            Self::FirstTime => {
                "neither this destination nor this name was ever paid from this account".to_owned()
            }
            Self::Outlier => format!(
                "more than {TIMES_LARGEST} times the largest of the last {PAYMENTS_COMPARED} payments to this destination, where there were {PAYMENTS_MIN} or more"
            ),
        }
    }
}

/// Rows with a flag.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Flagged {
    /// How many.
    pub count: i64,
    /// The numbers of the first of them.
    pub rows: Vec<i32>,
}

/// Row numbers kept for each flag.
const ROWS_KEPT: usize = 20;

impl Flagged {
    fn add(&mut self, row: i32) {
        self.count += 1;
        if self.rows.len() < ROWS_KEPT {
            self.rows.push(row);
        }
    }
}

/// What a whole batch shows.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Findings {
    /// [`Flag::Changed`].
    pub changed: Flagged,
    /// [`Flag::FirstTime`].
    pub first_time: Flagged,
    /// [`Flag::Outlier`].
    pub outliers: Flagged,
}

impl Findings {
    /// Rows with this flag.
    #[must_use]
    pub const fn of(&self, flag: Flag) -> &Flagged {
        match flag {
            Flag::Changed => &self.changed,
            Flag::FirstTime => &self.first_time,
            Flag::Outlier => &self.outliers,
        }
    }

    /// Counts a row.
    pub fn add(&mut self, flag: Flag, row: i32) {
        match flag {
            Flag::Changed => self.changed.add(row),
            Flag::FirstTime => self.first_time.add(row),
            Flag::Outlier => self.outliers.add(row),
        }
    }
}

/// When a batch with bank details that changed at `changed_at` can be approved: `None` where that is
/// now, or the account has no cool-down, or nothing changed.
#[must_use]
pub fn cools_until(
    changed_at: Option<DateTime<Utc>>,
    cool_down_hours: Option<i16>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let until = changed_at? + Duration::hours(i64::from(cool_down_hours?));
    (now < until).then_some(until)
}
