//! XLSX workbooks: what spreadsheets do to numbers, dates and zeros.

use super::{Read, all, read, reader};
use countersign::domain::row::Spoilt;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};

fn saved(make: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    make(book.add_worksheet());
    book.save_to_buffer().unwrap()
}

/// Writes values below headings `a`, `b`, … and returns their texts and marks.
fn cells(make: impl FnOnce(&mut Worksheet)) -> Vec<(String, Option<Spoilt>)> {
    let bytes = saved(|sheet| {
        for column in 0..8 {
            sheet.write(0, column, format!("h{column}")).unwrap();
        }
        make(sheet);
    });
    let rows = all(reader(&bytes).unwrap()).unwrap();
    rows[0]
        .cells
        .iter()
        .map(|cell| (cell.text.clone(), cell.spoilt))
        .collect()
}

#[test]
fn rows_are_counted_before_they_are_read() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for row in 0..300 {
        sheet.write_string(row, 0, format!("text {row}")).unwrap();
        sheet.write_number(row, 1, 1).unwrap();
    }
    sheet.set_row_hidden(20).unwrap();
    // A row that has a format and no value.
    sheet.set_row_height(400, 30).unwrap();
    let opened = reader(&book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(opened.rows_expected(), Some(298));
    assert_eq!(all(opened).unwrap().len(), 298);
    assert_eq!(reader(b"a,b\n1,2\n").unwrap().rows_expected(), None);
}

#[test]
fn numbers_are_text_with_fifteen_digits() {
    let found = cells(|sheet| {
        for (column, value) in [
            4500.0,
            4500.005,
            0.1 + 0.2,
            1_234_567.891,
            -2.5,
            1e20,
            0.000_012,
            123_456_789_012_345.0,
        ]
        .into_iter()
        .enumerate()
        {
            sheet.write(1, column as u16, value).unwrap();
        }
    });
    let texts: Vec<&str> = found.iter().map(|cell| cell.0.as_str()).collect();
    assert_eq!(
        texts,
        [
            "4500",
            "4500.005",
            "0.3",
            "1234567.891",
            "-2.5",
            "100000000000000000000",
            "0.000012",
            "123456789012345"
        ]
    );
    assert_eq!(found[5].1, Some(Spoilt::DigitsLost));
    assert_eq!(found[7].1, None);
}

#[test]
fn zeros_that_the_format_shows_are_kept() {
    let found = cells(|sheet| {
        sheet
            .write_with_format(1, 0, 123, &Format::new().set_num_format("0000000000"))
            .unwrap();
        sheet
            .write_with_format(1, 1, 123, &Format::new().set_num_format("0.00"))
            .unwrap();
        sheet
            .write_with_format(1, 2, 123, &Format::new().set_num_format("0"))
            .unwrap();
        sheet.write(1, 3, "0011239845").unwrap();
    });
    let texts: Vec<&str> = found.iter().take(4).map(|cell| cell.0.as_str()).collect();
    assert_eq!(texts, ["0000000123", "123", "123", "0011239845"]);
}

#[test]
fn dates_are_iso_and_marked() {
    let date = |text: &str| ExcelDateTime::parse_from_str(text).unwrap();
    let found = cells(|sheet| {
        sheet
            .write_with_format(
                1,
                0,
                date("2026-12-01"),
                &Format::new().set_num_format("dd/mm/yyyy"),
            )
            .unwrap();
        sheet
            .write_with_format(
                1,
                1,
                date("2026-12-01T14:30:00"),
                &Format::new().set_num_format("yyyy-mm-dd hh:mm"),
            )
            .unwrap();
        sheet
            .write_with_format(
                1,
                2,
                date("2026-12-01T08:00:00"),
                &Format::new().set_num_format("d mmm yyyy h:mm"),
            )
            .unwrap();
    });
    let mark = Some(Spoilt::Date);
    assert_eq!(
        found[..3],
        [
            ("2026-12-01".to_owned(), mark),
            ("2026-12-01T14:30:00".to_owned(), mark),
            ("2026-12-01T08:00:00".to_owned(), mark)
        ]
    );
}

#[test]
fn errors_booleans_and_formulas() {
    let found = cells(|sheet| {
        sheet
            .write_formula(1, 0, Formula::new("=1/0").set_result("#DIV/0!"))
            .unwrap();
        sheet.write(1, 1, true).unwrap();
        sheet
            .write_formula(1, 2, Formula::new("=1+1").set_result("2"))
            .unwrap();
        sheet.write(1, 3, "=1+1 as text").unwrap();
        sheet.write(1, 4, "'+265991204118").unwrap();
    });
    assert_eq!(found[0], ("#DIV/0!".to_owned(), Some(Spoilt::Error)));
    let texts: Vec<&str> = found.iter().skip(1).take(4).map(|cell| cell.0.as_str()).collect();
    assert_eq!(texts, ["TRUE", "2", "=1+1 as text", "+265991204118"]);
}

#[test]
fn the_first_visible_sheet_with_rows_is_read() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Empty").unwrap();
    book.add_worksheet()
        .set_name("Secret")
        .unwrap()
        .set_hidden(true)
        .write(0, 0, "secret")
        .unwrap();
    let pay = book.add_worksheet().set_name("Pay").unwrap();
    pay.write(2, 0, "name")
        .unwrap()
        .write(2, 2, "amount")
        .unwrap()
        .write(5, 0, "Ann")
        .unwrap()
        .write(5, 2, 10)
        .unwrap();
    // A style far away is a cell, but holds nothing.
    pay.write_blank(5, 5000, &Format::new().set_bold()).unwrap();
    book.add_worksheet()
        .set_name("Later")
        .unwrap()
        .write(0, 0, "later")
        .unwrap();
    let read = read(&book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(
        read,
        Read {
            format: "XLSX",
            header: vec!["name".into(), String::new(), "amount".into()],
            rows: vec![(6, ["Ann", "", "10"].map(String::from).to_vec())]
        }
    );
}

#[test]
fn merged_cells_give_their_top_left_value() {
    let bytes = saved(|sheet| {
        sheet.write(0, 0, "name").unwrap().write(0, 1, "city").unwrap();
        sheet.merge_range(1, 1, 2, 1, "Lilongwe", &Format::new()).unwrap();
        sheet.write(1, 0, "Ann").unwrap().write(2, 0, "Ben").unwrap();
    });
    let rows = read(&bytes).unwrap().rows;
    assert_eq!(
        rows,
        [
            (2, ["Ann", "Lilongwe"].map(String::from).to_vec()),
            (3, ["Ben", ""].map(String::from).to_vec())
        ]
    );
}

#[test]
fn many_rows_come_in_order_and_a_reader_may_be_dropped() {
    let bytes = saved(|sheet| {
        sheet.write(0, 0, "n").unwrap();
        for row in 1..=2_000 {
            sheet.write(row, 0, row).unwrap();
        }
    });
    let rows = all(reader(&bytes).unwrap()).unwrap();
    assert_eq!(rows.len(), 2_000);
    assert!(
        rows.iter()
            .all(|row| row.cells[0].text == (row.number - 1).to_string() && row.cells[0].is_number)
    );
    drop(reader(&bytes).unwrap());
    assert!(
        reader(&bytes).unwrap().samples(0).is_empty(),
        "numbers say nothing of a text's style"
    );
}

#[test]
fn macros_make_it_an_xlsm() {
    let bytes = super::hostile::workbook(&[
        ("xl/worksheets/sheet1.xml", super::hostile::SHEET),
        ("xl/vbaProject.bin", "x"),
    ]);
    assert_eq!(read(&bytes).unwrap().format, "XLSM");
}

/// Rows of a sheet written by hand, so that a million of them cost seconds and not minutes.
fn many(numbers: impl Iterator<Item = u32>) -> Vec<u8> {
    let mut sheet = String::from("<worksheet><sheetData>");
    for row in numbers {
        sheet.push_str(&format!(
            "<row r=\"{row}\"><c r=\"A{row}\" t=\"str\"><v>r{row}</v></c></row>"
        ));
    }
    sheet.push_str("</sheetData></worksheet>");
    super::hostile::workbook(&[("xl/worksheets/sheet1.xml", &sheet)])
}

const LAST_ROW: u32 = 1_048_576;

#[test]
fn the_last_row_of_a_sheet_has_its_number() {
    let found = read(&many([1, 2, 1_048_575, LAST_ROW].into_iter())).unwrap();
    let rows: Vec<(u32, &str)> = found
        .rows
        .iter()
        .map(|(row, cells)| (*row, cells[0].as_str()))
        .collect();
    assert_eq!(rows, [(2, "r2"), (1_048_575, "r1048575"), (LAST_ROW, "r1048576")]);
}

/// Run alone, it tells the most memory that reading took: `cargo test --test portal -- --ignored full_sheet`.
#[test]
#[ignore = "takes a minute"]
fn a_full_sheet_is_streamed() {
    let peak = || {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    };
    let file = super::file(&many(1..=LAST_ROW));
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = peak();
    let mut reader = countersign::intake::open(file, countersign::intake::Limits::default()).unwrap();
    let (mut row, mut expected) = (countersign::intake::Row::default(), 2);
    while reader.next_row(&mut row).unwrap() {
        assert_eq!(
            (row.number, &row.cells[0].text),
            (expected, &format!("r{expected}"))
        );
        expected += 1;
    }
    assert_eq!(expected, LAST_ROW + 1);
    let grown = peak() - before;
    println!("reading {LAST_ROW} rows took {grown} MiB above {before}");
    assert!(grown < 64, "{grown} MiB");
}

#[test]
fn hidden_rows_and_columns_are_skipped() {
    let bytes = saved(|sheet| {
        for (column, heading) in ["name", "rate", "amount"].into_iter().enumerate() {
            sheet.write(0, column as u16, heading).unwrap();
            for row in 1..=3 {
                sheet
                    .write(row, column as u16, format!("{heading}{row}"))
                    .unwrap();
            }
        }
        sheet.set_column_hidden(1).unwrap();
        sheet.set_row_hidden(2).unwrap();
    });
    let reader = reader(&bytes).unwrap();
    assert_eq!(reader.header(), ["name", "", "amount"]);
    let rows = all(reader).unwrap();
    let texts: Vec<(u32, &str, &str)> = rows
        .iter()
        .map(|row| (row.number, row.cells[0].text.as_str(), row.cells[2].text.as_str()))
        .collect();
    assert_eq!(texts, [(2, "name1", "amount1"), (4, "name3", "amount3")]);
    assert!(rows.iter().all(|row| row.cells[1].text.is_empty()));
}
