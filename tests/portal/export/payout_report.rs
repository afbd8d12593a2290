//! The payout report's line, cell by cell.

use super::{money, morning};
use chrono::{DateTime, Duration};
use chrono_tz::Tz;
use countersign::domain::destination::{BankAccount, Destination};
use countersign::domain::ids::{AccountNumber, BatchNumber};
use countersign::domain::money::Currency;
use countersign::domain::payout;
use countersign::domain::purpose::Purpose;
use countersign::export::csv::{Bom, Sheet};
use countersign::export::payout_report::{Act, Attempt, HEADINGS, PayoutLine, write_header, write_line};
use countersign::export::{RowSink, xlsx::Book};

/// What product.md, §8, says.
const CONTRACT: &str = "transaction_date, batch_number, account, reference, beneficiary_name, \
    destination, amount, currency, purpose, rationale, status, result, channel, rail_reference, \
    failure_reason, captured_by, captured_at, submitted_by, submitted_at, edited_by, reviewed_by, \
    reviewed_at, approved_by, approved_at, released_by, released_at, closed_by, closed_at, \
    closed_reason";

fn act(by: &str, hours: i64) -> Act {
    Act {
        by: format!("{by}@kachere.example"),
        at: at(hours),
    }
}

fn at(hours: i64) -> DateTime<Tz> {
    morning() + Duration::hours(hours)
}

fn paid() -> PayoutLine {
    PayoutLine {
        transaction_date: at(4),
        batch_number: BatchNumber::parse("10000042").unwrap(),
        account: AccountNumber::parse("35253486").unwrap(),
        reference: "-SAL/11-014".to_owned(),
        beneficiary_name: Some("Mphatso Phiri, Jr.".to_owned()),
        destination: Some(Destination::Wallet {
            mobile: "+265991204118".to_owned(),
            provider: None,
        }),
        amount: Some(money(45_000_005, "MWK")),
        currency: Currency::parse("MWK").unwrap(),
        purpose: Some(Purpose::PayrollBenefits),
        rationale: Some("November".to_owned()),
        status: payout::Status::Processed,
        attempt: Attempt {
            result: Some(payout::Result::Paid),
            channel: Some("internal".to_owned()),
            rail_reference: Some("SBX9A".to_owned()),
            failure_reason: None,
        },
        captured: act("thoko", 0),
        submitted: Some(act("thoko", 1)),
        edited_by: None,
        reviewed: Some(act("chikondi", 2)),
        approved: Some(act("james", 3)),
        released: None,
        closed: None,
        closed_reason: None,
    }
}

fn faulty() -> PayoutLine {
    PayoutLine {
        beneficiary_name: None,
        destination: None,
        amount: None,
        purpose: None,
        rationale: None,
        status: payout::Status::ValidationFailed,
        attempt: Attempt::default(),
        submitted: None,
        reviewed: None,
        approved: None,
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
    assert_eq!(HEADINGS.join(", "), CONTRACT);
}

#[test]
fn lines_read_as_they_should() {
    insta::assert_snapshot!(csv(&[paid(), faulty()]).replace('\r', ""), @r#"
    transaction_date,batch_number,account,reference,beneficiary_name,destination,amount,currency,purpose,rationale,status,result,channel,rail_reference,failure_reason,captured_by,captured_at,submitted_by,submitted_at,edited_by,reviewed_by,reviewed_at,approved_by,approved_at,released_by,released_at,closed_by,closed_at,closed_reason
    2026-11-20T12:00:05+02:00,10000042,35253486,'-SAL/11-014,"Mphatso Phiri, Jr.",+265991204118,450000.05,MWK,payroll_benefits,November,PROCESSED,paid,internal,SBX9A,,thoko@kachere.example,2026-11-20T08:00:05+02:00,thoko@kachere.example,2026-11-20T09:00:05+02:00,,chikondi@kachere.example,2026-11-20T10:00:05+02:00,james@kachere.example,2026-11-20T11:00:05+02:00,,,,,
    2026-11-20T12:00:05+02:00,10000042,35253486,'-SAL/11-014,,,,MWK,,,VALIDATION_FAILED,,,,,thoko@kachere.example,2026-11-20T08:00:05+02:00,,,,,,,,,,,,
    "#);
}

#[test]
fn destinations_are_one_cell() {
    let local = BankAccount::Local {
        account_number: "0000123".to_owned(),
        bank_code: "NBM".to_owned(),
    };
    for (destination, expected) in [
        (
            Destination::Bank(BankAccount::Iban("SA0380000000608010167519".to_owned())),
            "SA0380000000608010167519",
        ),
        (Destination::Bank(local), "NBM:0000123"),
        (
            Destination::Wallet {
                mobile: "+265991204118".to_owned(),
                provider: Some("airtel".to_owned()),
            },
            "airtel:+265991204118",
        ),
    ] {
        let line = PayoutLine {
            beneficiary_name: None,
            destination: Some(destination),
            ..paid()
        };
        let text = csv(&[line]);
        let cells: Vec<_> = text.lines().nth(1).unwrap().split(',').collect();
        assert_eq!(cells[5], expected);
    }
}

#[test]
fn the_same_line_goes_into_a_workbook() {
    let mut bytes = Vec::new();
    let mut book = Book::create(&mut bytes, "Payouts", &std::env::temp_dir()).unwrap();
    write_header(&mut book).unwrap();
    write_line(&mut book, &paid()).unwrap();
    book.finish().unwrap();
    assert!(bytes.starts_with(b"PK"));
}
