//! What a file is, told by its content alone.
//!
//! The invariant: only what is surely a workbook or may be text goes on; all else ends in a fault
//! that names it.

use super::{Format, Limits, MIB, archive, scan, unreadable};
use crate::domain::fault::FileFault;
use std::fs::File;
use std::io::{Seek as _, SeekFrom};

/// How much of the beginning is looked at.
const HEAD_BYTES: u64 = 8 * 1024;

/// OLE 2 compound file: old Office documents, and new ones under a password (MS-CFB 2.2).
const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// What goes on to be read.
pub(super) enum Kind {
    Workbook(Format),
    Json,
    /// Read by a child process.
    Foreign(Format),
    Text,
}

/// Decides. Leaves the file at its beginning.
pub(super) fn of(file: &File, limits: &Limits) -> Result<Kind, FileFault> {
    let size = file.metadata().map_err(|e| unreadable(&e))?.len();
    if size > limits.file_bytes_max {
        return Err(FileFault::TooLarge {
            limit_mib: limits.file_bytes_max / MIB,
        });
    }
    let head = scan::head(rewound(file)?, HEAD_BYTES).map_err(|e| unreadable(&e))?;
    let kind = if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        archive::check(rewound(file)?, limits).map(|format| match format {
            Format::Ods => Kind::Foreign(format),
            Format::Csv | Format::Tsv | Format::Xlsx | Format::Xlsm | Format::Xls | Format::Json => {
                Kind::Workbook(format)
            }
        })
    } else if head.starts_with(OLE) {
        ole(file)
    } else if is_json(&head) {
        Ok(Kind::Json)
    } else if let Some(fault) = known(&head) {
        Err(fault)
    } else {
        Ok(Kind::Text)
    };
    rewound(file)?;
    kind
}

/// The same file from its beginning; a `&File` shares its place with the file.
pub(super) fn rewound(mut file: &File) -> Result<&File, FileFault> {
    file.seek(SeekFrom::Start(0)).map_err(|e| unreadable(&e))?;
    Ok(file)
}

fn ole(file: &File) -> Result<Kind, FileFault> {
    let has = |name: &str| -> Result<bool, FileFault> {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        scan::contains(rewound(file)?, &name).map_err(|e| unreadable(&e))
    };
    if has("EncryptedPackage")? {
        return Err(FileFault::PasswordProtected);
    }
    if has("Workbook")? || has("Book")? {
        return Ok(Kind::Foreign(Format::Xls));
    }
    Err(FileFault::NotASpreadsheet {
        what: "an old Office document",
    })
}

const OLD_EXCEL: FileFault = FileFault::OtherSpreadsheet {
    what: "an old Excel workbook (.xls)",
};

/// Beginnings of what people upload by mistake.
fn known(head: &[u8]) -> Option<FileFault> {
    let other = |what| Some(FileFault::NotASpreadsheet { what });
    let starts = |marks: &[&[u8]]| marks.iter().any(|mark| head.starts_with(mark));
    if starts(&[b"%PDF"]) {
        other("a PDF")
    } else if starts(&[
        b"\x89PNG",
        b"\xFF\xD8\xFF",
        b"GIF8",
        b"II*\0",
        b"MM\0*",
        b"BM\x36",
    ]) || head.get(8..12) == Some(b"WEBP")
    {
        other("an image")
    } else if starts(&[b"\x1F\x8B", b"7z\xBC\xAF", b"Rar!", b"BZh", b"\xFD7zXZ"]) {
        other("a compressed file")
    } else if starts(&[b"{\\rtf"]) {
        other("a text document")
    } else if starts(&[b"\x7FELF", b"MZ\x90"]) {
        other("a program")
    } else if starts(&[
        &[0x09, 0x08, 0x10, 0x00],
        &[0x09, 0x08, 0x08, 0x00],
        &[0x09, 0x04, 0x06, 0x00],
        &[0x09, 0x02, 0x06, 0x00],
        &[0x09, 0x00, 0x04, 0x00],
    ]) {
        Some(OLD_EXCEL)
    } else {
        markup(head)
    }
}

fn markup(head: &[u8]) -> Option<FileFault> {
    let text: String = head
        .iter()
        .filter(|b| b.is_ascii())
        .map(|b| char::from(*b).to_ascii_lowercase())
        .filter(|c| *c != '\0')
        .take(1024)
        .collect();
    let text = text.trim_start();
    let starts = |marks: &[&str]| marks.iter().any(|mark| text.starts_with(mark));
    if starts(&[
        "<!doctype html",
        "<html",
        "<table",
        "<head",
        "<body",
        "<meta",
        "<style",
    ]) {
        return Some(FileFault::OtherSpreadsheet {
            what: "a web page (HTML), which some programs call .xls",
        });
    }
    if starts(&["<?xml", "<!doctype", "<workbook"]) {
        return Some(FileFault::OtherSpreadsheet {
            what: "an XML document",
        });
    }
    None
}

/// Whether it begins as a list of objects does, or an object: no heading of a table does.
fn is_json(head: &[u8]) -> bool {
    let text = head
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(head)
        .trim_ascii_start();
    match text.split_first() {
        Some((b'[', rest)) => matches!(rest.trim_ascii_start().first(), Some(b'{' | b']')),
        Some((b'{', rest)) => matches!(rest.trim_ascii_start().first(), Some(b'"' | b'}')),
        _ => false,
    }
}
