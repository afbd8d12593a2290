//! Which rows and columns of an XLS sheet are hidden: read off its records, because the reader of cells
//! does not tell (MS-XLS 2.4.28 BoundSheet8, 2.4.221 Row, 2.4.53 ColInfo).
//!
//! Runs in the child. The invariant: a stream that can't be followed hides nothing; what is wrong with
//! it, the reader of cells says.

use super::hidden::Hidden;
use cfb::CompoundFile;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

const END: u16 = 0x0A;
const COLUMNS: u16 = 0x7D;
const SHEET: u16 = 0x85;
const ROW: u16 = 0x208;

/// What is hidden in the sheet at this place in the workbook, counted from 0.
pub(super) fn of(file: &File, sheet: usize) -> Hidden {
    let mut hidden = Hidden::default();
    // The stream may end anywhere; what was found up to there counts.
    let _ended = read(file, sheet, &mut hidden);
    hidden
}

fn read(mut file: &File, sheet: usize, hidden: &mut Hidden) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    let mut book = CompoundFile::open(file)?;
    let name = ["Workbook", "Book"].into_iter().find(|name| book.is_stream(name));
    let mut stream = BufReader::new(book.open_stream(name.unwrap_or("Workbook"))?);
    let mut places = Vec::new();
    each(&mut stream, |kind, record| {
        if kind == SHEET {
            places.push(
                record
                    .get(..4)
                    .and_then(|four| four.try_into().ok())
                    .map(u32::from_le_bytes),
            );
        }
    })?;
    let Some(Some(place)) = places.get(sheet) else {
        return Ok(());
    };
    stream.seek(SeekFrom::Start(u64::from(*place)))?;
    each(&mut stream, |kind, record| {
        let number = |at: usize| {
            let two = record.get(at..at + 2).and_then(|two| two.try_into().ok());
            two.map_or(0, u16::from_le_bytes)
        };
        // Both count from 0; what people see, from 1.
        if kind == ROW && number(12) & 0x20 != 0 {
            hidden.hide_row(u32::from(number(0)) + 1);
        } else if kind == COLUMNS && number(8) & 1 != 0 {
            hidden.hide_columns(u32::from(number(0)) + 1, u32::from(number(2)) + 1);
        }
    })
}

/// The records from here to the end of their part.
fn each(stream: &mut impl Read, mut met: impl FnMut(u16, &[u8])) -> io::Result<()> {
    let mut record = Vec::new();
    loop {
        let mut head = [0; 4];
        stream.read_exact(&mut head)?;
        let [a, b, c, d] = head;
        record.resize(usize::from(u16::from_le_bytes([c, d])), 0);
        stream.read_exact(&mut record)?;
        match u16::from_le_bytes([a, b]) {
            END => return Ok(()),
            kind => met(kind, &record),
        }
    }
}
