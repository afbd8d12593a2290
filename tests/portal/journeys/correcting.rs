//! Many faulty rows put right at once: in a spreadsheet, by one column, or left out.

use crate::support::files::File;
use crate::support::{Payroll, Person, Portal};

/// The error file as lines.
fn errors(person: &Person, number: &str) -> String {
    person
        .asks(&format!("/batches/{number}/errors.csv"))
        .is(200)
        .text()
}

fn csv(text: &str) -> File {
    File {
        name: "errors.csv".to_owned(),
        bytes: text.as_bytes().to_vec(),
    }
}

const BONUS: &str = "Employee;Net pay;Mobile;Desk\nMary Jere;4.500,00;0991 204 118;3\nLimbani Zulu;1.000,005;0991 204 119;4\nFatsani Kamanga;800,00;12;\n";

fn bonus(portal: &Portal, thoko: &Person) -> String {
    let number = thoko.uploads(csv(BONUS));
    portal.run_jobs();
    thoko
        .post(
            &format!("/batches/{number}/columns"),
            &[
                ("column_1", "beneficiary_name"),
                ("column_2", "amount"),
                ("column_3", "mobile"),
                ("column_4", "leave_out"),
            ],
        )
        .done();
    portal.run_jobs();
    number
}

#[test]
fn the_error_file_has_the_files_own_columns_and_comes_back_corrected() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let number = bonus(&portal, thoko);
    let file = errors(thoko, &number);
    insta::assert_snapshot!(file.trim_start_matches('\u{feff}'));
    let book = people
        .james()
        .asks(&format!("/batches/{number}/errors.xlsx"))
        .is(200);
    assert!(book.body.starts_with(b"PK"));
    let before = portal.db_text(
        "SELECT string_agg(id || version::text, ',' ORDER BY \"row\") FROM payout WHERE faults IS NULL",
    );
    let corrected = file
        .replace("1.000,005", "1.000,05")
        .replace(",12,", ",0991 204 120,");
    thoko.sends_corrections(&number, csv(&corrected)).done();
    assert_eq!(
        portal.db_texts(
            "SELECT concat_ws('|', \"row\", status, amount, mobile, version) FROM payout ORDER BY \"row\""
        ),
        [
            "2|SCHEDULED|450000|+265991204118|1",
            "3|SCHEDULED|100005|+265991204119|2",
            "4|SCHEDULED|80000|+265991204120|2",
        ]
    );
    assert_eq!(
        portal.db_text("SELECT id || version::text FROM payout WHERE \"row\" = 2"),
        before,
        "nothing else is touched"
    );
    thoko
        .get(&format!("/batches/{number}?show=history"))
        .says("Rows corrected");
    thoko.submits(&number);
    people.james().approves(&number);
    portal.run_jobs();
    assert_eq!(portal.db_results(&number), ["paid"; 3]);
}

#[test]
fn corrections_end_in_the_same_fingerprint_as_a_file_that_never_was_wrong() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let right = thoko.uploads(Payroll::of(9).csv());
    let wrong = thoko.uploads(Payroll::of(9).with(4, "amount", "x").with(7, "mobile", "1").csv());
    portal.run_jobs();
    let file = errors(thoko, &wrong).replace(",x,", ",1040.00,");
    let file = file.replace(",1,", &format!(",{},", "+265991204125"));
    thoko.sends_corrections(&wrong, csv(&file)).done();
    let blocks = |number: &str| {
        portal.db_texts(&format!(
            "SELECT n || encode(digest, 'hex') FROM batch_block WHERE batch_id = {} ORDER BY n",
            portal.db_batch(number)
        ))
    };
    let figures = |number: &str| {
        portal.db_text(&format!(
            "SELECT concat_ws('|', payable_count, payable_total, fault_count, largest, rows_done,
                (SELECT sum(payable_count) || '/' || sum(payable_total) FROM slice WHERE batch_id = batch.id))
             FROM batch WHERE number = {number}"
        ))
    };
    assert_eq!(figures(&right), figures(&wrong));
    if Payroll::of(9).csv().bytes == Payroll::of(9).csv().bytes {
        assert_eq!(blocks(&right).len(), blocks(&wrong).len());
    }
}

#[test]
fn a_file_that_names_other_rows_changes_nothing() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let number = bonus(&portal, thoko);
    let file = errors(thoko, &number);
    let sent = |text: &str| thoko.sends_corrections(&number, csv(text));
    let header = "Row,Employee,Net pay,Mobile,Desk,What to correct\n";
    sent(&format!("{header}2,Mary Jere,1,0991204118,,\n77,A,1,0991204118,,\n4,A,1,0991204118,,\n4,B,1,0991204118,,\nx,B,1,0991204118,,\n"))
        .is(400)
        .says("Row 77: is not in this batch")
        .says("Row 2: has no fault, so it is not replaced")
        .says("Row 4: stands there more than once")
        .says("In line 6: the column Row holds no row number");
    sent("Row,Employee,Mobile,Desk,What to correct\n3,A,1,,\n")
        .refused(400, "The column \u{201c}Net pay\u{201d} is missing");
    sent(BONUS).refused(400, "The first column of the file is not Row");
    sent("Row,Employee,Net pay,Mobile,Desk,Salary,What to correct\n3,A,1,0991204118,,9,\n")
        .refused(400, "a column that this batch does not have");
    let many: String = (2..1_200)
        .map(|row| format!("{row},A,1,0991204118,,\n"))
        .collect();
    sent(&format!("{header}{many}")).refused(400, "more rows than the 2 of this batch that are faulty");
    sent("\u{1}\u{2}").is(400);
    assert_eq!(errors(thoko, &number), file);
    assert_eq!(portal.db_number("SELECT sum(version) FROM payout"), 3);
    people.ruth().get("/");
    people.ruth().sends_corrections(&number, csv(&file)).is(403);
}

#[test]
fn one_column_is_corrected_for_many_rows_at_once() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let mut payroll = Payroll::of(30);
    for i in (1..30).step_by(3) {
        payroll = payroll.with(i, "bank_code", if i < 10 { "" } else { "?" });
    }
    let number = thoko.uploads(payroll.csv());
    portal.run_jobs();
    let faults =
        |number: &str| portal.db_number(&format!("SELECT fault_count FROM batch WHERE number = {number}"));
    let all = faults(&number);
    assert!(all >= 3, "{all} rows lack their bank code");
    thoko.batch(&number).says(&format!("Correct {all} bank codes"));
    let page = thoko.get(&format!("/batches/{number}?show=faults&field=bank_code"));
    let action = format!("/batches/{number}/rows");
    page.says("Correct many at once");
    thoko
        .tries_on(&page, &action, &[("was", "="), ("value", "NBMAMWMW")])
        .done();
    let left = faults(&number);
    assert_eq!(all - left, 3);
    if left > 0 {
        let page = thoko.get(&format!("/batches/{number}?show=faults&field=bank_code"));
        thoko.tries_on(&page, &action, &[("value", "STDKMWMW")]).done();
    }
    assert_eq!(faults(&number), 0);
    assert_eq!(
        portal.db_number("SELECT count(*) FROM payout WHERE bank_code = 'NBMAMWMW'"),
        3 + if left == 0 { 7 } else { 0 }
    );
    thoko
        .post(&action, &[("field", "bank_code"), ("value", "X")])
        .refused(400, "No row has this fault");
    thoko.submits(&number);
    let fingerprint = portal.db_fingerprint(&number);
    assert_eq!(fingerprint.len(), 64);
}

#[test]
fn rows_are_left_out_with_a_reason_and_come_back_when_corrected() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let number = thoko.uploads(Payroll::of(6).with(1, "amount", "x").with(3, "amount", "y").csv());
    portal.run_jobs();
    thoko.batch(&number).says("Correct 2 amounts");
    let path = format!("/batches/{number}/left-out");
    thoko.post(&path, &[("row", "3")]).refused(400, "Give a reason");
    thoko
        .post(&path, &[("row", "99"), ("reason", "No")])
        .refused(400, "None of these rows");
    thoko
        .tries(
            &number,
            "left-out",
            &[("row", "3"), ("reason", "Left in December")],
        )
        .done();
    thoko
        .batch(&number)
        .says("Correct 1 amount")
        .says("Left out")
        .says("Left in December");
    thoko.corrects(&number, 3, &[("amount", "12.00")]).done();
    thoko
        .tries(&number, "left-out", &[("reason", "Another time")])
        .done();
    assert_eq!(
        portal.db_texts("SELECT act FROM batch_maker ORDER BY act"),
        ["captured", "corrected", "left_out"]
    );
    assert_eq!(portal.db_number("SELECT payable_count FROM batch"), 5);
}

#[test]
fn very_many_rows_are_corrected_by_a_worker() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let number = thoko.uploads(Payroll::of(2_100).all("purpose", "wealth").csv());
    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "error");
    let wrong = errors(thoko, &number);
    thoko
        .post(
            &format!("/batches/{number}/rows"),
            &[("field", "purpose"), ("value", "payroll_benefits")],
        )
        .done();
    assert_eq!(portal.db_status(&number), "validating");
    thoko.sends_corrections(&number, csv(&wrong)).is(409);
    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "open");
    assert_eq!(portal.db_number("SELECT payable_count FROM batch"), 2_100);
    // The file that comes back now names rows that have no fault any more.
    let again = thoko.uploads(Payroll::of(2_100).references("R").all("purpose", "wealth").csv());
    portal.run_jobs();
    let file = errors(thoko, &again).replace("wealth", "personal");
    thoko.corrects(&again, 2, &[("purpose", "personal")]).done();
    thoko.sends_corrections(&again, csv(&file)).done();
    portal.run_jobs();
    thoko
        .batch(&again)
        .says("Row 2: has no fault, so it is not replaced");
    let without: String = file
        .lines()
        .filter(|line| !line.starts_with("2,"))
        .map(|line| format!("{line}\n"))
        .collect();
    thoko.sends_corrections(&again, csv(&without)).done();
    portal.run_jobs();
    assert_eq!(portal.db_status(&again), "open");
    assert_eq!(
        portal.db_number(&format!("SELECT payable_count FROM batch WHERE number = {again}")),
        2_100
    );
}
