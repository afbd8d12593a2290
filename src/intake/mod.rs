//! Bytes of an uploaded file become rows of text, streamed and bounded.
//!
//! A file is looked at twice. First `kind` decides by content what it is, and for a workbook
//! `archive` bounds what it unpacks to before anything is unpacked. Then rows are read one at a
//! time: delimited text by `delimited` (its encoding found by `encoding`, its separator by
//! `dialect`), workbooks by `workbook` on a thread of their own. What the texts mean is decided in
//! `domain`; nothing here knows of payouts.
//!
//! The invariant: memory and time are bounded by [`Limits`] whatever the bytes are, and every file
//! ends in rows or in one [`FileFault`] that says what to do.
//!
//! Left for the next steps of intake: XLS and ODS, and hidden rows and columns (calamine's streaming
//! reader tells of hidden sheets, which are skipped, but not of `hidden` on rows and columns; they
//! are read like the others until then).

mod archive;
mod cell;
mod delimited;
mod dialect;
mod encoding;
mod enter;
mod kind;
mod scan;
mod workbook;

pub use enter::enter;

use crate::domain::fault::{FileFault, column_letters};
use crate::domain::row::Spoilt;
use std::fs::File;

/// How many rows below the header are read ahead as samples.
pub const SAMPLE_ROWS: usize = 200;

const KIB: usize = 1 << 10;
const MIB: u64 = 1 << 20;
const MB: u64 = 1_000_000;

/// What a file may cost. The defaults are the contract.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The file itself.
    pub file_bytes_max: u64,
    /// Rows that are not empty, below the header.
    pub rows_max: u32,
    /// Columns that hold anything.
    pub columns_max: usize,
    /// Text of one cell.
    pub field_bytes_max: usize,
    /// Text of one row.
    pub row_bytes_max: usize,
    /// Text of all cells: a workbook can say the same long text a million times.
    pub text_bytes_max: usize,
    /// Entries of a workbook's archive.
    pub parts_max: usize,
    /// One entry, unpacked.
    pub part_bytes_max: u64,
    /// All entries, unpacked.
    pub unpacked_bytes_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes_max: 256 * MIB,
            rows_max: 1_000_000,
            columns_max: 200,
            field_bytes_max: 64 * KIB,
            row_bytes_max: 1024 * KIB,
            text_bytes_max: 512 * KIB * KIB,
            parts_max: 2_000,
            part_bytes_max: 100 * MB,
            unpacked_bytes_max: 400 * MB,
        }
    }
}

/// What a file turned out to be, whatever its name says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Text with commas, semicolons or bars.
    Csv,
    /// Text with tabs.
    Tsv,
    /// An Excel workbook.
    Xlsx,
    /// An Excel workbook with macros, which are never run.
    Xlsm,
}

impl Format {
    /// The word stored with the file: `CSV`, `TSV`, `XLSX`, `XLSM`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
            Self::Xlsx => "XLSX",
            Self::Xlsm => "XLSM",
        }
    }
}

/// One cell as text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Cell {
    /// Trimmed; dates as ISO 8601, numbers in plain decimals with at most 15 significant digits.
    pub text: String,
    /// What the spreadsheet is known to have spoilt.
    pub spoilt: Option<Spoilt>,
    /// Whether it is a number in the workbook, so that its decimals follow a point.
    pub is_number: bool,
}

impl Cell {
    fn clear(&mut self) {
        self.text.clear();
        self.spoilt = None;
        self.is_number = false;
    }
}

/// One row that is not empty. As many cells as the header, once it came through [`Reader`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Row {
    /// The row number that a spreadsheet shows; counts from 1.
    pub number: u32,
    /// The cells from column A on.
    pub cells: Vec<Cell>,
}

impl Row {
    fn clear(&mut self) {
        self.number = 0;
        self.cells.iter_mut().for_each(Cell::clear);
    }

    fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| cell.text.is_empty())
    }

    fn text_bytes(&self) -> usize {
        self.cells.iter().map(|cell| cell.text.len()).sum()
    }

    /// Copies without giving up the buffers.
    fn copy_from(&mut self, other: &Self) {
        self.number = other.number;
        self.cells.resize_with(other.cells.len(), Cell::default);
        for (to, from) in self.cells.iter_mut().zip(&other.cells) {
            to.text.clone_from(&from.text);
            to.spoilt = from.spoilt;
            to.is_number = from.is_number;
        }
    }
}

/// Where rows come from. Gives rows that are not empty, in order, each within the limits on
/// columns, cells and row.
enum Source {
    Delimited(Box<delimited::Rows>),
    Workbook(workbook::Rows),
}

impl Source {
    fn next_row(&mut self, into: &mut Row) -> Result<bool, FileFault> {
        match self {
            Self::Delimited(rows) => rows.next_row(into),
            Self::Workbook(rows) => rows.next_row(into),
        }
    }
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
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("format", &self.format).field("header", &self.header).field("rows", &self.rows).finish_non_exhaustive()
    }
}

/// Opens a file: decides what it is, finds its header and reads ahead some rows.
///
/// # Errors
/// [`FileFault`] where it is no spreadsheet that is read, breaks a limit, or has no rows.
pub fn open(file: File, limits: Limits) -> Result<Reader, FileFault> {
    let (format, mut source) = match kind::of(&file, &limits)? {
        kind::Kind::Workbook(format) => (format, Source::Workbook(workbook::Rows::open(file, limits)?)),
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
    let mut reader = Reader { format, header, header_row, samples: Vec::new(), samples_given: 0, source, limits, rows: 0, text_bytes: 0 };
    reader.read_ahead()?;
    Ok(reader)
}

impl Reader {
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
        cells.filter(|cell| !cell.is_number && !cell.text.is_empty()).map(|cell| cell.text.as_str()).collect()
    }

    /// The first rows as they were read, for showing.
    #[must_use]
    pub fn sample_rows(&self) -> &[Row] {
        &self.samples
    }

    /// Reads the next row into `into`, whose buffers are used again; `false` at the end. Empty rows
    /// are skipped. Each row has exactly as many cells as the header.
    ///
    /// # Errors
    /// [`FileFault`]; the file is then given up as a whole.
    pub fn next_row(&mut self, into: &mut Row) -> Result<bool, FileFault> {
        if let Some(sample) = self.samples.get(self.samples_given) {
            into.copy_from(sample);
            self.samples_given += 1;
            return Ok(true);
        }
        self.read(into)
    }

    fn read_ahead(&mut self) -> Result<(), FileFault> {
        let mut row = Row::default();
        while self.samples.len() < SAMPLE_ROWS && self.read(&mut row)? {
            self.samples.push(row.clone());
        }
        if self.samples.is_empty() { Err(FileFault::HeaderOnly) } else { Ok(()) }
    }

    fn read(&mut self, into: &mut Row) -> Result<bool, FileFault> {
        if !self.source.next_row(into)? {
            return Ok(false);
        }
        self.rows += 1;
        if self.rows > self.limits.rows_max {
            return Err(FileFault::TooManyRows { limit: self.limits.rows_max });
        }
        self.text_bytes = self.text_bytes.saturating_add(into.text_bytes());
        if self.text_bytes > self.limits.text_bytes_max {
            return Err(FileFault::TextTooLarge { limit_mib: self.limits.text_bytes_max >> 20 });
        }
        self.fit_header(into)?;
        Ok(true)
    }

    /// Text without a heading has no meaning anybody could check, and in a CSV file it is the sign
    /// of a separator inside a text, which shifts every cell after it.
    fn fit_header(&self, row: &mut Row) -> Result<(), FileFault> {
        for (column, cell) in row.cells.iter().enumerate() {
            if !cell.text.is_empty() && self.header.get(column).is_none_or(String::is_empty) {
                return Err(FileFault::NoHeading { row: row.number, column: column_letters(column) });
            }
        }
        row.cells.resize_with(self.header.len(), Cell::default);
        Ok(())
    }
}

fn unreadable(error: &std::io::Error) -> FileFault {
    FileFault::Unreadable { detail: error.to_string() }
}
