//! Files that can't be taken in, rows that can't be paid, and how people put them right.

use crate::support::files::File;
use crate::support::{Payroll, Portal, UploadForm};

fn file(name: &str, bytes: &[u8]) -> File {
    File {
        name: name.to_owned(),
        bytes: bytes.to_vec(),
    }
}

#[test]
fn a_faulty_row_is_corrected_on_its_page() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let payroll = Payroll::of(5)
        .with(2, "mobile", "+26588123")
        .with(2, "amount", "0");
    let number = thoko.uploads(payroll.xlsx());
    portal.run_jobs();
    thoko.batch(&number).says("Send 4 of 5");
    let path = format!("/batches/{number}/rows/4");
    let page = thoko.get(&path);
    page.says("Mobile number is");
    let fields = page.form(&path).unwrap();
    let value = |name: &str| fields.iter().find(|(key, _)| key == name).unwrap().1.clone();
    assert_eq!(
        (value("mobile"), value("amount")),
        ("+26588123".to_owned(), "0".to_owned())
    );

    let to = thoko.corrects(&number, 4, &[("mobile", "0991 204 118")]).done();
    assert_eq!(to, path, "one fault is left");
    let before = portal.db_fingerprint(&number);
    let to = thoko.corrects(&number, 4, &[("amount", "1020.00")]).done();
    assert!(
        to.starts_with(&format!("/batches/{number}")) && to != path,
        "{to}"
    );
    assert_ne!(portal.db_fingerprint(&number), before);
    assert_eq!(
        portal.db_text("SELECT mobile FROM payout WHERE \"row\" = 4"),
        "+265991204118"
    );
    thoko.submits(&number);
    people.james().approves(&number);
    portal.run_jobs();
    assert_eq!(portal.db_results(&number), ["paid"; 5]);
}

#[test]
fn a_row_dated_today_is_corrected_after_eight() {
    let (portal, people) = Portal::start();
    let number = people
        .thoko()
        .uploads(Payroll::of(3).with(0, "pay_on", "2024-01-15").csv());
    portal.run_jobs();
    people.thoko().corrects(&number, 2, &[("amount", "1.00")]).done();
    assert_eq!(
        portal.db_text("SELECT status FROM payout WHERE \"row\" = 2"),
        "SCHEDULED"
    );
}

#[test]
fn a_batch_that_loses_its_last_payable_row_and_finds_it_again_says_so() {
    let (portal, people) = Portal::start();
    let number = people.thoko().uploads(Payroll::of(1).csv());
    portal.run_jobs();
    people.thoko().corrects(&number, 2, &[("amount", "0")]).done();
    assert_eq!(portal.db_status(&number), "error");
    people.thoko().corrects(&number, 2, &[("amount", "5.00")]).done();
    assert_eq!(portal.db_status(&number), "open");
    let kinds = portal.db_texts(&format!(
        "SELECT kind FROM event WHERE batch_id = {} ORDER BY seq",
        portal.db_batch(&number)
    ));
    assert_eq!(
        kinds,
        [
            "batch.captured",
            "batch.validating",
            "batch.received",
            "batch.row_corrected",
            "batch.validating",
            "batch.nothing_payable",
            "batch.row_corrected",
            "batch.validating",
            "batch.received",
        ]
    );
    people
        .thoko()
        .get(&format!("/batches/{number}?show=history"))
        .says("Rows checked: nothing payable");
}

#[test]
fn a_reference_of_another_row_is_refused_in_a_correction() {
    let (portal, people) = Portal::start();
    let number = people.thoko().uploads(Payroll::of(3).csv());
    portal.run_jobs();
    let taken = portal.db_text("SELECT reference FROM payout WHERE \"row\" = 3");
    people
        .thoko()
        .corrects(&number, 2, &[("reference", &taken)])
        .done();
    people
        .thoko()
        .get(&format!("/batches/{number}/rows/2"))
        .says("The same reference stands in row 3");
}

#[test]
fn a_row_that_somebody_else_corrected_meanwhile_is_not_overwritten() {
    let (portal, people) = Portal::start();
    portal.db_give("grace@kachere.example", "Initiator");
    let number = people.thoko().uploads(Payroll::of(3).csv());
    portal.run_jobs();
    let path = format!("/batches/{number}/rows/2");
    let old = people.thoko().get(&path);
    people.grace().corrects(&number, 2, &[("amount", "1.00")]).done();
    people
        .thoko()
        .tries_on(&old, &path, &[("amount", "2.00")])
        .refused(409, "changed since you opened it");
    assert_eq!(
        portal.db_number("SELECT amount FROM payout WHERE \"row\" = 2"),
        100
    );
}

#[test]
fn a_corrected_batch_has_the_fingerprint_of_a_batch_that_never_was_wrong() {
    let (portal, people) = Portal::start();
    let right = people.thoko().uploads(Payroll::of(12).csv());
    let wrong = people
        .thoko()
        .uploads(Payroll::of(12).with(4, "amount", "x").csv());
    portal.run_jobs();
    people
        .thoko()
        .corrects(&wrong, 6, &[("amount", "1040.00")])
        .done();
    let blocks = |number: &str| {
        portal.db_texts(&format!(
            "SELECT n || encode(digest, 'hex') FROM batch_block WHERE batch_id = {} ORDER BY n",
            portal.db_batch(number)
        ))
    };
    assert_eq!(blocks(&right), blocks(&wrong));
    let figures = |number: &str| {
        portal.db_text(&format!(
            "SELECT concat_ws(' ', payable_count, payable_total, fault_count, largest) FROM batch WHERE number = {number}"
        ))
    };
    assert_eq!(figures(&right), figures(&wrong));
}

#[test]
fn nothing_payable_is_an_error_until_one_row_is() {
    let (portal, people) = Portal::start();
    let number = people.thoko().uploads(Payroll::of(2).all("amount", "0").csv());
    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "error");
    let thoko = people.thoko();
    assert!(!thoko.is_offered(&number, "submission"));
    thoko
        .post(
            &format!("/batches/{number}/submission"),
            &[("fingerprint", &portal.db_fingerprint(&number))],
        )
        .is(409);
    thoko.corrects(&number, 2, &[("amount", "10")]).done();
    assert_eq!(portal.db_status(&number), "open");
    thoko.corrects(&number, 2, &[("amount", "")]).done();
    assert_eq!(portal.db_status(&number), "error");
}

#[test]
fn files_that_are_no_payrolls_end_with_a_clear_message() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let cases: [(&str, &[u8]); 4] = [
        ("empty.csv", b""),
        ("header.csv", b"beneficiary_name,amount,mobile\n"),
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0\0"),
        ("../../etc/cut.xlsx", b"PK\x03\x04 and nothing more"),
    ];
    for (name, bytes) in cases {
        let number = thoko.uploads(file(name, bytes));
        portal.run_jobs();
        assert_eq!(portal.db_status(&number), "failed", "{name}");
        let message = portal.db_text(&format!("SELECT message FROM batch WHERE number = {number}"));
        assert!(message.len() > 20, "{name}: {message}");
        thoko.batch(&number).says(&message);
        assert!(!thoko.is_offered(&number, "submission"));
    }
    assert_eq!(portal.db_number("SELECT count(*) FROM payout"), 0);
}

#[test]
fn forms_that_can_not_be_taken_say_which_field() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let form = || UploadForm::of(Payroll::of(2).csv());
    let refused = |form: UploadForm, says: &str| thoko.tries_upload(&form).refused(400, says);
    refused(
        UploadForm {
            account: "",
            ..form()
        },
        "Choose the payout account",
    );
    refused(
        UploadForm {
            pay_on: "2023-01-01",
            ..form()
        },
        "Date is in the past",
    );
    refused(
        UploadForm {
            purpose: "fun",
            ..form()
        },
        "one of the 20 purposes",
    );
    refused(
        UploadForm {
            control_count: "many",
            ..form()
        },
        "number of rows in digits",
    );
    refused(
        UploadForm {
            control_total: "12.345",
            ..form()
        },
        "decimal",
    );
    thoko
        .tries_upload(&UploadForm {
            account: "99999999",
            ..form()
        })
        .is(404);
    assert_eq!(portal.db_number("SELECT count(*) FROM batch"), 0);
    assert_eq!(
        portal.db_number("SELECT count(*) FROM file"),
        0,
        "nothing of a refused upload is kept"
    );
}

#[test]
fn too_large_a_file_is_refused_with_the_limit() {
    let (portal, people) = Portal::start_with(|parts| parts.upload_bytes_max = 1 << 20);
    let large = file("large.csv", &vec![b'a'; (1 << 20) + 1]);
    people
        .thoko()
        .tries_upload(&UploadForm::of(large))
        .refused(413, "limit of 1 MiB");
    assert_eq!(portal.db_number("SELECT count(*) FROM batch"), 0);
}

#[test]
fn control_figures_that_disagree_keep_it_from_being_submitted() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let with = |control_count, control_total| {
        let form = UploadForm {
            control_count,
            control_total,
            ..UploadForm::of(Payroll::of(3).csv())
        };
        let number = thoko.upload(&form);
        portal.run_jobs();
        let fingerprint = portal.db_fingerprint(&number);
        thoko.post(
            &format!("/batches/{number}/submission"),
            &[("fingerprint", &fingerprint)],
        )
    };
    with("4", "").refused(409, "you announced 4 rows and the file has 3");
    with("", "3,030.01").refused(409, "off by MWK 0.01");
    with("3", "3,030.00").done();
}

#[test]
fn markup_in_a_file_is_text_on_the_page() {
    let (portal, people) = Portal::start();
    let payroll = Payroll::of(3)
        .with(0, "beneficiary_name", "<script>alert(1)</script>")
        .with(1, "amount", "<b onclick=x>9</b>")
        .with(2, "comment", "\"><img src=x onerror=alert(1)>");
    let number = people.thoko().uploads(payroll.csv());
    portal.run_jobs();
    // The client's own checks find handlers and inline scripts.
    for show in ["", "?show=all", "?show=faults", "?show=ready", "?show=history"] {
        people.thoko().get(&format!("/batches/{number}{show}"));
    }
    people
        .thoko()
        .get(&format!("/batches/{number}?show=all"))
        .says("<script>alert(1)</script>");
    for row in 2..5 {
        people.thoko().get(&format!("/batches/{number}/rows/{row}"));
    }
    people.ruth().get("/payouts?q=%3Cscript%3E");
}
