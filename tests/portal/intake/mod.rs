//! Files as people send them and files that mean harm, made byte by byte.

mod delimited;
mod foreign;
mod fuzz;
mod hostile;
mod json;
mod workbooks;

use countersign::domain::fault::FileFault;
use countersign::intake::{Limits, Reader, Row, open, set_program};
use std::fs::File;
use std::io::{Seek as _, Write as _};

/// A reader goes with its job from thread to thread.
const _: fn() = || {
    fn is_send<T: Send>() {}
    is_send::<Reader>();
};

/// What came out of a file: the header, then each row with its number.
#[derive(Debug, PartialEq)]
pub(crate) struct Read {
    pub(crate) format: &'static str,
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<(u32, Vec<String>)>,
}

pub(crate) fn file(bytes: &[u8]) -> File {
    set_program(env!("CARGO_BIN_EXE_countersign").as_ref());
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    file
}

pub(crate) fn reader(bytes: &[u8]) -> Result<Reader, FileFault> {
    open(file(bytes), Limits::default())
}

pub(crate) fn all(mut reader: Reader) -> Result<Vec<Row>, FileFault> {
    let (mut rows, mut row) = (Vec::new(), Row::default());
    while reader.next_row(&mut row)? {
        rows.push(row.clone());
    }
    Ok(rows)
}

pub(crate) fn read_within(bytes: &[u8], limits: Limits) -> Result<Read, FileFault> {
    let reader = open(file(bytes), limits)?;
    let (format, header) = (reader.format().code(), reader.header().to_vec());
    let rows = all(reader)?
        .into_iter()
        .map(|row| (row.number, row.cells.into_iter().map(|cell| cell.text).collect()))
        .collect();
    Ok(Read { format, header, rows })
}

pub(crate) fn read(bytes: &[u8]) -> Result<Read, FileFault> {
    read_within(bytes, Limits::default())
}

/// The sentence people are told about a file that is refused.
pub(crate) fn refused(bytes: &[u8]) -> String {
    read(bytes).unwrap_err().to_string()
}
