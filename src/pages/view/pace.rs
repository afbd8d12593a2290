//! How fast long work is and how long it will take, in words: "12,400 rows a second, about 40 seconds
//! left". Pure: the numbers come from the database.
//!
//! The invariant: nothing is promised before there is something to go by, and time is rounded up.

use crate::pages::text;

/// Milliseconds before a rate says anything.
const MS_MIN: i64 = 1_000;
/// Digits of a rate that mean something.
const DIGITS: u32 = 3;

/// The words for this many rows in these milliseconds, with this many left where it is known; empty
/// while there is nothing to go by.
#[must_use]
pub fn words(rows: i64, ms: i64, left: Option<i64>) -> String {
    if rows <= 0 || ms < MS_MIN {
        return String::new();
    }
    let mut words = rate(rows, ms);
    if let Some(left) = left.filter(|left| *left > 0) {
        let seconds = i128::from(left) * i128::from(ms) / i128::from(rows) / 1_000;
        words.push_str(", ");
        words.push_str(&time(i64::try_from(seconds).unwrap_or(i64::MAX)));
    }
    words
}

fn rate(rows: i64, ms: i64) -> String {
    let in_ms = |unit: i64| {
        let rows = i128::from(rows) * i128::from(unit) / i128::from(ms);
        i64::try_from(rows).unwrap_or(i64::MAX)
    };
    let (count, unit) = match in_ms(1_000) {
        0 => (in_ms(60_000), "minute"),
        count => (count, "second"),
    };
    if count == 0 {
        return "Less than a row a minute".to_owned();
    }
    format!("{} a {unit}", text::counted(rounded(count), "row", "rows"))
}

/// Three digits and zeros.
fn rounded(count: i64) -> i64 {
    let digits = count.checked_ilog10().unwrap_or(0) + 1;
    let unit = 10_i64.saturating_pow(digits.saturating_sub(DIGITS));
    count / unit * unit
}

fn time(seconds: i64) -> String {
    let up = |unit: i64| seconds.saturating_add(unit - 1) / unit;
    match seconds {
        ..=5 => "a few seconds left".to_owned(),
        6..=55 => format!("about {} seconds left", up(5) * 5),
        56..=75 => "about a minute left".to_owned(),
        76..=3_300 => format!("about {} minutes left", up(60)),
        3_301..=4_500 => "about an hour left".to_owned(),
        4_501..=172_800 => format!("about {} hours left", up(3_600)),
        _ => "more than two days left".to_owned(),
    }
}
