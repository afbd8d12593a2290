//! Rows of CSV, TSV and their kin (RFC 4180, and what spreadsheets make of it).
//!
//! Encoding and separator are found before. The invariant: no more than a few times one row's limit of
//! bytes is taken from the file before a row ends, so that a quote that is never closed costs some
//! megabytes and not the file; row numbers are those a spreadsheet shows, blank lines and line breaks in quotes
//! counted as it counts them.

use super::date_text::is_date;
use super::dialect::{self, Dialect};
use super::kind::rewound;
use super::{Cell, Format, Limits, Row, encoding, scan, unreadable};
use crate::domain::fault::{FileFault, column_letters};
use crate::domain::row::Spoilt;
use encoding_rs::{Encoding, UTF_8};
use encoding_rs_io::DecodeReaderBytesBuilder;
use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How much of the beginning the dialect is found from.
const SAMPLE_BYTES: u64 = 256 * 1024;

/// What the reader of records takes from the stream at once.
const BUFFER_BYTES: usize = 64 * 1024;

/// How many times a row's limit is read before it is given up: what is wrong with a row of a million
/// columns are its columns, and that is seen only at its end.
const ROWS_TAKEN: usize = 4;

/// A line of our own behind the last one. If it does not come out as a row by itself, a quote was
/// open at the end. U+FDD0 is no character (Unicode 23.7), so no file has it.
const LAST_LINE: &str = "\u{fdd0}";

/// The rows of a delimited text.
pub(super) struct Rows {
    records: csv::Reader<Metered>,
    record: csv::StringRecord,
    taken: Arc<AtomicUsize>,
    limits: Limits,
    /// The lines before the next record.
    lines: u64,
    /// The row number of the last record.
    number: u64,
    done: bool,
}

impl Rows {
    /// Finds encoding and dialect, and starts over at the beginning.
    pub(super) fn open(file: File, limits: Limits) -> Result<(Format, Self), FileFault> {
        let encoding = encoding::of(&file)?;
        let size = file.metadata().map_err(|e| unreadable(&e))?.len();
        let sample =
            scan::head(decoded(rewound(&file)?, encoding), SAMPLE_BYTES).map_err(|e| unreadable(&e))?;
        let sample = String::from_utf8_lossy(&sample);
        if sample.chars().all(|c| c.is_whitespace() || c == '\u{feff}') && size <= SAMPLE_BYTES {
            return Err(FileFault::Empty);
        }
        let whole = (sample.len() as u64) < SAMPLE_BYTES;
        let dialect = dialect::of(&sample, whole);
        rewound(&file)?;
        let format = if dialect.separator == b'\t' {
            Format::Tsv
        } else {
            Format::Csv
        };
        Ok((format, Self::new(decoded(file, encoding), dialect, limits)))
    }

    fn new(text: Box<dyn Read + Send>, dialect: Dialect, limits: Limits) -> Self {
        let taken = Arc::new(AtomicUsize::new(0));
        let end = format!("{0}{LAST_LINE}{0}", char::from(dialect.line_end));
        let text = Metered {
            text: Box::new(text.chain(io::Cursor::new(end))),
            taken: Arc::clone(&taken),
            limit: limits.row_bytes_max * ROWS_TAKEN + BUFFER_BYTES,
            skip_until: dialect.has_separator_line.then_some(dialect.line_end),
        };
        let records = csv::ReaderBuilder::new()
            .delimiter(dialect.separator)
            .terminator(csv::Terminator::Any(dialect.line_end))
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(BUFFER_BYTES)
            .from_reader(text);
        Self {
            records,
            record: csv::StringRecord::new(),
            taken,
            limits,
            lines: 1,
            number: 0,
            done: false,
        }
    }

    /// The next row that is not empty.
    pub(super) fn next_row(&mut self, into: &mut Row) -> Result<bool, FileFault> {
        while self.next_record()? {
            self.fill(into)?;
            if !into.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn next_record(&mut self) -> Result<bool, FileFault> {
        if self.done {
            return Ok(false);
        }
        self.taken.store(0, Ordering::Relaxed);
        match self.records.read_record(&mut self.record) {
            Ok(true) => {}
            // Only an open quote can have swallowed the line that we put behind the last.
            Ok(false) => {
                return Err(FileFault::OpenQuote {
                    row: row_number(self.number),
                });
            }
            Err(error) => return Err(self.explain(&error)),
        }
        self.number = self.number.saturating_add(1 + self.blank_lines());
        let last = self.record.iter().next_back().unwrap_or_default();
        if self.record.len() == 1 && last == LAST_LINE {
            self.done = true;
            return Ok(false);
        }
        if last.contains(LAST_LINE) {
            return Err(FileFault::OpenQuote {
                row: row_number(self.number),
            });
        }
        Ok(true)
    }

    /// The blank lines that the reader of records skipped before this record. Line breaks inside
    /// quotes are lines, but not rows.
    fn blank_lines(&mut self) -> u64 {
        let lines = self.records.position().line();
        let inside = self.record.as_slice().bytes().filter(|b| *b == b'\n').count() as u64;
        let blank = lines.saturating_sub(self.lines).saturating_sub(inside + 1);
        self.lines = lines;
        blank
    }

    fn fill(&self, into: &mut Row) -> Result<(), FileFault> {
        into.clear();
        into.number = row_number(self.number);
        let is_too_long = self.record.as_slice().len() > self.limits.row_bytes_max;
        if is_too_long && self.record.len() <= self.limits.columns_max {
            return Err(self.too_long(into.number));
        }
        let mut columns = 0;
        for (column, text) in self.record.iter().enumerate() {
            let text = without_apostrophe(text).trim_matches(blank);
            if text.is_empty() {
                continue;
            }
            if column >= self.limits.columns_max {
                return Err(FileFault::TooManyColumns {
                    row: into.number,
                    limit: self.limits.columns_max,
                });
            }
            if text.len() > self.limits.field_bytes_max {
                return Err(FileFault::CellTooLarge {
                    row: into.number,
                    column: column_letters(column),
                    limit_kib: self.limits.field_bytes_max >> 10,
                });
            }
            columns = columns.max(column + 1);
            if into.cells.len() < columns {
                into.cells.resize_with(columns, Cell::default);
            }
            if let Some(cell) = into.cells.get_mut(column) {
                push_without_nul(&mut cell.text, text);
                cell.spoilt = is_date(text).then_some(Spoilt::DateText);
            }
        }
        if is_too_long {
            return Err(self.too_long(into.number));
        }
        Ok(())
    }

    fn explain(&self, error: &csv::Error) -> FileFault {
        if self.taken.load(Ordering::Relaxed) > self.limits.row_bytes_max {
            return self.too_long(row_number(self.number.saturating_add(1)));
        }
        FileFault::Unreadable {
            detail: error.to_string(),
        }
    }

    const fn too_long(&self, row: u32) -> FileFault {
        FileFault::RowTooLarge {
            row,
            limit_kib: self.limits.row_bytes_max >> 10,
        }
    }
}

fn row_number(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The stream as UTF-8 without its mark.
fn decoded<'a>(stream: impl Read + Send + 'a, encoding: &'static Encoding) -> Box<dyn Read + Send + 'a> {
    // UTF-8 was checked to its last byte, so it passes as it is.
    let mut builder = DecodeReaderBytesBuilder::new();
    builder
        .encoding(Some(encoding))
        .bom_override(true)
        .strip_bom(true)
        .utf8_passthru(encoding == UTF_8);
    Box::new(builder.build(stream))
}

/// White space, the marks that are not seen, and the end of a file as DOS wrote it.
pub(super) fn blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{1a}')
}

/// Without the apostrophe that our own exports put before what a spreadsheet would run, and that
/// people type before digits so that their zeros stay.
pub(super) fn without_apostrophe(text: &str) -> &str {
    let figures = |rest: &str| {
        rest.starts_with(|c: char| c.is_ascii_digit())
            && rest.chars().all(|c| c.is_ascii_digit() || " .,-/".contains(c))
    };
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) || figures(rest) => rest,
        _ => text,
    }
}

/// NUL can't be stored; U+FFFD in its place makes the row a fault that can be shown.
pub(super) fn push_without_nul(into: &mut String, text: &str) {
    for (at, part) in text.split('\0').enumerate() {
        if at > 0 {
            into.push(char::REPLACEMENT_CHARACTER);
        }
        into.push_str(part);
    }
}

/// A stream that stops when more is taken from it than one row may have.
struct Metered {
    text: Box<dyn Read + Send>,
    taken: Arc<AtomicUsize>,
    limit: usize,
    /// Set while the first line is still to be dropped.
    skip_until: Option<u8>,
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(end) = self.skip_until {
            let mut byte = [0];
            if self.text.read(&mut byte)? == 0 || byte == [end] {
                self.skip_until = None;
            }
        }
        if self.taken.load(Ordering::Relaxed) > self.limit {
            return Err(io::Error::other("a row is longer than its limit"));
        }
        let read = self.text.read(buffer)?;
        self.taken.fetch_add(read, Ordering::Relaxed);
        Ok(read)
    }
}
