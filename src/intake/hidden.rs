//! Which rows and columns of an XLSX sheet are hidden: read off the sheet's tags, because the reader
//! of cells does not tell. On the way the places of rows and cells are looked at, because that reader
//! counts with whatever they say.
//!
//! The invariant: one pass over the sheet in a buffer, holding only the numbers of hidden rows and the
//! ranges of hidden columns; behind it no cell stands where a sheet has no place.

use super::scan;
use crate::domain::fault::FileFault;
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufReader, Read};
use zip::ZipArchive;

/// How much of a tag is looked at: its attributes stand in no order.
const TAG_BYTES: usize = 400;
/// The longest `workbook.xml` and its relations that are looked at.
const PART_BYTES_MAX: u64 = 4 << 20;
/// The last row and column of a sheet: XFD1048576 (ECMA-376, part 1, 18.3.1.4).
const LAST: (u32, u32) = (1_048_576, 16_384);
/// How much of a place that is none is told.
const PLACE_CHARS_MAX: usize = 20;

/// Hidden rows and columns of a sheet.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    /// Row numbers that spreadsheets show.
    rows: HashSet<u32>,
    /// First and last column, counted from 1.
    columns: Vec<(u32, u32)>,
    /// How many rows hold a value and are not hidden.
    filled: u32,
    /// Whether the row that is looked at counts with its first value.
    counts: bool,
}

impl Hidden {
    /// Hides a row, counted from 1.
    pub(super) fn hide_row(&mut self, number: u32) {
        self.rows.insert(number);
    }

    /// Hides columns, counted from 1.
    pub(super) fn hide_columns(&mut self, first: u32, last: u32) {
        self.columns.push((first, last));
    }

    /// Whether the cell in this row and column, both counted from 0, is hidden.
    pub(super) fn has(&self, row: u32, column: u32) -> bool {
        let (row, column) = (row.saturating_add(1), column.saturating_add(1));
        self.rows.contains(&row)
            || self
                .columns
                .iter()
                .any(|(first, last)| (*first..=*last).contains(&column))
    }
}

/// What is hidden in the sheet at this place in the workbook, counted from 0. Where its part can't be
/// found, nothing is: the reader of cells says what is wrong with such a workbook.
pub(super) fn of(file: &File, sheet: usize) -> Result<Hidden, FileFault> {
    let damaged = |error: io::Error| FileFault::Damaged {
        detail: error.to_string(),
    };
    let Ok(mut archive) = ZipArchive::new(BufReader::new(file)) else {
        return Ok(Hidden::default());
    };
    let Some(path) = path(&mut archive, sheet).map_err(damaged)? else {
        return Ok(Hidden::default());
    };
    let Ok(part) = archive.by_name(&path) else {
        return Ok(Hidden::default());
    };
    let (mut hidden, mut nowhere) = (Hidden::default(), None);
    scan::each(part.take(u64::MAX), b"<", TAG_BYTES, |after| {
        nowhere = hidden.look_at(tag(after)).err();
        nowhere.is_none()
    })
    .map_err(damaged)?;
    nowhere.map_or(Ok(hidden), Err)
}

impl Hidden {
    /// How many rows hold a value and are not hidden.
    pub(super) const fn filled(&self) -> u32 {
        self.filled
    }

    /// One tag of the sheet: what it hides, and whether its place is one.
    fn look_at(&mut self, tag: &[u8]) -> Result<(), FileFault> {
        let (name, attributes) = parted(tag);
        match name {
            b"c" => attribute(attributes, b"r").map_or(Ok(()), |place| check(place, is_cell)),
            b"dimension" => attribute(attributes, b"ref").map_or(Ok(()), |place| check(place, is_range)),
            b"row" => {
                let number = attribute(attributes, b"r");
                self.counts = !is_hidden(attributes);
                if !self.counts {
                    self.rows.extend(number.and_then(whole));
                }
                number.map_or(Ok(()), |place| check(place, is_row))
            }
            b"v" | b"is" => {
                self.filled = self.filled.saturating_add(u32::from(self.counts));
                self.counts = false;
                Ok(())
            }
            b"col" if is_hidden(attributes) => {
                let number = |name| attribute(attributes, name).and_then(whole);
                if let (Some(first), Some(last)) = (number(b"min"), number(b"max")) {
                    self.columns.push((first, last));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn is_hidden(attributes: &[u8]) -> bool {
    attribute(attributes, b"hidden").is_some_and(|value| matches!(value, b"1" | b"true"))
}

fn check(place: &[u8], is_one: fn(&[u8]) -> bool) -> Result<(), FileFault> {
    if is_one(place) {
        return Ok(());
    }
    let told = String::from_utf8_lossy(place);
    let told = told.chars().filter(|c| !c.is_control()).take(PLACE_CHARS_MAX);
    Err(FileFault::NoSuchCell {
        place: told.collect(),
    })
}

fn is_row(place: &[u8]) -> bool {
    place.len() <= 7 && whole(place).is_some_and(|row| (1..=LAST.0).contains(&row))
}

fn is_cell(place: &[u8]) -> bool {
    position(place).is_some()
}

fn is_range(place: &[u8]) -> bool {
    let mut ends = place.split(|byte| *byte == b':').map(position);
    match (ends.next().flatten(), ends.next(), ends.next()) {
        (Some(_), None, None) => true,
        (Some(first), Some(Some(last)), None) => first.0 <= last.0 && first.1 <= last.1,
        _ => false,
    }
}

/// Row and column of a cell's name, counted from 1.
fn position(place: &[u8]) -> Option<(u32, u32)> {
    let letters = place.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (letters, digits) = place
        .split_at_checked(letters)
        .filter(|(letters, _)| (1..=3).contains(&letters.len()))?;
    let column = letters.iter().fold(0_u32, |column, letter| {
        column * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1
    });
    let row = whole(digits).filter(|_| is_row(digits))?;
    (column <= LAST.1).then_some((row, column))
}

fn whole(digits: &[u8]) -> Option<u32> {
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The part that the sheet at this place is in.
fn path(archive: &mut ZipArchive<BufReader<&File>>, sheet: usize) -> io::Result<Option<String>> {
    let Some(workbook) = text(archive, "xl/workbook.xml")? else {
        return Ok(None);
    };
    let id = tags(&workbook, "sheet ").nth(sheet).and_then(|tag| {
        let names = ["r:id", "id"];
        names.into_iter().find_map(|name| value(tag, name))
    });
    let relations = text(archive, "xl/_rels/workbook.xml.rels")?;
    let (Some(id), Some(relations)) = (id, relations) else {
        return Ok(None);
    };
    let target = tags(&relations, "Relationship ")
        .find(|tag| value(tag, "Id").is_some_and(|known| known == id))
        .and_then(|tag| value(tag, "Target"));
    Ok(target.map(|target| match target.strip_prefix('/') {
        Some(whole) => whole.to_owned(),
        None => format!("xl/{target}"),
    }))
}

fn text(archive: &mut ZipArchive<BufReader<&File>>, name: &str) -> io::Result<Option<String>> {
    let Ok(part) = archive.by_name(name) else {
        return Ok(None);
    };
    let bytes = scan::head(part, PART_BYTES_MAX)?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// The tags of this name, each up to its end.
fn tags<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = &'t [u8]> {
    text.split('<')
        .filter(move |tag| tag.starts_with(name))
        .map(|rest| tag(rest.as_bytes()))
}

/// What stands before the end of the tag.
fn tag(after: &[u8]) -> &[u8] {
    let end = after.iter().position(|b| *b == b'>').unwrap_or(after.len());
    after.get(..end).unwrap_or_default()
}

/// A tag's name without its prefix, and its attributes.
fn parted(tag: &[u8]) -> (&[u8], &[u8]) {
    let end = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'/';
    let (name, attributes) = tag.split_at(tag.iter().position(end).unwrap_or(tag.len()));
    let local = name.rsplit(|byte| *byte == b':').next();
    (local.unwrap_or(name), attributes)
}

/// The value of an attribute of this tag.
fn value(tag: &[u8], name: &str) -> Option<String> {
    let found = attribute(parted(tag).1, name.as_bytes())?;
    Some(String::from_utf8_lossy(found).into_owned())
}

/// An attribute's value.
fn attribute<'t>(attributes: &'t [u8], name: &[u8]) -> Option<&'t [u8]> {
    let mut rest = attributes;
    loop {
        let (before, after) = cut(rest, |byte| byte == b'=')?;
        let after = after.trim_ascii_start();
        let (quote, after) = after
            .split_first()
            .filter(|(quote, _)| matches!(quote, b'"' | b'\''))?;
        let (value, next) = cut(after, |byte| byte == *quote)?;
        if before.trim_ascii() == name {
            return Some(value);
        }
        rest = next;
    }
}

/// What stands before and behind the first such byte.
fn cut(bytes: &[u8], is_it: impl Fn(u8) -> bool) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|byte| is_it(*byte))?;
    let (before, after) = bytes.split_at(at);
    Some((before, after.get(1..).unwrap_or_default()))
}
