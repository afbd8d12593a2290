//! Validation killed in the middle goes on where it was.

use crate::support::{Payroll, Portal};
use chrono::Duration;
use countersign::domain::headings::match_headings;
use countersign::domain::ids::BatchId;
use countersign::domain::money::NumberStyle;
use countersign::domain::task::Lane;
use countersign::flows::validate::{self, Judging};
use countersign::intake::{Limits, Row, open};
use countersign::store::{StoreError, account, batch, queue};
use std::io::{Seek, Write};

/// More than one chunk.
const ROWS: usize = 6_000;

fn payroll() -> Payroll {
    Payroll::of(ROWS)
        .all("amount", "10.00")
        .with(10, "amount", "x")
        // A reference that stands before the kill and after it.
        .with(ROWS - 1, "reference", "SAL-0001")
        // The same of a row that was faulty itself.
        .with(ROWS - 3, "reference", "SAL-0011")
        .with(ROWS - 2, "amount", "y")
}

/// Works as a worker does, until its first chunk is saved; then it is gone.
fn dies_after_one_chunk(portal: &Portal, number: &str, bytes: &[u8]) {
    let (db, now) = (portal.app().db(), portal.now());
    db.write(|tx| queue::claim(tx, Lane::Prompt, now))
        .unwrap()
        .expect("a task");
    let id = BatchId(portal.db_batch(number));
    let lines = i64::try_from(ROWS).unwrap();
    let begun = db
        .write(|tx| validate::begin(tx, id, lines, now))
        .unwrap()
        .unwrap();
    db.write(|tx| validate::note_reading(tx, &begun, now)).unwrap();
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    let mut reader = open(file, Limits::default()).unwrap();
    let account = db
        .read(|conn| account::load(conn, begun.account))
        .unwrap_or_else(|error: StoreError| panic!("{error}"));
    let meanings = match_headings(reader.header(), account.currency)
        .settled()
        .unwrap();
    let mut judging = Judging::new(&account, &begun, meanings, NumberStyle::Point, now);
    let mut row = Row::default();
    while reader.next_row(&mut row).unwrap() {
        if let Some(chunk) = judging.take(&row) {
            let saved = db
                .write(|tx| {
                    let checked = validate::check(tx, &begun, begun.payable_total, chunk)?;
                    validate::save(tx, id, 0, checked, now)
                })
                .unwrap();
            assert!(saved.row_last > 4_000 && saved.rows_done < 6_000);
            return;
        }
    }
    panic!("the file is no longer than a chunk");
}

fn figures(portal: &Portal, number: &str) -> Vec<String> {
    let id = portal.db_batch(number);
    let mut all = portal.db_texts(&format!(
        "SELECT concat_ws(' ', status, rows_total, rows_done, row_last, payable_count, payable_total, fault_count, largest)
         FROM batch WHERE id = {id}"
    ));
    all.extend(portal.db_texts(&format!(
        "SELECT n || ' ' || encode(digest, 'hex') FROM batch_block WHERE batch_id = {id} ORDER BY n"
    )));
    all.extend(portal.db_texts(&format!(
        "SELECT \"row\" || faults::text FROM payout WHERE batch_id = {id} AND faults IS NOT NULL ORDER BY \"row\""
    )));
    all.extend(portal.db_texts(&format!(
        "SELECT concat_ws(' ', count(*), sum(payable_count), sum(payable_total)) FROM slice WHERE batch_id = {id}"
    )));
    all
}

#[test]
fn a_killed_validation_ends_as_one_that_was_not() {
    let (portal, people) = Portal::start();
    let file = payroll().csv();
    let killed = people.thoko().uploads(file.clone());
    dies_after_one_chunk(&portal, &killed, &file.bytes);
    portal.run_jobs();
    assert_eq!(portal.db_status(&killed), "validating", "while the lease holds");
    people.thoko().batch(&killed).says("4,");
    portal.clock_forward(Duration::minutes(20));
    portal.run_jobs();
    assert_eq!(portal.db_status(&killed), "open");

    let whole = people.thoko().uploads(file);
    portal.run_jobs();
    assert_eq!(figures(&portal, &killed), figures(&portal, &whole));
    assert_eq!(
        portal.db_number("SELECT count(DISTINCT sequence_number) FROM payout"),
        i64::try_from(2 * ROWS).unwrap()
    );
}

#[test]
fn how_fast_a_file_is_read_is_told_whoever_reads_it() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let file = payroll().csv();
    let number = thoko.uploads(file.clone());
    let page = format!("/batches/{number}");
    dies_after_one_chunk(&portal, &number, &file.bytes);
    assert_eq!(thoko.get(&page).text("[data-pace]"), "", "nothing to go by yet");
    portal.clock_forward(Duration::seconds(10));
    let done = portal.db_number("SELECT rows_done FROM batch");
    let told = thoko.get(&page).text("[data-pace]");
    assert!(
        told.starts_with(&format!("{} rows a second, ", done / 10)),
        "{told}"
    );
    assert!(told.ends_with(" left"), "{told}");
    let asked = thoko.asks(&format!("{page}/progress")).is(200).text();
    assert!(asked.contains(&told), "{asked}");
    // The one that goes on counts from where it began.
    portal.clock_forward(Duration::minutes(20));
    portal.run_jobs();
    assert_eq!(portal.db_number("SELECT rows_before FROM batch_reading"), done);
    assert!(!thoko.get(&page).has("[data-pace]"));
}

#[test]
fn a_worker_that_was_overtaken_saves_nothing_more() {
    let (portal, people) = Portal::start();
    let file = payroll().csv();
    let number = people.thoko().uploads(file.clone());
    dies_after_one_chunk(&portal, &number, &file.bytes);
    portal.clock_forward(Duration::minutes(20));
    portal.run_jobs();
    let id = BatchId(portal.db_batch(&number));
    let late = portal.app().db().write(|tx| {
        let found = batch::load_by_id(tx, id)?;
        let checked = validate::check(tx, &found, found.payable_total, validate::Chunk::default())?;
        validate::save(tx, id, 0, checked, portal.now())
    });
    assert!(late.is_err());
}

#[test]
fn cancelled_in_the_middle_stays_cancelled() {
    let (portal, people) = Portal::start();
    let file = payroll().csv();
    let number = people.thoko().uploads(file.clone());
    dies_after_one_chunk(&portal, &number, &file.bytes);
    people.thoko().cancels(&number, "Wrong file");
    portal.clock_forward(Duration::minutes(20));
    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "cancelled");
    let load = |id| portal.app().db().read(|conn| batch::load_by_id(conn, id));
    let found = load(BatchId(portal.db_batch(&number))).unwrap_or_else(|error: StoreError| panic!("{error}"));
    assert!(found.rows_done < 6_000);
}

#[test]
fn a_task_whose_file_is_gone_is_put_back_and_in_the_end_given_up() {
    let (portal, people) = Portal::start();
    let number = people.thoko().uploads(Payroll::of(3).csv());
    portal.db_run("DELETE FROM file_chunk").unwrap();
    for _ in 0..20 {
        portal.run_jobs();
        portal.clock_forward(Duration::minutes(20));
    }
    assert_eq!(portal.db_status(&number), "failed");
    people.browser("thoko@kachere.example").batch(&number);
}
