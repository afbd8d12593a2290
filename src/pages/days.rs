//! Days on the home page: the chart of the last ten and the next four, and which of the last had
//! failures.
//!
//! The chart has one scale, so it draws one currency: the first account's that has anything on it.
//! Amounts in other currencies are in the words of each day.

use super::asked;
use super::text;
use super::view::chart::{Chart, ChartDay};
use super::view::home::AttentionItem;
use super::view::link::LinkView;
use crate::domain::money::{Currency, Money};
use crate::store::daily::Day;
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use chrono_tz::Tz;

/// Days drawn before today, besides today.
const PAST: u64 = 9;
/// Days drawn after today.
const COMING: u64 = 4;
/// Failures are listed for this many days besides today.
const FAILURES: u64 = 2;

/// From the first day drawn to the end of the last. A day more on each side, for accounts in zones
/// where the day is another.
pub(super) fn span(now: DateTime<Utc>, zone: Tz) -> (DateTime<Utc>, DateTime<Utc>) {
    let today = now.with_timezone(&zone).date_naive();
    let from = today.checked_sub_days(Days::new(PAST + 1)).unwrap_or(today);
    let to = today.checked_add_days(Days::new(COMING + 1)).unwrap_or(today);
    (asked::start_of_day(from, zone), asked::end_of_day(to, zone))
}

/// The chart around `today`; `None` while there is nothing to draw.
pub(super) fn chart(days: &[Day], currencies: &[Currency], today: NaiveDate) -> Option<Chart> {
    let first = today.checked_sub_days(Days::new(PAST))?;
    let last = today.checked_add_days(Days::new(COMING))?;
    let drawn: Vec<&Day> = days
        .iter()
        .filter(|day| (first..=last).contains(&day.day))
        .collect();
    let currency = *currencies
        .iter()
        .find(|currency| drawn.iter().any(|day| day.currency == **currency))?;
    let bars = first
        .iter_days()
        .take_while(|day| *day <= last)
        .map(|day| bar(day, &drawn, currency, day == last))
        .collect();
    let several = drawn.iter().any(|day| day.currency != currency);
    let title = if several {
        format!("Paid out in {}, last 10 days and next 4", currency.code())
    } else {
        "Paid out, last 10 days and next 4".to_owned()
    };
    Some(Chart::new(title, bars))
}

fn bar(date: NaiveDate, drawn: &[&Day], currency: Currency, is_last: bool) -> ChartDay {
    let that_day = || drawn.iter().filter(move |day| day.day == date);
    let amount = |of: fn(&Day) -> i64| {
        let found = that_day().find(|day| day.currency == currency);
        found.map_or(0, |day| u64::try_from(of(day)).unwrap_or(0))
    };
    let words: Vec<String> = that_day().map(|day| spoken(day)).collect();
    let what = if words.is_empty() {
        "nothing".to_owned()
    } else {
        words.join("; ")
    };
    ChartDay {
        label: if is_last || date.day() == 1 {
            date.format("%-d %b").to_string()
        } else {
            date.day().to_string()
        },
        spoken: format!("{}: {what}", date.format("%-d %B")),
        paid: amount(|day| day.paid),
        failed: amount(|day| day.failed),
        scheduled: amount(|day| day.scheduled),
    }
}

fn spoken(day: &Day) -> String {
    let parts = [
        ("paid", day.paid),
        ("failed", day.failed),
        ("scheduled", day.scheduled),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(_, minor)| *minor > 0)
        .map(|(word, minor)| format!("{word} {}", Money::new(minor, day.currency)))
        .collect();
    parts.join(", ")
}

/// Payouts that failed in the last days, newest day first, with the list that shows them.
pub(super) fn failures(days: &[Day], today: NaiveDate) -> Vec<AttentionItem> {
    (0..=FAILURES)
        .filter_map(|back| today.checked_sub_days(Days::new(back)))
        .filter_map(|date| failures_of(days, date, today))
        .collect()
}

fn failures_of(days: &[Day], date: NaiveDate, today: NaiveDate) -> Option<AttentionItem> {
    let failed: Vec<&Day> = days
        .iter()
        .filter(|day| day.day == date && day.failed_count > 0)
        .collect();
    let count: i64 = failed.iter().map(|day| day.failed_count).sum();
    if count == 0 {
        return None;
    }
    let when = match today.signed_duration_since(date).num_days() {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        _ => date.format("on %-d %b").to_string(),
    };
    let amounts: Vec<String> = failed
        .iter()
        .map(|day| Money::new(day.failed, day.currency).to_string())
        .collect();
    Some(AttentionItem {
        title: format!("{} failed {when}", text::counted(count, "payout", "payouts")),
        detail: Some(format!(
            "{} was not paid and is available again",
            amounts.join(" and ")
        )),
        link: LinkView::new("See what failed", "/payouts?status=failed"),
    })
}
