//! Rows of an OpenDocument spreadsheet (ODF 1.3, part 3, chapter 9), streamed off its `content.xml`.
//!
//! Runs in the child. Not here: limits on memory and time, which are the child's, and on rows and
//! columns, which are its parent's. The invariant: one row is held, however often the file says that
//! it repeats, and what is hidden is not read.

use super::child::{Cells, Line, Out, Stop, damaged};
use super::{Cell, cell, scan};
use crate::domain::row::Spoilt;
use calamine::DataRef;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use zip::ZipArchive;

/// More text of one cell than any limit allows is not kept.
const TEXT_BYTES_MAX: usize = 1 << 20;
/// More columns than any limit allows are not filled.
const COLUMNS_MAX: usize = 1 << 10;

/// Writes the rows of the first visible sheet that has any.
pub(super) fn rows<W: Write>(file: File, out: &mut Out<W>) -> Result<(), Stop> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|e| damaged(&e))?;
    if let Ok(manifest) = archive.by_name("META-INF/manifest.xml")
        && scan::contains(manifest, b"encryption-data")?
    {
        return Err(Stop::Refused(Line::Encrypted));
    }
    let content = archive.by_name("content.xml").map_err(|e| damaged(&e))?;
    let mut xml = Reader::from_reader(BufReader::new(content));
    xml.config_mut().expand_empty_elements = true;
    let mut document = Document {
        xml,
        hidden_styles: HashSet::new(),
    };
    document.sheets(out)
}

/// What stands in the tag of a cell.
struct Tag {
    repeated: usize,
    kind: Kind,
    /// The value as the attributes have it.
    value: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Date,
    Truth,
    Error,
    Text,
    /// Under a merged cell.
    Covered,
}

struct Document<B: BufRead> {
    xml: Reader<B>,
    /// The styles of tables that are not displayed.
    hidden_styles: HashSet<String>,
}

impl<B: BufRead> Document<B> {
    fn sheets<W: Write>(&mut self, out: &mut Out<W>) -> Result<(), Stop> {
        let mut buffer = Vec::new();
        let mut style = None;
        loop {
            buffer.clear();
            let event = self.xml.read_event_into(&mut buffer).map_err(|e| damaged(&e))?;
            if let Event::Start(tag) = &event {
                let name = tag.name();
                match name.as_ref() {
                    "style:style" => style = attribute(tag, "style:name")?,
                    "style:table-properties"
                        if attribute(tag, "table:display")?.as_deref() == Some("false") =>
                    {
                        self.hidden_styles.extend(style.take());
                    }
                    "table:table" => {
                        let sheet = attribute(tag, "table:name")?.unwrap_or_default();
                        let style = attribute(tag, "table:style-name")?;
                        if style.is_some_and(|style| self.hidden_styles.contains(&style)) {
                            self.skip(tag)?;
                        } else if self.sheet(&sheet, out)? {
                            return Ok(());
                        }
                    }
                    _ => {}
                }
            } else if matches!(event, Event::Eof) {
                return Ok(());
            }
        }
    }

    /// Whether it has rows.
    fn sheet<W: Write>(&mut self, name: &str, out: &mut Out<W>) -> Result<bool, Stop> {
        let mut buffer = Vec::new();
        let mut columns = Columns::default();
        let (mut number, mut any) = (0_u32, false);
        loop {
            buffer.clear();
            let event = self.xml.read_event_into(&mut buffer).map_err(|e| damaged(&e))?;
            match event {
                Event::Start(tag) => match tag.name().as_ref() {
                    "table:table-column" => columns.add(&tag)?,
                    "table:table-row" => {
                        let repeated = repeated(&tag, "table:number-rows-repeated")?;
                        let first = number.saturating_add(1);
                        number = number.saturating_add(u32::try_from(repeated).unwrap_or(u32::MAX));
                        if is_hidden(&tag)? {
                            self.skip(&tag)?;
                            continue;
                        }
                        let cells = self.row(&columns)?;
                        if !cells.is_empty() {
                            if !any {
                                out.line(&Line::Sheet(name.to_owned()))?;
                                any = true;
                            }
                            out.repeat(first..=number, cells)?;
                        }
                    }
                    "table:shapes" => self.skip(&tag)?,
                    _ => {}
                },
                Event::End(tag) if tag.name().as_ref() == "table:table" => return Ok(any),
                Event::Eof => return Err(cut_off()),
                Event::End(_)
                | Event::Empty(_)
                | Event::Text(_)
                | Event::CData(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_)
                | Event::GeneralRef(_) => {}
            }
        }
    }

    fn row(&mut self, columns: &Columns) -> Result<Cells, Stop> {
        let mut buffer = Vec::new();
        let mut cells = Cells::new();
        let mut column = 0_usize;
        loop {
            buffer.clear();
            let event = self.xml.read_event_into(&mut buffer).map_err(|e| damaged(&e))?;
            if let Event::Start(tag) = &event {
                let Some(read) = Tag::of(tag)? else {
                    self.skip(tag)?;
                    continue;
                };
                let shown = self.shown(tag.name().as_ref())?;
                let filled = read.cell(&shown);
                if !filled.text.is_empty() {
                    let last = column.saturating_add(read.repeated).min(COLUMNS_MAX);
                    let shown = (column..last).filter(|column| !columns.is_hidden(*column));
                    cells.extend(
                        shown.map(|column| (column, (filled.text.clone(), filled.spoilt, filled.is_number))),
                    );
                }
                column = column.saturating_add(read.repeated);
            } else if matches!(&event, Event::End(tag) if tag.name().as_ref() == "table:table-row") {
                return Ok(cells);
            } else if matches!(event, Event::Eof) {
                return Err(cut_off());
            }
        }
    }

    /// What a cell shows, up to its end: its paragraphs, each on a line.
    fn shown(&mut self, cell: &str) -> Result<String, Stop> {
        let mut buffer = Vec::new();
        let mut text = String::new();
        let mut paragraphs = 0;
        loop {
            buffer.clear();
            let event = self.xml.read_event_into(&mut buffer).map_err(|e| damaged(&e))?;
            let room = text.len() < TEXT_BYTES_MAX;
            match event {
                Event::Text(part) if room && paragraphs > 0 => text.push_str(&part.xml10_content()),
                Event::CData(part) if room && paragraphs > 0 => text.push_str(&part.xml10_content()),
                Event::GeneralRef(name) if room => push_reference(&mut text, &name)?,
                Event::Start(tag) => match tag.name().as_ref() {
                    "text:p" | "text:h" => {
                        if paragraphs > 0 && room {
                            text.push('\n');
                        }
                        paragraphs += 1;
                    }
                    "text:s" => {
                        let count = repeated(&tag, "text:c")?;
                        let room = TEXT_BYTES_MAX.saturating_sub(text.len());
                        text.extend(std::iter::repeat_n(' ', count.min(room)));
                    }
                    "text:tab" | "text:line-break" if room => text.push('\n'),
                    "office:annotation" | "table:table" => self.skip(&tag)?,
                    name if name.starts_with("draw:") => self.skip(&tag)?,
                    _ => {}
                },
                Event::End(tag) if tag.name().as_ref() == cell => return Ok(text),
                Event::Eof => return Err(cut_off()),
                Event::End(_)
                | Event::Empty(_)
                | Event::Text(_)
                | Event::CData(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_)
                | Event::GeneralRef(_) => {}
            }
        }
    }

    fn skip(&mut self, tag: &BytesStart<'_>) -> Result<(), Stop> {
        let mut buffer = Vec::new();
        self.xml
            .read_to_end_into(tag.name(), &mut buffer)
            .map_err(|e| damaged(&e))?;
        Ok(())
    }
}

impl Tag {
    /// `None` for what is no cell.
    fn of(tag: &BytesStart<'_>) -> Result<Option<Self>, Stop> {
        let covered = match tag.name().as_ref() {
            "table:table-cell" => false,
            "table:covered-table-cell" => true,
            _ => return Ok(None),
        };
        let is_error = attribute(tag, "calcext:value-type")?.as_deref() == Some("error");
        let (kind, value) = match attribute(tag, "office:value-type")?.as_deref() {
            _ if covered => (Kind::Covered, None),
            _ if is_error => (Kind::Error, None),
            Some("float" | "currency" | "percentage") => (Kind::Number, attribute(tag, "office:value")?),
            Some("date") => (Kind::Date, attribute(tag, "office:date-value")?),
            Some("time") => (Kind::Date, attribute(tag, "office:time-value")?),
            Some("boolean") => (Kind::Truth, attribute(tag, "office:boolean-value")?),
            _ => (Kind::Text, attribute(tag, "office:string-value")?),
        };
        Ok(Some(Self {
            repeated: repeated(tag, "table:number-columns-repeated")?,
            kind,
            value,
        }))
    }

    fn cell(&self, shown: &str) -> Cell {
        let mut cell = Cell::default();
        let value = self.value.as_deref().unwrap_or_default();
        let text = |text: &str| DataRef::String(text.to_owned());
        match self.kind {
            Kind::Covered => {}
            Kind::Error => {
                cell::fill(&mut cell, &text(shown), 0);
                cell.spoilt = Some(Spoilt::Error);
            }
            // LibreOffice writes TRUE as a 1 that is shown as a word: nobody means to pay it.
            Kind::Number if is_word(shown) => cell::fill(&mut cell, &text(shown), 0),
            // What its format shows of zeros before a number is part of it.
            Kind::Number => match value.parse::<f64>().ok().filter(|number| number.is_finite()) {
                Some(number) => cell::fill(&mut cell, &DataRef::Float(number), zeros(shown)),
                None => cell::fill(&mut cell, &text(shown), 0),
            },
            Kind::Date => cell::fill(&mut cell, &DataRef::DateTimeIso(day(value).to_owned()), 0),
            Kind::Truth => cell::fill(&mut cell, &DataRef::Bool(value == "true"), 0),
            Kind::Text if value.is_empty() => cell::fill(&mut cell, &text(shown), 0),
            Kind::Text => cell::fill(&mut cell, &text(value), 0),
        }
        cell
    }
}

/// A date without the midnight that stands for none, and times to the second.
fn day(value: &str) -> &str {
    let whole = value.split_once('.').map_or(value, |(whole, _)| whole);
    whole.strip_suffix("T00:00:00").unwrap_or(whole)
}

/// Whether letters are shown and no digit.
fn is_word(shown: &str) -> bool {
    shown.chars().any(char::is_alphabetic) && !shown.chars().any(char::is_numeric)
}

/// How many digits are shown, where there are only digits.
fn zeros(shown: &str) -> usize {
    let shown = shown.trim();
    if shown.len() <= 40 && shown.bytes().all(|b| b.is_ascii_digit()) {
        shown.len()
    } else {
        0
    }
}

/// Which columns are hidden, counted from 0.
#[derive(Default)]
struct Columns {
    next: usize,
    hidden: Vec<std::ops::Range<usize>>,
}

impl Columns {
    fn add(&mut self, tag: &BytesStart<'_>) -> Result<(), Stop> {
        let end = self
            .next
            .saturating_add(repeated(tag, "table:number-columns-repeated")?);
        if is_hidden(tag)? && self.next < COLUMNS_MAX {
            self.hidden.push(self.next..end);
        }
        self.next = end;
        Ok(())
    }

    fn is_hidden(&self, column: usize) -> bool {
        self.hidden.iter().any(|columns| columns.contains(&column))
    }
}

fn is_hidden(tag: &BytesStart<'_>) -> Result<bool, Stop> {
    let visibility = attribute(tag, "table:visibility")?;
    Ok(matches!(visibility.as_deref(), Some("collapse" | "filter")))
}

fn repeated(tag: &BytesStart<'_>, name: &str) -> Result<usize, Stop> {
    let count = attribute(tag, name)?.map(|text| text.parse().unwrap_or(usize::MAX));
    Ok(count.unwrap_or(1))
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, Stop> {
    let Some(found) = tag.try_get_attribute(name).map_err(|e| damaged(&e))? else {
        return Ok(None);
    };
    let value = found.normalized_value(quick_xml::XmlVersion::Implicit1_0);
    Ok(Some(value.map_err(|e| damaged(&e))?.into_owned()))
}

/// `&amp;` and `&#65;`. Entities of the file's own are refused: they are how small files grow large.
fn push_reference(text: &mut String, name: &BytesRef<'_>) -> Result<(), Stop> {
    let known = quick_xml::escape::resolve_xml_entity(name);
    if let Some(known) = known {
        text.push_str(known);
    } else if let Some(c) = name.resolve_char_ref().map_err(|e| damaged(&e))? {
        text.push(c);
    } else {
        return Err(Stop::Refused(Line::Damaged("an entity of its own".into())));
    }
    Ok(())
}

fn cut_off() -> Stop {
    Stop::Refused(Line::Damaged("the sheet has no end".into()))
}
