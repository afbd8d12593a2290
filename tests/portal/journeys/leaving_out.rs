//! Rows left out with a reason, whether they can be paid or not, and what that does to the figures that
//! were announced with the file.

use crate::support::files::File;
use crate::support::{Payroll, Portal, UploadForm};

#[test]
fn a_row_that_can_be_paid_is_left_out_and_taken_in_again() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let number = thoko.uploads(Payroll::of(4).csv());
    portal.run_jobs();
    let path = format!("/batches/{number}/left-out");
    let before = portal.db_fingerprint(&number);
    thoko.post(&path, &[("row", "3"), ("reason", "Resigned")]).done();
    assert_eq!(portal.db_number("SELECT payable_count FROM batch"), 3);
    assert_ne!(portal.db_fingerprint(&number), before);
    thoko
        .get(&format!("/batches/{number}?show=all"))
        .says("Resigned")
        .says("1 entry is left out.");
    thoko
        .post(&path, &[("row", "3"), ("reason", "Again")])
        .refused(400, "None of these rows");
    thoko
        .post(&path, &[("chosen", "yes"), ("reason", "Nothing ticked")])
        .refused(400, "Choose at least one row");
    thoko.corrects(&number, 3, &[]).done();
    assert_eq!(portal.db_fingerprint(&number), before);
    assert_eq!(portal.db_number("SELECT count(*) FROM left_out_row"), 0);
    let ids = portal.db_texts("SELECT id::text FROM payout ORDER BY \"row\"");
    let all: Vec<(&str, &str)> = ids.iter().map(|id| ("payout", id.as_str())).collect();
    let fields = [&all[..], &[("chosen", "yes"), ("reason", "Not this month")]].concat();
    thoko.post(&path, &fields).done();
    assert_eq!(portal.db_status(&number), "error");
    thoko.corrects(&number, 3, &[]).done();
    assert_eq!(portal.db_status(&number), "open");
    thoko.submits(&number);
    people.james().approves(&number);
    portal.run_jobs();
    assert_eq!(portal.db_number("SELECT count(*) FROM intent"), 1);
}

#[test]
fn leaving_out_the_first_of_two_frees_the_reference() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let text =
        "name,mobile,amount,reference\nMary Jere,0991204118,45.00,A\nLimbani Zulu,0991204119,46.00,A\n";
    let number = thoko.uploads(File {
        name: "two.csv".to_owned(),
        bytes: text.into(),
    });
    portal.run_jobs();
    assert_eq!(portal.db_number("SELECT payable_count FROM batch"), 1);
    let path = format!("/batches/{number}/left-out");
    thoko
        .post(&path, &[("row", "2"), ("reason", "The other one is right")])
        .done();
    assert_eq!(portal.db_number("SELECT payable_total FROM batch"), 46_00);
    thoko.corrects(&number, 2, &[]).is(303);
    thoko
        .get(&format!("/batches/{number}/rows/2"))
        .says("The same reference stands in row 3");
}

#[test]
fn a_total_that_is_off_stops_the_batch() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let payroll = Payroll::of(4).with(1, "mobile", "12");
    let total = format!("{}.{:02}", payroll.total() / 100, payroll.total() % 100);
    let form = UploadForm {
        control_count: "4",
        control_total: Box::leak(total.into_boxed_str()),
        ..UploadForm::of(payroll.csv())
    };
    let number = thoko.upload(&form);
    portal.run_jobs();
    let off = thoko.batch(&number);
    if portal.db_number("SELECT fault_count FROM batch") == 1 {
        off.says("The control figures don't agree.").says("off by");
        let fingerprint = portal.db_fingerprint(&number);
        thoko
            .post(
                &format!("/batches/{number}/submission"),
                &[("fingerprint", &fingerprint)],
            )
            .refused(409, "off by");
    }
}
