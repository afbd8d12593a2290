//! Rows of an XLSX or XLSM workbook, streamed from a thread of its own.
//!
//! The reader of a sheet borrows from its workbook, so both live on one thread, which sends rows in
//! blocks through a bounded channel; when nobody listens any more, it ends. `archive` has bounded
//! the file before. The invariant: what waits in the channel is bounded in rows and in bytes,
//! however a small file repeats itself.

use super::hidden::{self, Hidden};
use super::{Cell, Limits, Row, cell};
use crate::domain::fault::{FileFault, column_letters};
use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};
use std::fs::File;
use std::io::BufReader;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

const BLOCK_ROWS: usize = 256;
const BLOCK_BYTES: usize = 1 << 20;
/// Blocks that may wait.
const BLOCKS: usize = 2;

type Block = Result<Vec<Row>, FileFault>;

/// The rows of the first visible sheet that has any.
pub(super) struct Rows {
    blocks: Receiver<Message>,
    block: std::vec::IntoIter<Row>,
    sheet: Option<String>,
    filled: u32,
    done: bool,
}

enum Message {
    /// Rows of this sheet follow; so many hold something.
    Sheet(String, u32),
    Block(Block),
    End,
}

impl Rows {
    /// Starts the thread.
    pub(super) fn open(file: File, limits: Limits) -> Result<Self, FileFault> {
        let (send, blocks) = sync_channel(BLOCKS);
        std::thread::Builder::new()
            .name("workbook".into())
            .spawn(move || run(file, limits, &send))
            .map_err(|e| super::unreadable(&e))?;
        Ok(Self {
            blocks,
            block: Vec::new().into_iter(),
            sheet: None,
            filled: 0,
            done: false,
        })
    }

    /// The sheet that the rows come from, once one was read.
    pub(super) fn sheet(&self) -> Option<&str> {
        self.sheet.as_deref()
    }

    /// How many rows of the sheet hold something, once one was read.
    pub(super) const fn filled(&self) -> u32 {
        self.filled
    }

    /// The next row that is not empty.
    pub(super) fn next_row(&mut self, into: &mut Row) -> Result<bool, FileFault> {
        loop {
            if let Some(row) = self.block.next() {
                *into = row;
                return Ok(true);
            }
            if self.done {
                return Ok(false);
            }
            match self.blocks.recv() {
                Ok(Message::Block(block)) => self.block = block?.into_iter(),
                Ok(Message::Sheet(name, filled)) => (self.sheet, self.filled) = (Some(name), filled),
                Ok(Message::End) => self.done = true,
                // The thread ended without a word: it panicked over this workbook.
                Err(_) => {
                    return Err(FileFault::Damaged {
                        detail: super::STOPPED.into(),
                    });
                }
            }
        }
    }
}

/// Why reading stopped early.
enum Stop {
    Fault(FileFault),
    /// The one who asked for rows has gone.
    Unheard,
}

impl From<XlsxError> for Stop {
    fn from(error: XlsxError) -> Self {
        let encrypted = matches!(error, XlsxError::Password);
        Self::Fault(if encrypted {
            FileFault::PasswordProtected
        } else {
            FileFault::Damaged {
                detail: error.to_string(),
            }
        })
    }
}

fn run(file: File, limits: Limits, send: &SyncSender<Message>) {
    let last = match read(file, limits, send) {
        Ok(()) => Message::End,
        Err(Stop::Fault(fault)) => Message::Block(Err(fault)),
        Err(Stop::Unheard) => return,
    };
    // Nobody listening is no trouble here.
    let _ = send.send(last);
}

fn read(file: File, limits: Limits, send: &SyncSender<Message>) -> Result<(), Stop> {
    let again = file.try_clone().map_err(|e| Stop::Fault(super::unreadable(&e)))?;
    let mut workbook: Xlsx<_> = Xlsx::new(BufReader::new(file))?;
    let visible =
        |sheet: &calamine::Sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet;
    let sheets = workbook.sheets_metadata().iter().enumerate();
    let names: Vec<(usize, String)> = sheets
        .filter(|(_, sheet)| visible(sheet))
        .map(|(place, sheet)| (place, sheet.name.clone()))
        .collect();
    for (place, name) in names {
        // The reader finds its place anew for every part, so that both may read the same file.
        let hidden = hidden::of(&again, place).map_err(Stop::Fault)?;
        let mut out = Out {
            send,
            limits,
            block: Vec::new(),
            bytes: 0,
            row: Row::default(),
            any: false,
        };
        let begun = Message::Sheet(name.clone(), hidden.filled());
        send.send(begun).map_err(|_| Stop::Unheard)?;
        read_sheet(&mut workbook, &name, &hidden, &mut out)?;
        if out.any {
            return Ok(());
        }
    }
    Ok(())
}

fn read_sheet(
    workbook: &mut Xlsx<BufReader<File>>,
    name: &str,
    hidden: &Hidden,
    out: &mut Out<'_>,
) -> Result<(), Stop> {
    let mut cells = workbook.worksheet_cells_reader(name)?;
    let zeros: Vec<usize> = cells
        .styles()
        .iter()
        .map(|style| {
            style
                .number_format
                .as_ref()
                .map_or(0, |format| cell::zeros(&format.format_code))
        })
        .collect();
    while let Some((found, style)) = cells.next_cell_with_style_id()? {
        let (row, column) = found.get_position();
        // A style without a value is a cell too, often in thousands of columns.
        if !matches!(found.get_value(), DataRef::Empty) && !hidden.has(row, column) {
            out.cell(
                (row, column),
                found.get_value(),
                zeros.get(style).copied().unwrap_or(0),
            )?;
        }
    }
    out.end_row()?;
    out.flush()
}

/// Puts cells together into rows and rows into blocks.
struct Out<'a> {
    send: &'a SyncSender<Message>,
    limits: Limits,
    block: Vec<Row>,
    bytes: usize,
    row: Row,
    any: bool,
}

impl Out<'_> {
    fn cell(&mut self, (row, column): (u32, u32), value: &DataRef<'_>, zeros: usize) -> Result<(), Stop> {
        let number = row.saturating_add(1);
        if number != self.row.number {
            self.end_row()?;
            if number < self.row.number {
                return Err(Stop::Fault(FileFault::Damaged {
                    detail: format!("row {number} comes after row {}", self.row.number),
                }));
            }
            self.row.number = number;
        }
        let mut cell = Cell::default();
        cell::fill(&mut cell, value, zeros);
        if cell.text.is_empty() {
            return Ok(());
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        self.check(&cell, column).map_err(Stop::Fault)?;
        if self.row.cells.len() <= column {
            self.row.cells.resize_with(column + 1, Cell::default);
        }
        if let Some(slot) = self.row.cells.get_mut(column) {
            *slot = cell;
        }
        Ok(())
    }

    fn check(&self, cell: &Cell, column: usize) -> Result<(), FileFault> {
        let row = self.row.number;
        if column >= self.limits.columns_max {
            return Err(FileFault::TooManyColumns {
                row,
                limit: self.limits.columns_max,
            });
        }
        if cell.text.len() > self.limits.field_bytes_max {
            return Err(FileFault::CellTooLarge {
                row,
                column: column_letters(column),
                limit_kib: self.limits.field_bytes_max >> 10,
            });
        }
        Ok(())
    }

    /// Hands on the row that is being put together, if it has text. Its number stays known.
    fn end_row(&mut self) -> Result<(), Stop> {
        let number = self.row.number;
        let row = std::mem::replace(
            &mut self.row,
            Row {
                number,
                cells: Vec::new(),
            },
        );
        if row.cells.is_empty() {
            return Ok(());
        }
        self.row.cells.reserve(row.cells.len());
        let bytes = row.text_bytes();
        if bytes > self.limits.row_bytes_max {
            return Err(Stop::Fault(FileFault::RowTooLarge {
                row: number,
                limit_kib: self.limits.row_bytes_max >> 10,
            }));
        }
        self.any = true;
        self.bytes += bytes;
        self.block.push(row);
        if self.block.len() >= BLOCK_ROWS || self.bytes >= BLOCK_BYTES {
            self.flush()
        } else {
            Ok(())
        }
    }

    fn flush(&mut self) -> Result<(), Stop> {
        self.bytes = 0;
        let block = std::mem::take(&mut self.block);
        if block.is_empty() {
            return Ok(());
        }
        self.send
            .send(Message::Block(Ok(block)))
            .map_err(|_| Stop::Unheard)
    }
}
