//! Files that are broken or mean harm: each ends in a message with the limit and what to do.

use super::{read, read_within, refused};
use countersign::domain::fault::FileFault;
use countersign::intake::Limits;
use proptest::prelude::*;
use rust_xlsxwriter::Workbook;
use std::io::{Cursor, Write as _};
use zip::write::{SimpleFileOptions, ZipWriter};

/// A sheet of one heading and one row.
pub(crate) const SHEET: &str = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>name</t></is></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row></sheetData></worksheet>";

const PARTS: [(&str, &str); 4] = [
    ("[Content_Types].xml", "<Types/>"),
    (
        "_rels/.rels",
        "<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
    ),
    (
        "xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
    ),
    (
        "xl/workbook.xml",
        "<workbook xmlns:r=\"r\"><sheets><sheet name=\"Pay\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>",
    ),
];

pub(crate) fn zipped<'a>(parts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A small workbook of our own with these parts besides.
pub(crate) fn workbook(parts: &[(&str, &str)]) -> Vec<u8> {
    zipped(PARTS.iter().chain(parts).copied())
}

fn sheet(rows: &str) -> Vec<u8> {
    workbook(&[(
        "xl/worksheets/sheet1.xml",
        &format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"),
    )])
}

#[test]
fn our_own_small_workbook_is_good() {
    assert_eq!(
        read(&workbook(&[("xl/worksheets/sheet1.xml", SHEET)]))
            .unwrap()
            .rows,
        [(2, vec!["1".to_owned()])]
    );
}

#[test]
fn empty_files() {
    for bytes in [
        &b""[..],
        b"\n \r\n\t\n",
        b"\xEF\xBB\xBF",
        b"\xFF\xFE",
        b",,,\n,,,\n",
    ] {
        assert_eq!(read(bytes), Err(FileFault::Empty), "{bytes:?}");
    }
    assert_eq!(
        read(&Workbook::new().save_to_buffer().unwrap()),
        Err(FileFault::Empty)
    );
    assert_eq!(
        refused(b"name,amount\n"),
        "The file has a header but no rows below it. Add at least 1 row and upload it again."
    );
    assert_eq!(
        read(&sheet("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>name</v></c></row>")),
        Err(FileFault::HeaderOnly)
    );
}

#[test]
fn other_kinds_of_file_are_named() {
    let ole = |name: &str| {
        let mut bytes = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        bytes.resize(70_000, 0);
        bytes.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    };
    let cases: [(Vec<u8>, &str); 13] = [
        (
            b"%PDF-1.7\n1 0 obj".to_vec(),
            "The file is a PDF, not a spreadsheet.",
        ),
        (
            b"\x89PNG\r\n\x1a\n".to_vec(),
            "The file is an image, not a spreadsheet.",
        ),
        (
            b"\xFF\xD8\xFF\xE0".to_vec(),
            "The file is an image, not a spreadsheet.",
        ),
        (
            b"\x1F\x8B\x08".to_vec(),
            "The file is a compressed file, not a spreadsheet.",
        ),
        (
            b"{\"a\": 1}".to_vec(),
            "The JSON is broken after entry 0: an array of transactions was expected.",
        ),
        (
            b"\r\n<!DOCTYPE html><table>".to_vec(),
            "The file is a web page (HTML), which some programs call .xls.",
        ),
        (
            b"<?xml version=\"1.0\"?><Workbook/>".to_vec(),
            "The file is an XML document.",
        ),
        (
            ole("EncryptedPackage"),
            "The file is protected by a password. Save a copy without a password and upload that.",
        ),
        (
            ole("WordDocument"),
            "The file is an old Office document, not a spreadsheet.",
        ),
        (
            zipped([("xl/workbook.bin", "")]),
            "The file is a binary Excel workbook (.xlsb).",
        ),
        (
            zipped([("[Content_Types].xml", ""), ("word/document.xml", "")]),
            "The file is a text document, not a spreadsheet.",
        ),
        (
            zipped([("../../etc/passwd", "x")]),
            "The file is a zip archive, not a spreadsheet.",
        ),
        (
            (0..10_000_u32)
                .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
                .collect(),
            "The file is a binary file, not a spreadsheet.",
        ),
    ];
    for (bytes, start) in cases {
        let told = refused(&bytes);
        assert!(told.starts_with(start), "{told}");
    }
}

#[test]
fn damaged_archives() {
    let good = workbook(&[("xl/worksheets/sheet1.xml", SHEET)]);
    assert!(matches!(
        read(&good[..good.len() / 2]),
        Err(FileFault::Damaged { .. })
    ));
    assert!(matches!(read(b"PK\x03\x04"), Err(FileFault::Damaged { .. })));
    assert!(matches!(
        read(&workbook(&[])),
        Err(FileFault::Damaged { .. } | FileFault::NotASpreadsheet { .. })
    ));
    assert!(refused(&sheet("<row r=\"1\"><c r=\"A1\"><v>1")).starts_with("The workbook is damaged"));
    assert!(matches!(
        read(&sheet(
            "<row r=\"9\"><c r=\"A9\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row>"
        )),
        Err(FileFault::Damaged { .. })
    ));
}

#[test]
fn a_zip_bomb_is_not_unpacked() {
    let zeros = "0".repeat(1_000_000);
    let bytes = workbook(&[
        ("xl/worksheets/sheet1.xml", SHEET),
        ("xl/media/a.bin", &zeros),
        ("xl/media/b.bin", &zeros),
    ]);
    let limits = Limits {
        part_bytes_max: 900_000,
        ..Limits::default()
    };
    assert!(matches!(
        read_within(&bytes, limits),
        Err(FileFault::PartTooLarge { .. })
    ));
    let limits = Limits {
        unpacked_bytes_max: 1_900_000,
        ..Limits::default()
    };
    assert!(matches!(
        read_within(&bytes, limits),
        Err(FileFault::UnpacksTooLarge { .. })
    ));
    let limits = Limits {
        parts_max: 5,
        ..Limits::default()
    };
    assert_eq!(
        read_within(&bytes, limits),
        Err(FileFault::TooManyParts { limit: 5 })
    );
    assert!(read(&bytes).is_ok());
}

#[test]
fn a_lying_count_of_shared_strings_reserves_nothing() {
    let lie = "<sst uniqueCount=\"99999999999\" count=\"1\"><si><t>x</t></si></sst>";
    assert!(matches!(
        read(&workbook(&[
            ("xl/worksheets/sheet1.xml", SHEET),
            ("xl/sharedStrings.xml", lie)
        ])),
        Err(FileFault::Damaged { .. })
    ));
    let lie = format!(
        "<!-- {} --><sst uniqueCount = '99999999999999999999999'><si><t>x</t></si></sst>",
        "x".repeat(200_000)
    );
    assert!(matches!(
        read(&workbook(&[
            ("xl/worksheets/sheet1.xml", SHEET),
            ("xl/SharedStrings.xml", &lie)
        ])),
        Err(FileFault::Damaged { .. })
    ));
    let truth = "<sst uniqueCount=\"1\" count=\"1\"><si><t>x</t></si></sst>";
    assert!(
        read(&workbook(&[
            ("xl/worksheets/sheet1.xml", SHEET),
            ("xl/sharedStrings.xml", truth)
        ]))
        .is_ok()
    );
}

#[test]
fn billion_laughs_are_not_told() {
    let laughs = "<!DOCTYPE a [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]><worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&b;</t></is></c></row><row r=\"2\"><c r=\"A2\" t=\"str\"><v>&b;</v></c></row></sheetData></worksheet>";
    assert!(matches!(
        read(&workbook(&[("xl/worksheets/sheet1.xml", laughs)])),
        Err(FileFault::Damaged { .. })
    ));
}

#[test]
fn a_cell_at_the_far_corner_costs_nothing() {
    let far = sheet(
        "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>",
    );
    assert_eq!(
        refused(&far),
        "Row 1048576 has more than 200 columns. Remove the columns that aren't needed and upload it again."
    );
}

#[test]
fn a_small_file_that_repeats_itself() {
    let text = "x".repeat(60_000);
    let shared = format!("<sst uniqueCount=\"1\"><si><t>{text}</t></si></sst>");
    let mut rows = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>".to_owned();
    for row in 2..2_000 {
        rows.push_str(&format!(
            "<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>0</v></c></row>"
        ));
    }
    let bytes = workbook(&[
        (
            "xl/worksheets/sheet1.xml",
            &format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"),
        ),
        ("xl/sharedStrings.xml", &shared),
    ]);
    let limits = Limits {
        text_bytes_max: 50 << 20,
        ..Limits::default()
    };
    assert_eq!(
        read_within(&bytes, limits).unwrap_err().to_string(),
        "The file holds more than 50 MiB of text. Split it into smaller files."
    );
}

#[test]
fn too_much_of_everything() {
    let limits = Limits {
        rows_max: 3,
        ..Limits::default()
    };
    assert_eq!(read_within(b"a\n1\n2\n3\n", limits).unwrap().rows.len(), 3);
    assert_eq!(
        read_within(b"a\n1\n2\n3\n4\n", limits).unwrap_err().to_string(),
        "The file has more than 3 rows. Split it into files of at most 3 rows."
    );
    let wide = vec!["x"; 1_000_000 / 4].join(",");
    assert_eq!(
        refused(format!("{wide}\n").as_bytes()),
        "Row 1 has more than 200 columns. Remove the columns that aren't needed and upload it again."
    );
    let heading = format!("a,{}\n1,2\n", "x".repeat(201));
    assert_eq!(
        refused(heading.as_bytes()),
        "The heading of column B has 201 characters; a heading has 200 at most. Shorten it and upload the file again."
    );
    let header = vec!["x".repeat(200); 90].join(",");
    assert!(refused(format!("{header}\n1\n").as_bytes()).starts_with("Row 1 is longer than 16 KiB."));
    let long = format!("a,b\n1,{}\n", "x".repeat(65 * 1024));
    assert_eq!(
        refused(long.as_bytes()),
        "The cell in row 2, column B, holds more than 64 KiB of text. Shorten it and upload the file again."
    );
    let limits = Limits {
        file_bytes_max: 10,
        ..Limits::default()
    };
    assert!(matches!(
        read_within(b"a,b\n1,2\n3,4\n", limits),
        Err(FileFault::TooLarge { .. })
    ));
}

#[test]
fn an_open_quote_does_not_swallow_the_file() {
    assert_eq!(
        refused(b"a,b\n1,2\n\"3,4\n5,6\n"),
        "A quotation mark (\") opens in row 3 and is never closed. Close or remove it and upload the file again."
    );
    let swallowing = format!("a,b\n1,2\n\"{}", "x,y\n".repeat(5 << 20));
    assert!(
        refused(swallowing.as_bytes())
            .starts_with("Row 3 is longer than 1024 KiB. If a quotation mark (\") opens there")
    );
    assert_eq!(
        read(b"a,b\n5\" pipe,\"x\ny\"\n").unwrap().rows[0].1,
        ["5\" pipe", "x\ny"]
    );
}

#[test]
fn ragged_rows() {
    assert_eq!(
        refused(b"name,amount\nAnn,1\nSmith, John,2\n"),
        "Row 3 has text in column C, which has no heading in row 1. Give the column a heading or clear the cell; in a CSV file, put text that contains the separator in quotation marks; if row 1 is a title, remove the rows above the headings."
    );
    assert!(matches!(
        read(b"a,,b\n1,2,3\n"),
        Err(FileFault::NoHeading { row: 2, .. })
    ));
}

#[test]
fn nul_bytes_become_visible() {
    assert_eq!(
        read(b"name,amount\nA\0nn,1\n").unwrap().rows[0].1[0],
        "A\u{fffd}nn"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_bytes_end_in_rows_or_a_fault(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = read(&bytes);
    }

    #[test]
    fn any_text_ends_in_rows_or_a_fault(text in "[a-c,;\t|\"\r\n\0é ]{0,200}") {
        if let Ok(read) = read(text.as_bytes()) {
            prop_assert!(read.rows.iter().all(|row| row.1.len() == read.header.len()));
            prop_assert!(read.rows.windows(2).all(|two| two[0].0 < two[1].0));
        }
    }

    #[test]
    fn a_workbook_with_damaged_bytes(at in 0_usize..2_000, value: u8) {
        let mut bytes = workbook(&[("xl/worksheets/sheet1.xml", SHEET)]);
        let at = at % bytes.len();
        bytes[at] = value;
        let _ = read(&bytes);
    }

    #[test]
    fn a_sheet_of_any_markup(rows in "(<row( r=\"[0-9]{1,12}\")?>|</row>|<c r=\"[A-Z]{0,5}[0-9]{0,11}\"( t=\"(s|b|e|n|d|str|inlineStr)\")?>|<v>|[0-9a-zE+.#-]{0,8}|</v>|</c>|&[a-z]{1,4};){0,20}") {
        let _ = read(&sheet(&rows));
    }
}

#[test]
fn a_cell_where_a_sheet_has_none_is_told() {
    let sheet = |row: &str, cell: &str| {
        format!(
            "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>amount</v></c></row><row r=\"{row}\"><c s='1' r = '{cell}'><v>1</v></c></row></sheetData></worksheet>"
        )
    };
    let told = |row: &str, cell: &str| read(&workbook(&[("xl/worksheets/sheet1.xml", &sheet(row, cell))]));
    assert!(told("2", "A2").is_ok());
    assert!(told("1048576", "a1048576").is_ok());
    for place in [
        "A2222222222222",
        "AAAAAAAAAAAAAAA2",
        "XFE2",
        "A1048577",
        "A0",
        "2",
        "A",
        "",
        "A2B",
        "$A$2",
        "\u{c4}2",
    ] {
        let Err(FileFault::NoSuchCell { place: said }) = told("2", place) else {
            panic!("{place}");
        };
        assert!(place.starts_with(&said));
    }
    for row in ["99999999999", "0", "-1", "A2", "1048577"] {
        assert!(
            matches!(told(row, "A2"), Err(FileFault::NoSuchCell { .. })),
            "{row}"
        );
    }
    for range in ["B5:A1", "A1:A99999999999", "A1:B2:C3", ""] {
        let sheet = sheet("2", "A2").replacen(
            "<sheetData>",
            &format!("<dimension ref=\"{range}\"/><sheetData>"),
            1,
        );
        let fault = read(&workbook(&[("xl/worksheets/sheet1.xml", &sheet)]));
        assert!(matches!(fault, Err(FileFault::NoSuchCell { .. })), "{range}");
    }
    assert_eq!(
        FileFault::NoSuchCell {
            place: "A2222222222222".into()
        }
        .to_string(),
        "The workbook has a cell at \u{201c}A2222222222222\u{201d}, but the last place of a sheet is XFD1048576. Open it in your spreadsheet program, save it again as XLSX and upload that."
    );
}

#[test]
fn hidden_rows_are_found_whatever_their_tags_are_called() {
    let sheet = "<x:worksheet xmlns:x=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><x:cols><x:col min='2' max='2' hidden='true'/></x:cols><x:sheetData>\
        <x:row r=\"1\"><x:c r=\"A1\" t=\"str\"><x:v>amount</x:v></x:c><x:c r=\"B1\" t=\"str\"><x:v>secret</x:v></x:c></x:row>\
        <x:row\n hidden=\"1\"\n r=\"2\"><x:c r=\"A2\"><x:v>1</x:v></x:c></x:row>\
        <x:row r=\"3\"><x:c r=\"A3\"><x:v>2</x:v></x:c><x:c r=\"B3\"><x:v>3</x:v></x:c></x:row></x:sheetData></x:worksheet>";
    let rows = read(&workbook(&[("xl/worksheets/sheet1.xml", sheet)]))
        .unwrap()
        .rows;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0], (3, vec!["2".to_owned()]));
}
