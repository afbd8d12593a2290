//! The contract's broken and hostile files, uploaded by a person: each ends in a clear message, and the
//! next file is read as if nothing had been.

use crate::support::files::File;
use crate::support::{Payroll, Portal};
use std::fs;

const DAMAGED: &str = "The workbook is damaged and can't be read. Open it in your spreadsheet program, save it again as XLSX and upload that.";
const PROTECTED: &str =
    "The file is protected by a password. Save a copy without a password and upload that.";

fn sent(name: &str) -> Vec<u8> {
    fs::read(format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// One heading, then one comma for each further column.
fn a_million_columns() -> Vec<u8> {
    let wide = vec!["x"; 1_000_000].join(",");
    format!("{wide}\n{wide}\n").into_bytes()
}

/// A workbook whose one cell holds 2 GB of the letter x, packed into 13 MB: a deflate block (RFC 1951,
/// 3.2.6) of one x and copies of 258 from 1 back.
fn a_cell_of_two_gigabytes() -> Vec<u8> {
    const COPIES: usize = 8_400_000;
    let mut bits = Bits::default();
    bits.put(0b011, 3);
    bits.huffman(0x30 + u32::from(b'x'), 8);
    for _ in 0..COPIES {
        bits.huffman(0b1100_0101, 8);
        bits.put(0, 5);
    }
    bits.put(0, 7);
    let packed = bits.done();
    let size = u32::try_from(1 + COPIES * 258).unwrap();
    zipped(&[
        ("[Content_Types].xml", &[1, 0, 0, 0xFF, 0xFF], 0),
        ("xl/worksheets/sheet1.xml", &packed, size),
    ])
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    held: u32,
    count: u32,
}

impl Bits {
    fn put(&mut self, bits: u32, count: u32) {
        self.held |= bits << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.held as u8);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    fn huffman(&mut self, code: u32, count: u32) {
        self.put(code.reverse_bits() >> (32 - count), count);
    }

    fn done(mut self) -> Vec<u8> {
        self.put(0, 7);
        self.bytes
    }
}

/// An archive of parts that are packed already, with the sizes that they are said to have.
fn zipped(parts: &[(&str, &[u8], u32)]) -> Vec<u8> {
    let (mut zip, mut directory) = (Vec::new(), Vec::new());
    for (name, packed, size) in parts {
        let mut about = Vec::new();
        // Version 2.0, no flags, deflated, no date, no checksum.
        about.extend([20_u16, 0, 8, 0, 0].iter().flat_map(|n| n.to_le_bytes()));
        about.extend(0_u32.to_le_bytes());
        about.extend((packed.len() as u32).to_le_bytes());
        about.extend(size.to_le_bytes());
        about.extend([name.len() as u16, 0].iter().flat_map(|n| n.to_le_bytes()));
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&about);
        directory.extend([0; 10]);
        directory.extend((zip.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        zip.extend(b"PK\x03\x04");
        zip.extend(&about);
        zip.extend(name.as_bytes());
        zip.extend(*packed);
    }
    let place = zip.len() as u32;
    zip.extend(&directory);
    zip.extend(b"PK\x05\x06\0\0\0\0");
    zip.extend([parts.len() as u16; 2].iter().flat_map(|n| n.to_le_bytes()));
    zip.extend((directory.len() as u32).to_le_bytes());
    zip.extend(place.to_le_bytes());
    zip.extend([0; 2]);
    zip
}

#[test]
fn each_of_them_ends_in_a_clear_message() {
    let (portal, people) = Portal::start_with(|parts| parts.upload_bytes_max = 64 << 20);
    let thoko = people.thoko();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        (
            "not a spreadsheet.csv",
            sent("letter.pdf"),
            "The file is a PDF, not a spreadsheet. Save the list as XLSX or CSV and upload that.",
        ),
        (
            "empty.csv",
            sent("empty.csv"),
            "The file is empty. Upload a CSV or XLSX file with a header row and at least 1 row below it.",
        ),
        (
            "header only.csv",
            sent("header-only.csv"),
            "The file has a header but no rows below it. Add at least 1 row and upload it again.",
        ),
        ("password.xlsx", sent("password.xlsx"), PROTECTED),
        ("password.xls", sent("protected.xls"), PROTECTED),
        ("password.ods", sent("protected.ods"), PROTECTED),
        (
            "zip bomb.xlsx",
            sent("bomb.xlsx"),
            "A part of the workbook unpacks to more than 100 MB. Copy the rows into a new workbook, or save it as CSV, and upload that.",
        ),
        ("billion laughs.xlsx", sent("billion-laughs.xlsx"), DAMAGED),
        (
            "a million columns.csv",
            a_million_columns(),
            "Row 1 has more than 200 columns. Remove the columns that aren't needed and upload it again.",
        ),
        (
            "a 2 GB cell.xlsx",
            a_cell_of_two_gigabytes(),
            "A part of the workbook unpacks to more than 100 MB. Copy the rows into a new workbook, or save it as CSV, and upload that.",
        ),
        (
            "a 5 MB cell.csv",
            [
                b"name,mobile,amount\n\"",
                vec![b'x'; 5 << 20].as_slice(),
                b"\",1,2\n",
            ]
            .concat(),
            "Row 2 is longer than 1024 KiB. If a quotation mark (\") opens there and is never closed, close or remove it and upload the file again.",
        ),
        (
            "unbalanced quotes.csv",
            sent("open-quote.csv"),
            "A quotation mark (\") opens in row 2 and is never closed. Close or remove it and upload the file again.",
        ),
        (
            "ragged rows.csv",
            sent("ragged.csv"),
            "Row 2 has text in column D, which has no heading in row 1. Give the column a heading or clear the cell; in a CSV file, put text that contains the separator in quotation marks; if row 1 is a title, remove the rows above the headings.",
        ),
        ("garbage.xls", sent("garbage.xls"), DAMAGED),
        (
            "far corners.xls",
            sent("far-corners.xls"),
            "The file takes more than 1024 MiB of memory or 60 seconds to read. Save it as XLSX or CSV in your spreadsheet program and upload that.",
        ),
        (
            "repeating.ods",
            sent("repeating-bomb.ods"),
            "Row 1 has more than 200 columns. Remove the columns that aren't needed and upload it again.",
        ),
    ];
    for (name, bytes, message) in cases {
        let number = thoko.uploads(File {
            name: name.to_owned(),
            bytes,
        });
        portal.run_jobs();
        assert_eq!(portal.db_status(&number), "failed", "{name}");
        thoko.batch(&number).says(message);
    }
    let number = thoko.uploads(Payroll::of(3).csv());
    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "open");
}

#[test]
fn what_can_be_read_of_them_is_read() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let number = thoko.uploads(File {
        name: "nul.csv".to_owned(),
        bytes: sent("nul-bytes.csv"),
    });
    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "error");
    thoko
        .batch(&number)
        .says("Beneficiary name has a character that can't be read");
    let number = thoko.uploads(File {
        name: "../../etc/cron.d/january.csv".to_owned(),
        bytes: sent("formulas.csv"),
    });
    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "open");
    let page = thoko.batch(&number);
    page.says("january");
    thoko
        .get(&format!("/batches/{number}?show=all"))
        .says("=HYPERLINK(\"x\")");
    assert!(
        !page.text("body").contains("../"),
        "the path is no part of the name"
    );
    assert_eq!(
        portal.db_text("SELECT comment FROM payout WHERE faults IS NULL AND beneficiary_name LIKE '=%'"),
        "=1+1",
        "a cell that begins with = is text"
    );
}
