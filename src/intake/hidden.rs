//! Which rows and columns of an XLSX sheet are hidden: read off the sheet's tags, because the reader
//! of cells does not tell.
//!
//! The invariant: one pass over the sheet in a buffer, holding only the numbers of hidden rows and the
//! ranges of hidden columns.

use super::scan;
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufReader, Read};
use zip::ZipArchive;

/// How much of a tag is looked at: its attributes stand in no order.
const TAG_BYTES: usize = 400;
/// The longest `workbook.xml` and its relations that are looked at.
const PART_BYTES_MAX: u64 = 4 << 20;

/// Hidden rows and columns of a sheet.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    /// Row numbers that spreadsheets show.
    rows: HashSet<u32>,
    /// First and last column, counted from 1.
    columns: Vec<(u32, u32)>,
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
pub(super) fn of(file: &File, sheet: usize) -> io::Result<Hidden> {
    let Ok(mut archive) = ZipArchive::new(BufReader::new(file)) else {
        return Ok(Hidden::default());
    };
    let Some(path) = path(&mut archive, sheet)? else {
        return Ok(Hidden::default());
    };
    let Ok(part) = archive.by_name(&path) else {
        return Ok(Hidden::default());
    };
    let mut hidden = Hidden::default();
    scan::each(part.take(u64::MAX), b"<", TAG_BYTES, |after| {
        let tag = tag(after);
        if (tag.starts_with(b"row ") || tag.starts_with(b"col ")) && is_hidden(tag) {
            let number = |name| attribute(tag, name).and_then(|text| text.parse::<u32>().ok());
            if tag.starts_with(b"row ") {
                hidden.rows.extend(number("r"));
            } else if let (Some(first), Some(last)) = (number("min"), number("max")) {
                hidden.columns.push((first, last));
            }
        }
        true
    })?;
    Ok(hidden)
}

fn is_hidden(tag: &[u8]) -> bool {
    attribute(tag, "hidden").is_some_and(|value| matches!(value.as_str(), "1" | "true"))
}

/// The part that the sheet at this place is in.
fn path(archive: &mut ZipArchive<BufReader<&File>>, sheet: usize) -> io::Result<Option<String>> {
    let Some(workbook) = text(archive, "xl/workbook.xml")? else {
        return Ok(None);
    };
    let id = tags(&workbook, "sheet ").nth(sheet).and_then(|tag| {
        let names = ["r:id", "id"];
        names.into_iter().find_map(|name| attribute(tag, name))
    });
    let relations = text(archive, "xl/_rels/workbook.xml.rels")?;
    let (Some(id), Some(relations)) = (id, relations) else {
        return Ok(None);
    };
    let target = tags(&relations, "Relationship ")
        .find(|tag| attribute(tag, "Id").is_some_and(|known| known == id))
        .and_then(|tag| attribute(tag, "Target"));
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

/// An attribute's value.
fn attribute(tag: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(tag);
    let mut rest = text.as_ref();
    loop {
        let (before, after) = rest.split_once('=')?;
        let quote = after
            .trim_start()
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\''))?;
        let (_, value) = after.split_once(quote)?;
        let (value, next) = value.split_once(quote)?;
        if before.split_whitespace().next_back() == Some(name) {
            return Some(value.to_owned());
        }
        rest = next;
    }
}
