//! CSV to the byte.

use super::{Gone, Receiver, money, morning};
use chrono::NaiveDate;
use countersign::export::csv::{Bom, Sheet};
use countersign::export::{ExportError, RowSink, Value};

fn written(bom: Bom, headings: &[&str], rows: &[&[Value<'_>]]) -> String {
    let mut bytes = Vec::new();
    let mut sheet = Sheet::create(&mut bytes, bom).unwrap();
    sheet.header(headings).unwrap();
    for row in rows {
        sheet.row(row).unwrap();
    }
    sheet.finish().unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn every_kind_of_value_has_its_text() {
    let text = written(
        Bom::Without,
        &["text", "count", "amount", "moment", "date", "nothing"],
        &[
            &[
                Value::Text("Banda, Thoko"),
                Value::Integer(-7),
                Value::Amount(money(1_248_020_005, "MWK")),
                Value::Moment(morning()),
                Value::Date(NaiveDate::from_ymd_opt(2026, 2, 3).unwrap()),
                Value::Empty,
            ],
            &[
                Value::Text("says \"now\"\r\nand leaves"),
                Value::Integer(0),
                Value::Amount(money(-5, "KWD")),
                Value::Empty,
                Value::Empty,
                Value::Text("=1+1"),
            ],
        ],
    );
    // Returns are shown as ␍.
    insta::assert_snapshot!(text.replace('\r', "␍"), @r#"
    text,count,amount,moment,date,nothing␍
    "Banda, Thoko",-7,12480200.05,2026-11-20T08:00:05+02:00,2026-02-03,␍
    "says ""now""␍
    and leaves",0,-0.005,,,'=1+1␍
    "#);
}

#[test]
fn the_mark_is_there_only_when_asked_for() {
    let with = written(Bom::With, &["a"], &[&[Value::Text("é")]]);
    assert_eq!(with.as_bytes(), "\u{feff}a\r\né\r\n".as_bytes());
    assert_eq!(written(Bom::Without, &["a"], &[]), "a\r\n");
}

#[test]
fn headings_that_people_wrote_are_guarded_too() {
    assert_eq!(written(Bom::Without, &["=A1", "b"], &[]), "'=A1,b\r\n");
}

#[test]
fn a_row_has_the_length_of_the_header() {
    let mut sheet = Sheet::create(Vec::new(), Bom::Without).unwrap();
    sheet.header(&["a", "b"]).unwrap();
    let error = sheet.row(&[Value::Empty]).unwrap_err();
    assert!(matches!(
        error,
        ExportError::Columns {
            expected: 2,
            found: 1
        }
    ));
}

#[test]
fn rows_arrive_before_the_end() {
    let receiver = Receiver::default();
    let mut sheet = Sheet::create(receiver.clone(), Bom::With).unwrap();
    sheet.header(&["name", "amount"]).unwrap();
    let mut before = 0;
    for row in 0..200_000 {
        let amount = Value::Amount(money(row, "MWK"));
        sheet.row(&[Value::Text("Thoko Banda"), amount]).unwrap();
        if row % 20_000 == 19_999 {
            assert!(receiver.bytes() > before, "nothing arrived by row {row}");
            before = receiver.bytes();
        }
    }
    sheet.finish().unwrap();
    assert!(receiver.bytes() > before);
    assert!(receiver.largest_piece() <= 64 * 1024);
}

#[test]
fn a_receiver_who_is_gone_ends_the_writing() {
    assert!(matches!(Sheet::create(Gone, Bom::With), Err(ExportError::Io(_))));
    let mut sheet = Sheet::create(Gone, Bom::Without).unwrap();
    sheet.header(&["a"]).unwrap();
    assert!(matches!(sheet.finish(), Err(ExportError::Io(_))));
}
