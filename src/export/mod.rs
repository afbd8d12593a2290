//! Rows → bytes: CSV and XLSX over anything that takes bytes, in constant memory at any length.
//!
//! A report is written once, against [`RowSink`], and goes out in either format. Not here: where
//! rows come from (`store`) and how bytes reach a browser (`http`). The invariant: no text leaves
//! that a spreadsheet would run, and no amount passes through float arithmetic.

pub mod csv;
pub mod error_file;
mod guard;
pub mod pack;
pub mod payout_report;
pub mod statement;
pub mod template;
pub mod xlsx;

pub use guard::safe_text;

use crate::domain::money::Money;
use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use rust_xlsxwriter::XlsxError;
use std::io;
use zip::result::ZipError;

/// One cell.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Value<'a> {
    /// Nothing.
    Empty,
    /// Words, names, and identifiers that only look like numbers. Guarded by [`safe_text`].
    Text(&'a str),
    /// A count.
    Integer(i64),
    /// Major units with the currency's decimals, without grouping and without its code.
    Amount(Money),
    /// A moment in the zone it is to be read in.
    Moment(DateTime<Tz>),
    /// A day.
    Date(NaiveDate),
}

impl<'a> Value<'a> {
    /// The text, or an empty cell where there is none.
    #[must_use]
    pub fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Empty, Self::Text)
    }

    /// The moment, or an empty cell where there is none.
    #[must_use]
    pub fn moment(moment: Option<DateTime<Tz>>) -> Self {
        moment.map_or(Self::Empty, Self::Moment)
    }
}

/// Why a sheet could not be written. What has gone out by then is not a whole file, so the stream
/// that carries it must end as a broken one.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The receiver is gone, or a disk is full.
    #[error("the rows could not be written: {0}")]
    Io(#[from] io::Error),
    /// The workbook could not be made.
    #[error("the workbook could not be made: {0}")]
    Workbook(#[source] XlsxError),
    /// A row is not as long as the header: a mistake of ours.
    #[error("a row has {found} cells and the header has {expected}")]
    Columns {
        /// How many the header has.
        expected: usize,
        /// How many the row has.
        found: usize,
    },
}

impl From<XlsxError> for ExportError {
    /// A receiver who left is the same fault in every format.
    fn from(error: XlsxError) -> Self {
        if let XlsxError::IoError(error) | XlsxError::ZipError(ZipError::Io(error)) = error {
            Self::Io(error)
        } else {
            Self::Workbook(error)
        }
    }
}

/// Takes a sheet row by row: the header once and first, then rows of the header's length, then the
/// end. A sheet that is dropped without [`RowSink::finish`] is not whole.
pub trait RowSink {
    /// Writes the headings.
    ///
    /// # Errors
    /// [`ExportError`] where bytes can't be written.
    fn header(&mut self, headings: &[&str]) -> Result<(), ExportError>;

    /// Writes one row.
    ///
    /// # Errors
    /// [`ExportError`] where bytes can't be written, or the row has not the header's length.
    fn row(&mut self, values: &[Value<'_>]) -> Result<(), ExportError>;

    /// Writes what is left and flushes.
    ///
    /// # Errors
    /// [`ExportError`] where bytes can't be written.
    fn finish(self) -> Result<(), ExportError>
    where
        Self: Sized;
}

/// Holds a row against its header.
const fn check_columns(expected: usize, found: usize) -> Result<(), ExportError> {
    if expected == found {
        Ok(())
    } else {
        Err(ExportError::Columns { expected, found })
    }
}
