//! CSV of RFC 4180: commas, CRLF, quotes where they are needed, UTF-8 with or without its mark.
//!
//! Not here: what the columns are. The invariant: every text cell passed the formula guard, and
//! memory is one buffer whatever the number of rows.

use super::{ExportError, RowSink, Value, check_columns, safe_text};
use ::csv::{Terminator, Writer, WriterBuilder};
use chrono::SecondsFormat;
use std::borrow::Cow;
use std::io::{self, Write};

/// Bytes that are gathered before they go on.
const BUFFER_BYTES: usize = 64 * 1024;

/// Whether the file begins with the UTF-8 mark, without which Excel takes it for the machine's old
/// encoding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bom {
    /// With the mark, for Excel.
    With,
    /// Without, for programs.
    Without,
}

/// A CSV file being written.
#[derive(Debug)]
pub struct Sheet<W: Write> {
    writer: Writer<W>,
    columns: usize,
}

impl<W: Write> Sheet<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// The mark could not be written.
    pub fn create(mut output: W, bom: Bom) -> Result<Self, ExportError> {
        match bom {
            Bom::With => output.write_all("\u{feff}".as_bytes())?,
            Bom::Without => {}
        }
        let writer = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .buffer_capacity(BUFFER_BYTES)
            .from_writer(output);
        Ok(Self { writer, columns: 0 })
    }

    fn end_record(&mut self) -> Result<(), ExportError> {
        self.writer.write_record(None::<&[u8]>).map_err(broken)
    }
}

impl<W: Write> RowSink for Sheet<W> {
    fn header(&mut self, headings: &[&str]) -> Result<(), ExportError> {
        self.columns = headings.len();
        for heading in headings {
            self.writer
                .write_field(safe_text(heading).as_bytes())
                .map_err(broken)?;
        }
        self.end_record()
    }

    fn row(&mut self, values: &[Value<'_>]) -> Result<(), ExportError> {
        check_columns(self.columns, values.len())?;
        for value in values {
            self.writer
                .write_field(written(value).as_bytes())
                .map_err(broken)?;
        }
        self.end_record()
    }

    fn finish(mut self) -> Result<(), ExportError> {
        Ok(self.writer.flush()?)
    }
}

/// A cell's text. Moments are RFC 3339 with the offset of their zone.
fn written<'a>(value: &Value<'a>) -> Cow<'a, str> {
    match value {
        Value::Empty => Cow::Borrowed(""),
        Value::Text(text) => safe_text(text),
        Value::Integer(number) => Cow::Owned(number.to_string()),
        Value::Amount(amount) => Cow::Owned(amount.plain()),
        Value::Moment(moment) => Cow::Owned(moment.to_rfc3339_opts(SecondsFormat::Secs, false)),
        Value::Date(date) => Cow::Owned(date.format("%Y-%m-%d").to_string()),
    }
}

fn broken(error: ::csv::Error) -> ExportError {
    ExportError::Io(io::Error::from(error))
}
