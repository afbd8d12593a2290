//! An account's own rules, none unless set: its calendar, and how long changed bank details cool down
//! before a payout to them can be approved.
//!
//! Read here from the texts of a form, and written back as the same texts. The invariant: rules that
//! exist can be kept; every fault names its field, the limit and what to do.

use crate::domain::calendar::{Calendar, HOLIDAYS_MAX, WEEK};
use chrono::{NaiveDate, NaiveTime, Timelike, Weekday};
use std::collections::BTreeSet;

/// The longest cool-down: 30 days.
pub const COOL_DOWN_HOURS_MAX: i16 = 720;

/// The rules of one account.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AccountRules {
    /// On which days and until when it sends.
    pub calendar: Calendar,
    /// How many hours a payout to changed bank details waits before it can be approved.
    pub cool_down_hours: Option<i16>,
}

/// The rules as a form has them; empty is not set.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RuleTexts {
    /// `HH:MM`.
    pub cut_off: String,
    /// Names of days with anything between them.
    pub weekend: String,
    /// One `YYYY-MM-DD` a line.
    pub holidays: String,
    /// A number of hours.
    pub cool_down_hours: String,
}

/// What is wrong with a field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleFault {
    /// The form's field.
    pub field: &'static str,
    /// What is wrong, the limit, and what to do.
    pub message: String,
}

impl RuleFault {
    fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self {
            field,
            message: message.into(),
        }
    }
}

impl AccountRules {
    /// Reads what a form has.
    ///
    /// # Errors
    /// The first field that can't be read.
    pub fn parse(texts: &RuleTexts) -> Result<Self, RuleFault> {
        let cut_off = cut_off(texts.cut_off.trim())?;
        let weekend = weekend(&texts.weekend)?;
        let holidays = holidays(&texts.holidays)?;
        let calendar = Calendar::try_new(cut_off, weekend, holidays).map_err(|fault| {
            let message =
                format!("{fault}. Leave at least one day of the week, and at most {HOLIDAYS_MAX} holidays.");
            RuleFault::new("weekend", message)
        })?;
        Ok(Self {
            calendar,
            cool_down_hours: cool_down(texts.cool_down_hours.trim())?,
        })
    }

    /// The texts that read as these rules.
    #[must_use]
    pub fn to_texts(&self) -> RuleTexts {
        let days: Vec<&str> = self.calendar.weekend().iter().map(|day| day_name(*day)).collect();
        let dates: Vec<String> = self
            .calendar
            .holidays()
            .iter()
            .map(NaiveDate::to_string)
            .collect();
        RuleTexts {
            cut_off: self
                .calendar
                .cut_off()
                .map(|time| time.format("%H:%M").to_string())
                .unwrap_or_default(),
            weekend: days.join(", "),
            holidays: dates.join("\n"),
            cool_down_hours: self
                .cool_down_hours
                .map(|hours| hours.to_string())
                .unwrap_or_default(),
        }
    }
}

/// A day's English name.
#[must_use]
pub const fn day_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

/// Minutes after midnight, as a cut-off is stored.
#[must_use]
pub fn minutes(time: NaiveTime) -> i16 {
    i16::try_from(time.num_seconds_from_midnight() / 60).unwrap_or(0)
}

fn cut_off(text: &str) -> Result<Option<NaiveTime>, RuleFault> {
    if text.is_empty() {
        return Ok(None);
    }
    let read = NaiveTime::parse_from_str(text, "%H:%M").ok();
    read.filter(|_| text.len() == 5).map(Some).ok_or_else(|| {
        let message = "The cut-off can't be read. Write a time of day as HH:MM, from 00:00 to 23:59, or leave it empty.";
        RuleFault::new("cut_off", message)
    })
}

fn weekend(text: &str) -> Result<Vec<Weekday>, RuleFault> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| {
            let is_named = |day: &Weekday| {
                let name = day_name(*day);
                name.eq_ignore_ascii_case(word) || name.get(..3).is_some_and(|short| short.eq_ignore_ascii_case(word))
            };
            WEEK.into_iter().find(is_named).ok_or_else(|| {
                let word: String = word.chars().take(40).collect();
                let message = format!("“{word}” is no day of the week. Write names of days, as “Saturday, Sunday”, or leave it empty.");
                RuleFault::new("weekend", message)
            })
        })
        .collect()
}

fn holidays(text: &str) -> Result<BTreeSet<NaiveDate>, RuleFault> {
    let dates = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| {
            let read = NaiveDate::parse_from_str(line, "%Y-%m-%d").ok();
            read.filter(|_| line.len() == 10).ok_or_else(|| {
                let line: String = line.chars().take(40).collect();
                let message = format!("“{line}” can't be read. Write one day a line as YYYY-MM-DD.");
                RuleFault::new("holidays", message)
            })
        })
        .collect::<Result<BTreeSet<_>, RuleFault>>()?;
    if dates.len() > HOLIDAYS_MAX {
        let message = format!(
            "There are {} days and the limit is {HOLIDAYS_MAX}. Drop those that are past.",
            dates.len()
        );
        return Err(RuleFault::new("holidays", message));
    }
    Ok(dates)
}

fn cool_down(text: &str) -> Result<Option<i16>, RuleFault> {
    if text.is_empty() {
        return Ok(None);
    }
    let hours: Option<i16> = text.parse().ok();
    hours
        .filter(|hours| (1..=COOL_DOWN_HOURS_MAX).contains(hours))
        .map(Some)
        .ok_or_else(|| {
            let message = format!(
                "The cool-down is a number of hours from 1 to {COOL_DOWN_HOURS_MAX}, or empty for none."
            );
            RuleFault::new("cool_down_hours", message)
        })
}
