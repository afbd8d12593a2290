//! The payout report's line, cell by cell.

use super::{money, morning};
use calamine::{Data, DataType, Reader, Xlsx};
use chrono::Duration;
use countersign::domain::report::{Deed, Moment, PAYOUT_HEADINGS, PayoutLine};
use countersign::export::csv::{Bom, Sheet};
use countersign::export::payout_report::{write_header, write_line};
use countersign::export::{RowSink, xlsx::Book};
use std::io::Cursor;

/// What the product promises its integrators.
const CONTRACT: &str = "transaction_date, batch_number, account, reference, beneficiary_name, \
    destination, amount, currency, purpose, rationale, status, result, channel, rail_reference, \
    failure_reason, captured_by, captured_at, submitted_by, submitted_at, edited_by, reviewed_by, \
    reviewed_at, approved_by, approved_at, released_by, released_at, closed_by, closed_at, \
    closed_reason";

fn deed(by: &str, hours: i64) -> Deed {
    Deed {
        by: Some(format!("{by}@kachere.example")),
        at: Some(at(hours)),
    }
}

fn at(hours: i64) -> Moment {
    morning() + Duration::hours(hours)
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn paid() -> PayoutLine {
    PayoutLine {
        transaction_date: at(4),
        batch_number: 10_000_042,
        account: 35_253_486,
        reference: "-SAL/11-014".to_owned(),
        beneficiary_name: text("Mphatso Phiri, Jr."),
        destination: "+265991204118".to_owned(),
        amount: Some(money(45_000_005, "MWK")),
        currency: "MWK".to_owned(),
        purpose: text("payroll_benefits"),
        rationale: "November".to_owned(),
        status: "PROCESSED".to_owned(),
        result: text("paid"),
        channel: text("internal"),
        rail_reference: text("SBX9A"),
        failure_reason: None,
        captured: deed("thoko", 0),
        submitted: deed("thoko", 1),
        edited_by: None,
        reviewed: deed("chikondi", 2),
        approved: deed("james", 3),
        released: Deed::default(),
        closed: Deed::default(),
        closed_reason: None,
    }
}

fn faulty() -> PayoutLine {
    PayoutLine {
        beneficiary_name: None,
        destination: String::new(),
        amount: None,
        purpose: None,
        rationale: "=November".to_owned(),
        status: "VALIDATION_FAILED".to_owned(),
        result: None,
        channel: None,
        rail_reference: None,
        submitted: Deed::default(),
        reviewed: Deed::default(),
        approved: Deed::default(),
        ..paid()
    }
}

fn csv(lines: &[PayoutLine]) -> String {
    let mut bytes = Vec::new();
    let mut sheet = Sheet::create(&mut bytes, Bom::Without).unwrap();
    write_header(&mut sheet).unwrap();
    for line in lines {
        write_line(&mut sheet, line).unwrap();
    }
    sheet.finish().unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_headings_are_the_contract() {
    assert_eq!(PAYOUT_HEADINGS.join(", "), CONTRACT);
}

#[test]
fn lines_read_as_they_should() {
    insta::assert_snapshot!(csv(&[paid(), faulty()]).replace('\r', ""), @r#"
    transaction_date,batch_number,account,reference,beneficiary_name,destination,amount,currency,purpose,rationale,status,result,channel,rail_reference,failure_reason,captured_by,captured_at,submitted_by,submitted_at,edited_by,reviewed_by,reviewed_at,approved_by,approved_at,released_by,released_at,closed_by,closed_at,closed_reason
    2026-11-20T12:00:05+02:00,10000042,35253486,'-SAL/11-014,"Mphatso Phiri, Jr.",+265991204118,450000.05,MWK,payroll_benefits,November,PROCESSED,paid,internal,SBX9A,,thoko@kachere.example,2026-11-20T08:00:05+02:00,thoko@kachere.example,2026-11-20T09:00:05+02:00,,chikondi@kachere.example,2026-11-20T10:00:05+02:00,james@kachere.example,2026-11-20T11:00:05+02:00,,,,,
    2026-11-20T12:00:05+02:00,10000042,35253486,'-SAL/11-014,,,,MWK,,'=November,VALIDATION_FAILED,,,,,thoko@kachere.example,2026-11-20T08:00:05+02:00,,,,,,,,,,,,
    "#);
}

#[test]
fn the_same_line_goes_into_a_workbook() {
    let mut bytes = Vec::new();
    let mut book = Book::create(&mut bytes, "Payouts", &std::env::temp_dir()).unwrap();
    write_header(&mut book).unwrap();
    write_line(&mut book, &paid()).unwrap();
    book.finish().unwrap();
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range("Payouts").unwrap();
    let rows: Vec<_> = range.rows().collect();
    assert_eq!(
        rows[0],
        PAYOUT_HEADINGS.map(|heading| Data::String(heading.into()))
    );
    assert!(rows[1][0].is_datetime());
    assert_eq!(rows[1][6], Data::Float(450_000.05));
    assert_eq!(rows[1][25], Data::Empty);
}
