//! Dates on which people want to be paid: `YYYY-MM-DD`, meant as 08:00, or with a time, in the
//! account's zone.
//!
//! Not here: cut-offs and calendars. The invariant: what is read is an instant that exists in the
//! zone, not in the past and at most a year ahead.

use chrono::{DateTime, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// How many days ahead a payout can be dated.
pub const DAYS_AHEAD_MAX: u64 = 366;

/// The hour at which a date without a time is paid.
const HOUR_OF_A_DATE: u32 = 8;

/// A clock change moves the hands by less than this; a gap is left by then.
const GAP_MINUTES_MAX: i64 = 26 * 60;

/// What is wrong with a date.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PayOnFault {
    /// Not of the forms that are read, or no such day.
    #[error("Date can't be read")]
    Unreadable,
    /// A day in another form, and the other day that it could be.
    #[error("Date is not written as YYYY-MM-DD")]
    OtherForm(NaiveDate, Option<NaiveDate>),
    /// Before now.
    #[error("Date is in the past")]
    Past,
    /// More than [`DAYS_AHEAD_MAX`] days from today.
    #[error("Date is more than {DAYS_AHEAD_MAX} days ahead")]
    TooFar,
}

impl PayOnFault {
    /// What to do about it.
    #[must_use]
    pub fn remedy(self) -> String {
        match self {
            Self::Unreadable => "Write the date as YYYY-MM-DD, or with a time as YYYY-MM-DDTHH:MM".into(),
            Self::OtherForm(day, None) => format!("Write {day}"),
            Self::OtherForm(day, Some(or)) => format!("Write {day} or {or}, whichever is meant"),
            Self::Past => "Choose today or a later day, or leave it empty to pay when approved".into(),
            Self::TooFar => format!("Choose a day within the next {DAYS_AHEAD_MAX} days"),
        }
    }
}

/// Reads a date or date-time in `zone`. A date means 08:00, and today's is good even after that:
/// such a payout goes when it is approved.
///
/// # Errors
/// [`PayOnFault`] says which rule it breaks.
pub fn parse(text: &str, zone: Tz, now: DateTime<Utc>) -> Result<DateTime<Utc>, PayOnFault> {
    let (date, time) = read(text.trim()).ok_or_else(|| in_other_form(text.trim()))?;
    let today = now.with_timezone(&zone).date_naive();
    let last = today
        .checked_add_days(Days::new(DAYS_AHEAD_MAX))
        .unwrap_or(NaiveDate::MAX);
    if date < today {
        return Err(PayOnFault::Past);
    }
    if date > last {
        return Err(PayOnFault::TooFar);
    }
    let instant = match time {
        Some(time) => instant(date.and_time(time), zone),
        None => start_of_payment(date, zone),
    }
    .ok_or(PayOnFault::Unreadable)?;
    // Times are written to the minute, so the running minute is not past.
    if time.is_some() && now.signed_duration_since(instant) >= TimeDelta::minutes(1) {
        return Err(PayOnFault::Past);
    }
    Ok(instant)
}

/// Writes an instant so that `parse` reads the same one: only the date where a date alone means it,
/// since today's date stays good all day and a time does not.
#[must_use]
pub fn write(at: DateTime<Utc>, zone: Tz) -> String {
    let local = at.with_timezone(&zone);
    let form = if start_of_payment(local.date_naive(), zone) == Some(at) {
        "%Y-%m-%d"
    } else {
        "%Y-%m-%dT%H:%M"
    };
    local.format(form).to_string()
}

fn start_of_payment(date: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    instant(date.and_time(start_of_payment_time()), zone)
}

/// The time of day at which a date without a time is paid.
pub(super) fn start_of_payment_time() -> NaiveTime {
    NaiveTime::from_hms_opt(HOUR_OF_A_DATE, 0, 0).unwrap_or(NaiveTime::MIN)
}

fn read(text: &str) -> Option<(NaiveDate, Option<NaiveTime>)> {
    let date = NaiveDate::from_ymd_opt(
        digits(text, 0, 4)?.cast_signed(),
        digits(text, 5, 2)?,
        digits(text, 8, 2)?,
    )?;
    let mark = |at: usize, allowed: &[u8]| text.as_bytes().get(at).is_some_and(|b| allowed.contains(b));
    if !mark(4, b"-") || !mark(7, b"-") {
        return None;
    }
    if text.len() == 10 {
        return Some((date, None));
    }
    if !mark(10, b"T ") || !mark(13, b":") {
        return None;
    }
    let seconds = match text.len() {
        16 => 0,
        19 if mark(16, b":") => digits(text, 17, 2)?,
        _ => return None,
    };
    // A payment is due in a minute, not in a second: seconds must be there where they are named, and
    // are dropped.
    let (hour, minute) = (digits(text, 11, 2)?, digits(text, 14, 2)?);
    NaiveTime::from_hms_opt(hour, minute, seconds)?;
    NaiveTime::from_hms_opt(hour, minute, 0).map(|time| (date, Some(time)))
}

/// `31/01/2024`, `1.2.2024`, `2024/01/31`: days that are not taken, because day and month stand in
/// either order.
fn in_other_form(text: &str) -> PayOnFault {
    let parts: Option<Vec<u32>> = text
        .split(['/', '.', '-'])
        .map(|part| digits(part, 0, part.len()).filter(|_| matches!(part.len(), 1 | 2 | 4)))
        .collect();
    let day = |year: u32, month, day| {
        let year = if year < 100 { year + 2000 } else { year };
        NaiveDate::from_ymd_opt(year.cast_signed(), month, day)
    };
    let found = match parts.as_deref() {
        Some([year, month, date]) if *year > 31 => day(*year, *month, *date).map(|found| (found, None)),
        Some([a, b, year]) => {
            let (day_first, month_first) = (day(*year, *b, *a), day(*year, *a, *b));
            let other = month_first.filter(|found| Some(*found) != day_first);
            day_first
                .map(|found| (found, other))
                .or(month_first.map(|found| (found, None)))
        }
        _ => None,
    };
    found.map_or(PayOnFault::Unreadable, |(found, or)| {
        PayOnFault::OtherForm(found, or)
    })
}

fn digits(text: &str, at: usize, count: usize) -> Option<u32> {
    let part = text.get(at..at.checked_add(count)?)?;
    if part.bytes().all(|b| b.is_ascii_digit()) {
        part.parse().ok()
    } else {
        None
    }
}

/// A local time as an instant: in a gap the first instant after it, where the hour comes twice the
/// earlier one.
pub(super) fn instant(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    (0..=GAP_MINUTES_MAX).find_map(|minutes| {
        let local = local.checked_add_signed(TimeDelta::minutes(minutes))?;
        match zone.from_local_datetime(&local) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.with_timezone(&Utc)),
            LocalResult::None => None,
        }
    })
}
