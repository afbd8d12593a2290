//! Rows without a file become a batch in one transaction: judged as a file's are, restart-free, and
//! nothing of them is there where the caller's transaction fails.

use crate::support::Portal;
use countersign::domain::batch::Status;
use countersign::domain::field::Field;
use countersign::domain::ids::{AccountNumber, PersonId};
use countersign::domain::money::NumberStyle;
use countersign::domain::permission::Actor;
use countersign::domain::row::Entered;
use countersign::domain::source::Source;
use countersign::flows::FlowError;
use countersign::flows::typed::{self, Typed};
use countersign::store::payout::{Tab, list_of_batch};
use countersign::store::{StoreError, person};

fn row(reference: &str, amount: &str) -> Entered {
    let mut row = Entered::new();
    row.set(Field::Reference, reference);
    row.set(Field::BeneficiaryName, "Alinafe Nyirenda");
    row.set(Field::AccountNumber, "1003556677");
    row.set(Field::BankCode, "NBMAMWMW");
    row.set(Field::Amount, amount);
    row
}

fn main_account() -> Typed<'static> {
    Typed {
        account: AccountNumber::parse("35253486").unwrap(),
        name: "Typed salaries",
        purpose: None,
        pay_on: None,
        source: Source::Json,
        content_type: "JSON",
        number_style: NumberStyle::Point,
        repeats: None,
        control: (None, None),
    }
}

fn actor(portal: &Portal, email: &str) -> Actor {
    let id = PersonId(portal.db_person(email));
    let loaded = portal.app().db().read(|conn| person::load_actor(conn, id));
    loaded.unwrap_or_else(|error: StoreError| panic!("{error}")).0
}

#[test]
fn rows_become_an_open_batch_that_can_be_signed() {
    let (portal, people) = Portal::start();
    let thoko = actor(&portal, "thoko@kachere.example");
    let mut rows: Vec<Entered> = (1..=1_000).map(|i| row(&format!("T-{i}"), "10.00")).collect();
    rows[4].set(Field::Amount, "10.005");
    rows[999] = row("T-1", "10.00");
    let db = portal.app().db();
    let batch = db
        .write(|tx| typed::open(tx, &thoko, &main_account(), rows, portal.now()))
        .unwrap();
    assert_eq!(batch.status, Status::Open);
    assert_eq!(
        (batch.payable_count, batch.fault_count, batch.payable_total),
        (998, 2, 998_000)
    );
    assert_eq!((batch.source, batch.file), (Source::Json, None));
    let payouts = db
        .read(|conn| list_of_batch(conn, batch.id, Tab::All, 0, 1_000))
        .unwrap_or_else(|error: StoreError| panic!("{error}"));
    assert_eq!(payouts.len(), 1_000);
    assert_eq!(
        (payouts[0].row, payouts[999].row),
        (1, 1_000),
        "rows count from 1"
    );
    let (_, faults) = payouts[999].content.as_ref().unwrap_err();
    assert!(faults[0].message.contains("row 1"), "{faults:?}");
    let number = batch.number.to_string();
    let page = people.thoko().batch(&number);
    assert!(page.text("main").contains("sent by API"), "{}", page.text("main"));
    people.thoko().submits(&number);
    people.james().approves(&number);
    portal.run_jobs_until_quiet();
    assert_eq!(portal.db_status(&number), "completed");
}

#[test]
fn more_rows_than_a_chunk_are_saved_whole() {
    let (portal, _people) = Portal::start();
    let thoko = actor(&portal, "thoko@kachere.example");
    let mut rows: Vec<Entered> = (1..=9_700).map(|i| row(&format!("T-{i}"), "10,00")).collect();
    rows[9_600] = row("T-3", "10,00");
    let asked = Typed {
        number_style: NumberStyle::Comma,
        ..main_account()
    };
    let batch = portal
        .app()
        .db()
        .write(|tx| typed::open(tx, &thoko, &asked, rows, portal.now()))
        .unwrap();
    assert_eq!(
        (batch.rows_done, batch.payable_count, batch.fault_count),
        (9_700, 9_699, 1)
    );
    assert_eq!(batch.payable_total, 9_699_000, "a comma is a comma");
    assert_eq!(
        portal.db_number("SELECT count(*) FROM batch_block"),
        20,
        "every block has its digest"
    );
}

#[test]
fn nothing_payable_ends_in_error_and_nothing_is_kept_of_a_refusal() {
    let (portal, _people) = Portal::start();
    let db = portal.app().db();
    let thoko = actor(&portal, "thoko@kachere.example");
    let wrong = db
        .write(|tx| typed::open(tx, &thoko, &main_account(), vec![row("", "x")], portal.now()))
        .unwrap();
    assert_eq!(wrong.status, Status::Error);
    let before = portal.db_number("SELECT count(*) FROM event");
    let refused = |asked: &Typed<'_>, email: &str, rows: Vec<Entered>| {
        let actor = actor(&portal, email);
        db.write(|tx| typed::open(tx, &actor, asked, rows, portal.now()))
            .unwrap_err()
    };
    let asked = main_account();
    let thoko = "thoko@kachere.example";
    let error = refused(&asked, thoko, Vec::new());
    assert!(
        matches!(error, FlowError::Invalid { field: "rows", .. }),
        "{error}"
    );
    let error = refused(&asked, thoko, vec![Entered::new(); typed::ROWS_MAX + 1]);
    assert!(
        error.to_string().contains("100001 rows; the limit is 100000"),
        "{error}"
    );
    let unnamed = Typed {
        name: " \u{7} ",
        ..main_account()
    };
    let error = refused(&unnamed, thoko, vec![row("", "1")]);
    assert!(
        matches!(error, FlowError::Invalid { field: "name", .. }),
        "{error}"
    );
    let nowhere = Typed {
        account: AccountNumber::parse("10000000").unwrap(),
        ..main_account()
    };
    let error = refused(&nowhere, thoko, vec![row("", "1")]);
    assert!(
        matches!(error, FlowError::Store(StoreError::NotFound(_))),
        "{error}"
    );
    let error = refused(&asked, "james@kachere.example", vec![row("", "1")]);
    assert!(matches!(error, FlowError::NotPermitted(_)), "{error}");
    assert_eq!(portal.db_number("SELECT count(*) FROM batch"), 1);
    assert_eq!(portal.db_number("SELECT count(*) FROM event"), before);
}

#[test]
fn the_database_knows_no_file_batch_without_a_file() {
    let (portal, people) = Portal::start();
    let number = people.thoko().uploads(crate::support::Payroll::of(1).csv());
    portal.db_refuses(
        &format!("UPDATE batch SET file_id = NULL WHERE number = {number}"),
        "batch_source_file",
    );
    portal.db_refuses(
        &format!("UPDATE batch SET repeats = id WHERE number = {number}"),
        "batch_repeats_another",
    );
}
