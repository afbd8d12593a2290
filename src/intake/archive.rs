//! Guards a workbook's archive before anything in it is unpacked, and tells which workbook it is.
//!
//! Reading the sheets is `workbook`'s. The invariant: after [`check`], unpacking costs no more than
//! the limits. The sizes that entries declare can be trusted, because the zip reader refuses an
//! entry that unpacks to more than it declared.

use super::{Format, Limits, MB, scan};
use crate::domain::fault::FileFault;
use std::fs::File;
use std::io::{BufReader, Read, Seek as _, SeekFrom};
use zip::ZipArchive;

/// The signature that each entry of the central directory begins with (APPNOTE 4.3.12).
const DIRECTORY_ENTRY: &[u8] = b"PK\x01\x02";

/// The fewest bytes a shared string takes: `<si/>`.
const SHARED_STRING_BYTES_MIN: u64 = 5;

/// How far behind `uniqueCount` its number must stand.
const COUNT_BYTES: usize = 64;

/// Checks counts and sizes and returns which kind of workbook it is.
pub(super) fn check(file: &File, limits: &Limits) -> Result<Format, FileFault> {
    check_entries(file, limits)?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|e| damaged(&e))?;
    let mut names = Vec::with_capacity(archive.len());
    let mut sum = 0_u64;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|e| damaged(&e))?;
        let (name, size) = (
            String::from_utf8_lossy(entry.name_raw())
                .replace('\\', "/")
                .to_lowercase(),
            entry.size(),
        );
        let packed = entry.compressed_size();
        if entry.encrypted() {
            return Err(FileFault::PasswordProtected);
        }
        if size > limits.part_bytes_max {
            check_sheet(&name, (size, packed), limits)?;
        } else {
            sum = sum.saturating_add(size);
        }
        if sum > limits.unpacked_bytes_max {
            return Err(FileFault::UnpacksTooLarge {
                limit_mb: limits.unpacked_bytes_max / MB,
            });
        }
        names.push(name);
    }
    let format = format(&names)?;
    for (index, name) in names.iter().enumerate() {
        if name.ends_with("sharedstrings.xml") {
            check_shared_strings(&mut archive, index)?;
        }
    }
    Ok(format)
}

/// Sheets are streamed, so they may be larger than what is held, as long as they are not mostly air.
fn check_sheet(name: &str, (size, packed): (u64, u64), limits: &Limits) -> Result<(), FileFault> {
    let is_sheet = name.contains("worksheets/") || name == "content.xml";
    let limit = if !is_sheet || size / packed.max(1) > limits.sheet_ratio_max {
        limits.part_bytes_max
    } else {
        limits.sheet_bytes_max
    };
    if size > limit {
        return Err(FileFault::PartTooLarge { limit_mb: limit / MB });
    }
    Ok(())
}

/// Counts entries before the archive's directory is read: it is kept in memory, and 256 MiB of it
/// would take gigabytes.
fn check_entries(mut file: &File, limits: &Limits) -> Result<(), FileFault> {
    let mut count = 0_usize;
    scan::each(file, DIRECTORY_ENTRY, 0, |_| {
        count += 1;
        count <= limits.parts_max
    })
    .and_then(|()| file.seek(SeekFrom::Start(0)))
    .map_err(|e| super::unreadable(&e))?;
    if count > limits.parts_max {
        Err(FileFault::TooManyParts {
            limit: limits.parts_max,
        })
    } else {
        Ok(())
    }
}

/// The reader of workbooks sets memory aside for as many shared strings as the part says it has, so
/// a number that its own size can't hold must not reach it.
fn check_shared_strings(archive: &mut ZipArchive<BufReader<&File>>, index: usize) -> Result<(), FileFault> {
    let entry = archive.by_index(index).map_err(|e| damaged(&e))?;
    let possible = entry.size() / SHARED_STRING_BYTES_MIN;
    let mut honest = true;
    scan::each(entry.take(u64::MAX), b"uniqueCount", COUNT_BYTES, |after| {
        let number: String = after
            .iter()
            .map(|b| char::from(*b))
            .skip_while(|c| c.is_whitespace() || matches!(c, '=' | '"' | '\''))
            .take_while(char::is_ascii_digit)
            .collect();
        honest = number.is_empty() || number.parse::<u64>().is_ok_and(|count| count <= possible);
        honest
    })
    .map_err(|e| FileFault::Damaged {
        detail: e.to_string(),
    })?;
    if honest {
        Ok(())
    } else {
        Err(FileFault::Damaged {
            detail: "the shared strings' count can't be true".into(),
        })
    }
}

fn format(names: &[String]) -> Result<Format, FileFault> {
    let has = |test: &dyn Fn(&str) -> bool| names.iter().any(|name| test(name));
    if has(&|name| name == "xl/workbook.bin") {
        return Err(FileFault::OtherSpreadsheet {
            what: "a binary Excel workbook (.xlsb)",
        });
    }
    if has(&|name| name == "content.xml")
        && has(&|name| name == "mimetype" || name == "meta-inf/manifest.xml")
    {
        return Ok(Format::Ods);
    }
    if has(&|name| name == "encrypted-package") {
        return Err(FileFault::PasswordProtected);
    }
    if has(&|name| name.starts_with("word/")) {
        return Err(FileFault::NotASpreadsheet {
            what: "a text document",
        });
    }
    if has(&|name| name.starts_with("ppt/")) {
        return Err(FileFault::NotASpreadsheet {
            what: "a presentation",
        });
    }
    if has(&|name| name.ends_with(".numbers") || name.starts_with("index/") && name.ends_with(".iwa")) {
        return Err(FileFault::OtherSpreadsheet {
            what: "a Numbers document",
        });
    }
    if !has(&|name| name == "[content_types].xml")
        || !has(&|name| name.contains("worksheets/") || name.ends_with("workbook.xml"))
    {
        return Err(FileFault::NotASpreadsheet {
            what: "a zip archive",
        });
    }
    Ok(if has(&|name| name.ends_with("vbaproject.bin")) {
        Format::Xlsm
    } else {
        Format::Xlsx
    })
}

fn damaged(error: &zip::result::ZipError) -> FileFault {
    FileFault::Damaged {
        detail: error.to_string(),
    }
}
