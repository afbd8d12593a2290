//! The turns a batch can take: sent back, recalled, rejected, cancelled, corrected, dated.

use crate::support::portal::FUNDED;
use crate::support::{Payroll, Person, Portal, UploadForm};
use chrono::{TimeZone, Utc};

/// A batch that waits for James.
fn awaiting_approval(portal: &Portal, thoko: &Person) -> String {
    let number = thoko.uploads(Payroll::of(9).csv());
    portal.run_jobs();
    thoko.submits(&number);
    assert_eq!(portal.db_status(&number), "awaiting_approval");
    number
}

#[test]
fn sent_back_corrected_and_submitted_again() {
    let (portal, people) = Portal::start();
    let (thoko, james) = (people.thoko(), people.james());
    let number = awaiting_approval(&portal, thoko);
    james
        .tries(&number, "return", &[("reason", "  ")])
        .refused(400, "Give a reason");
    james.sends_back(&number, "Blessings left in December");
    assert_eq!(portal.db_status(&number), "open");
    thoko.batch(&number).says("Blessings left in December");
    let before = portal.db_fingerprint(&number);
    thoko.corrects(&number, 3, &[("amount", "2500.50")]).done();
    assert_ne!(portal.db_fingerprint(&number), before);
    thoko.submits(&number);
    james.approves(&number);
    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "completed");
    let paid = Payroll::of(9).total() - 101_000 + 250_050;
    assert_eq!(portal.db_balances(), (FUNDED - paid, 0, 0));
    assert_eq!(
        portal.db_texts("SELECT revision || ' ' || seat FROM signature ORDER BY revision, seat"),
        ["1 initiator", "2 approver", "2 initiator"]
    );
}

#[test]
fn an_approver_who_sent_it_back_can_sign_the_next_revision() {
    let (portal, people) = Portal::start();
    let number = people
        .thoko()
        .uploads(Payroll::of(60).all("amount", "9000.00").csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    people.chikondi().reviews(&number);
    people.james().sends_back(&number, "Check row 4");
    people.thoko().submits(&number);
    assert_eq!(
        portal.db_status(&number),
        "awaiting_review",
        "the first review is void"
    );
    people.chikondi().reviews(&number);
    people.james().approves(&number);
}

#[test]
fn recalled_by_the_initiator() {
    let (portal, people) = Portal::start();
    let number = awaiting_approval(&portal, people.thoko());
    portal.db_give("grace@kachere.example", "Initiator");
    assert!(!people.grace().is_offered(&number, "recall"));
    people
        .grace()
        .post(&format!("/batches/{number}/recall"), &[])
        .refused(403, "initiator");
    people.thoko().recalls(&number);
    assert_eq!(portal.db_status(&number), "open");
    people
        .james()
        .post(
            &format!("/batches/{number}/approval"),
            &[("fingerprint", &portal.db_fingerprint(&number))],
        )
        .is(409);
    people.thoko().submits(&number);
    people.james().approves(&number);
}

#[test]
fn rejected_for_good() {
    let (portal, people) = Portal::start();
    let number = awaiting_approval(&portal, people.thoko());
    people.james().rejects(&number, "Not this month");
    assert_eq!(portal.db_status(&number), "rejected");
    people.thoko().batch(&number).says("Not this month");
    for (person, act) in [
        (people.james(), "approval"),
        (people.thoko(), "submission"),
        (people.james(), "cancellation"),
    ] {
        assert!(!person.is_offered(&number, act), "{act}");
        let fingerprint = portal.db_fingerprint(&number);
        let fields = [("fingerprint", fingerprint.as_str()), ("reason", "x")];
        person.post(&format!("/batches/{number}/{act}"), &fields).is(409);
    }
    portal.run_jobs();
    assert_eq!(portal.db_balances(), (FUNDED, 0, 0));
}

#[test]
fn a_cancelled_batch_gives_its_funds_back() {
    let (portal, people) = Portal::start();
    let number = awaiting_approval(&portal, people.thoko());
    let total = Payroll::of(9).total();
    people.james().approves(&number);
    assert_eq!(portal.db_balances(), (FUNDED - total, total, 0));
    assert!(
        !people.thoko().is_offered(&number, "cancellation"),
        "approved: no longer the initiator's"
    );
    people
        .thoko()
        .post(&format!("/batches/{number}/cancellation"), &[("reason", "mine")])
        .is(403);
    people.james().cancels(&number, "Paid by hand");
    assert_eq!(portal.db_status(&number), "cancelled");
    assert_eq!(portal.db_balances(), (FUNDED, 0, 0));
    portal.run_jobs();
    assert_eq!(portal.db_number("SELECT count(*) FROM intent"), 0);
    people.ruth().batch(&number).says("Paid by hand");
}

#[test]
fn an_initiator_cancels_a_batch_of_their_own_until_it_is_approved() {
    let (portal, people) = Portal::start();
    let number = awaiting_approval(&portal, people.thoko());
    people.thoko().cancels(&number, "Wrong file");
    assert_eq!(portal.db_status(&number), "cancelled");
    let next = people.thoko().uploads(Payroll::of(3).csv());
    people.thoko().cancels(&next, "Too early");
    portal.run_jobs();
    assert_eq!(
        portal.db_status(&next),
        "cancelled",
        "validation does not revive it"
    );
}

#[test]
fn a_dated_batch_waits_for_its_day() {
    let (portal, people) = Portal::start();
    let form = UploadForm {
        pay_on: "2024-01-16",
        ..UploadForm::of(Payroll::of(3).csv())
    };
    let number = people.thoko().upload(&form);
    portal.run_jobs();
    people.thoko().submits(&number);
    people.james().approves(&number);
    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "approved");
    people.james().batch(&number).says("16 Jan 2024");
    let eight_in_blantyre = Utc.with_ymd_and_hms(2024, 1, 16, 6, 0, 0).unwrap();
    portal.clock_to(eight_in_blantyre - chrono::Duration::seconds(1));
    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "approved");
    portal.clock_to(eight_in_blantyre);
    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "completed");
}

#[test]
fn eight_o_clock_is_eight_o_clock_after_the_clocks_change() {
    let (portal, people) = Portal::start();
    portal
        .db_run("UPDATE payout_account SET time_zone = 'Europe/Berlin' WHERE number = 35253486")
        .unwrap();
    // Two days around the night of 31 March, when Berlin goes from UTC+1 to UTC+2.
    let payroll = Payroll::of(2)
        .with(0, "pay_on", "2024-03-30")
        .with(1, "pay_on", "2024-03-31");
    let number = people.thoko().uploads(payroll.csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    people.james().approves(&number);
    let paid_at = |hour: u32, day: u32, minute: u32| {
        portal.clock_to(Utc.with_ymd_and_hms(2024, 3, day, hour, minute, 0).unwrap());
        portal.run_jobs();
        portal.db_number("SELECT count(*) FROM payout WHERE result = 'paid'")
    };
    assert_eq!(paid_at(6, 30, 59), 0);
    assert_eq!(paid_at(7, 30, 0), 1);
    assert_eq!(portal.db_status(&number), "paying");
    assert_eq!(paid_at(5, 31, 59), 1);
    assert_eq!(paid_at(6, 31, 0), 2);
    assert_eq!(portal.db_status(&number), "completed");
}

#[test]
fn a_date_that_has_passed_when_it_is_approved_goes_at_once() {
    let (portal, people) = Portal::start();
    let form = UploadForm {
        pay_on: "2024-01-15T10:00",
        ..UploadForm::of(Payroll::of(3).csv())
    };
    let number = people.thoko().upload(&form);
    portal.run_jobs();
    people.thoko().submits(&number);
    portal.clock_forward(chrono::Duration::hours(5));
    people.james().approves(&number);
    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "completed");
}

#[test]
fn two_eyes_the_initiator_releases_and_nobody_else() {
    let (portal, people) = Portal::start();
    portal
        .db_run(
            r#"UPDATE policy SET rule = '{"bands": [{"up_to": null, "level": "2"}], "six_eyes_from": null}'"#,
        )
        .unwrap();
    let number = people.thoko().uploads(Payroll::of(3).csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    assert_eq!(portal.db_status(&number), "awaiting_release");
    portal.db_give("grace@kachere.example", "Initiator");
    let fingerprint = portal.db_fingerprint(&number);
    people
        .grace()
        .post(
            &format!("/batches/{number}/release"),
            &[("fingerprint", &fingerprint)],
        )
        .refused(403, "initiator");
    people.thoko().releases(&number);
    assert_eq!(portal.db_status(&number), "approved");
    portal.run_jobs();
    let report = people.ruth().asks("/reports/payouts.csv").is(200).text();
    let mut reader = csv::Reader::from_reader(report.as_bytes());
    let headings = reader.headers().unwrap().clone();
    let place = |name| headings.iter().position(|heading| heading == name).unwrap();
    for line in reader.records() {
        let line = line.unwrap();
        assert_eq!(&line[place("released_by")], "thoko@kachere.example");
        assert_eq!(&line[place("approved_by")], "");
    }
}
