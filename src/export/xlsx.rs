//! XLSX with typed cells, a frozen header, filters and column widths; a second sheet where the
//! first is full.
//!
//! Memory is constant: each finished row goes to a nameless file in the folder given to
//! [`Book::create`] (about 60 bytes a cell and its text, uncompressed; the system removes it when
//! the process ends), and [`RowSink::finish`] packs these files into the output as a stream. So the
//! first byte of a workbook leaves after its last row. How values become cells is in `cell`. The
//! invariant: every text cell passed the formula guard, and a number that a spreadsheet can't hold
//! exactly is text.

mod cell;

use super::{ExportError, RowSink, Value, check_columns, safe_text};
use cell::Cells;
use rust_xlsxwriter::{Format, Workbook};
use std::io::Write;
use std::path::Path;

/// The rows of a sheet below its header.
pub const DATA_ROWS_MAX: u32 = 1_048_575;
/// Rows whose texts decide how wide columns are.
const MEASURED_ROWS: u32 = 200;
const WIDTH_CHARS_MIN: usize = 8;
const WIDTH_CHARS_MAX: usize = 48;
/// What a cell takes in a sheet's XML besides its text, and what a character takes at most there.
const CELL_BYTES: u64 = 64;
const TEXT_BYTES_FACTOR: u64 = 6;
/// A file in a zip that is longer needs ZIP64, which some readers refuse.
const ZIP32_BYTES_MAX: u64 = 0xFFFF_FFFF;

/// A workbook being written.
pub struct Book<W> {
    output: W,
    workbook: Workbook,
    cells: Cells,
    name: String,
    headings: Vec<String>,
    widths: Vec<usize>,
    /// How many sheets were begun.
    sheets: usize,
    /// Rows of the current sheet, the header not counted.
    data_rows: u32,
    data_rows_max: u32,
    /// At least as many bytes as the current sheet's XML will have.
    sheet_bytes: u64,
    is_zip64: bool,
}

impl<W> std::fmt::Debug for Book<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Book")
            .field("name", &self.name)
            .field("sheets", &self.sheets)
            .field("data_rows", &self.data_rows)
            .finish_non_exhaustive()
    }
}

impl<W: Write + Send> Book<W> {
    /// Begins a workbook whose sheets have this name and keep their rows in `temp_dir` until the
    /// end.
    ///
    /// # Errors
    /// No file can be made in `temp_dir`.
    pub fn create(output: W, name: &str, temp_dir: &Path) -> Result<Self, ExportError> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(temp_dir)?;
        Ok(Self {
            output,
            workbook,
            cells: Cells::default(),
            name: name.to_owned(),
            headings: Vec::new(),
            widths: Vec::new(),
            sheets: 0,
            data_rows: 0,
            data_rows_max: DATA_ROWS_MAX,
            sheet_bytes: 0,
            is_zip64: false,
        })
    }

    /// With shorter sheets than the format allows.
    #[must_use]
    pub fn with_data_rows_max(self, data_rows_max: u32) -> Self {
        Self {
            data_rows_max: data_rows_max.clamp(1, DATA_ROWS_MAX),
            ..self
        }
    }

    fn begin_sheet(&mut self) -> Result<(), ExportError> {
        self.sheets += 1;
        self.data_rows = 0;
        self.sheet_bytes = 0;
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        if self.sheets == 1 {
            sheet.set_name(&self.name)?;
        } else {
            sheet.set_name(format!("{} {}", self.name, self.sheets))?;
        }
        sheet.set_freeze_panes(1, 0)?;
        let bold = Format::new().set_bold();
        for (column, heading) in (0..).zip(&self.headings) {
            sheet.write_string_with_format(0, column, safe_text(heading), &bold)?;
        }
        Ok(())
    }

    /// What is known of a sheet only when its rows are.
    fn end_sheet(&mut self) -> Result<(), ExportError> {
        let Some(index) = self.sheets.checked_sub(1) else {
            return Ok(());
        };
        let sheet = self.workbook.worksheet_from_index(index)?;
        for (column, width) in (0..).zip(&self.widths) {
            let width = (*width).clamp(WIDTH_CHARS_MIN, WIDTH_CHARS_MAX);
            sheet.set_column_width(column, u32::try_from(width).unwrap_or_default())?;
        }
        if let Some(last) = self.headings.len().checked_sub(1) {
            let last = u16::try_from(last).unwrap_or(u16::MAX);
            sheet.autofilter(0, 0, self.data_rows, last)?;
        }
        self.is_zip64 |= self.sheet_bytes > ZIP32_BYTES_MAX;
        Ok(())
    }

    /// Keeps count of the sheet's length, and of the widths its first rows need.
    fn measure(&mut self, values: &[Value<'_>]) {
        let is_measured = self.sheets == 1 && self.data_rows < MEASURED_ROWS;
        for (value, width) in values.iter().zip(&mut self.widths) {
            let text_bytes = match value {
                Value::Text(text) => u64::try_from(text.len()).unwrap_or(u64::MAX),
                Value::Empty | Value::Integer(_) | Value::Amount(_) | Value::Moment(_) | Value::Date(_) => 0,
            };
            let bytes = CELL_BYTES.saturating_add(text_bytes.saturating_mul(TEXT_BYTES_FACTOR));
            self.sheet_bytes = self.sheet_bytes.saturating_add(bytes);
            if is_measured {
                *width = (*width).max(cell::width(value));
            }
        }
    }
}

impl<W: Write + Send> RowSink for Book<W> {
    fn header(&mut self, headings: &[&str]) -> Result<(), ExportError> {
        self.headings = headings.iter().map(|&heading| heading.to_owned()).collect();
        // Two characters more: the filter's button stands in the cell.
        self.widths = headings.iter().map(|text| text.chars().count() + 2).collect();
        self.begin_sheet()
    }

    fn row(&mut self, values: &[Value<'_>]) -> Result<(), ExportError> {
        check_columns(self.headings.len(), values.len())?;
        if self.data_rows >= self.data_rows_max {
            self.end_sheet()?;
            self.begin_sheet()?;
        }
        self.measure(values);
        self.data_rows += 1;
        let sheet = self
            .workbook
            .worksheet_from_index(self.sheets.saturating_sub(1))?;
        for (column, value) in (0..).zip(values) {
            self.cells.write(sheet, (self.data_rows, column), value)?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(), ExportError> {
        self.end_sheet()?;
        self.workbook.use_zip_large_file(self.is_zip64);
        self.workbook.save_to_writer(&mut self.output)?;
        Ok(self.output.flush()?)
    }
}
