//! One value → one typed cell.
//!
//! A spreadsheet's number is a float of 15 decimal digits. An amount gets there as text: its minor
//! units are written in decimal by hand, the text is parsed to the nearest float, and the writer
//! writes the shortest text that names that float, which up to 15 digits is the text we began with.
//! No float is ever computed with. The invariant: what has more digits goes out as text.

use super::super::{ExportError, Value, safe_text};
use chrono::{DateTime, Datelike, NaiveDate, Timelike};
use chrono_tz::Tz;
use rust_xlsxwriter::{ExcelDateTime, Format, Worksheet};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The digits that survive the way through a float.
const EXACT_DIGITS_MAX: usize = 15;
/// The characters of a cell, counted in UTF-16 as Excel does.
const TEXT_UNITS_MAX: usize = 32_767;
/// `2026-11-20 08:00:00 +02:00`
const MOMENT_CHARS: usize = 26;
const DATE_CHARS: usize = 10;

/// A cell's row and column, from 0.
pub(super) type At = (u32, u16);

/// Writes cells, and remembers the number formats they need.
#[derive(Default)]
pub(super) struct Cells {
    /// By the currency's decimals.
    amounts: BTreeMap<u8, Format>,
    /// By the zone's offset in seconds.
    moments: BTreeMap<i32, Format>,
    date: Option<Format>,
}

impl Cells {
    /// Writes one cell. An empty one is left out.
    pub(super) fn write(
        &mut self,
        sheet: &mut Worksheet,
        at: At,
        value: &Value<'_>,
    ) -> Result<(), ExportError> {
        match value {
            Value::Empty => Ok(()),
            Value::Text(text) => write_text(sheet, at, text),
            Value::Integer(number) => write_number(sheet, at, &number.to_string(), &Format::default()),
            Value::Amount(amount) => {
                let decimals = amount.currency().decimals();
                let format = self
                    .amounts
                    .entry(decimals)
                    .or_insert_with(|| amount_format(decimals));
                write_number(sheet, at, &amount.plain(), format)
            }
            Value::Moment(moment) => self.write_moment(sheet, at, moment),
            Value::Date(date) => self.write_date(sheet, at, *date),
        }
    }

    /// The local date and time; the offset stands in the cell's format, so the cell still sorts and
    /// filters as a time.
    fn write_moment(
        &mut self,
        sheet: &mut Worksheet,
        at: At,
        moment: &DateTime<Tz>,
    ) -> Result<(), ExportError> {
        let Some(local) = excel_moment(moment) else {
            return write_text(sheet, at, &moment.to_rfc3339());
        };
        let offset = moment.fixed_offset().offset().local_minus_utc();
        let format = self.moments.entry(offset).or_insert_with(|| {
            let offset = moment.format("%:z");
            Format::new().set_num_format(format!("yyyy-mm-dd hh:mm:ss \"{offset}\""))
        });
        sheet.write_datetime_with_format(at.0, at.1, &local, format)?;
        Ok(())
    }

    fn write_date(&mut self, sheet: &mut Worksheet, at: At, date: NaiveDate) -> Result<(), ExportError> {
        let Some(day) = excel_date(date) else {
            return write_text(sheet, at, &date.to_string());
        };
        let format = self
            .date
            .get_or_insert_with(|| Format::new().set_num_format("yyyy-mm-dd"));
        sheet.write_datetime_with_format(at.0, at.1, &day, format)?;
        Ok(())
    }
}

/// `0.00` for two decimals: no grouping, and every decimal shown.
fn amount_format(decimals: u8) -> Format {
    let zeros = "0".repeat(usize::from(decimals));
    let point = if decimals == 0 { "" } else { "." };
    Format::new().set_num_format(format!("0{point}{zeros}"))
}

fn write_text(sheet: &mut Worksheet, (row, column): At, text: &str) -> Result<(), ExportError> {
    sheet.write_string(row, column, fitting(safe_text(text)))?;
    Ok(())
}

/// Writes a number in decimal as a number, or as text where a float would change it.
fn write_number(
    sheet: &mut Worksheet,
    (row, column): At,
    decimal: &str,
    format: &Format,
) -> Result<(), ExportError> {
    let digits = decimal.trim_start_matches(['-', '0', '.']);
    let digits = digits.bytes().filter(u8::is_ascii_digit).count();
    match decimal.parse::<f64>() {
        Ok(number) if digits <= EXACT_DIGITS_MAX => {
            sheet.write_number_with_format(row, column, number, format)?;
            Ok(())
        }
        Ok(_) | Err(_) => write_text(sheet, (row, column), decimal),
    }
}

/// Text that fits a cell: what is too long ends in an ellipsis, for a workbook that can't be opened
/// helps nobody.
fn fitting(text: Cow<'_, str>) -> Cow<'_, str> {
    // Bytes are never fewer than units, so most texts are counted no further.
    if text.len() <= TEXT_UNITS_MAX || text.encode_utf16().count() <= TEXT_UNITS_MAX {
        return text;
    }
    let mut units = 1;
    let mut start: String = text
        .chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= TEXT_UNITS_MAX
        })
        .collect();
    start.push('…');
    Cow::Owned(start)
}

/// None outside the years that a spreadsheet knows.
fn excel_date(date: NaiveDate) -> Option<ExcelDateTime> {
    let year = u16::try_from(date.year()).ok()?;
    let month = u8::try_from(date.month()).ok()?;
    let day = u8::try_from(date.day()).ok()?;
    ExcelDateTime::from_ymd(year, month, day).ok()
}

fn excel_moment(moment: &DateTime<Tz>) -> Option<ExcelDateTime> {
    let time = moment.time();
    let hour = u16::try_from(time.hour()).ok()?;
    let minute = u8::try_from(time.minute()).ok()?;
    let second = u8::try_from(time.second()).ok()?;
    excel_date(moment.date_naive())?
        .and_hms_milli(hour, minute, second, 0)
        .ok()
}

/// How many characters a cell shows, for the column's width.
pub(super) fn width(value: &Value<'_>) -> usize {
    match value {
        Value::Empty => 0,
        Value::Text(text) => text.chars().count() + 1,
        Value::Integer(number) => number.to_string().len() + 1,
        Value::Amount(amount) => amount.plain().len() + 1,
        Value::Moment(_) => MOMENT_CHARS + 1,
        Value::Date(_) => DATE_CHARS + 1,
    }
}
