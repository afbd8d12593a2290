//! XLSX, read back as a spreadsheet would.

use super::{Gone, Receiver, money, morning};
use calamine::{Data, Reader, Xlsx};
use chrono::NaiveDate;
use countersign::export::xlsx::Book;
use countersign::export::{ExportError, RowSink, Value};
use std::env::temp_dir;
use std::io::{Cursor, Read};

fn written(data_rows_max: u32, headings: &[&str], rows: &[Vec<Value<'_>>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut book = Book::create(&mut bytes, "Payouts", &temp_dir())
        .unwrap()
        .with_data_rows_max(data_rows_max);
    book.header(headings).unwrap();
    for row in rows {
        book.row(row).unwrap();
    }
    book.finish().unwrap();
    bytes
}

fn open(bytes: &[u8]) -> Xlsx<Cursor<&[u8]>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

/// A part of the package, as text.
fn part(bytes: &[u8], name: &str) -> String {
    let mut package = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    package.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// Writes values into one column and reads them back.
fn read_back(values: &[Value<'_>]) -> Vec<Data> {
    let rows: Vec<_> = values.iter().map(|value| vec![*value]).collect();
    let bytes = written(1000, &["value"], &rows);
    let range = open(&bytes).worksheet_range("Payouts").unwrap();
    (1..=values.len() as u32)
        .map(|row| range.get_value((row, 0)).cloned().unwrap_or(Data::Empty))
        .collect()
}

#[test]
fn cells_have_types() {
    let found = read_back(&[
        Value::Text("Thoko Banda"),
        Value::Text("=1+1"),
        Value::Text("+265991204118"),
        Value::Text("0000000123"),
        Value::Integer(42),
        Value::Amount(money(1_248_020_005, "MWK")),
        Value::Empty,
        Value::Text("end"),
    ]);
    assert_eq!(
        found,
        [
            Data::String("Thoko Banda".into()),
            Data::String("'=1+1".into()),
            Data::String("+265991204118".into()),
            Data::String("0000000123".into()),
            Data::Float(42.0),
            Data::Float(12_480_200.05),
            Data::Empty,
            Data::String("end".into()),
        ]
    );
}

#[test]
fn moments_and_dates_are_dates_in_local_time() {
    let date = NaiveDate::from_ymd_opt(2026, 2, 3).unwrap();
    let found = read_back(&[Value::Moment(morning()), Value::Date(date)]);
    let [Data::DateTime(moment), Data::DateTime(day)] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(moment.as_datetime().unwrap().to_string(), "2026-11-20 08:00:05");
    assert_eq!(day.as_datetime().unwrap().date(), date);
    let bytes = written(9, &["at"], &[vec![Value::Moment(morning())]]);
    assert!(part(&bytes, "xl/styles.xml").contains("yyyy-mm-dd hh:mm:ss &quot;+02:00&quot;"));
}

#[test]
fn amounts_stand_in_the_file_as_they_were() {
    for (minor, currency, expected) in [
        (1, "MWK", "0.01"),
        (-1005, "MWK", "-10.05"),
        (29, "MWK", "0.29"),
        (123_456_789_012_345, "MWK", "1234567890123.45"),
        (900_000_000_000_000, "MWK", "9000000000000"),
        (1_001, "KWD", "1.001"),
        (500, "JPY", "500"),
    ] {
        let bytes = written(9, &["amount"], &[vec![Value::Amount(money(minor, currency))]]);
        let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
        assert!(
            sheet.contains(&format!("<v>{expected}</v>")),
            "{minor} {currency}: {sheet}"
        );
    }
}

#[test]
fn numbers_that_a_float_would_change_are_text() {
    let found = read_back(&[
        Value::Amount(money(9_000_000_000_000_123, "KWD")),
        Value::Integer(i64::MAX),
        Value::Integer(i64::MIN),
        Value::Amount(money(i64::MIN, "MWK")),
    ]);
    assert_eq!(
        found,
        [
            Data::String("9000000000000.123".into()),
            Data::String("9223372036854775807".into()),
            Data::String("-9223372036854775808".into()),
            Data::String("-92233720368547758.08".into()),
        ]
    );
}

#[test]
fn amounts_show_their_decimals() {
    let bytes = written(
        9,
        &["a", "b"],
        &[vec![
            Value::Amount(money(1, "MWK")),
            Value::Amount(money(1, "KWD")),
        ]],
    );
    let styles = part(&bytes, "xl/styles.xml");
    assert!(styles.contains("formatCode=\"0.00\""), "{styles}");
    assert!(styles.contains("formatCode=\"0.000\""), "{styles}");
}

#[test]
fn the_header_is_frozen_and_filters() {
    let bytes = written(
        9,
        &["name", "note"],
        &[vec![Value::Text("Thoko"), Value::Text(&"long ".repeat(40))]],
    );
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("state=\"frozen\""), "{sheet}");
    assert!(sheet.contains("<autoFilter ref=\"A1:B2\""), "{sheet}");
    assert!(sheet.contains("<cols>"), "{sheet}");
}

#[test]
fn what_does_not_fit_goes_on_in_another_sheet() {
    let rows: Vec<_> = (0..5).map(|row| vec![Value::Integer(row)]).collect();
    let bytes = written(2, &["value"], &rows);
    let mut book = open(&bytes);
    assert_eq!(book.sheet_names(), ["Payouts", "Payouts 2", "Payouts 3"]);
    let mut found = Vec::new();
    for (_, range) in book.worksheets() {
        let mut rows = range.rows();
        assert_eq!(rows.next().unwrap(), [Data::String("value".into())]);
        found.extend(rows.map(|row| row[0].clone()));
    }
    assert_eq!(found, [0.0, 1.0, 2.0, 3.0, 4.0].map(Data::Float));
    assert!(part(&bytes, "xl/worksheets/sheet3.xml").contains("ref=\"A1:A2\""));
}

#[test]
fn a_full_sheet_keeps_its_filter_and_an_empty_one_its_header() {
    let rows: Vec<_> = (0..2).map(|row| vec![Value::Integer(row)]).collect();
    assert_eq!(open(&written(2, &["value"], &rows)).sheet_names(), ["Payouts"]);
    let bytes = written(2, &["value"], &[]);
    let range = open(&bytes).worksheet_range("Payouts").unwrap();
    assert_eq!(range.get_size(), (1, 1));
}

#[test]
fn texts_beyond_a_cell_end_in_an_ellipsis() {
    let long = "é".repeat(40_000);
    let found = read_back(&[Value::Text(&long)]);
    let Data::String(text) = &found[0] else {
        panic!("{found:?}");
    };
    assert_eq!(text.chars().count(), 32_767);
    assert!(text.ends_with("é…"));
}

#[test]
fn texts_that_only_take_many_bytes_stay_whole() {
    let wide = "é".repeat(32_767);
    assert_eq!(read_back(&[Value::Text(&wide)]), [Data::String(wide.clone())]);
}

#[test]
fn control_characters_and_markup_survive() {
    let texts = ["a<b>&\"c\"", "bell\u{7}", "\ttab", "two\nlines"];
    let found = read_back(&texts.map(Value::Text));
    assert_eq!(found[0], Data::String("a<b>&\"c\"".into()));
    assert_eq!(found[2], Data::String("'\ttab".into()));
    assert_eq!(found[3], Data::String("two\nlines".into()));
    // What XML can't hold is written by its number.
    assert!(matches!(&found[1], Data::String(text) if text.starts_with("bell")));
}

#[test]
fn a_workbook_leaves_in_small_pieces() {
    let receiver = Receiver::default();
    let mut book = Book::create(receiver.clone(), "Payouts", &temp_dir()).unwrap();
    book.header(&["row", "name"]).unwrap();
    for row in 0..20_000 {
        book.row(&[Value::Integer(row), Value::Text("Thoko Banda")])
            .unwrap();
    }
    assert_eq!(receiver.bytes(), 0, "rows wait in the folder for temporary files");
    book.finish().unwrap();
    assert!(receiver.bytes() > 50_000);
    assert!(
        receiver.largest_piece() <= 128 * 1024,
        "{}",
        receiver.largest_piece()
    );
}

#[test]
fn faults_are_told() {
    let missing = temp_dir().join("countersign-no-such-folder");
    assert!(matches!(
        Book::create(Vec::new(), "Payouts", &missing),
        Err(ExportError::Workbook(_))
    ));
    let mut book = Book::create(Gone, "Payouts", &temp_dir()).unwrap();
    book.header(&["a", "b"]).unwrap();
    assert!(matches!(
        book.row(&[Value::Empty]),
        Err(ExportError::Columns {
            expected: 2,
            found: 1
        })
    ));
    assert!(matches!(book.finish(), Err(ExportError::Io(_))));
}
