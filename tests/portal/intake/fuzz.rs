//! Every reader under anything: bytes at random, real files with parts of them changed, and grids of
//! cells that are written and must come back.
//!
//! `PROPTEST_CASES=20000 cargo test --test portal -- intake::fuzz` looks for longer. A panic, a broken
//! promise of the reader or a document that met its child's limits is a finding.

use super::{all, file};
use calamine::Reader as _;
use countersign::domain::fault::FileFault;
use countersign::intake::{Limits, Row, child, open};
use proptest::prelude::*;
use proptest::sample::Index;
use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// How many cases, unless the environment says.
const CASES: u32 = 40;

fn config() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok();
    let cases = asked.and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Reads to the end and checks what the reader promises of every row.
fn survives(bytes: &[u8]) -> Result<Result<Vec<Row>, FileFault>, TestCaseError> {
    let limits = Limits {
        child: child::Limits {
            seconds: 5,
            ..Limits::default().child
        },
        ..Limits::default()
    };
    let read = open(file(bytes), limits).and_then(|reader| {
        let header = reader.header().to_vec();
        Ok((header, all(reader)?))
    });
    let (header, rows) = match read {
        Ok(read) => read,
        Err(fault) => {
            let told = fault.to_string();
            prop_assert!(told.len() > 20 && told.ends_with('.'), "{}", told);
            prop_assert!(!told.contains('\0'));
            prop_assert!(
                !matches!(&fault, FileFault::Damaged { detail } if detail == "the reader stopped"),
                "a panic"
            );
            prop_assert!(!matches!(fault, FileFault::Unreadable { .. }), "{:?}", fault);
            return Ok(Err(fault));
        }
    };
    prop_assert!(header.len() <= limits.columns_max);
    for pair in rows.windows(2) {
        prop_assert!(pair[0].number < pair[1].number);
    }
    for row in &rows {
        prop_assert_eq!(row.cells.len(), header.len());
        prop_assert!(row.cells.iter().any(|cell| !cell.text.is_empty()));
        for cell in &row.cells {
            prop_assert!(cell.text.len() <= limits.field_bytes_max);
            prop_assert!(!cell.text.contains('\0'));
        }
    }
    Ok(Ok(rows))
}

/// The files of `tests/files` with one of these endings, but for those that are made to meet a limit.
fn real(endings: &[&str]) -> Vec<Vec<u8>> {
    let folder = format!("{}/tests/files", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths.retain(|path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        endings.iter().any(|ending| name.ends_with(ending))
            && !["bomb.xlsx", "far-corners.xls"].contains(&name)
            && !["web-page.xls", "tab-text-called.xls"].contains(&name)
            && name != "really-a-workbook.csv"
    });
    let files: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    assert!(!files.is_empty());
    files
}

/// One change of a file.
#[derive(Clone, Debug)]
enum Change {
    Put(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Repeat(Index, usize, usize),
    Cut(Index),
}

fn change() -> impl Strategy<Value = Change> {
    let words = prop::sample::select(vec![
        "\"",
        ",",
        ";",
        "\n",
        "\r",
        "\0",
        "\u{feff}",
        "=",
        "'",
        "<",
        ">",
        "</",
        "/>",
        "&",
        "&lol;",
        "&#0;",
        "{",
        "[",
        "]",
        "}",
        ":",
        "null",
        "1e999",
        "-",
        "99999999999999999999",
        "4294967295",
        " r=\"0\"",
        " t=\"s\"",
        "<row>",
        "table:number-rows-repeated=\"4294967296\"",
        "table:number-columns-repeated=\"-1\"",
        "<table:table>",
        "\u{1a}",
        "\u{2028}",
        "\u{10ffff}",
    ]);
    let bytes = prop_oneof![
        words.prop_map(|word| word.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 1..6),
    ];
    prop_oneof![
        4 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Put(at, byte)),
        4 => (any::<Index>(), bytes).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        2 => (any::<Index>(), 1_usize..40).prop_map(|(at, count)| Change::Remove(at, count)),
        1 => (any::<Index>(), 1_usize..60, 1_usize..200).prop_map(|(at, count, times)| Change::Repeat(at, count, times)),
        1 => any::<Index>().prop_map(Change::Cut),
    ]
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        if bytes.is_empty() {
            return bytes;
        }
        let end = |at: usize, count: usize| (at + count).min(bytes.len());
        match change {
            Change::Put(at, byte) => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Change::Insert(at, new) => {
                let at = at.index(bytes.len());
                bytes.splice(at..at, new.iter().copied());
            }
            Change::Remove(at, count) => {
                let at = at.index(bytes.len());
                let end = end(at, *count);
                bytes.drain(at..end);
            }
            Change::Repeat(at, count, times) => {
                let at = at.index(bytes.len());
                let again = bytes[at..end(at, *count)].repeat(*times);
                bytes.splice(at..at, again);
            }
            Change::Cut(at) => bytes.truncate(at.index(bytes.len())),
        }
    }
    bytes
}

/// The archive with one of its parts changed and packed again, so that the change reaches the reader.
fn changed_inside(bytes: &[u8], part: Index, changes: &[Change]) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let chosen = part.index(archive.len());
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let name = part.name().unwrap().to_string();
        let mut text = Vec::new();
        part.read_to_end(&mut text).unwrap();
        if at == chosen {
            text = changed(text, changes);
        }
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(&text).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A heading for each column and rows of texts, as they come back.
#[derive(Clone, Debug)]
struct Grid {
    columns: usize,
    rows: Vec<Vec<String>>,
}

fn grid(text: &'static str) -> impl Strategy<Value = Grid> {
    (2_usize..7).prop_flat_map(move |columns| {
        let row = prop::collection::vec(text, columns..=columns);
        let rows = prop::collection::vec(row, 1..12);
        rows.prop_map(move |mut rows| {
            for cell in rows.iter_mut().flatten() {
                *cell = cell.trim().to_owned();
            }
            // Something stands in the first row, so that it is no file of a header alone.
            rows[0][0] = "first".to_owned();
            Grid { columns, rows }
        })
    })
}

impl Grid {
    fn headings(&self) -> Vec<String> {
        (0..self.columns)
            .map(|column| format!("heading {column}"))
            .collect()
    }

    /// The rows that are not empty, with their numbers below a header in row 1.
    fn comes_back(&self, rows: &[Row], first: u32) -> Result<(), TestCaseError> {
        let expected: Vec<(u32, &Vec<String>)> = (first..)
            .zip(&self.rows)
            .filter(|(_, row)| row.iter().any(|text| !text.is_empty()))
            .collect();
        prop_assert_eq!(rows.len(), expected.len());
        for (row, (number, texts)) in rows.iter().zip(expected) {
            prop_assert_eq!(row.number, number);
            let found: Vec<&String> = row.cells.iter().map(|cell| &cell.text).collect();
            prop_assert_eq!(found, texts.iter().collect::<Vec<_>>());
        }
        Ok(())
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn document(grid: &Grid) -> Vec<u8> {
    let cell = |text: &String| {
        let text = escaped(text);
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let row = |cells: &Vec<String>| {
        format!(
            "<table:table-row>{}</table:table-row>",
            cells.iter().map(cell).collect::<String>()
        )
    };
    let rows: String = std::iter::once(&grid.headings())
        .chain(&grid.rows)
        .map(row)
        .collect();
    super::hostile::zipped([
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest/>"),
        (
            "content.xml",
            &format!("<office:body><table:table table:name=\"A\">{rows}</table:table></office:body>"),
        ),
    ])
}

/// BIFF8 in a compound file: globals with one sheet, then its labels.
fn old_workbook(grid: &Grid) -> Vec<u8> {
    let record = |kind: u16, data: &[u8]| {
        let head = [kind, data.len() as u16];
        [
            head.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>(),
            data.to_vec(),
        ]
        .concat()
    };
    let begin = |what: u8| {
        record(
            0x809,
            &[0, 6, what, 0, 0xBB, 0x0D, 0xCC, 0x07, 0, 0, 0, 0, 6, 0, 0, 0],
        )
    };
    let end = record(0x0A, &[]);
    let mut globals = [begin(5), record(0x42, &1200_u16.to_le_bytes())].concat();
    let place = (globals.len() + 4 + 9 + 4) as u32;
    globals.extend(record(
        0x85,
        &[&place.to_le_bytes()[..], &[0, 0, 1, 0, b'A']].concat(),
    ));
    globals.extend(&end);
    let mut sheet = begin(0x10);
    for (row, cells) in (0_u16..).zip(std::iter::once(&grid.headings()).chain(&grid.rows)) {
        for (column, text) in (0_u16..).zip(cells) {
            let letters: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let length = (letters.len() / 2) as u16;
            let head: Vec<u8> = [row, column, 0, length]
                .iter()
                .flat_map(|n| n.to_le_bytes())
                .collect();
            sheet.extend(record(0x204, &[&head[..], &[1], &letters].concat()));
        }
    }
    sheet.extend(end);
    let mut book = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    let mut stream = book.create_stream("Workbook").unwrap();
    stream.write_all(&[globals, sheet].concat()).unwrap();
    drop(stream);
    book.flush().unwrap();
    book.into_inner().into_inner()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn bytes_at_random(head in prop::sample::select(vec![&b""[..], b"PK\x03\x04", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"\xFF\xFE", b"\xFE\xFF", b"[{", b"sep=;\n"]), bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = survives(&[head, &bytes].concat())?;
    }

    #[test]
    fn delimited(which: Index, changes in prop::collection::vec(change(), 0..8)) {
        let files = real(&[".csv", ".tsv", ".txt"]);
        let _ = survives(&changed(which.get(&files).clone(), &changes))?;
    }

    #[test]
    fn delimited_grids(grid in grid("[a-zA-Z0-9é€.\"; ,|\t\n-]{0,12}"), separator in prop::sample::select(vec![b',', b';', b'\t', b'|']), encoding in 0..4, always: bool) {
        let style = if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
        let mut writer = csv::WriterBuilder::new().delimiter(separator).quote_style(style).from_writer(Vec::new());
        writer.write_record(grid.headings()).unwrap();
        for row in &grid.rows {
            writer.write_record(row).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let wide = |swap: bool| {
            let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
            units.flat_map(|unit| if swap { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
        };
        let bytes: Vec<u8> = match encoding {
            0 => text.clone().into_bytes(),
            1 => format!("\u{feff}{text}").into_bytes(),
            2 => wide(false),
            _ => wide(true),
        };
        grid.comes_back(&survives(&bytes)?.map_err(|fault| TestCaseError::fail(fault.to_string()))?, 2)?;
    }

    #[test]
    fn json(which in prop::sample::select(vec![
        "[{\"name\":\"Mary Jere\",\"mobile\":\"0991204118\",\"amount\":4500},{\"name\":\"Limbani\",\"mobile\":\"12\",\"amount\":3.9e2,\"x\":null}]",
        "{\"transactions\":[{\"amount\":1.50,\"beneficiaryName\":\"A\",\"accountNumber\":\"1\",\"connectorId\":2}]}",
        "[{\"a\":{\"b\":[1,2,{\"c\":true}]},\"é\\u0041\":\"\\ud83d\\ude00\"}]",
    ]), changes in prop::collection::vec(change(), 0..8)) {
        let _ = survives(&changed(which.as_bytes().to_vec(), &changes))?;
    }

    #[test]
    fn workbooks(which: Index, part: Index, changes in prop::collection::vec(change(), 0..6), outside in prop::collection::vec(change(), 0..2)) {
        let files = real(&[".xlsx"]);
        let bytes = which.get(&files);
        let inside = if bytes.starts_with(b"PK") { changed_inside(bytes, part, &changes) } else { bytes.clone() };
        let _ = survives(&changed(inside, &outside))?;
    }

    #[test]
    fn workbook_grids(grid in grid("[a-zA-Z0-9é€.\"; ,|<>&_-]{0,12}")) {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (row, cells) in (0_u32..).zip(std::iter::once(&grid.headings()).chain(&grid.rows)) {
            for (column, text) in (0_u16..).zip(cells) {
                sheet.write_string(row, column, text).unwrap();
            }
        }
        let bytes = book.save_to_buffer().unwrap();
        grid.comes_back(&survives(&bytes)?.unwrap(), 2)?;
        // And the reader of whole sheets says the same.
        let mut known: calamine::Xlsx<_> = calamine::Xlsx::new(Cursor::new(bytes)).unwrap();
        prop_assert!(known.worksheet_range_at(0).unwrap().is_ok());
    }

    #[test]
    fn old_workbooks(which: Index, changes in prop::collection::vec(change(), 0..6)) {
        let files = real(&[".xls"]);
        let _ = survives(&changed(which.get(&files).clone(), &changes))?;
    }

    #[test]
    fn old_workbook_grids(grid in grid("[a-zA-Z0-9é€.\"; ,|<>&-]{0,12}")) {
        grid.comes_back(&survives(&old_workbook(&grid))?.unwrap(), 2)?;
    }

    #[test]
    fn documents(which: Index, part: Index, changes in prop::collection::vec(change(), 0..6), outside in prop::collection::vec(change(), 0..2)) {
        let files = real(&[".ods"]);
        let inside = changed_inside(which.get::<Vec<u8>>(&files), part, &changes);
        let read = survives(&changed(inside, &outside))?;
        prop_assert!(!matches!(read, Err(FileFault::TooCostly { .. })), "its reader streams");
    }

    #[test]
    fn document_grids(grid in grid("[a-zA-Z0-9é€.\"; ,|<>&-]{0,12}")) {
        grid.comes_back(&survives(&document(&grid))?.unwrap(), 2)?;
    }
}
