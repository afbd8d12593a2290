//! The error file: the faulty rows of a batch as they were uploaded, between their row numbers and
//! what to correct.
//!
//! Not here: which rows (`store`) and what becomes of the file when it comes back (`flows::rework`).
//! The invariant: its headings are the batch file's own, so that the file that comes back is read as
//! the first one was.

use super::{ExportError, RowSink, Value};
use crate::domain::columns::Decided;
use crate::domain::fault::Fault;
use crate::domain::field::Field;
use crate::domain::headings::Meaning;
use crate::domain::money::NumberStyle;
use crate::domain::row::Entered;
use std::borrow::Cow;

/// The heading of the first column.
pub const ROW: &str = "Row";
/// The heading of the last column.
pub const REMEDY: &str = "What to correct";

/// Writes an error file row by row.
#[derive(Debug)]
pub struct ErrorFile<'a, S> {
    sheet: S,
    columns: Vec<&'a (String, Meaning)>,
    number_style: NumberStyle,
}

impl<'a, S: RowSink> ErrorFile<'a, S> {
    /// Begins the file with the columns that the batch was read by.
    ///
    /// # Errors
    /// Where bytes can't be written.
    pub fn begin(mut sheet: S, read_as: &'a Decided, number_style: NumberStyle) -> Result<Self, ExportError> {
        let named = |column: &&(String, Meaning)| !column.0.trim().is_empty();
        let columns: Vec<&(String, Meaning)> = read_as.columns.iter().filter(named).collect();
        let mut headings = vec![ROW];
        headings.extend(columns.iter().map(|(heading, _)| heading.as_str()));
        headings.push(REMEDY);
        sheet.header(&headings)?;
        Ok(Self {
            sheet,
            columns,
            number_style,
        })
    }

    /// Writes a faulty row, its faults in English.
    ///
    /// # Errors
    /// Where bytes can't be written.
    pub fn row(&mut self, number: i32, entered: &Entered, faults: &[Fault]) -> Result<(), ExportError> {
        let told: Vec<String> = faults.iter().map(Fault::advice).collect();
        self.row_told(number, entered, &told.join(" "))
    }

    /// Writes a faulty row with this in the last column.
    ///
    /// # Errors
    /// Where bytes can't be written.
    pub fn row_told(&mut self, number: i32, entered: &Entered, told: &str) -> Result<(), ExportError> {
        let texts: Vec<Cow<'_, str>> = self
            .columns
            .iter()
            .map(|(heading, meaning)| text(entered, heading, meaning, self.number_style))
            .collect();
        let mut values = vec![Value::Integer(i64::from(number))];
        values.extend(texts.iter().map(|text| match text.as_ref() {
            "" => Value::Empty,
            text => Value::Text(text),
        }));
        values.push(Value::Text(told));
        self.sheet.row(&values)
    }

    /// Ends the file.
    ///
    /// # Errors
    /// Where bytes can't be written.
    pub fn finish(self) -> Result<(), ExportError> {
        self.sheet.finish()
    }
}

fn text<'e>(entered: &'e Entered, heading: &str, meaning: &Meaning, style: NumberStyle) -> Cow<'e, str> {
    match meaning {
        // A number of a workbook has a point; read back as text it must have the file's own sign.
        Meaning::Field(Field::Amount) if entered.amount_is_number() && style == NumberStyle::Comma => {
            Cow::Owned(entered.text(Field::Amount).replace('.', ","))
        }
        Meaning::Field(field) => Cow::Borrowed(entered.text(*field)),
        Meaning::Metadata(name) => Cow::Borrowed(entered.metadata().get(name).map_or("", String::as_str)),
        Meaning::LeaveOut => Cow::Borrowed(entered.left_out().get(heading).map_or("", String::as_str)),
    }
}
