//! Batches that repeat: on which days a copy is made, and how the dates in it move along.
//!
//! Days are the account's: a copy is made when its day begins there. The invariant: a rule names one
//! day a month or a week and no other; a month without the day has its last day instead.

use chrono::{
    DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc, Weekday,
};
use chrono_tz::Tz;

/// On which days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Every {
    /// Once a month, on this day from 1 to 31, or on the month's last where it has fewer.
    Month(u32),
    /// Once a week.
    Week(Weekday),
}

/// What a week's days are called, Monday first.
pub const WEEKDAYS: [(Weekday, &str); 7] = [
    (Weekday::Mon, "Monday"),
    (Weekday::Tue, "Tuesday"),
    (Weekday::Wed, "Wednesday"),
    (Weekday::Thu, "Thursday"),
    (Weekday::Fri, "Friday"),
    (Weekday::Sat, "Saturday"),
    (Weekday::Sun, "Sunday"),
];

impl Every {
    /// A month's day, if it is from 1 to 31.
    #[must_use]
    pub const fn month(day: u32) -> Option<Self> {
        if day >= 1 && day <= 31 {
            Some(Self::Month(day))
        } else {
            None
        }
    }

    /// A day of the week by its English name, in any case.
    #[must_use]
    pub fn week(name: &str) -> Option<Self> {
        WEEKDAYS
            .into_iter()
            .find(|(_, known)| known.eq_ignore_ascii_case(name))
            .map(|(day, _)| Self::Week(day))
    }

    /// How it is stored: `month` or `week`, and the day's number, Monday being 1.
    #[must_use]
    pub const fn stored(self) -> (&'static str, u32) {
        match self {
            Self::Month(day) => ("month", day),
            Self::Week(day) => ("week", day.number_from_monday()),
        }
    }

    /// From how it is stored.
    #[must_use]
    pub fn from_stored(every: &str, day: u32) -> Option<Self> {
        match every {
            "month" => Self::month(day),
            "week" => WEEKDAYS
                .into_iter()
                .map(|(known, _)| known)
                .find(|known| known.number_from_monday() == day)
                .map(Self::Week),
            _ => None,
        }
    }

    /// The first of its days that is `from` or later.
    #[must_use]
    pub fn on_or_after(self, from: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Month(day) => {
                let here = in_month(from.year(), from.month(), day)?;
                if here >= from {
                    return Some(here);
                }
                let (year, month) = if from.month() == 12 {
                    (from.year().checked_add(1)?, 1)
                } else {
                    (from.year(), from.month() + 1)
                };
                in_month(year, month, day)
            }
            Self::Week(day) => {
                let ahead = (day.num_days_from_monday() + 7 - from.weekday().num_days_from_monday()) % 7;
                from.checked_add_days(Days::new(u64::from(ahead)))
            }
        }
    }

    /// The first of its days after `day`.
    #[must_use]
    pub fn after(self, day: NaiveDate) -> Option<NaiveDate> {
        self.on_or_after(day.succ_opt()?)
    }

    /// The last of its days that is `until` or earlier, and not before `from`, which is one of them.
    /// Days that nobody worked on are made up for by one copy, not by one for each.
    #[must_use]
    pub fn latest(self, from: NaiveDate, until: NaiveDate) -> NaiveDate {
        let mut latest = from;
        while let Some(next) = self.after(latest).filter(|next| *next <= until) {
            latest = next;
        }
        latest
    }

    /// "on day 25 of each month".
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Month(day @ 29..) => format!("on day {day} of each month, or its last day"),
            Self::Month(day) => format!("on day {day} of each month"),
            Self::Week(day) => {
                let name = WEEKDAYS.into_iter().find(|(known, _)| *known == day);
                format!("every {}", name.map_or("week", |(_, name)| name))
            }
        }
    }
}

/// The day of that month, or its last one.
fn in_month(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    (28..=day.max(28))
        .rev()
        .find_map(|last| NaiveDate::from_ymd_opt(year, month, last.min(day)))
}

/// When a day begins in the zone; where a clock change skips midnight, when its first hour does.
#[must_use]
pub fn begins(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    local(day, NaiveTime::MIN, zone).unwrap_or_else(|| day.and_time(NaiveTime::MIN).and_utc())
}

/// A date of the copied batch, moved along: as many days after `to` as it was after `from`, at the
/// same hour of the zone.
#[must_use]
pub fn moved(at: DateTime<Utc>, zone: Tz, from: NaiveDate, to: NaiveDate) -> Option<DateTime<Utc>> {
    let was = at.with_timezone(&zone);
    let day = to.checked_add_signed(was.date_naive().signed_duration_since(from))?;
    local(day, was.time(), zone)
}

/// The instant at which clocks show this; the first after it where they skip it.
fn local(day: NaiveDate, time: NaiveTime, zone: Tz) -> Option<DateTime<Utc>> {
    (0..=24 * 4).find_map(|quarters| {
        let shown = day
            .and_time(time)
            .checked_add_signed(TimeDelta::minutes(15 * quarters))?;
        match zone.from_local_datetime(&shown) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.to_utc()),
            LocalResult::None => None,
        }
    })
}

/// The reference of a copy: the copied one with the copy's day; `None`, and so the sequence number,
/// where there was none or the two are longer than a reference may be.
#[must_use]
pub fn reference(copied: Option<&str>, day: NaiveDate, chars_max: usize) -> Option<String> {
    let reference = format!("{}-{}", undated(copied?), day.format("%Y-%m-%d"));
    (reference.chars().count() <= chars_max).then_some(reference)
}

/// Without the day that an earlier copy gave it, so that copies of copies don't grow.
fn undated(text: &str) -> &str {
    let Some(at) = text.len().checked_sub("-2024-01-25".len()) else {
        return text;
    };
    match (text.get(..at), text.get(at..)) {
        (Some(base), Some(end)) if !base.is_empty() && is_day(end) => base,
        (Some(_) | None, _) => text,
    }
}

fn is_day(text: &str) -> bool {
    text.strip_prefix('-')
        .is_some_and(|day| NaiveDate::parse_from_str(day, "%Y-%m-%d").is_ok())
}
