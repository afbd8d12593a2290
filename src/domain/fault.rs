//! What people are told: faults of a row, stored with it and shown in the cell, and faults of a
//! whole file.
//!
//! What each rule is lives beside the rule. The invariant: every message names the problem, the
//! number or limit, and what to do; none says more of a value than its first 200 characters.

use super::dialect::Dialect;
use super::field::Field;
use super::money::{Money, TOTAL_MINOR_MAX};
use serde::{Deserialize, Serialize};

/// How many characters of a value are kept with its fault.
pub const VALUE_CHARS_MAX: usize = 200;

/// A fault of one row in one column. Stored as JSON.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Fault {
    /// The column.
    pub field: Field,
    /// What stood there, at most [`VALUE_CHARS_MAX`] characters, control characters replaced.
    pub value: String,
    /// Short, for the cell: `MWK has 2 decimals`.
    pub message: String,
    /// What to do, for the row's page and the error file.
    pub remedy: String,
}

impl Fault {
    /// A fault with its value clipped. Control characters become U+FFFD: Postgres stores no NUL.
    pub fn new(field: Field, value: &str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        let shown = |c: char| {
            if c.is_control() {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        };
        let value = value.chars().take(VALUE_CHARS_MAX).map(shown).collect();
        Self {
            field,
            value,
            message: message.into(),
            remedy: remedy.into(),
        }
    }
}

/// The fault of a reference that stands in another row of the file.
#[must_use]
pub fn reference_twice(reference: &str, row: i32, other: i32) -> Fault {
    Fault::new(
        Field::Reference,
        reference,
        format!("The same reference stands in row {other}"),
        format!("Give each payout a reference of its own, or leave out row {row} or row {other}"),
    )
}

/// The fault of a reference that another batch of the account has.
#[must_use]
pub fn reference_in_use(reference: &str, batch: i32) -> Fault {
    Fault::new(
        Field::Reference,
        reference,
        format!("This reference is already paid or being paid in batch {batch}"),
        format!("Use a new reference if this is another payout; leave the row out if batch {batch} pays it"),
    )
}

/// The fault of an amount with which the batch would add up to more than `limit`.
fn total_too_large(amount: Money, limit: Money) -> Fault {
    Fault::new(
        Field::Amount,
        &amount.plain(),
        format!("With this row the batch adds up to more than the limit of {limit}"),
        "Correct the amount, or send this row in another batch",
    )
}

/// A batch's total with one more amount.
///
/// # Errors
/// The fault of the amount with which it is more than [`TOTAL_MINOR_MAX`].
pub fn with_amount(total: i64, amount: Money) -> Result<i64, Fault> {
    let sum = total.checked_add(amount.minor());
    sum.filter(|sum| *sum <= TOTAL_MINOR_MAX)
        .ok_or_else(|| total_too_large(amount, Money::new(TOTAL_MINOR_MAX, amount.currency())))
}

/// What is stored with a row that can be paid and that somebody left out: it is not paid, and checked
/// again it can be.
#[must_use]
pub fn left_out(amount: &str) -> Fault {
    Fault::new(
        Field::Amount,
        amount,
        LEFT_OUT,
        "Check the row again to take it in",
    )
}

const LEFT_OUT: &str = "Left out of this batch";

impl Fault {
    /// Column, as its sender calls it, and what is wrong: `iban: IBAN check digits don't match`.
    #[must_use]
    pub fn told(&self, dialect: Dialect) -> String {
        format!("{}: {}", dialect.name(self.field), self.message)
    }

    /// The column as people know it, what is wrong, and what to do.
    #[must_use]
    pub fn advice(&self) -> String {
        let remedy = match self.remedy.trim_end_matches('.') {
            "" => String::new(),
            remedy => format!(" {remedy}."),
        };
        format!("{}: {}.{remedy}", self.field.label(), self.message)
    }

    /// Whether it says no more than that the row was left out.
    #[must_use]
    pub fn is_left_out(&self) -> bool {
        self.message == LEFT_OUT
    }
}

/// What a row was judged as, with one more fault: one a field, in the order of the fields.
#[must_use]
pub fn with_fault<T>(judged: Result<T, Vec<Fault>>, fault: Fault) -> Vec<Fault> {
    let mut faults = judged.err().unwrap_or_default();
    faults.retain(|other| other.field != fault.field);
    faults.push(fault);
    faults.sort_by_key(|fault| fault.field);
    faults
}

/// Why nothing of a file is taken in. `Display` is the sentence people are told.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FileFault {
    /// No bytes, or nothing but spaces.
    #[error("The file is empty. Upload a CSV or XLSX file with a header row and at least 1 row below it.")]
    Empty,
    /// A header and nothing below it.
    #[error("The file has a header but no rows below it. Add at least 1 row and upload it again.")]
    HeaderOnly,
    /// Larger than what is taken.
    #[error("The file is larger than the limit of {limit_mib} MiB. Split it into smaller files.")]
    TooLarge {
        /// The limit in MiB.
        limit_mib: u64,
    },
    /// Something else altogether.
    #[error("The file is {what}, not a spreadsheet. Save the list as XLSX or CSV and upload that.")]
    NotASpreadsheet {
        /// What it is, with its article: "a PDF".
        what: &'static str,
    },
    /// A spreadsheet in a form that is not read.
    #[error("The file is {what}. Save it as XLSX or CSV in your spreadsheet program and upload that.")]
    OtherSpreadsheet {
        /// What it is, with its article: "an old Excel workbook (.xls)".
        what: &'static str,
    },
    /// Encrypted.
    #[error("The file is protected by a password. Save a copy without a password and upload that.")]
    PasswordProtected,
    /// Broken inside.
    #[error(
        "The workbook is damaged and can't be read. Open it in your spreadsheet program, save it again as XLSX and upload that."
    )]
    Damaged {
        /// For the log, never shown.
        detail: String,
    },
    /// A cell or a row where a sheet has none.
    #[error(
        "The workbook has a cell at \u{201c}{place}\u{201d}, but the last place of a sheet is XFD1048576. Open it in your spreadsheet program, save it again as XLSX and upload that."
    )]
    NoSuchCell {
        /// Where it says that it stands; its beginning.
        place: String,
    },
    /// Too many parts in the archive.
    #[error(
        "The workbook has more than {limit} parts inside. Copy the rows into a new workbook and upload that."
    )]
    TooManyParts {
        /// The limit.
        limit: usize,
    },
    /// One part unpacks to too much.
    #[error(
        "A part of the workbook unpacks to more than {limit_mb} MB. Copy the rows into a new workbook, or save it as CSV, and upload that."
    )]
    PartTooLarge {
        /// The limit in MB.
        limit_mb: u64,
    },
    /// All parts together unpack to too much.
    #[error(
        "The workbook unpacks to more than {limit_mb} MB. Copy the rows into a new workbook, or save it as CSV, and upload that."
    )]
    UnpacksTooLarge {
        /// The limit in MB.
        limit_mb: u64,
    },
    /// Too many rows.
    #[error("The file has more than {limit} rows. Split it into files of at most {limit} rows.")]
    TooManyRows {
        /// The limit.
        limit: u32,
    },
    /// Too many columns.
    #[error(
        "Row {row} has more than {limit} columns. Remove the columns that aren't needed and upload it again."
    )]
    TooManyColumns {
        /// The spreadsheet's row number.
        row: u32,
        /// The limit.
        limit: usize,
    },
    /// A heading that is a text of its own. What is left out of a file is kept by its heading.
    #[error(
        "The heading of column {column} has {count} characters; a heading has {limit} at most. Shorten it and upload the file again."
    )]
    HeadingTooLong {
        /// The column's letters.
        column: String,
        /// How many it has.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// A cell with too much text.
    #[error(
        "The cell in row {row}, column {column}, holds more than {limit_kib} KiB of text. Shorten it and upload the file again."
    )]
    CellTooLarge {
        /// The spreadsheet's row number.
        row: u32,
        /// The column's letters.
        column: String,
        /// The limit in KiB.
        limit_kib: usize,
    },
    /// A row with too much text, which is most often a quote that is never closed.
    #[error(
        "Row {row} is longer than {limit_kib} KiB. If a quotation mark (\") opens there and is never closed, close or remove it and upload the file again."
    )]
    RowTooLarge {
        /// The spreadsheet's row number.
        row: u32,
        /// The limit in KiB.
        limit_kib: usize,
    },
    /// More text than is taken in all.
    #[error("The file holds more than {limit_mib} MiB of text. Split it into smaller files.")]
    TextTooLarge {
        /// The limit in MiB.
        limit_mib: usize,
    },
    /// A quote open at the end of the file.
    #[error(
        "A quotation mark (\") opens in row {row} and is never closed. Close or remove it and upload the file again."
    )]
    OpenQuote {
        /// The spreadsheet's row number.
        row: u32,
    },
    /// Text in a column without a heading, which ragged rows end in.
    #[error(
        "Row {row} has text in column {column}, which has no heading in row {header_row}. Give the column a heading or clear the cell; {hint}; if row {header_row} is a title, remove the rows above the headings."
    )]
    NoHeading {
        /// The spreadsheet's row number.
        row: u32,
        /// The column's letters.
        column: String,
        /// The first row that is not empty.
        header_row: u32,
        /// What else may be the cause, and what to do then.
        hint: &'static str,
    },
    /// The first row that is not empty is a title and no header.
    #[error(
        "Row {title_row} holds only \u{201c}{title}\u{201d}, and the first row that is not empty must hold the headings. Remove the rows above row {row} and upload the file again."
    )]
    Title {
        /// Where it stands.
        title_row: u32,
        /// Its beginning.
        title: String,
        /// The first row with more than one cell.
        row: u32,
    },
    /// Headings that can't be matched; the text names them and what to do.
    #[error("{0}")]
    Columns(String),
    /// JSON that stops being JSON.
    #[error(
        "The JSON is broken after entry {after}: {expected} was expected. Send an array of objects, one for each payout."
    )]
    BrokenJson {
        /// The last entry that was whole; 0 before the first.
        after: u32,
        /// What should stand there.
        expected: &'static str,
    },
    /// An entry of a JSON list that is no payout.
    #[error("Entry {row} of the JSON can't be read: {what}. Correct it and send the list again.")]
    BrokenEntry {
        /// Counts from 1.
        row: u32,
        /// What is wrong.
        what: String,
    },
    /// Its reader met its limits on memory or time.
    #[error(
        "The file takes more than {memory_mib} MiB of memory or {seconds} seconds to read. Save it as XLSX or CSV in your spreadsheet program and upload that."
    )]
    TooCostly {
        /// The limit on memory in MiB.
        memory_mib: u64,
        /// The limit on time.
        seconds: u64,
    },
    /// Our own trouble, which passes: the file is looked at again later.
    #[error("The file can't be read at the moment. Upload it again later.")]
    NotNow {
        /// For the log, never shown.
        detail: String,
    },
    /// Our own trouble reading it, not the file's.
    #[error("The file could not be read. Upload it again.")]
    Unreadable {
        /// For the log, never shown.
        detail: String,
    },
}

/// A column's letters as spreadsheets show them; counts from 0.
#[must_use]
pub fn column_letters(index: usize) -> String {
    let mut letters = String::new();
    let mut rest = index;
    loop {
        let letter = u8::try_from(rest % 26).map_or('?', |n| char::from(b'A' + n));
        letters.insert(0, letter);
        match (rest / 26).checked_sub(1) {
            Some(next) => rest = next,
            None => return letters,
        }
    }
}
