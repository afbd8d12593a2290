//! The child's side of `foreign`: reads an XLS or ODS file from its standard input and writes its rows.
//!
//! The invariant: it limits itself before it reads a byte, and ends when nobody listens any more. What
//! breaks a limit ends it, and that tells enough.

use super::hidden::Hidden;
use super::{Cell, biff, cell, document};
use crate::domain::row::Spoilt;
use calamine::{Data, DataRef, Range, Reader, Sheet, SheetType, SheetVisible, Xls, XlsError};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek as _, SeekFrom, Write};
use std::ops::RangeInclusive;
use std::os::fd::AsFd as _;

/// What the child may cost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Address space.
    pub memory_mib: u64,
    /// Processor time.
    pub seconds: u64,
    /// How long it may say nothing while it is asked for a row.
    pub silence_seconds: u32,
}

/// Cells that hold something: column, then text, how it is spoilt, and whether it is a number.
pub(super) type Cells = Vec<(usize, (String, Option<Spoilt>, bool))>;

/// A line of the child's output.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Line {
    /// Rows of this sheet follow.
    Sheet(String),
    /// A row that is not empty.
    Row(u32, Cells),
    /// It is protected by a password.
    Encrypted,
    /// It can't be read, and what its reader said.
    Damaged(String),
    /// That was all.
    End,
}

/// Which reader.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Excel 97 to 2003.
    Xls,
    /// OpenDocument.
    Ods,
}

/// Reads the file at standard input and writes its rows to standard output.
///
/// # Errors
/// Where the limits can't be set, or nobody reads.
pub fn run(kind: Kind, memory_mib: u64, seconds: u64) -> io::Result<()> {
    limit(Resource::As, memory_mib.saturating_mul(1 << 20))?;
    limit(Resource::Cpu, seconds)?;
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, 0)?;
    end_with_listener()?;
    let mut file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    file.seek(SeekFrom::Start(0))?;
    let mut out = Out(BufWriter::new(io::stdout().lock()));
    let read = match kind {
        Kind::Xls => match Xls::new(BufReader::new(file.try_clone()?)) {
            Ok(book) => rows(book, &file, &mut out),
            Err(XlsError::Password) => Err(Stop::Refused(Line::Encrypted)),
            Err(error) => Err(damaged(&error)),
        },
        Kind::Ods => document::rows(file, &mut out),
    };
    match read {
        Ok(()) => out.line(&Line::End)?,
        Err(Stop::Refused(line)) => out.line(&line)?,
        Err(Stop::Io(error)) => return Err(error),
    }
    out.0.flush()
}

/// A pipe whose other end is closed is in error, and a thread that waits for that ends the process
/// even while the reader is busy, so that nothing is left behind by a parent that was killed.
fn end_with_listener() -> io::Result<()> {
    std::thread::Builder::new().name("listener".into()).spawn(|| {
        let out = io::stdout();
        let mut watched = [PollFd::new(&out, PollFlags::empty())];
        while matches!(poll(&mut watched, None), Ok(0) | Err(rustix::io::Errno::INTR)) {}
        std::process::exit(1);
    })?;
    Ok(())
}

fn limit(resource: Resource, most: u64) -> io::Result<()> {
    let both = Rlimit {
        current: Some(most),
        maximum: Some(most),
    };
    Ok(setrlimit(resource, both)?)
}

/// Why reading stopped.
pub(super) enum Stop {
    Refused(Line),
    Io(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

pub(super) fn damaged(error: &dyn std::error::Error) -> Stop {
    Stop::Refused(Line::Damaged(error.to_string()))
}

/// Where lines go.
pub(super) struct Out<W: Write>(W);

impl<W: Write> Out<W> {
    /// The same cells as each of these rows.
    pub(super) fn repeat(&mut self, rows: RangeInclusive<u32>, cells: Cells) -> io::Result<()> {
        let mut line = Line::Row(0, cells);
        for number in rows {
            if let Line::Row(row, _) = &mut line {
                *row = number;
            }
            self.line(&line)?;
        }
        Ok(())
    }

    /// One line.
    pub(super) fn line(&mut self, line: &Line) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, line)?;
        self.0.write_all(b"\n")
    }
}

/// The first visible sheet that has rows.
fn rows<W: Write>(mut book: Xls<BufReader<File>>, file: &File, out: &mut Out<W>) -> Result<(), Stop> {
    let visible = |sheet: &Sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet;
    let names: Vec<(usize, String)> = book
        .sheets_metadata()
        .iter()
        .enumerate()
        .filter(|(_, sheet)| visible(sheet))
        .map(|(place, sheet)| (place, sheet.name.clone()))
        .collect();
    for (place, name) in names {
        let range = book.worksheet_range(&name).map_err(|error| damaged(&error))?;
        if write_sheet(&name, (&range, &biff::of(file, place)), out)? {
            return Ok(());
        }
    }
    Ok(())
}

fn write_sheet<W: Write>(
    name: &str,
    (range, hidden): (&Range<Data>, &Hidden),
    out: &mut Out<W>,
) -> Result<bool, Stop> {
    let Some((first_row, first_column)) = range.start() else {
        return Ok(false);
    };
    let first_column = usize::try_from(first_column).unwrap_or(usize::MAX);
    let mut any = false;
    for (number, row) in (first_row.saturating_add(1)..).zip(range.rows()) {
        let mut cells = cells(row, first_column);
        cells.retain(|(column, _)| {
            !hidden.has(
                number.saturating_sub(1),
                u32::try_from(*column).unwrap_or(u32::MAX),
            )
        });
        if cells.is_empty() {
            continue;
        }
        if !any {
            out.line(&Line::Sheet(name.to_owned()))?;
            any = true;
        }
        out.line(&Line::Row(number, cells))?;
    }
    Ok(any)
}

fn cells(row: &[Data], first_column: usize) -> Cells {
    let mut cells = Vec::new();
    for (column, value) in (first_column..).zip(row) {
        let mut cell = Cell::default();
        cell::fill(&mut cell, &borrowed(value), 0);
        if !cell.text.is_empty() {
            cells.push((column, (cell.text, cell.spoilt, cell.is_number)));
        }
    }
    cells
}

fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(value) => DataRef::Bool(*value),
        Data::DateTime(at) => DataRef::DateTime(*at),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}
