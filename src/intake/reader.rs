//! A file opened: its header, some rows ahead, then one row at a time.
//!
//! What a row is made of is `delimited`'s and `workbook`'s. The invariant: every row given has as
//! many cells as the header, and no text without a heading above it.

use super::{Cell, Format, Limits, Row, STOPPED, delimited, foreign, json, kind, workbook};
use crate::domain::fault::{FileFault, column_letters};
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How many rows below the header are read ahead as samples.
pub const SAMPLE_ROWS: usize = 200;

/// Characters of a heading.
const HEADING_CHARS_MAX: usize = 200;
/// All headings together, in KiB.
const HEADER_KIB_MAX: usize = 16;

/// How much of a title is told.
const TITLE_CHARS_MAX: usize = 60;

/// Where rows come from. Gives rows that are not empty, in order, each within the limits on
/// columns, cells and row.
enum Source {
    Delimited(Box<delimited::Rows>),
    Workbook(workbook::Rows),
    Foreign(Box<foreign::Rows>),
    Json(Box<json::Rows>),
}

impl Source {
    fn next_row(&mut self, into: &mut Row) -> Result<bool, FileFault> {
        held(|| match self {
            Self::Delimited(rows) => rows.next_row(into),
            Self::Workbook(rows) => rows.next_row(into),
            Self::Foreign(rows) => rows.next_row(into),
            Self::Json(rows) => rows.next_row(into),
        })
    }
}

/// A reader that panics over a file says that the file is at fault: whoever asked for its rows goes on,
/// and the same file is not tried again and again.
fn held<T>(read: impl FnOnce() -> Result<T, FileFault>) -> Result<T, FileFault> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Err(FileFault::Damaged {
            detail: STOPPED.to_owned(),
        })
    })
}

/// Reads the rows of one file.
pub struct Reader {
    format: Format,
    header: Vec<String>,
    header_row: u32,
    samples: Vec<Row>,
    samples_given: usize,
    source: Source,
    limits: Limits,
    rows: u32,
    text_bytes: usize,
    /// Set where connectors may be wallet providers of this country.
    country: Option<String>,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("format", &self.format)
            .field("header", &self.header)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

/// Opens a file: decides what it is, finds its header and reads ahead some rows.
///
/// # Errors
/// [`FileFault`] where it is no spreadsheet that is read, breaks a limit, or has no rows.
pub fn open(file: File, limits: Limits) -> Result<Reader, FileFault> {
    held(|| open_held(file, limits))
}

fn open_held(file: File, limits: Limits) -> Result<Reader, FileFault> {
    let (format, mut source) = match kind::of(&file, &limits)? {
        kind::Kind::Json => return open_json(file, limits),
        kind::Kind::Workbook(format) => (format, Source::Workbook(workbook::Rows::open(file, limits)?)),
        kind::Kind::Foreign(format) => {
            let rows = foreign::Rows::open(file, format, limits)?;
            (format, Source::Foreign(Box::new(rows)))
        }
        kind::Kind::Text => {
            let (format, rows) = delimited::Rows::open(file, limits)?;
            (format, Source::Delimited(Box::new(rows)))
        }
    };
    let mut first = Row::default();
    if !source.next_row(&mut first)? {
        return Err(FileFault::Empty);
    }
    let header_row = first.number;
    let mut header: Vec<String> = first.cells.into_iter().map(|cell| cell.text).collect();
    while header.last().is_some_and(String::is_empty) {
        header.pop();
    }
    Reader::begin((format, source), (header, header_row), limits)
}

/// The headings of JSON are the keys of its entries, and entries count from 1.
fn open_json(file: File, limits: Limits) -> Result<Reader, FileFault> {
    let (header, rows) = json::Rows::open(file, limits)?;
    Reader::begin((Format::Json, Source::Json(Box::new(rows))), (header, 0), limits)
}

/// What is left out of a faulty row is kept by its headings, so these are short.
fn check_headings(header: &[String], row: u32) -> Result<(), FileFault> {
    for (column, heading) in header.iter().enumerate() {
        let count = heading.chars().count();
        if count > HEADING_CHARS_MAX {
            return Err(FileFault::HeadingTooLong {
                column: column_letters(column),
                count,
                limit: HEADING_CHARS_MAX,
            });
        }
    }
    if header.iter().map(String::len).sum::<usize>() > HEADER_KIB_MAX << 10 {
        return Err(FileFault::RowTooLarge {
            row,
            limit_kib: HEADER_KIB_MAX,
        });
    }
    Ok(())
}

impl Reader {
    fn begin(
        (format, source): (Format, Source),
        (header, header_row): (Vec<String>, u32),
        limits: Limits,
    ) -> Result<Self, FileFault> {
        check_headings(&header, header_row)?;
        let mut reader = Self {
            format,
            header,
            header_row,
            samples: Vec::new(),
            samples_given: 0,
            source,
            limits,
            rows: 0,
            text_bytes: 0,
            country: None,
        };
        reader.read_ahead()?;
        Ok(reader)
    }

    /// Says which country's wallet providers the connectors of the API's transactions may name.
    pub fn know_country(&mut self, country: &str) {
        if matches!(&self.source, Source::Json(rows) if rows.are_transactions()) {
            self.country = Some(country.to_owned());
        }
    }

    /// What the file is.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// The first row that is not empty. An empty heading in it stands above an empty column.
    #[must_use]
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The header's row number.
    #[must_use]
    pub const fn header_row(&self) -> u32 {
        self.header_row
    }

    /// The texts of one column in the first [`SAMPLE_ROWS`] rows, without the empty ones and without
    /// cells that are numbers in a workbook. Made for `NumberStyle::of`.
    #[must_use]
    pub fn samples(&self, column: usize) -> Vec<&str> {
        let cells = self.samples.iter().filter_map(|row| row.cells.get(column));
        cells
            .filter(|cell| !cell.is_number && !cell.text.is_empty())
            .map(|cell| cell.text.as_str())
            .collect()
    }

    /// The texts of one column in the rows read ahead, without the empty ones.
    #[must_use]
    pub fn first_texts(&self, column: usize) -> Vec<&str> {
        let cells = self.samples.iter().filter_map(|row| row.cells.get(column));
        cells
            .map(|cell| cell.text.as_str())
            .filter(|text| !text.is_empty())
            .collect()
    }

    /// The texts of two columns in the rows read ahead, without rows in which one of them is spoilt: they
    /// show nothing of what belongs there.
    pub fn pairs(&self, (first, second): (usize, usize)) -> impl Iterator<Item = (&str, &str)> {
        self.samples.iter().filter_map(move |row| {
            let (a, b) = (row.cells.get(first)?, row.cells.get(second)?);
            if a.spoilt.is_some() || b.spoilt.is_some() {
                return None;
            }
            Some((a.text.as_str(), b.text.as_str()))
        })
    }

    /// How many rows were read ahead: [`SAMPLE_ROWS`], or all that there are.
    #[must_use]
    pub const fn rows_ahead(&self) -> usize {
        self.samples.len()
    }

    /// How many rows there will be, where that was counted ahead: rows that are told to be hidden are
    /// not among them.
    #[must_use]
    pub fn rows_expected(&self) -> Option<u32> {
        match &self.source {
            // The header is no row.
            Source::Workbook(rows) => Some(rows.filled().saturating_sub(1)),
            Source::Delimited(_) | Source::Foreign(_) | Source::Json(_) => None,
        }
    }

    /// The sheet of a workbook that the rows come from.
    #[must_use]
    pub fn sheet(&self) -> Option<&str> {
        match &self.source {
            Source::Delimited(_) | Source::Json(_) => None,
            Source::Workbook(rows) => rows.sheet(),
            Source::Foreign(rows) => rows.sheet(),
        }
    }

    /// Reads the next row into `into`, whose buffers are used again; `false` at the end. Empty rows
    /// are skipped. Each row has exactly as many cells as the header.
    ///
    /// # Errors
    /// [`FileFault`]; the file is then given up as a whole.
    pub fn next_row(&mut self, into: &mut Row) -> Result<bool, FileFault> {
        let is_there = if let Some(sample) = self.samples.get(self.samples_given) {
            into.copy_from(sample);
            self.samples_given += 1;
            true
        } else {
            self.read(into)?
        };
        if let Some(country) = &self.country {
            json::pay_wallet(into, country);
        }
        Ok(is_there)
    }

    fn read_ahead(&mut self) -> Result<(), FileFault> {
        let mut row = Row::default();
        while self.samples.len() < SAMPLE_ROWS && self.read(&mut row)? {
            self.samples.push(row.clone());
        }
        if self.samples.is_empty() {
            Err(FileFault::HeaderOnly)
        } else {
            Ok(())
        }
    }

    fn read(&mut self, into: &mut Row) -> Result<bool, FileFault> {
        if !self.source.next_row(into)? {
            return Ok(false);
        }
        self.rows += 1;
        let limit = match &self.source {
            Source::Delimited(_) | Source::Json(_) => self.limits.rows_max,
            Source::Workbook(_) | Source::Foreign(_) => self.limits.sheet_rows_max,
        };
        if self.rows > limit {
            return Err(FileFault::TooManyRows { limit });
        }
        self.text_bytes = self.text_bytes.saturating_add(into.text_bytes());
        if self.text_bytes > self.limits.text_bytes_max {
            return Err(FileFault::TextTooLarge {
                limit_mib: self.limits.text_bytes_max >> 20,
            });
        }
        self.fit_header(into)?;
        Ok(true)
    }

    /// Text without a heading has no meaning anybody could check, and in a CSV file it is the sign
    /// of a separator inside a text, which shifts every cell after it.
    fn fit_header(&self, row: &mut Row) -> Result<(), FileFault> {
        for (column, cell) in row.cells.iter().enumerate() {
            if !cell.text.is_empty() && self.header.get(column).is_none_or(String::is_empty) {
                return Err(self.without_heading(row.number, column));
            }
        }
        row.cells.resize_with(self.header.len(), Cell::default);
        Ok(())
    }

    fn without_heading(&self, row: u32, column: usize) -> FileFault {
        let mut headings = self.header.iter().filter(|heading| !heading.is_empty());
        match (headings.next(), headings.next()) {
            (Some(title), None) => FileFault::Title {
                title_row: self.header_row,
                title: title.chars().take(TITLE_CHARS_MAX).collect(),
                row,
            },
            _ => FileFault::NoHeading {
                row,
                column: column_letters(column),
                header_row: self.header_row,
                hint: match &self.source {
                    Source::Delimited(_) | Source::Json(_) => {
                        "in a CSV file, put text that contains the separator in quotation marks"
                    }
                    Source::Workbook(_) | Source::Foreign(_) => {
                        "if the headings take two rows, put them in one"
                    }
                },
            },
        }
    }
}
