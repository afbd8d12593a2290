//! On which days and until when an account sends: weekend days, holidays, a cut-off time, in the
//! account's zone. None of them is set unless somebody sets it.
//!
//! The rule is "next working day". A payout wanted on a day without work goes on the next working
//! day at the same local time; one wanted after the cut-off goes on the next working day at 08:00, or
//! at the cut-off where that is earlier. The invariant: what is moved is moved later, to a working
//! day, not after its cut-off; and what is moved once is not moved again.

use super::pay_on::{instant, start_of_payment_time};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;
use std::collections::BTreeSet;

/// Holidays an account can have.
pub const HOLIDAYS_MAX: usize = 400;

/// Days looked through for a working one: more than holidays and weekends can cover together.
const DAYS_LOOKED_MAX: usize = 3_000;

/// Every day of the week, Monday first.
pub const WEEK: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

/// When an account sends.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Calendar {
    cut_off: Option<NaiveTime>,
    weekend: Vec<Weekday>,
    holidays: BTreeSet<NaiveDate>,
}

/// Why something is no calendar.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CalendarFault {
    /// Nothing would ever be sent.
    #[error("Every day of the week is a weekend day, so nothing would ever be sent")]
    NoWorkingDay,
    /// More than [`HOLIDAYS_MAX`].
    #[error("There are {0} holidays and the limit is {HOLIDAYS_MAX}")]
    TooManyHolidays(usize),
}

impl Calendar {
    /// A calendar of these.
    ///
    /// # Errors
    /// Where no day of the week is left, or there are too many holidays.
    pub fn try_new(
        cut_off: Option<NaiveTime>,
        weekend: impl IntoIterator<Item = Weekday>,
        holidays: BTreeSet<NaiveDate>,
    ) -> Result<Self, CalendarFault> {
        let given: Vec<Weekday> = weekend.into_iter().collect();
        let weekend: Vec<Weekday> = WEEK.into_iter().filter(|day| given.contains(day)).collect();
        if weekend.len() == WEEK.len() {
            return Err(CalendarFault::NoWorkingDay);
        }
        if holidays.len() > HOLIDAYS_MAX {
            return Err(CalendarFault::TooManyHolidays(holidays.len()));
        }
        Ok(Self {
            cut_off,
            weekend,
            holidays,
        })
    }

    /// The time of day after which nothing more is sent.
    #[must_use]
    pub const fn cut_off(&self) -> Option<NaiveTime> {
        self.cut_off
    }

    /// Days of the week without work, Monday first.
    #[must_use]
    pub fn weekend(&self) -> &[Weekday] {
        &self.weekend
    }

    /// Other days without work.
    #[must_use]
    pub const fn holidays(&self) -> &BTreeSet<NaiveDate> {
        &self.holidays
    }

    /// Whether it moves nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cut_off.is_none() && self.weekend.is_empty() && self.holidays.is_empty()
    }

    /// Whether something is sent on that day.
    #[must_use]
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        !self.weekend.contains(&day.weekday()) && !self.holidays.contains(&day)
    }

    /// When a payout that is wanted at `wanted` is really sent.
    #[must_use]
    pub fn effective(&self, wanted: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
        let local = wanted.with_timezone(&zone).naive_local();
        let (day, time) = (local.date(), local.time());
        let is_late = self.cut_off.is_some_and(|cut_off| time > cut_off);
        if self.is_working_day(day) && !is_late {
            return wanted;
        }
        let time = match self.cut_off.filter(|_| is_late) {
            Some(cut_off) => start_of_payment_time().min(cut_off),
            None => time,
        };
        self.working_day_after(day)
            .and_then(|day| instant(day.and_time(time), zone))
            .unwrap_or(wanted)
    }

    fn working_day_after(&self, day: NaiveDate) -> Option<NaiveDate> {
        day.iter_days()
            .skip(1)
            .take(DAYS_LOOKED_MAX)
            .find(|day| self.is_working_day(*day))
    }
}
