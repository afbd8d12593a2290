//! Rows of XLS and ODS files, which are read whole and not streamed: in a child process of the same
//! binary, with limits on its memory and time.
//!
//! The child is `child`; it gets the file as its standard input and writes a line of JSON for each row.
//! The invariant: whatever such a file makes of its reader, this process waits no longer than
//! `Limits::child` says, holds one row of it, and leaves no child behind.

use super::child::{self, Cells, Line};
use super::{Cell, Format, Limits, Row, unreadable};
use crate::domain::fault::{FileFault, column_letters};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

/// The binary whose command `read-sheet` reads such files.
static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// What JSON adds to a row's text: quotes, escapes, marks.
const JSON_FACTOR: usize = 8;

/// The running binary, also after its file was replaced.
const RUNNING: &str = "/proc/self/exe";

/// Names the binary that reads such files; without it, the running one is taken. Only the first name
/// counts.
pub fn set_program(path: &Path) {
    let _known_already = PROGRAM.set(path.to_owned());
}

/// Remembers which binary is running, where the system does not keep it at hand: asked later, it would
/// name a file that an upgrade may have put another one in the place of, or none.
pub fn remember_program() {
    if std::fs::symlink_metadata(RUNNING).is_err()
        && let Ok(path) = std::env::current_exe()
    {
        set_program(&path);
    }
}

/// The rows of the first visible sheet that has any.
pub(super) struct Rows {
    child: Child,
    lines: BufReader<Output>,
    line: Vec<u8>,
    limits: Limits,
    sheet: Option<String>,
    /// The number of the last row.
    row: u32,
    done: bool,
}

/// What the child writes. Waiting for it has an end.
struct Output {
    pipe: ChildStdout,
    patience: Timespec,
}

impl Read for Output {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut watched = [PollFd::new(&self.pipe, PollFlags::IN)];
        match poll(&mut watched, Some(&self.patience)) {
            Ok(0) => Err(io::ErrorKind::TimedOut.into()),
            // An interrupted wait is begun again by the caller.
            Err(error) => Err(error.into()),
            Ok(_) => self.pipe.read(buffer),
        }
    }
}

impl Drop for Rows {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is waited for, so that it does not stay behind.
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
}

impl Rows {
    /// Starts the child.
    pub(super) fn open(file: File, format: Format, limits: Limits) -> Result<Self, FileFault> {
        let program = PROGRAM.get().map_or(Path::new(RUNNING), PathBuf::as_path);
        let mut child = Command::new(program)
            .arg("read-sheet")
            .arg(format.code().to_ascii_lowercase())
            .arg(format!("--memory-mib={}", limits.child.memory_mib))
            .arg(format!("--seconds={}", limits.child.seconds))
            // It needs no settings, least of all the secret ones.
            .env_clear()
            // Address space counts, and the allocator would take a gigabyte of it ahead.
            .env("MIMALLOC_ARENA_RESERVE", "32MiB")
            .stdin(Stdio::from(file))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| FileFault::NotNow {
                detail: format!("its reader could not be started: {error}"),
            })?;
        let pipe = child.stdout.take().ok_or_else(|| FileFault::Unreadable {
            detail: "the child has no output".into(),
        })?;
        let lines = Output {
            pipe,
            patience: Timespec {
                tv_sec: i64::from(limits.child.silence_seconds),
                tv_nsec: 0,
            },
        };
        Ok(Self {
            child,
            lines: BufReader::new(lines),
            line: Vec::new(),
            limits,
            sheet: None,
            row: 0,
            done: false,
        })
    }

    /// The sheet that the rows come from, once one was read.
    pub(super) fn sheet(&self) -> Option<&str> {
        self.sheet.as_deref()
    }

    /// The next row that is not empty.
    pub(super) fn next_row(&mut self, into: &mut Row) -> Result<bool, FileFault> {
        while !self.done {
            match self.read_line()? {
                Line::Sheet(name) => self.sheet = Some(name),
                Line::End => self.done = true,
                Line::Encrypted => return Err(FileFault::PasswordProtected),
                Line::Damaged(detail) => return Err(FileFault::Damaged { detail }),
                Line::Row(number, cells) => {
                    self.fill(into, number, cells)?;
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn read_line(&mut self) -> Result<Line, FileFault> {
        self.line.clear();
        let limit = self.limits.row_bytes_max * JSON_FACTOR;
        let bytes_max = u64::try_from(limit).unwrap_or(u64::MAX);
        let read = (&mut self.lines)
            .take(bytes_max)
            .read_until(b'\n', &mut self.line);
        let read = match read {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::TimedOut => return Err(self.too_costly()),
            Err(error) => return Err(unreadable(&error)),
        };
        if self.line.last() != Some(&b'\n') && read < limit {
            return Err(self.ended_early());
        }
        if read >= limit {
            return Err(self.too_long(self.row.saturating_add(1)));
        }
        serde_json::from_slice(&self.line).map_err(|error| FileFault::Unreadable {
            detail: error.to_string(),
        })
    }

    /// Why it ended before its last word.
    fn ended_early(&mut self) -> FileFault {
        match self.child.wait().map(|status| status.code()) {
            // A signal: the system ended it for its time, or it ended itself for want of memory.
            Ok(None) => self.too_costly(),
            Ok(Some(code)) => FileFault::Damaged {
                detail: format!("the reader ended with {code}"),
            },
            Err(error) => unreadable(&error),
        }
    }

    const fn too_costly(&self) -> FileFault {
        let child::Limits {
            memory_mib, seconds, ..
        } = self.limits.child;
        FileFault::TooCostly { memory_mib, seconds }
    }

    const fn too_long(&self, row: u32) -> FileFault {
        FileFault::RowTooLarge {
            row,
            limit_kib: self.limits.row_bytes_max >> 10,
        }
    }

    fn fill(&mut self, into: &mut Row, number: u32, cells: Cells) -> Result<(), FileFault> {
        into.clear();
        into.number = number;
        self.row = number;
        let mut bytes = 0_usize;
        for (column, (text, spoilt, is_number)) in cells {
            if column >= self.limits.columns_max {
                return Err(FileFault::TooManyColumns {
                    row: number,
                    limit: self.limits.columns_max,
                });
            }
            if text.len() > self.limits.field_bytes_max {
                return Err(FileFault::CellTooLarge {
                    row: number,
                    column: column_letters(column),
                    limit_kib: self.limits.field_bytes_max >> 10,
                });
            }
            bytes = bytes.saturating_add(text.len());
            if into.cells.len() <= column {
                into.cells.resize_with(column + 1, Cell::default);
            }
            if let Some(slot) = into.cells.get_mut(column) {
                *slot = Cell {
                    text,
                    spoilt,
                    is_number,
                };
            }
        }
        if bytes > self.limits.row_bytes_max {
            return Err(self.too_long(number));
        }
        Ok(())
    }
}
