//! A workbook's cell as text: what a person sees in it, as far as a payout needs it.
//!
//! The one place where floats come in; they leave as decimal text. The invariant: no digit is
//! invented. Numbers are written with the 15 significant digits that spreadsheets keep, and what
//! has lost digits is marked.

use super::Cell;
use super::delimited::{blank, push_without_nul, without_apostrophe};
use crate::domain::row::Spoilt;
use calamine::{DataRef, ExcelDateTime};
use chrono::{NaiveDateTime, NaiveTime, SubsecRound as _, TimeDelta};
use std::fmt::Write as _;

/// Spreadsheets keep 15 digits of a number, so from here on the last ones are gone.
const WHOLE_EXACT_BELOW: f64 = 1e15;

/// Writes a value into a cell. `zeros` is how many digits the cell's format shows at least.
pub(super) fn fill(cell: &mut Cell, value: &DataRef<'_>, zeros: usize) {
    cell.clear();
    match value {
        DataRef::Empty => {}
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => put(cell, text),
        DataRef::SharedString(text) => put(cell, text),
        DataRef::Bool(value) => cell.text.push_str(if *value { "TRUE" } else { "FALSE" }),
        DataRef::Int(value) => number(
            cell,
            &value.to_string(),
            value.unsigned_abs() >= 1_000_000_000_000_000,
            zeros,
        ),
        DataRef::Float(value) => number(cell, &decimal(*value), value.abs() >= WHOLE_EXACT_BELOW, zeros),
        DataRef::DateTime(value) => date(cell, value),
        DataRef::Error(error) => {
            let _ = write!(cell.text, "{error}");
            cell.spoilt = Some(Spoilt::Error);
        }
    }
    if matches!(value, DataRef::DateTimeIso(_)) {
        cell.spoilt = Some(Spoilt::Date);
    }
}

fn put(cell: &mut Cell, text: &str) {
    push_without_nul(&mut cell.text, without_apostrophe(text).trim_matches(blank));
}

fn number(cell: &mut Cell, text: &str, digits_lost: bool, zeros: usize) {
    let whole = text.bytes().all(|b| b.is_ascii_digit());
    let _ = if whole {
        write!(cell.text, "{text:0>zeros$}")
    } else {
        write!(cell.text, "{text}")
    };
    cell.is_number = true;
    cell.spoilt = digits_lost.then_some(Spoilt::DigitsLost);
}

fn date(cell: &mut Cell, value: &ExcelDateTime) {
    match value.as_datetime().filter(|_| value.is_datetime()) {
        Some(at) => cell.text = iso(at),
        None => cell.text = decimal(value.as_f64()),
    }
    cell.spoilt = Some(Spoilt::Date);
}

/// Times of day are fractions of a day there, and off by some microseconds.
fn iso(at: NaiveDateTime) -> String {
    let at = at
        .checked_add_signed(TimeDelta::milliseconds(500))
        .unwrap_or(at)
        .trunc_subsecs(0);
    let form = if at.time() == NaiveTime::MIN {
        "%Y-%m-%d"
    } else {
        "%Y-%m-%dT%H:%M:%S"
    };
    at.format(form).to_string()
}

/// A number in plain decimals, rounded to 15 significant digits as spreadsheets show it:
/// `4500.005`, never `4500.0049999999997`.
pub(super) fn decimal(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < WHOLE_EXACT_BELOW {
        return (value as i64).to_string();
    }
    let scientific = format!("{value:.14e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    let (sign, mantissa) = mantissa
        .strip_prefix('-')
        .map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let exponent: i32 = exponent.parse().unwrap_or(0);
    format!("{sign}{}", shifted(digits.trim_end_matches('0'), exponent))
}

/// `digits` with the point behind the first one, moved by `exponent` places.
fn shifted(digits: &str, exponent: i32) -> String {
    let places = usize::try_from(exponent.unsigned_abs()).unwrap_or(0);
    if exponent < 0 {
        return format!("0.{}{digits}", "0".repeat(places - 1));
    }
    match digits.split_at_checked(places + 1) {
        Some((whole, "")) => whole.to_owned(),
        Some((whole, rest)) => format!("{whole}.{rest}"),
        None => format!("{digits}{}", "0".repeat(places + 1 - digits.len())),
    }
}

/// How many digits a number format such as `0000000000` shows at least; 0 where it does not pad.
pub(super) fn zeros(format: &str) -> usize {
    let zeros = format.len();
    if (2..=40).contains(&zeros) && format.bytes().all(|b| b == b'0') {
        zeros
    } else {
        0
    }
}
