//! Bytes of an uploaded file become rows of text, streamed and bounded.
//!
//! A file is looked at twice. First `kind` decides by content what it is, and for a workbook
//! `archive` bounds what it unpacks to before anything is unpacked. Then rows are read one at a
//! time: delimited text by `delimited` (its encoding found by `encoding`, its separator by
//! `dialect`), lists of `json` entry by entry, workbooks by `workbook` on a thread of their own. What the texts mean is decided in
//! `domain`; nothing here knows of payouts.
//!
//! The invariant: memory and time are bounded by [`Limits`] whatever the bytes are, and every file
//! ends in rows or in one [`FileFault`] that says what to do.
//!
//! XLS has no reader that streams, and ODS repeats itself at will: a child process of the same binary
//! reads them, with limits on its memory and time (`foreign` here; `child`, `document` there). Hidden
//! rows and columns are found by `hidden` in XLSX, by `biff` in XLS.

mod archive;
mod biff;
mod cell;
pub mod child;
mod date_text;
mod delimited;
mod dialect;
mod document;
mod encoding;
mod enter;
mod foreign;
mod hidden;
pub mod json;
mod kind;
mod reader;
mod scan;
mod workbook;

pub use enter::{enter, keep_left_out};
pub use foreign::{remember_program, set_program};
pub use reader::{Reader, SAMPLE_ROWS, open};

use crate::domain::fault::FileFault;
use crate::domain::row::Spoilt;

/// What is noted where a reader panicked over a file.
const STOPPED: &str = "the reader stopped";

const KIB: usize = 1 << 10;
const MIB: u64 = 1 << 20;
const MB: u64 = 1_000_000;

/// What a file may cost. The defaults are the contract.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The file itself.
    pub file_bytes_max: u64,
    /// Rows that are not empty, below the header, of a text.
    pub rows_max: u32,
    /// The same of a sheet: what one holds.
    pub sheet_rows_max: u32,
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
    /// One entry, unpacked, where it is held in memory.
    pub part_bytes_max: u64,
    /// A sheet, unpacked: it is streamed, and a full one of 20 columns has about 1.5 GB.
    pub sheet_bytes_max: u64,
    /// How many times its packed size a sheet above `part_bytes_max` may unpack to. Real ones come to
    /// 20; a bomb to 1,000.
    pub sheet_ratio_max: u64,
    /// All other entries, unpacked.
    pub unpacked_bytes_max: u64,
    /// What reading a file in a process of its own may cost.
    pub child: child::Limits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes_max: 256 * MIB,
            rows_max: 1_000_000,
            sheet_rows_max: 1_048_575,
            columns_max: 200,
            field_bytes_max: 64 * KIB,
            row_bytes_max: 1024 * KIB,
            text_bytes_max: 512 * KIB * KIB,
            parts_max: 2_000,
            part_bytes_max: 100 * MB,
            sheet_bytes_max: 2_000 * MB,
            sheet_ratio_max: 100,
            unpacked_bytes_max: 400 * MB,
            child: child::Limits {
                memory_mib: 1024,
                seconds: 60,
                silence_seconds: 120,
            },
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
    /// A workbook of Excel 97 to 2003.
    Xls,
    /// An OpenDocument spreadsheet.
    Ods,
    /// A list of objects.
    Json,
}

impl Format {
    /// The word stored with the file: `CSV`, `TSV`, `XLSX`, `XLSM`, `XLS`, `ODS`, `JSON`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
            Self::Xlsx => "XLSX",
            Self::Xlsm => "XLSM",
            Self::Xls => "XLS",
            Self::Ods => "ODS",
            Self::Json => "JSON",
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

fn unreadable(error: &std::io::Error) -> FileFault {
    FileFault::Unreadable {
        detail: error.to_string(),
    }
}
