//! Whether a text is wholly a date as spreadsheets write one: what a CSV shows of a cell that a
//! spreadsheet took for a date. Not here: dates that people write on purpose (`domain::pay_on`).
//!
//! The invariant: nothing is guessed that could as well be a number of parts: two-digit years count
//! only between slashes, and names of months only as spreadsheets write them.

/// As short as `5-Jan`, as long as `2024-01-05 10:30:00`.
const LENGTHS: std::ops::RangeInclusive<usize> = 5..=19;
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// `2024-01-05`, `2024-01-05 10:30`, `05/01/2024`, `1/5/24`, `5.1.2024`, `5-Jan`, `5-Jan-24`, `Jan-24`.
pub(super) fn is_date(text: &str) -> bool {
    if !LENGTHS.contains(&text.len()) || !text.is_ascii() {
        return false;
    }
    let Some(sign) = text.chars().find(|c| matches!(c, '-' | '/' | '.')) else {
        return false;
    };
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, "0:00"));
    if !is_time(time) {
        return false;
    }
    let mut parts = date.split(sign);
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(first), Some(second), Some(third), None) => is_of_three((first, second, third), sign),
        (Some(first), Some(second), None, None) => {
            sign == '-' && (is_day(first) && is_name(second) || is_name(first) && is_year(second, 2))
        }
        _ => false,
    }
}

fn is_of_three((first, second, third): (&str, &str, &str), sign: char) -> bool {
    let is_short = is_year(third, 2);
    let ends = is_year(third, 4) || sign == '/' && is_short;
    let are_day_and_month = is_month(first) && is_day(second) || is_day(first) && is_month(second);
    is_year(first, 4) && is_month(second) && is_day(third)
        || ends && are_day_and_month
        || sign == '-' && (ends || is_short) && is_day(first) && is_name(second)
}

/// Up to two digits of at most `limit`.
fn is_within(text: &str, limit: u8) -> bool {
    text.len() <= 2
        && text.bytes().all(|b| b.is_ascii_digit())
        && text.parse::<u8>().is_ok_and(|n| (1..=limit).contains(&n))
}

fn is_day(text: &str) -> bool {
    is_within(text, 31)
}

fn is_month(text: &str) -> bool {
    is_within(text, 12)
}

fn is_name(text: &str) -> bool {
    MONTHS.contains(&text)
}

/// Years of payouts and of what is told of them, not any four digits.
fn is_year(text: &str, digits: usize) -> bool {
    text.len() == digits
        && text.bytes().all(|b| b.is_ascii_digit())
        && (digits == 2 || text.starts_with("19") || text.starts_with("20"))
}

fn is_time(text: &str) -> bool {
    let parts = text.split(':').count();
    (2..=3).contains(&parts)
        && text
            .split(':')
            .all(|part| part.len() <= 2 && part.parse::<u8>().is_ok_and(|n| n < 60))
}
