//! Duties: nobody signs what they made, nobody signs twice, whatever roles they hold and however
//! they ask.

use crate::support::{Payroll, People, Portal};

const THOKO: &str = "thoko@kachere.example";

/// A batch under 6 eyes that waits for its reviewer.
fn awaiting_review(portal: &Portal, people: &People) -> String {
    let number = people
        .thoko()
        .uploads(Payroll::of(60).all("amount", "9000.00").csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    assert_eq!(portal.db_status(&number), "awaiting_review");
    number
}

fn path(number: &str, act: &str) -> String {
    format!("/batches/{number}/{act}")
}

#[test]
fn a_maker_signs_nothing_else_whatever_roles_they_are_given() {
    let (portal, people) = Portal::start();
    let number = awaiting_review(&portal, &people);
    for role in ["Reviewer", "Approver", "Administrator"] {
        portal.db_give(THOKO, role);
    }
    let fingerprint = portal.db_fingerprint(&number);
    let fields = [("fingerprint", fingerprint.as_str()), ("reason", "mine")];
    let try_all = || {
        for act in ["review", "approval", "return", "rejection"] {
            assert!(
                !people.thoko().is_offered(&number, act),
                "{act} is offered to its maker"
            );
            people.thoko().post(&path(&number, act), &fields).is(403);
        }
    };
    try_all();
    people.chikondi().reviews(&number);
    try_all();
    people
        .thoko()
        .post(&path(&number, "approval"), &fields)
        .refused(403, "captured or changed this batch");
    assert_eq!(portal.db_status(&number), "awaiting_approval");
}

#[test]
fn one_person_signs_a_revision_once() {
    let (portal, people) = Portal::start();
    let number = awaiting_review(&portal, &people);
    portal.db_give("chikondi@kachere.example", "Approver");
    people.chikondi().reviews(&number);
    assert!(!people.chikondi().is_offered(&number, "approval"));
    people
        .chikondi()
        .post(
            &path(&number, "approval"),
            &[("fingerprint", &portal.db_fingerprint(&number))],
        )
        .refused(403, "You signed this batch as reviewer");
    people.james().approves(&number);
}

#[test]
fn who_corrected_a_row_is_a_maker_in_every_later_revision() {
    let (portal, people) = Portal::start();
    portal.db_give("grace@kachere.example", "Initiator");
    let number = people
        .thoko()
        .uploads(Payroll::of(60).all("amount", "9000.00").csv());
    portal.run_jobs();
    people.grace().corrects(&number, 2, &[("amount", "9500")]).done();
    people.thoko().submits(&number);
    people.chikondi().sends_back(&number, "Look again");
    people.thoko().submits(&number);
    assert!(!people.grace().is_offered(&number, "review"));
    people
        .grace()
        .post(
            &path(&number, "review"),
            &[("fingerprint", &portal.db_fingerprint(&number))],
        )
        .is(403);
    people.chikondi().reviews(&number);
}

#[test]
fn whoever_submits_another_s_batch_can_not_approve_it() {
    let (portal, people) = Portal::start();
    portal.db_give("james@kachere.example", "Initiator");
    portal.db_give("grace@kachere.example", "Approver");
    let number = people.thoko().uploads(Payroll::of(3).csv());
    portal.run_jobs();
    people.james().submits(&number);
    people
        .james()
        .post(
            &path(&number, "approval"),
            &[("fingerprint", &portal.db_fingerprint(&number))],
        )
        .is(403);
    people.grace().approves(&number);
}

#[test]
fn a_signature_over_what_is_no_longer_there_is_refused() {
    let (portal, people) = Portal::start();
    let number = awaiting_review(&portal, &people);
    let seen = people.chikondi().batch(&number);
    people.thoko().recalls(&number);
    people
        .thoko()
        .corrects(&number, 2, &[("amount", "90000.00")])
        .done();
    people.thoko().submits(&number);
    people
        .chikondi()
        .tries_on(&seen, &path(&number, "review"), &[])
        .refused(409, "changed since you opened it");
    for fingerprint in ["", "00", &"f".repeat(64)] {
        people
            .chikondi()
            .post(&path(&number, "review"), &[("fingerprint", fingerprint)])
            .is(409);
    }
    people.chikondi().reviews(&number);
}

#[test]
fn a_batch_that_nobody_else_could_sign_is_not_submitted() {
    let (portal, people) = Portal::start();
    let suspend = |email: &str| {
        let person = portal.db_person(email);
        portal
            .db_run(&format!(
                "UPDATE membership SET status = 'suspended' WHERE person_id = {person}"
            ))
            .unwrap();
    };
    let number = people
        .thoko()
        .uploads(Payroll::of(60).all("amount", "9000.00").csv());
    portal.run_jobs();
    let fingerprint = portal.db_fingerprint(&number);
    let submit = || {
        people
            .thoko()
            .post(&path(&number, "submission"), &[("fingerprint", &fingerprint)])
    };
    suspend("james@kachere.example");
    // An administrator who could also approve is the maker, and a reviewer can't be both.
    portal.db_give(THOKO, "Approver");
    submit().refused(409, "approve batches");
    portal.db_give("chikondi@kachere.example", "Approver");
    suspend("grace@kachere.example");
    submit().is(409);
    portal.db_give("peter@kachere.example", "Approver");
    submit().done();
}

#[test]
fn a_role_for_one_account_reaches_no_other() {
    let (portal, people) = Portal::start();
    let number = people.thoko().uploads(Payroll::of(3).csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    portal
        .db_run(
            "UPDATE role_grant SET account_id = (SELECT id FROM payout_account WHERE number = 35253502)
             WHERE person_id = (SELECT id FROM person WHERE email = 'james@kachere.example')",
        )
        .unwrap();
    people.james().asks(&format!("/batches/{number}")).is(404);
    people
        .james()
        .post(
            &path(&number, "approval"),
            &[("fingerprint", &portal.db_fingerprint(&number))],
        )
        .is(404);
    assert!(!people.james().get("/batches").text("main").contains(&number));
    assert!(!people.james().get("/payouts").text("main").contains(&number));
    let report = people.james().asks("/reports/payouts.csv").is(200).text();
    assert_eq!(report.lines().count(), 1, "headings only");
}
