//! What one change does to what others see: rows with the same reference, forms that were opened
//! before, names of files.

use super::documents::{adds, pdf};
use crate::support::files::File;
use crate::support::{Payroll, Portal};

const ROWS: &str = "name,mobile,amount,reference\n\
    Mary Jere,0991204118,45.00,A\n\
    Limbani Zulu,0991204119,46.00,A\n\
    Tamanda Msiska,0991204120,47.00,A\n\
    Yankho Chavula,0991204121,48.00,B\n";

fn uploads(portal: &Portal, thoko: &crate::support::Person) -> String {
    let number = thoko.uploads(File {
        name: "namesakes.csv".to_owned(),
        bytes: ROWS.into(),
    });
    portal.run_jobs();
    number
}

/// Row, and what is wrong with it.
fn faults(portal: &Portal) -> Vec<String> {
    portal.db_texts(
        "SELECT \"row\" || ' ' || (faults->0->>'message') FROM payout WHERE faults IS NOT NULL ORDER BY \"row\"",
    )
}

#[test]
fn a_reference_that_is_free_again_is_taken_by_the_next_row_that_has_it() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let number = uploads(&portal, thoko);
    let second = "3 The same reference stands in row 2";
    assert_eq!(faults(&portal), [second, "4 The same reference stands in row 2"]);
    // The first gives it up: the second has it, and the third is told of the second.
    thoko.corrects(&number, 2, &[("reference", "C")]).done();
    assert_eq!(faults(&portal), ["4 The same reference stands in row 3"]);
    assert_eq!(portal.db_number("SELECT payable_total FROM batch"), 13_900);
    let fingerprint = portal.db_fingerprint(&number);
    // Somebody takes B, which has one already, and gives it up again.
    thoko.corrects(&number, 4, &[("reference", "B")]).done();
    assert_eq!(faults(&portal).len(), 1, "{:?}", faults(&portal));
    thoko.corrects(&number, 4, &[("reference", "D")]).done();
    assert_eq!(faults(&portal), [""; 0]);
    assert_ne!(portal.db_fingerprint(&number), fingerprint);
    assert_eq!(portal.db_number("SELECT payable_count FROM batch"), 4);
    // A slice's sums follow; what is approved is what is paid.
    thoko.submits(&number);
    people.james().approves(&number);
    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "completed");
}

#[test]
fn an_error_file_frees_references_too() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let number = uploads(&portal, thoko);
    let file = thoko
        .asks(&format!("/batches/{number}/errors.csv"))
        .is(200)
        .text();
    let only: Vec<&str> = file.lines().filter(|line| !line.starts_with("4,")).collect();
    let corrected = only.join("\n").replace("46.00,A", "46.00,E");
    let up = File {
        name: "errors.csv".to_owned(),
        bytes: corrected.into(),
    };
    thoko.sends_corrections(&number, up).done();
    // Row 2 has A as before.
    assert_eq!(faults(&portal), ["4 The same reference stands in row 2"]);
    let path = format!("/batches/{number}/left-out");
    thoko
        .post(&path, &[("row", "2"), ("reason", "Paid in cash")])
        .done();
    assert_eq!(faults(&portal), ["2 Left out of this batch"]);
}

#[test]
fn a_form_opened_before_the_date_or_the_documents_changed_signs_nothing() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let number = thoko.uploads(Payroll::of(2).csv());
    portal.run_jobs();
    let submission = format!("/batches/{number}/submission");
    let opened = thoko.batch(&number);
    thoko
        .tries(&number, "schedule", &[("pay_on", "2024-01-20")])
        .done();
    thoko
        .tries_on(&opened, &submission, &[])
        .refused(409, "changed since you opened it");
    let opened = thoko.batch(&number);
    adds(thoko, &number, &pdf("the list of the staff"));
    thoko
        .tries_on(&opened, &submission, &[])
        .refused(409, "changed since you opened it");
    assert_eq!(portal.db_status(&number), "open");
    thoko.submits(&number);
    assert_eq!(portal.db_status(&number), "awaiting_approval");
}

#[test]
fn a_files_name_is_kept_without_its_path() {
    let (portal, people) = Portal::start();
    for name in [
        "C:\\\\Users\\\\thoko\\\\Desktop\\\\pay.csv",
        "../../etc/pay.csv",
        "/home/thoko/pay.csv",
    ] {
        let file = File {
            name: name.to_owned(),
            ..Payroll::of(1).csv()
        };
        people.thoko().uploads(file);
    }
    portal.run_jobs();
    let names = portal.db_texts("SELECT data->>'file' FROM event WHERE kind = 'batch.captured'");
    assert_eq!(names, ["pay.csv"; 3]);
    assert_eq!(portal.db_texts("SELECT DISTINCT name FROM batch"), ["pay"]);
}
